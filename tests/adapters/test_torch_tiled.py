"""Modules run in tiles, against the whole run."""

import pytest
from needed import require

import shapealg as sa

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402

from shapealg.adapters.torch_memory import Alive  # noqa: E402


class Skipped(nn.Module):
    """Down, up, and a skip, as U-Nets have it."""

    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(2, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.ReLU())
        self.up = nn.ConvTranspose2d(4, 2, 2, 2)
        self.out = nn.Conv2d(4, 3, 5, padding=2)

    def forward(self, x):
        return self.out(torch.cat([x, self.up(self.down(x))], 1))


def decoder():
    """Latents become an image, four times as large."""
    return nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1),
        nn.SiLU(),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 3, 3, padding=1),
    )


def codec():
    """Samples become frames: strides 2, 4, and dilations."""
    return nn.Sequential(
        nn.Conv1d(1, 4, 7, padding=9, dilation=3),
        nn.ELU(),
        nn.Conv1d(4, 8, 4, stride=2, padding=1),
        nn.Conv1d(8, 8, 8, stride=4, padding=2),
    )


MODELS = {
    "decoder": (decoder, "1,4,H,W", (1, 4, 41, 30), {"H": 16, "W": 12}),
    "decoder, one axis": (decoder, "1,4,H,W", (1, 4, 41, 30), {"W": 9}),
    "skipped": (Skipped, "N,2,H,W", (2, 2, 62, 54), {"H": 28, "W": 30}),
    "codec": (codec, "1,1,T", (1, 1, 1001), {"T": 200}),
    "whole": (codec, "1,1,T", (1, 1, 1001), {"T": 2000}),
}


def ready(name):
    made, shape, sizes, tiles = MODELS[name]
    torch.manual_seed(7)
    model = made().double().eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):  # statistics that are not nought and one
            part.running_mean.uniform_()
            part.running_var.uniform_(1, 2)
    return model, sa.read(model, shape), torch.randn(sizes, dtype=torch.double), tiles


@pytest.mark.parametrize("name", MODELS)
def test_tiles_give_what_the_whole_run_gives(name):
    model, net, x, tiles = ready(name)
    run = sa.tiled(model, net.plan(**tiles))
    with torch.no_grad():
        truth = model(x)
    made = run(x)
    assert made.shape == truth.shape and made.dtype == truth.dtype
    assert (made - truth).abs().max() <= 1e-12
    for parts in run.plan(x.shape):
        assert all(b - a <= tiles[axis] for axis, (a, b) in read(parts).items())


def read(parts):
    return {axis: tile.read for axis, tile in parts.items()}


def test_a_tile_that_keeps_too_much_would_show():
    """The edge of a tile is not right by itself: what the plan leaves out matters."""
    model, net, x, tiles = ready("decoder, one axis")
    run = sa.tiled(model, net.plan(**tiles))
    first, second = run.plan(x.shape)[:2]
    part = model(x[..., slice(*first["W"].read)])
    low, high = first["W"].keep
    with torch.no_grad():
        truth = model(x)
    assert (part[..., high:] - truth[..., high : part.shape[-1]]).abs().max() > 1e-3
    assert low == 0 and second["W"].place[0] == high


@pytest.mark.parametrize("step", [1, 3, 64, 1001])
def test_time_is_streamed_as_it_comes(step):
    model, net, x, tiles = ready("codec")
    run = sa.tiled(model, net.plan(**tiles))
    came, made = 0, []

    def arriving():
        nonlocal came
        for piece in x.split(step, 2):
            came += piece.shape[2]
            yield piece

    for part in run.stream(arriving(), 1001):
        made.append(part)
        tile = run.plan(x.shape)[len(made) - 1]["T"]
        assert tile.read[1] <= came < tile.read[1] + step  # no later than it could
    assert (torch.cat(made, 2) - model(x)).abs().max() <= 1e-12


@pytest.mark.parametrize("n", [1000, 1002])
def test_another_length_than_was_said_is_refused(n):
    model, net, x, tiles = ready("codec")
    with pytest.raises(sa.ShapeError, match=f"T was said to be {n}; received 1001"):
        list(sa.tiled(model, net.plan(**tiles)).stream(x.split(100, 2), n))


@pytest.mark.parametrize("name", ["decoder", "skipped", "codec"])
def test_memory_is_told_before(name):
    """On real tensors no more is alive than was said."""
    model, net, x, tiles = ready(name)
    run = sa.tiled(model, net.plan(**tiles))
    told = run.memory(x.shape, torch.double)
    for parts in run.plan(x.shape):
        part = x[run.cuts.at(parts, "read")].tolist()
        with torch.no_grad(), Alive() as alive:
            model(torch.tensor(part, dtype=torch.double))
        assert alive.most <= told.tile
    whole = x.tolist()
    with torch.no_grad(), Alive() as alive:
        y = model(torch.tensor(whole, dtype=torch.double))
    assert alive.most == told.whole and y.numel() * 8 == told.output
    assert told.tile < told.whole


def test_a_bar_sees_every_tile():
    model, net, x, tiles = ready("decoder")
    seen = []

    def bar(plan):
        seen.append(len(plan))
        return plan

    sa.tiled(model, net.plan(**tiles), progress=bar)(x)
    assert seen == [len(sa.tiled(model, net.plan(**tiles)).plan(x.shape))] and seen[0] > 1


class Attending(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 4, 3, padding=1)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x):
        y = self.conv(x).transpose(1, 2)
        return self.attention(y, y, y, need_weights=False)[0].transpose(1, 2)


def test_what_sees_everything_is_named():
    pooled = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Upsample(size=9)).eval()
    plan = sa.read(pooled, "1,1,H,W")
    with pytest.raises(sa.ShapeError, match=r"once in the output; received H of \(1, 1, H, W\) →"):
        plan.plan(H=32)
    model = Attending().eval()
    plan = sa.read(model, "1,1,T").plan(T=32)
    with pytest.raises(sa.ShapeError, match=r"attention.*whole input"):
        sa.tiled(model, plan)(torch.zeros(1, 1, 64))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (lambda net, model: sa.tiled(net, net.plan(H=9)), "module is needed; received Network"),
        (lambda net, model: sa.tiled(model, {"H": 9}), "a plan is needed; received dict; read"),
        (lambda net, model: sa.tiled(model.train(), net.plan(H=16)), "in training mode"),
        (
            lambda net, model: sa.tiled(model, net.plan(X=16)),
            "no such axis to cut; received X; H, W work",
        ),
        (lambda net, model: sa.tiled(model, net.plan()), "no such axis"),
        (lambda net, model: sa.tiled(model, net.plan(H=0)), "H"),
        (
            lambda net, model: list(sa.tiled(model, net.plan(H=9, W=9)).stream([], 5)),
            "along one axis",
        ),
        (
            lambda net, model: sa.tiled(model, net.plan(H=16))(torch.zeros(1, 3, 64, 64)),
            "another shape",
        ),
        (
            lambda net, model: sa.tiled(model, net.plan(H=16))(torch.zeros(4, 64, 64)),
            "another shape",
        ),
        (
            lambda net, model: sa.tiled(model, net.plan(H=2))(torch.zeros(1, 4, 64, 64)),
            "too small.*try 5",
        ),
    ],
)
def test_bad_input_is_one_line(line, told):
    model = decoder().eval()
    with pytest.raises((sa.ShapeError, ValueError, TypeError), match=told) as caught:
        line(sa.read(model, "1,4,H,W"), model)
    assert "\n" not in str(caught.value)
