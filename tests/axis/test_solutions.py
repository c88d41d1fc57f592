"""A set of solutions, against the list of all of them."""

from math import inf

import pytest

from shapealg import Interval, ShapeError
from shapealg.axis.solutions import SHOWN, Solutions

ROWS = (
    {"k": 1, "p": Interval(2, 4)},
    {"k": 2, "p": Interval(0, 0)},
    {"k": 5, "p": Interval(7, 8)},
)
LISTED = [{"k": k, "p": p} for k, p in ((1, 2), (1, 3), (1, 4), (2, 0), (5, 7), (5, 8))]


def test_rows_are_the_solutions_in_their_order():
    made = Solutions(("k", "p"), ROWS, {})
    assert list(made) == LISTED and len(made) == 6 and made
    assert [made[i] for i in range(-6, 6)] == LISTED * 2
    assert made[1:5:2] == LISTED[1:5:2] and made[-2:] == LISTED[-2:]
    for place in (6, -7):
        with pytest.raises(IndexError, match=f"^there is no solution number {place}$"):
            made[place]
    for k in range(7):
        for p in range(10):
            assert ({"k": k, "p": p} in made) == ({"k": k, "p": p} in LISTED)


def test_rows_of_plain_numbers_are_one_solution_each():
    made = Solutions(("m",), ({"m": 3}, {"m": 5}), {})
    assert list(made) == [{"m": 3}, {"m": 5}] and len(made) == 2
    assert 3 in made and {"m": 5} in made and 4 not in made
    with pytest.raises(ShapeError, match="a value of each of m is needed; received {'n': 3}"):
        {"n": 3} in made  # noqa: B015
    with pytest.raises(ShapeError, match="^m must be an integer"):
        3.5 in made  # noqa: B015


def test_solutions_without_end_are_asked_one_by_one():
    made = Solutions(("s",), ({"s": Interval(7, float("inf"))},), {})
    assert made[0] == {"s": 7} and made[10**30] == {"s": 10**30 + 7} and 6 not in made
    far = Solutions(("s",), ({"s": Interval(10**400, float("inf"))},), {})
    assert far[5] == {"s": 10**400 + 5} and 10**400 - 1 not in far
    with pytest.raises(ShapeError, match="the solutions have no end; received s; "):
        len(made)
    assert str(made) == "s\n≥ 7"


def test_a_table_is_shown_up_to_its_last_row_and_says_how_many_follow():
    def table(many):
        return str(Solutions(("m",), tuple({"m": i} for i in range(many)), {})).splitlines()

    assert table(SHOWN) == ["m", *map(str, range(SHOWN))]
    assert table(SHOWN + 2) == ["m", *map(str, range(SHOWN)), "… 2 more"]
    assert str(Solutions(("k", "p"), ROWS, {"k": range(1, 6)})) == (
        "k  p\n1  2 … 4\n2  0\n5  7 … 8\ntried: k = 1 … 5"
    )
    assert str(Solutions(("k",), (), {}, ({"m": 3, "p": 1},))) == "none; nearest: m = 3, p = 1"


def test_a_line_shows_the_first_row_and_how_many_there_are():
    assert repr(Solutions(("k", "p"), ROWS, {"k": range(1, 6)})) == (
        "<Solutions: k = 1, p = 2 … 4, … (3 rows); tried k = 1 … 5>"
    )
    assert repr(Solutions(("m",), ({"m": 3},), {})) == "<Solutions: m = 3>"
    assert repr(Solutions(("s",), ({"s": Interval(7, float("inf"))},), {})) == "<Solutions: s ≥ 7>"
    assert repr(Solutions(("m",), (), {})) == "<Solutions: none>"


def up_to(most: int, side) -> range:
    low, high = (side, side) if isinstance(side, int) else (side.low, side.high)
    return range(low, min(high, most) + 1)


def test_totals_are_those_of_all_pairs():
    for rows in (
        [(0, Interval(3, 4)), (1, Interval(2, 3))],
        [(Interval(0, 2), Interval(5, 6)), (4, 9)],
        [(1, Interval(6, inf))],
        [(Interval(2, inf), 3), (0, 2)],
        [(Interval(1, inf), Interval(2, inf))],
    ):
        told = Solutions(("lo", "hi"), tuple({"lo": lo, "hi": hi} for lo, hi in rows), {}).total
        sums = {a + b for lo, hi in rows for a in up_to(60, lo) for b in up_to(60, hi)}
        assert [n in told for n in range(1, 50)] == [n in sums for n in range(1, 50)]
