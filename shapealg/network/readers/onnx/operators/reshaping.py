"""Operators that order entries in other axes, and that join, part or repeat them."""

from math import prod

from shapealg.network import entries, operations
from shapealg.network.operations import refuse
from shapealg.network.readers.onnx.operators.said import place, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor

OPERATORS = Operators()


@OPERATORS.built("Reshape")
def _reshape(node):
    keeps = not node.get("allowzero")
    said = node.get("shape")

    def operation(flow, x, shape=None):
        target = said if said is not None else whole(shape)
        return operations.reshape(flow, x, target, keeps)

    return operation


@OPERATORS.built("Flatten")
def _flatten(node):
    axis = node.get("axis", 1)

    def operation(flow, x):
        if x.shape is None or None in x.shape:
            return Tensor((None, None))
        # behind the last axis works too
        at = place(axis, len(x.shape)) if axis != len(x.shape) else axis
        if at == 1 and len(x.shape) > 1:
            return operations.flatten(1, -1)(flow, x)
        made = prod(x.shape[:at]), prod(x.shape[at:])
        return Tensor(made, entries.reshaped(x.value, made), ((), ()))

    return operation


@OPERATORS.built("Transpose")
def _transpose(node):
    if any(axis < 0 for axis in node.get("perm", ())):
        refuse("perm 里的轴从 0 数起", "the axes of perm count from 0", node["perm"])
    return operations.permute(node.get("perm"))


@OPERATORS.built("Squeeze")
def _squeeze(node):
    return operations.squeeze(node.axes(1) or None)


@OPERATORS.built("Unsqueeze")
def _unsqueeze(node):
    return operations.unsqueeze(node.axes(1))


@OPERATORS.built("Concat")
def _concat(node):
    return operations.concat(node.get("axis", 1))  # from opset 4 on it is never left out


@OPERATORS.built("Split", outputs=None)
def _split(node):
    axis, said, wanted = node.get("axis", 0), node.get("split"), node.get("num_outputs")
    outputs = node.outputs
    constant = all(t is None or t.shape is not None for t in node.constants[1:])

    def operation(flow, x, split=None):
        if x.shape is None:
            return (UNKNOWN,) * outputs
        lengths, n = said or whole(split), x.shape[place(axis, len(x.shape))]
        if lengths is None:
            lengths = (
                (None,) * outputs
                if n is None or split is not None
                else _shares(flow, n, outputs, wanted)
            )
        if len(lengths) != outputs or any(type(m) is int and m < 0 for m in lengths):
            refuse(
                f"须有 {outputs} 个不为负的长度",
                f"{outputs} lengths are needed, none of them negative",
                tuple(lengths),
            )
        for m in () if constant else lengths:  # a computed 0 is not meant
            flow.some(m)
        return operations.split(axis, tuple(lengths))(flow, x)

    return operation


def _shares(flow, n, outputs: int, wanted) -> tuple:
    """Equal lengths; where their number is said, the last may be shorter, or empty, but the others
    are not made shorter for it.
    """
    if wanted is None:  # parting asks that they make n together
        return (n // outputs,) * outputs
    if wanted != outputs:
        refuse(
            "num_outputs 须等于输出的个数",
            "num_outputs must be the number of outputs",
            wanted,
            f"应为 {outputs}",
            f"{outputs} works",
        )
    share = -(-n // outputs)
    last = n - share * (outputs - 1)
    flow.some(last + 1)
    return (*(share,) * (outputs - 1), last)


@OPERATORS.plain("Expand")
def _expand(flow, x, shape):
    return operations.expand(flow, x, whole(shape))


@OPERATORS.plain("Tile")
def _tile(flow, x, times):
    row = whole(times)
    if x.shape is not None and row is not None and len(row) != len(x.shape):
        refuse(f"repeats 须有 {len(x.shape)} 项", f"repeats needs {len(x.shape)} entries", row)
    return operations.repeat(flow, x, row)
