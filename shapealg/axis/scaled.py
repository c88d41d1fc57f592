"""Resizing by a factor. Repeating by an integer r needs no value of its own: it is
`Transposed(Window(r, r))`.

A factor in a framework is a binary floating-point number, and so is its product with n; both are
reproduced on integers, bit for bit: 100 · 0.29 is 28 in 53 bits and 29 in 24.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from shapealg.axis.axis import Axis
from shapealg.axis.climb import climbed
from shapealg.axis.door import integer
from shapealg.axis.resized import Resized, known, positive
from shapealg.errors import ShapeError, Undecided, told
from shapealg.exact import Exact, Size, SizeLike, flag, one_size
from shapealg.text import Text

EXACT = 2**10  # denominators up to here are looked for
# up to so many positions, on either side, a law must hold: double precision reaches beyond every
# memory; in single precision no fraction is right for ever, and 2**24 + 1 is no number at all
DOUBLE, LONGEST, LONG = 53, 2**40, 2**20


@told
@dataclass(frozen=True, slots=True)
class Scaled(Axis):
    """⌊n · factor⌋, the product rounded to so many binary digits first, as floating point does.

    Args:
        factor: the exact value of the framework's floating-point number, as a `Fraction`.
        digits: 53 for double precision, 24 for single.
        mode: how the outputs are made, one of `MODES`.
        rounded: whether outputs then lie n/m apart, m being ⌊n · factor⌋, and not 1/factor.
        smooth: whether as many times more are read as outputs are fewer (antialias).

    >>> Scaled.of(0.29).count(100), Scaled.of(0.29, digits=24).count(100)
    (28, 29)
    >>> Scaled.of(1.5).count("n")
    floor(3*n/2)
    """

    factor: Fraction
    digits: int = 53
    mode: str = field(default="nearest", compare=False)
    rounded: bool = field(default=False, compare=False)
    smooth: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", positive(self.factor))
        object.__setattr__(self, "digits", integer(self.digits, "digits", 1))
        for name in ("rounded", "smooth"):
            object.__setattr__(self, name, flag(getattr(self, name), name))
        known(self.mode)

    @classmethod
    def of(
        cls,
        number: object,
        digits: int = 53,
        mode: str = "nearest",
        rounded: bool = False,
        smooth: bool = False,
    ) -> "Scaled":
        """The factor as the framework stores it, rounded to so many digits.

        Raises:
            ShapeError: for anything that is not a positive finite number.
        """
        digits = integer(digits, "digits", 1)
        return cls(_rounded(positive(number), digits), digits, mode, rounded, smooth)

    @property
    def law(self) -> Fraction | None:
        """p/q, where ⌊n · factor⌋ is ⌊p·n/q⌋ in spite of the rounding, as long as neither side is
        longer than 2^40 positions, in less than double precision 2^20; `None` where it is not.

        As long as n·p has no more than `digits` binary digits, nothing is rounded. Otherwise:
        The factor is a p/q with a small q, up to its own rounding, d. Where q does not divide n,
        the product lies at least 1/q away from an integer above, and no rounding carries it over
        before n = 1/(q·(d + factor·2^(1 − digits))). Where q divides n, p·n/q is an integer itself,
        and the product is rounded to it from above always, and from below if d is at most
        2^(−digits − 1) of p/q: half the distance to the number below.

        >>> Scaled.of(1.1).law, Scaled.of(0.3).law, Scaled.of(0.7).law
        (Fraction(11, 10), Fraction(3, 10), None)
        >>> Scaled.of(1.5, 24).law, Scaled.of(1025 / 1024).law, Scaled.of(1025 / 1024, 24).law
        (Fraction(3, 2), Fraction(1025, 1024), None)
        >>> [Scaled.of(0.7).count(n) for n in (80, 90)]
        [56, 62]
        """
        return _law(self.factor, self.digits)

    @property
    def formula(self) -> bool:
        """Whether there is a law."""
        return self.law is not None

    @property
    def period(self) -> int:
        """The denominator of the law.

        Raises:
            ShapeError: where no law tells how the product is rounded.
        """
        return self._told.denominator

    @property
    def gain(self) -> int:
        """Its numerator."""
        return self._told.numerator

    @property
    def _told(self) -> Fraction:
        if (law := self.law) is not None:
            return law
        raise ShapeError(
            Text(
                zh="这个因子在二进制里不是有限小数，乘积会被舍入",
                en="this factor is no short binary fraction: its product is rounded",
            ),
            self.factor,
            Text(
                zh="可用：整数或 1.5、0.25 这样的因子",
                en="an integer or a factor such as 1.5 or 0.25 works",
            ),
        )

    def count(self, n: SizeLike) -> Size:
        """⌊n · factor⌋

        Raises:
            Undecided: for a symbol and a factor that no `law` tells.
        """
        n = one_size(n, "n")
        if isinstance(n, int):
            return int(_rounded(_rounded(Fraction(n), self.digits) * self.factor, self.digits))
        if (law := self.law) is None:
            near = self.factor.limit_denominator(EXACT)
            raise Undecided(
                Text(
                    zh="这个因子在二进制里不是有限小数，乘积会被舍入，写不成公式",
                    en=(
                        "this factor is no short binary fraction: its product is rounded, and no"
                        " formula says that"
                    ),
                ),
                float(self.factor),
                Text(
                    zh=f"请给出数值的尺寸；数学上的因子是 {near}",
                    en=f"give the size as a number; as a fraction the factor is {near}",
                ),
            )
        if isinstance(n, Exact):
            return n * law.numerator // law.denominator
        import sympy

        return sympy.floor(n * law.numerator / law.denominator)

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives at least `m` outputs."""
        m = integer(m, "m")
        near = int(m / self.factor)
        rounded = near >> (self.digits - 3)  # so far off may two roundings be
        return climbed(self.count, max(near - rounded - 1, 0), m)

    @property
    def steady(self) -> bool:
        """Whether outputs lie evenly in floating point too: 41 · (1/41) is below 1 in single
        precision.
        """
        return self.factor.denominator <= EXACT and self.factor.numerator <= 40

    def at(self, n: SizeLike) -> Resized:
        """Placed on an input of size `n`."""
        corners, area = self.mode.startswith("corners"), self.mode == "area"
        whole = self.factor.denominator == 1 and not corners  # then n/m is 1/factor, whatever n
        apart = self.rounded or corners or area
        return Resized(
            self.count(n),
            one_size(n, "n"),
            self.mode,
            1 / self._fraction if whole or not apart else None,
            self.smooth,
        )

    @property
    def _fraction(self) -> Fraction:
        """The factor, as the short fraction that it stands for, if there is one."""
        near = self.factor.limit_denominator(EXACT)
        stored = _rounded(near, self.digits) == self.factor
        return near if stored else self.factor


@lru_cache(maxsize=2**8)
def _law(factor: Fraction, digits: int) -> Fraction | None:
    """See `Scaled.law`."""
    longest = Fraction(LONGEST if digits >= DOUBLE else LONG) / max(factor, Fraction(1))
    near = factor.limit_denominator(EXACT)
    short = near - factor
    if not short and longest * near.numerator <= 2**digits:
        return near
    reach = near.denominator * (abs(short) + factor * Fraction(2) ** (1 - digits))
    whole = short * 2 ** (digits + 1) <= near
    return near if whole and reach * longest <= 1 else None


def _rounded(x: Fraction, digits: int) -> Fraction:
    """The nearest binary number of so many digits, ties to even."""
    above, below = abs(x.numerator), x.denominator
    # so that above/below/2^shift has digits or digits + 1 bits
    shift = above.bit_length() - below.bit_length() - digits
    whole = Fraction(above, below) / Fraction(2) ** shift
    if whole >= 2**digits:
        whole, shift = whole / 2, shift + 1
    made = round(whole) * Fraction(2) ** shift  # Python rounds a Fraction half to even, exactly
    return made if x > 0 else -made
