"""Where the windows of adaptive pooling are those of a plain one.

⌊jn/m⌋ advances evenly where n = sm + r with r = 0 or 1, and from the second window on where
r = m − 1; then all windows are alike.
"""

from shapealg.axis.door import integer
from shapealg.axis.sizes import Sizes
from shapealg.axis.window import Window
from shapealg.exact import Size


def even_window(m: Size, n: int) -> Window | None:
    """The plain window that reads the same positions as `m` adaptive ones on an input of size `n`,
    if there is one; what it pads is read by nobody.

    >>> even_window(4, 8), even_window(4, 9), even_window(4, 10)
    (Window(kernel=2, stride=2, lo=0, hi=0), Window(kernel=3, stride=2, lo=0, hi=0), None)
    >>> even_window(4, 11)
    Window(kernel=4, stride=3, lo=1, hi=1)
    """
    m = integer(m, "outputs")
    if not m:
        return None
    s, r = divmod(n, m)
    if n == 1 < m:
        return Window(m, 1, m - 1, m - 1)
    if r == 0 and s:
        return Window(s, s)
    if r == 1 and s:
        return Window(s + 1, s)
    if r == m - 1:
        return Window(s + 2, s + 1, 1, 1)
    return None


def even_sizes(m: Size) -> Sizes:
    """All sizes at which `m` adaptive windows are those of a plain one.

    >>> print(even_sizes(6))
    n ≡ 0, 1, 5 (mod 6), n ≥ 1
    """
    m = integer(m, "outputs")
    return Sizes.classes(m, (0, 1, m - 1), 1) if m else Sizes.none()


def even_windows(m: Size, name: object) -> list[tuple[Sizes, Size, Size]]:
    """The plain windows as expressions of the size: (sizes, kernel, stride) per remainder.

    >>> for where, kernel, stride in even_windows(6, "H"):
    ...     print(kernel, stride, where, sep=", ")
    floor(H/6), floor(H/6), n ≡ 0 (mod 6), n ≥ 6
    floor(H/6) + 1, floor(H/6), n ≡ 1 (mod 6), n ≥ 7
    floor(H/6) + 2, floor(H/6) + 1, n ≡ 5 (mod 6), n ≥ 5
    6, 1, n = 1
    """
    import sympy

    m = integer(m, "outputs")
    turns = sympy.Symbol(str(name), integer=True, positive=True) // m
    found: list[tuple[Sizes, Size, Size]] = [(Sizes.classes(m, (0,), m), turns, turns)]
    if m > 1:
        found.append((Sizes.classes(m, (1,), m + 1), turns + 1, turns))
    if m > 2:
        found.append((Sizes.classes(m, (m - 1,), m - 1), turns + 2, turns + 1))
    if m > 1:
        found.append((Sizes(1, (), 0, (1,)), m, 1))
    return found
