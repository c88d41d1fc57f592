"""The record of public length functions: whole, shown as it is, and some of its rows counted anew
on layers that are written out here.
"""

import csv
import json

import pytest
from needed import ROOT, require

import shapealg as sa
from shapealg.adapters.audit import audit
from shapealg.render import sheet

RECORD = json.loads((ROOT / "docs/length_functions.json").read_text(encoding="utf-8"))
ROWS = {(one["library"], one["model"]): one for one in RECORD["functions"]}
COLUMNS = "library model exact accepts proved right wrong first far".split()
# kernel, stride, dilation, padding of each layer, from the papers and the models' configurations
WAV2VEC2 = [(10, 5, 1, 0)] + [(3, 2, 1, 0)] * 4 + [(2, 2, 1, 0)] * 2
WHISPER = [(3, 1, 1, 1), (3, 2, 1, 1)]
XVECTOR = [(5, 1, 1, 0), (3, 1, 2, 0), (3, 1, 3, 0), (1, 1, 1, 0), (1, 1, 1, 0)]


def exact(one, n):
    """The formula of a row at a length."""
    return eval(one["exact"], {"__builtins__": {}}, {"T": n})


def counted(layers, n):
    """How many windows fit, one layer after the other, counted; 0 where none does."""
    for k, s, d, p in layers:
        line = range(-p, n + p)
        n = sum(1 for start in line[::s] if start + d * (k - 1) <= line[-1]) if line else 0
    return n


def wav2vec2(n):
    """As transformers has it."""
    for k, s, _, _ in WAV2VEC2:
        n = (n - k) // s + 1
    return n


def x_vector(n):
    """As transformers has it: the dilation is left out."""
    for k, s, _, _ in XVECTOR:
        n = (n - k) // s + 1
    return n


CASES = {
    ("transformers", "wav2vec2"): (WAV2VEC2, wav2vec2),
    ("transformers", "whisper"): (WHISPER, lambda n: (n - 1) // 2 + 1),
    ("transformers", "wav2vec2, TDNN"): (XVECTOR, x_vector),
}


# ---------------------------------------------------------------- the record


def test_a_row_is_whole():
    assert len(ROWS) == len(RECORD["functions"]) >= 60
    assert {library for library, _ in ROWS} <= set(RECORD["versions"]) - {"torch"}
    for one in ROWS.values():
        assert list(one) == COLUMNS
        assert (one["wrong"] is None) == (one["first"] is None)
        assert one["far"] is None or not (one["proved"] or one["wrong"])


def test_where_a_function_is_wrong_it_says_another_number():
    for one in ROWS.values():
        for told in filter(None, (one["first"], one["far"])):
            n, said, layers = told
            assert said != layers == exact(one, n), one


def test_a_sheet_has_a_row_for_each_function():
    text = (ROOT / "docs/length_functions.csv").read_text(encoding="utf-8")
    assert text == sheet.of_rows(RECORD["functions"])
    rows = csv.DictReader(text.removeprefix(sheet.MARK).splitlines())
    assert [(row["library"], row["model"]) for row in rows] == list(ROWS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_the_record(language):
    text = (ROOT / f"docs/{language}/adapters/length_functions.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    for one in ROWS.values():
        begins = f"| {one['library']} | {one['model']} | `{one['exact']}` |"
        count = sum(line.startswith(begins) for line in lines)
        assert count == 1 + bool(one["wrong"]), one
    wrong = sum(one["wrong"] is not None for one in ROWS.values())
    proved = sum(one["proved"] and not one["wrong"] for one in ROWS.values())
    for count in (len(ROWS), wrong, proved, len(ROWS) - wrong - proved):
        assert f"{count} " in text
    for name, version in RECORD["versions"].items():
        assert f"{name} {version}" in text


# ---------------------------------------------------------------- again, here


@pytest.mark.parametrize("name", CASES, ids=lambda name: name[1])
def test_a_formula_counts_the_windows(name):
    layers, _ = CASES[name]
    one = ROWS[name]
    for n in (*range(1, 60), *range(395, 800, 7), 16000):
        made = counted(layers, n)
        assert made == (exact(one, n) if n >= least(one) else 0), n


def least(one):
    """The smallest length of a row."""
    return int(one["accepts"].removeprefix("every n ≥ "))


@pytest.mark.parametrize("name", CASES, ids=lambda name: name[1])
def test_an_audit_says_the_same_again(name):
    require("torch")
    from torch import nn

    layers, function = CASES[name]
    model = nn.Sequential(*[nn.Conv1d(1, 1, k, s, p, d) for k, s, d, p in layers])
    net = sa.read(model, "N,1,T")
    made, one = audit(function, net, "T"), ROWS[name]
    assert str(net.accepts("T")) == one["accepts"]
    assert (repr(made.exact), made.proved) == (one["exact"], one["proved"])
    assert str(made.right) == one["right"]
    assert (str(made.wrong) if made.wrong else None) == one["wrong"]
    assert (made.first and list(made.first)) == one["first"]
