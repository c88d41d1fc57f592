"""One call in a framework's own words: its arguments at the door, then axes; below this door
nothing is spelled.

A dialect says its names, defaults and order by the signature of `__init__`, its layouts and manners
by attributes, and what the words mean by `meaning`. All else is said once for all frameworks and
ranks: how a call is put together (`spelling`), what is let in (`doors`), what a shape is made of
(`shape`), and, here, what is asked.
"""

import inspect
from collections.abc import Callable
from contextlib import suppress
from math import inf, isfinite, prod
from typing import Any, NoReturn

from shapealg.errors import NoSuchName, Received, ShapeError, shown, written
from shapealg.exact import Exact
from shapealg.layer.layer import Layer, fitting
from shapealg.printing import Pictured
from shapealg.shapes import entries as entries_of
from shapealg.text import Text
from shapealg.words.doors import Doors
from shapealg.words.manners import TooSmall
from shapealg.words.norm import EUCLIDEAN
from shapealg.words.shape import Shape, named, opened, order_of
from shapealg.words.spelling import Spelling, signature_of, unnamed

QUESTIONS = ["output_shape", "weight_shape", "parameters", "macs"]
# what Keras calls them
KERAS_QUESTIONS = {"compute_output_shape": "output_shape", "count_params": "parameters"}
# what programs ask a layer for → which of ours answers
ASKED = {
    "forward": ["output_shape"],
    "call": ["output_shape"],
    "compute_output_shape": ["output_shape"],
    "summary": ["output_shape", "parameters"],
    "weight": ["weight_shape"],
    "weights": ["weight_shape", "parameters"],
    "kernel": ["weight_shape"],
    "shape": ["output_shape", "weight_shape"],
    "count_params": ["parameters"],
    "num_parameters": ["parameters"],
    "flops": ["macs"],
    "receptive_field": ["reads"],
}


def steady(outputs_along: Callable) -> Callable:
    """Say of an `outputs_along` that an axis which it counts plainly at a size it counts plainly at
    every larger one, so that its floor may be kept.
    """
    marked: Any = outputs_along  # a function takes any attribute
    marked.steady = True
    return outputs_along


# what is meant where nothing else is said
PLAIN = {"padding_mode": "zeros", "norm": EUCLIDEAN, "scale": 1, "activation": None}
SAID = {"scale": "divisor_override"}  # what the words have for it


def _scale(kernel_size: tuple, divisor):
    """What a mean over all taps is multiplied by, where its sum is divided by another number."""
    numbers = (*kernel_size, divisor)
    if not divisor or not all(isinstance(n, int | float) and isfinite(n) for n in numbers):
        return numbers
    from fractions import Fraction  # here, as it loads decimals

    return prod(kernel_size) / Fraction(divisor)


_converter: list[Callable] = []  # gives `convert`, which stands above the words


def converted_by(fetch: Callable) -> None:
    """Say who converts: `fetch()` gives `convert(words, framework, input_shape, explicit)`."""
    _converter[:] = [fetch]


class Words(Doors, Pictured, metaclass=Spelling):
    """What all dialects share. `rank` is the number of spatial axes, `None` where the input decides
    it.
    """

    framework = ""
    rank: Any = None  # an int where it is told; some words read it off their arguments
    layout = "NC*"  # the order of the data's axes: batch, channels, the spatial axes
    weight_layout = ""  # the order of the weight's: output channels, input channels, the kernel
    unbatched = False  # whether the batch axis may be left out
    # arguments that change no size; accepted, so that a pasted line works, and not kept
    sizeless: frozenset[str] = frozenset()
    # what a program names before all this: the data, and what lies between; `conv2d(x, w, …)`
    data: tuple[str, ...] = ()
    data_first = False  # whether the first argument is always the data
    signature: inspect.Signature | None = None  # where the words' own is not that of `__init__`
    too_small = TooSmall.REFUSED
    family = False  # whether it is only what the words of several ranks are made from
    by_axes = True  # whether every axis is mapped on its own, so that `meaning` says it all

    # the shape that comes in, where the words tell it: Keras's `input_shape=`
    said_input: tuple | None = None

    # ------------------------------------------------------------ what a dialect says

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer these words mean, for so many input channels (and axes) where that matters."""
        self.refuse(
            f"{type(self).__name__} 作用于整个形状，不是逐轴的层",
            f"{type(self).__name__} works on whole shapes, not axis by axis",
            Received(repr(self)),
            "可问 output_shape",
            "output_shape can be asked",
        )

    @steady
    def outputs_along(self, axis, n, i: int):
        """The output along axis number `i` of `n` positions, manners included."""
        if self.too_small is not TooSmall.REFUSED and isinstance(n, int):
            m = axis.count(n)
            if isinstance(m, int) and m < 1 and (made := self.too_small.size(axis, n)) is not None:
                return made
        return fitting(axis, n, i)

    # what is said where other channels come in than its `in_channels`, {n} of them
    wanted_channels: Text | None = None

    # a layer that treats every place alike says here what it is as a convolution of any rank
    pointwise: Callable[[int], Layer] | None = None

    # ------------------------------------------------------------ what can be asked

    @property
    def layer(self) -> Layer:
        """The layer these words mean."""
        return self.meaning(getattr(self, "in_channels", None), self.rank)

    @property
    def manner(self) -> dict:
        """What the words say about values and no axis knows: with what they pad, which norm they
        take, by how much their mean is multiplied, what is done behind; only what is not plain.
        """
        said = {name: getattr(self, name, plain) for name, plain in PLAIN.items()}
        divisor = getattr(self, "divisor_override", None)
        if divisor is not None:
            said["scale"] = _scale(self.kernel_size, divisor)
        return {name: value for name, value in said.items() if value != PLAIN[name]}

    def __call__(self, *shape):
        """What comes out, as a program calls its layer: the shape, or the words on a name, `x`."""
        if len(shape) != 1:
            self._one_shape(shape)
        return self if unnamed(shape[0]) else self.output_shape(shape[0])

    def output_shape(self, input_shape: tuple, *more) -> tuple:
        """The shape that comes out, in the framework's layout; `None` stays `None`.

        Args:
            input_shape: ints, names or SymPy symbols, in the order of `layout`. A name comes back
                in a `Length`, an exact integer expression whose `.expr` is SymPy's; a symbol
                in a SymPy expression.

        Raises:
            ShapeError: if the rank is wrong or the channels do not fit.
            DomainError: if there would be no output.
        """
        if more:
            self._one_shape((input_shape, *more))
        try:
            return self._at_once(input_shape) or self._output_shape(input_shape)
        except ShapeError as problem:
            raise self._led_on(problem, input_shape) from None

    def _output_shape(self, input_shape) -> tuple:
        shape = self.read(input_shape)
        layer = self.meaning(shape.channels, len(shape.spatial))
        channels = layer.channels(shape.channels)
        layer.require(shape.spatial)
        made = [
            self._size(axis, n, i)
            for i, (axis, n) in enumerate(zip(layer.axes, shape.spatial, strict=True))
        ]
        if type(shape.channels) is type(channels) is int:
            self._plan(layer, shape, channels, made)
        return self._told(shape.batch, channels, tuple(made))

    def _plan(self, layer: Layer, shape: Shape, channels: int, made: list) -> None:
        """Keep what the next shape with as many axes and channels need not ask again: where the
        channels stand, how many there are and become; per axis its place, the map, and its floor
        with the size from which on it holds.
        """
        if type(layer).require is not Layer.require or type(self)._told is not Words._told:
            return  # the sizes must be seen, or come out in another order
        order, axes = self.order(len(shape.batch) + 1 + len(shape.spatial)), []
        first, plain = order.index(0), getattr(type(self).outputs_along, "steady", False)
        for i, n in enumerate(shape.spatial):
            axis, m = layer.axes[i], made[i]
            if type(m) is not int and not isinstance(m, Exact):
                return
            more, period = (plain and axis.as_floor) or (0, 0)
            fitted = type(n) is int and period and m == (n + more) // period > 0
            axes.append((first + i, i, axis, n if fitted else inf, more, period))
        planned = vars(self).setdefault("_plans", {})
        planned[len(order)] = order.index("C"), shape.channels, channels, axes

    def _at_once(self, input_shape) -> tuple | None:
        """The shape that comes out by what is planned; `None` where an entry needs a closer
        look.
        """
        plans = vars(self).get("_plans")
        if not plans or type(input_shape) is not tuple or len(input_shape) not in plans:
            return None
        at, channels, made_channels, axes = plans[len(input_shape)]
        made = list(input_shape)
        if type(made[at]) is not int or made[at] != channels:
            return None
        for i, n in enumerate(input_shape):
            if type(n) is int:
                if n < 1:
                    return None
            elif type(n) is str and n.isidentifier():
                made[i] = named(n, "input_shape")
            else:
                return None
        for place, i, axis, least, more, period in axes:
            n = made[place]
            if period and isinstance(n, Exact):
                made[place] = n.floor_after(more, period)
            elif period and n >= least:
                made[place] = (n + more) // period
            else:
                made[place] = self.outputs_along(axis, n, i)
        made[at] = made_channels
        return tuple(made)

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of the weights in the framework's layout; `input_shape` is needed where the
        words do not say the channels.
        """
        channels, rank = self._seen(input_shape)
        lengths = self.meaning(channels, rank).weight(channels)
        if not lengths:
            return ()
        parts = map(lengths.__getitem__, self.weight_layout)
        spread = [part if isinstance(part, tuple) else (part,) for part in parts]
        return tuple(self._back(x) for part in spread for x in part)

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        weightless = self._weightless(input_shape)
        channels, rank = (None, self.rank) if weightless else self._seen(input_shape)
        return self._back(self.meaning(channels, rank).parameters(channels))

    def _weightless(self, input_shape) -> bool:
        """Whether there are no weights however many channels come in, so that nobody need say
        it.
        """
        if input_shape is not None or self.rank is None or hasattr(self, "in_channels"):
            return False
        return type(self.meaning(None, self.rank)).parameters is Layer.parameters

    def macs(self, input_shape):
        """Multiply–accumulates for one example (the batch does not count, nor do biases); FLOPs = 2
        × MACs.
        """
        shape = self.read(input_shape)
        self.all_known(shape.spatial, input_shape)
        channels = self.coming(shape.channels)
        return self._back(self.meaning(channels, len(shape.spatial)).macs(shape.spatial, channels))

    def all_known(self, lengths, input_shape, counted: str = "MACs") -> tuple:
        """The lengths that MACs (or parameters) are counted from, each of them known."""
        if None in (lengths := tuple(lengths)):
            raise ShapeError(
                Text(
                    zh=f"计算{' MACs ' if counted == 'MACs' else '参数'}需要知道每个轴的尺寸",
                    en=f"{counted} need the size of every axis",
                ),
                Received(shown(tuple(input_shape))),
                Text(zh="未知的尺寸请写成名字，如 'H'", en="give unknown sizes a name such as 'H'"),
            )
        return lengths

    def reads(self, input_shape, place: tuple) -> tuple:
        """Per axis the input positions that the output at `place` (spatial, from 0) reads; those
        outside the input are padding.
        """
        shape = self.read(input_shape)
        return self.meaning(shape.channels, len(shape.spatial)).reads(shape.spatial, place)

    def smallest_input(self) -> tuple:
        """Per axis the smallest size that gives an output."""
        return tuple(
            max(1, least) if isinstance(least := axis.need(1), int) else least
            for axis in self.layer.axes
        )

    def to(self, framework: str, input_shape=None, explicit: bool = False):
        """The words of another framework that give the same values, with what becomes of the
        weights; with `explicit`, padding in numbers.

        Raises:
            ShapeError: with the reason, where there are none.
        """
        return _converter[0]()(self, framework, input_shape, explicit)

    # ------------------------------------------------------------ shapes

    def read(self, input_shape) -> Shape:
        """A shape in this layout taken apart; symbols become integers on the way."""
        entries = self.entries(input_shape)
        at = dict(zip(self.order(len(entries)), entries, strict=True))
        for label, n in at.items():
            if type(n) is not int or n < 1:
                self._entry(label, n)
        batch, channels = (at.pop("N"),) if "N" in at else (), at.pop("C", None)
        self._fit_channels(channels)
        return Shape(batch, channels, tuple([at[i] for i in range(len(at))]))

    def _entry(self, label, n) -> None:
        """Refuse what cannot stand there in a shape."""
        least = 0 if label != "C" or self._empty_channels else 1
        if (n is None and label == "C" and not self._unknown_channels) or (
            n is not None and (n < least) == True
        ):
            self._wrong_shape(
                (
                    Text(
                        zh="通道数须为正整数",
                        en="the number of channels must be a positive integer",
                    )
                    if label == "C"
                    else Text(zh="尺寸不能为负", en="a size cannot be negative")
                ),
                n,
            )

    def _fit_channels(self, channels) -> None:
        """Refuse other channels than the words say must come in."""
        if self.wanted_channels is None:
            return
        wanted = self.in_channels
        if isinstance(channels, int) and isinstance(wanted, int) and channels != wanted:
            n = shown(wanted)
            raise ShapeError(
                self.wanted_channels.format(n=n),
                channels,
                Text(zh=f"{n} 个通道可用", en=f"{n} channels work"),
            )

    # whether there may be no channels, or nobody knows how many
    _empty_channels = _unknown_channels = False

    def entries(self, input_shape) -> tuple:
        """The sizes of a shape, each an integer, a symbol or `None`."""
        numbers = type(input_shape) is tuple and {int}.issuperset(map(type, input_shape))
        told = self.said_input if input_shape is None else input_shape
        entries = told if numbers else entries_of(told)
        if entries is None or not self.order(len(entries)):
            lengths = self._lengths()
            self._wrong_shape(
                Text(
                    zh=f"{type(self).__name__} 的 input_shape 须有"
                    f" {lengths.replace('or', '或')} 项",
                    en=f"{type(self).__name__} needs an input_shape of {lengths} entries",
                ),
                input_shape,
            )
        if numbers:
            return entries
        made = opened(entries, "input_shape", self)
        return tuple(map(self._integer, made))

    def _lengths(self) -> str:
        if self.rank is None:
            return "3 to 5"
        return f"{self.rank + 1} or {self.rank + 2}" if self.unbatched else str(self.rank + 2)

    def order(self, length: int) -> list:
        """What each entry of a shape of so many entries is: "N", "C", or the number of a spatial
        axis; nothing if it cannot be.
        """
        return order_of(self.layout, self.rank, self.unbatched, length)

    def _wrong_shape(self, asked: Text, received) -> NoReturn:
        order = self._axes_told()
        raise ShapeError(
            asked, received, Text(zh=f"次序是 ({order})", en=f"the order is ({order})")
        )

    def _led_on(self, problem: ShapeError, input_shape) -> ShapeError:
        """The same refusal; where the shape fits with its channels at the other end, it says so."""
        for other in self._reordered(input_shape):
            with suppress(ShapeError):
                made = self._output_shape(other)
                order, here = self._axes_told(), f"{shown(other)} → {shown(made)}"
                told = f"({order})" in problem.works.en
                where = Text(zh=f"次序若写作 ({order})，", en=f"in the order ({order})")
                if told:
                    where = Text(zh="照此次序，", en="in that order")
                works = Text(
                    zh=f"{problem.works.zh}；{where.zh}则是 {here}",
                    en=f"{problem.works.en}; {where.en} it would be {here}",
                )
                return type(problem)(problem.asked, problem.received, works)
        return problem

    def _reordered(self, input_shape) -> list:
        """What a shape may have been meant as: its channels at the other end, or with a batch."""
        try:
            given = entries_of(input_shape, 8) or ()
        except ShapeError:
            return []
        rank = self.rank or len(given) - 2
        batch, rest = given[: len(given) - rank - 1], given[len(given) - rank - 1 :]
        if rank < 1 or len(rest) != rank + 1 or len(batch) > 1 or any(n is None for n in rest):
            return []
        if self.layout == "N*C":
            if not batch and not _like_channels(rest[0], rest[-1]):
                return [(None, *rest)]
            moved = (*(batch or (None,)), *rest[1:], rest[0])
            return [moved] if _like_channels(rest[0], rest[-1]) else []
        if self.layout != "NC*":
            return []
        wanted = getattr(self, "in_channels", None)
        fits = rest[-1] == wanted if wanted is not None else _like_channels(rest[-1], rest[0])
        return [(*batch, rest[-1], *rest[:-1])] if fits is True else []

    def _axes_told(self) -> str:
        rank = self.rank or 2
        names = ("D", "H", "W")[3 - rank :] if rank > 1 else ("L",)
        return ", ".join(
            x for letter in self.layout for x in (names if letter == "*" else (letter,))
        )

    def _size(self, axis, n, i):
        if n is None:
            return axis.given
        return self.outputs_along(axis, n, i)

    def _told(self, batch: tuple, channels, spatial: tuple) -> tuple:
        parts = {"N": batch, "C": (channels,), "*": spatial}
        made = [x for letter in self.layout for x in parts[letter]]
        return tuple(map(self._back, made) if self._names else made)

    def coming(self, channels):
        """The channels that come in: where they are open, as many as the words want."""
        wanted = self.wanted_channels and self.in_channels
        return wanted if wanted is not None and isinstance(channels, Exact) else channels

    def _channels(self, input_shape):
        return self._seen(input_shape)[0]

    def _seen(self, input_shape) -> tuple:
        """How many channels come in, and the number of axes."""
        if input_shape is not None or self.said_input is not None:
            shape = self.read(input_shape)
            return self.coming(shape.channels), len(shape.spatial)
        if (known := getattr(self, "in_channels", None)) is not None:
            return known, self.rank
        raise ShapeError(
            Text(
                zh=f"{type(self).__name__} 的词里没有输入通道数",
                en=f"{type(self).__name__} does not say how many channels come in",
            ),
            None,
            Text(zh="请给出 input_shape", en="give an input_shape"),
        )

    # ------------------------------------------------------------ said again

    def words(self) -> dict:
        """What was said, name by name, defaults left out."""
        parameters = signature_of(type(self)).parameters
        # what was kept under its own name, and is no method of that name
        given = self._given
        now = {n: vars(self).get(n, given[n]) for n in parameters if n in given}
        required = [name for name, p in parameters.items() if p.default is p.empty and name in now]
        return {
            name: now[name]
            for name in now
            if name in required or not _is_default(now[name], parameters[name].default, self.rank)
        }

    def __eq__(self, other) -> bool:
        """Whether the same was said in the same words, however it was spelled."""
        return type(other) is type(self) and self._told_all() == other._told_all()

    def __hash__(self) -> int:
        return hash(self._told_all())

    def _told_all(self) -> tuple:
        said = *self.words().items(), ("", self.said_input)
        return type(self), *((name, written(value)) for name, value in said)

    def __getattr__(self, name: str):
        """The framework's own question, where ours is the same; else a line that names ours."""
        if name.startswith("_"):
            raise AttributeError(name)
        if self.framework == "keras" and name in KERAS_QUESTIONS:
            return getattr(self, KERAS_QUESTIONS[name])
        raise NoSuchName(
            Text(
                zh=f"{type(self).__name__} 没有这个属性",
                en=f"{type(self).__name__} has no such attribute",
            ),
            name,
            ASKED.get(name, QUESTIONS),
        )

    def __dir__(self) -> list:
        known = (*QUESTIONS, "layer", "reads", "smallest_input", "to", "words", *self._given)
        own = KERAS_QUESTIONS if self.framework == "keras" else ()
        return sorted({*known, *own})

    def __repr__(self) -> str:
        parameters = signature_of(type(self)).parameters
        bare = [
            name
            for name, p in parameters.items()
            if p.default is p.empty and p.kind is not p.KEYWORD_ONLY and not self.data_first
        ]
        told = [
            shown(value) if name in bare else f"{name}={shown(value)}"
            for name, value in self.words().items()
        ]
        if self.said_input is not None:
            told.append(f"input_shape={shown(self.said_input[1:])}")
        return f"{type(self).__name__}({', '.join(told)})"


class Weightless:
    """Beside `Words`: what works on whole shapes and has no weights."""

    by_axes = False

    def weight_shape(self, input_shape=None) -> tuple:
        """No weights, whatever comes in."""
        return ()

    def parameters(self, input_shape=None):
        """None, whatever comes in."""
        return 0

    def macs(self, input_shape):
        """None: nothing is multiplied."""
        return 0


def _is_default(value, default, rank) -> bool:
    return (
        value is default
        or (type(value) is type(default) and value == default)
        or (rank is not None and isinstance(value, tuple) and value == (default,) * rank)
    )


def _like_channels(n, other) -> bool:
    """Whether a number looks like the channels of an image, beside one that does not."""
    return isinstance(n, int) and isinstance(other, int) and n in (1, 3) and n < other


def ranked(base: type[Words], name: str, ranks=(1, 2, 3)) -> tuple:
    """The same words for several numbers of axes: `ranked(Conv, "Conv{}d")` gives Conv1d, Conv2d,
    Conv3d.
    """
    base.family = True
    same = {"__module__": base.__module__, "__doc__": base.__doc__, "family": False}
    return tuple(type(name.format(rank), (base,), same | {"rank": rank}) for rank in ranks)
