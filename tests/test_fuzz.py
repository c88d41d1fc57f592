"""The fuzz loop: some of its inputs in every run, and that it tells what is wrong."""

import random
import sys

import pytest
from needed import ROOT, module

sys.path.insert(0, str(ROOT / "scripts"))

import fuzz


@pytest.fixture(scope="module", autouse=True)
def vocabulary():
    module("onnx")
    fuzz.prepared()


@pytest.mark.parametrize("kind", fuzz.TARGETS)
@pytest.mark.many(3)
def test_hostile_inputs_are_answered_or_refused(kind):
    draw, ended = random.Random(kind), set()
    for _ in range(1500):
        ended.add(fuzz.tried(kind, draw.randbytes(draw.randrange(4, 90))))
    assert ended == {"answered", "refused"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", fuzz.TARGETS)
def test_a_hundred_thousand_hostile_inputs(kind):
    draw = random.Random(f"slow {kind}")
    for _ in range(25_000):
        fuzz.tried(kind, draw.randbytes(draw.randrange(4, 90)))


@pytest.mark.parametrize(
    ("lines", "told"),
    (
        ("input: 1,3,H,W\ntorch.Conv2d(3, 8, k)", "must be numbers in a network"),
        ("input: 1,3,H,W\ntorch.MaxPool2d(2, s)", "must be numbers in a network"),
        # alike at the size that is drawn, and not at others
        (
            "input: 1,3,225,W\ntorch.ConvTranspose2d(3, 3, 4, 2, 1)\ntorch.AdaptiveAvgPool2d((6, 6))",
            "",
        ),
        # no output at 100, where it is drawn: nobody knows how far it sees
        (
            "input: 1,1,L\nonnx.MaxPool(kernel_shape=(2,), dilations=(2,), ceil_mode=1, pads=(1, 1))",
            "",
        ),
    ),
)
def test_blocks_that_the_loop_found(lines, told):
    """Letters in the words of a network; drawings of what cannot be drawn as usual."""
    from shapealg import ShapeError
    from shapealg.adapters import fenced
    from shapealg.render.workbench import answer

    try:
        assert "sa-nb" in fenced.block(lines).html() and not told
    except ShapeError as problem:
        assert told and told in str(problem)
    given, *layers = lines.splitlines()
    shape = given.removeprefix("input: ")
    made = answer({"ask": "network", "shape": shape, "layers": "\n".join(layers)})
    assert (told in made["error"]) if told else "blocks" in made


def raising(problem):
    def target(choose):
        raise problem

    return target


@pytest.mark.parametrize(
    "problem", (TypeError("no"), RecursionError("deep"), KeyError("x")), ids=repr
)
def test_what_no_input_may_raise_is_told_once(problem, monkeypatch, capsys):
    monkeypatch.setitem(fuzz.TARGETS, "call", raising(problem))
    run = fuzz.Run(["call"], 5)
    with pytest.raises(SystemExit) as ended:
        for i in range(5):
            run.one(bytes([i]))
    told = capsys.readouterr().out
    assert ended.value.code == 1 and "call WRONG 5" in told and told.count("--again 00") == 1


def test_an_error_of_two_lines_is_wrong(monkeypatch):
    from shapealg.errors import ShapeError
    from shapealg.text import Text

    class Broken(ShapeError):
        def __str__(self):
            return "one\ntwo"

    text = Text(zh="一", en="one")
    monkeypatch.setitem(fuzz.TARGETS, "call", raising(Broken(text, 1, text)))
    with pytest.raises(AssertionError, match="no line of ours"):
        fuzz.tried("call", b"")


@pytest.mark.parametrize(
    "line",
    (
        "torch.LayerNorm((5, 7))",
        "torch.BatchNorm2d(3)",
        "keras.BatchNormalization()",
        "keras.LayerNormalization(axis=(1, 2))",
        "keras.PReLU()",
    ),
)
def test_parameters_of_unknown_sizes_are_asked_for(line):
    """The first that the loop found: a product with None in it."""
    from shapealg import ShapeError
    from shapealg.words import spoken

    words = spoken.read(line)
    for shape in ((None, 3, None, None), (2, None, None, None), (None,) * 4):
        try:
            assert words.parameters(shape) > 0
        except ShapeError as problem:
            assert "\n" not in str(problem)


@pytest.mark.parametrize(
    ("line", "shape", "made"),
    (
        ("torch.Linear(k, 3)", "N,H,k", "(N, H, 3)"),
        ("torch.Linear(4, k)", "N,H,4", "(N, H, k)"),
        ("paddle.Pad2D(k)", "N,3,H,W", "(N, 3, H + 2*k, W + 2*k)"),
    ),
)
def test_names_in_words_and_in_shapes_go_together(line, shape, made):
    """The next two: a length of the shape beside a symbol of the words."""
    from shapealg import ShapeError
    from shapealg.words import spoken

    words = spoken.read(line)
    try:
        assert made is None or str(words.output_shape(shape)) == made
        words.macs(shape)
    except ShapeError as problem:
        assert made is None and "\n" not in str(problem)


@pytest.mark.parametrize("axis", ("k", None, 1.5, "same"))
def test_an_axis_of_a_norm_is_a_number(axis):
    from shapealg import ShapeError, jax, keras, tensorflow

    for ask in (
        lambda: keras.LayerNormalization(axis=axis).parameters((2, 3, 4)),
        lambda: keras.BatchNormalization(axis=axis).parameters((2, 3, 4)),
        lambda: jax.nn.softmax((2, 3), axis=axis),
        lambda: tensorflow.nn.softmax((2, 3), axis=axis),
    ):
        try:
            ask()
        except ShapeError as problem:
            assert "\n" not in str(problem)
