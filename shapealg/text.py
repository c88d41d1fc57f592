"""A text is a pair: the same thought in Chinese and in English, each in its own words."""

LANGUAGES = ("zh", "en")


class Text:
    """A sentence in both languages; it cannot be built with one half missing.

    Raises:
        TypeError: if a half is missing, blank or not a string.

    >>> Text(zh="步长", en="stride")["zh"]
    '步长'
    """

    __slots__ = ("en", "zh")
    __match_args__ = ("zh", "en")
    zh: str
    en: str

    def __init__(self, zh: str, en: str):
        for language, half in (("zh", zh), ("en", en)):
            if not isinstance(half, str) or not half.strip():
                raise TypeError(f"Text needs both halves; {language} is {half!r}")
            object.__setattr__(self, language, half)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Text stays as it is; cannot set {name}")

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(f"language {language!r}; there are {', '.join(LANGUAGES)}")
        return self.zh if language == "zh" else self.en

    def __eq__(self, other: object) -> bool:
        return type(other) is Text and (self.zh, self.en) == (other.zh, other.en)

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __repr__(self) -> str:
        return f"Text(zh={self.zh!r}, en={self.en!r})"

    def __reduce__(self) -> tuple[type["Text"], tuple[str, str]]:
        return Text, (self.zh, self.en)

    def format(self, **values: object) -> "Text":
        """Fill the same named places in both halves."""
        return Text(*(getattr(self, language).format(**values) for language in LANGUAGES))
