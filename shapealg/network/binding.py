"""Requirements that bind several sizes: which sizes of one name go with some of the others."""

from collections.abc import Iterator
from functools import reduce
from itertools import product
from math import inf, prod
from operator import or_
from typing import Any

from shapealg.axis.condition import TURNED, Condition
from shapealg.axis.divisors import divisors
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.pinned import pinned
from shapealg.network.requirement import Requirement
from shapealg.text import Text

LARGE = 2**53  # so large a product is still factored


def bound(ties, sets: dict) -> dict:
    """The sizes of each name that go with some of the others; none, where no size of one name goes
    with any of another.
    """
    sets = dict(sets)
    if all(sets.values()):
        _bind(loosened(ties, sets), sets)
    return sets if all(sets.values()) else dict.fromkeys(sets, Sizes.none())


def union(sets) -> Sizes:
    """All sizes of several sets."""
    return reduce(or_, sets, Sizes.none())


def loosened(ties, sets: dict) -> list:
    """The ties that are left where names that can be one number only have been put in."""
    left = []
    for tie in (_pinned(tie, sets) for tie in ties):
        if tie is None:
            continue
        if sum(not _is_one_number(sets[name]) for name in tie.names) > 1:
            left.append(tie)
        else:
            for name, found in _put_in(tie, sets).items():
                sets[name] &= found
    return left if len(left) == len(ties) else loosened(left, sets)


def _pinned(tie, sets: dict):
    """The same with the numbers that floors are at these sizes; `None` where it is met by them."""
    if getattr(tie, "factors", ()):  # a product is solved by its factors
        return tie
    conditions = getattr(tie, "conditions", (tie,))
    made = tuple(_pinned_condition(one, sets) for one in conditions)
    if made == conditions:
        return tie
    if any(not one.names and one.at() for one in made):
        return None
    made = tuple(one for one in made if one.names)
    names = tuple(sorted({name for one in made for name in one.names}))
    if len(names) > 1:
        one = isinstance(tie, Condition)
        return made[0] if one else Requirement(tie.node, made, tie.sides, names)
    met = union(one.sizes() for one in made)
    for name in names or tie.names:
        sets[name] &= met
    return None


def _pinned_condition(condition: Condition, sets: dict) -> Condition:
    length = condition.length
    if type(length) is int:
        return condition
    return Condition(pinned(length, sets.get), condition.relation)


def _is_one_number(those: Sizes) -> bool:
    return not those.residues and len(those.exceptions) == 1


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
    used: list[Any] = []  # ties that were put into the others
    left = list(ties)  # and those that were not
    while (found := _explicit(left, used)) is not None:
        tie, name, length = found
        left = [other for other in left if other is not tie]
        left = [_put_into(other, name, length) for other in left]
        used = [_put_into(other, name, length) for other in used]
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
        sets[name] &= union(map(_sizes_of, getattr(tie, "conditions", (tie,))))


def _sizes_of(condition) -> Sizes:
    """The sizes that meet a condition on one name; on none, all or no sizes."""
    if condition.names:
        return condition.sizes()
    return Sizes.every(1) if condition else Sizes.none()


def _project(tie, sets: dict) -> None:
    """Keep in each set the sizes that some others go with."""
    found = _either(tie, sets)
    if found is None and getattr(tie, "factors", ()):  # none of them empty
        found = _product(tie.factors, tie.sides[1], sets)
    elif found is None and isinstance(tie, Requirement) and len(tie.names) == 2:
        if all(condition.relation == "==" for condition in tie.conditions):
            found = _products(tie, sets)
            if found is None and len(tie.conditions) == 1:
                found = _sum(tie.conditions[0].length, sets)
        else:
            found = _one_of(tie.conditions, sets)
    if found is None:
        found = _put_in(tie, sets)
    for name in tie.names:
        sets[name] &= found[name]


def _either(tie, sets: dict) -> dict | None:
    """Alternatives of one name each, N ≥ 2 or L ≥ 2: where one is met, the others are free."""
    conditions = getattr(tie, "conditions", (tie,))
    if any(len(condition.names) != 1 for condition in conditions):
        return None
    fit = dict.fromkeys(tie.names, Sizes.none())
    for condition in conditions:
        (name,) = condition.names
        fit[name] |= condition.sizes() & sets[name]
    met = {name for name in tie.names if fit[name]}
    return {name: sets[name] if met - {name} else fit[name] for name in tie.names}


def _rising(tie) -> bool:
    """Whether a tie that is met stays so, however much its sizes grow."""
    conditions = getattr(tie, "conditions", (tie,))
    return all(one.relation[0] == ">" and one.length.rises for one in conditions)


def _one_of(conditions: tuple, sets: dict) -> dict | None:
    """Inequalities of two names of which one is enough: A·B < 256, or A·B > 256."""
    made: dict[str, Sizes] = {}
    for condition in conditions:
        if condition.relation in ("==", "!="):
            return None
        if (found := _least_and_most(condition, sets)) is None:
            return None
        if all(found.values()):
            made = {name: made.get(name, Sizes.none()) | found[name] for name in found}
    return made or dict.fromkeys(conditions[0].names, Sizes.none())


def _apart(tie) -> bool:
    """Whether a tie says that a length is not a number, which is so for all large sizes of one
    name, or for none: it rises, it falls, or it is a sum of lengths of one name that do.
    """
    conditions = getattr(tie, "conditions", (tie,))
    length = conditions[0].length
    if [c.relation for c in conditions] not in (["!="], ["<", ">"]) or conditions[
        -1
    ].length != length:
        return False
    if length.rises or (-length).rises:
        return True
    parts = _parts(length)
    return parts is not None and all(part.staircase().slope for part in parts.values())


def _least_and_most(condition, sets: dict) -> dict | None:
    """An inequality of two names, L ≥ K: each against the most that the other part can be; `None`
    where it is no sum of two parts that rise, or fall.
    """
    length, relation = condition.length, condition.relation
    if not all(sets[name] for name in condition.names):
        return dict.fromkeys(condition.names, Sizes.none())
    if relation in ("<", "<="):
        length, relation = -length, TURNED[relation]
    if length.rises:
        return _far(length, relation, sets)
    if (-length).rises:
        return _near(length, relation, sets)
    parts = _parts(length)
    if parts is None:
        return None
    constant, made = length.terms.get(ONE, 0), {}
    for name, other in zip(condition.names, reversed(condition.names), strict=True):
        most = _most(parts[other], sets[other])
        if most is None:
            return None
        made[name] = sets[name] if most != -inf else Sizes.none()
        if abs(most) != inf:
            made[name] &= _sizes_of(Condition(parts[name] + constant + most, relation))
    return made


def _parts(length: Length) -> dict | None:
    """Name → what a sum of lengths of one name each has of it; `None` where it is no such sum."""
    names = {monomial: Length({monomial: 1}).names for monomial in length.terms if monomial}
    if any(len(several) > 1 for several in names.values()):
        return None
    parts: dict[str, dict] = {name: {} for name in length.names}
    for monomial, (name,) in names.items():
        parts[name][monomial] = length.terms[monomial]
    return {name: Length(terms) for name, terms in parts.items()}


def _far(length, relation: str, sets: dict) -> dict:
    """A length of two names that rises with both: each with the other as large as it needs to be.

    In a period of all floors it gains at least 1, if it rises with that name at all.
    """
    far = prod(length.periods) * (abs(length.terms.get(ONE, 0)) + 2)
    made = {}
    for name, other in zip(length.names, reversed(length.names), strict=True):
        those = sets[other]
        if not those:
            return dict.fromkeys(length.names, Sizes.none())
        top = those.exceptions[-1] if those.exceptions else 1
        if those.residues:
            top = max(top, far, those.minimum)
            top += (those.residues[0] - top) % those.modulus
        at_most = length(**{other: top})
        if type(at_most) is int:
            fit = Sizes.every(1) if RELATIONS[relation](at_most, 0) else Sizes.none()
        else:
            fit = Condition(at_most, relation).sizes()
        made[name] = sets[name] & fit
    return made


def _near(length, relation: str, sets: dict) -> dict:
    """A length of two names that falls with both: each with the other as small as it can be."""
    made = {}
    for name, other in zip(length.names, reversed(length.names), strict=True):
        at_least = length(**{other: sets[other][0]})
        made[name] = sets[name] & _sizes_of(Condition(at_least, relation))
    return made


def _most(length, those: Sizes):
    """The most that a length can be at these sizes; `None` where it neither rises nor falls."""
    if not those:
        return -inf
    if (-length).rises:
        return length(**{length.names[0]: those[0]})
    if not length.rises:
        return None
    return inf if those.residues else length(**{length.names[0]: those.exceptions[-1]})


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
            fit |= _sizes_of(left) & sets[rest[0]] if left.names else _sizes_of(left)
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
    groups = {tie.names for tie in ties}
    if rings:
        groups = {tuple(sorted({name for names in groups for name in names}))}
    for names in groups:
        joined = [tie for tie in ties if set(tie.names) <= set(names)]
        if len(joined) < 2 or all(map(_rising, joined)):
            continue
        endless = all(sets[name].residues for name in names)
        if endless and all(_rising(tie) or _apart(tie) for tie in joined):
            continue  # what is met by a size of one name is met by all large sizes of the other
        if any(sets[name].residues for name in names):
            raise _tied(joined[1])
        bounded(prod(len(sets[name].exceptions) for name in names))
        values = product(*(sets[name].exceptions for name in names))
        fit = [at for at in values if _meets(joined, dict(zip(names, at, strict=True)))]
        for i, name in enumerate(names):
            sets[name] &= Sizes(1, (), 0, {at[i] for at in fit})


def _meets(ties: list, sizes: dict) -> bool:
    return all(tie.at(**sizes) for tie in ties)


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
    """A(one)·B(two)·… = number: a divisor for each."""
    sides = dict.fromkeys(sorted({name for n in factors for name in n.names}), 1)
    for n in factors:
        for name in n.names if len(n.names) == 1 else ():
            sides[name] *= n
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
    at = {
        (name, d): _at(side, d) & sets[name]
        for name, side in sides.items()
        for d in divisors(number)
    }
    made = dict.fromkeys(sides, Sizes.none())
    for split in _splits(number, len(sides)):
        found = {name: at[name, d] for name, d in zip(sides, split, strict=True)}
        if all(found.values()):
            made = {name: made[name] | those for name, those in found.items()}
    return made


def _splits(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a product of so many, in order."""
    if parts == 1:
        yield (number,)
        return
    for d in divisors(number):
        for rest in _splits(number // d, parts - 1):
            yield d, *rest


def _at(length: Length, value: int) -> Sizes:
    return (length - value <= 0).sizes() & (length - value >= 0).sizes()


def _sum(length: Length, sets: dict) -> dict | None:
    """A(one) + B(two) = 0: the values that both sides take, staircases that rise or fall for
    ever.
    """
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
    turns = range((high - low) // slope + 2)
    listed = {f(n) + slope * t for n in members for t in turns}
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
