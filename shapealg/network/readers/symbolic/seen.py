"""Numbers as a model's own code sees them: `isinstance(x.shape[2], int)` is true, of a size that is
open too.
"""

from functools import cache

from shapealg.network.readers.symbolic.number import Number

WORKED = """add radd sub rsub mul rmul floordiv rfloordiv mod rmod truediv rtruediv pow rpow neg pos
abs floor ceil trunc round eq ne lt le gt ge and rand or ror invert""".split()


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
    """PyTorch's numbers of a class, whose `__class__` is Python's own, and what is made of them too."""
    room = {"__class__": property(lambda self: plain), "__hash__": there.__hash__}
    for name in WORKED:
        name = f"__{name}__"
        if callable(work := getattr(there, name, None)) and name in vars(there):
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
