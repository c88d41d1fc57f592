"""The built site, served on this machine, and a browser to open it in."""

import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from needed import lacking, module

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """Both languages, built strictly from the committed pages."""
    module("mkdocs")
    out = tmp_path_factory.mktemp("site")
    for config, folder in (("mkdocs.yml", out), ("mkdocs.en.yml", out / "en")):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "mkdocs",
                "build",
                "--strict",
                "--quiet",
                "-f",
                str(ROOT / config),
                "-d",
                str(folder),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        )
        assert done.returncode == 0, done.stderr
    return out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def address(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        lacking("Chromium is missing")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright is missing")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Tab:
    """A page that remembers what went wrong on it: console errors, exceptions, requests that leave
    the site.
    """

    def __init__(self, context, address):
        self.page, self.address, self.wrong = context.new_page(), address, []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on(
            "request",
            lambda r: (
                self.wrong.append(r.url)
                if not r.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )

    def open(self, path: str):
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def tab(chromium, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield Tab(context, address)
    context.close()


@pytest.fixture
def lax(chromium, address):
    """A page without its policy, which forbids the programs that a test adds."""
    context = chromium.new_context(bypass_csp=True)
    yield Tab(context, address)
    context.close()


@pytest.fixture
def narrow(chromium, address):
    """A telephone, in the dark."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    yield Tab(context, address)
    context.close()
