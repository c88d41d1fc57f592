"""Layers of Keras that keep a shape, meet, or make one of all along some axes."""

from shapealg.network import operations
from shapealg.network.operations import elementwise, same
from shapealg.network.readers.keras.operations.entrywise import mixed
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor, Wire

LAYERS = Operators()
LAYERS.plain(
    """ReLU LeakyReLU ELU PReLU Identity InputLayer Masking ActivityRegularization
Dropout AlphaDropout GaussianDropout GaussianNoise
SpatialDropout1D SpatialDropout2D SpatialDropout3D BatchNormalization
Rescaling Normalization LayerScale StochasticDepth
RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform
RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert
RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
RandomTranslation RandomZoom Solarization"""
)(same)
LAYERS.plain("CustomScaleLayer")(elementwise)


@LAYERS.built("Activation Softmax LayerNormalization RMSNormalization UnitNormalization")
def _mixed(layer):
    """A shape kept, by a rule that reads all of some axes."""
    if type(layer).__name__ == "Activation":
        return (
            mixed((-1,))
            if getattr(layer.activation, "__name__", "") in ("softmax", "log_softmax", "sparsemax")
            else same
        )
    return mixed(layer.axis)


@LAYERS.plain("GroupNormalization")
def _grouped(flow, x):
    return mixed(tuple(range(1, len(x.shape or ()))))(flow, x)


@LAYERS.built("AutoContrast Equalization")
def _images(layer):
    """A shape kept, by a rule that reads the whole image."""
    return mixed((-3, -2) if layer.data_format == "channels_last" else (-2, -1))


@LAYERS.built("Add Subtract Multiply Average Maximum Minimum")
def _merge(layer):
    """A sum, product, …: batches are equal, and new axes for those of fewer axes stand behind the
    batch.
    """

    def operation(flow, *tensors):
        if any(x.shape is None or not x.shape for x in tensors):
            return UNKNOWN
        batch = tensors[0].shape[0]
        for x in tensors[1:]:
            batch = flow.equal(batch, x.shape[0])
        ranks = [len(x.shape) for x in tensors]
        more = [max(ranks) - rank for rank in ranks]
        made = elementwise(
            flow,
            *(Tensor((batch, *(1,) * k, *x.shape[1:])) for k, x in zip(more, tensors, strict=True)),
        )
        return Tensor(made.shape, None, tuple(_own(links, more) for links in made.wires))

    return operation


def _own(links: tuple, more: list) -> tuple:
    """The wires of one axis at the places that the inputs have without their new axes."""
    return tuple(Wire(s, max(axis - more[s], 0)) for s, axis, _ in links if not 0 < axis <= more[s])


@LAYERS.built(
    """GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D"""
)
def _global(layer):
    first = layer.data_format == "channels_first"
    return lambda flow, x: (
        x
        if x.shape is None
        else operations.reduce(tuple(range(1 + first, len(x.shape) - 1 + first)), layer.keepdims)(
            flow, x
        )
    )
