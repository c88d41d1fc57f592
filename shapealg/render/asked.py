"""What the pages of layers ask, once for both languages: the same layer in each framework's words,
and rows and columns to probe.

`SAME_…` are pairs (line, input); `ASK_…` are (choices, columns), a column being (head, line, input)
or (head, line, input, question); `JOINED` and `ADDED` are (pairs of shapes, lines).
"""


def _choices(names: str, *values) -> list:
    """Dicts of the same names: `_choices("n k", (8, 3), (8, 4))`."""
    return [
        dict(zip(names.split(), each if isinstance(each, tuple) else (each,), strict=True))
        for each in values
    ]


# ------------------------------------------------------------ convolution

SAME_CONV = (
    ("torch.Conv2d(3, 64, 3, padding=1)", "N,3,224,224"),
    ('keras.Conv2D(64, 3, padding="same")', "N,224,224,3"),
    ('tensorflow.conv2d((3, 3, 3, 64), 1, "SAME")', "N,224,224,3"),
    ('jax.conv_general_dilated((64, 3, 3, 3), (1, 1), "SAME")', "N,3,224,224"),
    ("onnx.Conv(W=(64, 3, 3, 3), pads=(1, 1, 1, 1))", "N,3,224,224"),
    ("paddle.Conv2D(3, 64, 3, padding=1)", "N,3,224,224"),
)
SAME_DEPTHWISE = (
    ("torch.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)", "N,32,56,56"),
    ('keras.DepthwiseConv2D(3, padding="same", use_bias=False)', "N,56,56,32"),
    ('tensorflow.depthwise_conv2d((3, 3, 32, 1), (1, 1, 1, 1), "SAME")', "N,56,56,32"),
    (
        'jax.conv_general_dilated((32, 1, 3, 3), (1, 1), "SAME", feature_group_count=32)',
        "N,32,56,56",
    ),
    ("onnx.Conv(W=(32, 1, 3, 3), pads=(1, 1, 1, 1), group=32)", "N,32,56,56"),
    ("paddle.Conv2D(32, 32, 3, padding=1, groups=32, bias_attr=False)", "N,32,56,56"),
)
SAME_SEPARABLE = (
    ('keras.SeparableConv2D(64, 3, padding="same", use_bias=False)', "N,56,56,32"),
    (
        'tensorflow.separable_conv2d((3, 3, 32, 1), (1, 1, 32, 64), (1, 1, 1, 1), "SAME")',
        "N,56,56,32",
    ),
    ("torch.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)", "N,32,56,56"),
    ("torch.Conv2d(32, 64, 1, bias=False)", "N,32,56,56"),
    ("torch.Conv2d(32, 64, 3, padding=1, bias=False)", "N,32,56,56"),
)
_SAME = (
    (
        "torch",
        'torch.Conv1d(1, 1, {k}, stride={s}, dilation={d}, padding="same")',
        "1,1,{n}",
        "pads",
    ),
    (
        "keras",
        'keras.Conv1D(1, {k}, strides={s}, dilation_rate={d}, padding="same")',
        "1,{n},1",
        "pads",
    ),
    ("tensorflow", 'tensorflow.conv1d(({k}, 1, 1), {s}, "SAME", dilations={d})', "1,{n},1", "pads"),
    (
        "jax `SAME`",
        'jax.conv_general_dilated((1, 1, {k}), ({s},), "SAME", rhs_dilation=({d},))',
        "1,1,{n}",
        "pads",
    ),
    (
        "onnx `SAME_UPPER`",
        'onnx.Conv(W=(1, 1, {k}), strides=({s},), dilations=({d},), auto_pad="SAME_UPPER")',
        "1,1,{n}",
        "pads",
    ),
    (
        "paddle",
        'paddle.Conv1D(1, 1, {k}, stride={s}, dilation={d}, padding="SAME")',
        "1,1,{n}",
        "pads",
    ),
    (
        "jax `SAME_LOWER`",
        'jax.conv_general_dilated((1, 1, {k}), ({s},), "SAME_LOWER", rhs_dilation=({d},))',
        "1,1,{n}",
        "pads",
    ),
    (
        "onnx `SAME_LOWER`",
        'onnx.Conv(W=(1, 1, {k}), strides=({s},), dilations=({d},), auto_pad="SAME_LOWER")',
        "1,1,{n}",
        "pads",
    ),
)
ASK_SAME_PADS = (
    _choices("n k s", (8, 3, 1), (8, 4, 1), (7, 3, 2), (8, 3, 2), (9, 2, 3)),
    tuple((head, line.replace("{d}", "1"), *rest) for head, line, *rest in _SAME),
)
ASK_SAME_DILATED = (
    _choices("n k d", (8, 3, 1), (8, 3, 2), (8, 4, 2)),
    tuple((head, line.replace("{s}", "1"), *rest) for head, line, *rest in _SAME),
)
ASK_STRIDE_DILATION = (
    _choices("n s d", (16, 2, 1), (16, 1, 2), (16, 2, 2)),
    (
        ("torch", "torch.Conv2d(1, 1, 3, stride={s}, dilation={d})", "1,1,{n},16"),
        ("keras", "keras.Conv2D(1, 3, strides={s}, dilation_rate={d})", "1,{n},16,1"),
        (
            "tensorflow `conv2d`",
            'tensorflow.conv2d((3, 3, 1, 1), {s}, "VALID", dilations={d})',
            "1,{n},16,1",
        ),
        (
            "tensorflow `convolution`",
            'tensorflow.convolution((3, 3, 1, 1), {s}, "VALID", dilations={d})',
            "1,{n},16,1",
        ),
        (
            "jax",
            'jax.conv_general_dilated((1, 1, 3, 3), ({s}, {s}), "VALID", rhs_dilation=({d}, {d}))',
            "1,1,{n},16",
        ),
        (
            "onnx",
            "onnx.Conv(W=(1, 1, 3, 3), strides=({s}, {s}), dilations=({d}, {d}))",
            "1,1,{n},16",
        ),
        ("paddle", "paddle.Conv2D(1, 1, 3, stride={s}, dilation={d})", "1,1,{n},16"),
    ),
)
ASK_TOO_SMALL = (
    _choices("n", 2, 3, 4, 5, 6, 7, 8),
    (
        ("torch", "torch.Conv1d(1, 1, 7, stride=2)", "1,1,{n}"),
        ("keras", "keras.Conv1D(1, 7, strides=2)", "1,{n},1"),
        ("tensorflow", 'tensorflow.conv1d((7, 1, 1), 2, "VALID")', "1,{n},1"),
        ("jax", 'jax.conv_general_dilated((1, 1, 7), (2,), "VALID")', "1,1,{n}"),
        ("onnx", "onnx.Conv(W=(1, 1, 7), strides=(2,))", "1,1,{n}"),
        ("paddle", "paddle.Conv1D(1, 1, 7, stride=2)", "1,1,{n}"),
    ),
)
ASK_CONV_READS = (
    _choices("j", 0, 1, 2, 3),
    (
        ("torch `padding=1`", "torch.Conv1d(1, 1, 3, stride=2, padding=1)", "1,1,8", "reads"),
        ('keras `"same"`', 'keras.Conv1D(1, 3, strides=2, padding="same")', "1,8,1", "reads"),
        ('keras `"causal"`', 'keras.Conv1D(1, 3, strides=2, padding="causal")', "1,8,1", "reads"),
        (
            "jax `SAME_LOWER`",
            'jax.conv_general_dilated((1, 1, 3), (2,), "SAME_LOWER")',
            "1,1,8",
            "reads",
        ),
        ("torch `dilation=2`", "torch.Conv1d(1, 1, 3, dilation=2)", "1,1,8", "reads"),
    ),
)

# ------------------------------------------------------------ transposed convolution

SAME_TRANSPOSED = (
    ("torch.ConvTranspose2d(128, 64, 4, stride=2, padding=1, bias=False)", "N,128,28,28"),
    ('keras.Conv2DTranspose(64, 4, strides=2, padding="same", use_bias=False)', "N,28,28,128"),
    ('tensorflow.conv2d_transpose((4, 4, 64, 128), (N, 56, 56, 64), 2, "SAME")', "N,28,28,128"),
    ('jax.conv_transpose((4, 4, 128, 64), (2, 2), "SAME")', "N,28,28,128"),
    ("onnx.ConvTranspose(W=(128, 64, 4, 4), strides=(2, 2), pads=(1, 1, 1, 1))", "N,128,28,28"),
    ("paddle.Conv2DTranspose(128, 64, 4, stride=2, padding=1, bias_attr=False)", "N,128,28,28"),
)
_BACK = _choices("n k s", (4, 3, 2), (4, 4, 2), (3, 2, 2), (5, 2, 2), (4, 1, 2), (4, 2, 3))
ASK_TRANSPOSED_SAME = (
    _BACK,
    (
        ('keras `"same"`', 'keras.Conv1DTranspose(1, {k}, strides={s}, padding="same")', "1,{n},1"),
        ("jax `SAME`", 'jax.conv_transpose(({k}, 1, 1), ({s},), "SAME")', "1,{n},1"),
        (
            "tensorflow `SAME`",
            'tensorflow.conv1d_transpose(({k}, 1, 1), (1, {m}, 1), {s}, "SAME")',
            "1,{n},1",
            "accepts",
        ),
        (
            "onnx `SAME_UPPER`",
            'onnx.ConvTranspose(W=(1, 1, {k}), strides=({s},), auto_pad="SAME_UPPER")',
            "1,1,{n}",
        ),
        (
            "paddle `SAME`",
            'paddle.Conv1DTranspose(1, 1, {k}, stride={s}, padding="SAME")',
            "1,1,{n}",
        ),
    ),
)
ASK_TRANSPOSED_VALID = (
    _BACK,
    (
        ("torch", "torch.ConvTranspose1d(1, 1, {k}, stride={s})", "1,1,{n}"),
        ('keras `"valid"`', "keras.Conv1DTranspose(1, {k}, strides={s})", "1,{n},1"),
        ("jax `VALID`", 'jax.conv_transpose(({k}, 1, 1), ({s},), "VALID")', "1,{n},1"),
        (
            "tensorflow `VALID`",
            'tensorflow.conv1d_transpose(({k}, 1, 1), (1, {m}, 1), {s}, "VALID")',
            "1,{n},1",
            "accepts",
        ),
        ("onnx", "onnx.ConvTranspose(W=(1, 1, {k}), strides=({s},))", "1,1,{n}"),
        ("paddle", "paddle.Conv1DTranspose(1, 1, {k}, stride={s})", "1,1,{n}"),
    ),
)
ASK_OUTPUT_PADDING = (
    _choices(
        "n s d op",
        (4, 2, 1, 0),
        (4, 2, 1, 1),
        (4, 2, 1, 2),
        (4, 1, 2, 1),
        (4, 2, 3, 1),
        (4, 2, 3, 2),
        (4, 2, 3, 3),
    ),
    (
        (
            "torch",
            "torch.ConvTranspose1d(1, 1, 3, stride={s}, dilation={d}, output_padding={op})",
            "1,1,{n}",
        ),
        (
            "keras",
            "keras.Conv1DTranspose(1, 3, strides={s}, dilation_rate={d}, output_padding={op})",
            "1,{n},1",
        ),
        (
            "onnx",
            (
                "onnx.ConvTranspose(W=(1, 1, 3), strides=({s},), dilations=({d},),"
                " output_padding=({op},))"
            ),
            "1,1,{n}",
        ),
        (
            "paddle",
            "paddle.Conv1DTranspose(1, 1, 3, stride={s}, dilation={d}, output_padding={op})",
            "1,1,{n}",
        ),
    ),
)
ASK_TRANSPOSED_READS = (
    _choices("j", 0, 1, 2, 3, 4, 5),
    (
        ("`k=2, s=2`", "torch.ConvTranspose1d(1, 1, 2, stride=2)", "1,1,4", "reads"),
        (
            "`k=3, s=2, p=1`",
            "torch.ConvTranspose1d(1, 1, 3, stride=2, padding=1)",
            "1,1,4",
            "reads",
        ),
        (
            "`k=4, s=2, p=1`",
            "torch.ConvTranspose1d(1, 1, 4, stride=2, padding=1)",
            "1,1,4",
            "reads",
        ),
        ("`k=3, s=3`", "torch.ConvTranspose1d(1, 1, 3, stride=3)", "1,1,4", "reads"),
    ),
)

# ------------------------------------------------------------ pooling

SAME_POOL = (
    ("torch.MaxPool2d(2)", "N,64,H,W"),
    ("keras.MaxPooling2D(2)", "N,H,W,64"),
    ('tensorflow.max_pool2d(2, 2, "VALID")', "N,H,W,64"),
    ('jax.reduce_window("max", (1, 1, 2, 2), (1, 1, 2, 2), "VALID")', "N,64,H,W"),
    ("onnx.MaxPool(kernel_shape=(2, 2), strides=(2, 2))", "N,64,H,W"),
    ("paddle.MaxPool2D(2)", "N,64,H,W"),
)
ASK_DEFAULT_STRIDE = (
    _choices("n", 9),
    (
        ("torch", "torch.MaxPool1d(3)", "1,1,{n}"),
        ("keras", "keras.MaxPooling1D(3)", "1,{n},1"),
        ("tensorflow `pool`", 'tensorflow.pool((3,), "MAX")', "1,{n},1"),
        ("onnx", "onnx.MaxPool(kernel_shape=(3,))", "1,1,{n}"),
        ("paddle", "paddle.MaxPool1D(3)", "1,1,{n}"),
    ),
)
ASK_CEIL = (
    _choices(
        "n k s p",
        (24, 2, 2, 0),
        (25, 2, 2, 0),
        (5, 2, 2, 1),
        (1, 2, 2, 1),
        (9, 4, 4, 2),
        (1, 2, 2, 0),
    ),
    (
        ("torch", "torch.MaxPool1d({k}, {s}, {p})", "1,1,{n}"),
        ("torch `ceil_mode`", "torch.MaxPool1d({k}, {s}, {p}, ceil_mode=True)", "1,1,{n}"),
        (
            "onnx `ceil_mode`",
            "onnx.MaxPool(kernel_shape=({k},), strides=({s},), pads=({p}, {p}), ceil_mode=1)",
            "1,1,{n}",
        ),
        ("paddle `ceil_mode`", "paddle.MaxPool1D({k}, {s}, {p}, ceil_mode=True)", "1,1,{n}"),
    ),
)
ASK_POOL_PADS = (
    _choices("n p", (8, 1), (8, 2), (8, 3)),
    (
        ("torch", "torch.MaxPool1d(3, 1, {p})", "1,1,{n}"),
        ("tensorflow", "tensorflow.max_pool1d(3, 1, ((0, 0), ({p}, {p}), (0, 0)))", "1,{n},1"),
        (
            "jax",
            'jax.reduce_window("max", (1, 1, 3), (1, 1, 1), ((0, 0), (0, 0), ({p}, {p})))',
            "1,1,{n}",
        ),
        ("onnx", "onnx.MaxPool(kernel_shape=(3,), pads=({p}, {p}))", "1,1,{n}"),
        ("paddle", "paddle.MaxPool1D(3, 1, {p})", "1,1,{n}"),
    ),
)
ASK_POOL_TOO_SMALL = (
    _choices("n", 2, 3, 4, 5, 6, 7),
    (
        ("torch", "torch.MaxPool1d(7, 2)", "1,1,{n}"),
        ("keras", "keras.MaxPooling1D(7, 2)", "1,{n},1"),
        ("tensorflow", 'tensorflow.max_pool1d(7, 2, "VALID")', "1,{n},1"),
        ("jax", 'jax.reduce_window("max", (1, 1, 7), (1, 1, 2), "VALID")', "1,1,{n}"),
        ("onnx", "onnx.MaxPool(kernel_shape=(7,), strides=(2,))", "1,1,{n}"),
        ("paddle", "paddle.MaxPool1D(7, 2)", "1,1,{n}"),
    ),
)
ASK_DIVISOR = (
    _choices("j", 0, 1),
    (
        ("torch", "torch.AvgPool1d(3, 1, 1)", "1,1,8", "divisor"),
        ("keras", 'keras.AveragePooling1D(3, 1, "same")', "1,8,1", "divisor"),
        ("tensorflow", 'tensorflow.avg_pool1d(3, 1, "SAME")', "1,8,1", "divisor"),
        ("onnx", "onnx.AveragePool(kernel_shape=(3,), pads=(1, 1))", "1,1,8", "divisor"),
        ("paddle", "paddle.AvgPool1D(3, 1, 1)", "1,1,8", "divisor"),
    ),
)

# ------------------------------------------------------------ adaptive and global pooling

SAME_ADAPTIVE = (
    ("torch.AdaptiveAvgPool2d((7, 5))", "N,512,H,W"),
    ("keras.AdaptiveAveragePooling2D((7, 5))", "N,H,W,512"),
    ("paddle.AdaptiveAvgPool2D((7, 5))", "N,512,H,W"),
)
SAME_GLOBAL = (
    ("torch.AdaptiveAvgPool2d(1)", "N,512,H,W"),
    ("keras.GlobalAveragePooling2D()", "N,H,W,512"),
    ("keras.GlobalAveragePooling2D(keepdims=True)", "N,H,W,512"),
    ("onnx.GlobalAveragePool()", "N,512,H,W"),
    ("paddle.AdaptiveAvgPool2D(1)", "N,512,H,W"),
)
ASK_ADAPTIVE_READS = (
    _choices("j", 0, 1, 2, 3),
    tuple(
        (f"`n={n}`", "torch.AdaptiveAvgPool1d(4)", f"1,1,{n}", "reads") for n in (8, 9, 10, 6, 3)
    ),
)

# ------------------------------------------------------------ padding

SAME_PAD = (
    ("torch.ZeroPad2d((3, 4, 1, 2))", "N,8,H,W"),
    ("keras.ZeroPadding2D(((1, 2), (3, 4)))", "N,H,W,8"),
    ("tensorflow.pad(((0, 0), (1, 2), (3, 4), (0, 0)))", "N,H,W,8"),
    ("jax.pad(((0, 0, 0), (0, 0, 0), (1, 2, 0), (3, 4, 0)))", "N,8,H,W"),
    ("onnx.Pad((0, 0, 1, 3, 0, 0, 2, 4))", "N,8,H,W"),
    ("paddle.Pad2D((3, 4, 1, 2))", "N,8,H,W"),
)
ASK_NEGATIVE = (
    _choices("n lo hi", (4, 1, 2), (4, -1, 0), (4, -2, 1), (4, -2, -2), (4, -2, -3)),
    (
        ("torch", "torch.ZeroPad1d(({lo}, {hi}))", "1,1,{n}"),
        ("keras", "keras.ZeroPadding1D(({lo}, {hi}))", "1,{n},1"),
        ("tensorflow", "tensorflow.pad(((0, 0), ({lo}, {hi}), (0, 0)))", "1,{n},1"),
        ("jax", "jax.pad(((0, 0, 0), (0, 0, 0), ({lo}, {hi}, 0)))", "1,1,{n}"),
        ("onnx", "onnx.Pad((0, 0, {lo}, 0, 0, {hi}))", "1,1,{n}"),
        ("paddle", "paddle.Pad1D(({lo}, {hi}))", "1,1,{n}"),
    ),
)
ASK_REFLECT = (
    _choices("n p", (4, 3), (4, 4), (4, 5)),
    (
        ("torch `Reflection`", "torch.ReflectionPad1d({p})", "1,1,{n}"),
        ("torch `Circular`", "torch.CircularPad1d({p})", "1,1,{n}"),
        ("torch `Replication`", "torch.ReplicationPad1d({p})", "1,1,{n}"),
        (
            "tensorflow `REFLECT`",
            'tensorflow.pad(((0, 0), ({p}, {p}), (0, 0)), "REFLECT")',
            "1,{n},1",
        ),
        (
            "tensorflow `SYMMETRIC`",
            'tensorflow.pad(((0, 0), ({p}, {p}), (0, 0)), "SYMMETRIC")',
            "1,{n},1",
        ),
        ("onnx `reflect`", 'onnx.Pad((0, 0, {p}, 0, 0, {p}), mode="reflect")', "1,1,{n}"),
        ("paddle `reflect`", 'paddle.Pad1D({p}, mode="reflect")', "1,1,{n}"),
    ),
)

# ------------------------------------------------------------ resizing

SAME_RESIZE = (
    ("torch.Upsample(scale_factor=2)", "N,8,H,W"),
    ("keras.UpSampling2D(2)", "N,H,W,8"),
    ("onnx.Resize(scales=(1, 1, 2, 2))", "N,8,H,W"),
    ("paddle.Upsample(scale_factor=2)", "N,8,H,W"),
)
SAME_RESIZE_TO = (
    ("torch.Upsample(size=(96, 128))", "N,8,H,W"),
    ("keras.Resizing(96, 128)", "N,H,W,8"),
    ("tensorflow.image_resize((96, 128))", "N,H,W,8"),
    ('jax.image_resize((N, 96, 128, 8), "nearest")', "N,H,W,8"),
    ("onnx.Resize(sizes=(N, 8, 96, 128))", "N,8,H,W"),
    ("paddle.Upsample(size=(96, 128))", "N,8,H,W"),
)
ASK_ROUNDING = (
    _choices("n f", (7, 1.5), (100, 0.29), (10, 0.7), (50, 0.58), (3, 0.3)),
    (
        ("torch", "torch.Upsample(scale_factor={f})", "1,1,{n}"),
        ("onnx", "onnx.Resize(scales=(1, 1, {f}))", "1,1,{n}"),
        (
            "paddle",
            'paddle.Upsample(scale_factor={f}, mode="linear", data_format="NCW")',
            "1,1,{n}",
        ),
    ),
)

# ------------------------------------------------------------ pixel shuffle

SAME_SHUFFLE = (
    ("torch.PixelShuffle(2)", "N,12,H,W"),
    ("tensorflow.depth_to_space(2)", "N,H,W,12"),
    ("onnx.DepthToSpace(blocksize=2)", "N,12,H,W"),
    ("paddle.PixelShuffle(2)", "N,12,H,W"),
)
SAME_UNSHUFFLE = (
    ("torch.PixelUnshuffle(2)", "N,3,64,96"),
    ("tensorflow.space_to_depth(2)", "N,64,96,3"),
    ("onnx.SpaceToDepth(blocksize=2)", "N,3,64,96"),
    ("paddle.PixelUnshuffle(2)", "N,3,64,96"),
)
ASK_SHUFFLE = (
    _choices("c n", (12, 6), (12, 7), (13, 6)),
    (
        ("torch ↑", "torch.PixelShuffle(2)", "1,{c},{n},6"),
        ("torch ↓", "torch.PixelUnshuffle(2)", "1,{c},{n},6"),
        ("tensorflow ↑", "tensorflow.depth_to_space(2)", "1,{n},6,{c}"),
        ("tensorflow ↓", "tensorflow.space_to_depth(2)", "1,{n},6,{c}"),
        ("onnx ↑", "onnx.DepthToSpace(blocksize=2)", "1,{c},{n},6"),
        ("onnx ↓", "onnx.SpaceToDepth(blocksize=2)", "1,{c},{n},6"),
        ("paddle ↑", "paddle.PixelShuffle(2)", "1,{c},{n},6"),
        ("paddle ↓", "paddle.PixelUnshuffle(2)", "1,{c},{n},6"),
    ),
)

# ------------------------------------------------------------ unfold and fold

SAME_UNFOLD = (
    ("torch.Unfold(3, padding=1, stride=2)", "N,3,10,12"),
    ("paddle.Unfold(3, paddings=1, strides=2)", "N,3,10,12"),
    ('tensorflow.extract_patches((1, 3, 3, 1), (1, 2, 2, 1), (1, 1, 1, 1), "SAME")', "N,10,12,3"),
    ("jax.conv_general_dilated_patches((3, 3), (2, 2), ((1, 1), (1, 1)))", "N,3,10,12"),
)
SAME_FOLD = (
    ("torch.Fold((10, 12), 3, padding=1, stride=2)", "N,27,30"),
    ("onnx.Col2Im((10, 12), (3, 3), pads=(1, 1, 1, 1), strides=(2, 2))", "N,27,30"),
    ("paddle.Fold((10, 12), 3, paddings=1, strides=2)", "N,27,30"),
)
ASK_FOLD = (
    _choices("rows columns", (27, 30), (27, 31), (26, 30)),
    (
        ("torch", "torch.Fold((10, 12), 3, padding=1, stride=2)", "1,{rows},{columns}"),
        (
            "onnx",
            "onnx.Col2Im((10, 12), (3, 3), pads=(1, 1, 1, 1), strides=(2, 2))",
            "1,{rows},{columns}",
        ),
        ("paddle", "paddle.Fold((10, 12), 3, paddings=1, strides=2)", "1,{rows},{columns}"),
    ),
)
ASK_UNFOLD_SMALL = (
    _choices("n", 4, 3, 2),
    (
        ("torch", "torch.Unfold(3)", "1,1,{n},8"),
        ("paddle", "paddle.Unfold(3)", "1,1,{n},8"),
        (
            "tensorflow",
            'tensorflow.extract_patches((1, 3, 3, 1), (1, 1, 1, 1), (1, 1, 1, 1), "VALID")',
            "1,{n},8,1",
        ),
        ("jax", 'jax.conv_general_dilated_patches((3, 3), (1, 1), "VALID")', "1,1,{n},8"),
    ),
)

# ------------------------------------------------------------ flatten and dense

SAME_FLATTEN = (
    ("torch.Flatten()", "N,64,12,12"),
    ("keras.Flatten()", "N,12,12,64"),
    ("tensorflow.reshape((-1, 9216))", "8,12,12,64"),
    ("onnx.Flatten()", "N,64,12,12"),
    ("paddle.Flatten()", "N,64,12,12"),
)
SAME_DENSE = (
    ("torch.Linear(9216, 128)", "N,9216"),
    ("keras.Dense(128)", "N,9216"),
    ("onnx.Gemm(B=(128, 9216), transB=1)", "N,9216"),
    ("paddle.Linear(9216, 128)", "N,9216"),
)
ASK_DENSE = (
    _choices("x", "1,9216", "1,9600", "1,12,12,64", "9216"),
    (
        ("torch", "torch.Linear(9216, 128)", "{x}"),
        ("keras", "keras.Dense(128)", "{x}"),
        ("onnx `Gemm`", "onnx.Gemm(B=(128, 9216), transB=1)", "{x}"),
        ("paddle", "paddle.Linear(9216, 128)", "{x}"),
    ),
)
ASK_FLATTEN = (
    _choices("x", "8,64,12,12", "64,12,12", "8,64"),
    (
        ("torch", "torch.Flatten()", "{x}"),
        ("keras", "keras.Flatten()", "{x}"),
        ("onnx", "onnx.Flatten()", "{x}"),
        ("paddle", "paddle.Flatten()", "{x}"),
    ),
)

# ------------------------------------------------------------ concatenation and addition: a and b
# are shapes

JOINED = (
    (
        ((1, 64, 28, 28), (1, 32, 28, 28)),
        ((1, 64, 28, 28), (1, 32, 27, 28)),
        ((1, 64, 28, 28), (1, 32, 1, 1)),
        ((1, 64, 28, 28), (64, 28, 28)),
    ),
    (
        "torch.cat([a, b], dim=1)",
        "keras.concatenate([a, b], axis=1)",
        "tensorflow.concat([a, b], axis=1)",
        "jax.concatenate([a, b], dimension=1)",
        "onnx.Concat([a, b], axis=1)",
        "paddle.concat([a, b], axis=1)",
    ),
)
ADDED = (
    (
        ((1, 64, 28, 28), (1, 64, 28, 28)),
        ((1, 64, 28, 28), (1, 64, 1, 1)),
        ((1, 64, 28, 28), (64, 1, 1)),
        ((1, 64, 28, 28), (64,)),
        ((1, 64, 28, 28), (1, 64, 27, 28)),
    ),
    (
        "torch.add(a, b)",
        "keras.add([a, b])",
        "tensorflow.add(a, b)",
        "jax.add(a, b)",
        "onnx.Add(a, b)",
        "paddle.add(a, b)",
    ),
)
