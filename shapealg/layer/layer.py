"""All dimensions of one convolution: a window per axis, and channels going in and out.

Below this line there is no "same", no data format and no `int | tuple`: a dialect has put all that into windows.
"""

from dataclasses import dataclass

from shapealg.errors import DomainError, Received, ShapeError, shown
from shapealg.exact import one_size
from shapealg.layer.laws import conv_macs, conv_parameters
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution of any rank.

    Args:
        axes: per axis a `Window`, or a `Same` that places itself once the size is known.
        kernel_size: per axis the number of taps.
        filters: output channels.
        groups: blocks of channels that do not see each other.
        bias: whether each filter has a bias.

    >>> from shapealg import Window
    >>> layer = Convolution(axes=(Window(5), Window(5)), kernel_size=(5, 5), filters=16)
    >>> layer.output_size((14, 14)), layer.kernel_shape(3), layer.parameters(3)
    ((10, 10), (5, 5, 3, 16), 1216)
    """

    axes: tuple
    kernel_size: tuple
    filters: object
    groups: object = 1
    bias: bool = True

    def __post_init__(self):
        for name, values in (("kernel_size", self.kernel_size), ("filters", (self.filters,)), ("groups", (self.groups,))):
            for value in values:
                if (one_size(value, name) < 1) == True:  # noqa: E712 — a symbolic comparison may stay open
                    raise ShapeError(Text(zh=f"{name} 至少为 1", en=f"{name} must be at least 1"), value, Text(zh="最近的可用值是 1", en="the nearest that works is 1"))
        if len(self.axes) != len(self.kernel_size):
            raise ShapeError(
                Text(zh="每个轴须有一个 kernel_size", en="there must be one kernel_size per axis"), Received(f"{len(self.axes)} axes, kernel_size {shown(self.kernel_size)}"),
                Text(zh="例如 Convolution((Window(3),), (3,), filters=8)", en="for example Convolution((Window(3),), (3,), filters=8)"),
            )  # fmt: skip

    @property
    def rank(self) -> int:
        return len(self.axes)

    def output_size(self, size: tuple) -> tuple:
        """The output size along each axis; at least one window must fit on every axis.

        Raises:
            DomainError: if no window fits on some axis; the line names the smallest input that works.
        """
        return tuple(self._count(axis, n, i) for i, (axis, n) in enumerate(zip(self.axes, self._each(size, "size"), strict=True)))

    def _each(self, values, name) -> tuple:
        """One integer per axis."""
        if not isinstance(values, tuple | list) or len(values) != self.rank:
            raise ShapeError(Text(zh=f"{name} 须每轴一项，共 {self.rank} 项", en=f"{name} needs one entry per axis, {self.rank} in all"), values, Text(zh=f"例如 {(9,) * self.rank}", en=f"for example {(9,) * self.rank}"))
        return tuple(one_size(v, f"{name}[{i}]") for i, v in enumerate(values))

    def _count(self, axis, n, i):
        m = axis.count(n)
        if (m < 1) == True:  # noqa: E712 — a symbolic comparison may stay open
            least = axis.at(n).need(1)
            raise DomainError(
                Text(zh=f"第 {i} 个空间轴上放不下一个窗口（窗口占 {shown(axis.kernel)} 格）", en=f"no window fits on spatial axis {i} (a window spans {shown(axis.kernel)})"),
                Received(f"{shown(n)} positions"), Text(zh=f"至少要 {shown(least)} 格", en=f"at least {shown(least)} positions work"),
            )  # fmt: skip
        return m

    def kernel_shape(self, channels) -> tuple:
        """kernel_size + (channels / groups, filters), the order of Keras and TensorFlow."""
        return (*self.kernel_size, self._per_group(channels), self.filters)

    def _per_group(self, channels):
        channels = one_size(channels, "channels")
        whole = isinstance(channels, int) and isinstance(self.groups, int)
        if whole and channels % self.groups:
            down, up = channels - channels % self.groups, channels + -channels % self.groups
            near = f"{shown(down)} or {shown(up)}" if down else shown(up)
            raise ShapeError(
                Text(zh=f"输入通道数须能被 groups={shown(self.groups)} 整除", en=f"input channels must be divisible by groups={shown(self.groups)}"), channels,
                Text(zh=f"最近的可用值：{near.replace(' or ', ' 或 ')}", en=f"the nearest that work: {near}"),
            )  # fmt: skip
        return channels // self.groups if whole else channels / self.groups

    def parameters(self, channels):
        """Weights and biases: filters · (Π kernel_size · channels/groups + 1 with a bias)."""
        self._per_group(channels)
        return conv_parameters(k=self.kernel_size, c=channels, f=self.filters, g=self.groups, b=int(self.bias))

    def macs(self, size: tuple, channels):
        """Multiply–accumulates for one example, biases not counted; FLOPs = 2 × MACs."""
        self._per_group(channels)
        return conv_macs(m=self.output_size(size), k=self.kernel_size, c=channels, f=self.filters, g=self.groups)

    def reads(self, size: tuple, place: tuple) -> tuple:
        """Per axis the input positions that the output at `place` reads; those outside the input are padding.

        >>> from shapealg import Window
        >>> Convolution((Window(5, stride=2, lo=1),), (3,), 1).reads((9,), (0,))
        (range(-1, 4, 2),)
        """
        size, place = self._each(size, "size"), self._each(place, "place")
        windows = (axis.at(n) for axis, n in zip(self.axes, size, strict=True))
        steps = ((axis.kernel - 1) // max(k - 1, 1) or 1 for axis, k in zip(self.axes, self.kernel_size, strict=True))
        return tuple(range(w.first(j), w.last(j) + 1, d) for w, j, d in zip(windows, place, steps, strict=True))

    def without_axis(self, axis: int, width: int, channels: int) -> tuple:
        """The convolution of one rank less that gives the same values with its kernel reshaped, and its channels: width · channels.

        So it is exactly when, along that axis, one output reads the whole axis: as many taps as positions, next to
        each other, the first at position 0, a single output; and groups = 1, unless the axis is one wide.

        Raises:
            ShapeError: naming the condition that fails.

        >>> from shapealg import Window
        >>> conv2d = Convolution((Window(3), Window(300)), (3, 300), 64)
        >>> conv2d.without_axis(1, width=300, channels=1)
        (Convolution(axes=(Window(kernel=3, stride=1, lo=0, hi=0),), kernel_size=(3,), filters=64, groups=1, bias=True), 300)
        """
        if not isinstance(axis, int) or not 0 <= axis < self.rank:
            raise ShapeError(Text(zh="没有这个轴", en="there is no such axis"), axis, Text(zh=f"轴从 0 到 {self.rank - 1}", en=f"axes are 0 to {self.rank - 1}"))
        width, channels = one_size(width, "width"), one_size(channels, "channels")
        window = self.axes[axis].at(width)
        outputs = window.count(width)
        for holds, zh, en, got in (
            (self.kernel_size[axis] == width, f"该轴上核的抽头数须等于宽度 {width}", f"the kernel must have as many taps as the axis is wide, {width}", self.kernel_size[axis]),
            (window.kernel == width, "该轴上的抽头须彼此相邻", "the taps along the axis must be next to each other", window.kernel),
            (window.first(0) == 0, "该轴上第一个窗口须从位置 0 读起", "the first window must start at position 0", window.first(0)),
            (outputs == 1, "该轴上须恰有一个输出", "there must be exactly one output along the axis", outputs),
            (self.groups == 1 or width == 1, "groups 须为 1（宽度为 1 时不限）", "groups must be 1 (or the axis one wide)", self.groups),
        ):  # fmt: skip
            if not holds:
                raise ShapeError(
                    Text(zh=zh, en=en), got, Text(zh="例如 valid 且核宽等于输入宽", en="for example valid padding and a kernel as wide as the input"),
                )  # fmt: skip

        def rest(values):
            return values[:axis] + values[axis + 1 :]

        return Convolution(rest(self.axes), rest(self.kernel_size), self.filters, self.groups, self.bias), width * channels
