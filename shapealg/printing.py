"""How values are seen: columns on a terminal, one line in a session, tables and pictures in a
notebook.

A value says itself in words on its own floor. What a notebook shows is drawn far above, so the
painter is not imported from here: the package's door hands it in, and it is fetched when a notebook
first asks.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from shapealg.errors import grouped, one_line

LINE = 96  # as long as what a session echoes may be
Painter: TypeAlias = Callable[[object], str | None]  # draws a value, or says that it cannot
_painter: list[Callable[[], tuple[Painter, Painter]]] = []  # gives those for HTML and for LaTeX


def painted_by(fetch: Callable[[], tuple[Painter, Painter]]) -> None:
    """Say who paints: `fetch()` gives the functions `html(value)` and `latex(value)`."""
    _painter[:] = [fetch]


class Pictured:
    """A value that a notebook shows as more than a line of text."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _painter[0]()[0](self) if _painter else None

    def _repr_latex_(self) -> str | None:
        return _painter[0]()[1](self) if _painter else None


def brief(kind: str, told: str) -> str:
    """One short line for a value that cannot be pasted back: `<Conversion: torch.Conv2d(…)>`."""
    return f"<{kind}: {one_line(told.replace(chr(10), '; '), LINE - len(kind) - 4)}>"


def shape_told(shape: Iterable[object] | None) -> str:
    """A shape for people: (N, 64, ⌊(H + 1)/2⌋), with `?` for what nobody knows."""
    if shape is None:
        return "?"
    entries = ["?" if n is None else str(n) for n in shape]
    return f"({', '.join(entries)}{',' * (len(entries) == 1)})"


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their longest entry, the first row above them; ints to the right.

    >>> print(columns([("node", "parameters"), ("stem", 9472), ("head", 50)]))
    node  parameters
    stem       9 472
    head          50
    """
    told = [list(map(_cell, row)) for row in rows]
    widths = [max(map(width, column)) for column in zip(*told, strict=True)]
    right = [len(rows) > 1 and _numbers(column[1:]) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths, right) for row in told)


def _cell(value: object) -> str:
    return grouped(value) if isinstance(value, int) else str(value)


def _numbers(values: Iterable[object]) -> bool:
    return all(isinstance(value, int) for value in values)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, wide, to_right in zip(cells, widths, right, strict=True):
        space = " " * (wide - width(cell))
        padded.append(space + cell if to_right else cell + space)
    return "  ".join(padded).rstrip()


def width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if "\u2e80" <= c <= "\uffef" else 1 for c in text)
