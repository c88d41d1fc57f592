"""A derivation is a chain of equal expressions; each link names its rule, and the rule checks the
link.

A rule (`shapealg.law.rules`) turns one expression into the next. Its `holds` does not repeat that
work: it looks at both expressions and confirms by SymPy, from another side, that they mean the
same. Its `premises` say what must be known for the move; a law's assumptions must imply them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from shapealg.errors import ProofError
from shapealg.text import Text


class Bound(sympy.Expr):
    """An integer told by a condition on a bound variable: `Count`, `Smallest` and `Largest`."""

    is_integer = True
    is_extended_real = True
    is_commutative = True
    variable = property(lambda self: self.args[0])
    condition = property(lambda self: self.args[1])

    @property
    def free_symbols(self) -> set[sympy.Symbol]:
        """The condition's, without the bound variable."""
        free: set[sympy.Symbol] = self.condition.free_symbols - {self.variable}
        return free


class Count(Bound):
    """#{j ≥ 0 : condition}, how many integers j = 0, 1, 2, … satisfy the condition."""


class Smallest(Bound):
    """min{x : condition}, the smallest integer that satisfies the condition."""


class Largest(Bound):
    """max{x : condition}, the largest integer that satisfies the condition."""


@dataclass(frozen=True)
class Step:
    """One link of a derivation: the expression before, the expression after, the reason, the rule
    that checks it.
    """

    before: sympy.Basic
    after: sympy.Basic
    reason: Text
    rule: "Rule"

    def check(self) -> None:
        """Raise `ProofError` unless the rule confirms that both expressions mean the same."""
        self.rule.confirm(self.before, self.after)

    @property
    def premises(self) -> tuple[sympy.Rel, ...]:
        """What must be known for this step."""
        return self.rule.premises(self.before, self.after)


Move: TypeAlias = "tuple[Rule, Text]"  # with its reason
Argument: TypeAlias = "tuple[sympy.Basic, *tuple[Move, ...]]"  # where it starts, and the moves


def derive(start: sympy.Basic, *moves: Move) -> tuple[Step, ...]:
    """The chain of steps that begins at `start`; each move is a pair (rule, reason).

    >>> from shapealg.law.counts import Sum1
    >>> n, f, j = sympy.symbols("n f j", integer=True)
    >>> steps = derive(Count(j, j <= n - f), (Sum1(), Text(zh="数一数", en="count them")))
    >>> steps[-1].after
    -f + n + 1
    """
    steps = []
    for rule, reason in moves:
        after = rule.apply(start)
        steps.append(Step(start, after, reason, rule))
        start = after
    return tuple(steps)


class Rule:
    """A licensed move. `apply` makes it, `holds` confirms it without looking at how it was made."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The expression that the move leads to."""
        raise NotImplementedError

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """Whether both expressions are seen to mean the same."""
        raise NotImplementedError

    def premises(self, before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, ...]:
        """Relations that must be known for the move; most rules need none."""
        return ()

    def confirm(self, before: sympy.Basic, after: sympy.Basic) -> None:
        """Raise `ProofError` unless `holds`; expressions that the rule cannot even read are refused
        alike.
        """
        try:
            fine = self.holds(before, after)
        except (AttributeError, IndexError, TypeError, ValueError) as odd:
            raise ProofError(
                f"{type(self).__name__} cannot read {before} → {after}: {odd}"
            ) from None
        if not fine:
            raise ProofError(f"{type(self).__name__} does not lead from {before} to {after}")


def same(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether SymPy can show that two expressions are equal; `False` when it cannot tell."""
    return bool(left == right or sympy.simplify(sympy.expand(left - right)) == 0)


def inside(expr: sympy.Basic, change: Callable[[sympy.Rel], sympy.Basic]) -> sympy.Basic:
    """Apply `change` to the condition of a `Bound`, or to a bare relation."""
    return (
        expr.func(expr.variable, change(expr.condition))
        if isinstance(expr, Bound)
        else change(expr)
    )


def conditions(before: sympy.Basic, after: sympy.Basic) -> tuple[sympy.Rel, sympy.Rel]:
    """The two conditions, or the relations themselves; the bound variable must be the same."""
    if isinstance(before, Bound):
        if type(before) is not type(after) or before.variable != after.variable:
            raise ProofError(f"the bound variable changed from {before} to {after}")
        return before.condition, after.condition
    return before, after
