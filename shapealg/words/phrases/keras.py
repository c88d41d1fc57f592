"""How Keras says a window: convolutions, poolings, and what stands in front of them."""

from shapealg.axis.counted import Counted
from shapealg.axis.waiting import Same
from shapealg.text import Text
from shapealg.words.dialects import keras
from shapealg.words.phrasing import Manner, Sought, backwards, flat, none, ranked


def _adaptive(kind: str, outputs: tuple) -> list | None:
    """Adaptive pooling, or global pooling where one is left."""
    name = {"max": "Max", "average": "Average"}.get(kind)
    if name is None:
        return None
    if outputs == (1,) * len(outputs):
        return [ranked(keras, len(outputs), "D")(f"Global{name}Pooling")(keepdims=True)]
    return [ranked(keras, len(outputs), "D")(f"Adaptive{name}Pooling")(outputs)]


MANNER = Manner(
    {"max": (Counted.DATA,), "average": (Counted.DATA,)},
    words=("same",),
    fronts=("average",),
    adaptive=_adaptive,
)
# why a padding or a cropping is a step of its own
BESIDE = {
    "front": Text(
        zh='{word} 只有 "valid" 与 "same"：先填充',
        en='{word} has "valid" and "same" only: pad first',
    ),
    "behind": Text(
        zh="{word} 没有裁剪多少的参数：随后裁",
        en="{word} has no argument for how much is cropped: crop afterwards",
    ),
}


def convolution(x: Sought) -> list:
    """Keras has "valid" and "same"; every other padding goes into a layer in front."""
    named = ranked(keras, x.rank, "D")
    if x.kind == "forward":
        return _forward(named, x)
    if x.layer.groups != 1:
        raise none(
            Text(
                zh="Keras 的转置卷积没有 groups",
                en="Keras's transposed convolution has no groups",
            )
        )
    backwards(x, x.s)  # refuses what output_padding does not reach
    tails = tuple(max(-hi, 0) for hi in x.hi)
    words = {
        "filters": x.layer.filters,
        "kernel_size": x.k,
        "strides": x.s,
        "dilation_rate": x.d,
        "use_bias": x.layer.bias,
    }
    made = named("Conv", "Transpose")(**words, output_padding=tails)
    crops = tuple((lo, max(hi, 0)) for lo, hi in x.pairs)
    return [made, *front("convolution", tuple((-lo, -hi) for lo, hi in crops))]


def _forward(named, x: Sought) -> list:
    words = {
        "filters": x.layer.filters,
        "kernel_size": x.k,
        "strides": x.s,
        "dilation_rate": x.d,
        "groups": x.layer.groups,
        "use_bias": x.layer.bias,
    }
    if x.same:
        return [named("Conv")(**words, padding="same")]
    x.placed()
    if x.rank == 1 and x.hi == (0,) and x.lo == (x.windows[0].kernel - 1,) and x.lo[0]:
        return [named("Conv")(**words, padding="causal")]
    if (
        set(x.s) == {1}
        and all(Same(w.kernel, 1).at(w.kernel) == w for w in x.windows)
        and any(x.lo + x.hi)
    ):
        return [named("Conv")(**words, padding="same")]
    return [*front("convolution", x.pairs), named("Conv")(**words)]


def front(kind: str, around: tuple) -> list:
    """Layers that crop by what is negative and pad by what is positive."""
    named = ranked(keras, len(around), "D")
    padded = tuple((max(a, 0), max(b, 0)) for a, b in around)
    cropped = tuple((max(-a, 0), max(-b, 0)) for a, b in around)
    return [
        named(name)(each if len(each) > 1 else each[0])
        for name, each in (("Cropping", cropped), ("ZeroPadding", padded))
        if any(flat(each))
    ]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple) -> list:
    """The pooling itself."""
    named = ranked(keras, len(pads), "D")
    name = {"max": "MaxPooling", "average": "AveragePooling"}[kind]
    return [named(name)(*window[:2], *(("same",) if flags[0] else ()))]
