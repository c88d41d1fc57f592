"""Patterns that einops is told, held against what it takes and against runs of the model."""

import einops
import pytest
import torch
from nets import NETS
from torch import nn

import shapealg as sa


class UNet(nn.Module):
    """Three levels, and twice as large: H ≡ 0 (mod 8)."""

    def level(self, x, depth):
        if depth == 0:
            return x
        down = nn.functional.max_pool2d(x, 2)
        up = nn.functional.interpolate(self.level(down, depth - 1), scale_factor=2)
        return torch.cat([x, up], 1)

    def forward(self, x):
        return nn.functional.interpolate(self.level(x, 3), scale_factor=2)


def fits(x, pattern: str) -> bool:
    """Whether einops takes an array for a pattern."""
    names = [word.strip("()") for word in pattern.split() if not word.strip("()").isdigit()]
    try:
        return einops.reduce(x, f"{pattern} -> {' '.join(names)}", "max").numel() >= 0
    except einops.EinopsError:
        return False


def runs(model, x):
    try:
        return model(x)
    except RuntimeError:
        return None


def test_a_checked_call_takes_what_runs_and_nothing_else():
    model = UNet().eval()
    told = sa.read(model, "N,3,H,W").annotations(style="einops")
    assert told == {"x": "n 3 (h 8) (w 8)", "return": "n 12 (h 16) (w 16)"}
    for h in range(1, 40):
        x = torch.zeros(2, 3, h, 16)
        y = runs(model, x)
        assert fits(x, told["x"]) == (y is not None)
        assert y is None or fits(y, told["return"])
    assert not fits(torch.zeros(2, 4, 8, 16), told["x"])
    assert not fits(torch.zeros(2, 12, 24, 16), told["return"])


@pytest.mark.parametrize("rest", NETS)
def test_what_a_pattern_cannot_say_is_a_name(rest):
    model = NETS[rest]().eval()
    told = sa.read(model, "N,1,H,W").annotations(style="einops")
    x = torch.zeros(1, 1, 32 + rest, 16 + rest)
    assert told["x"] == "n 1 h w" and fits(x, told["x"]) and fits(model(x), told["return"])


def test_outputs_of_another_kind_have_names_of_their_own():
    stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 3)).eval()
    told = sa.read(stem, "N,3,H,H_").annotations(style="einops")
    assert told == {"input": "n 3 h h_1", "return": "n 8 o o_1"}
    assert fits(stem(torch.zeros(2, 3, 33, 20)), told["return"])
    with pytest.raises(sa.ShapeError, match="no such style; received 'numpy'; one of jaxtyping"):
        sa.read(stem, "N,3,H,W").annotations(style="numpy")
