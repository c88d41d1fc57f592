"""Arguments as PyTorch's functions take them: a size, or an axis that is worked out, is a tensor
whose `value` is known.
"""

from shapealg.axis.length import Length
from shapealg.network.readers.torch.nested import flat
from shapealg.network.tensor import Places, Tensor


class Unknown(Exception):
    """A size that is needed and that nobody knows: the node's outputs are unknown too."""


def known(argument):
    """An argument with the values of its sizes in their place.

    Raises:
        Unknown: if one of them has none.
    """
    if isinstance(argument, Tensor):
        if argument.value is None:
            raise Unknown
        return argument.value
    if isinstance(argument, list | tuple):
        return tuple(map(known, argument))
    if isinstance(argument, slice):
        return slice(known(argument.start), known(argument.stop), known(argument.step))
    return argument


def sized(argument):
    """The same, where a tensor without a value is not a size but data."""
    return argument if isinstance(argument, Tensor) and argument.value is None else known(argument)


def entries(arguments: tuple) -> tuple:
    """Sizes or axes given one by one, or all in one tuple."""
    arguments = known(arguments)
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments


def lengths(arguments: tuple) -> tuple:
    """Sizes given one by one, or all in one tuple; `None` for each that nobody knows."""
    if len(arguments) == 1 and isinstance(arguments[0], list | tuple):
        (arguments,) = arguments
    return tuple(a.value if isinstance(a, Tensor) else a for a in arguments)


def row(several) -> tuple | None:
    """Several axes, or a single one, as a tuple; `None`, for all, stays."""
    if several is None:
        return None
    return tuple(several) if isinstance(several, tuple | list | range) else (several,)


def reach(x) -> tuple:
    """Of the places that a tensor names, those that are known: the least and the largest of many,
    or each of a few that sizes tell.
    """
    if isinstance(x, Places):
        return x.reach
    numbers = flat(x.value)
    return tuple(numbers) if all(type(n) in (int, Length) for n in numbers) else ()


def tensors(arguments) -> list:
    """Those of the arguments that are tensors."""
    return [a for a in arguments if isinstance(a, Tensor)]
