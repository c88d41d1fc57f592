"""How much padding in all a layer of a network needs for the output to be as large as the input."""

from dataclasses import replace

from shapealg.axis.door import LIMIT
from shapealg.axis.interval import Interval
from shapealg.errors import ShapeError
from shapealg.network.along import Along
from shapealg.network.failure import Failure
from shapealg.network.flow import Flow
from shapealg.network.given import checked
from shapealg.network.graph import Graph, Node
from shapealg.network.named import example
from shapealg.network.track import least
from shapealg.text import Text


def padding(graph: Graph, layer: str, sizes: dict) -> dict:
    """For each given size the total paddings of a layer with which the output is as long: name →
    `Interval`, empty if none does.

    Raises:
        ShapeError: if that is no layer of windows, or several ways may be gone at these sizes.
    """
    given, made = checked(graph, sizes), {}
    graph = Flow(graph, given).graph  # of several ways the one that is gone
    node = next((n for n in graph.nodes if n.name == layer), None)
    if node is None or node.words is None or not all(axis.fixed for axis in node.words.layer.axes):
        raise ShapeError(
            Text(zh="须是一个窗口层", en="a layer of windows is needed"),
            layer,
            Text(zh=f"例如 {example(graph)}", en=f"for example {example(graph)}"),
        )
    source, shape = next(iter(graph.inputs.items()), ("", ()))
    for name, n in given.items():
        if name in shape[1:]:
            made[name] = _restoring(graph, node, source, shape.index(name), given, n)
    return made


def _restoring(graph: Graph, node: Node, source: str, axis: int, sizes: dict, n: int) -> Interval:
    """The total paddings of one layer with which the output is as long as the input: it grows with
    the padding, so halve.
    """
    label = node.words.order(len(graph.inputs[source]))[axis]
    base = node.words.layer.axes[label].fixed

    def outputs(padding: int):
        """The output's length with so much padding in all; below any where a node does not run."""
        wider = replace(node, operation=Along(node.words, {label: padding - base.lo - base.hi}))
        nodes = tuple(wider if other is node else other for other in graph.nodes)
        try:
            flow = Flow(replace(graph, nodes=nodes), sizes).run()
        except Failure:
            return -1
        return flow.tensors[graph.outputs[0]].shape[axis]

    top = 1
    while outputs(top) <= n and top < LIMIT:
        top *= 2
    return Interval(least(lambda p: outputs(p) >= n, top), least(lambda p: outputs(p) > n, top) - 1)
