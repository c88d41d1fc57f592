"""Networks that take n ≡ 1 and n ≡ 15 (mod 16), in two and three dimensions."""

import torch
from torch import nn


class One(nn.Module):
    """Strided convolutions and their transposes: n ≡ 1 (mod 16)."""

    def __init__(self, rank=2):
        super().__init__()
        down, up = ((nn.Conv2d, nn.ConvTranspose2d), (nn.Conv3d, nn.ConvTranspose3d))[rank - 2]
        self.down, self.up = down(1, 1, 3, 2, 1), up(1, 1, 3, 2, 1)

    def level(self, x, depth):
        if depth == 0:
            return x
        return torch.cat([x, self.up(self.level(self.down(x), depth - 1))], 1)[:, :1]

    def forward(self, x):
        return self.level(x, 4)


class Fifteen(nn.Module):
    """A pooling of 16 that begins one before the image: n ≡ 15 (mod 16)."""

    def __init__(self, rank=2):
        super().__init__()
        self.rank = rank

    def forward(self, x):
        pool = (nn.functional.max_pool2d, nn.functional.max_pool3d)[self.rank - 2]
        down = pool(nn.functional.pad(x, (1, 0) * self.rank), 16)
        up = nn.functional.interpolate(down, scale_factor=16)
        return torch.cat([x, up[(..., *[slice(1, None)] * self.rank)]], 1)


NETS = {1: One, 15: Fifteen}
