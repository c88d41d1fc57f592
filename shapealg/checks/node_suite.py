"""ONNX's own backend test suite: every case of our operators, its node said in our words, its
output shape compared with the suite's.

The cases are those that `onnx.backend.test.case` generates; each is a model of one node with inputs
and expected outputs.
"""

import warnings
from functools import lru_cache
from typing import Any

from onnx import helper

from shapealg.checks.backends.onnx import VALUES, WEIGHTS
from shapealg.errors import ShapeError
from shapealg.text import LANGUAGES, Text
from shapealg.words.dialects import onnx as dialect

OPERATORS = (
    "Add",
    "AveragePool",
    "CenterCropPad",
    "Col2Im",
    "Concat",
    "Conv",
    "ConvTranspose",
    "DepthToSpace",
    "Flatten",
    "Gemm",
    "GlobalAveragePool",
    "GlobalLpPool",
    "GlobalMaxPool",
    "LpPool",
    "MatMul",
    "MaxPool",
    "MaxUnpool",
    "Pad",
    "Resize",
    "Slice",
    "SpaceToDepth",
    "Upsample",
)

_EXPANDED = Text(
    zh="同一个算子写成许多别的算子；它的形状已由不带 _expanded 的那一例比过。",
    en=(
        "the same operator written out in many others; its shape is compared by the case without"
        " _expanded."
    ),
)
# Cases that are not asked, and why.
OUT_OF_SCOPE = {
    f"test_{name}_expanded": _EXPANDED
    for name in (
        "center_crop_pad_crop",
        "center_crop_pad_crop_and_pad",
        "center_crop_pad_crop_axes_chw",
        "center_crop_pad_crop_axes_hwc",
        "center_crop_pad_crop_negative_axes_hwc",
        "center_crop_pad_pad",
        "depthtospace_crd_mode_example",
        "depthtospace_example",
        "spacetodepth",
        "spacetodepth_crd_mode_example",
        "spacetodepth_dcr_mode_example",
        "spacetodepth_example",
    )
}


@lru_cache(maxsize=1)
def cases() -> dict:
    """The cases of our operators, those out of scope among them: name → case."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        found = collect_testcases(None)
    return {
        case.name: case
        for case in found
        if case.name in OUT_OF_SCOPE
        or (len(case.model.graph.node) == 1 and case.model.graph.node[0].op_type in OPERATORS)
    }


def said(case) -> tuple:
    """(operator, our words, the shapes that go in, the shape that the suite expects)."""
    node = case.model.graph.node[0]
    inputs, outputs = case.data_sets[0]
    given = dict(zip((value.name for value in case.model.graph.input), inputs, strict=True))
    arrays = [given.get(label) for label in node.input]
    words = {
        attribute.name: _plain(helper.get_attribute_value(attribute))
        for attribute in node.attribute
    }
    call, behind = node.op_type, arrays[1:]
    if call in ("Add", "Concat"):
        return call, words, [array.shape for array in arrays if array is not None], outputs[0].shape
    words |= {
        label: array.shape
        for label, array in zip(WEIGHTS.get(call, ()), behind, strict=False)
        if array is not None
    }
    words |= {
        label: tuple(array.tolist())
        for label, array in zip(VALUES.get(call, ()), behind, strict=False)
        if label not in ("I", "constant_value") and array is not None and array.size
    }
    opset = next(entry.version for entry in case.model.opset_import if not entry.domain)
    return call, words | {"opset": opset}, [given[node.input[0]].shape], outputs[0].shape


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return tuple(value) if isinstance(value, list | tuple) else value


def answer(call: str, words: dict, shapes: list) -> tuple:
    """The shape that our dialect says."""
    if call == "Add":
        return dialect.Add(*shapes)
    if call == "Concat":
        return dialect.Concat(shapes, **words)
    return tuple(getattr(dialect, call)(**words).output_shape(shapes[0]))


def run() -> dict:
    """Every case: passed, out of scope (with the reason), or failed (with what was said)."""
    told: dict[str, Any] = {"passed": [], "out_of_scope": {}, "failed": []}
    for name, case in sorted(cases().items()):
        if name in OUT_OF_SCOPE:
            told["out_of_scope"][name] = {half: OUT_OF_SCOPE[name][half] for half in LANGUAGES}
            continue
        call, words, shapes, expected = said(case)
        made: tuple | str
        try:
            made = answer(call, words, shapes)
        except ShapeError as error:
            made = str(error)
        if made == tuple(expected):
            told["passed"].append(name)
        else:
            told["failed"].append(
                {
                    "case": name,
                    "call": call,
                    "words": words,
                    "input": shapes,
                    "suite": tuple(expected),
                    "algebra": made,
                }
            )
    return told
