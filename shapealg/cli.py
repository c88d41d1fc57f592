"""The command line: run the checks on real frameworks and keep what they gave."""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

BACKENDS = {"numpy": None, "keras-tensorflow": "tensorflow", "keras-jax": "jax"}
EVIDENCE = Path("docs/evidence.json")


class Parser(argparse.ArgumentParser):
    """argparse, with its complaint in one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments=None) -> int:
    """`shapealg verify`: run every check on every backend and rewrite the evidence file.

    Returns the exit status: 0, or 1 where a check disagrees with what is recorded, or 2 for a request that cannot be met.
    """
    parser = Parser(prog="shapealg", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="verify", parser_class=Parser)
    verify = commands.add_parser("verify", help="run the checks on real frameworks")
    verify.add_argument("--backend", choices=BACKENDS, help="one backend only; its result is printed, nothing is written")
    verify.add_argument("--check", action="store_true", help="compare with the recorded evidence instead of rewriting it; exit 1 if it differs")
    verify.add_argument("--output", type=Path, default=EVIDENCE, help=f"the evidence file (default: {EVIDENCE})")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.backend:
            print(_text(_run(chosen.backend)), end="")
            return 0
        return _verify(chosen.output, chosen.check)
    except (OSError, RuntimeError) as problem:
        print(f"shapealg verify: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("shapealg verify: stopped; nothing was written", file=sys.stderr)
        return 130


def missing(backend: str) -> str:
    """The package a backend lacks, or the empty string."""
    needed = ["keras", BACKENDS[backend]] if BACKENDS[backend] else []
    return next((package for package in needed if find_spec(package) is None), "")


def _run(backend: str) -> dict:
    if lacking := missing(backend):
        raise RuntimeError(f"{backend} needs the package {lacking}, which is not installed; install it or choose from: {', '.join(b for b in BACKENDS if not missing(b))}")
    if BACKENDS[backend]:
        os.environ["KERAS_BACKEND"] = BACKENDS[backend]
    module = import_module(f"shapealg.layer.backends.{'keras' if BACKENDS[backend] else backend}")
    from shapealg import checks

    def progress(name):
        print(f"{backend}: {name}", file=sys.stderr, flush=True)

    return {"versions": module.versions(), "checks": checks.run(module, progress)}


def _verify(path: Path, check: bool) -> int:
    if not path.parent.is_dir():
        raise RuntimeError(f"no folder {path.parent} to keep the evidence in; run it at the root of a checkout or give --output FILE")
    lacking = {backend: package for backend in BACKENDS if (package := missing(backend))}
    if lacking:
        raise RuntimeError("all backends are needed; missing: " + ", ".join(f"{package} for {backend}" for backend, package in lacking.items()))
    if check and not path.is_file():
        raise RuntimeError(f"no record {path} to compare with; make one with: shapealg verify --output {path}")
    running = {backend: subprocess.Popen([sys.executable, "-m", "shapealg", "verify", "--backend", backend], stdout=subprocess.PIPE, text=True) for backend in BACKENDS}
    answers = {backend: process.communicate()[0] for backend, process in running.items()}
    if failed := [backend for backend, process in running.items() if process.returncode]:
        raise RuntimeError(f"{', '.join(failed)} failed; nothing was written")
    text = _text({backend: json.loads(answer) for backend, answer in answers.items()})
    if not check:
        write_aside(path, text)
        return 0
    recorded = path.read_text(encoding="utf-8")
    sys.stdout.writelines(difflib.unified_diff(recorded.splitlines(True), text.splitlines(True), str(path), "measured now"))
    if recorded != text:
        print("shapealg verify: the evidence differs from what was measured now; rewrite it with: shapealg verify", file=sys.stderr)
    return int(recorded != text)


def _text(data) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_aside(path: Path, text: str) -> None:
    """Write beside the file, then put it in its place: a reader sees the old text or the new, never a half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
