"""One axis of the input, followed through a graph: which tensors it runs along, what each of their
places reads, and which are right in a tile.
"""

from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.network.sight import J
from shapealg.network.tensor import UNKNOWN, WHOLE, Wire
from shapealg.text import Text

# Operators that may be told sizes.
SHAPING = [
    "view",
    "reshape",
    "unflatten",
    "expand",
    "broadcast_to",
    "narrow",
    "getitem",
    "interpolate",
    "upsample",
    "pad",
    "repeat",
    "tile",
    "split",
    "chunk",
    "slice",
    "resize",
    "unsqueeze",
    "squeeze",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
    "convtranspose1d",
    "convtranspose2d",
    "convtranspose3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]
SIZED = "sized"  # a tensor made of the input's sizes, not of its data


class Track(NamedTuple):
    """An axis that is followed: its number, its length, how many input positions lie between two of
    its own, and what each of them reads: (tensor, first, last, whether padding holds data), first
    and last `None` for position by position.
    """

    axis: int
    length: int
    jump: Fraction
    parts: tuple = ()
    lost: object = None


class Lost(NamedTuple):
    """Where, and why, an axis cannot be followed; "{}" stands for the node."""

    node: str
    zh: str
    en: str

    def refusal(self, tile, graph) -> ShapeError:
        """The error of somebody who asks for a tile."""
        zh = en = self.node
        if module := _behind(graph, self.node):
            zh, en = f"{module} 之前的 {zh}", f"{en}, before {module},"
        return ShapeError(
            Text(
                zh=f"{self.zh.format(zh)}，无法分块",
                en=f"{self.en.format(en)}: no tile gives the same",
            ),
            tile,
            Text(zh="在它之前的层可以分块", en="layers before it can be tiled"),
        )


def _behind(graph, name: str) -> str | None:
    """The module within others that takes what a function gives, as attention takes a view."""
    reached: set = set()
    for node in graph.nodes:
        if node.name == name and "." not in name:
            reached.update(node.outputs)
        elif reached.intersection(node.inputs):
            if "." in node.name:
                return node.name
            reached.update(node.outputs)
    return None


def followed(graph, flow, whole, name: str) -> dict:
    """Per tensor its `Track`, or `Lost`, `SIZED`, or `None` where it has nothing to do with the
    axis.
    """
    made = {
        source: Track(shape.index(name), flow.tensors[source].shape[shape.index(name)], Fraction(1))
        for source, shape in graph.inputs.items()
        if name in shape
    }
    for node in graph.nodes:
        inputs = [made.get(name) for name in node.inputs]
        for key in node.outputs:
            one, two = (run.tensors.get(key, UNKNOWN) for run in (flow, whole))
            made[key] = _track(node, one, two, inputs, flow)
    return made


def _track(node, tensor, whole, inputs: list, flow):
    """What an output has to do with the axis, from what the inputs have."""
    given = {i: t for i, t in enumerate(inputs) if isinstance(t, Track)}
    if tensor.value is not None or (node.kind == "getattr" and tensor.shape == ()):
        return SIZED if tensor.value != whole.value else None
    if lost := [t for t in inputs if isinstance(t, Lost)]:
        return lost[0]
    if not given:
        return SIZED if SIZED in inputs or tensor.shape != whole.shape else None
    if tensor.shape is None or tensor.wires is None:
        return Lost(node.name, "不知道 {} 读哪里", "nobody knows what {} reads")
    if SIZED in inputs and node.kind.lower() not in SHAPING:
        return _moving(node)
    along = {
        axis
        for axis, wires in enumerate(tensor.wires)
        for w in wires
        if w.source in given and w.axis == given[w.source].axis
    }
    if len(along) != 1:
        return _everything(node)
    (axis,) = along
    return _read_along(node, tensor, axis, given, flow)


def _read_along(node, tensor, axis: int, given: dict, flow):
    """The track of one axis of an output, from those of the inputs."""
    length, parts, jumps, left = tensor.shape[axis], [], set(), set(given)
    for wire in tensor.wires[axis]:
        track, name = given.get(wire.source), node.inputs[wire.source]
        if track is None or wire.axis != track.axis:
            # the same in every tile, though it does not stretch
            if wire.map is None and flow.tensors[name].shape[wire.axis] != 1:
                return _moving(node)
            continue
        ends = _ends(node, wire, track, length)
        if isinstance(ends, Lost):
            return ends
        left.discard(wire.source)
        parts.append((name, *ends, _fills(node, wire) is not None))
        jumps |= {track.jump * _slope(end) for end in ends}
    if left or type(length) is not int:
        return _everything(node)
    if len(jumps) == 1 and min(jumps) > 0:
        return Track(axis, length, jumps.pop(), tuple(parts), _moving(node))
    return _everything(node) if 0 in jumps else _moving(node)


def _ends(node, wire: Wire, track: Track, length) -> tuple | Lost:
    """The first and the last position that output j reads, as lengths of j; `None` twice where it
    is position j itself.
    """
    if wire.map == WHOLE or (wire.map is None and track.length != length):
        return _everything(node)
    if _fills(node, wire) == "circular":
        return Lost(node.name, "{} 从另一端读", "{} reads from the other end")
    if wire.map is None or wire.map == Window.identity:
        return None, None
    placed = wire.map.at(track.length)
    if not hasattr(placed, "first") or not getattr(wire.map, "steady", True):
        return _moving(node)
    return placed.first(J), placed.last(J)


def _everything(node) -> Lost:
    return Lost(node.name, "{} 看到整个输入", "{} sees the whole input")


def _moving(node) -> Lost:
    return Lost(node.name, "{} 读哪里取决于整个输入", "where {} reads depends on the whole input")


def _fills(node, wire: Wire) -> str | None:
    """With what of the data a node pads along one wire: `None` for none."""
    return getattr(wire.map, "filled", None) or _filled(node.words)


def _filled(words) -> str | None:
    """With what of the data a layer pads: `None` for none."""
    mode = getattr(words, "padding_mode", None) or {
        "Circ": "circular",
        "Refl": "reflect",
        "Repl": "replicate",
    }.get(type(words).__name__[:4])
    return mode if mode in ("circular", "reflect", "replicate") else None


def _slope(length) -> Fraction:
    """How far a length of j rises from one j to the next, on average."""
    if length is None:
        return Fraction(1)
    if not isinstance(length, Length):
        return Fraction(0)
    turn = lcm(*length.divisors)
    return Fraction(length(_j=turn) - length(_j=0), turn)


def needed(tracks: dict, tensor: str) -> list:
    """The tensors that lead to one, in order."""
    leading = {tensor}
    for key in reversed(tracks):
        if key in leading:
            leading.update(source for source, *_ in tracks[key].parts)
    return [key for key in tracks if key in leading]


def agree(tracks: dict, parts: dict, key: str, less: int, period: int) -> bool:
    """Whether a tensor of a tile reads as that of the whole does, which is longer by what the input
    is longer by.
    """
    one, two = tracks[key], parts[key]
    if (
        not isinstance(two, Track)
        or (one.axis, one.jump, one.parts) != (two.axis, two.jump, two.parts)
        or one.length - two.length != less / one.jump
    ):
        return False
    shifts = [
        (end, int(period / tracks[source].jump))
        for source, first, last, _ in one.parts
        for end in (first, last)
        if end is not None
    ]
    return all(end(_j=J + int(period / one.jump)) == end + shift for end, shift in shifts)


def right(order: list, parts: dict, begins: bool, ends: bool) -> tuple:
    """The outputs of a tile that are right, first and behind the last; whether it begins, or ends,
    where the whole does.
    """
    ranges: dict[Any, tuple[int, int]] = {}
    for key in order:
        track = parts[key]
        low, high = 0, track.length
        for source, first, last, filled in track.parts:
            a, b = ranges[source]
            if first is None:
                low, high = max(low, a), min(high, b)
                continue
            n = parts[source].length
            # beyond a shared edge there is nothing in either, or what is mirrored there
            if not begins or a or (filled and -first(_j=0) >= b):
                low = max(low, least(lambda j, end=first, a=a: end(_j=j) >= a, track.length))
            if not ends or b < n or (filled and 2 * (n - 1) - last(_j=track.length - 1) < a):
                high = min(high, least(lambda j, end=last, b=b: end(_j=j) >= b, track.length))
        ranges[key] = low, max(low, high)
    return ranges[order[-1]]


def least(holds, end: int) -> int:
    """The first j from which on a rising condition holds."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
