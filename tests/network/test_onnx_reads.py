"""Which axes an operator of ONNX reads all of: every entry of the input is changed once, and ONNX
Runtime tells which entries of the output change with it.
"""

from itertools import product

import pytest
from needed import require
from test_keras_reads import untold

from shapealg import read
from shapealg.network.tensor import WHOLE

require("onnx")

import numpy  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

SHAPE = (2, 3, 4)
ONES = {"s": numpy.ones(3, "float32"), "b": numpy.zeros(3, "float32")}
LAST = {"s": numpy.ones((3, 4), "float32"), "b": numpy.zeros((3, 4), "float32")}
AXIS = {"a": numpy.array(1)}
# an operator, its words, its opset, what goes in beside the data, axes that are not looked at
CASES = (
    *(("Softmax", {"axis": axis}, 13, {}, ()) for axis in (0, 1, -1)),
    *(("LogSoftmax", words, 13, {}, ()) for words in ({}, {"axis": 1})),
    *(("Softmax", words, 11, {}, ()) for words in ({}, {"axis": 0}, {"axis": 2}, {"axis": -2})),
    *(("LpNormalization", words, 21, {}, ()) for words in ({}, {"axis": 0})),
    *(("LayerNormalization", words, 17, LAST, ()) for words in ({"axis": 1}, {"axis": -2})),
    ("LayerNormalization", {}, 17, {"s": numpy.ones(4, "float32")}, ()),
    *(("MeanVarianceNormalization", {"axes": axes}, 13, {}, ()) for axes in ([0, 2], [1])),
    ("InstanceNormalization", {}, 17, ONES, ()),
    ("GroupNormalization", {"num_groups": 3}, 21, ONES, ()),
    ("GroupNormalization", {"num_groups": 1}, 21, ONES, (1,)),
    ("CumSum", {}, 14, AXIS, ()),
    ("CumSum", {"reverse": 1}, 14, {"a": numpy.array(-1)}, ()),
    ("ReduceMean", {"keepdims": 1}, 18, {"a": numpy.array([1])}, ()),
    ("ReduceMax", {"keepdims": 1, "axes": [0, 2]}, 17, {}, ()),
    *((kind, {}, 21, {}, ()) for kind in ("Relu", "Sigmoid", "Softplus", "Erf", "Identity")),
    ("LeakyRelu", {"alpha": 0.5}, 21, {}, ()),
)


def model(kind: str, words: dict, opset: int, beside: dict, shape: tuple = SHAPE):
    """The data goes in first; where a truth chooses, second."""
    names = ["x", *beside] if kind != "Where" else ["a", "x", "b"]
    node = helper.make_node(kind, names, ["y", "i"] if kind == "TopK" else ["y"], **words)
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in beside.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def changed(proto, shape: tuple = SHAPE) -> dict:
    """For each place of the input the places of the output that change with it."""
    run = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    x = numpy.random.default_rng(0).uniform(0.5, 1.5, shape).astype("float32")
    before, made = run.run(None, {"x": x})[0], {}
    for place in product(*map(range, shape)):
        other = x.copy()
        other[place] += 9
        made[place] = list(zip(*(run.run(None, {"x": other})[0] != before).nonzero(), strict=True))
    return made


@pytest.mark.parametrize(("kind", "words", "opset", "beside", "aside"), CASES)
def test_an_axis_is_read_whole_where_other_places_change(kind, words, opset, beside, aside):
    proto = model(kind, words, opset, beside)
    net, where = read(proto), changed(proto)
    tensor = net.flow.tensors["y"]
    for axis in [i for i in range(3) if i not in aside]:
        (wire,) = tensor.wires[axis]
        moves = any(at[axis] != place[axis] for place, those in where.items() for at in those)
        gone = tensor.shape[axis] == 1  # every place of the input is read by the one that is left
        assert (wire.source, wire.axis, wire.map == WHOLE) == (0, axis, moves or gone)
    assert tensor.shape == net.at() and net.unknown == ()


# an operator, its words, the shape of its data, what goes in beside it; what no wire tells
PLACED = (
    ("Gemm", {}, (2, 3), {"w": numpy.ones((3, 4), "float32")}, set()),
    ("Gemm", {"transA": 1}, (3, 2), {"w": numpy.ones((3, 4), "float32")}, {(0, 0), (0, 1, 0)}),
    ("Gemm", {"transB": 1}, (2, 3), {"w": numpy.ones((4, 3), "float32")}, set()),
    ("Flatten", {}, (2, 3), {}, set()),
    ("TopK", {"axis": 1}, SHAPE, {"k": numpy.array([2])}, {(0, 1)}),
    ("TopK", {}, SHAPE, {"k": numpy.array([2])}, {(0, 2)}),
    ("Where", {}, SHAPE, {"a": numpy.ones((3, 1), bool), "b": numpy.array(0, "float32")}, set()),
)


@pytest.mark.parametrize(("kind", "words", "shape", "beside", "aside"), PLACED)
def test_an_axis_reads_the_places_that_change_it(kind, words, shape, beside, aside):
    """All of it, where several are read together."""
    proto = model(kind, words, 21, beside, shape)
    net, where, missing = read(proto), changed(proto, shape), set()
    pairs = [(place, at) for place, those in where.items() for at in those]
    places, after = (numpy.array(each) for each in zip(*pairs, strict=True))
    source = list(proto.graph.node[0].input).index("x")
    tensor = net.flow.tensors["y"]
    for axis in range(len(shape)):
        missing.update(untold(tensor, source, axis, places[:, axis], after))
    assert missing == aside and tensor.value is None


MOST = 2**63 - 1
ENDS = (-MOST - 1, -MOST, -(2**31), 1 - 2**31, -5, -2, -1, 0, 1, 3, 4, 9, 2**31 - 1, MOST)


def slicing(n, constants) -> bytes:
    """A model that slices its last axis; what stands in `constants` is no input."""
    given = [(name, TensorProto.INT64, [1]) for name in "seat" if name not in constants]
    graph = helper.make_graph(
        [helper.make_node("Slice", ["x", *"seat"], ["y"])],
        "graph",
        [
            helper.make_tensor_value_info(name, kind, dims)
            for name, kind, dims in [("x", TensorProto.FLOAT, [2, n]), *given]
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(numpy.array([n]), name) for name, n in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9)


@pytest.mark.parametrize("step", [-3, -1, 1, 2])
def test_slices_as_onnx_runtime_cuts_them(step):
    """At numbers, and with the length open; a slice that leaves nothing runs only where it never
    leaves anything.
    """
    proto = slicing("L", {}).SerializeToString()
    run = onnxruntime.InferenceSession(proto, providers=["CPUExecutionProvider"])
    for start, end in product(ENDS, ENDS):
        given = {"s": start, "e": end, "a": 1, "t": step}
        net = read(slicing("L", given))
        told = {name: numpy.array([value]) for name, value in given.items()}
        ran = [
            run.run(None, {"x": numpy.zeros((2, n), "float32"), **told})[0].shape[1]
            for n in range(1, 9)
        ]
        fits = [n in net.accepts("L") for n in range(1, 9)]
        assert fits == [made > 0 for made in ran] or (not any(ran) and all(fits)), given
        for n, made in enumerate(ran, 1):
            if fits[n - 1]:
                assert net.at(L=n) == (2, made), (given, n)
        for n in (1, 3):
            fixed = read(slicing(n, given)).explain().runs
            assert fixed == fits[n - 1], (given, n)
