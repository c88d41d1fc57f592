"""An operation that works axis by axis: one map per axis, channels untouched. Padding, cropping,
resizing are no more than this.

Below this line there is no "same", no data format and no `int | tuple`: a dialect has put all that
into axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shapealg.axis.axis import Axis, span
from shapealg.errors import DomainError, Received, ShapeError, shown, told
from shapealg.exact import Size, SizeLike, one_size
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Layer:
    """A map per axis.

    Args:
        axes: per axis a `Window`, or any other map of one axis (`Same`, `Ceiled`, `Transposed`,
            `Adaptive`, …).

    >>> from shapealg import Window
    >>> # padding, and cropping
    >>> Layer((Window(1, lo=1, hi=2), Window(1, lo=-3))).output_size((7, 9))
    (10, 6)
    """

    axes: tuple[Axis, ...]

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.axes)

    def output_size(self, size: Sequence[SizeLike]) -> tuple[Size, ...]:
        """The output size along each axis; there must be at least one output on every axis.

        Raises:
            DomainError: if there is none on some axis; the line names the smallest input that
                works.
        """
        size = self._each(size, "size")
        self.require(size)
        return tuple(
            fitting(axis, n, i) for i, (axis, n) in enumerate(zip(self.axes, size, strict=True))
        )

    def require(self, size: Sequence[Size]) -> None:
        """Raise `ShapeError` for sizes that the layer cannot take at all, though there would be
        outputs; here there are none.
        """

    def _each(self, values: object, name: str) -> tuple[Size, ...]:
        """One integer per axis."""
        if not isinstance(values, tuple | list) or len(values) != self.rank:
            raise ShapeError(
                Text(
                    zh=f"{name} 须每轴一项，共 {self.rank} 项",
                    en=f"{name} needs one entry per axis, {self.rank} in all",
                ),
                values,
                Text(zh=f"例如 {(9,) * self.rank}", en=f"for example {(9,) * self.rank}"),
            )
        return tuple(one_size(v, f"{name}[{i}]") for i, v in enumerate(values))

    def channels(self, channels: SizeLike) -> Size:
        """The number of output channels: as many as come in."""
        return channels

    def weight(self, channels: SizeLike) -> dict[str, Size | tuple[Size, ...]]:
        """What the weights are as long as: O per output channel, I per input channel it sees, *
        along the axes; here none.
        """
        return {}

    def parameters(self, channels: SizeLike) -> Size:
        """Weights and biases: none."""
        return 0

    def macs(self, size: Sequence[SizeLike], channels: SizeLike) -> Size:
        """Multiply–accumulates: none; comparisons and additions are not counted."""
        return 0

    def reads(
        self, size: Sequence[SizeLike], place: Sequence[SizeLike]
    ) -> tuple[Sequence[int], ...]:
        """Per axis the input positions that the output at `place` reads; those outside the input
        are padding.
        """
        size, place = self._each(size, "size"), self._each(place, "place")
        placed = [axis.at(n) for axis, n in zip(self.axes, size, strict=True)]
        return tuple(span(p.first(j), p.last(j)) for p, j in zip(placed, place, strict=True))


def fitting(axis: Axis, n: Size, i: int) -> Size:
    """The outputs along axis number `i` of `n` positions; at least one.

    Raises:
        DomainError: if there is none.
    """
    m = axis.count(n)
    if (m < 1) == True:
        least = larger_than_none(axis)
        raise DomainError(
            (
                Text(
                    zh=f"第 {i} 个空间轴上放不下一个窗口（窗口占 {shown(axis.kernel)} 格）",
                    en=f"no window fits on spatial axis {i} (a window spans {shown(axis.kernel)})",
                )
                if hasattr(axis, "kernel")
                else Text(
                    zh=f"第 {i} 个空间轴上没有输出", en=f"there is no output on spatial axis {i}"
                )
            ),
            Received.positions(n),
            Text(zh=f"至少要 {shown(least)} 格", en=f"at least {shown(least)} positions work"),
        )
    return m


def larger_than_none(axis: Axis) -> Size:
    """The smallest input along an axis that gives an output; an input is at least one position."""
    least = axis.need(1)
    return max(least, 1) if isinstance(least, int) else least
