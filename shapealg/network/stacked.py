"""One axis of the input, followed through a network in which nothing branches along it: the maps it
goes through, one after the other.
"""

from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError
from shapealg.network.tensor import WHOLE
from shapealg.network.ways import Ways
from shapealg.text import Text


def stacked(graph, tensor: str, name: str, sizes: dict) -> list:
    """The maps between an input's axis of that name and a tensor, identities left out.

    Raises:
        ShapeError: naming the node, where paths that read differently meet, or something sees the
            whole axis, or nobody knows.
    """
    found = Ways(graph, sizes)
    if not found.flows:
        raise found.undecided[0][1] if found.undecided else found.failures[0]
    # that of the large sizes, of those that come there
    flow = next((flow for flow in found.flows if tensor in flow.tensors), found.flows[0])
    ways = {
        source: (shape.index(name), ()) for source, shape in graph.inputs.items() if name in shape
    }
    for node in flow.graph.nodes:
        for out in node.outputs:
            made = flow.tensors.get(out)
            if not any(source in ways for source in node.inputs):
                continue
            if made is None or made.wires is None:
                raise _refusal(node, name, "不知道它读哪里", "nobody knows what it reads")
            through = _through(node, made.wires, ways, name)
            if len(through) > 1:
                raise _refusal(
                    node, name, "读法不同的路在这里汇合", "paths that read differently meet there"
                )
            if through:
                ways[out] = through.pop()
    if tensor not in ways:
        raise ShapeError(
            Text(zh=f"输出与 {name} 无关", en=f"the output does not depend on {name}"),
            Received(name),
            Text(zh="问更靠前的一层", en="ask for an earlier layer"),
        )
    return list(ways[tensor][1])


def _through(node, wires: tuple, ways: dict, name: str) -> set:
    """Along which axis of the output it goes on, and the maps so far; one entry if all agree."""
    found = set()
    for axis, sources in enumerate(wires):
        for wire in sources:
            before = ways.get(node.inputs[wire.source])
            if before is None or before[0] != wire.axis:
                continue
            if wire.map == WHOLE:
                raise _refusal(node, name, "它看到整个轴", "it sees the whole axis")
            plain = wire.map is None or wire.map == Window.identity
            found.add((axis, before[1] if plain else (*before[1], wire.map)))
    return found


def _refusal(node, name: str, zh: str, en: str) -> ShapeError:
    return ShapeError(
        Text(
            zh=f"沿 {name} 不是一列层：{node.name}，{zh}",
            en=f"along {name} it is no list of layers: {node.name}, {en}",
        ),
        Received(name),
        Text(
            zh="问更靠前的一层；整个网络用 receptive_field 与 tiles",
            en="ask for an earlier layer; receptive_field and tiles work for whole networks",
        ),
    )
