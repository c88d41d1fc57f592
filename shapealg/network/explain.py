"""Why a network does not run at some sizes: the first node that fails, the sizes that meet there,
how they came about, what works.
"""

from dataclasses import dataclass

from shapealg.errors import printable
from shapealg.network.flow import Failure, Flow
from shapealg.network.graph import Graph
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happens at given sizes.

    Attributes:
        sizes: the sizes that were asked.
        node: the first node that fails; `None` where all run.
        sides: the two sizes that do not go together there, or the one that is too small.
        ways: for each side how it came about: (node, size) wherever the size changes, from the
            input on.
        nearest: name → the nearest sizes that work.
        reason: what the node needs.
    """

    sizes: dict
    node: object = None
    sides: tuple = ()
    ways: tuple = ()
    nearest: dict = None
    reason: Text | None = None

    @property
    def runs(self) -> bool:
        """Whether the network runs."""
        return self.node is None

    @property
    def text(self) -> Text:
        """The explanation in words, a line for each side."""
        at = ", ".join(f"{name}={n}" for name, n in self.sizes.items())
        if self.runs:
            return Text(zh=f"{at}：可以运行", en=f"{at}: it runs")
        ways = [f"  {' → '.join(f'{name} {n}' for name, n in way)}" for way in self.ways]
        near = "; ".join(
            f"{name} = {', '.join(map(str, near))}" for name, near in self.nearest.items() if near
        )
        zh = f"最近的可用尺寸：{near}" if near else "没有可用的尺寸"
        en = f"the nearest that work: {near}" if near else "no size works"
        # a name may hold anything, and breaks no line
        return Text(
            zh="\n".join(map(printable, [f"{at}：{self.reason.zh}", *ways, zh])),
            en="\n".join(map(printable, [f"{at}: {self.reason.en}", *ways, en])),
        )

    def __str__(self) -> str:
        return self.text.en


def explain(graph: Graph, sizes: dict, nearest) -> Explanation:
    """Run the graph at given sizes; `nearest()` is asked for the sizes that work only where it
    fails.
    """
    flow = Flow(graph, sizes)
    try:
        flow.run()
    except Failure as failure:
        ways = _ways(flow, failure)
        told = ", ".join(str(n) for n in failure.sides)
        reason = Text(
            zh=f"{failure.asked.zh}{f'：{told}' if told else ''}",
            en=f"{failure.asked.en}{f': {told}' if told else ''}",
        )
        return Explanation(sizes, failure.node, failure.sides, ways, nearest(), reason)
    return Explanation(sizes)


def _ways(flow: Flow, failure: Failure) -> tuple:
    """For each side the sizes on its way; the axis is the one on which the inputs of the node show
    these sizes.
    """
    shapes = [
        (name, t.shape)
        for name in failure.node.inputs
        if name and (t := flow.tensors.get(name)) is not None and t.shape is not None
    ]
    if len(failure.sides) == 2:
        pairs = [
            (a, b, i)
            for a, one in shapes
            for b, two in shapes
            if a != b
            for i in range(min(len(one), len(two)))
            if (one[i - len(one)], two[i - len(two)]) == failure.sides
        ]
        return (
            tuple(
                _way(flow, name, i)
                for name, i in ((pairs[0][0], pairs[0][2]), (pairs[0][1], pairs[0][2]))
            )
            if pairs
            else ()
        )
    words = failure.node.words
    short = [
        (name, i)
        for name, shape in shapes[:1]
        for i in range(len(shape))
        if isinstance(shape[i], int)
        and (isinstance(words.order(len(shape))[i], int) if words is not None else i > 0)
    ]
    return (
        (_way(flow, *min(short, key=lambda at: flow.tensors[at[0]].shape[at[1]])),) if short else ()
    )


def _way(flow: Flow, tensor: str, axis: int) -> tuple:
    makers = {name: node for node in flow.graph.nodes for name in node.outputs}
    steps = []
    while (node := makers.get(tensor)) is not None:
        at = flow.tensors[tensor]
        links = at.wires[axis] if at.wires is not None and axis < len(at.wires) else ()
        steps.append((node.name, at.shape[axis]))
        if not links or node.inputs[links[0].source] is None:
            break
        tensor, axis = node.inputs[links[0].source], links[0].axis
    else:
        shape = flow.tensors[tensor].shape
        steps.append((tensor, shape[axis] if shape is not None else None))
    steps.reverse()
    return tuple(step for i, step in enumerate(steps) if i == 0 or step[1] != steps[i - 1][1])
