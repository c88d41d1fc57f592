"""Layers in a row asked backwards at one depth; `Search` asks every depth.

Every layer's count rises with its input, and rises or falls with each of its numbers; so does the
whole. The values of one unknown that meet a count are therefore an interval, whose ends are found
by doubling and halving; further unknowns are tried one by one.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from math import inf, prod
from typing import Any

from shapealg.axis.asked import BOUNDS, LAST, LEAST, TRIES, Asked, Point, endless, many
from shapealg.axis.axis import Axis
from shapealg.axis.climb import first
from shapealg.axis.door import integer
from shapealg.axis.interval import Interval
from shapealg.axis.open_layer import OpenLayer, Unknown, stricter
from shapealg.axis.solutions import Row
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.text import Text

WIDENING = ("k", "s", "d")  # what the receptive field grows with
WINDOW_PARTS = ("kernel", "stride", "lo", "hi", "outputs")
NOWHERE = -1  # in place of a count where a layer has no output


class AtDepth:
    """One question to layers in a row.

    Args:
        layers: the row.
        given: n, m and field, as far as they matter: an int, candidates, or `...`.
        candidates: name or letter of an unknown → the values to try.
    """

    def __init__(
        self,
        layers: list[OpenLayer],
        given: Mapping[str, Asked],
        candidates: Mapping[str, tuple[int, ...]],
    ):
        self.layers, self.given = layers, given
        self.unknowns: dict[str, Unknown] = {}
        for each in layers:
            for name, unknown in each.unknowns.items():
                self.unknowns[name] = stricter(unknown, self.unknowns.get(name, unknown))
        self.goals: list[str] = [name for name in ("m", "field") if name in self.given]
        self.choices: dict[str, tuple[int, ...] | None] = {}
        for name, unknown in self.unknowns.items():
            self.choices[name] = candidates.get(
                name, candidates.get(unknown.letter, unknown.candidates)
            )
        if "n" in self.given:
            n = self.given["n"]
            self.choices["n"] = None if n is ... else _several(n)
        self.last = self._last()
        if self.choices.get("n", ()) is None and self.last != "n":
            raise endless("n")
        self.within = {
            name: BOUNDS[self._letter(name)]
            for name, values in self.choices.items()
            if values is None and name != self.last
        }
        self.choices |= {name: tuple(values) for name, values in self.within.items()}

    def _letter(self, name: str) -> str:
        return "n" if name == "n" else self.unknowns[name].letter

    def _last(self) -> str | None:
        """The unknown that becomes an interval: where all that must be met is given, the first in
        the order of `LAST` in which every count rises, or falls, throughout.
        """
        if any(self.given[goal] is ... for goal in self.goals):
            return None
        open_ = [name for name, values in self.choices.items() if values is None]
        open_ = [name for name in open_ if len(self._signs("m", name)) == 1]
        return min(open_, key=lambda name: LAST.index(self._letter(name)), default=None)

    def _signs(self, goal: str, name: str) -> set[int]:
        """Whether a goal rises with an unknown, falls, or both."""
        if name == "n":
            return {1}
        if goal == "field":
            return {1} if self._letter(name) in WIDENING else set()
        return {sign for each in self.layers for sign in each.signs(name)}

    # ------------------------------------------------------------ what comes out

    def value(self, goal: str, point: Point, layers: list[OpenLayer] | None = None) -> int:
        """The output size, or the receptive field, at values of all unknowns."""
        layers = self.layers if layers is None else layers
        if goal == "field":
            return self._field(point, layers)
        n = point["n"]
        for each in layers:
            n = each.outputs(point, n)
            if n < 1:
                return NOWHERE
        return n

    def _field(self, point: Point, layers: list[OpenLayer]) -> int:
        axes = [each.axis(point) for each in layers]
        for axis in axes:
            if axis.spaced or not hasattr(axis, "kernel"):
                raise ShapeError(
                    Text(
                        zh="这里的感受野只属于卷积与池化的窗口",
                        en="the receptive field here is that of convolutions and poolings",
                    ),
                    axis,
                    Text(
                        zh="整个网络用 read(…).receptive_field()",
                        en="read(…).receptive_field() tells that of a whole network",
                    ),
                )
        whole = Window.chain(Window(axis.kernel, axis.stride) for axis in axes)
        return integer(whole.kernel, "field")

    # ------------------------------------------------------------ all points

    def points(self) -> Iterator[Point]:
        """All values of what is tried one by one.

        Raises:
            ShapeError: if they are too many; fewer candidates are asked for.
        """
        tried = {name: values for name, values in self.choices.items() if values is not None}
        if prod(map(len, tried.values())) > TRIES:
            widest = max(tried, key=lambda name: len(tried[name]))
            raise many(widest, "range(0, 4)")
        for values in product(*tried.values()):
            yield dict(zip(tried, values, strict=True))

    def rows(self) -> Iterator[Row]:
        """All solutions: n, m, field and the unknowns, the last of them an interval."""
        for point in self.points():
            if self.last is None:
                made = {goal: self.value(goal, point) for goal in self.goals}
                if all(_meets(made[goal], self.given[goal]) for goal in self.goals):
                    yield point | made
                continue
            for targets in product(*(_several(self.given[goal]) for goal in self.goals)):
                wanted = dict(zip(self.goals, targets, strict=True))
                if (found := self._interval(self.last, point, wanted)) is not None:
                    yield point | wanted | {self.last: found}

    def _interval(self, last: str, point: Point, wanted: Point) -> Interval | None:
        """All values of the last unknown that meet every goal."""
        low, high = LEAST[self._letter(last)], inf
        for goal, target in wanted.items():
            signs = self._signs(goal, last)
            if not signs:
                if self.value(goal, point | {last: low}) != target:
                    return None
                continue
            ends = self._ends(last, goal, point, target, signs == {1})
            if ends[0] == inf:  # it is never met, however far
                return None
            low = max(low, ends[0])
            high = min(high, ends[1])
            if low > high:
                return None
        return Interval(low, high)

    def _ends(
        self, last: str, goal: str, point: Point, target: int, rises: bool
    ) -> tuple[Any, Any]:
        """The first value of the last unknown with which a goal is met, and the last one."""
        layers = [each.at(point) for each in self.layers]

        def value(x: int) -> int:
            return self.value(goal, point | {last: x}, layers)

        start, far = LEAST[self._letter(last)], self._far(last, point)
        if rises:
            low = first(lambda x: value(x) >= target, start, far)
            high = first(lambda x: value(x) > target, start, far)
        else:
            low = first(lambda x: value(x) <= target, start, far)
            high = first(lambda x: value(x) < target, start, far)
        if high != inf:
            return low, high - 1
        return low, far if self._letter(last) == "op" else inf

    def _far(self, last: str, point: Point) -> int:
        """The largest output_padding; of anything else, a number behind which the count is what it
        stays: it is beyond all that these numbers add up to.
        """
        if self._letter(last) == "op":
            using = [each for each in self.layers if last in each.unknowns]
            return min(each.most(point) for each in using)
        fixed = [v for each in self.layers for v in each.words.values() if isinstance(v, int)]
        made = [each.made for each in self.layers if each.made is not None]
        fixed += [x for axis in made for x in _numbers(axis)]
        goals = [t for goal in self.goals for t in _several(self.given[goal])]
        total = 2 + sum(map(abs, (*fixed, *point.values(), *goals)))
        far: int = total ** (len(self.layers) + 2)
        return far

    # ------------------------------------------------------------ what comes near

    def near(self, goal: str, target: int) -> Iterator[Point]:
        """What is met on both sides of where the target would lie."""
        last = self.last
        for point in self.points():
            if last is None:
                tried = [point]
            elif signs := self._signs(goal, last):
                ends = self._ends(last, goal, point, target, signs == {1})
                least = LEAST[self._letter(last)]
                near = {x for end in ends if end != inf for x in (end, end + 1) if x >= least}
                tried = [point | {last: x} for x in sorted(near)]
            else:
                tried = [point | {last: LEAST[self._letter(last)]}]
            for each in tried:
                if (made := self.value(goal, each)) > 0:
                    yield each | {goal: made}


def _numbers(axis: Axis) -> list[int]:
    """The sizes that a map of one axis is made of."""
    bare = getattr(axis, "window", axis)
    return [v for name in WINDOW_PARTS if isinstance(v := getattr(bare, name, 0), int)]


def _several(value: Asked) -> tuple[int, ...]:
    """The numbers that are given; none where it is asked."""
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, int) else ()


def _meets(made: int, given: Asked) -> bool:
    return made > 0 and (given is ... or made in _several(given))
