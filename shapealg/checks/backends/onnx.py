"""The real ONNX Runtime, executed on models of one node; and ONNX's own shape inference, to
compare.

Every shape is executed. A session is kept per set of words and used for all sizes: the data's axes
are left open in the model, as exporters leave them; weights have the shapes they have, pads and
scales are constants.
"""

from functools import cache, lru_cache

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from shapealg.words.dialects.onnx import OPSET

name = "onnx"
onnxruntime.set_default_logger_severity(4)

# Inputs behind the data, in their order: weights are given as shapes, the others as values of this
# type.
WEIGHTS = {"Conv": ("W", "B"), "ConvTranspose": ("W", "B"), "Gemm": ("B", "C"), "MatMul": ("B",)}
DATA = "the data's"
VALUES = {
    "Pad": {"pads": "int64", "constant_value": DATA, "axes": "int64"},
    "Slice": {"starts": "int64", "ends": "int64", "axes": "int64", "steps": "int64"},
    "Resize": {"roi": "float32", "scales": "float32", "sizes": "int64"},
    "Upsample": {"scales": "float32"},
    "Col2Im": {"image_shape": "int64", "block_shape": "int64"},
    "CenterCropPad": {"shape": "int64"},
    "MaxUnpool": {"I": "int64", "output_shape": "int64"},
    "Clip": {"min": DATA, "max": DATA},
}
# Before this opset these inputs were attributes.
ATTRIBUTES_BEFORE = {"Pad": 11, "Slice": 10, "Upsample": 9}
# the newest opset that runs, where it is not the newest of all
NEWEST = {"GlobalLpPool": 21, "Upsample": 9}


def versions() -> dict:
    """The packages whose versions the evidence names."""
    return {
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
        "numpy": numpy.__version__,
    }


@cache
def newest() -> int:
    """The newest opset that the dialect and this version of ONNX Runtime both know."""
    for opset in range(OPSET, 0, -1):
        try:
            _started(_model("Identity", opset, ["x"], {}, {"x": (1,)}, []))
        except Exception:  # it refuses in a class of its own
            continue
        return opset
    raise RuntimeError(f"ONNX Runtime {onnxruntime.__version__} runs no opset up to {OPSET}")


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out, executed on zeros."""
    return tuple(answered(call, words, numpy.zeros(input_shape, dtype="float32")).shape)


def execute(call: str, words: dict, x, weights=None):
    """The output on an array, in its dtype, with the given weights or zeros; −∞ where MaxPool's
    window meets padding only, for which ONNX Runtime answers the lowest number.
    """
    made, lowest = answered(call, words, x, weights), numpy.finfo(x.dtype).min
    return numpy.where(made == lowest, -numpy.inf, made) if call == "MaxPool" else made


def answered(call: str, words: dict, x, weights=None):
    """The same as ONNX Runtime gives it."""
    session, shapes = _session(call, _frozen(words), x.ndim, x.dtype.name)
    feed = {"x": x}
    for given, (label, lengths) in zip(weights or [None] * len(shapes), shapes, strict=True):
        feed[label] = numpy.zeros(lengths, dtype=x.dtype) if given is None else given
    if call == "MaxUnpool":
        feed["I"] = numpy.zeros(x.shape, dtype="int64")
    return session.run(None, feed)[0]


def joined(call: str, words: dict, shapes) -> tuple:
    """The shape that an operator on several arrays gives, executed on zeros."""
    labels = [f"x{i}" for i in range(len(shapes))]
    made = _model(
        call,
        words.get("opset", newest()),
        labels,
        {k: v for k, v in words.items() if k != "opset"},
        dict(zip(labels, shapes, strict=True)),
        [],
    )
    return tuple(
        _started(made)
        .run(
            None,
            {
                label: numpy.zeros(s, dtype="float32")
                for label, s in zip(labels, shapes, strict=True)
            },
        )[0]
        .shape
    )


def run(call: str, shapes: dict, declared: dict | None = None, **attributes):
    """A model of one node on zeros of these shapes; what the model declares of an input's size is
    open unless it is said.
    """
    feed = {label: numpy.zeros(lengths, dtype="float32") for label, lengths in shapes.items()}
    data = {label: (None,) * x.ndim for label, x in feed.items()} | (declared or {})
    made = _model(call, newest(), list(shapes), attributes, data, [])
    return _started(made).run(None, feed)[0]


def shape_inferred(call: str, words: dict, input_shape: tuple) -> tuple:
    """What ONNX's own shape inference says in strict mode, nothing executed; `None` where it does
    not know.
    """
    made = onnx.shape_inference.infer_shapes(
        model(call, words, input_shape)[0], strict_mode=True, data_prop=True
    )
    told = made.graph.output[0].type.tensor_type.shape.dim
    return tuple(d.dim_value if d.HasField("dim_value") else None for d in told)


@lru_cache(maxsize=256)
def _session(call: str, words: tuple, rank: int, dtype: str):
    made, shapes = model(call, dict(words), tuple(f"n{i}" for i in range(rank)), dtype)
    return _started(made), shapes


def _started(made) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        made.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _frozen(words: dict) -> tuple:
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in words.items())


def model(call: str, words: dict, input_shape: tuple, dtype: str = "float32") -> tuple:
    """The model of one node, and the weights it wants: (name, shape). A name in `input_shape`
    leaves an axis open.
    """
    words = dict(words)
    opset = words.pop("opset", NEWEST.get(call) or newest())
    if call == "Upsample":
        words["scales"] = tuple(map(float, words["scales"]))
    inputs, constants, shapes = ["x"], [], []
    for label in WEIGHTS.get(call, ()):
        lengths = words.pop(label, None)
        inputs.append("" if lengths is None else label)
        if lengths is not None:
            shapes.append((label, lengths))
    if opset >= ATTRIBUTES_BEFORE.get(call, 0):
        for label, kind in _values(call, opset).items():
            value = words.pop(label, None)
            if value is None and call == "Resize" and opset < 13 and label != "sizes":
                value = ()  # an input that was not yet optional is left empty
            inputs.append("" if value is None and label != "I" else label)
            if value is not None:
                made = numpy.array(value, dtype=dtype if kind == DATA else kind)
                constants.append(numpy_helper.from_array(made, label))
    while not inputs[-1]:
        inputs.pop()
    data = {"x": input_shape} | dict(shapes) | ({"I": input_shape} if call == "MaxUnpool" else {})
    return _model(call, opset, inputs, words, data, constants, dtype), shapes


def _values(call: str, opset: int) -> dict:
    return (
        {"scales": "float32"}
        if call == "Resize" and opset == 10
        else {
            k: v for k, v in VALUES.get(call, {}).items() if not (call == "Resize" and k == "axes")
        }
    )


def _model(
    call: str,
    opset: int,
    inputs: list,
    attributes: dict,
    data: dict,
    constants: list,
    dtype: str = "float32",
):
    kind = helper.np_dtype_to_tensor_dtype(numpy.dtype(dtype))
    attributes = {
        k: list(v) if isinstance(v, tuple) else v for k, v in attributes.items() if v is not None
    }
    node = helper.make_node(
        call,
        inputs,
        ["y"],
        **{k: int(v) if isinstance(v, bool) else v for k, v in attributes.items()},
    )
    told = [
        helper.make_tensor_value_info(label, TensorProto.INT64 if label == "I" else kind, lengths)
        for label, lengths in data.items()
    ]
    graph = helper.make_graph(
        [node],
        "one",
        told,
        [helper.make_tensor_value_info("y", kind, None)],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
