"""The record of public models, on entries written by hand: what the page and the sheet make of it."""

import csv
import json
import sys
from html.parser import HTMLParser
from io import StringIO

import pytest
from needed import ROOT, module

from shapealg import Sizes
from shapealg.checks import corpus
from shapealg.network.zoo import ZOO
from shapealg.render import sheet
from shapealg.render.models import COLUMNS, Models

NOT_BROKEN = str.maketrans({"\u00a0": " "})
HOSTILE = "a_B<script>alert(1)</script>|`c`**d** [e](f) &amp; {{ g }} <!-- \"'\n\n# h \u202e"
HARMLESS = "a_B<script>alert(1)</script>|`c`**d** [e](f) &amp; {{ g }} <!-- \"' # h"
VERSIONS = {"torch": "2", "lib": "1.0", "<other>": "3"}


def sizes(modulus, residues, minimum, exceptions=()):
    return {
        "modulus": modulus,
        "residues": list(residues),
        "minimum": minimum,
        "exceptions": list(exceptions),
    }


def entry(name, **words):
    """As the worker prints it."""
    field = {"axes": ["H", "W"], "whole": [], "gates": 0, "layer": "head"}
    return {
        "library": "lib",
        "model": name,
        "state": "read",
        "seconds": 0.1,
        "accepts": {"H": sizes(32, [0], 32), "W": sizes(32, [0], 32)},
        "nodes": 3,
        "ways": 1,
        "ties": [],
        "outputs": [["N", "1000", "⌊H/32⌋"]],
        "many": 1,
        "turns": False,
        "unknown": [],
        "parameters": 61100840,
        "field": field | {"size": [195, 195], "jump": ["32", "32"]},
        "ran": 48,
        "undecided": 0,
        "wrong": [],
    } | words


def unread(name, state, **words):
    return {"library": "lib", "model": name, "state": state, **words}


SEEN = {"axes": ["H", "W"], "whole": [], "gates": 0, "layer": "layer4.relu"}
WHOLE = {"size": [None, None], "jump": ["None", "None"], "whole": [True, True], "layer": "fc"}
LONG = "ShapeError: " + "why it is so, " * 18 + "at last"
ENTRIES = {
    "plain": entry("plain", certificate={"characters": 320, "fails": ""}),
    "small": entry(
        "small",
        accepts=dict.fromkeys("HW", sizes(1, [0], 63)),
        turns=True,
        certificate={"characters": 320, "fails": "ways.0"},
    ),
    "square": entry(
        "square",
        accepts=dict.fromkeys("HW", sizes(1, [], 225, [224])),
        certificate={"none": "Undecided: no proof was found"},
    ),
    "apart": entry(
        "apart",
        accepts={"T": sizes(1, [0], 5), "H": sizes(4, [0, 3], 3), "W": sizes(4, [0, 3], 3)},
        ties=["4⌊H/4⌋·⌊W/4⌋ = 256", "⌊H/4⌋·⌊W/4⌋ = 64"],
        undecided=3,
        wrong=[{"at": {"H": 7, "W": 9}, "answer": None, "run": None}] * 2,
    ),
    "bound": entry("bound", accepts={"T": sizes(2, [0], 4) | {"because": ["secret"]}}),
    "doubtful": entry("doubtful", accepts={"T": {"reason": "Undecided: too long", "zh": "太长"}}),
    "pooled": entry(
        "pooled",
        field=SEEN | WHOLE | {"before": SEEN | {"size": [9, 11], "jump": ["2", "4"], "gates": 2}},
        gradients={"inside": True},
        outputs=[["N", "8"]] * 12,
        many=14,
    ),
    "everything": entry("everything", field=SEEN | WHOLE, gradients={"inside": False}),
    "hidden": entry(
        "hidden", state="unknown", outputs=[None, ["N", "None"]], unknown=["x", "y"], many=2
    ),
    "refused": unread("refused", "refused", reason=LONG, zh="因为" * 80),
    "unmade": unread("unmade", "unmade", reason="ImportError: no module", library="<other>"),
    "died": unread("died", "died", reason=""),
    "stopped": unread("stopped", "stopped", reason="not read within 120 s"),
    HOSTILE: unread(HOSTILE, "crashed", reason=HOSTILE * 3, zh=HOSTILE),
    "worse": entry(
        "worse",
        unknown=[HOSTILE],
        ties=[HOSTILE],
        outputs=[[HOSTILE]] * 2,
        many=2,
        field=SEEN
        | WHOLE
        | {"before": SEEN | {"size": [HOSTILE], "jump": ["1"], "layer": HOSTILE}},
    ),
}


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "corpus.json"
    told = {"versions": VERSIONS, "models": list(ENTRIES.values())}
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return corpus.read(path)


class Rows(HTMLParser):
    """The cells of a table as a browser has them, and every element."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.elements, self.attributes, self.cell = [], [], set(), None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.cell = []
            self.rows[-1] += [self.cell] * int(dict(attributes).get("colspan", 1))
        elif tag in ("br", "div") and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data.translate(NOT_BROKEN))

    @property
    def told(self):
        return [["".join(cell) for cell in row] for row in self.rows[1:]]


def cells(record, name, language="en"):
    """The row of a model, by the names of the columns."""
    at = [model.name for model in record.models].index(name)
    return dict(zip(COLUMNS, Rows(Models(language, record).table()).told[at], strict=True))


@pytest.mark.parametrize("made", [Sizes(4, (0, 3), 3, (1,)), Sizes.of(5, 9), Sizes.every(2)])
def test_what_the_worker_prints_of_a_set_makes_it_again(made):
    sys.path.insert(0, str(ROOT / "scripts"))
    from corpus_worker import as_data

    told = json.loads(json.dumps(as_data(made)))
    assert Sizes(*told.values()) == made == corpus._accepted(told)


def test_the_worker_holds_certificates_by_the_program_that_checks_them(monkeypatch):
    sys.path.insert(0, str(ROOT / "scripts"))
    from corpus import is_wrong
    from corpus_worker import certified

    net = ZOO["unet"].read()
    text = net.certificate()
    assert certified(net) == {"characters": len(text), "fails": ""}
    changed = text.replace('"names"', '"named"', 1)
    monkeypatch.setattr(type(net), "certificate", lambda self: changed)
    assert "other entries" in certified(net)["fails"]
    assert [is_wrong({"certificate": one}) for one in (certified(net), {"fails": ""}, {})] == [
        True,
        False,
        False,
    ]


def test_certificates_are_counted(record):
    told = Models("en", record)
    assert (told.certified(), told.refuted()) == ("1", "1")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_tells_each_set_as_it_tells_itself(record, language):
    """Axes that take the same stand together."""
    for name, one in ENTRIES.items():
        sets = {}
        for axis, told in one.get("accepts", {}).items():
            if "because" not in told and "modulus" in told:
                sets.setdefault(Sizes(*told.values()), []).append(axis)
        for made, axes in sets.items():
            assert made.text(", ".join(axes))[language] in cells(record, name, language)["takes"]
    assert cells(record, "plain")["takes"] == "H, W ≡ 0 (mod 32), H, W ≥ 32"
    assert cells(record, "square", language)["takes"] == "H, W = 224"


def test_what_else_is_told_of_a_set(record):
    assert cells(record, "apart")["takes"].split("\n") == [
        "every T ≥ 5",
        "H, W ≡ 0, 3 (mod 4), H, W ≥ 3",
        "and ⌊H/4⌋·⌊W/4⌋ = 64",
        "1 more" + "and 4⌊H/4⌋·⌊W/4⌋ = 256",  # folded
        "undecided at 3 of the 48 sizes tried",
        "the run differs, for example at H = 7, W = 9",
    ]
    assert cells(record, "bound")["takes"] == (
        "at most T ≡ 0 (mod 2), T ≥ 4 (an upper bound: what node secret needs is not known)"
    )
    assert cells(record, "doubtful")["takes"] == "T: cannot be told" + "too long"  # folded
    assert cells(record, "doubtful", "zh")["takes"] == "T：说不准" + "太长"


def test_outputs_fields_and_parameters(record):
    plain, pooled = cells(record, "plain"), cells(record, "pooled")
    assert list(plain.values())[2:] == ["(N, 1000, ⌊H/32⌋)", "32", "195", "61 100 840"]
    assert cells(record, "small")["gives"] == ("(N, 1000, ⌊H/32⌋)\nat the large sizes")
    assert pooled["stride"] == "2 × 4"
    assert pooled["sees"] == "9 × 11\nat layer4.relu\nbesides 2 gates"
    assert pooled["gives"].startswith("(N, 8)\n13 more(N, 8)\n")
    assert pooled["gives"].endswith("\nand 2 that are not recorded")
    whole = cells(record, "everything")
    assert (whole["stride"], whole["sees"]) == ("–", "the whole input")
    assert cells(record, "hidden")["gives"] == "unknown\nnodes not known: x, y\n1 more(N, ?)"


@pytest.mark.parametrize(
    ("language", "tie", "size"),
    (
        (
            "en",
            "and every H ≥ 1, except 49; or H = 49, W = 3; also 1",
            "24 for every T ≥ 8; 8 for T = 4",
        ),
        (
            "zh",
            "且 所有 H ≥ 1，除去 49；或 H = 49, W = 3；另有 1",
            "24（所有 T ≥ 8）；8（T = 4）",
        ),
    ),
)
def test_what_hangs_on_the_size_is_told_in_both_languages(tmp_path, language, tie, size):
    """The record is English; sizes at which there is no number are not told."""
    told = "24 for every T ≥ 8; 8 for T = 4; None for T = 1 … 3"
    field = SEEN | {"axes": ["T"], "size": [told], "jump": [told]}
    ties = ["every H ≥ 1, except 49; or H = 49, W = 3; also 1"]
    made = {"versions": VERSIONS, "models": [entry("by size", ties=ties, field=field)]}
    (path := tmp_path / "corpus.json").write_text(json.dumps(made), encoding="utf-8")
    row = cells(corpus.read(path), "by size", language)
    assert row["takes"].split("\n")[1] == tie
    assert row["sees"].split("\n")[0] == size and row["stride"] == "24; 8"


def test_why_there_is_no_answer_stands_whole_in_one_cell(record):
    assert set(list(cells(record, "refused").values())[1:]) == {
        "refused " + LONG.removeprefix("ShapeError: ")
    }
    assert cells(record, "refused", "zh")["takes"] == "拒绝 " + "因为" * 80
    # what another library says stays as it says it
    assert cells(record, "unmade", "zh")["takes"] == "造不出模型 ImportError: no module"
    assert cells(record, "died")["takes"] == "died"
    assert cells(record, "stopped", "zh")["takes"] == "超时 120 秒内没有结果"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_others_wrote_is_no_markup(record, language):
    markdown = module("markdown")
    table = Models(language, record).table()
    extensions = ["attr_list", "md_in_html", "tables", "pymdownx.superfences"]
    page = markdown.markdown(f"before\n\n{table}\n\n## after", extensions=extensions)
    for html in (table, page):
        made = Rows(html)
        assert len(made.told) == len(ENTRIES) and {len(row) for row in made.rows} == {len(COLUMNS)}
        assert not {"script", "a", "h1", "strong", "code", "pre"} & set(made.elements)
        assert not any(name.startswith("on") for name in made.attributes)
    assert page.startswith("<p>before</p>") and page.endswith("<h2>after</h2>")
    hostile, worse = (cells(record, name, language) for name in (HOSTILE, "worse"))
    assert hostile["model"] == f"{HARMLESS} lib" and HARMLESS in hostile["takes"]
    assert all(HARMLESS in worse[column] for column in ("takes", "gives", "sees"))


def test_counts(record):
    told = Models("en", record)
    assert (told.total(), told.libraries(), told.version()) == (str(len(ENTRIES)), "2", "2")
    assert (told.count("read"), told.count("unknown"), told.unread()) == ("9", "1", "5")
    assert (told.ran(), told.undecided(), told.wrong()) == ("480", "3", "1")
    assert (told.measured(), told.outside()) == ("2", "1")
    assert told.versions() == "lib\u00a01.0 (14), &lt;other&gt;\u00a03 (1)"
    assert told.names() == "lib and &lt;other&gt;"


def test_kinds(record):
    kinds = {model.name: model.kind for model in record.models}
    assert [name for name, kind in kinds.items() if kind == "any"] == ["small"]
    assert [name for name, kind in kinds.items() if kind == "few"] == ["square"]
    assert kinds["plain"] == kinds["apart"] == kinds["bound"] == "classes"
    assert kinds["doubtful"] == kinds["refused"] == "none"


def test_the_sheet_comes_back_as_it_went(record):
    written = sheet.written(record)
    assert written[0] == "\ufeff"
    rows = list(csv.DictReader(StringIO(written[1:], newline="")))
    assert [row["model"] for row in rows] == list(ENTRIES)
    for model, row in zip(record.models, rows, strict=True):
        assert None not in row and None not in row.values()
        assert row["state"] == model.state and row["version"] == VERSIONS[model.library]
        assert row["reason"] == ("" if model.reason is None else model.reason.en)
        assert row["parameters"] == ("" if model.parameters is None else str(model.parameters))
        for axis, told in model.accepts.items():
            assert row[axis] == (told.text(axis) if isinstance(told, Sizes) else told).en
    pooled = rows[list(ENTRIES).index("pooled")]
    assert pooled["outputs"].split("; ") == ["(N, 8)"] * 12 and pooled["output_count"] == "14"
    assert [
        pooled[name] for name in ("stride", "receptive_field", "receptive_field_at", "gates")
    ] == [
        "2 × 4",
        "9 × 11",
        "layer4.relu",
        "2",
    ]
    held = {row["model"]: row["certificate"] for row in rows if row["certificate"]}
    assert held == {"plain": "holds", "small": "fails"}
    assert rows[list(ENTRIES).index("apart")]["wrong"] == "H=7 W=9; H=7 W=9"


@pytest.mark.parametrize(
    "spoiled, line",
    (
        ([], "there must be a list of models"),
        ({"versions": VERSIONS, "models": []}, "there must be a list of models"),
        ({"versions": {"lib": "1"}, "models": [entry("x")]}, "versions must name lib, torch"),
        ({"versions": VERSIONS, "models": [7]}, "model 7: TypeError: "),
        (
            {"versions": VERSIONS, "models": [entry("x", state="lost")]},
            "model 'x': ValueError: state 'lost'; there are read, unknown, refused",
        ),
        (
            {"versions": VERSIONS, "models": [entry("x", accepts={"H": sizes(0, [0], 1)})]},
            "model 'x': ShapeError: ",
        ),
        (
            {"versions": VERSIONS, "models": [entry("x", field={"size": [3]})]},
            "model 'x': KeyError: ",
        ),
    ),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_spoiled_record_gets_one_line(tmp_path, spoiled, line):
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps(spoiled), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        corpus.read(path)
    assert str(error.value).startswith(line) and "\n" not in str(error.value)
