"""Shapes joined, summed and flattened, against NumPy's own arrays."""

from itertools import chain, combinations_with_replacement, count, product, repeat

import numpy
import pytest
import sympy

from shapealg import ShapeError
from shapealg.layer.joining import MOST, broadcast, concatenated, flattened, several

SMALL = [shape for rank in (1, 2, 3) for shape in product((1, 2, 3), repeat=rank)]
n, m = sympy.symbols("n m", integer=True, positive=True)


def asked(question, *given):
    """What is answered; None where it is refused."""
    try:
        return question(*given)
    except (ShapeError, ValueError, IndexError):
        return None


@pytest.mark.parametrize("axis", range(-4, 4))
def test_joined_as_numpy_joins(axis):
    for pair in product(SMALL, SMALL):
        arrays = [numpy.zeros(shape) for shape in pair]
        joined = asked(lambda arrays: numpy.concatenate(arrays, axis).shape, arrays)
        assert asked(concatenated, pair, axis) == joined, pair


def test_added_as_numpy_adds():
    for some in chain(product(SMALL, SMALL), combinations_with_replacement(SMALL[:12], 3)):
        assert asked(broadcast, some) == asked(numpy.broadcast_shapes, *some), some


def test_flattened_as_numpy_reshapes():
    for shape, start, end in product(SMALL, range(-4, 4), range(-4, 4)):
        first, last = (asked(range(len(shape)).__getitem__, i) for i in (start, end))
        if None in (first, last) or first > last:
            assert asked(flattened, shape, start, end) is None, (shape, start, end)
            continue
        merged = numpy.zeros(shape[first : last + 1]).size
        assert flattened(shape, start, end) == (*shape[:first], merged, *shape[last + 1 :])


def filled(some):
    """The shapes with a 1 or a 2 for each length that nobody knows."""
    for values in product((1, 2), repeat=4):
        value = iter(values)
        yield [tuple(next(value) if n is None else n for n in shape) for shape in some]


def test_what_nobody_knows_stays_unknown():
    """What is told is what NumPy gives for every size that the unknown may have."""
    for some in product(product((None, 1, 2), repeat=2), repeat=2):
        given = [
            made for shapes in filled(some) if (made := asked(numpy.broadcast_shapes, *shapes))
        ]
        for i, length in enumerate(broadcast(some)):
            assert length is None or {made[i] for made in given} == {length}, some
    assert broadcast([(3, None), (1, 4)]) == (3, None) and broadcast([(1,), (None,)]) == (None,)
    assert concatenated([(None, 2), (5, 3)], 1) == (None, 5)
    assert concatenated([(2, None), (2, 3)], 1) == (2, None)
    assert flattened((2, None, 3), 0, 1) == (None, 3)


def test_symbols_may_stay_open_unless_they_differ():
    assert concatenated([(n, 2), (m, 3)], 1) == (n, 5) and broadcast([(n, 2), (m, 2)]) == (n, 2)
    assert broadcast([(n, 2), (3, 2)]) == (3, 2)
    for more, less in ((n + 1, n), (3, 2)):
        for pair in ((less, more), (more, less)):
            said = rf"{pair[0]} and {pair[1]}; crop it to {less} or pad it to {more}".replace(
                "+", r"\+"
            )
            with pytest.raises(ShapeError, match=f"but 1 must be equal; .* received {said}$"):
                concatenated([(pair[0], 2), (pair[1], 2)], 1)
            with pytest.raises(ShapeError, match=f"axis -2 must be equal or 1; received {said}$"):
                broadcast([(pair[0], 2), (pair[1], 2)])


def test_one_shape_at_least_and_an_end():
    assert several(iter([(1, 2)])) == [(1, 2)] and len(several(repeat((1,), MOST))) == MOST
    for bad in ((), "ab", b"ab", {1: 2}, 3, repeat((1,), MOST + 1), count()):
        with pytest.raises(ShapeError, match=f"1 to {MOST} of them"):
            several(bad)
