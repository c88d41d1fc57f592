"""Many layers: two floors become one, and a chain of any length is one window.

Two adjoints in a row leave straight lines only; induction carries that to any number of layers.
"""

import sympy
from sympy import Expr, Ge, Le, Product, Sum, Symbol

from shapealg.axis.laws.symbols import NOT_NEGATIVE, N, fits, j, n, parameter
from shapealg.axis.window import Window
from shapealg.law.counts import Sum1
from shapealg.law.group import Group
from shapealg.law.inequalities import Adjoint, Divide, Floor, Gather, Rearrange
from shapealg.law.law import Law, Refusal
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.program import Entries
from shapealg.law.proof import Count
from shapealg.law.rules import Backwards, Cite, Induction, Values
from shapealg.text import Text

__all__ = [
    "two_layer_output_size",
    "chain_output_size",
    "receptive_field_size",
]


def _layer(index: int) -> tuple[Symbol, Symbol, Symbol, Symbol, Symbol]:
    k, s, d = (Symbol(f"{name}_{index}", integer=True, positive=True) for name in "ksd")
    lo, hi = (Symbol(f"{name}_{index}", integer=True) for name in ("lo", "hi"))
    return k, s, d, lo, hi


def _layer_parameters(index: int, zh: str, en: str) -> tuple[Parameter, ...]:
    k, s, d, lo, hi = _layer(index)
    return (
        parameter(k, f"{zh}的核尺寸", f"kernel size of {en}"),
        parameter(s, f"{zh}的步长", f"stride of {en}", 1),
        parameter(d, f"{zh}的膨胀率", f"dilation rate of {en}", 1),
        parameter(lo, f"{zh}的前侧填充", f"padding before, {en}", 0),
        parameter(hi, f"{zh}的后侧填充", f"padding after, {en}", 0),
    )


def _layer_window(index: int) -> Window:
    k, s, d, lo, hi = _layer(index)
    return Window.dilated(k, d, s, lo, hi)


W1, W2 = _layer_window(1), _layer_window(2)
_NESTED = W2.count(W1.count(n))

two_layer_output_size = Law(
    name="two_layer_output_size",
    title=Text(zh="两层，一个取整", en="Two layers, one floor"),
    question=Text(
        zh="两层卷积之后，为什么只剩一个取整？", en="Why is one floor left after two convolutions?"
    ),
    parameters=(
        N,
        *sorted(
            (
                *_layer_parameters(1, "第一层", "layer 1"),
                *_layer_parameters(2, "第二层", "layer 2"),
            ),
            key=lambda p: p.default is not None,  # those that must be said come first
        ),
    ),
    argue=lambda: (
        _NESTED,
        (
            Backwards(Sum1(), Count(j, Le(j, _NESTED - 1, evaluate=False))),
            Text(zh="输出是第 0 到第 count − 1 个。", en="The outputs are numbers 0 to count − 1."),
        ),
        (
            Rearrange(j, Le(j + 1, _NESTED, evaluate=False)),
            Text(
                zh="把 1 移到左边：至少有 j + 1 个输出。",
                en="Move the 1 over: there are at least j + 1 outputs.",
            ),
        ),
        (
            Adjoint(W2, W1.count(n)),
            Text(
                zh="第二层至少有 j + 1 个输出，等于它的输入至少这么大。外层取整消失。",
                en=(
                    "At least j + 1 outputs of layer 2 means at least this much input to it. The"
                    " outer floor is gone."
                ),
            ),
        ),
        (
            Adjoint(W1, n),
            Text(
                zh="对第一层再说一遍。内层取整也消失。",
                en="The same for layer 1. The inner floor is gone too.",
            ),
        ),
        (
            Gather(j),
            Text(
                zh="现在只有直线了：把 j 留在左边。",
                en="Only straight lines are left: keep j on the left.",
            ),
        ),
        (
            Divide(j, W1.stride * W2.stride),
            Text(zh="除以两个步长的积。", en="Divide by the product of the strides."),
        ),
        (Floor(), Text(zh="j 是整数，取一次整。", en="j is an integer: one floor.")),
        (Sum1(), Text(zh="数一数。", en="Count them.")),
    ),
    note=Text(
        zh="这正是两个窗口合成一个（W₁ >> W₂）之后的输出尺寸。",
        en="This is the count of the two windows composed into one, W₁ >> W₂.",
    ),
    assumptions=(
        *(Ge(x, 1, evaluate=False) for i in (1, 2) for x in _layer(i)[:3]),
        NOT_NEGATIVE,
        fits(W1),
        Ge(W1.count(n) + W2.lo + W2.hi, W2.kernel, evaluate=False),
    ),
    example=(("n", 12), ("k_1", 3), ("k_2", 3), ("s_1", 2)),
    starting=Text(
        zh="第一层的输出个数，作为第二层的输入。",
        en="The number of outputs of layer 1, taken as the input of layer 2.",
    ),
    group=Group.MANY_LAYERS,
    refusal=Refusal((("n", 3), ("k_1", 2), ("k_2", 3))),
)

L = Symbol("L", integer=True, positive=True)
_h, _i = (Symbol(name, integer=True) for name in ("h", "i"))
_ks, _ss, _ds = (Entries(name, integer=True, positive=True) for name in "ksd")
_los, _his = (Entries(name, integer=True) for name in ("lo", "hi"))


def _jump(length: Expr) -> Product:
    """How far apart neighbouring outputs of `length` layers lie in the input: the product of the
    strides.
    """
    return Product(_ss[_h], (_h, 1, length))


def _chain(length: Expr) -> Window:
    """The first `length` layers as one window: its padding told as `lo` alone, for only the sum
    counts here.
    """
    span = Sum(_ds[_i] * (_ks[_i] - 1) * _jump(_i - 1), (_i, 1, length))
    padding = Sum((_los[_i] + _his[_i]) * _jump(_i - 1), (_i, 1, length))
    return Window(span + 1, _jump(length), padding)


def _after_chain(length: Expr) -> Values:
    """`two_layer_output_size` with the first `length` layers as its layer 1, and one more layer as
    its layer 2.
    """
    before, last = _chain(length), length + 1
    first, second = _layer(1), _layer(2)
    return tuple(
        zip(
            (*first, *second),
            (
                before.kernel,
                before.stride,
                sympy.S.One,
                before.lo,
                sympy.S.Zero,
                _ks[last],
                _ss[last],
                _ds[last],
                _los[last],
                _his[last],
            ),
            strict=True,
        )
    )


_SEQUENCES = (
    parameter(_ks, "各层的核尺寸", "kernel size of each layer"),
    parameter(_ss, "各层的步长", "stride of each layer", 1),
    parameter(_ds, "各层的膨胀率", "dilation rate of each layer", 1),
)
_ENTRIES = tuple(Ge(x[ENTRY], 1, evaluate=False) for x in (_ks, _ss, _ds))

chain_output_size = Law(
    name="chain_output_size",
    title=Text(zh="整条链，一个取整", en="A whole chain, one floor"),
    question=Text(
        zh="L 层卷积接在一起，输出多大？", en="L convolutions in a row: what size comes out?"
    ),
    parameters=(
        N,
        *_SEQUENCES,
        parameter(_los, "各层的前侧填充", "padding before, each layer", 0),
        parameter(_his, "各层的后侧填充", "padding after, each layer", 0),
    ),
    argue=lambda: (
        two_layer_output_size.left.subs(dict(_after_chain(L - 1)), simultaneous=True),
        (
            Cite(two_layer_output_size, _after_chain(L - 1)),
            Text(
                zh="前 L − 1 层已合成一个窗口，它与第 L 层正好是“两层”。",
                en="The first L − 1 layers are one window; with layer L they are two layers.",
            ),
        ),
        (
            Induction(L, _chain(L).count(n), n),
            Text(
                zh="归纳：零层时输出就是 n；每添一层，和与积各添一项。",
                en=(
                    "Induction: no layer leaves n as it is; each further layer adds one term to the"
                    " sum and one factor to the product."
                ),
            ),
        ),
    ),
    assumptions=(
        *_ENTRIES,
        NOT_NEGATIVE,
        Ge(n + _chain(ENTRY).lo, _chain(ENTRY).kernel, evaluate=False),
    ),
    length=L,
    alone=True,
    example=(("n", 14), ("k", (3, 2, 3)), ("s", (1, 2, 1))),
    starting=Text(
        zh="前 L − 1 层的输出个数（已是一个取整），作为第 L 层的输入。",
        en=(
            "The outputs of the first L − 1 layers, one floor already, taken as the input of"
            " layer L."
        ),
    ),
    group=Group.MANY_LAYERS,
    refusal=Refusal((("n", 3), ("k", (2, 3))), ("n", 4)),
)

receptive_field_size = Law(
    name="receptive_field_size",
    title=Text(zh="感受野", en="Receptive field"),
    question=Text(
        zh="L 层之后，一个输出横跨输入的多少格（空洞也算在内）？",
        en="After L layers, how wide a stretch of the input does one output span, holes included?",
    ),
    parameters=_SEQUENCES,
    argue=lambda: (
        (_chain(L - 1) >> Window.dilated(_ks[L], _ds[L], _ss[L])).kernel,
        (
            Induction(L, _chain(L).kernel, sympy.S.One),
            Text(
                zh="归纳：零层时只看自己；添一层，就多看 d(k − 1) 步，每步跨过前面步长之积。",
                en=(
                    "Induction: with no layer it sees itself; a further layer sees d(k − 1) more"
                    " steps, each as long as the strides before it multiplied."
                ),
            ),
        ),
    ),
    assumptions=_ENTRIES,
    note=Text(
        zh="与填充无关：填充改变输出的个数和位置，不改变一个输出看多远。",
        en="Padding does not enter: it changes how many outputs there are and where they lie, not"
        " how far one of them sees.",
    ),
    length=L,
    alone=True,
    example=(("k", (3, 2, 3)), ("s", (1, 2, 1))),
    starting=Text(
        zh="前 L − 1 层合成的窗口，再接上第 L 层。",
        en="The window of the first L − 1 layers, joined with layer L.",
    ),
    group=Group.MANY_LAYERS,
    refusal=Refusal((("k", (3, 0)),)),
)
