"""Windows run backwards: what was the output is the input. The size is the adjoint `need`.

`output_padding` is no value of its own: it is padding taken back after the input, hi −
output_padding.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapealg.axis.axis import Axis, Given, Links, span
from shapealg.axis.door import integer
from shapealg.axis.waiting import Same, Waiting
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import Size, SizeLike, among, ceil_div, checked, flag, larger, one_size

if TYPE_CHECKING:
    from shapealg.axis.interval import Interval


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
    transposed = True

    def __post_init__(self) -> None:
        among(self, "window", (Window,))

    def count(self, n: SizeLike) -> Size:
        """(n − 1)s + kernel − lo − hi: what `window` needs for n outputs."""
        return self.window.need(n)

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives at least `m` outputs: ⌈(m − kernel + lo + hi)/s⌉ + 1.

        >>> Transposed(Window(3, stride=2)).need(8)
        4
        """
        w = self.window
        return ceil_div(one_size(m, "m") - w.kernel + w.lo + w.hi, w.stride) + 1

    def fibre(self, m: SizeLike) -> "Interval":
        """All inputs that give exactly `m` outputs: one, or none."""
        from shapealg.axis.interval import Interval  # sizes need sets, windows do not

        return Interval(self.need(m), self.window.count(m))

    @property
    def gain(self) -> Size:
        """The stride: one position more makes so many outputs more."""
        return self.window.stride

    def first(self, i: SizeLike) -> Size:
        """The first input that reaches output `i`: ⌈(i + lo − kernel + 1)/s⌉; below 0 there is
        none.
        """
        w = self.window
        return ceil_div(one_size(i, "i") + w.lo - w.kernel + 1, w.stride)

    def last(self, i: SizeLike) -> Size:
        """The last input that reaches output `i`: ⌊(i + lo)/s⌋."""
        return (one_size(i, "i") + self.window.lo) // self.window.stride

    def links(self, k: int, j: int) -> Links:
        """The inputs with a tap that hits output `j`, and those taps."""
        d, j = self.window.dilation(k), integer(j, "j")
        behind = [
            (i, integer(j - self.window.first(i), "tap")) for i in span(self.first(j), self.last(j))
        ]
        met = [(i, distance // d) for i, distance in behind if distance % d == 0]
        return tuple(i for i, _ in met), tuple(tap for _, tap in met)


@told
@dataclass(frozen=True, slots=True)
class Borrowed(Waiting):
    """The transposed window of Paddle's "SAME": its padding is borrowed from the convolution of the
    same input, count(n) = (n − 1)s + kernel − forward.padding(n) + extra.

    Args:
        forward: that convolution.
        extra: positions given back behind (output_padding).

    >>> Borrowed(Same(3, stride=2)).count(4), Borrowed(Same(3, stride=2)).count(5)  # not 2n
    (8, 9)
    >>> Borrowed(Same(3, stride=2)).at(5)
    Transposed(window=Window(kernel=3, stride=2, lo=1, hi=1))
    """

    forward: Same
    extra: Size = 0

    transposed = True

    def __post_init__(self) -> None:
        among(self, "forward", (Same,))
        checked(self, extra=None)

    @property
    def period(self) -> Size:
        """The stride: its place repeats after so many positions."""
        return self.forward.stride

    @property
    def gain(self) -> Size:
        """Each of the s positions of a turn makes s outputs more, all in all."""
        return self.forward.stride**2

    def at(self, n: SizeLike) -> Transposed:
        """The window placed on an input of size `n`."""
        w = self.forward.at(n)
        return Transposed(Window(w.kernel, w.stride, w.lo, w.hi - self.extra))


@told
@dataclass(frozen=True, slots=True)
class Reached(Given):
    """A transposed window whose output size is said: what is over is cut away, out of any input
    that reaches so far.

    Args:
        outputs: the output size.
        spread: the window, unpadded.
        extra: positions counted as there behind the last window before the rest is cut (ONNX's
            output_padding).
        lower: whether the odd position is cut in front.

    >>> Reached(6, Window(3, stride=2)).at(3), Reached(6, Window(3, stride=2)).most(3)
    (Transposed(window=Window(kernel=3, stride=2, lo=0, hi=1)), 8)
    """

    outputs: Size
    spread: Window
    extra: Size = 0
    lower: bool = False

    transposed = True

    def __post_init__(self) -> None:
        among(self, "spread", (Window,))
        checked(self, outputs=None, extra=None)
        object.__setattr__(self, "lower", flag(self.lower, "lower"))

    def most(self, n: SizeLike) -> Size:
        """The most outputs that lead back to `n`: those of the whole spread, and up to s − 1
        behind.
        """
        return self.spread.need(n) + self.spread.stride - 1

    def need(self, m: SizeLike) -> Size:
        """The smallest input that reaches all outputs: ⌈(outputs − kernel + 1)/s⌉, at least 1.

        Whatever `m` is: the outputs are said, not counted.
        """
        return larger(ceil_div(self.outputs - self.spread.kernel + 1, self.spread.stride), 1)

    def at(self, n: SizeLike) -> Transposed:
        """The window placed on an input of size `n`."""
        whole = self.spread.need(one_size(n, "n"))
        cut = larger(whole + self.extra - self.outputs, 0)
        lo = ceil_div(cut, 2) if self.lower else cut // 2
        return Transposed(
            Window(self.spread.kernel, self.spread.stride, lo, whole - self.outputs - lo)
        )
