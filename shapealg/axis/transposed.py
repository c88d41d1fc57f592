"""A window run backwards: what was the output is the input. Its size is the adjoint `need`.

`output_padding` is no value of its own: it is padding taken back after the input, hi −
output_padding.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.window import Interval, Window
from shapealg.errors import told
from shapealg.exact import among, ceil_div, one_size


@told
@dataclass(frozen=True, slots=True)
class Transposed(Axis):
    """The window of a transposed convolution: input `j` writes to outputs s·j − lo to s·j − lo +
    kernel − 1.

    >>> Transposed(Window(3, stride=2, lo=1, hi=1)).count(4)
    7
    >>> Transposed(Window(3, stride=2, lo=1, hi=0)).count(4)  # output_padding=1
    8
    """

    window: Window

    period = 1

    def __post_init__(self):
        among(self, "window", (Window,))

    def count(self, n):
        """(n − 1)s + kernel − lo − hi: what `window` needs for n outputs."""
        return self.window.need(n)

    def need(self, m):
        """The smallest input that gives at least `m` outputs: ⌈(m − kernel + lo + hi)/s⌉ + 1.

        >>> Transposed(Window(3, stride=2)).need(8)
        4
        """
        w = self.window
        return ceil_div(one_size(m, "m") - w.kernel + w.lo + w.hi, w.stride) + 1

    def fibre(self, m) -> Interval:
        """All inputs that give exactly `m` outputs: one, or none."""
        return Interval(self.need(m), self.window.count(m))

    @property
    def gain(self):
        """The stride: one position more makes so many outputs more."""
        return self.window.stride

    def first(self, i):
        """The first input that reaches output `i`: ⌈(i + lo − kernel + 1)/s⌉; below 0 there is
        none.
        """
        w = self.window
        return ceil_div(one_size(i, "i") + w.lo - w.kernel + 1, w.stride)

    def last(self, i):
        """The last input that reaches output `i`: ⌊(i + lo)/s⌋."""
        return (one_size(i, "i") + self.window.lo) // self.window.stride
