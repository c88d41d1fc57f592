"""What every map of one axis answers: how many outputs a size makes, and back again.

Its count is a staircase over all integers: after a turn of `period` sizes it has climbed by `gain`,

    count(n + period) = count(n) + gain

and everything that asks about a map asks it here, never for its class.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

from shapealg.axis.climb import climbed
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Size, SizeLike, larger, one_size
from shapealg.text import Text

if TYPE_CHECKING:
    from shapealg.axis.interval import Interval

Links: TypeAlias = tuple[Sequence[int], Sequence[int]]  # positions, and the taps that they meet


class Axis:
    """A map of one axis, from the positions of the input to those of the output; the axis itself is
    told by its size n. What is not said here otherwise is asked of its count.

    A map of its own defines `count`, and `period` and `gain` where its count is a staircase. One
    that takes its place only after it has seen the input defines `at`; one whose outputs read a
    stretch of the input defines `first(j)` and `last(j)`, or its `at(n)` does; one that reads it
    with `k` taps defines `links(k, j)`.

    Attributes:
        period: after so many sizes the count has gained `gain`; `None` where no staircase is told.
        gain: how much the count gains in a period; 0 where the outputs are given.
        as_floor: (c, p) where count(n) = ⌊(n + c)/p⌋ at every size, in integers; otherwise `None`.
        given: how many outputs were asked for, whatever n; `None` where they follow from n.
        fixed: the `Window` that it is at every size; `None` where n decides, or where it is none.
        waits: whether its padding is settled by the size of the input only.
        same: where padding is "same", which end takes the odd position: "upper" or "lower".
        transposed: whether inputs write to outputs, as in a transposed convolution.
        spaced: whether the input's positions are moved apart before they are read.
        mode: of a resizing how outputs are made, one of `resized.MODES`; otherwise `None`.
        formula: whether the count can be told of a size that is not known yet, `Length` or symbol.
        kernel: how many positions a window spans. There only where something slides, and so is
            `stride`: how far a window moves from one output to the next.
        lo: how many positions are padded in front. There only where something pads, and so is
            `hi`: how many behind.
    """

    __slots__ = ()

    period: Any = None  # a `Size` where it is told; some maps work it out
    gain: Any = 1
    as_floor: Any = None  # two ints where it is told
    given: Any = None
    fixed: Any = None  # a `Window` where it is one
    waits = False
    same: Any = None  # a word where it is
    transposed = False
    spaced = False
    mode: str | None = None
    formula: Any = True
    kernel: Any
    stride: Any
    lo: Any
    hi: Any
    first: Callable[[SizeLike], Size]
    last: Callable[[SizeLike], Size]
    links: Callable[[int, int], Links]

    def count(self, n: SizeLike) -> Size:
        """The number of outputs for an input of size `n`; every map says its own."""
        raise NotImplementedError

    def need(self, m: SizeLike) -> Size:
        """The smallest input, from 0 on, that gives at least `m` outputs: m ≤ count(n) just where
        need(m) ≤ n. For a window, and for what tells its own `need`, this holds of negative n too.

        count(0) tells in which turn of the staircase it lies; within the turn it is found by
        halving, so a long period costs no more than its digits.

        Raises:
            ShapeError: for symbols, which cannot be tried.
        """
        m = one_size(m, "m")
        # after so many turns it is still below m: one turn less than where it could be equal
        before = (m - self.count(0)) // self.gain - 1
        return climbed(self.count, larger(before * self.period, 0), m)

    def fibre(self, m: SizeLike) -> "Interval":
        """All input sizes that give exactly `m` outputs."""
        from shapealg.axis.interval import Interval  # sizes need sets, windows do not

        m = one_size(m, "m")
        return Interval(self.need(m), self.need(m + 1) - 1)

    def at(self, n: SizeLike) -> "Axis":
        """The map placed on an input of size `n`: itself, where it does not depend on n."""
        return self

    def padded_at(self, n: SizeLike) -> "Axis":
        """The same with the padding in numbers that it has on an input of size `n`; it may still
        round up.
        """
        return self.at(n)

    @property
    def declared(self) -> "Axis":
        """The map as its words declare it, before ceil_mode lets a window hang over: itself, where
        nothing is rounded up.
        """
        return self


def span(first: Size, last: Size, step: int = 1) -> range:
    """The positions from `first` to `last`, both included.

    Raises:
        ShapeError: if they depend on a symbol.
    """
    if isinstance(first, int) and isinstance(last, int):
        return range(first, last + 1, step)
    raise ShapeError(
        Text(zh="读取的位置只能就数值来说", en="the positions that are read take numbers"),
        Received(f"{shown(first)} to {shown(last)}"),
        Text(zh="请先代入数值", en="put numbers in first"),
    )


class Given(Axis):
    """A map that makes as many outputs as were asked for, its field `outputs`."""

    __slots__ = ()

    period = 1
    gain = 0
    outputs: Size

    @property
    def given(self) -> Size:
        """As many as were asked for."""
        return self.outputs

    def count(self, n: SizeLike) -> Size:
        """As many as were asked for."""
        return self.outputs

    def need(self, m: SizeLike) -> Size:
        """One position is enough: outputs may read the same.

        Raises:
            ShapeError: for more outputs than were asked for.
        """
        if isinstance(self.outputs, int) and one_size(m, "m") > self.outputs:
            raise ShapeError(
                Text(zh="这么多输出，多大的输入也给不出", en="no input gives so many outputs"),
                m,
                Text(zh=f"最多 {self.outputs} 个", en=f"at most {self.outputs} work"),
            )
        return 1

    def fibre(self, m: SizeLike) -> "Interval":
        """Every size from `need` on, if `m` is the number that was asked for; otherwise none.

        >>> from shapealg import Adaptive
        >>> 100 in Adaptive(7).fibre(7), bool(Adaptive(7).fibre(6))
        (True, False)
        """
        from shapealg.axis.interval import Interval  # sizes need sets, windows do not

        least = self.need(self.outputs)
        return Interval(least, inf if one_size(m, "m") == self.outputs else least - 1)
