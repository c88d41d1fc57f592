"""What a widely read article on Keras's Conv1D, Conv2D and Conv3D lost with its pictures, as
layers.

Eight formulas vanished: where the article names an input, a filter and an output there are holes.
Each stands here as a convolution over symbols; its shapes follow from the layer, none is typed in.
"""

from dataclasses import dataclass

import sympy

from shapealg.axis.window import Window
from shapealg.layer.convolution import Convolution

n, a1, a2, a3 = sympy.symbols("n a_1 a_2 a_3", integer=True, positive=True)
f, c, filters = sympy.symbols("f c filters", integer=True, positive=True)


@dataclass(frozen=True)
class Lost:
    """One lost formula: the sizes it speaks of, and the numbers of the picture that stood beside
    it.
    """

    number: int
    size: tuple
    kernel_size: tuple
    channels: object = sympy.S.One
    filters: sympy.Expr = sympy.S.One
    picture: tuple = ()  # (symbol, number) pairs
    trial: tuple = ()  # numbers for the run, where the article names none

    @property
    def layer(self) -> Convolution:
        """The convolution it is about."""
        return Convolution(
            tuple(Window(k) for k in self.kernel_size), self.kernel_size, self.filters
        )

    def data(self) -> sympy.Tuple:
        """The input: its size, and its channels if there is more than one."""
        return _shape(self.size, self.channels)

    def filter(self) -> sympy.Tuple:
        """One filter: as many channels as the input."""
        return _shape(self.kernel_size, self.channels)

    def output(self) -> sympy.Tuple:
        """The output: its size, and one channel per filter if there is more than one filter."""
        return _shape(self.layer.output_size(self.size), self.filters)

    def numbers(self) -> dict:
        """Numbers for every symbol: those of the picture, or those of the trial run."""
        return dict(self.picture) | dict(self.trial)


def _shape(size, channels) -> sympy.Tuple:
    return sympy.Tuple(*size) if channels == 1 else sympy.Tuple(*size, channels)


_FOURTEEN = ((n, 14), (f, 5))
_EIGHT = ((n, 8), (f, 5))
_VOLUME = ((a1, 10), (a2, 9), (a3, 8), (c, 3), (f, 3), (filters, 4))

LOST = (
    Lost(1, (n, n), (f, f), picture=_FOURTEEN),
    Lost(2, (n, n), (f, f), c, picture=(*_FOURTEEN, (c, 3))),
    Lost(3, (n, n), (f, f), c, filters, picture=(*_FOURTEEN, (c, 3), (filters, 16))),
    Lost(4, (n,), (f,), picture=_EIGHT),
    Lost(5, (n,), (f,), c, picture=(*_EIGHT, (c, 16))),
    Lost(6, (n,), (f,), c, filters, picture=(*_EIGHT, (c, 16)), trial=((filters, 7),)),
    Lost(7, (a1, a2, a3), (f, f, f), c, filters, trial=_VOLUME),
    Lost(8, (a1, a2, a3), (f, f, f), c, filters, trial=_VOLUME),
)
