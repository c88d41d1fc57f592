"""The plugin in a real pytest, found by its entry point, with and without workers."""

import subprocess
import sys
import tomllib

import pytest
from needed import ROOT, require

import shapealg as sa
from shapealg.adapters.pytest import assert_accepts, assert_output_shape, assert_receptive_field

pytestmark = pytest.mark.slow

pytest_plugins = ["pytester"]

MODEL = """
import torch
from torch import nn
import shapealg as sa
from shapealg.adapters.pytest import assert_accepts, assert_output_shape, assert_receptive_field


class Level(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(3, 3, 2, 2)

    def forward(self, x):
        return torch.cat([x, self.up(self.down(x))], 1)

"""
RIGHT = (
    MODEL
    + """
def test_right():
    assert_accepts(Level(), "N,3,H,W", H="n ≡ 0 (mod 2), n ≥ 2", W=sa.Sizes.classes(2, (0,)))
    assert_output_shape(Level(), "N,3,H,W", "N,6,H,W")
    assert_output_shape(Level(), (1, 3, 8, 8), (1, 6, 8, 8))
    assert_receptive_field(nn.Conv2d(3, 8, 5), "N,3,H,W", H=5)
"""
)
WRONG = (
    MODEL
    + """
def test_too_much():
    assert_accepts(Level(), "N,3,H,W", H="every n ≥ 1")

def test_too_little():
    assert_accepts(Level(), "N,3,H,W", H="n ≡ 0 (mod 4), n ≥ 4")

def test_shape():
    assert_output_shape(Level(), "N,3,H,W", "N,6,H,W + 1")

def test_field():
    assert_receptive_field(nn.Conv2d(3, 8, 5), "N,3,H,W", H=3)

def test_sets():
    assert sa.Sizes.classes(4, (0,)) == sa.Sizes.classes(2, (0,))
"""
)


@pytest.fixture
def installed(pytester, monkeypatch):
    """The package with the entry points that `pyproject.toml` says, as an installer writes them."""
    require("torch")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in told.items())
        for group, told in project["entry-points"].items()
    ]
    folder = pytester.mkdir("there") / "shapealg-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: shapealg\nVersion: 0\n")
    (folder / "entry_points.txt").write_text("".join(points), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{folder.parent}:{ROOT}")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_what_holds_passes_and_what_does_not_says_why(installed, workers):
    installed.makepyfile(test_right=RIGHT, test_wrong=WRONG)
    told = installed.runpytest_subprocess("-q", *workers)
    told.assert_outcomes(passed=1, failed=5)
    text = told.stdout.str()
    for line in (
        "E       AssertionError: H: asked for every n ≥ 1; the model takes n ≡ 0 (mod 2), n ≥ 2",
        "E         not taken: n ≡ 1 (mod 2), n ≥ 1",
        "E         H=1: node down (MaxPool2d) has no output: 0",
        "E         the nearest that work: H = 2",
        "E         taken as well: n ≡ 2 (mod 4), n ≥ 2",
        "entry 3: asked for W + 1; the model gives W",
        "H: asked for size 3; the model sees size 5, jump 1, start 0, centre 2",
        "right only: n ≡ 2 (mod 4), n ≥ 2",
    ):
        assert line in text, text
    assert "adapters/pytest.py" not in text  # the failure stands at the test's own line


def test_loading_it_loads_nothing_else():
    code = "import sys, shapealg.adapters.pytest; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in ended.stdout.split()}
    assert not {"torch", "numpy", "sympy", "onnx", "keras", "pytest"} & loaded


STEM = [sa.torch.Conv2d(3, 8, 3, padding=1), sa.torch.MaxPool2d(2)]


def test_both_ways_to_a_join_are_shown():
    up = sa.torch.ConvTranspose2d(8, 8, 2, stride=2)
    with pytest.raises(AssertionError) as told:
        assert_accepts([sa.Branches("concat", [], [*STEM[1:], up])], "N,8,H,W", H="n ≥ 2")
    lines = str(told.value).splitlines()
    assert lines[0] == "H: asked for every n ≥ 2; the model takes n ≡ 0 (mod 2), n ≥ 2"
    assert "  H=3: " in lines[2] and lines[3].endswith("3") and lines[4].endswith("2")
    assert lines[5].endswith("H = 2, 4")


def test_an_upper_bound_is_no_set_and_ties_are_said(tmp_path):
    square = [sa.Branches("add", [], [sa.torch.Identity()])]
    assert_accepts(square, "N,3,H,W", H=sa.Sizes.every(1))

    class Tied:
        """A network whose H and W are bound."""

        ties = (type("Tie", (), {"names": ("H", "W"), "__str__": lambda _: "H = W"})(),)

        def accepts(self, name):
            return sa.Sizes.every(1)

    with pytest.raises(AssertionError, match="H = W"):
        assert_accepts(Tied(), H="every n ≥ 1")
    assert_accepts(Tied(), H="every n ≥ 1", tied=True)
    Tied.accepts = lambda *_: sa.Bound.above(sa.Sizes.every(1), ("secret",))
    with pytest.raises(AssertionError, match="secret"):
        assert_accepts(Tied(), H="every n ≥ 1")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: assert_accepts(STEM, "N,3,H,W"),
        lambda: assert_accepts(STEM, "N,3,H,W", H="multiple of 4"),
        lambda: assert_accepts(STEM, "N,3,H,W", Q="n ≥ 1"),
        lambda: assert_output_shape(STEM, "N,3,H,W", "N,8,H/2,W"),
        lambda: assert_receptive_field(STEM, "N,3,H,W"),
        lambda: assert_accepts(object(), "N,3,H,W", H="n ≥ 1"),
    ],
)
def test_a_wrong_question_is_one_line(ask):
    with pytest.raises(sa.ShapeError) as told:
        ask()
    assert "\n" not in str(told.value)


def test_other_entries_and_other_ranks_are_refused():
    with pytest.raises(AssertionError, match="5 entries"):
        assert_output_shape(STEM, "N,3,H,W", "N,8,H,W,D")
    with pytest.raises(AssertionError, match="at every size"):
        assert_output_shape(STEM, "N,3,H,W", "N,9,?,?")
    with pytest.raises(AssertionError, match="asked for Q"):
        assert_receptive_field(STEM, "N,3,H,W", Q=3)
    # at the sizes that are taken both are the same: 2⌊n/2⌋ = n where n is even
    down_up = [sa.torch.MaxPool1d(2), sa.torch.ConvTranspose1d(3, 3, 2, stride=2)]
    assert_output_shape([sa.Branches("add", [], down_up)], "N,3,T", "N,3,2*(T//2)")
