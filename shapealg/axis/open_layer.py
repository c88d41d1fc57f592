"""One layer on one axis whose numbers may be open: a map, or words in which some are unknowns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapealg.axis.asked import LEAST, Point, candidates, forward
from shapealg.axis.axis import Axis
from shapealg.axis.door import integer
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Ceiled
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError
from shapealg.text import Text

# the words of a layer, as in `solve`, and what is meant where one is left out; k is never
WORDS = {"k": None, "s": 1, "d": 1, "p": 0, "lo": 0, "hi": 0, "op": 0}
FLAGS = ("transposed", "ceil")
RESERVED = ("n", "m", "field", "depth")  # what is asked of the whole, so no unknown's name
# a window's count rises with these and falls with k, s and d; run backwards, the other way round
PADDING = ("p", "lo", "hi")


def outputs(axis: Axis, n: int) -> int:
    """The outputs of one layer on an input of size `n`, 0 where no window fits."""
    fits = axis.declared is axis or axis.declared.count(n) >= 1
    return max(integer(axis.count(n), "m"), 0) if fits else 0


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
class OpenLayer:
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

    def at(self, point: Point) -> "OpenLayer":
        """The same layer, made once where nothing else is open."""
        if self.made is not None or any(name not in point for name in self.unknowns):
            return self
        allowed = not self.transposed or self.number("op", point) <= self.most(point)
        return OpenLayer(self.axis(point), {}, {}) if allowed else self

    def number(self, word: str, point: Point) -> int:
        """One of its numbers, at values of the unknowns."""
        said = self.words[word]
        return said if isinstance(said, int) else point[said]

    def most(self, point: Point) -> int:
        """The largest output_padding: less than the stride or the dilation."""
        return max(self.number("s", point), self.number("d", point)) - 1

    def signs(self, name: str) -> set[int]:
        """Whether the count rises with an unknown, falls, or both, each as +1 or −1."""
        rising = {word: word in PADDING for word, value in self.words.items() if value == name}
        return {1 if up != self.transposed else -1 for up in rising.values()}


def opened(entry: Axis | Mapping[str, Any], number: int) -> OpenLayer:
    """The door for one layer: a map of one axis, or a dict of words; `number` counts from 1.

    Raises:
        ShapeError: for anything else, named by its number.
    """
    if not isinstance(entry, dict):
        if not isinstance(entry, Axis):
            raise _no_layer(entry, number)
        return OpenLayer(entry, {}, {})
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
    made = OpenLayer(None, words, unknowns, bool(entry.get("transposed")), bool(entry.get("ceil")))
    if words["op"] != 0 and not made.transposed:
        raise forward()
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
        name, made = f"{word}_{number}", Unknown(word, candidates(value, word))
    else:
        return integer(value, word, None if word in ("lo", "hi") else LEAST[word])
    unknowns[name] = stricter(made, unknowns.get(name, made))
    return name


def stricter(one: Unknown, other: Unknown) -> Unknown:
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
