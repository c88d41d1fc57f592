"""For all integers, by z3: every law of one axis against what its words mean, and what sets of sizes,
staircases and lengths are made of against the values of their parts.

Nothing here knows a closed form: a law is held against "window j fits, and window j + 1 does not", a
sum against the sum of its parts. What z3 cannot decide within its budget is a failure.
"""

import re
from functools import cache
from random import Random

import pytest
from needed import module

from shapealg import QuasiAffine, Sizes, Window, formulas
from shapealg.axis.length import Length
from shapealg.axis.terms import Floor
from shapealg.render.code import smtlib

BUDGET = 200_000_000  # z3's own count of what it does, the same on every machine


def proven(*claims, given=()) -> bool:
    """Whether all claims hold wherever what is given does; a counterexample makes it false."""
    z3 = module("z3")
    engine = z3.Solver()
    engine.set(rlimit=BUDGET)
    engine.add(*given, z3.Not(z3.And(*claims)))
    answer = engine.check()
    assert answer != z3.unknown, engine.reason_unknown()
    return answer == z3.unsat


def open_in(claims) -> list:
    """The integers that claims are about."""
    z3, found, left = module("z3"), {}, list(claims)
    while left:
        each = left.pop()
        if z3.is_int(each) and each.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found[str(each)] = each
        left += each.children()
    return list(found.values())


# ---------------------------------------------------------------- laws


class Axis:
    """Windows laid from the left on one axis, every number of them open."""

    def __init__(self, z3, n="n", tail="", **fixed):
        def number(name):
            return fixed[name] if name in fixed else z3.Int(name + tail)

        self.z3, self.n = z3, z3.Int(n) if isinstance(n, str) else n
        self.k, self.s, self.d = number("k"), number("s"), number("d")
        self.lo, self.hi = number("lo"), number("hi")

    def first(self, j):
        return self.s * j - self.lo

    def last(self, j):
        return self.first(j) + self.d * (self.k - 1)

    def fits(self, j):
        return self.last(j) <= self.n - 1 + self.hi

    def reaches(self, j):
        return self.last(j) >= self.n - 1 + self.hi

    def counts(self, m, least=None):
        """m windows fit, and no more."""
        bound = () if least is None else (m >= least,)
        return self.z3.And(self.fits(m - 1), self.z3.Not(self.fits(m)), *bound)

    def hangs(self, m):
        """The first window that reaches the end is number m − 1."""
        z3 = self.z3
        return z3.And(self.reaches(m - 1), z3.Or(m == 1, z3.Not(self.reaches(m - 2))), m >= 1)

    def starts(self, m):
        """m windows begin inside the input or before it."""
        z3 = self.z3
        return z3.And(self.first(m - 1) < self.n, z3.Not(self.first(m) < self.n))


PLAIN = {"s": 1, "d": 1, "lo": 0, "hi": 0}


def same_quotient(z3, x, s, a) -> list:
    """What z3 is told of ⌊x/s⌋ for an open s ≥ 1: how it is defined, and that s·t is at least as
    far from 0 as s unless t is 0; it proves both first.
    """
    q = x / s
    told = [x == s * q + x % s, x % s >= 0, x % s < s]
    t, other = z3.Ints("t other")
    far = z3.Or(t == 0, s * t >= s, s * t <= -s)
    assert proven(far, given=[s >= 1])
    assert proven(*(z3.substitute(each, (x, other)) for each in told), given=[s >= 1])
    return [*told, z3.Or(q == a, s * q >= s * a + s, s * q <= s * a - s)]


def meanings(z3) -> dict:
    """law → what `m`, its value, means: claims, and what else is given (fresh names and all)."""
    n, m, k, s, d, p, f, op = z3.Ints("n m k s d p f op")
    lo, hi, a, b, c, t, u, v = z3.Ints("lo hi a b c t u v")
    whole = Axis(z3)
    kernel = Axis(z3, lo=0, hi=0)
    one, two = Axis(z3, tail="_1"), Axis(z3, n="a", tail="_2")
    total = Axis(z3, lo=0, hi=m)
    less = Axis(z3, lo=0, hi=m - 1)
    at_m, below, above = Axis(z3, n=m), Axis(z3, n=m - 1), Axis(z3, n=m + 1)
    inside = Axis(z3, k=1, d=1, lo=0, hi=0)  # places s apart within the input
    t1, t2 = z3.Ints("t_1 t_2")
    known = same_quotient(z3, n + lo + hi - d * (k - 1) - 1, s, a - 1)
    truth = z3.Bool("truth")
    return {
        "plain_output_size": [Axis(z3, **PLAIN | {"k": f}).counts(m, 1)],
        "conv_output_size": [whole.counts(m, 1)],
        "strided_output_size": [Axis(z3, d=1, lo=0, hi=0).counts(m, 1)],
        "dilated_output_size": [Axis(z3, s=1, lo=0, hi=0).counts(m, 1)],
        "valid_output_size": [kernel.counts(m, 1)],
        "symmetric_output_size": [Axis(z3, lo=p, hi=p).counts(m, 1)],
        "half_output_size": [
            z3.Implies(z3.Or(k == 2 * p, k == 2 * p + 1), Axis(z3, d=1, lo=p, hi=p).counts(m, 1))
        ],
        "full_output_size": [Axis(z3, s=1, lo=d * (k - 1), hi=d * (k - 1)).counts(m, 1)],
        "causal_output_size": [Axis(z3, lo=d * (k - 1), hi=0).counts(m, 1)],
        "same_output_size": [inside.counts(m, 1)],
        "same_padding": (
            [m >= 0, total.fits(a - 1), z3.Or(m == 0, z3.Not(less.fits(a - 1)))],
            [inside.counts(a)],
        ),
        "ceiling_as_floor": [s * m >= n, s * (m - 1) < n],
        "exact_fit_output_size": [whole.counts(m, 1), whole.last(m - 1) == n - 1 + hi],
        "unread_padded_size": (
            [m == n - 1 + hi - whole.last(a - 1), m >= 0],
            [whole.counts(a), *known],
        ),
        "unread_input_size": (
            # all positions from n − m on lie behind the last window, and no other of the input
            [
                z3.And(m >= 0, m <= n),
                z3.Or(m == n, whole.last(a - 1) >= n - 1 - m),
                z3.Implies(m > 0, n - m > whole.last(a - 1)),
            ],
            [whole.counts(a), *known],
        ),
        "window_adjunction": ([truth == (m <= a)], [whole.counts(a)]),
        "smallest_input_size": [at_m.fits(t - 1), z3.Not(below.fits(t - 1))],
        "largest_input_size": [at_m.counts(t), above.fits(t)],
        "transposed_output_size": [m == (s * (n - 1) + d * (k - 1)) + 1 + op - lo - hi, m >= 1],
        "restoring_output_padding": (
            [m >= 0, m < s, s * (a - 1) + d * (k - 1) + 1 - lo - hi + m == n],
            [whole.counts(a), *known],
        ),
        "padded_size": [m == n + lo + hi],
        "interior_padded_size": [m == n + (n - 1) * (s - 1)],
        "ceil_output_size": [whole.hangs(m)],
        "clipped_ceil_output_size": (
            [m <= a, m <= b, z3.Or(m == a, m == b), m >= 1],
            [whole.hangs(a), whole.starts(b)],
        ),
        "two_layer_output_size": ([two.counts(m, 1)], [one.counts(a)]),
        "factored_channels": [
            m * (c * t1 + f * t2) <= c * f * t1 * t2,
            (m + 1) * (c * t1 + f * t2) > c * f * t1 * t2,
        ],
        "flat_channel": [m == c * u + v, m >= 0],
    }


@cache
def stated(name: str) -> tuple:
    """The law as it is printed for a solver: its value is m, its assumptions hold."""
    z3, law = module("z3"), getattr(formulas, name)
    names = [p.name for p in law.parameters]
    kind, value = ("Bool", "truth") if name == "window_adjunction" else ("Int", "m")
    if value == "m" and "m" in names:  # an inverse law: its own m is t here
        call = " ".join("t" if each == "m" else each for each in names)
    else:
        call = " ".join(names)
    declared = sorted({*call.split(), value})
    consts = "\n".join(
        f"(declare-const {each} {kind if each == value else 'Int'})" for each in declared
    )
    text = f"{smtlib(law)}\n{consts}\n(assert (= {value} ({name} {call})))"
    return tuple(z3.parse_smt2_string(f"{text}\n(assert ({name}_holds {call}))"))


NAMES = tuple(meanings(module("z3")))


@pytest.mark.parametrize("name", NAMES)
def test_a_law_means_what_it_says(name):
    told = meanings(module("z3"))[name]
    claims, given = told if isinstance(told, tuple) else (told, [])
    assert proven(*claims, given=[*stated(name), *given])


@pytest.mark.parametrize("name", sorted({*NAMES} - {"window_adjunction"}))
def test_one_more_would_be_seen(name):
    """The same proof about the law's value and one, or one less, has a counterexample."""
    z3 = module("z3")
    told = meanings(z3)[name]
    claims, given = told if isinstance(told, tuple) else (told, [])
    m, moved = z3.Ints("m moved")
    for by in (1, -1):
        wrong = [z3.substitute(each, (m, moved)) for each in stated(name)]
        near = [z3.And(v >= -9, v <= 30) for v in open_in([*claims, *wrong, *given])]
        assert not proven(*claims, given=[*wrong, m == moved + by, *given, *near])


def test_every_law_with_a_floor_is_among_them():
    """But those over lists and arrays, which no solver takes; a chain is two layers, again and again."""
    rounded = {law.name for law in formulas.laws() if re.search("floor|ceil|bmod", law.latex())}
    over_lists = {"chain_output_size", "spanned_axis_convolution"}
    assert len(rounded) > 10 and rounded - {*NAMES} == over_lists


# ---------------------------------------------------------------- sets of sizes


def drawn_sizes(draw) -> Sizes:
    modulus = draw.choice((1, 2, 3, 4, 6, 8, 12))
    residues = draw.sample(range(modulus), draw.randint(0, modulus))
    return Sizes(modulus, residues, draw.randint(-3, 20), draw.sample(range(-5, 30), 4))


def member(z3, sizes: Sizes, n):
    """Whether n is in the set, by its four fields."""
    residue = z3.Or(*(n % sizes.modulus == r for r in sizes.residues))
    listed = z3.Or(*(n == each for each in sizes.exceptions))
    return z3.Or(z3.And(n >= sizes.start, residue), listed)


@pytest.mark.parametrize("seed", range(40))
def test_sets_join_and_complement(seed):
    z3, draw = module("z3"), Random(seed)
    n, one, two = z3.Int("n"), drawn_sizes(draw), drawn_sizes(draw)
    inside, outside = member(z3, one, n), member(z3, two, n)
    floor = draw.randint(-9, 9)
    assert proven(
        member(z3, one & two, n) == z3.And(inside, outside),
        member(z3, one | two, n) == z3.Or(inside, outside),
        member(z3, one.complement(floor), n) == z3.And(n >= floor, z3.Not(inside)),
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_set_is_what_it_was_built_from(seed):
    """Whatever is left out or drawn together in the canonical form; and equal sets are one."""
    z3, draw = module("z3"), Random(seed)
    n, modulus, turns = z3.Int("n"), draw.choice((1, 2, 3, 4)), draw.choice((1, 2, 3))
    residues = draw.sample(range(modulus), draw.randint(1, modulus))
    wide = [r + modulus * t for r in residues for t in range(turns)]
    low, listed = draw.randint(-3, 20), draw.sample(range(-5, 30), 4)
    made = Sizes(modulus * turns, wide, low, listed)
    meant = z3.Or(
        z3.And(n >= low, z3.Or(*(n % modulus == r for r in residues))),
        z3.Or(*(n == each for each in listed)),
    )
    assert proven(member(z3, made, n) == meant)
    start, others = made.unfolded
    unfolded = z3.And(n >= start, z3.Or(*(n % made.modulus == r for r in made.residues)))
    assert not made.residues or proven(
        member(z3, made, n) == z3.Or(unfolded, *(n == each for each in others))
    )


@pytest.mark.parametrize("seed", range(20))
def test_padding_leads_to_the_next_size_and_cropping_to_the_one_before(seed):
    """From the minimum on, for every n: the formula's way, and no size on it."""
    z3, draw = module("z3"), Random(seed)
    sizes = Sizes.classes(m := draw.choice((2, 3, 4, 6)), draw.sample(range(m), 2), 1)
    m = sizes.modulus
    n, between = z3.Ints("n between")
    ways = {1: [(r - n) % m for r in sizes.residues], -1: [(n - r) % m for r in sizes.residues]}
    for sign, told in ((1, sizes.pad("n")), (-1, sizes.crop("n"))):
        way = z3.Int("way")
        shortest = [way <= each for each in ways[sign]]
        given = [n >= sizes.start + m, z3.Or(*(way == each for each in ways[sign])), *shortest]
        passed = z3.And(sign * between >= sign * n, sign * between < sign * (n + sign * way))
        assert proven(
            member(z3, sizes, n + sign * way),
            z3.Implies(passed, z3.Not(member(z3, sizes, between))),
            given=given,
        )
        for value in range(50, 62):  # and this is the formula that is told
            (symbol,) = told.free_symbols
            assert int(told.subs(symbol, value)) == min(
                (sign * (r - value)) % m for r in sizes.residues
            )


# ---------------------------------------------------------------- staircases


def drawn_stairs(draw) -> QuasiAffine:
    period = draw.choice((1, 2, 3, 4, 5))
    return QuasiAffine(period, draw.randint(-3, 4), [draw.randint(-9, 9) for _ in range(period)])


def value(z3, stairs: QuasiAffine, n):
    """f(n) by its three fields."""
    made = stairs.steps[-1]
    for r in range(stairs.period - 1):
        made = z3.If(n % stairs.period == r, stairs.steps[r], made)
    return stairs.gain * (n / stairs.period) + made


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.many(4)
def test_staircases_compute_as_their_values(seed):
    z3, draw = module("z3"), Random(seed)
    n, f, g, times = z3.Int("n"), drawn_stairs(draw), drawn_stairs(draw), draw.randint(-4, 4)
    a, b = value(z3, f, n), value(z3, g, n)
    assert proven(
        value(z3, f + g, n) == a + b,
        value(z3, f - g, n) == a - b,
        value(z3, f * times, n) == a * times,
        value(z3, -f, n) == -a,
        value(z3, f + times, n) == a + times,
        value(z3, f >> g, n) == value(z3, g, a),
    )


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.many(4)
def test_where_staircases_compare_is_where_their_values_do(seed):
    z3, draw = module("z3"), Random(seed)
    n, f, g, floor = z3.Int("n"), drawn_stairs(draw), drawn_stairs(draw), draw.randint(-9, 9)
    a, b = value(z3, f, n), value(z3, g, n)
    holds = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    for relation, meant in holds.items():
        said = member(z3, f.where(relation, g, floor), n)
        assert proven(said == z3.And(n >= floor, meant)), relation
    level = QuasiAffine(g.period, f.gain * g.period, [s for s in g.steps])
    level = level if (level - f).gain == 0 else f + draw.randint(-2, 2)
    c = value(z3, level, n)
    assert proven(value(z3, f.min(level), n) == z3.If(a < c, a, c))
    assert proven(value(z3, f.max(level), n) == z3.If(a > c, a, c))


@pytest.mark.parametrize("seed", range(40))
def test_the_form_with_one_floor_is_the_staircase(seed):
    z3, draw = module("z3"), Random(seed)
    n = z3.Int("n")
    f = QuasiAffine.of(Window(draw.randint(1, 7), draw.randint(1, 6), 1, draw.randint(0, 3)))
    f = f * draw.randint(1, 3) + draw.randint(-5, 5)
    outer, a, b, period, rest = f.one_floor()
    assert proven(value(z3, f, n) == outer * ((a * n + b) / period) + rest)


# ---------------------------------------------------------------- lengths


def term(z3, length):
    """A length as z3 writes it, by its terms."""
    if isinstance(length, int):
        return z3.IntVal(length)
    total = z3.IntVal(0)
    for monomial, factor in length.terms.items():
        part = z3.IntVal(factor)
        for atom in monomial:
            inner = isinstance(atom, Floor)
            part *= (
                term(z3, Length(dict(atom.terms))) / atom.divisor if inner else z3.Int(atom.name)
            )
        total += part
    return total


def drawn_length(z3, draw, depth: int) -> tuple:
    """A random expression of H and W, computed by lengths and by z3."""
    if depth == 0 or draw.random() < 0.15:
        if draw.random() < 0.3:
            number = draw.randint(-6, 6)
            return number, z3.IntVal(number)
        name = draw.choice("HW")
        return Length.of(name), z3.Int(name)
    (x, a), (y, b) = (drawn_length(z3, draw, depth - 1) for _ in range(2))
    way, number = draw.choice("+-*//%"), draw.randint(1, 5)
    if way == "+":
        return x + y, a + b
    if way == "-":
        return x - y, a - b
    if way == "*":
        return x * number, a * number
    return (x // number, a / number) if way == "/" else (x % number, a % number)


@pytest.mark.parametrize("seed", range(150))
def test_lengths_compute_as_integers_do(seed):
    """Whatever falls together on the way: nested floors, what leaves a floor, what cancels."""
    z3 = module("z3")
    length, meant = drawn_length(z3, Random(seed), 4)
    assert proven(term(z3, length) == meant)
    if isinstance(length, Length):
        assert proven(term(z3, length.simplest()) == meant)


def test_nested_floors_are_one():
    """⌊(⌊N/p⌋ + c)/s⌋ = ⌊(N + p·c)/(p·s)⌋, for all N, c and all positive p, s: the one rule."""
    z3 = module("z3")
    n, c, p, s, inner, outer, rest, left = z3.Ints("n c p s inner outer rest left")
    given = [p >= 1, s >= 1, n == p * inner + rest, rest >= 0, rest < p]
    given += [inner + c == s * outer + left, left >= 0, left < s]
    # outer is the one number with p·s·outer ≤ N + p·c < p·s·(outer + 1)
    product = z3.Int("product")  # of p and left, at most p(s − 1)
    given += [product == p * left]
    lemma = [product >= 0, product <= p * (s - 1)]
    assert proven(*lemma, given=given)
    sum_ = n + p * c
    assert proven(
        sum_ == p * s * outer + product + rest,
        sum_ >= p * s * outer,
        sum_ < p * s * (outer + 1),
        given=[*given, *lemma],
    )
