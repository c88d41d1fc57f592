"""Frames and chunks along one axis: where each output lies in the input, and how an input is cut so
that its parts give the whole.

Let W_i be the layers behind level i as one window (stride T_i, kernel K_i, front padding L_i) and
P_i those before it. Run by itself from a multiple of the hop S on, output j is right where at every
level all that it reads is there:

    first:  T_i·j − L_i ≥ 0                      ⇔  j ≥ ⌈L_i/T_i⌉
    last:   T_i·j − L_i + K_i ≤ count(P_i)       ⇔  input ≥ need(P_i, T_i·j − L_i + K_i)

and the second side grows by S from one j to the next, so both contexts are constants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, overload

from shapealg.axis.axis import Axis
from shapealg.axis.door import integer
from shapealg.axis.open_layer import outputs
from shapealg.axis.window import Window
from shapealg.errors import DomainError, ShapeError
from shapealg.exact import ceil_div
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Tile:
    """One part of an input; all ranges begin with the first position and end behind the last.

    Attributes:
        read: the part of the input that is run.
        keep: the part of its output that is right.
        place: where that belongs in the whole output.
    """

    read: tuple[int, int]
    keep: tuple[int, int]
    place: tuple[int, int]


class Frame(NamedTuple):
    """One output in samples of the input; what is below 0 or from n on is padding.

    Attributes:
        start: its first sample.
        centre: the middle of it, an int or a `Fraction`.
        end: behind its last sample, as a slice ends.
    """

    start: int
    centre: int | Fraction
    end: int

    def __repr__(self) -> str:
        return f"Frame(start={self.start}, centre={_decimal(self.centre)}, end={self.end})"


@dataclass(frozen=True, slots=True)
class Frames:
    """All outputs as frames, evenly apart; a sequence of `Frame`.

    Args:
        count: how many.
        size: samples from the first to the last that one frame reads, the receptive field.
        hop: samples from one frame to the next, the total stride.
        start: the first sample of frame 0, negative in the padding.
    """

    count: int
    size: int
    hop: int
    start: int

    @classmethod
    def of(cls, layers: Sequence[Axis], n: int) -> "Frames":
        """Those of layers in a row on an input of `n` samples.

        Raises:
            ShapeError: if a layer is no sliding window.
            DomainError: if one has no output; the line names the smallest input that works.
        """
        placed, size = [], n
        for number, axis in enumerate(layers, 1):
            if (window := axis.at(size).fixed) is None:
                raise ShapeError(
                    Text(
                        zh=f"第 {number} 层不是滑动的窗口",
                        en=f"layer {number} is no sliding window",
                    ),
                    axis,
                    Text(zh="帧只属于卷积与池化", en="frames belong to convolutions and poolings"),
                )
            if (size := outputs(axis, size)) < 1:
                needed = _smallest(layers)
                raise DomainError(
                    Text(zh=f"第 {number} 层没有输出", en=f"layer {number} gives no output"),
                    n,
                    Text(zh=f"最近的可用值是 {needed}", en=f"the nearest that works is {needed}"),
                )
            placed.append(window)
        whole = Window.chain(placed)
        kernel, stride = integer(whole.kernel, "kernel"), integer(whole.stride, "stride")
        return cls(size, kernel, stride, integer(-whole.lo, "start"))

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, j: int) -> Frame: ...
    @overload
    def __getitem__(self, j: slice) -> list[Frame]: ...
    def __getitem__(self, j: int | slice) -> Frame | list[Frame]:
        if isinstance(j, slice):
            return [self[i] for i in range(*j.indices(self.count))]
        start = self.start + self.hop * range(self.count)[j]
        middle = Fraction(2 * start + self.size - 1, 2)
        return Frame(start, int(middle) if middle.denominator == 1 else middle, start + self.size)

    def text(self) -> Text:
        """Count, size, hop and where frame 0 lies."""
        first = self[0]
        told = f"{first.start} … {first.end - 1}"
        centre = _decimal(first.centre)
        return Text(
            zh=(
                f"{self.count} 帧，每帧 {self.size} 个样本，每 {self.hop} 个样本一帧；"
                f"第 0 帧在 {told}，中心 {centre}"
            ),
            en=(
                f"{self.count} frames of {self.size} samples, one every {self.hop}; frame 0 is at"
                f" {told}, its centre {centre}"
            ),
        )

    def __str__(self) -> str:
        return self.text().en


def _decimal(middle: int | Fraction) -> str:
    """A whole or half number as people write it."""
    whole, half = divmod(abs(int(2 * middle)), 2)
    return f"{'-' if middle < 0 else ''}{whole}{'.5' if half else ''}"


class Context(NamedTuple):
    """Samples that a chunk reads besides its own, so that its frames are those of the whole.

    Attributes:
        left: before it, a multiple of the hop; the frames that begin there are thrown away.
        right: behind it: for so long an answer waits.
    """

    left: int
    right: int

    @classmethod
    def of(cls, windows: Sequence[Window]) -> "Context":
        """That of windows in a row, with their own paddings at both ends of every chunk.

        >>> Context.of([Window(3, lo=1, hi=1)] * 2), Context.of([Window(3, lo=2)] * 2)
        (Context(left=2, right=2), Context(left=4, right=0))
        """
        hop = integer(Window.chain(windows).stride, "stride")
        wrong, last = 0, 0
        for level in range(len(windows) + 1):
            before, behind = Window.chain(windows[:level]), Window.chain(windows[level:])
            wrong = max(wrong, integer(ceil_div(behind.lo, behind.stride), "left"))
            # what output 0 needs, less the hop that belongs to the chunk
            last = max(last, integer(before.need(behind.kernel - behind.lo) - hop, "right"))
        return cls(wrong * hop, last)


@dataclass(frozen=True, slots=True)
class Chunks:
    """An input cut into chunks; as a sequence the plan, a `Tile` for each chunk that has frames.

    A frame belongs to the chunk in which sample hop·j lies.

    Args:
        count: the frames of the whole.
        alone: how many frames each chunk gives by itself, 0 where it is too short.
        context: what each chunk reads besides.
        plan: the tiles.
    """

    count: int
    alone: tuple[int, ...]
    context: Context
    plan: tuple[Tile, ...]

    @classmethod
    def of(cls, windows: Sequence[Window], n: int, chunk: int) -> "Chunks":
        """Those of windows in a row on an input of `n` samples.

        Raises:
            ShapeError: if the chunk is no multiple of the hop.
        """
        hop = integer(Window.chain(windows).stride, "stride")
        if rest := chunk % hop:
            near = [size for size in (chunk - rest, chunk - rest + hop) if size]
            told = Text(zh=" 或 ".join(map(str, near)), en=" or ".join(map(str, near)))
            raise ShapeError(
                Text(
                    zh=f"块长须为帧移 {hop} 的倍数",
                    en=f"a chunk must be a multiple of the hop, {hop}",
                ),
                chunk,
                Text(zh=f"最近的可用值是 {told.zh}", en=f"the nearest that work: {told.en}"),
            )
        count, context = _count(windows, n), Context.of(windows)
        cuts = [(start, min(start + chunk, n)) for start in range(0, n, chunk)]
        alone = tuple(_count(windows, stop - start) for start, stop in cuts)
        plan = []
        for start, stop in cuts:
            place = start // hop, count if stop == n else min(stop // hop, count)
            if place[0] < place[1]:
                read = max(start - context.left, 0), min(stop + context.right, n)
                # all of it reaches every frame
                while not _reaches(windows, read, hop, place[1]):
                    read = max(read[0] - hop, 0), min(read[1] + hop, n)
                shift = read[0] // hop
                plan.append(Tile(read, (place[0] - shift, place[1] - shift), place))
        return cls(count, alone, context, tuple(plan))

    def __len__(self) -> int:
        return len(self.plan)

    @overload
    def __getitem__(self, i: int) -> Tile: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[Tile, ...]: ...
    def __getitem__(self, i: int | slice) -> Tile | tuple[Tile, ...]:
        return self.plan[i]

    def text(self) -> Text:
        """The sum over the chunks against the whole, and the context that makes them equal."""
        terms, total = self.alone, sum(self.alone)
        shown = " + ".join(map(str, terms[:6])) + (" + …" if len(terms) > 6 else "")
        left, right = self.context
        return Text(
            zh=(
                f"整段：{self.count} 帧；{len(terms)} 块各自算：{shown} = {total}\n"
                f"每块前面多读 {left} 个样本、后面多读 {right} 个，就与整段相等"
            ),
            en=(
                f"whole: {self.count} frames;"
                f" {len(terms)} chunks by themselves: {shown} = {total}\n"
                f"equal with {left} samples before each chunk and {right} after"
            ),
        )

    def __str__(self) -> str:
        return self.text().en


def _reaches(windows: Sequence[Window], read: tuple[int, int], hop: int, stop: int) -> bool:
    """Whether what is read makes frames up to `stop`: no layer may be left without an output."""
    return read[0] // hop + _count(windows, read[1] - read[0]) >= stop


def _count(windows: Sequence[Window], n: int) -> int:
    """The outputs of windows in a row, 0 where one of them has none."""
    for window in windows:
        n = outputs(window, n) if n else 0
    return n


def _smallest(axes: Sequence[Axis]) -> int:
    """The smallest input with which every layer has an output."""
    n = 1
    for axis in reversed(axes):
        n = max(integer(axis.need(n), "n"), integer(axis.declared.need(1), "n"), 1)
    return n
