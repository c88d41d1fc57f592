"""Windows whose padding holds data: sizes are those of any window, a tile's edge is not."""

from shapealg.axis.window import Window


class Mirrored(Window):
    """A window whose padding holds data from the same end: reflection, repetition of the edge."""

    filled = "reflect"


class Around(Window):
    """A window whose padding holds data from the other end."""

    filled = "circular"
