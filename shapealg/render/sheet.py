"""Records as sheets: comma-separated values, in English; of the public models one row a model."""

from csv import writer
from io import StringIO

from shapealg.axis.sizes import Sizes
from shapealg.checks.corpus import Corpus, Model
from shapealg.text import Text

BEFORE = ("library", "version", "model", "state", "kind")
BEHIND = (
    "ties outputs output_count unknown stride receptive_field receptive_field_at gates parameters"
    " sizes_run undecided wrong certificate reason"
).split()
MARK = "\ufeff"  # without it Excel takes ≥ for three letters


def written(corpus: Corpus) -> str:
    """The whole sheet; between the other columns stands one for each axis that a model has."""
    axes = list(dict.fromkeys(axis for model in corpus.models for axis in model.accepts))
    file = StringIO()
    sheet = writer(file, lineterminator="\n")
    sheet.writerow([*BEFORE, *axes, *BEHIND])
    for model in corpus.models:
        sizes = {axis: _set(those, axis) for axis, those in model.accepts.items()}
        first = (model.library, corpus.versions[model.library], model.name, model.state, model.kind)
        sheet.writerow([*first, *(sizes.get(axis, "") for axis in axes), *_answers(model)])
    return MARK + file.getvalue()


def of_rows(rows: list[dict]) -> str:
    """Rows of a record, a column for each name.

    >>> print(of_rows([{"model": "a", "first": [7, 2, 1]}, {"model": "b", "first": None}])[1:])
    model,first
    a,7 2 1
    b,
    <BLANKLINE>
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = StringIO()
    sheet = writer(file, lineterminator="\n")
    sheet.writerow(columns)
    for row in rows:
        sheet.writerow([_cell(row.get(name)) for name in columns])
    return MARK + file.getvalue()


def _cell(value):
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _set(sizes: Sizes | Text, axis: str) -> str:
    return sizes.text(axis).en if isinstance(sizes, Sizes) else sizes.en


def _answers(model: Model) -> list:
    """What stands behind the sets; what is not known stays empty."""
    return [
        "; ".join(model.ties),
        "; ".join(map(_shape, model.outputs)),
        model.many or "",
        "; ".join(model.unknown),
        *_field(model),
        "" if model.parameters is None else model.parameters,
        model.ran or "",
        model.undecided,
        "; ".join(map(_place, model.wrong)),
        {True: "holds", False: "fails", None: ""}[model.certified],
        "" if model.reason is None else model.reason.en,
    ]


def _place(at: dict[str, int]) -> str:
    return " ".join(f"{name}={n}" for name, n in at.items())


def _shape(shape: tuple[str, ...] | None) -> str:
    return "unknown" if shape is None else f"({', '.join(shape)})"


def _field(model: Model) -> list:
    """Stride, receptive field, the node that sees so far, its gates."""
    field = model.field
    if field is None or None in field.size:
        return [""] * 4
    stride, size = (" × ".join(map(str, numbers)) for numbers in (field.jump, field.size))
    return [stride, size, field.layer, field.gates]
