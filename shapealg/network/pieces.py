"""The ways on which a network runs, each with its sizes, and what they say together."""

from collections.abc import Callable

from shapealg.axis.by_size import Where
from shapealg.errors import Undecided
from shapealg.network.accepts import unmet
from shapealg.network.flow import Flow
from shapealg.network.forms import told
from shapealg.network.ways import Ways


def pieces(ways: Ways, names, runs) -> list:
    """The ways on which a graph runs: pairs (`Where`, flow), `None` for a flow that is not
    decided; `runs()` is asked where sizes matter.

    Raises:
        DomainError: if there are none.
        Undecided: if all are not decided.
    """
    if not ways.flows:
        raise ways.undecided[0][1] if ways.undecided else ways.failures[0]
    try:
        parts = runs().parts
    except Undecided:  # which sizes they are cannot be told; but one way is the way
        if len(ways.flows) + len(ways.undecided) == 1:
            return [(Where({}), ways.flows[0])]
        decided = [(_reached(flow, names), flow) for flow in ways.flows]
        return decided + [(_reached(flow, names), None) for flow, _ in ways.undecided]
    if not parts:
        raise unmet(ways.flows[0], names)
    return [(Where(part.reached, part.flow.held), part.flow) for part in parts]


def _reached(flow: Flow, names) -> Where:
    """The sizes that a run is about."""
    return Where({name: flow.sizes_of(name) for name in names}, flow.held)


def answer(pieces: list, of: Callable):
    """What runs say, `of(flow)` on every way: one answer, or a `BySize`."""
    return told([(where, None if flow is None else of(flow)) for where, flow in pieces])
