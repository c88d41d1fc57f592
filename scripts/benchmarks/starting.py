"""What it costs to begin: processes of Python that import the package, or run one command.

They find compiled modules, as an installed package has them, in a folder of their own.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from ruler import Part, missing

from shapealg.text import Text

ROOT = Path(__file__).resolve().parents[2]
NOTHING = Text(zh="什么也不做：pass", en="nothing at all: pass")
LAYER = "torch.Conv2d(3, 64, 7, stride=2, padding=3)"
COMPILED = tempfile.TemporaryDirectory(prefix="shapealg-compiled-")
SURROUNDINGS = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": os.pathsep.join([str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]),
    "PYTHONPYCACHEPREFIX": COMPILED.name,
    "NO_MKDOCS_2_WARNING": "1",
}


def started(*arguments: str, through: tuple = ()) -> bytes:
    """One process, from its start to its end; what it printed."""
    return subprocess.run(
        [sys.executable, *through, *arguments],
        cwd=ROOT,
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


# A process inherits the peak of the one that starts it, so it is started by a small one.
SMALL = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def held(call) -> int:
    """The most bytes that a process held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * sum(map(int, call(through=("-c", SMALL)).split()))


def importing() -> Part:
    """The package, beside what it stands on."""
    part = Part(Text(zh="导入即结束的进程", en="A process that imports and ends"), held)
    for module in ("shapealg", "numpy", "sympy"):
        part.add(f"import {module}", partial(started, "-c", f"import {module}"))
    part.add("nothing at all: pass", partial(started, "-c", "pass"))
    part.row(Text(zh="import numpy", en="import numpy"), "import shapealg", "import numpy", "≤ 1.5")
    part.row(NOTHING, "import shapealg", "nothing at all: pass", "")
    return part


def commands() -> Part:
    """The command line."""
    part = Part(
        Text(
            zh="只跑一条命令的进程，与 pass 相比", en="A process that runs one command, beside pass"
        ),
        held,
    )
    nothing = "nothing at all: pass"
    for told, target in (
        (("--help",), "≤ 3"),
        (("shape", LAYER, "--input", "1,3,224,224"), "≤ 5"),
        (("solve", "n=224", "m=112", "k=7", "s=2", "p=?"), ""),
        (("network", "unet", "--sizes", "512"), ""),
    ):
        label = f"shapealg {' '.join(told)}"[:60]
        part.add(label, partial(started, "-m", "shapealg", *told))
        part.row(Text(zh=label, en=label), label, nothing, target)
    part.add(nothing, partial(started, "-c", "pass"))
    return part


def first() -> Part:
    """The first answer of a process that reads a file of three nodes."""
    part = Part(
        Text(
            zh="进程的第一个答案：三个节点的 ONNX 文件",
            en="The first answer of a process: an ONNX file of three nodes",
        ),
        held,
    )
    if find_spec("onnx") is None:
        missing(part, "onnx")
        return part
    path = Path(COMPILED.name) / "three.onnx"
    path.write_bytes(_three())
    ours, nothing = 'shapealg.read(path).output_shape, accepts("H")', "nothing at all: pass"
    ask = f"net = shapealg.read({str(path)!r}); str(net.output_shape), str(net.accepts('H'))"
    part.add(ours, partial(started, "-c", f"import shapealg; {ask}"))
    part.add(nothing, partial(started, "-c", "pass"))
    part.row(NOTHING, ours, nothing, "")
    for module, target, code in (
        ("onnx", "", f"import onnx; onnx.shape_inference.infer_shapes(onnx.load({str(path)!r}))"),
        (
            "onnx_shape_inference",
            "≤ 1",
            "import onnx_ir as ir; from onnx_shape_inference import infer_symbolic_shapes;"
            f" infer_symbolic_shapes(ir.load({str(path)!r}))",
        ),
    ):
        if find_spec(module) is None:
            missing(part, module)
            continue
        label = f"{module}: load and infer"
        what = Text(zh=f"{module}：读入并推断", en=label)
        part.add(label, partial(started, "-c", code))
        part.row(what, ours, label, target)
    return part


def _three() -> bytes:
    """A model of three nodes, batch and sizes open."""
    from onnx import TensorProto, helper

    def tensor(name: str, shape: tuple):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MaxPool", ["b"], ["y"], kernel_shape=[2, 2], strides=[2, 2]),
    ]
    inputs = [tensor("x", ("N", 3, "H", "W")), tensor("w", (8, 3, 3, 3))]
    graph = helper.make_graph(nodes, "three", inputs, [tensor("y", ("N", 8, None, None))])
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


def pages() -> Part:
    """The pages and the two sites, made by the processes that make them."""
    part = Part(Text(zh="页面与网站", en="The pages and the sites"), held, rounds=3)
    again = partial(started, "scripts/regenerate_docs.py", "--check")
    for what, call, target in (
        (Text(zh="重新生成全部页面", en="every page again"), again, "≤ 10 s"),
        (Text(zh="两个网站，同时构建", en="both sites, side by side"), _built, "≤ 20 s"),
    ):
        part.add(what.en, call)
        part.row(what, what.en, None, target)
    return part


def _built(through: tuple = ()) -> bytes:
    """Both sites into a folder of their own."""

    def language(config: str) -> bytes:
        folder = str(Path(COMPILED.name) / config)
        build = ("-m", "mkdocs", "build", "--quiet", "-f", config, "-d", folder)
        return started(*build, through=through)

    with ThreadPoolExecutor() as pool:
        return b"".join(pool.map(language, ["mkdocs.yml", "mkdocs.en.yml"]))


def tests() -> Part:
    """What runs by default."""
    part = Part(Text(zh="默认的测试", en="The tests that run by default"), held, rounds=1)
    what = Text(zh="scripts/test.py，每核一个进程", en="scripts/test.py, a process for each core")
    part.add(what.en, partial(started, "scripts/test.py", "-q"))
    part.row(what, what.en, None, "≤ 180 s")
    return part
