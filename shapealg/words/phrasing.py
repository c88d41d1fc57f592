"""How each framework says the window of a convolution that is given in numbers: its own padding
where it has one, a padding layer in front where not.

One function per framework, all asked the same; what a framework cannot say it refuses with the
reason.
"""

from dataclasses import dataclass

from shapealg.axis.placed import Same
from shapealg.errors import Received, ShapeError
from shapealg.layer.convolution import Convolution
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Sought:
    """A layer taken apart: what every framework's words are made of."""

    layer: Convolution
    axes: tuple
    channels: object
    size: tuple | None = None  # of the input along each axis, where it is known

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.axes)

    @property
    def kind(self) -> str:
        """forward or transposed"""
        return "transposed" if self.layer.transposed else "forward"

    @property
    def windows(self) -> tuple:
        """The window of each axis; a `Same` has none before it is placed."""
        return tuple(getattr(axis, "window", axis) for axis in self.axes)

    @property
    def k(self) -> tuple:
        """Per axis the number of taps."""
        return self.layer.kernel_size

    @property
    def s(self) -> tuple:
        """Per axis the stride."""
        return tuple(w.stride for w in self.windows)

    @property
    def d(self) -> tuple:
        """Per axis the distance of two taps."""
        return tuple(
            (w.kernel - 1) // max(k - 1, 1) or 1 for w, k in zip(self.windows, self.k, strict=True)
        )

    @property
    def lo(self) -> tuple:
        """Per axis the padding in front."""
        return tuple(w.lo for w in self.windows)

    @property
    def hi(self) -> tuple:
        """Per axis the padding behind."""
        return tuple(w.hi for w in self.windows)

    @property
    def same(self) -> bool:
        """Whether every axis still waits for the input to place itself, the odd position behind."""
        return all(isinstance(axis, Same) and not axis.lower for axis in self.axes)

    @property
    def lower(self) -> bool:
        """The same, the odd position in front."""
        return all(isinstance(axis, Same) and axis.lower for axis in self.axes)

    def word(self, same: str, lower: str) -> str | None:
        """The framework's word for padding that waits for the input, where one is meant."""
        if self.same:
            return same
        return lower if self.lower else None

    @property
    def open(self) -> bool:
        """Whether some axis is not placed yet."""
        return any(isinstance(getattr(axis, "window", axis), Same) for axis in self.axes)

    @property
    def pairs(self) -> tuple:
        """Per axis the padding in front and behind."""
        return tuple(zip(self.lo, self.hi, strict=True))

    def placed(self) -> None:
        """Refuse what is not placed yet."""
        if self.open:
            _none(
                Text(zh="填充取决于输入尺寸", en="the padding depends on the input size"),
                Text(zh="请给出 input_shape", en="give an input_shape"),
            )


def _none(asked: Text, works: Text | None = None):
    """No words: the reason, and what would help; the layer that was asked about is named by who
    asked.
    """
    raise ShapeError(
        asked, Received("-"), works or Text(zh="没有等价的写法", en="no equivalent words exist")
    )


def _kind(x, kinds: dict) -> str:
    """The framework's name for this kind of adaptive pooling."""
    if x.layer.kind not in kinds:
        _none(
            Text(
                zh="这个框架没有自适应或全局的 Lp 池化",
                en="this framework has no adaptive and no global Lp pooling",
            )
        )
    return kinds[x.layer.kind]


def _flat(pairs) -> tuple:
    return tuple(p for pair in pairs for p in pair)


def torch(dialect, x: Sought):
    """PyTorch pads alike on both sides; the rest goes into a padding layer."""
    named = lambda name: getattr(dialect, f"{name}{x.rank}d")  # noqa: E731
    x.placed()
    last_first = _flat(x.pairs[::-1])
    alike = x.lo == x.hi and min(x.lo) >= 0
    if x.kind == "forward":
        front, p = ([], x.lo) if alike else ([named("ZeroPad")(last_first)], (0,) * x.rank)
        return [
            *front,
            named("Conv")(
                x.channels, x.layer.filters, x.k, x.s, p, x.d, x.layer.groups, x.layer.bias
            ),
        ]
    p, op, crops = _backwards(x, [max(s, d) for s, d in zip(x.s, x.d, strict=True)])
    made = named("ConvTranspose")(
        x.channels, x.layer.filters, x.k, x.s, p, op, x.layer.groups, x.layer.bias, x.d
    )
    return [
        made,
        *(
            [named("ZeroPad")(_flat(tuple((-a, -b) for a, b in crops[::-1])))]
            if any(_flat(crops))
            else []
        ),
    ]


def _backwards(x: Sought, below) -> tuple:
    """Symmetric padding, output_padding under its limit, and what must be cropped afterwards, for a
    transposed convolution.
    """
    p, op, crops = [], [], []
    for lo, hi, limit in zip(x.lo, x.hi, below, strict=True):
        if lo >= 0 and 0 <= lo - hi < limit:
            p, op, crops = [*p, lo], [*op, lo - hi], [*crops, (0, 0)]
        elif lo >= 0 and hi > lo:
            p, op, crops = [*p, lo], [*op, 0], [*crops, (0, hi - lo)]
        elif lo > hi >= 0:
            p, op, crops = [*p, hi], [*op, 0], [*crops, (lo - hi, 0)]
        elif lo >= 0 and -hi < limit:
            p, op, crops = [*p, 0], [*op, -hi], [*crops, (lo, 0)]
        else:
            _none(
                Text(
                    zh="输出比核所及还要长，output_padding 的上限不够",
                    en=(
                        "the output reaches further than the kernel, beyond the limit of"
                        " output_padding"
                    ),
                )
            )
    return tuple(p), tuple(op), tuple(crops)


def keras(dialect, x: Sought):
    """Keras has "valid" and "same"; every other padding goes into a layer in front."""
    named = lambda name, tail="": getattr(dialect, f"{name}{x.rank}D{tail}")  # noqa: E731
    pairs = lambda values: tuple(values) if x.rank > 1 else values[0]  # noqa: E731
    if x.kind == "forward":
        return _keras_forward(named, pairs, x)
    if x.layer.groups != 1:
        _none(
            Text(
                zh="Keras 的转置卷积没有 groups",
                en="Keras's transposed convolution has no groups",
            )
        )
    _backwards(x, x.s)  # refuses what output_padding does not reach
    tails = tuple(max(-hi, 0) for hi in x.hi)
    words = {
        "filters": x.layer.filters,
        "kernel_size": x.k,
        "strides": x.s,
        "dilation_rate": x.d,
        "use_bias": x.layer.bias,
    }
    made = named("Conv", "Transpose")(**words, output_padding=tails)
    crops = tuple((lo, max(hi, 0)) for lo, hi in x.pairs)
    return [made, *([named("Cropping")(pairs(crops))] if any(_flat(crops)) else [])]


def _keras_forward(named, pairs, x: Sought) -> list:
    words = {
        "filters": x.layer.filters,
        "kernel_size": x.k,
        "strides": x.s,
        "dilation_rate": x.d,
        "groups": x.layer.groups,
        "use_bias": x.layer.bias,
    }
    if x.same:
        return [named("Conv")(**words, padding="same")]
    x.placed()
    if x.rank == 1 and x.hi == (0,) and x.lo == (x.windows[0].kernel - 1,) and x.lo[0]:
        return [named("Conv")(**words, padding="causal")]
    if (
        set(x.s) == {1}
        and all(Same(w.kernel, 1).at(w.kernel) == w for w in x.windows)
        and any(x.lo + x.hi)
    ):
        return [named("Conv")(**words, padding="same")]
    return [*_around(named, pairs, x.pairs), named("Conv")(**words)]


def _around(named, pairs, amounts) -> list:
    """Layers that pad by what is positive and crop by what is negative."""
    padded, cropped = (
        tuple((max(a, 0), max(b, 0)) for a, b in amounts),
        tuple((max(-a, 0), max(-b, 0)) for a, b in amounts),
    )
    return [
        named(name)(pairs(each))
        for name, each in (("Cropping", cropped), ("ZeroPadding", padded))
        if any(_flat(each))
    ]


def onnx(dialect, x: Sought):
    """ONNX says all begins, then all ends."""
    word = x.word("SAME_UPPER", "SAME_LOWER")
    auto = {"auto_pad": word} if word else None
    if auto is None:
        x.placed()
    pads = auto or ({"pads": (*x.lo, *x.hi)} if any(x.lo + x.hi) else {})
    front = []
    if auto is None and x.kind != "transposed" and min(x.lo + x.hi) < 0:
        front, pads = [dialect.Pad((0, 0, *x.lo, 0, 0, *x.hi))], {}
    words = {"strides": x.s} if any(s > 1 for s in x.s) else {}
    words |= {"dilations": x.d} if any(d > 1 for d in x.d) else {}
    lengths = x.layer.weight(x.channels)
    group = {"group": x.layer.groups} if x.layer.groups != 1 else {}
    if x.kind == "forward":
        return [
            *front,
            dialect.Conv(
                W=(lengths["O"], lengths["I"], *x.k), kernel_shape=x.k, **pads, **words, **group
            ),
        ]
    return [_onnx_transposed(dialect, x, words, group)]


def _onnx_transposed(dialect, x: Sought, words: dict, group: dict):
    lengths = x.layer.weight(x.channels)
    p, op, crops = tuple(max(v, 0) for v in x.lo), tuple(max(-v, 0) for v in x.hi), x.lo
    if min(crops) < 0 or any(o >= s for o, s in zip(op, x.s, strict=True)):
        _none(
            Text(
                zh="输出比核所及还要长，ONNX Runtime 的 output_padding 须小于步长",
                en=(
                    "the output reaches further than the kernel; ONNX Runtime's output_padding"
                    " stays below the stride"
                ),
            )
        )
    more = {"output_padding": op} if any(op) else {}
    pads = {"pads": (*p, *(max(v, 0) for v in x.hi))} if any(p) or any(v > 0 for v in x.hi) else {}
    return dialect.ConvTranspose(
        W=(lengths["I"], lengths["O"], *x.k),
        kernel_shape=x.k,
        **more,
        **pads,
        **words,
        **group,
    )


def paddle(dialect, x: Sought):
    """Paddle pads each side on its own, but its "SAME" forgets the dilation, so numbers are said
    instead.
    """
    named = lambda name, tail="": getattr(dialect, f"{name}{x.rank}D{tail}")  # noqa: E731
    undilated = all(
        isinstance(axis, Same) and axis.kernel == k for axis, k in zip(x.axes, x.k, strict=True)
    )
    if x.same and undilated:
        p = "SAME"
    else:
        x.placed()
        p = x.lo if x.lo == x.hi else _flat(x.pairs)
    if x.kind == "forward":
        front = []
        if not isinstance(p, str) and min(p) < 0:
            front, p = [named("Pad")(_flat(x.pairs[::-1]))], (0,) * x.rank
        return [
            *front,
            named("Conv")(
                x.channels,
                x.layer.filters,
                x.k,
                x.s,
                p,
                x.d,
                x.layer.groups,
                **({} if x.layer.bias else {"bias_attr": False}),
            ),
        ]
    return [_paddle_transposed(named, x)]


def _paddle_transposed(named, x: Sought):
    if min(x.lo) < 0 or any(-hi >= s for hi, s in zip(x.hi, x.s, strict=True)):
        _none(
            Text(
                zh="输出比核所及还要长，Paddle 的 output_padding 须小于步长",
                en=(
                    "the output reaches further than the kernel; Paddle's output_padding stays"
                    " below the stride"
                ),
            )
        )
    hi = tuple(max(v, 0) for v in x.hi)
    p = x.lo if x.lo == hi else _flat(tuple(zip(x.lo, hi, strict=True)))
    op = tuple(max(-v, 0) for v in x.hi)
    return named("Conv", "Transpose")(
        x.channels,
        x.layer.filters,
        x.k,
        x.s,
        p,
        op,
        groups=x.layer.groups,
        dilation=x.d,
        **({} if x.layer.bias else {"bias_attr": False}),
    )


def jax(dialect, x: Sought):
    """JAX takes a pair per axis, negative ones too; transposed, the pair is what is added around
    the spread input.
    """
    padding = x.word("SAME", "SAME_LOWER")
    if padding is None:
        x.placed()
    lengths = x.layer.weight(x.channels)
    words = {"rhs_dilation": x.d} if any(d > 1 for d in x.d) else {}
    if x.kind == "forward":
        words |= {"feature_group_count": x.layer.groups} if x.layer.groups != 1 else {}
        return [
            dialect.conv_general_dilated(
                (lengths["O"], lengths["I"], *x.k), x.s, padding or x.pairs, **words
            )
        ]
    if x.layer.groups != 1:
        _none(Text(zh="JAX 的 conv_transpose 没有分组", en="JAX's conv_transpose has no groups"))
    around = tuple((w.kernel - 1 - w.lo, w.kernel - 1 - w.hi) for w in x.windows)
    return [dialect.conv_transpose((*x.k, lengths["I"], lengths["O"]), x.s, around, **words)]


def tensorflow(dialect, x: Sought):
    """TensorFlow's functions of rank 2 take explicit padding; for the others tf.pad is in front."""
    if not x.same:
        x.placed()
    around = ((0, 0), *(() if x.open else x.pairs), (0, 0))
    front, padding = [], "SAME" if x.same else "VALID"
    if not x.open and any(x.lo + x.hi) and x.kind != "transposed":
        if min(x.lo + x.hi) < 0:
            _none(
                Text(zh="tf.pad 不能裁剪", en="tf.pad cannot crop"),
                Text(zh="先用切片裁剪", en="crop with a slice first"),
            )
        if x.rank == 2:
            padding = around
        else:
            front = [dialect.pad(around)]
    if x.kind == "forward":
        lengths = x.layer.weight(x.channels)
        weight = (*x.k, lengths["I"], x.layer.filters)
        words = {"dilations": x.d} if any(d > 1 for d in x.d) else {}
        if x.rank == 3:
            if x.layer.groups != 1:
                _none(Text(zh="tf.nn.conv3d 没有分组", en="tf.nn.conv3d has no groups"))
            if words and set(x.s) == {1}:
                return [*front, dialect.convolution(weight, x.s, padding, **words)]
            return [
                *front,
                dialect.conv3d(
                    weight, (1, *x.s, 1), padding, **({"dilations": (1, *x.d, 1)} if words else {})
                ),
            ]
        return [
            *front,
            {1: dialect.conv1d, 2: dialect.conv2d}[x.rank](
                weight, x.s if x.rank > 1 else x.s[0], padding, **words
            ),
        ]
    return [_tensorflow_transposed(dialect, x)]


def _tensorflow_transposed(dialect, x: Sought):
    """The output shape is an argument; "VALID" stands for no padding before, "SAME" for what it
    would pad going forward.
    """
    if x.size is None:
        _none(
            Text(
                zh="TensorFlow 的转置卷积以输出形状为参数",
                en="a transposed convolution of TensorFlow takes the output shape as an argument",
            ),
            Text(zh="请给出 input_shape", en="give an input_shape"),
        )
    if x.layer.groups != 1 or any(d > 1 for d in x.d):
        _none(
            Text(
                zh="TensorFlow 的转置卷积在 CPU 上没有分组与膨胀",
                en="on CPU, a transposed convolution of TensorFlow has no groups and no dilation",
            )
        )
    lengths = x.layer.weight(x.channels)
    out = tuple(axis.count(n) for axis, n in zip(x.axes, x.size, strict=True))
    words = {"output_shape": (1, *out, x.layer.filters), "strides": x.s if x.rank > 1 else x.s[0]}
    weight = (*x.k, lengths["O"], lengths["I"])
    if not any(x.lo) and all(0 <= -hi < s for hi, s in zip(x.hi, x.s, strict=True)):
        padding = "VALID"
    elif all(
        Same(w.kernel, w.stride).at(m).lo == w.lo and Same(w.kernel, w.stride).count(m) == n
        for w, m, n in zip(x.windows, out, x.size, strict=True)
    ):
        padding = "SAME"
    elif x.rank == 2 and min(x.lo + x.hi) >= 0:
        padding = ((0, 0), *x.pairs, (0, 0))
    else:
        _none(
            Text(
                zh="TensorFlow 只有二维的转置卷积收显式填充",
                en="only the transposed convolution of rank 2 takes explicit padding in TensorFlow",
            ),
            Text(zh="用 VALID 再切片裁剪", en="use VALID and crop with a slice"),
        )
    return getattr(dialect, f"conv{x.rank}d_transpose")(weight, **words, padding=padding)


FRAMEWORKS = {f.__name__: f for f in (keras, tensorflow, torch, jax, onnx, paddle)}
