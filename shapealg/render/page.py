"""The blocks that pages are put together from, each a projection of a law, a layer or the evidence.

A block is Markdown or HTML in one language. Templates say where it stands; nothing here says
anything twice.
"""

import json
import re
from contextlib import redirect_stdout
from html import escape
from io import StringIO
from operator import attrgetter
from typing import Any

import sympy

from shapealg import formulas
from shapealg.axis.window import Window
from shapealg.checks import KNOWN
from shapealg.checks.article.claims import CLAIMS
from shapealg.checks.article.keras_phrases import PHRASES, SPELLINGS
from shapealg.checks.article.lost import LOST
from shapealg.errors import ShapeError, unbroken
from shapealg.law.counts import Reindex
from shapealg.law.group import Group
from shapealg.law.law import Law
from shapealg.law.notation import MathML, annotated, latex, mathml, plain, speech, spoken
from shapealg.law.parameter import ENTRY
from shapealg.law.rules import Cite, Inside
from shapealg.render import code, figure, house, worked
from shapealg.render.layer_pictures import PICTURES
from shapealg.render.plane import plane
from shapealg.text import Text
from shapealg.words import frameworks


def _within(group: Group) -> list:
    """The laws of a group, in order."""
    return sorted((law for law in formulas.laws() if law.group is group), key=attrgetter("place"))


# The laws as the pages tell them: under each heading, in order.
GROUPS = tuple((group.value, _within(group)) for group in Group)
VERDICTS = {
    "holds": Text(zh="成立", en="holds"),
    "if": Text(zh="有条件成立", en="holds with a condition"),
    "fails": Text(zh="不成立", en="fails"),
}
BACKENDS = {"numpy": Text(zh="NumPy 循环", en="NumPy loops")} | {
    name: backend.title for name, backend in frameworks.BACKENDS.items() if backend.laws
}
WORDS = {
    "symbol": Text(zh="符号", en="symbol"),
    "meaning": Text(zh="含义", en="meaning"),
    "default": Text(zh="默认", en="default"),
    "question": Text(zh="问题", en="question"),
    "formula": Text(zh="公式", en="formula"),
    "backend": Text(zh="在哪里运行", en="where it ran"),
    "agreed": Text(zh="一致", en="agreed"),
    "refused": Text(zh="双方都拒绝", en="refused by both"),
    "disagreed": Text(zh="不一致", en="disagreed"),
    "run": Text(zh="运行", en="run"),
    "every": Text(zh="（每一项）", en=" (every entry)"),
    "node": Text(zh="（每一层，l = 1 … L）", en=" (at every layer, l = 1 … L)"),
    "where": Text(zh="其中", en="where"),
    "definition": Text(zh="按定义", en="by definition"),
    "versions": Text(zh="版本", en="versions"),
    "wide": Text(
        zh="这个窗口太宽，画不下；图里还是先前的数。",
        en="This window is too wide to draw; the picture still shows the numbers before.",
    ),
    "result": Text(zh="结果", en="result"),
    "rule": Text(zh="规则", en="rule"),
    "yes": Text(zh="是", en="yes"),
    "no": Text(zh="否", en="no"),
}
DRAWN = Text(zh="图中的核长 {k}。", en="Drawn with kernel size {k}. ")
# The runs of a claim, in the evidence.
RUNS = (
    (r", word (\d+) of (\d+), lights outputs", r"，第 \1 个词（共 \2 个，从 0 数）影响的输出"),
    (r", output (\d+), reads words", r"，输出 \1 读到的词"),
    (r", input ", "，输入 "),
)
# the letters of what is asked, where it is no output size
OUTCOMES = {
    "smallest_input_size": "n",
    "largest_input_size": "n",
    "restoring_output_padding": "op",
    "flat_channel": "q",
}
TICK = {"True": "✓", "False": "✗"}
WIDEST = 84  # columns of a session that fit on a page


class Blocks:
    """All blocks in one language, over one set of evidence; `depth` is how deep below the root the
    page lies.
    """

    def __init__(self, language: str, evidence: dict, depth: int = 0):
        self.language, self.evidence, self.root = language, evidence, "../" * depth
        self.room: dict[str, Any] = {}  # what the page's session has imported and named so far

    def say(self, text: Text) -> str:
        """The text in the language."""
        return text[self.language]

    def word(self, name: str) -> str:
        """A word of the tables, by its name."""
        return self.say(WORDS[name])

    # ------------------------------------------------------------ mathematics

    def math(self, expr) -> str:
        """A formula in the line."""
        return mathml(sympy.sympify(expr), language=self.language)

    def display(self, *parts) -> str:
        """A formula on a line of its own; strings between expressions are signs such as = or →."""
        body = "".join(map(_part, parts))
        heard = spoken(" ".join(map(self._heard, parts)), self.language)
        tex = " ".join(latex(p) if not isinstance(p, str) else latex_sign(p) for p in parts)
        return (
            '<div class="sa-math" tabindex="0" role="img"'
            f' aria-label="{escape(heard, quote=True)}"><math'
            f' display="block">{annotated(body, tex)}</math></div>'
        )

    def _heard(self, part) -> str:
        """An expression, or a sign, read aloud; an expression ends at a pause."""
        return self._sign(part) if isinstance(part, str) else f"{speech(part, self.language)}, "

    def _sign(self, sign):
        return {
            "=": Text(zh="等于", en="equals"),
            "⇔": Text(zh="当且仅当", en="if and only if"),
            "→": Text(zh="得到", en="gives"),
            "∗": Text(zh="与之卷积的是", en="convolved with"),
            "×": Text(zh="个", en="times"),
        }[sign][self.language]

    def formula(self, law: Law) -> str:
        """Both sides of a law where the left one says something by itself, else the right side."""
        if law.name == "window_adjunction":
            return self.display(law.left, "⇔", law.right)
        if law.name in ("ceiling_as_floor", "spanned_axis_convolution"):
            return self.display(law.left, "=", law.right)
        if law.name.endswith("_output_size"):
            return self.display(sympy.Symbol("m"), "=", law.right)
        return self.display(law.right)

    # ------------------------------------------------------------ one law

    def link(self, law: Law) -> str:
        """The way to a law's page, from any page."""
        return f"[{self.say(law.title)}]({self.root}formulas/{law.name}.md)"

    def quantities(self, law: Law) -> str:
        """The symbols of a law, what they mean, their defaults."""
        rows = [
            (
                self._symbol(p.symbol),
                self.say(p.meaning),
                "" if p.default is None else str(p.default),
            )
            for p in law.parameters
        ]
        return table((self.word("symbol"), self.word("meaning"), self.word("default")), rows)

    def _symbol(self, symbol):
        return (
            self.math(symbol[sympy.Symbol("i")])
            if isinstance(symbol, sympy.IndexedBase) and symbol.offset
            else self.math(sympy.Symbol(str(symbol)))
        )

    def assumptions(self, law: Law) -> str:
        """The plain x ≥ 1 in one line, everything else on a line of its own."""
        index = {ENTRY: sympy.Symbol("i", integer=True)}
        entries = [
            a.func(a.lhs.subs(index), a.rhs, evaluate=False)
            for a in law.assumptions
            if isinstance(a.lhs, sympy.Indexed)
        ]
        plainly = [a for a in law.assumptions if a.rhs == 1 and isinstance(a.lhs, sympy.Symbol)]
        others = [
            a for a in law.assumptions if a not in plainly and not isinstance(a.lhs, sympy.Indexed)
        ]
        lines = [
            ", ".join(map(self.math, group)) + tail
            for group, tail in ((entries, self.word("every")), (plainly, ""))
            if group
        ]
        lines += [
            f'<span class="sa-wide">{self.math(a)}</span>'
            + (self.word("node") if ENTRY in a.free_symbols else "")
            for a in others
        ]
        return "\n".join(f"- {line}" for line in lines)

    def steps(self, law: Law) -> str:
        """The derivation: where it starts, then each step with its reason."""
        total, t = formulas.same_padding.right, sympy.Symbol("t", integer=True)
        brief = {total: t} if law is not formulas.same_padding and law.left.has(total) else {}
        where = (
            f" {self.word('where')} {self.math(sympy.Eq(t, total, evaluate=False))}"
            if brief
            else ""
        )
        start = (
            f"<li><div>{self.display(law.left.xreplace(brief))}</div><p"
            f' class="sa-reason">{self._start(law)}{where}</p></li>'
        )
        moves = []
        for step in law.derivation:
            sign = "⇔" if isinstance(step.after, sympy.logic.boolalg.Boolean) else "="
            moves.append(
                f"<li><div>{self.display(sign, step.after.xreplace(brief))}</div><p"
                f' class="sa-reason">{escape(self.say(step.reason))}</p>{self._rules(step)}</li>'
            )
        return f'<ol class="sa-steps"{self._said(law)}>{start}{"".join(moves)}</ol>'

    def _rules(self, step) -> str:
        """The rule that licenses a step, and how SymPy sees that it was kept; folded."""
        names, sentences = zip(*dict.fromkeys(worked.rules(step.rule)), strict=True)
        title = self.word("rule") + (" · " + " · ".join(map(self.say, names)))
        said = "".join(f"<p>{escape(self.say(sentence))}</p>" for sentence in sentences)
        return f'<details class="sa-rule"><summary>{escape(title)}</summary>{said}</details>'

    def _said(self, law: Law) -> str:
        """What the page's program needs to work the steps out at the calculator's numbers."""
        if any(p.array for p in law.parameters):
            return ""
        words = {name: self.say(text) for name, text in worked.SAID.items()}
        told = escape(json.dumps(words, ensure_ascii=False), quote=True)
        return f' data-law="{law.name}" data-words="{told}"'

    def broken(self, law: Law) -> str:
        """What the formula would say without one of its parts, as a list; nothing where it has no
        such part.
        """
        rows = []
        for kind, _ in worked.broken(law):
            title, why = worked.WITHOUT[kind]
            rows.append(
                f'<li data-kind="{kind}"><strong>{escape(self.say(title))}</strong>'
                f" <span>{escape(self.say(why))}</span></li>"
            )
        return f'<ul class="sa-broken">{"".join(rows)}</ul>' if rows else ""

    def _start(self, law):
        if law.general is not None:
            return Text(
                zh=(
                    f'<a href="{law.general.name}.html">{escape(law.general.title.zh)}</a>的定义，'
                    "代入本页的值。"
                ),
                en=(
                    "The definition from <a"
                    f' href="{law.general.name}.html">{escape(law.general.title.en)}</a>, with the'
                    " values of this page."
                ),
            )[self.language]
        return self.say(law.starting) if law.starting else self.word("definition")

    def cited(self, law: Law) -> list:
        """The laws whose proofs this one rests on."""

        def rules(rule):
            return (
                [r for inner in rule.rules for r in rules(inner)]
                if isinstance(rule, Inside)
                else [rule]
            )

        found = [
            r.law for s in law.derivation for r in rules(s.rule) if isinstance(r, Cite | Reindex)
        ]
        return list(dict.fromkeys(found))

    def cases(self, law: Law) -> list:
        """The laws that are this one at special values."""
        return [other for other in formulas.laws() if other.general is law]

    def figure(self, law: Law) -> str:
        """The picture of a law's example; nothing where there is none."""
        svg = figure.of_law(law, self.language)
        if not svg:
            return ""
        drawn = (
            ""
            if {p.name for p in law.parameters} & {"k", "f"}
            or figure.placement(law).get("k", 1) == 1
            else self.say(DRAWN).format(k=figure.placement(law)["k"])
        )
        wide = f'<span class="sa-toowide" hidden>{self.word("wide")}</span>' * ("data-words" in svg)
        caption = f"<figcaption>{drawn}{wide}</figcaption>" if drawn or wide else ""
        return f'<figure class="sa-figure" data-law="{law.name}">{svg}{caption}</figure>'

    def plane(self, law: Law) -> str:
        """The picture of a law's example on two axes."""
        where = figure.placed(law)
        window = Window.dilated(*(where[name] for name in ("k", "d", "s", "lo", "hi")))
        svg = plane(window, where["k"], where["n"], self.language, law.name in figure.STAMPED)
        told = escape(json.dumps(where), quote=True)
        return f'<figure class="sa-figure" data-law="{law.name}" data-where="{told}">{svg}</figure>'

    def picture(self, layer: str) -> str:
        """The picture of a layer that is no single window; its caption is what it shows."""
        return self._captioned(PICTURES[layer](self.language))

    def house(self) -> str:
        """The places of the code, each above those that it imports from."""
        return self._captioned(house.drawn(self.language))

    def _captioned(self, svg: str) -> str:
        """A picture that says below itself what it shows."""
        caption = re.search("<title>(.*?)</title>", svg)
        said = caption[1] if caption else ""
        return f'<figure class="sa-figure">{svg}<figcaption>{said}</figcaption></figure>'

    def calculator(self, law: Law) -> str:
        """A form over the law's own program; without JavaScript it shows the example and its
        result.
        """
        if any(p.array for p in law.parameters):
            return ""
        values = {p.name: p.default for p in law.parameters if p.default is not None} | dict(
            law.example
        )
        fields = []
        for p in law.parameters:
            value = values[p.name]
            told = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            kind = ' data-list=""' if p.sequence else ""
            # keyboards of numbers have no minus sign
            keys = "text" if p.sequence or p.name in ("lo", "hi") else "numeric"
            hint = escape(self.say(p.meaning), quote=True)
            fields.append(
                f"<label><span>{self._symbol(p.symbol)} <small>{hint}</small></span><input"
                f' name="{p.name}" value="{told}" inputmode="{keys}" autocomplete="off"'
                f' spellcheck="false"{kind}></label>'
            )
        result = law(**dict(law.example))
        length = f' data-length="{law.length}"' if law.length is not None else ""
        messages = {
            "whole": Text(zh="请填整数", en="a whole number is needed"),
            "lists": Text(zh="各列表须一样长", en="the lists must have the same length"),
            "needs": Text(zh="要求", en="needs"),
            "works": Text(zh="；最近的可用值：", en="; the nearest that works is "),
            "yes": WORDS["yes"],
            "no": WORDS["no"],
        }
        if isinstance(result, bool):
            result = self.say(messages["yes" if result else "no"])
        data = "".join(
            f' data-{key}="{escape(self.say(text), quote=True)}"' for key, text in messages.items()
        )
        return (
            f'<form class="sa-calc" data-law="{law.name}"{length}{data}>{"".join(fields)}<output'
            f' aria-live="polite">{self._outcome(law)} ='
            f" <strong>{result}</strong></output><p"
            ' role="status"></p></form>'
        )

    def _outcome(self, law: Law) -> str:
        """What a calculator's answer is called."""
        symbol = "m" if law.name.endswith("_output_size") else OUTCOMES.get(law.name)
        return self._symbol(sympy.Symbol(symbol)) if symbol else self.word("result")

    def spelling(self, law: Law) -> str:
        """The law in Keras's words, or nothing where Keras has none."""
        lines = SPELLINGS.get(law.name) or PHRASES.get(law.name)
        if not lines:
            return ""
        needs = (
            "import keras\nfrom keras import layers"
            if any(line.startswith("keras.") for line in lines)
            else "from keras import layers"
        )
        return f"```py\n{needs}\n\n" + "\n".join(lines) + "\n```"

    def code(self, law: Law) -> str:
        """Tabs of code to copy, each exact."""
        parts = []
        if not any(p.array for p in law.parameters):
            parts += [
                ("shapealg", "python", code.integers(law)),
                (Text(zh="符号", en="symbols")[self.language], "python", code.symbols(law)),
            ]
            if any(isinstance(value, int) for _, value in law.example):
                parts += [("NumPy", "python", code.numpy(law))]
        parts += [("Python", "python", code.python(law))]
        if not any(p.array for p in law.parameters):
            parts += [("JavaScript", "js", code.javascript_alone(law))]
        parts += [
            (name, "latex" if name == "LaTeX" else "text", text)
            for name, text in code.texts(law).items()
        ]
        return "\n".join(
            f'=== "{name}"\n\n' + indented(f"```{kind}\n{text.rstrip()}\n```") + "\n"
            for name, kind, text in parts
        )

    def backend(self, name: str) -> str:
        """Its name, and the versions that ran."""
        versions = self.evidence[name]["versions"]
        told = " · ".join(
            f"{package} {version}"
            for package, version in sorted(versions.items())
            if package != "numpy" or name == "numpy"
        )
        return f"{self.say(BACKENDS[name])} <small>{told}</small>"

    def refuses(self, check: str) -> bool:
        """Whether some configuration of the check was refused by both sides."""
        return any(told["checks"].get(check, {}).get("refused") for told in self.evidence.values())

    def proof_of_run(self, check: str) -> str:
        """How often each backend agreed, and how often not."""
        return self._counts(
            {
                name: [told]
                for name in BACKENDS
                if (told := self.evidence[name]["checks"].get(check))
            }
        )

    def _counts(self, told: dict) -> str:
        """One row per backend over its records; a column of refusals only where there are any."""
        refusals = any(record["refused"] for records in told.values() for record in records)
        rows = []
        for name, records in told.items():
            counts = [
                sum(r["agreed"] for r in records),
                sum(r["refused"] for r in records),
                sum(len(r["disagreed"]) for r in records),
            ]
            rows.append((self.backend(name), *map(unbroken, counts if refusals else counts[::2])))
        head = [
            self.word(w)
            for w in ("backend", "agreed", *(["refused"] if refusals else []), "disagreed")
        ]
        return table(head, rows, "l" + " r" * (len(head) - 1))

    def shown_runs(self, check: str, backends=("keras-tensorflow", "keras-jax")) -> str:
        """Single runs word for word; one column per backend."""
        runs = {
            name: dict(map(tuple, self.evidence[name]["checks"][check]["shown"]))
            for name in backends
        }
        rows = []
        for run in runs[backends[0]]:
            rows.append((self._told(run), *(_ticked(runs[name][run]) for name in backends)))
        return table((self.word("run"), *(self.say(BACKENDS[name]) for name in backends)), rows)

    def _told(self, run: str) -> str:
        """What was run, as the evidence has it; on a Chinese page its few words in Chinese."""
        if self.language == "zh":
            for english, chinese in RUNS:
                run = re.sub(english, chinese, run)
        # the call ends at the last bracket behind which words follow
        told = re.fullmatch(r"(.*\))((?:, |，)[^\W\d].*)", run)
        return f"`{told[1]}`{told[2]}" if told else f"`{run}`"

    # ------------------------------------------------------------ catalogue, article, claims

    def groups(self) -> list:
        """The laws under their headings."""
        return [(self.say(heading), laws) for heading, laws in GROUPS]

    def catalogue(self, names) -> str:
        """Laws as a table: the question and the formula."""
        rows = [
            (f"[{self.say(law.question)}]({self.root}formulas/{law.name}.md)", self.math(law.right))
            for law in names
        ]
        return table((self.word("question"), self.word("formula")), rows)

    def lost(self, number: int):
        """One lost formula of the article: everything its place on the page needs."""
        return LOST[number - 1]

    def lost_generic(self, number: int) -> str:
        """input ∗ filter → output, over symbols; several filters are written before the shape of
        one.
        """
        lost = LOST[number - 1]
        many = (lost.filters, "×") if lost.filters != 1 else ()
        return self.display(lost.data(), "∗", *many, lost.filter(), "→", lost.output())

    def lost_numbers(self, number: int) -> str:
        """The same with the numbers of the picture: 14×14 ∗ 5×5 → 10×10."""
        lost = LOST[number - 1]
        at = dict(lost.picture or lost.trial)
        many = f"{lost.filters.subs(at)} × " if lost.filters != 1 else ""
        data, taps, out = (by(t.subs(at)) for t in (lost.data(), lost.filter(), lost.output()))
        return f"{data} ∗ {many}{'(' + taps + ')' if many else taps} → {out}"

    def lost_figure(self, number: int) -> str:
        """The picture that stood beside a lost formula."""
        lost = LOST[number - 1]
        at = lost.numbers()
        whole = [
            tuple(map(int, sympy.Tuple(*t).subs(at)))
            for t in (lost.size, lost.kernel_size, (lost.channels,), (lost.filters,))
        ]
        output = tuple(map(int, sympy.Tuple(*lost.layer.output_size(lost.size)).subs(at)))
        words = tuple(
            by(t.subs(dict(lost.picture))) for t in (lost.data(), lost.filter(), lost.output())
        )
        size, kernel, (channels,), (filters,) = whole
        svg = figure.stack(size, kernel, channels, output, filters, words)
        return f'<figure class="sa-figure">{svg}</figure>'

    def volume(self) -> str:
        """A filter in a volume, as the lost pictures of three axes."""
        lost = LOST[6]
        title = f"{plain(lost.data())} ∗ {plain(lost.filter())}"
        kernel = by(sympy.Tuple(*lost.kernel_size))
        svg = figure.box(tuple(map(plain, lost.size)), (kernel,), title)
        return f'<figure class="sa-figure">{svg}</figure>'

    def law(self, name: str) -> Law:
        """A law by its name."""
        return getattr(formulas, name)

    def claims(self) -> tuple:
        """The article's claims."""
        return CLAIMS

    def verdict(self, kind: str) -> str:
        """What is said of a claim, in its colour."""
        return f'<span class="sa-verdict sa-verdict--{kind}">{self.say(VERDICTS[kind])}</span>'

    def normalize_rows(self) -> str:
        """What Keras accepts as a kernel size, value by value, for one axis and for two."""
        rows: dict[str, list[str]] = {}
        for text, _n, made, error, runs, ours in self.evidence["keras-tensorflow"]["checks"][
            "normalize_tuple"
        ]["shown"]:
            rows.setdefault(text, [f"`{text}`"]).append(self._normalized(made, error, runs, ours))
        return table(("`kernel_size=`", "Conv1D", "Conv2D"), rows.values())

    def _normalized(self, made, error, runs, ours):
        if runs:
            return f"✓ `{made}`"
        late = Text(
            zh="构造时接受 {made}，运行时 {error}",
            en="constructor takes {made}, running gives {error}",
        ).format(made=f"`{made}`", error=f"`{error}`")
        return f"✗ `{error}`" if made == "–" else f"✗ {self.say(late)}"

    def known(self) -> list:
        """Disagreements found, each with its explanation and its cases."""
        found = []
        for (backend, check), (_, text) in KNOWN.items():
            found.append(
                (
                    self.say(BACKENDS[backend]),
                    check,
                    self.say(text),
                    self.evidence[backend]["checks"][check]["disagreed"],
                )
            )
        return found

    def cases_table(self, cases) -> str:
        """Configurations in full, one row each."""
        names = list(
            dict.fromkeys(name for case in cases for name in case["case"] if name != "values")
        )
        rows = []
        for case in cases:
            rows.append([f"`{case['case'].get(name, '–')}`" for name in names])
        return table([f"`{name}`" for name in names], rows)

    def totals(self) -> str:
        """How often each backend agreed, over all checks."""
        return self._counts(
            {name: list(self.evidence[name]["checks"].values()) for name in BACKENDS}
        )

    def configurations(self) -> str:
        """How many comparisons were made in all."""
        return unbroken(
            sum(
                c["agreed"] + c["refused"] + len(c["disagreed"])
                for told in self.evidence.values()
                for c in told["checks"].values()
            )
        )

    @staticmethod
    def indented(text: str) -> str:
        """Four spaces in front, as a Markdown block inside another wants."""
        return indented(text)

    def result(self, source: str) -> str:
        """Lines of Python and what they give, computed now; a page is one session."""
        return fenced("pycon", transcript(source, self.room))


def fenced(kind: str, text: str) -> str:
    """A session in a fence; where it prints a table wider than the page, its lines do not wrap."""
    wide = any(len(line) > WIDEST and line.count("  ") > 1 for line in text.splitlines())
    return f"```{{.{kind} .sa-printed}}\n{text}\n```" if wide else f"```{kind}\n{text}\n```"


def transcript(source: str, room: dict) -> str:
    """An interactive session: each line of `source` behind >>>, with what it printed."""
    lines = []
    for line in source.strip().splitlines():
        lines.append(f">>> {line}")
        printed = StringIO()
        try:
            with redirect_stdout(printed):
                value = eval(line, room)
        except SyntaxError:
            exec(line, room)
            continue
        except ShapeError as error:
            lines += [
                "Traceback (most recent call last):",
                "  ...",
                f"{type(error).__module__}.{type(error).__name__}: {error}",
            ]
            continue
        lines += printed.getvalue().splitlines()
        if value is not None:
            lines.append(repr(value))
    return "\n".join(lines)


def _part(part) -> str:
    """An expression, or a sign, as MathML; what is MathML already stays."""
    if not isinstance(part, str):
        return MathML().write(part)
    return part if part.startswith("<") else MathML().operator(part)


def latex_sign(sign: str) -> str:
    """A sign between formulas, in LaTeX."""
    return {"=": "=", "⇔": r"\iff", "→": r"\to", "∗": "*", "×": r"\times"}[sign]


def by(shape) -> str:
    """14×14×3, as people write a shape of numbers."""
    return "×".join(map(plain, shape))


def _ticked(result: str) -> str:
    """What a run gave, as code; yes and no as signs."""
    return TICK.get(result) or f"`{_clean(result)}`"


def _clean(text: str) -> str:
    return text.strip("[]'") if text.startswith("['") else text


def indented(text: str) -> str:
    """The text, four spaces further in."""
    return "\n".join("    " + line if line else "" for line in text.splitlines())


def table(head, rows, align: str = "") -> str:
    """A Markdown table; `|` inside a cell would split it, so it is written as an entity."""
    marks = {"l": "---", "r": "--:"}
    rule = [marks[a] for a in align.split()] or ["---"] * len(head)
    lines = [head, rule, *rows]
    return "\n".join(map(_table_line, lines))


def _table_line(cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "&#124;") for cell in cells) + " |"
