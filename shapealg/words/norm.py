"""Which norm LP pooling takes of a window."""

from dataclasses import dataclass
from math import isinf

from shapealg.errors import shown
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Norm:
    """The p-th root of a sum of p-th powers; for an infinite p the largest.

    Attributes:
        power: p.
        signed: whether of the numbers themselves; otherwise of what they are without their sign.

    >>> Norm.of(4, signed=True) == Norm.of(4, signed=False)
    True
    """

    power: int | float
    signed: bool

    @classmethod
    def of(cls, power, signed: bool) -> "Norm":
        """The norm of a power; an even one takes no notice of signs."""
        return cls(power, signed and not cls(power, False).even)

    @property
    def whole(self) -> bool:
        """Whether the power is a whole number."""
        return not isinf(self.power) and self.power == int(self.power)

    @property
    def even(self) -> bool:
        """Whether it is an even one."""
        return self.whole and self.power % 2 == 0

    @property
    def text(self) -> Text:
        """The norm in words."""
        p = shown(self.power)
        if not self.signed:
            return Text(zh=f"p={p}", en=f"p={p}")
        return Text(zh=f"p={p}（带符号）", en=f"p={p} of signed numbers")


EUCLIDEAN = Norm(2, False)
