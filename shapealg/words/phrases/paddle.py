"""How Paddle says a window: convolutions, poolings, and what stands in front of them."""

from shapealg.axis.counted import Counted
from shapealg.text import Text
from shapealg.words.dialects import paddle
from shapealg.words.phrases import torch
from shapealg.words.phrasing import BEYOND, EVERY, Manner, Sought, adaptive, flat, none, ranked
from shapealg.words.words import Words

MANNER = Manner(
    {
        "max": (Counted.DATA,),
        "average": (Counted.DATA, Counted.FRONT),
        "lp": (Counted.NONE,),
    },
    words=("same",),
    ceils=(False, True),
    clipped=False,
    padded=EVERY,
    fronts=("average", "lp"),
    limit=lambda k, rank: BEYOND,
    adaptive=adaptive(paddle, "D"),
    norms=lambda norm: norm.even or norm.signed,
)
# what Keras does behind a sum; "{axis}" is the place of the axis that it has last
# (its LogSoftmax gives nothing below −64)
ACTIVATIONS = {
    name: words for name, words in torch.ACTIVATIONS.items() if "softmax" not in name
} | {"softmax": "Softmax(axis={axis})"}
# why a padding or a cropping is a step of its own
BESIDE = {
    "front": Text(zh="{word} 不能裁剪：先裁剪", en="{word} does not crop: crop first"),
}


def convolution(x: Sought) -> list:
    """Paddle pads each side on its own, but its "SAME" forgets the dilation, so numbers are said
    instead.
    """
    named = ranked(paddle, x.rank, "D")
    undilated = all(axis.same and axis.kernel == k for axis, k in zip(x.axes, x.k, strict=True))
    p: str | tuple = "SAME"
    if not (x.same and undilated):
        x.placed()
        p = x.lo if x.lo == x.hi else flat(x.pairs)
    if x.kind == "forward":
        before: list[Words] = []
        if not isinstance(p, str) and min(p) < 0:
            before, p = [named("Pad")(flat(x.pairs[::-1]))], (0,) * x.rank
        return [
            *before,
            named("Conv")(
                x.channels,
                x.layer.filters,
                x.k,
                x.s,
                p,
                x.d,
                x.layer.groups,
                **({} if x.layer.bias else {"bias_attr": False}),
            ),
        ]
    return [_transposed(named, x)]


def _transposed(named, x: Sought):
    if min(x.lo) < 0 or any(-hi >= s for hi, s in zip(x.hi, x.s, strict=True)):
        raise none(
            Text(
                zh="输出比核所及还要长，Paddle 的 output_padding 须小于步长",
                en=(
                    "the output reaches further than the kernel; Paddle's output_padding stays"
                    " below the stride"
                ),
            )
        )
    hi = tuple(max(v, 0) for v in x.hi)
    p = x.lo if x.lo == hi else flat(tuple(zip(x.lo, hi, strict=True)))
    op = tuple(max(-v, 0) for v in x.hi)
    return named("Conv", "Transpose")(
        x.channels,
        x.layer.filters,
        x.k,
        x.s,
        p,
        op,
        groups=x.layer.groups,
        dilation=x.d,
        **({} if x.layer.bias else {"bias_attr": False}),
    )


def front(kind: str, around: tuple) -> list:
    """What stands in front of a pooling, to pad or crop."""
    return [ranked(paddle, len(around), "D")("Pad")(flat(around[::-1]))]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple, power=2) -> list:
    """The pooling itself."""
    (k, s, _), (word, ceil, counted), named = window, flags, ranked(paddle, len(pads), "D")
    lo, hi = zip(*pads, strict=True)
    p: str | tuple = "SAME"
    if not word:
        p = lo if lo == hi else flat(pads)
    more = {"ceil_mode": True} if ceil else {}
    if kind == "max":
        return [named("MaxPool")(k, s, p, **more)]
    if kind == "lp":
        return [named("LPPool")(power, k, s, p, **more)]
    return [named("AvgPool")(k, s, p, **more, exclusive=counted is Counted.DATA)]
