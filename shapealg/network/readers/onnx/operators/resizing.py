"""Operators that resize axes, and what each place of the result reads."""

from dataclasses import replace

from shapealg.axis.resized import Resized
from shapealg.axis.scaled import Scaled
from shapealg.network import operations
from shapealg.network.operations import place, refuse
from shapealg.network.readers.onnx.operators.cuts import forgotten
from shapealg.network.readers.onnx.operators.said import Said, numbers_in, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire, rewired

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
        mode = _interpolation(node)
        if wanted is not None and node.get("keep_aspect_ratio_policy", "stretch") == "stretch":
            return _resized(flow, x, dict(zip(which, wanted, strict=True)), mode)
        if not row or wanted is not None:
            return Tensor(tuple(None if i in which else n for i, n in enumerate(x.shape)))
        return _scaled(flow, x, dict(zip(which, row, strict=True)), mode)

    return operation


@OPERATORS.built("Upsample")
def _upsample(node):
    return _resize(replace(node, opset=10))


def _interpolation(node: Said) -> str | None:
    """Which positions resizing reads, as `Resized` calls it; `None` for those that are not told."""
    mode, at = (
        node.get("mode", "nearest"),
        node.get(
            "coordinate_transformation_mode", "half_pixel" if node.opset > 10 else "asymmetric"
        ),
    )
    if node.get("antialias") or node.get("exclude_outside"):
        return None
    if mode == "nearest":
        rounding = node.get("nearest_mode", "round_prefer_floor" if node.opset > 10 else "floor")
        return {
            ("asymmetric", "floor"): "nearest",
            ("half_pixel", "round_prefer_ceil"): "nearest-exact",
        }.get((at, rounding))
    return {
        ("linear", "half_pixel"): "linear",
        ("cubic", "half_pixel"): "cubic",
        ("linear", "align_corners"): "corners",
        ("cubic", "align_corners"): "corners-cubic",
    }.get((mode, at))


def _read(made, mode):
    """A resized tensor; where it is not told what is read, every place reads all of the axis."""
    if mode is None and made.wires is not None:
        made.wires = rewired(made.wires, _all_read)
    return made


def _all_read(wire: Wire) -> Wire:
    return wire._replace(map=WHOLE) if isinstance(wire.map, Resized | Scaled) else wire


def _resized(flow, x, wanted: dict, mode: str | None):
    """Some axes resized to given lengths: axis → length, `None` where nobody knows it."""
    ways = {
        i: Resized(n, mode=mode or "nearest")
        for i, n in wanted.items()
        if n is not None and n != x.shape[i]
    }
    made = _read(operations.mapped(flow, x, ways), mode)
    return forgotten(made, {i for i, n in wanted.items() if n is None})


def _scaled(flow, x, factors: dict, mode: str | None):
    """Some axes resized by factors: axis → factor."""
    open_at = {i for i, f in factors.items() if not isinstance(f, int | float)}
    ways = {
        i: Scaled.of(f, 24, mode or "nearest")
        for i, f in factors.items()
        if i not in open_at and f != 1
    }
    return forgotten(_read(operations.mapped(flow, x, ways), mode), open_at)
