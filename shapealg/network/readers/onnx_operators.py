"""What each ONNX operator does, in neutral operations: attributes and constant inputs in, an operation out."""

from functools import partial
from math import prod

from shapealg.axis.length import Length
from shapealg.axis.resized import Resized, Scaled
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.layer.dialects import onnx
from shapealg.network import numbers, operations
from shapealg.network.along import Along
from shapealg.network.operations import cut, elementwise, refuse, same
from shapealg.network.tensor import UNKNOWN, Tensor, Wire

END = 2**31 - 1
WEIGHTED = {"Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization", "PRelu", "Gather", "LSTM", "GRU", "RNN", "ConvInteger", "QLinearConv", "MatMulInteger", "Add", "Mul"}


def unknown(flow, *tensors):
    """An operator nobody knows here."""
    return flow.leave(*tensors)


# Each builder gets the attributes, the inputs that are constant (`UNKNOWN` for those that are not), the number of outputs and the opset.


def _plain(operation):
    return lambda a, known, outputs, opset: operation


def _same(a, known, outputs, opset):
    """The shape goes on; further outputs (a mask, statistics) are not followed."""
    return same if outputs == 1 else lambda flow, x, *_: (same(flow, x), same(flow, x), *(UNKNOWN,) * (outputs - 2))


def _numbers(kind):
    """Elementwise, and on numbers that are known."""

    def operation(flow, *tensors):
        made = elementwise(flow, *tensors)
        values = [x.value for x in tensors]
        if made.shape is not None and None not in values and len(made.shape) < 2:
            made.value = kind(*values)
        return made

    return _plain(operation)


def _mapped_numbers(kind):
    def operation(flow, x, *_):
        made = same(flow, x)
        if made.shape is not None and x.value is not None:
            made.value = kind(x.value)
        return made

    return _plain(operation)


def _cast(a, known, outputs, opset):
    return _mapped_numbers(numbers.cut if a.get("to") in (6, 7) else lambda v: v)(a, known, outputs, opset)


def _division(flow, x, y):
    """Of ints rounded down; of what was cast to float not. Two whole numbers are taken to be ints, as sizes are."""
    made = elementwise(flow, x, y)
    if made.shape is not None and x.value is not None and y.value is not None:
        whole = all(isinstance(v, int | Length) for value in (x.value, y.value) for v in (value if isinstance(value, tuple) else (value,)))
        made.value = (numbers.floor_divide if whole else numbers.divide)(x.value, y.value)
    return made


def _convolution(word):
    """A layer with weights, in the dialect's words; weights that are computed are looked at when they come."""

    def build(a, known, outputs, opset):
        said = {name: value for name, value in a.items() if name in ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides", "output_padding", "output_shape")}

        def words(w, b):
            return word(W=w, B=b, **said)

        if known[1] is not UNKNOWN and known[1].shape is not None:
            return Along(words(known[1].shape, known[2].shape if len(known) > 2 and known[2] is not None and known[2].shape else None))

        def operation(flow, x, w, b=None, *_):
            if w.shape is None or None in w.shape:
                return UNKNOWN
            return Along(words(w.shape, None))(flow, x)

        return operation

    return build


def _quantized(at: int):
    """A convolution of integers: the same windows, the weights at another place among the inputs."""

    def build(a, known, outputs, opset):
        inner = _convolution(onnx.Conv)(a, (known[0], known[at]), outputs, opset)
        return lambda flow, *xs: inner(flow, xs[0], xs[at])

    return build


def _words(word, *names):
    def build(a, known, outputs, opset):
        made = Along(word(**{name: a[name] for name in names if name in a}))
        return made if outputs == 1 else _Several(made)

    return build


class _Several:
    """A pooling that also tells which positions won."""

    def __init__(self, along):
        self.along, self.words = along, along.words

    def __call__(self, flow, x):
        made = self.along(flow, x)
        return made, made


def _axes(a, known, at: int):
    """Axes as an attribute, or as an input from a later opset on."""
    if "axes" in a:
        return a["axes"]
    given = known[at] if len(known) > at and known[at] is not None else None
    if given is None:
        return None
    if given.value is None:
        refuse("axes 须是常量", "axes must be constant", None)
    return given.value if isinstance(given.value, tuple) else (given.value,)


def _reduction(a, known, outputs, opset):
    axes = _axes(a, known, 1)
    if not axes and a.get("noop_with_empty_axes"):
        return same
    return operations.reduce(axes or None, bool(a.get("keepdims", 1)))


def _product(a, known, outputs, opset):
    return operations.reduce(_axes(a, known, 1) or None, bool(a.get("keepdims", 1)), prod)


def _chosen(a, known, outputs, opset):
    return operations.reduce((a.get("axis", 0),), bool(a.get("keepdims", 1)))


def _shape(a, known, outputs, opset):
    def operation(flow, x):
        if x.shape is None:
            return Tensor((None,))
        value = x.shape[slice(a.get("start", 0), a.get("end"))]
        return Tensor((len(value),), value, ((),))

    return operation


def _size(flow, x):
    return Tensor((), None if x.shape is None or None in x.shape else prod(x.shape), ())


def _constant(a, known, outputs, opset):
    if "value" in a:
        made = a["value"]
    else:
        value = next(iter(a.values()))
        made = Tensor((len(value),) if isinstance(value, tuple) else (), value, ((),) if isinstance(value, tuple) else ())
    return lambda flow: made


def _filled(a, known, outputs, opset):
    fill = a["value"].value if "value" in a else 0.0

    def operation(flow, shape):
        if shape.value is None:
            return UNKNOWN
        dims = shape.value if isinstance(shape.value, tuple) else (shape.value,)
        number = fill[0] if isinstance(fill, tuple) else fill
        few = len(dims) == 1 and isinstance(dims[0], int) and dims[0] <= 64
        return Tensor(dims, (number,) * dims[0] if few else None, ((),) * len(dims))

    return operation


def _reshape(a, known, outputs, opset):
    keeps = not a.get("allowzero", 0)
    said = a.get("shape")

    def operation(flow, x, shape=None):
        target = said if said is not None else _row(shape)
        return operations.reshape(flow, x, target, keeps)

    return operation


def _row(tensor):
    if tensor is None or tensor.value is None:
        return None
    return tensor.value if isinstance(tensor.value, tuple) else (tensor.value,)


def _flatten(a, known, outputs, opset):
    axis = a.get("axis", 1)

    def operation(flow, x):
        if x.shape is None or None in x.shape:
            return Tensor((None, None))
        at = axis % len(x.shape) if axis < 0 else axis
        if at == 1 and len(x.shape) > 1:
            return operations.flatten(1, -1)(flow, x)
        return Tensor((prod(x.shape[:at]), prod(x.shape[at:])), None, ((), ()))

    return operation


def _slice(a, known, outputs, opset):
    def operation(flow, x, starts=None, ends=None, axes=None, steps=None):
        rows = [a.get("starts", _row(starts)), a.get("ends", _row(ends))]
        if None in rows or x.shape is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = a.get("axes") or _row(axes) or tuple(range(len(rows[0])))
        strides = _row(steps) or (1,) * len(which)
        return cut(flow, x, {axis: (start, None if isinstance(end, int) and (end >= END if step > 0 else end <= -END) else end, step) for axis, start, end, step in zip(which, *rows, strides, strict=True)})

    return operation


def _pad(a, known, outputs, opset):
    def operation(flow, x, pads=None, value=None, axes=None):
        row = a.get("pads", _row(pads))
        if x.shape is None or row is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = _row(axes) or tuple(range(len(x.shape)))
        half = len(row) // 2
        maps = {axis: Window(1, 1, lo, hi) for axis, lo, hi in zip(which, row[:half], row[half:], strict=True) if not (lo == 0 and hi == 0)}
        if a.get("mode") == "reflect":
            for axis, way in maps.items():
                flow.some(x.shape[axis] - operations.larger(way.lo, way.hi))
        return operations.mapped(flow, x, maps)

    return operation


def _resize(a, known, outputs, opset):
    """Scales or sizes, whichever is there; in opset 10 and before, scales are the second input."""

    def operation(flow, x, *rest):
        if x.shape is None:
            return UNKNOWN
        scales, sizes = (rest[0] if rest else None, None) if opset < 11 else (rest[1] if len(rest) > 1 else None, rest[2] if len(rest) > 2 else None)
        row = a.get("scales", _row(scales))
        rank = len(x.shape)
        which = a.get("axes") or range(rank)
        wanted = _row(sizes)
        if wanted is not None and a.get("keep_aspect_ratio_policy", "stretch") == "stretch":
            return operations.mapped(flow, x, {i: Resized(n) for i, n in zip(which, wanted, strict=True) if n is not None and n != x.shape[i]})
        if not row or wanted is not None:
            return Tensor(tuple(None if i in which else n for i, n in enumerate(x.shape)))
        return operations.mapped(flow, x, {i: Scaled.of(f, 24) for i, f in zip(which, row, strict=True) if f != 1})

    return operation


def _upsample(a, known, outputs, opset):
    inner = _resize(a, known, outputs, 10)
    return inner


def _transpose(a, known, outputs, opset):
    return operations.permute(a.get("perm"))


def _split(a, known, outputs, opset):
    lengths = a.get("split") or (known[1].value if len(known) > 1 and known[1] is not None else None)
    return operations.split(a.get("axis", 0), lengths if isinstance(lengths, tuple) else outputs)


def _gemm(a, known, outputs, opset):
    def operation(flow, x, w, bias=None):
        if x.shape is None or w.shape is None:
            return UNKNOWN
        one, two = (x.shape[::-1] if a.get("transA") else x.shape), (w.shape[::-1] if a.get("transB") else w.shape)
        flow.equal(one[1], two[0])
        return Tensor((one[0], two[1]), None, ((Wire(0, 0),) if not a.get("transA") else (), ()))

    operation.macs = lambda x, w, *_: prod(w.shape)
    return operation


def _recurrent(a, known, outputs, opset):
    hidden, ways = a["hidden_size"], 2 if a.get("direction") == "bidirectional" else 1

    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * outputs
        time, batch, _ = x.shape if not a.get("layout") else (x.shape[1], x.shape[0], x.shape[2])
        step = Tensor((ways, batch, hidden), None, ((),) * 3)
        whole = Tensor((time, ways, batch, hidden), None, ((), (), (), ())) if not a.get("layout") else Tensor((batch, time, ways, hidden), None, ((),) * 4)
        return (whole, *(step,) * (outputs - 1))

    return operation


def _range(flow, start, end, step):
    if None in (start.value, end.value, step.value) or not isinstance(step.value, int) or step.value < 1:
        return Tensor((None,))
    length = -((start.value - end.value) // step.value) if not isinstance(start.value - end.value, float) else None
    return Tensor((length,), None, ((),))


def _gather(a, known, outputs, opset):
    return operations.take(a.get("axis", 0))


def _top(a, known, outputs, opset):
    def operation(flow, x, k=None):
        if x.shape is None:
            return UNKNOWN, UNKNOWN
        at = operations.place(a.get("axis", -1), len(x.shape))
        n = a.get("k", k.value[0] if k is not None and isinstance(k.value, tuple) else None)
        made = Tensor(tuple(n if i == at else m for i, m in enumerate(x.shape)), None, tuple(() if i == at else w for i, w in enumerate(operations.kept(len(x.shape)))))
        return made, made

    return operation


def _expand(flow, x, shape):
    return operations.expand(flow, x, _row(shape))


def _tile(flow, x, times):
    return operations.repeat(flow, x, _row(times))


def _squeeze(a, known, outputs, opset):
    return operations.squeeze(_axes(a, known, 1))


def _unsqueeze(a, known, outputs, opset):
    return operations.unsqueeze(_axes(a, known, 1))


def _concat(a, known, outputs, opset):
    return operations.concat(a.get("axis", 1))


def _first(flow, x, *_):
    """As large as the first input, the others being chosen places."""
    return same(flow, x)


def _global(flow, x):
    if x.shape is None:
        return UNKNOWN
    return operations.reduce(tuple(range(2, len(x.shape))), True)(flow, x)


def _where(flow, chosen, x, y):
    made = elementwise(flow, chosen, x, y)
    if made.shape is not None and None not in (chosen.value, x.value, y.value):
        made.value = numbers.choose(chosen.value, x.value, y.value)
    return made


WINDOWED = ("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides")
SAME = """Relu LeakyRelu Sigmoid Tanh Softmax LogSoftmax Hardmax Dropout Identity BatchNormalization InstanceNormalization LayerNormalization GroupNormalization
LRN Elu Selu Celu HardSigmoid HardSwish Clip Exp Log Sqrt Abs Sign Erf Gelu Mish Swish Softplus Softsign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Reciprocal Round CumSum
LpNormalization MeanVarianceNormalization RMSNormalization QuantizeLinear DequantizeLinear Not ThresholdedRelu Shrink IsNaN IsInf Trilu BitwiseNot ReverseSequence CastLike EyeLike
RandomNormalLike RandomUniformLike Bernoulli ScatterND ScatterElements Scatter""".split()
REDUCED = "ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare".split()
OPERATORS = (
    dict.fromkeys(SAME, _same)
    | dict.fromkeys(REDUCED, _reduction)
    | {name: _numbers(kind) for name, kind in {
        "Add": numbers.add, "Sub": numbers.subtract, "Mul": numbers.multiply, "Mod": numbers.remainder, "Equal": numbers.equals, "Less": numbers.below, "LessOrEqual": numbers.at_most,
        "Greater": numbers.above, "GreaterOrEqual": numbers.at_least,
    }.items()}  # fmt: skip
    | {name: _mapped_numbers(kind) for name, kind in {"Floor": numbers.floors, "Ceil": numbers.ceils, "Neg": numbers.negative}.items()}
    | dict.fromkeys("Sum Mean Pow And Or Xor PRelu BitShift BitwiseAnd BitwiseOr BitwiseXor".split(), _plain(elementwise))
    | {name: _numbers(lambda *v, kind=kind: v[0] if len(v) == 1 else kind(v[0], v[1]) if len(v) == 2 else None) for name, kind in {"Max": numbers.maximum, "Min": numbers.minimum}.items()}
    | {
        "Div": _plain(_division), "Cast": _cast, "Where": _plain(_where), "Conv": _convolution(onnx.Conv), "ConvTranspose": _convolution(onnx.ConvTranspose), "ConvInteger": _quantized(1),
        "QLinearConv": _quantized(3), "MaxPool": _words(onnx.MaxPool, *WINDOWED, "storage_order"), "AveragePool": _words(onnx.AveragePool, *WINDOWED, "count_include_pad"),
        "LpPool": _words(onnx.LpPool, *WINDOWED, "p"), "GlobalAveragePool": _plain(_global), "GlobalMaxPool": _plain(_global), "GlobalLpPool": _plain(_global),
        "DepthToSpace": _words(onnx.DepthToSpace, "blocksize", "mode"), "SpaceToDepth": _words(onnx.SpaceToDepth, "blocksize"), "Gemm": _gemm, "MatMul": _plain(operations.matmul),
        "MatMulInteger": _plain(operations.matmul), "Concat": _concat, "Split": _split, "Reshape": _reshape, "Flatten": _flatten, "Transpose": _transpose, "Squeeze": _squeeze,
        "Unsqueeze": _unsqueeze, "Slice": _slice, "Pad": _pad, "Resize": _resize, "Upsample": _upsample, "Gather": _gather, "GatherElements": _plain(lambda flow, x, i: same(flow, i)),
        "Shape": _shape, "Size": _plain(_size), "Constant": _constant, "ConstantOfShape": _filled, "Expand": _plain(_expand), "Tile": _plain(_tile), "Range": _plain(_range),
        "ReduceProd": _product, "ArgMax": _chosen, "ArgMin": _chosen, "TopK": _top, "LSTM": _recurrent, "GRU": _recurrent, "RNN": _recurrent,
    }
)  # fmt: skip
