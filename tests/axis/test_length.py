"""Lengths against integers: every operation, every condition, and the stack's closed forms."""

import random
from itertools import product

import pytest
import sympy
from dumb import RELATIONS

from shapealg import Adaptive, Ceiled, QuasiAffine, Same, ShapeError, Sizes, Transposed, Window
from shapealg.axis.condition import ASKED, Condition
from shapealg.axis.length import Length
from shapealg.axis.spaced import Spaced
from shapealg.axis.terms import Variable
from shapealg.errors import Undecided

N = range(1, 200)


def drawn(draw, names=("n",)):
    """A random length, and the same as a function of ints."""
    length, f = Length.of(draw.choice(names)), None
    name = length.names[0]
    f = lambda at, name=name: at[name]  # noqa: E731
    for _ in range(draw.randint(1, 6)):
        kind, k = (
            draw.choice(("add", "times", "floor", "floor", "mod", "sum", "minus")),
            draw.randint(1, 6),
        )
        if kind == "add":
            k -= 3
            length, f = length + k, lambda at, f=f, k=k: f(at) + k
        elif kind == "times":
            length, f = length * k, lambda at, f=f, k=k: f(at) * k
        elif kind == "floor":
            length, f = length // k, lambda at, f=f, k=k: f(at) // k
        elif kind == "mod":
            length, f = length % k, lambda at, f=f, k=k: f(at) % k
        elif kind == "minus":
            length, f = k - length, lambda at, f=f, k=k: k - f(at)
        else:
            other, name = Length.of(draw.choice(names)), draw.choice(names)
            other = Length.of(name) // k
            length, f = length + other, lambda at, f=f, k=k, name=name: f(at) + at[name] // k
        if isinstance(length, int):
            return drawn(draw, names)
    return length, f


@pytest.mark.parametrize("seed", range(150))
def test_arithmetic(seed):
    length, f = drawn(random.Random(seed))
    for n in (*N, 2**70 + 5):
        assert length(n=n) == f({"n": n}), (length, n)
    assert eval(repr(length), {"n": 77}) == f({"n": 77})
    assert length.expr.subs("n", 41) == f({"n": 41}) if not length.names else True
    assert [length.staircase()(n) for n in N] == [f({"n": n}) for n in N]
    simple = length.simplest()
    assert all((simple(n=n) if isinstance(simple, Length) else simple) == f({"n": n}) for n in N)


@pytest.mark.parametrize("seed", range(60))
def test_two_names(seed):
    draw = random.Random(seed)
    one, f = drawn(draw, ("H", "W"))
    two, g = drawn(draw, ("H", "W"))
    product = one * two - 3
    for _ in range(30):
        at = {"H": draw.randint(1, 60), "W": draw.randint(1, 60)}
        assert (product(**at) if isinstance(product, Length) else product) == f(at) * g(at) - 3
        assert eval(repr(product), dict(at)) == f(at) * g(at) - 3
    if isinstance(product, Length) and "H" in product.names:
        given = {"H": 7, "W": 9}
        made = product(H=7)
        assert (made(W=9) if isinstance(made, Length) else made) == f(given) * g(given) - 3


@pytest.mark.parametrize("seed", range(120))
def test_conditions_hold_where_they_say(seed):
    draw = random.Random(seed)
    (one, f), (two, g) = drawn(draw), drawn(draw)
    for condition, holds in (
        (one <= two, lambda a, b: a <= b),
        (one > two, lambda a, b: a > b),
        (one >= draw.randint(0, 9), None),
    ):
        if holds is None or not condition.names:
            continue
        sizes = condition.sizes()
        for n in N:
            assert (n in sizes) == holds(f({"n": n}), g({"n": n})), (one, two, n)


def test_the_smaller_of_two_that_take_turns_is_the_smaller_at_each_size():
    n = Length.of("n")
    for one, f, two, g in (
        (n % 3, lambda k: k % 3, n % 2, lambda k: k % 2),
        (n + n % 2, lambda k: k + k % 2, n // 3 * 3 + 1, lambda k: k // 3 * 3 + 1),
    ):
        least = one.smaller(two)
        assert [least(n=k) for k in N] == [min(f(k), g(k)) for k in N]
    assert n.smaller(n + 1) == (n + 1).smaller(n) == n and (n + 3).smaller(2) == 2


def test_which_is_the_smaller_is_asked_only_where_it_is_open():
    n, asked = Length.of("n"), []
    with pytest.raises(Undecided, match="for some sizes only"):
        n.smaller(5)
    token = ASKED.set(lambda condition: asked.append(condition) or len(asked) == 1)
    try:
        assert n.smaller(5) == n and n.smaller(5) == 5 and len(asked) == 2
        assert (n + 1).smaller(n) == (n * 2).smaller(n) == n and len(asked) == 2
    finally:
        ASKED.reset(token)


def test_a_sum_that_has_a_form_with_one_floor_is_written_so():
    n = Length.of("n")
    assert (n // 2 + (n + 1) // 2).simplest() == n
    assert (n // 2 + (n + 1) // 2 + 3).simplest() == n + 3
    assert (n // 2 + (n + 1) // 2 - n + 3).simplest() == 3
    assert (n // 3 + (n + 1) // 3 + (n + 2) // 3 - 4).simplest() == n - 4
    assert ((n // 4 + (n + 2) // 4) * 2 + 1).simplest() == n // 2 * 2 + 1
    far = 2**13  # the longest that is looked through has twice as many sizes
    assert (n // (2 * far) + (n + far) // (2 * far)).simplest() == n // far
    longer = n // (4 * far) + (n + 2 * far) // (4 * far)
    assert longer.simplest() is longer


def test_of_several_sizes_no_staircase_is_told():
    h, w = Length.of("H"), Length.of("W")
    for length, told in ((h // 2 + w, r"W \+ ⌊H/2⌋; fix W first"), (h * h, "H·H; fix H first")):
        with pytest.raises(Undecided, match=f"no staircase of one name; received {told}"):
            length.staircase()


def test_what_is_put_in_is_a_size_or_a_name():
    h, w, new = map(Length.of, ("H", "W", "N"))
    assert (h * w)(H=3, W="N") == new * 3 and (h * w)(H=w) == w * w
    with pytest.raises(ShapeError, match="^W must be an integer; received 1.5"):
        (h * w)(W=1.5)
    assert (h * w).factors() == [h, w] and (h * w * 2).factors() == [2, h, w]


def test_lengths_that_differ_are_told_apart_by_their_hash():
    n = Length.of("n")
    assert len({hash(length) for length in (n, n + 1, n * 2, n // 2, Length.of("m"))}) == 5
    assert hash(n // 2 + 1) == hash((n + 2) // 2)


def test_squares_have_roots():
    n = Length.of("n")
    square = (n // 2) * (n // 3)
    for value in (6, 24, 35, 100):
        sizes = ((square - value) >= 0).sizes()
        assert all((k in sizes) == ((k // 2) * (k // 3) >= value) for k in range(1, 400))


@pytest.mark.parametrize(
    "axis",
    (
        Window(7, 2, 3, 3),
        Window(5, 3),
        Same(3, 2),
        Same(2, 3),
        Same(7, 2, True),
        Ceiled(Window(3, 2)),
        Ceiled(Window(4, 3, 2, 2)),
        Ceiled(Window(4, 4, 2, 2), False),
        Transposed(Window(3, 2, 1, 0)),
        Adaptive(7),
        Spaced(Window(3, 2, 1, 1), 3),
    ),
    ids=repr,
)
def test_maps_of_an_axis_take_lengths(axis):
    n = Length.of("n") // 2 + 9
    made = axis.count(n)
    assert all(
        (made(n=k) if isinstance(made, Length) else made) == axis.count(k // 2 + 9) for k in N
    )


def test_a_chain_of_a_thousand_layers_has_one_floor():
    chain = Window.chain([Window(3, 2, 1, 1), Window(3)] * 500)
    made = chain.count(Length.of("n"))
    n = 2**505 + 12345
    expected = n
    for _ in range(500):
        expected = (expected + 2 - 3) // 2 + 1
        expected = expected - 2
    assert made(n=n) == expected and repr(made).count("//") == 1


@pytest.mark.parametrize(
    "staircase",
    (QuasiAffine(3, 1, (0, 0, 2)), QuasiAffine(4, -2, (1, 5, 0, 7)), QuasiAffine.affine(3, -2)),
    ids=str,
)
def test_a_staircase_is_a_length(staircase):
    assert all(Length.of_staircase(staircase, "n")(n=n) == staircase(n) for n in N)


@pytest.mark.parametrize("wrong", (0, -2, 1.5, "2"))
def test_division_by_what_is_no_divisor(wrong):
    with pytest.raises((ShapeError, TypeError)):
        Length.of("n") // wrong


def test_an_open_comparison_is_never_guessed():
    n = Length.of("n")
    assert (n >= 1) and not (n < 0)
    with pytest.raises(ShapeError, match=r"this holds for some sizes only; received n − 5 ≥ 0"):
        bool(n >= 5)
    with pytest.raises(ShapeError):
        max(n, 3)


def test_an_equal_floor_in_the_quotient_is_added_to():
    H = Length.of("H")
    assert ((H // 2) * 2 + H) // 2 == H // 2 * 2
    assert repr(-(-(H // 2 - 3) // 2)) == "H//4 - 1"


# ---------------------------------------------------------------- sums of floors, and their limits


@pytest.mark.parametrize("seed", range(60))
def test_a_sum_of_floors_is_decided_as_counting_decides_it(seed):
    """Two or three floors, of which no table of a common period is made."""
    draw = random.Random(seed)
    n, length, f = Length.of("n"), draw.randint(-9, 9), []
    for _ in range(draw.randint(1, 3)):
        factor, a = draw.choice((-3, -1, 1, 2)), draw.randint(1, 4)
        b, p = draw.randint(-9, 9), draw.choice((1, 2, 3, 7, 11))
        length, f = length + (n * a + b) // p * factor, [*f, (factor, a, b, p)]
    if isinstance(length, int):
        pytest.skip("no size is left in it")
    constant = length(n=0) - sum(factor * (b // p) for factor, _, b, p in f)
    for relation, holds in RELATIONS.items():
        sizes = Condition(length, relation).sizes()
        for size in range(1, 400):
            made = constant + sum(factor * ((a * size + b) // p) for factor, a, b, p in f)
            assert (size in sizes) == holds(made, 0), (length, relation, size)


def test_a_dot_stands_where_names_would_run_together():
    a, b, h = Length.of("_a"), Length.of("b_"), Length.of("H")
    assert [str(n) for n in (a * a, b * a * 4, a * 4, h * b * 2, (h // 2) * h)] == [
        "_a·_a",
        "4·_a·b_",
        "4·_a",
        "2H·b_",
        "H⌊H/2⌋",
    ]


def test_two_strides_without_a_common_factor_need_no_table():
    """The common period of these has 38 digits; the first 12 sizes are all there is."""
    n, far = Length.of("n"), 2**61 - 1
    assert Condition(n // far - n // 13, "==").sizes() == Sizes.interval(1, 12)
    assert Condition(n // 13 - n // (2**89 - 1) - 2, ">=").sizes() == Sizes.every(26)


def test_a_list_of_sizes_that_is_too_long_is_refused_with_its_length():
    n = Length.of("n")
    with pytest.raises(Undecided, match="a list of sizes, is too long; received 1099769; at most"):
        Condition((n + 99990) // 99991 - (n + 99988) // 99989, "==").sizes()


@pytest.mark.parametrize("seed", range(20))
def test_products_of_floors_have_one_sign_in_the_end(seed):
    draw = random.Random(seed)
    n, k = Length.of("n"), [draw.randint(1, 5) for _ in range(4)]
    length = (n // k[0] - k[1]) * ((n + k[2]) // k[3] - 7) + draw.randint(-40, 40)
    for relation, holds in RELATIONS.items():
        sizes = Condition(length, relation).sizes()
        for size in range(1, 300):
            assert (size in sizes) == holds(length(n=size), 0), (length, relation, size)


def test_the_last_size_of_the_other_sign_is_not_missed():
    """A product that is below 0, or is 0, just before it has its sign for ever."""
    n = Length.of("n")
    for length in (
        n * (n // 3) - n * 2 - n // 3 * 2 + 7,
        n * (n // 5) - n * 2 - n // 5 * 2 + 10,
        ((n + 1) // 4) * (n // 4) - (n + 1) // 4 + 1,
        (n * n + 1) // 2 - 5,
        (n * n + n + 1) // 3 - 7,
        (n // 2) * (n // 4) - n // 2 * 4 - n // 4 + 11,
    ):
        for relation, holds in RELATIONS.items():
            sizes = Condition(length, relation).sizes()
            for size in range(1, 60):
                assert (size in sizes) == holds(length(n=size), 0), (length, relation, size)


@pytest.mark.parametrize("p", (2, 3, 4))
@pytest.mark.parametrize("shift", (-5, 0, 3))
def test_products_within_a_floor_count_for_its_degree(p, shift):
    """The remainder of n·(n + shift) never grows; its floor alone does, like n²."""
    n = Length.of("n")
    product = n * n + n * shift
    for length in (product - product % p * 9 - 4, product // p * p, product % p - 1):
        for relation, holds in RELATIONS.items():
            sizes = Condition(length, relation).sizes()
            for size in range(1, 100):
                assert (size in sizes) == holds(length(n=size), 0), (length, relation, size)


def test_a_product_may_change_its_sign_several_times():
    n = Length.of("n")
    assert ((n - 3) * (n - 10) < 0).sizes() == Sizes.interval(4, 9)
    cubic = (n - 2) * (n - 50) * (n - 90)
    assert (cubic <= 0).sizes() == Sizes.interval(1, 2) | Sizes.interval(50, 90)
    assert (1 - cubic <= 0).sizes() == Sizes.interval(3, 49) | Sizes.every(91)


def test_a_length_that_grows_without_end_is_refused_with_what_is_too_large():
    def squared(length):
        for _ in range(60):
            length = length * length

    def nested(length):
        for k in range(2, 200):
            length = (length + Length.of("n") // 3) // k

    def doubled(length):
        for _ in range(60):
            length = (length // 2 + length // 3 + length // 5) // 7

    def many(length):
        for k in range(2, 6000):
            length = length + Length.of("n") // k

    for grow in (squared, many, doubled):
        with pytest.raises(
            Undecided, match=r"too many names and floors; received \d+; at most 409"
        ):
            grow(Length.of("n"))
    with pytest.raises(Undecided, match="floors lie too deep .*; received 65; at most 64 work"):
        nested(Length.of("n"))
    for wrong in (lambda n: n * 10**1000, lambda n: n // 10**1000, lambda n: n + 10**1000):
        with pytest.raises(Undecided, match=r"received about 2\^3321; at most 1000 digits work"):
            wrong(Length.of("n"))
    assert (Length.of("n") * (10**1000 - 1))(n=1) == 10**1000 - 1


@pytest.fixture
def small(monkeypatch):
    """Lengths of 8 names and floors, 2 of these within one another, at most."""
    for module, limit in product(("limits", "length", "division"), ("TERMS", "DEPTH")):
        limits = {"TERMS": 8, "DEPTH": 2}
        monkeypatch.setattr(f"shapealg.axis.{module}.{limit}", limits[limit], raising=False)


def sizes_named(name, many):
    """So many sizes added up."""
    return Length({(Variable.of(f"{name}{i}"),): 1 for i in range(many)})


def test_a_length_grows_up_to_its_limits(small):
    seven, last, n = sizes_named("n", 7), Length.of("W"), Length.of("n")
    assert (seven // 2).atom_count == (seven + last).atom_count == 8
    assert (n**8).degree == 8
    for wrong in (
        lambda: (seven + last) // 2,  # a floor is one more
        lambda: seven + last + n,
        lambda: n**9,
    ):
        with pytest.raises(Undecided, match="received 9; at most 8 work"):
            wrong()


def test_a_product_has_up_to_as_many_names_as_a_length_may_have(small):
    """2 · 2 products of two names each are written, and no more."""
    two, both = sizes_named("h", 2), sizes_named("w", 2)
    assert (two * both).atom_count == 8 == (both * two).atom_count
    for one, other in ((two, both + Length.of("n")), (both + Length.of("n"), two)):
        with pytest.raises(Undecided, match="received 12; at most 8 work"):
            one * other


def test_floors_lie_within_one_another_up_to_a_limit(small):
    length, depth = Length.of("n"), 0
    with pytest.raises(Undecided, match="floors lie too deep"):
        while True:
            length, depth = (length + Length.of("W")) // 2, depth + 1
    assert depth == 2


def test_a_number_has_up_to_so_many_digits():
    n = Length.of("n")
    assert (n * 3 // (10**1000 - 1))(n=10**1000) == 3
    assert (n * -(10**1000 - 1))(n=1) == 1 - 10**1000
    for wrong in (
        lambda: n * 3 // 10**1000,
        lambda: n // 10**999 // 10,
        lambda: n * 10**1000,
        lambda: n * -(10**1000),
    ):
        with pytest.raises(Undecided, match="at most 1000 digits work"):
            wrong()


def test_a_size_is_named_by_a_name_or_a_symbol():
    assert Length.of(sympy.Symbol("H")) == Length.of("H") and Length.of("H").names == ("H",)
    for wrong, told in ((3, "3"), ("3", "'3'"), (None, "None")):
        with pytest.raises(ShapeError, match=f"^name must be an integer; received {told}; "):
            Length.of(wrong)


def test_whoever_computes_with_lengths_is_asked():
    class Other:
        def __radd__(self, length):
            return "added"

        def __rsub__(self, length):
            return "taken away"

        def __rmul__(self, length):
            return "multiplied"

    n = Length.of("n")
    assert (n + Other(), n - Other(), n * Other()) == ("added", "taken away", "multiplied")
    for wrong in (lambda: n + 1.5, lambda: n - "n", lambda: n * None):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize("seed", range(20))
def test_a_floor_after_a_sum_is_one_step(seed):
    draw = random.Random(seed)
    length, f = drawn(draw)
    for simple, value in ((length, f), (Length.of("n") // 3 + 1, lambda at: at["n"] // 3 + 1)):
        more, period = draw.randint(-9, 9), draw.randint(1, 5)
        made = simple.floor_after(more, period)
        assert made == (simple + more) // period
        assert all(made(n=n) == (value({"n": n}) + more) // period for n in N)


def test_powers_of_a_length():
    n = Length.of("n")
    assert type(n * 0) is int and n * 0 == n - n == 0 and n * 1 is n
    assert n**2 == n * n and n**0 == 1
    with pytest.raises(
        Undecided, match="no length; received .n.\\*\\*-1; an exponent of at least 0"
    ):
        n ** (-1)
    with pytest.raises(Undecided, match="received 1000000000; at most 4096 work"):
        n ** (10**9)


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_is_settled_for_several_sizes_holds_at_each(relation):
    """A product that rises from below a number passes it, or does not: nobody said which."""
    h, w = Length.of("h"), Length.of("w")
    for length in (h * w - 49, h * w, h * w + 1, 2 * h + w - 3, h // 2 * w - 1, h // 2 * w):
        truth = Condition(length, relation).settled()
        seen = {
            RELATIONS[relation](length(h=a, w=b), 0) for a in range(1, 60) for b in range(1, 60)
        }
        assert truth is None or seen == {truth}, (length, relation)


@pytest.mark.parametrize(
    ("number", "relation", "holds"), ((0, "==", True), (0, "<", False), (-3, "<=", True))
)
def test_a_condition_without_a_name_holds_at_all_sizes_or_at_none(number, relation, holds):
    sizes = Condition(number, relation).sizes()
    assert [n in sizes for n in range(1, 30)] == [holds] * 29
    assert Condition(number, relation).at() is holds


def test_in_sympy_a_size_is_an_integer():
    """So its floor is itself."""
    assert Length.of("n").expr == sympy.Symbol("n", integer=True)
    assert sympy.floor((Length.of("n") * 3 + 1).expr) == 3 * sympy.Symbol("n", integer=True) + 1
