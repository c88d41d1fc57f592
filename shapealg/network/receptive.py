"""Receptive fields through a whole graph: read off once for all sizes, or, where they depend on the
input's size, for each set of sizes.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from operator import attrgetter
from typing import Any, NamedTuple

from shapealg.axis.by_size import BySize, Where
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, one_line
from shapealg.network.accepts import accepted
from shapealg.network.field import ReceptiveField
from shapealg.network.flow import Flow
from shapealg.network.fork import Split
from shapealg.network.forms import told
from shapealg.network.graph import Graph
from shapealg.network.sight import Drifting, Misaligned, Sights, is_fixed, middle, steps
from shapealg.network.spatial import told_axes
from shapealg.network.ways import CLASSES, Ways
from shapealg.text import Text

MEASURES = ("size", "jump", "start", "centre")


class Seen(NamedTuple):
    """One axis of a receptive field, as the attributes of `ReceptiveField` tell it."""

    size: object
    jump: object
    start: object
    centre: object
    gates: tuple = ()
    misaligned: tuple = ()
    whole: bool = False


def receptive_field(graph, tensor: str, sizes: dict, misaligned: bool) -> ReceptiveField:
    """The receptive field of one tensor, for the axes of the first input whose sizes have names, or
    for all behind the second.

    Raises:
        Misaligned: if branches meet misaligned at every size.
        ShapeError: if the tensor is not there, or an axis cannot be followed.
    """
    if not graph.inputs:
        raise ShapeError(
            Text(zh="没有输入可看", en="there is no input to see"),
            Received("a network without inputs"),
            Text(zh="感受野要有输入才有", en="a receptive field needs an input"),
        )
    (name, shape), *_ = graph.inputs.items()
    axes = told_axes(graph, sizes)
    seen = [_Asked(graph, tensor, misaligned, (name, i)).seen(sizes) for i in axes]
    whole = tuple(each.whole for each in seen)
    size, jump, start, centre = (tuple(map(attrgetter(measure), seen)) for measure in MEASURES)
    return ReceptiveField(
        tuple(shape[i] if isinstance(shape[i], str) else i for i in axes),
        size,
        jump,
        start,
        centre,
        tuple(dict.fromkeys(gate for each in seen for gate in each.gates)),
        tuple(dict.fromkeys(apart for each in seen for apart in each.misaligned)),
        whole if any(whole) else (),
        next((node.name for node in graph.every if tensor in node.outputs), tensor),
    )


def with_before(graph, tensor: str, sizes: dict, misaligned: bool) -> ReceptiveField:
    """The receptive field of one tensor; where it has no size, with that of the last node before it
    that has one.
    """
    made = receptive_field(graph, tensor, sizes, misaligned)
    if not made.size or None not in made.size:
        return made
    for name in _seeing(graph, sizes):
        try:
            before = receptive_field(graph.until(name), name, sizes, misaligned)
        except ShapeError:
            continue
        if None not in before.size:
            return replace(made, before=before)
    return made


def _seeing(graph, sizes: dict) -> list:
    """The tensors that may see some positions and not all, the last one first."""
    tensors = [node.outputs[0] for node in reversed(graph.at(sizes).nodes)]
    source = next(iter(graph.inputs))
    try:
        flow, *_ = _flows(graph, sizes)
        sights = Sights(flow, (source, told_axes(graph, sizes)[0]), True)
    except (ShapeError, Split):  # differs from size to size: each tensor is asked
        return tensors
    return [tensor for tensor in tensors if _sees_a_part(sights.of(tensor))]


def _flows(graph, sizes: dict) -> list:
    """The runs at these sizes, that of the large ones first."""
    if not graph.parted(sizes):
        return [Flow(graph, sizes).run()]
    ways = Ways(graph, sizes)
    if not ways.flows:
        raise (ways.undecided[0][1] if ways.undecided else ways.failures[0])
    return ways.flows


def _where(flow: Flow) -> Where:
    """The sizes that a run is about."""
    open_ = [name for name, n in flow.sizes.items() if not isinstance(n, int)]
    return Where({name: flow.sizes_of(name) for name in open_}, flow.held)


def _by_way(made: list, measure: str):
    """One measure of what is seen on each way."""
    return told([(where, getattr(seen, measure)) for where, seen in made])


def _of_all_ways(made: list) -> Seen:
    """What pairs (`Where`, `Seen`) say together."""
    (_, first), *others = made
    gates = tuple(dict.fromkeys(gate for _, seen in made for gate in seen.gates))
    if all(seen._replace(gates=first.gates) == first for _, seen in others):
        return first._replace(gates=gates)
    size, jump, start, centre = (_by_way(made, measure) for measure in MEASURES)
    return Seen(size, jump, start, centre, gates, whole=all(seen.whole for _, seen in made))


def _sees_a_part(seen) -> bool:
    return any(sight is not None and not sight.whole for sight in seen)


def _measured(seen: dict, measure: str) -> dict:
    """residue → one measure of what is seen there, in order."""
    return {residue: getattr(seen[residue], measure) for residue in sorted(seen)}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one tensor sees of one axis.

    Args:
        graph: the graph, up to the tensor.
        tensor: the tensor.
        misaligned: whether branches that meet misaligned are joined all the same.
        source: an input, and the number of its axis.
    """

    graph: Graph
    tensor: str
    misaligned: bool
    source: tuple

    @property
    def name(self) -> str | int:
        """The size of the axis, as the input has it."""
        return self.graph.inputs[self.source[0]][self.source[1]]

    def seen(self, sizes: dict) -> Seen:
        """Once for all sizes, or, where that is not to be had, for each set of sizes."""
        try:
            made = self._run(sizes)
            if made is not None:
                return made
        except Misaligned:
            if all(isinstance(sizes.get(n), int) for n in self.graph.sizes):
                raise
        except (ShapeError, Split):
            if not self.graph.sizes:
                raise
        return self._by_size(sizes)

    def _run(self, sizes: dict, misaligned: bool = False) -> Seen | None:
        """What a run at these sizes tells, by size where the ways differ; `None` where it depends
        on sizes left open.
        """
        made = []
        for flow in _flows(self.graph, sizes):
            if self.tensor not in flow.tensors:
                continue
            sights = Sights(flow, self.source, self.misaligned or misaligned)
            if (seen := _read_off(sights, self.tensor)) is None:
                return None
            made.append((_where(flow), seen))
        return _of_all_ways(made) if made else None

    def _at(self, sizes: dict, misaligned: bool = False) -> Seen:
        """The same, an error where nobody can tell."""
        made = self._run(sizes, misaligned)
        if made is None:
            raise ShapeError(
                Text(zh="追踪不到这个轴", en="this axis cannot be followed"),
                self.tensor,
                Text(zh="换一层，例如更靠前的", en="ask for an earlier layer"),
            )
        return made

    def _by_size(self, sizes: dict) -> Seen:
        """For every residue of the axis's size that the graph accepts; the other sizes stand at one
        that works.
        """
        settled = self._others_settled(sizes)
        name = self.name
        if not isinstance(name, str) or isinstance(settled.get(name), int):
            return self._at(settled)
        works = accepted(self.graph, settled).sets[name]
        if not works.residues:
            return self._of_few(name, settled, works)
        made, apart, period = self._by_residue(name, settled, works)
        if apart and set(apart) >= set(made):
            raise min(apart.values(), key=lambda problem: isinstance(problem, Drifting))
        size, jump, start, centre = (
            _drawn_together({name: works}, period, _measured(made, measure)) for measure in MEASURES
        )
        return Seen(
            size,
            jump,
            start,
            centre,
            tuple(gate for seen in made.values() for gate in seen.gates),
            tuple(
                (problem.node, Sizes.classes(period, list(apart)))
                for problem in list(apart.values())[:1]
            ),
            all(seen.whole for seen in made.values()),
        )

    def _others_settled(self, sizes: dict) -> dict:
        """The sizes, those of other names at numbers that work."""
        settled = dict(sizes)
        for other in self.graph.sizes:
            if other != self.name and not isinstance(settled.get(other), int):
                near = accepted(self.graph, settled).sets[other].nearest(224)
                settled[other] = near[-1] if near else _refuse_nowhere(self.graph)
        return settled

    def _by_residue(self, name: str, settled: dict, works: Sizes) -> tuple:
        """What is seen at each residue, where branches meet misaligned, and the period."""
        period = bounded(lcm(works.modulus, turn(self.graph, settled)))
        if period > CLASSES:
            raise ShapeError(
                Text(zh="要分的剩余类太多", en="there are too many residue classes"),
                period,
                Text(zh=f"给定尺寸，例如 {name}=224", en=f"give the size, for example {name}=224"),
            )
        start = max(works.start, 1)
        made: dict[int, Seen] = {}
        apart = {}
        for n in (n for n in range(start + period, start + 3 * period) if n in works):
            seen, problem = self._joined(settled | {name: n})
            if problem is not None:
                apart[n % period] = problem
            # as behind an adaptive pooling: no two sizes are alike
            if seen is not None and made.setdefault(n % period, seen) != seen:
                _refuse_changing(name, 224)
        return made, apart, period

    def _joined(self, sizes: dict) -> tuple:
        """What is seen at these sizes, `None` where branches drift apart, and the problem where
        they meet misaligned.
        """
        try:
            return self._at(sizes), None
        except Drifting as problem:
            return None, problem
        except Misaligned as problem:
            with suppress(Drifting):
                return self._at(sizes, True), problem
            return None, problem

    def _of_few(self, name: str, settled: dict, works: Sizes) -> Seen:
        """The same, where the graph accepts finitely many sizes only."""
        if not works:
            _refuse_nowhere(self.graph)
        seen = [self._at(settled | {name: n}) for n in works.exceptions[-CLASSES:]]
        if any(each != seen[-1] for each in seen):
            _refuse_changing(name, works.exceptions[-1])
        return seen[-1]


def _drawn_together(works: dict[str, Sizes], period: int, answers: dict):
    """The answer itself where all residues have one, otherwise a `BySize`."""
    residues: dict[Any, list[int]] = {}
    for r, answer in answers.items():
        residues.setdefault(answer, []).append(r)
    if len(residues) == 1:
        return next(iter(residues))
    ((name, sizes),) = works.items()
    return BySize(
        [
            ({name: sizes & Sizes.classes(period, those, 1)}, answer)
            for answer, those in residues.items()
        ]
    )


def _refuse_changing(name: str, n: int):
    raise ShapeError(
        Text(
            zh="感受野随输入尺寸而变，不只随余数",
            en="the receptive field changes with the input's size, not with its residue alone",
        ),
        Received(name),
        Text(zh=f"给定尺寸，例如 {name}={n}", en=f"give the size, for example {name}={n}"),
    )


def _refuse_nowhere(graph):
    shape = next(iter(graph.inputs.values()))
    raise ShapeError(
        Text(
            zh="网络在任何尺寸下都不能运行，没有感受野",
            en="the network runs at no size, so it has no receptive field",
        ),
        Received(one_line(f"({', '.join(map(str, shape))})", 80)),
        Text(zh="用 explain 看是哪个节点", en="explain tells which node is at fault"),
    )


def turn(graph, sizes: dict) -> int:
    """After how many positions more of the open size every length in the graph has gained whole
    turns.
    """
    tensors = [t for flow in Ways(graph, sizes).flows for t in flow.tensors.values()]
    lengths = [n for t in tensors for n in t.shape or () if isinstance(n, Length)]
    return bounded(lcm(*(period for n in lengths for period in n.divisors)))


def _read_off(sights: Sights, tensor: str) -> Seen | None:
    """What a tensor sees; `None` where that depends on sizes left open."""
    sight = next((s for s in sights.of(tensor) if s is not None), None)
    gates = tuple(sights.gates)
    if sight is None or sight.whole:
        return Seen(None, None, None, None, gates, whole=sights.whole(tensor))
    if not (is_fixed(sight.first) and is_fixed(sight.last)):
        return None
    jump, firsts = steps(sight.first)
    _, lasts = steps(sight.last)
    period = bounded(lcm(len(firsts), len(lasts)))
    size = max(lasts[j % len(lasts)] - firsts[j % len(firsts)] for j in range(period)) + 1
    return Seen(int(size), _whole(jump), int(firsts[0]), _whole(middle(sight)[1]), gates)


def _whole(x: Fraction) -> Fraction | int:
    return int(x) if x.denominator == 1 else x
