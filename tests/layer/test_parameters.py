"""Parameters of layers in parts against modules of PyTorch, written as their papers have them, and
numbers that the papers print.
"""

from itertools import product

import pytest
from needed import require

from shapealg import formulas


def held(module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.fixture
def nn():
    require("torch")
    import torch

    with torch.device("meta"):  # numbers of weights, no memory
        yield torch.nn


def two_steps(nn, t, d, c, m, f):
    """R(2+1)D: 1×d×d to m channels, then t×1×1, with no bias."""
    return nn.Sequential(
        nn.Conv3d(c, m, (1, d, d), bias=False), nn.Conv3d(m, f, (t, 1, 1), bias=False)
    )


@pytest.mark.parametrize(
    ("t", "d", "c", "f"), list(product((1, 3, 5), (1, 3, 7), (3, 64, 128), (45, 64, 256)))
)
def test_the_middle_of_a_factored_convolution(nn, t, d, c, f):
    """As many channels as leave the two steps no more weights than the whole kernel has; one more
    is too many.
    """
    whole = held(nn.Conv3d(c, f, (t, d, d), bias=False))
    m = formulas.factored_channels(t_1=d * d, t_2=t, c=c, f=f)
    if m:
        built = held(two_steps(nn, t, d, c, m, f))
        told = formulas.factored_parameters(t_1=d * d, t_2=t, c=c, m=m, f=f)
        assert told == built <= whole
    assert held(two_steps(nn, t, d, c, m + 1, f)) > whole


def test_the_middle_channels_of_r2plus1d_18():
    """The first blocks of each stage, as torchvision's model has them."""
    stages = ((64, 64), (64, 128), (128, 256), (256, 512))
    assert [formulas.factored_channels(9, 3, c, f) for c, f in stages] == [144, 230, 460, 921]


@pytest.mark.parametrize(
    ("r", "k", "c", "q", "f"), list(product((1, 2, 3), (1, 3), (1, 8), (1, 2), (1, 5)))
)
def test_a_separable_convolution(nn, r, k, c, q, f):
    conv = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[r - 1]
    steps = nn.Sequential(conv(c, c * q, k, groups=c, bias=False), conv(c * q, f, 1))
    assert formulas.separable_parameters(k=(k,) * r, c=c, f=f, q=q) == held(steps)


@pytest.mark.parametrize(("g", "k"), list(product((1, 2, 4, 8), (1, 3))))
def test_groups_are_connected_pairs(nn, g, k):
    built = held(nn.Conv2d(16, 24, k, groups=g))
    assert formulas.conv_parameters(k=(k, k), c=16, f=24, g=g) == built
    assert formulas.connected_parameters(k=(k, k), u=16 * 24 // g, f=24) == built


def test_layer_c3_of_lenet(nn):
    """LeCun et al. 1998, table I: 1516 trainable parameters."""
    table = [3] * 6 + [4] * 9 + [6]
    built = held(nn.ModuleList(nn.Conv2d(c, 1, 5) for c in table))
    assert formulas.connected_parameters(k=(5, 5), u=sum(table), f=16) == built == 1516


def test_a_partial_convolution(nn):
    """Chen et al., FasterNet: a quarter of the channels, a sixteenth of the weights."""
    c = 64 // 4
    built = held(nn.Conv2d(c, c, 3, bias=False))
    assert formulas.connected_parameters(k=(3, 3), u=c * c, f=c, b=0) == built
    assert 16 * built == held(nn.Conv2d(64, 64, 3, bias=False))
