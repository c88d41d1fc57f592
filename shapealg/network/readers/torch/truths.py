"""What is true on a way, whatever its sizes: it is known there, required, or follows from that."""

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import ShapeError
from shapealg.network.factors import simpler
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph
from shapealg.network.order import orders
from shapealg.network.pinned import pinned
from shapealg.network.readers.torch.known import NAMELESS, Known, no_formula
from shapealg.network.readers.torch.product import Product

FAR = (10**6 + 3, 10**6 + 33, 10**7 + 19, 10**7 + 79, 10**8 + 7, 10**8 + 37)  # large sizes
SIZES = 2**53  # no size is as large


class Truths(Flow):
    """The sizes of a way, and what is true at all of them.

    Args:
        inputs: name → shape: per axis an int, or the name of a size.
        known: what is known on this way.

    Attributes:
        held: conditions on several sizes that hold.
    """

    def __init__(self, inputs: dict, known: Known):
        fixed = known.fixed
        box: dict[str, Sizes] = {
            name: those for name, those in known.box.items() if name not in fixed
        }
        super().__init__(Graph(inputs, (), ()), fixed, box)
        self.known, self.held = known, known.held
        self._nameless = 0
        self._settled: dict[Condition, tuple] = {}  # the truth, and by how many requirements
        self._bounded: dict[tuple, Sizes] = {}

    def narrow(self, box: dict, held: tuple) -> None:
        """Know more from here on."""
        self.known = self.known.narrowed(box, held)
        self.box, self.held = (self.box or {}) | box, self.known.held
        self._forget()

    def _forget(self) -> None:
        """Work out anew what hangs on what is known and required."""
        for kept in (self._sets, self._bounded, self._settled):
            kept.clear()

    def _so_far(self, name: str) -> Sizes:
        """The sizes of that name that meet what is required so far, and lie where other sizes let
        them.
        """
        if not self.held:
            return super()._so_far(name)
        key = name, len(self.requirements)
        if key not in self._bounded:
            met = super()._so_far(name)
            for order in orders(self.held):
                names = order.below.names + order.above.names
                if name in names:
                    other = names[names[0] == name]
                    met &= order.bounds(name, super()._so_far(other))
            self._bounded[key] = met
        return self._bounded[key]

    @property
    def large(self) -> bool:
        """Whether every size may be as large as it likes: a number is none of them then."""
        return all(those.residues for those in self.known.box.values())

    @property
    def empty(self) -> bool:
        """Whether no sizes are left."""
        return bool(self.held) and not all(map(self.sizes_of, self.sizes))

    # ------------------------------------------------------------ sizes

    def nameless(self) -> Length:
        """A size that no formula tells, under a name of its own."""
        self._nameless += 1
        return Length.of(f"{NAMELESS}{self._nameless}")

    def is_nameless(self, value) -> bool:
        """Whether no formula tells a length, or a fraction of one."""
        return no_formula(getattr(getattr(value, "length", value), "names", ()))

    def pinned(self, length):
        """A length in which floors are numbers that are the same at all sizes of this way, where
        these are finitely many.
        """
        if not isinstance(length, Length) or no_formula(length.names):
            return length
        return pinned(length, self._so_far)

    def _put_in_all(self, length):
        """A length with the sizes that can be one number only."""
        given = {
            name: met.exceptions[0]
            for name in length.names
            if not no_formula((name,))
            and not (met := self._so_far(name)).residues
            and len(met.exceptions) == 1
        }
        return length(**given) if given else length

    def _put_in(self, condition: Condition) -> Condition:
        """The same with what is known of each of several sizes put in: a number, or H = 4h + 1."""
        if len(condition.names) < 2 or no_formula(condition.names):
            return condition
        given = {}
        for name in condition.names:
            met = self._so_far(name)
            if len(met.residues) == 1 and met.modulus > 1:
                given[name] = Length.of(name) * met.modulus + met.residues[0]
            elif not met.residues and len(met.exceptions) == 1:
                given[name] = met.exceptions[0]
        if given and not (known := condition.given(**given)).names:
            return known
        condition = Condition(self.pinned(condition.length), condition.relation)
        return simpler(condition) if condition.names else condition

    def quotient(self, a, b):
        """A quotient of lengths that is one for the classes of this way only: ⌊(H + 7)/8⌋ by ⌊H/8⌋
        at multiples of 8.
        """
        there, back = {}, {}
        for name in {*getattr(a, "names", ()), *b.names}:
            met = Sizes.none() if no_formula((name,)) else self._so_far(name)
            if len(met.residues) == 1 and met.modulus > 1:
                size, m, (r,) = Length.of(name), met.modulus, met.residues
                there[name], back[name] = size * m + r, (size - r) // m
        if not there:
            return None
        try:
            made = (a(**there) if isinstance(a, Length) else a) // b(**there)
        except ShapeError:
            return None
        return made(**back) if isinstance(made, Length) else made

    # ------------------------------------------------------------ conditions

    def always(self, condition) -> bool | None:
        """Whether a condition holds, where that is the same at all sizes of this way."""
        if not isinstance(condition, Condition):
            return bool(condition)
        truth, many = self._settled.get(condition, (None, None))
        # no later requirement takes a truth back
        if truth is None and many != len(self.requirements):
            truth = self._truth(condition)
            self._settled[condition] = truth, len(self.requirements)
        return truth

    def _truth(self, condition) -> bool | None:
        """The same, worked out."""
        condition = self._put_in(condition)
        if not condition.names:
            return RELATIONS[condition.relation](condition.length, 0)
        if no_formula(condition.names):
            return None
        far = condition.terms.get(ONE, 0)
        if abs(far) >= SIZES:
            return RELATIONS[condition.relation](far, 0)
        if len(condition.names) > 1:
            return self._of_several(condition)
        (name,) = condition.names
        met = self._so_far(name)
        holds = condition.sizes() & met
        return bool(holds) if not holds or holds == met else None

    def _of_several(self, condition: Condition) -> bool | None:
        if (truth := self.follows(condition)) is not None:
            return truth
        wanted = {condition.length, -condition.length}
        if condition.relation in ("==", "!=") and any(
            len(r.conditions) == 1
            and r.conditions[0].relation == "=="
            and r.conditions[0].length in wanted
            for r in self.requirements
        ):
            return condition.relation == "=="
        product = Product.of(condition)
        if product is False:
            return condition.relation == "!="
        if product and any(
            not product.sizes(factor) & self._so_far(factor.names[0]) for factor in product.factors
        ):
            return condition.relation == "!="
        return self._one_sided(condition)

    def _one_sided(self, condition: Condition) -> bool | None:
        """The truth about a length that only rises, or only falls, from its value at the least
        sizes.
        """
        least = {name: _least(self._so_far(name)) for name in condition.names}
        for sign in (1, -1):
            length = condition.length * sign
            if isinstance(length, Length) and length.rises and None not in least.values():
                value = length(**least)
                if value >= 0:
                    return by_sign(sign, condition.relation, value > 0)
        return condition.settled()

    # ------------------------------------------------------------ requirements

    def equal(self, one, two):
        """Require two lengths to be equal, as far as they are not numbers here."""
        return super().equal(self.pinned(one), self.pinned(two))

    def taken_back(self, many: tuple) -> list:
        """What was required since then, and is so no longer, and whatever else is kept of it."""
        taken = []
        for kept, length in zip(self._kept(), many, strict=True):
            taken.append(kept[length:])
            del kept[length:]
        self._met.difference_update(one.conditions for one in taken[0])
        self._forget()
        return taken

    def put_back(self, taken: list) -> None:
        """Keep again what was taken back."""
        for kept, more in zip(self._kept(), taken, strict=True):
            kept += more


def by_sign(sign: int, relation: str, strict: bool) -> bool | None:
    """What a length that is never below 0 (above, for a sign of −1), or never 0 either, says."""
    truths = {RELATIONS[relation](s, 0) for s in ((sign,) if strict else (0, sign))}
    return truths.pop() if len(truths) == 1 else None


def of_any_size(condition: Condition) -> bool:
    """Whether the truth is the same whatever the sizes are, as none is below 0."""
    terms = dict(condition.terms)
    number = terms.pop(ONE, 0)
    sign = 1 if all(factor > 0 for factor in terms.values()) else -1
    if number * sign < 0 or any(factor * sign < 0 for factor in terms.values()):
        return False
    return by_sign(sign, condition.relation, number != 0) is not None


def in_the_end(condition: Condition) -> bool:
    """What holds at large sizes."""
    if condition.relation in ("==", "!="):
        return condition.relation == "!="
    sizes = dict(zip(condition.names, FAR * (1 + len(condition.names) // len(FAR)), strict=False))
    return condition.at(**sizes)


def _least(sizes: Sizes) -> int | None:
    return sizes[0] if sizes else None
