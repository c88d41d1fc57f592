"""The site in one command: `python3 scripts/docs.py` makes both languages and serves them.

`… build` stops after building: open `site/index.html` with a double click. `… zip` packs that into
one file to hand on. `… audit` holds the site against what it promises, page by page, in Chromium:
it takes half an hour, or `… audit WORD` for the pages with a word in their address.
"""

import errno
import os
import re
import shutil
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

# first: it asks for a recent Python
import audit
from environment import ROOT, Trouble, ensure, run, say, script
from workbench import prepare

SITE = ROOT / "site"
PACKED = ROOT / "shapealg-site.zip"
USAGE = "python3 scripts/docs.py [build | zip | audit [WORD] | --port 8000]"
VARIABLES = {
    "PYTHONPATH": str(ROOT),  # shapealg is imported from the checkout
    "NO_MKDOCS_2_WARNING": "1",
    # A date that stands still: one source gives one site, byte for byte.
    "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "1767225600"),
}


def main(words: list[str]) -> int | None:
    """Make the pages and both sites, then serve, pack or audit them, unless only `build` is
    asked.
    """
    line = " ".join(words)
    if line in ("-h", "--help"):
        return print(f"{USAGE}\n\n{__doc__}")
    given = re.fullmatch(r"(build|zip|)|(audit)(?: [\w./-]+)?|--port[ =]([0-9]{1,5})", line)
    port = int(given[3] or 8000) if given else 0
    if not 0 < port < 65536:
        raise Trouble(
            "asked for [build | zip | audit [WORD] | --port N], N from 1 to 65535;"
            f" received {line}; try: {USAGE}"
        )
    tools = audit.prepare() if given[2] else ()  # what it lacks is known before anything is built
    python = ensure("docs")
    prepare()
    run("dates", [python, "scripts/dates.py"])
    run("pages", [python, "scripts/regenerate_docs.py"], **VARIABLES)
    build(python)
    say("built: site/index.html")
    if given[1] == "zip":
        return pack()
    if given[2]:
        return audited(*tools, words[1:])
    return None if given[1] else serve(port)


def pack() -> None:
    """The site as one file: unpacked anywhere, `shapealg/index.html` opens by a double click."""
    aside = PACKED.with_suffix(".new")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(filter(Path.is_file, SITE.rglob("*"))):
            name = f"shapealg/{path.relative_to(SITE).as_posix()}"
            # one date for all: the same site gives the same file
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    aside.replace(PACKED)
    say(f"packed: {PACKED.name}, {PACKED.stat().st_size / 1e6:.1f} MB")


def audited(python: Path, chromium: str, words: list[str]) -> int:
    """What the audit of the site ends with, served on a port of its own."""
    with listen(8000) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        done = subprocess.run(
            [python, ROOT / "scripts" / "audit.py", address, chromium, *words], check=False
        )
        server.shutdown()
    return done.returncode


def build(python: Path) -> None:
    """Build both languages aside and put them in place together: `site/` is never half written."""
    aside = ROOT / ".site-new"
    if not SITE.exists() and (aside / "old").exists():  # killed between the two last renames
        (aside / "old").rename(SITE)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:

        def language(name: str, config: str) -> None:
            run(
                name,
                [python, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", aside / name],
                **VARIABLES,
            )

        with ThreadPoolExecutor() as pool:
            list(pool.map(language, ["zh", "en"], ["mkdocs.yml", "mkdocs.en.yml"]))
        (aside / "en").rename(aside / "zh" / "en")
        if SITE.exists():
            SITE.rename(aside / "old")
        (aside / "zh").rename(SITE)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def serve(wanted: int) -> None:
    """Serve the site until it is stopped, from the wanted port or the next free one."""
    server = listen(wanted)
    if server.server_port != wanted:
        say(f"port {wanted} is taken")
    print(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C stops it)", flush=True)
    with server:
        server.serve_forever()


def listen(wanted: int) -> ThreadingHTTPServer:
    """A server on the first free port from `wanted` up."""
    for number in range(wanted, 65536):
        try:
            return Server(("127.0.0.1", number), partial(Pages, directory=SITE))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(
                    f"asked for port {number}, which this account may not open; try: --port 8000"
                ) from None
            if error.errno != errno.EADDRINUSE:
                raise
    raise Trouble(f"asked for a free port from {wanted} up, found none; try: --port 8000")


class Server(ThreadingHTTPServer):
    """A server whose port may be taken again at once."""

    allow_reuse_address = os.name != "nt"  # there it would share a port that is taken


class Pages(SimpleHTTPRequestHandler):
    """The site's files, each with its type, and its own page for what is missing."""

    # Some systems register other types for these, and browsers then refuse them.
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".woff2": "font/woff2",
    }

    def end_headers(self):
        """End the headers, after one that has browsers ask anew."""
        self.send_header("Cache-Control", "no-cache")  # a rebuilt page shows on reload
        super().end_headers()

    def send_error(self, code, *rest):
        """The site's own page where there is no such file."""
        missing = SITE / "404.html"
        if code != 404 or not missing.is_file():
            return super().send_error(code, *rest)
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(missing.read_bytes())

    def log_message(self, *_):
        """Print no line for each request."""
        pass


if __name__ == "__main__":
    script(main)
