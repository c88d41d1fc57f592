"""The record of what models see, held against gradients: which inputs an output depends on."""

import json
from pathlib import Path

import diffusers
import pytest
import torch
from torch import nn

RECORD = Path(__file__).parents[2] / "docs" / "halos.json"
ROWS = {row["model"]: row for row in json.loads(RECORD.read_text(encoding="utf-8"))["models"]}


class Sum(nn.Module):
    """In place of what may hide an input: an activation, a norm."""

    def forward(self, x):
        return x


def linear(model: nn.Module) -> nn.Module:
    """The model with weights that are all positive, and nothing that is not a sum."""
    for name, part in list(model.named_children()):
        hides = type(part).__name__
        if hides.startswith("BatchNorm") or hides in ("ReLU", "ELU", "GELU", "SiLU", "PReLU"):
            setattr(model, name, Sum())
        else:
            linear(part)
    for weight in model.parameters():
        nn.init.constant_(weight, 1 / weight.numel())
    return model.double()


def tiny():
    return linear(diffusers.AutoencoderTiny(decoder_block_out_channels=(4,) * 4).decoder.layers)


def seen(model, x, j: int) -> tuple[int, int]:
    """The first and the last row of x that row j of the output depends on."""
    x = x.clone().requires_grad_()
    model(x).narrow(2, j, 1).sum().backward()
    rows = x.grad.abs().flatten(3).sum(3).sum((0, 1)).nonzero()
    return int(rows.min()), int(rows.max())


@pytest.mark.parametrize("end", [44, 45, 46])
def test_tiles_need_as_much_in_common_as_is_said_and_no_less(end):
    """A tile that ends before row `end` gives all outputs up to the first that sees this row; the
    next tile must see all that this one sees.
    """
    model, x = tiny().eval(), torch.ones(1, 4, 70, 1, dtype=torch.double)
    needed = ROWS["AutoencoderTiny, decoder"]["needed"]
    low, high = 0, 8 * 70
    while low < high:  # the last row that is seen rises with the output's
        middle = (low + high) // 2
        low, high = (low, middle) if seen(model, x, middle)[1] >= end else (middle + 1, high)
    first, last = seen(model, x, low)
    assert last == end and first == end - needed


def test_the_record_is_of_thirty_models_and_tells_what_it_says():
    parts = (", decoder", ", encoder", ", instance norm")
    names = set()
    for name, row in ROWS.items():
        for part in parts:
            name = name.removesuffix(part)
        names.add(name)
        assert row["needed"] == pytest.approx(row["left"] + row["right"])
        if row["exact"]:
            assert row["used"] >= row["needed"] and row["joined"] == "cut" and not row["everything"]
    assert len(names) >= 30
