"""Layers of Keras that multiply and add up."""

from math import prod

from shapealg.network import operations
from shapealg.network.operations import counted, kept, place
from shapealg.network.readers.keras.operations.products import einsum
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire

LAYERS = Operators()


@LAYERS.built("Dense")
def _dense(layer):
    return operations.dense(None, layer.units)


@LAYERS.built("Dot")
def _dot(layer):
    def macs(x, y):
        axes = (layer.axes, layer.axes) if isinstance(layer.axes, int) else layer.axes
        two = place(axes[1], len(y.shape))
        return prod(x.shape[1:]) * prod(n for i, n in enumerate(y.shape) if i not in (0, two))

    @counted(macs)
    def operation(flow, x, y):
        if x.shape is None or y.shape is None:
            return UNKNOWN
        one, two = (layer.axes, layer.axes) if isinstance(layer.axes, int) else layer.axes
        one, two = place(one, len(x.shape)), place(two, len(y.shape))
        flow.equal(x.shape[0], y.shape[0])
        flow.equal(x.shape[one], y.shape[two])
        pairs = [(n, (Wire(0, i),)) for i, n in enumerate(x.shape) if i != one] + [
            (n, (Wire(1, i),)) for i, n in enumerate(y.shape) if i not in (0, two)
        ]
        pairs += [(1, ())] * (len(pairs) == 1)
        return Tensor(tuple(n for n, _ in pairs), None, tuple(w for _, w in pairs))

    return operation


@LAYERS.built("EinsumDense")
def _einsum(layer):
    return einsum(layer.equation, tuple(layer.kernel.shape)) if layer.built else None


@LAYERS.built("MultiHeadAttention GroupedQueryAttention")
def _heads(layer):
    """Attention of a query to values: one output per entry of the query."""
    said = getattr(layer, "_output_shape", None)  # there is no public name

    @counted(operations.untold)
    def operation(flow, query, value, key=None, mask=None):
        if query.shape is None:
            return UNKNOWN
        if (
            key is not None
            and key.shape is not None
            and value.shape is not None
            and len(key.shape) == len(value.shape)
        ):
            for n, m in zip(value.shape[1:-1], key.shape[1:-1], strict=True):
                flow.equal(n, m)
        if mask is not None and _in_rows(query, value, mask):
            for n, m in zip((query.shape[1], value.shape[1]), mask.shape[-2:], strict=True):
                if m != 1:
                    flow.equal(n, m)
        last = tuple(said) if isinstance(said, list | tuple) else (said,)
        if not said:
            last = (query.shape[-1],)
        wires = tuple(
            (Wire(1, i, WHOLE) if i and i < len(value.shape or ()) - 1 else Wire(0, i),)
            for i in range(len(query.shape) - 1)
        )
        return Tensor((*query.shape[:-1], *last), None, (*wires, *((),) * len(last)))

    return operation


def _in_rows(query, value, mask) -> bool:
    """Whether a mask has a row for every entry of a query, a column for every one of its values."""
    if query.shape is None or value.shape is None or mask.shape is None:
        return False
    return len(query.shape) == len(value.shape) == 3 and len(mask.shape) > 1


@LAYERS.built("Attention AdditiveAttention")
def _attention(layer):
    @counted(operations.untold)
    def operation(flow, query, value, key=None):
        if query.shape is None or value.shape is None:
            return UNKNOWN
        seen = value.shape if key is None else key.shape
        if seen is not None:
            flow.equal(query.shape[-1], seen[-1])
            flow.equal(value.shape[-2], seen[-2])
        wires = (Wire(1, len(value.shape) - i, WHOLE) for i in (2, 1))  # weighed by all features
        return Tensor(
            (*query.shape[:-1], value.shape[-1]),
            None,
            (*kept(len(query.shape) - 2), *((wire,) for wire in wires)),
        )

    return operation
