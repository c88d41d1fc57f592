"""Resizing to a given size, and where each output then reads. Adaptive pooling is resizing by area,
global pooling is one output.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NoReturn

from shapealg.axis.axis import Given
from shapealg.errors import ShapeError, told
from shapealg.exact import (
    Size,
    SizeLike,
    ceil_div,
    checked,
    flag,
    is_scalar,
    one_size,
)
from shapealg.text import Text

# Where output j of m lies among the n positions:
#   edges     jn/m
#   centres   (j + 1/2)n/m − 1/2
#   corners   j(n − 1)/(m − 1)
# What makes it there, at x: one position, ⌊x⌋ ("floor"), ⌈x⌉ ("ceil"), ⌊x + 1/2⌋ ("up") or
# ⌈x − 1/2⌉ ("down"); or all that lie less than so far from x, 1 for the two of linear, 2 for the
# four of cubic interpolation, some of them with weight 0 where x is a position itself. And "area":
# all positions that [jn/m, (j + 1)n/m) meets, as in adaptive pooling; "all": nobody says which.
MODES: dict[str, tuple[str, str | Fraction]] = {
    "nearest": ("edges", "floor"),
    "nearest-exact": ("centres", "up"),
    **{
        f"{where}-{kind}": (where, kind)
        for where in ("edges", "centres", "corners")
        for kind in ("floor", "ceil", "up", "down")
    },
    "linear": ("centres", Fraction(1)),
    "cubic": ("centres", Fraction(2)),
    "lanczos3": ("centres", Fraction(3)),
    "lanczos5": ("centres", Fraction(5)),
    "gaussian": ("centres", Fraction(3, 2)),
    "corners": ("corners", Fraction(1)),
    "corners-cubic": ("corners", Fraction(2)),
    "edges": ("edges", Fraction(1)),
    "edges-cubic": ("edges", Fraction(2)),
    "area": ("edges", "area"),
    "all": ("edges", "all"),
}


@told
@dataclass(frozen=True, slots=True)
class Resized(Given):
    """Resized to `outputs` positions. How they are made says where each reads; sizes alone make two
    of them equal.

    Args:
        outputs: how many.
        size: the input's size, where it is placed.
        mode: one of `MODES`. Positions before 0 and behind n − 1 stand for the border, or for none.
        ratio: how many input positions lie between two outputs, where that is no n/m: a `Fraction`.
        smooth: whether as many times more are read as outputs are fewer (antialias).

    >>> Resized(7).count(224)
    7
    >>> [(p.first(j), p.last(j)) for p in [Resized(6, mode="linear").at(3)] for j in range(6)]
    [(-1, 0), (0, 1), (0, 1), (1, 2), (1, 2), (2, 3)]
    >>> placed = Resized(3, mode="linear", smooth=True).at(12)
    >>> placed.first(1), placed.last(1)
    (2, 9)
    """

    outputs: Size
    size: Size | None = None
    mode: str = field(default="nearest", compare=False)
    ratio: Fraction | None = field(default=None, compare=False)
    smooth: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        checked(self, outputs=0)
        if self.size is not None:
            checked(self, size=0)
        if self.ratio is not None:
            object.__setattr__(self, "ratio", positive(self.ratio))
        known(self.mode)
        object.__setattr__(self, "smooth", flag(self.smooth, "smooth"))

    def at(self, n: SizeLike) -> "Resized":
        """Placed on an input of size `n`."""
        return replace(self, size=one_size(n, "n"))

    def first(self, j: SizeLike) -> Size:
        """The first position that makes output `j`; see `MODES`."""
        above, below = self.lies(one_size(j, "j"))
        kind = MODES[self.mode][1]
        if kind == "all":
            return 0
        if kind == "ceil":
            return ceil_div(above, below)
        if kind == "up":
            return (2 * above + below) // (2 * below)
        if kind == "down":
            return ceil_div(2 * above - below, 2 * below)
        if isinstance(kind, str):
            return above // below
        p, q = self.reach(kind).as_integer_ratio()
        return (above * q - p * below) // (below * q) + 1

    def last(self, j: SizeLike) -> Size:
        """The last one."""
        above, below = self.lies(one_size(j, "j"))
        kind = MODES[self.mode][1]
        if kind == "all":
            return self._apart[0] - 1
        if kind == "area":
            return ceil_div(above + self._apart[0], below) - 1
        if isinstance(kind, str):
            return self.first(j)
        p, q = self.reach(kind).as_integer_ratio()
        return ceil_div(above * q + p * below, below * q) - 1

    def reach(self, radius: Fraction) -> Fraction:
        """How far from its place an output reads."""
        if not self.smooth:
            return radius
        n, m = self._apart
        if not (isinstance(n, int) and isinstance(m, int)):
            self._refuse_open()
        return radius * max(Fraction(n, m), Fraction(1))

    @property
    def _apart(self) -> tuple[Size, Size]:
        """How many positions lie between two outputs, as a fraction: n/m, or the `ratio`."""
        if self.size is None:
            self._refuse_open()
        return (
            (self.size, some(self.outputs))
            if self.ratio is None
            else (self.ratio.numerator, self.ratio.denominator)
        )

    def _refuse_open(self) -> NoReturn:
        raise ShapeError(
            Text(
                zh="读取的位置要看输入多长",
                en="the positions that are read depend on the input's length",
            ),
            self,
            Text(zh="先用 at(n) 放好", en="place it with at(n) first"),
        )

    def lies(self, j: Size) -> tuple[Size, Size]:
        """Where output `j` lies on the input, as a fraction."""
        where = MODES[self.mode][0]
        if where == "corners":
            m = some(self.outputs)
            if self.size is None:
                self._refuse_open()
            return (j * (self.size - 1), m - 1) if m != 1 else (0, 1)
        n, m = self._apart
        return (j * n, m) if where == "edges" else ((2 * j + 1) * n - m, 2 * m)


def Adaptive(outputs: SizeLike) -> Resized:
    """`outputs` windows over any input: output j reads from ⌊jn/m⌋ to ⌈(j + 1)n/m⌉ − 1.

    >>> Adaptive(7).count(224), Adaptive(1).count("n")
    (7, 1)
    >>> [(placed.first(j), placed.last(j)) for placed in [Adaptive(3).at(5)] for j in range(3)]
    [(0, 1), (1, 3), (3, 4)]
    """
    return Resized(one_size(outputs, "outputs"), mode="area")


def some(outputs: Size) -> Size:
    """The outputs, of which there must be one at least for it to have a place.

    Raises:
        ShapeError: if there are none.
    """
    if outputs == 0:
        raise ShapeError(
            Text(zh="没有输出，也就没有读取的位置", en="there is no output that reads anything"),
            outputs,
            Text(zh="至少要 1 个输出", en="at least 1 output works"),
        )
    return outputs


def known(mode: object) -> None:
    """The door for a mode: one of `MODES`.

    Raises:
        ShapeError: for anything else.
    """
    if not isinstance(mode, str) or mode not in MODES:
        raise ShapeError(
            Text(zh="没有这种缩放方式", en="there is no such mode of resizing"),
            mode,
            Text(zh=f"可用：{', '.join(MODES)}", en=f"one of {', '.join(MODES)} works"),
        )


def positive(number: Any) -> Fraction:
    """The door for a factor: its exact value.

    Raises:
        ShapeError: for anything that is not a positive finite number.
    """
    try:
        # NumPy's integers would stay what they are inside a Fraction, and overflow
        plain = number.item() if is_scalar(number) else number
        factor = Fraction(0 if isinstance(plain, bool) else plain)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        factor = Fraction(0)
    if factor <= 0:
        raise ShapeError(
            Text(zh="缩放因子须为正数", en="a scale factor must be a positive number"),
            number,
            Text(zh="例如 2 或 0.5", en="for example 2 or 0.5"),
        )
    return factor
