"""JAX's own words. Names, defaults, order and refusals are those of `jax.lax`, seen on JAX 0.10.2
(CPU).

The data is left out and weights are said as shapes: `conv_general_dilated((64, 3, 7, 7), (2, 2),
"SAME")`. Nothing is repeated for the axes, padding may be negative, and an output that no window
reaches is empty, never an error.
"""

from typing import ClassVar

from shapealg.axis.axis import Axis
from shapealg.axis.resized import Resized
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import Size, larger, one_size, quotient
from shapealg.layer.convolution import Convolution
from shapealg.layer.joining import broadcast, concatenated, several
from shapealg.layer.layer import Layer
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Patches
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places
from shapealg.words.manners import TooSmall
from shapealg.words.shape import sizes
from shapealg.words.words import Words, steady

VERSION = "0.10.2"
# what its page begins with
LEAD = Text(
    zh="填充总是一对数，负数即裁剪；输入与核都可以膨胀。太小从不报错：放不下就是空。",
    en=(
        "Every padding is a pair, negative ones crop; input and kernel can both be dilated."
        " Nothing is an error for being too small: what does not fit is empty."
    ),
)


class _Function(Words):
    """What JAX's functions share: an output that no window reaches is empty; lists are as long as
    there are axes.
    """

    framework = "jax"
    sizeless = frozenset({"precision", "preferred_element_type", "out_sharding"})
    data: tuple[str, ...] = ("lhs",)
    too_small = TooSmall.EMPTY
    crops = False  # whether cropping more than there is comes out empty; else it is refused

    def _list(self, value, name: str, least: int | None = 1) -> tuple:
        """One integer per axis, in a list; JAX repeats nothing."""
        entries = taken(value, self.rank + 1)
        if entries is None or len(entries) != self.rank:
            self.refuse(
                f"{type(self).__name__} 的 {name} 须为 {self.rank} 个整数的列表",
                f"{type(self).__name__} needs {name} as a list of {self.rank} ints",
                value,
                f"例如 {name}={(1,) * self.rank}",
                f"for example {name}={(1,) * self.rank}",
            )
        return self.each(entries, name, least)

    def _ones(self, value, name: str) -> tuple:
        """One integer per axis; nothing means 1."""
        return (1,) * self.rank if value is None else self._list(value, name)

    def _pairs(self, padding) -> tuple:
        """A pair (low, high) per axis; negative numbers crop."""
        entries = taken(padding, self.rank + 1)
        if (
            entries is None
            or len(entries) != self.rank
            or any((pair := taken(entry, 3)) is None or len(pair) != 2 for entry in entries)
        ):
            example = ((1, 1),) * self.rank
            self.refuse(
                f"padding 须为 'SAME'、'SAME_LOWER'、'VALID' 或 {self.rank} 对整数",
                f"padding must be 'SAME', 'SAME_LOWER', 'VALID' or {self.rank} pairs of ints",
                padding,
                f"例如 padding={example}",
                f"for example padding={example}",
            )
        return tuple(self.pair(entry, f"padding[{i}]") for i, entry in enumerate(entries))

    def _windows(self, kernel, strides, dilations, padding) -> tuple:
        """The window of each axis; the strings are taken in any case."""
        if isinstance(padding, str):
            name = self.word(padding, "padding", ("SAME", "SAME_LOWER", "VALID"), fold=True)
            if name != "VALID":
                return tuple(
                    Same(Window.dilated(k, d).kernel, s, name == "SAME_LOWER")
                    for k, s, d in zip(kernel, strides, dilations, strict=True)
                )
            padding = ((0, 0),) * self.rank
        return tuple(
            Window.dilated(k, d, s, *pair)
            for k, s, d, pair in zip(kernel, strides, dilations, self._pairs(padding), strict=True)
        )


class _Windowed(_Function):
    """What slides windows over axes whose positions may stand apart: `_forward`, per axis the
    window, and `_gaps`, how far apart.
    """

    @steady
    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        made = self._empty(self._forward[i], self._gaps[i], n, i)
        return super().outputs_along(axis, n, i) if made is None else made

    def _empty(self, window, gap, n, i) -> Size | None:
        """What comes out where the algebra does not apply: of an empty axis, and (an error) of more
        cropping than there is.
        """
        if not all(isinstance(x, int) for x in (n, window.kernel, window.stride, gap)):
            return None
        placed = window.at(n)
        left = ((n - 1) * gap + 1 if n else 0) + placed.lo + placed.hi
        if isinstance(left, int) and left < 0 and not self.crops:
            least = larger(-((-(-placed.lo - placed.hi - 1)) // gap) + 1, 1)
            self.too_short(i, n, least)
        return larger((left - placed.kernel) // placed.stride + 1, 0) if n == 0 else None


# ------------------------------------------------------------ convolution


def _labels(spec: str, spatial: list) -> list:
    """The letters of a spec, a spatial one as the number of its axis."""
    numbers = {letter: i for i, letter in enumerate(spatial)}
    return [numbers.get(letter, letter) for letter in spec]


class _Convolutional(_Windowed):
    """What the convolutions share: a shape of weights, and three specifications of which axis is
    what.
    """

    defaults = ("NC*", "OI*", "NC*")
    batch_group_count = 1
    wanted_channels = Text(zh="输入须有 {n} 个通道", en="the input must have {n} channels")

    def _read_rhs(self, rhs, dimension_numbers, name: str = "rhs") -> None:
        entries = taken(rhs, 9)
        if entries is None or not 3 <= len(entries) <= 8:
            self.refuse(
                f"{name} 须为至少有 3 项的形状",
                f"{name} must be a shape of at least 3 entries",
                rhs,
                f"例如 {name}=(64, 3, 7, 7)",
                f"for example {name}=(64, 3, 7, 7)",
            )
        self._weight = tuple(self.one(entry, f"{name}[{i}]") for i, entry in enumerate(entries))
        self.rank = len(entries) - 2
        self._read_numbers(dimension_numbers)
        at = dict(zip(self._rhs, self._weight, strict=True))
        self._outputs, self._depth, self._kernel = (
            at["O"],
            at["I"],
            tuple(at[i] for i in range(self.rank)),
        )

    def _read_numbers(self, given) -> None:
        """What each axis of the data, the weights and the output is: a letter, or the number of a
        spatial axis in the weights' order.
        """
        if given is None:
            letters = "".join(chr(ord("a") + i) for i in range(self.rank))
            specs = tuple(spec.replace("*", letters) for spec in self.defaults)
        else:
            specs = taken(given, 4) or ()
        if len(specs) != 3 or not all(isinstance(spec, str) for spec in specs):
            self._wrong_numbers(given)
        for spec, pair in zip(specs, ("NC", "OI", "NC"), strict=True):
            if (
                len(spec) != self.rank + 2
                or len(set(spec)) != len(spec)
                or not set(pair) <= set(spec)
            ):
                self._wrong_numbers(given)
        spatial = [letter for letter in specs[1] if letter not in "OI"]
        if any(set(spec) - set("NC") != set(spatial) for spec in (specs[0], specs[2])):
            self._wrong_numbers(given)
        self._lhs, self._rhs, self._out = (_labels(spec, spatial) for spec in specs)
        layout, weight_layout = self._spelled(self._lhs), self._spelled(self._rhs)
        self.by_axes = bool(layout and weight_layout) and self._lhs == self._out
        self.layout, self.weight_layout = layout or "NC*", weight_layout or "OI*"

    def _wrong_numbers(self, given):
        axes = {1: "H", 2: "HW"}.get(self.rank, "DHW")
        example = (f"N{axes}C", f"{axes}IO", f"N{axes}C")
        self.refuse(
            "dimension_numbers 须为三个字符串：N、C、O、I 与同样的空间字母各一次",
            "dimension_numbers must be three strings, with N, C, O, I and the same spatial letters"
            " once each",
            given,
            f"例如 {example}",
            f"for example {example}",
        )

    def _spelled(self, labels: list) -> str:
        """The order of axes as a layout; empty where the spatial axes do not stand together in
        their order.
        """
        start = labels.index(0)
        together = labels[start : start + self.rank] == list(range(self.rank))
        return (
            "".join(map(str, [*labels[:start], "*", *labels[start + self.rank :]]))
            if together
            else ""
        )

    def order(self, length: int) -> list:
        return self._lhs if length == len(self._lhs) else []

    def _axes_told(self) -> str:
        few = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
        names = few.get(self.rank) or tuple(f"L{i}" for i in range(self.rank))
        return ", ".join(names[label] if isinstance(label, int) else label for label in self._lhs)

    def _told(self, batch: tuple, channels, spatial: tuple) -> tuple:
        at = {"N": batch[0], "C": channels} | dict(enumerate(spatial))
        return tuple(self._back(at[label]) for label in self._out)

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape that was said."""
        return tuple(map(self._back, self._weight))


class conv_general_dilated(_Convolutional):
    """JAX's `lax.conv_general_dilated`: every convolution there is; lhs_dilation makes it a
    transposed one.

    >>> words = conv_general_dilated((64, 3, 7, 7), (2, 2), "SAME")
    >>> words.output_shape((1, 3, 224, "W")), words.parameters()
    ((1, 64, 112, (W + 1)//2), 9408)
    >>> numbers = ("NHWC", "HWIO", "NHWC")
    >>> around = ((1, 1), (1, 2))
    >>> back = conv_general_dilated((3, 3, 4, 8), (1, 1), around, (2, 2), dimension_numbers=numbers)
    >>> back.output_shape((1, "H", 5, 4))
    (1, 2*H - 1, 10, 8)
    """

    def __init__(
        self,
        rhs,
        window_strides,
        padding,
        lhs_dilation=None,
        rhs_dilation=None,
        dimension_numbers=None,
        feature_group_count=1,
        batch_group_count=1,
    ):
        self._read_words(
            rhs,
            window_strides,
            padding,
            lhs_dilation,
            rhs_dilation,
            dimension_numbers,
            feature_group_count,
            batch_group_count,
        )

    def _read_words(
        self,
        rhs,
        window_strides,
        padding,
        lhs_dilation=None,
        rhs_dilation=None,
        dimension_numbers=None,
        feature_group_count=1,
        batch_group_count=1,
    ) -> None:
        self._read_rhs(rhs, dimension_numbers)
        self._strides, self._gaps, self._dilations = (
            self._list(window_strides, "window_strides"),
            self._ones(lhs_dilation, "lhs_dilation"),
            self._ones(rhs_dilation, "rhs_dilation"),
        )
        self.feature_group_count, self.batch_group_count = (
            self.one(feature_group_count, "feature_group_count"),
            self.one(batch_group_count, "batch_group_count"),
        )
        spread = any(g != 1 for g in self._gaps)
        if isinstance(padding, str) and spread:
            self.refuse(
                "有 lhs_dilation 时 padding 须用数字说",
                "with lhs_dilation, padding must be said in numbers",
                padding,
                "或用 conv_transpose",
                "or use conv_transpose",
            )
        self._forward = self._windows(self._kernel, self._strides, self._dilations, padding)
        self._require_groups()
        self.in_channels = self._depth * self.feature_group_count
        self.by_axes = self.by_axes and self.batch_group_count == 1
        # then it is a transposed convolution
        self.flips_kernel = (
            spread and self.feature_group_count == 1 and all(s == 1 for s in self._strides)
        )

    def _require_groups(self) -> None:
        """Refuse both kinds of groups at once, and groups that do not divide the outputs."""
        if self.feature_group_count != 1 and self.batch_group_count != 1:
            self.refuse(
                "feature_group_count 与 batch_group_count 不能同时大于 1",
                "feature_group_count and batch_group_count cannot both be above 1",
                Received(f"{shown(self.feature_group_count)} and {shown(self.batch_group_count)}"),
                "把其中之一设为 1",
                "set one of them to 1",
            )
        for name, count in (
            ("feature_group_count", self.feature_group_count),
            ("batch_group_count", self.batch_group_count),
        ):
            self.divides(
                self._outputs,
                count,
                Text(
                    zh=f"输出通道数须能被 {name}={{divisor}} 整除",
                    en=f"output channels must be divisible by {name}={{divisor}}",
                ),
            )

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        if self.flips_kernel:
            axes: tuple[Axis, ...] = tuple(
                Transposed(Window(w.kernel, g, w.kernel - 1 - w.lo, w.kernel - 1 - w.hi))
                for w, g in zip(self._forward, self._gaps, strict=True)
            )
        else:
            axes = tuple(
                w if g == 1 else Spaced(w, g)
                for w, g in zip(self._forward, self._gaps, strict=True)
            )
        return Convolution(axes, self._kernel, self._outputs, self.feature_group_count, bias=False)

    def _told(self, batch: tuple, channels, spatial: tuple) -> tuple:
        count, (n,) = self.batch_group_count, batch
        self.divides(
            n,
            count,
            Text(
                zh="批次须能被 batch_group_count={divisor} 整除",
                en="the batch must be divisible by batch_group_count={divisor}",
            ),
        )
        shared = None if n is None else quotient(n, count)
        return super()._told((shared,), channels, spatial)


class conv(conv_general_dilated):
    """JAX's `lax.conv`: strides and padding, no more.

    >>> conv((64, 3, 7, 7), (2, 2), "SAME").output_shape((1, 3, 224, 224))
    (1, 64, 112, 112)
    """

    def __init__(self, rhs, window_strides, padding):
        self._read_words(rhs, window_strides, padding)


class conv_with_general_padding(conv_general_dilated):
    """JAX's `lax.conv_with_general_padding`: no groups, no other layout.

    >>> conv_with_general_padding((8, 4, 3), (2,), ((1, 1),), None, None).output_shape((1, 4, 9))
    (1, 8, 5)
    """

    def __init__(self, rhs, window_strides, padding, lhs_dilation, rhs_dilation):
        self._read_words(rhs, window_strides, padding, lhs_dilation, rhs_dilation)


class conv_transpose(_Convolutional):
    """JAX's `lax.conv_transpose`: "SAME" gives n · s; pairs say what is added around the spread
    input, (e − 1 − p) where PyTorch says p.

    >>> conv_transpose((3, 3, 4, 8), (2, 2), "SAME").output_shape((1, "H", 5, 4))
    (1, 2*H, 10, 8)
    >>> conv_transpose((3, 3, 4, 8), (2, 2), ((1, 1), (1, 2))).output_shape((1, 4, 4, 4))
    (1, 7, 8, 8)
    """

    defaults = ("N*C", "*IO", "N*C")

    def __init__(
        self,
        rhs,
        strides,
        padding,
        rhs_dilation=None,
        dimension_numbers=None,
        transpose_kernel=False,
        *,  # JAX has two others in between, about precision
        use_consistent_padding=False,
    ):
        self._read_rhs(rhs, dimension_numbers)
        if self.rank > 3 and dimension_numbers is None:
            self._wrong_numbers(dimension_numbers)
        self._gaps, self._dilations = (
            self._list(strides, "strides"),
            self._ones(rhs_dilation, "rhs_dilation"),
        )
        self.flips_kernel = not self.flag(transpose_kernel, "transpose_kernel")
        if not self.flips_kernel:
            self._outputs, self._depth = self._depth, self._outputs
            self.weight_layout = self.weight_layout.translate(str.maketrans("IO", "OI"))
            self._rhs = [{"I": "O", "O": "I"}.get(label, label) for label in self._rhs]
        self.in_channels = self._depth
        self._forward = self._around(
            padding, self.flag(use_consistent_padding, "use_consistent_padding")
        )

    def _around(self, padding, consistent: bool) -> tuple:
        """Per axis the window of stride 1 over the spread input."""
        ones = (1,) * self.rank
        spans = tuple(
            Window.dilated(k, d).kernel for k, d in zip(self._kernel, self._dilations, strict=True)
        )
        if isinstance(padding, str) and padding in ("SAME", "VALID"):
            pads = tuple(map(getattr(self, f"_{padding.lower()}"), spans, self._gaps))
        elif isinstance(padding, str) and not consistent and all(s == 1 for s in self._gaps):
            # Other spellings reach the forward convolution, which takes strings where nothing is
            # spread: "valid" is not "VALID".
            return tuple(
                w.at(w.kernel) for w in self._windows(self._kernel, ones, self._dilations, padding)
            )
        elif isinstance(padding, str):
            self.refuse(
                "conv_transpose 的 padding 只认大写的 'SAME' 与 'VALID'",
                "conv_transpose knows 'SAME' and 'VALID' only, in capitals",
                padding,
                "例如 padding='SAME'",
                "for example padding='SAME'",
            )
        else:
            pads = self._pairs(padding)
            if consistent:
                if any(not isinstance(pair, tuple) for pair in padding):
                    self.refuse(
                        "有 use_consistent_padding 时每对须为元组",
                        "with use_consistent_padding each pair must be a tuple",
                        padding,
                        f"例如 {shown(pads)}",
                        f"for example {shown(pads)}",
                    )
                pads = tuple(
                    (e - 1 - lo, e - 1 - hi) for e, (lo, hi) in zip(spans, pads, strict=True)
                )
        return tuple(Window(e, 1, *pair) for e, pair in zip(spans, pads, strict=True))

    @staticmethod
    def _same(e, s) -> tuple:
        before = e - 1 - larger((e - s) // 2, 0)
        return before, e + s - 2 - before

    @staticmethod
    def _valid(e, s) -> tuple:
        return e - 1, larger(e, s) - 1

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        axes = tuple(
            Transposed(Window(w.kernel, s, w.kernel - 1 - w.lo, w.kernel - 1 - w.hi))
            for w, s in zip(self._forward, self._gaps, strict=True)
        )
        return Convolution(axes, self._kernel, self._outputs, 1, bias=False)


class conv_general_dilated_patches(_Convolutional):
    """JAX's `lax.conv_general_dilated_patches`: every window's values become the channels of one
    place.

    >>> conv_general_dilated_patches((3, 3), (1, 1), "VALID").output_shape((1, 4, 9, "W"))
    (1, 36, 7, W - 2)
    """

    def __init__(
        self,
        filter_shape,
        window_strides,
        padding,
        lhs_dilation=None,
        rhs_dilation=None,
        dimension_numbers=None,
    ):
        entries = taken(filter_shape, 7)
        if not entries:
            self.refuse(
                "filter_shape 须为每轴一个整数",
                "filter_shape must be one int per axis",
                filter_shape,
                "例如 (3, 3)",
                "for example (3, 3)",
            )
        self.rank = len(entries)
        self._kernel = self.each(entries, "filter_shape")
        self._read_numbers(dimension_numbers)
        self._strides, self._gaps, self._dilations = (
            self._list(window_strides, "window_strides"),
            self._ones(lhs_dilation, "lhs_dilation"),
            self._ones(rhs_dilation, "rhs_dilation"),
        )
        if isinstance(padding, str) and any(g != 1 for g in self._gaps):
            self.refuse(
                "有 lhs_dilation 时 padding 须用数字说",
                "with lhs_dilation, padding must be said in numbers",
                padding,
                f"例如 {((0, 0),) * self.rank}",
                f"for example {((0, 0),) * self.rank}",
            )
        self._forward = self._windows(self._kernel, self._strides, self._dilations, padding)
        self.by_axes, self.weight_layout, self.in_channels = False, "", None

    def meaning(self, channels=None, rank=None) -> Patches:
        """The layer that these words mean."""
        return Patches(
            tuple(
                w if g == 1 else Spaced(w, g)
                for w, g in zip(self._forward, self._gaps, strict=True)
            ),
            self._kernel,
        )

    def weight_shape(self, input_shape=None) -> tuple:
        """None: the weights are JAX's own."""
        return ()


# ------------------------------------------------------------ pooling, padding, resizing


class _AllAxes(_Function):
    """What functions share that speak of all axes alike: batch and channels are those at which
    nothing happens, wherever they are.
    """

    crops = True
    _empty_channels = _unknown_channels = True

    def _lay_out(self, idle: list) -> None:
        """Batch and channels in front, or around, where nothing happens there and one to three axes
        are left; else every axis counts.
        """
        self.layout = "*"
        if 3 <= len(idle) <= 5 and idle[0]:
            if idle[1]:
                self.layout = "NC*"
            elif idle[-1]:
                self.layout = "N*C"
        self.rank = len(idle) - len(self.layout) + 1
        start = self.layout.index("*")
        self._inner = slice(start, start + self.rank)
        self.by_axes = self.layout != "*"

    def _axes_told(self) -> str:
        return (
            super()._axes_told() if self.by_axes else ", ".join(f"n{i}" for i in range(self.rank))
        )

    def _lengths(self) -> str:
        return str(self.rank + len(self.layout) - 1)


class reduce_window(_Windowed, _AllAxes):
    """JAX's `lax.reduce_window`: a window over all axes, batch and channels too; the computation by
    its name in `lax`.

    >>> reduce_window("max", (1, 1, 3, 3), (1, 1, 2, 2), "SAME").output_shape((1, 8, "H", 9))
    (1, 8, (H + 1)//2, 5)
    >>> reduce_window("add", (1, 2, 2, 1), (1, 2, 2, 1)).output_shape((1, 8, 9, 4))
    (1, 4, 4, 4)
    """

    data = ("operand", "init_value")
    sizeless = _Function.sizeless | {"init_value"}

    def __init__(
        self,
        computation,
        window_dimensions,
        window_strides=None,
        padding="VALID",
        base_dilation=None,
        window_dilation=None,
    ):
        self.computation = self.word(computation, "computation", ("max", "add", "min", "mul"))
        kernel = self._read_kernel(window_dimensions)
        strides, gaps, dilations = (
            self._ones(window_strides, "window_strides"),
            self._ones(base_dilation, "base_dilation"),
            self._ones(window_dilation, "window_dilation"),
        )
        windows = self._windows(kernel, strides, dilations, padding)
        if window_strides is None and windows[0].same:
            self.refuse(
                "padding 为 'SAME' 时须写出 window_strides",
                "with padding 'SAME', window_strides must be said",
                window_strides,
                f"例如 {(1,) * self.rank}",
                f"for example {(1,) * self.rank}",
            )
        self._lay_out(
            [
                k == 1 and s == 1 and g == 1 and (w.same or w.lo == w.hi == 0)
                for k, s, g, w in zip(kernel, strides, gaps, windows, strict=True)
            ]
        )
        self._kernel, self._forward, self._gaps = (
            kernel[self._inner],
            windows[self._inner],
            gaps[self._inner],
        )
        # no other framework's pooling adds without dividing, multiplies, seeks the least, or moves
        # its input apart
        self.by_axes = (
            self.by_axes and self.computation == "max" and all(g == 1 for g in self._gaps)
        )

    def _read_kernel(self, window_dimensions) -> tuple:
        """One integer per axis of the data; they say how many axes there are."""
        entries = taken(window_dimensions, 9)
        if not entries or len(entries) > 8:
            self.refuse(
                "window_dimensions 须为每轴一个整数",
                "window_dimensions must be one int per axis",
                window_dimensions,
                "例如 (1, 1, 3, 3)",
                "for example (1, 1, 3, 3)",
            )
        self.rank = len(entries)
        return self.each(entries, "window_dimensions")

    def meaning(self, channels=None, rank=None) -> Pooling:
        """The layer that these words mean."""
        axes = tuple(
            w if g == 1 else Spaced(w, g) for w, g in zip(self._forward, self._gaps, strict=True)
        )
        return Pooling(axes, self._kernel, self.computation)


class pad(_AllAxes):
    """JAX's `lax.pad`: low, high and between, per axis of the data; negative numbers crop.

    >>> pad(((0, 0, 0), (0, 0, 0), (1, 2, 0), (-1, 0, 1))).output_shape((1, 8, "H", 5))
    (1, 8, H + 3, 8)
    """

    data = ("operand", "padding_value")
    sizeless = _Function.sizeless | {"padding_value"}

    def __init__(self, padding_config):
        entries = taken(padding_config, 9)
        if (
            not entries
            or len(entries) > 8
            or any((triple := taken(entry, 4)) is None or len(triple) != 3 for entry in entries)
        ):
            self.refuse(
                "padding_config 须为每轴三个整数：前、后、中间",
                "padding_config must be three ints per axis: low, high, interior",
                padding_config,
                "例如 ((0, 0, 0), (1, 1, 0))",
                "for example ((0, 0, 0), (1, 1, 0))",
            )
        config = tuple(
            self._triple(entry, f"padding_config[{i}]") for i, entry in enumerate(entries)
        )
        self._lay_out([triple == (0, 0, 0) for triple in config])
        self._config = config[self._inner]

    def _triple(self, entry, name: str) -> tuple:
        """Low and high of any sign, and how many between two positions."""
        low, high, between = entry
        return self.one(low, name, None), self.one(high, name, None), self.one(between, name, 0)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return Layer(
            tuple(
                (
                    Window(1, 1, lo, hi)
                    if between == 0
                    else Transposed(Window(1, between + 1, -lo, -hi))
                )
                for lo, hi, between in self._config
            )
        )

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        lo, hi, _ = self._config[i]
        m = lo + hi if n == 0 else axis.count(n)
        if isinstance(m, int) and m < 0:
            least = larger(axis.need(0), 0)
            self.refuse(
                f"第 {i} 个轴不够裁",
                f"axis {i} is too short for so much cropping",
                n,
                f"至少要 {shown(least)} 格",
                f"at least {shown(least)} positions work",
            )
        return m


class image_resize(_AllAxes):
    """JAX's `jax.image.resize`: to a shape, batch and channels included.

    >>> image_resize((1, 32, 48, 3), "bilinear").output_shape((1, 5, 7, 3))
    (1, 32, 48, 3)
    """

    data = ("image",)
    # how each reads, as `Resized` calls it
    methods: ClassVar[dict] = {
        "nearest": "nearest-exact",
        **dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), "linear"),
        **dict.fromkeys(("cubic", "bicubic", "tricubic"), "cubic"),
        **dict.fromkeys(("cubic-pytorch", "bicubic-pytorch"), "cubic"),
        "lanczos3": "lanczos3",
        "lanczos5": "lanczos5",
        "area": "area",
    }

    def __init__(self, shape, method, antialias=True):
        entries = taken(shape, 9)
        if not entries or len(entries) > 8:
            self.refuse(
                "shape 须为每轴一个整数",
                "shape must be one int per axis",
                shape,
                "例如 (1, 32, 48, 3)",
                "for example (1, 32, 48, 3)",
            )
        self._lay_out([False] * len(entries))
        self._made = self.each(entries, "shape", 0)
        self.method, self.antialias = (
            self.word(method, "method", tuple(self.methods)),
            self.flag(antialias, "antialias"),
        )

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        mode = self.methods[self.method]
        return Layer(tuple(Resized(m, mode=mode, smooth=self.antialias) for m in self._made))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        made = self._made[i]
        if n == 0 and made != 0:
            self.refuse(
                f"第 {i} 个轴为空，不能放大",
                f"axis {i} is empty and cannot be resized",
                n,
                "至少要 1 格",
                "at least 1 position works",
            )
        return made


def concatenate(operands, dimension) -> tuple:
    """JAX's `lax.concatenate`, on shapes; the dimension is counted from the front.

    >>> concatenate([(1, 64, 28, 28), (1, 32, 28, 28)], 1)
    (1, 96, 28, 28)
    """
    shapes = list(map(sizes, several(operands)))
    dimension = one_size(dimension, "dimension")
    # a negative dimension is out of bounds for JAX, as one behind the last is: both are handed on
    # as the latter
    return concatenated(
        shapes, len(shapes[0]) if isinstance(dimension, int) and dimension < 0 else dimension
    )


def add(x, y) -> tuple:
    """JAX's `lax.add`, on shapes: an axis of length 1 stretches, but there must be as many axes on
    both sides, or none on one.

    >>> add((1, 64, 28, 28), (1, 64, 1, 1))
    (1, 64, 28, 28)
    """
    shapes = [shape if isinstance(shape, tuple) and not shape else sizes(shape) for shape in (x, y)]
    if all(shapes) and len(shapes[0]) != len(shapes[1]):
        most = max(map(len, shapes))
        raise ShapeError(
            Text(zh="lax.add 的两边须有一样多的轴", en="lax.add needs as many axes on both sides"),
            Received(" and ".join(map(shown, shapes))),
            Text(
                zh=f"在前面补长度为 1 的轴，补到 {most} 项",
                en=f"put axes of length 1 in front, up to {most} entries",
            ),
        )
    return broadcast(shapes)


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    relu relu6 selu silu swish sigmoid tanh softplus soft_sign hard_sigmoid hard_swish
        hard_silu hard_tanh log_sigmoid mish ()
    leaky_relu (negative_slope=0.01)
    elu celu (alpha=1.0)
    gelu (approximate=True)
    softmax log_softmax (axis=-1, where=None) : softmax
    standardize (axis=-1, mean=None, variance=None, epsilon=1e-05, where=None, *,
        algorithm='fast') : softmax
    squareplus (b=4)
"""
DATA = ("x",)  # what their first argument is called
BESIDE = ("concatenate", "add")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("jax", name)


def __dir__() -> list:
    return places.listed("jax")
