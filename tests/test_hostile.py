"""What a clumsy or hostile user says to layers, conversions, comparisons and the command line: a
value or one line, soon.
"""

import itertools
import json

import numpy
import pytest
import sympy
from needed import module

from shapealg import (
    QuasiAffine,
    Same,
    ShapeError,
    Sizes,
    Transposed,
    Window,
    cli,
    compare,
    formulas,
    jax,
    keras,
    onnx,
    paddle,
    solve,
    tensorflow,
    torch,
)
from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Borrowed, Reached
from shapealg.axis.waiting import Ceiled, Trimmed
from shapealg.words import spoken
from shapealg.words.conversion import convert


class Broken:
    """Everything about it raises."""

    def __iter__(self):
        raise RuntimeError("no iter")

    __len__ = __repr__ = __bool__ = __eq__ = __hash__ = __iter__


HUGE = 10**4000
X = sympy.Symbol("x")
NO_LAYERS = {
    "None": None,
    "text": "x",
    "list": [1],
    "dict": {1: 2},
    "set": {1},
    "type": int,
    "broken": Broken(),
    "array": numpy.array([1, 2]),
    "huge": HUGE,
}
CONV = torch.Conv2d(3, 8, 3)


def refusal(ask) -> str:
    with pytest.raises(ShapeError) as caught:
        ask()
    for line in (str(caught.value), caught.value.zh):
        assert "\n" not in line and line.isprintable() and len(line) < 600, line
    return str(caught.value)


# ---------------------------------------------------------------- no layer at all


@pytest.mark.parametrize("value", NO_LAYERS.values(), ids=NO_LAYERS)
def test_what_is_no_layer_is_refused(value):
    refusal(lambda: convert(value, "onnx"))
    refusal(lambda: convert(CONV, value))
    refusal(lambda: compare(value, CONV))
    refusal(lambda: compare(CONV, value))
    refusal(lambda: spoken.read(value))
    refusal(lambda: QuasiAffine(3, 1, value))
    refusal(lambda: QuasiAffine.of(value))
    refusal(lambda: QuasiAffine.affine(1).where(value))


@pytest.mark.parametrize(
    "values",
    (None, 3, (), [], "ab", Broken(), itertools.count(), itertools.repeat((1, 2))),
    ids=("None", "3", "()", "[]", "ab", "broken", "count", "repeat"),
)
@pytest.mark.parametrize(
    "join",
    (
        lambda v: torch.cat(v),
        lambda v: tensorflow.concat(v, 0),
        lambda v: jax.concatenate(v, 0),
        lambda v: onnx.Concat(v, axis=0),
    ),
    ids=("torch", "tensorflow", "jax", "onnx"),
)
def test_joining_nothing_or_without_end(join, values):
    refusal(lambda: join(values))


@pytest.mark.parametrize(
    "axis", (None, "n", X, 0.5, HUGE, Broken()), ids=("None", "n", "x", "0.5", "huge", "broken")
)
def test_the_axis_of_a_join_is_a_number(axis):
    shapes = [(1, 2), (1, 2)]
    for join in (
        torch.cat,
        tensorflow.concat,
        jax.concatenate,
        lambda shapes, axis: onnx.Concat(shapes, axis=axis),
    ):
        refusal(lambda join=join: join(shapes, axis))


@pytest.mark.parametrize(
    "words",
    (
        torch.Flatten(),
        torch.Upsample(scale_factor=2),
    ),
    ids=repr,
)
def test_layers_without_axes_of_their_own(words):
    refusal(lambda: compare(words, words))
    refusal(lambda: convert(words, "onnx"))


@pytest.mark.parametrize("words", (torch.Linear(2, 3), keras.Dense(3), onnx.MatMul((3, 4))))
def test_dense_layers_are_compared_and_not_converted(words):
    assert compare(words, words).equal
    refusal(lambda: convert(words, "onnx"))


# ---------------------------------------------------------------- symbols


@pytest.mark.parametrize("framework", spoken.FRAMEWORKS)
@pytest.mark.parametrize(
    "line",
    (
        "torch.Conv2d(3, 64, k)",
        "torch.Conv2d(3, 64, 3, stride=s)",
        "torch.Conv2d(3, 64, 3, padding=(p, p))",
        "torch.Conv2d(3, 64, 3, dilation=d)",
        "torch.MaxPool2d(k, s, p, ceil_mode=True)",
        "torch.ConvTranspose2d(3, 8, k, stride=s)",
        "onnx.ConvTranspose(W=(3, 8, k, k), strides=(s, s))",
        'jax.conv_general_dilated((8, 3, 3, 3), (s, s), "SAME")',
    ),
)
def test_converting_needs_numbers(line, framework):
    for shape in (None, (1, 3, 9, 9), (1, "c", "h", "w")):
        if shape is None or line.startswith(("torch", "onnx")):
            assert "as numbers" in refusal(
                lambda shape=shape: convert(spoken.read(line), framework, shape)
            )


def test_channels_may_be_names():
    assert "Conv(W=(f, c, 3, 3)" in str(convert(torch.Conv2d("c", "f", 3), "onnx"))


def test_comparing_and_slicing_need_numbers():
    assert "needs numbers" in refusal(lambda: compare(torch.Conv2d(3, 8, "k"), CONV))
    for words in (
        {"starts": (X,), "ends": (3,)},
        {"starts": (1,), "ends": ("n",)},
        {"starts": (1,), "ends": (3,), "steps": (X,)},
        {"starts": (1,), "ends": (3,), "axes": (X,)},
    ):
        assert "Slice takes numbers" in refusal(lambda words=words: onnx.Slice(**words))


def test_a_symbol_beside_a_number_in_a_sum():
    """Lengths n and 3 add only if n is 3 or 1; NumPy gives 3 for both."""
    assert (
        torch.add((2, "n"), (2, 3))
        == torch.add((2, 3), (2, "n"))
        == numpy.broadcast_shapes((2, 1), (2, 3))
        == (2, 3)
    )


def test_symbols_come_back_as_they_were_given():
    assert onnx.MatMul((3, 4)).macs((5, X, 3)) == 12 * X
    assert "name such as" in refusal(lambda: onnx.MatMul((3, 4)).macs((5, 6, None)))
    for size in ("m", X, sympy.Symbol("m", integer=True)):
        assert (
            torch.AdaptiveAvgPool2d(size).output_shape((1, 3, 9, 9))[2:]
            == (sympy.Symbol("m", integer=True) if size == "m" else size,) * 2
        )


@pytest.mark.parametrize(
    "line",
    (
        "torch.Conv1d(2, 2, 3, stride=2, padding=1)",
        "torch.ConvTranspose1d(2, 2, 3, stride=2, output_padding=1)",
        "torch.MaxPool1d(3, 2, 1, ceil_mode=True)",
        "onnx.Conv(W=(2, 2, 3), strides=(2,), auto_pad='SAME_LOWER')",
        "jax.conv_general_dilated((2, 2, 3), (2,), 'SAME')",
        "paddle.Conv1D(2, 2, 3, stride=2, padding='SAME')",
    ),
)
def test_a_symbolic_answer_holds_for_every_number(line):
    words = spoken.read(line)
    for name in (sympy.Symbol("L"), sympy.Symbol("L", integer=True)):
        said = words.output_shape((1, 2, name))[2]
        assert [said.subs(name, n) for n in range(4, 40)] == [
            words.output_shape((1, 2, n))[2] for n in range(4, 40)
        ]


# ---------------------------------------------------------------- equal is said of nothing else


@pytest.mark.parametrize(
    ("one", "two", "why"),
    (
        ("torch.LPPool2d(3, 2)", "torch.LPPool2d(2, 2)", "p=3 of signed numbers and p=2"),
        (
            "onnx.LpPool(kernel_shape=(2, 2), p=1)",
            "onnx.LpPool(kernel_shape=(2, 2))",
            "p=1 and p=2",
        ),
        ("torch.AvgPool2d(2, divisor_override=3)", "torch.AvgPool2d(2)", "divisor_override=3"),
        (
            'torch.Conv2d(3, 8, 3, padding=1, padding_mode="reflect")',
            "torch.Conv2d(3, 8, 3, padding=1)",
            "'reflect' and",
        ),
        ("torch.Conv2d(3, 8, 3)", "torch.Conv2d(4, 8, 3)", "input channels differ: 3 and 4"),
        ("torch.ZeroPad2d(1)", "torch.ReflectionPad2d(1)", "convolutions and poolings only"),
        (
            "torch.ConstantPad2d(1, 0)",
            "torch.ConstantPad2d(1, 5)",
            "convolutions and poolings only",
        ),
        ("tensorflow.depth_to_space(2)", "torch.PixelShuffle(2)", "convolutions and poolings only"),
        (
            "keras.UpSampling2D(2)",
            'keras.UpSampling2D(2, interpolation="bilinear")',
            "convolutions and poolings only",
        ),
    ),
)
def test_the_same_size_but_other_values(one, two, why):
    made = compare(spoken.read(one), spoken.read(two))
    assert made.equal_in_size and not made.equal and why in str(made)


@pytest.mark.parametrize(
    "line",
    (
        "torch.AdaptiveAvgPool2d((1, 7))",
        "torch.AdaptiveMaxPool2d((None, 3))",
        "keras.GlobalAveragePooling2D()",
        "keras.Resizing(3, 4)",
        "onnx.GlobalMaxPool()",
        "tensorflow.image_resize((3, 4))",
        "torch.PixelShuffle(2)",
        'onnx.ConvTranspose(W=(3, 8, 3, 3), auto_pad="SAME_UPPER")',
        'torch.Conv2d(3, 8, 3, padding=1, padding_mode="reflect")',
    ),
)
def test_everything_equals_itself(line):
    assert compare(spoken.read(line), spoken.read(line)).equal


@pytest.mark.parametrize(
    "line",
    (
        "torch.AvgPool2d(2, divisor_override=3)",
        'torch.Conv2d(3, 8, 3, padding=1, padding_mode="circular")',
    ),
)
def test_what_no_axis_knows_is_not_lost_in_a_conversion(line):
    for framework in spoken.FRAMEWORKS:
        assert "no rule for converting" in refusal(
            lambda framework=framework: convert(spoken.read(line), framework)
        )


def test_adaptive_pooling_that_keeps_every_axis():
    assert (
        str(convert(torch.AdaptiveAvgPool2d((None, None)), "torch"))
        == "torch.AvgPool2d((1, 1), stride=(1, 1))"
    )


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    "value", (None, "a", 0, X, Broken(), [2]), ids=("None", "a", "0", "x", "broken", "list")
)
def test_a_norm_is_a_number_but_not_0(value):
    """PyTorch 2.13: float("a"), a division by zero."""
    assert "norm_type" in refusal(lambda: torch.LPPool2d(value, 2))


@pytest.mark.parametrize(
    "value", (0, 1.5, True, Broken(), [2]), ids=("0", "1.5", "True", "broken", "list")
)
def test_a_divisor_is_an_int_but_not_0(value):
    """PyTorch 2.13: "divisor must be not zero", "must be int, not float", "must be int, not bool";
    −2 is taken.
    """
    assert "divisor_override" in refusal(lambda: torch.AvgPool2d(2, divisor_override=value))
    assert torch.AvgPool2d(2, divisor_override=-2).output_shape((1, 1, 4, 4)) == (1, 1, 2, 2)


def test_iterators_are_read_once():
    upsample, resize = (
        torch.Upsample(scale_factor=(f for f in (2, 3))),
        onnx.Resize(scales=(f for f in (1, 1, 2, 2))),
    )
    for _ in range(2):
        assert upsample.output_shape((1, 8, 5, 5)) == (1, 8, 10, 15) and resize.output_shape(
            (1, 8, 5, 5)
        ) == (1, 8, 10, 10)
    assert repr(upsample) == "Upsample(scale_factor=(2, 3))" and "scales=(1, 1, 2, 2)" in repr(
        resize
    )
    assert "3 entries" in refusal(
        lambda: onnx.Resize(scales=numpy.array([1.0, 2.0])).output_shape((1, 8, 5))
    )


@pytest.mark.parametrize(
    ("framework", "line"),
    [
        (f, line)
        for line in (
            "torch.Conv2d(3, 8, 5, 2, 1, 2, groups=1)",
            'keras.MaxPooling2D(3, 2, "same")',
            "onnx.AveragePool(kernel_shape=(3, 3), pads=(1, 0, 1, 0), count_include_pad=1)",
        )
        for f in spoken.FRAMEWORKS
    ],
)
def test_steps_can_be_pasted_back(framework, line):
    words = spoken.read(line)
    try:
        made = convert(
            words, framework, (1, 9, 11, 3) if words.framework == "keras" else (1, 3, 9, 11)
        )
    except ShapeError:
        return
    for step in made.steps:
        again = spoken.read(f"{framework}.{step!r}")
        assert repr(again) == repr(step) and type(again) is type(step)


# ---------------------------------------------------------------- long numbers, long searches


@pytest.mark.parametrize(
    "kw",
    (
        {"n": 5, "m": ..., "k": range(1, 10**30)},
        {"n": 5, "m": ..., "k": range(1, 10**8)},
        {"n": 99_999, "m": 10**5, "k": ..., "s": ..., "d": ..., "lo": ..., "hi": ...},
    ),
    ids=("10³⁰", "10⁸", "many rows"),
)
def test_solve_gives_up_soon(kw):
    assert "candidates" in refusal(lambda: solve(**kw))


def test_long_numbers_are_told():
    """Longer than the 4300 digits that Python writes."""
    huge = 10**5000
    assert (
        str(Sizes.every(huge)) == "every n ≥ <int>"
        and str(solve(n=..., m=huge, k=3)) == "n\n<int>"
        and "<int>" in str(solve(n=9, m=huge, k=3, p=...))
    )
    assert str(QuasiAffine.affine(huge, 1)) == "<int>n + 1" and "/2⌋" in str(
        QuasiAffine.of(Window(3, 2)) * (2**200 + 235)
    )
    assert "received n=9, m=<int>" in refusal(lambda: solve(n=9, m=huge, k=3))
    assert "too long" in refusal(lambda: QuasiAffine.affine(1).where("<", huge))
    assert "too long" in refusal(lambda: Sizes(8, itertools.count(), 1)) and "too long" in refusal(
        lambda: Sizes(8, (1,), 1, itertools.count())
    )


@pytest.mark.parametrize("framework", spoken.FRAMEWORKS)
def test_a_long_stride_is_not_walked(framework):
    """ "same" at stride 10⁴⁰⁰⁰: the two sizes that tell are looked at, not all residues."""
    try:
        str(convert(keras.MaxPooling2D(3, HUGE, "same"), framework))
    except ShapeError:
        refusal(lambda: convert(keras.MaxPooling2D(3, HUGE, "same"), framework))


def test_a_long_window_with_odd_padding_is_not_walked():
    """2⁶⁴ sizes would have to be looked at, one by one."""
    long = tensorflow.max_pool1d(2**63 - 1, 2, ((0, 0), (0, 2), (0, 0)))
    for framework in ("torch", "jax", "onnx", "paddle"):
        refusal(lambda framework=framework: convert(long, framework, (1, None, 1)))


# ---------------------------------------------------------------- every door converts


@pytest.mark.parametrize("integer", (int, numpy.uint8, numpy.int16, numpy.int64, sympy.Integer))
def test_any_integer_is_taken(integer):
    """Counted by hand; NumPy's 8 bits would wrap around."""
    assert Sizes.classes(16, (0,), 16).nearest(integer(250)) == (240, 256)
    assert Same(3, integer(2)).need(5) == 9 and Scaled(integer(3)).count(100) == 300
    assert Window(integer(3), integer(2)).count(integer(250)) == 124


def test_a_factor_is_any_positive_number():
    """PyTorch's `Upsample` on 5 positions by 1.5 makes 7."""
    assert Scaled(1.5).count(5) == torch.Upsample(scale_factor=1.5).output_shape((1, 1, 5))[2] == 7
    assert [QuasiAffine.of(Scaled(1.5))(n) for n in range(5)] == [0, 1, 3, 4, 6]
    assert len(f"{Scaled(0.5).count(10**400)}") == 400  # 53 digits of it, as floating point has
    for factor in (0, -1, "a", None, float("nan"), float("inf"), True, Broken()):
        assert "positive number" in refusal(lambda factor=factor: Scaled(factor))


def test_numbers_too_long_to_write():
    huge = 10**4400
    assert repr(Window(huge)) == "Window(kernel=<int>, stride=1, lo=0, hi=0)"
    assert "<int>" in repr(Sizes.every(huge)) and "<int>" in repr(Window(3).fibre(huge))


def test_lengths_that_macs_need_are_asked_for():
    for words in (torch.Linear(64, 4), keras.Dense(4), paddle.Linear(64, 4)):
        assert "name such as" in refusal(lambda words=words: words.macs((None, None, 64)))
        assert words.macs((None, 5, 64)) == 5 * 64 * 4


def test_what_works_on_whole_shapes_says_so():
    for words in (torch.Flatten(), torch.Linear(2, 3), onnx.Flatten(), keras.Dense(3), keras.Add()):
        assert "works on whole shapes" in refusal(lambda words=words: words.smallest_input())
    for words in (torch.Flatten(), onnx.Flatten(), keras.Add(), paddle.Flatten()):
        assert words.weight_shape() == () and words.parameters() == 0


@pytest.mark.parametrize("axis", ("a", X, 0.5, None, Broken()), ids=("a", "x", "0.5", "None", "b"))
def test_an_axis_to_flatten_is_a_number(axis):
    refusal(lambda: torch.Flatten(start_dim=axis).output_shape((1, 2, 3)))
    refusal(lambda: paddle.Flatten(start_axis=axis).output_shape((1, 2, 3)))


@pytest.mark.parametrize("name", ("p", "pad_h"))
def test_a_name_as_padding_is_a_length(name):
    made = paddle.Pad2D(name).output_shape((1, 3, 9, 9))
    (symbol,) = made[2].free_symbols
    assert [m.subs(symbol, 2) for m in made[2:]] == [13, 13] and str(symbol) == name
    assert paddle.Pad2D(2).output_shape((1, 3, 9, 9)) == (1, 3, 13, 13)


@pytest.mark.parametrize(
    "line",
    (
        "paddle.Pad3D('NOTSET')",
        "paddle.Pad2D('same')",
        "torch.ZeroPad2d('same')",
        "torch.MaxPool2d(3, padding='same')",
        "torch.MaxPool2d(3, padding=('VALID', 1))",
        "torch.ConvTranspose2d(3, 8, 3, padding='same')",
        "torch.Conv2d(3, 8, 'full')",
        "torch.AvgPool1d(3, stride='causal')",
    ),
)
def test_a_word_for_padding_is_no_name(line):
    """PyTorch 2.13 and Paddle 3.3 refuse each of them: the word is another layer's."""
    assert "no such word" in refusal(lambda: spoken.read(line))


def test_places_that_are_read_are_numbers():
    for words in (
        torch.Conv1d(1, 1, 3),
        torch.ConvTranspose1d(1, 1, 3),
        torch.MaxPool1d(2),
        torch.Upsample(scale_factor=2),
    ):
        assert "numbers" in refusal(lambda words=words: words.reads((1, 1, 9), ("j",)))
    assert "no output" in refusal(lambda: torch.AdaptiveAvgPool1d(0).reads((1, 1, 9), (0,)))


@pytest.mark.parametrize("framework", ("keras", "tensorflow", "jax"))
def test_a_global_lp_pooling_is_not_everybodys(framework):
    for shape in (None, (1, 3, 5, 5)):
        assert " Lp" in refusal(lambda: convert(onnx.GlobalLpPool(), framework, shape))  # noqa: B023 — called at once


def test_a_global_lp_pooling_is_one_as_large_as_the_input():
    for framework, told in (
        ("onnx", "onnx.GlobalLpPool()"),
        ("torch", "torch.LPPool2d(2, (5, 7), stride=(5, 7))"),
        ("paddle", "paddle.LPPool2D(2, (5, 7), stride=(5, 7))"),
    ):
        assert str(convert(onnx.GlobalLpPool(), framework, (1, 3, 5, 7))) == told


@pytest.mark.parametrize(
    "value", (None, "a b", 0.5, [1], Broken()), ids=("None", "ab", "0.5", "[1]", "b")
)
@pytest.mark.parametrize(
    "make",
    (
        Transposed,
        Ceiled,
        Adaptive,
        lambda v: Spaced(v, 2),
        lambda v: Spaced(Window(3), v),
        lambda v: Borrowed(Same(3), v),
        lambda v: Trimmed(3, v, 3),
        lambda v: Reached(v, Window(3)),
        lambda v: Resized(v),
        lambda v: Resized(3, mode=v),
    ),
)
def test_maps_of_an_axis_are_made_of_integers_and_windows(make, value):
    refusal(lambda: make(value))


@pytest.mark.parametrize(
    "axis",
    (
        Scaled(0.3),
        Borrowed(Same(3, 2)),
        Trimmed(5, 3, 2),
        Spaced(Same(3, 2), 2),
        Ceiled(Same(3, 2)),
    ),
    ids=repr,
)
def test_the_smallest_input_is_found_by_halving(axis):
    """By trying every size, as far as that goes; far out by its two sides."""
    for m in range(1, 9):
        assert axis.need(m) == next(n for n in range(60) if axis.count(n) >= m)
    far = axis.need(10**30)
    assert axis.count(far) >= 10**30 > axis.count(far - 1)
    refusal(lambda: axis.need("m") if isinstance(axis, Scaled) else axis.need(1.5))


# ---------------------------------------------------------------- the command line


def said(capsys, *arguments) -> str:
    """The one line of a refusal."""
    assert cli.main(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and len(captured.err) < 600
    return captured.err


@pytest.mark.parametrize(
    "number",
    ("0x" + "f" * 5000, "1" + "0" * 3999, "9223372036854775808", "-9223372036854775809"),
    ids=("hex", "long", "2⁶³", "−2⁶³ − 1"),
)
def test_a_number_in_a_line_fits_into_64_bits(number, capsys):
    assert "64 bits" in said(capsys, "shape", f"torch.Conv2d({number}, 8, 3)", "--input", "N,3,H,W")
    assert spoken.read("onnx.Slice((0,), (-9223372036854775808,), (2,), (-1,))").ends == (-(2**63),)


@pytest.mark.parametrize(
    ("arguments", "line"),
    (
        (("shape", "torch.Conv2d(3, 8, 3)", "--input=--1,3,9,9"), "a shape is made of integers"),
        (("solve", "n=--1", "k=3"), "each term is"),
        (("solve", "n=9", "k=3..--4"), "each term is"),
        (("solve", "n=9", f"k=3..{'9' * 5000}"), "each term is"),
        (("solve", "transposed=1", "k=3"), "no such name; received 'transposed'"),
        (("solve", "q=3"), "no such name; received 'q'"),
        (("solve", "n=9", "m=3", "k=1..999999999999"), "too many combinations"),
        (("convert", "torch.Conv2d(3, 64, k)", "onnx"), "as numbers"),
        (("compare", "torch.Flatten()", "torch.Flatten()"), "only layers with spatial axes"),
        (("compare", "torch.Upsample(scale_factor=2)", "torch.Upsample(size=4)"), "how many axes"),
    ),
    ids=str,
)
def test_odd_lines(arguments, line, capsys):
    assert line in said(capsys, *arguments)


def test_the_kernel_is_asked_if_nothing_is_said_of_it(capsys):
    """Kernels that make 5 of 9 with stride 1: 5 alone."""
    assert cli.main(["solve", "n=9", "m=5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"k": {"low": 5, "high": 5}}]


# ---------------------------------------------------------------- what models bring with them

NAMES = ("\x1b[2J\n\r", "\u202e\x9b31m\u2028\x7f\x00")


def model_with(name: str, operator: str, path) -> str:
    """An ONNX file whose every name is hostile."""
    onnx_package = module("onnx")
    make, kind = onnx_package.helper, onnx_package.TensorProto.FLOAT
    first = make.make_tensor_value_info(f"x{name}", kind, ("N", 3, f"H{name}", "W"))
    last = make.make_tensor_value_info(f"y{name}", kind, None)
    pool = make.make_node(
        "MaxPool", [f"x{name}"], [f"m{name}"], f"pool{name}", kernel_shape=[2, 2], strides=[2, 2]
    )
    end = make.make_node(operator, [f"m{name}"], [f"y{name}"], f"end{name}")
    graph = make.make_graph([pool, end], f"graph{name}", [first], [last])
    onnx_package.save(make.make_model(graph), path)
    return str(path)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("operator", ("Relu", "Reлu\x1b[2J"), ids=ascii)
@pytest.mark.parametrize("more", ((), ("--sizes", "64"), ("--sizes", "1"), ("--as", "python")))
def test_no_name_reaches_the_terminal_as_a_command(name, operator, more, tmp_path, capsys):
    model = model_with(name, operator, tmp_path / "model.onnx")
    for form in ((), ("--json",), ("--lang", "zh")):
        ended = cli.main(["network", model, *more, *form])
        captured = capsys.readouterr()
        assert ended in (0, 1, 2) and bool(captured.out) != bool(captured.err)
        for line in (captured.out + captured.err).split("\n"):
            assert line.replace("\u00a0", " ").isprintable(), ascii(line)
        if form == ("--json",):
            json.loads(captured.out)


def test_a_broken_name_breaks_no_line(tmp_path, capsys):
    model = model_with("\n", "Relu", tmp_path / "model.onnx")
    assert cli.main(["network", model, "--sizes", "1"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3  # what fails, the way there, what works
    assert cli.main(["network", model]) == 0
    before = len(capsys.readouterr().out.splitlines())
    plain = model_with("", "Relu", tmp_path / "plain.onnx")
    assert cli.main(["network", plain]) == 0
    assert len(capsys.readouterr().out.splitlines()) == before


@pytest.mark.parametrize(
    "given",
    (
        "",
        ".",
        "/",
        "/dev/null",
        "/dev/zero",
        "a\x00b",
        "x" * 5000,
        "a\nb\x1b[2J",
        "no.such:thing",
        ":",
        "os:",
        ":x",
        "os:path.join.x",
        "json:JSONDecoder",
        "this file.py:net",
        "models.py",
        "http://example.com/model.onnx",
        "shapealg.zoo:ZOO",
        "shapealg.nothing:x",
        "shapealg.zoo:_unet",
        "\udcff",
    ),
    ids=ascii,
)
def test_what_is_no_model(given, capsys):
    said(capsys, "network", given)
    assert cli.main(["network", given, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["asked"]


@pytest.mark.parametrize(
    "content",
    (
        b"",
        b"\x00" * 100,
        b"\x08\x07\x12" + b"\xff" * 50,
        "文本\n".encode(),
        b"PK\x03\x04",
        b"\x80\x02.",
    ),
    ids=ascii,
)
def test_a_file_that_holds_no_model(content, tmp_path, capsys):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    said(capsys, "network", str(path))


@pytest.mark.parametrize(
    "arguments",
    (
        ("shape", "torch.Conv2d(3, 8, 3)\x1b[2J", "--input", "1,3,9,9"),
        ("shape", "torch.Conv2d(3, 8, 3)", "--input", "1,3,\x1b[2J,9"),
        ("shape", "torch.Conv2d(3, 8, 3)", "--input", "1,3,9,9\n\n"),
        ("solve", "n\n=9", "k=\x1b[2J"),
        ("solve", "\u202en=9"),
        ("formula", "\x1b]0;title\x07"),
        ("formula", "conv", "--as", "\n"),
        ("convert", "torch.MaxPool2d(2)", "on\nnx"),
        ("compare", "\udcff", "\udcff"),
        ("net\nwork",),
        ("network", "unet", "--sizes", "\x1b[2J"),
        ("network", "unet", "--axis\n"),
        ("network", "tcn", "--as", "python", "--axis", "\x1b[2J"),
        ("verify", "--output", "/no\x1b[2J\nwhere"),
    ),
    ids=ascii,
)
def test_hostile_arguments_are_one_printable_line(arguments, capsys):
    try:
        ended = cli.main(list(arguments))
    except SystemExit as problem:
        ended = problem.code
    captured = capsys.readouterr()
    if ended:
        assert ended == 2 and captured.out == "" and captured.err[-1] == "\n"
        assert captured.err[:-1].isprintable(), ascii(captured.err)


def test_a_sequence_of_a_thousand_million_entries_is_refused_at_once():
    """It has a length, and is not spread out."""
    for ask in (
        lambda k: formulas.chain_output_size(32, k),
        lambda k: formulas.receptive_field_size(k),
    ):
        with pytest.raises(ShapeError, match="k takes at most 65536 entries; received range"):
            ask(range(10**9))
