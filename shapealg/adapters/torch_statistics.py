"""The statistics of a group or instance normalization, gathered from parts of its input, and the
normalization by them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

SLICES = 32  # at most so many


class Enough(Exception):
    """What a pass was for has been seen: the rest of the module need not run."""


class Statistics:
    """Mean and variance of every group of channels of every example, in float64; parts are joined
    by how many values they are of, so that nothing large is taken from something large.

        n = a + b      d = mean_b − mean_a      mean = mean_a + d b/n      M = M_a + M_b + d² a b/n

    Args:
        norm: an `nn.GroupNorm` or `nn.InstanceNorm`.

    The formulas are those of Chan, Golub and LeVeque, 1979.
    """

    def __init__(self, norm: nn.Module):
        self.norm, self.count = norm, 0
        self.each = getattr(norm, "num_channels", 1) // getattr(norm, "num_groups", 1)
        self.mean = self.square = torch.zeros(())

    def add(self, x: torch.Tensor) -> None:
        """One more part: channels second, as the norm is given it."""
        if self._single(x):
            x = x[None]
        found = [self._moments(x[:, those]) for those in self._slices(x)]
        variance, mean = (torch.cat(one, 1) for one in zip(*found, strict=True))
        count = x[0].numel() // mean.shape[1]
        whole, apart, square = self.count + count, mean - self.mean, variance * count
        if self.count:
            square += self.square + apart.square() * (self.count * count / whole)
            mean = self.mean + apart * (count / whole)
        self.count, self.mean, self.square = whole, mean, square

    def normalized(self, x: torch.Tensor) -> torch.Tensor:
        """What the norm makes of a part."""
        if self._single(x):
            return self.normalized(x[None])[0]
        made = torch.empty_like(x)
        deviation = (self.square / self.count + self.norm.eps).sqrt()
        mean, deviation = (one.repeat_interleave(self.each, 1) for one in (self.mean, deviation))
        for those in self._slices(x):
            made[:, those] = self._by(x[:, those], mean[:, those], deviation[:, those], those)
        return made

    def _slices(self, x: torch.Tensor) -> list[slice]:
        """The channels, a few groups at a time: what is made wider beside them is small."""
        step = self.each * -(-x.shape[1] // (self.each * SLICES))
        return [slice(low, low + step) for low in range(0, x.shape[1], step)]

    def _moments(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Variance and mean of the groups of some channels."""
        values = x.to(torch.double, copy=True, memory_format=torch.contiguous_format)
        return torch.var_mean(values.reshape(len(x), x.shape[1] // self.each, -1), 2, correction=0)

    def _by(self, x, mean, deviation, those: slice) -> torch.Tensor:
        """Some channels by their statistics, as wide as PyTorch's own kernels compute."""
        wide, around = torch.promote_types(x.dtype, torch.float32), (1,) * (x.dim() - 2)
        made = x - mean.reshape(*mean.shape, *around).to(wide)
        made /= deviation.reshape(*mean.shape, *around).to(wide)
        if self.norm.weight is not None:
            made *= self.norm.weight[those].reshape(-1, *around)
        if self.norm.bias is not None:
            made += self.norm.bias[those].reshape(-1, *around)
        return made

    def _single(self, x: torch.Tensor) -> bool:
        """Whether x is one example, without a batch, as instance norms also take."""
        rank = {"1": 3, "2": 4, "3": 5}.get(type(self.norm).__name__[-2])
        return rank is not None and x.dim() < rank


@contextmanager
def running(instead: dict[nn.Module, Callable]) -> Iterator[None]:
    """Each of these modules runs as is said, for the time being."""
    for module, forward in instead.items():
        module.forward = forward
    try:
        yield
    finally:
        for module in instead:
            del module.forward
