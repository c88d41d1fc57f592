"""Tiles that give the whole result exactly: what each reads, what of its output is kept, and where that belongs.

A tile is a network run by itself, so near its cut edges it sees padding in place of data. The axis is followed through the
graph twice, as the whole and as a tile: where every layer places its windows alike in both, shifted by whole positions, a
position of a tensor is right if all it reads is right, or lies beyond an edge that the tile shares with the whole.
Tiles start at multiples of the period, by which all layers shift in step, and are as long as the whole one up to that period.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from shapealg.axis.adaptive import Adaptive
from shapealg.axis.length import Length
from shapealg.axis.sizes import LIMIT
from shapealg.axis.window import Interval, Window
from shapealg.errors import Received, ShapeError
from shapealg.network.along import Along
from shapealg.network.flow import Failure, Flow, Split
from shapealg.network.receptive import J
from shapealg.network.tensor import UNKNOWN, WHOLE
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile along one axis; all ranges begin with the first position and end behind the last.

    Attributes:
        read: the part of the input that is run.
        keep: the part of the tile's output that is right.
        place: where that belongs in the whole output.
    """

    read: tuple
    keep: tuple
    place: tuple


def tiles(graph, tensor: str, name: str, sizes: dict, tile: int) -> tuple:
    """A plan along one axis: tiles of at most `tile` input positions that together give every output once.

    Raises:
        ShapeError: if no tile gives the same as the whole, or this one is too small.
    """
    n, graph = sizes[name], graph.until(tensor)
    if any(shape.count(name) > 1 for shape in graph.inputs.values()):
        raise ShapeError(Text(zh=f"两个轴都叫 {name}", en=f"two axes are called {name}"), Received(name), Text(zh="给它们不同的名字，一次沿一个轴分块", en="give them names of their own: tiles go along one axis"))
    try:
        whole = Flow(graph, sizes).run()
    except Split as split:
        raise ShapeError(Text(zh=f"网络的走向取决于 {split.name}", en=f"which way the network goes depends on {split.name}"), Received(f"{name}={n}"), Text(zh=f"也给定 {split.name}", en=f"give {split.name} too")) from None
    tracks = _tracks(graph, whole, whole, name)
    out = tracks.get(tensor)
    if not isinstance(out, Track):
        if not isinstance(out, Lost):
            raise ShapeError(Text(zh=f"输出与 {name} 无关", en=f"the output does not depend on {name}"), tile, Text(zh="换一个尺寸名", en="ask for another size"))
        raise out.refusal(tile)
    order = _needed(tracks, tensor)
    period = lcm(*(tracks[key].jump.numerator for key in order))
    shift = int(period / out.jump)  # by how many outputs a period moves

    def run(length: int):
        """An input so long, followed, and the first tensor that reads otherwise than the whole; `None` where it does not run."""
        try:
            parts = _tracks(graph, Flow(graph, sizes | {name: length}).run(), whole, name)
        except (ShapeError, Split):
            return None
        return parts, next((key for key in order if not _agree(tracks, parts, key, n - length, period)), None)

    def steps(length: int):
        """How tiles so long go, `None` where they do not."""
        made = run(length)
        return None if made is None or made[1] is not None else _steps(order, made[0], out.length, (n - length) // period, shift)

    if (made := run(n + period)) is not None and made[1] is not None:  # another size of the same residue reads otherwise
        raise tracks[made[1]].lost.refusal(tile)
    if tile >= n:
        return (Tile((0, n), (0, out.length), (0, out.length)),)
    most = tile - (tile - n) % period
    plan = steps(most) if most > 0 else None
    if plan is None:
        least = _smallest(lambda length: steps(length) is not None, most if most > 0 else (n - 1) % period + 1 - period, n, period)
        works = Text(zh=f"试试 {least}（周期 {period}）", en=f"try {least} (the period is {period})") if least else Text(zh=f"没有小于整个输入（{n}）的块可用", en=f"no tile smaller than the whole, {n}, works")
        raise ShapeError(Text(zh=f"{name} 方向的块太小", en=f"tiles along {name} are too small"), tile, works)
    return tuple(Tile((k * period, k * period + most), (low - k * shift, high - k * shift), (low, high)) for k, low, high in plan)


def _smallest(works, base: int, n: int, period: int) -> int | None:
    """The smallest length above `base`, of its residue, that works: further and further away, then in halves."""
    most, step = (n - 1 - base) // period, 1
    while not (found := most > 0 and works(base + min(step, most) * period)) and step < most:
        step *= 2
    below = step // 2 + 1
    return base + (below + _least(lambda i: works(base + (below + i) * period), min(step, most) - below)) * period if found else None


def _steps(order: list, parts: dict, outputs: int, last: int, shift: int) -> list | None:
    """Which multiple of the period each tile starts at, and the outputs that it gives: every tile as far on as it can be."""
    (low, high), (start, end), (tail, edge) = (_right(order, parts, *ends) for ends in ((True, False), (False, False), (False, True)))
    if low or not high:
        return None
    made = [(0, 0, high)]
    while high < outputs:
        done = high
        k, high = (last, edge + last * shift) if done >= tail + last * shift else (k := min((done - start) // shift, last - 1), end + k * shift)
        if high <= done or k < 1:
            return None
        made.append((k, done, high))
    return made if high == outputs else None


# ---------------------------------------------------------------- the axis, followed

SHAPING = """view reshape unflatten expand broadcast_to narrow getitem interpolate upsample pad repeat tile split chunk slice resize unsqueeze squeeze
max_unpool1d max_unpool2d max_unpool3d convtranspose1d convtranspose2d convtranspose3d conv_transpose1d conv_transpose2d conv_transpose3d""".split()  # may be told sizes
SIZED = "sized"  # a tensor made of the input's sizes, not of its data


class Track(NamedTuple):
    """An axis that is followed: its number, its length, how many input positions lie between two of its own, and what each of
    them reads: (tensor, first, last, whether padding holds data), first and last `None` for position by position."""

    axis: int
    length: int
    jump: Fraction
    parts: tuple = ()
    lost: object = None


class Lost(NamedTuple):
    """Where, and why, an axis cannot be followed."""

    zh: str
    en: str

    def refusal(self, tile) -> ShapeError:
        return ShapeError(Text(zh=f"{self.zh}，无法分块", en=f"{self.en}: no tile gives the same"), tile, Text(zh="在它之前的层可以分块", en="layers before it can be tiled"))


def _tracks(graph, flow, whole, name: str) -> dict:
    """Per tensor its `Track`, or `Lost`, `SIZED`, or `None` where it has nothing to do with the axis."""
    made = {source: Track(shape.index(name), flow.tensors[source].shape[shape.index(name)], Fraction(1)) for source, shape in graph.inputs.items() if name in shape}
    for node in graph.nodes:
        made |= {key: _track(node, flow.tensors.get(key, UNKNOWN), whole.tensors.get(key, UNKNOWN), [made.get(i) for i in node.inputs], flow) for key in node.outputs}
    return made


def _track(node, tensor, whole, inputs: list, flow):
    given = {i: t for i, t in enumerate(inputs) if isinstance(t, Track)}
    if tensor.value is not None or node.kind == "getattr" and tensor.shape == ():
        return SIZED if tensor.value != whole.value else None
    if lost := [t for t in inputs if isinstance(t, Lost)]:
        return lost[0]
    if not given:
        return SIZED if SIZED in inputs or tensor.shape != whole.shape else None
    everything = Lost(f"{node.name} 看到整个输入", f"{node.name} sees the whole input")
    moving = Lost(f"{node.name} 读哪里取决于整个输入", f"where {node.name} reads depends on the whole input")
    if tensor.shape is None or tensor.wires is None:
        return Lost(f"不知道 {node.name} 读哪里", f"nobody knows what {node.name} reads")
    if SIZED in inputs and node.kind.lower() not in SHAPING:
        return moving
    along = {axis for axis, wires in enumerate(tensor.wires) for w in wires if w.source in given and w.axis == given[w.source].axis}
    if len(along) != 1:
        return everything
    axis, = along
    length, parts, jumps, left = tensor.shape[axis], [], set(), set(given)
    for w in tensor.wires[axis]:
        track, name = given.get(w.source), node.inputs[w.source]
        if track is None or w.axis != track.axis:
            if w.map is None and flow.tensors[name].shape[w.axis] != 1:  # the same in every tile, though it does not stretch
                return moving
            continue
        if w.map == WHOLE or w.map is None and track.length != length:
            return everything
        left.discard(w.source)
        first = last = None
        filled = getattr(w.map, "filled", None) or _filled(node.words)
        if filled == "circular":
            return Lost(f"{node.name} 从另一端读", f"{node.name} reads from the other end")
        if w.map is not None and w.map != Window.identity:
            placed = w.map.at(track.length)
            if isinstance(w.map, Adaptive) and w.map.outputs == 1:
                return everything
            if not hasattr(placed, "first") or not getattr(w.map, "steady", True):
                return moving
            first, last = placed.first(J), placed.last(J)
        slopes = {_slope(first), _slope(last)}
        parts.append((name, first, last, filled is not None))
        jumps |= {track.jump * slope for slope in slopes}
    if left or type(length) is not int:
        return everything
    return Track(axis, length, jumps.pop(), tuple(parts), moving) if len(jumps) == 1 and min(jumps) > 0 else everything if 0 in jumps else moving


def _filled(words) -> str | None:
    """With what of the data a layer pads: `None` for none."""
    mode = getattr(words, "padding_mode", None) or {"Circ": "circular", "Refl": "reflect", "Repl": "replicate"}.get(type(words).__name__[:4])
    return mode if mode in ("circular", "reflect", "replicate") else None


def _slope(length) -> Fraction:
    """How far a length of j rises from one j to the next, on average."""
    if length is None:
        return Fraction(1)
    if not isinstance(length, Length):
        return Fraction(0)
    turn = lcm(*length.periods)
    return Fraction(length(_j=turn) - length(_j=0), turn)


def _needed(tracks: dict, tensor: str) -> list:
    """The tensors that lead to one, in order."""
    needed = {tensor}
    for key in reversed(tracks):
        if key in needed:
            needed.update(source for source, *_ in tracks[key].parts)
    return [key for key in tracks if key in needed]


def _agree(tracks: dict, parts: dict, key: str, less: int, period: int) -> bool:
    """Whether a tensor of a tile reads as that of the whole does, which is longer by what the input is longer by."""
    one, two = tracks[key], parts[key]
    if not isinstance(two, Track) or (one.axis, one.jump, one.parts) != (two.axis, two.jump, two.parts) or one.length - two.length != less / one.jump:
        return False
    shifts = [(end, int(period / tracks[source].jump)) for source, first, last, _ in one.parts for end in (first, last) if end is not None]
    return all(end(_j=J + int(period / one.jump)) == end + shift for end, shift in shifts)


def _right(order: list, parts: dict, begins: bool, ends: bool) -> tuple:
    """The outputs of a tile that are right, first and behind the last; whether it begins, or ends, where the whole does."""
    ranges = {}
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
            if not begins or a or filled and -first(_j=0) >= b:
                low = max(low, _least(lambda j, end=first, a=a: end(_j=j) >= a, track.length))
            if not ends or b < n or filled and 2 * (n - 1) - last(_j=track.length - 1) < a:
                high = min(high, _least(lambda j, end=last, b=b: end(_j=j) >= b, track.length))
        ranges[key] = low, max(low, high)
    return ranges[order[-1]]


def _least(holds, end: int) -> int:
    """The first j from which on a rising condition holds."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def restoring(graph, node, source: str, axis: int, sizes: dict, n: int) -> Interval:
    """The total paddings of one layer with which the output is as long as the input: it grows with the padding, so halve."""
    label = node.words.order(len(graph.inputs[source]))[axis]
    base = node.words.layer.axes[label]

    def outputs(padding: int):
        """The output's length with so much padding in all; less than any where a node does not run."""
        wider = replace(node, operation=Along(node.words, {label: padding - base.lo - base.hi}))
        try:
            return Flow(replace(graph, nodes=tuple(wider if other is node else other for other in graph.nodes)), sizes).run().tensors[graph.outputs[0]].shape[axis]
        except Failure:
            return -1

    top = 1
    while outputs(top) <= n and top < LIMIT:
        top *= 2
    return Interval(_least(lambda p: outputs(p) >= n, top), _least(lambda p: outputs(p) > n, top) - 1)
