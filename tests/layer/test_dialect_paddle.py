"""Paddle's words: numbers printed elsewhere, sizes recorded from Paddle 3.3.1, and refusals; the
sweep asks Paddle itself.
"""

import inspect

import pytest
import sympy
from needed import require, shaped

from shapealg import ShapeError
from shapealg.axis.transposed import Borrowed, Transposed
from shapealg.axis.waiting import Ceiled, Same
from shapealg.axis.window import Window
from shapealg.checks import gotchas, sweep, verify
from shapealg.words.dialects import paddle
from shapealg.words.spoken import read, vocabulary

# ---------------------------------------------------------------- numbers printed elsewhere

LENET = "LeNet, the example of paddle.summary's documentation"
DOCS = "Paddle's documentation of the layer"
# layer, input, output, parameters, where printed
PRINTED = (
    (paddle.Conv2D(1, 6, 3, stride=1, padding=1), (1, 1, 28, 28), (1, 6, 28, 28), 60, LENET),
    (paddle.MaxPool2D(2, 2), (1, 6, 28, 28), (1, 6, 14, 14), 0, LENET),
    (paddle.Conv2D(6, 16, 5, stride=1, padding=0), (1, 6, 14, 14), (1, 16, 10, 10), 2416, LENET),
    (paddle.Linear(400, 120), (1, 400), (1, 120), 48_120, LENET),
    (paddle.Linear(120, 84), (1, 120), (1, 84), 10_164, LENET),
    (paddle.Linear(84, 10), (1, 84), (1, 10), 850, LENET),
    (
        paddle.Conv2D(3, 64, 7, stride=2, padding=3, bias_attr=False),
        (1, 3, 224, 224),
        (1, 64, 112, 112),
        9408,
        "ResNet-50 conv1, He et al., arXiv:1512.03385",
    ),
    (
        paddle.Conv2D(32, 32, 3, padding=1, groups=32, bias_attr=False),
        (1, 32, 112, 112),
        (1, 32, 112, 112),
        288,
        "MobileNet conv_dw_1, keras.applications.MobileNet().summary()",
    ),
    (paddle.Conv2DTranspose(4, 6, (3, 3)), (2, 4, 8, 8), (2, 6, 10, 10), 222, DOCS),
    (paddle.Conv3DTranspose(4, 6, (3, 3, 3)), (2, 4, 8, 8, 8), (2, 6, 10, 10, 10), 654, DOCS),
    (paddle.MaxPool1D(kernel_size=2, stride=2, padding=0), (1, 3, 32), (1, 3, 16), 0, DOCS),
    (paddle.PixelShuffle(3), (2, 9, 4, 4), (2, 1, 12, 12), 0, DOCS),
    (paddle.PixelUnshuffle(3), (2, 1, 12, 12), (2, 9, 4, 4), 0, DOCS),
)


@pytest.mark.parametrize(("layer", "shape", "out", "parameters", "source"), PRINTED, ids=str)
def test_printed_numbers(layer, shape, out, parameters, source):
    assert layer.output_shape(shape) == out and layer.parameters(shape) == parameters


def test_columns_as_documented():
    assert paddle.Unfold([3, 3], dilations=1, paddings=1, strides=1).output_shape(
        (100, 3, 224, 224)
    ) == (100, 27, 50_176)
    assert paddle.Fold([4, 5], 2).output_shape((2, 12, 12)) == (2, 3, 4, 5)


# ---------------------------------------------------------------- what Paddle gave

C1, C2, C3 = ({"in_channels": 4, "out_channels": 4, "kernel_size": 3} for _ in range(3))
T = {"in_channels": 4, "out_channels": 2, "kernel_size": 3}
RECORDED = (
    # a padding of two is (before, after) of one axis, or one for each of two; nested ones name
    # batch and channels too
    (paddle.Conv1D(**C1, padding=(1, 2)), (1, 4, 9), (1, 4, 10)),
    (paddle.Conv2D(**C2, padding=(1, 2)), (1, 4, 9, 8), (1, 4, 9, 10)),
    (paddle.Conv3D(**C3, padding=[1, 2, 3]), (1, 4, 9, 8, 7), (1, 4, 9, 10, 11)),
    (paddle.Conv1D(**C1, padding=[[0, 0], [0, 0], [1, 2]]), (1, 4, 9), (1, 4, 10)),
    (paddle.Conv2D(**C2, padding="same", stride=2), (1, 4, 9, 8), (1, 4, 5, 4)),
    (paddle.Conv1D(**C1, padding="Same"), (1, 4, 9), (1, 4, 9)),
    (
        paddle.MaxPool2D(3, padding=[[0, 0], [1, 2], [0, 1], [0, 0]], data_format="NHWC"),
        (1, 2, 7, 8),
        (1, 1, 2, 8),
    ),
    (paddle.AvgPool2D(3, padding=(0, 1, 2, 0)), (1, 2, 7, 8), (1, 2, 2, 3)),
    # division toward zero
    (paddle.Conv1D(**C1), (1, 4, 2), (1, 4, 0)),
    (paddle.Conv1D(**C1, stride=2), (1, 4, 2), (1, 4, 1)),
    (paddle.Conv1D(**C1, stride=2), (1, 4, 0), (1, 4, 0)),
    (paddle.MaxPool1D(3), (1, 2, 1), (1, 2, 1)),
    (paddle.Conv1D(**C1, padding=2), (1, 4, 0), (1, 4, 2)),
    (paddle.Conv1D(4, 4, 1, stride=2, padding="SAME"), (1, 4, 0), (1, 4, 1)),
    (paddle.Unfold(3, strides=2), (1, 2, 2, 7), (1, 18, 3)),
    (paddle.Unflatten(1, (2, -1)), (1, 6, 5), (1, 2, 3, 5)),
    (paddle.Unflatten(-1, [2, 3]), (1, 6), (1, 2, 3)),
    (paddle.Unflatten(1, (-1, 3)), (1, 0), (1, 0, 3)),
    (paddle.MaxUnPool1D(5, 1, 3), (1, 2, 3), (1, 2, 1)),
    (paddle.MaxUnPool1D(2, 2), (1, 0, 3), (1, 0, 6)),
    (paddle.MaxUnPool1D(2, output_size=(1, 2, 7)), (1, 2, 3), (1, 2, 7)),
    (paddle.MaxUnPool2D(2, 2, (1, 0)), (1, 2, 3, 3), (1, 2, 4, 6)),
    (paddle.MaxUnPool2D(2, 2), (1, 2, 3, 0), (1, 2, 6, 0)),
    (paddle.MaxUnPool2D(2, output_size=(7, 7)), (1, 2, 3, 3), (1, 2, 7, 7)),
    (paddle.MaxUnPool3D(2), (0, 2, 3, 3, 3), (0, 2, 6, 6, 6)),
    # pooling rounds up and keeps what begins behind the input, pads as much as is asked for, and
    # crops
    (paddle.MaxPool1D(2, 2, 1, ceil_mode=True), (1, 4, 1), (1, 4, 2)),
    (paddle.MaxPool1D(1, 2, "SAME", ceil_mode=True), (1, 2, 4), (1, 2, 3)),
    (paddle.MaxPool1D(1, 4, "SAME", ceil_mode=True), (1, 2, 3), (1, 2, 2)),
    (paddle.MaxPool2D(2, 3, "SAME", ceil_mode=True), (1, 2, 12, 7), (1, 2, 5, 3)),
    (paddle.MaxPool1D(3, padding=5), (1, 2, 7), (1, 2, 5)),
    (paddle.MaxPool1D(3, padding=-1), (1, 2, 7), (1, 2, 1)),
    (paddle.LPPool1D(2, 3, data_format="NLC"), (1, 2, 7), (1, 1, 7)),
    # transposed: "SAME" crops what it would pad going forward, dilation forgotten; "VALID" keeps it
    (paddle.Conv2DTranspose(**T, stride=2, padding="SAME"), (1, 4, 5, 7), (1, 2, 9, 13)),
    (
        paddle.Conv2DTranspose(**T, stride=2, padding="SAME", output_padding=1),
        (1, 4, 5, 7),
        (1, 2, 10, 14),
    ),
    (
        paddle.Conv3DTranspose(**T, stride=2, padding="SAME", dilation=3),
        (1, 4, 5, 3, 6),
        (1, 2, 9, 5, 12),
    ),
    (
        paddle.Conv2DTranspose(**T, stride=2, padding="VALID", dilation=3),
        (1, 4, 5, 7),
        (1, 2, 15, 19),
    ),
    (paddle.Conv1DTranspose(4, 2, 2, stride=3, padding="SAME"), (1, 4, 2), (1, 2, 5)),
    (paddle.Conv2DTranspose(**T, padding=2), (1, 4, 2, 2), (1, 2, 0, 0)),
    (
        paddle.Conv2DTranspose(**T | {"in_channels": 7}, data_format="NHWC"),
        (1, 4, 5, 7),
        (1, 6, 7, 2),
    ),
    # adaptive pooling answers nothing with as much as is asked for
    (paddle.AdaptiveAvgPool2D((None, 3)), (1, 2, 7, 8), (1, 2, 7, 3)),
    (paddle.AdaptiveMaxPool1D(2), (1, 2, 0), (1, 2, 2)),
    (paddle.AdaptiveAvgPool2D(2, data_format="NHWC"), (1, 2, 7, 8), (1, 2, 2, 8)),
    # padding with zeros counts from the last axis, or, with an entry for every side of every axis,
    # from the first
    (paddle.Pad2D([1, 2, 3, 4]), (1, 2, 5, 5), (1, 2, 12, 8)),
    (paddle.Pad2D([1, 2]), (1, 2, 5, 5), (1, 2, 5, 8)),
    (paddle.Pad1D([1, 2, 3, 4]), (1, 2, 5), (1, 9, 8)),
    (paddle.Pad1D([1, 2, 3, 4, 5, 6]), (1, 2, 5), (4, 9, 16)),
    (paddle.Pad1D([1, 2, 3]), (1, 2, 5), (1, 5, 8)),
    (paddle.Pad3D(1), (2, 5), (4, 7)),
    (paddle.Pad1D([-9, 9], mode="replicate"), (1, 2, 5), (1, 2, 5)),
    (paddle.Pad1D(4, mode="reflect"), (1, 2, 5), (1, 2, 13)),
    (paddle.ZeroPad2D([1, 2, 3, 4], data_format="NHWC"), (1, 5, 5, 2), (1, 12, 8, 2)),
    (paddle.Pad1D(9, mode="reflect"), (0, 2, 5), (0, 2, 23)),
    (paddle.Upsample(scale_factor=1.7, mode="linear", data_format="nwc"), (1, 2, 5), (1, 3, 5)),
    (paddle.Upsample(scale_factor=(2, 0.5)), (1, 2, 5, 6), (1, 2, 10, 3)),
    (paddle.Upsample(size=7, mode="area"), (1, 2, 0, 6), (1, 2, 7, 7)),
    (
        paddle.UpsamplingNearest2D(scale_factor=1.7, data_format="NCDHW"),
        (1, 2, 5, 6, 7),
        (1, 2, 8, 10, 11),
    ),
    (paddle.PixelShuffle(2, data_format="NHWC"), (1, 6, 8, 12), (1, 12, 16, 3)),
    (paddle.Fold((6, 7), 3, paddings=(1, 2)), (1, 18, 54), (1, 2, 6, 7)),
    (paddle.Linear(6, 4), (6,), (4,)),
    (paddle.Flatten(-2), (2, 0, 3), (2, 0)),
)


@pytest.mark.parametrize(("layer", "shape", "out"), RECORDED, ids=str)
def test_recorded_sizes(layer, shape, out):
    assert layer.output_shape(shape) == out


def test_same_forgets_the_dilation():
    """A single 1 in the middle of 7, answered with [0, 0, 1, 1, 1, 0, 0] by Paddle for SAME and [0,
    1, 0, 1, 0, 1, 0] for padding=2.
    """
    reads = lambda padding: [  # noqa: E731 — a name for one expression
        j
        for j in range(7)
        if 3 in paddle.Conv1D(1, 1, 3, dilation=2, padding=padding).reads((1, 1, 7), (j,))[0]
    ]
    assert reads("SAME") == [2, 3, 4] and reads(2) == [1, 3, 5]


def test_weights():
    assert paddle.Conv2D(8, 12, (3, 2), groups=4).weight_shape() == (12, 2, 3, 2)
    assert paddle.Conv2DTranspose(8, 12, (3, 2), groups=4).weight_shape() == (8, 3, 3, 2)
    assert paddle.Linear(6, 4).weight_shape() == (6, 4)


def test_symbols_and_unknown_sizes():
    n = sympy.Symbol("n", integer=True, positive=True)
    assert paddle.Conv1D(1, 1, 3, stride=2, padding="SAME").output_shape((1, 1, n)) == (
        1,
        1,
        sympy.ceiling(n / 2),
    )
    assert paddle.Conv2D(3, 64, 3, padding=1).output_shape((None, 3, None, 224)) == (
        None,
        64,
        None,
        224,
    )
    assert str(
        paddle.Pad2D((1, 2)).output_shape(("N", "C", "H", "W"))
    ) == "(N, C, H, W + 3)" and paddle.Pad2D((1, 2)).output_shape((1, 2, 3, None)) == (
        1,
        2,
        3,
        None,
    )
    assert paddle.Conv2DTranspose(3, 1, 3, stride=2).output_shape(
        (1, 3, 5, None), output_size=12
    ) == (1, 1, 12, 12)


# ---------------------------------------------------------------- refusals

REFUSED = (
    (
        lambda: paddle.Conv2D(3, 8, 3, padding=(1, 2, 3)),
        (
            "Conv2D needs padding as an int, 2 or 4 ints, 4 pairs .*; received .*; for example"
            " padding=\\(1, 1, 1, 1\\), before and after each axis"
        ),
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, padding=-1),
        "Conv2D needs padding of at least 0; received -1; the nearest that works is 0",
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, padding=((0, 0), (0, 1), (1, 1), (1, 1))),
        (
            "nested padding is a pair per axis, \\(0, 0\\) for batch and channels; .*; for example"
            " \\(\\(0, 0\\), \\(0, 0\\), .*"
        ),
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, padding="full"),
        "padding is not known; received 'full'; one of 'SAME', 'VALID' works",
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, groups=2),
        "in_channels must be divisible by groups=2; received 3; the nearest that work: 2 or 4",
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, data_format="NLC"),
        "data_format is not known; received 'NLC'; .*",
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3).output_shape((1, 3, 1, 9)),
        "no window fits on spatial axis 0 .*; received 1 position; at least 3 positions work",
    ),
    (
        lambda: paddle.Conv2D(3, 8, 3, data_format="NHWC").output_shape((1, 2, 9, 3)),
        "channels last, a convolution must not come out empty: .*; NCHW works, or a larger input",
    ),
    (
        lambda: paddle.Conv1D(3, 8, 3, padding=9, padding_mode="reflect").output_shape((1, 3, 9)),
        (
            "reflect padding takes at most 8 on spatial axis 0; received 9; the nearest that works"
            " is 8"
        ),
    ),
    (
        lambda: paddle.Conv1DTranspose(3, 8, 3, stride=2, output_padding=2),
        (
            "output_padding of axis 0 must be less than the stride, 2; received 2; the nearest that"
            " works is 1"
        ),
    ),
    (
        lambda: paddle.Conv2DTranspose(
            3, 8, 3, stride=2, dilation=3, output_padding=2
        ).output_shape((1, 3, 5, 5)),
        "output_padding of axis 0 must be less than the stride, 2; .*",
    ),
    (
        lambda: paddle.Conv1DTranspose(3, 8, 3, stride=2).output_shape((1, 3, 5), output_size=13),
        "output_size of axis 0 must be from 11 to 12; received 13; the nearest that works is 12",
    ),
    (
        lambda: paddle.Conv1DTranspose(3, 8, 3, stride=2, output_padding=1).output_shape(
            (1, 3, 5), output_size=11
        ),
        "output_size cannot be used together with output_padding; .*",
    ),
    (
        lambda: paddle.MaxPool1D(3, padding="VALID", ceil_mode=True),
        "padding='VALID' takes no ceil_mode=True; received True; set padding=0",
    ),
    (
        lambda: paddle.MaxPool1D(3, ceil_mode=1),
        "ceil_mode must be True or False; received 1; for example ceil_mode=True",
    ),
    (
        lambda: paddle.Pad2D((1, 2), mode="reflect").output_shape((1, 3, 5, 5)),
        "padding needs 4 entries; .*",
    ),
    (
        lambda: paddle.Pad2D((-1, 2)).output_shape((1, 3, 5, 5)),
        "Pad2D needs padding\\[0\\] of at least 0; received -1; .*",
    ),
    (
        lambda: paddle.Upsample(size=8).output_shape((1, 3, 5, 5)),
        "size must be an int per axis; received 8; for example size=\\(32, 48\\)",
    ),
    (
        lambda: paddle.Upsample(scale_factor=2).output_shape((1, 3, 5)),
        "nearest is for 2, 3 axes; received 1; .*",
    ),
    (
        lambda: paddle.Fold((6, 7), 3, paddings=(0, 1, 2, 3)).output_shape((1, 18, 54)),
        "Fold needs the same paddings before and after; .*; for example paddings=\\(0, 1\\)",
    ),
    (
        lambda: paddle.PixelShuffle(2).output_shape((1, 6, 5, 5)),
        "input channels must be divisible by 4; received 6; the nearest that work: 4 or 8",
    ),
    (
        lambda: paddle.Linear(6, 4).output_shape((2, 5)),
        "the last axis must be in_features=6 long; .*",
    ),
    (lambda: paddle.Conv2D(3, 8, 3, 1, 0, 1, 1, True), "Conv2D: .*"),
)


@pytest.mark.parametrize(("ask", "line"), REFUSED, ids=[row[1][:50] for row in REFUSED])
def test_refusals_in_both_languages(ask, line):
    with pytest.raises(ShapeError, match=f"^{line}$") as told:
        ask()
    assert any("一" <= c <= "鿿" for c in told.value.zh) and "\n" not in told.value.zh


# ---------------------------------------------------------------- the words themselves

# Signatures of paddle.nn 3.3.1, without what changes no size (name, device, dtype).
CONV = (
    "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True"
    " padding_mode='zeros' weight_attr=None bias_attr=None data_format='{}'"
)
UP = (
    "in_channels out_channels kernel_size stride=1 padding=0 output_padding=0 {} weight_attr=None"
    " bias_attr=None data_format='{}'"
)
SIGNATURES = {
    "Conv1D": CONV.format("NCL"),
    "Conv2D": CONV.format("NCHW"),
    "Conv3D": CONV.format("NCDHW"),
    "Conv1DTranspose": UP.format("groups=1 dilation=1", "NCL"),
    "Conv2DTranspose": UP.format("dilation=1 groups=1", "NCHW"),
    "Conv3DTranspose": UP.format("dilation=1 groups=1", "NCDHW"),
    "MaxPool1D": "kernel_size stride=None padding=0 return_mask=False ceil_mode=False",
    "MaxPool2D": (
        "kernel_size stride=None padding=0 return_mask=False ceil_mode=False data_format='NCHW'"
    ),
    "MaxPool3D": (
        "kernel_size stride=None padding=0 return_mask=False ceil_mode=False data_format='NCDHW'"
    ),
    "AvgPool1D": "kernel_size stride=None padding=0 exclusive=True ceil_mode=False",
    "AvgPool2D": (
        "kernel_size stride=None padding=0 ceil_mode=False exclusive=True divisor_override=None"
        " data_format='NCHW'"
    ),
    "AvgPool3D": (
        "kernel_size stride=None padding=0 ceil_mode=False exclusive=True divisor_override=None"
        " data_format='NCDHW'"
    ),
    "LPPool1D": "norm_type kernel_size stride=None padding=0 ceil_mode=False data_format='NCL'",
    "LPPool2D": "norm_type kernel_size stride=None padding=0 ceil_mode=False data_format='NCHW'",
    "AdaptiveAvgPool1D": "output_size",
    "AdaptiveAvgPool2D": "output_size data_format='NCHW'",
    "AdaptiveAvgPool3D": "output_size data_format='NCDHW'",
    "AdaptiveMaxPool1D": "output_size return_mask=False",
    "AdaptiveMaxPool2D": "output_size return_mask=False",
    "AdaptiveMaxPool3D": "output_size return_mask=False",
    "Pad1D": "padding mode='constant' value=0.0 data_format='NCL'",
    "Pad2D": "padding mode='constant' value=0.0 data_format='NCHW'",
    "Pad3D": "padding mode='constant' value=0.0 data_format='NCDHW'",
    "ZeroPad1D": "padding data_format='NCL'",
    "ZeroPad2D": "padding data_format='NCHW'",
    "ZeroPad3D": "padding data_format='NCDHW'",
    "Upsample": (
        "size=None scale_factor=None mode='nearest' align_corners=False align_mode=0"
        " data_format=None recompute_scale_factor=None"
    ),
    "UpsamplingNearest2D": "size=None scale_factor=None data_format='NCHW'",
    "UpsamplingBilinear2D": "size=None scale_factor=None data_format='NCHW'",
    "PixelShuffle": "upscale_factor data_format='NCHW'",
    "PixelUnshuffle": "downscale_factor data_format='NCHW'",
    "Unfold": "kernel_sizes dilations=1 paddings=0 strides=1",
    "Fold": "output_sizes kernel_sizes dilations=1 paddings=0 strides=1",
    "Flatten": "start_axis=1 stop_axis=-1",
    "Unflatten": "axis shape",
    "MaxUnPool1D": "kernel_size stride=None padding=0 data_format='NCL' output_size=None",
    "MaxUnPool2D": "kernel_size stride=None padding=0 data_format='NCHW' output_size=None",
    "MaxUnPool3D": "kernel_size stride=None padding=0 data_format='NCDHW' output_size=None",
    "Linear": "in_features out_features weight_attr=None bias_attr=None",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_order_and_defaults(name):
    parameters = list(inspect.signature(getattr(paddle, name).__init__).parameters.values())[1:]
    assert (
        " ".join(p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters)
        == SIGNATURES[name]
    )


def test_every_word_has_a_name_and_a_line_of_code():
    assert set(vocabulary("paddle")) == set(SIGNATURES)
    line = read("paddle.nn.Conv2D(3, 64, kernel_size=7, stride=2, padding=3, bias_attr=False)")
    assert repr(
        line
    ) == "Conv2D(3, 64, (7, 7), stride=(2, 2), padding=3, bias_attr=False)" and line.output_shape(
        (8, 3, 224, 224)
    ) == (
        8,
        64,
        112,
        112,
    )


def test_joined_shapes():
    assert paddle.concat([(1, 64, 28, 28), (1, 32, 28, 28)], axis=1) == (1, 96, 28, 28)
    assert paddle.add((2, 1), (1, 3)) == (2, 3)


# ---------------------------------------------------------------- axes that Paddle needs


@pytest.mark.parametrize("k", range(1, 6))
@pytest.mark.parametrize("s", range(1, 5))
def test_borrowed_padding_is_the_adjoint_of_its_count(k, s):
    axis = Borrowed(Same(k, s), extra=s - 1)
    counts = [axis.count(n) for n in range(1, 30)]
    assert counts == sorted(set(counts))  # every input gives more than the one before
    for m in range(counts[0], counts[-1] + 1):
        least = next(n for n, count in enumerate(counts, 1) if count >= m)
        assert axis.need(m) == least and (least in axis.fibre(m)) == (m in counts)
    assert axis.at(7) == Transposed(
        Window(k, s, *((total := Same(k, s).padding(7)) // 2, total - total // 2 - s + 1))
    )


@pytest.mark.parametrize(("k", "s"), [(1, 2), (1, 3), (2, 3), (2, 5), (3, 3), (4, 2)])
def test_ceiled_same_keeps_every_window(k, s):
    """One more window as long as the one before has not reached the padded end, counted one by one."""
    axis = Ceiled(Same(k, s), clipped=False)
    for n in range(1, 25):
        total = Same(k, s).padding(n)
        m = 1
        while (m - 1) * s + k < n + total:
            m += 1
        assert (
            axis.count(n) == m and axis.at(n).count(n) == m and axis.need(m) <= n < axis.need(m + 1)
        )


# ---------------------------------------------------------------- Paddle itself


@pytest.mark.slow
def test_output_size_as_paddle_takes_it():
    require("paddle")
    real = sweep.real("paddle")
    for rank, words in (
        (1, {}),
        (2, {"padding": 1, "dilation": 2}),
        (3, {"padding": "SAME"}),
        (2, {"output_padding": 1}),
        (1, {"output_padding": 1}),
        (2, {"data_format": "NHWC"}),
    ):
        given = {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 3} | words
        shape = (
            (1, *(4, 5, 3)[:rank], 2)
            if words.get("data_format") == "NHWC"
            else (1, 2, *(4, 5, 3)[:rank])
        )
        made = getattr(paddle, f"Conv{rank}DTranspose")(**given)
        least = [
            axis.count(n) - op
            for axis, n, op in zip(
                made.layer.axes, made.read(shape).spatial, made.output_padding, strict=True
            )
        ]
        for more in range(-1, 4):
            wanted = tuple(m + more for m in least)
            try:
                ours = made.output_shape(shape, output_size=wanted)
            except ShapeError:
                ours = "refused"
            try:
                theirs = real.reached(f"Conv{rank}DTranspose", given, shape, wanted)
            except Exception:
                theirs = "refused"
            assert ours == theirs, (rank, words, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("gotcha", gotchas.of("paddle"), ids=lambda gotcha: gotcha.name)
def test_gotchas_are_as_recorded(gotcha):
    require("paddle")
    assert gotcha.run() == gotcha.expected


PLANTED = (
    ("conv", paddle.PaddleLayer, "too_small", paddle.TooSmall.REFUSED),  # PyTorch's manners
    ("conv", paddle.Conv, "weight_layout", "IO*"),
    (
        "transposed",
        paddle,
        "Borrowed",
        lambda same, extra: Transposed(
            Window(same.kernel, same.stride, same.kernel // 2, (same.kernel - 1) // 2 - extra)
        ),
    ),
    # clipped, as PyTorch does
    (
        "pool",
        paddle._Pool,
        "_axis",
        lambda self, k, s, pair: (
            Same(k, s)
            if pair is None
            else Ceiled(Window(k, s, *pair))
            if self.ceil_mode
            else Window(k, s, *pair)
        ),
    ),
    (
        "columns",
        paddle._Columns,
        "_windows",
        lambda self, spatial: self.meaning().output_size(spatial),
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "owner", "name", "wrong"),
    PLANTED,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_error_turns_the_sweep_red(kind, owner, name, wrong, monkeypatch):
    require("paddle")
    # the grid asks the dialect what Paddle would not survive, so it is made first
    cases = list(sweep.grids("paddle")[kind](False))
    cases = cases[:: len(cases) // 300]
    assert verify.explained("paddle", sweep.swept("paddle", cases).disagreed)[1] == []
    monkeypatch.setattr(owner, name, wrong)
    assert verify.explained("paddle", sweep.swept("paddle", cases).disagreed)[1]


@pytest.mark.slow
def test_conv3d_with_nhwc_adds_its_bias_along_the_last_axis():
    """Paddle takes the words; what comes out is no convolution's, and not even of its size."""
    words = {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "data_format": "NHWC"}
    assert shaped("paddle", "Conv3D", words, (1, 3, 3, 3, 4)) == (1, 1, 1, 4, 4)
    with pytest.raises(ShapeError, match="adds its bias along the last spatial axis"):
        paddle.Conv3D(**words)
    plain = words | {"bias_attr": False}
    assert paddle.Conv3D(**plain).output_shape((1, 3, 3, 3, 4)) == (1, 1, 1, 1, 4)
    assert shaped("paddle", "Conv3D", plain, (1, 3, 3, 3, 4)) == (1, 1, 1, 1, 4)
