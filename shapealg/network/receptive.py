"""Receptive fields: the first and the last input position that an output reads, as functions of its place, through a whole graph.

Both are lengths of the output's place j, so windows, transposed windows and branches compose as sizes do:

    first(j) = earlier.first(map.first(j))      last(j) = earlier.last(map.last(j))
"""

from dataclasses import dataclass
from fractions import Fraction

from shapealg.axis.adaptive import Adaptive
from shapealg.axis.length import ASKED, Length
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError
from shapealg.network.tensor import WHOLE, Wire
from shapealg.text import Text

J = Length.of("_j")  # the place of an output; no model can name a size like that


@dataclass(frozen=True, slots=True)
class Sight:
    """What an axis sees of an input's axis.

    Args:
        source: the input, and its axis.
        first: the first position that output j reads, a `Length` of j.
        last: the last one.
        whole: whether it reads everything.
        path: the nodes on the way, the last one last.
    """

    source: tuple
    first: object
    last: object
    whole: bool = False
    path: tuple = ()


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """How far an output sees, axis by axis of the input.

    Attributes:
        axes: the axes that are told, each by the name of its size or by its number.
        size: positions from the first to the last one read; of several outputs in turn, the most. `None` where all are read.
        jump: how many input positions lie between neighbouring outputs, a fraction behind an upsampling.
        start: the first position that output 0 reads, negative in the padding; a `Length` where it depends on the input's size.
        centre: the middle of what output 0 reads, on average over a turn.
        gates: nodes through which everything is seen besides (squeeze-and-excitation); the size is that of the other path.
    """

    axes: tuple
    size: tuple
    jump: tuple
    start: tuple
    centre: tuple
    gates: tuple = ()

    def __str__(self) -> str:
        return "\n".join(f"{axis}: size {size}, jump {jump}, start {start}, centre {centre}" for axis, size, jump, start, centre in zip(self.axes, self.size, self.jump, self.start, self.centre, strict=True))


class Sights:
    """The sight of every tensor of a flow.

    Args:
        flow: a run of the graph.
        misaligned: whether branches that meet misaligned are joined all the same.
    """

    def __init__(self, flow, misaligned: bool = False):
        self.flow, self.misaligned, self.gates, self._at = flow, misaligned, {}, {}
        token = ASKED.set(flow.decide)
        try:
            for name, shape in flow.graph.inputs.items():
                self._at[name] = tuple(Sight((name, i), J, J) for i in range(len(shape)))
            for node in flow.graph.nodes:
                self._step(node)
        finally:
            ASKED.reset(token)

    def of(self, tensor: str) -> tuple:
        """Per axis its `Sight`, `None` for an axis that mixes channels or is new."""
        return self._at.get(tensor, ())

    def _step(self, node) -> None:
        flow = self.flow
        flow.node = node
        for name in node.outputs:
            made = flow.tensors.get(name)
            if made is None or made.shape is None or made.wires is None:
                continue
            self._at[name] = tuple(self._joined(node, [s for wire in wires if (s := self._through(node, wire)) is not None]) for wires in made.wires)

    def _through(self, node, wire: Wire) -> Sight | None:
        source = node.inputs[wire.source]
        sights = self._at.get(source, ())
        sight = sights[wire.axis] if wire.axis < len(sights) else None
        if sight is None:
            return None
        path = (*sight.path, node.name)
        if wire.map == WHOLE or isinstance(wire.map, Adaptive) and wire.map.outputs == 1:
            return Sight(sight.source, sight.first, sight.last, True, path)
        if wire.map is None or wire.map == Window.identity or sight.whole:
            return Sight(sight.source, sight.first, sight.last, sight.whole, path) if wire.map is not None else sight
        n = self.flow.tensors[source].shape[wire.axis]
        placed = wire.map.at(n) if n is not None else None
        if placed is None or not hasattr(placed, "first"):
            return None
        return Sight(sight.source, _over(sight.first, placed.first(J)), _over(sight.last, placed.last(J)), False, path)

    def _joined(self, node, sights) -> Sight | None:
        """Branches that meet: from the first position that any of them reads to the last."""
        seen = [s for s in sights if not s.whole]
        if seen and len(seen) < len(sights):
            self.gates[node.name] = True
        if not seen:
            return sights[0] if sights else None
        first, *rest = seen
        for other in rest:
            if other.source != first.source:
                continue
            if (first.first, first.last) == (other.first, other.last):
                continue
            if not self.misaligned and (apart := _apart(first, other)):
                self._refuse(node, first, other, apart)
            first = Sight(first.source, _bound(first.first, other.first, min), _bound(first.last, other.last, max), False, first.path if len(first.path) > len(other.path) else other.path)
        return first

    def _refuse(self, node, one: Sight, two: Sight, apart):
        paths = [" → ".join(_tail(s.path, other.path)) for s, other in ((one, two), (two, one))]
        raise ShapeError(
            Text(zh=f"节点 {node.name} 处的两条路没有对齐：经 {paths[0]} 与经 {paths[1]}", en=f"two paths meet misaligned at node {node.name}: by {paths[0]} and by {paths[1]}"),
            Received(f"centres {apart} positions apart"), Text(zh="调整其中一条的填充，或用 misaligned=True 取并集", en="change the padding of one, or take the union with misaligned=True"),
        )  # fmt: skip


def _over(outer, inner):
    """A length of j at another place."""
    return outer(_j=inner) if isinstance(outer, Length) else outer


def _tail(path: tuple, other: tuple) -> tuple:
    """The nodes of a path that are not on the other."""
    own = tuple(name for name in path if name not in other)
    return own[-4:] or path[-1:] or ("the input",)


def steps(length, name: str = "_j") -> tuple:
    """The jump of a length of j, and its values over one turn less that slope."""
    if not isinstance(length, Length):
        return Fraction(0), [Fraction(length)]
    f = length.staircase()
    jump = Fraction(f.slope, f.period)
    return jump, [f(j) - jump * j for j in range(f.period)]


def _fixed(length) -> bool:
    return not isinstance(length, Length) or length.names in ((), ("_j",))


def _apart(one: Sight, two: Sight):
    """By how much the middles of what two paths read are apart, on average over a turn; 0 where they agree or where it depends on the input's size."""
    if not all(map(_fixed, (one.first, one.last, two.first, two.last))):
        middles = [s.first + s.last for s in (one, two)]
        difference = middles[0] - middles[1]
        return Fraction(difference, 2) if isinstance(difference, int) else 0
    (a, mean), (b, other) = _middle(one), _middle(two)
    return mean - other if a == b else "more and more"


def _middle(sight: Sight) -> tuple:
    jump, firsts = steps(sight.first)
    _, lasts = steps(sight.last)
    return jump, (sum(firsts) / len(firsts) + sum(lasts) / len(lasts)) / 2


def _bound(one, two, which):
    """The smaller or larger of two lengths of j of one slope."""
    if one == two:
        return one
    difference = one - two
    if isinstance(difference, int):
        return which((one, two), key=lambda length: difference if length is one else 0)
    if difference.names != ("_j",):
        smaller = which is min
        return (one if one <= two else two) if smaller else (one if one >= two else two)
    f, g = one.staircase() if isinstance(one, Length) else None, two.staircase() if isinstance(two, Length) else None
    return _length(f.min(g) if which is min else f.max(g))


def _length(f) -> Length:
    """A staircase as a length: its steps, one floor each."""
    made = f.steps[0]
    for k in range(1, f.period + 1):
        rise = f(k) - f(k - 1)
        if rise:
            made = made + (J + f.period - k) // f.period * rise
    return made


def field(sights: Sights, tensor: str, axes=None) -> ReceptiveField:
    """The receptive field of one tensor, for the input's axes whose sizes stay open (or those named)."""
    flow = sights.flow
    (name, shape), *_ = flow.graph.inputs.items()
    wanted = axes if axes is not None else _spatial(shape)
    seen = {s.source[1]: s for s in sights.of(tensor) if s is not None and s.source[0] == name}
    told = []
    for axis in wanted:
        sight = seen.get(axis)
        if sight is None or sight.whole:
            told.append((None, None, None, None))
            continue
        told.append(_told(sight, flow))
    labels = tuple(shape[i] if isinstance(shape[i], str) else i for i in wanted)
    size, jump, start, centre = zip(*told, strict=True) if told else ((),) * 4
    return ReceptiveField(labels, size, jump, start, centre, tuple(sights.gates))


def _spatial(shape) -> list:
    """The axes that are told where nobody says which: all whose size has a name but the first, or all behind the first two."""
    named = [i for i, n in enumerate(shape) if isinstance(n, str) and i]
    return named or list(range(2, len(shape)))


def _told(sight: Sight, flow) -> tuple:
    """Size, jump, start and centre of one axis."""
    if _fixed(sight.first) and _fixed(sight.last):
        jump, firsts = steps(sight.first)
        _, lasts = steps(sight.last)
        period = max(len(firsts), len(lasts))
        size = max(lasts[j % len(lasts)] - firsts[j % len(firsts)] for j in range(bounded(period))) + 1
        middle = (sum(firsts) / len(firsts) + sum(lasts) / len(lasts)) / 2
        return int(size), _whole(jump), _at(sight.first, 0), _whole(middle)
    width = sight.last - sight.first + 1
    start = sight.first(_j=0) if isinstance(sight.first, Length) else sight.first
    step = sight.first(_j=1) - start
    if not isinstance(step, int):
        raise ShapeError(
            Text(zh="感受野随输入尺寸与位置变化", en="the receptive field changes with the input's size and with the place"), Received(str(sight.first)), Text(zh="给定输入的尺寸", en="give the size of the input"),
        )  # fmt: skip
    return width if isinstance(width, int) else None, step, _reduced(start), None


def _reduced(length):
    made = length.simplest() if isinstance(length, Length) else length
    return made


def _at(length, j: int):
    return length(_j=j) if isinstance(length, Length) else length


def _whole(x: Fraction):
    return int(x) if x.denominator == 1 else x
