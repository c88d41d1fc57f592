"""All integers between two ends, where an end may be an expression or missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any

from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, Undecided, shown, told
from shapealg.exact import Size, one_size
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Interval:
    """All integers from `low` to `high`, both included: iteration gives them, `len` counts them,
    and without any it is false.

    Args:
        low: the first.
        high: the last; `math.inf` where there is no end.

    Each may be an expression; then only what can be decided is answered.

    Raises:
        ShapeError: if an end is not an integer.

    >>> sizes = Interval(9, 11)
    >>> list(sizes), len(sizes), 10 in sizes, bool(Interval(4, 3))
    ([9, 10, 11], 3, True, False)
    """

    low: Size
    high: Size

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", one_size(self.low, "low"))
        if self.high != inf:
            object.__setattr__(self, "high", one_size(self.high, "high"))

    def __contains__(self, value: object) -> bool:
        value = one_size(value, "value")
        return self._decided((self.low <= value) & (value <= self.high), value)

    def __bool__(self) -> bool:
        return self._decided(self.low <= self.high)

    def __iter__(self) -> Iterator[int]:
        """Ascending, and without end where there is none."""
        low, high = self._numbers()
        return count(low) if high == inf else iter(range(low, high + 1))

    def __len__(self) -> int:
        low, high = self._numbers()
        if high == inf:
            raise ShapeError(
                Text(zh="没有尽头的区间没有长度", en="an interval without end has no length"),
                self,
                Text(zh="请用 low 与 in", en="low and in work"),
            )
        return len(range(low, high + 1))

    @property
    def sizes(self) -> Sizes:
        """The same numbers as a set that joins with others.

        >>> print(Interval(7, 10).sizes & Sizes.classes(4, (0,)))
        n = 8
        """
        low, high = self._numbers()
        return Sizes.every(low) if high == inf else Sizes.interval(low, high)

    def _decided(self, told: Any, value: Size | None = None) -> bool:
        """A comparison, which stays open where an end does."""
        if told in (True, False):
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

    def _numbers(self) -> tuple[int, Any]:
        """The ends, where they are numbers."""
        low, high = self.low, self.high
        if isinstance(low, int) and (isinstance(high, int) or high == inf):
            return low, high
        raise ShapeError(
            Text(zh="符号区间不能逐个列出", en="a symbolic interval has no list of numbers"),
            self,
            Text(zh="请先代入数值", en="put numbers in first"),
        )
