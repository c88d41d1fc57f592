"""Adaptive pooling: the number of outputs is given, and the windows spread over the input. Global
pooling is one output.
"""

from dataclasses import dataclass

from shapealg.errors import ShapeError, told
from shapealg.exact import ceil_div, checked, one_size
from shapealg.text import Text


@told
@dataclass(frozen=True, slots=True)
class Adaptive:
    """`outputs` windows over any input: output j reads from ⌊jn/m⌋ to ⌈(j + 1)n/m⌉ − 1.

    >>> Adaptive(7).count(224), Adaptive(1).count("n")
    (7, 1)
    >>> [(placed.first(j), placed.last(j)) for placed in [Adaptive(3).at(5)] for j in range(3)]
    [(0, 1), (1, 3), (3, 4)]
    """

    outputs: object

    def __post_init__(self):
        checked(self, outputs=0)

    def count(self, n):
        """As many as were asked for."""
        return self.outputs

    def need(self, m):
        """One position is enough: windows may overlap."""
        return 1

    def at(self, n) -> "Spread":
        """The windows placed on an input of size `n`."""
        return Spread(self.outputs, one_size(n, "n"))


@told
@dataclass(frozen=True, slots=True)
class Spread:
    """`outputs` windows laid over `size` positions."""

    outputs: object
    size: object

    def __post_init__(self):
        checked(self, outputs=0, size=0)

    def first(self, j):
        """⌊jn/m⌋"""
        return one_size(j, "j") * self.size // some(self.outputs)

    def last(self, j):
        """⌈(j + 1)n/m⌉ − 1"""
        return ceil_div((one_size(j, "j") + 1) * self.size, some(self.outputs)) - 1


def some(outputs):
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
