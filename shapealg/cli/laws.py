"""Inverse questions of one axis, and the laws as text and code."""

from shapealg.axis.asked import terms
from shapealg.axis.solve import solve
from shapealg.cli.progress import progress
from shapealg.cli.telling import tell
from shapealg.errors import ShapeError, one_line
from shapealg.names import law_named
from shapealg.text import Text

WIDE = 56  # columns for a formula in the list of all


def run_solve(chosen) -> None:
    """Answer an inverse question of one axis."""
    with progress(chosen):
        made = solve(**terms(chosen.terms), transposed=chosen.transposed, ceil=chosen.ceil)
    answer = {
        "asked": made.asked,
        "rows": made.rows,
        "within": {name: {"low": r[0], "high": r[-1]} for name, r in made.within.items()},
        "nearest": made.nearest,
    }
    tell(chosen, answer, made.text()[chosen.lang].splitlines())


def run_formula(chosen) -> None:
    """Tell one law in the form asked for, or list them all."""
    from shapealg import formulas  # here, for deriving is not free
    from shapealg.law.notation import plain
    from shapealg.render import code

    if chosen.name is None:
        with progress(chosen):
            rows = [_row(law, chosen.lang) for law in formulas.laws()]
        titles = {law.name: law.title[chosen.lang] for law in formulas.laws()}
        return tell(chosen, titles, rows)
    law = law_named(chosen.name)
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
    from shapealg.law.notation import plain

    short = law.name.removesuffix("_size").removesuffix("_output")
    return short, one_line(plain(law.right), WIDE), law.title[language]
