"""The blocks over the record of the sweep, on a record written by hand; and commands as the pages
show them.
"""

import sys

import pytest
from needed import ROOT, module

from shapealg.render.layers import Layers

WHY = {"zh": "原因", "en": "the reason"}


def case(algebra, framework, **words):
    return {
        "call": "Conv1D",
        "words": words,
        "input": [1, 8, 2],
        "algebra": algebra,
        "framework": framework,
    }


def entry(known=()):
    return {
        "run": 1000,
        "agreed": 700,
        "refused": 296,
        "inferred": 90,
        "values": 5,
        "known": [{**WHY, "cases": list(known)}] if known else [],
        "disagreed": [case("refused", [1])],
    }


RECORD = {
    "backends": {
        "keras-tensorflow": {
            "versions": {"keras": "3", "numpy": "2"},
            "kinds": {
                "conv": entry(
                    [case([1, 8, 4], "refused", padding="same"), case("values", "other values")]
                )
            },
        },
        "keras-jax": {
            "versions": {"keras": "3"},
            "kinds": {"conv": entry([case("refused", [1, 9, 4])]), "pool": entry()},
        },
    },
    "conversions": [
        ["torch.Conv1d(1, 1, 3)", "1,1,8", "keras", "same values"],
        ["torch.Conv1d(1, 1, 3)", "1,1,9", "keras", "no words; received Conv1d"],
        ["torch.Conv1d(1, 1, 3)", "1,1,8", "jax", "other values: (1,), (2,)"],
    ],
    "nodes": {
        "passed": ["a", "b"],
        "out_of_scope": {"c": WHY, "d": WHY, "e": {"zh": "别的", "en": "another"}},
        "failed": [{"case": "f"}],
    },
}


def rows(body: str) -> list:
    return [line[2:-2].split(" | ") for line in body.splitlines() if line.startswith("|")][2:]


def test_counts():
    blocks = Layers("en", RECORD)
    assert blocks.runs() == "3\u00a0000"
    assert blocks.tally() == (
        "3\u00a0000 calls in all. The framework executed 2\u00a0730 of them and inferred no more than"
        " the shape of 270; both sides refused 888; 15 had their values compared too."
    )
    assert [row[1:] for row in rows(blocks.total())] == [
        ["1\u00a0000", "90", "700", "296", "5", "2", "1"],
        ["2\u00a0000", "180", "1\u00a0400", "592", "10", "1", "2"],
    ]
    assert "numpy" not in blocks.total()


def test_a_cause_tells_how_often_and_shows_one():
    assert Layers("en", RECORD).causes("keras") == [
        (
            "the reason",
            "3",
            (
                "Keras on TensorFlow `Conv1D(padding='same')` on `(1, 8, 2)`: the framework raises"
                " an error, the dialect gives `(1, 8, 4)`"
            ),
        ),
    ]
    assert Layers("zh", {"backends": {"jax": RECORD["backends"]["keras-jax"]}}).causes("jax") == [
        ("原因", "1", "`Conv1D()`，输入 `(1, 8, 2)`：框架给 `(1, 9, 4)`，方言报错")
    ]


def test_conversions_are_marked_and_sizes_stand_together():
    """PyTorch, Keras, TensorFlow, JAX, ONNX Runtime, Paddle."""
    assert rows(Layers("en", RECORD).converted()) == [
        ["`torch.Conv1d(1, 1, 3)`{.sa-call}", "", "–✓", "", "✗", "", ""]
    ]


def test_nodes_that_are_not_asked_are_counted_by_reason():
    assert [row[1] for row in rows(Layers("en", RECORD).nodes())] == ["2", "2", "1", "1"]


def test_a_command_that_fails_is_no_example(monkeypatch):
    jinja2 = module("jinja2")
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    console = __import__("regenerate_docs")._console
    assert (
        console("en", "shapealg solve n=14 k=5 'm=?'")
        == "```console\n$ shapealg solve n=14 k=5 'm=?'\nm\n10\n```"
    )
    assert "--lang zh\nshapealg solve: 没有这个名字" in console(
        "zh", "shapealg solve q=1 k=5", status=2
    )
    with pytest.raises(jinja2.TemplateRuntimeError, match="ended with status 2"):
        console("en", "shapealg solve q=1 k=5")
