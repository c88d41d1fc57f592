"""What is asked of ONNX Runtime: every operator, all ranks, opsets where they differ, the
degenerate zone included.
"""

from collections.abc import Sequence
from functools import partial
from itertools import islice, product
from typing import Any

from shapealg.axis.door import integer
from shapealg.checks.moves import KEPT, ROUNDED, Manner, kept, rounded
from shapealg.checks.sweep import crossed, drawn
from shapealg.layer.pooling import Pooling
from shapealg.text import Text
from shapealg.words.dialects import onnx
from shapealg.words.dialects.onnx import AveragePool

AUTO_PADS = ("SAME_UPPER", "SAME_LOWER", "VALID")


def _line(call, full, channels, **choices):
    """One axis, every combination; n runs from 0 into the zone where no window fits and beyond."""
    for words in crossed(**choices):
        for n in range(21 if full else 9):
            yield call, {k: v for k, v in words.items() if v is not None}, (1, channels, n)


def _ones(values) -> tuple:
    return tuple((v,) for v in values)


def _pairs(values) -> tuple:
    return tuple(product(values, values))


def _space(call, counts, channels, build, **choices):
    """Two or three axes, random combinations; four sizes for each."""
    for rank in (2, 3):
        for words in drawn(
            counts[rank],
            seed=rank,
            rank=rank,
            sizes=[tuple(range(1, 12 if rank == 2 else 8))],
            lo=[0, 1, 2],
            hi=[0, 1, 2],
            **choices,
        ):
            lo, hi, sizes = (words.pop(name) for name in ("lo", "hi", "sizes"))
            if words.get("auto_pad", "NOTSET") == "NOTSET":
                words["pads"] = lo + hi
            for shift in range(4):
                size = tuple(
                    ns[(7 * shift + 3 * i + sum(lo) + 5 * sum(hi)) % len(ns)]
                    for i, ns in enumerate(sizes)
                )
                yield call, build(words), (1, channels, *size)


def _weighted(words: dict) -> dict:
    """The words with weights in place of their kernel."""
    return {
        "W": (4, 4 // words.get("group", 1), *words["kernel"]),
        **{k: v for k, v in words.items() if k != "kernel"},
    }


def conv(full):
    """Convolutions."""
    wide = {
        "strides": _ones(range(1, 5 if full else 4)),
        "dilations": _ones(range(1, 4 if full else 3)),
    }
    kernels = range(1, 7 if full else 4)
    for k in kernels:
        for group in (1, 2) if full else (1,):
            W = {"W": ((4, 4 // group, k),), "group": (group,)}
            yield from _line("Conv", full, 4, **W, pads=_pairs(range(4 if full else 2)), **wide)
            yield from _line("Conv", full, 4, **W, auto_pad=AUTO_PADS, **wide)
    yield from _space(
        "Conv",
        {2: 3_000 if full else 150, 3: 2_000 if full else 80},
        4,
        _weighted,
        kernel=[1, 2, 3, 4],
        strides=[1, 2, 3],
        dilations=[1, 1, 2],
        group=(1, 2, 4),
        auto_pad=("NOTSET", "NOTSET", *AUTO_PADS),
    )
    yield "Conv", {"W": (4, 4, 3), "B": (4,), "kernel_shape": (3,)}, (2, 4, 9)
    yield from _wrong("Conv", {"W": (4, 4, 3)})
    for words in (
        {"W": (4, 3, 3)},
        {"W": (4, 2, 3), "group": 3},
        {"W": (3, 2, 3), "group": 2},
        {"W": (4, 4, 3), "B": (3,)},
        {"W": (4, 4, 3), "B": (1, 4)},
        {"W": (4, 4, 3, 3)},
    ):
        yield "Conv", words, (1, 4, 9)


def _wrong(call, words):
    """Arguments that are refused whatever the input."""
    for more in (
        {"strides": (0,)},
        {"strides": (-1,)},
        {"strides": 2},
        {"strides": (1, 1)},
        {"dilations": (0,)},
        {"pads": (-1, 1)},
        {"pads": (1,)},
        {"pads": 1},
        {"pads": (1, 1, 1, 1)},
        {"kernel_shape": (2,)} if "W" in words else {"kernel_shape": (0,)},
        {"kernel_shape": (3, 3)},
        {"auto_pad": "SAME"},
        {"auto_pad": "same_upper"},
        {"auto_pad": "SAME_UPPER", "pads": (1, 1)},
        {"auto_pad": "VALID", "pads": (0, 0)},
        {"opset": 7},
        {"opset": 0},
        {"opset": 29},
    ):
        yield call, words | more, (1, 4, 9)
    if "W" in words:
        yield call, words | {"group": 0}, (1, 4, 9)
    for shape in ((1, 3, 9), (4, 9), (9,), (1, 4, 9, 9), (0, 4, 9)):
        if "W" in words or shape != (1, 3, 9):
            yield call, words, shape


def transposed(full):
    """Transposed convolutions."""
    yield from _transposed_line(full)
    yield from _space(
        "ConvTranspose",
        {2: 3_000 if full else 150, 3: 1_500 if full else 60},
        4,
        _weighted,
        kernel=[1, 2, 3, 4],
        strides=[1, 2, 3],
        dilations=[1, 2],
        output_padding=[0, 0, 1],
        group=(1, 2),
        auto_pad=("NOTSET", "NOTSET", *AUTO_PADS),
    )
    yield from _wrong("ConvTranspose", {"W": (4, 2, 3)})
    for words in (
        {"W": (3, 2, 3)},
        {"W": (4, 2, 3), "group": 3},
        {"W": (4, 2, 3), "group": 2, "B": (4,)},
        {"W": (4, 2, 3), "B": (4,)},
        {"W": (4, 2, 3), "output_padding": (-1,)},
        {"W": (4, 2, 3), "output_shape": (1, 2, 11)},
    ):
        yield "ConvTranspose", words, (1, 4, 9)


def _transposed_line(full):
    """One axis, every combination."""
    for k in range(1, 6 if full else 4):
        W = {
            "W": ((4, 2, k),),
            "strides": _ones(range(1, 5 if full else 4)),
            "dilations": _ones(range(1, 4 if full else 3)),
        }
        extra = (None, *_ones(range(4 if full else 3)))
        yield from _line(
            "ConvTranspose",
            full,
            4,
            **W,
            pads=_pairs(range(3 if full else 2)),
            output_padding=extra,
        )
        yield from _line("ConvTranspose", full, 4, **W, auto_pad=AUTO_PADS, output_padding=extra)
        yield from _line(
            "ConvTranspose",
            full,
            4,
            **W,
            output_shape=_ones(range(0, 30, 4 if full else 7)),
            auto_pad=("NOTSET", *AUTO_PADS) if full else ("NOTSET", "SAME_UPPER"),
            output_padding=(None, (1,)),
        )


def pool(full):
    """Pooling."""
    each = {
        "MaxPool": {"opset": (10, 21, 28) if full else (11, 28)},
        "AveragePool": {"opset": (19, 28) if full else (28,), "count_include_pad": (0, 1)},
        "LpPool": {"opset": (18, 28) if full else (28,), "p": (2,)},
    }
    own = {"MaxPool": {"storage_order": 1}, "LpPool": {"p": 3}}
    for call, choices in each.items():
        yield from _pool(call, full, choices, own.get(call, {"count_include_pad": 1}))
    for n in range(31 if full else 9):
        for words in (
            {"kernel_shape": (2,), "strides": (2,)},
            {"kernel_shape": (3,), "strides": (2,), "pads": (1, 0)},
            {"kernel_shape": (2,), "output_shape": (1, 2, 9)},
        ):
            yield "MaxUnpool", words, (1, 2, n)


def _pool(call: str, full, choices: dict, own: dict):
    """One operator: every opset, one axis and more, and what is refused; `own` is a word that it
    has to itself.
    """
    wide = {
        "kernel_shape": _ones(range(1, 5 if full else 4)),
        "strides": (None, *_ones(range(2, 5 if full else 4))),
        "dilations": _ones(range(1, 4 if full else 3)),
        "ceil_mode": (0, 1),
    }
    yield from _line(call, full, 2, **wide, pads=_pairs(range(3 if full else 2)), **choices)
    yield from _line(
        call, full, 2, **wide, auto_pad=AUTO_PADS, **{k: v[:1] for k, v in choices.items()}
    )
    for opset in (7, 8, 9, 10, 11, 12, 18, 19, 21, 22, 28):
        for words in (
            {},
            {"ceil_mode": 1},
            {"dilations": (2,)},
            own,
        ):
            yield (
                call,
                {"kernel_shape": (2,), "strides": (2,), "opset": opset, **words},
                (1, 2, 5),
            )
    yield from _space(
        call,
        {2: 2_500 if full else 120, 3: 1_500 if full else 60},
        2,
        dict,
        kernel_shape=[1, 2, 3, 4],
        strides=[1, 2, 3, 4],
        dilations=[1, 1, 2],
        ceil_mode=(0, 1),
        auto_pad=("NOTSET", "NOTSET", *AUTO_PADS),
    )
    yield call, {"kernel_shape": (3,), "auto_pad": "SAME_UPPER", "pads": (1, 1)}, (1, 2, 9)
    yield call, {"kernel_shape": (3,), "auto_pad": "VALID", "pads": (3, 1)}, (1, 2, 9)
    yield call, {"kernel_shape": (3,)}, (0, 2, 0)
    for words in _wrong(call, {"kernel_shape": (3,)}):
        if "auto_pad" not in words[1] or "pads" not in words[1]:
            yield words


def adaptive(full):
    """Pooling over whole axes."""
    for call in ("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"):
        for n in range(41 if full else 9):
            yield call, {}, (1, 2, n)
            yield call, {}, (1, 2, n, 3)
            yield call, {}, (2, 2, 3, n, 2)
            yield call, {}, (0, 2, n)
        for opset in (1, 2, 7, 11, 21, 22, 28):
            yield call, {"opset": opset}, (1, 2, 5)
        for shape in ((2, 3), (3,), (1, 2, 3, 4, 5, 6)):
            yield call, {}, shape


def pad(full):
    """Padding and cropping."""
    yield from _pad(full)
    yield from _slice(full)
    yield from _crop()


def _pad(full):
    """Padding, in numbers of either sign."""
    for mode in ("constant", "reflect", "edge", "wrap"):
        for lo, hi in _pairs(range(-5, 7) if full else range(-3, 4)):
            for n in range(12 if full else 5):
                yield "Pad", {"pads": (0, 0, lo, 0, 0, hi), "mode": mode}, (1, 2, n)
        for rank in (2, 3):
            for words in drawn(
                400 if full else 40,
                seed=rank,
                rank=2 * rank + 4,
                pads=[-2, -1, 0, 0, 1, 2],
                mode=(mode,),
            ):
                for size in ((3, 2), (4, 5), (1, 1), (0, 2)):
                    yield "Pad", words, (2, 2, *size, *(3,) * (rank - 2))
    for opset, axes in product(
        (2, 10, 11, 13, 18, 19, 23, 25, 28), (None, (2,), (-1,), (3,), (0,))
    ):
        yield (
            "Pad",
            {"pads": (1, 2) if axes else (0, 0, 1, 0, 0, 2), "opset": opset}
            | ({"axes": axes} if axes else {}),
            (1, 2, 5),
        )
        yield "Pad", {"pads": (0, 0, 1, 0, 0, 2), "opset": opset, "mode": "wrap"}, (1, 2, 5)
    for words in (
        {"pads": (1, 2)},
        {"pads": (1, 2, 3), "axes": (2,)},
        {"pads": (1, 2, 3, 4), "axes": (2, 2)},
        {"pads": (0, 0, 1, 0, 0, 1), "mode": "symmetric"},
        {"pads": 1},
    ):
        yield "Pad", words, (1, 2, 5)


def _slice(full):
    """Parts of an axis, by steps of either sign."""
    for start, end, step in product(
        range(-6, 7, 1 if full else 3), (-7, -2, 0, 1, 4, 9, 2**31 - 1), (-2, -1, 0, 1, 2, 3)
    ):
        for n in range(9 if full else 6):
            yield (
                "Slice",
                {"starts": (start,), "ends": (end,), "axes": (2,), "steps": (step,)},
                (1, 2, n),
            )
    for words in (
        {"starts": (0, 1), "ends": (1, 3)},
        {"starts": (1,), "ends": (-1,), "axes": (-1,)},
        {"starts": (0,), "ends": (1,), "axes": (3,)},
        {"starts": (0, 0), "ends": (1, 1), "axes": (2, 2)},
        {"starts": (0, 1), "ends": (3,), "axes": (2,)},
    ):
        yield "Slice", words, (1, 2, 5)
        yield "Slice", words | {"opset": 9}, (1, 2, 5)


def _crop():
    """Cut or padded to a size, about the middle."""
    for n, m in product(range(7), range(7)):
        yield "CenterCropPad", {"shape": (m,), "axes": (2,)}, (1, 2, n)
    for words in (
        {"shape": (1, 2, 7)},
        {"shape": (4,)},
        {"shape": (4, 4), "axes": (1, -1)},
        {"shape": (4, 4), "axes": (2, 2)},
        {"shape": (4,), "axes": (2,), "opset": 17},
    ):
        yield "CenterCropPad", words, (1, 2, 5)


SCALES = (0.001, 0.1, 0.29, 0.3, 0.5, 0.7, 1, 1.1, 1.5, 1.7, 2, 2.3, 2.5, 3, 3.7)
SHAPES = ((4,), (3, 5), (2, 3, 5), (1, 2, 3, 5), (2, 2, 3, 5), (1, 2, 3, 4, 5))


def resize(full):
    """Resizing."""
    yield from _resize_line(full)
    yield from _resize_space(full)
    yield from _resize_kernels(full)
    yield from _resize_alike(full)
    for n, m in product(range(4), range(4)):
        yield "Resize", {"sizes": (1, 1, m)}, (1, 1, n)
    yield from _resize_wrong()
    yield from _resize_places()


def _resize_line(full):
    """One axis by every factor, in every opset."""
    for scale in (*SCALES, 0, -1):
        for n in range(301 if full else 40):
            yield "Resize", {"scales": (1, 1, scale)}, (1, 1, n)
        for opset in (10, 11, 13, 18, 19, 28):
            yield "Resize", {"scales": (1, 1, scale), "opset": opset}, (1, 1, 10)
        for opset in (7, 8, 9, 10):
            yield "Upsample", {"scales": (1, 1, scale), "opset": opset}, (1, 1, 10)


def _resize_space(full):
    """Every rank and mode."""
    for mode, shape in product(("nearest", "linear", "cubic"), SHAPES if full else SHAPES[:5]):
        for scales in product((0.5, 1, 2), repeat=len(shape)):
            for antialias in (0, 1):
                yield "Resize", {"scales": scales, "mode": mode, "antialias": antialias}, shape
            yield (
                "Resize",
                {
                    "sizes": tuple(
                        int(2 * s * n) // 2 or 1 for s, n in zip(scales, shape, strict=True)
                    ),
                    "mode": mode,
                },
                shape,
            )
            yield "Upsample", {"scales": scales, "mode": mode}, shape


def _resize_kernels(full):
    """What else a kernel is told: its slope, and whether it takes what lies outside."""
    for mode, antialias, outside, slope in product(
        onnx.Resize.modes, (0, 1), (0, 1), (-0.5, -0.75, 0.0)
    ):
        words = {"mode": mode, "exclude_outside": outside, "cubic_coeff_a": slope}
        for n, m in ((5, 8), (5, 3), (1, 4), (9, 2)) if full else ((5, 8), (7, 3)):
            told = {"sizes": (1, 1, m, 4), "antialias": antialias}
            for where in ("half_pixel", "align_corners", "asymmetric"):
                yield (
                    "Resize",
                    words | told | {"coordinate_transformation_mode": where},
                    (1, 1, n, 4),
                )


def _resize_alike(full):
    """Both axes of an image, by policy."""
    for policy in ("stretch", "not_larger", "not_smaller"):
        for words in drawn(
            2_000 if full else 150,
            seed=3,
            rank=2,
            sizes=list(range(1, 40)),
            size=list(range(1, 60)),
        ):
            size = words.pop("size")
            yield (
                "Resize",
                words | {"axes": (2, 3), "keep_aspect_ratio_policy": policy},
                (1, 1, *size),
            )
            yield (
                "Resize",
                {"sizes": (1, 2, *words["sizes"]), "keep_aspect_ratio_policy": policy},
                (1, 2, *(n % 7 + 1 for n in size)),
            )
        yield (
            "Resize",
            {"scales": (2, 2), "axes": (2, 3), "keep_aspect_ratio_policy": policy},
            (1, 1, 4, 5),
        )


def _resize_wrong():
    """What is mostly refused."""
    for word, value in (
        ("coordinate_transformation_mode", "asymmetric"),
        ("cubic_coeff_a", -0.5),
        ("exclude_outside", 0),
        ("extrapolation_value", 1.0),
        ("nearest_mode", "floor"),
    ):
        for opset in (10, 11):
            yield "Resize", {"scales": (1, 1, 2), word: value, "opset": opset}, (1, 1, 5)
    for words in (
        {},
        {"scales": (1, 1, 2), "sizes": (1, 1, 4)},
        {"scales": (1, 2)},
        {"sizes": (1, 2)},
        {"scales": (2,), "axes": (2,)},
        {"scales": (2,), "axes": (-1,)},
        {"scales": (2,), "axes": (3,)},
        {"scales": (2, 2), "axes": (2, 2)},
        {"sizes": (7,), "axes": (2,)},
        {"scales": (2,), "axes": (2,), "opset": 13},
        {"scales": (1, 1, 2), "mode": "bilinear"},
        {"scales": (1, 1, 2), "keep_aspect_ratio_policy": "x"},
        {"sizes": (1, 1, 4), "opset": 10},
        {"sizes": (1, 1, 4), "opset": 11},
        {
            "sizes": (1, 1, 4),
            "coordinate_transformation_mode": "tf_crop_and_resize",
            "roi": (0, 0, 0.2, 1, 1, 0.6),
        },
        {
            "scales": (1, 1, 0.8),
            "coordinate_transformation_mode": "tf_crop_and_resize",
            "roi": (0, 0, 0.2, 1, 1, 0.6),
        },
    ):
        yield "Resize", words, (1, 1, 10)


def _resize_places():
    """Every rule for where positions lie."""
    for mode in (
        "half_pixel",
        "half_pixel_symmetric",
        "pytorch_half_pixel",
        "align_corners",
        "asymmetric",
        "bad",
    ):
        yield (
            "Resize",
            {"scales": (1, 1, 2.5), "mode": "linear", "coordinate_transformation_mode": mode},
            (1, 1, 4),
        )


def shuffle(full):
    """Channels into space and back."""
    for b, c in product(range(5), range(1, 20)):
        for size in ((3, 4), (4, 6), (6, 6), (12, 8), (0, 4)):
            yield "DepthToSpace", {"blocksize": b}, (1, c, *size)
            yield "SpaceToDepth", {"blocksize": b}, (1, c, *size)
    for call, opset, mode in product(
        ("DepthToSpace", "SpaceToDepth"), (7, 10, 11, 13, 27, 28), (None, "DCR", "CRD", "X")
    ):
        yield (
            call,
            {"blocksize": 2, "opset": opset} | ({"mode": mode} if mode else {}),
            (1, 4, 4, 4),
        )
    yield "DepthToSpace", {"blocksize": 2}, (1, 4, 4)


def columns(full):
    """Columns as an image."""
    for rank in (1, 2, 3):
        for words in drawn(
            3_000 if full else 100,
            seed=5,
            rank=rank,
            image_shape=list(range(1, 8)),
            block_shape=[1, 2, 3],
            dilations=[1, 2],
            lo=[-1, 0, 0, 1],
            hi=[-1, 0, 0, 1, 2],
            strides=[1, 2, 3],
        ):
            words["pads"] = words.pop("lo") + words.pop("hi")
            count, taps = 1, 1
            for i, (n, k, d, s) in enumerate(
                zip(
                    words["image_shape"],
                    words["block_shape"],
                    words["dilations"],
                    words["strides"],
                    strict=True,
                )
            ):
                count *= max(
                    len(range(-words["pads"][i], n + words["pads"][rank + i] - d * (k - 1), s)), 0
                )
                taps *= k
            yield "Col2Im", words, (1, 2 * taps, count)
            yield "Col2Im", words, (1, 2 * taps + 1, count)
            yield "Col2Im", words, (1, 2 * taps, count + 1)
    for words in (
        {"image_shape": (4, 4), "block_shape": (2,)},
        {"image_shape": (0, 4), "block_shape": (2, 2)},
        {"image_shape": (4,), "block_shape": (2,), "strides": (0,)},
        {"image_shape": (4,), "block_shape": (2,), "opset": 17},
    ):
        yield "Col2Im", words, (1, 4, 3)


def dense(full):
    """Layers over the channels, and new shapes."""
    for shape in ((2,), (2, 3), (2, 3, 4), (2, 0, 3), (1, 2, 3, 4), (2, 2, 2, 2, 2)):
        for axis in range(-6, 7):
            for opset in (9, 11, 28):
                yield "Flatten", {"axis": axis, "opset": opset}, shape
        for B in ((3,), (3, 4), (4, 5), (2, 3, 4), (2, 1, 4, 5), (1, 1, 2, 2, 2), (3, 2)):
            yield "MatMul", {"B": B}, shape
    for words in crossed(
        B=((3, 4), (4, 3), (2, 4)),
        C=(None, (), (4,), (3,), (1, 4), (2, 1), (2, 4), (3, 4), (1, 1, 4)),
        transA=(0, 1),
        transB=(0, 1),
        opset=(9, 11, 13),
    ):
        for shape in ((2, 3), (3, 2), (0, 3), (2, 3, 4), (3,)):
            yield "Gemm", {k: v for k, v in words.items() if v is not None}, shape


def _thinned(grid):
    """Every case of the quick grid; of the full one every 3th, for neighbours differ in one word
    only.
    """

    def thinned(full):
        return islice(grid(full), 0, None, 3 if full else 1)

    return thinned


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    shape, scales = (1, 1, n, width), (1.0, 1.0, m / n, 1.0)
    hows: list[dict[str, Any]] = [
        {"mode": "nearest", "nearest_mode": how} for how in onnx.Resize.roundings
    ]
    hows += [{"mode": mode, "antialias": a} for mode in ("linear", "cubic") for a in (0, 1)]
    hows += [{"mode": "cubic", "antialias": a, "exclude_outside": 1} for a in (0, 1)]
    places = [where for where in onnx.Resize.transformations if where != "tf_crop_and_resize"]
    sizes: list[dict[str, Any]] = [{"sizes": (1, 1, m, width)}, {"scales": scales}]
    for how, where, size in product(hows, places, sizes):
        yield "Resize", {"coordinate_transformation_mode": where, **how, **size}, shape, 2
    yield "Resize", {"scales": scales, "opset": 10}, shape, 2
    if m >= n:
        yield "Upsample", {"scales": scales, "opset": 9}, shape, 2


MANNER = Manner(crops=True, blocks_first=True)

GRIDS = {
    f.__name__: f for f in (conv, transposed, pool, adaptive, pad, resize, shuffle, columns, dense)
}
# so that the full grid takes minutes
GRIDS |= {f.__name__: _thinned(f) for f in (transposed, pool)}

# Disagreements that are ONNX Runtime's own: which, and why.
KNOWN = (
    (partial(rounded, onnx), ROUNDED),
    (partial(kept, onnx), KEPT),
    (
        lambda d: (
            d["call"] == "Col2Im"
            and d["framework"] == "other values"
            and len(d["words"]["image_shape"]) != 2
            and any(
                dilation > 1 and k > 1
                for dilation, k in zip(
                    d["words"]["dilations"], d["words"]["block_shape"], strict=True
                )
            )
        ),
        Text(
            zh="有膨胀时，ONNX Runtime 的 Col2Im 除两轴之外把值放错位置：三轴，以及多通道的一轴。",
            en=(
                "with dilations ONNX Runtime's Col2Im puts values in wrong places unless there are"
                " two axes: along three, and along one with several channels."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "AveragePool"
            and d["framework"] == "other values"
            and d["words"].get("ceil_mode")
            and d["words"].get("auto_pad", "").startswith("SAME")
            and max(d["words"].get("dilations", (1,))) > 1
        ),
        Text(
            zh=(
                "SAME、ceil_mode 与膨胀合用，且窗口之间有空隙时，ONNX Runtime"
                " 的平均池化不读最后一个窗口里被裁去的那一格，最大池化却读。"
            ),
            en=(
                "with SAME, ceil_mode and dilations together, and gaps between the windows, ONNX"
                " Runtime's AveragePool leaves out the position cropped at the end; its MaxPool"
                " reads it."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "AveragePool"
            and d["framework"] == "other values"
            and not d["words"].get("count_include_pad")
            and max(d["words"].get("dilations", (1,))) > 1
            and _meets_padding_only(d)
        ),
        Text(
            zh="膨胀的平均池化若有窗口只落在填充上，平均值没有定义；ONNX Runtime 给 0。",
            en=(
                "where a window of a dilated average pooling meets padding only, its mean is"
                " undefined; ONNX Runtime answers 0."
            ),
        ),
    ),
)


def _meets_padding_only(d: dict) -> bool:
    layer = AveragePool(**d["words"]).layer
    taps = layer.kernel_size if isinstance(layer, Pooling) else ()
    for axis, n, k in zip(layer.axes, d["input"][2:], taps, strict=True):
        reads = [axis.at(n).links(k, j)[0] for j in range(integer(axis.count(n), "m"))]
        if not all(_meets(positions, n) for positions in reads):
            return True
    return False


def _meets(positions: Sequence[int], n: int) -> bool:
    """Whether some of the positions lie on an axis of n."""
    return any(0 <= p < n for p in positions)
