"""Resizing to a given size, and where each output then reads."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from shapealg.axis.adaptive import some
from shapealg.axis.axis import Given
from shapealg.errors import ShapeError, told
from shapealg.exact import (
    Size,
    SizeLike,
    ceil_div,
    checked,
    is_scalar,
    one_size,
)
from shapealg.text import Text

# The positions that make output j, of n positions and m outputs, with x = (j + 1/2)n/m:
#   nearest         ⌊jn/m⌋
#   nearest-exact   ⌊x⌋
#   linear, cubic   the two, the four around x − 1/2
#   corners(-cubic) the two, the four around j(n − 1)/(m − 1)
#   area            ⌊jn/m⌋ to ⌈(j + 1)n/m⌉ − 1, as in adaptive pooling
MODES = ("nearest", "nearest-exact", "linear", "cubic", "corners", "corners-cubic", "area")


@told
@dataclass(frozen=True, slots=True)
class Resized(Given):
    """Resized to `outputs` positions. How they are made says where each reads; sizes alone make two
    of them equal.

    Args:
        outputs: how many.
        size: the input's size, where it is placed.
        mode: one of `MODES`. Positions before 0 and behind n − 1 stand for the border.
        ratio: how many input positions lie between two outputs, where that is no n/m: a `Fraction`.

    >>> Resized(7).count(224)
    7
    >>> [(p.first(j), p.last(j)) for p in [Resized(6, mode="linear").at(3)] for j in range(6)]
    [(-1, 0), (0, 1), (0, 1), (1, 2), (1, 2), (2, 3)]
    """

    outputs: Size
    size: Size | None = None
    mode: str = field(default="nearest", compare=False, repr=False)
    ratio: Fraction | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        checked(self, outputs=None)
        if self.size is not None:
            checked(self, size=0)
        if self.ratio is not None:
            object.__setattr__(self, "ratio", positive(self.ratio))
        known(self.mode)

    def at(self, n: SizeLike) -> "Resized":
        """Placed on an input of size `n`."""
        return Resized(self.outputs, one_size(n, "n"), self.mode, self.ratio)

    def first(self, j: SizeLike) -> Size:
        """The first position that makes output `j`; see `MODES`."""
        above, below = self._place(one_size(j, "j"))
        return above // below - int(self.mode.endswith("cubic"))

    def last(self, j: SizeLike) -> Size:
        """The last one."""
        above, below = self._place(one_size(j, "j"))
        if self.mode == "area":
            return ceil_div(above + self._apart[0], below) - 1
        if self.mode in ("linear", "corners"):
            return ceil_div(above, below)
        return above // below + 2 * self.mode.endswith("cubic")

    @property
    def _apart(self) -> tuple[Size, Size]:
        if self.size is None:
            raise ShapeError(
                Text(
                    zh="读取的位置要看输入多长",
                    en="the positions that are read depend on the input's length",
                ),
                self,
                Text(zh="先用 at(n) 放好", en="place it with at(n) first"),
            )
        return (
            (self.size, some(self.outputs))
            if self.ratio is None
            else (self.ratio.numerator, self.ratio.denominator)
        )

    def _place(self, j: Size) -> tuple[Size, Size]:
        """Where output `j` lies on the input, as a fraction."""
        n, m = self._apart
        if self.mode.startswith("corners"):
            return (j * (n - 1), m - 1) if m != 1 else (j * 0, 1)
        if self.mode in ("nearest", "area"):
            return j * n, m
        return (2 * j + 1) * n - (0 if self.mode == "nearest-exact" else m), 2 * m


def known(mode: object) -> None:
    """The door for a mode: one of `MODES`."""
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
