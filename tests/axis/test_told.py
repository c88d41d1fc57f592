"""How numbers and sets are told: where a list is cut, what is drawn together, what stands alone."""

import pytest

from shapealg.axis import wording
from shapealg.axis.bound import Bound
from shapealg.axis.climb import climbed, first
from shapealg.axis.divisors import divisors, primes
from shapealg.axis.runs import listed, neighbours
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError


def test_neighbours_are_drawn_together_three_of_them_as_a_run():
    assert neighbours([1, 3, 4, 7, 8, 9]) == [[1, 1], [3, 4], [7, 9]] and neighbours([]) == []
    assert listed([1, 3, 4, 7, 8, 9]) == "1, 3, 4, 7 … 9"
    assert listed([-2, -1, 0]) == "-2 … 0" and listed([]) == ""


def test_a_list_of_more_than_nine_parts_is_cut_in_its_middle():
    assert listed(range(1, 19, 2)) == "1, 3, 5, 7, 9, 11, 13, 15, 17"
    assert listed(range(1, 21, 2)) == "1, 3, 5, 7, 9, 11, 13, …, 19"


def test_classes_are_told_by_the_fewer_those_that_are_in_where_they_are_as_many():
    for residues, told in (
        ((0,), "n ≡ 0 (mod 4), n ≥ 5"),
        ((0, 1), "n ≡ 0, 1 (mod 4), n ≥ 5"),
        ((0, 1, 3), "n ≢ 2 (mod 4), n ≥ 5"),
        ((0, 1, 2, 3), "every n ≥ 5"),
    ):
        assert wording.classes("n", 4, residues, 5).en == told


@pytest.mark.parametrize(
    ("sizes", "code"),
    (
        (Sizes.of(3, 4), "Sizes.of(3, 4)"),
        (Sizes.of(3, 4, 5), "Sizes.interval(3, 5)"),
        (Sizes.of(3, 4, 5, 9), "Sizes.interval(3, 5) | Sizes.of(9)"),
        (Sizes.every(3) | Sizes.of(1), "Sizes.every(3) | Sizes.of(1)"),
        (Sizes.classes(4, (1,), 5), "Sizes.classes(4, (1,), 5)"),
        (Sizes.none(), "Sizes.none()"),
    ),
)
def test_a_set_is_written_as_what_makes_it(sizes, code):
    assert repr(sizes) == code and eval(code, {"Sizes": Sizes}) == sizes


def test_a_bound_is_no_code():
    assert repr(Bound.above(Sizes.every(3), ("a",))).startswith("<Bound: at most every n ≥ 3")


def test_what_goes_on_holding_is_found_at_its_first_number_and_not_behind_the_last():
    for start in (-7, 0, 5):
        for reached in range(start, start + 40):
            assert first(lambda x, reached=reached: x >= reached, start) == reached
            for far in range(start + 1, start + 40):
                found = first(lambda x, reached=reached: x >= reached, start, far)
                assert found == (reached if reached <= far else float("inf"))
    assert [climbed(lambda n: n // 3, 2, m) for m in range(5)] == [2, 3, 6, 9, 12]
    for numbers in ((0, "m"), ("n", 3)):
        with pytest.raises(ShapeError, match="it takes numbers"):
            climbed(lambda n: n, *numbers)


def test_primes_and_divisors_are_those_that_divide():
    assert divisors(3**40) == [3**i for i in range(41)]  # longer than a float is exact
    for n in range(1, 400):
        dividing = [d for d in range(1, n + 1) if n % d == 0]
        assert divisors(n) == divisors(-n) == dividing
        assert primes(n) == [
            d for d in dividing if d > 1 and not any(d % p == 0 for p in range(2, d))
        ]
