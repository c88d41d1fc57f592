"""Adapters come when they are asked for, and a host that is not there is told in one line."""

import subprocess
import sys

import pytest
from needed import ROOT


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def test_a_network_that_is_read_and_asked_loads_no_adapter():
    ended = run(
        "import sys, shapealg as sa\n"
        "net = sa.read([sa.torch.MaxPool2d(2)], 'N,3,H,W'); str(net), net.explain(H=1)\n"
        "print(*[name for name in sys.modules if 'shapealg.adapters' in name])\n"
        "net.annotations(); print(*[name for name in sys.modules if 'shapealg.adapters' in name])"
    )
    before, after = ended.stdout.splitlines()
    assert before == "" and "shapealg.adapters.jaxtyping" in after, ended.stderr


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("net.profile('openvino', 64), net.bioimageio(), net.annotations()", ""),
        ("print(net.dynamic_shapes(64))", ""),
        ("import shapealg.adapters.pytest, shapealg.adapters.sizes_check", ""),
        ("import shapealg.cli.mcp", 'pip install "shapealg[mcp]" works'),
        (
            "from shapealg.adapters.onnx_annotated import annotated\n"
            "try: annotated('x.onnx')\n"
            "except sa.ShapeError as told: sys.exit(str(told))",
            "pip install onnx-ir works",
        ),
    ],
)
def test_without_any_host(code, line):
    hosts = "torch onnx onnx_ir openvino bioimageio jaxtyping mcp markdown sphinx pytest".split()
    ended = run(
        f"import sys\nfor name in {hosts}: sys.modules[name] = None\n"
        "import shapealg as sa\nnet = sa.read([sa.torch.MaxPool2d(2)], 'N,3,H,W')\n" + code
    )
    told = ended.stderr.strip()
    assert told.endswith(line) and told.count("\n") == 0, told
    assert (ended.returncode == 0) == (line == "")
