"""A network's answers, as data for a program."""

from fractions import Fraction

from shapealg.axis.bound import Bound
from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError
from shapealg.network.explain import Explanation
from shapealg.network.network import Network


def data(net: Network, sizes: dict | None = None) -> dict:
    """Everything as JSON can hold it; lengths are integer expressions of Python.

    >>> import shapealg as sa
    >>> data(sa.read([sa.torch.MaxPool2d(2)], "N,3,H,32"))["accepts"]["H"]
    {'modulus': 1, 'residues': [0], 'minimum': 2, 'exceptions': []}
    """
    told = {
        "inputs": {name: list(shape) for name, shape in net.graph.inputs.items()},
        "outputs": {name: _shape(shape) for name, shape in net.outputs.items()},
        "accepts": {name: _set(net, name, False) for name in net.sizes},
        "lossless": {name: _set(net, name, True) for name in net.sizes},
        "special": _asked(
            lambda: {name: list(those.exceptions) for name, those in net.special.items() if those}
        ),
        "ties": _asked(lambda: [str(tie) for tie in net.ties]),
        "receptive_field": _asked(lambda: _field(net)),
        "unknown": list(net.unknown),
        "parameters": net.parameters,
    }
    if sizes:
        rows = net.table(**sizes)
        told |= {
            "sizes": sizes,
            "layers": [
                row._asdict()
                | {
                    "formula": _shape(row.formula),
                    "size": _shape(row.size),
                    "macs": _entry(row.macs),
                    "memory": _entry(row.memory),
                }
                for row in rows
            ],
        }
    return told


def failure(told: Explanation) -> dict:
    """Why it does not run at some sizes."""
    return {
        "sizes": told.sizes,
        "runs": False,
        "node": told.node.name,
        "kind": told.node.kind,
        "sides": [_entry(n) for n in told.sides],
        "ways": [list(map(list, way)) for way in told.ways],
        "nearest": {name: list(near) for name, near in (told.nearest or {}).items()},
        "reason": told.told.en,
    }


def _field(net) -> dict:
    """What an output sees; where that is everything, what the last node sees that does not."""
    made = net.receptive_field()
    told = made.before or made
    return {"layer": told.layer, "whole": [str(axis) for axis in _whole(made)]} | {
        str(axis): {
            "size": size,
            "jump": _entry(jump),
            "start": _entry(start),
            "centre": _entry(centre),
        }
        for axis, size, jump, start, centre in zip(
            told.axes, told.size, told.jump, told.start, told.centre, strict=True
        )
    }


def _whole(made) -> list:
    return [axis for axis, whole in zip(made.axes, made.whole, strict=False) if whole]


def _set(net, name, lossless):
    made = _asked(lambda: net.accepts(name, lossless))
    if not isinstance(made, Sizes):
        return made
    return sizes(made)


def sizes(those: Sizes) -> dict:
    """A set, as data."""
    minimum, exceptions = those.unfolded
    told = {
        "modulus": those.modulus,
        "residues": list(those.residues),
        "minimum": minimum,
        "exceptions": list(exceptions),
    }
    return told | ({"upper_bound": list(those.because)} if isinstance(those, Bound) else {})


def _asked(ask):
    """The answer, or the reason why there is none."""
    try:
        return ask()
    except ShapeError as problem:
        return {"undecided": str(problem)}


def _shape(shape):
    if isinstance(shape, BySize):
        return _pieces(shape, _shape)
    return None if shape is None else [_entry(n) for n in shape]


def _pieces(by_size: BySize, told) -> list:
    """An answer by size: for each piece its sizes, how several compare, and the answer."""
    made = []
    for piece in by_size:
        where = {name: sizes(those) for name, those in piece.where.items()}
        held = [_held(*condition.sides) for condition in piece.where.held]
        together = {"together": held} if held else {}
        made.append({"where": where, **together, "answer": told(piece.answer)})
    return made


def _held(one, relation: str, other) -> str:
    """A comparison of two lengths, as Python has it."""
    return f"{one!r} {relation} {other!r}"


def _entry(value):
    if isinstance(value, BySize):
        return _pieces(value, _entry)
    if isinstance(value, Length):
        return repr(value)
    return str(value) if isinstance(value, Fraction) else value
