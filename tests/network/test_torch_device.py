"""A model on an accelerator: it stays there, nothing is computed, and it runs as is told."""

import pytest
from needed import module

import shapealg

torch = module("torch")

from torch import nn  # noqa: E402 — after the skip where there is no PyTorch

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no accelerator here")


class Places(nn.Module):
    """Patches with a table of positions: as it is for one number of them, resized for others."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 64, 8, stride=8)
        self.table = nn.Parameter(torch.zeros(1, 64, 16, 16))
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))
        self.mix = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)

    def forward(self, x):
        x = self.patches(x - self.mean)
        high, wide = int(x.shape[2]), int(x.shape[3])
        table = self.table
        if (high, wide) != tuple(table.shape[2:]):
            table = nn.functional.interpolate(table, (high, wide), mode="bilinear")
        x = self.mix((x + table).flatten(2).transpose(1, 2))
        return x.transpose(1, 2).unflatten(2, (high, wide))


def unet():
    def block(before, after):
        return nn.Sequential(
            nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()
        )

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.ModuleList([block(3, 8), block(8, 16), block(16, 32)])
            self.up = nn.ModuleList(
                [nn.ConvTranspose2d(32, 16, 2, 2), nn.ConvTranspose2d(16, 8, 2, 2)]
            )
            self.join = nn.ModuleList([block(32, 16), block(16, 8)])

        def forward(self, x):
            kept = []
            for i, part in enumerate(self.down):
                x = part(x if not i else nn.functional.max_pool2d(x, 2))
                kept.append(x)
            for up, join, beside in zip(self.up, self.join, reversed(kept[:-1]), strict=True):
                x = join(torch.cat([beside, up(x)], 1))
            return x

    return UNet()


@pytest.mark.parametrize("made", [Places, unet])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_model_on_an_accelerator_is_read_where_it_is(made, dtype):
    model = made().eval().to("cuda", dtype)
    places = {name: (t.device, t.data_ptr()) for name, t in model.state_dict().items()}
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    net = shapealg.read(model, "N,3,H,W", dtype=str(dtype).removeprefix("torch."))
    assert torch.cuda.max_memory_allocated() == before  # nothing was put there, not for a moment
    assert {n: (t.device, t.data_ptr()) for n, t in model.state_dict().items()} == places
    for h, w in ((8, 8), (9, 64), (64, 100), (127, 128), (128, 128), (130, 12), (7, 64)):
        x = torch.zeros(2, 3, h, w, device="cuda", dtype=dtype)
        try:
            with torch.no_grad():
                ran = tuple(model(x).shape)
        except RuntimeError:
            ran = None
        told = net.at(N=2, H=h, W=w) if net.explain(N=2, H=h, W=w).runs else None
        assert told == ran, (h, w)
