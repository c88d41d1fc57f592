"""Where each output of a resizing reads: every position tried, at the place that its words mean."""

from fractions import Fraction
from itertools import product
from math import ceil, floor

import pytest
import sympy

from shapealg import ShapeError
from shapealg.axis.resized import MODES, Adaptive, Resized, positive
from shapealg.axis.scaled import Scaled

HALF = Fraction(1, 2)
NEAREST = {
    "floor": floor,
    "ceil": ceil,
    "up": lambda x: floor(x + HALF),
    "down": lambda x: ceil(x - HALF),
}


def place(where, j, n, m, ratio=None):
    """Where output j of m lies among n positions."""
    apart = Fraction(n, m) if ratio is None else ratio
    if where == "corners":
        return Fraction(j * (n - 1), m - 1) if m > 1 else Fraction(0)
    return j * apart if where == "edges" else (j + HALF) * apart - HALF


def read(mode, j, n, m, smooth=False, ratio=None):
    """The positions that make output j."""
    where, kind = MODES[mode]
    x, apart = place(where, j, n, m, ratio), Fraction(n, m) if ratio is None else ratio
    if kind == "all":
        return range(n)
    if kind == "area":
        return [i for i in range(n + 9) if i < (j + 1) * apart and j * apart < i + 1]
    if isinstance(kind, str):
        return [NEAREST[kind](x)]
    radius = kind * max(apart, 1) if smooth else kind
    return [i for i in range(-60, 90) if abs(i - x) < radius]


@pytest.mark.parametrize("mode", MODES)
def test_an_output_reads_the_positions_around_its_place(mode):
    for n, m, smooth in product((1, 2, 5, 8), (1, 2, 3, 7), (False, True)):
        placed = Resized(m, mode=mode, smooth=smooth).at(n)
        for j in range(m):
            positions = read(mode, j, n, m, smooth)
            found = (placed.first(j), placed.last(j))
            assert found == (positions[0], positions[-1]), (n, m, j, smooth)


@pytest.mark.parametrize("mode", ("nearest", "nearest-exact", "linear", "edges-cubic", "area"))
def test_outputs_may_lie_another_ratio_apart(mode):
    ratio = Fraction(3, 5)
    for n, m, smooth in product((5, 8), (3, 7), (False, True)):
        placed = Resized(m, n, mode, ratio, smooth)
        for j in range(m):
            positions = read(mode, j, n, m, smooth, ratio)
            assert (placed.first(j), placed.last(j)) == (positions[0], positions[-1])


def test_a_factor_says_how_far_apart_outputs_lie():
    """1/factor, or n/m where the factor is rounded away, and wherever corners or areas are met."""
    for factor, n in product((0.5, 1.5, 0.3, 2, 3), (5, 8, 11)):
        m = floor(n * Fraction(str(factor)))
        for mode, rounded in product(("nearest", "linear", "corners", "area"), (False, True)):
            placed = Scaled.of(factor, mode=mode, rounded=rounded, smooth=rounded).at(n)
            assert placed.smooth is rounded
            own = not rounded and mode in ("nearest", "linear")
            ratio = (
                1 / Fraction(str(factor)) if own or (factor >= 2 and mode != "corners") else None
            )
            assert placed == Resized(m, n) and (placed.ratio, placed.mode) == (ratio, mode)
            for j in range(m):
                positions = read(mode, j, n, m, rounded, ratio)
                assert (placed.first(j), placed.last(j)) == (positions[0], positions[-1])


def test_what_is_not_placed_yet_reads_nowhere():
    for mode in ("nearest", "corners", "area", "linear"):
        for ask in (Resized(3, mode=mode).first, Resized(3, mode=mode).last):
            with pytest.raises(ShapeError, match=r"place it with at\(n\) first"):
                ask(0)
    open_ = Resized(3, mode="linear", smooth=True).at(sympy.Symbol("n", integer=True))
    with pytest.raises(ShapeError, match="depend on the input's length"):
        open_.first(0)
    for mode in ("nearest", "corners"):
        with pytest.raises(ShapeError, match="at least 1 output works"):
            Resized(0, mode=mode).at(5).first(0)


def test_words_that_say_no_resizing():
    for number in (0, -2, float("nan"), float("inf"), "a", None, True, Fraction(0)):
        with pytest.raises(ShapeError, match="a scale factor must be a positive number"):
            positive(number)
    assert positive(0.5) == HALF and positive("1/3") == Fraction(1, 3)
    with pytest.raises(ShapeError, match="no such mode of resizing; received 'near'; one of near"):
        Resized(3, mode="near")
    with pytest.raises(ShapeError, match="^Resized needs outputs of at least 0; received -1"):
        Resized(-1)
    with pytest.raises(ShapeError, match="^Resized needs size of at least 0; received -1"):
        Resized(3, -1)
    with pytest.raises(ShapeError, match="^outputs must be an integer"):
        Adaptive(1.5)
    assert Resized(0).count(9) == 0 and Resized(3, 0).size == 0
