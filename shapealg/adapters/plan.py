"""A network's input cut into tiles along several axes: what each reads, what of it is kept, where
that belongs; and what has to be known of the whole input before.
"""

from functools import cached_property
from typing import Any

from shapealg.adapters.norms import open_norms, pointwise
from shapealg.axis.door import integer
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, shown
from shapealg.network.given import nameable
from shapealg.network.network import Network
from shapealg.printing import brief
from shapealg.text import Text


class Plan:
    """The plan of a network with one input and one output.

    Args:
        net: what `shapealg.read` gives.
        tiles: name → the longest tile.

    Raises:
        ShapeError: for other networks, and for a name that is no open size.

    Attributes:
        shape: of the input.
        output: of the output.
        norms: the group and instance normalizations, whose statistics are of the whole input.
    """

    def __init__(self, net: Any, tiles: dict):
        graph = net.graph.until(net.graph.outputs[0])
        (self.shape, *more), self.output = graph.inputs.values(), net.output_shape
        if more or len(net.graph.outputs) > 1 or not isinstance(self.output, tuple):
            raise refused(
                Text(
                    zh="只能分块一个张量进、一个张量出的模块", en="tiles take and give one tensor"
                ),
                "several" if isinstance(self.output, tuple) else self.output,
                Text(zh="包一层，只留一个", en="a wrapper around one works"),
            )
        found = open_norms(net, graph)
        self.norms = tuple(node.name for node in found)
        self._sources = {node.name: str(node.inputs[0]) for node in found}
        self.net = Network(pointwise(graph, self.norms)) if found else net
        self.tiles = {name: integer(tile, name, 1) for name, tile in tiles.items()}
        self.axes = {name: self._axes(name) for name in tiles or ("",)}

    def __repr__(self) -> str:
        cut = ", ".join(f"{name} ≤ {tile}" for name, tile in self.tiles.items())
        passes = f", {len(self.norms) + 1} passes" if self.norms else ""
        return brief("Plan", f"{cut} of ({', '.join(map(str, self.shape))}){passes}")

    @cached_property
    def before(self) -> dict:
        """Norm → the plan of what it is given. Each is gone through in turn, with the statistics of
        those before it, before the output's own.
        """
        made = {}
        for name, source in self._sources.items():
            made[name] = Plan(Network(self.net.graph.until(source)), self.tiles)
            if any(behind < 2 for _, behind in made[name].axes.values()):
                raise refused(
                    Text(
                        zh=f"{name} 对每个样本、每组通道各有统计",
                        en=f"{name} has statistics of each example and channel",
                    ),
                    ", ".join(self.tiles),
                    Text(zh="只沿位置分块", en="tiles along positions work"),
                )
        return made

    def _axes(self, name: str) -> tuple[int, int]:
        """An axis's places, in the input and in the output."""
        if name not in self.net.sizes:
            raise refused(
                Text(zh="没有这样一个可分块的轴", en="there is no such axis to cut"),
                name or "no name",
                nameable(self.net.sizes),
            )
        behind = [i for i, n in enumerate(self.output) if name in getattr(n, "names", ())]
        if self.shape.count(name) != 1 or len(behind) != 1:
            raise refused(
                Text(
                    zh="能分块的轴，须在输入、输出里各出现一次",
                    en="an axis to cut stands once in the input, and once in the output",
                ),
                f"{name} of {_shape(self.shape)} → {_shape(self.output)}",
                Text(zh="留着位置的轴可以", en="one that keeps its positions works"),
            )
        return self.shape.index(name), behind[0]

    def cut(self, shape) -> list[dict]:
        """The tiles of an input of that shape, each a dict of name → `Tile`."""
        return self._cut(list(self.tiles), self._sizes(shape))

    def _cut(self, names: list, sizes: dict) -> list[dict]:
        """Tiles along the first axis; each is an input by itself, cut along the next."""
        if not names:
            return [{}]
        (name, *rest), behind, made = names, {}, []
        for tile in self.net.tiles(name, self.tiles[name], **sizes):
            length = tile.read[1] - tile.read[0]
            if length not in behind:
                behind[length] = self._cut(rest, sizes | {name: length})
            made += [{name: tile} | more for more in behind[length]]
        return made

    def _sizes(self, shape) -> dict:
        """Name → size."""
        shape = tuple(map(int, shape))
        sizes = {
            name: n for name, n in zip(self.shape, shape, strict=False) if isinstance(name, str)
        }
        if tuple(sizes.get(told, told) for told in self.shape) != shape:
            works = f"({', '.join(map(str, self.shape))})"
            raise refused(
                Text(zh="输入是别的形状", en="the input has another shape"),
                shown(shape),
                Text(zh=f"应为 {works}", en=f"{works} works"),
            )
        return sizes

    def whole(self, shape) -> tuple:
        """The output's shape."""
        sizes = self._sizes(shape)
        return tuple(_sized(n, sizes) for n in self.output)

    def largest(self, shape) -> tuple:
        """The shape of the largest tile."""
        cut, plan = list(shape), self.cut(shape)
        for name, (axis, _) in self.axes.items():
            cut[axis] = max(parts[name].read[1] - parts[name].read[0] for parts in plan)
        return tuple(cut)

    def at(self, parts: dict, which: str, start: int = 0) -> tuple:
        """The slices of a tile: what it "read"s of an input that begins at `start`, and what of its
        output to "keep", or to "place".
        """
        side = 0 if which == "read" else 1
        made = [slice(None)] * len((self.shape, self.output)[side])
        for name, tile in parts.items():
            low, high = getattr(tile, which)
            made[self.axes[name][side]] = slice(low - start, high - start)
        return tuple(made)


def _sized(n, sizes: dict) -> int:
    return n(**{name: sizes[name] for name in n.names}) if isinstance(n, Length) else n


def _shape(sizes: tuple) -> str:
    return f"({', '.join(map(str, sizes))})"


def refused(asked: Text, received, works: Text) -> ShapeError:
    """An error about a tile."""
    return ShapeError(asked, Received(str(received)), works)
