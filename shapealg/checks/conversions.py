"""Conversions, executed: the source's layer and the target's steps on the same numbers must give
the same values.

All frameworks run in one process here; Keras on whatever backend it is told.
"""

from importlib import import_module
from itertools import product

import numpy

from shapealg.errors import ShapeError
from shapealg.layer.convolution import Convolution
from shapealg.layer.dialects import spoken

FRAMEWORKS = ("torch", "onnx", "paddle", "jax", "tensorflow", "keras")

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
    ("torch.AdaptiveAvgPool2d(1)", "1,2,5,6"),
    ("torch.AdaptiveMaxPool2d((2, 3))", "1,2,5,6"),
    *(('keras.Conv2D(4, 3, strides=2, padding="same")', f"1,{n},7,2") for n in (8, 9)),
    ('keras.Conv1D(4, 3, padding="causal", dilation_rate=2)', "1,9,2"),
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
    ("paddle.Conv2D(2, 4, 3, stride=2, padding=(0, 1, 1, 2))", "1,2,8,9"),
    ('paddle.Conv1D(2, 4, 3, stride=2, padding="SAME")', "1,2,8"),
    ("paddle.Conv1DTranspose(2, 4, 3, stride=2, padding=1)", "1,2,5"),
    ("paddle.MaxPool2D(2, 2, 1, ceil_mode=True)", "1,2,5,6"),
    ("paddle.AvgPool1D(3, 2, 1, exclusive=False)", "1,2,8"),
)


def run() -> list:
    """Every layer into every framework: (line, input, framework, "same values" or why there is no
    conversion).
    """
    return [
        (line, given, framework, converted(line, given, framework))
        for (line, given), framework in product(LAYERS, FRAMEWORKS)
    ]


def converted(line: str, given: str, framework: str) -> str:
    """Convert one layer with its input shape known, run both sides, compare."""
    words, shape = spoken.read(line), spoken.shape(given)
    try:
        made = words.to(framework, shape)
    except ShapeError as none:
        return str(none)
    random = numpy.random.default_rng(0)
    x = random.integers(-4, 5, shape).astype("float32")
    weights = _weights(words, shape, random)
    expected = _executed(words, x, weights)
    data = x if made.data is None else x.transpose(made.data)
    turned = _turned(made, weights)
    for step in made.steps:
        data = _executed(step, data, turned if turned is not None and step.weight_layout else None)
    back = data if made.data is None else data.transpose(numpy.argsort(made.data))
    return (
        "same values"
        if back.shape == expected.shape and numpy.allclose(back, expected, rtol=1e-3, atol=1e-3)
        else f"other values: {expected.shape}, {back.shape}"
    )


def by_residue(line: str, sizes, framework: str) -> bool:
    """Whether the cases told without an input shape are, at each size, the steps told with it."""
    words = spoken.read(line)
    general = words.to(framework)
    for shape in sizes:
        spatial = words.read(shape).spatial
        case = next(
            c
            for c in general.cases
            if all(r is None or n % r[1] == r[0] for r, n in zip(c.residues, spatial, strict=True))
        )
        if repr(case.steps) != repr(words.to(framework, shape).steps):
            return False
    return True


def _weights(words, shape, random):
    layer = words.meaning(words.read(shape).channels, len(words.read(shape).spatial))
    if not isinstance(layer, Convolution):
        return None
    weight = random.integers(-3, 4, words.weight_shape(shape)).astype("float32")
    return [weight]


def _turned(made, weights):
    if weights is None:
        return None
    weight = weights[0] if made.weight is None else weights[0].transpose(made.weight)
    if made.flip:
        target = next(step for step in made.steps if step.weight_layout)
        axes = [
            i
            for i, letter in enumerate(_spread(target.weight_layout, weight.ndim - 2))
            if letter == "*"
        ]
        weight = numpy.flip(weight, axes)
    return [weight]


def _spread(layout: str, rank: int) -> list:
    return [letter for part in layout for letter in ([part] if part != "*" else ["*"] * rank)]


def _executed(words, x, weights):
    """The words run by their framework, without a bias."""
    real = import_module(f"shapealg.layer.backends.{words.framework}")
    said = words.words()
    if weights is not None:
        weights = (
            [
                *weights,
                numpy.zeros(
                    words.meaning(words.read(x.shape).channels, x.ndim - 2).filters, "float32"
                ),
            ]
            if words.meaning(words.read(x.shape).channels, x.ndim - 2).bias
            else weights
        )
    return numpy.asarray(real.execute(type(words).__name__, said, x, weights))
