"""A PyTorch module that brings an image, a volume or a signal to a size that a network takes, and
brings back what comes out.
"""

from collections.abc import Callable
from typing import Any

from torch import nn

from shapealg.adapters.torch_edges import padded
from shapealg.adapters.widths import Widths, one_of, other

MODES = ("constant", "reflect", "replicate", "circular")


class PadToAccepted(nn.Module):
    """Pads or crops every open axis to the nearest size that a network takes; `inverse` brings an
    output back to the input's size. Values inside stay as they are.

    Args:
        net: what `shapealg.read` gives.
        model: what is called in between; without one, calling the module pads, and no more.
        to: the next "larger" size, the next "smaller" one, or the "nearest".
        mode: what is padded with: "constant" (`value`), "reflect", "replicate" or "circular", by
            any width.
        method: "symmetric", half on either side, or "end".
        value: the number, for "constant".
        fixed: sizes of the network that are given.

    Raises:
        ShapeError: where the sizes of an axis are known as an upper bound only, or are tied to
            those of another; and, on a call, where there is no larger (or smaller) one.

    `PadToAccepted(net, model)(x)` is as large as x, or twice as large where the model's output is.
    Tensors may come without their first axes: (3, H, W) for "N,3,H,W".
    """

    def __init__(
        self,
        net: Any,
        model: Callable | None = None,
        *,
        to: str = "larger",
        mode: str = "constant",
        method: str = "symmetric",
        value: float = 0,
        **fixed: int,
    ):
        super().__init__()
        one_of("mode", mode, MODES)
        self._widths = Widths(net, to, method, fixed)
        self.model, self.mode, self.value = model, mode, value

    def forward(self, x):
        """x padded or cropped; with a model, what it makes of that, brought back."""
        made = x
        for axis, (low, high) in self.widths(x.shape).items():
            made = padded(made, axis, low, high, self.mode, self.value)
        return made if self.model is None else self.inverse(self.model(made), x.shape)

    def widths(self, shape) -> dict:
        """Axis, from the end → how much is added before and behind; negative: cropped."""
        return self._widths.of(shape)

    def inverse(self, y, shape):
        """What belongs to an input of that shape, of the padded one or of an output `y` of that;
        where the input was cropped, padded by `value`.

        Raises:
            ShapeError: where the output's axis is no multiple of the input's.
        """
        for axis, (low, high) in self.widths(shape).items():
            n = int(shape[axis]) + low + high
            as_large = y.shape[axis] == n and y.dim() == len(shape)
            times = 1 if as_large else self._widths.times(axis)
            if y.shape[axis] != times * n:
                raise other(y.shape[axis], times * n)
            y = padded(y, axis, -times * low, -times * high, "constant", self.value)
        return y
