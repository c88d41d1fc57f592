"""How much work a layer is: multiply–accumulates."""

from sympy import Ge, Product, Sum

from shapealg.law.group import Group
from shapealg.law.law import Law, Refusal
from shapealg.law.parameter import ENTRY
from shapealg.law.rules import Rewrite
from shapealg.layer.laws.symbols import (
    DIVIDES,
    FILTERS,
    GROUPS,
    INPUTS,
    KERNEL,
    OUTPUTS,
    POSITIVE,
    TAPS,
    C,
    c,
    chi,
    f,
    g,
    i,
    ks,
    ms,
    ns,
    phi,
    r,
)
from shapealg.text import Text

__all__ = [
    "conv_macs",
    "transposed_macs",
]

_PLACES = Product(ms[i], (i, 1, r))

conv_macs = Law(
    name="conv_macs",
    title=Text(zh="乘加次数", en="Multiply–accumulates"),
    question=Text(
        zh="算一个样本要做多少次乘加（MAC）？",
        en="How many multiply–accumulates (MACs) does one example take?",
    ),
    parameters=(OUTPUTS, KERNEL, C, FILTERS, GROUPS),
    argue=lambda: (
        Sum(_PLACES * (c / g * TAPS), (phi, 1, f)),
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
        Ge(ks[ENTRY], 1, evaluate=False),
        Ge(ms[ENTRY], 1, evaluate=False),
        *POSITIVE,
        *DIVIDES,
    ),
    length=r,
    note=Text(
        zh="偏置的加法不计。FLOPs = 2 × MACs。",
        en="Bias additions are not counted. FLOPs = 2 × MACs.",
    ),
    example=(("m", (112, 112)), ("k", (7, 7)), ("c", 3), ("f", 64)),
    starting=Text(zh="对每个过滤器求和。", en="Summed over the filters."),
    group=Group.CHANNELS,
    refusal=Refusal((("m", (0,)), ("k", (3,)), ("c", 3), ("f", 4))),
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
        Sum(Product(ns[i], (i, 1, r)) * (f / g * TAPS), (chi, 1, c)),
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
        Ge(ks[ENTRY], 1, evaluate=False),
        Ge(ns[ENTRY], 1, evaluate=False),
        *POSITIVE,
        *DIVIDES,
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
    group=Group.CHANNELS,
    refusal=Refusal((("n", (0,)), ("k", (3,)), ("c", 3), ("f", 4))),
)
