"""Padding that goes by a name: half, full, causal, same; and why ⌈n/s⌉ is a floor."""

import sympy
from sympy import Expr, Ge, Le, ceiling, floor

from shapealg.axis.laws.counting import case
from shapealg.axis.laws.symbols import (
    DUMOULIN,
    POSITIVE,
    D,
    K,
    N,
    S,
    d,
    hi,
    j,
    k,
    lo,
    n,
    parameter,
    s,
    t,
)
from shapealg.axis.window import Window
from shapealg.law.group import Group
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Argument, Count, Move, Smallest
from shapealg.law.rules import (
    Absorb,
    Adjoint,
    Backwards,
    Ceiling,
    Cite,
    Divide,
    Edge,
    Euclid,
    Floor,
    Gather,
    Inside,
    Multiply,
    SplitMax,
    Strict,
    Sum1,
)
from shapealg.text import Text

__all__ = [
    "half_output_size",
    "full_output_size",
    "causal_output_size",
    "same_output_size",
    "same_padding",
    "ceiling_as_floor",
]

full_output_size = case(
    "full_output_size",
    Text(zh="full：凡有接触都算", en="full: every overlap counts"),
    Text(
        zh="窗口的跨度只要碰到输入就算一个输出，有多少？",
        en="If every window whose span touches the input counts, how many are there?",
    ),
    (N, K, D),
    {s: 1, lo: d * (k - 1), hi: d * (k - 1)},
    (POSITIVE[k], POSITIVE[d], Ge(n, 1, evaluate=False)),
    example=(("n", 5), ("k", 3)),
    source=DUMOULIN,
    group=Group.PADDING_BY_NAME,
    place=3,
    refusal=Refusal((("n", 0), ("k", 3)), ("n", 1)),
)

half_output_size = case(
    "half_output_size",
    Text(zh="half：两侧各填充 ⌊k/2⌋", en="half: ⌊k/2⌋ on each side"),
    Text(
        zh="padding = k // 2 时输出多大？为什么偶数核会多出一个？",
        en="What does padding = k // 2 give, and why is an even kernel off by one?",
    ),
    (N, K, S),
    {d: 1, lo: floor(k / 2), hi: floor(k / 2)},
    (POSITIVE[k], POSITIVE[s], Ge(n, 1, evaluate=False)),
    then=(
        (
            Euclid(k, sympy.Integer(2)),
            Text(
                zh="带余除法：2⌊k/2⌋ = k − (k mod 2)。奇数核留下余数 1，偶数核留下 0。",
                en=(
                    "Division with remainder: 2⌊k/2⌋ = k − (k mod 2). An odd kernel leaves 1, an"
                    " even one 0."
                ),
            ),
        ),
    ),
    example=(("n", 8), ("k", 4)),
    source=DUMOULIN,
    group=Group.PADDING_BY_NAME,
    place=3,
    refusal=Refusal((("n", 0), ("k", 3)), ("n", 1)),
)

_ONES = floor((n - 1) / s)

ceiling_as_floor = Law(
    name="ceiling_as_floor",
    title=Text(zh="上取整化为下取整", en="A ceiling written as a floor"),
    question=Text(
        zh="⌊(n − 1)/s⌋ + 1 为什么就是 ⌈n/s⌉？", en="Why is ⌊(n − 1)/s⌋ + 1 the same as ⌈n/s⌉?"
    ),
    parameters=(N, parameter(s, "步长", "stride")),
    argue=lambda: (
        _ONES + 1,
        (
            Backwards(Sum1(), Count(j, Le(j, _ONES, evaluate=False))),
            Text(
                zh="左边数的是 0 到 ⌊(n − 1)/s⌋ 的整数。",
                en="The left side counts the integers from 0 to ⌊(n − 1)/s⌋.",
            ),
        ),
        (
            Backwards(Floor(), Count(j, Le(j, (n - 1) / s, evaluate=False))),
            Text(
                zh="对整数 j，去掉取整并无分别。",
                en="For an integer j the floor makes no difference.",
            ),
        ),
        (Multiply(j, s), Text(zh="两边乘以 s。", en="Multiply by s.")),
        (
            Strict(),
            Text(
                zh="都是整数：sj ≤ n − 1 就是 sj < n。",
                en="All are integers: sj ≤ n − 1 is sj < n.",
            ),
        ),
        (Divide(j, s), Text(zh="两边除以 s。", en="Divide by s.")),
        (
            Ceiling(),
            Text(
                zh="整数小于 x，当且仅当小于 ⌈x⌉。",
                en="An integer is below x exactly when it is below ⌈x⌉.",
            ),
        ),
        (Strict(), Text(zh="再写回 ≤。", en="Write it with ≤ again.")),
        (
            Sum1(),
            Text(zh="从 0 数起，正好 ⌈n/s⌉ 个。", en="Counted from 0, these are ⌈n/s⌉ integers."),
        ),
    ),
    assumptions=(POSITIVE[s], Ge(n, 0, evaluate=False)),  # the derivation counts from 0
    example=(("n", 8), ("s", 3)),
    drawn=lambda: (n, 1, s, 1, 0, 0),
    group=Group.PADDING_BY_NAME,
    place=4,
    refusal=Refusal((("n", 5), ("s", 0)), ("s", 1)),
)

causal_output_size = case(
    "causal_output_size",
    Text(zh="causal：只看过去", en="causal: look at the past only"),
    Text(zh='padding="causal" 给出多大的输出？', en='What size does padding="causal" give?'),
    (N, K, S, D),
    {lo: d * (k - 1), hi: 0},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(n, 1, evaluate=False)),
    then=(
        (
            Cite(ceiling_as_floor),
            Text(
                zh="核与膨胀率都消掉了，剩下的下取整就是上取整。",
                en="Kernel and dilation cancel; the floor that is left is a ceiling.",
            ),
        ),
    ),
    example=(("n", 8), ("k", 3), ("d", 2)),
    group=Group.PADDING_BY_NAME,
    place=2,
    refusal=Refusal((("n", 0), ("k", 3)), ("n", 1)),
)

_OUTPUTS = ceiling(n / s)


def _argue_same_padding() -> Argument:
    window = Window.dilated(k, d, s, hi=t)
    enough = Le(_OUTPUTS, window.count(n), evaluate=False)
    return (
        Smallest(t, Le(0, t, evaluate=False) & enough),
        (
            Inside(enough, (Adjoint(window, n),)),
            Text(
                zh="填充 t 格之后至少有 ⌈n/s⌉ 个输出，就是说输入不小于它们所需的尺寸。",
                en=(
                    "At least ⌈n/s⌉ outputs after padding by t: the input is no smaller than these"
                    " outputs need."
                ),
            ),
        ),
        (
            Inside(Adjoint(window, n).apply(enough), (Gather(t),)),
            Text(zh="把 t 移到一边。", en="Bring t to one side."),
        ),
        (
            Edge(),
            Text(
                zh="同时不小于两个数的最小整数，就是其中较大的那个。",
                en="The smallest integer that is at least two numbers is the larger of them.",
            ),
        ),
    )


same_padding = Law(
    name="same_padding",
    title=Text(zh="same 一共填充多少", en='How much "same" pads'),
    question=Text(
        zh="要得到 ⌈n/s⌉ 个输出，最少一共填充几格？",
        en="What is the least total padding that gives ⌈n/s⌉ outputs?",
    ),
    parameters=(N, K, S, D),
    argue=_argue_same_padding,
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(n, 1, evaluate=False)),
    note=Text(
        zh="TensorFlow 与 Keras 把它分成 lo = ⌊总数/2⌋，多出的一格填在后侧。",
        en="TensorFlow and Keras split it as lo = ⌊total/2⌋; the odd one goes after the input.",
    ),
    example=(("n", 8), ("k", 3), ("s", 2)),
    drawn=lambda: _drawn_same(k, d),
    starting=Text(
        zh="不为负、且足以得到 ⌈n/s⌉ 个输出的最小总填充。",
        en="The smallest total padding that is not negative and gives at least ⌈n/s⌉ outputs.",
    ),
    group=Group.PADDING_BY_NAME,
    place=1,
    refusal=Refusal((("n", 0), ("k", 3)), ("n", 1)),
)


def _drawn_same(taps: Expr, dilation: Expr) -> tuple[Expr, ...]:
    total = same_padding.right.subs({k: taps, d: dilation})
    return n, taps, s, dilation, floor(total / 2), total - floor(total / 2)


def _argue_same_output_size() -> Argument:
    before = floor(same_padding.right / 2)
    last = Window.dilated(k, d, s, lo=before).last(j)
    placed = Count(j, Le(last, n - 1 + same_padding.right - before, evaluate=False))
    bounded = _bounded(SplitMax().apply(Gather(j).apply(placed)).condition)
    moves: tuple[Move, ...] = (
        (
            Gather(j),
            Text(
                zh="把含 j 的项留在左边；填充怎么分到前后两侧，对个数没有影响。",
                en="Keep j on the left; how the padding is split does not matter for the count.",
            ),
        ),
        (
            SplitMax(),
            Text(
                zh="不超过两数中较大的，就是不超过其中之一。",
                en="To be at most the larger of two is to be at most one of them.",
            ),
        ),
        *bounded,
        (Sum1(), Text(zh="数一数。", en="Count them.")),
        (Cite(ceiling_as_floor), Text(zh="写成上取整。", en="Write it as a ceiling.")),
    )
    return placed, *moves


def _bounded(either: Expr) -> tuple[Move, ...]:
    """The steps from two bounds on j, where padding is needed and where none is, to the first."""
    (padded,) = (part for part in either.args if part.has(ceiling))
    (bare,) = (part for part in either.args if not part.has(ceiling))
    return (
        (
            Inside(padded, (Gather(j), Divide(j, s), Cite(ceiling_as_floor, reverse=True))),
            Text(
                zh="需要填充时：核消掉了，剩下 j ≤ ⌈n/s⌉ − 1 = ⌊(n − 1)/s⌋。",
                en="Where padding is needed the kernel cancels: j ≤ ⌈n/s⌉ − 1 = ⌊(n − 1)/s⌋.",
            ),
        ),
        (
            Inside(bare, (Divide(j, s), Floor())),
            Text(zh="不需要填充时：与 valid 相同。", en="Where none is needed it is as for valid."),
        ),
        (
            Absorb(),
            Text(
                zh="核至少占一格，第二个条件更严，已含在第一个里。",
                en=(
                    "A kernel takes at least one position, so the second is stricter and is"
                    " contained in the first."
                ),
            ),
        ),
    )


same_output_size = Law(
    name="same_output_size",
    title=Text(zh="same：每 s 格一个输出", en="same: one output per stride"),
    question=Text(
        zh='padding="same" 给出多大的输出？与核的大小有关吗？',
        en='What size does padding="same" give, and does the kernel matter?',
    ),
    parameters=(N, S),
    indifferent=(K, D),
    argue=_argue_same_output_size,
    assumptions=(POSITIVE[s], Ge(n, 1, evaluate=False)),
    note=Text(
        zh=(
            "k 与 d（核尺寸与膨胀率，任意）在推导里全部消去："
            "它们只决定填充多少、填在哪里，不影响输出有几个。"
        ),
        en=(
            "Kernel size k and dilation rate d, whatever they are, cancel in the derivation: they"
            " decide how much is padded and where, not how many outputs there are."
        ),
    ),
    example=(("n", 8), ("s", 2)),
    drawn=lambda: _drawn_same(sympy.Integer(3), sympy.Integer(1)),  # any kernel will do
    starting=Text(
        zh="填充 t 格，前侧 ⌊t/2⌋、其余在后侧，数得下的窗口。",
        en="The windows that fit when t is padded, ⌊t/2⌋ before and the rest after the input.",
    ),
    group=Group.PADDING_BY_NAME,
    place=1,
    refusal=Refusal((("n", 0), ("s", 2)), ("n", 1)),
)
