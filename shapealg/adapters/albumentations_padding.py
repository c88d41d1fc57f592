"""Albumentations' transform that pads to a size that a network takes."""

from typing import Any

import albumentations

from shapealg.adapters.widths import Widths


class PadToAccepted(albumentations.Pad):
    """As Albumentations' `PadIfNeeded`, to the next size that a network takes: images, masks,
    boxes and key points.

    Args:
        net: what `shapealg.read` gives; its last two axes are the height and the width.
        method: "symmetric", half on either side, or "end".
        fixed: sizes of the network that are given, by name.
        fill: the value of the border, for a constant one.
        fill_mask: the same for masks.
        border_mode: OpenCV's.
        p: how probable it is that the transform is applied.

    Raises:
        ShapeError: where the sizes of an axis are known as an upper bound only, or are tied to
            those of another; and, on a call, where there is no larger one.
    """

    def __init__(
        self,
        net: Any,
        method: str = "symmetric",
        fixed: dict | None = None,
        fill: Any = 0,
        fill_mask: Any = 0,
        border_mode: int = 0,
        p: float = 1.0,
    ):
        super().__init__(0, fill, fill_mask, border_mode, p)
        self.net, self.method, self.fixed = net, method, fixed
        self.widths = Widths(net, "larger", method, fixed)

    def get_params_dependent_on_data(self, params: dict, data: dict) -> dict:
        """How much is added on every side."""
        (top, bottom), (left, right) = self.widths.along(params["shape"][:2])
        return {"pad_top": top, "pad_bottom": bottom, "pad_left": left, "pad_right": right}

    def inverse(self, image, shape):
        """What belongs to an image of that shape, of one that was padded: height, width and, if
        there are any, channels.
        """
        (top, _), (left, _) = self.widths.along(shape[:2])
        return image[top : top + shape[0], left : left + shape[1]]
