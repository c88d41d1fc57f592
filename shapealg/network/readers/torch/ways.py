"""All ways through a module: it is run once on each, with what is known there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from shapealg.axis.condition import ASKED, Condition
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, Undecided, one_line
from shapealg.network import operations
from shapealg.network.failure import Failure
from shapealg.network.graph import Graph, Names, Node, Way, names_of
from shapealg.network.readers.arguments import called
from shapealg.network.readers.torch.alike import merged
from shapealg.network.readers.torch.calls import watched
from shapealg.network.readers.torch.data import either
from shapealg.network.readers.torch.kept import as_it_was
from shapealg.network.readers.torch.noted import Shaped, raising, value_of
from shapealg.network.readers.torch.number import Number, Unanswered
from shapealg.network.readers.torch.outputs import nothing, outputs
from shapealg.network.readers.torch.pieces import counted
from shapealg.network.readers.torch.refusal import at_every_size, at_line, raised_in, refused, where
from shapealg.network.readers.torch.run import ELSE, HERE, Again, Known, Parting, Run
from shapealg.network.readers.torch.scripted import AsPython
from shapealg.network.readers.torch.stand_ins import StandIns
from shapealg.network.readers.torch.twin import twin
from shapealg.text import Text

OPEN = re.compile(r"\bSym(Int|Float|Bool)\b")  # what Python calls a size that is open
FEW = 2**3  # of more ways than these it is tried to let them join again
MANY = 2**7  # so many ways a module may go
NO_OUTPUT = (
    Text(zh="网络没有输出", en="the network has no output"),
    0,
    Text(zh="至少要有 1 格", en="at least 1 position works"),
)


@dataclass(frozen=True)
class Asked:
    """A module that is read.

    Attributes:
        module: the module.
        inputs: name → shape.
        call: `call(twin, tensors)` runs the twin on its inputs.
        types: name → the type of its numbers.
        stand_ins: what its code is given where Python itself wants a number.
        data: what data are taken to answer.
        emptied: the lines at which nothing is left of an axis, whatever the sizes.
    """

    module: object
    inputs: dict
    call: Callable[..., Any]
    types: dict
    stand_ins: StandIns
    data: tuple = ()
    emptied: set = field(default_factory=set)


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


def graph(module, inputs: dict, call, types: dict) -> Graph:
    """The graph of a module with all its ways; what is given is told of `Asked`."""
    with StandIns() as stand_ins, as_it_was(module), AsPython():
        asked = Asked(module, inputs, call, types, stand_ins)
        return joined(asked, either(lambda data: _ways(replace(asked, data=data), False)))


def _ways(asked: Asked, rejoining: bool) -> list:
    """Every way as it `Ended`."""
    ended: list[Ended] = []
    open_, line_ = [Known({})], "?"
    while open_:
        if not rejoining and len(ended) + len(open_) > FEW:
            return _ways(asked, True)
        if len(ended) + len(open_) > MANY:
            raise Undecided(
                Text(
                    zh=f"网络在不同尺寸下走的路太多（最后分开于 {line_}）",
                    en=f"the network goes too many ways at different sizes (parting at {line_})",
                ),
                len(ended) + len(open_),
                Text(
                    zh=f"至多 {MANY} 条；请给定一些尺寸",
                    en=f"at most {MANY} work; give some of the sizes",
                ),
            )
        run = Run(asked.inputs, open_.pop(), asked.stand_ins, asked.data, asked.emptied)
        if run.empty:
            continue
        try:
            ended.append(once(asked, run, rejoining))
        except Again:
            open_ += [*run.left, run.known]
        except Parting as parting:
            line_ = parting.line
            sides = [run.known.narrowed(*side) for side in reversed(parting.sides)]
            open_ += run.left + sides
        else:
            line_ = run.parted if run.left else line_
            open_ += run.left
    return ended


def once(asked: Asked, run: Run, rejoining=False) -> Ended:
    """One run.

    Raises:
        Parting: where ways part.
        Again: where it is to be begun again.
        ShapeError: where something cannot be told at all.
    """
    import torch
    from torch._dispatch.python import enable_python_dispatcher

    inputs = asked.inputs
    made, originals = twin(asked.module)
    tensors = {name: _tensor(run, shape, asked.types[name]) for name, shape in inputs.items()}
    watching = watched(run, made, tensors, originals, rejoining)
    calls, token = watching.calls, ASKED.set(run.ask)
    try:
        with torch.no_grad(), torch.device("meta"), enable_python_dispatcher(), watching:
            result = _unstopped(run, lambda: counted(asked.call(made, tensors)))
    except Failure as failure:
        return Ended(run.known, _until(calls, inputs), calls.weighed, failure)
    except ShapeError as problem:
        raise at_line(problem) from None
    except Exception as problem:
        if _is_ours(problem):
            raise
        unanswered = isinstance(problem, Unanswered | RecursionError)  # PyTorch asks in a circle
        if unanswered or (isinstance(problem, TypeError) and OPEN.search(str(problem))):
            raise _not_of_open_sizes(asked, problem) from None
        return _raised(calls, inputs, problem)
    else:
        return _ended(calls, inputs, result)
    finally:
        ASKED.reset(token)


def _unstopped(run: Run, call):
    """What a call gives; what stopped the run ends it, though an `except` of the model's own has
    taken that.
    """
    try:
        result = call()
    except Exception:
        if run.parting:
            raise run.parting from None
        raise
    if run.parting:
        raise run.parting
    return result


def _ended(calls, inputs: dict, result) -> Ended:
    """A run that came to its end with an output, if there are entries in it."""
    given = outputs(calls.torch, result)
    if not given:
        return _without_output(calls, inputs, nothing(result))
    if _empty(calls, given):
        return _without_output(calls, inputs, NO_OUTPUT)
    try:
        graph = _told(calls, inputs, given)
    except Failure as failure:
        return Ended(calls.run.known, _until(calls, inputs), calls.weighed, failure)
    run = calls.run
    return Ended(
        run.known,
        graph,
        calls.weighed,
        shapes=tuple(run.tensors[name].shape for name in graph.outputs),
        where={name: run.sizes_of(name) for name in run.sizes},
        ties=frozenset(r.conditions for r in run.requirements if len(r.names) > 1),
        products=_products(run, graph) if run.data else None,
        reads=tuple(
            (name, node.inputs, *_of(run.tensors[name]), tuple(calls.weighed.get(node.name, ())))
            for node in graph.nodes
            for name in node.outputs
            if name in run.tensors and any(node.inputs)
        ),
    )


def _products(run: Run, graph: Graph):
    """The multiply–accumulates of all nodes together."""
    asked = (node for node in graph.nodes if hasattr(node.operation, "macs"))
    made = [node.operation.macs(*map(run.tensors.get, node.inputs)) for node in asked]
    return None if None in made else sum(made)


def _of(tensor) -> tuple:
    return tensor.wires, tensor.consumed


def _tensor(run: Run, shape: tuple, dtype):
    """An input without data, whose open sizes are lengths."""
    import torch

    lengths = [run.sizes[n] if isinstance(n, str) else n for n in shape]
    sizes = [n if type(n) is int else torch.SymInt(Number(n, run)) for n in lengths]
    return torch.empty(sizes, dtype=dtype, device="meta")


def _empty(calls, given: list) -> bool:
    """Whether an output has no entries: that is no run, though PyTorch does not refuse it."""
    return any(isinstance(t, calls.torch.Tensor) and 0 in calls.told_of(t) for _, t in given)


def _without_output(calls, inputs: dict, why: tuple) -> Ended:
    name = calls.free("output")
    node = Node(name, "output", Shaped(None), (), (name,))
    told = (*why, node)
    calls.nodes.append(replace(node, operation=raising(told)))
    return Ended(calls.run.known, _until(calls, inputs), calls.weighed, Failure(*told))


def _told(calls, inputs: dict, given: list) -> Graph:
    """What was noted, with the outputs' names."""
    names, told, free = [], [], Names().free
    for path, one in given:
        if isinstance(one, calls.torch.Tensor):
            names.append(_with_entries(calls, calls._name_of(one)))
        elif isinstance(one.node, Number):
            names.append(calls._size(value_of(one)))
        else:
            continue
        told.append(free(called(path, names[-1])))
    return Graph(
        dict(inputs),
        tuple(calls.nodes),
        tuple(names),
        dict(calls.constants),
        called=tuple(told) if told != names else (),
    )


def _with_entries(calls, name: str) -> str:
    """The tensor of that name, which must have entries, where nothing has asked that of it yet."""
    run, shape = calls.run, calls.run.tensors[name].shape or ()
    at_least = [Condition(n - 1, ">=") for n in shape if type(n) is Length]
    if all(run.always(condition) is True for condition in at_least):
        return name
    made = calls.free("output")
    node = Node(made, "output", Shaped(operations.with_entries), (name,), (made,), parameters=0)
    run.node = node
    calls.nodes.append(node)  # it ends the way, if it refuses
    run.tensors[made] = node.operation(run, run.tensors[name])
    return made


def _until(calls, inputs: dict) -> Graph:
    """What was noted until a node failed."""
    return Graph(
        dict(inputs), tuple(calls.nodes), calls.nodes[-1].outputs[:1], dict(calls.constants)
    )


def _raised(calls, inputs: dict, problem) -> Ended:
    """The model's own refusal, as a node of its own; PyTorch's, where the model might have taken
    it, as its node's.
    """
    refusal, node = calls.refusal
    if refusal is not problem:
        name = calls.free("raise")
        node = Node(name, f"raise, {where(problem)}", Shaped(None), (), (name,))
    told = refused(node, problem)
    calls.nodes.append(replace(node, operation=raising(told)))
    own = None if refusal is problem else problem
    return Ended(calls.run.known, _until(calls, inputs), calls.weighed, Failure(*told), own)


def _not_of_open_sizes(asked: Asked, problem) -> Again | Undecided:
    """What Python cannot do with an open size says nothing of the sizes: the model's code is given
    what can, if there is such.
    """
    entry = raised_in(problem)
    again = asked.stand_ins.give(entry.tb_frame) if entry else None
    return again or Undecided(
        Text(
            zh=f"forward 在这里需要一个数值（{where(problem)}）",
            en=f"forward needs a number here ({where(problem)})",
        ),
        Received(one_line(str(problem), 120)),
        ELSE,
    )


def _is_ours(problem) -> bool:
    """Whether a mistake was made here, and neither by the model nor by PyTorch."""
    last = problem.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    mistake = type(problem) in (AttributeError, KeyError, NameError, AssertionError)
    return mistake and last.tb_frame.f_code.co_filename.startswith(HERE)


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
        if ran and not runs and _is_unknown(graph.nodes[-1]):  # what comes out is not known
            graph, runs = _left_open(graph, main.graph.outputs), True
        elif one is not main:
            graph = renamed(graph, main.graph.outputs)
        ways.append(Way(one.known.box, one.known.held, graph, runs))
    plain = len(ended) == 1 and not main.known.box and not main.known.held
    return main.graph if plain else replace(main.graph, ways=tuple(ways))


def _is_unknown(node: Node) -> bool:
    """Whether nobody knows what a node does, or requires."""
    return isinstance(node.operation, Shaped) and node.operation.operation is None


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
            nodes.append(
                replace(node, parameters=sum(new.values())) if len(new) < len(weights) else node
            )
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
