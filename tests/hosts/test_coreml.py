"""What coremltools is told: the text as it is typed, a model converted with it, and what its
specification then holds.
"""

import coremltools as ct
import pytest
import torch
from torch import nn

import shapealg as sa


class UNet(nn.Module):
    """Two levels: H ≡ 0 (mod 4)."""

    def __init__(self):
        super().__init__()
        self.down, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(2, 2, 2, stride=2)
        self.first, self.join = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(4, 2, 1)

    def level(self, x, depth):
        if depth == 0:
            return x
        return self.join(torch.cat([x, self.up(self.level(self.down(x), depth - 1))], 1))

    def forward(self, x):
        return self.level(self.first(x), 2)


STEM = nn.Sequential(nn.Conv2d(1, 2, 7, 2, 3), nn.MaxPool2d(3, 2, 1)).eval()
MODELS = {"U-Net": (UNet().eval(), "x"), "stem": (STEM, "input")}


def specified(name: str, most: int):
    """What the profile says, and the input as the converted model's specification has it."""
    model, _ = MODELS[name]
    told = sa.read(model, "N,1,H,W").profile("coreml", most, N=1)
    traced = torch.jit.trace(model, torch.zeros(1, 1, 8, 8), check_trace=False)
    made = ct.convert(
        traced,
        inputs=[eval(str(told), {"ct": ct})],
        convert_to="mlprogram",
        minimum_deployment_target=ct.target.iOS17,
    )
    (described,) = made.get_spec().description.input
    return told, described


def runs(model, *shape) -> bool:
    try:
        return bool(model(torch.zeros(shape)).numel())
    except RuntimeError:
        return False


@pytest.mark.parametrize("most", [12, 200])
def test_the_shapes_of_a_list_are_those_that_run(most):
    told, described = specified("U-Net", most)
    given = {tuple(one.shape) for one in described.type.multiArrayType.enumeratedShapes.shapes}
    assert described.name == "x" and given == set(told.shapes["x"]) and 1 < len(given) <= 128
    model = MODELS["U-Net"][0]
    for n in range(1, max(shape[2] for shape in given) + 1):
        assert ((1, 1, n, 4) in given) == runs(model, 1, 1, n, 4)


def test_a_range_is_told_where_every_size_within_it_runs():
    _, described = specified("stem", 50)
    ranges = described.type.multiArrayType.shapeRange.sizeRanges
    assert [(one.lowerBound, one.upperBound) for one in ranges] == [
        (1, 1),
        (1, 1),
        (1, 50),
        (1, 50),
    ]
    assert all(runs(STEM, 1, 1, n, 51 - n) for n in range(1, 51))
