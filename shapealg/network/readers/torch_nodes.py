"""The nodes of a trace of a PyTorch module, turned into nodes of a graph."""

from functools import partial

from shapealg.errors import Received, ShapeError
from shapealg.network.along import Along
from shapealg.network.flow import Failure, Flow, Split
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.readers import torch_modules
from shapealg.network.readers import torch_operators as operators
from shapealg.network.readers.torch_modules import own, sized
from shapealg.network.readers.torch_operators import (
    FUNCTIONS,
    METHODS,
    WORDS,
    Places,
    Unknown,
    left,
)
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.text import Text

ELSE = Text(
    zh="给出数值的尺寸，传入子模块，或导出 ONNX 后再读",
    en="give that size as a number, pass a sub-module, or export to ONNX and read that",
)


class Reader:
    """The nodes of a trace as nodes of a graph, while it grows and at its end."""

    def __init__(self, root, inputs: dict):
        self.root, self.inputs = root, inputs
        self.names, self.nodes, self.constants = {}, [], {}
        self._free, self._counted = Names(inputs).free, set()

    def graph(self, traced: list) -> Graph:
        """The graph of a whole trace."""
        self.ahead = Ahead(self.root, self.inputs)
        self.ahead.traced = traced
        *traced, output = traced
        self.add(traced)
        there = {
            *self.inputs,
            *self.constants,
            *(name for node in self.nodes for name in node.outputs),
        }
        told = [
            name
            for name in flat(replaced(output.args[0], self.names.get))
            if isinstance(name, str) and name in there
        ]
        return Graph(dict(self.inputs), tuple(self.nodes), tuple(told), self.constants)

    def add(self, traced) -> None:
        for node in traced:
            self.names[node] = getattr(self, f"_{node.op}")(node)

    # ------------------------------------------------------------ one kind of node each

    def _placeholder(self, node):
        if node.target in self.inputs:
            return node.target
        return self._constant(
            node.name,
            Tensor(
                (),
                node.args[0] if node.args and isinstance(node.args[0], int | float) else None,
                (),
            ),
        )

    def _get_attr(self, node):
        there = self._attribute(node.target)
        shape = getattr(there, "shape", None)
        if shape is None:
            return self._constant(node.name, UNKNOWN)
        told = tuple(shape), None, ((),) * len(shape)
        if there.is_floating_point() or there.is_complex() or str(there.dtype) == "torch.bool":
            return self._constant(node.name, Tensor(*told))
        looked = there.numel() and there.device.type != "meta"
        reach = (int(there.min()), int(there.max())) if looked else ()
        return self._constant(node.name, Places(*told, reach=reach))

    def _constant(self, name: str, tensor: Tensor) -> str:
        name = self._free(name)
        self.constants[name] = tensor
        return name

    def _attribute(self, path: str):
        there = self.root
        for name in path.split("."):
            there = own(there, name)
        return there

    def _call_module(self, node):
        module = self._attribute(node.target)
        handler, words, outputs = torch_modules.read(module)
        # only transposed convolutions take more: the size that comes out
        if len(node.all_input_nodes) > 1 and isinstance(handler, Along):
            handler = (
                sized(handler) if words.__class__.__name__.startswith("ConvTranspose") else left
            )
        if node.kwargs.get("need_weights") is False:
            outputs = (0, None)
        weights = [p for _, p in module.named_parameters()]
        return self._add(node, node.target, type(module).__name__, handler, outputs, words, weights)

    def _call_method(self, node):
        return self._call(node, METHODS, node.target)

    def _call_function(self, node):
        name, home = (
            getattr(node.target, "__name__", str(node.target)),
            (getattr(node.target, "__module__", None) or "torch").partition(".")[0],
        )
        # one of several tensors: no node of its own
        if name in ("getattr", "getitem") and isinstance(source := self.names[node.args[0]], tuple):
            return source[
                ("values", "indices").index(index)
                if isinstance(index := node.args[1], str)
                else index
            ]
        # of numbers, one by one; PyTorch's own are of a tensor
        if home == "builtins" and name in ("max", "min"):
            name = {"max": "maximum", "min": "minimum"}[name]
        return self._call(
            node,
            FUNCTIONS if home in ("torch", "_operator", "math", "builtins", "shapealg") else {},
            name,
        )

    def _call(self, node, table: dict, name: str):
        name = name.strip("_").removesuffix("_with_indices")
        told = (node.args, node.kwargs)
        if name in ("max", "min") and len(node.all_input_nodes) > 1:  # of two tensors, or an axis
            told = replaced(told, self._known)
        handler, words, outputs = (
            table.get(name, left),
            None,
            operators.parts(name, *told) if name in table else None,
        )
        if outputs == -1:
            outputs = self._count(node, name)
        if name in ("chunk", "split", "unbind"):
            handler = partial(handler, wanted=outputs, exact="taken" in node.meta)
        weights = [
            self._attribute(n.target)
            for n in node.all_input_nodes
            if n.op == "get_attr" and type(self._attribute(n.target)).__name__ == "Parameter"
        ]
        if name in WORDS and outputs is None and (words := self._words(node, name)) is not None:
            handler = Along(words)
        return self._add(
            node,
            node.name,
            name,
            handler,
            None if outputs is None else (0,) * outputs,
            words,
            weights,
        )

    def _known(self, node):
        """The number that a node is, where it is one: an axis counted from `x.dim()`."""
        made = self.ahead.value(node) if node.op in ("call_function", "call_method") else None
        return made if type(made) is int else node

    def _count(self, node, name: str) -> int:
        """How many pieces a tensor is cut into: as many as are used, or as many as there are."""
        if "taken" in node.meta:
            return node.meta["taken"]
        places = [
            user.args[1] if getattr(user.target, "__name__", "") == "getitem" else None
            for user in node.users
        ]
        if places and all(isinstance(i, int) and i >= 0 for i in places):
            return max(places) + 1
        return self.ahead.pieces(node, name)

    def _words(self, node, name: str):
        """The layer that a call is, where that does not wait for sizes."""
        arguments = replaced(
            (node.args[1:], node.kwargs),
            lambda n: self.constants.get(self.names[n], n) if isinstance(self.names[n], str) else n,
        )
        if any(hasattr(a, "op") for a in flat(arguments)):
            return None
        try:
            return WORDS[name](
                *arguments[0], **{k: v for k, v in arguments[1].items() if k != "input"}
            )
        except TypeError:
            return None

    def _add(self, node, name: str, kind: str, handler, outputs, words=None, weights=()):
        """A node of the graph, and the names of what comes out."""
        name = self._free(name)
        # the data first, as wires count it
        named = dict(sorted(node.kwargs.items(), key=lambda item: item[0] != "input"))
        sources = []
        layout = replaced((node.args, named), lambda n: _slots(self.names[n], sources))
        told = _named(outputs, name)
        new = [p for p in weights if id(p) not in self._counted]
        self._counted.update(map(id, new))
        # such take the tensors in their order, and no more
        operation = handler if hasattr(handler, "macs") else _operation(handler, layout)
        self.nodes.append(
            Node(
                name,
                kind,
                operation,
                tuple(sources),
                tuple(n for n in flat(told) if n is not None),
                words,
                tuple(tuple(p.shape) for p in weights),
                sum(p.numel() for p in new),
            )
        )
        return told


class Ahead(Reader):
    """Numbers that `forward` asks for while it is traced: sizes flow through what there is so far."""

    def __init__(self, root, inputs: dict):
        super().__init__(root, inputs)
        self.ahead, self.traced, self.flow = self, (), Flow(Graph(inputs, (), ()), {})

    def tensor(self, node):
        """What flows at a node: a `Tensor`, or a tuple of them."""
        needed, open_ = set(), [node]
        while open_:
            if (one := open_.pop()) not in needed and one not in self.names:
                needed.add(one)
                open_.extend(one.all_input_nodes)
        self.add(n for n in self.traced if n in needed)
        self._run()
        return _there(self.names[node], self.flow.tensors)

    def _run(self) -> None:
        """The nodes that are new; what was required of the sizes before stays required."""
        before, self.flow = (
            self.flow,
            Flow(Graph(self.inputs, tuple(self.nodes), (), self.flow.tensors | self.constants), {}),
        )
        self.flow.requirements.extend(before.requirements)
        self.flow.special.update(before.special)
        self.nodes = []
        try:
            self.flow.run()
        except Split:  # what is behind it stays unknown
            pass
        except Failure:  # of the large sizes; where others go another way, it is unknown too
            if not any(self.flow.special.values()):
                raise

    def value(self, node):
        """The number that is known at a node; `None` where there is none."""
        tensor = self.tensor(node)
        return tensor.value if isinstance(tensor, Tensor) else None

    def length(self, node) -> int:
        """How many entries there are at a node: of a tuple, or along a tensor's first axis."""
        made = self.tensor(node)
        n = (
            len(made)
            if isinstance(made, tuple)
            else len(made.value)
            if isinstance(made.value, tuple)
            else (made.shape or (None,))[0]
        )
        if not isinstance(n, int):
            raise opened(node, n)
        return n

    def pieces(self, node, name: str) -> int:
        """How many pieces a tensor falls into."""
        shape, at = self.tensor(node.args[0]).shape, 1 if name == "unbind" else 2
        n = (
            1
            if shape is None
            else shape[node.kwargs.get("dim", node.args[at] if len(node.args) > at else 0)]
        )
        given = [*node.args[1:2], *(value for key, value in node.kwargs.items() if key != "dim")]
        share = 1 if name == "unbind" else given[0]
        if not isinstance(n, int) or not isinstance(share, int):
            raise opened(node, n)
        return -(-n // (-(-n // share) if name == "chunk" else share))

    def _count(self, node, name: str) -> int:
        # who will use them is not known yet
        return node.meta["taken"] if "taken" in node.meta else self.pieces(node, name)


def opened(node, n) -> ShapeError:
    return ShapeError(
        Text(
            zh=f"forward 遍历的项数未定（{node.name}）",
            en=f"forward goes through entries whose number is open ({node.name})",
        ),
        Received(str(n)),
        ELSE,
    )


class Slot:
    """Where a tensor stands in a call."""

    def __init__(self, place: int):
        self.place = place


def _slots(name, sources: list):
    if isinstance(name, tuple):
        return tuple(_slots(n, sources) for n in name)
    if name is None:
        return None
    sources.append(name)
    return Slot(len(sources) - 1)


def _operation(handler, layout):
    def operation(flow, *tensors):
        arguments, named = replaced(layout, lambda slot: tensors[slot.place], Slot)
        # a size that is a number by now, where it is an axis, a length, a place
        arguments = (*arguments[:1], *replaced(arguments[1:], _plain, Tensor))
        named = replaced(named, _plain, Tensor)
        if getattr(handler, "written", False):
            named["written"] = layout
        try:
            return handler(flow, *arguments, **named)
        except Unknown:
            return UNKNOWN
        except (TypeError, LookupError, AttributeError):  # an overload that is not known here
            return flow.leave(*tensors)

    def macs(*tensors):
        arguments, named = replaced(layout, lambda slot: tensors[slot.place], Slot)
        try:
            return handler.products(*arguments, **named)
        except (TypeError, LookupError, AttributeError, Unknown):
            return None

    if hasattr(handler, "products"):
        operation.macs = macs
    return operation


def _plain(tensor):
    """The number behind a tensor, where it is one; the tensor, where it is not."""
    return tensor.value if type(tensor.value) is int and not tensor.shape else tensor


def replaced(value, replace, kind=None):
    """Nested arguments with the nodes (or slots) in them replaced."""
    if isinstance(value, kind) if kind is not None else hasattr(value, "all_input_nodes"):
        return replace(value)
    if isinstance(value, list | tuple):
        made = [replaced(v, replace, kind) for v in value]
        return made if isinstance(value, list) else tuple(made)
    if isinstance(value, dict):
        return {k: replaced(v, replace, kind) for k, v in value.items()}
    if isinstance(value, slice):
        return slice(*[replaced(v, replace, kind) for v in (value.start, value.stop, value.step)])
    return value


def flat(value):
    if isinstance(value, list | tuple):
        for v in value:
            yield from flat(v)
    elif isinstance(value, dict):
        yield from flat(tuple(value.values()))
    elif isinstance(value, slice):
        yield from (value.start, value.stop, value.step)
    else:
        yield value


def _named(outputs, name: str):
    """The names of what comes out, in the form in which it does: (0, (0, 0)) for an LSTM."""
    if outputs is None:
        return name
    counter = iter(range(2**20))

    def told(form):
        if isinstance(form, tuple):
            return tuple(map(told, form))
        return None if form is None else f"{name}:{next(counter)}"

    return told(outputs)


def _there(name, tensors: dict):
    return (
        tuple(_there(n, tensors) for n in name)
        if isinstance(name, tuple)
        else tensors.get(name, UNKNOWN)
    )
