"""Which axes of the first input a network slides along, by the order its first layer gives them."""

from contextlib import suppress

from shapealg.errors import ShapeError
from shapealg.network.ways import Ways

ALONG = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}  # what sizes along so many axes are called


def told_axes(graph, sizes: dict) -> list:
    """The axes of the first input that are told: those with names for sizes, or those that the
    first layer calls spatial; where no layer says, all behind the second.
    """
    (name, shape), *_ = graph.inputs.items()
    named = [i for i, n in enumerate(shape) if isinstance(n, str) and i]
    return named or _spatial(graph, sizes, name) or list(range(2, len(shape)))


def _spatial(graph, sizes: dict, source: str) -> list:
    """The axes of an input that the first layer with windows slides along, by its own order."""
    with suppress(ShapeError):
        ways = Ways(graph, sizes)
        runs = [*ways.flows, *(failure.flow for failure in ways.failures)]
        at: dict = {source: list(range(len(graph.inputs[source])))}
        for node in graph.nodes if runs else ():
            if found := _slid(node, at.get(next(iter(node.inputs), None))):
                return found
            _carry(node, runs[0], at)
    return []


def _slid(node, origins) -> list:
    """The input's axes that a layer calls spatial."""
    if not hasattr(node.words, "order") or not origins:
        return []
    order = node.words.order(len(origins))
    pairs = zip(order, origins, strict=False)
    return sorted(i for label, i in pairs if isinstance(label, int) and i is not None)


def _carry(node, flow, at: dict) -> None:
    """Which axis of the input each axis that a node gives came from."""
    for name in node.outputs:
        made = flow.tensors.get(name)
        if made is not None and made.shape is not None and made.wires is not None:
            at[name] = [_origin(node, wires, at) for wires in made.wires]


def _origin(node, wires: tuple, at: dict) -> int | None:
    """The axis that the first of the wires which come from one comes from."""
    for wire in wires:
        origins = at.get(node.inputs[wire.source], ())
        if wire.axis < len(origins) and origins[wire.axis] is not None:
            return origins[wire.axis]
    return None


def numbers(graph) -> tuple | None:
    """The shapes of the inputs with names for what is a number along the spatial axes of the first,
    and those numbers: name → size. `None` where there is none.
    """
    if not graph.inputs:
        return None
    (name, shape), *others = graph.inputs.items()
    axes = _spatial(graph, {}, name) or list(range(2, len(shape)))
    words = ALONG.get(len(axes), tuple(f"L{i}" for i in range(1, len(axes) + 1)))
    named = dict(zip(axes, words, strict=True))
    sizes = {named[i]: shape[i] for i in axes if isinstance(shape[i], int)}
    if others or not sizes or set(sizes) & set(graph.sizes):
        return None
    opened = tuple(named[i] if named.get(i) in sizes else n for i, n in enumerate(shape))
    return {name: opened}, sizes
