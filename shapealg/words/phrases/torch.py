"""How PyTorch says a window: convolutions, poolings, and what stands in front of them."""

from math import isinf

from shapealg.axis.counted import Counted
from shapealg.text import Text
from shapealg.words.dialects import torch
from shapealg.words.phrasing import Manner, Sought, adaptive, backwards, flat, ranked

MANNER = Manner(
    {
        "max": (Counted.DATA,),
        "average": (Counted.PADDED, Counted.DATA),
        "lp": (Counted.PADDED,),
    },
    ceils=(False, True),
    dilated=("max",),
    padded=("max", "average"),
    limit=lambda k, rank: k // 2,
    alike=True,
    adaptive=adaptive(torch),
    norms=lambda norm: norm.even or norm.signed != isinf(norm.power),
)
# what Keras does behind a sum; "{axis}" is the place of the axis that it has last
ACTIVATIONS = {
    "relu": "ReLU()",
    "relu6": "ReLU6()",
    "leaky_relu": "LeakyReLU(negative_slope=0.2)",
    "elu": "ELU()",
    "celu": "CELU()",
    "selu": "SELU()",
    "gelu": "GELU()",
    "silu": "SiLU()",
    "swish": "SiLU()",
    "mish": "Mish()",
    "softplus": "Softplus()",
    "softsign": "Softsign()",
    "tanh": "Tanh()",
    "tanh_shrink": "Tanhshrink()",
    "sigmoid": "Sigmoid()",
    "log_sigmoid": "LogSigmoid()",
    "hard_sigmoid": "Hardsigmoid()",
    "hard_silu": "Hardswish()",
    "hard_swish": "Hardswish()",
    "hard_tanh": "Hardtanh()",
    "hard_shrink": "Hardshrink()",
    "soft_shrink": "Softshrink()",
    "softmax": "Softmax(dim={axis})",
    "log_softmax": "LogSoftmax(dim={axis})",
}
# why a padding or a cropping is a step of its own
BESIDE = {
    "front": Text(
        zh="{word} 两侧只能填得一样多，也不裁剪：先填充",
        en="{word} pads both sides alike and never crops: pad first",
    ),
    "max": Text(
        zh="{word} 每侧至多填核的一半：先填 −∞",
        en="{word} pads by half the kernel at most: pad with −∞ first",
    ),
    "behind": Text(
        zh="{word} 两侧裁得一样多：余下的随后裁",
        en="{word} crops both sides alike: crop the rest afterwards",
    ),
}


def convolution(x: Sought) -> list:
    """PyTorch pads alike on both sides; the rest goes into a padding layer."""
    named = ranked(torch, x.rank)
    x.placed()
    last_first = flat(x.pairs[::-1])
    alike = x.lo == x.hi and min(x.lo) >= 0
    if x.kind == "forward":
        before, p = ([], x.lo) if alike else ([named("ZeroPad")(last_first)], (0,) * x.rank)
        return [
            *before,
            named("Conv")(
                x.channels, x.layer.filters, x.k, x.s, p, x.d, x.layer.groups, x.layer.bias
            ),
        ]
    p, op, crops = backwards(x, [max(s, d) for s, d in zip(x.s, x.d, strict=True)])
    made = named("ConvTranspose")(
        x.channels, x.layer.filters, x.k, x.s, p, op, x.layer.groups, x.layer.bias, x.d
    )
    return [
        made,
        *(
            [named("ZeroPad")(flat(tuple((-a, -b) for a, b in crops[::-1])))]
            if any(flat(crops))
            else []
        ),
    ]


def front(kind: str, around: tuple) -> list:
    """What stands in front of a pooling, to pad or crop."""
    named, last_first = ranked(torch, len(around)), flat(around[::-1])
    if kind == "max" and max(last_first) > 0:
        return [named("ConstantPad")(last_first, float("-inf"))]
    return [named("ZeroPad")(last_first)]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple, power=2) -> list:
    """The pooling itself."""
    (k, s, d), (_, ceil, counted), named = window, flags, ranked(torch, len(pads))
    p = tuple(lo for lo, _ in pads)
    if kind == "max":
        return [named("MaxPool")(k, s, p, d, ceil_mode=ceil)]
    if kind == "lp":
        # along one axis the kernel is an int: it is multiplied with
        return [named("LPPool")(power, k if len(k) > 1 else k[0], s, ceil)]
    return [named("AvgPool")(k, s, p, ceil, counted is Counted.PADDED)]
