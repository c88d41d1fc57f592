"""What an operator is made from: what its node says, and the numbers in a tensor."""

from dataclasses import dataclass
from typing import Any

from shapealg.network import entries, operations
from shapealg.network.operations import refuse
from shapealg.network.ratio import Ratio
from shapealg.network.tensor import Tensor

FEW = 64  # so many numbers are kept; a shape has no more


@dataclass(frozen=True, slots=True)
class Said:
    """What a node says, its attributes by name: `node["axis"]`, `node.get("axis", 0)`.

    Args:
        attributes: name → value.
        constants: the inputs that are constant; `UNKNOWN` for those that are not, `None` for those
            that are left out.
        outputs: how many there are.
        opset: the version of the operators.
    """

    attributes: dict
    constants: tuple
    outputs: int
    opset: int

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def __getitem__(self, name: str):
        return self.attributes[name]

    def get(self, name: str, default=None):
        """An attribute, or what holds where it is left out."""
        return self.attributes.get(name, default)

    def axes(self, at: int) -> tuple | None:
        """Axes as an attribute, or as input number `at` from a later opset on."""
        if "axes" in self:
            return self["axes"]
        given = self.constants[at] if len(self.constants) > at else None
        if given is None:
            return None
        if given.value is None:
            refuse("axes 须是常量", "axes must be constant", None)
        return given.value if isinstance(given.value, tuple) else (given.value,)


def place(axis, rank: int) -> int:
    """An axis counted from the front; a scalar has none."""
    if not rank:
        refuse("标量没有轴", "a scalar has no axes", axis)
    return operations.place(axis, rank)


def constant(dims: Any, value: Any = None) -> Tensor:
    """A tensor in which no axis of an input is."""
    return Tensor(dims, value, ((),) * len(dims))


def numbers_in(tensor) -> tuple | None:
    """The numbers in a tensor, where there is one and they are known."""
    return None if tensor is None or tensor.value is None else entries.row(tensor.value)


def number(tensor, row=numbers_in):
    """The number in a tensor of one."""
    found = row(tensor)
    return found[0] if found is not None and len(found) == 1 else None


def whole(tensor) -> tuple | None:
    """The whole numbers in a tensor: sizes, axes, places."""
    made = numbers_in(tensor)
    if made is not None and any(isinstance(n, float | bool | Ratio) for n in made):
        refuse("须是整数", "whole numbers are needed", made)
    return made
