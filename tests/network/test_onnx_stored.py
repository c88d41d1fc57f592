"""What stands in an ONNX file beside the nodes: constants held against NumPy's arrays, names of
open lengths, domains.
"""

import pytest
from needed import require

from shapealg import ShapeError, read
from shapealg.network.readers import onnx as reader
from shapealg.network.readers.onnx.operators.said import FEW

require("onnx")

import numpy  # noqa: E402
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
    shape = numpy_helper.from_array(numpy.array([40, 50]), "shape")
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["w"], domain=domain),
        helper.make_node("MatMul", ["x", "w"], ["y"], domain=domain),
    ]
    net = read(model(nodes, ["N", "K"], [shape], domain=domain))
    assert net.accepts("K").exceptions == (40,) and net.at(N=3, K=40) == (3, 50)
    assert [node.kind for node in net.graph.nodes] == ["MatMul"] and net.unknown == ()
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


def test_what_does_not_fit_is_told_with_all_that_came():
    nodes = [helper.make_node("Clip", ["x", "", "x", "x"], ["y"])]
    with pytest.raises(ShapeError) as caught:
        read(model(nodes, ["N", 3])).output_shape  # noqa: B018
    assert "\n" not in str(caught.value)
    assert reader._told_shape(None) == "none" and reader._told_shape(reader.UNKNOWN) == "?"
