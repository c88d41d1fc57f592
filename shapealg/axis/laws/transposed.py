"""The laws of the transposed convolution: the window is run backwards, so what was its output is
now the input.

Input j writes where output j of the convolution read. The last position written is counted once
more, from 0; what the convolution had not read is given back by `output_padding`.
"""

from sympy import Ge, Le

from shapealg.axis.laws.remainder import unread_padded_size
from shapealg.axis.laws.symbols import (
    DUMOULIN,
    HI,
    INPUT,
    LO,
    NOT_NEGATIVE,
    POSITIVE,
    WINDOW,
    D,
    K,
    N,
    S,
    d,
    fits,
    hi,
    j,
    k,
    lo,
    n,
    op,
    parameter,
    s,
)
from shapealg.law.counts import Sum1
from shapealg.law.group import Group
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Count
from shapealg.law.rules import Cite
from shapealg.text import Text

__all__ = [
    "transposed_output_size",
    "restoring_output_padding",
]


_WRITTEN = WINDOW.last(n - 1) - hi + op  # the last position that stays

transposed_output_size: Law = Law(
    name="transposed_output_size",
    title=Text(zh="转置卷积的输出尺寸", en="Output size of a transposed convolution"),
    question=Text(
        zh="一个轴上，转置卷积之后有多大？",
        en="How many outputs does a transposed convolution give along one axis?",
    ),
    parameters=(
        N,
        K,
        S,
        D,
        parameter(lo, "前侧裁去", "cropped before", 0),
        parameter(hi, "后侧裁去", "cropped after", 0),
        parameter(
            op, "后侧补回（output_padding）", "given back after the output (output_padding)", 0
        ),
    ),
    argue=lambda: (
        Count(j, Le(j, _WRITTEN, evaluate=False)),
        (
            Sum1(),
            Text(
                zh="从 0 数到 J，一共 J + 1 个。没有取整：反过来走，每个输入都前进整整 s 格。",
                en=(
                    "From 0 to J there are J + 1 integers. There is no floor: run backwards, each"
                    " input goes s whole positions further."
                ),
            ),
        ),
    ),
    assumptions=(
        POSITIVE[k],
        POSITIVE[s],
        POSITIVE[d],
        INPUT,
        Ge(op, 0, evaluate=False),
        # something is left after cropping
        Ge((n - 1) * s + d * (k - 1) + op, lo + hi, evaluate=False),
    ),
    note=Text(
        zh=(
            "op = 0 时，这就是卷积给出 n 个输出所需的最小输入；op 从 0 到 s − 1，依次是给出 n"
            " 个输出的各个尺寸。图中每行是一格输入，写到它所覆盖的输出上；斜线格裁掉。"
        ),
        en=(
            "With op = 0 this is the smallest input from which the convolution gives n outputs; op"
            " from 0 to s − 1 goes through all sizes that give n. In the picture each row is one"
            " input, written to the outputs it covers; hatched cells are cropped."
        ),
    ),
    source=DUMOULIN,
    example=(("n", 4), ("k", 3), ("s", 2), ("lo", 1), ("hi", 1), ("op", 1)),
    drawn=lambda: (transposed_output_size.right, k, s, d, lo, hi),
    starting=Text(
        zh=(
            "第 n − 1 个输入（最后一个）写到第 s(n − 1) − lo + d(k − 1) 格为止；后侧裁去 hi 格，"
            "补回 op 格。输出的个数，就是从第 0 格数到那里。"
        ),
        en=(
            "Input n − 1, the last one, writes up to position s(n − 1) − lo + d(k − 1); hi"
            " positions are cropped behind, op are given back. The outputs are the positions from 0"
            " to there."
        ),
    ),
    group=Group.TRANSPOSED,
    refusal=Refusal((("n", 1), ("k", 3), ("lo", 2), ("hi", 1)), ("lo", 1)),
)

restoring_output_padding = Law(
    name="restoring_output_padding",
    title=Text(zh="还原尺寸的 output_padding", en="The output padding that restores the size"),
    question=Text(
        zh="卷积之后再转置卷积，output_padding 取多少才能回到原来的 n？",
        en=(
            "Which output_padding brings a transposed convolution back to the n that the"
            " convolution started from?"
        ),
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        n - WINDOW.need(WINDOW.count(n)),
        (
            Cite(unread_padded_size),
            Text(
                zh="转置卷积写到最后一个窗口的末端为止；还差的，正是卷积时末尾没有任何窗口读到的那几格。",
                en=(
                    "The transposed convolution writes up to the end of the last window; what is"
                    " missing are the positions at the end that no window had read."
                ),
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, fits(WINDOW)),
    note=Text(
        zh=(
            "余数在 0 到 s − 1 之间，所以总有这样一个 output_padding。它只能由 n 算出：s"
            " 个相邻的尺寸卷积之后一样大，转置卷积自己分不清是从哪一个来的。"
        ),
        en=(
            "A remainder lies between 0 and s − 1, so there always is such an output_padding. Only"
            " n itself tells which: s neighbouring sizes come out of the convolution alike, and the"
            " transposed convolution cannot know which one it was."
        ),
    ),
    source=DUMOULIN,
    example=(("n", 8), ("k", 3), ("s", 2), ("lo", 1), ("hi", 1)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh="n 减去 output_padding = 0 时转置卷积给出的尺寸。",
        en="n minus what the transposed convolution gives with output_padding = 0.",
    ),
    group=Group.TRANSPOSED,
    refusal=Refusal((("n", 2), ("k", 3)), ("n", 3)),
)
