"""What stands in an ONNX file beside the nodes: constants held against NumPy's arrays, names of
open lengths, domains.
"""

import re
from itertools import pairwise

import pytest
from needed import require

from shapealg import ShapeError, read
from shapealg.network.readers import onnx as reader
from shapealg.network.readers.onnx.operators.said import FEW

require("onnx")

import numpy  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

KINDS = ("int32", "int64", "float32", "float64", "bool")
SHAPES = ((), (1,), (3,), (2, 2), (0,), (FEW,), (2, FEW // 2))


def both(array) -> tuple:
    """The same array, stored in bytes and number by number."""
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    return (
        numpy_helper.from_array(array, "c"),
        helper.make_tensor("c", kind, array.shape, array.ravel().tolist()),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_constant_is_what_was_stored(kind, shape):
    array = (numpy.arange(numpy.prod(shape)) % 5 - 2).reshape(shape).astype(kind)
    for stored in both(array):
        made = reader._constant(stored)
        told = tuple(array.ravel().tolist()) if shape else array.item()
        assert (made.shape, made.value, made.wires) == (shape, told, ((),) * len(shape))
        values = made.value if shape else (made.value,)
        assert all(type(a) is type(b) for a, b in zip(values, array.ravel().tolist(), strict=True))


def test_numbers_that_are_many_elsewhere_or_cut_short_are_not_told():
    for array in (
        numpy.zeros(FEW + 1, "int64"),
        numpy.zeros((2, FEW), "float32"),
        numpy.zeros(3, "int8"),
    ):
        for stored in both(array):
            assert (reader._constant(stored).shape, reader._constant(stored).value) == (
                array.shape,
                None,
            )
    short = numpy_helper.from_array(numpy.arange(3), "c")
    short.raw_data = short.raw_data[:-1]
    away = numpy_helper.from_array(numpy.arange(3), "c")
    away.data_location = TensorProto.EXTERNAL
    few = helper.make_tensor("c", TensorProto.INT64, (3,), [1, 2, 3])
    few.int64_data.pop()
    assert [reader._constant(t).value for t in (short, away, few)] == [None] * 3
    few.dims[0] = -1
    with pytest.raises(ShapeError, match="constant c has a negative length"):
        reader._constant(few)


def model(nodes, dims, constants=(), sparse=(), domain="", name="x"):
    """A model of one input and the output `y`."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        list(constants),
        sparse_initializer=list(sparse),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid(domain, 21)])


@pytest.mark.parametrize("domain", ["", "ai.onnx"])
def test_the_two_names_of_onnxs_own_domain(domain):
    """That its opset is read shows where a node has inputs that older ones do not have."""
    shape = numpy_helper.from_array(numpy.array([40, 50]), "shape")
    most = numpy_helper.from_array(numpy.array(6, "float32"), "most")
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["w"], domain=domain),
        helper.make_node("MatMul", ["x", "w"], ["p"], domain=domain),
        helper.make_node("Clip", ["p", "", "most"], ["y"], domain=domain),
    ]
    net = read(model(nodes, ["N", "K"], [shape, most], domain=domain))
    assert net.accepts("K").exceptions == (40,) and net.at(N=3, K=40) == (3, 50)
    assert [node.kind for node in net.graph.nodes] == ["MatMul", "Clip"] and net.unknown == ()
    filled = helper.make_node("ConstantOfShape", ["shape"], ["y"], domain="my.own")
    assert read(model([filled], ["N"], [shape], domain=domain)).unknown
    other = [helper.make_node("MatMul", ["x", "x"], ["y"], domain="my.own")]
    assert read(model(other, ["N", "K"], domain=domain)).unknown


def test_a_sparse_constant_is_known_by_its_shape():
    values = helper.make_tensor("w", TensorProto.FLOAT, (1,), [2.0])
    places = helper.make_tensor("at", TensorProto.INT64, (1,), [3])
    sparse = helper.make_sparse_tensor(values, places, (4, 6))
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    net = read(model(nodes, ["N", "K"], sparse=[sparse]))
    assert net.accepts("K").exceptions == (4,) and net.at(N=2, K=4) == (2, 6)


@pytest.mark.parametrize(
    ("dims", "name", "told"),
    (
        (["N", 3], "x", ("N",)),
        (["batch-size", "batch-size"], "x", ("batch_size",)),
        ([None, 3, None], "x", ("x_0", "x_2")),
        ([0, "x_0"], "x", ("x_0", "x_0_1")),
        (["长", "1st"], "x", ("长", "n1st")),
        ([None], "图 1", ("__1_0",)),
        ([None], "in.1", ("in_1_0",)),
        ([None], "Img-A", ("Img_A_0",)),
        (["a b", "a.b"], "x", ("a_b", "a_b_1")),
    ),
)
def test_open_lengths_have_names_that_python_takes(dims, name, told):
    net = read(model([helper.make_node("Relu", [name], ["y"])], dims, name=name))
    assert net.sizes == told and all(word.isidentifier() for word in told)


def test_nodes_in_another_order_are_put_in_theirs():
    nodes = [
        helper.make_node("Relu", ["b"], ["y"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Relu", ["x"], ["a"]),
    ]
    assert [node.outputs for node in read(model(nodes, ["N"])).graph.nodes] == [
        ("a",),
        ("b",),
        ("y",),
    ]
    with pytest.raises(ShapeError, match="stands in a cycle"):
        read(model([helper.make_node("Add", ["x", "y"], ["y"])], ["N"]))
    round_ = [
        helper.make_node("Relu", ["b"], ["a"], "one"),
        helper.make_node("Relu", ["y"], ["b"], "two"),
        helper.make_node("Relu", ["a"], ["y"], "three"),
    ]
    with pytest.raises(ShapeError) as told:
        read(model(round_, ["N"]))
    name, way = re.match(
        r"node (\w+) .* stands in a cycle; received (.*); check", str(told.value)
    ).groups()
    names = way.split(" → ")
    # each reads what the next one makes, or the other way round
    follows = {("one", "three"), ("three", "two"), ("two", "one")}
    pairs = set(pairwise(names))
    assert pairs in (follows, {pair[::-1] for pair in follows})
    assert name == names[0] == names[-1]


def constant_of(**said):
    """A model that gives one constant, and what ONNX Runtime says it is."""
    graph = helper.make_graph(
        [helper.make_node("Constant", [], ["y"], **said)],
        "graph",
        [],
        [helper.make_tensor_value_info("y", KIND_OF[next(iter(said))], None)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    run = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    return read(made).graph.constants["y"], run.run(None, {})[0]


KIND_OF = {
    "value": TensorProto.INT64,
    "value_int": TensorProto.INT64,
    "value_ints": TensorProto.INT64,
    "value_float": TensorProto.FLOAT,
    "value_floats": TensorProto.FLOAT,
    "value_string": TensorProto.STRING,
    "value_strings": TensorProto.STRING,
}


@pytest.mark.parametrize(
    "said",
    (
        {"value": numpy_helper.from_array(numpy.array([[1, 2]]))},
        {"value_int": 3},
        {"value_ints": [1, 2, 3]},
        {"value_float": 2.5},
        {"value_floats": [1.0, 2.0]},
        {"value_string": "a"},
        {"value_strings": ["a", "b"]},
    ),
    ids=lambda said: next(iter(said)),
)
def test_a_constant_in_a_node_is_what_the_node_says(said):
    told, ran = constant_of(**said)
    assert (told.shape, told.wires) == (ran.shape, ((),) * ran.ndim)
    words = ran.dtype == object  # nobody computes with those
    row = [None] * ran.size if words else ran.ravel().tolist()
    assert told.value == (tuple(row) if ran.shape else row[0])


@pytest.mark.parametrize(
    ("row", "told"),
    (
        ([8, 8], 64),
        ([64], 64),
        ([], 1),
        ([5, 13], None),
        ([1, 70], None),
        ([0, 70], None),
        ([-10, -10], "a length must not be negative"),
        ([2.0, 40.0], "whole numbers are needed"),
    ),
)
def test_what_is_filled_is_known_by_its_numbers_where_they_are_few(row, told):
    kind = "float64" if 2.0 in row and 40.0 in row else "int64"
    shape = numpy_helper.from_array(numpy.array(row, kind), "shape")
    proto = model([helper.make_node("ConstantOfShape", ["shape"], ["y"])], ["N"], [shape])
    if isinstance(told, str):
        with pytest.raises(ShapeError, match=told):
            read(proto)
    else:
        made = read(proto).graph.constants["y"]
        assert made.shape == tuple(row) and made.wires == ((),) * len(row)
        numbers = None if told is None else (0.0,) * told
        assert made.value == (numbers if row else 0.0)
        same = helper.make_node("Identity", ["shape"], ["y"])
        assert read(model([same], ["N"], [shape])).graph.constants["y"].value == tuple(row)
    proto.graph.node[0].input.append("shape")
    with pytest.raises(ShapeError, match="has 2 inputs"):
        read(proto)


def test_a_sparse_constant_in_a_node_is_known_by_its_shape():
    values = helper.make_tensor("w", TensorProto.FLOAT, (1,), [2.0])
    places = helper.make_tensor("at", TensorProto.INT64, (1,), [3])
    sparse = helper.make_sparse_tensor(values, places, (4, 6))
    made = helper.make_node("Constant", [], ["y"], sparse_value=sparse)
    told = read(model([made], ["N"])).graph.constants["y"]
    assert (told.shape, told.value, told.wires) == ((4, 6), None, ((), ()))


def test_constants_that_do_not_fit_are_told_at_their_node():
    rows = [numpy_helper.from_array(numpy.arange(n), f"c{n}") for n in (2, 3)]
    nodes = [helper.make_node("Add", ["c2", "c3"], ["y"], "sum")]
    with pytest.raises(ShapeError, match=r"node sum .*2.*3"):
        read(model(nodes, ["N"], rows))


def test_a_graph_in_a_node_of_constants_is_worked_out_too():
    """Where it is known what it gives."""
    rows = [
        numpy_helper.from_array(array, name)
        for array, name in ((numpy.arange(3), "c"), (numpy.array(True), "t"))
    ]
    for kind, domain, left in (("Identity", "", ["Expand"]), ("Secret", "acme", ["If", "Expand"])):
        inner = helper.make_node(kind, ["c"], ["d"], domain=domain)
        given = [helper.make_tensor_value_info("d", TensorProto.INT64, None)]
        graph = helper.make_graph([inner], "within", [], given)
        chosen = helper.make_node("If", ["t"], ["to"], then_branch=graph, else_branch=graph)
        net = read(model([chosen, helper.make_node("Expand", ["x", "to"], ["y"])], ["N"], rows))
        assert [node.kind for node in net.graph.nodes] == left


def test_a_node_with_a_graph_is_refused_by_its_definition():
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["d"])],
        "within",
        [],
        [helper.make_tensor_value_info("d", TensorProto.FLOAT, None)],
    )
    truth = numpy_helper.from_array(numpy.array(True), "t")
    for given, told in (
        ({"then_branch": graph}, r"node odd \(If\) lacks the attribute else_branch"),
        (
            {"then_branch": graph, "else_branch": graph, "alpha": 1},
            r"node odd \(If\) has an attribute alpha, which is none of its",
        ),
    ):
        with pytest.raises(ShapeError, match=told):
            read(model([helper.make_node("If", ["t"], ["y"], "odd", **given)], ["N"], [truth]))
    trips = numpy_helper.from_array(numpy.array(3), "m")
    loop = helper.make_node("Loop", ["m", "", "x"], ["y"], "odd", body=graph)
    with pytest.raises(ShapeError, match="node odd: inputs or attributes do not fit Loop"):
        read(model([loop], ["N"], [trips])).flow  # noqa: B018


def test_weights_are_counted_where_no_word_tells_how_many():
    rows = [numpy_helper.from_array(numpy.ones(3, "float32"), "s")]
    net = read(
        model(
            [
                helper.make_node("BatchNormalization", ["x", "s", "s", "s", "s"], ["a"], "norm"),
                helper.make_node("Sub", ["a", "s"], ["b"], "less"),
                helper.make_node("secret", ["b"], ["y"], "odd", domain="acme"),
            ],
            ["N", 3],
            rows,
        )
    )
    rows = [
        (node.kind, row.parameters) for node, row in zip(net.graph.nodes, net.table(), strict=True)
    ]
    assert rows == [("BatchNormalization", 12), ("Sub", 0), ("secret", 0)]


def test_a_word_that_is_no_text_is_no_word_that_is_known():
    scales = numpy_helper.from_array(numpy.array([2.0], "float32"), "s")
    made = helper.make_node("Resize", ["x", "", "s"], ["y"], mode=b"\xff\xfe")
    assert repr(read(model([made], ["N"], [scales])).output_shape) == "(2*N,)"


def test_what_is_split_of_a_constant_is_constant():
    row = numpy_helper.from_array(numpy.array([1, 2, 3, 4], "float32"), "row")
    nodes = [
        helper.make_node("Split", ["row"], ["a", "b"], num_outputs=2),
        helper.make_node("Add", ["x", "b"], ["y"]),
    ]
    net = read(model(nodes, ["N", 2], [row]))
    assert [node.kind for node in net.graph.nodes] == ["Add"]
    assert {name: one.shape for name, one in net.graph.constants.items()} == {
        "row": (4,),
        "a": (2,),
        "b": (2,),
    }


def test_a_node_of_more_outputs_than_are_told():
    """A mean and a deviation stand beside what is normalised; a state beside a sequence is left
    out.
    """
    ones = numpy_helper.from_array(numpy.ones(3, "float32"), "s")
    proto = model(
        [helper.make_node("LayerNormalization", ["x", "s"], ["y", "m", "d"])], ["N", 3], [ones]
    )
    proto.graph.output.append(helper.make_tensor_value_info("d", TensorProto.FLOAT, None))
    assert [one and tuple(map(str, one)) for one in read(proto).output_shapes] == [("N", "3"), None]
    weights = [
        numpy_helper.from_array(numpy.zeros((1, 16, n), "float32"), name)
        for name, n in (("w", 3), ("r", 4))
    ]
    lstm = helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=4)
    assert repr(read(model([lstm], ["T", "N", 3], weights)).output_shape) == "(T, 1, N, 4)"


def test_a_node_keeps_its_words():
    """A window of 3 by 5 needs 2 and 4 positions more to give back what it was given."""
    weight = numpy_helper.from_array(numpy.zeros((2, 2, 3, 5), "float32"), "w")
    for constants, inputs in (([weight], ()), ([], [("w", (2, 2, 3, 5))])):
        proto = model(
            [helper.make_node("Conv", ["x", "w"], ["y"], "conv")], [1, 2, "H", "W"], constants
        )
        for name, dims in inputs:
            proto.graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))
        net = read(proto)
        assert (net.graph.nodes[0].words is not None) == bool(constants)
        assert net["conv"].parameters == (60 if constants else 0)
        if constants:
            assert [(at.low, at.high) for at in net.padding("conv", H=9, W=9).values()] == [
                (2, 2),
                (4, 4),
            ]


def test_what_does_not_fit_is_told_with_all_that_came():
    nodes = [helper.make_node("Clip", ["x", "", "x", "x"], ["y"])]
    with pytest.raises(ShapeError) as caught:
        read(model(nodes, ["N", 3])).output_shape  # noqa: B018
    assert "\n" not in str(caught.value)
    assert reader._told_shape(None) == "none" and reader._told_shape(reader.UNKNOWN) == "?"
