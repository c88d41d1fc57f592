"""Layers of Keras that cut or resize images."""

from shapealg.network.along import Along
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.words.dialects import keras
from shapealg.words.real import attributes

LAYERS = Operators()


# RandomCrop is not here: it leaves images as they are unless it trains
@LAYERS.built("CenterCrop")
def _cropped(layer):
    """Images cut, or resized where they are too small, to one size."""

    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        at = len(x.shape) - (3 if layer.data_format == "channels_last" else 2)
        wires = tuple(
            (Wire(0, i, WHOLE if at <= i < at + 2 else None),) for i in range(len(x.shape))
        )
        return Tensor((*x.shape[:at], layer.height, layer.width, *x.shape[at + 2 :]), None, wires)

    return operation


@LAYERS.built("Resizing UpSampling2D")
def _interpolated(layer):
    word = getattr(keras, type(layer).__name__)
    return Along(word(**attributes(layer, word)))
