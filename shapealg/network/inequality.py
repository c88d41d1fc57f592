"""Inequalities of two sizes: which sizes of one go with some of the other."""

from math import inf, prod

from shapealg.axis.condition import TURNED, Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.network.requirement import sizes_of


def any_of(conditions: tuple, sets: dict) -> dict | None:
    """Inequalities of two names of which one is enough: A·B < 256, or A·B > 256."""
    made: dict[str, Sizes] = {}
    for condition in conditions:
        if condition.relation in ("==", "!="):
            return None
        if (found := most_and_least(condition, sets)) is None:
            return None
        if all(found.values()):
            made = {name: made.get(name, Sizes.none()) | found[name] for name in found}
    return made or dict.fromkeys(conditions[0].names, Sizes.none())


def most_and_least(condition, sets: dict) -> dict | None:
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
    apart = parts(length)
    if apart is None:
        return None
    constant, made = length.terms.get(ONE, 0), {}
    for name, other in zip(condition.names, reversed(condition.names), strict=True):
        most = _most(apart[other], sets[other])
        if most is None:
            return None
        made[name] = sets[name] if most != -inf else Sizes.none()
        if abs(most) != inf:
            made[name] &= sizes_of(Condition(apart[name] + constant + most, relation))
    return made


def parts(length: Length) -> dict | None:
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
    far = prod(length.divisors) * (abs(length.terms.get(ONE, 0)) + 2)
    made = {}
    for name, other in zip(length.names, reversed(length.names), strict=True):
        those = sets[other]
        if those.residues:
            top = max(far, those.start)
            top += (those.residues[0] - top) % those.modulus
        else:
            top = those.exceptions[-1]
        at_most = length(**{other: top})
        made[name] = sets[name] & sizes_of(Condition(at_most, relation))
    return made


def _near(length, relation: str, sets: dict) -> dict:
    """A length of two names that falls with both: each with the other as small as it can be."""
    made = {}
    for name, other in zip(length.names, reversed(length.names), strict=True):
        at_least = length(**{other: sets[other][0]})
        made[name] = sets[name] & sizes_of(Condition(at_least, relation))
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
