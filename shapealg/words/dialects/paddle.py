"""Paddle's own words. Names, defaults, order and refusals are those of `paddle.nn`, seen on
PaddlePaddle 3.3.1 (CPU, executed).

Layers are made as in Paddle; `output_shape` takes the whole shape, batch first. Sizes are divided
as C++ divides, toward zero:
where a window does not fit by less than a stride, Paddle's answer is 1.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import ClassVar

from shapealg.axis.counted import Counted
from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.transposed import Borrowed, Transposed
from shapealg.axis.waiting import Ceiled, Same
from shapealg.axis.window import Window
from shapealg.errors import Received, shown
from shapealg.exact import is_expression, one_size, quotient
from shapealg.layer.convolution import Convolution
from shapealg.layer.joining import broadcast, concatenated, flattened, unflattened
from shapealg.layer.layer import Layer, fitting
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Columns, Shuffle
from shapealg.shapes import entries as entries_of
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places, sequential
from shapealg.words.manners import TooSmall
from shapealg.words.matrix import Matrix
from shapealg.words.norm import Norm
from shapealg.words.shape import opened, sizes
from shapealg.words.words import Weightless, Words, ranked

VERSION = "3.3.1"
# what its page begins with
LEAD = Text(
    zh=(
        "填充有四种写法，都能两侧不等。`ceil_mode` 保留所有窗口；"
        "`SAME` 会忘掉膨胀率；只差一点放不下时竟得 1。"
    ),
    en=(
        "Four ways to write a padding, all of them per side. `ceil_mode` keeps every window;"
        " `SAME` forgets the dilation; where a window almost fits, the size is 1."
    ),
)

FIRST: dict[int, tuple[str, ...]] = {1: ("NCL",), 2: ("NCHW",), 3: ("NCDHW",)}
LAST: dict[int, tuple[str, ...]] = {1: ("NLC",), 2: ("NHWC",), 3: ("NDHWC",)}
HALF = Fraction(1, 2)


class PaddleLayer(Words):
    """What Paddle's layers share: a batch, and integer division that cuts toward zero."""

    framework = "paddle"
    sizeless = frozenset({"name"})
    too_small = TooSmall.CUT
    # the names of the data formats by rank, channels first and channels last
    first, last = FIRST, LAST
    init: Callable  # gives the constructor for a data format, where several ranks share one
    _padding: str | tuple  # a word, or pairs (before, after)

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        # "SAME" is numbers once the input is known, cut toward zero as any others
        return super().outputs_along(axis.padded_at(n) if isinstance(n, int) else axis, n, i)

    def _read_format(self, data_format) -> None:
        """Channels first or last, by the names they have for so many axes."""
        first, last = self.first[self.rank], self.last[self.rank]
        self.data_format = self.word(data_format, "data_format", (*first, *last))
        self.layout = "NC*" if self.data_format in first else "N*C"

    def _read_padding(self, padding, least: int | None) -> None:
        """A word, an int, one per axis, (before, after) per axis in a row, or pairs with batch and
        channels; as pairs or a word.
        """
        rank, layer = self.rank, type(self).__name__
        self.padding = padding
        if isinstance(padding, str):
            self._padding = self.padding = self.word(
                padding, "padding", ("SAME", "VALID"), fold=True
            )
            return
        if isinstance(padding, int) or is_expression(padding):
            self._padding = ((self.one(padding, "padding", least),) * 2,) * rank
            return
        entries = (taken(padding, 2 * rank + 2) or ()) if isinstance(padding, tuple | list) else ()
        length = len(entries)
        if length == rank + 2 and isinstance(entries[0], tuple | list):
            self._padding = self._nested(entries, least)
            return
        if length not in (rank, 2 * rank) or isinstance(entries[0], tuple | list):
            alone = (1,) * rank
            self.refuse(
                f"{layer} 的 padding 须为整数、{rank} 个或 {2 * rank} 个整数、{rank + 2}"
                " 对整数（含批次与通道）、'SAME' 或 'VALID'",
                f"{layer} needs padding as an int, {rank} or {2 * rank} ints, {rank + 2} pairs"
                " (batch and channels too), 'SAME' or 'VALID'",
                padding,
                f"例如 padding={alone * 2}，每轴前后各一",
                f"for example padding={alone * 2}, before and after each axis",
            )
        flat = [self.one(p, f"padding[{i}]", least) for i, p in enumerate(entries)]
        self._padding = (
            tuple((p, p) for p in flat)
            if length == rank
            else tuple(zip(flat[::2], flat[1::2], strict=True))
        )

    def _nested(self, entries: tuple, least: int | None) -> tuple:
        """The pairs of the spatial axes; those of batch and channels are nothing."""
        pairs = [taken(entry, 3) or () for entry in entries]
        at = (
            ("N", *range(self.rank), "C") if self.layout == "N*C" else ("N", "C", *range(self.rank))
        )
        if any(
            len(pair) != 2 or (label in ("N", "C") and pair != (0, 0))
            for pair, label in zip(pairs, at, strict=True)
        ):
            example = tuple((0, 0) if label in ("N", "C") else (1, 1) for label in at)
            self.refuse(
                "嵌套的 padding 须每轴一对，批次与通道为 (0, 0)",
                "nested padding is a pair per axis, (0, 0) for batch and channels",
                entries,
                f"例如 {example}",
                f"for example {example}",
            )
        return tuple(
            self.pair(pair, f"padding[{i}]", least)
            for i, (pair, label) in enumerate(zip(pairs, at, strict=True))
            if label not in ("N", "C")
        )

    def _pairs(self) -> tuple:
        return ((0, 0),) * self.rank if isinstance(self._padding, str) else self._padding

    def _reflects(self, input_shape) -> None:
        """Refuse a padding that reaches further than the positions it repeats; of an empty input
        Paddle asks nothing.
        """
        if 0 in self.entries(input_shape):
            return
        for i, (axis, n) in enumerate(
            zip(self.meaning().axes, self.read(input_shape).spatial, strict=True)
        ):
            for p in (axis.lo, axis.hi):
                if isinstance(n, int) and isinstance(p, int) and p >= n:
                    self.refuse(
                        f"reflect 填充在第 {i} 个空间轴上最多 {n - 1} 格",
                        f"reflect padding takes at most {n - 1} on spatial axis {i}",
                        p,
                        f"最近的可用值是 {n - 1}",
                        f"the nearest that works is {n - 1}",
                    )

    def _switch(self, value, name: str) -> bool:
        """True or False, not a number that stands for it: Paddle's kernels look at the type."""
        if not isinstance(value, bool):
            self.refuse(
                f"{name} 须为 True 或 False",
                f"{name} must be True or False",
                value,
                f"例如 {name}=True",
                f"for example {name}=True",
            )
        return value


def _by_format(base: type[PaddleLayer], name: str, ranks=(1, 2, 3)) -> tuple:
    """The same words for several numbers of axes; the data format that they take for granted has
    another name for each.
    """
    return tuple(
        type(
            name.format(rank),
            (base,),
            {
                "rank": rank,
                "__init__": base.init(FIRST[rank][0]),
                "__module__": base.__module__,
                "__doc__": base.__doc__,
            },
        )
        for rank in ranks
    )


# ------------------------------------------------------------ convolution


class _Convolutional(PaddleLayer):
    """What the convolutions share."""

    sizeless = frozenset()
    wanted_channels = Text(
        zh="输入须有 in_channels={n} 个通道", en="the input must have in_channels={n} channels"
    )

    def _read_shared(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding,
        dilation,
        groups,
        weight_attr,
        bias_attr,
        data_format,
    ) -> None:
        self.in_channels, self.out_channels, self.groups = (
            self.one(value, name)
            for value, name in (
                (in_channels, "in_channels"),
                (out_channels, "out_channels"),
                (groups, "groups"),
            )
        )
        self.kernel_size, self.stride, self.dilation = (
            self.each(value, name)
            for value, name in (
                (kernel_size, "kernel_size"),
                (stride, "stride"),
                (dilation, "dilation"),
            )
        )
        self._read_format(data_format)
        if weight_attr is False:
            self.refuse(
                "weight_attr 不能为 False",
                "weight_attr cannot be False",
                weight_attr,
                "例如 weight_attr=None",
                "for example weight_attr=None",
            )
        self.weight_attr, self.bias_attr = weight_attr, bias_attr
        self._biased = bias_attr is not False
        for name in ("in_channels", "out_channels") if self.groups != 1 else ():
            self.divides(
                getattr(self, name),
                self.groups,
                Text(
                    zh=f"{name} 须能被 groups={{divisor}} 整除",
                    en=f"{name} must be divisible by groups={{divisor}}",
                ),
            )

    def _layer(self, axes) -> Convolution:
        return Convolution(
            tuple(axes), self.kernel_size, self.out_channels, self.groups, self._biased
        )

    def output_shape(self, input_shape) -> tuple:
        made = super().output_shape(input_shape)
        if self.layout == "N*C" and 0 in made and 0 not in self.entries(input_shape):
            # an error of transposed convolutions; in the others a division by zero, and the process
            # ends
            self.refuse(
                "通道在后的卷积不能有空的输出：Paddle 会报错，甚至除以零而退出",
                "channels last, a convolution must not come out empty: Paddle fails, or divides by"
                " zero and dies",
                Received(shown(input_shape)),
                f"用 {self.first[self.rank][0]}，或更大的输入",
                f"{self.first[self.rank][0]} works, or a larger input",
            )
        return made


class Conv(_Convolutional):
    """Paddle's `nn.Conv1D`, `nn.Conv2D`, `nn.Conv3D`, as the shapes they make. "SAME" forgets the
    dilation, taps and all.

    >>> conv = Conv2D(3, 64, 7, stride=2, padding=3)
    >>> conv.output_shape((1, 3, 224, 224)), conv.weight_shape(), conv.parameters()
    ((1, 64, 112, 112), (64, 3, 7, 7), 9472)
    >>> # top, bottom, left, right
    >>> Conv2D(3, 64, 3, padding=(0, 1, 2, 0)).output_shape((1, 3, 10, "W"))
    (1, 64, 9, W)
    """

    weight_layout = "OI*"
    sizeless = frozenset({"device", "dtype"})
    modes = ("zeros", "reflect", "replicate", "circular")
    # two and three axes also answer to other ranks' names
    first = FIRST | {2: ("NCHW", "NCDHW", "NCL"), 3: ("NCDHW", "NCHW", "NCL")}
    last = LAST | {3: ("NDHWC", "NHWC")}

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self,
            in_channels,
            out_channels,
            kernel_size,
            stride=1,
            padding=0,
            dilation=1,
            groups=1,
            *,
            bias=True,
            padding_mode="zeros",
            weight_attr=None,
            bias_attr=None,
            data_format=default,
        ):
            self._read_words(
                in_channels,
                out_channels,
                kernel_size,
                stride,
                padding,
                dilation,
                groups,
                bias,
                padding_mode,
                weight_attr,
                bias_attr,
                data_format,
            )

        return constructor

    def _read_words(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding,
        dilation,
        groups,
        bias,
        padding_mode,
        weight_attr,
        bias_attr,
        data_format,
    ) -> None:
        super()._read_shared(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            weight_attr,
            bias_attr,
            data_format,
        )
        self.bias, self._biased = bias, self._biased and bias is not False
        if self.rank == 3 and self.data_format == "NHWC" and self._biased:
            self.refuse(
                "Conv3D 写 NHWC 时，偏置会加到最后一个空间轴上",
                "with NHWC, Conv3D adds its bias along the last spatial axis",
                data_format,
                '写 "NDHWC"，或设 bias_attr=False',
                'say "NDHWC", or set bias_attr=False',
            )
        self.padding_mode = self.word(padding_mode, "padding_mode", self.modes)
        zeros = self.padding_mode == "zeros"
        if not zeros and not (isinstance(padding, int) or is_expression(padding)):
            self.refuse(
                f"padding_mode={padding_mode!r} 时 padding 须为整数",
                f"with padding_mode={padding_mode!r} the padding must be an int",
                padding,
                "例如 padding=1",
                "for example padding=1",
            )
        # Conv1D pads with nn.functional.pad, which crops
        self._read_padding(padding, 0 if zeros or self.rank > 1 else None)

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        each = tuple(zip(self.kernel_size, self.dilation, self.stride, strict=True))
        if self._padding == "SAME":
            return self._layer(Same(k, s) for k, _, s in each)
        return self._layer(
            Window.dilated(k, d, s, *pair)
            for (k, d, s), pair in zip(each, self._pairs(), strict=True)
        )

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        window = axis.fixed
        if window and all(isinstance(x, int) for x in (n, window.lo, window.hi)):
            more = window.lo + window.hi
            if n + more < 0:
                self.too_short(i, n, -more)
        return super().outputs_along(axis, n, i)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        if self.padding_mode == "reflect":
            self._reflects(input_shape)
        return super().output_shape(input_shape)


Conv1D, Conv2D, Conv3D = _by_format(Conv, "Conv{}D")


class ConvTranspose(_Convolutional):
    """Paddle's `nn.Conv1DTranspose`, `nn.Conv2DTranspose`, `nn.Conv3DTranspose`, as the shapes they
    make. "SAME" is not n · s.

    >>> up = Conv2DTranspose(10, 30, 5, groups=2)
    >>> up.weight_shape(), up.output_shape((1, 10, "H", 8))
    ((10, 15, 5, 5), (1, 30, H + 4, 12))
    >>> Conv1DTranspose(4, 2, 3, stride=2, padding="SAME").output_shape((1, 4, 5))
    (1, 2, 9)
    """

    weight_layout = "IO*"

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self,
            in_channels,
            out_channels,
            kernel_size,
            stride=1,
            padding=0,
            output_padding=0,
            dilation=1,
            groups=1,
            weight_attr=None,
            bias_attr=None,
            data_format=default,
        ):
            self._read_words(
                in_channels,
                out_channels,
                kernel_size,
                stride,
                padding,
                output_padding,
                dilation,
                groups,
                weight_attr,
                bias_attr,
                data_format,
            )

        return constructor

    def _read_words(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding,
        output_padding,
        dilation,
        groups,
        weight_attr,
        bias_attr,
        data_format,
    ) -> None:
        super()._read_shared(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            weight_attr,
            bias_attr,
            data_format,
        )
        self._read_padding(padding, 0)
        self.output_padding = self.each(output_padding, "output_padding", 0)
        for i, (op, s, d) in enumerate(
            zip(self.output_padding, self.stride, self.dilation, strict=True)
        ):
            limit = s if self._padding == "SAME" else d  # the dilation is already forgotten
            if all(isinstance(x, int) for x in (op, s, limit)) and (
                op >= max(s, limit) or (op > s and self.rank == 1)
            ):
                self._too_much(i, op, s)

    def _too_much(self, i, op, s):
        self.refuse(
            f"第 {i} 个轴的 output_padding 须小于步长 {s}",
            f"output_padding of axis {i} must be less than the stride, {s}",
            op,
            f"最近的可用值是 {s - 1}",
            f"the nearest that works is {s - 1}",
        )

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        each = tuple(
            zip(self.kernel_size, self.dilation, self.stride, self.output_padding, strict=True)
        )
        if self._padding == "SAME":
            return self._layer(Borrowed(Same(k, s), op) for k, _, s, op in each)
        return self._layer(
            Transposed(Window.dilated(k, d, s, lo, hi - op))
            for (k, d, s, op), (lo, hi) in zip(each, self._pairs(), strict=True)
        )

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        return 0 if axis.count(n) == 0 else fitting(axis, n, i)

    def output_shape(self, input_shape, output_size=None) -> tuple:
        """The shape that comes out; `output_size` chooses among the s sizes that lead back to the
        same input, in place of output_padding.

        Raises:
            ShapeError: as every `output_shape`; if `output_size` cannot be reached, or, with one
                axis, stands beside an output_padding.
        """
        made = super().output_shape(input_shape)
        # of an empty input Paddle asks no more than that it be below stride or dilation
        if 0 not in self.entries(input_shape):
            for i, (op, s) in enumerate(zip(self.output_padding, self.stride, strict=True)):
                if isinstance(op, int) and isinstance(s, int) and op >= s:
                    self._too_much(i, op, s)
        if output_size is None:
            return made
        if self.rank == 1 and self.output_padding != (0,):
            self.refuse(
                "output_size 不能与 output_padding 同用",
                "output_size cannot be used together with output_padding",
                output_size,
                "设 output_padding=0",
                "set output_padding=0",
            )
        wanted = self.each(output_size, "output_size", 0)
        at = {label: i for i, label in enumerate(self.order(len(made)))}
        told = list(made)
        for i, (w, op, s) in enumerate(zip(wanted, self.output_padding, self.stride, strict=True)):
            m = None if made[at[i]] is None else made[at[i]] - op
            if all(isinstance(x, int) for x in (w, m, s)) and not m <= w < m + s:
                self.refuse(
                    f"第 {i} 个轴的 output_size 须在 {m} 到 {m + s - 1} 之间",
                    f"output_size of axis {i} must be from {m} to {m + s - 1}",
                    w,
                    f"最近的可用值是 {min(max(w, m), m + s - 1)}",
                    f"the nearest that works is {min(max(w, m), m + s - 1)}",
                )
            told[at[i]] = w
        return tuple(told)


class Conv1DTranspose(ConvTranspose):
    """Paddle's `nn.Conv1DTranspose`; unlike its kin of two and three axes it takes the groups
    before the dilation.

    >>> Conv1DTranspose(4, 2, 3, stride=2, padding="SAME").output_shape((1, 4, 5))  # not 10
    (1, 2, 9)
    """

    rank = 1

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        dilation=1,
        weight_attr=None,
        bias_attr=None,
        data_format="NCL",
    ):
        self._read_words(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            dilation,
            groups,
            weight_attr,
            bias_attr,
            data_format,
        )


Conv2DTranspose, Conv3DTranspose = _by_format(ConvTranspose, "Conv{}DTranspose", (2, 3))


# ------------------------------------------------------------ pooling


class _Pool(PaddleLayer):
    """What all pooling shares: the stride is the kernel unless said otherwise; ceil_mode keeps
    every window; padding may be anything.
    """

    kind = "max"
    counted = Counted.DATA
    _empty_channels = True

    def _read_words(self, kernel_size, stride, padding, ceil_mode, data_format=None) -> None:
        self.kernel_size = self.each(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else self.each(stride, "stride")
        self._read_format(self.first[self.rank][0] if data_format is None else data_format)
        self.ceil_mode = self._switch(ceil_mode, "ceil_mode")
        self._read_padding(padding, None)
        if self._padding == "VALID" and self.ceil_mode:
            self.refuse(
                "padding='VALID' 不能配 ceil_mode=True",
                "padding='VALID' takes no ceil_mode=True",
                ceil_mode,
                "设 padding=0",
                "set padding=0",
            )

    def meaning(self, channels=None, rank=None) -> Pooling:
        pairs = (None,) * self.rank if self._padding == "SAME" else self._pairs()
        return Pooling(
            tuple(map(self._axis, self.kernel_size, self.stride, pairs)),
            self.kernel_size,
            self.kind,
            self.counted,
        )

    def outputs_along(self, axis, n, i):
        return super().outputs_along(
            Ceiled(axis, clipped=False) if self.ceil_mode and axis.same else axis, n, i
        )

    def _axis(self, k, s, pair):
        axis = Same(k, s) if pair is None else Window(k, s, *pair)
        exact = pair is None and (k >= s) == True
        return Ceiled(axis, clipped=False) if self.ceil_mode and not exact else axis


class MaxPool(_Pool):
    """Paddle's `nn.MaxPool2D`, `nn.MaxPool3D`.

    >>> # PyTorch has (3, 13): no window begins behind the input
    >>> MaxPool2D(2, 2, 1, ceil_mode=True).output_shape((1, 8, 5, 25))
    (1, 8, 4, 14)
    """

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self,
            kernel_size,
            stride=None,
            padding=0,
            return_mask=False,
            ceil_mode=False,
            data_format=default,
        ):
            self._read_words(kernel_size, stride, padding, ceil_mode, data_format)
            self.return_mask = self.flag(return_mask, "return_mask")

        return constructor


class MaxPool1D(_Pool):
    """Paddle's `nn.MaxPool1D`: channels first, always.

    >>> # 1, though no window fits
    >>> MaxPool1D(3).output_shape((1, 8, 2)), MaxPool1D(3, padding="SAME").output_shape((1, 8, "L"))
    ((1, 8, 1), (1, 8, (L + 2)//3))
    """

    rank = 1

    def __init__(self, kernel_size, stride=None, padding=0, return_mask=False, ceil_mode=False):
        self._read_words(kernel_size, stride, padding, ceil_mode)
        self.return_mask = self.flag(return_mask, "return_mask")


MaxPool2D, MaxPool3D = _by_format(MaxPool, "MaxPool{}D", (2, 3))


class AvgPool(_Pool):
    """Paddle's `nn.AvgPool2D`, `nn.AvgPool3D`; padding is left out of the mean while `exclusive`.

    >>> AvgPool2D(3, 2, padding=(1, 1, 0, 2)).output_shape((1, 8, 9, 9))
    (1, 8, 5, 5)
    """

    kind = "average"

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self,
            kernel_size,
            stride=None,
            padding=0,
            ceil_mode=False,
            exclusive=True,
            divisor_override=None,
            data_format=default,
        ):
            self._read_words(kernel_size, stride, padding, ceil_mode, data_format)
            self.exclusive = self._switch(exclusive, "exclusive")
            self.counted = Counted.DATA if self.exclusive else Counted.FRONT
            self.divisor_override = divisor_override

        return constructor


class AvgPool1D(_Pool):
    """Paddle's `nn.AvgPool1D`: `exclusive` before `ceil_mode`, unlike its kin of two and three
    axes.

    >>> AvgPool1D(3, 2, 1, False, True).output_shape((1, 8, 6))
    (1, 8, 4)
    """

    rank = 1
    kind = "average"

    def __init__(self, kernel_size, stride=None, padding=0, exclusive=True, ceil_mode=False):
        self._read_words(kernel_size, stride, padding, ceil_mode)
        self.exclusive = self._switch(exclusive, "exclusive")
        self.counted = Counted.DATA if self.exclusive else Counted.FRONT


AvgPool2D, AvgPool3D = _by_format(AvgPool, "AvgPool{}D", (2, 3))


class LPPool(_Pool):
    """Paddle's `nn.LPPool1D`, `nn.LPPool2D`.

    >>> LPPool2D(2, 3, 2, ceil_mode=True, data_format="NHWC").output_shape((1, 8, 9, 4))
    (1, 4, 4, 4)
    """

    kind = "lp"
    counted = Counted.NONE

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self,
            norm_type,
            kernel_size,
            stride=None,
            padding=0,
            ceil_mode=False,
            data_format=default,
        ):
            if not isinstance(norm_type, int | float) or norm_type == 0:
                self.refuse(
                    "norm_type 须为不等于 0 的数",
                    "norm_type must be a number other than 0",
                    norm_type,
                    "例如 norm_type=2",
                    "for example norm_type=2",
                )
            self.norm_type = norm_type
            self._read_words(kernel_size, stride, padding, ceil_mode, data_format)

        return constructor

    @property
    def norm(self) -> Norm:
        """The norm."""
        return Norm.of(self.norm_type, signed=True)


LPPool1D, LPPool2D = _by_format(LPPool, "LPPool{}D", (1, 2))


class MaxUnPool(PaddleLayer):
    """Paddle's `nn.MaxUnPool1D`, `nn.MaxUnPool2D`, `nn.MaxUnPool3D`, as the shapes they make: what
    max pooling shortened is as long again. Padding is a number per axis; channels come second.

    Sizes: (n − 1)s + k − 2p.

    Raises:
        ShapeError: where less than nothing would come out.

    >>> MaxUnPool2D(2, 2).output_shape((1, 8, 7, "W")), MaxUnPool1D(3, 2).output_shape((1, 8, 7))
    ((1, 8, 14, 2*W), (1, 8, 15))
    """

    _empty_channels = True

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(
            self, kernel_size, stride=None, padding=0, data_format=default, output_size=None
        ):
            self.kernel_size = self.each(kernel_size, "kernel_size")
            self.stride = self.kernel_size if stride is None else self.each(stride, "stride")
            self.padding = self.each(padding, "padding", None)
            self.data_format = self.word(data_format, "data_format", (default,))
            self.output_size = self._wanted(output_size)

        return constructor

    def _wanted(self, given) -> tuple | None:
        """The sizes that are to come out; Paddle's of one axis wants batch and channels beside."""
        if given is None:
            return None
        entries = taken(given, self.rank + 3) or ()
        if len(entries) == self.rank + 2:
            return self.each(entries[2:], "output_size", 0)
        if self.rank == 1:
            self.refuse(
                "MaxUnPool1D 的 output_size 须有三项：批次、通道与长度",
                "MaxUnPool1D needs an output_size of three entries: batch, channels, length",
                given,
                "例如 (1, 8, 14)",
                "for example (1, 8, 14)",
            )
        return self.each(entries, "output_size", 0)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        each = zip(self.kernel_size, self.stride, self.padding, strict=True)
        return Layer(tuple(Transposed(Window(k, s, p, p)) for k, s, p in each))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        made = (n - 1) * self.stride[i] + self.kernel_size[i] - 2 * self.padding[i]
        if isinstance(made, int) and made < 0:
            self.too_short(i, n, axis.need(0))
        if self.output_size is None:
            return made
        wanted, s = self.output_size[i], self.stride[i]
        if all(isinstance(x, int) for x in (wanted, made, s)) and abs(wanted - made) >= s:
            least = max(made - s + 1, 0)
            self.refuse(
                f"第 {i} 个轴的 output_size 须在 {shown(least)} 到 {shown(made + s - 1)} 之间",
                f"output_size of axis {i} must be from {shown(least)} to {shown(made + s - 1)}",
                wanted,
                f"最近的可用值是 {shown(min(max(wanted, least), made + s - 1))}",
                f"the nearest that works is {shown(min(max(wanted, least), made + s - 1))}",
            )
        return wanted


MaxUnPool1D, MaxUnPool2D, MaxUnPool3D = _by_format(MaxUnPool, "MaxUnPool{}D")


class _Adaptive(PaddleLayer):
    """What adaptive pooling shares: the number of outputs is said; `None` keeps an axis, but not
    the only one.
    """

    kind = "average"
    _empty_channels = True

    def _read_words(self, output_size, data_format=None) -> None:
        entries = (
            (output_size,) * self.rank
            if isinstance(output_size, int | str) or is_expression(output_size)
            else taken(output_size, self.rank + 1)
        )
        if entries is None or len(entries) != self.rank or (self.rank == 1 and entries[0] is None):
            entries = self.each(output_size, "output_size", 0)  # which refuses it
        self.output_size = tuple(
            None if m is None else self.one(m, f"output_size[{i}]", 0)
            for i, m in enumerate(entries)
        )
        self._read_format(self.first[self.rank][0] if data_format is None else data_format)

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling.adaptive(self.output_size, self.kind)

    def outputs_along(self, axis, n, i):
        return axis.count(n)  # none of no outputs, and as many as are asked for of no input


class AdaptiveAvgPool(_Adaptive):
    """Paddle's `nn.AdaptiveAvgPool2D`, `nn.AdaptiveAvgPool3D`.

    >>> AdaptiveAvgPool2D((None, 7)).output_shape((1, 512, "H", "W"))
    (1, 512, H, 7)
    """

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(self, output_size, data_format=default):
            self._read_words(output_size, data_format)

        return constructor


class AdaptiveAvgPool1D(_Adaptive):
    """Paddle's `nn.AdaptiveAvgPool1D`.

    >>> AdaptiveAvgPool1D(1).output_shape((1, 512, "L"))
    (1, 512, 1)
    """

    rank = 1

    def __init__(self, output_size):
        self._read_words(output_size)


AdaptiveAvgPool2D, AdaptiveAvgPool3D = _by_format(AdaptiveAvgPool, "AdaptiveAvgPool{}D", (2, 3))


class AdaptiveMaxPool(_Adaptive):
    """Paddle's `nn.AdaptiveMaxPool1D`, `nn.AdaptiveMaxPool2D`, `nn.AdaptiveMaxPool3D`: channels
    first, always.

    >>> AdaptiveMaxPool3D(2).output_shape((1, 64, 9, 9, 9))
    (1, 64, 2, 2, 2)
    """

    kind = "max"

    def __init__(self, output_size, return_mask=False):
        self._read_words(output_size)
        self.return_mask = self.flag(return_mask, "return_mask")


AdaptiveMaxPool1D, AdaptiveMaxPool2D, AdaptiveMaxPool3D = ranked(
    AdaptiveMaxPool, "AdaptiveMaxPool{}D"
)


# ------------------------------------------------------------ padding


class _Pad(PaddleLayer):
    """What the padding layers share: (before, after) per axis, the last axis first; negative
    numbers crop.

    Zeros may be said for another number of axes, counted from the last; as many as the data has,
    batch and channels too, begin with the first.
    """

    _empty_channels = True
    by_axes = False

    def _read_words(self, padding, mode, data_format) -> None:
        if isinstance(padding, int | str) or is_expression(padding):
            self.padding = (self.one(padding, "padding", None),) * (2 * self.rank)
        else:
            entries = taken(padding, 64) if isinstance(padding, tuple | list) else None
            if entries is None:
                entries = self.each(padding, "padding", None, rank=2 * self.rank)  # refused
            self.padding = tuple(self.one(p, f"padding[{i}]", None) for i, p in enumerate(entries))
        self.mode = self.word(mode, "mode", ("constant", "reflect", "replicate", "circular"))
        self.data_format, self._unset = data_format, data_format is None
        if not self._unset:
            self.data_format = self.word(
                data_format,
                "data_format",
                tuple(name for names in (FIRST, LAST) for (name,) in names.values()),
                fold=True,
            )
            self.rank, self.layout = next(
                (r, layout)
                for names, layout in ((FIRST, "NC*"), (LAST, "N*C"))
                for r, (name,) in names.items()
                if name == self.data_format
            )

    def output_shape(self, input_shape) -> tuple:
        entries = sizes(input_shape, self)
        if self.mode == "constant" and len(self.padding) != 2 * (len(entries) - 2):
            return self._from_the_end(
                tuple(None if n is None else self._integer(n) for n in entries)
            )
        if self._unset and 3 <= len(entries) <= 5:
            self.rank = len(entries) - 2
        made = super().output_shape(entries)
        if self.mode == "reflect":
            self._reflects(entries)
        return made

    def _from_the_end(self, entries: tuple) -> tuple:
        """Zeros around the last axes, or around all; these do not crop."""
        for i, p in enumerate(self.padding):
            self.one(p, f"padding[{i}]", 0)
        return tuple(
            None if n is None else self._back(n + lo + hi)
            for n, (lo, hi) in zip(entries, self.around(entries), strict=True)
        )

    def around(self, size: tuple) -> list:
        """How many zeros stand before and behind each axis, where they are said for another number
        of axes than the data's.
        """
        rank = len(size)
        pads = (*self.padding, *(0,) * (2 * rank))[: 2 * rank]
        pairs = list(zip(pads[::2], pads[1::2], strict=True))
        return pairs if len(self.padding) == 2 * rank else pairs[::-1]

    def meaning(self, channels=None, rank=None) -> Layer:
        if len(self.padding) != 2 * self.rank:
            self.refuse(
                f"padding 须有 {2 * self.rank} 项",
                f"padding needs {2 * self.rank} entries",
                self.padding,
                f"例如 padding={(1,) * 2 * self.rank}",
                f"for example padding={(1,) * 2 * self.rank}",
            )
        pairs = zip(self.padding[::2], self.padding[1::2], strict=True)
        return Layer(tuple(Window(1, 1, lo, hi) for lo, hi in pairs)[::-1])

    def outputs_along(self, axis, n, i):
        return 0 if axis.count(n) == 0 else fitting(axis, n, i)


class Pad(_Pad):
    """Paddle's `nn.Pad1D`, `nn.Pad2D`, `nn.Pad3D`.

    >>> Pad2D((1, 2, 3, 4), mode="reflect").output_shape((1, 3, 10, 20))  # left, right, top, bottom
    (1, 3, 17, 23)
    """

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(self, padding, mode="constant", value=0.0, data_format=default):
            self._read_words(padding, mode, data_format)
            self.value = value

        return constructor


class ZeroPad(_Pad):
    """Paddle's `nn.ZeroPad1D`, `nn.ZeroPad2D`, `nn.ZeroPad3D`.

    >>> ZeroPad2D((-1, 0, 2, 2), data_format="NHWC").output_shape((1, 10, "W", 3))
    (1, 14, W - 1, 3)
    """

    @staticmethod
    def init(default):
        """The constructor for ranks whose data format is this by default."""

        def constructor(self, padding, data_format=default):
            self._read_words(padding, "constant", data_format)

        return constructor


Pad1D, Pad2D, Pad3D = _by_format(Pad, "Pad{}D")
ZeroPad1D, ZeroPad2D, ZeroPad3D = _by_format(ZeroPad, "ZeroPad{}D")


# ------------------------------------------------------------ resizing, rearranging


class _Resize(PaddleLayer):
    """What the upsampling layers share: to a size, or by factors, ⌊n · factor⌋ in double
    precision.
    """

    _empty_channels = True
    modes: ClassVar[dict] = {
        "linear": (1,),
        "nearest": (2, 3),
        "bilinear": (2,),
        "bicubic": (2,),
        "trilinear": (3,),
        "area": (1, 2, 3),
    }
    formats: ClassVar[dict] = {"NCW": 1, "NCHW": 2, "NCDHW": 3, "NWC": 1, "NHWC": 2, "NDHWC": 3}
    mode = "nearest"
    align_corners, align_mode, recompute_scale_factor = False, "0", False

    def _reading(self, outputs=None, factor=1) -> str:
        """How it reads, as `Resized` calls it. Along two axes and more a single output lies at
        −1/2, as if the input had no length; of three positions or fewer, one at their centre reads
        what that reads, and more.
        """
        if self.mode in ("nearest", "area"):
            return self.mode
        single = self.mode != "linear" and (outputs == 1 or factor < HALF)
        if self.mode == "bicubic":
            made = "corners-cubic" if self.align_corners else "cubic"
            return "all" if made == "cubic" and single else made
        if self.align_corners:
            return "corners"
        if self.align_mode == "1":
            return "edges"
        if not single:
            return "linear"
        return "edges" if outputs == 1 else "all"

    def _read_words(self, size, scale_factor, data_format) -> None:
        # adaptive pooling: it looks at the size alone, and at no data format
        area = self.mode == "area"
        if (size is None and (area or scale_factor is None)) or (
            size is not None and scale_factor is not None and not area
        ):
            self.refuse(
                "size 与 scale_factor 须恰给一个（area 须给 size）",
                "exactly one of size and scale_factor must be given (for area: size)",
                Received(f"size={shown(size)}, scale_factor={shown(scale_factor)}"),
                "例如 size=(32, 48)",
                "for example size=(32, 48)",
            )
        self.data_format = data_format
        if data_format is not None and not area:
            self.data_format = self.word(data_format, "data_format", tuple(self.formats), fold=True)
            self.rank, self.layout = (
                self.formats[self.data_format],
                "NC*" if self.data_format.startswith("NC") else "N*C",
            )
            self._for(self.rank)
        self._made, self._factors = (
            None if value is None else taken(value, 4) or value for value in (size, scale_factor)
        )
        given, name = (
            (self._factors, "scale_factor") if self._made is None else (self._made, "size")
        )
        if name == "size" and not (isinstance(given, tuple) or (area and isinstance(given, int))):
            self.refuse(
                "size 须为每轴一个整数",
                "size must be an int per axis",
                size,
                "例如 size=(32, 48)",
                "for example size=(32, 48)",
            )
        if name == "scale_factor":
            self._factors = (
                tuple(map(Scaled.of, given)) if isinstance(given, tuple) else Scaled.of(given)
            )

    def _for(self, rank: int) -> None:
        """Refuse a mode that is not for so many axes."""
        if rank not in self.modes[self.mode]:
            ranks = ", ".join(map(str, self.modes[self.mode]))
            self.refuse(
                f"{self.mode} 只用于 {ranks} 维",
                f"{self.mode} is for {ranks} axes",
                rank,
                "可用：linear、bilinear、trilinear、area",
                "linear, bilinear, trilinear or area may work",
            )

    def meaning(self, channels=None, rank=None) -> Layer:
        self._for(rank)
        given = self._factors if self._made is None else self._made
        each = given if isinstance(given, tuple) else (given,) * rank
        if len(each) != rank:
            self.refuse(
                f"须有 {rank} 项",
                f"there must be {rank} entries",
                Received(shown(each)),
                f"例如 {(2,) * rank}",
                f"for example {(2,) * rank}",
            )
        if self._made is None:
            rounded = bool(self.recompute_scale_factor)
            return Layer(
                tuple(
                    replace(axis, mode=self._reading(factor=axis.factor), rounded=rounded)
                    for axis in each
                )
            )
        lengths = [self.one(m, f"size[{i}]", int(self.mode != "area")) for i, m in enumerate(each)]
        return (
            Pooling(tuple(map(Adaptive, lengths)), (), "average")
            if self.mode == "area"
            else Layer(tuple(Resized(m, mode=self._reading(m)) for m in lengths))
        )

    def outputs_along(self, axis, n, i):
        return fitting(axis, n, i) if axis.given is None else axis.given

    def output_shape(self, input_shape) -> tuple:
        made = super().output_shape(input_shape)
        # looked at as if channels always came second
        if self.mode != "area" and 0 in self.entries(input_shape)[2:]:
            self.refuse(
                "只有前两个轴可以为空",
                "only the first two axes may be empty",
                Received(shown(input_shape)),
                "至少要 1 格",
                "at least 1 position works",
            )
        return made


class Upsample(_Resize):
    """Paddle's `nn.Upsample`: one to three axes; "nearest" has no one-axis form, and `size` is a
    list always.

    >>> (Upsample(scale_factor=2).output_shape((1, 8, "H", 7)),
    ...  Upsample(size=(32,), mode="linear").output_shape((1, 8, 5)))
    ((1, 8, 2*H, 14), (1, 8, 32))
    """

    def __init__(
        self,
        size=None,
        scale_factor=None,
        mode="nearest",
        align_corners=False,
        align_mode=0,
        data_format=None,
        recompute_scale_factor=None,
    ):
        self.mode = self.word(mode, "mode", tuple(self.modes), fold=True)
        self._read_words(size, scale_factor, data_format)
        self.align_corners = self._switch(align_corners, "align_corners")
        if self.align_corners and self.mode == "nearest":
            self.refuse(
                "nearest 不能配 align_corners",
                "nearest takes no align_corners",
                align_corners,
                "设 align_corners=False",
                "set align_corners=False",
            )
        self.align_mode = self.word(shown(align_mode), "align_mode", ("0", "1"))
        self.recompute_scale_factor = recompute_scale_factor
        if (
            self.flag(recompute_scale_factor, "recompute_scale_factor")
            and size is not None
            and self.mode != "area"
        ):
            self.refuse(
                "给出 size 时不能 recompute_scale_factor",
                "recompute_scale_factor has no meaning with a size",
                recompute_scale_factor,
                "去掉其中之一",
                "leave one of them out",
            )


class UpsamplingNearest2D(_Resize):
    """Paddle's `nn.UpsamplingNearest2D`; a data format of three axes makes it work on three.

    >>> UpsamplingNearest2D(size=32).output_shape((1, 8, 5, 7))
    (1, 8, 32, 32)
    """

    def __init__(self, size=None, scale_factor=None, data_format="NCHW"):
        self._read_words((size, size) if isinstance(size, int) else size, scale_factor, data_format)


class UpsamplingBilinear2D(_Resize):
    """Paddle's `nn.UpsamplingBilinear2D`.

    >>> UpsamplingBilinear2D(scale_factor=(2, 0.5)).output_shape((1, 8, "H", 7))
    (1, 8, 2*H, 3)
    """

    mode = "bilinear"
    align_corners = True

    def __init__(self, size=None, scale_factor=None, data_format="NCHW"):
        self._read_words((size, size) if isinstance(size, int) else size, scale_factor, data_format)


class _Block(PaddleLayer):
    """What PixelShuffle and PixelUnshuffle share: two axes, empty ones kept."""

    rank = 2
    _empty_channels = True

    def outputs_along(self, axis, n, i):
        return 0 if n == 0 else super().outputs_along(axis, n, i)


class PixelShuffle(_Block):
    """Paddle's `nn.PixelShuffle`: (c, H, W) becomes (c/r², rH, rW).

    >>> PixelShuffle(2).output_shape((1, 12, "H", 7))
    (1, 3, 2*H, 14)
    """

    def __init__(self, upscale_factor, data_format="NCHW"):
        self.upscale_factor = self.one(upscale_factor, "upscale_factor")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.up(self.upscale_factor, 2)


class PixelUnshuffle(_Block):
    """Paddle's `nn.PixelUnshuffle`: (c, rH, rW) becomes (cr², H, W).

    >>> PixelUnshuffle(2, data_format="NHWC").output_shape((1, 10, 14, 3))
    (1, 5, 7, 12)
    """

    def __init__(self, downscale_factor, data_format="NCHW"):
        self.downscale_factor = self.one(downscale_factor, "downscale_factor")
        self._read_format(data_format)

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.down(self.downscale_factor, 2)


class _Columns(Weightless, PaddleLayer):
    """What Unfold and Fold share: two axes, windows laid out as columns; paddings (top, left) or
    (top, left, bottom, right).
    """

    rank = 2
    _empty_channels = True

    def _read_words(self, kernel_sizes, dilations, paddings, strides) -> None:
        self.kernel_sizes, self.dilations = (
            self.each(kernel_sizes, "kernel_sizes"),
            self.each(dilations, "dilations"),
        )
        self.strides = self.each(strides, "strides")
        self.paddings = self.each(
            paddings,
            "paddings",
            None,
            rank=4 if isinstance(paddings, tuple | list) and len(paddings) == 4 else 2,
        )

    def meaning(self, channels=None, rank=None) -> Columns:
        before, after = self.paddings[:2], self.paddings[-2:]
        each = zip(self.kernel_sizes, self.dilations, self.strides, before, after, strict=True)
        return Columns(tuple(Window.dilated(*words) for words in each), self.kernel_sizes)

    def _windows(self, spatial: tuple) -> tuple:
        """How many along each axis: at least one, even where it would not fit by less than a
        stride.
        """
        made = tuple(
            self.outputs_along(axis, n, i)
            for i, (axis, n) in enumerate(zip(self.meaning().axes, spatial, strict=True))
        )
        return tuple(
            m if m != 0 else fitting(axis, n, i)
            for i, (m, axis, n) in enumerate(zip(made, self.meaning().axes, spatial, strict=True))
        )


class Unfold(_Columns):
    """Paddle's `nn.Unfold` (im2col): every window a column.

    >>> Unfold(3, paddings=1).output_shape((1, 3, 10, 12))
    (1, 27, 120)
    """

    def __init__(self, kernel_sizes, dilations=1, paddings=0, strides=1):
        self._read_words(kernel_sizes, dilations, paddings, strides)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = self.read(input_shape)
        return tuple(
            map(
                self._back,
                (
                    *shape.batch,
                    shape.channels * prod(self.kernel_sizes),
                    prod(self._windows(shape.spatial)),
                ),
            )
        )


class Fold(_Columns):
    """Paddle's `nn.Fold`: the columns added up where their windows lay. It counts as if it were
    padded alike before and after.

    >>> Fold((10, 12), 3, paddings=1).output_shape((1, 27, 120))
    (1, 3, 10, 12)
    """

    def __init__(self, output_sizes, kernel_sizes, dilations=1, paddings=0, strides=1):
        self._read_words(kernel_sizes, dilations, paddings, strides)
        self.output_sizes = self.each(output_sizes, "output_sizes")

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = opened(entries_of(input_shape) or (), "input_shape", self)
        entries = tuple(map(self._integer, entries))
        if len(entries) != 3:
            self.refuse(
                "Fold 的 input_shape 须有 3 项",
                "Fold needs an input_shape of 3 entries",
                input_shape,
                "次序是 (N, C·Πk, L)",
                "the order is (N, C·Πk, L)",
            )
        batch, rows, columns = entries
        windows = self._windows(self.output_sizes)
        self._require_alike(windows)
        needed, taps = prod(windows), prod(self.kernel_sizes)
        if isinstance(columns, int) and isinstance(needed, int) and columns != needed:
            self.refuse(
                "列数须等于窗口数",
                "there must be as many columns as windows",
                Received(f"{shown(columns)} columns"),
                f"应为 {shown(needed)} 列",
                f"{shown(needed)} columns work",
            )
        self._require_rows(rows, taps)
        channels = None if rows is None else quotient(rows, taps)
        return tuple(map(self._back, (batch, channels, *self.output_sizes)))

    def _require_alike(self, windows: tuple) -> None:
        """Refuse paddings that make other windows than those before, taken twice, would."""
        alike = tuple(Window(w.kernel, w.stride, w.lo, w.lo) for w in self.meaning().axes)
        counted = tuple(
            self.outputs_along(axis, n, i)
            for i, (axis, n) in enumerate(zip(alike, self.output_sizes, strict=True))
        )
        if counted != windows:
            self.refuse(
                "Fold 的 paddings 须前后相同",
                "Fold needs the same paddings before and after",
                self.paddings,
                f"例如 paddings={self.paddings[:2]}",
                f"for example paddings={self.paddings[:2]}",
            )

    def _require_rows(self, rows, taps) -> None:
        """Refuse rows that are no channels, `taps` of them for each."""
        self.divides(
            rows,
            taps,
            Text(
                zh="每列的值须能被 {divisor} 整除",
                en="the values of a column must be divisible by {divisor}",
            ),
        )
        if rows == 0:
            self.refuse(
                "每列至少要有一组值",
                "a column needs values",
                rows,
                f"例如 {shown(taps)}",
                f"for example {shown(taps)}",
            )


class Flatten(Weightless, PaddleLayer):
    """Paddle's `nn.Flatten`: axes merged into one, from `start_axis` to `stop_axis`.

    >>> Flatten().output_shape((1, 64, 12, 12))
    (1, 9216)
    """

    sizeless = frozenset()

    def __init__(self, start_axis=1, stop_axis=-1):
        self.start_axis, self.stop_axis = (
            self.number(start_axis, "start_axis"),
            self.number(stop_axis, "stop_axis"),
        )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        return flattened(sizes(input_shape, self), self.start_axis, self.stop_axis)


class Unflatten(Weightless, PaddleLayer):
    """Paddle's `nn.Unflatten`: one axis come apart into several, one of which may be −1.

    Raises:
        ShapeError: where the lengths do not multiply to that of the axis.

    >>> Unflatten(1, (2, -1)).output_shape((1, 64, "H"))
    (1, 2, 32, H)
    """

    def __init__(self, axis, shape):
        entries = taken(shape, 64) or ()
        self.axis = self.number(axis, "axis")
        self.shape = tuple(self.one(n, f"shape[{i}]", -1) for i, n in enumerate(entries))
        if not entries or self.shape.count(-1) > 1:
            self.refuse(
                "shape 须有至少一项，最多一项为 −1",
                "shape needs at least one entry, and at most one −1",
                shape,
                "例如 (-1, 64)",
                "for example (-1, 64)",
            )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = [n if n is None else self._integer(n) for n in sizes(input_shape, self)]
        return tuple(map(self._back, unflattened(shape, self.axis, self.shape)))


class Linear(Matrix, PaddleLayer):
    """Paddle's `nn.Linear`: the last axis, `in_features` long, becomes `out_features` long; the
    weight is laid out the other way than PyTorch's.

    >>> fc = Linear(9216, 128)
    >>> fc.output_shape((1, 9216)), fc.weight_shape(), fc.parameters(), fc.macs((1, 9216))
    ((1, 128), (9216, 128), 1179776, 1179648)
    """

    def __init__(self, in_features, out_features, weight_attr=None, bias_attr=None):
        self.in_features, self.out_features = (
            self.one(in_features, "in_features", 0),
            self.one(out_features, "out_features", 0),
        )
        if weight_attr is False:
            self.refuse(
                "weight_attr 不能为 False",
                "weight_attr cannot be False",
                weight_attr,
                "例如 weight_attr=None",
                "for example weight_attr=None",
            )
        self.weight_attr, self.bias_attr = weight_attr, bias_attr

    @property
    def biased(self) -> bool:
        """Whether a bias is added."""
        return self.bias_attr is not False

    def weight_shape(self, input_shape=None) -> tuple:
        """(in_features, out_features)."""
        return tuple(map(self._back, (self.in_features, self.out_features)))


def concat(x, axis=0) -> tuple:
    """Paddle's `paddle.concat`, on shapes.

    >>> concat([(1, 64, 28, 28), (1, 32, 28, 28)], axis=1)
    (1, 96, 28, 28)
    """
    return concatenated(map(sizes, x), one_size(axis, "axis"))


def add(x, y) -> tuple:
    """Paddle's `paddle.add`, on shapes: an axis of length 1 stretches.

    >>> add((1, 64, 28, 28), (64, 1, 1))
    (1, 64, 28, 28)
    """
    return broadcast(map(sizes, (x, y)))


class Sequential(sequential.Sequential):
    """Paddle's `nn.Sequential(…)`."""

    framework = "paddle"


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    Identity (*args, **kwargs)
    ReLU ReLU6 Swish Mish Hardswish Hardsigmoid Tanhshrink Softsign Sigmoid LogSigmoid Tanh
        Softmax2D ()
    SiLU Silu (inplace=False)
    LeakyReLU (negative_slope=0.01)
    PReLU (num_parameters=1, init=0.25, weight_attr=None, data_format='NCHW') : slopes
    RReLU (lower=0.125, upper=0.3333333333333333)
    ELU CELU (alpha=1.0)
    SELU (scale=1.0507009873554805, alpha=1.6732632423543772)
    GELU (approximate=False)
    Hardtanh (min=-1.0, max=1.0)
    Hardshrink Softshrink (threshold=0.5)
    Softplus (beta=1, threshold=20)
    ThresholdedReLU (threshold=1.0, value=0.0)
    Softmax LogSoftmax (axis=-1) : softmax
    Dropout (p=0.5, inplace=False, axis=None, mode='upscale_in_train')
    Dropout2D (p=0.5, data_format='NCHW')
    Dropout3D (p=0.5, data_format='NCDHW')
    AlphaDropout FeatureAlphaDropout (p=0.5)
    LocalResponseNorm (size, alpha=0.0001, beta=0.75, k=1.0, data_format='NCHW')
    ChannelShuffle (groups, data_format='NCHW') : groups
    BatchNorm1D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
        bias_attr=None, data_format='NCL', use_global_stats=None) : batch
    BatchNorm2D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
        bias_attr=None, data_format='NCHW', use_global_stats=None) : batch
    BatchNorm3D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
        bias_attr=None, data_format='NCDHW', use_global_stats=None) : batch
    SyncBatchNorm (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
        bias_attr=None, data_format='NCHW') : batch
    InstanceNorm1D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
        bias_attr=None, data_format='NCL') : instance
    InstanceNorm2D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
        bias_attr=None, data_format='NCHW') : instance
    InstanceNorm3D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
        bias_attr=None, data_format='NCDHW') : instance
    GroupNorm (num_groups, num_channels, epsilon=1e-05, *, affine=True, weight_attr=None,
        bias_attr=None, data_format='NCHW') : group
    LayerNorm (normalized_shape, epsilon=1e-05, *, elementwise_affine=True, bias=True,
        weight_attr=None, bias_attr=None) : trailing
"""
UNKEPT = frozenset({"name", "device", "dtype"})  # their arguments that say nothing of shapes
BESIDE = ("concat", "add", "Sequential")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("paddle", name)


def __dir__() -> list:
    return places.listed("paddle")
