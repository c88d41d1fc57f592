"""TensorFlow's own words. Names, defaults, order and refusals are those of `tf.nn`, seen on
TensorFlow 2.21.0 (CPU without oneDNN, executed eagerly).

oneDNN, where it is on, returns something as large as the input where the output should be empty:
see the gotchas. The data is left out and weights are said as shapes: `conv2d((7, 7, 3, 64), 2,
"SAME")`. Axes are channels last, for the CPU knows no other order.
"""

from math import prod
from typing import ClassVar

from shapealg.axis.divisors import divisors
from shapealg.axis.resized import Resized
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.errors import Received, shown
from shapealg.exact import Exact, is_expression, one_size, quotient
from shapealg.layer.convolution import Convolution
from shapealg.layer.joining import broadcast, concatenated, several
from shapealg.layer.layer import Layer
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Patches, Shuffle
from shapealg.layer.separable import Separable
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places
from shapealg.words.manners import TooSmall
from shapealg.words.shape import sizes
from shapealg.words.words import Weightless, Words, ranked, steady

VERSION = "2.21.0"
# what its page begins with
LEAD = Text(
    zh=(
        "`SAME` 与 `VALID` 须大写，二维可写显式填充；转置卷积要直接告诉它输出多大。"
        "只差一点放不下时，即时执行返回空张量。"
    ),
    en=(
        "`SAME` and `VALID` in capitals, explicit padding in two dimensions; a transposed"
        " convolution is told the size it shall give. Where a window almost fits, the eager"
        " functions return an empty tensor."
    ),
)


class _Function(Words):
    """What TensorFlow's functions share: a batch, channels last, and an empty output where the
    window misses by little.
    """

    framework = "tensorflow"
    layout = "N*C"
    sizeless = frozenset({"name"})
    data = ("input",)
    too_small = TooSmall.EMPTY_WITHIN
    explicit: tuple[int, ...] = ()  # the numbers of axes for which padding may be said in numbers

    @steady
    def outputs_along(self, axis, n, i):
        return 0 if n == 0 and axis.same else super().outputs_along(axis, n, i)

    def _read_format(self, data_format) -> None:
        """Channels last, by the name it has for so many axes."""
        name = ("NWC", "NHWC", "NDHWC")[self.rank - 1]
        if data_format is not None and not (isinstance(data_format, str) and data_format == name):
            self.refuse(
                f"TensorFlow 在 CPU 上只算通道在后的 {self.rank} 维数据",
                f"on the CPU TensorFlow computes channels-last data only, of rank {self.rank} here",
                data_format,
                f"可用：data_format={name!r}",
                f"data_format={name!r} works",
            )

    def _along(self, value, name: str, whole: bool = False) -> tuple:
        """One integer per spatial axis: said once, or for each, or (with `whole`, only so) for
        batch and channels too, which are 1.
        """
        rank = self.rank
        if not whole and value is None:
            return (1,) * rank
        if not whole and (isinstance(value, int | str) or is_expression(value)):
            return self.each(value, name)
        entries = taken(value, rank + 3) or ()
        length = len(entries)
        if length == rank + 2:
            first, *inner, last = (
                self.one(entry, f"{name}[{i}]") for i, entry in enumerate(entries)
            )
            # with one axis TensorFlow puts the first entry on an axis of its own making, one long
            if (rank > 1 and first != 1) or last != 1:
                self.refuse(
                    f"{name} 在批次与通道上须为 1",
                    f"{name} must be 1 for batch and channels",
                    value,
                    f"例如 {name}={shown((1, *inner, 1))}",
                    f"for example {name}={shown((1, *inner, 1))}",
                )
            return tuple(inner)
        if length == 1 and not whole:
            entries *= rank
        elif length != rank or whole:
            forms = (
                str((1, *(2,) * rank, 1))
                if whole
                else f"2, {(2,) * rank} or {(1, *(2,) * rank, 1)}"
            )
            self.refuse(
                f"{type(self).__name__} 的 {name} 须为{'' if whole else ' 1、'}"
                f" {'' if whole else f'{rank} 或 '}{rank + 2} 个整数",
                f"{type(self).__name__} needs {name} of length"
                f" {'' if whole else f'1, {rank} or '}{rank + 2}",
                value,
                f"例如 {forms.replace(' or ', ' 或 ')}",
                f"for example {forms}",
            )
        return tuple(self.one(entry, f"{name}[{i}]") for i, entry in enumerate(entries))

    def _read_padding(self, padding):
        """ "SAME", "VALID", or a pair per axis of the data where the function takes that."""
        if isinstance(padding, str) or self.rank not in self.explicit:
            return self.word(padding, "padding", ("SAME", "VALID"))
        pairs = self._pairs(padding, self.rank + 2, "padding")
        if any(p != 0 for p in (*pairs[0], *pairs[-1])):
            self.refuse(
                "批次与通道不能填充",
                "batch and channels cannot be padded",
                padding,
                "首尾两对须为 (0, 0)",
                "the first and the last pair must be (0, 0)",
            )
        return pairs[1:-1]

    def _pairs(self, padding, length: int, name: str) -> tuple:
        """So many pairs (before, after), none negative."""
        example = ((0, 0), *((1, 1),) * (length - 2), (0, 0))[:length]
        entries = taken(padding, length + 1)
        if (
            entries is None
            or len(entries) != length
            or any((pair := taken(entry, 3)) is None or len(pair) != 2 for entry in entries)
        ):
            self.refuse(
                f"{name} 须为 {length} 对整数",
                f"{name} must be {length} pairs of ints",
                padding,
                f"例如 {name}={example}",
                f"for example {name}={example}",
            )
        return tuple(self.pair(entry, f"{name}[{i}]", 0) for i, entry in enumerate(entries))

    def _shape(self, value, name: str, length: int | None) -> tuple:
        """A shape of weights: positive integers or symbols, so many where the function says how
        many.
        """
        entries = taken(value, 7) or ()
        if len(entries) not in ((3, 4, 5) if length is None else (length,)):
            lengths = "3, 4 or 5" if length is None else str(length)
            example = (3,) * ((length or 4) - 2) + (16, 32)
            self.refuse(
                f"{type(self).__name__} 的 {name} 须为有"
                f" {lengths.replace(' or ', ' 或 ')} 项的形状",
                f"{type(self).__name__} needs {name} as a shape of {lengths} entries",
                value,
                f"例如 {name}={example}",
                f"for example {name}={example}",
            )
        return tuple(self.one(entry, f"{name}[{i}]") for i, entry in enumerate(entries))

    def _windows(self) -> tuple:
        """The window of each axis."""
        if self._padding == "SAME":
            return tuple(
                Same(Window.dilated(k, d).kernel, s)
                for k, s, d in zip(self._kernel, self._strides, self._dilations, strict=True)
            )
        pairs = ((0, 0),) * self.rank if self._padding == "VALID" else self._padding
        return tuple(
            Window.dilated(k, d, s, *pair)
            for k, s, d, pair in zip(
                self._kernel, self._strides, self._dilations, pairs, strict=True
            )
        )

    def _equal(self, channels, wanted, what: Text) -> None:
        """Refuse channels that are known to be other than the weights want."""
        if isinstance(channels, int) and isinstance(wanted, int) and channels != wanted:
            self.refuse(
                f"{what.zh}须有 {shown(wanted)} 个通道",
                f"{what.en} must have {shown(wanted)} channels",
                channels,
                f"{shown(wanted)} 个通道可用",
                f"{shown(wanted)} channels work",
            )

    def _not_both(self) -> None:
        """No stride beside a dilation, be it on different axes."""
        if any((s > 1) == True for s in self._strides) and any(
            (d > 1) == True for d in self._dilations
        ):
            self.refuse(
                f"tf.nn.{type(self).__name__} 的 strides 与 dilations 不能同时大于 1",
                f"tf.nn.{type(self).__name__} takes no strides > 1 together with dilations > 1",
                Received(f"strides={shown(self._strides)}, dilations={shown(self._dilations)}"),
                "把其中之一设为 1",
                "set one of them to 1",
            )


_INPUT = Text(zh="输入", en="the input")


# ------------------------------------------------------------ convolution


class _Convolution(_Function):
    """What the forward convolutions share: filters (*kernel, channels per group, output channels);
    the groups follow from the input.
    """

    weight_layout = "*IO"
    grouped = True

    def _read_filters(self, filters, length: int | None) -> None:
        self.filters = self._shape(filters, "filters", length)
        *self._kernel, self.in_channels, self._outputs = self.filters
        self.rank = len(self._kernel)

    def meaning(self, channels=None, rank=None) -> Convolution | Separable:
        groups = 1 if channels is None else self._groups(channels)
        return Convolution(self._windows(), tuple(self._kernel), self._outputs, groups, bias=False)

    @property
    def channels_taken(self) -> tuple:
        """The channels that go in: the filters' depth, once for each of the groups they make."""
        depth, many = self.in_channels, self._outputs
        if not (self.grouped and isinstance(depth, int) and isinstance(many, int)):
            return (depth,)
        return tuple(depth * groups for groups in divisors(many))

    def coming(self, channels):
        """Of open channels one number that goes: weights and work are those of any of them."""
        return self.in_channels if isinstance(channels, Exact) else channels

    def _groups(self, channels):
        """As many as the filters' depth goes into the input's; TensorFlow says them no other
        way.
        """
        depth = self.in_channels
        if not (isinstance(channels, int) and isinstance(depth, int)):
            return 1 if channels == depth else quotient(channels, depth)
        if not self.grouped:
            self._equal(channels, depth, _INPUT)
        self.divides(
            channels,
            depth,
            Text(
                zh="输入通道数须为过滤器深度 {divisor} 的倍数",
                en="input channels must be a multiple of the filters' depth, {divisor}",
            ),
        )
        groups = channels // depth
        self.divides(
            self._outputs,
            groups,
            Text(
                zh="输出通道数须能被组数 {divisor} 整除",
                en="output channels must be divisible by the number of groups, {divisor}",
            ),
        )
        return groups


class convolution(_Convolution):
    """TensorFlow's `tf.nn.convolution`: as many axes as the filters have.

    >>> convolution((3, 3, 3, 8), padding="SAME", dilations=2).output_shape((1, "H", 9, 3))
    (1, H, 9, 8)
    """

    def __init__(self, filters, strides=None, padding="VALID", data_format=None, dilations=None):
        self._read_filters(filters, None)
        self._strides, self._dilations = (
            self._along(strides, "strides"),
            self._along(dilations, "dilations"),
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        self._not_both()
        self.grouped = self.rank < 3


class conv1d(_Convolution):
    """TensorFlow's `tf.nn.conv1d`.

    >>> conv1d((3, 4, 8), 2, "SAME").output_shape((1, 9, 4))
    (1, 5, 8)
    """

    rank = 1

    def __init__(self, filters, stride, padding, data_format="NWC", dilations=None):
        self._read_filters(filters, 3)
        self._strides, self._dilations = (
            self._along(stride, "stride"),
            self._along(dilations, "dilations"),
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)


class conv2d(_Convolution):
    """TensorFlow's `tf.nn.conv2d`; the filters' depth says the groups.

    >>> words = conv2d((7, 7, 3, 64), strides=2, padding="SAME")
    >>> words.output_shape((1, 224, "W", 3)), words.weight_shape(), words.parameters()
    ((1, 112, (W + 1)//2, 64), (7, 7, 3, 64), 9408)
    """

    rank = 2
    explicit = (2,)

    def __init__(self, filters, strides, padding, data_format="NHWC", dilations=None):
        self._read_filters(filters, 4)
        self._strides, self._dilations = (
            self._along(strides, "strides"),
            self._along(dilations, "dilations"),
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)


class conv3d(_Convolution):
    """TensorFlow's `tf.nn.conv3d`: strides and dilations of all five axes, no groups, and on the
    CPU no dilation.

    >>> conv3d((3, 3, 3, 1, 8), (1, 2, 2, 2, 1), "VALID").output_shape((1, 9, 9, 9, 1))
    (1, 4, 4, 4, 8)
    """

    rank = 3
    grouped = False

    def __init__(self, filters, strides, padding, data_format="NDHWC", dilations=None):
        self._read_filters(filters, 5)
        self._strides = self._along(strides, "strides", whole=True)
        self._dilations = self._along(
            (1,) * 5 if dilations is None else dilations, "dilations", whole=True
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        if any((d > 1) == True for d in self._dilations):
            self.refuse(
                "tf.nn.conv3d 在 CPU 上不支持膨胀",
                "tf.nn.conv3d has no dilation on the CPU",
                dilations,
                "步长为 1 时 tf.nn.convolution 可用",
                "with stride 1 tf.nn.convolution works",
            )


class depthwise_conv2d(_Convolution):
    """TensorFlow's `tf.nn.depthwise_conv2d`: filter (height, width, channels, multiplier), the same
    stride on both axes.

    >>> words = depthwise_conv2d((3, 3, 4, 2), (1, 2, 2, 1), "SAME")
    >>> words.output_shape((1, 9, "W", 4)), words.weight_shape(), words.parameters()
    ((1, 5, (W + 1)//2, 8), (3, 3, 4, 2), 72)
    """

    rank = 2
    explicit = (2,)
    # the weight is (*, channels, multiplier); reshaped to (*, 1, channels · multiplier) it is laid
    # out as weight_layout says
    multiplies = True

    def __init__(self, filter, strides, padding, data_format=None, dilations=None):
        self._read_depthwise(filter, "filter", strides, padding, data_format, dilations)

    def _read_depthwise(self, filter, name, strides, padding, data_format, dilations) -> None:
        self._weight = self._shape(filter, name, 4)
        *self._kernel, self.in_channels, self._multiplier = self._weight
        self._strides, self._dilations = (
            self._along(strides, "strides", whole=True),
            self._rates(dilations),
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        down, across = self._strides
        if isinstance(down, int) and isinstance(across, int) and down != across:
            self.refuse(
                "逐通道卷积在 CPU 上要求两个轴步长相同",
                "a depthwise convolution wants the same stride on both axes",
                strides,
                f"例如 {shown((1, down, down, 1))}",
                f"for example {shown((1, down, down, 1))}",
            )
        if any((s > 1) == True for s in self._strides) and any(
            (d > 1) == True for d in self._dilations
        ):
            # TensorFlow only warns, then strides within each of the d interleaved parts: the
            # outcome is no convolution of the input.
            self.refuse(
                f"tf.nn.{type(self).__name__} 的 strides 与 dilations 不能同时大于 1：TensorFlow"
                " 只发警告，算出的却不是卷积",
                f"tf.nn.{type(self).__name__} takes no strides > 1 together with dilations > 1:"
                " TensorFlow only warns, but what comes out is no convolution",
                Received(f"strides={shown(self._strides)}, dilations={shown(self._dilations)}"),
                "把其中之一设为 1",
                "set one of them to 1",
            )

    def _rates(self, dilations) -> tuple:
        """Two numbers in a list, or one, which then dilates the first axis only; unlike the strides
        not four, and not a bare number.
        """
        entries = (1,) if dilations is None else taken(dilations, 3)
        if entries is None or len(entries) not in (1, 2):
            self.refuse(
                f"{type(self).__name__} 的 dilations 须为 2 个整数的列表",
                f"{type(self).__name__} needs dilations as a list of 2 ints",
                dilations,
                "例如 dilations=(2, 2)",
                "for example dilations=(2, 2)",
            )
        return self.each((*entries, 1)[:2], "dilations")

    def meaning(self, channels=None, rank=None) -> Convolution | Separable:
        """The layer that these words mean."""
        return self._depthwise(channels)

    def _depthwise(self, channels) -> Convolution:
        self._equal(channels, self.in_channels, _INPUT)
        return Convolution(
            self._windows(),
            tuple(self._kernel),
            self.in_channels * self._multiplier,
            self.in_channels,
            bias=False,
        )

    def weight_shape(self, input_shape=None) -> tuple:
        """(height, width, channels, multiplier)."""
        return tuple(map(self._back, self._weight))


class separable_conv2d(depthwise_conv2d):
    """TensorFlow's `tf.nn.separable_conv2d`: a depthwise convolution, then one of a single tap.

    >>> words = separable_conv2d((3, 3, 4, 2), (1, 1, 8, 5), (1, 1, 1, 1), "VALID")
    >>> words.output_shape((1, 9, 8, 4)), words.weight_shape(), words.parameters()
    ((1, 7, 6, 5), ((3, 3, 4, 2), (1, 1, 8, 5)), 112)
    """

    weight_layout = ""
    multiplies = False

    def __init__(
        self, depthwise_filter, pointwise_filter, strides, padding, data_format=None, dilations=None
    ):
        self._read_depthwise(
            depthwise_filter, "depthwise_filter", strides, padding, data_format, dilations
        )
        self._pointwise = self._shape(pointwise_filter, "pointwise_filter", 4)
        *taps, depth, outputs = self._pointwise
        if any(t != 1 for t in taps):
            self.refuse(
                "pointwise_filter 的核须为 1 × 1",
                "pointwise_filter must have a kernel of 1 × 1",
                pointwise_filter,
                f"例如 {shown((1, 1, depth, outputs))}",
                f"for example {shown((1, 1, depth, outputs))}",
            )
        between = self.in_channels * self._multiplier
        self.divides(
            between,
            depth,
            Text(
                zh="通道数乘以倍数须为 pointwise_filter 深度 {divisor} 的倍数",
                en=(
                    "channels times multiplier must be a multiple of the depth of"
                    " pointwise_filter, {divisor}"
                ),
            ),
        )
        self._mixing = quotient(between, depth)
        self.divides(
            outputs,
            self._mixing,
            Text(
                zh="输出通道数须能被组数 {divisor} 整除",
                en=("output channels must be divisible by the number of groups, {divisor}"),
            ),
        )

    def meaning(self, channels=None, rank=None) -> Separable:
        """The layer that these words mean."""
        first = self._depthwise(channels)
        return Separable(
            first.axes,
            first,
            Convolution((Window(1),) * 2, (1, 1), self._pointwise[-1], self._mixing, bias=False),
        )

    def weight_shape(self, input_shape=None) -> tuple:
        """Both shapes."""
        return tuple(tuple(map(self._back, shape)) for shape in (self._weight, self._pointwise))


# ------------------------------------------------------------ transposed convolution


class _Transposed(_Function):
    """What the transposed convolutions share: the shape that shall come out is said; the forward
    convolution of it must give the input.
    """

    weight_layout = "*OI"

    def _read_words(self, filters, output_shape, strides, padding, data_format, dilations) -> None:
        self.filters = self._shape(filters, "filters", self.rank + 2)
        *self._kernel, self._outputs, self.in_channels = self.filters
        self._strides, self._dilations = (
            self._along(strides, "strides"),
            self._along(dilations, "dilations"),
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        self._batch, self._made = self._read_output(output_shape)
        if any((d > 1) == True for d in self._dilations):
            self.refuse(
                "转置卷积在 CPU 上不支持膨胀",
                "a transposed convolution has no dilation on the CPU",
                dilations,
                "最近的可用值是 1",
                "the nearest that works is 1",
            )

    def _read_output(self, output_shape) -> tuple:
        entries = taken(output_shape, self.rank + 3)
        if entries is None or len(entries) != self.rank + 2:
            example = (1, *(9,) * self.rank, shown(self._outputs))
            self.refuse(
                f"output_shape 须有 {self.rank + 2} 项",
                f"output_shape needs {self.rank + 2} entries",
                output_shape,
                f"例如 {example}",
                f"for example {example}",
            )
        batch, *made, channels = (
            self.one(entry, f"output_shape[{i}]", 0) for i, entry in enumerate(entries)
        )
        self._equal(channels, self._outputs, Text(zh="output_shape 的末项", en="output_shape"))
        return batch, tuple(made)

    def meaning(self, channels=None, rank=None) -> Convolution:
        self._equal(channels, self.in_channels, _INPUT)
        return Convolution(
            tuple(map(self._backwards, self._windows(), self._made)),
            tuple(self._kernel),
            self._outputs,
            1,
            bias=False,
        )

    def smallest_input(self) -> tuple:
        """Per axis the one size that is taken: what the forward convolution makes of the output."""
        return tuple(map(self._forward, self._windows(), self._made))

    def _backwards(self, forward, made) -> Transposed:
        """The window that leads from what the forward convolution gives back to `made`: what is
        missing or over goes behind.
        """
        window = forward.at(made)
        behind = (
            (self._forward(forward, made) - 1) * window.stride + window.kernel - window.lo - made
        )
        return Transposed(Window(window.kernel, window.stride, window.lo, behind))

    def _forward(self, forward, made):
        """The size that the forward convolution gives for `made`, empty where TensorFlow says
        so.
        """
        m = forward.count(made)
        if isinstance(m, int) and m < 1 and not forward.waits:
            m = self.too_small.size(forward, made)
            if m is None:
                self.refuse(
                    "output_shape 小得连前向卷积都报错",
                    "output_shape is so small that the forward convolution fails",
                    made,
                    f"至少要 {shown(forward.need(1))} 格",
                    f"at least {shown(forward.need(1))} positions work",
                )
        return m

    def outputs_along(self, axis, n, i):
        made, forward = self._made[i], self._windows()[i]
        wanted = self._forward(forward, made)
        if isinstance(n, int) and isinstance(wanted, int) and n != wanted:
            works = forward.fibre(n)
            self.refuse(
                f"output_shape 在第 {i} 个空间轴上的前向卷积是 {shown(wanted)} 格，不是输入的"
                f" {shown(n)} 格",
                f"the forward convolution of output_shape gives {shown(wanted)} positions on"
                f" spatial axis {i}, not the input's {shown(n)}",
                made,
                f"可用的有 {shown(works.low)} 到 {shown(works.high)}",
                f"{shown(works.low)} to {shown(works.high)} work",
            )
        return made

    def _size(self, axis, n, i):
        return self.outputs_along(axis, n, i)

    def _told(self, batch: tuple, channels, spatial: tuple) -> tuple:
        if (
            self._batch is not None
            and all(isinstance(n, int) for n in (*batch, self._batch))
            and batch != (self._batch,)
        ):
            self.refuse(
                "output_shape 的批次须与输入相同",
                "output_shape must have the batch of the input",
                self._batch,
                f"{shown(batch[0])} 可用",
                f"{shown(batch[0])} works",
            )
        return super()._told(batch if self._batch is None else (self._batch,), channels, spatial)


class _RankedTransposed(_Transposed):
    """TensorFlow's `tf.nn.conv1d_transpose`, `conv2d_transpose`, `conv3d_transpose`: `output_shape`
    is an argument.

    >>> words = conv2d_transpose((3, 3, 8, 4), (1, 11, 12, 8), 2, "VALID")
    >>> words.output_shape((1, 5, 5, 4)), words.weight_shape(), words.macs((1, 5, 5, 4))
    ((1, 11, 12, 8), (3, 3, 8, 4), 7200)
    """

    def __init__(
        self, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None
    ):
        self._read_words(filters, output_shape, strides, padding, data_format, dilations)


class _Transposed2d(_RankedTransposed):
    __doc__ = _RankedTransposed.__doc__
    explicit = (2,)

    def _read_output(self, output_shape) -> tuple:
        entries = taken(output_shape, 3)
        if entries is not None and len(entries) == 2:  # the axes alone: batch and channels follow
            return None, self.each(entries, "output_shape", 0)
        return super()._read_output(output_shape)


(conv1d_transpose, conv3d_transpose), (conv2d_transpose,) = (
    ranked(_RankedTransposed, "conv{}d_transpose", (1, 3)),
    ranked(_Transposed2d, "conv{}d_transpose", (2,)),
)


class conv_transpose(_Transposed):
    """TensorFlow's `tf.nn.conv_transpose`: as many axes as `output_shape` has.

    >>> conv_transpose((3, 8, 4), (1, 10, 8), 2).output_shape((1, 5, 4))
    (1, 10, 8)
    """

    explicit = (2,)

    def __init__(
        self, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None
    ):
        entries = taken(output_shape, 6)
        if entries is None or not 3 <= len(entries) <= 5:
            self.refuse(
                "output_shape 须有 3、4 或 5 项",
                "output_shape needs 3, 4 or 5 entries",
                output_shape,
                "例如 (1, 10, 10, 8)",
                "for example (1, 10, 10, 8)",
            )
        self.rank = len(entries) - 2
        self._read_words(filters, entries, strides, padding, data_format, dilations)


# ------------------------------------------------------------ pooling


class _Pooling(_Function):
    """What all pooling shares; an average leaves the padding out."""

    kind = "max"
    _empty_channels = True

    def _read_pool(self, ksize, strides, padding, data_format) -> None:
        self._kernel, self._strides, self._dilations = (
            self._along(ksize, "ksize"),
            self._along(strides, "strides"),
            (1,) * self.rank,
        )
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        self._below_kernel()

    def _below_kernel(self) -> None:
        """Explicit padding stays below the kernel."""
        for i, (k, pair) in enumerate(
            zip(self._kernel, () if isinstance(self._padding, str) else self._padding, strict=False)
        ):
            for p in pair:
                if isinstance(k, int) and isinstance(p, int) and p >= k:
                    self.refuse(
                        f"第 {i} 个空间轴的填充须小于核 {shown(k)}",
                        f"the padding of spatial axis {i} must be less than the kernel, {shown(k)}",
                        p,
                        f"最近的可用值是 {shown(k - 1)}",
                        f"the nearest that works is {shown(k - 1)}",
                    )

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling(self._windows(), tuple(self._kernel), self.kind)


class _MaxPool(_Pooling):
    """TensorFlow's `tf.nn.max_pool1d`, `max_pool2d`, `max_pool3d`.

    >>> max_pool2d(3, 2, "SAME").output_shape((1, "H", 9, 8))
    (1, (H + 1)//2, 5, 8)
    """

    explicit: tuple[int, ...] = (1, 2)

    def __init__(self, ksize, strides, padding, data_format=None):
        self._read_pool(ksize, strides, padding, data_format)

    def _along(self, value, name: str, whole: bool = False) -> tuple:
        entries = taken(value, self.rank + 3) if name == "ksize" and self.rank == 1 else None
        if entries is not None and len(entries) == 3 and entries[0] != 1:
            self.refuse(
                "ksize 在批次上须为 1",
                "ksize must be 1 for the batch",
                value,
                f"例如 ksize={shown((1, *entries[1:]))}",
                f"for example ksize={shown((1, *entries[1:]))}",
            )
        return super()._along(value, name, whole)


class _AvgPool(_MaxPool):
    """TensorFlow's `tf.nn.avg_pool1d`, `avg_pool2d`, `avg_pool3d`.

    >>> # a window of 3 on 2 positions: empty, no error
    >>> avg_pool1d(3, 2, "VALID").output_shape((1, 2, 8))
    (1, 0, 8)
    """

    kind = "average"
    explicit = ()


max_pool1d, max_pool2d, max_pool3d = ranked(_MaxPool, "max_pool{}d")
avg_pool1d, avg_pool2d, avg_pool3d = ranked(_AvgPool, "avg_pool{}d")


class _AnyPool(_Function):
    """What `max_pool` and `avg_pool` share: the input says how many axes there are, where the words
    do not.
    """

    _empty_channels = True

    def __init__(self, ksize, strides, padding, data_format=None):
        self._said = (ksize, strides, padding, data_format)
        formats = {"NWC": 1, "NHWC": 2, "NDHWC": 3, "NCW": 1, "NCHW": 2, "NCDHW": 3}
        # Looked at here and not with the input: in `max_pool(x, ksize, strides, "SAME")` each
        # stands one place further on.
        if isinstance(padding, str):
            self.word(padding, "padding", ("SAME", "VALID"))
        elif taken(padding, 6) is None or any(taken(pair, 3) is None for pair in taken(padding, 6)):
            self._pairs(padding, 4, "padding")
        if data_format is not None:
            self.word(data_format, "data_format", tuple(formats))
        lengths = [
            len(entries) for value in (ksize, strides) if (entries := taken(value, 6)) is not None
        ]
        around = () if isinstance(padding, str) else taken(padding, 6) or ()
        # 3 entries may be an axis between batch and channels, or three axes; 1 entry may be for any
        # number of axes
        found = (
            {formats[data_format]}
            if isinstance(data_format, str) and data_format in formats
            else {n - 2 for n in (*lengths, len(around)) if n in (4, 5)}
            | {n for n in lengths if n == 2}
        )
        self.rank = min(found, default=None)
        if self.rank is not None:
            self._one(self.rank)

    def _one(self, rank: int) -> _MaxPool:
        return self.ranks[rank - 1](*self._said)

    def read(self, input_shape):
        shape = super().read(input_shape)
        self._one(len(shape.spatial))
        return shape

    def meaning(self, channels=None, rank=None) -> Pooling:
        if rank is None:
            self.refuse(
                "词里没有说几个轴",
                "the words do not say how many axes there are",
                None,
                f"tf.nn.{type(self).__name__}2d 说了",
                f"tf.nn.{type(self).__name__}2d says it",
            )
        return self._one(rank).meaning(channels, rank)


class max_pool(_AnyPool):
    """TensorFlow's `tf.nn.max_pool`: one to three axes, as the input has.

    >>> (max_pool((1, 2, 2, 1), (1, 2, 2, 1), "SAME").output_shape((1, 9, 8, 4)),
    ...  max_pool(3, 2, "VALID").output_shape((1, 9, 4)))
    ((1, 5, 4, 4), (1, 4, 4))
    """

    ranks = (max_pool1d, max_pool2d, max_pool3d)


class avg_pool(_AnyPool):
    """TensorFlow's `tf.nn.avg_pool`: one to three axes, as the input has.

    >>> avg_pool(3, 2, "SAME").output_shape((1, 9, 9, 9, 4))
    (1, 5, 5, 5, 4)
    """

    ranks = (avg_pool1d, avg_pool2d, avg_pool3d)


class pool(_Pooling):
    """TensorFlow's `tf.nn.pool`: "MAX" or "AVG", windows with or without dilation, strides no
    longer than the window.

    >>> pool((3, 3), "MAX", dilations=(2, 2)).output_shape((1, 9, 8, 4))
    (1, 5, 4, 4)
    """

    def __init__(
        self,
        window_shape,
        pooling_type,
        strides=None,
        padding="VALID",
        data_format=None,
        dilations=None,
    ):
        entries = taken(window_shape, 4)
        if entries is None or not 1 <= len(entries) <= 3:
            self.refuse(
                "window_shape 须为 1 到 3 个整数的列表",
                "window_shape must be a list of 1 to 3 ints",
                window_shape,
                "例如 (2, 2)",
                "for example (2, 2)",
            )
        self.rank = len(entries)
        self._kernel = self.each(entries, "window_shape")
        self.kind = {"MAX": "max", "AVG": "average"}[
            self.word(pooling_type, "pooling_type", ("MAX", "AVG"))
        ]
        self._strides, self._dilations = (
            self._list(value, name)
            for value, name in ((strides, "strides"), (dilations, "dilations"))
        )
        self._not_both()
        self.explicit = (2,) if self.kind == "max" and all(d == 1 for d in self._dilations) else ()
        self._padding = self._read_padding(padding)
        self._read_format(data_format)
        self._below_kernel()
        if self._padding == "SAME" and any((d > 1) == True for d in self._dilations):
            self.refuse(
                "tf.nn.pool 的 dilations 只能配 padding='VALID'",
                "tf.nn.pool takes dilations with padding='VALID' only",
                padding,
                "设 padding='VALID'",
                "set padding='VALID'",
            )
        self._require_short_strides()

    def _require_short_strides(self) -> None:
        """Refuse strides that jump over positions."""
        for i, (s, k) in enumerate(zip(self._strides, self._kernel, strict=True)):
            if isinstance(s, int) and isinstance(k, int) and s > k:
                self.refuse(
                    f"tf.nn.pool 第 {i} 个轴的步长不能大于窗口 {shown(k)}",
                    f"tf.nn.pool wants the stride of axis {i} to be at most the window, {shown(k)}",
                    s,
                    f"最近的可用值是 {shown(k)}；tf.nn.max_pool{self.rank}d 没有这个限制",
                    f"the nearest that works is {shown(k)}; tf.nn.max_pool{self.rank}d has no such"
                    " limit",
                )

    def _list(self, value, name: str) -> tuple:
        """One integer per axis, in a list; nothing means 1."""
        if value is not None and taken(value, 1) is None:
            self.refuse(
                f"tf.nn.pool 的 {name} 须为 {self.rank} 个整数的列表",
                f"tf.nn.pool needs {name} as a list of {self.rank} ints",
                value,
                f"例如 {(2,) * self.rank}",
                f"for example {(2,) * self.rank}",
            )
        return (1,) * self.rank if value is None else self.each(value, name)


# ------------------------------------------------------------ padding, resizing, rearranging


class pad(_Function):
    """TensorFlow's `tf.pad`: a pair per axis of the data, batch and channels too.

    >>> pad(((0, 0), (1, 2), (3, 4), (0, 0))).output_shape((1, "H", 20, 3))
    (1, H + 3, 27, 3)
    """

    data = ("tensor",)
    most: ClassVar[dict] = {"CONSTANT": 6, "REFLECT": 5, "SYMMETRIC": 5}  # axes
    _empty_channels = True

    def __init__(self, paddings, mode="CONSTANT", constant_values=0):
        self.mode = self.word(mode, "mode", tuple(self.most), fold=True)
        entries = taken(paddings, 9)
        if not entries or len(entries) > self.most[self.mode]:
            self.refuse(
                f"paddings 须为 1 到 {self.most[self.mode]} 对整数",
                f"paddings must be 1 to {self.most[self.mode]} pairs of ints",
                paddings,
                "例如 ((0, 0), (1, 1), (1, 1), (0, 0))",
                "for example ((0, 0), (1, 1), (1, 1), (0, 0))",
            )
        self._pads = self._pairs(entries, len(entries), "paddings")
        inner = 3 <= len(entries) <= 5 and self._pads[0] == self._pads[-1] == (0, 0)
        self.layout, self.rank, self.by_axes = (
            ("N*C", len(entries) - 2, True) if inner else ("*", len(entries), False)
        )
        self.constant_values = constant_values

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return Layer(
            tuple(
                Window(1, 1, lo, hi)
                for lo, hi in (self._pads[1:-1] if self.by_axes else self._pads)
            )
        )

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        most = {"REFLECT": n - 1, "SYMMETRIC": n}.get(self.mode) if isinstance(n, int) else None
        for p in (axis.lo, axis.hi):
            if most is not None and isinstance(p, int) and p > most:
                self.refuse(
                    f"{self.mode} 填充在第 {i} 个轴上最多 {shown(most)} 格",
                    f"{self.mode} padding takes at most {shown(most)} on axis {i}",
                    p,
                    f"最近的可用值是 {shown(max(most, 0))}",
                    f"the nearest that works is {shown(max(most, 0))}",
                )
        return super().outputs_along(axis, n, i)

    def _axes_told(self) -> str:
        return (
            super()._axes_told() if self.by_axes else ", ".join(f"n{i}" for i in range(self.rank))
        )

    def _lengths(self) -> str:
        return str(len(self._pads))


class image_resize(_Function):
    """TensorFlow's `tf.image.resize`: to a size, with or without a batch.

    >>> (image_resize((32, 48)).output_shape((1, 5, 7, 3)),
    ...  image_resize((32, 48), "nearest").output_shape(("H", "W", 3)))
    ((1, 32, 48, 3), (32, 48, 3))
    """

    data = ("images",)
    rank = 2
    unbatched = True
    # how each reads, as `Resized` calls it
    methods: ClassVar[dict] = {
        "bilinear": "linear",
        "nearest": "nearest-exact",
        "bicubic": "cubic",
        "area": "area",
        "lanczos3": "lanczos3",
        "lanczos5": "lanczos5",
        "gaussian": "gaussian",
        "mitchellcubic": "cubic",
    }

    def __init__(self, size, method="bilinear", preserve_aspect_ratio=False, antialias=False):
        if taken(size, 1) is None:
            self.refuse(
                "size 须为两个整数",
                "size must be two ints",
                size,
                "例如 (32, 48)",
                "for example (32, 48)",
            )
        self._made = self.each(size, "size")
        self.method = self.word(method, "method", tuple(self.methods))
        if self.flag(preserve_aspect_ratio, "preserve_aspect_ratio"):
            self.refuse(
                "preserve_aspect_ratio 的尺寸由浮点数舍入而来，没有公式",
                "preserve_aspect_ratio rounds its sizes in floating point: there is no formula",
                preserve_aspect_ratio,
                "请直接给出 size",
                "say the size itself",
            )
        self.antialias = antialias

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        mode, smooth = self.methods[self.method], bool(self.antialias)
        return Layer(tuple(Resized(m, mode=mode, smooth=smooth) for m in self._made))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        if n == 0:
            self.refuse(
                f"第 {i} 个空间轴不能为空",
                f"spatial axis {i} must not be empty",
                n,
                "至少要 1 格",
                "at least 1 position works",
            )
        return super().outputs_along(axis, n, i)


class _Block(_Function):
    """What depth_to_space and space_to_depth share: blocks of at least 2, empty axes kept."""

    rank = 2
    _empty_channels = True

    def __init__(self, block_size, data_format="NHWC"):
        self.block_size = self.one(block_size, "block_size", 2)
        self._read_format(data_format)

    def outputs_along(self, axis, n, i):
        return 0 if n == 0 else super().outputs_along(axis, n, i)


class depth_to_space(_Block):
    """TensorFlow's `tf.nn.depth_to_space`: (H, W, c) becomes (rH, rW, c/r²).

    >>> depth_to_space(2).output_shape((1, "H", 7, 12))
    (1, 2*H, 14, 3)
    """

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.up(self.block_size, 2)


class space_to_depth(_Block):
    """TensorFlow's `tf.nn.space_to_depth`: (rH, rW, c) becomes (H, W, cr²).

    >>> space_to_depth(2).output_shape((1, 10, 14, 3))
    (1, 5, 7, 12)
    """

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.down(self.block_size, 2)


class extract_patches(_Function):
    """TensorFlow's `tf.image.extract_patches`: every window's values become the channels of one
    place.

    >>> patches = extract_patches((1, 3, 3, 1), (1, 2, 2, 1), (1, 1, 1, 1), "VALID")
    >>> patches.output_shape((1, 9, 10, 4))
    (1, 4, 4, 36)
    """

    data = ("images",)
    rank = 2
    by_axes = False

    def __init__(self, sizes, strides, rates, padding):
        self._kernel, self._strides, self._dilations = (
            self._along(value, name, whole=True)
            for value, name in ((sizes, "sizes"), (strides, "strides"), (rates, "rates"))
        )
        self._padding = self._read_padding(padding)

    def meaning(self, channels=None, rank=None) -> Patches:
        """The layer that these words mean."""
        return Patches(self._windows(), tuple(self._kernel))


class reshape(Weightless, _Function):
    """TensorFlow's `tf.reshape`: the same entries in another shape; one length may be left open as
    −1.

    >>> reshape((-1, 9216)).output_shape((8, 12, 12, 64))
    (8, 9216)
    """

    data = ("tensor",)
    by_axes = False

    def __init__(self, shape):
        self.shape = tuple(
            self.one(entry, f"shape[{i}]", -1) for i, entry in enumerate(taken(shape, 64) or ())
        )
        if not self.shape or self.shape.count(-1) > 1:
            self.refuse(
                "shape 须有至少一项，最多一项为 −1",
                "shape needs at least one entry, and at most one −1",
                shape,
                "例如 (-1, 9216)",
                "for example (-1, 9216)",
            )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        there, given = (
            prod(map(self._integer, self._whole(input_shape))),
            prod(n for n in self.shape if n != -1),
        )
        known, wanting = isinstance(there, int) and isinstance(given, int), -1 in self.shape
        if (wanting and given == 0) or (known and (there % given if wanting else there != given)):
            self.refuse(
                f"形状各项之积须为 {shown(there)}",
                f"the lengths of the shape must multiply to {shown(there)}",
                Received(shown(self.shape)),
                f"例如 ({shown(there)},) 或 (-1,)",
                f"for example ({shown(there)},) or (-1,)",
            )
        return tuple(self._back(quotient(there, given) if n == -1 else n) for n in self.shape)

    def _whole(self, input_shape) -> tuple:
        entries = sizes(input_shape, self)
        if None in entries:
            self.refuse(
                "reshape 需要知道每个轴的尺寸",
                "reshape needs the size of every axis",
                Received(shown(entries)),
                "未知的尺寸请写成名字，如 'N'",
                "give unknown sizes a name such as 'N'",
            )
        return entries


def concat(shapes, axis) -> tuple:
    """TensorFlow's `tf.concat`, on shapes.

    >>> concat([(1, 28, 28, 64), (1, 28, 28, 32)], axis=-1)
    (1, 28, 28, 96)
    """
    return concatenated(map(sizes, several(shapes)), one_size(axis, "axis"))


def add(x, y) -> tuple:
    """TensorFlow's `tf.add`, on shapes: an axis of length 1 stretches.

    >>> add((1, 28, 28, 64), (64,))
    (1, 28, 28, 64)
    """
    return broadcast(map(sizes, (x, y)))


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    relu elu selu softplus softsign sigmoid tanh relu6 ()
    leaky_relu (alpha=0.2)
    gelu (approximate=False)
    silu swish (beta=1.0)
    softmax log_softmax (axis=None) : softmax
    dropout (rate, noise_shape=None, seed=None)
    batch_normalization (mean, variance, offset, scale, variance_epsilon)
    bias_add (bias, data_format=None)
    local_response_normalization lrn (depth_radius=5, bias=1, alpha=1, beta=0.5)
"""
UNKEPT = frozenset({"name"})  # their arguments that say nothing of shapes
DATA = ("features", "x", "logits", "input", "value")  # what their first argument is called
BESIDE = ("concat", "add")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("tensorflow", name)


def __dir__() -> list:
    return places.listed("tensorflow")
