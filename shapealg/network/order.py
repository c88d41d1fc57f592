"""One size beside another: ⌊H/4⌋ ≤ ⌊W/4⌋, and what follows from it for other comparisons of the two
and for each alone.
"""

from dataclasses import dataclass
from functools import lru_cache

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE, Monomial
from shapealg.errors import ShapeError

EVERY = Sizes.every(1)


@dataclass(frozen=True)
class Order:
    """`below` ≤ `above`, each a length of one size that rises with it.

    >>> h, w = Length.of("H"), Length.of("W")
    >>> fine = Order.of(Condition(w // 4 - h // 4, ">="))
    >>> fine.implies(Order.of(Condition(w // 8 - h // 8, ">="))), fine.implies(Order(h, w))
    (True, False)
    >>> fine.implies(Order(h, w), Sizes.classes(4, (3,), 3))
    True
    >>> print(fine.bounds("W", Sizes.every(29)), "|", fine.bounds("H", Sizes.interval(1, 9)))
    every n ≥ 28 | n = 1 … 11
    """

    below: Length
    above: Length

    @classmethod
    def of(cls, condition: Condition) -> "Order | None":
        """The order that a comparison says; `None` where it says something else."""
        relation, names = condition.relation, condition.names
        if relation in ("==", "!=") or len(names) != 2:
            return None
        larger = condition.length if relation[0] == ">" else -condition.length
        if isinstance(larger, int):
            return None
        sides: dict[str, dict[Monomial, int]] = {name: {} for name in names}
        for monomial, factor in larger.terms.items():
            there = {name for atom in monomial for name in atom.names()}
            if len(there) > 1:
                return None
            if monomial:
                sides[there.pop()][monomial] = factor
        strict = len(relation) == 1
        for name, other in (names, names[::-1]):
            below = -Length(sides[name])
            above = Length(sides[other]) + larger.terms.get(ONE, 0) - strict
            if isinstance(below, Length) and isinstance(above, Length) and _rise(below, above):
                return cls(below, above)
        return None

    def implies(self, other: "Order", sizes: Sizes = EVERY) -> bool:
        """Whether another order of the same two holds wherever this does, at these sizes of the
        second: each beside the largest that this lets the first be.
        """
        if (other.below.names, other.above.names) != (self.below.names, self.above.names):
            return False
        top = self._top()
        if top is None:
            return False
        try:
            apart = other.above - other.below(**{self.below.names[0]: top})
            return not (sizes & Condition(apart, "<").sizes())
        except ShapeError:  # a period too long
            return False

    def _top(self) -> Length | None:
        """The largest size at which `below` is at most `above`: of factor·⌊(a·n + b)/p⌋ + c."""
        terms = dict(self.below.terms)
        constant = terms.pop(ONE, 0)
        if len(terms) != 1:
            return None
        (((atom, *more), factor),) = terms.items()
        line = atom.line()
        if more or line is None:
            return None
        steps = (self.above - constant) // factor
        made = ((steps + 1) * atom.divisor - 1 - line.constant) // line.slope
        return made if isinstance(made, Length) else None

    def bounds(self, name: str, others: Sizes) -> Sizes:
        """The sizes of one of the two, where those of the other are known."""
        if not others:
            return Sizes.none()
        try:
            if self.above.names == (name,):
                least = self.below(**{self.below.names[0]: others[0]})
                return Condition(self.above - least, ">=").sizes()
            if others.residues:
                return EVERY
            most = self.above(**{self.above.names[0]: others.exceptions[-1]})
            return Condition(self.below - most, "<=").sizes()
        except ShapeError:  # a period too long
            return EVERY


def _rise(*lengths: Length) -> bool:
    return all(length.rises for length in lengths)


@lru_cache(2**12)  # the same is asked on every way
def orders(held: tuple) -> tuple:
    """Those conditions of several sizes that put two in order."""
    return tuple(made for condition in held if (made := Order.of(condition)) is not None)


def ordered(held: tuple, condition: Condition, sizes) -> bool | None:
    """What follows for a comparison of two sizes from what is held of them; `sizes(name)` gives
    those that a name may be.
    """
    for one, truth in ((condition, True), (condition.denied, False)):
        asked = Order.of(one)
        if asked is None:
            continue
        (name,) = asked.above.names
        if any(order.implies(asked, sizes(name)) for order in orders(held)):
            return truth
    return None
