"""The eight networks, each written once: a function of a hand that lays layers, and of a map.

A hand of `tools_hands.py` lays them in PyTorch's source, in ONNX, in JAX or in Keras. All maps have
four channels, the input too; no layer has a bias that matters to sizes, nor an activation.
"""

from collections.abc import Callable
from typing import NamedTuple

LEVELS = 4


def u1(hand, x):
    """A U-Net: convolutions that keep the size, a pooling by 2, a transposed convolution by 2."""
    skips = []
    for _ in range(LEVELS):
        skips.append(hand.conv(x, 3, 1, 1))
        x = hand.pool(skips[-1], 2, 2)
    x = hand.conv(x, 3, 1, 1)
    for skip in reversed(skips):
        x = hand.conv(hand.cat(skip, hand.up(x, 2, 2, 0)), 3, 1, 1)
    return x


def u2(hand, x):
    """Down by convolutions of stride 2, up by transposed ones that give 2m − 1."""
    skips = []
    for _ in range(LEVELS):
        skips.append(x)
        x = hand.conv(x, 3, 2, 1)
    for skip in reversed(skips):
        x = hand.conv(hand.cat(skip, hand.up(x, 3, 2, 1)), 3, 1, 1)
    return x


def u3(hand, x):
    """The U-Net of 2015: nothing is padded, the middle of the skip is cut out."""
    skips = []
    for _ in range(LEVELS):
        skips.append(hand.conv(hand.conv(x, 3, 1, 0), 3, 1, 0))
        x = hand.pool(skips[-1], 2, 2)
    x = hand.conv(hand.conv(x, 3, 1, 0), 3, 1, 0)
    for skip in reversed(skips):
        x = hand.up(x, 2, 2, 0)
        x = hand.cat(hand.crop(skip, x), x)
        x = hand.conv(hand.conv(x, 3, 1, 0), 3, 1, 0)
    return x


def u4(hand, x):
    """Down by poolings of 3 that round up, up by transposed convolutions that give 2m + 1."""
    skips = []
    for _ in range(LEVELS):
        skips.append(hand.conv(x, 3, 1, 1))
        x = hand.pool(skips[-1], 3, 2, ceil=True)
    for skip in reversed(skips):
        x = hand.conv(hand.cat(skip, hand.up(x, 3, 2, 0)), 3, 1, 1)
    return x


def u5(hand, x):
    """Two convolutions of stride 4 side by side, one padded, added."""
    return hand.add(hand.conv(x, 3, 4, 1), hand.conv(x, 3, 4, 0))


def u6(hand, x):
    """A ResNet's body: halved five times, a shortcut of stride 2 beside each of three blocks."""
    x = hand.pool(hand.conv(x, 7, 2, 3), 3, 2, 1)
    for _ in range(3):
        inner = hand.conv(hand.conv(x, 3, 2, 1), 3, 1, 1)
        x = hand.add(inner, hand.conv(x, 1, 2, 0))
    return x


def u7(hand, x):
    """Down and up again by 3, and by 2, beside the input."""
    by3 = hand.up(hand.pool(x, 3, 3), 3, 3, 0)
    by2 = hand.up(hand.pool(x, 2, 2), 2, 2, 0)
    return hand.conv(hand.cat(x, by3, by2), 1, 1, 0)


def u8(hand, x):
    """Two convolutions of stride 3, of 3 and of 1, added: a block and its shortcut."""
    return hand.add(hand.conv(x, 3, 3, 0), hand.conv(x, 1, 3, 0))


class Network(NamedTuple):
    """One of the eight.

    Attributes:
        lay: lays it.
        example: a size that it takes, for tools that want one, and the width where one axis is
            asked about.
        largest: height at which it is run; the smallest of the others is 1.
    """

    lay: Callable
    example: int
    largest: int = 130

    @property
    def heights(self) -> range:
        """At which it is run."""
        return range(1, self.largest + 1)


NETWORKS = {
    "U1": Network(u1, 64),
    "U2": Network(u2, 65),
    "U3": Network(u3, 204, 230),
    "U4": Network(u4, 63),
    "U5": Network(u5, 64),
    "U6": Network(u6, 64),
    "U7": Network(u7, 60),
    "U8": Network(u8, 63),
}
