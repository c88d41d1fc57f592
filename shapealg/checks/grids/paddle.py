"""What is asked of Paddle: every kind of layer, all ranks and layouts, every form of padding, the
degenerate zone included.

Left out is what Paddle itself does not survive: a convolution of which two axes come out negative
writes outside its memory; one with channels last that comes out empty divides by zero, which ends
the process; and `PixelShuffle` with a negative factor never comes back. The first two are run as
gotchas, in processes of their own.
"""

from functools import partial
from itertools import islice, product
from math import prod
from typing import Any

from shapealg.checks.moves import KEPT, ROUNDED, kept, rounded
from shapealg.checks.sweep import crossed, drawn
from shapealg.errors import ShapeError
from shapealg.text import Text
from shapealg.words.dialects import paddle
from shapealg.words.manners import TooSmall

RANKS = (1, 2, 3)
SIZES = {1: (9,), 2: (7, 8), 3: (4, 5, 6)}
FIRST = {rank: names[0] for rank, names in paddle.FIRST.items()}
LAST = {rank: names[0] for rank, names in paddle.LAST.items()}
LARGEST = {1: 24, 2: 12, 3: 7}


def _shape(channels: int, size: tuple, last: bool = False) -> tuple:
    return (1, *size, channels) if last else (1, channels, *size)


def _line(call, sizes, channels, **choices):
    """One axis, every combination; n runs from 0 into the zone where no window fits and beyond."""
    for words in crossed(**choices):
        for n in sizes:
            yield call, words, _shape(channels, (n,), words.get("data_format") == "NLC")


def _space(call, counts: dict, channels, **choices):
    """Random combinations with sizes of their own; where `last` is a choice, in both layouts."""
    for rank, count in counts.items():
        for words in drawn(
            count, seed=rank, rank=rank, size=list(range(LARGEST[rank] + 1)), **choices
        ):
            size = words.pop("size")
            last = words.pop("last", False)
            if last is not None and "last" in choices:
                words |= {"data_format": (LAST if last else FIRST)[rank]}
            yield (
                call.format(rank),
                _padded(words, rank, bool(last)),
                _shape(channels, size, bool(last)),
            )


def _padded(words: dict, rank: int, last: bool) -> dict:
    """The padding in one of the forms that Paddle takes; `form` says which."""
    form, lo, hi = words.pop("form", None), words.pop("lo", None), words.pop("hi", None)
    if form is None:
        return words
    pairs = tuple(zip(lo, hi, strict=True))
    nested = ((0, 0), *pairs, (0, 0)) if last else ((0, 0), (0, 0), *pairs)
    said = {
        "int": lo[0],
        "axes": lo,
        "pairs": tuple(p for pair in pairs for p in pair),
        "nested": nested,
    }
    return words | {"padding": said.get(form, form)}


FORMS = ("int", "axes", "pairs", "pairs", "nested", "SAME", "Same", "valid")


def _survived(cases):
    """The cases that leave the process alive."""
    for call, words, shape in cases:
        if not _kills(call, words, shape):
            yield call, words, shape


def survives(call, words, shape) -> bool:
    """Whether the process lives on after a call."""
    return "Conv" not in call or not _kills(call, words, shape)


def _kills(call, words, shape) -> bool:
    try:
        made = getattr(paddle, call)(**words)
        spatial = made.read(shape).spatial
    except ShapeError:
        return False
    out = [_counted(axis, n) for axis, n in zip(made.meaning().axes, spatial, strict=True)]
    return sum(m < 0 for m in out) > 1 or (
        0 in out and made.layout == "N*C" and 0 not in spatial and "Transpose" not in call
    )


def _counted(axis, n: int) -> int:
    """The size that Paddle computes, negative ones too."""
    placed = axis.at(n)
    m = placed.count(n)
    return TooSmall.CUT_BELOW.size(placed, n) if m < 1 and placed.fixed else m


PLACED = {"form": FORMS, "lo": [0, 1, 2, 3], "hi": [0, 1, 2]}


def conv(full):
    """Convolutions."""
    yield from _conv_line(full)
    yield from _conv_space(full)
    yield from _wrong(
        "Conv{}D",
        more=(
            {"bias": False},
            {"padding_mode": "same"},
            {"padding_mode": "reflect", "padding": (1,)},
            {"data_format": "NCW"},
            {"data_format": "ncl"},
            {"padding_mode": "reflect", "padding": "SAME"},
        ),
    )


def _conv_line(full):
    """One axis, every combination."""
    made = {"in_channels": (4,), "out_channels": (4,)}
    wide = made | {
        "kernel_size": range(1, 8 if full else 4),
        "stride": range(1, 6 if full else 4),
        "dilation": range(1, 5 if full else 3),
    }
    paddings = (*range(6 if full else 3), (0, 1), (2, 0), "SAME", "valid")
    yield from _line(
        "Conv1D",
        range(31 if full else 8),
        4,
        padding=paddings,
        groups=(1, 2) if full else (1,),
        **wide,
    )
    modes = {
        "kernel_size": (1, 2, 5),
        "stride": (1, 2),
        "padding": range(-1, 6),
        "padding_mode": ("reflect", "replicate", "circular"),
    }
    yield from _line("Conv1D", range(1, 9 if full else 6), 4, **made, **modes)


def _conv_space(full):
    """Every rank, every form of padding."""
    each = {
        "in_channels": (4,),
        "out_channels": (4, 8),
        "kernel_size": [1, 2, 3, 4, 5],
        "stride": [1, 2, 3],
        "dilation": [1, 1, 2, 3],
        "groups": (1, 2, 4),
    }
    counts = {1: 6_000, 2: 60_000, 3: 20_000} if full else {1: 150, 2: 700, 3: 250}
    yield from _survived(
        _space("Conv{}D", counts, 4, last=(None, False, False, True), **PLACED, **each)
    )
    counts = dict.fromkeys(RANKS, 1_500 if full else 25)
    yield from _survived(
        _space(
            "Conv{}D",
            counts,
            4,
            padding=(0, 1, 2, 3),
            padding_mode=("zeros", "reflect", "replicate", "circular"),
            **each,
        )
    )


WRONG: tuple[dict[str, Any], ...] = (
    {},
    {"stride": 0},
    {"stride": -1},
    {"dilation": 0},
    {"kernel_size": 0},
    {"kernel_size": -1},
    {"padding": -1},
    {"padding": (-1, 2)},
    {"groups": 3},
    {"groups": 0},
    {"groups": -1},
    {"padding": "full"},
    {"padding": (1,)},
    {"padding": (1, 2)},
    {"padding": (1, 2, 3)},
    {"padding": (1, 2, 3, 4)},
    {"padding": ((1, 2),)},
    {"padding": ((0, 0), (0, 0), (1, 2))},
    {"padding": ((0, 0), (0, 1), (1, 2))},
    {"padding": ((0, 0), (0, 0), (1, 2), (0, 1))},
    {"padding": ((0, 0), (0, 0), (1, 2), (0, 1), (1, 1))},
    {"padding": ((1, 0), (0, 0), (1, 2), (0, 1), (1, 1))},
    {"padding": ((1, 1),) * 2},
    {"padding": 1.5},
    {"padding": None},
    {"stride": (2,)},
    {"stride": (2, 1)},
    {"stride": (2, 1, 1)},
    {"stride": 2.0},
    {"stride": None},
    {"kernel_size": (3, 2)},
    {"weight_attr": False},
    {"bias_attr": False},
    {"in_channels": 3},
    {"in_channels": 8, "groups": 2},
    {"out_channels": 0},
    {"out_channels": 6, "groups": 4},
    {"out_channels": 2, "groups": 4},
    {"in_channels": 0},
    {"padding": [1, 2]},
    {"padding": [[0, 0], [0, 0], [1, 2]]},
)


def _wrong(call, more=()):
    """Arguments that are refused whatever the input, forms that hold for one rank only, and shapes
    that are not taken.
    """
    for rank in RANKS:
        for words in (*WRONG, *more):
            yield (
                call.format(rank),
                {"in_channels": 4, "out_channels": 4, "kernel_size": 3} | words,
                _shape(4, SIZES[rank]),
            )
        for data_format in ("NCL", "NLC", "NCHW", "NHWC", "NCDHW", "NDHWC"):
            for shape in (_shape(4, SIZES[rank]), _shape(4, SIZES[rank], last=True)):
                yield (
                    call.format(rank),
                    {
                        "in_channels": 4,
                        "out_channels": 4,
                        "kernel_size": 3,
                        "data_format": data_format,
                    },
                    shape,
                )
        for shape in (
            _shape(3, SIZES[rank]),
            (4, *SIZES[rank]),
            (9,),
            (1, 4, 9, 9, 9, 9),
            (0, 4, *SIZES[rank]),
            (1, 0, *SIZES[rank]),
        ):
            yield call.format(rank), {"in_channels": 4, "out_channels": 4, "kernel_size": 3}, shape


def transposed(full):
    """Transposed convolutions."""
    yield from _transposed_line(full)
    yield from _transposed_space(full)
    yield from _wrong(
        "Conv{}DTranspose",
        more=(
            {"output_padding": 1},
            {"output_padding": -1},
            {"output_padding": 1, "stride": 2},
            {"output_padding": 2, "stride": 2},
            {"output_padding": 1, "dilation": 2},
            {"output_padding": 2, "stride": 2, "dilation": 3},
            {"output_padding": (1,), "stride": 2},
            {"output_padding": (1, 0), "stride": 2},
            {"output_padding": None},
            {"padding_mode": "zeros"},
            {"out_channels": 3, "groups": 2, "bias_attr": False},
        ),
    )


def _transposed_line(full):
    """One axis, every combination."""
    made = {"in_channels": (4,), "out_channels": (2,)}
    wide = {
        "kernel_size": range(1, 7 if full else 4),
        "stride": range(1, 5 if full else 4),
        "dilation": range(1, 4 if full else 3),
    }
    paddings = (*range(4 if full else 3), (0, 1), (2, 0), "SAME", "VALID")
    yield from _line(
        "Conv1DTranspose",
        range(13 if full else 4),
        4,
        padding=paddings,
        output_padding=range(4 if full else 2),
        groups=(1, 2) if full else (1,),
        **made,
        **wide,
    )


def _transposed_space(full):
    """Every rank, every form of padding."""
    each = {
        "in_channels": (4,),
        "out_channels": (4, 8),
        "kernel_size": [1, 2, 3, 4],
        "stride": [1, 2, 3],
        "dilation": [1, 1, 2],
        "output_padding": [0, 0, 1],
        "groups": (1, 2, 4),
    }
    counts = {1: 3_000, 2: 30_000, 3: 10_000} if full else {1: 60, 2: 350, 3: 120}
    yield from _survived(
        _space("Conv{}DTranspose", counts, 4, last=(None, False, False, True), **PLACED, **each)
    )


def pool(full):
    """Pooling."""
    yield from _pool_line(full)
    yield from _pool_space(full)
    yield from _pool_wrong()
    yield from _unpool(full)


def _unpool(full):
    """What max pooling shortened, as long again."""
    for words in crossed(
        kernel_size=range(1, 6 if full else 4),
        stride=(None, *range(1, 5 if full else 3)),
        padding=range(-1, 4 if full else 3),
    ):
        for n in range(1, 31 if full else 7):
            yield "MaxUnPool1D", words, (1, 2, n)
    for rank, many in ((2, 2_000 if full else 60), (3, 1_000 if full else 60)):
        for words in drawn(
            many,
            seed=rank,
            rank=rank,
            kernel_size=[1, 2, 3, 4],
            stride=[1, 2, 3],
            padding=[-1, 0, 1, 2],
            size=[1, 2, 3, 5],
        ):
            yield f"MaxUnPool{rank}D", words, (1, 2, *words.pop("size"))
    for words, shape in (
        ({"output_size": (7, 7)}, (1, 2, 3, 3)),
        ({"output_size": (1, 2, 5, 7)}, (1, 2, 3, 3)),
        ({"output_size": (8, 7)}, (1, 2, 3, 3)),
        ({"data_format": "NHWC"}, (1, 2, 3, 3)),
        ({"padding": (0, 1, 0, 1)}, (1, 2, 3, 3)),
        ({}, (2, 3, 3)),
        ({}, (0, 2, 3, 3)),
        ({}, (1, 0, 3, 3)),
    ):
        yield "MaxUnPool2D", {"kernel_size": 2, **words}, shape


def _pool_line(full):
    """One axis, every combination."""
    choice = {
        "kernel_size": range(1, 8 if full else 4),
        "stride": (None, *range(1, 6 if full else 4)),
        "padding": (*range(-1, 5 if full else 3), (0, 1), (2, 0), "SAME", "VALID"),
        "ceil_mode": (False, True),
    }
    sizes = range(31 if full else 7)
    yield from _line("MaxPool1D", sizes, 2, **choice)
    yield from _line("AvgPool1D", sizes, 2, exclusive=(True, False) if full else (False,), **choice)
    yield from _line("LPPool1D", sizes, 2, norm_type=(2,), data_format=("NCL", "NLC"), **choice)


def _pool_space(full):
    """Two and three axes, every form of padding."""
    each = {
        "kernel_size": [1, 2, 3, 4, 5],
        "stride": [1, 2, 3, 4],
        "ceil_mode": (False, True),
        "last": (None, False, False, True),
        "form": FORMS,
        "lo": [0, 1, 2, 3, 6, -1],
        "hi": [0, 1, 2, -1],
    }
    counts = {2: 30_000, 3: 12_000} if full else {2: 250, 3: 120}
    yield from _space("MaxPool{}D", counts, 2, **each)
    yield from _space(
        "AvgPool{}D",
        counts,
        2,
        exclusive=(True, False),
        divisor_override=(None, None, 2),
        **each,
    )
    yield from _space("LPPool{}D", {2: counts[2] // 3}, 2, norm_type=(1, 2, 3.5), **each)


def _pool_wrong():
    """What is mostly refused."""
    for name in ("MaxPool", "AvgPool", "LPPool"):
        for rank in RANKS[: 2 if name == "LPPool" else 3]:
            given = {"norm_type": 2, "kernel_size": 3} if name == "LPPool" else {"kernel_size": 3}
            for words in (
                *WRONG[1:3],
                *WRONG[4:8],
                *WRONG[11:29],
                {"ceil_mode": 1},
                {"padding": "VALID", "ceil_mode": True},
                {"exclusive": False},
                {"exclusive": 0},
                {"divisor_override": 2},
                {"norm_type": 0},
                {"dilation": 2},
                *({"data_format": f} for f in ("NCL", "NLC", "NCHW", "NHWC", "NCDHW", "NDHWC")),
                {"kernel_size": 0, "stride": 1},
                {"stride": -1, "padding": -4},
            ):
                yield f"{name}{rank}D", given | words, _shape(2, SIZES[rank])
            for shape in (
                (2, *SIZES[rank]),
                (0, 2, *SIZES[rank]),
                (1, 0, *SIZES[rank]),
                (9,),
                _shape(2, (*SIZES[rank], 5)),
            ):
                yield f"{name}{rank}D", given, shape


def adaptive(full):
    """Pooling to a given size."""
    for name in ("AdaptiveAvgPool", "AdaptiveMaxPool"):
        yield from _line(
            f"{name}1D", range(31 if full else 8), 2, output_size=range(20 if full else 6)
        )
        yield from _space(
            name + "{}D",
            {2: 5_000, 3: 2_500} if full else {2: 60, 3: 40},
            2,
            output_size=[None, 0, 1, 2, 3, 5, 7],
        )
        for rank in RANKS:
            for words in (
                {"output_size": None},
                {"output_size": -1},
                {"output_size": (None,)},
                {"output_size": (3,)},
                {"output_size": (3, 4)},
                {"output_size": (3, 4, 5)},
                {"output_size": 2.0},
                *(
                    {"output_size": (3, 4, 5)[:rank], "data_format": f}
                    for f in ("NCL", "NLC", "NCHW", "NHWC", "NCDHW", "NDHWC")
                ),
            ):
                yield f"{name}{rank}D", words, _shape(2, SIZES[rank])
            for shape in ((2, *SIZES[rank]), (0, 2, *SIZES[rank]), (1, 0, *SIZES[rank])):
                yield f"{name}{rank}D", {"output_size": 2}, shape


MODES = ("constant", "reflect", "replicate", "circular")


def pad(full):
    """Padding and cropping."""
    for mode in MODES:
        yield from _pad_line(full, mode)
        yield from _pad_space(full, mode)
        yield from _pad_wrong(mode)
    yield from _zero_pad(full)
    yield from (
        ("Pad2D", {"padding": 1, "mode": mode}, (1, 2, 5, 6))
        for mode in ("Reflect", "edge", "zeros")
    )


def _pad_line(full, mode: str):
    """One axis, every combination."""
    for n in range(12 if full else 5):
        for lo in range(-3, 6 if full else 3):
            for hi in range(-3, 6 if full else 3):
                yield "Pad1D", {"padding": (lo, hi), "mode": mode}, (1, 2, n)


def _pad_space(full, mode: str):
    """Two and three axes, in both layouts."""
    for rank in (2, 3):
        for words in drawn(
            3_000 if full else 40,
            seed=rank,
            rank=2 * rank,
            padding=[-2, -1, 0, 1, 2, 3],
            last=(False, True),
        ):
            last = words.pop("last")
            yield (
                f"Pad{rank}D",
                words | {"mode": mode, "data_format": (LAST if last else FIRST)[rank]},
                _shape(2, SIZES[rank], last),
            )


# what is said, and to which shapes, whatever the rank
PADDINGS = (
    1,
    -1,
    0,
    (),
    (1,),
    (1, 2),
    [1, 2],
    (1, 2, 3),
    (1, 2, 3, 4),
    (1, 2, 3, 4, 5, 6),
    tuple(range(8)),
    tuple(range(10)),
    tuple(range(12)),
    (-1, 0),
    (0, -1, 0),
    1.0,
    None,
)
PADDED = (
    (5,),
    (2, 5),
    (1, 2, 5),
    (1, 2, 5, 6),
    (1, 2, 4, 5, 6),
    (1, 2, 2, 3, 4, 2),
    (0, 2, 5),
    (1, 0, 5, 6),
    (1, 2, 0),
)


def _pad_wrong(mode: str):
    """What fits some rank and layout only."""
    for rank in RANKS:
        for padding, shape in product(PADDINGS, PADDED):
            yield f"Pad{rank}D", {"padding": padding, "mode": mode}, shape
        for data_format in (
            "NCL",
            "NLC",
            "NCHW",
            "NHWC",
            "NCDHW",
            "NDHWC",
            "nchw",
            "NCW",
            None,
        ):
            for shape in map(_shape, RANKS, SIZES.values()):
                yield (
                    f"Pad{rank}D",
                    {"padding": (1, 2) * rank, "mode": mode, "data_format": data_format},
                    shape,
                )


def _zero_pad(full):
    """The layers of zeros alone."""
    for rank in RANKS:
        for words in drawn(
            2_000 if full else 40, seed=rank, rank=2 * rank, padding=[-2, -1, 0, 1, 2, 3]
        ):
            yield f"ZeroPad{rank}D", words, _shape(2, SIZES[rank])
            yield (
                f"ZeroPad{rank}D",
                words | {"data_format": LAST[rank]},
                _shape(2, SIZES[rank], last=True),
            )


FACTORS = (0.1, 0.29, 0.3, 0.5, 0.7, 1, 1.1, 1.5, 1.7, 2, 2.3, 2.5, 3, 3.7, 0.001, 1 / 3)
FORMATS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def resize(full):
    """Resizing."""
    for n in range(101 if full else 12):
        for factor in FACTORS:
            yield "Upsample", {"scale_factor": factor, "mode": "linear"}, (1, 1, n)
            yield "Upsample", {"scale_factor": (factor, 2), "mode": "nearest"}, (1, 1, n, 2)
        for size in ((0,), (1,), (5,), (17,)):
            yield "Upsample", {"size": size, "mode": "linear"}, (1, 1, n)
            yield "Upsample", {"size": size, "mode": "area"}, (1, 1, n)
    for rank in RANKS:
        for mode in (
            "nearest",
            "linear",
            "bilinear",
            "trilinear",
            "bicubic",
            "area",
            "NEAREST",
            "nearest-exact",
        ):
            yield from _upsample(rank, mode)
        yield from _upsampling(rank)
    for words in drawn(
        6_000 if full else 60,
        seed=7,
        rank=2,
        scale_factor=list(FACTORS),
        size=list(range(1, 40)),
        mode=("nearest", "bilinear", "bicubic"),
    ):
        yield "Upsample", words, _shape(2, words.pop("size"))


def _upsample(rank: int, mode: str):
    """One rank and mode: sizes, factors and layouts, and what is refused."""
    for words in (
        {"size": 5},
        {"size": (5, 6, 7)[:rank]},
        {"scale_factor": 2},
        {"scale_factor": (2, 0.5, 3)[:rank]},
        {"scale_factor": (2, 0.5)},
        {"size": (5, 6)},
        {"size": (0, 4, 4)[:rank]},
        {"scale_factor": 0},
        {"scale_factor": -1},
        {},
        {"size": (5, 6, 7)[:rank], "scale_factor": 2},
        {"scale_factor": 2, "align_corners": True},
        {"scale_factor": 2, "align_mode": 1},
        {"scale_factor": 2, "align_mode": 2},
        {"scale_factor": 1.7, "recompute_scale_factor": True},
        {"size": (5, 6, 7)[:rank], "recompute_scale_factor": True},
        {"scale_factor": 2, "align_corners": 1},
    ):
        yield "Upsample", {"mode": mode} | words, _shape(2, SIZES[rank])
    for data_format in (*(f for names in FORMATS.values() for f in names), "nchw", "NCL"):
        yield (
            "Upsample",
            {"mode": mode, "scale_factor": 1.7, "data_format": data_format},
            _shape(2, SIZES[rank], data_format.upper().endswith("C")),
        )
        yield (
            "Upsample",
            {"mode": mode, "size": (5, 6, 7)[:rank], "data_format": data_format},
            _shape(2, SIZES[rank], data_format.upper().endswith("C")),
        )


def _upsampling(rank: int):
    """The two layers of one mode, for images only."""
    for name in ("UpsamplingNearest2D", "UpsamplingBilinear2D"):
        for words in (
            {"size": 5},
            {"size": (5, 6, 7)[:rank]},
            {"scale_factor": 2},
            {"scale_factor": (2, 0.5, 3)[:rank]},
            {},
            {"size": 5, "scale_factor": 2},
            {"scale_factor": 0.01},
        ):
            for data_format in (*FORMATS[rank], FIRST[2]):
                for shape in (
                    _shape(2, SIZES[rank], data_format == FORMATS[rank][1]),
                    (0, 2, *SIZES[rank]),
                    (1, 0, *SIZES[rank]),
                    (2, *SIZES[rank]),
                    _shape(2, (0,) * rank),
                ):
                    yield name, words | {"data_format": data_format}, shape


def shuffle(full):
    """Channels into space and back."""
    for r in range(5):
        for c in range(0, 20, 1 if full else 3):
            for size in ((3, 4), (4, 6), (6, 6), (12, 8), (0, 4)):
                for data_format in FORMATS[2]:
                    shape = _shape(c, size, data_format == "NHWC")
                    yield "PixelShuffle", {"upscale_factor": r, "data_format": data_format}, shape
                    yield (
                        "PixelUnshuffle",
                        {"downscale_factor": r, "data_format": data_format},
                        shape,
                    )
    for name, factor in (
        ("PixelShuffle", "upscale_factor"),
        ("PixelUnshuffle", "downscale_factor"),
    ):
        for words in (
            {factor: 2.0},
            {factor: None},
            {factor: 2, "data_format": "NCL"},
            {factor: 2, "data_format": "nchw"},
        ):
            yield name, words, (1, 4, 6, 6)
        for shape in ((4, 6, 6), (0, 4, 6, 6), (1, 4, 6, 6, 6)):
            yield name, {factor: 2}, shape


def columns(full):
    """Windows as columns, and the way back."""
    yield from _columns_space(full)
    yield from _columns_wrong()


def _columns_space(full):
    """Random combinations, in the forms of padding of one, two and four numbers."""
    each = {
        "kernel_sizes": [1, 2, 3, 4],
        "dilations": [1, 2],
        "strides": [1, 2, 3],
        "size": list(range(10)),
    }
    for form in (1, 2, 4):
        for words in drawn(
            5_000 if full else 120,
            seed=form,
            rank=2,
            pads=[0, 1, 2, -1],
            more=[0, 1, 2],
            alike=(True, False),
            **each,
        ):
            size, pads, more, alike = (
                words.pop(name) for name in ("size", "pads", "more", "alike")
            )
            words["paddings"] = {1: pads[0], 2: pads, 4: pads + (pads if alike else more)}[form]
            yield "Unfold", words, (1, 3, *size)
            rows = 2 * words["kernel_sizes"][0] * words["kernel_sizes"][1]
            for count in _positions(size, {1: (pads[0],) * 2}.get(form, pads), words):
                yield "Fold", {"output_sizes": size, **words}, (1, rows, count)
            yield "Fold", {"output_sizes": size, **words}, (1, rows + 1, 4)


def _positions(size: tuple, before: tuple, words: dict) -> set:
    """How many positions a window may take, both where none on an axis is none and where it is
    one.
    """
    windows = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, p, k, d, s in zip(
            size, before, words["kernel_sizes"], words["dilations"], words["strides"], strict=True
        )
    ]
    return {
        max(windows[0], 0) * max(windows[1], 0),
        max(windows[0], 1) * max(windows[1], 1),
    }


def _columns_wrong():
    """What is mostly refused."""
    for words in (
        {"kernel_sizes": 0},
        {"strides": 0},
        {"dilations": 0},
        {"paddings": (1,)},
        {"paddings": (1, 2, 3)},
        {"kernel_sizes": (3,)},
        {"strides": -1},
        {"strides": 2.0},
        {"kernel_size": 3},
    ):
        yield "Unfold", {"kernel_sizes": 3} | words, (1, 2, 6, 7)
        yield "Fold", {"output_sizes": (6, 7), "kernel_sizes": 3} | words, (1, 18, 20)
    for shape in ((2, 6, 7), (0, 2, 6, 7), (1, 0, 6, 7), (1, 2, 6, 7, 7)):
        yield "Unfold", {"kernel_sizes": 3}, shape
    for shape in ((18, 20), (0, 18, 20), (1, 0, 20), (1, 18, 20, 1)):
        yield "Fold", {"output_sizes": (6, 7), "kernel_sizes": 3}, shape
    for sizes in (0, 6, (6,), (6, 7, 8), (-1, 7)):
        yield "Fold", {"output_sizes": sizes, "kernel_sizes": 3}, (1, 18, 16)


def dense(full):
    """Layers over the channels, and new shapes."""
    for shape in ((2, 6), (2, 3, 6), (6,), (2, 3, 4, 6), (2, 5), (2, 6, 5), (0, 6), (2, 0, 6)):
        yield "Linear", {"in_features": 6, "out_features": 4}, shape
        yield "Linear", {"in_features": 6, "out_features": 4, "bias_attr": False}, shape
        yield "Linear", {"in_features": 6, "out_features": 4, "weight_attr": False}, shape
        yield "Linear", {"in_features": 6, "out_features": 4, "bias": False}, shape
        for start in range(-3, 4):
            for stop in range(-3, 4):
                yield "Flatten", {"start_axis": start, "stop_axis": stop}, shape
        for axis in range(-4, 4):
            for into in ((2, 3), (-1, 2), (3, -1, 1), (6,), (-1,), (4, 2), (-1, -1)):
                yield "Unflatten", {"axis": axis, "shape": into}, shape


def _thinned(grid):
    """Every case of the quick grid; of the full one every 4th, for neighbours differ in one word
    only.
    """

    def thinned(full):
        return islice(grid(full), 0, None, 4 if full else 1)

    return thinned


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    modes, shape = ("nearest", "bilinear", "bicubic"), (1, 1, n, width)
    sizes: list[dict[str, Any]] = [{"size": (m, width)}]
    sizes += [
        {"scale_factor": (m / n, 1.0), "recompute_scale_factor": again} for again in (None, True)
    ]
    for mode, corners, origin, size in product(modes, (False, True), (0, 1), sizes):
        words = {"mode": mode, "align_corners": corners, "align_mode": origin, **size}
        yield "Upsample", words, shape, 2
    yield "UpsamplingBilinear2D", {"size": (m, width)}, shape, 2
    yield "UpsamplingNearest2D", {"size": (m, width)}, shape, 2


GRIDS = {
    f.__name__: f for f in (conv, transposed, pool, adaptive, pad, resize, shuffle, columns, dense)
}
# so that the full grid takes minutes
GRIDS |= {f.__name__: _thinned(f) for f in (conv, transposed, pool, columns)}


def _least(d: dict, name: str) -> int:
    """The smallest entry of one of a disagreement's words; 1 where it is not said in numbers."""
    value = d["words"].get(name)
    if isinstance(value, list):
        return min(value)
    return value if isinstance(value, int) else 1


def _cut_in_front(d: dict) -> bool:
    """Whether some window comes out otherwise where it is cut off at n + lo, and not at n + hi."""
    divided = d["call"].startswith("Avg") and d["words"].get("exclusive") is False
    for axis, n in zip(_said(d).axes, _spatial(d), strict=True):
        placed = getattr(axis, "window", axis).at(n)
        lo, hi = placed.lo, placed.hi
        for end in (placed.last(j) + 1 for j in range(axis.count(n))):
            if divided and min(end, n + lo) != min(end, n + hi):
                return True
            if min(lo, hi) < 0 and len({min(end, n + side, n) for side in (lo, 0, hi)}) > 1:
                return True
    return False


def _said(d: dict):
    return getattr(paddle, d["call"])(**d["words"]).meaning()


def _spatial(d: dict) -> tuple:
    return getattr(paddle, d["call"])(**d["words"]).read(d["input"]).spatial


def _averages_nothing(d: dict) -> bool:
    """Whether some window of an average lies in the padding altogether."""
    placed = [
        (axis.at(n), axis.at(n).count(n), n)
        for axis, n in zip(_said(d).axes, _spatial(d), strict=True)
    ]
    return d["call"].startswith("AvgPool") and any(
        axis.last(0) < 0 or axis.first(m - 1) >= n for axis, m, n in placed
    )


def _single(d: dict) -> bool:
    """Whether a factor leaves a single output of several positions, between which it would lie."""
    words = d["words"]
    if d["call"] != "Upsample" or words.get("mode") not in ("bilinear", "trilinear", "bicubic"):
        return False
    made = getattr(paddle, d["call"])(**words)
    size = made.read(d["input"]).spatial
    axes = made.meaning(None, len(size)).axes
    return words.get("scale_factor") is not None and any(
        n > axis.count(n) == 1 for axis, n in zip(axes, size, strict=True)
    )


def _of_nothing(d: dict) -> bool:
    """Whether an axis of an array that is empty has come apart as it is said, and into a product
    that is another.
    """
    if d["call"] != "Unflatten" or d["algebra"] != "refused" or 0 not in d["input"]:
        return False
    before, into = d["input"], d["words"]["shape"]
    at = range(len(before))[d["words"]["axis"]]
    made = [*before[:at], *into, *before[at + 1 :]]
    return 0 in made and prod(into) != before[at] and d["framework"] == made


# Disagreements that are the framework's own: which, and why.
KNOWN = (
    (
        _of_nothing,
        Text(
            zh="数组为空时，Unflatten 只比较元素总数，0 对 0：各项之积不等于那个轴也收下。",
            en=(
                "of an empty array Unflatten compares the number of entries only, 0 and 0: it takes"
                " lengths that do not multiply to the axis."
            ),
        ),
    ),
    (
        lambda d: d["framework"] == "other values" and _single(d),
        Text(
            zh="双线性、三线性、双三次缩放若只剩一个输出，Paddle 取轴的起点，不取正中。",
            en=(
                "where bilinear, trilinear or bicubic resizing leaves a single output, Paddle takes"
                " the beginning of the axis, not the middle."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "Conv3D"
            and d["words"].get("data_format") == "NHWC"
            and d["algebra"] == "refused"
            and d["words"].get("bias_attr") is not False
        ),
        Text(
            zh="Conv3D 也收 NHWC，却把偏置加到最后一个空间轴上，那里若只有 1 格，尺寸也变了。",
            en=(
                "Conv3D takes NHWC too, and adds its bias along the last spatial axis: where there"
                " is 1 position, even the size is another."
            ),
        ),
    ),
    (partial(rounded, paddle), ROUNDED),
    (partial(kept, paddle), KEPT),
    (
        lambda d: d["framework"] == "other values" and "Pool" in d["call"] and _cut_in_front(d),
        Text(
            zh=(
                "池化把窗口的末端截在 n + lo，用的是前侧的填充，而不是后侧的：两侧不同时，"
                "exclusive=False 的平均除错了数；填充为负时，还会少读几格，或读到已裁去的格。"
            ),
            en=(
                "pooling cuts windows off at n + lo, the padding in front, not that behind: where"
                " the two differ, an average with exclusive=False is divided by the wrong number,"
                " and with negative padding positions are left out, or cropped ones read."
            ),
        ),
    ),
    (
        lambda d: d["framework"] == "other values" and "Pool" in d["call"] and _averages_nothing(d),
        Text(
            zh="整个落在填充里的窗口，平均值有时是 nan，有时是 −0：除数算成 0 或负数。",
            en=(
                "the average of a window that lies wholly in the padding is nan at times and −0 at"
                " others: its divisor comes out as 0 or negative."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"].startswith("Pad")
            and d["algebra"] == "refused"
            and d["words"].get("data_format") == "NCW"
            and d["words"].get("mode") == "constant"
        ),
        Text(
            zh="填零的项数不合轴数时，data_format 根本不看，写错了名字也不报错。",
            en=(
                "where zeros are said for another number of axes, data_format is not looked at, not"
                " even for its name."
            ),
        ),
    ),
    (
        lambda d: (
            d["algebra"] == "refused" and d["framework"] != "refused" and min(d["framework"]) < 0
        ),
        Text(
            zh=(
                "Paddle 只检查元素总数是否为负：恰有一个轴为负时报错；两个为负，或另有一个轴、"
                "批次、通道为 0，便返回带负尺寸的张量。"
            ),
            en=(
                "Paddle only checks that the number of entries is not negative: one negative axis"
                " is an error; two, or one beside an axis, batch or channel of 0, and a tensor with"
                " negative sizes is returned."
            ),
        ),
    ),
    (
        lambda d: (
            d["algebra"] == "refused"
            and min(_least(d, name) for name in ("kernel_size", "stride", "dilation")) < 1
        ),
        Text(
            zh=(
                "卷积接受核 0，转置卷积还接受膨胀率 0，最大池化接受不为正的核与负的步长：Paddle"
                " 照公式算出尺寸，算出来的东西没有意义。"
            ),
            en=(
                "convolutions take a kernel of 0, transposed ones a dilation of 0, and max pooling"
                " kernels below 1 and negative strides: Paddle puts them into the formula, and what"
                " comes out means nothing."
            ),
        ),
    ),
    (
        lambda d: (
            "Transpose" in d["call"]
            and d["algebra"] == "refused"
            and (
                d["words"]["out_channels"] == 0
                or (
                    d["words"].get("bias_attr") is False
                    and d["words"]["out_channels"] % d["words"].get("groups", 1) > 0
                )
            )
        ),
        Text(
            zh=(
                "转置卷积的 out_channels 除不尽 groups 时向下取整：没有偏置就少给几个通道，"
                "有偏置才报错；0 个也可以。"
            ),
            en=(
                "where out_channels is no multiple of groups, a transposed convolution rounds down:"
                " without a bias it gives fewer channels than asked for; only with a bias is it an"
                " error. None at all is accepted too."
            ),
        ),
    ),
)
