"""What each output of a pooling reads and divides by: its taps laid down one by one."""

from fractions import Fraction
from itertools import product

import pytest
from dumb import windows
from sympy import Symbol

from shapealg import Adaptive, Ceiled, Same, ShapeError, Window
from shapealg.axis.counted import Counted
from shapealg.axis.pooled import Pooled
from shapealg.axis.sizes import Sizes


def counts(counted, place, within, lo, hi):
    """Whether a place is among those that the average is taken over."""
    if counted is Counted.TAPS:
        return True
    behind = {Counted.DATA: 0, Counted.PADDED: hi, Counted.FRONT: lo}[counted]
    return (0 if counted is Counted.DATA else -lo) <= place < within + behind


@pytest.mark.parametrize("counted", tuple(Counted)[1:])
@pytest.mark.parametrize("front", ((0, 0), (2, 1), (0, 3), (-1, 0), (-1, -2), (1, -2)))
def test_an_average_reads_its_taps_and_divides_by_those_that_count(counted, front):
    n, (more, behind) = 8, front
    within = n + more + behind
    for k, d, s, (lo, hi) in product((1, 2, 3), (1, 2), (1, 3), ((0, 0), (2, 1), (1, 3))):
        pooled = Pooled(Window.dilated(k, d, s, lo, hi), k, "average", counted, front)
        for j in range(pooled.count(n)):
            taps = [s * j - lo + d * t for t in range(k)]
            inside = [p - more for p in taps if 0 <= p < within and 0 <= p - more < n]
            divisor = sum(counts(counted, p, within, lo, hi) for p in taps)
            read, share = pooled.output(n, j)
            assert (list(read), pooled.divisor(n, j)) == (inside, divisor), (k, d, s, lo, hi, j)
            assert share == (Fraction(1, divisor) if divisor else None)


def test_a_maximum_of_nothing_is_nobodys_and_of_one_position_that_position():
    padded = Pooled(Window(2, 1, 3, 0), 2, "max")
    assert padded.outputs(2) == [
        (range(0), None),
        (range(0), None),
        (range(0, 1), Fraction(1)),
        (range(0, 2), "max"),
    ]


def test_the_kinds_say_how_much_each_position_gives():
    three = Window(3, 3)
    for kind, counted, share in (
        ("add", Counted.DATA, Fraction(1)),
        ("average", Counted.NONE, Fraction(1)),
        ("average", Counted.DATA, Fraction(1, 3)),
        ("lp", Counted.NONE, ("lp", Fraction(1))),
        ("lp", Counted.DATA, ("lp", Fraction(1))),
    ):
        assert Pooled(three, 3, kind, counted).output(9, 1) == (range(3, 6), share)
    # two of three taps lie within the data
    at_end = Pooled(Window(3, 2, 1, 0), 3, "lp", Counted.DATA).output(5, 0)
    assert at_end == (range(0, 2), ("lp", Fraction(3, 2)))


def test_open_numbers_are_refused_where_positions_are_asked():
    k = Symbol("k", integer=True, positive=True)
    with pytest.raises(ShapeError, match="^m must be a number here"):
        Pooled(Window(k), 3).count(9)
    for name, window in (("first", Window(3, 1, k)), ("last", Window(k, 1, 0))):
        with pytest.raises(ShapeError, match=f"^{name} must be a number here"):
            Pooled(window, 1).output(9, 0)


def test_two_agree_where_their_windows_read_the_same():
    """SAME pads 1 behind where n is even, and 1 on both sides where it is odd."""

    def reads(n, lo, hi):
        return [[p for p in row if 0 <= p < n] for row in windows(n, 3, 2, 1, lo, hi)]

    same = Pooled(Same(3, 2), 3, "max")
    for lo, hi in ((0, 1), (1, 1), (1, 0), (0, 0)):
        found = same.agrees(Pooled(Window(3, 2, lo, hi), 3, "max"))
        for n in range(1, 30):
            padded = (n % 2, 1)
            alike = reads(n, *padded) == reads(n, lo, hi)
            assert (n in found) == alike, (lo, hi, n)
        assert same.agrees(Pooled(Window(3, 2, lo, hi), 3, "max"), loose=True) == found
        some = same.agrees(Pooled(Window(3, 2, lo, hi), 3, "max"), Sizes.interval(3, 9))
        assert list(some) == [n for n in range(3, 10) if n in found]
    assert same.agrees(same, loose=True) == Sizes.every(1)
    spread = Pooled(Adaptive(3), 0)
    assert (
        spread.agrees(spread) == spread.agrees(Pooled(Adaptive(3), 0, "average")) == Sizes.every(1)
    )
    assert not spread.agrees(Pooled(Adaptive(2), 0)) and not spread.agrees(Pooled(Adaptive(1), 0))
    largest = Pooled(Adaptive(3), 0, "max")
    assert largest.agrees(Pooled(Adaptive(3), 0, "max")) == Sizes.every(1)
    assert largest.agrees(spread) == Sizes.of(1, 3)  # then each reads one position
    padded = Pooled(Adaptive(3), 0, "max", Counted.PADDED)  # of a maximum nothing is counted
    assert largest.agrees(padded) == Sizes.every(1)
    # one position is its own maximum and its own mean
    assert same.agrees(Pooled(Same(3, 2), 3, "average")) == Sizes.of(1)


def test_windows_that_read_nothing_agree_where_that_is_said():
    largest, mean = (Pooled(Window(1, 1, 1), 1, kind) for kind in ("max", "average"))
    for one, two in ((largest, largest), (mean, mean), (largest, mean)):
        assert not one.agrees(two) and one.agrees(two, loose=True) == Sizes.every(1)
        some = Sizes.interval(2, 5)
        assert not one.agrees(two, some) and one.agrees(two, some, loose=True) == some


def test_other_counts_are_other_values():
    three = Pooled(Window(3), 3)
    assert three.same_at(Pooled(Window(3), 3), 9) and not three.same_at(three, 2)
    assert not three.same_at(Pooled(Window(3, 1, 0, 1), 3), 9)


@pytest.mark.parametrize(
    ("window", "front"),
    (
        (Window(2, 1, 0, 6), (0, 0)),
        (Window(2, 1, 6, 0), (0, 0)),
        (Window(2, 2), (0, 0)),
        (Window(2, 2), (4, 5)),
    ),
)
def test_long_paddings_are_looked_at_to_their_ends(window, front):
    """Two ways to write the same windows, at each size."""
    here, there = (
        Pooled(axis, 2, "average", Counted.PADDED, front)
        for axis in (window, Ceiled(window, clipped=False))
    )
    found = here.agrees(there)
    for n in range(1, 40):
        same = here.count(n) == there.count(n) > 0 and here.outputs(n) == there.outputs(n)
        assert (n in found) == same, n


def test_of_nothing_nothing_is_pooled():
    """Though windows over the padding would be there."""
    runs = Pooled(Window(1, 1, 1, 1), 1).runs
    assert 0 not in runs and 1 in runs
