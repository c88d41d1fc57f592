"""Graphs within nodes, `If`, `Loop` and `Scan`, against ONNX Runtime."""

from math import prod

import pytest
from needed import require

from shapealg import ShapeError, Sizes, read

require("onnx")
import numpy  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402
from test_read_onnx import (  # noqa: E402
    agree,
    floats,
    ints,
    model,
    node,
    refused,
    session,
    shape,
    value,
)

IMAGE = (("x", (1, 3, "H", "W")),)
FLOAT, BOOL, INT = TensorProto.FLOAT, TensorProto.BOOL, TensorProto.INT64


def agrees(proto, *shapes):
    """As `agree`; sizes at which ONNX Runtime goes on with nothing are not accepted."""
    run = session(proto)
    some = [one for one in shapes if 0 not in (shape(run, *one) or ())]
    net = agree(proto, *some)
    for _, _, h, w in set(shapes) - set(some):
        assert not net.explain(H=h, W=w).runs, (h, w)
    return net


def within(nodes, outputs, inputs=(), constants=()):
    """A graph for a node to hold: outputs and inputs as pairs (name, type)."""
    return helper.make_graph(
        nodes,
        "within",
        [
            helper.make_tensor_value_info(name, kind, None if kind == FLOAT else ())
            for name, kind in inputs
        ],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs],
        [helper.make_tensor(name, INT, (len(row),), row) for name, row in constants],
    )


def height(of="x"):
    """The nodes that tell the length of axis 2."""
    return [node("Shape", of, "s"), node("Gather", "s,two", "h")]


NUMBERS = (("two", numpy.array(2)), ("ten", numpy.array(10)), ("four", numpy.array(4)))
POOLED = within(
    [node("MaxPool", "x", "a", kernel_shape=(3, 3), strides=(2, 2), pads=(1, 1, 1, 1))],
    [("a", FLOAT)],
)
KEPT = within([node("Relu", "x", "b")], [("b", FLOAT)])
CUT = within(
    [
        node("MaxPool", "x", "halved", kernel_shape=(2, 2), strides=(2, 2)),
        node("MaxPool", "halved", "d", kernel_shape=(3, 3)),
    ],
    [("d", FLOAT)],
)


@pytest.mark.parametrize("then", (POOLED, KEPT, CUT), ids=("pooled", "kept", "cut"))
@pytest.mark.parametrize("other", (POOLED, KEPT, CUT), ids=("pooled", "kept", "cut"))
def test_sizes_choose_a_branch(then, other):
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=other)
    proto = model([*height(), node("Greater", "h,ten", "c"), chosen], IMAGE, constants=NUMBERS)
    agrees(proto, *((1, 3, h, w) for h in (*range(1, 16), 40) for w in (1, 7, 12)))


def test_what_a_branch_reads_is_told():
    chosen = helper.make_node("If", ["c"], ["y"], name="if", then_branch=CUT, else_branch=KEPT)
    proto = model([*height(), node("Greater", "h,ten", "c"), chosen], IMAGE, constants=NUMBERS)
    net = read(proto)
    assert net.receptive_field(H=40, W=40).size == (6, 6)  # 2, and 2 times 2 more
    assert net.receptive_field(H=40, W=40).jump == (2, 2)
    assert net.receptive_field(H=9, W=9).size == (1, 1)


@pytest.mark.parametrize("truth", (True, False))
def test_a_constant_chooses_a_branch(truth):
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=POOLED, else_branch=KEPT)
    proto = model([chosen], IMAGE, constants=(("c", numpy.array(truth)),))
    agrees(proto, (1, 3, 9, 9), (1, 3, 1, 2))


def test_a_branch_chosen_by_data_is_not_known():
    """Both give other sizes; ONNX Runtime says which only when it sees the numbers."""
    nodes = [node("ReduceMax", "x", "m", keepdims=0), node("Cast", "m", "c", to=BOOL)]
    chosen = helper.make_node("If", ["c"], ["y"], name="if", then_branch=POOLED, else_branch=KEPT)
    net = read(model([*nodes, chosen], IMAGE))
    assert net.unknown == ("if",) and net.output_shape is None


def rounds(nodes, outputs, carried=1, constants=()):
    """The body of a loop: what is carried is called v0, v1; it always goes on."""
    inputs = [("i", INT), ("go", BOOL), *((f"v{k}", FLOAT) for k in range(carried))]
    return within(
        [node("Identity", "go", "on"), *nodes], [("on", BOOL), *outputs], inputs, constants
    )


@pytest.mark.parametrize("many", (0, 1, 3))
def test_rounds_that_shrink(many):
    body = rounds([node("MaxPool", "v0", "w", kernel_shape=(3, 2))], [("w", FLOAT)])
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
    proto = model([loop], IMAGE, constants=(("m", numpy.array(many)),))
    agrees(proto, *((1, 3, h, w) for h in (1, 2, 3, 6, 7, 9) for w in (1, 3, 4, 8)))


def test_as_many_rounds_as_a_size_says_are_stacked():
    body = rounds(
        [node("Relu", "v0", "w"), node("MaxPool", "w", "r", kernel_shape=(2, 2))],
        [("w", FLOAT), ("r", FLOAT)],
    )
    loop = helper.make_node("Loop", ["m", "", "x"], ["z", "y"], body=body)
    nodes = [*height(), node("Div", "h,four", "m"), loop]
    proto = model(nodes, IMAGE, constants=NUMBERS)
    net, run = read(proto), session(proto)
    assert repr(net.output_shape) == "(H//4, 1, 3, H - 1, W - 1)" and net.unknown == ()
    for h, w in ((4, 2), (7, 9), (21, 5), (40, 40)):
        expected = shape(run, 1, 3, h, w)
        assert tuple(value(n, H=h, W=w) for n in net.output_shape) == expected
    assert 0 in shape(run, 1, 3, 3, 9) and net.accepts("H").start == 4


def test_a_loop_of_no_round_asks_nothing():
    """Rounds that pool three columns, and pad what that takes away: none of them fits one."""
    nodes = [
        node("MaxPool", "v0", "p", kernel_shape=(1, 3)),
        node("Pad", "p,pads", "w"),
    ]
    body = rounds(nodes, [("w", FLOAT)], constants=(("pads", (0, 0, 0, 0, 0, 0, 0, 2)),))
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
    nodes = [*height(), node("Div", "h,four", "m"), loop]
    shapes = [(1, 3, h, w) for h in range(1, 10) for w in (1, 5)]
    agrees(model(nodes, IMAGE, constants=NUMBERS), *shapes)


def test_rounds_that_grow_with_their_number():
    """The number of a round is a number: round i pads i positions."""
    nodes = [
        node("Unsqueeze", "i,zero", "p"),
        node("Concat", "none,none,none,none,none,none,none,p", "pads", axis=0),
        node("Pad", "v0,pads", "w"),
    ]
    body = rounds(nodes, [("w", FLOAT)], constants=(("none", (0,)), ("zero", (0,))))
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
    proto = model([loop], IMAGE, constants=(("m", numpy.array(4)),))
    net = agrees(proto, (1, 3, 5, 7), (1, 3, 1, 1))
    assert repr(net.output_shape) == "(1, 3, H, W + 6)"


def test_rounds_ended_by_data_are_not_known():
    inputs = [("i", INT), ("go", BOOL), ("v0", FLOAT)]
    nodes = [
        node("MaxPool", "v0", "w", kernel_shape=(2, 2)),
        node("ReduceMax", "w", "top", keepdims=0),
        node("Cast", "top", "on", to=BOOL),
    ]
    body = within(nodes, [("on", BOOL), ("w", FLOAT)], inputs)
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], name="loop", body=body)
    net = read(model([loop], IMAGE, constants=(("m", numpy.array(3)),)))
    assert net.unknown == ("loop",)


@pytest.mark.parametrize(("along", "stacked"), ((0, 0), (2, 0), (3, 2)))
def test_a_scan_goes_along_an_axis(along, stacked):
    inputs = [("state", FLOAT), ("entry", FLOAT)]
    nodes = [
        node("ReduceSum", "entry", "sum", keepdims=0),
        node("Add", "state,sum", "after"),
        node("Concat", "entry,entry", "out", axis=1),
    ]
    body = within(nodes, [("after", FLOAT), ("out", FLOAT)], inputs)
    scan = helper.make_node(
        "Scan",
        ["begin", "x"],
        ["end", "y"],
        body=body,
        num_scan_inputs=1,
        scan_input_axes=[along],
        scan_output_axes=[stacked],
    )
    proto = model([scan], IMAGE, constants=(("begin", numpy.float32(0)),))
    agrees(proto, *((1, 3, h, w) for h in (1, 5, 8) for w in (1, 2, 9)))


def test_a_graph_within_a_graph():
    inner = helper.make_node("If", ["c"], ["q"], then_branch=CUT, else_branch=KEPT)
    held = within([node("Greater", "h,four", "c"), inner], [("q", FLOAT)])
    outer = helper.make_node("If", ["far"], ["y"], then_branch=POOLED, else_branch=held)
    nodes = [*height(), node("Greater", "h,ten", "far"), outer]
    proto = model(nodes, IMAGE, constants=NUMBERS)
    agrees(proto, *((1, 3, h, 8) for h in range(1, 20)))


def test_a_branch_that_refuses_is_told_with_the_node():
    shrinking = within([node("MaxPool", "x", "a", kernel_shape=(30, 30))], [("a", FLOAT)])
    chosen = helper.make_node(
        "If", ["c"], ["y"], name="choice", then_branch=shrinking, else_branch=KEPT
    )
    proto = model([*height(), node("Greater", "h,ten", "c"), chosen], IMAGE, constants=NUMBERS)
    net = agrees(proto, *((1, 3, h, 40) for h in (1, 10, 30, 50)))
    assert str(net.accepts("H")) == "every n ≥ 30; also 1 … 10"
    with pytest.raises(ShapeError, match="choice"):
        net.at(H=20, W=40)


def test_weights_within_count():
    constants = [helper.make_tensor("w", FLOAT, (4, 3, 3, 3), [0.0] * 108)]
    held = helper.make_graph(
        [node("Conv", "x,w", "b", kernel_shape=(3, 3)), node("Relu", "b", "a")],
        "within",
        [],
        [helper.make_tensor_value_info("a", FLOAT, None)],
        constants,
    )
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=held, else_branch=held)
    proto = model([chosen], IMAGE, constants=(("c", numpy.array(True)),))
    net = agrees(proto, (1, 3, 5, 9))
    assert net.parameters == 216  # each graph brings its own
    assert net.table()[0].weights == ((4, 3, 3, 3),) * 2 and net.graph.nodes[0].kind == "If"
    assert net.macs(H=5, W=9) == 108 * 3 * 7 and repr(net.macs()) == "108*H*W - 216*H - 216*W + 432"


def test_work_within_rounds_counts_each_round():
    weight = helper.make_tensor("w", FLOAT, (3, 3, 1, 1), [0.0] * 9)
    inputs = [("i", INT), ("go", BOOL), ("v0", FLOAT)]
    nodes = [node("Identity", "go", "on"), node("Conv", "v0,w", "u"), node("Conv", "u,w", "t")]
    body = within(nodes, [("on", BOOL), ("t", FLOAT)], inputs)
    body.initializer.append(weight)
    for many, told in ((numpy.array(3), 54), (numpy.array(1000), 18000)):
        loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
        net = agrees(model([loop], IMAGE, constants=(("m", many),)), (1, 3, 5, 9))
        assert net.macs(H=5, W=9) == told * 45
    loop = helper.make_node("Loop", ["h", "", "x"], ["y"], body=body)
    net = agrees(model([*height(), loop], IMAGE, constants=NUMBERS), (1, 3, 5, 9), (1, 3, 2, 1))
    assert net.macs(H=5, W=9) == 5 * 18 * 45 and repr(net.macs()) == "18*H*H*W"


def test_a_malformed_graph_within_is_one_line():
    empty = within([node("Relu", "nowhere", "a")], [("a", FLOAT)])
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=empty, else_branch=KEPT)
    proto = model([chosen], IMAGE, constants=(("c", numpy.array(True)),))
    with pytest.raises(ShapeError) as told:
        read(proto).flow  # noqa: B018
    assert "\n" not in str(told.value)
    assert ints(1).dtype == numpy.int64


# ---------------------------------------------------------------- what runs, all that comes out


def outputs(proto, *sizes) -> list:
    """The shapes of all that ONNX Runtime gives."""
    run = session(proto)
    given = zip(run.get_inputs(), sizes, strict=True)
    made = run.run(None, {one.name: numpy.zeros(shape, numpy.float32) for one, shape in given})
    return [one.shape for one in made]


def told(net, **sizes) -> list:
    """The shapes of all that we tell; `None` for what is not known."""
    shapes = [net.flow.tensors[name].shape for name in net.graph.outputs]
    return [one and tuple(value(n, **sizes) for n in one) for one in shapes]


STACKED = rounds(
    [node("Relu", "v0", "w"), node("MaxPool", "v0", "r", kernel_shape=(2, 2))],
    [("w", FLOAT), ("r", FLOAT)],
)
SHRUNK = rounds([node("MaxPool", "v0", "w", kernel_shape=(2, 2))], [("w", FLOAT)])


@pytest.mark.parametrize("many", (-2, 0, 1, 3, 256, 257, None))
@pytest.mark.parametrize("begins", (None, True, False))
def test_a_loop_runs_its_rounds_where_its_condition_lets_it_begin(many, begins):
    """Where ONNX Runtime runs none, it gives rows without their axes, and here they are unknown."""
    inputs = ["m" * (many is not None), "c" * (begins is not None), "x"]
    loop = helper.make_node("Loop", inputs, ["z", "y"], body=STACKED)
    numbers = {"m": numpy.array(many or 0), "c": numpy.array(bool(begins))}
    proto = model([loop], IMAGE, ("z", "y"), [(n, numbers[n]) for n in inputs if n in numbers])
    net = read(proto)
    kept, rows = told(net, H=5, W=7)
    if many is None and begins is not False:  # it never ends
        assert (kept, rows) == ((1, 3, 5, 7), (None, 1, 3, 4, 6))
    else:
        ran, stacked = outputs(proto, (1, 3, 5, 7))
        assert (kept, rows or (0,)) == (ran, stacked)


@pytest.mark.parametrize(("body", "kept"), ((STACKED, (1, 3, 5, 7)), (SHRUNK, None)))
def test_data_says_whether_a_loop_begins(body, kept):
    """Three rounds or none: at zeros ONNX Runtime runs none."""
    nodes = [node("ReduceMax", "x", "top", keepdims=0), node("Cast", "top", "c", to=BOOL)]
    names = ("z", "y")[: len(body.output) - 1]
    loop = helper.make_node("Loop", ["m", "c", "x"], names, name="loop", body=body)
    proto = model([*nodes, loop], IMAGE, names, (("m", numpy.array(3)),))
    net = read(proto)
    assert net.unknown == ("loop",) and told(net, H=5, W=7)[0] == kept
    assert outputs(proto, (1, 3, 5, 7))[0] == (1, 3, 5, 7)
    assert told(net, H=5, W=7)[1:] == [(None, 1, 3, 4, 6)] * (len(names) - 1)


def looped(nodes, many, name="y", constants=()):
    """A loop that stacks what it is handed, round by round."""
    body = rounds([*nodes, node("Identity", "v0", "r")], [("w", FLOAT), ("r", FLOAT)])
    loop = helper.make_node("Loop", ["m", "", "x"], ["z", name], body=body)
    return model([loop], IMAGE, (name,), (("m", numpy.array(many)), *constants))


def test_rounds_that_are_stacked_must_be_alike():
    """The first row has all of x, the others five lines of it at most."""
    rows = [(name, ints(n)) for name, n in (("zero", 0), ("five", 5), ("axis", 2))]
    proto = looped([node("Slice", "v0,zero,five,axis", "w")], 3, constants=rows)
    assert agree(proto, *((1, 3, h, 4) for h in range(1, 9))).accepts("H", W=4) == Sizes.interval(
        1, 5
    )
    smaller = looped([node("MaxPool", "v0", "w", kernel_shape=(2, 2))], 3)
    assert "two equal sizes" in refused(smaller, (1, 3, 9, 9))
    fewer = looped([node("ReduceMax", "v0,axis", "w", keepdims=0)], 2, constants=rows)
    assert "rounds give tensors of different ranks" in refused(fewer, (1, 3, 9, 9))
    secret = helper.make_node("Secret", ["v0"], ["w"], domain="acme")
    assert told(read(looped([secret], 2)), H=5, W=7) == [None]


def pool(size, stride, before, after):
    square, strides = (size, size), (stride, stride)
    return node("MaxPool", before, after, kernel_shape=square, strides=strides)


# what a branch does, and how many lines and columns of the image one place of its output reads
BRANCHES = {
    "kept, cut": ([node("Relu", "x", "a"), pool(3, 1, "a", "d")], (3, 3)),
    "cut, kept": ([pool(3, 1, "x", "a"), node("Relu", "a", "d")], (3, 3)),
    "halved, cut": ([pool(2, 2, "x", "a"), pool(3, 1, "a", "d")], (6, 6)),
    "cut, halved": ([pool(3, 1, "x", "a"), pool(2, 2, "a", "d")], (4, 4)),
    "with a constant": ([node("Add", "x,k", "d")], (1, 1)),
    "of a constant": ([node("Add", "k,x", "a"), pool(3, 1, "a", "d")], (3, 3)),
    "weighed, cut": ([node("Conv", "x,w", "a"), pool(3, 1, "a", "d")], (3, 3)),
    "cut, weighed": ([pool(3, 1, "x", "a"), node("Conv", "a,w", "d")], (3, 3)),
    "cut, whole": ([pool(3, 1, "x", "a"), node("GlobalMaxPool", "a", "d")], (None, None)),
    "a whole axis, cut": ([node("Softmax", "x", "a", axis=2), pool(3, 1, "a", "d")], (None, 3)),
    "cut, a whole axis": ([pool(3, 1, "x", "a"), node("Softmax", "a", "d", axis=2)], (None, 3)),
    "mirrored": ([node("Pad", "x,p", "d", mode="reflect")], (1, 1)),
    # one map after another is told where both are windows
    "mirrored, cut": ([node("Pad", "x,p", "a", mode="reflect"), pool(3, 1, "a", "d")], None),
    "cut, mirrored": ([pool(3, 1, "x", "a"), node("Pad", "a,p", "d", mode="reflect")], None),
    "resized, cut": ([node("Resize", "x,,s", "a"), pool(3, 1, "a", "d")], None),
    "halves": (
        [node("Split", "x", "a,b", axis=2, num_outputs=2), pool(3, 1, "b", "d")],
        (3, 3),
    ),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_what_a_branch_reads_is_what_its_nodes_read(name):
    nodes, size = BRANCHES[name]
    graph = within(nodes, [("d", FLOAT)], constants=(("p", (0, 0, 1, 1, 0, 0, 1, 1)),))
    for constant, dims in (("w", (3, 3, 1, 1)), ("k", (3, 1, 1)), ("s", (4,))):
        graph.initializer.append(helper.make_tensor(constant, FLOAT, dims, [2.0] * prod(dims)))
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=graph, else_branch=KEPT)
    proto = model([chosen], IMAGE, constants=(("c", numpy.array(True)),))
    net = read(proto)
    assert net.at(H=40, W=40) == (outputs(proto, (1, 3, 40, 40))[0])
    assert net.receptive_field(H=40, W=40).size == (size or (None, None))
    assert (net.flow.tensors["y"].wires is None) == (size is None)


def test_what_is_picked_in_a_branch_is_as_much_as_is_chosen():
    """From a tensor of which nobody knows the shape."""
    secret = helper.make_node("Secret", ["x"], ["s"], name="secret", domain="acme")
    picked = within([node("GatherElements", "s,i", "d")], [("d", FLOAT)])
    picked.initializer.append(helper.make_tensor("i", INT, (2, 5), [0] * 10))
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=picked, else_branch=picked)
    net = read(model([secret, chosen], IMAGE, constants=(("c", numpy.array(True)),)))
    assert net.unknown == ("secret",) and net.output_shape == (2, 5)


WEIGHT = ("w", numpy.zeros((3, 3, 1, 1), numpy.float32))
SECRET = helper.make_node("Secret", ["x"], ["s"], name="secret", domain="acme")
DATA = [node("ReduceMax", "x", "top", keepdims=0), node("Cast", "top", "c", to=BOOL)]
WEIGHED = within([node("Conv", "x,w", "d")], [("d", FLOAT)])


def works(nodes, constants=()):
    """The multiplications of a model's last node, at one size."""
    return read(model(nodes, IMAGE, constants=(WEIGHT, *constants))).table(H=4, W=5)[-1].macs


def test_work_in_a_branch_counts_where_its_factors_are_known():
    """A bias adds and multiplies nothing; 9 for each of 20 places."""
    truth = (("c", numpy.array(True)),)
    for made, told in (
        (node("Conv", "x,w", "d"), 9 * 20),
        (node("Conv", "x,w,s", "d"), 9 * 20),
        (node("Conv", "s,w", "d"), None),
        (node("MatMul", "s,x", "d"), None),
        (node("MatMul", "x,s", "d"), None),
        (node("Relu", "x", "d"), 0),
    ):
        held = within([made], [("d", FLOAT)])
        chosen = helper.make_node("If", ["c"], ["y"], then_branch=held, else_branch=held)
        assert works([SECRET, chosen], truth) == told, made
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=WEIGHED, else_branch=KEPT)
    assert works([*DATA, chosen]) is None


def test_work_in_a_loop_is_known_where_its_rounds_are():
    conv = node("Conv", "v0,w", "a")
    ends = [node("ReduceMax", "v0", "top", keepdims=0), node("Cast", "top", "on", to=BOOL)]
    inputs = [("i", INT), ("go", BOOL), ("v0", FLOAT)]
    kept = rounds([conv, node("Relu", "a", "b")], [("b", FLOAT)])
    shrinks = rounds([conv, pool(2, 1, "a", "b")], [("b", FLOAT)])
    unclear = rounds([node("MatMul", "v0,s", "a"), node("Relu", "v0", "b")], [("b", FLOAT)])
    ended = within([*ends, conv], [("on", BOOL), ("a", FLOAT)], inputs)
    for body, many, told in (
        (kept, 7, 7 * 180),
        (kept, 700, 700 * 180),
        (shrinks, 2, 180 + 9 * 12),
        (shrinks, 700, None),
        (unclear, 7, None),
        (unclear, 700, None),
        (ended, 7, None),
        (ended, 700, None),
    ):
        loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
        assert works([SECRET, loop], (("m", numpy.array(many)),)) == told, many


def test_rounds_are_run_one_by_one_as_far_as_256():
    for many, told in ((256, (1, 3, 44, 4)), (257, None)):
        body = rounds([node("MaxPool", "v0", "w", kernel_shape=(2, 1))], [("w", FLOAT)])
        loop = helper.make_node("Loop", ["m", "", "x"], ["y"], name="loop", body=body)
        net = read(model([loop], IMAGE, constants=(("m", numpy.array(many)),)))
        assert net.at(H=300, W=4) == told and net.unknown == (() if told else ("loop",))


@pytest.mark.parametrize("many", (3, 300))
def test_rows_of_rounds_that_data_ends_are_of_any_number(many):
    ends = [node("ReduceMax", "v0", "top", keepdims=0), node("Cast", "top", "on", to=BOOL)]
    inputs = [("i", INT), ("go", BOOL), ("v0", FLOAT)]
    nodes = [*ends, node("Relu", "v0", "w"), node("Relu", "v0", "r")]
    body = within(nodes, [("on", BOOL), ("w", FLOAT), ("r", FLOAT)], inputs)
    loop = helper.make_node("Loop", ["m", "", "x"], ["z", "y"], body=body)
    net = read(model([loop], IMAGE, constants=(("m", numpy.array(many)),)))
    assert told(net, H=4, W=5) == [(None, 1, 3, 4, 5)]


@pytest.mark.parametrize("many", (3, 300))
def test_rows_of_which_nobody_knows_the_shape(many):
    secret = helper.make_node("Secret", ["v0"], ["r"], domain="acme")
    body = rounds([node("Relu", "v0", "w"), secret], [("w", FLOAT), ("r", FLOAT)])
    loop = helper.make_node("Loop", ["m", "", "x"], ["z", "y"], body=body)
    net = read(model([loop], IMAGE, ("z", "y"), (("m", numpy.array(many)),)))
    assert told(net, H=4, W=5) == [(1, 3, 4, 5), None]


def test_the_condition_that_is_handed_in_is_a_truth():
    nodes = [
        node("Unsqueeze", "go,zero", "row"),
        node("Squeeze", "row,zero", "on"),
        pool(2, 1, "v0", "w"),
    ]
    inputs = [("i", INT), ("go", BOOL), ("v0", FLOAT)]
    body = within(nodes, [("on", BOOL), ("w", FLOAT)], inputs, (("zero", (0,)),))
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], body=body)
    proto = model([loop], IMAGE, constants=(("m", numpy.array(3)),))
    agrees(proto, *((1, 3, h, 9) for h in range(1, 7)))


def test_work_behind_what_nobody_knows_is_not_known():
    pads = helper.make_node("Cast", ["s"], ["p"], to=INT)
    weight = (("w", numpy.zeros((4, 3, 1, 1), numpy.float32)), ("c", numpy.array(True)))
    held = within([node("Pad", "x,p", "a"), node("Conv", "a,w", "d")], [("d", FLOAT)])
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=held, else_branch=held)
    net = read(model([pads, chosen], (*IMAGE, ("s", (8,))), constants=weight))
    assert net.output_shape == (None, 4, None, None) and net.macs() is None


def test_work_in_a_graph_that_sizes_choose_is_known_at_numbers():
    weighed = within([node("Conv", "x,w", "d")], [("d", FLOAT)])
    inner = helper.make_node("If", ["c"], ["q"], then_branch=weighed, else_branch=KEPT)
    held = within([node("Greater", "h,four", "c"), inner], [("q", FLOAT)])
    outer = helper.make_node("If", ["far"], ["y"], then_branch=KEPT, else_branch=held)
    weight = ("w", numpy.zeros((3, 3, 1, 1), numpy.float32))
    nodes = [*height(), node("Greater", "h,ten", "far"), outer]
    net = read(model(nodes, IMAGE, constants=(*NUMBERS, weight)))
    assert [net.macs(H=h, W=2) for h in (4, 5, 10, 11)] == [0, 9 * 10, 9 * 20, 0]


# ---------------------------------------------------------------- along an axis


def scanned(nodes, outputs, inputs, **said):
    body = within(nodes, [(n, FLOAT) for n in outputs], [(n, FLOAT) for n in inputs])
    given = ["x", "z"][: said["num_scan_inputs"]]
    states = ["begin"] * (len(inputs) - len(given))
    names = ["end"] * len(states) + ["y", "q"][: len(outputs) - len(states)]
    return helper.make_node("Scan", [*states, *given], names, name="scan", body=body, **said)


def test_two_rows_are_scanned_together():
    """Their lengths must be equal; of two outputs each has an axis of its own."""
    scan = scanned(
        [node("Add", "a,b", "c"), node("Concat", "a,b", "d", axis=-1)],
        ("c", "d"),
        ("a", "b"),
        num_scan_inputs=2,
        scan_input_axes=[1, -1],
        scan_output_axes=[-2, -1],
    )
    proto = model([scan], (("x", (2, "H")), ("z", (2, "W"))), outputs=("y", "q"))
    net = read(proto)
    assert [str(tie) for tie in net.ties] == ["H = W"]
    assert told(net, H=7, W=7) == outputs(proto, (2, 7), (2, 7)) == [(7, 2), (4, 7)]


def test_a_scan_goes_along_the_first_axis_unless_it_says_another():
    scan = scanned([node("Relu", "a", "b")], ("b",), ("a",), num_scan_inputs=1)
    agree(model([scan], (("x", ("H", 3, "W")),)), (2, 3, 4), (1, 3, 1))


def test_what_a_scan_does_asks_of_sizes():
    scan = scanned([node("Conv", "a,k", "b")], ("b",), ("a",), num_scan_inputs=1)
    kernel = (("k", floats(1, 1, 3, 3)),)
    proto = model([scan], (("x", (2, 1, 1, "H", "W")),), constants=kernel)
    net = agree(proto, *((2, 1, 1, h, w) for h in range(1, 6) for w in (2, 3)))
    assert net.accepts("H", W=3) == Sizes.every(3)


def test_a_state_that_grows_is_refused():
    scan = scanned([node("Concat", "s,a", "t", axis=0)], ("t",), ("s", "a"), num_scan_inputs=1)
    proto = model([scan], (("x", (3, "H")),), ("end",), (("begin", floats(2)),))
    said = refused(proto, (3, 4))
    assert "node scan: every step must keep the shapes of its states" in said


def test_a_scan_of_what_nobody_knows_is_not_known():
    scan = scanned([node("Conv", "a,w", "b")], ("b",), ("a",), num_scan_inputs=1)
    scan.input[0] = "s"
    net = read(model([SECRET, scan], IMAGE, constants=(WEIGHT,)))
    assert net.unknown == ("secret", "scan") and net.output_shape is None and net.macs() is None


def test_work_in_a_scan_counts_every_entry():
    """In each of H entries W columns are multiplied by a matrix of 5 by 3."""
    scan = scanned([node("Conv", "a,w", "b")], ("b",), ("a",), num_scan_inputs=1)
    proto = model([scan], (("x", ("H", 1, 3, "W")),), constants=(("w", floats(5, 3, 1)),))
    net = agree(proto, (2, 1, 3, 4))
    assert repr(net.macs()) == "15*H*W" and net.macs(H=7, W=2) == 7 * 5 * 3 * 2
