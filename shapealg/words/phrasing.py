"""What the phrases of every framework are made from: a layer taken apart, and what a pooling has
words for.

A framework is a file of `phrases`. `convolution(x)` gives words for what is `Sought`: its own
padding where it has one, a padding layer in front where not. `MANNER` says what its poolings have
words for, `pool(kind, window, flags, pads)` and `front(kind, around)` are these words. What a
framework cannot say it refuses with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from shapealg.axis.counted import Counted
from shapealg.errors import Received, ShapeError
from shapealg.layer.convolution import Convolution
from shapealg.text import Text
from shapealg.words.norm import Norm

EVERY = ("max", "average", "lp")
BEYOND = 2**31


def of(framework: str):
    """The phrases of one framework."""
    return import_module(f"shapealg.words.phrases.{framework}")


@dataclass(frozen=True, slots=True)
class Sought:
    """A layer taken apart: what every framework's words are made of."""

    layer: Convolution
    axes: tuple
    channels: object
    size: tuple | None = None  # of the input along each axis, where it is known
    batch: object = 1  # how many examples

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.axes)

    @property
    def kind(self) -> str:
        """forward or transposed"""
        return "transposed" if self.layer.transposed else "forward"

    @property
    def windows(self) -> tuple:
        """The window of each axis; a `Same` has none before it is placed."""
        return tuple(getattr(axis, "window", axis) for axis in self.axes)

    @property
    def k(self) -> tuple:
        """Per axis the number of taps."""
        return self.layer.kernel_size

    @property
    def s(self) -> tuple:
        """Per axis the stride."""
        return tuple(w.stride for w in self.windows)

    @property
    def d(self) -> tuple:
        """Per axis the distance of two taps."""
        return tuple(
            (w.kernel - 1) // max(k - 1, 1) or 1 for w, k in zip(self.windows, self.k, strict=True)
        )

    @property
    def lo(self) -> tuple:
        """Per axis the padding in front."""
        return tuple(w.lo for w in self.windows)

    @property
    def hi(self) -> tuple:
        """Per axis the padding behind."""
        return tuple(w.hi for w in self.windows)

    @property
    def same(self) -> bool:
        """Whether every axis still waits for the input to place itself, the odd position behind."""
        return all(axis.same == "upper" for axis in self.axes)

    @property
    def lower(self) -> bool:
        """The same, the odd position in front."""
        return all(axis.same == "lower" for axis in self.axes)

    def word(self, same: str, lower: str) -> str | None:
        """The framework's word for padding that waits for the input, where one is meant."""
        if self.same:
            return same
        return lower if self.lower else None

    @property
    def open(self) -> bool:
        """Whether some axis is not placed yet."""
        return any(getattr(axis, "window", axis).same for axis in self.axes)

    @property
    def pairs(self) -> tuple:
        """Per axis the padding in front and behind."""
        return tuple(zip(self.lo, self.hi, strict=True))

    def placed(self) -> None:
        """Refuse what is not placed yet."""
        if self.open:
            raise none(
                Text(zh="填充取决于输入尺寸", en="the padding depends on the input size"),
                Text(zh="请给出 input_shape", en="give an input_shape"),
            )


@dataclass(frozen=True, slots=True)
class Choice:
    """One axis as a framework may say it.

    Attributes:
        word: "same" or "lower" where the padding is a word.
        ceil: whether the count is rounded up.
        counted: what an average divides by.
        pads: the padding in numbers.
        front: what a layer in front pads, or crops.
    """

    word: str
    ceil: bool
    counted: Counted
    pads: tuple = (0, 0)
    front: tuple = (0, 0)

    @property
    def flags(self) -> tuple:
        """What all axes share."""
        return self.word, self.ceil, self.counted


@dataclass(frozen=True, slots=True)
class Manner:
    """What a framework's pooling has words for.

    Attributes:
        counted: per kind what it can divide by, the default first; kinds that are not there it
            has not.
        words: for padding that depends on the size.
        ceils: whether it rounds up.
        clipped: whether a window that would begin behind the input is then left out.
        dilated: the kinds that take a dilation.
        padded: the kinds that pad by themselves.
        fronts: the kinds that a padding layer in front serves.
        crops: whether a layer in front can crop.
        least: the least padding on one side: below 0 where its own padding crops.
        limit: the padding on one side that a kernel allows, for so many axes.
        alike: whether both sides are padded alike.
        adaptive: what it says for an adaptive pooling of a kind with so many outputs; `None` where
            it has no words.
        deprecated: whether numbers are said in place of a word wherever the size is known.
        gaps: whether its words for padding mean the same where windows leave gaps.
        lacks: why it has no other kinds, and what helps.
        norms: whether its LP pooling takes a norm.
        biased: whether its convolutions, or words behind them, add a bias.
    """

    counted: dict
    words: tuple = ()
    ceils: tuple = (False,)
    clipped: bool = True
    dilated: tuple = ()
    padded: tuple = ()
    fronts: tuple = ("max", "average", "lp")
    crops: bool = True
    least: int = 0
    limit: Callable = lambda k, rank: k - 1
    alike: bool = False
    adaptive: Callable = lambda kind, outputs, power=2: None
    deprecated: bool = False
    gaps: bool = True
    lacks: tuple[Text, Text] | None = None
    norms: Callable[[Norm], bool] = lambda norm: False
    biased: bool = True

    def takes(self, choice: Choice, kind: str, taps: int, rank: int) -> bool:
        """Whether there are words for a choice."""
        lo, hi = choice.pads
        if lo or hi:
            if kind not in self.padded or (self.alike and lo != hi):
                return False
            if min(lo, hi) < self.least or max(lo, hi) > self.limit(taps, rank):
                return False
        if min(choice.front) < 0 and not self.crops:
            return False
        return max(choice.front) <= 0 or kind in self.fronts


def none(asked: Text, works: Text | None = None) -> ShapeError:
    """No words: the reason, and what would help; the layer is named by who asked."""
    works = works or Text(zh="没有等价的写法", en="no equivalent words exist")
    return ShapeError(asked, Received("-"), works)


def flat(pairs) -> tuple:
    """Pairs in one row."""
    return tuple(p for pair in pairs for p in pair)


def ranked(dialect, rank: int, tail: str = "d"):
    """What makes words of so many axes: `named("Conv")`, `named("Conv", "Transpose")`."""
    return lambda name, more="": getattr(dialect, f"{name}{rank}{tail}{more}")


def adaptive(dialect, tail: str = "d") -> Callable:
    """What says an adaptive pooling where a framework calls it so: of a kind, to so many outputs;
    `None` for a kind that it has not.
    """

    def said(kind: str, outputs: tuple, power=2) -> list | None:
        name = {"max": "AdaptiveMaxPool", "average": "AdaptiveAvgPool"}.get(kind)
        return None if name is None else [ranked(dialect, len(outputs), tail)(name)(outputs)]

    return said


def backwards(x: Sought, below) -> tuple:
    """Symmetric padding, output_padding under its limit, and what must be cropped afterwards, for a
    transposed convolution.
    """
    p: list[int] = []
    op: list[int] = []
    crops: list[tuple[int, int]] = []
    for lo, hi, limit in zip(x.lo, x.hi, below, strict=True):
        if lo >= 0 and 0 <= lo - hi < limit:
            p, op, crops = [*p, lo], [*op, lo - hi], [*crops, (0, 0)]
        elif lo >= 0 and hi > lo:
            p, op, crops = [*p, lo], [*op, 0], [*crops, (0, hi - lo)]
        elif lo > hi >= 0:
            p, op, crops = [*p, hi], [*op, 0], [*crops, (lo - hi, 0)]
        elif lo >= 0 and -hi < limit:
            p, op, crops = [*p, 0], [*op, -hi], [*crops, (lo, 0)]
        else:
            raise none(
                Text(
                    zh="输出比核所及还要长，output_padding 的上限不够",
                    en=(
                        "the output reaches further than the kernel, beyond the limit of"
                        " output_padding"
                    ),
                )
            )
    return tuple(p), tuple(op), tuple(crops)
