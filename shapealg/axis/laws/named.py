"""Padding that goes by a name and is told before the input is: half, full, causal."""

import sympy
from sympy import Ge, floor

from shapealg.axis.laws.counting import case
from shapealg.axis.laws.rounding import ceiling_as_floor
from shapealg.axis.laws.symbols import (
    DUMOULIN,
    POSITIVE,
    D,
    K,
    N,
    S,
    d,
    hi,
    k,
    lo,
    n,
    s,
)
from shapealg.law.counts import Euclid
from shapealg.law.group import Group
from shapealg.law.law import Refusal
from shapealg.law.rules import Cite
from shapealg.text import Text

__all__ = [
    "half_output_size",
    "full_output_size",
    "causal_output_size",
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
