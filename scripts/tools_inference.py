"""What shape inference says of a file, or of a source: ONNX's own, ONNX Runtime's symbolic one,
onnx-shape-inference, and Pyrefly with the stubs for PyTorch.
"""

import json
import re
import subprocess
import sys
import sysconfig
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from tools_frameworks import Torch
from tools_hands import CHANNELS, onnx_model, source, torch_text
from tools_networks import NETWORKS
from tools_question import Answer, Refused, Tool, is_formula, line

# ---------------------------------------------------------------- ONNX


class File(Tool):
    """A file in ONNX, and a session of ONNX Runtime that runs it."""

    framework = "onnx"

    def given(self):
        """The model with H and W open."""
        return onnx_model(self.name)

    @cached_property
    def session(self):
        """Of ONNX Runtime, without its warnings."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(
            onnx_model(self.name).SerializeToString(), options, ["CPUExecutionProvider"]
        )

    def run(self, n):
        """In a session, on zeros."""
        import numpy

        x = numpy.zeros((1, CHANNELS, n, self.example), "float32")
        (made,) = self.session.run(None, {"x": x})
        if 0 in made.shape:
            raise Refused("nothing comes out")
        return made.shape[2]

    def shape(self, model) -> list:
        """The output's, as the tool infers it: numbers, texts, and None."""
        raise NotImplementedError

    def ask(self, given):
        """One inference."""
        try:
            shape = self.shape(given)
        except Exception as problem:
            raise Refused(line(problem)) from None
        told = "?" if shape[2] is None else str(shape[2])
        return Answer(told if is_formula(told) else None, told_shape(shape))

    def height(self, n):
        """An inference of the model with n in its input's shape."""
        shape = self.shape(onnx_model(self.name, n, self.example))
        if any(isinstance(size, int) and size < 1 for size in shape):
            raise Refused("nothing would come out")
        return shape[2] if isinstance(shape[2], int) else None


def told_shape(shape: list) -> str:
    """A shape as text."""
    return f"({', '.join('?' if size is None else str(size) for size in shape)})"


def of_value(value) -> list:
    """The shape of a value of a model."""
    dims = value.type.tensor_type.shape.dim
    return [dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None for dim in dims]


class Onnx(File):
    """`onnx.shape_inference.infer_shapes`, strict, data propagated."""

    imported = ("onnx.shape_inference",)

    def shape(self, model):
        """The output's."""
        from onnx.shape_inference import infer_shapes

        return of_value(infer_shapes(model, strict_mode=True, data_prop=True).graph.output[0])


class Runtime(File):
    """ONNX Runtime's `symbolic_shape_infer`; sizes that it cannot tell apart are merged only where
    it stops without.
    """

    imported = ("onnxruntime.tools.symbolic_shape_infer",)

    def shape(self, model):
        """The output's."""
        from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference

        kept = model.SerializeToString()
        try:
            made = SymbolicShapeInference.infer_shapes(model)
        except Exception as problem:
            if "Incomplete" not in str(problem):
                raise
            model.ParseFromString(kept)
            made = SymbolicShapeInference.infer_shapes(model, auto_merge=True)
        return of_value(made.graph.output[0])


class Inference(File):
    """`onnx_shape_inference.infer_symbolic_shapes`."""

    imported = ("onnx_ir", "onnx_shape_inference")

    def shape(self, model):
        """The output's."""
        import onnx_ir
        import onnx_shape_inference

        made = onnx_shape_inference.infer_symbolic_shapes(onnx_ir.from_proto(model))
        return [getattr(size, "value", size) for size in made.graph.outputs[0].shape]


# ---------------------------------------------------------------- Pyrefly

HEAD = """from typing import reveal_type

import torch
from shape_extensions import IntVar
from torch import Tensor, nn


"""
FORWARD = "def forward[H: IntVar, W: IntVar](self, x: Tensor[[1, {}, H, W]]):"
SETTINGS = """python-version = "3.13"
search-path = ["stubs"]
python-interpreter-path = {}
"""
SHAPE = re.compile(r"Tensor\[\[(.*)\]\]")


class Pyrefly(Torch):
    """Pyrefly's types of the module's source; its stubs lie on the search path, where alone it
    follows them.
    """

    def given(self):
        """The module with H and W open, its output revealed."""
        text = torch_text(self.name, FORWARD.format(CHANNELS))
        return HEAD + re.sub(r"return (\w+)", r"return reveal_type(\1)", text)

    def ask(self, given):
        """One check, in a process of its own."""
        found = checked(given)
        for one in found:
            if one["name"] != "reveal-type":
                raise Refused(one["description"][:400])
        shape = revealed(found[-1])
        told = shape[2] if shape else "?"
        return Answer(told if is_formula(told) else None, found[-1]["description"][15:])

    @cached_property
    def at(self) -> dict:
        """The heights at all sizes, from one check of as many functions."""
        text, firsts = self.given(), {}
        _, lines = source(self.name)
        for n in NETWORKS[self.name].heights:
            firsts[n] = text.count("\n") + 3
            shape = f"Tensor[[1, {CHANNELS}, {n}, {self.example}]]"
            body = [*lines[:-1], f"reveal_type({lines[-1].removeprefix('return ')})"]
            text += f"\n\ndef at{n}(self: Net, x: {shape}):\n"
            text += "".join(f"    {one}\n" for one in body)
        found, made = checked(text), {}
        for n, first in firsts.items():
            made[n] = [one for one in found if first <= one["line"] <= first + len(lines)]
        return made

    def height(self, n):
        """As revealed, where nothing is complained of."""
        if any(one["name"] != "reveal-type" for one in self.at[n]):
            raise Refused("an error")
        shape = revealed(self.at[n][-1])
        if not shape or not shape[2].lstrip("-").isdigit():
            return None
        if int(shape[2]) < 1:
            raise Refused("nothing would come out")
        return int(shape[2])


def revealed(one: dict) -> list | None:
    """The sizes of a tensor's type."""
    found = SHAPE.search(one["description"])
    return found and [size.strip() for size in found[1].split(",")]


def checked(text: str) -> list:
    """What Pyrefly says of a source."""
    place = Path(sysconfig.get_path("purelib"))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "stubs").mkdir()
        (home / "stubs/torch-stubs").symlink_to(place / "torch-stubs")
        (home / "pyrefly.toml").write_text(SETTINGS.format(json.dumps(sys.executable)))
        (home / "net.py").write_text(text)
        command = [Path(sys.executable).with_name("pyrefly"), "check", "--output-format", "json"]
        ran = subprocess.run([*command, "net.py"], cwd=home, capture_output=True, text=True)
    return json.loads(ran.stdout)["errors"]
