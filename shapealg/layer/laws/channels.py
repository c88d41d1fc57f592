"""When one axis may become channels."""

import sympy
from sympy import Eq, Ge, IndexedBase, Mod, Sum, floor

from shapealg.law.counts import Recompose, Reindex
from shapealg.law.group import Group
from shapealg.law.law import Law, Refusal
from shapealg.law.parameter import Parameter
from shapealg.law.proof import Smallest
from shapealg.layer.laws.symbols import (
    a,
    c,
    j,
    k,
    q,
    s,
    u,
    v,
    w,
)
from shapealg.text import Text

__all__ = [
    "flat_channel",
    "spanned_axis_convolution",
]

_FLAT = Smallest(
    q, Eq(floor(q / c), u, evaluate=False) & Eq(Mod(q, c, evaluate=False), v, evaluate=False)
)

flat_channel = Law(
    name="flat_channel",
    title=Text(zh="轴展平为通道", en="An axis becomes channels"),
    question=Text(
        zh="把一个轴并入通道之后，第 u 列第 v 个通道排在第几（从 0 数）？",
        en=(
            "When an axis is flattened into the channels, where does column u, channel v go"
            " (counted from 0)?"
        ),
    ),
    parameters=(
        Parameter(u, Text(zh="列号，从 0 数起", en="column, counted from 0")),
        Parameter(
            v, Text(zh="列内的通道号，从 0 数起", en="channel within the column, counted from 0")
        ),
        Parameter(c, Text(zh="每列的通道数", en="channels per column")),
    ),
    argue=lambda: (
        _FLAT,
        (
            Recompose(c, u, v),
            Text(
                zh="带余除法：q = c·⌊q/c⌋ + (q mod c)，商是列号，余数是通道号。这样的 q 只有一个。",
                en=(
                    "Division with remainder: q = c·⌊q/c⌋ + (q mod c); the quotient is the column,"
                    " the remainder the channel. There is exactly one such q."
                ),
            ),
        ),
    ),
    assumptions=(
        Ge(c, 1, evaluate=False),
        Ge(u, 0, evaluate=False),
        Ge(v, 0, evaluate=False),
        sympy.Lt(v, c, evaluate=False),
    ),
    note=Text(
        zh="这正是 reshape 的行优先次序，不重不漏。",
        en="This is the row-major order of reshape: nothing twice, nothing left out.",
    ),
    example=(("u", 2), ("v", 1), ("c", 3)),
    starting=Text(
        zh="商为列号、余数为通道号的那个数。",
        en="The number whose quotient is the column and whose remainder is the channel.",
    ),
    group=Group.CHANNELS,
    refusal=Refusal((("u", 0), ("v", 3), ("c", 3)), ("v", 2)),
)

_x, _K = (IndexedBase(name, integer=True) for name in ("x", "K"))
_t = s * j + a
_BY_COLUMN = Sum(_x[_t, u, v] * _K[a, u, v], (v, 0, c - 1), (u, 0, w - 1), (a, 0, k - 1))
_BY_CHANNEL = Sum(
    _x[_t, floor(q / c), Mod(q, c)] * _K[a, floor(q / c), Mod(q, c)],
    (q, 0, w * c - 1),
    (a, 0, k - 1),
)

spanned_axis_convolution = Law(
    name="spanned_axis_convolution",
    title=Text(zh="横跨整个轴的卷积，降一维", en="A kernel that spans an axis loses that axis"),
    question=Text(
        zh="为什么 Conv1D(3) 就是核为 (3, 宽) 的 Conv2D？",
        en="Why is Conv1D(3) the Conv2D with kernel (3, width)?",
    ),
    parameters=(
        Parameter(
            _x,
            Text(
                zh="输入，形状 (n, w, c) 的整数数组",
                en="input, an integer array of shape (n, w, c)",
            ),
        ),
        Parameter(
            _K,
            Text(
                zh="一个过滤器，形状 (k, w, c) 的整数数组",
                en="one filter, an integer array of shape (k, w, c)",
            ),
        ),
        Parameter(j, Text(zh="第几个输出，从 0 数起", en="which output, counted from 0")),
        Parameter(k, Text(zh="另一轴上的核尺寸", en="kernel size along the other axis")),
        Parameter(w, Text(zh="被横跨的轴的宽度", en="width of the spanned axis")),
        Parameter(c, Text(zh="通道数", en="channels")),
        Parameter(s, Text(zh="另一轴上的步长", en="stride along the other axis"), 1),
    ),
    argue=lambda: (
        _BY_COLUMN,
        (
            Reindex((u, v), q, c, flat_channel, _BY_CHANNEL),
            Text(
                zh=(
                    "（列，通道）与并排之后的通道一一对应，求和只是换了下标：左边是二维卷积，"
                    "右边是一维卷积，w·c 个通道。"
                ),
                en=(
                    "Columns with their channels and flattened channels correspond one to one, so"
                    " only the index changes: left the 2D convolution, right the 1D convolution"
                    " with w·c channels."
                ),
            ),
        ),
    ),
    assumptions=(*(Ge(x, 1, evaluate=False) for x in (k, w, c, s)), Ge(j, 0, evaluate=False)),
    note=Text(
        zh=(
            "前提：核与该轴一样宽（元素相邻），从第 0 列读起（不填充），只有一个输出；groups = 1，"
            "宽度为 1 时不限。"
        ),
        en=(
            "Needed: along that axis the kernel is as wide as the input (taps next to each other),"
            " reads from column 0 (no padding) and gives one output; groups = 1, or a width of 1."
        ),
    ),
    starting=Text(zh="二维卷积的一个输出值。", en="One output value of the 2D convolution."),
    group=Group.CHANNELS,
    refusal=Refusal(
        (("x", (((1,),),)), ("K", (((1,),),)), ("k", 1), ("w", 1), ("c", 1), ("j", -1)), ("j", 0)
    ),
)
