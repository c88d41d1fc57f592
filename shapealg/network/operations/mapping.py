"""Axes that go through a map of one axis: padding, cropping, resizing."""

from shapealg.axis.condition import Condition
from shapealg.network.operations.axes import kept, place
from shapealg.network.tensor import UNKNOWN, Tensor, Wire, told


def mapped(flow, x, maps: dict):
    """Some axes mapped: axis → a map of one axis (padding, resizing)."""
    if x.shape is None:
        return UNKNOWN
    made, wires = list(x.shape), list(kept(len(x.shape)))
    for axis, way in maps.items():
        at = place(axis, len(made))
        if made[at] is not None:
            made[at] = flow.counted(way, made[at])
            flow.some(made[at])
        else:
            made[at] = way.given
        wires[at] = (Wire(0, at, told(way)),)
    return Tensor(tuple(made), None, tuple(wires))


def cropped(flow, n, amounts: tuple, least: int) -> None:
    """Require at least so much to be left where padding with negative amounts crops, however much
    is added on the other side.
    """
    for amount in amounts:
        if n is None or amount is None:
            continue
        left = n + amount - least
        if isinstance(left, int) or not Condition(left, ">=").settled():
            flow.some(left + 1)
