"""Operators that make one of all along some axes."""

from functools import reduce

from shapealg.network import numbers, operations
from shapealg.network.operations import same
from shapealg.network.readers.onnx.operators.kept import shaped
from shapealg.network.readers.onnx.operators.said import place
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN

OPERATORS = Operators()


@OPERATORS.built(
    """ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp
ReduceSumSquare"""
)
def _reduction(node):
    axes = node.axes(1)
    if not axes and node.get("noop_with_empty_axes"):
        return shaped
    return _over(axes, bool(node.get("keepdims", True)))


@OPERATORS.built("ReduceProd")
def _product(node):
    axes = node.axes(1)
    if not axes and node.get("noop_with_empty_axes"):
        return same
    return _over(
        axes, bool(node.get("keepdims", True)), lambda row: reduce(numbers.multiply, row, 1)
    )


@OPERATORS.built("ArgMax ArgMin")
def _chosen(node):
    return _over((node.get("axis", 0),), bool(node.get("keepdims", True)))


def _over(axes, *how):
    """All along some axes, or along every one if none is named."""
    whole = operations.reduce(axes or None, *how)

    def operation(flow, x, *_):
        for axis in axes or () if x.shape is not None else ():
            place(axis, len(x.shape))
        return whole(flow, x)

    return operation


@OPERATORS.plain("GlobalAveragePool GlobalMaxPool GlobalLpPool")
def _global(flow, x):
    if x.shape is None:
        return UNKNOWN
    return operations.reduce(tuple(range(2, len(x.shape))), True)(flow, x)
