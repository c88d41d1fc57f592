"""What every tensor of a run sees of one axis of an input: the first and the last position, as
lengths of the output's place j, so that windows, transposed windows and branches compose as sizes
do:

    first(j) = earlier.first(map.first(j))      last(j) = earlier.last(map.last(j))
"""

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from shapealg.axis.condition import ASKED
from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError
from shapealg.network.flow import Flow
from shapealg.network.tensor import WHOLE, Wire
from shapealg.text import Text

MERGED = "merged"
J = Length.of("_j")  # the place of an output; no model can name a size like that


@dataclass(frozen=True, slots=True)
class Sight:
    """What an axis sees of an input's axis.

    Args:
        first: the first position that output j reads, a `Length` of j.
        last: the last one.
        whole: whether it reads everything.
        path: the nodes on the way, each with those before it: (name, path).
    """

    first: Any
    last: Any
    whole: bool = False
    path: tuple = ()


class Misaligned(ShapeError):
    """Two paths that meet with different middles of what they read; `node` is where."""

    node = None


class Drifting(ShapeError):
    """Two paths whose outputs lie differently far apart, as behind a resizing that is no whole
    factor; `node` is where.
    """

    node = None


class Sights:
    """What every tensor of a flow sees of one axis of one input.

    Args:
        flow: a run of the graph.
        source: the input, and the number of its axis.
        misaligned: whether branches that meet misaligned are joined all the same.
    """

    def __init__(self, flow: Flow, source: tuple, misaligned: bool = False):
        self.flow, self.misaligned = flow, misaligned
        self.gates: dict[Any, Any] = {}
        self._at: dict[Any, Any] = {}
        # tensors on whose axes the source's axis no longer lies: WHOLE or MERGED
        self._gone: dict[str, Any] = {}
        # the tensors made of the input's data, not of its sizes only
        self._data = set(flow.graph.inputs)
        token = ASKED.set(flow.decide)
        try:
            name, axis = source
            self._at[name] = tuple(
                Sight(J, J) if i == axis else None for i in range(len(flow.graph.inputs[name]))
            )
            for node in flow.graph.nodes:
                self._step(node)
        finally:
            ASKED.reset(token)

    def of(self, tensor: str) -> tuple:
        """Per axis its `Sight`, `None` for an axis that mixes channels or is new."""
        return self._at.get(tensor, ())

    def whole(self, tensor: str) -> bool:
        """Whether every entry reads all of the axis."""
        sights = [s for s in self.of(tensor) if s is not None]
        return any(s.whole for s in sights) if sights else self._gone.get(tensor) == WHOLE

    def _step(self, node) -> None:
        flow = self.flow
        flow.node = node
        for name in node.outputs:
            made = flow.tensors.get(name)
            if made is None or made.shape is None or made.wires is None:
                continue
            if made.value is None and any(source in self._data for source in node.inputs):
                self._data.add(name)
            beside = self._beside(node, made.consumed)
            self._at[name] = tuple(
                self._across(node, wires, n, beside)
                for wires, n in zip(made.wires, made.shape, strict=True)
            )
            if not any(self._at[name]) and (gone := self._lost(node, made)):
                self._gone[name] = gone

    def _lost(self, node, made) -> str | None:
        """What became of the source's axis, which none of the output's axes carries: `WHOLE` where
        every entry reads all of it, `MERGED` where it lies within another axis, all in one row;
        `None` where nobody can tell.
        """
        states = set()
        for i, source in enumerate(node.inputs):
            sights = self._at.get(source, ())
            consumed = {wire.axis for wire in made.consumed if wire.source == i}
            seen = {axis: s for axis, s in enumerate(sights) if s is not None}
            gone = self._gone.get(source)
            if (
                gone == WHOLE
                or any(s.whole or axis in consumed for axis, s in seen.items())
                or (gone == MERGED and consumed)
            ):
                return WHOLE
            if (seen or gone == MERGED) and _in_a_row(self.flow.tensors[source].shape, made.shape):
                states.add(MERGED)
        return MERGED if states else None

    def _beside(self, node, consumed: tuple) -> list:
        """What every entry reads besides: all of an axis that is summed over; `None` for one of an
        input that nobody can follow. Channels say nothing where another axis has the positions.
        """
        found = []
        for wire in consumed:
            sights = self._at.get(node.inputs[wire.source], ())
            sight = self._through(node, wire, None)
            if sight is not None or not any(sights):
                found.append((sight, wire))
        return found

    def _across(self, node, wires: tuple, length, beside: list) -> Sight | None:
        """What one axis sees: everything, if all positions are summed over; a path that nobody can
        follow beside one that is followed may see anything, as a gate does.
        """
        own = [(self._through(node, wire, length), wire) for wire in wires]
        seen = [s for s, _ in own if s is not None]
        if not seen:
            return None
        for sight, _ in beside:
            if sight is not None:
                return sight
        if any(s is None and node.inputs[w.source] in self._data for s, w in own + beside):
            self.gates[node.name] = True
        return self._joined(node, seen)

    def _through(self, node, wire: Wire, length) -> Sight | None:
        source = node.inputs[wire.source]
        sights = self._at.get(source, ())
        sight = sights[wire.axis] if wire.axis < len(sights) else None
        if sight is None:
            return None
        path = (node.name, sight.path)
        n = self.flow.tensors[source].shape[wire.axis]
        # all of it, by pooling or by stretching
        if wire.map == WHOLE or (wire.map is None and n == 1 and length != 1):
            return Sight(sight.first, sight.last, True, path)
        if wire.map is None or wire.map == Window.identity or sight.whole:
            return Sight(sight.first, sight.last, sight.whole, path)
        placed = wire.map.at(n) if n is not None else None
        if placed is None or not hasattr(placed, "first"):
            return None
        return Sight(
            _over(sight.first, placed.first(J)), _over(sight.last, placed.last(J)), False, path
        )

    def _joined(self, node, sights) -> Sight | None:
        """Branches that meet: from the first position that any of them reads to the last."""
        seen = [s for s in sights if not s.whole]
        if seen and len(seen) < len(sights):
            self.gates[node.name] = True
        if not seen:
            return sights[0] if sights else None
        first, *rest = seen
        for other in rest:
            if (first.first, first.last) == (other.first, other.last):
                continue
            if not self.misaligned and (apart := _apart(first, other)):
                self._refuse(node, first, other, apart)
            try:
                ends = _bound(first.first, other.first, min), _bound(first.last, other.last, max)
            except Drifting as problem:
                problem.node = node.name
                raise
            first = Sight(*ends, False, first.path)
        return first

    def _refuse(self, node, one: Sight, two: Sight, apart):
        paths = [" → ".join(_tail(s.path, other.path)) for s, other in ((one, two), (two, one))]
        problem = Misaligned(
            Text(
                zh=(
                    f"节点 {node.name} 处的两条路没有对齐，中心不重合：经 {paths[0]}"
                    f" 与经 {paths[1]}"
                ),
                en=(
                    f"two paths meet misaligned at node {node.name}, their centres apart: by"
                    f" {paths[0]} and by {paths[1]}"
                ),
            ),
            Received(str(apart)),
            Text(
                zh="调整其中一条的填充，或用 misaligned=True 取并集",
                en="change the padding of one, or take the union with misaligned=True",
            ),
        )
        problem.node = node.name
        raise problem


def _in_a_row(shape, made) -> bool:
    """Whether all numbers of each example stand in one row, as a flattening has them."""
    if shape is None or None in shape or None in made or len(made) != 2:
        return False
    return shape[0] == made[0] and prod(shape) == prod(made)


def _over(outer, inner):
    """A length of j at another place."""
    return outer(_j=inner) if isinstance(outer, Length) else outer


def _tail(path: tuple, other: tuple) -> tuple:
    """The last nodes of a path that are not on the other."""
    theirs = set(_names(other))
    own = [name for name in _names(path) if name not in theirs]
    return tuple(own[:4][::-1]) or path[:1]


def _names(path: tuple):
    while path:
        name, path = path
        yield name


def steps(length) -> tuple:
    """The jump of a length of j, and its values over one turn less that jump."""
    if not isinstance(length, Length):
        return Fraction(0), [Fraction(length)]
    f = length.staircase()
    jump = Fraction(f.gain, f.period)
    return jump, [f(j) - jump * j for j in range(f.period)]


def is_fixed(length) -> bool:
    """Whether a length depends on the output's place alone, not on the input's sizes."""
    return not isinstance(length, Length) or length.names in ((), ("_j",))


def _apart(one: Sight, two: Sight):
    """By how much the middles of what two paths read are apart, on average over a turn; 0 where
    they agree.
    """
    if not all(map(is_fixed, (one.first, one.last, two.first, two.last))):
        difference = one.first + one.last - two.first - two.last
        if isinstance(difference, int):
            return Fraction(difference, 2)
        raise ShapeError(
            Text(
                zh="是否对齐取决于输入尺寸",
                en="whether they meet aligned depends on the input's size",
            ),
            Received(str(difference)),
            Text(zh="给定输入的尺寸", en="give the size of the input"),
        )
    (a, mean), (b, other) = middle(one), middle(two)
    return mean - other if a == b else b - a  # drifting apart by so much an output


def middle(sight: Sight) -> tuple:
    """How far the middle of what is read moves per output, and where it is on average."""
    jump, firsts = steps(sight.first)
    _, lasts = steps(sight.last)
    return jump, (sum(firsts) / len(firsts) + sum(lasts) / len(lasts)) / 2


def _bound(one, two, which):
    """The smaller or larger of two lengths of j of one slope."""
    if one == two:
        return one
    difference = one - two
    if isinstance(difference, int):
        return which(one, two)
    f, g = one.staircase(), two.staircase()
    if f.gain * g.period != g.gain * f.period:
        raise Drifting(
            Text(
                zh="两条路的间距不同，越走越远", en="two paths have different jumps and drift apart"
            ),
            Received(f"{Fraction(f.gain, f.period)}, {Fraction(g.gain, g.period)}"),
            Text(
                zh="给定两条路同步的尺寸，例如总步长的倍数",
                en="give sizes at which they keep step, such as a multiple of the total stride",
            ),
        )
    return Length.of_staircase(f.min(g) if which is min else f.max(g), "_j")
