"""Shapes as einops writes them: "n 3 (h 16) (w 16)", where H and W are multiples of 16."""

from shapealg.adapters.lines import exact, lines
from shapealg.axis.length import Length
from shapealg.errors import ShapeError
from shapealg.network.graph import Names


def patterns(net) -> dict:
    """What `Network.annotations(style="einops")` gives."""
    names = Names()
    at = {size: Length.of(names.free(_name(size))) * _step(net, size) for size in net.sizes}
    told = {name: _shape(shape, at, names) for name, shape in net.graph.inputs.items()}
    outputs = [_shape(shape, at, names) for shape in net.output_shapes]
    return told | {"return": outputs[0] if len(outputs) == 1 else tuple(outputs)}


def _name(size: str) -> str:
    """A small name, which einops does not take with `_` at an end."""
    name = size.lower().strip("_")
    return name if name.isidentifier() else f"n{name}"


def _step(net, size: str) -> int:
    """What a size is a multiple of; 1 where that is not all that it must be."""
    try:
        (line,) = lines(size, exact(net, size, {}))
    except (ShapeError, ValueError):
        return 1
    return line.step if line.step and not line.rest else 1


def _shape(shape, at: dict, names: Names) -> str:
    if not isinstance(shape, tuple):
        return "..."
    return " ".join(_axis(_put(n, at), names) for n in shape)


def _put(n, at: dict):
    """A length, or the name of a size, of the sizes that einops names."""
    if isinstance(n, Length):
        return n(**{size: at[size] for size in n.names})
    return at.get(n, n)


def _axis(n, names: Names) -> str:
    """An axis: what einops cannot say has a name of its own."""
    if isinstance(n, Length) and len(n.names) == 1:
        (name,) = n.names
        times = n(**{name: 1})
        if n == Length.of(name) * times:
            return name if times == 1 else f"({name} {times})"
    return str(n) if isinstance(n, int) else names.free("o")
