"""What each of the six frameworks says for a layer of given numbers: its lines, the shapes that go
in and come out, and a note where the layer needs another one beside it or has no words at all.

Conversions make the lines; both axes are alike, as in a calculator of one.
"""

from dataclasses import dataclass

from shapealg.axis.waiting import Same
from shapealg.errors import ShapeError
from shapealg.render import probe
from shapealg.text import LANGUAGES, Text
from shapealg.words import phrasing
from shapealg.words.conversion import Conversion, convert
from shapealg.words.dialects import jax
from shapealg.words.frameworks import NAMES
from shapealg.words.words import Words

# those that pool, too: every page of a layer has their words
SIX = tuple(name for name in NAMES if hasattr(phrasing.of(name), "pool"))
NONE = Text(zh="✗ {asked}；{works}", en="✗ {asked}; {works}")
NOTHING = Text(zh="不填也不裁：不需要这一层", en="nothing to pad or crop: no layer is needed")
CROPPED = Text(
    zh="✗ 裁剪之后什么也不剩；两侧一共裁掉的须少于 n",
    en="✗ cropping leaves nothing; less than n in all can be cropped",
)
SLICE = Text(
    zh="✗ tf.pad 不能裁剪；用切片裁剪", en="✗ tf.pad cannot crop; crop with a slice instead"
)
ALONE = Text(
    zh="✗ 有窗口可能只读到填充，各框架给的值不同；至多填核的一半就没有这样的窗口",
    en="✗ a window may read padding alone, which every framework answers in its own way; there is"
    " none while the padding is half the kernel at most",
)
ZEROS = Text(
    zh='✗ MaxPooling2D 只有 "valid" 与 "same"；输入不为负时，先填零也一样',
    en='✗ MaxPooling2D has "valid" and "same" only; where the input is not negative, zeros padded'
    " first do the same",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a framework says at some numbers: lines of code, and a note where one is needed."""

    lines: tuple[str, ...]
    note: Text | None = None

    def text(self, language: str) -> str:
        """The note as a comment, and the lines below it."""
        above = (f"# {self.note[language]}",) if self.note else ()
        return "\n".join((*above, *self.lines))


def conv(framework: str, given: dict) -> Told:
    """A convolution from 3 to 64 channels; JAX has words for every one, without a bias."""
    if _cropped(given):
        return Told((), CROPPED)
    (n, k, s, d), around = (given[name] for name in "nksd"), (given["lo"], given["hi"])
    words = jax.conv_general_dilated((64, 3, k, k), (s, s), (around, around), rhs_dilation=(d, d))
    return _converted(words, framework, 3, n)


def transposed(framework: str, given: dict) -> Told:
    """A transposed convolution from 128 to 64 channels; JAX is told what is added around."""
    n, k, s, d = (given[name] for name in "nksd")
    reach = d * (k - 1)
    around = (reach - given["lo"], reach - given["hi"] + given["op"])
    words = jax.conv_transpose((k, k, 128, 64), (s, s), (around, around), rhs_dilation=(d, d))
    return _converted(words, framework, 128, n)


def pool(framework: str, given: dict) -> Told:
    """The maximum over windows, each of which reads something, with the same padding around."""
    n, k, s, d, p = (given[name] for name in "nksdp")
    most = k - 1 if d == 1 else k // 2
    begins = (given["m"] - 1) * s - p
    if framework != "jax" and p and (p > most or begins >= n or n < d):
        return Told((), ALONE)
    if framework == "keras" and d == 1 and p and not _same(n, k, s, p, given["m"]):
        return Told((), ZEROS)
    if framework == "torch" and p > k // 2:
        return _padded_maximum(n, k, s, p)
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    dilation = (1, 1, d, d)
    words = jax.reduce_window("max", (1, 1, k, k), (1, 1, s, s), pads, window_dilation=dilation)
    return _converted(words, framework, 64, n)


def pad(framework: str, given: dict) -> Told:
    """Zeros around 3 channels, or what is cut off."""
    lo, hi, n = (given[name] for name in ("lo", "hi", "n"))
    if _cropped(given):
        return Told((), CROPPED)
    if framework == "tensorflow" and min(lo, hi) < 0:
        return Told((), SLICE)
    try:
        steps = phrasing.of(framework).front("average", ((lo, hi), (lo, hi)))
    except ShapeError as reason:
        return _refused(reason)
    layout = "N*C" if framework in ("keras", "tensorflow") else "NC*"
    return _told(steps, framework, None if steps else NOTHING, _laid(layout, 3, n))


def _cropped(given: dict) -> bool:
    """Whether cropping leaves nothing."""
    return given["n"] + min(given["lo"], 0) + min(given["hi"], 0) < 1


def _same(n: int, k: int, s: int, p: int, m: int) -> bool:
    """Whether "same" begins where this padding does, and gives as much."""
    axis = Same(k, s)
    return axis.at(n).lo == p and axis.count(n) == m


def _padded_maximum(n: int, k: int, s: int, p: int) -> Told:
    """PyTorch's pooling behind a padding, which its own may not be."""
    said, around = phrasing.of("torch"), ((p, p), (p, p))
    window, flags = ((k, k), (s, s), (1, 1)), ("", False, None)
    steps = [*said.front("max", around), *said.pool("max", window, flags, ((0, 0), (0, 0)))]
    return _told(steps, "torch", _aside("torch", "max", steps[-1]), _laid("NC*", 64, n))


def _converted(words: Words, framework: str, channels: int, size: int) -> Told:
    """A layer by the steps of its conversion."""
    try:
        made = _conversion(words, framework, _laid(words.layout, channels, size))
        alike = made.whole and len(made.by_size) == 1
        steps = made.steps if alike else made.at(H=size, W=size)
        layer = next((step for step in steps if step.weight_layout), steps[-1])
        where = "front" if layer is steps[-1] else "behind"
        note = None if len(steps) == 1 else _aside(framework, where, layer)
        return _told(steps, framework, note, _laid(layer.layout, channels, size))
    except ShapeError as reason:
        return _refused(reason)


def _refused(reason: ShapeError) -> Told:
    """No lines, and why."""
    said = (NONE[x].format(asked=reason.asked[x], works=reason.works[x]) for x in LANGUAGES)
    return Told((), Text(*said))


def _conversion(words: Words, framework: str, shape: tuple) -> Conversion:
    """The conversion for all sizes, or for this one where the framework is told the size."""
    try:
        return convert(words, framework)
    except ShapeError as reason:
        if "input_shape" not in reason.works.en:
            raise
    return convert(words, framework, shape)


def _aside(framework: str, where: str, layer: Words) -> Text:
    """Why there is a step in front, or behind."""
    why = phrasing.of(framework).BESIDE[where]
    return Text(*(why[x].format(word=type(layer).__name__) for x in LANGUAGES))


def _laid(layout: str, channels: int, size: int) -> tuple:
    """The shape of one example in a layout."""
    return (1, size, size, channels) if layout == "N*C" else (1, channels, size, size)


def _told(steps, framework: str, note: Text | None, given: tuple) -> Told:
    """The steps as lines, and below them the shapes that go in and come out."""
    made = given
    for step in steps:
        made = step.output_shape(made)
    shapes = f"# {probe.told(given)} → {probe.told(made)}"
    return Told((*(f"{framework}.{step!r}" for step in steps), shapes), note)
