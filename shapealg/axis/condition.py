"""A length compared with a number: where it holds, for all sizes and not for a range; and who
decides where it holds for some only.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from math import lcm

import sympy

from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.terms import ONE
from shapealg.errors import Received, Undecided
from shapealg.printing import Pictured
from shapealg.text import Text

ASKED = ContextVar("asked", default=None)  # who decides a comparison that holds for some sizes only


@dataclass(frozen=True, slots=True)
class Condition(Pictured):
    """`length` in a relation to 0; where it holds for some sizes only, its truth is what the one
    who asks makes of it.

    >>> from shapealg.axis.length import Length
    >>> bool(Length.of("n") // 2 >= 0)
    True
    >>> print((Length.of("n") // 2 >= 3).sizes())
    every n ≥ 6
    """

    length: object
    relation: str

    @property
    def names(self) -> tuple:
        """The sizes that it depends on."""
        return () if type(self.length) is int else self.length.names

    def sizes(self) -> Sizes:
        """All sizes from 1 on for which it holds; of one name only.

        Raises:
            ShapeError: if it has several names, or a period is too long.
        """
        if (bound := self.bound()) is not None:
            return Sizes.every(bound)
        if (classes := self.classes()) is not None:
            return Sizes(*classes, 1)
        if not self.length.flat:
            return _polynomial(self.length, RELATIONS[self.relation])
        return self.length.staircase().where(self.relation, 0, floor=1)

    def at(self, **sizes) -> bool:
        """Whether it holds at given sizes, one for every name."""
        return RELATIONS[self.relation](self.length(**sizes), 0)

    def bound(self) -> int | None:
        """The size from which on it holds, and only there: for a single rising floor that reaches a
        number; no period is too long for that.
        """
        length, constant = self.length, self.length.terms.get(ONE, 0)
        if self.relation not in (">=", ">") or len(length.terms) - (ONE in length.terms) != 1:
            return None
        ((monomial, factor),) = ((m, f) for m, f in length.terms.items() if m)
        if factor < 1 or len(monomial) > 1:
            return None
        (p, inside), least = monomial[0], -((constant - (self.relation == ">")) // factor)
        if not p:
            return max(least, 1)
        terms = dict(inside)
        offset = terms.pop(ONE, 0)
        if (
            len(terms) > 1
            or (variable := next(iter(terms)))[0][0]
            or len(variable) > 1
            or terms[variable] < 1
        ):
            return None
        return max(-((offset - least * p) // terms[variable]), 1)

    def classes(self) -> tuple | None:
        """The period and the residues at which it holds, from 1 on: for a sum of plain floors that
        gains nothing in a turn.
        """
        flat = []
        for monomial, factor in self.length.terms.items():
            if monomial:
                (p, inside), *more = monomial
                a, b = 1, 0
                if p:
                    terms = dict(inside)
                    b = terms.pop(ONE, 0)
                    (variable, a), *others = terms.items()
                    more += [*others, *variable[1:], *([1] if variable[0][0] else [])]
                if more:
                    return None
                flat.append((factor, a, b, p or 1))
        period, constant, holds = (
            bounded(lcm(*(p for *_, p in flat))),
            self.length.terms.get(ONE, 0),
            RELATIONS[self.relation],
        )
        if sum(factor * a * (period // p) for factor, a, _, p in flat):
            return None
        return period, [
            r
            for r in range(period)
            if holds(constant + sum(factor * ((a * r + b) // p) for factor, a, b, p in flat), 0)
        ]

    def settled(self) -> bool | None:
        """Its truth, where it is the same at all sizes."""
        if not self.names:
            return bool(RELATIONS[self.relation](self.length, 0))
        if len(self.names) == 1:
            holds = self.sizes()
            return bool(holds) if holds.is_all or not holds else None
        least = self._least()
        if least is not None and (truth := RELATIONS[self.relation](least, 0)) == (
            self.relation in (">", ">=")
        ):
            return truth
        return None

    def __bool__(self) -> bool:
        scope = ASKED.get()
        if scope is not None and len(self.names) == 1:
            return scope(self)
        if (truth := self.settled()) is not None:
            return truth
        if scope is not None:
            return scope(self)
        raise Undecided(
            Text(zh="只对部分尺寸成立，不能一概而论", en="this holds for some sizes only"),
            Received(str(self)),
            Text(
                zh="代入数值，或用 .sizes() 问哪些尺寸",
                en="put numbers in, or ask .sizes() for which",
            ),
        )

    def _least(self) -> int | None:
        """The least value of a length that only rises, which it takes at sizes of 1."""
        return self.length(**dict.fromkeys(self.length.names, 1)) if self.length.rises else None

    def __repr__(self) -> str:
        return f"Condition({self.length!r}, {self.relation!r})"

    def __str__(self) -> str:
        return (
            f"{self.length}"
            f" {self.relation.replace('>=', '≥').replace('<=', '≤').replace('==', '=')} 0"
        )


def _polynomial(length, holds) -> Sizes:
    """A condition on products of floors of one name: on each residue a polynomial, whose roots have
    a bound.
    """
    (name,) = length.names
    period = bounded(lcm(*length.periods))
    degree = max(map(len, length.terms))
    residues, top = [], 0
    for r in range(period):
        values = [length(**{name: r + period * t}) for t in range(degree + 1)]
        t = sympy.Symbol("t")
        polynomial = sympy.Poly(
            sympy.interpolate(list(zip(range(degree + 1), values, strict=True)), t), t
        )
        lead = polynomial.LC()
        if lead != 0 and polynomial.degree() > 0:
            # Cauchy's bound: beyond, one sign
            top = max(
                top, int(1 + max(abs(c / lead) for c in polynomial.all_coeffs())) * period + r
            )
        if holds(int(sympy.sign(lead)), 0):
            residues.append(r)
    bounded(top)
    return Sizes(
        period,
        residues,
        max(top + 1, 1),
        [n for n in range(1, top + 1) if holds(length(**{name: n}), 0)],
    )
