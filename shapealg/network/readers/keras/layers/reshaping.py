"""Layers of Keras that order entries in other axes, join or repeat them."""

from shapealg.network import operations
from shapealg.network.operations import kept
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import Tensor, Wire

LAYERS = Operators()


@LAYERS.plain("Flatten")
def _flatten(flow, x):
    return (
        operations.unsqueeze((1,))
        if x.shape is not None and len(x.shape) == 1
        else operations.flatten(1, -1)
    )(flow, x)


@LAYERS.built("Reshape")
def _reshape(layer):
    return lambda flow, x: (
        x if x.shape is None else operations.reshape(flow, x, (x.shape[0], *layer.target_shape))
    )


@LAYERS.built("Permute")
def _permute(layer):
    return operations.permute((0, *layer.dims))


@LAYERS.built("Concatenate")
def _concatenate(layer):
    return operations.concat(layer.axis)


@LAYERS.built("RepeatVector")
def _repeat_vector(layer):
    return lambda flow, x: (
        x
        if x.shape is None
        else Tensor((x.shape[0], layer.n, x.shape[1]), None, ((Wire(0, 0),), (), (Wire(0, 1),)))
    )


@LAYERS.built("Embedding")
def _embedding(layer):
    return lambda flow, x: (
        x
        if x.shape is None
        else Tensor((*x.shape, layer.output_dim), None, (*kept(len(x.shape)), ()))
    )
