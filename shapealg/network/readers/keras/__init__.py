"""A Keras 3 model, read from the graph that its construction left: layers, operations on tensors,
and models inside models.
"""

from dataclasses import replace
from math import prod

from shapealg.errors import ShapeError, shown
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.readers.arguments import called, leaves
from shapealg.network.readers.keras import layers, operations
from shapealg.network.readers.keras.traced import Traced, entering, is_own, packed, symbolic
from shapealg.network.tensor import Tensor
from shapealg.text import Text


def read(model, shapes: dict | None) -> Graph:
    """The graph of a model: that of a Sequential or Functional one, models inside it included; of
    one whose call is code of its own, what that calls on Keras's symbolic tensors.

    The shapes given are followed, whatever sizes the model was built with: its layers are asked
    again what they do to them.

    Raises:
        ShapeError: for code that cannot be run so, or shapes that do not go with the inputs.
    """
    if _has_graph(model) and not _is_unbuilt(model):
        inputs = _inputs(model, shapes)
        walk = _Walk(inputs)
        kept, entered = walk.again(model, inputs)
    else:
        inputs, args, kwargs = entering(model, shapes)
        walk = _Walk(inputs)
        kept, entered = walk.traced.function(model, args, kwargs)
    outputs = walk.through(model if kept is None else kept, entered, "")
    names = outputs if kept is None else _called(kept, outputs)
    return Graph(
        inputs,
        tuple(walk.nodes),
        tuple(outputs),
        walk.constants,
        called=() if names == outputs else tuple(names),
    )


def _is_unbuilt(model) -> bool:
    """Whether it is a Sequential without a graph yet, some layer of which runs code of its own."""
    return _functional(model) is None and any(map(is_own, model.layers))


def _called(kept, outputs: list) -> list:
    """What the model itself calls its outputs: by key, where it has keys."""
    paths = {id(x): path for path, x in leaves(kept._outputs_struct)}
    names = [paths[id(x)] for x in kept.outputs]
    free = Names().free
    return [free(called(path, name)) for path, name in zip(names, outputs, strict=True)]


def _functional(model):
    """What keeps the nodes: the model itself, or the one a Sequential makes when it is built."""
    return getattr(model, "_functional", model)


def _has_graph(model) -> bool:
    """Whether calling it runs its nodes, or its layers in a row, and no code of somebody else."""
    kept = hasattr(model, "_nodes_by_depth") or hasattr(model, "_functional")
    return kept and type(model).call.__module__.startswith("keras.")


def _holds_own(model) -> bool:
    """Whether it has a layer whose call is code of somebody else."""
    return any(map(is_own, model._flatten_layers()))


# ---------------------------------------------------------------- what goes in

SPATIAL = {2: ("L",), 3: ("L",), 4: ("H", "W"), 5: ("D", "H", "W")}


def _inputs(model, shapes: dict | None) -> dict:
    """name → shape: as it is given, otherwise as the model says it, with names for what it leaves
    open.
    """
    kept, shapes = _functional(model), shapes or {}
    own = (
        {"input": None}
        if kept is None
        else {x._keras_history.operation.name: tuple(x.shape) for x in kept.inputs}
    )
    for key in shapes:
        if key not in own and not (type(key) is int and 0 <= key < len(own)):
            raise ShapeError(
                Text(zh="模型没有这个输入", en="the model has no such input"),
                key,
                Text(zh=f"可用：{', '.join(own)}", en=f"{', '.join(own)} work"),
            )
    made = {}
    for i, (name, shape) in enumerate(own.items()):
        given = shapes.get(name, shapes.get(i))
        if given is None and shape is None:
            raise ShapeError(
                Text(zh="须给出输入的形状", en="the shape of the input is needed"),
                None,
                Text(zh='例如 ("N", "H", "W", 3)', en='for example ("N", "H", "W", 3)'),
            )
        if given is not None and shape is not None and len(given) != len(shape):
            raise ShapeError(
                Text(
                    zh=f"输入 {name} 须有 {len(shape)} 项",
                    en=f"input {name} needs {len(shape)} entries",
                ),
                given,
                Text(zh=f"模型写的是 {shown(shape)}", en=f"the model says {shown(shape)}"),
            )
        made[name] = _named(shape or (), i) if given is None else tuple(given)
    return made


def _named(shape: tuple, i: int) -> tuple:
    """A shape whose open entries have names; the batch is the same for all inputs."""
    rank = len(shape)
    along = SPATIAL.get(rank, tuple(f"a{k}" for k in range(1, rank - 1)))
    first = rank > 3 and shape[1] is not None and shape[-1] is None  # channels first
    names = ("N", "C", *along) if first else ("N", *along, "C")
    return tuple(
        n if n is not None else name + str(i + 1) * (i > 0 and name != "N")
        for n, name in zip(shape, names, strict=False)
    )


# ---------------------------------------------------------------- what happens to it


class Place(str):
    """The name of a tensor among the arguments of a call, and Keras's symbolic tensor, if known."""

    tensor = None

    @property
    def rank(self) -> int | None:
        """How many axes it has, if known."""
        return None if self.tensor is None else len(self.tensor.shape)


class _Walk:
    """Nodes made so far, the names they have, and the weights that are counted already.

    Args:
        inputs: name → shape.
    """

    def __init__(self, inputs: dict):
        self.traced, self.follows = Traced(), True  # code of somebody's own
        self.nodes: list[Node] = []
        self.constants: dict[str, Tensor] = {}
        self.counted: set[int] = set()
        self.names = Names(inputs, first=2)

    def again(self, model, inputs: dict) -> tuple:
        """What keeps the nodes of a model, and the names of its inputs. One with code of somebody's
        own is called again on the sizes that are asked about, for its graph has those it was built
        with; where that cannot be, what the code does is not known.
        """
        kept = _functional(model)
        if _holds_own(model):
            asked = None if kept is None else kept._inputs_struct
            try:
                return self.traced.function(model, (packed(asked, inputs),), {})
            except ShapeError:
                self.follows = False
        return kept, list(inputs)

    def through(self, model, inputs: list, prefix: str) -> list:
        """The nodes of a model, inputs under the given names; the names of its outputs."""
        kept = _functional(model)
        if kept is None:  # a Sequential that was never built
            for layer in model.layers:
                inputs = self.call(layer, (Place(inputs[0]),), {}, 1, prefix)
            return inputs
        known = dict(zip(map(id, kept.inputs), inputs, strict=True))

        def placed(x):
            if isinstance(x, list | tuple):
                return tuple(map(placed, x))
            if isinstance(x, dict):
                return {name: placed(value) for name, value in x.items()}
            if id(x) not in known:
                return x
            made = Place(known[id(x)])
            made.tensor = x
            return made

        for depth in sorted(kept._nodes_by_depth, reverse=True):
            for node in kept._nodes_by_depth[depth]:
                if not node.is_input and all(id(x) in known for x in node.input_tensors):
                    made = self.call(
                        node.operation,
                        placed(node.arguments.args),
                        placed(node.arguments.kwargs),
                        len(node.outputs),
                        prefix,
                    )
                    known.update(zip(map(id, node.outputs), made, strict=True))
        return [known[id(x)] for x in kept.outputs]

    def call(self, layer, args: tuple, kwargs: dict, count: int, prefix: str) -> list:
        """One call of a layer, an operation or a model; the names of its outputs."""
        name = self.names.unused(prefix + layer.name)
        if _has_graph(layer) and args and (into := _entering(_functional(layer), args[0])):
            return self._inside(layer, into, args, kwargs, name)
        if is_own(layer) and (made := self._own(layer, args, kwargs, name)) is not None:
            return made
        self.names.free(name)
        on_tensors = type(layer).__module__.startswith("keras.src.ops.")
        given = layers.arguments(layer, args, kwargs)
        inputs = tuple(self._entered(x, name) for x in _leaves(given))
        outputs = [name] if count == 1 else [f"{name}:{i}" for i in range(count)]
        words, operation = (
            (None, operations.operation(layer, args, kwargs, count))
            if on_tensors
            else layers.operation(layer, count)
        )
        variables = getattr(layer, "weights", None) or ()
        parameters = sum(prod(v.shape) for v in variables if id(v) not in self.counted)
        self.counted.update(map(id, variables))
        self.nodes.append(
            Node(
                name,
                type(layer).__name__,
                operation or _unknown,
                inputs,
                tuple(outputs),
                words,
                tuple(tuple(v.shape) for v in variables),
                parameters,
            )
        )
        return outputs

    def _inside(self, model, into: list, args: tuple, kwargs: dict, name: str) -> list:
        """What a model inside calls. Its graph has the sizes it was built with, which are not those
        that code of somebody's own sees here.
        """
        follows = self.follows
        if _holds_own(model):
            if (made := self._own(model, args, kwargs, name)) is not None:
                return made
            self.follows = False
        made = self.through(model, into, f"{name}/")
        self.follows = follows
        return made

    def _own(self, layer, args: tuple, kwargs: dict, name: str) -> list | None:
        """What a layer's own code calls; `None` where that cannot be told."""
        if not self.follows:
            return None
        try:
            inside, entered = self.traced.function(layer, *symbolic((args, kwargs), Place))
        except ShapeError:
            return None
        before = len(self.nodes)
        outputs = self.through(inside, entered, f"{name}/")
        if len(self.nodes) == before:
            return None  # what comes in goes out: no node holds its weights
        left = [v for v in self.traced.built(layer).weights if id(v) not in self.counted]
        if left:  # its own, beside those of the layers it calls
            self.counted.update(map(id, left))
            last = self.nodes[-1]
            self.nodes[-1] = replace(
                last,
                weights=(*last.weights, *(tuple(v.shape) for v in left)),
                parameters=last.parameters + sum(prod(v.shape) for v in left),
            )
        return outputs

    def _entered(self, x, name: str) -> str:
        """The name of a tensor; an array gets one."""
        if isinstance(x, Place):
            return str(x)
        made = self.names.free(f"{name}/constant")
        self.constants[made] = Tensor(tuple(x.shape), None, ((),) * len(x.shape))
        return made


def _unknown(flow, *tensors):
    """A layer nobody knows here."""
    return flow.leave(*tensors)


def _leaves(x):
    """The tensors and arrays in the arguments of a call, in order."""
    if isinstance(x, list | tuple | dict):
        for entry in x.values() if isinstance(x, dict) else x:
            yield from _leaves(entry)
    elif isinstance(x, Place) or hasattr(x, "shape"):
        yield x


def _entering(kept, given) -> list | None:
    """What goes into a model inside, in the order of its inputs; `None` where Keras would have to
    rearrange it.
    """
    if kept is None:
        return [str(given)] if isinstance(given, Place) else None
    found = {}

    def match(asked, given):
        if isinstance(asked, dict) and isinstance(given, dict) and set(asked) == set(given):
            return all(match(asked[name], given[name]) for name in asked)
        if isinstance(asked, list | tuple):
            given = given if isinstance(given, tuple) else (given,)
            return len(asked) == len(given) and all(map(match, asked, given))
        found[id(asked)] = given
        return isinstance(given, Place) and given.rank in (None, len(getattr(asked, "shape", ())))

    return [str(found[id(x)]) for x in kept.inputs] if match(kept._inputs_struct, given) else None
