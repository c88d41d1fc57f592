"""Lengths some of whose floors are numbers, where the sizes in them are finitely many."""

from collections.abc import Callable
from functools import partial
from math import prod

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import Atom


def pinned(length: Length, sizes: Callable[[str], Sizes | None]) -> Length | int:
    """A length in which those floors are numbers that are the same at all sizes that a name may be;
    `None` for all there are.

    >>> h, w = Length.of("H"), Length.of("W")
    >>> pinned(h // 4 * (w // 4), {"H": Sizes.interval(8, 11)}.get)
    2*(W//4)
    """
    finite = {name for name in length.names if (met := sizes(name)) and not met.residues}
    if not finite:
        return length
    number = partial(_number, finite=finite, sizes=sizes)
    return sum(factor * prod(map(number, monomial)) for monomial, factor in length.terms.items())


def _number(atom: Atom, finite: set, sizes: Callable[[str], Sizes | None]) -> Length | int:
    """One floor, or one size, as a number if it is one."""
    length = Length({(atom,): 1})
    (name, *others) = length.names
    met = sizes(name)
    if others or name not in finite or met is None:
        return length
    first, last = (length(**{name: met.exceptions[i]}) for i in (0, -1))
    same = first == last and (length.rises or met & Condition(length - first, "==").sizes() == met)
    return first if same else length
