"""The same numbers in another shape."""

from contextlib import suppress
from math import prod

from shapealg.axis.length import Length
from shapealg.errors import ShapeError, shown
from shapealg.network import entries
from shapealg.network.operations.axes import kept, of_nothing, place
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, Tensor, Wire
from shapealg.text import Text


def reshape(flow, x, target, zero_keeps: bool = False):
    """The same numbers in another shape; −1 stands for what is left, and 0, where it keeps, for the
    input's own length.
    """
    if target is None:
        return UNKNOWN
    if sum(_is_number(n, -1) for n in target) > 1 or any(type(n) is int and n < -1 for n in target):
        refuse(
            "目标形状里至多有一个 −1，没有别的负数",
            "a shape to reshape to has at most one -1, and no other negative number",
            tuple(target),
        )
    if x.shape is None:
        told = None not in target and -1 not in target and not (zero_keeps and 0 in target)
        return of_nothing(tuple(target)) if told else UNKNOWN
    target = _zeros_kept(x.shape, target) if zero_keeps else list(target)
    open_at = [i for i, n in enumerate(target) if _is_number(n, -1)]
    untold = tuple(None if i in open_at else n for i, n in enumerate(target))
    if None in x.shape or None in target:
        return of_nothing(untold)
    left, others = _uncommon(x.shape, [n for i, n in enumerate(target) if i not in open_at])
    if open_at:
        if (parts := _quotient(flow, left, others)) is None:
            return of_nothing(untold)
        made, above, below = parts
        if _is_number(above, 0) and _is_number(below, 0):
            refuse("0 旁边的 −1 可以是任何数", "beside 0 a -1 may be any number", tuple(target))
        _whole_rows(flow, x, made * below, above, len(target))
        target[open_at[0]] = made
    elif isinstance(prod(left), Length) and type(prod(others)) is int:
        flow.product(left, prod(others))
    else:
        flow.equal(prod(left), prod(others))
    return Tensor(
        tuple(target),
        entries.reshaped(x.value, tuple(target)),
        _regrouped(x.shape, tuple(target)),
    )


def _is_number(n, number: int) -> bool:
    """Whether a length is this very number, at no cost for one that is open."""
    return type(n) is int and n == number


def _zeros_kept(shape: tuple, target) -> list:
    """A target whose zeros are the input's own lengths."""
    if any(_is_number(n, 0) for n in target[len(shape) :]):
        refuse(
            f"0 保留输入的长度，而输入只有 {len(shape)} 个轴",
            f"0 keeps a length of the input, which has {len(shape)} axes only",
            tuple(target),
        )
    return [shape[i] if _is_number(n, 0) else n for i, n in enumerate(target)]


def _uncommon(before: tuple, after: list) -> tuple:
    """The lengths of either side alone: what stands on both needs no division, and 0 none that
    there is.
    """
    left, others = list(before), []
    for n in after:
        left.remove(n) if n in left and not _is_number(n, 0) else others.append(n)
    return left, others


def _quotient(flow, left: list, others: list) -> tuple | None:
    """What a −1 stands for, with the two products that it is the quotient of; `None` where it is no
    length.
    """
    for same in (lambda n: n, flow.coarse):
        above, below = prod(map(same, left)), prod(map(same, others))
        with suppress(ShapeError):
            return above // below if type(below) is not int or below > 0 else 0, above, below
    return None


def _whole_rows(flow, x, rows, numbers, rank: int):
    """What a −1 leaves must come out even; each example in one row always does."""
    if rank == 2 and len(x.shape) > 2 and type(rows) is type(numbers) is int:
        row = prod(x.shape[1:])
        flow.remedied(
            rows,
            numbers,
            lambda: Text(zh=f"(-1, {shown(row)}) 可以", en=f"(-1, {shown(row)}) works"),
        )
    else:
        flow.equal(rows, numbers)


def _regrouped(before: tuple, after: tuple) -> tuple:
    """The wires of a reshape: axes that stand in both shapes with equal products before them, and
    behind them, are kept.
    """
    starts = {}
    for i, n in enumerate(before):
        starts[(_lengths(before[:i]), n)] = i
    wires = []
    for i, n in enumerate(after):
        source = starts.get((_lengths(after[:i]), n))
        wires.append((Wire(0, source),) if source is not None and n != 1 else ())
    return tuple(wires)


def _lengths(shape):
    return prod(shape)


def flatten(start: int, end: int):
    """The axes from `start` to `end`, both included, merged into one."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        if not rank:
            return Tensor((1,), entries.reshaped(x.value, (1,)), ((),))
        first, last = place(start, rank), place(end, rank)
        merged = x.shape[first : last + 1]
        made = (*x.shape[:first], None if None in merged else prod(merged), *x.shape[last + 1 :])
        return Tensor(
            made,
            x.value,
            (
                *kept(first),
                () if last > first else (Wire(0, first),),
                *((Wire(0, i),) for i in range(last + 1, rank)),
            ),
        )

    return operation


def unflatten(axis: int, into: tuple):
    """An axis taken apart into several, of which one may be −1."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        at = place(axis, len(x.shape))
        return reshape(flow, x, (*x.shape[:at], *into, *x.shape[at + 1 :]))

    return operation
