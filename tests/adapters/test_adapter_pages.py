"""The pages of the adapters, followed as they stand: their files are written, their commands run,
and what is printed is what they show.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from needed import ROOT, module

pytestmark = pytest.mark.slow

PAGES = sorted(
    path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/[ze][hn]/adapters/*.md")
)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:# |// |<!-- )([\w./-]+\.\w+)(?: -->)?\n")
SHIM = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m {{module}} "$@"\n'


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder with the commands that a reader has once `pip install` is done."""
    there = tmp_path / ".bin"
    there.mkdir()
    for name, runs in {
        "python": None,
        "shapealg": "shapealg",
        "pytest": "pytest",
        "shapealg-mcp": "shapealg.cli.mcp",
        "shapealg-sizes": "shapealg.adapters.sizes_check",
        "mkdocs": "mkdocs",
        "sphinx-build": "sphinx",
    }.items():
        shim = SHIM.format(module=runs) if runs else SHIM.replace("-m {module} ", "")
        (there / name).write_text(shim)
        (there / name).chmod(0o755 | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{there}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLUMNS", "80")
    inherited = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST")
    on_a_server = ("CI", "BUILD_NUMBER", "GITHUB_ACTIONS")  # pytest does not shorten lines there
    for name in inherited + on_a_server:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_a_reader_who_follows_a_page_sees_what_it_shows(name, room):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    ran = 0
    for kind, body in FENCE.findall(text):
        if kind == "console":
            ran += follow(body, room)
        elif kind != "pycon" and (named := FILE.match(body)):
            path = room / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body[named.end() :], encoding="utf-8")
    assert ran or "```pycon" in text, "nothing on the page runs"


def follow(body: str, room: Path) -> int:
    """Run the commands of one fence; how many there were."""
    parts = re.split(r"^\$ (.*)\n", body, flags=re.MULTILINE)[1:]
    commands = [(c, out) for c, out in zip(parts[::2], parts[1::2], strict=True)]
    for command, shown in commands:
        if command.startswith("pip install "):
            for package in re.findall(r"(?<=[ ,\[])[a-z][\w.-]*", command.split("install ", 1)[1]):
                imported(package)
            continue
        if (program := command.split()[0]) not in ("cat",) and shutil.which(program) is None:
            pytest.fail(f"{program} is not there")
        done = subprocess.run(
            command, shell=True, cwd=room, capture_output=True, text=True, timeout=300
        )
        assert steady(done.stdout + done.stderr) == steady(shown), command
    return len(commands)


def imported(package: str) -> None:
    """What a page has its reader install is here."""
    names = {"onnx-ir": "onnx_ir", "bioimageio.spec": "bioimageio", "mkdocs": "mkdocs"}
    if package not in ("shapealg", "all") and "_" not in package:
        module(names.get(package, package.replace("-", "_")))


def steady(text: str) -> str:
    """Without what differs from run to run."""
    text = re.sub(r"\d+(\.\d+)? ?s(econds)?\b", "0 s", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
