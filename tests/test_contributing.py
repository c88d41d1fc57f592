"""The guide's worked examples, followed in a copy of the tree: its changes are applied as they stand
there, and what they add runs.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from needed import ROOT, require

import shapealg

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
OPERATOR = """
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph
from shapealg.network.readers.onnx.operators import OPERATORS
from shapealg.network.readers.onnx.operators.said import Said
from shapealg.network.tensor import Tensor
for name in ("ToyKept", "ToyThinned"):
    operation = OPERATORS[name].build(Said({"step": 2}, (), 1, 20))
    print(operation(Flow(Graph({}, (), ()), {}), Tensor((4, 9))).shape)
"""
LAYER = """
from shapealg.checks import sweep
from shapealg.words import spoken
cases = [case for case in sweep.grids("torch")["dense"](False) if case[0] == "GLU"]
tally = sweep.swept("torch", cases)
print(tally.agreed, tally.refused, tally.disagreed, spoken.read("nn.GLU(1)").output_shape("N,8,H"))
"""
FRAMEWORK = """
import shapealg
from shapealg.checks import sweep
tally = sweep.swept("toy", sweep.grids("toy")["conv"](False))
print(tally.agreed, tally.refused, tally.values, tally.disagreed)
print(shapealg.keras.Conv1D(8, 3, padding="same", use_bias=False).to("toy", (None, 32, 4)))
print("toy" in dir(shapealg), shapealg.torch.MaxPool1d(2)("1,1,8"))
try:
    shapealg.torch.MaxPool1d(2).to("toy")
except shapealg.ShapeError as refusal:
    print(refusal)
"""
LAW = """
from shapealg import checks, formulas
from shapealg.checks.bench import Bench, Record
from shapealg.checks.backends import numpy as loops
from shapealg.render import page
law = formulas.doubly_padded_size
law.check()
checks.LAWS[law.name](Bench(loops), record := Record())
(heading,) = (heading.en for heading, laws in page.GROUPS if law in laws)
print(law(n=5, p=2), law in formulas.laws(), record.agreed, record.disagreed, heading, sep=";")
"""


@pytest.fixture
def copy(tmp_path):
    for folder in ("shapealg", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)  # compiled files too: they stay valid
    shutil.copytree(ROOT / "docs" / "templates", tmp_path / "docs" / "templates")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def changes(heading: str) -> list:
    """The changes in a section of the guide: (path, hunks), file by file."""
    section = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    made = []
    for fence in re.findall(r"^```diff\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^--- .*\n\+\+\+ b/", fence, flags=re.MULTILINE)[1:]:
            path, *hunks = re.split(r"^@@\n", part, flags=re.MULTILINE)
            made.append((path.strip(), hunks))
    return made


def apply(root, path: str, hunks: list) -> None:
    """Change a file, or make it; the lines of a hunk that are there already stand there once."""
    file = root / path
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for hunk in hunks:
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        assert f"\n{text}".count(f"\n{old}") == 1 if old else not text, f"{path}, of\n{old}"
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:] if old else new
    file.write_text(text, encoding="utf-8")


def follow(copy, heading: str) -> list:
    """Apply all changes of a section; the files that they touch."""
    made = changes(heading)
    for path, hunks in made:
        apply(copy, path, hunks)
    return [path for path, _ in made]


def ask(copy, code: str, *tests: str) -> subprocess.CompletedProcess:
    """Run code in the copy, and some of its tests after it."""
    options = ["-q", "-p", "no:cacheprovider", *tests]
    if tests:
        code += f"\nimport pytest\nraise SystemExit(pytest.main({options!r}))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )


def test_an_operator_is_one_file(copy):
    assert len(follow(copy, "Add an operator")) == 2  # one for each of its two examples
    assert ask(copy, OPERATOR).stdout.splitlines() == ["(4, 9)", "(4, 5)"]


def test_a_layer_is_three_files_and_agrees_with_its_framework(copy):
    require("torch")
    assert len(follow(copy, "Add a layer")) == 3
    asked = ask(
        copy,
        LAYER,
        "tests/layer/test_dialect_torch.py",
        "shapealg/words/dialects/torch.py",
        "-k",
        "GLU",
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert asked.stdout.startswith("12 20 [] (N, 4, H)\n")
    assert "3 passed" in asked.stdout


def test_a_framework_is_six_files_and_two_lines(copy):
    files = follow(copy, "Add a framework")
    new = [path for path in files if not (ROOT / path).exists()]
    assert (len(new), len(files)) == (6, 8)
    asked = ask(
        copy,
        FRAMEWORK,
        "tests/layer/test_dialect_toy.py",
        "shapealg/words/dialects/toy.py",
        "tests/test_face.py",
        "tests/test_promises.py",
        "tests/test_gotchas.py::test_each_is_told_in_both_languages",
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    told = asked.stdout.splitlines()
    assert told[:5] == [
        "267 21 267 []",
        "toy.Slide(4, 8, 3, around=1)",
        "data: transpose(0, 2, 1)",
        "weight: transpose(2, 1, 0)",
        "True (1, 1, 4)",
    ]
    assert told[5].startswith("Toy has no max pooling; ")


def test_a_law_without_a_check_is_one_line_and_with_one_it_is_everywhere(copy):
    law, *others = changes("Add a law")
    assert len(others) == 2
    apply(copy, *law)
    asked = ask(copy, "import shapealg.checks")
    assert asked.stderr.splitlines()[-1] == (
        "LookupError: the law doubly_padded_size has no check; add a function"
        " doubly_padded_size(bench, record) to shapealg/checks/laws.py"
    )
    for change in others:
        apply(copy, *change)
    asked = ask(copy, LAW, "tests/axis/test_laws.py", "-k", "doubly_padded_size and loop")
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert asked.stdout.startswith("9;True;24;[];Padding and pooling\n")


def test_the_version_is_one():
    """In the package, its metadata, the citation, and the newest heading of the changelog."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    cited, changed = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("CITATION.cff", "CHANGELOG.md")
    )
    assert told == shapealg.__version__
    assert re.findall(r"^version: (.*)$", cited, re.MULTILINE) == [told]
    headings = re.findall(r"^## (.*)$", changed, re.MULTILINE)
    assert headings[0] == "Unreleased" and headings[1].startswith(f"{told} - ")


def test_the_forge_runs_what_a_landing_needs():
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    (ran,) = re.findall(r"^ *- run: (.*?)(?: #.*)?$", text, re.MULTILINE)
    assert ran.split()[-1] == ".ci/run" and (ROOT / ".ci/run").stat().st_mode & 0o100


def test_the_forge_publishes_what_readme_builds():
    text = (ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    steps = re.findall(r"^      - (?:uses|run): (.*)$", text, re.MULTILINE)
    assert steps.index("python3 scripts/docs.py build") < len(steps) - 2
    assert [step.partition("@")[0] for step in steps[-2:]] == [
        "actions/upload-pages-artifact",
        "actions/deploy-pages",
    ]
    assert "SITE_URL: ${{ steps.pages.outputs.base_url }}/" in text and "path: site" in text
    assert "python3 scripts/docs.py build" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_place_that_the_guide_names_is_there():
    places = re.findall(r"`((?:docs|scripts|shapealg|tests)/[\w/.]+)`", GUIDE)
    assert len(places) > 5
    assert [place for place in places if not (ROOT / place).exists()] == []
