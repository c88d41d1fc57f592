"""One axis of a pooling with its values: where each output reads, and what its sum is divided by.

A sum over a window is divided by the number of the positions that are *counted*: those of the data,
or some of the padding too. Two poolings give the same values where every output reads the same data
with the same share; they can differ at the borders only, so finitely many sizes tell for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from shapealg.axis.axis import Axis
from shapealg.axis.counted import Counted
from shapealg.axis.door import integer
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.axis.window import Window
from shapealg.errors import Undecided
from shapealg.text import Text

LIMIT = 2**16  # so many windows may be looked at one by one
# what each position read contributes: a fraction, a word where it is no mean, nothing where anybody
# may say
Share: TypeAlias = Fraction | str | tuple[str, Fraction] | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """One axis of a pooling.

    Args:
        axis: a `Window`, `Same`, `Trimmed`, `Ceiled` or `Adaptive`, in numbers.
        taps: the positions that a window reads; 0 for all from its first to its last.
        kind: "max", "average", "add" (the sum itself) or "lp", or any other word.
        counted: what is divided by; for "lp" the sum of powers times taps/counted, as PyTorch has
            it.
        front: neutral positions that a layer in front adds (lo, hi), or crops where negative: −∞
            before a maximum, zeros before anything else. An average counts them.

    >>> from shapealg import Ceiled
    >>> print(Pooled(Ceiled(Window(2, 2)), 2, "average", Counted.PADDED).outputs(5))
    [(range(0, 2), Fraction(1, 2)), (range(2, 4), Fraction(1, 2)), (range(4, 5), Fraction(1, 1))]
    """

    axis: Axis
    taps: int
    kind: str = "average"
    counted: Counted = Counted.DATA
    front: tuple[int, int] = (0, 0)

    def count(self, n: int) -> int:
        """The number of outputs."""
        return integer(self.axis.count(n + sum(self.front)), "m")

    @property
    def counts(self) -> QuasiAffine:
        """The number of outputs, for all sizes."""
        return QuasiAffine.affine(1, sum(self.front)) >> QuasiAffine.of(self.axis)

    @property
    def runs(self) -> Sizes:
        """The sizes at which there is an output."""
        return self.counts.where(">=", 1, start=1)

    def output(self, n: int, j: int) -> tuple[range, Share]:
        """The positions that output `j` reads, and the share of each; no share where a window reads
        nothing and the value is anybody's.
        """
        within = n + sum(self.front)
        read = self._read(within, j)
        lo = self.front[0]
        data = _common(read, range(max(lo, 0), lo + min(n, n + self.front[1])))
        share = self._share(read, within, len(_common(read, range(within))))
        if not len(data):
            return range(0), share if self.kind != "max" and share is not None else None
        return range(data.start - lo, data.stop - lo, data.step), share

    def outputs(self, n: int) -> list[tuple[range, Share]]:
        """What `output` says of each."""
        return [self.output(n, j) for j in range(self.count(n))]

    def divisor(self, n: int, j: int) -> int:
        """What the sum of output `j` is divided by."""
        within = n + sum(self.front)
        return self._divisor(self._read(within, j), within)

    def _read(self, within: int, j: int) -> range:
        """The positions that output `j` reads of `within`, counted with what stands in front."""
        placed = self.axis.at(within)
        step = (self.axis.kernel - 1) // (self.taps - 1) if self.taps > 1 else 1
        first, last = integer(placed.first(j), "first"), integer(placed.last(j), "last")
        return range(first, last + 1, step)

    def _divisor(self, read: range, within: int) -> int:
        if self.counted is Counted.TAPS:
            return len(read)
        return len(_common(read, self.counted.stretch(self.declared(within), within)))

    def declared(self, within: int) -> Window:
        """The window with its declared padding; adaptive pooling has none."""
        return self.axis.declared.at(within).fixed or Window.identity

    def _share(self, read: range, within: int, data: int) -> Share:
        """What each position read contributes: a fraction, or a word for what is no mean."""
        if self.kind in ("average", "add"):
            if self.kind == "add" or self.counted is Counted.NONE:
                return Fraction(1)
            divisor = self._divisor(read, within)
            return Fraction(1, divisor) if divisor else None
        if self.kind == "lp":
            if self.counted is Counted.NONE:
                return "lp", Fraction(1)
            divisor = self._divisor(read, within)
            return ("lp", Fraction(self.taps, divisor)) if divisor else None
        # one position alone is its own maximum, and its own mean
        return Fraction(1) if self.kind == "max" and data == 1 else self.kind

    @property
    def _spread(self) -> bool:
        """Whether it spreads a given number of windows over the input, as adaptive pooling does."""
        return self.axis.given is not None

    def agrees(self, other: "Pooled", within: Sizes | None = None, loose: bool = False) -> Sizes:
        """All sizes, of those given, at which both give outputs and the same values.

        From some size on the borders lie apart and their windows are those of n + stride, so one
        turn tells for all that follow; the sizes below are looked at one by one.

        Args:
            other: the other pooling.
            within: the sizes asked about, if not all.
            loose: whether windows that read nothing agree as well, as within one framework.

        Raises:
            Undecided: if too many windows would have to be looked at.

        >>> from shapealg import Ceiled
        >>> overhanging = Pooled(Ceiled(Window(3, 2)), 3, "average", Counted.PADDED)
        >>> print(overhanging.agrees(Pooled(Window(3, 2, 0, 1), 3, "average", Counted.PADDED)))
        n ≡ 1 (mod 2), n ≥ 3
        """
        alike = self.counts.agrees(other.counts, start=1) & self.runs & other.runs
        asked = alike if within is None else alike & within
        if self == other and (loose or (self.kind == "average" and self._spread)):
            return asked
        if not asked.residues:
            return Sizes.of(*self._found(other, asked, loose))
        if self._spread:  # both have as many outputs, hence the same windows
            return asked if self._kin(other) else self._single(other, asked)
        start, period = 2 * max(_reach(self), _reach(other)), self.axis.stride
        if start + period > LIMIT:
            raise _too_many(start + period)
        found = self._found(other, (n for n in range(1, start + period) if n in asked), loose)
        classes = [n % period for n in found if n >= start]
        return Sizes(period, classes, start, [n for n in found if n < start])

    def _found(self, other: "Pooled", sizes: Iterable[int], loose: bool) -> list[int]:
        """Those of finitely many sizes at which both give the same values."""
        found, looked = [], 0
        for n in sizes:
            same = self.same_at(other, n, loose)
            looked += self._borders(n) if same else 1
            if looked > LIMIT:
                raise _too_many(looked)
            if same:
                found.append(n)
        return found

    def _borders(self, n: int) -> int:
        """How many windows lie over a border, at most."""
        return self.count(n) if self._spread else min(self.count(n), 2 * _reach(self))

    def same_at(self, other: "Pooled", n: int, loose: bool = False) -> bool:
        """Whether both give the same values at size `n`."""
        m = self.count(n)
        if m < 1 or m != other.count(n):
            return False
        for j in range(m):
            if not self._same_output(other, n, j, loose):
                return False
            if self._inner(other, n, j):
                break
        # those between two inner ones are inner, too
        for i in range(m - 1, j, -1):
            if not self._same_output(other, n, i, loose):
                return False
            if self._inner(other, n, i):
                break
        return True

    def _inner(self, other: "Pooled", n: int, j: int) -> bool:
        """Whether both are plain windows, and output `j` of both lies within the data."""
        if self._spread or other._spread or self.axis.stride != other.axis.stride:
            return False
        return self._whole(n, j) and other._whole(n, j)

    def _whole(self, n: int, j: int) -> bool:
        """Whether output `j` reads data alone."""
        lo, hi = self.front
        read = self._read(n + lo + hi, j)
        return max(lo, 0) <= read.start and read[-1] < lo + min(n, n + hi)

    def _same_output(self, other: "Pooled", n: int, j: int, loose: bool) -> bool:
        """Whether output `j` of both reads the same, with the same share."""
        (one, share), (two, others) = self.output(n, j), other.output(n, j)
        if share is None and not (loose and self.counted is other.counted):
            return False
        return one == two and share == others

    def _kin(self, other: "Pooled") -> bool:
        """Whether both make the same of the same positions."""
        return self.kind == other.kind and (self.kind != "lp" or self.counted is other.counted)

    def _single(self, other: "Pooled", asked: Sizes) -> Sizes:
        """Where two kinds of adaptive pooling read one position each: as many as come out."""
        sole = Sizes.interval(1, max(self.count(1), 1)) & asked
        return Sizes.of(*self._found(other, sole, True))


def _common(read: range, stretch: range) -> range:
    """The positions of a window that lie in a stretch."""
    first = read.start + max(-((read.start - stretch.start) // read.step), 0) * read.step
    return range(first, max(min(read.stop, stretch.stop), first), read.step)


@lru_cache(maxsize=2**10)
def _reach(pooled: Pooled) -> int:
    """How far what happens at a border reaches into the data, and a turn more."""
    axis = pooled.axis
    # a padding that the size decides is told by its residue
    placed = [pooled.declared(r) for r in range(axis.stride)]
    pads = [abs(integer(w.lo, "lo")) + abs(integer(w.hi, "hi")) for w in placed]
    reach: int = axis.kernel + axis.stride + max(pads) + sum(map(abs, pooled.front))
    return reach


def _too_many(looked: int) -> Undecided:
    return Undecided(
        Text(zh="要逐个看的窗口太多", en="too many windows would have to be looked at"),
        looked,
        Text(zh=f"至多 {LIMIT}", en=f"at most {LIMIT} works"),
    )
