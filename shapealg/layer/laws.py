"""The laws of one layer: how many weights, how much work, and when one axis may become channels."""

import sympy
from sympy import Eq, Ge, IndexedBase, Mod, Product, Sum, Symbol, floor

from shapealg.law.law import Law
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.program import Entries
from shapealg.law.proof import Smallest
from shapealg.law.rules import Recompose, Reindex, Rewrite
from shapealg.text import Text

c, g, f, w, s, k = (
    Symbol(name, integer=True, positive=True) for name in ("c", "g", "f", "w", "s", "k")
)
b, j, q, u, v = (Symbol(name, integer=True, nonnegative=True) for name in ("b", "j", "q", "u", "v"))
r = Symbol("r", integer=True, positive=True)
_i, _a, _phi, _chi = (Symbol(name, integer=True) for name in ("i", "a", "φ", "χ"))
_ks, _ms, _ns = (Entries(name, integer=True, positive=True) for name in "kmn")

C = Parameter(c, Text(zh="输入通道数", en="input channels"))
FILTERS = Parameter(f, Text(zh="过滤器个数", en="number of filters"))
GROUPS = Parameter(g, Text(zh="分组数", en="groups"), 1)
BIAS = Parameter(b, Text(zh="有偏置为 1，没有为 0", en="1 with a bias, 0 without"), 1)
KERNEL = Parameter(_ks, Text(zh="各轴的核尺寸", en="kernel size along each axis"))
INPUTS = Parameter(_ns, Text(zh="各轴的输入尺寸", en="input size along each axis"))
OUTPUTS = Parameter(_ms, Text(zh="各轴的输出尺寸", en="output size along each axis"))

_DIVIDES = (
    Eq(Mod(c, g, evaluate=False), 0, evaluate=False),
    Eq(Mod(f, g, evaluate=False), 0, evaluate=False),
)
_POSITIVE = tuple(Ge(x, 1, evaluate=False) for x in (c, f, g))
_TAPS = Product(_ks[_i], (_i, 1, r))  # weights of one filter on one input channel

conv_parameters = Law(
    name="conv_parameters",
    title=Text(zh="参数个数", en="Number of parameters"),
    question=Text(zh="一层卷积有多少个参数？", en="How many parameters does a convolution have?"),
    parameters=(KERNEL, C, FILTERS, GROUPS, BIAS),
    argue=lambda: (
        Sum(c / g * _TAPS + b, (_phi, 1, f)),
        (
            Rewrite(lambda e: f * e.function),
            Text(
                zh="每个过滤器有 k₁⋯k_r · c/g 个权重，外加 b 个偏置；f 个过滤器都一样。",
                en="Each filter has k₁⋯k_r · c/g weights and b biases; all f filters are alike.",
            ),
        ),
    ),
    assumptions=(
        Ge(_ks[ENTRY], 1, evaluate=False),
        *_POSITIVE,
        *_DIVIDES,
        sympy.Le(b, 1, evaluate=False),
        Ge(b, 0, evaluate=False),
    ),
    length=r,
    note=Text(
        zh="与输入的尺寸无关：卷积核到处共用。",
        en="The size of the input does not appear: the kernel is shared everywhere.",
    ),
    example=(("k", (3, 3)), ("c", 3), ("f", 64)),
    starting=Text(zh="对每个过滤器求和。", en="Summed over the filters."),
)

_PLACES = Product(_ms[_i], (_i, 1, r))

conv_macs = Law(
    name="conv_macs",
    title=Text(zh="乘加次数", en="Multiply–accumulates"),
    question=Text(
        zh="算一个样本要做多少次乘加（MAC）？",
        en="How many multiply–accumulates (MACs) does one example take?",
    ),
    parameters=(OUTPUTS, KERNEL, C, FILTERS, GROUPS),
    argue=lambda: (
        Sum(_PLACES * (c / g * _TAPS), (_phi, 1, f)),
        (
            Rewrite(lambda e: f * e.function),
            Text(
                zh="每个过滤器在 m₁⋯m_r 个位置上各做 k₁⋯k_r · c/g 次乘加；f 个过滤器都一样。",
                en=(
                    "Each filter does k₁⋯k_r · c/g multiply–accumulates at each of m₁⋯m_r places;"
                    " all f filters are alike."
                ),
            ),
        ),
    ),
    assumptions=(
        Ge(_ks[ENTRY], 1, evaluate=False),
        Ge(_ms[ENTRY], 1, evaluate=False),
        *_POSITIVE,
        *_DIVIDES,
    ),
    length=r,
    note=Text(
        zh="偏置的加法不计。FLOPs = 2 × MACs。",
        en="Bias additions are not counted. FLOPs = 2 × MACs.",
    ),
    example=(("m", (112, 112)), ("k", (7, 7)), ("c", 3), ("f", 64)),
    starting=Text(zh="对每个过滤器求和。", en="Summed over the filters."),
)

transposed_macs = Law(
    name="transposed_macs",
    title=Text(zh="转置卷积的乘加次数", en="Multiply–accumulates of a transposed convolution"),
    question=Text(
        zh="转置卷积算一个样本要做多少次乘加（MAC）？",
        en=(
            "How many multiply–accumulates (MACs) does a transposed convolution take for one"
            " example?"
        ),
    ),
    parameters=(INPUTS, KERNEL, C, FILTERS, GROUPS),
    argue=lambda: (
        Sum(Product(_ns[_i], (_i, 1, r)) * (f / g * _TAPS), (_chi, 1, c)),
        (
            Rewrite(lambda e: c * e.function),
            Text(
                zh="每个输入通道的 n₁⋯n_r 个值，各乘以 k₁⋯k_r · f/g 个权重；c 个通道都一样。",
                en=(
                    "In each input channel n₁⋯n_r values meet k₁⋯k_r · f/g weights each; all c"
                    " channels are alike."
                ),
            ),
        ),
    ),
    assumptions=(
        Ge(_ks[ENTRY], 1, evaluate=False),
        Ge(_ns[ENTRY], 1, evaluate=False),
        *_POSITIVE,
        *_DIVIDES,
    ),
    length=r,
    note=Text(
        zh=(
            "卷积按输出的尺寸算，转置卷积按输入的尺寸算：乘积一个不差，只是读与写对调。"
            "写到裁去的格子上的也计入；偏置的加法不计。FLOPs = 2 × MACs。"
        ),
        en=(
            "A convolution counts by the size of its output, a transposed one by the size of its"
            " input: the products are the same, reading and writing change places. What is written"
            " to cropped positions counts too, bias additions do not. FLOPs = 2 × MACs."
        ),
    ),
    example=(("n", (4, 4)), ("k", (3, 3)), ("c", 8), ("f", 4)),
    starting=Text(zh="对每个输入通道求和。", en="Summed over the input channels."),
)

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
)

_x, _K = (IndexedBase(name, integer=True) for name in ("x", "K"))
_t = s * j + _a
_BY_COLUMN = Sum(_x[_t, u, v] * _K[_a, u, v], (v, 0, c - 1), (u, 0, w - 1), (_a, 0, k - 1))
_BY_CHANNEL = Sum(
    _x[_t, floor(q / c), Mod(q, c)] * _K[_a, floor(q / c), Mod(q, c)],
    (q, 0, w * c - 1),
    (_a, 0, k - 1),
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
            "前提：核与该轴一样宽（抽头相邻），从第 0 列读起（不填充），只有一个输出；groups = 1，"
            "宽度为 1 时不限。"
        ),
        en=(
            "Needed: along that axis the kernel is as wide as the input (taps next to each other),"
            " reads from column 0 (no padding) and gives one output; groups = 1, or a width of 1."
        ),
    ),
    starting=Text(zh="二维卷积的一个输出值。", en="One output value of the 2D convolution."),
)
