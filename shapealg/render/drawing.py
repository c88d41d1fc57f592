"""A network drawn by its sizes: bars are what flows, each with its size as a formula; between them
stands what the layers do.

A chain goes down. What shrinks and grows again is bent into a U, so that what must be equal lies
side by side. Where every size is the same, the picture shows how far each layer sees instead. The
drawing follows one axis.
"""

from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import groupby
from math import log2
from typing import Any

from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length
from shapealg.errors import answered
from shapealg.network.flow import Flow
from shapealg.network.graph import Node
from shapealg.network.network import Network
from shapealg.text import Text

WIDTH = 356  # as wide as a telephone shows without shrinking it
BAR, LINE, GAP, LEAST = 28, 17, 9, 88
LARGER = 1.2  # where there is room

OPERATIONS = {
    "Conv": Text(zh="卷积", en="conv"),
    "ConvTranspose": Text(zh="转置", en="transposed"),
    "MaxPool": Text(zh="最大池化", en="max pool"),
    "AvgPool": Text(zh="平均池化", en="average pool"),
    "ZeroPad": Text(zh="补零", en="pad"),
    "Flatten": Text(zh="展平", en="flatten"),
    "Linear": Text(zh="全连接", en="linear"),
}
RESIDUAL = {
    "add": Text(zh="残差", en="residual"),
    "multiply": Text(zh="门", en="gate"),
    "concat": Text(zh="拼接", en="concat"),
    "crop": Text(zh="裁剪拼接", en="crop, concat"),
}
CROP, SUM, JOINED = (
    Text(zh="裁剪", en="crop"),
    Text(zh="相加", en="sum"),
    Text(zh="拼接", en="concat"),
)
NOW = Text(zh="现在", en="now")
SEES = Text(
    zh="看得到输入 {size} 格，相邻两格相距 {jump}",
    en="sees {size} of the input, neighbours are {jump} apart",
)
ALL = Text(zh="看得到整个输入", en="sees the whole input")
ALIKE = 4  # so many steps that are alike are drawn once
SHORT = 40  # letters that a line has room for
PERIOD = 12  # steps of a block that is told once with how often it comes
BACK = Text(zh="{n} 格之前", en="{n} back")


# ---------------------------------------------------------------- layers, and where paths part


@dataclass(frozen=True, slots=True)
class Fork:
    """Paths from one tensor that meet again in a node; an empty path hands it on."""

    join: Node
    paths: tuple


def chain(graph, start: str, end: str) -> list:
    """What lies between two tensors, in a row: nodes, and forks where paths part.

    Raises:
        ValueError: if paths cross, so that there is no such row.
    """
    makers = {name: node for node in graph.nodes for name in node.outputs}
    wanted, inside = [end], set()
    while wanted:
        if (name := wanted.pop()) != start and name in makers and name not in inside:
            inside.add(name)
            wanted += [source for source in makers[name].inputs if source is not None]
    nodes = [node for node in graph.nodes if node.outputs[0] in inside]
    row, part, waiting = [], [], {start: sum(n.inputs.count(start) for n in nodes)}
    before = start
    for node in nodes:
        part.append(node)
        for source in node.inputs:
            waiting[source] -= 1
        waiting[node.outputs[0]] = sum(n.inputs.count(node.outputs[0]) for n in nodes)
        if node is nodes[-1] or [name for name, left in waiting.items() if left] == [
            node.outputs[0]
        ]:
            row.append(
                node
                if len(part) == 1 and len(node.inputs) == 1
                else Fork(
                    node, tuple(tuple(chain(graph, before, source)) for source in node.inputs)
                )
            )
            if len(part) > 1 and sum(map(_count, row[-1].paths)) + 1 != len(part):
                raise ValueError(f"the paths that meet at {node.name} cross")
            part, before = [], node.outputs[0]
    return row


def _count(path) -> int:
    return sum(1 + sum(map(_count, step.paths)) if isinstance(step, Fork) else 1 for step in path)


# ---------------------------------------------------------------- words for them


class Reader:
    """Sizes and words of one network along one of its axes, in one language."""

    def __init__(self, network: Network, axis: str, usual: dict, language: str):
        self.network, self.axis, self.language = network, axis, language
        (self.source, shape), *_ = network.graph.inputs.items()
        self.place, self.rank = shape.index(axis), len(shape)
        usual = {name: usual.get(name, 1) for name in network.sizes}
        self.now = Flow(network.graph, usual).run()
        self.others = {name: size for name, size in usual.items() if name != axis}
        self.needs: dict[str, tuple[str, ...]] = {}
        for requirement in network.flow.requirements:
            if len(requirement.sides) == 2 and axis in requirement.names:
                self.needs.setdefault(requirement.node.name, tuple(map(str, requirement.sides)))

    def say(self, text: Text) -> str:
        """The text in the language."""
        return text[self.language]

    def size(self, tensor: str):
        """The size of a tensor along the axis; where it is flat, of its last axis."""
        shape: Any = self.network.shape_of(tensor)
        if isinstance(shape, BySize):  # drawn is what holds at the large sizes
            shape = shape.pieces[0].answer
        made = shape[self.place] if len(shape) == self.rank else shape[-1]
        return made.simplest() if isinstance(made, Length) else made

    def number(self, tensor: str) -> int:
        """The same with the usual numbers put in."""
        shape = self.now.tensors[tensor].shape
        return shape[self.place] if len(shape) == self.rank else shape[-1]

    def about(self, tensor: str) -> str:
        """A tensor's size as a formula and as a number, and how far one entry of it sees."""
        size, number = str(self.size(tensor)), str(self.number(tensor))
        told = [italic(size) + (f" = {number}" if size != number else "")]
        # the other axes stand still: asked for all their sizes, each would take as long again
        asked = partial(self.network.receptive_field, tensor, misaligned=True, **self.others)
        field = answered(asked)
        if field is not None and self.axis in field.axes:
            at = field.axes.index(self.axis)
            numbers = {"size": field.size[at], "jump": field.jump[at]}
            known = None not in numbers.values()
            told.append(self.say(SEES).format(**numbers) if known else self.say(ALL))
        return " · ".join(told)

    def layer(self, node) -> tuple:
        """What it is called, and its numbers along the axis."""
        name = type(node.words).__name__.rstrip("123d") if node.words is not None else node.kind
        said, i = node.words.words() if node.words is not None else {}, self.place - 2

        def along(key, default):
            value = said.get(key, default)
            return value[i] if isinstance(value, tuple) else value

        if name == "ZeroPad":
            flat = said["padding"]
            before, after = (
                (flat[2 * (len(flat) // 2 - 1 - i)], flat[2 * (len(flat) // 2 - 1 - i) + 1])
                if isinstance(flat, tuple)
                else (flat, flat)
            )
            return self.say(OPERATIONS[name]), f"{before} + {after}"
        parts = []
        if "kernel_size" in said:
            k = along("kernel_size", 1)
            s = along("stride", k if "Pool" in name else 1)
            parts = [f"k{k}"] + [
                f"{letter}{value}"
                for letter, value, usual in (
                    ("s", s, 1),
                    ("p", along("padding", 0), 0),
                    ("d", along("dilation", 1), 1),
                )
                if value != usual
            ]
            parts += ["ceil"] * bool(said.get("ceil_mode"))
        return self.say(OPERATIONS[name]) if name in OPERATIONS else name, " ".join(parts)

    def lines(self, steps, apart: bool = False) -> list:
        """A line for each kind of thing in a row of steps, neighbours of a kind together; or,
        `apart`, for each thing. Equal ones are counted, and so are blocks of several.
        """
        # it does nothing here
        items = [
            item
            for item in map(self._item, steps)
            if item != (self.say(OPERATIONS["MaxPool"]), "k1")
        ]
        made = []
        for times, block in repeated(items):
            told = _alike(block, apart)
            made += told if times == 1 else _counted(times, told)
        return made

    def _item(self, step) -> tuple:
        if not isinstance(step, Fork):
            return self.layer(step)
        # what hands on is not told
        paths = [path for path in map(self._numbers, step.paths) if path and path != ["k1"]]
        return (
            self.say(RESIDUAL.get(step.join.kind, Text(zh=step.join.kind, en=step.join.kind))),
            f"[{' | '.join(', '.join(path) for path in paths)}]",
        )

    def _numbers(self, path) -> list:
        return [told for _, told in map(self._item, path) if told]

    def made(self, step) -> str:
        """The tensor that a step gives."""
        return (step.join if isinstance(step, Fork) else step).outputs[0]


def repeated(items: list) -> list:
    """A row as blocks and how often each comes in a row; what comes once is a block with its
    neighbours.

    >>> repeated(["a", "b", "c", "b", "c", "b", "c", "d"])
    [(1, ['a']), (3, ['b', 'c']), (1, ['d'])]
    """
    made: list = []
    at = 0
    while at < len(items):
        period, times = max(
            ((p, _times(items, at, p)) for p in range(2, PERIOD + 1)),
            key=lambda found: (found[0] * found[1] if found[1] > 1 else 0, -found[0]),
        )
        if times > 1 and len(set(items[at : at + period])) > 1:
            made.append((times, items[at : at + period]))
            at += period * times
        elif made and made[-1][0] == 1:
            made[-1][1].append(items[at])
            at += 1
        else:
            made.append((1, [items[at]]))
            at += 1
    return made


def _times(items: list, at: int, period: int) -> int:
    """How often the next so many items come one after the other."""
    block, times = items[at : at + period], 1
    while items[at + period * times : at + period * (times + 1)] == block:
        times += 1
    return times


def _alike(items: list, apart: bool) -> list:
    """Lines for items, neighbours of a kind in one."""
    made = []
    for label, same in groupby(
        items, key=lambda item: item if apart or "[" in item[1] else item[0]
    ):
        numbers = [told for _, told in same]
        label = label if isinstance(label, str) else label[0]
        times = f"{len(numbers)} × " if len(numbers) > 1 and len(set(numbers)) == 1 else ""
        made.append(
            f"{times}{label} {', '.join(dict.fromkeys(numbers) if times else numbers)}".strip()
        )
    return made


def _counted(times: int, lines: list) -> list:
    """A block of lines that comes several times: one line, where there is room."""
    short = f"{times} × ({'; '.join(lines)})"
    if len(short) <= SHORT:
        return [short]
    return [f"{times} × ({lines[0]};", *(f"{line};" for line in lines[1:-1]), f"{lines[-1]})"]


# ---------------------------------------------------------------- drawing


class Canvas:
    """A growing SVG of a fixed width."""

    def __init__(self, title: str):
        self.title, self.height = title, 0
        self.parts: list[str] = []
        self.told: list[str] = []

    def bar(self, x, y, width, size, end: bool = False, middle: bool = False, about: str = ""):
        """A tensor, with its size, and what is told of it on asking."""
        self.height = max(self.height, y + BAR)
        self.told.append(str(size))
        self.parts.append(
            f'<g class="sa-box" data-told="{escape(about, quote=True)}"><rect x="{x:g}" y="{y:g}"'
            f' width="{width:g}" height="{BAR}" rx="3" class="sa-bar"/>'
        )
        if middle:
            across, anchor = width / 2, "middle"
        else:
            across, anchor = (width - 10, "end") if end else (10, "start")
        self.formula(x + across, y + BAR / 2 + 5, size, anchor)
        self.parts.append("</g>")

    def formula(self, x, y, size, anchor="start"):
        """A formula by itself."""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
            f' class="sa-formula">{escape(italic(str(size)))}</text>'
        )

    def text(self, x, y, words, kind="ghost", anchor="start", needs=""):
        """Words, and behind them what must hold."""
        self.height = max(self.height, y + 4)
        behind = (
            f'<tspan dx="12" class="sa-formula sa-needs">{escape(italic(needs))}</tspan>'
            if needs
            else ""
        )
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
            f' class="sa-{kind}">{escape(words)}{behind}</text>'
        )

    def arrow(self, x1, y1, x2, y2):
        """A straight arrow, upright or level."""
        self.height = max(self.height, y1, y2)
        ux, uy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
        bx, by = x2 - 6 * ux, y2 - 6 * uy
        self.parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{bx:g}" y2="{by:g}" class="sa-flow"/>'
        )
        self.parts.append(
            f'<polygon points="{x2:g},{y2:g} {bx + 3.5 * uy:g},{by + 3.5 * ux:g}'
            f' {bx - 3.5 * uy:g},{by - 3.5 * ux:g}" class="sa-head"/>'
        )

    def svg(self, width: float = WIDTH) -> str:
        """The picture, with all its sizes in words."""
        title, words = escape(self.title, quote=True), escape(" → ".join(self.told))
        height = self.height + 2
        return (
            f'<svg viewBox="-1 -1 {width + 2:g} {height:g}" width="{(width + 2) * LARGER:g}"'
            f' height="{height * LARGER:g}" role="img" aria-label="{title}"'
            ' xmlns="http://www.w3.org/2000/svg">'
            f"<title>{title}</title><desc>{words}</desc>{''.join(self.parts)}</svg>"
        )


def italic(text: str) -> str:
    """Letters as mathematics writes them."""
    return "".join(map(_slanted, text))


def _slanted(letter: str) -> str:
    if letter == "h":
        return "ℎ"  # Unicode has this one elsewhere
    if "A" <= letter <= "Z":
        return chr(0x1D434 + ord(letter) - 65)
    return chr(0x1D44E + ord(letter) - 97) if "a" <= letter <= "z" else letter


def length_of(size) -> float:
    """About how wide a formula is."""
    return sum(5 if c in " ⌊⌋()" else 8.6 for c in str(size))


def draw(
    network: Network, axis: str, usual: dict, title: str, language: str, folds: bool = False
) -> str:
    """The drawing that suits a network: a U, two paths, how far it sees, or a chain; with `folds`
    a chain's steps that are alike are drawn once.

    Raises:
        ValueError: if its paths cross.
    """
    reader = Reader(network, axis, usual, language)
    steps = chain(network.graph, reader.source, network.graph.outputs[0])
    canvas = Canvas(title)
    forks = [step for step in steps if isinstance(step, Fork)]
    if any(map(bent, forks)):
        return _bend(canvas, reader, steps)
    if len(steps) == 1 and forks and all(forks[0].paths):
        return _two(canvas, reader, forks[0])
    if len({str(reader.size(name)) for name in (reader.source, *map(reader.made, steps))}) == 1:
        fields = _fields(reader, steps, axis)
        if all(isinstance(n, int) for field in fields for n in field):
            return _reach(canvas, reader, steps, fields)
    return _down(canvas, reader, steps, folds)


def _bar(canvas, reader, tensor, x, y, width, **where) -> None:
    """A tensor of the network."""
    canvas.bar(x, y, width, reader.size(tensor), about=reader.about(tensor), **where)


def bent(step) -> bool:
    """Whether a fork is the bend of a U: one path across, the other down and up again."""
    return (
        isinstance(step, Fork)
        and len(step.paths) == 2
        and not step.paths[0]
        and step.join.kind in ("crop", "concat")
    )


def _down(canvas, reader, steps, folds: bool) -> str:
    """A chain: a bar wherever the size changes, the shorter the smaller it is."""
    names, between = _changes(reader, steps)
    least = max(length_of(reader.size(name)) for name in names) + 20
    widest = WIDTH - 58
    flat = [len(reader.now.tensors[name].shape) != reader.rank for name in names]
    scale = [
        log2(reader.number(name)) for name, plain in zip(names, flat, strict=True) if not plain
    ]
    least_log = min(scale, default=0)
    span = max(scale, default=0) - least_log or 1  # sizes may be alike at the one that is drawn
    folded = _folded([reader.lines(steps) for steps in between]) if folds else {}
    y = 0
    for i, name in enumerate(names):
        if i in folded and folded[i] is None:
            continue
        share = 0 if flat[i] else (log2(reader.number(name)) - least_log) / span
        width = least + (widest - least) * share
        _bar(canvas, reader, name, 0, y, width)
        if not isinstance(reader.size(name), int):
            canvas.text(width + 8, y + BAR / 2 + 5, str(reader.number(name)))
        y += BAR
        if i < len(between):
            y += _step_down(canvas, reader, between[i], y, folded.get(i, 1))
    return canvas.svg()


def _folded(lines: list) -> dict:
    """Where steps that do the same follow each other: at the first, how many they are; the bars
    between them are left out.

    >>> _folded([["a"], ["b"], ["b"], ["b"], ["b"], ["c"]])
    {1: 4, 2: None, 3: None, 4: None}
    """
    made: dict = {}
    at = 0
    for _, same in groupby(lines):
        times = len(list(same))
        if times >= ALIKE:
            made |= {at: times} | dict.fromkeys(range(at + 1, at + times))
        at += times
    return made


def _changes(reader, steps) -> tuple:
    """The tensors whose size is another than before, the source first and what comes out last, and
    the steps between them.
    """
    names, between, waiting = [reader.source], [], []
    for step in steps:
        waiting.append(step)
        if str(reader.size(reader.made(step))) != str(reader.size(names[-1])):
            names.append(reader.made(step))
            between.append(waiting)
            waiting = []
    if waiting:
        names.append(reader.made(waiting[-1]))
        between.append(waiting)
    return names, between


def _step_down(canvas, reader, steps, y, times: int = 1) -> int:
    """An arrow down, beside it what the steps do, how often, and what must hold; how high it is."""
    lines = reader.lines(steps) if times == 1 else _counted(times, reader.lines(steps))
    needs = next(
        (
            " = ".join(reader.needs[step.name])
            for step in steps
            if not isinstance(step, Fork) and step.name in reader.needs
        ),
        "",
    )
    height = GAP * 2 + LINE * len(lines)
    canvas.arrow(16, y + 3, 16, y + height - 2)
    for k, line in enumerate(lines):
        canvas.text(32, y + GAP + LINE * k + 13, line, needs=needs if k == len(lines) - 1 else "")
    return height


def _two(canvas, reader, fork) -> str:
    """Two paths side by side, and what they must have in common."""
    left, right = (reader.size(reader.made(path[-1])) for path in fork.paths)
    lines = [reader.lines(path) for path in fork.paths]
    _bar(canvas, reader, reader.source, 0, 0, WIDTH, middle=True)
    height = GAP * 2 + LINE * max(map(len, lines))
    for k, (one, x, anchor) in enumerate(((lines[0], 16, "start"), (lines[1], WIDTH - 16, "end"))):
        canvas.arrow(x, BAR + 3, x, BAR + height - 2)
        for i, line in enumerate(one):
            canvas.text(x + (-16 if k else 16), BAR + GAP + LINE * i + 13, line, anchor=anchor)
    y, ends = BAR + height, (length_of(left) + 20, length_of(right) + 20)
    tips = [reader.made(path[-1]) for path in fork.paths]
    _bar(canvas, reader, tips[0], 0, y, ends[0])
    _bar(canvas, reader, tips[1], WIDTH - ends[1], y, ends[1], end=True)
    _across(canvas, reader, fork.join, ends[0], WIDTH - ends[1], y, arrow=False)
    canvas.arrow(16, y + BAR + 3, 16, y + BAR + GAP * 2 + LINE - 2)
    canvas.arrow(WIDTH - 16, y + BAR + 3, WIDTH - 16, y + BAR + GAP * 2 + LINE - 2)
    canvas.text(WIDTH / 2, y + BAR + GAP + 13, reader.say(SUM), anchor="middle")
    _bar(canvas, reader, fork.join.outputs[0], 0, y + BAR + GAP * 2 + LINE, WIDTH, middle=True)
    return canvas.svg()


def _across(canvas, reader, join, x1, x2, y, arrow=True) -> None:
    """What goes from one arm to the other: an equation that must hold, or a crop."""
    middle, level = (x1 + x2) / 2, y + BAR / 2
    if join.name in reader.needs:
        canvas.parts.append(
            f'<line x1="{x1 + 4:g}" y1="{level:g}" x2="{middle - 13:g}" y2="{level:g}"'
            ' class="sa-flow"/>'
        )
        (
            canvas.arrow(middle + 13, level, x2 - 3, level)
            if arrow
            else canvas.parts.append(
                f'<line x1="{middle + 13:g}" y1="{level:g}" x2="{x2 - 4:g}" y2="{level:g}"'
                ' class="sa-flow"/>'
            )
        )
        canvas.text(middle, level + 6, "=", "needs sa-equal", "middle")
    else:
        canvas.arrow(x1 + 4, level, x2 - 3, level)
        canvas.text(
            middle, level - 6, reader.say(CROP if join.kind == "crop" else JOINED), anchor="middle"
        )


def _bend(canvas, reader, steps) -> str:
    """A U: every level is a row; left what goes across, right what comes up to meet it."""
    levels, down, up, base = _levels(reader, steps)
    # Innermost, the smallest tensor is the base; what comes after it leads up again.
    smallest = min(range(len(base)), key=lambda i: (reader.number(reader.made(base[i])), -i))
    bottom, rise = reader.made(base[smallest]), base[smallest + 1 :]
    down.append(base[: smallest + 1])
    arrivals, ups = [fork.join.inputs[1] for _, fork in levels], [*up, rise]
    left = [reader.source, *(name for name, _ in levels)]
    right = [reader.network.graph.outputs[0], *arrivals]
    wide = [_widest(reader, left), _widest(reader, right)]
    width = max(WIDTH, sum(wide) + 84)
    y = 0
    for i in range(len(left)):
        _bar(canvas, reader, left[i], 0, y, wide[0])
        _bar(canvas, reader, right[i], width - wide[1], y, wide[1], end=True)
        _worked(canvas, reader, left[i], wide[0] - 10, y, "end")
        _worked(canvas, reader, right[i], width - wide[1] + 10, y, "start")
        if i:
            _across(canvas, reader, levels[i - 1][1].join, wide[0], width - wide[1], y)
        y += BAR
        y += _down_and_up(canvas, reader, down[i], ups[i], width, y)
    _bar(canvas, reader, bottom, 0, y, width, middle=True)
    _worked(canvas, reader, bottom, width - 10, y, "end")
    return canvas.svg(width)


def _worked(canvas, reader, tensor, x, y, anchor) -> None:
    """The size at the usual input, at the other end of the bar."""
    canvas.text(x, y + BAR / 2 + 5, str(reader.number(tensor)), anchor=anchor)


def _levels(reader, steps) -> tuple:
    """Each bend as the tensor that goes across and its fork, from outside in; the steps that lead
    down to each and up from it; and the innermost row.
    """
    levels: list[tuple[str, Fork]] = []
    row, down, up = list(steps), [], []
    while (at := next((i for i, step in enumerate(row) if bent(step)), None)) is not None:
        fork = row[at]
        before = levels[-1][0] if levels else reader.source
        levels.append((reader.made(row[at - 1]) if at else before, fork))
        down.append(row[:at])
        up.append(row[at + 1 :])
        row = list(fork.paths[1])
    return levels, down, up, row


def _widest(reader, arm) -> float:
    """How wide the bars of one arm are, so that every size fits in."""
    told = (f"{reader.size(name)}  {reader.number(name)}" for name in arm)
    return max(LEAST, *(length_of(both) + 24 for both in told))


def _down_and_up(canvas, reader, down, up, width, y) -> int:
    """Arrows down at the left and up at the right, with what the steps do; how high they are."""
    one, two = reader.lines(down, apart=True), reader.lines(up, apart=True)[::-1]
    most = max(len(one), len(two))
    height = GAP * 2 + LINE * most
    canvas.arrow(16, y + 3, 16, y + height - 2)
    canvas.arrow(width - 16, y + height - 3, width - 16, y + 2)
    for k, line in enumerate(one):
        canvas.text(32, y + GAP + LINE * (k + (most - len(one)) / 2) + 13, line)
    for k, line in enumerate(two):
        at = y + GAP + LINE * (k + (most - len(two)) / 2) + 13
        canvas.text(width - 32, at, line, anchor="end")
    return height


def _fields(reader, steps, axis) -> list:
    """Where each step begins to read, and how many positions; `None` where nobody knows."""
    told = [reader.network.receptive_field(reader.made(step), misaligned=True) for step in steps]
    at = told[0].axes.index(axis)
    return [(field.start[at], field.size[at]) for field in told]


def _reach(canvas, reader, steps, fields: list) -> str:
    """How far back each step sees: a bar from the first position that it reads to the last."""
    first = min(start for start, _ in fields)
    last = max(start + size for start, size in fields)
    words = [_bare(reader, step) for step in steps]
    beside = max(map(length_of, words)) + 12
    unit = (WIDTH - beside) / (last - first)
    for row, (step, (start, size), word) in enumerate(zip(steps, fields, words, strict=True)):
        y, x, span = row * (LINE + 5), (start - first) * unit, size * unit
        told = f"{size}"
        about = escape(reader.about(reader.made(step)), quote=True)
        canvas.parts.append(
            f'<g class="sa-box" data-told="{about}"><rect x="{x:g}" y="{y:g}" width="{span:g}"'
            f' height="{LINE}" rx="2" class="sa-reach"/></g>'
        )
        inside = span > length_of(told) + 16
        canvas.text(
            x + 7 if inside else x - 6,
            y + 13,
            told,
            "on" if inside else "ghost",
            "start" if inside else "end",
        )
        canvas.text(WIDTH - beside + 10, y + 13, word)
        canvas.told.append(told)
    y = len(steps) * (LINE + 5) + 4
    canvas.parts.append(
        f'<line x1="0" y1="{y:g}" x2="{WIDTH - beside:g}" y2="{y:g}" class="sa-flow"/>'
    )
    canvas.text(0, y + 17, reader.say(BACK).format(n=-first), anchor="start")
    canvas.text(
        WIDTH - beside, y + 17, reader.say(NOW) if last == 1 else f"{last - 1}", anchor="end"
    )
    return canvas.svg()


def _nodes(step) -> list:
    """The nodes of a step, those of forks within a fork too."""
    if not isinstance(step, Fork):
        return [step]
    made: list = []
    for path in step.paths:
        for inner in path:
            made += _nodes(inner)
    return made


def _bare(reader, step) -> str:
    """A block in short: its kernels, equal ones counted, without what only pads."""
    told = [
        numbers
        for node in _nodes(step)
        for _, numbers in [reader.layer(node)]
        if numbers[:1] == "k" and numbers != "k1"
    ]
    return ", ".join(
        f"{times} × {numbers}" if times > 1 else numbers
        for numbers, same in groupby(told)
        for times in [len(list(same))]
    )
