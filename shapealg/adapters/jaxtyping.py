"""Shapes as jaxtyping writes them: `Float[Tensor, "N 64 (H+1)//2 (W+1)//2"]`."""

from shapealg.axis.length import Length


def annotations(net, array: str = "Tensor", dtype: str = "Float") -> dict:
    """What `Network.annotations` gives."""
    shapes = {name: _told(shape) for name, shape in net.graph.inputs.items()}
    told = {name: f'{dtype}[{array}, "{shape}"]' for name, shape in shapes.items()}
    outputs = [f'{dtype}[{array}, "{_told(shape)}"]' for shape in net.output_shapes]
    alone = len(outputs) == 1
    return told | {"return": outputs[0] if alone else f"tuple[{', '.join(outputs)}]"}


def _told(shape) -> str:
    """The axes: `_` for one that may be any, `...` where nobody knows how many there are."""
    if not isinstance(shape, tuple):
        return "..."
    return " ".join(map(_axis, shape))


def _axis(n) -> str:
    if n is None:
        return "_"
    return repr(n).replace(" ", "") if isinstance(n, Length) else str(n)
