"""What is asked of PyTorch: every kind of layer, all ranks, the degenerate zone included."""

from functools import partial
from itertools import product

from shapealg.checks.moves import ROUNDED, Manner, rounded
from shapealg.checks.sweep import crossed, drawn
from shapealg.words.dialects import torch

SIZES = {1: (9,), 2: (7, 8), 3: (4, 5, 6)}


def _shape(channels: int, size: tuple, batch: int = 1) -> tuple:
    return (batch, channels, *size)


def _line(call, full, channels, build, **choices):
    """One axis, every combination; n runs from 0 into the zone where no window fits and beyond."""
    for words in crossed(**choices):
        for n in range(41 if full else 9):
            yield call, build(words), _shape(channels, (n,))


def _space(call, full, channels, build, counts, **choices):
    """Two or three axes, random combinations with sizes of their own."""
    for rank in (2, 3):
        many, few = counts[rank]
        for words in drawn(
            many if full else few,
            seed=rank,
            rank=rank,
            size=list(range(1, 13 if rank == 2 else 8)),
            **choices,
        ):
            size = words.pop("size")
            yield f"{call}{rank}d", build(words), _shape(channels, size)


def conv(full):
    """Convolutions."""
    made = lambda words: {"in_channels": 4, "out_channels": 4, **words}  # noqa: E731
    wide = {
        "kernel_size": range(1, 8 if full else 4),
        "stride": range(1, 6 if full else 4),
        "dilation": range(1, 5 if full else 3),
    }
    yield from _line(
        "Conv1d",
        full,
        4,
        made,
        padding=(*range(6 if full else 3), "same", "valid"),
        groups=(1, 2) if full else (1,),
        **wide,
    )
    yield from _bordered(full, made)
    yield from _space(
        "Conv",
        full,
        4,
        made,
        {2: (40_000, 400), 3: (20_000, 200)},
        kernel_size=[1, 2, 3, 4, 5],
        stride=[1, 2, 3],
        dilation=[1, 2, 3],
        padding=[0, 1, 2, 3],
        groups=(1, 2, 4),
    )
    yield from _wrong("Conv1d", made)


def _bordered(full, made):
    """Borders that are no zeros."""
    yield from _line(
        "Conv1d",
        full,
        4,
        made,
        padding=range(5),
        kernel_size=(1, 2, 5),
        padding_mode=("reflect", "replicate", "circular"),
    )
    yield from _space(
        "Conv",
        full,
        4,
        made,
        {2: (4_000, 100), 3: (2_000, 50)},
        kernel_size=[1, 2, 3],
        stride=[1, 2],
        dilation=[1, 2],
        padding=[0, 1, 2, 3],
        padding_mode=("reflect", "replicate", "circular"),
    )


def _wrong(call, made):
    """Arguments that are refused whatever the input."""
    for words in (
        {"stride": 0},
        {"stride": -1},
        {"dilation": 0},
        {"kernel_size": 0},
        {"padding": -1},
        {"groups": 3},
        {"groups": 0},
        {"padding": "full"},
        {"padding": "same", "stride": 2},
    ):
        yield call, made({"kernel_size": 3} | words), (1, 4, 9)
    for shape in ((1, 3, 9), (4, 9), (9,), (1, 4, 9, 9)):
        yield call, made({"kernel_size": 3}), shape


def transposed(full):
    """Transposed convolutions."""
    made = lambda words: {"in_channels": 4, "out_channels": 2, **words}  # noqa: E731
    yield from _line(
        "ConvTranspose1d",
        full,
        4,
        made,
        kernel_size=range(1, 7 if full else 4),
        stride=range(1, 5 if full else 4),
        dilation=range(1, 4 if full else 3),
        padding=range(4 if full else 3),
        output_padding=range(4 if full else 3),
        groups=(1, 2) if full else (1,),
    )
    yield from _space(
        "ConvTranspose",
        full,
        4,
        made,
        {2: (20_000, 300), 3: (10_000, 150)},
        kernel_size=[1, 2, 3, 4],
        stride=[1, 2, 3],
        dilation=[1, 2],
        padding=[0, 1],
        output_padding=[0, 1],
        groups=(1, 2),
    )
    for rank in (1, 2, 3):  # many of them with an axis that comes out as 0
        for words in drawn(
            8_000 if full else 200,
            seed=rank,
            rank=rank,
            kernel_size=[1, 2, 4, 5],
            stride=[1, 2],
            padding=[0, 1, 2, 3],
            groups=(1, 2),
            batch=(0, 1, 2, 16),
            size=[1, 2],
        ):
            shape = _shape(4, words.pop("size"), words.pop("batch"))
            yield f"ConvTranspose{rank}d", made(words), shape


def _as_drawn(words: dict) -> dict:
    return words


def pool(full):
    """Pooling."""
    yield from _pool_line(full)
    yield from _pool_space(full)
    yield "LPPool1d", {"norm_type": 2, "kernel_size": (3,)}, _shape(2, (9,))
    yield from _unpool(full)


def _unpool(full):
    """What max pooling shortened, as long again."""
    yield from _line(
        "MaxUnpool1d",
        full,
        2,
        _as_drawn,
        kernel_size=range(1, 6 if full else 4),
        stride=(None, *range(1, 5 if full else 3)),
        padding=range(-1, 4 if full else 3),
    )
    yield from _space(
        "MaxUnpool",
        full,
        2,
        _as_drawn,
        {2: (4_000, 60), 3: (2_000, 60)},
        kernel_size=[1, 2, 3, 4],
        stride=[1, 2, 3],
        padding=[-1, 0, 1, 2],
    )
    for shape in ((2, 3), (0, 2, 3), (1, 0, 3), (3,), (1, 2, 3, 4)):
        yield "MaxUnpool1d", {"kernel_size": 2}, shape


def _pool_line(full):
    """One axis, every combination."""
    choice = {
        "kernel_size": range(1, 8 if full else 4),
        "stride": (None, *range(1, 6 if full else 4)),
        "padding": range(4 if full else 3),
        "ceil_mode": (False, True),
    }
    yield from _line("MaxPool1d", full, 2, _as_drawn, dilation=range(1, 4 if full else 3), **choice)
    yield from _line("AvgPool1d", full, 2, _as_drawn, count_include_pad=(True, False), **choice)
    yield from _line(
        "LPPool1d",
        full,
        2,
        _as_drawn,
        norm_type=(2,),
        kernel_size=range(1, 6),
        stride=(None, 1, 2, 3),
        ceil_mode=(False, True),
    )


def _pool_space(full):
    """Two and three axes."""
    each = {
        "kernel_size": [1, 2, 3, 4, 5],
        "stride": [1, 2, 3, 4],
        "padding": [0, 1, 2],
        "ceil_mode": (False, True),
    }
    yield from _space(
        "MaxPool", full, 2, _as_drawn, {2: (40_000, 300), 3: (20_000, 150)}, dilation=[1, 2], **each
    )
    yield from _space(
        "AvgPool",
        full,
        2,
        _as_drawn,
        {2: (40_000, 300), 3: (20_000, 150)},
        count_include_pad=(True, False),
        divisor_override=(None, None, 3),
        **each,
    )
    yield from _space(
        "LPPool",
        full,
        2,
        _as_drawn,
        {2: (4_000, 60), 3: (2_000, 60)},
        norm_type=(2, 1, 3, -2),
        **{name: each[name] for name in ("kernel_size", "stride", "ceil_mode")},
    )


def adaptive(full):
    """Pooling to a given size."""
    for name in ("AdaptiveAvgPool", "AdaptiveMaxPool"):
        yield from _line(f"{name}1d", full, 2, _as_drawn, output_size=range(30 if full else 6))
        yield from _space(
            name,
            full,
            2,
            _as_drawn,
            {2: (4_000, 60), 3: (2_000, 30)},
            output_size=[None, 1, 2, 3, 5, 7],
        )
        for rank in (1, 2, 3):
            for words in drawn(
                400 if full else 40,
                seed=rank,
                rank=rank,
                output_size=[None, 0, 1, 1, 2],
                size=[0, 0, 1, 3],
            ):
                yield f"{name}{rank}d", words, _shape(2, words.pop("size"))
            yield f"{name}{rank}d", {"output_size": None}, _shape(2, SIZES[rank])


def pad(full):
    """Padding and cropping."""
    for name in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        for n in range(12 if full else 5):
            for lo in range(-3, 6 if full else 3):
                for hi in range(-3, 6 if full else 3):
                    yield f"{name}1d", {"padding": (lo, hi)}, (1, 2, n)
    for rank in (2, 3):
        for words in drawn(
            6_000 if full else 60, seed=rank, rank=2 * rank, padding=[-2, -1, 0, 1, 2, 3]
        ):
            for name in ("ZeroPad", "ReflectionPad", "ReplicationPad"):
                yield f"{name}{rank}d", words, (1, 2, *SIZES[rank])


FACTORS = (0.1, 0.29, 0.3, 0.5, 0.7, 1, 1.1, 1.5, 1.7, 2, 2.3, 2.5, 3, 3.7, 0.001)


def resize(full):
    """Resizing."""
    for n in range(101 if full else 12):
        for factor in FACTORS:
            yield "Upsample", {"scale_factor": factor, "mode": "nearest"}, (1, 1, n)
        for size in (0, 1, 5, 17):
            yield "Upsample", {"size": size, "mode": "linear"}, (1, 1, n)
    for rank, mode in (
        (1, "linear"),
        (2, "bilinear"),
        (2, "bicubic"),
        (3, "trilinear"),
        (2, "area"),
        (3, "nearest"),
        (2, "linear"),
        (1, "bilinear"),
    ):
        yield "Upsample", {"scale_factor": 2, "mode": mode}, (1, 2, *SIZES[rank])
        yield "Upsample", {"size": (5,) * rank, "mode": mode}, (1, 2, *SIZES[rank])
    for rank in (1, 2, 3):
        for words in drawn(
            200 if full else 30,
            seed=rank,
            rank=rank,
            size=[0, 1, 1, 3],
            mode=("area", "nearest"),
            recompute_scale_factor=(None, None, False, True),
            shape=[0, 1, 3],
        ):
            yield "Upsample", words, _shape(2, words.pop("shape"))
        yield "Upsample", {"scale_factor": 0.1, "mode": "area"}, _shape(2, SIZES[rank])
    yield "Upsample", {"size": 3, "scale_factor": 2}, (1, 2, 9)
    yield "Upsample", {}, (1, 2, 9)


def shuffle(full):
    """Channels into space and back."""
    for r in range(1, 5):
        for c in range(1, 20):
            for size in ((3, 4), (4, 6), (6, 6), (12, 8)):
                yield "PixelShuffle", {"upscale_factor": r}, (1, c, *size)
                yield "PixelUnshuffle", {"downscale_factor": r}, (1, c, *size)


def columns(full):
    """Windows as columns, and the way back."""
    for words in drawn(
        8_000 if full else 150,
        seed=5,
        rank=2,
        kernel_size=[1, 2, 3, 4],
        dilation=[1, 2],
        padding=[0, 1, 2],
        stride=[1, 2, 3],
        size=list(range(10)),
    ):
        size = words.pop("size")
        yield "Unfold", words, (1, 3, *size)
        windows = [
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, k, d, p, s in zip(
                size,
                words["kernel_size"],
                words["dilation"],
                words["padding"],
                words["stride"],
                strict=True,
            )
        ]
        rows = 2 * words["kernel_size"][0] * words["kernel_size"][1]
        yield (
            "Fold",
            {"output_size": size, **words},
            (1, rows, max(windows[0], 0) * max(windows[1], 0)),
        )
        yield "Fold", {"output_size": size, **words}, (1, rows + 1, 4)


def dense(full):
    """Layers over the channels, and new shapes."""
    for shape in ((2, 6), (2, 3, 6), (6,), (2, 3, 4, 6), (2, 5), (2, 6, 5)):
        yield "Linear", {"in_features": 6, "out_features": 4}, shape
        for start in range(-3, 4):
            for end in range(-3, 4):
                yield "Flatten", {"start_dim": start, "end_dim": end}, shape
        for dim in range(-4, 4):
            for into in ((2, 3), (-1, 2), (3, -1, 1), (6,), (-1,), (4, 2), (-1, -1), (), (0, 6)):
                yield "Unflatten", {"dim": dim, "unflattened_size": into}, shape


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    modes = ("nearest", "nearest-exact", "bilinear", "bicubic", "area")
    for mode, corners, size in product(modes, (None, True), _sizes(n, m, width)):
        words = {"mode": mode, "align_corners": corners, **size}
        yield "Upsample", words, (1, 1, n, width), 2


def _sizes(n: int, m: int, width: int):
    """A size, and a factor that gives it, by which places go, or the lengths."""
    yield {"size": (m, width)}
    for again in (None, True):
        yield {"scale_factor": (m / n, 1.0), "recompute_scale_factor": again}


MANNER = Manner(crops=True)

# Disagreements that are the framework's own: which, and why.
KNOWN = ((partial(rounded, torch), ROUNDED),)

GRIDS = {
    f.__name__: f for f in (conv, transposed, pool, adaptive, pad, resize, shuffle, columns, dense)
}
