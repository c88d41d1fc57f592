"""Which sizes a graph accepts: requirements turned into sets of sizes, for all sizes and not for a
range.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter

from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, Undecided
from shapealg.network.binding import bound, loosened, union
from shapealg.network.failure import Failure
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.operations import same
from shapealg.network.requirement import meeting
from shapealg.network.together import ties
from shapealg.network.ways import Ways
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Part:
    """Sizes at which a graph goes one way.

    Attributes:
        flow: the run.
        sets: name → `Sizes` that meet what is asked of that name alone.
        ties: requirements that bind several names.
        reached: name → `Sizes` of that name that some others go with.
    """

    flow: Flow
    sets: dict
    ties: tuple
    reached: dict

    @classmethod
    def of(cls, flow: Flow, names, lossless: bool) -> "Part | None":
        """The part that a run is about, its ties put aside; `None` where nothing meets what is
        asked of one name.

        Raises:
            Undecided: where a layer's own words have a name that no size of the input has.
        """
        needed = [*flow.requirements, *(flow.whole if lossless else ())]
        asked = {name for requirement in needed for name in requirement.names}
        if strange := sorted(asked - flow.sizes.keys()):
            raise _no_size(strange)
        if not all(requirement.names for requirement in needed):
            return None  # a window that drops data at the sizes that are fixed
        sets = {name: flow.sizes_of(name) for name in names}
        if lossless:
            for name in names:
                sets[name] &= meeting(r for r in flow.whole if r.names == (name,))
        if not all(sets.values()):
            return None
        ties = loosened([r for r in needed if len(r.names) > 1], sets)
        return cls(flow, sets, tuple(ties), sets)

    @property
    def bound(self) -> "Part | None":
        """The same with its ties; `None` where nothing meets them.

        Raises:
            Undecided: where several names are tied together so that no set of one can be told.
        """
        reached = bound(self.ties, self.sets)
        return replace(self, reached=reached) if all(reached.values()) else None


def _no_size(names: list) -> Undecided:
    told = ", ".join(names)
    return Undecided(
        Text(
            zh="层的参数里有输入没有的尺寸名",
            en="a layer's own words have a name that no size of the input has",
        ),
        Received(told),
        Text(zh=f"请给 {told} 代入数值", en=f"putting numbers in for {told} works"),
    )


@dataclass(frozen=True)
class Accepted:
    """The sizes at which a graph runs.

    Attributes:
        sets: name → `Sizes`: those that go with some sizes of the others.
        ties: what binds several names, each with `names` and `at(**sizes)`; with no ties all sizes
            go with all others.
        parts: the ways through the graph, that of the large sizes first.
        failure: what fails at every size, if something does.
    """

    sets: dict
    ties: tuple = ()
    parts: tuple = ()
    failure: Failure | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        """Whether there are sizes at all."""
        return all(self.sets.values())

    @cached_property  # asked for every name
    def loose(self) -> tuple:
        """The names of the nodes that may ask more of the sizes than is told here."""
        return tuple(dict.fromkeys(name for part in self.parts for name in loose(part.flow)))


def accepted(
    graph: Graph, sizes: dict | None = None, lossless: bool = False, ways: Ways | None = None
) -> Accepted:
    """The sizes that `graph` accepts, name by name.

    Args:
        graph: the graph.
        sizes: those that are fixed, name → int.
        lossless: whether no window may drop a remainder of the data either.
        ways: the ways through the graph at these sizes, if they are there already.

    Raises:
        ShapeError: where something cannot be decided, with the question in it.
    """
    sizes = sizes or {}
    names = [name for name in graph.sizes if not isinstance(sizes.get(name), int)]
    ways = ways or Ways(graph, sizes)
    for _, problem in ways.undecided:
        raise problem
    parts = tuple(_bound(apart(ways, names, lossless)))
    reached = [part.reached for part in parts]
    sets = {name: union(map(itemgetter(name), reached)) for name in names}
    failure = ways.failures[0] if ways.failures and not ways.flows else None
    return Accepted(sets, ties(parts, names), parts, failure)


def _bound(parts: list) -> list:
    """The parts with their ties, those left out that nothing meets. What cannot be told of one does
    not matter where the others reach all its sizes anyway.

    Raises:
        Undecided: where it matters.
    """
    made, undecided = {}, {}
    for i, part in enumerate(parts):
        try:
            if (there := part.bound) is not None:
                made[i] = there
        except Undecided as problem:
            undecided[i] = problem
    for i, why in undecided.items():
        sets = parts[i].sets
        for name, those in sets.items():
            if those & union(one.reached[name] for one in made.values()) != those:
                raise why
        made[i] = parts[i]
    return [made[i] for i in sorted(made)]


def apart(ways: Ways, names, lossless: bool = False) -> list:
    """A part for each way, their ties put aside."""
    made = [Part.of(flow, names, lossless) for flow in ways.flows]
    return [part for part in made if part is not None]


def unmet(flow: Flow, names) -> Failure:
    """Where a run fails that every node lets through: what is asked of a size that nothing
    meets.
    """
    met = dict.fromkeys(names, Sizes.every(1))
    for requirement in flow.requirements:
        if len(requirement.names) == 1:
            met[requirement.names[0]] &= requirement.sizes()
        if not all(met.values()) or len(requirement.names) > 1:
            break
    node = requirement.node
    failure = Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）的要求在任何尺寸下都不能与它之前的要求同时满足",
            en=f"no size meets what node {node.name} ({node.kind}) and those before it need",
        ),
        Received(str(requirement)),
        Text(zh="请核对这个节点", en="check this node"),
        node,
        requirement.sides,
    )
    failure.flow = flow
    return failure


def unclear(flow: Flow, node) -> bool:
    """Whether a node gives something unknown though it gets nothing unknown."""
    return _open(flow, node.outputs) and not _open(flow, node.inputs)


def loose(flow: Flow) -> list:
    """The nodes that may ask more of the sizes than their run could tell: nobody knows them, no
    formula tells their output, or what they get is unknown.
    """
    made, strange = [], {node.name for node in flow.unknown}
    if not strange and not any(tensor.unclear for tensor in flow.tensors.values()):
        return []
    outputs = [name for node in flow.graph.nodes for name in node.outputs]
    unknown = {name for name in outputs if _open(flow, (name,))}
    for node in flow.graph.nodes:
        asks = unknown.intersection(node.inputs) and not _keeps(node)
        if node.name in strange or asks or (unclear(flow, node) and not _scaled(flow, node)):
            made.append(node.name)
    return made


def _keeps(node: Node) -> bool:
    """Whether it changes no shape, known or not."""
    return node.operation is same or getattr(node.operation, "keeps", False)


def _open(flow: Flow, names) -> bool:
    return any(name in flow.tensors and flow.tensors[name].unclear for name in names)


def _scaled(flow: Flow, node) -> bool:
    """Whether all that is unknown of an output are products that are rounded: they ask for a size
    that is large enough, and this is asked.
    """
    for name in node.outputs:
        tensor = flow.tensors.get(name)
        if tensor is None or tensor.shape is None or tensor.wires is None:
            return False
        for n, wires in zip(tensor.shape, tensor.wires, strict=True):
            if n is None and all(getattr(w.map, "formula", True) for w in wires):
                return False
    return True
