"""The licensed moves: what may be done to an expression, and how SymPy confirms that it was done
rightly. Here those on any expression; `inequalities` and `counts` have the others.

A move never confirms itself by repeating itself: an inequality is confirmed by the ratio of its two
forms, a count by a sum of ones, an induction by its base and step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import sympy

from shapealg.law.proof import Bound, Rule, conditions, inside, same
from shapealg.law.signs import last_split

Values: TypeAlias = tuple[tuple[sympy.Symbol, sympy.Expr], ...]  # pairs (symbol, value)


class Cited(Protocol):
    """What a rule cites of a law; laws stand on a floor above."""

    @property
    def left(self) -> sympy.Basic:
        """What it is about."""

    @property
    def right(self) -> sympy.Basic:
        """What that equals."""

    @property
    def assumptions(self) -> tuple[sympy.Rel, ...]:
        """What it needs."""

    def check(self) -> None:
        """Go through its derivation again."""


@dataclass(frozen=True)
class Rewrite(Rule):
    """Write the same number differently."""

    to: Callable[[sympy.Expr], sympy.Expr]

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The number as `to` writes it."""
        return self.to(expr)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """Both are the same number, sums carried out or everything told by floors."""
        return same(before.doit() if before.has(sympy.Sum) else before, after) or same(
            before.rewrite(sympy.floor), after.rewrite(sympy.floor)
        )


@dataclass(frozen=True)
class Backwards(Rule):
    """A rule read from right to left; it has to be told where to arrive."""

    rule: Rule
    to: sympy.Basic

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """Where it was told to arrive."""
        return self.to

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The rule leads from the new expression to the old one."""
        return self.rule.holds(after, before)

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """What the rule needs, read from the other side."""
        return self.rule.premises(after, before)


@dataclass(frozen=True)
class Cite(Rule):
    """Replace an instance of one side of a proven law by the other side."""

    law: Cited
    at: Values = ()
    reverse: bool = False

    def _sides(self) -> list[sympy.Expr]:
        sides = [
            side.subs(dict(self.at), simultaneous=True) for side in (self.law.left, self.law.right)
        ]
        return sides[::-1] if self.reverse else sides

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The expression with one side of the law replaced by the other."""
        left, right = self._sides()
        return expr.subs(left, right)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The law is proven, it may be used at these values, and only its side was replaced."""
        self.law.check()
        left, right = self._sides()
        mark = sympy.Dummy(integer=True)
        cited = before.subs(left, mark)
        return self._sound() and cited.has(mark) and cited.subs(mark, right) == after

    def _sound(self) -> bool:
        """Only integers may stand for sizes, and nothing that the law itself binds."""
        bound = {b.variable for b in self.law.left.atoms(Bound)}
        values = [_counted(sympy.sympify(v)) for _, v in self.at]
        return all(v.is_integer is True and not v.free_symbols & bound for v in values)

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """The law's assumptions at these values."""
        at = dict(self.at)

        def instance(assumption: sympy.Rel) -> sympy.Rel:
            sides = [side.subs(at, simultaneous=True) for side in assumption.args]
            return assumption.func(*sides, evaluate=False)

        return tuple(map(instance, self.law.assumptions))


def _counted(value: sympy.Expr) -> sympy.Expr:
    """Sums and products of integers as integers, which SymPy does not see by itself."""
    return value.replace(
        lambda e: isinstance(e, sympy.Sum | sympy.Product) and e.function.is_integer,
        lambda e: sympy.Dummy(integer=True),
    )


@dataclass(frozen=True)
class Given(Rule):
    """Use an assumption of the law: a remainder that is said to be zero vanishes."""

    condition: sympy.Eq

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The expression with the assumption put in."""
        return expr.subs(self.condition.lhs, self.condition.rhs)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The assumption, put in, changes the old expression into the new one."""
        return (
            isinstance(self.condition, sympy.Eq)
            and before != after
            and before.subs(self.condition.lhs, self.condition.rhs) == after
        )

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """The assumption itself."""
        return (self.condition,)


@dataclass(frozen=True)
class Inside(Rule):
    """Move one part of an "and" or an "or" by its own rules; the other parts stay."""

    part: sympy.Basic
    rules: tuple[Rule, ...]

    def _moves(self) -> list[tuple[Rule, sympy.Basic, sympy.Basic]]:
        """Each rule with what it finds and what it leaves."""
        moves, part = [], self.part
        for rule in self.rules:
            moves.append((rule, part, rule.apply(part)))
            part = moves[-1][2]
        return moves

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The condition with the part moved to where its rules lead."""
        end = self._moves()[-1][2]
        return inside(expr, lambda c: c.func(*(end if a == self.part else a for a in c.args)))

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """Each rule confirms its own move, and nothing but the part changed."""
        old, new = conditions(before, after)
        moves = self._moves()
        for rule, part, moved in moves:
            rule.confirm(part, moved)
        return (
            isinstance(old, sympy.And | sympy.Or)
            and old.func is new.func
            and self.part in old.args
            and set(new.args) == set(old.args) - {self.part} | {moves[-1][2]}
        )

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """What the rules of the part need."""
        return tuple(p for rule, part, moved in self._moves() for p in rule.premises(part, moved))


@dataclass(frozen=True)
class Induction(Rule):
    """True for no layer, and one more layer keeps it true: so it is true for any number."""

    length: sympy.Symbol
    goal: sympy.Expr
    base: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """What it leads to."""
        return self.goal

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """For no layer the goal is the base; one more layer turns it into the old expression."""
        empty = after.subs(self.length, 0).doit()
        return same(empty, self.base) and same(
            _numerators(last_split(after, self.length)), _numerators(before)
        )


def _numerators(expr: sympy.Expr) -> sympy.Expr:
    """Expand under every floor, so that equal floors look equal."""
    return expr.replace(
        sympy.floor,
        lambda x: sympy.floor(
            sympy.expand(sympy.numer(sympy.together(x)))
            / sympy.expand(sympy.denom(sympy.together(x)))
        ),
    )
