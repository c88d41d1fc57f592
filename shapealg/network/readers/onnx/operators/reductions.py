"""Operators that make one of all along some axes."""

from functools import reduce

from shapealg.network import numbers, operations
from shapealg.network.operations import same
from shapealg.network.readers.onnx.operators.kept import shaped
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
    return operations.reduce(axes or None, bool(node.get("keepdims", 1)))


@OPERATORS.built("ReduceProd")
def _product(node):
    axes = node.axes(1)
    if not axes and node.get("noop_with_empty_axes"):
        return same
    return operations.reduce(
        axes or None, bool(node.get("keepdims", 1)), lambda row: reduce(numbers.multiply, row, 1)
    )


@OPERATORS.built("ArgMax ArgMin")
def _chosen(node):
    return operations.reduce((node.get("axis", 0),), bool(node.get("keepdims", 1)))


@OPERATORS.plain("GlobalAveragePool GlobalMaxPool GlobalLpPool")
def _global(flow, x):
    if x.shape is None:
        return UNKNOWN
    return operations.reduce(tuple(range(2, len(x.shape))), True)(flow, x)
