"""What follows from comparisons that are held of the same sizes, held against counting."""

import random
from itertools import combinations, product

import pytest

from shapealg import Length, Undecided
from shapealg.axis.condition import Condition
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.network.constraints import Constraints
from shapealg.network.failure import Failure
from shapealg.network.fork import Fork, Split

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


def test_what_is_always_so_is_not_required():
    made = holding()
    made._require((Condition(H + W - 2, ">="),), (H + W - 1,))
    assert made.requirements == []


def about(**box) -> Constraints:
    """What is asked at these sizes, and no others."""
    return Constraints({name: Length.of(name) for name in box}, box)


T = Length.of("T")
ALL, EVEN = Sizes.every(1), Sizes.classes(2, (0,), 2)
IN_THE_END = (
    (W - 5, ">", True),
    (W - 5, ">=", True),
    (W - 5, "!=", True),
    (W - 5, "<", False),
    (W - 5, "==", False),
    (W, "<", False),
    (W % 2, "==", 2),
    (W % 6 - 4, "<", 6),
    (1, ">", True),
    (0, ">", False),
)


@pytest.mark.parametrize(("length", "relation", "told"), IN_THE_END)
def test_on_one_way_it_goes_as_all_large_sizes_do(length, relation, told):
    made, asked = holding(), Condition(length, relation)
    for _ in range(2):
        if type(told) is bool:
            assert made.decide(asked) is told
            continue
        with pytest.raises(Split) as caught:
            made.decide(asked)
        assert (caught.value.name, caught.value.modulus) == ("W", told)


def test_what_is_required_before_decides():
    made = holding()
    made._require((Condition(W % 2, "=="),), (W % 2, 0))
    assert made.decide(Condition(W % 2 - 1, "<")) is True
    assert made.decide(Condition(W % 4 - 3, "==")) is False
    made._require((Condition(W - 9, "<"),), (W - 9,))
    assert made.decide(Condition(W - 3, "<")) is False  # 2 alone, of 2, 4, 6 and 8


def sides(made: Constraints, condition: Condition):
    """The name whose sizes are divided, and where it holds; or the truth."""
    try:
        return made.decide(condition)
    except Fork as fork:
        return (fork.name, *fork.sides)


@pytest.mark.parametrize(
    ("box", "condition", "told"),
    (
        ({"W": ALL}, Condition(W - 5, "<"), ("W", Sizes.of(1, 2, 3, 4), Sizes.every(5))),
        ({"W": Sizes.of(1, 3)}, Condition(W - 5, "<"), True),
        ({"W": EVEN}, Condition(W % 2, "=="), True),
        ({"W": EVEN}, Condition(W % 2 - 1, "=="), False),
        ({"H": Sizes.of(7), "W": Sizes.of(7)}, Condition(GAP, "=="), True),
        ({"H": Sizes.of(7), "W": Sizes.every(8)}, Condition(GAP, "<"), True),
        ({"H": Sizes.of(7), "W": ALL}, Condition(GAP, "=="), ("W", Sizes.of(7), None)),
        ({"H": ALL, "W": Sizes.of(7)}, Condition(GAP, "=="), ("H", Sizes.of(7), None)),
        ({"H": Sizes.of(3, 4, 5), "W": ALL}, Condition(GAP, "=="), ("H", Sizes.of(3), None)),
        ({"H": ALL, "W": Sizes.of(3, 4)}, Condition(GAP, "=="), ("W", Sizes.of(3), Sizes.of(4))),
        (
            {"H": Sizes.of(3, 4), "W": ALL, "T": Sizes.of(1, 2)},
            Condition(GAP * T - 2, "=="),
            ("H", Sizes.of(3), Sizes.of(4)),
        ),
    ),
)
def test_the_sizes_are_divided_where_a_comparison_divides_them(box, condition, told):
    found = sides(about(**box), condition)
    if type(told) is bool:
        assert found is told
        return
    name, holds, others = told
    assert found == (name, holds, others or box[name] & holds.complement(start=1))


def one_way(**box) -> Constraints:
    """The same where there is one way to go only."""
    made = about(**box)
    for name, those in box.items():
        n = Length.of(name)
        if not those.residues:
            made._require(tuple(Condition(n - m, "==") for m in those.exceptions), (n,))
    made.box = None
    return made


@pytest.mark.parametrize(
    "made",
    (
        about(H=ALL, W=ALL),
        about(H=EVEN, W=ALL, T=Sizes.of(1, 2)),
        one_way(H=Sizes.of(3, 4), W=ALL),
    ),
)
def test_what_depends_on_several_sizes_is_not_decided(made):
    asked = Condition(GAP * made.sizes.get("T", 1), "==")
    with pytest.raises(Undecided, match=r"depends on several sizes: H.* W; .*=224$"):
        made.decide(asked)


def test_what_cannot_be_is_told_of_the_input_where_no_node_asks():
    with pytest.raises(Failure, match=r"node input \(input\) needs two equal sizes"):
        holding(Condition(GAP, ">"))._require((Condition(GAP, "=="),), (H, W))
