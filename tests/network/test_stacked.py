"""A network in which nothing branches along an axis is a stack; a family of networks and its
depths: against PyTorch, run.
"""

from itertools import pairwise

import pytest
from needed import require

from shapealg import Branches, ShapeError, depths, read, torch


def front(nn):
    """Convolutions over time with what stands between them in real models."""
    return nn.Sequential(
        nn.Conv1d(4, 6, 5, stride=2, padding=2),
        nn.BatchNorm1d(6),
        nn.GELU(),
        nn.MaxPool1d(3, 2, 1),
        nn.Dropout(0.1),
        nn.Conv1d(6, 2, 3, dilation=2, padding=(4,)),
    )


def test_the_chunks_of_a_model_are_the_whole():
    """A pooling pads with −∞, a convolution with zeros: positions are all that matters."""
    require("torch")
    import torch as real

    real.manual_seed(0)
    model = front(real.nn).double().eval()
    net, x = read(model, "1,4,T"), real.rand(1, 4, 240, dtype=real.float64)
    stack = net.stack("T")
    chunks = stack.chunks(240, 40)
    with real.no_grad():
        whole = model(x)
        parts = [model(x[..., slice(*t.read)])[..., slice(*t.keep)] for t in chunks]
    assert len(stack.frames(240)) == chunks.count == whole.shape[-1]
    assert real.cat(parts, -1).shape == whole.shape
    assert (real.cat(parts, -1) - whole).abs().max() < 1e-12
    field = net.receptive_field()
    frames = stack.frames(240)
    assert (frames.size, frames.hop, frames.start, frames[0].centre) == tuple(
        part[0] for part in (field.size, field.jump, field.start, field.centre)
    )


def test_up_to_a_layer_and_two_paths_alike():
    same = torch.Conv1d(4, 4, 3, padding=1)
    net = read([torch.Conv1d(1, 4, 4, 2), Branches("add", [same], [same]), same], "1,1,T")
    assert net.stack("T", "Conv1d_1").window == net.stack("T").window.__class__(4, 2)
    assert (net.stack("T").window.kernel, net.stack("T").window.stride) == (12, 2)


def test_what_is_no_list_of_layers():
    with pytest.raises(ShapeError, match="paths that read differently meet there"):
        read([Branches("add", [], [torch.Conv1d(1, 1, 3, padding=1)])], "1,1,T").stack("T")
    pooled = read([torch.Conv1d(1, 1, 3), torch.AdaptiveAvgPool1d(4)], "1,1,T").stack("T")
    with pytest.raises(ShapeError, match="layer 2 is no sliding window"):
        pooled.frames(20)
    with pytest.raises(ShapeError, match="there is no such size; received 'L'; T work"):
        read([torch.Conv1d(1, 1, 3)], "1,1,T").stack("L")


def test_a_normalization_over_time_sees_everything():
    require("torch")
    from torch import nn

    net = read(nn.Sequential(nn.Conv1d(4, 4, 3), nn.GroupNorm(2, 4)), "1,4,T")
    with pytest.raises(ShapeError, match="it sees the whole axis"):
        net.stack("T")
    assert net.stack("T", "0").window.kernel == 3


def unet(nn, depth):
    """An encoder–decoder of one channel: concatenation at every level."""

    class Level(nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.conv, self.inner = nn.Conv2d(1, 1, 3, padding=1), inner
            self.up, self.out = nn.ConvTranspose2d(1, 1, 2, 2), nn.Conv2d(2, 1, 3, padding=1)

        def forward(self, x):
            x = self.conv(x)
            down = nn.functional.max_pool2d(x, 2)
            return self.out(real_cat([x, self.up(self.inner(down))]))

    import torch as real

    def real_cat(parts):
        return real.cat(parts, 1)

    return Level(unet(nn, depth - 1)) if depth else nn.Conv2d(1, 1, 3, padding=1)


@pytest.mark.parametrize(("h", "w"), ((200, 200), (48, 64), (7, 8), (24, 20)))
def test_the_depths_of_a_unet(h, w):
    """Built, read and asked; and built and run."""
    require("torch")
    import torch as real

    found = depths(lambda d: unet(real.nn, d), "1,1,H,W", among=range(6), H=h, W=w)
    runs = []
    for depth in range(6):
        try:
            with real.no_grad():
                unet(real.nn, depth)(real.zeros(1, 1, h, w))
            runs.append(depth)
        except RuntimeError:
            pass
    assert [row["depth"] for row in found] == runs and found.within == {}


def test_a_deep_module_needs_no_memory():
    """Channels double level by level: at depth 16 the weights would be larger than any memory."""
    require("torch")
    import torch as real
    from torch import nn

    def halving(depth):
        widths = [2**level for level in range(depth + 1)]
        steps = pairwise(widths)
        return nn.Sequential(*(nn.Conv2d(a * 64, b * 64, 2, 2) for a, b in steps))

    with real.device("meta"):
        found = depths(halving, "1,64,H,W", H=200, W=300)
    assert [row["depth"] for row in found] == [d for d in range(1, 17) if 200 // 2**d]


def test_where_no_depth_runs_the_smallest_one_tells_what_does():
    pool, up = torch.MaxPool2d(2), torch.ConvTranspose2d(1, 1, 2, stride=2)

    def build(depth):
        return [Branches("add", [], [pool, *build(depth - 1), up])] if depth else []

    none = depths(build, "1,1,H,W", H=7, W=8)
    assert not none and none.within == {"depth": range(1, 17)}
    assert none.nearest == ({"H": 6, "depth": 1}, {"H": 8, "depth": 1})
    some = depths(build, "1,1,H,W", H=8, W=8)
    assert [row["depth"] for row in some] == [1, 2, 3] and some.nearest == ()
    every = depths(build, "1,1,H,W", among=(0, 1, 4), H=8, W=8)
    assert [row["depth"] for row in every] == [0, 1]
    assert depths(build, "1,1,H,W", among=(), H=7, W=8).nearest == ()
    assert str(none) == "none; nearest: H = 6, depth = 1; or H = 8, depth = 1; tried depth = 1 … 16"


def test_what_sees_the_whole_axis_is_no_layer_of_a_list():
    net = read([torch.Conv1d(1, 1, 3), torch.AdaptiveAvgPool1d(1)], "1,1,L")
    said = "along L it is no list of layers: AdaptiveAvgPool1d_1, it sees the whole axis"
    with pytest.raises(ShapeError, match=said):
        net.stack("L")
