"""One window against loops: a monoid, an adjunction, and SAME."""

from itertools import islice, product

import numpy
import pytest
import sympy
from dumb import count, same_outputs, same_padding, windows
from hypothesis import given, settings
from hypothesis import strategies as st

from shapealg import Interval, Length, Same, ShapeError, Sizes, Transposed, Window
from shapealg.axis.door import integer
from shapealg.errors import Undecided

SMALL = st.builds(
    Window, st.integers(1, 7), st.integers(1, 4), st.integers(-3, 5), st.integers(-3, 5)
)
GRID = [
    Window(k, s, lo, hi)
    for k in (1, 2, 3, 5)
    for s in (1, 2, 3)
    for lo, hi in ((0, 0), (1, 2), (3, 0), (-1, 1), (-2, -1))
]


def symbolic(i):
    return Window(
        *sympy.symbols(f"k{i} s{i}", integer=True, positive=True),
        *sympy.symbols(f"lo{i} hi{i}", integer=True),
    )


def expanded(window):
    return tuple(sympy.expand(getattr(window, name)) for name in ("kernel", "stride", "lo", "hi"))


@given(SMALL, SMALL, SMALL)
def test_a_monoid_on_ints(a, b, c):
    assert (a >> b) >> c == a >> (b >> c)
    assert Window.identity >> a == a == a >> Window.identity


def test_a_monoid_on_symbols():
    a, b, c = map(symbolic, (1, 2, 3))
    assert expanded((a >> b) >> c) == expanded(a >> (b >> c))
    assert expanded(Window.identity >> a) == expanded(a) == expanded(a >> Window.identity)


def test_the_identity_reads_its_own_place():
    assert windows(9, 1) == [[j] for j in range(9)]
    assert [Window.identity.first(j) for j in range(9)] == list(range(9)) and Window.identity.count(
        9
    ) == 9


@given(SMALL, SMALL, st.integers(1, 60))
@settings(deadline=None)
def test_composition_is_one_loop_after_the_other(a, b, n):
    """The places an output reads through both layers, collected by loops, span exactly the composed
    window.
    """
    middle = windows(n, a.kernel, a.stride, 1, a.lo, a.hi)
    outer = windows(len(middle), b.kernel, b.stride, 1, b.lo, b.hi)
    if not middle or not outer:
        return
    both = a >> b
    assert both.count(n) == len(outer)
    for j, row in enumerate(outer):
        # A place of layer 2's padding reads where layer 1 would read if it went on.
        seen = [i * a.stride - a.lo + tap for i in row for tap in range(a.kernel)]
        assert (both.first(j), both.last(j)) == (min(seen), max(seen))


@pytest.mark.parametrize("window", GRID, ids=str)
def test_count_and_places_against_the_loop(window):
    for n in range(0, 25):
        rows = windows(n, window.kernel, window.stride, 1, window.lo, window.hi)
        assert max(window.count(n), 0) == len(rows)
        assert [(window.first(j), window.last(j)) for j in range(len(rows))] == [
            (row[0], row[-1]) for row in rows
        ]


@pytest.mark.parametrize("window", GRID, ids=str)
def test_adjunction_over_all_integers(window):
    for m in range(-6, 12):
        for n in range(-12, 40):
            assert (m <= window.count(n)) == (window.need(m) <= n)


@pytest.mark.parametrize("window", GRID, ids=str)
def test_the_fibre_is_every_size_with_that_count(window):
    for m in range(1, 9):
        sizes = [
            n
            for n in range(-20, 60)
            if count(n, window.kernel, window.stride, 1, window.lo, window.hi) == m
        ]
        assert sizes == [n for n in range(-20, 60) if n in window.fibre(m)]


def test_an_interval_is_its_numbers():
    numbers = Interval(2, 4)
    assert [x in numbers for x in range(1, 6)] == [False, True, True, True, False]
    assert list(numbers) == [2, 3, 4] and len(numbers) == 3 and numbers
    assert list(numbers.sizes) == [2, 3, 4] and numbers == Interval(numpy.int8(2), sympy.Integer(4))
    assert repr(numbers) == "Interval(low=2, high=4)"
    for none in (Interval(4, 3), Interval(4, -7)):
        assert not none and list(none) == [] and len(none) == 0 and 4 not in none
        assert none.sizes == Sizes.none()


def test_an_interval_without_end():
    endless = Interval(3, sympy.oo)
    assert list(islice(endless, 3)) == [3, 4, 5] and endless and 10**30 in endless
    assert endless.sizes == Sizes.every(3)
    with pytest.raises(ShapeError, match="without end has no length"):
        len(endless)


def test_an_interval_of_symbols_answers_what_can_be_decided():
    n, m = sympy.symbols("n m", integer=True)
    numbers = Window(3, 2).fibre(m)
    assert numbers == Interval(2 * m + 1, 2 * m + 2) and numbers
    assert 2 * m + 1 in numbers and 2 * m not in numbers
    for ask, told in (
        (lambda: n in numbers, r"n in 2\*m \+ 1 … 2\*m \+ 2;"),
        (lambda: bool(Interval(n, m)), r"Interval\(low=n, high=m\);"),
    ):
        with pytest.raises(Undecided, match=f"cannot be decided; received {told}"):
            ask()
    for ask in (
        *(lambda: list(numbers), lambda: len(numbers), lambda: numbers.sizes),
        *(lambda: list(Interval(n, 3)), lambda: list(Interval(3, n))),
    ):
        with pytest.raises(ShapeError, match="has no list of numbers"):
            ask()


@pytest.mark.parametrize("value", (1.5, "a b", None, True, sympy.Rational(1, 2)), ids=str)
def test_the_ends_of_an_interval_are_integers(value):
    for ask in (
        lambda: Interval(value, 3),
        lambda: Interval(3, value),
        lambda: value in Interval(1, 3),
    ):
        with pytest.raises(ShapeError):
            ask()


def test_where_no_input_gives_so_many_the_fibre_is_empty():
    """Two inputs apart write 2 and 4 positions: none 3."""
    up = Transposed(Window(2, 2))
    assert [list(up.fibre(m)) for m in (2, 3, 4)] == [[1], [], [2]]


def test_taps_lie_side_by_side_where_nothing_else_is_said_and_one_tap_is_alone():
    assert [Window.dilated(k) for k in (1, 2, 3)] == [Window(1), Window(2), Window(3)]
    assert Window(1).dilation(1) == Window(4).dilation(4) == 1


def test_at_does_not_move_a_window():
    assert Window(3, 2, 1, 0).at(99) == Window(3, 2, 1, 0)


# ---------------------------------------------------------------- SAME


def tensorflow_rule(n, k, s):
    """Padding as documented in https://www.tensorflow.org/api_docs/python/tf/nn ("Notes on
    padding"), before and after.
    """
    along = max(k - s, 0) if n % s == 0 else max(k - n % s, 0)
    return along // 2, along - along // 2


@pytest.mark.parametrize("k", range(1, 8))
@pytest.mark.parametrize("s", range(1, 5))
def test_same_pads_as_tensorflow_says_and_no_more_than_needed(k, s):
    for n in range(1, 30):
        placed = Same(k, s).at(n)
        assert (placed.lo, placed.hi) == tensorflow_rule(n, k, s)
        assert Same(k, s).padded_at(n) == placed
        assert placed.lo + placed.hi == Same(k, s).padding(n) == same_padding(n, k, s)
        assert Same(k, s).count(n) == same_outputs(n, s) == count(n, k, s, 1, placed.lo, placed.hi)


def test_same_on_symbols_is_same_on_numbers():
    n, k, s = sympy.symbols("n k s", integer=True, positive=True)
    placed = Same(k, s).at(n)
    for at in ({n: 7, k: 3, s: 2}, {n: 8, k: 3, s: 2}, {n: 9, k: 1, s: 4}):
        assert (placed.lo.subs(at), placed.hi.subs(at)) == tensorflow_rule(at[n], at[k], at[s])


# ---------------------------------------------------------------- refusals

BAD = (
    True,
    3.0,
    "3",
    None,
    [3],
    float("nan"),
    sympy.nan,
    sympy.Rational(1, 2),
    sympy.Float(3),
    object,
)


@pytest.mark.parametrize("value", BAD, ids=repr)
@pytest.mark.parametrize("name", ("kernel", "stride", "lo", "hi"))
def test_a_window_is_made_of_integers(name, value):
    with pytest.raises(
        ShapeError, match=f"^Window needs an int or a SymPy expression for {name}; received "
    ):
        Window(**{"kernel": 3, name: value})


def test_an_open_number_does_not_hide_the_next_one():
    for wrong, name in (((0,), "stride"), ((1, 1.5), "lo"), ((1, 0, None), "hi")):
        with pytest.raises(ShapeError, match=f"^Window needs .*{name}"):
            Window(Length.of("k"), *wrong)


@pytest.mark.parametrize("value", (0, -1, -(10**5000)), ids=("0", "-1", "huge"))
@pytest.mark.parametrize(
    ("name", "make"),
    (
        ("kernel", lambda v: Window(v)),
        ("stride", lambda v: Window(3, v)),
        ("kernel", Same),
        ("stride", lambda v: Same(3, v)),
        ("taps", lambda v: Window.dilated(v, 2)),
        ("dilation", lambda v: Window.dilated(3, v)),
        ("taps", lambda v: Window.dilated(v, v)),
    ),
)
def test_at_least_one(name, make, value):
    with pytest.raises(ShapeError) as caught:
        make(value)
    assert str(caught.value).startswith(f"Window needs {name} of at least 1; received ")
    assert str(caught.value).endswith("the nearest that works is 1") and caught.value.zh.startswith(
        f"Window 的 {name} 至少为 1；收到 "
    )


@pytest.mark.parametrize("value", (3.5, True, "3", None, [3]), ids=repr)
@pytest.mark.parametrize("ask", ("count", "need", "first", "last", "fibre"))
def test_no_float_gets_in(ask, value):
    with pytest.raises(ShapeError):
        getattr(Window(3, 2), ask)(value)


@pytest.mark.parametrize("value", (3.5, True, "3", None, [3]), ids=repr)
@pytest.mark.parametrize("ask", ("count", "padding", "at"))
def test_no_float_gets_into_same(ask, value):
    with pytest.raises(ShapeError):
        getattr(Same(3, 2), ask)(value)


def test_a_window_is_not_composed_with_a_number():
    with pytest.raises(TypeError):
        Window(3) >> 3


@pytest.mark.parametrize("axis", GRID + [Same(k, s) for k in (1, 2, 5) for s in (1, 2, 3)], ids=str)
def test_the_count_is_the_floor_that_it_says(axis):
    """(more, s) where count(n) = ⌊(n + more)/s⌋, from the first size that gives an output."""
    more, s = axis.as_floor
    for n in range(integer(axis.need(1), "n"), integer(axis.need(1), "n") + 40):
        assert axis.count(n) == (n + more) // s


def test_of_symbols_no_floor_is_told():
    k = sympy.Symbol("k", integer=True, positive=True)
    assert Window(k, 2).as_floor is Window(3, k).as_floor is Same(3, k).as_floor is None
    assert Window(3, 2, k, 1).as_floor is None


@pytest.mark.parametrize(("kernel", "stride"), list(product(range(1, 6), range(1, 5))))
def test_a_same_window_is_fixed_where_it_is_one_at_all_sizes(kernel, stride):
    for lower in (False, True):
        axis = Same(kernel, stride, lower)
        found = {axis.at(n) for n in range(1, 60)}
        assert axis.fixed == (found.pop() if len(found) == 1 else None)
    k = sympy.Symbol("k", integer=True, positive=True)
    assert Same(k, stride).fixed is Same(kernel, k).fixed is None
