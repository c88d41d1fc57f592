"""One framework's layer in the words of another: the steps that give the same values, and what
becomes of the weights.

Where the padding depends on the input ("same" with a stride), the answer is a case per residue of
the size, or, with an
input shape, the one case that applies.
"""

from dataclasses import dataclass
from importlib import import_module
from itertools import product

from shapealg.axis.adaptive import Adaptive
from shapealg.axis.ceiled import Ceiled
from shapealg.axis.same import Same
from shapealg.axis.spaced import Spaced
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.layer.comparison import manner, symbols
from shapealg.layer.convolution import Convolution
from shapealg.layer.dialects import spoken
from shapealg.layer.dialects.words import Words
from shapealg.layer.phrasing import FRAMEWORKS, Sought
from shapealg.layer.pooling import Pooling
from shapealg.text import Text

CASES = 64  # so many residues may be told one by one


@dataclass(frozen=True, slots=True)
class Case:
    """The steps for some input sizes.

    Attributes:
        residues: per axis (residue, modulus) of the sizes it is for; `None` where the size does not
            matter.
        steps: words of the target framework, applied one after the other.
    """

    residues: tuple
    steps: tuple

    @property
    def text(self) -> Text:
        """When this case applies."""
        told = [
            f"{name} mod {r[1]} = {r[0]}"
            for name, r in zip(_names(len(self.residues)), self.residues, strict=True)
            if r is not None
        ]
        return (
            Text(zh="，".join(told), en=", ".join(told))
            if told
            else Text(zh="任何尺寸", en="any size")
        )


@dataclass(frozen=True, slots=True)
class Conversion:
    """What `layer.to(framework)` gives.

    Attributes:
        framework: the target.
        cases: one, or one per residue of the input size.
        data: how to permute the axes of the data; `None` if not at all.
        weight: how to permute the axes of the weights; `None` if there are none or nothing changes.
        flip: whether the kernel must be reversed along its spatial axes.
    """

    framework: str
    cases: tuple
    data: tuple | None
    weight: tuple | None
    flip: bool

    @property
    def steps(self) -> tuple:
        """The steps, where one case covers all sizes.

        Raises:
            ShapeError: if the steps depend on the input size.
        """
        if len(self.cases) > 1:
            raise ShapeError(
                Text(zh="步骤取决于输入尺寸", en="the steps depend on the input size"),
                len(self.cases),
                Text(
                    zh="请看 .cases，或给出 input_shape",
                    en="look at .cases, or give an input_shape",
                ),
            )
        return self.cases[0].steps

    def lines(self, language: str = "en") -> list:
        """The conversion as lines of text."""
        told = []
        for case in self.cases:
            if len(self.cases) > 1:
                told.append(f"{case.text[language]}:")
            told += [
                f"{'  ' * (len(self.cases) > 1)}{self.framework}.{step!r}" for step in case.steps
            ]
        for name, order in (("data", self.data), ("weight", self.weight)):
            if order is not None:
                label = Text(zh={"data": "数据", "weight": "权重"}[name], en=name)[language]
                told.append(f"{label}: transpose{order}")
        if self.flip:
            told.append(
                Text(zh="权重：沿空间轴翻转", en="weight: reverse along the spatial axes")[language]
            )
        return told

    def __str__(self) -> str:
        return "\n".join(self.lines())


def convert(words, framework: str, input_shape=None) -> Conversion:
    """The words of `framework` that give the same values as `words`.

    Raises:
        ShapeError: with the reason, where there are none.

    >>> from shapealg import torch
    >>> print(convert(torch.Conv2d(3, 64, 7, stride=2, padding=3), "onnx"))
    onnx.Conv(W=(64, 3, 7, 7), kernel_shape=(7, 7), pads=(3, 3, 3, 3), strides=(2, 2))
    """
    framework = spoken.framework(framework)
    if not isinstance(words, Words):
        raise ShapeError(
            Text(zh="须是某个框架的层", en="a layer in the words of a framework is needed"),
            words,
            Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"),
        )
    shape = None if input_shape is None or not words.by_axes else words.read(input_shape)
    channels = shape.channels if shape else getattr(words, "in_channels", None)
    layer = (
        words.meaning(channels, len(shape.spatial) if shape else words.rank)
        if words.by_axes
        else None
    )
    if not isinstance(layer, Convolution | Pooling) or any(
        isinstance(axis, Spaced) for axis in layer.axes
    ):
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
    if said := manner(words):
        raise ShapeError(
            Text(
                zh=f"{'、'.join(said)} 的换写尚无规则",
                en=f"there is no rule for converting {', '.join(said)}",
            ),
            Received(repr(words)),
            Text(zh="不写它时可换写", en="without it the layer can be converted"),
        )
    if symbols(
        (layer.kernel_size, *(axis for axis in layer.axes if not isinstance(axis, Adaptive)))
    ):
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
    speak = FRAMEWORKS[framework]
    target = import_module(f"shapealg.layer.dialects.{framework}")

    size = (
        shape.spatial
        if shape is not None and all(isinstance(n, int) for n in shape.spatial)
        else None
    )

    def said(axes, size=size) -> tuple:
        sought = Sought(layer, axes, channels, size)
        try:
            if framework != words.framework:
                sought.read_something()
            return tuple(speak(target, sought))
        except ShapeError as reason:
            raise ShapeError(reason.asked, Received(repr(words)), reason.works) from None

    settled = tuple(map(_settled, layer.axes))
    placed = (
        None
        if size is None
        else tuple(
            axis if isinstance(axis, Adaptive) else axis.at(n)
            for axis, n in zip(settled, size, strict=True)
        )
    )
    try:
        if not all(
            isinstance(axis, Window | Same | Ceiled | Transposed | Adaptive) for axis in settled
        ):
            raise ShapeError(
                Text(zh="填充取决于输入尺寸", en="the padding depends on the input size"),
                Received(repr(words)),
                Text(zh="请给出 input_shape", en="give an input_shape"),
            )
        cases = [Case((None,) * layer.rank, said(settled))]
    except ShapeError:
        if placed is not None and placed != settled:
            cases = [Case((None,) * layer.rank, said(placed))]
        elif all(isinstance(axis, Window | Same | Ceiled) for axis in settled) and any(
            isinstance(axis, Same | Ceiled) for axis in settled
        ):
            cases = _by_residue(settled, said)
        else:
            raise
    last = (
        cases[0].steps[-1]
        if not isinstance(layer, Convolution)
        else next(s for s in cases[0].steps if s.weight_layout)
    )
    weight, flip = (
        (None, False) if not isinstance(layer, Convolution) else _weights(words, last, layer.rank)
    )
    return Conversion(
        framework,
        tuple(cases),
        _permutation(_letters(words.layout, layer.rank), _letters(last.layout, layer.rank)),
        weight,
        flip,
    )


def _settled(axis):
    """The axis itself, or the window that it is at every size."""
    if isinstance(axis, Same) and isinstance(axis.stride, int) and isinstance(axis.kernel, int):
        # alike only for stride 1 or one tap, and then at every size
        placed = {axis.at(n) for n in (axis.stride, axis.stride + 1)}
        return placed.pop() if len(placed) == 1 else axis
    return axis


def _by_residue(axes, said) -> list:
    """One case per combination of residues, equal ones not repeated."""
    moduli = [axis.stride if isinstance(axis, Same | Ceiled) else 1 for axis in axes]
    count = 1
    for modulus in moduli:
        count *= modulus
    if count > CASES:
        raise ShapeError(
            Text(
                zh=f"步骤取决于输入尺寸，共 {shown(count)} 种情形",
                en=f"the steps depend on the input size in {shown(count)} cases",
            ),
            tuple(moduli),
            Text(zh="请给出 input_shape", en="give an input_shape"),
        )
    big = [
        getattr(axis, "kernel", 1) + 2 * modulus for axis, modulus in zip(axes, moduli, strict=True)
    ]
    cases = []
    for residues in product(*map(range, moduli)):
        sizes = [b + (r - b) % m for b, r, m in zip(big, residues, moduli, strict=True)]
        steps = said(tuple(axis.at(n) for axis, n in zip(axes, sizes, strict=True)), sizes)
        cases.append(
            Case(
                tuple((r, m) if m > 1 else None for r, m in zip(residues, moduli, strict=True)),
                steps,
            )
        )
    if len({repr(case.steps) for case in cases}) == 1:
        return [Case((None,) * len(axes), cases[0].steps)]
    return cases


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


def _names(rank: int) -> tuple:
    return ("D", "H", "W")[3 - rank :] if rank > 1 else ("L",)
