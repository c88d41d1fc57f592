"""Two layers, in whatever words: where they give the same size, and where they read the same
positions.
"""

from dataclasses import astuple, dataclass, is_dataclass
from math import lcm

import sympy

from shapealg.axis.borrowed import Borrowed
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.reached import Reached
from shapealg.axis.same import Same
from shapealg.axis.sizes import Sizes
from shapealg.axis.transposed import Transposed
from shapealg.axis.trimmed import Trimmed
from shapealg.errors import Received, ShapeError, shown
from shapealg.layer.convolution import Convolution
from shapealg.layer.dialects.words import Words
from shapealg.layer.pooling import Pooling
from shapealg.printing import Pictured, brief
from shapealg.text import Text

# what is meant where nothing else is said
PLAIN = {"padding_mode": "zeros", "norm_type": 2, "p": 2, "divisor_override": None}


@dataclass(frozen=True, slots=True)
class Comparison(Pictured):
    """What `compare` found, axis by axis.

    Attributes:
        both: the sizes at which both layers give an output.
        sizes: those at which they give the same number of outputs.
        values: those at which each output also reads the same positions with the same weights.
        reason: why the values differ whatever the size (another kernel, another average); `None`
            where it is a matter of the axes.
    """

    both: tuple
    sizes: tuple
    values: tuple
    reason: Text | None = None

    @property
    def equal(self) -> bool:
        """Whether the two give the same values at every size that both take."""
        return self.reason is None and self.values == self.both

    @property
    def equal_in_size(self) -> bool:
        """Whether the two give the same shape at every size that both take."""
        return self.sizes == self.both

    @property
    def text(self) -> Text:
        """The verdict in words."""
        if self.equal:
            return Text(
                zh="处处相同：尺寸与数值都一样", en="equal everywhere, in size and in values"
            )
        lines = [self._axis(i) for i in range(len(self.both))]
        same = all(line == lines[0] for line in lines)
        told = (
            lines[:1]
            if same
            else [
                Text(zh=f"轴 {i}：{line.zh}", en=f"axis {i}: {line.en}")
                for i, line in enumerate(lines)
            ]
        )
        reason = [] if self.reason is None else [self.reason]
        return Text(
            zh="；".join(t.zh for t in [*told, *reason]),
            en="; ".join(t.en for t in [*told, *reason]),
        )

    def _axis(self, i: int) -> Text:
        both, sizes, values = self.both[i], self.sizes[i], self.values[i]
        size = (
            Text(zh="尺寸处处相同", en="same size everywhere")
            if sizes == both
            else (
                Text(zh="尺寸处处不同", en="never the same size")
                if not sizes
                else Text(
                    zh=f"尺寸相同的 n：{sizes.text().zh}",
                    en=f"same size for {sizes.text().en}",
                )
            )
        )
        if not sizes:
            return size
        if self.reason is not None:
            return size
        value = (
            Text(zh="数值处处相同", en="same values everywhere")
            if values == both
            else (
                Text(zh="数值处处不同", en="other values everywhere")
                if not values
                else Text(
                    zh=f"数值相同的 n：{values.text().zh}",
                    en=f"same values for {values.text().en}",
                )
            )
        )
        return Text(zh=f"{size.zh}，{value.zh}", en=f"{size.en}, {value.en}")

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        return brief("Comparison", self.text.en)


def compare(one, two) -> Comparison:
    """Compare two layers, each in the words of any framework, for all input sizes at once.

    Raises:
        ShapeError: if they have not the same number of axes, or symbols in place of numbers.

    >>> import shapealg as sa
    >>> print(compare(sa.keras.Conv2D(64, 7, strides=2, padding="same"), sa.torch.Conv2d(3, 64, 7, stride=2, padding=3)))
    same size everywhere, same values for n ≡ 1 (mod 2), n ≥ 1
    """
    a, b = _layer(one), _layer(two)
    if a.rank != b.rank:
        raise ShapeError(
            Text(zh="两层的轴数须相同", en="two layers to compare need the same number of axes"),
            Received(f"{a.rank} and {b.rank}"),
            Text(zh="例如都用二维的层", en="for example two layers of rank 2"),
        )
    if named := symbols((*a.axes, *b.axes)):
        raise ShapeError(
            Text(zh="比较需要数值", en="comparing needs numbers"),
            named[0],
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    axes = [_compared(*pair) for pair in zip(a.axes, b.axes, strict=True)]
    return Comparison(*(tuple(part) for part in zip(*axes, strict=True)), _reason(one, two, a, b))


def _layer(words):
    """The layer of one side."""
    if not isinstance(words, Words) or type(words).meaning is Words.meaning:
        raise ShapeError(
            Text(zh="只能比较有空间轴的层", en="only layers with spatial axes can be compared"),
            words,
            Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"),
        )
    return words.layer


def manner(words) -> dict:
    """What the words say about values and no axis knows: another padding than zeros, another norm,
    another divisor.
    """
    said = {name: getattr(words, name, plain) for name, plain in PLAIN.items()}
    return {
        name: value
        for name, value in said.items()
        if not (
            value is PLAIN[name] or isinstance(value, int | float | str) and value == PLAIN[name]
        )
    }


def symbols(values) -> list:
    """The symbols among numbers, in axes and tuples."""
    parts = [astuple(value) if is_dataclass(value) else value for value in values]
    return [
        s
        for part in parts
        for s in (
            symbols(part)
            if isinstance(part, tuple)
            else [part]
            if isinstance(part, sympy.Basic)
            else []
        )
    ]


def _known(words, name: str) -> int | None:
    """A number that the words say."""
    return value if isinstance(value := getattr(words, name, None), int) else None


def _compared(a, b) -> tuple:
    """The sizes both take, those of equal counts, those of equal places."""
    one, two = QuasiAffine.of(a), QuasiAffine.of(b)
    both = one.where(">=", 1, floor=1) & two.where(">=", 1, floor=1)
    sizes = one.agrees(two, floor=1) & both
    if a == b:
        return both, sizes, both
    if any(isinstance(axis, Transposed | Borrowed | Reached) for axis in (a, b)):
        return both, sizes, sizes & _alike_backwards(a, b, lcm(one.period, two.period))
    # Where a window stands depends on n mod s alone, so one size per residue tells for all.
    period = lcm(
        one.period,
        two.period,
        *(axis.stride for axis in (a, b) if isinstance(axis, Same | Trimmed)),
    )
    start = max(both.minimum, 1)
    placed = [(n % period, a.at(n), b.at(n)) for n in range(start, start + period)]
    alike = (
        [r for r, v, w in placed if (v.kernel, v.first(0)) == (w.kernel, w.first(0))]
        if hasattr(placed[0][1], "kernel") and hasattr(placed[0][2], "kernel")
        else []
    )
    values = sizes & Sizes.classes(period, alike, 1)
    # a second output would be read elsewhere
    if getattr(a, "stride", 1) != getattr(b, "stride", 1):
        values &= one.where("==", 1, floor=1)
    return both, sizes, values


def _alike_backwards(a, b, period: int) -> Sizes:
    """Where two transposed windows cut the same in front; a size that was asked for may cut
    anywhere.
    """
    if not all(isinstance(axis, Transposed | Borrowed) for axis in (a, b)):
        return Sizes.none()
    period = lcm(period, *(axis.same.stride for axis in (a, b) if isinstance(axis, Borrowed)))
    placed = ((n % period, a.at(n).window, b.at(n).window) for n in range(period, 2 * period))
    return Sizes.classes(
        period,
        [r for r, v, w in placed if (v.kernel, v.stride, v.lo) == (w.kernel, w.stride, w.lo)],
        1,
    )


def _reason(one, two, a, b) -> Text | None:
    """Why the values differ at every size."""
    if type(a) is not type(b):
        return Text(zh="不是同一种层", en="they are different kinds of layer")
    for name, zh, en in (
        ("kernel_size", "核尺寸", "kernel sizes"),
        ("filters", "过滤器个数", "numbers of filters"),
        ("groups", "分组", "groups"),
    ):
        if (x := getattr(a, name, None)) != (y := getattr(b, name, None)):
            return Text(
                zh=f"{zh}不同：{shown(x)} 与 {shown(y)}",
                en=f"their {en} differ: {shown(x)} and {shown(y)}",
            )
    if (
        (x := _known(one, "in_channels")) is not None
        and (y := _known(two, "in_channels")) is not None
        and x != y
    ):
        return Text(
            zh=f"输入通道数不同：{shown(x)} 与 {shown(y)}",
            en=f"their input channels differ: {shown(x)} and {shown(y)}",
        )
    if manner(one) != manner(two):
        told = [
            ", ".join(
                f"{name}={shown(value)}"
                for name, value in (PLAIN | manner(words)).items()
                if name in manner(one) | manner(two)
            )
            for words in (one, two)
        ]
        return Text(
            zh=f"写法里还有别的规定：{told[0]} 与 {told[1]}",
            en=f"the words say more: {told[0]} and {told[1]}",
        )
    if not isinstance(a, Convolution | Pooling) and (
        type(one) is not type(two) or repr(one) != repr(two)
    ):
        return Text(
            zh="数值只在卷积与池化之间比较",
            en="values are compared for convolutions and poolings only",
        )
    if isinstance(a, Pooling) and a.kind != b.kind:
        return Text(zh="不是同一种池化", en="they pool in different ways")
    if (
        isinstance(a, Pooling)
        and a.kind == "average"
        and a.counts_padding != b.counts_padding
        and any(_padded(axis) for axis in (*a.axes, *b.axes))
    ):
        return Text(
            zh="一个平均把填充计入除数，另一个不计",
            en="one average counts the padding in its divisor, the other does not",
        )
    return None


def _padded(axis) -> bool:
    window = getattr(axis, "window", axis)
    return isinstance(axis, Same) or bool(getattr(window, "lo", 0) or getattr(window, "hi", 0))
