"""SAME padding: a window that takes its place only after it has seen the input.

Its count is ⌈n/s⌉ whatever the kernel; its place depends on n mod s.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import ceil_div, flag, larger, one_size


@told
@dataclass(frozen=True, slots=True)
class Same(Axis):
    """The window of "same": just enough padding for ⌈n/s⌉ outputs, the odd one after the input, or
    before it if `lower`.

    total = max((⌈n/s⌉ − 1)s + kernel − n, 0), lo = ⌊total/2⌋, hi = total − lo; with `lower` the
    other way round.

    >>> Same(kernel=7, stride=2).at(224)
    Window(kernel=7, stride=2, lo=2, hi=3)
    >>> Same(kernel=7, stride=2).count(224)
    112
    """

    kernel: object
    stride: object = 1
    lower: bool = False

    def __post_init__(self):
        window = Window(self.kernel, self.stride)  # the same conditions, said once
        object.__setattr__(self, "kernel", window.kernel)
        object.__setattr__(self, "stride", window.stride)
        object.__setattr__(self, "lower", flag(self.lower, "lower"))

    @property
    def period(self):
        """The stride: so many positions more make one output more."""
        return self.stride

    def count(self, n):
        """⌈n/s⌉, the count of a total padding of kernel − 1."""
        return ceil_div(one_size(n, "n"), self.stride)

    def need(self, m):
        """The smallest input that gives at least `m` outputs: (m − 1)s + 1."""
        return (one_size(m, "m") - 1) * self.stride + 1

    def padding(self, n):
        """The total padding: the smallest that is not negative and gives ⌈n/s⌉ outputs."""
        missing = Window(self.kernel, self.stride).need(self.count(n)) - one_size(n, "n")
        return larger(missing, 0)

    def at(self, n) -> Window:
        """The window placed on an input of size `n`."""
        total = self.padding(n)
        less, more = total // 2, total - total // 2
        return Window(self.kernel, self.stride, *((more, less) if self.lower else (less, more)))
