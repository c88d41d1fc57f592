"""Whatever comes in, what goes out is a value or one line in two languages; never a traceback from
the depths.
"""

import itertools
import re

import numpy
import pytest
import sympy

from shapealg import Convolution, DomainError, ShapeError, Window, formulas, keras
from shapealg.errors import Received, shown
from shapealg.exact import one_size, size
from shapealg.text import Text

L = {law.name: law for law in formulas.laws()}


class Mute:
    """Its repr raises."""

    def __repr__(self):
        raise RuntimeError("no repr")


class Broken:
    """Everything about it raises."""

    def __iter__(self):
        raise RuntimeError("no iter")

    __len__ = __repr__ = __array__ = __bool__ = __iter__


HOSTILE = {
    "3.0": 3.0,
    "3.7": 3.7,
    "nan": float("nan"),
    "inf": float("inf"),
    "True": True,
    "numpy.True": numpy.True_,
    "'3'": "3",
    "None": None,
    "3j": 3j,
    "newline": "a\nb",
    "import": "__import__('os')",
    "rtl": "\u202eabc",
    "10k": "x" * 10_000,
    "bytes": b"3",
    "dict": {1: 2},
    "set": {3},
    "type": int,
    "mute": Mute(),
    "broken": Broken(),
    "ragged": [[1, 2], [3]],
    "float array": numpy.array([1.0, 2.0]),
    "bool array": numpy.array([True]),
    "object array": numpy.array([1, 2.5], dtype=object),
    "text array": numpy.array(["3"]),
    "durations": numpy.array([1], "timedelta64[s]"),
    "float64": numpy.float64(3),
    "rational": sympy.Rational(1, 2),
    "Float": sympy.Float(3),
    "oo": sympy.oo,
    "sympy nan": sympy.nan,
    "I": sympy.I,
    "relation": sympy.Symbol("x") < 3,
    "matrix": sympy.Matrix([[1, 2]]),
}


def checked(error: ShapeError):
    """One short printable line in either language, and all three parts kept."""
    for line in (str(error), error.zh):
        assert "\n" not in line and line.isprintable() and len(line) < 600, line
    assert all(re.search("[\u4e00-\u9fff]", text.zh) for text in (error.asked, error.works))
    assert isinstance(error.asked, Text) and isinstance(error.works, Text)
    assert (
        str(error).startswith(error.asked.en)
        and str(error).endswith(error.works.en)
        and "; received " in str(error)
    )
    assert (
        error.zh.startswith(error.asked.zh)
        and error.zh.endswith(error.works.zh)
        and "；收到 " in error.zh
    )


def refuses(ask, *args, **kwargs) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        ask(*args, **kwargs)
    checked(caught.value)
    return caught.value


def answers_or_refuses(ask, *args, **kwargs):
    try:
        return ask(*args, **kwargs)
    except ShapeError as error:
        checked(error)


# ---------------------------------------------------------------- the line itself


@pytest.mark.parametrize(
    ("value", "line"),
    (
        (3, "3"),
        ("a\nb\t\u202ec", r"'a\nb\t\u202ec'"),
        (10**5000, "<int>"),
        (Mute(), "<Mute>"),
        ("x" * 100, "'" + "x" * 58 + "…"),
        (numpy.array([1, 2]), "array([1, 2])"),
        (numpy.arange(4).reshape(2, 2), "array([[0, 1], [2, 3]])"),
    ),
    ids=("int", "marks", "huge", "mute", "long", "array", "rows"),
)
def test_shown(value, line):
    assert shown(value) == line


def test_a_received_line_is_cited_as_it_is():
    works = Text(zh="可用", en="works")
    assert (
        str(ShapeError(Text(zh="问", en="asked"), Received("n=3, k=5"), works))
        == "asked; received n=3, k=5; works"
    )


# ---------------------------------------------------------------- one size


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_size_refuses(value):
    error = refuses(size, value, "n")
    assert error.asked == Text(zh="n 须为整数", en="n must be an integer")


@pytest.mark.parametrize(
    ("value", "works"),
    (
        (True, "write 1 if that is meant"),
        (3.0, "write 3"),
        (3.5, "an int, an integer array, a name or a SymPy symbol works"),
        (2.0**53, "an int, an integer array, a name or a SymPy symbol works"),
        ("3", "a string can only be a name such as 'n'; write numbers without quotes"),
        (numpy.array([1.0]), "an array of an integer type works"),
    ),
)
def test_size_says_what_works(value, works):
    assert refuses(size, value, "n").works.en == works


@pytest.mark.parametrize(
    ("value", "made"),
    (
        (3, 3),
        (numpy.int8(3), 3),
        (numpy.array(3), 3),
        (sympy.Integer(3), 3),
        (10**5000, 10**5000),
        ("n", sympy.Symbol("n", integer=True)),
        ("通道", sympy.Symbol("通道", integer=True)),
    ),
    ids=("int", "int8", "0-d", "Integer", "huge", "name", "通道"),
)
def test_size_takes(value, made):
    assert size(value, "n") == one_size(value, "n") == made and type(size(value, "n")) is type(made)


def test_one_size_is_not_an_array():
    assert size(numpy.array([3, 4]), "n").tolist() == [3, 4]
    assert (
        refuses(one_size, numpy.array([3, 4]), "n").works.en
        == "one integer works here, an array does not"
    )


# ---------------------------------------------------------------- calls of laws


def good(law) -> dict:
    """Arguments every law accepts: the smallest there are."""
    special = {
        "spanned_axis_convolution": {"x": [[[1]]], "K": [[[1]]], "j": 0, "k": 1, "w": 1, "c": 1},
        "flat_channel": {"u": 0, "v": 0, "c": 1},
    }
    return special.get(law.name) or {
        p.name: [3] if p.sequence else 3 if p.name in "nm" else 1
        for p in law.parameters
        if p.default is None
    }


ARGUMENTS = [(law, p) for law in L.values() for p in law.parameters]
each_argument = pytest.mark.parametrize(
    ("law", "parameter"), ARGUMENTS, ids=[f"{law.name}-{p.name}" for law, p in ARGUMENTS]
)


@each_argument
@pytest.mark.many(3)
def test_a_hostile_argument_is_refused_by_name(law, parameter):
    law(**good(law))
    for name, value in HOSTILE.items():
        if name == "matrix" and parameter.sequence:
            continue  # a row of integers
        error = refuses(law, **good(law) | {parameter.name: value})
        assert parameter.name in error.asked.en and parameter.name in error.asked.zh
        if parameter.sequence:
            assert (
                f"{parameter.name}[0]"
                in refuses(law, **good(law) | {parameter.name: [value]}).asked.en
            )
    endless = refuses(law, **good(law) | {parameter.name: itertools.count(1)})
    assert not isinstance(endless, DomainError)


@each_argument
@pytest.mark.many(4)
def test_huge_and_empty_are_answered_or_refused(law, parameter):
    for value in (
        10**5000,
        -(10**5000),
        [10**5000],
        numpy.array([], int),
        [],
        numpy.array([3, 4]),
        [numpy.array([3, 4])],
        "n",
        ["n"],
        [3, 3, 3],
    ):
        if parameter.array or (
            (parameter.name in "kwc" and law.name == "spanned_axis_convolution")
            and isinstance(value, int)
        ):
            continue  # a sum of 10⁵⁰⁰⁰ terms is an honest wish, but nobody waits for it
        answers_or_refuses(law, **good(law) | {parameter.name: value})


FITS = "conv_output_size needs n + lo + hi ≥ d(k − 1) + 1"
SAID = (
    (
        lambda: L["conv_output_size"](3, 5),
        f"{FITS}; received n=3, k=5, d=1, lo=0, hi=0; the nearest that works is n=5",
        (
            "conv_output_size 要求 n + lo + hi ≥ d(k − 1) + 1；收到 n=3, k=5, d=1, lo=0,"
            " hi=0；最近的可用值：n=5"
        ),
    ),
    (
        lambda: L["conv_output_size"](n=numpy.array([5, 2, 1]), k=3),
        f"{FITS}; received n=2, k=3, d=1, lo=0, hi=0; the nearest that works is n=3",
        None,
    ),
    # the first that fails is named, whatever the shapes broadcast to
    (
        lambda: L["conv_output_size"](n=numpy.array([[5], [6]]), k=numpy.array([3, 0])),
        "conv_output_size needs k ≥ 1; received k=0; the nearest that works is k=1",
        None,
    ),
    (
        lambda: L["conv_output_size"](n=3, k=1, s=0),
        "conv_output_size needs s ≥ 1; received s=0; the nearest that works is s=1",
        "conv_output_size 要求 s ≥ 1；收到 s=0；最近的可用值：s=1",
    ),
    (
        lambda: L["conv_output_size"](3, 10**5000),
        f"{FITS}; received n=3, k=<int>, d=1, lo=0, hi=0; the nearest that works is n=<int>",
        None,
    ),
    (
        lambda: L["conv_output_size"](n=3, k=5, s="s"),
        f"{FITS}; received n=3, k=5, d=1, lo=0, hi=0; choose sizes that satisfy it",
        None,
    ),
    (
        lambda: L["exact_fit_output_size"](10, 3, 4),
        (
            "exact_fit_output_size needs (n + lo + hi − d(k − 1) − 1) mod s = 0; received n=10,"
            " k=3, s=4, d=1, lo=0, hi=0; the nearest that works is n=11"
        ),
        None,
    ),
    (
        lambda: L["flat_channel"](0, 3, 3),
        "flat_channel needs v < c; received v=3, c=3; the nearest that works is v=2",
        None,
    ),
    (
        lambda: L["conv_parameters"](k=[3], c=3, f=4, g=2),
        "conv_parameters needs c mod g = 0; received c=3, g=2; the nearest that works is c=2",
        None,
    ),
    (
        lambda: L["conv_parameters"](k=[3], c=3, f=4, b=2),
        "conv_parameters needs b ≤ 1; received b=2; the nearest that works is b=1",
        None,
    ),
    (
        lambda: L["receptive_field_size"]([3, 0]),
        "receptive_field_size needs k₂ ≥ 1; received k=[3, 0]; choose sizes that satisfy it",
        None,
    ),
    (
        lambda: L["conv_output_size"](100),
        (
            "conv_output_size: missing a required argument: k; received 100; call"
            " conv_output_size(n, k, s=1, *, d=1, lo=0, hi=0)"
        ),
        None,
    ),
    (
        lambda: L["conv_output_size"](5, 3, q=1),
        (
            "conv_output_size: got an unexpected keyword argument q; received 5, 3, q=1; call"
            " conv_output_size(n, k, s=1, *, d=1, lo=0, hi=0)"
        ),
        None,
    ),
    (
        lambda: L["same_output_size"](*range(2000)),
        (
            "same_output_size: too many positional arguments; received 0, 1, 2, 3, 4, 5, 6, 7, 8,"
            " …; call same_output_size(n, s=1)"
        ),
        None,
    ),
    (
        lambda: L["same_output_size"](5, **{"a\nb": 1}),
        (
            r"same_output_size: got an unexpected keyword argument a\nb; received 5, a b=1; call"
            r" same_output_size(n, s=1)"
        ),
        None,
    ),
    (
        lambda: L["same_output_size"](),
        (
            "same_output_size: missing a required argument: n; received (); call"
            " same_output_size(n, s=1)"
        ),
        None,
    ),
    (
        lambda: L["chain_output_size"](n=9, k=[3, 3], s=[1, 1, 1]),
        (
            "all sequences must have the same length; received k: 2, s: 3; give one entry per layer"
            " (or axis)"
        ),
        "各序列须一样长；收到 k: 2, s: 3；每层（或每轴）一项",
    ),
    (
        lambda: L["conv_parameters"](k=3, c=3, f=8),
        (
            "k must be a non-empty sequence of integers; received 3; one entry per axis, for"
            " example k=(3, 3)"
        ),
        "k 须为非空序列，每项一个整数；收到 3；每轴一项，例如 k=(3, 3)",
    ),
    (
        lambda: L["chain_output_size"](n=9, k=[]),
        "k must be a non-empty sequence of integers; received []; for example k=(3, 3)",
        None,
    ),
    (
        lambda: L["chain_output_size"](n=9, k=itertools.repeat(3)),
        "k must be a non-empty sequence of integers; received repeat(3); for example k=(3, 3)",
        None,
    ),
    (
        lambda: L["chain_output_size"](n=9, k=[3, numpy.array([1, 2])]),
        (
            "k[1] must be an integer; received array([1, 2]); one integer works here, an array"
            " does not"
        ),
        None,
    ),
    (
        lambda: L["conv_output_size"](n=numpy.array([5, 6]), k="k"),
        (
            "conv_output_size cannot mix arrays with symbols; received both; use arrays only, or"
            " symbols only"
        ),
        None,
    ),
    (
        lambda: L["conv_output_size"](n=numpy.array([5, 6]), k=numpy.array([1, 2, 3])),
        "the arrays must broadcast together; received n: (2,), k: (3,); use arrays of one shape",
        "各数组的形状须能广播到一起；收到 n: (2,), k: (3,)；请用同样的形状",
    ),
    (
        lambda: L["spanned_axis_convolution"]([[[1]]], [[[1]]], 3, 1, 1, 1),
        (
            "spanned_axis_convolution reads outside its arrays; received x: (1, 1, 1), K: (1, 1,"
            " 1); make the shapes of the arrays agree with the sizes"
        ),
        None,
    ),
    (
        lambda: L["spanned_axis_convolution"]([[[1]]], [[[1]]], "j", 1, 1, 1),
        (
            "spanned_axis_convolution cannot mix arrays with symbols; received both; use arrays"
            " only, or symbols only"
        ),
        None,
    ),
    (
        lambda: L["spanned_axis_convolution"]([[[1.5]]], [[[1]]], 0, 1, 1, 1),
        (
            "x must be an integer array; received [[[1.5]]]; a NumPy array or nested lists of"
            " integers work"
        ),
        "x 须为整数数组；收到 [[[1.5]]]；可用：整数类型的 NumPy 数组或嵌套列表",
    ),
    # ---- windows and layers
    (
        lambda: Window("3"),
        (
            "Window needs an int or a SymPy expression for kernel; received '3'; for example"
            " Window(kernel=3)"
        ),
        "Window 的 kernel 须为整数或 SymPy 式子；收到 '3'；例如 Window(kernel=3)",
    ),
    (
        lambda: Window(3, 0),
        "Window needs stride of at least 1; received 0; the nearest that works is 1",
        "Window 的 stride 至少为 1；收到 0；最近的可用值是 1",
    ),
    (
        lambda: Window.dilated(0, 2),
        "Window needs taps of at least 1; received 0; the nearest that works is 1",
        "Window 的 taps 至少为 1；收到 0；最近的可用值是 1",
    ),
    (
        lambda: Convolution((Window(5),), (5,), 1).output_size((4,)),
        (
            "no window fits on spatial axis 0 (a window spans 5); received 4 positions; at least 5"
            " positions work"
        ),
        "第 0 个空间轴上放不下一个窗口（窗口占 5 格）；收到 4 格；至少要 5 格",
    ),
    (
        lambda: Convolution((Window(5),), (5,), 1).output_size((9, 9)),
        "size needs one entry per axis, 1 in all; received (9, 9); for example (9,)",
        "size 须每轴一项，共 1 项；收到 (9, 9)；例如 (9,)",
    ),
    (
        lambda: Convolution((Window(5),), (5,), 1).without_axis(1, 5, 1),
        "there is no such axis; received 1; axes are 0 to 0",
        "没有这个轴；收到 1；轴从 0 到 0",
    ),
    (
        lambda: Convolution((Window(3),), (3,), 8, 4).parameters(6),
        "input channels must be divisible by groups=4; received 6; the nearest that work: 4 or 8",
        "输入通道数须能被 groups=4 整除；收到 6；最近的可用值：4 或 8",
    ),
    (
        lambda: Convolution((Window(3),), (3,), 8, 4).parameters(3),
        "input channels must be divisible by groups=4; received 3; the nearest that works: 4",
        None,
    ),
    # ---- Keras's words
    (
        lambda: keras.Conv2D(4, (3, 3, 3)),
        (
            "kernel_size must be 2 positive integers; received (3, 3, 3); kernel_size=3 or"
            " kernel_size=(3, 3) works"
        ),
        "kernel_size 须为 2 个正整数；收到 (3, 3, 3)；可用：kernel_size=3 或 kernel_size=(3, 3)",
    ),
    (
        lambda: keras.Conv1D(4, 4.6),
        (
            "kernel_size must be 1 positive integer; received 4.6; kernel_size=5 or"
            " kernel_size=(5,) works"
        ),
        None,
    ),
    (
        lambda: keras.Conv1D(4, 3, strides=itertools.repeat(3)),
        "strides must be 1 positive integer; received repeat(3); strides=3 or strides=(3,) works",
        None,
    ),
    (
        lambda: keras.Conv1D(0, 3),
        "filters must be a positive integer; received 0; for example filters=1",
        "filters 须为正整数；收到 0；例如 filters=1",
    ),
    (
        lambda: keras.Conv1D("3", 3),
        "filters must be a positive integer; received '3'; for example filters=1",
        None,
    ),
    (
        lambda: keras.Conv2D(6, 3, groups=4),
        "filters must be divisible by groups=4; received 6; the nearest that works is filters=8",
        "filters 须能被 groups=4 整除；收到 6；最近的可用值：filters=8",
    ),
    (
        lambda: keras.Conv2D(6, 3, padding="causal"),
        "padding is not known; received 'causal'; one of 'valid', 'same' works",
        "padding 不认识；收到 'causal'；可用：'valid', 'same'",
    ),
    (
        lambda: keras.Conv1D(6, 3, data_format="NHWC"),
        "data_format is not known; received 'NHWC'; one of 'channels_last', 'channels_first' works",
        None,
    ),
    (
        lambda: keras.Conv2D(6, 3, 2, dilation_rate=(1, 2)),
        (
            "Keras refuses strides > 1 together with dilation_rate > 1; received strides=(2, 2),"
            " dilation_rate=(1, 2); set one of them to 1"
        ),
        (
            "Keras 不允许步长与膨胀率同时大于 1；收到 strides=(2, 2), dilation_rate=(1,"
            " 2)；把其中之一设为 1"
        ),
    ),
    (
        lambda: keras.Conv2D(6, 3, stride=2),
        (
            "Conv2D: got an unexpected keyword argument stride; received 6, 3, stride=2; filters,"
            " kernel_size, strides, padding, data_format, dilation_rate, groups, activation,"
            " use_bias work"
        ),
        None,
    ),
    (
        lambda: keras.Conv2D(6, 3, use_bias=numpy.array([1, 0])),
        "use_bias must be True or False; received array([1, 0]); for example use_bias=True",
        "use_bias 须为 True 或 False；收到 array([1, 0])；例如 use_bias=True",
    ),
    (
        lambda: keras.Conv2D(6, 3).output_shape((None, 9, 9)),
        (
            "Conv2D needs an input_shape of 4 entries; received (None, 9, 9); the order of"
            " channels_last is (N, H, W, C)"
        ),
        "Conv2D 的 input_shape 须有 4 项；收到 (None, 9, 9)；channels_last 的次序是 (N, H, W, C)",
    ),
    (
        lambda: keras.Conv1D(6, 3, data_format="channels_first").output_shape((None, None, 9)),
        (
            "the number of channels must be a positive integer; received None; the order of"
            " channels_first is (N, C, L)"
        ),
        "通道数须为正整数；收到 None；channels_first 的次序是 (N, C, L)",
    ),
    (
        lambda: keras.Conv3D(6, 3).output_shape((None, 9, 9, -1, 4)),
        "a size cannot be negative; received -1; the order of channels_last is (N, D, H, W, C)",
        "尺寸不能为负；收到 -1；channels_last 的次序是 (N, D, H, W, C)",
    ),
    (
        lambda: keras.Conv2D(6, 3).macs((None, None, 9, 4)),
        (
            "MACs need the size of every axis; received (None, None, 9, 4); give unknown sizes a"
            " name such as 'H'"
        ),
        "计算 MACs 需要知道每个轴的尺寸；收到 (None, None, 9, 4)；未知的尺寸请写成名字，如 'H'",
    ),
    (
        lambda: keras.Conv2D(6, 3).output_shape((None, 2, 9, 4)),
        (
            "no window fits on spatial axis 0 (a window spans 3); received 2 positions; at least 3"
            " positions work"
        ),
        None,
    ),
)


@pytest.mark.parametrize(("ask", "en", "zh"), SAID, ids=[en[:50] for _, en, _ in SAID])
def test_what_is_said(ask, en, zh):
    error = refuses(ask)
    assert str(error) == en and (zh is None or error.zh == zh)


# ---------------------------------------------------------------- hostile words for Keras's layers

CLASSES = (keras.Conv1D, keras.Conv2D, keras.Conv3D)


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
@pytest.mark.parametrize(
    "argument",
    (
        "filters",
        "kernel_size",
        "strides",
        "dilation_rate",
        "groups",
        "padding",
        "data_format",
        "use_bias",
    ),
)
def test_hostile_words(made, argument):
    rank = made.rank
    for name, value in HOSTILE.items():
        for given in (value, (value,) * rank):
            answers_or_refuses(
                lambda: made(**{"filters": 4, "kernel_size": 3, argument: given}).output_shape(  # noqa: B023 — called at once
                    (None, *[9] * rank, 4)
                )
            )
        may = {
            "use_bias": HOSTILE,
            "data_format": {"None"},
            "groups": {"True"},
            "filters": {"True"},
        }.get(argument, {"True", "bytes", "dict", "set", "matrix"})
        if name not in may:
            refuses(made, **{"filters": 4, "kernel_size": 3, argument: value})
    refuses(
        made,
        **{"filters": 4, "kernel_size": 3}
        | (
            {argument: itertools.count(1)}
            if argument != "use_bias"
            else {"filters": itertools.count(1)}
        ),
    )


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
@pytest.mark.parametrize("ask", ("output_shape", "kernel_shape", "parameters", "macs"))
def test_hostile_shapes(made, ask):
    layer = made(4, 3)
    for name, value in HOSTILE.items():
        refuses(getattr(layer, ask), value)
        for i in range(layer.rank + 2):
            shape = [2, *[9] * layer.rank, 4]
            shape[i] = value
            if name == "None" and i <= layer.rank:
                answers_or_refuses(getattr(layer, ask), shape)
            else:
                refuses(getattr(layer, ask), shape)
    refuses(getattr(layer, ask), itertools.count(1))


def test_huge_words_are_shown_short():
    assert repr(keras.Conv2D(10**5000, 3)) == "Conv2D(<int>, (3, 3))"
    refuses(keras.Conv2D(7 * 10**5000, 3, groups=7 * 10**5000).kernel_shape, (None, 9, 9, 10**4999))
    assert keras.Conv1D(1, 3).output_shape((None, 10**5000, 1)) == (None, 10**5000 - 2, 1)
