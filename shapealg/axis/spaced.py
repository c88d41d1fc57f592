"""A window over an input whose positions have been moved apart: input dilation. With stride 1 it is
a `Transposed` window whose lo′ = kernel − 1 − lo, hi′ likewise.

The positions between stand for nothing: zeros in a convolution, the neutral value in a pooling.
"""

from dataclasses import dataclass

from shapealg.axis.axis import Axis, Links
from shapealg.axis.climb import climbed
from shapealg.axis.door import integer
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.errors import ShapeError, told
from shapealg.exact import Size, SizeLike, among, ceil_div, checked, one_size
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Spaced(Axis):
    """A window over positions `gap` apart: n of them reach over (n − 1)·gap + 1.

    Args:
        window: a `Window`; or a `Same`, which takes its place on the input before that is moved
            apart.
        gap: how far apart the positions are; 1 leaves them as they are.

    >>> from shapealg import Window
    >>> Spaced(Window(3, 2, 1, 1), 3).count(4), Spaced(Window(3, 2, 1, 1), 3).need(5)
    (5, 4)
    >>> Spaced(Window(3, 1, 1, 1), 2).count("n")  # a transposed convolution: 2n − 1
    2*n - 1
    """

    window: Window | Same
    gap: Size

    spaced = True

    def __post_init__(self) -> None:
        among(self, "window", (Window, Same))
        checked(self, gap=1)

    @property
    def stride(self) -> Size:
        """The stride of the window within."""
        return self.window.stride

    @property
    def kernel(self) -> Size:
        """The kernel of the window within."""
        return self.window.kernel

    @property
    def period(self) -> Size | None:
        """The window's stride; of a `Same`, which takes its place first, no staircase is told."""
        return None if self.window.waits else self.window.stride

    @property
    def gain(self) -> Size:
        """The gap: s positions more reach over s·gap more, which is so many outputs."""
        return self.gap

    def _spread(self, n: SizeLike) -> Size:
        return (one_size(n, "n") - 1) * self.gap + 1

    def count(self, n: SizeLike) -> Size:
        """What the window counts on the (n − 1)·gap + 1 positions."""
        return self.window.at(n).count(self._spread(n))

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives at least `m` outputs."""
        if self.window.waits:  # its count grows with n all the same
            return climbed(self.count, 1, one_size(m, "m"))
        return ceil_div(self.window.need(m) - 1, self.gap) + 1

    def at(self, n: SizeLike) -> "Spaced":
        """The window placed on an input of size `n`."""
        return Spaced(self.window.at(n), self.gap)

    def first(self, j: SizeLike) -> Size:
        """The first input that output `j` reads: ⌈(s·j − lo)/gap⌉."""
        return ceil_div(self._placed.first(j), self.gap)

    def last(self, j: SizeLike) -> Size:
        """The last input that output `j` reads."""
        return self._placed.last(j) // self.gap

    @property
    def _placed(self) -> Window:
        if (window := self.window.fixed) is not None:
            return window
        raise ShapeError(
            Text(
                zh="same 的位置要看输入多长", en="where same stands depends on the input's length"
            ),
            self,
            Text(zh="先用 at(n) 放好", en="place it with at(n) first"),
        )

    def links(self, k: int, j: int) -> Links:
        """The inputs that output `j` reads with `k` taps, and the taps that they meet: those that
        fall on no gap.
        """
        k, gap = integer(k, "k"), integer(self.gap, "gap")
        d = self._placed.dilation(k)
        first = integer(self._placed.first(j), "first")
        met = tuple(t for t in range(k) if (first + d * t) % gap == 0)
        return tuple((first + d * t) // gap for t in met), met
