"""Keras's own words. Names, defaults, order and refusals are those of Keras 3, seen on Keras 3.15.1
(TensorFlow and JAX, called).

Where the two backends do not agree, or a model refuses what the layer called on data would let
pass, the words mean what `compute_output_shape` says. Axes are channels last unless `data_format`
says otherwise.
"""

from itertools import islice
from math import prod
from typing import NoReturn

from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import is_expression, larger, one_size, quotient
from shapealg.layer.convolution import Convolution, pointwise
from shapealg.layer.joining import broadcast, concatenated, flattened
from shapealg.layer.layer import Layer, fitting
from shapealg.layer.pooling import Pooling
from shapealg.layer.separable import Separable
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places, sequential
from shapealg.words.manners import TooSmall
from shapealg.words.shape import named, sizes
from shapealg.words.words import Weightless, Words, ranked, steady

VERSION = "3.15.1"
# what its page begins with
LEAD = Text(
    zh=(
        "填充写成词：`valid`、`same`，一维另有 `causal`。"
        "步长与膨胀率不能同时大于 1；转置卷积在步长超过核时自动补足。"
    ),
    en=(
        "Padding is a word: `valid`, `same`, or `causal` in one dimension. Stride and dilation"
        " exclude each other; a transposed convolution fills up what a stride beyond the kernel"
        " leaves open."
    ),
)
CHANNELS_LAST, CHANNELS_FIRST = "channels_last", "channels_first"

# Arguments of Keras's layers that cannot change any size; accepted, so that a pasted line works,
# and not kept.
_EVERY_LAYER = frozenset(
    "name dtype trainable autocast input_shape input_dim activity_regularizer".split()
)
SIZELESS = _EVERY_LAYER | frozenset(
    "kernel_initializer bias_initializer kernel_regularizer bias_regularizer"
    " kernel_constraint bias_constraint lora_rank lora_alpha".split()
)
_DEPTHWISE = _EVERY_LAYER | frozenset(
    "depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer"
    " depthwise_constraint bias_constraint".split()
)
_SEPARABLE = _DEPTHWISE | frozenset(
    "pointwise_initializer pointwise_regularizer pointwise_constraint".split()
)


def _no_tuple(value, n: int, name: str, least: int) -> ShapeError:
    """What is said of a value that is not n integers of at least `least`."""
    nearest = 3
    if isinstance(value, float) and value == value and abs(value) <= 2**53:
        nearest = max(least, round(value))
    example = (nearest,) * n
    kind = (
        Text(zh="正整数", en="positive integer")
        if least
        else Text(zh="非负整数", en="non-negative integer")
    )
    return ShapeError(
        Text(
            zh=f"{name} 须为 {n} 个{kind.zh}",
            en=f"{name} must be {n} {kind.en}{'s' if n > 1 else ''}",
        ),
        value,
        Text(
            zh=f"可用：{name}={nearest} 或 {name}={example}",
            en=f"{name}={nearest} or {name}={example} works",
        ),
    )


def normalize_tuple(value, n: int, name: str, least: int = 1) -> tuple:
    """One integer of at least `least` (0 or 1) per axis: an int is repeated, an iterable of n
    integers is taken as it is.

    What it accepts and refuses is what today's Keras can run; unlike Keras it refuses `(3.7,)` at
    once, not when the layer is built.

    Raises:
        ShapeError: for a wrong length, for anything that is not such an integer.

    >>> normalize_tuple(3, 2, "kernel_size"), normalize_tuple([3, 5], 2, "kernel_size")
    ((3, 3), (3, 5))
    """
    refusal = _no_tuple(value, n, name, least)
    if isinstance(value, int) or is_expression(value):
        entries = (value,) * n
    else:
        try:
            # never more: an endless iterator is refused, not awaited
            entries = tuple(islice(value, n + 1))
        except Exception:  # not iterable, or somebody's failing __iter__
            raise refusal from None
    if len(entries) != n:
        raise refusal
    try:
        entries = tuple(
            int(e) if isinstance(e, bool) else one_size(e, name)
            for e in entries
            if not isinstance(e, str)
        )
    except ShapeError:
        raise refusal from None
    if len(entries) != n or any((e < least) == True for e in entries):
        raise refusal
    return entries


class _Own(str):
    """An activation that is no function of Keras's, under its name; equal to itself only."""

    activation: object

    @classmethod
    def of(cls, activation) -> "_Own":
        made = cls(getattr(activation, "__name__", type(activation).__name__))
        made.activation = activation
        return made

    def __eq__(self, other) -> bool:
        return isinstance(other, _Own) and other.activation is self.activation

    def __ne__(self, other) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _named(activation) -> str | None:
    """An activation by its name, however it was said; `None` where it changes nothing."""
    if activation is None or isinstance(activation, str):
        told = activation
    elif str(getattr(activation, "__module__", "")).partition(".")[0] == "keras":
        told = getattr(activation, "__name__", None) or _Own.of(activation)
    else:
        told = _Own.of(activation)
    return None if told in (None, "linear") else told


class KerasLayer(Words):
    """What Keras's layers share: a batch, channels last or first, and arguments that are not about
    sizes.
    """

    framework = "keras"
    layout = "N*C"
    sizeless = _EVERY_LAYER
    data_format = CHANNELS_LAST

    def _read_format(self, data_format, fold: bool = True) -> None:
        """`data_format` in any case (or not, without `fold`); `None` is channels last."""
        self.data_format = (
            CHANNELS_LAST
            if data_format is None
            else self.word(data_format, "data_format", (CHANNELS_LAST, CHANNELS_FIRST), fold)
        )
        self.layout = "N*C" if self.data_format == CHANNELS_LAST else "NC*"

    def _positive(self, value, name: str):
        """One positive integer; Keras counts True as 1."""
        value = int(value) if isinstance(value, bool) else value
        if (
            isinstance(value, str)
            or (value := one_size(value, name)) is None
            or (value < 1) == True
        ):
            self.refuse(
                f"{name} 须为正整数",
                f"{name} must be a positive integer",
                value,
                f"例如 {name}=1",
                f"for example {name}=1",
            )
        return value

    def _not_empty(self, n, i: int) -> None:
        if n == 0:
            self.refuse(
                f"第 {i} 个空间轴不能为空",
                f"spatial axis {i} must not be empty",
                n,
                "至少要 1 格",
                "at least 1 position works",
            )

    def words(self) -> dict:
        """What was said, name by name, defaults left out."""
        return {
            name: value
            for name, value in super().words().items()
            if (name, value) != ("data_format", CHANNELS_LAST)
        }

    def _wrong_shape(self, asked: Text, received) -> NoReturn:
        order = self._axes_told()
        raise ShapeError(
            asked,
            received,
            Text(
                zh=f"{self.data_format} 的次序是 ({order})",
                en=f"the order of {self.data_format} is ({order})",
            ),
        )


# ------------------------------------------------------------ convolution


class _Convolutional(KerasLayer):
    """What all convolutions share: windows said by kernel, strides, dilation and "valid" or
    "same".
    """

    sizeless = SIZELESS
    weight_layout = "*IO"
    paddings: tuple[str, ...] = ("valid", "same")

    def _read_windows(
        self, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias
    ) -> None:
        self.kernel_size = normalize_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = normalize_tuple(strides, self.rank, "strides")
        self.dilation_rate = normalize_tuple(dilation_rate, self.rank, "dilation_rate")
        self.padding = self.word(padding, "padding", self.paddings, fold=True)
        self._read_format(data_format)
        self.activation = _named(activation)
        self.use_bias = self.flag(use_bias, "use_bias")

    def _not_both(self) -> None:
        """Stride and dilation exclude each other, be it on different axes."""
        if any((e > 1) == True for e in self.strides) and any(
            (e > 1) == True for e in self.dilation_rate
        ):
            self.refuse(
                "Keras 不允许步长与膨胀率同时大于 1",
                "Keras refuses strides > 1 together with dilation_rate > 1",
                Received(
                    f"strides={shown(self.strides)}, dilation_rate={shown(self.dilation_rate)}"
                ),
                "把其中之一设为 1",
                "set one of them to 1",
            )

    def _windows(self) -> tuple[tuple, tuple]:
        """Per axis the window; and the kernel, in integer symbols."""
        kernel, strides, dilations = (
            tuple(map(self._integer, e))
            for e in (self.kernel_size, self.strides, self.dilation_rate)
        )
        return tuple(map(self._axis, kernel, strides, dilations)), kernel

    def _axis(self, k, s, d):
        if self.padding == "same":
            return Same(Window.dilated(k, d).kernel, s)
        return Window.dilated(k, d, s, lo=d * (k - 1) if self.padding == "causal" else 0)

    @steady
    def outputs_along(self, axis, n, i):
        # As Keras's compute_output_shape: an empty axis stays empty under "same" and "causal", and
        # "valid" refuses it.
        return 0 if n == 0 and self.padding != "valid" else super().outputs_along(axis, n, i)

    def kernel_shape(self, input_shape) -> tuple:
        """`weight_shape`, under the name of what Keras calls the kernel."""
        return self.weight_shape(input_shape)


class Conv(_Convolutional):
    """What Conv1D, Conv2D and Conv3D share: everything but the number of axes."""

    family = True

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        groups=1,
        activation=None,
        use_bias=True,
    ):
        self.filters, self.groups = (
            self._positive(filters, "filters"),
            self._positive(groups, "groups"),
        )
        self._read_windows(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias
        )
        if (
            isinstance(self.filters, int)
            and isinstance(self.groups, int)
            and self.filters % self.groups
        ):
            up = self.filters + -self.filters % self.groups
            self.refuse(
                f"filters 须能被 groups={shown(self.groups)} 整除",
                f"filters must be divisible by groups={shown(self.groups)}",
                self.filters,
                f"最近的可用值：filters={shown(up)}",
                f"the nearest that works is filters={shown(up)}",
            )
        self._not_both()

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        layer = Convolution(
            *self._windows(), self._integer(self.filters), self._integer(self.groups), self.use_bias
        )
        if channels is not None:
            layer.weight(channels)  # they must split into groups
        return layer


class Conv1D(Conv):
    """Keras's `Conv1D`, as the shapes it makes.

    >>> Conv1D(64, 3).kernel_shape((None, 600, 300))
    (3, 300, 64)
    >>> Conv1D(64, 3, padding="causal").output_shape((None, "T", 300))
    (None, T, 64)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(Conv):
    """Keras's `Conv2D`, as the shapes it makes.

    >>> Conv2D(16, 5).output_shape((None, 14, 14, 3))
    (None, 10, 10, 16)
    >>> Conv2D(64, 7, strides=2, padding="same").output_shape((None, "H", "W", 3))
    (None, (H + 1)//2, (W + 1)//2, 64)
    """

    rank = 2


class Conv3D(Conv):
    """Keras's `Conv3D`, as the shapes it makes.

    >>> Conv3D(8, 3).output_shape((None, "a1", "a2", "a3", 4))
    (None, a1 - 2, a2 - 2, a3 - 2, 8)
    """

    rank = 3


class ConvTranspose(_Convolutional):
    """Keras's `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`, as the shapes they make.

    Without `output_padding`: "same" gives n·s, "valid" (n − 1)s + max(e, s), where e = d(k − 1) +
    1. With it: "valid" (n − 1)s + e + output_padding, "same" (n − 1)s + e mod 2 + output_padding.

    >>> up = Conv2DTranspose(64, 3, strides=2, padding="same")
    >>> up.output_shape((None, "H", 7, 128)), up.kernel_shape((None, "H", 7, 128))
    ((None, 2*H, 14, 64), (3, 3, 64, 128))
    """

    weight_layout = "*OI"

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        output_padding=None,
        data_format=None,
        dilation_rate=1,
        activation=None,
        use_bias=True,
    ):
        self.filters = self._positive(filters, "filters")
        self._read_windows(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias
        )
        self.output_padding = (
            None
            if output_padding is None
            else normalize_tuple(output_padding, self.rank, "output_padding", least=0)
        )
        for i, (op, s) in enumerate(zip(self.output_padding or (), self.strides, strict=False)):
            if (op >= s) == True:
                self.refuse(
                    f"第 {i} 个轴的 output_padding 须小于步长 {shown(s)}",
                    f"output_padding of axis {i} must be less than the stride {shown(s)}",
                    op,
                    f"最近的可用值是 {shown(s - 1)}",
                    f"the nearest that works is {shown(s - 1)}",
                )
        self._not_both()

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        forward, kernel = self._windows()
        extra = (
            (None,) * self.rank
            if self.output_padding is None
            else map(self._integer, self.output_padding)
        )
        return Convolution(
            tuple(map(self._backwards, forward, extra)),
            kernel,
            self._integer(self.filters),
            1,
            self.use_bias,
        )

    def _backwards(self, window, op) -> Transposed:
        e, s = window.kernel, window.stride
        if self.padding == "valid":
            lo, hi = 0, -larger(s - e, 0) if op is None else -op
        else:
            total = e - s if op is None else e - e % 2 - op
            lo = larger(total, 0) // 2
            hi = total - lo
        return Transposed(Window(e, s, lo, hi))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        return 0 if axis.count(n) == 0 else fitting(axis, n, i)


class _Conv3DTranspose(ConvTranspose):
    __doc__ = ConvTranspose.__doc__

    # Keras has these two arguments the other way round in three dimensions.
    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        output_padding=None,
        dilation_rate=1,
        activation=None,
        use_bias=True,
    ):
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
        )


Conv1DTranspose, Conv2DTranspose = ranked(ConvTranspose, "Conv{}DTranspose", (1, 2))
(Conv3DTranspose,) = ranked(_Conv3DTranspose, "Conv{}DTranspose", (3,))


class DepthwiseConv(_Convolutional):
    """Keras's `DepthwiseConv1D` and `DepthwiseConv2D`: every channel on its own, `depth_multiplier`
    filters each.

    >>> words = DepthwiseConv2D(3, padding="same", depth_multiplier=2)
    >>> (words.output_shape((None, "H", 7, 4)),
    ...  words.kernel_shape((None, "H", 7, 4)),
    ...  words.parameters((None, "H", 7, 4)))
    ((None, H, 7, 8), (3, 3, 4, 2), 80)
    """

    sizeless = _DEPTHWISE
    # the weight is (*, channels, multiplier); reshaped to (*, 1, channels · multiplier) it is laid
    # out as weight_layout says
    multiplies = True

    def __init__(
        self,
        kernel_size,
        strides=1,
        padding="valid",
        depth_multiplier=1,
        data_format=None,
        dilation_rate=1,
        activation=None,
        use_bias=True,
    ):
        self.depth_multiplier = self._positive(depth_multiplier, "depth_multiplier")
        self._read_windows(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias
        )

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        channels = named("C", "C") if channels is None else channels
        return Convolution(
            *self._windows(),
            channels * self._integer(self.depth_multiplier),
            channels,
            self.use_bias,
        )

    def weight_shape(self, input_shape=None) -> tuple:
        """kernel_size + (channels, depth_multiplier)."""
        return (*self.kernel_size, self._back(self._channels(input_shape)), self.depth_multiplier)


DepthwiseConv1D, DepthwiseConv2D = ranked(DepthwiseConv, "DepthwiseConv{}D", (1, 2))


class SeparableConv(_Convolutional):
    """Keras's `SeparableConv1D` and `SeparableConv2D`: a depthwise convolution, then one with a
    single tap.

    >>> words = SeparableConv2D(64, 3)
    >>> (words.output_shape((None, 28, "W", 32)),
    ...  words.kernel_shape((None, 28, "W", 32)),
    ...  words.parameters((None, 28, "W", 32)))
    ((None, 26, W - 2, 64), ((3, 3, 32, 1), (1, 1, 32, 64)), 2400)
    """

    sizeless = _SEPARABLE
    weight_layout = ""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        depth_multiplier=1,
        activation=None,
        use_bias=True,
    ):
        self.filters, self.depth_multiplier = (
            self._positive(filters, "filters"),
            self._positive(depth_multiplier, "depth_multiplier"),
        )
        self._read_windows(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias
        )

    def meaning(self, channels=None, rank=None) -> Separable:
        """The layer that these words mean."""
        channels = named("C", "C") if channels is None else channels
        return Separable.of(
            *self._windows(),
            channels,
            self._integer(self.depth_multiplier),
            self._integer(self.filters),
            self.use_bias,
        )

    def weight_shape(self, input_shape=None) -> tuple:
        """Of both kernels: kernel_size + (channels, depth_multiplier), and ones + (channels ·
        depth_multiplier, filters).
        """
        channels = self._channels(input_shape)
        between = self._back(channels * self._integer(self.depth_multiplier))
        return (*self.kernel_size, self._back(channels), self.depth_multiplier), (
            (1,) * self.rank + (between, self.filters)
        )


SeparableConv1D, SeparableConv2D = ranked(SeparableConv, "SeparableConv{}D", (1, 2))


# ------------------------------------------------------------ pooling


class _Pool(KerasLayer):
    """What all pooling shares: the strides are the pool unless said otherwise; padding is never
    counted. Where no window fits, a model refuses, as here; called on data it may give nothing.
    """

    kind = "max"
    _empty_channels = _unknown_channels = True

    def _read_windows(self, pool_size, strides, padding, data_format) -> None:
        self.pool_size = normalize_tuple(pool_size, self.rank, "pool_size")
        self.strides = (
            self.pool_size if strides is None else normalize_tuple(strides, self.rank, "strides")
        )
        self.padding = self.word(padding, "padding", ("valid", "same"), fold=True)
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Pooling:
        kernel, strides = (tuple(map(self._integer, e)) for e in (self.pool_size, self.strides))
        return Pooling(
            tuple(map(Same if self.padding == "same" else Window, kernel, strides)),
            kernel,
            self.kind,
        )

    @steady
    def outputs_along(self, axis, n, i):
        return 0 if n == 0 and self.padding == "same" else super().outputs_along(axis, n, i)


class MaxPooling(_Pool):
    """Keras's `MaxPooling1D`, `MaxPooling2D`, `MaxPooling3D`.

    >>> (MaxPooling2D().output_shape((None, 25, "W", 8)),
    ...  MaxPooling2D(3, 2, "same").output_shape((None, 25, "W", 8)))
    ((None, 12, W//2, 8), (None, 13, (W + 1)//2, 8))
    """

    def __init__(self, pool_size=2, strides=None, padding="valid", data_format=None, name=None):
        self._read_windows(pool_size, strides, padding, data_format)


class AveragePooling(_Pool):
    """Keras's `AveragePooling1D`, `AveragePooling2D`, `AveragePooling3D`; "same" divides by what
    lies inside the input.

    >>> AveragePooling1D(3, strides=1, padding="same").output_shape((None, 9, 8))
    (None, 9, 8)
    """

    kind = "average"

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None):
        self._read_windows(pool_size, strides, padding, data_format)


MaxPooling1D, MaxPooling2D, MaxPooling3D = MaxPool1D, MaxPool2D, MaxPool3D = ranked(
    MaxPooling, "MaxPooling{}D"
)
AveragePooling1D, AveragePooling2D, AveragePooling3D = AvgPool1D, AvgPool2D, AvgPool3D = ranked(
    AveragePooling, "AveragePooling{}D"
)


class _GlobalPool(KerasLayer):
    """What global pooling shares: each axis becomes one output, which is dropped unless `keepdims`.

    >>> (GlobalAveragePooling2D().output_shape((None, "H", "W", 8)),
    ...  GlobalAveragePooling2D(keepdims=True).output_shape((None, "H", "W", 8)))
    ((None, 8), (None, 1, 1, 8))
    """

    kind = "max"
    _empty_channels = _unknown_channels = True

    def __init__(self, data_format=None, keepdims=False):
        self._read_format(data_format)
        self.keepdims = self.by_axes = self.flag(keepdims, "keepdims")

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling((Adaptive(1),) * self.rank, (), self.kind)

    def outputs_along(self, axis, n, i):
        if self.kind == "max":  # the mean of nothing is nan, a maximum of nothing is an error
            self._not_empty(n, i)
        return 1

    def _told(self, batch: tuple, channels, spatial: tuple) -> tuple:
        return (
            super()._told(batch, channels, spatial)
            if self.keepdims
            else tuple(map(self._back, (*batch, channels)))
        )


class _GlobalAverage(_GlobalPool):
    __doc__ = _GlobalPool.__doc__
    kind = "average"


GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D = (
    GlobalMaxPool1D,
    GlobalMaxPool2D,
    GlobalMaxPool3D,
) = ranked(_GlobalPool, "GlobalMaxPooling{}D")
GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D = (
    GlobalAvgPool1D,
    GlobalAvgPool2D,
    GlobalAvgPool3D,
) = ranked(_GlobalAverage, "GlobalAveragePooling{}D")


class _AdaptivePool(KerasLayer):
    """What adaptive pooling shares: the number of outputs is said.

    >>> AdaptiveAveragePooling2D((7, 5)).output_shape((None, "H", "W", 8))
    (None, 7, 5, 8)
    """

    kind = "max"
    _empty_channels = _unknown_channels = True

    def __init__(self, output_size, data_format=None):
        self.output_size = normalize_tuple(output_size, self.rank, "output_size")
        self._read_format(data_format, fold=False)

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling(tuple(Adaptive(self._integer(m)) for m in self.output_size), (), self.kind)

    def outputs_along(self, axis, n, i):
        self._not_empty(n, i)
        return axis.outputs


class _AdaptiveAverage(_AdaptivePool):
    __doc__ = _AdaptivePool.__doc__
    kind = "average"


AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D = ranked(
    _AdaptivePool, "AdaptiveMaxPooling{}D"
)
AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D = ranked(
    _AdaptiveAverage, "AdaptiveAveragePooling{}D"
)


# ------------------------------------------------------------ padding, cropping, resizing


class _Around(KerasLayer):
    """What padding and cropping share: an int, or per axis an int or (before, after); in one
    dimension an int or (before, after).
    """

    too_small = TooSmall.EMPTY
    _empty_channels = _unknown_channels = True

    def _pairs(self, value, name: str) -> tuple:
        """(before, after) of each axis; in one dimension the pair itself, as in Keras."""
        if self.rank == 1:
            return normalize_tuple(value, 2, name, least=0)
        if isinstance(value, int) or is_expression(value):
            return (normalize_tuple(value, 2, name, least=0),) * self.rank
        entries = taken(value, self.rank + 1)
        if entries is None or len(entries) != self.rank:
            example = ((1, 2),) * self.rank
            self.refuse(
                f"{name} 须为整数或 {self.rank} 对整数",
                f"{name} must be an int or {self.rank} pairs of ints",
                value,
                f"例如 {name}={example}",
                f"for example {name}={example}",
            )
        return tuple(
            normalize_tuple(entry, 2, f"{name}[{i}]", least=0) for i, entry in enumerate(entries)
        )

    def _layer_of(self, pairs, sign: int) -> Layer:
        around = [
            tuple(map(self._integer, pair)) for pair in ((pairs,) if self.rank == 1 else pairs)
        ]
        return Layer(tuple(Window(1, 1, sign * lo, sign * hi) for lo, hi in around))


class ZeroPadding(_Around):
    """Keras's `ZeroPadding1D`, `ZeroPadding2D`, `ZeroPadding3D`.

    >>> ZeroPadding2D(((1, 2), (3, 4))).output_shape((None, "H", None, 8))
    (None, H + 3, None, 8)
    """

    def __init__(self, padding=1, data_format=None):
        self.padding = self._pairs(padding, "padding")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return self._layer_of(self.padding, 1)


ZeroPadding1D, ZeroPadding2D, ZeroPadding3D = ranked(ZeroPadding, "ZeroPadding{}D")


class Cropping(_Around):
    """Keras's `Cropping1D`, `Cropping2D`, `Cropping3D`; something must be left.

    >>> Cropping2D(((1, 2), (3, 4))).output_shape((None, "H", 9, 8))
    (None, H - 3, 2, 8)
    """

    family = True

    def __init__(self, cropping, data_format=None):
        self.cropping = self._pairs(cropping, "cropping")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return self._layer_of(self.cropping, -1)

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        least = axis.need(1)
        if (n < least) == True:
            self.too_short(i, n, least)
        return axis.count(n)


class _Cropping1D(Cropping):
    __doc__ = Cropping.__doc__

    def __init__(self, cropping=(1, 1)):
        super().__init__(cropping)


class _Cropping2D(Cropping):
    __doc__ = Cropping.__doc__

    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None):
        super().__init__(cropping, data_format)


class _Cropping3D(Cropping):
    __doc__ = Cropping.__doc__

    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None):
        super().__init__(cropping, data_format)


(Cropping1D,), (Cropping2D,), (Cropping3D,) = (
    ranked(made, "Cropping{}D", (rank,))
    for rank, made in ((1, _Cropping1D), (2, _Cropping2D), (3, _Cropping3D))
)


class UpSampling(KerasLayer):
    """Keras's `UpSampling1D`, `UpSampling2D`, `UpSampling3D`: every axis `size` times as long.

    >>> UpSampling2D((2, 3)).output_shape((None, "H", None, 8))
    (None, 2*H, None, 8)
    """

    too_small = TooSmall.EMPTY
    _empty_channels = _unknown_channels = True

    def __init__(self, size=2, data_format=None):
        self.factors = normalize_tuple(size, self.rank, "size")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return Layer(tuple(Transposed(Window(r, r)) for r in map(self._integer, self.factors)))


# how each reads, as `Resized` calls it; the last one on TensorFlow only
INTERPOLATIONS = {
    "nearest": "nearest-exact",
    "bilinear": "linear",
    "bicubic": "cubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
    "area": "area",
}
DIGITS = 2**12  # a whole number times as long: no size is rounded


class _UpSampling1D(UpSampling):
    __doc__ = UpSampling.__doc__

    def __init__(self, size=2):
        super().__init__((self._positive(size, "size"),))


class _UpSampling2D(UpSampling):
    __doc__ = UpSampling.__doc__

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest"):
        super().__init__(size, data_format)
        self.interpolation = self.word(
            interpolation, "interpolation", tuple(INTERPOLATIONS), fold=True
        )

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        factors = tuple(map(self._integer, self.factors))
        if self.interpolation == "nearest" or not all(isinstance(r, int) for r in factors):
            return super().meaning(channels, rank)
        mode = INTERPOLATIONS[self.interpolation]
        return Layer(tuple(Scaled.of(r, DIGITS, mode) for r in factors))


(UpSampling1D,), (UpSampling2D,), (UpSampling3D,) = (
    ranked(made, "UpSampling{}D", (rank,))
    for rank, made in ((1, _UpSampling1D), (2, _UpSampling2D), (3, UpSampling))
)


class Resizing(KerasLayer):
    """Keras's `Resizing`: images, with or without a batch, to `height` and `width`.

    >>> (Resizing(128, "W").output_shape((None, 37, None, 3)),
    ...  Resizing(128, 96).output_shape((37, 41, 3)))
    ((None, 128, W, 3), (128, 96, 3))
    """

    rank = 2
    unbatched = True
    _unknown_channels = True

    def __init__(
        self,
        height,
        width,
        interpolation="bilinear",
        crop_to_aspect_ratio=False,
        pad_to_aspect_ratio=False,
        fill_mode="constant",
        fill_value=0.0,
        antialias=False,
        data_format=None,
    ):
        self.height, self.width = self.one(height, "height", 0), self.one(width, "width", 0)
        self.interpolation = self.word(interpolation, "interpolation", tuple(INTERPOLATIONS))
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = (
            self.flag(crop_to_aspect_ratio, "crop_to_aspect_ratio"),
            self.flag(pad_to_aspect_ratio, "pad_to_aspect_ratio"),
        )
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            self.refuse(
                "crop_to_aspect_ratio 与 pad_to_aspect_ratio 至多设一个",
                "at most one of crop_to_aspect_ratio and pad_to_aspect_ratio can be set",
                Received("both"),
                "把其中之一设为 False",
                "set one of them to False",
            )
        self.antialias = self.flag(antialias, "antialias")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        kept = self.crop_to_aspect_ratio or self.pad_to_aspect_ratio
        mode = "all" if kept else INTERPOLATIONS[self.interpolation]
        made = (self.height, self.width)
        return Layer(tuple(Resized(m, mode=mode, smooth=self.antialias) for m in made))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio:  # both divide by the output
            self.one(axis.outputs, ("height", "width")[i])
        if axis.outputs != 0:
            self._not_empty(n, i)
        return axis.outputs


# ------------------------------------------------------------ flatten, dense, merging


class Flatten(Weightless, KerasLayer):
    """Keras's `Flatten`: everything but the batch in one axis.

    >>> Flatten().output_shape((None, 12, 12, 64)), Flatten().output_shape((None, "H", 12, 64))
    ((None, 9216), (None, 768*H))
    """

    def __init__(self, data_format=None):
        self._read_format(data_format)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = sizes(input_shape, self)
        return flattened(shape, 1, -1) if len(shape) > 1 else (*shape, 1)


class Reshape(Weightless, KerasLayer):
    """Keras's `Reshape`: everything but the batch in another shape; one length may be −1.

    >>> (Reshape((7, 7, 64)).output_shape((None, 3136)),
    ...  Reshape((-1, 64)).output_shape((None, "H", 8, 64)))
    ((None, 7, 7, 64), (None, 8*H, 64))
    """

    def __init__(self, target_shape):
        entries = taken(target_shape, 64) or ()
        self.target_shape = tuple(
            self.one(n, f"target_shape[{i}]", -1) for i, n in enumerate(entries)
        )
        if not self.target_shape or self.target_shape.count(-1) > 1:
            self.refuse(
                "target_shape 须有至少一项，最多一项为 −1",
                "target_shape needs at least one entry, and at most one −1",
                target_shape,
                "例如 (-1, 64)",
                "for example (-1, 64)",
            )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        batch, *rest = sizes(input_shape, self)
        if None in rest:
            return (batch, *(None if n == -1 else n for n in self.target_shape))
        there = prod(map(self._integer, rest))
        given = prod(self._integer(n) for n in self.target_shape if n != -1)
        known, wanting = isinstance(there, int) and isinstance(given, int), -1 in self.target_shape
        if (wanting and given == 0) or (known and (there % given if wanting else there != given)):
            self.refuse(
                f"target_shape 各项之积须为 {shown(there)}",
                f"the lengths of target_shape must multiply to {shown(there)}",
                Received(shown(self.target_shape)),
                f"例如 ({shown(there)},) 或 (-1,)",
                f"for example ({shown(there)},) or (-1,)",
            )
        made = (quotient(there, given) if n == -1 else n for n in self.target_shape)
        return (batch, *map(self._back, made))


class Permute(Weightless, KerasLayer):
    """Keras's `Permute`: the axes in another order, counted from 1 behind the batch.

    >>> Permute((2, 1)).output_shape((None, 10, 64))
    (None, 64, 10)
    """

    def __init__(self, dims):
        entries = taken(dims, 64) or ()
        self.dims = tuple(self.number(n, f"dims[{i}]", 1) for i, n in enumerate(entries))
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)) or not self.dims:
            self.refuse(
                "dims 须是 1 到轴数的一个排列",
                "dims must be 1 to the number of axes, in some order",
                dims,
                "例如 (2, 1)",
                "for example (2, 1)",
            )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = sizes(input_shape, self)
        if len(shape) != len(self.dims) + 1:
            self.refuse(
                f"input_shape 须有 {len(self.dims) + 1} 项",
                f"an input_shape of {len(self.dims) + 1} entries is needed",
                Received(shown(shape)),
                "批次在前",
                "the batch comes first",
            )
        return (shape[0], *(shape[i] for i in self.dims))


class Dense(KerasLayer):
    """Keras's `Dense`: the last axis, whatever its length, becomes `units` long.

    >>> fc = Dense(128)
    >>> (fc.output_shape((None, 9216)),
    ...  fc.kernel_shape((None, 9216)),
    ...  fc.parameters((None, 9216)),
    ...  fc.macs((None, 9216)))
    ((None, 128), (9216, 128), 1179776, 1179648)
    """

    sizeless = SIZELESS
    by_axes = False

    def __init__(self, units, activation=None, use_bias=True):
        self.units, self.use_bias = self._positive(units, "units"), self.flag(use_bias, "use_bias")
        self.activation = _named(activation)

    def pointwise(self, rank: int) -> Convolution:
        """The same at every place: a convolution with a kernel of 1, channels last."""
        return pointwise(rank, self.units, self.use_bias)

    def entries(self, input_shape) -> tuple:
        """The sizes of a shape, each an integer, a symbol or `None`."""
        shape = sizes(self.said_input if input_shape is None else input_shape)
        if len(shape) < 2 or shape[-1] is None:
            self.refuse(
                "Dense 的 input_shape 须有至少 2 项，最后一项已知",
                "Dense needs an input_shape of at least 2 entries, the last one known",
                Received(shown(shape)),
                "例如 (None, 9216)",
                "for example (None, 9216)",
            )
        return shape

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        return (*self.entries(input_shape)[:-1], self.units)

    def weight_shape(self, input_shape=None) -> tuple:
        """(input length, units)."""
        return self.entries(input_shape)[-1], self.units

    def kernel_shape(self, input_shape) -> tuple:
        """`weight_shape`, under the name of what Keras calls the kernel."""
        return self.weight_shape(input_shape)

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        return self.units * (self.entries(input_shape)[-1] + int(self.use_bias))

    def macs(self, input_shape):
        """Input length · units for each place of the axes between the batch and the last."""
        return prod(self.all_known(self.entries(input_shape)[1:], input_shape)) * self.units


class Concatenate(Weightless, KerasLayer):
    """Keras's `Concatenate`, on a list of shapes.

    >>> Concatenate().output_shape([(None, 28, 28, 64), (None, 28, 28, 32)])
    (None, 28, 28, 96)
    """

    def __init__(self, axis=-1):
        self.axis = self.number(axis, "axis")

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        return concatenated(shapes(input_shape), self.axis)


class Add(Weightless, KerasLayer):
    """Keras's `Add`, on a list of shapes: an axis of length 1 stretches, but not the batch.

    >>> Add().output_shape([(None, 28, 28, 64), (None, 1, 1, 64)])
    (None, 28, 28, 64)
    """

    def __init__(self):
        pass

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        given = shapes(input_shape)
        batches = {shape[0] for shape in given} - {None}
        if len(batches) > 1:
            self.refuse(
                "相加的各批次须一样大",
                "the batches to add must be equal",
                Received(" and ".join(map(shown, batches))),
                "批次轴不会伸展",
                "the batch does not stretch",
            )
        return (*(batches or (None,)), *broadcast(shape[1:] for shape in given))


def concatenate(inputs, axis=-1) -> tuple:
    """Keras's `layers.concatenate`, on shapes.

    >>> concatenate([(None, 28, 28, 64), (None, 28, 28, 32)])
    (None, 28, 28, 96)
    """
    return Concatenate(axis).output_shape(inputs)


def add(inputs) -> tuple:
    """Keras's `layers.add`, on shapes.

    >>> add([(None, 28, 28, 64), (None, 28, 28, 64)])
    (None, 28, 28, 64)
    """
    return Add().output_shape(inputs)


def shapes(inputs) -> list:
    """A list of shapes, at least one."""
    given = taken(inputs, 64)
    if not given:
        raise ShapeError(
            Text(zh="须给出一列形状", en="a list of shapes is needed"),
            inputs,
            Text(
                zh="例如 [(None, 28, 28, 64), (None, 28, 28, 64)]",
                en="for example [(None, 28, 28, 64), (None, 28, 28, 64)]",
            ),
        )
    return list(map(sizes, given))


class Sequential(sequential.Sequential):
    """Keras's `Sequential([…])`."""

    framework = "keras"


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    Identity ()
    ReLU (max_value=None, negative_slope=0.0, threshold=0.0)
    LeakyReLU (negative_slope=0.3)
    PReLU (alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None,
        shared_axes=None) : keras_slopes
    ELU (alpha=1.0)
    Softmax (axis=-1) : softmax
    Activation (activation)
    Dropout AlphaDropout (rate, noise_shape=None, seed=None)
    SpatialDropout1D (rate, seed=None)
    SpatialDropout2D SpatialDropout3D (rate, data_format=None, seed=None)
    GaussianDropout (rate, seed=None)
    GaussianNoise (stddev, seed=None)
    ActivityRegularization (l1=0.0, l2=0.0)
    Rescaling (scale, offset=0.0)
    Masking (mask_value=0.0)
    BatchNormalization (axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True) :
        keras_batch
    LayerNormalization (axis=-1, epsilon=0.001, center=True, scale=True) : keras_axes
    GroupNormalization (groups=32, axis=-1, epsilon=0.001, center=True, scale=True) :
        keras_group
    RMSNormalization (axis=-1, epsilon=1e-06) : keras_root
    UnitNormalization (axis=-1) : softmax
"""
# their arguments that say nothing of shapes
UNKEPT = frozenset(
    {
        *("name", "dtype", "trainable", "autocast", "input_shape"),
        *("renorm", "renorm_clipping", "renorm_momentum", "synchronized"),
        *(
            f"{which}_{what}"
            for which in ("beta", "gamma", "moving_mean", "moving_variance")
            for what in ("initializer", "regularizer", "constraint")
        ),
    }
)
BESIDE = ("concatenate", "add", "Sequential")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("keras", name)


def __dir__() -> list:
    return places.listed("keras")
