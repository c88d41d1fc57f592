"""Inverse questions of one layer: facts everybody can look up, and every answer against trying all
values with loops.
"""

from itertools import islice, product

import pytest
from dumb import count
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import oo

from shapealg import Interval, ShapeError, formulas
from shapealg.axis.sizes import Sizes
from shapealg.axis.solve import solve


def only(solutions):
    """The one interval of one thing asked, as a list of its values."""
    assert len(solutions.asked) == 1 and len(solutions.rows) < 2
    return [value for solution in solutions for value in solution.values()]


# ---------------------------------------------------------------- facts


def test_the_first_layer_of_alexnet():
    assert solve(n=224, k=11, s=4).rows == ({"m": 54},)
    assert solve(m=55, k=11, s=4).rows == ({"n": Interval(227, 230)},)
    assert only(solve(n=224, m=55, k=11, s=4, p=...)) == [2, 3]
    both = solve(n=224, m=55, k=11, s=4, lo=..., hi=...)
    assert both.total == Sizes.interval(3, 6)
    assert [(row["lo"], row["hi"]) for row in both] == [
        (lo, hi) for lo in range(20) for hi in range(20) if count(224, 11, 4, 1, lo, hi) == 55
    ]


def test_what_keeps_the_size():
    assert [(row["d"], row["p"]) for row in solve(n=14, m=14, k=3, d=..., p=...)] == [
        (d, d) for d in range(1, 5)
    ]
    even = solve(n=14, m=14, k=4, p=...)
    assert not even and even.nearest == ({"m": 13, "p": 1}, {"m": 15, "p": 2})
    assert solve(n=14, m=14, k=4, lo=..., hi=...).total == Sizes.interval(3, 3)


def test_down_and_back_again():
    assert only(solve(n=250, k=11, s=3)) == [80] and only(
        solve(n=80, k=11, s=3, transposed=True)
    ) == [248]
    assert only(solve(n=80, m=250, k=11, s=3, op=..., transposed=True)) == [2] and only(
        solve(m=80, k=11, s=3)
    ) == [248, 249, 250]
    assert only(solve(m=11, k=4, s=2, p=2)) == [20, 21] and solve(
        n=11, m=21, k=4, s=2, p=2, op=..., transposed=True
    ).rows == ({"op": Interval(1, 1)},)
    assert only(solve(n=112, k=7, s=2, p=3, transposed=True)) == [223] and only(
        solve(n=112, k=7, s=2, p=3, op=1, transposed=True)
    ) == [224]
    assert only(solve(m=224, k=7, s=2, p=3, op=1, transposed=True)) == [112] and not solve(
        m=224, k=7, s=2, p=3, transposed=True
    )


def test_what_halves_224():
    found = solve(n=224, m=112, k=..., s=..., p=..., d=...)
    assert all(
        {"k": k, "s": s, "p": p, "d": d} in found
        for k, s, p, d in ((7, 2, 3, 1), (3, 2, 1, 1), (2, 2, 0, 1), (4, 2, 1, 1))
    )
    assert {"k": 3, "s": 2, "p": 0, "d": 1} not in found and found.within == {
        "k": range(1, 12),
        "s": range(1, 9),
        "d": range(1, 5),
    }
    assert all(count(224, row["k"], row["s"], row["d"], row["p"], row["p"]) == 112 for row in found)
    small = [row for row in found if row["p"] <= 12]
    assert len(small) == sum(
        count(224, k, s, d, p, p) == 112
        for k, s, d, p in product(range(1, 12), range(1, 9), range(1, 5), range(13))
    )


@pytest.mark.parametrize("s", range(2, 9))
def test_twice_the_stride_restores_its_multiple(s):
    """k = 2s and p = ⌈s/2⌉: with op = s mod 2 the output is exactly s times the input."""
    for n in (1, 7, 80):
        assert only(solve(n=n, m=n * s, k=2 * s, s=s, p=-(-s // 2), op=..., transposed=True)) == [
            s % 2
        ]


@given(
    st.integers(1, 60), st.integers(1, 7), st.integers(1, 5), st.integers(0, 4), st.integers(0, 4)
)
@settings(deadline=None)
def test_restoring(n, k, s, lo, hi):
    """The law against transposing the count by hand: kernels laid down s apart, and the crop."""
    assume(m := count(n, k, s, 1, lo, hi))
    back = spread(m, k, s, 1) - lo - hi
    assert back + formulas.restoring_output_padding(n, k, s, lo=lo, hi=hi) == n
    if back >= 1:
        assert only(solve(n=m, m=n, k=k, s=s, lo=lo, hi=hi, op=..., transposed=True)) in (
            [n - back],
            [],
        )


# ---------------------------------------------------------------- everything, by trying


def spread(n, k, s, d):
    """How far n kernels reach that are laid down s apart."""
    return max(j * s + d * tap for j in range(n) for tap in range(k)) + 1


def rounded_up(n, k, s, d, lo, hi):
    """Windows laid down until the padded end is reached, all that begin before the end of the
    input.
    """
    if not count(n, k, s, d, lo, hi):
        return 0
    starts = [-lo]
    while starts[-1] + d * (k - 1) + 1 < n + hi:
        starts.append(starts[-1] + s)
    return sum(start < n for start in starts)


def outputs(n, k, s, d, lo, hi, op, kind):
    if kind == "transposed":
        return spread(n, k, s, d) - lo - hi + op if op < max(s, d) else 0
    return (rounded_up if kind == "ceil" else count)(n, k, s, d, lo, hi)


KINDS = ("window", "ceil", "transposed")
BOX = {
    "n": range(1, 40),
    "k": range(1, 12),
    "s": range(1, 10),
    "d": range(1, 10),
    "p": range(12),
    "lo": range(12),
    "hi": range(12),
    "op": range(9),
}


def outputs_of(v, kind):
    return outputs(
        v["n"], v["k"], v["s"], v["d"], v["lo"] + v["p"], v["hi"] + v["p"], v["op"], kind
    )


def tried(values, kind, asked, box=BOX):
    """All values in the box with the wanted m."""
    for combination in product(*(box[name] for name in asked)):
        v = values | dict(zip(asked, combination, strict=True))
        if outputs_of(v, kind) == values["m"]:
            yield dict(zip(asked, combination, strict=True))


def asking(values, kind, **asked):
    return solve(**(values | asked), transposed=kind == "transposed", ceil=kind == "ceil")


@st.composite
def questions(draw, several=False):
    kind = draw(st.sampled_from(KINDS))
    values = {
        name: draw(st.integers(low, high))
        for name, low, high in (
            ("n", 1, 20),
            ("m", 1, 9),
            ("k", 1, 5),
            ("s", 1, 4),
            ("d", 1, 3),
            ("op", 0, 2),
        )
    }
    sides = draw(st.sampled_from(("p", "lo hi")))
    values |= (
        {"p": draw(st.integers(0, 3)), "lo": 0, "hi": 0}
        if sides == "p"
        else {"p": 0, "lo": draw(st.integers(-2, 3)), "hi": draw(st.integers(-2, 3))}
    )
    names = ["n", "k", "s", "d", *sides.split()] + (["op"] if kind == "transposed" else [])
    asked = draw(
        st.lists(st.sampled_from(names), min_size=1 + several, max_size=1 + several, unique=True)
    )
    values["op"] = (
        values["op"]
        if kind == "transposed" and ("op" in asked or values["op"] < max(values["s"], values["d"]))
        else 0
    )
    return values, kind, asked


@given(questions())
@settings(max_examples=250, deadline=None)
def test_one_thing_asked(question):
    values, kind, asked = question
    found, box = asking(values, kind, **{asked[0]: ...}), BOX[asked[0]]
    assert [value for value in box if value in found] == [
        each[asked[0]] for each in tried(values, kind, asked)
    ]
    if found:
        low, high = found.rows[0][asked[0]].low, found.rows[0][asked[0]].high
        assert [value for value in islice((v for row in found for v in row.values()), 50)] == list(
            range(low, min(high, low + 49) + 1)
        )
        assert found.nearest == () and len(found.rows) == 1


@given(questions(several=True))
@settings(deadline=None)
def test_two_things_asked(question):
    """Those that could grow together for ever are given candidates; the rest is left open."""
    values, kind, asked = question
    endless = (kind == "transposed" and "n" in asked) or (
        kind == "ceil" and {"n", "hi"} == set(asked)
    )
    box = BOX | {"k": range(1, 12), "s": range(1, 9), "d": range(1, 5)}
    found = asking(
        values,
        kind,
        **{
            name: list(box[name]) if endless and name in ("p", "lo", "hi") else ...
            for name in asked
        },
    )
    expected = list(tried(values, kind, asked, box))
    assert all(each in found for each in expected)
    assert len(expected) == sum(
        1
        for each in product(*(box[name] for name in asked))
        if dict(zip(asked, each, strict=True)) in found
    )


@given(questions(several=True))
@settings(max_examples=100, deadline=None)
def test_among_candidates(question):
    values, kind, asked = question
    found = asking(values, kind, **{name: BOX[name] for name in asked})
    assert sorted(tuple(row[name] for name in asked) for row in found.rows) == [
        tuple(each.values()) for each in tried(values, kind, asked)
    ]
    assert found.within == {} and list(found) == list(found.rows)


def test_candidates_come_before_what_depends_on_them():
    assert [row for m in (3, 9) for row in solve(m=m, k=2, s=2, n=..., p=...)] == [
        {"n": row["n"], "p": row["p"]} for row in solve(m=[3, 9], k=2, s=2, n=..., p=...)
    ]
    wide = solve(m=4, k=2, n=..., lo=..., hi=[-3, 0])
    assert list(
        tried(
            {"m": 4, "k": 2, "s": 1, "d": 1, "p": 0, "op": 0},
            "window",
            ("hi", "lo", "n"),
            {"hi": [-3, 0], "lo": range(20), "n": range(1, 20)},
        )
    ) == [{name: row[name] for name in ("hi", "lo", "n")} for row in wide]


@given(questions())
@settings(deadline=None)
def test_the_count(question):
    values, kind, _ = question
    assume(kind != "transposed" or values["op"] < max(values["s"], values["d"]))
    found, expected = asking(values, kind, m=...), outputs_of(values, kind)
    assert found.rows == (({"m": expected},) if expected >= 1 else ())
    for near in found.nearest:
        name = next(iter(near))
        assert outputs_of(values | near, kind) == near["m"] >= 1
        assert all(
            outputs_of(values | {name: value}, kind) < 1
            for value in range(min(values[name], near[name]) + 1, max(values[name], near[name]))
        )


@given(questions())
@settings(max_examples=150, deadline=None)
def test_the_nearest_m(question):
    values, kind, asked = question
    found = asking(values, kind, **{asked[0]: ...})
    assume(not found and not any(next(iter(near)) != "m" for near in found.nearest))
    gives = {
        value: outputs_of(values | {asked[0]: value}, kind) for value in range(BOX[asked[0]][0], 60)
    }
    below, above = (
        [m for m in gives.values() if 1 <= m < values["m"]],
        [m for m in gives.values() if m > values["m"]],
    )
    assert [near["m"] for near in found.nearest] == [*sorted(below)[-1:], *sorted(above)[:1]]
    assert all(gives[near[asked[0]]] == near["m"] for near in found.nearest)


# ---------------------------------------------------------------- ends, words, refusals


def test_without_end():
    """One output from a stride that leaves the input at once, whatever it is."""
    found = solve(n=9, m=1, k=3, s=...)
    assert (
        found.rows == ({"s": Interval(7, oo)},)
        and 10**30 in found
        and 6 not in found
        and str(found) == "s\n≥ 7"
    )
    assert [row["s"] for row in islice(found, 3)] == [7, 8, 9]
    # what begins behind the input is dropped
    assert solve(n=9, m=5, k=2, s=2, hi=..., ceil=True).rows == ({"hi": Interval(0, oo)},)


def test_no_size_is_too_large():
    m = 10**30
    assert solve(m=m, k=3, s=2, p=1).rows == ({"n": Interval(2 * m - 1, 2 * m)},) and solve(
        n=2 * m, k=3, s=2, p=1
    ).rows == ({"m": m},)


@pytest.mark.parametrize(
    ("ask", "line"),
    (
        (
            lambda: solve(n=14, m=14, k=3, d=..., p=...),
            "d  p\n1  1\n2  2\n3  3\n4  4\ntried: d = 1 … 4",
        ),
        (lambda: solve(n=224, m=55, k=11, s=4, p=...), "p\n2 … 3"),
        (lambda: solve(n=14, m=14, k=4, p=...), "none; nearest: m = 13, p = 1; or m = 15, p = 2"),
        (lambda: solve(n=3, k=5), "none; nearest: n = 5, m = 1; or k = 3, m = 1; or p = 1, m = 1"),
        (
            lambda: solve(n=112, m=300, k=3, s=2, op=..., transposed=True),
            "none; nearest: m = 226, op = 1",
        ),
    ),
)
def test_the_words(ask, line):
    found = ask()
    assert str(found) == line
    assert found.text().zh == line.replace("tried: ", "试过：").replace(
        "none; nearest: ", "无；最近的："
    ).replace("; or ", "；或 ")


@pytest.mark.parametrize(("s", "d"), ((1, 1), (2, 1), (1, 2), (3, 2)))
def test_where_nothing_fits_one_number_is_changed(s, d):
    """The smallest size, the largest kernel and the smallest padding with which a window fits."""
    for n, k, lo, hi in ((3, 5, 0, 0), (1, 4, 0, 0), (2, 6, 1, 0), (2, 6, 0, 2)):
        none = solve(n=n, k=k, s=s, d=d, lo=lo, hi=hi)
        fits = {
            "n": next(x for x in range(n, 60) if count(x, k, s, d, lo, hi)),
            "k": next(x for x in range(k, 0, -1) if count(n, x, s, d, lo, hi)),
        }
        made = {
            "n": count(fits["n"], k, s, d, lo, hi),
            "k": count(n, fits["k"], s, d, lo, hi),
        }
        if lo == hi == 0:
            fits["p"] = next(x for x in range(60) if count(n, k, s, d, x, x))
            made["p"] = count(n, k, s, d, fits["p"], fits["p"])
        assert none.nearest == tuple({name: x, "m": made[name]} for name, x in fits.items())


def test_where_nothing_fits_one_output_is_enough_and_the_first_of_two_as_near_is_told():
    """Of 3 positions no 5 are read, whatever is asked; of 5 they are, once."""
    assert solve(n=3, k=5, m=2, d=[1]).nearest[0] == {"n": 5, "m": 1, "d": 1}
    assert solve(n=3, k=5, m=2, s=[2, 1]).nearest[0] == {"n": 5, "m": 1, "s": 2}


def test_a_long_table_is_cut():
    found = solve(n=224, m=112, k=..., s=..., d=..., p=...)
    assert len(str(found).splitlines()) == 1 + 40 + 2 and str(found).splitlines()[-2:] == [
        f"… {len(found.rows) - 40} more",
        "tried: k = 1 … 11, s = 1 … 8, d = 1 … 4",
    ]


@pytest.mark.parametrize(
    ("wrong", "works"),
    (
        (lambda: solve(n=9, m=4, k=3), "write ... for what is asked"),
        (lambda: solve(k=3), "infinitely many rows; received n=..."),
        (
            lambda: solve(n=9, k=3, p=...),
            "infinitely many rows; received p=...; give candidates, for example p=range",
        ),
        (lambda: solve(m=9, k=3, p=..., transposed=True), "infinitely many rows"),
        (lambda: solve(m=9, k=3, lo=..., hi=..., ceil=True), "infinitely many rows"),
        (lambda: solve(n=9, k=3, p=1, lo=1), "use one of the two"),
        (lambda: solve(n=9, k=3, op=1), "write transposed=True"),
        (lambda: solve(n=9, k=3, s=2, op=2, transposed=True), "the nearest that works is 1"),
        (lambda: solve(n=9, k=3, ceil=True, transposed=True), "leave one of them out"),
        (lambda: solve(n=0, k=3), "n must be at least 1; received 0; the nearest that works is 1"),
        (lambda: solve(n=9, k=3, p=-1), "the nearest that works is 0"),
        (lambda: solve(n=9, k=[3, 0]), "k must be at least 1"),
        (lambda: solve(n=9.0, k=3), "write 9"),
        (lambda: solve(n=True, k=3), "write 1"),
        (lambda: solve(n="n", k=3), "put numbers in first"),
        (lambda: solve(n=9, k="3"), "without quotes"),
        (lambda: {"p": 1} in solve(n=9, k=3), "a value of each of m is needed"),
        (lambda: 2.0 in solve(n=9, k=3), "write 2"),
    ),
)
def test_refusals(wrong, works):
    with pytest.raises(ShapeError, match=works):
        wrong()


def test_too_many_rows_are_refused(monkeypatch):
    for module in ("solve", "asked"):  # what counts them, and what says so
        monkeypatch.setattr(f"shapealg.axis.{module}.ROWS", 100)
    assert len(solve(n=10, m=11, k=3, s=9, lo=..., hi=...).rows) <= 100
    with pytest.raises(
        ShapeError, match="too many rows; received > 100; give candidates, for example lo=range"
    ):
        solve(n=10, m=100, k=3, s=10**6, lo=..., hi=...)


def test_the_bounds_are_told_wherever_the_solutions_are():
    found = solve(n=14, m=14, k=3, d=..., p=...)
    # more would do, as a count of the windows says
    assert count(14, 3, 1, 6, 6, 6) == count(14, 3, 1, 19, 19, 19) == 14
    assert repr(found).endswith("; tried d = 1 … 4>") and str(found).endswith("tried: d = 1 … 4")
    none = solve(n=14, m=13, k=3, d=..., p=...)
    assert not none and str(none).endswith("; tried d = 1 … 4")
    assert none.text().zh.endswith("；试过 d = 1 … 4")


def test_one_unknown_needs_no_bound():
    assert solve(n=40, m=2, k=3, d=...).within == {}
    assert solve(n=40, m=2, k=3, d=...).rows[0]["d"] == Interval(19, 19)
