"""Pooling: a window per axis and no weights; what the padding counts as decides the values, never
the sizes.
"""

from dataclasses import dataclass

from shapealg.errors import told
from shapealg.layer.layer import Layer


@told
@dataclass(frozen=True, slots=True)
class Pooling(Layer):
    """A pooling of any rank.

    Args:
        axes: per axis a `Window`, `Same`, `Ceiled` or `Adaptive`.
        kernel_size: per axis the number of taps; empty for adaptive pooling.
        kind: "max", "average" or "lp".
        counts_padding: whether an average divides by the padded positions too.

    >>> from shapealg import Window
    >>> Pooling((Window(2, 2), Window(2, 2)), (2, 2), "max").output_size((25, 24))
    (12, 12)
    """

    kernel_size: tuple = ()
    kind: str = "max"
    counts_padding: bool = False
