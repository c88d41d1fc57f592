"""ceil_mode: the last window may hang over the padded end, but not begin there."""

from dataclasses import dataclass

from shapealg.axis.axis import Axis
from shapealg.axis.same import Same
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import among, ceil_div, flag, larger, one_size, smaller


@told
@dataclass(frozen=True, slots=True)
class Ceiled(Axis):
    """A pooling window that rounds up.

    Args:
        window: the window as it stands with rounding down; or a `Same`, which fits exactly unless
            it steps over positions.
        clipped: whether a window that would begin after the input and its front padding is left out
            (PyTorch, ONNX Runtime) or kept (Paddle).

    >>> padded = Window(4, 4, 2, 2)
    >>> Ceiled(Window(2, 2)).count(25), Ceiled(padded).count(9), Ceiled(padded, False).count(9)
    (13, 3, 4)
    """

    window: Window
    clipped: bool = True

    def __post_init__(self):
        among(self, "window", (Window, Same))
        object.__setattr__(self, "clipped", flag(self.clipped, "clipped"))

    @property
    def stride(self):
        """The stride of the window within."""
        return self.window.stride

    @property
    def kernel(self):
        """The kernel of the window within."""
        return self.window.kernel

    @property
    def period(self):
        """The stride: so many positions more make one output more."""
        return self.window.stride

    def count(self, n):
        """⌈(n + lo + hi − kernel)/s⌉ + 1, and at most ⌈(n + lo)/s⌉ where it is clipped."""
        n, w = one_size(n, "n"), self.window.at(n)
        rounded = ceil_div(n + w.lo + w.hi - w.kernel, w.stride) + 1
        return smaller(rounded, ceil_div(n + w.lo, w.stride)) if self.clipped else rounded

    def need(self, m):
        """The smallest input that gives at least `m` outputs."""
        m, w = one_size(m, "m"), self.window
        if not isinstance(w, Window):  # its place depends on n
            return Axis.need(self, m)
        hanging = w.need(m) - w.stride + 1
        begun = (m - 1) * w.stride + 1 - w.lo
        return larger(hanging, begun) if self.clipped else hanging

    def at(self, n) -> Window:
        """The window placed on an input of size `n`: as much padding behind as its last output
        needs.
        """
        n = one_size(n, "n")
        w = self.window.at(n)
        return Window(
            w.kernel, w.stride, w.lo, Window(w.kernel, w.stride).need(self.count(n)) - w.lo - n
        )
