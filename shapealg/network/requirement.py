"""What nodes need in order to run, and the sizes that meet it."""

from dataclasses import dataclass
from math import lcm

from shapealg.axis.condition import Condition
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.network.graph import Node
from shapealg.printing import brief


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a node needs in order to run: at least one of the conditions.

    Attributes:
        node: the node.
        conditions: alternatives, each a `Condition`.
        sides: the two lengths that meet, or the one that must not be empty.
        names: the sizes it depends on.
        factors: where it says that a product is a number: the factors, each at least 1.
    """

    node: Node
    conditions: tuple
    sides: tuple
    names: tuple
    factors: tuple = ()

    def sizes(self) -> Sizes:
        """The sizes that meet it; of one name only."""
        first, *rest = self.conditions
        made = first.sizes()
        for condition in rest:
            made |= condition.sizes()
        return made

    def __repr__(self) -> str:
        return brief("Requirement", f"{self.node.name}: {self}")

    def at(self, **sizes: int) -> bool:
        """Whether it is met at given sizes, one for every name."""
        return any(condition.at(**sizes) for condition in self.conditions)

    def __str__(self) -> str:
        if self.factors:
            return f"{'·'.join(map(_factor, self.factors))} = {self.sides[1]}"
        if [condition.relation for condition in self.conditions] == ["<", ">"]:
            return str(Condition(self.conditions[0].length, "!="))
        if len(self.sides) == 1:
            return " ≥ ".join(map(str, _apart(self.sides[0])))
        return f"{self.sides[0]} = {self.sides[1]}"


def _apart(length) -> tuple:
    """What must be as large as what, where a length must be at least 1: of several sizes, those
    that are taken away stand on the right.
    """
    if len(length.names) < 2:
        return length, 1
    right = -Length({monomial: f for monomial, f in length.terms.items() if monomial and f < 0})
    if not right.names:
        constant = length.terms.get((), 0)
        return length - constant, 1 - constant
    return length + right - 1, right


def _factor(length) -> str:
    """A factor of a product, in brackets unless it is a name or one floor."""
    told = str(length)
    plain = " " not in told or (told.count("⌊") == 1 and told[0] == "⌊" and told[-1] == "⌋")
    return told if plain else f"({told})"


def meeting(requirements) -> Sizes:
    """The sizes of one name that meet all requirements (or conditions): bounds and classes drawn
    together first.
    """
    least, classes, rest = 1, [], []
    for requirement in requirements:
        first, *others = alternatives(requirement)
        if others:
            rest.append(requirement)
        elif (bound := first.bound()) is not None:
            least = max(least, bound)
        elif (found := first.classes()) is not None:
            classes.append((found[0], frozenset(found[1])))
        else:
            rest.append(requirement)
    made = Sizes.every(least)
    if classes:
        period = bounded(lcm(*(p for p, _ in classes)))
        residues = list(range(period))
        for p, fit in classes:
            residues = [r for r in residues if r % p in fit]
        made = Sizes(period, residues, least)
    for requirement in rest:
        made &= requirement.sizes()
    return made


def alternatives(tie: Requirement | Condition) -> tuple[Condition, ...]:
    """The conditions of which one is enough; a condition that is held alone is its own."""
    return tie.conditions if isinstance(tie, Requirement) else (tie,)


def sizes_of(condition: Condition) -> Sizes:
    """The sizes that meet a condition on one name; on none, all or no sizes."""
    if condition.names:
        return condition.sizes()
    return Sizes.every(1) if condition else Sizes.none()
