"""The command line for coding assistants: an MCP server over stdio, `shapealg-mcp`.

Its tools are the command line's verbs, and answer with their JSON. Layers are lines that are read,
networks are ONNX files or those of the zoo: nothing is imported, run or written.
"""

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from threading import Lock
from typing import Any

from shapealg import __version__, cli
from shapealg.cli.networks import known
from shapealg.network.readers.pasted import is_file, is_text

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
except ModuleNotFoundError:
    sys.exit('shapealg-mcp needs mcp 2 or newer; pip install "shapealg[mcp]" works')

SERVER = MCPServer(
    "shapealg",
    instructions=(
        "The exact sizes of convolutional layers and networks. Ask here instead of writing a"
        " formula: output shapes with open sizes, which sizes a network takes, conversions between"
        " frameworks. A layer is one call, such as torch.Conv2d(3, 64, 7, stride=2, padding=3)."
    ),
    version=__version__,
)
ONE = Lock()  # a command prints; one at a time


def _answer(command: str, *words: str) -> dict[str, Any]:
    """The JSON of a command; what it refuses is an error of the tool."""
    out, err = StringIO(), StringIO()
    with ONE, redirect_stdout(out), redirect_stderr(err):
        try:
            status = cli.main([command, "--json", *words])
        except SystemExit as ended:  # the line could not be parsed
            status = int(ended.code or 0)
    try:
        told = json.loads(out.getvalue() or err.getvalue())
    except ValueError:
        raise ToolError(err.getvalue().strip() or f"status {status}") from None
    if status == 2:
        raise ToolError("; ".join((told["asked"], f"received {told['received']}", told["works"])))
    return told


def _asked(name: str, value: str | None) -> list:
    return [] if value is None else [f"{name}={value}"]


@SERVER.tool()
def shape(layer: str, input_shape: str) -> dict[str, Any]:
    """Output shape, weight shape, parameters and MACs of one layer, such as "torch.Conv2d(3, 64, 7,
    stride=2, padding=3)" at "N,3,H,W"; names are sizes that stay open.
    """
    return _answer("shape", *_asked("--input", input_shape), "--", layer)


@SERVER.tool()
def convert(layer: str, framework: str, input_shape: str | None = None) -> dict[str, Any]:
    """The same layer in the words of torch, keras, tensorflow, jax, onnx or paddle."""
    return _answer("convert", *_asked("--input", input_shape), "--", layer, framework)


@SERVER.tool()
def compare(one: str, other: str) -> dict[str, Any]:
    """At which sizes two layers give the same size, and at which the same values."""
    return _answer("compare", "--", one, other)


@SERVER.tool()
def solve(given: list[str], transposed: bool = False) -> dict[str, Any]:
    """Sizes, kernels, strides or paddings: "n=224" is given, "p=?" asked, "k=1..9" asked in bounds;
    n goes in, m comes out.
    """
    return _answer("solve", *(["--transposed"] if transposed else []), "--", *given)


@SERVER.tool()
def formula(name: str | None = None, form: str = "plain") -> dict[str, Any]:
    """A law by its name, as plain, latex, python, numpy, c, rust, js, …; without a name, all."""
    return _answer("formula", f"--as={form}", *([] if name is None else ["--", name]))


@SERVER.tool()
def network(model: str, input_shape: str | None = None, sizes: str | None = None) -> dict[str, Any]:
    """Which sizes a network takes, what it gives, how far an output sees; at `sizes`, such as
    "224,256", every layer, or why it does not run. `model`: an ONNX file; layers in a row, such as
    "torch.Conv1d(80, 512, 3, 2, 1); torch.GELU()"; or unet, resnet50, …
    """
    if model not in known() and not is_text(model) and not is_file(model):
        raise ToolError(
            f"there is no such ONNX file; received {model!r}; {', '.join(known())} work"
        )
    words = [*_asked("--input", input_shape), *_asked("--sizes", sizes)]
    return _answer("network", *words, "--", model)


def main() -> None:
    """Serve until the client is done."""
    SERVER.run("stdio")


if __name__ == "__main__":
    main()
