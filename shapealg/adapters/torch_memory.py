"""How many bytes of tensors a PyTorch module keeps alive at once, and how much it computes: found
on the meta device, where nothing is computed and nothing is kept.
"""

import weakref
from contextlib import suppress
from typing import NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from shapealg.adapters.torch_statistics import Enough


class Memory(NamedTuple):
    """Bytes of tensors, without the weights and without what a kernel takes for itself.

    Attributes:
        tile: of the largest tile, alive at once.
        output: of the output.
        whole: alive at once where everything is run whole, its output among them.
    """

    tile: int
    output: int
    whole: int


class Work(NamedTuple):
    """How much there is to compute.

    Attributes:
        passes: how often the input is gone through.
        tiles: how many there are in all of them.
        flops: of their convolutions and products.
        whole: of those of the whole run.
    """

    passes: int
    tiles: int
    flops: int
    whole: int


class Alive(TorchDispatchMode):
    """Counts the bytes of the storages that are made while it is entered: `now` and `most`."""

    def __init__(self):
        super().__init__()
        self.now = self.most = 0
        self.known = weakref.WeakSet()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        for one in tree_leaves(made):
            if isinstance(one, torch.Tensor):
                self.add(one.untyped_storage())
        return made

    def add(self, storage) -> None:
        """Count a storage until it is let go."""
        if storage not in self.known:
            self.known.add(storage)
            self.now += (size := storage.nbytes())
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self.less, size)

    def less(self, size: int) -> None:
        """A storage is gone."""
        self.now -= size


def most_alive(model: nn.Module, shape: tuple, dtype: torch.dtype) -> int:
    """Bytes alive at once while a module runs on an input of a shape, the input among them."""
    alive = Alive()
    on_meta(model, shape, dtype, alive)
    return alive.most


def flops(model: nn.Module, shape: tuple) -> int:
    """Floating-point operations of the convolutions and products in a run of a module."""
    counter = FlopCounterMode(display=False)
    on_meta(model, shape, torch.float32, counter)
    return counter.get_total_flops()


def on_meta(model: nn.Module, shape: tuple, dtype: torch.dtype, watching) -> None:
    """Run a module, until there is `Enough`, with its weights on the meta device."""
    weights = {
        name: torch.empty_like(w, device="meta", dtype=dtype if w.is_floating_point() else w.dtype)
        for name, w in (*model.named_parameters(), *model.named_buffers())
    }
    with torch.no_grad(), suppress(Enough), watching:
        x = torch.empty(shape, dtype=dtype, device="meta")
        torch.func.functional_call(model, weights, (x,))
