"""A transposed window that is cropped by what "same" would pad the input it is given, not the
output it makes.
"""

from dataclasses import dataclass

from shapealg.axis.same import Same
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Interval, Window
from shapealg.errors import told
from shapealg.exact import among, ceil_div, checked, climbed, larger, one_size


@told
@dataclass(frozen=True, slots=True)
class Borrowed:
    """The transposed window of Paddle's "SAME": its padding is borrowed from the convolution of the
    same input.

    Args:
        same: that convolution.
        extra: positions given back behind (output_padding).

    >>> Borrowed(Same(3, stride=2)).count(4), Borrowed(Same(3, stride=2)).count(5)  # not 2n
    (8, 9)
    >>> Borrowed(Same(3, stride=2)).at(5)
    Transposed(window=Window(kernel=3, stride=2, lo=1, hi=1))
    """

    same: Same
    extra: object = 0

    def __post_init__(self):
        among(self, "same", (Same,))
        checked(self, extra=None)

    def at(self, n) -> Transposed:
        """The window placed on an input of size `n`."""
        w = self.same.at(n)
        return Transposed(Window(w.kernel, w.stride, w.lo, w.hi - self.extra))

    def count(self, n):
        """(n − 1)s + kernel − padding(n) + extra."""
        return self.at(n).count(n)

    def need(self, m):
        """The smallest input that gives at least `m` outputs; `m` is a number. Every input gives
        more than the one before.
        """
        m = one_size(m, "m")
        least = ceil_div(m - self.same.kernel - self.extra, self.same.stride) + 1
        return climbed(self.count, larger(least, 0), m)

    def fibre(self, m) -> Interval:
        """All inputs that give exactly `m` outputs: one, or none."""
        low = self.need(m)
        return Interval(low, low if self.count(low) == m else low - 1)
