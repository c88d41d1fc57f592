"""A convolution of any rank, forward or transposed: an axis map per axis, and channels going in and
out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from shapealg.axis.axis import Links
from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown, told
from shapealg.exact import Size, SizeLike, multiple, one_size, quotient
from shapealg.layer.layer import Layer
from shapealg.text import Text

SPLIT_IN = Text(
    zh="输入通道数须能被 groups={divisor} 整除",
    en="input channels must be divisible by groups={divisor}",
)
SPLIT_OUT = Text(
    zh="输出通道数须能被 groups={divisor} 整除", en="filters must be divisible by groups={divisor}"
)
_WHOLE = Text(
    zh="例如 valid 且核宽等于输入宽",
    en="for example valid padding and a kernel as wide as the input",
)


@told
@dataclass(frozen=True, slots=True)
class Convolution(Layer):
    """A convolution of any rank.

    Args:
        axes: per axis a `Window`, a `Same` or a `Spaced`; or, for a transposed convolution, a
            `Transposed` on every axis.
        kernel_size: per axis the number of taps.
        filters: output channels.
        groups: blocks of channels that do not see each other.
        bias: whether each filter has a bias.

    >>> from shapealg import Window
    >>> layer = Convolution(axes=(Window(5), Window(5)), kernel_size=(5, 5), filters=16)
    >>> layer.output_size((14, 14)), layer.kernel_shape(3), layer.parameters(3)
    ((10, 10), (5, 5, 3, 16), 1216)
    """

    kernel_size: tuple[Size, ...]
    filters: Size
    groups: Size = 1
    bias: bool = True

    def __post_init__(self) -> None:
        for name, values in (
            ("kernel_size", self.kernel_size),
            ("filters", (self.filters,)),
            ("groups", (self.groups,)),
        ):
            for value in values:
                if type(value) is int and value > 0:
                    continue
                if (one_size(value, name) < 1) == True:
                    raise ShapeError(
                        Text(zh=f"{name} 至少为 1", en=f"{name} must be at least 1"),
                        value,
                        Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
                    )
        if len(self.axes) != len(self.kernel_size):
            raise ShapeError(
                Text(zh="每个轴须有一个 kernel_size", en="there must be one kernel_size per axis"),
                Received(f"{len(self.axes)} axes, kernel_size {shown(self.kernel_size)}"),
                Text(
                    zh="例如 Convolution((Window(3),), (3,), filters=8)",
                    en="for example Convolution((Window(3),), (3,), filters=8)",
                ),
            )

    @property
    def transposed(self) -> bool:
        """Whether it runs backwards."""
        return bool(self.axes) and self.axes[0].transposed

    def channels(self, channels: SizeLike) -> Size:
        """The number of output channels: the filters."""
        return self.filters

    def weight(self, channels: SizeLike) -> dict[str, Size | tuple[Size, ...]]:
        """O output channels, I input channels and * taps of the weights; a group sees its share of
        one side only.
        """
        shared = self._per_group(channels)
        if not self.transposed:
            return {"O": self.filters, "I": shared, "*": self.kernel_size}
        return {
            "O": quotient(self.filters, self.groups),
            "I": channels,
            "*": self.kernel_size,
        }

    def kernel_shape(self, channels: SizeLike) -> tuple[Size, ...]:
        """kernel_size + (channels / groups, filters), the order of Keras and TensorFlow."""
        return (*self.kernel_size, self._per_group(channels), self.filters)

    def _per_group(self, channels: SizeLike) -> Size:
        channels = one_size(channels, "channels")
        for number, split in ((channels, SPLIT_IN), (self.filters, SPLIT_OUT)):
            multiple(number, self.groups, split)
        # that an open number divides is for the one who knows it
        return quotient(channels, self.groups)

    def parameters(self, channels: SizeLike) -> Size:
        """Weights and biases: filters · (Π kernel_size · channels/groups + 1 with a bias)."""
        return self.filters * (self._taps(channels) + int(self.bias))

    def macs(self, size: Sequence[SizeLike], channels: SizeLike) -> Size:
        """Multiply–accumulates for one example, biases not counted; FLOPs = 2 × MACs.

        A transposed convolution applies its kernel once per input position, also where the product
        is then cropped away.
        """
        places = self._each(size, "size") if self.transposed else self.output_size(size)
        return prod(places) * (self.filters * self._taps(channels))

    def _taps(self, channels: SizeLike) -> Size:
        """So many weights a filter has: Π kernel_size · channels/groups."""
        return prod(self.kernel_size) * self._per_group(channels)

    def reads(
        self, size: Sequence[SizeLike], place: Sequence[SizeLike]
    ) -> tuple[Sequence[int], ...]:
        """Per axis the input positions that the output at `place` reads; those outside the input
        are padding.

        >>> from shapealg import Window
        >>> Convolution((Window(5, stride=2, lo=1),), (3,), 1).reads((9,), (0,))
        (range(-1, 4, 2),)
        """
        return tuple(positions for positions, _ in self.links(size, place))

    def links(self, size: Sequence[SizeLike], place: Sequence[SizeLike]) -> tuple[Links, ...]:
        """Per axis the input positions that the output at `place` reads, and the taps that they
        meet.
        """
        sizes, places = self._each(size, "size"), self._each(place, "place")
        return tuple(
            axis.at(n).links(integer(k, "kernel_size"), integer(j, "place"))
            for axis, n, k, j in zip(self.axes, sizes, self.kernel_size, places, strict=True)
        )

    def without_axis(
        self, axis: int, width: SizeLike, channels: SizeLike
    ) -> tuple["Convolution", Size]:
        """The convolution of one rank less that gives the same values with its kernel reshaped, and
        its channels: width · channels.

        So it is exactly when, along that axis, one output reads the whole axis: as many taps as
        positions, next to each other, the first at position 0, a single output; and groups = 1,
        unless the axis is one wide.

        Raises:
            ShapeError: naming the condition that fails.

        >>> from shapealg import Window
        >>> conv2d = Convolution((Window(3), Window(300)), (3, 300), 64)
        >>> conv1d, channels = conv2d.without_axis(1, width=300, channels=1)
        >>> conv1d.axes, conv1d.kernel_size, conv1d.filters, channels
        ((Window(kernel=3, stride=1, lo=0, hi=0),), (3,), 64, 300)
        """
        if not isinstance(axis, int) or not 0 <= axis < self.rank:
            raise ShapeError(
                Text(zh="没有这个轴", en="there is no such axis"),
                axis,
                Text(zh=f"轴从 0 到 {self.rank - 1}", en=f"axes are 0 to {self.rank - 1}"),
            )
        width, channels = one_size(width, "width"), one_size(channels, "channels")
        self._require_whole(axis, width)

        def rest(values: tuple[Any, ...]) -> tuple[Any, ...]:
            return values[:axis] + values[axis + 1 :]

        return (
            Convolution(
                rest(self.axes), rest(self.kernel_size), self.filters, self.groups, self.bias
            ),
            width * channels,
        )

    def _require_whole(self, axis: int, width: Size) -> None:
        """Refuse where some output does not read the whole axis, tap by position."""
        window = self.axes[axis].at(width)
        outputs = window.count(width)
        for holds, zh, en, got in (
            (
                self.kernel_size[axis] == width,
                f"该轴上核的元素个数须等于宽度 {width}",
                f"the kernel must have as many taps as the axis is wide, {width}",
                self.kernel_size[axis],
            ),
            (
                window.kernel == width,
                "该轴上的核元素须彼此相邻",
                "the taps along the axis must be next to each other",
                window.kernel,
            ),
            (
                window.first(0) == 0,
                "该轴上第一个窗口须从位置 0 读起",
                "the first window must start at position 0",
                window.first(0),
            ),
            (
                outputs == 1,
                "该轴上须恰有一个输出",
                "there must be exactly one output along the axis",
                outputs,
            ),
            (
                self.groups == 1 or width == 1,
                "groups 须为 1（宽度为 1 时不限）",
                "groups must be 1 (or the axis one wide)",
                self.groups,
            ),
        ):
            if not holds:
                raise ShapeError(Text(zh=zh, en=en), got, _WHOLE)


def pointwise(rank: int, filters: Size, bias: bool = True) -> Convolution:
    """What a dense layer is that treats every place alike: a kernel of 1 along every axis.

    >>> pointwise(2, 10).output_size((7, 7)), pointwise(2, 10).parameters(64)
    ((7, 7), 650)
    """
    return Convolution((Window.identity,) * rank, (1,) * rank, filters, bias=bias)
