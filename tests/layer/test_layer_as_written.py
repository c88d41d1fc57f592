"""A layer asked in its framework's own way: called, told its input, compared, listed."""

import pytest

import shapealg as sa
from shapealg import ShapeError, keras, torch
from shapealg.errors import NoSuchName
from shapealg.words import spoken


def test_a_layer_is_called_as_in_its_framework():
    assert torch.nn.Conv2d(3, 8, 3)((1, 3, 64, 64)) == (1, 8, 62, 62)  # as PyTorch made it
    layer = keras.layers.Conv2D(8, 3)
    assert layer((None, 64, 64, 3)) == (None, 62, 62, 8) and layer("x") is layer
    for ask in (layer, layer.output_shape):
        with pytest.raises(
            ShapeError, match=r"a shape is one tuple; .* output_shape\(\(3, 64, 64\)"
        ):
            ask(3, 64, 64)


def test_keras_own_questions():
    layer = keras.layers.Conv2D(8, 3)
    assert layer.compute_output_shape((None, 64, 64, 3)) == (None, 62, 62, 8)
    assert layer.count_params((None, 64, 64, 3)) == 3 * 3 * 3 * 8 + 8


def test_an_attribute_that_is_not_there_names_ours():
    layer = torch.nn.Conv2d(3, 8, 3)
    for name, ours in (
        ("summary", "parameters"),
        ("weight", "weight_shape"),
        ("forward", "output"),
    ):
        with pytest.raises(NoSuchName, match=ours) as told:
            getattr(layer, name)
        assert "\n" not in str(told.value)
    assert not hasattr(layer, "compute_output_shape") and not hasattr(layer, "paths")


def test_the_input_that_keras_is_told_is_kept():
    """896 and (3, 3, 3, 32): Keras's own summary of `Conv2D(32, 3, input_shape=(28, 28, 3))`."""
    layer = keras.layers.Conv2D(32, 3, input_shape=(28, 28, 3))
    assert layer.parameters() == layer.count_params() == 896
    assert layer.weight_shape() == (3, 3, 3, 32)
    assert keras.layers.Dense(4, input_dim=8).parameters() == 8 * 4 + 4
    net = keras.Sequential([layer, keras.layers.Flatten()])
    assert net.output_shape() == (None, 26 * 26 * 32) and net.parameters() == 896
    assert sa.read(net).output_shape[-1] == 26 * 26 * 32
    net = keras.Sequential()
    net.add(keras.layers.Conv2D(32, 3, input_shape=(28, 28, 3)))
    assert net.output_shape() == (None, 26, 26, 32)
    assert "input_shape=(28, 28, 3)" in repr(layer)
    with pytest.raises(ShapeError):
        keras.layers.Conv2D(32, 3, input_shape="x?")


def test_equal_layers_are_equal():
    conv = torch.nn.Conv2d(3, 8, 3)
    same = torch.nn.Conv2d(3, 8, kernel_size=(3, 3), stride=1)
    assert conv == same and hash(conv) == hash(same) and len({conv, same}) == 1
    assert conv != torch.nn.Conv2d(3, 8, 5) and conv != torch.nn.Conv1d(3, 8, 3)
    assert torch.nn.ReLU() == torch.nn.ReLU() != torch.nn.Tanh()


def test_what_dir_shows():
    assert set(dir(torch.nn.Conv2d(3, 8, 3))) >= {"output_shape", "macs", "in_channels"}
    assert not {"all_known", "divides", "flag", "refuse"} & set(dir(torch.nn.Conv2d(3, 8, 3)))
    assert all(hasattr(keras.Conv2D(8, 3), name) for name in dir(keras.Conv2D(8, 3)))
    assert set(dir(sa.zoo)) == set(sa.zoo.ZOO)


def test_a_sequential_points_to_read():
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3))
    for name in ("receptive_field", "accepts"):
        with pytest.raises(NoSuchName, match=rf"sa\.read\(net, shape\)\.{name}"):
            getattr(net, name)
    with pytest.raises(NoSuchName, match="output_shape"):
        net.summary  # noqa: B018


def test_what_was_received_in_either_language():
    with pytest.raises(ShapeError) as told:
        torch.nn.Conv2d(3, 8, 3)((1, 3, 1, 9))
    assert "received 1 position;" in str(told.value) and "收到 1 格；" in told.value.zh


PASTED = (
    ("self.conv1 = nn.Conv2d(3, 8, 3)", "torch", (1, 3, 64, 64), (1, 8, 62, 62)),
    ("conv = nn.Conv2d(3, 8, 3),", "torch", (1, 3, 64, 64), (1, 8, 62, 62)),
    ("x = layers.Conv2D(8, 3)(x)", "keras", (1, 64, 64, 3), (1, 62, 62, 8)),
    ("model.add(layers.MaxPooling2D(2))", "keras", (1, 64, 64, 3), (1, 32, 32, 3)),
    ("model.add(MaxPooling2D((2, 2)))", "keras", (1, 64, 64, 3), (1, 32, 32, 3)),
    ("Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))", "torch", (1, 3, 64, 64), (1, 8, 62, 62)),
    ("max_pool2d = tf.nn.max_pool(x, 2, 2, 'VALID')", "tensorflow", (1, 9, 9, 3), (1, 4, 4, 3)),
)


@pytest.mark.parametrize(("line", "framework", "shape", "made"), PASTED)
def test_a_line_as_it_stands_in_a_program(line, framework, shape, made):
    words = spoken.read(line)
    assert words.framework == framework and words.output_shape(shape) == made


def test_a_word_alone_that_several_frameworks_have():
    with pytest.raises(ShapeError, match=r"one of keras, paddle works, for example keras.Conv2D"):
        spoken.read("Conv2D(8, 3)")
    with pytest.raises(ShapeError, match="one layer is read at a time"):
        spoken.read("nn.Sequential(nn.Conv2d(3, 8, 3))")
    for bad in ("", "x = 3", "a = b = c", "import os", "x(y)(z)(w)", "del x", "f(1); g(2)"):
        with pytest.raises(ShapeError):
            spoken.read(bad)


# as PyTorch 2 and Keras 3.15.1 made them
MADE = (
    (torch.nn.LazyConv2d(8, 3), (1, 5, 9, 9), (1, 8, 7, 7)),
    (torch.nn.LazyLinear(10), (1, 9216), (1, 10)),
    (torch.nn.UpsamplingNearest2d(scale_factor=2), (1, 3, 4, 5), (1, 3, 8, 10)),
    (torch.nn.UpsamplingBilinear2d(size=(7, 9)), (1, 3, 4, 5), (1, 3, 7, 9)),
    (keras.layers.Reshape((-1, 64)), (None, 7, 8, 64), (None, 56, 64)),
    (keras.layers.Reshape((7, 7, 64)), (None, 3136), (None, 7, 7, 64)),
    (keras.layers.Reshape((-1, 4)), (None, None, 8), (None, None, 4)),
    (keras.layers.Permute((2, 3, 1)), (None, 7, 8, 9), (None, 8, 9, 7)),
    (keras.layers.InputLayer((28, 28, 1)), None, (None, 28, 28, 1)),
)


@pytest.mark.parametrize(("layer", "shape", "made"), MADE, ids=repr)
def test_words_that_were_missing(layer, shape, made):
    assert layer.output_shape(shape) == made


def test_a_lazy_layer_asks_its_input():
    """368 = 8 · 5 · 3 · 3 + 8, as `sum(p.numel() for p in layer.parameters())` after one call."""
    lazy = torch.nn.LazyConv2d(8, 3)
    assert lazy.parameters((1, 5, 9, 9)) == 368 and lazy.weight_shape((1, 5, 9, 9)) == (8, 5, 3, 3)
    with pytest.raises(ShapeError, match="give an input_shape"):
        lazy.parameters()
    with pytest.raises(ShapeError):
        torch.nn.LazyConv2d(8, 3, groups=2).output_shape((1, 5, 9, 9))
    net = sa.read([lazy, torch.nn.Flatten(), torch.nn.LazyLinear(10)], "N,3,16,16")
    assert str(net.output_shape) == "(N, 10)"
    assert torch.flatten((2, 3, 4)) == (24,) and torch.flatten((2, 3, 4), 1) == (2, 12)


def test_reshape_and_permute_refuse_what_keras_refuses():
    for layer, shape in (
        (keras.layers.Reshape((5, 5)), (None, 24)),
        (keras.layers.Reshape((-1, 5)), (None, 24)),
        (keras.layers.Permute((2, 1)), (None, 2, 3, 4)),
    ):
        with pytest.raises(ShapeError):
            layer.output_shape(shape)
    with pytest.raises(ShapeError):
        keras.layers.Permute((0, 1))
