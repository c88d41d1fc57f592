"""The pictures of layers that are no single window; positions come from the layers' own maps."""

from collections.abc import Callable

from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.render.staircase import CELL, Drawing, reading
from shapealg.text import Text
from shapealg.words.dialects import torch


def adaptive(language: str) -> str:
    """Ten positions in four windows, as adaptive pooling spreads them."""
    title = Text(
        zh="10 格输入分成 4 个窗口：起点向下取整，终点向上取整，相邻的窗口可以重叠。",
        en="10 input cells in 4 windows: starts round down, ends round up; neighbours may overlap.",
    )
    return _read(torch.AdaptiveAvgPool1d(4), 10, 4, title, language)


def resize(language: str) -> str:
    """Four positions enlarged to eight by the nearest neighbour."""
    title = Text(
        zh="最近邻上采样，4 格变 8 格：每格输入被读两次。",
        en="Nearest-neighbour upsampling, 4 cells to 8: each input is read twice.",
    )
    return _read(torch.Upsample(scale_factor=2), 4, 8, title, language)


def _read(words, n: int, m: int, title: Text, language: str) -> str:
    """What each of m outputs reads of n inputs, by the layer's map of an axis."""
    placed = words.meaning(1, 1).axes[0].at(n)
    ends = [(integer(placed.first(j), "j"), integer(placed.last(j), "j")) for j in range(m)]
    return reading([list(range(a, b + 1)) for a, b in ends], n, title[language], language)


def join(language: str) -> str:
    """The two arms of a U-Net's level at 5 positions: what comes back is one short."""
    n = 5
    down = integer(torch.MaxPool1d(2).meaning(1, 1).axes[0].count(n), "m")
    back = integer(torch.ConvTranspose1d(1, 1, 2, stride=2).meaning(1, 1).axes[0].count(down), "m")
    title = Text(
        zh="跳连 {n} 格；减半剩 {down} 格，放大一倍回来 {back} 格：差一格，拼接报错。",
        en="The skip has {n} cells; halved, {down}; doubled, {back}: one short, and joining fails.",
    )
    drawing = Drawing(title.format(n=n, down=down, back=back)[language])
    names = Text(zh="跳连|减半|回来", en="skip|halved|back")[language].split("|")
    for row, (name, cells, step) in enumerate(zip(names, (n, down, back), (1, 2, 1), strict=True)):
        y = row * (CELL + 8)
        drawing.text(60, y + 19, name, anchor="end")
        for cell in range(cells):
            drawing.rect(
                70 + cell * step * CELL, y, step * CELL - 2, CELL - 2, "tap" if row else "cell"
            )
    for cell in range(back, n):
        drawing.rect(70 + cell * CELL, 2 * (CELL + 8), CELL - 2, CELL - 2, "outside")
        drawing.text(70 + cell * CELL + CELL // 2 - 1, 2 * (CELL + 8) + 19, "✕", "missing")
    return drawing.svg()


def shuffle(language: str) -> str:
    """Four channels of 2 × 2 become one of 4 × 4."""
    r, side = 2, 2
    title = Text(
        zh="{c} 个通道、各 {n} × {n}，摊成一个 {m} × {m}：数字是它来自哪个通道。",
        en="{c} channels of {n} × {n} become one of {m} × {m}; numbers name the channel.",
    ).format(c=r * r, n=side, m=r * side)
    drawing = Drawing(title[language])
    for channel in range(r * r):
        x = channel * (side * CELL + 14)
        for row in range(side):
            for column in range(side):
                _numbered(drawing, x + column * CELL, CELL + row * CELL, channel)
    x = r * r * (side * CELL + 14) + 46
    drawing.text(x - 30, 2 * CELL + 6, "→", "sign")
    for row in range(r * side):
        for column in range(r * side):
            _numbered(drawing, x + column * CELL, row * CELL, row % r * r + column % r)
    return drawing.svg()


def _numbered(drawing: Drawing, x: int, y: int, number: int) -> None:
    kind = "tap" if number == 0 else "cell"
    drawing.rect(x, y, CELL - 2, CELL - 2, kind)
    drawing.text(x + CELL // 2 - 1, y + 19, number, "on" if number == 0 else "number")


def columns(language: str) -> str:
    """Every window of six positions as a column."""
    window, n = Window.dilated(3), 6
    m, k = integer(window.count(n), "m"), 3
    title = Text(
        zh="{n} 格输入，核 {k}：{m} 个窗口，各成一列。",
        en="{n} input cells, kernel {k}: {m} windows, each a column.",
    ).format(n=n, k=k, m=m)
    drawing = Drawing(title[language])
    for cell in range(n):
        drawing.rect(cell * CELL, CELL, CELL - 2, CELL - 2, "tap" if cell < k else "cell")
        drawing.text(cell * CELL + 14, CELL + 19, cell, "on" if cell < k else "number")
    x = n * CELL + 46
    drawing.text(x - 30, CELL + 20, "→", "sign")
    for j in range(m):
        for tap in range(k):
            drawing.rect(x + j * CELL, tap * CELL, CELL - 2, CELL - 2, "cell" if j else "tap")
            at = integer(window.first(j), "first") + tap
            drawing.text(x + j * CELL + 14, tap * CELL + 19, at, "number" if j else "on")
    return drawing.svg()


PICTURES: dict[str, Callable[[str], str]] = {
    each.__name__: each for each in (adaptive, resize, join, shuffle, columns)
}
