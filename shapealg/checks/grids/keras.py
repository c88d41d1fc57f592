"""What is asked of Keras: every kind of layer, all ranks, both layouts, the degenerate zone
included.
"""

from math import inf

from shapealg.checks.moves import TABLE, Manner
from shapealg.checks.sweep import crossed, drawn
from shapealg.text import Text
from shapealg.words.dialects import keras

FORMATS = ("channels_last", "channels_first")
RANKS = (1, 2, 3)
SIZES = {1: (9,), 2: (7, 8), 3: (4, 5, 6)}


def _shape(size: tuple, channels: int, words: dict) -> tuple:
    return (
        (1, channels, *size)
        if words.get("data_format") == "channels_first"
        else (1, *size, channels)
    )


def _line(call, sizes, channels=2, **choices):
    """One axis, every combination, from no position to where windows fit."""
    for words in crossed(**choices):
        for n in sizes:
            yield call, words, _shape((n,), channels, words)


def _space(call, count, ranks=RANKS, channels=4, **choices):
    """Random combinations on one to three axes with sizes of their own."""
    for rank in ranks:
        for words in drawn(
            count, seed=rank, rank=rank, size=list(range(1, 12 if rank < 3 else 7)), **choices
        ):
            size = words.pop("size")
            yield call.format(rank), words, _shape(size, channels, words)


def _apart(cases, *names):
    """Half of the cases have all of these 1 but one, so that they are not refused for being
    together.
    """
    for i, (call, words, shape) in enumerate(cases):
        alone = names[i % len(names)] if i % 4 else None
        yield (
            call,
            {k: v if k not in names or alone in (None, k) else 1 for k, v in words.items()},
            shape,
        )


WRONG = (
    {"strides": 0},
    {"strides": -1},
    {"kernel_size": 0},
    {"dilation_rate": 0},
    {"padding": "full"},
    {"padding": "SAME"},
    {"padding": "causal"},
    {"data_format": "NHWC"},
    {"kernel_size": (3, 3, 3, 3)},
    {"stride": 2},
    {"strides": 2, "dilation_rate": 2},
    {"data_format": "Channels_Last"},
    {"padding": (1, 1)},
)


def _wrong(call, given: dict, ranks=RANKS, more=()):
    """Arguments and shapes that are mostly refused."""
    for rank in ranks:
        for words in (*WRONG, *more):
            yield call.format(rank), {**given, **words}, (1, *SIZES[rank], 4)
        for shape in (
            (1, *SIZES[rank]),
            (1, *SIZES[rank], 4, 4),
            (0, *SIZES[rank], 4),
            (1, *(0 for _ in SIZES[rank]), 4),
        ):
            yield call.format(rank), given, shape


def conv(full):
    """Convolutions."""
    wide = {
        "filters": (4,),
        "kernel_size": range(1, 7 if full else 4),
        "strides": range(1, 5 if full else 3),
        "dilation_rate": range(1, 4 if full else 3),
    }
    yield from _line(
        "Conv1D", range(13 if full else 5), padding=("valid", "same", "causal"), **wide
    )
    each = {
        "filters": (4,),
        "kernel_size": [1, 2, 3, 4],
        "strides": [1, 2, 3],
        "dilation_rate": [1, 2, 3],
        "padding": ("valid", "same"),
    }
    yield from _apart(
        _space(
            "Conv{}D",
            900 if full else 25,
            groups=(1, 1, 1, 2),
            data_format=(*FORMATS[:1] * 3, FORMATS[1]),
            **each,
        ),
        "strides",
        "dilation_rate",
    )
    more = (
        {"filters": 0},
        {"filters": -2},
        {"filters": 6, "groups": 4},
        {"groups": 0},
        {"groups": 3, "filters": 3},
        {"groups": 4},
        {"use_bias": False},
    )
    yield from _wrong("Conv{}D", {"filters": 4, "kernel_size": 3}, more=more)


def transposed(full):
    """Transposed convolutions."""
    yield from _transposed_line(full)
    each = {
        "filters": (2,),
        "kernel_size": [1, 2, 3, 4],
        "strides": [1, 2, 3],
        "padding": ("valid", "same"),
        "output_padding": (None, None, 0, 1),
    }
    yield from filter(
        _survived,
        _space(
            "Conv{}DTranspose",
            900 if full else 20,
            data_format=(*FORMATS[:1] * 3, FORMATS[1]),
            **each,
        ),
    )
    yield from _wrong(
        "Conv{}DTranspose",
        {"filters": 4, "kernel_size": 3},
        more=(
            {"filters": 0},
            {"output_padding": -1},
            {"output_padding": 1},
            {"output_padding": (0, 1), "strides": 2},
        ),
    )


def _transposed_line(full):
    """One axis, every combination."""
    wide = {
        "filters": (2,),
        "kernel_size": range(1, 7 if full else 4),
        "strides": range(1, 5 if full else 4),
        "output_padding": (None, 0, 1, *((2, 3) if full else ())),
    }
    yield from _line("Conv1DTranspose", range(9 if full else 3), padding=("valid", "same"), **wide)
    yield from _line(
        "Conv1DTranspose",
        range(1, 5 if full else 3),
        filters=(2,),
        kernel_size=(1, 2, 3),
        dilation_rate=(2, 3),
        padding=("valid", "same"),
        output_padding=(None, 0),
    )


def _survived(case) -> bool:
    """Not where XLA ends the whole process instead of refusing: a gotcha shows one."""
    call, words, shape = case
    return (
        call == "Conv1DTranspose"
        or words["padding"] != "same"
        or words["output_padding"] is None
        or 1 not in shape[1:]
    )


def depthwise(full):
    """Depthwise convolutions."""
    each = {
        "kernel_size": [1, 2, 3],
        "strides": [1, 2, 3],
        "dilation_rate": [1, 2, 3],
        "padding": ("valid", "same"),
        "depth_multiplier": (1, 2),
    }
    yield from _apart(
        _space("DepthwiseConv{}D", 1200 if full else 25, (1, 2), data_format=FORMATS, **each),
        "strides",
        "dilation_rate",
    )
    alike = {
        "kernel_size": [1, 2, 3],
        "strides": (1, 2, 3),
        "dilation_rate": (1, 2),
        "padding": ("valid", "same"),
        "depth_multiplier": (1, 2),
    }
    yield from _space("DepthwiseConv{}D", 600 if full else 20, (1, 2), data_format=FORMATS, **alike)
    yield from _wrong(
        "DepthwiseConv{}D",
        {"kernel_size": 3},
        (1, 2),
        more=({"depth_multiplier": 0}, {"use_bias": False}),
    )


def separable(full):
    """Separable convolutions."""
    alike = {
        "filters": (3,),
        "kernel_size": [1, 2, 3],
        "strides": (1, 2, 3),
        "dilation_rate": (1, 2),
        "padding": ("valid", "same"),
        "depth_multiplier": (1, 2),
    }
    yield from _space("SeparableConv{}D", 800 if full else 20, (1, 2), data_format=FORMATS, **alike)
    each = alike | {"strides": [1, 2, 3], "dilation_rate": [1, 2]}
    yield from _apart(
        _space("SeparableConv{}D", 400 if full else 10, (1, 2), data_format=FORMATS, **each),
        "strides",
        "dilation_rate",
    )
    yield from _wrong(
        "SeparableConv{}D",
        {"filters": 3, "kernel_size": 3},
        (1, 2),
        more=({"filters": 0}, {"depth_multiplier": 0}),
    )


def pool(full):
    """Pooling."""
    wide = {
        "pool_size": range(1, 7 if full else 4),
        "strides": (None, *range(1, 5 if full else 3)),
        "padding": ("valid", "same"),
    }
    for call in ("MaxPooling1D", "AveragePooling1D"):
        yield from _line(call, range(13 if full else 5), **wide)
        each = {
            "pool_size": [1, 2, 3, 4],
            "strides": [1, 2, 3],
            "padding": ("valid", "same"),
            "data_format": FORMATS,
        }
        yield from _space(call.replace("1", "{}"), 500 if full else 15, channels=2, **each)
        for rank in RANKS:
            for words in (
                {},
                {"pool_size": 0},
                {"pool_size": 2, "strides": 0},
                {"pool_size": 2, "padding": "SAME"},
                {"pool_size": 2, "padding": "full"},
                {"pool_size": -1},
                {"pool_size": (2,) * 4},
                {"pool_size": 2, "stride": 2},
            ):
                yield call.replace("1", str(rank)), words, (1, *SIZES[rank], 2)
            for shape in (
                (1, *SIZES[rank]),
                (1, *SIZES[rank], 2, 2),
                (0, *SIZES[rank], 2),
                (1, *SIZES[rank], 0),
            ):
                yield call.replace("1", str(rank)), {"pool_size": 2}, shape


def adaptive(full):
    """Pooling to a given size, the whole axis included."""
    for name in ("Max", "Average"):
        for rank in RANKS:
            for keepdims in (False, True):
                for form in FORMATS:
                    words = {"keepdims": keepdims, "data_format": form}
                    for size in (SIZES[rank], (1,) * rank, (0,) * rank):
                        yield f"Global{name}Pooling{rank}D", words, _shape(size, 3, words)
            yield f"Global{name}Pooling{rank}D", {}, (1, *SIZES[rank])
        call = f"Adaptive{name}Pooling{{}}D"
        yield from _line(
            call.format(1), range(14 if full else 5), output_size=range(-1, 12 if full else 5)
        )
        yield from _space(
            call, 150 if full else 8, channels=2, output_size=[1, 2, 3, 5], data_format=FORMATS
        )
        for rank in RANKS:
            for words in (
                {"output_size": (2,) * (rank + 1)},
                {"output_size": [3] * rank},
                {"output_size": None},
                {"output_size": 3, "data_format": "Channels_Last"},
            ):
                yield call.format(rank), words, (1, *SIZES[rank], 2)
            for shape in ((1, *SIZES[rank]), (1, *SIZES[rank], 2, 2)):
                yield call.format(rank), {"output_size": 2}, shape


def pad(full):
    """Padding and cropping."""
    for a in range(-1, 5 if full else 2):
        for b in range(-1, 5 if full else 2):
            for n in range(9 if full else 4):
                yield "ZeroPadding1D", {"padding": (a, b)}, (1, n, 2)
                yield "Cropping1D", {"cropping": (a, b)}, (1, n, 2)
    for rank in (2, 3):
        for name, word in (("ZeroPadding", "padding"), ("Cropping", "cropping")):
            for words in drawn(
                600 if full else 15,
                seed=rank,
                rank=rank,
                lo=[0, 1, 2],
                hi=[0, 1, 2],
                size=list(range(1, 8)),
                data_format=FORMATS,
            ):
                size, pairs = (
                    words.pop("size"),
                    tuple(zip(words.pop("lo"), words.pop("hi"), strict=True)),
                )
                yield f"{name}{rank}D", {word: pairs, **words}, _shape(size, 2, words)
    for rank in RANKS:
        for name, word in (("ZeroPadding", "padding"), ("Cropping", "cropping")):
            for value in (
                0,
                1,
                2,
                -1,
                (1, 2),
                (1, 2, 1),
                ((1, 2), 1),
                ((1, 2), (1, 0)),
                ((1, 2, 3), 1),
                "1",
                None,
            ):
                yield f"{name}{rank}D", {word: value}, (1, *SIZES[rank], 2)
            yield f"{name}{rank}D", {}, (1, *SIZES[rank], 2)
            yield f"{name}{rank}D", {}, (1, *SIZES[rank])


def resize(full):
    """Resizing."""
    yield from _up_sampling(full)
    yield from _interpolated()
    yield from _resizing(full)


def _up_sampling(full):
    """Whole factors, every rank."""
    for r in range(-1, 7 if full else 4):
        for n in range(9 if full else 4):
            yield "UpSampling1D", {"size": r}, (1, n, 2)
    for rank in (2, 3):
        for words in drawn(
            600 if full else 15,
            seed=rank,
            rank=rank,
            lengths=list(range(0, 6)),
            size=[1, 2, 3],
            data_format=FORMATS,
        ):
            yield (
                f"UpSampling{rank}D",
                {k: v for k, v in words.items() if k != "lengths"},
                _shape(words["lengths"], 2, words),
            )


def _interpolated():
    """Every way to interpolate, and factors that are mostly refused."""
    for interpolation in (
        "nearest",
        "bilinear",
        "bicubic",
        "lanczos3",
        "lanczos5",
        "area",
        "gaussian",
        "mitchellcubic",
        "cubic",
        "Nearest",
    ):
        for size in ((7, 8), (1, 1)):
            yield "UpSampling2D", {"size": (2, 3), "interpolation": interpolation}, (1, *size, 2)
            yield (
                "Resizing",
                {"height": 5, "width": 11, "interpolation": interpolation},
                (1, *size, 2),
            )
    for size in (2.5, (2, 3), (2,), 0):
        for rank in RANKS:
            yield f"UpSampling{rank}D", {"size": size}, (1, *SIZES[rank], 2)


def _resizing(full):
    """Sizes, and what is done where the sides' ratio changes."""
    lengths = (0, 1, 4, 9, 13) if full else (0, 6)
    for words in crossed(
        height=lengths,
        width=lengths,
        data_format=FORMATS,
        crop_to_aspect_ratio=(False, True),
        pad_to_aspect_ratio=(False, True),
    ):
        for size in ((7, 8), (3, 11), *(((12, 5), (0, 4), (23, 2), (1, 1)) if full else ())):
            yield "Resizing", words, _shape(size, 3, words)
    for shape in ((7, 8, 3), (8, 3), (1, 1, 7, 8, 3)):
        yield "Resizing", {"height": 4, "width": 6}, shape


def dense(full):
    """Layers over the channels, and new shapes."""
    for shape in (
        (2,),
        (2, 6),
        (2, 3, 6),
        (2, 3, 4, 6),
        (2, 0),
        (2, 3, 0, 6),
        (0, 6),
        (2, 3, 4, 5, 6),
    ):
        for units in (1, 4, 0, -1):
            for words in ({}, {"use_bias": False}):
                yield "Dense", {"units": units, **words}, shape
        for form in FORMATS:
            yield "Flatten", {"data_format": form}, shape
    ends = (
        ((2, 3, 4), (2, 3, 1), (2, 1, 4), (1, 3, 4), (2, 4), (2, 1), (2, 3, 5), (2, 3, 4, 4))
        if full
        else ((2, 3, 4), (2, 3, 1), (1, 3, 4), (2, 4), (2, 3, 5))
    )
    for one in ends:
        yield "Add", {}, (one,)
        for other in ends:
            yield "Add", {}, (one, other)
            yield "Add", {}, (one, other, (2, 1, 4))
            for axis in (-4, -3, -1, 0, 1, 2, 3):
                yield "Concatenate", {"axis": axis}, (one, other)


def resizings(n: int, m: int, width: int):
    """Every way to resize the first of two axes from n to m, the other staying as wide."""
    shape = (1, n, width, 1)
    for mode in keras.INTERPOLATIONS:
        for smooth in (False, True):
            words = {"height": m, "width": width, "interpolation": mode, "antialias": smooth}
            yield "Resizing", words, shape, 1
        if m % n == 0:
            yield "UpSampling2D", {"size": (m // n, 1), "interpolation": mode}, shape, 1


MANNER = {
    "keras-tensorflow": Manner(drops=True, shares=True, cubic=-0.5, table=TABLE),
    "keras-jax": Manner(drops=True, shares=True, cubic=-0.5),
}

GRIDS = {
    f.__name__: f
    for f in (conv, transposed, depthwise, separable, pool, adaptive, pad, resize, dense)
}


def _refused(d) -> bool:
    return d["framework"] == "refused"


def _each(value, rank: int) -> list:
    return [value] * rank if isinstance(value, int) else list(value)


def _dilated(d) -> bool:
    return max(_each(d["words"].get("dilation_rate", 1), 1)) > 1


def _even_same(d) -> bool:
    """Whether an axis has an even kernel and output_padding 0 under "same"."""
    words = d["words"]
    if (
        d["call"][6:] != "Transpose"
        or words.get("padding") != "same"
        or words.get("output_padding") is None
    ):
        return False
    rank = int(d["call"][4])
    return any(
        k % 2 == 0 and op == 0
        for k, op in zip(
            _each(words["kernel_size"], rank), _each(words["output_padding"], rank), strict=True
        )
    )


def _uneven(d) -> bool:
    """Whether a depthwise step has two different strides."""
    return (
        d["call"].startswith(("DepthwiseConv2D", "SeparableConv2D"))
        and len(set(_each(d["words"].get("strides", 1), 2))) > 1
    )


def _square(d) -> bool:
    """Whether, channels first, the last axis comes out as long as there are channels, and a bias is
    added.
    """
    if d["words"].get("data_format") != "channels_first" or "Conv" not in d["call"]:
        return False
    shape = getattr(keras, d["call"])(**d["words"]).output_shape(d["input"])
    return shape[1] == shape[-1]


def _sparse(d) -> bool:
    words = d["words"]
    rank = int(d["call"][-2])
    return words.get("padding") == "same" and any(
        s > k
        for s, k in zip(
            _each(words.get("strides", 1), rank),
            _each(words.get("pool_size") or words["kernel_size"], rank),
            strict=True,
        )
    )


def _none_fits(d, turns: float) -> bool:
    """Whether a pooling gives 0 on just those axes where no window fits, and on each of them lacks
    less than so many strides.
    """
    plain = d["call"].startswith(("MaxPooling", "AveragePooling"))
    if not plain or d["algebra"] != "refused" or _refused(d):
        return False
    words = getattr(keras, d["call"])(**d["words"])
    given, made = words.read(d["input"]), words.read(d["framework"])
    placed = list(zip(words.layer.axes, given.spatial, strict=True))
    counts = [axis.count(n) for axis, n in placed]
    return (
        (made.batch, made.channels) == (given.batch, given.channels)
        and made.spatial == tuple(max(m, 0) for m in counts)
        and min(counts) < 1
        and all(axis.need(1) - n < turns * axis.stride for axis, n in placed)
    )


def _empty_spread(d) -> bool:
    """Whether a transposed convolution differs on its empty axes, and on no other."""
    if d["call"][6:] != "Transpose" or _refused(d):
        return False
    words = getattr(keras, d["call"])(**d["words"])
    order = words.order(len(d["input"]))
    if d["input"][order.index("C")] == 0:
        return False
    empty = [isinstance(label, int) and n == 0 for label, n in zip(order, d["input"], strict=True)]
    filled = words.output_shape(
        [n or 1 if e else n for n, e in zip(d["input"], empty, strict=True)]
    )
    told = zip(empty, filled, d["framework"], strict=True)
    return any(empty) and all(e or ours == theirs for e, ours, theirs in told)


# Disagreements that are the backend's own: which, and why.
def _no_window(turns: float) -> tuple:
    return (
        lambda d: _none_fits(d, turns),
        Text(
            zh=(
                "窗口放不下时，compute_output_shape 与函数式模型报错；直接调用则给 0 格：JAX"
                " 总是如此，TensorFlow 在差不到 2s 格时如此。"
            ),
            en=(
                "Where no window fits, compute_output_shape and a functional model refuse; the"
                " call gives 0, on JAX always, on TensorFlow if less than 2s positions are missing."
            ),
        ),
    )


_BOTH = (
    (
        lambda d: (
            d["words"].get("padding") == "causal"
            and d["input"][1:-1] == [0]
            and d["algebra"][1:-1] == [0]
            and _refused(d)
        ),
        Text(
            zh=(
                "causal 卷积遇到空轴时，compute_output_shape 答 0，调用却报错：核长大于 1"
                " 时先填充成非空，再发现结果为空。"
            ),
            en=(
                "On an empty axis compute_output_shape says 0 for a causal convolution, but the"
                " call fails: the padded input is not empty while the result is."
            ),
        ),
    ),
    (
        lambda d: (
            d["call"].startswith("Adaptive")
            and len(d["input"]) < int(d["call"][-2]) + 2
            and d["algebra"] == "refused"
        ),
        Text(
            zh="自适应池化不检查输入有几个轴：缺一个轴时按低一维处理，output_size 多余的项被忽略。",
            en=(
                "Adaptive pooling does not check how many axes come in: with one axis less it works"
                " in one dimension less and ignores the rest of output_size."
            ),
        ),
    ),
    (
        lambda d: (
            d["words"].get("pad_to_aspect_ratio") and 0 in d["input"] and d["algebra"] == "refused"
        ),
        Text(
            zh=(
                "空图一般不能缩放；设了 pad_to_aspect_ratio 时先填充，"
                "高宽比取整后碰巧填出东西的就能算。"
            ),
            en=(
                "An empty image cannot be resized; with pad_to_aspect_ratio it is padded first, and"
                " where the rounded ratio happens to add something it can."
            ),
        ),
    ),
)
KNOWN = {
    "keras-tensorflow": (
        _no_window(2),
        *_BOTH,
        (
            lambda d: _refused(d) and d["call"][6:] == "Transpose" and _dilated(d),
            Text(
                zh="TensorFlow 在 CPU 上没有膨胀的转置卷积。",
                en="TensorFlow has no dilated transposed convolution on the CPU.",
            ),
        ),
        (
            lambda d: _refused(d) and _even_same(d),
            Text(
                zh=(
                    'padding="same"、output_padding=0 而核为偶数时，TensorFlow'
                    " 认为这个输出尺寸不可能，报错；compute_output_shape 与 JAX 都给出它。"
                ),
                en=(
                    'With padding="same", output_padding=0 and an even kernel TensorFlow calls the'
                    " output size impossible; compute_output_shape and JAX give it."
                ),
            ),
        ),
        (
            lambda d: (
                _refused(d)
                and d["words"].get("data_format") == "channels_first"
                and (
                    d["call"][6:] == "Transpose"
                    or (d["call"] in ("Conv1D", "Conv2D") and d["words"].get("groups", 1) == 1)
                )
            ),
            Text(
                zh=(
                    "通道在前时，TensorFlow 在 CPU 上没有转置卷积，"
                    "也没有一维与二维卷积；分组的与三维的卷积经 XLA 能算。"
                ),
                en=(
                    "With channels first TensorFlow has no convolution on the CPU; grouped ones and"
                    " those of rank 3 run, through XLA, unless transposed."
                ),
            ),
        ),
        (
            lambda d: d["framework"] == "other values" and _square(d),
            Text(
                zh=(
                    "通道在前、而最后一个轴的输出长度恰等于过滤器个数时，Keras 在 TensorFlow"
                    " 上把偏置加到那个轴上，数值是错的。"
                ),
                en=(
                    "With channels first, and as many outputs on the last axis as there are"
                    " filters, Keras on TensorFlow adds the bias along that axis: wrong values."
                ),
            ),
        ),
        (
            lambda d: (
                d["framework"] == "other values"
                and d["call"] in ("Conv3D", "MaxPooling3D", "AveragePooling3D")
                and _sparse(d)
            ),
            Text(
                zh=(
                    "步长大于窗口时，TensorFlow 的三维 SAME 卷积与池化不用 oneDNN 就从输入中间"
                    "读起，用 oneDNN 则从 0 读起。"
                ),
                en=(
                    "Where the stride is longer than the window, convolution and pooling of rank 3"
                    " with SAME begin inside the input on TensorFlow without oneDNN, at 0 with it."
                ),
            ),
        ),
        (
            lambda d: _refused(d) and _uneven(d),
            Text(
                zh="TensorFlow 的深度卷积要求两个步长相等。",
                en="A depthwise convolution of TensorFlow wants equal strides.",
            ),
        ),
        (
            lambda d: (
                _refused(d)
                and d["call"] == "Resizing"
                and 0 in (d["words"]["height"], d["words"]["width"])
            ),
            Text(
                zh="TensorFlow 不缩放到 0；compute_output_shape 与 JAX 给出空图。",
                en=(
                    "TensorFlow does not resize to 0; compute_output_shape and JAX give an empty"
                    " image."
                ),
            ),
        ),
    ),
    "keras-jax": (
        (
            lambda d: (
                d["call"][6:] == "Transpose"
                and d["algebra"] == "refused"
                and not _refused(d)
                and d["input"][1 if d["words"].get("data_format") == "channels_first" else -1] == 0
            ),
            Text(
                zh="JAX 上，转置卷积收下没有通道的输入。",
                en="On JAX a transposed convolution takes an input without channels.",
            ),
        ),
        _no_window(inf),
        *_BOTH,
        (
            lambda d: _empty_spread(d),
            Text(
                zh=(
                    "JAX 把空轴拉开后仍算 0 格，而 compute_output_shape 与 TensorFlow 按 (0 − 1)s +"
                    " … 算，结果不同。"
                ),
                en=(
                    "To JAX an empty axis spread out is still 0 positions, while"
                    " compute_output_shape and TensorFlow count (0 − 1)s + …; the results differ."
                ),
            ),
        ),
        (
            lambda d: _refused(d) and d["words"].get("interpolation") == "area",
            Text(zh='JAX 没有 interpolation="area"。', en='JAX has no interpolation="area".'),
        ),
    ),
}
