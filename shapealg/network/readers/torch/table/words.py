"""Functions that are layers: their arguments in the words of the dialect."""

from functools import partial

from shapealg.axis.length import Length
from shapealg.network.along import Along
from shapealg.network.readers.torch.table.arguments import sized
from shapealg.network.readers.torch.table.entry import Function, entry
from shapealg.words.dialects import torch as dialect


def _convolution(words, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    out, share, *kernel = weight.shape
    return words(share * groups, out, kernel, stride, padding, dilation, groups, bias is not None)


def _transposed(
    words, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    share, out, *kernel = weight.shape
    there = padding, output_padding, groups, bias is not None, dilation
    return words(share, out * groups, kernel, stride, *there)


def _max_pooling(
    words, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    return words(kernel_size, stride or None, padding, dilation, return_indices, ceil_mode)


def _adaptive_max_pooling(words, output_size, return_indices=False):
    return words(output_size)


def _alike(words, *arguments, **named):
    return words(*arguments, **named)


# name → its layer, and how the function's arguments become the layer's
SPOKEN: dict[str, tuple[str, Function]] = {
    "conv": ("Conv", _convolution),
    "conv_transpose": ("ConvTranspose", _transposed),
    "max_pool": ("MaxPool", _max_pooling),
    "avg_pool": ("AvgPool", _alike),
    "lp_pool": ("LPPool", _alike),
    "adaptive_avg_pool": ("AdaptiveAvgPool", _alike),
    "adaptive_max_pool": ("AdaptiveMaxPool", _adaptive_max_pooling),
}
TOLD: dict[str, Function] = {
    f"{name}{d}d": partial(told, getattr(dialect, f"{layer}{d}d"))
    for d in (1, 2, 3)
    for name, (layer, told) in SPOKEN.items()
} | {"pixel_shuffle": dialect.PixelShuffle, "pixel_unshuffle": dialect.PixelUnshuffle}


def _layer(name: str):
    """A layer whose arguments are known when sizes flow only."""

    def words(arguments: tuple, named: dict):
        return TOLD[name](*map(sized, arguments), **{k: sized(v) for k, v in named.items()})

    def products(x, *arguments, **named):
        return Along(words(arguments, named)).macs(x)

    @entry(products=products)
    def operation(flow, x, *arguments, **named):
        told = words(arguments, named)
        require(flow, told)
        if name.startswith("conv") and (bias := _bias(*arguments, **named)) is not None:
            flow.equal(bias.shape[0], told.out_channels)
        made = Along(told)(flow, x)
        return (made, made) if named.get("return_indices") else made

    return operation


def _bias(weight, bias=None, *_, **__):
    """What a convolution adds, of what it takes behind its input."""
    return bias


def _fitting(name: str):
    """The words of a convolution; no layer adds more, or fewer, numbers than it has channels."""

    def words(*arguments, **named):
        told, bias = TOLD[name](*arguments, **named), _bias(*arguments, **named)
        if bias is not None and bias.shape != (told.out_channels,):
            raise TypeError(f"{bias.shape} numbers for {told.out_channels} channels")
        return told

    return words


# the same, for who wants a layer
WORDS = TOLD | {name: _fitting(name) for name in TOLD if name.startswith("conv")}


def require(flow, words) -> None:
    """Require of the numbers of a layer that are open what the doors ask of numbers."""
    kernel = getattr(words, "kernel_size", ())
    padding = getattr(words, "padding", ())
    least_0 = (p + 1 for p in padding if isinstance(p, Length))
    for n in (*kernel, *getattr(words, "stride", ()), *least_0):
        if isinstance(n, Length):
            flow.some(n)
    if getattr(words, "kind", None) in ("max", "average"):
        for k, p in zip(kernel, padding, strict=False):
            if isinstance(k, Length) or isinstance(p, Length):
                flow.some(k - 2 * p + 1)


FUNCTIONS = {name: _layer(name) for name in WORDS}
