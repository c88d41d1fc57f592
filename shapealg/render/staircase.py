"""Windows on one axis, a row each: which positions every output reads, or every input writes to.

No formula is looked at, so that pictures need no SymPy. Cells and rows say which they are, and the
picture carries its sentences: docs/assets/picture.js lights what belongs together and redraws the
picture for other numbers.
"""

import json
from contextlib import contextmanager
from html import escape

from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.text import Text

CELL = 30


class Drawing:
    """A growing SVG in currentColor and the site's colours, with a title in one language."""

    def __init__(self, title: str, words: str = ""):
        self.title, self.width, self.height = title, 0, 0
        self.parts: list[str] = []
        # for the script that redraws it
        self.words = f' data-words="{escape(words, quote=True)}"' if words else ""

    def _reach(self, x, y):
        self.width, self.height = max(self.width, x), max(self.height, y)

    def rect(self, x, y, w, h, kind):
        """A rectangle with round corners."""
        self._reach(x + w, y + h)
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="3" class="sa-{kind}"/>'
        )

    def square(self, x, y, side, kind):
        """A small square."""
        self._reach(x + side, y + side)
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{side}" height="{side}" class="sa-{kind}"/>'
        )

    def text(self, x, y, words, kind="label", anchor="middle"):
        """Words or a number."""
        self._reach(x + (9 * len(str(words)) if anchor == "start" else 0), y + 4)
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
            f' class="sa-{kind}">{escape(str(words))}</text>'
        )

    @contextmanager
    def group(self, **data):
        """What is drawn within belongs together."""
        told = "".join(f' data-{name}="{value}"' for name, value in data.items())
        self.parts.append(f"<g{told}>")
        yield
        self.parts.append("</g>")

    def line(self, x1, y1, x2, y2, kind="line"):
        """A straight line."""
        self._reach(max(x1, x2), max(y1, y2))
        self.parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="sa-{kind}"/>'
        )

    def polygon(self, points, kind):
        """A filled shape."""
        for x, y in points:
            self._reach(x, y)
        self.parts.append(
            f'<polygon points="{" ".join(f"{x},{y}" for x, y in points)}" class="sa-{kind}"/>'
        )

    def svg(self) -> str:
        """The picture, as large as what was drawn."""
        w, h = f"{self.width + 2:g}", f"{self.height + 2:g}"
        title = escape(self.title, quote=True)
        return (
            f'<svg viewBox="-1 -1 {w} {h}" width="{w}" height="{h}" role="img"'
            f' aria-label="{title}"{self.words} xmlns="http://www.w3.org/2000/svg">'
            f"<title>{title}</title>{''.join(self.parts)}</svg>"
        )


def staircase(window: Window, taps: int, n: int, language: str, most: int | None = None) -> str:
    """Every output is one row: the cells it reads, one stride further than the row above; what does
    not fit is dashed.

    With `most`, of a picture that would be wider than so many cells only both ends are drawn, or
    nothing where these are too wide as well.
    """
    m, lo, hi = integer(window.count(n), "m"), max(window.lo, 0), max(window.hi, 0)
    cut = _cut(window, m, range(-lo, n + hi), most)
    if cut is None:
        return ""
    title = _STAIRCASE.format(
        n=n,
        m=m,
        k=taps,
        s=window.stride,
        d=window.dilation(taps),
        lo=window.lo,
        hi=window.hi,
    )[language]
    picture = _Rows(title, cut, _told("windows", language))
    unread = range(_ends(window, m - 1)[1] + 1, n + hi) if m > 0 else range(0)
    picture.line_of_cells(range(n), unread)
    for row in picture.rows:
        picture.window(window, taps, row, fits=row < m)
    return picture.drawing.svg()


def stamps(
    window: Window, taps: int, n: int, language: str, most: int | None = None, op: int = 0
) -> str:
    """A transposed convolution: every input is one row, the outputs that it writes to; what is
    cropped is hatched. `op` outputs more are kept at the end.
    """
    m = integer(window.need(n), "m") + op
    written = range(_ends(window, 0)[0], max(_ends(window, n - 1)[1] + 1, m))
    cut = _cut(window, n - 1, range(min(written.start, 0), written.stop), most)
    if cut is None or m < 1:
        return ""
    title = _STAMPS.format(n=n, m=m, k=taps, s=window.stride, lo=window.lo, hi=window.hi)[language]
    picture = _Rows(title, cut, _told("stamps", language))
    d = window.dilation(taps)
    reached = {window.first(j) + d * tap for j in range(n) for tap in range(taps)}
    picture.line_of_cells(range(m), {p for p in range(m) if p not in reached})
    for row in picture.rows:
        picture.window(window, taps, row, fits=True)
    return picture.drawing.svg()


def reading(reads: list[list[int]], n: int, title: str, language: str) -> str:
    """Every output is one row: the positions given for it, of n."""
    within = range(min(min(row) for row in reads), max(n, *(max(row) + 1 for row in reads)))
    picture = _Rows(title, ((range(len(reads)),), (within,)), _told("windows", language))
    picture.line_of_cells(range(n), set(range(n)) - {p for row in reads for p in row})
    for row, positions in enumerate(reads):
        picture.reads(row, positions)
    return picture.drawing.svg()


def _cut(window: Window, last: int, columns: range, most: int | None) -> tuple | None:
    """The rows and the columns at both ends, each as one range or two; `None` where even few are
    too wide. `last` is the number of the last row.
    """
    if most is None or (len(columns) <= most and last <= most):
        return (range(last + 1),), (columns,)
    for first, behind in ((3, 2), (2, 1), (1, 1)):
        head = range(columns.start, _ends(window, first - 1)[1] + 1)
        tail = range(_ends(window, last - behind)[0], columns.stop)
        if first + behind < last and len(head) + len(tail) < most and head.stop < tail.start:
            return (range(first), range(last - behind, last + 1)), (head, tail)
    return None


def _ends(window: Window, row: int) -> tuple[int, int]:
    """The first and the last position of a window of numbers."""
    first = integer(window.first(row), "first")
    return first, first + integer(window.kernel, "kernel") - 1


class _Rows:
    """A line of cells, and below it a row for every window.

    Args:
        title: what there is to see, in words.
        cut: the rows and the columns that are drawn, of each both ends or all.
        told: the picture's sentences.
    """

    def __init__(self, title: str, cut: tuple, told: dict[str, str]):
        self.parts, self.columns = cut
        above, beside = told["above"], told["beside"]
        self.crop = told["kind"] == "stamps"
        self.rows = [row for part in self.parts for row in part]
        self.beside, self.y = beside, CELL + 10
        longest = max((len(str(row)) for row in self.rows), default=1)
        self.left = 66 + 8 * max(longest - 2, 0)
        self.drawing = Drawing(title, json.dumps(told, ensure_ascii=False))
        self.drawing.text(self.left - 10, 19, above, anchor="end")

    def x(self, position: int) -> int:
        """Where a position stands; between both ends, if the middle is left out, is one cell."""
        head, *tail = self.columns
        at = position - head.start
        if tail and position >= tail[0].start:
            at = len(head) + 1 + position - tail[0].start
        return self.left + at * CELL

    def line_of_cells(self, inside: range, idle) -> None:
        """The cells of the axis, with their numbers; of those that are `idle`, no row knows."""
        for position in (p for part in self.columns for p in part):
            there, x = position in inside, self.x(position)
            kind = "unread" if position in idle else "cell"
            with self.drawing.group(at=position):
                self.drawing.rect(x, 0, CELL - 2, CELL - 2, kind if there else "pad")
                if there:
                    self.drawing.text(x + CELL // 2 - 1, 19, position, "number")
                elif self.crop:
                    for step in (0, 10, 20):
                        self.drawing.line(x + step, CELL - 2, x + step + 8, 0, "hatch")
        if len(self.columns) > 1:
            self.drawing.text(self.x(self.columns[1].start) - CELL // 2, 19, "…", "ghost")

    def window(self, window: Window, taps: int, row: int, fits: bool) -> None:
        """One row: what a window covers, and where its taps are."""
        if len(self.parts) > 1 and row == self.parts[1].start:
            self.drawing.text(self.left - 10, self.y + 13, "⋮", "ghost", "end")
            self.y += CELL - 8
        first, d = _ends(window, row)[0], window.dilation(taps)
        self.reads(row, [first + d * tap for tap in range(taps)], fits)

    def reads(self, row: int, positions: list[int], fits: bool = True) -> None:
        """One row: the positions that belong to it."""
        told = {"row": row, "reads": " ".join(map(str, positions))} if fits else {}
        with self.drawing.group(**told):
            self._row(row, positions, fits)
        self.y += CELL - 8

    def _row(self, row: int, reads: list[int], fits: bool) -> None:
        y = self.y
        self.drawing.text(
            self.left - 10,
            y + 13,
            f"{self.beside} {row}" if fits else "✕",
            "label" if fits else "missing",
            "end",
        )
        self.drawing.line(
            self.x(reads[0]) + 4,
            y + 9,
            self.x(reads[-1]) + CELL - 6,
            y + 9,
            "span" if fits else "dashed",
        )
        for position in reads:
            kind = "tap" if fits else "outside"
            self.drawing.rect(self.x(position), y, CELL - 2, CELL - 12, kind)


INPUT, OUTPUT = Text(zh="输入", en="input"), Text(zh="输出", en="output")
_STAIRCASE = Text(
    zh=(
        "{n} 格输入，核 {k}、步长 {s}、膨胀率 {d}、前侧填充 {lo}、后侧填充 {hi}：{m} 个窗口放得下，"
        "每行一个，最后一行放不下。"
    ),
    en=(
        "{n} input cells, kernel {k}, stride {s}, dilation {d}, padding {lo} before and {hi} after:"
        " {m} windows fit, one per row; the last row does not fit."
    ),
)
_STAMPS = Text(
    zh=(
        "{n} 格输入，每格写出 {k} 个输出，相邻两格相距 {s}，前侧裁 {lo}、后侧裁 {hi}：{m} 格输出，"
        "每行一格输入。"
    ),
    en=(
        "{n} input cells, each writing to {k} outputs, {s} apart, {lo} cropped before and {hi}"
        " after: {m} outputs; one row per input."
    ),
)
# What picture.js says of a row and of a cell; {list} are numbers.
_SAID = {
    "windows": {
        "row": Text(zh="输出 {j} 读输入 {list}", en="output {j} reads input {list}"),
        "cell": Text(zh="输入 {j} 被输出 {list} 读到", en="input {j} is read by output {list}"),
        "alone": Text(zh="没有输出读到输入 {j}", en="no output reads input {j}"),
    },
    "stamps": {
        "row": Text(zh="输入 {j} 写到输出 {list}", en="input {j} writes to output {list}"),
        "cell": Text(
            zh="输出 {j} 由输入 {list} 相加", en="output {j} is the sum over input {list}"
        ),
        "alone": Text(
            zh="没有输入写到输出 {j}，那里只有偏置",
            en="no input writes to output {j}: it holds the bias alone",
        ),
    },
}
_BEYOND = {
    "windows": Text(zh="，另有 {count} 格填充", en=" and {count} of padding"),
    "stamps": Text(zh="，另有 {count} 格裁掉", en=", and {count} are cropped"),
}


def _told(kind: str, language: str) -> dict[str, str]:
    """All sentences of a picture in one language."""
    cells, rows = (INPUT, OUTPUT) if kind == "windows" else (OUTPUT, INPUT)
    title = _STAIRCASE if kind == "windows" else _STAMPS
    said = {name: text[language] for name, text in _SAID[kind].items()}
    return {
        "kind": kind,
        "above": cells[language],
        "beside": rows[language],
        "title": title[language],
        "beyond": _BEYOND[kind][language],
        **said,
    }
