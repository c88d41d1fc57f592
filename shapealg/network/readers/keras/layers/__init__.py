"""What each layer of Keras does, in the words of the dialect or in neutral operations, by theme; a
row is built from the layer.
"""

from inspect import signature

from shapealg.network.along import Along
from shapealg.network.operations import Counted, kept, place
from shapealg.network.readers.keras.layers import (
    entrywise,
    products,
    recurrent,
    reshaping,
    resizing,
)
from shapealg.network.readers.keras.operations.entrywise import several
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor, rewired
from shapealg.words.dialects import keras
from shapealg.words.real import attributes
from shapealg.words.words import Words

THEMES = (entrywise, reshaping, resizing, products, recurrent)
LAYERS = Operators.joined(theme.LAYERS for theme in THEMES)


# what tells which entries count, and no size
MASKS = ("mask", "query_mask", "value_mask", "key_mask")


def arguments(layer, args: tuple, kwargs: dict) -> list:
    """The arguments of a call in the order in which its layer takes them, without masks of entries;
    where attention is masked, the values are the keys that are left out.
    """
    taken = signature(layer.call)
    given = taken.bind(*args, **kwargs).arguments
    if "attention_mask" in given and given.get("key") is None:
        given["key"] = given["value"]
    return [given[name] for name in taken.parameters if name in given and name not in MASKS]


def operation(layer, count: int = 1) -> tuple:
    """The words of a layer with so many outputs, and what it does; `None` for what it has not, or
    nobody knows.

    A subclass of somebody else may do anything: it is not known.
    """
    kind = type(layer).__name__
    if not type(layer).__module__.startswith("keras."):
        return None, None
    known = vars(keras).get(kind)  # what changes no size is known by its name
    words = known(**attributes(layer, known)) if isinstance(known, type(Words)) else None
    row, made = LAYERS.get(kind), None
    if row is not None:
        made = row.build(layer)
    elif words is not None and words.by_axes:
        made = Along(words)
    if made is not None and (axes := _fixed(layer, kind)):
        made = _fitted(made, axes)
    every = row is not None and row.outputs is None
    return words, made if count == 1 or every else None


# ---------------------------------------------------------------- layers around a layer


@LAYERS.built("TimeDistributed")
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
        # behind the first axis nothing reads the batch
        wires = rewired(made.wires[1:], lambda w: w._replace(axis=w.axis + 1))
        return Tensor((x.shape[0], x.shape[1], *made.shape[1:]), None, (*kept(2), *wires))

    def macs(x, *_):
        each = inner.macs(Tensor((x.shape[0], *x.shape[2:])))
        return None if each is None else x.shape[1] * each

    return Counted(run, macs) if hasattr(inner, "macs") else run


@LAYERS.built("SpectralNormalization")
def _inside(layer):
    """A wrapper that changes no shape."""
    return operation(layer.layer)[1]


# ---------------------------------------------------------------- what the weights of a layer ask
# of its input


def _fixed(layer, kind: str) -> dict:
    """axis → length: what a layer was built for and cannot be called without."""
    spec = getattr(layer, "input_spec", None)
    axes = {axis: n for axis, n in (getattr(spec, "axes", None) or {}).items() if n is not None}
    if kind == "Normalization":  # its numbers are weights only where they are learnt
        axes |= zip(layer._keep_axis, layer._mean_and_var_shape, strict=True)
    elif weights := layer.weights:
        if kind in ("LayerNormalization", "RMSNormalization"):
            axes |= zip(several(layer.axis) or (), weights[0].shape, strict=True)
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
        if x.shape is not None:
            shape = list(x.shape)
            for axis, n in axes.items():
                at = place(axis, len(shape))
                shape[at] = flow.equal(shape[at], n)
            x = Tensor(tuple(shape))
        return inner(flow, x, *rest)

    return Counted(operation, inner.macs) if hasattr(inner, "macs") else operation
