"""What a layer gives on random whole numbers, worked out from where the algebra says it reads."""

from dataclasses import replace
from importlib import import_module
from math import prod

import numpy

from shapealg.checks import moves
from shapealg.checks.sums import convolved, pooled
from shapealg.layer.convolution import Convolution
from shapealg.layer.layer import Layer
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Columns, Patches, Shuffle
from shapealg.layer.separable import Separable

MANNERS = ("MaxUnpool", "CenterCropPad")  # their values hang on more than words and an input
# what adds columns up where their windows lay, by its word for the size that comes out
LAID_BACK = {"Col2Im": ("image_shape",), "Fold": ("output_size", "output_sizes")}


def work(words, input_shape, output_shape) -> int:
    """How much there is to do: outputs times what each reads; nothing for layers whose values are
    not worked out here.
    """
    if 0 in input_shape or type(words).__name__ in MANNERS:
        return 0  # what comes out of nothing is the framework's manners
    if hasattr(words, "maps") or type(words).__name__ in LAID_BACK:
        return prod(output_shape)
    if not hasattr(words, "meaning") or not _told(words, input_shape):
        return 0
    layer = words.meaning(*_channels_and_rank(words, input_shape))
    if any(
        axis.count(n) < 1
        for axis, n in zip(layer.axes, words.read(input_shape).spatial, strict=True)
    ):
        return 0  # that something came out is the framework's manners
    return prod(output_shape) * prod(getattr(layer, "kernel_size", ()) or (1,))


def _told(words, input_shape) -> bool:
    """Whether a layer is told by what it does along each axis."""
    if type(words).__name__ in ("Unfold", "extract_patches", "conv_general_dilated_patches"):
        return True
    if hasattr(words, "padding") and hasattr(words, "mode"):  # Paddle's padding of other axes
        return len(words.padding) == 2 * (len(input_shape) - 2)
    return words.by_axes or type(words).__name__ in ("pad", "image_resize")


def example(words, input_shape) -> tuple:
    """An input, weights in the framework's layout (or none) and the output that must come out, in
    the framework's layout.

    The output is `None` where the algebra does not say how much of each position is taken.
    """
    random = numpy.random.default_rng(prod(input_shape) + len(input_shape))
    x = random.integers(-4, 5, input_shape).astype("float32")
    if hasattr(words, "maps"):
        return x, None, moves.moved(words.maps(len(input_shape)), x, _manner(words))
    if said := LAID_BACK.get(type(words).__name__):
        size = next(getattr(words, word) for word in said if hasattr(words, word))
        batched = x if x.ndim == 3 else x[None]
        made = moves.folded(words.meaning(), batched, size)
        return x, None, made if x.ndim == 3 or made is None else made[0]
    shape = words.read(input_shape)
    layer = words.meaning(shape.channels, len(shape.spatial))
    if isinstance(layer, Convolution | Separable):
        weights, made = _weighed(words, layer, input_shape, random, _canonical(words, x))
        return x, weights, _laid_out(words, made, x)
    return x, None, _without_weights(words, layer, x)


def _weighed(words, layer, input_shape, random, x) -> tuple:
    """Random weights, and what comes out of x (batch, channels, *size) with them."""

    def drawn(lengths):
        return random.integers(-3, 4, lengths).astype("float32")

    rank = x.ndim - 2
    if isinstance(layer, Separable):
        deep, flat = map(drawn, words.weight_shape(input_shape))
        weights, last = [deep, flat], layer.pointwise
        each = _out_in(deep.reshape(*deep.shape[:-2], 1, -1))
        made = convolved(last, convolved(layer.depthwise, x, each), _out_in(flat))
    else:
        weight = drawn(words.weight_shape(input_shape))
        weights, last = [weight], layer
        made = convolved(layer, x, _weight(words, weight), _manner(words).border)
    if last.bias:
        weights.append(drawn(last.filters))
        made = made + weights[-1].reshape(-1, *(1,) * rank)
    return weights, made


def _without_weights(words, layer, x):
    """What comes out of x, in the framework's layout."""
    manner = _manner(words)
    if words.layout == "*":
        return moves.moved(layer.axes, x, manner)
    canonical = _canonical(words, x)
    if isinstance(layer, Pooling):
        if layer.kind not in ("max", "average") or getattr(words, "divisor_override", None):
            return None
        return _laid_out(words, pooled(layer, canonical), x)
    if isinstance(layer, Patches):
        if getattr(words, "_lhs", None) != getattr(words, "_out", None):
            return None  # what comes out lies otherwise than what goes in
        if any(axis.spaced for axis in layer.axes):
            return None
        return _laid_out(words, moves.columned(layer, canonical, not manner.taps_first), x)
    if isinstance(layer, Columns):
        made = moves.columned(layer, canonical)
        return made if x.ndim == canonical.ndim else made[0]
    if isinstance(layer, Shuffle):
        blocks_first = getattr(words, "mode", "DCR") == "DCR" and manner.blocks_first
        return _laid_out(words, moves.shuffled(layer, canonical, blocks_first), x)
    if type(layer) is not Layer:
        return None
    made = moves.moved((None, None, *layer.axes), canonical, manner)
    return None if made is None else _laid_out(words, made, x)


def _manner(words) -> moves.Manner:
    """What the framework does at a border, and within an area."""
    name = type(words).__name__
    told = getattr(words, "padding_mode", None) or getattr(words, "mode", None)
    if name.endswith(("Pad1d", "Pad2d", "Pad3d")):
        told = name[: name.index("Pad")]  # PyTorch says it by the name
    values = (getattr(words, word, None) for word in ("value", "constant_value", "constant_values"))
    grid = import_module(f"shapealg.checks.grids.{words.framework}")
    return replace(
        getattr(grid, "MANNER", moves.Manner()),
        border=moves.BORDERS.get(str(told).lower(), "constant"),
        value=next((float(v) for v in values if isinstance(v, int | float)), 0.0),
    )


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
