"""Well-known networks as lists of layers, full size, in the words of `shapealg.torch`: read one,
ask it, change it.

Normalization and activations are left out: they change no size. So are classifiers behind a pooling
over everything: they take any size. `width` scales the channels, which no size depends on; the
checks run the networks thin.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from shapealg.network.network import Network
from shapealg.network.readers.layers import Branches
from shapealg.network.readers.layers import read as graph_of
from shapealg.printing import brief, shape_told
from shapealg.text import Text
from shapealg.words.dialects.torch import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose2d,
    ConvTranspose3d,
    Flatten,
    Linear,
    MaxPool2d,
    MaxPool3d,
    ZeroPad1d,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A network of the zoo.

    Attributes:
        name: its name here.
        title: what people call it.
        told: where it is from, and what is special about it.
        build: its layers, for a width.
        shape: the shape of its input, the open sizes by name.
        usual: the sizes that it is usually run at.
        asked: the sizes whose values are asked for; the others behave alike.
    """

    name: str
    title: Text
    told: Text
    build: Callable
    shape: tuple
    usual: dict
    asked: tuple

    def __repr__(self) -> str:
        return brief("Known", f"{self.name}, {self.title.en}, {shape_told(self.shape)}")

    def layers(self, width: int | None = None, maps: bool = False) -> list:
        """Its layers, at full width unless said; only those that give maps, up to where they are
        flattened.
        """
        layers = self.build() if width is None else self.build(width)
        return (
            list(takewhile(lambda layer: not isinstance(layer, Flatten), layers))
            if maps
            else layers
        )

    def read(self, width: int | None = None, maps: bool = False, **sizes: int) -> Network:
        """The network, with some sizes fixed."""
        layers = self.layers(width, maps)
        return Network(graph_of(layers, {0: tuple(sizes.get(n, n) for n in self.shape)}))


# ---------------------------------------------------------------- U-Nets: down, up, and across


def _unet(width: int, conv, down, up, join: str = "concat", levels: int = 4) -> list:
    def level(before: int, channels: int, below: int) -> list:
        """Two convolutions, and around them whatever lies below."""
        block = [conv(before, channels), conv(channels, channels)]
        if not below:
            return block
        inner = [
            down(channels),
            *level(channels, 2 * channels, below - 1),
            up(2 * channels, channels),
        ]
        return [
            *block,
            Branches(join, [], inner),
            conv(2 * channels, channels),
            conv(channels, channels),
        ]

    return [*level(3, width, levels), Conv2d(width, 2, 1)]


def unet(width: int = 64) -> list:
    """Padded convolutions, pooling by 2."""
    return _unet(
        width,
        conv=lambda i, o: Conv2d(i, o, 3, padding=1),
        down=lambda c: MaxPool2d(2),
        up=lambda i, o: ConvTranspose2d(i, o, 2, stride=2),
    )


def unet_strided(width: int = 64) -> list:
    """Strided convolutions in place of pooling, and their transposes."""
    return _unet(
        width,
        conv=lambda i, o: Conv2d(i, o, 3, padding=1),
        down=lambda c: Conv2d(c, c, 3, stride=2, padding=1),
        up=lambda i, o: ConvTranspose2d(i, o, 3, stride=2, padding=1),
    )


def unet_2015(width: int = 64) -> list:
    """No padding; what goes across is cropped in the middle."""
    return _unet(
        width,
        conv=lambda i, o: Conv2d(i, o, 3),
        down=lambda c: MaxPool2d(2),
        up=lambda i, o: ConvTranspose2d(i, o, 2, stride=2),
        join="crop",
    )


def unet_ceil(width: int = 64) -> list:
    """Overlapping pooling that rounds up, unpadded transposes."""
    return _unet(
        width,
        conv=lambda i, o: Conv2d(i, o, 3, padding=1),
        down=lambda c: MaxPool2d(3, 2, ceil_mode=True),
        up=lambda i, o: ConvTranspose2d(i, o, 3, stride=2),
    )


def two_strides(width: int = 64) -> list:
    """No U: two paths that shrink alike but for the padding, and meet in a sum."""
    return [
        Branches("add", [Conv2d(3, width, 3, stride=4, padding=1)], [Conv2d(3, width, 3, stride=4)])
    ]


def unet_3d(width: int = 32) -> list:
    """No padding, three poolings; the channels double before the pooling."""

    def level(before: int, channels: int, below: int) -> list:
        block = [Conv3d(before, channels, 3), Conv3d(channels, 2 * channels, 3)]
        if not below:
            return block
        inner = [
            MaxPool3d(2),
            *level(2 * channels, 2 * channels, below - 1),
            ConvTranspose3d(4 * channels, 4 * channels, 2, stride=2),
        ]
        return [
            *block,
            Branches("crop", [], inner),
            Conv3d(6 * channels, 2 * channels, 3),
            Conv3d(2 * channels, 2 * channels, 3),
        ]

    return [*level(3, width, 3), Conv3d(2 * width, 3, 1)]


# ---------------------------------------------------------------- classifiers, up to the last map


def vgg16(width: int = 64) -> list:
    """Thirteen 3 × 3 convolutions in five stages, each ended by a pooling."""
    layers, before = [], 3
    for channels, convolutions in (
        (width, 2),
        (2 * width, 2),
        (4 * width, 3),
        (8 * width, 3),
        (8 * width, 3),
    ):
        for _ in range(convolutions):
            layers.append(Conv2d(before, channels, 3, padding=1))
            before = channels
        layers.append(MaxPool2d(2))
    return layers


def resnet50(width: int = 64) -> list:
    """Sixteen bottlenecks; the stride is in their 3 × 3, as in torchvision."""

    def bottleneck(before: int, channels: int, stride: int) -> Branches:
        path = [
            Conv2d(before, channels, 1, bias=False),
            Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False),
            Conv2d(channels, 4 * channels, 1, bias=False),
        ]
        return Branches(
            "add",
            path,
            (
                []
                if before == 4 * channels
                else [Conv2d(before, 4 * channels, 1, stride=stride, bias=False)]
            ),
        )

    layers, before = (
        [Conv2d(3, width, 7, stride=2, padding=3, bias=False), MaxPool2d(3, 2, padding=1)],
        width,
    )
    for channels, blocks, stride in (
        (width, 3, 1),
        (2 * width, 4, 2),
        (4 * width, 6, 2),
        (8 * width, 3, 2),
    ):
        for i in range(blocks):
            layers.append(bottleneck(before, channels, 1 if i else stride))
            before = 4 * channels
    return layers


def mobilenet_v2(width: int = 8) -> list:
    """Seventeen inverted residuals: wide inside, a depthwise 3 × 3 in the middle."""

    def inverted(before: int, channels: int, stride: int, expansion: int) -> list:
        inside = before * expansion
        wider = [Conv2d(before, inside, 1, bias=False)] if expansion > 1 else []
        path = [
            *wider,
            Conv2d(inside, inside, 3, stride=stride, padding=1, groups=inside, bias=False),
            Conv2d(inside, channels, 1, bias=False),
        ]
        return [Branches("add", path, [])] if stride == 1 and before == channels else path

    layers, before = [Conv2d(3, 4 * width, 3, stride=2, padding=1, bias=False)], 4 * width
    for expansion, channels, blocks, stride in (
        (1, 2, 1, 1),
        (6, 3, 2, 2),
        (6, 4, 3, 2),
        (6, 8, 4, 2),
        (6, 12, 3, 1),
        (6, 20, 3, 2),
        (6, 40, 1, 1),
    ):
        for i in range(blocks):
            layers += inverted(before, channels * width, 1 if i else stride, expansion)
            before = channels * width
    return [*layers, Conv2d(before, 160 * width, 1, bias=False)]


# ---------------------------------------------------------------- sequences


def tcn(width: int = 64) -> list:
    """Three stacks of four residual blocks, each of two causal convolutions with kernel 8."""
    layers, before = [], 1
    for _ in range(3):
        for dilation in (1, 2, 4, 8):
            past = ZeroPad1d((7 * dilation, 0))
            path = [
                past,
                Conv1d(before, width, 8, dilation=dilation),
                past,
                Conv1d(width, width, 8, dilation=dilation),
            ]
            layers.append(
                Branches("add", path, [] if before == width else [Conv1d(before, width, 1)])
            )
            before = width
    return layers


def wav2vec2(width: int = 512) -> list:
    """Seven unpadded convolutions over the raw sound."""
    layers, before = [], 1
    for kernel, stride in ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)):
        layers.append(Conv1d(before, width, kernel, stride=stride, bias=False))
        before = width
    return layers


# ---------------------------------------------------------------- video


def c3d(width: int = 64) -> list:
    """Eight 3 × 3 × 3 convolutions, five poolings, and a dense layer that wants one length."""
    layers, before = [], 3
    for channels, convolutions, pooling in (
        (width, 1, MaxPool3d((1, 2, 2))),
        (2 * width, 1, MaxPool3d(2)),
        (4 * width, 2, MaxPool3d(2)),
        (8 * width, 2, MaxPool3d(2)),
        (8 * width, 2, MaxPool3d(2, padding=(0, 1, 1))),
    ):
        for _ in range(convolutions):
            layers.append(Conv3d(before, channels, 3, padding=1))
            before = channels
        layers.append(pooling)
    return [*layers, Flatten(), Linear(128 * width, 64 * width)]


ZOO = {
    known.name: known
    for known in (
        Known(
            "unet",
            Text(zh="U-Net，带填充", en="U-Net, padded"),
            Text(
                zh="最常见的实现：3 × 3 卷积填充 1，池化 2，转置卷积 2。",
                en=(
                    "The usual implementation: 3 × 3 convolutions padded by 1, pooling by 2,"
                    " transposed convolutions by 2."
                ),
            ),
            unet,
            ("N", 3, "H", "W"),
            {"H": 512, "W": 512},
            ("H",),
        ),
        Known(
            "unet_strided",
            Text(zh="U-Net，步长卷积", en="U-Net, strided"),
            Text(
                zh="不用池化：下行是步长 2 的 3 × 3 卷积，上行是它的转置，各填充 1。",
                en=(
                    "No pooling: down by 3 × 3 convolutions with stride 2, up by their transposes,"
                    " padded by 1 each."
                ),
            ),
            unet_strided,
            ("N", 3, "H", "W"),
            {"H": 513, "W": 513},
            ("H",),
        ),
        Known(
            "unet_2015",
            Text(zh="U-Net，2015 年原版", en="U-Net of 2015"),
            Text(
                zh="论文里的网络：卷积都不填充，横向的图裁去四边再拼接。",
                en=(
                    "The network of the paper: no padding at all; what goes across is cropped"
                    " before it is joined."
                ),
            ),
            unet_2015,
            ("N", 3, "H", "W"),
            {"H": 572, "W": 572},
            ("H",),
        ),
        Known(
            "unet_ceil",
            Text(zh="U-Net，ceil_mode", en="U-Net, ceil_mode"),
            Text(
                zh="池化核 3、步长 2，个数向上取整；转置卷积核 3，不填充。",
                en=(
                    "Pooling with kernel 3 and stride 2 that rounds up; transposed convolutions"
                    " with kernel 3, unpadded."
                ),
            ),
            unet_ceil,
            ("N", 3, "H", "W"),
            {"H": 511, "W": 511},
            ("H",),
        ),
        Known(
            "two_strides",
            Text(zh="两条步长卷积，相加", en="Two strided paths, added"),
            Text(
                zh="两条 3 × 3、步长 4 的卷积并行，一条填充 1，一条不填充。",
                en="Two 3 × 3 convolutions with stride 4 side by side, one padded by 1, one not.",
            ),
            two_strides,
            ("N", 3, "H", "W"),
            {"H": 224, "W": 224},
            ("H",),
        ),
        Known(
            "vgg16",
            Text(zh="VGG-16", en="VGG-16"),
            Text(
                zh="卷积部分，到最后一个池化为止。",
                en="The convolutional part, up to the last pooling.",
            ),
            vgg16,
            ("N", 3, "H", "W"),
            {"H": 224, "W": 224},
            ("H",),
        ),
        Known(
            "resnet50",
            Text(zh="ResNet-50", en="ResNet-50"),
            Text(
                zh=(
                    "照 torchvision 的排法，到全局池化之前。捷径上 1 × 1、步长 2"
                    " 的卷积总会跳过一些格，由旁边的 3 × 3 读到；“不丢像素”的尺寸因此很少。"
                ),
                en=(
                    "As torchvision lays it out, up to the global pooling. Its 1 × 1 shortcuts with"
                    " stride 2 skip what the 3 × 3 beside them reads; that is why so few sizes are"
                    " lossless."
                ),
            ),
            resnet50,
            ("N", 3, "H", "W"),
            {"H": 224, "W": 224},
            ("H",),
        ),
        Known(
            "mobilenet_v2",
            Text(zh="MobileNetV2", en="MobileNetV2"),
            Text(zh="宽度 1.0，到全局池化之前。", en="Width 1.0, up to the global pooling."),
            mobilenet_v2,
            ("N", 3, "H", "W"),
            {"H": 224, "W": 224},
            ("H",),
        ),
        Known(
            "tcn",
            Text(zh="TCN", en="TCN"),
            Text(
                zh="时间卷积网络：核 8，膨胀率 1、2、4、8，重复三遍；只看过去。",
                en=(
                    "A temporal convolutional network: kernel 8, dilations 1, 2, 4, 8, three times"
                    " over; it sees the past only."
                ),
            ),
            tcn,
            ("N", 1, "L"),
            {"L": 1000},
            ("L",),
        ),
        Known(
            "wav2vec2",
            Text(zh="wav2vec 2.0 的卷积前端", en="The front end of wav2vec 2.0"),
            Text(
                zh="七层一维卷积，直接读波形，都不填充。",
                en="Seven convolutions along time that read the waveform, none padded.",
            ),
            wav2vec2,
            ("N", 1, "L"),
            {"L": 16000},
            ("L",),
        ),
        Known(
            "c3d",
            Text(zh="C3D", en="C3D"),
            Text(
                zh="到第一个全连接层为止：它要的长度是定死的。",
                en="Up to the first dense layer, which takes one length only.",
            ),
            c3d,
            ("N", 3, "T", "H", "W"),
            {"T": 16, "H": 112, "W": 112},
            ("T", "H"),
        ),
        Known(
            "unet_3d",
            Text(zh="3D U-Net", en="3D U-Net"),
            Text(
                zh="三次池化，卷积都不填充，与 2015 年的 U-Net 一样要裁。",
                en="Three poolings and no padding; it crops like the U-Net of 2015.",
            ),
            unet_3d,
            ("N", 3, "D", "H", "W"),
            {"D": 116, "H": 132, "W": 132},
            ("D",),
        ),
    )
}


def __dir__() -> list:
    return sorted(ZOO)
