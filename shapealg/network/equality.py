"""Equations of several sizes: which sizes of one go with some of the others."""

from collections.abc import Iterator
from math import prod

from shapealg.axis.condition import Condition
from shapealg.axis.divisors import divisors
from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import ShapeError
from shapealg.network.inequality import parts
from shapealg.text import Text

LARGE = 2**53  # so large a product is still factored


def products(tie, sets: dict) -> dict | None:
    """A(one)·B(two) is one of several numbers: such as 1, which stretches, or that of a table's
    entries.
    """
    made = dict.fromkeys(tie.names, Sizes.none())
    for condition in tie.conditions:
        number = -condition.length.terms.get(ONE, 0)
        factors = (condition.length + number).factors()
        known = prod(n for n in factors if type(n) is int)
        lengths = tuple(n for n in factors if type(n) is not int)
        if (part := product_of(lengths, number // known, sets)) is None:
            return None
        if number % known == 0:
            made = {name: made[name] | part[name] for name in made}
    return made


def product_of(factors: tuple, number: int, sets: dict) -> dict | None:
    """A(one)·B(two)·… = number: a divisor for each."""
    if any(len(n.names) > 1 for n in factors):
        return None
    sides: dict = {}
    for n in factors:
        (name,) = n.names
        sides[name] = sides.get(name, 1) * n
    if number > LARGE:
        raise ShapeError(
            Text(zh="乘积太大，分解不了", en="this product is too large to be factored"),
            number,
            Text(zh=f"至多 {LARGE}", en=f"at most {LARGE} works"),
        )
    if any(Condition(n, "<=").sizes() & sets[n.names[0]] for n in factors):
        return None  # two may both be negative
    if number < 1:
        return dict.fromkeys(sides, Sizes.none())
    at = {
        (name, d): Condition(side - d, "==").sizes() & sets[name]
        for name, side in sides.items()
        for d in divisors(number)
    }
    made = dict.fromkeys(sides, Sizes.none())
    for split in _splits(number, len(sides)):
        found = {name: at[name, d] for name, d in zip(sides, split, strict=True)}
        if all(found.values()):
            made = {name: made[name] | those for name, those in found.items()}
    return made


def _splits(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a product of so many, in order."""
    if parts == 1:
        yield (number,)
        return
    for d in divisors(number):
        for rest in _splits(number // d, parts - 1):
            yield d, *rest


def balanced(length: Length, sets: dict) -> dict | None:
    """A(one) + B(two) = 0: the values that both sides take, staircases that rise or fall in the
    end.
    """
    apart = parts(length)
    if apart is None or not all(part.is_staircase for part in apart.values()):
        return None
    one, two = length.names
    a, b = apart[one].staircase(), apart[two].staircase() + length.terms.get(ONE, 0)
    if a.gain > 0:
        b = -b
    else:
        a = -a
    if a.gain < 1 or b.gain < 1:
        return None
    return {one: _taken(a, _image(b, sets[two])), two: _taken(b, _image(a, sets[one]))}


def _image(f: QuasiAffine, sizes: Sizes) -> Sizes:
    """The values that a staircase takes on a set, which rises in the end."""
    made = Sizes.of(*map(f, sizes.exceptions))
    if not sizes.residues:
        return made
    start, period = sizes.start, bounded(f.period * sizes.modulus)
    slope = f(start + period) - f(start)
    values = {f(n) for n in range(start, start + period) if n in sizes}
    # from the largest value of one period on, the values repeat with the slope
    high = max(values)
    listed = [v for value in values for v in range(value, high, slope)]
    return Sizes(slope, values, high, listed) | made


def _taken(f: QuasiAffine, values: Sizes) -> Sizes:
    """The sizes at which a staircase, which rises in the end, takes one of the values."""
    made = Sizes.none()
    if values.residues:
        period = bounded(f.period * values.modulus)
        high = f.where(">=", values.start)
        made = Sizes(
            period,
            [n for n in range(high.start, high.start + period) if f(n) in values],
            high.start,
            [n for n in high.exceptions if f(n) in values],
        )
    for v in values.exceptions:
        made |= f.agrees(v)
    return made
