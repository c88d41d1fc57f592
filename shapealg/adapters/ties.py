"""Sizes of a network that are bound together, as far as a host can say it: equal, or not at all."""

from shapealg.axis.length import Length
from shapealg.axis.terms import Floor
from shapealg.errors import Received, ShapeError
from shapealg.text import Text


def alike(net, least: dict) -> dict:
    """Name → the first of the names that must be equal to it.

    Args:
        net: the network.
        least: name → the smallest size that matters: what holds from there on is no tie.

    Raises:
        ShapeError: where sizes are tied together in another way.
    """
    made = {name: name for name in least}
    for tie in net.ties:
        tied = [name for name in tie.names if name in made]
        if len(tied) < 2 or _met_above(tie, least):
            continue
        if getattr(tie, "sides", ()) not in _equal(tied):
            raise ShapeError(
                Text(zh="尺寸相互绑定", en="sizes are tied together"),
                Received(str(tie)),
                Text(zh=f"给定其一，如 {tied[0]}=64", en=f"fixing one works, such as {tied[0]}=64"),
            )
        one, two = made[tied[0]], made[tied[1]]
        made = {name: one if first == two else first for name, first in made.items()}
    return made


def _equal(names: list) -> list:
    """The sides of a tie that says no more than that two sizes are equal."""
    if len(names) != 2:
        return []
    one, two = map(Length.of, names)
    return [(one, two), (two, one)]


def _met_above(tie, least: dict) -> bool:
    """Whether a tie is met at the smallest sizes, and at all larger ones since what it asks to be
    large enough rises with every size.
    """
    if not set(tie.names) <= set(least):
        return False
    return any(
        condition.relation in (">", ">=")
        and isinstance(condition.length, Length)
        and _rises(condition.length.terms, least)
        and condition.at(**least)
        for condition in getattr(tie, "conditions", ())
    )


def _rises(terms, least: dict) -> bool:
    """Whether a polynomial in floors rises with every name, from the smallest sizes on: where
    nothing is taken away, and no factor is negative there.
    """
    for monomial, factor in dict(terms).items():
        if monomial and (factor < 0 or not all(_grows(atom, least) for atom in monomial)):
            return False
    return True


def _grows(atom, least: dict) -> bool:
    inside = not isinstance(atom, Floor) or _rises(atom.terms, least)
    return inside and Length({(atom,): 1})(**least) >= 0
