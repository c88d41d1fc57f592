"""What each layer of Keras does, in the words of the dialect or in neutral operations."""

from math import prod

from shapealg.axis.resized import Resized, Scaled
from shapealg.axis.transposed import Transposed
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.operations import elementwise, kept, place, same
from shapealg.network.readers.keras.operations import (
    INTERPOLATIONS,
    constantly,
    einsum,
    mixed,
    several,
)
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire, rewired
from shapealg.words.dialects import keras
from shapealg.words.real import attributes
from shapealg.words.words import Words

GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}  # matrices of each kind that a step multiplies by
SEVERAL = ("LSTM", "GRU", "SimpleRNN", "Bidirectional")  # those whose outputs are all followed


def operation(layer, count: int = 1) -> tuple:
    """The words of a layer with so many outputs, and what it does; `None` for what it has not, or
    nobody knows.

    A subclass of somebody else may do anything: it is not known.
    """
    kind = type(layer).__name__
    if not type(layer).__module__.startswith("keras."):
        return None, None
    known = vars(keras).get(kind)  # what changes no size is known by its name, below
    words = _words(layer, known) if isinstance(known, type(Words)) else None
    made = None
    if kind in LAYERS:
        made = LAYERS[kind](layer)
    elif words is not None and words.by_axes:
        made = Along(words)
    if made is not None and (axes := _fixed(layer, kind)):
        made = _fitted(made, axes)
    return words, None if count > 1 and kind not in SEVERAL else made


def _words(layer, known):
    """The words of the dialect, from the attributes of the layer."""
    return known(**attributes(layer, known))


# ---------------------------------------------------------------- what the weights of a layer ask
# of its input


def _fixed(layer, kind: str) -> dict:
    """axis → length: what a layer was built for and cannot be called without."""
    spec = getattr(layer, "input_spec", None)
    axes = {axis: n for axis, n in (getattr(spec, "axes", None) or {}).items() if n is not None}
    if weights := layer.weights:
        if kind in ("LayerNormalization", "RMSNormalization"):
            axes |= zip(several(layer.axis), weights[0].shape, strict=False)
        elif kind == "Normalization":
            axes |= zip(layer._keep_axis, layer._mean_and_var_shape, strict=True)
        elif kind in (
            "LSTM",
            "GRU",
            "SimpleRNN",
            "Bidirectional",
            "MultiHeadAttention",
            "GroupedQueryAttention",
            "LayerScale",
        ):
            axes[-1] = weights[0].shape[0]
    return axes


def _fitted(inner, axes: dict):
    """An operation whose first input has given lengths on some axes."""

    def operation(flow, x, *rest):
        if x.shape is None:
            return inner(flow, x, *rest)
        shape = list(x.shape)
        for axis, n in axes.items():
            at = place(axis, len(shape))
            shape[at] = flow.equal(shape[at], n)
        return inner(flow, Tensor(tuple(shape), x.value, x.wires), *rest)

    if hasattr(inner, "macs"):
        operation.macs = inner.macs
    return operation


# ---------------------------------------------------------------- layers


def _global(layer):
    first = layer.data_format == "channels_first"
    return lambda flow, x: (
        x
        if x.shape is None
        else operations.reduce(tuple(range(1 + first, len(x.shape) - 1 + first)), layer.keepdims)(
            flow, x
        )
    )


def _flatten(flow, x):
    return (
        operations.unsqueeze((1,))
        if x.shape is not None and len(x.shape) == 1
        else operations.flatten(1, -1)
    )(flow, x)


def _reshape(layer):
    return lambda flow, x: (
        x if x.shape is None else operations.reshape(flow, x, (x.shape[0], *layer.target_shape))
    )


def _repeat_vector(layer):
    return lambda flow, x: (
        x
        if x.shape is None
        else Tensor((x.shape[0], layer.n, x.shape[1]), None, ((Wire(0, 0),), (), (Wire(0, 1),)))
    )


def _embedding(layer):
    return lambda flow, x: (
        x
        if x.shape is None
        else Tensor((*x.shape, layer.output_dim), None, (*kept(len(x.shape)), ()))
    )


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


def _mixed(layer):
    """A shape kept, by a rule that reads all of some axes."""
    if type(layer).__name__ == "Activation":
        return (
            mixed((-1,))
            if getattr(layer.activation, "__name__", "") in ("softmax", "log_softmax", "sparsemax")
            else same
        )
    return mixed(layer.axis)


def _images(layer):
    """A shape kept, by a rule that reads the whole image."""
    return mixed((-3, -2) if layer.data_format == "channels_last" else (-2, -1))


def _interpolated(layer):
    """Resized by the layer's interpolation; where nobody says what that reads, it is everything."""
    along, mode = (
        Along(_words(layer, getattr(keras, type(layer).__name__))),
        INTERPOLATIONS.get(getattr(layer, "interpolation", "nearest")),
    )
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
    return tuple(
        Wire(s, max(axis - more[s], 0), way) for s, axis, way in links if not 0 < axis <= more[s]
    )


def _dot(layer):
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

    def macs(x, y):
        axes = (layer.axes, layer.axes) if isinstance(layer.axes, int) else layer.axes
        two = place(axes[1], len(y.shape))
        return prod(x.shape[1:]) * prod(n for i, n in enumerate(y.shape) if i not in (0, two))

    operation.macs = macs
    return operation


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
    operation.macs = lambda x, *_: x.shape[1] * every * (x.shape[2] + layer.units)
    return operation


def _bidirectional(layer):
    inner = type(layer.forward_layer).__name__
    if inner not in ("LSTM", "GRU", "SimpleRNN"):
        return None
    one = _recurrent(layer.forward_layer)

    def operation(flow, x, *_):
        made = one(flow, x)
        first, *states = made if isinstance(made, tuple) else (made,)
        if layer.merge_mode == "concat" and first.shape is not None:
            first = Tensor((*first.shape[:-1], 2 * first.shape[-1]), None, first.wires)
        outputs = ((first, first) if layer.merge_mode is None else (first,)) + (*states, *states)
        return outputs if len(outputs) > 1 else first

    operation.macs = lambda x, *_: 2 * one.macs(x)
    return operation


def _time_distributed(layer):
    """The layer inside on every entry of axis 1."""
    _, inner = operation(layer.layer)
    if inner is None:
        return None

    def run(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        made = inner(flow, Tensor((x.shape[0], *x.shape[2:])))
        if made.shape is None:
            return UNKNOWN
        wires = rewired(made.wires[1:], lambda w: w._replace(axis=w.axis + (w.axis > 0)))
        return Tensor((x.shape[0], x.shape[1], *made.shape[1:]), None, (*kept(2), *wires))

    def macs(x, *_):
        each = inner.macs(Tensor((x.shape[0], *x.shape[2:])))
        return None if each is None else x.shape[1] * each

    if hasattr(inner, "macs"):
        run.macs = macs
    return run


def _inside(layer):
    """A wrapper that changes no shape."""
    return operation(layer.layer)[1]


def _heads(layer):
    """Attention of a query to values: one output per entry of the query."""
    said = getattr(layer, "_output_shape", None)  # there is no public name

    def operation(flow, query, value, key=None, *_):
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
        last = tuple(said) if isinstance(said, list | tuple) else (said,)
        if not said:
            last = (query.shape[-1],)
        wires = tuple(
            (Wire(1, i, WHOLE) if i and i < len(value.shape or ()) - 1 else Wire(0, i),)
            for i in range(len(query.shape) - 1)
        )
        return Tensor((*query.shape[:-1], *last), None, (*wires, *((),) * len(last)))

    operation.macs = operations.untold
    return operation


def _attention(layer):
    def operation(flow, query, value, *_):
        if query.shape is None or value.shape is None:
            return UNKNOWN
        return Tensor(
            (*query.shape[:-1], value.shape[-1]),
            None,
            (
                *kept(len(query.shape) - 2),
                (Wire(1, len(value.shape) - 2, WHOLE),),
                (Wire(1, len(value.shape) - 1),),
            ),
        )

    operation.macs = operations.untold
    return operation


SAME = """ReLU LeakyReLU ELU PReLU Identity InputLayer Masking ActivityRegularization
Dropout AlphaDropout GaussianDropout GaussianNoise
SpatialDropout1D SpatialDropout2D SpatialDropout3D BatchNormalization
Rescaling Normalization LayerScale StochasticDepth
RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform
RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert
RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
RandomTranslation RandomZoom Solarization""".split()
LAYERS = (
    dict.fromkeys(SAME, constantly(same))
    | dict.fromkeys("Add Subtract Multiply Average Maximum Minimum".split(), _merge)
    | dict.fromkeys(
        (f"Global{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3)),
        _global,
    )
    | dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _recurrent)
    | dict.fromkeys(("MultiHeadAttention", "GroupedQueryAttention"), _heads)
    | dict.fromkeys(("Attention", "AdditiveAttention"), _attention)
    | dict.fromkeys(("CenterCrop", "RandomCrop"), _cropped)
    | dict.fromkeys(
        ("Activation", "Softmax", "LayerNormalization", "RMSNormalization", "UnitNormalization"),
        _mixed,
    )
    | dict.fromkeys(("AutoContrast", "Equalization"), _images)
    | dict.fromkeys(("Resizing", "UpSampling2D"), _interpolated)
    | {
        "GroupNormalization": lambda layer: (
            lambda flow, x: mixed(tuple(range(1, len(x.shape or ()))))(flow, x)
        ),
        "CustomScaleLayer": constantly(elementwise),
        "Concatenate": lambda layer: operations.concat(layer.axis),
        "Dense": lambda layer: operations.dense(None, layer.units),
        "Dot": _dot,
        "Flatten": constantly(_flatten),
        "Reshape": _reshape,
        "Permute": lambda layer: operations.permute((0, *layer.dims)),
        "RepeatVector": _repeat_vector,
        "Embedding": _embedding,
        "Bidirectional": _bidirectional,
        "TimeDistributed": _time_distributed,
        "SpectralNormalization": _inside,
        "EinsumDense": lambda layer: (
            einsum(layer.equation, tuple(layer.kernel.shape)) if layer.built else None
        ),
    }
)
