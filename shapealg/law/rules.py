"""The licensed moves: what may be done to an expression, and how SymPy confirms that it was done
rightly.

An inequality is confirmed by the ratio of its two forms, a count by a sum of ones, an induction by
its base and step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import sympy

from shapealg.errors import ProofError
from shapealg.law.proof import Bound, Count, Largest, Rule, Smallest, conditions, inside, same
from shapealg.law.signs import last_split

Values: TypeAlias = tuple[tuple[sympy.Symbol, sympy.Expr], ...]  # pairs (symbol, value)


class _Law(Protocol):
    """What a rule cites of a law; laws stand on a floor above."""

    @property
    def left(self) -> sympy.Basic: ...
    @property
    def right(self) -> sympy.Basic: ...
    @property
    def assumptions(self) -> tuple[sympy.Rel, ...]: ...
    def check(self) -> None: ...


class _Window(Protocol):
    """What `Adjoint` asks a window, which stands on a floor above."""

    def need(self, m: sympy.Expr) -> sympy.Expr: ...


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


def _none_strict(*relations: sympy.Rel) -> bool:
    # for < the floor would make a difference
    return all(isinstance(r, sympy.LessThan) for r in relations)


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
class Cite(Rule):
    """Replace an instance of one side of a proven law by the other side."""

    law: _Law
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
class Rearrange(Gather):
    """Write an inequality with its terms where they are wanted."""

    to: sympy.Basic

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """The inequality as it is wanted."""
        return inside(expr, lambda r: self.to)


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
    law: _Law  # says which number stands for which pair
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
