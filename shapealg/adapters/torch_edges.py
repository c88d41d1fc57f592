"""An axis of a tensor, cropped or padded in any of PyTorch's modes, by any width."""

import torch
from torch import nn


def padded(
    x: torch.Tensor, axis: int, low: int, high: int, mode: str, value: float = 0
) -> torch.Tensor:
    """So much added before and behind; negative widths crop.

    Args:
        x: the tensor.
        axis: the axis, from the end: -1 is the last.
        low: how much before.
        high: how much behind.
        mode: "constant", "reflect", "replicate" or "circular".
        value: the number, for "constant".
    """
    n = x.shape[axis]
    x = x.narrow(axis, max(-low, 0), n - max(-low, 0) - max(-high, 0))
    low, high, n = max(low, 0), max(high, 0), x.shape[axis]
    if mode == "constant":
        around = [0, 0] * (-axis - 1) + [low, high]
        return nn.functional.pad(x, around, value=value)
    at = torch.arange(-low, n + high, device=x.device)
    if mode == "reflect":
        period = max(2 * (n - 1), 1)
        at = (at % period).where(at % period < n, period - at % period)
    at = at % n if mode == "circular" else at.clamp(0, n - 1)
    return x.index_select(axis, at)
