"""The order in which people write, and the walk that every way of writing shares.

`Script` walks an expression and decides order and brackets; a subclass says how a fraction, a floor
or a sum looks. `Mathematics` is what the scripts for people have in common; programming languages
are scripts too (`shapealg.law.program`).
"""

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar, TypeAlias

import sympy
from sympy.core.relational import Relational

from shapealg.errors import ShapeError
from shapealg.law.proof import Bound, Count, Smallest
from shapealg.text import Text

# n + lo + hi − d(k − 1) − 1, not SymPy's hi + lo + n − d(k − 1) − 1.
_READING = ("j", "m", "n", "a", "t", "lo", "hi", "p", "c", "d", "k", "f", "s", "g", "r")


# The same expressions are written in every script and language; SymPy takes its time over each.
ONES = 4096


@lru_cache(ONES)
def one_fraction(expr: sympy.Expr) -> sympy.Expr:
    """A sum of fractions as one."""
    return sympy.together(expr)


def _place(name: str) -> int:
    """Where a name stands in reading order; after all others, one that is not known."""
    base = name.split("_")[0]
    return _READING.index(base) if base in _READING else len(_READING)


@lru_cache(ONES)
def rank(expr: sympy.Basic) -> tuple[object, ...]:
    """Where a part stands among others."""
    names = sorted((_place(s.name), s.name) for s in expr.atoms(sympy.Symbol))
    indices = [name.partition("_")[2] for _, name in names]
    layer = max((int(i) for i in indices if i.isdigit()), default=0)  # layer 1 before layer 2
    return (layer, names[:1], len(names), sympy.default_sort_key(expr))


def _kind(factor: sympy.Expr) -> int:
    """Numbers come first, then symbols, brackets, and what runs over an index."""
    if factor.is_number:
        return 0
    if factor.is_Symbol:
        return 1
    return 3 if factor.has(sympy.Sum, sympy.Product) else 2


def terms(expr: sympy.Expr) -> list[tuple[int, sympy.Expr]]:
    """The terms of a sum as (sign, positive part): what is added, what is taken away, constants
    last.

    >>> n, k, d = sympy.symbols("n k d")
    >>> terms(n - d * (k - 1) - 1)
    [(1, n), (-1, d*(k - 1)), (-1, 1)]
    """
    signed = []
    for term in sympy.Add.make_args(expr):
        sign = -1 if term.as_coeff_Mul()[0].is_negative else 1
        signed.append((sign, sign * term))
    constant = [t for t in signed if t[1].is_number]
    moving = sorted((t for t in signed if not t[1].is_number), key=lambda t: (-t[0], rank(t[1])))
    # a sum over an index reaches to the end of the line
    running = [t for t in moving if _runs(t[1])]
    moving = [t for t in moving if t not in running]
    led_by_minus = any(sign < 0 for sign, _ in moving[:1])
    if led_by_minus and any(sign > 0 for sign, _ in constant[:1]):
        return constant + moving + running
    return moving + constant + running


def _runs(term: sympy.Expr) -> bool:
    """Whether a factor of it is a sum over an index."""
    return any(isinstance(factor, sympy.Sum) for factor in sympy.Mul.make_args(term))


def factors(expr: sympy.Expr) -> list[sympy.Expr]:
    """The factors of a product in reading order: number, symbols, brackets, then sums and products
    over an index.
    """

    def key(factor: sympy.Expr) -> tuple[int, bool, object]:
        kind = _kind(factor)
        # s·j, not j·s
        return (
            kind,
            factor.name in ("j", "m") if kind == 1 and factor.is_Symbol else False,
            rank(factor),
        )

    return sorted(sympy.Mul.make_args(expr), key=key)


Written: TypeAlias = tuple[str, int]  # a text, and how tightly it binds
Factors: TypeAlias = list[tuple[sympy.Expr, str]]  # each with its text
Node: TypeAlias = Callable[[sympy.Basic], Written]


class Script:
    """The walk. A subclass says how each kind of node is written; `write` adds brackets where they
    are needed.
    """

    ANY, SUM, PRODUCT, ATOM = range(4)
    number: Callable[[int], str]
    symbol: Callable[[str], str]
    minus: Callable[[], str]
    operator: Callable[[str], str]
    fence: Callable[[str, str, str], str]
    times: Callable[[Factors], str]
    quotient: Callable[[sympy.Expr, sympy.Expr], Written]
    power: Callable[[sympy.Expr, sympy.Expr], str]
    _indexed: Node
    _floor: Node
    _ceiling: Node
    _mod: Node
    _extreme: Node
    _big: Node
    _junction: Node
    _bound: Node
    _tuple: Node
    relations: ClassVar[dict[type[sympy.Rel], str]] = {
        sympy.Le: "≤",
        sympy.Lt: "<",
        sympy.Ge: "≥",
        sympy.Gt: ">",
        sympy.Eq: "=",
        sympy.Ne: "≠",
    }

    def write(self, expr: sympy.Basic, level: int = ANY) -> str:
        """The expression in this script, bracketed where `level` binds tighter than it does."""
        text, own = self._node(sympy.sympify(expr))
        return self.fence("(", text, ")") if own < level else text

    def _node(self, expr: sympy.Basic) -> Written:
        for kind, method in (
            (sympy.Integer, self._integer),
            (sympy.Indexed, self._indexed),
            (sympy.Symbol, self._symbol),
            (sympy.floor, self._floor),
            (sympy.ceiling, self._ceiling),
            (sympy.Mod, self._mod),
            ((sympy.Max, sympy.Min), self._extreme),
            ((sympy.Sum, sympy.Product), self._big),
            (Relational, self._relation),
            ((sympy.And, sympy.Or), self._junction),
            (Bound, self._bound),
            (sympy.Add, self._add),
            ((sympy.Mul, sympy.Pow, sympy.Rational), self._mul),
            (sympy.Tuple, self._tuple),
        ):
            if isinstance(expr, kind):
                return method(expr)
        raise ShapeError(
            Text(zh="需要由整数运算构成的式子", en="an expression of integer operations is needed"),
            expr,
            Text(
                zh="可用：+ − × floor ceiling Mod Min Max Sum Product",
                en="usable: + − × floor ceiling Mod Min Max Sum Product",
            ),
        )

    def _integer(self, expr: sympy.Basic) -> Written:
        return self.number(int(expr)), self.ATOM if expr >= 0 else self.SUM

    def _symbol(self, expr: sympy.Basic) -> Written:
        return self.symbol(expr.name), self.ATOM

    def _add(self, expr: sympy.Basic) -> Written:
        (sign, first), *others = terms(expr)
        line = [] if sign > 0 else [self.minus()]
        line.append(self.write(first, self.PRODUCT))
        for sign, part in others:
            line += [self.operator("+" if sign > 0 else "−"), self.write(part, self.PRODUCT)]
        return "".join(line), self.SUM

    def _mul(self, expr: sympy.Basic) -> Written:
        if expr.as_coeff_Mul()[0].is_negative:
            return self.minus() + self.write(-expr, self.PRODUCT), self.SUM
        above, below = sympy.fraction(expr)
        if below != 1:
            return self.quotient(above, below)
        if above.is_Pow:
            return self.power(above.base, above.exp), self.ATOM
        *most, last = factors(above)
        open_end = self.PRODUCT if isinstance(last, sympy.Sum | sympy.Product) else self.ATOM
        return (
            self.times(
                [*((f, self.write(f, self.ATOM)) for f in most), (last, self.write(last, open_end))]
            ),
            self.PRODUCT,
        )

    def _relation(self, expr: sympy.Basic) -> Written:
        return (
            self.write(expr.lhs) + self.operator(self.relations[type(expr)]) + self.write(expr.rhs),
            self.ANY,
        )


class Mathematics(Script):
    """What the scripts for people have in common; they differ in the marks, not in the sentence."""

    letter: Callable[[str], str]
    listed: Callable[[list[str]], str]
    sub: Callable[[str, str], str]
    sup: Callable[[str, str], str]
    fraction: Callable[[str, str], str]
    big: Callable[[str, str, str, str], str]

    def _indexed(self, expr: sympy.Basic) -> Written:
        return (
            self.sub(
                self.symbol(str(expr.base.label)),
                self.listed([self.write(i) for i in expr.indices]),
            ),
            self.ATOM,
        )

    def _floor(self, expr: sympy.Basic) -> Written:
        return self.fence("⌊", self.write(one_fraction(expr.args[0])), "⌋"), self.ATOM

    def _ceiling(self, expr: sympy.Basic) -> Written:
        return self.fence("⌈", self.write(one_fraction(expr.args[0])), "⌉"), self.ATOM

    def _mod(self, expr: sympy.Basic) -> Written:
        return (
            self.write(expr.args[0], self.PRODUCT)
            + self.operator("mod")
            + self.write(expr.args[1], self.ATOM),
            self.SUM,
        )

    def _extreme(self, expr: sympy.Basic) -> Written:
        arguments = sorted(expr.args, key=lambda a: (a.is_number, rank(a)))
        return (
            self.name("max" if isinstance(expr, sympy.Max) else "min")
            + self.fence("(", self.listed([self.write(a) for a in arguments]), ")"),
            self.ATOM,
        )

    def _big(self, expr: sympy.Basic) -> Written:
        *more, (index, low, high) = expr.limits  # SymPy lists the innermost first
        body = self.write(expr.func(expr.function, *more) if more else expr.function, self.PRODUCT)
        start = self.symbol(index.name) + self.operator("=") + self.write(low)
        return (
            self.big("∑" if isinstance(expr, sympy.Sum) else "∏", start, self.write(high), body),
            self.PRODUCT,
        )

    def _junction(self, expr: sympy.Basic) -> Written:
        parts = [self.write(a) for a in sorted(expr.args, key=sympy.default_sort_key)]
        return (
            self.listed(parts) if isinstance(expr, sympy.And) else self.operator("∨").join(parts)
        ), self.ANY

    def _bound(self, expr: sympy.Basic) -> Written:
        variable = self.symbol(expr.variable.name)
        if isinstance(expr, Count):
            head, variable = self.name("#"), variable + self.operator("≥") + self.number(0)
        else:
            head = self.name("min" if isinstance(expr, Smallest) else "max")
        return (
            head + self.fence("{", variable + self.such_that() + self.write(expr.condition), "}"),
            self.ATOM,
        )

    def _tuple(self, expr: sympy.Basic) -> Written:
        if len(expr.args) == 1:  # a single size is written as that size
            return self._node(expr.args[0])
        return self.fence("(", self.listed([self.write(a) for a in expr.args]), ")"), self.ATOM

    def quotient(self, above: sympy.Expr, below: sympy.Expr) -> Written:
        """A fraction of two parts."""
        return self.fraction(self.write(above), self.write(below)), self.PRODUCT

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        """A base with its exponent."""
        return self.sup(self.write(base, self.ATOM), self.write(exponent))

    def times(self, parts: Factors) -> str:
        """Factors side by side, with a dot beside words and numbers."""
        line = parts[0][1]
        for (left, _), (right, text) in itertools.pairwise(parts):
            wordy = (
                any(x.is_Symbol and len(x.name.split("_")[0]) > 1 for x in (left, right))
                or right.is_number
            )
            line += (self.operator("·") if wordy else self.juxtaposed()) + text
        return line

    def symbol(self, name: str) -> str:
        """A name, its index below."""
        base, _, index = name.partition("_")
        return self.sub(self.letter(base), self.letter(index)) if index else self.letter(base)

    def name(self, word: str) -> str:
        """A word such as min, as it is."""
        return word

    def minus(self) -> str:
        """The sign before a negative part."""
        return "−"

    def juxtaposed(self) -> str:
        """What stands between factors: nothing."""
        return ""

    def such_that(self) -> str:
        """What stands between a bound variable and its condition."""
        return self.operator(":")
