"""Operators on shapes as data: what a shape is, and constants, counts and rows made of numbers."""

from math import ceil, prod

from shapealg.axis.length import Length
from shapealg.network import entries, operations
from shapealg.network.operations import refuse
from shapealg.network.readers.onnx.operators.said import FEW, constant, number, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Places, Tensor

OPERATORS = Operators()


@OPERATORS.built("Shape")
def _shape(node):
    def operation(flow, x):
        if x.shape is None:
            return Tensor((None,))
        value = x.shape[slice(node.get("start"), node.get("end"))]
        return constant((len(value),), value)

    return operation


@OPERATORS.plain("Size")
def _size(flow, x):
    return constant((), None if x.unclear else prod(x.shape))


@OPERATORS.built("Constant")
def _constant(node):
    if len(node.attributes) != 1:
        refuse("常量须有一个值", "a constant needs one value", tuple(node.attributes))
    if "value" in node:
        made = node["value"]
    elif "sparse_value" in node:
        dims = tuple(node["sparse_value"].sparse_tensor.dims)
        made = constant(dims)
    else:
        (value,) = node.attributes.values()
        if "value_string" in node or "value_strings" in node:
            value = None if "value_string" in node else (None,) * len(value)
        made = constant((len(value),) if isinstance(value, tuple) else (), value)
    return lambda flow: made


@OPERATORS.built("ConstantOfShape")
def _filled(node):
    fill = node["value"].value if "value" in node else 0.0

    def operation(flow, shape):
        if shape.value is None:
            return UNKNOWN
        dims = whole(shape)
        one = fill[0] if isinstance(fill, tuple) else fill
        if any(isinstance(n, int) and n < 0 for n in dims):
            refuse("长度不能为负", "a length must not be negative", dims)
        for n in dims:
            if isinstance(n, Length):
                flow.some(n + 1)
        few = all(isinstance(n, int) for n in dims) and prod(dims) <= FEW
        value = entries.reshaped((one,) * prod(dims), dims) if few else None
        return constant(dims, value)

    return operation


@OPERATORS.plain("Range")
def _range(flow, start, end, step):
    row = [number(t) for t in (start, end, step)]
    first, last, by = row
    if by == 0:
        refuse("步长不能为 0", "a step must not be 0", by)
    if all(isinstance(v, float) for v in row):
        return constant((max(ceil((last - first) / by), 0),))
    if type(by) is not int or not all(isinstance(v, int | Length) for v in row):
        return Tensor((None,))
    length = operations.positive(-((first - last) // by) if by > 0 else -((last - first) // -by))
    few = type(first) is type(last) is int and length <= FEW
    told = (length,), tuple(range(first, last, by)) if few else None, ((),)
    return Places(*told, reach=(first, first + (length - 1) * by)) if length != 0 else Tensor(*told)
