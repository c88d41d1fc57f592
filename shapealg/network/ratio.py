"""A length times a fraction, on its way to be rounded: what a graph computes between a cast to
float and the cast back.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from shapealg.axis.length import Length
from shapealg.axis.scaled import EXACT, LONGEST


@dataclass(frozen=True, slots=True)
class Ratio:
    """length / below, exact.

    >>> h = Ratio.of(Length.of("H")).times(0.5)
    >>> h.floor(), h.ceil()
    (H//2, (H + 1)//2)
    """

    length: Length | int
    below: int = 1

    def __str__(self) -> str:
        told = str(self.length)
        return f"({told})/{self.below}" if " " in told else f"{told}/{self.below}"

    @classmethod
    def of(cls, value) -> "Ratio":
        """A length as a ratio over 1; a ratio as it is."""
        return value if isinstance(value, Ratio) else cls(value)

    def times(self, number) -> "Ratio | None":
        """Multiplied by an int or a float; `None` for a float whose products are rounded before
        they get here, and where a quotient that was rounded may come out beside an integer, as
        29 / 7 * 7 is above 29.
        """
        factor = Fraction(number)
        common = gcd(self.below, factor.numerator)
        return (
            Ratio(self.length * factor.numerator, self.below * factor.denominator)
            if factor.denominator <= EXACT and not common & (common - 1)
            else None
        )

    def over(self, number) -> "Ratio | None":
        """Divided by a float, or by an int, whichever it is: what is no integer lies so far from
        each that no rounding of the quotient comes across.
        """
        if type(number) is int and number and self.below * abs(number) <= LONGEST:
            sign = 1 if number > 0 else -1
            return Ratio(self.length * sign, self.below * abs(number))
        return self.times(1 / Fraction(number)) if number else None

    def plus(self, number) -> "Ratio | None":
        """Added to an int, a float or another."""
        if isinstance(number, Ratio):
            return Ratio(
                self.length * number.below + number.length * self.below, self.below * number.below
            )
        part = Fraction(number)
        return (
            Ratio(
                self.length * part.denominator + part.numerator * self.below,
                self.below * part.denominator,
            )
            if part.denominator <= EXACT
            else None
        )

    def floor(self):
        """The largest whole length that is not above."""
        return self.length // self.below

    def ceil(self):
        """The smallest whole length that is not below."""
        return -(-self.length // self.below)
