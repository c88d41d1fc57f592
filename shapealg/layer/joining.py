"""Shapes joined, flattened and mapped: operations that know no axis maps, only lengths."""

from collections.abc import Iterable
from itertools import islice
from math import prod
from typing import Any, TypeAlias

from shapealg.axis.door import integer
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Exact, Size, is_symbolic, quotient
from shapealg.text import Text

MOST = 2**12  # shapes that are joined at a time
Shape: TypeAlias = Iterable[Size | None]  # None where nobody knows


def several(shapes: Any) -> list[Any]:
    """The shapes to join, one at least; an endless iterator is refused, not awaited.

    Raises:
        ShapeError: if there are none, or no end of them.
    """
    try:
        made = [] if isinstance(shapes, str | bytes | dict) else list(islice(shapes, MOST + 1))
    except Exception:  # not iterable, or somebody's failing __iter__
        made = []
    if not 0 < len(made) <= MOST:
        raise ShapeError(
            Text(
                zh=f"须给出要合并的形状，1 到 {MOST} 个",
                en=f"the shapes to join are needed, 1 to {MOST} of them",
            ),
            shapes,
            Text(
                zh="例如 [(1, 64, 28, 28), (1, 32, 28, 28)]",
                en="for example [(1, 64, 28, 28), (1, 32, 28, 28)]",
            ),
        )
    return made


def concatenated(shapes: Iterable[Shape], axis: Size) -> tuple[Size | None, ...]:
    """The shape of arrays joined along an axis: lengths add up there and must be equal everywhere
    else.

    Raises:
        ShapeError: naming the axis on which two lengths differ.

    >>> concatenated([(1, 64, 28, 28), (1, 32, 28, 28)], 1)
    (1, 96, 28, 28)
    """
    first, *rest = shapes = _alike(shapes)
    ranks = {len(shape) for shape in shapes}
    if len(ranks) > 1 or not isinstance(axis, int) or not -len(first) <= axis < len(first):
        raise ShapeError(
            Text(
                zh="拼接的各形状须项数相同，且有这个轴",
                en="shapes to concatenate need the same number of entries, and the axis",
            ),
            Received(f"axis {shown(axis)}, {', '.join(map(shown, shapes))}"),
            Text(zh=f"轴从 0 到 {max(ranks) - 1}", en=f"axes are 0 to {max(ranks) - 1}"),
        )
    axis %= len(first)
    for shape in rest:
        for i, (a, b) in enumerate(zip(first, shape, strict=True)):
            if i != axis and a is not None and b is not None and _differ(a, b):
                less, more = map(shown, _ordered(a, b))
                raise ShapeError(
                    Text(
                        zh=f"除轴 {axis} 外各轴须相等；轴 {i} 不等",
                        en=f"all axes but {axis} must be equal; axis {i} is not",
                    ),
                    Received(f"{shown(a)} and {shown(b)}"),
                    Text(
                        zh=f"把它裁到 {less}，或填充到 {more}",
                        en=f"crop it to {less} or pad it to {more}",
                    ),
                )
    joined = _known(shape[axis] for shape in shapes)
    return (*first[:axis], None if joined is None else sum(joined), *first[axis + 1 :])


def broadcast(shapes: Iterable[Shape]) -> tuple[Size | None, ...]:
    """The shape of a sum: aligned at the end, equal lengths, or 1, which stretches.

    Raises:
        ShapeError: naming the lengths that do not go together.

    >>> broadcast([(1, 64, 28, 28), (64, 1, 1)])
    (1, 64, 28, 28)
    """
    shapes = _alike(shapes)
    rank = max(map(len, shapes))
    made = []
    for i in range(rank):
        lengths = [shape[i - rank] for shape in shapes if len(shape) >= rank - i]
        length: Size | None = 1
        for n in lengths:
            if length == 1:
                length = n
            elif n is None or length is None:
                length = None
            elif n != 1 and _differ(length, n):
                less, more = map(shown, _ordered(length, n))
                raise ShapeError(
                    Text(
                        zh=f"相加时倒数第 {rank - i} 个轴须相等或为 1",
                        en=f"for a sum, axis {i - rank} must be equal or 1",
                    ),
                    Received(f"{shown(length)} and {shown(n)}"),
                    Text(
                        zh=f"把它裁到 {less}，或填充到 {more}",
                        en=f"crop it to {less} or pad it to {more}",
                    ),
                )
            elif n != 1 and isinstance(n, int):
                length = n  # a symbol beside a number above 1 is that number, or 1, which stretches
        made.append(length)
    return tuple(made)


def flattened(shape: Shape, start: int, end: int) -> tuple[Size | None, ...]:
    """The shape with the axes from `start` to `end`, both included, merged into one.

    >>> flattened((1, 64, 12, 12), 1, -1)
    (1, 9216)
    """
    shape, rank = tuple(shape), len(shape)
    start, end = integer(start, "start"), integer(end, "end")
    if not (-rank <= start < rank and -rank <= end < rank) or start % rank > end % rank:
        raise ShapeError(
            Text(
                zh="展平的轴须存在，且首轴不在末轴之后",
                en="the axes to flatten must exist, the first not after the last",
            ),
            Received(f"{shown(start)} to {shown(end)} of {shown(shape)}"),
            Text(zh=f"轴从 0 到 {rank - 1}", en=f"axes are 0 to {rank - 1}"),
        )
    start, end = start % rank, end % rank
    merged = _known(shape[start : end + 1])
    return (*shape[:start], None if merged is None else prod(merged), *shape[end + 1 :])


def unflattened(shape: Shape, axis: int, into: tuple[Size, ...]) -> tuple[Size | None, ...]:
    """The shape with one axis come apart into several, whose product it is; one of them may be −1.

    Raises:
        ShapeError: if the axis is not there, or the lengths do not multiply to it.

    >>> unflattened((1, 6, 5), 1, (2, -1))
    (1, 2, 3, 5)
    """
    shape, rank = tuple(shape), len(shape)
    if not -rank <= axis < rank:
        raise ShapeError(
            Text(zh="没有这个轴", en="there is no such axis"),
            Received(f"axis {shown(axis)} of {shown(shape)}"),
            Text(zh=f"轴从 0 到 {rank - 1}", en=f"axes are 0 to {rank - 1}"),
        )
    n, given, left_open = shape[axis % rank], prod(m for m in into if m != -1), -1 in into
    short = isinstance(n, int) and isinstance(given, int) and _short(n, given, left_open)
    if short or (left_open and given == 0):
        raise ShapeError(
            Text(
                zh=f"各项之积须为 {shown(n)}",
                en=f"the lengths must multiply to {shown(n)}",
            ),
            Received(shown(into)),
            Text(zh=f"例如 ({shown(n)},) 或 (-1,)", en=f"for example ({shown(n)},) or (-1,)"),
        )
    rest = quotient(n, given) if left_open and n is not None else n
    made = [rest if m == -1 else m for m in into]
    return (*shape[: axis % rank], *made, *shape[axis % rank + 1 :])


def _short(n: int, given: int, left_open: bool) -> bool:
    """Whether lengths that multiply to `given` do not make n, be it with another one beside."""
    if left_open:
        return given == 0 or n % given > 0
    return n != given


def _known(lengths: Iterable[Size | None]) -> list[Size] | None:
    """The lengths, where all of them are known."""
    made = []
    for n in lengths:
        if n is None:
            return None
        made.append(n)
    return made


def _alike(shapes: Iterable[Shape]) -> list[tuple[Size | None, ...]]:
    """The shapes, lengths as SymPy has them where a symbol stands beside them."""
    made = [tuple(shape) for shape in shapes]
    if not any(is_symbolic(n) for shape in made for n in shape):
        return made
    return [tuple(map(_expression, shape)) for shape in made]


def _expression(n: Size | None) -> Size | None:
    return n.expr if isinstance(n, Exact) else n


def _differ(a: Size, b: Size) -> bool:
    """Whether two lengths are known to differ; symbols may stay open."""
    difference = a - b
    return (
        difference != 0
        if isinstance(difference, int)
        else is_symbolic(difference) and difference.is_zero is False
    )


def _ordered(a: Size, b: Size) -> tuple[Size, Size]:
    """Two lengths that differ, the lesser first, where it is known which that is."""
    return (b, a) if (a > b) == True else (a, b)
