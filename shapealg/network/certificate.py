"""What a network accepts, written down with what is needed to check it: requirements, witnesses for
each class that is accepted, a reason for each that is refused, and from where on classes tell all.

`scripts/check_certificate.py` says what stands where, and checks it with nothing from here.
"""

import hashlib
import json
from collections.abc import Iterator
from math import lcm
from typing import Any

from shapealg.axis.condition import OPPOSITE
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import Variable
from shapealg.errors import Received, Undecided
from shapealg.network.binding import bound
from shapealg.network.requirement import meeting
from shapealg.text import Text

LONGEST = 2**16  # so far it is looked for the size from which on classes tell all


def certificate(net) -> str:
    """The certificate of a network's accepted sizes, as JSON.

    Raises:
        Undecided: where not all that the network needs is known, or a proof is not found.
    """
    proof = _Proof(net)
    told = {
        "certificate": 1,
        "names": list(net.sizes),
        "sets": {name: _set(proof.sets[name]) for name in net.sizes},
        "ways": [_way(*way) for way in zip(proof.ways, proof.boxes, strict=True)],
        "proof": {name: proof.of(name) for name in net.sizes},
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    told["digest"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(told, separators=(",", ":")) + "\n"


def _none(zh: str, en: str, received: str) -> Undecided:
    works = Text(
        zh="可用的尺寸仍然可以问 accepts", en="accepts tells the sizes that work all the same"
    )
    return Undecided(Text(zh=zh, en=en), Received(received), works)


# ---------------------------------------------------------------- as it is written


def _set(those: Sizes) -> list:
    return [those.modulus, list(those.residues), those.start, list(those.exceptions)]


def _length(length: Length | int) -> list:
    if isinstance(length, int):
        return [[length, []]]
    return [[factor, list(map(_atom, monomial))] for monomial, factor in length.terms.items()]


def _atom(atom) -> Any:
    if isinstance(atom, Variable):
        return atom.name
    return [atom.divisor, _length(Length(dict(atom.terms)))]


def _way(way: tuple, box: dict) -> dict:
    (flow, problem), sets = way, {name: _set(those) for name, those in box.items()}
    if problem:
        return {"box": sets, "fails": problem}
    return {"box": sets, "requirements": list(map(_requirement, flow.requirements))}


def _requirement(asked) -> dict:
    node = asked.node.name
    if asked.factors:
        factors = list(map(_length, asked.factors))
        return {"node": node, "factors": factors, "product": asked.sides[1]}
    return {"node": node, "any": [[c.relation, _length(c.length)] for c in asked.conditions]}


# ---------------------------------------------------------------- as it is found


class _Proof:
    """Why the accepted sizes are what they are, size by size.

    Attributes:
        names: the open sizes.
        sets: name → those that are accepted.
        ways: pairs (flow, why it does not run), "" where it does.
        boxes: for each way name → the sizes that it speaks of.
    """

    def __init__(self, net):
        runs, graph = net._runs, net.graph
        if loose := runs.loose:
            raise _none(
                "不知道这些节点的要求", "what these nodes need is not known", ", ".join(loose)
            )
        self.names, self.sets, self.parts = net.sizes, runs.sets, runs.parts
        self.ways = [(flow, "") for flow in net._ways.flows]
        self.ways += [(failure.flow, str(failure)) for failure in net._ways.failures]
        around = {id(way.graph): way.box for way in graph.ways}
        self.boxes = [_box(*way, around.get(id(way[0].graph), {})) for way in self.ways]
        self.last = {}  # the others that went along with a size
        # the t of a class
        self.turn = Length.of(max(self.names, default="") + "_")

    def of(self, name: str) -> dict:
        """What is said of every value of one size: one by one below, class by class from there."""
        modulus, start = self._period(name), self._start(name)
        classes: list = [None]
        while start <= LONGEST:
            classes = [self._entry(name, n, modulus) for n in range(start, start + modulus)]
            if None not in classes:
                break
            start *= 2
        if None in classes:  # the sizes below are many then
            raise _none("找不到证明", "no proof was found", name)
        below = [self._entry(name, n, 0) for n in range(1, start)]
        if None in below:
            raise _none("找不到证明", "no proof was found", name)
        return {"modulus": modulus, "from": start, "below": below, "classes": classes}

    def _boxes(self, name: str) -> Iterator[Sizes]:
        return (box[name] for box in self.boxes if name in box)

    def _period(self, name: str) -> int:
        """So long that every length is a polynomial on each class, and every box all or nothing."""
        found = [those.modulus for those in (self.sets[name], *self._boxes(name))]
        for flow, problem in self.ways:
            for asked in flow.requirements if not problem else ():
                conditions = (condition.length for condition in asked.conditions)
                for length in asked.factors or conditions:
                    found += length.divisors if name in getattr(length, "names", ()) else ()
        return bounded(lcm(*found))

    def _start(self, name: str) -> int:
        """Behind whatever sets and boxes list one by one."""
        return max(1, *(those.start for those in (self.sets[name], *self._boxes(name))))

    def _entry(self, name: str, n: int, step: int) -> dict | None:
        """Why n + step·t is accepted, or refused, for all t; `None` where that is not found."""
        at = self.turn * step + n
        if n in self.sets[name]:
            return self._accepted(name, n, step)
        reasons = [
            "fails" if problem else self._refused(way, name, n, at)
            for way, (_, problem) in enumerate(self.ways)
        ]
        return None if None in reasons else {"not": reasons}

    def _accepted(self, name: str, n: int, step: int) -> dict | None:
        for part, told in self._tried(name, n, step):
            at = {other: self.turn * d + c for other, (c, d) in told.items()}
            if n in part.sets[name] and self._runs(part.flow, at | {name: self.turn * step + n}):
                self.last[name] = part, told
                way = next(i for i, (flow, _) in enumerate(self.ways) if flow is part.flow)
                return {"way": way, "with": told}
        return None

    def _tried(self, name: str, n: int, step: int) -> Iterator[tuple]:
        """Pairs (part, other sizes c + d·t as [c, d]) that may go along with one."""
        if name in self.last:
            yield self.last[name]
        for part in self.parts:
            first = self._others(part, name, n)
            if first is None:
                continue
            yield part, {other: [c, 0] for other, c in first.items()}
            if step and (later := self._others(part, name, n + step)) is not None:
                yield part, {other: [c, max(later[other] - c, 0)] for other, c in first.items()}

    def _others(self, part, name: str, n: int) -> dict | None:
        """The smallest sizes that go with one; `None` where none do."""
        sets, made = {**part.sets, name: part.sets[name] & Sizes.of(n)}, {}
        for other in self.names:
            sets = bound(part.ties, sets)
            if not sets[other]:
                return None
            if other != name:
                made[other] = sets[other].first(1)[0]
                sets[other] = Sizes.of(made[other])
        return made

    def _runs(self, flow, at: dict) -> bool:
        """Whether all that a way needs is met for all t."""
        for asked in flow.requirements:
            met = (_always(c.relation, _put_in(c.length, at)) for c in asked.conditions)
            if not any(met):
                return False
        return all(_put_in(factor, at) for asked in flow.requirements for factor in asked.factors)

    def _refused(self, way: int, name: str, n: int, at: Length | int) -> Any:
        """Why a way is not gone, or does not run, whatever the other sizes are."""
        if name in self.boxes[way] and n not in self.boxes[way][name]:
            return "box"
        for i, asked in enumerate(self.ways[way][0].requirements):
            if asked.factors:
                for j, factor in enumerate(asked.factors):
                    if factor.names == (name,) and _too_much(_put_in(factor, {name: at}), asked):
                        return [i, j]
            elif asked.names == (name,) and all(
                _always(OPPOSITE[c.relation], _put_in(c.length, {name: at}))
                for c in asked.conditions
            ):
                return i
        return None


def _box(flow, problem: str, around: dict) -> dict:
    """The sizes that a way speaks of: those of its run, and those of which it says at once that
    they do not meet what it asks, for no other way need speak of them; all of them `around`, where
    a program chooses its way.
    """
    box = {name: Sizes.of(n) for name, n in flow.sizes.items() if isinstance(n, int)}
    for name, those in (flow.box or {}).items():
        own = [asked for asked in flow.requirements if asked.names == (name,)]
        unmet = Sizes.none() if problem else meeting(own).complement(start=1)
        box[name] = those | (unmet & around.get(name, unmet))
    return box


def _put_in(length: Length | int, at: dict) -> list[int] | None:
    """A length at sizes c + d·t, as the coefficients of a polynomial in t; `None` where it is none
    for all t.
    """
    made = length if isinstance(length, int) else length(**{n: at[n] for n in length.names})
    if isinstance(made, int):
        return [made]
    if not all(isinstance(atom, Variable) for monomial in made.terms for atom in monomial):
        return None
    degree = max(map(len, made.terms))
    found = {len(monomial): factor for monomial, factor in made.terms.items()}
    return [found.get(power, 0) for power in range(degree + 1)]


def _always(relation: str, number: list[int] | None) -> bool:
    """Whether a polynomial in t is in this relation to 0 for all t ≥ 0, by its coefficients."""
    if number is None:
        return False
    if relation == "!=":
        return _always(">", number) or _always("<", number)
    holds = RELATIONS[relation]
    return holds(number[0], 0) and all(holds(c, 0) for c in number[1:] if c)


def _too_much(factor: list[int] | None, asked) -> bool:
    """Whether a factor does not divide a product, or exceeds it for all t."""
    if factor is None:
        return False
    whole = asked.sides[1]
    alone = len(factor) == 1 and (factor[0] < 1 or whole % factor[0] != 0)
    return alone or _always(">", [factor[0] - whole, *factor[1:]])
