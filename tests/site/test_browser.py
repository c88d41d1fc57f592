"""The site as a reader meets it, in Chromium."""

import html
import random
import re

import pytest
from asked_in_search import EN, ZH
from needed import ROOT

from shapealg import formulas
from shapealg.errors import ShapeError
from shapealg.render.code import javascript_alone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = [
    str(path.relative_to(ROOT / "docs").with_suffix(".html")).removeprefix("zh/")
    for language in ("zh", "en")
    for path in sorted((ROOT / "docs" / language).rglob("*.md"))
]
FIRST = {path.rpartition("/")[0]: path for path in reversed(PAGES)}  # one a folder
# the pages alone of their kind, and one of every other kind
EACH = [
    path for path in PAGES if path.count("/") == path.startswith("en/") or path in FIRST.values()
]
SCALAR = [law for law in formulas.laws() if not any(p.array or p.sequence for p in law.parameters)]
LISTS = [law for law in formulas.laws() if any(p.sequence for p in law.parameters)]


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(EACH, id="one of each kind"),
        pytest.param(PAGES, id="all", marks=pytest.mark.slow),
    ],
)
def test_pages_are_quiet_ask_nobody_else_and_fit_a_telephone(narrow, paths):
    assert len(paths) > 30
    for path in paths:
        page = narrow.open(path)
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert narrow.wrong == []


def test_the_site_opens_from_the_disk(tab, site):
    """By a double click: no server, still calculators and search."""
    tab.address = site.as_uri() + "/"
    page = tab.open("en/index.html")
    page.fill("form.sa-calc input[name=n]", "14")
    # ⌊(14 + 3 − 4 − 1)/2⌋ + 1
    assert page.locator("form.sa-calc output strong").text_content() == "7"
    page.click("input.md-search__input")
    page.fill("input.md-search__input", "receptive")
    page.dispatch_event("input.md-search__input", "keyup")
    page.wait_for_selector(".md-search-result__item", timeout=20_000)


def test_mathematics_has_its_font(tab):
    page = tab.open("index.html")
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px \"STIX Two Math\"', '⌊'))"
    )
    floor, line = (
        page.locator(f".sa-math {part}").first.bounding_box()["height"]
        for part in ("mo[symmetric]", "mi")
    )
    assert floor > 1.5 * line  # the floor stretches over the fraction


@pytest.mark.parametrize("path", ["layers/transposed.html", "en/layers/transposed.html"])
def test_the_labels_of_seven_fields_stand_on_one_line(tab, narrow, path):
    for page in (tab.open(path), narrow.open(path)):
        lines = page.locator("form.sa-calc").first.locator("label > span")
        heights = lines.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert len(heights) == 7 and max(heights) < 1.5 * min(heights), heights


def random_sizes(law, dice):
    """Sizes of all magnitudes, some beyond 2^53, some outside the domain."""
    return {
        p.name: dice.choice(
            [dice.randint(-3, 12), dice.randint(1, 40), dice.randint(1, 10 ** dice.randint(1, 20))]
        )
        for p in law.parameters
    }


@pytest.mark.parametrize("each", [120, pytest.param(4500, marks=pytest.mark.slow)])
def test_the_programs_of_the_calculators_are_exact(tab, each):
    """formulas.js against Python, number for number, refusals included: 10^5 cases where it is slow."""
    page, dice, compared = tab.open("index.html"), random.Random(0), 0
    page.add_script_tag(url=f"{tab.address}assets/formulas.js")  # a page has its own laws only
    for law in SCALAR:
        cases, expected = [], []
        for _ in range(each):
            sizes = random_sizes(law, dice)
            try:
                expected.append(str(law(**sizes)).lower())
            except ShapeError:
                expected.append("no")
            cases.append({name: str(value) for name, value in sizes.items()})
        script = """([name, cases]) => cases.map((texts) => {
            const law = window.shapealg[name], given = Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, BigInt(v)]));
            return law.needs.every(([holds]) => holds(given)) ? String(law.value(given)) : "no";
        })"""
        measured = page.evaluate(script, [law.name, cases])
        assert measured == expected, law.name
        compared += sum(answer != "no" for answer in expected)
    assert compared > 4 * each and (each < 4500 or each * len(SCALAR) > 10**5)


@pytest.mark.parametrize("law", [*SCALAR, *LISTS], ids=lambda law: law.name)
def test_the_javascript_to_copy_runs_alone(tab, law):
    """The snippet of a law's page, on a page without our scripts, gives what its last line says."""
    tab.page.goto("about:blank")
    value = law(**dict(law.example))
    *body, call = javascript_alone(law).split("\n")
    call, said = call.split(";  // ")
    measured = tab.page.evaluate("(code) => String(eval(code))", "\n".join([*body, call]))
    assert measured == str(value).lower() and said.removesuffix("n") == measured


@pytest.mark.parametrize("law", LISTS, ids=lambda law: law.name)
def test_calculators_of_lists(tab, law):
    page = tab.open(f"formulas/{law.name}.html")
    shown = page.locator("form.sa-calc output strong")
    assert shown.text_content() == str(law(**dict(law.example)))
    lists = [name for name, value in law.example if isinstance(value, tuple)]
    for name in lists:
        page.fill(f"form.sa-calc input[name={name}]", "2, 2 ,2")
    assert shown.text_content() == str(law(**dict(law.example) | dict.fromkeys(lists, (2, 2, 2))))
    page.fill(f"form.sa-calc input[name={lists[0]}]", "2, 0, 2")
    assert shown.text_content() == "–"  # an entry below 1
    if len(lists) > 1:
        page.fill(f"form.sa-calc input[name={lists[0]}]", "2, 2, 2, 2")
        assert shown.text_content() == "–"  # lists of different length
    assert page.locator("form.sa-calc [role=status]").text_content().strip()
    assert tab.wrong == []


def test_long_results_are_grouped_and_still_one_number(tab):
    page = tab.open("formulas/conv_macs.html")
    shown = page.locator("form.sa-calc output strong")
    assert shown.text_content() == "118013952"
    assert shown.locator("span").all_text_contents() == ["118", "013", "952"]


def test_the_calculator_answers_and_redraws(tab):
    page = tab.open("en/formulas/conv_output_size.html")
    form = page.locator("form.sa-calc")
    for name, value in {"n": 12, "k": 3, "s": 3, "d": 1, "lo": 0, "hi": 1}.items():
        form.locator(f"input[name={name}]").fill(str(value))
    assert form.locator("output strong").text_content() == "4"
    figure = page.locator("figure.sa-figure[data-law=conv_output_size]")
    # one row per output, three taps each, and the row that does not fit
    assert figure.locator("rect.sa-tap").count() == 12
    assert figure.locator("rect.sa-outside").count() == 3
    assert figure.locator("rect.sa-pad").count() == 1
    form.locator("input[name=n]").fill("9007199254740993")
    assert form.locator("output strong").text_content() == str(
        formulas.conv_output_size(9007199254740993, 3, 3, hi=1)
    )
    # too many cells for all of them: both ends, numbered exactly
    assert figure.locator("[data-row]").count() == 5 and figure.locator("[data-at]").count() < 24
    assert "9007199254740992" in figure.locator("svg").text_content()
    assert figure.locator("svg").get_attribute("aria-label").startswith("9007199254740993 input")
    form.locator("input[name=n]").fill("1")
    said = form.locator("[role=status]").text_content()
    assert said == "needs n + lo + hi ≥ d(k − 1) + 1; the nearest that works is n = 2"
    assert form.locator("[aria-invalid=true]").get_attribute("name") == "n"
    form.locator("[role=status] button").click()
    assert form.locator("output strong").text_content() == "1"
    assert form.locator("[aria-invalid=true]").count() == 0
    form.locator("input[name=n]").fill("１４")  # as a Chinese keyboard writes it
    assert form.locator("output strong").text_content() == "5"
    form.locator("input[name=n]").fill("12")
    assert figure.is_visible()
    assert tab.wrong == []


def test_a_picture_lights_what_belongs_together(tab):
    page = tab.open("en/formulas/conv_output_size.html")
    figure = page.locator("figure.sa-figure[data-law=conv_output_size]")
    told = figure.locator(".sa-play output")

    def lit(name):
        return figure.locator(f".sa-lit[data-{name}]").evaluate_all(
            f"all => all.map(one => Number(one.dataset.{name}))"
        )

    # k = 3, s = 2, d = 2, lo = 1: output 2 reads 3, 5 and 7; 5 is read by outputs 1, 2 and 3
    figure.locator("[data-row='2'] rect").first.hover()
    assert (lit("row"), lit("at")) == ([2], [3, 5, 7])
    assert told.text_content() == "output 2 reads input 3, 5, 7"
    figure.locator("[data-at='5']").hover()
    assert (lit("row"), lit("at")) == ([1, 2, 3], [5])
    assert told.text_content() == "input 5 is read by output 1, 2, 3"
    figure.locator("[data-at='0']").hover()
    assert told.text_content() == "no output reads input 0"
    page.mouse.move(0, 0)
    assert figure.locator(".sa-lit").count() == 0
    for _ in range(6):  # the row after the last is the first
        figure.get_by_label("the next one").click()
    assert lit("row") == [0] and told.text_content() == "output 0 reads input 1, 3 and 1 of padding"
    figure.get_by_label("the one before").click()
    assert lit("row") == [4]
    with page.expect_download() as saved:
        figure.get_by_label("save as SVG").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert text.startswith("<svg") and "fill: rgb" in text and "var(" not in text
    with page.expect_download() as saved:
        figure.get_by_label("save as PNG").click()
    image = saved.value.path().read_bytes()
    wide, high = (int(figure.locator("svg").get_attribute(side)) for side in ("width", "height"))
    # the head of a PNG: its sign, then its first chunk, which begins with width and height
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(image[i : i + 4]) for i in (16, 20)] == [2 * wide, 2 * high]
    assert tab.wrong == []


def test_a_calculator_is_embedded_with_its_numbers(lax, address):
    tab = lax  # whose pages may hold frames, as others' do
    granted = ["clipboard-read", "clipboard-write"]
    tab.page.context.grant_permissions(granted, origin=address.rstrip("/"))
    page = tab.open("en/formulas/conv_output_size.html#n=14&d=1&hi=1")
    shown = "form.sa-calc output strong"
    assert page.locator(shown).text_content() == "7"  # ⌊(14 + 1 + 1 − 3)/2⌋ + 1
    page.fill("form.sa-calc input[name=n]", "15")
    page.locator("figure.sa-figure").get_by_label("copy the code to embed it").click()
    page.wait_for_timeout(100)
    code = page.evaluate("navigator.clipboard.readText()")
    source = html.unescape(re.search('src="(.*?)"', code)[1])
    assert source.endswith("#embed&n=15&k=3&s=2&d=1&lo=1&hi=1")
    page.goto(f"{address}en/404.html")
    page.evaluate(
        """(source) => new Promise((done) => {
          const frame = document.createElement("iframe");
          [frame.src, frame.width, frame.height, frame.onload] = [source, 640, 480, done];
          document.body.replaceChildren(frame);
        })""",
        source,
    )
    frame = page.frame_locator("iframe")
    assert frame.locator(shown).text_content() == "8"
    assert frame.locator("figure.sa-figure svg").is_visible()
    for hidden in (".md-header", "h1", "h2 >> nth=0", ".md-footer"):
        assert not frame.locator(hidden).is_visible(), hidden
    link = frame.locator(".sa-source a")
    assert link.get_attribute("href").endswith("conv_output_size.html#n=15&k=3&s=2&d=1&lo=1&hi=1")
    assert tab.wrong == []


@pytest.mark.parametrize(
    "hostile", ["#n=%3Cimg%20src=x%20onerror=alert(1)%3E", "#embed&n=1e9", "#embed&embed"]
)
def test_a_hostile_address_does_nothing(tab, hostile):
    page = tab.open(f"formulas/conv_output_size.html{hostile}")
    assert page.locator("form.sa-calc output strong").text_content() in ("–", "5")
    assert page.locator("form.sa-calc img").count() == 0
    assert tab.wrong == []


def test_a_picture_plays_under_the_hand_and_is_still_under_reduced_motion(chromium, address):
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}index.html")
    assert not page.locator(".sa-play button[aria-pressed]").first.is_visible()
    assert page.get_by_label("下一个").first.is_visible()
    context.close()
    page = chromium.new_page()
    page.goto(f"{address}index.html")
    play = page.locator(".sa-play button[aria-pressed]").first
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    page.wait_for_selector("[data-row='2'].sa-lit")
    play.click()
    assert play.get_attribute("aria-pressed") == "false"
    page.close()


def test_a_transposed_convolution_is_drawn_as_what_it_is(tab):
    """Each input is a row and stamps k cells, s apart; what is cropped is hatched."""
    page = tab.open("en/layers/transposed.html")
    form = page.locator("form.sa-calc[data-law=transposed_output_size]")
    figure = page.locator("figure[data-law=transposed_output_size]:not([data-where])")
    for name, value in {"n": 3, "k": 4, "s": 3, "lo": 2, "hi": 1, "op": 0}.items():
        form.locator(f"input[name={name}]").fill(str(value))
    # PyTorch: ConvTranspose1d(1, 1, 4, 3)(zeros(1, 1, 3)) has 10 entries, of which 3 are cropped
    assert form.locator("output strong").text_content() == "7"
    reads = figure.locator("[data-row]").evaluate_all("all => all.map(row => row.dataset.reads)")
    assert reads == ["-2 -1 0 1", "1 2 3 4", "4 5 6 7"]
    assert figure.locator("[data-at] .sa-cell").count() == 7
    assert figure.locator("[data-at]:has(.sa-hatch)").count() == 3
    assert figure.locator(".sa-outside").count() == 0
    figure.locator("[data-at='4']").hover()
    told = figure.locator(".sa-play output").text_content()
    assert told == "output 4 is the sum over input 1, 2"
    assert tab.wrong == []


def test_receptive_fields_follow_the_numbers(tab):
    page = tab.open("en/formulas/receptive_field_size.html")
    form, figure = page.locator("form.sa-calc"), page.locator("figure.sa-figure")
    told, lit = figure.locator(".sa-play output"), figure.locator("[data-level='0'].sa-tap")
    form.locator("input[name=k]").fill("3, 3")
    form.locator("input[name=s]").fill("2")
    form.locator("input[name=d]").fill("1, 2")
    # of layer 1 it reads 2j, 2j + 2, 2j + 4, each of which reads three positions, 4 apart from the next
    assert form.locator("output strong").text_content() == "11"
    assert "sa-stale" not in figure.get_attribute("class")
    figure.get_by_label("the next one").click()
    assert "11 in all" in told.text_content() and lit.count() == 9  # two holes are not read
    figure.locator("[data-level='1'][data-cell='1']").hover()
    assert told.text_content() == "cell 1 of layer 1 sees input 2…4, 3 in all"
    form.locator("input[name=k]").fill("33, 33")
    assert figure.locator(".sa-tap").count() == 3  # bars, to scale
    assert tab.wrong == []


def test_a_window_moves_on_two_axes(tab):
    page = tab.open("en/layers/conv.html")
    form = page.locator("form.sa-calc[data-law=conv_output_size]")
    figure = page.locator("figure[data-law=conv_output_size][data-where]")
    for name, value in {"n": 5, "k": 3, "s": 2, "d": 1, "lo": 1, "hi": 1}.items():
        form.locator(f"input[name={name}]").fill(str(value))
    told, taps = figure.locator(".sa-play output"), figure.locator(".sa-moving .sa-tap")
    assert taps.count() == 9 + 1
    for _ in range(4):
        figure.get_by_label("the next one").click()
    # the fifth of 3 × 3 outputs
    assert told.text_content() == "output (1, 1) reads rows 1…3, columns 1…3"
    form.locator("input[name=n]").fill("224")
    assert figure.locator("svg").get_attribute("aria-label") == (
        "Input 224 × 224, window 3 × 3, stride 2, dilation 1: output 112 × 112."
    )
    assert tab.wrong == []


def test_a_box_of_a_network_tells_its_size_and_what_it_sees(tab):
    page = tab.open("en/networks/unet.html")
    figure = page.locator("figure.sa-figure").first
    told, boxes = figure.locator(".sa-told"), figure.locator(".sa-box")
    # of 512, halved once: two windows of 3 see 5, a pooling by 2 makes it 6, two more of 3, whose
    # neighbours are 2 apart, 14
    boxes.nth(4).hover()
    assert told.text_content() == "⌊𝐻/2⌋ = 256 · sees 14 of the input, neighbours are 2 apart"
    boxes.first.focus()
    assert told.text_content() == "𝐻 = 512 · sees 1 of the input, neighbours are 1 apart"
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert told.text_content().startswith("⌊𝐻/2⌋ = 256")
    assert figure.locator(".sa-lit").count() == figure.locator("[tabindex='0']").count() == 1
    assert tab.wrong == []


def test_a_session_is_copied_as_it_was_typed(chromium, address):
    context = chromium.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    page = context.new_page()
    page.goto(f"{address}en/questions/flatten_linear.html")
    block = page.locator(".language-pycon:visible").first
    block.hover()
    block.locator("[data-clipboard-target]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "sa." in copied and ">>>" not in copied and "9216" not in copied
    context.close()


@pytest.mark.parametrize("path", ["index.html", "en/formulas/conv_output_size.html"])
def test_the_menu_of_a_telephone_opens_with_the_chapters(narrow, path):
    page = narrow.open(path)
    page.click("label.md-header__button[for=__drawer]")
    chapters = page.locator(".md-nav--primary > .md-nav__list > .md-nav__item")
    assert chapters.count() > 9
    page.wait_for_function(
        """() => [...document.querySelectorAll('.md-nav--primary > .md-nav__list > .md-nav__item')]
        .every((item) => { const { x, width } = item.getBoundingClientRect();
          const at = item.getBoundingClientRect().y + 20;
          return x >= 0 && width > 100 && item.contains(document.elementFromPoint(x + 30, at)); })"""
    )
    assert narrow.wrong == []


@pytest.mark.parametrize("folder", ["", "en/"])
def test_titles_and_descriptions_tell_pages_apart(site, folder):
    pages = [p for p in PAGES if p.startswith("en/") == bool(folder)]
    titles, told = [], []
    for page in pages:
        head = (site / page).read_text(encoding="utf-8").partition("</head>")[0]
        titles.append(re.search("<title>(.*?)</title>", head)[1])
        said = re.findall('"(?:og:)?description" content="(.*?)"', head)
        told += {html.unescape(text) for text in said}
        assert len(said) == 2 and len(told) == len(titles), page
    assert len(set(titles)) == len(pages)
    assert [text for text in told if len(text) < 8 or text.endswith((":", "："))] == []


LAYERS = [path for path in PAGES if "layers/" in path and not path.endswith("index.html")]


@pytest.mark.parametrize("path", LAYERS)
def test_every_layer_has_its_picture(site, path):
    assert "<svg" in (site / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "1e9",
        "3.5",
        "--1",
        "",
        "1" * 41,
        "'; drop",
        "NaN",
        "0x10",
    ],
)
def test_hostile_input_gets_a_line_and_does_nothing(tab, hostile):
    page = tab.open("index.html")
    page.fill("form.sa-calc input[name=n]", hostile)
    assert page.locator("form.sa-calc output strong").text_content() == "–"
    assert page.locator("form.sa-calc [role=status]").text_content().startswith("n: ")
    assert page.locator("form.sa-calc input[name=n]").get_attribute("aria-invalid") == "true"
    assert page.locator("form.sa-calc img").count() == 0
    assert tab.wrong == []


PASTED = {
    "RuntimeError: Sizes of tensors must match except in dimension 1. Expected size 33 but got size"
    " 32 for tensor number 1 in the list.": "torch-sizes-of-tensors-must-match",
    '  File "train.py", line 31, in forward\nRuntimeError: mat1 and mat2 shapes cannot be multiplied'
    " (8x512 and 2048x10)": "torch-mat1-and-mat2",
    "ValueError: Negative dimension size caused by subtracting 3 from 2 for '{{node conv/Conv2D}}'"
    " with input shapes: [?,2,2,64], [3,3,64,64].": "tensorflow-negative-dimension-size",
    "got invalid dimensions for input": "onnx-got-invalid-dimensions",
}


@pytest.mark.parametrize("pasted", PASTED)
def test_a_pasted_error_is_led_to_its_place(tab, pasted):
    page = tab.open("errors.html")
    page.fill(".sa-finder textarea", pasted)
    first = page.locator(".sa-finder output a").first
    assert first.get_attribute("href") == f"#{PASTED[pasted]}"
    first.click()
    assert page.locator(f"[id={PASTED[pasted]}]").is_visible()
    page.fill(".sa-finder textarea", "<img src=x onerror=alert(1)> nothing like it")
    assert page.locator(".sa-finder output").text_content().startswith("没有找到")
    assert tab.wrong == []


@pytest.mark.parametrize(
    ("path", "entries", "words", "some"),
    [
        ("gotchas.html", "h3", "oneDNN", "onednn"),
        ("en/questions/index.html", "article li", "output_padding", "output_padding"),
    ],
)
def test_long_pages_are_narrowed(tab, path, entries, words, some):
    page = tab.open(path)
    shown = page.locator(f"{entries}:visible")
    whole = shown.count()
    page.fill(".sa-sift input", words)
    assert 0 < shown.count() < whole / 4
    assert page.locator(".sa-sift output").text_content() == f"{shown.count()} / {whole}"
    # an entry, or what stands under it, has the word
    assert some in page.locator("article").inner_text().lower()
    page.fill(".sa-sift input", "")
    page.select_option(".sa-sift select", index=2)
    assert 0 < shown.count() < whole and page.locator("h2:visible").count() == 1
    page.select_option(".sa-sift select", index=0)
    assert shown.count() == whole
    assert tab.wrong == []


# Words of letters and digits, of which lunr as it comes makes others: nodes of its set that differ
# are taken for one another.
STRANGERS = """(worker) => new Promise((done) => {
  const told = `importScripts(${JSON.stringify(worker)});
    let seed = 1;
    const next = (k) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor(seed / 65536) % k;
    };
    const known = new Set();
    for (let i = 0; i < 9000; i++) {
      let word = "";
      for (let rest = 1 + next(7); rest > 0; rest--) word += "ab0123456789"[next(12)];
      known.add(word);
    }
    const made = lunr.TokenSet.fromArray([...known].sort()).toArray();
    postMessage([known.size, made.filter((word) => !known.has(word))]);`;
  const asked = new Worker(URL.createObjectURL(new Blob([told])));
  asked.onmessage = ({ data }) => done(data);
})"""
# The words of the index that are most frequent, and those for which the search finds nothing.
FREQUENT = """async ([worker, index]) => {
  const asked = new Worker(worker);
  const ask = (message) => new Promise((done) => {
    asked.onmessage = ({ data }) => done(data);
    asked.postMessage(message);
  });
  const data = await (await fetch(index)).json();
  await ask({ type: 0, data: { ...data, options: { suggest: false } } });
  const counts = new Map();
  for (const { title, text } of data.docs) {
    const plain = `${title} ${text}`.replace(/<[^>]*>/g, " ").toLowerCase();
    for (const word of plain.split(new RegExp(data.config.separator)))
      if (/^\\p{L}{2,}$/u.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 500).map(([word]) => word);
  const empty = [];
  for (const word of words)
    if (!(await ask({ type: 2, data: word })).data.items.length) empty.push(word);
  return [words.length, empty];
}"""
# Those of some words that lunr does not leave out on purpose, as it does "and" and "the".
MEANT = """([worker, words]) => new Promise((done) => {
  const told = `importScripts(${JSON.stringify(worker)});
    const words = ${JSON.stringify(words)};
    postMessage(words.filter((word) => lunr.stopWordFilter(word)));`;
  const asked = new Worker(URL.createObjectURL(new Blob([told])));
  asked.onmessage = ({ data }) => done(data);
})"""


# The pages that are found first for each question.
ASKED = """async ([worker, index, questions]) => {
  const asked = new Worker(worker);
  const ask = (message) => new Promise((done) => {
    asked.onmessage = ({ data }) => done(data);
    asked.postMessage(message);
  });
  const data = await (await fetch(index)).json();
  await ask({ type: 0, data: { ...data, options: { suggest: false } } });
  const found = {};
  for (const question of questions) {
    const { items } = (await ask({ type: 2, data: question })).data;
    found[question] = items.slice(0, 3).map(([first]) => first.location.replace(/[.]html.*/, ""));
  }
  return found;
}"""


def worker(site) -> str:
    """The search's other half, by its address."""
    (found,) = (site / "assets" / "javascripts" / "workers").glob("search.*.js")
    return found.relative_to(site).as_posix()


@pytest.mark.parametrize(("folder", "questions"), [("", ZH), ("en/", EN)], ids=["zh", "en"])
def test_what_people_type_is_among_the_first_three(lax, site, folder, questions):
    page = lax.open(f"{folder}index.html")
    asked = [worker(site / folder), "search/search_index.json", list(questions)]
    found = page.evaluate(ASKED, asked)
    missed = {
        question: found[question]
        for question, pages in questions.items()
        if not set(found[question]) & set(pages.split())
    }
    assert missed == {} and len(ZH) + len(EN) > 60
    assert lax.wrong == []


def test_the_search_knows_no_words_but_those_of_the_pages(lax, site, address):
    known, strangers = lax.open("index.html").evaluate(STRANGERS, f"{address}{worker(site)}")
    assert known > 1500 and strangers == []


@pytest.mark.parametrize("folder", ["", "en/"])
def test_every_frequent_word_is_found(lax, site, address, folder):
    page = lax.open(f"{folder}index.html")
    asked, empty = page.evaluate(FREQUENT, [worker(site / folder), "search/search_index.json"])
    assert asked == 500 and page.evaluate(MEANT, [f"{address}{worker(site)}", empty]) == []
    assert lax.wrong == []


@pytest.mark.parametrize(
    "folder, words",
    [("", ("卷积", "感受野", "空洞卷积", "步长")), ("en/", ("padding", "receptive", "dilation"))],
)
def test_search_finds(tab, folder, words):
    page = tab.open(f"{folder}index.html")
    for word in words:
        page.click("input.md-search__input")
        page.fill("input.md-search__input", word)
        # the theme listens for keys, not for changes
        page.dispatch_event("input.md-search__input", "keyup")
        page.wait_for_selector(".md-search-result__item", timeout=20_000)
        assert word[:2].lower() in page.locator(".md-search-result__list").text_content().lower()
        page.fill("input.md-search__input", "")
        page.keyboard.press("Escape")
    assert tab.wrong == []


def test_the_language_menu_keeps_the_page(tab):
    page = tab.open("formulas/same_padding.html")
    there = page.locator("a.md-select__link[hreflang=en]").evaluate("a => a.href")
    assert there == f"{tab.address}en/formulas/same_padding.html"
    page = tab.open("en/formulas/same_padding.html")
    back = page.locator("a.md-select__link[hreflang=zh]").evaluate("a => a.href")
    assert back == f"{tab.address}formulas/same_padding.html"


def test_a_formula_reads_aloud_in_its_own_language(tab):
    assert "向下取整" in tab.open("index.html").locator(".sa-math").first.get_attribute(
        "aria-label"
    )
    assert "the floor of" in tab.open("en/index.html").locator(".sa-math").first.get_attribute(
        "aria-label"
    )


def test_the_table_of_public_models_is_searched_and_sorted(tab):
    page = tab.open("en/networks/models.html")
    rows, shown = page.locator(".sa-models tbody tr"), page.locator(".sa-models tbody tr:visible")
    every, told = rows.count(), page.locator(".sa-filter output")
    assert shown.count() == every and told.text_content() == f"{every} of {every} models"
    page.fill(".sa-filter [name=q]", "ReSNet")
    found = shown.count()
    assert 0 < found < every and told.text_content() == f"{found} of {every} models"
    assert all("resnet" in text.lower() for text in shown.all_text_contents())
    page.fill(".sa-filter [name=q]", "")
    page.select_option(".sa-filter [name=kind]", "few")
    option = page.locator(".sa-filter [name=kind] option:checked").text_content()
    assert option.endswith(f"({shown.count()})")
    page.select_option(".sa-filter [name=kind]", "")
    first, button = rows.first.text_content(), page.locator("thead th:last-child button")
    for order in (1, -1):
        button.focus()
        page.keyboard.press("Enter")
        cells = page.locator(".sa-models tbody td:nth-child(6)").all_text_contents()
        counts = [int(text.replace("\u00a0", "")) * order for text in cells if text]
        assert counts == sorted(counts) and len(set(counts)) > 10
    assert page.locator("[aria-sort=descending]").count() == 1
    button.click()
    assert rows.first.text_content() == first and page.locator("[aria-sort]").count() == 0
    assert tab.wrong == []


def test_the_table_of_public_models_needs_no_script(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}networks/models.html")
    rows = page.locator(".sa-models tbody tr")
    assert rows.count() == page.locator(".sa-models tbody tr:visible").count() > 10
    assert not page.locator(".sa-filter").is_visible()
    context.close()
