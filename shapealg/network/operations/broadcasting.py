"""Lengths that stretch: tensors aligned at the end, one brought to a shape, or repeated."""

from functools import lru_cache

from shapealg.network.operations.axes import of_nothing
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire


def elementwise(flow, *tensors):
    """A sum, product, …: aligned at the end, equal lengths, or 1, which stretches."""
    tensors = [(i, x) for i, x in enumerate(tensors) if x is not None]
    if any(x.shape is None for _, x in tensors):
        return UNKNOWN
    wires, made = _aligned(tuple([(i, len(x.shape)) for i, x in tensors])), []
    for place in range(-len(wires), 0):
        length = 1
        for _, x in tensors:
            if len(x.shape) >= -place and (n := x.shape[place]) is not length:
                length = n if length == 1 else flow.stretched(length, n)
        made.append(length)
    return Tensor(tuple(made), None, wires)


@lru_cache(maxsize=2**10)
def _aligned(ranks: tuple) -> tuple:
    """The wires of tensors aligned at the end, each told by its number and its rank."""
    made = []
    for place in range(-max(rank for _, rank in ranks), 0):
        made.append(tuple(Wire(i, rank + place) for i, rank in ranks if rank >= -place))
    return tuple(made)


def expand(flow, x, target):
    """Stretched to a shape; lengths of 1 stretch both ways."""
    if target is None or x.shape is None:
        return UNKNOWN
    _counted(flow, target)
    made = elementwise(flow, x, of_nothing(tuple(target)))
    shift = len(made.shape) - len(x.shape)
    wires = [()] * shift
    for i, (before, after) in enumerate(zip(x.shape, made.shape[shift:], strict=True)):
        wires.append((Wire(0, i, None if before == after else WHOLE),))
    return Tensor(made.shape, None, tuple(wires))


def repeat(flow, x, times, or_none=False):
    """Repeated along every axis; 0 times, too, if so it is asked."""
    if x.shape is None or times is None:
        return UNKNOWN
    _counted(flow, [n for n in times if not (or_none and n == 0)])
    rank = max(len(times), len(x.shape))
    shape, times = (
        (1,) * (rank - len(x.shape)) + tuple(x.shape),
        (1,) * (rank - len(times)) + tuple(times),
    )
    shift = rank - len(x.shape)
    made = tuple(
        None if n is None or t is None else n * t for n, t in zip(shape, times, strict=True)
    )
    return Tensor(
        made,
        None,
        tuple((Wire(0, i - shift),) if i >= shift and times[i] == 1 else () for i in range(rank)),
    )


def _counted(flow, row) -> None:
    """Refuse what is no length, or an empty one."""
    if any(type(n) is int and n < 1 for n in row):
        refuse("各项至少为 1", "every entry must be at least 1", tuple(row))
    for n in row:
        flow.some(n)
