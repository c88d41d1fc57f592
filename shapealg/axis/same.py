"""SAME padding: a window that takes its place only after it has seen the input.

Its count is ⌈n/s⌉ whatever the kernel; its place depends on n mod s.
"""

from dataclasses import dataclass

import sympy

from shapealg.axis.window import Window
from shapealg.exact import one_size


@dataclass(frozen=True, slots=True)
class Same:
    """The window of TensorFlow's and Keras's "same": just enough padding for ⌈n/s⌉ outputs, the odd one after the input.

    total = max((⌈n/s⌉ − 1)s + kernel − n, 0), lo = ⌊total/2⌋, hi = total − lo.

    >>> Same(kernel=7, stride=2).at(224)
    Window(kernel=7, stride=2, lo=2, hi=3)
    >>> Same(kernel=7, stride=2).count(224)
    112
    """

    kernel: object
    stride: object = 1

    def __post_init__(self):
        Window(self.kernel, self.stride)  # the same conditions, said once

    def count(self, n):
        """⌈n/s⌉, the count of a total padding of kernel − 1."""
        n = one_size(n, "n")
        return sympy.ceiling(n / self.stride) if isinstance(n, sympy.Basic) or isinstance(self.stride, sympy.Basic) else -(-n // self.stride)

    def padding(self, n):
        """The total padding: the smallest that is not negative and gives ⌈n/s⌉ outputs."""
        missing = Window(self.kernel, self.stride).need(self.count(n)) - one_size(n, "n")
        return max(missing, 0) if isinstance(missing, int) else sympy.Max(missing, 0)

    def at(self, n) -> Window:
        """The window placed on an input of size `n`."""
        total = self.padding(n)
        return Window(self.kernel, self.stride, total // 2, total - total // 2)
