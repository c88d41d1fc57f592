"""The glossary: every word in both languages, explained on a page that is there."""

import re

import pytest
from needed import ROOT

from shapealg.render.glossary import glossary

DOCS = ROOT / "docs"
TERMS = [term for _, terms in glossary(DOCS / "glossary.toml") for term in terms]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_stands_on_the_page_and_leads_to_one_that_is_there(language):
    page = (DOCS / language / "glossary.md").read_text(encoding="utf-8")
    assert len(TERMS) > 30
    for term in TERMS:
        assert (DOCS / language / f"{term.page}.md").is_file(), term.page
        assert f'<dt id="{term.anchor}">{term.name[language]}' in page
        assert term.told[language] in page and f'href="{term.page}.html"' in page


def test_each_is_told_in_its_own_language():
    for term in TERMS:
        assert re.search("[一-鿿]", term.told.zh) and not re.search("[一-鿿]", term.told.en)


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ('en = "stride"', 'en = "input size"', "input-size is there twice"),
        ('zh = "步长", ', "", "stride: zh is missing"),
    ],
)
def test_a_spoiled_file_gets_one_line(tmp_path, right, wrong, line):
    text = (DOCS / "glossary.toml").read_text(encoding="utf-8")
    path = tmp_path / "glossary.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=f"^{line}$"):
        glossary(path)
