"""Models in plain PyTorch, of the kinds whose sizes people ask for; up to their heads."""

from torch import cat, nn

# ---------------------------------------------------------------- DenseNet


class _Dense(nn.Module):
    """One layer of a dense block: what comes in, and 32 channels more."""

    def __init__(self, before: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(before),
            nn.ReLU(),
            nn.Conv2d(before, 128, 1, bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.Conv2d(128, 32, 3, padding=1, bias=False),
        )

    def forward(self, x):
        return cat([x, self.body(x)], 1)


def densenet121() -> nn.Module:
    """DenseNet-121 of Huang et al."""
    parts = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    parts.append(nn.MaxPool2d(3, 2, 1))
    channels = 64
    for stage, layers in enumerate((6, 12, 24, 16)):
        if stage:
            parts += [nn.BatchNorm2d(channels), nn.ReLU()]
            parts += [nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
            channels //= 2
        parts += [_Dense(channels + 32 * i) for i in range(layers)]
        channels += 32 * layers
    return nn.Sequential(*parts, nn.BatchNorm2d(channels), nn.ReLU())


# ---------------------------------------------------------------- YOLO


def _conv(before: int, after: int, kernel: int = 3, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.SiLU(),
    )


class _Split(nn.Module):
    """Two halves, one of them through bottlenecks, every stage of it kept."""

    def __init__(self, before: int, after: int, times: int, add: bool):
        super().__init__()
        half = after // 2
        self.first, self.last = _conv(before, after, 1), _conv((2 + times) * half, after, 1)
        self.inner = nn.ModuleList(
            nn.Sequential(_conv(half, half), _conv(half, half)) for _ in range(times)
        )
        self.add = add

    def forward(self, x):
        kept = list(self.first(x).chunk(2, 1))
        for block in self.inner:
            made = block(kept[-1])
            kept.append(kept[-1] + made if self.add else made)
        return self.last(cat(kept, 1))


class _Pyramid(nn.Module):
    """Three poolings of stride 1, one after the other, side by side."""

    def __init__(self, channels: int):
        super().__init__()
        self.first, self.last = _conv(channels, channels // 2, 1), _conv(2 * channels, channels, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        kept = [self.first(x)]
        for _ in range(3):
            kept.append(self.pool(kept[-1]))
        return self.last(cat(kept, 1))


class Yolo(nn.Module):
    """A detector's backbone and neck: five halvings, up again twice and down again twice, joined on
    every level.
    """

    def __init__(self, width: int = 16):
        super().__init__()
        w = [width << i for i in range(5)]
        self.stem = nn.Sequential(
            _conv(3, w[0], 3, 2), _conv(w[0], w[1], 3, 2), _Split(w[1], w[1], 1, True)
        )
        self.c3 = nn.Sequential(_conv(w[1], w[2], 3, 2), _Split(w[2], w[2], 2, True))
        self.c4 = nn.Sequential(_conv(w[2], w[3], 3, 2), _Split(w[3], w[3], 2, True))
        self.c5 = nn.Sequential(
            _conv(w[3], w[4], 3, 2), _Split(w[4], w[4], 1, True), _Pyramid(w[4])
        )
        self.up = nn.Upsample(scale_factor=2)
        self.up4, self.up3 = (
            _Split(w[4] + w[3], w[3], 1, False),
            _Split(w[3] + w[2], w[2], 1, False),
        )
        self.down4, self.down5 = _conv(w[2], w[2], 3, 2), _conv(w[3], w[3], 3, 2)
        self.out4, self.out5 = (
            _Split(w[2] + w[3], w[3], 1, False),
            _Split(w[3] + w[4], w[4], 1, False),
        )

    def forward(self, x):
        """The three levels that a detector's heads would read."""
        c3 = self.c3(self.stem(x))
        c4 = self.c4(c3)
        c5 = self.c5(c4)
        p4 = self.up4(cat([self.up(c5), c4], 1))
        p3 = self.up3(cat([self.up(p4), c3], 1))
        n4 = self.out4(cat([self.down4(p3), p4], 1))
        return p3, n4, self.out5(cat([self.down5(n4), c5], 1))


# ---------------------------------------------------------------- Swin


class _Windows(nn.Module):
    """Attention within windows of 7 by 7, every other time moved by 3."""

    def __init__(self, width: int, heads: int, shift: int):
        super().__init__()
        self.heads, self.shift = heads, shift
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.three, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x):
        n, h, w, c = x.shape
        y = self.before(x).roll((-self.shift, -self.shift), (1, 2))
        y = y.view(n, h // 7, 7, w // 7, 7, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 49, c)
        q, k, v = (
            self.three(y).reshape(-1, 49, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        )
        y = (q @ k.transpose(-2, -1)).softmax(-1) @ v
        y = self.out(y.transpose(1, 2).reshape(-1, 49, c))
        y = y.view(n, h // 7, w // 7, 7, 7, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
        x = x + y.roll((self.shift, self.shift), (1, 2))
        return x + self.mlp(self.after(x))


class _Merged(nn.Module):
    """Four neighbours side by side, and half as many channels of them."""

    def __init__(self, width: int):
        super().__init__()
        self.norm, self.less = nn.LayerNorm(4 * width), nn.Linear(4 * width, 2 * width, bias=False)

    def forward(self, x):
        parts = [x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)]
        return self.less(self.norm(cat(parts, -1)))


class Swin(nn.Module):
    """Patches of 4 by 4 and three stages of windows; without padding, so that a size goes in which
    the windows fill.
    """

    def __init__(self, width: int = 48, depths: tuple = (2, 2, 2)):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, 4)
        parts = []
        for stage, depth in enumerate(depths):
            if stage:
                parts.append(_Merged(width))
                width *= 2
            parts += [_Windows(width, 3 << stage, 3 * (i % 2)) for i in range(depth)]
        self.stages = nn.Sequential(*parts)

    def forward(self, x):
        """The last stage's channels, behind the positions."""
        return self.stages(self.patches(x).permute(0, 2, 3, 1))


# name, the model, and the step of the sizes that it takes at export
MODELS = (("DenseNet-121", densenet121, 1), ("YOLO", Yolo, 32), ("Swin", Swin, 112))
