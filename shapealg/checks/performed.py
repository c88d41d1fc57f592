"""What a layer gives on random whole numbers, worked out from where the algebra says it reads."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from itertools import chain
from math import prod

import numpy

from shapealg.axis.window import Window
from shapealg.checks import moves, sums, whole
from shapealg.checks.kernels import MITCHELL
from shapealg.checks.sums import convolved
from shapealg.layer.convolution import Convolution
from shapealg.layer.layer import Layer
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Columns, Patches, Shuffle
from shapealg.layer.separable import Separable

# Whose values hang on more than words and an input: a second input tells an unpooling where the
# largest entries stood, and nobody says what stands where several of them name one position.
UNPOOLING = "maxunpool"
# what adds columns up where their windows lay, by its word for the size that comes out
LAID_BACK = {"Col2Im": ("image_shape",), "Fold": ("output_size", "output_sizes")}
# what is told by what it does along each axis, though it stands for no layer of another framework
AXES = ("pad", "image_resize", "reduce_window", "Unfold", "extract_patches")
# JAX's, which lay their output out as they are told
TOLD_ORDER = ("conv_general_dilated", "conv_transpose", "conv_general_dilated_patches")


def work(words, input_shape, output_shape) -> int:
    """How much there is to do: outputs times what each reads; nothing for layers whose values are
    not worked out here.
    """
    name = type(words).__name__
    if 0 in _lengths(input_shape) or name.lower().startswith(UNPOOLING):
        return 0  # what comes out of nothing is the framework's manners
    if name in whole.LAYERS:
        return prod(output_shape) * max(_lengths(input_shape))
    if name in LAID_BACK or _axes(words, input_shape) is not None:
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


def _lengths(input_shape) -> list:
    """All lengths of a shape, or of several."""
    nested = any(isinstance(part, tuple | list) for part in input_shape)
    return list(chain.from_iterable(input_shape) if nested else input_shape)


def _told(words, input_shape) -> bool:
    """Whether a layer is told by what it does along each axis."""
    name = type(words).__name__
    if name in AXES or name in TOLD_ORDER or name.startswith("Global"):
        return True
    if hasattr(words, "around"):  # Paddle's padding, which says `by_axes` of no input
        return True
    return words.by_axes


def _surrounds(words, input_shape) -> bool:
    """Whether what is put around an input, or taken away, is told by the whole of its shape."""
    if not callable(getattr(words, "around", None)):
        return False
    told = getattr(words, "padding", None)
    return told is None or len(told) != 2 * (len(input_shape) - 2)


def example(words, input_shape, backend: str = "") -> tuple:
    """An input, weights in the framework's layout (or none) and the output that must come out, in
    the framework's layout.

    The output is `None` where the algebra does not say how much of each position is taken.

    Args:
        words: a layer.
        input_shape: the shape that goes in; of a layer that takes several, a tuple of them.
        backend: which one is to give the same, where a framework has several.
    """
    lengths = _lengths(input_shape)
    random = numpy.random.default_rng(prod(lengths) + len(lengths))

    def drawn(shape):
        return numpy.asarray(random.integers(-3, 4, shape), "float32")

    if type(words).__name__ in whole.SEVERAL:
        several = [drawn(shape) for shape in input_shape]
        return several, *whole.worked(words, several, drawn)
    x = random.integers(-4, 5, input_shape).astype("float32")
    if type(words).__name__ in whole.LAYERS:
        return x, *whole.worked(words, x, drawn)
    manner = _manner(words, backend)
    if (axes := _axes(words, input_shape)) is not None:
        return x, None, moves.moved(axes, x, manner)
    if type(words).__name__ in LAID_BACK:
        return x, None, _laid_back(words, x)
    shape = words.read(input_shape)
    layer = words.meaning(shape.channels, len(shape.spatial))
    if isinstance(layer, Convolution | Separable):
        weights, made = _weighed(words, layer, _canonical(words, x), input_shape, drawn, manner)
        return x, weights, _laid_out(words, made, x)
    return x, None, _without_weights(words, layer, x, manner)


def _axes(words, input_shape) -> Sequence | None:
    """The map of every axis, batch and channels too, of layers that speak of all of them."""
    if _surrounds(words, input_shape):
        return [Window(1, 1, *ends) for ends in words.around(input_shape)]
    return words.maps(len(input_shape)) if hasattr(words, "maps") else None


def _laid_back(words, x):
    """Columns added up where their windows lay."""
    said = LAID_BACK[type(words).__name__]
    size = next(getattr(words, word) for word in said if hasattr(words, word))
    made = moves.folded(words.meaning(), x if x.ndim == 3 else x[None], size)
    return made if x.ndim == 3 or made is None else made[0]


def _weighed(words, layer, x, input_shape, drawn, manner) -> tuple:
    """Random weights, and what comes out of x (batch, channels, *size) with them."""
    rank = x.ndim - 2
    if isinstance(layer, Separable):
        deep, flat = map(drawn, words.weight_shape(input_shape))
        weights, last = [deep, flat], layer.pointwise
        each = _out_in(deep.reshape(*deep.shape[:-2], 1, -1))
        made = convolved(last, convolved(layer.depthwise, x, each), _out_in(flat))
    else:
        weight = drawn(words.weight_shape(input_shape))
        weights, last, each = [weight], layer, _weight(words, weight)
        if (parts := getattr(words, "batch_group_count", 1)) > 1:
            # each part of the batch is a group of channels
            x = numpy.concatenate(numpy.split(x, parts), 1)
            layer = replace(layer, groups=parts)
            if layer.transposed:  # as many filters as a part makes, for the channels of each
                each = numpy.concatenate(numpy.split(each, parts, 1), 0)
        made = convolved(layer, x, each, manner.border)
    if last.bias:
        weights.append(drawn(last.filters))
        made = made + weights[-1].reshape(-1, *(1,) * rank)
    return weights, made


def _without_weights(words, layer, x, manner):
    """What comes out of x, in the framework's layout."""
    if isinstance(layer, Pooling):
        return _pooled(words, layer, x)
    if words.layout == "*":
        return moves.moved(layer.axes, x, manner)
    canonical = _canonical(words, x)
    if isinstance(layer, Patches):
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


def _pooled(words, layer, x):
    """The same of a pooling."""
    if words.layout == "*":
        return sums.pooled(layer, x[None, None])[0, 0]
    canonical = _canonical(words, x)
    if layer.kind == "lp":
        made = sums.normed(layer, canonical, words.norm)
    else:
        made = sums.pooled(layer, canonical) * float(words.manner.get("scale", 1))
    if getattr(words, "keepdims", True):
        return _laid_out(words, made, x)
    return made.squeeze(tuple(range(2, made.ndim)))


def _manner(words, backend: str) -> moves.Manner:
    """What the framework does at a border, and within an area."""
    name = type(words).__name__
    told = getattr(words, "padding_mode", None) or getattr(words, "mode", None)
    if name.endswith(("Pad1d", "Pad2d", "Pad3d")):
        told = name[: name.index("Pad")]  # PyTorch says it by the name
    values = (getattr(words, word, None) for word in ("value", "constant_value", "constant_values"))
    grid = import_module(f"shapealg.checks.grids.{words.framework}")
    own = getattr(grid, "MANNER", moves.Manner())
    own = own.get(backend, next(iter(own.values()))) if isinstance(own, dict) else own
    return replace(
        own,
        border=moves.BORDERS.get(str(told).lower(), "constant"),
        value=next((float(v) for v in values if isinstance(v, int | float)), 0.0),
        **_cubic(words),
    )


def _cubic(words) -> dict:
    """What is another where a framework has several cubic kernels."""
    if hasattr(words, "cubic_coeff_a"):
        return {"cubic": float(words.cubic_coeff_a), "drops": words.exclude_outside}
    method = getattr(words, "method", "")
    if method == "mitchellcubic":
        return {"cubic": MITCHELL, "table": 0}
    if method == "cubic-pytorch" and not words.antialias:
        return {"cubic": -0.75, "drops": False}
    return {}


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
    order = getattr(words, "_out", None) or words.order(x.ndim)
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
    places = getattr(words, "_rhs", None) or [
        letter for part in layout for letter in ([part] if part != "*" else range(rank))
    ]
    wanted = ["I", "O"] if words.meaning(None, rank).transposed else ["O", "I"]
    turned = weight.transpose([places.index(label) for label in (*wanted, *range(rank))])
    return (
        turned[(slice(None), slice(None), *(slice(None, None, -1),) * rank)]
        if getattr(words, "flips_kernel", False)
        else turned
    )
