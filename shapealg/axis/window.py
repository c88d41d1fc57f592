"""One axis of one sliding window: two parallel straight lines, and the count that is their adjoint.

Output `j` reads the input from `first(j) = s·j − lo` to `last(j) = first(j) + kernel − 1`.
Composing two windows composes the lines, so windows are a monoid and a whole chain is one window.
Output j exists where its last position lies in the padded input, last(j) ≤ n − 1 + hi; so the
smallest input with at least m outputs is `need(m) = last(m − 1) + 1 − hi`, and `count(n)` is the
largest m with `need(m) ≤ n`:

    m ≤ count(n)  ⇔  need(m) ≤ n

Everything about windows follows from that one line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from shapealg.axis.axis import Axis, Links, span
from shapealg.axis.door import integer
from shapealg.errors import ShapeError, told
from shapealg.exact import Exact, Size, SizeLike, is_expression, is_scalar, one_size
from shapealg.printing import Pictured
from shapealg.text import Text

if TYPE_CHECKING:
    from shapealg.axis.interval import Interval


@told
@dataclass(frozen=True, slots=True)
class Window(Axis, Pictured):
    """A sliding window on one axis, dilation already folded in: kernel = dilation·(taps − 1) + 1.

    Args:
        kernel: how many input positions the window spans, at least 1.
        stride: how far it moves from one output to the next, at least 1.
        lo: positions added before the input (negative: cropped).
        hi: positions added after the input (negative: cropped).

    Each may be an int, a `Length` or a SymPy expression.

    Raises:
        ShapeError: if kernel or stride is below 1, or something is not an integer.

    >>> Window(kernel=7, stride=2, lo=3, hi=3).count(224)
    112
    >>> Window(3, stride=2) >> Window(3)
    Window(kernel=7, stride=2, lo=0, hi=0)
    """

    kernel: Size
    stride: Size = 1
    lo: Size = 0
    hi: Size = 0

    identity: ClassVar["Window"]

    def __post_init__(self) -> None:
        k, s = self.kernel, self.stride
        # the rule, and nothing to look at
        if type(k) is type(s) is type(self.lo) is type(self.hi) is int and k > 0 and s > 0:
            return
        for name, least in (("kernel", 1), ("stride", 1), ("lo", None), ("hi", None)):
            value = getattr(self, name)
            if isinstance(value, Exact):
                continue
            if is_scalar(value) and value.dtype.kind in "iu":
                object.__setattr__(self, name, value := int(value))
            if isinstance(value, bool) or not (isinstance(value, int) or _may_be_whole(value)):
                raise ShapeError(
                    Text(
                        zh=f"Window 的 {name} 须为整数或 SymPy 式子",
                        en=f"Window needs an int or a SymPy expression for {name}",
                    ),
                    value,
                    Text(zh="例如 Window(kernel=3)", en="for example Window(kernel=3)"),
                )
            if least is not None and (value < least) == True:
                raise ShapeError(
                    Text(
                        zh=f"Window 的 {name} 至少为 {least}",
                        en=f"Window needs {name} of at least {least}",
                    ),
                    value,
                    Text(zh=f"最近的可用值是 {least}", en=f"the nearest that works is {least}"),
                )

    @classmethod
    def dilated(
        cls, taps: SizeLike, dilation: SizeLike = 1, stride: Size = 1, lo: Size = 0, hi: Size = 0
    ) -> "Window":
        """The window of `taps` input positions `dilation` apart: kernel = dilation·(taps − 1) + 1.

        >>> Window.dilated(3, dilation=2)
        Window(kernel=5, stride=1, lo=0, hi=0)
        """
        taps, dilation = one_size(taps, "taps"), one_size(dilation, "dilation")
        for name, value in (("taps", taps), ("dilation", dilation)):
            if (value < 1) == True:
                raise ShapeError(
                    Text(zh=f"Window 的 {name} 至少为 1", en=f"Window needs {name} of at least 1"),
                    value,
                    Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
                )
        return cls(dilation * (taps - 1) + 1, stride, lo, hi)

    def __rshift__(self, later: "Window") -> "Window":
        """First this window, then `later`, as one window."""
        if not isinstance(later, Window):
            return NotImplemented
        stride = self.stride
        # two windows make a window: there is nothing to be refused
        filled: Any = _Filled()
        filled.kernel = self.kernel + stride * (later.kernel - 1)
        filled.stride = stride * later.stride
        filled.lo = self.lo + stride * later.lo
        filled.hi = self.hi + stride * later.hi
        filled.__class__ = Window
        made: Window = filled
        return made

    @classmethod
    def chain(cls, windows: Iterable["Window"]) -> "Window":
        """All of them one after the other, as one window; like `>>`, in one go.

        >>> w = Window(3, 2, 1, 1)
        >>> Window.chain([w, w, w]) == w >> w >> w
        True
        """
        kernel: Size = 1
        stride: Size = 1
        lo: Size = 0
        hi: Size = 0
        for w in windows:
            kernel += stride * (w.kernel - 1)
            lo += stride * w.lo
            hi += stride * w.hi
            stride *= w.stride
        return cls(kernel, stride, lo, hi)

    def at(self, n: SizeLike) -> "Window":
        """The window itself: its place does not depend on n."""
        return self

    def first(self, j: SizeLike) -> Size:
        """The first input position that output `j` reads: s·j − lo."""
        return self.stride * one_size(j, "j") - self.lo

    def last(self, j: SizeLike) -> Size:
        """The last input position that output `j` reads: first(j) + kernel − 1."""
        return self.first(j) + self.kernel - 1

    def dilation(self, taps: int) -> int:
        """How far apart so many taps lie, of a window that was made from as many; 1 for one tap.

        >>> Window.dilated(3, dilation=4).dilation(3)
        4
        """
        return (integer(self.kernel, "kernel") - 1) // max(integer(taps, "taps") - 1, 1) or 1

    def links(self, k: int, j: int) -> Links:
        """The positions that output `j` reads with `k` taps: every d-th of the window."""
        return span(self.first(j), self.last(j), self.dilation(k)), range(integer(k, "k"))

    def need(self, m: SizeLike) -> Size:
        """The smallest input that gives `m` outputs: (m − 1)s + kernel − lo − hi.

        >>> Window(7, 2, 3, 3).need(112)
        223
        """
        return (one_size(m, "m") - 1) * self.stride + self.kernel - self.lo - self.hi

    def count(self, n: SizeLike) -> Size:
        """The number of outputs for an input of size `n`, as the adjoint of `need` over all
        integers.

        ⌊(n + lo + hi − kernel)/s⌋ + 1. Where it falls below 1 no window fits: what then happens is
        a framework's manners, not mathematics.

        >>> Window(3, 2).count(8), Window(3, 2).count(9)
        (3, 4)
        """
        return (one_size(n, "n") + (self.lo + self.hi - self.kernel)) // self.stride + 1

    def fibre(self, m: SizeLike) -> "Interval":
        """All input sizes that give exactly `m` outputs: [need(m), need(m) + s − 1].

        >>> Window(3, 2).fibre(4)
        Interval(low=9, high=10)
        """
        from shapealg.axis.interval import Interval  # sizes need sets, windows do not

        least = self.need(m)
        return Interval(least, least + self.stride - 1)

    @property
    def fixed(self) -> "Window":
        """The window itself."""
        return self

    @property
    def period(self) -> Size:
        """The stride: so many positions more make one output more."""
        return self.stride

    @property
    def as_floor(self) -> tuple[int, int] | None:
        """count(n) = ⌊(n + lo + hi − kernel + s)/s⌋; none is told of symbols."""
        more, s = self.lo + self.hi - self.kernel + self.stride, self.stride
        return (more, s) if type(more) is type(s) is int else None


def _may_be_whole(value: object) -> bool:
    """Whether it is an expression, unless SymPy knows that it is no integer; oo is let through, for
    the ends of what has none.
    """
    if not is_expression(value) or value.is_integer is False:
        return False
    import sympy

    return not value.has(sympy.Float, sympy.nan)


class _Filled(Axis, Pictured):
    """A window while its numbers are filled in, which then becomes one: to set those of a frozen
    value takes longer than all their sums.
    """

    __slots__ = ("hi", "kernel", "lo", "stride")


Window.identity = Window(1)
