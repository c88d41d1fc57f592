"""Layers that act on the shape as a whole, on numbers: matrices, the same entries in another shape,
several inputs.
"""

from collections.abc import Callable

import numpy

from shapealg.checks.sums import convolved


def worked(words, x, drawn: Callable) -> tuple:
    """Weights in the framework's layout (or none), and what comes out of x.

    Args:
        words: a layer of one of the names in `LAYERS`.
        x: an array; of a layer that takes several, a list of them.
        drawn: gives an array of random numbers of a shape.
    """
    return LAYERS[type(words).__name__](words, x, drawn)


def _matrix(words, x, drawn):
    """The last axis through the convolution that the algebra says it is: its kernel is 1, and
    every other axis is a batch.
    """
    weight, last = drawn(words.weight_shape(x.shape)), words.pointwise(1)
    met = weight if words.framework == "torch" else weight.T  # PyTorch keeps (out, in)
    made = convolved(last, x.reshape(-1, x.shape[-1], 1), met[..., None])
    made = made.reshape(*x.shape[:-1], last.filters)
    bias = [drawn(last.filters)] if last.bias else []
    return [weight, *bias], made + sum(bias)


def _gemm(words, x, drawn):
    """ONNX's two matrices, each turned or not, and what is added."""
    weight = drawn(words.B)
    made = (x.T if words.transA else x) @ (weight.T if words.transB else weight)
    added = [] if words.C is None else [drawn(words.C)]
    return [weight, *added], made + sum(added)


def _matmul(words, x, drawn):
    weight = drawn(words.B)
    return [weight], numpy.matmul(x, weight)


def _reshaped(words, x, drawn):
    """The same entries one behind the other, the last axis running fastest."""
    if words.framework == "keras" and words.layout == "NC*" and x.ndim > 2:
        x = numpy.moveaxis(x, 1, -1)  # Keras flattens as if channels came last
    return None, x.reshape(words.output_shape(x.shape))


def _added(words, x, drawn):
    """The batch stays in front, and the other axes meet from the last on."""
    most = max(each.ndim for each in x)
    fitted = [each.reshape(len(each), *(1,) * (most - each.ndim), *each.shape[1:]) for each in x]
    return None, sum(fitted)


def _joined(words, x, drawn):
    return None, numpy.concatenate(x, words.axis)


LAYERS: dict[str, Callable] = {
    "Linear": _matrix,
    "Dense": _matrix,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Flatten": _reshaped,
    "Unflatten": _reshaped,
    "reshape": _reshaped,
    "Add": _added,
    "Concatenate": _joined,
}
SEVERAL = ("Add", "Concatenate")  # they take several inputs
