"""What nodes do to shapes, held against NumPy's own arrays: the lengths, the numbers, and which axis
of which input each axis of the output reads.
"""

from functools import partial
from itertools import permutations, product

import numpy
import pytest

from shapealg import ShapeError
from shapealg.axis.window import Window
from shapealg.network import entries, operations
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.tensor import WHOLE, Tensor

SMALL = [shape for rank in (1, 2, 3) for shape in product((1, 2, 3), repeat=rank)]
AXES = range(-4, 4)


def asked(question, *given):
    """What is answered; None where it is refused."""
    try:
        return question(*given)
    except (ShapeError, ValueError, IndexError, TypeError):
        return None


def ran(operation, *shapes):
    """What a node makes of inputs of these shapes; None where it is refused."""
    inputs = {f"x{i}": shape for i, shape in enumerate(shapes)}
    graph = Graph(inputs, (Node("here", "test", operation, tuple(inputs), ("y",)),), ("y",))
    flow = asked(Flow(graph, {}).run)
    return None if flow is None else flow.tensors["y"]


def line(wire, n: int) -> list:
    """The places of an input's axis that the places of the output's read, one by one."""
    way = wire.map or Window.identity
    return [way.stride * j - way.lo for j in range(n)]


def compare(operation, f, *shapes):
    """Shape and wires of a node beside what NumPy's `f` makes of arrays: of the places of every
    entry along every axis, -1 for those of other inputs.
    """
    made, there = ran(operation, *shapes), asked(f, *map(numpy.zeros, shapes))
    if made is None or there is None:
        assert made is None and there is None, (made, there)
        return None
    assert made.shape == there.shape
    for source, shape in enumerate(shapes if there.size else ()):
        for axis in [a for a, n in enumerate(shape) if n > 1]:
            given = [numpy.full(other, -1) for other in shapes]
            given[source] = numpy.indices(shape)[axis]
            places = f(*given)
            for i in [i for i, n in enumerate(there.shape) if n > 1]:
                told = [w for w in made.wires[i] if (w.source, w.axis) == (source, axis)]
                here = numpy.indices(there.shape)[i]
                if (places == here).all():
                    assert told, f"axis {i} reads axis {axis} of {shape}: {made}"
                for wire in told if places.min() >= 0 else ():
                    if wire.map != WHOLE:
                        assert (places == numpy.array(line(wire, there.shape[i]))[here]).all()
    return made


@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_axes_moved_added_and_taken_out(shape):
    orders = {order for rank in (1, 2, 3) for order in permutations(range(-1, rank), rank)}
    for order in [None, *orders]:
        compare(operations.permute(order), lambda x, o=order: x.transpose(o), shape)
    for axes in [(), *product(AXES), *product(AXES, AXES)]:
        compare(operations.unsqueeze(axes), lambda x, a=axes: numpy.expand_dims(x, a), shape)
        if len({a % len(shape) for a in axes}) == len(axes):
            compare(operations.squeeze(axes), lambda x, a=axes: numpy.squeeze(x, a), shape)
    compare(operations.squeeze(None), numpy.squeeze, shape)


@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_axes_that_are_summed_over(shape):
    for axes, keeps in product([None, (), *product(AXES)], (False, True)):
        made = compare(
            operations.reduce(axes, keeps),
            lambda x, a=axes, k=keeps: numpy.min(x, axis=a, keepdims=k),
            shape,
        )
        over = range(len(shape)) if axes is None else [a % len(shape) for a in axes]
        if made is not None and keeps:
            assert [i for i, w in enumerate(made.wires) if w[0].map == WHOLE] == sorted(over)
        elif made is not None:
            assert [(w.source, w.axis, w.map) for w in made.consumed] == [
                (0, i, WHOLE) for i in sorted(over)
            ]


@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_the_same_numbers_in_another_shape(shape):
    for start, end in product(AXES, AXES):
        first, last = (asked(range(len(shape)).__getitem__, i) for i in (start, end))
        if None not in (first, last) and first <= last:
            if first < last and 1 in shape[first : last + 1]:
                continue  # beside 1 a reshape tells which axis is read, and this does not
            target = (*shape[:first], -1, *shape[last + 1 :])
            compare(operations.flatten(start, end), lambda x, t=target: x.reshape(t), shape)
    some = (-2, -1, 0, 1, 2, 3, 6)
    for target in [*product(some), *product(some, some), *product(some[:-1], some[1:], (2, 3))]:
        for keeps in (False, True):
            made = partial(operations.reshape, target=target, zero_keeps=keeps)
            compare(made, partial(reshaped, target=target, keeps=keeps), shape)


def reshaped(x, target, keeps: bool):
    """As NumPy reshapes, but that 0 may keep the input's length, and only -1 is negative."""
    kept = [x.shape[i] if n == 0 and keeps else n for i, n in enumerate(target)]
    if min(kept) < -1:
        raise ValueError
    return x.reshape(kept)


@pytest.mark.parametrize("axis", AXES)
def test_side_by_side(axis):
    for one, two in product(SMALL, SMALL):
        compare(operations.concat(axis), lambda *x: numpy.concatenate(x, axis), one, two)


@pytest.mark.parametrize("axis", AXES)
def test_cut_into_pieces(axis):
    """Equal ones as long as PyTorch's `chunk` makes them, where the last is there."""
    for shape in SMALL[3:]:
        n = asked(shape.__getitem__, axis)
        for lengths in [1, 2, 3, *product((1, 2)), *product((1, 2), (1, 2)), (1, 1, 1)]:
            each = lengths if isinstance(lengths, tuple) else chunks(n or 1, lengths)
            for i in range(len(each)):
                compare(piece(axis, lengths, i), partial(cut, axis=axis, each=each, i=i), shape)


def chunks(n: int, many: int) -> list:
    """Equal pieces, the last perhaps shorter; none are told where it would be empty."""
    share = next(s for s in range(1, n + 2) if s * many >= n)
    return [share] * (many - 1) + [n - share * (many - 1)] if share * (many - 1) < n else []


def piece(axis: int, lengths, i: int):
    """One piece of those that a node cuts."""
    return lambda flow, x: operations.split(axis, lengths)(flow, x)[i]


def cut(x, axis: int, each, i: int):
    """The piece as NumPy cuts it; all of the axis must be cut."""
    if sum(each) != x.shape[axis]:
        raise ValueError
    return numpy.split(x, numpy.cumsum(each)[:-1], axis)[i]


BOUNDS = (None, *range(-5, 6))
STEPS = (-3, -2, -1, 1, 2, 3)


@pytest.mark.parametrize("step", STEPS)
def test_slices(step):
    for n, start, end in product((1, 2, 3, 4), BOUNDS, BOUNDS):
        bounds = slice(start, end, step)
        made = partial(operations.cut, ranges={-1: (start, end, step)})
        nothing = all(not range(m)[bounds] for m in range(20))
        assert operations.takes_nothing(start, end, step) == nothing
        if range(n)[bounds] or nothing:
            compare(made, lambda x, b=bounds: x[..., b], (2, n))
        else:
            assert ran(made, (2, n)) is None


def test_slices_of_several_axes_and_of_numbers():
    x = numpy.arange(24)
    for shape, one, two in product(
        ((4, 6), (2, 3, 4)), (slice(1, 3), slice(None, None, -1)), STEPS
    ):
        two = slice(None, None, two)
        ranges = {0: (one.start, one.stop, one.step or 1), -1: (two.start, two.stop, two.step)}
        made = ran_with_numbers(partial(operations.cut, ranges=ranges), x.reshape(shape))
        there = x.reshape(shape)[one, ..., two]
        assert made.shape == there.shape and made.value == tuple(there.ravel().tolist())


def ran_with_numbers(operation, *arrays):
    """What a node makes of numbers that are known."""
    given = {
        f"x{i}": Tensor(x.shape, tuple(x.ravel().tolist()) if x.ndim else int(x), ((),) * x.ndim)
        for i, x in enumerate(arrays)
    }
    nodes = (Node("here", "test", operation, tuple(given), ("y",)),)
    flow = asked(Flow(Graph({}, nodes, ("y",), given), {}).run)
    return None if flow is None else flow.tensors["y"]


@pytest.mark.parametrize("axis", AXES)
def test_entries_chosen_along_an_axis(axis):
    for shape, chosen in product(SMALL, (0, 1, -2, [0], [2, -1], [[1, 0, 1]], [-3], [3])):
        x, at = numpy.arange(numpy.prod(shape)).reshape(shape), numpy.array(chosen)
        there = asked(lambda x, at: numpy.take(x, at, axis), x, at)
        made = ran_with_numbers(operations.take(axis), x, at)
        if made is None or there is None:
            assert made is None and there is None, (shape, chosen)
            continue
        told = tuple(there.ravel().tolist()) if there.ndim else int(there)
        assert (made.shape, made.value) == (there.shape, told), (shape, chosen)
        node = ran(lambda flow, x, at=at: operations.take(axis)(flow, x, Tensor(at.shape)), shape)
        kept = [w for wires in node.wires for w in wires if w.source == 0]
        assert node.shape == there.shape
        assert [w.axis for w in kept] == [i for i in range(len(shape)) if i != axis % len(shape)]


def test_lengths_that_stretch():
    for one, two in product(SMALL, SMALL):
        for i in (0, 1):
            compare(
                operations.elementwise,
                lambda *x, i=i: numpy.broadcast_arrays(*x)[i],
                *(one, two),
            )
        wide = partial(operations.expand, target=two)
        both = asked(numpy.broadcast_shapes, one, two)
        made = compare(wide, lambda x, b=both: numpy.broadcast_to(x, b), one)
        if made is not None:
            for i, wires in enumerate(made.wires[len(both) - len(one) :]):
                assert [w.map for w in wires] == [WHOLE if one[i] != both[i - len(one)] else None]
        compare(partial(operations.repeat, times=two), lambda x, t=two: numpy.tile(x, t), one)
    for bad in ((0,), (2, -1)):
        assert ran(partial(operations.expand, target=bad), (2, 3)) is None
        assert ran(partial(operations.repeat, times=bad), (2, 3)) is None


def test_products_and_how_often_they_multiply():
    """One multiplication for each pair that meets in an entry; the first axis is the batch's."""
    for one, two in product(SMALL, SMALL):
        made = ran(operations.matmul, one, two)
        there = asked(numpy.matmul, numpy.zeros(one), numpy.zeros(two))
        if made is None or there is None:
            assert made is None and there is None, (one, two)
            continue
        assert made.shape == numpy.shape(there)
        example = there[0] if len(one) > 1 or len(two) > 2 else there
        assert operations.matmul.macs(Tensor(one), Tensor(two)) == numpy.size(example) * one[-1]
    for shape in SMALL:
        node = operations.dense(3, 5)
        made, fits = ran(node, shape), shape[-1] == 3
        assert (made and made.shape) == ((*shape[:-1], 5) if fits else None)
        if fits:
            example = numpy.zeros(shape)[0] if len(shape) > 1 else numpy.zeros(shape)
            assert node.macs(Tensor(shape)) == example.size * 5
            assert [w.axis for w in made.consumed] == [len(shape) - 1]


@pytest.mark.parametrize(
    ("terms", "out"),
    [("ij jk", "ik"), ("bij bjk", "bik"), ("bi bj", "bij"), ("i i", ""), ("ij j", "i")],
)
def test_multiplications_of_a_sum_of_products(terms, out):
    """Each combination of the letters once, for one example."""
    terms, sizes = terms.split(), {"b": 4, "i": 2, "j": 3, "k": 5}
    letters = sorted(set("".join(terms)))
    batch = terms[0][0] if out[:1] == terms[0][0] else ""
    counted = sum(1 for _ in product(*(range(sizes[a]) for a in letters if a != batch)))
    shapes = [tuple(sizes[a] for a in term) for term in terms]
    assert operations.summed(terms, shapes, out) == counted
    assert operations.summed([*terms, "i"], [*shapes, (2,)], out) is None


ARRAYS = [numpy.arange(1, numpy.prod(shape) + 1).reshape(shape) for shape in SMALL]


def row(x) -> tuple:
    return tuple(x.ravel().tolist())


def test_numbers_of_arrays_in_a_row():
    for x in ARRAYS:
        assert [4 * n for n in entries.strides(x.shape)] == list(x.astype("int32").strides)
        for order in permutations(range(x.ndim)):
            assert entries.permuted(row(x), x.shape, order) == row(x.transpose(order))
        for target in product((0, 1, 2, 3, 6), repeat=2):
            made = asked(x.reshape, target)
            assert entries.reshaped(row(x), target) == (None if made is None else row(made))
        places = [[*range(n), 0][::-1] for n in x.shape]
        assert entries.picked(row(x), x.shape, places) == row(x[numpy.ix_(*places)])
        for y in ARRAYS:
            for axis in range(x.ndim):
                made = asked(lambda *a, axis=axis: numpy.concatenate(a, axis), x, y)
                if made is not None:
                    given = [row(x), row(y)], [x.shape, y.shape], axis
                    assert entries.joined(*given) == row(made)


@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_what_changes_no_shape_reads_place_by_place(shape):
    compare(operations.same, lambda x: x, shape)
    compare(operations.with_entries, lambda x: x, shape)
    made = ran(operations.shaped((2, 3)), shape)
    assert (made.shape, made.wires) == ((2, 3), ((), ()))


def test_single_numbers_lose_and_gain_axes():
    one, none = numpy.array([5]), numpy.array(5)
    for axes in ((0,), None):
        made = ran_with_numbers(operations.squeeze(axes), one)
        assert (made.shape, made.value) == ((), 5)
    for operation in (operations.flatten(0, -1), operations.unsqueeze((0,))):
        made = ran_with_numbers(operation, none)
        assert (made.shape, made.value) == ((1,), (5,))
    assert operations.matmul.macs(Tensor(()), Tensor((3,))) == 0
    assert ran(operations.matmul, (), (3,)) is None


def test_of_an_unknown_shape_is_told_what_is_said():
    unknown = Tensor(None)
    for lengths, many in ((3, 3), ((2, 5), 2)):
        assert operations.split(0, lengths)(None, unknown) == (unknown,) * many
    made = operations.reshape(None, unknown, (2, 3))
    assert (made.shape, made.wires) == ((2, 3), ((), ()))
    for target, keeps in (((2, -1), False), ((2, None), False), ((2, 0), True)):
        assert operations.reshape(None, unknown, target, keeps).shape is None
    assert operations.reshape(None, unknown, (2, 0)).shape == (2, 0)
    assert operations.same(None, unknown).shape is None


@pytest.mark.parametrize(
    ("operation", "shapes", "said"),
    (
        (
            operations.concat(0),
            ((2,), (2, 3)),
            r"need the same rank; received \(\(2,\), \(2, 3\)\)",
        ),
        (
            partial(operations.reshape, target=(2, 0), zero_keeps=True),
            ((2,),),
            r"which has 1 axes only; received \(2, 0\)",
        ),
    ),
)
def test_a_refusal_tells_what_came(operation, shapes, said):
    names = [f"x{i}" for i in range(len(shapes))]
    node = Node("here", "test", operation, tuple(names), ("y",))
    with pytest.raises(ShapeError, match=said):
        Flow(Graph(dict(zip(names, shapes, strict=True)), (node,), ("y",)), {}).run()


@pytest.mark.parametrize(
    ("one", "two"),
    [((2, 1, 2, 3), (1, 4, 3, 2)), ((2, 4, 2, 3), (4, 3, 2)), ((3, 2), (2, 4, 2, 3))],
)
def test_many_products_at_once(one, two):
    there = numpy.matmul(numpy.zeros(one), numpy.zeros(two))
    assert ran(operations.matmul, one, two).shape == there.shape
    counted = there[0].size * one[-1]
    assert operations.matmul.macs(Tensor(one), Tensor(two)) == counted


def test_a_letter_that_stretches_counts_as_long_as_it_becomes():
    for shapes in ([(2, 3), (1, 5)], [(2, 1), (3, 5)]):
        there = numpy.einsum("ij,jk->ijk", *map(numpy.zeros, shapes))
        assert operations.summed(["ij", "jk"], shapes, "ik") == there[0].size


def test_numbers_go_with_their_axes():
    for x in ARRAYS:
        for order in permutations(range(x.ndim)):
            made = ran_with_numbers(operations.permute(order), x)
            assert (made.shape, made.value) == (x.transpose(order).shape, row(x.transpose(order)))
        assert ran_with_numbers(operations.same, x).value == row(x)
        made = ran_with_numbers(operations.unsqueeze((0, -1)), x)
        assert (made.value, made.wires[0], made.wires[-1]) == (row(x), (), ())
        for kind, keeps in ((max, True), (sum, False)):
            made = ran_with_numbers(operations.reduce(None, keeps, kind), x)
            told = (kind(row(x)),) if keeps else kind(row(x))
            assert made.value == (told if x.ndim == 1 else None)
            assert ran_with_numbers(operations.reduce(None, keeps), x).value is None
    made = ran(operations.reduce((1,), True), (2, 3))
    assert made.wires[1][0][:2] == (0, 1)


def test_an_axis_that_is_not_there_is_named():
    for axis, rank in ((3, 2), (-3, 2), ("x", 2), (1, 0)):
        with pytest.raises(ShapeError, match=f"there is no axis .*; axes are 0 to {rank - 1}$"):
            operations.place(axis, rank)
    assert [operations.place(axis, 3) for axis in range(-3, 3)] == [0, 1, 2, 0, 1, 2]
    assert operations.place(0, 0) == operations.place(-1, 1) == 0
    with pytest.raises(
        ShapeError, match=r"each of the 2 axes must be named once; received \(0, 0\)"
    ):
        operations.permute((0, 0))(None, Tensor((2, 3)))
    assert operations.squeeze(None)(None, Tensor((1, None))).shape is None


def test_mixing_reads_all_of_some_axes():
    assert operations.mixed(3, {1}) == (
        (operations.kept(1)[0][0],),
        (operations.kept(2)[1][0]._replace(map=WHOLE),),
        (operations.kept(3)[2][0],),
    )


def test_open_axes_of_length_1_are_taken_out_where_they_are():
    net = Network(
        Graph({"x": (2, "L")}, (Node("a", "?", operations.squeeze(None), ("x",), ("y",)),), ("y",))
    )
    assert [net.at(L=n) for n in (1, 2, 5)] == [(2,), (2, 2), (2, 5)]
    assert net.output_shape.at(L=1) == (2,) and net.output_shape.at(L=4) == (2, 4)
