"""A transposed window whose output size is said: the padding is what has to be cut away to reach
it.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Given
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import among, ceil_div, checked, flag, larger, one_size


@told
@dataclass(frozen=True, slots=True)
class Reached(Given):
    """`outputs` positions out of any input that reaches so far.

    Args:
        outputs: the output size.
        spread: the window, unpadded.
        extra: positions counted as there behind the last window before the rest is cut (ONNX's
            output_padding).
        lower: whether the odd position is cut in front.

    >>> Reached(6, Window(3, stride=2)).at(3), Reached(6, Window(3, stride=2)).most(3)
    (Transposed(window=Window(kernel=3, stride=2, lo=0, hi=1)), 8)
    """

    outputs: object
    spread: Window
    extra: object = 0
    lower: bool = False

    def __post_init__(self):
        among(self, "spread", (Window,))
        checked(self, outputs=None, extra=None)
        object.__setattr__(self, "lower", flag(self.lower, "lower"))

    def most(self, n):
        """The most outputs that lead back to `n`: those of the whole spread, and up to s − 1
        behind.
        """
        return self.spread.need(n) + self.spread.stride - 1

    def need(self, m):
        """The smallest input that reaches all outputs: ⌈(outputs − kernel + 1)/s⌉, at least 1."""
        return larger(ceil_div(self.outputs - self.spread.kernel + 1, self.spread.stride), 1)

    def at(self, n) -> Transposed:
        """The window placed on an input of size `n`."""
        whole = self.spread.need(one_size(n, "n"))
        cut = larger(whole + self.extra - self.outputs, 0)
        lo = ceil_div(cut, 2) if self.lower else cut // 2
        return Transposed(
            Window(self.spread.kernel, self.spread.stride, lo, whole - self.outputs - lo)
        )
