"""Requirements that bind several sizes: which sizes of one name go with some of the others."""

from functools import reduce
from itertools import product
from math import prod
from operator import or_
from typing import Any

from shapealg.axis.condition import Condition
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, Undecided
from shapealg.network.equality import balanced, product_of, products
from shapealg.network.inequality import any_of
from shapealg.network.pinned import pinned
from shapealg.network.requirement import Requirement, alternatives, sizes_of
from shapealg.text import Text


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
            sets.update(_put_in(tie, sets))
    return left if len(left) == len(ties) else loosened(left, sets)


def _pinned(tie, sets: dict):
    """The same with the numbers that floors are at these sizes; `None` where it is met by them."""
    if _is_product(tie):  # a product is solved by its factors
        return tie
    conditions = alternatives(tie)
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


def _is_product(tie) -> bool:
    return isinstance(tie, Requirement) and bool(tie.factors)


def _pinned_condition(condition: Condition, sets: dict) -> Condition:
    length = condition.length
    if isinstance(length, int):
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
    ties = sorted(ties, key=lambda tie: not _is_product(tie))
    pairs = {tie.names for tie in ties}
    rings = _rings(pairs)
    _pass_on(ties, sets)
    if rings and any(sets[name].residues for names in pairs for name in names):
        raise _tied(ties[0])
    while True:  # what two ties of the same names leave together is passed on, too
        before = dict(sets)
        _together(ties, sets, rings)
        if sets == before:
            return
        _pass_on(ties, sets)


def _rings(pairs) -> bool:
    """Whether two names are joined in more than one way."""
    joined: list[set] = []
    for names in map(set, pairs):
        met = [group for group in joined if group & names]
        if any(len(group & names) > 1 for group in met):
            return True
        joined = [group for group in joined if group not in met] + [names.union(*met)]
    return False


def _pass_on(ties, sets: dict) -> None:
    """Keep what each tie leaves, as often as a word needs from one end of a tree to the other."""
    for _ in ties:
        before = dict(sets)
        for tie in ties:
            _project(tie, sets)
        if sets == before:
            return


def _solved(ties, sets: dict) -> list:
    """The ties, with what one of them says of a name, W = ⌊H/2⌋, put into those that are left; of
    those that bind one name only then, its sizes are kept.
    """
    used: list[Any] = []
    left = list(ties)
    while (found := _explicit(left)) is not None:
        tie, name, length = found
        left = [other for other in left if other is not tie]
        left = [_put_into(other, name, length) for other in left]
        used.append(tie)
    for tie in left:
        if len(tie.names) < 2:
            _keep(tie, sets)
    return [tie for tie in left if len(tie.names) > 1] + used


def _explicit(ties: list) -> tuple | None:
    """A tie of two names that says what one of them is, with that name and what it is."""
    for tie in ties:
        conditions = alternatives(tie)
        if len(tie.names) != 2 or len(conditions) > 1 or conditions[0].relation != "==":
            continue
        for name in tie.names:
            if (length := _said(conditions[0], name)) is not None:
                return tie, name, length
    return None


def _said(equation: Condition, name: str) -> Length | int | None:
    """What an equation says that a name is; `None` where it stands under a floor, or several
    times.
    """
    size = Length.of(name)
    (monomial,) = size.terms
    factor = equation.terms.get(monomial, 0)
    rest = Condition(equation.length - size * factor, "==")
    return rest.length * -factor if factor in (1, -1) and name not in rest.names else None


def _put_into(tie, name: str, length: Length):
    if name not in tie.names:
        return tie
    made = tuple(condition.given(**{name: length}) for condition in alternatives(tie))
    if isinstance(tie, Condition):
        return made[0]
    names = tuple(sorted({n for condition in made for n in condition.names}))
    return Requirement(tie.node, made, tie.sides, names)


def _keep(tie, sets: dict) -> None:
    """Keep what a tie of one name, or of none, leaves."""
    for name in tie.names or sets:
        sets[name] &= union(map(sizes_of, alternatives(tie)))


def _project(tie, sets: dict) -> None:
    """Keep in each set the sizes that some others go with."""
    found = _either(tie, sets)
    if found is None and _is_product(tie):  # none of its factors is empty
        found = product_of(tie.factors, tie.sides[1], sets)
    elif found is None and isinstance(tie, Requirement) and len(tie.names) == 2:
        if all(condition.relation == "==" for condition in tie.conditions):
            found = products(tie, sets)
            if found is None and len(tie.conditions) == 1:
                found = balanced(tie.conditions[0].length, sets)
        else:
            found = any_of(tie.conditions, sets)
    if found is None:
        found = _put_in(tie, sets)
    for name in tie.names:
        sets[name] &= found[name]


def _either(tie, sets: dict) -> dict | None:
    """Alternatives of one name each, N ≥ 2 or L ≥ 2: where one is met, the others are free."""
    conditions = alternatives(tie)
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
    return all(
        one.relation[0] == ">" and isinstance(one.length, Length) and one.length.rises
        for one in alternatives(tie)
    )


def _apart(tie) -> bool:
    """Whether a tie says that a length is not a number. Of sizes without end those are told only
    that rise or fall, and sums of such: it is so for all large sizes of one name, or for none.
    """
    told = alternatives(tie)
    return [one.relation for one in told] == ["<", ">"] and told[0].length == told[1].length


def _put_in(tie, sets: dict) -> dict:
    """All but one of the names have finitely many sizes: these are put in one by one."""
    finite = [name for name in tie.names if not sets[name].residues]
    rest = [name for name in tie.names if sets[name].residues]
    if len(rest) > 1 or not finite:
        raise _tied(tie)
    bounded(prod(len(sets[name].exceptions) for name in finite))
    if not rest:
        return _all_put_in(tie, {name: sets[name].exceptions for name in finite})
    (open_,), made = rest, dict.fromkeys(tie.names, Sizes.none())
    for values in product(*(sets[name].exceptions for name in finite)):
        at = dict(zip(finite, values, strict=True))
        fit = union(sizes_of(one.given(**at)) for one in alternatives(tie)) & sets[open_]
        if fit:
            for name, value in at.items():
                made[name] |= Sizes.of(value)
            made[open_] |= fit
    return made


def _all_put_in(tie, finite: dict) -> dict:
    """The same where all names have finitely many: what is met once need not be asked again."""
    met: list[set] = [set() for _ in finite]
    for values in product(*finite.values()):
        new = not all(value in some for value, some in zip(values, met, strict=True))
        if new and tie.at(**dict(zip(finite, values, strict=True))):
            for value, some in zip(values, met, strict=True):
                some.add(value)
    return {name: Sizes.of(*some) for name, some in zip(finite, met, strict=True)}


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
    groups = list(dict.fromkeys(tie.names for tie in ties))
    if rings:
        groups = [tuple(sorted({name for names in groups for name in names}))]
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
            sets[name] = Sizes.of(*(at[i] for at in fit))


def _meets(ties: list, sizes: dict) -> bool:
    return all(tie.at(**sizes) for tie in ties)
