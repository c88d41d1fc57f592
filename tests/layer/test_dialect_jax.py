"""JAX's words: sizes recorded from JAX 0.10.2 (CPU), published numbers, and refusals. Nothing here
runs JAX.
"""

import inspect

import pytest
import sympy

from shapealg import ShapeError
from shapealg.axis.spaced import Spaced
from shapealg.axis.window import Window
from shapealg.words.dialects import jax
from shapealg.words.spoken import read, vocabulary

W3 = (6, 4, 3)  # 6 output channels, 4 input channels, 3 taps

# ---------------------------------------------------------------- sizes that came out of JAX

EXECUTED = (
    (jax.conv_general_dilated(W3, (2,), "Same_lower"), (2, 4, 8), (2, 6, 4)),
    (jax.conv_general_dilated(W3, (1,), ((1, 2),)), (2, 4, 8), (2, 6, 9)),
    (jax.conv_general_dilated(W3, (1,), ((1, 1),), (2,)), (2, 4, 8), (2, 6, 15)),
    (jax.conv_general_dilated(W3, (2,), ((-3, -3),)), (2, 4, 8), (2, 6, 0)),
    (jax.conv_general_dilated(W3, (2,), ((-4, -4),)), (2, 4, 8), (2, 6, 0)),
    (jax.conv_general_dilated(W3, (2,), ((12, -10),)), (2, 4, 8), (2, 6, 4)),
    (jax.conv_general_dilated(W3, (2,), ((-12, 10),)), (2, 4, 8), (2, 6, 2)),
    (jax.conv_general_dilated(W3, (1,), ((2, 2),), (3,)), (2, 4, 0), (2, 6, 2)),
    (jax.conv_general_dilated(W3, (1,), "VALID", batch_group_count=2), (2, 4, 8), (1, 6, 6)),
    (
        jax.conv_general_dilated((6, 2, 3), (1,), "VALID", feature_group_count=2),
        (2, 4, 8),
        (2, 6, 6),
    ),
    # the first stride is for W
    (
        jax.conv_general_dilated(
            (5, 7, 3, 4), (2, 1), "VALID", dimension_numbers=("NCHW", "WHIO", "NHWC")
        ),
        (2, 3, 9, 8),
        (2, 3, 2, 4),
    ),
    (
        jax.conv_general_dilated((6, 4, 2, 2, 2, 2), (1,) * 4, "VALID"),
        (1, 4, 3, 3, 3, 3),
        (1, 6, 2, 2, 2, 2),
    ),
    (jax.conv(W3, (2,), ((1, 1),)), (2, 4, 8), (2, 6, 4)),
    (jax.conv_transpose((3, 4, 6), (2,), "SAME"), (2, 5, 4), (2, 10, 6)),
    (jax.conv_transpose((3, 4, 6), (2,), "VALID", (2,)), (2, 5, 4), (2, 13, 6)),
    (jax.conv_transpose((3, 4, 6), (2,), ((1, 2),)), (2, 5, 4), (2, 10, 6)),
    (
        jax.conv_transpose((3, 4, 6), (2,), ((1, 2),), use_consistent_padding=True),
        (2, 5, 4),
        (2, 8, 6),
    ),
    (jax.conv_transpose((3, 4, 6), (2,), ((-9, 0),)), (2, 5, 4), (2, 0, 6)),
    (jax.conv_transpose((3, 6, 4), (2,), "VALID", transpose_kernel=True), (2, 5, 4), (2, 11, 6)),
    (jax.conv_transpose((3, 1, 1), (1,), "VALID"), (1, 5, 1), (1, 7, 1)),
    (jax.conv_transpose((3, 1, 1), (1,), "valid"), (1, 5, 1), (1, 3, 1)),  # not the same
    (jax.conv_transpose((3, 4, 6), (2,), "SAME"), (2, 0, 4), (2, 1, 6)),  # something of nothing
    (jax.conv_transpose((3, 2, 1, 4, 6), (2, 1, 3), "SAME"), (2, 3, 4, 5, 4), (2, 6, 4, 15, 6)),
    (jax.reduce_window("max", (1, 1, 3), padding=((0, 0), (0, 0), (-9, 0))), (2, 3, 8), (2, 3, 0)),
    (jax.reduce_window("max", (1, 1, 3), base_dilation=(1, 1, 2)), (2, 3, 8), (2, 3, 13)),
    (jax.reduce_window("max", (1, 1, 3), (1, 1, 2), "SAME", (1, 1, 2)), (2, 3, 8), (2, 3, 7)),
    (jax.reduce_window("add", (1, 2, 3)), (2, 3, 8), (2, 2, 6)),
    (jax.reduce_window("mul", (1, 5, 3)), (2, 3, 8), (2, 0, 6)),
    (jax.reduce_window("min", (3,)), (8,), (6,)),
    (jax.pad(((1, 2, 0), (0, 0, 1))), (3, 5), (6, 9)),
    (jax.pad(((-1, -2, 0), (0, 0, 0))), (3, 5), (0, 5)),
    (jax.pad(((1, 0, 2), (0, 0, 0))), (0, 5), (1, 5)),
    (
        jax.conv_general_dilated_patches(
            (3,), (2,), "SAME", dimension_numbers=("NHC", "HIO", "NHC")
        ),
        (2, 4, 8),
        (2, 2, 24),
    ),
    (jax.conv_general_dilated_patches((9,), (2,), "VALID"), (2, 4, 8), (2, 36, 0)),
    (jax.image_resize((2, 8, 9, 5), "nearest"), (1, 4, 6, 3), (2, 8, 9, 5)),
    (jax.image_resize((1, 8, 9), "area"), (1, 4, 6), (1, 8, 9)),
    (jax.image_resize((1, 8, 9), "bicubic-pytorch"), (1, 4, 6), (1, 8, 9)),
    (jax.image_resize((1, 0, 9, 3), "bilinear"), (1, 0, 6, 3), (1, 0, 9, 3)),
)


@pytest.mark.parametrize(("words", "shape", "made"), EXECUTED, ids=lambda x: repr(x)[:60])
def test_sizes_as_executed(words, shape, made):
    assert words.output_shape(shape) == made


# n, k, s, then "SAME" and "VALID", as lax.conv_transpose gave them
TRANSPOSED = (
    ((4, 3, 2), 8, 9),
    ((4, 2, 3), 12, 12),
    ((4, 4, 2), 8, 10),
    ((4, 1, 2), 8, 8),
    ((3, 2, 2), 6, 6),
    ((5, 2, 2), 10, 10),
)


@pytest.mark.parametrize(("case", "same", "valid"), TRANSPOSED)
def test_transposed_strings(case, same, valid):
    n, k, s = case
    assert [
        jax.conv_transpose((k, 1, 1), (s,), padding).output_shape((1, n, 1))
        for padding in ("SAME", "VALID")
    ] == [(1, same, 1), (1, valid, 1)]


# k, s and how many positions "SAME" and "VALID" cut off in front, as one-hot kernels through JAX
# showed
CUT = (
    ((3, 2), 0, 0),
    ((4, 2), 1, 0),
    ((5, 2), 1, 0),
    ((5, 1), 2, 0),
    ((4, 1), 1, 0),
    ((2, 3), 0, 0),
)


@pytest.mark.parametrize(("case", "same", "valid"), CUT)
def test_where_a_transposed_convolution_is_cut(case, same, valid):
    k, s = case
    assert [
        jax.conv_transpose((k, 1, 1), (s,), padding).layer.axes[0].window.lo
        for padding in ("SAME", "VALID")
    ] == [same, valid]


# ---------------------------------------------------------------- what it means


def test_published_parameters():
    """AlexNet's and ResNet's first convolutions, printed everywhere."""
    assert jax.conv((64, 3, 11, 11), (4, 4), ((2, 2), (2, 2))).parameters() == 23_296 - 64
    words = jax.conv((64, 3, 7, 7), (2, 2), ((3, 3), (3, 3)))
    assert words.parameters() == 9_408 and words.macs((1, 3, 224, 224)) == 118_013_952


def test_lhs_dilation_is_a_transposed_convolution_with_a_flipped_kernel():
    words = jax.conv_general_dilated(
        (3, 3, 4, 8), (1, 1), ((1, 2), (1, 2)), (2, 2), dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    assert (
        words.flips_kernel
        and words.layer.transposed
        and str(words.to("torch", (1, 9, 9, 4)).steps[0]).startswith(
            "ConvTranspose2d(4, 8, (3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1)"
        )
    )


def test_a_spread_input_is_read_where_no_gap_is():
    """4 positions, 3 apart, lie at 0, 3, 6, 9; a window of 5 with stride 2 from −1 on."""
    axis = Spaced(Window(5, 2, 1, 1), 3)
    laid = [
        [p // 3 for p in range(2 * j - 1, 2 * j + 4) if p % 3 == 0 and 0 <= p < 10]
        for j in range(axis.count(4))
    ]
    assert [
        [i for i in range(axis.first(j), axis.last(j) + 1) if 0 <= i < 4] for j in range(4)
    ] == laid
    assert axis.links(5, 1) == ((1,), (2,)) and axis.need(axis.count(4)) == 4


def test_symbols_and_what_is_unknown():
    h = sympy.Symbol("h")
    assert jax.conv((8, 4, 3, 3), (2, 2), "SAME").output_shape((None, 4, h, None)) == (
        None,
        8,
        sympy.ceiling(h / 2),
        None,
    )
    assert jax.pad(((0, 0, 0), (0, 0, 0), (-1, 2, 1))).output_shape((1, 2, h)) == (1, 2, 2 * h)


def test_windows_over_batch_and_channels_are_no_layer_of_another_framework():
    assert (
        jax.reduce_window("max", (1, 3, 3, 1)).layout == "N*C"
        and jax.reduce_window("max", (1, 1, 3, 3)).layout == "NC*"
    )
    for words in (
        jax.reduce_window("max", (1, 2, 3)),
        jax.reduce_window("add", (1, 1, 3)),
        jax.reduce_window("max", (1, 1, 3), base_dilation=(1, 1, 2)),
    ):
        with pytest.raises(ShapeError, match="no rule"):
            words.to("torch", (1, 4, 8))


# ---------------------------------------------------------------- refusals

REFUSED = (
    (
        lambda: jax.conv(W3, 1, "SAME"),
        (
            r"conv needs window_strides as a list of 1 ints; received 1; for example"
            r" window_strides=\(1,\)"
        ),
    ),
    (
        lambda: jax.conv(W3, (0,), "SAME"),
        "conv needs .* of at least 1; received 0; the nearest that works is 1",
    ),
    (
        lambda: jax.conv(W3, (1,), "FULL"),
        "padding is not known; received 'FULL'; one of 'SAME', 'SAME_LOWER', 'VALID' works",
    ),
    (
        lambda: jax.conv(W3, (1,), 1),
        "padding must be 'SAME', 'SAME_LOWER', 'VALID' or 1 pairs of ints; received 1; .*",
    ),
    (
        lambda: jax.conv_general_dilated(W3, (1,), "SAME", (2,)),
        (
            "with lhs_dilation, padding must be said in numbers; received 'SAME'; or use"
            " conv_transpose"
        ),
    ),
    (
        lambda: jax.conv_general_dilated(W3, (1,), "SAME", rhs_dilation=(2, 1)),
        "conv_general_dilated needs rhs_dilation as a list of 1 ints; .*",
    ),
    (
        lambda: jax.conv(W3, (1,), "SAME").output_shape((1, 3, 9)),
        "the input must have 4 channels; received 3; 4 channels work",
    ),
    (
        lambda: jax.conv(W3, (2,), ((-4, -5),)).output_shape((1, 4, 8)),
        "spatial axis 0 is too short for so much cropping; received 8; at least 9 positions work",
    ),
    (
        lambda: jax.conv_general_dilated((5, 2, 3), (1,), "SAME", feature_group_count=2),
        (
            "output channels must be divisible by feature_group_count=2; received 5; the nearest"
            " that work: 4 or 6"
        ),
    ),
    (
        lambda: jax.conv_general_dilated(W3, (1,), "SAME", batch_group_count=2).output_shape(
            (3, 4, 8)
        ),
        (
            "the batch must be divisible by batch_group_count=2; received 3; the nearest that work:"
            " 2 or 4"
        ),
    ),
    (
        lambda: jax.conv_general_dilated(
            W3, (1,), "SAME", feature_group_count=2, batch_group_count=2
        ),
        "feature_group_count and batch_group_count cannot both be above 1; .*",
    ),
    (
        lambda: jax.conv_general_dilated(W3, (1,), "SAME", dimension_numbers=("NCH", "OIW", "NCH")),
        "dimension_numbers must be three strings, .*",
    ),
    (
        lambda: jax.conv_transpose((3, 4, 6), (2,), "same"),
        (
            "conv_transpose knows 'SAME' and 'VALID' only, in capitals; received 'same'; for"
            " example padding='SAME'"
        ),
    ),
    (
        lambda: jax.conv_transpose((3, 4, 6), (2,), [[1, 1]], use_consistent_padding=True),
        "with use_consistent_padding each pair must be a tuple; .*",
    ),
    (
        lambda: jax.reduce_window("max", (1, 1, 3), padding="SAME"),
        r"with padding 'SAME', window_strides must be said; received None; for example \(1, 1, 1\)",
    ),
    (lambda: jax.reduce_window("sub", (1, 1, 3)), "computation is not known; received 'sub'; .*"),
    (
        lambda: jax.pad(((-1, -3, 0), (0, 0, 0))).output_shape((3, 5)),
        "axis 0 is too short for so much cropping; received 3; at least 4 positions work",
    ),
    (
        lambda: jax.image_resize((1, 4, 9, 3), "nearest").output_shape((1, 0, 6, 3)),
        "axis 1 is empty and cannot be resized; .*",
    ),
    (
        lambda: jax.add((2, 3), (3,)),
        (
            r"lax.add needs as many axes on both sides; received \(2, 3\) and \(3,\); put axes of"
            r" length 1 in front, up to 2 entries"
        ),
    ),
    (lambda: jax.concatenate([(2, 3), (2, 3)], -1), "shapes to concatenate need .*"),
)


@pytest.mark.parametrize(("ask", "line"), REFUSED, ids=[row[1][:50] for row in REFUSED])
def test_refusals_in_both_languages(ask, line):
    with pytest.raises(ShapeError, match=f"^{line}$") as told:
        ask()
    assert any("一" <= c <= "鿿" for c in told.value.zh) and "\n" not in told.value.zh


# ---------------------------------------------------------------- the words themselves

# Signatures of jax.lax 0.10.2, the data left out, and what changes no size.
SIGNATURES = {
    "conv_general_dilated": (
        "rhs window_strides padding lhs_dilation=None rhs_dilation=None dimension_numbers=None"
        " feature_group_count=1 batch_group_count=1"
    ),
    "conv": "rhs window_strides padding",
    "conv_with_general_padding": "rhs window_strides padding lhs_dilation rhs_dilation",
    "conv_transpose": (
        "rhs strides padding rhs_dilation=None dimension_numbers=None transpose_kernel=False"
        " use_consistent_padding=False"
    ),
    "conv_general_dilated_patches": (
        "filter_shape window_strides padding lhs_dilation=None rhs_dilation=None"
        " dimension_numbers=None"
    ),
    "reduce_window": (
        "computation window_dimensions window_strides=None padding='VALID' base_dilation=None"
        " window_dilation=None"
    ),
    "pad": "padding_config",
    "image_resize": "shape method antialias=True",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_order_and_defaults(name):
    parameters = list(inspect.signature(getattr(jax, name).__init__).parameters.values())[1:]
    assert (
        " ".join(str(p) if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters)
        == SIGNATURES[name]
    )


def test_every_word_has_a_name_and_a_line_of_code():
    assert set(vocabulary("jax")) == set(SIGNATURES)
    assert read(
        "lax.conv_general_dilated((64, 3, 7, 7), (2, 2), 'SAME', precision=None)"
    ).output_shape((8, 3, 224, 224)) == (8, 64, 112, 112)


def test_joined_shapes():
    assert jax.concatenate([(1, 64, 28, 28), (1, 32, 28, 28)], 1) == (1, 96, 28, 28)
    assert jax.add((2, 1), (1, 3)) == (2, 3) and jax.add((2, 3), ()) == (2, 3)
