"""Inverse questions of one axis, and the laws as text and code."""

import difflib

from shapealg.axis.solve import LEAST, solve
from shapealg.cli.progress import progress
from shapealg.cli.telling import tell
from shapealg.errors import ShapeError, one_line
from shapealg.layer.dialects import spoken
from shapealg.notation import plain
from shapealg.text import Text

WIDE = 56  # columns for a formula in the list of all


def run_solve(chosen) -> None:
    given = dict(map(_term, chosen.terms))
    for name in given:
        if name not in LEAST:
            raise ShapeError(
                Text(zh="没有这个名字", en="there is no such name"),
                name,
                Text(zh=f"可用：{' '.join(LEAST)}", en=f"{' '.join(LEAST)} work"),
            )
    with progress(chosen):
        made = solve(**{"k": ...} | given, transposed=chosen.transposed, ceil=chosen.ceil)
    answer = {
        "asked": made.asked,
        "rows": made.rows,
        "within": {name: {"low": r[0], "high": r[-1]} for name, r in made.within.items()},
        "nearest": made.nearest,
    }
    tell(chosen, answer, made.text()[chosen.lang].splitlines())


def _term(term: str) -> tuple:
    """`name=number`, `name=?` or `name=1..9`, as `solve` takes it."""
    name, _, value = term.partition("=")
    if value in ("?", "..."):
        return name, ...
    low, dots, high = value.partition("..")
    if dots and None not in (ends := (spoken.whole(low), spoken.whole(high))):
        return name, range(ends[0], ends[1] + 1)
    if (number := spoken.whole(value)) is not None:
        return name, number
    raise ShapeError(
        Text(
            zh="每一项写作 名=数、名=? 或 名=1..9",
            en="each term is name=number, name=? or name=1..9",
        ),
        term,
        Text(zh="例如 n=224 m=112 k=7 s=2 p=?", en="for example n=224 m=112 k=7 s=2 p=?"),
    )


def run_formula(chosen) -> None:
    from shapealg import formulas  # here, for deriving is not free
    from shapealg.render import code

    if chosen.name is None:
        with progress(chosen):
            rows = [_row(law, chosen.lang) for law in formulas.laws()]
        titles = {law.name: law.title[chosen.lang] for law in formulas.laws()}
        return tell(chosen, titles, rows)
    law = _law(chosen.name, {law.name: law for law in formulas.laws()})
    forms = {"plain": lambda law: plain(law.right)} | code.AS
    if chosen.form not in forms:
        raise ShapeError(
            Text(zh="没有这种写法", en="there is no such form"),
            chosen.form,
            Text(zh=f"可用：{', '.join(forms)}", en=f"one of {', '.join(forms)} works"),
        )
    with progress(chosen):
        text = forms[chosen.form](law)
    tell(chosen, {"name": law.name, "as": chosen.form, "text": text}, text.rstrip("\n").split("\n"))


def _row(law, language: str) -> tuple:
    """A law in the list of all: the name that suffices, the formula, what it tells."""
    short = law.name.removesuffix("_size").removesuffix("_output")
    return short, one_line(plain(law.right), WIDE), law.title[language]


def _law(name: str, laws: dict):
    """The law of that name, or the one whose name begins or ends so."""
    short = {
        known: [known, known.removesuffix("_output_size"), known.removesuffix("_size")]
        for known in laws
    }
    for known, names in short.items():
        if name in names:
            return laws[known]
    near = (
        difflib.get_close_matches(name, [n for names in short.values() for n in names], 3, 0.4)
        or list(laws)[:3]
    )
    raise ShapeError(
        Text(zh="没有这条公式", en="there is no such formula"),
        name,
        Text(zh=f"相近的有 {'、'.join(near)}", en=f"the nearest are {', '.join(near)}"),
    )
