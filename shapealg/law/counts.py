"""The licensed moves on counts and sums: what is counted, the first and the last of it, division
with remainder, a sum over pairs as one over numbers.
"""

from dataclasses import dataclass

import sympy

from shapealg.law.proof import Count, Largest, Rule, Smallest, same
from shapealg.law.rules import Cited


@dataclass(frozen=True)
class Sum1(Rule):
    """0, 1, …, J are J + 1 integers: the count is the sum of ones."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The largest that is counted, and one."""
        return expr.condition.rhs + 1

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The sum of as many ones as there are integers from 0 to the largest."""
        top = before.condition.rhs
        return (
            isinstance(before, Count)
            and top.is_integer is True
            and not top.has(before.variable)
            and before.condition == sympy.Le(before.variable, top, evaluate=False)
            and same(sympy.summation(1, (before.variable, 0, top)), after)
        )

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """There is at least one to count, or just none."""
        # below that there are none to count, not J + 1
        return (sympy.Ge(before.condition.rhs, -1, evaluate=False),)


@dataclass(frozen=True)
class Edge(Rule):
    """The smallest integer x with a ≤ x (and b ≤ x) is a (or max(a, b)); the largest x with x ≤ a
    is a.
    """

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The greatest of the lower bounds, or the least of the upper ones."""
        bounds = [
            r.lhs if isinstance(expr, Smallest) else r.rhs
            for r in sympy.And.make_args(expr.condition)
        ]
        return (sympy.Max if isinstance(expr, Smallest) else sympy.Min)(*bounds)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The condition is just these bounds, integers without the variable."""
        bounds = (
            sympy.Max.make_args(after)
            if isinstance(before, Smallest)
            else sympy.Min.make_args(after)
        )
        sides = [
            (b, before.variable) if isinstance(before, Smallest) else (before.variable, b)
            for b in bounds
        ]
        needed = {sympy.Le(*pair, evaluate=False) for pair in sides}
        return (
            isinstance(before, Smallest | Largest)
            and set(sympy.And.make_args(before.condition)) == needed
            and all(b.is_integer is True and not b.has(before.variable) for b in bounds)
        )


@dataclass(frozen=True)
class Euclid(Rule):
    """Division with remainder: k = c·⌊k/c⌋ + (k mod c)."""

    number: sympy.Expr
    divisor: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The quotient told by the remainder."""
        quotient = sympy.floor(self.number / self.divisor)
        return expr.subs(
            quotient,
            (self.number - sympy.Mod(self.number, self.divisor, evaluate=False)) / self.divisor,
        )

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The remainder, told by the quotient, gives the old expression again."""
        remainder = sympy.Mod(self.number, self.divisor, evaluate=False)
        return same(
            before,
            after.subs(
                remainder, self.number - self.divisor * sympy.floor(self.number / self.divisor)
            ),
        )


@dataclass(frozen=True)
class Recompose(Rule):
    """The integer with a given quotient and a given remainder is divisor · quotient + remainder."""

    divisor: sympy.Expr
    quotient: sympy.Expr
    remainder: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """divisor · quotient + remainder."""
        return self.divisor * self.quotient + self.remainder

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The condition asks for this quotient and remainder, and the new number has them."""
        number = before.variable
        wanted = {
            sympy.Eq(sympy.floor(number / self.divisor), self.quotient, evaluate=False),
            sympy.Eq(
                sympy.Mod(number, self.divisor, evaluate=False), self.remainder, evaluate=False
            ),
        }
        parts = _split(after, self.divisor, self.remainder)
        return (
            isinstance(before, Smallest | Largest)
            and set(before.condition.args) == wanted
            and parts == (self.quotient, self.remainder)
        )

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """The divisor is positive, and the remainder is one of a division by it."""
        return (
            sympy.Ge(self.divisor, 1, evaluate=False),
            sympy.Ge(self.remainder, 0, evaluate=False),
            sympy.Lt(self.remainder, self.divisor, evaluate=False),
        )


def _split(
    number: sympy.Expr, divisor: sympy.Expr, remainder: sympy.Expr
) -> tuple[sympy.Expr, sympy.Expr]:
    """Quotient and remainder of `number`, where 0 ≤ remainder < divisor is given."""
    below = {
        sympy.floor(remainder / divisor): sympy.S.Zero,
        sympy.Mod(remainder, divisor): remainder,
    }
    return sympy.floor(sympy.expand(number / divisor)).xreplace(below), sympy.Mod(
        sympy.expand(number), divisor
    ).xreplace(below)


@dataclass(frozen=True)
class Reindex(Rule):
    """Sum over pairs (u, v), or over the one number that stands for the pair: the same terms in the
    same order.
    """

    pair: tuple[sympy.Symbol, sympy.Symbol]
    number: sympy.Symbol
    divisor: sympy.Expr
    law: Cited  # says which number stands for which pair
    to: sympy.Sum

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The sum over the one number."""
        return self.to

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The same term at each pair's number, and as many numbers as pairs."""
        self.law.check()
        u, v = self.pair
        place = self.law.right
        quotient, remainder = _split(place, self.divisor, v)
        term = after.function.xreplace(
            {
                sympy.floor(self.number / self.divisor): quotient,
                sympy.Mod(self.number, self.divisor): remainder,
            }
        )
        inner, middle, *outer = before.limits
        size = (inner[2] + 1) * (middle[2] + 1)
        return (
            isinstance(before, sympy.Sum)
            and isinstance(after, sympy.Sum)
            and inner[1] == middle[1] == 0
            and not before.has(self.number)
            and term == before.function
            and (inner[0], middle[0]) == (v, u)
            and inner[2] + 1 == self.divisor
            and after.limits == ((self.number, 0, size - 1), *outer)
        )
