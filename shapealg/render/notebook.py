"""What a notebook shows of a value: tables, and the pictures that the pages have.

The package's door hands `painter` to `shapealg.printing`; nothing below imports this file. A value
of which no more is to be shown than its line of text gives `None`.
"""

import re
from functools import singledispatch
from html import escape

from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.axis.solutions import Solutions
from shapealg.axis.window import Window
from shapealg.errors import ShapeError, answered, unbroken
from shapealg.law.law import Law
from shapealg.law.notation import latex as tex
from shapealg.law.notation import mathml
from shapealg.network import table as tables
from shapealg.network.explain import Explanation, way_told
from shapealg.network.field import ReceptiveField
from shapealg.network.network import Network
from shapealg.network.table import HEADS, Table
from shapealg.printing import Painter, shape_told
from shapealg.render import drawing, figure
from shapealg.text import Text
from shapealg.words.comparison import Comparison
from shapealg.words.conversion import Conversion
from shapealg.words.shape import open_shape
from shapealg.words.words import Words

LANGUAGE = "en"
SPAN, CELLS = 13, 30  # so wide a window, and so many cells, are drawn
DRAWN, SEEN = 80, 40  # so many nodes are drawn, so many are not folded away
FULL = 2000  # so many rows are kept, folded away

# The notebook's own colours: what is written is as its text, the accent is read on light and dark.
STYLE = """<style>
.sa-nb{--sa-line:color-mix(in srgb,currentColor 24%,transparent);
--sa-muted:color-mix(in srgb,currentColor 66%,transparent);--sa-accent:#4478c8;--sa-fails:#cf5050;
--sa-wash:color-mix(in srgb,#4478c8 16%,transparent);overflow-x:auto;line-height:1.45}
.sa-nb table{border-collapse:collapse;margin:.3em 0 .7em;border:0}
.sa-nb :is(th,td){border:0;padding:.16em .8em .16em 0;text-align:left!important;vertical-align:top;
background:none!important;color:inherit;white-space:nowrap;font-variant-numeric:tabular-nums}
.sa-nb thead th{border-bottom:1px solid var(--sa-line);font-weight:600}
.sa-nb tbody th{font-weight:400;color:var(--sa-muted)}
.sa-nb td.sa-r,.sa-nb th.sa-r{text-align:right!important}
.sa-nb td.sa-gap{color:var(--sa-muted)}
.sa-nb td.sa-prose{white-space:normal}
.sa-nb pre{font-family:ui-monospace,monospace}
.sa-nb p{margin:.3em 0}.sa-nb summary{cursor:pointer;color:var(--sa-muted)}
.sa-nb svg{max-width:100%;height:auto;margin:.4em 0}
.sa-nb svg text{font:13px system-ui,sans-serif;fill:currentColor}
.sa-nb svg :is(.sa-ghost,.sa-number){fill:var(--sa-muted)}
.sa-nb svg .sa-missing{fill:var(--sa-fails)}
.sa-nb svg .sa-sign{font-size:20px}
.sa-nb svg :is(.sa-cell,.sa-sheet){fill:none;stroke:var(--sa-line)}
.sa-nb svg .sa-pad{fill:none;stroke:var(--sa-muted);stroke-dasharray:3 3}
.sa-nb svg .sa-unread{fill:var(--sa-line);stroke:var(--sa-line)}
.sa-nb svg .sa-tap{fill:var(--sa-accent);stroke:var(--sa-accent)}
.sa-nb svg .sa-outside{fill:none;stroke:var(--sa-fails);stroke-dasharray:3 3}
.sa-nb svg :is(.sa-span,.sa-ray){stroke:var(--sa-accent);stroke-width:2}
.sa-nb svg .sa-dashed{stroke:var(--sa-fails);stroke-dasharray:3 3}
.sa-nb svg .sa-line{stroke:var(--sa-line)}.sa-nb svg .sa-on{fill:#fff}
.sa-nb svg .sa-bar{fill:var(--sa-wash);stroke:var(--sa-accent);stroke-opacity:.5}
.sa-nb svg .sa-reach{fill:var(--sa-accent)}.sa-nb svg .sa-flow{stroke:var(--sa-muted)}
.sa-nb svg .sa-head{fill:var(--sa-muted)}
.sa-nb svg .sa-formula{font-size:15px;
font-family:"STIX Two Math","Cambria Math","Latin Modern Math",serif}
.sa-nb svg .sa-needs{fill:var(--sa-accent)}.sa-nb svg .sa-equal{font-size:18px;font-weight:600}
</style>"""
STYLE = "".join(STYLE.splitlines())

COMMA = r",\ "
SIGNS = (
    ("≡", r"\equiv"),
    ("≢", r"\not\equiv"),
    ("≥", r"\ge"),
    ("…", r"\dots"),
    (", ", COMMA),
    ("; ", r";\ "),
)
NAMES = {
    "axis": Text(zh="轴", en="axis"),
    "size": Text(zh="大小", en="size"),
    "jump": Text(zh="间距", en="jump"),
    "start": Text(zh="起点", en="start"),
    "centre": Text(zh="中心", en="centre"),
    "before": Text(zh="在此之前，{layer} 处", en="before, at {layer}"),
    "both": Text(zh="都能运行", en="both run"),
    "sizes": Text(zh="尺寸相同", en="same size"),
    "values": Text(zh="数值相同", en="same values"),
    "where": Text(zh="尺寸", en="sizes"),
    "answer": Text(zh="答案", en="answer"),
    "output": Text(zh="输出", en="output"),
    "weight": Text(zh="权重", en="weight"),
    "smallest": Text(zh="最小的输入", en="smallest input"),
    "parameter": Text(zh="参数", en="parameter"),
    "meaning": Text(zh="含义", en="meaning"),
    "default": Text(zh="默认", en="default"),
    "all": Text(zh="全部 {n} 个节点", en="all {n} nodes"),
    "picture": Text(zh="沿 {axis} 的图", en="drawn along {axis}"),
    "holds": Text(zh="前提", en="holds if"),
}


def painter() -> tuple[Painter, Painter]:
    """What `shapealg.printing` asks for: the functions that give HTML and LaTeX."""
    return html, latex


def html(value, language: str = LANGUAGE) -> str | None:
    """The HTML of a value with its style; `None` where its text says all."""
    body = shown(value, language)
    return None if body is None else f'{STYLE}<div class="sa-nb" lang="{language}">{body}</div>'


def word(name: str, language: str, **values) -> str:
    """A word of the tables."""
    return escape((NAMES[name].format(**values) if values else NAMES[name])[language])


def grid(head, rows) -> str:
    """A table; ints stand to the right, a string is a row of its own, where some are left out."""
    rows = list(rows)
    full = [row for row in rows if not isinstance(row, str)]
    right = [_numeric(full, i) for i in range(len(head))]
    side = ['<th class="sa-r">' if r else "<th>" for r in right]
    heads = "".join(
        f"{open_}{escape(str(cell))}</th>" for open_, cell in zip(side, head, strict=True)
    )
    body = "".join(_row(row, right) for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _numeric(rows, i: int) -> bool:
    """Whether a column has an int."""
    return any(type(row[i]) is int for row in rows)


def _row(row, right) -> str:
    if isinstance(row, str):
        return f'<tr><td class="sa-gap" colspan="{len(right)}">{escape(row)}</td></tr>'
    cells = []
    for cell, to_right in zip(row, right, strict=True):
        told = unbroken(cell) if type(cell) is int else escape(str(cell))
        cells.append(f'<td class="sa-r">{told}</td>' if to_right else f"<td>{told}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def facts(pairs) -> str:
    """Pairs of what is asked and what holds; the second may be HTML."""
    rows = "".join(
        f'<tr><th>{head}</th><td class="sa-prose">{body}</td></tr>' for head, body in pairs
    )
    return f"<table><tbody>{rows}</tbody></table>"


def folded(summary: str, body: str, seen: bool = False) -> str:
    """What can be opened; or, where it is `seen`, closed."""
    opened = ' open=""' if seen else ""
    return f"<details{opened}><summary>{summary}</summary>{body}</details>"


@singledispatch
def shown(value, language: str) -> str | None:
    """The HTML of a value, kind by kind."""
    return None


# ---------------------------------------------------------------- networks


@shown.register
def _(value: Network, language: str) -> str:
    try:
        table = value.table()
    except ShapeError:  # it runs at no size
        return f"<p>{escape(value.text[language])}</p>"
    pairs = [
        (escape(head[language]), escape(str(said)))
        for head, said in tables.answers(value, table, language)
    ]
    return "".join([_table(table, language), facts(pairs), picture(value, language)])


@shown.register
def _(value: Table, language: str) -> str:
    return _table(value, language)


def _table(table: Table, language: str) -> str:
    """The first rows and the last; all of them folded away."""
    head = [HEADS[name][language] for name in table.names]
    gap = tables.left_out(len(table) - tables.SHOWN)[language]
    short = [gap if row is None else row for row in table.cells(language)]
    made = grid(head, short)
    if gap in short and len(table) <= FULL:
        made += folded(word("all", language, n=len(table)), grid(head, table.cells(language, None)))
    return made


def picture(net: Network, language: str) -> str:
    """A network drawn by its sizes along the first axis that has a name; nothing where its paths
    cross, or where there is too much to draw.
    """
    (_, shape), *others = net.graph.inputs.items()
    named = [name for name in shape[2:] if isinstance(name, str)]
    frameworks = {node.words.framework for node in net.graph.nodes if node.words is not None}
    if others or not named or not 0 < len(net) <= DRAWN or frameworks - {"torch"} or net.unknown:
        return ""
    axis, usual = named[0], {}
    try:
        for name in net.sizes:
            usual[name] = net.accepts(name).nearest(1 if name == shape[0] else 224)[-1]
        svg = drawing.draw(net, axis, usual, tables.summary(net), language)
    except (ShapeError, ValueError, IndexError):  # tied sizes, crossing paths, no such size
        return ""
    return folded(word("picture", language, axis=axis), svg, len(net) <= SEEN)


@shown.register
def _(value: Explanation, language: str) -> str:
    first, *_ = value.text[language].splitlines()
    parts = [f"<p>{escape(first)}</p>"]
    if value.ways:
        ways = "".join(f"<li>{escape(way_told(way))}</li>" for way in value.ways)
        parts.append(f"<ul>{ways}</ul>")
    if not value.runs and value.works is not None:
        parts.append(f"<p>{escape(value.works[language])}</p>")
    return "".join(parts)


@shown.register
def _(value: ReceptiveField, language: str) -> str:
    head = [word(name, language) for name in ("axis", "size", "jump", "start", "centre")]
    rows = [(axis, *_seen(value, i, language)) for i, axis in enumerate(map(str, value.axes))]
    made = grid(head, rows)
    if value.before is not None:
        made += f"<p>{word('before', language, layer=value.before.layer)}</p>"
        made += shown(value.before, language) or ""
    return made


def _seen(field: ReceptiveField, i: int, language: str) -> tuple:
    if field.size[i] is None:
        return field.brief(i)[language], "", "", ""
    told = (field.size[i], field.jump[i], field.start[i], field.centre[i])
    return tuple(_number(n, language) for n in told)


def _number(value, language: str) -> str:
    told = value.text()[language] if isinstance(value, BySize) else str(value)
    return told.replace("-", "−")


# ---------------------------------------------------------------- layers


@shown.register
def _(value: Words, language: str) -> str | None:
    layer = answered(lambda: value.layer)
    if layer is None:
        return None
    name = f"{value.framework}.{value!r}"
    pairs = []
    shape = open_shape(value)
    if made := answered(lambda: value.output_shape(shape)):
        told = f"{shape_told(shape)} → {shape_told(made)}"
        pairs.append((word("output", language), escape(told)))
    if smallest := answered(value.smallest_input):
        pairs.append((word("smallest", language), escape(" × ".join(map(str, smallest)))))
    if weight := answered(value.weight_shape):
        pairs.append((word("weight", language), escape(shape_told(weight))))
        if isinstance(count := answered(value.parameters), int):
            pairs.append((escape(HEADS["parameters"][language]), unbroken(count)))
    return f"<p><code>{escape(name)}</code></p>{facts(pairs)}{_window_of(value, layer, language)}"


def _window_of(words: Words, layer, language: str) -> str:
    """The picture of the last axis, where that is a window of numbers."""
    taps = getattr(layer, "kernel_size", None)
    window = layer.axes[-1].fixed if layer.axes else None
    return _staircase(window, taps[-1], language) if window and taps else ""


@shown.register
def _(value: Window, language: str) -> str | None:
    return _staircase(value, value.kernel, language) or None


def _staircase(window: Window, taps, language: str) -> str:
    """Each output a row, as far as it can be seen at a glance."""
    numbers = (window.kernel, window.stride, window.lo, window.hi, taps)
    if not all(isinstance(n, int) for n in numbers) or window.kernel > SPAN:
        return ""
    n = max(window.need(3) + (window.stride - 1), 1)
    if n + max(window.lo, 0) + max(window.hi, 0) > CELLS or window.count(n) < 1:
        return ""
    return figure.staircase(window, taps, n, language)


@shown.register
def _(value: Comparison, language: str) -> str:
    head = [word("axis", language), *(word(n, language) for n in ("both", "sizes", "values"))]
    rows = []
    for i, sets in enumerate(zip(value.both, value.sizes, value.values, strict=True)):
        rows.append((str(i), *(those.text()[language] for those in sets)))
    return f"<p>{escape(value.text[language])}</p>{grid(head, rows)}"


@shown.register
def _(value: Conversion, language: str) -> str:
    return f"<pre>{escape(chr(10).join(value.lines(language)))}</pre>"


# ---------------------------------------------------------------- laws, solutions, pieces


@shown.register
def _(value: Law, language: str) -> str:
    head = [word(name, language) for name in ("parameter", "meaning", "default")]
    rows = [
        (p.name, p.meaning[language], "" if p.default is None else str(p.default))
        for p in value.parameters
    ]
    holds = ", ".join(map(mathml, value.assumptions))
    return "".join(
        [
            f"<p><b>{escape(value.title[language])}</b> · <code>{value.name}</code></p>",
            f"<p>{escape(value.question[language])}</p>",
            mathml(value.right, display=True),
            grid(head, rows),
            f"<p>{word('holds', language)} {holds}</p>" if holds else "",
            figure.of_law(value, language),
        ]
    )


@shown.register
def _(value: Solutions, language: str) -> str:
    first, *rest = value.text()[language].splitlines()
    if not value.rows:
        return f"<p>{escape(first)}</p>"
    body = [re.split(r" {2,}", line.strip()) for line in rest]
    rows = [row if len(row) == len(value.asked) else " ".join(row) for row in body]
    return grid(value.asked, rows)


@shown.register
def _(value: BySize, language: str) -> str:
    rows = [
        (piece.text()[language], shape_told(piece.answer))
        if isinstance(piece.answer, tuple)
        else (piece.text()[language], str(piece.answer))
        for piece in value
    ]
    return grid([word("where", language), word("answer", language)], rows)


# ---------------------------------------------------------------- LaTeX


@singledispatch
def latex(value) -> str | None:
    """The LaTeX of a value, between dollars; `None` where it is no formula."""
    return None


@latex.register
def _(value: Length) -> str:
    return f"$\\displaystyle {tex(value.expr)}$"


@latex.register
def _(value: QuasiAffine) -> str | None:
    if value.period > CELLS:
        return None
    made = Length.of_staircase(value, "n")
    made = made.simplest() if isinstance(made, Length) else made
    return latex(made) if isinstance(made, Length) else f"${made}$"


@latex.register
def _(value: Condition) -> str:
    sign = {">=": r"\ge", "<=": r"\le", "==": "=", "!=": r"\ne"}.get(value.relation, value.relation)
    left = tex(value.length.expr) if isinstance(value.length, Length) else str(value.length)
    return f"$\\displaystyle {left} {sign} 0$"


@latex.register
def _(value: Law) -> str:
    return f"$\\displaystyle {value.latex()}$"


@latex.register
def _(value: Window) -> str:
    return f"$\\displaystyle {tex(value.count('n'))}$"


@latex.register
def _(value: Sizes) -> str:
    return f"${_sizes(value)}$"


@latex.register
def _(value: BySize) -> str | None:
    rows = []
    for piece in value:
        where = [_sizes(those, name) for name, those in piece.where.items()]
        where += [_held(condition) for condition in piece.where.held]
        rows.append(_answer(piece.answer) + " & " + (COMMA.join(where) or r"\text{any size}"))
    body = r" \\ ".join(rows)
    return rf"$\displaystyle \begin{{cases}} {body} \end{{cases}}$" if rows else None


def _held(condition) -> str:
    """What holds of several sizes together."""
    one, relation, other = condition.sides
    sign = {">=": r"\ge", "<=": r"\le", "==": "=", "!=": r"\ne"}.get(relation, relation)
    return f"{_answer(one)} {sign} {_answer(other)}"


def _answer(value) -> str:
    """One answer of several: a shape, a length or a number, or words."""
    if isinstance(value, tuple):
        return rf"\left({COMMA.join(map(_answer, value))}\right)"
    if isinstance(value, Text):
        return rf"\text{{{value[LANGUAGE]}}}"
    if value is None:
        return "?"
    return tex(value.expr) if isinstance(value, Length) else str(value)


def _sizes(value: Sizes, name: str = "n") -> str:
    told = value.text(name)[LANGUAGE].replace("(mod ", "(% ")
    told = re.sub(r"[a-z]{2,} ?", lambda found: rf"\text{{{found[0]}}}", told)
    told = re.sub(r"\(% (\d+)\)", r"\\pmod{\1}", told)
    for sign, name in SIGNS:
        told = told.replace(sign, name)
    return told
