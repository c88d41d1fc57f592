"""Sets of sizes against Python's own sets of integers, over a stretch longer than every period met."""

import re
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Symbol

from shapealg import ShapeError
from shapealg.axis.door import LIMIT
from shapealg.axis.sizes import Sizes

STRETCH = range(-10, 100)
EXCEPTIONS = st.lists(st.integers(-9, 25), max_size=6)
PARTS = st.integers(1, 6).flatmap(
    lambda m: st.tuples(
        st.just(m), st.lists(st.integers(0, m - 1), max_size=m), st.integers(-9, 15), EXCEPTIONS
    )
)


def listed(modulus, residues, minimum, exceptions):
    """The definition, spelt out."""
    return {n for n in STRETCH if (n >= minimum and n % modulus in residues) or n in exceptions}


def members(sizes):
    return {n for n in STRETCH if n in sizes}


@given(PARTS)
def test_it_holds_what_it_was_built_from(parts):
    sizes, expected = Sizes(*parts), listed(*parts)
    assert members(sizes) == expected and bool(sizes) == bool(expected)
    assert list(takewhile(lambda n: n < 100, sizes)) == sorted(expected)


@given(PARTS, PARTS)
@settings(max_examples=150)
def test_equal_sets_are_equal_values(one, two):
    """Also built in ways that hide it: twice the modulus, a later minimum with the sizes before it
    as exceptions.
    """
    assert (Sizes(*one) == Sizes(*two)) == (listed(*one) == listed(*two))
    modulus, residues, minimum, exceptions = one
    hidden = Sizes(
        2 * modulus,
        [*residues, *(r + modulus for r in residues)],
        minimum + 9,
        [*exceptions, *(n for n in listed(*one) if n < minimum + 9)],
    )
    assert hidden == Sizes(*one) and hash(hidden) == hash(Sizes(*one))


@given(PARTS)
def test_the_form_is_the_smallest(parts):
    sizes, expected = Sizes(*parts), listed(*parts)
    assert sorted(sizes.exceptions) == list(sizes.exceptions) and all(
        n < sizes.start for n in sizes.exceptions
    )
    if not sizes.residues:
        assert sizes.modulus == 1 and sizes.start == max(expected, default=-1) + 1
        return
    late = {n for n in expected if n >= 40}
    periods = [
        p
        for p in range(1, 7)
        if {n + p for n in late if n + p < 100} == {n for n in late if n >= min(late) + p}
    ]
    assert sizes.modulus == periods[0]
    starts = [
        n
        for n in expected
        if n < 40
        and {x for x in expected if x >= n}
        == {x for x in STRETCH if x >= n and x % sizes.modulus in sizes.residues}
    ]
    assert sizes.start == min(starts)


@given(PARTS, PARTS, st.integers(-9, 20))
def test_and_or_complement(one, two, floor):
    a, b = Sizes(*one), Sizes(*two)
    assert members(a & b) == listed(*one) & listed(*two)
    assert members(a | b) == listed(*one) | listed(*two)
    assert members(a.complement(floor)) == {n for n in STRETCH if n >= floor} - listed(*one)
    assert a & b == b & a and a | b == b | a and a & a == a | a == a
    assert (a | b).complement(floor) == a.complement(floor) & b.complement(floor)


@given(PARTS, st.integers(-10, 60))
def test_the_nearest(parts, n):
    expected = listed(*parts)
    below, above = [x for x in expected if x < n], [x for x in expected if x > n]
    sides = [max(below)] if below else []
    sides += [min(above)] if above else []
    assert Sizes(*parts).nearest(n) == ((n,) if n in expected else tuple(sides))


def numbers(text):
    found = [tuple(map(int, part.split(" … "))) for part in text.split(", ")]
    return {n for part in found for n in range(part[0], part[-1] + 1)}


def read(line):
    """The English line understood again, as a person would."""
    if line == "none":
        return set()
    if line.startswith("n = "):
        return numbers(line[4:])
    said = re.fullmatch(
        r"(?:every n|n (?P<sign>.) (?P<classes>.*) \(mod (?P<modulus>\d+)\), n) ≥"
        r" (?P<start>-?\d+)(?:, except (?P<missing>.*?))?(?:; also (?P<also>.*))?",
        line,
    )
    classes = numbers(said["classes"]) if said["classes"] else {0}
    wanted = {
        n
        for n in STRETCH
        if n >= int(said["start"])
        and (n % int(said["modulus"] or 1) in classes) == (said["sign"] != "≢")
    }
    return wanted - (numbers(said["missing"]) if said["missing"] else set()) | (
        numbers(said["also"]) if said["also"] else set()
    )


@given(PARTS)
@settings(max_examples=150)
def test_the_line_says_the_set(parts):
    assert read(str(Sizes(*parts))) == listed(*parts)


@pytest.mark.parametrize(
    ("sizes", "en", "zh"),
    (
        (Sizes.none(), "none", "无"),
        (Sizes.every(1), "every n ≥ 1", "所有 n ≥ 1"),
        (Sizes.interval(227, 230), "n = 227 … 230", "n = 227 … 230"),
        (Sizes.interval(7, 7), "n = 7", "n = 7"),
        (Sizes.classes(4, (0, 3), 1), "n ≡ 0, 3 (mod 4), n ≥ 3", "n ≡ 0, 3 (mod 4)，n ≥ 3"),
        (Sizes.classes(3, (0, 2), 1), "n ≢ 1 (mod 3), n ≥ 2", "n ≢ 1 (mod 3)，n ≥ 2"),
        (
            Sizes(1, (0,), 10, (1, 2, 3, 4, 6, 7, 8)),
            "every n ≥ 1, except 5, 9",
            "所有 n ≥ 1，除去 5, 9",
        ),
        (
            Sizes(16, (0,), 64, (1,)),
            "n ≡ 0 (mod 16), n ≥ 64; also 1",
            "n ≡ 0 (mod 16)，n ≥ 64；另有 1",
        ),
        (
            Sizes(16, (0,), 64, (1, 2, 3, 16)),
            "n ≡ 0 (mod 16), n ≥ 64; also 1 … 3, 16",
            "n ≡ 0 (mod 16)，n ≥ 64；另有 1 … 3, 16",
        ),
        (
            Sizes.classes(64, range(0, 64, 3), 1),
            "n ≡ 0, 3, 6, 9, 12, 15, 18, …, 63 (mod 64), n ≥ 3",
            "n ≡ 0, 3, 6, 9, 12, 15, 18, …, 63 (mod 64)，n ≥ 3",
        ),
    ),
    ids=str,
)
def test_the_words(sizes, en, zh):
    assert (str(sizes), sizes.text().zh) == (en, zh)


def test_another_name():
    assert Sizes.every(2).text("s").en == Sizes.every(2).text(Symbol("s")).en == "every s ≥ 2"


def test_is_all_means_from_one_on():
    assert Sizes.every(1).is_all and Sizes.every(0).is_all and Sizes.classes(2, (0, 1), 1).is_all
    assert not any(
        sizes.is_all
        for sizes in (
            Sizes.every(2),
            Sizes.none(),
            Sizes.interval(1, 99),
            Sizes.classes(2, (0,), 0),
        )
    )


def test_far_away_costs_nothing():
    far = Sizes.every(10**30) & Sizes.classes(16, (0,), 1)
    assert (
        far == Sizes.classes(16, (0,), 10**30)
        and 10**30 in far
        and far.nearest(10**30 + 5) == (10**30, 10**30 + 16)
    )
    assert Sizes.every(10**30) | Sizes.every(10**30 + 5) == Sizes.every(10**30)
    assert Sizes.every(10**400).pad(1) == 10**400 - 1
    assert Sizes.every(10**30).complement(10**30 - 2) == Sizes.of(10**30 - 2, 10**30 - 1)


@pytest.mark.parametrize(
    ("long", "number"),
    (
        (lambda: Sizes.classes(LIMIT + 1, (0,)), LIMIT + 1),
        (lambda: Sizes.classes(1021, (0,)) & Sizes.classes(1031, (0,)), 1021 * 1031),
        (lambda: Sizes.interval(1, 10**12), 10**12),
        (lambda: Sizes.every(10**12).complement(), 10**12),
        (lambda: Sizes.classes(2, (0,), 0) | Sizes.classes(2, (1,), 10**12), 5 * 10**11 + 1),
    ),
)
def test_what_explodes_is_refused_with_its_number(long, number):
    with pytest.raises(ShapeError, match=f"received {number}; at most {LIMIT} works"):
        long()


@pytest.mark.parametrize(
    "wrong",
    (
        lambda: Sizes(0, (0,), 0),
        lambda: Sizes(2.0, (0,), 0),
        lambda: Sizes(2, (True,), 0),
        lambda: Sizes(2, ("r",), 0),
        lambda: Sizes.every(1.5),
        lambda: 3.0 in Sizes.every(1),
        lambda: Sizes.every(1).nearest("n"),
    ),
)
def test_only_integers(wrong):
    with pytest.raises(ShapeError):
        wrong()


def test_a_list_that_is_none_is_refused_under_its_name():
    for name, wrong in (
        ("residues", lambda: Sizes(2, 3, 0)),
        ("exceptions", lambda: Sizes(2, (0,), 0, 3)),
    ):
        with pytest.raises(ShapeError, match=f"^{name} must be a sequence of integers; received 3"):
            wrong()
    with pytest.raises(ShapeError, match="^residues must be an integer; received 0.5"):
        Sizes(2, (0, 0.5), 0)


def test_a_set_begins_at_1_where_nothing_else_is_said_and_the_empty_one_at_0():
    assert list(Sizes.classes(3, (1,)).first(3)) == [1, 4, 7] and Sizes.every()[0] == 1
    for empty in (Sizes.none(), Sizes.of(), Sizes.interval(4, 3), Sizes(6, (), 9)):
        assert (empty.modulus, empty.residues, empty.start, empty.exceptions) == (1, (), 0, ())
    assert Sizes.of(-5).start == -4 and Sizes.of(3, 9).start == 10


@pytest.mark.parametrize(
    "sizes",
    (
        Sizes.classes(16, (0,), 16),
        Sizes.classes(4, (0, 3), 3),
        Sizes(8, (5,), 21, (2, 9)),
        Sizes.every(7),
        Sizes.interval(4, 6),
    ),
    ids=str,
)
def test_how_to_get_there(sizes):
    """The least padding and cropping, found by trying one after the other; formulas from the
    minimum on.
    """
    members = {n for n in range(1, 200) if n in sizes}
    for n in range(1, 120):
        more, less = (
            next((p for p in range(80) if n + p in members), None),
            next((p for p in range(n) if n - p in members), None),
        )
        for way, expected, name in ((sizes.pad, more, "pad"), (sizes.crop, less, "crop")):
            if expected is None:
                with pytest.raises(ShapeError, match="there is no (larger|smaller) size"):
                    way(n)
                continue
            assert way(n) == expected, (n, name)
            if sizes.residues and n >= sizes.start:
                assert way("n").subs({s: n for s in way("n").free_symbols}) == expected
    if not sizes.residues:
        with pytest.raises(ShapeError, match="a finite set has no formula"):
            sizes.pad("n")


def test_the_first_members_are_those_that_a_loop_finds():
    for sizes in (Sizes(4, (0, 3), 7, (1, 2, 5)), Sizes.classes(16, (0,), 32), Sizes.every(3)):
        dumb = [n for n in range(200) if n in sizes]
        assert list(sizes.first(6)) == dumb[:6] == list(sizes[:6])
        assert [sizes[i] for i in range(8)] == dumb[:8] and list(sizes[2:7:2]) == dumb[2:7:2]
        for ask in (lambda s: len(s), list, lambda s: s[-1], lambda s: s[1:], lambda s: s[:-1]):
            with pytest.raises(ShapeError, match=r"has no end.*\.first\(4\)"):
                ask(sizes)
        assert list(sizes[0:3]) == dumb[:3] and sizes[0:0] == ()


def test_a_question_without_end_is_told_with_the_set():
    sizes = Sizes.every(3)
    for at, told in ((-1, "-1"), (slice(1, None), "slice(1, None, None)")):
        with pytest.raises(ShapeError) as caught:
            sizes[at]
        assert f"received every n ≥ 3, {told};" in str(caught.value)
    with pytest.raises(ShapeError, match="received every n ≥ 3;"):
        len(sizes)


def test_a_finite_set_is_as_long_as_its_list():
    finite = Sizes.of(3, 5, 9)
    assert list(finite) == [3, 5, 9] and len(finite) == 3
    assert (finite[0], finite[-1], finite[1:]) == (3, 9, (5, 9))
    assert finite.first(9) == (3, 5, 9) and finite.first(0) == ()
    for none in (3, -4):
        with pytest.raises(IndexError, match=f"^there are 3 sizes, and none of number {none}$"):
            finite[none]


def test_of_no_size_nothing_is_unfolded():
    assert Sizes.none().unfolded == (0, ())
    assert Sizes.of(3, 8).unfolded == (3, (3, 8))
