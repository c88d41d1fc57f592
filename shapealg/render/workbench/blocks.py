"""The blocks that answers are made of, as data: a page has one way to show each kind."""

from collections.abc import Iterable, Sequence

from shapealg.errors import ShapeError, unbroken
from shapealg.text import Text


def facts(rows: Iterable) -> dict:
    """What is asked and what holds, side by side."""
    return {"kind": "facts", "rows": [[label, cell(value)] for label, value in rows]}


def heading(text: str) -> dict:
    """What the next blocks are about."""
    return {"kind": "heading", "text": text}


def note(text: str, tone: str = "plain") -> dict:
    """Lines for a person; the tone is "plain", "holds" or "fails"."""
    return {"kind": "note", "lines": text.split("\n"), "tone": tone}


def figure(svg: str, caption: str, shrinks: bool = True, whole: str | None = None) -> dict:
    """A picture, and what it shows; one that does not shrink scrolls where it is too wide. Where it
    is folded, a button shows the `whole` of it.
    """
    made = {"kind": "figure", "svg": svg, "caption": caption, "shrinks": shrinks}
    return made if whole is None else made | {"whole": whole}


def codes(rows: Iterable) -> dict:
    """The same in several languages: a name, the code or `None`, and why there is none."""
    return {
        "kind": "codes",
        "rows": [{"name": name, "code": code, "reason": reason} for name, code, reason in rows],
    }


def table(head: Sequence, rows: Sequence, fold: tuple | None = None) -> dict:
    """Columns under heads, numbers to the right. With `fold` the rows from the one number to the
    other are hidden behind a button, which says what the third entry says.
    """
    made: dict = {
        "kind": "table",
        "head": list(head),
        "rows": [list(map(cell, row)) for row in rows],
        "right": [_numbers(column) for column in zip(*rows, strict=True)],
    }
    if fold is not None:
        start, stop, text = fold
        made["fold"] = {"start": start, "stop": stop, "text": text}
    return made


def _numbers(column: Iterable) -> bool:
    return all(isinstance(n, int) for n in column)


def cell(value: object) -> str:
    """One entry: a count with its digits in groups, anything else as it is."""
    return unbroken(value) if isinstance(value, int) else str(value)


def line(problem: ShapeError, language: str) -> str:
    """A refusal in the page's language."""
    return problem.zh if language == "zh" else str(problem)


def folded(many: int, head: int, tail: int, text: Text, language: str) -> tuple | None:
    """Which of so many rows a long table hides; none where that would hide a row or two."""
    if many <= head + tail + 2:
        return None
    return head, many - tail, text.format(many=many - head - tail)[language]
