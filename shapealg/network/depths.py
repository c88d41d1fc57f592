"""How deep a network may be: the same question to a family of networks, one for each depth."""

from collections.abc import Callable, Iterable
from typing import Any

from shapealg.axis.asked import BOUNDS
from shapealg.axis.door import integer
from shapealg.axis.solutions import Solutions
from shapealg.errors import DomainError, ShapeError
from shapealg.network.failure import Failure
from shapealg.network.readers import read


def depths(
    build: Callable[[int], Any],
    input_shape: Any,
    /,
    among: Iterable[int] | None = None,
    **sizes: int,
) -> Solutions:
    """All depths at which a network runs at given sizes.

    Every depth among the candidates is built, read and asked; nothing is concluded from one depth
    to the next, so any family may be given. Where a depth needs room, as the weights of a deep
    PyTorch model do, build it on the device "meta".

    Args:
        build: depth ↦ a model, or a list of layers, as `read` takes it.
        input_shape: the shape that goes in, with names for its sizes.
        among: which depths are tried: from 1 to 16, unless said.
        sizes: the size of every name that matters.

    Returns:
        The complete set among the candidates; where it is empty, for the smallest depth the sizes
        nearby that work.

    Raises:
        ShapeError: if a model cannot be read, or a name is not there.

    >>> from shapealg import Branches, torch
    >>> conv, down = torch.Conv2d(8, 8, 3, padding=1), torch.MaxPool2d(2)
    >>> up = torch.ConvTranspose2d(8, 8, 2, stride=2)
    >>> def unet(depth):
    ...     inner = [conv] if depth == 0 else [Branches("add", [], [down, *unet(depth - 1), up])]
    ...     return [conv, *inner]
    >>> print(depths(unet, "N,8,H,W", H=200, W=200))
    depth
    1
    2
    3
    tried: depth = 1 … 16
    """
    tried = BOUNDS["depth"] if among is None else [integer(d, "depth", 0) for d in among]
    rows, refused = [], None
    for depth in tried:
        net = read(build(depth), input_shape)
        try:
            net.at(**sizes)
        except (Failure, DomainError):
            refused = refused or (depth, net)
            continue
        rows.append({"depth": depth})
    within = {"depth": tried} if among is None else {}
    near = () if rows or refused is None else _near(*refused, sizes)
    return Solutions(("depth",), tuple(rows), within, near)


def _near(depth: int, net, sizes: dict) -> tuple:
    """One size changed so that the smallest depth runs."""
    made = []
    for name, n in sizes.items():
        others = {other: m for other, m in sizes.items() if other != name}
        try:
            near = net.accepts(name, **others).nearest(n)
        except ShapeError:  # where the sizes are tied, none can be told alone
            continue
        made += [{name: m, "depth": depth} for m in near if m != n]
    return tuple(made)
