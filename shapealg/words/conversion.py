"""One framework's layer in the words of another: the steps that give the same values, and what
becomes of the weights.

Where the padding depends on the input ("same" with a stride), the answer is a case per residue of
the size, or, with an input shape, the one case that applies.
"""

from dataclasses import dataclass, field
from itertools import product

from shapealg.axis.by_size import BySize
from shapealg.axis.door import integer
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import NoSuchName, Received, ShapeError, one_line
from shapealg.exact import is_symbolic
from shapealg.layer.convolution import Convolution
from shapealg.layer.pooling import Pooling
from shapealg.printing import Pictured, brief
from shapealg.text import Text
from shapealg.words import activations, phrasing, pools, spoken
from shapealg.words.phrasing import Sought
from shapealg.words.shape import symbols
from shapealg.words.words import SAID, Words

CASES = 64  # so many residues may be told one by one
BIAS = Text(zh="偏置：随后加到各通道", en="bias: add it to each channel afterwards")
PLACES = ("return_indices", "return_mask")  # what a maximum gives besides itself
SPOKEN = ("norm", "activation")  # of what no axis knows, what other words say too
ORDERED = {"data": "数据", "weight": "权重"}
CHANNELS = Length.of("C")  # where nobody says how many come in


@dataclass(frozen=True, slots=True)
class Steps:
    """Words of the target framework, applied one after the other; equal where they read alike."""

    words: tuple = field(compare=False)
    told: str

    @classmethod
    def of(cls, words) -> "Steps":
        """The steps that these words are."""
        words = tuple(words)
        return cls(words, "; ".join(map(repr, words)))

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True, slots=True)
class Conversion(Pictured):
    """What `layer.to(framework)` gives.

    Attributes:
        framework: the target.
        by_size: the steps, by the sizes of the axes: a `BySize` of `Steps`.
        data: how to permute the axes of the data; `None` if not at all.
        reshape: the shape that the weights are given first, where a depthwise convolution becomes a
            grouped one; `None` if none.
        weight: how to permute the axes of the weights; `None` if there are none or nothing changes.
        flip: whether the kernel must be reversed along its spatial axes.
        rest: why there are no steps at other sizes; `None` where there are at every size at which
            the layer gives an output.
        after: what is left to do behind the steps, where the framework has no words for it.
    """

    framework: str
    by_size: BySize
    data: tuple | None
    weight: tuple | None
    flip: bool
    rest: Text | None = None
    after: tuple[Text, ...] = ()
    reshape: tuple | None = None

    @property
    def whole(self) -> bool:
        """Whether there are steps at every size at which the layer gives an output."""
        return self.rest is None

    @property
    def steps(self) -> tuple:
        """The steps, where they are the same at all sizes.

        Raises:
            ShapeError: if the steps depend on the input size.
        """
        if len(self.by_size) > 1 or not self.whole:
            raise ShapeError(
                Text(zh="步骤取决于输入尺寸", en="the steps depend on the input size"),
                Received(f"{len(self.by_size)} cases"),
                Text(
                    zh="请看 .by_size，或给出 input_shape",
                    en="look at .by_size, or give an input_shape",
                ),
            )
        return self.by_size.pieces[0].answer.words

    def at(self, **sizes: int) -> tuple:
        """The steps at these sizes of the axes, by their names in `by_size`.

        Raises:
            DomainError: if there are none.
        """
        return self.by_size.at(**sizes).words

    def lines(self, language: str = "en") -> list:
        """The conversion as lines of text."""
        told, single = [], len(self.by_size) == 1 and self.whole
        for piece in self.by_size:
            if not single:
                where = piece.text()
                told.append(Text(zh=f"{where.zh}：", en=f"{where.en}:")[language])
            told += [
                f"{'' if single else '  '}{self.framework}.{step!r}" for step in piece.answer.words
            ]
        if self.rest is not None:
            other = Text(zh=f"其余尺寸：{self.rest.zh}", en=f"other sizes: {self.rest.en}")
            told.append(other[language])
        for name, how, order in (
            ("data", "transpose", self.data),
            ("weight", "reshape", self.reshape),
            ("weight", "transpose", self.weight),
        ):
            if order is not None:
                label = Text(zh=f"{ORDERED[name]}：", en=f"{name}: ")[language]
                told.append(f"{label}{how}{order}")
        if self.flip:
            told.append(
                Text(zh="权重：沿空间轴翻转", en="weight: reverse along the spatial axes")[language]
            )
        return [*told, *(each[language] for each in self.after)]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return brief("Conversion", str(self))


def convert(words, framework: str, input_shape=None, explicit: bool = False) -> Conversion:
    """The words of `framework` that give the same values as `words`.

    Without an input shape, where the words depend on the size, there is a case for each set of
    sizes; channels that nobody says are called C. With `explicit` padding is told in numbers, never
    by a word such as "same"; to ONNX it is so wherever the size is known.

    Raises:
        ShapeError: with the reason, where there are none.

    >>> import shapealg as sa
    >>> print(convert(sa.torch.Conv2d(3, 64, 7, stride=2, padding=3), "onnx"))
    onnx.Conv(W=(64, 3, 7, 7), B=(64,), kernel_shape=(7, 7), pads=(3, 3, 3, 3), strides=(2, 2))
    >>> print(convert(sa.torch.AvgPool1d(3, 2, ceil_mode=True), "keras"))
    L ≡ 0 (mod 2), L ≥ 2:
      keras.AveragePooling1D((3,), strides=(2,), padding='same')
    L ≡ 1 (mod 2), L ≥ 3:
      keras.AveragePooling1D((3,), strides=(2,))
    data: transpose(0, 2, 1)
    """
    framework = spoken.framework(framework)
    _require(words)
    shape = None if input_shape is None or not words.by_axes else words.read(input_shape)
    layer, channels = _layer(words, framework, shape)
    size = None
    if shape is not None and all(isinstance(n, int) for n in shape.spatial):
        size = shape.spatial
    names = _named(shape, layer.rank)
    try:
        if isinstance(layer, Pooling):
            found, rest = pools.said(words, layer, framework, size, names, explicit)
        else:
            if size is not None:
                layer.output_size(size)  # where no window fits there is nothing to be said
            batch = tuple(1 if n is None else n for n in getattr(shape, "batch", ()))
            asked = _Asked(words, layer, framework, channels, explicit, batch)
            found, rest = asked.said(size, names), None
    except ShapeError as reason:
        kind = ShapeError if isinstance(reason, NoSuchName) else type(reason)
        raise kind(reason.asked, Received(repr(words)), reason.works) from None
    last = found[0][1][-1]
    weight, flip, reshape = None, False, None
    if isinstance(layer, Convolution):
        last = next(step for step in found[0][1] if step.weight_layout)
        weight, flip = _weights(words, last, layer.rank)
        if getattr(words, "multiplies", False):
            reshape = (*layer.kernel_size, 1, layer.filters)
    data = _permutation(_letters(words.layout, layer.rank), _letters(last.layout, layer.rank))
    behind, after = _behind(words, layer, framework, data)
    by_size = BySize([(where, Steps.of((*steps, *behind))) for where, steps in found])
    return Conversion(framework, by_size, data, weight, flip, rest, after, reshape)


def _behind(words, layer, framework: str, data: tuple | None) -> tuple:
    """The steps that follow on a layer's sum, and what has no words: a bias, an activation."""
    steps, after = [], []
    if getattr(layer, "bias", False) and not phrasing.of(framework).MANNER.biased:
        after.append(BIAS)
    if (activation := words.manner.get("activation")) is not None:
        last = layer.rank + 1
        axis = last if data is None else data.index(last)
        step = activations.said(activation, framework, axis, last)
        if step is not None and not after:
            steps.append(step)
        else:
            told = one_line(activation, 60) if step is None else f"{framework}.{step!r}"
            after.append(Text(zh=f"激活：随后做 {told}", en=f"activation: {told} afterwards"))
    return steps, tuple(after)


def _require(words) -> None:
    """Refuse what is no layer."""
    if not isinstance(words, Words):
        raise ShapeError(
            Text(zh="须是某个框架的层", en="a layer in the words of a framework is needed"),
            words,
            Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"),
        )


def _layer(words, framework: str, shape) -> tuple:
    """The layer that the words mean, and how many channels come in; refused where there is no
    rule.
    """
    channels = shape.channels if shape else getattr(words, "in_channels", None)
    rank = len(shape.spatial) if shape else words.rank
    layer = words.meaning(channels, rank) if words.by_axes else None
    if not isinstance(layer, Convolution | Pooling) or any(axis.spaced for axis in layer.axes):
        raise ShapeError(
            Text(
                zh=f"{type(words).__name__} 的换写尚无规则",
                en=f"there is no rule for converting {type(words).__name__}",
            ),
            framework,
            Text(
                zh="可换写：卷积、转置卷积、池化",
                en="convolutions, transposed convolutions and poolings can be converted",
            ),
        )
    said = [SAID.get(name, name) for name in words.manner if name not in SPOKEN]
    said += [name for name in PLACES if getattr(words, name, False)]
    if said:
        raise ShapeError(
            Text(
                zh=f"{'、'.join(said)} 的换写尚无规则",
                en=f"there is no rule for converting {', '.join(said)}",
            ),
            Received(repr(words)),
            Text(zh="不写它时可换写", en="without it the layer can be converted"),
        )
    plain = [axis for axis in layer.axes if axis.mode is None]
    if symbols((layer.kernel_size, *plain)):
        raise ShapeError(
            Text(
                zh="换写需要核、步长、膨胀率与填充的数值",
                en="converting needs the kernel, stride, dilation and padding as numbers",
            ),
            Received(repr(words)),
            Text(
                zh="请先代入数值；通道数可以是名字",
                en="put numbers in first; channels may be names",
            ),
        )
    return layer, CHANNELS if channels is None else channels


@dataclass(frozen=True, slots=True)
class _Asked:
    """A convolution, and whose words are wanted."""

    words: Words
    layer: Convolution
    framework: str
    channels: object
    explicit: bool
    batch: tuple = ()

    def said(self, size, names: tuple) -> list:
        """Pairs (sizes by name, steps)."""
        settled = tuple(axis.fixed or axis for axis in self.layer.axes)
        waiting = any(axis.same for axis in settled)
        deprecated = phrasing.of(self.framework).MANNER.deprecated
        numbers = self.explicit or (size is not None and deprecated)
        if not (waiting and numbers):
            try:
                return [({}, self._steps(settled, size))]
            except ShapeError:
                if size is None and not waiting:
                    raise
        if size is not None:
            placed = tuple(axis.at(n) for axis, n in zip(settled, size, strict=True))
            return [({}, self._steps(placed, size))]
        return self._by_residue(settled, names)

    def _steps(self, axes: tuple, size) -> tuple:
        if any(axis.given is not None or (axis.waits and not axis.same) for axis in axes):
            raise ShapeError(
                Text(zh="填充取决于输入尺寸", en="the padding depends on the input size"),
                Received(repr(self.words)),
                Text(zh="请给出 input_shape", en="give an input_shape"),
            )
        sought = Sought(self.layer, axes, self.channels, size, *self.batch)
        return tuple(phrasing.of(self.framework).convolution(sought))

    def _by_residue(self, axes: tuple, names: tuple) -> list:
        """One case per combination of residues."""
        moduli = [integer(axis.stride, "stride") if axis.same else 1 for axis in axes]
        pools.require_few(moduli)
        big = [getattr(axis, "kernel", 1) + 2 * m for axis, m in zip(axes, moduli, strict=True)]
        found = []
        for residues in product(*map(range, moduli)):
            sizes = [b + (r - b) % m for b, r, m in zip(big, residues, moduli, strict=True)]
            where = pools.joined(
                (name, Sizes.classes(m, (r,), 1))
                for name, m, r in zip(names, moduli, residues, strict=True)
                if m > 1
            )
            if all(where.values()):
                placed = tuple(axis.at(n) for axis, n in zip(axes, sizes, strict=True))
                found.append((where, self._steps(placed, sizes)))
        return found


def _letters(layout: str, rank: int) -> list:
    head, tail = layout.split("*")
    return [*head, *range(rank), *tail]


def _permutation(have: list, want: list) -> tuple | None:
    order = tuple(have.index(label) for label in want)
    return None if order == tuple(range(len(order))) else order


def _weights(words, target, rank: int) -> tuple:
    flip = bool(getattr(words, "flips_kernel", False)) != bool(
        getattr(target, "flips_kernel", False)
    )
    return (
        _permutation(_letters(words.weight_layout, rank), _letters(target.weight_layout, rank)),
        flip,
    )


def _named(shape, rank: int) -> tuple:
    """The names of the axes: those that the shape gives, and D, H, W or L."""
    usual = ("D", "H", "W")[3 - rank :] if rank > 1 else ("L",)
    if shape is None:
        return usual
    return tuple(
        str(n) if is_symbolic(n) and n.is_Symbol else name
        for n, name in zip(shape.spatial, usual, strict=True)
    )
