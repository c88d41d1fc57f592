"""Layers one after the other: a list of them, or blocks as many as a number or a symbol says. All
windows together are one window in closed form.

kernel = 1 + Σ (kernel_i − 1)·Π s_j      stride = Π s_i      lo = Σ lo_i·Π s_j

with j < i < depth; hi as lo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from shapealg.axis.asked import Question
from shapealg.axis.axis import Axis
from shapealg.axis.backwards import Search
from shapealg.axis.door import integer
from shapealg.axis.frames import Chunks, Context, Frames
from shapealg.axis.open_layer import OpenLayer, opened
from shapealg.axis.solutions import Solutions
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Size, one_size
from shapealg.text import Text

if TYPE_CHECKING:
    import sympy

DEEPEST = 2**16
Entry: TypeAlias = Axis | dict[str, Any]  # a layer: a map, or words
Block: TypeAlias = Entry | list[Entry] | tuple[Entry, ...]  # what stands at one number


@dataclass(frozen=True, slots=True, init=False)
class Stack:
    """`depth` blocks, numbered from 0; block i is a layer, or several in a row, that may depend on
    i.

    A layer is a `Window`, another map of one axis (`Same`, `Ceiled`, `Transposed`, …), or a dict in
    the words of `solve`: k, s, d, p, lo, hi, op, transposed, ceil. In it `...` is an unknown of
    this layer, a range or list is one among these, and a name is one unknown wherever it stands.

    Args:
        block: a list of layers; or i ↦ a layer, or a list of them.
        depth: how many blocks, an int or a name; `...` or a range where `solve` is to find it. A
            list has its own.

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
    >>> print(Stack([{"k": 4, "s": 2, "p": "p"}] * 4).solve(n=64, m=4))
    p
    1
    """

    block: Callable[[Any], Block] | tuple[Entry, ...]
    depth: Any

    def __init__(
        self,
        block: Callable[[Any], Block] | Sequence[Entry],
        depth: Any = None,
    ):
        if isinstance(block, list | tuple):
            block, depth = tuple(block), len(block)
        elif depth is None:
            raise ShapeError(
                Text(zh="须给出块数", en="the number of blocks is needed"),
                block,
                Text(zh="例如 Stack(block, 4)", en="for example Stack(block, 4)"),
            )
        object.__setattr__(self, "block", block)
        object.__setattr__(self, "depth", depth)

    def __repr__(self) -> str:
        if isinstance(self.block, tuple):
            return f"Stack({list(self.block)!r})"
        depth = "…" if self.depth is ... else self.depth
        return f"<Stack of {depth} blocks, block 0: {shown(self._block(0), 200)}>"

    def _block(self, i: Any) -> Sequence[Entry]:
        """What stands at number i, as a list."""
        made = self.block[i] if isinstance(self.block, tuple) else self.block(i)
        return made if isinstance(made, list | tuple) else [made]

    def at(self, i: Size) -> Window:
        """Block number i as one window.

        Raises:
            ShapeError: if something in it is open, or no window whose place is fixed.
        """
        block = self._block(i)
        windows = [window for window in map(_fixed, block) if window is not None]
        if not windows or len(windows) < len(block):
            raise ShapeError(
                Text(
                    zh="一块须是一个 Window，或一列 Window",
                    en="a block must be a Window or a list of them",
                ),
                block[0] if len(block) == 1 else block,
                Text(
                    zh="例如 lambda i: Window.dilated(3, 2**i)",
                    en="for example lambda i: Window.dilated(3, 2**i)",
                ),
            )
        return Window.chain(windows)

    def layers(self, depth: int) -> list[OpenLayer]:
        """The first `depth` blocks layer by layer, each an `OpenLayer`; they are counted from 1."""
        entries = chain.from_iterable(map(self._block, range(depth)))
        return [opened(entry, number) for number, entry in enumerate(entries, 1)]

    def _whole(self) -> list[Axis]:
        """All layers, where nothing is open."""
        found = self.layers(integer(self.depth, "depth", 0))
        if open_ := next((each for each in found if each.unknowns), None):
            raise ShapeError(
                Text(zh="还有未知量", en="something is still open"),
                Received(", ".join(open_.unknowns)),
                Text(zh="先用 solve 求出它", en="solve finds it"),
            )
        return [each.axis({}) for each in found]

    @property
    def window(self) -> Window:
        """All blocks as one window."""
        depth = one_size(self.depth, "depth")
        if isinstance(depth, int):
            return Window.chain(map(self.at, range(depth)))
        return self._summed(depth)

    def _summed(self, depth: sympy.Expr) -> Window:
        """The window of a depth that is open, as sums and products over the blocks."""
        import sympy

        i, j = (
            sympy.Symbol("i", integer=True, nonnegative=True),
            sympy.Symbol("j", integer=True, nonnegative=True),
        )
        known = sympy.Dummy(str(depth), integer=True, positive=True)
        block = self.at(i)
        before = sympy.product(sympy.sympify(block.stride).subs(i, j), (j, 0, i - 1))

        def summed(part: sympy.Expr) -> sympy.Expr:
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

        Raises:
            ShapeError: if none of 2¹⁶ blocks is.

        >>> Stack(lambda i: [Window.dilated(8, 2**i)] * 2, "L").reaching(16000)
        11
        """
        size, window, i = integer(size, "size", 1), Window.identity, 0
        while window.kernel < size:
            if i == DEEPEST:
                raise ShapeError(
                    Text(zh=f"{DEEPEST} 块之内达不到", en=f"no {DEEPEST} blocks reach so far"),
                    size,
                    Text(
                        zh=f"{DEEPEST} 块看到 {window.kernel} 格",
                        en=f"{DEEPEST} blocks see {window.kernel} positions",
                    ),
                )
            window, i = window >> self.at(i), i + 1
        return i

    # ------------------------------------------------------------ asked backwards

    def solve(
        self,
        *,
        n: Question | None = None,
        m: Question | None = None,
        field: Question | None = None,
        **candidates: Question,
    ) -> Solutions:
        """All values of what is asked, for the whole stack at once: an int is given, `...` is
        asked, a range or list is asked among these.

        Args:
            n: input size; left out where only the receptive field matters.
            m: output size.
            field: the receptive field, from the first to the last input position that one output
                reads.
            candidates: an unknown's name, or its letter for all of that letter → the values to try.

        Returns:
            The complete set; every layer has an output. One unknown is an interval, however long;
            the others are tried one by one: k, s and d from 1 to 11, 8 and 4, padding from 0 to 7,
            depth from 1 to 16, where no candidates are given. `within` tells these bounds.

        Raises:
            ShapeError: if nothing is asked, if there are infinitely many rows or too many
                combinations, if a value is none of these.

        >>> halving = {"k": 3, "s": 2, "p": 1}
        >>> print(Stack([{"k": 7, "s": 2, "p": ...}, halving, halving]).solve(n=224, m=28))
        p_1
        0 … 3
        >>> print(Stack(lambda i: {"k": 2, "d": 2**i}, ...).solve(field=1024))
        depth
        10
        tried: depth = 1 … 16
        """
        return Search(self.depth, self.layers, n, m, field, candidates).solutions()

    # ------------------------------------------------------------ frames and chunks

    def frames(self, n: int) -> Frames:
        """Every output as a frame of an input of `n` samples: where it starts, its centre, its end.

        >>> front = Stack([Window(10, 5), *[Window(3, 2)] * 4, *[Window(2, 2)] * 2])
        >>> print(front.frames(16000))
        49 frames of 400 samples, one every 320; frame 0 is at 0 … 399, its centre 199.5
        >>> front.frames(16000)[48]
        Frame(start=15360, centre=15559.5, end=15760)
        """
        return Frames.of(self._whole(), integer(n, "n", 1))

    @property
    def context(self) -> Context:
        """What a chunk reads before and behind itself so that its frames are those of the whole."""
        return Context.of(self._windows())

    def chunks(self, n: int, chunk: int) -> Chunks:
        """An input of `n` samples cut into chunks: how many frames each gives by itself, and a plan
        that gives every frame of the whole exactly once.

        Args:
            n: samples in all.
            chunk: samples from one chunk to the next, a multiple of the hop.

        Raises:
            ShapeError: if the chunk is no multiple of the hop, naming those nearby.

        >>> front = Stack([Window(10, 5), *[Window(3, 2)] * 4, *[Window(2, 2)] * 2])
        >>> print(front.chunks(16000, 3200))
        whole: 49 frames; 5 chunks by themselves: 9 + 9 + 9 + 9 + 9 = 45
        equal with 0 samples before each chunk and 80 after
        >>> front.chunks(16000, 3200)[1]
        Tile(read=(3200, 6480), keep=(0, 10), place=(10, 20))
        """
        return Chunks.of(self._windows(), integer(n, "n", 1), integer(chunk, "chunk", 1))

    def _windows(self) -> list[Window]:
        """All layers, each a window that does not depend on n."""
        whole = self._whole()
        if odd := next((axis for axis in whole if axis.fixed is None), None):
            raise ShapeError(
                Text(
                    zh="分块要求每层是位置不随 n 变的窗口",
                    en="chunks need windows whose place does not depend on n",
                ),
                odd,
                Text(zh="把填充写成 lo 和 hi", en="write the padding as lo and hi"),
            )
        return [axis.fixed for axis in whole]


def _fixed(entry: Entry) -> Window | None:
    """The window that a layer is at every size, where nothing in it is open; otherwise `None`."""
    layer = opened(entry, 1) if isinstance(entry, dict) else OpenLayer(entry, {}, {})
    return None if layer.unknowns else getattr(layer.axis({}), "fixed", None)
