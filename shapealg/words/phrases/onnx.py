"""How ONNX says a window: convolutions, poolings, and what stands in front of them."""

from typing import Any

from shapealg.axis.counted import Counted
from shapealg.text import Text
from shapealg.words.dialects import onnx
from shapealg.words.phrasing import EVERY, Manner, Sought, none


def _global(kind: str, outputs: tuple, power=2) -> list | None:
    """Pooling of all, where one is left."""
    if outputs != (1,) * len(outputs):
        return None
    if kind == "lp":
        return [onnx.GlobalLpPool(**_power(power))]
    return [{"max": onnx.GlobalMaxPool, "average": onnx.GlobalAveragePool}[kind]()]


def _power(power) -> dict:
    """The power of a norm, where it is not the plain one."""
    return {"p": int(power)} if power != 2 else {}


MANNER = Manner(
    {
        "max": (Counted.DATA,),
        "average": (Counted.DATA, Counted.PADDED),
        "lp": (Counted.NONE,),
    },
    words=("same", "lower"),
    ceils=(False, True),
    dilated=EVERY,
    padded=EVERY,
    fronts=("average", "lp"),
    adaptive=_global,
    deprecated=True,
    gaps=False,
    norms=lambda norm: norm.whole and not norm.signed,
)
# what Keras does behind a sum; "{axis}" is the place of the axis that it has last
ACTIVATIONS = {
    "relu": "Relu()",
    "relu6": "Clip(0, 6)",
    "leaky_relu": "LeakyRelu(alpha=0.2)",
    "elu": "Elu()",
    "celu": "Celu()",
    "selu": "Selu()",
    "gelu": "Gelu()",
    "mish": "Mish()",
    "softplus": "Softplus()",
    "softsign": "Softsign()",
    "tanh": "Tanh()",
    "sigmoid": "Sigmoid()",
    "hard_sigmoid": "HardSigmoid(alpha=0.16666667)",
    "hard_silu": "HardSwish()",
    "hard_swish": "HardSwish()",
    "hard_tanh": "Clip(-1, 1)",
    "hard_shrink": "Shrink()",
    "soft_shrink": "Shrink(bias=0.5)",
    "softmax": "Softmax(axis={axis})",
    "log_softmax": "LogSoftmax(axis={axis})",
}
# why a padding or a cropping is a step of its own
BESIDE = {
    "front": Text(zh="{word} 不能裁剪：先裁剪", en="{word} does not crop: crop first"),
}


def convolution(x: Sought) -> list:
    """ONNX says all begins, then all ends."""
    word = x.word("SAME_UPPER", "SAME_LOWER")
    auto: dict[str, Any] | None = {"auto_pad": word} if word else None
    if auto is None:
        x.placed()
    pads = auto or ({"pads": (*x.lo, *x.hi)} if any(x.lo + x.hi) else {})
    before = []
    if auto is None and x.kind != "transposed" and min(x.lo + x.hi) < 0:
        before, pads = [onnx.Pad((0, 0, *x.lo, 0, 0, *x.hi))], {}
    words = {"strides": x.s} if any(s > 1 for s in x.s) else {}
    words |= {"dilations": x.d} if any(d > 1 for d in x.d) else {}
    lengths = x.layer.weight(x.channels)
    group = {"group": x.layer.groups} if x.layer.groups != 1 else {}
    if x.layer.bias:
        words["B"] = (x.layer.filters,)
    if x.kind == "forward":
        return [
            *before,
            onnx.Conv(
                W=(lengths["O"], lengths["I"], *x.k), kernel_shape=x.k, **pads, **words, **group
            ),
        ]
    return [_transposed(x, words, group)]


def _transposed(x: Sought, words: dict, group: dict):
    lengths = x.layer.weight(x.channels)
    p, op, crops = tuple(max(v, 0) for v in x.lo), tuple(max(-v, 0) for v in x.hi), x.lo
    if min(crops) < 0 or any(o >= s for o, s in zip(op, x.s, strict=True)):
        raise none(
            Text(
                zh="输出比核所及还要长，ONNX Runtime 的 output_padding 须小于步长",
                en=(
                    "the output reaches further than the kernel; ONNX Runtime's output_padding"
                    " stays below the stride"
                ),
            )
        )
    more = {"output_padding": op} if any(op) else {}
    pads = {"pads": (*p, *(max(v, 0) for v in x.hi))} if any(p) or any(v > 0 for v in x.hi) else {}
    return onnx.ConvTranspose(
        W=(lengths["I"], lengths["O"], *x.k),
        kernel_shape=x.k,
        **more,
        **pads,
        **words,
        **group,
    )


def front(kind: str, around: tuple) -> list:
    """What stands in front of a pooling, to pad or crop."""
    begins, ends = zip(*around, strict=True)
    return [onnx.Pad((0, 0, *begins, 0, 0, *ends))]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple, power=2) -> list:
    """The pooling itself."""
    (k, s, d), (word, ceil, counted) = window, flags
    begins, ends = zip(*pads, strict=True)
    words: dict[str, Any] = (
        {"auto_pad": {"same": "SAME_UPPER", "lower": "SAME_LOWER"}[word]} if word else {}
    )
    words |= {"pads": (*begins, *ends)} if any(begins + ends) else {}
    words |= {"strides": s} if any(each != 1 for each in s) else {}
    words |= {"dilations": d} if any(each != 1 for each in d) else {}
    words |= {"ceil_mode": 1} if ceil else {}
    words |= {"count_include_pad": 1} if counted is Counted.PADDED else {}
    words |= _power(power)
    name = {"max": "MaxPool", "average": "AveragePool", "lp": "LpPool"}[kind]
    return [getattr(onnx, name)(kernel_shape=k, **words)]
