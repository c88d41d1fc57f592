"""What every map of one axis promises, and which of them say the same: found by trying sizes."""

from itertools import product

import pytest

from shapealg import (
    Adaptive,
    Ceiled,
    QuasiAffine,
    Resized,
    Same,
    Scaled,
    ShapeError,
    Transposed,
    Window,
)
from shapealg.axis.even import even_sizes, even_window
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Borrowed, Reached
from shapealg.axis.waiting import Trimmed

WINDOWS = [
    Window(k, s, lo, hi) for k, s, lo, hi in product((1, 2, 3, 5), (1, 2, 3), (-1, 0, 2), (0, 1))
]
SAMES = [Same(k, s, lower) for k, s, lower in product((1, 2, 3, 7), (1, 2, 5), (False, True))]
GROWING = [
    *WINDOWS,
    *SAMES,
    *map(Transposed, WINDOWS),
    *(Ceiled(window, clipped) for window, clipped in product((*WINDOWS, *SAMES), (False, True))),
    *(Spaced(window, gap) for window, gap in product((*WINDOWS, *SAMES), (1, 2, 3))),
    *(Borrowed(same, extra) for same, extra in product(SAMES, (0, 1))),
    *(
        Trimmed(d * (taps - 1) + 1, s, taps, lower, less, ceiled)
        for taps, d, s, lower, less, ceiled in product(
            (1, 2, 3), (1, 2), (1, 2, 3), (False, True), (0, 1), (False, True)
        )
    ),
    *(Scaled.of(factor) for factor in (0.25, 0.5, 1.1, 1.5, 2, 3)),
]
GIVEN = [
    *(Adaptive(m) for m in (1, 2, 5)),
    *(Resized(m, mode=mode) for m, mode in product((1, 2, 5), ("nearest", "linear", "area"))),
    *(Reached(m, Window(3, 2)) for m in (5, 6)),
]
AXES = [*GROWING, *GIVEN]
SEARCHED = [Ceiled(Same(3, 2)), Borrowed(Same(3, 2)), Trimmed(3, 2, 2), Trimmed(5, 3, 3, True)]


def kinds(axes) -> list:
    return sorted({type(axis) for axis in axes}, key=lambda kind: kind.__name__)


# below SMALL a framework's manners rule, and above it none of these counts is cut at 0
SMALL, LARGE = 12, 48


@pytest.mark.parametrize("kind", kinds(GROWING), ids=lambda kind: kind.__name__)
def test_need_is_the_first_size_that_gives_so_many(kind):
    for axis in GROWING:
        if type(axis) is not kind:
            continue
        counts = [axis.count(n) for n in range(LARGE)]
        for m in range(counts[SMALL], counts[-1] + 1):
            first = next(n for n, made in enumerate(counts) if made >= m)
            if first > 0:  # what has as many at 0 already may have them below, too
                assert axis.need(m) == first, (axis, m)


@pytest.mark.parametrize("axis", SEARCHED, ids=str)
def test_what_no_position_is_needed_for_needs_none(axis):
    """Where the size is searched for, it is from 0 on."""
    assert axis.need(axis.count(0)) == 0 and axis.need(axis.count(0) - 5) == 0


@pytest.mark.parametrize("kind", kinds(GROWING), ids=lambda kind: kind.__name__)
def test_a_fibre_is_every_size_that_gives_exactly_so_many(kind):
    if not hasattr(kind, "fibre"):
        pytest.skip("it tells none")
    for axis in GROWING:
        if type(axis) is not kind:
            continue
        counts = [axis.count(n) for n in range(LARGE)]
        for m in range(counts[SMALL], counts[-1]):
            found = [n for n, made in enumerate(counts) if made == m]
            if 0 not in found:
                assert list(axis.fibre(m)) == found, (axis, m)


@pytest.mark.parametrize("kind", kinds(AXES), ids=lambda kind: kind.__name__)
def test_a_count_gains_as_much_in_every_turn(kind):
    for axis in AXES:
        if type(axis) is kind and not waits(axis):
            staircase = QuasiAffine.of(axis)
            for n in range(0, LARGE):
                assert staircase(n) == axis.count(n), (axis, n)


def waits(axis) -> bool:
    """Whether it is a "same" over positions moved apart, of which no staircase is told."""
    return isinstance(axis, Spaced) and isinstance(axis.window, Same)


def test_of_same_over_positions_moved_apart_no_staircase_is_told():
    with pytest.raises(ShapeError, match="the count of this map is no staircase"):
        QuasiAffine.of(Spaced(Same(3, 2), 2))


@pytest.mark.parametrize("kind", (Same, Ceiled, Trimmed), ids=lambda kind: kind.__name__)
def test_a_window_that_waits_for_its_input_counts_what_it_counts_once_placed(kind):
    for axis in AXES:
        if type(axis) is kind:
            for n in range(SMALL, LARGE):
                placed = axis.at(n)
                assert type(placed) is Window
                assert placed.count(n) == axis.count(n), (axis, n)


def test_rounding_up_moves_no_window():
    for axis in AXES:
        rounds = isinstance(axis, Ceiled) or (isinstance(axis, Trimmed) and axis.ceiled)
        assert (axis.declared != axis) == rounds and axis.declared.declared == axis.declared
        for n in range(SMALL, LARGE) if rounds else ():
            up, down = axis.at(n), axis.declared.at(n)
            assert (up.kernel, up.stride, up.lo) == (down.kernel, down.stride, down.lo), (axis, n)


def test_a_transposed_map_is_a_transposed_window_once_placed():
    for axis in AXES:
        placed = axis.at(LARGE)
        assert axis.transposed == isinstance(placed, Transposed), axis
        assert axis.spaced == isinstance(placed, Spaced), axis


def test_adaptive_pooling_reads_what_its_share_meets():
    for m, n in product(range(1, 12), range(1, 40)):
        placed = Adaptive(m).at(n)
        for j in range(m):
            # the positions whose share [i, i + 1) meets that of output j, [jn/m, (j + 1)n/m)
            met = [i for i in range(n) if i * m < (j + 1) * n and j * n < (i + 1) * m]
            assert (placed.first(j), placed.last(j)) == (met[0], met[-1])


def test_a_transposed_window_is_a_window_of_stride_1_over_positions_moved_apart():
    for k, s, lo, hi in product(range(1, 6), range(1, 5), range(-1, 3), range(-1, 3)):
        one = Transposed(Window(k, s, lo, hi))
        two = Spaced(Window(k, 1, k - 1 - lo, k - 1 - hi), s)
        for n in range(1, 12):
            assert one.count(n) == two.count(n)
            assert one.need(n) == two.need(n)
        for i in range(20):
            # input j writes to outputs s·j − lo to s·j − lo + k − 1
            met = [j for j in range(-20, 40) if s * j - lo <= i <= s * j - lo + k - 1]
            if met:
                assert (one.first(i), one.last(i)) == (met[0], met[-1])
                assert (two.first(i), two.last(i)) == (met[0], met[-1])
            assert (one.first(i), one.last(i)) == (two.first(i), two.last(i))


def test_what_is_no_map_of_an_axis_is_refused():
    for thing in (None, 3, "same", QuasiAffine.affine(1)):
        with pytest.raises(ShapeError, match="a map of one axis is needed"):
            QuasiAffine.of(thing)


def test_no_input_gives_more_outputs_than_were_asked_for():
    """`need` and `count` say the same, and an empty output has no plain window."""
    for m in (1, 2, 7):
        assert [Adaptive(m).need(j) for j in (1, m)] == [1, 1]
        with pytest.raises(ShapeError, match="no input gives so many"):
            Adaptive(m).need(m + 1)
        assert not Adaptive(m).fibre(m + 1) and 5 in Adaptive(m).fibre(m)
    assert even_window(0, 5) is None and not even_sizes(0)
