"""Windows that functions and methods move along the axes: cut out, laid back, resized, sampled."""

from math import prod

from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.operations import kept, refuse
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch.table.arguments import Unknown, known
from shapealg.network.readers.torch.table.words import require
from shapealg.network.tensor import WHOLE, Tensor, Wire
from shapealg.words.dialects import torch as dialect


def columns(flow, x, *arguments, **named):
    """im2col: each window a column."""
    words = _spoken(dialect.Unfold, arguments, named)
    require(flow, words)
    layer, first = words.meaning(), len(x.shape) - 3
    made = operations.mapped(flow, x, {first + 1 + i: axis for i, axis in enumerate(layer.axes)})
    n, c, d = made.shape[:first], made.shape[first], made.shape[first + 1 :]
    return Tensor((*n, c * prod(layer.kernel_size), prod(d)), None, (*kept(first), (), ()))


def laid_back(flow, x, *arguments, **named):
    """The inverse of im2col: each column a window."""
    words = _spoken(dialect.Fold, arguments, named)
    layer = words.meaning()
    *n, rows, found = x.shape
    counts = (axis.count(m) for axis, m in zip(layer.axes, words.output_size, strict=True))
    flow.equal(found, prod(counts))
    taps = prod(layer.kernel_size)
    flow.equal(rows % taps, 0)
    return Tensor((*n, rows // taps, *words.output_size), None, (*kept(len(n)), (), (), ()))


def _spoken(words: type, arguments: tuple, named: dict):
    """The words of a call."""
    return words(*map(known, arguments), **{name: known(value) for name, value in named.items()})


def along(flow, x, dimension, size, step):
    """`Tensor.unfold`: windows along an axis, each a new last axis."""
    size, step = known((size, step))
    flow.some(size)
    made = operations.mapped(flow, x, {dimension: Window(size, step)})
    return Tensor((*made.shape, size), None, (*made.wires, ()))


def unpooled(flow, x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Max pooling run backwards: as long as it needs, or as is said."""
    d = len(x.shape) - 2
    k, s, p = (_each(known(one), d) for one in (kernel_size, stride or kernel_size, padding))
    for n, m in zip(x.shape, indices.shape, strict=True):
        flow.equal(n, m)
    axes = {2 + i: Transposed(Window(k[i], s[i], p[i], p[i])) for i in range(d)}
    made = operations.mapped(flow, x, axes)
    if output_size is None:
        return made
    return sized(flow, made, known(output_size), [1 - n for n in s], s)


def _each(one, d: int) -> tuple:
    """A number for each axis, where one is told for all."""
    return tuple(one) if isinstance(one, tuple | list) else (one,) * d


def sized(flow, made, wanted: tuple, least, most):
    """A transposed layer's output with the size that is asked for, of those that lead back: from so
    much below to less than so much above.
    """
    d = len(least)
    lengths = wanted[-d:]
    for n, m, low, high in zip(lengths, made.shape[-d:], least, most, strict=True):
        flow.some(n - m - low + 1)
        flow.some(m + high - n)
    return Tensor((*made.shape[:-d], *lengths), None, made.wires)


def _factor(one):
    """By how much an axis is scaled; `None` where sizes make the factor, for what comes out then
    hangs on how the fraction was rounded.
    """
    try:
        told = known(one)
    except Unknown:
        return None
    if not isinstance(told, Ratio):
        return told
    return told.length / told.below if type(told.length) is int else None


def _interpolate(
    flow, x, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
):
    size, d = known(size), len(x.shape) - 2
    factors = None if scale_factor is None else tuple(map(_factor, _each(scale_factor, d)))
    open_ = [i for i, factor in enumerate(factors or ()) if factor is None]
    words = dialect.Upsample(
        size=None if size is None else _each(size, d),
        scale_factor=factors and tuple(1 if f is None else f for f in factors),
        mode=mode,
        align_corners=align_corners,
        recompute_scale_factor=recompute_scale_factor,
    )
    made = Along(words)(flow, x)
    if open_:
        shape = list(made.shape)
        for i in open_:
            shape[i + 2] = None
        made = Tensor(tuple(shape))
    if not antialias or open_:
        return made
    # how wide it reads is not told
    wide = [(Wire(0, i, WHOLE),) for i in range(2, len(x.shape))]
    return Tensor(made.shape, None, (*kept(2), *wide))


def _sampled(flow, x, grid, *_, **__):
    """Where a grid says: for each of its places as many numbers as there are axes."""
    d = len(x.shape) - 2
    if d not in (2, 3) or len(grid.shape) != d + 2:
        refuse("维数不对", "the number of dimensions does not fit", len(grid.shape))
    flow.equal(x.shape[0], grid.shape[0])
    flow.equal(grid.shape[-1], d)
    for n in x.shape[2:]:
        flow.some(n)
    found = range(1, len(grid.shape) - 1)
    return Tensor(
        (*x.shape[:2], *grid.shape[1:-1]),
        None,
        (*kept(2), *((Wire(0, i + 1, WHOLE), Wire(1, i)) for i in found)),
    )


FUNCTIONS = {
    "unfold": columns,
    "fold": laid_back,
    **dict.fromkeys(("max_unpool1d", "max_unpool2d", "max_unpool3d"), unpooled),
    "interpolate": _interpolate,
    "grid_sample": _sampled,
}
