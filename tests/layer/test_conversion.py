"""The same layer in another framework's words: told for all sizes, the reason where there is none,
and executed on both sides.
"""

import json
from importlib import import_module
from pathlib import Path

import numpy
import pytest
from needed import require

from shapealg import ShapeError
from shapealg.axis.sizes import Sizes
from shapealg.checks import conversions, verify
from shapealg.words import spoken
from shapealg.words.conversion import convert
from shapealg.words.dialects import keras, paddle, torch

ROOT = Path(__file__).parents[2]


def test_the_stem_of_resnet_in_other_words():
    """TF SAME at 224, k7, s2 is (2, 3) in explicit numbers; an odd size is (3, 3), which PyTorch
    can say itself.
    """
    same = spoken.read('keras.Conv2D(64, 7, strides=2, padding="same")')
    assert [repr(step) for step in same.to("torch", (1, 224, 224, 3)).steps] == [
        "ZeroPad2d((2, 3, 2, 3))",
        "Conv2d(3, 64, (7, 7), stride=(2, 2))",
    ]
    assert [repr(step) for step in same.to("torch", (1, 225, 225, 3)).steps] == [
        "Conv2d(3, 64, (7, 7), stride=(2, 2), padding=(3, 3))"
    ]
    made = same.to("torch", ("N", "H", "W", 3))
    evens, odds = Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)
    assert [piece.where for piece in made.by_size] == [
        {"H": h, "W": w} for h in (evens, odds) for w in (evens, odds)
    ]
    assert made.at(H=224, W=225) == made.by_size.pieces[1].answer.words
    assert made.data == (0, 3, 1, 2) and made.weight == (3, 2, 0, 1) and not made.flip
    with pytest.raises(ShapeError, match="the steps depend on the input size; received 4"):
        made.steps  # noqa: B018


@pytest.mark.parametrize(
    ("line", "shapes", "framework"),
    (
        (
            'keras.Conv2D(4, 7, strides=2, padding="same")',
            [(1, h, w, 3) for h in (8, 9, 20) for w in (7, 10)],
            "torch",
        ),
        (
            'keras.Conv1D(4, 2, strides=3, padding="same")',
            [(1, n, 3) for n in range(3, 12)],
            "paddle",
        ),
    ),
    ids=str,
)
def test_told_for_all_sizes_is_told_for_each(line, shapes, framework):
    words = spoken.read(line)
    names = ("H", "W") if len(shapes[0]) == 4 else ("L",)
    general = words.to(framework, ("N", *names, 3))
    for shape in shapes:
        told = general.at(**dict(zip(names, words.read(shape).spatial, strict=True)))
        assert repr(told) == repr(words.to(framework, shape).steps)


def test_channels_that_nobody_says_are_called_c():
    """Without an input the steps are told by the remainder of the size."""
    made = spoken.read('keras.Conv1D(64, 7, strides=2, padding="same")').to("torch")
    assert str(made).splitlines() == [
        "L ≡ 0 (mod 2), L ≥ 2:",
        "  torch.ZeroPad1d((2, 3))",
        "  torch.Conv1d(C, 64, (7,), stride=(2,))",
        "L ≡ 1 (mod 2), L ≥ 1:",
        "  torch.Conv1d(C, 64, (7,), stride=(2,), padding=(3,))",
        "data: transpose(0, 2, 1)",
        "weight: transpose(2, 1, 0)",
    ]


@pytest.mark.parametrize("line", ("Conv1D(4, 3", "MaxPooling1D(3", "AveragePooling1D(3"))
def test_onnx_gets_its_padding_in_numbers_once_the_size_is_known_or_when_asked(line):
    words = spoken.read(f'keras.{line}, strides=2, padding="same")')
    assert [step.auto_pad for step in words.to("onnx").steps] == ["SAME_UPPER"]
    for size, pads in ((8, (0, 1)), (9, (1, 1))):
        (sized,), (asked,) = (
            words.to("onnx", (1, size, 2)).steps,
            words.to("onnx", explicit=True).at(L=size),
        )
        assert sized.auto_pad == asked.auto_pad == "NOTSET"
        assert sized.pads == asked.pads == pads


def test_average_pooling_with_ceil_mode_divides_by_what_the_window_holds():
    """PyTorch on 1 … 25: the last column is 7.5, 17.5, 25. Keras's "same" is that layer."""
    require("torch")
    require("keras-tensorflow")
    x = numpy.arange(1, 26, dtype="float32").reshape(1, 1, 5, 5)
    words = spoken.read("torch.AvgPool2d(2, 2, ceil_mode=True)")
    real = import_module("shapealg.checks.backends.torch")
    given = real.execute("AvgPool2d", words.words(), x, None)
    assert given[0, 0, :, -1].tolist() == [7.5, 17.5, 25.0]
    for framework, told in (
        ("keras", "AveragePooling2D((2, 2), strides=(2, 2), padding='same')"),
        ("tensorflow", "avg_pool2d((2, 2), (2, 2), 'SAME')"),
        ("paddle", "AvgPool2D((2, 2), stride=(2, 2), ceil_mode=True)"),
    ):
        assert [repr(step) for step in words.to(framework).steps] == [told]


@pytest.mark.parametrize("padding", (0, 1))
def test_a_ceiled_average_of_kernel_3_and_stride_2_is_told_by_cases(padding):
    """On even sizes its last window hangs over by one, which Keras's "same" leaves out as well."""
    words = spoken.read(f"torch.AvgPool1d(3, 2, {padding}, ceil_mode=True)")
    front = ["ZeroPadding1D(padding=(1, 1))"] * padding
    made = words.to("keras")
    assert made.whole and len(made.by_size) == 2
    assert [repr(step) for step in made.at(L=6)] == [
        *front,
        "AveragePooling1D((3,), strides=(2,), padding='same')",
    ]
    assert [repr(step) for step in made.at(L=7)] == [*front, "AveragePooling1D((3,), strides=(2,))"]


def test_two_axes_that_want_other_flags_are_pooled_one_after_the_other():
    made = spoken.read("torch.AvgPool2d(3, 2, ceil_mode=True)").to("keras", (1, 2, 6, 7))
    assert [repr(step) for step in made.steps] == [
        "AveragePooling2D((3, 1), strides=(2, 1), padding='same')",
        "AveragePooling2D((1, 3), strides=(1, 2))",
    ]


def test_an_adaptive_pooling_is_said_plainly_where_it_is_a_plain_one():
    words = spoken.read("torch.AdaptiveAvgPool2d(6)")
    assert [repr(step) for step in words.to("onnx", (1, 8, 18, 18)).steps] == [
        "AveragePool(kernel_shape=(3, 3), strides=(3, 3))"
    ]
    with pytest.raises(
        ShapeError, match=r"6 windows on 20 .*nearest that work on axis 1: 19 or 23"
    ):
        words.to("onnx", (1, 8, 18, 20))
    made = spoken.read("torch.AdaptiveAvgPool1d(6)").to("onnx")
    assert not made.whole and "other sizes: their windows are of different lengths" in str(made)
    assert [piece.text().en for piece in made.by_size] == [
        "L ≡ 0 (mod 6), L ≥ 6",
        "L ≡ 1 (mod 6), L ≥ 7",
        "L ≡ 5 (mod 6), L ≥ 5",
        "L = 1",
    ]
    assert repr(made.at(L=19)[0]) == (
        "AveragePool(kernel_shape=(floor(L/6) + 1,), strides=(floor(L/6),))"
    )


def test_the_steps_of_a_conversion_that_does_not_hold_everywhere_are_asked_by_size():
    made = spoken.read("torch.MaxPool1d(3, 2, 1)").to("keras")
    assert [piece.text().en for piece in made.by_size] == ["L ≡ 1 (mod 2), L ≥ 1; also 2"]
    assert (
        str(made)
        .splitlines()[-2]
        .startswith(
            "other sizes: Keras pads with zeros, and a maximum needs −∞; where the input is not negative"
        )
    )
    with pytest.raises(ShapeError, match="the steps depend on the input size"):
        made.steps  # noqa: B018
    with pytest.raises(ShapeError, match="no answer at these sizes; received L=8"):
        made.at(L=8)


def test_jax_flips():
    made = spoken.read("torch.ConvTranspose2d(8, 4, 3, stride=2)").to("jax")
    assert (
        made.flip
        and "reverse along the spatial axes" in str(made)
        and "沿空间轴翻转" in "\n".join(made.lines("zh"))
    )


@pytest.mark.parametrize(
    ("line", "framework", "reason"),
    (
        ("torch.MaxPool2d(2, 1, 1)", "keras", "Keras pads with zeros, and a maximum needs −∞"),
        (
            "torch.Conv2d(3, 8, 3, stride=2, dilation=2)",
            "keras",
            "Keras refuses strides > 1 together with dilation_rate > 1",
        ),
        ("torch.LPPool1d(2, 3)", "tensorflow", "TensorFlow has no Lp pooling"),
        ("onnx.MaxPool(kernel_shape=(2,), dilations=(2,))", "keras", "max pooling has no dilation"),
        ("torch.AvgPool2d(3, 2, 1)", "jax", "reduce_window adds up"),
        (
            "torch.ConvTranspose1d(2, 4, 3, stride=2)",
            "tensorflow",
            "takes the output shape as an argument",
        ),
        ("torch.Linear(3, 4)", "keras", "there is no rule for converting Linear"),
        ("torch.Conv2d(3, 8, 3)", "mxnet", "there is no such framework; received 'mxnet'"),
    ),
    ids=str,
)
def test_where_there_are_none_the_reason_is_said(line, framework, reason):
    with pytest.raises(ShapeError, match=reason.replace("(", r"\(")) as caught:
        spoken.read(line).to(framework)
    assert caught.value.zh


def test_the_record_is_of_every_layer_into_every_framework():
    """Executed on both sides: where there is a conversion the values are the same."""
    told = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))["conversions"]
    assert [tuple(row[:3]) for row in told] == [
        (line, given, framework)
        for line, given in conversions.LAYERS
        for framework in conversions.FRAMEWORKS
    ]
    assert not [row for row in told if row[3].startswith("other values")]
    assert sum(row[3] == "same values" for row in told) > 0.75 * len(told)


@pytest.mark.slow
def test_every_conversion_gives_the_same_values(tmp_path):
    for backend in verify.SWEPT:
        require(backend)
    process = verify.worker("all", "conversions")
    answer, _ = process.communicate()
    recorded = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))["conversions"]
    assert json.loads(answer.splitlines()[-1])["conversions"] == recorded


def pools(*how) -> dict:
    """Average poolings into every framework, executed in a process of their own."""
    for backend in verify.SWEPT:
        require(backend)
    answer, _ = verify.worker("all", "pools", *how).communicate()
    return json.loads(answer.splitlines()[-1])


@pytest.mark.slow
def test_every_activation_gives_the_same_values():
    for backend in verify.SWEPT:
        require(backend)
    answer, _ = verify.worker("all", "activations").communicate()
    assert json.loads(answer.splitlines()[-1]) == []


@pytest.mark.slow
def test_converted_averages_have_the_values_of_the_original():
    told = pools()
    assert not told["other"] and not told["uneven"]
    assert told["same"] == told["by cases"] > 0.6 * told["lines"]


@pytest.mark.slow
def test_all_converted_averages_have_the_values_of_the_original():
    """Every (n, k, s, p, ceil_mode, count_include_pad) of a grid, in every framework's words."""
    told = pools("full")
    assert not told["other"] and not told["uneven"]
    assert told["same"] == told["by cases"] > 0.6 * told["lines"]


def test_an_activation_goes_along():
    """Keras's layers have one, the others say it as a step of its own; executed elsewhere."""
    words = keras.Conv2D(4, 3, padding="same", activation="leaky_relu")
    for framework, step in (
        ("torch", "LeakyReLU(negative_slope=0.2)"),
        ("onnx", "LeakyRelu(alpha=0.2)"),
        ("tensorflow", "leaky_relu()"),
        ("keras", "Activation('leaky_relu')"),
    ):
        made = convert(words, framework)
        assert repr(made.steps[-1]) == step and not made.after
    jax = convert(words, "jax")  # the bias comes first, and has no words there
    assert [text.en for text in jax.after] == [
        "bias: add it to each channel afterwards",
        "activation: jax.leaky_relu(negative_slope=0.2) afterwards",
    ]
    assert len(jax.steps) == 1 and str(jax).endswith(jax.after[1].en)
    bare = convert(keras.Conv2D(4, 3, use_bias=False, activation="relu"), "jax")
    assert repr(bare.steps[-1]) == "relu()" and not bare.after
    odd = convert(keras.Conv2D(4, 3, activation="exponential"), "torch")
    assert [text.zh for text in odd.after] == ["激活：随后做 exponential"]
    assert not convert(keras.Conv2D(4, 3, activation="linear"), "torch").after


def test_a_softmax_stays_on_its_axis():
    """Keras takes the last one, which is the channels' in its own layout only."""
    first = keras.Conv2D(4, 3, data_format="channels_first", activation="softmax")
    last = keras.Conv2D(4, 3, activation="softmax")
    assert repr(convert(first, "torch").steps[-1]) == "Softmax(dim=3)"
    assert repr(convert(last, "torch").steps[-1]) == "Softmax(dim=1)"
    assert repr(convert(first, "keras").steps[-1]) == "Softmax(axis=2)"
    assert repr(convert(last, "tensorflow").steps[-1]) == "softmax(axis=3)"


def test_a_bias_goes_along():
    for framework in ("torch", "paddle", "keras", "onnx"):
        made = convert(torch.Conv2d(3, 8, 3), framework)
        (step,) = made.steps
        assert step.parameters(None if framework != "keras" else (1, 9, 9, 3)) == 8 * (27 + 1)
    assert repr(convert(torch.Conv2d(3, 8, 3), "tensorflow").steps[-1]) == "bias_add(bias=(8,))"
    assert [t.zh for t in convert(torch.Conv2d(3, 8, 3), "jax").after] == ["偏置：随后加到各通道"]
    for framework in ("tensorflow", "jax"):
        made = convert(torch.Conv2d(3, 8, 3, bias=False), framework)
        assert len(made.steps) == 1 and not made.after


def test_depthwise_weights_are_those_of_groups():
    made = convert(keras.DepthwiseConv2D(3, depth_multiplier=2), "torch", (1, 9, 9, 4))
    assert made.reshape == (3, 3, 1, 8) and made.weight == (3, 2, 0, 1)
    assert "weight: reshape(3, 3, 1, 8)\nweight: transpose(3, 2, 0, 1)" in str(made)
    assert convert(keras.Conv2D(4, 3), "torch").reshape is None


def test_where_no_window_fits_there_is_no_conversion():
    """Paddle gives one output for a single position, of which it is anybody's guess what it reads;
    the others refuse.
    """
    with pytest.raises(ShapeError, match="no window fits"):
        convert(paddle.Conv1D(4, 4, 2, stride=2), "torch", (1, 4, 1))
    with pytest.raises(ShapeError, match="no such word"):
        convert(torch.LPPool3d(2, 2), "paddle")


def test_tensorflow_is_told_the_batch():
    """The output's shape is an argument of its transposed convolution."""
    made = convert(keras.Conv2DTranspose(4, 3, strides=2), "tensorflow", (5, 4, 4, 2))
    assert made.steps[0].output_shape((5, 4, 4, 2)) == (5, 9, 9, 4)
    assert "(5, 9, 9, 4)" in repr(made.steps[0])


def test_the_places_of_maxima_are_not_lost():
    for words in (torch.MaxPool2d(2, return_indices=True), paddle.MaxPool2D(2, return_mask=True)):
        with pytest.raises(ShapeError, match="no rule for converting return_"):
            convert(words, "keras")
