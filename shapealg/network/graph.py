"""Operations and what runs between them: a directed graph without cycles, in an order in which it
can be run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from shapealg.printing import brief, shape_told


class Names:
    """Names, each of them given once: the next of the same name gets a number. What is no printable
    line, as names in files may be, becomes one.

    Args:
        taken: names that are given already.
        first: the number of the next one.

    >>> names = Names(["x"])
    >>> names.free("x"), names.free("x"), names.free("y"), names.free("y\\n")
    ('x_1', 'x_2', 'y', 'y_')
    """

    def __init__(self, taken=(), first: int = 1):
        self._taken, self._first = set(taken), first
        self._next: dict[str, int] = {}

    def unused(self, name: str) -> str:
        """The name, or the one after it that is not taken."""
        if not name.isprintable():
            name = "".join(c if c.isprintable() else "_" for c in name)
        made = name
        while made in self._taken:
            number = self._next[name] = self._next.get(name, self._first - 1) + 1
            made = f"{name}_{number}"
        return made

    def free(self, name: str) -> str:
        """The same; it is taken then."""
        made = self.unused(name)
        self._taken.add(made)
        return made


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Args:
        name: its name in the model.
        kind: the operator, as the model's framework calls it.
        operation: what it does: `operation(flow, *tensors)` gives a `Tensor`, or a tuple of them.
        inputs: the names of the tensors that go in; `None` where an optional one is left out.
        outputs: the names of those that come out.
        words: its words in a dialect, where it is a layer.
        weights: the shapes of its weights.
        parameters: how many numbers they are, each counted at the first node that uses it; `None`
            where the words tell.
    """

    name: str
    kind: str
    operation: Callable[..., Any]
    inputs: tuple[str | None, ...]

    outputs: tuple[str, ...]

    words: Any = None
    weights: tuple = ()
    parameters: int | None = None

    @property
    def key(self) -> tuple:
        """What makes nodes of several ways the same."""
        return self.name, self.kind, self.words

    def __repr__(self) -> str:
        what = self.kind if self.words is None else repr(self.words)
        sources = ", ".join(name for name in self.inputs if name is not None)
        return brief("Node", f"{self.name} = {what}({sources})")


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways through a program, and the sizes that go it.

    Args:
        box: name → `Sizes`, of the names whose sizes are restricted.
        held: what holds on it of several sizes together, each a `Condition`.
        graph: what runs there.
        runs: whether it comes to its end, and is not refused.
    """

    box: dict
    held: tuple
    graph: "Graph"
    runs: bool = True

    def takes(self, sizes: dict) -> bool:
        """Whether it is gone at some sizes with these numbers among them."""
        given = {name: n for name, n in sizes.items() if type(n) is int}
        for name, those in self.box.items():
            if name in given and given[name] not in those:
                return False
        told = [condition for condition in self.held if given.keys() >= set(condition.names)]
        return all(condition.at(**given) for condition in told)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in order.

    Args:
        inputs: name → shape: per axis an int, or the name of a size.
        nodes: the operations, each after those it needs.
        outputs: the names of the tensors that come out.
        constants: name → `Tensor` of what is there from the start.
        ways: all ways, where the nodes are not the same at all sizes; the nodes are then those of
            the large sizes.
        called: what the model itself calls its outputs, where that is not these names.
    """

    inputs: dict
    nodes: tuple
    outputs: tuple[str, ...]

    constants: dict = field(default_factory=dict)
    ways: tuple = ()
    called: tuple[str, ...] = ()

    def at(self, sizes: dict) -> "Graph":
        """What runs at given sizes: of several ways the first that may be gone there."""
        if not self.ways or not any(type(n) is int for n in sizes.values()):
            return self
        return next((way.graph for way in self.ways if way.takes(sizes)), self)

    def parted(self, sizes: dict) -> bool:
        """Whether several ways that run may be gone at these sizes."""
        return sum(way.runs and way.takes(sizes) for way in self.ways) > 1

    @property
    def every(self) -> tuple:
        """The nodes of all ways that run, each once, those of the large sizes first."""
        graphs = (self, *(way.graph for way in self.ways if way.runs))
        made: dict[tuple, Node] = {}
        for graph in graphs if self.ways else ():
            for node in graph.nodes:
                there = made.setdefault(node.key, node)
                if there.inputs != node.inputs and node.parameters and there.parameters is not None:
                    more = there.parameters + node.parameters  # those that it uses on this way only
                    made[node.key] = replace(there, parameters=more)
        return tuple(made.values()) if self.ways else self.nodes

    def until(self, tensor: str) -> "Graph":
        """The part that leads to one tensor: what comes behind it need not run."""
        needed, nodes = {tensor}, []
        for node in reversed(self.nodes):
            if needed.intersection(node.outputs):
                nodes.append(node)
                needed.update(node.inputs)
        ways = tuple(Way(way.box, way.held, way.graph.until(tensor), way.runs) for way in self.ways)
        return Graph(self.inputs, tuple(reversed(nodes)), (tensor,), self.constants, ways)

    def __repr__(self) -> str:
        inputs = ", ".join(f"{name} {shape_told(shape)}" for name, shape in self.inputs.items())
        outputs = ", ".join(self.outputs)
        return brief(
            "Graph", f"{inputs} → {outputs}, {len(self.nodes)} node{'s' * (len(self.nodes) != 1)}"
        )

    @property
    def sizes(self) -> tuple:
        """The names of the sizes that are open, in the order in which they stand."""
        return tuple(
            dict.fromkeys(n for shape in self.inputs.values() for n in shape if isinstance(n, str))
        )


def names_of(graph: Graph) -> list:
    """All names in a graph: those of inputs, constants, nodes and what nodes make."""
    return [
        *graph.inputs,
        *graph.constants,
        *(name for node in graph.nodes for name in (node.name, *node.outputs)),
    ]
