"""Keras models, read: what comes out, which sizes go in, and how many weights there are, as real
Keras has it.

Keras is traced, not computed: `jax.eval_shape` runs Keras's own code and JAX's own rules of shapes.
A model's `call` runs
its nodes at any size, past the check of the sizes it was built with; and a model that is built
inside a
`StatelessScope` gets no weights, only their shapes.
"""

from functools import partial
from itertools import product
from math import prod
from types import SimpleNamespace

import numpy
import pytest
from needed import lacking, require

from shapealg import ShapeError, read
from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length


@pytest.fixture(scope="module")
def real():
    """Keras on JAX, `real.shape(model, *shapes)` and `real.build(make)`."""
    require("keras-jax")
    import jax
    import keras

    if keras.backend.backend() != "jax":
        lacking(f"Keras is imported on {keras.backend.backend()} already")

    def build(make, *args, **kwargs):
        with keras.StatelessScope(initialize_variables=False):
            return make(*args, **kwargs)

    def shape(model, *shapes):
        """The shapes that come out; `None` where Keras refuses, or nothing comes out."""
        given = [
            jax.ShapeDtypeStruct(s, x.dtype) for s, x in zip(shapes, model.inputs, strict=True)
        ]
        try:
            made = jax.eval_shape(
                lambda *x: build(model.call, list(x) if len(x) > 1 else x[0], training=False),
                *given,
            )
        except (TypeError, ValueError):
            return None
        made = [tuple(x.shape) for x in jax.tree_util.tree_leaves(made)]
        return None if any(0 in m for m in made) else made

    yield SimpleNamespace(keras=keras, layers=keras.layers, ops=keras.ops, build=build, shape=shape)
    # all the weights that wait for their numbers would get them with the next model that is built
    # elsewhere
    keras.utils.clear_session()


def at(net, **sizes):
    """What the closed forms say at given sizes."""
    shapes = [
        shape.at(**sizes) if isinstance(shape, BySize) else shape for shape in net.output_shapes
    ]
    return [tuple(n(**sizes) if isinstance(n, Length) else n for n in shape) for shape in shapes]


def counted(net) -> int:
    return sum(node.parameters for node in net.graph.nodes)


# ---------------------------------------------------------------- every model of keras.applications

QUICK = ["VGG16", "ResNet50", "MobileNetV2", "Xception"]
SLOW = [
    "MobileNet",
    "DenseNet121",
    "EfficientNetB0",
    "InceptionV3",
    "ConvNeXtTiny",
    "NASNetMobile",
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtXLarge",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "ResNet50V2",
    "VGG19",
]
SMALLEST = {"InceptionV3": 75, "InceptionResNetV2": 75}  # in Keras's documentation of these two


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
)
@pytest.mark.many(3)
def test_an_application_without_its_top(real, name):
    own = {"input_shape": (224, 224, 3)} if name.startswith("NASNet") else {}  # see below
    model = real.build(
        getattr(real.keras.applications, name), weights=None, include_top=False, **own
    )
    net = read(model, ("N", "H", "W", 3))
    assert net.unknown == () and counted(net) == model.count_params()
    accepted = net.accepts("H")
    least = min(n for n in range(1, 300) if n in accepted)
    for h, w in ((97, 131), (224, least), (129, least - 1)):
        if w:
            expected = real.shape(model, (2, h, w, 3))
            assert (expected is not None) == (h in accepted and w in accepted), (h, w)
            assert expected is None or at(net, N=2, H=h, W=w) == expected
    assert least == SMALLEST.get(name, least)


def test_every_application_is_here(real):
    assert sorted(QUICK + SLOW) == sorted(
        name for name in dir(real.keras.applications) if name[0].isupper()
    )


@pytest.mark.slow
def test_a_nasnet_for_all_sizes_runs_at_none(real):
    """Built for open sizes, it never adjusts the older of two inputs, whose size is `None` like the
    other's; Keras builds it without a word.
    """
    model = real.build(
        real.keras.applications.NASNetMobile,
        weights=None,
        include_top=False,
        input_shape=(None, None, 3),
    )
    assert not read(model).accepts("H") and model.output_shape == (None, None, None, 1056)
    assert all(real.shape(model, (1, n, n, 3)) is None for n in (224,))


@pytest.mark.parametrize(
    ("name", "size"),
    (
        ("VGG16", 224),
        ("MobileNetV2", 224),
        pytest.param("ResNet50", 224, marks=pytest.mark.slow),
        pytest.param("InceptionV3", 299, marks=pytest.mark.slow),
    ),
)
def test_an_application_with_its_top(real, name, size):
    model = real.build(getattr(real.keras.applications, name), weights=None)
    net = read(model)
    assert list(net.graph.inputs.values()) == [("N", size, size, 3)]
    assert (
        net.unknown == ()
        and net.output_shape[1:] == (1000,)
        and counted(net) == model.count_params()
    )
    open_net = read(model, ("N", "H", "W", 3))
    accepted = open_net.accepts("H", W=size)
    for n in (size - 1, size, size + 32):
        assert (n in accepted) == (real.shape(model, (1, n, size, 3)) is not None), n
    # only Flatten and Dense keep to one size
    assert (name == "VGG16") == (size + 32 not in accepted)


# ---------------------------------------------------------------- networks in a few lines


def unet(k, down, up, padding="same", depth=3, rank=2):
    """A U-Net: `down(filters)` halves, `up(filters)` doubles."""
    conv = getattr(k.layers, f"Conv{rank}D")
    x = inputs = k.keras.Input((None,) * rank + (1,))
    skips = []
    for d in range(depth):
        x = conv(2 ** (d + 1), 3, padding=padding)(x)
        skips.append(x)
        x = down(2 ** (d + 1))(x)
    for d in reversed(range(depth)):
        x = k.layers.Concatenate()([skips[d], up(2**d)(x)])
        x = conv(2**d, 3, padding=padding)(x)
    return k.keras.Model(inputs, x)


UNETS = {
    "MaxPooling2D and UpSampling2D": lambda k: unet(
        k, lambda f: k.layers.MaxPooling2D(), lambda f: k.layers.UpSampling2D()
    ),
    "MaxPooling2D and Conv2DTranspose": lambda k: unet(
        k,
        lambda f: k.layers.MaxPooling2D(),
        lambda f: k.layers.Conv2DTranspose(f, 2, strides=2, padding="same"),
    ),
    "pooled with same": lambda k: unet(
        k,
        lambda f: k.layers.MaxPooling2D(padding="same"),
        lambda f: k.layers.Conv2DTranspose(f, 3, strides=2, padding="same"),
    ),
    "valid and output_padding": lambda k: unet(
        k,
        lambda f: k.layers.Conv2D(f, 3, strides=2),
        lambda f: k.layers.Conv2DTranspose(f, 3, strides=2, output_padding=1),
        depth=2,
    ),
    "valid and no output_padding": lambda k: unet(
        k,
        lambda f: k.layers.Conv2D(f, 3, strides=2),
        lambda f: k.layers.Conv2DTranspose(f, 3, strides=2),
        depth=2,
    ),
    "1D": lambda k: unet(
        k,
        lambda f: k.layers.AveragePooling1D(3),
        lambda f: k.layers.UpSampling1D(3),
        depth=2,
        rank=1,
    ),
}


@pytest.mark.parametrize("name", UNETS)
@pytest.mark.many(3)
def test_a_unet_accepts_what_keras_runs(real, name):
    model = real.build(UNETS[name], real)
    net = read(model)
    first = net.sizes[1]
    accepted = net.accepts(first)
    assert net.unknown == () and counted(net) == model.count_params()
    # an empty axis on the way counts as none: padding alone would come out
    every = real.keras.Model(model.inputs, [layer.output for layer in model.layers[1:]])
    rank = len(net.output_shape) - 2
    other = next((n for n in range(32, 80) if n in accepted), 32)  # the same demands on every axis
    for n in range(1, 101):
        expected = real.shape(every, (1, n, *(other,) * (rank - 1), 1))
        assert (n in accepted) == (expected is not None), n
        assert (
            expected is None
            or at(net, N=1, **dict(zip(net.sizes[1:], (n, *(other,) * (rank - 1)), strict=True)))
            == expected[-1:]
        )


def test_a_fixed_dense_layer_ties_the_sizes(real):
    def make():
        layers = real.layers
        return real.keras.Sequential(
            [
                real.keras.Input((32, 48, 3)),
                layers.Conv2D(8, 3),
                layers.MaxPooling2D(),
                layers.Conv2D(4, 3, padding="same", strides=2),
                layers.Flatten(),
                layers.Dropout(0.5),
                layers.Dense(10),
            ]
        )

    model = real.build(make)
    net = read(model, ("N", "H", "W", 3))
    assert net.output_shape[1:] == (10,) and len(net.ties) == 1
    for w in (48, 90):
        accepted = net.accepts("H", W=w)
        for h in range(1, 51):
            assert (h in accepted) == (real.shape(model, (1, h, w, 3)) is not None), (h, w)
    assert 32 in net.accepts("H", W=48) and 48 in net.accepts("W")
    assert read(model).output_shape[1:] == (10,) and counted(net) == model.count_params()


def test_a_sequential_that_was_never_built(real):
    layers = real.layers
    model = real.keras.Sequential(
        [layers.Conv2D(8, 3), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)]
    )
    net = read(model, ("N", 28, 28, 1))
    assert net.output_shape[1:] == (10,) and [node.kind for node in net.graph.nodes] == [
        "Conv2D",
        "MaxPooling2D",
        "Flatten",
        "Dense",
    ]
    with pytest.raises(ShapeError, match="the shape of the input is needed"):
        read(model)


def test_a_model_in_a_model_and_a_layer_called_twice(real):
    def make():
        keras, layers = real.keras, real.layers
        block = keras.Sequential(
            [keras.Input((None, None, 4)), layers.Conv2D(4, 3, padding="same"), layers.ReLU()],
            name="block",
        )
        a, b = keras.Input((None, None, 4)), keras.Input((None, None, 4))
        two = keras.Model(
            [a, b],
            [
                layers.Subtract(name="less")([a, b]),
                layers.Conv2D(2, 1, name="mix")(layers.Concatenate()([a, b])),
            ],
            name="two",
        )
        x = inputs = keras.Input((None, None, 3), name="x")
        shared = layers.Conv2D(4, 5, strides=2, name="shared")
        x, y = shared(x), shared(layers.ZeroPadding2D(1)(x))
        y = layers.Cropping2D(((0, 1), (1, 0)))(y)
        less, mixed = two([block(block(x)), y])
        return keras.Model(inputs, {"b": less, "a": layers.UpSampling2D(2)(mixed)})

    model = real.build(make)
    net = read(model, ("N", "H", "W", 3))
    names = [node.name for node in net.graph.nodes]
    assert len(set(names)) == len(names) and {"shared", "shared_2", "two/less", "two/mix"} <= set(
        names
    )
    assert (
        sum(node.name.startswith("block") and node.kind == "Conv2D" for node in net.graph.nodes)
        == 2
    )
    assert counted(net) == model.count_params()
    for h, w in ((33, 40), (64, 5), (7, 9)):
        assert at(net, N=2, H=h, W=w) == real.shape(model, (2, h, w, 3))


def test_code_with_weights_and_arrays_of_its_own(real):
    """The weights are those of its last node; an array is an input like another."""

    class Scaled(real.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],))
            self.built = True

        def call(self, x):
            return real.ops.add(real.ops.relu(x) * self.scale, numpy.zeros((4, 1, 1, 3), "float32"))

    def make():
        x = real.keras.Input((None, 3))
        y = real.layers.Dense(3, name="first")(x)
        return real.keras.Model(x, real.layers.ReLU()(Scaled(name="own")(y)))

    model = real.build(make)
    net = read(model)
    kinds = [(node.kind, node.parameters) for node in net.graph.nodes]
    kinds = [one for one in kinds if one[0] != "ConvertToTensor"]
    assert kinds == [("Dense", 12), ("Relu", 0), ("Multiply", 0), ("Add", 3), ("ReLU", 0)]
    assert net["own"].weights == ((3,),) and net.parameters == 15 == model.count_params()
    assert at(net, N=2, L=5) == [(4, 2, 5, 3)] == real.shape(model, (2, 5, 3))
    assert {(one.shape, one.wires) for one in net.graph.constants.values()} == {
        ((3,), ((),)),
        ((4, 1, 1, 3), ((),) * 4),
    }
    assert all(name.startswith("own/") for name in net.graph.constants)


def test_weights_beside_those_of_the_layer_that_is_called_last(real):
    class Own(real.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],))
            self.inner = real.layers.Dense(5, name="inner")
            self.inner.build(shape)
            self.built = True

        def call(self, x):
            return self.inner(x * self.scale)

    def make():
        x = real.keras.Input((None, 3))
        return real.keras.Model(x, Own(name="own")(x))

    model = real.build(make)
    net = read(model)
    last = net.graph.nodes[-1]
    assert (last.kind, last.parameters) == ("Dense", 3 * 5 + 5 + 3)
    assert last.weights == ((3, 5), (5,), (3,)) and net.parameters == model.count_params()


def test_a_layer_called_as_the_input_is(real):
    layers = real.layers
    model = real.keras.Sequential([layers.Conv1D(4, 3, name="input"), layers.ReLU(name="last")])
    net = read(model, ("N", "L", 3))
    assert [node.name for node in net.graph.nodes] == ["input_2", "last"]
    there = real.build(model.compute_output_shape, (2, 9, 3))
    assert net.at(N=2, L=9) == tuple(there)


def test_tensors_in_a_dictionary_go_into_a_layer_that_nobody_knows(real):
    class Strange(real.layers.Layer):
        def call(self, parts):
            raise NotImplementedError

        def compute_output_spec(self, parts):
            return real.keras.KerasTensor(parts["b"].shape)

    x, y = (real.keras.Input((None, 3), name=name) for name in "xy")
    model = real.keras.Model([x, y], Strange(name="odd")({"b": y, "a": x}))
    net = read(model)  # both are converted on their way
    made = {name: node.inputs[0] for node in net.graph.nodes for name in node.outputs}
    *_, odd = net.graph.nodes
    assert net.unknown == ("odd",) and [made.get(n, n) for n in odd.inputs] == ["y", "x"]


def test_a_row_within_a_model_is_followed(real):
    """Built or not; with an input in a tuple, in a list, or alone."""

    def make():
        x = real.keras.Input((None, 3))
        row = real.keras.Sequential([real.layers.Conv1D(3, 3)], name="row")
        pair = real.keras.Input((None, 3))
        one = real.keras.Model([pair], real.layers.Conv1D(3, 2)(pair), name="one")
        return real.keras.Model(x, one([row(row(x))]))

    model = real.build(make)
    net = read(model)
    assert [node.name.partition("/")[0] for node in net.graph.nodes] == ["row", "row", "one"]
    assert at(net, N=2, L=9) == [(2, 4, 3)] == real.shape(model, (2, 9, 3))


def test_a_row_within_a_row_that_was_never_built(real):
    layers = real.layers
    inner = real.keras.Sequential([layers.Conv1D(4, 3, name="conv")], name="row")
    model = real.keras.Sequential([inner, layers.MaxPooling1D(name="pool")])
    net = read(model, ("N", "L", 3))
    assert [node.name for node in net.graph.nodes] == ["row/conv", "pool"] and not net.unknown
    there = real.build(model.compute_output_shape, (2, 9, 3))
    assert net.at(N=2, L=9) == tuple(there)


def test_a_model_inside_takes_what_goes_in_as_it_stands(real):
    """One tensor for a list of one; none whose axes Keras would first change."""
    pair, x = real.keras.Input((4, 1)), real.keras.Input((4, 1))
    one = real.keras.Model([pair], real.layers.ReLU(name="inside")(pair), name="one")
    net = read(real.keras.Model(x, one(real.layers.ReLU(name="first")(x))))
    assert [node.name for node in net.graph.nodes] == ["first", "one/inside"]
    flat = real.keras.Input((4,))
    model = real.keras.Model(flat, one(flat))
    assert real.shape(model, (2, 4)) == [(2, 4, 1)] != [(2, *model.output_shape[1:])]
    assert read(model).unknown == ("one",)


@pytest.mark.parametrize(
    ("layer", "kernels"),
    (
        (lambda k: k.Dense(7), lambda it: [it.kernel]),
        (lambda k: k.LSTM(6), lambda it: [it.cell.kernel, it.cell.recurrent_kernel]),
        (lambda k: k.TimeDistributed(k.Dense(7)), lambda it: [it.layer.kernel]),
    ),
)
def test_each_of_nine_steps_multiplies_by_the_kernels(real, layer, kernels):
    made = layer(real.layers)
    model = real.build(lambda: real.keras.Sequential([real.keras.Input((9, 5)), made]))
    assert read(model).macs() == 9 * sum(prod(kernel.shape) for kernel in kernels(made))


@pytest.mark.parametrize(
    ("axes", "shapes"),
    (
        (2, ((5, 4), (7, 4))),
        (-1, ((5, 4), (7, 4))),
        (1, ((4, 5), (4, 7))),
        ((1, 2), ((4, 5), (7, 4))),
    ),
)
def test_a_dot_multiplies_each_of_five_rows_with_each_of_seven(real, axes, shapes):
    inputs = [real.keras.Input(shape) for shape in shapes]
    model = real.keras.Model(inputs, real.layers.Dot(axes=axes)(inputs))
    assert read(model).macs() == sum(1 for _ in product(range(5), range(7), range(4)))
    assert model.output_shape == (None, 5, 7)


def test_a_layer_that_is_called_again_is_numbered(real):
    """From 2 on, past the names that others have."""
    x = real.keras.Input((4,))
    again, other = real.layers.ReLU(name="again"), real.layers.ReLU(name="again_2")
    net = read(real.keras.Model(x, again(other(again(again(x))))))
    names = [node.name for node in net.graph.nodes]
    assert names == ["again", "again_2", "again_2_2", "again_3"]
    assert [node.outputs for node in net.graph.nodes] == [(name,) for name in names]
    several = real.keras.ops.split(x, 2, axis=1)
    (node,) = read(real.keras.Model(x, several)).graph.nodes
    assert node.outputs == tuple(f"{node.name}:{i}" for i in (0, 1))


def test_a_model_in_a_model_takes_a_dictionary_or_is_left_open(real):
    def make(strange):
        keras, layers = real.keras, real.layers
        a, b = keras.Input((None, 6), name="a"), keras.Input((None, 4), name="b")
        inner = keras.Model(
            {"b": b, "a": a},
            layers.Concatenate(axis=1)([layers.Conv1D(2, 3)(a), layers.Conv1D(2, 3)(b)]),
            name="inner",
        )
        x, y = keras.Input((None, 4)), keras.Input((None, 6))
        made = (
            inner({"a": y, "b": x})
            if not strange
            else layers.MultiHeadAttention(2, 3, name="scores")(x, y, return_attention_scores=True)
        )
        return keras.Model([x, y], made)

    net = read(real.build(make, False))
    assert [node.kind for node in net.graph.nodes] == [
        "Conv1D",
        "Conv1D",
        "Concatenate",
    ] and net.output_shape[2] == 2
    assert read(real.build(make, True)).unknown == ("scores",)


def test_every_name_in_the_tables_is_one_of_keras(real):
    from keras.src.layers.layer import Layer
    from keras.src.ops.operation import Operation

    from shapealg.network.readers.keras import layers as keras_layers
    from shapealg.network.readers.keras import operations as keras_operations

    def beneath(cls):
        return {cls, *(made for each in cls.__subclasses__() for made in beneath(each))}

    names = {True: set(), False: set()}
    for cls in beneath(Operation):
        names[issubclass(cls, Layer)].add(cls.__name__)
    assert (
        set(keras_layers.LAYERS) <= names[True] and set(keras_operations.OPERATIONS) <= names[False]
    )


def test_several_inputs_have_names_of_their_own(real):
    def make():
        a, b = real.keras.Input((None, 3), name="a"), real.keras.Input((None, None, 3), name="b")
        return real.keras.Model(
            [a, b], real.layers.Multiply()([real.layers.GlobalMaxPooling1D()(a), b])
        )

    model = real.build(make)
    net = read(model)
    assert net.graph.inputs == {"a": ("N", "L", 3), "b": ("N", "H2", "W2", 3)}
    assert (
        at(net, N=2, L=9, H2=5, W2=7)
        == [(2, 5, 7, 3)]
        == real.shape(model, (2, 9, 3), (2, 5, 7, 3))
    )
    assert read(model, {"b": (2, 8, 8, 3), 0: (2, "n", 3)}).output_shape == (2, 8, 8, 3)
    for given, line in (
        ({"c": (1, 2)}, "the model has no such input"),
        ({"a": (1, 2)}, "input a needs 3 entries"),
    ):
        with pytest.raises(ShapeError, match=line):
            read(model, given)


SHAPES = (
    ((None,), ("N", "L")),
    ((None, 5), ("N", "L", 5)),
    ((5, None), ("N", 5, "C")),
    ((None, None, 3), ("N", "H", "W", 3)),
    ((3, None, None), ("N", 3, "H", "W")),
    ((None, None, None), ("N", "H", "W", "C")),
    ((3, 8, None), ("N", 3, 8, "W")),
    ((3, 8, 9), ("N", 3, 8, 9)),
    ((3, None, 5), ("N", 3, "W", 5)),
    ((2, None, None, None), ("N", 2, "D", "H", "W")),
    ((None, None, None, 2), ("N", "D", "H", "W", 2)),
    ((None,) * 5, ("N", "a1", "a2", "a3", "a4", "C")),
)


@pytest.mark.parametrize(("shape", "told"), SHAPES)
def test_open_sizes_are_called_by_what_stands_there(real, shape, told):
    """Channels first where axis 1 says a number and the last one none."""
    inputs = [real.keras.Input(shape, name="a"), real.keras.Input(shape, name="b")]
    model = real.keras.Model(inputs, [real.layers.ReLU()(x) for x in inputs])
    second = tuple(n if isinstance(n, int) or n == "N" else f"{n}2" for n in told)
    assert read(model).graph.inputs == {"a": told, "b": second}


def test_inputs_are_given_by_name_or_number(real):
    x = real.keras.Input((None, 3), name="x")
    models = {
        "x": real.keras.Model(x, real.layers.ReLU()(x)),
        "input": real.keras.Sequential([real.layers.ReLU()]),
    }
    for name, model in models.items():
        for given in (("N", "n", 3), {0: ("N", "n", 3)}, {name: ("N", "n", 3)}):
            assert read(model, given).graph.inputs == {name: ("N", "n", 3)}
        for key in (1, -1, "y", True):
            told = f"the model has no such input; received .*; {name} work"
            with pytest.raises(ShapeError, match=told):
                read(model, {key: ("N", "n", 3)})
    with pytest.raises(ShapeError, match=r"input x needs 3 entries; received .*the model says"):
        read(models["x"], ("N", 3))


ASKING = {
    "LayerNormalization": lambda k, x: k.layers.LayerNormalization()(x),
    "of two axes": lambda k, x: k.layers.LayerNormalization(axis=(-2, -1))(x),
    "RMSNormalization": lambda k, x: k.layers.RMSNormalization()(x),
    "given numbers": lambda k, x: k.layers.Normalization(mean=[0.0] * 4, variance=[1.0] * 4)(x),
    "learnt numbers": lambda k, x: k.layers.Normalization()(x),
    "one number": lambda k, x: k.layers.Normalization(axis=None)(x),
    "LSTM": lambda k, x: k.layers.LSTM(3)(x),
    "GRU": lambda k, x: k.layers.GRU(3)(x),
    "SimpleRNN": lambda k, x: k.layers.SimpleRNN(3)(x),
    "Bidirectional": lambda k, x: k.layers.Bidirectional(k.layers.SimpleRNN(3))(x),
    "MultiHeadAttention": lambda k, x: k.layers.MultiHeadAttention(2, 3)(x, x),
    "GroupQueryAttention": lambda k, x: k.layers.GroupQueryAttention(4, 4, 2)(x, x),
    "Dense": lambda k, x: k.layers.Dense(5)(x),
    "Conv1D": lambda k, x: k.layers.Conv1D(5, 1)(x),
    "SeparableConv1D": lambda k, x: k.layers.SeparableConv1D(5, 1)(x),
    "EinsumDense": lambda k, x: k.layers.EinsumDense("abc,cd->abd", output_shape=(None, 5))(x),
    "BatchNormalization": lambda k, x: k.layers.BatchNormalization()(x),
    "GroupNormalization": lambda k, x: k.layers.GroupNormalization(2)(x),
    "PReLU": lambda k, x: k.layers.PReLU(shared_axes=[1])(x),
    "TimeDistributed": lambda k, x: k.layers.TimeDistributed(k.layers.Dense(5))(x),
    "SpectralNormalization": lambda k, x: k.layers.SpectralNormalization(k.layers.Dense(5))(x),
    "ReLU": lambda k, x: k.layers.ReLU()(x),
    "LayerScale": lambda k, x: _layer_scale(k)(0.5, 4)(x),
}


def _layer_scale(k):
    from keras.src.applications.convnext import LayerScale

    return LayerScale


@pytest.mark.parametrize("name", ASKING)
def test_a_layer_asks_for_the_features_that_it_was_built_for(real, name):
    """An axis of one stretches in some of them, which nobody means."""

    def make():
        x = real.keras.Input((6, 4))
        return real.keras.Model(x, ASKING[name](real, x))

    model = real.build(make)
    net = read(model, ("N", "L", "C"))
    assert net.unknown == () and counted(net) == model.count_params()
    for length, features in ((6, 2), (6, 3), (6, 4), (6, 8), (5, 4)):
        ran = real.shape(model, (2, length, features))
        runs = net.explain(N=2, L=length, C=features).runs
        assert runs == (ran is not None), (length, features)
        assert ran is None or at(net, N=2, L=length, C=features) == ran


def test_what_nobody_knows_is_named_and_left_open(real):
    class Strange(real.layers.Layer):
        """What Keras can run, but not on symbolic tensors."""

        def call(self, x):
            return real.ops.convert_to_tensor(numpy.asarray(x)[:, ::3])

        def compute_output_shape(self, shape):
            return (shape[0], None, *shape[2:])

    def make(layer):
        x = inputs = real.keras.Input((None, None, 3))
        x = real.layers.Conv2D(3, 3)(layer(real.layers.Conv2D(3, 3, name="before")(x)))
        return real.keras.Model(inputs, [x, real.layers.GlobalAveragePooling2D()(inputs)])

    model = real.build(make, Strange(name="odd"))
    net = read(model)
    assert net.unknown == ("odd",) and counted(net) == model.count_params()
    assert net.output_shapes[0] is None and net.output_shapes[1][1:] == (3,)
    assert 3 in net.accepts("H") and 2 not in net.accepts("H")


BEHIND = {
    "Reshape": lambda k, x: k.layers.Reshape((-1,))(x),
    "Flatten": lambda k, x: k.layers.Flatten()(x),
    "Permute": lambda k, x: k.layers.Permute((2, 1))(x),
    "GlobalMaxPooling1D": lambda k, x: k.layers.GlobalMaxPooling1D()(x),
    "Embedding": lambda k, x: k.layers.Embedding(3, 4)(x),
    "RepeatVector": lambda k, x: k.layers.RepeatVector(3)(x[:, 0]),
    "Dot": lambda k, x: k.layers.Dot(axes=2)([x, x]),
    "Add": lambda k, x: k.layers.Add()([x, x]),
    "LSTM": lambda k, x: k.layers.LSTM(3)(x),
    "both ways": lambda k, x: k.layers.Bidirectional(k.layers.GRU(3))(x),
    "TimeDistributed": lambda k, x: k.layers.TimeDistributed(k.layers.Dense(3))(x),
    "Attention": lambda k, x: k.layers.Attention()([x, x]),
    "heads": lambda k, x: k.layers.MultiHeadAttention(2, 3)(x, x),
    "split": lambda k, x: k.ops.split(x, 2, axis=-1),
    "cut": lambda k, x: x[:, 1:],
    "taken": lambda k, x: k.ops.take(x, [0], axis=1),
    "repeated": lambda k, x: k.ops.repeat(x, 2, axis=1),
    "moved": lambda k, x: k.ops.moveaxis(x, 1, 2),
    "one hot": lambda k, x: k.ops.one_hot(x, 3),
    "padded": lambda k, x: k.ops.pad(x, 1),
    "pooled": lambda k, x: k.ops.max_pool(x, 2),
    "convolved": lambda k, x: k.ops.conv(x, numpy.ones((3, 4, 5), "float32")),
}


@pytest.mark.parametrize("name", BEHIND)
@pytest.mark.many(3)
def test_behind_what_nobody_knows_nothing_is_known(real, name):
    class Strange(real.layers.Layer):
        def call(self, x):
            raise NotImplementedError

        def compute_output_spec(self, x):
            return real.keras.KerasTensor(x.shape)

    x = real.keras.Input((8, 4))
    made = real.build(lambda: BEHIND[name](real, Strange(name="odd")(x)))
    net = read(real.keras.Model(x, made))
    assert net.unknown == ("odd",) and set(net.output_shapes) == {None} and net.macs() is None


def test_a_random_crop_is_left_open(real):
    """Keras says one size, gives it where it trains, and leaves images as they are otherwise."""
    crop = real.layers.RandomCrop(8, 10, name="crop")
    model = real.build(lambda: real.keras.Sequential([real.keras.Input((20, 30, 3)), crop]))
    images = numpy.zeros((2, 20, 30, 3), "float32")
    trained = crop.transform_images(images, (3, 4), training=True)
    assert tuple(trained.shape) == (2, 8, 10, 3) == (2, *model.output_shape[1:])
    assert real.shape(model, images.shape) == [images.shape]
    assert read(model).unknown == ("crop",)


def test_a_sequential_with_a_call_of_its_own(real):
    class Half(real.keras.Sequential):
        def call(self, x):
            return super().call(x)[:, ::2]

    model = Half([real.keras.Input((4, 3)), real.layers.ReLU()])
    assert (
        read(model, ("N", 4, 3)).at(N=2) == (2, 2, 3) == tuple(model(numpy.zeros((2, 4, 3))).shape)
    )


# ---------------------------------------------------------------- layer by layer


def residual_tcn(k):
    x = inputs = k.keras.Input((None, 5))
    x = k.layers.Conv1D(8, 1)(x)
    for d in (1, 2, 4, 8):
        y = k.layers.Activation("relu")(
            k.layers.LayerNormalization()(
                k.layers.Conv1D(8, 3, padding="causal", dilation_rate=d)(x)
            )
        )
        x = k.layers.Add()([x, k.layers.SpatialDropout1D(0.1)(y)])
    return k.keras.Model(inputs, k.layers.Conv1D(2, 4, strides=4)(x))


def chain(shape, *layers, dtype=None):
    """Layers in a row, as a model; `shape` is without the batch."""
    return lambda k: k.keras.Sequential(
        [k.keras.Input(shape, dtype=dtype), *(layer(k.layers) for layer in layers)]
    )


def joined(*shapes, by):
    """A model of several inputs."""

    def make(k):
        inputs = [k.keras.Input(shape) for shape in shapes]
        return k.keras.Model(inputs, by(k, *inputs))

    return make


IMAGE, SOUND, VOLUME = (None, None, 3), (None, 6), (None, None, None, 2)
MODELS = {
    "a causal TCN": residual_tcn,
    "3-D": chain(
        VOLUME,
        lambda k: k.Conv3D(4, 3, strides=2, padding="same"),
        lambda k: k.MaxPooling3D((1, 2, 2)),
        lambda k: k.Conv3DTranspose(3, 2, strides=2),
        lambda k: k.ZeroPadding3D(1),
        lambda k: k.Cropping3D(),
        lambda k: k.UpSampling3D((1, 2, 3)),
        lambda k: k.AveragePooling3D(2, 1),
        lambda k: k.BatchNormalization(),
    ),
    "2-D": chain(
        IMAGE,
        lambda k: k.SeparableConv2D(6, 3),
        lambda k: k.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same"),
        lambda k: k.GroupNormalization(3),
        lambda k: k.PReLU(shared_axes=[1, 2]),
        lambda k: k.Conv2DTranspose(4, 4, strides=3),
        lambda k: k.ZeroPadding2D(((1, 2), (0, 3))),
        lambda k: k.Cropping2D((1, 2)),
        lambda k: k.Conv2D(4, 3, dilation_rate=2, groups=2),
        lambda k: k.AveragePooling2D(3, 2, "same"),
    ),
    "1-D": chain(
        SOUND,
        lambda k: k.SeparableConv1D(6, 3),
        lambda k: k.DepthwiseConv1D(3, padding="same"),
        lambda k: k.Conv1DTranspose(4, 4, strides=3),
        lambda k: k.ZeroPadding1D((1, 2)),
        lambda k: k.Cropping1D(2),
        lambda k: k.UpSampling1D(3),
        lambda k: k.MaxPooling1D(2),
        lambda k: k.AveragePooling1D(3, 2),
    ),
    "channels first": chain(
        (3, None, None),
        lambda k: k.ZeroPadding2D(1, data_format="channels_first"),
        lambda k: k.Conv2D(4, 3, strides=2, data_format="channels_first"),
        lambda k: k.BatchNormalization(axis=1),
        lambda k: k.GlobalAveragePooling2D(data_format="channels_first"),
    ),
    "resized": chain(
        IMAGE,
        lambda k: k.Rescaling(1 / 255),
        lambda k: k.Resizing(20, 30),
        lambda k: k.CenterCrop(16, 24),
        lambda k: k.AdaptiveAveragePooling2D((5, 7)),
        lambda k: k.GlobalMaxPooling2D(keepdims=True),
    ),
    "dense along": chain(
        SOUND,
        lambda k: k.Dense(7),
        lambda k: k.UnitNormalization(),
        lambda k: k.EinsumDense("abc,cde->abde", output_shape=(None, 2, 4)),
        lambda k: k.Reshape((-1, 8)),
        lambda k: k.EinsumDense("...x,xy->...y", output_shape=9),
        lambda k: k.Permute((2, 1)),
    ),
    "flat": chain(
        IMAGE,
        lambda k: k.GlobalAveragePooling2D(),
        lambda k: k.Dense(12),
        lambda k: k.RepeatVector(5),
        lambda k: k.Flatten(),
        lambda k: k.Reshape((3, 4, -1)),
        lambda k: k.Softmax(),
    ),
    "pooled over time": chain(SOUND, lambda k: k.GlobalMaxPooling1D(), lambda k: k.LeakyReLU()),
    "tokens": chain(
        (None,),
        lambda k: k.Embedding(50, 8, mask_zero=True),
        lambda k: k.Bidirectional(k.LSTM(5, return_sequences=True)),
        lambda k: k.GRU(4, return_sequences=True),
        lambda k: k.SimpleRNN(3),
        dtype="int32",
    ),
    "frames": chain(
        (None, 20, 16, 3),
        lambda k: k.TimeDistributed(k.Conv2D(4, 3, strides=2)),
        lambda k: k.TimeDistributed(k.MaxPooling2D()),
        lambda k: k.TimeDistributed(k.Flatten()),
        lambda k: k.TimeDistributed(k.Dense(6)),
        lambda k: k.LSTM(5),
    ),
    "states": joined(
        SOUND,
        by=lambda k, x: [
            *k.layers.LSTM(4, return_state=True)(x),
            *k.layers.Bidirectional(
                k.layers.GRU(3, return_sequences=True, return_state=True), merge_mode="sum"
            )(x),
        ],
    ),
    "added, of unlike rank": joined(IMAGE, (3,), by=lambda k, x, y: k.layers.Add()([y, x])),
    "added, stretched": joined(IMAGE, (1, None, 3), by=lambda k, x, y: k.layers.Maximum()([x, y])),
    "joined along": joined(SOUND, SOUND, by=lambda k, x, y: k.layers.Concatenate(axis=1)([x, y])),
    "dot": joined(
        (None, 4),
        (None, 4),
        by=lambda k, x, y: [
            k.layers.Dot(axes=2)([x, y]),
            k.layers.Dot(axes=(1, 1))([x, x]),
            k.layers.Dot(1)([x[:, 0], y[:, 0]]),
        ],
    ),
    "attention": joined(
        (None, 4),
        (None, 6),
        by=lambda k, x, y: [
            k.layers.MultiHeadAttention(2, 5)(x, y),
            k.layers.MultiHeadAttention(2, 5, output_shape=7)(x, x),
            k.layers.GroupQueryAttention(4, 4, 2)(x, x),
        ],
    ),
    "attention of Luong": joined(
        (None, 4),
        (None, 4),
        by=lambda k, x, y: [k.layers.Attention()([x, y]), k.layers.AdditiveAttention()([y, x])],
    ),
    "operations": joined(
        IMAGE,
        by=lambda k, x: (
            k.ops.relu6(x + 3.0) * (k.ops.max(x, axis=-1, keepdims=True) / 6.0) - k.ops.ones((3,))
        ),
    ),
    "cut": joined(
        IMAGE,
        by=lambda k, x: [
            x[:, 1::2, :-3],
            x[:, 0],
            x[..., None, 1],
            x[:, -2:, 2:9, ::2],
            x[:, None, 3:],
        ],
    ),
    "moved": joined(
        IMAGE,
        by=lambda k, x: [
            k.ops.transpose(x, (0, 3, 1, 2)),
            k.ops.swapaxes(x, 1, -1),
            k.ops.moveaxis(x, -1, 1),
            k.ops.moveaxis(x, (1, 2), (3, 1)),
            k.ops.expand_dims(x, 2),
            k.ops.squeeze(k.ops.sum(x, 1, keepdims=True), 1),
        ],
    ),
    "reduced": joined(
        IMAGE,
        by=lambda k, x: [
            k.ops.mean(x, (1, 2)),
            k.ops.argmax(x, -1),
            k.ops.logsumexp(x, axis=2, keepdims=True),
            k.ops.var(x, axis=[-1]),
        ],
    ),
    "parts": joined(
        (None, 6),
        by=lambda k, x: [
            *k.ops.split(x, 3, axis=-1),
            *k.ops.split(x, [2, 5], axis=-1),
            k.ops.stack([x, x], axis=1),
            k.ops.concatenate([x, x], axis=-1),
            k.ops.repeat(x, 3, axis=1),
            k.ops.tile(x, (1, 2, 2)),
        ],
    ),
    "shapes": joined(
        IMAGE,
        by=lambda k, x: [
            k.ops.pad(x, ((0, 0), (1, 2), (3, 0), (0, 0))),
            k.ops.reshape(x[:, :5, :4], (-1, 20, 3)),
            k.ops.image.resize(x, (9, 11)),
            k.ops.matmul(x, k.ops.swapaxes(x, -1, -2)),
            k.ops.einsum("nhwc,nhvc->nwv", x, x),
        ],
    ),
    "pools": joined(
        IMAGE,
        by=lambda k, x: [
            k.ops.max_pool(x, 3, 2, "same"),
            k.ops.average_pool(x, 2, 2),
            k.ops.conv(x, k.ops.ones((3, 3, 3, 8)), 2, "same"),
            k.ops.where(x > 0, x, 0.0),
            k.ops.one_hot(k.ops.argmax(x, -1), 4),
        ],
    ),
}
OPEN = ((19, 23, 17), (32, 21, 26), (40, 40, 33))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.many(3)
def test_sizes_as_in_keras(real, name):
    model = real.build(MODELS[name], real)
    net = read(model)
    assert net.unknown == () and counted(net) == model.count_params()
    for sizes in OPEN:
        names = [n for n in net.sizes if n != "N"]
        given = {"N": 2} | dict(zip(names, (*sizes, *sizes), strict=False))
        if name == "joined along" or name == "added, stretched":
            given |= {n: given[n.rstrip("2")] for n in names if n.rstrip("2") in given}
        shapes = [tuple(given.get(n, n) for n in shape) for shape in net.graph.inputs.values()]
        expected = real.shape(model, *shapes)
        assert expected is not None and at(net, **given) == expected, given


LINES = ((None, None),)  # of the axes behind the batch, of each input
PAIR = ((None, None), (None, None))
CUBE = ((None, None, None),)
# what goes in, and operations or layers whose words are not those that are left out
ODD = {
    "reduced": (
        LINES,
        lambda k, x: [
            k.ops.any(x, axis=1),
            k.ops.amax(x, axis=-1, keepdims=True),
            k.ops.argmin(x),
            k.ops.median(x, axis=(0, 2), keepdims=True),
            k.ops.std(x),
            k.ops.argmax(x, axis=0, keepdims=True),
        ],
    ),
    "kept": (
        LINES,
        lambda k, x: [
            k.ops.cumsum(x, axis=1),
            k.ops.flip(x),
            k.ops.roll(x, 1, axis=-1),
            k.ops.softmax(x, axis=1),
            k.ops.sort(x, axis=0),
            k.ops.triu(x, 1),
        ],
    ),
    "split in two": (LINES, lambda k, x: k.ops.split(x, 2, axis=-2)),
    "split in three": (LINES, lambda k, x: k.ops.split(x, 3, axis=2)),
    "cut at two": (LINES, lambda k, x: k.ops.split(x[:, :9], [2], axis=-1)),
    "stacked": (PAIR, lambda k, x, y: [k.ops.stack([x, y], axis=a) for a in (0, 1, -1, -2)]),
    "joined": (PAIR, lambda k, x, y: k.ops.concatenate([x, y], axis=-2)),
    "joined in the batch": (PAIR, lambda k, x, y: k.ops.concatenate([x, y, x], axis=0)),
    "one place": (LINES, lambda k, x: [x[:, 0], x[:, -1], x[1 - 1, ..., -1], x[..., 0, None]]),
    "backwards": (LINES, lambda k, x: [x[:, ::-1], x[:, ::-2, 0], x[:, -1:-9:-2]]),
    "places": (
        LINES,
        lambda k, x: [
            k.ops.take(x, n, axis=a)
            for a in (1, -1)
            for n in (numpy.array([[0], [-1]]), 0, [0, -1], [[0, 1, 0], [0, 0, 0]])
        ],
    ),
    "new axes": (LINES, lambda k, x: [k.ops.expand_dims(x, a) for a in (0, 2, -1, (1, -2))]),
    "taken out": (
        ((1, None, 1),),
        lambda k, x: [k.ops.squeeze(x, a) for a in (1, -1, (1, 3), [-1])],
    ),
    "repeated": (LINES, lambda k, x: [k.ops.repeat(x, 3, axis=a) for a in (1, -1, 0)]),
    "tiled": (
        LINES,
        lambda k, x: [k.ops.tile(x, n) for n in (2, (2,), (1, 3, 2), (2, 1, 1, 3))],
    ),
    "stretched": (LINES, lambda k, x: k.ops.broadcast_to(x, (3, 2, 5, 3))),
    "in one": (LINES, lambda k, x: [k.ops.reshape(x, n) for n in (-1, (2, -1), (-1, 1, 2))]),
    "turned": (
        CUBE,
        lambda k, x: [
            k.ops.transpose(x),
            k.ops.transpose(x, (-1, 0, 2, 1)),
            k.ops.moveaxis(x, (0, 1), (-1, 0)),
            k.ops.moveaxis(x, -2, 0),
            k.ops.swapaxes(x, -3, 0),
        ],
    ),
    "padded": (
        LINES,
        lambda k, x: [
            k.ops.pad(x, 1),
            k.ops.pad(x, ((1, 2),)),
            k.ops.pad(x, ((0, 0), (3, 0), (0, 1))),
        ],
    ),
    "pooled": (((None, None, 3),), lambda k, x: k.ops.max_pool(x, (3, 2), (2, 1))),
    "pooled behind": (
        ((3, None, None),),
        lambda k, x: [
            k.ops.average_pool(x, 2, 3, "same", data_format="channels_first"),
            k.ops.image.resize(x, (4, 5), data_format="channels_first"),
            k.ops.conv(x, numpy.ones((2, 3, 3, 6), "float32"), 2, data_format="channels_first"),
        ],
    ),
    "convolved": (
        ((None, None, 3),),
        lambda k, x: [
            k.ops.conv(x, numpy.ones((3, 2, 3, 4), "float32"), (1, 2), "same"),
            k.ops.conv(x, numpy.ones((2, 2, 3, 4), "float32"), dilation_rate=(2, 1)),
        ],
    ),
    "resized": (((None, None, 3),), lambda k, x: k.ops.image.resize(x, (4, 5))),
    "multiplied": (((None, 2), (2, None)), lambda k, x, y: k.ops.matmul(x, y)),
    "flattened": (LINES, lambda k, x: [k.layers.Flatten()(x), k.layers.Flatten()(x[:, :, 0])]),
    "Flatten of numbers": (((),), lambda k, x: k.layers.Flatten()(x)),
    "Reshape": (LINES, lambda k, x: [k.layers.Reshape(n)(x) for n in ((-1,), (2, -1), (-1, 1, 3))]),
    "RepeatVector": (((None,),), lambda k, x: k.layers.RepeatVector(3)(x)),
    "Concatenate": (PAIR, lambda k, x, y: k.layers.Concatenate(axis=-2)([x, y])),
    "global": (
        CUBE,
        lambda k, x: [
            k.layers.GlobalMaxPooling2D(data_format="channels_first")(x),
            k.layers.GlobalAveragePooling2D(data_format="channels_first", keepdims=True)(x),
            k.layers.GlobalMaxPooling1D(keepdims=True)(x[:, 0]),
        ],
    ),
    "cropped": (
        CUBE,
        lambda k, x: [
            k.layers.CenterCrop(2, 3, data_format="channels_first")(x),
            k.layers.CenterCrop(3, 2)(x[0]),
            k.layers.Resizing(4, 2, data_format="channels_first")(x),
            k.layers.UpSampling2D((2, 3), data_format="channels_first")(x),
        ],
    ),
    "dot": (PAIR, lambda k, x, y: k.layers.Dot(axes=(2, 1))([x, y])),
    "dot of last": (PAIR, lambda k, x, y: k.layers.Dot(axes=-1)([x, y])),
    "dot of rows": (((None,), (None,)), lambda k, x, y: k.layers.Dot(axes=1)([x, y])),
    "keys": (
        ((None, None), (None, None), (None, None)),
        lambda k, x, y, z: k.layers.Attention()([x, y, z]),
    ),
    "scores": (((None, 4), (None, 4)), lambda k, x, y: k.layers.AdditiveAttention()([x, y])),
    "heads": (
        ((None, 4), (None, 5)),
        lambda k, x, y: k.layers.MultiHeadAttention(2, 3, output_shape=(2, 7))(
            x, y, k.layers.Dense(6)(y)
        ),
    ),
    "states": (
        ((None, 3),),
        lambda k, x: [
            *k.layers.LSTM(4, return_state=True, return_sequences=True)(x),
            *k.layers.GRU(4, return_state=True)(x),
            k.layers.SimpleRNN(5, return_sequences=True)(x),
        ],
    ),
    "both ways": (
        ((None, 3),),
        lambda k, x: [
            *k.layers.Bidirectional(k.layers.LSTM(4), merge_mode=None)(x),
            *k.layers.Bidirectional(k.layers.LSTM(4, return_state=True))(x),
            k.layers.Bidirectional(k.layers.SimpleRNN(4, return_sequences=True))(x),
            k.layers.Bidirectional(k.layers.GRU(4), merge_mode="mul")(x),
        ],
    ),
    "each": (
        CUBE,
        lambda k, x: [
            k.layers.TimeDistributed(k.layers.MaxPooling1D(2))(x),
            k.layers.TimeDistributed(k.layers.GlobalMaxPooling1D())(x),
            k.layers.TimeDistributed(k.layers.TimeDistributed(k.layers.ReLU()))(x),
        ],
    ),
    "within": (
        ((None, None, 3),),
        lambda k, x: k.layers.SpectralNormalization(k.layers.Conv2D(4, (2, 3)))(x),
    ),
    "chosen": (PAIR, lambda k, x, y: k.ops.where(x > 0, x, y)),
    "averaged": (((2, None, None), (None,)), lambda k, x, y: k.layers.Average()([x, y])),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.many(4)
def test_odd_words_at_small_sizes_as_in_keras(real, name):
    shapes, by = ODD[name]
    inputs = [real.keras.Input(shape) for shape in shapes]
    model = real.keras.Model(inputs, real.build(by, real, *inputs))
    net = read(model)
    assert net.unknown == () and counted(net) == model.count_params()
    names = [n for n in net.sizes if n != "N"]
    ran = 0
    for sizes in (*product((1, 2, 5), (2, 3), (1, 4)), (9, 8, 7), (3, 3, 3), (4, 4, 4)):
        for two in (sizes, sizes[::-1], sizes[1:] + sizes[:1]):
            given = {"N": 2, **dict(zip(names, (*sizes, *two, *sizes), strict=False))}
            asked = {n: given[n] for n in net.sizes}
            concrete = [tuple(given.get(n, n) for n in s) for s in net.graph.inputs.values()]
            there = real.shape(model, *concrete)
            assert net.explain(**asked).runs == (there is not None), asked
            assert there is None or at(net, **asked) == there, asked
            ran += there is not None
            if len(names) < 4:
                break
    assert ran


MASKED = {
    "attention": lambda k, x, y, z, m: k.layers.MultiHeadAttention(2, 3)(x, y, attention_mask=m),
    "of groups": lambda k, x, y, z, m: k.layers.GroupQueryAttention(3, 2, 1)(
        x, z, attention_mask=m
    ),
    "with a key": lambda k, x, y, z, m: k.layers.MultiHeadAttention(2, 3)(
        x, z, y, key_mask=m[:, 0]
    ),
    "by keyword": lambda k, x, y, z, m: k.layers.MultiHeadAttention(2, 3)(
        attention_mask=m, key=z, value=y, query=x
    ),
    "value and query": lambda k, x, y, z, m: k.layers.MultiHeadAttention(2, 3)(value=y, query=x),
    "key and value masks": lambda k, x, y, z, m: k.layers.MultiHeadAttention(2, 3)(
        x, y, value_mask=m[:, 0], attention_mask=k.ops.expand_dims(m[:, 0], 1)
    ),
    "Luong": lambda k, x, y, z, m: k.layers.Attention()([x, z], mask=[None, m[:, 0]]),
    "LSTM": lambda k, x, y, z, m: k.layers.LSTM(3)(x, mask=m[:, :, 0]),
    "mean": lambda k, x, y, z, m: k.layers.GlobalAveragePooling1D()(x, mask=m[:, :, 0]),
    "BatchNormalization": lambda k, x, y, z, m: k.layers.BatchNormalization()(x, mask=m[:, :, 0]),
    "TimeDistributed": lambda k, x, y, z, m: k.layers.TimeDistributed(k.layers.Dense(3))(
        x, mask=m[:, :, 0]
    ),
}


@pytest.mark.parametrize("name", MASKED)
def test_masks_and_tensors_by_keyword(real, name):
    """A layer takes its tensors in the order of its own arguments, and a mask is none of them."""
    shapes = {"x": (5, 4), "y": (7, 6), "z": (7, 4), "m": (5, 7)}
    inputs = {n: real.keras.Input(shape, name=n) for n, shape in shapes.items()}
    made = real.build(MASKED[name], real, *inputs.values())
    model = real.keras.Model(list(inputs.values()), made)
    net = read(model, {n: ("N", *shape) for n, shape in shapes.items()})
    there = real.shape(model, *((2, *shape) for shape in shapes.values()))
    assert net.unknown == () and at(net, N=2) == there != [None]


@pytest.mark.parametrize("axes", (None, (1, 2)))
def test_keys_of_attention_are_as_many_as_values(real, axes):
    more = () if axes is None else (3,)

    def make():
        inputs = [real.keras.Input((None, *more, n)) for n in (4, 5, 6)]
        attention = real.layers.MultiHeadAttention(2, 3, attention_axes=axes)
        return real.keras.Model(inputs, attention(*inputs))

    model = real.build(make)
    net = read(model, [("N", name, *more, n) for name, n in zip("ABC", (4, 5, 6), strict=True)])
    for sizes in ((3, 5, 5), (3, 5, 4), (3, 4, 3), (5, 2, 2)):
        lengths = zip(sizes, (4, 5, 6), strict=True)
        there = real.shape(model, *((2, length, *more, n) for length, n in lengths))
        asked = dict(zip("NABC", (2, *sizes), strict=True))
        assert net.explain(**asked).runs == (there is not None), sizes
        assert there is None or at(net, **asked) == there


def test_a_mask_of_attention_fits_query_and_key(real):
    def make():
        x, y = (real.keras.Input((None, 4), name=name) for name in "xy")
        mask = real.keras.Input((None, None), name="m")
        attention = real.layers.MultiHeadAttention(2, 3)
        return real.keras.Model([x, y, mask], attention(x, y, attention_mask=mask))

    model = real.build(make)
    net = read(model, {"x": ("N", "L", 4), "y": ("N", "S", 4), "m": ("N", "l", "s")})
    for sizes in ((5, 7, 5, 7), (5, 7, 7, 5), (5, 7, 7, 7), (5, 5, 5, 5), (3, 2, 3, 3)):
        n, m, rows, columns = sizes
        there = real.shape(model, (2, n, 4), (2, m, 4), (2, rows, columns))
        assert net.explain(N=2, L=n, S=m, l=rows, s=columns).runs == (there is not None), sizes


@pytest.mark.slow
def test_macs_are_what_the_kernels_of_real_layers_cost(real):
    """Every output number costs the kernel entries that it is summed from."""
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(8, 3),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, padding="same"),
            layers.Flatten(),
            layers.Dense(5),
        ]
    )
    first, second, last = (model.layers[i] for i in (0, 2, 4))
    counted = [
        prod(layer.output.shape[1:]) * prod(layer.kernel.shape[:-1])
        for layer in (first, second, last)
    ]
    net = read(model)
    assert [row.macs for row in net if row.parameters] == counted
    assert sum(counted[:2]) == 453_600 and net.macs() == sum(counted)
    assert " 194 400" in str(net)
    convolutions = read(keras.Sequential(model.layers[:3]), ("N", "H", "W", 3))
    assert convolutions.macs()(H=32, W=32) == 453_600


@pytest.mark.slow
def test_macs_of_recurrent_and_wrapped_layers(real):
    import keras
    from keras import layers

    x = keras.Input((9, 5))
    for layer, per_step in (
        (layers.LSTM(6), lambda it: [it.cell.kernel, it.cell.recurrent_kernel]),
        (layers.GRU(6), lambda it: [it.cell.kernel, it.cell.recurrent_kernel]),
        (layers.TimeDistributed(layers.Dense(7)), lambda it: [it.layer.kernel]),
        (layers.EinsumDense("abc,cd->abd", (9, 7)), lambda it: [it.kernel]),
        (layers.SeparableConv1D(4, 3, padding="same"), None),
        (layers.MultiHeadAttention(2, 3), None),
    ):
        heads = isinstance(layer, layers.MultiHeadAttention)
        net = read(keras.Model(x, layer(x, x) if heads else layer(x)))
        if heads:
            assert net.macs() is None
        elif per_step is None:
            assert net.macs() == 9 * (3 * 5 + 5 * 4)
        else:
            assert net.macs() == 9 * sum(prod(k.shape) for k in per_step(layer)), layer.name


def test_axes_with_numeric_sizes_are_those_that_the_first_layer_slides_along(real):
    """What one output sees is where its gradient is not zero."""
    import jax
    import keras
    import numpy
    from keras import layers

    for shape, spatial, made in (
        ((32, 40, 3), 2, [layers.Conv2D(8, (3, 5)), layers.AveragePooling2D(2)]),
        ((40, 4), 1, [layers.ReLU(), layers.Conv1D(8, 3, strides=2), layers.Conv1D(8, 3)]),
        ((4, 40), 1, [layers.Conv1D(8, 5, data_format="channels_first")]),
    ):
        for layer in made:
            if layer.name.startswith("conv"):
                layer.kernel_initializer = "ones"
        model = keras.Sequential([keras.Input(shape), *made])
        one = (0, *(n // 2 for n in model.output_shape[1:]))
        output = partial(_entry, model, one)
        seen = numpy.asarray(jax.grad(output)(numpy.ones((1, *shape), "float32")))
        extents = [len(set(places)) for places in seen.nonzero()]
        field = read(model).receptive_field()
        first = 2 if shape == (4, 40) else 1
        assert field.axes == tuple(range(first, first + spatial))
        assert list(field.size) == extents[first : first + spatial]


def _entry(model, place, x):
    return model(x)[place]


def test_real_layers_in_a_list_are_read_as_their_sequential(real):
    import keras
    from keras import layers

    inputs = keras.Input((33, 40, 3))
    made = keras.Sequential([inputs, layers.Conv2D(8, 3, strides=2), layers.ReLU()])
    net = read([layers.Conv2D(8, 3, strides=2), layers.ReLU()], ("N", "H", "W", 3))
    assert [net((1, 33, 40, 3))] == real.shape(made, (1, 33, 40, 3))
    assert read(layers.Conv2D(8, 3, strides=2), ("N", "H", "W", 3))((1, 33, 40, 3)) == (
        net((1, 33, 40, 3))
    )
    assert read([inputs, layers.Conv2D(8, 3)])((5, 33, 40, 3)) == (5, 31, 38, 8)
