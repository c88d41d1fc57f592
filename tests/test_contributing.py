"""The guide's worked examples, followed in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_operator_of_the_guide_is_known_once_its_lines_are_changed(tmp_path):
    shutil.copytree(
        ROOT / "shapealg", tmp_path / "shapealg", ignore=shutil.ignore_patterns("__pycache__")
    )
    (place,) = re.findall(r"^1\. A word in `(\S+)`:$", GUIDE, re.MULTILINE)
    (change,) = re.findall(r"^```diff\n-(.*)\n\+(.*)\n```$", GUIDE, re.MULTILINE)
    path = tmp_path / place
    text = path.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    assert not known(ROOT)
    path.write_text(text.replace(*change), encoding="utf-8")
    assert known(tmp_path)


def test_every_place_that_the_guide_names_is_there():
    places = re.findall(r"`((?:docs|scripts|shapealg|tests)/[\w/.]+)`", GUIDE)
    assert len(places) > 5
    assert [place for place in places if not (ROOT / place).exists()] == []


def known(root: Path) -> bool:
    """Whether the reader of the tree at `root` knows the operator of the guide."""
    line = (
        "from shapealg.network.readers.onnx.operators import OPERATORS; print('Toy' in OPERATORS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", line],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip() == "True"
