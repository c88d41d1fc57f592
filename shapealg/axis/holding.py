"""Where a length compared with 0 holds, told by its floors: for all sizes, and not for a range."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import ceil, comb, floor, lcm
from typing import TYPE_CHECKING, TypeAlias

from shapealg.axis.climb import first
from shapealg.axis.door import bounded
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE

if TYPE_CHECKING:
    from shapealg.axis.condition import Condition
    from shapealg.axis.length import Length

Plain: TypeAlias = tuple[int, int, int, int]  # c, a, b, p of c·⌊(a·n + b)/p⌋
Holds: TypeAlias = Callable[[int, int], bool]  # one of RELATIONS


@lru_cache(2**12)  # the same questions are asked at every node, and on every way
def sizes(condition: "Condition") -> Sizes:
    """All sizes from 1 on for which it holds."""
    length, holds = condition.length, RELATIONS[condition.relation]
    if isinstance(length, int):
        return Sizes.every() if holds(length, 0) else Sizes.none()
    if (bound := condition.bound()) is not None:
        return Sizes.every(bound)
    if (classes := condition.classes()) is not None:
        return Sizes(*classes, 1)
    if (floors := condition.floors()) is not None:
        return _by_line(floors, length.terms.get(ONE, 0), holds)
    if not length.flat:
        return _polynomial(length, holds)
    return length.staircase().where(condition.relation, 0, start=1)


def _by_line(floors: list[Plain], constant: int, holds: Holds) -> Sizes:
    """A condition on a sum of plain floors that rises or falls for ever: where it holds.

    A floor is below its line by less than 1, so outside a stretch the sum has the sign of the sum
    of the lines; within it, it is looked at wherever a floor steps. No common period is needed:

    >>> from shapealg.axis.condition import Condition
    >>> from shapealg.axis.length import Length
    >>> n = Length.of("n")
    >>> print(Condition(n // 99991 - n // 13, "==").sizes())
    n = 1 … 12
    """
    slope = sum(Fraction(coefficient * a, p) for coefficient, a, _, p in floors)
    start = constant + sum(Fraction(coefficient * b, p) for coefficient, _, b, p in floors)
    slack = [Fraction(coefficient * (p - 1), p) for coefficient, _, _, p in floors]
    sign = 1 if slope > 0 else -1
    ends = [
        (sum(part for part in slack if part > 0) - start) / slope,
        (sum(part for part in slack if part < 0) - start) / slope,
    ]
    low, high = max(ceil(min(ends)), 1), max(floor(max(ends)), 0)
    before = range(1, low if holds(-sign, 0) else 1)
    bounded(before.stop - 1)
    within = _stretches(floors, constant, holds, low, high)
    return Sizes(1, [0] if holds(sign, 0) else [], max(high + 1, 1), [*before, *within])


def _stretches(floors: list[Plain], constant: int, holds: Holds, low: int, high: int) -> list[int]:
    """The sizes from `low` to `high` at which it holds, found from step to step."""
    bounded(ceil((high - low) * min(sum(Fraction(a, p) for _, a, _, p in floors), 1)))
    found: list[int] = []
    n = low
    while n <= high:
        values = [(a * n + b) // p for _, a, b, p in floors]
        # where the first of the floors steps next
        after = min(
            -((b - (v + 1) * p) // a) for v, (_, a, b, p) in zip(values, floors, strict=True)
        )
        after = min(after, high + 1)
        if holds(constant + sum(f * v for v, (f, *_) in zip(values, floors, strict=True)), 0):
            bounded(len(found) + after - n)
            found.extend(range(n, after))
        n = after
    return found


def _polynomial(length: "Length", holds: Holds) -> Sizes:
    """A condition on products of floors of one name: on each residue a polynomial of the turns,
    which has one sign from some turn on.
    """
    (name,) = length.names
    period = bounded(lcm(*length.divisors))
    residues, top = [], 0
    for r in range(period):
        sign, turn = _in_the_end(
            [length(**{name: r + period * t}) for t in range(length.degree + 1)]
        )
        top = max(top, bounded(turn * period + r))
        if holds(sign, 0):
            residues.append(r)
    return Sizes(
        period,
        residues,
        top + 1,
        [n for n in range(1, top + 1) if holds(length(**{name: n}), 0)],
    )


def _in_the_end(values: list[int]) -> tuple[int, int]:
    """The sign that a polynomial of degree d has in the end, from its values at 0 … d, and a place
    from which on it has it: where its differences of all orders have that sign or are 0.
    """
    differences = []
    while values:
        differences.append(values[0])
        values = [later - v for v, later in pairwise(values)]
    while differences and not differences[-1]:
        differences.pop()
    if not differences:
        return 0, 0
    sign = 1 if differences[-1] > 0 else -1

    def settled(t: int) -> bool:
        """Whether the polynomial has the sign at t, and none of its differences the other one."""
        return signed(0, t) > 0 and all(
            signed(order, t) >= 0 for order in range(1, len(differences))
        )

    def signed(order: int, t: int) -> int:
        """Newton's formula: the difference of that order at t, times the sign."""
        return sign * sum(d * comb(t, k) for k, d in enumerate(differences[order:]))

    return sign, first(settled, 0)
