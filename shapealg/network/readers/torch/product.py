"""Conditions on products of several sizes: what of them can be said of one size alone."""

from dataclasses import dataclass
from math import gcd
from typing import Literal

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE

MOST = 2**20  # numbers up to here are taken apart


@dataclass(frozen=True)
class Product:
    """A product of lengths of one size each, that is a number.

    Attributes:
        factors: the lengths, none of them ever below 0, no two of one size.
        number: what they are together, at least 1.
    """

    factors: tuple
    number: int

    @classmethod
    def of(cls, condition: Condition) -> "Product | Literal[False] | None":
        """The product that a condition says, or denies, to be a number; `False` where it cannot be
        one, `None` where the condition says something else.
        """
        if condition.relation not in ("==", "!=") or not isinstance(condition.length, Length):
            return None
        terms = dict(condition.length.terms)
        number = -terms.pop(ONE, 0)
        if number % gcd(*terms.values()):
            return False
        if len(terms) != 1 or not number:
            return None
        ((monomial, by),) = terms.items()
        factors = tuple(Length({(atom,): 1}) for atom in monomial)
        names = [name for factor in factors for name in factor.names]
        alone = all(len(factor.names) == 1 for factor in factors) and len(set(names)) == len(names)
        if not alone or not all(Condition(f, ">=").settled() for f in factors):
            return None
        if number // by < 1:
            return False
        return cls(factors, number // by) if number // by <= MOST else None

    def sizes(self, factor: Length) -> Sizes:
        """The sizes at which a factor divides the number."""
        made = Sizes.none()
        for d in range(1, self.number + 1):
            if self.number % d == 0:
                made |= Condition(factor - d, "==").sizes()
        return made
