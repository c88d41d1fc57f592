"""What each operation of Keras on tensors does, in neutral operations."""

from shapealg.axis.resized import Resized
from shapealg.axis.window import Window
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.operations import cut, elementwise, kept, place, same
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.words.dialects import keras


def operation(op, args: tuple, kwargs: dict, count: int):
    """What an operation does that gives so many tensors; `None` for one that nobody knows here."""
    kind = type(op).__name__
    return (
        OPERATIONS[kind](op, args, kwargs)
        if kind in OPERATIONS and (count == 1 or kind == "Split")
        else None
    )


def several(axes) -> tuple | None:
    """One axis, or several, or `None` for all."""
    if axes is None:
        return None
    return (axes,) if isinstance(axes, int) else tuple(axes)


def constantly(made):
    """One operation, whatever the words."""
    return lambda *_: made


def mixed(axes):
    """A shape kept, though every position along some axes (or along all) reads all of them."""

    def operation(flow, x, *_):
        made = same(flow, x)
        if made.shape is None:
            return made
        over = {
            place(a, len(made.shape))
            for a in (range(len(made.shape)) if axes is None else several(axes))
        }
        return Tensor(
            made.shape,
            None,
            tuple((Wire(0, i, WHOLE if i in over else None),) for i in range(len(made.shape))),
        )

    return operation


def einsum(equation: str, *constants):
    """A sum of products; constants are the shapes of its last operands. Letters that meet are
    equal; `...` stands for the axes that are left.
    """
    sides = equation.replace(" ", "").split("->")
    if len(sides) != 2:
        return None
    terms = sides[0].split(",")

    def operation(flow, *tensors):
        shapes = [x.shape for x in tensors] + list(constants)
        if None in shapes or len(shapes) != len(terms):
            return UNKNOWN
        lengths, wires = {}, {}
        for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
            for axis, letter in enumerate(_letters(term, len(shape))):
                lengths[letter] = (
                    flow.equal(lengths[letter], shape[axis]) if letter in lengths else shape[axis]
                )
                if i < len(tensors):
                    wires.setdefault(letter, []).append(Wire(i, axis))
        rest = max((int(letter) for letter in lengths if letter.isdecimal()), default=-1) + 1
        out = _letters(sides[1], len(sides[1].replace("...", "")) + rest)
        return Tensor(
            tuple(lengths[letter] for letter in out),
            None,
            tuple(tuple(wires.get(letter, ())) for letter in out),
        )

    def macs(*tensors):
        shapes = [*(x.shape for x in tensors), *constants]
        if len(shapes) != len(terms) or None in shapes:
            return None
        letters = [_letters(term, len(shape)) for term, shape in zip(terms, shapes, strict=True)]
        first = letters[0][:1] if sides[1].startswith("...") else sides[1][:1]
        return operations.summed(letters, shapes, first)

    operation.macs = macs
    return operation


def _letters(term: str, rank: int) -> list:
    """A letter per axis; those of an ellipsis are numbered from the end."""
    head, dots, tail = term.partition("...")
    more = rank - len(head) - len(tail)
    return [*head, *(str(k) for k in reversed(range(more if dots else 0))), *tail]


def _elementwise(op, args, kwargs):
    """Numbers beside tensors change nothing; a list of them would, and a condition alone asks for
    places.
    """
    return (
        None
        if any(x is None or isinstance(x, list | tuple) for x in (*args, *kwargs.values()))
        else elementwise
    )


def _reduction(op, args, kwargs):
    return operations.reduce(several(op.axis), bool(op.keepdims))


def _newshape(op, args, kwargs):
    return lambda flow, x: operations.reshape(flow, x, several(op.newshape))


def _stack(op, args, kwargs):
    def operation(flow, *tensors):
        made = [operations.unsqueeze((op.axis,))(flow, x) for x in tensors]
        return operations.concat(op.axis)(flow, *made)

    return operation


def _split(op, args, kwargs):
    def operation(flow, x):
        parts = op.indices_or_sections
        if x.shape is None:
            return (UNKNOWN,) * (parts if isinstance(parts, int) else len(parts) + 1)
        at = place(op.axis, len(x.shape))
        if not isinstance(parts, int):
            return tuple(
                cut(flow, x, {at: (start, end, 1)})
                for start, end in zip((0, *parts), (*parts, None), strict=True)
            )
        n = x.shape[at]
        share = None if n is None else n // parts
        if n is not None:
            flow.equal(n, share * parts)
        piece = Tensor(
            (*x.shape[:at], share, *x.shape[at + 1 :]),
            None,
            tuple(() if i == at else w for i, w in enumerate(kept(len(x.shape)))),
        )
        return (piece,) * parts

    return operation


def _pad(op, args, kwargs):
    """Pairs of one axis each; a single pair holds for all."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        pairs = [tuple(map(int, pair)) for pair in op.pad_width]
        pairs = pairs * len(x.shape) if len(pairs) == 1 else pairs
        return operations.mapped(
            flow, x, {i: Window(1, 1, *pair) for i, pair in enumerate(pairs) if pair != (0, 0)}
        )

    return operation


def _item(op, args, kwargs):
    key = args[1] if isinstance(args[1], tuple) else (args[1],)
    if not all(k is None or k is Ellipsis or isinstance(k, slice) or type(k) is int for k in key):
        return None

    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        taken = sum(k is not None and k is not Ellipsis for k in key)
        at = key.index(Ellipsis) if Ellipsis in key else len(key)
        full = (*key[:at], *(slice(None),) * (len(x.shape) - taken), *key[at + 1 :])
        axis, ranges, gone, new = 0, {}, [], []
        for k in full:
            if k is None:
                new.append(axis - len(gone) + len(new))
                continue
            if isinstance(k, slice):
                ranges |= {axis: (k.start, k.stop, k.step or 1)} if k != slice(None) else {}
            else:
                flow.some(x.shape[axis] - k if k >= 0 else x.shape[axis] + k + 1)
                ranges[axis] = (k, k + 1 or None, 1)
                gone.append(axis)
            axis += 1
        made = cut(flow, x, ranges) if ranges else x
        left = [i for i in range(len(x.shape)) if i not in gone]
        made = Tensor(
            tuple(made.shape[i] for i in left),
            None,
            tuple((made.wires if ranges else kept(len(x.shape)))[i] for i in left),
        )
        for i in new:
            made = Tensor(
                (*made.shape[:i], 1, *made.shape[i:]), None, (*made.wires[:i], (), *made.wires[i:])
            )
        return made

    return operation


def _repeat(op, args, kwargs):
    if not isinstance(op.repeats, int) or op.axis is None:
        return None

    def operation(flow, x):
        if x.shape is None:
            return x
        times = [1] * len(x.shape)
        times[place(op.axis, len(x.shape))] = op.repeats
        return operations.repeat(flow, x, tuple(times))

    return operation


def _moved(op, args, kwargs):
    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        order = list(range(rank))
        if hasattr(op, "axis1"):
            one, two = place(op.axis1, rank), place(op.axis2, rank)
            order[one], order[two] = two, one
        else:
            pairs = sorted(
                (place(b, rank), place(a, rank))
                for a, b in zip(several(op.source), several(op.destination), strict=True)
            )
            moved = {a for _, a in pairs}
            order = [i for i in order if i not in moved]
            for b, a in pairs:
                order.insert(b, a)
        return operations.permute(order)(flow, x)

    return operation


def _pool(name: str):
    def build(op, args, kwargs):
        def operation(flow, x):
            if x.shape is None:
                return UNKNOWN
            return Along(
                getattr(keras, f"{name}{len(x.shape) - 2}D")(
                    op.pool_size, op.strides, op.padding, op.data_format
                )
            )(flow, x)

        return operation

    return build


def _conv(op, args, kwargs):
    def words(x, kernel):
        if x.shape is None or kernel.shape is None:
            return None
        *size, seen, filters = kernel.shape
        channels = x.shape[1 if op.data_format == "channels_first" else -1]
        if not all(isinstance(n, int) for n in (*kernel.shape, channels)):
            return None
        return getattr(keras, f"Conv{len(size)}D")(
            filters,
            tuple(size),
            op.strides,
            op.padding,
            op.data_format,
            op.dilation_rate,
            max(channels // seen, 1),
        )

    def operation(flow, x, kernel):
        if (layer := words(x, kernel)) is None:
            return UNKNOWN
        channels = x.shape[1 if op.data_format == "channels_first" else -1]
        flow.equal(channels, kernel.shape[-2] * layer.groups)
        return Along(layer)(flow, x)

    def macs(x, kernel):
        layer = words(x, kernel)
        return None if layer is None else Along(layer).macs(x)

    operation.macs = macs
    return operation


# the modes of `Resized`
INTERPOLATIONS = {
    "nearest": "nearest-exact",
    "bilinear": "linear",
    "bicubic": "cubic",
    "area": "area",
}


def _resize(op, args, kwargs):
    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        at = len(x.shape) - (3 if op.data_format == "channels_last" else 2)
        mode = INTERPOLATIONS.get(op.interpolation)
        told = mode is not None and not (
            op.antialias or op.crop_to_aspect_ratio or op.pad_to_aspect_ratio
        )
        made = operations.mapped(
            flow, x, {at + i: Resized(n, mode=mode or "nearest") for i, n in enumerate(op.size)}
        )
        if told:
            return made
        over = range(at, at + 2)
        wires = tuple((Wire(0, i, WHOLE if i in over else None),) for i in range(len(made.shape)))
        return Tensor(made.shape, None, wires)

    return operation


def _one_hot(op, args, kwargs):
    if op.axis != -1:
        return None

    def operation(flow, x):
        if x.shape is None:
            return x
        return Tensor((*x.shape, op.num_classes), None, (*kept(len(x.shape)), ()))

    return operation


SHAPELESS = """Abs Absolute Angle Arccos Arccosh Arcsin Arcsinh Arctan Arctanh
BitwiseInvert BitwiseNot Cast Cbrt Ceil Celu Clip Conj Conjugate ConvertToTensor Copy Cos Cosh
Elu Erf Erfc Erfinv Exp Exp2 Expm1 Fabs Floor Gelu HardShrink HardSigmoid HardSilu HardTanh
Imag Isfinite Isinf Isnan LeakyRelu Log Log10 Log1p Log2 LogSigmoid LogicalNot NanToNum
Negative OnesLike Real Reciprocal Relu Relu6 Round Rsqrt SaturateCast Selu Sigmoid Sign Silu
Sin Sinc Sinh SoftShrink Softplus Softsign SparsePlus SparseSigmoid Sqrt Square Squareplus
StopGradient Tan Tanh TanhShrink Threshold Trunc ZerosLike BatchNorm""".split()
MEETING = """Add Arctan2 BitwiseAnd BitwiseOr BitwiseXor Divide DivideNoNan Equal FloorDivide
Fmax Fmin Fmod Greater GreaterEqual Heaviside Hypot Isclose Less LessEqual Logaddexp Logaddexp2
LogicalAnd LogicalOr LogicalXor Maximum Minimum Mod Multiply NotEqual Power Subtract TrueDivide
Where""".split()
REDUCING = (
    "All Amax Amin Any Argmax Argmin Logsumexp Max Mean Median Min Nanmax Nanmean Nanmin Nansum"
    " Prod Std Sum Var".split()
)
OPERATIONS = (
    dict.fromkeys(SHAPELESS, constantly(same))
    | dict.fromkeys(MEETING, _elementwise)
    | dict.fromkeys(REDUCING, _reduction)
    | dict.fromkeys(
        ("Cumprod", "Cumsum", "Sort"), lambda op, *_: None if op.axis is None else mixed(op.axis)
    )
    | dict.fromkeys(
        "Flip Roll Softmax LogSoftmax Sparsemax Normalize LayerNorm RMSNorm".split(),
        lambda op, *_: mixed(getattr(op, "axis", None)),
    )
    | dict.fromkeys(("Tril", "Triu"), constantly(mixed((-2, -1))))
    | {"Flipud": constantly(mixed(0)), "Fliplr": constantly(mixed(1))}
    | {
        "BroadcastTo": lambda op, *_: lambda flow, x: operations.expand(flow, x, several(op.shape)),
        "Concatenate": lambda op, *_: operations.concat(op.axis),
        "Conv": _conv,
        "Einsum": lambda op, *_: einsum(op.subscripts),
        "ExpandDims": lambda op, *_: operations.unsqueeze(several(op.axis)),
        "GetItem": _item,
        "Matmul": constantly(operations.matmul),
        "MaxPool": _pool("MaxPooling"),
        "AveragePool": _pool("AveragePooling"),
        "Moveaxis": _moved,
        "OneHot": _one_hot,
        "Pad": _pad,
        "Repeat": _repeat,
        "Reshape": _newshape,
        "Resize": _resize,
        "Split": _split,
        "Squeeze": lambda op, *_: operations.squeeze(several(op.axis)),
        "Stack": _stack,
        "Swapaxes": _moved,
        "Take": lambda op, *_: None if op.axis is None else operations.take(op.axis),
        "Tile": lambda op, *_: lambda flow, x: operations.repeat(flow, x, several(op.repeats)),
        "Transpose": lambda op, *_: operations.permute(op.axes),
    }
)
