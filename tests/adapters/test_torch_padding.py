"""Padded to what a real model takes, run, and brought back."""

import numpy
import pytest
from needed import require

import shapealg as sa

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402

from shapealg.adapters.torch_padding import PadToAccepted  # noqa: E402


class Strided(nn.Module):
    """A network of convolutions of stride 2 and their transposes: n ≡ 1 (mod 4)."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 2, 3, 2, 1)
        self.up = nn.ConvTranspose2d(2, 2, 3, 2, 1)

    def level(self, x, depth):
        if depth == 0:
            return x
        return torch.cat([x, self.up(self.level(self.down(x), depth - 1))], 1)[:, :2]

    def forward(self, x):
        return self.level(x, 4)


class Fifteen(nn.Module):
    """n ≡ 15 (mod 16), as a network with valid convolutions may be."""

    def forward(self, x):
        down = nn.functional.max_pool2d(nn.functional.pad(x, (1, 0, 1, 0)), 16)
        up = nn.functional.interpolate(down, scale_factor=16)[..., 1:, 1:]
        return torch.cat([x, up], 1)


def test_one_more_than_a_multiple_is_padded_to():
    model = Strided().eval()
    net = sa.read(model, "N,2,H,W")
    assert str(net.accepts("H")) == "n ≡ 1 (mod 16), n ≥ 1"
    pad = PadToAccepted(net)
    for n, wanted in ((1, 1), (2, 17), (17, 17), (18, 33), (250, 257)):
        x = torch.rand(1, 2, n, 30)
        with pytest.raises(RuntimeError):
            model(x)  # 30 is none
        padded = pad(x)
        assert padded.shape == (1, 2, wanted, 33) and model(padded).shape == padded.shape
        assert torch.equal(pad.inverse(padded, x.shape), x)


def test_fifteen_more_than_a_multiple_is_padded_to():
    net = sa.read(Fifteen(), "N,2,H,W")
    assert str(net.accepts("H")) == "n ≡ 15 (mod 16), n ≥ 15"
    x = torch.rand(2, 2, 64, 15)
    assert PadToAccepted(net)(x).shape == (2, 2, 79, 15)
    assert PadToAccepted(net, to="smaller")(x).shape == (2, 2, 63, 15)
    assert PadToAccepted(net, Fifteen())(x).shape == (2, 4, 64, 15)


def test_values_inside_are_those_of_the_model_at_an_accepted_size():
    """Zeros around what a model without biases pads by zeros itself change nothing inside."""
    pool = nn.Sequential(nn.AvgPool2d(3, 1, 1), nn.MaxPool2d(1))
    net = sa.read(
        [sa.Branches("add", [], [sa.torch.MaxPool2d(16), sa.torch.Upsample(scale_factor=16)])],
        "N,2,H,W",
    )
    x = torch.rand(1, 2, 20, 37)
    assert torch.equal(PadToAccepted(net, pool)(x), pool(x))
    assert torch.equal(PadToAccepted(net)(x)[..., 6:26, 5:42], x)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("method", ["symmetric", "end"])
def test_padded_as_numpy_pads_by_any_width(mode, method):
    net = sa.read(Strided(), "N,2,H,W")
    theirs = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    for n in (1, 2, 3, 5, 18, 20):
        x = torch.rand(2, 2, n, 17)
        lack = (1 - n) % 16
        before = lack // 2 if method == "symmetric" else 0
        around = ((0, 0), (0, 0), (before, lack - before), (0, 0))
        wanted = numpy.pad(x.numpy(), around, theirs[mode])
        made = PadToAccepted(net, mode=mode, method=method)(x)
        numpy.testing.assert_array_equal(made.numpy(), wanted)


def test_to_the_nearest_it_crops_or_pads_and_brings_back():
    net, x = sa.read(Strided(), "N,2,H,W"), torch.rand(1, 2, 18, 32)
    pad = PadToAccepted(net, to="nearest", value=7)
    made = pad(x)
    assert made.shape == (1, 2, 17, 33) and made[0, 0, 3, -1] == 7
    back = pad.inverse(made, x.shape)
    assert back.shape == x.shape and back[..., :17, :].equal(x[..., :17, :])
    assert (back[..., 17, :] == 7).all()


def test_without_a_batch_in_three_dimensions_and_integers():
    down, up = sa.torch.MaxPool3d(8), sa.torch.ConvTranspose3d(1, 1, 8, stride=8)
    pad = PadToAccepted(sa.read([sa.Branches("add", [], [down, up])], "N,1,D,H,W"), mode="reflect")
    x = torch.arange(9 * 10 * 8).reshape(1, 9, 10, 8)
    assert pad(x).shape == (1, 16, 16, 8) and pad(x).dtype == x.dtype
    assert pad.inverse(pad(x), x.shape).equal(x)


def test_twice_as_large_comes_back_twice_as_large():
    layers = [sa.torch.MaxPool2d(4), sa.torch.ConvTranspose2d(1, 1, 4, stride=4)]
    net = sa.read([sa.Branches("add", [], layers), sa.torch.Upsample(scale_factor=2)], "N,1,H,W")
    pad = PadToAccepted(net, nn.Upsample(scale_factor=2))
    x = torch.rand(1, 1, 5, 7)
    assert pad(x).equal(nn.Upsample(scale_factor=2)(x))


STEM = sa.read([sa.torch.MaxPool2d(2)], "N,3,H,W")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: PadToAccepted(STEM, to="up"),
        lambda: PadToAccepted(STEM, mode="zeros"),
        lambda: PadToAccepted(STEM, method="both"),
        lambda: PadToAccepted(STEM, to="smaller")(torch.rand(1, 3, 1, 4)),
        lambda: PadToAccepted(STEM)(torch.rand(1, 1, 3, 4, 4)),
        lambda: PadToAccepted(STEM, nn.MaxPool2d(2))(torch.rand(1, 3, 1, 4)),
        lambda: PadToAccepted(sa.read(Strided(), "N,2,H,W")).inverse(
            torch.rand(1, 2, 9, 33), (1, 2, 18, 33)
        ),
        lambda: PadToAccepted(nn.Identity()),
        lambda: PadToAccepted(sa.read(nn.Conv2d(2, 2, 3, 2, 1), "N,2,H,H")),
        lambda: sa.read(nn.Conv2d(2, 2, 3, 2, 1), "1,2,8,8").accepts("H"),
    ],
)
def test_what_cannot_be_is_one_line(ask):
    with pytest.raises(sa.ShapeError) as told:
        ask()
    assert "\n" not in str(told.value)


def test_the_lines_lead_on():
    """What a reader tried first, and what each line tells to do."""
    fixed = sa.read(nn.Conv2d(2, 2, 3, 2, 1), "1,2,8,8")
    with pytest.raises(sa.ShapeError, match='leaves an axis open, for example "N,3,H,W"'):
        fixed.accepts("H")
    with pytest.raises(sa.ShapeError, match=r"received Identity; shapealg.read"):
        PadToAccepted(nn.Identity())
    auto = nn.Sequential(nn.Conv2d(2, 4, 4, 2, 1), nn.ConvTranspose2d(4, 2, 4, 2, 1))
    shrinking = PadToAccepted(
        sa.read(nn.Sequential(nn.Conv2d(2, 2, 4, 2, 1), auto), "N,2,H,W"), auto
    )
    with pytest.raises(sa.ShapeError, match=r"as large as the input, read x \+ model\(x\)"):
        shrinking.inverse(torch.rand(1, 2, 2, 2), (1, 2, 1, 1))
