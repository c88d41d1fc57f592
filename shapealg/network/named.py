"""Nodes by name: a leaf, or the path of a module, which stands for all the nodes beneath it."""

from difflib import get_close_matches

from shapealg.axis.door import integer
from shapealg.errors import ShapeError, shown
from shapealg.exact import is_scalar
from shapealg.network.graph import Graph
from shapealg.network.table import counted, total
from shapealg.text import Text

MANY = 2**11  # among so many names the nearest is looked for
DIVIDERS = "./"  # what stands between a module and its part: PyTorch's dot, ONNX's stroke


def nodes(graph: Graph, name: str) -> list:
    """The node of that name; otherwise the nodes of the module at that path, in their order."""
    if found := [node for node in graph.every if node.name == name]:
        return found[:1]
    paths = tuple(name.rstrip(DIVIDERS) + divider for divider in DIVIDERS)
    return [node for node in graph.every if name and node.name.startswith(paths)]


def tensor(net, name: str) -> str:
    """The tensor that a node, the last node of a module, or a tensor or an output of that name
    gives.

    Raises:
        ShapeError: if there is none.
    """
    if not isinstance(name, str):
        raise ShapeError(
            Text(zh="须是节点的名字", en="the name of a node is needed"),
            name,
            Text(zh=f"例如 {example(net.graph)}", en=f"for example {example(net.graph)}"),
        )
    if found := nodes(net.graph, name):
        return found[-1].outputs[0]
    if name in net.graph.called:
        return net.graph.outputs[net.graph.called.index(name)]
    if name not in net.graph.inputs and name not in net.flow.tensors:
        refuse(net.graph, name)
    return name


def example(graph: Graph) -> str:
    """The names of the first nodes."""
    return ", ".join(node.name for node in graph.nodes[:3])


def row(net, name):
    """The row of a node, by name or number; of a module the sums, and what its last node gives.

    Raises:
        ShapeError: if there is no such node.
    """
    table = net.table()
    if isinstance(name, int) or is_scalar(name):
        name = integer(name, "at")
        if -len(table) <= name < len(table):
            return table[name]
        raise ShapeError(
            Text(zh="没有这个编号的节点", en="there is no node of that number"),
            name,
            Text(zh=f"共 {len(table)} 个节点", en=f"there are {counted(len(table), 'node')}"),
        )
    found = nodes(net.graph, name) if isinstance(name, str) else []
    if not found:
        refuse(net.graph, name)
    meant = {node.name for node in found}
    rows = [row for row in table if row.name in meant]
    if len(rows) == 1:
        return rows[0]
    return rows[-1]._replace(
        name=name,
        layer=", ".join(dict.fromkeys(node.kind for node in found)),
        weights=tuple(shape for each in rows for shape in each.weights),
        parameters=sum(each.parameters for each in rows),
        macs=total(each.macs for each in rows),
    )


def refuse(graph: Graph, name):
    """Raise `ShapeError` with the names that are nearest."""
    known = list(dict.fromkeys(node.name for node in graph.every))[:MANY]
    near = get_close_matches(str(name)[:80], [*known, *_modules(known)], 3) or known[:3]
    told = ", ".join(map(shown, near))
    raise ShapeError(
        Text(zh="没有这个节点", en="there is no such node"),
        name,
        Text(zh=f"最相近的：{told}", en=f"the nearest: {told}")
        if near
        else Text(zh="网络没有节点", en="the network has no nodes"),
    )


def _modules(names: list) -> dict:
    """The paths of the modules that nodes lie in."""
    made: dict[str, None] = {}
    for name in names:
        for i, letter in enumerate(name):
            if letter in DIVIDERS and i:
                made[name[:i]] = None
    return made
