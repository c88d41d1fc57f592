"""`shapealg verify`: one line and exit 2 for what cannot be done; never half a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shapealg import cli

ROOT = Path(cli.__file__).parent.parent


def status(*arguments) -> int:
    try:
        return cli.main(list(map(str, arguments)))
    except SystemExit as ended:
        return ended.code


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and captured.err.endswith("\n"), captured
    return captured.err


@pytest.mark.parametrize(("arguments", "said"), (
    ((), "shapealg: the following arguments are required: verify; see shapealg --help"),
    (("vrify",), "shapealg: argument verify: invalid choice: 'vrify'"),
    (("verify", "--backend", "torch"), "shapealg verify: argument --backend: invalid choice: 'torch'"),
    (("verify", "--backend"), "shapealg verify: argument --backend: expected one argument"),
    (("verify", "--outptu", "x"), "shapealg: unrecognized arguments: --outptu x"),
    (("verify", "--output"), "shapealg verify: argument --output: expected one argument"),
), ids=str)  # fmt: skip
def test_bad_arguments_are_one_line_and_exit_2(arguments, said, capsys):
    assert status(*arguments) == 2
    assert one_line(capsys).startswith(said)


def test_an_unknown_folder_is_one_line_before_anything_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli.subprocess, "Popen", None)  # would raise if called
    assert status("verify", "--output", tmp_path / "nowhere" / "evidence.json") == 2
    assert one_line(capsys) == f"shapealg verify: no folder {tmp_path / 'nowhere'} to keep the evidence in; run it at the root of a checkout or give --output FILE\n"


def test_a_missing_backend_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda package: None if package in ("jax", "tensorflow") else object())
    assert status("verify", "--backend", "keras-jax") == 2
    assert one_line(capsys) == "shapealg verify: keras-jax needs the package jax, which is not installed; install it or choose from: numpy\n"
    assert status("verify", "--output", tmp_path / "e.json") == 2
    assert one_line(capsys) == "shapealg verify: all backends are needed; missing: tensorflow for keras-tensorflow, jax for keras-jax\n"


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(cli, "find_spec", lambda package: None)
    assert {backend: cli.missing(backend) for backend in cli.BACKENDS} == {"numpy": "", "keras-tensorflow": "keras", "keras-jax": "keras"}


# ---------------------------------------------------------------- the file


def test_write_aside_replaces_the_file(tmp_path):
    path = tmp_path / "evidence.json"
    path.write_text("old")
    cli.write_aside(path, "new 新\n")
    assert path.read_bytes() == "new 新\n".encode() and os.listdir(tmp_path) == ["evidence.json"]


@pytest.mark.parametrize("failing", ("os.replace", "os.chmod", "write"))
@pytest.mark.parametrize("problem", (OSError("disk full"), KeyboardInterrupt()), ids=lambda p: type(p).__name__)
def test_write_aside_leaves_no_half(tmp_path, monkeypatch, failing, problem):
    path = tmp_path / "evidence.json"
    path.write_text("old")

    def fail(*args, **kwargs):
        raise problem

    text = "new"
    if failing == "write":
        text = "\ud800"  # cannot be encoded: fails in the middle of writing
        problem = UnicodeEncodeError("utf-8", text, 0, 1, "surrogates")
    else:
        monkeypatch.setattr(cli.os, failing.split(".")[1], fail)
    with pytest.raises(type(problem)):
        cli.write_aside(path, text)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["evidence.json"]


# ---------------------------------------------------------------- verify and --check, with a runner that takes no time

ANSWERS = {backend: {"versions": {"numpy": "2"}, "checks": {"a": {"agreed": 1, "disagreed": [], "refused": 0}}} for backend in cli.BACKENDS}


@pytest.fixture
def runner(monkeypatch):
    """Stands for the three processes: each answers at once, or fails."""
    fails, asked = set(), []

    class Process:
        def __init__(self, command, **how):
            self.backend = command[-1]
            asked.append(command)
            self.returncode = int(self.backend in fails)

        def communicate(self):
            return ("" if self.returncode else json.dumps(ANSWERS[self.backend])), None

    monkeypatch.setattr(cli.subprocess, "Popen", Process)
    monkeypatch.setattr(cli, "missing", lambda backend: "")
    Process.fails, Process.asked = fails, asked
    return Process


def test_verify_writes_every_backend(runner, tmp_path, capsys):
    path = tmp_path / "evidence.json"
    assert status("verify", "--output", path) == 0
    assert json.loads(path.read_text()) == ANSWERS and path.read_text().endswith("}\n")
    assert [command[1:] for command in runner.asked] == [["-m", "shapealg", "verify", "--backend", backend] for backend in cli.BACKENDS]
    assert capsys.readouterr().out == ""


def test_a_failing_backend_writes_nothing(runner, tmp_path, capsys):
    path = tmp_path / "evidence.json"
    path.write_text("old")
    runner.fails.add("keras-jax")
    assert status("verify", "--output", path) == 2
    assert one_line(capsys) == "shapealg verify: keras-jax failed; nothing was written\n" and path.read_text() == "old"


def test_check_compares_and_writes_nothing(runner, tmp_path, capsys):
    path = tmp_path / "evidence.json"
    assert status("verify", "--output", path) == 0
    before = path.stat().st_mtime_ns
    assert status("verify", "--check", "--output", path) == 0
    assert capsys.readouterr() == ("", "") and path.stat().st_mtime_ns == before
    path.write_text(path.read_text().replace('"agreed": 1', '"agreed": 2', 1))
    changed = path.read_text()
    assert status("verify", "--check", "--output", path) == 1
    captured = capsys.readouterr()
    assert '-    "agreed": 2' in captured.out and '+    "agreed": 1' in captured.out and path.read_text() == changed
    assert captured.err == "shapealg verify: the evidence differs from what was measured now; rewrite it with: shapealg verify\n"


def test_check_without_a_file_is_one_line(runner, tmp_path, capsys):
    assert status("verify", "--check", "--output", tmp_path / "none.json") == 2
    assert "no record" in one_line(capsys) and os.listdir(tmp_path) == []


def test_stopping_is_one_line(runner, tmp_path, capsys, monkeypatch):
    def stop(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "communicate", stop)
    assert status("verify", "--output", tmp_path / "e.json") == 130
    assert one_line(capsys) == "shapealg verify: stopped; nothing was written\n" and os.listdir(tmp_path) == []


def test_the_module_is_the_command(tmp_path):
    run = subprocess.run([sys.executable, "-m", "shapealg", "verify", "--backend", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2 and run.stdout == "" and run.stderr.startswith("shapealg verify: argument --backend: invalid choice") and run.stderr.count("\n") == 1


def test_one_backend_is_printed_and_not_written(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_run", lambda backend: {"backend": backend})
    assert status("verify", "--backend", "numpy") == 0
    assert json.loads(capsys.readouterr().out) == {"backend": "numpy"} and os.listdir(tmp_path) == []
