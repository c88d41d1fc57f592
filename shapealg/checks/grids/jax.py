"""What is asked of JAX: every function, ranks 1 to 3, layouts, groups, cropping, dilation on either
side, the degenerate zone included.
"""

from itertools import product

from shapealg.checks.moves import Manner
from shapealg.checks.sweep import crossed, drawn
from shapealg.text import Text

SIZES = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}
NUMBERS = {
    1: (None, ("NHC", "HIO", "NHC"), ("NCH", "OIH", "NHC"), ("CHN", "IHO", "HCN")),
    2: (None, ("NHWC", "HWIO", "NHWC"), ("NCHW", "WHIO", "NHWC"), ("HWNC", "HIOW", "NWHC")),
    3: (None, ("NDHWC", "DHWIO", "NDHWC"), ("NCDHW", "OIDHW", "NDHWC")),
}


def _pairs(before, after) -> tuple:
    return tuple(zip(before, after, strict=True))


def _laid(spec, parts: dict, default: str) -> tuple:
    """A shape in the order of a specification such as NHWC; the spatial axes by their place in the
    weights' specification.
    """
    letters = default if spec is None else spec
    return tuple(parts[letter] for letter in letters)


def _shapes(
    numbers,
    rank: int,
    size,
    channels: int,
    kernel,
    depth: int,
    outputs: int,
    batch: int = 1,
    weights_default: str = "OI*",
    data_default: str = "NC*",
) -> tuple:
    """The shapes of data and weights for dimension numbers; sizes and kernel go by the order of the
    weights' axes.
    """
    spatial = (
        "DHW"[3 - rank :]
        if numbers is None
        else [letter for letter in numbers[1] if letter not in "OI"]
    )
    expand = lambda text: text.replace("*", "".join(spatial))  # noqa: E731
    data = _laid(
        numbers and numbers[0],
        {"N": batch, "C": channels, **dict(zip(spatial, size, strict=True))},
        expand(data_default),
    )
    weights = _laid(
        numbers and numbers[1],
        {"O": outputs, "I": depth, **dict(zip(spatial, kernel, strict=True))},
        expand(weights_default),
    )
    return data, weights


def _line(full, **choices):
    for words in crossed(**choices):
        for n in range(21 if full else 6):
            yield n, words


def _space(full, rank: int, many: int, few: int, **choices):
    for words in drawn(
        many if full else few,
        seed=rank,
        rank=rank,
        size=list(range(0 if rank == 1 else 1, 13 if rank < 3 else 7)),
        **choices,
    ):
        yield words.pop("size"), words


STRINGS = ("SAME", "VALID", "SAME_LOWER", "same")
# channels, depth, outputs, groups, batch groups
GROUPS = (
    (4, 4, 2, 1, 1),
    (4, 2, 4, 2, 1),
    (4, 1, 4, 4, 1),
    (2, 2, 4, 1, 2),
    (4, 2, 3, 2, 1),
    (4, 3, 6, 1, 1),
    (2, 2, 3, 1, 2),
    (4, 2, 4, 2, 2),
)


def conv(full):
    """Convolutions."""
    yield from _conv_line(full)
    yield from _conv_space(full)
    yield from _conv_short(full)
    yield from _wrong()


def _conv_line(full):
    """One axis, every combination."""
    for n, w in _line(
        full,
        k=range(1, 5 if full else 4),
        s=range(1, 4 if full else 3),
        d=(1, 2),
        padding=STRINGS[:3],
    ):
        yield (
            "conv_general_dilated",
            {
                "rhs": (1, 1, w["k"]),
                "window_strides": (w["s"],),
                "padding": w["padding"],
                "rhs_dilation": (w["d"],),
            },
            (1, 1, n),
        )


def _conv_space(full):
    """Every rank and order of axes, with groups."""
    for rank, many, few in ((1, 5_000, 150), (2, 5_000, 150), (3, 1_500, 40)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[1, 2, 3, 4],
            s=[1, 1, 2, 3],
            g=[1, 1, 2, 3],
            d=[1, 1, 2],
            lo=[-3, -1, 0, 1, 2],
            hi=[-2, 0, 1, 3],
            string=(True, False, False),
            padding=STRINGS,
            spread=(True, False),
            numbers=NUMBERS[rank],
            groups=GROUPS,
            batch=(1, 2),
        ):
            channels, depth, outputs, _, _ = w["groups"]
            data, weights = _shapes(
                w["numbers"], rank, size, channels, w["k"], depth, outputs, w["batch"]
            )
            yield "conv_general_dilated", _conv_words(w, weights), data


def _conv_words(w, weights) -> dict:
    """One such convolution, said."""
    _, _, _, groups, batches = w["groups"]
    return (
        {
            "rhs": weights,
            "window_strides": w["s"],
            "padding": w["padding"] if w["string"] else _pairs(w["lo"], w["hi"]),
            "rhs_dilation": w["d"],
        }
        | ({"lhs_dilation": w["g"]} if w["spread"] else {})
        | ({"dimension_numbers": w["numbers"]} if w["numbers"] else {})
        | ({"feature_group_count": groups} if groups > 1 else {})
        | ({"batch_group_count": batches} if batches > 1 else {})
    )


def _conv_short(full):
    """The functions that take less."""
    for size, w in _space(
        full,
        1,
        1_500,
        60,
        k=[1, 2, 3],
        s=[1, 1, 2],
        g=[1, 2, 3],
        d=[1, 2],
        lo=[-1, 0, 2],
        hi=[0, 1],
    ):
        plain = {
            "rhs": (3, 2, *w["k"]),
            "window_strides": w["s"],
            "padding": _pairs(w["lo"], w["hi"]),
        }
        yield "conv", plain, (1, 2, *size)
        yield (
            "conv_with_general_padding",
            plain | {"lhs_dilation": w["g"], "rhs_dilation": w["d"]},
            (1, 2, *size),
        )


WRONG = (
    {"window_strides": 1},
    {"window_strides": (1, 1)},
    {"window_strides": (0,)},
    {"window_strides": (-1,)},
    {"padding": "FULL"},
    {"padding": 1},
    {"padding": (1,)},
    {"padding": ()},
    {"padding": ((1, 2, 3),)},
    {"padding": ((1, 2), (0, 0))},
    {"padding": ((-4, -4),)},
    {"padding": ((-5, -5),)},
    {"padding": ((-12, 10),)},
    {"rhs_dilation": (0,)},
    {"rhs_dilation": 2},
    {"rhs_dilation": (2, 1)},
    {"lhs_dilation": (2,)},
    {"lhs_dilation": (1,)},
    {"lhs_dilation": (0,), "padding": ((1, 1),)},
    {"lhs_dilation": (2, 2), "padding": ((1, 1),)},
    {"rhs": (6, 4, 0)},
    {"rhs": (6, 3, 3)},
    {"rhs": (6, 4)},
    {"rhs": (6, 4, 3, 3)},
    {"feature_group_count": 2},
    {"feature_group_count": 0},
    {"feature_group_count": 2, "rhs": (5, 2, 3)},
    {"batch_group_count": 2},
    {"batch_group_count": 3},
    {"dimension_numbers": ("NCH", "OIW", "NCH")},
    {"dimension_numbers": ("NC", "OI", "NC")},
    {"dimension_numbers": ("ncH", "oiH", "ncH")},
    {"dimension_numbers": "NCH"},
    {"dimension_numbers": ("NCH", "OIH")},
    {"dimension_numbers": ("NCC", "OIH", "NCH")},
)


def _wrong():
    """Arguments that are refused whatever the input, many of them by execution only."""
    plain = {"rhs": (6, 4, 3), "window_strides": (1,), "padding": "VALID"}
    for words in WRONG:
        yield "conv_general_dilated", plain | words, (2, 4, 9)
    for shape in ((4, 9), (2, 3, 9), (2, 4, 9, 9), (0, 4, 9), (2, 4, 0)):
        yield "conv_general_dilated", plain, shape


def transposed(full):
    """Transposed convolutions."""
    yield from _transposed_line(full)
    yield from _transposed_space(full)
    yield from _transposed_wrong()


def _transposed_line(full):
    """One axis, every combination."""
    for n, w in _line(
        full,
        k=range(1, 6 if full else 4),
        s=range(1, 5 if full else 4),
        d=(1, 2),
        padding=("SAME", "VALID", ((0, 0),), ((2, 1),)),
    ):
        yield (
            "conv_transpose",
            {
                "rhs": (w["k"], 1, 1),
                "strides": (w["s"],),
                "padding": w["padding"],
                "rhs_dilation": (w["d"],),
            },
            (1, n, 1),
        )


def _transposed_space(full):
    """Every rank and order of axes."""
    strings = ("SAME", "VALID", "SAME", "VALID", "same", "valid", "SAME_LOWER")
    for rank, many, few in ((1, 2_500, 120), (2, 3_000, 120), (3, 1_000, 30)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[1, 2, 3, 4],
            s=[1, 2, 3],
            d=[1, 1, 2],
            lo=[-1, 0, 1, 2, 3],
            hi=[-1, 0, 1, 2, 3],
            string=(True, False),
            padding=strings,
            plain=(False, False, True),
            numbers=NUMBERS[rank],
            swap=(False, True),
            consistent=(False, False, True),
            list=(False, False, False, True),
        ):
            data, weights = _shapes(
                w["numbers"],
                rank,
                size,
                2,
                w["k"],
                3 if w["swap"] else 2,
                2 if w["swap"] else 3,
                weights_default="*IO",
                data_default="N*C",
            )
            yield "conv_transpose", _transposed_words(w, weights), data


def _transposed_words(w, weights) -> dict:
    """One such convolution, said."""
    around = tuple(map(list if w["list"] else tuple, _pairs(w["lo"], w["hi"])))
    return (
        {
            "rhs": weights,
            "strides": (1,) * len(w["s"]) if w["plain"] else w["s"],
            "padding": w["padding"] if w["string"] else around,
            "rhs_dilation": w["d"],
        }
        | ({"transpose_kernel": True} if w["swap"] else {})
        | ({"use_consistent_padding": True} if w["consistent"] else {})
        | ({"dimension_numbers": w["numbers"]} if w["numbers"] else {})
    )


def _transposed_wrong():
    """What is mostly refused."""
    plain = {"rhs": (3, 4, 6), "strides": (2,), "padding": "SAME"}
    for words in (
        {},
        {"strides": 2},
        {"strides": (2, 2)},
        {"strides": (0,)},
        {"strides": (-1,)},
        {"rhs_dilation": (0,)},
        {"padding": ((0, 0), (0, 0))},
        {"padding": ((-9, 0),)},
        {"padding": ((-8, -8),)},
        {"padding": 1},
        {"transpose_kernel": True},
        {"rhs": (3, 2, 6)},
        {"rhs": (3, 6)},
        {"dimension_numbers": ("NCH", "OIH", "NCH")},
    ):
        yield "conv_transpose", plain | words, (2, 5, 4)
    for shape in ((5, 4), (2, 5, 3), (0, 5, 4), (2, 0, 4)):
        yield "conv_transpose", plain, shape


def _around(layout: str, values, idle) -> tuple:
    return (idle, idle, *values) if layout == "NC*" else (idle, *values, idle)


def survives(call, words, shape) -> bool:
    """Whether the process lives on after a call."""
    return call != "reduce_window" or not _crashes(words)


def _crashes(words: dict) -> bool:
    """Whether XLA aborts the process: windows of one tap, one apart, where padding takes away more
    than it adds.
    """
    plain = (
        set(words["window_dimensions"]) == {1}
        and set(words["window_strides"]) == {1}
        and set(words.get("base_dilation", (1,))) == {1}
    )
    return (
        plain
        and not isinstance(words["padding"], str)
        and any(lo + hi < 0 for lo, hi in words["padding"])
    )


def pool(full):
    """Pooling."""
    yield from _pool_line(full)
    yield from _pool_space(full)
    yield from _pool_everywhere(full)
    yield from _pool_wrong()


def _pool_line(full):
    """One axis, every combination."""
    for n, w in _line(full, k=range(1, 6 if full else 4), s=range(1, 4), padding=STRINGS[:3]):
        yield (
            "reduce_window",
            {
                "computation": "max",
                "window_dimensions": (1, 1, w["k"]),
                "window_strides": (1, 1, w["s"]),
                "padding": w["padding"],
            },
            (1, 2, n),
        )


def _pool_space(full):
    """Every rank, channels first and last."""
    for rank, many, few in ((1, 2_500, 120), (2, 3_000, 120), (3, 1_000, 40)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[1, 2, 3, 4],
            s=[1, 2, 3],
            g=[1, 1, 2, 3],
            d=[1, 1, 2],
            lo=[-2, 0, 1, 2],
            hi=[-3, -1, 0, 1],
            string=(True, False),
            padding=STRINGS,
            spread=(True, False, False),
            computation=("max", "max", "add", "min", "mul"),
            layout=("NC*", "N*C"),
        ):
            put = lambda values, idle=1, w=w: _around(w["layout"], values, idle)  # noqa: E731
            words = {
                "computation": w["computation"],
                "window_dimensions": put(w["k"]),
                "window_strides": put(w["s"]),
                "window_dilation": put(w["d"]),
            }
            words |= {
                "padding": w["padding"] if w["string"] else put(_pairs(w["lo"], w["hi"]), (0, 0))
            } | ({"base_dilation": put(w["g"])} if w["spread"] else {})
            if not _crashes(words):
                yield "reduce_window", words, put(size, 2)


def _pool_everywhere(full):
    """Windows over batch and channels too."""
    for words in drawn(
        1_000 if full else 60,
        seed=9,
        rank=4,
        k=[1, 2, 3],
        s=[1, 2],
        size=[0, 1, 2, 3, 5],
        padding=("SAME", "VALID", "SAME_LOWER"),
    ):
        yield (
            "reduce_window",
            {
                "computation": "max",
                "window_dimensions": words["k"],
                "window_strides": words["s"],
                "padding": words["padding"],
            },
            words["size"],
        )


def _pool_wrong():
    """What is mostly refused."""
    for words in (
        {},
        {"window_dimensions": (3,)},
        {"window_dimensions": 3},
        {"padding": "SAME"},
        {"padding": "same", "window_strides": (1, 1, 1)},
        {"padding": ((1, 2),)},
        {"padding": 1},
        {"padding": "FULL"},
        {"window_dimensions": (1, 1, 0)},
        {"window_strides": (1, 1, 0)},
        {"window_strides": 2},
        {"window_strides": (1, 2)},
        {"base_dilation": (1, 1, 0)},
        {"window_dilation": (1, 1, 0)},
        {"base_dilation": (2,)},
        {"base_dilation": (1, 1, 2), "window_strides": (1, 1, 2), "padding": "SAME"},
        {"padding": ((0, 0), (0, 0), (-9, 0))},
        {"window_dimensions": (1, 1, 9)},
        {"window_dimensions": (1, 5, 3)},
    ):
        yield (
            "reduce_window",
            {"computation": "max", "window_dimensions": (1, 1, 3)} | words,
            (2, 3, 8),
        )


def pad(full):
    """Padding and cropping."""
    for n in range(9 if full else 4):
        for lo in range(-4, 4):
            for hi in range(-3, 4 if full else 3):
                for between in range(-1, 4 if full else 2):
                    yield (
                        "pad",
                        {"padding_config": ((0, 0, 0), (0, 0, 0), (lo, hi, between))},
                        (1, 2, n),
                    )
    for rank in range(1, 6):
        for words in drawn(
            300 if full else 12,
            seed=rank,
            rank=rank,
            lo=[-2, 0, 0, 1],
            hi=[-1, 0, 0, 2],
            between=[0, 0, 1, 2],
            size=[0, 1, 2, 3, 4],
        ):
            yield (
                "pad",
                {
                    "padding_config": tuple(
                        zip(words["lo"], words["hi"], words["between"], strict=True)
                    )
                },
                words["size"],
            )
    for config in (((1, 2), (0, 0)), ((0, 0, 0),), 3, ((1, 2, -1), (0, 0, 0))):
        yield "pad", {"padding_config": config}, (3, 5)


def resize(full):
    """Resizing."""
    for method in (
        "nearest",
        "linear",
        "bilinear",
        "trilinear",
        "triangle",
        "cubic",
        "bicubic",
        "tricubic",
        "cubic-pytorch",
        "lanczos3",
        "lanczos5",
        "area",
        "bicubic-pytorch",
        "BILINEAR",
    ):
        for words in drawn(60 if full else 6, seed=3, rank=4, shape=[1, 2, 5, 9], size=[1, 3, 4]):
            yield "image_resize", {"shape": words["shape"], "method": method}, words["size"]
    for shape, size in (
        ((8, 9), (1, 4, 6, 3)),
        ((1, 0, 9, 3), (1, 4, 6, 3)),
        ((1, 4, 9, 3), (1, 0, 6, 3)),
        ((1, 0, 9, 3), (1, 0, 6, 3)),
        ((8,), (4,)),
        ((3, 4, 5, 6, 7), (1, 2, 3, 4, 5)),
        ((1, -1, 9, 3), (1, 4, 6, 3)),
    ):
        for method in ("nearest", "bilinear"):
            yield "image_resize", {"shape": shape, "method": method}, size


def columns(full):
    """Windows as columns."""
    yield from _columns_space(full)
    yield from _columns_wrong()


def _columns_space(full):
    """Every rank and order of axes."""
    for rank, many, few in ((1, 600, 40), (2, 1_000, 40)):
        for size, w in _space(
            full,
            rank,
            many,
            few,
            k=[1, 2, 3],
            s=[1, 2, 3],
            g=[1, 1, 2],
            d=[1, 1, 2],
            lo=[-1, 0, 1, 2],
            hi=[-2, 0, 1],
            string=(True, False),
            padding=STRINGS,
            spread=(False, False, True),
            numbers=NUMBERS[rank],
        ):
            data, _ = _shapes(w["numbers"], rank, size, 2, w["k"], 1, 1)
            words = {
                "filter_shape": w["k"],
                "window_strides": w["s"],
                "padding": w["padding"] if w["string"] else _pairs(w["lo"], w["hi"]),
                "rhs_dilation": w["d"],
            }
            yield (
                "conv_general_dilated_patches",
                words
                | ({"lhs_dilation": w["g"]} if w["spread"] else {})
                | ({"dimension_numbers": w["numbers"]} if w["numbers"] else {}),
                data,
            )


def _columns_wrong():
    """What is mostly refused."""
    for words in (
        {"filter_shape": 3},
        {"filter_shape": (0,)},
        {"filter_shape": (3, 3)},
        {"filter_shape": (9,)},
        {"window_strides": 2},
        {"padding": "FULL"},
    ):
        yield (
            "conv_general_dilated_patches",
            {"filter_shape": (3,), "window_strides": (1,), "padding": "VALID"} | words,
            (2, 4, 8),
        )
    yield (
        "conv_general_dilated_patches",
        {"filter_shape": (3,), "window_strides": (1,), "padding": "VALID"},
        (2, 0, 8),
    )


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    methods = ("nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5", "area")
    for method, smooth in product(methods, (False, True)):
        words = {"shape": (1, m, width, 1), "method": method, "antialias": smooth}
        yield "image_resize", words, (1, n, width, 1), 1


MANNER = Manner(drops=True, shares=True, cubic=-0.5)

GRIDS = {f.__name__: f for f in (conv, transposed, pool, pad, resize, columns)}


def _crossed(padding) -> bool:
    """Whether some axis is cropped in front and padded behind."""
    return isinstance(padding, list) and any(
        isinstance(pair, list) and len(pair) == 2 and pair[0] < 0 < pair[1] for pair in padding
    )


# Disagreements that are the framework's own: which, and why.
KNOWN = (
    (
        lambda d: (
            d["framework"] == "other values"
            and d["call"].startswith("conv")
            and _crossed(d["words"]["padding"])
        ),
        Text(
            zh=(
                "同一个轴前裁后填时，XLA 在 CPU 上读到不属于输入的内存："
                "数值每次都可能不同，尺寸是对的。"
            ),
            en=(
                "where an axis is cropped in front and padded behind, XLA on the CPU reads memory"
                " that is not the input's: values may change from run to run, the sizes are right."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"] == "image_resize"
            and d["algebra"] == "refused"
            and min(d["words"]["shape"]) < 0
        ),
        Text(
            zh="jax.image.resize 收下负的尺寸，给出空的输出。",
            en="jax.image.resize takes a negative size and gives an empty output.",
        ),
    ),
)
