"""A layer in a graph: the words of its dialect, mapped along the axes of a tensor."""

from functools import lru_cache
from math import prod

from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.exact import Exact
from shapealg.layer.rearrange import Shuffle
from shapealg.network.tensor import UNKNOWN, Tensor, Wire, told
from shapealg.printing import brief
from shapealg.words.dialects import torch
from shapealg.words.words import Words

MANY, LONG, INFINITE = 2**10, 2**20, 2**62
EDGE = 2**4  # so many lengths on either side of a turn of a long stride
PLAIN = (Words.outputs_along, torch.Module.outputs_along)  # refusals of what is empty anyhow


class Along:
    """A layer that maps every axis on its own, in the words of its dialect.

    Args:
        words: the layer.
        more: axis → so much more padding behind than the words say.
    """

    __slots__ = ("_at", "_programs", "more", "words")

    def __init__(self, words: Words, more: dict | None = None):
        self.words, self.more = words, more or {}
        self._at: dict = {}
        self._programs: dict = {}

    def __repr__(self) -> str:
        return brief("Along", repr(self.words))

    def __call__(self, flow, x, *_):
        """What the layer makes of a tensor."""
        shape = x.shape
        if shape is None:
            return UNKNOWN
        at = self._at.get(len(shape))
        program = self._programs.get((len(shape), None if at is None else shape[at]))
        if program is None:
            program = self._read(flow, shape)
        at, filters, steps, wires, shuffled, strict = program
        if strict and not any(n is None or isinstance(n, Exact) for n in shape):
            self.words.output_shape(shape)  # refuses what only it knows
        made = list(shape)
        if at is not None:
            made[at] = filters
        for place, label, axis, taken, floor in steps:
            n = shape[place]
            if n is None:
                m = self.words._size(axis, n, label)
            elif floor is not None:
                m = n.floor_after(*floor) if type(n) is Length else (n + floor[0]) // floor[1]
            else:
                if shuffled and not axis.transposed:
                    flow.equal(n % axis.stride, 0)
                m = self._outputs(flow, axis, n, taken)
            made[place] = m
            if m is not n or type(m) is int:  # two numbers may be one object
                flow.some(m)
        return Tensor(tuple(made), None, wires)

    def _read(self, flow, shape) -> tuple:
        """What is to be done for so many channels and axes: where the channels stand and how many
        come out, the axes that change, the wires.
        """
        words, order = self.words, self.words.order(len(shape))
        at = order.index("C") if "C" in order else None
        known, unknown = getattr(words, "in_channels", None), False
        if at is not None and shape[at] is None:
            unknown = True
            shape = (*shape[:at], Length.of("C") if known is None else known, *shape[at + 1 :])
        read = words.read(shape)
        channels = read.channels
        if isinstance(channels, Exact) and known is not None:
            taken = getattr(words, "channels_taken", (known,))
            channels = flow.equal(channels, known) if len(taken) == 1 else known
            flow.one_of(read.channels, taken)
        layer = words.meaning(channels, len(read.spatial))
        if (
            isinstance(channels, Exact)
            and not unknown
            and isinstance(groups := getattr(layer, "groups", 1), int)
        ):
            flow.equal(channels % groups, 0)
        steps, wires = self._steps(layer, order, shape)
        if unknown:
            filters = None if type(layer) is Shuffle else layer.channels(channels)
            filters = None if isinstance(filters, Exact) else filters
        else:
            filters = self._filters(flow, layer, channels)
        strict = any(step[3] is not None for step in steps)
        program = (at, filters, steps, wires, type(layer) is Shuffle, strict)
        # what an open length must be is asked each time
        if unknown or not isinstance(channels, Exact):
            self._at[len(shape)] = at
            self._programs[len(shape), None if unknown else channels] = program
        return program

    def _steps(self, layer, order, shape) -> tuple:
        """The axes that change, each with its place, label, map, what is taken, and its floor; all
        wires.
        """
        steps, wires = [], []
        for place, label in enumerate(order):
            axis = layer.axes[label] if isinstance(label, int) else None
            if axis is not None and label in self.more:
                axis = Window(axis.kernel, axis.stride, axis.lo, axis.hi + self.more[label])
            if axis is None:
                wires.append(() if label == "C" else (Wire(0, place),))
                continue
            axis = axis if self._covers(axis) else axis.fixed or axis
            wires.append((Wire(0, place, told(axis)),))
            # a shuffle wants multiples, and is asked for them
            taken = None if type(layer) is Shuffle else self._taken(shape, place, axis, layer)
            keeps = axis.fixed and axis.stride == 1 and axis.kernel - 1 == axis.lo + axis.hi
            if taken is not None or not keeps:
                plain = taken is None and type(layer) is not Shuffle and not self._covers(axis)
                floor = _floor(axis) if plain else None
                steps.append((place, label, axis, taken, floor))
        return tuple(steps), tuple(wires)

    def _filters(self, flow, layer, channels):
        """The channels that come out; where blocks of open channels become positions, they must
        divide.
        """
        if (
            type(layer) is not Shuffle
            or not isinstance(channels, Exact)
            or not layer.axes[0].transposed
        ):
            return layer.channels(channels)
        block = prod(axis.window.stride for axis in layer.axes)
        flow.equal(channels % block, 0)
        return channels // block

    def macs(self, x, *_):
        """Multiply–accumulates for one example."""
        read = self.words.read(x.shape)
        channels = self.words.coming(read.channels)
        return self.words.meaning(channels, len(read.spatial)).macs(read.spatial, channels)

    def _outputs(self, flow, axis, n, taken):
        """The outputs along an axis: windows that fit, not what a framework makes of one that does
        not.
        """
        if taken is not None:
            flow.within(n, taken)
        if self._covers(axis):
            m = axis.count(n)
            left = n - ((m - 1) * axis.stride + axis.kernel)
            if type(left) is int and left > 0:
                self.words.outputs_along(axis, n, 0)  # refuses it in its own words
            flow.some(1 - left)
            return m
        if axis.fixed is None:
            return flow.counted(axis, n)
        more, padding = axis.lo + axis.hi - axis.kernel, max(axis.hi, 0)
        if isinstance(axis.stride, Exact) or padding < axis.stride - 1:
            left = n + more
            moves = left // axis.stride
            flow.drops(left - moves * axis.stride, padding)
            return moves + 1
        return (n + (more + axis.stride)) // axis.stride

    def _covers(self, axis) -> bool:
        """Whether nothing may be left behind the last window, and something could be."""
        return getattr(self.words, "covers", False) and not axis.kernel >= axis.stride

    def _taken(self, shape, place: int, axis, layer):
        """The lengths that a framework takes, where a window that fits is not enough (too little to
        reflect, a kernel longer than the bare input, an output size that must be reached): a range,
        or `None`.
        """
        words = self.words
        if self._covers(axis):
            return None  # what that requires is said as a length
        if (
            type(words).outputs_along in PLAIN and type(words).output_shape is Words.output_shape
        ) or getattr(words, "padding_mode", None) == "zeros":
            return None
        order = words.order(len(shape))
        known = getattr(words, "in_channels", None)
        groups = getattr(layer, "groups", 1)  # which open channels will be asked to divide into
        enough = LONG * groups if type(groups) is int else LONG
        many = known if isinstance(known, int) else enough
        # the other axes are long enough for anything
        tried = tuple(
            n if isinstance(n, int) and not isinstance(label, int) else LONG
            for n, label in zip(shape, order, strict=True)
        )
        at = order.index("C") if "C" in order else None
        if at is not None and not isinstance(shape[at], int):
            tried = (*tried[:at], many, *tried[at + 1 :])
        return _tried(words, tried, place, axis)


def _floor(axis) -> tuple | None:
    """(c, s) of a window in numbers that leaves no data unread: ⌊(n + c)/s⌋ is all of it."""
    numbers = (axis.kernel, axis.stride, axis.lo, axis.hi) if axis.fixed is not None else (None,)
    if not {int}.issuperset(map(type, numbers)) or axis.hi < axis.stride - 1:
        return None
    return axis.lo + axis.hi - axis.kernel + axis.stride, axis.stride


@lru_cache(maxsize=2**10)  # a deep network says the same words at node after node
def _tried(words: Words, shape: tuple, place: int, axis) -> range | tuple | None:
    """The lengths that a framework takes at a place of a shape; found by asking for them."""

    def said(n: int) -> tuple:
        return words.output_shape((*shape[:place], n, *shape[place + 1 :]))

    def taken(n: int) -> bool:
        try:
            said(n)
            return True
        except ShapeError:
            return False

    fits = max(axis.need(1), 1) if axis.given is None else 1
    first = next((n for n in range(fits, fits + MANY) if taken(n)), None)
    if first is None:
        said(fits)  # refused whatever the length, in its own words
        return None
    if taken(first + MANY):
        if not all(map(taken, _near(first, getattr(axis, "stride", None)))):
            return ()
        return None if first == 1 or axis.count(first - 1) < 1 else range(first, INFINITE)
    last = next(n for n in range(first, first + MANY) if not taken(n + 1))
    if any(taken(n) for n in range(last + 2, last + MANY)):
        return ()
    return range(first, last + 1)


def _near(first: int, stride) -> list:
    """The lengths at which a refusal that has to do with the stride shows: two turns of it; of a
    long one their ends, where the windows' number changes.
    """
    if not isinstance(stride, int):
        stride = 1
    if stride <= MANY:
        return list(range(first, first + 2 * stride + 2))
    ends = [first, first + stride, first + 2 * stride]
    return [n for end in ends for n in range(max(end - EDGE, first), end + EDGE)]
