"""A window on two axes: the input, the window over it, and the output beside; docs/assets/plane.js
moves the window, and redraws the picture for other numbers.
"""

import json

from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.render.staircase import INPUT, OUTPUT, Drawing
from shapealg.text import Text

SIDE, LARGEST, GAP, TOP = 260, 22, 70, 24


def plane(window: Window, taps: int, n: int, language: str, stamped: bool = False) -> str:
    """An n × n input under a window of `taps` × `taps`, at its first place; `stamped`: what the
    window covers is the output of a transposed convolution, n × n after cropping.
    """
    m, lo = integer(window.count(n), "m"), max(integer(window.lo, "lo"), 0)
    end = integer(window.last(m - 1), "last") + 1
    total = lo + (max(n, end) if stamped else n + max(integer(window.hi, "hi"), 0))
    told = _told(stamped, language)
    title = told["title"].format(n=n, m=m, k=taps, s=window.stride, d=window.dilation(taps))
    drawing = Drawing(title, json.dumps(told, ensure_ascii=False))
    unit = min(LARGEST, SIDE / total)
    _board(drawing, 0, unit, n, lo, total, told["above"])
    for row in range(taps):
        for column in range(taps):
            at = [window.dilation(taps) * t * unit for t in (column, row)]
            _cell(drawing, at[0], TOP + at[1], unit, "tap")
    beside = total * unit + GAP
    _board(drawing, beside, unit, m, 0, m, told["beside"])
    _cell(drawing, beside, TOP, unit, "tap")
    return drawing.svg()


def _board(drawing: Drawing, x, unit, n: int, lo: int, total: int, name: str) -> None:
    """A square of cells with what is padded around it, and its size above."""
    drawing.text(x, 14, f"{name} {n} × {n}", anchor="start")
    for row in range(total):
        for column in range(total):
            inside = lo <= row < lo + n and lo <= column < lo + n
            kind = "cell" if inside else "pad"
            _cell(drawing, x + column * unit, TOP + row * unit, unit, kind)


def _cell(drawing: Drawing, x, y, unit, kind: str) -> None:
    drawing.rect(x, y, unit - 1, unit - 1, kind)


_FORWARD = Text(
    zh="{n} × {n} 的输入，{k} × {k} 的窗口，步长 {s}，膨胀率 {d}：输出 {m} × {m}。",
    en="Input {n} × {n}, window {k} × {k}, stride {s}, dilation {d}: output {m} × {m}.",
)
_BACKWARD = Text(
    zh="{m} × {m} 的输入，每格写出 {k} × {k}，相邻相距 {s}，膨胀率 {d}：输出 {n} × {n}。",
    en="Input {m} × {m}, each written to {k} × {k}, {s} apart, dilation {d}: output {n} × {n}.",
)
_READS = Text(
    zh="输出 ({i}, {j}) 读行 {rows}、列 {columns}",
    en="output ({i}, {j}) reads rows {rows}, columns {columns}",
)
_WRITES = Text(
    zh="输入 ({i}, {j}) 写到行 {rows}、列 {columns}",
    en="input ({i}, {j}) writes to rows {rows}, columns {columns}",
)


def _told(stamped: bool, language: str) -> dict[str, str]:
    above, beside = (OUTPUT, INPUT) if stamped else (INPUT, OUTPUT)
    return {
        "kind": "stamped-plane" if stamped else "plane",
        "above": above[language],
        "beside": beside[language],
        "title": (_BACKWARD if stamped else _FORWARD)[language],
        "row": (_WRITES if stamped else _READS)[language],
    }
