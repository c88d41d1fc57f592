"""Numbers as a model's own code sees them: `isinstance(x.shape[2], int)` is true, of a size that is
open too.
"""

import sys
from functools import cache
from opcode import opmap
from typing import Any

from shapealg.network.readers.torch.number import Number

ORDER = "__lt__ __le__ __gt__ __ge__".split()
COMPARE = opmap["COMPARE_OP"]
WORKED = "__", "is_integer"  # how the names of what a number can do begin
KEPT = "__class__ __init__ __new__ __repr__ __str__ __dict__ __doc__ __module__ __weakref__".split()


@cache
def kinds() -> dict:
    """PyTorch's class → ours of the same numbers, which says that it is Python's own."""
    import torch

    return {
        there: _like(there, plain)
        for there, plain in (
            (torch.SymInt, int),
            (torch.SymFloat, float),
            (torch.SymBool, bool),
        )
    }


def _like(there: type, plain: type) -> type:
    """PyTorch's class, whose numbers say that they are Python's own; so does what they make."""
    room: dict[str, Any] = {"__class__": property(lambda self: plain)}
    for name, work in vars(there).items():
        if name.startswith(WORKED) and callable(work) and name not in KEPT:
            room[name] = _compared(work) if name in ORDER else _worked(work)
    room |= {"sqrt": _root, "rint": _rounded}  # what NumPy calls of what it does not know
    if plain is int:  # PyTorch itself forgets the digits of `round(n, -2)`
        room["__round__"] = _to_digits
    return type(there)(there.__name__, (there,), room)


def _root(number):
    import torch

    return seen(torch.SymFloat(number.node.sqrt()))


def _rounded(number):
    import torch

    return seen(torch.SymFloat(number.node.round().sym_float()))


def _to_digits(number, ndigits=None):
    import torch

    return seen(torch.SymInt(number.node.round(ndigits)))


def _worked(work):
    """PyTorch's own arithmetic, which asks such numbers whether they are Python's."""

    def operation(*numbers):
        return seen(work(*map(_plain, numbers)))

    return operation


def _compared(work):
    """The same of an order; where no operator in the code asks for it, `max`, `min` or `sorted`
    does, to which the first and the second of two equal numbers are the same.
    """

    def operation(one, two):
        made = seen(work(_plain(one), _plain(two)))
        frame = sys._getframe(1)
        if frame.f_code.co_code[frame.f_lasti] != COMPARE and type(made) is kinds()[_bool()]:
            made.node.either = True
        return made

    return operation


def _bool() -> type:
    import torch

    return torch.SymBool


def _plain(number):
    """PyTorch's number behind one of ours."""
    there = type(number).__base__
    return there(number.node) if there in kinds() else number


def seen(made):
    """What PyTorch gives, its numbers as the model's code is to see them."""
    kind = kinds().get(type(made))
    if kind is not None:
        return kind(made.node) if isinstance(made.node, Number) else made
    if isinstance(made, tuple) and any(type(n) in kinds() for n in made):
        return type(made)(map(seen, made))
    return made
