"""Positions traded for channels: pixel shuffle and back, windows laid out as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown, told
from shapealg.exact import Size, SizeLike, quotient
from shapealg.layer.layer import Layer
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Shuffle(Layer):
    """Channels become positions (`Transposed` axes) or positions channels (`Window` axes), r of
    them along each axis.

    Sizes: n·r and c/r^rank; back: n/r and c·r^rank.

    Raises:
        ShapeError: where something does not divide; the line names the nearest that does.

    >>> Shuffle.up(2, rank=2).output_size((5, 7)), Shuffle.up(2, rank=2).channels(12)
    ((10, 14), 3)
    >>> Shuffle.down(2, rank=2).output_size((6, 4)), Shuffle.down(2, rank=2).channels(3)
    ((3, 2), 12)
    """

    @classmethod
    def up(cls, r: Size, rank: int) -> "Shuffle":
        """Channels become `r` times as many positions along each of `rank` axes."""
        return cls((Transposed(Window(r, r)),) * rank)

    @classmethod
    def down(cls, r: Size, rank: int) -> "Shuffle":
        """Blocks of `r` positions along each of `rank` axes become channels."""
        return cls((Window(r, r),) * rank)

    def require(self, size: Sequence[Size]) -> None:
        """Raise `ShapeError` for sizes that the layer cannot take at all, though there would be
        outputs.
        """
        for i, (axis, n) in enumerate(zip(self.axes, size, strict=True)):
            if not axis.transposed and isinstance(n, int) and isinstance(axis.stride, int):
                _divides(
                    n,
                    axis.stride,
                    Text(
                        zh=f"第 {i} 个空间轴须能被 {shown(axis.stride)} 整除",
                        en=f"spatial axis {i} must be divisible by {shown(axis.stride)}",
                    ),
                )

    def channels(self, channels: SizeLike) -> Size:
        """The number of output channels: as many as come in."""
        block = prod(axis.period * axis.gain for axis in self.axes)  # one of the two is 1
        if not self.axes[0].transposed:
            return channels * block
        if isinstance(channels, int) and isinstance(block, int):
            _divides(
                channels,
                block,
                Text(
                    zh=f"输入通道数须能被 {shown(block)} 整除",
                    en=f"input channels must be divisible by {shown(block)}",
                ),
            )
        return quotient(channels, block)


def _divides(number: int, divisor: int, asked: Text) -> None:
    if number % divisor:
        near = [n for n in (number - number % divisor, number + -number % divisor) if n]
        told = [shown(n) for n in near]
        raise ShapeError(
            asked,
            number,
            Text(
                zh=f"最近的可用值：{' 或 '.join(told)}",
                en=f"the nearest that work{'s' * (len(near) == 1)}: {' or '.join(told)}",
            ),
        )


@told
@dataclass(frozen=True, slots=True)
class Columns(Layer):
    """im2col: every window a column, its values one beside the other: (c · Πk, Πm).

    >>> from shapealg import Window
    >>> Columns((Window(3), Window(3)), (3, 3)).columns((5, 6), 2)
    (18, 12)
    """

    kernel_size: tuple[Size, ...]

    def columns(self, size: Sequence[SizeLike], channels: Size) -> tuple[Size, Size]:
        """Values per column, and columns."""
        return channels * prod(self.kernel_size), prod(self.output_size(size))

    def folded(
        self, size: Sequence[SizeLike], rows: Size | None, columns: Size | None
    ) -> Size | None:
        """The channels that come back when `rows` values in each of `columns` columns are folded
        onto `size`: rows / Πk.

        Raises:
            ShapeError: if there are not as many columns as windows, or the values do not split
                evenly.
        """
        windows = prod(self.output_size(size))
        if isinstance(columns, int) and isinstance(windows, int) and columns != windows:
            raise ShapeError(
                Text(zh="列数须等于窗口数", en="there must be as many columns as windows"),
                Received(f"{shown(columns)} columns"),
                Text(zh=f"应为 {shown(windows)} 列", en=f"{shown(windows)} columns work"),
            )
        taps = prod(self.kernel_size)
        if isinstance(rows, int) and isinstance(taps, int):
            _divides(
                rows,
                taps,
                Text(
                    zh=f"每列的值须能被 {shown(taps)} 整除",
                    en=f"the values of a column must be divisible by {shown(taps)}",
                ),
            )
        return None if rows is None else quotient(rows, taps)


@told
@dataclass(frozen=True, slots=True)
class Patches(Columns):
    """im2col that stays where it is: every window's values become the channels of one place, c · Πk
    of them.

    >>> from shapealg import Window
    >>> (Patches((Window(3, 2), Window(3, 2)), (3, 3)).output_size((9, 9)),
    ...  Patches((Window(3), Window(3)), (3, 3)).channels(4))
    ((4, 4), 36)
    """

    def channels(self, channels: SizeLike) -> Size:
        """The values of one window: channels · Π kernel_size."""
        return channels * prod(self.kernel_size)
