"""A network in words: a row for each node, then what holds for the whole."""

import re
from collections.abc import Iterable
from functools import partial

from shapealg.axis.by_size import BySize, Where
from shapealg.errors import ShapeError, grouped, one_line
from shapealg.network.field import ReceptiveField
from shapealg.printing import Pictured, columns, shape_told
from shapealg.text import Text

HEAD, TAIL = 12, 8  # so many rows of a long table are shown, the first and the last
SHOWN = HEAD + TAIL
LONG = 400  # as long as a list of names may be
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
    >>> print(read([torch.Conv1d(3, 8, 3), torch.MaxPool1d(2)], "1,3,L").table(L=32))
    node         layer            output             at these sizes  parameters   MACs  numbers out
    Conv1d_1     Conv1d(3, 8, 3)  (1, 8, L − 2)      (1, 8, 30)              80  2 160          240
    MaxPool1d_1  MaxPool1d(2)     (1, 8, ⌊L/2⌋ − 1)  (1, 8, 15)               0      0          120
    """

    __slots__ = ()

    @property
    def parameters(self) -> int:
        """How many parameters the nodes have in all."""
        return sum(row.parameters for row in self)

    @property
    def macs(self):
        """The multiply–accumulates of all nodes, for one example: an int, `Length` or `BySize`;
        `None` where those of a node are not known.
        """
        return total(row.macs for row in self)

    @property
    def names(self) -> tuple:
        """The columns that there is something to say in."""
        sized = any(row.size is not None for row in self)
        return ("name", "layer", "formula", *(("size",) if sized else ()), "parameters", "macs") + (
            ("memory",) if sized else ()
        )

    def cells(self, language: str, most: int | None = SHOWN) -> list:
        """The rows as people read them, at most so many: the first, `None` for what is left out,
        the last.
        """
        kept = list(self)
        if most is not None and len(self) > most + 1:
            head = most * HEAD // SHOWN
            kept[head : len(self) - most + head] = [None]
        names = self.names
        return [None if row is None else _cells(row, names, language) for row in kept]

    def lines(self, language: str = "en", most: int | None = None) -> str:
        """The table in columns, all of it or at most so many rows."""
        names = self.names
        body = self.cells(language, most)
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
    return Text(zh=f"…… 中间还有 {rows} 个节点", en=f"… {counted(rows, 'more node')}")


def counted(n: int, what: str) -> str:
    """So many things in English: 1 node, 2 nodes."""
    return f"{n} {what}{'s' * (n != 1)}"


def _cells(row, names: tuple, language: str) -> list:
    return [_cell(getattr(row, name), name, language) for name in names]


def _cell(value, name: str, language: str):
    """An int, which stands to the right, or words."""
    if name in ("formula", "size"):
        return told_shape(value, language)
    if name == "macs" and value is None:
        return "?"
    if isinstance(value, int) or value is None:
        return "" if value is None else value
    if name == "layer":
        value = ALIKE.sub(r"\1", value)
    return one_line(_told(value, language), WIDE)


def told_shape(shape, language: str) -> str:
    """A shape for people, or the shapes by size."""
    return shape.text()[language] if isinstance(shape, BySize) else shape_told(shape)


def _told(value, language: str) -> str:
    if isinstance(value, BySize):
        return value.text()[language]
    return grouped(value) if isinstance(value, int) else str(value)


def total(values: Iterable):
    """The sum of counts: ints, lengths, and such by size; `None` where one of them is not known."""
    whole, by_size = 0, None
    for value in values:
        if value is None:
            return None
        if not isinstance(value, BySize):
            whole = whole + value
        else:
            by_size = value if by_size is None else _added(by_size, value)
    return whole if by_size is None else by_size.map(partial(_plus, whole))


def _plus(one, two):
    return None if one is None or two is None else one + two


def _added(one: BySize, two: BySize) -> BySize:
    """The sum at the sizes that both tell."""
    pieces = []
    for where, a in one:
        for other, b in two:
            joined = {**where, **other}
            for name in where.keys() & other.keys():
                joined[name] = where[name] & other[name]
            pieces.append((Where(joined, (*where.held, *other.held)), _plus(a, b)))
    return BySize(pieces)


# ---------------------------------------------------------------- what holds for the whole


def summary(net) -> str:
    """A network in one line: what goes in, what comes out, how many nodes there are."""
    inputs = "; ".join(shape_told(shape) for shape in net.graph.inputs.values())
    try:
        shapes = {name: told_shape(shape, "en") for name, shape in net.outputs.items()}
        called = net.graph.called
        outputs = "; ".join(f"{n} {m}" if called else m for n, m in shapes.items())
    except ShapeError:  # no one shape at all sizes, or none at any
        outputs = ", ".join(net.graph.outputs)
    return f"{inputs} → {outputs}, {counted(len(net), 'node')}"


def printed(net, language: str) -> str:
    """A network in words, the middle of a long table left out; or why it has none."""
    try:
        return "\n".join(lines(net, None, language, SHOWN))
    except ShapeError as problem:
        return f"{summary(net)}\n{problem.zh if language == 'zh' else problem}"


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
    shapes = "; ".join(told_shape(shape, language) for shape in net.output_shapes)
    told = [(Text(zh="输出", en="output"), shapes)]
    told += _accepted(net, language)
    told += [
        (Text(zh=f"公式之外 {name}", en=f"not by the formula {name}"), those.text(name)[language])
        for name, those in asked(lambda: net.special, {}).items()
        if those
    ]
    if ties := asked(lambda: net.ties, ()):
        bound = "; ".join(_tie(tie, language) for tie in ties)
        told.append((Text(zh="相互绑定", en="tied together"), bound))
    told.append((Text(zh="感受野", en="receptive field"), _seen(net, language)))
    told.append((Text(zh="参数", en="parameters"), _told(table.parameters, language)))
    told.append((Text(zh="乘加次数", en="MACs"), _work(table)[language]))
    if net.unknown:
        told.append(
            (Text(zh="不认识的节点", en="unknown nodes"), one_line(", ".join(net.unknown), LONG))
        )
    return told


def _work(table: Table) -> Text:
    """The multiply–accumulates in all, or whose are not known."""
    if (made := table.macs) is not None:
        return Text(zh=_told(made, "zh"), en=_told(made, "en"))
    names = one_line(", ".join(row.name for row in table if row.macs is None), LONG)
    return Text(zh=f"?（{names} 的不知道）", en=f"? (those of {names} are not known)")


def _tie(tie, language: str) -> str:
    """A requirement is a formula; which sizes go with which is said in words."""
    return tie.text()[language] if hasattr(tie, "text") else str(tie)


def _accepted(net, language: str) -> list:
    """The sizes that run, and those at which no pixel is lost; a batch that tells nothing is left
    out.
    """
    told = []
    for lossless, zh, en in (
        (False, "接受的尺寸", "accepts"),
        (True, "不丢像素", "lossless"),
    ):
        refusals: dict[str, list[str]] = {}
        for name in net.sizes:
            try:
                made = net.accepts(name, lossless)
            except ShapeError as problem:  # as a rule for all the names that are tied together
                said = problem.zh if language == "zh" else str(problem)
                refusals.setdefault(said, []).append(name)
                continue
            # where nothing runs, the other sizes say so
            silent = made.is_all or (not made and len(net.sizes) > 1)
            if not (silent and is_batch(net, name)):
                head = Text(zh=f"{zh} {name}", en=f"{en} {name}")
                told.append((head, made.text(name)[language]))
        for said, names in refusals.items():
            told.append((Text(zh=f"{zh} {'、'.join(names)}", en=f"{en} {', '.join(names)}"), said))
    return told


def is_batch(net, name: str) -> bool:
    """Whether a size is that of the first axis, of which any goes where the others do."""
    return name in {shape[0] for shape in net.graph.inputs.values()}


def _seen(net, language: str) -> str:
    try:
        return seen(net.receptive_field())[language]
    except ShapeError as problem:
        return problem.zh if language == "zh" else str(problem)


def seen(field: ReceptiveField) -> Text:
    """A receptive field in one line: the axes that see alike together."""
    alike: dict[Text, list[str]] = {}
    for axis, line in zip(field.axes, map(field.brief, range(len(field.axes))), strict=True):
        alike.setdefault(line, []).append(str(axis))
    zh = "；".join(f"{'、'.join(axes)}：{line.zh}" for line, axes in alike.items())
    en = "; ".join(f"{', '.join(axes)}: {line.en}" for line, axes in alike.items())
    if field.before is not None:
        last = seen(field.before)
        at = field.before.layer
        numbered = at[0].isdigit()  # as the entries of PyTorch's `Sequential` are
        zh = f"{zh}（{'节点 ' * numbered}{at} 处，{last.zh}）"
        en = f"{en} (at {'node ' * numbered}{at}, {last.en})"
    return Text(zh=zh or "没有空间轴", en=en or "no spatial axis")


def asked(ask, otherwise):
    """The answer, or something else where there is none."""
    try:
        return ask()
    except ShapeError:
        return otherwise
