"""A node of a network in numbers: its shapes, its weights, its work."""

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from shapealg.errors import Undecided
from shapealg.network.flow import Flow
from shapealg.network.forms import told
from shapealg.network.graph import Graph, Node
from shapealg.words.words import Words


class Row(NamedTuple):
    """One node of a table.

    Attributes:
        name: the node.
        layer: its words, or its operator.
        formula: the shape of its output in the open sizes.
        size: that shape at the given sizes; `None` where none were given.
        weights: the shapes of its weights.
        parameters: how many numbers they are.
        macs: multiply–accumulates for one example; `None` where nobody here knows them.
        memory: how many numbers its output holds.
    """

    name: str
    layer: str
    formula: tuple | None
    size: tuple | None
    weights: tuple
    parameters: int
    macs: object
    memory: object


def rows(graph: Graph, formulas: list, pieces: list | None) -> list:
    """A row for each node of the ways that are gone.

    Args:
        graph: the graph.
        formulas: the ways on which it runs, as `pieces` gives them, with all sizes open.
        pieces: those at given sizes; `None` where none are given.
    """
    formulas = [_Way.of(*piece) for piece in formulas]
    at = formulas if pieces is None else [_Way.of(*piece) for piece in pieces]
    made = []
    for node in graph.every:
        if flow := next((way.flow for way in at if way.flow and way.node(node)), None):
            here = _measures(node, at)
            formula = here.shape if pieces is None else _measures(node, formulas).shape
            made.append(_row(node, flow, formula, here, pieces is not None))
    return made


class _Way(NamedTuple):
    """A way that is gone, its sizes, and its nodes by name; no flow where it is not decided."""

    where: dict
    flow: Flow | None
    nodes: dict

    @classmethod
    def of(cls, where: dict, flow: Flow | None) -> "_Way":
        nodes = flow.graph.nodes if flow is not None else ()
        return cls(where, flow, {node.name: node for node in nodes})

    def node(self, node: Node) -> Node | None:
        """The same node here, if there is one."""
        other = self.nodes.get(node.name)
        return other if other is node or (other and other.key == node.key) else None


class _Measures(NamedTuple):
    shape: tuple | None
    macs: object
    memory: object


def _measures(node: Node, ways: list) -> _Measures:
    """What the ways say of a node: its shape where it is, its work on all of them."""
    there = [way for way in ways if way.flow is None or way.node(node)]
    tensor = node.outputs[0]
    return _Measures(
        _answer(there, lambda way: _shape(tensor, way.flow)),
        _answer(ways, lambda way: _macs(way.node(node), way.flow)),
        _answer(there, lambda way: _memory(tensor, way.flow)),
    )


def _row(node: Node, flow: Flow, formula, here: _Measures, sized: bool) -> Row:
    return Row(
        node.name,
        repr(node.words) if node.words is not None else node.kind,
        formula,
        here.shape if sized else None,
        node.weights or _weights(node, flow),
        _parameters(node, flow) if node.parameters is None else node.parameters,
        here.macs,
        here.memory,
    )


def _answer(ways: list, of: Callable):
    """What the ways say; `None` where they differ, and how several sizes compare tells which."""
    try:
        return told([(way.where, None if way.flow is None else of(way)) for way in ways])
    except Undecided:
        return None


def _shape(tensor: str, flow: Flow):
    return flow.tensors[tensor].shape if tensor in flow.tensors else ()


def _memory(tensor: str, flow: Flow):
    made = _shape(tensor, flow)
    return None if made is None or None in made else prod(made)


def _macs(node: Node | None, flow: Flow):
    if node is None:
        return 0
    tensors = [None if name is None else flow.tensors.get(name) for name in node.inputs]
    if not hasattr(node.operation, "macs"):
        return None if node in flow.unknown else 0
    if any(t is not None and t.unclear for t in tensors[:2]):
        return None
    return node.operation.macs(*tensors)


def _parameters(node, flow) -> int:
    if not _weighs(node.words):
        return 0
    shape = flow.tensors[node.inputs[0]].shape
    return node.words.parameters(shape) if shape is not None else 0


def _weighs(words) -> bool:
    """Whether a layer's words tell weights."""
    return words is not None and (words.by_axes or type(words).parameters is not Words.parameters)


def _weights(node, flow) -> tuple:
    if not _weighs(node.words) or (shape := flow.tensors[node.inputs[0]].shape) is None:
        return ()
    made = node.words.weight_shape(shape)
    return (made,) if made and not isinstance(made[0], tuple) else made or ()
