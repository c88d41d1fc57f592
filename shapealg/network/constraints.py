"""What is required of open sizes, and the comparisons that it decides."""

from itertools import product
from math import inf
from typing import NoReturn

from shapealg.axis.condition import TURNED, Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, Undecided
from shapealg.network.failure import nothing, unequal
from shapealg.network.fork import Fork, Split
from shapealg.network.graph import Node
from shapealg.network.order import ordered
from shapealg.network.requirement import Requirement, meeting
from shapealg.text import Text

# the least and the most that a length may be, in whole numbers, which is in a relation to 0
LEAST, MOST = {">": 1, ">=": 0, "==": 0}, {"<": -1, "<=": 0, "==": 0}


# who asks for what holds on a way without nodes
HERE = Node("input", "input", lambda *_: (), (), ())


class Constraints:
    """What is known of open sizes so far, and what follows from it.

    Args:
        sizes: name → an int, or the `Length` that is open.
        box: name → the sizes that all this is about; `None` where there is one way only to go.

    Attributes:
        node: the node that asks.
        requirements: what must hold, in the order of the nodes.
        held: what holds of several sizes together, each a `Condition`.
    """

    def __init__(self, sizes: dict, box: dict | None):
        self.sizes, self.box = sizes, box
        self.held: tuple[Condition, ...] = ()
        self.node = HERE
        self.requirements: list[Requirement] = []
        self._met: set[tuple] = set()
        self._sets: dict[str, tuple[int, Sizes]] = {}  # of so many requirements
        self._decided: dict[Condition, bool] = {}

    def _require(self, conditions: tuple, sides: tuple, factors: tuple = ()) -> None:
        known = len(self._met)
        self._met.add(conditions)
        if len(self._met) > known:
            first, *others = conditions
            names = first.names
            if others and any(self.follows(one) for one in conditions):
                return
            if len(names) > 1 and first.settled():
                return
            if others:
                names = tuple(sorted({name for one in conditions for name in one.names}))
            self.requirements.append(Requirement(self.node, conditions, sides, names, factors))
            if len(names) > 1 and not others and self.follows(first) is False:
                self._contradicted(*sides)

    def _contradicted(self, one, two=None) -> NoReturn:
        """What is required is not so on this way."""
        raise nothing(self.node, one) if two is None else unequal(self.node, one, two)

    def sizes_of(self, name: str) -> Sizes:
        """The sizes of that name that this run is about, and that meet what it requires of that
        name alone.
        """
        n = self.sizes[name]
        return Sizes.of(n) if type(n) is int else self._so_far(name)

    def _so_far(self, name: str) -> Sizes:
        """The sizes of that name that meet what is required so far."""
        seen, made = self._sets.get(name, (0, (self.box or {}).get(name)))
        if made is None or seen < len(self.requirements):
            fresh = [r for r in self.requirements[seen:] if r.names == (name,)]
            if made is None:
                made = meeting(fresh)
            elif fresh:
                made &= meeting(fresh)
            self._sets[name] = len(self.requirements), made
        return made

    def decide(self, condition: Condition) -> bool:
        """Whether a condition holds in the end, among the sizes that meet what is required."""
        names = condition.names
        if not names:
            return bool(condition)
        if (decided := self._decided.get(condition)) is not None:
            return decided
        if len(names) > 1:
            return self._decide_together(condition)
        (name,) = names
        met = self._so_far(name)
        holds = condition.sizes() & met
        if not holds or holds == met:
            truth = bool(holds)
        elif self.box is not None:
            raise Fork(name, holds, holds.complement(start=1) & met)
        elif not holds.residues:
            truth = False
        elif (holds.complement(start=1) & met).residues:
            raise Split(name, holds.modulus)
        else:
            truth = True
        self._decided[condition] = truth
        return truth

    def _decide_together(self, condition: Condition) -> bool:
        """A condition on several sizes: decided where some of them can be one number only."""
        names = condition.names
        if (truth := self.follows(condition)) is not None:
            return truth
        pinned = {
            name: met.exceptions[0]
            for name in names
            if not (met := self._so_far(name)).residues and len(met.exceptions) == 1
        }
        if pinned and isinstance(condition.length, Length):
            return self.decide(condition.given(**pinned))
        self._one_by_one(names)
        raise Undecided(
            Text(
                zh=f"走向取决于几个尺寸：{', '.join(names)}",
                en=f"which way it goes depends on several sizes: {', '.join(names)}",
            ),
            Received(str(condition)),
            Text(
                zh=f"给定其中之一，例如 {names[1]}=224",
                en=f"fix one of them, for example {names[1]}=224",
            ),
        )

    def _one_by_one(self, names: tuple) -> None:
        """Fork into the sizes of a name that has finitely many, where at most one has not."""
        if self.box is None:
            return
        finite = [name for name in names if not self._so_far(name).residues]
        if finite and len(finite) > len(names) - 2:
            first, *rest = self._so_far(finite[0]).exceptions or (0,)
            if rest:
                raise Fork(finite[0], Sizes.of(first), Sizes.of(*rest))

    def follows(self, condition: Condition) -> bool | None:
        """What follows for a condition from those that are held of the same sizes together."""
        low, high = -inf, inf
        never: set[int] = set()
        for held, sign in product(self.held, (1, -1)):
            rest = condition.length - held.length * sign
            if type(rest) is not int:
                continue
            relation = held.relation if sign == 1 else TURNED[held.relation]
            low = max(low, LEAST.get(relation, -inf) + rest)
            high = min(high, MOST.get(relation, inf) + rest)
            never |= {rest} if relation == "!=" else set()
        while low in never:
            low += 1
        while high in never:
            high -= 1
        truth = _truth(condition.relation, low, high, 0 not in never)
        if truth is None and self.held:
            return ordered(self.held, condition, self._so_far)
        return truth

    def always(self, condition: Condition) -> bool | None:
        """Whether a condition holds, where it is the same at all sizes that meet what is required
        so far.
        """
        if len(condition.names) != 1:
            return condition.settled()
        met = self._so_far(condition.names[0])
        holds = condition.sizes() & met
        return bool(holds) if not holds or holds == met else None

    def never_zero(self, length) -> bool:
        """Whether a length is 0 at none of the sizes that meet what is required so far."""
        return self.always(Condition(length, "==")) is False


def _truth(relation: str, low, high, zero: bool) -> bool | None:
    """The truth of a comparison with 0 that is the same from a least to a most value."""
    holds = RELATIONS[relation]
    if relation in ("==", "!="):
        if low > 0 or high < 0 or not zero:
            return relation == "!="
        return relation == "==" if low == high else None
    return holds(low, 0) if holds(low, 0) == holds(high, 0) else None
