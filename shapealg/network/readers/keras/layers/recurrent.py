"""Layers of Keras that run along a sequence; all that they give is told."""

from shapealg.network.operations import counted
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire

LAYERS = Operators()
GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}  # matrices of each kind that a step multiplies by


@LAYERS.built("LSTM GRU SimpleRNN", outputs=None)
def _recurrent(layer):
    """A sequence, or its last entry; then the states."""

    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * states
        batch, time, _ = x.shape
        last = Tensor((batch, layer.units), None, ((Wire(0, 0),), ()))
        whole = Tensor((batch, time, layer.units), None, ((Wire(0, 0),), (Wire(0, 1, WHOLE),), ()))
        made = whole if layer.return_sequences else last
        return (made, *(last,) * (states - 1)) if states > 1 else made

    states = 1 + bool(layer.return_state) * (2 if type(layer).__name__ == "LSTM" else 1)
    every = layer.units * GATES[type(layer).__name__]
    return counted(lambda x, *_: x.shape[1] * every * (x.shape[2] + layer.units))(operation)


@LAYERS.built("Bidirectional", outputs=None)
def _bidirectional(layer):
    inner = type(layer.forward_layer).__name__
    if inner not in ("LSTM", "GRU", "SimpleRNN"):
        return None
    one = _recurrent(layer.forward_layer)

    @counted(lambda x, *_: 2 * one.macs(x))
    def operation(flow, x, *_):
        made = one(flow, x)
        first, *states = made if isinstance(made, tuple) else (made,)
        if layer.merge_mode == "concat" and first.shape is not None:
            first = Tensor((*first.shape[:-1], 2 * first.shape[-1]), None, first.wires)
        outputs = ((first, first) if layer.merge_mode is None else (first,)) + (*states, *states)
        return outputs if len(outputs) > 1 else first

    return operation
