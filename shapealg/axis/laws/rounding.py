"""Why ⌈n/s⌉ is a floor: the lemma that other laws cite."""

from sympy import Ge, Le, floor

from shapealg.axis.laws.symbols import (
    POSITIVE,
    N,
    j,
    n,
    parameter,
    s,
)
from shapealg.law.counts import Sum1
from shapealg.law.group import Group
from shapealg.law.inequalities import Ceiling, Divide, Floor, Multiply, Strict
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Count
from shapealg.law.rules import Backwards
from shapealg.text import Text

__all__ = ["ceiling_as_floor"]

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
