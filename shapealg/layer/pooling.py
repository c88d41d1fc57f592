"""Pooling: a window per axis and no weights; what the padding counts as decides the values, never
the sizes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapealg.axis.axis import Axis
from shapealg.axis.counted import Counted
from shapealg.axis.window import Window
from shapealg.errors import told
from shapealg.exact import Size
from shapealg.layer.layer import Layer

if TYPE_CHECKING:
    from shapealg.axis.pooled import Pooled


@told
@dataclass(frozen=True, slots=True)
class Pooling(Layer):
    """A pooling of any rank.

    Args:
        axes: per axis a `Window`, `Same`, `Ceiled` or `Adaptive`.
        kernel_size: per axis the number of taps; empty for adaptive pooling.
        kind: "max", "average" or "lp".
        counted: which positions of a window an average divides by.

    >>> from shapealg import Window
    >>> Pooling((Window(2, 2), Window(2, 2)), (2, 2), "max").output_size((25, 24))
    (12, 12)
    """

    kernel_size: tuple[int, ...] = ()
    kind: str = "max"
    counted: Counted = Counted.DATA

    @classmethod
    def adaptive(cls, outputs: Iterable[Size | None], kind: str) -> "Pooling":
        """So many outputs per axis; `None` keeps an axis as it is.

        >>> Pooling.adaptive((7, None), "max").output_size((224, 30))
        (7, 30)
        """
        from shapealg.axis.resized import Adaptive  # here, as it loads fractions and decimals

        axes: list[Axis] = [Window.identity if m is None else Adaptive(m) for m in outputs]
        return cls(tuple(axes), (), kind)

    @property
    def pooled(self) -> "tuple[Pooled, ...]":
        """Per axis where each output reads and what its sum is divided by."""
        from shapealg.axis.pooled import Pooled  # values need sets of sizes, sizes do not

        taps = self.kernel_size or (getattr(axis, "kernel", 0) for axis in self.axes)
        return tuple(
            Pooled(axis, k, self.kind, self.counted)
            for axis, k in zip(self.axes, taps, strict=True)
        )
