"""Staircases: what a size becomes on its way through a network, as one function of n.

A window's count is one, a transposed window's and a rescaling too; composing, adding and comparing
them stays finite arithmetic, and what is found on one period holds for all n.
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import gcd, lcm

from shapealg.axis.axis import Axis
from shapealg.axis.divisors import divisors, primes
from shapealg.axis.door import LIMIT, bounded, integer, several
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, shown
from shapealg.printing import LINE, Pictured, brief
from shapealg.text import Text

RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, init=False)
class QuasiAffine(Pictured):
    """f(n) = gain·⌊n/period⌋ + steps[n mod period], over all integers n.

    Whatever it is built from, it keeps the smallest period, so equality of functions is `==`.

    Args:
        period: how long a turn is, at least 1.
        gain: how much f gains in one turn.
        steps: f(0) to f(period − 1).

    Raises:
        ShapeError: if something is not an integer, or the period is longer than 2²⁰.

    >>> from shapealg import Window
    >>> QuasiAffine(4, 2, (0, 0, 1, 1))
    QuasiAffine(2, 1, (0, 0))
    >>> print(QuasiAffine.of(Window(7, 2, 3, 3)) >> QuasiAffine.of(Window(3, 2, 1, 1)))
    ⌊(n + 3)/4⌋
    """

    period: int
    gain: int
    steps: tuple[int, ...]

    def __init__(self, period: int, gain: int, steps: Iterable[int]):
        period, gain = bounded(integer(period, "period", 1)), integer(gain, "gain")
        steps = tuple(several(steps, "steps"))
        if len(steps) != period:
            raise ShapeError(
                Text(
                    zh=f"一个周期须有 {period} 级", en=f"a period of {period} needs as many steps"
                ),
                Received(f"{len(steps)}"),
                Text(zh="每个余数一个值", en="one value for each residue"),
            )
        for q in primes(period):
            while period % q == 0 and _repeats(steps, period // q, gain // q, gain):
                period, gain = period // q, gain // q
                steps = steps[:period]
        for name, value in (("period", period), ("gain", gain), ("steps", steps)):
            object.__setattr__(self, name, value)

    @classmethod
    def affine(cls, gain: int, offset: int = 0) -> "QuasiAffine":
        """gain·n + offset"""
        return cls(1, gain, (offset,))

    @classmethod
    def of(cls, axis: Axis) -> "QuasiAffine":
        """The count of a map of one axis, all its values being numbers.

        Raises:
            ShapeError: for symbols, for a factor whose product is rounded, for anything that is no
                such map.

        >>> from shapealg import Window
        >>> QuasiAffine.of(Window(3, stride=2))
        QuasiAffine(2, 1, (-1, 0))
        """
        is_map = isinstance(axis, Axis)
        if not is_map or axis.period is None:
            no_map = Text(zh="须是一个轴上的映射", en="a map of one axis is needed")
            no_staircase = Text(
                zh="这个映射的输出数不是阶梯", en="the count of this map is no staircase"
            )
            raise ShapeError(
                no_staircase if is_map else no_map,
                axis,
                Text(zh="例如 Window(3, stride=2)", en="for example Window(3, stride=2)"),
            )
        period = bounded(integer(axis.period, "period"))
        steps = [integer(axis.count(r), "count") for r in range(period)]
        return cls(period, axis.gain, steps)

    def __call__(self, n: int) -> int:
        """Its value at n: gain · ⌊n/period⌋ + steps[n mod period]."""
        turns, r = divmod(integer(n, "n"), self.period)
        return self.gain * turns + self.steps[r]

    def _over(self, period: int) -> tuple[int, tuple[int, ...]]:
        """Gain and steps over a multiple of the period."""
        turns = range(bounded(period) // self.period)
        return self.gain * len(turns), tuple(
            self.gain * turn + step for turn in turns for step in self.steps
        )

    def __rshift__(self, later: "QuasiAffine") -> "QuasiAffine":
        """First this function, then `later`: n ↦ later(self(n))."""
        if not isinstance(later, QuasiAffine):
            return NotImplemented
        # after so many, this one has gained whole turns of the later
        turns = later.period // gcd(self.gain, later.period)
        gain, steps = self._over(self.period * turns)
        return QuasiAffine(len(steps), gain // later.period * later.gain, tuple(map(later, steps)))

    def _joined(self, other: "QuasiAffine | int", both: Callable[[int, int], int]) -> "QuasiAffine":
        """What `both` makes of gains and steps, over a period that both share."""
        if not isinstance(other, int | QuasiAffine):
            return NotImplemented
        other = _staircase(other)
        period = lcm(self.period, other.period)
        (a, steps), (b, others) = self._over(period), other._over(period)
        return QuasiAffine(period, both(a, b), tuple(map(both, steps, others)))

    def __add__(self, other: "QuasiAffine | int") -> "QuasiAffine":
        return self._joined(other, operator.add)

    def __sub__(self, other: "QuasiAffine | int") -> "QuasiAffine":
        return self._joined(other, operator.sub)

    def __mul__(self, times: int) -> "QuasiAffine":
        times = integer(times, "times")
        return QuasiAffine(
            self.period, self.gain * times, tuple(step * times for step in self.steps)
        )

    def __neg__(self) -> "QuasiAffine":
        return self * -1

    __radd__, __rmul__ = __add__, __mul__

    def min(self, other: "QuasiAffine | int", start: int = 0) -> "QuasiAffine":
        """The smaller of the two, for all n ≥ start.

        Of equal gains the minimum is a staircase over all integers, whatever `start`. Of different
        gains the one with the lower gain is smaller in the end, so the minimum is a staircase only
        where that one is smaller from `start` on.

        Raises:
            ShapeError: if it is none, with the size from which on it is one.

        >>> QuasiAffine.affine(1, 4).min(QuasiAffine.affine(2), start=4)
        QuasiAffine(1, 1, (4,))
        """
        other = _staircase(other)
        ahead = self - other
        if ahead.gain == 0:
            return self._joined(other, min)
        one, two = (other, self) if ahead.gain > 0 else (self, other)
        if beaten := (one - two).where(">", start=start):
            raise ShapeError(
                Text(
                    zh=f"这两个阶梯函数从 n = {start} 起没有同一个大小顺序",
                    en=f"from n = {start} on, neither of these staircases stays below the other",
                ),
                Received(f"{self}, {other}"),
                Text(zh=f"从 n = {beaten.start} 起可以", en=f"from n = {beaten.start} on works"),
            )
        return one

    def max(self, other: "QuasiAffine | int", start: int = 0) -> "QuasiAffine":
        """The larger of the two, for all n ≥ start; `min` upside down."""
        return -((-self).min(-_staircase(other), start))

    def agrees(self, other: "QuasiAffine | int", start: int = 0) -> Sizes:
        """All n ≥ start where the two are equal: classes for equal gains, finitely many sizes
        otherwise.

        >>> from shapealg import Window
        >>> print(QuasiAffine.of(Window(3, 4, 1, 1)).agrees(QuasiAffine.of(Window(3, 4))))
        n ≡ 0, 3 (mod 4), n ≥ 0
        """
        return self.where("==", other, start)

    def where(self, relation: str, other: "QuasiAffine | int" = 0, start: int = 0) -> Sizes:
        """All n ≥ start with f(n) == other(n), or !=, <, <=, >, >=; `other` is a number or a
        staircase.

        The difference h gains the same in every turn. Gaining nothing, it is decided on each
        residue. Otherwise each residue r changes its sign once, at the turn −steps[r]/gain: before
        the first of these changes h has one sign, behind the last one the other, and the sizes
        between are looked at one by one.

        Raises:
            ShapeError: for another relation.
            Undecided: if too many sizes lie between.

        >>> from shapealg import Window
        >>> print(QuasiAffine.of(Window(3, 2)).where(">=", 4))
        every n ≥ 9
        """
        if not isinstance(relation, str) or relation not in RELATIONS:
            raise ShapeError(
                Text(zh="没有这种关系", en="there is no such relation"),
                relation,
                Text(zh=f"可用：{' '.join(RELATIONS)}", en=f"{' '.join(RELATIONS)} work"),
            )
        holds, h, start = RELATIONS[relation], self - _staircase(other), integer(start, "start")
        if h.gain == 0:
            return Sizes.classes(
                h.period, [r for r, step in enumerate(h.steps) if holds(step, 0)], start
            )
        gain, sign = abs(h.gain), 1 if h.gain > 0 else -1
        # sign·h < 0 for all n < first: the turn −sign·step/gain, rounded up
        first = min(-(sign * step // gain) * h.period + r for r, step in enumerate(h.steps))
        # sign·h > 0 for all n > last: the same turn, rounded down
        last = max((-sign * step // gain) * h.period + r for r, step in enumerate(h.steps))
        before = range(start, first if holds(-sign, 0) else start)
        between = range(max(start, first), last + 1)
        # their len() may not fit into 64 bits
        bounded(sum(max(part.stop - part.start, 0) for part in (before, between)))
        return Sizes(
            1,
            [0] if holds(sign, 0) else [],
            max(start, last + 1),
            [*before, *(n for n in between if holds(h(n), 0))],
        )

    def one_floor(self) -> tuple[int, int, int, int, int] | None:
        """The numbers c, a, b, p, e of c·⌊(an + b)/p⌋ + e, where there is a form with one floor; of
        the b that make the same function the least.

        >>> QuasiAffine(2, 2, (0, 0)).one_floor(), QuasiAffine(3, 1, (0, 1, 0)).one_floor()
        ((2, 1, 0, 2, 0), None)
        """
        # a long number may take ages to factor
        for c in divisors(self.gain) if abs(self.gain) <= LIMIT else (1,):
            a, e = self.gain // c, self.steps[0] % c
            steps = [divmod(step - e, c) for step in self.steps]
            low = max(self.period * step - a * r for r, (step, _) in enumerate(steps))
            high = min(self.period * (step + 1) - a * r - 1 for r, (step, _) in enumerate(steps))
            if low <= high and not any(rest for _, rest in steps):
                return c, a, low, self.period, e
        return None

    def __repr__(self) -> str:
        told = f"QuasiAffine({shown(self.period)}, {shown(self.gain)}, {shown(self.steps, LINE)})"
        short = len(told) <= LINE and "…" not in told
        return told if short else brief("QuasiAffine", str(self))

    def __str__(self) -> str:
        """With one floor where there is such a form; otherwise the steps themselves."""
        if self.period == 1:
            return _written((self.gain, "n"), (self.steps[0], ""))
        if (form := self.one_floor()) is None:
            return _written(
                (self.gain, f"⌊n/{self.period}⌋"), (1, f"{shown(self.steps)}[n mod {self.period}]")
            )
        c, a, b, period, e = form
        above = _written((a, "n"), (b, ""))
        return _written((c, f"⌊{above if ' ' not in above else f'({above})'}/{period}⌋"), (e, ""))


def _staircase(value: QuasiAffine | int) -> QuasiAffine:
    return (
        value if isinstance(value, QuasiAffine) else QuasiAffine.affine(0, integer(value, "value"))
    )


def _repeats(steps: tuple[int, ...], period: int, part: int, gain: int) -> bool:
    """Whether the staircase gains `part` over the shorter period already; it gains `gain` over its
    own.
    """
    ahead = (*steps[period:], *(step + gain for step in steps[:period]))
    return all(later == step + part for step, later in zip(steps, ahead, strict=True))


def _written(*terms: tuple[int, str]) -> str:
    """A sum of pairs (factor, name), as one writes it: 2n − 3."""
    told = ""
    for factor, name in terms:
        if factor:
            body = name
            if not name or abs(factor) != 1:
                body = f"{shown(abs(factor))}{'·' * name.startswith('⌊')}{name}"
            if told:
                told += f" − {body}" if factor < 0 else f" + {body}"
            else:
                told = f"−{body}" if factor < 0 else body
    return told or "0"
