"""One formula for several ways, held against the numbers that the ways give, size by size."""

import random
from itertools import product

import pytest

from shapealg import BySize, Length, Sizes
from shapealg.errors import Undecided
from shapealg.network.forms import OPEN, TURN, agree, one, simplest, told
from shapealg.network.pinned import pinned

H, W = Length.of("H"), Length.of("W")
MOST = 60


def put(entry, **sizes):
    return entry(**sizes) if isinstance(entry, Length) else entry


def staircase(chance: random.Random) -> tuple:
    """⌊(a·n + b)/p⌋·c + e as a length, its period, and piece by piece: what it is at one remainder
    of n, with a floor of n alone.
    """
    a, p, c = chance.randint(1, 4), chance.randint(1, 6), chance.randint(1, 3)
    b, e = chance.randint(0, 9), chance.randint(-3, 5)
    pieces = [H // p * (a * c) + (a * r + b) // p * c + e for r in range(p)]
    return (H * a + b) // p * c + e, p, pieces


@pytest.mark.parametrize("seed", range(40))
def test_one_formula_is_found_again(seed):
    length, p, pieces = staircase(random.Random(seed))
    wheres = [{"H": Sizes.classes(p, (r,), 1)} for r in range(p)]
    made = told(list(zip(wheres, pieces, strict=True)))
    assert isinstance(made, Length | int)
    assert [put(made, H=n) for n in range(1, MOST)] == [put(length, H=n) for n in range(1, MOST)]
    assert not isinstance(made, Length) or made.weight <= length.simplest().weight


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_by_size_is_the_piece_there(seed):
    chance = random.Random(seed)
    m, cut = chance.randint(1, 4), chance.randint(2, 9)
    wheres = [Sizes.classes(m, (r,), cut) for r in range(m)] + [Sizes.interval(1, cut - 1)]
    answers = [(3, staircase(chance)[0], chance.choice((5, H, None))) for _ in wheres]
    made = told([({"H": where}, answer) for where, answer in zip(wheres, answers, strict=True)])
    for n in range(1, MOST):
        (there,) = [answer for where, answer in zip(wheres, answers, strict=True) if n in where]
        here = made.at(H=n) if isinstance(made, BySize) else made
        assert tuple(put(x, H=n) for x in here) == tuple(put(x, H=n) for x in there)


@pytest.mark.parametrize("seed", range(60))
def test_two_entries_agree_where_a_count_says_so(seed):
    chance = random.Random(seed)
    a, b = staircase(chance)[0], staircase(chance)[0]
    if seed % 3 == 0:
        b = a - (H // 2) % 2 * chance.randint(0, 1)
    if seed % 5 == 0:
        b = chance.randint(1, 4)
    m = chance.randint(1, 4)
    for sizes in (
        Sizes.every(1),
        Sizes.classes(m, (chance.randrange(m),), 1),
        Sizes.interval(chance.randint(1, 5), chance.randint(5, 8)),
        Sizes(1, (), 0, (chance.randint(1, 9),)),
    ):
        there = [n for n in range(1, 400) if n in sizes]
        same = all(put(a, H=n) == put(b, H=n) for n in there)
        assert agree(a, b, {"H": sizes}) == same == agree(b, a, {"H": sizes})
        assert agree(a, a, {}) and not agree(a, None, {"H": sizes}) and agree(None, None, {})
        short = simplest(a, sizes)
        assert [put(short, H=n) for n in there] == [put(a, H=n) for n in there]


def test_lengths_of_two_names_agree_where_one_is_a_number():
    few = {"H": Sizes.interval(8, 11), "W": Sizes.every(1)}
    assert agree(H // 4 * W, W * 2, few) and not agree(H // 2 * W, W * 4, few)
    assert not agree(H, W, {"H": Sizes.every(1), "W": Sizes.every(1)})
    assert not agree(H, 5, {"W": Sizes.every(1)})  # nobody says which sizes of H


def test_numbers_at_single_sizes():
    def at(*points):
        return told([({"H": Sizes(1, (), 0, (n,))}, value) for n, value in points])

    assert at((4, 6), (9, 6)) == at((4, 6)) == 6 and at((3, None), (5, None)) is None
    made = at((3, 7), (5, 11), (8, 18))
    assert [made.at(H=n) for n in (3, 5, 8)] == [7, 11, 18]
    mixed = told([({"H": Sizes.interval(3, 4)}, H * 2 + 1), ({"H": Sizes(1, (), 0, (9,))}, 19)])
    assert mixed == H * 2 + 1


def test_what_is_a_number_or_the_size_itself_on_its_sizes_is_told_so():
    even, odd = {"H": Sizes.classes(2, (0,), 2)}, {"H": Sizes.classes(2, (1,), 1)}
    assert told([(even, (H % 2 + 5,)), (odd, (H % 2 + 4,))]) == (5,)
    assert told([({"H": Sizes.classes(8, (0,), 8)}, (3, H // 4 * 4))]) == (3, H)
    apart = told([({"H": Sizes.classes(8, (0,), 8)}, (H // 4 * 4,)), ({"H": Sizes.of(3)}, (17,))])
    assert sorted(repr(piece.answer) for piece in apart) == ["(17,)", "(H,)"]
    # on even sizes 0 0 2 2 4 4 …
    assert told([(even, (H // 4 + (H + 1) // 4,))]) == (H // 4 * 2,)


def test_one_formula_for_each_factor():
    """Of products of a length of H and one of W, on the four ways of two remainders."""
    pieces = []
    for r, s in product((0, 1), repeat=2):
        where = {"H": Sizes.classes(2, (r,), 2), "W": Sizes.classes(2, (s,), 2)}
        pieces.append((where, (H - r) * (W - s)))
    made = one(pieces)
    for h, w in product(range(2, 9), repeat=2):
        assert made(H=h, W=w) == h // 2 * 2 * (w // 2 * 2)
    assert one([({"H": Sizes.every(1), "W": Sizes.every(1)}, H * W + 1)]) == H * W + 1
    apart = [({"H": Sizes.interval(1, 4)}, H * W), ({"H": Sizes.every(5)}, H + W)]
    assert one(apart) is OPEN
    assert one([({"H": Sizes.interval(1, 4)}, H * W), ({"H": Sizes.every(5)}, H // 2 * W)]) is OPEN


def test_shapes_of_two_ranks_and_unknown_ones_stay_apart():
    low, high = {"H": Sizes.interval(1, 4)}, {"H": Sizes.every(5)}
    made = told([(low, (3, H)), (high, (3, H, 1))])
    assert made.at(H=2) == (3, 2) and made.at(H=7) == (3, 7, 1)
    made = told([(low, None), (high, (3, H))])
    assert made.at(H=2) is None and made.at(H=7) == (3, 7)
    assert told([(low, None), (high, None)]) is None
    assert told([(low, (3, None)), (high, (3, None))]) == (3, None)


def test_what_depends_on_how_two_sizes_compare_names_one_to_fix():
    every = {"H": Sizes.every(1), "W": Sizes.every(1)}
    with pytest.raises(Undecided, match="fix one of them, for example W=224"):
        told([(every, (3, H)), (every, (3, W))])
    with pytest.raises(Undecided, match="for example H=224"):
        told([(every, (W, H)), (every, (W, W))])


def test_a_floor_is_a_number_where_it_is_the_same_at_all_sizes_between():
    """⌊(20 − n)/8⌋ is 2 at 1 … 4; ⌊(n mod 4)/3⌋ is 1 at 3 and 7, and 0 between."""
    falling, saw = (20 - H) // 8, (H % 4) // 3
    assert pinned(falling * W, {"H": Sizes.interval(1, 4)}.get) == W * 2
    assert pinned(falling * W, {"H": Sizes.interval(1, 5)}.get) == falling * W
    assert pinned(saw * W, {"H": Sizes.of(3, 7)}.get) == W
    assert pinned(saw * W, {"H": Sizes.interval(3, 7)}.get) == saw * W


def test_a_form_that_is_not_the_same_at_every_size_is_none():
    """2⌊H/2⌋ is H at even sizes, and not at 3."""
    even, halves = Sizes.classes(2, (0,), 4), H // 2 * 2
    assert simplest(halves, even) == H
    for sizes in (even | Sizes.of(3), Sizes.none(), None):
        assert simplest(halves, sizes) == halves


def test_what_is_one_number_at_its_sizes_is_that_number():
    nothing = H // 2 + (H + 1) // 2 - H
    for sizes in (Sizes.every(1), Sizes.of(2, 5), None):
        assert simplest(nothing, sizes) == 0
    assert simplest(H % 2 + 5, Sizes.classes(2, (1,), 1)) == 6
    for longer in (H * H, H * W):
        assert simplest(longer, Sizes.every(1)) == longer


def test_of_two_forms_as_long_the_one_that_is_written_stays():
    """At multiples of 3 it is ⌊H/3⌋ + 6 as well."""
    assert simplest((H + 2) // 3 + 6, Sizes.classes(3, (0,), 3)) == (H + 2) // 3 + 6


def test_so_long_a_period_is_still_fitted():
    for turn, made in ((TURN, H), (TURN + 1, H // (TURN + 1) * (TURN + 1))):
        assert simplest(H // turn * turn, Sizes.classes(turn, (0,), turn)) == made
