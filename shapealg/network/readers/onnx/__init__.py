"""An ONNX model, read from its graph: initializers by their shapes, external data never loaded,
small integers by value.
"""

import re
import struct
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from math import prod

from shapealg.errors import Received, ShapeError, one_line, shown
from shapealg.network.failure import Failure
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.readers.onnx import control, door
from shapealg.network.readers.onnx.operators import OPERATORS
from shapealg.network.readers.onnx.operators.said import FEW, Said, constant
from shapealg.network.readers.pasted import is_file
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.text import Text

# what operations make of rows of another length, or with other entries, than they were written for;
# anything else that is wrong with a node is refused at the door, so that our own mistakes show
MALFORMED = (LookupError, ValueError)
# the types whose numbers are read: as bytes, and the field that holds them otherwise
NUMBERS = {
    1: ("f", "float_data"),
    6: ("i", "int32_data"),
    7: ("q", "int64_data"),
    9: ("?", "int32_data"),
    11: ("d", "double_data"),
}


def read(model, shapes: dict | None) -> Graph:
    """The graph of an ONNX file or of a loaded `ModelProto`.

    Raises:
        ShapeError: if it is no ONNX model, or an input is named that it has not.
    """
    proto, found = door.opened(model if hasattr(model, "graph") else _load(model))
    graph = proto.graph
    if not graph.output:
        raise ShapeError(
            Text(zh="模型的图没有输出", en="the model's graph has no outputs"),
            Received(f"{len(graph.node)} nodes"),
            Text(zh="请核对文件", en="check the file"),
        )
    constants = {t.name: _constant(t) for t in graph.initializer}
    constants |= {t.values.name: constant(tuple(t.dims)) for t in graph.sparse_initializer}
    inputs = _inputs([i for i in graph.input if i.name not in constants], shapes)
    opset = next((o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")), 1)
    functions = {(f.domain, f.name) for f in proto.functions}
    nodes = _unfolded(found, constants, inputs.keys(), opset, functions)
    there = constants.keys() | inputs.keys() | {name for node in nodes for name in node.outputs}
    for node in nodes:  # what a graph within it reads from outside
        for name in node.inputs:
            if name is not None and name not in there:
                raise ShapeError(
                    Text(
                        zh=f"节点 {node.name}（{node.kind}）里的图读取没有来源的张量",
                        en=f"a graph in node {node.name} ({node.kind}) reads a tensor that nothing"
                        " makes",
                    ),
                    name,
                    Text(zh="请核对模型", en="check the model"),
                )
    for output in graph.output:
        if output.name not in there:
            raise ShapeError(
                Text(zh="没有节点给出这个输出", en="no node gives this output"),
                output.name,
                Text(zh="请核对模型", en="check the model"),
            )
    return Graph(inputs, tuple(nodes), tuple(o.name for o in graph.output), constants)


def _unfolded(found, constants: dict, inputs, opset: int, functions: set) -> list:
    """The nodes that stay; those that give constants join these."""
    nodes, names = [], Names()
    forms: dict[tuple, tuple] = {}
    folding = Flow(control.NOTHING, {})
    for name, each in _sorted(found, constants.keys() | inputs):
        name = names.free(name)
        if (
            each.op_type == "ConstantOfShape"
            and each.domain in ("", "ai.onnx")
            and (filled := _filled(each, constants)) is not None
        ):
            constants[each.output[0]] = filled
            continue
        made = _node(name, each, constants, opset, functions, forms)
        folds = (made.inputs or made.kind == "Constant") and all(
            n is None or n in constants for n in made.inputs
        )
        if not (folds and _fold(folding, made, constants)):
            nodes.append(made)
    return nodes


def _body(graph, constants: dict, opset: int, functions: set) -> control.Body:
    """A graph within a node, which may read what is outside."""
    own = constants | {t.name: _constant(t) for t in graph.initializer}
    inputs = tuple(i.name for i in graph.input)
    made = {name for node in graph.node for name in node.output}
    outside = {name for node in graph.node for name in node.input if name} - made
    found = door.told(graph.node)
    nodes = _unfolded(found, own, outside | set(inputs), opset, functions)
    return control.Body(inputs, tuple(nodes), tuple(o.name for o in graph.output), own)


def _load(path):
    try:
        import onnx
    except ModuleNotFoundError:
        raise ShapeError(
            Text(zh="读 ONNX 文件需要 onnx 包", en="reading an ONNX file needs the package onnx"),
            Received("no such package"),
            Text(zh="pip install onnx 即可", en="pip install onnx works"),
        ) from None
    if not is_file(path):
        raise ShapeError(
            Text(
                zh="没有这个文件，也不是写出的层", en="there is no such file, nor are these layers"
            ),
            one_line(str(path), 60),
            Text(
                zh="请核对路径；写出的层如 nn.Conv2d(3, 8, 3); nn.ReLU()，括号要配对",
                en="check the path; layers work as nn.Conv2d(3, 8, 3); nn.ReLU(), every bracket"
                " closed",
            ),
        )
    try:
        return onnx.load(str(path), load_external_data=False)
    except Exception as problem:  # whatever a file that is no model makes the parser raise
        raise ShapeError(
            Text(zh="不是 ONNX 模型", en="this is no ONNX model"),
            str(path),
            Text(zh=f"读取时：{shown(str(problem))}", en=f"on reading: {shown(str(problem))}"),
        ) from None


def _sorted(nodes, there) -> list:
    """(name, node) in an order in which they can be run; their own, where it is one.

    Raises:
        ShapeError: for a tensor that nothing makes or two nodes make, and for a cycle.
    """
    named = [(node.name or f"{node.op_type}_{i}", node) for i, node in enumerate(nodes)]
    needs = _needs(named, _makers(named, there), there)
    if all(before < i for i, those in needs.items() for before in those):
        return named
    try:
        return [named[i] for i in TopologicalSorter(needs).static_order()]
    except CycleError as problem:
        name, node = named[problem.args[1][0]]
        raise _wrong(
            name,
            node,
            "在一个环里",
            "stands in a cycle",
            Received(" → ".join(named[i][0] for i in problem.args[1][:8])),
        ) from None


def _makers(named: list, there) -> dict:
    """tensor → the number of the node that makes it."""
    makers: dict[str, int] = {}
    for i, (name, node) in enumerate(named):
        if not any(node.output):
            raise _wrong(name, node, "没有输出", "has no output", Received("none"))
        for tensor in node.output:
            if tensor and (tensor in makers or tensor in there):
                raise _wrong(
                    name, node, "给出的张量已经有了", "gives a tensor that is there already", tensor
                )
            makers[tensor] = i
    return makers


def _needs(named: list, makers: dict, there) -> dict:
    """The number of each node → those of the nodes that it needs."""
    needs: dict[int, list[int]] = {}
    for i, (name, node) in enumerate(named):
        needs[i] = []
        for tensor in node.input:
            if not tensor or tensor in there:
                continue
            if tensor not in makers:
                raise _wrong(
                    name, node, "的输入没有来源", "reads a tensor that nothing makes", tensor
                )
            needs[i].append(makers[tensor])
    return needs


def _wrong(name: str, node, zh: str, en: str, received) -> ShapeError:
    return ShapeError(
        Text(zh=f"节点 {name}（{node.op_type}）{zh}", en=f"node {name} ({node.op_type}) {en}"),
        received,
        Text(zh="请核对模型", en="check the model"),
    )


def _inputs(found, shapes: dict | None) -> dict:
    """name → shape: as it is given, otherwise as the model says it."""
    named = [i.name for i in found]
    for key in shapes or {}:
        if not (key in named or (type(key) is int and 0 <= key < len(named))):
            raise ShapeError(
                Text(zh="模型没有这个输入", en="the model has no such input"),
                key,
                Text(zh=f"可用：{', '.join(named)}", en=f"{', '.join(named)} work"),
            )
    made, names = {}, Names()
    words: dict[tuple[bool, str], str] = {}
    for i, value in enumerate(found):
        given = (shapes or {}).get(value.name, (shapes or {}).get(i))
        told = value.type.tensor_type.HasField("shape")
        if given is None and not told:
            raise ShapeError(
                Text(
                    zh=f"模型没有写输入 {value.name} 的形状",
                    en=f"the model does not say the shape of input {value.name}",
                ),
                None,
                Text(zh="请给出形状", en="give the shape"),
            )
        own = tuple(
            _length(d, f"{value.name}_{k}", words, names)
            for k, d in enumerate(value.type.tensor_type.shape.dim)
        )
        if given is not None and told and len(given) != len(own):
            raise ShapeError(
                Text(
                    zh=f"输入 {value.name} 须有 {len(own)} 项",
                    en=f"input {value.name} needs {len(own)} entries",
                ),
                given,
                Text(zh=f"模型写的是 {shown(own)}", en=f"the model says {shown(own)}"),
            )
        made[value.name] = own if given is None else given
    return made


def _length(d, place: str, words: dict, names: Names):
    """A length as the model says it: a number, or a name for what is open, one for each name of the
    model's own.
    """
    if d.HasField("dim_value") and d.dim_value > 0:
        return d.dim_value
    named, said = bool(d.dim_param), d.dim_param or place
    if (named, said) not in words:
        word = re.sub(r"\W" if named else "[^0-9a-zA-Z]", "_", said)
        words[named, said] = names.free(word if word.isidentifier() else f"n{word}")
    return words[named, said]


def _constant(t) -> Tensor:
    """A constant: its shape, and its numbers where they are few."""
    dims = tuple(t.dims)
    if dims and min(dims) < 0:
        raise ShapeError(
            Text(zh=f"常量 {t.name} 的长度为负", en=f"constant {t.name} has a negative length"),
            dims,
            Text(zh="请核对模型", en="check the model"),
        )
    value, count = None, prod(dims)
    if count <= FEW and t.data_type in NUMBERS and t.data_location != 1:
        kind, field = NUMBERS[t.data_type]
        raw = t.raw_data
        if not raw:
            numbers = tuple(getattr(t, field))
            numbers = tuple(map(bool, numbers)) if kind == "?" else numbers
        elif len(raw) == count * struct.calcsize(f"<{kind}"):
            numbers = struct.unpack(f"<{count}{kind}", raw)
        else:
            numbers = ()
        if len(numbers) == count:
            value = numbers if dims else numbers[0]
    return constant(dims, value)


def _filled(each, constants: dict) -> Tensor | None:
    """What light models have in place of weights, known by its shape and too large to be known by
    its numbers; anything else goes the long way.
    """
    dims = constants.get(each.input[0], UNKNOWN).value if len(each.input) == 1 else None
    if (
        type(dims) is not tuple
        or not {int}.issuperset(map(type, dims))
        or min(dims, default=0) < 1
        or prod(dims) <= FEW
    ):
        return None
    return constant(dims)


class _Operation:
    """What a node does. Whatever it makes of inputs and attributes that do not fit becomes one
    line, and every output gets a tensor.

    Args:
        kind: the operator.
        inner: the operation, as `operators` builds it.
        outputs: how many the node has; those that the operation does not tell are unknown.
    """

    __slots__ = ("inner", "kind", "macs", "outputs", "words")

    def __init__(self, kind: str, inner, outputs: int):
        self.kind, self.inner, self.outputs = kind, inner, outputs
        self.words = getattr(inner, "words", None)
        if hasattr(inner, "macs"):
            self.macs = inner.macs

    def __call__(self, flow, *tensors):
        try:
            made = self.inner(flow, *tensors)
        except ShapeError:
            raise
        except MALFORMED:
            raise self.malformed(tensors) from None
        told = (made,) if isinstance(made, Tensor) else tuple(made)
        return (*told, *(UNKNOWN,) * self.outputs)[: self.outputs]

    def malformed(self, tensors) -> ShapeError:
        """The refusal of inputs and attributes that are not those of the operator."""
        shapes = ", ".join(map(_told_shape, tensors))
        return ShapeError(
            Text(
                zh=f"输入或属性不合 {self.kind} 的定义",
                en=f"inputs or attributes do not fit {self.kind}",
            ),
            Received(shown(f"{self.kind}({shapes})", 200)[1:-1]),
            Text(zh="请对照算子的定义", en="see the operator's definition"),
        )


def _told_shape(tensor: Tensor | None) -> str:
    if tensor is None:
        return "none"
    return "?" if tensor.shape is None else shown(tensor.shape)


def _unknown(flow, *tensors):
    """An operator nobody knows here."""
    return flow.leave()


def _node(name: str, each, constants: dict, opset: int, functions, forms: dict) -> Node:
    inputs, outputs = tuple([n or None for n in each.input]), tuple(each.output)
    own = each.domain in ("", "ai.onnx") and (each.domain, each.op_type) not in functions
    if own and each.op_type in control.KINDS:
        door.require_defined(name, each, opset)
        made = control.node(name, each, lambda graph: _body(graph, constants, opset, functions))
        holding = _Operation(each.op_type, made.operation, len(outputs))
        return replace(made, operation=holding)
    row = OPERATORS.get(each.op_type) if own else None
    if row is None:
        operation = _Operation(each.op_type, _unknown, len(outputs))
        return Node(name, each.op_type, operation, inputs, outputs)
    known = tuple([n and constants.get(n, UNKNOWN) for n in inputs])
    said = tuple([a.SerializeToString() for a in each.attribute])
    form = each.op_type, len(outputs), said, tuple(map(_seen, known))
    if form not in forms:
        forms[form] = _meant(name, each, row, known, opset)
    operation, weights, parameters = forms[form]
    return Node(
        name, each.op_type, operation, inputs, outputs, operation.words, weights, parameters
    )


def _seen(tensor: Tensor | None):
    """What an operator can make of an input: of a constant without numbers, its shape."""
    if tensor is None or tensor is UNKNOWN or tensor.value is not None:
        return id(tensor)
    return tensor.shape


def _meant(name: str, each, row, known: tuple, opset: int) -> tuple:
    """What all nodes of one form do, read at the first of them: the operation, and its weights. A
    deep network says the same at node after node.
    """
    weights: tuple = ()
    if row.weights:
        constant = [t for t in known[1:] if t is not None and t is not UNKNOWN]
        weights = tuple([t.shape for t in constant if t.shape])
    parameters = sum(map(prod, weights))
    door.require_defined(name, each, opset)
    said = Said({a.name: _attribute(a) for a in each.attribute}, known, len(each.output), opset)
    try:
        operation = _Operation(each.op_type, row.build(said), len(each.output))
    except ShapeError as problem:
        raise _at(name, each.op_type, problem) from None
    except MALFORMED:
        raise _at(name, each.op_type, _Operation(each.op_type, None, 0).malformed(known)) from None
    return operation, weights, parameters


def _at(name: str, kind: str, problem: ShapeError) -> ShapeError:
    """A refusal, with the node at which it comes."""
    return ShapeError(
        Text(
            zh=f"节点 {name}（{kind}）：{problem.asked.zh}",
            en=f"node {name} ({kind}): {problem.asked.en}",
        ),
        Received(problem._told.en, problem._told.zh),
        problem.works,
    )


def _attribute(a):
    """The value of an attribute; a tensor as a `Tensor`, a graph as itself."""
    kind = a.type
    if kind == 1:
        return a.f
    if kind == 2:
        return a.i
    if kind == 3:
        return a.s.decode(errors="replace")
    if kind == 4:
        return _constant(a.t)
    if kind == 6:
        return tuple(a.floats)
    if kind == 7:
        return tuple(a.ints)
    return tuple(a.strings) if kind == 8 else a


def _fold(flow, node: Node, constants: dict) -> bool:
    """A node whose inputs are all constants is one, where all that it gives is known."""
    flow.node = node
    try:
        made = node.operation(flow, *[None if n is None else constants[n] for n in node.inputs])
    except Failure:  # names the node itself
        raise
    except ShapeError as problem:
        raise _at(node.name, node.kind, problem) from None
    if any(tensor.shape is None or None in tensor.shape for tensor in made):
        return False
    constants.update(zip(node.outputs, made, strict=False))
    return True
