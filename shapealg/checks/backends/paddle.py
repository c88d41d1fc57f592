"""The real Paddle, executed on the CPU in dynamic mode. Every shape is executed, none inferred.

The last layer is kept for the sizes that follow it in the grid, and made anew for another number of
axes: `Upsample` remembers the layout of the first input it has seen. Where no window fits, Intel's
MKL complains on the standard output; it is led aside.
"""

import contextlib
import ctypes
import os
import warnings
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "3")
warnings.filterwarnings("ignore", module="paddle")

import numpy  # noqa: E402
import paddle  # noqa: E402

name = "paddle"
paddle.set_device("cpu")
# what max pooling answers, for −∞, where a window meets padding only, in double precision, too
LOWEST = numpy.finfo("float32").min
_C = ctypes.CDLL(None)
_LAST: dict[tuple[str, str, int], Any] = {}


def versions() -> dict:
    """The packages whose versions the evidence names."""
    return {"paddle": paddle.__version__, "numpy": numpy.__version__}


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out, executed on zeros."""
    return tuple(_run(_layer(call, words, len(input_shape)), paddle.zeros(input_shape)).shape)


def execute(call: str, words: dict, x, weights=None):
    """The output on an array, in its dtype, with the given weights or the layer's own."""
    paddle.set_default_dtype(x.dtype.name)  # that of the layer's weights
    try:
        layer = getattr(paddle.nn, call)(**words)
    finally:
        paddle.set_default_dtype("float32")
    for parameter, value in zip(
        (layer.weight, layer.bias) if weights else (), weights or (), strict=False
    ):
        if tuple(parameter.shape) != value.shape:
            raise AssertionError(
                f"Paddle built weights of shape {tuple(parameter.shape)}, not {value.shape}"
            )
        parameter.set_value(numpy.ascontiguousarray(value))
    made = _run(layer, paddle.to_tensor(numpy.ascontiguousarray(x))).numpy()
    return numpy.where(made == LOWEST, -numpy.inf, made) if "MaxPool" in call else made


def reached(call: str, words: dict, input_shape: tuple, output_size) -> tuple:
    """The shape that comes out of a transposed convolution that is told its size."""
    return tuple(
        _run(
            _layer(call, words, len(input_shape)),
            paddle.zeros(input_shape),
            output_size=output_size,
        ).shape
    )


def _layer(call: str, words: dict, rank: int):
    key = call, repr(words), rank  # not the words themselves, for which 1 and True are one
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = getattr(paddle.nn, call)(**words)
    return _LAST[key]


def _run(layer, *args, **words):
    if type(layer).__name__.startswith("MaxUnPool"):  # all largest entries stood first
        args += (paddle.zeros(args[0].shape, dtype="int32"),)
    with _aside(), paddle.no_grad():
        return layer(*args, **words)


@contextlib.contextmanager
def _aside():
    """What the C libraries write to the standard output goes nowhere."""
    _C.fflush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        _C.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
