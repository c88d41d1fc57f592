"""Keras's words: the article's numbers, published counts, and what real Keras does with the same
words.
"""

import json
import os
import subprocess
import sys
from math import nan  # noqa: F401 — in values read from the evidence

import numpy
import pytest
import sympy
from needed import require

from shapealg import DomainError, ShapeError
from shapealg.axis.length import Length
from shapealg.checks.worker import QUIET
from shapealg.words.dialects import keras
from shapealg.words.dialects.keras import Conv1D, Conv2D, Conv3D, normalize_tuple

pytestmark = pytest.mark.slow

FIRST = {"data_format": "channels_first"}

# ---------------------------------------------------------------- the article's own numbers


def test_the_numbers_of_the_article():
    words = Conv1D(64, 3)
    assert words.kernel_shape((None, 600, 300)) == (3, 300, 64) and words.output_shape(
        (None, 600, 300)
    ) == (None, 598, 64)
    assert Conv2D(64, 3).kernel_shape((None, 28, 28, 1)) == (3, 3, 1, 64) and Conv2D(
        64, (3, 300)
    ).kernel_shape((None, 600, 300, 1)) == (3, 300, 1, 64)
    assert Conv2D(64, (3, 300)).output_shape((None, 600, 300, 1)) == (None, 598, 1, 64)
    assert Conv2D(1, 5).output_shape((None, 14, 14, 1)) == (None, 10, 10, 1) and Conv2D(
        16, 5
    ).output_shape((None, 14, 14, 3)) == (None, 10, 10, 16)
    assert Conv1D(1, 5).output_shape((None, 8, 1)) == (None, 4, 1)


# ---------------------------------------------------------------- numbers printed elsewhere

TEXTCNN = "3 · 300 · 64 + 64, Keras's own summary of the article's layer"
# layer, input, output, parameters, MACs (None: not printed), where printed
PRINTED = (
    (
        Conv2D(64, 7, strides=2, padding="same", use_bias=False),
        (None, 224, 224, 3),
        (None, 112, 112, 64),
        9408,
        118_013_952,
        "ResNet-50 conv1, He et al., arXiv:1512.03385",
    ),
    (
        Conv2D(64, 3, padding="same"),
        (None, 224, 224, 3),
        (None, 224, 224, 64),
        1792,
        86_704_128,
        "VGG-16 block1_conv1, keras.applications.VGG16().summary()",
    ),
    (
        Conv2D(64, 3, padding="same"),
        (None, 224, 224, 64),
        (None, 224, 224, 64),
        36_928,
        None,
        "VGG-16 block1_conv2",
    ),
    (
        Conv2D(512, 3, padding="same"),
        (None, 28, 28, 256),
        (None, 28, 28, 512),
        1_180_160,
        None,
        "VGG-16 block4_conv1",
    ),
    (
        Conv2D(96, 11, strides=4),
        (None, 227, 227, 3),
        (None, 55, 55, 96),
        34_944,
        105_415_200,
        (
            "AlexNet conv1, https://cs231n.github.io/convolutional-networks/: 290400 neurons, 11 ·"
            " 11 · 3 weights each"
        ),
    ),
    (
        Conv2D(256, 5, padding="same", groups=2),
        (None, 27, 27, 96),
        (None, 27, 27, 256),
        307_456,
        None,
        "AlexNet conv2, bvlc_reference_caffenet",
    ),
    (
        Conv2D(384, 3, padding="same", groups=2),
        (None, 13, 13, 384),
        (None, 13, 13, 384),
        663_936,
        None,
        "AlexNet conv4",
    ),
    (
        Conv2D(256, 3, padding="same", groups=2),
        (None, 13, 13, 384),
        (None, 13, 13, 256),
        442_624,
        None,
        "AlexNet conv5",
    ),
    (
        Conv2D(32, 3, padding="same", groups=32, use_bias=False),
        (None, 112, 112, 32),
        (None, 112, 112, 32),
        288,
        None,
        "MobileNet conv_dw_1, keras.applications.MobileNet().summary()",
    ),
    (
        Conv2D(6, 5),
        (None, 32, 32, 1),
        (None, 28, 28, 6),
        156,
        None,
        "LeNet-5 C1, LeCun et al. 1998: 156 trainable parameters",
    ),
    (
        Conv3D(64, 3, padding="same"),
        (None, 16, 112, 112, 3),
        (None, 16, 112, 112, 64),
        5248,
        None,
        "C3D conv1a, Tran et al., arXiv:1412.0767",
    ),
    (Conv1D(64, 3), (None, 600, 300), (None, 598, 64), 57_664, None, TEXTCNN),
)


@pytest.mark.parametrize(
    ("layer", "shape", "out", "parameters", "macs", "source"),
    PRINTED,
    ids=[row[-1].split(",")[0] for row in PRINTED],
)
def test_printed_numbers(layer, shape, out, parameters, macs, source):
    assert layer.output_shape(shape) == out and layer.parameters(shape) == parameters
    assert macs is None or layer.macs(shape) == macs
    if macs is None:  # one by one: every output is a sum over one kernel's worth of products
        biases = layer.filters * layer.use_bias
        assert layer.macs(shape) == (parameters - biases) * int(numpy.prod(out[1:-1]))


def test_vgg16_altogether():
    """14 714 688 parameters without the top (Keras's documentation), 15 346 630 656 MACs in
    convolutions (15.3 G in most tables).
    """
    parameters = macs = 0
    shape = (None, 224, 224, 3)
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            layer = Conv2D(filters, 3, padding="same")
            parameters, macs, shape = (
                parameters + layer.parameters(shape),
                macs + layer.macs(shape),
                layer.output_shape(shape),
            )
        shape = Conv2D(filters, 2, strides=2).output_shape(shape)  # a pooling is a window too
    assert (parameters, macs, shape) == (14_714_688, 15_346_630_656, (None, 7, 7, 512))


def test_mobilenet_factorises():
    """MobileNets, arXiv:1704.04861, table 6: 14 × 14 × 512 → 512; 462 M and 2.36 M, against 52.3 M
    and 0.27 M.
    """
    shape = (None, 14, 14, 512)
    full, deep, wide = (
        Conv2D(512, k, padding="same", groups=g, use_bias=False)
        for k, g in ((3, 1), (3, 512), (1, 1))
    )
    assert (round(full.macs(shape) / 1e6), round(full.parameters(shape) / 1e6, 2)) == (462, 2.36)
    assert (
        round((deep.macs(shape) + wide.macs(shape)) / 1e6, 1),
        round((deep.parameters(shape) + wide.parameters(shape)) / 1e6, 2),
    ) == (52.3, 0.27)


# ---------------------------------------------------------------- layouts and unknown sizes


@pytest.mark.parametrize("made", (Conv1D, Conv2D, Conv3D), ids=lambda made: made.__name__)
@pytest.mark.parametrize(
    "words", ({}, {"padding": "same", "strides": 2}, {"dilation_rate": 2}, {"groups": 2}), ids=str
)
def test_channels_first_is_channels_last_turned(made, words):
    size = (9, 8, 7)[: made.rank]
    last, first = made(4, 3, **words), made(4, 3, **words, **FIRST)
    batch, *out, filters = last.output_shape((5, *size, 6))
    assert first.output_shape((5, 6, *size)) == (batch, filters, *out)
    for ask in ("kernel_shape", "parameters", "macs"):
        assert getattr(first, ask)((5, 6, *size)) == getattr(last, ask)((5, *size, 6))


@pytest.mark.parametrize(("k", "s", "d"), ((1, 1, 1), (3, 1, 1), (3, 2, 1), (4, 3, 1), (3, 1, 4)))
def test_causal_looks_back_only(k, s, d):
    """Output j ends at position s·j; there are as many as such positions."""
    layer = Conv1D(4, k, strides=s, dilation_rate=d, padding="causal")
    for n in range(1, 12):
        ends = range(0, n, s)
        assert layer.output_shape((None, n, 2)) == (None, len(ends), 4)
        assert [list(*layer.layer.reads((n,), (j,))) for j in range(len(ends))] == [
            [end - d * back for back in reversed(range(k))] for end in ends
        ]


def test_unknown_sizes_stay_unknown():
    assert Conv2D(8, 3).output_shape((None, None, 9, 3)) == (None, None, 7, 8)
    assert Conv2D(8, 3).parameters((None, None, None, 3)) == 224
    assert Conv1D(8, 3, padding="same", strides=2).output_shape((None, None, 3)) == (None, None, 8)


def test_an_empty_axis():
    assert (
        Conv1D(8, 3, padding="same").output_shape((None, 0, 3))
        == (None, 0, 8)
        == Conv1D(8, 3, padding="causal").output_shape((None, 0, 3))
    )
    with pytest.raises(DomainError):
        Conv1D(8, 3).output_shape((None, 0, 3))


@pytest.mark.parametrize(
    "words",
    (
        {},
        {"padding": "same"},
        {"strides": 2},
        {"strides": 3, "padding": "same"},
        {"dilation_rate": 3},
    ),
    ids=str,
)
def test_symbols_mean_the_numbers_put_in_later(words):
    layer = Conv2D(8, (3, 2), **words)
    asked = layer.output_shape((None, "H", "W", "C"))
    work = layer.macs((None, "H", "W", "C"))
    for h, w, c in ((7, 9, 1), (8, 7, 3), (12, 11, 5)):
        at = dict(zip("HWC", (h, w, c), strict=True))
        made = tuple(x(**at) if isinstance(x, Length) else x for x in asked)
        assert made == layer.output_shape((None, h, w, c))
        assert work(**at) == layer.macs((None, h, w, c))


def test_somebody_elses_symbols_come_back():
    x, C = sympy.symbols("x C")
    shape = Conv1D(4, 2, strides=2).output_shape((None, 2 * x, C))
    assert shape == (None, x, 4) and Conv1D(4, 2).parameters((None, 9, C)).free_symbols == {C}


def test_words_are_normalised_and_repeated():
    layer = Conv2D(
        filters=8,
        kernel_size=(3, 3),
        strides=2,
        padding="SAME",
        data_format="Channels_First",
        activation="relu",
        name="c",
    )
    assert (
        repr(layer)
        == "Conv2D(8, (3, 3), strides=(2, 2), padding='same', data_format='channels_first',"
        " activation='relu')"
    )
    assert (
        repr(Conv1D(8, 3, use_bias=False, groups=2)) == "Conv1D(8, (3,), groups=2, use_bias=False)"
    )


# ---------------------------------------------------------------- what real Keras accepts and
# refuses


def outcome(ask):
    try:
        return ask()
    except ShapeError:
        return None


@pytest.mark.parametrize("backend", ("keras-tensorflow", "keras-jax"))
def test_a_size_or_tuple_is_what_keras_can_run(backend, evidence):
    """The rows were recorded from real Keras; only the dialect runs here."""
    table = evidence[backend]["checks"]["normalize_tuple"]["shown"]
    assert len(table) > 50 and {row[4] for row in table} == {True, False}
    for text, n, made, _, runs, ours in table:
        answer = outcome(lambda: normalize_tuple(eval(text, {"numpy": numpy}), n, "kernel_size"))  # noqa: B023
        assert answer == (tuple(map(int, eval(made))) if runs else None), (text, n)
        assert ("–" if answer is None else str(answer)) == ours


# (rank, words, input shape); executed by Keras below, with a real array where all sizes are known
WORDS = [
    (
        rank,
        {"filters": f, "kernel_size": 3, **words, **form},
        (2, *size, c) if not form else (2, c, *size),
    )
    for rank, size in ((1, (9,)), (2, (9, 8)), (3, (9, 8, 7)))
    for f, c, form in ((4, 6, {}), *([(3, 2, {}), (4, 6, FIRST)] if rank < 3 else []))
    for words in (
        {},
        {"padding": "same"},
        {"padding": "SAME", "strides": 2},
        {"padding": "causal"},
        {"padding": "full"},
        {"padding": "causal", "dilation_rate": 2},
        {"strides": 2, "dilation_rate": 2},
        {"strides": 2, "padding": "same"},
        {"dilation_rate": 3},
        {"dilation_rate": 4},
        {"groups": 2},
        {"groups": 3},
        {"groups": 0},
        {"strides": 0},
        {"use_bias": False},
    )
] + [
    (1, {"filters": 0, "kernel_size": 3}, (2, 9, 4)),
    (1, {"filters": -2, "kernel_size": 3}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 10}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 9}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 3}, (None, None, 4)),
    (2, {"filters": 4, "kernel_size": (3, 2)}, (None, None, 9, 4)),
    (1, {"filters": 4, "kernel_size": 3, "data_format": "NHWC"}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 3}, (2, 9, None)),
    (2, {"filters": 4, "kernel_size": 3}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 3, "stride": 2}, (2, 9, 4)),
    (1, {"filters": 4, "kernel_size": 3, "padding": "same"}, (2, 0, 4)),
    (1, {"filters": 4, "kernel_size": 3}, (2, 0, 4)),
    (1, {"filters": 4, "kernel_size": 3}, (0, 9, 4)),
]

RUN = """
import json, sys
from shapealg.checks.backends import keras as real
import numpy
answers = []
for rank, words, shape in json.load(sys.stdin):
    words = {k: tuple(v) if isinstance(v, list) else v for k, v in words.items()}
    try:
        made = real.CLASSES[rank](**words)
        made.build(tuple(shape))
        out = made.compute_output_shape(tuple(shape)) if None in shape else made(numpy.zeros(shape, "float32")).shape
        answers.append([list(out), list(made.kernel.shape), made.count_params()])
    except Exception as error:
        answers.append(None)
print(json.dumps(answers))
"""


def test_keras_accepts_what_the_dialect_accepts():
    require("keras-jax")
    variables = {
        **os.environ,
        **QUIET,
        "KERAS_BACKEND": "jax",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    run = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(WORDS),
        capture_output=True,
        text=True,
        env=variables,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    answers = json.loads(run.stdout.splitlines()[-1])
    different = []
    for (rank, words, shape), measured in zip(WORDS, answers, strict=True):

        def ours():
            layer = getattr(keras, f"Conv{rank}D")(**words)  # noqa: B023
            return [
                list(layer.output_shape(shape)),  # noqa: B023 — called at once
                list(layer.kernel_shape(shape)),  # noqa: B023 — called at once
                layer.parameters(shape),  # noqa: B023 — called at once
            ]

        if outcome(ours) != measured:
            different.append((rank, words, shape, outcome(ours), measured))
    assert (
        different == []
        and sum(a is None for a in answers) > 30
        and sum(a is not None for a in answers) > 40
    )
