"""Tables that ask every framework the same: a line of its words, an input, and what comes out,
computed when the page is made.
"""

import re
from importlib import import_module

from shapealg.errors import ShapeError
from shapealg.layer.pooling import Pooling
from shapealg.words import spoken
from shapealg.words.frameworks import TITLES

NAMES = TITLES
REFUSED = "✗"
OUTSIDE = "·"  # a position that is padding
TRIED = range(1, 100)  # what an open {m} may be


def told(shape) -> str:
    """A shape as Python writes it, names bare."""
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def head(label: str) -> str:
    """The head of a column: the framework's name, and what else stands behind it."""
    first, space, rest = label.partition(" ")
    return NAMES.get(first, first) + space + rest


def outcome(line: str, given: str) -> tuple | None:
    """The shape that a line of somebody's words gives for an input, `None` for a refusal."""
    framework, _, word = line.partition("(")[0].partition(".")
    if word not in spoken.vocabulary(framework):  # a slip of ours is no refusal of theirs
        raise ValueError(f"the {framework} dialect has no word {word}")
    try:
        return spoken.read(line).output_shape(spoken.shape(given))
    except ShapeError:
        return None


def size(line: str, given: str, choice: dict) -> str:
    """The output along the axis where the input has its `{n}`; all of the shape where it has none.

    >>> size("torch.MaxPool1d(2, ceil_mode=True)", "1,8,{n}", {"n": 25})
    '13'
    >>> size("torch.MaxPool1d({k})", "1,8,1", {"k": 2})
    '✗'
    """
    shape = outcome(line.format(**choice), given.format(**choice))
    place = next((i for i, part in enumerate(given.split(",")) if "{n}" in part), None)
    if shape is None:
        return REFUSED
    return told(shape) if place is None else str(shape[place])


def pads(line: str, given: str, choice: dict) -> str:
    """The padding before and after the first axis; what a transposed layer crops.

    >>> pads('keras.Conv1D(1, {k}, strides=2, padding="same")', "1,{n},1", {"n": 8, "k": 3})
    '0 + 1'
    """
    if (made := _placed(line.format(**choice), given.format(**choice))) is None:
        return REFUSED
    window = made.window if made.transposed else made
    return f"{window.lo} + {window.hi}"


def _placed(line: str, given: str):
    """The first axis of a layer, placed on an input; `None` for a refusal."""
    if outcome(line, given) is None:
        return None
    words = spoken.read(line)
    read = words.read(spoken.shape(given))
    return words.meaning(read.channels, len(read.spatial)).axes[0].at(read.spatial[0])


def reads(line: str, given: str, choice: dict) -> str:
    """The positions of the first axis that output `j` reads, a point for each that is padding.

    >>> reads("torch.Conv1d(1, 1, 3, padding=1)", "1,1,5", {"j": 4})
    '3 4 ·'
    """
    line, given = line.format(**choice), given.format(**choice)
    made = outcome(line, given)
    words = spoken.read(line)
    n = words.read(spoken.shape(given)).spatial[0]
    place = words.layout.replace("N", "").index("*") + ("N" in words.layout)
    if made is None or not 0 <= choice["j"] < made[place]:
        return REFUSED
    return " ".join(
        str(i) if 0 <= i < n else OUTSIDE
        for i in words.reads(spoken.shape(given), (choice["j"],))[0]
    )


def divisor(line: str, given: str, choice: dict) -> str:
    """What the average at output `j` is divided by: the positions inside the input, or those of the
    padding too.

    >>> divisor("torch.AvgPool1d(3, 1, 1)", "1,1,8", {"j": 0})
    '3'
    >>> divisor('keras.AveragePooling1D(3, 1, "same")', "1,8,1", {"j": 0})
    '2'
    """
    line, given = line.format(**choice), given.format(**choice)
    words = spoken.read(line)
    layer = words.layer
    if not isinstance(layer, Pooling):
        raise TypeError(f"{line} is no pooling")
    return str(layer.pooled[0].divisor(words.read(spoken.shape(given)).spatial[0], choice["j"]))


def accepts(line: str, given: str, choice: dict) -> str:
    """All `{m}` with which the line is taken, as a range."""
    taken = [
        m
        for m in TRIED
        if outcome(line.format(m=m, **choice), given.format(m=m, **choice)) is not None
    ]
    if not taken:
        return REFUSED
    return str(taken[0]) if len(taken) == 1 else f"{taken[0]}–{taken[-1]}"


QUESTIONS = {f.__name__: f for f in (size, pads, reads, divisor, accepts)}


def rows(columns, choices) -> list:
    """A row of cells for each choice: `columns` are (head, line, input) or (head, line, input,
    question) with places to fill in, `choices` dicts of what fills them.

    Raises:
        ValueError: for a column that is refused from top to bottom: it says nothing but that its
            line is wrong.
    """
    made = []
    for label, line, given, *question in columns:
        cells = [
            QUESTIONS[question[0] if question else "size"](line, given, choice)
            for choice in choices
        ]
        if set(cells) == {REFUSED}:
            raise ValueError(f"{label}: {line} is always refused")
        made.append(cells)
    return [list(row) for row in zip(*made, strict=True)]


def joined(line: str, a: tuple, b: tuple) -> str:
    """What a line over two shapes gives.

    >>> joined("torch.cat([a, b], dim=1)", (1, 64, 28), (1, 32, 28))
    '(1, 96, 28)'
    >>> joined("torch.add(a, b)", (1, 64, 28), (1, 32, 28))
    '✗'
    """
    framework = line.partition(".")[0]
    try:
        return told(
            eval(
                line,
                {framework: import_module(f"shapealg.words.dialects.{framework}"), "a": a, "b": b},
            )
        )
    except ShapeError:
        return REFUSED


def camps(heads, cells) -> tuple:
    """Columns that agree in every row as one, their heads together: (heads, cells)."""
    found: dict[tuple, list[str]] = {}
    for label, column in zip(heads, zip(*cells, strict=True), strict=True):
        found.setdefault(column, []).append(label)
    return ["<br>".join(labels) for labels in found.values()], [
        list(row) for row in zip(*found, strict=True)
    ]


def lines(columns, fixed: dict) -> str:
    """What was asked, as code: the line of each column and its input, what is fixed filled in, the
    other places named.

    >>> print(lines((("torch", "torch.Conv1d(1, 1, {k})", "1,1,{n}"),), {"n": 8}))
    torch.Conv1d(1, 1, k)  # (1, 1, 8)
    """
    made: dict[str, None] = {}
    for _, line, given, *_ in columns:
        made[f"{_filled(line, fixed)}  # {told(_filled(given, fixed).split(','))}"] = None
    return "\n".join(made)


def _filled(text: str, fixed: dict) -> str:
    return re.sub(r"{(\w+)}", lambda place: str(fixed.get(place[1], place[1])), text)
