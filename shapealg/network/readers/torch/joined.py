"""The ways that a module goes, as one graph: that of the large sizes, with all of them."""

from dataclasses import replace

from shapealg.network import operations
from shapealg.network.graph import Graph, Names, Node, Way, names_of
from shapealg.network.readers.torch.alike import merged
from shapealg.network.readers.torch.asked import Asked
from shapealg.network.readers.torch.ended import Ended, is_unknown
from shapealg.network.readers.torch.refusal import at_every_size


def joined(asked: Asked, ended: list) -> Graph:
    """The graph of the large sizes' way, with all ways."""
    ended = merged(ended)
    ran = [one for one in ended if one.failure is None]
    if not ran:
        at_every_size(asked, ended)
    if len(ended) > 1:
        for one in ended:
            one.graph = apart(one.graph)
    main = max(ran or ended, key=_reach)
    _count_once(sorted(ended, key=lambda one: (one is not main, one.failure is not None)))
    ways = []
    for one in sorted(ended, key=_reach, reverse=True):
        graph, runs = one.graph, one.failure is None
        if ran and not runs and is_unknown(graph.nodes[-1]):  # what comes out is not known
            graph, runs = _left_open(graph, main.graph.outputs), True
        elif one is not main:
            graph = renamed(graph, main.graph.outputs)
        ways.append(Way(one.known.box, one.known.held, graph, runs))
    plain = len(ended) == 1 and not main.known.box and not main.known.held
    return main.graph if plain else replace(main.graph, ways=tuple(ways))


def _left_open(graph: Graph, outputs: tuple) -> Graph:
    """A graph until a node of which it is not known what it does, from where nothing is known."""
    *nodes, last = graph.nodes

    def operation(flow, *tensors):
        return (flow.leave(*tensors),) * len(outputs)

    nodes.append(replace(last, operation=operation, outputs=outputs))
    return replace(graph, nodes=tuple(nodes), outputs=outputs)


def _count_once(ended: list) -> None:
    """Let each parameter count at one node of all ways."""
    counted: set = set()
    for one in ended:
        nodes = []
        for node in one.graph.nodes:
            weights = one.weighed.get(node.name, {})
            new = {path: n for path, n in weights.items() if path not in counted}
            counted |= new.keys()
            nodes.append(replace(node, parameters=sum(new.values())))
        one.graph = replace(one.graph, nodes=tuple(nodes))


def _reach(one: Ended) -> tuple:
    """Ways of large sizes come first."""
    sets = one.known.box.values()
    return all(those.residues for those in sets), -len(one.known.held)


def apart(graph: Graph) -> Graph:
    """The same graph, each of whose outputs is a node's, and none twice."""
    nodes, outputs, free = list(graph.nodes), [], Names(names_of(graph)).free
    there = {name for node in nodes for name in node.outputs}
    for name in graph.outputs:
        if name in there and name not in outputs:
            outputs.append(name)
            continue
        outputs.append(made := free("output"))
        nodes.append(Node(made, "output", operations.same, (name,), (made,), parameters=0))
    return replace(graph, nodes=tuple(nodes), outputs=tuple(outputs))


def renamed(graph: Graph, outputs: tuple) -> Graph:
    """The same graph whose outputs have these names, as far as there are as many."""
    if outputs == graph.outputs:
        return graph
    there = set(names_of(graph))
    free = Names([*there, *outputs]).free
    names = {name: free(name) for name in outputs if name in there}
    names |= dict(zip(graph.outputs, outputs, strict=False))

    def told(name):
        return names.get(name, name)

    nodes = tuple(
        replace(node, inputs=tuple(map(told, node.inputs)), outputs=tuple(map(told, node.outputs)))
        for node in graph.nodes
    )
    constants = {told(name): tensor for name, tensor in graph.constants.items()}
    return replace(graph, nodes=nodes, outputs=tuple(map(told, graph.outputs)), constants=constants)
