"""Convolutions and poolings, in the words of the dialect."""

from dataclasses import replace

from shapealg.network.along import Along
from shapealg.network.operations import counted
from shapealg.network.readers.onnx.operators.said import Said
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN
from shapealg.words.dialects import onnx

OPERATORS = Operators()
WINDOWED = ("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides")
CONVOLVED = (
    "auto_pad",
    "dilations",
    "group",
    "kernel_shape",
    "pads",
    "strides",
    "output_padding",
    "output_shape",
)


def _said(node: Said, names: tuple) -> dict:
    """The attributes of these names that a node has."""
    return {name: node[name] for name in names if name in node}


def _convolution(word):
    """A layer with weights, in the dialect's words; weights that are computed are looked at when
    they come.
    """

    def build(node):
        said = _said(node, CONVOLVED)
        weight, bias = (*node.constants, None)[1:3]
        if UNKNOWN not in (weight, bias):
            return Along(word(W=weight.shape, B=None if bias is None else bias.shape, **said))

        def macs(x, w, *_):
            return None if w.unclear else Along(word(W=w.shape, **said)).macs(x)

        @counted(macs)
        def operation(flow, x, w, b=None):
            if w.unclear:
                return UNKNOWN
            if x.shape is not None:
                own = w.shape[1] * said.get("group", 1) if word is onnx.Conv else w.shape[0]
                flow.equal(x.shape[1], own)
            made = Along(word(W=w.shape, **said))(flow, x)
            if b is not None and not b.unclear and made.shape is not None:
                (n,) = b.shape
                flow.equal(made.shape[1], n)
            return made

        return operation

    return build


def _quantized(at: int):
    """A convolution of integers: the same windows, the weights elsewhere among the inputs."""

    def build(node):
        seen = replace(node, constants=(UNKNOWN, node.constants[at]))
        inner = _convolution(onnx.Conv)(seen)

        @counted(lambda *xs: inner.macs(xs[0], xs[at]))
        def operation(flow, *xs):
            return inner(flow, xs[0], xs[at])

        return operation

    return build


def _words(word, *names):
    """A layer without weights, in the dialect's words."""
    return lambda node: Along(word(**_said(node, names)))


@OPERATORS.built("MaxPool", outputs=2)
def _largest(node):
    """A pooling that also tells which positions won."""
    along = Along(onnx.MaxPool(**_said(node, (*WINDOWED, "storage_order"))))

    def operation(flow, x):
        made = along(flow, x)
        return made, made

    operation.words = along.words
    return operation


for name, build in {
    "Conv": _convolution(onnx.Conv),
    "ConvTranspose": _convolution(onnx.ConvTranspose),
    "ConvInteger": _quantized(1),
    "QLinearConv": _quantized(3),
}.items():
    OPERATORS.built(name, weights=True)(build)
OPERATORS.built("AveragePool")(_words(onnx.AveragePool, *WINDOWED, "count_include_pad"))
OPERATORS.built("LpPool")(_words(onnx.LpPool, *WINDOWED, "p"))
OPERATORS.built("DepthToSpace")(_words(onnx.DepthToSpace, "blocksize", "mode"))
OPERATORS.built("SpaceToDepth")(_words(onnx.SpaceToDepth, "blocksize"))
