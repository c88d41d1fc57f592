"""What an average over a window divides by."""

from enum import Enum

from shapealg.axis.door import integer
from shapealg.axis.window import Window


class Counted(Enum):
    """Which positions of a window an average counts. What ceil_mode adds behind only TAPS counts.

    NONE: it does not divide at all; DATA: those of the input; PADDED: the declared padding too;
    FRONT: of the padding behind only as much as there is in front, which is how Paddle counts;
    TAPS: all that a window has, whatever they meet, as where a `divisor_override` is said.
    """

    NONE = "none"
    DATA = "data"
    PADDED = "padded"
    FRONT = "front"
    TAPS = "taps"

    def stretch(self, declared: Window, n: int) -> range:
        """The positions that may be counted, of `n` with this declared padding."""
        lo, hi = integer(declared.lo, "lo"), integer(declared.hi, "hi")
        behind = {Counted.PADDED: hi, Counted.FRONT: lo}.get(self, 0)
        return range(0 if self is Counted.DATA else -lo, n + behind)
