"""TensorFlow's words: sizes recorded from TensorFlow 2.21.0 (CPU, eager, without oneDNN), published
numbers, and refusals. Nothing here runs TensorFlow.
"""

import inspect

import pytest
import sympy

import shapealg as sa
from shapealg import DomainError, ShapeError
from shapealg.words.dialects import tensorflow as tf
from shapealg.words.spoken import read, vocabulary

# ---------------------------------------------------------------- sizes that came out of TensorFlow

EXECUTED = (
    (tf.conv1d((3, 4, 6), (1, 2, 1), "VALID"), (1, 9, 4), (1, 4, 6)),
    # a stride for the batch has no effect
    (tf.conv1d((3, 4, 6), (2, 1, 1), "VALID"), (1, 9, 4), (1, 7, 6)),
    # both, where tf.nn.convolution refuses
    (tf.conv1d((3, 4, 6), 2, "SAME", dilations=2), (1, 9, 4), (1, 5, 6)),
    (tf.conv1d((3, 2, 6), 1, "VALID"), (1, 9, 4), (1, 7, 6)),  # two groups
    (tf.conv2d((3, 3, 4, 6), (2, 1), "VALID"), (1, 9, 9, 4), (1, 4, 7, 6)),
    (tf.conv2d((3, 3, 4, 6), 2, "VALID", dilations=(1, 2, 2, 1)), (1, 9, 9, 4), (1, 3, 3, 6)),
    (tf.conv2d((3, 3, 4, 6), 1, ((0, 0), (1, 2), (0, 1), (0, 0))), (1, 9, 9, 4), (1, 10, 8, 6)),
    (tf.conv2d((3, 3, 4, 6), 1, "VALID"), (0, 9, 9, 4), (0, 7, 7, 6)),
    (tf.conv3d((3, 3, 3, 4, 6), (1, 2, 1, 1, 1), "VALID"), (1, 5, 5, 5, 4), (1, 2, 3, 3, 6)),
    (tf.convolution((2, 2, 2, 4, 6), dilations=2), (1, 5, 5, 6, 4), (1, 3, 3, 4, 6)),
    (tf.convolution((3, 3, 2, 6), dilations=2), (1, 9, 9, 4), (1, 5, 5, 6)),
    (tf.depthwise_conv2d((3, 3, 4, 2), (1, 2, 2, 1), "VALID"), (1, 9, 9, 4), (1, 4, 4, 8)),
    # the first axis alone
    (
        tf.depthwise_conv2d((3, 3, 4, 2), (1, 1, 1, 1), "VALID", dilations=(2,)),
        (1, 9, 9, 4),
        (1, 5, 7, 8),
    ),
    (
        tf.separable_conv2d((3, 3, 4, 2), (1, 1, 4, 6), (1, 1, 1, 1), "VALID"),
        (1, 9, 9, 4),
        (1, 7, 7, 6),
    ),
    (tf.conv1d_transpose((3, 2, 4), (1, 12, 2), 2, "VALID"), (1, 5, 4), (1, 12, 2)),
    (tf.conv2d_transpose((3, 3, 2, 4), (11, 11), 2, "VALID"), (1, 5, 5, 4), (1, 11, 11, 2)),
    (
        tf.conv2d_transpose((3, 3, 2, 4), (1, 10, 10, 2), 2, ((0, 0), (1, 0), (1, 0), (0, 0))),
        (1, 5, 5, 4),
        (1, 10, 10, 2),
    ),
    (tf.conv_transpose((3, 3, 3, 2, 4), (1, 9, 9, 9, 2), 2), (1, 5, 5, 5, 4), (1, 9, 9, 9, 2)),
    (tf.conv1d_transpose((3, 2, 4), (1, 2, 2), 2, "VALID"), (1, 0, 4), (1, 2, 2)),
    (tf.max_pool1d(3, 2, ((0, 0), (1, 2), (0, 0))), (1, 9, 4), (1, 5, 4)),
    (tf.max_pool2d(3, None, "VALID"), (1, 9, 8, 4), (1, 7, 6, 4)),
    (tf.avg_pool3d(3, 5, "VALID"), (1, 9, 8, 7, 4), (1, 2, 2, 1, 4)),
    (tf.max_pool(4, 3, "SAME"), (1, 0, 8, 4), (1, 0, 3, 4)),
    (tf.pool((5, 5), "MAX", dilations=(2, 2)), (1, 9, 8, 4), (1, 1, 0, 4)),
    (tf.pad(((0, 0), (4, 5)), "symmetric"), (3, 5), (3, 14)),
    (tf.space_to_depth(2), (1, 4, 6, 9), (1, 2, 3, 36)),
    (
        tf.extract_patches((1, 12, 3, 1), (1, 2, 2, 1), (1, 1, 1, 1), "VALID"),
        (1, 9, 9, 4),
        (1, 0, 4, 144),
    ),
    (tf.image_resize((8, 9)), (4, 6, 3), (8, 9, 3)),
    (tf.reshape((12, -1, 1)), (2, 3, 4), (12, 2, 1)),
)


@pytest.mark.parametrize(("words", "shape", "made"), EXECUTED, ids=lambda x: repr(x)[:60])
def test_sizes_as_executed(words, shape, made):
    assert words.output_shape(shape) == made


# eager conv1d, n = 0, 1, …: one where the kernel fits, 0 while less than 2s are missing, an error
# below
TOO_SMALL = (
    (3, 1, [None, None, 0, 1]),
    (5, 2, [None, None, 0, 0, 0, 1]),
    (7, 3, [None, None, 0, 0, 0, 0, 0, 1]),
)


@pytest.mark.parametrize(("k", "s", "made"), TOO_SMALL)
def test_empty_while_less_than_two_strides_are_missing(k, s, made):
    """As TensorFlow said for conv1d: "Computed output size would be negative" at None."""
    for n, m in enumerate(made):
        words = tf.conv1d((k, 1, 1), s, "VALID")
        if m is None:
            with pytest.raises(DomainError):
                words.output_shape((1, n, 1))
        else:
            assert words.output_shape((1, n, 1)) == (1, m, 1)


@pytest.mark.parametrize(
    ("padding", "accepted"), [("SAME", range(10, 13)), ("VALID", range(11, 14))]
)
def test_a_transposed_convolution_takes_what_leads_back(padding, accepted):
    """n = 4, k = 2, s = 3: the output shapes that TensorFlow took, of all from 0 to 19."""
    taken = []
    for made in range(20):
        try:
            tf.conv1d_transpose((2, 1, 1), (1, made, 1), 3, padding).output_shape((1, 4, 1))
        except ShapeError:
            continue
        taken.append(made)
    assert taken == list(accepted)


# ---------------------------------------------------------------- numbers printed elsewhere


def test_published_parameters():
    """Kernels of keras.applications, which hold TensorFlow's weights: ResNet50 conv1, MobileNet
    conv_dw_1 and conv_pw_1.
    """
    assert tf.conv2d((7, 7, 3, 64), 2, "VALID").parameters() + 64 == 9_472
    assert tf.depthwise_conv2d((3, 3, 32, 1), (1, 1, 1, 1), "SAME").parameters() == 288
    assert (
        tf.separable_conv2d((3, 3, 64, 1), (1, 1, 64, 128), (1, 1, 1, 1), "SAME").parameters()
        == 8_768
    )


def test_groups_follow_from_the_input():
    words = tf.conv2d((3, 3, 2, 6), 1, "SAME")
    assert words.output_shape((1, 9, 9, 4)) == (1, 9, 9, 6) and words.meaning(4).groups == 2
    assert words.macs((1, 9, 9, 4)) == 9 * 9 * 9 * 2 * 6


def test_symbols_and_what_is_unknown():
    h = sympy.Symbol("h")
    assert tf.conv2d((3, 3, 4, 6), 2, "SAME").output_shape(("N", h, None, 4)) == (
        sympy.Symbol("N", integer=True),
        sympy.ceiling(h / 2),
        None,
        6,
    )
    assert tf.conv2d_transpose((3, 3, 8, 4), ("N", "H", "W", 8), 2).output_shape(
        (None, None, None, 4)
    )[1:3] == sympy.symbols("H W", integer=True)


def test_what_an_average_reads():
    # SAME puts the odd position behind
    assert [list(r) for r in tf.avg_pool1d(3, 2, "SAME").reads((1, 8, 1), (3,))] == [[6, 7, 8]]


# ---------------------------------------------------------------- refusals

REFUSED = (
    (
        lambda: tf.conv2d((3, 3, 4, 6), 1, "same"),
        "padding is not known; received 'same'; one of 'SAME', 'VALID' works",
    ),
    (
        lambda: tf.conv1d((3, 4, 6), 1, ((0, 0), (1, 1), (0, 0))),
        "padding is not known; received .*; one of 'SAME', 'VALID' works",
    ),
    (
        lambda: tf.conv2d((3, 3, 4, 6), 1, "SAME", "NCHW"),
        (
            "on the CPU TensorFlow computes channels-last data only, of rank 2 here; received"
            " 'NCHW'; data_format='NHWC' works"
        ),
    ),
    (
        lambda: tf.conv2d((3, 3, 4, 6), 0, "SAME"),
        "conv2d needs strides of at least 1; received 0; the nearest that works is 1",
    ),
    (
        lambda: tf.conv2d((3, 3, 4, 6), (1, 1, 1, 2), "SAME"),
        (
            r"strides must be 1 for batch and channels; received \(1, 1, 1, 2\); for example"
            r" strides=\(1, 1, 1, 1\)"
        ),
    ),
    (
        lambda: tf.conv2d((3, 3, 4, 6), 1, "SAME").output_shape((1, 9, 9, 6)),
        (
            "input channels must be a multiple of the filters' depth, 4; received 6; the nearest"
            " that work: 4 or 8"
        ),
    ),
    (
        lambda: tf.conv3d((3, 3, 3, 4, 6), 1, "SAME"),
        r"conv3d needs strides of length 5; received 1; for example \(1, 2, 2, 2, 1\)",
    ),
    (
        lambda: tf.conv3d((3, 3, 3, 4, 6), (1,) * 5, "SAME", dilations=(1, 2, 1, 1, 1)),
        (
            "tf.nn.conv3d has no dilation on the CPU; received .*; with stride 1 tf.nn.convolution"
            " works"
        ),
    ),
    (
        lambda: tf.convolution((3, 3, 4, 6), (1, 2), dilations=(2, 1)),
        (
            "tf.nn.convolution takes no strides > 1 together with dilations > 1; received .*; set"
            " one of them to 1"
        ),
    ),
    (
        lambda: tf.depthwise_conv2d((3, 3, 4, 2), (1, 2, 1, 1), "SAME"),
        "a depthwise convolution wants the same stride on both axes; .*",
    ),
    (
        lambda: tf.depthwise_conv2d((3, 3, 4, 2), (1, 2, 2, 1), "SAME", dilations=(2, 2)),
        ".* TensorFlow only warns, but what comes out is no convolution; .*",
    ),
    (
        lambda: tf.conv2d_transpose((3, 3, 2, 4), (1, 13, 11, 2), 2, "VALID").output_shape(
            (1, 5, 5, 4)
        ),
        (
            "the forward convolution of output_shape gives 6 positions on spatial axis 0, not the"
            " input's 5; received 13; 11 to 12 work"
        ),
    ),
    (
        lambda: tf.conv2d_transpose((3, 3, 2, 4), (2, 10, 10, 2), 2).output_shape((1, 5, 5, 4)),
        "output_shape must have the batch of the input; received 2; 1 works",
    ),
    (
        lambda: tf.max_pool2d(3, 2, ((0, 0), (1, 3), (0, 0), (0, 0))),
        (
            "the padding of spatial axis 0 must be less than the kernel, 3; received 3; the nearest"
            " that works is 2"
        ),
    ),
    (
        lambda: tf.pool((2,), "MAX", (3,)),
        (
            "tf.nn.pool wants the stride of axis 0 to be at most the window, 2; received 3; the"
            " nearest that works is 2; .*"
        ),
    ),
    (
        lambda: tf.pool((2,), "MAX", padding="SAME", dilations=(2,)),
        "tf.nn.pool takes dilations with padding='VALID' only; .*",
    ),
    (
        lambda: tf.pad(((0, 0), (5, 0)), "REFLECT").output_shape((3, 5)),
        "REFLECT padding takes at most 4 on axis 1; received 5; the nearest that works is 4",
    ),
    (
        lambda: tf.pad(((0, 0), (-1, 0))),
        "pad needs .* of at least 0; received -1; the nearest that works is 0",
    ),
    (
        lambda: tf.depth_to_space(1),
        "depth_to_space needs block_size of at least 2; received 1; the nearest that works is 2",
    ),
    (
        lambda: tf.depth_to_space(2).output_shape((1, 4, 4, 9)),
        "input channels must be divisible by 4; received 9; the nearest that work: 8 or 12",
    ),
    (
        lambda: tf.image_resize((8, 9), preserve_aspect_ratio=True),
        "preserve_aspect_ratio rounds its sizes in floating point: .*",
    ),
    (
        lambda: tf.reshape((5, -1)).output_shape((2, 3, 4)),
        "the lengths of the shape must multiply to 24; .*",
    ),
)


@pytest.mark.parametrize(("ask", "line"), REFUSED, ids=[row[1][:50] for row in REFUSED])
def test_refusals_in_both_languages(ask, line):
    with pytest.raises(ShapeError, match=f"^{line}$") as told:
        ask()
    assert any("一" <= c <= "鿿" for c in told.value.zh) and "\n" not in told.value.zh


# ---------------------------------------------------------------- the words themselves

# Signatures of tf.nn 2.21.0, the data left out: name → what stands in front without a default, then
# the defaults.
SIGNATURES = {
    "convolution": "filters strides=None padding='VALID' data_format=None dilations=None",
    "conv1d": "filters stride padding data_format='NWC' dilations=None",
    "conv2d": "filters strides padding data_format='NHWC' dilations=None",
    "conv3d": "filters strides padding data_format='NDHWC' dilations=None",
    "depthwise_conv2d": "filter strides padding data_format=None dilations=None",
    "separable_conv2d": (
        "depthwise_filter pointwise_filter strides padding data_format=None dilations=None"
    ),
    "conv_transpose": "filters output_shape strides padding='SAME' data_format=None dilations=None",
    "pool": (
        "window_shape pooling_type strides=None padding='VALID' data_format=None dilations=None"
    ),
    "max_pool": "ksize strides padding data_format=None",
    "pad": "paddings mode='CONSTANT' constant_values=0",
    "extract_patches": "sizes strides rates padding",
    "image_resize": "size method='bilinear' preserve_aspect_ratio=False antialias=False",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_order_and_defaults(name):
    parameters = list(inspect.signature(getattr(tf, name).__init__).parameters.values())[1:]
    assert (
        " ".join(str(p) if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters)
        == SIGNATURES[name]
    )


def test_every_word_has_a_name_and_a_line_of_code():
    known = vocabulary("tensorflow")
    assert {
        "conv1d_transpose",
        "conv2d_transpose",
        "conv3d_transpose",
        "max_pool1d",
        "avg_pool3d",
        *SIGNATURES,
    } <= set(known)
    assert read(
        "tf.nn.conv2d((7, 7, 3, 64), strides=[1, 2, 2, 1], padding='SAME', name='stem')"
    ).output_shape((8, 224, 224, 3)) == (8, 112, 112, 64)


def test_joined_shapes():
    assert tf.concat([(1, 28, 28, 64), (1, 28, 28, 32)], -1) == (1, 28, 28, 96) and tf.add(
        (1, 28, 28, 64), (64,)
    ) == (1, 28, 28, 64)
    with pytest.raises(ShapeError):
        tf.concat([(1, 28, 28, 64), (1, 27, 28, 32)], 3)


# As programs write it, what comes in first; the shapes as TensorFlow 2.21.0 made them.
PASTED = (
    ("max_pool", ((1, 13, 13, 1), [1, 6, 6, 1], [1, 5, 5, 1], "SAME"), (1, 3, 3, 1)),
    ("avg_pool", ((1, 13, 13, 1), [1, 6, 6, 1], [1, 5, 5, 1], "SAME"), (1, 3, 3, 1)),
    ("max_pool", ((1, 13, 9, 1), 2, 2, "VALID", "NHWC"), (1, 6, 4, 1)),
    ("max_pool2d", ((1, 13, 9, 1), 2, 2, "VALID"), (1, 6, 4, 1)),
    ("avg_pool1d", ((1, 13, 2), 2, 2, "SAME"), (1, 7, 2)),
    ("conv2d", ((1, 9, 9, 4), (3, 3, 4, 8), (1, 2, 2, 1), "SAME"), (1, 5, 5, 8)),
    ("conv1d", ((1, 9, 4), (3, 4, 8), 2, "VALID", "NWC"), (1, 4, 8)),
    ("depthwise_conv2d", ((1, 9, 9, 4), (3, 3, 4, 2), (1, 1, 1, 1), "VALID"), (1, 7, 7, 8)),
    ("pool", ((1, 9, 9, 4), (2, 2), "AVG", (2, 2), "SAME"), (1, 5, 5, 4)),
)


@pytest.mark.parametrize(("name", "args", "made"), PASTED)
def test_a_call_with_its_data_first_binds_as_tensorflow_does(name, args, made):
    assert getattr(tf, name)(*args) == made


def test_a_pasted_pool_with_a_name_for_its_data_is_the_words():
    words = tf.max_pool("x", 2, 2, "VALID")
    assert words.output_shape((1, 13, 13, 1)) == (1, 6, 6, 1)
    with pytest.raises(ShapeError, match="padding"):
        tf.max_pool(2, 2, 2)


def test_open_channels_are_those_that_make_groups():
    taken = [3, 9, 27]  # of 1 … 39, in TensorFlow
    net = sa.read([tf.conv2d((3, 3, 3, 9), 1, "VALID")], "N,H,W,n")
    assert [n for n in range(1, 40) if n in net.accepts("n")] == taken
    assert net.parameters == 243 and repr(net.output_shape) == "(N, H - 2, W - 2, 9)"


def test_a_transposed_convolution_takes_one_size():
    """TensorFlow wants what the forward convolution would make of `output_shape`."""
    for padding, size in (("VALID", 9), ("SAME", 10)):
        words = tf.conv2d_transpose((3, 3, 8, 4), (1, 20, 20, 8), 2, padding)
        assert words.smallest_input() == (size, size)
        assert words.output_shape((1, size, size, 4)) == (1, 20, 20, 8)
        with pytest.raises(ShapeError):
            words.output_shape((1, size - 1, size - 1, 4))
