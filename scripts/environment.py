"""A local environment from hash-locked requirements.

`ensure("docs")` gives the Python of `.venv/docs`, which holds what `scripts/requirements/docs.txt`
locks, every archive checked against its recorded hash. What no hash can lock stands in a second
file, `<name>.unhashed.txt`, and is added by pip afterwards. The environment is made on first use
and again whenever one of its files changes; otherwise nothing happens. Only the standard library
is needed.
"""

import sys

if sys.version_info < (3, 11):  # the scripts' syntax is kept old enough for this line to be reached
    sys.stderr.write(
        "asked for Python 3.11 or newer, received {}.{}; try: python3.11 {}\n".format(
            sys.version_info[0], sys.version_info[1], " ".join(sys.argv)
        )
    )
    sys.exit(2)

import hashlib
import os
import queue
import shutil
import subprocess
import threading
import time
from collections import deque
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Trouble(Exception):
    """What the reader can put right, told in one line; `details` are printed above it."""

    def __init__(self, line, details=()):
        super().__init__(line)
        self.details = details


def ensure(name: str) -> Path:
    """The Python of `.venv/<name>`, installed first if it is missing, unfinished or out of date."""
    folder = ROOT / ".venv" / name
    locked = ROOT / "scripts" / "requirements" / f"{name}.txt"
    unhashed = locked.with_suffix(".unhashed.txt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.sha256"
    # One file locks different sets for different Python versions, hence the version.
    contents = locked.read_bytes() + (unhashed.read_bytes() if unhashed.is_file() else b"")
    digest = hashlib.sha256(b"%d.%d\n" % sys.version_info[:2] + contents).hexdigest()
    if not (python.exists() and stamp.is_file() and stamp.read_text() == digest):
        start = time.monotonic()
        say(
            f"{name}: making .venv/{name} (once; again when its files in scripts/requirements"
            " change)"
        )
        install(folder, python, locked, unhashed)
        stamp.write_text(digest)  # last, so that a run cut short is started over
        say(f"{name}: ready after {time.monotonic() - start:.0f} s")
    return python


def install(folder: Path, python: Path, locked: Path, unhashed: Path) -> None:
    """Make a new environment in `folder` and fill it from `locked`, then from `unhashed` if there
    is such a file.
    """
    debian = "on Debian and Ubuntu: apt install python3-venv"
    if not find_spec("venv"):
        raise Trouble(f"this Python cannot make environments, its venv module is missing; {debian}")
    venv = [sys.executable, "-m", "venv", "--clear", folder]
    pip = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--progress-bar",
        "off",
    ]
    hashed = ["--require-hashes", "--requirement", locked]
    uv = shutil.which("uv")
    if uv:
        try:
            run("venv", [*venv, "--without-pip"])
            run("uv", [uv, "pip", "install", *hashed, "--python", python])
        except Trouble:  # uv does not read pip's configuration: where it fails, pip may not
            say("uv: could not install; going on with pip")
            uv = None
    if uv and not unhashed.is_file():
        return
    if not find_spec("ensurepip"):
        raise Trouble(
            "this Python cannot put pip into an environment, its ensurepip module is missing;"
            f" {debian}"
        )
    if uv:
        run("ensurepip", [python, "-m", "ensurepip"])
    else:
        run("venv", venv)
        run("pip", [*pip, *hashed])
    if unhashed.is_file():
        run("pip", [*pip, "--requirement", unhashed])


def run(step: str, command: list, **variables: str) -> None:
    """Run `command` at the root; every few seconds say what it is at; if it fails, show its last
    lines.
    """
    start = told = time.monotonic()
    say(f"{step}: started")
    lines, last = queue.SimpleQueue(), deque(maxlen=12)
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        # A thread reads, so that a silent minute of unpacking is still reported on.
        threading.Thread(
            target=lambda: [*map(lines.put, process.stdout), lines.put(None)], daemon=True
        ).start()
        try:
            for line in iter(lambda: take(lines), None):
                # pip's housekeeping would hide what takes the time
                if (
                    line
                    and "uninstall" not in line.lower()
                    and not line.startswith("Found existing")
                ):
                    last.append(line.split(" (from ")[0])
                if time.monotonic() - told > 3:
                    told = time.monotonic()
                    say(f"{step}: {told - start:3.0f} s  {last[-1][:90] if last else ''}".rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        again = " ".join(["python3", *sys.argv])
        raise Trouble(
            f"{step} failed (exit status {process.returncode}), see above; to retry: {again}", last
        )
    say(f"{step}: done, {time.monotonic() - start:.1f} s")


def take(lines: queue.SimpleQueue) -> str | None:
    """The next line, nothing if none came within a second, None at the end."""
    try:
        line = lines.get(timeout=1)
    except queue.Empty:
        return ""
    return line if line is None else line.strip()


def say(line: str) -> None:
    """One line for who waits."""
    print(line, file=sys.stderr, flush=True)


def script(main) -> None:
    """Run `main(arguments)` and exit with what it returns; a foreseeable end is one line, never a
    traceback.
    """
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        for line in trouble.details:
            say(f"  {line}")
        say(f"{Path(sys.argv[0]).name}: {trouble}")
        sys.exit(2)
    except OSError as error:
        say(
            f"{Path(sys.argv[0]).name}: {error.strerror or error}: {error.filename or ''}".rstrip(
                ": "
            )
        )
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
