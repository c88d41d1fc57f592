"""Values in half and in double precision, on the real frameworks."""

import pytest
from needed import require

from shapealg.checks import dtypes, sweep, verify

# what a framework has not, as run: kinds of which no call is taken
LACKING = {
    ("onnx", "float64"): {"conv", "transposed", "adaptive", "resize", "columns"},
    ("paddle", "float16"): {"conv", "transposed", "pad", "shuffle", "columns"},
}


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(name, marks=() if name == "torch" else pytest.mark.slow)
        for name in verify.SWEPT
    ],
)
def test_values_are_the_same_in_half_and_double_precision(backend):
    require(backend)
    told = verify.answered(backend, "dtypes")["dtypes"]
    assert set(told) == {"float64", "float16"}
    for dtype, kinds in told.items():
        assert {"conv", "transposed", "pool", "pad", "resize"} <= set(kinds)
        assert [one for made in kinds.values() for one in made["other"]] == []
        lacking = {kind for kind, made in kinds.items() if not made["agreed"]}
        assert lacking == LACKING.get((backend, dtype), set()), dtype


def test_other_values_are_seen():
    require("torch")
    real, (call, words, example) = sweep.real("torch"), next(dtypes.examples("torch", "conv"))
    near = dtypes.NEAR["float16"]
    assert dtypes.agrees(real, call, words, example, "float16", near) is True
    x, weights, expected = example
    moved = x, weights, expected + 0.5
    assert dtypes.agrees(real, call, words, moved, "float16", near) is False
    assert dtypes.agrees(real, call, words, example, "bool", near) is None


def test_what_differs_in_single_precision_is_not_asked(monkeypatch):
    require("torch")
    asked = []
    monkeypatch.setattr(dtypes, "agrees", lambda *words: asked.append(words[4]))
    assert list(dtypes.examples("torch", "shuffle")) == []
    assert set(asked) == {"float32"}
