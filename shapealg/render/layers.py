"""Blocks of the pages about layers and frameworks: the same layer in six dialects, probes,
evidence, surprises, conversions.
"""

import inspect
from collections import Counter
from operator import itemgetter

from shapealg.checks import gotchas
from shapealg.errors import ShapeError, answered, unbroken
from shapealg.render import asked, phrasebook, probe
from shapealg.render.page import indented, table
from shapealg.text import Text
from shapealg.words import frameworks, spoken
from shapealg.words.comparison import compare
from shapealg.words.conversion import convert
from shapealg.words.unchanged import words_of
from shapealg.words.words import Words

BACKENDS = {name: backend.title for name, backend in frameworks.BACKENDS.items()}
KINDS = {
    "conv": Text(zh="卷积", en="Convolution"),
    "transposed": Text(zh="转置卷积", en="Transposed convolution"),
    "depthwise": Text(zh="逐通道卷积", en="Depthwise convolution"),
    "separable": Text(zh="可分离卷积", en="Separable convolution"),
    "pool": Text(zh="池化", en="Pooling"),
    "adaptive": Text(zh="自适应与全局池化", en="Adaptive and global pooling"),
    "pad": Text(zh="填充与裁剪", en="Padding and cropping"),
    "resize": Text(zh="缩放与上采样", en="Resizing and upsampling"),
    "shuffle": Text(zh="像素重排", en="Pixel shuffle"),
    "columns": Text(zh="展开与折叠", en="Unfold and fold"),
    "dense": Text(zh="展平与全连接", en="Flatten and dense"),
    "join": Text(zh="拼接与相加", en="Concatenation and addition"),
}
# these two are sections of conv
# what the record counts for each framework and kind of layer, in the order of the tables
COUNTS = ("run", "inferred", "agreed", "refused", "values", "known", "disagreed")
TALLY = Text(
    zh=(
        "一共 {put} 个调用：框架执行 {executed} 个，另外 {inferred} 个只推断形状；"
        "{refused} 个双方都拒绝；{values} 个还比过数值。"
    ),
    en=(
        "{put} calls in all. The framework executed {executed} of them and inferred no more than"
        " the shape of {inferred}; both sides refused {refused}; {values} had their values compared"
        " too."
    ),
)
EXECUTED = Text(
    zh="一共 {put} 个调用，都由框架执行；{refused} 个双方都拒绝；{values} 个还比过数值。",
    en=(
        "{put} calls in all, every one executed by the framework; both sides refused {refused};"
        " {values} had their values compared too."
    ),
)
PAGES = {
    f"layers/{kind}": title
    for kind, title in KINDS.items()
    if kind not in ("depthwise", "separable")
}
HEADS = {
    "framework": Text(zh="框架", en="framework"),
    "line": Text(zh="写法", en="written as"),
    "output": Text(zh="输出", en="output"),
    "weight": Text(zh="权重", en="weight"),
    "parameters": Text(zh="参数", en="parameters"),
    "macs": Text(zh="乘加次数", en="MACs"),
    "run": Text(zh="调用", en="calls"),
    "inferred": Text(zh="其中只推断形状", en="shape only inferred"),
    "agreed": Text(zh="一致", en="agreed"),
    "refused": Text(zh="双方都拒绝", en="refused by both"),
    "values": Text(zh="比过数值", en="values too"),
    "known": Text(zh="错与限制", en="bugs and limits"),
    "disagreed": Text(zh="不一致", en="disagreed"),
    "layers": Text(zh="层", en="layers"),
    "words": Text(zh="词", en="word"),
    "arguments": Text(zh="参数（默认值）", en="arguments (defaults)"),
    "layout": Text(zh="数据", en="data"),
    "result": Text(zh="结果", en="result"),
    "configuration": Text(zh="运行", en="run"),
    "cases": Text(zh="例数", en="cases"),
    "left": Text(zh="不比", en="not asked"),
    "outputs": Text(zh="输出", en="outputs"),
    "untold": Text(zh="代数不说", en="not told"),
    "double": Text(zh="双精度", en="double"),
    "half": Text(zh="半精度", en="half"),
    "lacking": Text(zh="拒绝", en="refused"),
    "pairs": Text(zh="成对的值", en="pairs of values"),
    "triples": Text(zh="三个的值", en="triples"),
    "unmet": Text(zh="没遇到", en="never met"),
    "rate": Text(zh="每秒调用", en="calls a second"),
    "minutes": Text(zh="本网格，分钟", en="these grids, minutes"),
    "days": Text(zh="10⁹ 个，天", en="10⁹ calls, days"),
}
# what the record says of each kind
COUNTED = {"run", "agreed", "refused", "values", "known", "disagreed"}
BILLION = 10**9
SAME_VALUES = "same values"  # what the record says of a conversion that holds
ERROR, GIVES, OTHER = (
    Text(zh="报错", en="raises an error"),
    Text(zh="给 {shape}", en="gives {shape}"),
    Text(zh="数值不同", en="other values"),
)
PARTED = Text(zh="框架{theirs}，方言{ours}", en="the framework {theirs}, the dialect {ours}")
CASE = Text(zh="{call}，输入 {input}：{told}", en="{call} on {input}: {told}")
UNBROKEN = "\u00a0"  # a space at which no line ends
MANY = 6  # so many columns stand side by side, each for itself
UNIT = Text(
    zh="乘加次数（MACs）按一个样本计，不含偏置；FLOPs = 2 × MACs。",
    en="MACs are for one example, bias additions not counted; FLOPs = 2 × MACs.",
)
FOLLOWS = Text(
    zh="二维，两轴取同样的数；改上面的数，六段代码都跟着变。",
    en="In two dimensions, both axes alike. Change the numbers above, and all six follow.",
)
UNBIASED = Text(
    zh="偏置都不带：六个里并非都有。", en=" There is no bias, for not all six have one."
)
ASKED = Text(zh="怎么算的", en="How this was computed")
MARKS = {
    probe.REFUSED: Text(zh="✗：报错。", en="✗: an error."),
    probe.OUTSIDE: Text(
        zh="·：输入之外的格，即填充。", en="·: outside the input, that is padding."
    ),
    "–": Text(zh="a–b：从 a 到 b 都接受。", en="a–b: all from a to b are accepted."),
}


class Layers:
    """The blocks, in one language, over the record of the sweep, with its rates."""

    asked = asked  # what the pages ask

    def __init__(self, language: str, sweep: dict):
        self.language, self.sweep = language, sweep
        self.noted: list[str] = []  # what the page has said once

    def say(self, text: Text) -> str:
        """The text in the language."""
        return text[self.language]

    def head(self, *names) -> list:
        """Heads of columns, by their names."""
        return [self.say(HEADS[name]) for name in names]

    # ------------------------------------------------------------ asked now

    def same(self, *lines) -> str:
        """One layer in several dialects, pairs (line, input): the lines to copy, then what each
        gives, its weights, parameters and MACs.
        """
        rows = []
        for line, given in lines:
            words, shape = spoken.read(line), spoken.shape(given)
            weighs = words.weight_layout or type(words).weight_shape is not Words.weight_shape
            weight = answered(lambda: words.weight_shape(shape)) if weighs else ()  # noqa: B023
            weights = weight if weight and isinstance(weight[0], tuple) else (weight,)
            costs = (
                (
                    "<br>".join(f"`{_shape(each)}`" for each in weights),
                    _count(words.parameters(shape)),
                    _count(words.macs(shape)),
                )
                if weight
                else ()
            )
            rows.append(
                (
                    _unbroken(probe.NAMES[words.framework]),
                    f"`{_shape(words.output_shape(shape))}`",
                    *costs,
                )
            )
        names = ("framework", "output", "weight", "parameters", "macs")[: len(rows[0])]
        asked = "\n".join(f"{line}  # {probe.told(spoken.shape(given))}" for line, given in lines)
        parts = [
            f"```py\n{asked}\n```",
            table(self.head(*names), rows, " ".join("lllrr"[: len(names)])),
            self._once(UNIT) if len(names) > 2 else "",
        ]
        return "\n\n".join(filter(None, parts))

    def phrases(self, name: str) -> str:
        """One layer in six tabs, which follow the calculator of its law; at first its example."""
        subject = phrasebook.SUBJECTS[name]
        parts = []
        for framework, told in subject.example().items():
            code = indented(f"```py\n{told.text(self.language)}\n```")
            parts.append(f'=== "{probe.NAMES[framework]}"\n\n{code}\n')
        data = f'data-phrases="{name}" data-law="{subject.law.name}"'
        weighs = any("bias" in part for part in parts)
        noted = self.say(FOLLOWS) + self.say(UNBIASED) * weighs
        box = f'<div class="sa-phrases" {data} markdown>'
        return "\n".join([box, "", *parts, "</div>", "", f"<small>{noted}</small>"])

    def _once(self, *texts) -> str:
        """A note in small type, each text once per page."""
        new = [text for text in texts if text not in self.noted]
        self.noted += new
        return f"<small>{' '.join(map(self.say, new))}</small>" if new else ""

    def probe(self, rows, columns) -> str:
        """The same asked of every column: rows are dicts of numbers, columns (framework and more,
        line, input) or (…, question); below it, what was asked.

        Where there are many columns, those that agree in every row stand together; a number that no
        row changes is told below only.
        """
        heads, cells = (
            [_unbroken(probe.head(label)) for label, *_ in columns],
            probe.rows(columns, rows),
        )
        if len(columns) > MANY:
            heads, cells = probe.camps(heads, cells)
        heads = [head if "<br>" in head else head.replace(" `", "<br>`") for head in heads]
        fixed = _fixed(rows)
        names = [name for name in rows[0] if name not in fixed]
        return self._asked(
            [f"`{name}`" for name in names],
            [_picked(row, names) for row in rows],
            heads,
            cells,
            probe.lines(columns, fixed),
        )

    def joined(self, pairs, lines) -> str:
        """What functions of two shapes, a and b, make of them."""
        heads = [_unbroken(probe.head(line.partition(".")[0])) for line in lines]
        given, cells = [], []
        for a, b in pairs:
            given.append([f"`{_shape(a)}`<br>`{_shape(b)}`"])
            cells.append([probe.joined(line, a, b) for line in lines])
        heads, cells = probe.camps(heads, cells)
        return self._asked(["`a`<br>`b`"], given, heads, cells, "\n".join(lines))

    def _asked(self, names, given, heads, cells, lines) -> str:
        """A table of answers, what its signs mean, and what was asked."""
        every = "\n".join(cell for line in cells for cell in line)
        body = [[*row, *map(_answer, line)] for row, line in zip(given, cells, strict=True)]
        signs = self._once(*(text for sign, text in MARKS.items() if sign in every))
        parts = [
            table([*names, *heads], body, " ".join(("l" if "(" in every else "r") * len(body[0]))),
            signs,
            f'??? note "{self.say(ASKED)}"\n\n' + indented(f"```py\n{lines}\n```"),
        ]
        return "\n\n".join(filter(None, parts))

    def conversion(self, line: str, framework: str, given: str | None = None) -> str:
        """A conversion: what is asked, as a comment, and its lines, or the reason why there is
        none.
        """
        shape = spoken.shape(given) if given else None
        asked = f"# {line}" + (f"  {probe.told(shape)}" if shape else "")
        try:
            made = convert(spoken.read(line), framework, shape)
        except ShapeError as reason:
            return (
                f"```text\n{asked}\n{probe.REFUSED}"
                f" {reason.zh if self.language == 'zh' else reason}\n```"
            )
        kind = "py" if made.whole else "text"  # why there are none at other sizes is prose
        return "\n".join([f"```{kind}", asked, *made.lines(self.language), "```"])

    def comparison(self, one: str, two: str) -> str:
        """Two layers compared, in words."""
        return self.say(compare(spoken.read(one), spoken.read(two)).text)

    # ------------------------------------------------------------ words

    def unchanged(self, framework: str) -> str:
        """The words that change no size, by name."""
        return ", ".join(f"`{name}`" for name in words_of(framework))

    def vocabulary(self, framework: str) -> str:
        """Every word of a dialect with its layouts and arguments; ranks together."""
        rows: list[tuple[list[str], str, str]] = []
        seen = set()
        for name, made in spoken.vocabulary(framework).items():
            signature = inspect.signature(made.__init__)
            arguments = ", ".join(str(p) for p in list(signature.parameters.values())[1:])
            family = (
                (made.__mro__[1], arguments)
                if made.__doc__ == made.__mro__[1].__doc__
                else (made, arguments)
            )
            if family in seen:
                rows[-1][0].append(f"`{name}`")
                continue
            seen.add(family)
            layouts = {
                "layout": _layout(made) if made.by_axes else "",
                "weight": made.weight_layout,
            }
            rows.append(
                (
                    [f"`{name}`"],
                    " · ".join(
                        f"{self.say(HEADS[what])}{UNBROKEN}`{told}`"
                        for what, told in layouts.items()
                        if told
                    ),
                    _call(arguments),
                )
            )
        return _classed(
            "sa-pairs",
            table(
                self.head("words", "arguments"),
                [
                    (" ".join(names) + f"<br><small>{layouts}</small>" * bool(layouts), arguments)
                    for names, layouts, arguments in rows
                ],
            ),
        )

    # ------------------------------------------------------------ evidence

    def swept(self, *kinds) -> str:
        """The sweep of some kinds of layer, framework by framework."""
        rows = []
        for backend, told in self.sweep["backends"].items():
            if found := [told["kinds"][kind] for kind in kinds if kind in told["kinds"]]:
                rows.append((self.backend(backend), *self._counts(found)))
        return table(
            self.head("framework", *COUNTS),
            rows,
            "l r r r r r r r",
        )

    def swept_framework(self, framework: str) -> str:
        """The sweep of one framework, kind by kind, under each of its backends."""
        parts = []
        for backend, told in self.sweep["backends"].items():
            if backend.split("-")[0] == framework:
                rows = [
                    (self.say(KINDS[kind]), *self._counts([entry]))
                    for kind, entry in told["kinds"].items()
                ]
                parts.append(
                    f"{self.backend(backend)}\n\n"
                    + table(
                        self.head("layers", *COUNTS),
                        rows,
                        "l r r r r r r r",
                    )
                )
        return "\n\n".join(parts)

    def total(self) -> str:
        """All frameworks, all kinds."""
        rows = [
            (self.backend(backend), *self._counts(list(told["kinds"].values())))
            for backend, told in self.sweep["backends"].items()
        ]
        return table(
            self.head("framework", *COUNTS),
            rows,
            "l r r r r r r r",
        )

    def runs(self) -> str:
        """How many calls were put to the frameworks in all."""
        return unbroken(self._all("run"))

    def tally(self) -> str:
        """What became of the calls: put, executed or inferred, refused by both, values compared."""
        put, inferred = self._all("run"), self._all("inferred")
        refused, values = self._all("refused"), self._all("values")
        numbers = {
            "put": put,
            "executed": put - inferred,
            "inferred": inferred,
            "refused": refused,
            "values": values,
        }
        told = {name: unbroken(number) for name, number in numbers.items()}
        return self.say(TALLY if inferred else EXECUTED).format(**told)

    def _all(self, what: str) -> int:
        """A count of the sweep over all frameworks and kinds."""
        return sum(
            entry[what]
            for told in self.sweep["backends"].values()
            for entry in told["kinds"].values()
        )

    def backend(self, name: str) -> str:
        """Its name, and below it the packages that ran."""
        versions = self.sweep["backends"][name]["versions"]
        told = " · ".join(
            f"{package}{UNBROKEN}{version}"
            for package, version in sorted(versions.items())
            if package != "numpy"
        )
        return f"{_unbroken(self.say(BACKENDS[name]))}<br><small>{told}</small>"

    def _counts(self, entries) -> tuple:
        counts = [sum(map(itemgetter(name), entries)) for name in COUNTS[:5]]
        counts += [
            sum(len(c["cases"]) for e in entries for c in e["known"]),
            sum(len(e["disagreed"]) for e in entries),
        ]
        return tuple(map(unbroken, counts))

    def converted(self) -> str:
        """Every layer that was converted and run: ✓ the same values, – no such words, ✗ other
        values; sizes of one line together.
        """
        found: dict[str, dict[str, set[str]]] = {}
        for line, _, framework, told in self.sweep.get("conversions", ()):
            mark = _mark(told)
            found.setdefault(line, {}).setdefault(framework, set()).add(mark)
        rows = []
        for line, made in found.items():
            marks = ["".join(sorted(made.get(framework, ()))) for framework in probe.NAMES]
            rows.append((_call(line), *marks))
        names = [f"<span>{_unbroken(name)}</span>" for name in probe.NAMES.values()]
        return _classed(
            "sa-matrix", table([self.say(HEADS["line"]), *names], rows, "l r r r r r r")
        )

    def nodes(self) -> str:
        """ONNX's own node tests: how many came out alike, were not asked, each reason by itself,
        and did not.
        """
        told = {"passed": (), "out_of_scope": {}, "failed": ()} | self.sweep.get("nodes", {})
        left = Counter(why[self.language] for why in told["out_of_scope"].values())
        rows = [
            (self.say(HEADS["agreed"]), len(told["passed"])),
            *(
                (f"{self.say(HEADS['left'])}<br><small>{why}</small>", count)
                for why, count in left.items()
            ),
        ]
        return table(
            self.head("result", "cases"),
            [*rows, (self.say(HEADS["disagreed"]), len(told["failed"]))],
            "l r",
        )

    def reads(self) -> str:
        """Of how many resizings it was measured which positions they read, of how many outputs, how
        many are not told, and how many read otherwise.
        """
        rows = [
            (
                self.backend(backend),
                unbroken(told["calls"]),
                unbroken(told["outputs"]),
                unbroken(told["untold"]),
                len(told["other"]),
            )
            for backend in self.sweep["backends"]
            for told in [self.sweep["reads"][backend]]
        ]
        heads = ("framework", "run", "outputs", "untold", "disagreed")
        return table(self.head(*heads), rows, "l r r r r")

    def dtypes(self) -> str:
        """How many calls gave the same values in double and in half precision, how many are not
        taken there, and how many gave others.
        """
        rows = []
        for backend in self.sweep["backends"]:
            made = self.sweep["dtypes"][backend]
            found = [list(made[dtype].values()) for dtype in ("float64", "float16")]
            counts = [
                unbroken(sum(map(itemgetter(name), kinds)))
                for kinds in found
                for name in ("agreed", "refused")
            ]
            others = sum(len(kind["other"]) for kinds in found for kind in kinds)
            rows.append((self.backend(backend), *counts, others))
        heads = ("framework", "double", "lacking", "half", "lacking", "disagreed")
        return table(self.head(*heads), rows, "l r r r r r")

    def met(self) -> str:
        """How many pairs and triples of argument values there are in the grids, and how many never
        meet.
        """
        rows = []
        for backend in self.sweep["backends"]:
            kinds = self.sweep["together"][backend]
            triples = sum(told["triples"] for told in kinds.values())
            apart = sum(
                count
                for told in kinds.values()
                for names in told["triples apart"].values()
                for count, _ in names.values()
            )
            rows.append(
                (
                    self.backend(backend),
                    unbroken(sum(told["pairs"] for told in kinds.values())),
                    unbroken(sum(len(told["pairs apart"]) for told in kinds.values())),
                    unbroken(triples),
                    unbroken(apart),
                )
            )
        heads = ("framework", "pairs", "unmet", "triples", "unmet")
        return table(self.head(*heads), rows, "l r r r r")

    def rates(self) -> str:
        """How fast each framework went, how long its grid takes on one core, and a thousand million
        calls.
        """
        rows = []
        for backend, told in self.sweep["rates"]["backends"].items():
            second = told["calls"] / told["seconds"]
            kinds = self.sweep["backends"][backend]["kinds"].values()
            grid = sum(entry["run"] for entry in kinds)
            rows.append(
                (
                    self.backend(backend),
                    unbroken(round(second)),
                    unbroken(max(round(grid / second / 60), 1)),
                    unbroken(round(BILLION / second / 86_400)),
                )
            )
        return table(self.head("framework", "rate", "minutes", "days"), rows, "l r r r")

    def measured_on(self) -> str:
        """The processor that the rates are of."""
        told = self.sweep["rates"]["machine"]
        return f"{told['processor']}, Python {told['python']}"

    def causes(self, framework: str) -> list:
        """The framework's own bugs and limits that the sweep met: (why, how many, one of them)."""
        backends = [name for name in self.sweep["backends"] if name.split("-")[0] == framework]
        found: dict[tuple[str, str], list] = {}
        for backend in backends:
            where = self.say(BACKENDS[backend]) if len(backends) > 1 else ""
            for entry in self.sweep["backends"][backend]["kinds"].values():
                for cause in entry["known"]:
                    found.setdefault((cause["zh"], cause["en"]), []).extend(
                        (where, case) for case in cause["cases"]
                    )
        return [
            (self.say(Text(*why)), unbroken(len(cases)), self._case(*cases[0]))
            for why, cases in found.items()
        ]

    def _case(self, where: str, case: dict) -> str:
        """One call on which the framework and the dialect part."""
        words = ", ".join(f"{name}={value!r}" for name, value in case["words"].items())
        call = f"`{case['call']}({words})`"
        theirs, ours = (
            (
                self.say(GIVES).format(shape=f"`{_shape(told)}`")
                if isinstance(told, list)
                else self.say(ERROR)
            )
            for told in (case["framework"], case["algebra"])
        )
        told = (
            self.say(OTHER)
            if case["algebra"] == "values"
            else self.say(PARTED).format(theirs=theirs, ours=ours)
        )
        return self.say(CASE).format(
            call=f"{where} {call}".lstrip(), input=f"`{_shape(case['input'])}`", told=told
        )

    def gotchas(self, framework: str) -> list:
        """The surprises of one framework, each with its run."""

        def runs(gotcha):
            return _classed(
                "sa-pairs",
                table(
                    self.head("configuration", "result"),
                    [(_call(run), _call(result)) for run, result in gotcha.expected.items()],
                ),
            )

        return [
            (g.name, self.say(g.title), self.say(g.told), runs(g)) for g in gotchas.of(framework)
        ]


def _shape(shape) -> str:
    return probe.told(shape)


def _fixed(rows) -> dict:
    """The numbers that no row changes, where there are several rows."""
    return {
        name: value
        for name, value in rows[0].items()
        if len(rows) > 1 and set(map(itemgetter(name), rows)) == {value}
    }


def _picked(row: dict, names) -> list:
    return [_given(row[name]) for name in names]


def _answer(cell: str) -> str:
    """A shape as code, other answers on one line."""
    return f"`{cell}`" if "(" in cell else cell.replace(" ", UNBROKEN)


def _given(value) -> str:
    """A number with its minus sign; a shape as code."""
    return (
        f"`{_shape(value.split(','))}`" if isinstance(value, str) else str(value).replace("-", "−")
    )


def _count(value) -> str:
    return unbroken(value) if isinstance(value, int) else f"`{value}`"


def _mark(told: str) -> str:
    """What a conversion that was run told, as one sign."""
    if told == SAME_VALUES:
        return "✓"
    return "✗" if told.startswith("other values") else "–"


def _unbroken(text: str) -> str:
    """A name on one line."""
    return text.replace("ONNX Runtime", f"ONNX{UNBROKEN}Runtime")


def _layout(made) -> str:
    return made.layout if isinstance(made.layout, str) else "N*C"


def _call(text: str) -> str:
    """Code that may be broken where it has a space; shapes stay in one piece."""
    return f"`{text}`{{.sa-call}}" if text else ""


def _classed(name: str, body: str) -> str:
    """Markdown in a box that the style sheet knows."""
    return f'<div class="{name}" markdown>\n\n{body}\n\n</div>'
