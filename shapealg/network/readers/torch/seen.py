"""Numbers as a model's own code sees them: `isinstance(x.shape[2], int)` is true, of a size that is
open too.
"""

from functools import cache

from shapealg.network.readers.torch.number import Number

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
    room = {"__class__": property(lambda self: plain)}
    for name, work in vars(there).items():
        if name.startswith("__") and callable(work) and name not in KEPT:
            room[name] = _worked(work)
    return type(there)(there.__name__, (there,), room)


def _worked(work):
    """PyTorch's own arithmetic, which asks such numbers whether they are Python's."""

    def operation(*numbers):
        return seen(work(*map(_plain, numbers)))

    return operation


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
