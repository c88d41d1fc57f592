"""Tiles that give the whole result exactly: what each reads, what of its output is kept, and where that belongs.

A tile is a network run by itself, so near its cut edges it sees padding in place of data. An output is right where
everything it reads lies inside the tile, or beyond an edge of the whole input. Tiles start at multiples of the period, by
which all layers shift in step, and are as long as the whole one up to that period.
"""

from dataclasses import dataclass, replace
from math import lcm

from shapealg.axis.length import Length
from shapealg.axis.sizes import LIMIT, bounded
from shapealg.axis.window import Interval
from shapealg.errors import Received, ShapeError
from shapealg.network.flow import Failure, Flow
from shapealg.network.along import Along
from shapealg.network.receptive import Sights
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
    """A plan along one axis: tiles of at most `tile` input positions that together give every output once."""
    n = sizes[name]
    (source, shape), *_ = ((key, s) for key, s in graph.inputs.items() if name in s)
    axis = shape.index(name)
    open_flow = Flow(graph, {other: size for other, size in sizes.items() if other != name}).run()
    period = bounded(lcm(*(p for t in open_flow.tensors.values() for m in t.shape or () if isinstance(m, Length) for p in m.periods)))
    flow = Flow(graph, sizes).run()
    sights = Sights(flow, (source, axis), True)
    at, sight = next(((i, s) for i, s in enumerate(sights.of(tensor)) if s is not None), (None, None))
    if sight is None or sight.whole or sights.gates:
        where = ", ".join(sights.gates) or tensor
        raise ShapeError(Text(zh=f"{where} 看到整个输入，无法分块", en=f"{where} sees the whole input: no tile gives the same"), tile, Text(zh="在它之前的层可以分块", en="layers before it can be tiled"))
    outputs = flow.tensors[tensor].shape[at]
    most = tile - (tile - n) % period
    if n <= tile:
        return (Tile((0, n), (0, outputs), (0, outputs)),)
    rate = open_flow.tensors[tensor].shape[at].staircase()
    shift = rate.slope * period // rate.period  # by how many outputs a period moves
    first, last = (lambda j, f=f: f(_j=j) if isinstance(f, Length) else f for f in (sight.first, sight.last))
    plan, done, start = [], 0, 0
    while done < outputs:
        made = None
        for begin in range(min(n - most, start + n // period * period), start - 1, -period) if most > 0 else ():
            begin -= begin % period
            low, high = _right(first, last, outputs, begin, begin + most, n)
            if low <= done < high:
                made = begin, low, high
                break
        if made is None:
            raise ShapeError(
                Text(zh=f"{name} 方向的块太小", en=f"tiles along {name} are too small"), Received(f"{tile}"), Text(zh=f"试试 {tile + period}（周期 {period}）", en=f"try {tile + period} (the period is {period})"),
            )  # fmt: skip
        begin, low, high = made
        offset = begin // period * shift
        plan.append(Tile((begin, begin + most), (done - offset, high - offset), (done, high)))
        done, start = high, begin + period
    return tuple(plan)


def _right(first, last, outputs: int, begin: int, end: int, n: int) -> tuple:
    """The outputs that a tile from `begin` to `end` gives right: first and behind the last."""
    low, high = 0, outputs
    if begin:  # both ends rise with j: halve
        low = _least(lambda j: first(j) >= begin, outputs)
    if end < n:
        high = _least(lambda j: last(j) > end - 1, outputs)
    return low, high


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
