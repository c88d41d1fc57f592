"""What nodes do to shapes, held against NumPy's own arrays: the lengths, the numbers, and which axis
of which input each axis of the output reads.
"""

from functools import partial
from itertools import permutations, product

import numpy
import pytest

from shapealg import ShapeError, Sizes
from shapealg.axis.length import Length
from shapealg.axis.resized import Adaptive
from shapealg.axis.window import Window
from shapealg.network import entries, operations
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.tensor import WHOLE, Places, Tensor, Wire, reaching, worked_out

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


def only(operation, *shape) -> Network:
    """A network of one node."""
    node = Node("here", "test", operation, ("x",), ("y",))
    return Network(Graph({"x": shape}, (node,), ("y",)))


def later(name: str, *given):
    """An operation that is made when it is run, and not while its test is collected."""
    return lambda *x: getattr(operations, name)(*given)(*x)


def line(wire, n: int) -> list:
    """The places of an input's axis that the places of the output's read, one by one."""
    way = wire.map or Window.identity
    assert way.kernel == 1
    return [way.stride * j - way.lo for j in range(n)]


def compare(operation, f, *shapes):
    """Shape and wires of a node beside what NumPy's `f` makes of arrays: of the places of every
    entry along every axis, -1 for those of other inputs.
    """
    made, there = ran(operation, *shapes), asked(f, *map(numpy.zeros, shapes))
    if made is None or there is None:
        assert made is None and there is None, (made, there)
        return None
    assert made.shape == there.shape and made.value is None
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
            assert not made.consumed
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
                made = compare(
                    piece(axis, lengths, i), partial(cut, axis=axis, each=each, i=i), shape
                )
                assert made is None or all(made.wires)


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


def test_an_axis_may_be_left_empty_where_its_length_is_the_models_own():
    """Of 3 entries the part from 5 on, and from 2 on; another axis must leave something."""
    for start, meant, made in ((5, 0, (0, 2)), (2, 0, (1, 2)), (5, 1, None), (2, 1, (1, 2))):
        cut = partial(operations.cut, ranges={0: (start, None, 1)}, meant={meant})
        told = ran(cut, (3, 2))
        assert (told and told.shape) == made, (start, meant)
    some = partial(operations.cut, ranges={0: (5, None, 1)}, meant={0})
    net = Network(Graph({"x": ("H",)}, (Node("cut", "t", some, ("x",), ("y",)),), ("y",)))
    assert net.flow.tensors["y"].shape == (Length.of("H") - 5,)


def test_slices_of_several_axes_and_of_numbers():
    x = numpy.arange(24)
    assert ran_with_numbers(partial(operations.cut, ranges={}), x).value == row(x)
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


FAR = 2**31 - 1  # so long is no axis, says ONNX of its own example


@pytest.mark.parametrize("far", [FAR, 2**63 - 1])
def test_the_greatest_number_stands_for_the_border(far):
    """Of an axis that is open, too: it is not asked how long it is."""
    for bounds, step in (((0, far), 1), ((far, -far), -1), ((-far, far), 2)):
        net = only(partial(operations.cut, ranges={0: (*bounds, step)}), "L")
        assert len(net.accepts("L").residues) == 1
        assert [net.at(L=n) for n in (1, 2, 5)] == [(len(range(n)[::step]),) for n in (1, 2, 5)]
    short = ran(partial(operations.cut, ranges={0: (0, FAR - 1, 1)}), (FAR,))
    assert short.shape == (FAR - 1,)


def test_a_slice_by_what_is_not_known_leaves_the_other_axes():
    def cut(flow, x):
        return operations.cut(flow, x, {0: (0, 2, 1), 1: (0, 2, x.shape[2]), 2: (None, None, 2)})

    made = only(cut, None, "K", "L").output_shape
    assert made[:2] == (None, None) and [made[2](L=n) for n in (4, 5)] == [2, 3]
    tensor = ran(partial(operations.cut, ranges={0: (0, 2, 0), 1: (1, 2, 1)}), (4, 3))
    assert tensor.shape == (None, 1) and tensor.wires[0] == ()


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
        read = [(w.source, w.axis) for wires in node.wires for w in wires]
        assert node.shape == there.shape and made.wires == ((),) * there.ndim
        told = [(0, i) for i in range(len(shape))]
        place = axis % len(shape)
        told[place : place + 1] = [(1, i) for i in range(at.ndim)]
        assert read == told


@pytest.mark.parametrize(
    "operation",
    [operations.with_entries, lambda flow, x: operations.take(0)(flow, x, Tensor((), 0))],
)
def test_an_entry_of_what_may_be_empty_must_be_there(operation):
    def three_less(flow, x):
        return operation(flow, Tensor((x.shape[0] - 3,), None, ((),)))

    assert only(three_less, "L").accepts("L") == Sizes.every(4)
    assert ran(operation, (0,)) is None


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
        # a row of the one meets a column of the other
        (first, i, whole), (second, j, all_of_it) = made.consumed
        assert (first, i, second, j) == (0, len(one) - 1, 1, 0 if len(two) == 1 else len(two) - 2)
        assert whole == all_of_it == WHOLE
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
    [
        ("ij jk", "ik"),
        ("bij bjk", "bik"),
        ("bi bj", "bij"),
        ("i i", ""),
        ("ij j", "i"),
        ("ij ", "ij"),
        (" ij", "ij"),
    ],
)
def test_multiplications_of_a_sum_of_products(terms, out):
    """Each combination of the letters once, for one example."""
    terms, sizes = terms.split(" "), {"b": 4, "i": 2, "j": 3, "k": 5}
    letters = sorted(set("".join(terms)))
    batch = terms[0][:1] if out[:1] == terms[0][:1] else ""
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
        assert entries.joined([row(x)], [x.shape], 0) == row(x)


def test_few_numbers_and_none_in_a_row():
    assert entries.strides(()) == list(numpy.zeros((), "int8").strides)
    assert entries.reshaped((1, 2), ()) is None
    assert entries.reshaped((), (0,)) == row(numpy.zeros((0,)))
    for made in (entries.permuted((), (2, 0), (1, 0)), entries.picked((), (2, 0), [(0,), ()])):
        assert made in (None, row(numpy.zeros((2, 0)).T))
    assert entries.picked(None, (2,), [(0,)]) is entries.picked((1, 2), (2, None), [(0,)]) is None


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
        assert (made.shape, made.value, made.wires) == ((1,), (5,), ((),))
    assert ran_with_numbers(operations.permute(None), none).value == 5
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


UNSAID = Tensor(None)


@pytest.mark.parametrize(
    ("operation", "inputs"),
    [
        (operations.elementwise, (UNSAID, Tensor((2,)))),
        (operations.matmul, (UNSAID, Tensor((2, 3)))),
        (operations.matmul, (Tensor((2, 3)), UNSAID)),
        (later("take", 0), (UNSAID, Tensor((), 1))),
        (later("take", 0), (Tensor((2,)), UNSAID)),
        (later("concat", 0), (Tensor((2,)), UNSAID)),
        (later("flatten", 0, -1), (UNSAID,)),
        (operations.with_entries, (UNSAID,)),
        (partial(operations.cut, ranges={0: (0, 1, 1)}), (UNSAID,)),
        (partial(operations.mapped, maps={0: Window(1)}), (UNSAID,)),
        (partial(operations.expand, target=(2, 3)), (UNSAID,)),
        (partial(operations.expand, target=None), (Tensor((2, 3)),)),
        (partial(operations.repeat, times=(2, 3)), (UNSAID,)),
        (partial(operations.repeat, times=None), (Tensor((2, 3)),)),
    ],
)
def test_nothing_is_said_of_what_is_not_known(operation, inputs):
    assert operation(None, *inputs).shape is None


@pytest.mark.parametrize(
    ("operation", "shape", "made"),
    [
        (later("flatten", 0, 1), (2, None, 3), (None, 3)),
        (later("flatten", 1, 2), (2, None, 3), (2, None)),
        (later("split", 0, 3), (None, 4), ((None, 4),) * 3),
        (later("split", 0, (2, None, 1)), (7, 4), ((2, 4), (None, 4), (1, 4))),
        (lambda flow, x: operations.concat(0)(flow, x, x), (None, 3), (None, 3)),
        (partial(operations.repeat, times=(2, 3)), (None, 4), (None, 12)),
        (partial(operations.repeat, times=(2, None)), (3, 4), (6, None)),
        (partial(operations.reshape, target=(2, -1, 3)), (None, 6), (2, None, 3)),
        (partial(operations.reshape, target=(2, None, 3)), (6, 3), (2, None, 3)),
        (partial(operations.reshape, target=(-1, None, 3)), (6, 3), (None, None, 3)),
        (partial(operations.mapped, maps={1: Adaptive(7)}), (None, None), (None, 7)),
        (partial(operations.mapped, maps={1: Window(3)}), (2, None), (2, None)),
    ],
)
def test_one_axis_that_is_not_known_leaves_the_others(operation, shape, made):
    there = operation(Flow(Graph({}, (), ()), {}), Tensor(shape))
    several = isinstance(there, tuple)
    assert (tuple(x.shape for x in there) if several else there.shape) == made


def test_behind_a_piece_of_unknown_length_nobody_knows_what_is_read():
    made = operations.split(0, (2, None, 1))(None, Tensor((7,)))
    assert [[w.map.lo for w in each.wires[0]] for each in made] == [[0], [-2], []]


def picked(x, at: int):
    return operations.take(0)(None, x, Tensor((), at))


REFUSED = (
    (later("concat", 0), ((2,), (2, 3)), "need the same rank; received ((2,), (2, 3)); check"),
    (partial(operations.cut, ranges={0: (-5, None, -1)}), ((3,),), "has no output; received 0;"),
    (
        operations.matmul,
        ((), (3,)),
        ": a product of matrices needs at least one axis on either side; received ((), (3,));",
    ),
    (later("permute", (0, 2)), ((2, 3),), "there is no axis 2; received 2; axes are 0 to 1"),
    (lambda flow, x: picked(x, 3), ((3,),), "there is no such entry; received 3; -3 to 2 work"),
    (lambda flow, x: picked(x, -4), ((3,),), "there is no such entry; received -4; -3 to 2 work"),
    (
        partial(operations.reshape, target=(2, 0), zero_keeps=True),
        ((2,),),
        "which has 1 axes only; received (2, 0); check",
    ),
    (
        partial(operations.reshape, target=(-1, 2, -1)),
        ((4,),),
        "a shape to reshape to has at most one -1, and no other negative number;"
        " received (-1, 2, -1); check",
    ),
    # only an axis of examples in front lets the rest of each be a row
    (partial(operations.reshape, target=(-1, 5)), ((2, 3, 4),), "20 and 24; (-1, 12) works"),
    (partial(operations.reshape, target=(-1, 5)), ((2, 3, 4, 2),), "45 and 48; (-1, 24) works"),
    (partial(operations.reshape, target=(-1, 5)), ((6, 4),), "20 and 24; pad or crop"),
    (partial(operations.reshape, target=(-1, 5, 2)), ((2, 3, 4),), "10 and 12; pad or crop"),
    (partial(operations.reshape, target=(-1, 0)), ((2, 3, 4),), "0 and 24; (-1, 12) works"),
    (partial(operations.reshape, target=(2, 5)), (("N", 3, 4),), "12*N and 10; pad or crop"),
    (partial(operations.reshape, target=(2, 0, -1)), ((0, 3),), "any number; received (2, 0, -1)"),
    (
        later("dense", 4, 2),
        ((3, 5),),
        "5 and 4; a matrix for 5 features works, or an input that flattens to 4",
    ),
)


@pytest.mark.parametrize(("operation", "shapes", "said"), REFUSED)
def test_a_refusal_tells_what_came_and_what_works(operation, shapes, said):
    names = [f"x{i}" for i in range(len(shapes))]
    node = Node("here", "test", operation, tuple(names), ("y",))
    with pytest.raises(ShapeError) as caught:
        Flow(Graph(dict(zip(names, shapes, strict=True)), (node,), ("y",)), {}).run()
    assert said in str(caught.value)


def test_a_layer_is_told_in_its_own_words_what_it_should_be():
    node = Node("here", "Linear", operations.dense(4, 2), ("x",), ("y",))
    with pytest.raises(ShapeError, match=r"5 and 4; Linear\(5, …\) works, or an input that"):
        Flow(Graph({"x": (3, 5)}, (node,), ("y",)), {}).run()


@pytest.mark.parametrize("least", [0, 1])
@pytest.mark.parametrize("amounts", list(product((-3, -1, 0, 1, None), repeat=2)))
def test_each_side_that_is_cropped_is_there(amounts, least):
    """However much is added on the other; of an amount that is not known, nothing is asked."""

    def cropped(flow, x):
        operations.cropped(flow, x.shape[0], amounts, least)
        return x

    found = only(cropped, "L").accepts("L")
    for n in range(1, 9):
        assert (n in found) == all(n + amount >= least for amount in amounts if amount is not None)
    assert ran(cropped, (None,)).shape == (None,)


EMPTY = [(0,), (0, 3), (3, 0), (2, 0, 3)]


@pytest.mark.parametrize("shape", EMPTY)
def test_of_nothing_only_nothing_is_made(shape):
    """As NumPy has it: 0 beside a −1 leaves it any number, which is refused."""
    some = (-1, 0, 2, 3)
    for target in [*product(some), *product(some, some), *product(some, some, some)]:
        made = partial(operations.reshape, target=target)
        compare(made, partial(reshaped, target=target, keeps=False), shape)


def test_a_length_that_stands_on_both_sides_asks_nothing():
    net = only(lambda flow, x: operations.reshape(flow, x, (x.shape[0], 7)), "H", "W")
    assert net.accepts("H") == Sizes.every(1) and net.accepts("W") == Sizes.of(7)


def test_a_quotient_that_is_no_length_is_not_known():
    net = only(lambda flow, x: operations.reshape(flow, x, (-1, x.shape[1] + 1)), "H", "W")
    assert net.output_shape[0] is None and net.output_shape[1](H=5, W=2) == 3


def test_every_other_entry_and_those_between_are_all():
    def halves(flow, x):
        return operations.concat(0)(
            flow, *(operations.cut(flow, x, {0: (first, None, 2)}) for first in (0, 1))
        )

    assert str(only(halves, "n").flow.tensors["y"].shape[0]) == "n"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ((2, 1, 2, 3), (1, 4, 3, 2)),
        ((2, 4, 2, 3), (4, 3, 2)),
        ((3, 2), (2, 4, 2, 3)),
        ((2, 1, 2, 3), (4, 3, 2)),
        ((2, 4, 2, 3), (1, 3, 2)),
    ],
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
        for operation in (operations.same, operations.flatten(0, -1)):
            assert ran_with_numbers(operation, x).value == row(x)
        made = ran_with_numbers(operations.unsqueeze((0, -1)), x)
        assert (made.value, made.wires[0], made.wires[-1]) == (row(x), (), ())
        for kind, keeps in ((max, True), (sum, False)):
            made = ran_with_numbers(operations.reduce(None, keeps, kind), x)
            told = (kind(row(x)),) if keeps else kind(row(x))
            assert made.value == (told if x.ndim == 1 else None)
        for y in ARRAYS:
            for axis in range(x.ndim):
                there = asked(lambda *a, axis=axis: numpy.concatenate(a, axis), x, y)
                made = ran_with_numbers(operations.concat(axis), x, y)
                assert (made and made.value) == (None if there is None else row(there))
                assert made is None or len(made.wires) == x.ndim
            assert ran_with_numbers(operations.reduce(None, keeps), x).value is None
    made = ran(operations.reduce((1,), True), (2, 3))
    assert made.wires[1][0][:2] == (0, 1)


def test_an_axis_that_is_not_there_is_named():
    for axis, rank in ((3, 2), (-3, 2), ("x", 2)):
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
    net = only(operations.squeeze(None), 2, "L")
    assert [net.at(L=n) for n in (1, 2, 5)] == [(2,), (2, 2), (2, 5)]
    assert net.output_shape.at(L=1) == (2,) and net.output_shape.at(L=4) == (2, 4)


def test_a_product_is_one_where_its_factors_are():
    def flat(flow, x):
        return operations.squeeze(None)(flow, operations.flatten(0, 1)(flow, x))

    net = only(flat, "H", "W", 3)
    assert [net.at(H=h, W=w) for h, w in ((1, 1), (2, 1), (1, 4))] == [(3,), (2, 3), (4, 3)]
    assert len(net.output_shape.at(H=2, W=3)) == 2 and net.output_shape.at(H=1, W=1) == (3,)


def test_what_arithmetic_makes_of_places():
    """Of a range from 2 to 5 and a number; a truth chooses otherwise, and two ranges have no ends."""
    made, places = Tensor((4,)), Places((4,), reach=(2, 5))
    assert worked_out(made, int.__sub__, (7, places)).reach == (5, 2)
    assert type(worked_out(made, int.__gt__, (places, 3))) is Tensor
    assert type(worked_out(made, int.__add__, (places, places))) is Tensor
    assert type(worked_out(made, int.__add__, (places, 1.5))) is Tensor


def test_a_function_that_leaves_numbers_as_they_are_leaves_places():
    def turned(flow, x, *, axes):
        return Tensor(tuple(x.shape[i] for i in axes))

    made = reaching(turned)(None, Places.of(Tensor((2, 3)), (0, 4)), axes=(1, 0))
    assert made.shape == (3, 2) and made.reach == (0, 4)
    assert type(reaching(turned)(None, Tensor((2, 3)), axes=(1, 0))) is Tensor


def test_places_are_the_tensor_that_they_were():
    told = Tensor((3,), (4, 6, 5), ((Wire(0, 1),),), (Wire(0, 0, WHOLE),))
    made = Places.of(told, (4, 6))
    assert (made.shape, made.value, made.wires) == (told.shape, told.value, told.wires)
    assert (made.consumed, made.reach) == (told.consumed, (4, 6))


def test_an_axis_that_is_worked_out_is_its_number():
    assert operations.place(Tensor((), 1), 3) == 1 == operations.place(Tensor((), -2), 3)
