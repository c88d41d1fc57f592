"""How much an image, a volume or a signal lacks of a size that a network takes, or has too much."""

from typing import Any

from shapealg.adapters.lines import exact
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, shown
from shapealg.text import Text

CHOICES = {
    "to": ("larger", "smaller", "nearest"),
    "method": ("symmetric", "end"),
}


class Widths:
    """What is added on either side of every open axis.

    Args:
        net: what `shapealg.read` gives.
        to: the next "larger" size, the next "smaller" one, or the "nearest".
        method: "symmetric", half on either side, or "end".
        fixed: sizes of the network that are given.

    Raises:
        ShapeError: where the sizes of an axis are known as an upper bound only, or are tied to
            those of another.
    """

    def __init__(
        self, net: Any, to: str = "larger", method: str = "symmetric", fixed: dict | None = None
    ):
        one_of("to", to, CHOICES["to"])
        one_of("method", method, CHOICES["method"])
        fixed = fixed or {}
        if not hasattr(net, "ties"):
            raise ShapeError(
                Text(
                    zh="这里要的是读出来的网络", en="what is asked for is a network as it was read"
                ),
                Received(type(net).__name__),
                Text(
                    zh='shapealg.read(model, "N,3,H,W") 给出它',
                    en='shapealg.read(model, "N,3,H,W") gives it',
                ),
            )
        if ties := [tie for tie in net.ties if not set(tie.names) & set(fixed)]:
            raise ShapeError(
                Text(zh="尺寸相互绑定", en="sizes are tied together"),
                Received(str(ties[0])),
                Text(zh="给定其中一个", en="fixing one of them works"),
            )
        (self.shape, *_), self.output = net.graph.inputs.values(), net.output_shape
        if twice := [name for name in net.sizes if self.shape.count(name) > 1]:
            raise ShapeError(
                Text(zh="两个轴用了同一个名字", en="two axes have one name"),
                twice[0],
                Text(zh="各取各的名字，如 H 与 W", en="a name for each works, such as H and W"),
            )
        self.taken = {name: exact(net, name, fixed) for name in net.sizes if name not in fixed}
        self.to, self.method = to, method

    def of(self, shape) -> dict:
        """Axis, from the end → how much is added before and behind; negative: cropped. The shape
        may lack the network's first axes.

        Raises:
            ShapeError: where there is no larger, or no smaller, size.
        """
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

    def along(self, shape) -> list[tuple[int, int]]:
        """The same for every axis in turn."""
        widths = self.of(shape)
        return [widths.get(axis, (0, 0)) for axis in range(-len(shape), 0)]

    def _change(self, those, n: int) -> int:
        if self.to == "larger":
            return those.pad(n)
        if self.to == "smaller":
            return -those.crop(n)
        return min(those.nearest(n), key=lambda m: (abs(m - n), -m)) - n

    def times(self, axis: int) -> int:
        """How many times an input's axis its output is.

        Raises:
            ShapeError: where it is no multiple.
        """
        name, shape = self.shape[axis], self.output if isinstance(self.output, tuple) else ()
        told = shape[axis] if -axis <= len(shape) else None
        if isinstance(told, Length) and told.names == (name,) and told(**{name: 0}) == 0:
            times = told(**{name: 1})
            if told == Length.of(name) * times:
                return times
        raise other(told, f"{name}, 2{name}, …", "x + model(x)")


def _half(change: int) -> int:
    return change // 2 if change > 0 else -(-change // 2)


def one_of(name: str, given, choices: tuple) -> None:
    """Refuse a word that is none of these."""
    if given not in choices:
        told = ", ".join(choices)
        raise ShapeError(
            Text(zh=f"{name} 没有这个值", en=f"there is no such {name}"),
            given,
            Text(zh=f"可用：{told}", en=f"one of {told} works"),
        )


def other(given, works, instead: str = "") -> ShapeError:
    """An output of another size than that which could be brought back; and what is read instead."""
    told = Text(zh=f"{works} 可以", en=f"{works} works")
    if instead:
        told = Text(
            zh=f"{told.zh}；要输出与输入一样大，就读 {instead}",
            en=f"{told.en}; to have it as large as the input, read {instead}",
        )
    return ShapeError(
        Text(
            zh="输出不是输入的整数倍，无从还原",
            en="an output of another size cannot be brought back",
        ),
        Received(str(given)),
        told,
    )
