"""The laws of one axis, each derived from the window and from counting.

The first one is the root: output j exists exactly when its window ends inside the padded input. The
special cases are
substitutions into it, the inverse questions are its adjoint, the chain is two adjoints in a row.
"""

import sympy
from sympy import Eq, Ge, Le, Max, Min, Mod, Symbol, ceiling, floor

from shapealg.axis.window import Window
from shapealg.law.law import Law
from shapealg.law.notation import plain
from shapealg.law.parameter import Parameter
from shapealg.law.proof import Count, Smallest
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
    Given,
    Inside,
    Multiply,
    Rewrite,
    SplitMax,
    Strict,
    Sum1,
)
from shapealg.text import Text

DUMOULIN = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285"

n, m, j, t, lo, hi, p = (
    Symbol(name, integer=True) for name in ("n", "m", "j", "t", "lo", "hi", "p")
)
k, f, s, d = (Symbol(name, integer=True, positive=True) for name in ("k", "f", "s", "d"))


def _parameter(symbol, zh, en, default=None):
    return Parameter(symbol, Text(zh=zh, en=en), default)


N = _parameter(n, "输入尺寸", "input size")
M = _parameter(m, "输出尺寸", "output size")
K = _parameter(k, "卷积核尺寸", "kernel size")
F = Parameter(f, Text(zh="过滤器尺寸", en="filter size"), kind="k")
S = _parameter(s, "步长", "stride", 1)
D = _parameter(d, "膨胀率", "dilation rate", 1)
LO = _parameter(lo, "前侧填充", "padding before the input", 0)
HI = _parameter(hi, "后侧填充", "padding after the input", 0)
P = _parameter(p, "每侧的填充", "padding on each side")

WINDOW = Window.dilated(k, d, s, lo, hi)
POSITIVE = {symbol: Ge(symbol, 1, evaluate=False) for symbol in (k, f, s, d)}
SIZE = Ge(n, 0, evaluate=False)  # padding can make up for an empty input, not for a negative one


def _fits(window, size=n):
    """At least one window fits: the size is at least `need(1)`, said as padded input ≥ span."""
    return Ge(size + window.lo + window.hi, window.kernel, evaluate=False)


FITS = Text(
    zh="前提是填充后的输入至少放得下一个窗口；放不下时各框架行为不一，公式不适用。",
    en=(
        "At least one window must fit into the padded input. If none fits, frameworks disagree and"
        " the formula does not apply."
    ),
)

# ---------------------------------------------------------------- the root

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
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], SIZE, _fits(WINDOW)),
    note=FITS,
    source=DUMOULIN,
    example=(("n", 11), ("k", 3), ("s", 2), ("d", 2), ("lo", 1), ("hi", 2)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh="输出的个数，就是末端不越过填充后输入的窗口的个数。",
        en="There are as many outputs as windows that end inside the padded input.",
    ),
)


def _case(
    name,
    title,
    question,
    parameters,
    at,
    assumptions,
    then=(),
    note=None,
    of=conv_output_size,
    source="",
    reason=None,
    example=(),
):
    """A special case: the general law at certain values, and whatever tidying follows."""
    at = tuple(at.items())
    said = (
        "，".join(f"{a} = {plain(b)}" for a, b in at),
        ", ".join(f"{a} = {plain(b)}" for a, b in at),
    )
    reason = reason or Text(zh=f"代入 {said[0]}。", en=f"Put {said[1]} into the general law.")
    return Law(
        name,
        title,
        question,
        parameters,
        lambda: (of.left.subs(dict(at), simultaneous=True), (Cite(of, at), reason), *then),
        assumptions,
        note,
        source,
        general=of,
        example=example,
        drawn=lambda: tuple(
            sympy.sympify(part).subs(dict(at), simultaneous=True) for part in of.drawn()
        ),
    )


plain_output_size = _case(
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
)

strided_output_size = _case(
    "strided_output_size",
    Text(zh="带步长", en="With a stride"),
    Text(zh="不填充、步长 s，卷积之后剩多少？", en="No padding, stride s: how many outputs?"),
    (N, K, S),
    {d: 1, lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[s], Ge(n, k, evaluate=False)),
    example=(("n", 10), ("k", 3), ("s", 2)),
    source=DUMOULIN,
)

dilated_output_size = _case(
    "dilated_output_size",
    Text(zh="空洞卷积", en="With dilation"),
    Text(
        zh="卷积核的抽头相隔 d 格，还剩多少？",
        en="The taps are d apart: how many outputs are left?",
    ),
    (N, K, D),
    {s: 1, lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[d], Ge(n, d * (k - 1) + 1, evaluate=False)),
    example=(("n", 10), ("k", 3), ("d", 2)),
    source=DUMOULIN,
)

valid_output_size = _case(
    "valid_output_size",
    Text(zh="valid：不填充", en="valid: no padding at all"),
    Text(zh='padding="valid" 给出多大的输出？', en='What size does padding="valid" give?'),
    (N, K, S, D),
    {lo: 0, hi: 0},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], Ge(n, d * (k - 1) + 1, evaluate=False)),
    example=(("n", 11), ("k", 3), ("s", 2), ("d", 2)),
)

symmetric_output_size = _case(
    "symmetric_output_size",
    Text(zh="两侧各填充 p", en="Padding p on each side"),
    Text(zh="两侧各填充 p 格，输出多大？", en="With p on each side, what size comes out?"),
    (N, K, P, S, D),
    {lo: p, hi: p},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], SIZE, Ge(n + 2 * p, d * (k - 1) + 1, evaluate=False)),
    example=(("n", 8), ("k", 3), ("p", 1), ("s", 2)),
    source=DUMOULIN,
)

full_output_size = _case(
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
)

half_output_size = _case(
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
)

# ---------------------------------------------------------------- ⌈n/s⌉: causal, same

_ONES = floor((n - 1) / s)

ceiling_as_floor = Law(
    name="ceiling_as_floor",
    title=Text(zh="上取整化为下取整", en="A ceiling written as a floor"),
    question=Text(
        zh="⌊(n − 1)/s⌋ + 1 为什么就是 ⌈n/s⌉？", en="Why is ⌊(n − 1)/s⌋ + 1 the same as ⌈n/s⌉?"
    ),
    parameters=(N, _parameter(s, "步长", "stride")),
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
)

causal_output_size = _case(
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
)

_OUTPUTS = ceiling(n / s)


def _argue_same_padding():
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
)


def _drawn_same(taps, dilation) -> tuple:
    total = same_padding.right.subs({k: taps, d: dilation})
    return n, taps, s, dilation, floor(total / 2), total - floor(total / 2)


def _argue_same_output_size():
    total = same_padding.right
    placed = Count(
        j,
        Le(
            Window.dilated(k, d, s, lo=floor(total / 2)).last(j),
            n - 1 + total - floor(total / 2),
            evaluate=False,
        ),
    )
    parts = SplitMax().apply(Gather(j).apply(placed)).condition.args
    (padded,), (bare,) = (
        [p for p in parts if p.has(ceiling) is wanted] for wanted in (True, False)
    )
    return (
        placed,
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
        (Sum1(), Text(zh="数一数。", en="Count them.")),
        (Cite(ceiling_as_floor), Text(zh="写成上取整。", en="Write it as a ceiling.")),
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
            "k 与 d（核尺寸与膨胀率，任意）在推导里全部消去：它们只决定填充多少、填在哪里，不影响输出有几个。"
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
)

# ---------------------------------------------------------------- remainder

_SLACK = n + lo + hi - d * (k - 1) - 1
_EXACT = Eq(Mod(_SLACK, s, evaluate=False), 0, evaluate=False)

exact_fit_output_size = _case(
    "exact_fit_output_size",
    Text(zh="恰好放满", en="Exact fit"),
    Text(zh="什么时候可以不写取整？", en="When may the floor be left out?"),
    (N, K, S, D, LO, HI),
    {},
    (POSITIVE[k], POSITIVE[s], POSITIVE[d], SIZE, _fits(WINDOW), _EXACT),
    then=(
        (
            Euclid(_SLACK, s),
            Text(
                zh="带余除法：⌊x/s⌋ = (x − x mod s)/s。",
                en="Division with remainder: ⌊x/s⌋ = (x − x mod s)/s.",
            ),
        ),
        (Given(_EXACT), Text(zh="前提说余数是 0。", en="The remainder is zero by assumption.")),
    ),
    reason=Text(zh="从一般公式出发。", en="Start from the general law."),
    example=(("n", 9), ("k", 3), ("s", 2)),
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
            Rewrite(lambda e: Mod(_SLACK, s, evaluate=False)),
            Text(
                zh="它有 x − s⌊x/s⌋ 的样子，也就是余数。",
                en="It has the form x − s⌊x/s⌋: a remainder.",
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], SIZE, _fits(WINDOW)),
    example=(("n", 10), ("k", 3), ("s", 2)),
    drawn=lambda: (n, k, s, d, lo, hi),
    starting=Text(
        zh="填充后的最后一格，减去最后一个窗口的末端。",
        en="The last padded position minus the end of the last window.",
    ),
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
            Rewrite(lambda e: Min(n, Max(0, Mod(_SLACK, s, evaluate=False) - hi))),
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
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], SIZE, _fits(WINDOW)),
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
)
