"""`shapealg.tiled`: a module run in tiles by a plan. PyTorch is imported when it is called."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapealg.adapters.plan import Plan, refused
from shapealg.text import Text

if TYPE_CHECKING:
    from shapealg.adapters.torch_tiled import Tiled


def tiled(module: Any, plan: Plan, *, progress: bool | Callable = False) -> "Tiled":
    """A module that gives the values of this one, tile by tile.

    Args:
        module: a PyTorch module in eval mode; it takes one tensor and gives one.
        plan: `shapealg.read(module, "1,4,H,W").plan(H=64, W=64)`.
        progress: `True` for tqdm's bar, or what wraps the tiles.

    Raises:
        ShapeError: for what is no module, no plan or the plan of another; on a call, where a layer
            sees the whole input, which is named, or a tile is too small.

    >>> import shapealg as sa
    >>> from torch import nn, rand
    >>> model = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.GroupNorm(2, 8)).eval()
    >>> plan = sa.read(model, "1,3,H,W").plan(H=32)
    >>> plan
    <Plan: H ≤ 32 of (1, 3, H, W), 2 passes>
    >>> sa.tiled(model, plan)(rand(1, 3, 100, 40)).shape
    torch.Size([1, 8, 100, 40])
    """
    from torch import nn

    from shapealg.adapters.torch_tiled import Tiled

    if not isinstance(module, nn.Module):
        raise refused(
            Text(zh="须是 PyTorch 模块", en="a PyTorch module is needed"),
            type(module).__name__,
            Text(zh="nn.Module 可以", en="an nn.Module works"),
        )
    if not isinstance(plan, Plan):
        raise refused(
            Text(zh="须是一个计划", en="a plan is needed"),
            type(plan).__name__,
            Text(
                zh='用 read(module, "1,4,H,W").plan(H=64) 得到',
                en='read(module, "1,4,H,W").plan(H=64) gives one',
            ),
        )
    return Tiled(module, plan, progress=progress)
