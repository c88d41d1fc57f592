"""The command line: answers as tables and as JSON, one line and exit 2 for what cannot be done,
never half a file.
"""

import argparse
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import shapealg
from shapealg import cli
from shapealg.checks import verify
from shapealg.cli import aside, verifying
from shapealg.cli.progress import progress, tell_until

ROOT = Path(cli.__file__).parent.parent.parent


def status(*arguments) -> int:
    try:
        return cli.main(list(map(str, arguments)))
    except SystemExit as ended:
        return ended.code


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and captured.err.endswith("\n"), (
        captured
    )
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    (
        ((), "shapealg: command is missing; received ''; for example shapealg network unet"),
        (("vrify",), "shapealg: there is no such command; received 'vrify'; the nearest is verify"),
        (
            ("verify", "--backend", "mxnet"),
            "shapealg verify: there is no such --backend; received 'mxnet'; one of numpy, torch,",
        ),
        (
            ("verify", "--backend"),
            "shapealg verify: --backend takes a value; received 'verify --backend'; write",
        ),
        (
            ("verify", "--outptu", "x"),
            "shapealg verify: there is no such argument; received '--outptu x'; the nearest is"
            " --output",
        ),
        (
            ("verify", "--jobs", "0"),
            "shapealg verify: --jobs must be a positive integer; received '0'; the nearest that",
        ),
        (
            ("network", "unet", "--progress=3"),
            "shapealg network: --progress takes no value; received",
        ),
        (
            ("shape", "torch.Conv2d(3, 64, 7)"),
            "shapealg shape: --input is missing; received \"shape 'torch.Conv2d(3, 64, 7)'\"; for"
            " example shapealg shape",
        ),
        (
            ("convert", "torch.Conv2d(3, 64, 7)", "mxnet"),
            "shapealg convert: there is no such framework; received 'mxnet'; one of torch, keras,",
        ),
        (
            ("convert", "torch.Conv2d(3, 64, 7)", "pytroch"),
            "shapealg convert: there is no such framework; received 'pytroch'; the nearest is",
        ),
    ),
    ids=str,
)
def test_bad_arguments_are_one_line_and_exit_2(arguments, said, capsys):
    assert status(*arguments) == 2
    assert one_line(capsys).startswith(said)


# ---------------------------------------------------------------- one layer


CONV = "torch.Conv2d(3, 64, 7, stride=2, padding=3)"


def told(capsys, *arguments):
    assert status(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_shape_of_the_stem_of_resnet(capsys):
    """9 408 weights and 64 biases, 118 013 952 MACs: PyTorch's own numbers."""
    answer = told(capsys, "shape", CONV, "--input", "1,3,224,224")
    assert answer["output_shape"] == [1, 64, 112, 112] and answer["weight_shape"] == [64, 3, 7, 7]
    assert (
        answer["parameters"] == 9472
        and answer["macs"] == 118_013_952
        and answer["smallest_input"] == [1, 1]
    )
    assert status("shape", CONV, "--input", "N,3,H,224") == 0
    assert "(N, 64, ⌊(H + 1)/2⌋, 112)" in capsys.readouterr().out


@pytest.mark.parametrize("prefix", ("torch", "nn", "torch.nn"))
def test_a_line_is_read_as_programs_write_it(prefix, capsys):
    assert told(capsys, "shape", f"{prefix}.MaxPool2d(2)", "--input", "1,8,25,24")[
        "output_shape"
    ] == [
        1,
        8,
        12,
        12,
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    (
        (
            "torch.Conv2d(3, 64, 7, stride=__import__('os'))",
            "a call of one layer is needed, with numbers, strings, tuples or names; received",
        ),
        ("torch.Conv2d(3, 64, 7)(1)", "a call of one layer is needed"),
        ("torch.Conv2d(*a)", "a call of one layer is needed"),
        ("torch.Conv2d(3, 64, [x for x in (1, 2)])", "a call of one layer is needed"),
        ("open('/etc/passwd')", "the framework must be named; received open; one of torch, keras"),
        (
            "torch.Conv2D(3, 64, 7)",
            "torch has no such word; received 'Conv2D'; the nearest are Conv2d",
        ),
        ("torch.Module()", "torch has no such word; received 'Module'"),
        (
            "torch.Conv2d(3)",
            (
                "Conv2d: missing a required argument: out_channels; received 3; in_channels,"
                " out_channels"
            ),
        ),
        (
            "torch.Conv2d(3, 64, 7, strides=2)",
            "Conv2d: got an unexpected keyword argument strides; received 3, 64, 7, strides=2",
        ),
        (
            "torch.Conv2d(3, 64, 0)",
            "Conv2d needs kernel_size of at least 1; received 0; the nearest that works is 1",
        ),
        ("torch.Conv2d(3, 64, 7.5)", "Conv2d needs kernel_size as an int or 2 ints; received 7.5"),
        ("", "a call of one layer is needed"),
        ("(" * 500, "a call of one layer is needed"),
        ("torch.Conv2d(3, 64, 7\x00)", "a call of one layer is needed"),
    ),
    ids=str,
)
def test_a_line_is_parsed_never_evaluated(line, said, capsys):
    assert status("shape", line, "--input", "1,3,9,9") == 2
    assert one_line(capsys).startswith(f"shapealg shape: {said}"), capsys


@pytest.mark.parametrize(
    ("shape", "said"),
    (
        ("1,3,9", "Conv2d: in_channels"),
        ("1,3", "Conv2d needs --input of 3 or 4 entries"),
        ("1,3,9,x y", "a shape is made of integers, names or None"),
        ("", "Conv2d needs --input of 3 or 4 entries"),
        ("1,4,9,9", "the input must have in_channels=3 channels; received 4"),
        ("1,3,-9,9", "a size cannot be negative; received -9"),
        ("1,3,2,9", "no window fits on spatial axis 0"),
    ),
    ids=str,
)
def test_a_shape_that_cannot_be(shape, said, capsys):
    assert status("shape", "torch.Conv2d(3, 64, 7)", "--input", shape) == 2
    line = one_line(capsys)
    assert said in line or shape == "1,3,9"  # (3, 9) without a batch has the wrong channels


def test_chinese_lines(capsys):
    assert status("shape", "torch.Conv2d(3, 64, 7)", "--input", "1,3,2,9", "--lang", "zh") == 2
    assert one_line(capsys).startswith("shapealg shape: 第 0 个空间轴上放不下一个窗口")
    assert status("shape", CONV, "--input", "1,3,224,224", "--lang", "zh") == 0
    assert "参数个数" in capsys.readouterr().out


def test_convert_and_compare(capsys):
    answer = told(capsys, "convert", CONV, "onnx")
    assert answer["cases"][0]["steps"] == [
        "Conv(W=(64, 3, 7, 7), B=(64,), kernel_shape=(7, 7), pads=(3, 3, 3, 3), strides=(2, 2))"
    ]
    answer = told(
        capsys, "compare", "torch.MaxPool1d(3, 2)", "torch.MaxPool1d(3, 2, ceil_mode=True)"
    )
    assert answer["equal"] is False and answer["sizes"] == [
        {"modulus": 2, "residues": [1], "minimum": 3, "exceptions": []}
    ]


def test_solve(capsys):
    """224 with k=7, s=2 gives 112 only with p=3 on each side; 227..230 give 55 with k=11, s=4:
    counted in the questions.
    """
    assert told(capsys, "solve", "n=224", "m=112", "k=7", "s=2", "p=?")["rows"] == [
        {"p": {"low": 3, "high": 3}}
    ]
    assert told(capsys, "solve", "n=?", "m=55", "k=11", "s=4")["rows"] == [
        {"n": {"low": 227, "high": 230}}
    ]
    for bad in ("n", "n=x", "q=3"):
        assert status("solve", bad, "k=3") == 2
        assert "received" in one_line(capsys)


def test_formula(capsys):
    assert status("formula", "conv") == 0 and "⌊" in capsys.readouterr().out
    assert status("formula", "conv", "--as", "c") == 0 and "int64_t" in capsys.readouterr().out
    assert set(told(capsys, "formula")) == set(__import__("shapealg").formulas.__all__)
    assert status("formula", "conf") == 2 and "the nearest is conv" in one_line(capsys)
    assert status("formula", "conv", "--as", "cobol") == 2 and "one of plain, latex" in one_line(
        capsys
    )


# ---------------------------------------------------------------- the file


def test_write_aside_replaces_the_file(tmp_path):
    path = tmp_path / "evidence.json"
    path.write_text("old")
    cli.write_aside(path, "new 新\n")
    assert path.read_bytes() == "new 新\n".encode() and os.listdir(tmp_path) == ["evidence.json"]


@pytest.mark.parametrize("failing", ("os.replace", "write"))
@pytest.mark.parametrize(
    "problem", (OSError("disk full"), KeyboardInterrupt()), ids=lambda p: type(p).__name__
)
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
        monkeypatch.setattr(aside.os, failing.split(".")[1], fail)
    with pytest.raises(type(problem)):
        cli.write_aside(path, text)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["evidence.json"]


def test_what_a_killed_process_left_is_written_over(tmp_path):
    path = tmp_path / "evidence.json"
    for _ in range(2):
        (tmp_path / ".evidence.json.new").write_text("half a te")
        cli.write_aside(path, "new")
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["evidence.json"]


OLD = {"zh/a.md": "a", "en/b.md": "b", "en/c/d.md": "d", "gone.md": "gone", "own.md": "own"}
NEW = {"zh/a.md": "a2", "en/b.md": "b2", "en/c/d.md": "d2", "en/new/e.md": "e2"}


def tree(root) -> dict:
    """Every file below a folder, but those on their way."""
    return {
        str(p.relative_to(root)): p.read_text()
        for p in root.rglob("*")
        if p.is_file() and not {aside.MADE, aside.READY} & {*p.relative_to(root).parts}
    }


def stopped(function, after: int, problem=KeyboardInterrupt):
    """The same function, which is stopped instead of being called once more than so often."""
    left = [after]

    def call(*args, **kwargs):
        if not left[0]:
            raise problem
        left[0] -= 1
        return function(*args, **kwargs)

    return call


@pytest.mark.parametrize("after", range(6))
@pytest.mark.parametrize(
    ("owner", "name"),
    (
        (os, "replace"),
        (os, "unlink"),
        (pathlib.Path, "write_text"),
        (pathlib.Path, "mkdir"),
        (pathlib.Path, "rename"),
        (pathlib.Path, "unlink"),
        (shutil, "rmtree"),
    ),
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_many_files_change_together(owner, name, after, tmp_path, monkeypatch):
    """Stopped at any step: the old files whole, or what the next run makes the new ones whole."""
    for path, text in OLD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    new = {"own.md": "own"} | NEW
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, stopped(getattr(owner, name), after))
        with suppress(KeyboardInterrupt):
            cli.write_together(tmp_path, NEW, ["gone.md"])
    if not (tmp_path / aside.READY).exists():
        assert tree(tmp_path) in (OLD, new)
    if cli.finish(tmp_path):
        assert tree(tmp_path) == new
    cli.write_together(tmp_path, NEW, ["gone.md"])
    assert tree(tmp_path) == new and not cli.finish(tmp_path)
    assert not {aside.MADE, aside.READY} & {*os.listdir(tmp_path)}


# ---------------------------------------------------------------- verify, with runners that take no
# time


@pytest.fixture
def runner(monkeypatch):
    """Stands for the processes: the laws agree everywhere, the sweep has run."""
    made = {
        "laws": {
            backend: {
                "versions": {"numpy": "2"},
                "checks": {"a": {"agreed": 1, "disagreed": [], "refused": 0}},
            }
            for backend in verify.LAWFUL
        },
        "sweep": {"grid": "quick", "backends": {}},
    }
    monkeypatch.setattr(verify, "missing", lambda backend: "")
    monkeypatch.setattr(verify, "laws", lambda backends: {b: made["laws"][b] for b in backends})
    monkeypatch.setattr(verifying, "_sweep", lambda chosen, backends, kinds: made["sweep"])
    return made


def test_verify_writes_both_records(runner, tmp_path, capsys):
    assert status("verify", "--grid", "full", "--output", tmp_path) == 0
    assert (
        json.loads((tmp_path / "evidence.json").read_text()) == runner["laws"]
        and json.loads((tmp_path / "sweep.json").read_text()) == runner["sweep"]
    )
    assert capsys.readouterr().out == ""


def test_a_quick_grid_is_not_recorded(runner, tmp_path):
    assert status("verify", "--output", tmp_path) == 0 and os.listdir(tmp_path) == ["evidence.json"]


def test_one_backend_is_shown_and_not_written(runner, tmp_path, capsys):
    assert status("verify", "--backend", "numpy", "--layers", "laws", "--output", tmp_path) == 0
    assert (
        json.loads(capsys.readouterr().out) == {"numpy": runner["laws"]["numpy"]}
        and os.listdir(tmp_path) == []
    )


def test_check_compares_and_writes_nothing(runner, tmp_path, capsys):
    assert status("verify", "--output", tmp_path) == 0
    path = tmp_path / "evidence.json"
    before = path.stat().st_mtime_ns
    assert status("verify", "--check", "--output", tmp_path) == 0
    assert capsys.readouterr() == ("", "") and path.stat().st_mtime_ns == before
    path.write_text(path.read_text().replace('"agreed": 1', '"agreed": 2', 1))
    changed = path.read_text()
    assert status("verify", "--check", "--output", tmp_path) == 1
    captured = capsys.readouterr()
    assert (
        '-    "agreed": 2' in captured.out
        and '+    "agreed": 1' in captured.out
        and path.read_text() == changed
    )
    assert captured.err.count("\n") == 1 and "differs from what was measured now" in captured.err


def test_check_without_a_record_is_one_line(runner, tmp_path, capsys):
    assert status("verify", "--check", "--output", tmp_path) == 2
    assert "no record" in one_line(capsys) and os.listdir(tmp_path) == []


def test_a_disagreement_without_a_known_cause_is_exit_1(runner, tmp_path):
    runner["sweep"]["backends"] = {
        "torch": {"kinds": {"conv": {"disagreed": [{"call": "Conv1d"}]}}}
    }
    assert status("verify", "--output", tmp_path) == 1


def test_an_unknown_folder_is_one_line_before_anything_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(verify.subprocess, "Popen", None)  # would raise if called
    assert status("verify", "--output", tmp_path / "nowhere") == 2
    assert (
        one_line(capsys) == f"shapealg verify: the record needs a folder to be kept in; received"
        f" {tmp_path / 'nowhere'}; run it at the root of a checkout or give --output FOLDER\n"
    )


def test_what_is_missing_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(
        verify, "find_spec", lambda package: None if package in ("jax", "tensorflow") else object()
    )
    told = {backend: verify.missing(backend) for backend in verify.BACKENDS}
    there = [backend for backend, package in told.items() if not package]
    assert {backend: package for backend, package in told.items() if package} == {
        "keras-tensorflow": "tensorflow",
        "keras-jax": "jax",
        "tensorflow": "tensorflow",
        "jax": "jax",
    }
    assert there[:4] == ["numpy", "torch", "onnx", "paddle"]
    assert status("verify", "--backend", "jax", "--output", tmp_path) == 2
    assert (
        one_line(capsys) == "shapealg verify: missing: jax for jax; install them or choose from:"
        f" {', '.join(there)}\n"
    )


def test_a_worker_that_fails_writes_nothing(monkeypatch, tmp_path, capsys):
    class Process:
        returncode = 1

        def communicate(self):
            return "", None

    monkeypatch.setattr(verify, "missing", lambda backend: "")
    monkeypatch.setattr(verify, "worker", lambda *_, **__: Process())
    assert status("verify", "--layers", "laws", "--output", tmp_path) == 2
    assert one_line(capsys).endswith("failed; nothing was written\n") and os.listdir(tmp_path) == []


def test_stopping_is_one_line(runner, tmp_path, capsys, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "laws", stop)
    assert status("verify", "--output", tmp_path) == 130
    assert (
        one_line(capsys) == "shapealg verify: stopped; run the same command again to go on\n"
        and os.listdir(tmp_path) == []
    )


def test_the_module_is_the_command():
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "shapealg",
            "solve",
            "n=224",
            "m=112",
            "k=7",
            "s=2",
            "p=?",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (
        run.returncode == 0
        and json.loads(run.stdout)["rows"] == [{"p": {"low": 3, "high": 3}}]
        and run.stderr == ""
    )


# ---------------------------------------------------------------- networks

ZOO = "shapealg.network.zoo:"


def test_a_network_as_a_table(capsys):
    assert status("network", f"{ZOO}two_strides", "--input", "N,3,H,W") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["node", "layer", "output", "parameters", "MACs"]
    assert told[3].startswith("add_1")
    assert "accepts H H ≡ 0, 3 (mod 4), H ≥ 3; also 5, 6" in {
        " ".join(line.split()) for line in told
    } and not any(line.startswith("accepts N") for line in told)


def test_a_network_as_json(capsys):
    """The five of the design, as their runs have it."""
    for name, modulus, residues, minimum, exceptions in (
        ("unet", 16, [0], 16, []),
        ("unet_strided", 16, [1], 1, []),
        ("unet_2015", 1, [0], 188, []),
        ("unet_ceil", 16, [15], 31, []),
        ("two_strides", 4, [0, 3], 3, [5, 6]),
    ):
        assert status("network", ZOO + name, "--input", "N,3,H,W", "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (
            told["accepts"]["H"]
            == told["accepts"]["W"]
            == {
                "modulus": modulus,
                "residues": residues,
                "minimum": minimum,
                "exceptions": exceptions,
            }
        )
        assert told["unknown"] == [] and set(told) >= {
            "inputs",
            "outputs",
            "lossless",
            "receptive_field",
            "ties",
        }
        (output,) = told["outputs"].values()
        assert output[0] == "N" and (name != "unet_2015" or eval(output[2], {"H": 572}) == 388)
        assert name != "unet_2015" or told["lossless"]["H"] == {
            "modulus": 16,
            "residues": [12],
            "minimum": 188,
            "exceptions": [],
        }


def test_a_network_at_sizes(capsys):
    assert (
        status("network", f"{ZOO}vgg16", "--input", "N,3,H,W", "--sizes", "224,224", "--json") == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (
        told["sizes"] == {"N": 1, "H": 224, "W": 224}
        and told["layers"][0]["size"] == [1, 64, 224, 224]
        and told["parameters"] == 14714688
    )
    assert status("network", f"{ZOO}unet", "--input", "N,3,H,W", "--sizes", "H=65,W=64") == 1
    captured = capsys.readouterr()
    assert (
        captured.out == "" and captured.err.splitlines()[-1] == "the nearest that work: H = 64, 80"
    )


def test_a_network_of_layers_that_are_typed(capsys):
    layers = "nn.Conv1d(80, 8, 3, 2, 1); nn.GELU()  # so far: two"
    assert status("network", layers, "--sizes", "3000") == 0
    assert "(1, 8, 1500)" in capsys.readouterr().out
    assert status("network", "Sequential(\n  (0): Linear(in_features=4, out_features=2)\n)") == 2
    assert "the shape of the input is needed" in one_line(capsys)
    for inputs in (["N,3,H,W", "N,3"], ["N,4,H,W"]):
        asked = [word for shape in inputs for word in ("--input", shape)]
        assert status("network", "nn.Conv2d(3, 8, 3)", *asked) == 2
        assert one_line(capsys).startswith("shapealg network: ")


def test_a_python_file_and_what_it_names(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(
        "from shapealg import torch\nnet = [torch.Conv1d(1, 1, 3)]\nbroken = lambda: 1 / 0\n"
    )
    assert status("network", f"{tmp_path}/mine.py:net", "--input", "1,1,L", "--lang", "zh") == 0
    assert "接受的尺寸 L  所有 L ≥ 3" in capsys.readouterr().out
    assert status("network", f"{tmp_path}/mine.py:broken") == 2
    assert one_line(capsys).startswith("shapealg network: ") and "ZeroDivisionError" in status_line(
        tmp_path, capsys
    )


def status_line(folder, capsys) -> str:
    status("network", f"{folder}/mine.py:broken")
    return capsys.readouterr().err


def test_json_is_alone_on_standard_output(tmp_path, capsys):
    """Whatever the model's own file prints; also where the network does not run."""
    (tmp_path / "loud.py").write_text(
        "print('hello')\nfrom shapealg import torch\ndef net():\n    print('made')\n    return"
        " [torch.Conv1d(1, 1, 3)]\n"
    )
    assert status("network", f"{tmp_path}/loud.py:net", "--input", "1,1,L", "--json") == 0
    assert json.loads(capsys.readouterr().out)["accepts"]["L"]["minimum"] == 3
    assert (
        status("network", f"{tmp_path}/loud.py:net", "--input", "1,1,L", "--json", "--sizes", "2")
        == 1
    )
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] is False and told["node"] == "Conv1d_1" and told["nearest"] == {"L": [3]}
    (tmp_path / "ends.py").write_text("raise SystemExit(0)\n")
    assert status(
        "network", f"{tmp_path}/ends.py:net"
    ) == 2 and "ends.py:net (SystemExit: 0)" in one_line(capsys)


def test_the_length_function_of_a_network(capsys):
    assert status("network", f"{ZOO}wav2vec2", "--input", "1,1,L", "--as", "python") == 0
    made = {}
    exec(capsys.readouterr().out, made)
    # as in the paper: 49 frames a second
    assert [made["output_length"](n) for n in (399, 400, 16000)] == [0, 1, 49]


@pytest.mark.parametrize(
    ("arguments", "said"),
    (
        (("nothing.onnx",), "there is no such file or known network; received 'nothing.onnx'; an"),
        (("no.module:net",), "received no.module:net (ModuleNotFoundError"),
        ((f"{ZOO}nothing",), "AttributeError"),
        ((f"{ZOO}_unet",), "TypeError"),
        ((f"{ZOO}unet", "--input", "N,3"), "needs an input shape of 3 or 4 entries"),
        (
            (f"{ZOO}unet", "--input", "N,3,H,W", "--sizes", "9,9,9,9,9"),
            "open are N, H, W; for example --sizes H=224,W=224",
        ),
        (
            (f"{ZOO}unet", "--input", "N,3,H,W", "--sizes", ""),
            "sizes are written 224 (every spatial size), 224,256 or H=224,W=256",
        ),
        ((f"{ZOO}unet", "--input", "N,3,H,W", "--sizes", "H=5,H=9"), "sizes are written"),
        (
            (f"{ZOO}unet", "--input", "1,3,H,lossless"),
            "a size cannot have this name; received 'lossless'",
        ),
        (
            (f"{ZOO}unet", "--input", "N,3,H,W", "--sizes", "x"),
            "sizes are written 224 (every spatial size), 224,256 or H=224,W=256",
        ),
        (
            (f"{ZOO}unet", "--input", "N,4,H,W"),
            "node Conv2d_1: the input must have in_channels=3 channels",
        ),
        (
            (f"{ZOO}wav2vec2", "--input", "1,1,L", "--as", "cobol"),
            "there is no such language; received 'cobol'",
        ),
    ),
)
def test_networks_that_cannot_be_read_are_one_line(arguments, said, capsys):
    assert status("network", *arguments) == 2
    assert said in one_line(capsys)


def test_known_networks_go_by_their_names(capsys):
    """ResNet-50 up to its last map: 23 454 912 parameters, torchvision's 25 557 032 less the
    classifier's 2 049 000 and the 53 120 of the normalizations.
    """
    by_name = told(capsys, "network", "resnet50")
    assert by_name["parameters"] == 25_557_032 - 2_049_000 - 53_120
    assert by_name == told(capsys, "network", "shapealg.zoo:resnet50")
    assert by_name == told(capsys, "network", f"{ZOO}resnet50", "--input", "N,3,H,W")
    assert told(capsys, "network", "resnet50", "--input", "1,3,224,224")["accepts"] == {}


def test_a_file_is_preferred_where_a_path_is_meant(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "unet").write_text("no model")
    assert status("network", "./unet") == 2 and "no ONNX model" in one_line(capsys)
    assert told(capsys, "network", "unet")["accepts"]["H"]["modulus"] == 16


@pytest.mark.parametrize(
    ("typed", "sizes", "assumed"),
    (
        ("128", {"N": 1, "D": 128, "H": 128, "W": 128}, ["N"]),
        ("116,132,164", {"N": 1, "D": 116, "H": 132, "W": 164}, ["N"]),
        ("116x132x164", {"N": 1, "D": 116, "H": 132, "W": 164}, ["N"]),
        ("2,116,132,164", {"N": 2, "D": 116, "H": 132, "W": 164}, []),
        ("H=132, W=164, D=116", {"N": 1, "D": 116, "H": 132, "W": 164}, ["N"]),
        ("N=4,132", {"N": 4, "D": 132, "H": 132, "W": 132}, []),
        ("D=116,132", {"N": 1, "D": 116, "H": 132, "W": 132}, ["N"]),
        ("D=116,132,164", {"N": 1, "D": 116, "H": 132, "W": 164}, ["N"]),
    ),
)
def test_one_number_is_every_spatial_size(typed, sizes, assumed, capsys):
    chosen = ("network", "unet_3d", "--sizes", typed)
    assert status(*chosen, "--json") in (0, 1)
    answer = json.loads(capsys.readouterr().out)
    assert answer["sizes"] == sizes and answer["assumed"] == assumed


def test_a_batch_that_is_not_given_is_one_and_said_so(capsys):
    """VGG-16 at 224: 15 346 630 656 multiply–accumulates in its convolutions."""
    assert status("network", "vgg16", "--sizes", "224") == 0
    first, *_ = lines = capsys.readouterr().out.splitlines()
    assert first == "N = 1 (not given), H = 224, W = 224:"
    assert any("(1, 512, 7, 7)" in line for line in lines)
    at = told(capsys, "network", "vgg16", "--sizes", "224")
    assert sum(layer["macs"] for layer in at["layers"]) == 15_346_630_656


@pytest.mark.parametrize(
    "typed", ("132,132", "H=132", "Q=3", "N=1", "0", "-5", "1e3", ",", "H=1,H=2", "9" * 500)
)
def test_sizes_that_leave_one_open_are_refused_with_what_to_write(typed, capsys):
    assert status("network", "unet_3d", f"--sizes={typed}") == 2
    line = one_line(capsys)
    assert "open are N, D, H, W; for example --sizes " in line
    example = line.strip().rpartition("--sizes ")[2]
    assert status("network", "unet_3d", "--sizes", example) in (0, 1)


def test_no_size_to_give(capsys):
    assert status("network", "unet", "--input", "1,3,64,64", "--sizes", "64") == 2
    assert "leave --sizes out" in one_line(capsys)


def test_one_number_is_no_batch(capsys):
    """Where no spatial size is open, a bare number would be the batch, which nobody meant."""
    chosen = ("network", "unet", "--input", "N,3,64,64", "--sizes")
    assert status(*chosen, "64") == 2
    assert "no spatial size is open; the batch is written N=8" in one_line(capsys)
    assert told(capsys, *chosen, "N=8")["sizes"] == {"N": 8}


def test_the_version(capsys):
    assert status("--version") == 0
    assert capsys.readouterr().out == f"shapealg {shapealg.__version__}\n"


# ---------------------------------------------------------------- either language


@pytest.mark.parametrize("typed", (("--lang", "zh", "-h"), ("--lang=zh", "--help")))
def test_help_in_chinese(typed, capsys):
    assert status(*typed) == 0
    told = capsys.readouterr().out
    assert told.startswith("用法：shapealg") and "选项" in told and "usage" not in told


@pytest.mark.parametrize(
    "name", ["shape", "convert", "compare", "solve", "formula", "network", "verify"]
)
def test_the_help_of_every_command_is_in_the_language_asked_for(name, capsys):
    """Whole in Chinese: no help line without a Chinese character; whole in English: none with."""
    for language in ("en", "zh"):
        assert status(name, "--lang", language, "--help") == 0
        told = capsys.readouterr().out
        head, *options = re.split(r"(?m)^  (?=\S)", told)
        assert len(options) > 3 and name in head
        for text in options:
            assert bool(re.search("[\u4e00-\u9fff]", text)) == (language == "zh"), text


@pytest.mark.parametrize(
    "typed",
    (
        (),
        ("nothing",),
        ("network", "--sizes"),
        ("network",),
        ("shape", "x", "--input", "1", "--so"),
        ("verify", "--grid", "x"),
        ("network", "unet", "--json=3"),
        ("convert", "x", "y"),
    ),
    ids=str,
)
def test_complaints_in_chinese(typed, capsys):
    assert status("--lang", "zh", *typed) == 2
    line = one_line(capsys)
    asked = line.partition("；收到")[0]
    assert re.search("[\u4e00-\u9fff]", asked.partition(": ")[2]), line


def test_what_a_language_may_be(capsys):
    assert status("--lang", "fr", "network") == 2
    assert "there is no such --lang; received 'fr'; one of zh, en works" in one_line(capsys)


def test_the_environment_does_not_choose_the_language(monkeypatch, capsys):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("LANGUAGE", "zh")
    assert status("nothing") == 2 and "there is no such command" in one_line(capsys)


# ---------------------------------------------------------------- what an error suggests works


@pytest.mark.parametrize("language", ("en", "zh"))
@pytest.mark.parametrize(
    ("typed", "suggested"),
    (
        (("solve", "n=?", "m=?", "k=3"), "n=1..64"),
        (("solve", "n=3", "m=2", "k=3"), "m=?"),
        (("solve", "n=9", "m=3", "k=1..999999999999"), "k=1..8"),
        (("solve", "n=3", "m=2", "k=3", "op=?"), "--transposed"),
        (("convert", 'keras.MaxPooling2D(3, 100, "same")', "torch"), "--input"),
        (("shape", "torch.Conv2d(3, 8, 3)", "--input", "1,3"), "--input"),
        (("network", "wav2vec2", "--input", "1"), "input"),
        (("network", "unet", "--as", "python"), "--axis"),
    ),
    ids=str,
)
def test_an_error_suggests_only_what_can_be_typed(typed, suggested, language, capsys):
    assert status(*typed, "--lang", language) == 2
    line = one_line(capsys)
    assert suggested in line, line
    for python in ("range(", "...", "=True", "input_shape", ".by_size", "read("):
        assert python not in line


def test_a_suggestion_is_taken(capsys):
    assert status("solve", "n=?", "m=?", "k=3") == 2
    suggested = re.search(r"n=\S+$", one_line(capsys).strip())[0]
    assert told(capsys, "solve", suggested, "m=?", "k=3")["rows"][0] == {"n": 3, "m": 1}


@pytest.mark.parametrize(
    "typed", (("--axis", "H"), ("--as", "python", "--axis", "H", "--sizes", "64")), ids=str
)
def test_an_option_is_not_passed_over_in_silence(typed, capsys):
    assert status("network", "unet", *typed) == 2
    assert "leave --" in one_line(capsys)


@pytest.mark.parametrize(
    ("name", "framework"),
    (("pytorch", "torch"), ("PyTorch", "torch"), ("tf", "tensorflow"), ("TF", "tensorflow")),
)
def test_what_people_call_the_frameworks(name, framework, capsys):
    typed = ("convert", "keras.MaxPooling2D(2)")
    assert told(capsys, *typed, name) == told(capsys, *typed, framework)
    assert shapealg.keras.MaxPooling2D(2).to(name).framework == framework


# ---------------------------------------------------------------- errors as JSON


@pytest.mark.parametrize(
    ("typed", "asked", "received"),
    (
        (("vrify",), "there is no such command", "vrify"),
        (("solve", "n=9", "q=3"), "there is no such name", "q"),
        (("shape", "torch.Conv2d(3, 8, 0)", "--input", "1,3,9,9"), "Conv2d needs kernel_size", 0),
        (("shape", "torch.Conv2d(3, 8, 3)", "--input", "1,3"), "Conv2d needs --input", [1, 3]),
        (("network", "nothing"), "there is no such file", "nothing"),
        (("formula", "cnv"), "there is no such formula", "cnv"),
        (("convert", "torch.MaxPool2d(2)", "caffe"), "there is no such framework", "caffe"),
        (("compare", "x", "y"), "a call of one layer", "x"),
        (("verify", "--output", "/nowhere/at/all"), "the record needs a folder", "/nowhere/at/all"),
    ),
    ids=str,
)
def test_an_error_as_json_has_the_fields_of_python(typed, asked, received, capsys):
    assert status("--json", *typed) == 2
    captured = capsys.readouterr()
    assert captured.err == ""
    error = json.loads(captured.out)["error"]
    assert set(error) == {"asked", "received", "works"}
    assert error["asked"].startswith(asked) and error["received"] == received and error["works"]


def test_json_has_the_names_that_python_has(capsys):
    words = shapealg.torch.Conv2d(3, 64, 7)
    answer = told(capsys, "shape", "torch.Conv2d(3, 64, 7)", "--input", "1,3,9,9")
    for name in set(answer) - {"layer", "input_shape", "framework"}:
        value = getattr(words, name)
        made = value() if name == "smallest_input" else value((1, 3, 9, 9))
        assert answer[name] == (list(made) if isinstance(made, tuple) else made)
    answer = told(capsys, "compare", "torch.Conv2d(3, 64, 7)", "torch.Conv2d(3, 64, 7)")
    made = shapealg.compare(words, words)
    assert all(hasattr(made, name) for name in answer)
    answer = told(capsys, "convert", "torch.Conv2d(3, 64, 7)", "onnx")
    made = words.to("onnx")
    assert all(hasattr(made, name) for name in set(answer) - {"cases"})
    assert [case["steps"] for case in answer["cases"]] == [
        list(map(repr, piece.answer.words)) for piece in made.by_size
    ]
    answer = told(capsys, "solve", "n=9", "m=9", "p=?", "k=?", "s=?")
    assert all(hasattr(shapealg.solve(n=9, m=9, k=..., p=...), name) for name in answer)
    assert answer["within"] == {"k": {"low": 1, "high": 11}, "s": {"low": 1, "high": 8}}


# ---------------------------------------------------------------- progress


class Stream(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


def clock(pauses: int):
    """All is done after so many pauses; nobody waits."""
    left = iter(range(pauses, -1, -1))
    return lambda seconds: next(left) == 0


def test_progress_writes_over_itself_on_a_terminal_and_leaves_nothing():
    stream = Stream(is_terminal=True)
    tell_until(clock(3), "shapealg network: 正在读入网络", stream, True)
    *lines, blank, end = stream.getvalue().split("\r")[1:]
    assert [line.rpartition("… ")[2] for line in lines] == ["1 s", "2 s", "3 s"]
    # 18 columns, two for each of six Chinese characters, and the seconds
    assert blank == " " * (18 + 12 + 6) and end == ""


def test_progress_in_a_file_is_lines_further_and_further_apart():
    stream = Stream(is_terminal=False)
    tell_until(clock(4), "x", stream, False)
    assert stream.getvalue() == "x … 1 s\nx … 2 s\nx … 5 s\nx … 10 s\n"


def test_what_is_done_within_a_second_tells_nothing():
    stream = Stream(is_terminal=True)
    tell_until(clock(0), "x", stream, True)
    assert stream.getvalue() == ""


def test_nobody_is_told_down_a_pipe(monkeypatch):
    monkeypatch.setattr("threading.Thread", None)  # would raise if called
    monkeypatch.setattr("sys.stderr", Stream(is_terminal=False))
    chosen = argparse.Namespace(command="x", lang="en", progress=False)
    with progress(chosen):
        pass
    chosen.progress = True
    with pytest.raises(TypeError), progress(chosen):
        pass


# ---------------------------------------------------------------- the terminal


def run(*typed, encoding="utf-8", **how):
    """As from a shell: what is written is kept until there is enough of it, or all is done."""
    own = {"PYTHONUNBUFFERED": "", "PYTHONIOENCODING": encoding}
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.run(
        [sys.executable, "-m", "shapealg", *typed],
        cwd=ROOT,
        env=os.environ | own,
        check=False,
        encoding="utf-8",
        **how,
    )


def test_a_reader_that_has_seen_enough_ends_it_silently():
    read, write = os.pipe()
    os.close(read)
    ended = run("network", "unet", stdout=write)
    os.close(write)
    assert ended.returncode == 0 and ended.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk to write on")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "w") as full:
        for typed in (("network", "unet"), ("-h",)):
            ended = run(*typed, stdout=full)
            assert ended.returncode == 2 and ended.stderr.count("\n") == 1
            assert "No space left on device" in ended.stderr
        assert run("network", "nothing", stderr=full).returncode == 2


def test_a_terminal_that_cannot_show_it_gets_escapes():
    ended = run("--lang", "zh", "-h", encoding="ascii")
    assert ended.returncode == 0 and ended.stderr == "" and ended.stdout.isascii()
    ended = run("solve", "x", "--lang", "zh", "--json", encoding="ascii")
    assert ended.stdout.isascii() and "没有这个名字" in json.loads(ended.stdout)["error"]["asked"]


def test_our_own_mistake_is_one_line_too(monkeypatch, capsys):
    def fail(*_):
        raise TypeError("oh\n\x1b[2Jno")

    monkeypatch.setattr("shapealg.words.comparison.compare", fail)
    assert status("compare", "torch.MaxPool2d(2)", "torch.MaxPool2d(2)") == 2
    line = one_line(capsys)
    assert "a mistake of shapealg itself; received TypeError: oh [2Jno (test_cli.py:" in line
