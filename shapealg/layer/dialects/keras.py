"""Keras's own words for a convolution, turned into windows at the door.

Names, defaults, order and refusals are those of Keras 3; each refusal was seen on Keras 3.15.1 (TensorFlow and JAX).
"""

from itertools import islice

import sympy

from shapealg.axis.same import Same
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import integers, one_size
from shapealg.layer.layer import Convolution
from shapealg.text import Text

CHANNELS_LAST, CHANNELS_FIRST = "channels_last", "channels_first"

# Arguments of Keras's layers that cannot change any size; accepted, so that a pasted line works, and not kept.
SIZELESS = frozenset(
    "activation kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint lora_rank lora_alpha name dtype trainable autocast input_shape input_dim".split()
)


_BEHIND = ("layers.ZeroPadding1D(({lo}, {hi}))", "layers.Conv1D(filters, k, strides=s, dilation_rate=d)")

# How Keras says what a law speaks of, as the lines of a Sequential; laws without a word in Keras are not listed.
SPELLINGS = {
    "plain_output_size": ("layers.Conv1D(filters, f)",),
    "conv_output_size": tuple(line.format(lo="lo", hi="hi") for line in _BEHIND),
    "strided_output_size": ("layers.Conv1D(filters, k, strides=s)",),
    "dilated_output_size": ("layers.Conv1D(filters, k, dilation_rate=d)",),
    "valid_output_size": ('layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="valid")',),
    "symmetric_output_size": tuple(line.format(lo="p", hi="p") for line in _BEHIND),
    "half_output_size": ("layers.ZeroPadding1D(k // 2)", "layers.Conv1D(filters, k, strides=s)"),
    "full_output_size": ("layers.ZeroPadding1D(d * (k - 1))", "layers.Conv1D(filters, k, dilation_rate=d)"),
    "causal_output_size": ('layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="causal")',),
    "same_output_size": ('layers.Conv1D(filters, 3, strides=s, padding="same")',),
    "exact_fit_output_size": tuple(line.format(lo="lo", hi="hi") for line in _BEHIND),
    "two_layer_output_size": (
        "layers.ZeroPadding1D((lo_1, hi_1))", "layers.Conv1D(filters, k_1, strides=s_1, dilation_rate=d_1)",
        "layers.ZeroPadding1D((lo_2, hi_2))", "layers.Conv1D(filters, k_2, strides=s_2, dilation_rate=d_2)",
    ),
}  # fmt: skip

# What Keras has for laws that speak of something else than the size of one output.
PHRASES = {
    "same_padding": ('layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="same")',),
    "chain_output_size": ("keras.Sequential([layers.Conv1D(filters, k_i, strides=s_i) for k_i, s_i in zip(k, s)])",),
    "receptive_field_size": ("keras.Sequential([layers.Conv1D(filters, k_i, strides=s_i) for k_i, s_i in zip(k, s)])",),
    "smallest_input_size": ("layers.Conv1DTranspose(filters, k, strides=s)  # where k >= s",),
    "conv_parameters": ("layer = layers.Conv2D(f, k, groups=g)", "layer.build((None, None, None, c))", "layer.count_params()"),
    "flat_channel": ("layers.Reshape((n, w * c))",),
    "spanned_axis_convolution": (
        "layers.Conv2D(filters, (k, w), strides=(s, 1))  # on (n, w, c)",
        "layers.Conv1D(filters, k, strides=s)  # the same on (n, w * c)",
    ),
}  # fmt: skip


def normalize_tuple(value, n: int, name: str) -> tuple:
    """One positive integer per axis: an int is repeated, an iterable of n integers is taken as it is.

    What it accepts and refuses is what today's Keras can run; unlike Keras it refuses `(3.7,)` at once, not when
    the layer is built.

    Raises:
        ShapeError: for a wrong length, for anything that is not a positive integer.

    >>> normalize_tuple(3, 2, "kernel_size"), normalize_tuple([3, 5], 2, "kernel_size")
    ((3, 3), (3, 5))
    """
    example = (3,) * n if not isinstance(value, float) or value != value or abs(value) > 2**53 else (max(1, round(value)),) * n
    works = Text(zh=f"可用：{name}={example[0]} 或 {name}={example}", en=f"{name}={example[0]} or {name}={example} works")
    refusal = ShapeError(Text(zh=f"{name} 须为 {n} 个正整数", en=f"{name} must be {n} positive integer{'s' if n > 1 else ''}"), value, works)
    if isinstance(value, int | sympy.Expr):
        entries = (value,) * n
    else:
        try:
            entries = tuple(islice(value, n + 1))  # never more: an endless iterator is refused, not awaited
        except Exception:  # not iterable, or somebody's failing __iter__
            raise refusal from None
    if len(entries) != n:
        raise refusal
    try:
        entries = tuple(int(e) if isinstance(e, bool) else one_size(e, name) for e in entries if not isinstance(e, str))
    except ShapeError:
        raise refusal from None
    if len(entries) != n or any((e < 1) == True for e in entries):  # noqa: E712 — symbols may stay open
        raise refusal
    return entries


def _positive(value, name):
    value = int(value) if isinstance(value, bool) else value
    if isinstance(value, str) or (value := one_size(value, name)) is None or (value < 1) == True:  # noqa: E712
        raise ShapeError(Text(zh=f"{name} 须为正整数", en=f"{name} must be a positive integer"), value, Text(zh=f"例如 {name}=1", en=f"for example {name}=1"))
    return value


def _flag(value, name):
    try:
        return bool(value)
    except Exception:  # an array, an open comparison
        raise ShapeError(Text(zh=f"{name} 须为 True 或 False", en=f"{name} must be True or False"), value, Text(zh=f"例如 {name}=True", en=f"for example {name}=True")) from None


def _one_of(value, name, words):
    if not isinstance(value, str) or value.lower() not in words:
        listed = ", ".join(map(repr, words))
        raise ShapeError(Text(zh=f"{name} 不认识", en=f"{name} is not known"), value, Text(zh=f"可用：{listed}", en=f"one of {listed} works"))
    return value.lower()


class Conv:
    """What Conv1D, Conv2D and Conv3D share: everything but the number of axes."""

    rank: int
    paddings = ("valid", "same")

    def __init__(
        self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1,
        activation=None, use_bias=True, **others,
    ):  # fmt: skip
        unknown = sorted(set(others) - SIZELESS)
        if unknown:
            raise ShapeError(
                Text(zh=f"{type(self).__name__} 没有这个参数", en=f"{type(self).__name__} has no such argument"), Received(", ".join(map(shown, unknown))),
                Text(zh="可用：filters, kernel_size, strides, padding, data_format, dilation_rate, groups, use_bias", en="filters, kernel_size, strides, padding, data_format, dilation_rate, groups, use_bias work"),
            )  # fmt: skip
        self.filters = _positive(filters, "filters")
        self.groups = _positive(groups, "groups")
        self.kernel_size = normalize_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = normalize_tuple(strides, self.rank, "strides")
        self.dilation_rate = normalize_tuple(dilation_rate, self.rank, "dilation_rate")
        self.padding = _one_of(padding, "padding", self.paddings)
        self.data_format = CHANNELS_LAST if data_format is None else _one_of(data_format, "data_format", (CHANNELS_LAST, CHANNELS_FIRST))
        self.use_bias = _flag(use_bias, "use_bias")
        self._refuse()

    def _refuse(self):
        """Keras's manners: the filters must split evenly, stride and dilation exclude each other."""
        if isinstance(self.filters, int) and isinstance(self.groups, int) and self.filters % self.groups:
            up = self.filters + -self.filters % self.groups
            raise ShapeError(
                Text(zh=f"filters 须能被 groups={shown(self.groups)} 整除", en=f"filters must be divisible by groups={shown(self.groups)}"), self.filters,
                Text(zh=f"最近的可用值：filters={shown(up)}", en=f"the nearest that works is filters={shown(up)}"),
            )  # fmt: skip
        if any((e > 1) == True for e in self.strides) and any((e > 1) == True for e in self.dilation_rate):  # noqa: E712
            raise ShapeError(
                Text(zh="Keras 不允许步长与膨胀率同时大于 1", en="Keras refuses strides > 1 together with dilation_rate > 1"),
                Received(f"strides={shown(self.strides)}, dilation_rate={shown(self.dilation_rate)}"),
                Text(zh="把其中之一设为 1", en="set one of them to 1"),
            )  # fmt: skip

    @property
    def layer(self) -> Convolution:
        """The convolution these words mean."""
        return self._meant()[0]

    def _meant(self) -> tuple:
        """The convolution, and the way back from its symbols to the caller's."""
        said = {name: list(getattr(self, name)) for name in ("kernel_size", "strides", "dilation_rate")}
        said, back = integers(said | {"filters": self.filters, "groups": self.groups})
        kernel_size, strides, dilation_rate = (tuple(said[name]) for name in ("kernel_size", "strides", "dilation_rate"))
        axes = tuple(map(self._axis, kernel_size, strides, dilation_rate))
        return Convolution(axes, kernel_size, said["filters"], said["groups"], self.use_bias), back

    def _axis(self, k, s, d):
        if self.padding == "same":
            return Same(Window.dilated(k, d).kernel, s)
        return Window.dilated(k, d, s, lo=d * (k - 1) if self.padding == "causal" else 0)

    def output_shape(self, input_shape: tuple) -> tuple:
        """The shape that comes out, in Keras's layout with batch; `None` stays `None`.

        Args:
            input_shape: batch, axes and channels in the order of `data_format`; ints, names or SymPy symbols.

        Raises:
            ShapeError: if the rank is wrong or the channels do not split into groups.
            DomainError: if no window fits.
        """
        batch, spatial, channels, layer, back = self._read(input_shape)
        layer.kernel_shape(channels)
        known = [i for i, n in enumerate(spatial) if n is not None and not (n == 0 and self.padding != "valid")]
        part = Convolution(tuple(layer.axes[i] for i in known), tuple(layer.kernel_size[i] for i in known), layer.filters)
        sizes = dict(zip(known, part.output_size(tuple(spatial[i] for i in known)), strict=True))
        # As Keras's compute_output_shape: an empty axis stays empty under "same" and "causal", and "valid" refuses it.
        size_out = tuple(sizes.get(i, spatial[i]) for i in range(self.rank))
        return tuple(_back(x, back) for x in self._laid_out(batch, size_out, layer.filters))

    def kernel_shape(self, input_shape: tuple) -> tuple:
        """kernel_size + (channels / groups, filters)."""
        _, _, channels, layer, back = self._read(input_shape)
        return tuple(_back(x, back) for x in layer.kernel_shape(channels))

    def parameters(self, input_shape: tuple):
        """The number of weights and biases."""
        _, _, channels, layer, back = self._read(input_shape)
        return _back(layer.parameters(channels), back)

    def macs(self, input_shape: tuple):
        """Multiply–accumulates for one example (the batch does not count, nor do biases); FLOPs = 2 × MACs."""
        _, spatial, channels, layer, back = self._read(input_shape)
        if None in spatial:
            raise ShapeError(
                Text(zh="计算 MACs 需要知道每个轴的尺寸", en="MACs need the size of every axis"), Received(shown(tuple(input_shape))),
                Text(zh="未知的尺寸请写成名字，如 'H'", en="give unknown sizes a name such as 'H'"),
            )  # fmt: skip
        return _back(layer.macs(spatial, channels), back)

    def _laid_out(self, batch, spatial, channels) -> tuple:
        return (batch, *spatial, channels) if self.data_format == CHANNELS_LAST else (batch, channels, *spatial)

    def _read(self, input_shape):
        """Batch, spatial sizes and channels of a shape in this layer's layout, and the layer; symbols become integers on the way."""
        wanted = self._laid_out("N", tuple("DHW"[3 - self.rank :]) if self.rank > 1 else ("L",), "C")
        works = Text(zh=f"{self.data_format} 的次序是 ({', '.join(wanted)})", en=f"the order of {self.data_format} is ({', '.join(wanted)})")
        try:
            entries = None if isinstance(input_shape, str | set | dict) else tuple(islice(input_shape, self.rank + 3))
        except Exception:  # not iterable, or somebody's failing __iter__
            entries = None
        if entries is None or len(entries) != self.rank + 2:
            raise ShapeError(Text(zh=f"{type(self).__name__} 的 input_shape 须有 {self.rank + 2} 项", en=f"{type(self).__name__} needs an input_shape of {self.rank + 2} entries"), input_shape, works)
        sizes = [None if e is None else one_size(e, f"input_shape[{i}]") for i, e in enumerate(entries)]
        renamed, back = integers({"": sizes})
        batch, *middle, last = renamed[""]
        spatial, channels = (middle, last) if self.data_format == CHANNELS_LAST else ([*middle[1:], last], middle[0])
        if channels is None or (channels < 1) == True:  # noqa: E712
            raise ShapeError(Text(zh="通道数须为正整数", en="the number of channels must be a positive integer"), channels, works)
        for n in (batch, *spatial):
            if n is not None and (n < 0) == True:  # noqa: E712
                raise ShapeError(Text(zh="尺寸不能为负", en="a size cannot be negative"), n, works)
        layer, names = self._meant()
        return batch, tuple(spatial), channels, layer, back | names

    def __repr__(self) -> str:
        words = {"strides": 1, "padding": "valid", "data_format": CHANNELS_LAST, "dilation_rate": 1, "groups": 1, "use_bias": True}
        given = {name: getattr(self, name) for name in words}
        told = [f"{name}={shown(value)}" for name, value in given.items() if value not in (words[name], (words[name],) * self.rank)]
        return f"{type(self).__name__}({', '.join([shown(self.filters), shown(self.kernel_size), *told])})"


def _back(value, names):
    return value.xreplace(names) if isinstance(value, sympy.Basic) else value


class Conv1D(Conv):
    """Keras's `Conv1D`, as the shapes it makes.

    >>> Conv1D(64, 3).kernel_shape((None, 600, 300))
    (3, 300, 64)
    >>> Conv1D(64, 3, padding="causal").output_shape((None, "T", 300))
    (None, T, 64)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(Conv):
    """Keras's `Conv2D`, as the shapes it makes.

    >>> Conv2D(16, 5).output_shape((None, 14, 14, 3))
    (None, 10, 10, 16)
    >>> Conv2D(64, 7, strides=2, padding="same").output_shape((None, "H", "W", 3))
    (None, ceiling(H/2), ceiling(W/2), 64)
    """

    rank = 2


class Conv3D(Conv):
    """Keras's `Conv3D`, as the shapes it makes.

    >>> Conv3D(8, 3).output_shape((None, "a1", "a2", "a3", 4))
    (None, a1 - 2, a2 - 2, a3 - 2, 8)
    """

    rank = 3
