"""What went wrong: what was asked, what was received, what would work, as one line in either
language.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any

from shapealg.text import Text


def shown(value: object, limit: int = 60) -> str:
    """A value as one short line, whatever it is: huge integers, hostile strings, broken `repr`s."""
    return one_line(written(value), limit)


def written(value: object) -> str:
    """A value's `repr`, of any length, or what can be pasted where that cannot; an integer too long
    for Python to write is `<int>`.

    >>> written((2, 10**5000, float("-inf")))
    "(2, <int>, float('-inf'))"
    """
    if type(value) is tuple:
        return f"({', '.join(map(written, value))}{',' * (len(value) == 1)})"
    if type(value) is float and not isfinite(value):
        return f"float({str(value)!r})"
    try:
        return repr(value)
    except Exception:  # an integer too long for str(), or somebody's failing __repr__
        return f"<{type(value).__name__}>"


def told(cls: type[Any]) -> type[Any]:
    """Give a dataclass a `repr` in which each field is `written`."""
    from dataclasses import fields  # here, for a text and a refusal need none

    def described(self: Any) -> str:
        # what does not make two of them differ is told where it is not as usual
        said = (
            f"{f.name}={written(value)}"
            for f in fields(self)
            if (value := getattr(self, f.name)) != f.default or f.compare
        )
        return f"{type(self).__name__}({', '.join(said)})"

    owner: Any = cls  # whose methods may be set
    owner.__repr__ = described
    return cls


def one_line(text: str, limit: int) -> str:
    """Text without line breaks, control or direction marks, cut at `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def grouped(number: int) -> str:
    """A count for people: digits in groups of three.

    That is how counts are written everywhere: parameters, MACs, runs. What one may type back is
    never grouped: a size, a place, the value that an error suggests, code, JSON.

    >>> grouped(131072)
    '131 072'
    """
    try:
        return f"{number:,}".replace(",", " ")
    except ValueError:  # an integer too long for str()
        return shown(number)


def unbroken(number: int) -> str:
    """The same for a page, where no line ends inside a number."""
    return grouped(number).replace(" ", "\u00a0")


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

    def __init__(self, asked: Text, received: object, works: Text):
        self.asked, self.received, self.works = asked, received, works
        super().__init__(asked, received, works)

    def __str__(self) -> str:
        return printable(f"{self.asked.en}; received {self._received}; {self.works.en}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    @property
    def zh(self) -> str:
        """The same line in Chinese."""
        return printable(f"{self.asked.zh}；收到 {self._told.zh}；{self.works.zh}")

    @property
    def _received(self) -> str:
        return self._told.en

    @property
    def _told(self) -> Text:
        """What was received, as either language writes it."""
        received = self.received
        if isinstance(received, Received):
            return Text(zh=received.zh, en=received.line)
        return Text(zh=shown(received), en=shown(received))


class Received:
    """A ready line for the middle of a `ShapeError`, where the `repr` of one value would not do."""

    def __init__(self, line: str, zh: str = ""):
        self.line, self.zh = line, zh or line

    @classmethod
    def positions(cls, n: object) -> "Received":
        """So many positions.

        >>> Received.positions(1).line, Received.positions(2).line, Received.positions(2).zh
        ('1 position', '2 positions', '2 格')
        """
        return cls(f"{shown(n)} position{'s' * (n != 1)}", f"{shown(n)} 格")


class NoSuchName(ShapeError, AttributeError):
    """A word or a law that is not there; the line tells the nearest that are.

    >>> str(NoSuchName(Text(zh="没有这个词", en="there is no such word"), "Conv2D", ["Conv2d"]))
    "there is no such word; received 'Conv2D'; the nearest is Conv2d"
    """

    def __init__(self, asked: Text, name: str, near: list[str]):
        super().__init__(
            asked,
            name,
            Text(
                zh=f"相近的有 {'、'.join(near)}",
                en=f"the nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}",
            ),
        )


class DomainError(ShapeError):
    """Sizes outside the domain of a law, such as a kernel longer than the padded input."""


class Undecided(ShapeError):
    """A question that is not decided: it has an answer, and too many cases, or none of the forms
    that are known here.
    """


class ProofError(AssertionError):
    """A derivation step that SymPy could not confirm."""


def answered(ask: Callable[[], Any]) -> Any:
    """What is asked, or `None` where it is refused or not there.

    >>> answered(lambda: 1 + 1)
    2
    """
    try:
        return ask()
    except (ShapeError, NotImplementedError):
        return None
