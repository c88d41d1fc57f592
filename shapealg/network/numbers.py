"""Arithmetic on the numbers a graph computes about its own shapes: ints, lengths, floats and
ratios, alone or in rows.
"""

import operator
import struct
from fractions import Fraction
from functools import partial
from math import ceil, floor, fmod, inf, isfinite

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.exact import larger, smaller
from shapealg.network.ratio import Ratio
from shapealg.text import Text

FAR = 2**53  # no size is as large
LONG = 2**12  # so many bits a number may have that a graph works out


def each(kind):
    """The arithmetic of single numbers, on rows of them too; a number is repeated. What cannot be
    told is `None`.
    """
    return partial(_in_rows, kind)


def _in_rows(kind, *values):
    if any(v is None for v in values):
        return None
    lengths = {len(v) for v in values if isinstance(v, tuple)}
    if not lengths:
        return kind(*values)
    if len(lengths - {1}) > 1:
        return None
    length = next(iter(lengths - {1}), 1)
    columns = [_repeated(v, length) for v in values]
    return tuple(None if None in each else kind(*each) for each in zip(*columns, strict=True))


def _repeated(value, length: int) -> tuple:
    """A row of so many numbers, from one that is as long, or from a number."""
    if not isinstance(value, tuple):
        return (value,) * length
    return value * length if len(value) == 1 else value


def _plus(a, b):
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        a, b = (a, b) if isinstance(a, Ratio | Length) else (b, a)
        return Ratio.of(a).plus(b if not isinstance(b, Length) else Ratio.of(b))
    return bounded(a + b)


def _times(a, b):
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        a, b = (a, b) if isinstance(a, Ratio | Length) else (b, a)
        return Ratio.of(a).times(b) if isinstance(b, int | float | Fraction) else None
    if isinstance(a, int) and isinstance(b, int):
        _require_short(a.bit_length() + b.bit_length() - 1)
    return a * b


def raised(a, b):
    """A number to a power."""
    if isinstance(a, int) and isinstance(b, int):
        _require_short((a.bit_length() - 1) * b)
    return a**b


def bounded(a):
    """A number, where it is not too long to be a size or what leads to one."""
    if isinstance(a, int):
        _require_short(a.bit_length())
    return a


def _require_short(bits: int) -> None:
    if bits > LONG:
        raise Undecided(
            Text(zh="算出的数太大", en="a number that is worked out is too large"),
            Received(f"about 2^{bits - 1}"),
            Text(zh=f"至多 {LONG} 个二进制位", en=f"at most {LONG} bits work"),
        )


def _mixed(a, b) -> bool:
    """A length beside a number that is not whole."""
    return (isinstance(a, Length) and isinstance(b, float | Fraction)) or (
        isinstance(b, Length) and isinstance(a, float | Fraction)
    )


def _minus(a, b):
    return _plus(a, _times(b, -1))


def _floored(a, b):
    """Integer division; of sizes, which are not negative, it does not matter how it rounds."""
    if isinstance(b, Length):
        if a == b:
            return 1
        return a // b if isinstance(a, Length) else None
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


def _rounded(way: str, a):
    if isinstance(a, Ratio):
        return getattr(a, way)()
    return a if isinstance(a, int | Length) else {"floor": floor, "ceil": ceil}[way](a)


def whole(a):
    """Cut to an integer; of a fraction of a length, which is not negative here, the floor."""
    if isinstance(a, Ratio):
        return a.floor()
    return a if isinstance(a, Length) else int(a)


def _compared(relation: str, a, b):
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        if (both := _common(a, b)) is None:
            return None
        a, b, _ = both
    if isinstance(a, Length) or isinstance(b, Length):
        return bool(Condition(a - b, relation))
    return RELATIONS[relation](a, b)


def _common(a, b):
    """Two numbers over one denominator: (a·d, b·d, d); `None` where one of them is no number."""
    try:
        (one, p), (two, q) = map(_over, (a, b))
    except (ValueError, OverflowError):  # not a number, or infinite
        return None
    return one * q, two * p, p * q


def _over(number) -> tuple:
    """A number as a quotient, above and below the line."""
    if isinstance(number, Ratio):
        return number.length, number.below
    return (number, 1) if isinstance(number, Length) else Fraction(number).as_integer_ratio()


def _extreme(kind, a, b):
    """The smaller or the larger; what is beyond every size never wins over a length, or always
    does.
    """
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Length | Ratio) and isinstance(other, int | float) and abs(other) >= FAR:
            return one if (other > 0) == (kind is smaller) else other
    if isinstance(a, Ratio) or isinstance(b, Ratio) or _mixed(a, b):
        both = _common(a, b)
        return None if both is None else Ratio(kind(both[0], both[1]), both[2])
    return kind(a, b) if a == a and b == b else None


def _at_least_0(length) -> bool | None:
    """Whether a length is never negative, at the sizes that matter; `None` where that depends on
    several sizes.
    """
    if not isinstance(length, Length):
        return length >= 0
    condition = Condition(length, ">=")
    return (
        settled
        if (settled := condition.settled()) is not None or len(condition.names) > 1
        else bool(condition)
    )


def _truncated(a, b):
    """Integer division as C has it, towards zero."""
    if isinstance(b, Length):
        try:
            if a == b:
                return 1
            return a // b if isinstance(a, Length) else None
        except ShapeError:  # the quotient is no length
            return None
    if not isinstance(a, int | Length) or not isinstance(b, int) or not b:
        return None
    if b < 0:
        a, b = -a, -b
    if (rises := _at_least_0(a)) is None:
        return None
    return a // b if rises else -(-a // b)


def _quotient(a, b):
    """What a graph's division gives: of whole numbers as C has it, of others not rounded."""
    if isinstance(a, int | Length) and isinstance(b, int | Length):
        return _truncated(a, b)
    return divided(a, b)


def _modulo(a, b):
    """The remainder with the divisor's sign."""
    if not isinstance(a, int | Length) or not isinstance(b, int) or not b:
        return None
    return a % b if b > 0 else -(-a % -b)


def _fmod(a, b):
    """The remainder with the sign of what is divided, as C has it."""
    if isinstance(a, float) and isinstance(b, int | float) and b:
        return fmod(a, b)
    return None if (quotient := _truncated(a, b)) is None else a - quotient * b


def _to_whole(a):
    """A number cut towards zero to an integer; `None` for what is none."""
    if isinstance(a, Ratio):
        return _truncated(a.length, a.below)
    if isinstance(a, Length):
        return a
    return int(a) if isfinite(a) else None


def _to_float(single: bool, a):
    if isinstance(a, Length | Ratio):
        return Ratio.of(a)
    try:
        return struct.unpack("f", struct.pack("f", a))[0] if single else float(a)
    except (OverflowError, struct.error):  # too large for it, or an int too large for any
        return inf if a > 0 else -inf


def _as_float(way, a):
    """A rounding whose result is still no integer."""
    made = a if isinstance(a, float) and not isfinite(a) else way(a)
    if made is None or isinstance(made, Length):
        return None if made is None else Ratio.of(made)
    return float(made)


def _to_even(a):
    if isinstance(a, Ratio):
        return a.length if a.below == 1 else None
    return round(a)


def _absolute(a):
    if isinstance(a, Ratio):
        return Ratio(larger(a.length, -a.length), a.below)
    return larger(a, -a)


def _sign(a):
    length = a.length if isinstance(a, Ratio) else a
    if isinstance(length, Length):
        made = _settled_sign(length)
    else:
        made = (length > 0) - (length < 0) if length == length else None
    return float(made) if made is not None and isinstance(a, float | Ratio) else made


def _settled_sign(length: Length) -> int | None:
    """The sign of a length that is above 0 at every size, or below; `None` otherwise."""
    if Condition(length, ">").settled():
        return 1
    return -1 if Condition(length, "<").settled() else None


def _truth(a):
    length = a.length if isinstance(a, Ratio) else a
    if not isinstance(length, Length):
        return bool(length)
    return None if _settled_sign(length) is None else True


def within(least: int, most: int):
    """Cut to an integer of so many bits; `None` for what does not fit, and for lengths, that may
    not.
    """
    return each(partial(_fitting, least, most))


def _fitting(least: int, most: int, a):
    made = _to_whole(a)
    return made if type(made) is int and least <= made <= most else None


def _positive(a):
    return _extreme(larger, a, 0.0 if isinstance(a, float | Ratio) else 0)


add, subtract, multiply, floor_divide, remainder, divide = map(
    each, (_plus, _minus, _times, _floored, _rest, divided)
)
_floor, _ceil = partial(_rounded, "floor"), partial(_rounded, "ceil")
floors, ceils, cut = map(each, (_floor, _ceil, whole))
minimum, maximum = each(partial(_extreme, smaller)), each(partial(_extreme, larger))
negative = each(lambda a: _times(a, -1))
positive = each(_positive)
choose = each(lambda chosen, a, b: a if chosen else b)
quotient, modulo, remainder_of_c, to_whole, truth, opposite = map(
    each, (_quotient, _modulo, _fmod, _to_whole, _truth, operator.not_)
)
single, double = each(partial(_to_float, True)), each(partial(_to_float, False))
float_floors, float_ceils, float_rounds = (
    each(partial(_as_float, way)) for way in (_floor, _ceil, _to_even)
)
absolute, sign = map(each, (_absolute, _sign))
equals, below, at_most, above, at_least = (
    each(partial(_compared, relation)) for relation in ("==", "<", "<=", ">", ">=")
)
