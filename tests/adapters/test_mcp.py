"""The server of the command line, asked by the SDK's own client over stdio."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from needed import ROOT, module

module("mcp")
onnx = module("onnx")

from mcp import Client, StdioServerParameters  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402


def asked(folder, *calls) -> list:
    """What the tools answer, in one session; the names of all tools come first."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "shapealg.cli.mcp"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=str(folder),
    )

    async def ask():
        async with Client(server) as client:
            told = [[tool.name for tool in (await client.list_tools()).tools]]
            for name, words in calls:
                told.append(await client.call_tool(name, words))
            return told

    # in a thread of its own: a browser's loop may be left running in this one
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asyncio.wait_for(ask(), 120)).result()


@pytest.fixture
def folder(tmp_path):
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2], strides=[2]),
        helper.make_node("MaxPool", ["p"], ["y"], kernel_shape=[3], strides=[2]),
    ]
    told = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, "T"]) for n in "xy")
    graph = helper.make_graph(nodes, "g", [next(told)], [next(told)])
    onnx.save(helper.make_model(graph, ir_version=10), tmp_path / "pools.onnx")
    (tmp_path / "evil.py").write_text("open('was_run', 'w')\nnet = []\n")
    return tmp_path


def test_every_tool_answers_and_nothing_is_written(folder):
    before = sorted(folder.iterdir())
    names, *told = asked(
        folder,
        (
            "shape",
            {"layer": "torch.Conv2d(3, 64, 7, stride=2, padding=3)", "input_shape": "1,3,224,224"},
        ),
        ("convert", {"layer": "torch.MaxPool2d(2)", "framework": "keras"}),
        ("compare", {"one": "torch.MaxPool1d(2)", "other": "torch.MaxPool1d(2, ceil_mode=True)"}),
        ("solve", {"given": ["n=224", "m=112", "k=7", "s=2", "p=?"]}),
        ("formula", {"name": "conv", "form": "python"}),
        ("formula", {}),
        ("network", {"model": "pools.onnx", "sizes": "10"}),
        ("network", {"model": "unet", "sizes": "65"}),
        ("network", {"model": "nn.Conv1d(80, 8, 3, 2, 1); nn.GELU()", "sizes": "3000"}),
    )
    assert names == ["shape", "convert", "compare", "solve", "formula", "network"]
    assert not any(answer.is_error for answer in told)
    shape, convert, compare, solve, formula, laws, pools, unet, row = (
        a.structured_content for a in told
    )
    assert shape["output_shape"] == [1, 64, 112, 112] and shape["parameters"] == 9472
    assert "MaxPooling2D" in str(convert) and compare["equal"] is False
    assert solve["rows"] == [{"p": {"low": 3, "high": 3}}]
    assert "def conv_output_size" in formula["text"] and "conv_output_size" in laws
    assert pools["accepts"]["T"]["minimum"] == 6 and pools["layers"][1]["size"] == [1, 3, 2]
    assert unet["runs"] is False and unet["nearest"]["H"] == [64, 80]
    assert row["layers"][-1]["size"] == [1, 8, 1500]
    assert sorted(folder.iterdir()) == before


def test_what_is_wrong_is_an_error_in_one_line_and_the_server_goes_on(folder):
    _, *told, good = asked(
        folder,
        ("shape", {"layer": "torch.Conv2d(3, 64, 0)", "input_shape": "N,3,H,W"}),
        ("shape", {"layer": "--help", "input_shape": "N,3,H,W"}),
        ("shape", {"layer": "__import__('os').system('touch was_run')", "input_shape": "N"}),
        ("network", {"model": "evil.py:net"}),
        ("network", {"model": "evil.py"}),
        ("network", {"model": "none.onnx"}),
        ("network", {"model": "evil.ReLU() # of evil:net"}),
        ("network", {"model": "nn.MaxPool2d(2)"}),
        ("formula", {"name": "conv", "form": "cobol"}),
        ("shape", {"layer": "torch.Conv2d(3, 64, 3)", "input_shape": "1,3,9,9"}),
    )
    for answer in told:
        assert answer.is_error and "\n" not in answer.content[0].text
    assert good.structured_content["output_shape"] == [1, 64, 7, 7]
    assert not (folder / "was_run").exists()
