"""The page of measurements, on a record written by hand: what is missed and who is quicker is
said.
"""

import json

import pytest
from needed import ROOT

from shapealg.render.speed import Speed
from shapealg.text import LANGUAGES


def row(what: str, **told) -> dict:
    plain = {"ours": "o", "peer": "p", "least": 1, "greatest": 9, "memory": 2048, "faster": False}
    return plain | {"what": {"zh": f"{what}的", "en": what}} | told


RECORD = {
    "machine": {
        "processor": "an abacus",
        "cores": 2,
        "system": "wood",
        "python": "3",
        "versions": {"numpy": "2"},
    },
    "parts": {
        "one": {
            "name": {"zh": "一", "en": "One"},
            "load": 2.5,
            "seconds": {"o": [0.004, 0.003, 0.005], "p": [0.001, 0.001, 0.002]},
            "rows": [
                row("a loop", ratio=4.0, target="≤ 5", met=True),
                row("a set", ratio=3.0, target="≤ 1", met=False),
                row("a framework", ratio=0.5, target="≥ 20", met=False, faster=True),
                row("another", ratio=30.0, target="", met=None, faster=True),
                row("pages", ratio=8.0, peer=None, target="≤ 10 s", met=True),
            ],
        },
    },
}


def test_what_is_missed_and_who_is_quicker_is_said():
    told = Speed("en", RECORD)
    assert told.goals() == (2, 4)
    assert told.slower() == ["a loop (4.00 ×)", "a set (3.00 ×)", "a framework (2.00 ×)"]
    assert told.load() == "2.50"
    lines = told.table("one").replace("\u00a0", " ").splitlines()  # a unit stays with its number
    assert [i for i, line in enumerate(lines) if "**missed**" in line] == [3, 4]
    assert lines[2] == "| a loop | 4.00 ms | 1.00 ms | 4.00 × (1.00 … 9.00) | ≤ 5 | 2 KiB |"
    assert lines[-1] == "| pages | 4.00 ms |  | (1.00 … 9.00 s) | ≤ 10 s | 2 KiB |"
    assert "| a set的 | " in Speed("zh", RECORD).table("one")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_has_every_row_in_both_languages(language):
    told = Speed(language, json.loads((ROOT / "docs/benchmarks.json").read_text("utf-8")))
    for name in told.names():
        assert told.title(name) and all(
            line.count("|") > 4 for line in told.table(name).split("\n")
        )
