"""The licensed moves on inequalities: gathered, divided, rounded, carried from a window's outputs
to its inputs.
"""

from dataclasses import dataclass
from typing import Protocol

import sympy

from shapealg.errors import ProofError
from shapealg.law.proof import Rule, conditions, inside, same


class _Window(Protocol):
    """What `Adjoint` asks a window, which stands on a floor above."""

    def need(self, m: sympy.Expr) -> sympy.Expr: ...


@dataclass(frozen=True)
class Gather(Rule):
    """Bring the terms with the variable to one side of an inequality, all else to the other."""

    variable: sympy.Symbol

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The terms with the variable on the left, the rest on the right."""

        def change(relation: sympy.Rel) -> sympy.Basic:
            # nothing inside is to be expanded
            sealed = {x: sympy.Dummy(integer=True) for x in relation.atoms(sympy.Max)}
            difference = sympy.expand((relation.gts - relation.lts).xreplace(sealed))
            kept = sum(
                (t for t in difference.as_ordered_terms() if t.has(self.variable)), sympy.S.Zero
            )
            rest = (difference - kept).xreplace({dummy: x for x, dummy in sealed.items()})
            inner = -_folded(kept)
            if inner.as_coeff_Mul()[0].is_negative:  # a lower bound: rest ≤ kept
                return sympy.Le(_folded(-rest), -inner, evaluate=False)
            return sympy.Le(inner, _folded(rest), evaluate=False)

        return inside(expr, change)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """Both say the same but for a positive factor without the variable."""
        # Both say (greater side) − (lesser side) ≥ 0; the two differences may differ by a positive
        # factor only.
        old, new = conditions(before, after)
        ratio = sympy.simplify((old.gts - old.lts) / (new.gts - new.lts))
        strict = [isinstance(r, sympy.StrictLessThan | sympy.StrictGreaterThan) for r in (old, new)]
        return strict[0] == strict[1] and ratio.is_positive is True and not ratio.has(self.variable)


def _folded(expr: sympy.Expr) -> sympy.Expr:
    """Undo the expansion of d(k − 1) and s(m − 1), so that spans and steps stay readable."""
    steps = sorted((x for x in expr.free_symbols if x.name.split("_")[0] in ("d", "s")), key=str)
    shares = sympy.collect(expr, steps, evaluate=False)
    rest = shares.pop(sympy.S.One, sympy.S.Zero)
    return sympy.Add(
        rest, *(_times(step, sympy.factor_terms(share)) for step, share in shares.items())
    )


def _times(step: sympy.Symbol, share: sympy.Expr) -> sympy.Expr:
    parts = list(sympy.Mul.make_args(share))
    for place, part in enumerate(parts):
        if part.is_Add and all(
            t.as_coeff_Mul()[0].is_negative for t in part.args if not t.is_number
        ):
            parts[place] = -part  # 1 − k reads as −(k − 1)
            return sympy.Mul(-1, step, *parts, evaluate=False)
    return step * share


@dataclass(frozen=True)
class Divide(Gather):
    """Divide an inequality by a positive factor of its left side."""

    by: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """Both sides divided by the factor."""
        return inside(
            expr, lambda r: r.func(sympy.cancel(r.lhs / self.by), r.rhs / self.by, evaluate=False)
        )


@dataclass(frozen=True)
class Multiply(Gather):
    """Multiply an inequality by a positive factor."""

    by: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """Both sides multiplied by the factor."""
        return inside(
            expr,
            lambda r: r.func(
                r.lhs * self.by, _folded(sympy.expand(r.rhs * self.by)), evaluate=False
            ),
        )


@dataclass(frozen=True)
class Rearrange(Gather):
    """Write an inequality with its terms where they are wanted."""

    to: sympy.Basic

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The inequality as it is wanted."""
        return inside(expr, lambda r: self.to)


@dataclass(frozen=True)
class Floor(Rule):
    """An integer is at most x exactly when it is at most ⌊x⌋."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The floor taken of the right side."""
        return inside(expr, lambda r: sympy.Le(r.lhs, sympy.floor(r.rhs), evaluate=False))

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The left side is an integer, and the right side became its floor."""
        old, new = conditions(before, after)
        return (
            _none_strict(old, new)
            and old.lhs == new.lhs
            and old.lhs.is_integer is True
            and same(new.rhs, sympy.floor(old.rhs))
        )


@dataclass(frozen=True)
class Unfloor(Rule):
    """The same read backwards, with a whole number added: an integer is at most ⌊x⌋ + w exactly
    when it is at most x + w.
    """

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The right side without its floor."""
        return inside(
            expr, lambda r: r.func(r.lhs, r.rhs.replace(sympy.floor, lambda x: x), evaluate=False)
        )

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The left side is an integer, and the floor of the new right side is the old one."""
        return Floor().holds(after, before)


def _none_strict(*relations: sympy.Rel) -> bool:
    # for < the floor would make a difference
    return all(isinstance(r, sympy.LessThan) for r in relations)


@dataclass(frozen=True)
class Strict(Rule):
    """For integers, a < b is a ≤ b − 1 (and back)."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """< as ≤ of one less, ≤ as < of one more."""

        def change(r: sympy.Rel) -> sympy.Basic:
            return (
                sympy.Le(r.lhs, r.rhs - 1, evaluate=False)
                if isinstance(r, sympy.StrictLessThan)
                else sympy.Lt(r.lhs, r.rhs + 1, evaluate=False)
            )

        return inside(expr, change)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """All sides are integers, and the slacks differ by one."""
        old, new = conditions(before, after)
        shift = 1 if isinstance(old, sympy.StrictLessThan) else -1
        return (
            {type(old), type(new)} == {sympy.Le, sympy.Lt}
            and all(x.is_integer for x in (*old.args, *new.args))
            and same((old.gts - old.lts) - (new.gts - new.lts), sympy.Integer(shift))
        )


@dataclass(frozen=True)
class Ceiling(Rule):
    """An integer is below x exactly when it is below ⌈x⌉."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The ceiling taken of the right side."""
        return inside(expr, lambda r: sympy.Lt(r.lhs, sympy.ceiling(r.rhs), evaluate=False))

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The left side is an integer, and the right side became its ceiling."""
        old, new = conditions(before, after)
        return (
            isinstance(old, sympy.StrictLessThan)
            and isinstance(new, sympy.StrictLessThan)
            and old.lhs == new.lhs
            and old.lhs.is_integer is True
            and new.rhs == sympy.ceiling(old.rhs)
        )


@dataclass(frozen=True)
class Adjoint(Rule):
    """m ≤ count(n) becomes need(m) ≤ n for one window, and count(n) < m becomes n < need(m)."""

    window: _Window
    size: sympy.Expr

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The sizes compared on the window's other side."""

        def change(r: sympy.Rel) -> sympy.Basic:
            sides = (
                (self.window.need(r.lhs), self.size)
                if isinstance(r, sympy.Le)
                else (self.size, self.window.need(r.rhs))
            )
            return r.func(*sides, evaluate=False)

        return inside(expr, change)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """A floor and one was compared with an integer; the new slack grows with the old one."""
        old, new = conditions(before, after)
        if not isinstance(old, sympy.Le | sympy.Lt):
            return False
        m, count = (old.lhs, old.rhs) if isinstance(old, sympy.Le) else (old.rhs, old.lhs)
        # ⌊x⌋ + 1 ≥ m ⇔ x ≥ m − 1 for an integer m, so x − (m − 1) and the slack of the crossed
        # inequality agree up to the stride.
        x = [f.args[0] for f in count.atoms(sympy.floor) if same(count, f + 1)]
        slack = new.rhs - new.lhs if isinstance(old, sympy.Le) else new.lhs - new.rhs
        return (
            bool(x)
            and type(old) is type(new)
            and m.is_integer is True
            and any(sympy.simplify(slack / (y - (m - 1))).is_positive is True for y in x)
        )


@dataclass(frozen=True)
class SplitMax(Rule):
    """x ≤ a + max(b, c) exactly when x ≤ a + b or x ≤ a + c."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """One inequality for each that may be the largest."""

        def change(relation: sympy.Rel) -> sympy.Basic:
            (largest,) = relation.rhs.atoms(sympy.Max)
            return sympy.Or(
                *(
                    sympy.Le(relation.lhs, relation.rhs.xreplace({largest: a}), evaluate=False)
                    for a in largest.args
                ),
                evaluate=False,
            )

        return inside(expr, change)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The alternatives are the old inequality with each of the largest in turn."""
        old, new = conditions(before, after)
        (largest,) = old.rhs.atoms(sympy.Max)
        tops = {sympy.expand(r.rhs - (old.rhs - largest)) for r in new.args}
        return (
            isinstance(new, sympy.Or)
            and _none_strict(old, *new.args)
            and {r.lhs for r in new.args} == {old.lhs}
            and tops == set(map(sympy.expand, largest.args))
        )


@dataclass(frozen=True)
class Absorb(Rule):
    """Drop the part of an "or" that implies another: j ≤ ⌊x⌋ implies j ≤ ⌊y⌋ when x ≤ y."""

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The one part that all others imply."""

        def change(condition: sympy.Rel) -> sympy.Basic:
            tops = [r.rhs for r in condition.args]
            for part in condition.args:
                if all(_at_most(top, part.rhs) for top in tops):
                    return part
            raise ProofError(f"none of {condition} is seen to contain the others")

        return inside(expr, change)

    def holds(self, before: sympy.Basic, after: sympy.Basic) -> bool:
        """The part that is left is implied by each of the old ones."""
        old, new = conditions(before, after)
        return (
            isinstance(old, sympy.Or)
            and new in old.args
            and new.lhs.is_integer is True
            and _none_strict(*old.args)
            and all(r.lhs == new.lhs and _at_most(r.rhs, new.rhs) for r in old.args)
        )


def _at_most(small: sympy.Expr, large: sympy.Expr) -> bool:
    """Whether ⌊x⌋ ≤ ⌊y⌋ (or x ≤ y) follows from y − x ≥ 0, decided by the signs of the symbols."""
    bare = [e.args[0] if isinstance(e, sympy.floor) else e for e in (small, large)]
    return (
        sympy.expand_mul(bare[1] - bare[0]).is_nonnegative is True
        or sympy.factor(bare[1] - bare[0]).is_nonnegative is True
    )
