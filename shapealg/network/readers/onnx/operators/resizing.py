"""Operators that resize axes, and what each place of the result reads."""

from dataclasses import replace
from functools import partial

from shapealg.axis.resized import Resized
from shapealg.axis.scaled import Scaled
from shapealg.network import operations
from shapealg.network.operations import refuse
from shapealg.network.readers.onnx.operators.cuts import forgotten
from shapealg.network.readers.onnx.operators.said import Said, numbers_in, place, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.words.dialects import onnx

OPERATORS = Operators()


@OPERATORS.built("Resize")
def _resize(node):
    """Scales or sizes, whichever is there; in opset 10 and before, scales are the second input."""

    def operation(flow, x, *rest):
        if x.shape is None:
            return UNKNOWN
        given = (*rest, None, None, None)
        scales, sizes = given[1:3] if node.opset > 10 else (given[0], None)
        row, wanted = node.get("scales", numbers_in(scales)), whole(sizes)
        rank = len(x.shape)
        which = tuple(place(i, rank) for i in node.get("axes") or range(rank))
        if scales is None and sizes is None and "scales" not in node:
            refuse("须给出 scales 或 sizes", "scales or sizes are needed", None)
        how = partial(_interpolation, node)
        if wanted is not None and node.get("keep_aspect_ratio_policy", "stretch") == "stretch":
            return _resized(flow, x, dict(zip(which, wanted, strict=True)), how)
        if not row or wanted is not None:
            return Tensor(tuple(None if i in which else n for i, n in enumerate(x.shape)))
        return _scaled(flow, x, dict(zip(which, row, strict=True)), how)

    return operation


@OPERATORS.built("Upsample")
def _upsample(node):
    return _resize(replace(node, opset=10))


def _interpolation(node: Said, factor=None, length=None) -> dict:
    """How it reads along an axis, in the words of `Resized`."""
    words = {name: node.get(name) for name in onnx.SAYING if name in node}
    mode = onnx.reading(words, node.opset, factor, length)
    return {"mode": mode, "smooth": bool(node.get("antialias"))}


def _resized(flow, x, wanted: dict, how):
    """Some axes resized to given lengths: axis → length, `None` where nobody knows it."""
    ways = {
        i: Resized(n, **how(length=n))
        for i, n in wanted.items()
        if n is not None and n != x.shape[i]
    }
    made = operations.mapped(flow, x, ways)
    return forgotten(made, {i for i, n in wanted.items() if n is None})


def _scaled(flow, x, factors: dict, how):
    """Some axes resized by factors: axis → factor."""
    open_at = {i for i, f in factors.items() if not isinstance(f, int | float)}
    ways = {
        i: Scaled.of(f, 24, **how(factor=f))
        for i, f in factors.items()
        if i not in open_at and f != 1
    }
    return forgotten(operations.mapped(flow, x, ways), open_at)
