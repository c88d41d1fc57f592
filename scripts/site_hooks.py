"""What the site's build adds to MkDocs: shared files, the mathematics font, links between
languages.
"""

import logging
import re
from collections import Counter
from html import escape, unescape
from importlib.resources import files as package
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from mkdocs.structure.files import File
from search_words import before
from site_cards import LACKING, card, drawn, formula
from site_policy import guarded
from site_weight import USED, laws, lighter, pressed, purged, terse, words
from workbench import assets

DOCS = Path(__file__).resolve().parent.parent / "docs"

# STIX Two Math has 1.4 million bytes; what our formulas are written with, some fifty thousand.
CHARACTERS = [
    range(0x20, 0x7F),
    range(0x391, 0x3AA),  # Α … Ω
    range(0x3B1, 0x3CA),  # α … ω
    range(0x1D434, 0x1D468),  # 𝐴 … 𝑧, which a browser puts for <mi>a</mi>
    range(0x1D6E2, 0x1D71C),  # 𝛢 … 𝜛
    tuple(map(ord, "ℎℕℤℚℝ−×·⋅÷±∓/∕∘⌊⌋⌈⌉|‖∣∤≤≥<>=≠≡≢≈≔⇔⇒⇐→←↦⟹⟺∈∉⊂⊆∪∩∅∀∃∧∨¬∑∏…⋯⋮′″√∞⟨⟩†■□✓")),
    [0xA0, 0x2009, 0x200A, 0x2061, 0x2062, 0x2063, 0x2064],  # spaces and the invisible operators
]

RUNTIME = "assets/runtime/"
# what the page counts while it is fetched
COUNTED = ("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "shapealg.zip")

HERE_NOT_FOUND = {
    "zh": (
        '<h1>没有这一页 · No such page</h1><p><a href="index.html">回到首页</a>，或用上方的搜索。'
        '</p><p lang="en"><a href="en/index.html">Go to the first page in English</a>.</p>'
    ),
    "en": (
        '<h1>No such page</h1><p><a href="index.html">Go to the first page</a>, or search'
        " above.</p>"
    ),
}


def on_config(config):
    """Keep the dictionary of the Chinese search quiet."""
    logging.getLogger("jieba").setLevel(logging.WARNING)  # it reports loading its dictionary
    if config.site_url and not drawn():
        logging.getLogger("mkdocs.cards").info(LACKING)
    if config.site_url and config.theme["language"] == "en":
        config.site_url += "en/"


def on_files(files, config):
    """Both languages get the files they share, and the font."""
    shared = [
        *sorted(path for path in (DOCS / "assets").rglob("*") if path.is_file()),
        DOCS / "evidence.json",
        DOCS / "sweep.json",
        DOCS / "corpus.json",
        DOCS / "corpus.csv",
        DOCS / "exported.json",
        DOCS / "length_functions.json",
        DOCS / "benchmarks.json",
        DOCS / "since.json",
        DOCS / "rates.json",
        DOCS / "length_functions.csv",
        DOCS / "halos.json",
        DOCS / "halos.csv",
        DOCS / "eight_tools.json",
        DOCS / "eight_tools.csv",
    ]
    for path in filter(Path.is_file, shared):
        files.append(
            File.generated(config, path.relative_to(DOCS).as_posix(), abs_src_path=str(path))
        )
    files.append(File.generated(config, "assets/math.woff2", content=math_font()))
    programs = laws((DOCS / "assets" / "formulas.js").read_text(encoding="utf-8"))
    for name, program in programs.items():
        files.append(File.generated(config, f"assets/laws/{name}.js", content=program))
    if config.theme["language"] == "zh":  # the English pages load it from there
        for name, content in assets().items():
            files.append(File.generated(config, f"{RUNTIME}{name}", content=content))
    return files


def math_font() -> bytes:
    """STIX Two Math with our characters only, the same bytes each time; its OFL notice stays
    inside.
    """
    source = package("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
    font = TTFont(BytesIO(source.read_bytes()), recalcTimestamp=False)
    # No layout features: small indices are scaled letters then, and the file is half as long.
    cut = subset.Subsetter(
        subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True, hinting=False)
    )
    cut.populate(unicodes={code for codes in CHARACTERS for code in codes})
    cut.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def with_runtime(html: str, config) -> str:
    """The workbench, told where its runtime lies and how many bytes that is; without one it says
    so.
    """
    loaded = {name: len(content) for name, content in assets().items() if name in COUNTED}
    up = "../" if config.theme["language"] == "en" else ""
    told = f'data-runtime="{up}{RUNTIME}" data-bytes="{sum(loaded.values())}"' if loaded else ""
    return html.replace("data-runtime", told)


def on_page_content(html, page, config, files):
    """Title, description and weight of a page; formulas stay out of search, where ⌊a/b⌋ would read
    ⌊ab⌋.
    """
    if page.file.src_uri == "workbench.md":
        html = with_runtime(html, config)
    page.meta.setdefault("description", described(html))
    heading = re.search(r"<h1[^>]*>(.*?)(?:<a class=\"headerlink\"|</h1>)", html, re.DOTALL)
    if heading and "title" not in page.meta:  # the menu's title may be that of another page, too
        page.meta["title"] = unescape(re.sub(r"<[^>]+>", "", heading[1]))
    page.meta.setdefault("search", {}).setdefault("boost", weight(page.file.src_uri))
    # formulas, and code to copy
    return re.sub(r'<math|<div(?= class="tabbed-set)', r"\g<0> data-search-exclude", html)


def described(html: str) -> str:
    """The leading sentence, the first paragraph or entry of a list, as plain text."""
    leading = (r'<p class="sa-lead">(.*?)</p>', r"<p>(.*?)</p>", r"<li>(.*?)</li>")
    tried = (re.search(pattern, html, re.DOTALL) for pattern in leading)
    found = next(filter(None, tried), None)
    plain = re.sub(r"<math.*?</math>", "…", found[1], flags=re.DOTALL) if found else ""
    text = unescape(re.sub(r"<[^>]+>", "", plain))
    return " ".join(text.split())[:160].replace('"', "'").rstrip(":：")


# What is a reference is found after what explains.
WEIGHTS = {"formulas/index.md": 0.5, "questions/index.md": 0.3, "api.md": 0.3, "gotchas.md": 0.6}
KINDS = {"formulas/": 2, "layers/": 1.6, "networks/": 1.3, "frameworks/": 0.6}


def weight(page: str) -> float:
    """How much a page counts in the search."""
    kind = next((kind for kind in KINDS if page.startswith(kind)), "")
    return WEIGHTS.get(page, KINDS.get(kind, 1))


def on_post_page(output, page, config):
    """The language menu keeps the page: both languages name their files alike."""
    root = "../" * page.url.count("/")
    up, down = ("../", "") if config.theme["language"] == "en" else ("", "en/")
    link = {"zh": root + up + page.url, "en": root + down + page.url}
    menu = r'href="[^"]*"( hreflang="(zh|en)" class="md-select__link")'
    output = re.sub(menu, lambda found: f'href="{link[found[2]]}"{found[1]}', output)
    output = without_sitemaps(homeward(output, root)).replace(
        "</title>", f"</title>{shared(page, pictured(output, page, config))}", 1
    )
    output = told_apart(output)
    return guarded(lighter(output, root), wasm=page.file.src_uri == "workbench.md")


def told_apart(output: str) -> str:
    """Lists of a page's contents under headings of the same name, each by a name of its own.

    >>> told_apart('<nav class="md-nav" aria-label="a"><nav class="md-nav" aria-label="a">')
    '<nav class="md-nav" aria-label="a"><nav class="md-nav" aria-label="a (2)">'
    """
    seen: Counter = Counter()

    def numbered(found: re.Match) -> str:
        seen[found[1]] += 1
        number = f" ({seen[found[1]]})" if seen[found[1]] > 1 else ""
        return f'<nav class="md-nav" aria-label="{found[1]}{number}">'

    return re.sub(r'<nav class="md-nav" aria-label="([^"]*)">', numbered, output)


def homeward(output: str, root: str) -> str:
    """The logo leads to the first page; the theme has it lead to a folder, which on a disk is a
    list of files.
    """
    return re.sub(r'href="[^"]*"([^>]*md-logo")', rf'href="{root}index.html"\1', output)


def pictured(output: str, page, config) -> str:
    """Where the picture of a page will be, made on the way; nowhere without an address, or without
    what draws it.
    """
    if not config.site_url or not drawn():
        return ""
    name = f"assets/cards/{page.url.removesuffix('.html')}.png"
    path = Path(config.site_dir) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    title, told = page.meta["title"], page.meta["description"]
    path.write_bytes(card(title, told, formula(output), config.theme["language"]))
    return config.site_url + name


def shared(page, picture: str) -> str:
    """What a page that is sent to somebody is shown as."""
    told = {"title": page.meta["title"], "description": page.meta["description"], "type": "article"}
    told |= {"image": picture, "image:width": "1200", "image:height": "630"} if picture else {}
    tags = [("property", f"og:{name}", text) for name, text in told.items()]
    tags += [("name", "twitter:card", "summary_large_image")] * bool(picture)
    return "".join(
        f'<meta {kind}="{name}" content="{escape(text, quote=True)}">' for kind, name, text in tags
    )


def without_sitemaps(output: str) -> str:
    """The theme would look for a sitemap beside each of these links, in vain, and from the disk it
    may not.
    """
    return re.sub(r'\s*<link rel="alternate"[^>]*>', "", output)


def on_post_template(output, template_name, config):
    """The page for what is missing, in the site's language; and where the other language of each
    page is, where the site's own address is known.
    """
    if template_name == "sitemap.xml" and config.site_url:
        return with_languages(output, config)
    if template_name == "404.html":
        root = re.search(r'<script src="([^"]*)assets/site[.]js">', output)[1]
        # it is shown at any address, however deep
        told = HERE_NOT_FOUND[config.theme["language"]].replace('href="', f'href="{root}')
        output = without_sitemaps(homeward(output, root)).replace("<h1>404 - Not found</h1>", told)
        return guarded(lighter(output, root))


def with_languages(sitemap: str, config) -> str:
    """A sitemap that names both languages of every page."""
    home = (
        config.site_url.removesuffix("en/") if config.theme["language"] == "en" else config.site_url
    )

    def both(found):
        path = found[1].removeprefix(config.site_url)
        links = {"zh": home + path, "en": f"{home}en/{path}"}
        return found[0] + "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{link}"/>'
            for language, link in links.items()
        )

    named = sitemap.replace("<urlset ", '<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml" ', 1)
    return re.sub(r"<loc>(.*?)</loc>", both, named)


def on_post_build(config):
    """Leave out what no page loads: maps for debuggers, stemmers for other languages."""
    site = Path(config.site_dir)
    for path in site.rglob("*.map"):
        path.unlink()
    languages = config.plugins["material/search"].config.lang
    kept = {
        "lunr.stemmer.support.min.js",
        "lunr.multi.min.js",
        *(f"lunr.{name}.min.js" for name in languages),
    }
    for path in (site / "assets" / "javascripts" / "lunr").rglob("*.js"):
        if path.name not in kept:
            path.unlink()
    asking = before(config.theme["language"])
    programs = site / "assets" / "javascripts"
    for path in (programs / "workers").glob("search.*.js"):
        worker = apart(path.read_text(encoding="utf-8"))
        path.write_text(asking + worker, encoding="utf-8")
    for path in programs.glob("bundle.*.js"):
        path.write_text(unhurried(path.read_text(encoding="utf-8")), encoding="utf-8")
    slim(site)


def slim(site: Path) -> None:
    """Style sheets without what matches nothing on the site; what is ours without its comments."""
    known = words(site)
    for path in (site / "assets" / "stylesheets").glob("*.css"):
        path.write_text(purged(path.read_text(encoding="utf-8"), known), encoding="utf-8")
    for name in ("site.css", "workbench.css"):
        path = site / "assets" / name
        path.write_text(pressed(path.read_text(encoding="utf-8")), encoding="utf-8")
    ours = [site / "assets" / name for name in (*USED, "site.js", "wake.js")]
    for path in (*ours, *(site / "assets" / "laws").glob("*.js")):
        path.write_text(terse(path.read_text(encoding="utf-8")), encoding="utf-8")


# Where the theme's program fetches the search's index for every reader of every page, and where it
# does when the field is entered, or when words are to be marked on a page that was found.
HURRIED = {
    '$(location.protocol!=="file:")': "$(!1)",
    'z([t,r.pipe(Q(we()),g(o=>!!o.searchParams.get("h")))])': (
        'r.pipe(Q(we()),g(o=>!!o.searchParams.get("h")),b(n=>t.pipe(m(o=>[o,n]))))'
    ),
}


def unhurried(program: str) -> str:
    """The theme's program, with a search that fetches its index when somebody searches."""
    for hurried, later in HURRIED.items():
        if program.count(hurried) != 1:
            raise ValueError("the theme's program is another one: look when it fetches the index")
        program = program.replace(hurried, later)
    return program


def apart(worker: str) -> str:
    """The search worker, with the nodes of its word set named so that no two share a name.

    lunr names a node by its letters and the numbers of the nodes behind them, run together; where
    words hold digits, other nodes have the same name, are taken for one, and words come about that
    no page has: the search then finds nothing, as it did for "size".
    """
    named, told = "=e+s+o.id}return e}", '=e+s+o.id+";"}return e}'
    if worker.count(named) != 1:
        raise ValueError("the search worker is another one: look whether its word set is right now")
    return worker.replace(named, told)
