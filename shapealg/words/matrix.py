"""A matrix at every place of all axes but the last: what PyTorch's and Paddle's Linear share."""

from math import prod

from shapealg.errors import Received, shown
from shapealg.layer.convolution import Convolution, pointwise
from shapealg.words.shape import sizes
from shapealg.words.words import Words


class Matrix(Words):
    """The last axis, `in_features` long, becomes `out_features` long."""

    by_axes = False

    @property
    def biased(self) -> bool:
        """Whether a bias is added."""
        return self.bias

    def pointwise(self, rank: int) -> Convolution:
        """The same at every place: a convolution with a kernel of 1, channels last."""
        return pointwise(rank, self.out_features, self.biased)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        *rest, last = sizes(input_shape, self)
        wanted = self.in_features
        if isinstance(last, int) and isinstance(wanted, int) and last != wanted:
            self.refuse(
                f"最后一个轴须有 in_features={shown(wanted)} 项",
                f"the last axis must be in_features={shown(wanted)} long",
                Received(shown(input_shape)),
                f"设 Linear({shown(last)}, …)，或先让输入展平成 {shown(wanted)} 项"
                "（不要漏掉批次轴）",
                f"Linear({shown(last)}, …) works, or an input that flattens to {shown(wanted)}"
                " (mind the batch axis)",
            )
        return (*rest, self._back(self.out_features))

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        return self._back(self.out_features * (self.in_features + int(self.biased)))

    def macs(self, input_shape):
        """in_features · out_features for each place of the axes between the batch and the last."""
        places = self.all_known(self.output_shape(input_shape)[1:-1], input_shape)
        return prod((*places, self._back(self.in_features), self._back(self.out_features)))
