"""What went wrong: what was asked, what was received, what would work, as one line in either
language.
"""

from shapealg.text import Text


def shown(value, limit: int = 60) -> str:
    """A value as one short line, whatever it is: huge integers, hostile strings, broken `repr`s."""
    try:
        line = repr(value)
    except Exception:  # an integer too long for str(), or somebody's failing __repr__
        line = f"<{type(value).__name__}>"
    return one_line(line, limit)


def one_line(text: str, limit: int) -> str:
    """Text without line breaks, control or direction marks, cut at `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def printable(text: str) -> str:
    """Text with every control, direction and line mark written as an escape, so that a terminal
    shows it and does not obey it.

    >>> print(printable("a\\x1b[2Jb"))
    a\\x1b[2Jb
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\u00a0" else c.encode("unicode_escape").decode("ascii")
        for c in text
    )


class ShapeError(ValueError):
    """A question that has no answer: `asked`, `received` and `works`, each kept beside the
    sentence.

    >>> error = ShapeError(Text(zh="步长须为正整数", en="stride must be a positive integer"), 0,
    ...                    Text(zh="最近的可用值是 1", en="the nearest that works is 1"))
    >>> str(error)
    'stride must be a positive integer; received 0; the nearest that works is 1'
    >>> error.zh
    '步长须为正整数；收到 0；最近的可用值是 1'
    """

    def __init__(self, asked: Text, received, works: Text):
        self.asked, self.received, self.works = asked, received, works
        super().__init__(asked, received, works)

    def __str__(self) -> str:
        return f"{self.asked.en}; received {self._received}; {self.works.en}"

    @property
    def zh(self) -> str:
        """The same line in Chinese."""
        return f"{self.asked.zh}；收到 {self._received}；{self.works.zh}"

    @property
    def _received(self) -> str:
        return self.received.line if isinstance(self.received, Received) else shown(self.received)


class Received:
    """A ready line for the middle of a `ShapeError`, where the `repr` of one value would not do."""

    def __init__(self, line: str):
        self.line = line


class DomainError(ShapeError):
    """Sizes outside the domain of a law, such as a kernel longer than the padded input."""


class Undecided(ShapeError):
    """A question that is not decided: it has an answer, and too many cases, or none of the forms
    that are known here.
    """


class ProofError(AssertionError):
    """A derivation step that SymPy could not confirm."""
