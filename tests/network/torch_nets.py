"""Networks in PyTorch, written as they usually are; `width` makes them narrow enough to run on a
CPU hundreds of times.

An `assert` in here is a model's own: PYTEST_DONT_REWRITE
"""

import math

import pytest

torch = pytest.importorskip("torch")  # doctests are looked for in this file too

import torch.nn.functional as F  # noqa: E402
from torch import fx, nn  # noqa: E402


def unit(i, o, k=3, s=1, p=None, g=1, d=1, act=nn.ReLU):
    """Convolution, normalization, activation."""
    return nn.Sequential(
        nn.Conv2d(i, o, k, s, d * (k // 2) if p is None else p, d, g, bias=False),
        nn.BatchNorm2d(o),
        act(inplace=True),
    )


# ---------------------------------------------------------------- classification


class Basic(nn.Module):
    def __init__(self, i, o, s):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = (
            nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))
            if s != 1 or i != o
            else None
        )

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class Bottleneck(Basic):
    def __init__(self, i, o, s):
        super().__init__(i, o, s)
        m = o // 4
        self.conv1, self.bn1 = nn.Conv2d(i, m, 1, bias=False), nn.BatchNorm2d(m)
        self.conv2, self.bn2 = nn.Conv2d(m, m, 3, s, 1, bias=False), nn.BatchNorm2d(m)
        self.conv3, self.bn3 = nn.Conv2d(m, o, 1, bias=False), nn.BatchNorm2d(o)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        return self.relu(self.bn3(self.conv3(out)) + identity)


class ResNet(nn.Module):
    def __init__(self, block=Basic, counts=(2, 2, 2, 2), width=64, expansion=1, classes=1000):
        super().__init__()
        self.conv1, self.bn1, self.relu, self.maxpool = (
            nn.Conv2d(3, width, 7, 2, 3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        i = width
        for k, count in enumerate(counts):
            o, blocks = width * 2**k * expansion, []
            for j in range(count):
                blocks.append(block(i, o, 2 if k and not j else 1))
                i = o
            setattr(self, f"layer{k + 1}", nn.Sequential(*blocks))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(i, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)


def resnet50(width=64):
    return ResNet(Bottleneck, (3, 4, 6, 3), width, 4)


class VGG(nn.Module):
    def __init__(self, width=64, hidden=4096, pooled=True):
        super().__init__()
        layers, i = [], 3
        for v in (1, 1, "M", 2, 2, "M", 4, 4, 4, "M", 8, 8, 8, "M", 8, 8, 8, "M"):
            if v == "M":
                layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            else:
                layers += [nn.Conv2d(i, v * width, kernel_size=3, padding=1), nn.ReLU(inplace=True)]
                i = v * width
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7)) if pooled else nn.Identity()
        self.classifier = nn.Sequential(
            nn.Linear(i * 49, hidden), nn.ReLU(True), nn.Dropout(), nn.Linear(hidden, 10)
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        x = x.view(x.size(0), -1)
        return self.classifier(x)


class Inverted(nn.Module):
    def __init__(self, i, o, s, t):
        super().__init__()
        self.use_res_connect = s == 1 and i == o
        layers = [unit(i, i * t, 1, act=nn.ReLU6)] if t != 1 else []
        self.conv = nn.Sequential(
            *layers,
            unit(i * t, i * t, 3, s, g=i * t, act=nn.ReLU6),
            nn.Conv2d(i * t, o, 1, bias=False),
            nn.BatchNorm2d(o),
        )

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        i, layers = 4 * width, [unit(3, 4 * width, 3, 2, act=nn.ReLU6)]
        for t, c, n, s in (
            (1, 2, 1, 1),
            (6, 3, 2, 2),
            (6, 4, 3, 2),
            (6, 8, 4, 2),
            (6, 12, 3, 1),
            (6, 20, 3, 2),
            (6, 40, 1, 1),
        ):
            for k in range(n):
                layers.append(Inverted(i, c * width, s if k == 0 else 1, t))
                i = c * width
        self.features = nn.Sequential(*layers, unit(i, 160 * width, 1, act=nn.ReLU6))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(160 * width, 10))

    def forward(self, x):
        x = self.features(x)
        x = F.adaptive_avg_pool2d(x, (1, 1)).reshape(x.shape[0], -1)
        return self.classifier(x)


class DenseLayer(nn.Module):
    def __init__(self, i, growth):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(i), nn.Conv2d(i, 4 * growth, 1, bias=False)
        self.norm2, self.conv2 = (
            nn.BatchNorm2d(4 * growth),
            nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, features):
        x = self.conv1(F.relu(self.norm1(torch.cat(features, 1))))
        return self.conv2(F.relu(self.norm2(x)))


class DenseBlock(nn.ModuleDict):
    def __init__(self, count, i, growth):
        super().__init__({f"layer{k}": DenseLayer(i + k * growth, growth) for k in range(count)})

    def forward(self, x):
        features = [x]
        for _, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class DenseNet(nn.Module):
    def __init__(self, growth=32, counts=(6, 12, 24, 16)):
        super().__init__()
        c = 2 * growth
        layers = [
            nn.Conv2d(3, c, 7, 2, 3, bias=False),
            nn.BatchNorm2d(c),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ]
        for k, count in enumerate(counts):
            layers.append(DenseBlock(count, c, growth))
            c += count * growth
            if k < len(counts) - 1:
                layers += [
                    nn.BatchNorm2d(c),
                    nn.ReLU(),
                    nn.Conv2d(c, c // 2, 1, bias=False),
                    nn.AvgPool2d(2, 2),
                ]
                c //= 2
        self.features, self.classifier = nn.Sequential(*layers, nn.BatchNorm2d(c)), nn.Linear(c, 10)

    def forward(self, x):
        out = F.relu(self.features(x), inplace=True)
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(out, (1, 1)), 1))


class SqueezeExcite(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(c, max(c // r, 1)), nn.Linear(max(c // r, 1), c)

    def forward(self, x):
        b, c, _, _ = x.size()
        y = x.mean(dim=(2, 3)).view(b, c)
        y = torch.sigmoid(self.fc2(F.relu(self.fc1(y)))).view(b, c, 1, 1)
        return x * y.expand_as(x)


class SEBlock(Basic):
    def __init__(self, i, o, s):
        super().__init__(i, o, s)
        self.conv2 = nn.Sequential(self.conv2, SqueezeExcite(o))


def se_resnet(width=64):
    return ResNet(SEBlock, (2, 2, 2, 2), width)


# ---------------------------------------------------------------- five U-Nets of a kind


class UNet(nn.Module):
    """Four levels; what goes down, what comes up, and whether the skip is cropped are the caller's."""

    def __init__(self, down, up, width=64, padding=1, crop=False, i=3, norm=False):
        super().__init__()
        self.crop = crop

        def double(i, o):
            layers = []
            for a in (i, o):
                layers += (
                    [nn.Conv2d(a, o, 3, padding=padding)] + [nn.BatchNorm2d(o)] * norm + [nn.ReLU()]
                )
            return nn.Sequential(*layers)

        c = [width * 2**k for k in range(5)]
        self.left = nn.ModuleList([double(a, b) for a, b in zip([i, *c[:3]], c[:4], strict=True)])
        self.down = nn.ModuleList([down(b) for b in c[:4]])
        self.bottom = double(c[3], c[4])
        self.up = nn.ModuleList([up(b, b // 2) for b in c[:0:-1]])
        self.right = nn.ModuleList([double(b, b // 2) for b in c[:0:-1]])
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, x):
        skips = []
        for block, down in zip(self.left, self.down, strict=True):
            x = block(x)
            skips.append(x)
            x = down(x)
        x = self.bottom(x)
        for up, block, skip in zip(self.up, self.right, reversed(skips), strict=True):
            x = up(x)
            if self.crop:
                dh, dw = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
                skip = skip[:, :, dh : dh + x.shape[2], dw : dw + x.shape[3]]
            x = block(torch.cat([skip, x], dim=1))
        return self.head(x)


class Parallel(nn.Module):
    def __init__(self, width=8, i=3):
        super().__init__()
        self.a, self.b = (
            nn.Conv2d(i, width, 3, stride=4, padding=1),
            nn.Conv2d(i, width, 3, stride=4),
        )

    def forward(self, x):
        return self.a(x) + self.b(x)


def five(number: int, width=64, i=3):
    if number == 5:
        return Parallel(width, i)
    return UNet(
        {
            1: lambda c: nn.MaxPool2d(2),
            2: lambda c: nn.Conv2d(c, c, 3, 2, 1),
            3: lambda c: nn.MaxPool2d(2),
            4: lambda c: nn.MaxPool2d(3, 2, ceil_mode=True),
        }[number],
        {
            1: lambda a, b: nn.ConvTranspose2d(a, b, 2, 2),
            2: lambda a, b: nn.ConvTranspose2d(a, b, 3, 2, 1),
            3: lambda a, b: nn.ConvTranspose2d(a, b, 2, 2),
            4: lambda a, b: nn.ConvTranspose2d(a, b, 3, 2),
        }[number],
        width,
        padding=0 if number == 3 else 1,
        crop=number == 3,
        i=i,
    )


class PaddedUNet(nn.Module):
    """A U-Net that pads what comes up to its skip, as many implementations do."""

    def __init__(self, width=64):
        super().__init__()
        self.a, self.b, self.c = unit(3, width), unit(width, 2 * width), unit(2 * width, 4 * width)
        self.up1, self.up2 = (
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
            nn.ConvTranspose2d(2 * width, width, 2, 2),
        )
        self.d, self.e = unit(6 * width, 2 * width), unit(2 * width, width)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        a = self.a(x)
        b = self.b(self.pool(a))
        c = self.c(self.pool(b))
        y = self.d(torch.cat([b, self._fit(self.up1(c), b)], 1))
        return self.e(torch.cat([a, self._fit(self.up2(y), a)], 1))

    @staticmethod
    def _fit(x, like):
        dy, dx = like.size()[2] - x.size()[2], like.size()[3] - x.size()[3]
        return F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])


# ---------------------------------------------------------------- detection, segmentation,
# restoration


class FPN(nn.Module):
    """Four levels out, each at the size of its own stage."""

    def __init__(self, width=64, out=256):
        super().__init__()
        c = [width * 2**k for k in range(4)]
        self.stem = nn.Sequential(unit(3, width, 7, 2), nn.MaxPool2d(3, 2, 1))
        self.stages = nn.ModuleList(
            [unit(a, b, 3, 1 if a == b else 2) for a, b in zip([width, *c[:3]], c, strict=True)]
        )
        self.inner = nn.ModuleList([nn.Conv2d(b, out, 1) for b in c])
        self.outer = nn.ModuleList([nn.Conv2d(out, out, 3, padding=1) for b in c])

    def forward(self, x):
        x, features = self.stem(x), []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        last = self.inner[-1](features[-1])
        results = {"3": self.outer[-1](last)}
        for k in (2, 1, 0):
            lateral = self.inner[k](features[k])
            last = lateral + F.interpolate(last, size=lateral.shape[-2:], mode="nearest")
            results[str(k)] = self.outer[k](last)
        return results


class ASPP(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.convs = nn.ModuleList([unit(i, o, 1), *(unit(i, o, 3, d=d) for d in (6, 12, 18))])
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(i, o, 1), nn.ReLU())
        self.project = unit(5 * o, o, 1)

    def forward(self, x):
        size = x.shape[-2:]
        found = [conv(x) for conv in self.convs]
        found.append(F.interpolate(self.pool(x), size=size, mode="bilinear", align_corners=False))
        return self.project(torch.cat(found, dim=1))


class DeepLab(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.backbone = nn.Sequential(
            unit(3, width, 7, 2),
            nn.MaxPool2d(3, 2, 1),
            unit(width, 2 * width, 3, 2),
            unit(2 * width, 4 * width, 3, d=2),
        )
        self.aspp, self.head = ASPP(4 * width, width), nn.Conv2d(width, 21, 1)

    def forward(self, x):
        y = self.head(self.aspp(self.backbone(x)))
        return F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=False)


class PixelShuffled(nn.Module):
    """Super-resolution by 4, with a bicubic way round."""

    def __init__(self, width=64):
        super().__init__()
        self.head = nn.Conv2d(3, width, 9, padding=4)
        self.body = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(width, width, 3, padding=1),
                    nn.PReLU(),
                    nn.Conv2d(width, width, 3, padding=1),
                )
                for _ in range(4)
            )
        )
        self.tail = nn.Sequential(
            nn.Conv2d(width, 4 * width, 3, padding=1),
            nn.PixelShuffle(2),
            nn.Conv2d(width, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, x):
        y = self.head(x)
        return self.tail(y + self.body(y)) + F.interpolate(x, scale_factor=4, mode="bicubic")


class PaddedToMultiple(nn.Module):
    """Pads to a multiple of 16, goes down and up, and crops back."""

    def __init__(self, width=16):
        super().__init__()
        self.net = nn.Sequential(
            *(unit(3 if not k else width, width, 3, 2) for k in range(4)),
            *(nn.ConvTranspose2d(width, width, 4, 2, 1) for _ in range(4)),
        )

    def forward(self, x):
        h, w = x.shape[-2:]
        y = self.net(F.pad(x, (0, -w % 16, 0, (16 - h % 16) % 16)))
        return y[..., :h, :w]


class Asserted(nn.Module):
    def forward(self, x):
        assert x.shape[1] == 3 and x.shape[2] % 8 == 0 and x.shape[2] > 20, f"no {x.shape}"
        assert x.shape[3] >= 1
        return x


class CeiledToMultiple(PaddedToMultiple):
    def forward(self, x):
        h, w = x.size(2), x.size(3)
        hh, ww = math.ceil(h / 16) * 16, math.ceil(w / 16) * 16
        return self.net(F.interpolate(x, size=(hh, ww)))[:, :, :h, :w]


# ---------------------------------------------------------------- sound, language, video


@fx.wrap
def halved_where_even(x, by: int):
    """Kept whole by the tracer, though it can be looked into: how it goes depends on channels only."""
    return x[:, :, ::by] if x.shape[1] % 2 == 0 else x


@fx.wrap
def halved_where_bright(x):
    return x[:, :, ::2] if x.mean() > 0 else x


class Wrapped(nn.Module):
    def __init__(self, bright=False):
        super().__init__()
        self.conv, self.bright = nn.Conv2d(3, 4, 3), bright

    def forward(self, x):
        x = halved_where_even(self.conv(x), 2)
        return (x, halved_where_bright(x)) if self.bright else x


class CausalBlock(nn.Module):
    def __init__(self, c, d):
        super().__init__()
        self.d, self.filter, self.gate, self.out = (
            d,
            nn.Conv1d(c, c, 2, dilation=d),
            nn.Conv1d(c, c, 2, dilation=d),
            nn.Conv1d(c, c, 1),
        )

    def forward(self, x):
        y = F.pad(x, (self.d, 0))
        y = torch.tanh(self.filter(y)) * torch.sigmoid(self.gate(y))
        y = self.out(y)
        return x + y, y


class WaveNet(nn.Module):
    def __init__(self, width=32, depth=10):
        super().__init__()
        self.start, self.blocks, self.end = (
            nn.Conv1d(1, width, 1),
            nn.ModuleList([CausalBlock(width, 2**k) for k in range(depth)]),
            nn.Conv1d(width, 256, 1),
        )

    def forward(self, x):
        x, total = self.start(x), 0
        for block in self.blocks:
            x, skip = block(x)
            total = total + skip
        return self.end(F.relu(total))


class Chomp(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def forward(self, x):
        return x[:, :, : -self.n].contiguous()


class TCN(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.blocks = nn.ModuleList()
        for k in range(5):
            i = 1 if not k else width
            self.blocks.append(
                nn.Sequential(
                    nn.Conv1d(i, width, 3, padding=2 * 2**k, dilation=2**k),
                    Chomp(2 * 2**k),
                    nn.ReLU(),
                    nn.Conv1d(width, width, 3, padding=2 * 2**k, dilation=2**k),
                    Chomp(2 * 2**k),
                )
            )
        self.first, self.linear = nn.Conv1d(1, width, 1), nn.Linear(width, 10)

    def forward(self, x):
        y = F.relu(self.blocks[0](x) + self.first(x))
        for block in self.blocks[1:]:
            y = F.relu(y + block(y))
        return self.linear(y[:, :, -1])


def wav2vec2(width=512):
    layers = []
    for k, (kernel, stride) in enumerate(
        zip((10, 3, 3, 3, 3, 2, 2), (5, 2, 2, 2, 2, 2, 2), strict=True)
    ):
        layers += [
            nn.Conv1d(width if k else 1, width, kernel, stride, bias=False),
            nn.GroupNorm(width, width) if not k else nn.Identity(),
            nn.GELU(),
        ]
    return nn.Sequential(*layers)


class DeepSpeech2(nn.Module):
    def __init__(self, width=32, hidden=64, bins=161):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, width, (41, 11), (2, 2), (20, 5)),
            nn.BatchNorm2d(width),
            nn.Hardtanh(0, 20, inplace=True),
            nn.Conv2d(width, width, (21, 11), (2, 1), (10, 5)),
            nn.BatchNorm2d(width),
            nn.Hardtanh(0, 20, inplace=True),
        )
        bins = (bins - 1) // 2 + 1
        bins = (bins - 1) // 2 + 1
        self.rnn, self.fc = (
            nn.GRU(width * bins, hidden, num_layers=2, bidirectional=True),
            nn.Linear(2 * hidden, 29),
        )

    def forward(self, x):
        x = self.conv(x)
        sizes = x.size()
        x = x.view(sizes[0], sizes[1] * sizes[2], sizes[3])
        x = x.transpose(1, 2).transpose(0, 1).contiguous()
        x, _ = self.rnn(x)
        t, n = x.size(0), x.size(1)
        return F.log_softmax(self.fc(x.view(t * n, -1)).view(t, n, -1), dim=-1)


class Video(nn.Module):
    """C3D-like: time and space."""

    def __init__(self, width=16):
        super().__init__()
        self.conv1, self.pool1 = nn.Conv3d(3, width, 3, padding=1), nn.MaxPool3d((1, 2, 2))
        self.conv2, self.pool2 = (
            nn.Conv3d(width, 2 * width, (3, 5, 5), stride=(1, 2, 2), padding=(1, 2, 2)),
            nn.MaxPool3d(2, ceil_mode=True),
        )
        self.conv3, self.fc = nn.Conv3d(2 * width, 2 * width, 3), nn.Linear(2 * width, 10)

    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))
        x = self.conv3(self.pool2(F.relu(self.conv2(x))))
        return self.fc(x.amax(dim=(3, 4)).permute(0, 2, 1))


# ---------------------------------------------------------------- attention


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = (
            self.qkv(x)
            .reshape(b, n, 3, self.heads, c // self.heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        attn = (q @ k.transpose(-2, -1) * (c // self.heads) ** -0.5).softmax(dim=-1)
        return self.proj((attn @ v).transpose(1, 2).reshape(b, n, c))


class ViT(nn.Module):
    """Patches, a class token, blocks; with `size` a position for every patch of that size, and an
    assertion.
    """

    def __init__(self, dim=192, depth=2, patch=16, size=None):
        super().__init__()
        self.size, self.patch_embed, self.cls = (
            size,
            nn.Conv2d(3, dim, patch, patch),
            nn.Parameter(torch.zeros(1, 1, dim)),
        )
        self.pos = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 1, dim)) if size else None
        self.blocks = nn.ModuleList(
            [
                nn.ModuleList(
                    [
                        nn.LayerNorm(dim),
                        Attention(dim, 3),
                        nn.LayerNorm(dim),
                        nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim)),
                    ]
                )
                for _ in range(depth)
            ]
        )
        self.head = nn.Linear(dim, 10)

    def forward(self, x):
        n, _c, h, w = x.shape
        if self.size:
            torch._assert(h == self.size, f"Wrong image height! Expected {self.size} but got {h}!")
            torch._assert(w == self.size, f"Wrong image width! Expected {self.size} but got {w}!")
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(n, -1, -1), x], dim=1)
        if self.pos is not None:
            x = x + self.pos
        for norm1, attention, norm2, mlp in self.blocks:
            x = x + attention(norm1(x))
            x = x + mlp(norm2(x))
        return self.head(x[:, 0]), x
