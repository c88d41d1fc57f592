"""Sets of sizes: residue classes from some size on, and finitely many sizes below.

Such sets are closed under `&`, `|` and complement, and each has one canonical form, so equality of
sets is `==`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress, count, islice
from math import lcm
from operator import and_, or_
from typing import NoReturn, overload

from shapealg.axis import wording
from shapealg.axis.divisors import primes
from shapealg.axis.door import bounded, integer, several
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Size, SizeLike, one_size
from shapealg.printing import LINE, Pictured, brief
from shapealg.text import Text


@dataclass(frozen=True, slots=True, init=False)
class Sizes(Pictured):
    """All n ≥ start with n mod modulus among the residues, and the exceptions besides.

    Whatever it is built from, it keeps the smallest modulus and the smallest start, itself one of
    the sizes; the exceptions then all lie below it, whatever was given. A finite set has no
    residues, and its start is behind its last size. Sizes may be negative; where nothing else is
    said, a set begins at 1.

    Args:
        modulus: the period, at least 1.
        residues: the classes that belong to the set.
        start: from where on the residues alone decide; the smallest size is `self[0]`.
        exceptions: further sizes, finitely many.

    Raises:
        ShapeError: if something is not an integer, or a period or a list is longer than 2²⁰.

    >>> Sizes(8, (0, 4), 1, (4, 9))
    Sizes.classes(4, (0,), 4) | Sizes.of(9)
    >>> print(Sizes.classes(4, (0, 3), 1) & Sizes.every(3))
    n ≡ 0, 3 (mod 4), n ≥ 3
    """

    modulus: int
    residues: tuple[int, ...]
    start: int
    exceptions: tuple[int, ...]

    def __init__(
        self,
        modulus: int,
        residues: Iterable[int],
        start: int,
        exceptions: Iterable[int] = (),
    ):
        modulus = bounded(integer(modulus, "modulus", 1))
        modulus, classes = _shortest(modulus, {r % modulus for r in several(residues, "residues")})
        self._set(modulus=modulus, residues=classes, start=integer(start, "start"))
        # 1. exceptions that are none are dropped; the others, up to `top`, take the members of the
        # classes between them along, so that they all lie below the start
        below = set(several(exceptions, "exceptions"))
        if classes:
            below = {n for n in below if n < self.start or not self._on(n)}
        top = max(below, default=-1) + 1
        if classes:
            top = max(self.start, top)
            first, behind = self._rank(self.start), self._rank(top)
            bounded(behind - first)
            below |= {self._member(j) for j in range(first, behind)}
            top = self._member(behind)
        # 2. the last of those that are members lead the start back, as far as there is no gap
        apart = sorted(below)
        while classes and apart and apart[-1] == self._member(self._rank(top) - 1):
            top = apart.pop()
        self._set(start=top, exceptions=tuple(apart))

    def _set(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @classmethod
    def every(cls, start: int = 1) -> "Sizes":
        """All n ≥ start."""
        made = object.__new__(cls)  # in its canonical form already
        made._set(modulus=1, residues=(0,), start=integer(start, "start"), exceptions=())
        return made

    @classmethod
    def interval(cls, low: int, high: int) -> "Sizes":
        """All n from `low` to `high`, both included."""
        low, high = integer(low, "low"), integer(high, "high")
        bounded(high - low + 1)
        return cls.of(*range(low, high + 1))

    @classmethod
    def classes(cls, modulus: int, residues: Iterable[int], start: int = 1) -> "Sizes":
        """All n ≥ start with n mod modulus among the residues."""
        return cls(modulus, residues, start)

    @classmethod
    def none(cls) -> "Sizes":
        """No size at all."""
        return cls.of()

    @classmethod
    def of(cls, *sizes: int) -> "Sizes":
        """These sizes and no others.

        >>> print(Sizes.of(30, 31, 32, 40))
        n = 30 … 32, 40
        """
        return cls(1, (), 0, sizes)

    # The pattern of the residues over all integers, numbered: member 0 is the first that is not
    # negative.

    def _member(self, j: int) -> int:
        turn, i = divmod(j, len(self.residues))
        return turn * self.modulus + self.residues[i]

    def _rank(self, n: int) -> int:
        """The number of the first member that is not below `n`."""
        return n // self.modulus * len(self.residues) + bisect_left(self.residues, n % self.modulus)

    def _on(self, n: int) -> bool:
        """Whether `n` is a member, on either side of the start."""
        i = bisect_left(self.residues, n % self.modulus)
        return i < len(self.residues) and self.residues[i] == n % self.modulus

    def __contains__(self, n: object) -> bool:
        n = integer(n, "n")
        if n >= self.start:
            return self._on(n)
        i = bisect_left(self.exceptions, n)
        return i < len(self.exceptions) and self.exceptions[i] == n

    def __iter__(self) -> Iterator[int]:
        """Ascending, and without end where there are residues."""
        yield from self.exceptions
        if self.residues:
            yield from map(self._member, count(self._rank(self.start)))

    def first(self, many: int) -> tuple[int, ...]:
        """So many sizes of the set, the smallest ones; fewer where there are no more.

        >>> Sizes.classes(16, (0,), 16).first(4), Sizes.of(3, 5).first(4)
        ((16, 32, 48, 64), (3, 5))
        """
        return tuple(islice(self, bounded(integer(many, "many", 0))))

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[int, ...]: ...
    def __getitem__(self, at: int | slice) -> int | tuple[int, ...]:
        """The size of that number in ascending order, or the sizes of a slice.

        >>> accepted = Sizes.classes(16, (0,), 16)
        >>> accepted[0], accepted[:3], accepted[10**6]
        (16, (16, 32, 48), 16000016)
        """
        if isinstance(at, slice):
            parts = (at.start, at.stop, at.step)
            at = slice(*(None if part is None else integer(part, "at") for part in parts))
            ends = [n for n in (at.start, at.stop) if n is not None]
            endless = at.stop is None or any(n < 0 for n in ends) or (at.step or 1) < 0
            if self.residues and endless:
                self._refuse_endless(at)
            return (self.first(at.stop) if self.residues else self.exceptions)[at]
        at = integer(at, "at")
        if 0 <= at < len(self.exceptions) or (not self.residues and -len(self) <= at < len(self)):
            return self.exceptions[at]
        if at < 0 and self.residues:
            self._refuse_endless(at)
        if not self.residues:
            raise IndexError(f"there are {len(self)} sizes, and none of number {at}")
        return self._member(self._rank(self.start) + at - len(self.exceptions))

    def __len__(self) -> int:
        """How many sizes there are.

        Raises:
            ShapeError: for a set without end, which no list can hold either.
        """
        if self.residues:
            self._refuse_endless(None)
        return len(self.exceptions)

    def _refuse_endless(self, at: object) -> NoReturn:
        raise ShapeError(
            Text(zh="这个集合没有尽头", en="this set has no end"),
            Received(self.text().en + ("" if at is None else f", {shown(at)}")),
            Text(
                zh="前几个用 .first(4) 或 [:4]，n 是否在内用 n in …",
                en=".first(4) or [:4] gives the first of them, and n in … tells of one",
            ),
        )

    def __bool__(self) -> bool:
        return bool(self.residues or self.exceptions)

    def __and__(self, other: "Sizes") -> "Sizes":
        if not isinstance(other, Sizes):
            return NotImplemented
        plain = type(self) is type(other) is Sizes and not (self.exceptions or other.exceptions)
        if plain and (self.modulus, self.residues) == (other.modulus, other.residues):
            return self if self.start >= other.start else other
        # exceptions of both lie below the earlier start; those between the two starts belong to the
        # later set, and must be members of the earlier one's classes
        earlier, later = sorted((self, other), key=lambda sizes: sizes.start)
        known, split = set(earlier.exceptions), bisect_left(later.exceptions, earlier.start)
        low, high = later.exceptions[:split], later.exceptions[split:]
        if earlier.modulus > 1 or not earlier.residues:
            high = tuple(n for n in high if earlier._on(n))
        return self._joined(other, and_, [*(n for n in low if n in known), *high])

    def __or__(self, other: "Sizes") -> "Sizes":
        if not isinstance(other, Sizes):
            return NotImplemented
        if not (self and other):
            return self or other
        top = max(self.start, other.start)
        return self._joined(other, or_, {*self._below(top), *other._below(top)})

    def _joined(
        self, other: "Sizes", both: Callable[[int, int], int], below: Iterable[int]
    ) -> "Sizes":
        modulus = bounded(lcm(self.modulus, other.modulus))
        met = both(self._turns(modulus), other._turns(modulus)).to_bytes(modulus, "big")
        start = max(self.start, other.start)
        return Sizes(modulus, compress(range(modulus), met), start, below)

    def _turns(self, modulus: int) -> int:
        """The residues of some turns of the period as one integer, a byte for each: of long periods
        `&` and `|` of two of them take a moment, and asking one by one takes long.
        """
        turn = bytearray(self.modulus)
        for r in self.residues:
            turn[r] = 1
        return int.from_bytes(bytes(turn) * (modulus // self.modulus), "big")

    def _below(self, top: int) -> list[int]:
        first, behind = self._rank(self.start), self._rank(top)
        bounded(behind - first)
        return [*self.exceptions, *map(self._member, range(first, behind))]

    def complement(self, start: int = 0) -> "Sizes":
        """All n ≥ start that are not in this set.

        >>> print(Sizes.classes(16, (0,), 32).complement(start=16))
        n ≢ 0 (mod 16), n ≥ 17; also 16
        """
        start = integer(start, "start")
        bounded(self.start - start)
        on = set(self.residues)
        rest = [r for r in range(self.modulus) if r not in on]
        return Sizes(
            self.modulus,
            rest,
            max(start, self.start),
            [n for n in range(start, self.start) if n not in self],
        )

    @property
    def is_all(self) -> bool:
        """Whether every size is in it, from 1 on."""
        return self.modulus == 1 and bool(self.residues) and self.start <= 1

    def nearest(self, n: int) -> tuple[int, ...]:
        """`n` alone if it is in the set; otherwise the next one below and the next one above, those
        that exist.

        >>> accepted = Sizes.classes(16, (0,), 16)
        >>> accepted.nearest(250), accepted.nearest(256), accepted.nearest(9)
        ((240, 256), (256,), (16,))
        """
        n = integer(n, "n")
        if n in self:
            return (n,)
        i = bisect_left(self.exceptions, n)
        near = [*self.exceptions[max(i - 1, 0) : i + 1]]
        if self.residues:
            j = self._rank(max(n, self.start))
            near += [x for x in (self._member(j - 1), self._member(j)) if x >= self.start]
        return (*[x for x in near if x < n][-1:], *[x for x in near if x > n][:1])

    def pad(self, n: SizeLike) -> Size:
        """By how much `n` is to be padded to become a size of the set; for a name the formula, from
        `start` on.

        Raises:
            ShapeError: if there is no larger size.

        >>> accepted = Sizes.classes(16, (0,), 16)
        >>> accepted.pad(65), accepted.pad(3), accepted.pad("n")
        (15, 13, Mod(-n, 16))
        """
        return self._way(n, 1)

    def crop(self, n: SizeLike) -> Size:
        """By how much `n` is to be cropped to become a size of the set; for a name the formula,
        from `start` on.

        Raises:
            ShapeError: if there is no smaller size.

        >>> accepted = Sizes.classes(16, (0,), 16)
        >>> accepted.crop(65), accepted.crop("n")
        (1, Mod(n, 16))
        """
        return self._way(n, -1)

    def _way(self, n: SizeLike, sign: int) -> Size:
        """How far it is to the next size of the set: upwards for 1, downwards for −1."""
        n = one_size(n, "n")
        if not isinstance(n, int):
            if not self.residues:
                raise ShapeError(
                    Text(zh="有限的集合没有公式", en="a finite set has no formula"),
                    n,
                    Text(zh="请给出数值", en="give a number"),
                )
            from sympy import Min, Mod

            ways = (Mod(sign * (r - n), self.modulus, evaluate=False) for r in self.residues)
            return Min(*ways)
        found = [m for m in self.nearest(n) if (m - n) * sign >= 0]
        if not found:
            raise ShapeError(
                (
                    Text(zh="没有更大的尺寸", en="there is no larger size")
                    if sign > 0
                    else Text(zh="没有更小的尺寸", en="there is no smaller size")
                ),
                n,
                Text(
                    zh=f"最近的可用值：{', '.join(map(shown, self.nearest(n))) or '无'}",
                    en=f"the nearest that work: {', '.join(map(shown, self.nearest(n))) or 'none'}",
                ),
            )
        return abs(found[0] - n)

    @property
    def unfolded(self) -> tuple[int, tuple[int, ...]]:
        """The size from which on the classes belong to the set, gaps filled by exceptions, and the
        other exceptions; of a finite set its smallest, and all.

        >>> Sizes(4, (0, 3), 3, (5, 6)).unfolded
        (3, (5, 6))
        """
        if not self.residues:
            return min(self.exceptions, default=0), self.exceptions
        start, j, below = self.start, self._rank(self.start) - 1, set(self.exceptions)
        while (n := self._member(j)) in below:
            start, j = n, j - 1
        return start, tuple(n for n in self.exceptions if n < start or not self._on(n))

    def text(self, name: str = "n") -> Text:
        """The set in words.

        >>> Sizes(1, (0,), 10, (1, 2, 3, 4, 6, 7, 8)).text().zh
        '所有 n ≥ 1，除去 5, 9'
        """
        if not self.residues:
            return wording.finite(name, self.exceptions)
        start = self._told_from()
        stretch = map(self._member, range(self._rank(start), self._rank(self.start)))
        return wording.exceptions(
            wording.classes(name, self.modulus, self.residues, start),
            [n for n in stretch if n not in self],
            [n for n in self.exceptions if n < start or not self._on(n)],
        )

    def _told_from(self) -> int:
        """Where the classes are said to begin, so that as few sizes as possible have to be listed
        beside them: each member among the exceptions is tried as the beginning, and what would have
        to be listed counted, sizes besides and sizes missing.
        """
        on = [n for n in self.exceptions if self._on(n)]
        off, end = len(self.exceptions) - len(on), self._rank(self.start)
        said = [(off + i + end - self._rank(n) - (len(on) - i), n) for i, n in enumerate(on)]
        return min([*said, (len(self.exceptions), self.start)])[1]

    def __str__(self) -> str:
        return self.text().en

    def __repr__(self) -> str:
        """What makes the set again; in words where that would be long."""
        told = wording.code(self.modulus, self.residues, *self.unfolded)
        return told if len(told) <= LINE and "…" not in told else brief("Sizes", self.text().en)


def _shortest(modulus: int, residues: set[int]) -> tuple[int, tuple[int, ...]]:
    """The same classes with the smallest modulus."""
    for q in primes(modulus):
        while modulus % q == 0 and residues == {(r + modulus // q) % modulus for r in residues}:
            modulus //= q
            residues = {r % modulus for r in residues}
    return modulus, tuple(sorted(residues))
