"""Graphs within nodes, `If`, `Loop` and `Scan`, against ONNX Runtime."""

import pytest
from needed import require

from shapealg import ShapeError, read

require("onnx")
import numpy  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402
from test_read_onnx import agree, ints, model, node, session, shape, value  # noqa: E402

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
        [node("Conv", "x,w", "a", kernel_shape=(3, 3))],
        "within",
        [],
        [helper.make_tensor_value_info("a", FLOAT, None)],
        constants,
    )
    chosen = helper.make_node("If", ["c"], ["y"], then_branch=held, else_branch=held)
    proto = model([chosen], IMAGE, constants=(("c", numpy.array(True)),))
    net = agrees(proto, (1, 3, 5, 9))
    assert net.parameters == 216  # each graph brings its own
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
