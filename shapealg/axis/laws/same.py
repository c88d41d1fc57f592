"""Padding by the name "same": how much it is goes by the input, how many outputs there are does not
go by the kernel.
"""

import sympy
from sympy import Expr, Ge, Le, ceiling, floor

from shapealg.axis.laws.rounding import ceiling_as_floor
from shapealg.axis.laws.symbols import (
    POSITIVE,
    D,
    K,
    N,
    S,
    d,
    j,
    k,
    n,
    s,
    t,
)
from shapealg.axis.window import Window
from shapealg.law.counts import Edge, Sum1
from shapealg.law.group import Group
from shapealg.law.inequalities import Absorb, Adjoint, Divide, Floor, Gather, SplitMax
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Argument, Count, Move, Smallest
from shapealg.law.rules import Cite, Inside
from shapealg.text import Text

__all__ = [
    "same_output_size",
    "same_padding",
]

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
