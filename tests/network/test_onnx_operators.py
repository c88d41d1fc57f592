"""Operators of ONNX whose inputs are all open, at every size that is small: which run and what they
give, as ONNX Runtime runs them.
"""

from itertools import product

import pytest
from needed import require

from shapealg import ShapeError, read
from shapealg.network.tensor import WHOLE

require("onnx")
import numpy  # noqa: E402
from onnx import helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from test_read_onnx import (  # noqa: E402
    LINE,
    UNKNOWN_PADS,
    agree,
    computed,
    floats,
    ints,
    model,
    node,
    refused,
    session,
    shape,
    value,
)

ROW, ROWS = (1, "C", 4), (1, "C", 7)
# an operator, its words, its opset, the shapes of its inputs x, z, v
BESIDE = (
    ("Sub", "x,z", {}, 21, (("H",), (2, "B"))),
    ("Sub", "z,x", {}, 21, (("H",), (2, "B"))),
    ("Max", "x,z,z", {}, 21, (("H",), (2, "B"))),
    ("Sum", "x,z,v", {}, 21, (("H",), ("A", 1), (2, 1, 1))),
    ("PRelu", "x,z", {}, 21, (ROW, ("A", 1))),
    ("MatMul", "x,z", {}, 21, ((2, "C"), ("A", "B"))),
    ("Gemm", "x,z,v", {}, 21, (("N", 3), (3, "M"), ("A",))),
    ("Gemm", "x,z,v", {"transA": 1, "transB": 1}, 21, ((3, "N"), ("M", 3), (1, "A"))),
    ("Conv", "x,z", {}, 21, ((1, "C", 7, 3), (4, "D", 3, "K"))),
    ("Conv", "x,z,v", {"group": 2}, 21, (ROWS, (4, 1, "K"), ("A",))),
    ("ConvTranspose", "x,z,v", {}, 21, (ROWS, ("C", 2, "K"), ("A",))),
    ("LayerNormalization", "x,z", {}, 21, ((2, "H"), ("A",))),
    ("LayerNormalization", "x,z,z", {}, 21, ((2, "H"), ("H",))),
    ("LayerNormalization", "x,z,v", {}, 21, ((2, "H"), (1,), ("A",))),
    ("RMSNormalization", "x,z", {}, 23, (ROW, ("A",))),
    ("BatchNormalization", "x,z,z,z,z", {}, 21, (ROW, ("A",))),
    ("BatchNormalization", "x,z,z,z,v", {}, 21, (ROW, (2,), ("A",))),
    ("InstanceNormalization", "x,z,v", {}, 21, (ROW, (2,), ("A",))),
    ("GroupNormalization", "x,z,v", {"num_groups": 2}, 21, (ROW, (4,), ("A",))),
    ("GroupNormalization", "x,z,v", {"num_groups": 2}, 20, (ROW, (2,), ("A",))),
    ("GroupNormalization", "x,z,v", {"num_groups": 1}, 20, (ROW, (1,), ("A",))),
)


def among(run, *shapes):
    """What ONNX Runtime gives to inputs of these shapes, or nothing where it refuses."""
    given = zip(run.get_inputs(), shapes, strict=True)
    try:
        return run.run(None, {one.name: numpy.zeros(n, numpy.float32) for one, n in given})[0].shape
    except Exception:  # every refusal of ONNX Runtime is a class of its own
        return None


@pytest.mark.parametrize(("kind", "inputs", "said", "opset", "dims"), BESIDE)
def test_what_several_inputs_ask_of_each_other(kind, inputs, said, opset, dims):
    proto = model([node(kind, inputs, **said)], list(zip("xzv", dims, strict=False)), opset=opset)
    net, run = read(proto), session(proto)
    assert net.unknown == ()
    for numbers in product((1, 2, 3, 4), repeat=len(net.sizes)):
        sizes = dict(zip(net.sizes, numbers, strict=True))
        ran = among(run, *(tuple(sizes.get(n, n) for n in each) for each in dims))
        ran = None if ran is None or 0 in ran else ran
        assert (net.at(**sizes) if net.explain(**sizes).runs else None) == ran, sizes
        for name in net.sizes:
            others = {other: n for other, n in sizes.items() if other != name}
            assert (sizes[name] in net.accepts(name, **others)) == (ran is not None), (name, sizes)


@pytest.mark.parametrize("kind", ("Conv", "ConvTranspose"))
@pytest.mark.parametrize("bias", ((), (1,), (3,), (4,), (1, 4)))
def test_a_bias_has_a_number_for_every_filter(kind, bias):
    weights = (("w", floats(4, 4, 3)), ("b", floats(*bias)))
    proto = model([node(kind, "x,w,b")], ((("x", (1, 4, "H"))),), constants=weights)
    if bias == (4,):
        net = agree(proto, (1, 4, 5), (1, 4, 9))
        assert net.parameters == 4 * 4 * 3 + 4
        assert net.table()[0].weights == ((4, 4, 3), (4,))
    else:
        refused(proto, (1, 4, 5))


def test_weights_that_come_in_are_multiplied_too():
    """Twelve entries of w for each of the places that are left, or for every second one."""
    for stride, places in ((1, 8), (2, 4)):
        conv = node("Conv", "x,w", strides=[stride])
        net = read(model([conv], (("x", (1, 2, "H")), ("w", (3, 2, 2)))))
        assert net.macs(H=9) == 12 * places and net.parameters == 0
    pads = [node("Cast", "s", "p", to=7), node("Pad", "w,p", "v"), node("Conv", "x,v")]
    net = read(model(pads, (("x", (1, 2, "H")), ("w", (3, 2, 2)), ("s", (6,)))))
    assert net.macs(H=9) is None and net.output_shape is None


def typed(kind: str, inputs, weights: dict, **said):
    """A convolution of integers: x is of bytes."""
    proto = model([node(kind, inputs, **said)], (("x", (1, 2, "H")),), constants=weights.items())
    proto.graph.input[0].type.tensor_type.elem_type = 2
    proto.graph.output[0].type.tensor_type.elem_type = 6 if kind == "ConvInteger" else 2
    return proto


def test_convolutions_of_integers():
    zero = {"s": numpy.array(1, "float32"), "o": numpy.array(0, "uint8")}
    weights = {"w": numpy.zeros((3, 2, 4), "uint8")}
    for proto in (
        typed("ConvInteger", "x,w", weights, strides=[2]),
        typed("QLinearConv", "x,s,o,w,s,o,s,o", weights | zero, strides=[2]),
    ):
        net, run = read(proto), session(proto)
        assert repr(net.output_shape) == "(1, 3, H//2 - 1)"
        assert net.macs(H=9) == 3 * 2 * 4 * 3
        for h in range(3, 12):
            try:
                made = run.run(None, {"x": numpy.zeros((1, 2, h), "uint8")})[0].shape
            except Exception:  # every refusal of ONNX Runtime is a class of its own
                made = None
            assert (net.at(H=h) if net.explain(H=h).runs else None) == made, h


# ---------------------------------------------------------------- the same, as it was said before


AXES = (
    *(("Squeeze", "x", {"axes": axes}, 11) for axes in ([1], [-3], [1, 3], [2])),
    *(("Unsqueeze", "x", {"axes": axes}, 11) for axes in ([0], [1, -1])),
    *(("ReduceSum", "x", {"axes": [2], "keepdims": keeps}, 11) for keeps in (0, 1)),
    ("ReduceMax", "x", {}, 11),
    ("Squeeze", "x", {}, 11),
    ("Squeeze", "x", {}, 13),
    *(
        ("Squeeze", "x,one", {}, 13),
        ("Unsqueeze", "x,one", {}, 13),
        ("Unsqueeze", "x,point", {}, 13),
    ),
    *(("ReduceSum", "x,one", {"keepdims": keeps}, 13) for keeps in (0, 1)),
    ("ReduceSum", "x", {"noop_with_empty_axes": 1}, 13),
    *(("Slice", "x", {"starts": [-3], "ends": [9], "axes": [2]}, opset) for opset in (1, 9)),
    ("Slice", "x", {"starts": [0, 0, -2], "ends": [9, 9, 9]}, 9),
    ("Pad", "x", {"pads": [0, 0, 1, 0, 0, 0, 2, 0]}, 2),
    ("Clip", "x", {"min": 0.0, "max": 6.0}, 6),
    ("Clip", "x,,number", {}, 11),
    ("Concat", "x,x", {"axis": 2}, 13),
    *(("Softmax", "x", {"axis": axis}, opset) for axis in (1, 3, -4) for opset in (11, 13)),
    ("Reshape", "x,flat", {"allowzero": 1}, 14),
    ("Split", "x", {"axis": 2, "split": [1, 3]}, 11),
    ("Split", "x,parts", {"axis": 2}, 13),
    ("TopK", "x", {"axis": 2, "k": 3}, 1),
    ("TopK", "x,number", {"axis": 2}, 11),
    ("Upsample", "x", {"scales": [1.0, 1.0, 2.0, 1.5]}, 7),
    ("Upsample", "x,scales", {}, 9),
    ("Resize", "x,scales", {}, 10),
    ("Resize", "x,,scales", {}, 13),
    ("Resize", "x,,two", {"axes": [3, 2]}, 18),
    ("Resize", "x,,,sizes", {"axes": [2]}, 18),
    ("Dropout", "x", {"ratio": 0.5}, 7),
    ("Gather", "x,one", {"axis": 2}, 13),
    ("DepthToSpace", "x", {"blocksize": 1, "mode": "CRD"}, 13),
    *(("Reshape", "x", {"shape": row}, 1) for row in ([-1], [0, 0, -1])),
    *(("Reshape", "x,kept", said, 14) for said in ({}, {"allowzero": 0})),
    *(("Flatten", "x", said, 13) for said in ({}, {"axis": 0}, {"axis": -1}, {"axis": 4})),
    *(("ArgMax", "x", said, 13) for said in ({}, {"axis": 2}, {"axis": -1, "keepdims": 0})),
    *(("ArgMin", "x", {"axis": 3, "keepdims": keeps}, 13) for keeps in (0, 1)),
    *(("ReduceProd", "x", {"axes": [2], **said}, 11) for said in ({}, {"keepdims": 0})),
    *(("ReduceProd", "x,second", said, 18) for said in ({}, {"keepdims": 0})),
    ("ReduceProd", "x", {"noop_with_empty_axes": 1}, 18),
    ("ReduceProd", "x", {}, 18),
    ("Pad", "x,pads,,ends", {}, 18),
    ("GatherElements", "x,picks", {"axis": 2}, 13),
    ("TopK", "x,number", {}, 11),
    ("TopK", "x,number", {"axis": -2, "largest": 0}, 11),
    ("Upsample", "x,scales", {"mode": "linear"}, 9),
    *(("Where", inputs, {}, 13) for inputs in ("many,x,x", "many,x,wide", "many,wide,x")),
    ("TopK", "x,nought", {"axis": 2}, 11),
    ("Resize", "x,roi,scales", {}, 11),
    ("Split", "x,", {"axis": 2, "num_outputs": 2}, 18),
)
BEFORE = {
    "kept": ints(0, -1),
    "many": numpy.ones((2, 1, 1, 1), bool),
    "wide": floats(3, 1, 1, 1, 1),
    "nought": ints(0),
    "roi": floats(0),
    "second": ints(2),
    "pads": ints(1, 0, 2, 3),
    "ends": ints(-1, 2),
    "picks": numpy.zeros((1, 1, 2, 1), "int64"),
    "one": ints(1),
    "point": numpy.array(1),
    "number": ints(3),
    "flat": ints(1, -1),
    "parts": ints(1, 3),
    "scales": numpy.array([1, 1, 2, 1.5], "float32"),
    "two": numpy.array([1.5, 2], "float32"),
    "sizes": ints(7),
}


@pytest.mark.parametrize(("kind", "inputs", "said", "opset"), AXES)
def test_an_operator_is_read_as_its_opset_has_it(kind, inputs, said, opset):
    constants = [(name, BEFORE[name]) for name in inputs.split(",") if name in BEFORE]
    if kind == "Clip":
        constants = [(name, array.astype("float32")[0]) for name, array in constants]
    outputs = {"Split": "y,u", "TopK": "y,u"}.get(kind, "y")
    nodes = [node(kind, inputs, outputs, **said)]
    if kind in ("ArgMax", "ArgMin"):
        nodes = [node(kind, inputs, "places", **said), node("Cast", "places", to=1)]
    proto = model(nodes, (("x", (1, 1, "H", "W")),), constants=constants, opset=opset)
    net = agree(proto, *((1, 1, h, w) for h in (1, 2, 3, 4, 6) for w in (1, 2, 5)))
    for tensor in (net.flow.tensors[name] for name in outputs.split(",")):
        assert tensor.value is None and len(tensor.wires) == len(tensor.shape)


def test_upsampling_is_read_as_its_last_opset_has_it():
    """Whatever the opset is of the model, where exporters leave it."""
    scales, inputs = (("s", BEFORE["scales"]),), (("x", (1, 1, "H", "W")),)
    nine, later = (
        read(model([node("Upsample", "x,s")], inputs, constants=scales, opset=opset))
        for opset in (9, 13)
    )
    assert later.output_shape == nine.output_shape and later.output_shape[2](H=5) == 10


def test_joining_needs_no_axis_before_opset_4():
    """ONNX's page of the first Concat: `Default value is 1`."""
    proto = model([node("Concat", "x,x")], (("x", (2, "H", 3)),), opset=3)
    assert read(proto).at(H=5) == (2, 10, 3)
    given = model([node("Concat", "x,x", axis=2)], (("x", (2, "H", 3)),), opset=3)
    assert read(given).at(H=5) == (2, 5, 6)


def test_entries_are_picked_from_anywhere():
    picks = (("i", numpy.zeros((2, 3), "int64")),)
    net = read(model([node("GatherElements", "x,i", axis=1)], (("x", (2, 3)),), constants=picks))
    tensor = net.flow.tensors["y"]
    assert [set(each) for each in tensor.wires] == [{(0, i, WHOLE), (1, i, None)} for i in (0, 1)]
    row = (("i", numpy.zeros(4, "int64")),)
    agree(model([node("GatherElements", "x,i")], LINE, constants=row), (3,), (5,))


@pytest.mark.parametrize("mode", ("constant", "edge", "reflect", "wrap"))
def test_padding_holds_data_of_the_end_that_numpy_takes_it_from(mode):
    proto = model([node("Pad", "x,p", mode=mode)], LINE, constants=(("p", ints(1, 0)),))
    ((wire,),) = read(proto).flow.tensors["y"].wires
    first = numpy.pad(numpy.arange(1, 10), (1, 0), mode)[0]
    assert getattr(wire.map, "filled", "zeros") == (
        "circular" if first == 9 else "reflect" if first else "zeros"
    )


def test_a_slice_of_unlike_rows_is_told_by_their_lengths():
    rows = {"a": ints(0, 0), "e": ints(1)}
    told = refused(model([node("Slice", "x,a,e")], LINE, constants=rows.items()), (3,))
    assert ": starts, ends, axes and steps must be equally long; received (2, 1, 2, 2); " in told


def test_a_pooling_with_places_keeps_its_words():
    made = node("MaxPool", "x", "y,i", kernel_shape=[2, 3], storage_order=1)
    (one,) = read(model([made])).graph.nodes
    assert (one.words.kernel_shape, one.words.storage_order) == ((2, 3), 1)


def test_a_zero_that_is_allowed_is_no_length():
    for allowed in (0, 1):
        made = [node("Reshape", "x,s", allowzero=allowed)]
        proto = model(made, (("x", (1, "H", "W")),), constants=(("s", ints(0, -1)),))
        if allowed:
            refused(proto, (1, 2, 3))
        else:
            agree(proto, (1, 2, 3))


GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("said", ({}, {"direction": "bidirectional"}, {"layout": 1}))
def test_what_runs_along_a_sequence(kind, said):
    """Of all that it gives the sizes; every step multiplies by each of its weights once. ONNX
    Runtime knows no layout, so that ONNX's own reference runs it there.
    """
    ways = 2 if "direction" in said else 1
    weights = {"w": floats(ways, 5 * GATES[kind], 3), "r": floats(ways, 5 * GATES[kind], 5)}
    outputs = ("y", "h", "c") if kind == "LSTM" else ("y", "h")
    layout = "layout" in said
    proto = model(
        [node(kind, "x,w,r", ",".join(outputs), hidden_size=5, **said)],
        (("x", ("N", "T", 3) if layout else ("T", "N", 3)),),
        outputs,
        weights.items(),
    )
    net, x = read(proto), floats(*(4, 7, 3) if layout else (7, 4, 3))
    run = ReferenceEvaluator(proto) if layout else session(proto)
    there = [one.shape for one in run.run(None, {"x": x})]
    assert [tuple(value(n, N=4, T=7) for n in each) for each in net.output_shapes] == there
    assert net.macs(N=4, T=7) == 7 * sum(each.size for each in weights.values())
    for name in outputs:
        tensor = net.flow.tensors[name]
        assert tensor.value is None and len(tensor.wires) == len(tensor.shape)


@pytest.mark.parametrize(
    ("made", "opset", "told"),
    (
        (node("Clip", "x,,x"), 6, "has 3 inputs"),
        (node("Softmax", "x"), 11, "there is no axis 1"),
        (node("Pad", "x", pads=[1, 1]), 1, "lacks the attribute paddings"),
        (
            node("Split", "x", "y,z", num_outputs=3),
            18,
            ": num_outputs must be the number of outputs; ",
        ),
        (node("Split", "x", "y,z", num_outputs=3), 18, "received 3; 2 works"),
        (node("Resize", "x,,x"), 11, "lacks the input roi"),
        (node("LSTM", "x,x,x", hidden_size=2), 21, "do not fit LSTM; received LSTM((H,), (H,)"),
    ),
)
def test_what_an_opset_does_not_have_is_refused(made, opset, told):
    assert told in refused(model([made], LINE, opset=opset), (3,))


def test_a_model_without_an_opset_is_of_the_first():
    """Padding was called `paddings` there."""
    for word, fits in (("paddings", True), ("pads", False)):
        proto = model([node("Pad", "x", **{word: [1, 1]})], LINE, opset=1)
        del proto.opset_import[:]
        if fits:
            assert read(proto).unknown
        else:
            with pytest.raises(ShapeError, match="lacks the attribute paddings"):
                read(proto)


@pytest.mark.parametrize("kind", ("Softmax", "LogSoftmax", "Hardmax", "LpNormalization"))
@pytest.mark.parametrize("opset", (11, 13))
def test_a_number_alone_has_no_axis(kind, opset):
    refused(model([node(kind, "x")], (("x", ()),), opset=opset), ())


def test_nodes_of_one_kind_with_axes_of_their_own():
    axes = (("two", ints(2)), ("three", ints(3)), ("point", numpy.array([1])))
    nodes = [
        node("ReduceSum", "x,two", "a"),
        node("ReduceSum", "x,three", "b"),
        node("ReduceSum", "x,point", "c"),
        node("Sum", "a,b,c"),
        node("Sum", "a,b", "d"),
    ]
    proto = model(nodes, (("x", (1, 2, "H", "W")),), outputs=("a", "b", "c", "y"), constants=axes)
    shapes = read(proto).output_shapes
    assert [repr(one) for one in shapes] == [
        "(1, 2, 1, W)",
        "(1, 2, H, 1)",
        "(1, 1, H, W)",
        "(1, 2, H, W)",
    ]
    ran = session(proto).run(None, {"x": numpy.zeros((1, 2, 3, 4), "float32")})
    assert [one.shape for one in ran] == [(1, 2, 1, 4), (1, 2, 3, 1), (1, 1, 3, 4), (1, 2, 3, 4)]


def seen_by_one(proto, length: int) -> int:
    """How far apart the places of x stand that move one output, where that is farthest."""
    run, first, last = session(proto), {}, {}
    base = numpy.zeros((1, 1, length, 1), "float32")
    for place in range(length):
        x = base.copy()
        x[0, 0, place] = 1
        made = abs(run.run(None, {"x": x})[0].ravel()) > 1e-6
        for output in made.nonzero()[0]:
            first.setdefault(output, place)
            last[output] = place
    return max(last[output] - first[output] + 1 for output in first)


@pytest.mark.parametrize(
    ("said", "scale", "size"),
    (
        *(({"mode": "linear", "antialias": smooth}, 0.5, None) for smooth in (0, 1)),
        *(({"mode": "linear", "antialias": smooth}, 0.25, None) for smooth in (0, 1)),
        ({"mode": "linear"}, None, 6),
        ({"mode": "linear"}, None, 24),
        ({"mode": "cubic"}, None, 6),
        *(
            ({"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}, None, n)
            for n in (1, 6)
        ),
        *(({"coordinate_transformation_mode": "align_corners"}, None, n) for n in (4, 24)),
        ({"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}, None, 6),
    ),
)
def test_what_a_resize_reads_at_a_length(said, scale, size):
    inputs = "x,,s" if size is None else "x,,,s"
    row = numpy.array([1, 1, scale, 1], "float32") if size is None else ints(1, 1, size, 1)
    proto = model(
        [node("Resize", inputs, **said)], (("x", (1, 1, "H", 1)),), constants=(("s", row),)
    )
    assert read(proto).receptive_field(H=12).size[0] == seen_by_one(proto, 12)


@pytest.mark.parametrize("factor", (0.1, 0.3, 0.7, 1.1, 1 / 3, 0.9))
def test_a_length_is_scaled_in_single_precision(factor):
    scales = (("s", numpy.array([1, 1, factor, 1], "float32")),)
    proto = model([node("Resize", "x,,s")], (("x", (1, 1, "H", 1)),), constants=scales)
    net, run = read(proto), session(proto)
    for h in (*range(10, 60), 70, 90, 100, 130, 200, 370, 1000):
        assert net.at(H=h) == shape(run, 1, 1, h, 1), h


def test_a_running_sum_along_an_axis_that_comes_in():
    """Which axis it is, nobody says: any may be read whole."""
    proto = model([node("CumSum", "x,a")], (("x", (1, 2, "H", "W")), ("a", ())))
    proto.graph.input[1].type.tensor_type.elem_type = 7
    net = read(proto)
    assert repr(net.output_shape) == "(1, 2, H, W)"
    assert net.receptive_field(H=9, W=9).size == (None, None)


# ---------------------------------------------------------------- numbers on their way to a length

HALF = [node("Cast", "n", "h", to=10), node("Cast", "h", "u", to=7)]  # what no number is told of
NUMBERS = {
    "two": numpy.array(2),
    "zero": numpy.array(0),
    "less": numpy.array(-2),
    "one": numpy.array(-1),
    "row": ints(3),
    "end": numpy.array(64),
    "up": numpy.array(1),
    "at": ints(0),
    "rows": ints(2, 5),
    **{name: numpy.array(n, "float32") for name, n in (("f0", 0), ("f5", 5), ("fh", 0.5))},
    "fm": numpy.array(-2, "float32"),
    "low": numpy.array(3, "float32"),
    "high": numpy.array(8, "float32"),
    "true": numpy.array(True),
}
BACK = node("Cast", "g", "v", to=7)
FLOAT = node("Cast", "n", "f", to=1)
SQUEEZED = [node("Squeeze", "n", "m")]
# nodes that make the number `v` of the length `n`, the opset, whether it is followed
FOLLOWED = (
    ([HALF[0], node("Cast", "h", "v", to=7)], 21, False),
    ([FLOAT, node("CastLike", "f,two", "v")], 21, True),
    ([FLOAT, node("CastLike", "f,low", "g"), BACK], 21, False),
    *(
        ([FLOAT, node("Clip", "f", "g", **said), BACK], 10, True)
        for said in ({}, {"min": 3.0}, {"max": 8.0}, {"min": 3.0, "max": 8.0})
    ),
    *(
        ([FLOAT, node("Clip", f"f,{ends}", "g"), BACK], 11, True)
        for ends in ("low", ",high", "low,high")
    ),
    ([*HALF, node("Squeeze", "u", "k"), node("Clip", "n,,k", "v")], 21, False),
    ([*HALF, node("Squeeze", "row", "k"), node("Clip", "u,k", "v")], 21, False),
    ([FLOAT, node("Dropout", "f,,true", "g"), BACK], 13, False),
    ([FLOAT, node("Dropout", "f", "g"), BACK], 13, True),
    ([node("Where", "true,n,row", "v")], 21, True),
    ([node("Where", "true,row,n", "v")], 21, True),
    ([node("Concat", "n,row", "p", axis=0), node("ReduceProd", "p", "v")], 21, True),
    ([node("Concat", "n,row", "p", axis=0), node("ReduceProd", "p,at", "v")], 18, True),
    ([node("Concat", "n,row", "p", axis=0), node("ReduceProd", "p", "v", axes=[0])], 13, True),
    (
        [
            node("Concat", "n,row", "p", axis=0),
            node("ReduceProd", "p", "q", keepdims=0),
            node("Unsqueeze", "q,at", "v"),
        ],
        21,
        True,
    ),
    ([node("ReduceProd", "n", "v", noop_with_empty_axes=1)], 21, True),
    (
        [node("Shape", "two", "p"), node("ReduceProd", "p", "q"), node("Mul", "n,q", "v")],
        21,
        True,
    ),
    (
        [node("Range", "zero,end,up", "r"), node("Gather", "r,one", "g"), node("Add", "n,g", "v")],
        21,
        True,
    ),
    ([node("Size", "x", "s"), node("Unsqueeze", "s,at", "v")], 21, True),
    (
        [
            node("ConstantOfShape", "row", "t", value=numpy_helper.from_array(ints(3))),
            node("Gather", "t,at", "g"),
            node("Mul", "n,g", "v"),
        ],
        21,
        True,
    ),
    *(
        ([*SQUEEZED, node("Range", ends, "r"), node("Shape", "r", "v")], 21, True)
        for ends in ("m,zero,less", "m,zero,one", "zero,m,two", "m,two,one", "two,m,two")
    ),
    *(
        ([node("Range", ends, "r"), node("Shape", "r", "s"), node("Add", "n,s", "v")], 21, True)
        for ends in ("f0,f5,fh", "f5,f0,fm", "f5,f0,fh")
    ),
    (
        [
            node("Range", "less,two,two", "r"),
            node("Gather", "r,one", "g"),
            node("Add", "n,g", "v"),
        ],
        21,
        True,
    ),
    *(([node("Shape", "x", "v", **said)], 21, True) for said in ({"start": 0}, {"end": 1})),
)


@pytest.mark.parametrize(("nodes", "opset", "followed"), FOLLOWED)
def test_a_number_is_followed_to_a_length(nodes, opset, followed):
    """Or nobody says which it is."""
    used = {name for each in nodes for name in each.input}
    constants = [(name, array) for name, array in NUMBERS.items() if name in used]
    proto = computed(*nodes, constants=constants, opset=opset)
    net, run = read(proto), session(proto)
    assert (net.unknown == ()) == followed
    for h in (1, 2, 3, 4, 5, 8, 9, 12):
        assert not followed or net.at(H=h) == shape(run, h) != (0,), h


# ---------------------------------------------------------------- one axis of which nobody knows


def unknown_along(axis: int, *nodes, opset=21, outputs=("y",), **constants):
    """A model of nodes that read `b`: x padded by numbers of which only those of one axis are not
    known.
    """
    rows = {"at": ints(axis), "none": ints(*[0] * (4 + axis)), "rest": ints(*[0] * (3 - axis))}
    begin = [
        *UNKNOWN_PADS,
        node("Shape", "a", "lengths"),
        node("Gather", "lengths,at", "n"),
        node("Concat", "none,n,rest", "row", axis=0),
        node("Pad", "x,row", "b"),
    ]
    inputs = (("x", (1, 6, "H", "W")), ("s", (8,)))
    rows |= constants
    return model([*begin, *nodes], inputs, outputs, tuple(rows.items()), opset)


@pytest.mark.parametrize("axis", range(4))
def test_padding_by_what_nobody_knows_leaves_the_other_axes(axis):
    net = read(unknown_along(axis, node("Relu", "b")))
    expected = [1, 6, "H", "W"]
    expected[axis] = None
    assert [n if n is None else str(n) for n in net.output_shape] == [
        n if n is None else str(n) for n in expected
    ]
    tensor = net.flow.tensors["b"]
    assert [[(w.source, w.axis, w.map) for w in each] for each in tensor.wires] == [
        [] if i == axis else [(0, i, None)] for i in range(4)
    ]


SIX = floats(6)
BEHIND = (
    (1, node("GroupNormalization", "b,c,c", num_groups=3), {"c": SIX}),
    (2, node("GroupNormalization", "b,c,c", num_groups=3), {"c": SIX}),
    (1, node("InstanceNormalization", "b,c,c"), {"c": SIX}),
    (1, node("BatchNormalization", "b,c,c,c,c"), {"c": SIX}),
    (3, node("LayerNormalization", "b,c"), {"c": floats(5)}),
    (2, node("Softmax", "b"), {}),
    (3, node("Add", "b,c"), {"c": floats(1)}),
)


@pytest.mark.parametrize(("axis", "made", "constants"), BEHIND)
def test_an_operator_that_keeps_sizes_keeps_what_nobody_knows(axis, made, constants):
    net = read(unknown_along(axis, made, **constants))
    told = [None if n is None else str(n) for n in net.output_shape]
    assert told == [None if i == axis else n for i, n in enumerate(("1", "6", "H", "W"))]
    assert net.unknown == ("Pad_a", "Pad_b")


OTHERS = (
    node("Slice", "b,i,i"),
    node("Pad", "b,i"),
    node("Gemm", "b,m"),
    node("Gemm", "m,b"),
    node("GatherElements", "m,b"),
    node("TopK", "b,i", "y,t"),
    node("LSTM", "b,w,r", hidden_size=2),
    node("Resize", "b,,f"),
    node("ReduceMean", "b,i"),
    node("Split", "b", "y,z", num_outputs=2),
)


@pytest.mark.parametrize(
    "made", [*(made for _, made, _ in BEHIND), *OTHERS], ids=lambda made: made.op_type
)
def test_an_operator_behind_what_nobody_knows_is_not_known(made):
    secret = helper.make_node("Secret", ["x"], ["b"], name="secret", domain="acme")
    rows = {"c": floats(6), "i": ints(1), "m": floats(2, 2), "f": floats(4) + 1}
    rows |= {"w": floats(1, 8, 3), "r": floats(1, 8, 2)}
    constants = [(name, array) for name, array in rows.items() if name in made.input]
    net = read(model([secret, made], (("x", (1, 6, "H", "W")),), constants=constants))
    assert net.unknown == ("secret",) and net.output_shape is None


def test_axes_that_are_left_out():
    given = (("x", (2, 3, 5, "W")),)
    for kind in ("Flatten", "ArgMax"):
        nodes = [node(kind, "x", "m"), node("Cast", "m", to=1)]
        agree(model(nodes, given), *((2, 3, 5, w) for w in (1, 4)))
    for axis in (0, 1):
        agree(model([node("Flatten", "x", axis=axis)], LINE), (3,), (5,))
    assert "Gemm multiplies two matrices" in refused(
        model([node("Gemm", "x,w")], (("x", (1, 2, 3)),), constants=(("w", floats(3, 4)),)),
        (1, 2, 3),
    )
    parts = model([node("Split", "x,p", "y,z")], LINE, constants=(("p", ints(1, 2, 3)),))
    assert "2 lengths are needed, none of them negative; received (1, 2, 3); " in refused(
        parts, (6,)
    )


def test_weights_that_nobody_knows_cost_nobody_knows_what():
    secret = helper.make_node("Secret", ["x"], ["w"], name="secret", domain="acme")
    for w, r in (("w", "one"), ("one", "w")):
        made = node("LSTM", f"x,{w},{r}", hidden_size=2)
        net = read(
            model([secret, made], (("x", ("T", 2, 3)),), constants=(("one", floats(1, 8, 2)),))
        )
        assert net.macs(T=4) is None and net.at(T=4) == (4, 1, 2, 2)


def test_rows_of_a_range_of_none_or_one():
    """None chooses from any table; one must be there."""
    for last, fits in ((9, True), (10, False)):
        nodes = [
            node("Range", "first,last,step", "r"),
            node("Gather", "t,r", "g"),
            node("Concat", "x,g", axis=0),
        ]
        rows = {"first": numpy.array(9), "last": numpy.array(last), "step": numpy.array(1)}
        proto = model(nodes, LINE, constants=(*rows.items(), ("t", floats(4))))
        if fits:
            agree(proto, (3,))
        else:
            refused(proto, (3,))
    nodes = [node("Cast", "x", "i", to=7), node("Squeeze", "i", "m"), node("Range", "m,m,two")]
    assert read(
        model(nodes, (("x", (1,)),), constants=(("two", numpy.array(2)),))
    ).output_shape == (None,)
    inputs = (("x", (1, 6, "H", "W")), ("s", (4,)))
    assert read(model([node("Resize", "x,,s")], inputs)).output_shape == (None,) * 4


def test_a_shape_of_what_nobody_knows_has_one_axis():
    secret = helper.make_node("Secret", ["x"], ["b"], name="secret", domain="acme")
    for kind, told in (("Shape", (None,)), ("Size", ())):
        assert read(model([secret, node(kind, "b")])).output_shape == told
    net = read(unknown_along(2, node("Size", "b", "m"), node("Reshape", "x,m")))
    assert net.output_shape in (None, (None,))
    keeps = node("Resize", "x,,,s", axes=[2, 3], keep_aspect_ratio_policy="not_larger")
    told = read(model([keeps], (("x", (1, 6, "H", "W")),), constants=(("s", ints(4, 5)),)))
    assert told.output_shape == (1, 6, None, None)


def test_a_slice_from_where_nobody_knows_keeps_the_axes():
    nodes = [*HALF, node("Slice", "x,u,e", "y")]
    nodes[0] = node("Cast", "s", "h", to=10)
    inputs = (("x", (1, 6, "H", "W")), ("s", (1,)))
    net = read(model(nodes, inputs, constants=(("e", ints(9)),)))
    assert net.output_shape == (None,) * 4
    flat = read(unknown_along(2, node("Flatten", "b")))
    assert flat.output_shape == (None, None)


@pytest.mark.parametrize("inputs", ("x,from,n9,w", "x,from,nine,w,n1"))
def test_a_slice_to_where_nobody_knows_leaves_the_other_axes(inputs):
    """An end along axis 2, or a step; along axis 3 all is known: 1 to 9."""
    each = "n9" if "n9" in inputs else "n1"
    nodes = [node("Concat", f"n,{'nine' if each == 'n9' else 'one'}", each, axis=0)]
    rows = {"from": ints(0, 1), "w": ints(2, 3), "one": ints(1)}
    rows["nine"] = ints(9) if "n9" in inputs else ints(9, 9)
    net = read(unknown_along(2, *nodes, node("Slice", inputs), **rows))
    assert net.at(H=5, W=12) == (1, 6, None, 8)


def test_two_axes_are_sliced_backwards_where_both_leave_something():
    """From the first place to before the third from the end: of a short axis it is left alone."""
    rows = {"a": ints(0, 0), "e": ints(-3, -3), "w": ints(2, 3), "t": ints(-1, -1)}
    proto = model([node("Slice", "x,a,e,w,t")], (("x", (1, 1, "H", "W")),), constants=rows.items())
    net, run = read(proto), session(proto)
    for h, w in product(range(1, 5), repeat=2):
        there = shape(run, 1, 1, h, w)
        assert net.explain(H=h, W=w).runs == (0 not in there), (h, w)


def test_parts_of_what_nobody_knows():
    """Along an axis of no known length, or into parts of such lengths."""
    net = read(unknown_along(2, node("Split", "b", "y,z", axis=2, num_outputs=2)))
    assert [None if n is None else str(n) for n in net.output_shape] == ["1", "6", None, "W"]
    nodes = [node("Concat", "n,n", "both", axis=0), node("Split", "x,both", "y,z", axis=2)]
    net = read(unknown_along(2, *nodes))
    assert [None if n is None else str(n) for n in net.output_shape] == ["1", "6", None, "W"]


@pytest.mark.parametrize(
    ("made", "constants"),
    (
        (node("Resize", "x,,,to"), {"front": ints(1, 6)}),
        (node("Resize", "x,,,to", axes=[1, 2, 3]), {"front": ints(6)}),
        (node("Resize", "x,,factors"), {"front": ints(1, 1)}),
    ),
)
def test_resizing_to_what_nobody_knows_leaves_the_other_axes(made, constants):
    """Lengths, or factors, of which those of the axes 1 and 2 are known: x keeps them."""
    nodes = [
        node("Concat", "front,n,last", "to", axis=0),
        node("Cast", "to", "factors", to=1),
        made,
    ]
    net = read(
        unknown_along(2, *nodes, last=ints(1 if "factors" in made.input else 9), **constants)
    )
    last = "W" if "factors" in made.input else "9"
    assert [None if n is None else str(n) for n in net.output_shape] == ["1", "6", None, last]
    wires = net.flow.tensors["y"].wires
    assert wires[2] == () and [w.axis for w in wires[1]] == [1]


# ---------------------------------------------------------------- whole numbers and 64 bits


@pytest.mark.parametrize(
    ("kind", "one", "two", "fits"),
    (
        ("Add", 2**63 - 1, 2**63 - 1, True),
        ("Mul", 2**62, 4, False),
        ("Mul", 2**63 - 1, 3, False),
        ("Mul", 2**62, -2, True),
        ("Sub", -(2**63), 1, False),
        ("Sub", -(2**63), 0, True),
    ),
)
def test_a_number_that_is_worked_out_fits_64_bits(kind, one, two, fits):
    """Signed or not: between -2^63 and 2^64 - 1."""
    proto = model(
        [node(kind, "a,b", "c"), node("ConstantOfShape", "n")],
        (),
        constants=(("a", ints(one)), ("b", ints(two)), ("n", ints(3))),
    )
    if fits:
        assert read(proto).at() == (3,)
    else:
        with pytest.raises(ShapeError, match=r"does not fit 64 bits; .*; at most 2.64 − 1 works"):
            read(proto)


def test_the_largest_of_several_numbers():
    """Each of three is the largest, the smallest, at some length; a sum is of floats only."""
    rows = [(name, numpy.array([n], "float32")) for name, n in (("five", 5), ("nine", 9))]
    for kind, expected in (("Max", max), ("Min", min), ("Sum", lambda *row: sum(row))):
        nodes = [
            node("Shape", "x", "n"),
            node("Cast", "n", "f", to=1),
            node(kind, "f,five,nine", "m"),
            node("Cast", "m", "to", to=7),
            node("Expand", "one,to"),
        ]
        proto = model(nodes, LINE, constants=(*rows, ("one", floats(1))))
        net = agree(proto, *((h,) for h in range(1, 13)))
        for h in range(1, 13):
            assert net.at(H=h) == (expected(h, 5, 9),)


@pytest.mark.parametrize(
    ("kind", "inputs", "words", "fits"),
    (
        ("Softmax", "x", {"axis": 0}, False),
        ("LpNormalization", "x", {"axis": -1}, False),
        ("CumSum", "x,zero", {}, False),
        ("Concat", "x,x", {"axis": 0}, False),
        ("Gather", "x,zero", {}, False),
        ("GatherElements", "x,zero", {}, False),
        ("Split", "x", {"axis": 0, "num_outputs": 1}, False),
        ("TopK", "x,ones", {}, False),
        ("ReduceMean", "x,zeros", {}, False),
        ("ReduceMax", "x", {}, True),
        ("ArgMax", "x", {"axis": 0}, False),
        ("Squeeze", "x,zeros", {}, False),
        ("Squeeze", "x", {}, True),
        ("Unsqueeze", "x,zeros", {}, True),
        ("Flatten", "x", {"axis": 0}, True),
        ("Flatten", "x", {"axis": 1}, False),
        ("Slice", "x,zeros,ones,zeros", {}, False),
        ("Transpose", "x", {}, True),
        ("Trilu", "x", {}, False),
    ),
)
def test_a_scalar_has_no_axes(kind, inputs, words, fits):
    numbers = {"zero": numpy.array(0), "zeros": ints(0), "ones": ints(1)}
    constants = [(name, one) for name, one in numbers.items() if name in inputs.split(",")]
    names = ("y", "i") if kind == "TopK" else ("y",)
    each = helper.make_node(kind, inputs.split(","), names, **words)
    proto = model([each], (("x", ()),), constants=constants)
    if fits:
        assert read(proto).at() == shape(session(proto))
    else:
        refused(proto, ())


@pytest.mark.parametrize(
    ("between", "table", "sizes"),
    (
        ((), (9, 4), 9),
        ((node("Unsqueeze", "r,zeros", "p"),), (9, 4), 9),
        ((node("Add", "r,two", "p"),), (9, 4), 7),
        ((node("Add", "two,r", "q"), node("Cast", "q", "p", to=7)), (9, 4), 7),
        ((node("Mul", "r,two", "p"),), (9, 4), 5),
        ((node("Sub", "eight,r", "p"),), (9, 4), 12),  # what is negative counts from the end
        ((node("Div", "r,two", "p"),), (4, 4), 8),
        ((node("Mod", "r,two", "p"),), (2, 4), 12),
        ((node("Add", "r,ends", "p"),), (9, 4), 2),  # two numbers go with two rows only
        ((node("Expand", "r,wide", "p"),), (9, 4), 9),
    ),
)
def test_rows_that_a_range_chooses_must_be_there(between, table, sizes):
    """Rows 0 to H − 1 of a table, or from 2 on; ONNX Runtime says which are there."""
    nodes = [
        node("Shape", "x", "s"),
        node("Squeeze", "s", "n"),
        node("Range", "zero,n,one", "r"),
        *between,
        node("Gather", f"t,{'p' if between else 'r'}", "y"),
    ]
    numbers = {
        "zero": numpy.array(0),
        "one": numpy.array(1),
        "two": numpy.array(2),
        "eight": numpy.array(8),
        "ends": ints(5, 0),
        "zeros": ints(0),
        "wide": ints(3, 1),
        "t": floats(*table),
    }
    used = {name for each in nodes for name in each.input}
    constants = [(name, one) for name, one in numbers.items() if name in used]
    proto = model(nodes, LINE, constants=constants)
    net, run = read(proto), session(proto)
    for h in range(1, 13):
        assert (shape(run, h) is not None) == net.explain(H=h).runs == (h <= sizes), h
        assert (h in net.accepts("H")) == (h <= sizes), h
