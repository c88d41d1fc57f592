"""What the ONNX reader lets in: names, place by place, and nodes, against every definition that the
package onnx has.
"""

from itertools import product

import pytest
from needed import require

from shapealg import ShapeError, read
from shapealg.network.readers.onnx import door
from shapealg.network.readers.onnx.operators import OPERATORS

require("onnx")

from onnx import ModelProto, TensorProto, defs, helper  # noqa: E402


def plain():
    """A model with a name in every place where one stands."""
    values = helper.make_tensor("v", TensorProto.FLOAT, (1,), [2.0])
    places = helper.make_tensor("at", TensorProto.INT64, (1,), [3])
    inner = [helper.make_node("Relu", ["a"], ["b"])]
    imports = [helper.make_opsetid("", 21)]
    graph = helper.make_graph(
        [
            helper.make_node("twice", ["x", "w"], ["t"], "first", domain="home", alpha=2.0),
            helper.make_node("Relu", ["t"], ["y"], "second"),
        ],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["M", 3])],
        [helper.make_tensor("w", TensorProto.FLOAT, (1,), [1.0])],
        sparse_initializer=[helper.make_sparse_tensor(values, places, (4,))],
    )
    functions = [helper.make_function("home", "twice", ["a"], ["b"], inner, imports)]
    return helper.make_model(graph, functions=functions, opset_imports=imports)


def names(proto) -> list:
    """All the names in it, one after another."""
    graph = proto.graph
    found = []
    for node in graph.node:
        found += [node.name, node.op_type, node.domain, *node.input, *node.output]
        found += [attribute.name for attribute in node.attribute]
    for value in (*graph.input, *graph.output):
        found += [value.name, *(dim.dim_param for dim in value.type.tensor_type.shape.dim)]
    found += [tensor.name for tensor in graph.initializer]
    found += [tensor.values.name for tensor in graph.sparse_initializer]
    for function in proto.functions:
        found += [function.name, function.domain]
    return found


def renamed(name: str, other: bytes):
    """The model with another name wherever this one stands: the file's own bytes are changed."""
    proto = plain()
    long = f"<{name}>".ljust(len(other), "-")
    for node in proto.graph.node:
        for row in (node.input, node.output):
            row[:] = [long if one == name else one for one in row]
        for holder, field in ((node, "name"), (node, "op_type"), (node, "domain")):
            swap(holder, field, name, long)
        for attribute in node.attribute:
            swap(attribute, "name", name, long)
    for value in (*proto.graph.input, *proto.graph.output):
        swap(value, "name", name, long)
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param == name:
                dim.dim_param = long
    tensors = [one.values for one in proto.graph.sparse_initializer]
    for holder in (*proto.graph.initializer, *tensors, *proto.functions):
        swap(holder, "name", name, long)
    for function in proto.functions:
        swap(function, "domain", name, long)
    assert long in names(proto)
    return ModelProto.FromString(proto.SerializeToString().replace(long.encode(), other))


def swap(holder, field: str, name: str, other: str):
    """Put another name in a field."""
    if getattr(holder, field) == name:
        setattr(holder, field, other)


NAMES = (*("first", "second", "twice", "home", "x", "w", "t", "alpha", "Relu", "N", "y", "M", "v"),)
ODD = (
    b"line\nbreak on",
    b"\x1b[2J moves it",
    "\u202e turned about".encode(),
    b"\xff\xfe no UTF-8 here",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_printable_line_wherever_it_stands(name):
    """Those that were one stay as they are; one name stays one, and no other becomes it."""
    for odd in (*ODD, b"l" * 401):
        proto = renamed(name, odd)
        made, nodes = door.opened(proto)
        pairs = set(zip(names(proto), names(made), strict=True))
        assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})
        assert all(type(new) is str and new.isprintable() and len(new) <= 400 for _, new in pairs)
        fine = {new for old, new in pairs if old == new}
        assert len(pairs) - len(fine) == 1
        assert [one.name for one in nodes] == [one.name for one in made.graph.node]
        assert read(proto).graph.inputs.keys() == {made.graph.input[0].name}


def test_names_that_are_lines_are_left_as_they_are():
    for name, other in product(NAMES, (b"l" * 400, "尺寸 1".encode())):
        proto = renamed(name, other)
        assert door.opened(proto)[0] is proto


def test_two_odd_names_stay_two():
    proto = renamed("first", ODD[0])
    proto.graph.node[1].name = "line\rbreak on"
    one, two = read(proto).graph.nodes
    assert one.name != two.name
    proto.graph.node[1].name = door.opened(renamed("first", ODD[0]))[1][0].name
    one, two = door.opened(proto)[1]
    assert one.name != two.name == proto.graph.node[1].name


# ---------------------------------------------------------------- definitions


HISTORY: dict = {}
for schema in defs.get_all_schemas_with_history():
    if schema.domain == "":
        HISTORY.setdefault(schema.name, {})[schema.since_version] = schema
NEWEST = defs.onnx_opset_version()


def in_force(kind: str, opset: int):
    """The definition that an opset has, or the last one before; of one that is older than all of
    them the newest.
    """
    current = [n for n, schema in HISTORY[kind].items() if not schema.deprecated]
    before = [n for n in current if n <= opset]
    return HISTORY[kind][max(before or current)]


@pytest.mark.parametrize("kind", sorted(OPERATORS))
def test_a_definition_is_that_of_the_opset(kind):
    for opset in (*range(1, NEWEST + 1), NEWEST + 9):
        told, schema = door._definition(kind, opset), in_force(kind, opset)
        assert told.many_inputs == (schema.min_input, schema.max_input), opset
        assert told.many_outputs == (schema.min_output, schema.max_output), opset
        assert [name for name, _ in told.inputs] == [one.name for one in schema.inputs], opset
        assert {word: must for word, (must, _, _) in told.attributes.items()} == {
            word: one.required for word, one in schema.attributes.items()
        }, opset


@pytest.mark.parametrize("kind", sorted(OPERATORS))
def test_an_attribute_is_known_if_an_opset_ever_had_it(kind):
    every = {}
    for schema in HISTORY[kind].values():
        for word, one in schema.attributes.items():
            every.setdefault(word, {})[one.type.value] = one.type.name
    assert door._types(kind) == every


def node_of(made, opset=21):
    """A model of one node that reads x."""
    graph = helper.make_graph(
        [made],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


@pytest.mark.parametrize(
    ("made", "opset", "told"),
    (
        (("Clip", ["x"] * 4, ["y"]), 21, "has 4 inputs; received 4; its definition says '1 … 3'"),
        (("Relu", ["x"], ["y", "z"]), 21, "has 2 outputs; received 2; its definition says '1'"),
        (("Relu", ["x", "x"], ["y"]), 21, "has 2 inputs; received 2; its definition says '1'"),
        (("Add", ["x", ""], ["y"]), 21, "lacks the input B; received ''; its definition says 'B'"),
        (("Max", ["x", "", "x"], ["y"]), 21, "lacks the input data_0"),
        (("Mean", ["x", "", "x"], ["y"]), 13, "lacks the input data_0"),
        (("Cast", ["x"], ["y"]), 21, "lacks the attribute to; received []; its definition"),
    ),
)
def test_a_node_is_refused_by_its_definition(made, opset, told):
    kind, inputs, outputs = made
    with pytest.raises(ShapeError) as caught:
        read(node_of(helper.make_node(kind, inputs, outputs, "odd"), opset))
    assert f"node odd ({kind}) {told}" in str(caught.value)


def test_an_opset_that_is_newer_than_any_known_may_have_more_attributes():
    made = helper.make_node("Relu", ["x"], ["y"], "odd", alpha=0.5)
    assert read(node_of(made, NEWEST + 1)).unknown == ()
    for opset in (1, NEWEST):
        told = r"node odd \(Relu\) has an attribute alpha, which is none of its"
        with pytest.raises(ShapeError, match=told):
            read(node_of(made, opset))
    other = helper.make_node("Softmax", ["x"], ["y"], "odd", alpha=1, axis=0.5)
    with pytest.raises(ShapeError, match="attribute axis of another type; received type 1"):
        read(node_of(other, NEWEST + 1))
