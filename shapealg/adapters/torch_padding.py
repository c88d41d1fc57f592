"""A PyTorch module that brings an image, a volume or a signal to a size that a network takes, and
brings back what comes out.
"""

from collections.abc import Callable
from typing import Any

from torch import nn

from shapealg.adapters.lines import exact
from shapealg.adapters.torch_edges import padded
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, shown
from shapealg.text import Text

CHOICES = {
    "to": ("larger", "smaller", "nearest"),
    "mode": ("constant", "reflect", "replicate", "circular"),
    "method": ("symmetric", "end"),
}


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
        for name, given in {"to": to, "mode": mode, "method": method}.items():
            if given not in CHOICES[name]:
                raise _unknown(name, given)
        if ties := [tie for tie in net.ties if not set(tie.names) & set(fixed)]:
            raise ShapeError(
                Text(zh="尺寸相互绑定", en="sizes are tied together"),
                Received(str(ties[0])),
                Text(zh="给定其中一个", en="fixing one of them works"),
            )
        (self.shape, *_), self.output = net.graph.inputs.values(), net.output_shape
        self.taken = {name: exact(net, name, fixed) for name in net.sizes if name not in fixed}
        self.model, self.to_, self.mode, self.method, self.value = model, to, mode, method, value

    def forward(self, x):
        """x padded or cropped; with a model, what it makes of that, brought back."""
        made = x
        for axis, (low, high) in self.widths(x.shape).items():
            made = padded(made, axis, low, high, self.mode, self.value)
        return made if self.model is None else self.inverse(self.model(made), x.shape)

    def widths(self, shape) -> dict:
        """Axis, from the end → how much is added before and behind; negative: cropped."""
        if len(shape) > len(self.shape):
            raise ShapeError(
                Text(zh="轴太多", en="there are too many axes"),
                shown(tuple(shape)),
                Text(zh=f"例如 {self.shape}", en=f"{self.shape} works"),
            )
        made = {}
        for axis in range(-len(shape), 0):
            if (those := self.taken.get(self.shape[axis])) is not None:
                change = self._change(those, int(shape[axis]))
                before = _half(change) if self.method == "symmetric" else 0
                made[axis] = (before, change - before)
        return {axis: width for axis, width in made.items() if any(width)}

    def _change(self, those, n: int) -> int:
        if self.to_ == "larger":
            return those.pad(n)
        if self.to_ == "smaller":
            return -those.crop(n)
        return min(those.nearest(n), key=lambda m: (abs(m - n), -m)) - n

    def inverse(self, y, shape):
        """What belongs to an input of that shape, of an output `y` of the padded one; where the
        input was cropped, padded by `value`.

        Raises:
            ShapeError: where the output's axis is no multiple of the input's.
        """
        for axis, (low, high) in self.widths(shape).items():
            times = self._times(self.shape[axis], axis)
            n = int(shape[axis]) + low + high
            if y.shape[axis] != times * n:
                raise _other(y.shape[axis], times * n)
            y = padded(y, axis, -times * low, -times * high, "constant", self.value)
        return y

    def _times(self, name: str, axis: int) -> int:
        """How many times an input's axis its output is."""
        shape = self.output if isinstance(self.output, tuple) else ()
        told = shape[axis] if -axis <= len(shape) else None
        if isinstance(told, Length) and told.names == (name,) and told(**{name: 0}) == 0:
            times = told(**{name: 1})
            if told == Length.of(name) * times:
                return times
        raise _other(told, f"{name}, 2{name}, …")


def _half(change: int) -> int:
    return change // 2 if change > 0 else -(-change // 2)


def _unknown(name: str, given) -> ShapeError:
    told = ", ".join(CHOICES[name])
    return ShapeError(
        Text(zh=f"{name} 没有这个值", en=f"there is no such {name}"),
        given,
        Text(zh=f"可用：{told}", en=f"one of {told} works"),
    )


def _other(given, works) -> ShapeError:
    return ShapeError(
        Text(
            zh="输出不是输入的整数倍，无从还原",
            en="an output of another size cannot be brought back",
        ),
        Received(str(given)),
        Text(zh=f"{works} 可以", en=f"{works} works"),
    )
