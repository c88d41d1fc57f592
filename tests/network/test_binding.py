"""Which sizes go together: what ties leave of each name, held against a dumb count."""

from itertools import combinations, product

import pytest

from shapealg import Length, Sizes
from shapealg.axis.condition import Condition
from shapealg.errors import Undecided
from shapealg.network.binding import bound
from shapealg.network.graph import Node
from shapealg.network.requirement import Requirement

H, W = Length.of("H"), Length.of("W")
HERE = Node("here", "test", None, (), ())
LIMIT, FAR = 30, 400  # sizes that are looked at, and as far as partners of theirs may lie


def tie(length, *relations):
    conditions = tuple(Condition(length, relation) for relation in relations)
    return Requirement(HERE, conditions, (length, 0), ("H", "W"))


TIES = {
    "product is not 12": tie((H // 2) * (W // 3) - 12, "<", ">"),
    "product is at least 4": tie((H // 2) * (W // 3) - 4, ">="),
    "product is below 9": tie(9 - (H // 2) * (W // 3), ">"),
    "product is at most 6": tie((H // 2) * W - 6, "<="),
    "sizes differ": tie(H - W, "<", ">"),
    "halves differ": tie(H // 2 - W // 3, "<", ">"),
    "one is larger": tie(H - W - 2, ">="),
    "sum is at least 9": tie(H // 3 + W - 9, ">="),
    "sizes are equal": tie(H - W, "=="),
}
SETS = {
    "all": Sizes.every(1),
    "odd": Sizes.classes(2, (1,), 3),
    "few": Sizes(1, (), 0, (2, 5, 6, 12)),
    "from 7": Sizes.every(7),
}


def counted(ties, sets, name, other) -> list:
    """The sizes of a name that go with some of the other, one by one."""
    return [
        n
        for n in range(1, LIMIT)
        if n in sets[name]
        and any(
            m in sets[other] and all(t.at(**{name: n, other: m}) for t in ties)
            for m in range(1, FAR)
        )
    ]


@pytest.mark.parametrize(
    "names", [*combinations(TIES, 1), *combinations(TIES, 2)], ids=" and ".join
)
def test_what_ties_leave_is_what_a_count_finds(names):
    ties, told = [TIES[name] for name in names], 0
    for one, two in product(SETS, repeat=2):
        sets = {"H": SETS[one], "W": SETS[two]}
        try:
            made = bound(ties, sets)
        except Undecided:
            continue
        told += 1
        for name, other in (("H", "W"), ("W", "H")):
            assert [n for n in range(1, LIMIT) if n in made[name]] == counted(
                ties, sets, name, other
            ), (one, two, name)
    assert told >= 3
