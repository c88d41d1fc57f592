"""One axis of one sliding window: two parallel straight lines, and the count that is their adjoint.

Output `j` reads the input from `first(j) = s·j − lo` to `last(j) = first(j) + kernel − 1`.
Composing two windows
composes the lines, so windows are a monoid and a whole chain is one window. `need(m)` is the
smallest input that
gives m outputs, `count(n)` the largest m with `need(m) ≤ n`:

    m ≤ count(n)  ⇔  need(m) ≤ n

Everything else in this folder follows from that one line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy
import sympy

from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, Undecided, shown, told
from shapealg.exact import Exact, one_size
from shapealg.printing import Pictured
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Interval:
    """All integers from `low` to `high`, both included: iteration gives them, `len` counts them,
    and without any it is false.

    Args:
        low: the first.
        high: the last; SymPy's `oo` where there is no end.

    Each may be an expression; then only what can be decided is answered.

    Raises:
        ShapeError: if an end is not an integer.

    >>> sizes = Interval(9, 11)
    >>> list(sizes), len(sizes), 10 in sizes, bool(Interval(4, 3))
    ([9, 10, 11], 3, True, False)
    """

    low: object
    high: object

    def __post_init__(self):
        object.__setattr__(self, "low", one_size(self.low, "low"))
        if self.high is not sympy.oo:
            object.__setattr__(self, "high", one_size(self.high, "high"))

    def __contains__(self, value) -> bool:
        value = one_size(value, "value")
        return self._decided(self._before(self.low, value) & self._before(value, self.high), value)

    def __bool__(self) -> bool:
        return self._decided(self._before(self.low, self.high))

    def __iter__(self) -> Iterator[int]:
        """Ascending, and without end where there is none."""
        low, high = self._numbers()
        return count(low) if high is sympy.oo else iter(range(low, high + 1))

    def __len__(self) -> int:
        low, high = self._numbers()
        if high is sympy.oo:
            raise ShapeError(
                Text(zh="没有尽头的区间没有长度", en="an interval without end has no length"),
                self,
                Text(zh="请用 low 与 in", en="low and in work"),
            )
        return max(high - low + 1, 0)

    @property
    def sizes(self) -> Sizes:
        """The same numbers as a set that joins with others.

        >>> print(Interval(7, 10).sizes & Sizes.classes(4, (0,)))
        n = 8
        """
        low, high = self._numbers()
        return Sizes.every(low) if high is sympy.oo else Sizes.interval(low, high)

    @staticmethod
    def _before(a, b):
        """Whether a ≤ b, as SymPy says it, so that it may stay open."""
        return sympy.sympify(a <= b)

    def _decided(self, told, value=None) -> bool:
        if told in (sympy.true, sympy.false):
            return bool(told)
        asked = self if value is None else Received(f"{shown(value)} in {self.low} … {self.high}")
        raise Undecided(
            Text(
                zh="符号区间无法判断是否包含",
                en="membership in a symbolic interval cannot be decided",
            ),
            asked,
            Text(
                zh="请代入数值，或比较 low 与 high",
                en="put numbers in, or compare with low and high",
            ),
        )

    def _numbers(self) -> tuple:
        """The ends, where they are numbers."""
        for end in (self.low, self.high):
            if not isinstance(end, int) and end is not sympy.oo:
                raise ShapeError(
                    Text(
                        zh="符号区间不能逐个列出", en="a symbolic interval has no list of numbers"
                    ),
                    self,
                    Text(zh="请先代入数值", en="put numbers in first"),
                )
        return self.low, self.high


@told
@dataclass(frozen=True, slots=True)
class Window(Pictured):
    """A sliding window on one axis, dilation already folded in: kernel = d(k − 1) + 1.

    Args:
        kernel: how many input positions the window spans, at least 1.
        stride: how far it moves from one output to the next, at least 1.
        lo: positions added before the input (negative: cropped).
        hi: positions added after the input (negative: cropped).

    Each may be an int or a SymPy expression.

    Raises:
        ShapeError: if kernel or stride is below 1, or something is not an integer.

    >>> Window(kernel=7, stride=2, lo=3, hi=3).count(224)
    112
    >>> Window(3, stride=2) >> Window(3)
    Window(kernel=7, stride=2, lo=0, hi=0)
    """

    kernel: object
    stride: object = 1
    lo: object = 0
    hi: object = 0

    def __post_init__(self):
        for name, least in (("kernel", 1), ("stride", 1), ("lo", None), ("hi", None)):
            value = getattr(self, name)
            if type(value) is int and (least is None or value >= least) or isinstance(value, Exact):
                continue
            if isinstance(value, numpy.integer):
                object.__setattr__(self, name, value := int(value))
            if (
                isinstance(value, bool)
                or not isinstance(value, int | sympy.Expr)
                or getattr(value, "is_integer", True) is False
                or sympy.sympify(value).has(sympy.Float, sympy.nan)
            ):
                raise ShapeError(
                    Text(
                        zh=f"Window 的 {name} 须为整数或 SymPy 式子",
                        en=f"Window needs an int or a SymPy expression for {name}",
                    ),
                    value,
                    Text(zh="例如 Window(kernel=3)", en="for example Window(kernel=3)"),
                )
            if least is not None and (value < least) == True:  # noqa: E712 — a symbolic comparison may stay open
                raise ShapeError(
                    Text(
                        zh=f"Window 的 {name} 至少为 {least}",
                        en=f"Window needs {name} of at least {least}",
                    ),
                    value,
                    Text(zh=f"最近的可用值是 {least}", en=f"the nearest that works is {least}"),
                )

    @classmethod
    def dilated(cls, taps, dilation=1, stride=1, lo=0, hi=0) -> "Window":
        """The window of `taps` input positions `dilation` apart: kernel = d(k − 1) + 1.

        >>> Window.dilated(3, dilation=2)
        Window(kernel=5, stride=1, lo=0, hi=0)
        """
        taps, dilation = one_size(taps, "taps"), one_size(dilation, "dilation")
        for name, value in (("taps", taps), ("dilation", dilation)):
            if (value < 1) == True:  # noqa: E712 — a symbolic comparison may stay open
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
        return Window.chain((self, later))

    @classmethod
    def chain(cls, windows) -> "Window":
        """All of them one after the other, as one window; like `>>`, in one go.

        >>> Window.chain([Window(3, 2, 1, 1)] * 3) == Window(3, 2, 1, 1) >> Window(3, 2, 1, 1) >> Window(3, 2, 1, 1)
        True
        """
        kernel, stride, lo, hi = 1, 1, 0, 0
        for w in windows:
            kernel += stride * (w.kernel - 1)
            lo += stride * w.lo
            hi += stride * w.hi
            stride *= w.stride
        return cls(kernel, stride, lo, hi)

    def first(self, j):
        """The first input position that output `j` reads: s·j − lo."""
        return self.stride * one_size(j, "j") - self.lo

    def last(self, j):
        """The last input position that output `j` reads: first(j) + kernel − 1."""
        return self.first(j) + self.kernel - 1

    def need(self, m):
        """The smallest input that gives `m` outputs: (m − 1)s + kernel − lo − hi.

        >>> Window(7, 2, 3, 3).need(112)
        223
        """
        return (one_size(m, "m") - 1) * self.stride + self.kernel - self.lo - self.hi

    def count(self, n):
        """The number of outputs for an input of size `n`, as the adjoint of `need` over all
        integers.

        ⌊(n + lo + hi − kernel)/s⌋ + 1. Where it falls below 1 no window fits: what then happens is
        a framework's
        manners, not mathematics.

        >>> Window(3, 2).count(8), Window(3, 2).count(9)
        (3, 4)
        """
        return (one_size(n, "n") + self.lo + self.hi - self.kernel) // self.stride + 1

    def fibre(self, m) -> Interval:
        """All input sizes that give exactly `m` outputs: [need(m), need(m) + s − 1].

        >>> Window(3, 2).fibre(4)
        Interval(low=9, high=10)
        """
        least = self.need(m)
        return Interval(least, least + self.stride - 1)

    def at(self, n) -> "Window":
        """The window placed on an input of size `n`: itself, for it does not depend on n."""
        return self


Window.identity = Window(1)
