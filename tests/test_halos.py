"""The record of halos: whole, shown as it is, and some of its rows counted anew on layers that are
written out here.
"""

import csv
import json

import pytest
from needed import ROOT, require

from shapealg.render import sheet

RECORD = json.loads((ROOT / "docs/halos.json").read_text(encoding="utf-8"))
# a library that is called otherwise than its package
PACKAGES = {"nnU-Net": "dynamic_network_architectures", "pytorch-3dunet": "pytorch3dunet"}
ROWS = {one["model"]: one for one in RECORD["models"]}
# Real-ESRGAN's compact networks: so many 3 × 3 convolutions between the first and the last
COMPACT = {"realesr-general-x4v3": 32, "realesr-animevideov3": 16}


def test_a_row_is_whole():
    assert len(ROWS) == len(RECORD["models"]) >= 30
    for one in ROWS.values():
        assert PACKAGES.get(one["library"], one["library"]) in RECORD["versions"], one
        assert one["needed"] == pytest.approx(one["left"] + one["right"]), one
        assert one["joined"] in ("blend", "cut", "end to end")
        assert 0 <= one["used"] < one["tile"]
        if one["exact"]:
            assert one["used"] >= one["needed"] and one["joined"] == "cut"
            assert not one["everything"]
    for one in RECORD["unread"]:
        assert set(one) == {"model", "why"} and one["model"] not in ROWS and one["why"]


def test_a_sheet_has_a_row_for_each_part():
    text = (ROOT / "docs/halos.csv").read_text(encoding="utf-8")
    assert text == sheet.of_rows(RECORD["models"])
    rows = csv.DictReader(text.removeprefix(sheet.MARK).splitlines())
    assert [row["model"] for row in rows] == list(ROWS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_the_record(language):
    text = (ROOT / f"docs/{language}/adapters/halos.md").read_text(encoding="utf-8")
    for one in ROWS.values():
        (line,) = (
            line
            for line in text.splitlines()
            if line.startswith(f"| {one['library']} {one['model'].replace('MONAI ', '')} |")
        )
        assert f"| {one['tile']} {one['unit']} | {one['needed']}" in line
        assert ("**" in line) == one["exact"]
    for one in RECORD["unread"]:
        assert one["model"] in text
    for name, version in RECORD["versions"].items():
        assert f"{name} {version}" in text


@pytest.mark.parametrize("name", COMPACT)
def test_an_output_sees_so_far_and_no_farther(name):
    require("torch")
    import torch
    from torch import nn

    inner = [nn.Conv1d(1, 1, 3, padding=1) for _ in range(COMPACT[name])]
    model = nn.Sequential(
        nn.Conv1d(1, 1, 3, padding=1), *inner, nn.Conv1d(1, 1, 3, padding=1)
    ).double()
    for part in model:
        nn.init.constant_(part.weight, 1.0)
    x = torch.zeros(1, 1, 201, dtype=torch.float64, requires_grad=True)
    model(x)[0, 0, 100].backward()
    seen = x.grad[0, 0].nonzero().flatten().tolist()
    one = ROWS[name]
    assert (100 - seen[0], seen[-1] - 100) == (one["left"], one["right"])


def test_taesd_s_decoder_sees_19_latents():
    require("torch")
    import torch
    from torch import nn

    # a convolution, three levels of three blocks of three convolutions, between them a doubling and
    # a convolution, a last block and a convolution: the decoder of TAESD, one axis of it
    def block():
        return [nn.Conv1d(1, 1, 3, padding=1) for _ in range(3)]

    layers = [nn.Conv1d(1, 1, 3, padding=1)]
    for _ in range(3):
        for _ in range(3):
            layers += block()
        layers += [nn.Upsample(scale_factor=2), nn.Conv1d(1, 1, 3, padding=1)]
    model = nn.Sequential(*layers, *block(), nn.Conv1d(1, 1, 3, padding=1)).double()
    for part in model:
        if isinstance(part, nn.Conv1d):
            nn.init.constant_(part.weight, 1.0)
    one, lefts, rights = ROWS["AutoencoderTiny, decoder"], [], []
    for j in range(8 * 50, 8 * 51):  # the eight pixels of latent 50
        x = torch.zeros(1, 1, 101, dtype=torch.float64, requires_grad=True)
        model(x)[0, 0, j].backward()
        seen = x.grad[0, 0].nonzero().flatten().tolist()
        lefts.append(50 - seen[0])
        rights.append(seen[-1] - 50)
    assert max(lefts) == max(rights) == 19
    assert one["left"] <= 19 and one["right"] <= 19 and one["left"] > 18 and one["right"] > 18
