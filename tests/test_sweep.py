"""The sweep: the quick grid on every framework, planted errors that must turn it red, and the
record of the full one.
"""

import json
import shutil
from pathlib import Path

import pytest
from needed import require

from shapealg.axis.placed import Ceiled
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.checks import sweep, verify
from shapealg.layer.convolution import Convolution
from shapealg.words.dialects import torch

ROOT = Path(__file__).parent.parent
FEW = slice(0, 400)


@pytest.mark.slow
@pytest.mark.parametrize("backend", verify.SWEPT)
def test_the_quick_grid_agrees(backend, tmp_path):
    require(backend)
    run = verify.Run([backend], set(), False, tmp_path / "record.jsonl")
    run.go(1, lambda *_: None)
    (told,) = run.told()["backends"].values()
    unexplained = [one for entry in told["kinds"].values() for one in entry["disagreed"]]
    assert unexplained == []
    assert run.settled == run.total and {"conv", "pool"} <= set(told["kinds"])
    assert (
        all(entry["agreed"] for entry in told["kinds"].values())
        and sum(entry["values"] for entry in told["kinds"].values()) > 10
    )


# ---------------------------------------------------------------- planted errors


def few(kind: str) -> list:
    """Cases of one kind, spread over its grid."""
    cases = list(sweep.grids("torch")[kind](False))
    return cases[:: max(len(cases) // 400, 1)]


def disagreements(kind: str) -> int:
    require("torch")
    return len(verify.explained("torch", sweep.swept("torch", few(kind)).disagreed)[1])


@pytest.mark.parametrize(
    "kind",
    ("conv", "transposed", "pool", "pad", "resize", "shuffle", "columns", "dense", "adaptive"),
)
def test_without_an_error_nothing_disagrees(kind):
    assert disagreements(kind) == 0


PLANTED = (
    # the padding forgotten
    ("conv", torch.Conv, "_axis", lambda self, i, k, s, d: Window.dilated(k, d, s)),
    ("conv", torch.Conv, "weight_layout", "IO*"),  # the layout of the weights turned
    # groups that do not divide are let in
    ("conv", torch._Convolutional, "divides", lambda *_: None),
    (
        "transposed",
        torch.ConvTranspose,
        "meaning",
        lambda self, *_: Convolution(
            tuple(
                Transposed(Window(k, s)) for k, s in zip(self.kernel_size, self.stride, strict=True)
            ),
            self.kernel_size,
            self.out_channels,
            self.groups,
        ),
    ),
    # ceil_mode not clipped
    ("pool", torch, "Ceiled", lambda window: Ceiled(window, clipped=False)),
    # the first axis first
    (
        "pad",
        torch._Pad,
        "meaning",
        lambda self, *_: torch.Layer(
            tuple(
                Window(1, 1, hi, lo)
                for lo, hi in zip(self.padding[::2], self.padding[1::2], strict=True)
            )
        ),
    ),
    ("adaptive", torch, "Adaptive", lambda m: Window(1)),
)


@pytest.mark.parametrize(
    ("kind", "owner", "name", "wrong"),
    PLANTED,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_error_turns_the_sweep_red(kind, owner, name, wrong, monkeypatch):
    monkeypatch.setattr(owner, name, wrong)
    assert disagreements(kind) > 0


def test_a_shifted_window_is_seen_in_the_values(monkeypatch):
    """The size stays right, only the place is wrong: the values tell."""
    monkeypatch.setattr(
        torch.Conv,
        "_axis",
        lambda self, i, k, s, d: (
            Window.dilated(k, d, s, self.padding[i] - 1, self.padding[i] + 1)
            if self.padding[i]
            else Window.dilated(k, d, s)
        ),
    )
    cases = [
        ("Conv1d", {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "padding": 1}, (1, 2, n))
        for n in range(3, 60)
    ]
    require("torch")
    found = sweep.swept("torch", cases).disagreed
    assert found and {one["framework"] for one in found} == {"other values"}


# ---------------------------------------------------------------- stopped and taken up again


KINDS = {"shuffle", "dense", "pool"}


@pytest.mark.slow
def test_a_stopped_run_is_taken_up_again(tmp_path):
    """Some lines are there, the last one torn: the rest is run, and the whole is what an unbroken
    run gives.
    """
    require("torch")
    whole = verify.Run(["torch"], KINDS, False, tmp_path / "whole.jsonl")
    whole.go(2, lambda *_: None)
    lines = (tmp_path / "whole.jsonl").read_text().splitlines()
    torn = tmp_path / "torn.jsonl"
    torn.write_text("\n".join([*lines[:3], lines[3][:20]]))
    again = verify.Run(["torch"], KINDS, False, torn)
    assert 0 < again.settled < again.total
    again.go(2, lambda *_: None)
    assert again.told() == whole.told() and again.settled == again.total


def test_lines_of_other_code_are_not_taken_up(tmp_path):
    record = tmp_path / "record.jsonl"
    record.write_text(
        json.dumps(
            {
                "backend": "torch",
                "code": "quick another",
                "kind": "dense",
                "chunk": 0,
                "tally": {"agreed": 9},
            }
        )
        + "\n"
    )
    assert verify.Run(["torch"], {"dense"}, False, record).settled == 0


# ---------------------------------------------------------------- the record of the full grid


def test_the_record_is_of_the_full_grid_and_hides_nothing():
    told = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))
    assert told["grid"] == "full" and set(told["backends"]) == set(verify.SWEPT)
    entries = [
        entry for backend in told["backends"].values() for entry in backend["kinds"].values()
    ]
    assert sum(entry["run"] for entry in entries) >= 1_000_000
    assert all(
        entry["run"]
        == entry["agreed"]
        + entry["refused"]
        + sum(len(cause["cases"]) for cause in entry["known"])
        + len(entry["disagreed"])
        for entry in entries
    )
    assert [one for entry in entries for one in entry["disagreed"]] == []
    for backend, kinds in told["backends"].items():
        for entry in kinds["kinds"].values():
            rarely = "jax" in backend  # the others execute every call
            assert 0 < entry["inferred"] < entry["run"] if rarely else entry["inferred"] == 0


@pytest.mark.parametrize("changed", ("words/places.py", "words/manners.py", "axis/window.py"))
def test_other_code_below_the_words_is_another_digest(changed, tmp_path, monkeypatch):
    """Also where a module imports another as `from shapealg.words import places`."""
    shutil.copytree(verify.PACKAGE, tmp_path / "shapealg")
    monkeypatch.setattr(verify, "PACKAGE", tmp_path / "shapealg")
    before = verify.digest("torch")
    path = tmp_path / "shapealg" / changed
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert verify.digest("torch") != before
