"""Products of lengths, factor by factor."""

from functools import lru_cache
from math import gcd, prod

from shapealg.axis.condition import TURNED, Condition
from shapealg.axis.length import Length


def factorwise(one, two) -> list | None:
    """Two products that are equal only where their factors are, pair by pair, the larger one first:
    H·W = 16·⌊H/4⌋·⌊W/4⌋, where H is never below 4·⌊H/4⌋, nor W. That no larger one is empty, and
    no smaller one negative, is not looked at here.

    >>> from shapealg import Length
    >>> h, w = Length.of("H"), Length.of("W")
    >>> factorwise(h * w, h // 4 * (w // 4) * 16)
    [(H, 4*(H//4)), (W, 4*(W//4))]
    """
    sides = []
    for side in (one, two):
        factors = side.factors()
        numbers = [n for n in factors if type(n) is int]
        lengths = [n for n in factors if type(n) is not int]
        if any(len(n.names) > 1 or not n.is_staircase for n in lengths) or len(
            {n.names for n in lengths}
        ) < len(lengths):
            return None
        sides.append((prod(numbers), {n.names[0]: n for n in lengths}))
    (c, f), (d, g) = sides
    if f.keys() != g.keys() or c < 1 or d < 1:
        return None
    pairs = []
    for name in f:
        a, b = f[name].staircase(), g[name].staircase()
        # a gains in proportion to rise, b to other
        rise, other = a.gain * b.period, b.gain * a.period
        if rise < 1 or other < 1:
            return None
        shared = gcd(rise, other)
        rise, other = rise // shared, other // shared
        c, d = c * rise, d * other
        pairs.append((f[name] * other, g[name] * rise))
    if c != d:
        return None
    for sides in (pairs, [pair[::-1] for pair in pairs]):
        if all(never_below(a, b) for a, b in sides):
            return sides
    return None


def never_below(one, two) -> bool:
    """Whether a length is at least another at all sizes."""
    difference = one - two
    return (
        difference >= 0 if type(difference) is int else bool(Condition(difference, ">=").settled())
    )


@lru_cache(2**10)
def simpler(condition: Condition) -> Condition:
    """The same without the factors that are at least 1 anyway: N·H·W = 49·N is H·W = 49."""
    length = condition.length
    if not isinstance(length, Length) or len(length.names) < 2 or len(length.terms) < 2:
        return condition
    left, relation = [], condition.relation
    for factor in length.factors():
        if type(factor) is int:
            if factor < 0:
                relation = TURNED[relation]
        elif not Condition(factor - 1, ">=").settled():
            left.append(factor)
    return Condition(prod(left), relation)
