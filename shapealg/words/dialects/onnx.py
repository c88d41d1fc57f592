"""ONNX's own words: operators, with inputs other than the data given as shapes (weights) or values
(pads, scales), attributes by name.

Names, defaults, order and refusals are ONNX's as ONNX Runtime executes them, seen on onnx 1.23.2
and onnxruntime 1.32.0 (CPU).
Where ONNX's shape inference says something else, the execution is followed. The data's order is N,
C, axes.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import ClassVar

from shapealg.axis.axis import Axis
from shapealg.axis.counted import Counted
from shapealg.axis.resized import Adaptive, Resized
from shapealg.axis.scaled import Scaled
from shapealg.axis.transposed import Reached, Transposed
from shapealg.axis.waiting import Ceiled, Same, Trimmed
from shapealg.axis.window import Window
from shapealg.errors import Received, shown
from shapealg.exact import is_expression, is_symbolic, larger, one_size
from shapealg.layer.convolution import Convolution, pointwise
from shapealg.layer.joining import broadcast, concatenated, several
from shapealg.layer.layer import Layer, fitting
from shapealg.layer.pooling import Pooling
from shapealg.layer.rearrange import Columns, Shuffle
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import places
from shapealg.words.doors import plain
from shapealg.words.manners import TooSmall
from shapealg.words.norm import Norm
from shapealg.words.shape import sizes
from shapealg.words.words import Weightless, Words

VERSION = "1.23.2, onnxruntime 1.32.0"
# what its page begins with
LEAD = Text(
    zh=(
        "先写所有的前侧，再写所有的后侧。这里以 ONNX Runtime 的执行为准；"
        "`onnx.shape_inference` 与它有出入，见下文。"
    ),
    en=(
        "All begins first, then all ends. ONNX Runtime is what runs; `onnx.shape_inference` is"
        " not asked, for it contradicts it in the places listed below."
    ),
)
OPSET = 28  # the newest that both know
END = 2**31 - 1  # where exporters let a Slice end that goes to the end

AUTO_PADS = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


class _Node(Words):
    """What ONNX's operators share: lists have no short form, and an attribute exists from some
    opset on.
    """

    framework = "onnx"
    opsets = (1, OPSET)  # those that ONNX Runtime runs
    since: ClassVar[dict] = {}  # attributes that came later: the first opset that has them

    def _read_opset(self, opset):
        first, last = self.opsets
        self.opset = self.one(opset, "opset", None)
        if not isinstance(self.opset, int) or not first <= self.opset <= last:
            self.refuse(
                f"ONNX Runtime 执行 {type(self).__name__} 的 opset 是 {first} 到 {last}",
                f"ONNX Runtime runs {type(self).__name__} in opsets {first} to {last}",
                opset,
                f"例如 opset={last}",
                f"for example opset={last}",
            )
        for name, least in self.since.items():
            if self._given.get(name) is not None and self.opset < least:
                self.refuse(
                    f"{type(self).__name__} 从 opset {least} 起才有 {name}",
                    f"{type(self).__name__} has {name} from opset {least} on",
                    Received(f"opset={self.opset}"),
                    f"最近的可用值是 {least}",
                    f"the nearest that works is {least}",
                )

    def ints(self, value, name: str, least: int | None, length: int) -> tuple:
        """So many integers; an attribute of ONNX that is a list is never a single number."""
        empty = length == 0 and taken(value, 1) == ()
        if isinstance(value, int | str) or is_expression(value) or (length == 0 and not empty):
            self.refuse(
                f"{name} 须是 {length} 个整数的列表",
                f"{name} must be a list of {length} ints",
                value,
                f"例如 {name}={shown((value,) * length)}",
                f"for example {name}={shown((value,) * length)}",
            )
        return () if empty else self.each(value, name, least, rank=length)

    def shape_of(self, value, name: str, lengths: tuple) -> tuple:
        """The shape of an input: positive integers or symbols."""
        if plain(value, 1) and len(value) in lengths:
            return value
        entries = taken(value, 64)
        if entries is None or len(entries) not in lengths:
            told = " or ".join(map(str, lengths))
            self.refuse(
                f"{name} 须是形状，有 {told.replace('or', '或')} 项",
                f"{name} must be a shape of {told} entries",
                value,
                f"例如 {name}={(3,) * lengths[0]}",
                f"for example {name}={(3,) * lengths[0]}",
            )
        return tuple(self.one(e, f"{name}[{i}]") for i, e in enumerate(entries))

    def not_empty(self, input_shape) -> None:
        """Refuse an empty axis, unless the whole batch is empty."""
        shape = self.read(input_shape)
        if 0 in shape.spatial and shape.batch != (0,):
            self.refuse(
                "只有批次可以为空",
                "only the batch may be empty",
                Received(shown(input_shape)),
                "各轴至少 1 格",
                "at least 1 position per axis works",
            )

    def axis_number(self, axis, rank: int, most: int | None = None) -> int:
        """An axis of data with so many, from 0; ONNX counts from the end too."""
        most = rank - 1 if most is None else most
        if not isinstance(axis, int) or not -rank <= axis <= most:
            self.refuse(
                f"没有轴 {shown(axis)}",
                f"there is no axis {shown(axis)}",
                axis,
                f"轴从 {-rank} 到 {shown(most)}",
                f"axes are {-rank} to {shown(most)}",
            )
        return axis % rank if axis < 0 else axis

    def axis_numbers(self, axes, rank: int) -> tuple:
        """Axes of data with so many, none twice; all of them for `None`."""
        if axes is None:
            return tuple(range(rank))
        numbers = tuple(self.axis_number(a, rank) for a in axes)
        if len(set(numbers)) < len(numbers):
            self.refuse(
                "axes 里有重复的轴",
                "axes names an axis twice",
                axes,
                "每个轴至多一次",
                "each axis at most once",
            )
        return numbers


class _Weightless(Weightless, _Node):
    """Operators without weights that are no layer along spatial axes, or not always."""


class _Windowed(_Node):
    """What convolutions and poolings share: strides, dilations, pads, all begins and then all
    ends.
    """

    def _read_windows(self, rank, auto_pad, dilations, pads, strides):
        self.rank = rank
        self.auto_pad = self.word(auto_pad, "auto_pad", AUTO_PADS)
        self.strides = (1,) * rank if strides is None else self.ints(strides, "strides", 1, rank)
        self.dilations = (
            (1,) * rank if dilations is None else self.ints(dilations, "dilations", 1, rank)
        )
        self.pads = (0,) * 2 * rank if pads is None else self.ints(pads, "pads", 0, 2 * rank)

    def _ranked(self, rank) -> int:
        if not 1 <= rank <= 3:
            self.refuse(
                "空间轴须有 1 到 3 个",
                "there must be 1 to 3 spatial axes",
                rank,
                "例如 kernel_shape=(3, 3)",
                "for example kernel_shape=(3, 3)",
            )
        return rank

    @property
    def same(self) -> bool:
        return self.auto_pad.startswith("SAME")

    @property
    def lower(self) -> bool:
        return self.auto_pad == "SAME_LOWER"

    gap = 0  # by how much less ONNX Runtime crops in front where SAME comes out negative

    def _same(self, i):
        """SAME along axis `i`: the usual one, unless dilation or gaps between the windows show how
        ONNX Runtime places it.
        """
        k, d, s = self.kernel_shape[i], self.dilations[i], self.strides[i]
        if d == 1 and (not isinstance(k, int) or not isinstance(s, int) or k >= s - 1):
            return Same(k, s, self.lower)
        return Trimmed(
            d * (k - 1) + 1, s, k, self.lower, self.gap, getattr(self, "ceil_mode", False)
        )

    def _placed(self, i) -> Window:
        """The window of axis `i` with the padding that was said in numbers."""
        lo, hi = (self.pads[i], self.pads[self.rank + i]) if self.auto_pad == "NOTSET" else (0, 0)
        return Window.dilated(self.kernel_shape[i], self.dilations[i], self.strides[i], lo, hi)


class _Convolutional(_Windowed):
    """What Conv and ConvTranspose share: the kernel is that of W, or said."""

    wanted_channels = Text(
        zh="W 与 group 要求输入有 {n} 个通道", en="W and group want an input of {n} channels"
    )

    def _read_words(self, W, B, auto_pad, dilations, group, kernel_shape, pads, strides):
        if W is None and kernel_shape is None:
            self.refuse(
                "须给出 W 的形状或 kernel_shape",
                "the shape of W or kernel_shape must be given",
                W,
                "例如 W=(64, 3, 7, 7)",
                "for example W=(64, 3, 7, 7)",
            )
        self.group = self.one(group, "group")
        if W is not None:
            W = self.shape_of(W, "W", (3, 4, 5))
            if (
                kernel_shape is not None
                and self.ints(kernel_shape, "kernel_shape", 1, len(W) - 2) != W[2:]
            ):
                self.refuse(
                    "kernel_shape 须与 W 一致",
                    "kernel_shape must be that of W",
                    kernel_shape,
                    f"应为 {shown(W[2:])}",
                    f"{shown(W[2:])} works",
                )
            kernel_shape = W[2:]
        entries = taken(kernel_shape, 5) or ()
        self.W, self.kernel_shape = (
            W,
            self.ints(kernel_shape, "kernel_shape", 1, self._ranked(len(entries))),
        )
        self._read_windows(len(entries), auto_pad, dilations, pads, strides)
        if pads is not None and self.auto_pad != "NOTSET":
            self.refuse(
                "pads 与 auto_pad 不能同时给",
                "pads and auto_pad exclude each other",
                Received(f"auto_pad={self.auto_pad!r}, pads={shown(pads)}"),
                "去掉其中一个",
                "leave one of them out",
            )
        self.B = None if B is None else self.shape_of(B, "B", (1,))
        self._require_biases(B)

    def _require_biases(self, B) -> None:
        """Refuse biases that are not as many as filters."""
        if (
            self.B is not None
            and isinstance(self.filters, int)
            and isinstance(self.B[0], int)
            and self.B[0] != self.filters
        ):
            self.refuse(
                f"B 须有 {shown(self.filters)} 项",
                f"B must have {shown(self.filters)} entries",
                B,
                f"设 B=({shown(self.filters)},)",
                f"B=({shown(self.filters)},) works",
            )

    @property
    def filters(self):
        """Output channels; M where W is not known."""
        return self._filters() if self.W is not None else one_size("M", "M")

    @property
    def in_channels(self):
        """Input channels, where W says them."""
        return self._in_channels() if self.W is not None else None

    def _layer(self, axes) -> Convolution:
        return Convolution(
            tuple(axes), self.kernel_shape, self.filters, self.group, self.B is not None
        )


class Conv(_Convolutional):
    """ONNX's Conv; W and B are shapes.

    >>> conv = Conv(W=(64, 3, 7, 7), strides=(2, 2), pads=(3, 3, 3, 3))
    >>> conv.output_shape((1, 3, 224, "W")), conv.parameters()
    ((1, 64, 112, (W + 1)//2), 9408)
    """

    weight_layout = "OI*"
    gap = 1

    def __init__(
        self,
        W=None,
        B=None,
        *,
        auto_pad="NOTSET",
        dilations=None,
        group=1,
        kernel_shape=None,
        pads=None,
        strides=None,
        opset=OPSET,
    ):
        self._read_opset(opset)
        self._read_words(W, B, auto_pad, dilations, group, kernel_shape, pads, strides)
        if W is not None:
            self.divides(
                self.filters,
                self.group,
                Text(
                    zh="W 的输出通道数须能被 group={divisor} 整除",
                    en="the output channels of W must be divisible by group={divisor}",
                ),
            )
        if self.same and any((d > 1) == True for d in self.dilations):
            self.refuse(
                "ONNX Runtime 的卷积不能把 SAME 与膨胀合用",
                "ONNX Runtime's Conv does not join SAME with dilations",
                Received(f"auto_pad={self.auto_pad!r}, dilations={shown(self.dilations)}"),
                "写出 pads，或设 dilations 为 1",
                "say pads in numbers, or set dilations to 1",
            )

    def _filters(self):
        return self.W[0]

    def _in_channels(self):
        return self.W[1] * self.group

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        return self._layer(map(self._same if self.same else self._placed, range(self.rank)))


class ConvTranspose(_Convolutional):
    """ONNX's ConvTranspose; W and B are shapes. ONNX Runtime wants output_padding below the stride.

    SAME gives n·s where the windows reach so far, otherwise all that they reach; output_shape is a
    wish that wins over pads.

    >>> ConvTranspose(W=(10, 15, 5, 5), group=2).output_shape((1, 10, "H", 8))
    (1, 30, H + 4, 12)
    >>> ConvTranspose(W=(2, 3, 3), strides=(2,), output_shape=(6,)).output_shape((1, 2, 3))
    (1, 3, 6)
    """

    weight_layout = "IO*"

    def __init__(
        self,
        W=None,
        B=None,
        *,
        auto_pad="NOTSET",
        dilations=None,
        group=1,
        kernel_shape=None,
        output_padding=None,
        output_shape=None,
        pads=None,
        strides=None,
        opset=OPSET,
    ):
        self._read_opset(opset)
        self._read_words(W, B, auto_pad, dilations, group, kernel_shape, pads, strides)
        self.output_padding = (
            (0,) * self.rank
            if output_padding is None
            else self.ints(output_padding, "output_padding", 0, self.rank)
        )
        self.wanted = (
            None if output_shape is None else self.ints(output_shape, "output_shape", 1, self.rank)
        )
        for i, (op, s) in enumerate(zip(self.output_padding, self.strides, strict=True)):
            if isinstance(op, int) and isinstance(s, int) and op >= s:
                self.refuse(
                    f"ONNX Runtime 要求第 {i} 个轴的 output_padding 小于步长 {shown(s)}",
                    f"ONNX Runtime wants output_padding of axis {i} below the stride, {shown(s)}",
                    op,
                    f"最近的可用值是 {shown(s - 1)}",
                    f"the nearest that works is {shown(s - 1)}",
                )
        if W is not None:
            self.divides(
                self.in_channels,
                self.group,
                Text(
                    zh="W 的输入通道数须能被 group={divisor} 整除",
                    en="the input channels of W must be divisible by group={divisor}",
                ),
            )

    def _filters(self):
        return self.W[1] * self.group

    def _in_channels(self):
        return self.W[0]

    def meaning(self, channels=None, rank=None) -> Convolution:
        """The layer that these words mean."""
        return self._layer(map(self._axis, range(self.rank)))

    def _axis(self, i):
        k, d, s, op = (
            self.kernel_shape[i],
            self.dilations[i],
            self.strides[i],
            self.output_padding[i],
        )
        whole = Window.dilated(k, d, s)
        if self.wanted is not None:
            return Reached(self.wanted[i], whole, op, self.auto_pad != "SAME_UPPER")
        if not self.same:
            placed = self._placed(i)
            return Transposed(Window(placed.kernel, s, placed.lo, placed.hi - op))
        cut = larger(whole.kernel + op - s, 0)
        lo = cut - cut // 2 if self.lower else cut // 2
        return Transposed(Window(whole.kernel, s, lo, cut - lo - op))

    def outputs_along(self, axis, n, i):
        """The output along axis number `i` of `n` positions, manners included."""
        if n == 0 and (self.output_padding[i] != 0 or self.wanted is not None):
            self.refuse(
                f"第 {i} 个轴为空时不能有 output_padding 或 output_shape",
                f"an empty axis {i} takes neither output_padding nor output_shape",
                n,
                "至少要 1 格",
                "at least 1 position works",
            )
        if (
            isinstance(axis.given, int)
            and isinstance(n, int)
            and isinstance(most := axis.most(n), int)
            and axis.given > most
        ):
            self.refuse(
                f"第 {i} 个轴上 {shown(n)} 格至多到 {shown(most)} 格",
                f"{shown(n)} positions on axis {i} reach {shown(most)} at most",
                axis.outputs,
                f"最近的可用值是 {shown(most)}",
                f"the nearest that works is {shown(most)}",
            )
        return super().outputs_along(axis, n, i)

    def words(self) -> dict:
        """What was said, name by name, defaults left out."""
        made = super().words()
        return made | {"output_shape": self.wanted} if self.wanted is not None else made


class _Pool(_Windowed):
    """What all pooling shares. Padding stays below the kernel; where no window fits, ONNX Runtime
    cuts the division toward zero.
    """

    too_small = TooSmall.CUT
    kind = "max"
    counted = Counted.DATA
    beyond = True  # whether SAME copes with inputs whose last positions no window reads

    def _read_pool(self, kernel_shape, auto_pad, ceil_mode, dilations, pads, strides, opset):
        self._read_opset(opset)
        rank = self._ranked(len(taken(kernel_shape, 5) or ()))
        self.kernel_shape = self.ints(kernel_shape, "kernel_shape", 1, rank)
        self._read_windows(rank, auto_pad, dilations, pads, strides)
        self.ceil_mode = self.flag(ceil_mode, "ceil_mode")
        for p, k in zip(self.pads, self.kernel_shape * 2, strict=True):
            if isinstance(p, int) and isinstance(k, int) and p >= k:
                self.refuse(
                    "pads 须小于 kernel_shape",
                    "pads must be below kernel_shape",
                    Received(f"pads={shown(self.pads)}"),
                    f"最近的可用值是 {shown(k - 1)}",
                    f"the nearest that works is {shown(k - 1)}",
                )

    def meaning(self, channels=None, rank=None) -> Pooling:
        return Pooling(
            tuple(map(self._axis, range(self.rank))),
            self.kernel_shape,
            self.kind,
            self.counted,
        )

    def _axis(self, i):
        if self.same:
            return self._same(i)
        return Ceiled(self._placed(i)) if self.ceil_mode else self._placed(i)

    def output_shape(self, input_shape) -> tuple:
        self.not_empty(input_shape)
        return super().output_shape(input_shape)

    @property
    def covers(self) -> bool:
        """Whether ONNX Runtime refuses what SAME windows shorter than their stride would leave out
        behind the last.
        """
        return not self.beyond and bool(self.same) and all(d == 1 for d in self.dilations)

    def outputs_along(self, axis, n, i):
        if isinstance(n, int) and isinstance(m := axis.count(n), int):
            if self.covers and (m - 1) * axis.stride + self.kernel_shape[i] < n:
                self.refuse(
                    f"{type(self).__name__} 的 SAME 在第 {i} 个轴上会漏掉末尾的格，"
                    "ONNX Runtime 报错",
                    f"SAME of {type(self).__name__} would leave out the end of axis {i}, an error"
                    " in ONNX Runtime",
                    n,
                    f"最近的可用值是 {shown((m - 1) * axis.stride + self.kernel_shape[i])}",
                    "the nearest that works is"
                    f" {shown((m - 1) * axis.stride + self.kernel_shape[i])}",
                )
            if m < 1:
                made = m if self.ceil_mode else self.too_small.size(axis.at(n), n)
                if made is not None and made >= 0:
                    return made
        return fitting(axis, n, i)


class MaxPool(_Pool):
    """ONNX's MaxPool. Strides are 1 unless said.

    >>> MaxPool(kernel_shape=(2, 2), strides=(2, 2), ceil_mode=1).output_shape((1, 8, 25, "W"))
    (1, 8, 13, (W + 1)//2)
    """

    since: ClassVar[dict] = {"storage_order": 8, "ceil_mode": 10, "dilations": 10}
    beyond = False

    def __init__(
        self,
        *,
        kernel_shape,
        auto_pad="NOTSET",
        ceil_mode=0,
        dilations=None,
        pads=None,
        storage_order=0,
        strides=None,
        opset=OPSET,
    ):
        self._read_pool(kernel_shape, auto_pad, ceil_mode, dilations, pads, strides, opset)
        self.storage_order = self.flag(storage_order, "storage_order")


class AveragePool(_Pool):
    """ONNX's AveragePool. Strides are 1 unless said; padding does not count unless said.

    >>> AveragePool(kernel_shape=(3, 3), pads=(1, 1, 1, 1)).output_shape((1, 8, 17, 17))
    (1, 8, 17, 17)
    """

    kind = "average"
    opsets = (7, OPSET)
    since: ClassVar[dict] = {"ceil_mode": 10, "dilations": 19}

    def __init__(
        self,
        *,
        kernel_shape,
        auto_pad="NOTSET",
        ceil_mode=0,
        count_include_pad=0,
        dilations=None,
        pads=None,
        strides=None,
        opset=OPSET,
    ):
        self._read_pool(kernel_shape, auto_pad, ceil_mode, dilations, pads, strides, opset)
        self.count_include_pad = self.flag(count_include_pad, "count_include_pad")
        self.counted = Counted.PADDED if self.count_include_pad else Counted.DATA


class LpPool(_Pool):
    """ONNX's LpPool.

    >>> LpPool(kernel_shape=(3,), strides=(2,)).output_shape((1, 8, 9))
    (1, 8, 4)
    """

    kind = "lp"
    counted = Counted.NONE
    opsets = (2, OPSET)
    since: ClassVar[dict] = {"ceil_mode": 18, "dilations": 18}

    def __init__(
        self,
        *,
        kernel_shape,
        auto_pad="NOTSET",
        ceil_mode=0,
        dilations=None,
        p=2,
        pads=None,
        strides=None,
        opset=OPSET,
    ):
        self._read_pool(kernel_shape, auto_pad, ceil_mode, dilations, pads, strides, opset)
        self.p = self.number(p, "p")

    @property
    def norm(self) -> Norm:
        """The norm."""
        return Norm.of(self.p, signed=False)


class GlobalMaxPool(_Node):
    """ONNX's GlobalMaxPool: every axis becomes 1 and stays.

    >>> GlobalMaxPool().output_shape((1, 64, 7, "W"))
    (1, 64, 1, 1)
    """

    kind = "max"
    counted = Counted.DATA

    def __init__(self, *, opset=OPSET):
        self._read_opset(opset)

    def meaning(self, channels=None, rank=None) -> Pooling:
        """The layer that these words mean."""
        return Pooling((Adaptive(1),) * (rank or 2), (), self.kind, self.counted)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        self.not_empty(input_shape)
        return super().output_shape(input_shape)


class GlobalAveragePool(GlobalMaxPool):
    """ONNX's GlobalAveragePool: every axis becomes 1 and stays.

    >>> GlobalAveragePool().output_shape((1, 64, 7, 7))
    (1, 64, 1, 1)
    """

    kind = "average"


class GlobalLpPool(GlobalMaxPool):
    """ONNX's GlobalLpPool; ONNX Runtime 1.32 has it up to opset 21 only.

    >>> GlobalLpPool().output_shape((1, 64, 7, 7))
    (1, 64, 1, 1)
    """

    kind = "lp"
    counted = Counted.NONE
    opsets = (2, 21)

    def __init__(self, *, p=2, opset=21):
        self._read_opset(opset)
        self.p = self.number(p, "p")

    @property
    def norm(self) -> Norm:
        """The norm."""
        return Norm.of(self.p, signed=False)


class MaxUnpool(_Windowed):
    """ONNX's MaxUnpool; output_shape, the third input, may ask for more.

    >>> MaxUnpool(kernel_shape=(2, 2), strides=(2, 2)).output_shape((1, 8, 7, "W"))
    (1, 8, 14, 2*W)
    """

    opsets = (9, OPSET)

    def __init__(self, output_shape=None, *, kernel_shape, pads=None, strides=None, opset=OPSET):
        self._read_opset(opset)
        rank = self._ranked(len(taken(kernel_shape, 5) or ()))
        self.kernel_shape = self.ints(kernel_shape, "kernel_shape", 1, rank)
        self._read_windows(rank, "NOTSET", None, pads, strides)
        self.wanted = (
            None if output_shape is None else self.ints(output_shape, "output_shape", 0, rank + 2)
        )

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return Layer(tuple(Transposed(self._placed(i)) for i in range(self.rank)))

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        made = super().output_shape(input_shape)
        if self.wanted is None:
            return made
        if any(
            isinstance(w, int) and isinstance(m, int) and w < m
            for w, m in zip(self.wanted, made, strict=True)
        ):
            self.refuse(
                "output_shape 不能小于去池化得到的形状",
                "output_shape must not be below what unpooling gives",
                self.wanted,
                f"至少 {shown(made)}",
                f"at least {shown(made)} works",
            )
        return tuple(map(self._back, self.wanted))

    def words(self) -> dict:
        """What was said, name by name, defaults left out."""
        made = super().words()
        return made | {"output_shape": self.wanted} if self.wanted is not None else made


class _Any(_Weightless):
    """Operators that act on any axes, batch and channels included. `maps` says one map per axis of
    the data.
    """

    whole = None  # how many axes the data has, where the words say it

    def maps(self, rank: int) -> tuple:
        raise NotImplementedError

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer of the spatial axes; batch and channels must stay as they are."""
        axes = self.maps(self._axes(rank))
        for name, axis, n in (("N", axes[0], None), ("C", axes[1], channels)):
            if not (
                axis == Window.identity or (axis.given is not None and n in (None, axis.given))
            ):
                self.refuse(
                    f"{name} 轴也会改变，不是逐空间轴的层",
                    f"it changes axis {name} too: no layer along spatial axes",
                    Received(repr(self)[:60]),
                    "output_shape 仍可用",
                    "output_shape still works",
                )
        return Layer(axes[2:])

    def _axes(self, rank) -> int:
        return rank + 2 if rank else max(self.whole or 4, 3)

    def output_shape(self, input_shape) -> tuple:
        entries = tuple(n if n is None else self._integer(n) for n in sizes(input_shape, self))
        if any(n is not None and (n < 0) == True for n in entries):
            self.refuse(
                "尺寸不能为负",
                "a size cannot be negative",
                Received(shown(input_shape)),
                "例如 (1, 3, 32, 32)",
                "for example (1, 3, 32, 32)",
            )
        axes = self.maps(len(entries))
        self.check(entries)
        return tuple(
            self._back(self.made(axis, n, i))
            for i, (axis, n) in enumerate(zip(axes, entries, strict=True))
        )

    def check(self, entries: tuple) -> None:
        """Refuse data that the operator does not take, whatever comes out."""

    def made(self, axis, n, i):
        """What axis `i` of the data becomes; none left is allowed."""
        if n is None:
            return axis.given
        m = axis.count(n)
        if isinstance(m, int) and m < 0:
            self.refuse(
                f"轴 {i} 不够裁",
                f"axis {i} is too short for so much cropping",
                n,
                f"至少要 {shown(axis.need(0))} 格",
                f"at least {shown(axis.need(0))} positions work",
            )
        return m


class Pad(_Any):
    """ONNX's Pad: pads of all begins, then all ends, for every axis (batch and channels too) or for
    `axes`; negative ones crop.

    >>> Pad((0, 0, 1, 2, 0, 0, 3, -4)).output_shape((1, 3, 10, 20))
    (1, 3, 14, 18)
    """

    since: ClassVar[dict] = {"axes": 18}
    opsets = (2, OPSET)
    modes = ("constant", "reflect", "edge", "wrap")

    def __init__(self, pads, constant_value=None, axes=None, *, mode="constant", opset=OPSET):
        self._read_opset(opset)
        self.mode = self.word(mode, "mode", self.modes)
        entries = taken(pads, 64) or ()
        self.pads, self.constant_value = (
            self.ints(pads, "pads", None, len(entries) + len(entries) % 2 or 2),
            constant_value,
        )
        self.axes = None if axes is None else self.ints(axes, "axes", None, len(entries) // 2)
        self.whole = len(entries) // 2 if axes is None else None

    def maps(self, rank):
        """The map of each axis of data of so many axes."""
        numbers = self.axis_numbers(self.axes, rank)
        half = len(self.pads) // 2
        if half != len(numbers):
            self.refuse(
                f"pads 须有 {2 * len(numbers)} 项",
                f"pads must have {2 * len(numbers)} entries",
                self.pads,
                "先写所有轴的前端，再写所有轴的后端",
                "all begins first, then all ends",
            )
        made = [Window.identity] * rank
        for axis, lo, hi in zip(numbers, self.pads[:half], self.pads[half:], strict=True):
            made[axis] = Window(1, 1, lo, hi)
        return tuple(made)

    def check(self, entries):
        """Refuse data that the operator does not take, whatever comes out."""
        if self.mode == "constant":
            return
        for i, (axis, n) in enumerate(zip(self.maps(len(entries)), entries, strict=True)):
            if not all(isinstance(x, int) for x in (n, axis.lo, axis.hi)):
                continue
            if 0 in entries and self.mode != "wrap" and (n > 0 or axis.lo + axis.hi <= 0):
                continue  # ONNX Runtime looks no further where nothing is to be read
            left = n + min(axis.lo, 0) + min(axis.hi, 0)
            if left < 1 or 0 in entries:
                self.refuse(
                    f"{self.mode} 填充前轴 {i} 上须还剩 1 格",
                    f"{self.mode} padding needs 1 position left on axis {i}",
                    n,
                    "至少要 1 格",
                    "at least 1 position works",
                )
            if self.mode == "reflect" and max(axis.lo, axis.hi, 0) > left - 1:
                self.refuse(
                    f"reflect 填充在轴 {i} 上最多 {shown(left - 1)} 格",
                    f"reflect padding takes at most {shown(left - 1)} on axis {i}",
                    max(axis.lo, axis.hi),
                    f"最近的可用值是 {shown(left - 1)}",
                    f"the nearest that works is {shown(left - 1)}",
                )


class Slice(_Any):
    """ONNX's Slice: from starts to ends (excluded), negative numbers counted from the end, cut to
    the data.

    >>> Slice((2, -4), (-1, 99), (2, 3), (1, 2)).output_shape((1, 3, "H", 9))
    (1, 3, H - 3, 2)
    """

    since: ClassVar[dict] = {"steps": 10}

    def __init__(self, starts, ends, axes=None, steps=None, *, opset=OPSET):
        self._read_opset(opset)
        listed = taken(starts, 64)
        length = 1 if listed is None else len(listed)
        self.starts, self.ends = (
            self.ints(starts, "starts", None, length),
            self.ints(ends, "ends", None, length),
        )
        self.axes = None if axes is None else self.ints(axes, "axes", None, length)
        self.steps = (1,) * length if steps is None else self.ints(steps, "steps", None, length)
        for bound in (*self.starts, *self.ends, *self.steps, *(self.axes or ())):
            if not isinstance(bound, int):
                self.refuse(
                    "Slice 的参数须是数值",
                    "Slice takes numbers",
                    bound,
                    "请先代入数值",
                    "put numbers in first",
                )
        if 0 in self.steps:
            self.refuse(
                "steps 不能为 0",
                "steps cannot be 0",
                steps,
                "最近的可用值是 1",
                "the nearest that works is 1",
            )

    def maps(self, rank):
        """The map of each axis of data of so many axes."""
        numbers = self.axis_numbers(
            tuple(range(len(self.starts))) if self.axes is None else self.axes, rank
        )
        made = [Window.identity] * rank
        for axis, start, end, step in zip(numbers, self.starts, self.ends, self.steps, strict=True):
            crops = step > 0 and start >= 0 and (end < 0 or end >= END)
            made[axis] = Window(1, step, -start, min(end, 0)) if crops else _Taken(start, end, step)
        return tuple(made)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        if any(not axis.formula for axis in self.maps(self._axes(rank))):
            self.refuse(
                "这样切出多少格取决于输入，不是裁剪",
                "how many positions such a slice takes depends on the input: no cropping",
                Received(repr(self)[:60]),
                "裁剪要 start ≥ 0，end < 0 或到末尾",
                "cropping has start ≥ 0 and end < 0 or at the end",
            )
        return super().meaning(channels, rank)

    def made(self, axis, n, i):
        """What axis `i` of the data becomes."""
        if not axis.formula and is_symbolic(n):
            self.refuse(
                "这样的切片须知道轴的长度",
                "such a slice needs the length of the axis",
                self._back(n),
                "请给出数值的尺寸",
                "give the size as a number",
            )
        m = None if n is None else axis.count(n)
        if isinstance(m, int):
            return max(m, 0)
        return n if axis == Window.identity else m


@dataclass(frozen=True, slots=True)
class _Taken(Axis):
    """Positions from `start` to `end` (excluded), both ends cut to the data first."""

    start: int
    end: int
    step: int

    formula = False

    def count(self, n):
        """How many of `n`."""
        return len(self.positions(n))

    def positions(self, n: int) -> range:
        """Those of `n` that are taken; backwards the first is cut to n − 1 and the end to −1."""
        end = self.end
        if end >= END:  # as far as the data goes
            end = -n - 1 if self.step < 0 else n
        start, end = (bound + n if bound < 0 else bound for bound in (self.start, end))
        least, most = (0, n) if self.step > 0 else (-1, n - 1)
        start, end = min(max(start, 0), most), min(max(end, least), most)
        return range(start, end, self.step)


# what a Resize says of how it reads
SAYING = ("mode", "coordinate_transformation_mode", "nearest_mode")
# what ONNX calls where an output lies, and what makes it there → what `Resized` calls that
PLACES = {
    "asymmetric": "edges",
    "align_corners": "corners",
    "half_pixel": "centres",
    "half_pixel_symmetric": "centres",  # where lengths are scaled exactly
    "pytorch_half_pixel": "centres",  # but for a single output
}
ROUNDED = {
    "floor": "floor",
    "ceil": "ceil",
    "round_prefer_floor": "down",
    "round_prefer_ceil": "up",
}
SMOOTHED = {
    ("centres", "linear"): "linear",
    ("centres", "cubic"): "cubic",
    ("corners", "linear"): "corners",
    ("corners", "cubic"): "corners-cubic",
    ("edges", "linear"): "edges",
    ("edges", "cubic"): "edges-cubic",
}


def reading(words: dict, opset: int, factor=None, length=None) -> str:
    """How a Resize reads along an axis, as `Resized` calls it: "all" where nobody says. Up to
    opset 10 it has no words for it.

    Args:
        words: the attributes, where they are given.
        opset: the version of the operators.
        factor: by what the axis is scaled.
        length: or to what it is resized.
    """
    mode, early = words.get("mode", "nearest"), opset <= 10
    told = words.get("coordinate_transformation_mode", "half_pixel")
    where = PLACES.get("asymmetric" if early else told)
    if told == "pytorch_half_pixel" and not early:
        where = _of_several(where, factor, length)
    if told == "half_pixel_symmetric" and factor is not None and factor % 1:
        where = None
    if where is None or mode != "nearest":
        return SMOOTHED.get((where or "", mode), "all")
    said = "simple" if early else words.get("nearest_mode", "round_prefer_floor")
    if said == "simple" and factor is not None:
        said = "floor" if factor >= 1 else "ceil"
    rounding = ROUNDED.get(said)
    if rounding is None or (where == "centres" and rounding in ("floor", "ceil")):
        return "all"  # at a centre that is a position itself, single precision decides
    return f"{where}-{rounding}"


def _of_several(where: str | None, factor, length) -> str | None:
    """Where outputs lie of which a single one lies at 0."""
    if isinstance(length, int):
        return where if length > 1 else "edges"
    # of three positions or fewer, one output at their centre reads what one at 0 reads, and more
    return where if factor is not None and factor >= Fraction(1, 2) else None


class Resize(_Any):
    """ONNX's Resize, by `scales` (⌊n · scale⌋, the product in single precision) or to `sizes`, for
    every axis or for `axes`.

    >>> Resize(scales=(1, 1, 2, 0.7)).output_shape((1, 3, "H", 10))
    (1, 3, 2*H, 7)
    >>> fitted = Resize(sizes=(7, 7), axes=(2, 3), keep_aspect_ratio_policy="not_larger")
    >>> fitted.output_shape((1, 3, 4, 8))
    (1, 3, 4, 7)
    """

    since: ClassVar[dict] = {
        "antialias": 18,
        "axes": 18,
        "coordinate_transformation_mode": 11,
        "cubic_coeff_a": 11,
        "exclude_outside": 11,
        "extrapolation_value": 11,
        "keep_aspect_ratio_policy": 18,
        "nearest_mode": 11,
        "roi": 11,
        "sizes": 11,
    }
    opsets = (10, OPSET)
    modes = ("nearest", "linear", "cubic")
    policies = ("stretch", "not_larger", "not_smaller")
    transformations = (
        "half_pixel",
        "half_pixel_symmetric",
        "pytorch_half_pixel",
        "align_corners",
        "asymmetric",
        "tf_crop_and_resize",
        "tf_half_pixel_for_nn",
    )
    roundings = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    least = 0  # scales must be above

    def __init__(
        self,
        roi=None,
        scales=None,
        sizes=None,
        *,
        antialias=0,
        axes=None,
        coordinate_transformation_mode="half_pixel",
        cubic_coeff_a=-0.75,
        exclude_outside=0,
        extrapolation_value=0.0,
        keep_aspect_ratio_policy="stretch",
        mode="nearest",
        nearest_mode="round_prefer_floor",
        opset=OPSET,
    ):
        self._read_opset(opset)
        self.roi, self.antialias = roi, self.flag(antialias, "antialias")
        self.mode, self.nearest_mode = (
            self.word(mode, "mode", self.modes),
            self.word(nearest_mode, "nearest_mode", self.roundings),
        )
        self.coordinate_transformation_mode = self.word(
            coordinate_transformation_mode, "coordinate_transformation_mode", self.transformations
        )
        self.cubic_coeff_a = self._real(cubic_coeff_a, "cubic_coeff_a")
        self.exclude_outside = self.flag(exclude_outside, "exclude_outside")
        self.extrapolation_value = self._real(extrapolation_value, "extrapolation_value")
        self.keep_aspect_ratio_policy = self.word(
            keep_aspect_ratio_policy, "keep_aspect_ratio_policy", self.policies
        )
        self._require_fitting(scales, sizes)
        self.scales = None if scales is None else taken(scales, 64)
        self.factors = None if scales is None else self._factors(scales)
        self.sizes = (
            None
            if sizes is None
            else self.ints(sizes, "sizes", 0, max(len(taken(sizes, 64) or ()), 1))
        )
        self.axes = (
            None if axes is None else self.ints(axes, "axes", None, len(self.factors or self.sizes))
        )
        self.whole = len(self.factors or self.sizes) if axes is None else None

    def _reading(self, factor=None, length=None) -> str:
        """How it reads along an axis, as `Resized` calls it; "all" where nobody says."""
        if self.keep_aspect_ratio_policy != "stretch":
            return "all"
        words = {name: getattr(self, name) for name in SAYING}
        return reading(words, self.opset, factor, length)

    def _require_fitting(self, scales, sizes) -> None:
        """Refuse words that do not go together."""
        if (scales is None) == (sizes is None):
            self.refuse(
                "scales 与 sizes 须恰给一个",
                "exactly one of scales and sizes must be given",
                Received(f"scales={shown(scales)}, sizes={shown(sizes)}"),
                "例如 scales=(1, 1, 2, 2)",
                "for example scales=(1, 1, 2, 2)",
            )
        if scales is not None and self.keep_aspect_ratio_policy != "stretch":
            self.refuse(
                "保持长宽比须给出 sizes",
                "keeping the aspect ratio needs sizes",
                scales,
                "用 sizes 代替 scales",
                "say sizes instead of scales",
            )
        if self.antialias and self.mode == "nearest":
            self.refuse(
                "antialias 只配 linear 与 cubic",
                "antialias goes with linear and cubic only",
                self.mode,
                "例如 mode='linear'",
                "for example mode='linear'",
            )

        smooth = self.mode == "cubic" or (self.mode == "linear" and self.antialias)
        if self.exclude_outside and not smooth:
            self.refuse(
                "exclude_outside 只配 cubic，或配 antialias 的 linear",
                "exclude_outside goes with cubic, and with linear that is antialiased",
                self.mode,
                "例如 mode='cubic'",
                "for example mode='cubic'",
            )

    def _real(self, value, name: str):
        """One number, which is no size."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(
                f"{name} 须为数",
                f"{name} must be a number",
                value,
                f"例如 {name}=-0.5",
                f"for example {name}=-0.5",
            )
        return value

    def _factors(self, scales) -> tuple:
        if not self.scales:
            self.refuse(
                "scales 须是数的列表",
                "scales must be a list of numbers",
                scales,
                "例如 (1, 1, 2, 2)",
                "for example (1, 1, 2, 2)",
            )
        made = tuple(Scaled.of(number, digits=24) for number in self.scales)
        if any(scaled.factor < self.least for scaled in made):
            self.refuse(
                f"{type(self).__name__} 的 scales 至少为 {self.least}",
                f"{type(self).__name__} needs scales of at least {self.least}",
                scales,
                f"最近的可用值是 {self.least}",
                f"the nearest that works is {self.least}",
            )
        return made

    def maps(self, rank):
        """The map of each axis of data of so many axes."""
        numbers = self.axis_numbers(self.axes, rank)
        if self.factors:
            said = tuple(
                Window.identity
                if scaled.factor == 1
                else replace(scaled, mode=self._reading(scaled.factor), smooth=self.antialias)
                for scaled in self.factors
            )
        else:
            said = tuple(
                Resized(m, mode=self._reading(length=m), smooth=self.antialias) for m in self.sizes
            )
        if len(said) != len(numbers):
            self.refuse(
                f"须有 {len(numbers)} 项",
                f"there must be {len(numbers)} entries",
                self.scales or self.sizes,
                "每轴一项",
                "one entry per axis",
            )
        made = [Window.identity] * rank
        for axis, how in zip(numbers, said, strict=True):
            made[axis] = how
        return tuple(made)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        made = super().output_shape(input_shape)
        if self.keep_aspect_ratio_policy == "stretch":
            return made
        numbers = self.axis_numbers(self.axes, len(made))
        lengths = [sizes(input_shape, self)[i] for i in numbers]
        if not all(isinstance(n, int) and n > 0 for n in (*lengths, *self.sizes)):
            self.refuse(
                "保持长宽比须有数值的尺寸",
                "keeping the aspect ratio needs sizes that are positive numbers",
                Received(shown(input_shape)),
                "请代入数值",
                "put numbers in",
            )
        choose = min if self.keep_aspect_ratio_policy == "not_larger" else max
        scale = choose(
            (
                Scaled.of(Fraction(m, n), digits=24)
                for m, n in zip(self.sizes, lengths, strict=True)
            ),
            key=lambda scaled: scaled.factor,
        )
        doubled = Scaled(2 * scale.factor, 24)  # ⌊2x⌋ tells how x is rounded, halves up
        kept = dict(zip(numbers, ((doubled.count(n) + 1) // 2 for n in lengths), strict=True))
        return tuple(kept.get(i, n) for i, n in enumerate(made))

    def check(self, entries):
        """ONNX Runtime's linear and cubic modes know few layouts: N, C, axes; N, axes, C; or no
        batch and channels at all.
        """
        moved = self._moved(entries)
        rank = len(entries)
        first, last = not {0, 1} & moved.keys(), rank == 4 and not {0, 3} & moved.keys()
        known = {
            "nearest": True,
            "linear": rank in (2, 3) or (rank == 4 and (first or last)) or (rank == 5 and first),
            "cubic": (
                rank == 2
                or (
                    rank == 4
                    and (first or (last and (self.antialias or "down" not in moved.values())))
                )
            ),
        }[self.mode]
        if not known:
            self.refuse(
                f"ONNX Runtime 的 {self.mode} 不支持改变这些轴",
                f"ONNX Runtime's {self.mode} mode cannot resize these axes",
                Received(f"{rank} axes, resized {sorted(moved)}"),
                "可用 mode='nearest'",
                "mode='nearest' works",
            )
        for i, n in enumerate(entries):
            m = self.maps(rank)[i].count(n) if n is not None else None
            if (
                self.sizes is not None
                and isinstance(n, int)
                and isinstance(m, int)
                and (n == 0) != (m == 0)
            ):
                self.refuse(
                    f"轴 {i} 上 {shown(n)} 格不能变成 {shown(m)} 格",
                    f"{shown(n)} positions on axis {i} cannot become {shown(m)}",
                    m,
                    "至少 1 格",
                    "at least 1 position works",
                )

    def _moved(self, entries) -> dict:
        """The axes whose scale is not 1, and the way they go."""
        made = {}
        for i, (axis, n) in enumerate(zip(self.maps(len(entries)), entries, strict=True)):
            if axis.mode and axis.given is None:
                made[i] = "up" if axis.factor > 1 else "down"
            elif isinstance(n, int) and isinstance(axis.given, int) and n and n != axis.given:
                made[i] = "up" if axis.given > n else "down"
        return made


class Upsample(Resize):
    """ONNX's Upsample, removed in opset 10: scales of at least 1.

    >>> Upsample((1, 1, 2, 2)).output_shape((1, 3, "H", 7))
    (1, 3, 2*H, 14)
    """

    opsets = (7, 9)
    least = 1

    def __init__(self, scales, *, mode="nearest", opset=9):
        super().__init__(scales=scales, mode=mode, opset=opset)


class _Blocks(_Node):
    """What DepthToSpace and SpaceToDepth share: two axes, blocks of blocksize × blocksize; an axis
    may be empty.
    """

    rank = 2
    modes = ("DCR", "CRD")

    def _read_words(self, blocksize, mode, opset):
        self._read_opset(opset)
        self.blocksize, self.mode = (
            self.one(blocksize, "blocksize"),
            self.word(mode, "mode", self.modes),
        )

    def outputs_along(self, axis, n, i):
        return axis.count(n)


class DepthToSpace(_Blocks):
    """ONNX's DepthToSpace: (C, H, W) becomes (C/b², bH, bW).

    >>> DepthToSpace(blocksize=2).output_shape((1, 12, "H", 7))
    (1, 3, 2*H, 14)
    """

    since: ClassVar[dict] = {"mode": 11}

    def __init__(self, *, blocksize, mode="DCR", opset=OPSET):
        self._read_words(blocksize, mode, opset)

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.up(self.blocksize, 2)


class SpaceToDepth(_Blocks):
    """ONNX's SpaceToDepth: (C, bH, bW) becomes (Cb², H, W).

    >>> SpaceToDepth(blocksize=2).output_shape((1, 3, 10, 14))
    (1, 12, 5, 7)
    """

    since: ClassVar[dict] = {"mode": 28}

    def __init__(self, *, blocksize, mode="DCR", opset=OPSET):
        self._read_words(blocksize, mode, opset)

    def meaning(self, channels=None, rank=None) -> Shuffle:
        """The layer that these words mean."""
        return Shuffle.down(self.blocksize, 2)


class Col2Im(_Windowed):
    """ONNX's Col2Im: columns added up where their windows lay; negative pads crop.

    >>> Col2Im((10, 12), (3, 3), pads=(1, 1, 1, 1)).output_shape((1, 27, 120))
    (1, 3, 10, 12)
    """

    by_axes = False
    opsets = (18, OPSET)

    def __init__(
        self, image_shape, block_shape, *, dilations=None, pads=None, strides=None, opset=OPSET
    ):
        self._read_opset(opset)
        rank = self._ranked(len(taken(image_shape, 5) or ()))
        self.image_shape, self.block_shape = (
            self.ints(image_shape, "image_shape", 1, rank),
            self.ints(block_shape, "block_shape", 1, rank),
        )
        self._read_windows(rank, "NOTSET", dilations, None, strides)
        self.pads = self.pads if pads is None else self.ints(pads, "pads", None, 2 * rank)
        self.kernel_shape = self.block_shape

    def meaning(self, channels=None, rank=None) -> Columns:
        """The layer that these words mean."""
        return Columns(tuple(map(self._placed, range(self.rank))), self.block_shape)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = tuple(n if n is None else self._integer(n) for n in sizes(input_shape, self))
        if len(entries) != 3 or None in entries[1:] or entries[1] == 0:
            self.refuse(
                "Col2Im 的 input_shape 须有 3 项",
                "Col2Im needs an input_shape of 3 entries",
                Received(shown(input_shape)),
                "次序是 (N, C·Πk, L)",
                "the order is (N, C·Πk, L)",
            )
        batch, rows, columns = entries
        return tuple(
            map(
                self._back,
                (batch, self.meaning().folded(self.image_shape, rows, columns), *self.image_shape),
            )
        )


class Flatten(_Weightless):
    """ONNX's Flatten: always two axes, those before `axis` and those from it on.

    >>> Flatten().output_shape((1, 64, 12, 12)), Flatten(axis=0).output_shape((2, 3))
    ((1, 9216), (1, 6))
    """

    def __init__(self, *, axis=1, opset=OPSET):
        self._read_opset(opset)
        self.axis = self.one(axis, "axis", None if self.opset >= 11 else 0)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = tuple(n if n is None else self._integer(n) for n in sizes(input_shape, self))
        at = self.axis_number(self.axis, len(entries), most=len(entries))
        return tuple(
            None if None in part else self._back(prod(part))
            for part in (entries[:at], entries[at:])
        )


class Gemm(_Node):
    """ONNX's Gemm, α·A·B + β·C on two axes; B and C are shapes.

    >>> fc = Gemm((128, 9216), (128,), transB=1)
    >>> fc.output_shape((1, 9216)), fc.parameters(), fc.macs((1, 9216))
    ((1, 128), 1179776, 1179648)
    """

    by_axes = False
    opsets = (7, OPSET)
    sizeless = frozenset({"alpha", "beta"})

    def __init__(self, B, C=None, *, transA=0, transB=0, opset=OPSET):
        self._read_opset(opset)
        self.B, self.transA, self.transB = (
            self.shape_of(B, "B", (2,)),
            self.flag(transA, "transA"),
            self.flag(transB, "transB"),
        )
        if C is None and self.opset < 11:
            self.refuse(
                "opset 11 之前 Gemm 须有 C",
                "before opset 11 Gemm needs C",
                C,
                f"例如 C=({shown(self.B[0 if self.transB else 1])},)",
                f"for example C=({shown(self.B[0 if self.transB else 1])},)",
            )
        self.C = None if C is None else self.shape_of(C, "C", (0, 1, 2))

    @property
    def features(self) -> tuple:
        """What goes in and what comes out."""
        return self.B[::-1] if self.transB else self.B

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = tuple(n if n is None else self._integer(n) for n in sizes(input_shape, self))
        if len(entries) != 2:
            self.refuse(
                "Gemm 的输入须恰有两个轴",
                "Gemm takes an input of exactly two axes",
                Received(shown(input_shape)),
                "先用 Flatten",
                "Flatten it first",
            )
        rows, inner = entries[::-1] if self.transA else entries
        if (
            isinstance(inner, int)
            and isinstance(self.features[0], int)
            and inner != self.features[0]
        ):
            self.refuse(
                f"相乘的轴须有 {shown(self.features[0])} 项",
                f"the axis that is summed must be {shown(self.features[0])} long",
                inner,
                f"{shown(self.features[0])} 可用",
                f"{shown(self.features[0])} works",
            )
        made = (rows, self.features[1])
        if self.C is not None and None not in made and broadcast([made, self.C]) != made:
            self.refuse(
                "C 须能扩展到结果的形状",
                "C must stretch to the shape of the result",
                self.C,
                f"例如 C=({shown(made[1])},)",
                f"for example C=({shown(made[1])},)",
            )
        return tuple(map(self._back, made))

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of the weights in the framework's layout."""
        return tuple(map(self._back, self.B))

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        return self._back(prod(self.B) + (0 if self.C is None else prod(self.C)))

    def macs(self, input_shape):
        """One multiplication per weight, for one example."""
        self.output_shape(input_shape)
        return self._back(prod(self.B))


class MatMul(_Node):
    """ONNX's MatMul as NumPy multiplies: matrices in the last two axes, the others stretch; B is a
    shape.

    >>> MatMul((3, 4)).output_shape((5, "n", 3))
    (5, n, 4)
    """

    by_axes = False

    def __init__(self, B, *, opset=OPSET):
        self._read_opset(opset)
        self.B = self.shape_of(B, "B", tuple(range(1, 9)))

    def pointwise(self, rank: int) -> Convolution:
        """With a matrix the same at every place: a convolution with a kernel of 1, channels
        last.
        """
        if len(self.B) != 2:
            self.refuse(
                "B 须有 2 个轴，才与卷积可比",
                "B must have 2 axes to be compared with a convolution",
                self.B,
                "例如 B=(64, 10)",
                "for example B=(64, 10)",
            )
        return pointwise(rank, self.B[1], bias=False)

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        a, b = tuple(n if n is None else self._integer(n) for n in sizes(input_shape, self)), self.B
        left, right = a if len(a) > 1 else (1, *a), b if len(b) > 1 else (*b, 1)
        if isinstance(left[-1], int) and isinstance(right[-2], int) and left[-1] != right[-2]:
            self.refuse(
                f"输入的最后一个轴须有 {shown(right[-2])} 项",
                f"the last axis of the input must be {shown(right[-2])} long",
                left[-1],
                f"{shown(right[-2])} 可用",
                f"{shown(right[-2])} works",
            )
        made = [*(broadcast([left[:-2], right[:-2]]) if len(left) > 2 or len(right) > 2 else ())]
        made += [left[-2]] * (len(a) > 1) + [right[-1]] * (len(b) > 1)
        return tuple(map(self._back, made))

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of the weights in the framework's layout."""
        return tuple(map(self._back, self.B))

    def parameters(self, input_shape=None):
        """The number of weights and biases."""
        return self._back(prod(self.B))

    def macs(self, input_shape):
        """The length of the axis that is summed, for each entry of one example."""
        entries = self.all_known(
            (n if n is None else self._integer(n) for n in sizes(input_shape, self)), input_shape
        )
        return self._back(prod((*self.output_shape(input_shape)[1:], entries[-1])))


class CenterCropPad(_Weightless):
    """ONNX's CenterCropPad: every axis, or `axes`, cropped or padded around the centre to `shape`.

    >>> CenterCropPad((224, 224), axes=(2, 3)).output_shape((1, 3, 256, 200))
    (1, 3, 224, 224)
    """

    opsets = (18, OPSET)

    def __init__(self, shape, *, axes=None, opset=OPSET):
        self._read_opset(opset)
        self.shape = self.ints(shape, "shape", 0, max(len(taken(shape, 64) or ()), 1))
        self.axes = None if axes is None else self.ints(axes, "axes", None, len(self.shape))

    def output_shape(self, input_shape) -> tuple:
        """The shape that comes out, in the framework's layout."""
        entries = sizes(input_shape, self)
        numbers = self.axis_numbers(self.axes, len(entries))
        if len(numbers) != len(self.shape):
            self.refuse(
                f"shape 须有 {len(numbers)} 项",
                f"shape must have {len(numbers)} entries",
                self.shape,
                "每轴一项，或给出 axes",
                "one entry per axis, or axes",
            )
        wanted = dict(zip(numbers, self.shape, strict=True))
        return tuple(self._back(wanted[i]) if i in wanted else n for i, n in enumerate(entries))

    def around(self, size: tuple) -> list:
        """How many positions are put before and behind each axis of data in numbers, taken away
        where negative: half of them in front, rounded down.
        """
        short = [m - n for m, n in zip(self.output_shape(size), size, strict=True)]
        halves = [abs(more) // 2 * (1 if more > 0 else -1) for more in short]
        return [(lo, more - lo) for lo, more in zip(halves, short, strict=True)]


def Concat(shapes, *, axis) -> tuple:
    """ONNX's Concat, on shapes.

    >>> Concat([(1, 64, 28, 28), (1, 32, 28, 28)], axis=1)
    (1, 96, 28, 28)
    """
    return concatenated(map(sizes, several(shapes)), one_size(axis, "axis"))


def Add(A, B) -> tuple:
    """ONNX's Add, on shapes: an axis of length 1 stretches.

    >>> Add((1, 64, 28, 28), (64, 1, 1))
    (1, 64, 28, 28)
    """
    return broadcast(map(sizes, (A, B)))


# the words that change no size; `unchanged` reads these rows
UNCHANGED = """
    Relu Sigmoid Tanh Softplus Softsign HardSwish Mish Identity Erf (*, opset=None)
    LeakyRelu (*, alpha=0.01, opset=None)
    PRelu (slope=None, *, opset=None) : given
    Elu Celu ThresholdedRelu Swish (*, alpha=1.0, opset=None)
    Selu (*, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875, opset=None)
    Gelu (*, approximate='none', opset=None)
    HardSigmoid (*, alpha=0.2, beta=0.5, opset=None)
    Shrink (*, bias=0.0, lambd=0.5, opset=None)
    Softmax LogSoftmax Hardmax (*, axis=-1, opset=None) : softmax
    Clip (min=None, max=None, *, opset=None)
    Dropout (ratio=None, training_mode=None, *, seed=None, opset=None)
    LRN (*, size, alpha=0.0001, beta=0.75, bias=1.0, opset=None)
    LpNormalization (*, axis=-1, p=2, opset=None) : softmax
    BatchNormalization (scale=None, B=None, input_mean=None, input_var=None, *,
        epsilon=1e-05, momentum=0.9, training_mode=0, opset=None) : given
    InstanceNormalization (scale=None, B=None, *, epsilon=1e-05, opset=None) : given_instance
    GroupNormalization (scale=None, bias=None, *, num_groups, epsilon=1e-05, stash_type=1,
        opset=None) : given_group
    LayerNormalization (Scale=None, B=None, *, axis=-1, epsilon=1e-05, stash_type=1,
        opset=None) : given_trailing
"""
BESIDE = ("Concat", "Add")  # words that are no layers


def __getattr__(name: str):
    return places.attribute("onnx", name)


def __dir__() -> list:
    return places.listed("onnx")
