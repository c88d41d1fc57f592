"""What is asked of TensorFlow: every function, ranks 1 to 3, the degenerate zone included; channels
last, for that is what the CPU computes.
"""

from itertools import product

from shapealg.checks.moves import TABLE, Manner
from shapealg.checks.sweep import crossed, drawn
from shapealg.errors import ShapeError
from shapealg.text import Text
from shapealg.words.dialects import tensorflow

AMPLE = 64  # positions more than any window of the grid spans
SIZES = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}
CHANNELS_FIRST = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


def _whole(values) -> tuple:
    """Said for batch and channels too."""
    return (1, *values, 1)


def _pairs(before, after) -> tuple:
    return ((0, 0), *zip(before, after, strict=True), (0, 0))


def _shape(size, channels: int) -> tuple:
    return (1, *size, channels)


def _line(full, **choices):
    """One axis, every combination; n runs from 0 into the zone where no window fits and beyond."""
    for words in crossed(**choices):
        for n in range(25 if full else 9):
            yield n, words


def _space(full, rank: int, many: int, few: int, **choices):
    """Random combinations with sizes of their own."""
    for words in drawn(
        many if full else few,
        seed=rank,
        rank=rank,
        size=list(range(1, 13 if rank < 3 else 8)),
        **choices,
    ):
        yield words.pop("size"), words


WINDOWS = {"k": [1, 2, 3, 4, 5], "s": [1, 1, 2, 3], "d": [1, 1, 2, 3], "padding": ("SAME", "VALID")}
# channels, the filters' depth, filters
DEPTHS = ((4, 4, 2), (4, 2, 4), (4, 1, 4), (4, 2, 3), (4, 3, 3), (4, 8, 8))


def conv(full):
    """Convolutions."""
    yield from _conv_line(full)
    yield from _conv_in_numbers(full)
    yield from _conv_plane(full)
    yield from _conv_volume(full)
    yield from _wrong()


def _conv_line(full):
    """One axis, every combination."""
    wide = {
        "k": range(1, 7 if full else 4),
        "s": range(1, 5 if full else 4),
        "d": range(1, 5 if full else 3),
        "padding": ("SAME", "VALID"),
    }
    for n, w in _line(full, **wide):
        yield (
            "conv1d",
            {
                "filters": (w["k"], 2, 3),
                "stride": w["s"],
                "padding": w["padding"],
                "dilations": w["d"],
            },
            (1, n, 2),
        )
        yield (
            "convolution",
            {
                "filters": (w["k"], 2, 3),
                "strides": (w["s"],),
                "padding": w["padding"],
                "dilations": (w["d"],),
            },
            (1, n, 2),
        )


def _conv_in_numbers(full):
    """One axis, padding in numbers."""
    for n, w in _line(
        full,
        k=range(1, 6 if full else 4),
        s=range(1, 4 if full else 3),
        d=(1, 2),
        lo=range(4 if full else 2),
        hi=range(3),
    ):
        yield (
            "conv2d",
            {
                "filters": (w["k"], 1, 1, 1),
                "strides": (w["s"], 1),
                "padding": _pairs((w["lo"], 0), (w["hi"], 0)),
                "dilations": (w["d"], 1),
            },
            (1, n, 2, 1),
        )


def _conv_plane(full):
    """Two axes, groups too."""
    for size, w in _space(
        full,
        2,
        12_000,
        300,
        **WINDOWS,
        depths=DEPTHS,
        lo=[0, 1, 2],
        hi=[0, 1, 2],
        numbers=(False, True),
    ):
        channels, depth, filters = w["depths"]
        words = {
            "filters": (*w["k"], depth, filters),
            "strides": w["s"],
            "padding": _pairs(w["lo"], w["hi"]) if w["numbers"] else w["padding"],
            "dilations": w["d"],
        }
        yield "conv2d", words, _shape(size, channels)
    for size, w in _space(full, 2, 4_000, 100, **WINDOWS, depths=DEPTHS, plain=(True, False)):
        channels, depth, filters = w["depths"]
        yield (
            "convolution",
            {
                "filters": (*w["k"], depth, filters),
                "strides": (1, 1) if w["plain"] else w["s"],
                "padding": w["padding"],
                "dilations": w["d"],
            },
            _shape(size, channels),
        )


def _conv_volume(full):
    """Three axes."""
    for size, w in _space(full, 3, 5_000, 120, **WINDOWS, dilated=(False, False, False, True)):
        dilations = {"dilations": _whole(w["d"])} if w["dilated"] else {}
        yield (
            "conv3d",
            {
                "filters": (*w["k"], 2, 2),
                "strides": _whole(w["s"]),
                "padding": w["padding"],
                **dilations,
            },
            _shape(size, 2),
        )
        yield (
            "convolution",
            {
                "filters": (*w["k"], 2, 2),
                "strides": 1 if w["dilated"] else w["s"],
                "padding": w["padding"],
                "dilations": w["d"],
            },
            _shape(size, 2),
        )


def _wrong():
    """Arguments that are refused, or surprisingly taken, whatever the input."""
    for rank in (1, 2, 3):
        shape, filters = _shape(SIZES[rank], 4), (*(3,) * rank, 4, 6)
        stride = "stride" if rank == 1 else "strides"
        plain = {"filters": filters, stride: _whole((1,) * rank), "padding": "VALID"}
        for words in _wrong_words(rank, stride):
            yield f"conv{rank}d", plain | words, shape
            if stride not in words or rank > 1:
                yield "convolution", {"filters": filters} | words, shape
        for other in (
            shape[1:],
            (4,),
            (2, *shape[1:]),
            (0, *shape[1:]),
            (*shape[:-1], 8),
            (*shape[:-1], 3),
        ):
            yield f"conv{rank}d", plain, other


def _wrong_words(rank: int, stride: str) -> tuple:
    """What is said wrongly, or hardly rightly, of one rank."""
    return (
        {},
        {stride: 0},
        {stride: -1},
        {stride: 2},
        {stride: (2,)},
        {stride: (2,) * rank},
        {stride: _whole((2,) * rank)},
        {stride: (2,) * 4},
        {stride: (2, *(1,) * (rank + 1))},
        {stride: (*(1,) * (rank + 1), 2)},
        {"dilations": 0},
        {"dilations": 2},
        {"dilations": (2,) * rank},
        {"dilations": _whole((2,) * rank)},
        {"dilations": _whole((1,) * rank)},
        {"dilations": (1,) * 6},
        {"padding": "same"},
        {"padding": "SAME"},
        {"padding": "EXPLICIT"},
        {"padding": 1},
        {"padding": ((1, 1),) * rank},
        {"padding": ((0, 0),) * (rank + 2)},
        {"padding": ((1, 0), *((0, 0),) * (rank + 1))},
        {"padding": ((0, 0), *((-1, 0),) * rank, (0, 0))},
        {"data_format": CHANNELS_FIRST[rank]},
        {"data_format": None},
        {"filters": (3,) * (rank + 1)},
        {"filters": (*(0,) * rank, 4, 6)},
        {"filters": (*(3,) * rank, 3, 6)},
        {"filters": (*(3,) * rank, 2, 6)},
        {"filters": (*(3,) * rank, 2, 5)},
    )


def transposed(full):
    """Transposed convolutions."""
    yield from _transposed_line(full)
    yield from _transposed_space(full)
    yield from _transposed_wrong()


def _transposed_line(full):
    """One axis, every output that might be asked for."""
    for s, k, n, padding in (
        (s, k, n, p)
        for s in range(1, 5)
        for k in range(1, 7 if full else 4)
        for n in range(9 if full else 5)
        for p in ("SAME", "VALID")
    ):
        for made in range(n * s + k + s + 1):
            yield (
                "conv1d_transpose",
                {
                    "filters": (k, 2, 3),
                    "output_shape": (1, made, 2),
                    "strides": s,
                    "padding": padding,
                },
                (1, n, 3),
            )


def _transposed_space(full):
    """Every rank, outputs about as large as they come."""
    for rank, many, few in ((1, 1_500, 60), (2, 6_000, 250), (3, 2_500, 100)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[1, 2, 3, 4],
            s=[1, 2, 3],
            more=[-1, 0, 0, 0, 1],
            padding=("SAME", "VALID"),
            lo=[0, 1],
            hi=[0, 1, 2],
            numbers=(False, True),
        ):
            around = _pairs(w["lo"], w["hi"]) if w["numbers"] and rank == 2 else w["padding"]
            if around == "SAME":
                made = [n * s + m for n, s, m in zip(size, w["s"], w["more"], strict=True)]
            else:
                lost = [
                    a + b if around != "VALID" else 0 for a, b in zip(w["lo"], w["hi"], strict=True)
                ]
                made = [
                    max((n - 1) * s + k + m - p, 0)
                    for n, s, k, m, p in zip(size, w["s"], w["k"], w["more"], lost, strict=True)
                ]
            words = {
                "filters": (*w["k"], 2, 3),
                "output_shape": (1, *made, 2),
                "strides": w["s"],
                "padding": around,
            }
            yield f"conv{rank}d_transpose", words, _shape(size, 3)
            yield "conv_transpose", words, _shape(size, 3)


def _transposed_wrong():
    """What is mostly refused."""
    for rank in (1, 2, 3):
        size = SIZES[rank]
        plain = {
            "filters": (*(3,) * rank, 2, 3),
            "output_shape": (1, *(2 * n + 1 for n in size), 2),
            "strides": 2,
            "padding": "VALID",
        }
        for words in (
            {},
            {"strides": 0},
            {"strides": _whole((2,) * rank)},
            {"dilations": 2},
            {"dilations": 1},
            {"padding": "valid"},
            {"padding": "SAME"},
            {"padding": _pairs((1,) * rank, (0,) * rank)},
            {"output_shape": tuple(2 * n + 1 for n in size)},
            {"output_shape": (2, *plain["output_shape"][1:])},
            {"output_shape": (*plain["output_shape"][:-1], 3)},
            {"output_shape": (*plain["output_shape"][:-1], 4)},
            {"data_format": CHANNELS_FIRST[rank]},
            {"filters": (3,) * (rank + 1)},
            {"output_shape": (-1, *plain["output_shape"][1:])},
        ):
            yield f"conv{rank}d_transpose", plain | words, _shape(size, 3)
            if len((plain | words)["output_shape"]) > 2:
                yield "conv_transpose", plain | words, _shape(size, 3)
        for shape in (size, _shape(size, 2), _shape(size, 6), (0, *size, 3)):
            yield f"conv{rank}d_transpose", plain, shape


def depthwise(full):
    """Depthwise convolutions."""
    yield from _depthwise_space(full)
    for size in ((9, 8), (4, 5), (2, 2)):
        yield (
            "depthwise_conv2d",
            {
                "filter": (2, 2, 2, 1),
                "strides": (1, 2, 2, 1),
                "padding": "SAME",
                "dilations": (1, 3),
            },
            _shape(size, 2),
        )
    yield from _depthwise_wrong()


def _depthwise_space(full):
    """Random combinations."""
    for size, w in _space(
        full,
        2,
        8_000,
        300,
        k=[1, 2, 3, 4],
        s=(1, 2, 3),
        t=(0, 0, 0, 1),
        d=[1, 1, 2, 3],
        padding=("SAME", "VALID"),
        lo=[0, 1, 2],
        hi=[0, 1, 2],
        numbers=(False, True),
        depth=((3, 1), (2, 2), (1, 3)),
        plain=(True, False),
    ):
        words = {
            "strides": (1, 1, 1, 1) if w["plain"] else _whole((w["s"], w["s"] + w["t"])),
            "padding": _pairs(w["lo"], w["hi"]) if w["numbers"] else w["padding"],
        }
        yield (
            "depthwise_conv2d",
            {
                "filter": (*w["k"], *w["depth"]),
                **words,
                **({"dilations": w["d"]} if w["plain"] else {}),
            },
            _shape(size, w["depth"][0]),
        )


def _depthwise_wrong():
    """What is mostly refused."""
    plain = {"filter": (3, 3, 4, 2), "strides": _whole((1, 1)), "padding": "VALID"}
    for words in (
        {"strides": 1},
        {"strides": (1, 1)},
        {"strides": (1, 0, 0, 1)},
        {"strides": (2, 1, 1, 1)},
        {"strides": (1, 1, 1, 2)},
        {"dilations": 2},
        {"dilations": (2,)},
        {"dilations": (2, 1)},
        {"dilations": (1, 2, 2, 1)},
        {"dilations": (0, 1)},
        {"padding": "same"},
        {"padding": "EXPLICIT"},
        {"data_format": "NCHW"},
        {"data_format": "NHWC"},
        {"filter": (3, 3, 3, 2)},
        {"filter": (3, 3, 4)},
        {"filter": (0, 3, 4, 2)},
    ):
        yield "depthwise_conv2d", plain | words, (1, 9, 9, 4)
    for shape in ((1, 9, 9, 3), (1, 9, 9, 8), (9, 9, 4), (0, 9, 9, 4), (1, 0, 9, 4)):
        yield "depthwise_conv2d", plain, shape
        yield "depthwise_conv2d", plain | {"padding": "SAME"}, shape


# channels, multiplier, depth and filters of the second step
MIXING = (
    (2, 2, 4, 5),
    (2, 2, 2, 6),
    (2, 2, 2, 5),
    (2, 2, 1, 4),
    (3, 1, 3, 1),
    (2, 2, 3, 3),
    (2, 1, 4, 4),
)


def separable(full):
    """Separable convolutions."""
    for size, w in _space(
        full,
        2,
        4_000,
        200,
        k=[1, 2, 3, 4],
        s=(1, 2),
        d=[1, 1, 2],
        padding=("SAME", "VALID"),
        mixing=MIXING,
        plain=(True, False),
    ):
        channels, multiplier, depth, filters = w["mixing"]
        words = {
            "depthwise_filter": (*w["k"], channels, multiplier),
            "pointwise_filter": (1, 1, depth, filters),
            "padding": w["padding"],
        }
        words |= (
            {"strides": (1, 1, 1, 1), "dilations": w["d"]}
            if w["plain"]
            else {"strides": _whole((w["s"],) * 2)}
        )
        yield "separable_conv2d", words, _shape(size, channels)
    yield (
        "separable_conv2d",
        {
            "depthwise_filter": (3, 3, 4, 2),
            "pointwise_filter": (3, 3, 8, 5),
            "strides": (1, 1, 1, 1),
            "padding": "VALID",
        },
        (1, 9, 9, 4),
    )


def pool(full):
    """Pooling."""
    yield from _pool_of_each(full)
    yield from _pool_in_numbers(full)
    yield from _pool_dilated(full)
    for rank in (1, 2, 3):
        yield from _windows_wrong(rank)
        yield from _pool_wrong(rank)
        shape = _shape(SIZES[rank], 4)
        for other in (shape[1:], (0, *shape[1:]), (*shape[:-1], 0), (*shape, 2)):
            yield f"max_pool{rank}d", {"ksize": 3, "strides": 2, "padding": "VALID"}, other
            yield f"avg_pool{rank}d", {"ksize": 3, "strides": 2, "padding": "SAME"}, other


def _pool_of_each(full):
    """The functions of each kind, by rank and without."""
    for name in ("max_pool", "avg_pool"):
        for n, w in _line(
            full,
            ksize=range(1, 8 if full else 5),
            strides=range(1, 6 if full else 4),
            padding=("SAME", "VALID"),
        ):
            yield f"{name}1d", w, (1, n, 2)
        for rank, many, few in ((2, 5_000, 150), (3, 2_500, 80)):
            for size, w in _space(
                full,
                rank,
                many,
                few,
                ksize=[1, 2, 3, 4, 5],
                strides=[1, 2, 3, 4],
                padding=("SAME", "VALID"),
            ):
                yield f"{name}{rank}d", w, _shape(size, 2)
                yield name, w, _shape(size, 2)


def _pool_in_numbers(full):
    """Maxima, padding in numbers."""
    for n, w in _line(
        full, k=range(1, 6 if full else 4), s=(1, 2, 3), lo=range(4 if full else 3), hi=range(3)
    ):
        yield (
            "max_pool1d",
            {"ksize": w["k"], "strides": w["s"], "padding": _pairs((w["lo"],), (w["hi"],))},
            (1, n, 1),
        )
    for size, w in _space(
        full, 2, 3_000, 100, k=[1, 2, 3, 4], s=[1, 2, 3], lo=[0, 1, 2], hi=[0, 1, 2]
    ):
        yield (
            "max_pool2d",
            {"ksize": w["k"], "strides": w["s"], "padding": _pairs(w["lo"], w["hi"])},
            _shape(size, 2),
        )


def _pool_dilated(full):
    """The function of both kinds, dilated too."""
    for rank, many, few in ((1, 3_000, 150), (2, 5_000, 200), (3, 2_000, 80)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[2, 3, 4, 5],
            s=[1, 1, 1, 2, 3],
            d=[1, 1, 2, 3],
            padding=("SAME", "VALID", "VALID"),
            kind=("MAX", "AVG"),
            plain=(True, False),
        ):
            words = {
                "window_shape": w["k"],
                "pooling_type": w["kind"],
                "strides": w["s"],
                "padding": w["padding"],
            } | ({"strides": (1,) * rank, "dilations": w["d"]} if w["plain"] else {})
            yield "pool", words, _shape(size, 2)


def _windows_wrong(rank: int):
    """What max_pool and avg_pool mostly refuse."""
    shape, ones = _shape(SIZES[rank], 4), (1,) * rank
    for words in (
        {},
        {"ksize": (3,) * rank},
        {"ksize": _whole((3,) * rank)},
        {"ksize": (2, *(3,) * rank, 1)},
        {"ksize": 0},
        {"strides": 0},
        {"strides": None},
        {"strides": (2,) * rank},
        {"strides": (2, *ones, 1)},
        {"padding": "same"},
        {"padding": _pairs(ones, ones)},
        {"padding": _pairs((3,) * rank, ones)},
        {"padding": ((0, 0), *((-1, 0),) * rank, (0, 0))},
        {"padding": ((1, 0),) * (rank + 2)},
        {"padding": ((1, 1),) * rank},
        {"data_format": CHANNELS_FIRST[rank]},
        {"ksize": (3,) * 7},
    ):
        for name in ("max_pool", "avg_pool"):
            yield (
                f"{name}{rank}d",
                {"ksize": 3, "strides": 2, "padding": "VALID"} | words,
                shape,
            )
            yield name, {"ksize": 3, "strides": 2, "padding": "VALID"} | words, shape


def _pool_wrong(rank: int):
    """What pool mostly refuses."""
    shape, ones = _shape(SIZES[rank], 4), (1,) * rank
    for words in (
        {},
        {"strides": 2},
        {"strides": _whole((2,) * rank)},
        {"strides": (4,) * rank},
        {"dilations": 2},
        {"padding": "same"},
        {"padding": _pairs(ones, ones)},
        {"pooling_type": "max"},
        {"window_shape": 3},
        {"window_shape": (0,) * rank},
        {"window_shape": (9,) * 4},
        {"data_format": CHANNELS_FIRST[rank]},
        {"strides": (0,) * rank},
        {"dilations": (0,) * rank},
        {"padding": _pairs(ones, ones), "dilations": (2,) * rank},
    ):
        for kind in ("MAX", "AVG"):
            yield "pool", {"window_shape": (3,) * rank, "pooling_type": kind} | words, shape


def pad(full):
    """Padding and cropping."""
    for mode in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        for n in range(9 if full else 5):
            for lo in range(-1, 7 if full else 4):
                for hi in range(-1, 7 if full else 4):
                    yield "pad", {"paddings": ((0, 0), (lo, hi), (0, 0)), "mode": mode}, (1, n, 2)
                    yield "pad", {"paddings": ((lo, hi),), "mode": mode}, (n,)
        for rank in range(1, 7):
            for words in drawn(
                100 if full else 10,
                seed=rank,
                rank=rank,
                lo=[0, 1, 2],
                hi=[0, 1, 2, 3],
                size=[1, 2, 3, 4],
            ):
                size = words.pop("size")
                yield (
                    "pad",
                    {"paddings": tuple(zip(words["lo"], words["hi"], strict=True)), "mode": mode},
                    size,
                )
    for paddings in (((1, 2),), (1, 2), ((1, 2, 3), (0, 0, 0)), 3, ()):
        yield "pad", {"paddings": paddings}, (3, 5)
    for mode in ("reflect", "EDGE"):
        yield "pad", {"paddings": ((1, 1), (1, 1)), "mode": mode}, (3, 5)


def resize(full):
    """Resizing."""
    for method in (
        "bilinear",
        "nearest",
        "bicubic",
        "area",
        "lanczos3",
        "lanczos5",
        "gaussian",
        "mitchellcubic",
        "NEAREST",
        "cubic",
    ):
        for words in drawn(60 if full else 8, seed=3, rank=2, size=[1, 2, 5, 17], shape=[1, 4, 7]):
            yield "image_resize", {"size": words["size"], "method": method}, (1, *words["shape"], 3)
            yield "image_resize", {"size": words["size"], "method": method}, (*words["shape"], 3)
    for size in (8, (8,), (0, 3), (-1, 2), (8, 9, 3)):
        yield "image_resize", {"size": size}, (1, 4, 6, 3)
    for shape in ((1, 0, 6, 3), (0, 4, 6, 3), (1, 4, 6, 0), (4, 6), (1, 1, 4, 6, 3)):
        yield "image_resize", {"size": (8, 9)}, shape


def shuffle(full):
    """Channels into space and back."""
    for r in range(5):
        for c in range(0, 20, 1 if full else 3):
            for size in ((3, 4), (4, 6), (6, 6), (12, 8), (0, 4)):
                yield "depth_to_space", {"block_size": r}, (1, *size, c)
                yield "space_to_depth", {"block_size": r}, (1, *size, c)
    for words in ({"data_format": "NCHW"}, {"data_format": "NHWC"}):
        for name in ("depth_to_space", "space_to_depth"):
            yield name, {"block_size": 2} | words, (1, 4, 4, 8)
            yield name, {"block_size": 2} | words, (4, 4, 8)


def columns(full):
    """Windows as columns."""
    yield from _columns_space(full)
    yield from _columns_wrong()


def _columns_space(full):
    """Random combinations."""
    for size, w in _space(
        full,
        2,
        4_000,
        200,
        k=[1, 2, 3, 4],
        s=[1, 2, 3, 5],
        d=[1, 1, 2, 3],
        padding=("SAME", "VALID"),
    ):
        yield (
            "extract_patches",
            {
                "sizes": _whole(w["k"]),
                "strides": _whole(w["s"]),
                "rates": _whole(w["d"]),
                "padding": w["padding"],
            },
            _shape(size, 2),
        )


def _columns_wrong():
    """What is mostly refused."""
    plain = {
        "sizes": (1, 3, 3, 1),
        "strides": (1, 1, 1, 1),
        "rates": (1, 1, 1, 1),
        "padding": "VALID",
    }
    for words in (
        {"sizes": (3, 3)},
        {"sizes": 3},
        {"sizes": (1, 3, 3, 2)},
        {"sizes": (2, 3, 3, 1)},
        {"sizes": (1, 0, 3, 1)},
        {"strides": (2, 1, 1, 1)},
        {"strides": (1, 0, 1, 1)},
        {"rates": (1, 0, 1, 1)},
        {"padding": "same"},
        {"padding": ((0, 0),) * 4},
    ):
        yield "extract_patches", plain | words, (1, 9, 9, 4)
    for shape in ((1, 0, 9, 4), (0, 9, 9, 4), (9, 9, 4), (1, 2, 9, 4), (1, 1, 9, 4)):
        for padding in ("SAME", "VALID"):
            yield "extract_patches", plain | {"padding": padding}, shape


def dense(full):
    """Layers over the channels, and new shapes."""
    for shape in ((2, 6), (2, 3, 4), (24,), (2, 0, 3)):
        for to in (
            (-1,),
            (24,),
            (2, -1),
            (-1, 6),
            (4, 6),
            (-1, 5),
            (5, 5),
            (-1, -1),
            (0, -1),
            (2, 3, 4),
            (12, -1, 1),
            (-2, 6),
            (0,),
        ):
            yield "reshape", {"shape": to}, shape


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    for method, smooth in product(tensorflow.image_resize.methods, (False, True)):
        words = {"size": (m, width), "method": method, "antialias": smooth}
        yield "image_resize", words, (1, n, width, 1), 1


MANNER = Manner(
    drops=True, shares=True, blocks_first=True, taps_first=True, cubic=-0.5, table=TABLE
)

GRIDS = {
    f.__name__: f
    for f in (conv, transposed, depthwise, separable, pool, pad, resize, shuffle, columns, dense)
}


def _most(d: dict, name: str) -> int:
    """The largest entry of one of the words of a disagreement; 1 where it is not said."""
    value = d["words"].get(name) or 1
    return value if isinstance(value, int) else max(value)


def _stepped_over(d: dict) -> bool:
    """Whether on some of the three axes the stride is longer than the window, and SAME pads nothing
    there.
    """
    words = d["words"]
    kernel = words["filters"][:3] if "filters" in words else words["ksize"]
    each = [v if isinstance(v, list) else [v] * 3 for v in (kernel, words.get("strides") or 1)]
    kernel, strides = (v[1:4] if len(v) == 5 else v[:3] for v in each)
    return (
        len(d["input"]) == 5
        and words.get("padding") == "SAME"
        and any(s > k for k, s in zip(kernel, strides, strict=True))
    )


def _refused_when_larger(d: dict) -> bool:
    """Whether the same words are refused of an input that is long enough for any window."""
    batch, *spatial, channels = d["input"]
    try:
        made = getattr(tensorflow, d["call"])(**d["words"])
        made.output_shape((max(batch, 1), *(n + AMPLE for n in spatial), channels))
    except ShapeError:
        return True
    return False


# Disagreements that are the framework's own: which, and why.
KNOWN = (
    (
        lambda d: (
            d["call"] in ("depthwise_conv2d", "separable_conv2d")
            and d["algebra"] == "refused"
            and _most(d, "strides") > 1
            and _most(d, "dilations") > 1
        ),
        Text(
            zh=(
                "逐通道卷积同时有步长与膨胀时，TensorFlow 只发警告：它在 d"
                " 个交错的部分里各自取步长，尺寸与数值都不再是卷积。"
            ),
            en=(
                "with both strides and dilations TensorFlow's depthwise convolution only warns: it"
                " strides within each of d interleaved parts, and neither sizes nor values are"
                " those of a convolution."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] in ("conv1d", "conv2d", "conv3d", "convolution", "separable_conv2d")
            and d["algebra"] == "refused"
            and 0 in d["framework"]
            and _refused_when_larger(d)
        ),
        Text(
            zh=(
                "输出为空时 TensorFlow 提前返回，不再检查组数能否整除、CPU"
                " 是否支持膨胀；同样的参数换个更大的输入便报错。"
            ),
            en=(
                "where the output is empty TensorFlow returns before it checks whether the groups"
                " divide and whether the CPU can dilate; the same arguments are an error for a"
                " larger input."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "pool"
            and d["algebra"] == "refused"
            and isinstance(d["words"].get("padding"), list)
            and _most(d, "dilations") > 1
        ),
        Text(
            zh=(
                "文档说 tf.nn.pool 只接受 SAME 与 VALID；有膨胀时它却收下数字填充，"
                "并且填零，连取最大值时也是。"
            ),
            en=(
                "the documentation of tf.nn.pool knows SAME and VALID only; with dilations it takes"
                " padding in numbers all the same and pads with zeros, for a maximum too."
            ),
        ),
    ),
    (
        lambda d: (
            d["framework"] == "other values"
            and d["call"]
            in ("conv3d", "convolution", "max_pool3d", "avg_pool3d", "max_pool", "avg_pool")
            and _stepped_over(d)
        ),
        Text(
            zh="不用 oneDNN 时，步长大于窗口的三维 SAME 卷积与池化读错位置；尺寸是对的。",
            en=(
                "without oneDNN, convolution and pooling of rank 3 with SAME and a stride longer"
                " than the window read the wrong positions; the sizes are right."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "depthwise_conv2d"
            and 0 in d["words"]["filter"]
            and d["algebra"] == "refused"
        ),
        Text(
            zh="逐通道卷积收下长度为 0 的核。",
            en="a depthwise convolution takes a kernel of length 0.",
        ),
    ),
    (
        lambda d: d["call"] == "reshape" and 0 in d["words"]["shape"] and -1 in d["words"]["shape"],
        Text(
            zh="tf.reshape 求 −1 时略去长度为 0 的轴。",
            en="to find −1, tf.reshape leaves out the axes of length 0.",
        ),
    ),
)
