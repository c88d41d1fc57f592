"""Two versions of a framework: what is found to have changed, and the record of real ones."""

import json
import re
import sys

import pytest
from needed import ROOT, require

from shapealg.checks import against, sweep, verify
from shapealg.cli import main
from shapealg.errors import ShapeError
from shapealg.render.since import Since
from shapealg.text import LANGUAGES

pytestmark = pytest.mark.slow

RECORD = json.loads((ROOT / "docs/since.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def here():
    require("torch")
    made, versions = against.manners(sys.executable, "torch", kinds={"dense", "adaptive"})
    assert versions["torch"] == verify.version("torch").partition("+")[0]
    return made


def test_what_a_version_does_is_what_the_sweep_measures(here):
    for kind, told in here.items():
        assert len(told) == sum(1 for _ in sweep.grids("torch")[kind](False)) > 100
        refused = [one for one in told if one[0] == sweep.REFUSED]
        assert refused and all(why for _, why, _ in refused)
    assert any(values for *_, values in here["adaptive"])
    assert against.changes("torch", here, here) == []


def changed(here, kind, where, now) -> list:
    """The changes if one version had answered so in these places."""
    after = {kind: [now if i in where else one for i, one in enumerate(here[kind])]}
    return against.changes("torch", here, here | after)


def test_a_change_is_told_with_its_smallest_call(here):
    cases = list(sweep.grids("torch")["dense"](False))
    taken = [i for i, one in enumerate(here["dense"]) if one[0] != sweep.REFUSED]
    now = [sweep.REFUSED, "RuntimeError: 3 is not 4", None]
    (row,) = changed(here, "dense", taken[5:9], now)
    assert (row["what"], row["cases"], row["now"]) == ("refused now", 4, sweep.REFUSED)

    def size(case):
        return len(case[1]), sum(map(abs, (*case[1].values(), *case[2])))

    smallest = min((cases[i] for i in taken[5:9]), key=size)
    assert size((row["call"], row["words"], row["input"])) == size(smallest)
    (row,) = changed(here, "dense", taken[:1], [[9, 9], "", None])
    assert row["what"] == "another shape"
    assert (row["was"], row["now"]) == (here["dense"][taken[0]][0], [9, 9])
    looked = [i for i, one in enumerate(here["adaptive"]) if one[2]][:1]
    same = here["adaptive"][looked[0]][0]
    (row,) = changed(here, "adaptive", looked, [same, "", False])
    assert row["what"] == "other values"
    assert changed(here, "adaptive", looked, [same, "", None]) == []  # nobody looked


@pytest.mark.parametrize(
    "asked", ("torch", "torch>=2", "numpy==2.0", "torch==2; rm -rf", "--index-url==3", "", "==1")
)
def test_what_is_no_version_of_a_framework_is_one_line(asked, capsys):
    with pytest.raises(ShapeError, match="a framework's version"):
        against.backends(asked)
    assert main(["verify", f"--against={asked}x" if asked == "" else f"--against={asked}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_lists_what_changed(monkeypatch, capsys):
    require("torch")
    monkeypatch.setattr(against, "environment", lambda *_: sys.executable)
    asked = ["verify", "--against", "torch==2.12.1", "--layers", "dense"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert told.startswith("torch, the same versions: ") and "no change" in told
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["changes"] == []


# ---------------------------------------------------------------- the record


@pytest.mark.parametrize("backend", verify.SWEPT)
def test_four_versions_of_every_backend_are_recorded(backend):
    told = Since("en", RECORD)
    assert len(set(told.versions(backend).split(", "))) >= 4
    for before, after in zip(RECORD[backend]["steps"], RECORD[backend]["steps"][1:], strict=False):
        assert before["to"] == after["from"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_stands_on_the_page(language):
    told = Since(language, RECORD)
    for backend, _ in told.backends():
        steps = told.steps(backend)
        changed = [step for step in RECORD[backend]["steps"] if step["changes"]]
        assert len(steps) == len(changed) and told.changed(backend) == bool(changed)
        for (_, lines), step in zip(steps, changed, strict=True):
            calls = {row["call"] for row in step["changes"] if "opset" not in row["words"]}
            assert all(any(f"`{call}(" in line for line in lines) for call in calls)
            counts = [re.search(r"([\d\s]+)\D*$", line)[1] for line in lines]
            told_cases = sum(int("".join(count.split())) for count in counts)
            assert told_cases == sum(row["cases"] for row in step["changes"])


def tuples(told):
    return tuple(map(tuples, told)) if isinstance(told, list) else told


def test_where_a_change_leads_to_the_evidence_the_algebra_says_the_same():
    evidence = json.loads((ROOT / "docs/sweep.json").read_text("utf-8"))["backends"]
    looked = 0
    for backend, told in RECORD.items():
        versions = evidence[backend]["versions"]
        for step in told["steps"]:
            if any(versions.get(name) != there for name, there in step["to"].items()):
                continue
            for row in step["changes"]:
                words = {name: tuples(value) for name, value in row["words"].items()}
                _, ours = sweep.said(backend, row["call"], words, tuples(row["input"]))
                case = {"call": row["call"], "words": row["words"], "input": row["input"]}
                case |= {"algebra": sweep._plain(ours), "framework": row["now"]}
                known = any(which(case) for which, _ in sweep.known(backend))
                assert known or sweep._plain(ours) == row["now"], row
                looked += 1
    assert looked
