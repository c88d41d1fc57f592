"""Which sizes a graph accepts: requirements turned into sets of sizes, for all sizes and not for a
range.
"""

from dataclasses import dataclass, field
from itertools import product
from math import prod

from sympy import divisors

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError
from shapealg.network.flow import CLASSES, Failure, Flow, Requirement, Split, meeting
from shapealg.network.graph import Graph
from shapealg.text import Text

LARGE = 2**53  # so large a product is still factored
SPECIAL = 2**12  # so many sizes may be run one by one


@dataclass(frozen=True, slots=True)
class Accepted:
    """The sizes at which a graph runs.

    Attributes:
        sets: name → `Sizes`, each with the others free.
        ties: requirements that bind several names; a set then holds the sizes that some others go
            with.
        special: name → `Sizes`: those among them, finitely many, at which a slice is clipped or a
            size of 1 stretches, so that
            the formulas of the large sizes do not hold.
        failure: what fails at every size, if something does.
    """

    sets: dict
    ties: tuple = ()
    special: dict = field(default_factory=dict, compare=False)
    failure: Failure | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        return all(self.sets.values())


def accepted(
    graph: Graph,
    sizes: dict | None = None,
    lossless: bool = False,
    flow: Flow | None = None,
    within: bool = False,
) -> Accepted:
    """The sizes that `graph` accepts, name by name.

    Args:
        graph: the graph.
        sizes: those that are fixed, name → int.
        lossless: whether no window may drop a remainder of the data either.
        flow: a run of the graph at these sizes, if there is one already.
        within: whether it only matters that there are such sizes.

    Raises:
        ShapeError: where something cannot be decided, with the question in it.
    """
    sizes = sizes or {}
    names = [name for name in graph.sizes if not isinstance(sizes.get(name), int)]
    failure = None
    if flow is None:
        flow = Flow(graph, sizes)
        try:
            flow.run()
        except Failure as problem:  # of all large sizes; some small ones may go another way
            failure = problem
        except Split as split:
            return _by_classes(graph, sizes, lossless, names, split)
    if failure and not flow.special:
        return Accepted(dict.fromkeys(names, Sizes.none()), failure=failure)
    needed, alone, ties = (
        [*flow.requirements, *(flow.whole if lossless else ())],
        {name: [] for name in names},
        [],
    )
    for requirement in needed:
        if not (of := requirement.names):  # a window that drops data at the sizes that are fixed
            return Accepted(dict.fromkeys(names, Sizes.none()))
        (alone[of[0]] if len(of) == 1 else ties).append(requirement)
    sets = {name: meeting(those) for name, those in alone.items()}
    for name, known in flow.special.items():
        sets[name] &= Sizes(1, (), 0, known).complement(1)
    if failure:
        sets, ties = dict.fromkeys(names, Sizes.none()), []
    ties = _loosened(ties, sets)
    _bind(ties, sets)
    special = dict.fromkeys(names, Sizes.none())
    for name, known in flow.special.items():
        # one of them is enough to go with a size that is tried
        if not (within and sets[name] and not ties):
            special[name] = _try(graph, sizes, lossless, flow, name, known, sets)
    if not all(sets.values()):  # no size of one name goes with no size of another
        sets = special = dict.fromkeys(names, Sizes.none())
    return Accepted(sets, tuple(ties), special, failure if not any(sets.values()) else None)


def _try(graph, sizes, lossless, flow, name, known, sets) -> Sizes:
    """The sizes that take another way, each run by itself; what fits is added, and given back."""
    # what is required before the ways part
    tried = [
        n
        for n in known
        if all(n in r.sizes() for r in flow.requirements[: known[n]] if r.names == (name,))
    ]
    if len(tried) > SPECIAL:
        raise ShapeError(
            Text(
                zh=f"要逐个运行的 {name} 太多",
                en=f"too many values of {name} would have to be run one by one",
            ),
            len(tried),
            Text(zh=f"至多 {SPECIAL} 个", en=f"at most {SPECIAL} work"),
        )
    fit = []
    for n in tried:
        # in a residue class, n is the number of a member
        at = sizes[name](**{name: n}) if name in sizes else n
        made = accepted(graph, sizes | {name: at}, lossless, within=True)
        if made.failure is None and made:
            fit.append(n)
            for other, those in made.sets.items():
                sets[other] |= those
    fit = Sizes(1, (), 0, fit)
    sets[name] |= fit
    return fit


def _by_classes(graph, sizes, lossless, names, split) -> Accepted:
    """The classes of a residue one by one: n = modulus·(t − 1) + r, for t from 1 on."""
    name, m = split.name, split.modulus
    value = sizes.get(name, Length.of(name))
    slope = next(iter(factor for monomial, factor in value.terms.items() if monomial), 1)
    if m * slope > CLASSES:
        raise ShapeError(
            Text(
                zh=f"{name} 要分的剩余类太多",
                en=f"{name} would split into too many residue classes",
            ),
            m * slope,
            Text(zh=f"至多 {CLASSES} 个", en=f"at most {CLASSES} work"),
        )
    sets, special, ties, t = (
        dict.fromkeys(names, Sizes.none()),
        dict.fromkeys(names, Sizes.none()),
        {},
        Length.of(name),
    )
    parts = [
        (r, accepted(graph, sizes | {name: value(**{name: (t - 1) * m + r})}, lossless))
        for r in range(1, m + 1)
    ]
    for r, part in parts:
        ties |= dict.fromkeys(part.ties)
        for other in names if part else ():
            special[other] |= (
                _stretched(part.special.get(other, Sizes.none()), m, r - m)
                if other == name
                else part.special.get(other, Sizes.none())
            )
            sets[other] |= (
                _stretched(part.sets[other], m, r - m) if other == name else part.sets[other]
            )
    return Accepted(sets, tuple(ties), special)


def _stretched(sizes: Sizes, m: int, offset: int) -> Sizes:
    """{m·t + offset for t in sizes}"""
    return Sizes(
        sizes.modulus * m,
        [m * r + offset for r in sizes.residues],
        m * sizes.minimum + offset,
        [m * t + offset for t in sizes.exceptions],
    )


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


def _tied(tie) -> ShapeError:
    names = tie.names
    return ShapeError(
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
