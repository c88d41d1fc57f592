"""Staircases against loops near zero, and, where islpy is installed, against its sets over all
integers.
"""

from random import Random

import pytest
from dumb import RELATIONS, count
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from needed import module
from sympy import Symbol

from shapealg import Same, ShapeError, Window
from shapealg.axis import door
from shapealg.axis.door import LIMIT
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.sizes import Sizes
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Ceiled
from shapealg.printing import LINE

of = QuasiAffine.of
PIECES = st.integers(1, 6).flatmap(
    lambda p: st.tuples(
        st.just(p), st.integers(-4, 4), st.lists(st.integers(-9, 9), min_size=p, max_size=p)
    )
)
STAIRS = PIECES.map(lambda piece: QuasiAffine(*piece))
STRETCH = range(-100, 200)


def stair(n, period, slope, steps):
    """Walking up from 0 or down from 0, one turn after the other."""
    gained = 0
    while n >= period:
        n, gained = n - period, gained + slope
    while n < 0:
        n, gained = n + period, gained - slope
    return gained + steps[n]


# ---------------------------------------------------------------- the value


@given(PIECES, st.integers(2, 3))
def test_its_values_and_its_smallest_form(piece, times):
    period, slope, _ = piece
    f = QuasiAffine(*piece)
    assert [f(n) for n in STRETCH] == [stair(n, *piece) for n in STRETCH]
    assert (
        QuasiAffine(
            period * times, slope * times, [stair(n, *piece) for n in range(period * times)]
        )
        == f
    )
    shorter = [
        p
        for p in range(1, period + 1)
        if len({stair(n + p, *piece) - stair(n, *piece) for n in range(period)}) == 1
    ]
    assert f.period == shorter[0]


@given(STAIRS, STAIRS, st.integers(-3, 3))
def test_what_is_made_of_two(f, g, times):
    made = f >> g, f + g, f - g, f * times, times * f + 2, -f
    for n in STRETCH:
        assert [h(n) for h in made] == [
            g(f(n)),
            f(n) + g(n),
            f(n) - g(n),
            times * f(n),
            times * f(n) + 2,
            -f(n),
        ]


@given(STAIRS, STAIRS, STAIRS)
def test_a_monoid(f, g, h):
    assert (f >> g) >> h == f >> (g >> h)
    assert QuasiAffine.affine(1) >> f == f == f >> QuasiAffine.affine(1)


@given(STAIRS, STAIRS, st.integers(-5, 40))
@settings(deadline=None)
def test_min_and_max_or_a_refusal(f, g, floor):
    """Behind n = 900 nothing happens any more: the two are less than 30 apart at 0, and part by at
    least 1 in 30.
    """
    tail = range(floor, 1000)
    for extreme, method in ((min, f.min), (max, f.max)):
        values = [extreme(f(n), g(n)) for n in tail]
        try:
            found = method(g, floor)
        except ShapeError as error:
            start = int(error.works.en.split()[3])
            found = method(g, start)
            assert (
                start > floor and [found(n) for n in range(start, 1000)] == values[start - floor :]
            )
            assert {f(n) > g(n) for n in tail if f(n) != g(n)} == {False, True}
        else:
            assert [found(n) for n in tail] == values


@given(STAIRS, STAIRS, st.sampled_from(sorted(RELATIONS)), st.integers(-9, 20))
@settings(max_examples=200, deadline=None)
def test_where(f, g, relation, floor):
    holds = RELATIONS[relation]
    found = f.where(relation, g, floor)
    assert [n for n in range(-20, 900) if n in found] == [
        n for n in range(floor, 900) if holds(f(n), g(n))
    ]
    assert f.agrees(g, floor) == f.where("==", g, floor) == (f - g).where("==", 0, floor)


def drawn(draw):
    period = draw.randint(1, 3)
    return QuasiAffine(period, draw.randint(-2, 2), [draw.randint(-3, 3) for _ in range(period)])


@pytest.mark.parametrize("seed", range(30))
def test_small_ones_compare_as_their_values_do(seed):
    """Few steps and small ones: what is less than 10 apart and parts by 1 in 6 has parted by 90."""
    draw = Random(seed)
    f, g, start = drawn(draw), drawn(draw), draw.randint(-9, 12)
    for relation, holds in RELATIONS.items():
        found = f.where(relation, g, start)
        listed = [n for n in range(start, 90) if holds(f(n), g(n))]
        assert [n for n in range(-20, 90) if n in found] == listed
    for values, method in (
        ([min(f(n), g(n)) for n in range(start, 90)], f.min),
        ([max(f(n), g(n)) for n in range(start, 90)], f.max),
    ):
        orders = {f(n) > g(n) for n in range(start, 90) if f(n) != g(n)}
        if len(orders) > 1 and (f - g).gain:
            with pytest.raises(ShapeError, match="neither of these staircases stays below"):
                method(g, start)
        else:
            assert [method(g, start)(n) for n in range(start, 90)] == values


@given(STAIRS)
def test_the_line_says_the_function(f):
    said = (
        str(f)
        .replace("−", "-")
        .replace("·", "*")
        .replace("⌊", "(")
        .replace("⌋", ")")
        .replace("/", "//")
        .replace("[n mod", "[n %")
    )
    for digit in "0123456789":
        said = said.replace(f"{digit}n", f"{digit}*n")
    assert [eval(said, {"n": n}) for n in range(-20, 40)] == [f(n) for n in range(-20, 40)]


@pytest.mark.parametrize(
    ("f", "said"),
    (
        (of(Window(3, 2)), "⌊(n − 1)/2⌋"),
        (of(Window(2, 2)), "⌊n/2⌋"),
        (of(Transposed(Window(3, 2))), "2n + 1"),
        (of(Scaled.of(1.5)), "⌊3n/2⌋"),
        (of(Adaptive(7)), "7"),
        (of(Window(16, 16)) * 16 - 4, "16·⌊(n − 16)/16⌋ + 12"),
        (QuasiAffine(3, 4, (1, 2, 5)), "4·⌊n/3⌋ + (1, 2, 5)[n mod 3]"),
        (-of(Transposed(Window(1, 1, 2))), "−n + 2"),
    ),
    ids=str,
)
def test_the_words(f, said):
    assert str(f) == said


# ---------------------------------------------------------------- the maps of an axis


def ceiled(n, k, s, lo, hi, clipped):
    """Windows laid down until the padded end is reached; the last may hang over, but if clipped not
    begin behind the input.
    """
    starts = [-lo]
    while starts[-1] + k < n + hi:
        starts.append(starts[-1] + s)
    return len([start for start in starts if start < n or not clipped])


GRID = [
    (k, s, lo, hi)
    for k in (1, 2, 3, 5)
    for s in (1, 2, 3, 4)
    for lo, hi in ((0, 0), (1, 1), (0, 2), (3, 0), (-1, 1))
]


@pytest.mark.parametrize(("k", "s", "lo", "hi"), GRID)
def test_windows_and_their_kin(k, s, lo, hi):
    window = Window(k, s, lo, hi)
    for n in range(1, 60):
        assert max(of(window)(n), 0) == count(n, k, s, 1, lo, hi)
        assert of(Same(k, s))(n) == len(range(0, n, s))
        assert (
            of(Transposed(window))(n)
            == max(j * s + tap for j in range(n) for tap in range(k)) + 1 - lo - hi
        )
        if n + lo + hi >= k and n + lo >= 1:
            assert of(Ceiled(window))(n) == ceiled(n, k, s, lo, hi, True)
            assert of(Ceiled(window, clipped=False))(n) == ceiled(n, k, s, lo, hi, False)


def test_sizes_that_are_given_or_scaled():
    for n in range(1, 99):
        assert of(Resized(5))(n) == of(Adaptive(5))(n) == 5
        assert (of(Scaled.of(2))(n), of(Scaled.of(0.5))(n), of(Scaled.of(1.5))(n)) == (
            2 * n,
            n // 2,
            n + n // 2,
        )


@pytest.mark.parametrize(
    "wrong",
    (
        lambda: of(Scaled.of(0.29)),
        lambda: of(Window("k")),
        lambda: of(Window(3, "s")),
        lambda: of(3),
        lambda: of(None),
        lambda: of(Window(1, LIMIT + 1)),
        lambda: QuasiAffine(2, 1, (0,)),
        lambda: QuasiAffine(0, 1, ()),
        lambda: QuasiAffine(1, 1.0, (0,)),
        lambda: QuasiAffine(1, 1, (0.5,)),
        lambda: of(Window(3))(2.0),
        lambda: of(Window(3)).where("=~", 1),
        lambda: of(Window(3)).agrees("f"),
        lambda: of(Window(1, 1021)) + of(Window(1, 1031)),
        lambda: of(Window(1, 1, -LIMIT - 1)).where("<", 1),
    ),
)
def test_what_is_no_staircase_is_refused(wrong):
    with pytest.raises(ShapeError):
        wrong()


def test_the_smaller_is_sought_from_0_on_where_nothing_else_is_said():
    """2n − 1 is below n at 0, and at no larger size."""
    one, two = QuasiAffine.affine(1), QuasiAffine.affine(2, -1)
    assert one.where(">=", 0) == one.agrees(one) == Sizes.every(0)
    assert one.min(two, start=1) == one and one.max(two, start=1) == two
    for extreme in (one.min, one.max):
        with pytest.raises(ShapeError, match="from n = 1 on works"):
            extreme(two)


def test_as_many_sizes_are_looked_at_as_may_be(monkeypatch):
    """Those before the change of sign, where they belong to the set, and those within it."""
    monkeypatch.setattr(door, "LIMIT", 8)
    n = QuasiAffine.affine(1)
    assert n.where("<", 7) == Sizes.interval(0, 6) and n.where(">", 100) == Sizes.every(101)
    assert QuasiAffine(8, 1, (0,) * 8).where(">=", 1) == Sizes.every(8)
    with pytest.raises(ShapeError, match="received 9; at most 8 works"):
        n.where("<", 8)


def test_a_factor_is_sought_in_gains_that_are_not_too_long():
    assert QuasiAffine(2, LIMIT, (0, 0)).one_floor() == (LIMIT, 1, 0, 2, 0)
    assert QuasiAffine(2, 2 * LIMIT, (0, 0)).one_floor() is None
    odd = 2 * LIMIT + 1  # ⌊odd · n/2⌋
    assert QuasiAffine(2, odd, (0, LIMIT)).one_floor() == (1, odd, 0, 2, 0)


def test_one_is_written_as_what_makes_it_where_that_fits_a_line():
    lengths = set()
    for digits in range(1, 112):
        steps = 10 ** (digits // 2), 10 ** -(-digits // 2) + 7
        code = f"QuasiAffine(2, 1, ({steps[0]}, {steps[1]}))"
        made = repr(QuasiAffine(2, 1, steps))
        assert made == code if len(code) <= LINE else made.startswith("<QuasiAffine: ")
        lengths.add(len(code))
    assert {LINE, LINE + 1} <= lengths
    assert repr(QuasiAffine(2, 10**70, (0, 5))).startswith("<QuasiAffine: ")


def test_what_is_wrong_is_named():
    open_ = Symbol("k", integer=True)
    for name, wrong in (
        ("steps must be a sequence of integers; received 3", lambda: QuasiAffine(2, 1, 3)),
        ("steps must be an integer; received 0.5", lambda: QuasiAffine(1, 1, (0.5,))),
        ("gain must be an integer; received 1.5", lambda: QuasiAffine(1, 1.5, (0,))),
        ("count must be a number here; received 1 - k", lambda: of(Window(open_))),
        ("a period of 2 needs as many steps; received 3", lambda: QuasiAffine(2, 1, (0, 0, 1))),
    ):
        with pytest.raises(ShapeError, match=f"^{name}; "):
            wrong()


def test_far_away():
    n = 10**30 + 7
    assert QuasiAffine(2, 2 * 10**400, (0, 10**400)) == QuasiAffine.affine(10**400)
    assert of(Window(3, 2, 1, 1))(n) == (n + 1) // 2
    assert of(Window(1, 1, -(10**30))).where(">=", 1) == Sizes.every(10**30 + 1)


# ---------------------------------------------------------------- networks, as found by running
# them for n = 1 .. 400

SIZE = QuasiAffine.affine(1)
EVER = Sizes.every(1)


def positive(*sizes):
    accepted = EVER
    for size in sizes:
        accepted &= size.where(">=", 1, start=1)
    return accepted


def down_and_up(down, up):
    """Four levels down, and up again, where every size must meet the one left on its level."""
    levels = [SIZE]
    for _ in range(4):
        levels.append(levels[-1] >> down)
    size, accepted = levels.pop(), positive(*levels)
    accepted &= positive(size)
    for level in reversed(levels):
        size = size >> up
        accepted &= size.agrees(level, start=1)
    return accepted, size


@pytest.mark.parametrize(
    ("down", "up", "accepted"),
    (
        (Window(2, 2), Transposed(Window(2, 2)), Sizes.classes(16, (0,), 16)),
        (Window(3, 2, 1, 1), Transposed(Window(3, 2, 1, 1)), Sizes.classes(16, (1,), 1)),
        (Ceiled(Window(3, 2)), Transposed(Window(3, 2)), Sizes.classes(16, (15,), 31)),
    ),
    ids=str,
)
def test_networks_that_must_meet_their_own_sizes(down, up, accepted):
    found, size = down_and_up(of(down), of(up))
    assert found == accepted
    assert (size - SIZE).where("==", 0, start=1) & found == found  # what comes out is n


def test_the_unpadded_u_net_of_2015():
    """Crops need the skip to be at least as large; a pixel is lost where a pooling's count,
    transposed, is not its input.
    """
    convolutions, pool, up = (
        of(Window(3) >> Window(3)),
        of(Window(2, 2)),
        of(Transposed(Window(2, 2))),
    )
    skips, nodes, exact = [], [], EVER
    size = SIZE
    for _ in range(4):
        skips.append(size >> convolutions)
        exact &= (skips[-1] >> pool >> up).agrees(skips[-1], start=1)
        size = skips[-1] >> pool
        nodes += [skips[-1], size]
    size = size >> convolutions
    nodes.append(size)
    accepted = positive(*nodes)
    for skip in reversed(skips):
        size = size >> up
        accepted &= skip.where(">=", size, start=1)
        size = size >> convolutions
        accepted &= positive(size)
    assert accepted == Sizes.every(188)
    assert accepted & exact == Sizes.classes(16, (12,), 188) and 572 in accepted & exact
    assert all(size(n) == 16 * ((n - 124) // 16) - 60 for n in range(188, 400)) and size(572) == 388


def test_two_branches_that_are_added():
    one, two = of(Window(3, 4, 1, 1)), of(Window(3, 4))
    assert one.agrees(two, start=1) & positive(one, two) == Sizes.classes(4, (0, 3), 3)


def test_three_by_three_twice_halved():
    """Nested floors become one."""
    half = of(Window(2, 2))
    assert half >> half >> half >> half >> half == of(Window(32, 32))


# ---------------------------------------------------------------- over all integers, by another's
# decision procedure


def as_isl(f, variable="o"):
    return " or ".join(
        f"(exists q: n = {f.period}q + {r} and {variable} = {f.gain}q + {step})"
        for r, step in enumerate(f.steps)
    )


def as_isl_set(isl, sizes):
    parts = [
        f"exists q: n = {sizes.modulus}q + {r} and n >= {sizes.start}" for r in sizes.residues
    ] + [f"n = {n}" for n in sizes.exceptions]
    return isl.Set("{ [n] : " + (" or ".join(f"({part})" for part in parts) or "false") + " }")


@given(STAIRS, STAIRS, st.sampled_from(sorted(RELATIONS)), st.integers(-5, 20))
@settings(max_examples=60, deadline=None)
def test_where_over_all_integers(f, g, relation, floor):
    isl = module("islpy")
    sign = {"==": "="}.get(relation, relation)
    expected = isl.Set(
        f"{{ [n] : n >= {floor} and exists a, b: ({as_isl(f, 'a')}) and ({as_isl(g, 'b')}) and a"
        f" {sign} b }}"
    )
    assert as_isl_set(isl, f.where(relation, g, floor)).is_equal(expected)


@given(STAIRS, STAIRS)
@settings(max_examples=40, deadline=None)
def test_composition_over_all_integers(f, g):
    isl = module("islpy")
    first, later, both = (isl.Map(f"{{ [n] -> [o] : {as_isl(h)} }}") for h in (f, g, f >> g))
    assert first.apply_range(later).is_equal(both)


@given(STAIRS, STAIRS, st.integers(-5, 40))
@settings(max_examples=40, deadline=None)
def test_min_over_all_integers(f, g, floor):
    isl = module("islpy")
    try:
        least = f.min(g, floor)
    except ShapeError:
        assume(False)
    wrong = isl.Set(
        f"{{ [n] : n >= {floor} and exists a, b, c: ({as_isl(f, 'a')}) and ({as_isl(g, 'b')}) and"
        f" ({as_isl(least, 'c')}) and (c > a or c > b or (c < a and c < b)) }}"
    )
    assert wrong.is_empty()
