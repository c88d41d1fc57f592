"""What flows along an edge: a shape, numbers where they are known, and for each axis where it comes
from.

A wire says that an axis of the output is an axis of an input, mapped: (input, axis, map). The
sizes, the receptive field and the tiling of a whole network are read off these wires.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from shapealg.axis.length import Length


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


@dataclass(slots=True)
class Places(Tensor):
    """Whole numbers that choose entries (a mask of truth values does not): a constant's, or those
    of a range.

    Args:
        reach: some of them, the least and the largest among these; empty where they are not there
            to be looked at. One that is a length is counted from the front.
    """

    reach: tuple = ()

    @classmethod
    def of(cls, made: Tensor, reach: tuple) -> "Places":
        """The same tensor, whose numbers are such places."""
        return cls(made.shape, made.value, made.wires, made.consumed, reach)


def reaching(handler):
    """A function that leaves the numbers as they are: places stay those that they were."""

    def operation(flow, x, *arguments, **named):
        made = handler(flow, x, *arguments, **named)
        if not isinstance(x, Places) or made.shape is None:
            return made
        return Places.of(made, x.reach)

    return operation


def worked_out(made: Tensor, function, arguments: tuple) -> Tensor:
    """What arithmetic gives where places stand beside numbers: what comes of one of them is one of
    those that come out.
    """
    several = [i for i, one in enumerate(arguments) if isinstance(one, Places)]
    if made.shape is None or len(several) != 1:
        return made
    (at,) = several
    before, behind = arguments[:at], arguments[at + 1 :]
    if not all(type(n) is int for n in (*before, *behind)):
        return made
    worked = (function(*before, place, *behind) for place in arguments[at].reach)
    reach = tuple(n for n in worked if type(n) in (int, Length))  # a truth chooses otherwise
    return Places.of(made, reach) if reach else made
