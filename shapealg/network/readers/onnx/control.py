"""Operators with graphs of their own: `If`, `Loop`, `Scan`.

The inner graph runs as a part of its node: what it asks of sizes, the node asks. What an output
reads of the node's inputs is told where one window follows another; elsewhere its sizes are told,
and what it reads is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.network.flow import Flow
from shapealg.network.fork import Fork, Split
from shapealg.network.graph import Graph, Node
from shapealg.network.operations.refusal import refuse
from shapealg.network.readers.onnx.operators.said import constant, number, place
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire

KINDS = ("If", "Loop", "Scan")
MANY = 2**8  # rounds of a loop that are run one by one
NOTHING = Graph({}, (), ())  # where operations are asked that stand in no graph
NOWHERE = object()  # in place of a map that is told by none of ours


@dataclass(frozen=True, slots=True)
class Body:
    """A graph within a node.

    Args:
        inputs: the names of what the node hands in.
        nodes: what runs, in order.
        outputs: the names of what comes out.
        constants: name → tensor, those from outside too.
    """

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    constants: dict

    @property
    def captured(self) -> tuple:
        """The tensors from outside that it reads."""
        there = {*self.inputs, *self.constants, *(n for node in self.nodes for n in node.outputs)}
        read = [*(n for node in self.nodes for n in node.inputs if n), *self.outputs]
        return tuple(dict.fromkeys(n for n in read if n not in there))

    @property
    def works(self) -> bool:
        """Whether something in it multiplies."""
        return any(hasattr(node.operation, "macs") for node in self.nodes)

    def run(self, flow, entering: dict, work: list | None = None) -> list[Tensor]:
        """What comes out; `entering` says name → tensor, with wires to the inputs of the node.
        Where there is a list for it, `work` is told the multiply–accumulates of each node.
        """
        there = {name: _from_nowhere(tensor) for name, tensor in self.constants.items()}
        there |= entering
        for node in self.nodes:
            sources = [None if n is None else there[n] for n in node.inputs]
            if work is not None and hasattr(node.operation, "macs"):
                unclear = any(one is not None and one.unclear for one in sources[:2])
                work.append(None if unclear else node.operation.macs(*sources))
            made = node.operation(flow, *sources)
            for name, one in zip(node.outputs, made, strict=True):
                there[name] = Tensor(one.shape, one.value, _through(one.wires, sources))
        return [there[name] for name in self.outputs]


def _from_nowhere(tensor: Tensor) -> Tensor:
    """A constant: no axis of the node's inputs is in it."""
    return constant(tensor.shape, tensor.value)


def _entering(outside: dict, names: tuple = (), given: list | tuple = ()) -> dict:
    """What a graph has at its beginning: what it captures, name → (number of the input, tensor);
    and what it is handed under its own names, which changes from round to round, so that nobody
    says what it reads.
    """
    made = {}
    for name, (source, tensor) in outside.items():
        rank = len(tensor.shape or ())
        wires = tuple((Wire(source, i),) for i in range(rank))
        made[name] = Tensor(tensor.shape, tensor.value, wires)
    for name, tensor in zip(names, given, strict=True):
        made[name] = _read_nowhere(tensor)
    return made


def _through(wires: tuple | None, sources: list) -> tuple | None:
    """Wires to a node's own inputs, carried on to those of the node around it; `None` where some
    axis goes through maps that make no map together.
    """
    if wires is None:
        return None
    made = []
    for those in wires:
        found = []
        for wire in those:
            before = sources[wire.source].wires
            if before is None or wire.axis >= len(before):
                return None
            for outer in before[wire.axis]:
                both = _joined(outer.map, wire.map)
                if both is NOWHERE:
                    return None
                found.append(outer._replace(map=both))
        made.append(tuple(found))
    return tuple(made)


def _joined(first: Any, later: Any) -> Any:
    """One map after another, where the two are one."""
    if later is None or later == Window.identity:
        return first
    if first is None or first == Window.identity:
        return later
    if WHOLE in (first, later):
        return WHOLE
    plain = all(m.fixed and not getattr(m, "filled", None) for m in (first, later))
    return first.fixed >> later.fixed if plain else NOWHERE


def node(name: str, each, body: Callable) -> Node:
    """A node that holds graphs.

    Args:
        name: its name.
        each: as the file has it.
        body: GraphProto ↦ `Body`.
    """
    attributes = {a.name: a for a in each.attribute}
    graphs = {name: body(a.g) for name, a in attributes.items() if a.HasField("g")}
    captured = tuple(dict.fromkeys(n for one in graphs.values() for n in one.captured))
    inputs = (*(n or None for n in each.input), *captured)
    made = {"If": _If, "Loop": _Loop, "Scan": _Scan}[each.op_type]
    operation = made(graphs, attributes, captured, len(each.input))
    parts = [part for one in graphs.values() for part in one.nodes]
    parameters = sum(part.parameters or 0 for part in parts)
    weights = tuple(w for part in parts for w in part.weights)
    return Node(
        name, each.op_type, operation, inputs, tuple(each.output), None, weights, parameters
    )


class _Holding:
    """What the three share: graphs, the names that they capture, how many inputs are their own."""

    words = None

    def __init__(self, graphs: dict, attributes: dict, captured: tuple, own: int):
        self.graphs, self.attributes, self.captured = graphs, attributes, captured
        self.own = own
        if any(body.works for body in graphs.values()):
            self.macs = self._macs

    def _macs(self, *tensors):
        """What is multiplied within, in a run of its own; `None` where that is not known."""
        flow, work = Flow(NOTHING, {}), []
        try:
            self(flow, *tensors, work=work)
        except (ShapeError, Fork, Split):
            return None
        return None if None in work else sum(work)

    def _outside(self, tensors: tuple) -> dict:
        """The captured tensors by name: (number of the input, tensor)."""
        numbered = enumerate(tensors[self.own :], self.own)
        return {name: pair for name, pair in zip(self.captured, numbered, strict=True)}

    def __call__(self, flow, *tensors, work: list | None = None) -> list:
        """What comes out of it."""
        raise NotImplementedError


class _If(_Holding):
    """One of two graphs, by a truth value that the sizes tell; nothing is said where data does."""

    def __call__(self, flow, *tensors, work=None) -> list:
        truth = number(tensors[0])
        if truth is None:
            flow.leave()
            return _unknown(work)
        chosen = self.graphs["then_branch" if truth else "else_branch"]
        outside = self._outside(tensors)
        return chosen.run(flow, _entering(outside), work)


class _Loop(_Holding):
    """Rounds of a graph, each on what the last one gave; what every round gives besides is stacked
    along a new first axis.
    """

    def __call__(self, flow, *tensors, work=None) -> list:
        body, outside = self.graphs["body"], self._outside(tensors)
        rounds, condition, *carried = tensors[: self.own]
        begins = True if condition is None else number(condition)
        # where data decides, there may be none
        trips = number(rounds) if begins else {False: 0, None: None}[begins]
        if isinstance(trips, Length):
            trips = self._some(flow, trips, len(body.outputs) - 1 - len(carried))
        if isinstance(trips, int) and trips <= MANY:
            made = self._one_by_one(flow, body, outside, carried, trips, work)
            if made is not None:
                return made
        return self._alike(flow, body, outside, carried, trips, work)

    def _some(self, flow, trips: Length, rows: int) -> Length | int:
        """As many rounds as sizes tell, where there are any: rows of no round are empty, and what
        a round asks is asked in none.
        """
        if rows:
            flow.some(trips)
        elif not flow.decide(Condition(trips, ">")):
            return 0
        return trips

    def _round(self, flow, body, outside, count, carried, work) -> list:
        """What one round gives: whether it goes on, what is carried, what is stacked."""
        given = [Tensor((), count), Tensor((), True), *carried]
        return body.run(flow, _entering(outside, body.inputs, given), work)

    def _one_by_one(self, flow, body, outside, carried, trips: int, work) -> list | None:
        """All rounds; `None` where data decides how many there are."""
        stacked: list = []
        for count in range(trips):
            more, *made = self._round(flow, body, outside, count, carried, work)
            if number(more) is not True:
                return None
            carried, rows = made[: len(carried)], made[len(carried) :]
            stacked.append([row.shape for row in rows])
        columns = zip(*stacked, strict=True)
        return [*map(_read_nowhere, carried), *(_stack(flow, each) for each in columns)]

    def _alike(self, flow, body, outside, carried, trips, work) -> list:
        """However many rounds there are, where one leaves every shape as it is."""
        once: list = []
        given = [_valueless(t) for t in carried]
        more, *made = self._round(flow, body, outside, None, given, once)
        after, rows = made[: len(carried)], made[len(carried) :]
        if [t.shape for t in after] != [t.shape for t in carried]:
            flow.leave()
            return _unknown(work)
        known = number(more) is True and isinstance(trips, int | Length)
        length = trips if known else None
        _times(once, length, work)
        return [*map(_valueless, after), *(_stacked(row.shape, length) for row in rows)]


class _Scan(_Holding):
    """A graph along an axis: states that are carried on, and an entry of every row for each."""

    def __call__(self, flow, *tensors, work=None) -> list:
        body, own = self.graphs["body"], tensors[: self.own]
        rows = self.attributes["num_scan_inputs"].i
        states, scanned = own[: self.own - rows], own[self.own - rows :]
        entries, length = [], None
        for i, tensor in enumerate(scanned):
            if tensor.shape is None:
                flow.leave()
                return _unknown(work)
            at = place(self._axis("scan_input_axes", i), len(tensor.shape))
            length = flow.equal(length, tensor.shape[at])
            left = (*tensor.shape[:at], *tensor.shape[at + 1 :])
            entries.append(Tensor(left))
        given = [*map(_valueless, states), *entries]
        once: list = []
        made = body.run(flow, _entering(self._outside(tensors), body.inputs, given), once)
        _times(once, length, work)
        after, out = made[: len(states)], made[len(states) :]
        if [t.shape for t in after] != [t.shape for t in states]:
            refuse("每一步须保持状态的形状", "every step must keep the shapes of its states", None)
        rows_out = (_stacked(t.shape, length, self._out(i, t)) for i, t in enumerate(out))
        return [*map(_valueless, after), *rows_out]

    def _axis(self, name: str, i: int) -> int:
        """The axis that is scanned, or along which outputs are stacked."""
        told = self.attributes[name].ints if name in self.attributes else ()
        return told[i] if i < len(told) else 0

    def _out(self, i: int, tensor: Tensor) -> int:
        rank = len(tensor.shape or ()) + 1
        return place(self._axis("scan_output_axes", i), rank)


def _unknown(work: list | None) -> list:
    """No outputs that are known, nor work."""
    if work is not None:
        work.append(None)
    return []


def _times(once: list, many, work: list | None) -> None:
    """The work of one round, so many times."""
    if work is not None and once:
        work.append(None if many is None or None in once else sum(once) * many)


def _valueless(tensor: Tensor) -> Tensor:
    """A tensor of which the shape is known, and neither its numbers nor what it reads."""
    return Tensor(tensor.shape)


def _read_nowhere(tensor: Tensor) -> Tensor:
    return Tensor(tensor.shape, tensor.value)


def _stack(flow, shapes: tuple) -> Tensor:
    """Entries of several rounds, which must be alike."""
    if None in shapes:
        return UNKNOWN
    first, *others = shapes
    for shape in others:
        if len(shape) != len(first):
            refuse("各轮给出的轴数不同", "rounds give tensors of different ranks", None)
        first = tuple(flow.equal(a, b) for a, b in zip(first, shape, strict=True))
    return Tensor((len(shapes), *first))


def _stacked(shape: tuple | None, length, at: int = 0) -> Tensor:
    """Entries along a new axis of that length."""
    return UNKNOWN if shape is None else Tensor((*shape[:at], length, *shape[at:]))
