"""Modules with group and instance norms run in tiles, against the whole run."""

import doctest

import pytest
from needed import require

import shapealg as sa

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402

from shapealg.adapters import tiled  # noqa: E402
from shapealg.adapters.torch_memory import Alive  # noqa: E402
from shapealg.adapters.torch_statistics import Statistics, running  # noqa: E402


class Block(nn.Module):
    """A residual block as diffusion models have it."""

    def __init__(self, a, b):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(2, a), nn.Conv2d(a, b, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(4, b), nn.Conv2d(b, b, 3, padding=1)
        self.short = nn.Conv2d(a, b, 1)

    def forward(self, x):
        y = self.conv1(nn.functional.silu(self.norm1(x)))
        return self.short(x) + self.conv2(nn.functional.silu(self.norm2(y)))


class Skipped(nn.Module):
    """A U-Net of one level with instance norms."""

    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(2, 4, 3, 2, 1), nn.InstanceNorm2d(4, affine=True))
        self.up = nn.ConvTranspose2d(4, 2, 2, 2)
        self.norm = nn.InstanceNorm2d(2)
        self.out = nn.Conv2d(4, 3, 5, padding=2)

    def forward(self, x):
        return self.out(torch.cat([x, self.norm(self.up(self.down(x)).relu())], 1))


def decoder():
    return nn.Sequential(Block(4, 8), nn.Upsample(scale_factor=2), Block(8, 4), nn.GroupNorm(1, 4))


def first():
    return nn.Sequential(nn.GroupNorm(2, 4), nn.Conv2d(4, 3, 3, stride=2, padding=1))


def kept():
    return nn.Sequential(nn.Conv2d(4, 4, 3), nn.InstanceNorm2d(4, track_running_stats=True))


def sound():
    return nn.Sequential(nn.Conv1d(1, 4, 7, 2, 3), nn.InstanceNorm1d(4, affine=True), nn.ELU())


MODELS = {
    "decoder": (decoder, "N,4,H,W", (2, 4, 41, 30), {"H": 24, "W": 20}, 6),
    "one axis": (decoder, "1,4,H,W", (1, 4, 41, 30), {"W": 20}, 6),
    "whole": (decoder, "1,4,H,W", (1, 4, 41, 30), {"H": 64}, 6),
    "skipped": (Skipped, "N,2,H,W", (2, 2, 62, 54), {"H": 28, "W": 30}, 3),
    "first": (first, "1,4,H,W", (1, 4, 41, 30), {"H": 16}, 2),
    "kept": (kept, "1,4,H,W", (1, 4, 41, 30), {"H": 16}, 1),
    "sound": (sound, "1,1,T", (1, 1, 1001), {"T": 200}, 2),
    "without a batch": (sound, "1,T", (1, 1001), {"T": 200}, None),
}


def ready(name):
    made, shape, sizes, tiles, _ = MODELS[name]
    torch.manual_seed(7)
    model = made().double().eval()
    for weight in model.parameters():
        weight.data += torch.rand_like(weight)
    return model, sa.read(model, shape), torch.randn(sizes, dtype=torch.double) + 3, tiles


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name][-1]])
def test_norms_take_a_pass_each_and_values_are_those_of_the_whole_run(name):
    model, net, x, tiles = ready(name)
    run = sa.tiled(model, net.plan(**tiles))
    with torch.no_grad():
        truth = model(x)
    assert (run(x) - truth).abs().max() <= 1e-12
    assert run.work(x.shape).passes == MODELS[name][-1]
    assert all("forward" not in vars(part) for part in model.modules())  # as it was


def test_an_axis_of_channels_is_no_axis_of_positions():
    model, net, x, tiles = ready("without a batch")
    with pytest.raises(sa.ShapeError, match="1 has statistics of each example"):
        sa.tiled(model, net.plan(**tiles))(x)
    model, net, x, _ = ready("skipped")
    with pytest.raises(sa.ShapeError, match=r"down.1 has statistics of each example"):
        sa.tiled(model, net.plan(N=1))(x)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_narrower_numbers_stay_what_they_are(dtype):
    model, net, x, tiles = ready("decoder")
    model, x = model.to(dtype), x.to(dtype)
    made = sa.tiled(model, net.plan(**tiles))(x)
    with torch.no_grad():
        truth = model(x)
    assert made.dtype == dtype
    off = (made - truth).abs().max() / truth.abs().max()
    assert off <= 30 * torch.finfo(dtype).eps


def test_parts_are_joined_as_if_they_were_one():
    """Where values are large and near each other, sums of squares would lose all digits."""
    norm, x = nn.GroupNorm(2, 4, eps=0).double(), torch.randn(3, 4, 50, dtype=torch.double) + 1e7
    parts = Statistics(norm)
    for part in x.split([1, 20, 7, 22], 2):
        parts.add(part)
    values = x.reshape(3, 2, -1)
    assert (parts.mean - values.mean(2)).abs().max() <= 1e-7 and parts.count == 100
    assert (parts.square / 100 - values.var(2, correction=0)).abs().max() <= 1e-8


def test_a_bar_sees_the_tiles_of_every_pass():
    model, net, x, tiles = ready("skipped")
    seen = []
    run = sa.tiled(model, net.plan(**tiles), progress=lambda steps: seen.append(steps) or steps)
    run(x)
    assert len(seen) == 1 and len(seen[0]) == run.work(x.shape).tiles
    assert [name for name, *_ in seen[0]][::-1].index("norm") == len(run.plan(x.shape))


@pytest.mark.parametrize("dtype", [torch.float32, torch.double])
@pytest.mark.parametrize("name", ["decoder", "skipped", "sound"])
def test_memory_is_told_before(name, dtype):
    model, net, x, tiles = ready(name)
    model, told = model.to(dtype), []
    run = sa.tiled(model, net.plan(**tiles))
    memory = run.memory(x.shape, dtype)
    known, x = {}, x.to(dtype)
    for norm, plan, parts in run.passes.steps(x.shape):
        part, instead = (
            x[plan.at(parts, "read")].tolist(),
            run.passes.during(known, norm, plan, parts),
        )
        with running(instead), Alive() as alive:
            run._run(torch.tensor(part, dtype=dtype))
        told.append(alive.most)
    assert 0.3 * memory.tile <= max(told) <= memory.tile


def test_work_is_told_before():
    """As FLOPs of a run counted by PyTorch: every pass runs to its norm, and no further."""
    from torch.utils.flop_counter import FlopCounterMode

    model, net, x, tiles = ready("decoder")
    run = sa.tiled(model, net.plan(**tiles))
    with FlopCounterMode(display=False) as counter:
        run(x[:1])
    told = run.work((1, *x.shape[1:]))
    assert counter.get_total_flops() == told.flops > told.whole


def test_a_stream_cannot_wait_for_statistics():
    model, net, x, tiles = ready("sound")
    with pytest.raises(sa.ShapeError, match="statistics are of all that comes; received 1"):
        list(sa.tiled(model, net.plan(**tiles)).stream(x.split(100, 2), 1001))


def test_a_plan_of_another_module_and_a_norm_that_is_run_twice_are_refused():
    _, net, _, tiles = ready("decoder")
    with pytest.raises(sa.ShapeError, match=r"no such norm; received 0.norm1"):
        sa.tiled(nn.Sequential(nn.Conv2d(4, 4, 3)).eval(), net.plan(**tiles))
    norm = nn.GroupNorm(2, 4)
    twice = nn.Sequential(norm, nn.Conv2d(4, 4, 3, padding=1), norm).eval()
    plan = sa.read(twice, "1,4,H,W").plan(H=16)
    with pytest.raises(sa.ShapeError):
        sa.tiled(twice, plan)(torch.rand(1, 4, 40, 40))


def test_the_example_of_the_public_name():
    assert doctest.testmod(tiled, optionflags=doctest.ELLIPSIS) == (0, 6)
