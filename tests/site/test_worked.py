"""A derivation at the calculator's numbers, as a reader meets it."""

import random

import pytest
from test_browser import SCALAR

from shapealg import formulas
from shapealg.errors import ShapeError
from shapealg.law import counts, inequalities, rules
from shapealg.law.proof import Rule
from shapealg.render.worked import RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Counts and tries with loops of its own; the last line of a law is what Python says.
COUNTED = """([name, cases]) => cases.map(([texts, value]) => {
    const law = window.shapealg[name];
    const given = Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, BigInt(v)]));
    const signs = {"<=": (a, b) => a <= b, "<": (a, b) => a < b, "==": (a, b) => a === b};
    const each = ([[a, b], sign, [c, d]]) => signs[sign](a * d, c * b);
    return law.steps.map(([kind, , word, program]) => {
        const holds = (j) => word === "or" ? program(given, j).some(each) : program(given, j).every(each);
        if (kind === "holds") return String(program(given).every(each));
        if (kind === "count") {
            let count = 0;
            for (let j = 0n; j < 2000n; j += 1n) count += holds(j);
            return String(count);
        }
        if (kind === "smallest") {
            for (let j = -2000n; j < 4000n; j += 1n) if (holds(j)) return String(j);
        }
        if (kind === "largest") {
            for (let j = 4000n; j > -2000n; j -= 1n) if (holds(j)) return String(j);
        }
        const [above, below] = program(given);
        return above % below === 0n ? String(above / below) : `${above}/${below}`;
    });
})"""


def test_every_rule_is_told_in_words():
    licensed = {
        kind.__name__
        for module in (rules, inequalities, counts)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Rule) and kind is not Rule
    }
    assert licensed - {"Inside", "Backwards"} == set(RULES)  # these two are told by what they hold


@pytest.mark.parametrize("law", SCALAR, ids=lambda law: law.name)
def test_every_step_comes_to_what_the_law_says(lax, law):
    page, dice, cases = lax.open(f"formulas/{law.name}.html"), random.Random(law.name), []
    while len(cases) < 25:
        sizes = {
            p.name: dice.randint(0, 3) if p.name in ("lo", "hi") else dice.randint(1, 9)
            for p in law.parameters
        }
        if dice.random() < 0.5:
            sizes |= {name: dice.randint(1, 60) for name in ("n", "m") if name in sizes}
        try:
            cases.append(
                [{name: str(size) for name, size in sizes.items()}, str(law(**sizes)).lower()]
            )
        except ShapeError:
            continue
    for (sizes, value), steps in zip(cases, page.evaluate(COUNTED, [law.name, cases]), strict=True):
        assert len(steps) == len(law.derivation) + 1
        assert set(steps) == {value}, (sizes, steps)


def lines(page, kind=".sa-steps"):
    return [
        " ".join(line.split()) for line in page.locator(f"{kind} .sa-worked").all_text_contents()
    ]


def test_the_steps_follow_the_numbers(tab):
    page = tab.open("en/formulas/conv_output_size.html")
    assert lines(page)[:4] == [
        "2j + 3 ≤ 12: j = 0, 1, 2, 3, 4, that is 5",
        "2j ≤ 9: j = 0, 1, 2, 3, 4, that is 5",
        "j ≤ 9/2 = 4.5: j = 0, 1, 2, 3, 4, that is 5",
        "j ≤ 4: j = 0, 1, 2, 3, 4, that is 5",
    ]
    assert lines(page)[4].endswith("= 5") and "11" in lines(page)[4]
    for name, value in {"n": "224", "k": "7", "d": "1", "lo": "3", "hi": "3"}.items():
        page.fill(f"form.sa-calc input[name={name}]", value)
    # 2j + 6 − 3 ≤ 226: 112 windows
    assert lines(page)[0] == "2j + 3 ≤ 226: j = 0, 1, 2, …, 111, that is 112"
    assert page.locator(".sa-steps [data-agrees=false]").count() == 0
    page.fill("form.sa-calc input[name=n]", "1e3")
    assert "sa-stale" in page.locator(".sa-steps").get_attribute("class")
    page.fill("form.sa-calc input[name=n]", str(2**60))
    assert lines(page)[3] == f"j ≤ {2**59 - 1}: j = 0, 1, 2, …, {2**59 - 1}, that is {2**59}"
    assert tab.wrong == []


def test_a_padding_is_tried(tab):
    page = tab.open("formulas/same_padding.html")
    # n = 8, k = 3, s = 2: four outputs, which 9 cells give and 8 do not
    assert lines(page)[0] == "t = 0 时 0 ≤ 0 且 4 ≤ 3 ✗；t = 1 时 0 ≤ 1 且 4 ≤ 4 ✓"
    assert lines(page)[-1].endswith("= 1")


def test_what_is_left_out_breaks_the_result(tab):
    page = tab.open("en/formulas/strided_output_size.html")
    page.fill("form.sa-calc input[name=n]", "11")
    page.fill("form.sa-calc input[name=k]", "3")
    page.fill("form.sa-calc input[name=s]", "4")
    floor, up, one = lines(page, ".sa-broken")
    # windows begin at 0, 4 and 8
    assert floor.startswith("(n − k)/s + 1 = 3, right by luck")
    assert up.startswith("⌈(n − k)/s⌉ + 1 = 3, right by luck")
    assert one == "⌊(n − k)/s⌋ = 2 instead of 3"
    page.get_by_role("button", name="n = 12").first.click()
    assert lines(page, ".sa-broken")[:2] == [
        "(n − k)/s + 1 = 3.25 instead of 3",
        "⌈(n − k)/s⌉ + 1 = 4 instead of 3",
    ]
    assert page.locator("form.sa-calc output strong").text_content() == "3"
    assert tab.wrong == []


@pytest.mark.parametrize(
    ("path", "name", "parts"),
    [
        ("formulas/conv_output_size.html", "n", 11),
        ("formulas/conv_output_size.html", "lo", 1),
        ("formulas/conv_output_size.html", "hi", 2),
        ("formulas/conv_output_size.html", "k", 3),
        ("formulas/conv_output_size.html", "s", 2),  # where the first two windows begin
        ("en/formulas/transposed_output_size.html", "n", 4),  # each input is a row
    ],
)
def test_a_letter_lights_what_it_counts(tab, path, name, parts):
    page = tab.open(path)
    page.focus(f"form.sa-calc input[name={name}]")
    assert page.locator(".sa-figure .sa-meant").count() == parts
    assert set(page.locator("mi.sa-meant").all_text_contents()) == {name}
    page.locator(".sa-steps mi", has_text="k").first.hover()
    assert set(page.locator("mi.sa-meant").all_text_contents()) == {"k"}
    assert tab.wrong == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("conv_output_size", {"n": "224", "lo": "-1"}),
        ("window_adjunction", {"n": "2", "d": "2", "hi": "-3"}),  # d and hi are not in the example
        ("chain_output_size", {"n": "64", "k": "3, 5, 7", "hi": "1, 0, 1"}),
        ("conv_macs", {"f": "7"}),
    ],
)
def test_the_code_to_copy_follows_the_numbers(tab, name, typed):
    page = tab.open(f"formulas/{name}.html")
    for field, value in typed.items():
        page.fill(f"form.sa-calc input[name={field}]", value)
    texts = page.locator(".tabbed-block code").all_text_contents()
    ours = next(t for t in texts if t.startswith("import shapealg"))
    alone = next(t for t in texts if f"def {name}(" in t)
    room = {}
    for text in (ours, alone):
        *before, call = text.rstrip().split("\n")
        exec("\n".join(before), room)
        call, said = call.split("  # ")
        assert str(eval(call, room)) == said
    given = {k: tuple(map(int, v.split(","))) if "," in v else int(v) for k, v in typed.items()}
    law = getattr(formulas, name)
    assert said == str(law(**dict(law.example) | given))
    script = next(t for t in texts if "const " in t).rstrip()
    *before, call = script.split("\n")
    page.goto("about:blank")
    call, answer = call.split(";  // ")
    assert page.evaluate("(code) => String(eval(code))", "\n".join([*before, call])) == said.lower()
    assert answer.removesuffix("n") == said.lower()
    assert tab.wrong == []
