"""What planted errors showed that nobody asked: ends, defaults, and the other ways through the maps
of one axis.
"""

import random
from itertools import count, product

import dumb
import numpy
import pytest
import sympy
from dumb import hanging

from shapealg import Same, ShapeError, Sizes, Transposed, Window
from shapealg.axis import door
from shapealg.axis.axis import span
from shapealg.axis.bound import Bound
from shapealg.axis.door import LIMIT, integer, several
from shapealg.axis.interval import Interval
from shapealg.axis.length import Length
from shapealg.axis.resized import Adaptive
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Borrowed, Reached
from shapealg.axis.waiting import Ceiled, Trimmed
from shapealg.errors import Undecided

H, W = Length.of("H"), Length.of("W")


def test_a_span_holds_both_ends_and_every_position():
    assert list(span(3, 6)) == [3, 4, 5, 6] and list(span(3, 9, 3)) == [3, 6, 9]
    for ends in ((sympy.Symbol("j"), 3), (3, sympy.Symbol("j")), (H, W)):
        with pytest.raises(ShapeError, match="numbers"):
            span(*ends)


@pytest.mark.parametrize("seed", range(40))
def test_links_are_the_positions_and_taps_that_meet(seed):
    """By laying taps down: an input i writes, or an output j reads, one tap at a time."""
    draw = random.Random(seed)
    k, d, s = draw.randint(1, 4), draw.randint(1, 3), draw.randint(1, 3)
    lo, hi, gap, n = draw.randint(0, 3), draw.randint(0, 3), draw.randint(1, 3), 9
    window = Window.dilated(k, d, s, lo, hi)
    for j in range(max(window.count(n), 0)):
        positions, taps = window.links(k, j)
        assert list(zip(positions, taps, strict=True)) == [
            (s * j - lo + d * t, t) for t in range(k)
        ]
    spread = Transposed(window)
    for j in range(max(spread.count(n), 0)):
        positions, taps = spread.links(k, j)
        met = {(i, t) for i in range(-9, n + 9) for t in range(k) if s * i - lo + d * t == j}
        assert set(zip(positions, taps, strict=True)) == met
        assert set(map(type, taps)) <= {int}
    apart = Spaced(window, gap)  # the input's positions lie at multiples of the gap
    for j in range(max(apart.count(n), 0)):
        positions, taps = apart.at(n).links(k, j)
        met = {(p, t) for p in range(-9, 30) for t in range(k) if s * j - lo + d * t == gap * p}
        assert set(zip(positions, taps, strict=True)) == met
        assert set(map(type, positions)) <= {int}


def test_a_given_number_of_outputs():
    """One position is enough; every size gives that number, and none another."""
    assert Adaptive(7).need(7) == Adaptive(7).need(1) == 1
    assert list(Adaptive(7).fibre(7).sizes.first(2)) == [1, 2] and not Adaptive(7).fibre(8)
    assert Adaptive("m").fibre("m").low == 1 and len(Adaptive(7).fibre(6)) == 0
    assert Adaptive(7).fibre(6) == Interval(1, 0)


def test_an_interval_of_one_number_is_one():
    assert Interval(4, 4) and len(Interval(4, 4)) == 1 and list(Interval(4, 4)) == [4]
    assert not Interval(5, 4) and len(Interval(5, 4)) == 0


def test_what_lengths_divide():
    assert 0 // H == 0
    for number in (1, -1, 5):
        with pytest.raises(ShapeError, match="divided by an open length"):
            number // H
    assert (H * W * 6) // (W * 2) == H * 3 and ((H + 1) * W) // (H + 1) == W
    for one, two in ((H, W), (H * W + 1, W), (H, H + 1)):
        with pytest.raises(ShapeError, match="no length"):
            one // two


@pytest.mark.parametrize("seed", range(20))
def test_expressions_and_factors_have_the_values_of_the_length(seed):
    draw = random.Random(seed)
    one = (H * draw.randint(1, 3) + draw.randint(-4, 4)) // draw.randint(2, 4) + draw.randint(1, 5)
    two = (W + draw.randint(-4, 4)) // draw.randint(2, 3) + draw.randint(1, 5)
    length = one * two * draw.choice((1, 4, -6))
    made = 1
    for factor in length.factors():
        made = made * factor
    for h, w in ((5, 9), (16, 7), (33, 32)):
        assert length.expr.subs({"H": h, "W": w}) is not None
        symbols = {symbol: {"H": h, "W": w}[symbol.name] for symbol in length.expr.free_symbols}
        assert int(length.expr.subs(symbols)) == length(H=h, W=w) == made(H=h, W=w)
    assert length == made and len(length.factors()) >= 2


@pytest.mark.parametrize("seed", range(40))
def test_the_smallest_input_of_windows_that_hang_over(seed):
    """Clipped windows begin inside the input or before it: found by laying them, size by size."""
    draw = random.Random(seed)
    k, s = draw.randint(1, 5), draw.randint(1, 4)
    lo, hi = draw.randint(0, k - 1), draw.randint(0, k - 1)
    for clipped in (True, False):
        axis = Ceiled(Window(k, s, lo, hi), clipped=clipped)
        for m in range(1, 6):
            fitting = (
                n
                for n in range(-20, 60)
                if n + lo + hi + s - 1 >= k and len(hanging(n, k, s, 1, lo, hi, clipped)) >= m
            )
            assert axis.need(m) == next(fitting), (k, s, lo, hi, m, clipped)


def test_what_waits_or_is_moved_apart_has_numbers_that_make_sense():
    free = Window(3, 2, sympy.Symbol("lo", integer=True))
    for told, wrong in (
        ("Spaced needs gap of at least 1; received 0", lambda: Spaced(Window(3), 0)),
        ("first must be a number here; received -lo", lambda: Spaced(free, 2).links(3, 0)),
        ("Trimmed needs kernel of at least 1; received 0", lambda: Trimmed(0, 1, 1)),
        ("Trimmed needs stride of at least 1; received 0", lambda: Trimmed(1, 0, 1)),
        ("Trimmed needs taps of at least 1; received 0", lambda: Trimmed(1, 1, 0)),
        ("less must be an integer; received 1.5", lambda: Trimmed(1, 1, 1, less=1.5)),
        ("kernel must be an integer; received 1.5", lambda: Trimmed(1.5, 1, 1)),
        ("lower must be True or False", lambda: Trimmed(1, 1, 1, lower=numpy.zeros(2))),
        ("padding must be a number here", lambda: Trimmed(3, 2, "t").at(5)),
        ("extra must be an integer; received 1.5", lambda: Borrowed(Same(3, 2), 1.5)),
        ("extra must be an integer; received 1.5", lambda: Reached(5, Window(3, 2), 1.5)),
    ):
        with pytest.raises(ShapeError, match=f"^{told}"):
            wrong()


def test_a_window_padded_by_its_input_keeps_how_it_rounds():
    for n, window in ((7, Window(3, 2, 1, 1)), (8, Window(3, 2, 0, 1))):
        for clipped in (True, False):
            assert Ceiled(Same(3, 2), clipped).padded_at(n) == Ceiled(window, clipped)


def test_the_odd_position_lies_where_it_is_said():
    for lower, lo, hi in ((False, 0, 1), (True, 1, 0)):
        same = Same(3, 2, lower)
        assert same.lower is lower and same.same == ("lower" if lower else "upper")
        assert same.at(8) == Window(3, 2, lo, hi)
    assert Same(3, 2, 1) == Same(3, 2, True) and Same(3, 2, 1).lower is True


def test_what_is_cropped_is_halved_without_what_is_left_in_front():
    """5 positions are cropped of 6: 2 in front; where 2 are left there, half of the other 3."""
    assert [Trimmed(1, 6, 1, less=less).at(6).lo for less in (0, 1, 2, 4, 9)] == [-2, -2, -1, 0, 0]


def test_the_smallest_input_moved_apart_is_one_position():
    for gap in (1, 2, 3):
        assert Spaced(Same(3, 2), gap).need(1) == 1


def test_borrowed_padding_is_cut_off_what_is_written():
    for n, k, s, extra in product(range(1, 6), (2, 3, 5), (1, 2, 3), (0, 1, 2)):
        axis, same = Borrowed(Same(k, s), extra), Same(k, s).at(n)
        written = dumb.transposed(n, k, s, 1, same.lo, same.hi)
        assert axis.count(n) == axis.at(n).count(n) == len(written) + extra


# ---------------------------------------------------------------- doors


def test_a_list_is_let_in_up_to_its_limit_and_an_endless_one_is_refused(monkeypatch):
    monkeypatch.setattr(door, "LIMIT", 8)
    assert several(range(8), "residues") == list(range(8)) and door.bounded(8) == 8
    for long in (range(9), count()):
        with pytest.raises(Undecided, match="received 9; at most 8 works"):
            several(long, "residues")


def test_a_number_that_is_none_is_refused_under_its_name():
    with pytest.raises(ShapeError, match="^taps must be an integer; received 3.5"):
        integer(3.5, "taps")


# ---------------------------------------------------------------- sets


def drawn(draw) -> Sizes:
    modulus = draw.choice((1, 2, 3, 4, 6))
    residues = draw.sample(range(modulus), draw.randint(0, min(modulus, 3)))
    return Sizes(
        modulus, residues, draw.randint(1, 12), draw.sample(range(1, 25), draw.randint(1, 6))
    )


@pytest.mark.parametrize("seed", range(60))
def test_questions_about_a_set_are_answered_by_its_members(seed):
    sizes = drawn(random.Random(seed))
    members = [n for n in range(-5, 90) if n in sizes]
    many = len(members) if not sizes.residues else 12
    assert list(sizes.first(many)) == members[:many] == [sizes[i] for i in range(many)]
    assert sizes[1:many:2] == tuple(members[1:many:2])
    if not sizes.residues:
        assert [sizes[i] for i in range(-many, 0)] == members and sizes[-2:] == tuple(members[-2:])
        for wrong in (many, -many - 1):
            with pytest.raises(IndexError):
                sizes[wrong]
    for n in range(-3, 40):
        below, above = [m for m in members if m < n][-1:], [m for m in members if m > n][:1]
        assert sizes.nearest(n) == ((n,) if n in members else (*below, *above))
        for ask, way in ((sizes.pad, above), (sizes.crop, below)):
            if n in members or way:
                assert ask(n) == (0 if n in members else abs(way[0] - n))
            else:
                with pytest.raises(ShapeError, match="there is no (larger|smaller) size"):
                    ask(n)
    assert eval(repr(sizes), {"Sizes": Sizes}) == sizes or repr(sizes).startswith("<")


@pytest.mark.parametrize("residues", ((1,), (0, 2), (1, 2, 4)))
def test_the_formula_of_several_classes_is_the_nearest_of_them(residues):
    sizes = Sizes.classes(5, residues, 1)
    (n,) = sizes.pad("n").free_symbols
    for value in range(20, 32):
        assert int(sizes.pad("n").subs(n, value)) == sizes.pad(value)
        assert int(sizes.crop("n").subs(n, value)) == sizes.crop(value)
    with pytest.raises(ShapeError, match="no formula"):
        Sizes.of(3, 5).pad("n")


def test_the_first_sizes_are_at_most_so_many():
    assert Sizes.every(3).first(0) == () and len(Sizes.every(3).first(LIMIT)) == LIMIT
    with pytest.raises(ShapeError):
        Sizes.every(3).first(LIMIT + 1)
    with pytest.raises(ShapeError, match="at least 0"):
        Sizes.every(3).first(-1)


def test_bounds_keep_their_reasons_when_they_join():
    one, two = Bound.above(Sizes.every(3), ("a",)), Bound.above(Sizes.classes(2, (0,)), ("b", "a"))
    plain = Sizes.classes(4, (0,), 4)
    for joined in (one & two, one | two):
        assert type(joined) is Bound and joined.because == ("a", "b")
    for joined in (one & plain, plain & one, one | plain, plain | one):
        assert type(joined) is Bound and joined.because == ("a",)
    assert 5 in one | plain and 5 not in one & plain and 4 in (one & two)
    assert str(one) == "at most every n ≥ 3 (an upper bound: what node a needs is not known)"
    assert "nodes a, b need" in str(one & two)
    assert one.text("s").en.startswith("at most every s ≥ 3 (")
    more = Bound.above(two, ("c", "a"))  # a bound for one reason more
    assert type(more) is Bound and more.because == ("b", "a", "c")
    with pytest.raises(ShapeError, match="lower bound"):
        one.complement()
