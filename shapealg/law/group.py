"""The groups of the catalogue, in the order in which its pages tell them."""

from enum import Enum

from shapealg.text import Text


class Group(Enum):
    """What a law belongs to; the value is the heading.

    >>> Group.INVERSE.value.en
    'The other way round'
    """

    ONE_LAYER = Text(zh="一层，一个轴", en="One layer, one axis")
    PADDING_BY_NAME = Text(zh="各种填充方式", en="Padding by name")
    INVERSE = Text(zh="反过来问", en="The other way round")
    TRANSPOSED = Text(zh="转置卷积", en="Transposed convolution")
    PADDING_AND_POOLING = Text(zh="填充与池化", en="Padding and pooling")
    MANY_LAYERS = Text(zh="多层", en="Many layers")
    CHANNELS = Text(zh="通道与过滤器", en="Channels and filters")
