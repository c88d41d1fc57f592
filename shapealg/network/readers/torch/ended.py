"""How a run ended: with an output, with a failure of a node, or with the model's own refusal."""

from dataclasses import dataclass, field, replace

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network import operations
from shapealg.network.failure import Failure
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.readers.arguments import called
from shapealg.network.readers.torch.known import Known
from shapealg.network.readers.torch.noted import Shaped, raising, value_of
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.outputs import nothing, outputs
from shapealg.network.readers.torch.refusal import refused, where
from shapealg.network.readers.torch.run import Run
from shapealg.text import Text

NO_OUTPUT = (
    Text(zh="网络没有输出", en="the network has no output"),
    0,
    Text(zh="至少要有 1 格", en="at least 1 position works"),
)


@dataclass
class Ended:
    """A run that came to its end.

    Attributes:
        known: on which sizes.
        graph: what was noted.
        weighed: node → the parameters that it counts, each with how many numbers it has.
        failure: with what it ended, if not with an output.
        problem: what the model itself raised.
        shapes: of the outputs.
        where: name → the sizes that meet what it requires.
        ties: what it requires of several sizes together.
        products: where data decide, the multiply–accumulates; `None` where these are not known.
        reads: for every tensor that is made, its axes' wires and the weights that make it.
    """

    known: Known
    graph: Graph
    weighed: dict
    failure: Exception | None = None
    problem: Exception | None = None
    shapes: tuple = ()
    where: dict = field(default_factory=dict)
    ties: frozenset = frozenset()
    products: Length | int | None = None
    reads: tuple = ()


def with_output(calls, inputs: dict, result) -> Ended:
    """A run that came to its end with an output, if there are entries in it.

    Args:
        calls: its calls.
        inputs: name → shape.
        result: what the module gave.
    """
    given = outputs(calls.torch, result)
    if not given:
        return _without(calls, inputs, nothing(result))
    if _empty(calls, given):
        return _without(calls, inputs, NO_OUTPUT)
    try:
        graph = _told(calls, inputs, given)
    except Failure as failure:
        return failed(calls, inputs, failure)
    run, weighed = calls.run, calls.tape.weighed
    return Ended(
        run.known,
        graph,
        weighed,
        shapes=tuple(run.tensors[name].shape for name in graph.outputs),
        where={name: run.sizes_of(name) for name in run.sizes},
        ties=frozenset(r.conditions for r in run.requirements if len(r.names) > 1),
        products=_products(run, graph) if run.data else None,
        reads=tuple(
            (name, node.inputs, *_of(run.tensors[name]), tuple(weighed.get(node.name, ())))
            for node in graph.nodes
            for name in node.outputs
            if name in run.tensors and any(node.inputs)
        ),
    )


def failed(calls, inputs: dict, failure: Failure, problem: Exception | None = None) -> Ended:
    """A run that a node ended; `problem`: what the model itself raised, if that did. A node of
    which nothing is known stands for all that is behind it, and counts the parameters there.
    """
    tape, last = calls.tape, calls.tape.nodes[-1]
    if is_unknown(last):
        tape.nodes[-1] = replace(last, parameters=tape.weighs(last.name, tape.left()))
    graph = tape.graph(inputs, tape.nodes[-1].outputs)
    return Ended(calls.run.known, graph, tape.weighed, failure, problem)


def raised(calls, inputs: dict, problem) -> Ended:
    """The model's own refusal, as a node of its own; PyTorch's, where the model might have taken
    it, as its node's.
    """
    refusal, node = calls.refusal
    if refusal is not problem:
        name = calls.tape.free("raise")
        node = Node(name, f"raise, {where(problem)}", Shaped(None), (), (name,))
    told = refused(node, problem)
    calls.tape.add(replace(node, operation=raising(told)))
    return failed(calls, inputs, Failure(*told), None if refusal is problem else problem)


def is_unknown(node: Node) -> bool:
    """Whether nobody knows what a node does, or requires."""
    return isinstance(node.operation, Shaped) and node.operation.operation is None


def _without(calls, inputs: dict, why: tuple) -> Ended:
    """A run without an output."""
    name = calls.tape.free("output")
    node = Node(name, "output", Shaped(None), (), (name,))
    told = (*why, node)
    calls.tape.add(replace(node, operation=raising(told)))
    return failed(calls, inputs, Failure(*told))


def _told(calls, inputs: dict, given: list) -> Graph:
    """What was noted, with the outputs' names."""
    names, told, free = [], [], Names().free
    for path, one in given:
        if isinstance(one, calls.torch.Tensor):
            names.append(_with_entries(calls, calls.tape.name_of(one)))
        elif isinstance(one.node, Number):
            names.append(calls.tape.size(value_of(one)))
        else:
            continue
        told.append(free(called(path, names[-1])))
    return calls.tape.graph(inputs, tuple(names), tuple(told) if told != names else ())


def _with_entries(calls, name: str) -> str:
    """The tensor of that name, which must have entries, where nothing has asked that of it yet."""
    run, shape = calls.run, calls.run.tensors[name].shape or ()
    at_least = [Condition(n - 1, ">=") for n in shape if type(n) is Length]
    if all(run.always(condition) is True for condition in at_least):
        return name
    made = calls.tape.free("output")
    node = Node(made, "output", Shaped(operations.with_entries), (name,), (made,), parameters=0)
    run.node = node
    calls.tape.add(node)  # it ends the way, if it refuses
    run.tensors[made] = node.operation(run, run.tensors[name])
    return made


def _empty(calls, given: list) -> bool:
    """Whether an output has no entries: that is no run, though PyTorch does not refuse it."""
    return any(isinstance(t, calls.torch.Tensor) and 0 in calls.tape.told_of(t) for _, t in given)


def _products(run: Run, graph: Graph):
    """The multiply–accumulates of all nodes together."""
    asked = (node for node in graph.nodes if hasattr(node.operation, "macs"))
    made = [node.operation.macs(*map(run.tensors.get, node.inputs)) for node in asked]
    return None if None in made else sum(made)


def _of(tensor) -> tuple:
    return tensor.wires, tensor.consumed
