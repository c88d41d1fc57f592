"""How JAX says a window: convolutions, poolings, and what stands in front of them."""

from typing import Any

from shapealg.axis.counted import Counted
from shapealg.text import Text
from shapealg.words.dialects import jax
from shapealg.words.phrasing import BEYOND, Manner, Sought, none

MANNER = Manner(
    {"max": (Counted.DATA,)},
    words=("same", "lower"),
    dilated=("max",),
    padded=("max",),
    fronts=(),
    crops=False,
    biased=False,
    least=-BEYOND,
    limit=lambda k, rank: BEYOND,
    lacks=(
        Text(
            zh="reduce_window 只求和，没有平均与 Lp",
            en="reduce_window adds up; it has no average and no Lp",
        ),
        Text(
            zh="平均：求和之后除以窗口的格数",
            en="for an average, divide the sums by the size of the window",
        ),
    ),
)
# what Keras does behind a sum; "{axis}" is the place of the axis that it has last
ACTIVATIONS = {
    "relu": "relu()",
    "relu6": "relu6()",
    "elu": "elu()",
    "celu": "celu()",
    "selu": "selu()",
    "silu": "silu()",
    "swish": "swish()",
    "mish": "mish()",
    "softplus": "softplus()",
    "tanh": "tanh()",
    "sigmoid": "sigmoid()",
    "log_sigmoid": "log_sigmoid()",
    "hard_sigmoid": "hard_sigmoid()",
    "hard_silu": "hard_silu()",
    "hard_swish": "hard_swish()",
    "hard_tanh": "hard_tanh()",
    "leaky_relu": "leaky_relu(negative_slope=0.2)",
    "gelu": "gelu(approximate=False)",
    "softsign": "soft_sign()",
    "softmax": "softmax(axis={axis})",
    "log_softmax": "log_softmax(axis={axis})",
}


def convolution(x: Sought) -> list:
    """JAX takes a pair per axis, negative ones too; transposed, the pair is what is added around
    the spread input.
    """
    padding = x.word("SAME", "SAME_LOWER")
    if padding is None:
        x.placed()
    lengths = x.layer.weight(x.channels)
    words: dict[str, Any] = {"rhs_dilation": x.d} if any(d > 1 for d in x.d) else {}
    if x.kind == "forward":
        words |= {"feature_group_count": x.layer.groups} if x.layer.groups != 1 else {}
        return [
            jax.conv_general_dilated(
                (lengths["O"], lengths["I"], *x.k), x.s, padding or x.pairs, **words
            )
        ]
    if x.layer.groups != 1:
        raise none(
            Text(zh="JAX 的 conv_transpose 没有分组", en="JAX's conv_transpose has no groups")
        )
    around = tuple((w.kernel - 1 - w.lo, w.kernel - 1 - w.hi) for w in x.windows)
    return [jax.conv_transpose((*x.k, lengths["I"], lengths["O"]), x.s, around, **words)]


def front(kind: str, around: tuple) -> list:
    """What pads or crops: `lax.pad`, which no pooling here stands behind."""
    return [jax.pad(((0, 0, 0), (0, 0, 0), *((lo, hi, 0) for lo, hi in around)))]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple) -> list:
    """The pooling itself."""
    (k, s, d), ones = window, (1, 1)
    around = {"same": "SAME", "lower": "SAME_LOWER"}.get(flags[0], ((0, 0), (0, 0), *pads))
    more = {"window_dilation": (*ones, *d)} if any(each != 1 for each in d) else {}
    return [jax.reduce_window("max", (*ones, *k), (*ones, *s), around, **more)]
