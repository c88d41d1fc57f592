"""SAME as ONNX Runtime places it: the padding is that of the taps side by side, and where it comes
out negative it crops.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.ceiled import Ceiled
from shapealg.axis.sizes import integer
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import ceil_div, checked, flag, one_size


@told
@dataclass(frozen=True, slots=True)
class Trimmed(Axis):
    """A window of `taps` taps over `kernel` positions, padded for ⌈n/s⌉ windows whose taps lay side
    by side.

    total = (⌈n/s⌉ − 1)s + taps − n, which is negative where windows leave gaps: then both ends are
    cropped.

    Args:
        kernel: how many positions the window spans.
        stride: how far it moves.
        taps: how many positions it reads.
        lower: whether the odd position is padded before the input.
        less: by how much less is cropped in front (twice).
        ceiled: whether what is left behind the last window makes one more, as `Ceiled` does.

    >>> Trimmed(kernel=3, stride=1, taps=2).count(6)  # 2 taps, dilation 2: not ⌈6/1⌉
    5
    >>> Trimmed(kernel=1, stride=3, taps=1).at(9)
    Window(kernel=1, stride=3, lo=-1, hi=-1)
    """

    kernel: object
    stride: object
    taps: object
    lower: bool = False
    less: int = 0
    ceiled: bool = False

    def __post_init__(self):
        checked(self, kernel=1, stride=1, taps=1, less=None)
        for name in ("lower", "ceiled"):
            object.__setattr__(self, name, flag(getattr(self, name), name))

    @property
    def period(self):
        """The stride: so many positions more make one output more."""
        return self.stride

    def padding(self, n):
        """The total padding; negative where the windows leave gaps."""
        return (ceil_div(n, self.stride) - 1) * self.stride + self.taps - n

    def at(self, n) -> Window:
        """The window placed on an input of size `n`, a number."""
        total = integer(self.padding(integer(n, "n")), "padding")
        lo = (
            (total + self.lower) // 2
            if total >= 0
            else -(max(-total - self.less - self.lower, 0) // 2)
        )
        placed = Window(self.kernel, self.stride, lo, total - lo)
        return Ceiled(placed).at(n) if self.ceiled else placed

    def count(self, n):
        """The count of the window as it is placed."""
        n = one_size(n, "n")
        placed = Window(self.kernel, self.stride, 0, self.padding(n))
        return Ceiled(placed).count(n) if self.ceiled else placed.count(n)
