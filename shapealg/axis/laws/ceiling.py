"""The laws of ceil_mode: pooling that rounds up, so that the last window may hang over the padded
end.

A window is added as long as the one before it has not reached that end. Frameworks disagree on
whether it may also begin there.
"""

from sympy import Ge, Le, Lt, Min, ceiling

from shapealg.axis.laws.counting import conv_output_size
from shapealg.axis.laws.rounding import ceiling_as_floor
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
    hi,
    j,
    k,
    lo,
    m,
    n,
    s,
)
from shapealg.axis.window import Window
from shapealg.law.counts import Edge
from shapealg.law.group import Group
from shapealg.law.inequalities import Ceiling, Divide, Rearrange, Strict
from shapealg.law.law import Law, Refusal
from shapealg.law.proof import Count, Largest
from shapealg.law.rules import Cite, Inside, Rewrite
from shapealg.text import Text

__all__ = [
    "ceil_output_size",
    "clipped_ceil_output_size",
]

_ROUNDED = ceiling(SLACK / s) + 1
_WIDER = Window.dilated(k, d, s, lo, hi + s - 1)
# there is a window, be it hanging over
_BEGUN = Ge(n + lo + hi + s - 1, WINDOW.kernel, evaluate=False)

ceil_output_size = Law(
    name="ceil_output_size",
    title=Text(zh="ceil_mode：向上取整", en="ceil_mode: rounding up"),
    question=Text(
        zh="池化向上取整（ceil_mode），输出多大？",
        en="What size does pooling give when it rounds up (ceil_mode)?",
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        Count(j, Lt(WINDOW.last(j - 1), n - 1 + hi, evaluate=False)),
        (
            Strict(),
            Text(
                zh="都是整数：小于 a，就是不超过 a − 1。",
                en="All are integers: below a is at most a − 1.",
            ),
        ),
        (
            Rearrange(j, Le(_WIDER.last(j), n - 1 + _WIDER.hi, evaluate=False)),
            Text(
                zh="两边加 s：前一个窗口的末端再走 s 格，就是这个窗口的末端。",
                en=(
                    "Add s on both sides: s past the end of the window before is the end of this"
                    " one."
                ),
            ),
        ),
        (
            Cite(conv_output_size, ((hi, _WIDER.hi),)),
            Text(
                zh=(
                    "这正是卷积的输出个数，只是后侧填充成了 hi + s − 1："
                    "向上取整，就是后侧多填充 s − 1 格。"
                ),
                en=(
                    "This is the count of a convolution with hi + s − 1 behind: rounding up is s −"
                    " 1 more padding."
                ),
            ),
        ),
        (
            Cite(ceiling_as_floor, ((n, SLACK + s),)),
            Text(zh="⌊(x − 1)/s⌋ + 1 就是 ⌈x/s⌉。", en="⌊(x − 1)/s⌋ + 1 is ⌈x/s⌉."),
        ),
        (
            Rewrite(lambda e: _ROUNDED),
            Text(
                zh="把整数 s/s = 1 提到取整之外。",
                en="Take the whole number s/s = 1 out of the ceiling.",
            ),
        ),
    ),
    assumptions=(POSITIVE[k], POSITIVE[s], POSITIVE[d], NOT_NEGATIVE, _BEGUN),
    note=Text(
        zh=(
            "与向下取整相比，只在除不尽时多一个窗口。飞桨照此计算；PyTorch 与 ONNX Runtime"
            " 还要去掉整个落在输入之后的窗口。图中后侧多填充了 s − 1 格。"
        ),
        en=(
            "Compared with rounding down there is one more window, where the division leaves a"
            " remainder. Paddle computes just this; PyTorch and ONNX Runtime also drop a window"
            " that begins after the input. The picture is padded by s − 1 more behind."
        ),
    ),
    source="https://onnx.ai/onnx/operators/onnx__MaxPool.html",
    example=(("n", 5), ("k", 2), ("s", 2), ("lo", 1), ("hi", 1)),
    drawn=lambda: (n, k, s, d, lo, _WIDER.hi),
    starting=Text(
        zh="前一个窗口还没有到达填充后的末端，就再放一个窗口。",
        en="There is one more window as long as the one before it has not reached the padded end.",
    ),
    group=Group.PADDING_AND_POOLING,
    refusal=Refusal((("n", 2), ("k", 5), ("s", 3)), ("n", 3)),
)

_HANGS = Lt(WINDOW.last(m - 2), n - 1 + hi, evaluate=False)
_INSIDE = Le(WINDOW.first(m - 1), n - 1, evaluate=False)

clipped_ceil_output_size = Law(
    name="clipped_ceil_output_size",
    title=Text(
        zh="ceil_mode：窗口不从后侧填充起步", en="ceil_mode: no window begins after the input"
    ),
    question=Text(
        zh="PyTorch 的 ceil_mode 有时比向上取整少一个，为什么？",
        en="Why does PyTorch's ceil_mode sometimes give one less than rounding up?",
    ),
    parameters=(N, K, S, D, LO, HI),
    argue=lambda: (
        Largest(m, _HANGS & _INSIDE),
        (
            Inside(
                _HANGS,
                (
                    Rearrange(m, Lt(s * (m - 2), SLACK, evaluate=False)),
                    Divide(m, s),
                    Ceiling(),
                    Strict(),
                    Rearrange(m, Le(m, _ROUNDED, evaluate=False)),
                ),
            ),
            Text(
                zh="第 m − 2 个窗口没有到达末端：两边除以 s；整数小于 x，当且仅当小于 ⌈x⌉。",
                en=(
                    "Window m − 2 has not reached the end: divide by s; an integer is below x"
                    " exactly when it is below ⌈x⌉."
                ),
            ),
        ),
        (
            Inside(
                _INSIDE,
                (
                    Strict(),
                    Rearrange(m, Lt(s * (m - 1), n + lo, evaluate=False)),
                    Divide(m, s),
                    Ceiling(),
                    Strict(),
                    Rearrange(m, Le(m, ceiling((n + lo) / s), evaluate=False)),
                ),
            ),
            Text(
                zh="第 m − 1 个窗口从输入之内（或前侧填充）起步：同样除以 s，取整。",
                en=(
                    "Window m − 1 begins in the input (or in the padding before it): divide by s"
                    " and round likewise."
                ),
            ),
        ),
        (
            Edge(),
            Text(
                zh="同时不超过两个数的最大整数，就是其中较小的那个。",
                en="The largest integer that is at most two numbers is the smaller of them.",
            ),
        ),
    ),
    assumptions=(
        POSITIVE[k],
        POSITIVE[s],
        POSITIVE[d],
        Ge(n, 1, evaluate=False),
        Ge(lo, 0, evaluate=False),
        Ge(hi, 0, evaluate=False),
        _BEGUN,
    ),
    note=Text(
        zh=(
            "PyTorch 与 ONNX Runtime 照此计算。整个落在后侧填充里的窗口什么也读不到，所以去掉。"
            "去掉之后，等于后侧填充 min(hi + s − 1, d(k − 1)) 格的卷积，图中就是这样画的。"
        ),
        en=(
            "PyTorch and ONNX Runtime compute this. A window that lies wholly in the padding behind"
            " reads nothing, so it is dropped. What is left is the count of a convolution with"
            " min(hi + s − 1, d(k − 1)) behind, and so it is drawn."
        ),
    ),
    source="https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html",
    example=(("n", 5), ("k", 2), ("s", 2), ("lo", 1), ("hi", 1)),
    drawn=lambda: (n, k, s, d, lo, Min(_WIDER.hi, d * (k - 1))),
    starting=Text(
        zh=(
            "最大的 m，使第 m − 1 个窗口（最后一个）既有必要（前一个没有到达填充后的末端），"
            "又不在输入之后才起步。"
        ),
        en=(
            "The largest m such that window m − 1, the last one, is needed (the one before has not"
            " reached the padded end) and does not begin after the input."
        ),
    ),
    group=Group.PADDING_AND_POOLING,
    refusal=Refusal((("n", 2), ("k", 5), ("s", 3)), ("n", 3)),
)
