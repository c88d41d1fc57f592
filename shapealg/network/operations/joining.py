"""Tensors side by side along an axis, and one cut into such."""

from functools import lru_cache

from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.network import entries
from shapealg.network.operations.axes import kept, place
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, Tensor, Wire


def concat(axis: int):
    """Joined along an axis: lengths add up there and must be equal everywhere else."""

    def operation(flow, *tensors):
        if any(x.shape is None for x in tensors):
            return UNKNOWN
        if all(x.value is not None and len(x.shape) <= 1 for x in tensors):
            value = tuple(v for x in tensors for v in entries.row(x.value))
            return Tensor((len(value),), value, ((),))
        first, *rest = tensors
        rank = len(first.shape)
        if any(len(x.shape) != rank for x in rest):
            refuse(
                "拼接的各输入须项数相同",
                "inputs to concatenate need the same rank",
                tuple(x.shape for x in tensors),
            )
        at, made = place(axis, rank), list(first.shape)
        for x in rest:
            for i, n in enumerate(x.shape):
                if i != at and made[i] is not n:
                    made[i] = flow.equal(made[i], n)
        lengths = [x.shape[at] for x in tensors]
        made[at] = None if None in lengths else simplest(sum(lengths))
        value = entries.joined([x.value for x in tensors], [x.shape for x in tensors], at)
        return Tensor(tuple(made), value, _side_by_side(len(tensors), rank, at))

    return operation


@lru_cache(maxsize=2**10)
def _side_by_side(many: int, rank: int, at: int) -> tuple:
    """The wires of so many tensors joined along an axis."""
    wires = [tuple(map(Wire, range(many), (i,) * many)) for i in range(rank)]
    wires[at] = ()
    return tuple(wires)


def split(axis: int, lengths):
    """Cut along an axis into pieces of the given lengths, or into so many equal ones (the last may
    be shorter).
    """

    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * (lengths if isinstance(lengths, int) else len(lengths))
        at = place(axis, len(x.shape))
        n = x.shape[at]
        if isinstance(lengths, int):
            share = None if n is None else -(-n // lengths)
            pieces = (
                [None] * lengths
                if n is None
                else [share] * (lengths - 1) + [n - share * (lengths - 1)]
            )
        else:
            pieces = lengths
            if None not in lengths:
                flow.equal(n, sum(lengths))
        made, start = [], 0
        for piece in pieces:
            wire = (Wire(0, at, Window(1, 1, -start)),) if isinstance(start, int) else ()
            made.append(
                Tensor(
                    (*x.shape[:at], piece, *x.shape[at + 1 :]),
                    None,
                    tuple(wire if i == at else w for i, w in enumerate(kept(len(x.shape)))),
                )
            )
            start = None if start is None or piece is None else start + piece
        return tuple(made)

    return operation


def simplest(length):
    """A length with one floor, where there is such a form."""
    return length.simplest() if isinstance(length, Length) else length
