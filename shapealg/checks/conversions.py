"""Conversions, executed: the source's layer and the target's steps on the same numbers must give
the same values.

All frameworks run in one process here; Keras on whatever backend it is told.
"""

from importlib import import_module
from itertools import product
from typing import Any

import numpy

from shapealg.errors import ShapeError
from shapealg.layer.convolution import Convolution
from shapealg.words import frameworks, phrasing, spoken
from shapealg.words.conversion import BIAS

FIRST = ("torch", "onnx", "paddle")  # what one process loads before the others
FRAMEWORKS = (*FIRST, *(name for name in reversed(frameworks.NAMES) if name not in FIRST))
SAME = "same values"

# Layers in the words of each framework, with inputs: sizes that differ in their remainder, so that
# every case is met.
LAYERS = (
    *(("torch.Conv1d(2, 4, 3, stride=2, padding=1)", f"1,2,{n}") for n in (8, 9)),
    *(
        (
            "torch.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2)",
            f"1,2,{n},7",
        )
        for n in (8, 9)
    ),
    ("torch.Conv2d(2, 4, 4, padding='same')", "1,2,6,7"),
    ("torch.Conv3d(2, 2, 2, stride=2, bias=False)", "1,2,4,5,6"),
    ("torch.ConvTranspose1d(2, 4, 3, stride=2, padding=1, output_padding=1)", "1,2,5"),
    ("torch.ConvTranspose2d(2, 4, (3, 2), stride=(2, 3), padding=(1, 0))", "1,2,5,4"),
    ("torch.ConvTranspose2d(2, 4, 3, stride=2, dilation=2, groups=2)", "1,2,3,4"),
    *(("torch.MaxPool1d(3, 2, 1, ceil_mode=True)", f"1,2,{n}") for n in (8, 9)),
    ("torch.MaxPool2d((3, 2), 2, (1, 0), dilation=(1, 2))", "1,2,9,8"),
    ("torch.AvgPool2d(3, 2, 1)", "1,2,8,9"),
    ("torch.AvgPool2d(2)", "1,2,8,9"),
    ("torch.AvgPool1d(3, 2, 1, count_include_pad=False)", "1,2,9"),
    ("torch.AvgPool1d(2, 3, ceil_mode=True)", "1,2,8"),
    ("torch.AvgPool2d(2, 2, ceil_mode=True)", "1,1,5,5"),
    *((f"torch.AvgPool1d(3, 2, {p}, ceil_mode=True)", "1,2,6") for p in (0, 1)),
    ("torch.AvgPool2d(3, 2, ceil_mode=True)", "1,2,6,7"),
    ("torch.LPPool1d(2, 3, 2, ceil_mode=True)", "1,2,9"),
    ("torch.LPPool2d(3, 2)", "1,2,8,7"),
    ("torch.LPPool2d(4, (3, 2), 2)", "1,2,9,8"),
    ("torch.AvgPool2d((2, 3), divisor_override=6)", "1,2,8,9"),
    ("paddle.LPPool1D(4, 3, 2)", "1,2,9"),
    ("onnx.LpPool(kernel_shape=(3,), p=3, pads=(1, 0))", "1,2,9"),
    ("torch.AdaptiveAvgPool1d(4)", "1,2,9"),
    ("torch.AdaptiveAvgPool2d(6)", "1,2,18,23"),
    ("torch.AdaptiveAvgPool2d(1)", "1,2,5,6"),
    ("torch.AdaptiveMaxPool2d((2, 3))", "1,2,5,6"),
    *(('keras.Conv2D(4, 3, strides=2, padding="same")', f"1,{n},7,2") for n in (8, 9)),
    ('keras.Conv1D(4, 3, padding="causal", dilation_rate=2)', "1,9,2"),
    ('keras.Conv2D(4, 3, padding="same", activation="gelu")', "1,5,6,2"),
    ('keras.Conv2D(4, 3, data_format="channels_first", activation="softmax")', "1,2,5,6"),
    ('keras.Conv1DTranspose(4, 2, strides=3, use_bias=False, activation="relu")', "1,4,2"),
    ('keras.DepthwiseConv2D(3, depth_multiplier=2, activation="tanh")', "1,5,6,2"),
    ("keras.DepthwiseConv1D(3)", "1,6,2"),
    ('tensorflow.depthwise_conv2d((3, 2, 2, 3), (1, 1, 1, 1), "SAME")', "1,5,6,2"),
    ('keras.Conv2D(4, 2, padding="same")', "1,5,6,2"),
    ('keras.Conv2DTranspose(4, 3, strides=2, padding="same")', "1,4,5,2"),
    ("keras.Conv1DTranspose(4, 2, strides=3)", "1,4,2"),
    *(('keras.MaxPooling2D(3, strides=2, padding="same")', f"1,{n},7,2") for n in (8, 9)),
    ('keras.AveragePooling1D(3, strides=2, padding="same")', "1,8,2"),
    *(('tensorflow.conv2d((7, 7, 2, 4), 2, "SAME")', f"1,{n},11,2") for n in (10, 11)),
    ('tensorflow.max_pool2d(3, 2, "SAME")', "1,8,9,2"),
    *(
        ('jax.conv_general_dilated((4, 2, 3, 3), (2, 2), "SAME_LOWER")', f"1,2,{n},7")
        for n in (8, 9)
    ),
    ("jax.conv_general_dilated((4, 2, 3), (1,), ((-1, 2),))", "1,2,9"),
    ('jax.conv_transpose((3, 3, 2, 4), (2, 2), "SAME")', "1,4,5,2"),
    ('jax.conv_transpose((2, 2, 4), (3,), "VALID")', "1,4,2"),
    *(
        (
            'onnx.Conv(W=(4, 2, 3, 3), auto_pad="SAME_LOWER", kernel_shape=(3, 3), strides=(2, 2))',
            f"1,2,{n},7",
        )
        for n in (8, 9)
    ),
    ("onnx.Conv(W=(4, 1, 3), kernel_shape=(3,), pads=(0, 2), group=2)", "1,2,9"),
    ("onnx.ConvTranspose(W=(2, 4, 3), kernel_shape=(3,), pads=(0, 1), strides=(2,))", "1,2,5"),
    ("onnx.MaxPool(kernel_shape=(3,), pads=(0, 1), strides=(2,))", "1,2,9"),
    (
        "onnx.AveragePool(kernel_shape=(3,), pads=(1, 0), strides=(2,), count_include_pad=1)",
        "1,2,9",
    ),
    (
        "onnx.AveragePool(kernel_shape=(3,), pads=(0, 1), strides=(2,), count_include_pad=1)",
        "1,2,8",
    ),
    ("paddle.Conv2D(2, 4, 3, stride=2, padding=(0, 1, 1, 2))", "1,2,8,9"),
    ('paddle.Conv1D(2, 4, 3, stride=2, padding="SAME")', "1,2,8"),
    ("paddle.Conv1DTranspose(2, 4, 3, stride=2, padding=1)", "1,2,5"),
    ("paddle.MaxPool2D(2, 2, 1, ceil_mode=True)", "1,2,5,6"),
    ("paddle.AvgPool1D(3, 2, 1, exclusive=False)", "1,2,8"),
    ("paddle.AvgPool1D(3, 2, (0, 1), exclusive=False)", "1,2,8"),
)


def run() -> list:
    """Every layer into every framework: (line, input, framework, "same values" or why there is no
    conversion).
    """
    return [
        (line, given, framework, converted(line, given, framework))
        for (line, given), framework in product(LAYERS, FRAMEWORKS)
    ]


def activations() -> list:
    """Every activation that some framework has words for, into every framework, executed: those
    that do not give the same values.
    """
    told = dict.fromkeys(
        name
        for framework in FRAMEWORKS
        for name in getattr(phrasing.of(framework), "ACTIVATIONS", ())
    )
    lines = [f'keras.Conv2D(4, 3, padding="same", activation="{name}")' for name in told]
    found = [
        (line, framework, converted(line, "1,5,6,2", framework))
        for line, framework in product(lines, FRAMEWORKS)
    ]
    return [row for row in found if row[-1] != SAME]


def converted(line: str, given: str, framework: str) -> str:
    """Convert one layer with its input shape known, run both sides, compare."""
    words, shape = spoken.read(line), spoken.shape(given)
    try:
        made = words.to(framework, shape)
    except ShapeError as none:
        return str(none)
    return executed(words, made, made.steps, shape)


def executed(words, made, steps, shape) -> str:
    """Run a layer and the steps it was converted into on the same numbers."""
    random = numpy.random.default_rng(0)
    x = random.integers(-4, 5, shape).astype("float32")
    weights = _weights(words, shape, random)
    expected = _executed(words, x, weights)
    data = x if made.data is None else x.transpose(made.data)
    turned = _turned(made, weights)
    for step in steps:
        data = _executed(step, data, _given(step, turned))
        if step.weight_layout and BIAS in made.after:
            places = [-1 if label == "C" else 1 for label in step.order(data.ndim)]
            data = data + turned[1].reshape(places)
    back = data if made.data is None else data.transpose(numpy.argsort(made.data))
    if set(made.after) - {BIAS}:  # of an activation that has no words Keras says what it does
        real = import_module("shapealg.checks.backends.keras")
        back = real.execute("Activation", {"activation": words.activation}, back, None)
    return (
        SAME
        if back.shape == expected.shape
        and numpy.allclose(back, expected, rtol=1e-3, atol=1e-3, equal_nan=True)
        else f"other values: {expected.shape}, {back.shape}"
    )


def poolings(full: bool) -> list:
    """Average poolings in the words of each framework that has them: (line, layout) with a place
    for the size.
    """
    grid = [
        (k, s, p, ceil, counted)
        for k, s, p, ceil, counted in product(range(1, 5), range(1, 4), range(3), (0, 1), (0, 1))
        if 2 * p <= k
    ]
    lines = []
    for k, s, p, ceil, counted in grid:
        words = f"ceil_mode={bool(ceil)}, count_include_pad={bool(counted)}"
        lines.append((f"torch.AvgPool1d({k}, {s}, {p}, {words})", "1,2,{n}"))
        words = f"strides=({s},), ceil_mode={ceil}, count_include_pad={counted}"
        for lo, hi in {(p, p), (p, min(p + 1, k - 1))}:
            told = f"kernel_shape=({k},), pads=({lo}, {hi}), {words}"
            lines.append((f"onnx.AveragePool({told})", "1,2,{n}"))
        words = f"ceil_mode={bool(ceil)}, exclusive={not counted}"
        lines.append((f"paddle.AvgPool1D({k}, {s}, ({p}, {p + 1}), {words})", "1,2,{n}"))
    for k, s in product(range(1, 5), range(1, 4)):
        for padding in ("valid", "same"):
            lines.append((f'keras.AveragePooling1D({k}, {s}, "{padding}")', "1,{n},2"))
            call = f'tensorflow.avg_pool1d({k}, {s}, "{padding.upper()}")'
            lines.append((call, "1,{n},2"))
    return lines if full else lines[::7]


def pool_values(full: bool) -> dict:
    """Average poolings into every framework, with the size known and by the cases told without it,
    all executed: how many had the same values, and each that had not.
    """
    tally: dict[str, Any] = {
        "lines": 0,
        "same": 0,
        "refused": 0,
        "by cases": 0,
        "other": [],
        "uneven": [],
    }
    sizes = range(1, 11) if full else (2, 6, 9)
    for (line, layout), framework in product(poolings(full), FRAMEWORKS):
        words = spoken.read(line)
        general = _answer(lambda words=words, to=framework: words.to(to))
        for n in sizes:
            shape = spoken.shape(layout.format(n=n))
            if words.layer.axes[0].count(n) < 1:
                continue
            tally["lines"] += 1
            sized = _answer(lambda words=words, to=framework, at=shape: words.to(to, at))
            steps = general and _answer(lambda made=general, n=n: made.at(L=n))
            if sized is None:
                tally["refused"] += 1
                if steps:
                    tally["uneven"].append(f"{line}, {n} → {framework}")
                continue
            if not steps:
                tally["uneven"].append(f"{line}, {n} → {framework}: with the size only")
            found = [("same", sized, sized.steps)] + (
                [("by cases", general, steps)] if steps else []
            )
            for name, made, told in found:
                if executed(words, made, told, shape) == SAME:
                    tally[name] += 1
                else:
                    tally["other"].append(f"{line}, {n} → {framework} ({name}): {told}")
    return tally


def _answer(ask):
    """The answer, or nothing for a refusal."""
    try:
        return ask()
    except ShapeError:
        return None


def _weights(words, shape, random):
    layer = words.meaning(words.read(shape).channels, len(words.read(shape).spatial))
    if not isinstance(layer, Convolution):
        return None
    weight = random.integers(-3, 4, words.weight_shape(shape)).astype("float32")
    bias = random.integers(-3, 4, layer.filters).astype("float32")
    return [weight, bias] if layer.bias else [weight]


def _given(step, weights):
    """What a step takes of the weights: a bias alone, both, the kernel alone, or nothing."""
    if weights is None:
        return None
    if type(step).__name__ == "bias_add":
        return weights[1:]
    return weights if step.weight_layout else None


def _turned(made, weights):
    if weights is None:
        return None
    weight = weights[0] if made.reshape is None else weights[0].reshape(made.reshape)
    weight = weight if made.weight is None else weight.transpose(made.weight)
    if made.flip:
        target = next(step for step in made.steps if step.weight_layout)
        axes = [
            i
            for i, letter in enumerate(_spread(target.weight_layout, weight.ndim - 2))
            if letter == "*"
        ]
        # a copy, for PyTorch takes no negative stride, not even of a single tap
        weight = numpy.flip(weight, axes).copy()
    return [weight, *weights[1:]]


def _spread(layout: str, rank: int) -> list:
    return [letter for part in layout for letter in ([part] if part != "*" else ["*"] * rank)]


def _executed(words, x, weights):
    """The words run by their framework, with as much of the weights as they take."""
    real = import_module(f"shapealg.checks.backends.{words.framework}")
    if weights is not None and words.weight_layout:
        biased = words.meaning(words.read(x.shape).channels, x.ndim - 2).bias
        weights = weights[: 1 + biased]
    return numpy.asarray(real.execute(type(words).__name__, words.words(), x, weights))
