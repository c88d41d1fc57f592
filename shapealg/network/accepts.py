"""Which sizes a graph accepts: requirements turned into sets of sizes, for all sizes and not for a
range.
"""

from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from math import prod
from operator import or_
from typing import NamedTuple

from sympy import divisors

from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.resized import Scaled
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.flow import Failure, Flow, Requirement, Ways, meeting
from shapealg.network.graph import Graph
from shapealg.text import Text

LARGE = 2**53  # so large a product is still factored


@dataclass(frozen=True, slots=True)
class Part:
    """Sizes at which a graph goes one way.

    Attributes:
        flow: the run.
        sets: name → `Sizes` that meet what is asked of that name alone.
        ties: requirements that bind several names.
        reached: name → `Sizes` of that name that some others go with.
    """

    flow: Flow
    sets: dict
    ties: tuple
    reached: dict

    @classmethod
    def of(cls, flow: Flow, names, lossless: bool = False) -> "Part | None":
        """The part that a run is about, its ties put aside; `None` where nothing meets what is asked
        of one name.
        """
        needed = [*flow.requirements, *(flow.whole if lossless else ())]
        if not all(requirement.names for requirement in needed):
            return None  # a window that drops data at the sizes that are fixed
        sets = {name: flow.sizes_of(name) for name in names}
        if lossless:
            for name in names:
                sets[name] &= meeting(r for r in flow.whole if r.names == (name,))
        if not all(sets.values()):
            return None
        ties = _loosened([r for r in needed if len(r.names) > 1], sets)
        return cls(flow, sets, tuple(ties), sets)

    @property
    def bound(self) -> "Part | None":
        """The same with its ties; `None` where nothing meets them.

        Raises:
            Undecided: where several names are tied together so that no set of one can be told.
        """
        reached = bound(self.ties, self.sets)
        return replace(self, reached=reached) if all(reached.values()) else None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The sizes at which a graph runs.

    Attributes:
        sets: name → `Sizes`: those that go with some sizes of the others.
        ties: what binds several names, each with `names` and `at(**sizes)`; with no ties all sizes
            go with all others.
        parts: the ways through the graph, that of the large sizes first.
        failure: what fails at every size, if something does.
    """

    sets: dict
    ties: tuple = ()
    parts: tuple = ()
    failure: Failure | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        return all(self.sets.values())

    @property
    def loose(self) -> tuple:
        """The names of the nodes that may ask more of the sizes than is told here."""
        return tuple(dict.fromkeys(name for part in self.parts for name in loose(part.flow)))


def accepted(
    graph: Graph, sizes: dict | None = None, lossless: bool = False, ways: Ways | None = None
) -> Accepted:
    """The sizes that `graph` accepts, name by name.

    Args:
        graph: the graph.
        sizes: those that are fixed, name → int.
        lossless: whether no window may drop a remainder of the data either.
        ways: the ways through the graph at these sizes, if they are there already.

    Raises:
        ShapeError: where something cannot be decided, with the question in it.
    """
    sizes = sizes or {}
    names = [name for name in graph.sizes if not isinstance(sizes.get(name), int)]
    ways = ways or Ways(graph, sizes)
    for _, problem in ways.undecided:
        raise problem
    made = [part.bound for part in apart(ways, names, lossless)]
    parts = tuple(part for part in made if part is not None)
    sets = {name: union(part.reached[name] for part in parts) for name in names}
    failure = ways.failures[0] if ways.failures and not ways.flows else None
    return Accepted(sets, ties(parts, names), parts, failure)


def apart(ways: Ways, names, lossless: bool = False) -> list:
    """A part for each way, their ties put aside."""
    made = [Part.of(flow, names, lossless) for flow in ways.flows]
    return [part for part in made if part is not None]


def bound(ties, sets: dict) -> dict:
    """The sizes of each name that go with some of the others; none, where no size of one name goes
    with any of another.
    """
    sets = dict(sets)
    if all(sets.values()):
        _bind(_loosened(ties, sets), sets)
    return sets if all(sets.values()) else dict.fromkeys(sets, Sizes.none())


def unmet(flow: Flow, names) -> Failure:
    """Where a run fails that every node lets through: what is asked of a size that nothing meets."""
    met = dict.fromkeys(names, Sizes.every(1))
    for requirement in flow.requirements:
        if len(requirement.names) == 1:
            met[requirement.names[0]] &= requirement.sizes()
        if not all(met.values()) or len(requirement.names) > 1:
            break
    node = requirement.node
    failure = Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）的要求在任何尺寸下都不能与它之前的要求同时满足",
            en=f"no size meets what node {node.name} ({node.kind}) and those before it need",
        ),
        Received(str(requirement)),
        Text(zh="请核对这个节点", en="check this node"),
        node,
        requirement.sides,
    )
    failure.flow = flow
    return failure


def unclear(flow: Flow, node) -> bool:
    """Whether a node gives something unknown though it gets nothing unknown."""
    return _open(flow, node.outputs) and not _open(flow, node.inputs)


def loose(flow: Flow) -> list:
    """The nodes that may ask more of the sizes than their run could tell: nobody knows them, no
    formula tells their output, or what they get is unknown.
    """
    made, strange = [], {node.name for node in flow.unknown}
    unknown = {name for node in flow.graph.nodes for name in node.outputs if _open(flow, (name,))}
    for node in flow.graph.nodes:
        asks = unknown.intersection(node.inputs) and not getattr(node.operation, "keeps", False)
        if node.name in strange or asks or unclear(flow, node) and not _scaled(flow, node):
            made.append(node.name)
    return made


def _open(flow: Flow, names) -> bool:
    return any(name in flow.tensors and flow.tensors[name].unclear for name in names)


def _scaled(flow: Flow, node) -> bool:
    """Whether all that is unknown of an output are products that are rounded: they ask for a size
    that is large enough, and this is asked.
    """
    for name in node.outputs:
        tensor = flow.tensors.get(name)
        if tensor is None or tensor.shape is None or tensor.wires is None:
            return False
        for n, wires in zip(tensor.shape, tensor.wires, strict=True):
            if n is None and not any(isinstance(w.map, Scaled) for w in wires):
                return False
    return True


def union(sets) -> Sizes:
    """All sizes of several sets."""
    return reduce(or_, sets, Sizes.none())


# ---------------------------------------------------------------- ties through several ways


class Together(NamedTuple):
    """Which sizes of several names go together.

    Attributes:
        where: for each way the sizes, with the requirements that bind several of them there.
    """

    where: BySize

    @property
    def names(self) -> tuple:
        """The sizes it binds."""
        bound = {name for piece in self.where for tie in piece.answer for name in tie.names}
        return tuple(sorted({*self.where.names, *bound}))

    def at(self, **sizes: int) -> bool:
        """Whether these sizes, one for every name, go together."""
        return any(
            piece.holds(sizes) and all(tie.at(**sizes) for tie in piece.answer)
            for piece in self.where
        )

    def text(self) -> Text:
        """The ways in words."""
        told = [(piece.text(), "".join(f", {tie}" for tie in piece.answer)) for piece in self.where]
        return Text(
            zh="；或 ".join(f"{text.zh}{bound}" for text, bound in told),
            en="; or ".join(f"{text.en}{bound}" for text, bound in told),
        )

    def __str__(self) -> str:
        return self.text().en


def ties(parts, names) -> tuple:
    """What binds several names: requirements that all ways share, and which sizes go together on
    which way, where that is not all with all.
    """
    if not parts:
        return ()
    common = [tie for tie in parts[0].ties if all(_among(tie, part.ties) for part in parts)]
    own = [tuple(tie for tie in part.ties if not _among(tie, common)) for part in parts]
    bound = {name for ties in own for tie in ties for name in tie.names}
    differ = [n for n in names if n in bound or any(p.sets[n] != parts[0].sets[n] for p in parts)]
    if not any(own):
        differ = _inseparable(parts, differ)
    if len(differ) < 2:
        return tuple(common)
    pieces = [
        ({name: part.sets[name] for name in differ}, ties)
        for part, ties in zip(parts, own, strict=True)
    ]
    return (*common, Together(BySize(pieces)))


def _among(tie, others) -> bool:
    asked = getattr(tie, "conditions", (tie,))
    return any(getattr(other, "conditions", (other,)) == asked for other in others)


def _inseparable(parts: tuple, names: list) -> list:
    """The names of which not every size goes with every size of the others, as the boxes of the
    parts tell it.
    """
    if len(names) < 2:
        return []
    atoms = {name: _atoms({part.sets[name] for part in parts}) for name in names}
    cells = set()
    for part in parts:
        inside = [
            [k for k, of in enumerate(atoms[name]) if part.sets[name] in of] for name in names
        ]
        bounded(len(cells) + prod(map(len, inside)))
        cells.update(product(*inside))
    left = list(names)
    for name in names:
        at = left.index(name)
        others = {(*cell[:at], *cell[at + 1 :]) for cell in cells}
        if len(cells) == len({cell[at] for cell in cells}) * len(others):
            left, cells = [*left[:at], *left[at + 1 :]], others
    return left


def _atoms(sets: set) -> list:
    """Sets cut up until none of them meets another in part: for each piece the sets it lies in."""
    made = []  # (sizes, the sets they lie in)
    for those in sorted(sets, key=lambda sizes: (sizes.minimum, sizes.modulus, sizes.exceptions)):
        rest, cut = those, []
        for sizes, of in made:
            inside = sizes & those
            if inside:
                cut.append((inside, of | {those}))
                rest &= sizes.complement(1)
            if not inside or (sizes := sizes & those.complement(1)):
                cut.append((sizes, of))
        made = [*cut, (rest, {those})] if rest else cut
    return [of for _, of in made]


# ---------------------------------------------------------------- requirements that bind two names


def _loosened(ties, sets: dict) -> list:
    """The ties that are left where names that can be one number only have been put in."""
    left = []
    for tie in ties:
        if (
            sum(bool(sets[name].residues) or len(sets[name].exceptions) != 1 for name in tie.names)
            > 1
        ):
            left.append(tie)
        else:
            for name, found in _put_in(tie, sets).items():
                sets[name] &= found
    return left if len(left) == len(ties) else _loosened(left, sets)


def _bind(ties, sets: dict) -> None:
    """Keep in each set the sizes that meet all ties: passed on from tie to tie until nothing
    changes, which is exact where they form no ring.
    """
    ties = _solved(ties, sets)
    # those first that leave finitely many sizes
    ties = sorted(ties, key=lambda tie: not getattr(tie, "factors", ()))
    pairs = {tie.names for tie in ties}
    joined = {name: name for names in pairs for name in names}

    def root(name):
        while joined[name] != name:
            name = joined[name]
        return name

    rings = False
    for names in pairs:
        roots = {root(name) for name in names}
        rings |= len(roots) < len(names)
        for one in roots:
            joined[one] = min(roots)
    # as many as a word needs from one end of a tree to the other
    for _ in range(1 if rings else len(ties) + 1):
        before = dict(sets)
        for tie in ties:
            _project(tie, sets)
        if sets == before:
            break
    if rings and any(sets[name].residues for name in joined):
        raise _tied(ties[0])
    _together(ties, sets, rings)


def _solved(ties, sets: dict) -> list:
    """The ties, with what one of them says of a name, W = ⌊H/2⌋, put into all others; of those that
    bind one name only then, its sizes are kept.
    """
    used, left = [], list(ties)  # ties that were put into the others, and those that were not
    while (found := _explicit(left, used)) is not None:
        tie, name, length = found
        left = [other for other in left if other is not tie]
        left, used = ([_put_into(t, name, length) for t in those] for those in (left, used))
        used.append(tie)
    for tie in left + used:
        if len(tie.names) < 2:
            _keep(tie, sets)
    return [tie for tie in left + used if len(tie.names) > 1]


def _explicit(left: list, used: list) -> tuple | None:
    """A tie of two names that says what one of them is, which stands in another tie too."""
    for tie in left:
        conditions = getattr(tie, "conditions", (tie,))
        if len(tie.names) != 2 or len(conditions) > 1 or conditions[0].relation != "==":
            continue
        for name in tie.names:
            length = conditions[0].length
            factor = length.terms.get(((0, name),))
            rest = length - Length.of(name) * (factor or 0)
            if (
                factor in (1, -1)
                and name not in rest.names
                and any(other is not tie and name in other.names for other in left + used)
            ):
                return tie, name, rest * -factor
    return None


def _put_into(tie, name: str, length: Length):
    if name not in tie.names:
        return tie
    made = tuple(
        Condition(condition.length(**{name: length}), condition.relation)
        for condition in getattr(tie, "conditions", (tie,))
    )
    names = tuple(sorted({n for condition in made for n in condition.names}))
    return Requirement(getattr(tie, "node", None), made, getattr(tie, "sides", ()), names)


def _keep(tie, sets: dict) -> None:
    """Keep what a tie of one name, or of none, leaves."""
    for name in tie.names or sets:
        made = [
            c.sizes() if c.names else Sizes.every(1) if c else Sizes.none()
            for c in getattr(tie, "conditions", (tie,))
        ]
        sets[name] &= union(made)


def _project(tie, sets: dict) -> None:
    """Keep in each set the sizes that some others go with."""
    found = None
    if isinstance(tie, Requirement) and len(tie.names) == 2:
        if tie.factors:  # none of them empty
            found = _product(tie.factors, tie.sides[1], sets)
        elif all(condition.relation == "==" for condition in tie.conditions):
            found = _products(tie, sets)
            if found is None and len(tie.conditions) == 1:
                found = _sum(tie.conditions[0].length, sets)
    if found is None:
        found = _put_in(tie, sets)
    for name in tie.names:
        sets[name] &= found[name]


def _put_in(tie, sets: dict) -> dict:
    """All but one of the names have finitely many sizes: these are put in one by one."""
    finite = [name for name in tie.names if not sets[name].residues]
    rest = [name for name in tie.names if sets[name].residues]
    if len(rest) > 1 or not finite:
        raise _tied(tie)
    bounded(prod(len(sets[name].exceptions) for name in finite))
    made = dict.fromkeys(tie.names, Sizes.none())
    for values in product(*(sets[name].exceptions for name in finite)):
        at, fit = dict(zip(finite, values, strict=True)), Sizes.none()
        for condition in getattr(tie, "conditions", (tie,)):
            length = condition.length(**at)
            left = Condition(length, condition.relation)
            fit |= (
                left.sizes() & sets[rest[0]]
                if left.names
                else Sizes.every(1)
                if left
                else Sizes.none()
            )
        if fit:
            for name, value in at.items():
                made[name] |= Sizes(1, (), 0, (value,))
            for name in rest:
                made[name] |= fit
    return made


def _tied(tie) -> Undecided:
    names = tie.names
    return Undecided(
        Text(
            zh=f"{tie} 把 {', '.join(names)} 绑在一起", en=f"{tie} ties {', '.join(names)} together"
        ),
        Received(", ".join(names)),
        Text(zh=f"给定其一，例如 {names[-1]}=224", en=f"fix one, for example {names[-1]}=224"),
    )


def _together(ties, sets: dict, rings: bool) -> None:
    """Several requirements that bind the same names, or a ring of them: the sizes that meet all of
    them at once, where they are finitely many.
    """
    for names in (
        {tuple(sorted({name for tie in ties for name in tie.names}))}
        if rings
        else {tie.names for tie in ties}
    ):
        joined = [tie for tie in ties if set(tie.names) <= set(names)]
        if len(joined) < 2:
            continue
        if any(sets[name].residues for name in names):
            raise _tied(joined[1])
        bounded(prod(len(sets[name].exceptions) for name in names))
        fit = [
            at
            for at in product(*(sets[name].exceptions for name in names))
            if all(
                any(c.at(**dict(zip(names, at, strict=True))) for c in tie.conditions)
                for tie in joined
            )
        ]
        for i, name in enumerate(names):
            sets[name] &= Sizes(1, (), 0, {at[i] for at in fit})


def _products(tie, sets: dict) -> dict | None:
    """A(one)·B(two) is one of several numbers: such as 1, which stretches, or that of a table's
    entries.
    """
    made, asked = dict.fromkeys(tie.names, Sizes.none()), False
    for condition in tie.conditions:
        number = -condition.length.terms.get(ONE, 0)
        factors = (condition.length + number).factors()
        known, lengths = (
            prod(n for n in factors if type(n) is int),
            tuple(n for n in factors if type(n) is not int),
        )
        if known < 1 or {n.names for n in lengths} != {(name,) for name in tie.names}:
            return None
        if number < 1:
            continue  # no product of factors that the others find to be at least 1
        if (part := _product(lengths, number // known, sets)) is None:
            return None
        asked = True
        if number % known == 0:
            made = {name: made[name] | part[name] for name in made}
    return made if asked else None


def _product(factors: tuple, number: int, sets: dict) -> dict | None:
    """A(one)·B(two) = number: a divisor on either side."""
    one, two = sorted({name for n in factors for name in n.names})
    sides = {name: prod(n for n in factors if n.names == (name,)) for name in (one, two)}
    if number > LARGE:
        raise ShapeError(
            Text(zh="乘积太大，分解不了", en="this product is too large to be factored"),
            number,
            Text(zh=f"至多 {LARGE}", en=f"at most {LARGE} works"),
        )
    if any(len(n.names) > 1 for n in factors) or not all(
        (n >= 1).sizes() & sets[n.names[0]] == sets[n.names[0]] for n in factors
    ):
        return None
    made = {one: Sizes.none(), two: Sizes.none()}
    for d in divisors(number):
        a, b = _at(sides[one], d) & sets[one], _at(sides[two], number // d) & sets[two]
        if a and b:
            made[one] |= a
            made[two] |= b
    return made


def _at(length: Length, value: int) -> Sizes:
    return (length - value <= 0).sizes() & (length - value >= 0).sizes()


def _sum(length: Length, sets: dict) -> dict | None:
    """A(one) + B(two) = 0: the values that both sides take, staircases that rise or fall for ever."""
    one, two = length.names
    sides = {}
    for name in (one, two):
        terms = {m: f for m, f in length.terms.items() if m and Length({m: 1}).names == (name,)}
        if not terms or any(len(m) > 1 for m in terms):
            return None
        sides[name] = Length(terms)
    if sum(len(s.terms) for s in sides.values()) != len(length.terms) - (() in length.terms):
        return None
    a, b = sides[one], -(sides[two] + length.terms.get((), 0))
    if a.staircase().slope < 0:
        a, b = -a, -b
    if a.staircase().slope < 1 or b.staircase().slope < 1:
        return None
    made = {}
    for name, side, other, others in ((one, a, b, sets[two]), (two, b, a, sets[one])):
        made[name] = _taken(side, _image(other, others))
    return made


def _image(length: Length, sizes: Sizes) -> Sizes:
    """The values a rising staircase takes on a set."""
    f = length.staircase()
    if not sizes.residues:
        return Sizes(1, (), 0, [f(n) for n in sizes.exceptions])
    period = bounded(f.period * sizes.modulus)
    start = sizes.minimum
    slope = f(start + period) - f(start)
    members = [n for n in range(start, start + period) if n in sizes]
    # Beyond the largest value of one period below it, the values repeat with the slope.
    values = {f(n) for n in members}
    low, high = min(values), max(values)
    listed = {f(n) + slope * t for n in members for t in range((high - low) // slope + 2)}
    return Sizes(
        slope,
        {v % slope for v in values},
        high,
        [v for v in listed if v < high and v >= 0] + [f(n) for n in sizes.exceptions if f(n) >= 0],
    )


def _taken(length: Length, values: Sizes) -> Sizes:
    """The sizes at which a rising staircase takes one of the values."""
    f = length.staircase()
    if not values.residues:
        made = Sizes.none()
        for v in values.exceptions:
            made |= _at(length, v)
        return made
    period = bounded(f.period * values.modulus)
    start = max((length - values.minimum >= 0).sizes().minimum, 1)
    made = Sizes(period, [n for n in range(start, start + period) if f(n) in values], start)
    for v in values.exceptions:
        made |= _at(length, v)
    return made
