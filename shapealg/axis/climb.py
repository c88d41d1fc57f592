"""The first number at which something holds that goes on holding, found by doubling and halving:
however far away it is, it costs no more than its digits.
"""

from collections.abc import Callable
from math import inf
from typing import Any

from shapealg.axis.door import integer
from shapealg.errors import ShapeError
from shapealg.exact import Size
from shapealg.text import Text


def first(holds: Callable[[int], bool], start: int, far: Any = inf) -> Any:
    """The first x from `start` on at which a condition holds that holds at all that follow; `inf`
    where it does not up to `far`.

    >>> first(lambda x: x * x >= 50, 0), first(lambda x: x * x >= 50, 0, far=5)
    (8, inf)
    """
    below, x, step = start - 1, start, 1
    while not holds(x):
        if x >= far:
            return inf
        below, x, step = x, min(x + step, far), 2 * step
    while x - below > 1:
        middle = (below + x) // 2
        below, x = (below, middle) if holds(middle) else (middle, x)
    return x


def climbed(count: Callable[[Size], Size], n: Size, m: Size) -> Size:
    """The smallest number from `n` on whose `count` reaches `m`; it grows with n.

    Raises:
        ShapeError: if a symbol is among them, so that it cannot be tried.

    >>> climbed(lambda n: n // 3, 0, 5)
    15
    """
    if not all(isinstance(number, int) for number in (n, m, count(n))):
        raise ShapeError(
            Text(
                zh="这个轴上的最小输入要逐个去试，须是数值",
                en="the smallest input on this axis is found by trying: it takes numbers",
            ),
            m,
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    reached: Size = first(lambda x: bool(count(x) >= m), integer(n, "n"))
    return reached
