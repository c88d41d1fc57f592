"""How many parameters a layer has: with groups, with filters that read some of the channels, or
made in two steps; and how wide the step between may be.
"""

import sympy
from sympy import Ge, Le, Sum, Symbol

from shapealg.law.counts import Edge
from shapealg.law.group import Group
from shapealg.law.inequalities import Divide, Floor
from shapealg.law.law import Law, Refusal
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.proof import Largest
from shapealg.law.rules import Rewrite
from shapealg.layer.laws.symbols import (
    BIAS,
    DIVIDES,
    FILTERS,
    GROUPS,
    KERNEL,
    POSITIVE,
    TAPS,
    C,
    b,
    c,
    chi,
    f,
    g,
    ks,
    phi,
    r,
)
from shapealg.text import Text

__all__ = [
    "conv_parameters",
    "connected_parameters",
    "separable_parameters",
    "factored_parameters",
    "factored_channels",
]

m, q, u, t_1, t_2 = (
    Symbol(name, integer=True, positive=True) for name in ("m", "q", "u", "t_1", "t_2")
)

MULTIPLIER = Parameter(q, Text(zh="每个输入通道的过滤器数", en="filters per input channel"), 1)
PAIRS = Parameter(
    u,
    Text(
        zh="相连的（输入通道，过滤器）对数", en="connected pairs of an input channel and a filter"
    ),
)
BETWEEN = Parameter(m, Text(zh="中间的通道数", en="channels in between"))
FIRST = Parameter(
    t_1,
    Text(zh="第一步的核有几个元素（1×3×3 有 9 个）", en="taps of the first kernel (1×3×3 has 9)"),
)
SECOND = Parameter(
    t_2,
    Text(zh="第二步的核有几个元素（3×1×1 有 3 个）", en="taps of the second kernel (3×1×1 has 3)"),
)
NO_BIAS = Parameter(b, BIAS.meaning, 0)
_BIAS = (Le(b, 1, evaluate=False), Ge(b, 0, evaluate=False))
_KERNEL = Ge(ks[ENTRY], 1, evaluate=False)

conv_parameters = Law(
    name="conv_parameters",
    title=Text(zh="参数个数", en="Number of parameters"),
    question=Text(zh="一层卷积有多少个参数？", en="How many parameters does a convolution have?"),
    parameters=(KERNEL, C, FILTERS, GROUPS, BIAS),
    argue=lambda: (
        Sum(c / g * TAPS + b, (phi, 1, f)),
        (
            Rewrite(lambda e: f * e.function),
            Text(
                zh="每个过滤器有 k₁⋯k_r · c/g 个权重，外加 b 个偏置；f 个过滤器都一样。",
                en="Each filter has k₁⋯k_r · c/g weights and b biases; all f filters are alike.",
            ),
        ),
    ),
    assumptions=(
        Ge(ks[ENTRY], 1, evaluate=False),
        *POSITIVE,
        *DIVIDES,
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
    group=Group.CHANNELS,
    refusal=Refusal((("k", (3,)), ("c", 3), ("f", 4), ("g", 2)), ("c", 2)),
)

connected_parameters = Law(
    name="connected_parameters",
    title=Text(zh="部分连接的参数个数", en="Parameters of a partly connected layer"),
    question=Text(
        zh="过滤器只读一部分输入通道，有多少个参数？",
        en="How many parameters are there when filters read only some of the channels?",
    ),
    parameters=(KERNEL, PAIRS, FILTERS, BIAS),
    argue=lambda: (
        Sum(TAPS, (chi, 1, u)) + Sum(b, (phi, 1, f)),
        (
            Rewrite(lambda e: u * TAPS + b * f),
            Text(
                zh="u 对相连的通道与过滤器，每对 k₁⋯k_r 个权重；每个过滤器 b 个偏置。",
                en=(
                    "Each of the u connected pairs of a channel and a filter has k₁⋯k_r weights;"
                    " each filter has b biases."
                ),
            ),
        ),
    ),
    assumptions=(_KERNEL, Ge(u, 1, evaluate=False), Ge(f, 1, evaluate=False), *_BIAS),
    length=r,
    note=Text(
        zh=(
            "全连接：u = c·f；分 g 组：u = c·f/g；depthwise：u = c·q。"
            "LeNet-5 的 C3 层按一张表连接，"
            "u = 6·3 + 9·4 + 1·6 = 60。"
        ),
        en=(
            "Every channel with every filter: u = c·f; in g groups: u = c·f/g; depthwise: u = c·q."
            " Layer C3 of LeNet-5 is connected by a table, u = 6·3 + 9·4 + 1·6 = 60."
        ),
    ),
    example=(("k", (5, 5)), ("u", 60), ("f", 16)),
    starting=Text(
        zh="对相连的每一对求和，再对过滤器求和。",
        en="Summed over the connected pairs, and over the filters.",
    ),
    group=Group.CHANNELS,
    refusal=Refusal((("k", (3,)), ("u", 0), ("f", 4)), ("u", 1)),
)

separable_parameters = Law(
    name="separable_parameters",
    title=Text(zh="深度可分离卷积的参数个数", en="Parameters of a depthwise-separable convolution"),
    question=Text(
        zh="先逐通道卷积、再 1×1 卷积，一共有多少个参数？",
        en="How many parameters have a depthwise and then a 1×1 convolution?",
    ),
    parameters=(KERNEL, C, FILTERS, MULTIPLIER, BIAS),
    argue=lambda: (
        Sum(TAPS, (chi, 1, c * q)) + Sum(c * q + b, (phi, 1, f)),
        (
            Rewrite(lambda e: c * q * TAPS + (c * q + b) * f),
            Text(
                zh="第一步 c·q 个过滤器，各 k₁⋯k_r 个权重；第二步 f 个过滤器，各读 c·q 个通道。",
                en=(
                    "First c·q filters with k₁⋯k_r weights each; then f filters that read c·q"
                    " channels each."
                ),
            ),
        ),
    ),
    assumptions=(_KERNEL, *POSITIVE[:2], Ge(q, 1, evaluate=False), *_BIAS),
    length=r,
    note=Text(
        zh=(
            "偏置只算在第二步，与 Keras 的 SeparableConv2D 相同；PyTorch 里的两层若都带偏置，"
            "再加 c·q。"
        ),
        en=(
            "The bias is counted in the second step only, as in Keras's SeparableConv2D; where two"
            " layers of PyTorch both have one, add c·q."
        ),
    ),
    example=(("k", (3, 3)), ("c", 32), ("f", 64)),
    starting=Text(
        zh="对两步的过滤器分别求和。", en="Summed over the filters of each of the two steps."
    ),
    group=Group.CHANNELS,
    refusal=Refusal((("k", (3,)), ("c", 0), ("f", 4)), ("c", 1)),
)

_STEPS = Sum(t_1 * c + b, (chi, 1, m)) + Sum(t_2 * m + b, (phi, 1, f))

factored_parameters = Law(
    name="factored_parameters",
    title=Text(zh="分解卷积的参数个数", en="Parameters of a factored convolution"),
    question=Text(
        zh="把一个核拆成先后两步，例如 (2+1)D，一共有多少个参数？",
        en="How many parameters has a kernel split into two steps, such as (2+1)D?",
    ),
    parameters=(FIRST, SECOND, C, BETWEEN, FILTERS, NO_BIAS),
    argue=lambda: (
        _STEPS,
        (
            Rewrite(lambda e: m * (t_1 * c + b) + f * (t_2 * m + b)),
            Text(
                zh="第一步 m 个过滤器，各 t₁·c 个权重；第二步 f 个过滤器，各 t₂·m 个权重。",
                en=(
                    "First m filters with t₁·c weights each; then f filters with t₂·m weights each."
                ),
            ),
        ),
        (
            Rewrite(lambda e: m * (t_1 * c + t_2 * f) + b * (m + f)),
            Text(zh="按 m 合并。", en="Gather what goes with m."),
        ),
    ),
    assumptions=(
        *(Ge(x, 1, evaluate=False) for x in (t_1, t_2, c, m, f)),
        *_BIAS,
    ),
    note=Text(
        zh="t 为各步核的元素个数，不论几维：1×3×3 是 9，3×1×1 是 3；3×1 与 1×3 都是 3。",
        en=(
            "t counts the taps of each kernel, in any number of dimensions: 1×3×3 has 9, 3×1×1 has"
            " 3; so have 3×1 and 1×3."
        ),
    ),
    example=(("t_1", 9), ("t_2", 3), ("c", 64), ("m", 144), ("f", 64)),
    starting=Text(
        zh="对两步的过滤器分别求和。", en="Summed over the filters of each of the two steps."
    ),
    group=Group.CHANNELS,
    refusal=Refusal((("t_1", 9), ("t_2", 3), ("c", 4), ("m", 0), ("f", 4)), ("m", 1)),
)

_NOT_MORE = Le(m * (t_1 * c + t_2 * f), t_1 * t_2 * c * f, evaluate=False)

factored_channels = Law(
    name="factored_channels",
    title=Text(zh="R(2+1)D 的中间通道数", en="The middle channels of R(2+1)D"),
    question=Text(
        zh="中间最多取多少个通道，拆开的两步才不比整个核的参数多？",
        en=(
            "How many channels in between, at most, so that two steps have no more parameters than"
            " the whole kernel?"
        ),
    ),
    parameters=(FIRST, SECOND, C, FILTERS),
    argue=lambda: (
        Largest(m, _NOT_MORE),
        (
            Divide(m, t_1 * c + t_2 * f),
            Text(zh="两边除以正数 t₁c + t₂f。", en="Divide by t₁c + t₂f, which is positive."),
        ),
        (
            Floor(),
            Text(
                zh="m 是整数：m ≤ x 与 m ≤ ⌊x⌋ 是一回事。",
                en="m is an integer: m ≤ x says the same as m ≤ ⌊x⌋.",
            ),
        ),
        (
            Edge(),
            Text(
                zh="不超过 a 的最大整数就是 a。", en="The largest integer that is at most a is a."
            ),
        ),
    ),
    assumptions=tuple(Ge(x, 1, evaluate=False) for x in (t_1, t_2, c, f)),
    note=Text(
        zh="核 t×d×d 拆成 1×d×d 与 t×1×1：t₁ = d²，t₂ = t。偏置不计。",
        en="A kernel t×d×d split into 1×d×d and t×1×1: t₁ = d², t₂ = t. Biases are left out.",
    ),
    source="Tran et al., A Closer Look at Spatiotemporal Convolutions (arXiv:1711.11248), 3.5",
    example=(("t_1", 9), ("t_2", 3), ("c", 64), ("f", 64)),
    starting=Text(
        zh="拆开的参数 m·(t₁c + t₂f) 不超过整个核的 t₁t₂·c·f，这样的 m 里最大的。",
        en="The largest m with which the two steps, m·(t₁c + t₂f), have no more parameters than the"
        " whole kernel, t₁t₂·c·f.",
    ),
    group=Group.CHANNELS,
    refusal=Refusal((("t_1", 9), ("t_2", 0), ("c", 4), ("f", 4)), ("t_2", 1)),
)
