"""A derivation at numbers: steps that count anew, what breaks the result, each rule in words.

A page runs these programs on the numbers in its calculator (`docs/assets/worked.js`): a count is
counted, a smallest number tried, and every step must give the same.
"""

from collections.abc import Iterator

import sympy
from sympy.core.relational import Relational

from shapealg.errors import ShapeError
from shapealg.law.law import Law
from shapealg.law.notation import plain
from shapealg.law.proof import Count, Largest, Rule, Smallest
from shapealg.law.rules import Backwards, Inside
from shapealg.law.script import one_fraction
from shapealg.render.languages import JavaScript
from shapealg.text import LANGUAGES, Text

ANY = {"k": 3, "d": 1}  # where any kernel does
FOUND = {Count: "count", Smallest: "smallest", Largest: "largest"}

# What each rule says, and how SymPy sees that it was kept.
RULES = {
    "Rewrite": (
        Text(zh="改写", en="Rewrite"),
        Text(
            zh="同一个数换一种写法；两边展开相减，得 0。",
            en="The same number, written differently: expanded, the difference is 0.",
        ),
    ),
    "Gather": (
        Text(zh="移项", en="Gather"),
        Text(
            zh="含变量的项归到一边；新旧两式的差之比是正的常数。",
            en="Terms with the variable to one side; both inequalities differ by a positive factor"
            " at most.",
        ),
    ),
    "Rearrange": (
        Text(zh="移项", en="Rearrange"),
        Text(
            zh="不等式换个写法；新旧两式的差之比是正的常数。",
            en="The inequality in another form; both differ by a positive factor at most.",
        ),
    ),
    "Divide": (
        Text(zh="除以正数", en="Divide"),
        Text(
            zh="两边除以正数，不等号不变；除数的正号由前提推出。",
            en="Divided by a positive number, an inequality stays; that it is positive follows from"
            " the assumptions.",
        ),
    ),
    "Multiply": (
        Text(zh="乘以正数", en="Multiply"),
        Text(
            zh="两边乘以正数，不等号不变；乘数的正号由前提推出。",
            en="Multiplied by a positive number, an inequality stays; that it is positive follows"
            " from the assumptions.",
        ),
    ),
    "Floor": (
        Text(zh="下取整", en="Floor"),
        Text(
            zh="整数 j ≤ x，当且仅当 j ≤ ⌊x⌋；左边须是整数，右边须恰好变成 ⌊x⌋。",
            en="For an integer j, j ≤ x exactly when j ≤ ⌊x⌋; the left side is an integer, the"
            " right one became its floor.",
        ),
    ),
    "Unfloor": (
        Text(zh="去掉取整", en="Unfloor"),
        Text(
            zh="下取整那条规则反过来用：整数 j ≤ ⌊x⌋，当且仅当 j ≤ x。",
            en="The rule of the floor, read backwards: for an integer j, j ≤ ⌊x⌋ exactly when"
            " j ≤ x.",
        ),
    ),
    "Ceiling": (
        Text(zh="上取整", en="Ceiling"),
        Text(
            zh="整数 j < x，当且仅当 j < ⌈x⌉。", en="For an integer j, j < x exactly when j < ⌈x⌉."
        ),
    ),
    "Strict": (
        Text(zh="整数之间", en="Between integers"),
        Text(
            zh="对整数，a < b 就是 a ≤ b − 1；两边须都是整数。",
            en="For integers a < b is a ≤ b − 1; all sides are integers.",
        ),
    ),
    "Sum1": (
        Text(zh="从 0 数起", en="Count from 0"),
        Text(
            zh="0, 1, …, J 共 J + 1 个；SymPy 把这么多个 1 加起来核对。",
            en="0, 1, …, J are J + 1 numbers; SymPy adds up as many ones.",
        ),
    ),
    "Edge": (
        Text(zh="取端点", en="Take the edge"),
        Text(
            zh="满足 a ≤ x 的最小整数就是 a；端点须是整数，且不含这个变量。",
            en="The smallest integer x with a ≤ x is a; the edge is an integer without the"
            " variable.",
        ),
    ),
    "Cite": (
        Text(zh="引用", en="Cite"),
        Text(
            zh="用一条证过的公式替换；那条公式的前提在这里须成立。",
            en="A proven formula is put in; its assumptions hold here.",
        ),
    ),
    "Reindex": (
        Text(zh="换下标", en="Renumber"),
        Text(
            zh="每一项恰好还是一项：q ↦ (⌊q/c⌋, q mod c) 是一一对应。",
            en="Each term is met once again: q ↦ (⌊q/c⌋, q mod c) is one to one.",
        ),
    ),
    "Given": (
        Text(zh="用前提", en="Use an assumption"),
        Text(zh="前提说这个余数是 0，代入即可。", en="The assumption says that a remainder is 0."),
    ),
    "Adjoint": (
        Text(zh="反过来问", en="Ask backwards"),
        Text(
            zh="窗口数 ≥ m，当且仅当 n ≥ 放下 m 个窗口所需的尺寸。",
            en="There are m windows or more exactly when n is at least what m windows need.",
        ),
    ),
    "SplitMax": (
        Text(zh="拆开 max", en="Split the max"),
        Text(
            zh="x ≤ max(b, c)，当且仅当 x ≤ b 或 x ≤ c。",
            en="x ≤ max(b, c) exactly when x ≤ b or x ≤ c.",
        ),
    ),
    "Absorb": (
        Text(zh="并入", en="Absorb"),
        Text(
            zh="“或”的一支蕴含另一支，就可以略去；由符号的正负判定。",
            en='The part of an "or" that implies the other is dropped; signs decide that.',
        ),
    ),
    "Euclid": (
        Text(zh="带余除法", en="Divide with remainder"),
        Text(zh="k = c·⌊k/c⌋ + (k mod c)。", en="k = c·⌊k/c⌋ + (k mod c)."),
    ),
    "Recompose": (
        Text(zh="由商与余数还原", en="Put together again"),
        Text(
            zh="商与余数定出唯一的整数：除数 · 商 + 余数。",
            en="Quotient and remainder name one integer: divisor · quotient + remainder.",
        ),
    ),
    "Induction": (
        Text(zh="归纳", en="Induction"),
        Text(
            zh="一层也没有时成立；L − 1 层时成立，L 层时也就成立。",
            en="It holds for no layer, and for L layers if it holds for L − 1.",
        ),
    ),
}
# What the page's program says; numbers stand in for the names in braces.
SAID = {
    "count": Text(zh="{told}：{list}，共 {value} 个", en="{told}: {list}, that is {value}"),
    "none": Text(zh="{told}：一个也没有", en="{told}: none"),
    "tried": Text(zh="{j} = {at} 时 {told} {sign}", en="{j} = {at}: {told} {sign}"),
    "apart": Text(zh="；", en="; "),
    "holds": Text(zh="{told}：{truth}", en="{told}: {truth}"),
    "true": Text(zh="成立", en="true"),
    "false": Text(zh="不成立", en="false"),
    "and": Text(zh=" 且 ", en=" and "),
    "or": Text(zh=" 或 ", en=" or "),
    "listed": Text(zh="、", en=", "),
    "with": Text(zh="取 {at}。", en="With {at}: "),
    "wrong": Text(
        zh="{formula} = {value}，应为 {right}", en="{formula} = {value} instead of {right}"
    ),
    "lucky": Text(
        zh="{formula} = {value}，这组数恰好没错", en="{formula} = {value}, right by luck"
    ),
    "other": Text(zh="换一组会错的数", en="numbers where it is wrong"),
}
WITHOUT = {
    "floor": (
        Text(zh="不取整", en="Without rounding down"),
        Text(zh="窗口没有半个。", en="There is no half a window."),
    ),
    "ceiling": (
        Text(zh="上取整", en="Rounded up"),
        Text(
            zh="把放不下的最后一个窗口也算进去了。",
            en="The last window, which does not fit, is counted too.",
        ),
    ),
    "one": (
        Text(zh="不加 1", en="Without the + 1"),
        Text(
            zh="数的是相邻窗口的间隔，比窗口少一个。",
            en="That counts the steps between windows, one fewer than the windows.",
        ),
    ),
    "span": (
        Text(zh="k − 1 写成 k", en="k in place of k − 1"),
        Text(
            zh="k 个元素之间只有 k − 1 个间隔。",
            en="Between k elements there are k − 1 gaps.",
        ),
    ),
}
BACKWARDS = Text(zh="{rule}（反过来用）", en="{rule}, backwards")


def rules(rule: Rule) -> Iterator[tuple[Text, Text]]:
    """The names of the rules that a step uses, each with what it says."""
    if isinstance(rule, Inside):
        for inner in rule.rules:
            yield from rules(inner)
    elif isinstance(rule, Backwards):
        for title, said in rules(rule.rule):
            yield Text(*(BACKWARDS[x].format(rule=title[x]) for x in LANGUAGES)), said
    else:
        yield RULES[type(rule).__name__]


def worked(law: Law) -> str:
    """The steps of a law and what breaks it, as JavaScript beside its program."""
    names = ", ".join(
        [p.name for p in law.parameters]
        + ([str(law.length)] if law.length is not None else [])
        + [f"{name} = {value}n" for name, value in free(law).items()]
    )
    writer = JavaScript(law.divisible)
    steps = [law.left, *(step.after for step in law.derivation)]
    lines = [f"        {_step(step, law, names, writer)},\n" for step in steps]
    told = [
        f"        [{kind!r}, {plain(other)!r}, ({{{names}}}) => {_fraction(other, writer)}],\n"
        for kind, other in broken(law)
    ]
    broke = ["      broken: [\n", *told, "      ],\n"] if told else []
    at = ", ".join(f"{name} = {value}" for name, value in free(law).items())
    at = f"      at: {at!r},\n" if at else ""
    return "".join([at, "      steps: [\n", *lines, "      ],\n", *broke])


def free(law: Law) -> dict:
    """What a derivation speaks of although its result does not depend on it, at some value."""
    given = {p.name for p in law.parameters}
    names = {symbol.name for symbol in law.left.free_symbols} - given - {str(law.length)}
    return {name: ANY[name] for name in sorted(names & ANY.keys(), reverse=True)}


def _step(step: sympy.Basic, law: Law, names: str, writer: JavaScript) -> str:
    """One step: what kind it is, over which variable, and its program."""
    for bound, kind in FOUND.items():
        if isinstance(step, bound):
            word, rows = _rows(step.condition, writer)
            asked = f"({{{names}}}, {step.variable})"
            return f"[{kind!r}, '{step.variable}', {word!r}, {asked} => {rows}]"
    if isinstance(step, Relational):
        return f"['holds', '', '', ({{{names}}}) => {_rows(step, writer)[1]}]"
    kind = "sum" if _grows(step, law) else "value"
    return f"[{kind!r}, '', '', ({{{names}}}) => {_fraction(step, writer)}]"


def _grows(step: sympy.Basic, law: Law) -> bool:
    """Whether terms are added up one by one, as many as a number says."""
    limits = (limit for total in step.atoms(sympy.Sum) for limit in total.limits)
    return any(law.length not in high.free_symbols for _, _, high in limits)


def _rows(condition: sympy.Basic, writer: JavaScript) -> tuple[str, str]:
    """The relations of a condition, each as its sides and sign; and whether all must hold."""
    word, parts = "and", (condition,)
    if isinstance(condition, sympy.And | sympy.Or):
        word = "and" if isinstance(condition, sympy.And) else "or"
        parts = condition.args
    rows = [
        f"[{_fraction(part.lhs, writer)}, {part.rel_op!r}, {_fraction(part.rhs, writer)}]"
        for part in sorted(parts, key=str)
    ]
    return word, f"[{', '.join(rows)}]"


def _fraction(expr: sympy.Expr, writer: JavaScript) -> str:
    """A rational number as its two parts, the lower one positive as strides are."""
    try:  # a fraction may stand where it is known to divide
        return f"[{writer.write(expr)}, 1n]"
    except ShapeError:
        above, below = sympy.fraction(one_fraction(expr))
        return f"[{writer.write(above)}, {writer.write(below)}]"


def broken(law: Law) -> Iterator[tuple[str, sympy.Expr]]:
    """What the result would be without one thing that a derivation brings in."""
    right = law.right
    if law.length is not None or not isinstance(law.left, Count):
        return
    if right.has(sympy.floor):
        yield "floor", right.replace(sympy.floor, lambda x: x)
        yield "ceiling", right.replace(sympy.floor, sympy.ceiling)
    elif right.has(sympy.ceiling):
        yield "floor", right.replace(sympy.ceiling, lambda x: x)
    if sympy.S.One in sympy.Add.make_args(right):
        yield "one", right - 1
    at = {p.name: p.symbol for p in law.parameters}
    if {"k", "d"} <= at.keys():
        wider = right.subs(at["k"], at["k"] + 1)
        if wider != right:
            yield "span", wider
