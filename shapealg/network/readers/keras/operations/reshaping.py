"""Operations of Keras that order entries in other axes, and that join, part or repeat them."""

from shapealg.network import operations
from shapealg.network.operations import cut, kept, place
from shapealg.network.readers.keras.operations.entrywise import several
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor

OPERATIONS = Operators()


@OPERATIONS.built("Reshape")
def _newshape(op, *_):
    return lambda flow, x: operations.reshape(flow, x, several(op.newshape))


@OPERATIONS.built("Transpose")
def _transpose(op, *_):
    return operations.permute(op.axes)


@OPERATIONS.built("Moveaxis Swapaxes")
def _moved(op, *_):
    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        order = list(range(rank))
        if hasattr(op, "axis1"):
            one, two = place(op.axis1, rank), place(op.axis2, rank)
            order[one], order[two] = two, one
        else:
            pairs = sorted(
                (place(b, rank), place(a, rank))
                for a, b in zip(several(op.source), several(op.destination), strict=True)
            )
            moved = {a for _, a in pairs}
            order = [i for i in order if i not in moved]
            for b, a in pairs:
                order.insert(b, a)
        return operations.permute(order)(flow, x)

    return operation


@OPERATIONS.built("ExpandDims")
def _expanded(op, *_):
    return operations.unsqueeze(several(op.axis))


@OPERATIONS.built("Squeeze")
def _squeezed(op, *_):
    return operations.squeeze(several(op.axis))


@OPERATIONS.built("Concatenate")
def _concatenated(op, *_):
    return operations.concat(op.axis)


@OPERATIONS.built("Stack")
def _stack(op, *_):
    def operation(flow, *tensors):
        made = [operations.unsqueeze((op.axis,))(flow, x) for x in tensors]
        return operations.concat(op.axis)(flow, *made)

    return operation


@OPERATIONS.built("Split", outputs=None)
def _split(op, *_):
    def operation(flow, x):
        parts = op.indices_or_sections
        if x.shape is None:
            return (UNKNOWN,) * (parts if isinstance(parts, int) else len(parts) + 1)
        at = place(op.axis, len(x.shape))
        if not isinstance(parts, int):
            return tuple(
                cut(flow, x, {at: (start, end, 1)})
                for start, end in zip((0, *parts), (*parts, None), strict=True)
            )
        n = x.shape[at]
        share = None if n is None else n // parts
        if n is not None:
            flow.equal(n, share * parts)
        piece = Tensor(
            (*x.shape[:at], share, *x.shape[at + 1 :]),
            None,
            tuple(() if i == at else w for i, w in enumerate(kept(len(x.shape)))),
        )
        return (piece,) * parts

    return operation


@OPERATIONS.built("GetItem")
def _item(op, args, kwargs):
    key = args[1] if isinstance(args[1], tuple) else (args[1],)
    if not all(k is None or k is Ellipsis or isinstance(k, slice) or type(k) is int for k in key):
        return None

    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        taken = sum(k is not None and k is not Ellipsis for k in key)
        at = key.index(Ellipsis) if Ellipsis in key else len(key)
        full = (*key[:at], *(slice(None),) * (len(x.shape) - taken), *key[at + 1 :])
        axis, ranges, gone, new = 0, {}, [], []
        for k in full:
            if k is None:
                new.append(axis - len(gone) + len(new))
                continue
            if isinstance(k, slice):
                ranges |= {axis: (k.start, k.stop, k.step or 1)} if k != slice(None) else {}
            else:
                flow.some(x.shape[axis] - k if k >= 0 else x.shape[axis] + k + 1)
                ranges[axis] = (k, k + 1 or None, 1)
                gone.append(axis)
            axis += 1
        made = cut(flow, x, ranges) if ranges else x
        left = [i for i in range(len(x.shape)) if i not in gone]
        made = Tensor(
            tuple(made.shape[i] for i in left),
            None,
            tuple((made.wires if ranges else kept(len(x.shape)))[i] for i in left),
        )
        for i in new:
            made = Tensor(
                (*made.shape[:i], 1, *made.shape[i:]), None, (*made.wires[:i], (), *made.wires[i:])
            )
        return made

    return operation


@OPERATIONS.built("Take")
def _taken(op, args, _):
    """Places are a tensor, or numbers in lists."""
    if op.axis is None:
        return None
    take, said = operations.take(op.axis), args[1]
    if not isinstance(said, int | list | tuple):
        return take
    dims = _dims(said)

    def operation(flow, x):
        made = take(flow, x, Tensor(dims))
        if made.shape is None:
            return UNKNOWN
        return Tensor(made.shape, None, tuple(map(_of_first, made.wires)))

    return operation


def _of_first(wires: tuple) -> tuple:
    """Those of the first input."""
    return tuple(wire for wire in wires if not wire.source)


def _dims(numbers) -> tuple:
    """The lengths of lists within lists."""
    return () if isinstance(numbers, int) else (len(numbers), *_dims(numbers[0]))


@OPERATIONS.built("BroadcastTo")
def _broadcast(op, *_):
    return lambda flow, x: operations.expand(flow, x, several(op.shape))


@OPERATIONS.built("Repeat")
def _repeat(op, *_):
    if not isinstance(op.repeats, int) or op.axis is None:
        return None

    def operation(flow, x):
        if x.shape is None:
            return x
        times = [1] * len(x.shape)
        times[place(op.axis, len(x.shape))] = op.repeats
        return operations.repeat(flow, x, tuple(times))

    return operation


@OPERATIONS.built("Tile")
def _tiled(op, *_):
    return lambda flow, x: operations.repeat(flow, x, several(op.repeats))


@OPERATIONS.built("OneHot")
def _one_hot(op, *_):
    if op.axis != -1:
        return None

    def operation(flow, x):
        if x.shape is None:
            return x
        return Tensor((*x.shape, op.num_classes), None, (*kept(len(x.shape)), ()))

    return operation
