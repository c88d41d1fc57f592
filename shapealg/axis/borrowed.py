"""A transposed window that is cropped by what "same" would pad the input it is given, not the
output it makes.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.same import Same
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import among, checked


@told
@dataclass(frozen=True, slots=True)
class Borrowed(Axis):
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

    @property
    def period(self):
        """The stride: its place repeats after so many positions."""
        return self.same.stride

    @property
    def gain(self):
        """Each of the s positions of a turn makes s outputs more, all in all."""
        return self.same.stride**2

    def at(self, n) -> Transposed:
        """The window placed on an input of size `n`."""
        w = self.same.at(n)
        return Transposed(Window(w.kernel, w.stride, w.lo, w.hi - self.extra))

    def count(self, n):
        """(n − 1)s + kernel − padding(n) + extra."""
        return self.at(n).count(n)
