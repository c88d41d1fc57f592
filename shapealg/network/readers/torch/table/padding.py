"""Positions around a tensor: numbers, or data of its own, mirrored, repeated or from behind."""

from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.filled import Around, Mirrored
from shapealg.network.readers.torch.table.arguments import known
from shapealg.network.tensor import Tensor, rewired
from shapealg.words.dialects import torch as dialect

OF_DATA = {
    "reflect": ("ReflectionPad", Mirrored),
    "replicate": ("ReplicationPad", Mirrored),
    "circular": ("CircularPad", Around),
}


def _enough(flow, shape: tuple, amounts: tuple, mode: str) -> None:
    """Require enough data for amounts of which one is open: what is mirrored is less than the axis,
    what goes around no more than it.
    """
    for i, amount in enumerate(amounts):
        pair, n = amounts[i // 2 * 2 :][:2], shape[-1 - i // 2]
        if n is not None and any(isinstance(one, Length) for one in pair):
            flow.some(n + amount)  # where it is negative, it crops
            _has_enough(flow, n, amount, mode)


def _has_enough(flow, n, amount, mode: str) -> None:
    """Require enough data along an axis for an amount at one end."""
    if mode in ("reflect", "circular"):
        flow.some(n - amount + int(mode == "circular"))


def _pad_of_data(flow, x, amounts: tuple, mode: str) -> Tensor:
    kind, window = OF_DATA[mode]
    _enough(flow, x.shape, amounts, mode)
    made = Along(getattr(dialect, f"{kind}{len(amounts) // 2}d")(amounts))(flow, x)

    def filled(wire):
        axis = wire.map
        if axis is None or axis.fixed is None:
            return wire
        return wire._replace(map=window(1, 1, axis.lo, axis.hi))

    return Tensor(made.shape, None, rewired(made.wires, filled))


def _pad(flow, x, pad, mode, value=None):
    amounts = known(pad)
    if mode != "constant":
        return _pad_of_data(flow, x, amounts, mode)
    pairs = list(zip(amounts[::2], amounts[1::2], strict=True))
    for i, pair in enumerate(pairs):  # PyTorch crops before it pads
        operations.cropped(flow, x.shape[-1 - i], pair, 0)
    return operations.mapped(
        flow, x, {-1 - i: Window(1, 1, lo, hi) for i, (lo, hi) in enumerate(pairs)}
    )


def _short_time(
    flow,
    x,
    n_fft,
    hop_length=None,
    win_length=None,
    window=None,
    center=True,
    pad_mode="reflect",
    *_,
    **__,
):
    """A transform of frames; half a frame of data is put at either end. PyTorch tells its sizes."""
    if center:
        _has_enough(flow, x.shape[-1], n_fft // 2, pad_mode)
    return flow.leave()


FUNCTIONS = {"pad": _pad, "stft": _short_time}
