"""What reads all of an axis: sums and maxima, which take it away, and what mixes its positions and
keeps it, such as a softmax, a running sum, a sort.
"""

from shapealg.network import operations
from shapealg.network.operations import place
from shapealg.network.readers.torch.table.arguments import entries, known, row
from shapealg.network.tensor import WHOLE, Tensor, Wire

REDUCED = (
    "mean sum prod amax amin logsumexp any all nansum nanmean argmax argmin count_nonzero".split()
)


def _reduced(flow, x, dim=None, keepdim=False, axis=None, keepdims=False, **_):
    axes = row(axis if dim is None else dim)
    return operations.reduce(axes or None, keepdim or keepdims)(flow, x)


def _spread(flow, x, dim=None, unbiased=None, keepdim=False, **named):
    """A deviation; a truth in the place of the axes says which, and it is that of all."""
    return _reduced(flow, x, None if isinstance(dim, bool) else dim, keepdim, **named)


def _with_mean(flow, x, *args, **named):
    return (_spread(flow, x, *args, **named),) * 2


def _norm(flow, x, p=None, dim=None, keepdim=False, **_):
    return _reduced(flow, x, dim, keepdim)


def _extreme(flow, x, dim=None, keepdim=False, other=None, axis=None, **named):
    """A maximum: of two tensors, of all, or along an axis; then with its places."""
    said = next((one for one in (dim, other, axis) if one is not None), None)
    if isinstance(said, Tensor):
        return operations.elementwise(flow, x, said)
    made = _reduced(flow, x, said, keepdim, **named)
    return made if said is None else (made, made)


def _best(flow, x, k, dim=-1, **_):
    """The k largest of an axis, with their places."""
    at, k = place(dim, len(x.shape)), known(k)
    flow.some(k)
    flow.some(x.shape[at] - k + 1)
    made = Tensor((*x.shape[:at], k, *x.shape[at + 1 :]), None, _mixing(len(x.shape), {at}))
    return made, made


def _mixing(rank: int, axes) -> tuple:
    """The wires of an operation that reads all of some axes, and of the others position by
    position.
    """
    return tuple((Wire(0, i, WHOLE if i in axes else None),) for i in range(rank))


def mixed(flow, x, dim=None, *_, axis=None, **__):
    """A shape kept, though every position along an axis (or along all) reads all of it."""
    made, dim = operations.same(flow, x), row(known(axis if dim is None else dim))
    rank = len(made.shape)
    axes = range(rank) if dim is None else {place(a, rank) for a in dim}
    return Tensor(made.shape, None, _mixing(rank, axes))


def softmax(flow, x, dim=None, *_, axis=None, **__):
    """Along an axis; along the first of one or three, or the second, where none is said."""
    dim = axis if dim is None else dim
    if dim is None:
        dim = 0 if len(x.shape) in (0, 1, 3) else 1
    return mixed(flow, x, dim)


def _along(flow, x, *_, dim, **__):
    """What PyTorch hands on with the axis named."""
    return mixed(flow, x, dim)


def _roll(flow, x, shifts, dims=None):
    return mixed(flow, x, dims)


def _flip(flow, x, *dims, **named):
    return mixed(flow, x, entries(dims or (named["dims"],)))


def _sort(flow, x, dim=-1, *_, **__):
    return (mixed(flow, x, dim),) * 2


def _triangle(flow, x, *_, **__):
    """What is kept depends on the place."""
    return mixed(flow, x, (-2, -1))


FUNCTIONS = {
    **dict.fromkeys(REDUCED, _reduced),
    **dict.fromkeys(("std", "var"), _spread),
    **dict.fromkeys(("std_mean", "var_mean"), _with_mean),
    "norm": _norm,
    **dict.fromkeys(("max", "min"), _extreme),
    "topk": _best,
    **dict.fromkeys(("cumsum", "cumprod"), mixed),
    **dict.fromkeys(("softmax", "log_softmax", "softmin"), softmax),
    **dict.fromkeys(("gumbel_softmax", "normalize"), _along),
    "roll": _roll,
    "flip": _flip,
    "sort": _sort,
    **dict.fromkeys(("tril", "triu"), _triangle),
}
