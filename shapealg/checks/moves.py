"""Padding, resizing and rearranging on numbers: where each value goes is what the algebra says."""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy

from shapealg.axis.door import integer
from shapealg.axis.resized import MODES, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.window import Window
from shapealg.checks import kernels
from shapealg.layer.rearrange import Columns, Patches, Shuffle
from shapealg.text import Text

# what frameworks call that which stands in for positions outside
BORDERS = {
    "zeros": "constant",
    "constant": "constant",
    "reflect": "reflect",
    "reflection": "reflect",
    "symmetric": "symmetric",
    "replicate": "edge",
    "replication": "edge",
    "edge": "edge",
    "circular": "wrap",
    "wrap": "wrap",
}
TABLE = 1024  # so many steps has TensorFlow's table of its cubic kernel


@dataclass(frozen=True)
class Manner:
    """What a framework does at a border, and within an area.

    Attributes:
        border: what stands in for positions outside, one of the values of `BORDERS`.
        value: what stands there where none does.
        drops: whether what lies outside does not count in a mean; otherwise the nearest position
            stands in.
        shares: whether a position counts as far as it lies within an area; otherwise wholly.
        crops: whether what goes around goes around what cropping leaves; otherwise around it all.
        cubic: which of the cubic kernels it has; see `kernels.of`.
        table: in how many steps the distance from an output to the position before it is looked
            up, where the kernel is cubic and not smoothed; 0 where it is worked out.
        blocks_first: whether of channels that become positions the place within a block goes
            before the channel.
        taps_first: whether of windows that become channels the tap goes before the channel.
    """

    border: str = "constant"
    value: float = 0.0
    crops: bool = False
    cubic: float | str = -0.75
    table: int = 0
    drops: bool = False
    shares: bool = False
    blocks_first: bool = False
    taps_first: bool = False


def sources(places, n: int, border: str) -> tuple:
    """For positions anywhere the one of 0 … n − 1 that stands in for it, and whether it does.

    >>> import numpy
    >>> sources(numpy.arange(-2, 5), 3, "reflect")[0]
    array([2, 1, 0, 1, 2, 1, 0])
    """
    if border == "constant":
        return places.clip(0, n - 1), (places >= 0) & (places < n)
    everywhere = numpy.ones(places.shape, bool)
    if border == "edge":
        return places.clip(0, n - 1), everywhere
    if border == "wrap":
        return places % n, everywhere
    turn, last = (2 * n, 2 * n - 1) if border == "symmetric" else (max(2 * n - 2, 1), 2 * n - 2)
    folded = places % turn
    return numpy.minimum(folded, last - folded), everywhere


def matrix(axis, n: int, manner: "Manner"):
    """What each output (row) takes of each of n positions (column); `None` where the algebra says
    which they are, but not how much of each.
    """
    m = axis.count(n)
    if hasattr(axis, "positions"):
        return numpy.eye(n)[list(axis.positions(n))]
    if axis.mode:
        return _resampled(axis.at(n), n, m, manner)
    if axis.transposed and axis.window.kernel <= axis.window.stride:
        window = axis.window
        reached = numpy.arange(m) + window.lo
        places, inside = sources(reached // window.stride, n, "constant")
        inside &= reached % window.stride < window.kernel
    elif axis.fixed and axis.kernel == 1:
        first, last = max(-axis.lo, 0), n - max(-axis.hi, 0)
        places = numpy.arange(m) * axis.stride - axis.lo
        if manner.border == "wrap" and manner.crops:
            if max(axis.lo, axis.hi, 1) > last - first:
                return None  # more than once: what is not written yet is read
            places, inside = sources(places - first, last - first, "wrap")
            places = places + first
        else:
            places, inside = sources(places, n, manner.border)
    else:
        return None
    made = numpy.zeros((m, n))
    made[numpy.arange(m)[inside], places[inside]] = 1
    return made


def _resampled(placed: Resized, n: int, m: int, manner: "Manner"):
    """What a resized axis takes: one position, those that an area meets, or by their distance those
    of a kernel.
    """
    kind = MODES[placed.mode][1]
    if kind == "all":
        return None
    made = numpy.zeros((m, n))
    for j in range(m):
        above, below = placed.lies(j)
        first, last = integer(placed.first(j), "first"), integer(placed.last(j), "last")
        at = integer(above, "place") / integer(below, "place")
        if manner.table and kind == 2 and not placed.smooth:
            at = round(at * manner.table) / manner.table
        read = numpy.arange(first, last + 1)
        if not isinstance(kind, str):
            step = float(placed.reach(kind) / kind)
            weights = kernels.of(kind, manner.cubic)((read - at) / step)
        elif kind == "area" and manner.shares:
            ends = numpy.clip([read, read + 1], at, at + n / m)
            weights = ends[1] - ends[0]
        else:
            weights = numpy.ones(len(read))
        if manner.drops:
            weights, read = weights[(read >= 0) & (read < n)], read[(read >= 0) & (read < n)]
        numpy.add.at(made[j], read.clip(0, n - 1), weights / weights.sum())
    return made


ROUNDED = Text(
    zh="最近邻缩放算位置用单精度：输出恰好落在两格之间时，因子若不是二进制有限小数，结果可能差一格。",
    en=(
        "nearest resizing works its places out in single precision: where an output lies just"
        " between two positions and the factor is no binary fraction, it may read the one before."
    ),
)


def rounded(dialect, told: dict) -> bool:
    """Whether a disagreement about values is one of a nearest resizing some output of which lies
    just where one position ends and the next begins, by a step that is no binary fraction.
    """
    return told["framework"] == "other values" and any(
        axis.mode and _between(axis, n) for axis, n in _resized(dialect, told)
    )


def _resized(dialect, told: dict) -> list:
    """The axes that a call resizes, each with the length that goes in; none of other calls."""
    if told["call"] not in ("Upsample", "Resize"):
        return []
    words, size = getattr(dialect, told["call"])(**told["words"]), tuple(told["input"])
    if hasattr(words, "maps"):
        return list(zip(words.maps(len(size)), size, strict=True))
    shape = words.read(size)
    axes = words.meaning(shape.channels, len(shape.spatial)).axes
    return list(zip(axes, shape.spatial, strict=True))


def _between(axis: Resized | Scaled, n: int) -> bool:
    """Whether some output of an axis lies between two positions of which it reads one."""
    kind, placed = MODES[axis.mode][1], axis.at(n)
    if kind not in ("floor", "ceil", "up", "down"):
        return False
    ratio = placed.ratio or Fraction(n, integer(axis.count(n), "count"))
    step, half = ratio.denominator, kind in ("up", "down")
    lies = (placed.lies(j) for j in range(1, integer(axis.count(n), "count")))
    ends = ((2 * above + half * below) % (2 * below) == 0 for above, below in lies)
    return step & (step - 1) != 0 and any(ends)


KEPT = Text(
    zh="按因子缩放而各轴长度都不变时，原样照抄，不按因子取位置。",
    en=(
        "where a factor changes no length, the input is handed on as it is, and not read where the"
        " factor says."
    ),
)


def kept(dialect, told: dict) -> bool:
    """Whether a disagreement about values is one of a resizing that changes no length."""
    axes = _resized(dialect, told) if told["framework"] == "other values" else []
    return bool(axes) and all(axis.count(n) == n for axis, n in axes)


def moved(axes, x, manner: "Manner"):
    """x with each of its axes mapped, `None` being one that stays; `None` where the algebra does
    not say how much of each position is taken.
    """
    for i, axis in enumerate(axes):
        if axis is None or axis == Window.identity:
            continue
        made = matrix(axis, x.shape[i], manner)
        if made is None:
            return None
        x = numpy.moveaxis(numpy.tensordot(made, x, (1, i)), 0, i)
        if manner.value:
            missing = (made.sum(1) == 0).reshape(-1, *(1,) * (x.ndim - i - 1))
            x = numpy.where(missing, manner.value, x)
    return x


def shuffled(layer: Shuffle, x, blocks_first: bool):
    """x (batch, channels, *size): channels that become positions, or back; `blocks_first` says that
    in the long channels the place within a block goes before the channel.
    """
    rank = layer.rank
    up = layer.axes[0].transposed
    r = getattr(layer.axes[0], "window", layer.axes[0]).stride
    n, c, *size = x.shape
    if up:
        short = c // r**rank
        parts = (*(r,) * rank, short) if blocks_first else (short, *(r,) * rank)
        x = x.reshape(n, *parts, *size)
        if blocks_first:
            x = numpy.moveaxis(x, 1 + rank, 1)
        order = [0, 1, *(a for i in range(rank) for a in (2 + rank + i, 2 + i))]
        return x.transpose(order).reshape(n, short, *(k * r for k in size))
    x = x.reshape(n, c, *(a for k in size for a in (k // r, r)))
    inner, outer = [3 + 2 * i for i in range(rank)], [2 + 2 * i for i in range(rank)]
    order = [0, *inner, 1, *outer] if blocks_first else [0, 1, *inner, *outer]
    return x.transpose(order).reshape(n, c * r**rank, *(k // r for k in size))


def _taken(layer: Columns, size: tuple) -> list:
    """Per axis the position that each window (row) reads with each tap (column); −1 where a tap
    falls between positions that were moved apart.
    """
    tables = []
    for axis, k, n in zip(layer.axes, layer.kernel_size, size, strict=True):
        table = numpy.full((integer(axis.count(n), "count"), k), -1)
        for j, row in enumerate(table):
            read, met = axis.at(n).links(integer(k, "k"), j)
            row[list(met)] = read
        tables.append(table)
    return tables


def windows(layer: Columns, x):
    """x (batch, channels, *size) → (batch, channels, taps of each axis, windows along each)."""
    for i, (table, n) in enumerate(zip(_taken(layer, x.shape[2:]), x.shape[2:], strict=True)):
        places, inside = sources(table, n, "constant")
        x = numpy.take(x, places, 2 + 2 * i)
        x = x * inside.reshape(*table.shape, *(1,) * (x.ndim - 4 - 2 * i))
    rank = layer.rank
    return x.transpose([0, 1, *range(3, 3 + 2 * rank, 2), *range(2, 2 + 2 * rank, 2)])


def columned(layer: Columns, x, channels_first: bool = True):
    """Every window's values beside one another: a column for `Columns`, the channels of a place for
    `Patches`; `channels_first` says that the channel goes before the tap.
    """
    met, rank = windows(layer, x), layer.rank
    if not channels_first:
        met = numpy.moveaxis(met, 1, 1 + rank)
    places = met.shape[2 + rank :]
    return met.reshape(x.shape[0], -1, *(places if isinstance(layer, Patches) else (prod(places),)))


def folded(layer: Columns, x, size: tuple):
    """Columns added up where their windows lay: x (batch, channels · taps, windows); `None` where
    no window fits.
    """
    tables, rank = _taken(layer, size), layer.rank
    if not all(len(table) for table in tables):
        return None  # a framework that gives something here has manners of its own
    x = x.reshape(x.shape[0], -1, *layer.kernel_size, *(len(table) for table in tables))
    for i, (table, n) in enumerate(zip(tables, size, strict=True)):
        spread = numpy.zeros((n, *table.T.shape))  # position, tap, window
        for (window, tap), place in numpy.ndenumerate(table):
            if 0 <= place < n:
                spread[place, tap, window] += 1
        x = numpy.tensordot(x, spread, ([2, 2 + rank - i], [1, 2]))
    return x
