"""What a layer gives on random whole numbers, worked out by loops that read exactly where the
algebra says it reads.
"""

from fractions import Fraction
from itertools import product
from math import prod

import numpy

from shapealg.axis.door import integer
from shapealg.layer.convolution import Convolution
from shapealg.layer.pooling import Pooling
from shapealg.layer.separable import Separable


def work(words, input_shape, output_shape) -> int:
    """How much there is to do: outputs times what each reads; nothing for layers whose values are
    not worked out here.
    """
    if not words.by_axes or getattr(words, "padding_mode", "zeros") != "zeros" or 0 in input_shape:
        return 0  # what comes out of nothing is the framework's manners
    layer = words.meaning(*_channels_and_rank(words, input_shape))
    if any(
        axis.count(n) < 1
        for axis, n in zip(layer.axes, words.read(input_shape).spatial, strict=True)
    ):
        return 0  # that something came out is the framework's manners
    return prod(output_shape) * prod(getattr(layer, "kernel_size", ()) or (1,))


def example(words, input_shape) -> tuple:
    """An input, weights in the framework's layout (or none) and the output that must come out, in
    the framework's layout.

    The output is `None` for layers whose values are no sum or maximum over positions.
    """
    random = numpy.random.default_rng(prod(input_shape) + len(input_shape))
    shape = words.read(input_shape)
    channels, rank = shape.channels, len(shape.spatial)
    layer = words.meaning(channels, rank)
    x = random.integers(-4, 5, input_shape).astype("float32")
    canonical = _canonical(words, x)
    if isinstance(layer, Convolution):
        weight = random.integers(-3, 4, words.weight_shape(input_shape)).astype("float32")
        bias = random.integers(-3, 4, layer.filters).astype("float32") if layer.bias else None
        made = convolved(layer, canonical, _weight(words, weight)) + (
            0 if bias is None else bias.reshape(-1, *(1,) * rank)
        )
        return x, [weight] if bias is None else [weight, bias], _laid_out(words, made, x)
    if isinstance(layer, Separable):
        deep, flat = (
            random.integers(-3, 4, lengths).astype("float32")
            for lengths in words.weight_shape(input_shape)
        )
        bias = (
            [random.integers(-3, 4, layer.pointwise.filters).astype("float32")]
            if layer.pointwise.bias
            else []
        )
        made = convolved(
            layer.pointwise,
            convolved(layer.depthwise, canonical, _out_in(deep.reshape(*deep.shape[:-2], 1, -1))),
            _out_in(flat),
        )
        return (
            x,
            [deep, flat, *bias],
            _laid_out(words, made + sum(b.reshape(-1, *(1,) * rank) for b in bias), x),
        )
    if isinstance(layer, Pooling) and layer.kind in ("max", "average"):
        return x, None, _laid_out(words, pooled(layer, canonical), x)
    return x, None, None


def convolved(layer: Convolution, x, weight):
    """x (batch, channels, *size), weight (output channels, input channels, *taps) of a forward or
    (I, O, *) of a transposed one.
    """
    size = x.shape[2:]
    out = numpy.zeros((x.shape[0], layer.filters, *layer.output_size(size)))
    groups = integer(layer.groups, "groups")

    for place in numpy.ndindex(out.shape[2:]):
        for links in product(
            *(tuple(zip(*pair, strict=True)) for pair in layer.links(size, place))
        ):
            position, taps = tuple(p for p, _ in links), tuple(t for _, t in links)
            if any(not 0 <= p < n for p, n in zip(position, size, strict=True)):
                continue
            seen, met = (
                x[(slice(None), slice(None), *position)],
                weight[(slice(None), slice(None), *taps)],
            )
            for g in range(groups):
                ours, theirs = (
                    slice(g * n // groups, (g + 1) * n // groups)
                    for n in (layer.filters, x.shape[1])
                )
                share = met[theirs] if layer.transposed else met[ours].T
                out[(slice(None), ours, *place)] += seen[:, theirs] @ share
    return out


def pooled(layer: Pooling, x):
    """x (batch, channels, *size): the largest or the mean of what each window reads."""
    size = x.shape[2:]
    out = numpy.zeros((*x.shape[:2], *layer.output_size(size)))
    for place in numpy.ndindex(out.shape[2:]):
        met = [axis.output(n, j) for axis, n, j in zip(layer.pooled, size, place, strict=True)]
        window = x[(slice(None), slice(None), *numpy.ix_(*(read for read, _ in met)))]
        over = tuple(range(2, x.ndim))
        if layer.kind == "max":
            made = window.max(over, initial=-numpy.inf)
        elif len(shares := [share for _, share in met if isinstance(share, Fraction)]) < len(met):
            made = numpy.nan
        else:
            made = window.sum(over) * float(prod(shares))
        out[(slice(None), slice(None), *place)] = made
    return out


def _out_in(weight):
    """(*, I, O) as (O, I, *)."""
    rank = weight.ndim - 2
    return weight.transpose([rank + 1, rank, *range(rank)])


def _channels_and_rank(words, input_shape) -> tuple:
    shape = words.read(input_shape)
    return shape.channels, len(shape.spatial)


def _canonical(words, x):
    """Batch, channels, axes."""
    order = words.order(x.ndim)
    x = x if "N" in order else x[None]
    order = order if "N" in order else ["N", *order]
    return x.transpose([order.index(label) for label in ("N", "C", *range(x.ndim - 2))])


def _laid_out(words, made, x):
    order = words.order(x.ndim)
    turned = made.transpose(
        [
            ("N", "C", *range(made.ndim - 2)).index(label)
            for label in (order if "N" in order else ["N", *order])
        ]
    )
    return turned if "N" in order else turned[0]


def _weight(words, weight):
    """(O, I, *) from the framework's layout, (I, O, *) for a transposed convolution; flipped where
    the framework flips.
    """
    if getattr(words, "multiplies", False):
        weight = weight.reshape(*weight.shape[:-2], 1, -1)
    layout = words.weight_layout
    rank = weight.ndim - 2
    places = [letter for part in layout for letter in ([part] if part != "*" else range(rank))]
    wanted = ["I", "O"] if words.meaning(None, rank).transposed else ["O", "I"]
    turned = weight.transpose([places.index(label) for label in (*wanted, *range(rank))])
    return (
        turned[(slice(None), slice(None), *(slice(None, None, -1),) * rank)]
        if getattr(words, "flips_kernel", False)
        else turned
    )
