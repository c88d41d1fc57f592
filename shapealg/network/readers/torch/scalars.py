"""Numbers of a model beside its tensors: those that a tensor holds, and tensors made of some."""

from typing import Any

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network.graph import Node
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch import noted
from shapealg.network.readers.torch.nested import flat, in_rows, lengths
from shapealg.network.readers.torch.noted import value_of
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.seen import seen
from shapealg.network.readers.torch.tape import Tape
from shapealg.network.readers.torch.unanswered import of_data
from shapealg.network.tensor import Places

MANY = 2**6  # so many numbers of a tensor are kept
FILLED = {
    "full": 1,
    "full_like": 1,
    "new_full": 2,
    "fill": 1,
}  # with a number that may be a tensor's
BETWEEN = "__contains__ equal allclose".split()  # truths of a tensor and something else
WANTED = "Cannot cast tensor", "cannot be called on meta tensors"  # where a number is to stand
TRUTHS = ["__bool__", "is_nonzero", *BETWEEN]
READ = "item tolist __int__ __float__ __index__ __complex__".split() + TRUTHS


def symbol(run, value, x=None) -> Any:
    """A number as PyTorch has it; of a tensor of fractions, a fraction."""
    import torch

    value = run.pinned(value)
    if isinstance(value, int | float | bool):
        return value
    if isinstance(value, Condition):
        return run.ask(value)
    if x is not None and x.is_floating_point():
        return torch.SymFloat(Number(value, run, float))
    return torch.SymInt(Number(value, run, int))


class Scalars:
    """Numbers out of tensors, and tensors of numbers.

    Args:
        tape: where they are noted.
    """

    def __init__(self, tape: Tape):
        self.torch, self.tape, self.run = tape.torch, tape, tape.run

    def read(self, name: str, function, args, kwargs):
        """A number out of a tensor: one that sizes tell."""
        x = args[0]
        if x.device.type != "meta":
            return function(*args, **kwargs)
        tensor = self.tape.flowing(x)
        if name not in BETWEEN and tensor is not None and tensor.value is not None:
            return self._given_back(name, tensor.value, x)
        if name in TRUTHS:
            return self.run.of_data()
        raise of_data(name.strip("_"))

    def _given_back(self, name: str, value, x):
        if isinstance(value, tuple):
            if name == "tolist":
                return in_rows([seen(symbol(self.run, n, x)) for n in value], x.shape)
            (value,) = value
        if name in TRUTHS:
            return bool(symbol(self.run, value))
        if name in ("__int__", "__index__"):
            return self.run.number(value)
        return symbol(self.run, value, x)

    def number(self, kind: str, thing, otherwise=None):
        """The number in the place of a tensor of one number."""
        if not isinstance(thing, self.torch.Tensor) or thing.ndim or thing.device.type != "meta":
            return thing
        if thing.dtype is self.torch.bool:
            return thing
        tensor = self.tape.flowing(thing)
        if tensor is not None and isinstance(tensor.value, int | float | Length | Ratio):
            return seen(symbol(self.run, tensor.value, thing))
        if otherwise is None:
            raise of_data(kind)
        return otherwise

    def places(self, index, kind: str):
        """What stands in square brackets; a place that data tell is one place."""
        index = index if isinstance(index, tuple) else (index,)
        return tuple(self.number(kind, i, 0) for i in index)

    def tensor(self, function, args, kwargs):
        """A tensor made of numbers, open or not: where they are few, they are kept beside it."""
        numbers = flat(args)
        given = [value_of(n) for n in numbers]
        if all(n is one for n, one in zip(given, numbers, strict=True)):
            made = function(*args, **kwargs)
            if not all(map(self._is_there, given)):
                return made
            given = flat(function(*args, **kwargs | {"device": "cpu"}).tolist())
            if not given:
                return made
        else:
            whole = all(isinstance(n, int | Length) for n in given)
            dtype = kwargs.get("dtype") or (self.torch.long if whole else None)
            made = self.torch.empty(lengths(args[0]), dtype=dtype, device="meta")
        if any(isinstance(n, Length | Ratio) for n in given):
            self.row(made, given)
            return made
        tensor = self.run.tensors[self.tape.name_of(made)]
        if isinstance(tensor, Places):
            tensor.reach = min(given), max(given)
        if len(given) <= MANY and not made.is_complex():
            tensor.value = tuple(given) if made.ndim else given[0]
        return made

    def _is_there(self, thing) -> bool:
        """Whether it is a number, or an array or a tensor that holds its numbers."""
        if isinstance(thing, self.torch.Tensor):
            return thing.device.type != "meta"
        return isinstance(thing, int | float) or hasattr(thing, "__array__")

    def row(self, made, given: list) -> None:
        """Note a tensor of sizes, which are numbers once sizes are."""
        numbers = tuple(given) if made.ndim else given[0]
        numbers = numbers if len(given) <= MANY else None
        name, shape = self.tape.free("sizes"), tuple(made.shape)
        told = None if any(map(self.run.is_nameless, given)) else numbers
        self.tape.call(made, name)
        self.tape.add(Node(name, "sizes", noted.row(shape, told), (), (name,), parameters=0))
        self.run.tensors[name] = noted.row(shape, numbers)(self.run)

    def filled(self, kind: str, args, kwargs):
        """A number in the place of a tensor's own, which nobody knows and no shape depends on."""
        at = FILLED.get(kind, len(args))
        if len(args) > at and isinstance(args[at], self.torch.Tensor):
            args = (*args[:at], self._some(args[at]), *args[at + 1 :])
        if kind in FILLED and isinstance(kwargs.get("fill_value"), self.torch.Tensor):
            kwargs = kwargs | {"fill_value": self._some(kwargs["fill_value"])}
        return args, kwargs

    def _some(self, tensor):
        """A number of a tensor's type."""
        return self.torch.zeros((), dtype=tensor.dtype, device="cpu").item()

    def left(self, thing):
        """A length that a model works out; where it comes out as −1, PyTorch takes it for that. A
        product is not asked: hardly one is ever negative, and of many it is not known.
        """
        value = value_of(thing)
        asked = isinstance(value, Length) and value.degree == 1
        return -1 if asked and self.run.zero(value + 1) else thing
