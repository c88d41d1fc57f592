"""PyTorch's own words. Names, defaults, order and refusals are those of `torch.nn`, seen on PyTorch
2.13.0 (CPU, executed).

Modules are made as in PyTorch; `output_shape` takes N, C, axes, or C, axes without a batch.
What few layers mean is imported where they say it: whoever types a convolution waits for no other.
"""

from math import isinf, prod
from typing import TYPE_CHECKING, ClassVar

from shapealg.axis.counted import Counted
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Exact, is_expression, one_size
from shapealg.layer.convolution import Convolution
from shapealg.layer.joining import broadcast, concatenated, flattened, several, unflattened
from shapealg.layer.layer import Layer, larger_than_none
from shapealg.layer.pooling import Pooling
from shapealg.shapes import entries as entries_of
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places, sequential
from shapealg.words.matrix import Matrix
from shapealg.words.norm import Norm
from shapealg.words.shape import opened, sizes
from shapealg.words.spelling import unnamed
from shapealg.words.words import Weightless, Words, ranked, steady

if TYPE_CHECKING:
    from shapealg.layer.rearrange import Columns, Shuffle

VERSION = "2.13.0"
# what its page begins with
LEAD = Text(
    zh=(
        "填充写成数，两侧一样多；`same` 只配步长 1；"
        "`ceil_mode` 舍去从输入之后才开始的窗口。放不下窗口时一律报错。"
    ),
    en=(
        "Padding is a number per side, the same on both sides; `same` exists for stride 1 only;"
        " pooling with `ceil_mode` drops a window that would begin behind the input. Where no"
        " window fits, everything is an error."
    ),
)


class Module(Words):
    """What PyTorch's layers share: N, C, axes, with or without the batch; an error where no window
    fits or an axis is empty.
    """

    framework = "torch"
    unbatched = True
    sizeless = frozenset({"device", "dtype"})
    empty = False  # whether an axis of no positions is accepted

    @steady
    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        if n == 0 and not self.empty:
            raise ShapeError(
                Text(zh=f"第 {i} 个空间轴不能为空", en=f"spatial axis {i} must not be empty"),
                n,
                Text(zh="至少要 1 格", en="at least 1 position works"),
            )
        return super().outputs_along(axis, n, i)


class _Convolutional(Module):
    """What Conv and ConvTranspose share."""

    padding_modes: tuple[str, ...] = ("zeros",)
    wanted_channels = Text(
        zh="输入须有 in_channels={n} 个通道", en="the input must have in_channels={n} channels"
    )

    def _read_words(
        self, in_channels, out_channels, kernel_size, stride, dilation, groups, bias, padding_mode
    ):
        self.in_channels = self.one(in_channels, "in_channels")
        self.out_channels = self.one(out_channels, "out_channels")
        self.groups = self.one(groups, "groups")
        self.kernel_size = self.each(kernel_size, "kernel_size")
        self.stride = self.each(stride, "stride")
        self.dilation = self.each(dilation, "dilation")
        self.bias = self.flag(bias, "bias")
        self.padding_mode = self.word(padding_mode, "padding_mode", self.padding_modes)
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
        return Convolution(tuple(axes), self.kernel_size, self.out_channels, self.groups, self.bias)


class Conv(_Convolutional):
    """PyTorch's `nn.Conv1d`, `nn.Conv2d`, `nn.Conv3d`, as the shapes they make.

    >>> conv = Conv2d(3, 64, 7, stride=2, padding=3)
    >>> conv.output_shape((1, 3, 224, "W")), conv.weight_shape(), conv.parameters()
    ((1, 64, 112, (W + 1)//2), (64, 3, 7, 7), 9472)
    """

    weight_layout = "OI*"
    padding_modes = ("zeros", "reflect", "replicate", "circular")

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
    ):
        self._read_words(
            in_channels, out_channels, kernel_size, stride, dilation, groups, bias, padding_mode
        )
        self.padding = self._padding(padding)

    def _padding(self, padding):
        if not isinstance(padding, str):
            return self.each(padding, "padding", 0)
        self.word(padding, "padding", ("same", "valid"))
        if padding == "same" and any((s > 1) == True for s in self.stride):
            self.refuse(
                "PyTorch 的 padding='same' 只能配步长 1",
                "PyTorch's padding='same' needs stride 1",
                Received(f"stride={shown(self.stride)}"),
                "设 stride=1，或写出 padding；to('torch') 会给出每种尺寸要填多少",
                "set stride=1, or say the padding in numbers",
            )
        return padding

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        return self._layer(
            map(self._axis, range(self.rank), self.kernel_size, self.stride, self.dilation)
        )

    def _axis(self, i, k, s, d) -> Window:
        total = d * (k - 1)
        lo, hi = (
            {"same": (total // 2, total - total // 2), "valid": (0, 0)}[self.padding]
            if isinstance(self.padding, str)
            else (self.padding[i],) * 2
        )
        return Window.dilated(k, d, s, lo, hi)

    @steady
    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        if self.padding_mode in ("reflect", "circular") and isinstance(n, int):
            self._reaches(axis.hi, n - (self.padding_mode == "reflect"), i)
        return super().outputs_along(axis, n, i)

    def _reaches(self, padding, most: int, i: int) -> None:
        """Refuse more padding out of the input than it has, `most`."""
        if isinstance(padding, int) and padding > most:
            self.refuse(
                f"{self.padding_mode} 填充在第 {i} 个空间轴上最多 {shown(most)} 格",
                f"{self.padding_mode} padding takes at most {shown(most)} on spatial axis {i}",
                padding,
                f"最近的可用值是 {shown(max(most, 0))}",
                f"the nearest that works is {shown(max(most, 0))}",
            )


Conv1d, Conv2d, Conv3d = ranked(Conv, "Conv{}d")


class LazyConv(Conv):
    """PyTorch's `nn.LazyConv1d`, `nn.LazyConv2d`, `nn.LazyConv3d`: the input says how many channels
    come in.

    >>> LazyConv2d(8, 3).output_shape((1, 5, 9, 9)), LazyConv2d(8, 3).parameters((1, 5, 9, 9))
    ((1, 8, 7, 7), 368)
    """

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
    ):
        told = kernel_size, stride, padding, dilation, groups, bias, padding_mode
        super().__init__(0, out_channels, *told)
        self.in_channels = None

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        layer = super().meaning(channels, rank)
        if channels is not None:
            layer.weight(channels)  # they must split into groups
        return layer

    def one(self, value, name: str, least: int | None = 1):
        """One integer or symbol, of at least `least`."""
        return super().one(value, name, 0 if name == "in_channels" else least)


LazyConv1d, LazyConv2d, LazyConv3d = ranked(LazyConv, "LazyConv{}d")


class ConvTranspose(_Convolutional):
    """PyTorch's `nn.ConvTranspose1d`, `nn.ConvTranspose2d`, `nn.ConvTranspose3d`, as the shapes
    they make.

    >>> up = ConvTranspose2d(10, 30, 5, groups=2)
    >>> up.weight_shape(), up.output_shape((1, 10, "H", 8))
    ((10, 15, 5, 5), (1, 30, H + 4, 12))
    """

    weight_layout = "IO*"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
    ):
        self._read_words(
            in_channels, out_channels, kernel_size, stride, dilation, groups, bias, padding_mode
        )
        self.padding, self.output_padding = (
            self.each(padding, "padding", 0),
            self.each(output_padding, "output_padding", 0),
        )
        for i, (op, s, d) in enumerate(
            zip(self.output_padding, self.stride, self.dilation, strict=True)
        ):
            if all(isinstance(x, int) for x in (op, s, d)) and op >= max(s, d):
                self.refuse(
                    f"第 {i} 个轴的 output_padding 须小于步长或膨胀率，即小于 {shown(max(s, d))}",
                    f"output_padding of axis {i} must be less than stride or dilation, that is"
                    f" below {shown(max(s, d))}",
                    op,
                    f"最近的可用值是 {shown(max(s, d) - 1)}",
                    f"the nearest that works is {shown(max(s, d) - 1)}",
                )

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        from shapealg.axis.transposed import Transposed

        each = zip(
            self.kernel_size,
            self.dilation,
            self.stride,
            self.padding,
            self.output_padding,
            strict=True,
        )
        return self._layer(
            Transposed(Window.dilated(k, d, s, p, p - op)) for k, d, s, p, op in each
        )

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        return 0 if n != 0 and axis.count(n) == 0 else super().outputs_along(axis, n, i)

    def output_shape(self, input_shape, output_size=None) -> tuple:
        """The shape that comes out; `output_size` chooses among the s sizes that lead back to the
        same input, as in PyTorch.

        An axis may come out as 0 where PyTorch hands the work to oneDNN, as it does on the CPU in
        single precision for `groups` above 1, a batch above 1 and large kernels; its own loops
        refuse that.
        """
        made = super().output_shape(input_shape)
        if output_size is None:
            self._refuse_empty(input_shape, made)
            return made
        wanted = self.each(tuple(output_size)[-self.rank :], "output_size", 0)
        base = [m - op for m, op in zip(made[-self.rank :], self.output_padding, strict=True)]
        for i, (w, m, s) in enumerate(zip(wanted, base, self.stride, strict=True)):
            if all(isinstance(x, int) for x in (w, m, s)) and not m <= w < m + s:
                self.refuse(
                    f"第 {i} 个轴的 output_size 须在 {shown(m)} 到 {shown(m + s - 1)} 之间",
                    f"output_size of axis {i} must be from {shown(m)} to {shown(m + s - 1)}",
                    w,
                    f"最近的可用值是 {shown(min(max(w, m), m + s - 1))}",
                    f"the nearest that works is {shown(min(max(w, m), m + s - 1))}",
                )
        self._refuse_empty(input_shape, (*made[: -self.rank], *wanted))
        return (*made[: -self.rank], *wanted)

    def _refuse_empty(self, input_shape, made: tuple) -> None:
        shape = self.read(input_shape)
        empty = [i for i, m in enumerate(made[-self.rank :]) if m == 0]
        if not empty or self._by_onednn(shape):
            return
        i = empty[0]
        self.refuse(
            f"第 {i} 个空间轴上没有输出",
            f"there is no output on spatial axis {i}",
            Received.positions(shape.spatial[i]),
            f"至少要 {shown(larger_than_none(self.layer.axes[i]))} 格",
            f"at least {shown(larger_than_none(self.layer.axes[i]))} positions work",
        )

    def _by_onednn(self, shape) -> bool:
        """Whether PyTorch hands the work to oneDNN whatever the number of threads: on the CPU, in
        single precision; found by running it.
        """
        batch, taps, size = (
            shape.batch[0] if shape.batch else 1,
            self.kernel_size,
            shape.spatial,
        )
        if self.rank == 1:  # PyTorch runs it as two axes, the first one long
            taps, size = (1, *taps), (1, *size)
        if not all(isinstance(x, int) for x in (batch, *taps, *size, self.groups)):
            return False
        if batch == 0:
            return True
        if any(op >= s for op, s in zip(self.output_padding, self.stride, strict=True)):
            return False
        # a single thread runs these by PyTorch's own loops
        light = {*self.stride, *self.dilation, *taps[-2:]} == {1} and batch < 16
        large = min(taps[-2:]) > 3 or batch * self.in_channels * prod(size[:2]) > 20480
        return not light and (self.groups > 1 or batch > 1 or large)


ConvTranspose1d, ConvTranspose2d, ConvTranspose3d = ranked(ConvTranspose, "ConvTranspose{}d")


def _ceiled(windows) -> tuple:
    from shapealg.axis.waiting import Ceiled

    return tuple(map(Ceiled, windows))


class _Pool(Module):
    """What all pooling shares: the stride is the kernel unless said otherwise; ceil_mode is
    clipped.
    """

    kind = "max"

    def _read_words(self, kernel_size, stride, ceil_mode, padding=0, dilation=1):
        self.kernel_size = self.each(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else self.each(stride, "stride")
        self.padding, self.dilation, self.ceil_mode = (
            self.each(padding, "padding", 0),
            self.each(dilation, "dilation"),
            self.flag(ceil_mode, "ceil_mode"),
        )
        for i, (k, p) in enumerate(zip(self.kernel_size, self.padding, strict=True)):
            if isinstance(k, int) and isinstance(p, int) and 2 * p > k:
                self.refuse(
                    f"第 {i} 个轴的 padding 至多为核的一半，即 {shown(k // 2)}",
                    f"padding of axis {i} is at most half the kernel, that is {shown(k // 2)}",
                    p,
                    f"最近的可用值是 {shown(k // 2)}",
                    f"the nearest that works is {shown(k // 2)}",
                )

    counted = Counted.DATA

    def meaning(self, channels=None, rank=None) -> Pooling:
        axes = (
            Window.dilated(k, d, s, p, p)
            for k, d, s, p in zip(
                self.kernel_size, self.dilation, self.stride, self.padding, strict=True
            )
        )
        return Pooling(
            _ceiled(axes) if self.ceil_mode else tuple(axes),
            self.kernel_size,
            self.kind,
            self.counted,
        )


class MaxPool(_Pool):
    """PyTorch's `nn.MaxPool1d`, `nn.MaxPool2d`, `nn.MaxPool3d`.

    >>> MaxPool2d(2, ceil_mode=True).output_shape((1, 8, 25, "W"))
    (1, 8, 13, (W + 1)//2)
    """

    def __init__(
        self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False
    ):
        self._read_words(kernel_size, stride, ceil_mode, padding, dilation)
        self.return_indices = self.flag(return_indices, "return_indices")


MaxPool1d, MaxPool2d, MaxPool3d = ranked(MaxPool, "MaxPool{}d")


class AvgPool(_Pool):
    """PyTorch's `nn.AvgPool1d`, `nn.AvgPool2d`, `nn.AvgPool3d`.

    >>> AvgPool2d(2, 2, 1, ceil_mode=True).output_shape((1, 8, 17, 17))
    (1, 8, 9, 9)
    """

    kind = "average"

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        self._read_words(kernel_size, stride, ceil_mode, padding)
        self.count_include_pad = self.flag(count_include_pad, "count_include_pad")
        self.counted = Counted.PADDED if self.count_include_pad else Counted.DATA
        if divisor_override is not None:
            self.counted = Counted.TAPS  # the sum of all that a window has is divided
        self.divisor_override = (
            None
            if divisor_override is None
            else self.one(divisor_override, "divisor_override", None)
        )
        if self.divisor_override == 0:
            self.refuse(
                "divisor_override 不能为 0",
                "divisor_override cannot be 0",
                divisor_override,
                "最近的可用值是 1",
                "the nearest that works is 1",
            )


class _AvgPool1d(AvgPool):
    __doc__ = AvgPool.__doc__

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
    ):
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)


class _Averaged3d(_Pool):
    """What averages along three axes, powers too: it wants every axis to be as long as the kernel,
    before padding and whatever ceil_mode says.
    """

    def outputs_along(self, axis, n, i):
        k = self.kernel_size[i]
        if isinstance(n, int) and isinstance(k, int) and n < k:
            name = type(self).__name__
            self.refuse(
                f"{name} 要求第 {i} 个空间轴在填充前就不短于核 {shown(k)}",
                f"{name} wants spatial axis {i} to be at least the kernel, {shown(k)}, before"
                " padding",
                n,
                f"至少要 {shown(k)} 格",
                f"at least {shown(k)} positions work",
            )
        return super().outputs_along(axis, n, i)


class _AvgPool3d(_Averaged3d, AvgPool):
    __doc__ = AvgPool.__doc__


(AvgPool1d,), (AvgPool2d,), (AvgPool3d,) = (
    ranked(_AvgPool1d, "AvgPool{}d", (1,)),
    ranked(AvgPool, "AvgPool{}d", (2,)),
    ranked(_AvgPool3d, "AvgPool{}d", (3,)),
)


class LPPool(_Pool):
    """PyTorch's `nn.LPPool1d`, `nn.LPPool2d`, `nn.LPPool3d`.

    >>> LPPool2d(2, 3, 2, ceil_mode=True).output_shape((1, 8, 8, 9))
    (1, 8, 4, 4)
    """

    kind = "lp"
    counted = Counted.PADDED

    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        if not isinstance(norm_type, int | float) or norm_type == 0:
            self.refuse(
                "norm_type 须为不等于 0 的数",
                "norm_type must be a number other than 0",
                norm_type,
                "例如 norm_type=2",
                "for example norm_type=2",
            )
        self.norm_type = norm_type
        self._read_words(kernel_size, stride, ceil_mode)

    @property
    def norm(self) -> Norm:
        """The norm; one that is infinite takes no notice of signs."""
        return Norm.of(self.norm_type, signed=not isinf(self.norm_type))


class _LPPool1d(LPPool):
    """PyTorch's `nn.LPPool1d`; its kernel is an int, for it is multiplied with."""

    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        if (entries := taken(kernel_size, 2)) is not None:
            first = shown(entries[0]) if entries else 2
            self.refuse(
                "LPPool1d 的 kernel_size 须是整数，不能是序列",
                "LPPool1d takes kernel_size as an int, not as a sequence",
                kernel_size,
                f"请写 kernel_size={first}",
                f"kernel_size={first} works",
            )
        super().__init__(norm_type, kernel_size, stride, ceil_mode)

    def words(self) -> dict:
        """As `LPPool`, but the kernel an int."""
        made = super().words()
        return made | {"kernel_size": made["kernel_size"][0]}


class _LPPool3d(_Averaged3d, LPPool):
    __doc__ = LPPool.__doc__


(LPPool1d,), (LPPool2d,), (LPPool3d,) = (
    ranked(_LPPool1d, "LPPool{}d", (1,)),
    ranked(LPPool, "LPPool{}d", (2,)),
    ranked(_LPPool3d, "LPPool{}d", (3,)),
)


class MaxUnpool(Module):
    """PyTorch's `nn.MaxUnpool1d`, `nn.MaxUnpool2d`, `nn.MaxUnpool3d`, as the shapes they make: what
    max pooling shortened is as long again.

    Sizes: (n − 1)s + k − 2p.

    Raises:
        ShapeError: where less than nothing would come out.

    >>> MaxUnpool2d(2, 2).output_shape((1, 8, 7, "W")), MaxUnpool1d(3, 2).output_shape((1, 8, 7))
    ((1, 8, 14, 2*W), (1, 8, 15))
    """

    def __init__(self, kernel_size, stride=None, padding=0):
        self.kernel_size = self.each(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else self.each(stride, "stride")
        self.padding = self.each(padding, "padding", None)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        from shapealg.axis.transposed import Transposed

        each = zip(self.kernel_size, self.stride, self.padding, strict=True)
        return Layer(tuple(Transposed(Window(k, s, p, p)) for k, s, p in each))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        return 0 if n != 0 and axis.count(n) == 0 else super().outputs_along(axis, n, i)

    def output_shape(self, input_shape, output_size=None) -> tuple:
        """The shape that comes out; `output_size`, of the spatial axes or of all, may be less than
        a stride more or less, as in PyTorch.
        """
        made = super().output_shape(input_shape)
        if output_size is None:
            return made
        entries = taken(output_size, len(made) + 1) or ()
        wanted = self.each(
            entries[2:] if len(entries) == self.rank + 2 else entries, "output_size", 0
        )
        for i, (w, m, s) in enumerate(zip(wanted, made[-self.rank :], self.stride, strict=True)):
            if all(isinstance(x, int) for x in (w, m, s)) and not m - s < w < m + s:
                least = max(m - s + 1, 0)
                self.refuse(
                    f"第 {i} 个轴的 output_size 须在 {shown(least)} 到 {shown(m + s - 1)} 之间",
                    f"output_size of axis {i} must be from {shown(least)} to {shown(m + s - 1)}",
                    w,
                    f"最近的可用值是 {shown(min(max(w, least), m + s - 1))}",
                    f"the nearest that works is {shown(min(max(w, least), m + s - 1))}",
                )
        return (*made[: -self.rank], *wanted)


MaxUnpool1d, MaxUnpool2d, MaxUnpool3d = ranked(MaxUnpool, "MaxUnpool{}d")


class _AdaptivePool(Module):
    """What adaptive pooling shares: the number of outputs is said; `None` in a tuple keeps an axis,
    where there are several.
    """

    kind = "average"

    def __init__(self, output_size):
        one = isinstance(output_size, int | str | Exact) or is_expression(output_size)
        entries = (output_size,) * self.rank if one else taken(output_size, self.rank + 1)
        if entries is None or len(entries) != self.rank or entries == (None,):
            self.each(output_size, "output_size", 0)
        self.output_size = tuple(
            None if m is None else self.one(m, f"output_size[{i}]", 0)
            for i, m in enumerate(entries)
        )

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling.adaptive(self.output_size, self.kind)

    def outputs_along(self, axis, n, i):
        return 0 if self.output_size[i] == 0 and n != 0 else super().outputs_along(axis, n, i)


class _AdaptiveAvgPool(_AdaptivePool):
    __doc__ = _AdaptivePool.__doc__

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out. A single output is computed as a mean, which an empty axis has
        too: nan.
        """
        shape = self.read(input_shape)
        made = tuple(
            n if m is None else m for m, n in zip(self.output_size, shape.spatial, strict=True)
        )
        if made == (1,) * self.rank:
            return self._told(shape.batch, shape.channels, made)
        return super().output_shape(input_shape)


AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d = ranked(
    _AdaptiveAvgPool, "AdaptiveAvgPool{}d"
)


class _AdaptiveMaxPool(_AdaptivePool):
    __doc__ = _AdaptivePool.__doc__
    kind = "max"

    def __init__(self, output_size, return_indices=False):
        super().__init__(output_size)
        self.return_indices = self.flag(return_indices, "return_indices")


AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d = ranked(
    _AdaptiveMaxPool, "AdaptiveMaxPool{}d"
)


class _Pad(Module):
    """PyTorch's padding layers: an int, or (before, after) per axis, the last axis first; negative
    numbers crop.

    >>> ZeroPad2d((1, 2, 3, 4)).output_shape((1, 3, 10, 20))  # left, right, top, bottom
    (1, 3, 17, 23)
    """

    most = staticmethod(lambda n: None)  # the most that may be added to n positions
    crops_first = True  # whether cropping is done before padding
    least = 0  # the fewest positions that may go in; and come out, where there is one axis only
    empty = True

    def __init__(self, padding):
        self.padding = self.each(padding, "padding", None, rank=2 * self.rank)

    def meaning(self, channels=None, rank=None) -> Layer:
        pairs = zip(self.padding[::2], self.padding[1::2], strict=True)
        return Layer(tuple(Window(1, 1, lo, hi) for lo, hi in pairs)[::-1])

    def outputs_along(self, axis, n, i):
        if not all(isinstance(x, int) for x in (n, axis.lo, axis.hi)):
            return super().outputs_along(axis, n, i)
        most = self.most(n)
        for p in (axis.lo, axis.hi):
            if most is not None and p > most:
                self.refuse(
                    f"{type(self).__name__} 在第 {i} 个空间轴上最多填充 {shown(most)} 格",
                    f"{type(self).__name__} takes at most {shown(most)} on spatial axis {i}",
                    p,
                    f"最近的可用值是 {shown(max(most, 0))}",
                    f"the nearest that works is {shown(max(most, 0))}",
                )
        if self.crops_first:
            cropped = max(-axis.lo, 0) + max(-axis.hi, 0)
        else:
            cropped = (self.least if self.rank == 1 else 0) - axis.lo - axis.hi
        if n < (fewest := max(cropped, self.least)):
            self.too_short(i, n, fewest)
        return axis.count(n)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out; what mirrors or repeats leaves something on one axis."""
        made = super().output_shape(input_shape)
        left = made[-self.rank :]
        if self.least and all(isinstance(n, int) and n < 1 for n in left):
            self.refuse(
                f"{type(self).__name__} 至少要在一个轴上留下 1 格",
                f"{type(self).__name__} must leave a position on some axis",
                Received(shown(left)),
                "少裁一些",
                "cropping less works",
            )
        return made


class _ConstantPad(_Pad):
    __doc__ = _Pad.__doc__

    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value


class _ReflectionPad(_Pad):
    __doc__ = _Pad.__doc__
    most = staticmethod(lambda n: n - 1)
    crops_first, least = False, 1


class _ReplicationPad(_Pad):
    __doc__ = _Pad.__doc__
    crops_first, least = False, 1


class _CircularPad(_Pad):
    __doc__ = _Pad.__doc__
    most = staticmethod(lambda n: n)
    crops_first = False


ZeroPad1d, ZeroPad2d, ZeroPad3d = ranked(_Pad, "ZeroPad{}d")
ConstantPad1d, ConstantPad2d, ConstantPad3d = ranked(_ConstantPad, "ConstantPad{}d")
ReflectionPad1d, ReflectionPad2d, ReflectionPad3d = ranked(_ReflectionPad, "ReflectionPad{}d")
ReplicationPad1d, ReplicationPad2d, ReplicationPad3d = ranked(_ReplicationPad, "ReplicationPad{}d")
CircularPad1d, CircularPad2d, CircularPad3d = ranked(_CircularPad, "CircularPad{}d")


class Upsample(Module):
    """PyTorch's `nn.Upsample`: to a size, or by a factor, ⌊n · factor⌋ in double precision.

    >>> (Upsample(scale_factor=2).output_shape((1, 8, "H", 7)),
    ...  Upsample(size=(32, 48)).output_shape((1, 8, 5, 7)))
    ((1, 8, 2*H, 14), (1, 8, 32, 48))
    """

    unbatched = False
    modes: ClassVar[dict] = {
        1: ("nearest", "linear", "area", "nearest-exact"),
        2: ("nearest", "bilinear", "bicubic", "area", "nearest-exact"),
        3: ("nearest", "trilinear", "area", "nearest-exact"),
    }

    def __init__(
        self,
        size=None,
        scale_factor=None,
        mode="nearest",
        align_corners=None,
        recompute_scale_factor=None,
    ):
        if (size is None) == (scale_factor is None):
            self.refuse(
                "size 与 scale_factor 须恰给一个",
                "exactly one of size and scale_factor must be given",
                Received(f"size={shown(size)}, scale_factor={shown(scale_factor)}"),
                "例如 scale_factor=2",
                "for example scale_factor=2",
            )
        self.given_size, self.scale_factor = (
            taken(size, 4) or size,
            taken(scale_factor, 4) or scale_factor,
        )
        self.mode = self.word(
            mode, "mode", tuple(dict.fromkeys(m for modes in self.modes.values() for m in modes))
        )
        self.align_corners = self._corners(align_corners)
        self.recomputed = self.flag(recompute_scale_factor, "recompute_scale_factor")
        if self.recomputed and size is not None:
            self.refuse(
                "给出 size 时没有因子可重算，recompute_scale_factor 不能为 True",
                "with size there is no factor to recompute: recompute_scale_factor cannot be True",
                Received(f"size={shown(size)}, recompute_scale_factor=True"),
                "去掉 recompute_scale_factor",
                "leave recompute_scale_factor out",
            )

    def _corners(self, given) -> bool | None:
        """Whether the corners are aligned, which is said of what interpolates only."""
        if given is None:
            return None
        if self.mode in ("nearest", "nearest-exact", "area"):
            self.refuse(
                f"mode={self.mode!r} 时不能说 align_corners，False 也不行",
                f"with mode={self.mode!r}, align_corners cannot be said, not even False",
                given,
                "去掉 align_corners",
                "leave align_corners out",
            )
        return self.flag(given, "align_corners")

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        empty = self.mode == "area" and n != 0 and axis.count(n) == 0
        return 0 if empty else super().outputs_along(axis, n, i)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out. "area" is adaptive average pooling: it may end in 0 positions,
        and a single output is a mean, which an empty axis has too.
        """
        shape = self.read(input_shape)
        ones = (1,) * len(shape.spatial)
        if self.mode == "area" and self._sizes(len(ones)) == ones:
            return self._told(shape.batch, shape.channels, ones)
        return super().output_shape(input_shape)

    def _sizes(self, rank: int) -> tuple | None:
        if self.given_size is None:
            return None
        return self.each(self.given_size, "size", 0 if self.mode == "area" else 1, rank=rank)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        from shapealg.axis.resized import Resized
        from shapealg.axis.scaled import Scaled

        if rank is None:
            self.refuse(
                "Upsample 的词里没有轴数",
                "Upsample does not say how many axes there are",
                Received(repr(self)),
                "请给出 input_shape",
                "give an input_shape",
            )
        self.word(self.mode, "mode", self.modes[rank])
        mode = self.mode.removeprefix("bi").removeprefix("tri")
        if self.align_corners and mode in ("linear", "cubic"):
            mode = {"linear": "corners", "cubic": "corners-cubic"}[mode]
        if (made := self._sizes(rank)) is not None:
            return Layer(tuple(Resized(m, mode=mode) for m in made))
        factors = taken(self.scale_factor, rank + 1) or (self.scale_factor,) * rank
        if len(factors) != rank:
            self.refuse(
                f"scale_factor 须为一个数或 {rank} 个数",
                f"scale_factor must be a number or {rank} numbers",
                self.scale_factor,
                "例如 scale_factor=2",
                "for example scale_factor=2",
            )
        return Layer(tuple(Scaled.of(f, mode=mode, rounded=self.recomputed) for f in factors))


class _Upsampling2d(Upsample):
    rank = 2
    how: ClassVar[dict] = {"mode": "nearest"}

    def __init__(self, size=None, scale_factor=None):
        super().__init__(size, scale_factor, **self.how)


class UpsamplingNearest2d(_Upsampling2d):
    """PyTorch's `nn.UpsamplingNearest2d`.

    >>> UpsamplingNearest2d(scale_factor=2).output_shape((1, 8, "H", 7))
    (1, 8, 2*H, 14)
    """


class UpsamplingBilinear2d(_Upsampling2d):
    """PyTorch's `nn.UpsamplingBilinear2d`, the corners aligned.

    >>> UpsamplingBilinear2d(size=(32, 48)).output_shape((1, 8, 5, 7))
    (1, 8, 32, 48)
    """

    how: ClassVar[dict] = {"mode": "bilinear", "align_corners": True}


class PixelShuffle(Module):
    """PyTorch's `nn.PixelShuffle`: (c, H, W) becomes (c/r², rH, rW).

    >>> PixelShuffle(2).output_shape((1, 12, "H", 7))
    (1, 3, 2*H, 14)
    """

    rank = 2

    def __init__(self, upscale_factor):
        self.upscale_factor = self.one(upscale_factor, "upscale_factor")

    def meaning(self, channels=None, rank=None) -> "Shuffle":
        """The layer that these words mean."""
        from shapealg.layer.rearrange import Shuffle

        return Shuffle.up(self.upscale_factor, 2)


class PixelUnshuffle(Module):
    """PyTorch's `nn.PixelUnshuffle`: (c, rH, rW) becomes (cr², H, W).

    >>> PixelUnshuffle(2).output_shape((1, 3, 10, 14))
    (1, 12, 5, 7)
    """

    rank = 2

    def __init__(self, downscale_factor):
        self.downscale_factor = self.one(downscale_factor, "downscale_factor")

    def meaning(self, channels=None, rank=None) -> "Shuffle":
        """The layer that these words mean."""
        from shapealg.layer.rearrange import Shuffle

        return Shuffle.down(self.downscale_factor, 2)


class _Columns(Module):
    """What Unfold and Fold share: two axes, windows laid out as columns."""

    rank = 2

    def _read_words(self, kernel_size, dilation, padding, stride):
        self.kernel_size, self.dilation = (
            self.each(kernel_size, "kernel_size"),
            self.each(dilation, "dilation"),
        )
        self.padding, self.stride = self.each(padding, "padding", 0), self.each(stride, "stride")

    def meaning(self, channels=None, rank=None) -> "Columns":
        from shapealg.layer.rearrange import Columns

        return Columns(
            tuple(
                Window.dilated(k, d, s, p, p)
                for k, d, s, p in zip(
                    self.kernel_size, self.dilation, self.stride, self.padding, strict=True
                )
            ),
            self.kernel_size,
        )


class Unfold(Weightless, _Columns):
    """PyTorch's `nn.Unfold` (im2col): every window a column.

    >>> Unfold(3, padding=1).output_shape((1, 3, 10, 12))
    (1, 27, 120)
    """

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        self._read_words(kernel_size, dilation, padding, stride)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = self.read(input_shape)
        layer = self.meaning()
        for i, (axis, n) in enumerate(zip(layer.axes, shape.spatial, strict=True)):
            self.outputs_along(axis, n, i)
        return tuple(map(self._back, (*shape.batch, *layer.columns(shape.spatial, shape.channels))))


class Fold(Weightless, _Columns):
    """PyTorch's `nn.Fold`: the columns added up where their windows lay.

    >>> Fold((10, 12), 3, padding=1).output_shape((1, 27, 120))
    (1, 3, 10, 12)
    """

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        self._read_words(kernel_size, dilation, padding, stride)
        self.output_size = self.each(output_size, "output_size")

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = opened(entries_of(input_shape) or (), "input_shape", self)
        entries = tuple(map(self._integer, entries))
        if len(entries) not in (2, 3):
            self.refuse(
                "Fold 的 input_shape 须有 2 或 3 项",
                "Fold needs an input_shape of 2 or 3 entries",
                input_shape,
                "次序是 (N, C·Πk, L)",
                "the order is (N, C·Πk, L)",
            )
        *batch, rows, columns = entries
        return tuple(
            map(
                self._back,
                (*batch, self.meaning().folded(self.output_size, rows, columns), *self.output_size),
            )
        )


class Flatten(Weightless, Module):
    """PyTorch's `nn.Flatten`: axes merged into one, from `start_dim` to `end_dim`.

    >>> Flatten().output_shape((1, 64, 12, 12))
    (1, 9216)
    """

    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = (
            self.number(start_dim, "start_dim"),
            self.number(end_dim, "end_dim"),
        )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        return flattened(sizes(input_shape, self), self.start_dim, self.end_dim)


class Unflatten(Weightless, Module):
    """PyTorch's `nn.Unflatten`: one axis come apart into several, one of which may be −1.

    Raises:
        ShapeError: where the lengths do not multiply to that of the axis.

    >>> Unflatten(1, (2, -1)).output_shape((1, 64, "H"))
    (1, 2, 32, H)
    """

    def __init__(self, dim, unflattened_size):
        entries = taken(unflattened_size, 64) or ()
        self.dim = self.number(dim, "dim")
        self.unflattened_size = tuple(
            self.one(n, f"unflattened_size[{i}]", -1) for i, n in enumerate(entries)
        )
        if not entries or self.unflattened_size.count(-1) > 1:
            self.refuse(
                "unflattened_size 须有至少一项，最多一项为 −1",
                "unflattened_size needs at least one entry, and at most one −1",
                unflattened_size,
                "例如 (-1, 64)",
                "for example (-1, 64)",
            )

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        shape = [n if n is None else self._integer(n) for n in sizes(input_shape, self)]
        made = unflattened(shape, self.dim, self.unflattened_size)
        return tuple(map(self._back, made))


class Linear(Matrix, Module):
    """PyTorch's `nn.Linear`: the last axis, `in_features` long, becomes `out_features` long.

    >>> fc = Linear(9216, 128)
    >>> fc.output_shape((1, 9216)), fc.weight_shape(), fc.parameters(), fc.macs((1, 9216))
    ((1, 128), (128, 9216), 1179776, 1179648)
    """

    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = (
            self.one(in_features, "in_features"),
            self.one(out_features, "out_features"),
        )
        self.bias = self.flag(bias, "bias")

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of the weights in the framework's layout."""
        return tuple(map(self._back, (self.out_features, self.in_features)))


class LazyLinear(Linear):
    """PyTorch's `nn.LazyLinear`: the input says how long its last axis is.

    >>> LazyLinear(10).output_shape((1, 9216)), LazyLinear(10).parameters((1, 9216))
    ((1, 10), 92170)
    """

    def __init__(self, out_features, bias=True):
        super().__init__(1, out_features, bias)
        self.in_features = None

    def _made_for(self, input_shape) -> Linear:
        """The layer that it becomes."""
        if input_shape is None:
            self._channels(None)  # nobody says how many: refused
        return Linear(sizes(input_shape, self)[-1], self.out_features, self.bias)

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of the weights in the framework's layout."""
        return self._made_for(input_shape).weight_shape()

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        return self._made_for(input_shape).parameters()

    def macs(self, input_shape):
        """in_features · out_features for each place of the axes between the batch and the last."""
        return self._made_for(input_shape).macs(input_shape)


def flatten(input, start_dim=0, end_dim=-1) -> tuple | Flatten:
    """PyTorch's `torch.flatten`, on a shape; unlike `nn.Flatten` it begins with the first axis.

    >>> flatten((1, 64, 12, 12)), flatten((1, 64, 12, 12), 1)
    ((9216,), (1, 9216))
    """
    words = Flatten(start_dim, end_dim)
    return words if unnamed(input) else words.output_shape(input)


def cat(shapes, dim=0) -> tuple:
    """PyTorch's `torch.cat`, on shapes.

    >>> cat([(1, 64, 28, 28), (1, 32, 28, 28)], dim=1)
    (1, 96, 28, 28)
    """
    return concatenated(map(sizes, several(shapes)), one_size(dim, "dim"))


def add(*shapes) -> tuple:
    """PyTorch's `torch.add`, on shapes: an axis of length 1 stretches.

    >>> add((1, 64, 28, 28), (64, 1, 1))
    (1, 64, 28, 28)
    """
    return broadcast(map(sizes, several(shapes)))


class Sequential(sequential.Sequential):
    """PyTorch's `nn.Sequential(…)`."""

    framework = "torch"


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    Identity Tanhshrink Softsign Sigmoid LogSigmoid Tanh Softmax2d (*args, **kwargs)
    ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid (inplace=False)
    LeakyReLU (negative_slope=0.01, inplace=False)
    PReLU (num_parameters=1, init=0.25) : slopes
    RReLU (lower=0.125, upper=0.3333333333333333, inplace=False)
    ELU CELU (alpha=1.0, inplace=False)
    GELU (approximate='none')
    Hardtanh (min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None)
    Hardshrink Softshrink (lambd=0.5)
    Softplus (beta=1.0, threshold=20.0)
    Threshold (threshold, value, inplace=False)
    Softmax Softmin LogSoftmax (dim=None) : softmax
    Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout (p=0.5,
        inplace=False)
    LocalResponseNorm (size, alpha=0.0001, beta=0.75, k=1.0)
    ChannelShuffle (groups) : groups
    BatchNorm1d BatchNorm2d BatchNorm3d (num_features, eps=1e-05, momentum=0.1, affine=True,
        track_running_stats=True, *, bias=True) : batch
    SyncBatchNorm (num_features, eps=1e-05, momentum=0.1, affine=True,
        track_running_stats=True, process_group=None, *, bias=True) : batch
    InstanceNorm1d InstanceNorm2d InstanceNorm3d (num_features, eps=1e-05, momentum=0.1,
        affine=False, track_running_stats=False, *, bias=True) : instance
    GroupNorm (num_groups, num_channels, eps=1e-05, affine=True, *, bias=True) : group
    LayerNorm (normalized_shape, eps=1e-05, elementwise_affine=True, bias=True) : trailing
    RMSNorm (normalized_shape, eps=None, elementwise_affine=True) : root
"""
UNKEPT = frozenset({"device", "dtype"})  # their arguments that say nothing of shapes
BESIDE = ("cat", "add", "flatten", "Sequential")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("torch", name)


def __dir__() -> list:
    return places.listed("torch")
