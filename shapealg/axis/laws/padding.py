"""The laws of padding: zeros around the input, and zeros between its positions."""

from sympy import Ge

from shapealg.axis.laws.counting import case
from shapealg.axis.laws.symbols import (
    HI,
    INPUT,
    LO,
    NOT_NEGATIVE,
    POSITIVE,
    N,
    d,
    hi,
    k,
    lo,
    n,
    op,
    parameter,
    s,
)
from shapealg.axis.laws.transposed import transposed_output_size
from shapealg.law.group import Group
from shapealg.law.law import Refusal
from shapealg.text import Text

__all__ = [
    "padded_size",
    "interior_padded_size",
]

padded_size = case(
    "padded_size",
    Text(zh="填充与裁剪之后", en="After padding and cropping"),
    Text(zh="两侧填充或裁剪之后有多大？", en="How large is an input after padding or cropping it?"),
    (N, LO, HI),
    {k: 1, s: 1, d: 1},
    (NOT_NEGATIVE, Ge(n + lo + hi, 1, evaluate=False)),
    reason=Text(
        zh="只占一格、每次走一格的窗口，把填充后的每一格各读一次：代入 k = s = d = 1。",
        en=(
            "A window of one position that moves by one reads every padded position once: put k = s"
            " = d = 1."
        ),
    ),
    note=Text(zh="填充量为负，就是裁剪。", en="A negative padding crops."),
    example=(("n", 5), ("lo", 1), ("hi", 2)),
    group=Group.PADDING_AND_POOLING,
    refusal=Refusal((("n", 3), ("lo", -2), ("hi", -1)), ("n", 4)),
)

interior_padded_size = case(
    "interior_padded_size",
    Text(zh="相邻两格之间插零", en="Zeros between neighbours"),
    Text(
        zh="相邻两格之间各插入 s − 1 个零，变成多长？",
        en="With s − 1 zeros between neighbours, how long does it get?",
    ),
    (N, parameter(s, "相邻两格此后的间距", "distance of neighbours afterwards")),
    {k: 1, d: 1, lo: 0, hi: 0, op: 0},
    (POSITIVE[s], INPUT),
    of=transposed_output_size,
    note=Text(
        zh=(
            "它就是核只有一个元素的转置卷积；转置卷积也可以先这样插零，再做步长为 1 的卷积。JAX"
            " 称之为 lhs_dilation，lax.pad 称 s − 1 为 interior。"
        ),
        en=(
            "It is the transposed convolution with a single tap; and every transposed convolution"
            " is this, followed by a convolution of stride 1. JAX calls it lhs_dilation; lax.pad"
            " calls s − 1 interior."
        ),
    ),
    example=(("n", 4), ("s", 2)),
    group=Group.TRANSPOSED,
    refusal=Refusal((("n", 0), ("s", 2)), ("n", 1)),
)
