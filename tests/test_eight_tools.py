"""One network, eight tools: the record is whole, the page and the sheet say what it says, and the
networks and some answers are what they are here, too.
"""

import csv
import json
import sys
from importlib.util import find_spec

import pytest
from needed import ROOT, lacking, module, require

from shapealg.render import sheet
from shapealg.render.eight_tools import EightTools, short

sys.path.insert(0, str(ROOT / "scripts"))

import eight_tools
import environment
import tools_frameworks
import tools_inference
import tools_judged
from tools_networks import NETWORKS
from tools_question import exactly, is_formula, numbers, runs, sized

pytestmark = pytest.mark.slow

RECORD = json.loads((ROOT / "docs/eight_tools.json").read_text(encoding="utf-8"))
ANSWERS = {(one["tool"], one["network"]): one for one in RECORD["answers"]}
TRUTH = {one["network"]: one for one in RECORD["networks"]}
# counted elsewhere, by running each in PyTorch; where 1 meets another size it is broadcast
KNOWN = {
    "U1": set(range(16, 131, 16)),
    "U2": set(range(1, 131, 16)),
    "U3": set(range(188, 231)),
    "U4": set(range(31, 131, 16)),
    "U5": {n for n in range(3, 131) if n % 4 in (0, 3)} | {5, 6},
    "U6": set(range(1, 131)),
    "U7": set(range(6, 131, 6)),
    "U8": set(range(3, 131, 3)) | {4, 5},
}
# ONNX Runtime pools 1 to nothing, and a transposed convolution makes 1 of it
EMPTY = {"U4": {15}}
AGAIN = (
    ("torch.export, Dim.AUTO", "U8"),
    ("jax.export", "U6"),
    ("ONNX Runtime", "U1"),  # of U5 it tells now one size of two, now the other
    ("onnx.shape_inference", "U1"),
    ("Keras", "U8"),
    ("shapealg (ONNX)", "U4"),
)


# ---------------------------------------------------------------- the record


def test_every_tool_answers_about_every_network():
    assert list(TRUTH) == list(NETWORKS)
    assert set(ANSWERS) == {(tool, name) for tool in eight_tools.TOOLS for name in NETWORKS}
    assert len(RECORD["answers"]) == len(ANSWERS)
    packages = {"shapealg", "torch", "jax", "keras", "onnx", "onnxruntime"}
    assert packages <= set(RECORD["versions"]) and all(RECORD["versions"].values())


def test_an_answer_is_whole():
    for one in RECORD["answers"]:
        assert one["state"] in ("answered", "refused", "late", "unwritten"), one
        assert one["says"], one
        answered = one["state"] == "answered"
        assert answered == (one["warm"] is not None) == (one["ratio"] is not None), one
        assert answered or one["formula"] is None
        assert (one["formula"] is None) == (one["formula_is"] == "none")
        assert (one["formula_wrong_at"] is None) == (one["formula_is"] != "wrong")
        assert one["formula"] is None or is_formula(one["formula"])
        assert (one["taken"] is None) == (one["sizes_are"] == "none")


def test_verdicts_follow_from_the_sizes_beside_them():
    for one in RECORD["answers"]:
        if one["taken"] is None:
            continue
        ran, said = numbers(TRUTH[one["network"]][one["framework"]]), numbers(one["taken"])
        less, more = ran - said, said - ran
        assert (one["missing"], one["missing_first"]) == (len(less), min(less, default=None))
        assert (one["admitted"], one["admitted_first"]) == (len(more), min(more, default=None))
        assert one["sizes_are"] == ("right" if ran == said else "wrong")


def test_what_ran_is_what_is_known():
    for name, sizes in KNOWN.items():
        assert numbers(TRUTH[name]["torch"]) == sizes, name
        assert numbers(TRUTH[name]["onnx"]) == sizes | EMPTY.get(name, set()), name


def test_ours_lack_only_sizes_at_which_a_map_is_empty():
    for (tool, name), one in ANSWERS.items():
        if tool.startswith("shapealg"):
            assert one["formula_is"] != "wrong" and not one["admitted"], one
            lacking = EMPTY.get(name, set()) if one["framework"] == "onnx" else set()
            assert one["missing_first"] == min(lacking, default=None), one
            assert (one["missing"] or 0) == len(lacking), one


# ---------------------------------------------------------------- the page and the sheet


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_answer_of_its_record(language):
    text = (ROOT / f"docs/{language}/adapters/eight_tools.md").read_text(encoding="utf-8")
    shown = EightTools(language, RECORD)
    assert shown.overview("formula") in text and shown.overview("sizes") in text
    for name in NETWORKS:
        assert f"## {name} " in text and shown.table(name) in text
    for name, version in RECORD["versions"].items():
        assert f"{name} {version}" in text


def test_the_sheet_has_a_row_for_each_answer():
    text = (ROOT / "docs/eight_tools.csv").read_text(encoding="utf-8")
    assert text == sheet.of_rows(RECORD["answers"])
    rows = list(csv.DictReader(text.removeprefix(sheet.MARK).splitlines()))
    assert [(row["tool"], row["network"]) for row in rows] == list(ANSWERS)


def answer(**words):
    base = dict.fromkeys(RECORD["answers"][0])
    return base | {"state": "answered", "way": "asked", "formula_is": "none"} | words


def test_verdicts_in_words():
    shown = EightTools("en", RECORD)
    assert shown.formula(answer(formula_is="right")) == "✓"
    assert shown.formula(answer(formula_is="wrong", formula_wrong_at=9)) == "✗ n = 9"
    assert shown.formula(answer(state="refused")) == "refuses"
    assert shown.taken(answer(sizes_are="none")) == "–"
    assert shown.taken(answer(sizes_are="right")) == "✓"
    both = {"missing": 1, "missing_first": 16, "admitted": 3, "admitted_first": 2}
    told = shown.taken(answer(sizes_are="wrong", **both))
    assert told == "✗ lacks 1, from 16; 3 too many, from 2"
    assert short(answer(sizes_are="wrong", **both)) == "−16 +2"
    assert short(answer(sizes_are="none")) == "–" and short(answer(sizes_are="right")) == "✓"
    assert shown.taken(answer(sizes_are="right", height_wrong_at=7)) == "✗ another size at 7"


# ---------------------------------------------------------------- again, here


def test_the_networks_run_in_pytorch_at_the_sizes_of_the_record():
    require("torch")
    for name in NETWORKS:
        made = sized(tools_frameworks.Torch(name).run, name)
        assert set(made) == KNOWN[name], name


def test_the_networks_run_in_onnx_runtime_at_the_sizes_of_the_record():
    module("onnxruntime")
    for name in NETWORKS:
        made = sized(tools_inference.File(name).run, name)
        assert set(made) == KNOWN[name] | EMPTY.get(name, set()), name


def worker(tool, name):
    command = [sys.executable, ROOT / "scripts/tools_worker.py", tool, name, str(2**34)]
    return json.loads(eight_tools.heard(command))


@pytest.mark.parametrize(("tool", "name"), AGAIN)
def test_an_answer_is_the_same_again(tool, name):
    for needed in ("torch", "jax", "keras", "onnxruntime"):
        if find_spec(needed) is None:
            lacking(f"{needed} is not installed")
    one = worker(tool, name)
    ran = worker(f"run {one['framework']}", name)
    again = tools_judged.row(one, tools_judged.heights(ran), {}, NETWORKS[name].example)
    before = ANSWERS[tool, name]
    for column in set(before) - {"says", "first", "warm", "rounds", "ratio"}:
        assert again[column] == before[column], column


# ---------------------------------------------------------------- the parts


def test_formulas_are_exact():
    assert exactly("floor(H/3 - 1/3) + 1", 4, 1) == 2
    assert exactly("2*floordiv(H - 1, 2) + 1", 6, 1) == 5
    assert exactly("max(H, W)", 2, 7) == 7
    assert exactly("H/2", 3, 1) is None
    assert is_formula("(H - 1)//4 + 1") and is_formula("W")
    assert not is_formula("unk__4") and not is_formula("_d14 - 4") and not is_formula("?")


def test_sizes_as_text_and_back():
    for sizes in ((), (1,), (3, 4, 5, 6, 8), tuple(range(1, 131)), (2, 4)):
        assert numbers(runs(sizes)) == set(sizes)
    assert runs((8, 3, 4, 5)) == "3-5, 8"


def test_a_wrong_formula_and_wrong_sizes_are_told():
    ran = {16: 16, 32: 32}
    assert tools_judged.of_formula("H", ran, 64)["formula_is"] == "right"
    assert tools_judged.of_formula("2*(H//4)", ran, 64)["formula_wrong_at"] == 16
    found = tools_judged.of_sizes({16: 16, 17: 17, 32: 31}, ran)
    assert (found["sizes_are"], found["admitted_first"], found["missing"]) == ("wrong", 17, 0)
    assert found["height_wrong_at"] == 32
    assert tools_judged.of_sizes({32: None}, ran)["missing_first"] == 16
    assert tools_judged.of_sizes(None, ran)["sizes_are"] == "none"


@pytest.mark.parametrize(("way", "verdict"), [("program", "right"), ("asked", "wrong")])
def test_a_formula_is_meant_for_the_sizes_that_come_with_it(way, verdict):
    one = {"way": way, "formula": "H//3", "heights": {"3": 1, "6": 2}}
    told = tools_judged.row(one, {3: 1, 4: 2, 6: 2}, {}, 63)
    assert (told["formula_is"], told["missing_first"]) == (verdict, 4)


def test_half_a_line_is_forgotten(tmp_path):
    kept = tmp_path / "found.jsonl"
    assert eight_tools.remembered(kept) == {}
    kept.write_text('{"tool": "a", "network": "U1", "state": "run"}\n{"tool": "b", "netw')
    assert list(eight_tools.remembered(kept)) == [("a", "U1")]


def test_a_run_for_one_network_alone_leaves_the_record(tmp_path, monkeypatch, capsys):
    record = tmp_path / "eight_tools.json"
    record.write_text("old")
    monkeypatch.setattr(eight_tools, "RECORD", record)
    monkeypatch.setattr(eight_tools, "ROOT", tmp_path)
    monkeypatch.setattr(eight_tools, "ensure", lambda name: sys.executable)
    monkeypatch.setattr(
        eight_tools,
        "tried",
        lambda python, tool, network: {"tool": tool, "network": network, "state": "late"},
    )
    with pytest.raises(environment.Trouble, match="not there yet, so the record is left"):
        eight_tools.main(["--network", "U8"])
    assert record.read_text() == "old"
    assert capsys.readouterr().out.count("U8: late") == len(eight_tools.TOOLS + eight_tools.RUN)


def test_a_worker_that_dies_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(eight_tools, "ROOT", tmp_path)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/tools_worker.py").write_text("raise SystemExit('no memory')")
    found = eight_tools.tried(sys.executable, "Keras", "U1")
    assert (found["state"], found["says"]) == ("died", "no memory")


def test_a_tool_that_is_not_there_is_refused_in_a_line(capsys):
    with pytest.raises(SystemExit):
        eight_tools.main(["--tool", "Netron"])
    assert "invalid choice: 'Netron'" in capsys.readouterr().err
