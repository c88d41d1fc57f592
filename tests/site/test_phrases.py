"""A layer in six frameworks' words at a calculator's numbers: the page's program, conversions, the
frameworks themselves.
"""

import random

import numpy
import pytest
from needed import executed

from shapealg.errors import ShapeError
from shapealg.render import phrasebook, saying
from shapealg.render.phrasebook import SUBJECTS, TRIED
from shapealg.render.saying import SIX
from shapealg.text import Text
from shapealg.words import phrasing, spoken
from shapealg.words.conversion import convert

pytestmark = pytest.mark.slow

PAGES = {"conv": "conv", "pool": "pool", "transposed": "transposed", "pad": "pad"}
COUNTS = {"conv": 400, "pool": 150, "transposed": 400, "pad": 300}
SAID = """(cases) => cases.map((texts) => window.shapealgSaid(
    window.shapealgPhrases,
    Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, BigInt(value)])),
))"""


def sampled(name: str, count: int) -> list:
    """Numbers of a calculator with the law's value, beyond those that phrases were made from too."""
    dice, subject, found = random.Random(f"other {name}"), SUBJECTS[name], []
    while len(found) < count:
        given = {}
        for each in subject.law.parameters:
            tried = TRIED[each.name]
            beyond = dice.randint(min(tried), max(tried) + dice.choice((0, 9)))
            given[each.name] = dice.choice((dice.choice(tried), beyond))
        try:
            found.append(given | {"m": subject.law(**given)})
        except ShapeError:
            continue
    return found


def at(name: str, framework: str, case: dict):
    """What the phrases say, without the page's program."""
    return phrasebook.at(name, framework, **{key: case[key] for key in case if key != "m"})


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_the_pages_program_says_what_conversions_say(tab, name, language):
    folder = "" if language == "zh" else "en/"
    page = tab.open(f"{folder}layers/{PAGES[name]}.html")
    cases = sampled(name, COUNTS[name])
    told = page.evaluate(SAID, [{key: str(value) for key, value in case.items()} for case in cases])
    for case, texts in zip(cases, told, strict=True):
        said = [SUBJECTS[name].said(framework, case).text(language) for framework in SIX]
        assert texts == said, case
    assert tab.wrong == []


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_code_gives_the_laws_size(name):
    """Each line, read as somebody's, on what goes in."""
    ran = dict.fromkeys(SIX, 0)
    for case in sampled(name, COUNTS[name] // 2):
        n, m = case["n"], case["m"]
        for framework in SIX:
            *lines, shapes = at(name, framework, case).lines or ("",)
            if not lines:
                continue
            given, _, made = shapes.removeprefix("# ").partition(" → ")
            shape = spoken.shape(given.strip("()"))
            assert list(shape).count(n) >= 2
            for line in lines:
                shape = spoken.read(line).output_shape(shape)
            assert shape == spoken.shape(made.strip("()")) and shape.count(m) >= 2
            ran[framework] += 1
    assert min(ran.values()) > 5, ran


def test_another_source_is_said_alike():
    """What PyTorch's own words say with the same padding on both sides is said in the same words."""
    for case in sampled("conv", 400):
        if case["lo"] != case["hi"] or case["lo"] < 0:
            continue
        k, s, d, p = (case[name] for name in ("k", "s", "d", "lo"))
        words = spoken.read(
            f"torch.Conv2d(3, 64, {k}, stride={s}, dilation={d}, padding={p}, bias=False)"
        )
        for framework in SIX:
            told = at("conv", framework, case)
            if told.lines:
                steps = convert(words, framework).steps
                assert [f"{framework}.{step!r}" for step in steps] == list(told.lines[:-1])
            else:
                with pytest.raises(ShapeError):
                    convert(words, framework).steps  # noqa: B018


# both sides alike, not alike, cropped; a pooling within and beyond half its kernel
RUN = {
    "conv": [
        {"n": 11, "k": 3, "s": 2, "d": 1, "lo": 1, "hi": 1},
        {"n": 8, "k": 4, "s": 1, "d": 2, "lo": 0, "hi": 3},
        {"n": 9, "k": 2, "s": 2, "d": 1, "lo": -1, "hi": 2},
    ],
    "pool": [{"n": 8, "k": 3, "s": 2, "d": 1, "p": 1}, {"n": 8, "k": 3, "s": 2, "d": 1, "p": 2}],
    "transposed": [
        {"n": 4, "k": 3, "s": 2, "d": 1, "lo": 1, "hi": 1, "op": 1},
        {"n": 5, "k": 4, "s": 2, "d": 1, "lo": 0, "hi": 1, "op": 0},
        {"n": 4, "k": 3, "s": 3, "d": 1, "lo": 0, "hi": 0, "op": 2},
    ],
    "pad": [{"n": 5, "lo": 1, "hi": 2}, {"n": 5, "lo": -1, "hi": 2}],
}


@pytest.mark.parametrize("framework", SIX)
def test_the_frameworks_give_that_size(framework):
    ran = 0
    for name, cases in RUN.items():
        for case in cases:
            *lines, shapes = at(name, framework, case).lines or ("",)
            given, _, made = shapes.removeprefix("# ").partition(" → ")
            if not lines:
                continue
            x = numpy.zeros(spoken.shape(given.strip("()")), "float32")
            for line in lines:
                x = executed(line, x)
            assert str(x.shape) == made, (case, lines)
            ran += 1
    assert ran >= 6


@pytest.mark.browser
def test_a_reader_changes_a_number_and_all_six_follow(tab):
    page = tab.open("en/layers/conv.html")
    code = page.locator(".sa-phrases .tabbed-block code")
    before = code.all_text_contents()
    assert before[1].startswith("# ✗ Keras refuses strides > 1 together with dilation_rate > 1")
    for name, value in {"n": 224, "k": 7, "d": 1, "lo": 3, "hi": 3}.items():
        page.fill(f"form.sa-calc input[name={name}]", str(value))
    after = [text.rstrip().split("\n") for text in code.all_text_contents()]
    # ResNet's first layer: Keras has no number for its padding
    assert after[0] == [
        "torch.Conv2d(3, 64, (7, 7), stride=(2, 2), padding=(3, 3), bias=False)",
        "# (1, 3, 224, 224) → (1, 64, 112, 112)",
    ]
    assert after[1] == [
        '# Conv2D has "valid" and "same" only: pad first',
        "keras.ZeroPadding2D(padding=((3, 3), (3, 3)))",
        "keras.Conv2D(64, (7, 7), strides=(2, 2), use_bias=False)",
        "# (1, 224, 224, 3) → (1, 112, 112, 64)",
    ]
    assert all(
        text != old.rstrip() for text, old in zip(map("\n".join, after), before, strict=True)
    )
    page.fill("form.sa-calc input[name=n]", "")
    assert "sa-stale" in page.locator(".sa-phrases").get_attribute("class")
    assert tab.wrong == []


@pytest.mark.browser
def test_the_chosen_framework_is_kept_from_page_to_page(tab):
    page = tab.open("en/layers/conv.html")
    page.mouse.move(200, 300)
    page.wait_for_selector("html[data-awake]")
    page.locator(".sa-phrases .tabbed-labels label", has_text="JAX").click()
    page.wait_for_function("Object.values(localStorage).some((text) => text.includes('JAX'))")
    page = tab.open("en/layers/pool.html")
    assert page.locator(".sa-phrases > .tabbed-set > input:checked").evaluate(
        "(input) => document.querySelector(`label[for=${input.id}]`).textContent.trim() === 'JAX'"
    )
    # the line is below the open tab, without the theme's program
    page.wait_for_function(
        """() => {
          const labels = document.querySelector(".sa-phrases .tabbed-labels");
          const open = labels.children[3], drawn = getComputedStyle(labels, "::before");
          return open.offsetLeft === new DOMMatrix(drawn.transform).m41
            && open.offsetWidth === parseFloat(drawn.width);
        }"""
    )
    assert tab.wrong == []


def test_a_framework_that_cannot_pad_says_why(monkeypatch):
    """As one may that is added; each of the six can."""

    def front(kind, around):
        raise phrasing.none(Text(zh="它不会填充", en="it cannot pad"))

    monkeypatch.setattr(phrasing.of("paddle"), "front", front)
    told = saying.pad("paddle", {"n": 5, "lo": 1, "hi": 2})
    assert told.text("en") == "# ✗ it cannot pad; no equivalent words exist"
    assert told.text("zh") == "# ✗ 它不会填充；没有等价的写法"
