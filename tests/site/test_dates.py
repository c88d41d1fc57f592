"""The date beside a figure is that of its record."""

import importlib
import json
import re
import sys

import pytest
from needed import ROOT

DOCS = ROOT / "docs"


@pytest.fixture
def dates(monkeypatch, tmp_path):
    """The script over a copy of the records."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    loaded = importlib.import_module("dates")
    for path in DOCS.glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(loaded, "DOCS", tmp_path)
    monkeypatch.setattr(loaded, "DATES", tmp_path / "dates.json")
    yield loaded
    sys.modules.pop("dates", None)


def test_each_record_is_dated(dates):
    assert {path.stem for path in DOCS.glob("*.json")} - {"dates"} == set(dates.RECORDS)
    told = dates.told()
    assert set(told) == set(dates.RECORDS)
    assert all(re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", day) for day in told.values())


def test_a_record_that_changed_is_seen_and_dated_once(dates):
    before = dates.told()
    path = dates.DOCS / "sweep.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"sweep.json has changed .* run python3 scripts/dates.py"):
        dates.told()
    assert dates.renew("2031-02-03") == ["sweep"]
    assert dates.told() == before | {"sweep": "2031-02-03"}
    assert dates.renew("2031-02-04") == []  # the date stays


def test_pages_tell_the_dates(dates):
    told = {name: part["made"] for name, part in json.loads(dates.DATES.read_text("utf-8")).items()}
    for folder, name in (("formulas", "evidence"), ("frameworks", "sweep"), ("layers", "sweep")):
        for path in (DOCS / "en" / folder).glob("*.md"):
            shown = path.read_text(encoding="utf-8").partition("{#evidence}")[2]
            if re.search(r"^\|.*agreed", shown, re.MULTILINE):
                assert f"Recorded {told[name]}" in shown, path
    for language in ("zh", "en"):
        days = set(re.findall(r"20\d\d-\d\d-\d\d", _pages(language)))
        assert set(told.values()) <= days


def _pages(language: str) -> str:
    """All that is recorded, as the pages say it."""
    texts = (path.read_text(encoding="utf-8") for path in (DOCS / language).rglob("*.md"))
    return "\n".join(re.findall(r"(?:[Rr]ecorded |记录于 )[\d-]+", "\n".join(texts)))
