"""A network in words: a row for each node, then what holds for the whole."""

import re
from collections.abc import Iterable

from shapealg.errors import ShapeError, grouped, one_line
from shapealg.network.receptive import ReceptiveField
from shapealg.printing import Pictured, columns, shape_told
from shapealg.text import Text

HEAD, TAIL = 12, 8  # so many rows of a long table are shown, the first and the last
SHOWN = HEAD + TAIL
WIDE = 44  # as long as a layer's words may be in a table
ALIKE = re.compile(r"(?<!W=)\((\d+)(?:(?:, \1)+|,)\)")  # (3, 3), which people write as 3

HEADS = {
    "name": Text(zh="节点", en="node"),
    "layer": Text(zh="层", en="layer"),
    "formula": Text(zh="输出", en="output"),
    "size": Text(zh="此时", en="at these sizes"),
    "parameters": Text(zh="参数", en="parameters"),
    "macs": Text(zh="乘加次数", en="MACs"),
    "memory": Text(zh="输出的数", en="numbers out"),
}


class Table(Pictured, tuple):
    """The rows of a network, one for each node: a tuple that prints as a table.

    >>> from shapealg import read, torch
    >>> print(read([torch.Conv2d(3, 8, 3), torch.MaxPool2d(2)], "1,3,H,W").table(H=32, W=32))
    node         layer            output                        at these sizes  parameters     MACs  numbers out
    Conv2d_1     Conv2d(3, 8, 3)  (1, 8, H − 2, W − 2)          (1, 8, 30, 30)         224  194 400        7 200
    MaxPool2d_1  MaxPool2d(2)     (1, 8, ⌊H/2⌋ − 1, ⌊W/2⌋ − 1)  (1, 8, 15, 15)           0        0        1 800
    """

    __slots__ = ()

    @property
    def parameters(self) -> int:
        """How many parameters the nodes have in all."""
        return sum(row.parameters for row in self)

    @property
    def macs(self):
        """The multiply–accumulates of all nodes, for one example: an int, or a `Length`."""
        return sum(row.macs for row in self)

    @property
    def names(self) -> tuple:
        """The columns that there is something to say in."""
        sized = any(row.size is not None for row in self)
        return ("name", "layer", "formula", *(("size",) if sized else ()), "parameters", "macs") + (
            ("memory",) if sized else ()
        )

    def cells(self, most: int | None = SHOWN) -> list:
        """The rows as people read them, at most so many: the first, `None` for what is left out,
        the last.
        """
        names = self.names
        if most is None or len(self) <= most + 1:
            return [_cells(row, names) for row in self]
        head = most * HEAD // SHOWN
        tail = most - head
        return [
            *(_cells(row, names) for row in self[:head]),
            None,
            *(_cells(row, names) for row in self[len(self) - tail :]),
        ]

    def lines(self, language: str = "en", most: int | None = None) -> str:
        """The table in columns, all of it or at most so many rows."""
        names = self.names
        body = self.cells(most)
        if not body:
            return ""
        told = columns(
            [[HEADS[name][language] for name in names], *(row for row in body if row is not None)]
        ).splitlines()
        if None in body:
            told.insert(1 + body.index(None), left_out(len(self) - len(body) + 1)[language])
        return "\n".join(told)

    @property
    def text(self) -> Text:
        """The whole table in columns."""
        return Text(zh=self.lines("zh") or "—", en=self.lines("en") or "—")

    def __str__(self) -> str:
        return self.lines()

    def __repr__(self) -> str:
        return self.lines(most=SHOWN)


def left_out(rows: int) -> Text:
    """What stands in place of rows in the middle."""
    return Text(zh=f"…… 中间还有 {rows} 个节点", en=f"… {rows} more nodes")


def _cells(row, names: Iterable) -> list:
    return [_cell(getattr(row, name), name) for name in names]


def _cell(value, name: str):
    """An int, which stands to the right, or words."""
    if name in ("formula", "size"):
        return shape_told(value)
    if isinstance(value, int):
        return value
    if name == "layer":
        value = ALIKE.sub(r"\1", value)
    return "" if value is None else one_line(str(value), WIDE)


# ---------------------------------------------------------------- what holds for the whole


def summary(net) -> str:
    """A network in one line: what goes in, what comes out, how many nodes there are."""
    inputs = "; ".join(shape_told(shape) for shape in net.graph.inputs.values())
    try:
        outputs = "; ".join(map(shape_told, net.output_shapes))
    except ShapeError:  # no one shape at all sizes, or none at any
        outputs = ", ".join(net.graph.outputs)
    return f"{inputs} → {outputs}, {len(net)} nodes"


def lines(net, sizes: dict | None, language: str, most: int | None = None) -> list:
    """A network for a person: its table, then the answers."""
    table = net.table(**(sizes or {}))
    told = [table.lines(language, most), ""] if table else []
    return [
        *told,
        columns([(head[language], value) for head, value in answers(net, table, language)]),
    ]


def answers(net, table: Table, language: str) -> list:
    """Pairs of what is asked and what holds, for the network as a whole."""
    told = [(Text(zh="输出", en="output"), "; ".join(map(shape_told, net.output_shapes)))]
    told += _accepted(net, language)
    told += [
        (Text(zh=f"公式之外 {name}", en=f"not by the formula {name}"), those.text(name)[language])
        for name, those in asked(lambda: net.special, {}).items()
        if those
    ]
    if ties := asked(lambda: net.ties, ()):
        told.append((Text(zh="相互绑定", en="tied together"), "; ".join(map(str, ties))))
    told.append((Text(zh="感受野", en="receptive field"), _seen(net, language)))
    told.append((Text(zh="参数", en="parameters"), grouped(table.parameters)))
    told.append((Text(zh="乘加次数", en="MACs"), _count(table.macs)))
    if net.unknown:
        told.append((Text(zh="不认识的节点", en="unknown nodes"), ", ".join(net.unknown)))
    return told


def _count(value) -> str:
    return grouped(value) if isinstance(value, int) else str(value)


def _accepted(net, language: str) -> list:
    """The sizes that run, and those at which no pixel is lost; a batch that tells nothing is left
    out.
    """
    told = []
    bound = (" 至多", " at most") if net.unknown else ("", "")
    for lossless, zh, en in (
        (False, "接受的尺寸", "accepts"),
        (True, "不丢像素", "loses no pixel"),
    ):
        refusals = {}
        for name in net.sizes:
            try:
                made = net.accepts(name, lossless)
            except ShapeError as problem:  # as a rule for all the names that are tied together
                said = problem.zh if language == "zh" else str(problem)
                refusals.setdefault(said, []).append(name)
                continue
            if not ((made.is_all or not made) and _is_batch(net, name)):
                head = Text(zh=f"{zh}{bound[0]} {name}", en=f"{en}{bound[1]} {name}")
                told.append((head, made.text(name)[language]))
        for said, names in refusals.items():
            told.append((Text(zh=f"{zh} {'、'.join(names)}", en=f"{en} {', '.join(names)}"), said))
    return told


def _is_batch(net, name: str) -> bool:
    """Whether other sizes tell what there is to tell: any batch goes, and where no other size does,
    none.
    """
    return len(net.sizes) > 1 and name in {shape[0] for shape in net.graph.inputs.values()}


def _seen(net, language: str) -> str:
    try:
        return seen(net.receptive_field())[language]
    except ShapeError as problem:
        return problem.zh if language == "zh" else str(problem)


def seen(field: ReceptiveField) -> Text:
    """A receptive field in one line: the axes that see alike together."""
    alike = {}
    for axis, line in zip(field.axes, map(field.brief, range(len(field.axes))), strict=True):
        alike.setdefault(line, []).append(str(axis))
    zh = "；".join(f"{'、'.join(axes)}：{line.zh}" for line, axes in alike.items())
    en = "; ".join(f"{', '.join(axes)}: {line.en}" for line, axes in alike.items())
    if field.before is not None:
        last = seen(field.before)
        zh = f"{zh}（{field.before.layer} 处，{last.zh}）"
        en = f"{en} (at {field.before.layer}, {last.en})"
    return Text(zh=zh or "没有空间轴", en=en or "no spatial axis")


def asked(ask, otherwise):
    """The answer, or something else where there is none."""
    try:
        return ask()
    except ShapeError:
        return otherwise
