"""Operations of Keras that slide a window, pad or resize."""

from shapealg.axis.resized import Resized
from shapealg.axis.window import Window
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.operations import counted
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN
from shapealg.words.dialects import keras

OPERATIONS = Operators()


def _pool(name: str):
    def build(op, *_):
        def operation(flow, x):
            if x.shape is None:
                return UNKNOWN
            return Along(
                getattr(keras, f"{name}{len(x.shape) - 2}D")(
                    op.pool_size, op.strides, op.padding, op.data_format
                )
            )(flow, x)

        return operation

    return build


@OPERATIONS.built("Conv")
def _conv(op, *_):
    def words(x, kernel):
        if x.shape is None or kernel.shape is None:
            return None
        *size, seen, filters = kernel.shape
        channels = x.shape[1 if op.data_format == "channels_first" else -1]
        if not all(isinstance(n, int) for n in (*kernel.shape, channels)):
            return None
        return getattr(keras, f"Conv{len(size)}D")(
            filters,
            tuple(size),
            op.strides,
            op.padding,
            op.data_format,
            op.dilation_rate,
            max(channels // seen, 1),
        )

    def macs(x, kernel):
        layer = words(x, kernel)
        return None if layer is None else Along(layer).macs(x)

    @counted(macs)
    def operation(flow, x, kernel):
        if (layer := words(x, kernel)) is None:
            return UNKNOWN
        channels = x.shape[1 if op.data_format == "channels_first" else -1]
        flow.equal(channels, kernel.shape[-2] * layer.groups)
        return Along(layer)(flow, x)

    return operation


@OPERATIONS.built("Pad")
def _pad(op, *_):
    """Pairs of one axis each; a single pair holds for all."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        pairs = [tuple(map(int, pair)) for pair in op.pad_width]
        pairs = pairs * len(x.shape) if len(pairs) == 1 else pairs
        return operations.mapped(
            flow, x, {i: Window(1, 1, *pair) for i, pair in enumerate(pairs) if pair != (0, 0)}
        )

    return operation


@OPERATIONS.built("Resize")
def _resize(op, *_):
    def operation(flow, x):
        if x.shape is None:
            return UNKNOWN
        at = len(x.shape) - (3 if op.data_format == "channels_last" else 2)
        kept = op.crop_to_aspect_ratio or op.pad_to_aspect_ratio
        mode = "all" if kept else keras.INTERPOLATIONS.get(op.interpolation, "all")
        ways = {at + i: Resized(n, mode=mode, smooth=op.antialias) for i, n in enumerate(op.size)}
        return operations.mapped(flow, x, ways)

    return operation


OPERATIONS.built("MaxPool")(_pool("MaxPooling"))
OPERATIONS.built("AveragePool")(_pool("AveragePooling"))
