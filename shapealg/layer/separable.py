"""A separable convolution: each channel filtered on its own, then all of them mixed at every
place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import Size, SizeLike
from shapealg.layer.convolution import Convolution
from shapealg.layer.layer import Layer


@told
@dataclass(frozen=True, slots=True)
class Separable(Layer):
    """A depthwise convolution, then one with a single tap; sizes and places read are those of the
    first.

    Args:
        axes: those of the depthwise convolution.
        depthwise: a group per input channel, no bias.
        pointwise: one tap on every axis, stride 1.

    >>> from shapealg import Window
    >>> layer = Separable.of((Window(3), Window(3)), (3, 3), channels=4, multiplier=2, filters=5)
    >>> layer.output_size((9, 8)), layer.parameters(4), layer.macs((9, 8), 4)
    ((7, 6), 117, 4704)
    """

    depthwise: Convolution
    pointwise: Convolution

    @classmethod
    def of(
        cls,
        axes: tuple[Axis, ...],
        kernel_size: tuple[Size, ...],
        channels: Size,
        multiplier: Size,
        filters: Size,
        bias: bool = True,
    ) -> "Separable":
        """Both steps: channels become channels · multiplier, then filters."""
        between = channels * multiplier
        one = (1,) * len(axes)
        return cls(
            axes,
            Convolution(axes, kernel_size, between, channels, bias=False),
            Convolution((Window(1),) * len(axes), one, filters, 1, bias),
        )

    def channels(self, channels: SizeLike) -> Size:
        """The number of output channels: the filters."""
        return self.pointwise.filters

    def parameters(self, channels: SizeLike) -> Size:
        """Those of both steps."""
        return self.depthwise.parameters(channels) + self.pointwise.parameters(
            self.depthwise.filters
        )

    def macs(self, size: Sequence[SizeLike], channels: SizeLike) -> Size:
        """Those of both steps."""
        return self.depthwise.macs(size, channels) + self.pointwise.macs(
            self.depthwise.output_size(size), self.depthwise.filters
        )

    def reads(
        self, size: Sequence[SizeLike], place: Sequence[SizeLike]
    ) -> tuple[Sequence[int], ...]:
        """Per axis the input positions that the output at `place` reads; those outside the input
        are padding.
        """
        return self.depthwise.reads(size, place)
