"""Group and instance normalizations: read as what they are once their statistics are known, which
is a map of each position by itself.
"""

from dataclasses import replace
from typing import Any

from shapealg.network import operations
from shapealg.network.graph import Graph, Node, Way
from shapealg.network.tensor import WHOLE

KINDS = ("GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")  # PyTorch's modules


def open_norms(net: Any, graph: Graph) -> list[Node]:
    """The norms of a graph that see the whole input, in the order in which they run."""
    nodes = [node for node in graph.nodes if node.kind in KINDS]
    return [node for node in nodes if _sees(net.flow.tensors[node.outputs[0]])]


def _sees(tensor) -> bool:
    return any(wire.map == WHOLE for wires in tensor.wires or () for wire in wires)


def pointwise(graph: Graph, names: tuple) -> Graph:
    """The graph with these norms reading position by position."""
    nodes = tuple(_alone(node) if node.name in names else node for node in graph.nodes)
    ways = tuple(
        Way(way.box, way.held, pointwise(way.graph, names), way.runs) for way in graph.ways
    )
    return replace(graph, nodes=nodes, ways=ways)


def _alone(node: Node) -> Node:
    """The node, asking of sizes what it asks, and reading each position by itself."""

    def operation(flow, x, *others):
        node.operation(flow, x, *others)
        return operations.same(flow, x)

    return replace(node, operation=operation)
