"""A text is a pair: the same thought in Chinese and in English, each in its own words."""

from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; it cannot be built with one half missing.

    Raises:
        TypeError: if a half is missing, blank or not a string.

    >>> Text(zh="步长", en="stride")["zh"]
    '步长'
    """

    zh: str
    en: str

    def __post_init__(self) -> None:
        for language in LANGUAGES:
            half = getattr(self, language)
            if not isinstance(half, str) or not half.strip():
                raise TypeError(f"Text needs both halves; {language} is {half!r}")

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(f"language {language!r}; there are {', '.join(LANGUAGES)}")
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Fill the same named places in both halves."""
        return Text(*(getattr(self, language).format(**values) for language in LANGUAGES))
