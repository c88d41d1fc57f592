"""What solving gives: a complete set of solutions, told in rows."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeAlias, overload

from shapealg.axis.door import integer
from shapealg.axis.interval import Interval
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, shown
from shapealg.printing import Pictured, brief
from shapealg.text import Text

SHOWN = 40

# a solution, or many that differ in one unknown
Row: TypeAlias = Mapping[str, int | Interval]


@dataclass(frozen=True, slots=True)
class Solutions(Pictured):
    """All solutions as rows: one unknown is an `Interval`, those that were tried one by one are
    ints, and so is m.

    Iterating gives them one by one, as dicts of ints, `len` counts them and an index picks one;
    `in` takes such a dict, or an int where one thing is asked.

    Args:
        asked: the names of the unknowns.
        rows: one dict for each row; an interval without end has `math.inf` above.
        within: the bounds of unknowns that were tried one by one, where none were given.
        nearest: if there is no solution, rows as near as possible: the next m below and above and
            what gives it, or, where no window fits, one value changed so that it does.
    """

    asked: tuple[str, ...]
    rows: tuple[Row, ...]
    within: Mapping[str, Sequence[int]]
    nearest: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[dict[str, int]]:
        for row in self.rows:
            numbers = {name: value for name, value in row.items() if isinstance(value, int)}
            wide = next((value for value in row.values() if isinstance(value, Interval)), None)
            if wide is None:
                yield numbers
            else:
                for each in wide:
                    yield {name: numbers.get(name, each) for name in row}

    def __len__(self) -> int:
        """How many solutions there are, one by one.

        Raises:
            ShapeError: if they have no end.
        """
        widths = [self._width(row) for row in self.rows]
        if any(width == inf for width in widths) or sum(widths) > sys.maxsize:
            raise ShapeError(
                Text(zh="解有无穷多个，或多得数不清", en="the solutions have no end"),
                Received(", ".join(self.asked)),
                Text(zh="rows 是它们的行", en="the rows are in .rows"),
            )
        return sum(widths)

    @overload
    def __getitem__(self, place: int) -> dict[str, int]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, int]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, int] | list[dict[str, int]]:
        """The solution at a place, from 0, or several of them.

        Raises:
            IndexError: if there are not so many.
        """
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        left = place if place >= 0 else place + len(self)
        for row in self.rows:
            width = self._width(row)
            if 0 <= left < width:
                return {
                    name: _ends(value)[0] + left if isinstance(value, Interval) else value
                    for name, value in row.items()
                }
            left -= width
        raise IndexError(f"there is no solution number {place}")

    @staticmethod
    def _width(row: Row) -> Any:
        """How many solutions a row holds: one of its values is an interval, at most."""
        ends = [_ends(value) for value in row.values() if isinstance(value, Interval)]
        if not ends:
            return 1
        low, high = ends[0]
        return high if high == inf else high - low + 1

    def __contains__(self, solution: object) -> bool:
        if not isinstance(solution, dict) and len(self.asked) == 1:
            solution = {self.asked[0]: solution}
        if not isinstance(solution, dict) or set(solution) != set(self.asked):
            raise ShapeError(
                Text(
                    zh=f"须给出 {'、'.join(self.asked)} 的值",
                    en=f"a value of each of {', '.join(self.asked)} is needed",
                ),
                solution,
                Text(zh="例如 {'k': 3, 'p': 1}", en="for example {'k': 3, 'p': 1}"),
            )
        solution = {name: integer(value, name) for name, value in solution.items()}
        return any(self._meets(solution, row) for row in self.rows)

    def _meets(self, solution: Mapping[str, int], row: Row) -> bool:
        return all(_met(solution[name], row[name]) for name in self.asked)

    @property
    def total(self) -> Sizes:
        """All totals lo + hi among the solutions, where both are asked.

        >>> rows = ({"lo": 0, "hi": Interval(3, 4)}, {"lo": 1, "hi": Interval(2, 3)})
        >>> print(Solutions(("lo", "hi"), rows, {}).total)
        n = 3, 4
        """
        sizes = Sizes.none()
        for (low, high), (less, more) in (
            (_ends(row["lo"]), _ends(row["hi"])) for row in self.rows
        ):
            sizes |= (
                Sizes.every(low + less)
                if inf in (high, more)
                else Sizes.interval(low + less, high + more)
            )
        return sizes

    def text(self) -> Text:
        """The rows as a table, at most 40 of them, then the bounds."""
        if not self.rows:
            near = [_given(row) for row in self.nearest]
            return Text(
                zh="无"
                + ("；最近的：" + "；或 ".join(near) if near else "")
                + self._tried("；试过 "),
                en="none"
                + ("; nearest: " + "; or ".join(near) if near else "")
                + self._tried("; tried "),
            )
        table = [list(self.asked)]
        for row in self.rows[:SHOWN]:
            table.append([_told(row[name]) for name in self.asked])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        body = "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in table)
        more = len(self.rows) - SHOWN
        return Text(
            zh=body + (f"\n…… 还有 {more} 行" if more > 0 else "") + self._tried("\n试过："),
            en=body + (f"\n… {more} more" if more > 0 else "") + self._tried("\ntried: "),
        )

    def _tried(self, before: str) -> str:
        """The bounds within which the set is complete, where there are any."""
        bounds = [f"{name} = {tried[0]} … {tried[-1]}" for name, tried in self.within.items()]
        return before + ", ".join(bounds) if bounds else ""

    def __str__(self) -> str:
        return self.text().en

    def __repr__(self) -> str:
        if not self.rows:
            return brief("Solutions", self.text().en)
        first = ", ".join(_equation(name, self.rows[0][name]) for name in self.asked)
        more = f", … ({len(self.rows)} rows)" if len(self.rows) > 1 else ""
        return brief("Solutions", first + more + self._tried("; tried "))


def _given(row: Row) -> str:
    return ", ".join(f"{name} = {shown(value)}" for name, value in row.items())


def _equation(name: str, value: int | Interval) -> str:
    told = _told(value)
    return f"{name} {told}" if told.startswith("≥") else f"{name} = {told}"


def _ends(value: int | Interval) -> tuple[Any, Any]:
    """The lowest and the highest of an `Interval`, or of one int."""
    return (value.low, value.high) if isinstance(value, Interval) else (value, value)


def _met(number: int, value: int | Interval) -> bool:
    low, high = _ends(value)
    return bool(low <= number <= high)


def _told(value: int | Interval) -> str:
    low, high = _ends(value)
    if high == inf:
        return f"≥ {shown(low)}"
    return shown(low) if low == high else f"{shown(low)} … {shown(high)}"
