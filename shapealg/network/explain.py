"""Why a network does not run at some sizes: the first node that fails, the sizes that meet there,
how they came about, what works.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapealg.errors import Received, ShapeError, one_line
from shapealg.network.accepts import accepted, unmet
from shapealg.network.failure import OTHERS, Failure
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph
from shapealg.network.ways import Ways
from shapealg.printing import Pictured, brief
from shapealg.text import Text

NAME = 80  # so long may a node's name be in a line


RUNS = Text(zh="可以运行", en="it runs")


@dataclass(frozen=True, slots=True)
class Explanation(Pictured):
    """What happens at given sizes.

    Attributes:
        sizes: the sizes that were asked.
        node: the first node that fails; `None` where all run.
        sides: the two sizes that do not go together there, or the one that is too small.
        ways: for each side how it came about: (node, size) wherever the size changes, from the
            input on.
        nearest: name → the nearest sizes that work with the others; no name that is not told.
        reason: what the node needs.
        remedy: what would work there, whatever the sizes.
        together: name → the nearest sizes that work together, where no one of them can be put
            right alone.
        ties: what binds the sizes together, where nothing near was found.
    """

    sizes: dict
    node: Any = None
    sides: tuple = ()
    ways: tuple = ()
    nearest: dict | None = None
    reason: Text | None = None
    remedy: Text | None = None
    together: dict | None = None
    ties: tuple = ()

    @property
    def runs(self) -> bool:
        """Whether the network runs."""
        return self.node is None

    @property
    def text(self) -> Text:
        """The explanation in words, a line for each side."""
        at = ", ".join(f"{name}={n}" for name, n in self.sizes.items())
        if self.runs:
            return Text(zh=f"{at}：{RUNS.zh}", en=f"{at}: {RUNS.en}") if at else RUNS
        told = self.told
        ways = [f"  {way}" for way in map(way_told, self.ways)]
        works = self.works
        return Text(
            zh="\n".join(
                [f"{at}：{told.zh}" if at else told.zh, *ways, *([works.zh] if works else [])]
            ),
            en="\n".join(
                [f"{at}: {told.en}" if at else told.en, *ways, *([works.en] if works else [])]
            ),
        )

    @property
    def told(self) -> Text:
        """What the node needs, and the sizes that met there."""
        if self.reason is None:
            return RUNS
        sides = ", ".join(map(str, self.sides))
        return Text(
            zh=f"{self.reason.zh}{f'：{sides}' if sides else ''}",
            en=f"{self.reason.en}{f': {sides}' if sides else ''}",
        )

    @property
    def works(self) -> Text | None:
        """The nearest sizes that work; where there are none, or none was open, what else would."""
        near = "; ".join(
            f"{name} = {', '.join(map(str, near))}"
            for name, near in (self.nearest or {}).items()
            if near
        )
        joined = ", ".join(f"{name} = {n}" for name, n in (self.together or {}).items())
        if near:
            told = Text(zh=f"最近的可用尺寸：{near}", en=f"the nearest that work: {near}")
        elif joined:
            told = Text(
                zh=f"最近的可用尺寸（须一起）：{joined}",
                en=f"the nearest that work together: {joined}",
            )
        elif self.ties:
            bound = "; ".join(map(str, self.ties))
            told = Text(zh=f"尺寸相互绑定：{bound}", en=f"sizes are tied together: {bound}")
        elif self.remedy is not None or not self.sizes:
            return self.remedy
        elif not self.nearest:
            return None  # of no size it is told what would work
        else:
            return Text(zh="没有可用的尺寸", en="no size works")
        if self.remedy is None or self.remedy == OTHERS:
            return told
        return Text(zh=f"{told.zh}；{self.remedy.zh}", en=f"{told.en}; {self.remedy.en}")

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        return brief("Explanation", self.text.en)


def explain(graph: Graph, sizes: dict, nearest) -> Explanation:
    """Run the graph at given sizes; `nearest()` is asked only where it fails: name → the sizes that
    work, those that work together, and the ties where there are none.
    """
    failure = _failure(graph, sizes)
    if failure is None:
        return Explanation(sizes)
    ways = _ways(failure.flow, failure)
    reason, sides = failure.asked, failure.sides
    if not sides:  # a layer's own refusal, such as of the channels
        reason = Text(zh=f"{reason.zh}：{failure._told.zh}", en=f"{reason.en}: {failure._received}")
    remedy = failure.works if not sides or not sizes else failure.remedy
    near, together, ties = nearest()
    return Explanation(
        sizes, failure.node, sides, ways, near, reason, remedy, together or None, ties
    )


def _failure(graph: Graph, sizes: dict) -> Failure | None:
    """What fails at all sizes that are left open; `None` where something runs."""
    open_ = [name for name in graph.sizes if name not in sizes]
    ways = Ways(graph, sizes)
    if ways.undecided and not ways.flows:
        raise ways.undecided[0][1]
    if not ways.flows:
        return ways.failures[0]
    if not open_ or accepted(graph, sizes, ways=ways):
        return None
    return unmet(ways.flows[0], open_)


def way_told(way: tuple) -> str:
    """One way from the input on: each node at which the size changes, with the size. A name may
    hold anything, and breaks no line.
    """
    return " → ".join(f"{one_line(name, NAME)} {n}" for name, n in way)


class DoesNotRun(Failure):
    """A failure that leads on: how the sizes came about, and the nearest ones that work. Both are
    found when it is read, for that takes longer than to fail.

    Args:
        failure: what happened.
        ask: gives the `Explanation`.
    """

    def __init__(self, failure: Failure, ask):
        self._failure, self._ask = failure, ask
        super().__init__(
            failure.asked, failure.received, failure.works, failure.node, failure.sides
        )

    @cached_property
    def _found(self) -> tuple:
        try:
            told = self._ask()
        except ShapeError:  # what works cannot be decided
            return self._failure.received, self._failure.works
        ways = " ≠ ".join(map(way_told, told.ways))
        return (
            Received(ways) if ways else self._failure.received,
            told.works or self._failure.works,
        )

    @property
    def received(self):
        """The ways of the sizes that met, from the input on."""
        return self._found[0]

    @received.setter
    def received(self, _):
        pass  # the failure's own is kept

    @property
    def works(self) -> Text:
        """The nearest sizes that work."""
        return self._found[1]

    @works.setter
    def works(self, _):
        pass


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
        if not pairs:
            return ()
        one, other, i = pairs[0]
        return _way(flow, one, i), _way(flow, other, i)
    if not failure.sides:
        return ()
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
