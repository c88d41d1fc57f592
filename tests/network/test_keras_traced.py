"""Keras models and layers whose call is code of their own: what is told is what Keras gives when it
is called, at every size tried.
"""

import os

import numpy
import pytest

from shapealg import ShapeError, read


def block(keras):
    class Block(keras.layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.filters = filters
            self.conv = keras.layers.Conv2D(filters, 3, padding="same")
            self.pool = keras.layers.MaxPooling2D(name="pool")

        def call(self, x):
            return self.pool(keras.ops.relu(self.conv(x)))

        def get_config(self):
            return {**super().get_config(), "filters": self.filters}

    return Block


def scaled(keras):
    class Scaled(keras.layers.Layer):
        """Weights of its own."""

        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],))
            self.built = True

        def call(self, x):
            return x * self.scale

    return Scaled


def subclassed(keras):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = block(keras)(4, name="one"), block(keras)(6, name="two")
            self.up = keras.layers.UpSampling2D()
            self.last = keras.layers.Dense(3, name="last")

        def call(self, x, training=False):
            deep = self.two(self.one(x))
            return {"wide": self.last(self.up(deep)), "deep": deep}

    return Own()


def in_a_row(keras):
    return keras.Sequential(
        [block(keras)(4), keras.layers.Lambda(lambda x: x[:, ::3]), scaled(keras)()]
    )


def functional(keras):
    x = keras.Input((16, 20, 3))
    y = scaled(keras)(name="scaled")(block(keras)(4, name="block")(x))
    y = keras.layers.Lambda(lambda t: keras.ops.pad(t, ((0, 0), (1, 2), (0, 0), (0, 0))))(y)
    return keras.Model(x, keras.layers.Conv2D(2, 3)(y))


def within(keras):
    """A subclass within a functional model, twice."""
    own = block(keras)(3, name="shared")
    x = keras.Input((None, None, 3))
    return keras.Model(x, own(own(x)))


def of_a_list(keras):
    class Joined(keras.Model):
        def __init__(self):
            super().__init__()
            self.pool = keras.layers.AveragePooling2D(3, 2, "same")

        def call(self, inputs):
            a, b = inputs
            return keras.ops.concatenate([self.pool(a), b], axis=-1)

    return Joined()


MODELS = {
    "subclassed": subclassed,
    "in a row": in_a_row,
    "functional": functional,
    "within": within,
}


def run(keras, model, *shapes):
    """The shapes that come out, by Keras; `None` where it refuses or nothing is left."""
    tensors = [numpy.zeros(shape, "float32") for shape in shapes]
    try:
        made = model.call(tensors if len(tensors) > 1 else tensors[0])
    except (TypeError, ValueError):
        return None
    made = made if isinstance(made, dict) else {None: made}
    told = {name: tuple(x.shape) for name, x in made.items()}
    return None if any(0 in shape for shape in told.values()) else told


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.many(10)
def test_code_of_its_own_is_followed(keras, name):
    model = MODELS[name](keras)
    net = read(model, ("N", "H", "W", 3))
    assert not net.unknown
    if not model.built:
        model(numpy.zeros((1, 16, 16, 3), "float32"))
    assert net.parameters == model.count_params()
    for h, w in ((2, 8), (4, 4), (5, 6), (7, 12), (8, 9), (13, 16), (16, 20), (23, 31)):
        there = run(keras, model, (2, h, w, 3))
        assert net.explain(N=2, H=h, W=w).runs == (there is not None), (h, w)
        for called, shape in (there or {}).items():
            told = net.outputs[called] if called else net.output_shape
            assert (
                tuple(
                    n
                    if isinstance(n, int)
                    else n(**{s: {"N": 2, "H": h, "W": w}[s] for s in n.names})
                    for n in told
                )
                == shape
            )


def test_inputs_in_a_list(keras):
    model = of_a_list(keras)
    net = read(model, [("N", "H", "W", 3), ("N", "h", "w", 2)])
    assert list(net.graph.inputs) == ["inputs_0", "inputs_1"]
    assert (
        net.at(N=1, H=7, W=8, h=4, w=4)
        == (1, 4, 4, 5)
        == run(keras, model, (1, 7, 8, 3), (1, 4, 4, 2))[None]
    )


def test_nodes_are_named_by_the_layers(keras):
    net = read(subclassed(keras), ("N", "H", "W", 3))
    names = [node.name for node in net.graph.nodes]
    assert [n for n in names if n.endswith("pool")] == ["one/pool", "two/pool"] and "last" in names
    assert net["one"].parameters == 3 * 3 * 3 * 4 + 4


def test_the_model_is_left_as_it_was(keras):
    fresh, built = subclassed(keras), subclassed(keras)
    built(numpy.zeros((1, 8, 8, 3), "float32"))
    before = [len(layer._inbound_nodes) for layer in built._flatten_layers()]
    shape = keras.KerasTensor.shape
    state = [(layer.built, len(layer.weights)) for layer in fresh._flatten_layers()]
    for model in (fresh, built):
        read(model, ("N", "H", "W", 3))
    assert [(layer.built, len(layer.weights)) for layer in fresh._flatten_layers()] == state
    assert [len(layer._inbound_nodes) for layer in built._flatten_layers()] == before
    assert keras.KerasTensor.shape is shape


LOOKS = {
    "asks": lambda x: x if x.shape[1] == 7 else x[:, 1:],
    "divides": lambda x: x[:, : x.shape[1] // 2],
    "unpacks": lambda x: x[:, : (lambda n, h, w, c: h)(*x.shape)],
    "in a row": lambda x: x if 7 in x.shape else x[:, 1:],
    "as a whole": lambda x: x if x.shape[1:] == (7, 8, 3) else x[:, 1:],
    "as numbers": lambda x: x if [*x.shape][1] == 7 else x[:, 1:],
}


@pytest.mark.parametrize("name", LOOKS)
def test_code_that_looks_at_an_open_size_is_refused(keras, name):
    """None == 7 is false without complaint: Keras itself would follow one way for all sizes."""

    class Looks(keras.Model):
        def call(self, x):
            return LOOKS[name](x)

    with pytest.raises(
        ShapeError,
        match=rf"looks at a size that is open; received .*{os.path.basename(__file__)}:\d+",
    ):
        read(Looks(), ("N", "H", "W", 3))
    assert read(Looks(), (2, 7, 8, 3)).output_shape[2] == 8


def test_channels_may_be_looked_at(keras):
    class Looks(keras.Model):
        def call(self, x):
            assert len(x.shape) == 4
            return keras.ops.tile(x, (1, 1, 1, 2)) if x.shape[-1] == 3 else x

    assert read(Looks(), ("N", "H", "W", 3)).output_shape[3] == 6


def test_what_keras_cannot_trace_is_told(keras):
    class Broken(keras.Model):
        def call(self, x):
            return numpy.asarray(x).sum()

    with pytest.raises(ShapeError, match="does not run on Keras's symbolic tensors") as caught:
        read(Broken(), ("N", "H", "W", 3))
    assert len(str(caught.value).splitlines()) == 1
    # within a model it is named
    x = keras.Input((8, 8, 3))

    class Strange(keras.layers.Layer):
        def call(self, x):
            return numpy.asarray(x) if not isinstance(x, keras.KerasTensor) else x.nothing

        def compute_output_shape(self, shape):
            return shape

    model = keras.Model(x, keras.layers.ReLU()(Strange(name="strange")(x)))
    assert read(model).unknown == ("strange",)


def test_inputs_are_asked_for(keras):
    with pytest.raises(ShapeError, match="every input of call needs a shape: x"):
        read(subclassed(keras))
    with pytest.raises(ShapeError, match="every input of call needs a shape: x"):
        read(subclassed(keras), {"z": ("N", 8, 8, 3)})


@pytest.mark.parametrize("result", (None, 3, [], {"a": None}))
def test_what_is_no_tensor_is_refused(keras, result):
    class Own(keras.Model):
        def call(self, x):
            return result

    with pytest.raises(ShapeError, match="the model must give a tensor; received"):
        read(Own(), ("N", "H", "W", 3))


def test_what_stands_beside_tensors_is_left_out(keras):
    class Own(keras.Model):
        def call(self, x):
            return {"z": x[:, 1:], "a": [None, x], "n": 3}

    net = read(Own(), ("N", "H", "W", 3))
    assert list(net.outputs) == ["a.1", "z"]
    assert net.outputs["z"][1](H=7) == 6


def test_code_sees_the_sizes_that_are_asked_about(keras):
    """Not those that the model was built with."""

    class Half(keras.layers.Layer):
        def call(self, x):
            return x[:, : x.shape[1] // 2]

    for shape, other in (((16, 20, 3), (32, 20, 3)), ((16,), (10,))):
        x = keras.Input(shape)
        model = keras.Model(x, keras.layers.ReLU()(Half(name="half")(x)))
        for given in (shape, other):
            net = read(model, (2, *given))
            assert net.output_shape == tuple(model.call(numpy.zeros((2, *given), "float32")).shape)
        net = read(model, tuple("NHWC"[: len(shape) + 1]))
        assert net.unknown == ("half",) and net.output_shape is None


@pytest.mark.parametrize("kind", ("unbuilt row", "built row", "graph"))
def test_code_within_a_row_that_is_not_built(keras, kind):
    """It is followed where Keras can call it, and otherwise not known; the names stay."""

    class Half(keras.layers.Layer):
        def call(self, x):
            return x[:, : x.shape[1] // 2]

    layers, x = keras.layers, keras.Input((16, 3))
    conv, half, last = layers.Conv1D(4, 3, name="conv"), Half(name="half"), layers.ReLU(name="last")
    inner = {
        "unbuilt row": lambda: keras.Sequential([conv, half, last], name="row"),
        "built row": lambda: keras.Sequential([keras.Input((16, 3)), conv, half, last], name="row"),
        "graph": lambda: keras.Model(x, last(half(conv(x))), name="row"),
    }[kind]()
    nodes = [len(layer._inbound_nodes) for layer in inner._flatten_layers()]
    model = keras.Sequential([layers.ReLU(name="first"), inner, layers.Dense(2, name="end")])
    asked = {n: read(model, (2, n, 3)) for n in (16, 32)}
    assert [len(layer._inbound_nodes) for layer in inner._flatten_layers()] == nodes
    nodes = [node for node in asked[16].graph.nodes if node.kind != "ConvertToTensor"]
    row = [node.name for node in nodes]
    assert [*row[:2], row[2][:9], *row[3:]] == ["first", "row/conv", "row/half/", "row/last", "end"]
    if kind == "unbuilt row":
        assert not asked[32].unknown
    else:  # it was built for 16, and Keras lets none of other sizes in
        assert asked[32].unknown == ("row/half",) and asked[32].output_shape is None
    assert read(model, ("N", "L", 3)).unknown == ("row/half",)
    there = model(numpy.zeros((2, 16, 3), "float32"))
    assert asked[16].output_shape == tuple(there.shape)
    assert asked[16].parameters == model.count_params()


@pytest.mark.parametrize("length", (16, None))
def test_code_within_a_model_inside_is_not_followed_at_the_sizes_of_its_building(keras, length):
    class Half(keras.layers.Layer):
        def call(self, x):
            return x[:, : x.shape[1] // 2]

    inside, x = keras.Input((16, 3)), keras.Input((length, 3))
    inner = keras.Model(inside, keras.layers.ReLU()(Half(name="half")(inside)), name="inner")
    model = keras.Model(x, inner(x))
    there = model(numpy.zeros((2, 16, 3), "float32"))
    assert read(model, (2, 16, 3)).output_shape == tuple(there.shape)
    net = read(model, ("N", "L", 3))
    assert net.unknown == ("inner/half",) and net.output_shape is None


def test_code_is_followed_beside_a_model_whose_code_is_not(keras):
    class Idle(keras.layers.Layer):
        def call(self, x):
            return x

    x, inside = keras.Input((None, 3)), keras.Input((None, 3))
    inner = keras.Model(inside, Idle(name="idle")(inside), name="inner")
    first = keras.layers.ReLU()(keras.layers.ReLU()(inner(x)))
    model = keras.Model(x, [first, keras.layers.Lambda(lambda t: t[:, 1:])(x)])
    net = read(model, ("N", "L", 3))
    there = model(numpy.zeros((2, 9, 3), "float32"))[1]
    assert net.unknown == ("inner/idle",)
    assert tuple(net.output_shapes[1][i](N=2, L=9) for i in (0, 1)) == there.shape[:2]


@pytest.mark.parametrize("keyed", (False, True))
def test_code_within_a_model_of_several_inputs(keras, keyed):
    x, y = keras.Input((None, 3), name="x"), keras.Input((None, 3), name="y")
    rest = keras.layers.Lambda(lambda t: t[:, 1:])(y)
    inputs = {"y": y, "x": x} if keyed else [x, y]
    model = keras.Model(inputs, keras.layers.Concatenate(axis=1)([x, rest, rest]))
    net = read(model, {"x": ("N", "A", 3), "y": ("N", "B", 3)})
    given = {"x": numpy.zeros((2, 4, 3), "float32"), "y": numpy.zeros((2, 7, 3), "float32")}
    there = model(given if keyed else list(given.values()))
    assert not net.unknown and net.at(N=2, A=4, B=7) == tuple(there.shape)


def test_inputs_are_given_by_the_names_that_the_call_has(keras):
    class Both(keras.Model):
        def call(self, one, other):
            return keras.ops.concatenate([one, other, other], axis=1)

    shapes = ("N", "A", 3), ("N", "B", 3)
    there = Both().call(numpy.zeros((2, 4, 3)), numpy.zeros((2, 7, 3)))
    for given in (list(shapes), {"other": shapes[1], 0: shapes[0]}):
        assert read(Both(), given).at(N=2, A=4, B=7) == tuple(there.shape)


def test_what_the_call_takes_beside_tensors_is_no_input(keras):
    class Joined(keras.Model):
        def call(self, parts, training=False, mask=None):
            return keras.ops.concatenate(parts, axis=1)

    net = read(Joined(), [("N", "L", 3), ("N", "M", 3)])
    assert list(net.graph.inputs) == ["parts_0", "parts_1"]
    assert net.at(N=2, L=4, M=5) == run(keras, Joined(), (2, 4, 3), (2, 5, 3))[None]
    for name in ("training", "mask"):
        with pytest.raises(ShapeError, match="every input of call needs a shape: parts; received"):
            read(Joined(), {name: ("N", 3)})


def test_weights_that_nothing_holds_are_no_other_layer_s(keras):
    class Idle(keras.layers.Layer):
        def build(self, shape):
            self.more = self.add_weight(shape=(5,))

        def call(self, x):
            return x

    x = keras.Input((8, 8, 3))
    y = keras.layers.Conv2D(4, 3, name="conv")(x)
    net = read(keras.Model(x, keras.layers.ReLU()(Idle(name="idle")(y))))
    assert net["conv"].parameters == 112 and net.parameters == 117


def test_weights_that_wait_for_their_numbers_go_on_waiting(keras):
    """Those of another model, too: nothing is worked out for a reading."""
    drawn = []

    class Drawn(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            drawn.append(shape)
            return keras.ops.zeros(shape, dtype)

    def model(kernel):
        x = keras.Input((None, None, 3))
        return keras.Model(
            x, block(keras)(4)(keras.layers.Conv2D(3, 3, kernel_initializer=kernel)(x))
        )

    with keras.StatelessScope(initialize_variables=False):
        other, own = model(Drawn()), model("zeros")
    drawn.clear()
    assert read(own).at(N=1, H=9, W=9) == (1, 3, 3, 4)
    assert not drawn
    assert other(numpy.zeros((1, 9, 9, 3), "float32")).shape == (1, 3, 3, 4)
    keras.utils.clear_session()
