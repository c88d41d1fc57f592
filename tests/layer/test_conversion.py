"""The same layer in another framework's words: told for all sizes, the reason where there is none,
and executed on both sides.
"""

import json
from pathlib import Path

import pytest
from needed import require

from shapealg import ShapeError
from shapealg.checks import conversions, verify
from shapealg.layer.dialects import spoken

ROOT = Path(__file__).parents[2]


def test_the_stem_of_resnet_in_other_words():
    """TF SAME at 224, k7, s2 is (2, 3) in explicit numbers; an odd size is (3, 3), which PyTorch
    can say itself.
    """
    same = spoken.read('keras.Conv2D(64, 7, strides=2, padding="same")')
    assert [repr(step) for step in same.to("torch", (1, 224, 224, 3)).steps] == [
        "ZeroPad2d((2, 3, 2, 3))",
        "Conv2d(3, 64, (7, 7), stride=(2, 2))",
    ]
    assert [repr(step) for step in same.to("torch", (1, 225, 225, 3)).steps] == [
        "Conv2d(3, 64, (7, 7), stride=(2, 2), padding=(3, 3))"
    ]
    made = same.to("torch", ("N", "H", "W", 3))
    assert [case.residues for case in made.cases] == [
        ((a, 2), (b, 2)) for a in (0, 1) for b in (0, 1)
    ]
    assert made.data == (0, 3, 1, 2) and made.weight == (3, 2, 0, 1) and not made.flip
    with pytest.raises(ShapeError, match="the steps depend on the input size; received 4"):
        made.steps  # noqa: B018


@pytest.mark.parametrize(
    ("line", "sizes", "framework"),
    (
        (
            'keras.Conv2D(4, 7, strides=2, padding="same")',
            [(1, h, w, 3) for h in (8, 9, 20) for w in (7, 10)],
            "torch",
        ),
        (
            'keras.MaxPooling1D(3, strides=3, padding="same")',
            [(1, n, 3) for n in range(3, 12)],
            "torch",
        ),
        (
            'keras.Conv1D(4, 2, strides=3, padding="same")',
            [(1, n, 3) for n in range(3, 12)],
            "paddle",
        ),
    ),
    ids=str,
)
def test_told_for_all_sizes_is_told_for_each(line, sizes, framework):
    words = spoken.read(line)
    general = words.to(
        framework,
        tuple(
            "N" if i == 0 else f"n{i}" if n != sizes[0][-1] or i < len(sizes[0]) - 1 else n
            for i, n in enumerate(sizes[0])
        ),
    )
    for shape in sizes:
        spatial = words.read(shape).spatial
        case = next(
            c
            for c in general.cases
            if all(r is None or n % r[1] == r[0] for r, n in zip(c.residues, spatial, strict=True))
        )
        assert repr(case.steps) == repr(words.to(framework, shape).steps)


def test_jax_flips():
    made = spoken.read("torch.ConvTranspose2d(8, 4, 3, stride=2)").to("jax")
    assert (
        made.flip
        and "reverse along the spatial axes" in str(made)
        and "沿空间轴翻转" in "\n".join(made.lines("zh"))
    )


@pytest.mark.parametrize(
    ("line", "framework", "reason"),
    (
        ("torch.MaxPool2d(3, 2, 1)", "keras", "Keras pads with zeros, and a maximum needs −∞"),
        (
            "torch.Conv2d(3, 8, 3, stride=2, dilation=2)",
            "keras",
            "Keras refuses strides > 1 together with dilation_rate > 1",
        ),
        ("torch.AdaptiveAvgPool2d(7)", "onnx", "ONNX has no adaptive pooling, only a global one"),
        ("torch.AvgPool2d(3, 2, 1)", "jax", "reduce_window adds up"),
        (
            "torch.ConvTranspose1d(2, 4, 3, stride=2)",
            "tensorflow",
            "takes the output shape as an argument",
        ),
        ("torch.Linear(3, 4)", "keras", "there is no rule for converting Linear"),
        ("torch.Conv2d(3, 8, 3)", "mxnet", "there is no such framework; received 'mxnet'"),
    ),
    ids=str,
)
def test_where_there_are_none_the_reason_is_said(line, framework, reason):
    with pytest.raises(ShapeError, match=reason.replace("(", r"\(")) as caught:
        spoken.read(line).to(framework)
    assert caught.value.zh


def test_the_record_is_of_every_layer_into_every_framework():
    """Executed on both sides: where there is a conversion the values are the same."""
    told = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))["conversions"]
    assert [tuple(row[:3]) for row in told] == [
        (line, given, framework)
        for line, given in conversions.LAYERS
        for framework in conversions.FRAMEWORKS
    ]
    assert not [row for row in told if row[3].startswith("other values")]
    assert sum(row[3] == "same values" for row in told) > 0.75 * len(told)


@pytest.mark.slow
def test_every_conversion_gives_the_same_values(tmp_path):
    for backend in verify.SWEPT:
        require(backend)
    process = verify.worker("all", "conversions")
    answer, _ = process.communicate()
    recorded = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))["conversions"]
    assert json.loads(answer.splitlines()[-1])["conversions"] == recorded
