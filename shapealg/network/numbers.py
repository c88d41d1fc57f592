"""Arithmetic on the numbers a graph computes about its own shapes: ints, lengths, floats and ratios, alone or in rows."""

import operator
from fractions import Fraction
from math import ceil, floor

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.exact import larger, smaller
from shapealg.network.ratio import Ratio


def each(kind):
    """The arithmetic of single numbers, on rows of them too; a number is repeated. What cannot be told is `None`."""

    def row(*values):
        if any(v is None for v in values):
            return None
        lengths = {len(v) for v in values if isinstance(v, tuple)}
        if not lengths:
            return kind(*values)
        if len(lengths - {1}) > 1:
            return None
        length = max(lengths)
        made = tuple(kind(*(v[i if len(v) > 1 else 0] if isinstance(v, tuple) else v for v in values)) if not any(isinstance(v, tuple) and v[i if len(v) > 1 else 0] is None for v in values) else None for i in range(length))
        return made

    return row


def _plus(a, b):
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        a, b = (a, b) if isinstance(a, Ratio | Length) else (b, a)
        return Ratio.of(a).plus(b if not isinstance(b, Length) else Ratio.of(b))
    return a + b


def _times(a, b):
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        a, b = (a, b) if isinstance(a, Ratio | Length) else (b, a)
        return Ratio.of(a).times(b) if isinstance(b, int | float | Fraction) else None
    return a * b


def _mixed(a, b) -> bool:
    """A length beside a number that is not whole."""
    return isinstance(a, Length) and isinstance(b, float | Fraction) or isinstance(b, Length) and isinstance(a, float | Fraction)


def _minus(a, b):
    return _plus(a, _times(b, -1))


def _floored(a, b):
    """Integer division; of sizes, which are not negative, it does not matter how it rounds."""
    if isinstance(b, Length):
        return 1 if a == b else a // b if isinstance(a, Length) else None
    if isinstance(a, Ratio) or _mixed(a, b):
        return made.floor() if (made := Ratio.of(a).over(b)) is not None else None
    return a // b if b else None


def divided(a, b):
    """Division that is not rounded."""
    if isinstance(b, Length | Ratio):
        return 1 if a == b else None
    if isinstance(a, Length | Ratio):
        return Ratio.of(a).over(b)
    return a / b if b else None


def _rest(a, b):
    return a % b if isinstance(b, int) and b > 0 and isinstance(a, int | Length) else None


def _rounded(way):
    def rounded(a):
        return getattr(a, way)() if isinstance(a, Ratio) else a if isinstance(a, int | Length) else (floor if way == "floor" else ceil)(a)

    return rounded


def whole(a):
    """Cut to an integer; of sizes, which are not negative, that is the floor."""
    return a.floor() if isinstance(a, Ratio) else a if isinstance(a, Length) else int(a)


def _compared(relation):
    def compared(a, b):
        if isinstance(a, Length) or isinstance(b, Length):
            return bool(Condition(a - b, relation)) if relation != "==" or a != b else True
        return {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[relation](a, b)

    return compared


add, subtract, multiply, floor_divide, remainder, divide = map(each, (_plus, _minus, _times, _floored, _rest, divided))
floors, ceils, cut, minimum, maximum = map(each, (_rounded("floor"), _rounded("ceil"), whole, smaller, larger))
negative = each(lambda a: _times(a, -1))
choose = each(lambda chosen, a, b: a if chosen else b)
equals, below, at_most, above, at_least = map(each, map(_compared, ("==", "<", "<=", ">", ">=")))
