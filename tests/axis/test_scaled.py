"""Rescaling by floating-point factors: a formula is given only where it is what a framework makes
at every size it is said for.
"""

import random
from fractions import Fraction
from itertools import product

import numpy
import pytest
from needed import require

import shapealg as sa
from shapealg.axis.scaled import DOUBLE, LONG, LONGEST, Scaled
from shapealg.errors import Undecided


def single(n: int, factor: float) -> int:
    """⌊n · factor⌋ as NumPy multiplies in single precision."""

    return int(numpy.floor(numpy.float32(n) * numpy.float32(factor)))


FACTORS = [
    Fraction(p, q) for q in (1, 2, 3, 5, 8, 10, 16, 17, 1024) for p in (1, 3, 7, 9, 33, 1025)
]


@pytest.mark.parametrize("factor", FACTORS, ids=str)
@pytest.mark.parametrize("digits", (24, DOUBLE))
def test_a_law_holds_at_every_size_it_is_told_for(factor, digits):
    scaled, draw = Scaled.of(float(factor), digits), random.Random(f"{factor} {digits}")
    law, longest = scaled.law, int((LONGEST if digits == DOUBLE else LONG) / max(factor, 1))
    sizes = [longest - i for i in range(40)] + [draw.randint(1, longest) for _ in range(200)]
    multiple = (law or factor).denominator
    sizes += [multiple * (longest // multiple) + i for i in (-1, 0)]
    for n in filter(lambda n: n > 0, sizes):
        if digits == 24:
            assert scaled.count(n) == single(n, float(factor))
        else:
            assert scaled.count(n) == int(n * float(factor))  # Python's own double precision
        assert law is None or scaled.count(n) == n * law.numerator // law.denominator


@pytest.mark.parametrize(
    "factor", ("5", "12", "9/16", "17/16", "31/16", "4/5", "14/5", "3/31", "1/62")
)
def test_a_law_is_told_where_single_precision_keeps_it_at_every_size(factor):
    exact = Fraction(factor)
    n = numpy.arange(1, int(LONG / max(exact, 1)) + 1)
    made = numpy.floor(n.astype(numpy.float32) * numpy.float32(float(exact)))
    assert (made == n * exact.numerator // exact.denominator).all()
    assert Scaled.of(float(exact), 24).law == exact


def test_the_law_of_double_precision_reaches_as_far_as_is_said():
    """Two thirds more than a multiple of 3, times 1/3 and a little more, are the next whole number
    where the little has grown to 1/3: before 2^40 or behind it.
    """
    for exact in (Fraction(1, 3), Fraction(97), Fraction(1025, 2), Fraction(97, 3)):
        assert Scaled.of(exact).law == exact
    for little, before in ((2.0**-36, True), (2.0**-45, False)):
        n = 3 * int(1 / (3 * little)) + 2
        n += -n % 3 + 2
        assert n % 3 == 2 and int(n * (1 / 3 + little)) == n // 3 + 1
        assert (n <= LONGEST) == before
        assert Scaled.of(1 / 3 + little).law == (None if before else Fraction(1, 3))


@pytest.mark.parametrize(
    ("factor", "n", "exact"), ((1025 / 1024, 17407, 17423), (33 / 32, 508399, 524286))
)
def test_where_single_precision_rounds_there_is_no_formula(factor, n, exact):
    """ONNX Runtime itself gives one more than the fraction at that size."""
    require("onnx")
    from shapealg.checks.backends import onnx as real

    words = {"scales": (1.0, 1.0, factor)}
    layer = sa.onnx.Resize(**words)
    run = real.shape("Resize", words, (1, 1, n))
    assert layer.output_shape((1, 1, n)) == run == (1, 1, single(n, factor))
    assert int(n * Fraction(factor)) == exact
    with pytest.raises(Undecided, match="no formula"):
        layer.output_shape((1, 1, "n"))
    assert str(sa.onnx.Resize(scales=(1.0, 1.0, 1.5)).output_shape((1, 1, "n"))[2]) == "⌊3n/2⌋"


@pytest.mark.parametrize("factor", (0.3, 0.7, 1.1, 2.3))
def test_the_smallest_input_is_found_where_single_precision_is_coarse(factor):
    """Behind 2^24 neighbours have one product: the smallest of them, and no smaller one."""
    scaled, draw = Scaled.of(factor, 24), random.Random(str(factor))
    for _ in range(40):
        m = draw.randint(2**24, 2**31)
        need = scaled.need(m)
        assert single(need, factor) >= m > single(need - 1, factor)


def test_nothing_is_scaled_to_nothing_and_digits_are_one_at_least():
    assert [Scaled.of(factor, 24).count(0) for factor in (0.3, 1, 2.5)] == [0, 0, 0]
    for wrong in (lambda: Scaled.of(0.5, 0), lambda: Scaled(Fraction(1, 2), 0)):
        with pytest.raises(sa.ShapeError, match="^digits must be at least 1; received 0"):
            wrong()


def test_a_factor_is_kept_as_floating_point_stores_it():

    draw = random.Random(11)
    for _ in range(200):
        number = draw.uniform(1, 9) * 2.0 ** draw.randint(-20, 20)
        assert Scaled.of(number).factor == Fraction(number)
        assert Scaled.of(number, 24).factor == Fraction(float(numpy.float32(number)))
    for p, q in product(range(1, 40), repeat=2):  # Python's division of integers rounds once
        assert Scaled.of(Fraction(p, q)).factor == Fraction(p / q)


def test_a_steady_factor_lies_evenly_in_single_precision():
    """A framework takes the floor of j times 1/factor; of what an integer factor makes of each
    position the first reads just that position.
    """
    single = numpy.float32

    def even(factor):
        places = numpy.arange(0, 2000 * factor, factor).astype(single)
        return (numpy.floor(places * (single(1) / single(factor))) == numpy.arange(2000)).all()

    for factor in range(1, 60):
        assert even(factor) or not Scaled.of(factor).steady, factor
    assert Scaled.of(40).steady and not even(41) and not Scaled.of(41).steady
    assert Scaled.of(1 / 1024).steady and not Scaled.of(1 / 1025).steady


def test_outputs_lie_as_far_apart_as_the_short_fraction_that_is_meant():
    assert Scaled.of(0.1).at(50).ratio == 10
    assert Scaled.of(0.3, 24).at(50).ratio == Fraction(10, 3)
    odd = Fraction(2**40 + 1, 2**41)
    assert Scaled(odd).at(50).ratio == 1 / odd


def test_nothing_is_smoothed_unless_it_is_said():
    """Half as many, each between two neighbours; smoothed, each of twice as many."""
    plain, smooth = (Scaled.of(0.5, mode="linear", **words) for words in ({}, {"smooth": True}))
    assert (plain.at(8).first(1), plain.at(8).last(1)) == (2, 3)
    assert (smooth.at(8).first(1), smooth.at(8).last(1)) == (1, 4)
