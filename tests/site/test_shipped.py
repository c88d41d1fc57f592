"""The site as it is shipped: its policy, its weight, what it fetches when, and as one file."""

import importlib
import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from needed import ROOT, module

pytestmark = pytest.mark.slow

SCRIPTS = str(ROOT / "scripts")
FONT = "assets/math.woff2"
HEAVIEST = 300_000


@pytest.fixture(scope="module")
def scripts():
    """A module of `scripts/`, by name."""
    sys.path.insert(0, SCRIPTS)
    yield importlib.import_module
    sys.path.remove(SCRIPTS)


def html(site) -> dict:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.html")
    }


def test_every_page_has_a_policy_ahead_of_its_first_script(site):
    pages = html(site)
    assert len(pages) > 200
    for path, text in pages.items():
        (policy,) = re.findall('http-equiv="Content-Security-Policy" content="(.*?)"', text)
        assert text.index("Content-Security-Policy") < text.index("<script"), path
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'" and "unsafe-inline" not in rules["script-src"]
        runs_python = path.endswith("workbench.html")
        assert ("wasm-unsafe-eval" in rules["script-src"]) == runs_python, path
        assert not re.search(r'\son\w+="|href="javascript:', text), path


@pytest.mark.browser
def test_what_is_slipped_into_a_page_does_not_run(tab):
    page = tab.open("index.html")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.slipped = 1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", '<img src="x:" onerror="slipped = 1">');
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.slipped") is None
    assert any("Content Security Policy" in line for line in tab.wrong)


def test_a_page_of_a_formula_is_light(site):
    """What it loads before its reader stirs: itself, styles, scripts, the font."""
    pages = [*site.glob("formulas/*.html"), *site.glob("en/formulas/*.html")]
    assert len(pages) > 60
    for page in pages:
        text = page.read_text(encoding="utf-8")
        asked = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', text)
        assert any(name.endswith("wake.js") for name in asked) and len(asked) > 3
        files = [page, site / FONT, *(page.parent / name for name in asked)]
        assert sum(path.stat().st_size for path in files) <= HEAVIEST, page


@pytest.mark.browser
@pytest.mark.parametrize("path", ["index.html", "en/formulas/conv_output_size.html"])
def test_the_search_fetches_its_index_when_its_field_is_entered(tab, path):
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page = tab.open(path)
    page.wait_for_load_state("networkidle")
    assert not any(name.startswith("bundle") for name in asked)
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 200)
    page.wait_for_selector("html[data-awake]")
    page.wait_for_load_state("networkidle")
    assert "search_index.json" not in asked
    with page.expect_request("**/search_index.json"):
        page.click("input.md-search__input")
    assert tab.wrong == []


@pytest.mark.browser
def test_what_is_pressed_first_is_not_lost(chromium, address):
    """The theme's program is not there yet when a reader presses the first key or button."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{address}en/formulas/conv_output_size.html")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement?.matches('.md-search__input')")
    page.goto(f"{address}en/formulas/plain_output_size.html")
    # pressed by a program, ahead of any sign of a reader
    page.evaluate("document.querySelector('label[for^=__palette]:not([hidden])').click()")
    page.wait_for_function("document.body.dataset.mdColorMedia === '(prefers-color-scheme: light)'")
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("wished", "scheme"), (("dark", "slate"), ("light", "default")))
@pytest.mark.parametrize("path", ("layers/pool.html", "en/index.html"))
def test_a_first_page_has_the_colours_of_the_system(chromium, address, wished, scheme, path):
    """Before the reader stirs, too: the theme's program comes later than the first look."""
    context = chromium.new_context(color_scheme=wished)
    page = context.new_page()
    page.goto(f"{address}{path}")
    assert page.evaluate("document.body.dataset.mdColorScheme") == scheme
    assert page.evaluate("document.documentElement.dataset.awake") is None
    context.close()


def test_the_theme_is_known(scripts):
    """Another program of the theme is looked at, not patched in the dark."""
    module("mkdocs")
    hooks = scripts("site_hooks")
    with pytest.raises(ValueError, match="another one"):
        hooks.unhurried("let a=1")
    with pytest.raises(ValueError, match="policy"):
        scripts("site_policy").guarded("<html><script>1</script>")


def test_a_style_sheet_keeps_what_may_match(scripts):
    purged = scripts("site_weight").purged
    kept = (
        ".a:not(.gone){b:c}"  # asks for no .gone
        "@media (min-width:1px){.a .b{c:d}}"
        "@keyframes x{0%{b:c}to{b:d}}"
        "[dir=ltr] .a{b:c}"
        '.a:before{content:"}"}'
        "table>tr{b:c}"
    )
    assert purged(kept, {"a", "b", "ltr"}) == kept
    assert purged("@media print{.gone{a:b}}.a.gone,.a #gone,[dir=rtl] .a{b:c}", {"a"}) == ""


def test_a_style_sheet_is_read_whole(scripts):
    """Where every name is known nothing goes but variables; texts with braces, brackets and quotes
    in them are passed over.
    """
    weight = scripts("site_weight")
    theme = Path(module("material").__file__).parent / "templates" / "assets" / "stylesheets"
    for path in theme.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        known = set(weight.WORD.findall(css))
        assert weight.purged(css, known) == re.sub(r"/[*].*?[*]/", "", css, flags=re.DOTALL)


def test_scripts_to_copy_have_no_text_over_lines(scripts):
    """The site's own programs lose their indentation, which is part of a text that goes on."""
    weight = scripts("site_weight")
    for name in (*weight.USED, "site.js", "wake.js"):
        program = (ROOT / "docs" / "assets" / name).read_text(encoding="utf-8")
        assert [line for line in program.splitlines() if line.count("`") % 2] == [], name


@pytest.mark.browser
def test_packed_it_opens_by_a_double_click(tab, site, scripts, tmp_path, monkeypatch):
    docs = scripts("docs")
    monkeypatch.setattr(docs, "SITE", site)
    monkeypatch.setattr(docs, "PACKED", tmp_path / "site.zip")
    docs.pack()
    first = docs.PACKED.read_bytes()
    docs.pack()
    assert docs.PACKED.read_bytes() == first and [*tmp_path.iterdir()] == [docs.PACKED]
    with zipfile.ZipFile(docs.PACKED) as archive:
        archive.extractall(tmp_path)
    tab.address = (tmp_path / "shapealg").as_uri() + "/"
    page = tab.open("index.html")
    page.click("input.md-search__input")
    page.fill("input.md-search__input", "感受野")
    page.dispatch_event("input.md-search__input", "keyup")
    page.wait_for_selector(".md-search-result__item", timeout=20_000)
    # the address a tab compares with is the server's
    assert [line for line in tab.wrong if not line.startswith("file:")] == []


@pytest.mark.slow
@pytest.mark.browser
def test_a_missing_page_is_told_under_a_path(tab, tmp_path):
    """Wherever it is shown, it has its styles, and leads home."""
    module("mkdocs")
    home = tab.address + "some/where/"
    done = subprocess.run(
        f"{sys.executable} -m mkdocs build --quiet -f mkdocs.yml -d {tmp_path}".split(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1", "SITE_URL": home},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if find_spec("PIL"):
        page = (tmp_path / "layers" / "conv.html").read_text(encoding="utf-8")
        assert f'content="{home}assets/cards/layers/conv.png"' in page
        assert (tmp_path / "assets" / "cards" / "layers" / "conv.png").is_file()
    text = (tmp_path / "404.html").read_text(encoding="utf-8")
    inside = re.findall(r'\s(?:href|src|data-then)="([^"#]+)"', text)
    assert len(inside) > 10
    for reference in inside:
        assert reference.startswith(("/some/where/", home)), reference
        name = reference.removeprefix(home).removeprefix("/some/where/")
        assert name.startswith("en/") or (tmp_path / (name or "index.html")).is_file(), reference


BROKEN = """<a id="here" href="#here"></a><a href="other.html#there">…</a><a href="none.html"></a>
<a href="other.html#nowhere"></a><a href="https://elsewhere.example/"></a><a href="other.html#n=3"></a>"""


def test_the_audit_names_links_that_lead_nowhere(scripts, tmp_path):
    (tmp_path / "index.html").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "other.html").write_text('<p id="there">', encoding="utf-8")
    assert scripts("audit").links(tmp_path) == [
        "index.html: none.html: no such file",
        "index.html: other.html#nowhere: no such place",
    ]


def test_the_site_has_no_broken_link(scripts, site):
    assert scripts("audit").links(site) == []


@pytest.mark.browser
def test_the_audit_finds_what_is_wrong_with_a_page(scripts, chromium, address, site):
    """A page that says something, asks for what is not there, asks elsewhere and is too wide."""
    audit = scripts("audit")
    page = site / "wrong.html"
    page.write_text(
        "<html data-awake><title>t</title><script>console.log('said')</script>"
        "<img alt='' src='none.png'><img alt='' src='http://127.0.0.2:9/x.png'>"
        "<p style='width: 3000px'>wide",
        encoding="utf-8",
    )
    context = chromium.new_context()
    context.add_init_script("window.axe = { run: async () => ({ violations: [] }) }")
    found = "\n".join(audit.Watch(context, address).look("wrong.html"))
    context.close()
    page.unlink()
    for sign in ("console: said", "404 for", "asks http://127.0.0.2:9/x.png", "scrolls sideways"):
        assert sign in found, found


@pytest.mark.parametrize("name", ["site_weight", "site_policy"])
def test_examples_of_the_build_run(scripts, name):
    import doctest

    done = doctest.testmod(scripts(name))
    assert done.attempted and not done.failed


def test_the_lock_of_the_audit_names_no_host():
    lock = Path(ROOT / "scripts/requirements/audit/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock and "://" not in lock and lock.count('"integrity"') > 50
