"""Layers in a row asked backwards: which sizes, paddings, kernels, strides, dilations or depth give
m outputs, or a receptive field. The answer is the complete set, within bounds that it states.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from shapealg.axis.asked import BOUNDS, ROWS, Asked, candidates, long
from shapealg.axis.at_depth import AtDepth
from shapealg.axis.door import integer
from shapealg.axis.open_layer import OpenLayer, Unknown, stricter
from shapealg.axis.solutions import Row, Solutions
from shapealg.errors import Received, ShapeError, shown
from shapealg.text import Text


class Search:
    """One question to a stack of layers, at every depth that it may have.

    Args:
        depth: how many blocks: an int, `...`, or candidates.
        layers: depth ↦ the layers of so many blocks.
        n: the input size: an int, `...`, candidates, or `None` where it does not matter.
        m: the output size, likewise.
        field: the receptive field, likewise.
        among: name or letter of an unknown → the values to try.
    """

    def __init__(
        self,
        depth: Any,
        layers: Callable[[int], list[OpenLayer]],
        n: Any,
        m: Any,
        field: Any,
        among: Mapping[str, Any],
    ):
        self.given: dict[str, Asked] = {
            name: value if value is ... else _sizes(value, name)
            for name, value in {"n": n, "m": m, "field": field}.items()
            if value is not None
        }
        tried = self._tried(depth, among.get("depth", ...))
        rows = {d: layers(d) for d in tried}
        words: dict[str, Unknown] = {}  # what a name stands for says how small it may be
        for each in chain.from_iterable(rows.values()):
            for name, unknown in each.unknowns.items():
                words[name] = stricter(unknown, words.get(name, unknown))
        self.candidates = {
            name: candidates(values, name, words[name].letter if name in words else name)
            for name, values in among.items()
            if values is not ...
        }
        self.depths = {d: AtDepth(row, self.given, self.candidates) for d, row in rows.items()}
        first = self.depths[tried[0]]
        open_depth = depth is ... or isinstance(depth, range | list | tuple)
        self.within = {"depth": BOUNDS["depth"]} if depth is ... else {}
        self.within |= first.within
        self.asked = tuple(
            [name for name, value in self.given.items() if not isinstance(value, int)]
            + ["depth"] * open_depth
            + list(first.unknowns)
        )
        self._check_goals()
        self._check_names(among, first.unknowns)

    def _tried(self, depth: Any, among: Any) -> tuple[int, ...]:
        if depth is ...:
            return tuple(BOUNDS["depth"]) if among is ... else candidates(among, "depth")
        if isinstance(depth, range | list | tuple):
            return candidates(depth, "depth")
        return (integer(depth, "depth", 0),)

    def _check_goals(self) -> None:
        """Something is asked, and it is said what it must give."""
        if not self.asked:
            raise ShapeError(
                Text(zh="没有要求的量", en="nothing is asked"),
                Received(", ".join(f"{name}={shown(v)}" for name, v in self.given.items())),
                Text(
                    zh="把要求的量写成 ...，例如 m=...",
                    en="write ... for what is asked, for example m=...",
                ),
            )
        if not {"m", "field"} & set(self.given):
            raise ShapeError(
                Text(zh="须说明要求什么", en="what it must give is needed"),
                Received(", ".join(self.asked)),
                Text(zh="例如 n=224, m=7，或 field=61", en="for example n=224, m=7, or field=61"),
            )
        if "m" in self.given and "n" not in self.given:
            raise ShapeError(
                Text(zh="m 要有 n 才有意义", en="m needs n"),
                Received("m"),
                Text(zh="给出 n，或写 n=...", en="give n, or write n=..."),
            )

    def _check_names(self, among: Iterable[str], unknowns: Mapping[str, Unknown]) -> None:
        """Candidates belong to unknowns, and every depth has the same ones."""
        letters = {unknown.letter for unknown in unknowns.values()}
        for name in among:
            if name not in unknowns and name not in letters and name != "depth":
                raise ShapeError(
                    Text(zh="没有这个未知量", en="there is no such unknown"),
                    name,
                    Text(
                        zh=f"可用：{', '.join(unknowns) or '无'}",
                        en=f"{', '.join(unknowns) or 'none'} work",
                    ),
                )
        for depth, row in self.depths.items():
            if set(row.unknowns) != set(unknowns):
                raise ShapeError(
                    Text(
                        zh="块数未知时，未知量须有名字",
                        en="with the depth open, unknowns need names",
                    ),
                    Received(f"depth={depth}: {', '.join(row.unknowns)}"),
                    Text(
                        zh='例如 {"k": 3, "d": "d"}，而不是 ...',
                        en='for example {"k": 3, "d": "d"} in place of ...',
                    ),
                )

    def _found(self) -> Iterator[Row]:
        """The rows of every depth, what is asked of each."""
        for depth, layers in self.depths.items():
            for row in layers.rows():
                told = {**row, "depth": depth}
                yield {name: told[name] for name in self.asked}

    def solutions(self) -> Solutions:
        """The complete set, and where it is empty what comes near.

        Raises:
            ShapeError: if it has too many rows; candidates are asked for.
        """
        rows = tuple(islice(self._found(), ROWS + 1))
        if len(rows) > ROWS:
            raise long("p", "range(0, 4)")
        return Solutions(self.asked, rows, self.within, () if rows else self._nearest())

    def _nearest(self) -> tuple[Row, ...]:
        """What comes next below and above the one number that must be met."""
        goals = {name: value for name, value in self.given.items() if name != "n"}
        targets = {name: value for name, value in goals.items() if isinstance(value, int)}
        if len(targets) != 1:
            return ()
        ((goal, target),) = targets.items()
        best: dict[bool, tuple[int, Row]] = {}
        for depth, layers in self.depths.items():
            for row in layers.near(goal, target):
                gap, side = abs(row[goal] - target), row[goal] > target
                if side not in best or gap < best[side][0]:
                    told = row | {"depth": depth}
                    best[side] = gap, {name: told[name] for name in (goal, *self.asked)}
        return tuple(best[side][1] for side in sorted(best))


def _sizes(value: Any, name: str) -> int | tuple[int, ...]:
    """The door for n, m and field: an int, or candidates."""
    if isinstance(value, range | list | tuple):
        return candidates(value, name)
    return integer(value, name, 1)
