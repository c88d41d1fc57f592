"""Words that change no size, functions on shapes, layers in a row: as the frameworks themselves
have them.
"""

import inspect
import json
import os
import subprocess
import sys

import pytest
from needed import ROOT, require

from shapealg import Branches, ShapeError, read
from shapealg.words import frameworks
from shapealg.words.dialects import keras, paddle, tensorflow, torch
from shapealg.words.unchanged import words_of

pytestmark = pytest.mark.slow

# framework → what is needed, and where its own words are
HOMES = {
    "torch": ("torch", "import torch; home = torch.nn"),
    "torch.nn.functional": ("torch", "import torch.nn.functional as home"),
    "keras": ("keras-jax", "from keras import layers as home"),
    "tensorflow": ("tensorflow", "import tensorflow; home = tensorflow.nn"),
    "jax": ("jax", "import jax; home = jax.nn"),
    "paddle": ("paddle", "import paddle; home = paddle.nn"),
}
SIGNATURES = """
import inspect, json, sys
made = {}
for name in json.load(sys.stdin):
    found = getattr(home, name)
    try:
        known = inspect.signature(found.__init__ if isinstance(found, type) else found)
        made[name] = [
            (p.name, p.kind.name, None if p.default is p.empty else repr(p.default))
            for p in known.parameters.values()
        ]
    except ValueError:  # written in C
        made[name] = None
print(json.dumps(made))
"""
# what the frameworks take besides and what has nothing to do with what comes out
ASIDE = {"self", "name", "device", "dtype", "kwargs", "args", "out", "_stacklevel"}
INITIAL = ("initializer", "regularizer", "constraint")


def asked(framework: str, code: str, given) -> dict:
    """What a framework says, in a process of its own."""
    backend, start = HOMES[framework]
    require(backend)
    env = os.environ | {"KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", f"{start}\n{code}"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=env,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("framework", HOMES)
def test_their_arguments_are_the_frameworks_own(framework):
    ours = {name: made for name, made in words_of(framework).items() if not name.startswith("_")}
    theirs = asked(framework, SIGNATURES, list(ours))
    for name, made in ours.items():
        if theirs[name] is None:
            continue
        if framework in ("tensorflow", "jax", "torch.nn.functional"):
            theirs[name] = theirs[name][1:]  # the data
        wanted = [
            (word, default)
            for word, _, default in theirs[name]
            if word not in ASIDE | vars(frameworks.dialect(framework)).get("UNKEPT", set())
            and not (framework == "keras" and word.endswith(INITIAL) and "alpha" not in word)
        ]
        told = [
            (p.name, None if p.default is p.empty else repr(p.default))
            for p in inspect.signature(made).parameters.values()
            if p.name not in ASIDE
        ]
        assert [word for word, _ in told] == [word for word, _ in wanted], name
        for (word, mine), (_, real) in zip(told, wanted, strict=True):
            assert _same(mine, real), (name, word, mine, real)


def _same(mine: str | None, real: str | None) -> bool:
    """Whether two defaults are one value; a real one may be an object that nobody writes."""
    if None in (mine, real):
        return mine == real
    return mine == real or float(mine) == float(real)


def test_the_names_of_onnx_are_those_of_its_operators():
    require("onnx")
    from onnx import defs

    for name, made in words_of("onnx").items():
        schema = defs.get_schema(name)
        told = set(inspect.signature(made).parameters) - {"opset"}
        inputs = [x.name for x in schema.inputs][1:]
        assert told == {*inputs, *schema.attributes}, name


# ---------------------------------------------------------------- what they cost

CALLS = {
    "torch": (
        ("BatchNorm2d(8)", (2, 8, 5, 5)),
        ("BatchNorm1d(8)", (2, 8)),
        ("BatchNorm1d(8, affine=False)", (2, 8, 3)),
        ("BatchNorm3d(8, bias=False)", (2, 8, 3, 3, 3)),
        ("InstanceNorm2d(8)", (2, 8, 5, 5)),
        ("InstanceNorm2d(9)", (2, 8, 5, 5)),
        ("InstanceNorm2d(8, affine=True)", (8, 5, 5)),
        ("InstanceNorm2d(9, affine=True)", (2, 8, 5, 5)),
        ("GroupNorm(4, 8)", (2, 8, 5)),
        ("GroupNorm(4, 8, affine=False)", (2, 8)),
        ("GroupNorm(3, 8)", (2, 8)),
        ("GroupNorm(4, 8)", (2, 4, 5)),
        ("LayerNorm((5, 7))", (2, 8, 5, 7)),
        ("LayerNorm(7, bias=False)", (2, 8, 5, 7)),
        ("LayerNorm(7, elementwise_affine=False)", (2, 7)),
        ("LayerNorm((5, 7))", (2, 8, 7, 5)),
        ("RMSNorm(7)", (2, 7)),
        ("PReLU()", (2, 8, 3)),
        ("PReLU(8)", (2, 8, 3)),
        ("PReLU(7)", (2, 8, 3)),
        ("ChannelShuffle(2)", (2, 8, 3, 3)),
        ("ChannelShuffle(3)", (2, 8, 3, 3)),
        ("BatchNorm2d(8)", (2, 9, 5, 5)),
        ("BatchNorm2d(8)", (8, 5, 5)),
        ("BatchNorm2d(0)", (2, 0, 5, 5)),
        ("Softmax(dim=1)", (2, 3)),
        ("Dropout(0.5)", (2, 3)),
        ("GELU()", (2, 3)),
        ("LocalResponseNorm(2)", (2, 8, 5, 5)),
    ),
    "keras": (
        ("BatchNormalization()", (2, 5, 5, 8)),
        ("BatchNormalization(center=False, scale=False)", (2, 5, 5, 8)),
        ("BatchNormalization(axis=1)", (2, 5, 6, 8)),
        ("LayerNormalization()", (2, 5, 8)),
        ("LayerNormalization(axis=(1, 2), scale=False)", (2, 5, 8)),
        ("GroupNormalization(4)", (2, 5, 5, 8)),
        ("RMSNormalization()", (2, 5, 8)),
        ("UnitNormalization()", (2, 5, 8)),
        ("PReLU()", (2, 5, 6, 8)),
        ("PReLU(shared_axes=(1, 2))", (2, 5, 6, 8)),
        ("ReLU()", (2, 5)),
        ("Activation('relu')", (2, 5)),
        ("SpatialDropout2D(0.5)", (2, 5, 5, 8)),
        ("Rescaling(2.0)", (2, 5)),
    ),
    "paddle": (
        ("BatchNorm2D(8)", (2, 8, 5, 5)),
        ("BatchNorm2D(8, data_format='NHWC')", (2, 5, 5, 8)),
        ("BatchNorm2D(8, weight_attr=False)", (2, 8, 5, 5)),
        ("InstanceNorm2D(8)", (2, 8, 5, 5)),
        ("GroupNorm(4, 8)", (2, 8, 5, 5)),
        ("LayerNorm((5, 7))", (2, 8, 5, 7)),
        ("PReLU(8)", (2, 8, 5, 5)),
        ("SiLU()", (2, 8)),
    ),
}
RUN = {
    "torch": """
def run(line, shape):
    layer = eval("home." + line)
    made = layer.train()(torch.zeros(shape))
    return tuple(made.shape), sum(p.numel() for p in layer.parameters())
""",
    "keras": """
import numpy
def run(line, shape):
    layer = eval("home." + line)
    made = layer(numpy.zeros(shape, "float32"))
    return tuple(made.shape), layer.count_params()
""",
    "paddle": """
def run(line, shape):
    layer = eval("home." + line)
    made = layer(paddle.zeros(shape))
    kept = [p for p in layer.parameters() if not p.stop_gradient]
    return tuple(made.shape), sum(int(p.size) for p in kept)
""",
}
LOOP = """
import json, sys
made = []
for line, shape in json.load(sys.stdin):
    try:
        made.append(run(line, shape))
    except Exception:
        made.append(None)
print(json.dumps(made))
"""
DIALECTS = {"torch": torch, "keras": keras, "paddle": paddle}


@pytest.mark.parametrize("framework", CALLS)
def test_they_take_and_keep_what_the_framework_does(framework):
    """Keras counts its moving averages, PyTorch and Paddle do not."""
    real = asked(framework, RUN[framework] + LOOP, CALLS[framework])
    for (line, shape), found in zip(CALLS[framework], real, strict=True):
        try:
            words = eval(f"dialect.{line}", {"dialect": DIALECTS[framework]})
            told = [list(words.output_shape(shape)), words.parameters(shape)]
        except ShapeError:
            told = None
        assert told == found, (line, shape)


FUNCTIONS = (
    ("conv2d(x, w, stride=2, padding=1)", (1, 3, 9, 8), (4, 3, 3, 3)),
    ("conv2d(x, w, None, 1, 'same', 2)", (3, 9, 8), (4, 3, 3, 3)),
    ("conv2d(x, w, groups=2)", (1, 6, 9, 8), (4, 3, 3, 3)),
    ("conv1d(x, w, stride=3)", (2, 5, 20), (7, 5, 4)),
    ("conv2d(x, w)", (1, 4, 9, 8), (4, 3, 3, 3)),
    ("conv_transpose2d(x, w, stride=2, output_padding=1)", (1, 4, 5, 6), (4, 3, 3, 3)),
    ("conv_transpose2d(x, w, groups=2)", (1, 4, 5, 6), (4, 3, 3, 3)),
    ("max_pool2d(x, 3, 2, ceil_mode=True)", (1, 4, 8, 9), None),
    ("avg_pool1d(x, 3, padding=1)", (1, 4, 8), None),
    ("lp_pool2d(x, 2, 3)", (1, 4, 8, 9), None),
    ("adaptive_avg_pool2d(x, (3, None))", (1, 4, 8, 9), None),
    ("adaptive_max_pool1d(x, 3)", (1, 4, 8), None),
    ("pad(x, (1, 2))", (1, 4, 8, 9), None),
    ("pad(x, (1, 2, 3, -4))", (1, 4, 8, 9), None),
    ("pad(x, (1, 2), mode='reflect')", (1, 4, 8), None),
    ("pad(x, (1, 2, 3))", (1, 4, 8), None),
    ("interpolate(x, scale_factor=1.5)", (1, 4, 7), None),
    ("interpolate(x, size=(3, 5), mode='bilinear', antialias=True)", (1, 4, 7, 7), None),
    ("pixel_shuffle(x, 2)", (1, 8, 3, 3), None),
    ("unfold(x, 3, padding=1)", (1, 4, 8, 9), None),
    ("fold(x, (10, 12), 3, padding=1)", (1, 27, 120), None),
    ("linear(x, w)", (2, 7, 5), (6, 5)),
    ("relu(x)", (2, 7, 5), None),
    ("softmax(x, dim=-1)", (2, 7, 5), None),
    ("dropout(x, 0.5)", (2, 7, 5), None),
)


def test_functions_give_the_shapes_that_they_give():
    run = """
import json, sys, torch
made = []
for line, shape, weight in json.load(sys.stdin):
    room = {"home": home, "x": torch.zeros(shape), "w": weight and torch.zeros(weight)}
    try:
        made.append(tuple(eval("home." + line, room).shape))
    except Exception:
        made.append(None)
print(json.dumps(made))
"""
    real = asked("torch.nn.functional", run, FUNCTIONS)
    for (line, shape, weight), found in zip(FUNCTIONS, real, strict=True):
        room = {"F": torch.nn.functional, "x": shape, "w": weight}
        try:
            told = list(eval(f"F.{line}", room))
        except ShapeError:
            told = None
        assert told == found, line


def test_a_function_of_a_name_is_the_layer():
    conv = torch.nn.functional.conv2d("x", (64, 3, 7, 7), stride=2)
    assert repr(conv) == "Conv2d(3, 64, (7, 7), stride=(2, 2), bias=False)"
    assert repr(tensorflow.nn.conv2d("x", (3, 3, 3, 8), 2, "SAME")) == (
        "conv2d((3, 3, 3, 8), 2, 'SAME')"
    )
    assert repr(tensorflow.nn.conv2d((3, 3, 3, 8), 2, "SAME")) == "conv2d((3, 3, 3, 8), 2, 'SAME')"


# ---------------------------------------------------------------- in a row


def test_they_stand_in_a_list():
    """3·8·9 + 8 weights of the convolution, 2·8 of the normalization."""
    nn = torch.nn
    layers = [nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)]
    net = read(layers, "N,3,H,W")
    assert str(net.output_shape) == "(N, 8, H//2, W//2)"
    assert [node.kind for node in net.graph.nodes] == [
        "Conv2d",
        "BatchNorm2d",
        "ReLU",
        "MaxPool2d",
    ]
    assert nn.Sequential(*layers).parameters() == 3 * 8 * 9 + 8 + 16
    with pytest.raises(ShapeError, match="BatchNorm2d_1: the input must have num_features=9"):
        read([nn.Conv2d(3, 8, 3), nn.BatchNorm2d(9)], "N,3,H,W").output_shape  # noqa: B018
    joined = read([nn.ReLU(), Branches("add", [], [nn.Tanh()])], "N,3,H,W")
    assert str(joined.output_shape) == "(N, 3, H, W)"


def test_a_normalization_over_an_axis_fixes_its_length():
    net = read([torch.nn.LayerNorm((8, 8))], "N,3,H,W")
    assert list(net.accepts("H") & net.accepts("W")) == [8]


def test_a_softmax_over_an_axis_sees_all_of_it():
    one = read([torch.nn.Softmax(dim=1)], "N,3,H,W").receptive_field()
    all_of_it = read([torch.nn.Softmax(dim=2)], "N,3,H,W").receptive_field()
    assert one.size == (1, 1) and all_of_it.size == (None, 1)


def test_a_sequential_gives_its_names_to_the_nodes():
    nn = torch.nn
    inner = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
    net = read(nn.Sequential({"stem": inner, "pool": nn.MaxPool2d(2)}), "N,3,H,W")
    assert [node.name for node in net.graph.nodes] == ["stem.0", "stem.1", "pool"]
    assert [layer for layer in inner] == list(inner) and len(inner) == 2
    with pytest.raises(ShapeError, match="entry 1 must be a layer"):
        nn.Sequential(nn.ReLU(), 3)


def test_a_keras_model_begins_with_its_input():
    """Counted by Keras: 80 + 32 + 54090."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    assert model.output_shape() == (None, 10)
    assert str(read(model).output_shape) == "(N, 10)"
    assert [layer.parameters((None, 26, 26, 8)) for layer in model[2:3]] == [32]


@pytest.mark.parametrize("framework", sorted(set(frameworks.PLACES.values())))
def test_every_line_of_the_tables_is_read(framework):
    for name, made in words_of(framework).items():
        assert name.isidentifier() and not made.by_axes and inspect.getdoc(made)
