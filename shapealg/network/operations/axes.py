"""Axes kept, moved, added, and taken out."""

from functools import cache

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.errors import Undecided, shown
from shapealg.network import entries
from shapealg.network.factors import never_below
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.text import Text


@cache
def kept(rank: int, source: int = 0) -> tuple:
    """The wires of an operation that keeps every axis."""
    return tuple((Wire(source, i),) for i in range(rank))


def mixed(rank: int, over) -> tuple:
    """The wires of one that keeps every axis, and at every place reads all of some."""
    return tuple((Wire(0, i, WHOLE if i in over else None),) for i in range(rank))


def place(axis, rank: int) -> int:
    """An axis counted from the front; to 0 and −1 a scalar is as what has one axis."""
    axis = axis.value if isinstance(axis, Tensor) else axis  # one that is worked out
    if isinstance(axis, Length):
        raise Undecided(
            Text(zh="轴须为数值", en="an axis must be a number"),
            axis,
            Text(zh="给出数值的尺寸", en="give that size as a number"),
        )
    if not isinstance(axis, int) or not -max(rank, 1) <= axis < max(rank, 1):
        refuse(
            f"没有轴 {shown(axis)}",
            f"there is no axis {shown(axis)}",
            axis,
            f"轴从 0 到 {rank - 1}" if rank else "标量没有轴",
            f"axes are 0 to {rank - 1}" if rank else "a scalar has none",
        )
    return axis % max(rank, 1)


def same(flow, x, *_):
    """An operation that changes no shape."""
    return x if x.shape is None else Tensor(x.shape, x.value, kept(len(x.shape)))


def with_entries(flow, x):
    """The same, which must not be empty."""
    for n in x.shape or ():
        flow.some(n)
    return same(flow, x)


def of_nothing(shape: tuple) -> Tensor:
    """A tensor of a shape that comes from no axis."""
    return Tensor(shape, None, ((),) * len(shape))


def shaped(target):
    """A tensor of a given shape that depends on nothing."""
    return lambda flow, *_: of_nothing(tuple(target))


def permute(order):
    """Axes in another order; `None` reverses them."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        axes = (
            tuple(place(a, len(x.shape)) for a in order)
            if order is not None
            else tuple(range(len(x.shape)))[::-1]
        )
        if sorted(axes) != list(range(len(x.shape))):
            refuse(
                f"须把 {len(x.shape)} 个轴各列一次",
                f"each of the {len(x.shape)} axes must be named once",
                tuple(order),
            )
        value = x.value if len(axes) < 2 else entries.permuted(x.value, x.shape, axes)
        return Tensor(tuple(x.shape[a] for a in axes), value, tuple((Wire(0, a),) for a in axes))

    return operation


def is_one(flow, n) -> bool:
    """Whether a length is 1; where it is at some sizes only, the flow decides. A product is, where
    each of its factors is.
    """
    if type(n) is not Length:
        return n == 1
    factors = n.factors() if len(n.names) > 1 else []
    if len(factors) > 1 and all(never_below(one, 0) for one in factors):
        return all(is_one(flow, one) for one in factors)
    return flow.decide(Condition(n - 1, "=="))


def squeeze(axes):
    """Axes of length 1 taken out; all of them for `None`."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        if axes is None and None in x.shape:  # not even the rank is known
            return UNKNOWN
        out = (
            {place(a, rank) for a in axes}
            if axes is not None
            else {i for i, n in enumerate(x.shape) if is_one(flow, n)}
        )
        if axes is not None:
            for i in out:
                flow.equal(x.shape[i], 1)
        left = [i for i in range(rank) if i not in out]
        value = x.value[0] if isinstance(x.value, tuple) and not left else x.value
        return Tensor(tuple(x.shape[i] for i in left), value, tuple((Wire(0, i),) for i in left))

    return operation


def unsqueeze(axes):
    """New axes of length 1."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape) + len(axes)
        new, old = {place(a, rank) for a in axes}, iter(range(len(x.shape)))
        if len(new) < len(axes):
            refuse("每个新轴只能列一次", "each new axis must be named once", tuple(axes))
        sources = [None if i in new else next(old) for i in range(rank)]
        value = None if x.value is None else entries.row(x.value)
        return Tensor(
            tuple(1 if s is None else x.shape[s] for s in sources),
            value,
            tuple(() if s is None else (Wire(0, s),) for s in sources),
        )

    return operation


def reduce(axes, keeps: bool, kind=None):
    """A mean, maximum, … over whole axes; all of them for `None`."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        over = {place(a, rank) for a in axes} if axes is not None else set(range(rank))
        value = None
        if kind is not None and isinstance(x.value, tuple) and rank == 1:
            value = (kind(x.value),) if keeps else kind(x.value)
        made = [
            (1, (Wire(0, i, WHOLE),)) if i in over else (n, (Wire(0, i),))
            for i, n in enumerate(x.shape)
            if keeps or i not in over
        ]
        gone = () if keeps else tuple(Wire(0, i, WHOLE) for i in sorted(over))
        return Tensor(tuple(n for n, _ in made), value, tuple(w for _, w in made), gone)

    return operation
