"""Which sizes of several names go together, held against counting the pairs of all ways."""

import random
from itertools import pairwise, product
from types import SimpleNamespace

import pytest

from shapealg import Length, Sizes
from shapealg.axis.condition import Condition
from shapealg.errors import Undecided
from shapealg.network.binding import union
from shapealg.network.graph import Node
from shapealg.network.requirement import Requirement
from shapealg.network.together import Together, ties

H, W, T = Length.of("H"), Length.of("W"), Length.of("T")
HERE = Node("here", "test", None, (), ())
SEVERAL = range(1, 15)
SPLITS = (
    (Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)),
    (Sizes.interval(1, 4), Sizes.every(5)),
    (Sizes.interval(1, 4), Sizes.interval(5, 8), Sizes.every(9)),
    (Sizes.classes(3, (0,), 3), Sizes.classes(3, (1, 2), 1)),
    (Sizes.every(1),),
)
HELD = (H - W, H - W - 2, H // 2 - W // 2, H * W - 24, H + W - 9)


def way(sets: dict, *held) -> SimpleNamespace:
    return SimpleNamespace(sets=sets, ties=held)


def told(ways, names) -> list:
    """The sizes that go together by what is told: sets of each name, and what binds several."""
    sets = {name: union(one.sets[name] for one in ways) for name in names}
    bound = ties(ways, names)
    return [
        at
        for at in product(SEVERAL, repeat=len(names))
        if all(n in sets[name] for name, n in zip(names, at, strict=True))
        and all(tie.at(**dict(zip(names, at, strict=True))) for tie in bound)
    ]


def counted(ways, names) -> list:
    """The same, way by way."""
    return [
        at
        for at in product(SEVERAL, repeat=len(names))
        if any(
            all(n in one.sets[name] for name, n in zip(names, at, strict=True))
            and all(tie.at(**dict(zip(names, at, strict=True))) for tie in one.ties)
            for one in ways
        )
    ]


def drawn(chance: random.Random) -> list:
    """Ways that are apart: by the size of one name, by that of the other, by a comparison."""
    made = []
    for h in chance.choice(SPLITS):
        for w in chance.choice(SPLITS):
            sets = {"H": h, "W": w}
            condition = Condition(chance.choice(HELD), chance.choice(("<", "<=", "==", "!=")))
            kind = chance.choice(("free", "free", "held", "both", "none"))
            if kind in ("free", "both", "held"):
                made.append(way(sets, *([] if kind == "free" else [condition])))
            if kind == "both":
                made.append(way(sets, condition.denied))
    return made or [way({"H": Sizes.every(1), "W": Sizes.every(2)})]


@pytest.mark.parametrize("seed", range(80))
def test_what_goes_together_is_what_the_ways_say(seed):
    chance = random.Random(seed)
    ways = drawn(chance)
    assert told(ways, ("H", "W")) == counted(ways, ("H", "W"))
    chance.shuffle(ways)
    assert told(ways, ("W", "H")) == counted(ways, ("W", "H"))


@pytest.mark.parametrize("seed", range(20))
def test_three_names_of_which_some_are_free(seed):
    chance = random.Random(seed)
    free = chance.choice((Sizes.every(1), Sizes.classes(2, (0,), 2)))
    ways = [way(one.sets | {"T": free}, *one.ties) for one in drawn(chance)]
    assert told(ways, ("H", "T", "W")) == counted(ways, ("H", "T", "W"))
    assert all("T" not in tie.names for tie in ties(ways, ("H", "T", "W")))


def test_all_with_all_are_not_tied():
    evens, odds = SPLITS[0]
    box = [way({"H": h, "W": w}) for h, w in product((evens, odds), SPLITS[1])]
    assert ties(box, ("H", "W")) == () == ties([], ("H", "W"))
    assert ties(box[:2], ("H", "W")) == ()
    (tie,) = ties(box[:3], ("H", "W"))
    assert isinstance(tie, Together) and tie.names == ("H", "W")
    assert tie.at(H=2, W=9) and not tie.at(H=3, W=9)


def test_what_all_ways_share_is_told_once():
    same = Condition(H - W, ">=")
    ways = [way({"H": h, "W": Sizes.every(1)}, same) for h in SPLITS[1]]
    assert ties(ways, ("H", "W")) == (same,)
    differ = Requirement(HERE, (Condition(H - W, "<"), Condition(H - W, ">")), (H, W), ("H", "W"))
    sets = {"H": Sizes.every(1), "W": Sizes.every(1)}
    assert ties([way(sets, differ), way(sets, Condition(H - W, "=="))], ("H", "W")) == ()


def test_the_ways_in_words():
    ways = [
        way({"H": Sizes.interval(1, 4), "W": Sizes.every(1)}),
        way({"H": Sizes.every(5), "W": Sizes.every(9)}, Condition(H - W, ">=")),
    ]
    (tie,) = ties(ways, ("H", "W"))
    assert str(tie) == tie.text().en and tie.text().zh != tie.text().en
    assert "; or " in str(tie) and "H ≥ W" in str(tie)


def of(length, *relations, node=HERE) -> Requirement:
    conditions = tuple(Condition(length, relation) for relation in relations)
    return Requirement(node, conditions, (length, 0), length.names)


ALL = {"H": Sizes.every(1), "W": Sizes.every(1)}
ORDERED = Condition(H - W, ">=")


def test_several_ties_of_a_way_are_told_one_after_the_other():
    ways = [
        way({"H": Sizes.interval(1, 4), "W": Sizes.every(1)}, Condition(H * W - 24, "<=")),
        way({"H": Sizes.every(5), "W": Sizes.every(1)}, ORDERED, Condition(H + W - 90, "<=")),
    ]
    (tie,) = ties(ways, ("H", "W"))
    assert ", H ≥ W, H + W ≤ 90" in str(tie) and ", H·W ≤ 24" in str(tie)


@pytest.mark.parametrize(
    ("held", "small", "large"),
    (
        (Condition(H - W, "<="), Sizes.every(1), Sizes.every(5)),
        (Condition(H - W, ">="), Sizes.interval(1, 4), Sizes.every(1)),
    ),
    ids=("H ≤ W", "H ≥ W"),
)
def test_what_an_order_leaves_of_the_other_size_parts_no_ways(held, small, large):
    """H up to 4 and from 5 on; W as it follows from the order."""
    ways = [
        way({"H": Sizes.interval(1, 4), "W": small}, held),
        way({"H": Sizes.every(5), "W": large}, held),
    ]
    assert ties(ways, ("H", "W")) == (held,)


def test_what_ways_that_deny_one_another_share_is_still_told():
    equal, apart = of(H * W - 24, "=="), of(H * W - 24, "<", ">")
    assert ties([way(ALL, ORDERED, equal), way(ALL, ORDERED, apart)], ("H", "W")) == (ORDERED,)


@pytest.mark.parametrize("turned", (False, True))
def test_a_way_that_takes_all_another_takes_is_told_alone(turned):
    wide, narrow = way(ALL, ORDERED), way(ALL, ORDERED, of(H * W - 24, "=="))
    ways = [wide, narrow][:: -1 if turned else 1]
    assert ties(ways, ("H", "W")) == (ORDERED,)
    assert ties([way(ALL), narrow][:: -1 if turned else 1], ("H", "W")) == ()


def test_ties_of_several_nodes_that_say_the_same_are_one():
    there = Node("there", "test", None, (), ())
    ways = [
        way({"H": Sizes.interval(1, 4), "W": Sizes.every(1)}, of(H * W - 24, "<=")),
        way({"H": Sizes.every(5), "W": Sizes.every(1)}, of(H * W - 24, "<=", node=there)),
    ]
    (tie,) = ties(ways, ("H", "W"))
    assert isinstance(tie, Requirement) and str(tie.conditions[0]) == "H·W ≤ 24"


@pytest.mark.parametrize(
    ("one", "two"),
    (
        (Condition(H - W - 2, ">="), Condition(H - W + 2, "<=")),
        (Condition(H * W - 24, "=="), Condition(H - W, ">=")),
        (of(H - W, "=="), of(H - W, ">", "==")),
        (of(H - W, "=="), of(H - W, "<", "==")),
        (of(H - W, "!="), of(H - W, "==", ">")),
        (
            of(H - W, "=="),
            Requirement(HERE, (Condition(H - W, "<"), Condition(H - W - 5, ">")), (H, W), "HW"),
        ),
        (
            of(H * W - 24, "=="),
            Requirement(HERE, (Condition(H - 4, ">="), Condition(W - 9, ">=")), (H, W), "HW"),
        ),
    ),
    ids=lambda held: str(held),
)
def test_ties_that_do_not_deny_one_another_stay_apart(one, two):
    for ways in ([way(ALL, one), way(ALL, two)], [way(ALL, two), way(ALL, one)]):
        assert told(ways, ("H", "W")) == counted(ways, ("H", "W"))


SMALL, LARGE = Sizes.interval(1, 4), Sizes.every(5)


def test_a_size_that_goes_with_all_of_two_others_is_not_among_them():
    """H or W is small; T is any, cut up in other places beside a small H."""
    ways = [
        way({"H": SMALL, "T": Sizes.every(1), "W": Sizes.every(1)}),
        way({"H": Sizes.every(1), "T": SMALL, "W": SMALL}),
        way({"H": LARGE, "T": LARGE, "W": SMALL}),
    ]
    for names in (("H", "T", "W"), ("T", "H", "W"), ("W", "H", "T")):
        (tie,) = ties(ways, names)
        assert tie.names == ("H", "W")
        assert told(ways, names) == counted(ways, names)


EVEN = Sizes.classes(2, (0,), 2)


@pytest.mark.parametrize(
    ("one", "two"),
    (
        (EVEN, Sizes.of(1, 2)),
        (Sizes.of(1, 2), Sizes.of(2, 5)),
        (Sizes.every(2), Sizes.every(1)),
    ),
    ids=str,
)
def test_sets_that_meet_in_part_are_told_apart(one, two):
    """H goes with W on the side of both: the first with one half, the second with the other."""
    ways = [way({"H": one, "W": EVEN}), way({"H": two, "W": Sizes.classes(2, (1,), 1)})]
    assert told(ways, ("H", "W")) == counted(ways, ("H", "W"))
    assert len(ties(ways, ("H", "W"))) == 1


def test_too_many_combinations_are_not_listed():
    """21 sizes, each of two kinds: two million combinations."""
    names = tuple(f"n{i}" for i in range(21))
    every = dict.fromkeys(names, Sizes.every(1))
    ways = [way(every), *(way(every | dict.fromkeys(pair, EVEN)) for pair in pairwise(names))]
    for several in (ways, [way(dict.fromkeys(names, EVEN)), way(every)]):
        with pytest.raises(Undecided, match="too long"):
            ties(several, names)
