"""Questions asked backwards: the adjoint of counting.

Which inputs give at least m outputs, and which is the smallest, which the largest that gives
exactly m.
"""

from sympy import Ge, Le

from shapealg.axis.laws.symbols import (
    HI,
    LO,
    POSITIVE,
    WINDOW,
    D,
    K,
    M,
    N,
    S,
    d,
    hi,
    k,
    lo,
    m,
    n,
    s,
)
from shapealg.law.counts import Edge
from shapealg.law.group import Group
from shapealg.law.inequalities import Adjoint, Multiply, Rearrange, Strict, Unfloor
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Largest, Smallest
from shapealg.text import Text

__all__ = [
    "window_adjunction",
    "smallest_input_size",
    "largest_input_size",
]

_ENOUGH_OUT = Le(m, WINDOW.count(n), evaluate=False)

window_adjunction = Law(
    name="window_adjunction",
    title=Text(
        zh="至少 m 个输出 ⇔ 输入至少这么大", en="At least m outputs ⇔ at least this much input"
    ),
    question=Text(
        zh="想要至少 m 个输出，输入须满足什么？",
        en="What must the input satisfy to give at least m outputs?",
    ),
    parameters=(N, M, K, S, D, LO, HI),
    argue=lambda: (
        _ENOUGH_OUT,
        (
            Unfloor(),
            Text(
                zh="m 是整数：m ≤ ⌊x⌋ + 1 与 m ≤ x + 1 是一回事。",
                en="m is an integer: m ≤ ⌊x⌋ + 1 says the same as m ≤ x + 1.",
            ),
        ),
        (Multiply(m, s), Text(zh="两边乘以正数 s。", en="Multiply by the positive s.")),
        (
            Rearrange(n, Le(WINDOW.need(m), n, evaluate=False)),
            Text(zh="把 n 单独留在一边。", en="Leave n alone on one side."),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d]),
    note=Text(
        zh="取整、反过来问、整条链合并成一个窗口，都从这一行来；它在数学上叫伴随。",
        en=(
            "The floor, the inverse questions and the collapse of a chain all come from this line;"
            " mathematicians call it an adjunction."
        ),
    ),
    example=(("n", 10), ("m", 4), ("k", 3), ("s", 2)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(zh="至少有 m 个输出。", en="There are at least m outputs."),
    group=Group.INVERSE,
    refusal=Refusal((("n", 5), ("m", 1), ("k", 0)), ("k", 1)),
)

_FEWEST = Smallest(n, _ENOUGH_OUT)

smallest_input_size: Law = Law(
    name="smallest_input_size",
    title=Text(zh="最小的输入", en="The smallest input"),
    question=Text(
        zh="要得到 m 个输出，输入最小多大？", en="What is the smallest input that gives m outputs?"
    ),
    parameters=(M, K, S, D, LO, HI),
    argue=lambda: (
        _FEWEST,
        (
            Adjoint(WINDOW, n),
            Text(
                zh="至少 m 个输出，等于输入至少这么大。",
                en="At least m outputs means at least this much input.",
            ),
        ),
        (
            Edge(),
            Text(
                zh="不小于 a 的最小整数就是 a。", en="The smallest integer that is at least a is a."
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(m, 1, evaluate=False)),
    note=Text(
        zh=(
            "这也是转置卷积（output_padding = 0）的输出尺寸；Keras 的 valid"
            " 在核跨度小于步长时会补足到 m·s。答案小于 1 说明光靠填充就够了。"
            "几层相连时，从最后一层起，逐层往前用。"
        ),
        en=(
            "This is also the output size of a transposed convolution with output_padding = 0;"
            " Keras's valid pads it up to m·s where the span is below the stride. An answer below 1"
            " means that padding alone suffices. Of several layers, apply it from the last to the"
            " first."
        ),
    ),
    example=(("m", 4), ("k", 3), ("s", 2)),
    drawn=lambda: (smallest_input_size.right, k, s, d, lo, hi),
    starting=Text(
        zh="至少有 m 个输出的最小输入。", en="The smallest input with at least m outputs."
    ),
    group=Group.INVERSE,
    refusal=Refusal((("m", 0), ("k", 3)), ("m", 1)),
)

_MOST = Largest(n, Le(WINDOW.count(n), m, evaluate=False))

largest_input_size: Law = Law(
    name="largest_input_size",
    title=Text(zh="最大的输入", en="The largest input"),
    question=Text(
        zh="仍只得到 m 个输出，输入最大多大？",
        en="What is the largest input that still gives only m outputs?",
    ),
    parameters=(M, K, S, D, LO, HI),
    argue=lambda: (
        _MOST,
        (
            Strict(),
            Text(zh="不超过 m 个，就是少于 m + 1 个。", en="At most m is fewer than m + 1."),
        ),
        (
            Adjoint(WINDOW, n),
            Text(
                zh="少于 m + 1 个输出，当且仅当输入小于 m + 1 个输出所需。",
                en=(
                    "Fewer than m + 1 outputs exactly when the input is smaller than m + 1 outputs"
                    " need."
                ),
            ),
        ),
        (Strict(), Text(zh="都是整数，写回 ≤。", en="All are integers; write it with ≤.")),
        (
            Edge(),
            Text(
                zh="不超过 a 的最大整数就是 a。", en="The largest integer that is at most a is a."
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(m, 1, evaluate=False)),
    note=Text(
        zh="比最小的输入大 s − 1：每 s 个相邻的尺寸，输出个数相同。",
        en="This is s − 1 more than the smallest: s neighbouring sizes share one output size.",
    ),
    example=(("m", 4), ("k", 3), ("s", 2)),
    drawn=lambda: (largest_input_size.right, k, s, d, lo, hi),
    starting=Text(zh="至多有 m 个输出的最大输入。", en="The largest input with at most m outputs."),
    group=Group.INVERSE,
    refusal=Refusal((("m", 0), ("k", 3)), ("m", 1)),
)
