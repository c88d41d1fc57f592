"""Sums of products as Keras writes them, against NumPy's; what reads a whole axis; what meets behind
the batch. Keras itself is not needed.
"""

from types import SimpleNamespace

import numpy
import pytest

from shapealg import Length, ShapeError
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph
from shapealg.network.readers.keras.layers.entrywise import LAYERS
from shapealg.network.readers.keras.operations import operation
from shapealg.network.readers.keras.operations.entrywise import mixed, several
from shapealg.network.readers.keras.operations.products import einsum
from shapealg.network.readers.keras.operations.windows import OPERATIONS
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire

# an equation, the shapes of its operands, how many of the last ones are constants; for each axis of
# the result the axes of operands that it is: (operand, axis)
SUMS = (
    ("ij,jk->ik", ((2, 3), (3, 4)), 0, ([(0, 0)], [(1, 1)])),
    ("ij, jk -> ik", ((2, 3), (3, 4)), 1, ([(0, 0)], [])),
    ("abc,cd->abd", ((2, 5, 3), (3, 4)), 1, ([(0, 0)], [(0, 1)], [])),
    ("abc,cde->abde", ((2, 5, 3), (3, 4, 6)), 1, ([(0, 0)], [(0, 1)], [], [])),
    ("...x,xy->...y", ((2, 5, 3), (3, 4)), 1, ([(0, 0)], [(0, 1)], [])),
    ("...x,xy->...y", ((2, 3), (3, 4)), 0, ([(0, 0)], [(1, 1)])),
    ("a...b,b...->a...", ((2, 7, 3), (3, 7)), 0, ([(0, 0)], [(0, 1), (1, 1)])),
    ("a...b,b...->...a", ((2, 7, 8, 3), (3, 8)), 0, ([(0, 1)], [(0, 2), (1, 1)], [(0, 0)])),
    ("...a,...a->...", ((5, 2, 3), (2, 3)), 0, ([(0, 0)], [(0, 1), (1, 0)])),
    (
        *("...ab,...bc->...ac", ((2, 1, 3, 4), (5, 4, 6)), 0),
        ([(0, 0)], [(1, 0)], [(0, 2)], [(1, 2)]),
    ),
    ("nhwc,nhvc->nwv", ((2, 3, 4, 5), (2, 3, 6, 5)), 0, ([(0, 0), (1, 0)], [(0, 2)], [(1, 2)])),
    ("ab->ba", ((2, 3),), 0, ([(0, 1)], [(0, 0)])),
    ("ab->a", ((2, 3),), 0, ([(0, 0)],)),
    ("...->...", ((2, 3),), 0, ([(0, 0)], [(0, 1)])),
    ("ab,bc,cd->ad", ((2, 3), (3, 4), (4, 5)), 0, ([(0, 0)], [(2, 1)])),
    ("ab,bc->", ((2, 3), (3, 4)), 0, ()),
)


def flow():
    return Flow(Graph({}, (), ()), {})


@pytest.mark.parametrize(("equation", "shapes", "constants", "wires"), SUMS)
def test_a_sum_of_products_has_the_shape_that_numpy_gives(equation, shapes, constants, wires):
    expected = numpy.einsum(equation, *map(numpy.zeros, shapes)).shape
    given = shapes[: len(shapes) - constants]
    made = einsum(equation, *shapes[len(given) :])
    told = made(flow(), *map(Tensor, given))
    assert told.shape == expected and told.value is None
    assert [[(w.source, w.axis) for w in those] for those in told.wires] == list(map(list, wires))
    for i in range(len(given)):
        unknown = [UNKNOWN if i == k else Tensor(n) for k, n in enumerate(given)]
        assert made(flow(), *unknown) is UNKNOWN and made.macs(*unknown) is None
    assert made(flow(), *map(Tensor, given), Tensor((2,))) is UNKNOWN
    assert made.macs(*map(Tensor, given), Tensor((2,))) is None


@pytest.mark.parametrize(
    ("equation", "shapes", "work"),
    (
        ("ij,jk->ik", ((2, 3), (3, 4)), 3 * 4),
        ("ij,jk->ki", ((2, 3), (3, 4)), 2 * 3 * 4),
        ("abc,cd->abd", ((2, 5, 3), (3, 4)), 5 * 3 * 4),
        ("...x,xy->...y", ((2, 5, 3), (3, 4)), 5 * 3 * 4),
        ("...ab,bc->...ac", ((2, 5, 3), (3, 4)), 5 * 3 * 4),
        ("a...b,b...->...a", ((2, 7, 8, 3), (3, 8)), 2 * 7 * 8 * 3),
        ("ab,bc->", ((2, 3), (3, 4)), 2 * 3 * 4),
        ("ab->ba", ((2, 3),), None),
        ("ab,bc,cd->ad", ((2, 3), (3, 4), (4, 5)), None),
    ),
)
def test_a_sum_of_products_multiplies_for_one_example(equation, shapes, work):
    """Every letter once, but the first of all where the result begins with it."""
    assert einsum(equation).macs(*map(Tensor, shapes)) == work
    assert einsum(equation, shapes[-1]).macs(*map(Tensor, shapes[:-1])) == work


def test_letters_that_meet_are_equal():
    run = Flow(Graph({"x": ("A", 3), "y": ("B", 4)}, (), ()), {})
    a, b = Length.of("A"), Length.of("B")
    made = einsum("ij,ik->jk")(run, Tensor((a, 3)), Tensor((b, 4)))
    assert made.shape == (3, 4)
    met = einsum("ij,ij->ij")(run, Tensor((a, 3)), Tensor((b, 3)))
    assert [[wire.source for wire in those] for those in met.wires] == [[0, 1], [0, 1]]
    assert len(run.requirements) == 1
    with pytest.raises(ShapeError, match="two equal sizes"):
        einsum("ij,jk->ik")(flow(), Tensor((2, 3)), Tensor((4, 5)))


def test_an_equation_without_an_arrow_is_not_known():
    assert einsum("ij,jk") is None


# ---------------------------------------------------------------- whole axes


@pytest.mark.parametrize(
    ("axes", "whole"),
    ((-1, [2]), (0, [0]), ((0, -1), [0, 2]), ([1], [1]), (None, [0, 1, 2]), ((), [])),
)
def test_axes_that_are_mixed_are_read_whole(axes, whole):
    made = mixed(axes)(flow(), Tensor((2, 3, 4), (1, 2)))
    assert made.shape == (2, 3, 4) and made.value is None
    assert [i for i, (wire,) in enumerate(made.wires) if wire == Wire(0, i, WHOLE)] == whole
    assert all(wire in (Wire(0, i), Wire(0, i, WHOLE)) for i, (wire,) in enumerate(made.wires))
    assert mixed(axes)(flow(), UNKNOWN).shape is None


def test_one_axis_or_several():
    assert (several(2), several([1, 2]), several((0,)), several(None)) == ((2,), (1, 2), (0,), None)


def test_an_operation_is_known_by_its_class_and_the_number_of_its_outputs():
    class Tanh:
        pass

    class Split:
        indices_or_sections, axis = 3, 1

    class Secret:
        pass

    class Add:
        pass

    x, y = Tensor((2, 6)), Tensor((6,))
    assert operation(Tanh(), (x,), {}, 1)(flow(), x).shape == (2, 6)
    assert operation(Tanh(), (x,), {}, 2) is None and operation(Secret(), (x,), {}, 1) is None
    assert [t.shape for t in operation(Split(), (x,), {}, 3)(flow(), x)] == [(2, 2)] * 3
    assert operation(Add(), (x, y), {}, 1)(flow(), x, y).shape == (2, 6)
    assert operation(Add(), (x, [1, 2]), {}, 1) is operation(Add(), (x,), {"y": [1]}, 1) is None


# ---------------------------------------------------------------- layers that meet


@pytest.mark.parametrize(
    ("shapes", "made", "wires"),
    (
        (((2, 3), (2, 3)), (2, 3), ([(0, 0), (1, 0)], [(0, 1), (1, 1)])),
        (
            ((2, 5, 6, 3), (2, 3)),
            (2, 5, 6, 3),
            ([(0, 0), (1, 0)], [(0, 1)], [(0, 2)], [(0, 3), (1, 1)]),
        ),
        (((2, 3), (2, 5, 3)), (2, 5, 3), ([(0, 0), (1, 0)], [(1, 1)], [(0, 1), (1, 2)])),
        (
            ((2, 3), (2, 3), (2, 4, 3)),
            (2, 4, 3),
            ([(0, 0), (1, 0), (2, 0)], [(2, 1)], [(0, 1), (1, 1), (2, 2)]),
        ),
    ),
)
def test_what_has_fewer_axes_gets_new_ones_behind_the_batch(shapes, made, wires):
    """NumPy adds them so, once the new axes are written down."""
    rank = max(map(len, shapes))
    arrays = [numpy.zeros((n[0], *(1,) * (rank - len(n)), *n[1:])) for n in shapes]
    assert numpy.broadcast_shapes(*(one.shape for one in arrays)) == made
    told = LAYERS["Add"].build(None)(flow(), *map(Tensor, shapes))
    assert told.shape == made
    assert [[(w.source, w.axis) for w in those] for those in told.wires] == list(map(list, wires))
    with pytest.raises(ShapeError, match="two equal sizes"):
        LAYERS["Add"].build(None)(flow(), Tensor((2, 3)), Tensor((5, 3)))


@pytest.mark.parametrize(
    ("kind", "shape", "told"),
    (
        ("MaxPool", (2, 9, 3), (2, 4, 3)),
        ("AveragePool", (2, 9, 3), (2, 4, 3)),
        ("MaxPool", (2, 9, 7, 3), (2, 4, 3, 3)),
        ("AveragePool", (2, 9, 7, 6, 3), (2, 4, 3, 2, 3)),
    ),
)
def test_a_pool_of_threes_by_twos(kind, shape, told):
    """Where every window fits: ⌊(n − 3)/2⌋ + 1."""
    op = SimpleNamespace(pool_size=3, strides=2, padding="valid", data_format="channels_last")
    assert tuple((n - 3) // 2 + 1 for n in shape[1:-1]) == told[1:-1]
    made = OPERATIONS[kind].build(op)
    assert made(flow(), Tensor(shape)).shape == told and made(flow(), UNKNOWN) is UNKNOWN
    first = SimpleNamespace(pool_size=3, strides=2, padding="same", data_format="channels_first")
    moved = (shape[0], shape[-1], *shape[1:-1])
    halves = (*moved[:2], *(-(-n // 2) for n in moved[2:]))
    assert OPERATIONS[kind].build(first)(flow(), Tensor(moved)).shape == halves
