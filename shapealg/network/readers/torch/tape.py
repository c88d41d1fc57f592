"""What a run leaves: its calls as nodes, and the names of its tensors."""

from typing import Any

from shapealg.axis.length import Length
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch import noted
from shapealg.network.readers.torch.nested import mapped
from shapealg.network.readers.torch.noted import Shaped, Slot, shape_of
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.running import line
from shapealg.network.tensor import Places, Tensor


class Tape:
    """The nodes of a run in their order, and what its tensors are called.

    Args:
        run: the run.
        module: what runs, a twin.
        inputs: name → tensor, of the tensors that go in.
        originals: id of a tensor of the twin → that tensor, and the module's own.

    Attributes:
        nodes: the nodes.
        constants: name → `Tensor`, of those that are there from the start.
        names: id of a tensor → its name.
        weighed: node → its own weights, with their numbers.
    """

    def __init__(self, run, module, inputs: dict, originals: dict):
        import torch

        self.torch, self.run, self.originals = torch, run, originals
        self.nodes: list[Node] = []
        self.constants: dict[str, Tensor] = {}
        self.free = Names(inputs).free
        self.names = {id(tensor): name for name, tensor in inputs.items()}
        self.alive = [*inputs.values()]  # an id is of one tensor as long as that is there
        self.paths = {
            id(p): path for path, p in (*module.named_parameters(), *module.named_buffers())
        }
        self.parameters = dict(module.named_parameters())
        self.weighed: dict[str, dict[Any, int]] = {}
        self.sizes: dict[object, str] = {}  # a size that the model works out → its node
        self.run.tensors.update({name: Tensor(shape_of(t), None, ()) for name, t in inputs.items()})

    # ------------------------------------------------------------ names

    def call(self, tensor, name: str) -> None:
        """Give a tensor a name."""
        self.names[id(tensor)] = name
        self.alive.append(tensor)

    def name_of(self, tensor) -> str:
        """The name of a tensor; of one that is there from the start, that of a constant."""
        if id(tensor) not in self.names:
            path = self.paths.get(id(tensor), "constant").replace(".", "_")
            name = self.free(path)
            self.call(tensor, name)
            if any(type(n) is Length for n in shape_of(tensor)):
                self._unseen(tensor, name)
            else:
                self.constants[name] = self.run.tensors[name] = self._constant(tensor)
        return self.names[id(tensor)]

    def flowing(self, tensor) -> Tensor | None:
        """What is told of a tensor, if it has a name."""
        return self.run.tensors.get(self.names.get(id(tensor)))

    def told_of(self, tensor) -> tuple:
        """The shape of a tensor: what is told of it, which is less than PyTorch's after a guess."""
        flowing = self.flowing(tensor)
        return shape_of(tensor) if flowing is None or flowing.shape is None else flowing.shape

    def _unseen(self, tensor, name: str) -> None:
        """A tensor that came about unseen: its sizes are known, and that is all."""
        shaped = Shaped(None)
        shaped.shapes = (shape_of(tensor),)
        self.add(Node(name, "tensor", shaped, (), (name,), parameters=0))
        self.run.tensors[name] = Tensor(shaped.shapes[0])

    def _constant(self, tensor) -> Tensor:
        told = shape_of(tensor), None, ((),) * tensor.ndim
        if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == self.torch.bool:
            return Tensor(*told)
        _, own = self.originals.get(id(tensor), (None, tensor))
        if not own.numel() or own.device.type == "meta":
            return Places(*told)
        with self.torch._C.DisableTorchFunction():  # no call of the model's
            return Places(*told, reach=(int(own.min()), int(own.max())))

    def size(self, value) -> str:
        """The node of a size that the model works out."""
        if value not in self.sizes:
            name = self.free("size")
            told = noted.formula(value)
            node = Node(name, "size", noted.size(told), (), (name,), parameters=0)
            self.nodes.append(node)
            self.run.tensors[name] = Tensor((), told, ())
            self.sizes[value] = name
        return self.sizes[value]

    # ------------------------------------------------------------ nodes

    def add(self, node: Node) -> None:
        """One node more."""
        self.nodes.append(node)

    def graph(self, inputs: dict, outputs: tuple, called: tuple = ()) -> Graph:
        """What was noted so far, with these outputs; the other two are told of `Graph`."""
        return Graph(dict(inputs), tuple(self.nodes), outputs, dict(self.constants), called=called)

    def weighs(self, name: str, weights) -> int:
        """How many numbers a node has in weights, kept in mind by whose they are; one that the
        model makes as long as its input is none of its own.
        """
        own = [p for p in weights if type(p.numel()) is int]
        self.weighed[name] = {self.paths.get(id(p), id(p)): p.numel() for p in own}
        return sum(self.weighed[name].values())

    def left(self) -> list:
        """The parameters that no node has counted."""
        counted = set().union(*self.weighed.values())
        return [tensor for path, tensor in self.parameters.items() if path not in counted]

    def sources(self, args, kwargs, cut=False) -> tuple:
        """The names of what goes into a call, and the call with slots in their places.

        Args:
            args, kwargs: what the call takes.
            cut: whether it writes into a part of its first tensor.
        """
        sources: list[str] = []
        fixed = tuple(self._own(args[0])) if cut and args else ()
        named = dict(sorted(kwargs.items(), key=lambda item: item[0] != "input"))

        def slotted(thing):
            if isinstance(thing, self.torch.Tensor):
                sources.append(self.name_of(thing))
                return Slot(len(sources) - 1, fixed)
            if isinstance(node := getattr(thing, "node", None), Number):
                if not isinstance(node.value, Length | Ratio):
                    return node.value
                sources.append(self.size(node.value))
                return Slot(len(sources) - 1)
            return thing

        layout = mapped((args, named), slotted)
        return sources, layout

    def _own(self, tensor):
        """The axes whose length is a number at all sizes; where a way has few sizes only, a number
        may come of these, and the lines are known at which nothing is left of such an axis.
        """
        emptied = self.run.emptied
        if self.run.large or (emptied and line() in emptied):
            return (i for i, n in enumerate(tensor.shape) if type(n) is int)
        return ()
