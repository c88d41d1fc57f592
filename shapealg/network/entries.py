"""The numbers of a small array of any rank, in row order: a tuple, or the number itself where the
array has no axes.
"""

from itertools import accumulate, product
from math import prod
from operator import mul


def row(value) -> tuple:
    """The numbers, one after the other."""
    return value if isinstance(value, tuple) else (value,)


def reshaped(value, shape: tuple):
    """The same numbers in another shape; `None` where they are not as many.

    >>> reshaped((7,), ()), reshaped(7, (1, 1)), reshaped((1, 2, 3), (2, 2))
    (7, (7,), None)
    """
    if value is None:
        return None
    if not shape:
        return row(value)[0] if len(row(value)) == 1 else None
    if len(shape) > 1 and not (_closed(shape) and prod(shape) == len(row(value))):
        return None
    return row(value)


def picked(value, shape: tuple, places: list):
    """The numbers at the given places of every axis: `places[i]` along axis i.

    >>> picked((1, 2, 3, 4, 5, 6), (2, 3), [(1, 0), (0, 2)])
    (4, 6, 1, 3)
    """
    if not isinstance(value, tuple) or not _closed(shape):
        return None
    offsets = [
        map(stride.__mul__, along) for stride, along in zip(strides(shape), places, strict=True)
    ]
    return tuple(value[sum(at)] for at in product(*offsets))


def permuted(value, shape: tuple, order: tuple):
    """The numbers with the axes in another order.

    >>> permuted((1, 2, 3, 4, 5, 6), (2, 3), (1, 0))
    (1, 4, 2, 5, 3, 6)
    """
    if not isinstance(value, tuple) or not _closed(shape):
        return None
    steps = strides(shape)
    offsets = [range(0, shape[axis] * steps[axis], steps[axis]) for axis in order]
    return tuple(value[sum(at)] for at in product(*offsets))


def joined(values: list, shapes: list, axis: int):
    """The numbers of several arrays, one behind the other along an axis.

    >>> joined([(1, 2), (3, 4, 5, 6)], [(2, 1), (2, 2)], 1)
    (1, 3, 4, 2, 5, 6)
    """
    if not all(isinstance(v, tuple) for v in values) or not all(map(_closed, shapes)):
        return None
    blocks = [prod(shape[axis:]) for shape in shapes]
    return tuple(
        number
        for turn in range(prod(shapes[0][:axis]))
        for value, block in zip(values, blocks, strict=True)
        for number in value[turn * block : (turn + 1) * block]
    )


def strides(shape: tuple) -> list:
    """How far apart in the row two neighbours along each axis are."""
    return [*accumulate(reversed(shape[1:]), mul, initial=1)][::-1] if shape else []


def _closed(shape: tuple) -> bool:
    """Whether every length is a number; of 1 at least, so that ranges may count by them."""
    return all(type(n) is int and n > 0 for n in shape)
