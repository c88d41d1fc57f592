"""MONAI's transforms that pad to a size that a network takes, of one image and of a dictionary."""

from typing import Any

from monai.transforms import Pad, Padd

from shapealg.adapters.widths import Widths


class PadToAccepted(Pad):
    """As MONAI's `DivisiblePad`, to the next size that a network takes; invertible, and lazy, as
    that is.

    Args:
        net: what `shapealg.read` gives.
        mode: MONAI's mode of padding.
        method: "symmetric", half on either side, or "end".
        lazy: whether MONAI may put it off.
        fixed: sizes of the network that are given, by name.
        kwargs: further arguments of the padding, `value=…`.

    Raises:
        ShapeError: where the sizes of an axis are known as an upper bound only, or are tied to
            those of another; and, on a call, where there is no larger one.
    """

    def __init__(
        self,
        net: Any,
        mode: str = "constant",
        method: str = "symmetric",
        lazy: bool = False,
        fixed: dict | None = None,
        **kwargs: Any,
    ):
        self.widths = Widths(net, "larger", method, fixed)
        super().__init__(mode=mode, lazy=lazy, **kwargs)

    def compute_pad_width(self, spatial_shape) -> tuple:
        """What is added to the channels, which is nothing, and to the axes behind them."""
        return ((0, 0), *self.widths.along(tuple(map(int, spatial_shape))))


class PadToAcceptedd(Padd):
    """The same of the named entries of a dictionary.

    Args:
        keys: the entries.
        net: what `shapealg.read` gives.
        mode: MONAI's mode of padding, for all entries or one for each.
        method: "symmetric", half on either side, or "end".
        allow_missing_keys: whether entries may be missing.
        lazy: whether MONAI may put it off.
        fixed: sizes of the network that are given, by name.
        kwargs: further arguments of the padding.
    """

    def __init__(
        self,
        keys: Any,
        net: Any,
        mode: Any = "constant",
        method: str = "symmetric",
        allow_missing_keys: bool = False,
        lazy: bool = False,
        fixed: dict | None = None,
        **kwargs: Any,
    ):
        padder = PadToAccepted(net, method=method, lazy=lazy, fixed=fixed, **kwargs)
        super().__init__(keys, padder, mode, allow_missing_keys, lazy)
