"""What is said of a comparison as a whole, against sizes tried one by one."""

import random

import pytest
from dumb import RELATIONS

from shapealg.axis.condition import ASKED, Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes

H, W, n = map(Length.of, "HWn")


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_length_that_rises_is_settled_just_where_all_sizes_say_the_same(relation):
    """Each takes its least value at H = W = 1, and every value tried is passed before 30."""
    holds = RELATIONS[relation]
    for product, value in (
        (H * W, lambda h, w: h * w),
        (H + W * 2, lambda h, w: h + 2 * w),
        ((H + 1) // 2 + (W + 2) // 3, lambda h, w: (h + 1) // 2 + (w + 2) // 3),
    ):
        for more in range(-5, 4):
            seen = {holds(value(h, w) + more, 0) for h in range(1, 30) for w in range(1, 30)}
            settled = seen.pop() if len(seen) == 1 else None
            assert Condition(product + more, relation).settled() is settled, (product, more)


def test_what_falls_with_one_of_its_sizes_is_not_settled_by_its_value_at_1():
    assert Condition(H * 2 - W, ">").settled() is None
    assert Condition(H * 2 - W, "<=").settled() is None


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_comparison_of_numbers_is_settled(relation):
    for number in range(-2, 3):
        assert Condition(number, relation).settled() is RELATIONS[relation](number, 0)


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_is_the_first_size_at_which_it_holds(seed):
    draw = random.Random(seed)
    a, b, p = draw.randint(1, 4), draw.randint(-9, 9), draw.randint(2, 7)
    factor, less = draw.randint(1, 3), draw.randint(0, 12)
    length = (n * a + b) // p * factor - less
    for relation in (">", ">="):
        reached = [
            size
            for size in range(1, 200)
            if RELATIONS[relation]((a * size + b) // p * factor - less, 0)
        ]
        assert Condition(length, relation).bound() == reached[0], (length, relation)
    for relation in ("<", "<=", "==", "!="):
        assert Condition(length, relation).bound() is None


def test_strides_of_hundreds_of_digits_are_compared():
    """The first floor is 0 up to 10^399, where the other one has long passed it."""
    assert Condition(n // 10**399 - n // 3, "<=").sizes() == Sizes.every()
    assert Condition(n // 10**399 - n // 3, ">=").sizes() == Sizes.of(1, 2)


def test_whoever_parts_the_ways_is_asked_of_one_size_always_and_of_several_where_it_is_open():
    asked = []

    def first_time(condition):
        asked.append(condition)
        return len(asked) == 1

    settled, open_, several = n >= 1, H >= W, H * W >= 1
    token = ASKED.set(first_time)
    try:
        assert bool(settled) is True and asked == [settled]
        assert bool(several) is True and asked == [settled]
        assert bool(open_) is False and asked == [settled, open_]
    finally:
        ASKED.reset(token)


def test_every_relation_has_its_sign():
    told = [str(Condition(n - 5, relation)) for relation in RELATIONS]
    assert told == ["n − 5 = 0", "n − 5 ≠ 0", "n − 5 < 0", "n − 5 ≤ 0", "n − 5 > 0", "n − 5 ≥ 0"]


@pytest.mark.parametrize("relation", RELATIONS)
def test_of_two_sizes_neither_side_takes_anything_away(relation):
    """What stands on the sides says the same, and every size stands where it is added."""
    for a, b, more, left, right in (
        (1, -1, 0, "H", "W"),
        (-2, 3, 0, "2H", "3W"),
        (1, 1, -5, "H + W", "5"),
        (-1, -1, 5, "H + W", "5"),
        (2, 1, 0, "2H + W", "0"),
        (1, -1, -4, "H", "W + 4"),
        (1, -2, 3, "H + 3", "2W"),
    ):
        said = Condition(H * a + W * b + more, relation)
        one, told, other = said.sides
        assert (str(one), str(other)) in ((left, right), (right, left)), said
        for h, w in ((1, 1), (2, 1), (1, 2), (3, 2), (7, 5), (5, 9), (4, 4)):
            value = [side if isinstance(side, int) else side(H=h, W=w) for side in (one, other)]
            assert RELATIONS[told](*value) is RELATIONS[relation](a * h + b * w + more, 0), said


def test_of_one_size_and_of_numbers_all_stands_on_one_side():
    assert Condition(n * -2 + 5, "<").sides == (n * -2 + 5, "<", 0)
    assert Condition(7, "<").sides == (7, "<", 0)
    assert str(Condition(H - W - Length.of("D"), ">=")) == "D + W ≤ H"
    assert Condition(7, ">").terms == {(): 7}


def test_what_holds_holds_from_1_on():
    """At 0 it would hold, too."""
    nested = (n // 2 + n // 3) // 2
    for length in (n // 2, n // 2 + n // 3, (n + 1) // 2 - n // 2, nested, nested * 2 - n // 5):
        assert Condition(length, ">=").sizes() == Sizes.every(1), length
