"""An ONNX model, read from its graph: initializers by their shapes, external data never loaded, small integers by value."""

import re
import struct

from shapealg.errors import Received, ShapeError, shown
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.readers import onnx_operators
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.text import Text

FEW = 64  # so many numbers of a constant are kept; a shape has no more


def read(model, shapes: dict | None) -> Graph:
    """The graph of an ONNX file or of a loaded `ModelProto`.

    Raises:
        ShapeError: if it is no ONNX model, or an input is named that it has not.
    """
    proto = model if hasattr(model, "graph") else _load(model)
    graph = proto.graph
    constants = {t.name: _constant(t) for t in graph.initializer}
    constants |= {t.values.name: Tensor(tuple(t.dims), None, ((),) * len(t.dims)) for t in graph.sparse_initializer}
    inputs = _inputs([i for i in graph.input if i.name not in constants], shapes)
    opset = next((o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")), 1)
    functions = {(f.domain, f.name) for f in proto.functions}
    nodes, names = [], set()
    folding = Flow(Graph({}, (), ()), {})
    for i, each in enumerate(graph.node):
        name = each.name or f"{each.op_type}_{i}"
        name = name if name not in names else f"{name}_{i}"
        names.add(name)
        made = _node(name, each, constants, opset, functions)
        if made.inputs and all(n is None or n in constants for n in made.inputs) or each.op_type == "Constant":
            _fold(folding, made, constants)
        else:
            nodes.append(made)
    return Graph(inputs, tuple(nodes), tuple(o.name for o in graph.output), constants)


def _load(path):
    try:
        import onnx
    except ModuleNotFoundError:
        raise ShapeError(Text(zh="读 ONNX 文件需要 onnx 包", en="reading an ONNX file needs the package onnx"), Received("no such package"), Text(zh="pip install onnx 即可", en="pip install onnx works")) from None
    try:
        return onnx.load(str(path), load_external_data=False)
    except FileNotFoundError:
        raise ShapeError(Text(zh="没有这个文件", en="there is no such file"), str(path), Text(zh="请核对路径", en="check the path")) from None
    except Exception as problem:  # whatever a file that is no model makes the parser raise
        raise ShapeError(Text(zh="不是 ONNX 模型", en="this is no ONNX model"), str(path), Text(zh=f"读取时：{shown(str(problem))}", en=f"on reading: {shown(str(problem))}")) from None


def _inputs(found, shapes: dict | None) -> dict:
    """name → shape: as it is given, otherwise as the model says it."""
    named = [i.name for i in found]
    for key in shapes or {}:
        if not (key in named or isinstance(key, int) and key < len(named)):
            raise ShapeError(Text(zh="模型没有这个输入", en="the model has no such input"), key, Text(zh=f"可用：{', '.join(named)}", en=f"{', '.join(named)} work"))
    made = {}
    for i, value in enumerate(found):
        given = (shapes or {}).get(value.name, (shapes or {}).get(i))
        own = [d.dim_value if d.HasField("dim_value") else re.sub(r"\W", "_", d.dim_param) or None for d in value.type.tensor_type.shape.dim]
        own = tuple(n if n else f"{re.sub(r'[^0-9a-zA-Z]', '_', value.name)}_{k}" for k, n in enumerate(own))
        own = tuple(f"n{n}" if isinstance(n, str) and not n.isidentifier() else n for n in own)
        if given is not None and own and len(given) != len(own):
            raise ShapeError(
                Text(zh=f"输入 {value.name} 须有 {len(own)} 项", en=f"input {value.name} needs {len(own)} entries"), given, Text(zh=f"模型写的是 {shown(own)}", en=f"the model says {shown(own)}"),
            )  # fmt: skip
        made[value.name] = own if given is None else given
    return made


def _constant(t) -> Tensor:
    """A constant: its shape, and its numbers where they are few."""
    dims = tuple(t.dims)
    value = None
    if len(dims) < 2 and (not dims or dims[0] <= FEW) and t.data_location != 1 and t.data_type in (1, 6, 7, 9, 11):
        kind, field = {1: ("f", t.float_data), 6: ("i", t.int32_data), 7: ("q", t.int64_data), 9: ("?", t.int32_data), 11: ("d", t.double_data)}[t.data_type]
        numbers = struct.unpack(f"<{len(t.raw_data) // struct.calcsize(kind)}{kind}", t.raw_data) if t.raw_data else tuple(field)
        if len(numbers) == (dims[0] if dims else 1):
            value = numbers if dims else numbers[0]
    return Tensor(dims, value, ((),) * len(dims))


def _node(name: str, each, constants: dict, opset: int, functions) -> Node:
    inputs = tuple(n or None for n in each.input)
    outputs = tuple(each.output)
    build = onnx_operators.OPERATORS.get(each.op_type) if each.domain in ("", "ai.onnx") and (each.domain, each.op_type) not in functions else None
    weights = tuple(constants[n].shape for n in inputs[1:] if n in constants and constants[n].shape)
    parameters = sum(_size(shape) for shape in weights) if each.op_type in onnx_operators.WEIGHTED else 0
    if build is None:
        return Node(name, each.op_type, onnx_operators.unknown, inputs, outputs)
    attributes = {a.name: _attribute(a) for a in each.attribute}
    known = tuple(None if n is None else constants.get(n, UNKNOWN) for n in inputs)
    try:
        operation = build(attributes, known, len(outputs), opset)
    except ShapeError as problem:
        raise ShapeError(Text(zh=f"节点 {name}（{each.op_type}）：{problem.asked.zh}", en=f"node {name} ({each.op_type}): {problem.asked.en}"), Received(problem._received), problem.works) from None
    words = getattr(operation, "words", None)
    return Node(name, each.op_type, operation, inputs, outputs, words, weights if parameters else (), parameters)


def _size(shape) -> int:
    made = 1
    for n in shape:
        made *= n
    return made


def _attribute(a):
    """The value of an attribute; a tensor as a `Tensor`, a graph as itself."""
    kind = a.type
    if kind == 1:
        return a.f
    if kind == 2:
        return a.i
    if kind == 3:
        return a.s.decode("utf-8", "replace")
    if kind == 4:
        return _constant(a.t)
    if kind == 6:
        return tuple(a.floats)
    if kind == 7:
        return tuple(a.ints)
    return tuple(s.decode("utf-8", "replace") for s in a.strings) if kind == 8 else a


def _fold(flow, node: Node, constants: dict) -> None:
    """A node whose inputs are all constants is one."""
    flow.node = node
    made = node.operation(flow, *[None if n is None else constants[n] for n in node.inputs])
    constants.update(zip(node.outputs, (made,) if type(made) is Tensor else made, strict=False))
