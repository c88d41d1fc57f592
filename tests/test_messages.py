"""The index of error messages: each is provoked again, and what is said to help is run."""

import json
import re

import pytest
from needed import ROOT, require

from shapealg.checks import messages
from shapealg.render.messages import messages as read
from shapealg.words import frameworks

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
SAID = read(DOCS / "messages.toml", DOCS / "messages.json")
SLOW = ("tensorflow", "keras")


@pytest.mark.parametrize(
    "framework",
    [pytest.param(f, marks=[pytest.mark.slow] * (f in SLOW)) for f in frameworks.NAMES],
)
def test_each_is_provoked_again_and_what_helps_runs(framework):
    require(messages.backend(framework))
    recorded = json.loads((DOCS / "messages.json").read_text(encoding="utf-8"))[framework]
    assert messages.run(framework)["said"] == recorded["said"]


def test_there_are_many_of_every_framework_and_cause():
    assert len(SAID) > 100
    assert all(len(SAID.of(framework)) > 10 for framework in frameworks.NAMES)
    assert all(SAID.by(cause) for cause in SAID.causes)
    assert len({each.id for each in SAID.found}) == len(SAID)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_each_word_for_word_at_its_own_anchor(language):
    page = (DOCS / language / "errors.md").read_text(encoding="utf-8")
    for each in SAID.found:
        assert f"{{#{each.id}}}" in page and each.said["text"] in page
        assert all(line in page for line in (*each.code, *each.fix))
    for cause in SAID.causes:
        assert cause.title[language].lower() in page.lower() and cause.told[language] in page


def test_what_is_said_of_a_size_is_true_in_both_languages():
    """The refused size is not among those that work, and the nearest are told."""
    for each in SAID.found:
        if not each.accepts:
            continue
        assert each.n not in messages.sizes({"accepts": each.accepts}), each.id
        for language in ("zh", "en"):
            told = each.works(language)
            assert all(f"**{n}**" in told for n in each.said["nearest"]), each.id


def test_each_text_is_in_its_own_language():
    for each in (*SAID.causes, *(message for message in SAID.found if message.note)):
        for text in (each.note,) if hasattr(each, "note") else (each.title, each.told):
            assert re.search("[一-鿿]", text.zh) and not re.search("[一-鿿]", text.en)


SPOILED = (
    ('key = "Kernel size', 'key = "Colonel size', "torch-kernel-size-greater was not provoked so"),
    ('cause = "window"', 'cause = "door"', "torch-kernel-size-greater: there is no cause 'door'"),
    (
        'fix = ["nn.Conv2d(3, 8, 5, p',
        'fux = ["nn.Conv2d(3, 8, 5, p',
        "torch-kernel-size-greater: fix",
    ),
    ('id = "torch-kernel-size-greater"', 'id = "torch-other"', "torch-other was not provoked so"),
    ('note.en = "Here n is the padding."', "", "torch-pad-at-most-half needs note.zh and note.en"),
)


@pytest.mark.parametrize(("right", "wrong", "line"), SPOILED)
def test_a_spoiled_file_gets_one_line(tmp_path, right, wrong, line):
    text = (DOCS / "messages.toml").read_text(encoding="utf-8")
    path = tmp_path / "messages.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        read(path, DOCS / "messages.json")
    assert str(error.value).startswith(line) and "\n" not in str(error.value)


def test_a_record_of_what_is_no_longer_written_is_refused(tmp_path):
    text = (DOCS / "messages.toml").read_text(encoding="utf-8")
    path = tmp_path / "messages.toml"
    rest, last = text[: text.rindex("[[message]]")], text[text.rindex('id = "') :].split('"')[1]
    path.write_text(rest, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"^{last}: recorded, but not written$"):
        read(path, DOCS / "messages.json")
