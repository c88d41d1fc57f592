"""Resizing: to a given size, or by a factor. Repeating by an integer r needs no value: it is `Transposed(Window(r, r))`.

A factor in a framework is a binary floating-point number, and so is its product with n; both are reproduced on
integers, bit for bit: 100 · 0.29 is 28 in 53 bits and 29 in 24.
"""

from dataclasses import dataclass
from fractions import Fraction

import sympy

from shapealg.errors import ShapeError
from shapealg.exact import Exact, one_size
from shapealg.text import Text

EXACT = 2**10  # a factor with so small a denominator meets no rounding at any size that fits into memory


@dataclass(frozen=True, slots=True)
class Resized:
    """Resized to `outputs` positions; `first` and `last` are those of nearest-neighbour interpolation, ⌊jn/m⌋.

    >>> Resized(7).count(224)
    7
    """

    outputs: object
    size: object = None

    def count(self, n):
        """As many as were asked for."""
        return self.outputs

    def need(self, m):
        """One position is enough."""
        return 1

    def at(self, n) -> "Resized":
        """Placed on an input of size `n`."""
        return Resized(self.outputs, one_size(n, "n"))

    def first(self, j):
        """⌊jn/m⌋"""
        return one_size(j, "j") * self.size // self.outputs

    last = first


@dataclass(frozen=True, slots=True)
class Scaled:
    """⌊n · factor⌋, the product rounded to so many binary digits first, as floating point does.

    Args:
        factor: the exact value of the framework's floating-point number, as a `Fraction`.
        digits: 53 for double precision, 24 for single.

    >>> Scaled.of(0.29).count(100), Scaled.of(0.29, digits=24).count(100)
    (28, 29)
    >>> Scaled.of(1.5).count("n")
    floor(3*n/2)
    """

    factor: Fraction
    digits: int = 53

    @classmethod
    def of(cls, number, digits: int = 53) -> "Scaled":
        """The factor as the framework stores it, rounded to so many digits.

        Raises:
            ShapeError: for anything that is not a positive finite number.
        """
        try:
            factor = _rounded(Fraction(number), digits) if not isinstance(number, bool) else 0
        except (TypeError, ValueError, OverflowError):
            factor = 0
        if factor <= 0:
            raise ShapeError(
                Text(zh="缩放因子须为正数", en="a scale factor must be a positive number"), number, Text(zh="例如 2 或 0.5", en="for example 2 or 0.5"),
            )  # fmt: skip
        return cls(factor, digits)

    def count(self, n):
        """⌊n · factor⌋

        Raises:
            ShapeError: for a symbol and a factor that is not a short binary fraction: no formula without rounding exists.
        """
        n = one_size(n, "n")
        if isinstance(n, int):
            return int(_rounded(_rounded(Fraction(n), self.digits) * self.factor, self.digits))
        if self.factor.denominator > EXACT:
            near = self.factor.limit_denominator(EXACT)
            raise ShapeError(
                Text(zh="这个因子在二进制里不是有限小数，乘积会被舍入，写不成公式", en="this factor is no short binary fraction: its product is rounded, and no formula says that"), float(self.factor),
                Text(zh=f"请给出数值的尺寸；数学上的因子是 {near}", en=f"give the size as a number; as a fraction the factor is {near}"),
            )  # fmt: skip
        above, below = n * self.factor.numerator, self.factor.denominator
        return above // below if isinstance(n, Exact) else sympy.floor(above / below)

    def need(self, m):
        """The smallest input that gives at least `m` outputs."""
        n = max(int(one_size(m, "m") / self.factor) - 1, 0)
        while self.count(n) < m:
            n += 1
        return n

    def at(self, n) -> Resized:
        """Placed on an input of size `n`."""
        return Resized(self.count(n), one_size(n, "n"))


def _rounded(x: Fraction, digits: int) -> Fraction:
    """The nearest binary number of so many digits, ties to even."""
    if x == 0:
        return x
    above, below = abs(x.numerator), x.denominator
    shift = above.bit_length() - below.bit_length() - digits  # so that above/below/2^shift has digits or digits + 1 bits
    whole = Fraction(above, below) / Fraction(2) ** shift
    if whole >= 2**digits:
        whole, shift = whole / 2, shift + 1
    made = round(whole) * Fraction(2) ** shift  # Python rounds a Fraction half to even, exactly
    return made if x > 0 else -made
