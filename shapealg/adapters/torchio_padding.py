"""TorchIO's transform that pads or crops to a size that a network takes."""

from typing import Any

from torchio import Crop, EnsureShapeMultiple, Pad, Subject

from shapealg.adapters.widths import Widths


class PadToAccepted(EnsureShapeMultiple):
    """As TorchIO's `EnsureShapeMultiple`, to the nearest size that a network takes. A subject's
    history holds a `Pad` or a `Crop`, which `apply_inverse_transform` takes back.

    Args:
        net: what `shapealg.read` gives; its axes behind the channels are TorchIO's W, H, D.
        to: the next "larger" size, the next "smaller" one, or the "nearest".
        padding_mode: TorchIO's mode of padding, or a number.
        method: "symmetric", half on either side, or "end".
        fixed: sizes of the network that are given, by name.
        kwargs: arguments of every transform of TorchIO.

    Raises:
        ShapeError: where the sizes of an axis are known as an upper bound only, or are tied to
            those of another; and, on a call, where there is no larger (or smaller) one.
    """

    def __init__(
        self,
        net: Any,
        to: str = "larger",
        padding_mode: str | float = 0,
        method: str = "symmetric",
        fixed: dict | None = None,
        **kwargs: Any,
    ):
        super().__init__(1, **kwargs)
        self.widths, self.padding_mode = Widths(net, to, method, fixed), padding_mode

    def apply_transform(self, subject: Subject) -> Subject:
        """The subject, with all its images brought to the size."""
        widths = self.widths.along(subject.spatial_shape[: len(self.widths.shape) - 2])
        widths += [(0, 0)] * (3 - len(widths))
        own = {name: getattr(self, name) for name in ("copy", "include", "exclude", "keep")}
        added = tuple(max(width, 0) for pair in widths for width in pair)
        taken = tuple(max(-width, 0) for pair in widths for width in pair)
        if any(taken):
            subject = Crop(taken, **own)(subject)
        return Pad(added, padding_mode=self.padding_mode, **own)(subject) if any(added) else subject
