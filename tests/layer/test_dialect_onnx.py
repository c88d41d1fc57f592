"""ONNX's words: numbers printed elsewhere, sizes recorded from ONNX Runtime 1.32.0 on one-node
models, and refusals; the sweep asks the runtime itself.
"""

import inspect

import pytest
import sympy
from needed import require

from shapealg import DomainError, ShapeError
from shapealg.axis.length import Length
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.words.dialects import onnx

# ---------------------------------------------------------------- numbers printed elsewhere

# node, input, output, parameters, where printed
PRINTED = (
    (
        onnx.Conv((64, 3, 7, 7), strides=(2, 2), pads=(3, 3, 3, 3)),
        (1, 3, 224, 224),
        (1, 64, 112, 112),
        9408,
        "ResNet-50 conv1, torchvision",
    ),
    (
        onnx.MaxPool(kernel_shape=(3, 3), strides=(2, 2), pads=(1, 1, 1, 1)),
        (1, 64, 112, 112),
        (1, 64, 56, 56),
        0,
        "ResNet-50 maxpool, torchvision",
    ),
    (
        onnx.Conv((512, 512, 3, 3), (512,), pads=(1, 1, 1, 1)),
        (1, 512, 14, 14),
        (1, 512, 14, 14),
        2_359_808,
        "VGG16 block5_conv1, keras.applications summary",
    ),
    (
        onnx.Gemm((4096, 25_088), (4096,), transB=1),
        (1, 25_088),
        (1, 4096),
        102_764_544,
        "VGG16 fc1, keras.applications summary",
    ),
    (
        onnx.Conv((32, 1, 3, 3), group=32, pads=(1, 1, 1, 1)),
        (1, 32, 112, 112),
        (1, 32, 112, 112),
        288,
        "MobileNet conv_dw_1, keras.applications summary",
    ),
    (
        onnx.ConvTranspose((128, 128, 4, 4), (128,), strides=(2, 2), auto_pad="SAME_UPPER"),
        (1, 128, 8, 8),
        (1, 128, 16, 16),
        262_272,
        "DCGAN conv2d_transpose, keras.io",
    ),
    (
        onnx.MaxPool(kernel_shape=(3, 3), strides=(2, 2), ceil_mode=1),
        (1, 64, 112, 112),
        (1, 64, 56, 56),
        0,
        "GoogLeNet pool1, Szegedy et al. 2015, table 1",
    ),
    (
        onnx.MaxPool(kernel_shape=(3, 3), strides=(2, 2), ceil_mode=1),
        (1, 192, 56, 56),
        (1, 192, 28, 28),
        0,
        "GoogLeNet pool2, Szegedy et al. 2015, table 1",
    ),
    (
        onnx.GlobalAveragePool(),
        (1, 2048, 7, 7),
        (1, 2048, 1, 1),
        0,
        "ResNet-50 avgpool, torchvision",
    ),
)


@pytest.mark.parametrize(
    ("node", "shape", "out", "parameters", "source"),
    PRINTED,
    ids=[row[-1].split(",")[0] for row in PRINTED],
)
def test_printed_numbers(node, shape, out, parameters, source):
    assert node.output_shape(shape) == out and node.parameters(shape) == parameters


# ---------------------------------------------------------------- what ONNX Runtime gave

RECORDED = (
    # SAME in ConvTranspose: n·s where the windows reach it, else what they reach; output_padding is
    # not added twice
    (
        onnx.ConvTranspose((1, 1, 3), strides=(2,), auto_pad="SAME_UPPER", output_padding=(1,)),
        (1, 1, 3),
        (1, 1, 6),
    ),
    (onnx.ConvTranspose((1, 1, 1), strides=(3,), auto_pad="SAME_UPPER"), (1, 1, 3), (1, 1, 7)),
    (
        onnx.ConvTranspose((1, 1, 1), strides=(3,), auto_pad="SAME_UPPER", output_padding=(2,)),
        (1, 1, 3),
        (1, 1, 9),
    ),
    (onnx.ConvTranspose((2, 3, 3), strides=(2,), auto_pad="VALID"), (1, 2, 3), (1, 3, 7)),
    (onnx.ConvTranspose((2, 3, 3)), (1, 2, 0), (1, 3, 2)),
    (onnx.ConvTranspose((2, 3, 3), strides=(2,), output_shape=(8,)), (1, 2, 3), (1, 3, 8)),
    # poolings cut the division toward zero
    (onnx.MaxPool(kernel_shape=(3,), strides=(2,)), (1, 1, 2), (1, 1, 1)),
    (onnx.MaxPool(kernel_shape=(4,), strides=(3,)), (1, 2, 1), (1, 2, 0)),
    (onnx.MaxPool(kernel_shape=(2,), strides=(3,)), (0, 2, 0), (0, 2, 1)),
    # ceil_mode is clipped in every opset, SAME forgets the dilation
    (onnx.MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=21), (1, 1, 2), (1, 1, 1)),
    (
        onnx.AveragePool(kernel_shape=(2,), dilations=(2,), auto_pad="SAME_UPPER"),
        (1, 1, 6),
        (1, 1, 5),
    ),
    (onnx.MaxPool(kernel_shape=(3,), auto_pad="SAME_UPPER", pads=(2, 2)), (1, 1, 8), (1, 1, 8)),
    # Resize multiplies in single precision, and keeps an aspect ratio with every axis unless axes
    # are named
    (onnx.Resize(scales=(1, 1, 0.7)), (1, 1, 10), (1, 1, 7)),
    (onnx.Resize(scales=(1, 1, 0.29)), (1, 1, 100), (1, 1, 29)),
    (onnx.Resize(scales=(1, 1, 0.01)), (1, 2, 10), (1, 2, 0)),
    (
        onnx.Resize(sizes=(1, 1, 7, 7), keep_aspect_ratio_policy="not_smaller"),
        (1, 1, 4, 8),
        (2, 2, 7, 14),
    ),
    (
        onnx.Resize(sizes=(29, 31), axes=(2, 3), keep_aspect_ratio_policy="not_smaller"),
        (1, 1, 100, 30),
        (1, 1, 103, 31),
    ),
    (
        onnx.Resize(sizes=(3, 3), axes=(2, 3), keep_aspect_ratio_policy="not_larger"),
        (1, 1, 5, 7),
        (1, 1, 2, 3),
    ),
    (onnx.Upsample((1, 1, 2.5)), (1, 2, 4), (1, 2, 10)),
    (onnx.Pad((0, 0, -2, 0, 0, -2)), (1, 2, 4), (1, 2, 0)),
    (onnx.Pad((1, 2), axes=(-1,), mode="reflect"), (1, 2, 4), (1, 2, 7)),
    (onnx.Pad((1, 1, 2, 2), axes=(2, 0)), (1, 2, 4), (4, 2, 7)),
    (onnx.Pad((0, 0, 9, 0, 0, 0), mode="wrap"), (1, 2, 4), (1, 2, 13)),
    (onnx.Slice((7,), (-100,), (2,), (-2,)), (1, 2, 8), (1, 2, 4)),
    (onnx.Slice((5,), (1,), (2,)), (1, 2, 8), (1, 2, 0)),
    (onnx.Slice((0, 0), (1, 1)), (1, 2, 8), (1, 1, 8)),
    (onnx.Slice((-6,), (2**31 - 1,), (2,), (-2,)), (1, 2, 1), (1, 2, 1)),
    (onnx.DepthToSpace(blocksize=2), (1, 8, 0, 3), (1, 2, 0, 6)),
    (onnx.SpaceToDepth(blocksize=3), (1, 3, 6, 6), (1, 27, 2, 2)),
    (onnx.Col2Im((4, 4), (2, 2), pads=(0, 0, 1, 1)), (1, 8, 16), (1, 2, 4, 4)),
    (onnx.Col2Im((4, 4, 4), (2, 2, 2)), (1, 8, 27), (1, 1, 4, 4, 4)),
    (onnx.Flatten(axis=-1), (2, 3, 4), (6, 4)),
    (onnx.Flatten(axis=3), (2, 3, 4), (24, 1)),
    (onnx.Flatten(), (2,), (2, 1)),
    (onnx.Gemm((4, 3), (2, 1), transB=1), (2, 3), (2, 4)),
    (onnx.MatMul((6, 1, 3, 4)), (1, 5, 2, 3), (6, 5, 2, 4)),
    (onnx.MatMul((3,)), (3,), ()),
    (onnx.MatMul((3, 4)), (3,), (4,)),
    (onnx.CenterCropPad((12,), axes=(2,)), (1, 2, 9), (1, 2, 12)),
    (onnx.MaxUnpool(kernel_shape=(3,), strides=(2,), pads=(1, 0)), (1, 1, 4), (1, 1, 8)),
    (onnx.GlobalMaxPool(), (0, 2, 3), (0, 2, 1)),
)


@pytest.mark.parametrize(("node", "shape", "out"), RECORDED, ids=repr)
def test_recorded_sizes(node, shape, out):
    assert node.output_shape(shape) == out


# What ONNX Runtime made of 0, 1, …, 11 with one tap: where SAME is negative, each reads
# differently.
GAPS = (
    (onnx.Conv((1, 1, 1), strides=(3,), auto_pad="SAME_UPPER"), [0, 3, 6, 9]),
    (onnx.Conv((1, 1, 1), strides=(3,), auto_pad="SAME_LOWER"), [0, 3, 6, 9]),
    (onnx.Conv((1, 1, 1), strides=(4,), auto_pad="SAME_UPPER"), [1, 5, 9]),
    (onnx.Conv((1, 1, 1), strides=(4,), auto_pad="SAME_LOWER"), [0, 4, 8]),
    (onnx.AveragePool(kernel_shape=(1,), strides=(3,), auto_pad="SAME_UPPER"), [1, 4, 7, 10]),
    (onnx.AveragePool(kernel_shape=(1,), strides=(3,), auto_pad="SAME_LOWER"), [0, 3, 6, 9]),
    (onnx.AveragePool(kernel_shape=(1,), strides=(4,), auto_pad="SAME_UPPER"), [1, 5, 9]),
    (onnx.AveragePool(kernel_shape=(1,), strides=(4,), auto_pad="SAME_LOWER"), [1, 5, 9]),
)


def misread() -> list:
    return [
        node
        for node, read in GAPS
        if [p for j in range(len(read)) for p in node.reads((1, 1, 12), (j,))[0]] != read
    ]


def test_where_same_is_negative():
    assert misread() == []


def test_padding_that_is_never_negative_would_be_seen(monkeypatch):
    """TensorFlow's rule in place of ONNX Runtime's."""
    monkeypatch.setattr(
        onnx._Windowed,
        "_same",
        lambda self, i: Same(self.kernel_shape[i], self.strides[i], self.lower),
    )
    assert len(misread()) == 4


# ---------------------------------------------------------------- refusals

REFUSED = (
    lambda: onnx.Conv((4, 4, 3), strides=2),
    lambda: onnx.Conv((4, 4, 3), strides=(0,)),
    lambda: onnx.Conv((4, 4, 3), pads=(-1, 1)),
    lambda: onnx.Conv((4, 4, 3), pads=(1,)),
    lambda: onnx.Conv((4, 4, 3), kernel_shape=(2,)),
    lambda: onnx.Conv((3, 2, 3), group=2),
    lambda: onnx.Conv((4, 4, 3), (3,)),
    lambda: onnx.Conv(),
    lambda: onnx.Conv((4, 4, 3), opset=29),
    lambda: onnx.Conv((4, 4, 3), auto_pad="same_upper"),
    lambda: onnx.Conv((4, 4, 3), auto_pad="VALID", pads=(0, 0)),
    lambda: onnx.Conv((4, 4, 3), auto_pad="SAME_UPPER", dilations=(2,)),
    lambda: onnx.Conv((4, 3, 3)).output_shape((1, 4, 9)),
    lambda: onnx.Conv((4, 4, 3)).output_shape((4, 9)),
    lambda: onnx.Conv((4, 4, 3)).output_shape((1, 4, 2)),
    lambda: onnx.ConvTranspose((1, 1, 3), strides=(2,), output_padding=(2,)),
    lambda: onnx.ConvTranspose((1, 1, 3), strides=(2,), dilations=(3,), output_padding=(2,)),
    lambda: onnx.ConvTranspose((2, 3, 3), strides=(2,), output_shape=(9,)).output_shape((1, 2, 3)),
    lambda: onnx.ConvTranspose((2, 3, 3), pads=(1, 2)).output_shape((1, 2, 1)),
    lambda: onnx.MaxPool(kernel_shape=(2,), pads=(2, 2)),
    lambda: onnx.MaxPool(kernel_shape=(2,), ceil_mode=1, opset=9),
    lambda: onnx.AveragePool(kernel_shape=(2,), dilations=(2,), opset=18),
    lambda: onnx.LpPool(kernel_shape=(2,), ceil_mode=1, opset=17),
    lambda: onnx.MaxPool(kernel_shape=(5,)).output_shape((1, 1, 2)),
    lambda: onnx.MaxPool(kernel_shape=(1,)).output_shape((1, 1, 0)),
    lambda: onnx.MaxPool(kernel_shape=(1,), strides=(2,), auto_pad="SAME_UPPER").output_shape(
        (1, 1, 4)
    ),
    lambda: onnx.GlobalLpPool(opset=22),
    lambda: onnx.GlobalMaxPool().output_shape((1, 2, 0)),
    lambda: onnx.Resize(),
    lambda: onnx.Resize(scales=(1, 1, 2), sizes=(1, 1, 4)),
    lambda: onnx.Resize(scales=(1, 1, 0)),
    lambda: onnx.Resize(scales=(1, 2)).output_shape((1, 1, 10)),
    lambda: onnx.Resize(scales=(2, 1, 2, 2), mode="linear").output_shape((1, 3, 4, 4)),
    lambda: onnx.Resize(scales=(1, 1, 2), mode="cubic").output_shape((1, 3, 4)),
    lambda: onnx.Upsample((1, 1, 0.5)),
    lambda: onnx.Pad((1, 2)).output_shape((1, 2, 4)),
    lambda: onnx.Pad((0, 0, 4, 0, 0, 0), mode="reflect").output_shape((1, 2, 4)),
    lambda: onnx.Pad((0, 0, -3, 0, 0, -2)).output_shape((1, 2, 4)),
    lambda: onnx.Pad((1, 1, 2, 2), axes=(2, 2)).output_shape((1, 2, 4)),
    lambda: onnx.Slice((0,), (1,), (3,)).output_shape((1, 2, 4)),
    lambda: onnx.Slice((0,), (4,), (2,), (0,)),
    lambda: onnx.Slice((0,), (4,), (2,)).output_shape((1, 2, "n")),
    lambda: onnx.DepthToSpace(blocksize=2).output_shape((1, 7, 3, 3)),
    lambda: onnx.SpaceToDepth(blocksize=2).output_shape((1, 3, 5, 4)),
    lambda: onnx.Col2Im((4, 4), (2, 2)).output_shape((1, 8, 8)),
    lambda: onnx.Col2Im((4, 4), (2, 2)).output_shape((1, 7, 9)),
    lambda: onnx.Flatten(axis=4).output_shape((2, 3, 4)),
    lambda: onnx.Flatten(axis=-1, opset=9),
    lambda: onnx.Gemm((3, 4)).output_shape((1, 2, 3)),
    lambda: onnx.Gemm((3, 4)).output_shape((2, 4)),
    lambda: onnx.Gemm((3, 4), (3,)).output_shape((2, 3)),
    lambda: onnx.Gemm((3, 4), opset=9),
    lambda: onnx.MatMul((4, 4)).output_shape((2, 3)),
    lambda: onnx.Concat([(1, 2, 3), (1, 4, 4)], axis=1),
    lambda: onnx.Concat([(1, 2, 3), (1, 4)], axis=1),
    lambda: onnx.Add((2, 3), (2,)),
    lambda: onnx.CenterCropPad((4, 4), axes=(2,)).output_shape((1, 2, 9)),
    lambda: onnx.Conv((4, 4, 3), stride=(1,)),
    lambda: onnx.MaxPool((2,)),
    lambda: onnx.Resize(sizes=(1, 1, 4), nearest_mode="simple"),
)


@pytest.mark.parametrize("ask", REFUSED, ids=range(len(REFUSED)))
def test_refused_in_one_line_of_either_language(ask):
    with pytest.raises(ShapeError) as caught:
        ask()
    for line in (str(caught.value), caught.value.zh):
        assert "\n" not in line and 10 < len(line) < 300


def test_the_nearest_that_works_is_said():
    with pytest.raises(DomainError, match="at least 3 positions"):
        onnx.Conv((4, 4, 3)).output_shape((1, 4, 2))
    with pytest.raises(ShapeError, match="the nearest that works is 8"):
        onnx.ConvTranspose((2, 3, 3), strides=(2,), output_shape=(9,)).output_shape((1, 2, 3))
    with pytest.raises(ShapeError, match="ceil_mode from opset 10 on"):
        onnx.MaxPool(kernel_shape=(2,), ceil_mode=1, opset=9)
    with pytest.raises(ShapeError, match="4 channels work"):
        onnx.Conv((6, 2, 3), group=2).output_shape((1, 5, 9))


# ---------------------------------------------------------------- names, symbols, layouts

# The attributes of the newest schemas, as `onnx.defs.get_schema` of onnx 1.23.2 lists them, less
# those that change no size.
ATTRIBUTES = {
    "Conv": "auto_pad dilations group kernel_shape pads strides",
    "ConvTranspose": (
        "auto_pad dilations group kernel_shape output_padding output_shape pads strides"
    ),
    "MaxPool": "auto_pad ceil_mode dilations kernel_shape pads storage_order strides",
    "AveragePool": "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides",
    "LpPool": "auto_pad ceil_mode dilations kernel_shape p pads strides",
    "GlobalMaxPool": "",
    "GlobalLpPool": "p",
    "MaxUnpool": "kernel_shape pads strides",
    "Pad": "mode",
    "Slice": "",
    "Resize": (
        "antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside"
        " extrapolation_value keep_aspect_ratio_policy mode nearest_mode"
    ),
    "Upsample": "mode",
    "DepthToSpace": "blocksize mode",
    "SpaceToDepth": "blocksize mode",
    "Col2Im": "dilations pads strides",
    "Flatten": "axis",
    "Gemm": "transA transB",
    "MatMul": "",
    "CenterCropPad": "axes",
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_go_by_name(name):
    named = {
        p.name
        for p in inspect.signature(getattr(onnx, name).__init__).parameters.values()
        if p.kind is p.KEYWORD_ONLY
    }
    assert named == {*ATTRIBUTES[name].split(), "opset"}


def test_symbols_and_unknown_sizes():
    n = sympy.Symbol("n")  # not said to be an integer, and given back as it came
    # beside a symbol, a name is one too
    assert onnx.Conv((8, 3, 3), pads=(1, 1)).output_shape(("N", 3, n)) == (
        sympy.Symbol("N", integer=True),
        8,
        n,
    )
    assert onnx.MaxPool(kernel_shape=(2, 2), strides=(2, 2)).output_shape((None, 3, None, 8)) == (
        None,
        3,
        None,
        4,
    )
    assert onnx.Resize(sizes=(1, 3, 5, 6)).output_shape((1, 3, None, None)) == (1, 3, 5, 6)
    assert onnx.ConvTranspose((2, 3, 3), output_shape=(6,)).output_shape((1, 2, None)) == (1, 3, 6)
    assert onnx.Flatten(axis=2).output_shape(("N", 3, 4, None)) == (
        3 * Length.of("N"),
        None,
    )


def test_without_weights_the_filters_are_called_M():
    M = sympy.Symbol("M", integer=True)
    conv = onnx.Conv(kernel_shape=(3, 3), group=2)
    assert conv.output_shape((1, 6, 9, 9)) == (1, M, 7, 7)
    assert (
        conv.weight_shape((1, 6, 9, 9)) == (M, 3, 3, 3) and conv.parameters((1, 6, 9, 9)) == 27 * M
    )


def test_weight_shapes_are_the_shapes_given():
    for node, shape in (
        (onnx.Conv((6, 2, 3, 5), group=3), (1, 6, 9, 9)),
        (onnx.ConvTranspose((6, 2, 3), group=3), (1, 6, 9)),
        (onnx.Gemm((4, 3), transB=1), (1, 3)),
    ):
        assert (
            node.weight_shape() == node.W if hasattr(node, "W") else node.weight_shape() == node.B
        )
        assert node.weight_shape(shape) == node.weight_shape()


def test_pads_are_all_begins_then_all_ends():
    assert onnx.Conv((1, 1, 3, 3), pads=(0, 1, 2, 3)).layer.axes == (
        Window(3, 1, 0, 2),
        Window(3, 1, 1, 3),
    )
    assert onnx.Pad((0, 0, 1, 2, 0, 0, 3, -4)).meaning(3, 2).axes == (
        Window(1, 1, 1, 3),
        Window(1, 1, 2, -4),
    )


def test_a_layer_leaves_batch_and_channels_alone():
    assert onnx.Slice((1, 0), (-2, 2**31 - 1), (2, 3), (1, 2)).meaning(3, 2).axes == (
        Window(1, 1, -1, -2),
        Window(1, 2, 0, 0),
    )
    for node in (
        onnx.Pad((0, 1, 0, 0, 0, 0)),
        onnx.Resize(scales=(1, 2, 2)),
        onnx.Resize(sizes=(1, 4, 5)),
        onnx.Slice((0,), (4,), (2,)),
    ):
        with pytest.raises(ShapeError):
            node.meaning(3, 1)


def test_what_was_said_is_said_again():
    for node in (
        onnx.Conv((4, 4, 3), strides=(2,)),
        onnx.ConvTranspose((2, 3, 3), output_shape=(6,)),
        onnx.MaxUnpool((1, 2, 9), kernel_shape=(2,)),
        onnx.Resize(sizes=(7, 7), axes=(2, 3)),
        onnx.CenterCropPad((4,), axes=(2,)),
    ):
        assert repr(eval(repr(node), vars(onnx))) == repr(node)


def test_a_slice_of_no_axis_is_all_of_it():
    """ONNX Runtime 1.32 gives (2, 3) for empty starts and ends."""
    assert onnx.Slice((), ()).output_shape((2, 3)) == (2, 3)
    assert onnx.Slice((), (), (), ()).output_shape(("N", 3, "H")) == onnx.Relu().output_shape(
        "N,3,H"
    )
    for starts, ends in (((), (1,)), ((1,), ()), (3, 4), (None, (1,)), ("a", "b")):
        with pytest.raises(ShapeError):
            onnx.Slice(starts, ends)


def test_an_attribute_is_there_from_its_own_opset_on():
    """ONNX's schemas say since when; words that became inputs, or were attributes of another name,
    are the same words.
    """
    require("onnx")
    from onnx import defs

    since: dict = {}
    for schema in defs.get_all_schemas_with_history():
        for name in (*schema.attributes, *(given.name for given in schema.inputs)):
            told = since.setdefault(schema.name, {}) if not schema.domain else {}
            told[name] = min(schema.since_version, told.get(name, schema.since_version))
    asked = 0
    for kind, node in vars(onnx).items():
        if kind not in since or not inspect.isclass(node) or not hasattr(node, "opsets"):
            continue
        for word in inspect.signature(node).parameters:
            if word in since[kind] and (kind, word) != ("Pad", "constant_value"):
                first = max(since[kind][word], node.opsets[0])
                assert node.since.get(word, node.opsets[0]) == first, (kind, word)
                asked += 1
    assert asked > 80


@pytest.mark.parametrize(
    ("words", "runs"),
    (
        ({"mode": "cubic", "exclude_outside": 1}, True),
        ({"mode": "cubic", "exclude_outside": 1, "antialias": 1}, True),
        ({"mode": "linear", "exclude_outside": 1, "antialias": 1}, True),
        ({"mode": "linear", "exclude_outside": 1}, False),
        ({"mode": "nearest", "exclude_outside": 1}, False),
        ({"mode": "linear", "exclude_outside": 0, "cubic_coeff_a": -0.5}, True),
        ({"mode": "cubic", "cubic_coeff_a": "steep"}, False),
        ({"extrapolation_value": 7.5}, True),
        ({"extrapolation_value": True}, False),
    ),
)
def test_what_lies_outside_is_left_out_of_kernels_only(words, runs):
    """ONNX Runtime 1.32 says so: `exclude_outside` goes with cubic, and with antialiased linear."""
    if runs:
        node = onnx.Resize(sizes=(1, 1, 8, 3), **words)
        assert node.output_shape((1, 1, 5, 3)) == (1, 1, 8, 3)
        assert repr(eval(repr(node), vars(onnx))) == repr(node)
    else:
        with pytest.raises(ShapeError):
            onnx.Resize(sizes=(1, 1, 8, 3), **words)
