"""A PyTorch module run in tiles, along one axis or several, or along time as the data comes: the
values of the whole run, in the memory of a tile.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn

from shapealg.adapters.cuts import Cuts, refused
from shapealg.adapters.torch_memory import Memory, most_alive
from shapealg.text import Text


class Tiled(nn.Module):
    """Runs a module tile by tile. What a tile gives at its cut edges is left out, so the result is
    that of the whole run.

    Args:
        net: what `shapealg.read` gives for the module, its sizes open.
        model: the module, in eval mode; it takes one tensor and gives one.
        progress: wraps the tiles, as `tqdm` does; `True` for `tqdm.auto.tqdm`.
        tiles: the longest tile along each axis, by name, in positions of the input.

    Raises:
        ShapeError: for a name that is no open size, and for a module in training mode; on a call,
            where a layer sees the whole input, which is named, or a tile is too small.

    No gradients are kept.
    """

    def __init__(
        self, net: Any, model: nn.Module, *, progress: bool | Callable = False, **tiles: int
    ):
        super().__init__()
        if any(part.training for part in model.modules()):
            raise refused(
                Text(
                    zh="训练模式下，块与整体的值不同", en="in training mode tiles give other values"
                ),
                "training=True",
                Text(zh="先 model.eval()", en="model.eval() before works"),
            )
        self.cuts, self.model, self.progress = Cuts(net, tiles), model, progress

    def plan(self, shape) -> list[dict]:
        """The tiles of an input of that shape, each a dict of name → `Tile`."""
        return self.cuts.plan(shape)

    def memory(self, shape, dtype: torch.dtype = torch.float32) -> Memory:
        """Bytes of tensors alive at once, told before anything runs."""
        return Memory(
            most_alive(self.model, self.cuts.largest(shape), dtype),
            dtype.itemsize * torch.Size(self.cuts.whole(shape)).numel(),
            most_alive(self.model, tuple(shape), dtype),
        )

    def forward(self, x):
        """What `model(x)` gives."""
        out = None
        for parts in self._shown(self.plan(x.shape)):
            y = self._run(x, parts)
            if out is None:
                out = y.new_empty(self.cuts.whole(x.shape))
            out[self.cuts.at(parts, "place")] = y
        return out

    def stream(self, pieces: Iterable, n: int) -> Iterator:
        """The outputs one behind the other, each as soon as all that it sees has come; no more is
        held than a tile and a piece.

        Args:
            pieces: an input in pieces of any length along the one axis that is cut.
            n: how long they are together.

        Raises:
            ShapeError: where they are not that long, and where several axes are cut.
        """
        if len(self.cuts.axes) > 1:
            raise refused(
                Text(zh="流只沿一个轴", en="a stream goes along one axis"),
                ", ".join(self.cuts.axes),
                Text(zh="只留一个", en="one of them works"),
            )
        ((name, (axis, _)),) = self.cuts.axes.items()
        held, start, plan = None, 0, None
        for piece in pieces:
            held = piece if held is None else torch.cat([held, piece], axis)
            if plan is None:
                plan = self.plan((*piece.shape[:axis], n, *piece.shape[axis + 1 :]))
            while plan and plan[0][name].read[1] <= start + held.shape[axis]:
                yield self._run(held, plan.pop(0), start)
                if plan:
                    done = plan[0][name].read[0] - start
                    held, start = held.narrow(axis, done, held.shape[axis] - done), start + done
        came = 0 if held is None else start + held.shape[axis]
        if plan or came != n:
            raise refused(
                Text(zh=f"{name} 说是 {n}", en=f"{name} was said to be {n}"),
                came,
                Text(zh="送来全部数据", en="all of it works"),
            )

    def _run(self, x, parts: dict, start: int = 0):
        """Of what one tile gives, that which is right; `x` begins at `start`."""
        with torch.no_grad():
            y = self.model(x[self.cuts.at(parts, "read", start)])
        return y[self.cuts.at(parts, "keep")]

    def _shown(self, plan: list):
        """The tiles, with a bar."""
        if self.progress is True:
            from tqdm.auto import tqdm

            return tqdm(plan)
        return self.progress(plan) if self.progress else plan
