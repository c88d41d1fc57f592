"""What is read off an ONNX file, written into it: the shape of every tensor into `value_info`, as
integer expressions such as `(H + 31)//32`, and the accepted sizes into `metadata_props`, in JSON.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

from shapealg.adapters.lines import exact, lines
from shapealg.adapters.ties import alike
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError
from shapealg.network.readers import read
from shapealg.render import report
from shapealg.text import Text

KEY = "pkg.shapealg."  # our names in `metadata_props`


@dataclass(frozen=True, slots=True)
class Annotated:
    """A model with its shapes in it.

    Attributes:
        model: the `onnx.ModelProto`.
        shapes: tensor → the shape that was written.
        corrected: tensor → what the file had said, where that was wrong.
        accepts: name of a size → the sizes that are taken, in words.
    """

    model: Any
    shapes: dict
    corrected: dict
    accepts: dict


def annotated(
    path: str | os.PathLike, input_shape: Any = None, multiples: bool = False
) -> Annotated:
    """The model of an ONNX file with its shapes and its accepted sizes in it; weights stay where
    they are.

    Args:
        path: the file.
        input_shape: as `shapealg.read` takes it; otherwise what the file says, or an earlier
            annotation.
        multiples: whether a size that must be a multiple is written as one, `16*h`.

    Raises:
        ShapeError: for what is no model, and what would be lost in it.
    """
    onnx, ir = _hosts()
    try:
        proto = onnx.load(str(path), load_external_data=False)
    except Exception:
        read(path, input_shape)  # says what is wrong with the file
        raise
    net = read(proto, input_shape if input_shape is not None else _earlier(proto))
    if len(proto.graph.sparse_initializer):  # onnx_ir does not write them back
        raise ShapeError(
            Text(zh="写回时会丢失这一部分", en="this part would be lost on writing"),
            Received("sparse_initializer"),
            Text(zh="先化为普通的 initializer", en="plain initializers work"),
        )
    names = _names(net, multiples)
    model = ir.from_proto(_typed(onnx, proto))
    made, corrected = {}, {}
    for value in _values(model.graph):
        shape = _shape(net, value.name, names)
        if shape is not None and value.type is not None:
            before = _wrong(value.shape, shape)
            if before:
                corrected[value.name] = before
            value.shape, made[value.name] = ir.Shape(shape), shape
    accepts = {name: net.accepts(name) for name in net.sizes}
    told = {name: report.sizes(those) for name, those in accepts.items()}
    model.metadata_props[f"{KEY}accepts"] = json.dumps(told)
    inputs = {name: list(shape) for name, shape in net.graph.inputs.items()}
    model.metadata_props[f"{KEY}inputs"] = json.dumps(inputs, ensure_ascii=False)
    words = {name: those.text(name) for name, those in accepts.items()}
    return Annotated(ir.to_proto(model), made, corrected, words)


def _hosts() -> tuple:
    try:
        import onnx
        import onnx_ir
    except ModuleNotFoundError as missing:
        asked = Text(zh="写 ONNX 文件需要 onnx-ir", en="writing an ONNX file needs onnx-ir")
        works = Text(zh="pip install onnx-ir 即可", en="pip install onnx-ir works")
        raise ShapeError(asked, Received(f"no package {missing.name}"), works) from None
    return onnx, onnx_ir


def _earlier(proto) -> dict | None:
    """The shapes of the inputs that an earlier annotation was made with, if there was one."""
    told = {prop.key: prop.value for prop in proto.metadata_props}
    try:
        return json.loads(told[f"{KEY}inputs"])
    except (KeyError, ValueError):
        return None


def _typed(onnx, proto):
    """The model with the types of its tensors, which a shape cannot be written without."""
    try:
        return onnx.shape_inference.infer_shapes(proto)
    except Exception:  # an operator that is not known there
        return proto


def _names(net, multiples: bool) -> dict:
    """How each size is written."""
    made: dict = {name: Length.of(name) for name in net.sizes}
    if multiples:
        first = alike(net, {name: exact(net, name, {})[0] for name in net.sizes})
        for name in net.sizes:
            those = lines(first[name], exact(net, name, {}))
            if len(those) == 1 and those[0].step > 1:
                made[name] = Length.of(those[0].name) * those[0].step + those[0].rest
    return made


def _values(graph):
    yield from graph.inputs
    for node in graph:
        yield from node.outputs


def _shape(net, tensor: str, names: dict) -> list | None:
    """The entries as a file holds them: integers, and expressions of Python."""
    try:
        shape = net.shape_of(tensor)
    except ShapeError:  # folded, or within a subgraph
        return None
    if not isinstance(shape, tuple):  # unknown, or another one at other sizes
        return None
    put = [n(**names) if isinstance(n, Length) else n for n in shape]
    put = [names.get(n, n) if isinstance(n, str) else n for n in put]
    return [repr(n) if isinstance(n, Length) else n for n in put]


def _wrong(told, shape: list) -> list:
    """What the file says of a shape, where it names other numbers."""
    said = [] if told is None else list(told)
    pairs = zip(said, shape, strict=False)
    other = any(isinstance(a, int) and a != b for a, b in pairs) or len(said) != len(shape)
    return [str(n) for n in said] if said and other else []
