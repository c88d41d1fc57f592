"""A PyTorch module run in tiles, along one axis or several, or along time as the data comes: the
values of the whole run, in the memory of a tile.
"""

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import nn

from shapealg.adapters.plan import Plan, refused
from shapealg.adapters.torch_memory import Memory, Work, flops, most_alive
from shapealg.adapters.torch_passes import Passes
from shapealg.adapters.torch_statistics import Enough, running
from shapealg.text import Text


class Tiled(nn.Module):
    """Runs a module tile by tile. What a tile gives at its cut edges is left out, so the result is
    that of the whole run. Each group or instance normalization takes a pass of its own, before: it
    gathers the statistics from what of every tile is right, and ends where the norm is reached.

    Args:
        model: the module, in eval mode; it takes one tensor and gives one.
        plan: `net.plan(H=256, W=256)`, of what `shapealg.read` gives for the module.
        progress: wraps the tiles, as `tqdm` does; `True` for `tqdm.auto.tqdm`.

    Raises:
        ShapeError: for a plan of another module, and for one in training mode; on a call, where a
            layer sees the whole input, which is named, or a tile is too small.

    No gradients are kept.
    """

    def __init__(self, model: nn.Module, plan: Plan, *, progress: bool | Callable = False):
        super().__init__()
        if any(part.training for part in model.modules()):
            raise refused(
                Text(
                    zh="训练模式下，块与整体的值不同", en="in training mode tiles give other values"
                ),
                "training=True",
                Text(zh="先 model.eval()", en="model.eval() before works"),
            )
        self.model, self.cuts, self.progress = model, plan, progress
        self.passes = Passes(model, plan)

    def plan(self, shape) -> list[dict]:
        """The tiles of an input of that shape, each a dict of name → `Tile`; the last pass's."""
        return self.cuts.cut(shape)

    def memory(self, shape, dtype: torch.dtype = torch.float32) -> Memory:
        """Bytes of tensors alive at once, told before anything runs."""
        made = []
        with running(self.passes.at_once()):
            for largest in {plan.largest(shape) for plan in self.passes.plans.values()}:
                made.append(most_alive(self.model, largest, dtype))
        output = dtype.itemsize * torch.Size(self.cuts.whole(shape)).numel()
        return Memory(max(made), output, most_alive(self.model, tuple(shape), dtype))

    def work(self, shape) -> Work:
        """How much is computed, told before anything runs."""
        plans, tiles, total = self.passes.plans, 0, 0
        for name, plan in plans.items():
            many = len(plan.cut(shape))
            with running(self.passes.until(name)):
                total += many * flops(self.model, plan.largest(shape))
            tiles += many
        return Work(len(plans), tiles, total, flops(self.model, tuple(shape)))

    def forward(self, x):
        """What `model(x)` gives."""
        out, known = None, {}
        for name, plan, parts in self._shown(self.passes.steps(x.shape)):
            with running(self.passes.during(known, name, plan, parts)):
                y = self._run(x[plan.at(parts, "read")])
            if name:
                continue
            if out is None:
                out = y.new_empty(plan.whole(x.shape))
            out[plan.at(parts, "place")] = y[plan.at(parts, "keep")]
        return out

    def stream(self, pieces: Iterable, n: int) -> Iterator:
        """The outputs one behind the other, each as soon as all that it sees has come; no more is
        held than a tile and a piece.

        Args:
            pieces: an input in pieces of any length along the one axis that is cut.
            n: how long they are together.

        Raises:
            ShapeError: where they are not that long, where several axes are cut, and where a norm
                needs all of it first.
        """
        name, axis = self._along()
        held, start, plan = None, 0, None
        for piece in pieces:
            held = piece if held is None else torch.cat([held, piece], axis)
            if plan is None:
                plan = self.plan((*piece.shape[:axis], n, *piece.shape[axis + 1 :]))
            while plan and plan[0][name].read[1] <= start + held.shape[axis]:
                parts = plan.pop(0)
                y = self._run(held[self.cuts.at(parts, "read", start)])
                yield y[self.cuts.at(parts, "keep")]
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

    def _along(self) -> tuple[str, int]:
        """The axis of a stream."""
        for norm in self.cuts.norms:
            raise refused(
                Text(zh="统计要等全部数据到齐", en="its statistics are of all that comes"),
                norm,
                Text(zh="它之前的层可以流", en="layers before it can be streamed"),
            )
        if len(self.cuts.axes) > 1:
            raise refused(
                Text(zh="流只沿一个轴", en="a stream goes along one axis"),
                ", ".join(self.cuts.axes),
                Text(zh="只留一个", en="one of them works"),
            )
        ((name, (axis, _)),) = self.cuts.axes.items()
        return name, axis

    def _run(self, x):
        """What one tile gives; nothing where its pass is for a norm."""
        try:
            with torch.no_grad():
                return self.model(x)
        except Enough:
            return None

    def _shown(self, steps: list):
        """The tiles of all passes, with a bar."""
        if self.progress is True:
            return _bar()(steps)
        return self.progress(steps) if self.progress else steps


def _bar():
    """What draws a progress bar."""
    try:
        from tqdm.auto import tqdm
    except ModuleNotFoundError:
        raise refused(
            Text(zh="进度条要用到 tqdm", en="the progress bar needs the package tqdm"),
            "no tqdm",
            Text(zh="pip install tqdm", en="pip install tqdm"),
        ) from None
    return tqdm
