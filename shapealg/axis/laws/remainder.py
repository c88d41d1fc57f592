"""What the division leaves: when the floor may be left out, and what no window reads."""

from sympy import Eq, Max, Min, Mod

from shapealg.axis.laws.counting import case
from shapealg.axis.laws.symbols import (
    HI,
    LO,
    NOT_NEGATIVE,
    POSITIVE,
    SLACK,
    WINDOW,
    D,
    K,
    N,
    S,
    d,
    fits,
    hi,
    k,
    lo,
    n,
    s,
)
from shapealg.law.counts import Euclid
from shapealg.law.group import Group
from shapealg.law.law import Law, Refusal
from shapealg.law.rules import Given, Rewrite
from shapealg.text import Text

__all__ = [
    "exact_fit_output_size",
    "unread_padded_size",
    "unread_input_size",
]

_EXACT = Eq(Mod(SLACK, s, evaluate=False), 0, evaluate=False)

exact_fit_output_size = case(
    "exact_fit_output_size",
    Text(zh="恰好放满", en="Exact fit"),
    Text(zh="什么时候可以不写取整？", en="When may the floor be left out?"),
    (N, K, S, D, LO, HI),
    {},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, fits(WINDOW), _EXACT),
    then=(
        (
            Euclid(SLACK, s),
            Text(
                zh="带余除法：⌊x/s⌋ = (x − x mod s)/s。",
                en="Division with remainder: ⌊x/s⌋ = (x − x mod s)/s.",
            ),
        ),
        (Given(_EXACT), Text(zh="前提说余数是 0。", en="The remainder is zero by assumption.")),
    ),
    reason=Text(zh="从一般公式出发。", en="Start from the general law."),
    example=(("n", 9), ("k", 3), ("s", 2)),
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 8), ("k", 3), ("s", 2)), ("n", 7)),
)

_UNREAD = n - 1 + hi - WINDOW.last(WINDOW.count(n) - 1)

unread_padded_size = Law(
    name="unread_padded_size",
    title=Text(zh="填充后的末尾剩几格", en="What is left at the padded end"),
    question=Text(
        zh="填充之后，末尾有几格没有任何窗口读到（填充的格也算）？",
        en="How many positions at the end of the padded input, padding included, does no window"
        " read?",
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        _UNREAD,
        (
            Rewrite(lambda e: Mod(SLACK, s, evaluate=False)),
            Text(
                zh="它有 x − s⌊x/s⌋ 的样子，也就是余数。",
                en="It has the form x − s⌊x/s⌋: a remainder.",
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, fits(WINDOW)),
    example=(("n", 10), ("k", 3), ("s", 2)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh="填充后的最后一格，减去最后一个窗口的末端。",
        en="The last padded position minus the end of the last window.",
    ),
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 2), ("k", 3)), ("n", 3)),
)

unread_input_size = Law(
    name="unread_input_size",
    title=Text(zh="末尾丢掉几格输入", en="What is dropped at the end"),
    question=Text(
        zh="输入的末尾有几格没有任何窗口读到（填充的格不算）？",
        en="How many positions at the end of the input, padding apart, does no window read?",
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        Min(n, Max(0, n - 1 - WINDOW.last(WINDOW.count(n) - 1))),
        (
            Rewrite(lambda e: Min(n, Max(0, Mod(SLACK, s, evaluate=False) - hi))),
            Text(
                zh=(
                    "又是 x − s⌊x/s⌋ 的样子：余数是填充后末尾剩下的，其中先是后侧的 hi"
                    " 格填充，多出来的才是输入。"
                ),
                en=(
                    "Again the form x − s⌊x/s⌋: the remainder is what is left at the padded end."
                    " The padding behind, hi positions, comes off first; the rest is input."
                ),
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, fits(WINDOW)),
    note=Text(
        zh=(
            "只数最后一个窗口之后的，窗口之间跳过的不算。hi 为负就是裁掉，裁掉的格也没有读到。"
            "后侧填充不小于 s − 1 时什么也不丢。"
        ),
        en=(
            "Only positions after the last window count, not those that windows leave between them."
            " A negative hi crops, and what is cropped is not read either. With hi ≥ s − 1 nothing"
            " is dropped."
        ),
    ),
    example=(("n", 19), ("k", 4), ("s", 4), ("lo", 1), ("hi", 1)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh=(
            "输入的最后一格，减去最后一个窗口的末端：末端落在填充里就是 0，"
            "窗口连输入都没碰到就是全部 n 格。"
        ),
        en=(
            "The last input position minus the end of the last window: 0 where that lies in the"
            " padding, all n where it lies before the input."
        ),
    ),
    group=Group.ONE_LAYER,
    refusal=Refusal((("n", 2), ("k", 3)), ("n", 3)),
)
