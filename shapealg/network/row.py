"""A node of a network in numbers: its shapes, its weights, its work."""

from collections.abc import Callable
from functools import partial
from math import prod
from typing import NamedTuple

from shapealg.errors import Undecided
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.pieces import answer
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
    """A row for each node.

    Args:
        graph: the graph.
        formulas: the ways on which it runs, as `pieces` gives them, with all sizes open.
        pieces: those at given sizes; `None` where none are given.
    """
    return [_row(node, formulas, pieces) for node in graph.nodes]


def _row(node: Node, formulas: list, pieces: list | None) -> Row:
    at = formulas if pieces is None else pieces
    shape, flow = partial(_shape, node.outputs[0]), at[0][1]
    return Row(
        node.name,
        repr(node.words) if node.words is not None else node.kind,
        _answer(formulas, shape),
        None if pieces is None else _answer(pieces, shape),
        node.weights or _weights(node, flow),
        _parameters(node, flow) if node.parameters is None else node.parameters,
        _answer(at, partial(_macs, node)),
        _answer(at, partial(_memory, node.outputs[0])),
    )


def _answer(pieces: list, of: Callable):
    """What the ways say; `None` where they differ, and how several sizes compare tells which."""
    try:
        return answer(pieces, of)
    except Undecided:
        return None


def _shape(tensor: str, flow: Flow):
    return flow.tensors[tensor].shape if tensor in flow.tensors else ()


def _memory(tensor: str, flow: Flow):
    made = _shape(tensor, flow)
    return None if made is None or None in made else prod(made)


def _macs(node: Node, flow: Flow):
    if (node := _there(node, flow)) is None:
        return 0
    tensors = [None if name is None else flow.tensors.get(name) for name in node.inputs]
    if not hasattr(node.operation, "macs"):
        return None if node in flow.unknown else 0
    if any(t is not None and t.unclear for t in tensors[:2]):
        return None
    return node.operation.macs(*tensors)


def _there(node, flow):
    """The node of that name on the way of a run; `None` where it has none."""
    if all(name in flow.tensors for name in (*node.inputs, *node.outputs) if name is not None):
        return node
    return next((other for other in flow.graph.nodes if other.name == node.name), None)


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
