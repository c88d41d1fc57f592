"""Pictures drawn from the same values as the formulas: every cell is placed by a window, none by
hand.
"""

import json

import sympy

from shapealg import formulas
from shapealg.axis.window import Window
from shapealg.law.program import evaluate
from shapealg.render.staircase import CELL, INPUT, Drawing, staircase, stamps
from shapealg.text import Text


def cone(layers: list, n: int, language: str) -> str:
    """A chain of layers as rows of dots; what the middle output sees is lit, layer by layer down to
    the input.
    """
    sizes = [n]
    for window in layers:
        sizes.append(window.count(sizes[-1]))
    rise, left = 62, 132
    centres, (lit, edges) = _centres(layers, sizes), _rays(layers, sizes)
    total = layers[0]
    for window in layers[1:]:
        total = total >> window
    drawing = Drawing(
        _CONE.format(n=n, sizes=" → ".join(map(str, sizes)), k=total.kernel, s=total.stride)[
            language
        ],
        _cone_told(language),
    )
    height = (len(sizes) - 1) * rise + 16

    def place(level, i):
        return left + centres[level][i] + 9, height - level * rise

    for level, j, i, on in sorted(edges, key=lambda e: e[3]):
        (x, y), (u, v) = place(level, j), place(level - 1, i)
        drawing.line(x, y, u, v, "ray" if on else "line")
    for level, size in enumerate(sizes):
        name = INPUT[language] if level == 0 else _LAYER.format(i=level)[language]
        drawing.text(
            left - 26,
            height - level * rise + 5,
            _CELLS.format(name=name, size=size)[language],
            anchor="end",
        )
        for i in range(size):
            x, y = place(level, i)
            drawing.rect(x - 9, y - 9, 18, 18, "tap" if i in lit[level] else "cell")
    drawing._reach(0, height + 12)
    return drawing.svg()


def _centres(layers: list, sizes: list) -> list:
    """Where the dots of each row stand: above the middle of what they read."""
    step = 34
    rows = [[i * step for i in range(sizes[0])]]
    for window, size in zip(layers, sizes[1:], strict=True):
        below = rows[-1]
        rows.append(
            [(_at(below, window.first(j)) + _at(below, window.last(j))) / 2 for j in range(size)]
        )
    return rows


def _rays(layers: list, sizes: list) -> tuple:
    """The dots of each row that the middle output sees, and the lines: row, dot, dot below, lit."""
    lit: list[set[int]] = [set() for _ in sizes]
    lit[-1] = {sizes[-1] // 2}
    edges = []
    for level in range(len(layers), 0, -1):
        window = layers[level - 1]
        for j in range(sizes[level]):
            for i in range(max(window.first(j), 0), min(window.last(j), sizes[level - 1] - 1) + 1):
                on = j in lit[level]
                edges.append((level, j, i, on))
                if on:
                    lit[level - 1].add(i)
    return lit, edges


def _at(row, i):
    """The place of position i, also where it lies in the padding beside the row."""
    pitch = row[1] - row[0] if len(row) > 1 else 34
    if i < 0:
        return row[0] + i * pitch
    if i >= len(row):
        return row[-1] + (i - len(row) + 1) * pitch
    return row[i]


_CELLS = Text(zh="{name}：{size} 格", en="{name}: {size} cells")
_LAYER = Text(zh="第 {i} 层", en="layer {i}")
_CONE = Text(
    zh="{n} 格输入穿过各层：{sizes}。中间那个输出看得到 {k} 格，相邻输出在输入上相距 {s} 格。",
    en=(
        "{n} input cells through the layers: {sizes}. The middle output sees {k} cells;"
        " neighbouring outputs lie {s} cells apart."
    ),
)


_SEES = Text(
    zh="第 {l} 层第 {i} 格看到输入 {from}…{to}，共 {count} 格",
    en="cell {i} of layer {l} sees input {from}…{to}, {count} in all",
)


def _cone_told(language: str) -> str:
    """Its sentences, for docs/assets/cone.js."""
    texts = {"title": _CONE, "cells": _CELLS, "layer": _LAYER, "input": INPUT, "row": _SEES}
    told = {"kind": "cone"} | {name: text[language] for name, text in texts.items()}
    return json.dumps(told, ensure_ascii=False)


def stack(
    size: tuple, kernel: tuple, channels: int, output: tuple, filters: int, words: tuple
) -> str:
    """Input, filter and output side by side, as sheets, one per channel; `words` are the three
    captions.
    """
    drawing = Drawing(f"{words[0]} ∗ {words[1]} → {words[2]}")
    unit, shift, left = (12 if len(size) > 1 else 22), 7, 0
    parts = ((size, channels), (kernel, channels), (output, filters))
    tallest = max(_rows(shape) * unit + (min(sheets, 5) - 1) * shift for shape, sheets in parts)
    middle = 24 + tallest / 2
    for part, (shape, sheets) in enumerate(parts):
        rows, columns, shown = _rows(shape), shape[-1], min(sheets, 5)
        width, height = columns * unit + (shown - 1) * shift, rows * unit + (shown - 1) * shift
        caption = max(width, 7.6 * len(words[part]))
        x, top = left + (caption - width) / 2, middle - height / 2
        for sheet in reversed(range(shown)):
            x0, y0 = x + sheet * shift, top + (shown - 1 - sheet) * shift
            drawing.rect(x0 - 1, y0 - 1, columns * unit + 1, rows * unit + 1, "sheet")
        for r in range(rows):
            for c in range(columns):
                seen = r < _rows(kernel) and c < kernel[-1]
                hot = seen if part == 0 else part == 1 or (r == c == 0)
                drawing.square(
                    x + c * unit,
                    top + (shown - 1) * shift + r * unit,
                    unit - 1,
                    "tap" if hot else "cell",
                )
        if sheets > shown:
            drawing.text(x + width + 6, top + 10, f"×{sheets}", anchor="start")
            caption += 30
        drawing.text(x + width / 2, 24 + tallest + 20, words[part])
        left += caption + 20
        if part < 2:
            drawing.text(left + 4, middle + 6, "∗" if part == 0 else "→", "sign")
            left += 32
    return drawing.svg()


def _rows(shape) -> int:
    return shape[0] if len(shape) > 1 else 1


def box(labels: tuple, inner: tuple, title: str) -> str:
    """A volume with a smaller volume in its corner, for three spatial axes."""
    drawing = Drawing(title)

    def cuboid(x, y, w, h, depth, kind):
        drawing.polygon(
            [(x, y), (x + depth, y - depth), (x + w + depth, y - depth), (x + w, y)], kind
        )
        drawing.polygon(
            [
                (x + w, y),
                (x + w + depth, y - depth),
                (x + w + depth, y + h - depth),
                (x + w, y + h),
            ],
            kind,
        )
        drawing.polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], kind)

    cuboid(30, 80, 170, 120, 56, "sheet")
    cuboid(30, 80, 62, 44, 20, "tap")
    drawing.text(16, 145, labels[0], anchor="middle")
    drawing.text(115, 220, labels[1])
    drawing.text(236, 182, labels[2], anchor="start")
    drawing.text(61, 107, inner[0], "on")
    return drawing.svg()


def columns(u: int, v: int, w: int, c: int, language: str) -> str:
    """A (columns, channels) array beside its flattened form, each cell carrying its number."""
    drawing = Drawing(_FLAT.format(u=u, v=v, c=c, q=formulas.flat_channel(u, v, c))[language])
    marked = formulas.flat_channel(u, v, c)
    for column in range(w):
        drawing.text(40 + column * CELL + 14, 12, column, "ghost")
        for channel in range(c):
            q = formulas.flat_channel(column, channel, c)
            drawing.rect(
                40 + column * CELL,
                20 + channel * CELL,
                CELL - 2,
                CELL - 2,
                "tap" if q == marked else "cell",
            )
            drawing.text(
                40 + column * CELL + 14, 39 + channel * CELL, q, "on" if q == marked else "number"
            )
            if column == 0:
                drawing.text(22, 39 + channel * CELL, channel, "ghost")
    y = 20 + c * CELL + 26
    for q in range(w * c):
        drawing.rect(40 + q * CELL, y, CELL - 2, CELL - 2, "tap" if q == marked else "cell")
        drawing.text(40 + q * CELL + 14, y + 19, q, "on" if q == marked else "number")
    return drawing.svg()


_FLAT = Text(
    zh="第 {u} 列第 {v} 个通道，每列 {c} 个通道，排到第 {q}。",
    en="Column {u}, channel {v} with {c} channels per column goes to place {q}.",
)


def of_law(law, language: str) -> str:
    """The picture of a law's example, or nothing where there is nothing to see."""
    at = {p.name: p.default for p in law.parameters if p.default is not None} | dict(law.example)
    if law.name in ("two_layer_output_size", "chain_output_size", "receptive_field_size"):
        if law.name == "two_layer_output_size":
            windows = [_layer(at, 1), _layer(at, 2)]
        else:
            windows = [Window(k, s) for k, s in zip(at["k"], at["s"], strict=True)]
        return cone(windows, at.get("n", 14), language)
    if law.name == "flat_channel":
        return columns(at["u"], at["v"], 4, at["c"], language)
    if law.name == "conv_parameters":
        size, taps = (6, 6), "×".join(map(str, at["k"]))
        output = tuple(map(formulas.plain_output_size, size, at["k"]))
        words = (f"H×W×{at['c']}", f"{at['f']} × ({taps}×{at['c']})", f"H′×W′×{at['f']}")
        return stack(size, at["k"], at["c"], output, at["f"], words)
    if not placement(law):
        return ""
    where = placed(law)
    window = Window.dilated(*(where[name] for name in ("k", "d", "s", "lo", "hi")))
    if law.name in STAMPED:
        return stamps(window, where["k"], at["n"], language, op=at.get("op", 0))
    return staircase(window, where["k"], where["n"], language)


# whose inputs write; the others' outputs read
STAMPED = ("transposed_output_size", "interior_padded_size")


def _layer(at: dict, i: int) -> Window:
    """The window of layer i of two."""
    return Window.dilated(*(at[f"{name}_{i}"] for name in ("k", "d", "s", "lo", "hi")))


def placement(law) -> dict:
    """The window that a law's staircase shows, each part an expression in the law's own parameters;
    empty if none.
    """
    return (
        dict(zip(("n", "k", "s", "d", "lo", "hi"), map(sympy.sympify, law.drawn()), strict=True))
        if law.drawn
        else {}
    )


def placed(law) -> dict[str, int]:
    """The same in the numbers of the law's example."""
    at = {p.name: p.default for p in law.parameters if p.default is not None} | dict(law.example)
    return {name: evaluate(sympy.sympify(part), at) for name, part in placement(law).items()}
