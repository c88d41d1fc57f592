"""One layer on the workbench: its shapes and formulas, its picture, backwards, in other words."""

from typing import Any

from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, answered, one_line
from shapealg.layer.layer import larger_than_none
from shapealg.names import whole
from shapealg.network.readers import read
from shapealg.printing import shape_told
from shapealg.render.staircase import staircase, stamps
from shapealg.render.workbench import blocks
from shapealg.shapes import typed
from shapealg.text import Text
from shapealg.words import frameworks, spoken
from shapealg.words.conversion import convert
from shapealg.words.shape import symbolic, symbols
from shapealg.words.words import Words

CELLS = 26  # so wide may a picture be before its middle is left out
CALL = 200  # characters of a call that are told back

READ = Text(zh="读作", en="read as")
TAKING = Text(zh="{layer}，输入 {shape}", en="{layer}, input {shape}")
OUTPUT = Text(zh="输出", en="output")
ALONG = Text(zh="{name} 方向", en="along {name}")
WEIGHT = Text(zh="权重", en="weight")
PARAMETERS = Text(zh="参数", en="parameters")
MACS = Text(zh="乘加次数", en="MACs")
SMALLEST = Text(zh="最小的输入", en="smallest input")
BACKWARDS = Text(zh="要输出 {m}，输入须是", en="inputs that give {m}")
OTHERS = Text(zh="同一层，别的框架", en="The same layer in other frameworks")
COMMA = Text(zh="、", en=", ")
DRAWN = Text(zh="{name} 方向，{n} 格输入", en="along {name}: {n} positions")
DRAWN_SMALL = Text(
    zh="{name} 方向；尺寸未定，以 {n} 格为例", en="along {name}, open; drawn for {n} positions"
)
WIDE = Text(
    zh="{name} 方向的窗口太宽，画不下", en="the window along {name} is too wide to be drawn"
)


def answer(fields: dict, language: str, model: bytes | None = None) -> list:
    """The blocks for one layer: `call`, `shape` and, asked backwards, `want`.

    Raises:
        ShapeError: where the layer, or its shape, is refused.
    """
    words = spoken.read(fields.get("call", ""))
    shape = typed(fields["shape"]) if fields.get("shape") else _usual(words)
    asking = _Layer(words, shape, language)
    return [
        blocks.facts(asking.facts()),
        *asking.backwards(fields.get("want", "")),
        *asking.pictures(),
        blocks.heading(OTHERS[language]),
        blocks.codes(asking.elsewhere()),
    ]


class _Layer:
    """One layer at one shape.

    Attributes:
        named: the shape, with names for the sizes along the axes.
        places: name → where it stands in the shape, and its number or `None`.
    """

    def __init__(self, words: Words, shape: tuple, language: str):
        self.words, self.shape, self.language = words, shape, language
        self.named, self.places = _named(words, shape)

    # ------------------------------------------------------------ forwards

    def facts(self) -> list:
        """Shapes, formulas, counts."""
        words, shape, say = self.words, self.shape, self.language
        output = words.output_shape(shape)
        told = [
            (OUTPUT[say], shape_told(output)),
            *self._formulas(output),
        ]
        if weight := answered(lambda: words.weight_shape(shape)):
            told.append((WEIGHT[say], shape_told(weight)))
            told.append((PARAMETERS[say], answered(lambda: words.parameters(shape))))
            told.append((MACS[say], answered(lambda: words.macs(shape))))
        if smallest := self._smallest():
            told.append((SMALLEST[say], " × ".join(map(str, smallest))))
        layer = one_line(f"{words.framework}.{words!r}", CALL)
        told.append((READ[say], TAKING[say].format(layer=layer, shape=shape_told(shape))))
        return [(label, value) for label, value in told if value is not None]

    def _formulas(self, output: tuple):
        """What each axis makes of its size, with the number put in."""
        made = answered(lambda: self.words.output_shape(self.named))
        if made is None or len(made) != len(self.named):
            return
        for name, (place, n) in self.places.items():
            at = f" = {output[place]}" if n is not None else ""
            yield ALONG[self.language].format(name=name), f"{name} ↦ {made[place]}{at}"

    def _smallest(self) -> tuple | None:
        axes = self._axes()
        if not axes or symbols(axes):
            return None
        return answered(lambda: tuple(map(larger_than_none, axes)))

    def _meaning(self) -> Any:
        # what works on whole shapes takes none apart
        shape = answered(lambda: self.words.read(self.shape)) if self.words.by_axes else None
        if shape is None:
            return None
        return answered(lambda: self.words.meaning(shape.channels, len(shape.spatial)))

    def _axes(self) -> tuple:
        return getattr(self._meaning(), "axes", ())

    # ------------------------------------------------------------ backwards

    def backwards(self, wanted: str) -> list:
        """All sizes that give an output."""
        if not wanted:
            return []
        try:
            _require_numbers(self.words)
            numbers = _numbers(wanted, len(self.places))
            found = self._giving(numbers)
        except ShapeError as problem:  # the rest of the answer stands
            return [blocks.note(blocks.line(problem, self.language), "fails")]
        label = BACKWARDS[self.language].format(m=" × ".join(map(str, numbers)))
        told = [found[name].text(name)[self.language] for name in self.places]
        return [blocks.facts([(label if not i else "", line) for i, line in enumerate(told)])]

    def _giving(self, numbers: list) -> dict:
        target: list = [None] * len(self.named)
        for (place, _), m in zip(self.places.values(), numbers, strict=True):
            target[place] = m
        return read([self.words], self.named).inputs_for(*target)

    # ------------------------------------------------------------ the picture

    def pictures(self) -> list:
        """The windows, once for all axes that look alike."""
        taps = getattr(self._meaning(), "kernel_size", None) or ()
        alike: dict[tuple, list[str]] = {}
        for axis, k, (name, (_, n)) in zip(self._axes(), taps, self.places.items(), strict=False):
            alike.setdefault((axis, k, n), []).append(name)
        made = []
        for (axis, k, n), names in alike.items():
            made += self._picture(axis, k, COMMA[self.language].join(names), n)
        return made

    def _picture(self, axis: Any, taps: object, name: str, n: int | None) -> list:
        if symbolic((taps, *symbols([axis]))):
            return []  # a letter is as wide as one likes
        size = n if n is not None else answered(lambda: _example(axis))
        placed = answered(lambda: axis.at(size)) if isinstance(size, int) else None
        if placed is None:
            return []
        transposed = placed.transposed and not placed.waits
        draw, window = (stamps, placed.window) if transposed else (staircase, placed.fixed)
        if not (window and isinstance(taps, int) and _in_numbers(window)):
            return []
        svg = draw(window, taps, size, self.language, CELLS)
        if not svg:
            return [blocks.note(WIDE[self.language].format(name=name))]
        caption = (DRAWN if n is not None else DRAWN_SMALL)[self.language]
        return [blocks.figure(svg, caption.format(name=name, n=size), shrinks=False)]

    # ------------------------------------------------------------ in other words

    def elsewhere(self):
        """The other frameworks: name, code, and why there is none."""
        for name, title in frameworks.CALLED.items():
            if name == self.words.framework:
                continue
            try:
                made = convert(self.words, name, self.shape)
            except ShapeError as problem:
                yield title, None, blocks.line(problem, self.language)
                continue
            yield title, _code(made, self.language), None


def _code(conversion, language: str) -> str:
    """The steps as code, what is no step as a comment."""
    own = f"{conversion.framework}."
    return "\n".join(
        line.strip() if line.strip().startswith(own) else f"# {line.strip()}"
        for line in conversion.lines(language)
    )


def _usual(words: Words) -> tuple:
    """The shape that a layer takes, all open: names, and the channels where it tells them."""
    if words.rank is None:
        raise ShapeError(
            Text(zh="须给出输入的形状", en="the shape of the input is needed"),
            "",
            Text(zh="例如 N,3,H,W", en="for example N,3,H,W"),
        )
    channels = getattr(words, "in_channels", None)
    known = {"N": ("N",), "C": (channels if isinstance(channels, int) else "C",)}
    known["*"] = _letters(words.rank)
    return tuple(entry for letter in words.layout for entry in known[letter])


def _letters(rank: int) -> tuple:
    """What the axes are called where nobody says."""
    if rank == 1:
        return ("L",)
    return ("D", "H", "W")[3 - rank :] if rank <= 3 else tuple(f"n{i}" for i in range(rank))


def _named(words: Words, shape: tuple) -> tuple:
    """The shape with names for the sizes along the axes, and name → (place, number or `None`)."""
    order = answered(lambda: words.order(len(shape)))
    if order is None:
        return shape, {}
    spatial = [place for place, label in enumerate(order) if isinstance(label, int)]
    named, places = list(shape), {}
    for place, letter in zip(spatial, _letters(len(spatial)), strict=True):
        n = shape[place]
        name = n if isinstance(n, str) else letter
        if name in places or (name in shape and n != name):
            return shape, {}  # two axes of one name are told by no formula of one
        named[place], places[name] = name, (place, n if isinstance(n, int) else None)
    return tuple(named), places


def _numbers(text: str, rank: int) -> list:
    """The output that is wanted: one number for every axis, or one each."""
    made = [whole(part.strip()) for part in text.replace("×", ",").replace("x", ",").split(",")]
    if len(made) == 1:
        made *= rank
    if not rank or len(made) != rank or any(m is None or m < 1 for m in made):
        raise ShapeError(
            Text(zh="要的输出须是正整数", en="the output that is wanted is a positive integer"),
            one_line(text, 60),
            Text(zh="例如 112，或每轴一个：112,112", en="for example 112, or one an axis: 112,112"),
        )
    return made


def _require_numbers(words: Words) -> None:
    """Refuse letters among a layer's own arguments, where sizes are decided."""
    meaning = answered(lambda: words.meaning(getattr(words, "in_channels", None), words.rank))
    letters = symbols(getattr(meaning, "axes", ()))  # JAX's words keep them as they were typed
    if letters or any(map(symbolic, words.words().values())):
        raise ShapeError(
            Text(
                zh="这里层自己的参数须是数",
                en="here the layer's own arguments must be numbers",
            ),
            Received(one_line(f"{words.framework}.{words!r}", CALL)),
            Text(
                zh="字母写在输入形状里；单个层的尺寸公式可以带字母",
                en="letters work in the input shape, and in the formulas of a single layer",
            ),
        )


def _example(axis: Any) -> int:
    """A size at which there is something to see."""
    return 3 if axis.transposed else max(axis.need(4), 1)


def _in_numbers(window: Window) -> bool:
    return all(isinstance(n, int) for n in (window.kernel, window.stride, window.lo, window.hi))
