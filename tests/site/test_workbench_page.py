"""The workbench as a reader meets it: the package itself, in Chromium."""

import json
import re
from urllib.parse import parse_qs, urlparse

import pytest
from halves import small_model
from needed import lacking, module

import shapealg as sa
from shapealg.printing import shape_told

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT = 120_000  # milliseconds; on a busy machine Python takes its time to start


@pytest.fixture
def runtime(site):
    """The runtime that the site was built with."""
    if not (site / "assets" / "runtime").is_dir():
        lacking("the workbench's runtime was not fetched; python3 scripts/docs.py build fetches it")


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A file: half a U-Net."""
    onnx = module("onnx")
    path = tmp_path_factory.mktemp("model") / "half.onnx"
    onnx.save(small_model(), str(path))
    return path


def answered(page, words: str):
    """Wait until the answer says these words."""
    shown = page.locator(".sa-bench-answer")
    shown.get_by_text(words).first.wait_for(timeout=WAIT)
    return shown


def facts(page) -> dict:
    """The first list of the answer."""
    rows = page.locator(".sa-bench-facts").first
    labels, values = rows.locator("dt").all_text_contents(), rows.locator("dd").all_text_contents()
    return dict(zip(labels, values, strict=True))


def test_a_layer_is_answered_and_back_undoes(tab, runtime):
    page = tab.open("en/workbench.html")
    call, shape = "torch.Conv2d(3, 64, 7, stride=2, padding=3)", (1, 3, 224, 224)
    answered(page, "(1, 64, 112, 112)")
    assert facts(page)["along H"] == "H ↦ ⌊(H + 1)/2⌋ = 112"
    assert page.locator(".sa-bench-answer svg rect.sa-tap").count() > 20
    assert page.locator(".sa-bench-codes dt").all_text_contents()[0] == "Keras"
    field = page.locator("#ask-layer [name=call]")
    field.fill(call.replace("stride=2", "stride=4"))
    field.press("Enter")
    words = sa.torch.Conv2d(3, 64, 7, stride=4, padding=3)
    answered(page, shape_told(words.output_shape(shape)))
    kept = parse_qs(urlparse(page.url).fragment)
    assert kept["call"] == [call.replace("stride=2", "stride=4")] and kept["ask"] == ["layer"]
    page.go_back()
    answered(page, "(1, 64, 112, 112)")
    assert field.input_value() == call
    page.locator("#ask-layer [name=want]").fill("112")
    assert "H = 223, 224" in answered(page, "H = 223, 224").text_content()
    assert tab.wrong == []


def test_what_is_wrong_is_one_line_in_the_language_of_the_page(tab, runtime):
    page = tab.open("workbench.html#ask=layer&call=torch.Conv2d(3,64,7)&shape=1,4,9,9")
    with pytest.raises(sa.ShapeError) as problem:
        sa.torch.Conv2d(3, 64, 7).output_shape((1, 4, 9, 9))
    shown = answered(page, problem.value.zh)
    assert shown.locator("p").count() == 1
    for hostile in ("<img src=x onerror=alert(1)>", "__import__('os').abort()", "(" * 5000):
        page.fill("#ask-layer [name=call]", hostile)
        page.wait_for_function(
            "text => document.querySelector('.sa-bench-answer').textContent !== text",
            arg=shown.text_content(),
            timeout=WAIT,
        )
        assert shown.locator("p").count() == 1 and shown.locator("img").count() == 0
    assert tab.wrong == []


def test_a_network_says_why_not_and_what_works(tab, runtime):
    page = tab.open("en/workbench.html#ask=network&source=zoo&zoo=unet&sizes=65")
    answered(page, "the nearest that work: H = 64, 80; W = 64, 80")
    assert facts(page)["accepts H"] == "H ≡ 0 (mod 16), H ≥ 16"
    page.get_by_role("button", name="11 more nodes").click()
    # the first press waits for the theme's program
    page.wait_for_function(
        "[...document.querySelectorAll('.sa-bench-answer tbody tr')].filter((row) => row.checkVisibility()).length === 31"
    )
    page.get_by_role("tab", name="A layer").click()
    answered(page, "read as")
    page.get_by_role("tab", name="A layer").press("ArrowRight")
    answered(page, "the nearest that work: H = 64, 80; W = 64, 80")
    assert tab.wrong == []


def test_a_list_of_layers_is_typed(narrow, runtime):
    page = narrow.open("workbench.html")
    answered(page, "(1, 64, 112, 112)")
    page.get_by_role("tab", name="整个网络").click()
    answered(page, "接受的尺寸 H")
    page.fill("[name=layers]", "nn.Conv2d(3, 8, 3)\nnn.MaxPool2d(2)")
    answered(page, "(N, 8, ⌊H/2⌋ − 1, ⌊W/2⌋ − 1)")
    page.fill("#ask-network [name=sizes]", "33,20")
    answered(page, "H = 33, W = 20：可以运行，输出 (1, 8, 15, 9)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert narrow.wrong == []


def test_a_file_is_read_and_never_sent(tab, runtime, model):
    page = tab.open("en/workbench.html")
    answered(page, "(1, 64, 112, 112)")
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.method != "GET" else None)
    page.get_by_role("tab", name="A network").click()
    page.set_input_files("[type=file]", str(model))
    answered(page, "ConvTranspose_2")
    assert facts(page)["accepts H"] == sa.read(str(model)).accepts("H").text("H").en
    page.fill("#ask-network [name=sizes]", "33")
    answered(page, "node Concat_3 (Concat) needs two equal sizes: 33, 32")
    assert "half" not in page.url and "source=file" in page.url
    assert sent == [] and tab.wrong == []


def test_it_is_stopped_and_starts_again(tab, runtime):
    page = tab.open("en/workbench.html")
    page.get_by_role("button", name="Stop").click(timeout=WAIT)
    page.get_by_text("Stopped.").wait_for()
    assert page.locator(".sa-bench-answer > *").count() == 0
    page.fill("#ask-layer [name=shape]", "1,3,64,64")
    answered(page, "(1, 64, 32, 32)")
    assert tab.wrong == []


def test_a_dropped_file_asks_about_a_network(tab, runtime, model):
    page = tab.open("en/workbench.html")
    answered(page, "(1, 64, 112, 112)")
    page.evaluate(
        """bytes => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([new Uint8Array(bytes)], "half.onnx"));
            const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true });
            document.getElementById("workbench").dispatchEvent(event);
        }""",
        list(model.read_bytes()),
    )
    answered(page, "ConvTranspose_2")
    assert page.locator(".sa-bench-file").text_content() == "half.onnx"
    assert tab.wrong == []


def test_from_the_disk_it_says_how_to_serve_it(tab, site, runtime):
    tab.address = site.as_uri() + "/"
    page = tab.open("en/workbench.html")
    said = page.locator(".sa-bench-status").text_content()
    assert "python3 scripts/docs.py" in said and "\n" not in said
    assert [wrong for wrong in tab.wrong if not wrong.startswith("file:")] == []


def test_without_its_runtime_it_says_so(tab):
    """As the page is built where the runtime cannot be had."""
    tab.page.route(
        "**/en/workbench.html",
        lambda route: route.fulfill(
            response=(got := route.fetch()), body=re.sub(r'data-runtime="[^"]*"', "", got.text())
        ),
    )
    page = tab.open("en/workbench.html")
    assert "could not be fetched" in page.locator(".sa-bench-status").text_content()
    assert tab.wrong == []


@pytest.mark.parametrize("folder", ("", "en/"))
def test_every_example_on_the_page_is_answered(tab, runtime, folder):
    page = tab.open(f"{folder}workbench.html")
    answered(page, "(1, 64, 112, 112)")
    links = page.locator(".sa-bench-try a").evaluate_all("all => all.map(a => a.hash)")
    assert len(links) == 8
    for link in links:
        before = page.locator(".sa-bench-answer").text_content()
        page.evaluate("hash => { location.hash = hash }", link)
        page.wait_for_function(
            "text => document.querySelector('.sa-bench-answer').textContent !== text",
            arg=before,
            timeout=WAIT,
        )
        assert page.locator(".sa-bench-answer dl").count() >= 1, json.dumps(link)
    assert tab.wrong == []
