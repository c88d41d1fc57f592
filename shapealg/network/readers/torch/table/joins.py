"""Tensors one behind the other, and one several times over."""

from dataclasses import replace
from math import prod

from shapealg.axis.length import Length
from shapealg.axis.scaled import Scaled
from shapealg.network import operations
from shapealg.network.operations import place
from shapealg.network.readers.torch.nested import flat
from shapealg.network.readers.torch.table.arguments import entries, known
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.tensor import UNKNOWN, Places, Tensor, Wire, rewired


def _cat(flow, tensors, dim=0, axis=None):
    """One behind the other; a tensor of one axis without entries is none, whatever the others."""
    kept = [i for i, x in enumerate(tensors) if x.shape != (0,)] or [0]
    at, parts = dim if axis is None else axis, [tensors[i] for i in kept]
    made = operations.concat(at)(flow, *parts)
    if made.wires is None:
        return made
    wires = rewired(made.wires, lambda wire: wire._replace(source=kept[wire.source]))
    return _places_of(parts, replace(made, wires=wires))


def _places_of(parts, made: Tensor) -> Tensor:
    """What is put together; of places they are all those of its parts."""
    if not all(getattr(x, "reach", ()) for x in parts):
        return made
    return Places.of(made, tuple(place for x in parts for place in x.reach))


def _stack(flow, tensors, dim=0):
    rank = len(tensors[0].shape)
    at = place(dim, rank + 1)
    made = operations.concat(at)(flow, *[operations.unsqueeze([at])(flow, x) for x in tensors])
    wires = [_of_all(len(tensors), i) for i in range(rank)]
    return _places_of(tensors, Tensor(made.shape, made.value, (*wires[:at], (), *wires[at:])))


def _of_all(many: int, axis: int) -> tuple:
    """The wires of an axis that each of so many tensors has."""
    return tuple(Wire(k, axis) for k in range(many))


def _meshgrid(flow, *several, indexing=None):
    """The places of a grid: each output follows one input, along the axis that is its own."""
    several = several[0] if isinstance(several[0], list | tuple) else several
    order = list(range(len(several)))
    if indexing == "xy":
        order[:2] = order[1::-1]
    lengths = tuple(prod(several[k].shape) for k in order)
    made = []
    for own, x in enumerate(several):
        read = (Wire(own, 0),) if x.shape else ()
        made.append(Tensor(lengths, None, tuple(read if k == own else () for k in order)))
    return tuple(made)


@entry(written=True)
def _repeat(flow, x, *times, repeats=None, dims=None, written):
    """Repeated; 0 times, too, where the program says so: no frame is put before the others."""
    said, named = written
    times = times or (dims if repeats is None else repeats,)
    or_none = 0 in flat((said[1:], tuple(named.values())))
    return operations.repeat(flow, x, entries(times), or_none=or_none)


def _repeat_interleave(flow, x, repeats, dim=None, **_):
    """Every position so many times, one behind the other; or each its own number of times."""
    repeats = known(repeats)
    if isinstance(repeats, tuple) and len(repeats) > 1:
        return _each_repeated(flow, x, repeats, dim)
    repeats = repeats[0] if isinstance(repeats, tuple) else repeats
    if not isinstance(repeats, int | Length):
        return UNKNOWN
    flow.some(repeats)
    if dim is None:
        return Tensor((prod(x.shape) * repeats,))
    at = place(dim, len(x.shape))
    if isinstance(repeats, int):
        return operations.mapped(flow, x, {at: Scaled.of(repeats)})
    return Tensor((*x.shape[:at], x.shape[at] * repeats, *x.shape[at + 1 :]))


def _each_repeated(flow, x, repeats: tuple, dim) -> Tensor:
    """As many positions as numbers, of an axis or of all together."""
    at = place(dim or 0, len(x.shape))
    lengths = (prod(x.shape),) if dim is None else x.shape
    flow.equal(lengths[at], len(repeats))
    return Tensor((*lengths[:at], sum(repeats), *lengths[at + 1 :]))


FUNCTIONS = {
    **dict.fromkeys(("cat", "concat", "concatenate"), _cat),
    "stack": _stack,
    "meshgrid": _meshgrid,
    **dict.fromkeys(("repeat", "tile"), _repeat),
    "repeat_interleave": _repeat_interleave,
}
