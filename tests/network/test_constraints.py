"""What follows from comparisons that are held of the same sizes, held against counting."""

import random
from itertools import combinations, product

import pytest

from shapealg import Length
from shapealg.axis.condition import Condition
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.network.constraints import Constraints

H, W = Length.of("H"), Length.of("W")
GAP = H - W
AWAY = range(-12, 13)  # how far the two sizes may be from each other


def holding(*conditions) -> Constraints:
    made = Constraints({"H": H, "W": W}, None)
    made.held = conditions
    return made


def said(relation: str, shift: int, turned: bool) -> Condition:
    """H − W + shift in a relation to 0, or the same with both sides turned round."""
    return Condition(-GAP - shift if turned else GAP + shift, relation)


def gaps(conditions) -> list:
    """The distances at which all of them hold."""
    return [d for d in AWAY if all(c.at(H=20 + d, W=20) for c in conditions)]


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("turned", [False, True])
def test_what_follows_from_one_comparison(relation, turned):
    for shift, other, mine, away in product((-2, 0, 1), RELATIONS, range(-4, 5), (False, True)):
        held, asked = said(relation, shift, turned), said(other, mine, away)
        truths = {asked.at(H=20 + d, W=20) for d in gaps([held])}
        assert holding(held).follows(asked) == (truths.pop() if len(truths) == 1 else None)


@pytest.mark.parametrize("seed", range(30))
def test_what_follows_from_several(seed):
    chance = random.Random(seed)
    drawn = [
        said(chance.choice(list(RELATIONS)), chance.randint(-2, 2), chance.random() < 0.5)
        for _ in range(4)
    ]
    for held in combinations(drawn, 3):
        if not gaps(held):
            continue  # such a way is not gone
        for other, mine in product(RELATIONS, range(-4, 5)):
            asked = said(other, mine, False)
            truths = {asked.at(H=20 + d, W=20) for d in gaps(held)}
            told = holding(*held).follows(asked)
            assert told is None or {told} == truths
            assert len(truths) == 2 or other in ("==", "!=") or told is not None


def test_the_sizes_of_a_name():
    made = Constraints({"H": 7, "W": W}, {"W": Sizes.classes(2, (0,), 2)})
    assert made.sizes_of("H") == Sizes.interval(7, 7)
    assert made.sizes_of("W") == Sizes.classes(2, (0,), 2)
    made._require((Condition(W - 5, ">="),), (W - 5,))
    assert made.sizes_of("W") == Sizes.classes(2, (0,), 6)
    assert (
        made.always(Condition(W - 5, ">")) is True and made.always(Condition(W - 5, "<")) is False
    )
    assert made.always(Condition(W - 8, ">")) is None and made.never_zero(W - 5)
    assert not made.never_zero(W - 8) and made.always(Condition(H - W, "==")) is None


def test_what_is_required_is_kept_once_with_its_names():
    made = holding()
    for _ in range(2):
        made._require((Condition(H - 3, "=="), Condition(W - 1, "==")), (H, 3))
        made._require((Condition(H - W, "=="),), (H, W))
    one, two = made.requirements
    assert (one.names, two.names) == (("H", "W"), ("H", "W")) and one.sides == (H, 3)
    assert one.at(H=3, W=9) and one.at(H=9, W=1) and not one.at(H=9, W=9)
