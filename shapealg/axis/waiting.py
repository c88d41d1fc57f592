"""Windows that wait: they take their place only after they have seen the input. A rule of its size
n, most of them of n mod s, says where they stand.
"""

from dataclasses import dataclass, replace

from shapealg.axis.axis import Axis
from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import Size, SizeLike, among, ceil_div, checked, flag, larger, one_size, smaller


class Waiting(Axis):
    """A window that is still to be placed: its padding follows from n, and `at(n)` gives the window
    in its place.
    """

    __slots__ = ()

    waits = True

    @property
    def period(self) -> Size:
        """The stride: so many positions more make one output more."""
        return self.stride

    def count(self, n: SizeLike) -> Size:
        """What the window counts in its place."""
        return self.at(n).count(n)


@told
@dataclass(frozen=True, slots=True)
class Same(Waiting):
    """The window of "same": just enough padding for ⌈n/s⌉ outputs, the odd one after the input, or
    before it if `lower`.

    total = max((⌈n/s⌉ − 1)s + kernel − n, 0), lo = ⌊total/2⌋, hi = total − lo; with `lower` the
    other way round.

    >>> Same(kernel=7, stride=2).at(224)
    Window(kernel=7, stride=2, lo=2, hi=3)
    >>> Same(kernel=7, stride=2).count(224)
    112
    """

    kernel: Size
    stride: Size = 1
    lower: bool = False

    def __post_init__(self) -> None:
        window = Window(self.kernel, self.stride)  # the same conditions, said once
        object.__setattr__(self, "kernel", window.kernel)
        object.__setattr__(self, "stride", window.stride)
        object.__setattr__(self, "lower", flag(self.lower, "lower"))

    def count(self, n: SizeLike) -> Size:
        """⌈n/s⌉, the count of a total padding of kernel − 1."""
        return ceil_div(one_size(n, "n"), self.stride)

    @property
    def as_floor(self) -> tuple[int, int] | None:
        """⌈n/s⌉ = ⌊(n + s − 1)/s⌋; none is told of symbols."""
        return (self.stride - 1, self.stride) if type(self.stride) is int else None

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives at least `m` outputs: (m − 1)s + 1."""
        return (one_size(m, "m") - 1) * self.stride + 1

    @property
    def same(self) -> str:
        """Which end takes the odd position."""
        return "lower" if self.lower else "upper"

    @property
    def fixed(self) -> Window | None:
        """The window that it is whatever n: of stride 1, or of kernel 1."""
        if not (isinstance(self.stride, int) and isinstance(self.kernel, int)):
            return None
        # n ≡ 0 (mod s) needs the most padding, n ≡ 1 the least
        one, two = self.at(self.stride), self.at(self.stride + 1)
        return one if one == two else None

    def padding(self, n: SizeLike) -> Size:
        """The total padding: the smallest that is not negative and gives ⌈n/s⌉ outputs."""
        missing = (self.count(n) - 1) * self.stride + self.kernel - one_size(n, "n")
        return larger(missing, 0)

    def at(self, n: SizeLike) -> Window:
        """The window placed on an input of size `n`."""
        total = self.padding(n)
        lo, hi = total // 2, total - total // 2
        if self.lower:
            lo, hi = hi, lo
        return Window(self.kernel, self.stride, lo, hi)


@told
@dataclass(frozen=True, slots=True)
class Ceiled(Waiting):
    """ceil_mode: the last window may hang over the padded end, but not begin there.

    Args:
        window: the window as it stands with rounding down; or a `Same`, which fits exactly unless
            it steps over positions.
        clipped: whether a window that would begin after the input and its front padding is left out
            (PyTorch, ONNX Runtime) or kept (Paddle).

    >>> padded = Window(4, 4, 2, 2)
    >>> Ceiled(Window(2, 2)).count(25), Ceiled(padded).count(9), Ceiled(padded, False).count(9)
    (13, 3, 4)
    """

    window: Window | Same
    clipped: bool = True

    def __post_init__(self) -> None:
        among(self, "window", (Window, Same))
        object.__setattr__(self, "clipped", flag(self.clipped, "clipped"))

    @property
    def declared(self) -> Window | Same:
        """The window within."""
        return self.window

    @property
    def stride(self) -> Size:
        """The stride of the window within."""
        return self.window.stride

    @property
    def kernel(self) -> Size:
        """The kernel of the window within."""
        return self.window.kernel

    def count(self, n: SizeLike) -> Size:
        """⌈(n + lo + hi − kernel)/s⌉ + 1, and at most ⌈(n + lo)/s⌉ where it is clipped."""
        n, w = one_size(n, "n"), self.window.at(n)
        rounded = ceil_div(n + w.lo + w.hi - w.kernel, w.stride) + 1
        return smaller(rounded, ceil_div(n + w.lo, w.stride)) if self.clipped else rounded

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives at least `m` outputs."""
        m, w = one_size(m, "m"), self.window
        if w.waits:
            return Axis.need(self, m)
        # the last window needs one position fewer for each that it may hang over, s − 1 of them
        hanging = w.need(m) - (w.stride - 1)
        # and its first position, (m − 1)s − lo, lies before n
        begun = (m - 1) * w.stride - w.lo + 1
        return larger(hanging, begun) if self.clipped else hanging

    def at(self, n: SizeLike) -> Window:
        """The window placed on an input of size `n`: as much padding behind as its last output
        needs.
        """
        n = one_size(n, "n")
        w = self.window.at(n)
        reached = (self.count(n) - 1) * w.stride + w.kernel
        return Window(w.kernel, w.stride, w.lo, reached - w.lo - n)

    def padded_at(self, n: SizeLike) -> "Ceiled":
        """The same with the window within in its place."""
        return Ceiled(self.window.at(n), self.clipped)


@told
@dataclass(frozen=True, slots=True)
class Trimmed(Waiting):
    """SAME as ONNX Runtime places it: a window of `taps` taps over `kernel` positions, padded for
    ⌈n/s⌉ windows whose taps lay side by side.

    total = (⌈n/s⌉ − 1)s + taps − n, which is negative where windows leave gaps: then both ends are
    cropped.

    Args:
        kernel: how many positions the window spans.
        stride: how far it moves.
        taps: how many positions it reads.
        lower: whether the odd position is padded before the input.
        less: so many positions of what is to be cropped are not cropped in front, before the rest
            is halved: of 5 in all, 2 in front (lo = −2); with `less=2` half of 3, so 1 (lo = −1).
        ceiled: whether what is left behind the last window makes one more, as `Ceiled` does.

    >>> Trimmed(kernel=3, stride=1, taps=2).count(6)  # 2 taps, dilation 2: not ⌈6/1⌉
    5
    >>> Trimmed(kernel=1, stride=3, taps=1).at(9)
    Window(kernel=1, stride=3, lo=-1, hi=-1)
    """

    kernel: Size
    stride: Size
    taps: Size
    lower: bool = False
    less: int = 0
    ceiled: bool = False

    def __post_init__(self) -> None:
        checked(self, kernel=1, stride=1, taps=1, less=None)
        for name in ("lower", "ceiled"):
            object.__setattr__(self, name, flag(getattr(self, name), name))

    @property
    def declared(self) -> "Trimmed":
        """The same without the window that hangs over."""
        return replace(self, ceiled=False) if self.ceiled else self

    def padding(self, n: Size) -> Size:
        """The total padding; negative where the windows leave gaps."""
        return (ceil_div(n, self.stride) - 1) * self.stride + self.taps - n

    def at(self, n: SizeLike) -> Window:
        """The window placed on an input of size `n`, a number."""
        total = integer(self.padding(integer(n, "n")), "padding")
        lo = (
            (total + self.lower) // 2
            if total >= 0
            else -(max(-total - self.less - self.lower, 0) // 2)
        )
        placed = Window(self.kernel, self.stride, lo, total - lo)
        return Ceiled(placed).at(n) if self.ceiled else placed

    def count(self, n: SizeLike) -> Size:
        """The count of the window as it is placed."""
        n = one_size(n, "n")
        # how the padding is split changes no count: it crops less than a stride in front
        placed = Window(self.kernel, self.stride, 0, self.padding(n))
        return Ceiled(placed).count(n) if self.ceiled else placed.count(n)
