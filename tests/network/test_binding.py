"""Which sizes go together: what ties leave of each name, held against a dumb count."""

import random
from itertools import combinations, permutations, product

import pytest

from shapealg import Length, Sizes
from shapealg.axis.condition import Condition
from shapealg.errors import ShapeError, Undecided
from shapealg.network.binding import bound, loosened
from shapealg.network.equality import product_of
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
MORE = {
    "twice the product is 12": tie(H // 2 * W * 2 - 12, "=="),
    "twice the product is 7": tie(H * W * 2 - 7, "=="),
    "thirds of a product": tie(H * W * 3 - 5, "<", ">"),
    "halves are 2 apart": tie(H // 2 - W // 3 + 2, "=="),
    "halves are 2 apart, the other way": tie(W // 3 - H // 2 - 2, "=="),
    "product is 0": tie(H // 2 * W, "=="),
    "product is 1": tie(H * W - 1, "=="),
    "sum is 9": tie(H // 2 + W - 9, "=="),
    "product is one of two": Requirement(
        HERE,
        (Condition(H // 2 * W - 12, "=="), Condition(H // 2 * W - 5, "==")),
        (H // 2 * W, 12),
        ("H", "W"),
    ),
    "known factors": Requirement(
        HERE, (Condition((H + 1) * W - 24, "=="),), ((H + 1) * W, 24), ("H", "W"), (H + 1, W)
    ),
    "one of them is large": Requirement(
        HERE, (Condition(H - 4, ">="), Condition(W - 9, ">=")), (H, W), ("H", "W")
    ),
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


OTHERS = {
    "equal, or one is larger": Requirement(
        HERE, (Condition(H - W, "=="), Condition(W - H - 5, ">=")), (H, W), ("H", "W")
    ),
}


def told(ties) -> int:
    """At how many sets it is told what ties leave of them, each held against a count."""
    many = 0
    for one, two in product(SETS, repeat=2):
        sets = {"H": SETS[one], "W": SETS[two]}
        try:
            made = bound(ties, sets)
        except Undecided:
            continue
        many += 1
        for name, other in (("H", "W"), ("W", "H")):
            assert [n for n in range(1, LIMIT) if n in made[name]] == counted(
                ties, sets, name, other
            ), (one, two, name)
    return many


@pytest.mark.parametrize("names", list(combinations(TIES, 2)), ids=" and ".join)
@pytest.mark.many(5)
def test_what_two_ties_leave_is_what_a_count_finds(names):
    assert told([TIES[name] for name in names]) >= 3


# of a sum that falls with both, and of a product of which ⌊1/2⌋ is 0, not all is told
PARTLY = {
    "twice the product is 12": 13,
    "product is one of two": 13,
    "product is 0": 13,
    "sum is 9": 7,
}


@pytest.mark.parametrize("name", TIES | MORE)
def test_what_one_tie_leaves_is_what_a_count_finds(name):
    assert told([(TIES | MORE)[name]]) == PARTLY.get(name, len(SETS) ** 2)


SETS_OF_ALL = {"H": Sizes.every(1), "W": Sizes.every(1)}
NOT_7 = Requirement(
    HERE,
    (Condition(H - 1, "=="), Condition(H - 4, ">="), Condition(W - 9, ">=")),
    (H, W),
    ("H", "W"),
)
BELOW = Requirement(HERE, (Condition(W - H, "<"), Condition(-W - H, ">")), (H, W), ("H", "W"))


@pytest.mark.parametrize(
    "ties",
    (
        *([tie] for tie in OTHERS.values()),
        [TIES["one is larger"], TIES["halves differ"]],
        [NOT_7],
        [tie((H - 4) * (W - 4) - 1, "==")],
        [tie(12 - H * W, "==")],
        [tie(H % 2 - W + 1, "==")],
        [TIES["sum is at least 9"], BELOW],
        [tie(H % 2 - W % 2, "<", ">"), tie(H % 2 - (W + 1) % 2, "<", ">")],
    ),
)
def test_what_other_ties_leave_is_what_a_count_finds(ties):
    assert told(ties) >= 3


T = Length.of("T")
LENGTHS = (
    (H - W, ("H", "W")),
    (H // 2 - W // 3 + 2, ("H", "W")),
    (H // 2 + W - 9, ("H", "W")),
    (H * T * 2 - 12, ("H", "T")),
    (H // 2 * W * 3 - 5, ("H", "W")),
    (H * W + 2, ("H", "W")),
    (H // 2 - W // 3, ("H", "W")),
    (H - W * 2 + 3, ("H", "W")),
    (W - T, ("T", "W")),
    (W // 2 + T - 5, ("T", "W")),
    (H + T - 9, ("H", "T")),
    (H * T - 12, ("H", "T")),
    (H // 3 * W - W - 4, ("H", "W")),
    (H + W - T * 2, ("H", "T", "W")),
)


def drawn(chance: random.Random):
    """A requirement of some of three sizes: one comparison, two of which one is enough, or a
    product of which the factors are known.
    """
    kind, number = (
        chance.choice(("one", "either", "apart", "product", "held")),
        chance.randint(1, 12),
    )
    if kind == "product":
        one, two = chance.sample((H // 2, W, T + 1), 2)
        names = tuple(sorted({*one.names, *two.names}))
        met = (Condition(one * two - number, "=="),)
        return Requirement(HERE, met, (one * two, number), names, (one, two))
    if kind == "apart":
        met = (Condition(H - chance.randint(1, 5), ">="), Condition(T - chance.randint(1, 5), ">="))
        return Requirement(HERE, met, (H, T), ("H", "T"))
    length, names = chance.choice(LENGTHS)
    relations = ("==", "<", "<=", ">", ">=")
    if kind == "held":
        return Condition(length, chance.choice((*relations, "!=")))
    met = (Condition(length, "<"), Condition(length, ">"))
    if kind == "one":
        met = (Condition(length, chance.choice(relations)),)
    return Requirement(HERE, met, (length, 0), names)


def few(chance: random.Random) -> Sizes:
    """Some sizes, perhaps a single one."""
    return Sizes(1, (), 0, chance.sample(range(1, 13), chance.choice((1, 2, 4, 6))))


@pytest.mark.parametrize("seed", range(120))
def test_of_few_sizes_those_are_left_that_go_together(seed):
    """Rings of ties included: where the sizes are few, everything can be told."""
    chance = random.Random(seed)
    ties = [drawn(chance) for _ in range(chance.randint(1, 4))]
    sets = {name: few(chance) for name in "HTW"}
    fits = [
        at
        for at in product(*(sets[name].exceptions for name in "HTW"))
        if all(tie.at(**dict(zip("HTW", at, strict=True))) for tie in ties)
    ]
    made = bound(ties, sets)
    left = {name: sorted({at[i] for at in fits}) for i, name in enumerate("HTW")}
    assert {name: sorted(those.exceptions) for name, those in made.items()} == left
    assert not any(those.residues for those in made.values())


@pytest.mark.parametrize("seed", range(60))
def test_one_size_that_is_open_beside_few_others(seed):
    """Partners of it are looked for as far as any comparison here reaches."""
    chance = random.Random(seed)
    ties = [drawn(chance) for _ in range(chance.randint(1, 3))]
    sets = {name: few(chance) for name in "HTW"} | {chance.choice("HTW"): Sizes.every(1)}
    fits = [
        at
        for at in product(*([n for n in range(1, 120) if n in sets[name]] for name in "HTW"))
        if all(tie.at(**dict(zip("HTW", at, strict=True))) for tie in ties)
    ]
    try:
        made = bound(ties, sets)
    except Undecided:
        return
    for i, name in enumerate("HTW"):
        assert [n for n in range(1, 60) if n in made[name]] == sorted(
            {at[i] for at in fits if at[i] < 60}
        )


def test_of_all_sizes_what_rises_and_what_parts_two_are_met_by_large_ones():
    every = {"H": Sizes.every(1), "W": Sizes.every(1)}
    made = bound([TIES["sum is at least 9"], TIES["halves differ"]], every)
    assert made == every  # 1 beside 11, and 11 beside 6


N = Length.of("N")
EVERY = {name: Sizes.every(1) for name in "HNTW"}


def of(length, *relations) -> Requirement:
    """What is required of a length, whatever sizes it has."""
    conditions = tuple(Condition(length, relation) for relation in relations)
    return Requirement(HERE, conditions, (length, 0), length.names)


ROW = (of(H - W - 2, ">="), of(W - T - 3, ">="), of(T - N - 4, ">="))
RING = (of(T - W - 1, ">="), of(N - T - 1, ">="), of(N - W - 5, ">="))


@pytest.mark.parametrize("row", list(permutations(ROW)), ids=lambda row: ", ".join(map(str, row)))
def test_what_one_end_of_a_row_says_reaches_the_other(row):
    """N ≥ 1, so T ≥ 5, so W ≥ 8, so H ≥ 10."""
    least = {"H": 10, "N": 1, "T": 5, "W": 8}
    assert bound(row, EVERY) == {name: Sizes.every(n) for name, n in least.items()}


@pytest.mark.parametrize("ties", ([*RING, *ROW[:1]], [*ROW[:1], *RING]))
def test_a_ring_of_open_sizes_is_not_told(ties):
    with pytest.raises(Undecided, match="together"):
        bound(ties, EVERY)


def test_a_ring_is_none_where_one_of_its_sizes_is_a_number():
    """W is 6, by itself or because H + W = 9 and H is 3: T ≥ 7 then, and N ≥ 11."""
    left = EVERY | {"N": Sizes.every(11), "T": Sizes.every(7), "W": Sizes.of(6)}
    assert bound(RING, EVERY | {"W": Sizes.of(6)}) == left
    nine = of(H + W - 9, "==")
    assert bound([*RING, nine], EVERY | {"H": Sizes.of(3)}) == left | {"H": Sizes.of(3)}


def test_what_a_number_leaves_open_stays_as_it_was():
    """(H − 3)·W is 0 at H = 3, whatever W is."""
    sets = {"H": Sizes.of(3), "W": Sizes.classes(2, (1,), 1)}
    assert bound([of((H - 3) * W, ">=")], sets) == sets


def test_of_a_product_with_a_factor_of_1_the_others_are_divided_up():
    """⌊H/8⌋ is 1, and each of three others is a divisor of 12."""
    factors = (H // 8, N, T, W)
    twelve = Requirement(
        HERE,
        (Condition(H // 8 * N * T * W - 12, "=="),),
        (H // 8 * N * T * W, 12),
        ("H", "N", "T", "W"),
        factors,
    )
    divisors = Sizes.of(1, 2, 3, 4, 6, 12)
    made = bound([twelve], EVERY | {"H": Sizes.of(8, 9)})
    assert made == {"H": Sizes.of(8, 9), **dict.fromkeys("NTW", divisors)}


@pytest.mark.parametrize(
    "apart",
    (
        tie(H * W - 12, "<", ">"),
        tie(12 - H * W, "<", ">"),
        tie(H // 2 - W // 3, "<", ">"),
    ),
    ids=str,
)
def test_beside_a_sum_that_rises_a_length_that_is_not_a_number_refuses_nothing(apart):
    """Each size goes with a large enough one of the other."""
    every = {"H": Sizes.every(1), "W": Sizes.every(1)}
    assert bound([TIES["sum is at least 9"], apart], every) == every


def test_of_three_alternatives_two_are_of_one_name():
    """W is never 9, so H is 1, or at least 4; H may be, so W is free."""
    sets = {"H": Sizes.interval(1, 7), "W": Sizes.of(2, 5)}
    assert bound([NOT_7], sets) == {"H": Sizes.of(1, 4, 5, 6, 7), "W": Sizes.of(2, 5)}
    assert bound([NOT_7], {"H": Sizes.of(2, 3), "W": Sizes.interval(7, 12)}) == {
        "H": Sizes.of(2, 3),
        "W": Sizes.interval(9, 12),
    }


@pytest.mark.parametrize("double", (of(H - T * 2, "=="), of(T * 2 - H, "==")), ids=str)
def test_what_an_equation_says_of_a_name_is_put_into_another_tie(double):
    """H = 2·T, so 5 − T ≥ 1, or −1 ≥ 0."""
    four, never = of(H - T * 3 + 5, ">"), of(H - T * 2 - 1, ">=")
    for ties in ([double, four], [four, double]):
        made = bound(ties, EVERY)
        assert made == EVERY | {"H": Sizes.of(2, 4, 6, 8), "T": Sizes.interval(1, 4)}
    for ties in ([double, never], [never, double]):
        assert bound(ties, EVERY) == dict.fromkeys("HNTW", Sizes.none())


@pytest.mark.parametrize(
    "row",
    list(permutations((of(H - T * 2, "=="), of(T - N - 1, "=="), of(N - W * 3, "==")))),
    ids=lambda row: ", ".join(map(str, row)),
)
def test_equations_in_a_row(row):
    """N = 3·W, T = N + 1, H = 2·T."""
    made = bound(row, EVERY)
    assert made["N"] == Sizes.classes(3, (0,), 3) and made["T"] == Sizes.classes(3, (1,), 4)
    assert made["H"] == Sizes.classes(6, (2,), 8) and made["W"] == EVERY["W"]


def test_what_is_too_hard_is_told_as_it_was_asked():
    """With H = W put into it, it binds two sizes still."""
    equal = Requirement(HERE, (Condition(H - W, "=="),), (H, W), ("H", "W"))
    hard = (H // 2) * (T // 3) + W
    asked = Requirement(HERE, (Condition(hard - 40, "=="),), (hard, 40), ("H", "T", "W"))
    told = r"^⌊H/2⌋⌊T/3⌋ \+ W = 40 ties T, W together; received T, W; fix one, for example W=224$"
    with pytest.raises(Undecided, match=told):
        bound([equal, asked], EVERY)


def test_a_product_of_one_open_size_ties_nothing():
    twelve = Requirement(HERE, (Condition(H * W - 12, "=="),), (H * W, 12), ("H", "W"), (H, W))
    sets = {"H": Sizes.of(3), "W": Sizes.every(1)}
    assert loosened([twelve], sets) == [] and sets["W"] == Sizes.of(4)


def test_an_equation_of_three_names_is_put_into_none():
    """H = 2·T − W is 7, 9 or 11, and N is larger."""
    sets = EVERY | {"T": Sizes.of(5, 6), "W": Sizes.of(1, 3)}
    made = bound([of(H + W - T * 2, "=="), of(N - H, ">")], sets)
    assert made == sets | {"H": Sizes.of(7, 9, 11), "N": Sizes.every(8)}


def test_one_of_two_equations_is_put_into_none():
    """H is twice or three times W, and so is T, which is H."""
    either = Requirement(
        HERE, (Condition(H - W * 2, "=="), Condition(H - W * 3, "==")), (H, W), ("H", "W")
    )
    sets = {"H": Sizes.of(4, 6, 9), "T": Sizes.of(6, 9), "W": Sizes.of(2, 3)}
    made = bound([either, of(H - T, "==")], sets)
    assert made == sets | {"H": Sizes.of(6, 9)}


def test_three_that_all_differ_need_three_sizes():
    ties = [of(H - W, "<", ">"), of(W - T, "<", ">"), of(H - T, "<", ">")]
    two, three = Sizes.of(1, 2), Sizes.of(1, 2, 3)
    assert bound(ties, dict.fromkeys("HTW", two)) == dict.fromkeys("HTW", Sizes.none())
    assert bound(ties, dict.fromkeys("HTW", three)) == dict.fromkeys("HTW", three)


@pytest.mark.parametrize(
    "before",
    ([of(H - W - 2, ">=")], [of(H // 3 + W - 9, ">="), of(H - W, "<", ">")]),
    ids=("one tie", "two that all large sizes meet"),
)
def test_two_ties_of_two_names_are_told_together_behind_others(before):
    """N and T are 1 or 2, and not the same; N is T or one more."""
    two = Sizes.of(1, 2)
    more = Requirement(
        HERE, (Condition(N - T, "=="), Condition(N - T - 1, "==")), (N, T), ("N", "T")
    )
    made = bound([*before, of(N - T, "<", ">"), more], EVERY | {"N": two, "T": two})
    assert (made["N"], made["T"]) == (Sizes.of(2), Sizes.of(1))


EIGHTHS = {"H": Sizes.of(8, 9), "W": Sizes.every(1), "T": Sizes.every(5)}


def of_three(length) -> Requirement:
    return Requirement(HERE, (Condition(length, "=="),), (length, 0), ("H", "T", "W"))


def test_a_floor_that_is_one_number_is_put_in():
    """⌊8/8⌋ and ⌊9/8⌋ are 1: what is left says W = T."""
    made = bound([of_three(H // 8 * W - T)], EIGHTHS)
    assert made == {"H": Sizes.of(8, 9), "W": Sizes.every(5), "T": Sizes.every(5)}
    with pytest.raises(Undecided, match="ties T, W together"):
        bound([of_three(H // 8 * W * W - T)], EIGHTHS)
    with pytest.raises(Undecided, match="ties H, T, W together"):
        bound([of_three(H * W - T)], EIGHTHS)


def test_a_product_is_put_in_before_what_it_decides():
    """H divides 12, and H·H = 3·T: 3·3 = 3·3, 6·6 = 3·12, 12·12 = 3·48."""
    square = Requirement(HERE, (Condition(H * H - T * 3, "=="),), (H * H, T * 3), ("H", "T"))
    twelve = Requirement(HERE, (Condition(H * W - 12, "=="),), (H * W, 12), ("H", "W"), (H, W))
    made = bound([square, twelve], {name: Sizes.every(1) for name in "HTW"})
    assert made == {"H": Sizes.of(3, 6, 12), "T": Sizes.of(3, 12, 48), "W": Sizes.of(1, 2, 4)}


def test_no_product_of_lengths_is_below_one():
    """N·H = −1 holds at no size of either, nor does it at 0."""
    n, h = Length.of("N"), Length.of("H")
    sets = {"N": Sizes.every(1), "H": Sizes.every(1)}
    for number in (-1, 0):
        assert product_of((n, h), number, sets) == dict.fromkeys("NH", Sizes.none())
    assert product_of((n, h), 1, sets) == dict.fromkeys("NH", Sizes.of(1))


@pytest.mark.parametrize("number", (2**53, 2**53 + 1))
def test_a_product_of_53_twos_is_still_factored(number):
    twos = Sizes.of(*(2**k for k in range(54)))
    if number == 2**53:
        assert product_of((H, W), number, EVERY) == {"H": twos, "W": twos}
    else:
        with pytest.raises(ShapeError, match="too large to be factored"):
            product_of((H, W), number, EVERY)


def test_a_product_with_a_square():
    """H·H·W = 12: 1·1·12 and 2·2·3."""
    assert product_of((H, H, W), 12, EVERY) == {"H": Sizes.of(1, 2), "W": Sizes.of(3, 12)}


def staircase(chance: random.Random, n: Length) -> Length:
    """It rises in the end, though perhaps not from each size to the next."""
    made = n * chance.randint(0, 2) + (n + chance.randint(0, 3)) // chance.randint(1, 4)
    return made + n % chance.randint(2, 4) * chance.choice((-4, -1, 0, 0, 2, 4))


def scattered(chance: random.Random) -> Sizes:
    """Some classes, from some size on, and one or two sizes more."""
    modulus = chance.randint(1, 4)
    residues = chance.sample(range(modulus), chance.randint(0, modulus))
    return Sizes(modulus, residues, chance.randint(1, 6), chance.sample(range(1, 9), 2))


@pytest.mark.parametrize("seed", range(60))
def test_two_staircases_are_equal_where_a_count_finds_it(seed):
    chance = random.Random(seed)
    length = staircase(chance, H) - staircase(chance, W) + chance.randint(-9, 9)
    sets = {"H": scattered(chance), "W": scattered(chance)}
    made = bound([tie(length, "==")], sets)
    for name, other in (("H", "W"), ("W", "H")):
        found = counted([tie(length, "==")], sets, name, other)
        assert [n for n in range(1, 12) if n in made[name]] == [n for n in found if n < 12]


def test_staircases_that_step_back_on_their_way_up():
    """⌊2/2⌋ − 2 mod 3 = −1 = 4 − 5, and 1 + 5·(1 mod 2) = 6 = 2·2 + 2."""
    assert 4 in bound([tie(H // 2 - H % 3 - W + 5, "==")], SETS_OF_ALL)["W"]
    assert 1 in bound([tie(H + H % 2 * 5 - W * 2 - 2, "==")], SETS_OF_ALL)["H"]
