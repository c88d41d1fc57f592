"""The pictures of shared pages."""

import importlib
import logging
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest
from needed import ROOT, module

module("PIL")
module("mkdocs")
PAGE = '<form class="sa-calc" data-law="conv_output_size">'


@pytest.fixture
def cards(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    for name in ("site_cards", "site_hooks"):  # other tests have them loaded
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module("site_cards")
    sys.modules.pop("site_cards", None)


@pytest.fixture
def hooks(cards):
    yield importlib.import_module("site_hooks")
    sys.modules.pop("site_hooks", None)


def opened(png: bytes):
    from PIL import Image

    return Image.open(BytesIO(png)).convert("RGB")


def test_a_card_has_the_title_and_the_formula(cards):
    law = cards.formula(PAGE)
    assert law == "m = ⌊(n + lo + hi − d(k − 1) − 1)/s⌋ + 1"
    made = cards.card("Convolution", "", law, "en")
    assert opened(made).size == (1200, 630) and len(made) < 40_000
    assert cards.card("Convolution", "", law, "en") == made
    assert cards.card("Pooling", "", law, "en") != made
    assert cards.card("Convolution", "", "", "en") != made
    assert cards.formula("<p>no law</p>") == "" == cards.formula('data-law="none_such"')


def test_a_long_title_and_a_long_formula_stay_inside(cards):
    law = cards.formula('data-law="chain_output_size"')
    shown = opened(cards.card("Which size comes out of a stack? " * 9, "", law, "en"))
    white = (255, 255, 255)
    edge = [shown.getpixel((x, y)) for x in range(1130, 1200) for y in range(0, 630, 3)]
    assert set(edge) == {white}
    between = [shown.getpixel((x, y)) for x in range(80, 1120, 2) for y in (350, 370)]
    assert set(between) == {white}  # the title does not run into the formula


def test_without_a_font_chinese_is_left_out(cards, monkeypatch):
    monkeypatch.setattr(cards, "_font", lambda language, weight: None)
    law = cards.formula(PAGE)
    assert cards.card("卷积", "", law, "zh") == cards.card("", "", law, "zh")
    assert cards.card("卷积", "一层", "", "zh") == cards.card("", "", "", "zh")
    assert cards.card("Padding", "", law, "zh") != cards.card("", "", law, "zh")


def test_without_pillow_one_line_says_so(cards, hooks, monkeypatch, caplog):
    config = SimpleNamespace(site_url="https://shapealg.example/", theme={"language": "zh"})
    page = SimpleNamespace(url="a.html", meta={"title": "A", "description": "b"})
    monkeypatch.setattr(cards, "Image", None)
    with caplog.at_level(logging.INFO, logger="mkdocs"):
        hooks.on_config(config)
    assert [record.message for record in caplog.records] == [cards.LACKING]
    assert hooks.pictured(PAGE, page, config) == "" and "image" not in hooks.shared(page, "")


def test_a_page_names_its_picture_by_its_whole_address(hooks, tmp_path):
    config = SimpleNamespace(
        site_url="https://shapealg.example/en/", site_dir=str(tmp_path), theme={"language": "en"}
    )
    page = SimpleNamespace(url="layers/conv.html", meta={"title": 'A "B"', "description": "c"})
    picture = hooks.pictured(PAGE, page, config)
    assert picture == "https://shapealg.example/en/assets/cards/layers/conv.png"
    assert opened((tmp_path / "assets/cards/layers/conv.png").read_bytes()).size == (1200, 630)
    told = hooks.shared(page, picture)
    assert f'<meta property="og:image" content="{picture}">' in told
    assert '<meta name="twitter:card" content="summary_large_image">' in told
    assert 'content="A &quot;B&quot;"' in told


@pytest.mark.slow
def test_without_an_address_there_are_none(site):
    assert not (site / "assets" / "cards").exists()
    assert "og:image" not in (site / "layers" / "conv.html").read_text(encoding="utf-8")
