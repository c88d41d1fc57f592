"""All ways that sizes may go through a graph, each a run."""

from shapealg.errors import Undecided
from shapealg.network.failure import Failure
from shapealg.network.flow import Flow
from shapealg.network.fork import Fork
from shapealg.network.graph import Graph
from shapealg.text import Text

CLASSES = 2**10  # into so many residue classes a flow may split


class Ways:
    """All ways through a graph.

    Args:
        graph: the graph.
        sizes: name → int, where they are fixed.

    Attributes:
        flows: the runs, each with a box of sizes of its own, that of the large sizes first.
        failures: what fails in the boxes without a run; that of the large sizes first.
        undecided: the runs that stopped at something that cannot be decided, with the error.

    Raises:
        Undecided: if there are too many ways.
    """

    def __init__(self, graph: Graph, sizes: dict):
        self.flows: list[Flow] = []
        self.failures: list[Failure] = []
        self.undecided: list[tuple[Flow, Undecided]] = []
        open_, many = _starts(graph, sizes), 0
        nowhere: list[tuple[Flow, Undecided]] = []  # undecided, of sizes of which there may be none
        while open_:
            flow, many = open_.pop(), many + 1
            if many > CLASSES:
                raise Undecided(
                    Text(
                        zh="网络在不同尺寸下走的路太多",
                        en="the network goes too many ways at different sizes",
                    ),
                    many,
                    Text(
                        zh=f"至多 {CLASSES} 条；请给定一些尺寸",
                        en=f"at most {CLASSES} work; give some of the sizes",
                    ),
                )
            try:
                self.flows.append(flow.run())
            except Fork as fork:
                open_.extend(reversed(flow.forked(fork)))
            except Failure as failure:
                failure.flow = flow
                self.failures.append(failure)
            except Undecided as problem:
                there = all(flow.sizes_of(name) for name in graph.sizes)
                (self.undecided if there else nowhere).append((flow, problem))
        if not (self.flows or self.failures or self.undecided):
            self.undecided = nowhere


def _starts(graph: Graph, sizes: dict) -> list:
    """A run for each way through a graph that these sizes may go, that of the large sizes last."""
    if not graph.ways:
        return [Flow(graph, sizes, {})]
    ways = [way for way in graph.ways if way.takes(_alone(way) | sizes)]
    return [_start(way, sizes) for way in reversed(ways)]


def _alone(way) -> dict:
    """The sizes that are one number on a way."""
    return {
        name: those.exceptions[0]
        for name, those in way.box.items()
        if not those.residues and len(those.exceptions) == 1
    }


def _start(way, sizes: dict) -> Flow:
    """The run of one way, which begins with what holds on it."""
    alone = _alone(way)
    given = alone | {name: n for name, n in sizes.items() if type(n) is int}
    flow = Flow(way.graph, sizes | alone, {n: s for n, s in way.box.items() if n not in given})
    flow.held = tuple(condition.given(**given) for condition in way.held)
    return flow
