"""PyTorch's functions: `F.conv2d(x, w, stride=2)` on shapes. What comes in is a shape, or a name
for what is open; a weight is its shape, or an array that has one.

With a shape the answer is the shape that comes out; with a name, `F.conv2d("x", …)`, the layer.
"""

from shapealg.errors import ShapeError
from shapealg.shapes import entries as entries_of
from shapealg.text import Text
from shapealg.words.dialects import torch
from shapealg.words.spelling import bound, unnamed
from shapealg.words.unchanged import signature_of
from shapealg.words.words import Words

VERSION = torch.VERSION


class Function:
    """One function of `torch.nn.functional`, on shapes.

    Args:
        name: as PyTorch calls it.
        text: its arguments as they are written there.
        make: gives the layer for the arguments behind the first, by their names.
    """

    framework = "torch"

    def __init__(self, name: str, text: str, make):
        self.__name__ = self.__qualname__ = name
        self.__signature__ = signature_of(text)
        self.__doc__ = f"PyTorch's `F.{name}`, on shapes; with a name for what comes in, the layer."
        self._make = make

    def __call__(self, *args, **kwargs):
        """The layer on what comes in: the shape that comes out, or the words where that is open."""
        given = bound(self.__signature__, self.__name__, args, kwargs)
        if not isinstance(self._make, type):  # a layer has the same defaults
            given.apply_defaults()
        data, *_ = given.arguments.values()
        rest = dict(list(given.arguments.items())[1:])
        rest.pop("antialias", None)  # it changes no size
        if self.__name__ == "pad":
            rest["rank"] = None if unnamed(data) else len(entries_of(data) or ()) - 2
        words = self._make(**rest)
        return words if unnamed(data) else words.output_shape(data)

    def __repr__(self) -> str:
        return f"<torch.nn.functional.{self.__name__}{self.__signature__}>"


def _weight(value, rank: int) -> tuple:
    """The shape of a weight with `rank` axes."""
    entries = entries_of(value)
    if entries is None or len(entries) != rank:
        raise ShapeError(
            Text(
                zh=f"weight 须是 {rank} 项的形状，或这样的数组",
                en=f"weight must be a shape of {rank} entries, or such an array",
            ),
            value,
            Text(
                zh=f"例如 {(64, *(3,) * (rank - 1))}", en=f"for example {(64, *(3,) * (rank - 1))}"
            ),
        )
    return entries


def _conv(layer: type[torch.Conv]):
    def make(weight, bias, stride, padding, dilation, groups) -> Words:
        out, seen, *kernel = _weight(weight, layer.rank + 2)
        return layer(
            seen * groups, out, tuple(kernel), stride, padding, dilation, groups, bias is not None
        )

    return make


def _transposed(layer: type[torch.ConvTranspose]):
    def make(weight, bias, stride, padding, output_padding, groups, dilation) -> Words:
        channels, out, *kernel = _weight(weight, layer.rank + 2)
        said = stride, padding, output_padding, groups, bias is not None, dilation
        return layer(channels, out * groups, tuple(kernel), *said)

    return make


def _linear(weight, bias) -> Words:
    out, features = _weight(weight, 2)
    return torch.Linear(features, out, bias is not None)


def _pad(pad, mode, value, rank) -> Words:
    """The padding layer of as many axes as are padded, or as the input has."""
    numbers = entries_of(pad) if not isinstance(pad, int) else (pad,)
    kinds = {
        "constant": "ConstantPad",
        "reflect": "ReflectionPad",
        "replicate": "ReplicationPad",
        "circular": "CircularPad",
    }
    axes = max(len(numbers or ()) // 2, rank if rank in (1, 2, 3) else 1)
    if numbers is None or len(numbers) % 2 or not 1 <= axes <= 3 or mode not in kinds:
        raise ShapeError(
            Text(
                zh="pad 须是成对的数，末轴在前；mode 须是 constant、reflect、replicate 或 circular",
                en="pad must be pairs of numbers, the last axis first, and mode one of constant,"
                " reflect, replicate, circular",
            ),
            (pad, mode),
            Text(zh="例如 (1, 1, 1, 1)", en="for example (1, 1, 1, 1)"),
        )
    layer = getattr(torch, f"{kinds[mode]}{axes}d")
    numbers = (*numbers, *(0,) * (2 * axes - len(numbers)))
    if mode == "constant":
        return layer(numbers, 0 if value is None else value)
    return layer(numbers)


def _functions() -> dict:
    """name → function."""
    conv = "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1"
    up = "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1"
    largest = (
        "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False,"
        " return_indices=False"
    )
    mean = "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True"
    made = []
    for d in (1, 2, 3):
        layers = {name: getattr(torch, f"{name}{d}d") for name in RANKED}
        divisor = ", divisor_override=None" if d > 1 else ""
        made += [
            (f"conv{d}d", conv, _conv(layers["Conv"])),
            (f"conv_transpose{d}d", up, _transposed(layers["ConvTranspose"])),
            (f"max_pool{d}d", largest, layers["MaxPool"]),
            (f"avg_pool{d}d", mean + divisor, layers["AvgPool"]),
            (
                f"lp_pool{d}d",
                "input, norm_type, kernel_size, stride=None, ceil_mode=False",
                layers["LPPool"],
            ),
            (f"adaptive_avg_pool{d}d", "input, output_size", layers["AdaptiveAvgPool"]),
            (
                f"adaptive_max_pool{d}d",
                "input, output_size, return_indices=False",
                layers["AdaptiveMaxPool"],
            ),
        ]
    return {name: Function(name, text, make) for name, text, make in [*made, *_unranked()]}


def _unranked() -> list:
    """Rows of functions that have one name for all ranks."""
    columns = "kernel_size, dilation=1, padding=0, stride=1"
    resize = "input, size=None, scale_factor=None, mode='nearest', align_corners=None"
    return [
        ("pad", "input, pad, mode='constant', value=None", _pad),
        ("interpolate", f"{resize}, recompute_scale_factor=None, antialias=False", torch.Upsample),
        ("upsample", resize, torch.Upsample),
        ("pixel_shuffle", "input, upscale_factor", torch.PixelShuffle),
        ("pixel_unshuffle", "input, downscale_factor", torch.PixelUnshuffle),
        ("unfold", f"input, {columns}", torch.Unfold),
        ("fold", f"input, output_size, {columns}", torch.Fold),
        ("linear", "input, weight, bias=None", _linear),
    ]


RANKED = (
    *("Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool"),
    *("AdaptiveAvgPool", "AdaptiveMaxPool"),
)
FUNCTIONS = _functions()

# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    relu relu6 selu silu mish hardswish hardsigmoid (inplace=False)
    sigmoid tanh logsigmoid softsign tanhshrink ()
    leaky_relu (negative_slope=0.01, inplace=False)
    prelu (weight)
    rrelu (lower=0.125, upper=0.3333333333333333, training=False, inplace=False)
    elu celu (alpha=1.0, inplace=False)
    gelu (approximate='none')
    hardtanh (min_val=-1.0, max_val=1.0, inplace=False)
    hardshrink softshrink (lambd=0.5)
    softplus (beta=1, threshold=20)
    threshold (threshold, value, inplace=False)
    softmax softmin log_softmax (dim=None, _stacklevel=3, dtype=None) : softmax
    dropout (p=0.5, training=True, inplace=False)
    dropout1d dropout2d dropout3d (p=0.5, training=True, inplace=False)
    alpha_dropout feature_alpha_dropout (p=0.5, training=False, inplace=False)
    batch_norm (running_mean, running_var, weight=None, bias=None, training=False,
        momentum=0.1, eps=1e-05)
    instance_norm (running_mean=None, running_var=None, weight=None, bias=None,
        use_input_stats=True, momentum=0.1, eps=1e-05) : given_instance
    group_norm (num_groups, weight=None, bias=None, eps=1e-05) : given_group
    layer_norm (normalized_shape, weight=None, bias=None, eps=1e-05)
    normalize (p=2.0, dim=1, eps=1e-12, out=None) : softmax
    local_response_norm (size, alpha=0.0001, beta=0.75, k=1.0)
"""
DATA = ("input",)  # what their first argument is called
