"""Which axes the layers and operations of Keras read, and at which places: every entry of the input
is changed once, and Keras tells which entries of the output change with it.
"""

from collections import defaultdict
from math import prod

import numpy
import pytest

from shapealg import read
from shapealg.axis.window import Window
from shapealg.network.tensor import WHOLE

ROW, WIDE, BACK = ((3, 4),), ((2, 3, 4, 2),), slice(None, None, -1)
# the shapes that go in, behind a batch of 2; what Keras does to them; what no wire tells: an axis
# that is read whole, as (input, axis), or one that is another of the output, as (input, axis, axis)
CASES = {
    "kept": (ROW, lambda k, x: k.ops.relu(x)),
    "several outputs": (ROW, lambda k, x: [k.ops.relu(x), x[:, 1:]]),
    "flipped along all": (ROW, lambda k, x: k.ops.flip(x)),
    "flipped along one": (ROW, lambda k, x: k.ops.flip(x, axis=1)),
    "rolled": (ROW, lambda k, x: k.ops.roll(x, 1, axis=2)),
    "softmax": (ROW, lambda k, x: k.ops.softmax(x)),
    "cumulated": (ROW, lambda k, x: k.ops.cumsum(x, axis=1)),
    "sorted": (ROW, lambda k, x: k.ops.sort(x, axis=1)),
    "normalized": (ROW, lambda k, x: k.ops.normalize(x)),
    "reduced": (ROW, lambda k, x: k.ops.mean(x, axis=1)),
    "reduced and kept": (ROW, lambda k, x: k.ops.max(x, axis=(1, -1), keepdims=True)),
    "transposed": (ROW, lambda k, x: k.ops.transpose(x, (2, 0, 1))),
    "swapped": (WIDE, lambda k, x: k.ops.swapaxes(x, 1, -2)),
    "moved": (WIDE, lambda k, x: k.ops.moveaxis(x, (1, -1), (3, 0))),
    "expanded": (ROW, lambda k, x: k.ops.expand_dims(x, (1, -1))),
    "stacked": ((*ROW, *ROW), lambda k, x, y: k.ops.stack([x, y], axis=-2), (0, 2, 3), (1, 2, 3)),
    "joined": (((3, 4), (2, 4)), lambda k, x, y: k.ops.concatenate([x, y], axis=1)),
    "cut": (WIDE, lambda k, x: x[:, 1:, ::2, None, -1]),
    "cut at both ends": (WIDE, lambda k, x: x[..., None, 1:3, 0]),
    "backwards": (ROW, lambda k, x: x[:, BACK, 1]),
    "added": (((3, 4), (3, 1)), lambda k, x, y: k.ops.add(x, y)),
    "one hot": (ROW, lambda k, x: k.ops.one_hot(k.ops.cast(x, "int32"), 40)),
    "split": (ROW, lambda k, x: k.ops.split(x, 2, axis=-1), (0, 2, 2)),
    "parted": (ROW, lambda k, x: k.ops.split(x, [1, 2], axis=-1)),
    "chosen": (ROW, lambda k, x: k.ops.take(x, [2, 0, 2], axis=1)),
    "padded": (ROW, lambda k, x: k.ops.pad(x, ((0, 0), (1, 0), (0, 2)))),
    "multiplied": (((3, 4), (4, 2)), lambda k, x, y: k.ops.matmul(x, y)),
    "summed": (
        ((3, 4), (3, 2)),
        lambda k, x, y: k.ops.einsum("nij,nik->nkj", x, y),
        (0, 1),
        (1, 1),
    ),
    "Softmax": (ROW, lambda k, x: k.layers.Softmax(axis=1)(x)),
    "Activation": (ROW, lambda k, x: k.layers.Activation("softmax")(x)),
    "an activation": (ROW, lambda k, x: k.layers.Activation("relu")(x)),
    "LayerNormalization": (ROW, lambda k, x: k.layers.LayerNormalization()(x)),
    "UnitNormalization": (ROW, lambda k, x: k.layers.UnitNormalization(axis=[1])(x)),
    "GroupNormalization": (ROW, lambda k, x: k.layers.GroupNormalization(1)(x)),
    "Add": (((2, 3, 4), (1, 4), (4,)), lambda k, *x: k.layers.Add()(x)),
    "GlobalMaxPooling2D": (((3, 4, 2),), lambda k, x: k.layers.GlobalMaxPooling2D()(x)),
    "Permute": (WIDE, lambda k, x: k.layers.Permute((3, 1, 4, 2))(x)),
    "RepeatVector": (((4,),), lambda k, x: k.layers.RepeatVector(3)(x)),
    "Embedding": (((4,),), lambda k, x: k.layers.Embedding(90, 5)(x)),
    "Dense": (ROW, lambda k, x: k.layers.Dense(5)(x)),
    "Dot": (
        ((3, 4), (5, 4)),
        lambda k, x, y: k.layers.Dot(axes=2)([x, y]),
        (0, 2),
        (1, 2),
        (1, 0, 0),
    ),
    "EinsumDense": (ROW, lambda k, x: k.layers.EinsumDense("nij,jk->nki", (5, 3))(x), (0, 2)),
    "attention": (
        ((3, 4), (5, 4), (5, 4)),
        lambda k, x, y, z: k.layers.MultiHeadAttention(2, 3)(x, y, z),
        (0, 1, 1),
        (1, 0, 0),
        (2, 0, 0),
        (2, 1),
        (0, 2),
        (1, 2),
        (2, 2),
    ),
    "Attention": (
        ((3, 4), (5, 4)),
        lambda k, x, y: k.layers.Attention()([x, y]),
        (0, 1, 1),
        (1, 0, 0),
        (0, 2),
    ),
    "LSTM": (ROW, lambda k, x: k.layers.LSTM(5, return_sequences=True)(x), (0, 2)),
    "the last of a GRU": (ROW, lambda k, x: k.layers.GRU(5)(x), (0, 1), (0, 2)),
    "states": (ROW, lambda k, x: k.layers.SimpleRNN(5, return_state=True)(x), (0, 1), (0, 2)),
    "both ways": (
        ROW,
        lambda k, x: k.layers.Bidirectional(k.layers.GRU(5, return_sequences=True))(x),
        (0, 2),
    ),
    "TimeDistributed": (
        WIDE,
        lambda k, x: k.layers.TimeDistributed(k.layers.Permute((3, 1, 2)))(x),
    ),
    "CenterCrop": (((6, 7, 2),), lambda k, x: k.layers.CenterCrop(4, 3)(x)),
}


def changed(model, shapes, which: int):
    """For each output the places of this input and those of the output that change with them."""
    import jax

    count, drawn = prod(shapes[which]), numpy.random.default_rng(0)
    given = [1 + drawn.permutation(prod(shape)).reshape(shape) for shape in shapes]
    several = [numpy.repeat(x[None].astype("float32"), count + 1, 0) for x in given]
    several[which].reshape(count + 1, count)[1:][numpy.diag_indices(count)] += 30
    made = jax.vmap(lambda *x: model(list(x) if len(x) > 1 else x[0]))(*several)
    places = numpy.array(list(numpy.ndindex(shapes[which])))
    for y in map(numpy.asarray, jax.tree_util.tree_leaves(made)):
        entry, *out = (y[1:] != y[:1]).nonzero()
        yield places[entry], numpy.stack(out, 1)


def read_together(places, after) -> bool:
    """Whether an entry reads more than one of these places."""
    found = defaultdict(set)
    for place, entry in zip(places.tolist(), map(tuple, after.tolist()), strict=True):
        found[entry].add(place)
    return any(len(those) > 1 for those in found.values())


def untold(tensor, source: int, axis: int, places, after):
    """Compare what is told of an axis of an input; what is not told of it."""
    told = [
        (i, wire.map)
        for i, wires in enumerate((*tensor.wires, tensor.consumed))
        for wire in wires
        if (wire.source, wire.axis) == (source, axis)
    ]
    if read_together(places, after):
        assert all(way is WHOLE for _, way in told)
        return [] if told else [(source, axis)]
    alike = [
        i
        for i, n in enumerate(tensor.shape)
        if n > 1 and set(after[:, i]) == set(range(n)) and (places == after[:, i]).all()
    ]
    for i, way in told:
        assert not (alike and way is WHOLE)
        if way is not WHOLE:
            one = way or Window.identity
            assert one.kernel == 1 and (places == one.stride * after[:, i] - one.lo).all()
    return [(source, axis, i) for i in alike if (i, None) not in told]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.many(3)
def test_an_axis_reads_the_places_that_change_it(keras, name):
    """All of it, where several are read together."""
    shapes, by, *aside = CASES[name]
    inputs = [keras.Input(shape, batch_size=2) for shape in shapes]
    model = keras.Model(inputs, by(keras, *inputs))
    net, missing = read(model), set()
    for source, x in enumerate(inputs):
        pairs = changed(model, [each.shape for each in inputs], source)
        for output, (places, after) in zip(net.graph.outputs, pairs, strict=True):
            for axis in [i for i, n in enumerate(x.shape) if n > 1]:
                tensor = net.flow.tensors[output]
                missing.update(untold(tensor, source, axis, places[:, axis], after))
    assert net.unknown == () and missing == set(aside)
