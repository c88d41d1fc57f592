"""Two layers compared for all sizes at once, against counting and reading at each of the first
hundred.
"""

from functools import cache
from importlib import import_module
from itertools import combinations, product

import numpy
import pytest
from needed import Refused, executed, require

from shapealg import ShapeError
from shapealg.words import spoken
from shapealg.words.comparison import compare
from shapealg.words.dialects import keras, onnx, paddle, torch

LAYERS = [
    *(
        torch.Conv1d(2, 2, k, s, p, d)
        for k, s, p, d in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2))
    ),
    *(torch.MaxPool1d(k, s, ceil_mode=c) for k, s, c in product((2, 3), (1, 2, 3), (False, True))),
    *(torch.ConvTranspose1d(2, 2, 3, s, p) for s, p in product((1, 2), (0, 1))),
    *(keras.Conv1D(2, k, strides=s, padding="same") for k, s in product((1, 2, 3, 4), (1, 2, 3))),
]


def reads(layer, n: int):
    """Every output's positions one by one; nothing where there is no output."""
    count = layer.axes[0].count(n)
    if count < 1:
        return None
    if hasattr(layer, "links"):
        return [layer.links((n,), (j,)) for j in range(count)]
    return [
        [
            p
            for p in range(layer.axes[0].at(n).first(j), layer.axes[0].at(n).last(j) + 1)
            if 0 <= p < n
        ]
        for j in range(count)
    ]


def plain(found):
    """Positions and taps as lists, positions outside the input kept apart from none."""
    return (
        None
        if found is None
        else [
            [tuple(map(tuple, pair)) for pair in one] if isinstance(one, tuple) else one
            for one in found
        ]
    )


@pytest.mark.parametrize("one", LAYERS[::4], ids=repr)
def test_what_is_said_for_all_sizes_holds_at_each(one):
    for two in LAYERS[::3]:
        made = compare(one, two)
        a, b = one.layer, two.layer
        for n in range(1, 26):
            left, right = plain(reads(a, n)), plain(reads(b, n))
            assert (n in made.both[0]) == (left is not None and right is not None)
            if n in made.both[0]:
                assert (n in made.sizes[0]) == (len(left) == len(right)), (one, two, n)
                if made.reason is None:
                    assert (n in made.values[0]) == (left == right), (one, two, n)


def test_the_stem_of_resnet():
    """At 224, k7, s2 TF SAME pads (2, 3), PyTorch's padding=3 (3, 3): both 112, other values."""
    made = compare(
        keras.Conv2D(64, 7, strides=2, padding="same"), torch.Conv2d(3, 64, 7, stride=2, padding=3)
    )
    assert (
        made.equal_in_size
        and not made.equal
        and 224 not in made.values[0]
        and 225 in made.values[0]
    )
    assert str(made) == "same size everywhere, same values for n ≡ 1 (mod 2), n ≥ 1"
    assert made.text.zh == "尺寸处处相同，数值相同的 n：n ≡ 1 (mod 2)，n ≥ 1"


@pytest.mark.slow
def test_what_two_layers_have_in_common_is_one_answer_by_size():
    """Executed: at 7 the stem has the same numbers in both frameworks, at 8 only as many."""
    require("torch")
    require("keras-tensorflow")
    random = numpy.random.default_rng(0)
    weight, bias = random.random((4, 3, 7)).astype("float32"), numpy.zeros(4, "float32")
    same = keras.Conv1D(4, 7, strides=2, padding="same")
    three = torch.Conv1d(3, 4, 7, stride=2, padding=3)
    (axis,) = compare(same, three).axes
    assert str(axis) == "same values for n ≡ 1 (mod 2), n ≥ 1; same size for n ≡ 0 (mod 2), n ≥ 2"
    assert axis.text().zh.startswith("n ≡ 1 (mod 2)，n ≥ 1：数值相同；")
    for n, told in ((7, "same values"), (8, "same size")):
        x = random.random((1, 3, n)).astype("float32")
        theirs = import_module("shapealg.checks.backends.keras").execute(
            "Conv1D", same.words(), x.transpose(0, 2, 1), [weight.transpose(2, 1, 0), bias]
        )
        ours = import_module("shapealg.checks.backends.torch").execute(
            "Conv1d", three.words(), x, [weight, bias]
        )
        assert theirs.transpose(0, 2, 1).shape == ours.shape
        alike = numpy.allclose(theirs.transpose(0, 2, 1), ours, atol=1e-5)
        assert alike == (told == "same values") and axis.at(n=n).en == told


def test_equal_and_never():
    assert (
        str(compare(torch.Conv1d(2, 2, 3, padding="same"), keras.Conv1D(2, 3, padding="same")))
        == "equal everywhere, in size and in values"
    )
    assert (
        str(compare(torch.Conv1d(2, 2, 3), torch.Conv1d(2, 2, 3, padding=1)))
        == "never the same size"
    )
    assert "numbers of filters differ: 2 and 4" in str(
        compare(torch.Conv1d(2, 2, 3), torch.Conv1d(2, 4, 3))
    )
    average = compare(
        torch.AvgPool1d(3, padding=1), torch.AvgPool1d(3, padding=1, count_include_pad=False)
    )
    assert average.equal_in_size and not average.equal and "divisor" in str(average)


def test_ranks_must_agree():
    with pytest.raises(ShapeError, match="the same number of axes; received 1 and 2"):
        compare(torch.Conv1d(2, 2, 3), torch.Conv2d(2, 2, 3))
    with pytest.raises(ShapeError, match="the same number of axes; received 2 and 1"):
        compare(torch.MaxPool2d(2), torch.MaxPool1d(2))


def run(words, x):
    """The layer executed by its framework; nothing for a refusal or where nothing comes out."""
    try:
        made = numpy.asarray(executed(f"{words.framework}.{words}", x))
    except Refused:
        return None
    return made if made.size else None


@pytest.mark.slow
def test_a_ceiled_average_divides_by_what_its_last_window_holds():
    """On 1 … 8 the last output of PyTorch is 7.5; ONNX Runtime, which counts its padding, has 5."""
    require("torch")
    require("onnx")
    ceiled = torch.AvgPool1d(3, 2, 0, ceil_mode=True)
    how = {"kernel_shape": (3,), "strides": (2,), "pads": (0, 1)}
    counting = onnx.AveragePool(**how, count_include_pad=1)
    x = numpy.arange(1, 9, dtype="float32").reshape(1, 1, 8)
    assert [run(words, x)[0, 0, -1] for words in (ceiled, counting)] == [7.5, 5]
    made = compare(ceiled, counting)
    assert not made.equal and 8 not in made.values[0] and 7 in made.values[0]
    assert str(made) == "same size everywhere, same values for n ≡ 1 (mod 2), n ≥ 3"
    assert compare(ceiled, onnx.AveragePool(**how, count_include_pad=0)).equal
    assert compare(
        torch.AvgPool2d(2, 2, ceil_mode=True), keras.AveragePooling2D(2, 2, "same")
    ).equal


POOLINGS = [
    *(
        f"torch.AvgPool1d({k}, {s}, {p}, {ceil}, {counted})"
        for k, s, p, ceil, counted in product((2, 3), (1, 2), (0, 1), (False, True), (0, 1))
    ),
    *(
        f"onnx.AveragePool(kernel_shape=({k},), strides=(2,), pads=({lo}, {hi}),"
        f" ceil_mode={ceil}, count_include_pad={counted})"
        for k, (lo, hi), ceil, counted in product((2, 3), ((0, 1), (1, 1)), (0, 1), (0, 1))
    ),
    *(
        f"paddle.AvgPool1D({k}, 2, ({lo}, {hi}), {exclusive})"
        for k, (lo, hi), exclusive in product((2, 3), ((0, 1), (1, 1)), (False, True))
    ),
    *(f"torch.AdaptiveAvgPool1d({m})" for m in (1, 2, 3, 4)),
    *(f"torch.MaxPool1d({k}, 2, 1, ceil_mode={ceil})" for k in (2, 3) for ceil in (False, True)),
    *(f"onnx.MaxPool(kernel_shape=(3,), strides=(2,), pads=({a}, 1))" for a in (0, 1)),
    "torch.AdaptiveMaxPool1d(3)",
    *(f"torch.LPPool1d(2, 3, 2, ceil_mode={ceil})" for ceil in (False, True)),
    *(f"onnx.LpPool(kernel_shape=(3,), strides=(2,), ceil_mode={ceil})" for ceil in (0, 1)),
]


@pytest.mark.slow
def test_poolings_agree_where_the_frameworks_give_the_same_numbers():
    """Executed at twelve sizes: in the set of values exactly where the outputs are the same."""
    for framework in ("torch", "onnx", "paddle"):
        require(framework)
    random = numpy.random.default_rng(0)
    data = {n: random.random((8, 1, n)).astype("float32") + 1 for n in range(1, 13)}
    layers = [spoken.read(line) for line in POOLINGS]
    outputs = [{n: run(words, x) for n, x in data.items()} for words in layers]
    equal = 0
    for (i, one), (j, two) in product(enumerate(layers), repeat=2):
        if j % 3 != i % 3:
            continue
        made = compare(one, two)
        for n in [n for n in data if n in made.both[0]]:
            left, right = outputs[i][n], outputs[j][n]
            same = left.shape == right.shape and numpy.allclose(left, right, atol=1e-6)
            said = made.reason is None and n in made.values[0]
            assert said == same, (one, two, n, left, right)
            equal += same and i != j
    assert equal > 1000


def test_adaptive_pooling_is_compared_with_plain_pooling():
    for m, plain, n in ((4, (3, 2), 9), (3, (4, 3), 10)):
        made = compare(torch.AdaptiveAvgPool1d(m), torch.AvgPool1d(*plain))
        assert list(made.values[0]) == [n] and n in made.sizes[0]
    made = compare(
        torch.AdaptiveAvgPool2d(6), onnx.AveragePool(kernel_shape=(3, 3), strides=(3, 3))
    )
    assert [list(sizes) for sizes in made.values] == [[18], [18]]
    padded = compare(torch.AdaptiveMaxPool1d(3), torch.MaxPool1d(3, 2, 1))
    assert str(padded) == "same size for n = 5, 6, same values for n = 5"
    assert compare(torch.AdaptiveAvgPool2d(1), onnx.GlobalAveragePool()).equal
    assert compare(torch.AdaptiveAvgPool2d(6), paddle.AdaptiveAvgPool2D(6)).equal


def test_a_layer_with_more_axes_is_compared_where_they_are_of_size_1():
    """Conv1d as a Conv2d of width 1: PyTorch gives the same numbers with the same weights."""
    require("torch")
    random = numpy.random.default_rng(0)
    x = random.random((1, 3, 9)).astype("float32")
    w = random.random((8, 3, 3)).astype("float32")
    b = random.random(8).astype("float32")
    flat, tall = torch.Conv1d(3, 8, 3, 2, 1), torch.Conv2d(3, 8, (3, 1), (2, 1), (1, 0))
    real = import_module("shapealg.checks.backends.torch")
    one = real.execute("Conv1d", flat.words(), x, [w, b])
    two = real.execute("Conv2d", tall.words(), x[..., None], [w[..., None], b])
    assert numpy.allclose(one, two[..., 0], atol=1e-6)
    for pair in ((flat, tall), (tall, flat)):
        made = compare(*pair)
        assert made.equal and len(made.values) == 1
    assert str(compare(flat, tall)) == (
        "with size 1 on axis 1 of the second: equal everywhere, in size and in values"
    )
    assert compare(tall, flat).text.zh == "第一层的轴 1 尺寸为 1 时：处处相同：尺寸与数值都一样"
    assert compare(torch.Conv1d(3, 8, 3), torch.Conv2d(3, 8, (1, 3))).beside.en.startswith(
        "with size 1 on axis 0"
    )
    assert compare(torch.MaxPool1d(2), torch.MaxPool3d((1, 2, 1))).equal
    other = compare(torch.Conv1d(3, 8, 3, padding=1), torch.Conv2d(3, 8, (3, 1)))
    assert not other.equal and not other.sizes[0]


def test_a_dense_layer_is_a_convolution_with_a_kernel_of_1():
    require("torch")
    random = numpy.random.default_rng(0)
    x = random.random((1, 5, 6, 3)).astype("float32")
    w, b = random.random((4, 3)).astype("float32"), random.random(4).astype("float32")
    real = import_module("shapealg.checks.backends.torch")
    dense, point = torch.Linear(3, 4), torch.Conv2d(3, 4, 1)
    one = real.execute("Linear", dense.words(), x, [w, b])
    two = real.execute("Conv2d", point.words(), x.transpose(0, 3, 1, 2), [w[..., None, None], b])
    assert numpy.allclose(one, two.transpose(0, 2, 3, 1), atol=1e-6)
    for same in (point, torch.Conv1d(3, 4, 1), keras.Dense(4), paddle.Linear(3, 4)):
        assert compare(dense, same).equal and compare(same, dense).equal
    assert "input channels differ: 3 and 5" in str(compare(dense, torch.Conv2d(5, 4, 1)))
    assert "numbers of filters differ" in str(compare(dense, keras.Dense(5)))
    strided = compare(dense, torch.Conv2d(3, 4, 1, stride=2))
    assert [list(sizes) for sizes in strided.values] == [[1], [1]]
    assert not compare(dense, torch.Conv2d(3, 4, 3, padding=1)).equal


POOLS = (
    "torch.AvgPool2d(2, 3)",
    "torch.AvgPool2d(3, 2, divisor_override=9)",
    "torch.AvgPool2d(3, 2, divisor_override=2)",
    "torch.AvgPool2d(3, 2, ceil_mode=True, divisor_override=2)",
    "torch.AvgPool2d(3, 2, 1, count_include_pad=False, divisor_override=9)",
    "paddle.AvgPool2D(3, 2, divisor_override=2)",
    "paddle.AvgPool2D(3, 2, ceil_mode=True, divisor_override=2)",
    "paddle.AvgPool2D(3, 2, 1, exclusive=False, divisor_override=9)",
    "onnx.AveragePool(kernel_shape=(3, 3), strides=(2, 2))",
)
NORMED = (
    *(f"torch.LPPool2d({p}, 3, 2)" for p in (1, 2, 4, 2.5, "float('inf')")),
    *(f"paddle.LPPool2D({p}, 3, 2)" for p in (1, 4, 2.5, "float('inf')")),
    *(f"onnx.LpPool(kernel_shape=(3, 3), strides=(2, 2), p={p})" for p in (1, 2, 4)),
)


@cache
def numbers(line: str, n: int):
    """What a layer makes of n × n numbers of either sign."""
    x = numpy.random.default_rng(n).normal(size=(1, 1, n, n)).astype("float32")
    return executed(line, x)


def alike(one: str, two: str, n: int) -> bool:
    """Whether two layers give the same numbers."""
    a, b = numbers(one, n), numbers(two, n)
    return a.shape == b.shape and numpy.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("lines", (POOLS, NORMED), ids=("divisors", "norms"))
def test_divisors_and_norms_are_compared_as_frameworks_take_them(lines):
    """PyTorch divides the sum of a window, Paddle its mean; of an infinite norm PyTorch takes no
    signs, Paddle does, ONNX never.
    """
    sizes = range(3, 10)
    for one, two in combinations(lines, 2):
        made = compare(spoken.read(one), spoken.read(two))
        if made.reason is None:
            for n in sizes:
                assert (n in made.values[0]) == alike(one, two, n), (one, two, n)
        else:
            assert not all(alike(one, two, n) for n in sizes), (one, two)
    assert numbers(lines[0], 3).size


def test_an_activation_is_no_convolution():
    """Keras applies it behind the sum; two that are somebody's own are one only if they are."""
    relu, plain = keras.Conv2D(8, 3, activation="relu"), keras.Conv2D(8, 3)
    made = compare(relu, torch.Conv2d(3, 8, 3))
    assert made.equal_in_size and not made.equal
    assert made.text.en.endswith("activation='relu' and activation=None")
    assert compare(plain, torch.Conv2d(3, 8, 3)).equal
    assert compare(relu, keras.Conv2D(8, 3, activation="relu")).equal
    assert compare(keras.Conv2D(8, 3, activation="linear"), plain).equal
    assert not compare(relu, keras.Conv2D(8, 3, activation="tanh")).equal
    assert not compare(keras.Dense(8, activation="relu"), torch.Linear(3, 8)).equal

    def own(x):
        return x

    def other(x):
        return x

    other.__name__ = "own"
    one = keras.Conv2D(8, 3, activation=own)
    assert repr(one) == "Conv2D(8, (3, 3), activation='own')"
    assert compare(one, keras.Conv2D(8, 3, activation=own)).equal
    assert not compare(one, keras.Conv2D(8, 3, activation=other)).equal


def test_a_bias_is_told_apart():
    made = compare(torch.Conv2d(3, 8, 3), torch.Conv2d(3, 8, 3, bias=False))
    assert made.equal_in_size and not made.equal
    assert made.text.en == "same size everywhere; one adds a bias, the other does not"
    assert compare(torch.Linear(3, 8), keras.Dense(8)).equal
    assert not compare(torch.Linear(3, 8, bias=False), keras.Dense(8)).equal


def test_what_one_side_leaves_open_the_other_says():
    made = compare(torch.Upsample(scale_factor=2), keras.UpSampling2D(2))
    assert made.equal_in_size and len(made.axes) == 2
    assert compare(keras.DepthwiseConv2D(3), torch.Conv2d(4, 4, 3, groups=4)).equal


def test_channels_that_do_not_split_into_groups_are_a_difference():
    made = compare(keras.Conv2D(8, 3, groups=2), torch.Conv2d(3, 8, 3))
    assert not made.equal and "groups differ: 2 and 1" in str(made)


def test_what_only_looks_like_keras_is_somebodys_own():
    def relu(x):
        return x

    relu.__module__ = "keras_of_mine"
    made = compare(keras.Conv2D(8, 3, activation=relu), keras.Conv2D(8, 3, activation="relu"))
    assert not made.equal


@pytest.mark.parametrize("divisor", (0, float("inf"), float("nan")))
def test_a_divisor_that_is_none_is_told_and_nothing_breaks(divisor):
    """Paddle does not look at it."""
    odd = paddle.AvgPool2D(3, divisor_override=divisor)
    made = compare(odd, paddle.AvgPool2D(3))
    assert not made.equal and "divisor_override" in str(made)
    with pytest.raises(ShapeError, match="no rule for converting divisor_override"):
        odd.to("torch")
