"""NumPy's small integers at every public door: what they give is what Python's give, never a sum that
wrapped around.
"""

import warnings

import numpy
import pytest

import shapealg as sa
from shapealg import QuasiAffine, Same, Sizes, Transposed, Window
from shapealg.axis.condition import Condition
from shapealg.axis.interval import Interval
from shapealg.axis.length import Length
from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Borrowed, Reached
from shapealg.axis.waiting import Ceiled, Trimmed
from shapealg.words import spoken

H, W = Length.of("H"), Length.of("W")
CLASSES = Sizes.classes(16, (0, 3), 16) | Sizes.of(5)
STAIRS = QuasiAffine.of(Window(7, 3, 2, 1))
LEVEL = QuasiAffine(2, 0, (3, 4))
CASES = {
    "Sizes": lambda i: Sizes(i(100), (i(3), i(100)), i(120), (i(5),)),
    "every": lambda i: Sizes.every(i(100)),
    "interval": lambda i: Sizes.interval(i(100), i(120)),
    "of": lambda i: Sizes.of(i(100), i(120)),
    "in": lambda i: [i(n) in CLASSES for n in (100, 112, 115)],
    "first": lambda i: CLASSES.first(i(100)),
    "item": lambda i: (CLASSES[i(100)], CLASSES[i(2) : i(100)], CLASSES[i(2) : i(100) : i(3)]),
    "complement": lambda i: CLASSES.complement(i(100)),
    "nearest": lambda i: (CLASSES.nearest(i(120)), CLASSES.pad(i(120)), CLASSES.crop(i(120))),
    "QuasiAffine": lambda i: QuasiAffine(i(2), i(100), (i(120), i(127)))(i(127)),
    "affine": lambda i: QuasiAffine.affine(i(100), i(100)),
    "sums": lambda i: (STAIRS + i(100), i(100) + STAIRS, STAIRS - i(100)),
    "times": lambda i: (STAIRS * i(100), i(100) * STAIRS),
    "least": lambda i: (LEVEL.min(i(3)), LEVEL.max(i(3)), STAIRS.min(i(3), start=i(100))),
    "where": lambda i: (STAIRS.where("<", i(100), i(100)), STAIRS.agrees(i(3), i(5))),
    "Length": lambda i: (H + i(100), i(100) - H, H * i(100), H // i(100), H % i(100), H ** i(3)),
    "comparisons": lambda i: [str(c) for c in (i(100) > H, i(100) <= H, i(100) != H - 1)],
    "put in": lambda i: ((H * H)(H=i(100)), (H * W // 7)(H=i(100), W=i(120)), H(H=i(100)) * 100),
    "Condition": lambda i: [Condition(H * H - c, "<").at(H=i(100)) for c in (9999, 10001)],
    "BySize": lambda i: sa.BySize([(CLASSES, Length.of("n") ** 3)]).at(n=i(112)),
    "Window": lambda i: Window(i(100), i(100), i(100), i(100)) >> Window(i(100), i(100)),
    "dilated": lambda i: Window.dilated(i(100), i(100), i(100)),
    "taps": lambda i: (Window(101).dilation(i(2)), *Window(101, 3).links(i(2), i(100))),
    "Interval": lambda i: (list(Interval(i(100), i(120))), i(12) in Interval(10, 12)),
    "row": lambda i: NET[i(1)].name,
    "net": lambda i: [str(ask(H=i(100), W=i(120))) for ask in (NET.at, NET.table, NET.explain)],
    "shape": lambda i: [NET(numpy.array((1, 3, 100, 120), i)), NET.macs((1, 3, i(100), i(120)))],
    "tiles": lambda i: NET.tiles("H", i(60), H=i(100), W=i(120)),
    "inputs_for": lambda i: str(NET.inputs_for(None, i(8), i(24), None)),
    "read": lambda i: str(sa.read([CONV(i)], (1, 3, i(100), i(120))).output_shape),
    "solve": lambda i: str(sa.solve(n=i(100), m=i(50), k=[i(100), i(3)], s=i(2), p=range(3))),
    "stack": lambda i: str(STACK.chunks(i(100), i(20))) + str(STACK.frames(i(100))),
    "reaching": lambda i: STACK.reaching(i(12)),
}
AXES = {
    "Window": lambda i: Window(i(100), i(100), i(60), i(60)),
    "Same": lambda i: Same(i(100), i(100)),
    "Ceiled": lambda i: Ceiled(Window(i(100), i(100))),
    "Trimmed": lambda i: Trimmed(i(100), i(3), i(3)),
    "Transposed": lambda i: Transposed(Window(i(100), i(100))),
    "Adaptive": lambda i: Adaptive(i(100)),
    "Scaled": lambda i: Scaled(i(100)),
    "Resized": lambda i: Resized(i(100)),
    "Spaced": lambda i: Spaced(Window(3), i(100)),
    "Borrowed": lambda i: Borrowed(Same(3, i(100))),
    "Reached": lambda i: Reached(i(100), Window(i(3), i(100))),
}
LAYERS = (
    ("torch.Conv2d(120, 120, 3, stride=2, padding=1)", (2, 120, 100, 120)),
    ("keras.Conv2D(120, 3, 2, 'same')", (2, 100, 120, 120)),
    ("paddle.Conv2D(120, 120, 3)", (2, 120, 100, 120)),
    ("jax.conv_general_dilated((120, 120, 3, 3), (2, 2), 'SAME')", (2, 120, 100, 120)),
    ("onnx.Conv(W=(120, 120, 3, 3))", (2, 120, 100, 120)),
    ("torch.Linear(120, 120)", (2, 100, 120)),
    ("torch.Flatten()", (2, 100, 120)),
    ("torch.PixelShuffle(2)", (2, 120, 120, 120)),
    ("torch.Upsample(scale_factor=100)", (2, 120, 120, 120)),
)
SMALL = (numpy.int8, numpy.uint8, numpy.int16, numpy.uint64)


def CONV(i):
    return sa.torch.Conv2d(i(3), i(8), i(3), stride=i(2), padding=(i(1), i(1)))


NET = sa.read([CONV(int), sa.torch.MaxPool2d(2)], "N,3,H,W")
STACK = sa.Stack([Window(10, 5), Window(3, 2)])


def alike(ask):
    """The answer for Python's integers is the answer for every one of NumPy's."""
    wanted = ask(int)
    for small in SMALL:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy only warns where a sum wraps around
            given = ask(small)
        assert repr(given) == repr(wanted), small


@pytest.mark.parametrize("ask", CASES.values(), ids=CASES)
def test_a_question(ask):
    alike(ask)


@pytest.mark.parametrize("make", AXES.values(), ids=AXES)
@pytest.mark.parametrize("question", ("count", "need", "fibre", "first", "last"))
def test_a_map_of_an_axis(make, question):
    for n in (7, 50, 100, 127):

        def asked(i, n=n):
            axis = make(i) if hasattr(make(i), question) else make(i).at(i(n))
            try:
                return getattr(axis, question)(i(n))
            except sa.ShapeError as problem:  # no one place that is read
                return str(problem.asked)

        alike(asked)


@pytest.mark.parametrize(("line", "shape"), LAYERS, ids=[line for line, _ in LAYERS])
def test_a_layer(line, shape):
    words = spoken.read(line)
    for question in ("output_shape", "parameters", "macs", "weight_shape"):
        ask = getattr(words, question)
        alike(lambda i, ask=ask: ask(tuple(map(i, shape))))


def test_a_single_integer_of_numpy_is_a_word():
    """PyTorch 2.13 takes `nn.Conv2d(3, 8, numpy.int8(3))`, and makes (1, 8, 7, 7) of 9 × 9."""
    for small in SMALL:
        assert sa.torch.Conv2d(3, small(8), small(3)).output_shape((1, 3, 9, 9)) == (1, 8, 7, 7)


@pytest.mark.parametrize("value", (1.5, True, None, [1], numpy.float64(2)), ids=str)
def test_what_is_no_size_is_put_into_no_length(value):
    with pytest.raises(sa.ShapeError):
        H(H=value)
    with pytest.raises(sa.ShapeError, match="a size is needed"):
        Condition(H * W, "<").at(H=3)
