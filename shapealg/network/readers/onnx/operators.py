"""What each ONNX operator does, in neutral operations: attributes and constant inputs in, an
operation out.
"""

from functools import reduce
from math import ceil, prod

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.resized import Resized, Scaled
from shapealg.axis.window import Window
from shapealg.exact import larger, smaller
from shapealg.network import entries, numbers, operations
from shapealg.network.along import Along
from shapealg.network.filled import Around, Mirrored
from shapealg.network.operations import cut, elementwise, place, refuse, same
from shapealg.network.ratio import Ratio
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire, rewired
from shapealg.words.dialects import onnx

END = 2**31 - 1
FEW = 64  # so many numbers are kept; a shape has no more
WEIGHTED = {
    "Conv",
    "ConvTranspose",
    "Gemm",
    "MatMul",
    "BatchNormalization",
    "InstanceNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "PRelu",
    "Gather",
    "LSTM",
    "GRU",
    "RNN",
    "ConvInteger",
    "QLinearConv",
    "MatMulInteger",
    "Add",
    "Mul",
}


def unknown(flow, *tensors):
    """An operator nobody knows here."""
    return flow.leave(*tensors)


# Each builder gets the attributes, the inputs that are constant (`UNKNOWN` for those that are not),
# the number of outputs and the opset.


def _plain(operation):
    return lambda a, known, outputs, opset: operation


def _shaped(flow, x, *_):
    """The shape goes on, the numbers do not."""
    return x if x.shape is None else Tensor(x.shape, None, operations.kept(len(x.shape)))


def _picked(flow, x, chosen):
    """As many as are chosen, from anywhere along an axis."""
    if chosen.shape is None:
        return UNKNOWN
    return Tensor(
        chosen.shape, None, tuple((Wire(0, i, WHOLE), Wire(1, i)) for i in range(len(chosen.shape)))
    )


def _along(a, known, outputs, opset):
    """Along one axis, which must be there."""

    def operation(flow, x):
        if x.shape is not None:
            place(a.get("axis", -1), len(x.shape))
        return _shaped(flow, x)

    return operation


def _mixing(build, which):
    """An operator that keeps every size, and reads all of some axes wherever it writes:
    `which(attributes, constant inputs, rank, opset)`.
    """

    def built(a, known, outputs, opset):
        inner = build(a, known, outputs, opset)

        def operation(flow, x, *rest):
            made = inner(flow, x, *rest)
            first, *others = made if isinstance(made, tuple) else (made,)
            if first.shape:
                rank = len(first.shape)
                axes = {place(axis, rank) for axis in which(a, known, rank, opset)}
                first = Tensor(
                    first.shape,
                    first.value,
                    tuple(
                        (Wire(0, i, WHOLE if i in axes else None),) for i in range(len(first.shape))
                    ),
                )
            return (first, *others) if others else first

        return operation

    return built


def _behind_channels(a, known, rank, opset):
    return range(2, rank)


def _from_axis(a, known, rank, opset):
    return range(place(a.get("axis", -1), rank), rank)


def _at_axis(a, known, rank, opset):
    """One axis; before opset 13 softmax took all from the axis on, by default from the channels."""
    return (a.get("axis", -1),) if opset >= 13 else range(a.get("axis", 1) % rank, rank)


def _summed(a, known, rank, opset):
    """The axis of a running sum, an input; where it is not constant, any."""
    axis = _row(known[1])
    return range(rank) if axis is None else axis


def _kept(flow, x, *_):
    return same(flow, x)


def _first(operation):
    """An operation that gives further outputs (statistics), which are not followed."""
    return lambda a, known, outputs, opset: (
        operation
        if outputs < 2
        else lambda flow, *xs: (operation(flow, *xs), *(UNKNOWN,) * (outputs - 1))
    )


def _dropout(a, known, outputs, opset):
    """The numbers go on where nothing is dropped; then a mask."""

    def operation(flow, x, ratio=None, training=None):
        made = (same if training is None else _shaped)(flow, x)
        return made if outputs < 2 else (made, _shaped(flow, x))

    return operation


def _per_channel(wanted: int):
    """So many inputs beside the data, each with one number per channel."""

    def operation(flow, x, *rest):
        if len(rest) < wanted:
            refuse(f"须有 {wanted + 1} 个输入", f"{wanted + 1} inputs are needed", len(rest) + 1)
        for one in rest[:wanted]:
            if x.shape is not None and one.shape is not None:
                (n,) = one.shape
                flow.equal(x.shape[1], n)
        return _shaped(flow, x)

    return operation


def _group_normalization(a, known, outputs, opset):
    groups = a["num_groups"]

    def operation(flow, x, scale, bias):
        if x.shape is None:
            return UNKNOWN
        if groups < 1:
            refuse("num_groups 至少为 1", "num_groups must be at least 1", groups)
        if x.shape[1] is not None:
            flow.equal(x.shape[1] % groups, 0)
        for one in (scale, bias):
            if one.shape is not None:
                (n,) = one.shape
                if n != 1:
                    flow.equal(x.shape[1] if opset > 20 else groups, n)
        return _shaped(flow, x)

    return operation


def _layer_normalization(flow, x, scale, bias=None):
    for one in (scale, bias):
        if one is not None and one.shape is not None and x.shape is not None:
            _stretch(flow, one.shape, x.shape)
    return _shaped(flow, x)


def _stretch(flow, small: tuple, large: tuple) -> None:
    """Require one shape to stretch to another, which stays as it is."""
    if len(small) > len(large):
        refuse(f"至多 {len(large)} 个轴", f"at most {len(large)} axes fit", small)
    for n, m in zip(small[::-1], large[::-1], strict=False):
        if (
            n != 1
            and n is not None
            and m is not None
            and not (isinstance(n, Length) and n != m and flow.decide(Condition(n - 1, "==")))
        ):
            flow.equal(m, n)


def _computed(made, kind, *tensors):
    """The numbers of an output, where those of the inputs are known and few: entry by entry, one
    alone for all.
    """
    if made.shape is None or not all(_matches(x, made) for x in tensors):
        return made
    made.value = kind(*(x.value for x in tensors))
    for number in entries.row(made.value):
        if type(number) is int and not -(2**63) <= number < 2**64:
            refuse(
                "算出的整数放不进 64 位",
                "a whole number that is worked out does not fit 64 bits",
                number,
                "至多 2^64 − 1",
                "at most 2^64 − 1 works",
            )
    return made


def _matches(x, made) -> bool:
    """Whether a tensor's numbers are known, and stand where those of the output do."""
    return x.value is not None and (len(entries.row(x.value)) == 1 or x.shape == made.shape)


def _numbers(kind):
    """Of two tensors elementwise, and on numbers that are known."""
    return _plain(lambda flow, x, y: _computed(elementwise(flow, x, y), kind, x, y))


def _pairs(flow, x, y):
    return elementwise(flow, x, y)


def _many(kind=None):
    """Of any number of tensors, one at least."""

    def operation(flow, x, *more):
        made = elementwise(flow, x, *more)
        if kind is None:
            return made
        return _computed(made, lambda *values: reduce(kind, values), x, *more)

    return _plain(operation)


def _mapped_numbers(kind):
    return _plain(lambda flow, x: _computed(_shaped(flow, x), kind, x))


INTEGERS = {
    2: (0, 2**8 - 1),
    3: (-(2**7), 2**7 - 1),
    4: (0, 2**16 - 1),
    5: (-(2**15), 2**15 - 1),
    12: (0, 2**32 - 1),
    13: (0, 2**64 - 1),
}
CASTS = {
    1: numbers.single,
    6: numbers.to_whole,
    7: numbers.to_whole,
    9: numbers.truth,
    11: numbers.double,
} | {kind: numbers.within(*ends) for kind, ends in INTEGERS.items()}


def _cast(a, known, outputs, opset):
    """To a type whose arithmetic is known; numbers of others (half precision, strings) are not
    followed.
    """
    return _mapped_numbers(CASTS.get(a["to"], lambda v: None))(a, known, outputs, opset)


def _cast_like(flow, x, like):
    """The type shows in numbers only, where there are any."""
    number = like.value[0] if isinstance(like.value, tuple) and like.value else like.value
    return (
        _computed(_shaped(flow, x), numbers.to_whole, x)
        if type(number) is int or isinstance(number, Length)
        else _shaped(flow, x)
    )


def _clip(a, known, outputs, opset):
    def operation(flow, x, least=None, most=None):
        ends, value = (
            ((a.get("min"), a.get("max")) if opset < 11 else (_number(least), _number(most))),
            x.value,
        )
        for end, given, kind in zip(
            ends, (least, most), (numbers.maximum, numbers.minimum), strict=True
        ):
            if end is not None or given is not None:
                value = None if end is None or value is None else kind(value, end)
        return _computed(_shaped(flow, x), lambda v: v, Tensor(x.shape, value))

    return operation


def _number(tensor, row=None):
    """The number in a tensor of one."""
    found = (row or _numbers_in)(tensor)
    return found[0] if found is not None and len(found) == 1 else None


def _remainder(a, known, outputs, opset):
    return _numbers(numbers.remainder_of_c if a.get("fmod") else numbers.modulo)(
        a, known, outputs, opset
    )


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


def _convolution(word):
    """A layer with weights, in the dialect's words; weights that are computed are looked at when
    they come.
    """

    def build(a, known, outputs, opset):
        said = {name: value for name, value in a.items() if name in CONVOLVED}

        def words(w, b):
            return word(W=w, B=b, **said)

        if known[1] is not UNKNOWN and known[1].shape is not None:
            bias = known[2] if len(known) > 2 else None
            return Along(words(known[1].shape, bias.shape or None if bias is not None else None))

        def operation(flow, x, w, b=None, *_):
            if w.shape is None or None in w.shape:
                return UNKNOWN
            return Along(words(w.shape, None))(flow, x)

        def macs(x, w, *_):
            return None if w.unclear else Along(words(w.shape, None)).macs(x)

        operation.macs = macs
        return operation

    return build


def _quantized(at: int):
    """A convolution of integers: the same windows, the weights elsewhere among the inputs."""

    def build(a, known, outputs, opset):
        inner = _convolution(onnx.Conv)(a, (known[0], known[at]), outputs, opset)

        def operation(flow, *xs):
            return inner(flow, xs[0], xs[at])

        operation.macs = lambda *xs: inner.macs(xs[0], xs[at])
        return operation

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
        return _shaped
    return operations.reduce(axes or None, bool(a.get("keepdims", 1)))


def _product(a, known, outputs, opset):
    axes = _axes(a, known, 1)
    if not axes and a.get("noop_with_empty_axes"):
        return _kept
    return operations.reduce(
        axes or None, bool(a.get("keepdims", 1)), lambda row: reduce(numbers.multiply, row, 1)
    )


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
    if len(a) != 1:
        refuse("常量须有一个值", "a constant needs one value", tuple(a))
    if "value" in a:
        made = a["value"]
    elif "sparse_value" in a:
        dims = tuple(a["sparse_value"].sparse_tensor.dims)
        made = Tensor(dims, None, ((),) * len(dims))
    else:
        (value,) = a.values()
        if "value_string" in a or "value_strings" in a:
            value = None if "value_string" in a else (None,) * len(value)
        made = Tensor(
            (len(value),) if isinstance(value, tuple) else (),
            value,
            ((),) if isinstance(value, tuple) else (),
        )
    return lambda flow: made


def _filled(a, known, outputs, opset):
    fill = a["value"].value if "value" in a else 0.0

    def operation(flow, shape):
        if shape.value is None:
            return UNKNOWN
        dims = _row(shape)
        number = fill[0] if isinstance(fill, tuple) else fill
        if any(isinstance(n, int) and n < 0 for n in dims):
            refuse("长度不能为负", "a length must not be negative", dims)
        for n in dims:
            if isinstance(n, Length):
                flow.some(n + 1)
        few = all(isinstance(n, int) for n in dims) and prod(dims) <= FEW
        value = entries.reshaped((number,) * prod(dims), dims) if few else None
        return Tensor(dims, value, ((),) * len(dims))

    return operation


def _reshape(a, known, outputs, opset):
    keeps = not a.get("allowzero", 0)
    said = a.get("shape")

    def operation(flow, x, shape=None):
        target = said if said is not None else _row(shape)
        return operations.reshape(flow, x, target, keeps)

    return operation


def _row(tensor):
    """The whole numbers in a tensor: sizes, axes, places."""
    made = _numbers_in(tensor)
    if made is not None and any(isinstance(n, float | bool | Ratio) for n in made):
        refuse("须是整数", "whole numbers are needed", made)
    return made


def _numbers_in(tensor):
    return None if tensor is None or tensor.value is None else entries.row(tensor.value)


def _flatten(a, known, outputs, opset):
    axis = a.get("axis", 1)

    def operation(flow, x):
        if x.shape is None or None in x.shape:
            return Tensor((None, None))
        # behind the last axis works too
        at = place(axis, len(x.shape)) if axis != len(x.shape) else axis
        if at == 1 and len(x.shape) > 1:
            return operations.flatten(1, -1)(flow, x)
        made = prod(x.shape[:at]), prod(x.shape[at:])
        return Tensor(made, entries.reshaped(x.value, made), ((), ()))

    return operation


def _slice(a, known, outputs, opset):
    constant = "starts" in a or all(t is None or t.shape is not None for t in known[1:])

    def operation(flow, x, starts=None, ends=None, axes=None, steps=None):
        rows = [a.get("starts", _row(starts)), a.get("ends", _row(ends))]
        if None in rows or x.shape is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = a.get("axes") or _row(axes) or tuple(range(len(rows[0])))
        strides, rank, ranges = _row(steps) or (1,) * len(rows[0]), len(x.shape), {}
        if not len(which) == len(rows[0]) == len(rows[1]) == len(strides):
            refuse(
                "starts、ends、axes、steps 须一样长",
                "starts, ends, axes and steps must be equally long",
                tuple(map(len, (*rows, which, strides))),
            )
        for axis, start, end, step in zip(which, *rows, strides, strict=True):
            at = place(axis, rank)
            if at in ranges or not rank:
                refuse("每个轴至多切一次", "each axis is cut at most once", which)
            if step == 0:
                refuse("步长不能为 0", "a step must not be 0", strides)
            ranges[at] = (
                (None, None, None)
                if None in (start, end) or not isinstance(step, int)
                else _ends(start, end, step, x.shape[at])
            )
        made = cut(flow, x, ranges)
        if x.value is None and not constant:  # a computed 0 is not meant to take nothing
            for at in ranges:
                flow.some(made.shape[at])
        return made

    return operation


def _ends(start, end, step: int, n) -> tuple:
    """Where a slice starts and ends: the largest ints mean the border, whichever way it goes, and
    one that runs backwards starts at 0 at least.
    """
    if step < 0 and n is not None and (type(start) is not int or start < 0):
        start = larger(start, -n) if type(start) is not int or start > -END else -n
    return start, None if type(end) is int and _is_border(end, step) else end, step


def _is_border(end: int, step: int) -> bool:
    """Whether an end is so large that it means the border."""
    return end in (END, 2**63 - 1) or (end >= END if step > 0 else end <= -END)


def _pad(a, known, outputs, opset):
    def operation(flow, x, pads=None, value=None, axes=None):
        row = a.get("pads", _row(pads))
        if x.shape is None or row is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = _row(axes) or tuple(range(len(x.shape)))
        half = len(row) // 2
        pads = {
            place(axis, len(x.shape)): (lo, hi)
            for axis, lo, hi in zip(which, row[:half], row[half:], strict=True)
            if not (lo == 0 and hi == 0)
        }
        mode = a.get("mode", "constant")
        for axis, (lo, hi) in pads.items():
            n = x.shape[axis]
            if mode == "reflect" and None not in (n, lo, hi):
                # what is left of it is mirrored without its border
                flow.some(n + smaller(lo, 0) + smaller(hi, 0) - larger(lo, hi))
            elif mode != "constant":  # filled from what is left
                operations.cropped(flow, n, (lo, hi), 1)
        window = {"reflect": Mirrored, "edge": Mirrored, "wrap": Around}.get(mode, Window)
        made = operations.mapped(
            flow, x, {axis: window(1, 1, *ends) for axis, ends in pads.items() if None not in ends}
        )
        return _forgotten(made, {axis for axis, ends in pads.items() if None in ends})

    return operation


def _forgotten(made, axes):
    """A tensor whose lengths along some axes nobody knows."""
    if not axes:
        return made
    shape = tuple(None if i in axes else n for i, n in enumerate(made.shape))
    return Tensor(shape, None, tuple(() if i in axes else w for i, w in enumerate(made.wires)))


def _interpolation(a, opset) -> str | None:
    """Which positions resizing reads, as `Resized` calls it; `None` for those that are not told."""
    mode, at = (
        a.get("mode", "nearest"),
        a.get("coordinate_transformation_mode", "half_pixel" if opset > 10 else "asymmetric"),
    )
    if a.get("antialias") or a.get("exclude_outside"):
        return None
    if mode == "nearest":
        rounding = a.get("nearest_mode", "round_prefer_floor" if opset > 10 else "floor")
        return {
            ("asymmetric", "floor"): "nearest",
            ("half_pixel", "round_prefer_ceil"): "nearest-exact",
        }.get((at, rounding))
    return {
        ("linear", "half_pixel"): "linear",
        ("cubic", "half_pixel"): "cubic",
        ("linear", "align_corners"): "corners",
        ("cubic", "align_corners"): "corners-cubic",
    }.get((mode, at))


def _read(made, mode):
    """A resized tensor; where it is not told what is read, every place reads all of the axis."""
    if mode is None and made.wires is not None:
        made.wires = rewired(made.wires, _all_read)
    return made


def _all_read(wire: Wire) -> Wire:
    return wire._replace(map=WHOLE) if isinstance(wire.map, Resized | Scaled) else wire


def _resize(a, known, outputs, opset):
    """Scales or sizes, whichever is there; in opset 10 and before, scales are the second input."""

    def operation(flow, x, *rest):
        if x.shape is None:
            return UNKNOWN
        given = (*rest, None, None, None)
        scales, sizes = given[1:3] if opset > 10 else (given[0], None)
        row, wanted = a.get("scales", _numbers_in(scales)), _row(sizes)
        rank = len(x.shape)
        which = tuple(place(i, rank) for i in a.get("axes") or range(rank))
        if scales is None and sizes is None and "scales" not in a:
            refuse("须给出 scales 或 sizes", "scales or sizes are needed", None)
        mode = _interpolation(a, opset)
        if wanted is not None and a.get("keep_aspect_ratio_policy", "stretch") == "stretch":
            return _resized(flow, x, dict(zip(which, wanted, strict=True)), mode)
        if not row or wanted is not None:
            return Tensor(tuple(None if i in which else n for i, n in enumerate(x.shape)))
        return _scaled(flow, x, dict(zip(which, row, strict=True)), mode)

    return operation


def _resized(flow, x, wanted: dict, mode: str | None):
    """Some axes resized to given lengths: axis → length, `None` where nobody knows it."""
    ways = {
        i: Resized(n, mode=mode or "nearest")
        for i, n in wanted.items()
        if n is not None and n != x.shape[i]
    }
    made = _read(operations.mapped(flow, x, ways), mode)
    return _forgotten(made, {i for i, n in wanted.items() if n is None})


def _scaled(flow, x, factors: dict, mode: str | None):
    """Some axes resized by factors: axis → factor."""
    open_at = {i for i, f in factors.items() if not isinstance(f, int | float)}
    ways = {
        i: Scaled.of(f, 24, mode or "nearest")
        for i, f in factors.items()
        if i not in open_at and f != 1
    }
    return _forgotten(_read(operations.mapped(flow, x, ways), mode), open_at)


def _upsample(a, known, outputs, opset):
    return _resize(a, known, outputs, 10)


def _transpose(a, known, outputs, opset):
    if any(axis < 0 for axis in a.get("perm", ())):
        refuse("perm 里的轴从 0 数起", "the axes of perm count from 0", a["perm"])
    return operations.permute(a.get("perm"))


def _split(a, known, outputs, opset):
    axis, said, wanted = a.get("axis", 0), a.get("split"), a.get("num_outputs")
    constant = len(known) < 2 or known[1] is None or known[1].shape is not None

    def operation(flow, x, split=None):
        if x.shape is None:
            return (UNKNOWN,) * outputs
        lengths, n = said or _row(split), x.shape[place(axis, len(x.shape))]
        if lengths is None:
            lengths = (
                (None,) * outputs
                if n is None or split is not None
                else _shares(flow, n, outputs, wanted)
            )
        if len(lengths) != outputs or any(type(m) is int and m < 0 for m in lengths):
            refuse(
                f"须有 {outputs} 个不为负的长度",
                f"{outputs} lengths are needed, none of them negative",
                tuple(lengths),
            )
        for m in () if constant else lengths:  # a computed 0 is not meant
            flow.some(m)
        return operations.split(axis, tuple(lengths))(flow, x)

    return operation


def _shares(flow, n, outputs: int, wanted) -> tuple:
    """Equal lengths; where their number is said, the last may be shorter, or empty, but the others
    are not made shorter for it.
    """
    if wanted is None:
        flow.equal(n % outputs, 0)
        return (n // outputs,) * outputs
    if wanted != outputs:
        refuse(
            "num_outputs 须等于输出的个数",
            "num_outputs must be the number of outputs",
            wanted,
            f"应为 {outputs}",
            f"{outputs} works",
        )
    share = -(-n // outputs)
    last = n - share * (outputs - 1)
    flow.some(last + 1)
    return (*(share,) * (outputs - 1), last)


def _gemm(a, known, outputs, opset):
    def operation(flow, x, w, bias=None):
        if x.shape is None or w.shape is None:
            return UNKNOWN
        if len(x.shape) != 2 or len(w.shape) != 2:
            refuse("Gemm 的输入各有 2 个轴", "Gemm multiplies two matrices", (x.shape, w.shape))
        one, two = (
            (x.shape[::-1] if a.get("transA") else x.shape),
            (w.shape[::-1] if a.get("transB") else w.shape),
        )
        flow.equal(one[1], two[0])
        if bias is not None and bias.shape is not None:
            _stretch(flow, bias.shape, (one[0], two[1]))
        if a.get("transA"):
            return Tensor((one[0], two[1]), None, ((), ()))
        return Tensor((one[0], two[1]), None, ((Wire(0, 0),), ()), (Wire(0, 1, WHOLE),))

    operation.macs = lambda x, w, *_: prod(w.shape)
    return operation


def _recurrent(a, known, outputs, opset):
    hidden, ways = a["hidden_size"], 2 if a.get("direction") == "bidirectional" else 1

    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * outputs
        time, batch, _ = x.shape if not a.get("layout") else (x.shape[1], x.shape[0], x.shape[2])
        step = Tensor((ways, batch, hidden), None, ((),) * 3)
        whole = (
            Tensor((time, ways, batch, hidden), None, ((), (), (), ()))
            if not a.get("layout")
            else Tensor((batch, time, ways, hidden), None, ((),) * 4)
        )
        return (whole, *(step,) * (outputs - 1))

    def macs(x, w, r, *_):
        if w.unclear or r.unclear:
            return None
        return x.shape[1 if a.get("layout") else 0] * (prod(w.shape) + prod(r.shape))

    operation.macs = macs
    return operation


def _range(flow, start, end, step):
    row = [_number(t) for t in (start, end, step)]
    first, last, by = row
    if by == 0:
        refuse("步长不能为 0", "a step must not be 0", by)
    if all(isinstance(v, float) for v in row):
        return Tensor((max(ceil((last - first) / by), 0),), None, ((),))
    if type(by) is not int or not all(isinstance(v, int | Length) for v in row):
        return Tensor((None,))
    length = operations.positive(-((first - last) // by) if by > 0 else -((last - first) // -by))
    return Tensor(
        (length,),
        (
            tuple(range(first, last, by))
            if type(first) is type(last) is int and length <= FEW
            else None
        ),
        ((),),
    )


def _gather(a, known, outputs, opset):
    return operations.take(a.get("axis", 0))


def _top(a, known, outputs, opset):
    def operation(flow, x, k=None):
        if x.shape is None:
            return UNKNOWN, UNKNOWN
        at = place(a.get("axis", -1), len(x.shape))
        n, m = a["k"] if "k" in a else _number(k, _row), x.shape[at]
        if k is None and "k" not in a:
            refuse("须给出 k", "k is needed", None)
        if type(n) is int and n < 0:
            refuse("k 不能为负", "k must not be negative", n)
        if k is not None and k is not known[1]:  # a computed 0 is not meant
            flow.some(n)
        if None not in (n, m):
            flow.some(m - n + 1)
        made = Tensor(
            tuple(n if i == at else m for i, m in enumerate(x.shape)),
            None,
            tuple(() if i == at else w for i, w in enumerate(operations.kept(len(x.shape)))),
        )
        return made, made

    return operation


def _expand(flow, x, shape):
    return operations.expand(flow, x, _row(shape))


def _tile(flow, x, times):
    row = _row(times)
    if x.shape is not None and row is not None and len(row) != len(x.shape):
        refuse(f"repeats 须有 {len(x.shape)} 项", f"repeats needs {len(x.shape)} entries", row)
    return operations.repeat(flow, x, row)


def _squeeze(a, known, outputs, opset):
    return operations.squeeze(_axes(a, known, 1) or None)


def _unsqueeze(a, known, outputs, opset):
    return operations.unsqueeze(_axes(a, known, 1))


def _concat(a, known, outputs, opset):
    return operations.concat(a.get("axis", 1) if opset < 4 else a["axis"])


def _global(flow, x):
    if x.shape is None:
        return UNKNOWN
    return operations.reduce(tuple(range(2, len(x.shape))), True)(flow, x)


def _where(flow, chosen, x, y):
    return _computed(elementwise(flow, chosen, x, y), numbers.choose, chosen, x, y)


WINDOWED = ("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides")
SAME = """LeakyRelu Sigmoid Tanh LRN Elu Selu Celu HardSigmoid HardSwish Exp Log Sqrt Erf Gelu
Mish Swish Softplus Softsign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Reciprocal
QuantizeLinear DequantizeLinear ThresholdedRelu Shrink IsNaN IsInf BitwiseNot
EyeLike RandomNormalLike RandomUniformLike Bernoulli""".split()
REDUCED = (
    "ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp"
    " ReduceSumSquare".split()
)
OPERATORS = (
    dict.fromkeys(SAME, _first(_shaped))
    | dict.fromkeys("Softmax LogSoftmax Hardmax".split(), _mixing(_along, _at_axis))
    # where depends on more than the place
    | dict.fromkeys(
        "ScatterND ScatterElements Scatter Trilu".split(),
        _mixing(_plain(_shaped), lambda a, known, rank, opset: range(rank)),
    )
    | dict.fromkeys(REDUCED, _reduction)
    | {
        name: _numbers(kind)
        for name, kind in {
            "Add": numbers.add,
            "Sub": numbers.subtract,
            "Mul": numbers.multiply,
            "Div": numbers.quotient,
            "Equal": numbers.equals,
            "Less": numbers.below,
            "LessOrEqual": numbers.at_most,
            "Greater": numbers.above,
            "GreaterOrEqual": numbers.at_least,
        }.items()
    }
    | {
        name: _mapped_numbers(kind)
        for name, kind in {
            "Floor": numbers.float_floors,
            "Ceil": numbers.float_ceils,
            "Round": numbers.float_rounds,
            "Neg": numbers.negative,
            "Abs": numbers.absolute,
            "Sign": numbers.sign,
            "Not": numbers.opposite,
            "Relu": numbers.positive,
        }.items()
    }
    | dict.fromkeys(
        "Pow And Or Xor PRelu BitShift BitwiseAnd BitwiseOr BitwiseXor".split(), _plain(_pairs)
    )
    | {
        "Sum": _many(numbers.add),
        "Mean": _many(),
        "Max": _many(numbers.maximum),
        "Min": _many(numbers.minimum),
    }
    | {
        "Identity": _plain(_kept),
        "Dropout": _dropout,
        "BatchNormalization": _first(_per_channel(4)),
        "InstanceNormalization": _mixing(_plain(_per_channel(2)), _behind_channels),
        "GroupNormalization": _mixing(_group_normalization, _behind_channels),
        "LpNormalization": _mixing(_along, lambda a, known, rank, opset: (a.get("axis", -1),)),
        "MeanVarianceNormalization": _mixing(
            _plain(_shaped), lambda a, known, rank, opset: a.get("axes", (0, 2, 3))
        ),
        "RMSNormalization": _mixing(_plain(_shaped), _from_axis),
        "CumSum": _mixing(_plain(_shaped), _summed),
        "ReverseSequence": _mixing(
            _plain(_shaped), lambda a, known, rank, opset: (a.get("time_axis", 0),)
        ),
        "LayerNormalization": _mixing(_first(_layer_normalization), _from_axis),
        "Clip": _clip,
        "Mod": _remainder,
        "Cast": _cast,
        "CastLike": _plain(_cast_like),
        "Where": _plain(_where),
        "Conv": _convolution(onnx.Conv),
        "ConvTranspose": _convolution(onnx.ConvTranspose),
        "ConvInteger": _quantized(1),
        "QLinearConv": _quantized(3),
        "MaxPool": _words(onnx.MaxPool, *WINDOWED, "storage_order"),
        "AveragePool": _words(onnx.AveragePool, *WINDOWED, "count_include_pad"),
        "LpPool": _words(onnx.LpPool, *WINDOWED, "p"),
        "GlobalAveragePool": _plain(_global),
        "GlobalMaxPool": _plain(_global),
        "GlobalLpPool": _plain(_global),
        "DepthToSpace": _words(onnx.DepthToSpace, "blocksize", "mode"),
        "SpaceToDepth": _words(onnx.SpaceToDepth, "blocksize"),
        "Gemm": _gemm,
        "MatMul": _plain(operations.matmul),
        "MatMulInteger": _plain(operations.matmul),
        "Concat": _concat,
        "Split": _split,
        "Reshape": _reshape,
        "Flatten": _flatten,
        "Transpose": _transpose,
        "Squeeze": _squeeze,
        "Unsqueeze": _unsqueeze,
        "Slice": _slice,
        "Pad": _pad,
        "Resize": _resize,
        "Upsample": _upsample,
        "Gather": _gather,
        "GatherElements": _plain(_picked),
        "Shape": _shape,
        "Size": _plain(_size),
        "Constant": _constant,
        "ConstantOfShape": _filled,
        "Expand": _plain(_expand),
        "Tile": _plain(_tile),
        "Range": _plain(_range),
        "ReduceProd": _product,
        "ArgMax": _chosen,
        "ArgMin": _chosen,
        "TopK": _top,
        "LSTM": _recurrent,
        "GRU": _recurrent,
        "RNN": _recurrent,
    }
)
