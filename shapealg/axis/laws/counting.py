"""How many windows fit. The first law is the root: output j exists exactly when its window ends
inside the padded input.

The other laws of one layer are substitutions into it, the inverse questions are its adjoint, the
chain is two adjoints in a row.
"""

from collections.abc import Mapping

import sympy
from sympy import Ge, Le

from shapealg.axis.laws.symbols import (
    DUMOULIN,
    HI,
    LO,
    NOT_NEGATIVE,
    POSITIVE,
    WINDOW,
    D,
    F,
    K,
    N,
    P,
    S,
    d,
    f,
    fits,
    hi,
    j,
    k,
    lo,
    n,
    p,
    s,
)
from shapealg.law.counts import Sum1
from shapealg.law.group import Group
from shapealg.law.inequalities import Divide, Floor, Gather
from shapealg.law.law import Law, Pairs, Refusal
from shapealg.law.notation import plain
from shapealg.law.parameter import Parameter
from shapealg.law.proof import Count, Move
from shapealg.law.rules import Cite
from shapealg.text import Text

__all__ = [
    "plain_output_size",
    "conv_output_size",
    "strided_output_size",
    "dilated_output_size",
    "valid_output_size",
    "symmetric_output_size",
]

FITS = Text(
    zh="前提是填充后的输入至少放得下一个窗口；放不下时各框架行为不一，公式不适用。",
    en=(
        "At least one window must fit into the padded input. If none fits, frameworks disagree and"
        " the formula does not apply."
    ),
)

conv_output_size = Law(
    name="conv_output_size",
    title=Text(zh="卷积的输出尺寸", en="Output size of a convolution"),
    question=Text(
        zh="一个轴上，卷积之后剩多少？",
        en="How many outputs does a convolution give along one axis?",
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        Count(j, Le(WINDOW.last(j), n - 1 + hi, evaluate=False)),
        (Gather(j), Text(zh="把含 j 的项留在左边。", en="Keep what contains j on the left.")),
        (
            Divide(j, s),
            Text(
                zh="步长 s 是正数，两边除以 s，不等号不变。",
                en="s > 0, so dividing by it preserves the inequality.",
            ),
        ),
        (
            Floor(),
            Text(
                zh="j 是整数：j ≤ x 与 j ≤ ⌊x⌋ 是一回事。取整就出在这里。",
                en=(
                    "j is an integer: j ≤ x says the same as j ≤ ⌊x⌋. This is where the floor comes"
                    " from."
                ),
            ),
        ),
        (
            Sum1(),
            Text(
                zh="从 0 数到 J，一共 J + 1 个。最后的 +1 就出在这里。",
                en="From 0 to J there are J + 1 integers. This is where the final +1 comes from.",
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, fits(WINDOW)),
    note=FITS,
    source=DUMOULIN,
    example=(("n", 11), ("k", 3), ("s", 2), ("d", 2), ("lo", 1), ("hi", 2)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh="输出的个数，就是末端不越过填充后输入的窗口的个数。",
        en="There are as many outputs as windows that end inside the padded input.",
    ),
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 4), ("k", 3), ("d", 2), ("lo", -1), ("hi", 1)), ("n", 5)),
)


def case(
    name: str,
    title: Text,
    question: Text,
    parameters: tuple[Parameter, ...],
    values: Mapping[sympy.Symbol, sympy.Expr],
    assumptions: tuple[sympy.Rel, ...],
    then: tuple[Move, ...] = (),
    note: Text | None = None,
    of: Law = conv_output_size,
    source: str = "",
    reason: Text | None = None,
    example: Pairs = (),
    group: Group | None = None,
    place: int = 0,
    refusal: Refusal | None = None,
) -> Law:
    """A special case: the general law at certain values, and whatever tidying follows."""
    at = tuple(values.items())
    said = (
        "，".join(f"{a} = {plain(b)}" for a, b in at),
        ", ".join(f"{a} = {plain(b)}" for a, b in at),
    )
    why = reason or Text(zh=f"代入 {said[0]}。", en=f"Put {said[1]} into the general law.")
    drawn = of.drawn
    return Law(
        name,
        title,
        question,
        parameters,
        lambda: (of.left.subs(dict(at), simultaneous=True), (Cite(of, at), why), *then),
        assumptions,
        note,
        source,
        general=of,
        example=example,
        drawn=drawn
        and (
            lambda: tuple(sympy.sympify(part).subs(dict(at), simultaneous=True) for part in drawn())
        ),
        group=group,
        place=place,
        refusal=refusal,
    )


plain_output_size = case(
    "plain_output_size",
    Text(zh="n − f + 1", en="n − f + 1"),
    Text(
        zh="不填充、步长 1，卷积之后剩多少？", en="No padding, stride 1: how many outputs are left?"
    ),
    (N, F),
    {k: f, s: 1, d: 1, lo: 0, hi: 0},
    (POSITIVE[f], Ge(n, f, evaluate=False)),
    example=(("n", 8), ("f", 5)),
    source=DUMOULIN,
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 2), ("f", 3)), ("n", 3)),
)

strided_output_size = case(
    "strided_output_size",
    Text(zh="带步长", en="With a stride"),
    Text(zh="不填充、步长 s，卷积之后剩多少？", en="No padding, stride s: how many outputs?"),
    (N, K, S),
    {d: 1, lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[s], Ge(n, k, evaluate=False)),
    example=(("n", 10), ("k", 3), ("s", 2)),
    source=DUMOULIN,
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 2), ("k", 3), ("s", 2)), ("n", 3)),
)

dilated_output_size = case(
    "dilated_output_size",
    Text(zh="空洞卷积", en="With dilation"),
    Text(
        zh="卷积核的元素相隔 d 格，还剩多少？",
        en="The taps are d apart: how many outputs are left?",
    ),
    (N, K, D),
    {s: 1, lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[d], Ge(n, d * (k - 1) + 1, evaluate=False)),
    example=(("n", 10), ("k", 3), ("d", 2)),
    source=DUMOULIN,
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 4), ("k", 3), ("d", 2)), ("n", 5)),
)

valid_output_size = case(
    "valid_output_size",
    Text(zh="valid：不填充", en="valid: no padding at all"),
    Text(zh='padding="valid" 给出多大的输出？', en='What size does padding="valid" give?'),
    (N, K, S, D),
    {lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(n, d * (k - 1) + 1, evaluate=False)),
    example=(("n", 11), ("k", 3), ("s", 2), ("d", 2)),
    group=Group.PADDING_BY_NAME,
    refusal=Refusal((("n", 4), ("k", 3), ("d", 2)), ("n", 5)),
)

symmetric_output_size = case(
    "symmetric_output_size",
    Text(zh="两侧各填充 p", en="Padding p on each side"),
    Text(zh="两侧各填充 p 格，输出多大？", en="With p on each side, what size comes out?"),
    (N, K, P, S, D),
    {lo: p, hi: p},
    (
        POSITIVE[k],
        POSITIVE[s],
        POSITIVE[d],
        NOT_NEGATIVE,
        Ge(n + 2 * p, d * (k - 1) + 1, evaluate=False),
    ),
    example=(("n", 8), ("k", 3), ("p", 1), ("s", 2)),
    source=DUMOULIN,
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 2), ("k", 5), ("p", 1)), ("n", 3)),
)
