"""Layers of Keras that cut or resize images."""

from shapealg.axis.resized import Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.transposed import Transposed
from shapealg.network.along import Along
from shapealg.network.readers.keras.operations.windows import INTERPOLATIONS
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire, rewired
from shapealg.words.dialects import keras
from shapealg.words.real import attributes

LAYERS = Operators()


@LAYERS.built("CenterCrop RandomCrop")
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
    """Resized by the layer's interpolation; where nobody says what that reads, it is everything."""
    word = getattr(keras, type(layer).__name__)
    along = Along(word(**attributes(layer, word)))
    mode = INTERPOLATIONS.get(getattr(layer, "interpolation", "nearest"))
    known = mode is not None and not (
        getattr(layer, "crop_to_aspect_ratio", False)
        or getattr(layer, "pad_to_aspect_ratio", False)
    )

    def read(axis):
        if type(axis) is Resized:
            return Resized(axis.outputs, mode=mode) if known else WHOLE
        if type(axis) is Transposed and mode != "nearest-exact":  # each position so many times
            return Scaled.of(axis.window.stride, mode=mode) if known else WHOLE
        return axis

    def operation(flow, x):
        made = along(flow, x)
        if made.shape is None:
            return made
        wires = rewired(made.wires, lambda w: w._replace(map=read(w.map)))
        return Tensor(made.shape, None, wires)

    return operation
