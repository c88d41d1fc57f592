"""The same numbers in another shape: axes regrouped, moved, added, taken out and stretched."""

from dataclasses import replace
from functools import partial

from shapealg.network import operations
from shapealg.network.operations import place
from shapealg.network.readers.torch.table.arguments import (
    Unknown,
    entries,
    known,
    lengths,
    row,
    tensors,
)
from shapealg.network.tensor import Wire, rewired


def _reshape(flow, x, *target, shape=None):
    return operations.reshape(flow, x, lengths(target or (shape,)))


def _reshape_as(flow, x, other):
    return operations.reshape(flow, x, other.shape)


def _flatten(flow, x, start_dim=0, end_dim=-1):
    return operations.flatten(start_dim, end_dim)(flow, x)


def unflatten(flow, x, dim, sizes):
    """An axis taken apart into several."""
    return operations.unflatten(dim, known(sizes))(flow, x)


def _expand(flow, x, *target, size=None):
    target = entries(target or (size,))
    if len(target) < len(x.shape) or 0 in x.shape:  # PyTorch refuses fewer axes, and takes none
        raise Unknown
    return stretched_to(flow, x, _asked(x.shape, target))


def stretched_to(flow, x, target: tuple):
    """A tensor brought to a shape: its lengths of 1 stretch, and none of what is asked for."""
    for n, m in zip(reversed(x.shape), reversed(target), strict=False):
        if n is not None and n != m and not operations.is_one(flow, n):
            flow.equal(n, m)
    return operations.expand(flow, x, target)


def _asked(shape: tuple, target: tuple) -> tuple:
    """A target whose entries of −1 are the lengths that are there."""
    there = (*(None,) * len(target), *shape)[-len(target) :]
    return tuple(
        n if type(m) is int and m == -1 else m for n, m in zip(there, target, strict=False)
    )


def _expand_as(flow, x, other):
    return _expand(flow, x, other.shape)


def _broadcast(flow, *several):
    """Each of several tensors in the shape of all together."""
    several = tensors(several)
    shape = operations.elementwise(flow, *several).shape
    made = []
    for k, x in enumerate(several):
        one = operations.expand(flow, x, shape)
        made.append(replace(one, wires=rewired(one.wires, partial(Wire._replace, source=k))))
    return tuple(made)


def _permute(flow, x, *order, dims=None):
    return operations.permute(entries(order or (dims,)))(flow, x)


def _reversed(flow, x):
    return operations.permute(None)(flow, x)


def _transpose(flow, x, dim0, dim1):
    order = list(range(len(x.shape)))
    a, b = place(dim0, len(order)), place(dim1, len(order))
    order[a], order[b] = b, a
    return operations.permute(order)(flow, x)


def _transpose_last(flow, x):
    return _transpose(flow, x, -2, -1)


def _movedim(flow, x, source, destination):
    rank = len(x.shape)
    if not rank:  # a scalar stays one
        return operations.same(flow, x)
    moved = [place(a, rank) for a in row(source)]
    there = [place(a, rank) for a in row(destination)]
    order = [a for a in range(rank) if a not in moved]
    for to, a in sorted(zip(there, moved, strict=True)):
        order.insert(to, a)
    return operations.permute(order)(flow, x)


def _unsqueeze(flow, x, dim):
    return operations.unsqueeze([dim])(flow, x)


def _squeeze(flow, x, dim=None):
    """Axes of length 1 taken out; one that is named and longer stays."""
    axes = row(dim)
    if axes is not None:
        lengths = {axis: x.shape[place(axis, len(x.shape))] for axis in axes}
        if None in lengths.values():  # not even the rank is known
            raise Unknown
        axes = [axis for axis, n in lengths.items() if operations.is_one(flow, n)]
    return operations.squeeze(axes)(flow, x)


FUNCTIONS = {
    **dict.fromkeys(("view", "reshape"), _reshape),
    **dict.fromkeys(("view_as", "reshape_as"), _reshape_as),
    "flatten": _flatten,
    "ravel": lambda flow, x: _flatten(flow, x),
    "unflatten": unflatten,
    **dict.fromkeys(("expand", "broadcast_to"), _expand),
    "expand_as": _expand_as,
    "broadcast_tensors": _broadcast,
    "permute": _permute,
    **dict.fromkeys(("t", "T"), _reversed),
    **dict.fromkeys(("transpose", "swapaxes", "swapdims"), _transpose),
    **dict.fromkeys(("mT", "H", "mH"), _transpose_last),
    **dict.fromkeys(("movedim", "moveaxis"), _movedim),
    "unsqueeze": _unsqueeze,
    "squeeze": _squeeze,
}
