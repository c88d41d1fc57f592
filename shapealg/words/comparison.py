"""Two layers, in whatever words: where they give the same size, and where they read the same
positions.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import lcm

from shapealg.axis.by_size import BySize
from shapealg.axis.counted import Counted
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, shown
from shapealg.layer.convolution import Convolution
from shapealg.layer.pooling import Pooling
from shapealg.printing import Pictured, brief
from shapealg.text import Text
from shapealg.words.norm import Norm
from shapealg.words.real import worded
from shapealg.words.shape import symbols
from shapealg.words.words import PLAIN, SAID, Words

# What two layers have in common along an axis, each with all that stands before it.
OUTPUT = Text(zh="都有输出", en="both give an output")
SIZE = Text(zh="尺寸相同", en="same size")
VALUES = Text(zh="数值相同", en="same values")


@dataclass(frozen=True, slots=True)
class Comparison(Pictured):
    """What `compare` found, axis by axis.

    Attributes:
        axes: for each axis, what the two have in common along it, by its size: the values, where
            each output reads the same positions with the same weights; the number of outputs only;
            or only that both give an output. A `BySize` of n.
        reason: why the values differ whatever the size (another kernel, another average); `None`
            where it is a matter of the axes.
        beside: which axes are of size 1, where one layer has more axes than the other.

    >>> import shapealg as sa
    >>> same = sa.keras.Conv1D(64, 7, strides=2, padding="same")
    >>> made = compare(same, sa.torch.Conv1d(3, 64, 7, stride=2, padding=3))
    >>> print(made.axes[0])
    same values for n ≡ 1 (mod 2), n ≥ 1; same size for n ≡ 0 (mod 2), n ≥ 2
    >>> made.axes[0].at(n=224).en
    'same size'
    """

    axes: tuple
    reason: Text | None = None
    beside: Text | None = None

    @property
    def both(self) -> tuple:
        """Per axis the sizes at which both layers give an output."""
        return tuple(_sizes_of(axis, OUTPUT, SIZE, VALUES) for axis in self.axes)

    @property
    def sizes(self) -> tuple:
        """Per axis those at which they give the same number of outputs."""
        return tuple(_sizes_of(axis, SIZE, VALUES) for axis in self.axes)

    @property
    def values(self) -> tuple:
        """Per axis those at which each output also reads the same positions with the same
        weights.
        """
        return tuple(_sizes_of(axis, VALUES) for axis in self.axes)

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
        told = self._verdict()
        if self.beside is None:
            return told
        return Text(zh=f"{self.beside.zh}：{told.zh}", en=f"{self.beside.en}: {told.en}")

    def _verdict(self) -> Text:
        if self.equal:
            return Text(
                zh="处处相同：尺寸与数值都一样", en="equal everywhere, in size and in values"
            )
        lines = [self._axis(*sets) for sets in zip(self.both, self.sizes, self.values, strict=True)]
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

    def _axis(self, both: Sizes, sizes: Sizes, values: Sizes) -> Text:
        size = _size_text(sizes, both)
        if not sizes or self.reason is not None:
            return size
        value = _value_text(values, both)
        return Text(zh=f"{size.zh}，{value.zh}", en=f"{size.en}, {value.en}")

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        return brief("Comparison", self.text.en)


def _sizes_of(axis: BySize, *answers: Text) -> Sizes:
    """The sizes of one axis at which it has one of these answers."""
    made = Sizes.none()
    for piece in axis:
        if piece.answer in answers:
            made |= piece.where.get("n", Sizes.every())
    return made


def _size_text(sizes: Sizes, both: Sizes) -> Text:
    """Where two layers give the same size, of the sizes at which both give one."""
    if sizes == both:
        return Text(zh="尺寸处处相同", en="same size everywhere")
    if not sizes:
        return Text(zh="尺寸处处不同", en="never the same size")
    told = sizes.text()
    return Text(zh=f"尺寸相同的 n：{told.zh}", en=f"same size for {told.en}")


def _value_text(values: Sizes, both: Sizes) -> Text:
    """Where two layers give the same values."""
    if values == both:
        return Text(zh="数值处处相同", en="same values everywhere")
    if not values:
        return Text(zh="数值处处不同", en="other values everywhere")
    told = values.text()
    return Text(zh=f"数值相同的 n：{told.zh}", en=f"same values for {told.en}")


def compare(one, two) -> Comparison:
    """Compare two layers, each in the words of any framework or a real layer of PyTorch or Keras,
    for all input sizes at once.

    A layer with more axes than the other is compared where those axes are of size 1, if it does
    nothing there; a dense layer is a convolution with a kernel of 1 along as many axes as wanted.

    Raises:
        ShapeError: if they have not the same number of axes and none can be of size 1, or for
            symbols in place of numbers.
        Undecided: for poolings whose windows reach over very many positions.

    >>> import shapealg as sa
    >>> same = sa.keras.Conv2D(64, 7, strides=2, padding="same")
    >>> print(compare(same, sa.torch.Conv2d(3, 64, 7, stride=2, padding=3)))
    same size everywhere, same values for n ≡ 1 (mod 2), n ≥ 1
    >>> print(compare(sa.torch.AdaptiveAvgPool1d(4), sa.torch.AvgPool1d(3, 2)))
    same size for n = 9, 10, same values for n = 9
    >>> print(compare(sa.torch.Conv1d(3, 8, 3), sa.torch.Conv2d(3, 8, (3, 1))))
    with size 1 on axis 1 of the second: equal everywhere, in size and in values
    """
    one, two = worded(one), worded(two)
    a, b = _layers(one, two)
    if named := symbols((*a.axes, *b.axes)):
        raise ShapeError(
            Text(zh="比较需要数值", en="comparing needs numbers"),
            named[0],
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    if a.rank == b.rank:
        return _comparison(one, two, a, b)
    # of several ways to leave axes out, one under which the two are equal
    ways = [_comparison(one, two, *way) for way in _flattened(a, b)]
    return next((made for made in ways if made.equal), ways[0])


def _comparison(one, two, a, b, beside: Text | None = None) -> Comparison:
    """Two layers of the same rank."""
    loose = one.framework == two.framework
    made = Comparison(
        tuple(_common(*_compared(a, b, i, loose)) for i in range(a.rank)),
        _reason(one, two, a, b),
        beside,
    )
    if _both_pool(a, b) and made.reason is None and not all(made.values):
        return replace(made, reason=_pooled_otherwise(a, b))
    return made


def _common(both: Sizes, sizes: Sizes, values: Sizes) -> BySize:
    """What two layers have in common along an axis, of sets each within the one before."""
    return BySize([(values, VALUES), (_less(sizes, values), SIZE), (_less(both, sizes), OUTPUT)])


def _less(those: Sizes, others: Sizes) -> Sizes:
    return those & others.complement(start=min(those.first(1), default=0))


def _layers(one, two) -> tuple:
    """The layers of the two sides; what has no spatial axes of its own gets the other's."""
    dense = [getattr(words, "pointwise", None) for words in (one, two)]
    sides = (one, two), (two, one)
    known = [None if d else _layer(*side) for d, side in zip(dense, sides, strict=True)]
    rank = next((layer.rank for layer in known if layer is not None), 1)
    return tuple(d(rank) if d else layer for d, layer in zip(dense, known, strict=True))


def _flattened(a, b) -> list:
    """The layers with axes of the larger left out, wherever it does nothing at size 1; the last
    axes first.
    """
    larger, smaller, name = (
        (a, b, ("first", "第一层")) if a.rank > b.rank else (b, a, ("second", "第二层"))
    )
    idle = [i for i in range(larger.rank) if _idle(larger, i)]
    ways = []
    for left in combinations(idle[::-1], larger.rank - smaller.rank):
        kept = [i for i in range(larger.rank) if i not in left]
        less = _along(larger, kept)
        axes = ", ".join(str(i) for i in sorted(left))
        beside = Text(
            zh=f"{name[1]}的轴 {axes} 尺寸为 1 时",
            en=f"with size 1 on axis {axes} of the {name[0]}",
        )
        ways.append((less, smaller, beside) if a.rank > b.rank else (smaller, less, beside))
    if not ways:
        raise ShapeError(
            Text(
                zh="两层的轴数须相同，或多出的轴在尺寸 1 上什么也不做",
                en="two layers to compare need the same number of axes",
            ),
            Received(f"{a.rank} and {b.rank}"),
            Text(
                zh="例如 Conv1d 与核为 (3, 1) 的 Conv2d",
                en="axes on which the kernel is 1 may be left out, as Conv2d(…, (3, 1)) for Conv1d",
            ),
        )
    return ways


def _idle(layer, i: int) -> bool:
    """Whether axis `i` gives a position of size 1 back as it is."""
    axis = layer.axes[i]
    if axis.count(1) != 1:
        return False
    if isinstance(layer, Pooling) and not axis.spaced:
        return layer.pooled[i].output(1, 0) == (range(1), Fraction(1))
    if isinstance(layer, Convolution):
        return layer.kernel_size[i] == 1
    return True


def _along(layer, kept: list):
    """The layer along these axes only."""
    parts = {"axes": tuple(layer.axes[i] for i in kept)}
    if getattr(layer, "kernel_size", ()):
        parts["kernel_size"] = tuple(layer.kernel_size[i] for i in kept)
    return replace(layer, **parts)


def _layer(words, other):
    """The layer of one side; the number of axes, and of a depthwise convolution the channels, where
    its words leave them open, is what the other side says.
    """
    if not isinstance(words, Words) or type(words).meaning is Words.meaning:
        raise ShapeError(
            Text(zh="只能比较有空间轴的层", en="only layers with spatial axes can be compared"),
            words,
            Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"),
        )
    channels = getattr(words, "in_channels", None)
    if channels is None and getattr(words, "multiplies", False):
        channels = _inputs(other)
    return words.meaning(channels, words.rank or getattr(other, "rank", None))


def _inputs(words) -> int | None:
    """The number of input channels that the words say."""
    said = getattr(words, "in_channels", getattr(words, "in_features", None))
    return said if isinstance(said, int) else None


def _both_pool(one, two) -> bool:
    """Whether both are poolings that read positions as they lie."""
    layers = one, two
    return all(isinstance(layer, Pooling) for layer in layers) and not any(
        axis.spaced for layer in layers for axis in layer.axes
    )


def _compared(layer, other, i: int, loose: bool) -> tuple:
    """The sizes both take along axis `i`, those of equal counts, those of equal values."""
    a, b = layer.axes[i], other.axes[i]
    one, two = QuasiAffine.of(a), QuasiAffine.of(b)
    both = one.where(">=", 1, start=1) & two.where(">=", 1, start=1)
    sizes = one.agrees(two, start=1) & both
    if _both_pool(layer, other):
        return both, sizes, layer.pooled[i].agrees(other.pooled[i], sizes, loose)
    if a == b:
        return both, sizes, both
    period = lcm(a.period, b.period)
    if a.transposed or b.transposed:
        return both, sizes, sizes & _alike_backwards(a, b, period)
    # Where a window stands depends on n mod s alone, so one size per residue tells for all.
    start = max(both.start, 1)
    placed = [(n % period, a.at(n), b.at(n)) for n in range(start, start + period)]
    _, *pair = placed[0]
    alike = (
        [r for r, v, w in placed if (v.kernel, v.first(0)) == (w.kernel, w.first(0))]
        if all(hasattr(window, "kernel") for window in pair)
        else []
    )
    values = sizes & Sizes.classes(period, alike, 1)
    # a second output would be read elsewhere
    if getattr(a, "stride", 1) != getattr(b, "stride", 1):
        values &= one.where("==", 1, start=1)
    return both, sizes, values


def _alike_backwards(a, b, period: int) -> Sizes:
    """Where two transposed windows cut the same in front; a size that was asked for may cut
    anywhere.
    """
    if not all(axis.transposed and axis.gain for axis in (a, b)):
        return Sizes.none()
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
    pooling = _both_pool(a, b)
    for name, zh, en in (
        ("kernel_size", "核尺寸", "kernel sizes"),
        ("filters", "过滤器个数", "numbers of filters"),
        ("groups", "分组", "groups"),
    ):
        if not pooling and (x := getattr(a, name, None)) != (y := getattr(b, name, None)):
            return _differ(zh, en, x, y)
    inputs = _inputs(one), _inputs(two)
    if None not in inputs and inputs[0] != inputs[1]:
        return _differ("输入通道数", "input channels", *inputs)
    if getattr(a, "bias", False) != getattr(b, "bias", False):
        return Text(zh="一个加偏置，另一个不加", en="one adds a bias, the other does not")
    if one.manner != two.manner:
        said = one.manner | two.manner
        divisors = [getattr(words, "divisor_override", None) for words in (one, two)]
        if set(said) == {"scale"} and divisors[0] == divisors[1]:
            return _differ("核尺寸", "kernel sizes", a.kernel_size, b.kernel_size)
        first, second = _manner_text(one, said), _manner_text(two, said)
        return Text(
            zh=f"写法里还有别的规定：{first.zh} 与 {second.zh}",
            en=f"the words say more: {first.en} and {second.en}",
        )
    if not isinstance(a, Convolution | Pooling) and (
        type(one) is not type(two) or repr(one) != repr(two)
    ):
        return Text(
            zh="数值只在卷积与池化之间比较",
            en="values are compared for convolutions and poolings only",
        )
    if isinstance(a, Pooling) and not pooling and a.kind != b.kind:
        return _KINDS
    return None


def _manner_text(words, names) -> Text:
    """What words say of these names, said or not."""
    said = PLAIN | words.manner
    said["scale"] = getattr(words, "divisor_override", None)
    told = [_said(name, said[name]) for name in said if name in names]
    return Text(zh="、".join(t.zh for t in told), en=", ".join(t.en for t in told))


def _said(name: str, value) -> Text:
    """What a word says, as a text."""
    if isinstance(value, Norm):
        return value.text
    told = f"{SAID.get(name, name)}={shown(value)}"
    return Text(zh=told, en=told)


_KINDS = Text(zh="不是同一种池化", en="they pool in different ways")


def _pooled_otherwise(a, b) -> Text | None:
    """Why two poolings give the same values at no size, where a word says it."""
    if a.kind != b.kind:
        return _KINDS
    if a.kernel_size != b.kernel_size and a.kernel_size and b.kernel_size:
        return _differ("核尺寸", "kernel sizes", a.kernel_size, b.kernel_size)
    if a.axes == b.axes and a.counted is not b.counted:
        if Counted.DATA in (a.counted, b.counted):
            return Text(
                zh="一个平均把填充计入除数，另一个不计",
                en="one average counts the padding in its divisor, the other does not",
            )
        return Text(
            zh="两个平均计入除数的填充不同",
            en="the two averages count other padding in their divisors",
        )
    return None


def _differ(zh: str, en: str, one, two) -> Text:
    return Text(
        zh=f"{zh}不同：{shown(one)} 与 {shown(two)}",
        en=f"their {en} differ: {shown(one)} and {shown(two)}",
    )
