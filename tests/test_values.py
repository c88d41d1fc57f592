"""Values worked out from where the algebra says an output reads, against the real frameworks."""

from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import pytest
from needed import apart, require

from shapealg.axis.counted import Counted
from shapealg.axis.resized import MODES
from shapealg.checks import performed, sweep, verify, whole
from shapealg.checks.grids import torch as grid
from shapealg.words import words
from shapealg.words.dialects import torch
from shapealg.words.norm import Norm


def of(backend: str, call: str, given, /, **words) -> tuple:
    """A call as a grid gives it."""
    return backend, call, words, given


DIVIDED = {"kernel_size": 3, "padding": 1, "divisor_override": 2}
SPREAD = {
    "computation": "add",
    "window_dimensions": (1, 1, 3),
    "window_strides": (1, 1, 2),
    "base_dilation": (1, 1, 2),
    "window_dilation": (1, 1, 2),
    "padding": "VALID",
}
CONVOLVED = {"rhs": (4, 4, 3), "window_strides": (1,), "padding": "SAME"}
SPREAD_IN_PARTS = CONVOLVED | {"padding": ((2, 2),), "lhs_dilation": (2,), "batch_group_count": 2}
BACK = {"rhs": (2, 3, 2), "strides": (2,), "padding": "VALID"}
BACK["dimension_numbers"] = ("NCH", "OIH", "NHC")
NUMBERS = ("CHN", "IHO", "HCN")
# what had no values before: a call of each kind
CALLS = (
    of("torch", "Upsample", (1, 2, 7, 8), size=(5, 13), mode="bicubic"),
    of("torch", "Upsample", (1, 2, 7, 8), size=(5, 13), mode="bicubic", align_corners=True),
    of("torch", "LPPool1d", (1, 2, 9), norm_type=2, kernel_size=4, stride=3, ceil_mode=True),
    of("torch", "LPPool2d", (1, 2, 7, 8), norm_type=3, kernel_size=2),
    of("torch", "AvgPool2d", (1, 2, 7, 8), **DIVIDED, count_include_pad=False),
    of("torch", "AvgPool3d", (1, 2, 4, 5, 6), kernel_size=3, padding=1, divisor_override=-5),
    of("torch", "Linear", (2, 3, 6), in_features=6, out_features=4),
    of("torch", "Flatten", (2, 3, 4), start_dim=0, end_dim=1),
    of("torch", "LPPool2d", (1, 2, 7, 8), norm_type=float("inf"), kernel_size=2),
    of("paddle", "LPPool2D", (1, 2, 7, 8), norm_type=float("inf"), kernel_size=2),
    of("paddle", "Upsample", (1, 2, 7, 8), size=(5, 13), mode="bicubic"),
    of("paddle", "LPPool1D", (1, 2, 9), norm_type=2, kernel_size=4, stride=3, ceil_mode=True),
    of("paddle", "AvgPool2D", (1, 2, 7, 8), **DIVIDED, exclusive=True),
    of("paddle", "AvgPool3D", (1, 2, 4, 5, 6), kernel_size=3, exclusive=False, divisor_override=2),
    of("paddle", "Linear", (2, 3, 6), in_features=6, out_features=4),
    of("paddle", "Pad2D", (3, 5), padding=(1, 2)),
    of("paddle", "Pad1D", (3, 5), padding=(1, 2, 3, 0)),
    of("onnx", "Resize", (1, 1, 4, 7), sizes=(1, 1, 9, 3), mode="cubic"),
    of("onnx", "Resize", (1, 1, 9, 7), sizes=(1, 1, 4, 3), mode="cubic", antialias=1),
    of("onnx", "Resize", (1, 1, 4, 7), sizes=(1, 1, 9, 3), mode="cubic", cubic_coeff_a=-0.5),
    of("onnx", "Resize", (1, 1, 9, 7), sizes=(1, 1, 4, 3), mode="cubic", exclude_outside=1),
    of("onnx", "LpPool", (1, 2, 9), kernel_shape=(3,), strides=(2,), p=3),
    of("onnx", "GlobalLpPool", (1, 2, 3, 5)),
    of("onnx", "Gemm", (3, 2), B=(4, 3), C=(2, 1), transA=1, transB=1),
    of("onnx", "MatMul", (2, 3), B=(2, 3, 4)),
    of("onnx", "Slice", (1, 2, 8), starts=(-1,), ends=(-7,), axes=(2,), steps=(-2,)),
    of("onnx", "CenterCropPad", (1, 2, 5), shape=(4, 8), axes=(1, 2)),
    of("onnx", "CenterCropPad", (1, 2, 7), shape=(4,), axes=(2,)),
    of("jax", "image_resize", (1, 7, 3, 1), shape=(1, 5, 7, 1), method="cubic"),
    of("jax", "image_resize", (1, 7), shape=(1, 5), method="cubic-pytorch", antialias=False),
    of("jax", "image_resize", (1, 7), shape=(1, 5), method="bicubic-pytorch"),
    of("jax", "image_resize", (1, 7), shape=(1, 5), method="lanczos3"),
    of("jax", "image_resize", (1, 7), shape=(1, 5), method="area"),
    of("jax", "reduce_window", (3, 5), computation="mul", window_dimensions=(2, 3)),
    of("jax", "reduce_window", (1, 2, 5), **SPREAD),
    of("jax", "conv_general_dilated", (4, 10, 1), **CONVOLVED, dimension_numbers=NUMBERS),
    of("jax", "conv_general_dilated", (4, 4, 9), **CONVOLVED, batch_group_count=2),
    of("jax", "conv_general_dilated", (4, 4, 9), **SPREAD_IN_PARTS),
    of("jax", "conv_transpose", (1, 2, 5), **BACK, transpose_kernel=True),
    of("tensorflow", "image_resize", (1, 7, 4, 3), size=(5, 9), method="bicubic"),
    of("tensorflow", "image_resize", (1, 7, 4, 3), size=(5, 9), method="mitchellcubic"),
    of("tensorflow", "image_resize", (1, 7, 4, 3), size=(5, 9), method="gaussian", antialias=True),
    of("tensorflow", "reshape", (2, 6), shape=(4, 3)),
    of("keras-jax", "Resizing", (1, 6, 3, 1), height=9, width=3, interpolation="bicubic"),
    of("keras-jax", "GlobalMaxPooling2D", (1, 3, 4, 2), data_format="channels_first"),
    of("keras-jax", "Dense", (2, 3, 6), units=4),
    of("keras-jax", "Flatten", (2, 3, 4, 5), data_format="channels_first"),
    of("keras-jax", "Add", ((2, 3, 4), (2, 4), (2, 1, 4))),
    of("keras-jax", "Concatenate", ((2, 3, 4), (2, 5, 4)), axis=-2),
)


@pytest.mark.parametrize("one", CALLS, ids=lambda one: f"{one[0]} {one[1]} {one[2]}")
def test_values_are_those_of_the_framework(one):
    backend, *case = one
    tally = apart(backend.partition("-")[0]).submit(sweep.swept, backend, [case]).result()
    assert (tally.values, tally.agreed, tally.disagreed) == (1, 1, [])


@pytest.mark.parametrize("backend", verify.SWEPT)
def test_every_call_has_values(backend):
    """Some example of each call that runs, in the quick grids, has its values worked out; but of
    unpooling none, see `performed.UNPOOLING`.
    """
    untold, grids = set(), sweep.grids(backend)
    for kind in grids:
        cases = sorted(grids[kind](False), key=lambda case: case[0])
        for call, group in groupby(cases, key=lambda case: case[0]):
            if not any(worked(backend, *case) for case in group):
                untold.add(call)
    assert {name for name in untold if "unpool" not in name.lower()} == set()


def worked(backend: str, call: str, words: dict, shape) -> bool:
    """Whether the values of a call are worked out."""
    made, ours = sweep.said(backend, call, words, shape)
    if ours == sweep.REFUSED or 0 in ours or not performed.work(made, shape, ours):
        return False
    return performed.example(made, shape, backend)[-1] is not None


def disagreements(*calls) -> list:
    """What differs of calls of PyTorch, where they are worked out here."""
    return sweep.swept("torch", [call[1:] for call in calls]).disagreed


def test_planted_errors_are_seen_in_the_values(monkeypatch):
    require("torch")
    cubic, corners, ceiled, signed, divided, _, dense, flat, _ = (
        call for call in CALLS if call[0] == "torch"
    )
    planted = (
        (grid, "MANNER", replace(grid.MANNER, cubic=-0.5), cubic),
        (grid, "MANNER", replace(grid.MANNER, drops=True), cubic),
        (grid, "MANNER", replace(grid.MANNER, table=8), cubic),
        (MODES, "cubic", ("edges", Fraction(2)), cubic),
        (MODES, "corners-cubic", ("centres", Fraction(2)), corners),
        (torch.LPPool, "norm", Norm(3, signed=False), signed),
        (torch.LPPool, "counted", Counted.NONE, ceiled),
        (words, "_scale", lambda kernel_size, divisor: 1, divided),
        (torch.Linear, "biased", False, dense),
        (whole.LAYERS, "Flatten", lambda words, x, drawn: (None, x.T.reshape(6, 4)), flat),
    )
    for owner, name, wrong, call in planted:
        with monkeypatch.context() as patched:
            setter = patched.setitem if isinstance(owner, dict) else patched.setattr
            setter(owner, name, wrong)
            assert disagreements(call), name
