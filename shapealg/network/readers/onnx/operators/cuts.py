"""Operators that leave some entries, or put others around them."""

from shapealg.axis.window import Window
from shapealg.exact import larger, smaller
from shapealg.network import operations
from shapealg.network.filled import Around, Mirrored
from shapealg.network.operations import cut, refuse
from shapealg.network.readers.onnx.operators.said import number, place, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.words.dialects.onnx import END

OPERATORS = Operators()


@OPERATORS.built("Slice")
def _slice(node):
    constant = all(t is None or t.shape is not None for t in node.constants[1:])

    def operation(flow, x, starts=None, ends=None, axes=None, steps=None):
        rows = [node.get("starts", whole(starts)), node.get("ends", whole(ends))]
        if None in rows or x.shape is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = node.get("axes") or whole(axes) or tuple(range(len(rows[0])))
        strides, rank = whole(steps) or (1,) * len(rows[0]), len(x.shape)
        ranges, late = {}, []
        if not len(which) == len(rows[0]) == len(rows[1]) == len(strides):
            refuse(
                "starts、ends、axes、steps 须一样长",
                "starts, ends, axes and steps must be equally long",
                tuple(map(len, (*rows, which, strides))),
            )
        for axis, start, end, step in zip(which, *rows, strides, strict=True):
            at = place(axis, rank)
            if at in ranges or not rank:
                refuse("每个轴至多切一次", "each axis is cut at most once", which)
            if step == 0:
                refuse("步长不能为 0", "a step must not be 0", strides)
            ranges[at] = (
                (None, None, None)
                if None in (start, end) or not isinstance(step, int)
                else _ends(start, end, step, x.shape[at])
            )
            late += [at] * _starts_over(end, step)
        made = cut(flow, x, ranges)
        if x.value is None:  # a computed 0 is not meant to take nothing
            for at in late if constant else ranges:
                flow.some(made.shape[at])
        return made

    return operation


def _starts_over(end, step) -> bool:
    """Whether a slice that runs backwards takes the first entry of a short axis, which it does from
    0 on, and may take nothing of a longer one.
    """
    return type(end) is type(step) is int and step < 0 and end < -1


def _ends(start, end, step: int, n) -> tuple:
    """Where a slice starts and ends: the largest ints mean the border, whichever way it goes, and
    one that runs backwards starts at 0 at least.
    """
    # up to -1 it takes nothing
    if step < 0 and n is not None and end != -1:
        start = -n if type(start) is int and start <= -END else larger(start, -n)
    return start, None if end in (END, 2**63 - 1) else end, step


@OPERATORS.built("Pad")
def _pad(node):
    def operation(flow, x, pads=None, value=None, axes=None):
        row = node.get("pads", whole(pads))
        if x.shape is None or row is None:
            return UNKNOWN if x.shape is None else Tensor((None,) * len(x.shape))
        which = whole(axes) or tuple(range(len(x.shape)))
        half = len(row) // 2
        pads = {
            place(axis, len(x.shape)): (lo, hi)
            for axis, lo, hi in zip(which, row[:half], row[half:], strict=True)
            if not (lo == 0 and hi == 0)
        }
        mode = node.get("mode", "constant")
        for axis, (lo, hi) in pads.items():
            n = x.shape[axis]
            if mode == "reflect" and None not in (n, lo, hi):
                # what is left of it is mirrored without its border
                flow.some(n + smaller(lo, 0) + smaller(hi, 0) - larger(lo, hi))
            elif mode != "constant":  # filled from what is left
                operations.cropped(flow, n, (lo, hi), 1)
        window = {"reflect": Mirrored, "edge": Mirrored, "wrap": Around}.get(mode, Window)
        made = operations.mapped(
            flow, x, {axis: window(1, 1, *ends) for axis, ends in pads.items() if None not in ends}
        )
        return forgotten(made, {axis for axis, ends in pads.items() if None in ends})

    return operation


def forgotten(made, axes):
    """A tensor whose lengths along some axes nobody knows."""
    if not axes:
        return made
    shape = tuple(None if i in axes else n for i, n in enumerate(made.shape))
    return Tensor(shape, None, tuple(() if i in axes else w for i, w in enumerate(made.wires)))


@OPERATORS.built("Gather", weights=True)
def _gather(node):
    return operations.take(node.get("axis", 0))


@OPERATORS.plain("GatherElements")
def _picked(flow, x, chosen):
    """As many as are chosen, from anywhere along an axis."""
    if chosen.shape is None:
        return UNKNOWN
    place(0, len(chosen.shape))
    return Tensor(
        chosen.shape, None, tuple((Wire(0, i, WHOLE), Wire(1, i)) for i in range(len(chosen.shape)))
    )


@OPERATORS.built("TopK", outputs=2)
def _top(node):
    def operation(flow, x, k=None):
        if x.shape is None:
            return UNKNOWN, UNKNOWN
        at = place(node.get("axis", -1), len(x.shape))
        n, m = node["k"] if "k" in node else number(k), x.shape[at]
        if k is None and "k" not in node:
            refuse("须给出 k", "k is needed", None)
        if type(n) is int and n < 0:
            refuse("k 不能为负", "k must not be negative", n)
        if k is not None and k is not node.constants[1]:  # a computed 0 is not meant
            flow.some(n)
        if None not in (n, m):
            flow.some(m - n + 1)
        made = Tensor(
            tuple(n if i == at else m for i, m in enumerate(x.shape)),
            None,
            tuple(() if i == at else w for i, w in enumerate(operations.kept(len(x.shape)))),
        )
        return made, made

    return operation
