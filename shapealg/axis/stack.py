"""Blocks one after the other, as many as a number or a symbol says: one window in closed form.

kernel = 1 + Σ (kernel_i − 1)·Π s_j      stride = Π s_i      lo = Σ lo_i·Π s_j      (j < i < depth)
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy

from shapealg.axis.sizes import integer
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import one_size
from shapealg.text import Text

DEEPEST = 2**16


@dataclass(frozen=True, slots=True)
class Stack:
    """`depth` blocks, numbered from 0; block i is a window, or several in a row, that may depend on
    i.

    Args:
        block: i ↦ a `Window`, or a list of them.
        depth: how many blocks, an int or a name.

    Raises:
        ShapeError: if a block is no window, or the sums have no closed form.

    >>> tcn = Stack(lambda i: Window.dilated("k", dilation=2**i), "L")
    >>> tcn.window.kernel
    2**L*k - 2**L - k + 2
    >>> stages = Stack(lambda i: Window(3, stride=2, lo=1, hi=1), "L")
    >>> stages.window.kernel, stages.window.stride
    (2*2**L - 1, 2**L)
    >>> Stack(lambda i: [Window.dilated(3, 2**i)] * 2, 4).window.kernel
    61
    """

    block: Callable
    depth: object

    def at(self, i) -> Window:
        """Block number i as one window."""
        made = self.block(i)
        windows = [made] if isinstance(made, Window) else made
        if (
            not isinstance(windows, list | tuple)
            or not windows
            or not all(isinstance(w, Window) for w in windows)
        ):
            raise ShapeError(
                Text(
                    zh="一块须是一个 Window，或一列 Window",
                    en="a block must be a Window or a list of them",
                ),
                made,
                Text(
                    zh="例如 lambda i: Window.dilated(3, 2**i)",
                    en="for example lambda i: Window.dilated(3, 2**i)",
                ),
            )
        return Window.chain(windows)

    @property
    def window(self) -> Window:
        """All blocks as one window."""
        depth = one_size(self.depth, "depth")
        if isinstance(depth, int):
            return Window.chain(map(self.at, range(depth)))
        i, j = (
            sympy.Symbol("i", integer=True, nonnegative=True),
            sympy.Symbol("j", integer=True, nonnegative=True),
        )
        known = sympy.Dummy(str(depth), integer=True, positive=True)
        block = self.at(i)
        before = sympy.product(sympy.sympify(block.stride).subs(i, j), (j, 0, i - 1))

        def summed(part):
            made = sympy.summation(sympy.expand(part * before), (i, 0, known - 1))
            if made.has(sympy.Sum, sympy.Product, sympy.Piecewise):
                raise ShapeError(
                    Text(zh="这个和没有封闭形式", en="this sum has no closed form"),
                    Received(shown(part)),
                    Text(zh="给出数值的 depth", en="give the depth as a number"),
                )
            return sympy.expand(made)

        stride = (
            sympy.product(block.stride, (i, 0, known - 1))
            if sympy.sympify(block.stride).has(i)
            else sympy.sympify(block.stride) ** known
        )
        parts = (
            1 + summed(sympy.sympify(block.kernel) - 1),
            stride,
            summed(sympy.sympify(block.lo)),
            summed(sympy.sympify(block.hi)),
        )
        return Window(*(sympy.expand(part).subs(known, depth) for part in parts))

    def reaching(self, size: int) -> int:
        """The smallest depth whose receptive field, the kernel of the whole, is at least so large.

        >>> Stack(lambda i: [Window.dilated(8, 2**i)] * 2, "L").reaching(16000)
        11
        """
        size, window, i = integer(size, "size", 1), Window.identity, 0
        while window.kernel < size:
            window, i = window >> self.at(i), i + 1
            if i > DEEPEST:
                raise ShapeError(
                    Text(zh=f"{DEEPEST} 块之内达不到", en=f"no {DEEPEST} blocks reach so far"),
                    size,
                    Text(
                        zh=f"{DEEPEST} 块看到 {window.kernel} 格",
                        en=f"{DEEPEST} blocks see {window.kernel} positions",
                    ),
                )
        return i
