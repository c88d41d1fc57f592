"""Where each output of a pooling reads and what it is divided by, against windows laid one by one
and against what the frameworks do to single impulses.
"""

from fractions import Fraction
from functools import cache
from itertools import product

import numpy
import pytest
import sympy
from needed import executed, require

from shapealg import Adaptive, ShapeError, Window
from shapealg.axis.counted import Counted
from shapealg.axis.even import even_sizes, even_window, even_windows
from shapealg.axis.pooled import Pooled
from shapealg.axis.sizes import Sizes
from shapealg.axis.waiting import Ceiled, Same
from shapealg.words import spoken

POOLED = [
    *(
        Pooled(
            Ceiled(Window(k, s, lo, hi)) if ceil else Window(k, s, lo, hi), k, "average", counted
        )
        for k, s, (lo, hi), ceil, counted in product(
            (1, 2, 3), (1, 2, 3), ((0, 0), (1, 1), (0, 1)), (False, True), tuple(Counted)[1:]
        )
        if max(lo, hi) < k
    ),
    *(Pooled(Same(k, s), k) for k, s in product((2, 3, 4), (1, 2, 3))),
    *(Pooled(Window(2, s), 2, front=(1, 0)) for s in (1, 2)),
    *(Pooled(Window(3, 2), 3, front=(a, b)) for a, b in ((1, 1), (0, 1), (-1, 0), (0, -2))),
    Pooled(Window(3, 2), 2, "max"),
    Pooled(Adaptive(3), 0),
]


@cache
def listed(pooled, n: int):
    """Every output as positions and share; nothing where there is no output."""
    if pooled.count(n) < 1:
        return None
    return [(tuple(read), share) for read, share in pooled.outputs(n)]


@pytest.mark.parametrize("one", POOLED[::4], ids=str)
@pytest.mark.many(3)
def test_where_two_poolings_agree_is_what_each_size_says(one):
    for two in POOLED:
        found = one.agrees(two)
        for n in range(1, 26):
            left, right = listed(one, n), listed(two, n)
            assert (n in found) == (left is not None and left == right), (two, n)


IMPULSES = [
    *(
        (f"torch.AvgPool1d({k}, {s}, {p}, {c}, {counted})", "torch")
        for k, s, p, c, counted in product((2, 3, 5), (1, 2, 4), (0, 1), (False, True), (0, 1))
    ),
    *(
        (
            f"onnx.AveragePool(kernel_shape=({k},), strides=({s},), pads=({lo}, {hi}),"
            f" ceil_mode={c}, count_include_pad={counted}, dilations=({d},))",
            "onnx",
        )
        for k, s, (lo, hi), c, counted, d in product(
            (2, 3), (1, 2, 3), ((0, 1), (1, 1)), (0, 1), (0, 1), (1, 2)
        )
    ),
    *(
        (f"paddle.AvgPool1D({k}, {s}, ({lo}, {hi}), {exclusive}, {c})", "paddle")
        for k, s, (lo, hi), exclusive, c in product(
            (2, 3), (1, 2, 3), ((0, 1), (1, 1), (2, 0)), (False, True), (False, True)
        )
    ),
    *(
        (f'paddle.AvgPool1D({k}, {s}, "SAME", {exclusive})', "paddle")
        for k, s, exclusive in product((2, 3, 4), (1, 2, 3), (False, True))
    ),
]


@pytest.mark.parametrize("framework", ("torch", "onnx", "paddle"))
@pytest.mark.many(3)
def test_the_share_of_each_position_is_what_the_framework_gives_an_impulse(framework):
    """Each position alone is 1: what comes out is its share in every output."""
    require(framework)
    compared = 0
    for line, n in product((line for line, of in IMPULSES if of == framework), (3, 5, 8)):
        words = spoken.read(line)
        pooled = words.layer.pooled[0]
        if pooled.count(n) < 1:
            continue
        impulses = numpy.eye(n, dtype="float32")[:, None, :]
        given = executed(line, impulses)[:, 0, :].T
        for row, (read, share) in zip(given, pooled.outputs(n), strict=True):
            if share is None:  # a mean of nothing
                continue
            expected = [float(share) if p in read else 0 for p in range(n)]
            assert numpy.allclose(row, expected, atol=1e-6), (line, n, row, expected)
            compared += 1
    assert compared > 200


def test_paddle_counts_as_much_padding_behind_as_there_is_in_front():
    """6 positions, kernel 3, stride 2, one padded behind: Paddle divides the last window by 2."""
    behind = Pooled(Window(3, 2, 0, 1), 3, "average", Counted.FRONT)
    assert [behind.divisor(6, j) for j in range(3)] == [3, 3, 2]
    assert [share for _, share in behind.outputs(6)][-1] == Fraction(1, 2)


def laid(m: int, n: int) -> list:
    """The windows of an adaptive pooling, one by one."""
    return [set(range(j * n // m, -(-(j + 1) * n // m))) for j in range(m)]


def plain_ones(m: int, n: int) -> list:
    """Every plain window with padding below its kernel that reads the same positions."""
    wanted, found = laid(m, n), []
    for k, s in product(range(1, n + m + 1), range(1, n + 1)):
        for lo, hi in product(range(min(k, m)), repeat=2):
            if (n + lo + hi - k) // s + 1 == m and all(
                set(range(max(j * s - lo, 0), min(j * s - lo + k, n))) == wanted[j]
                for j in range(m)
            ):
                found.append((k, s, lo, hi))
    return found


@pytest.mark.parametrize("m", range(1, 6))
def test_an_adaptive_pooling_is_a_plain_one_exactly_where_no_other_can_be_found(m):
    """Every plain window is tried: one does the same iff n ≡ −1, 0 or 1 (mod m)."""
    for n in range(1, 14):
        found, said = plain_ones(m, n), even_window(m, n)
        assert bool(found) == (said is not None) == (n in even_sizes(m)), n
        if said is not None:
            assert (said.kernel, said.stride, said.lo, said.hi) in found or m == 1
            reads = [set(range(said.first(j), said.last(j) + 1)) & set(range(n)) for j in range(m)]
            assert reads == laid(m, n) and said.count(n) == m


@pytest.mark.parametrize("m", (1, 2, 3, 6))
def test_the_plain_windows_as_expressions_are_those_at_each_size(m):
    symbol, covered = sympy.Symbol("n", integer=True, positive=True), Sizes.none()
    for where, *_ in even_windows(m, "n"):
        covered |= where
    assert covered == even_sizes(m) and even_windows(m, "n")[0][1] == symbol // m
    for where, *told in even_windows(m, "n"):
        for n in [n for n in range(1, 60) if n in where]:
            kernel, stride = (
                int(sympy.sympify(e).subs({s: n for s in sympy.sympify(e).free_symbols}))
                for e in told
            )
            plain = even_window(m, n)
            assert (kernel, stride) == (plain.kernel, plain.stride), n


def test_too_long_windows_are_refused_at_once():
    """Two poolings that agree on very long borders are not compared window by window for ever."""
    one = Pooled(Ceiled(Window(3001, 1, 1500, 1500)), 3001, "average", Counted.PADDED)
    two = Pooled(Window(3001, 1, 1500, 1500), 3001, "average", Counted.PADDED)
    with pytest.raises(ShapeError, match="too many windows"):
        one.agrees(two)
    assert one.agrees(two, Sizes.interval(3001, 3002)) == Sizes.interval(3001, 3002)


@pytest.mark.parametrize("front", ((0, 0), (2, 1), (-1, 0), (-2, -3), (4, -1)))
@pytest.mark.parametrize(
    "axis", (Window(3, 2), Window(2, 2, 1, 1), Ceiled(Window(3, 2)), Same(5, 3))
)
def test_counts_are_the_count_at_each_size(axis, front):
    """And it runs where there is one."""
    pooled = Pooled(axis, 3, front=front)
    first = max(1, 1 - sum(front))
    there = {n: pooled.count(n) for n in range(first, 40)}
    assert {n: pooled.counts(n) for n in there} == there
    assert [n for n in there if n in pooled.runs] == [n for n, m in there.items() if m > 0]
