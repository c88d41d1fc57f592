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
from shapealg.network.requirement import sizes_of
from shapealg.text import Text

LARGE = 2**53  # so large a product is still factored


def products(tie, sets: dict) -> dict | None:
    """A(one)·B(two) is one of several numbers: such as 1, which stretches, or that of a table's
    entries.
    """
    made, asked = dict.fromkeys(tie.names, Sizes.none()), False
    for condition in tie.conditions:
        number = -condition.length.terms.get(ONE, 0)
        factors = (condition.length + number).factors()
        known = prod(n for n in factors if type(n) is int)
        lengths = tuple(n for n in factors if type(n) is not int)
        if known < 1 or {n.names for n in lengths} != {(name,) for name in tie.names}:
            return None
        if number < 1:
            continue  # no product of factors that the others find to be at least 1
        if (part := product_of(lengths, number // known, sets)) is None:
            return None
        asked = True
        if number % known == 0:
            made = {name: made[name] | part[name] for name in made}
    return made if asked else None


def product_of(factors: tuple, number: int, sets: dict) -> dict | None:
    """A(one)·B(two)·… = number: a divisor for each."""
    sides = dict.fromkeys(sorted({name for n in factors for name in n.names}), 1)
    for n in factors:
        for name in n.names if len(n.names) == 1 else ():
            sides[name] *= n
    if number > LARGE:
        raise ShapeError(
            Text(zh="乘积太大，分解不了", en="this product is too large to be factored"),
            number,
            Text(zh=f"至多 {LARGE}", en=f"at most {LARGE} works"),
        )
    if any(len(n.names) > 1 for n in factors) or not all(
        Condition(n - 1, ">=").sizes() & sets[n.names[0]] == sets[n.names[0]] for n in factors
    ):
        return None
    if number < 1:
        return dict.fromkeys(sides, Sizes.none())
    at = {
        (name, d): _at(side, d) & sets[name]
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


def _at(length: Length | int, value: int) -> Sizes:
    """The sizes at which a length is that number."""
    less = length - value
    return sizes_of(Condition(less, "<=")) & sizes_of(Condition(less, ">="))


def balanced(length: Length, sets: dict) -> dict | None:
    """A(one) + B(two) = 0: the values that both sides take, staircases that rise or fall for
    ever.
    """
    one, two = length.names
    sides = {}
    number = length.terms.get(ONE, 0)
    for name in (one, two):
        terms = {m: f for m, f in length.terms.items() if m and Length({m: 1}).names == (name,)}
        if not terms or any(len(m) > 1 for m in terms):
            return None
        sides[name] = Length(terms)
    if sum(len(s.terms) for s in sides.values()) != len(length.terms) - (ONE in length.terms):
        return None
    a, b = sides[one].staircase(), sides[two].staircase() + number
    if a.gain > 0:
        b = -b
    else:
        a = -a
    if a.gain < 1 or b.gain < 1:
        return None
    return {one: _taken(a, _image(b, sets[two])), two: _taken(b, _image(a, sets[one]))}


def _image(f: QuasiAffine, sizes: Sizes) -> Sizes:
    """The values a rising staircase takes on a set."""
    if not sizes.residues:
        return Sizes(1, (), 0, [f(n) for n in sizes.exceptions])
    period = bounded(f.period * sizes.modulus)
    start = sizes.start
    slope = f(start + period) - f(start)
    members = [n for n in range(start, start + period) if n in sizes]
    # Beyond the largest value of one period below it, the values repeat with the slope.
    values = {f(n) for n in members}
    low, high = min(values), max(values)
    turns = range((high - low) // slope + 2)
    listed = {f(n) + slope * t for n in members for t in turns}
    return Sizes(
        slope,
        {v % slope for v in values},
        high,
        [v for v in listed if v < high and v >= 0] + [f(n) for n in sizes.exceptions if f(n) >= 0],
    )


def _taken(f: QuasiAffine, values: Sizes) -> Sizes:
    """The sizes at which a rising staircase takes one of the values."""
    made = Sizes.none()
    if values.residues:
        period = bounded(f.period * values.modulus)
        start = f.where(">=", values.start, start=1).start
        made = Sizes(period, [n for n in range(start, start + period) if f(n) in values], start)
    for v in values.exceptions:
        made |= f.agrees(v, start=1)
    return made
