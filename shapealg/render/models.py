"""Blocks of the page about public models: the record of `scripts/corpus.py` in numbers, and as one
table that a browser can search and sort.
"""

import re
from collections import Counter
from html import escape

from shapealg.axis.sizes import Sizes
from shapealg.checks.corpus import Corpus, Model
from shapealg.errors import one_line, unbroken
from shapealg.text import Text

UNBROKEN = "\u00a0"  # a space at which no line ends
SHORT = 100  # so many characters of a reason are seen before it is opened
# The columns, and whether they are sorted as words or as numbers; "" where no order means much.
COLUMNS = {
    "model": (Text(zh="模型", en="model"), "text"),
    "takes": (Text(zh="收", en="takes"), "number"),
    "gives": (Text(zh="输出", en="gives"), ""),
    "stride": (Text(zh="步长", en="stride"), "number"),
    "sees": (Text(zh="感受野", en="receptive field"), "number"),
    "parameters": (Text(zh="参数", en="parameters"), "number"),
}
KINDS = {
    "any": Text(zh="任意尺寸，只要够大", en="any size that is large enough"),
    "classes": Text(zh="倍数或别的同余类", en="multiples or other residues"),
    "few": Text(zh="一个或几个尺寸", en="one size or a few"),
    "none": Text(zh="没有答案", en="no answer"),
}
NO_ANSWER = {
    "refused": Text(zh="拒绝", en="refused"),
    "stopped": Text(zh="超时", en="too slow"),
    "crashed": Text(zh="读时出错", en="crashed"),
    "died": Text(zh="进程中断", en="died"),
    "unmade": Text(zh="造不出模型", en="not made"),
}
# what stands between numbers in a tie of the record, which is English
BETWEEN = {
    "every ": "所有 ",
    ", except ": "，除去 ",
    "; or ": "；或 ",
    "; also ": "；另有 ",
}
WORDS = {
    "search": Text(zh="查找", en="search"),
    "example": Text(zh="如 swin", en="such as swin"),
    "library": Text(zh="库", en="library"),
    "all": Text(zh="全部", en="all"),
    "counted": Text(zh="{shown} / {all} 个模型", en="{shown} of {all} models"),
    "undecided": Text(zh="{axes}：说不准", en="{axes}: cannot be told"),
    "and": Text(zh="且 {tie}", en="and {tie}"),
    "more": Text(zh="另有 {count} 个", en="{count} more"),
    "beyond": Text(zh="还有 {count} 个没有记下", en="and {count} that are not recorded"),
    "turns": Text(zh="尺寸够大时", en="at the large sizes"),
    "unknown": Text(zh="不详", en="unknown"),
    "nodes": Text(zh="不认识的节点：{names}", en="nodes not known: {names}"),
    "wrong": Text(zh="运行结果不同，例如 {at}", en="the run differs, for example at {at}"),
    "doubts": Text(
        zh="试过的 {ran} 个尺寸中，{count} 个不能断定",
        en="undecided at {count} of the {ran} sizes tried",
    ),
    "outside": Text(zh="梯度落在它之外", en="a gradient lies outside"),
    "whole": Text(zh="整个输入", en="the whole input"),
    "at": Text(zh="在 {layer}", en="at {layer}"),
    "gates": Text(zh="另有 {count} 处门控", en="besides {count} gates"),
    "gate": Text(zh="另有 1 处门控", en="besides a gate"),
}


class Models:
    """The blocks, in one language."""

    def __init__(self, language: str, corpus: Corpus):
        self.language, self.corpus = language, corpus

    def say(self, text: Text, **values: object) -> str:
        """The text in the language, filled in."""
        return (text.format(**values) if values else text)[self.language]

    def word(self, name: str, **values: object) -> str:
        """A word of the table, by its name."""
        return self.say(WORDS[name], **values)

    # ------------------------------------------------------------ counts

    def total(self) -> str:
        """How many models there are."""
        return unbroken(len(self.corpus.models))

    def count(self, *states: str) -> str:
        """How many are in one of these states."""
        return unbroken(self.corpus.count(*states))

    def unread(self) -> str:
        """How many have no answers."""
        return self.count(*NO_ANSWER)

    def ran(self) -> str:
        """At how many sizes models were run, in all."""
        return unbroken(sum(model.ran for model in self.corpus.models))

    def undecided(self) -> str:
        """At how many of them nobody can decide."""
        return unbroken(sum(model.undecided for model in self.corpus.models))

    def wrong(self) -> str:
        """How many models came out otherwise at some size."""
        return unbroken(sum(bool(model.wrong) for model in self.corpus.models))

    def measured(self) -> str:
        """Of how many the receptive field was compared with gradients."""
        return unbroken(sum(model.inside is not None for model in self.corpus.models))

    def outside(self) -> str:
        """Of how many a gradient lies outside it."""
        return unbroken(sum(model.inside is False for model in self.corpus.models))

    def certified(self) -> str:
        """How many have a certificate that holds."""
        return unbroken(sum(model.certified is True for model in self.corpus.models))

    def refuted(self) -> str:
        """How many have one that fails."""
        return unbroken(sum(model.certified is False for model in self.corpus.models))

    def libraries(self) -> str:
        """How many libraries they are from."""
        return unbroken(len(self.corpus.libraries))

    def names(self) -> str:
        """The libraries, by name."""
        *names, last = self.corpus.libraries
        comma, final = ("、", "与") if self.language == "zh" else (", ", " and ")
        return escape(f"{comma.join(names)}{final}{last}" if names else last)

    def version(self) -> str:
        """The version of PyTorch that ran them."""
        return self.corpus.versions["torch"].partition("+")[0]  # whichever build

    def versions(self) -> str:
        """Every library, with its version and the number of its models."""
        counts = Counter(model.library for model in self.corpus.models)
        mark = "（{}）" if self.language == "zh" else " ({})"
        told = [
            f"{name}{UNBROKEN}{self.corpus.versions[name]}{mark.format(unbroken(counts[name]))}"
            for name in self.corpus.libraries
        ]
        return escape(("、" if self.language == "zh" else ", ").join(told))

    # ------------------------------------------------------------ the table

    def table(self) -> str:
        """All models, a row each, and the form that a browser searches them with. HTML throughout:
        what a library calls a model, or says of it, cannot be taken for markup.
        """
        heads = [
            f'<th scope="col"{f" data-sort={order}" if order else ""}>{self.say(text)}</th>'
            for text, order in COLUMNS.values()
        ]
        # what the cells are called where a narrow screen shows a row as a block
        names = "".join(
            f"--{name}:'{self.say(text)}{UNBROKEN}';" for name, (text, _) in COLUMNS.items()
        )
        rows = "\n".join(map(self._row, self.corpus.models))
        return (
            f'<div class="sa-models" style="{names}">\n'
            f"{self._form()}\n<table>\n<thead><tr>{''.join(heads)}</tr></thead>\n"
            f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
        )

    def _form(self) -> str:
        """Hidden: it is of no use until docs/assets/models.js has shown it."""
        libraries = Counter(model.library for model in self.corpus.models)
        kinds = Counter(model.kind for model in self.corpus.models)
        all_of_them = [("", f"{self.word('all')} ({self.total()})")]
        by_library = [(name, f"{name} ({count})") for name, count in libraries.items()]
        by_kind = [(kind, f"{self.say(KINDS[kind])} ({kinds[kind]})") for kind in KINDS]
        counted = escape(self.word("counted", shown="{shown}", all=self.total()), quote=True)
        return (
            '<form class="sa-filter" hidden data-search-exclude>'
            f'<label>{self.word("search")}<input name="q" type="search" autocomplete="off"'
            f' spellcheck="false" placeholder="{self.word("example")}"></label>'
            f"{_select(self.word('library'), 'library', all_of_them + by_library)}"
            f"{_select(self.say(COLUMNS['takes'][0]), 'kind', all_of_them + by_kind)}"
            f'<output aria-live="polite" data-told="{counted}"></output></form>'
        )

    def _row(self, model: Model) -> str:
        first = f"<th scope=row>{_broken(model.name)} <small>{_broken(model.library)}</small></th>"
        return f"<tr data-kind={model.kind}>{first}{self._cells(model)}</tr>"

    def _cells(self, model: Model) -> str:
        if model.state in NO_ANSWER:
            return _cell(self._no_answer(model), f" colspan={len(COLUMNS) - 1}")
        parameters = "" if model.parameters is None else unbroken(model.parameters)
        rest = (self._gives(model), self._stride(model), self._sees(model), parameters)
        return _cell(self._takes(model), _least(model)) + "".join(map(_cell, rest))

    def _no_answer(self, model: Model) -> str:
        """That there is no answer, and why; all but the beginning of a long reason is folded."""
        said = f'<span class="sa-verdict">{self.say(NO_ANSWER[model.state])}</span>'
        if model.reason is None:
            return said
        foreign = ' lang="en"' if model.reason.zh == model.reason.en else ""
        first, rest = _parted(_line(self.say(model.reason)))
        if not rest:
            return f"{said} <span{foreign}>{escape(first)}</span>"
        return (
            f"<details{foreign}><summary>{said} {escape(first)}</summary>{escape(rest)}</details>"
        )

    def _takes(self, model: Model) -> str:
        """Axis by axis, those that take the same together; then what must hold besides."""
        names: dict[Sizes | Text, list[str]] = {}
        for axis, sizes in model.accepts.items():
            names.setdefault(sizes, []).append(axis)
        told = [self._set(sizes, ", ".join(axes)) for sizes, axes in names.items()]
        # the shortest equation says most
        ties = [
            _small(self.word("and", tie=self.say(_tie(tie)))) for tie in sorted(model.ties, key=len)
        ]
        told += ties[:1]
        if ties[1:]:
            told.append(_folded(self.word("more", count=len(ties) - 1), ties[1:]))
        if model.undecided:
            doubts = self.word("doubts", count=model.undecided, ran=model.ran)
            told.append(_small(doubts))
        for at in model.wrong[:1]:
            sizes_there = ", ".join(f"{name} = {n}" for name, n in at.items())
            told.append(_small(self.word("wrong", at=sizes_there), "sa-wrong"))
        return _lines(told)

    def _set(self, sizes: Sizes | Text, axes: str) -> str:
        if isinstance(sizes, Sizes):
            return _whole(self.say(sizes.text(axes)))
        return _folded(self.word("undecided", axes=axes), [_whole(self.say(sizes))])

    def _gives(self, model: Model) -> str:
        """The first shape, and the others folded away."""
        shapes = [_whole(self._shape(shape)) for shape in model.outputs]
        if model.many > len(shapes):  # the record holds the first twelve
            shapes.append(_small(self.word("beyond", count=model.many - len(shapes))))
        told = shapes[:1]
        if model.turns:
            told.append(_small(self.word("turns")))
        if model.unknown:
            told.append(_small(self.word("nodes", names=", ".join(model.unknown))))
        if shapes[1:]:
            told.append(_folded(self.word("more", count=model.many - 1), shapes[1:]))
        return _lines(told)

    def _shape(self, shape: tuple[str, ...] | None) -> str:
        if shape is None:
            return self.word("unknown")
        return f"({', '.join('?' if n == 'None' else n for n in shape)})"

    def _stride(self, model: Model) -> str:
        field = model.field
        return (
            "–"
            if field is None or None in field.size
            else _whole(_along(tuple(map(_alone, field.jump))))
        )

    def _sees(self, model: Model) -> str:
        """How far an output sees, and of which node that is told."""
        field = model.field
        if field is None or None in field.size:
            return self.word("whole") if field and field.whole and all(field.whole) else "–"
        told = [_whole(_along(tuple(self.say(_by_size(n)) for n in field.size)))]
        if model.through:
            told.append(f"<small>{_broken(self.word('at', layer=field.layer))}</small>")
        if field.gates:
            name = "gates" if field.gates > 1 else "gate"
            told.append(_small(self.word(name, count=field.gates)))
        if model.inside is False:
            told.append(_small(self.word("outside"), "sa-wrong"))
        return _lines(told)


def _cell(told: str, attributes: str = "") -> str:
    """A cell. The site's search, which every reader fetches, holds the names of models only."""
    return f"<td data-search-exclude{attributes}>{told}</td>"


def _select(label: str, name: str, options: list[tuple[str, str]]) -> str:
    """A choice of a form."""
    told = "".join(
        f'<option value="{escape(value, quote=True)}">{escape(text)}</option>'
        for value, text in options
    )
    return f'<label>{label}<select name="{name}">{told}</select></label>'


def _least(model: Model) -> str:
    """The smallest size that is taken, by which the column is sorted."""
    sets = [sizes for sizes in model.accepts.values() if isinstance(sizes, Sizes) and sizes]
    return f" data-key={max(next(iter(sizes)) for sizes in sets)}" if sets else ""


def _along(numbers: tuple) -> str:
    """A number for each axis, or one where they are alike."""
    return " × ".join(map(str, dict.fromkeys(numbers) if len(set(numbers)) == 1 else numbers))


def _line(text: str) -> str:
    """Words of others in one line."""
    return one_line(text, 1000)


def _lines(told: list[str]) -> str:
    """Answers and notes below each other."""
    return "".join([*told[:1], *(f"<div>{note}</div>" for note in told[1:])])


def _folded(summary: str, lines: list[str]) -> str:
    """What one opens to read."""
    return f"<details><summary>{escape(summary)}</summary>{'<br>'.join(lines)}</details>"


def _small(text: str, kind: str = "") -> str:
    """A note below an answer."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<small{attribute}>{_whole(text)}</small>"


def _whole(text: str) -> str:
    """An answer, in which no line ends at a sign or within H, W."""
    text = re.sub(r" (?=[≡≢≥=+−·×-]|\(mod)|(?<=[≡≢≥=+−·×-]) |(?<=mod) ", UNBROKEN, _line(text))
    return escape(re.sub(r"\b([A-Z]), (?=[A-Z]\b)", rf"\1,{UNBROKEN}", text))


def _broken(name: str) -> str:
    """A name that may go on in the next line, between its parts."""
    return re.sub(r"(?<=[_.])(?=\w)|(?<=[a-z])(?=[A-Z])", "<wbr>", escape(_line(name)))


def _pieces(told) -> list:
    """A number of the record that hangs on the size: each with where it is so, if there is one."""
    pieces = [one for one in str(told).split("; ") if not one.startswith("None for ")]
    return [one.partition(" for ")[::2] for one in pieces]


def _by_size(told) -> Text:
    """Such a number in both languages."""
    pieces = _pieces(told)
    zh = [f"{number}（{_tie(where).zh}）" if where else number for number, where in pieces]
    en = [f"{number} for {where}" if where else number for number, where in pieces]
    return Text(zh="；".join(zh), en="; ".join(en))


def _alone(told) -> str:
    """The same without the sizes, which stand beside it in the row."""
    return "; ".join(dict.fromkeys(number for number, _ in _pieces(told)))


def _tie(told: str) -> Text:
    """A tie of the record in both languages."""
    zh = told
    for en, own in BETWEEN.items():
        zh = zh.replace(en, own)
    return Text(zh=zh, en=told)


def _parted(reason: str) -> tuple[str, str]:
    """The beginning of a long reason, and the rest; a Chinese character is as wide as two."""
    limit = SHORT if reason.isascii() else SHORT * 2 // 3
    if len(reason) <= limit + 20:
        return reason, ""
    cut = reason.rfind(" ", limit // 2, limit)
    cut = cut if cut > 0 else limit
    return reason[:cut], reason[cut:]
