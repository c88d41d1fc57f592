"""One convolution of any rank against loops; and the formulas the article lost."""

import random
import re
from fractions import Fraction
from itertools import product

import dumb
import numpy
import pytest
import sympy

from shapealg import Convolution, DomainError, Same, ShapeError, Transposed, Window, formulas
from shapealg.axis.resized import Adaptive
from shapealg.checks.article.lost import LOST
from shapealg.layer.convolution import pointwise
from shapealg.layer.layer import Layer
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Columns, Shuffle
from shapealg.layer.separable import Separable
from shapealg.words.dialects import keras

AXES = [
    (k, s, d, lo, hi)
    for k in (1, 2, 3)
    for s in (1, 2)
    for d in (1, 2)
    for lo, hi in ((0, 0), (1, 0), (2, 1))
]


def layer_of(*axes, filters=4, groups=1, bias=True):
    return Convolution(
        tuple(Window.dilated(*a[:1], a[2], a[1], *a[3:]) for a in axes),
        tuple(a[0] for a in axes),
        filters,
        groups,
        bias,
    )


@pytest.mark.parametrize("pair", list(product(AXES[::5], AXES[::7])), ids=str)
def test_size_and_places_per_axis(pair):
    """Each output reads, axis by axis, exactly the positions at which the loop puts the taps."""
    layer, size = layer_of(*pair), (11, 9)
    laid = [dumb.windows(n, *axis) for n, axis in zip(size, pair, strict=True)]
    assert layer.output_size(size) == tuple(map(len, laid))
    for place in product(*(range(len(rows)) for rows in laid)):
        assert [list(r) for r in layer.reads(size, place)] == [
            rows[j] for rows, j in zip(laid, place, strict=True)
        ]


def test_same_reads_where_it_stands():
    layer = Convolution((Same(3, 2),), (3,), 1)
    # even: the odd one goes after
    assert [list(*layer.reads((8,), (j,))) for j in range(4)] == dumb.windows(8, 3, 2, 1, 0, 1)
    assert [list(*layer.reads((9,), (j,))) for j in range(5)] == dumb.windows(9, 3, 2, 1, 1, 1)


def test_one_tap_reads_one_place_whatever_the_dilation():
    assert [list(r) for r in layer_of((1, 3, 5, 0, 0)).reads((7,), (2,))] == [[6]]


@pytest.mark.parametrize(
    ("k", "c", "f", "g"),
    [((3,), 4, 6, 2), ((2, 3), 3, 3, 3), ((1, 2, 3), 2, 4, 1), ((5, 5), 3, 16, 1)],
)
def test_parameters_and_macs_counted_one_by_one(k, c, f, g):
    size = (7, 6, 5)[: len(k)]
    layer = layer_of(*((a, 1, 1, 0, 0) for a in k), filters=f, groups=g)
    weights = sum(1 for _ in numpy.ndindex(layer.kernel_shape(c)))
    assert layer.kernel_shape(c) == (*k, c // g, f) and layer.parameters(c) == weights + f
    assert layer.macs(size, c) == dumb.multiplications(
        tuple(dumb.count(n, a) for n, a in zip(size, k, strict=True)), k, c, f, g
    )
    assert (
        layer_of(*((a, 1, 1, 0, 0) for a in k), filters=f, groups=g, bias=False).parameters(c)
        == weights
    )


def test_where_nothing_fits_the_axis_is_named():
    with pytest.raises(
        DomainError,
        match=(
            r"no window fits on spatial axis 1 .*; received 4 positions; at least 5 positions work"
        ),
    ):
        layer_of((3, 1, 1, 0, 0), (3, 1, 2, 0, 0)).output_size((9, 4))


def test_a_transposed_layer_multiplies_once_per_position_that_goes_in():
    for n, k, s, (c, f, g) in product((1, 4), (1, 3), (1, 2), ((1, 1, 1), (4, 6, 2))):
        layer = Convolution((Transposed(Window(k, s)),) * 2, (k, 2), f, g)
        assert layer.macs((n, 5), c) == dumb.multiplications((n, 5), (k, 2), c, f, g)


def test_a_separable_layer_reads_what_its_first_step_reads():
    layer = Separable.of((Window(3, 2, 1, 1), Window(2)), (3, 2), 4, 1, 5)
    laid = dumb.windows(9, 3, 2, 1, 1, 1), dumb.windows(4, 2)
    for j, i in product(range(len(laid[0])), range(len(laid[1]))):
        assert [list(r) for r in layer.reads((9, 4), (j, i))] == [laid[0][j], laid[1][i]]


def test_without_weights_nothing_is_multiplied():
    layer = Pooling.adaptive((7, None), "max")
    assert layer == Pooling((Adaptive(7), Window.identity), (), "max") and hash(layer)
    assert layer.macs((9, 9), 3) == layer.parameters(3) == 0 and layer.weight(3) == {}


def test_symbols_go_through_where_numbers_are_looked_at():
    c = sympy.Symbol("c", integer=True, positive=True)
    columns = Columns((Window(3),), (3,))
    assert [Shuffle.up(2, 2).channels(c).subs(c, 4 * i) for i in (1, 5)] == [1, 5]
    assert columns.folded((5,), c, 3).subs(c, 12) == 4 and columns.folded((5,), None, 3) is None
    assert Columns((Window(3),), (c,)).folded((5,), 12, 3).subs(c, 3) == 4


@pytest.mark.parametrize(
    ("kernel_size", "filters", "groups", "named"),
    (
        ((0,), 4, 1, "kernel_size"),
        ((3, -1), 4, 1, "kernel_size"),
        ((3,), 0, 1, "filters"),
        ((3,), 4, 0, "groups"),
    ),
)
def test_none_of_them_may_be_missing(kernel_size, filters, groups, named):
    axes = (Window(3),) * len(kernel_size)
    with pytest.raises(ShapeError, match=f"^{named} must be at least 1; received (0|-1);"):
        Convolution(axes, kernel_size, filters, groups)
    with pytest.raises(ShapeError, match=r"^kernel_size "):
        Convolution((Window(3),), ("x?",), 4)


def test_a_size_has_one_entry_per_axis():
    for bad in (14, (14,), [14, 14, 14], "14"):
        with pytest.raises(ShapeError, match=r"^size needs one entry per axis, 2 in all"):
            layer_of((3, 1, 1, 0, 0), (3, 1, 1, 0, 0)).output_size(bad)


def test_an_input_is_at_least_one_position():
    """Padding alone may hold a window; an input of 1 is told all the same."""
    k, p = sympy.symbols("k p", integer=True, positive=True)
    for axis, n, least in ((Window(1, lo=2), -5, 1), (Window(2, lo=1), -1, 1)):
        with pytest.raises(DomainError, match=f"at least {least} positions work"):
            Layer((axis,)).output_size((n,))
    with pytest.raises(DomainError, match="at least k - p positions work"):
        Layer((Window(k, lo=p),)).output_size((k - p - 3,))


def test_one_tap_everywhere_with_a_bias_or_without():
    assert pointwise(2, 10).parameters(64) == 64 * 10 + 10
    assert pointwise(2, 10, bias=False).parameters(64) == 64 * 10


# ---------------------------------------------------------------- an axis that may go


def test_without_axis_gives_the_same_values():
    """The 2D sum by NumPy, and the 1D sum over flattened channels by NumPy, with strides and
    another axis in front or behind.
    """
    random = numpy.random.default_rng(3)
    for axis, (k, w, c, s) in product((0, 1), ((3, 4, 2, 1), (2, 5, 1, 2), (1, 3, 3, 1))):
        axes = [Window(k, s), Window(w)] if axis else [Window(w), Window(k, s)]
        layer = Convolution(tuple(axes), (k, w) if axis else (w, k), 5)
        lower, channels = layer.without_axis(axis, w, c)
        assert (lower.rank, channels, lower.axes, lower.kernel_size) == (
            1,
            w * c,
            (Window(k, s),),
            (k,),
        ) and lower.parameters(channels) == layer.parameters(c)
        x, K = random.integers(-5, 5, (9, w, c)), random.integers(-5, 5, (k, w, c, 5))
        flat_x, flat_K = x.reshape(9, w * c), K.reshape(k, w * c, 5)
        for j, (place,) in enumerate(
            lower.reads((9,), (j,)) for j in range(*lower.output_size((9,)))
        ):
            assert (
                numpy.tensordot(x[list(place)], K, 3)
                == numpy.tensordot(flat_x[list(place)], flat_K, 2)
            ).all() and place[0] == s * j


@pytest.mark.parametrize(
    ("last", "taps", "groups", "said"),
    (
        (Window(3), 3, 1, "the kernel must have as many taps as the axis is wide, 4; received 3"),
        (Window(4, 1, 1, 0), 4, 1, "the first window must start at position 0; received -1"),
        (Window(4, 1, 0, 1), 4, 1, "there must be exactly one output along the axis; received 2"),
        (
            Window.dilated(4, 2),
            4,
            1,
            "the taps along the axis must be next to each other; received 7",
        ),
        (Same(4), 4, 1, "the first window must start at position 0; received -1"),
        (Window(4), 4, 2, "groups must be 1 (or the axis one wide); received 2"),
    ),
)
def test_without_axis_names_what_fails(last, taps, groups, said):
    layer = Convolution((Window(3), last), (3, taps), 6, groups)
    with pytest.raises(ShapeError) as caught:
        layer.without_axis(1, 4, 2)
    assert (
        str(caught.value) == f"{said}; for example valid padding and a kernel as wide as the input"
    )
    assert re.search("[\u4e00-\u9fff]", caught.value.asked.zh)


def test_without_axis_keeps_the_rest_and_takes_groups_where_it_is_one_wide():
    layer = Convolution((Window(3), Window(1)), (3, 1), 6, 2, bias=False)
    lower, channels = layer.without_axis(1, 1, 4)
    assert (lower, channels) == (Convolution((Window(3),), (3,), 6, 2, bias=False), 4)
    with pytest.raises(ShapeError, match="groups must be 1"):
        Convolution((Window(3), Window(2)), (3, 2), 6, 2).without_axis(1, 2, 4)
    for axis in (-1, 2, 1.0, "1"):
        with pytest.raises(ShapeError, match="there is no such axis"):
            layer.without_axis(axis, 1, 4)


def test_same_may_go_too_where_the_stride_spans_the_axis():
    lower, channels = keras.Conv2D(
        64, (3, 300), strides=(1, 300), padding="same"
    ).layer.without_axis(1, 300, 1)
    assert lower == keras.Conv1D(64, 3, padding="same").layer and channels == 300


# ---------------------------------------------------------------- the formulas the article lost

n, f, c, filters = (
    sympy.Symbol(name, integer=True, positive=True) for name in ("n", "f", "c", "filters")
)
a = sympy.symbols("a_1:4", integer=True, positive=True)
VOLUME = tuple(x - f + 1 for x in a)
# number: input, filter, output; and the output with the numbers of the picture
TABLE = {
    1: ((n, n), (f, f), (n - f + 1, n - f + 1), (10, 10)),
    2: ((n, n, c), (f, f, c), (n - f + 1, n - f + 1), (10, 10)),
    3: ((n, n, c), (f, f, c), (n - f + 1, n - f + 1, filters), (10, 10, 16)),
    4: ((n,), (f,), (n - f + 1,), (4,)),
    5: ((n, c), (f, c), (n - f + 1,), (4,)),
    6: ((n, c), (f, c), (n - f + 1, filters), None),
    7: ((*a, c), (f, f, f, c), (*VOLUME, filters), None),
    8: ((*a, c), (f, f, f, c), (*VOLUME, filters), None),
}
PICTURES = {
    1: ((14, 14), (5, 5)),
    2: ((14, 14, 3), (5, 5, 3)),
    3: ((14, 14, 3), (5, 5, 3)),
    4: ((8,), (5,)),
    5: ((8, 16), (5, 16)),
    6: ((8, 16), (5, 16)),
}


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: str(lost.number))
def test_a_lost_formula(lost):
    data, kernel, output, picture = TABLE[lost.number]
    assert (tuple(lost.data()), tuple(lost.filter())) == (data, kernel)
    assert all(sympy.simplify(x - y) == 0 for x, y in zip(lost.output(), output, strict=True))
    if lost.number in PICTURES:
        at = dict(lost.picture)
        assert (tuple(lost.data().subs(at)), tuple(lost.filter().subs(at))) == PICTURES[lost.number]
        assert picture is None or tuple(lost.output().subs(at)) == picture


def test_all_eight_are_there():
    assert [lost.number for lost in LOST] == list(range(1, 9))


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: str(lost.number))
def test_a_lost_formula_in_numbers(lost):
    """Count the windows on every axis of the trial's numbers."""
    at = lost.numbers()
    assert not lost.output().subs(at).free_symbols
    sizes = [
        dumb.count(int(x.subs(at)), int(k.subs(at)))
        for x, k in zip(lost.size, lost.kernel_size, strict=True)
    ]
    assert [int(x) for x in lost.output().subs(at)][: len(sizes)] == sizes


def test_counts_are_those_of_the_laws():
    """The layer multiplies what it is made of; the laws, derived by summing, say the same."""
    chance = random.Random(3)
    for rank in (1, 2, 3):
        for _ in range(40):
            k = tuple(chance.randint(1, 5) for _ in range(rank))
            g, n = chance.randint(1, 4), tuple(chance.randint(5, 40) for _ in range(rank))
            c, f, b = g * chance.randint(1, 5), g * chance.randint(1, 5), chance.randint(0, 1)
            layer = Convolution(tuple(map(Window, k)), k, f, g, bool(b))
            assert layer.parameters(c) == formulas.conv_parameters(k=k, c=c, f=f, g=g, b=b)
            m = layer.output_size(n)
            assert layer.macs(n, c) == formulas.conv_macs(m=m, k=k, c=c, f=f, g=g)


def test_an_adaptive_pooling_reads_all_that_lies_within():
    """⌊jn/m⌋ to ⌈(j + 1)n/m⌉, and an axis that is kept position by position."""
    adaptive, kept = Pooling.adaptive((3, None), "average").pooled
    for n in range(1, 12):
        reads = [range(j * n // 3, -(-(j + 1) * n // 3)) for j in range(3)]
        assert [read for read, _ in adaptive.outputs(n)] == reads
        assert [share for _, share in adaptive.outputs(n)] == [Fraction(1, len(r)) for r in reads]
        assert kept.outputs(n) == [(range(j, j + 1), Fraction(1)) for j in range(n)]
    # no window of its own, and one position
    assert (adaptive.taps, kept.taps) == (0, 1)
