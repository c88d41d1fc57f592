"""A network: a graph, and what can be asked of it."""

from functools import cached_property

from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import one_size
from shapealg.network.accepts import Accepted, accepted
from shapealg.network.flow import Flow, Split
from shapealg.network.graph import Graph
from shapealg.text import Text


class Network:
    """A network whose input has named sizes.

    >>> from shapealg import read, torch
    >>> net = read([torch.Conv2d(3, 64, 7, stride=2, padding=3), torch.MaxPool2d(3, 2, 1)], ("N", 3, "H", "W"))
    >>> net.output_shape
    (N, 64, (H + 3)//4, (W + 3)//4)
    """

    def __init__(self, graph: Graph):
        self.graph = graph

    @cached_property
    def flow(self) -> Flow:
        """The run with all sizes open."""
        return Flow(self.graph, {}).run()

    @property
    def sizes(self) -> tuple:
        """The names of the open sizes."""
        return self.graph.sizes

    @property
    def unknown(self) -> tuple:
        """The nodes whose operator nobody knows here; what comes behind them is unknown too."""
        return tuple(self.flow.unknown)

    @property
    def output_shapes(self) -> tuple:
        """The shape of every output: ints, and `Length`s of the open sizes."""
        return tuple(_simplest(self.flow.tensors[name].shape) for name in self.graph.outputs)

    @property
    def output_shape(self) -> tuple:
        """The shape of the output; of the first, if there are several."""
        return self.output_shapes[0]

    @cached_property
    def _runs(self) -> Accepted:
        return accepted(self.graph, flow=self.flow)

    def accepts(self, name: str, lossless: bool = False, **sizes: int) -> Sizes:
        """All values of the size `name` at which the network runs; the others are free, or fixed by `sizes`."""
        made = self._runs if not lossless and not sizes else accepted(self.graph, sizes, lossless)
        return made.sets[name]

    @property
    def ties(self) -> tuple:
        """Requirements that bind several sizes together."""
        return self._runs.ties


def _simplest(shape):
    return None if shape is None else tuple(n.simplest() if isinstance(n, Length) else n for n in shape)
