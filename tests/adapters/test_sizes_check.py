"""The check of ONNX files, as pre-commit and the GitHub Action run it."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
from needed import ROOT, module

from shapealg.adapters.sizes_check import main

onnx = module("onnx")

from onnx import TensorProto, helper  # noqa: E402


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model that takes T ≡ 0 (mod 4), and a file that is none."""
    scales = helper.make_node("Constant", [], ["s"], value_floats=[1.0, 1.0, 4.0])
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[4], strides=[4]),
        scales,
        helper.make_node("Resize", ["p", "", "s"], ["u"], mode="nearest"),
        helper.make_node("Concat", ["x", "u"], ["y"], axis=1),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "T"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 6, "T"])
    graph = helper.make_graph(nodes, "g", [x], [y])
    (tmp_path / "models").mkdir()
    onnx.save(helper.make_model(graph, ir_version=10), tmp_path / "models/four.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


def test_it_tells_the_sizes_and_fails_where_they_are_others(folder, capsys):
    assert main(["models/four.onnx"]) == 0
    assert capsys.readouterr().out == "models/four.onnx: T: n ≡ 0 (mod 4), n ≥ 4\n"
    assert main(["--accepts", "T=n % 4 == 0, n >= 4", "models/four.onnx"]) == 0
    assert main(["--accepts", "T=n ≥ 1", "models/four.onnx"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert "asked for every n ≥ 1; the model takes n ≡ 0 (mod 4), n ≥ 4" in told[0]
    assert any("MaxPool" in line for line in told)
    assert main(["--accepts", "H=n ≥ 1", "models/four.onnx"]) == 1


def test_what_cannot_be_read_or_understood_is_one_line(folder, capsys):
    for words, status in (
        (["broken.onnx"], 1),
        (["none.onnx"], 1),
        (["--accepts", "T", "x"], 2),
        (["--accepts", "T=many", "x"], 2),
    ):
        assert main(words) == status
        told = capsys.readouterr()
        assert not told.out and told.err.count("\n") == 1
    assert main([]) == 0


def installed(folder):
    """Commands of the package's own, as an installer makes them."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "scripts"
    ]
    home = folder / ".bin"
    home.mkdir()
    for name, place in scripts.items():
        where, _, function = place.partition(":")
        line = f"import sys; from {where} import {function}; sys.exit({function}())"
        (home / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{line}" "$@"\n')
        (home / name).chmod(0o755)
    return os.environ | {"PATH": f"{home}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def test_the_hook_names_a_command_that_is_installed(folder):
    (hook,) = module("yaml").safe_load(
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
    env = installed(folder)
    files = [p for p in ("models/four.onnx", "a.py") if re.search(hook["files"], p)]
    done = subprocess.run([hook["entry"], *files], env=env, capture_output=True, text=True)
    assert done.returncode == 0 and "n ≡ 0 (mod 4)" in done.stdout, done.stderr


@pytest.mark.parametrize(("accepts", "status"), [("", 0), ("T=n ≡ 0 (mod 4)\n", 0), ("T=n ≥ 1", 1)])
def test_the_action_s_step_checks_and_writes_a_summary(folder, accepts, status):
    action = module("yaml").safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    install, check = action["runs"]["steps"]
    assert install["run"].startswith("python -m pip install")
    env = installed(folder) | {
        "GITHUB_STEP_SUMMARY": "summary.md",
        "ACCEPTS": accepts,
        "FILES": "models/**/*.onnx",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", check["run"]], env=env, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    told = (folder / "summary.md").read_text(encoding="utf-8")
    assert f"| {'✗' if status else '✓'} `models/four.onnx` | " in told
