"""What flows along an edge: a shape, numbers where they are known, and for each axis where it comes
from.

A wire says that an axis of the output is an axis of an input, mapped: (input, axis, map). The
sizes, the receptive field and the tiling of a whole network are read off these wires.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple


class Wire(NamedTuple):
    """An output axis that reads axis `axis` of input number `source` through `map`: one of the maps
    of an axis, `None` for position by position, `WHOLE` for all of it."""

    source: int
    axis: int
    map: Any = None


WHOLE = "whole"


def told(axis: Any) -> Any:
    """What a wire says of a map of an axis: `WHOLE` for global pooling, and for a map of which
    nobody knows what it reads.
    """
    everything = axis.mode == "all" or (axis.mode == "area" and axis.given == 1)
    return WHOLE if everything else axis


def rewired(wires, of) -> tuple:
    """The wires of every axis, each replaced by what `of` makes of it.

    >>> rewired(((Wire(0, 1),), ()), lambda wire: wire._replace(axis=2))
    ((Wire(source=0, axis=2, map=None),), ())
    """
    return tuple(tuple(map(of, those)) for those in wires)


@dataclass(slots=True)
class Tensor:
    """A shape on its way.

    Args:
        shape: per axis an int, a `Length`, or `None` where nobody knows; `None` in place of it all
            where not even the rank is known.
        value: the numbers themselves, where they are few and known: an int, a `Length`, a float, or
            tuples of them.
        wires: per axis its wires, many where branches meet; `()` for an axis that is new or mixes
            everything.
        consumed: wires of the axes that every entry reads all of, and that are gone: what a mean
            is taken over, what a matrix is multiplied along.
    """

    shape: tuple | None
    value: object = None
    wires: tuple | None = None
    consumed: tuple = ()

    @property
    def unclear(self) -> bool:
        """Whether something of its shape is not known."""
        return self.shape is None or None in self.shape


UNKNOWN = Tensor(None)
