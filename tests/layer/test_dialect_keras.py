"""Keras's words beyond Conv: numbers printed by Keras's own models, sizes recorded from Keras
3.15.1, and refusals.
"""

import inspect
import os
import subprocess
import sys

import pytest
import sympy
from needed import require

from shapealg import DomainError, ShapeError
from shapealg.axis.length import Length
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.checks.worker import QUIET
from shapealg.words.dialects import keras

# ---------------------------------------------------------------- numbers printed elsewhere

# layer, input, output, parameters, where printed
PRINTED = (
    (
        keras.DepthwiseConv2D(3, padding="same", use_bias=False),
        (None, 112, 112, 32),
        (None, 112, 112, 32),
        288,
        "MobileNet conv_dw_1, keras.applications summary",
    ),
    (
        keras.DepthwiseConv2D(3, strides=2, use_bias=False),
        (None, 113, 113, 64),
        (None, 56, 56, 64),
        576,
        "MobileNet conv_dw_2, keras.applications summary",
    ),
    (
        keras.ZeroPadding2D(((0, 1), (0, 1))),
        (None, 112, 112, 64),
        (None, 113, 113, 64),
        0,
        "MobileNet conv_pad_2, keras.applications summary",
    ),
    (
        keras.SeparableConv2D(128, 3, padding="same", use_bias=False),
        (None, 109, 109, 64),
        (None, 109, 109, 128),
        8768,
        "Xception block2_sepconv1, keras.applications summary",
    ),
    (
        keras.SeparableConv2D(128, 3, padding="same", use_bias=False),
        (None, 109, 109, 128),
        (None, 109, 109, 128),
        17_536,
        "Xception block2_sepconv2, keras.applications summary",
    ),
    (
        keras.MaxPooling2D(3, strides=2, padding="same"),
        (None, 109, 109, 128),
        (None, 55, 55, 128),
        0,
        "Xception block2_pool, keras.applications summary",
    ),
    (
        keras.Conv2DTranspose(128, 4, strides=2, padding="same"),
        (None, 8, 8, 128),
        (None, 16, 16, 128),
        262_272,
        "DCGAN conv2d_transpose, keras.io/examples/generative/dcgan_overriding_train_step",
    ),
    (
        keras.Conv2DTranspose(256, 4, strides=2, padding="same"),
        (None, 16, 16, 128),
        (None, 32, 32, 256),
        524_544,
        "DCGAN conv2d_transpose_1, the same",
    ),
    (
        keras.Conv2DTranspose(512, 4, strides=2, padding="same"),
        (None, 32, 32, 256),
        (None, 64, 64, 512),
        2_097_664,
        "DCGAN conv2d_transpose_2, the same",
    ),
    (
        keras.ZeroPadding2D(3),
        (None, 224, 224, 3),
        (None, 230, 230, 3),
        0,
        "ResNet50 conv1_pad, keras.applications summary",
    ),
    (
        keras.ZeroPadding2D(((1, 1), (1, 1))),
        (None, 112, 112, 64),
        (None, 114, 114, 64),
        0,
        "ResNet50 pool1_pad, keras.applications summary",
    ),
    (
        keras.MaxPooling2D(3, strides=2),
        (None, 114, 114, 64),
        (None, 56, 56, 64),
        0,
        "ResNet50 pool1_pool, keras.applications summary",
    ),
    (
        keras.GlobalAveragePooling2D(),
        (None, 7, 7, 2048),
        (None, 2048),
        0,
        "ResNet50 avg_pool, keras.applications summary",
    ),
    (
        keras.Dense(1000),
        (None, 2048),
        (None, 1000),
        2_049_000,
        "ResNet50 predictions, keras.applications summary",
    ),
    (
        keras.MaxPooling2D(2, strides=2),
        (None, 14, 14, 512),
        (None, 7, 7, 512),
        0,
        "VGG16 block5_pool, keras.applications summary",
    ),
    (
        keras.Dense(4096),
        (None, 25_088),
        (None, 4096),
        102_764_544,
        "VGG16 fc1, keras.applications summary",
    ),
    (
        keras.GlobalAveragePooling2D(keepdims=True),
        (None, 7, 7, 1024),
        (None, 1, 1, 1024),
        0,
        "MobileNet global_average_pooling2d, keras.applications summary",
    ),
)


@pytest.mark.parametrize(
    ("layer", "shape", "out", "parameters", "source"),
    PRINTED,
    ids=[row[-1].split(",")[0] for row in PRINTED],
)
def test_printed_numbers(layer, shape, out, parameters, source):
    assert layer.output_shape(shape) == out and layer.parameters(shape) == parameters


def test_flatten_of_vgg16_and_concatenation_of_inception():
    assert keras.Flatten().output_shape((None, 7, 7, 512)) == (None, 25_088)
    branches = [(None, 35, 35, c) for c in (64, 64, 96, 32)]  # InceptionV3 mixed0
    assert keras.concatenate(branches, axis=3) == (None, 35, 35, 256)
    assert keras.add([(None, 56, 56, 256)] * 2) == (None, 56, 56, 256)  # ResNet50 conv2_block1_add


# ---------------------------------------------------------------- sizes of Keras 3.15.1, called on
# TensorFlow and JAX; where only one runs, or they differ, also of compute_output_shape

# n, k, s, d, output_padding: "same", "valid"
TRANSPOSED = (
    ((4, 3, 2, 1, None), 8, 9),
    ((4, 2, 3, 1, None), 12, 12),
    ((4, 4, 2, 1, None), 8, 10),
    ((4, 1, 2, 1, None), 8, 8),
    ((3, 2, 2, 1, None), 6, 6),
    ((5, 2, 2, 1, None), 10, 10),
    ((4, 3, 2, 1, 0), 7, 9),
    ((4, 3, 2, 1, 1), 8, 10),
    ((4, 4, 2, 1, 0), 6, 10),
    ((4, 4, 2, 1, 1), 7, 11),
    ((4, 2, 3, 1, 0), 9, 11),
    ((9, 3, 1, 2, None), 9, 13),
    ((0, 1, 3, 1, None), 0, 0),
    ((1, 2, 1, 1, 0), 0, 2),
)


def disagreeing() -> list:
    found = []
    for (n, k, s, d, op), *sizes in TRANSPOSED:
        for padding, size in zip(("same", "valid"), sizes, strict=True):
            layer = keras.Conv1DTranspose(
                2, k, strides=s, padding=padding, output_padding=op, dilation_rate=d
            )
            try:
                made = layer.output_shape((1, n, 3))
            except ShapeError:
                made = None
            if made != (1, size, 2):
                found.append((n, k, s, d, op, padding))
    return found


def test_transposed_sizes():
    assert disagreeing() == []


def test_an_error_in_the_transposed_window_would_be_seen(monkeypatch):
    """PyTorch's rule in place of Keras's: the kernels shorter than their stride and every "same"
    tell.
    """
    monkeypatch.setattr(
        keras.ConvTranspose,
        "_backwards",
        lambda self, window, op: Transposed(Window(window.kernel, window.stride, 0, -(op or 0))),
    )
    assert len(disagreeing()) > 8


def test_where_a_transposed_convolution_writes():
    """One-hot kernels on TensorFlow and JAX: "same" crops max(e − s, 0) // 2 in front, with
    output_padding (2 (k // 2) − output_padding) // 2.
    """
    for k, s, op, lo in (
        (3, 2, None, 0),
        (4, 2, None, 1),
        (5, 2, None, 1),
        (2, 3, None, 0),
        (3, 2, 0, 1),
        (3, 2, 1, 0),
        (5, 2, 1, 1),
        (5, 3, 2, 1),
    ):
        (axis,) = keras.Conv1DTranspose(
            1, k, strides=s, padding="same", output_padding=op
        ).layer.axes
        assert axis.window.lo == lo, (k, s, op)


# layer, input, output when called on TensorFlow and on JAX
CALLED = (
    (keras.MaxPooling1D(2, padding="SAME"), (1, 9, 2), (1, 5, 2)),
    (keras.MaxPooling1D(2, padding="same"), (1, 0, 2), (1, 0, 2)),
    (keras.MaxPooling2D(2), (1, 7, 8, 0), (1, 3, 4, 0)),
    (keras.GlobalAveragePooling1D(), (1, 0, 3), (1, 3)),
    (keras.AdaptiveMaxPooling1D(5), (1, 3, 2), (1, 5, 2)),
    (keras.AdaptiveAveragePooling2D((3, 2)), (1, 7, 8, 4), (1, 3, 2, 4)),
    (keras.DepthwiseConv2D(3, 2, dilation_rate=2, depth_multiplier=2), (1, 9, 9, 4), (1, 3, 3, 8)),
    (keras.SeparableConv1D(3, 3, 2, "same"), (1, 9, 4), (1, 5, 3)),
    (keras.ZeroPadding1D((1, 2)), (1, 0, 2), (1, 3, 2)),
    (keras.ZeroPadding1D(0), (1, 0, 2), (1, 0, 2)),
    (keras.ZeroPadding3D(((1, 2), 1, (0, 3))), (1, 4, 5, 6, 2), (1, 7, 7, 9, 2)),
    (keras.Cropping1D(), (1, 5, 2), (1, 3, 2)),
    (keras.Cropping2D(), (1, 5, 6, 2), (1, 5, 6, 2)),
    (keras.Cropping3D(), (1, 5, 6, 7, 2), (1, 3, 4, 5, 2)),
    (keras.UpSampling1D(3), (1, 4, 2), (1, 12, 2)),
    (keras.UpSampling2D((2, 3), "channels_first"), (1, 2, 4, 5), (1, 2, 8, 15)),
    (keras.UpSampling3D(), (1, 0, 2, 3, 4), (1, 0, 4, 6, 4)),
    (keras.Resizing(5, 11), (7, 8, 3), (5, 11, 3)),
    (keras.Resizing(5, 11, data_format="channels_first"), (1, 3, 7, 8), (1, 3, 5, 11)),
    (keras.Flatten("channels_first"), (2, 3, 0, 6), (2, 0)),
    (keras.Flatten(), (2,), (2, 1)),
    (keras.Dense(4), (2, 3, 0, 6), (2, 3, 0, 4)),
    (keras.Concatenate(0), [(2, 3, 4), (1, 3, 4)], (3, 3, 4)),
    (keras.Add(), [(2, 3, 4), (2, 4)], (2, 3, 4)),
    (keras.Add(), [(2, 3, 1), (2, 1, 4)], (2, 3, 4)),
)


@pytest.mark.parametrize(("layer", "shape", "out"), CALLED, ids=repr)
def test_called(layer, shape, out):
    assert layer.output_shape(shape) == out


# What both backends refuse.
REFUSED = (
    lambda: keras.Conv1DTranspose(1, 3, 2, output_padding=2),
    lambda: keras.Conv1DTranspose(1, 3, 2, dilation_rate=2),
    lambda: keras.Conv2DTranspose(1, 3, padding="causal"),
    lambda: keras.Conv3DTranspose(1, 3, 2, "same", 1),  # data_format comes before output_padding
    lambda: keras.DepthwiseConv1D(3, depth_multiplier=0),
    lambda: keras.DepthwiseConv1D(3, groups=2),
    lambda: keras.DepthwiseConv1D(3, padding="causal"),
    lambda: keras.AveragePooling1D(),
    lambda: keras.MaxPooling1D(2, 0),
    lambda: keras.MaxPooling2D((2, 2, 2)),
    lambda: keras.MaxPooling1D(2, kernel_initializer="zeros"),
    lambda: keras.GlobalMaxPooling1D().output_shape((1, 0, 3)),
    lambda: keras.AdaptiveMaxPooling1D(2).output_shape((1, 0, 3)),
    lambda: keras.AdaptiveMaxPooling1D(0),
    lambda: keras.MaxPooling1D(3, 1).output_shape((1, 1, 1)),
    lambda: keras.ZeroPadding2D((1, 2, 3)),
    lambda: keras.ZeroPadding1D(-1),
    lambda: keras.Cropping1D(2).output_shape((1, 4, 1)),
    lambda: keras.UpSampling1D((2,)),
    lambda: keras.UpSampling2D(0),
    lambda: keras.UpSampling2D(2, interpolation="cubic"),
    lambda: keras.Resizing(5, 5, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
    lambda: keras.Dense(0),
    lambda: keras.Dense(2).output_shape((3,)),
    lambda: keras.Dense(2).output_shape((3, None)),
    lambda: keras.Concatenate(3).output_shape([(1, 2, 3), (1, 2, 3)]),
    lambda: keras.Concatenate().output_shape([(1, 2, 3), (1, 3, 3)]),
    lambda: keras.Add().output_shape([(2, 3), (1, 3)]),
    lambda: keras.Add().output_shape([]),
    lambda: keras.SeparableConv2D(4, 3).output_shape((1, 2, 9, 3)),
)


@pytest.mark.parametrize("ask", REFUSED, ids=range(len(REFUSED)))
def test_refused(ask):
    with pytest.raises(ShapeError):
        ask()


# Where no window fits: `compute_output_shape` and a symbolic build refuse on both backends, whatever
# the layer called on data gives (the gotcha tells).
NOTHING_FITS = (
    ("MaxPooling2D", (2, 3), (1, 1, 1, 3)),
    ("AveragePooling2D", (8,), (1, 7, 7, 3)),
    ("MaxPooling1D", (3, 1), (1, 2, 1)),
    ("AveragePooling1D", (3, 2), (1, 0, 1)),
    ("AveragePooling3D", (4,), (1, 3, 3, 3, 2)),
)


@pytest.mark.parametrize(("name", "args", "shape"), NOTHING_FITS)
def test_a_pool_that_does_not_fit_is_refused(name, args, shape):
    with pytest.raises(DomainError):
        getattr(keras, name)(*args).output_shape(shape)


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
@pytest.mark.many(2)
def test_a_model_refuses_a_pool_that_does_not_fit(backend):
    require(f"keras-{backend}")
    script = f"""
import keras
for name, args, shape in {NOTHING_FITS}:
    layer = getattr(keras.layers, name)(*args)
    for ask in (layer.compute_output_shape, lambda shape: layer(keras.Input(shape[1:]))):
        try:
            print(ask(shape))
        except ValueError:
            print("refused")
"""
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | QUIET | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert told.stdout.split() == ["refused"] * 10, told.stderr[-500:]


# ---------------------------------------------------------------- names and order

# The arguments of Keras 3.15.1 in its order, as `inspect.signature` lists them, up to the first
# that changes no size.
ORDER = {
    "Conv2D": (
        "filters kernel_size strides padding data_format dilation_rate groups activation use_bias"
    ),
    "Conv1DTranspose": (
        "filters kernel_size strides padding output_padding data_format dilation_rate activation"
        " use_bias"
    ),
    "Conv2DTranspose": (
        "filters kernel_size strides padding output_padding data_format dilation_rate activation"
        " use_bias"
    ),
    "Conv3DTranspose": (
        "filters kernel_size strides padding data_format output_padding dilation_rate activation"
        " use_bias"
    ),
    "DepthwiseConv1D": (
        "kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias"
    ),
    "SeparableConv2D": (
        "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation"
        " use_bias"
    ),
    "MaxPooling3D": "pool_size strides padding data_format name",
    "AveragePooling1D": "pool_size strides padding data_format name",
    "GlobalMaxPooling1D": "data_format keepdims",
    "GlobalAveragePooling3D": "data_format keepdims",
    "AdaptiveAveragePooling2D": "output_size data_format",
    "ZeroPadding1D": "padding data_format",
    "Cropping1D": "cropping",
    "Cropping2D": "cropping data_format",
    "UpSampling1D": "size",
    "UpSampling2D": "size data_format interpolation",
    "UpSampling3D": "size data_format",
    "Resizing": (
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value"
        " antialias data_format"
    ),
    "Flatten": "data_format",
    "Dense": "units activation use_bias",
    "Concatenate": "axis",
    "Add": "",
}


@pytest.mark.parametrize("name", ORDER)
def test_arguments_come_in_keras_order(name):
    assert (
        list(inspect.signature(getattr(keras, name).__init__).parameters)[1:] == ORDER[name].split()
    )


def test_arguments_without_a_size_are_taken_and_forgotten():
    assert (
        repr(
            keras.DepthwiseConv2D(
                3, name="d", depthwise_initializer="zeros", activation="linear", depth_multiplier=2
            )
        )
        == "DepthwiseConv2D((3, 3), depth_multiplier=2)"
    )
    assert repr(keras.MaxPooling2D(2, name="p", dtype="float16")) == "MaxPooling2D()"
    assert (
        repr(keras.Conv2DTranspose(8, 3, 2, "SAME", data_format="channels_first"))
        == "Conv2DTranspose(8, (3, 3), strides=(2, 2), padding='same',"
        " data_format='channels_first')"
    )
    assert (
        repr(keras.UpSampling2D(3)) == "UpSampling2D(size=3)"
        and keras.MaxPool2D is keras.MaxPooling2D
        and keras.GlobalAvgPool1D is keras.GlobalAveragePooling1D
    )


# ---------------------------------------------------------------- layouts, weights, symbols


@pytest.mark.parametrize(
    "made",
    (
        lambda **f: keras.Conv2DTranspose(4, (3, 2), (2, 3), "same", **f),
        lambda **f: keras.DepthwiseConv2D(3, depth_multiplier=2, **f),
        lambda **f: keras.SeparableConv2D(5, 3, **f),
        lambda **f: keras.MaxPooling2D(2, **f),
        lambda **f: keras.GlobalMaxPooling2D(keepdims=True, **f),
        lambda **f: keras.AdaptiveMaxPooling2D((3, 2), **f),
        lambda **f: keras.ZeroPadding2D(((1, 2), (3, 4)), **f),
        lambda **f: keras.Cropping2D(((1, 2), (0, 1)), **f),
        lambda **f: keras.UpSampling2D((2, 3), **f),
        lambda **f: keras.Resizing(5, 6, **f),
    ),
)
def test_channels_first_is_channels_last_turned(made):
    last, first = made(), made(data_format="channels_first")
    batch, *out, channels = last.output_shape((5, 9, 8, 6))
    assert first.output_shape((5, 6, 9, 8)) == (batch, channels, *out)
    assert (
        first.weight_shape((5, 6, 9, 8)),
        first.parameters((5, 6, 9, 8)),
        first.macs((5, 6, 9, 8)),
    ) == (last.weight_shape((5, 9, 8, 6)), last.parameters((5, 9, 8, 6)), last.macs((5, 9, 8, 6)))


def test_weights_as_keras_builds_them():
    assert keras.Conv2DTranspose(4, (3, 2)).weight_shape((1, 9, 9, 7)) == (3, 2, 4, 7)
    assert keras.DepthwiseConv1D(3, depth_multiplier=2).weight_shape((1, 9, 7)) == (3, 7, 2)
    assert keras.SeparableConv1D(5, 3, depth_multiplier=2).weight_shape((1, 9, 7)) == (
        (3, 7, 2),
        (1, 14, 5),
    )
    assert (
        keras.Dense(5).kernel_shape((1, 9, 7)) == (7, 5)
        and keras.MaxPooling1D(2).weight_shape((1, 9, 7)) == ()
    )


def test_work_counted_one_by_one():
    """Depthwise and separable: every output is a sum over its own taps."""
    assert keras.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False).macs((1, 5, 6, 7)) == sum(
        1 for _ in range(3 * 4) for _ in range(7 * 2) for _ in range(9)
    )
    assert keras.SeparableConv2D(5, 3).macs((1, 5, 6, 7)) == 3 * 4 * (7 * 9 + 7 * 5)
    assert keras.Dense(5).macs((2, 3, 7)) == 3 * 7 * 5


def test_symbols_mean_the_numbers_put_in_later():
    for layer in (
        keras.Conv2DTranspose(4, 3, 2, "same"),
        keras.Conv2DTranspose(4, 2, 3),
        keras.Conv2DTranspose(4, 3, 2, output_padding=1),
        keras.DepthwiseConv2D(3, 2, "same"),
        keras.SeparableConv2D(4, 3),
        keras.MaxPooling2D(3, 2),
        keras.AveragePooling2D(3, 2, "same"),
        keras.GlobalMaxPooling2D(),
        keras.ZeroPadding2D(2),
        keras.Cropping2D(1),
        keras.UpSampling2D(3),
        keras.Resizing(4, 5),
        keras.Flatten(),
    ):
        asked = layer.output_shape((None, "H", "W", "C"))
        for h, w, c in ((7, 9, 1), (12, 11, 5)):
            at = dict(zip("HWC", (h, w, c), strict=True))
            made = tuple(x(**at) if isinstance(x, Length) else x for x in asked)
            assert made == layer.output_shape((None, h, w, c)), layer


def test_unknown_sizes_stay_unknown():
    assert keras.MaxPooling2D().output_shape((None, None, 9, None)) == (None, None, 4, None)
    assert keras.ZeroPadding2D(1).output_shape((None, None, 9, None)) == (None, None, 11, None)
    assert keras.Cropping2D(1).output_shape((None, None, 9, 3)) == (
        None,
        None,
        7,
        3,
    ) and keras.UpSampling1D(2).output_shape((None, None, 3)) == (None, None, 3)
    assert keras.Resizing(4, 5).output_shape((None, None, None, 3)) == (
        None,
        4,
        5,
        3,
    ) and keras.AdaptiveMaxPooling1D(2).output_shape((None, None, 3)) == (None, 2, 3)
    assert keras.Conv2DTranspose(4, 3, 2).output_shape((None, None, 9, 3)) == (
        None,
        None,
        19,
        4,
    ) and keras.Flatten().output_shape((None, None, 9)) == (None, None)


def test_a_strangers_symbol_comes_back():
    x = sympy.Symbol("x")
    layer = keras.Conv1DTranspose(x, 3, 2, "same")
    assert layer.output_shape((None, x, 4)) == (None, 2 * x, x) and layer.weight_shape(
        (None, 9, x)
    ) == (3, x, x)
    assert keras.SeparableConv1D(x, 3).weight_shape((None, 9, x)) == (
        (3, x, 1),
        (1, x, x),
    ) and keras.UpSampling1D(2).output_shape((None, 5 * x, 1)) == (None, 10 * x, 1)


# ---------------------------------------------------------------- what is said

SAID = (
    (
        lambda: keras.Conv1DTranspose(1, 3, 2, output_padding=2),
        (
            "output_padding of axis 0 must be less than the stride 2; received 2; the nearest that"
            " works is 1"
        ),
        "第 0 个轴的 output_padding 须小于步长 2；收到 2；最近的可用值是 1",
    ),
    (
        lambda: keras.ZeroPadding2D((1, 2, 3)),
        (
            "padding must be an int or 2 pairs of ints; received (1, 2, 3); for example"
            " padding=((1, 2), (1, 2))"
        ),
        "padding 须为整数或 2 对整数；收到 (1, 2, 3)；例如 padding=((1, 2), (1, 2))",
    ),
    (
        lambda: keras.Cropping1D(-1),
        (
            "cropping must be 2 non-negative integers; received -1; cropping=3 or cropping=(3, 3)"
            " works"
        ),
        "cropping 须为 2 个非负整数；收到 -1；可用：cropping=3 或 cropping=(3, 3)",
    ),
    (
        lambda: keras.Cropping1D(2).output_shape((None, 4, 1)),
        "spatial axis 0 is too short for so much cropping; received 4; at least 5 positions work",
        "第 0 个空间轴不够裁；收到 4；至少要 5 格",
    ),
    (
        lambda: keras.MaxPooling2D(3).output_shape((9, 9, 3)),
        (
            "MaxPooling2D needs an input_shape of 4 entries; received (9, 9, 3); the order of"
            " channels_last is (N, H, W, C); in that order it would be (None, 9, 9, 3) → (None, 3,"
            " 3, 3)"
        ),
        (
            "MaxPooling2D 的 input_shape 须有 4 项；收到 (9, 9, 3)；channels_last 的次序是 (N, H,"
            " W, C)；照此次序，则是 (None, 9, 9, 3) → (None, 3, 3, 3)"
        ),
    ),
    (
        lambda: keras.Add().output_shape([(2, 3), (1, 3)]),
        "the batches to add must be equal; received 1 and 2; the batch does not stretch",
        "相加的各批次须一样大；收到 1 and 2；批次轴不会伸展",
    ),
    (
        lambda: keras.Dense(2).output_shape((3, None)),
        (
            "Dense needs an input_shape of at least 2 entries, the last one known; received (3,"
            " None); for example (None, 9216)"
        ),
        None,
    ),
    (
        lambda: keras.Resizing(5, 5, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
        (
            "at most one of crop_to_aspect_ratio and pad_to_aspect_ratio can be set; received both;"
            " set one of them to False"
        ),
        None,
    ),
)


@pytest.mark.parametrize(("ask", "en", "zh"), SAID, ids=[en[:40] for _, en, _ in SAID])
def test_what_is_said(ask, en, zh):
    with pytest.raises(ShapeError) as caught:
        ask()
    assert str(caught.value) == en and (zh is None or caught.value.zh == zh)


def test_too_small_an_input_names_the_smallest():
    with pytest.raises(DomainError, match="at least 3 positions work"):
        keras.SeparableConv2D(4, 3).output_shape((None, 2, 9, 3))
    assert keras.MaxPooling2D(3, 2).smallest_input() == (3, 3) and keras.Conv1DTranspose(
        1, 3, 2
    ).smallest_input() == (1,)
