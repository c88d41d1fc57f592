"""Layers in a row asked backwards: which sizes, paddings, kernels, strides, dilations or depth give
m outputs, or a receptive field.

Every layer's count rises with its input, and rises or falls with each of its numbers; so does the
whole. The values of one unknown that meet a count are therefore an interval, whose ends are found
by doubling and halving; further unknowns are tried one by one. The answer is the complete set,
within bounds that it states.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import inf, prod
from typing import TYPE_CHECKING, Any

from shapealg.axis.axis import Axis
from shapealg.axis.door import integer
from shapealg.axis.interval import Interval
from shapealg.axis.placed import Ceiled
from shapealg.axis.solutions import Row, Solutions
from shapealg.axis.solve import LAST, LEAST, ROWS, TRIED, TRIES, Asked, Point
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.text import Text

if TYPE_CHECKING:
    from shapealg.axis.stack import Stack

WORDS = {"k": None, "s": 1, "d": 1, "p": 0, "lo": 0, "hi": 0, "op": 0}
FLAGS = ("transposed", "ceil")
RESERVED = ("n", "m", "field", "depth")
# the candidates, where none are given
BOUNDS = TRIED | dict.fromkeys(("p", "lo", "hi", "op"), range(8)) | {"depth": range(1, 17)}
PADDING = ("p", "lo", "hi")
WIDENING = ("k", "s", "d")  # what the receptive field grows with
NOWHERE = -1  # in place of a count where a layer has no output


def outputs(axis: Axis, n: int) -> int:
    """The outputs of one layer on an input of size `n`, 0 where no window fits."""
    fits = axis.declared is axis or axis.declared.count(n) >= 1
    return max(integer(axis.count(n), "m"), 0) if fits else 0


def smallest(axes: Sequence[Axis]) -> int:
    """The smallest input with which every layer has an output."""
    n = 1
    for axis in reversed(axes):
        n = max(integer(axis.need(n), "n"), integer(axis.declared.need(1), "n"), 1)
    return n


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that is asked.

    Args:
        letter: which of `solve`'s words it stands for.
        candidates: among which values, `None` where that is open.
    """

    letter: str
    candidates: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer whose numbers may be open.

    Args:
        made: a map of one axis, where nothing is open.
        words: otherwise each word with an int, or the name of an unknown.
        unknowns: name → `Unknown`.
    """

    made: Axis | None
    words: dict[str, int | str]
    unknowns: dict[str, Unknown]
    transposed: bool = False
    ceil: bool = False

    def axis(self, point: Point) -> Axis:
        """The map of one axis, at values of the unknowns."""
        if self.made is not None:
            return self.made
        v = {word: self.number(word, point) for word in self.words}
        lo, hi = v["lo"] + v["p"], v["hi"] + v["p"] - v["op"]
        window = Window.dilated(v["k"], v["d"], v["s"], lo, hi)
        if self.transposed:
            return Transposed(window)
        return Ceiled(window) if self.ceil else window

    def outputs(self, point: Point, n: int) -> int:
        """The count, 0 where no window fits, or where output_padding is too large."""
        if self.transposed and self.number("op", point) > self.most(point):
            return 0
        return outputs(self.axis(point), n)

    def at(self, point: Point) -> "Layer":
        """The same layer, made once where nothing else is open."""
        if self.made is not None or any(name not in point for name in self.unknowns):
            return self
        allowed = not self.transposed or self.number("op", point) <= self.most(point)
        return Layer(self.axis(point), {}, {}) if allowed else self

    def number(self, word: str, point: Point) -> int:
        """One of its numbers, at values of the unknowns."""
        said = self.words[word]
        return said if isinstance(said, int) else point[said]

    def most(self, point: Point) -> int:
        """The largest output_padding: less than the stride or the dilation."""
        return max(self.number("s", point), self.number("d", point)) - 1

    def turns(self, name: str) -> set[int]:
        """Whether the count rises with an unknown, falls, or both, each as +1 or −1."""
        rising = {word: word in PADDING for word, value in self.words.items() if value == name}
        return {1 if up != self.transposed or word == "op" else -1 for word, up in rising.items()}


def layer(entry: Axis | Mapping[str, Any], number: int) -> Layer:
    """The door for one layer: a map of one axis, or a dict of words; `number` counts from 1."""
    if not isinstance(entry, dict):
        if not isinstance(entry, Axis):
            raise _no_layer(entry, number)
        return Layer(entry, {}, {})
    if unknown := [word for word in entry if word not in (*WORDS, *FLAGS)]:
        raise ShapeError(
            Text(zh=f"第 {number} 层没有这个词", en=f"layer {number} has no such word"),
            unknown[0],
            Text(
                zh=f"可用：{', '.join((*WORDS, *FLAGS))}",
                en=f"one of {', '.join((*WORDS, *FLAGS))} works",
            ),
        )
    if "k" not in entry:
        raise _no_layer(entry, number)
    words: dict[str, int | str] = {}
    unknowns: dict[str, Unknown] = {}
    for word, default in WORDS.items():
        words[word] = _word(word, entry.get(word, default), number, unknowns)
    made = Layer(None, words, unknowns, bool(entry.get("transposed")), bool(entry.get("ceil")))
    if made.ceil and made.transposed:
        raise ShapeError(
            Text(zh="转置的窗口没有向上取整", en="a transposed window does not round"),
            Received("transposed=True, ceil=True"),
            Text(zh="去掉其中一个", en="leave one of them out"),
        )
    return made


def _word(word: str, value: Any, number: int, unknowns: dict[str, Unknown]) -> int | str:
    """One number of a layer: an int, or the name of an unknown, which is noted."""
    if value is ...:
        name, made = f"{word}_{number}", Unknown(word)
    elif isinstance(value, str) and value.isidentifier():
        if value in RESERVED:
            raise ShapeError(
                Text(zh="未知量不能叫这个名字", en="an unknown cannot have this name"),
                value,
                Text(zh=f"例如 {word}_", en=f"for example {word}_"),
            )
        name, made = value, Unknown(word)
    elif isinstance(value, range | list | tuple):
        name, made = f"{word}_{number}", Unknown(word, _candidates(value, word))
    else:
        return integer(value, word, None if word in ("lo", "hi") else LEAST[word])
    unknowns[name] = _stricter(made, unknowns.get(name, made))
    return name


def _stricter(one: Unknown, other: Unknown) -> Unknown:
    """Of two words for one unknown the one that begins higher."""
    return one if LEAST[one.letter] > LEAST[other.letter] else other


def _no_layer(entry: object, number: int) -> ShapeError:
    return ShapeError(
        Text(
            zh=f"第 {number} 层须是一个轴上的映射，或含 k 的字典",
            en=f"layer {number} must be a map of one axis, or a dict with k",
        ),
        entry,
        Text(
            zh='例如 Window(3)，或 {"k": 3, "p": ...}',
            en='for example Window(3), or {"k": 3, "p": ...}',
        ),
    )


def _candidates(values: Any, word: str) -> tuple[int, ...]:
    """The door for candidates; one int is one of them."""
    least = None if word in ("lo", "hi") else LEAST.get(word, 1)
    several = values[: TRIES + 1] if isinstance(values, range | list | tuple) else (values,)
    if not several:
        raise ShapeError(
            Text(zh=f"{word} 没有候选值", en=f"there are no candidates for {word}"),
            values,
            Text(zh=f"例如 {word}=range(1, 9)", en=f"for example {word}=range(1, 9)"),
        )
    return tuple(dict.fromkeys(integer(value, word, least) for value in several))


class Search:
    """One question to a stack.

    Args:
        stack: a `Stack`.
        n: the input size: an int, `...`, candidates, or `None` where it does not matter.
        m: the output size, likewise.
        field: the receptive field, likewise.
        candidates: name or letter → values.
    """

    def __init__(self, stack: "Stack", n: Any, m: Any, field: Any, candidates: Mapping[str, Any]):
        self.given: dict[str, Asked] = {
            name: value if value is ... else _sizes(value, name)
            for name, value in {"n": n, "m": m, "field": field}.items()
            if value is not None
        }
        self.candidates = {
            name: _candidates(values, name.partition("_")[0])
            for name, values in candidates.items()
            if values is not ...
        }
        self.depths = self._depths(stack.depth)
        self.rows_of = {depth: Fixed(self, stack.layers(depth)) for depth in self.depths}
        first = self.rows_of[self.depths[0]]
        open_depth = stack.depth is ... or isinstance(stack.depth, range | list | tuple)
        self.within = {name: BOUNDS["depth"] for name in ("depth",) if stack.depth is ...}
        self.within |= first.within
        self.asked = tuple(
            [name for name, value in self.given.items() if not isinstance(value, int)]
            + ["depth"] * open_depth
            + list(first.unknowns)
        )
        self._check_goals()
        self._check_names(candidates, first.unknowns)

    def _depths(self, depth: Any) -> tuple[int, ...]:
        if depth is ...:
            return self.candidates.get("depth", tuple(BOUNDS["depth"]))
        if isinstance(depth, range | list | tuple):
            return _candidates(depth, "depth")
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

    def _check_names(self, candidates: Iterable[str], unknowns: Mapping[str, Unknown]) -> None:
        """Candidates belong to unknowns, and every depth has the same ones."""
        letters = {unknown.letter for unknown in unknowns.values()}
        for name in candidates:
            if name not in unknowns and name not in letters and name != "depth":
                raise ShapeError(
                    Text(zh="没有这个未知量", en="there is no such unknown"),
                    name,
                    Text(
                        zh=f"可用：{', '.join(unknowns) or '无'}",
                        en=f"{', '.join(unknowns) or 'none'} work",
                    ),
                )
        for depth, rows in self.rows_of.items():
            if set(rows.unknowns) != set(unknowns):
                raise ShapeError(
                    Text(
                        zh="块数未知时，未知量须有名字",
                        en="with the depth open, unknowns need names",
                    ),
                    Received(f"depth={depth}: {', '.join(rows.unknowns)}"),
                    Text(
                        zh='例如 {"k": 3, "d": "d"}，而不是 ...',
                        en='for example {"k": 3, "d": "d"} in place of ...',
                    ),
                )

    def _found(self) -> Iterator[Row]:
        """The rows of every depth, what is asked of each."""
        for depth, fixed in self.rows_of.items():
            for row in fixed.rows():
                told = {**row, "depth": depth}
                yield {name: told[name] for name in self.asked}

    def solutions(self) -> Solutions:
        """The complete set, and where it is empty what comes near."""
        rows = tuple(islice(self._found(), ROWS + 1))
        if len(rows) > ROWS:
            raise ShapeError(
                Text(zh="解的行数太多", en="there are too many rows"),
                Received(f"> {ROWS}"),
                Text(
                    zh="请给出候选值，例如 p=range(0, 4)",
                    en="give candidates, for example p=range(0, 4)",
                ),
            )
        return Solutions(self.asked, rows, self.within, () if rows else self._nearest())

    def _nearest(self) -> tuple[Row, ...]:
        """What comes next below and above the one number that must be met."""
        goals = {name: value for name, value in self.given.items() if name != "n"}
        targets = {name: value for name, value in goals.items() if isinstance(value, int)}
        if len(targets) != 1:
            return ()
        ((goal, target),) = targets.items()
        best: dict[bool, tuple[int, Row]] = {}
        for depth, fixed in self.rows_of.items():
            for row in fixed.near(goal, target):
                gap, side = abs(row[goal] - target), row[goal] > target
                if side not in best or gap < best[side][0]:
                    told = row | {"depth": depth}
                    best[side] = gap, {name: told[name] for name in (goal, *self.asked)}
        return tuple(best[side][1] for side in sorted(best))


def _sizes(value: Any, name: str) -> int | tuple[int, ...]:
    """The door for n, m and field: an int, or candidates."""
    if isinstance(value, range | list | tuple):
        return _candidates(value, name)
    return integer(value, name, 1)


class Fixed:
    """One question to so many layers."""

    def __init__(self, search: Search, layers: list[Layer]):
        self.layers, self.given = layers, search.given
        self.unknowns: dict[str, Unknown] = {}
        for each in layers:
            for name, unknown in each.unknowns.items():
                self.unknowns[name] = _stricter(unknown, self.unknowns.get(name, unknown))
        self.goals: list[str] = [name for name in ("m", "field") if name in self.given]
        self.choices: dict[str, tuple[int, ...] | None] = {}
        for name, unknown in self.unknowns.items():
            self.choices[name] = search.candidates.get(
                name, search.candidates.get(unknown.letter, unknown.candidates)
            )
        if "n" in self.given:
            n = self.given["n"]
            self.choices["n"] = None if n is ... else _several(n)
        self.last = self._last()
        if self.choices.get("n", ()) is None and self.last != "n":
            raise ShapeError(
                Text(zh="解有无穷多行", en="there are infinitely many rows"),
                Received("n=..."),
                Text(
                    zh="请给出候选值，例如 n=range(1, 65)",
                    en="give candidates, for example n=range(1, 65)",
                ),
            )
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
        open_ = [name for name in open_ if len(self._turns("m", name)) == 1]
        return min(open_, key=lambda name: LAST.index(self._letter(name)), default=None)

    def _turns(self, goal: str, name: str) -> set[int]:
        """Whether a goal rises with an unknown, falls, or both."""
        if name == "n":
            return {1}
        if goal == "field":
            return {1} if self._letter(name) in WIDENING else set()
        return {turn for each in self.layers for turn in each.turns(name)}

    # ------------------------------------------------------------ what comes out

    def value(self, goal: str, point: Point, layers: list[Layer] | None = None) -> int:
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

    def _field(self, point: Point, layers: list[Layer]) -> int:
        axes = [each.axis(point) for each in layers]
        for axis in axes:
            if not hasattr(axis, "kernel"):
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
        """All values of what is tried one by one."""
        tried = {name: values for name, values in self.choices.items() if values is not None}
        if prod(map(len, tried.values())) > TRIES:
            widest = max(tried, key=lambda name: len(tried[name]))
            raise ShapeError(
                Text(
                    zh="要逐个试的组合太多", en="there are too many combinations to try one by one"
                ),
                Received(f"> {TRIES}"),
                Text(
                    zh=f"请给出较少的候选值，例如 {widest}=range(0, 4)",
                    en=f"give fewer candidates, for example {widest}=range(0, 4)",
                ),
            )
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
            turn = self._turns(goal, last)
            if not turn:
                if self.value(goal, point | {last: low}) != target:
                    return None
                continue
            ends = self._ends(last, goal, point, target, turn == {1})
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
            low = _first(lambda x: value(x) >= target, start, far)
            high = _first(lambda x: value(x) > target, start, far)
        else:
            low = _first(lambda x: value(x) <= target, start, far)
            high = _first(lambda x: value(x) < target, start, far)
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
            elif turns := self._turns(goal, last):
                ends = self._ends(last, goal, point, target, turns == {1})
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


WINDOW_PARTS = ("kernel", "stride", "lo", "hi", "outputs")


def _several(value: Asked) -> tuple[int, ...]:
    """The numbers that are given; none where it is asked."""
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, int) else ()


def _meets(made: int, given: Asked) -> bool:
    return made > 0 and (given is ... or made in _several(given))


def _first(holds: Callable[[int], bool], start: int, far: int) -> Any:
    """The first x from `start` on from which a rising condition holds; `inf`, where it does not up
    to `far`.
    """
    below, x, step = start - 1, start, 1
    while not holds(x):
        if x >= far:
            return inf
        below, x, step = x, min(start + step, far), 2 * step
    while x - below > 1:
        middle = (below + x) // 2
        below, x = (below, middle) if holds(middle) else (middle, x)
    return x
