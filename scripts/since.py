"""Say the same calls to the last versions of every framework, and record what changed its manner.

    scripts/since.py                    all of them; goes on where it was stopped
    scripts/since.py --backend torch    those of one framework

Every version gets an environment of its own, in the user's cache; what a version does is kept in
`.venv/since`, under a name of its own for each state of the grids, and the changes from one version
to the next are written to `docs/since.json`.
"""

import argparse
import json
import os
import subprocess
import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from environment import ROOT, ensure, script  # first: it asks for a recent Python

RECORD = ROOT / "docs/since.json"
KEPT = ROOT / ".venv/since"
# backend → the package that is exchanged, and its versions, the oldest first. The last is the
# newest that runs beside everything else the evidence names; of PyTorch there are newer ones.
VERSIONS = {
    "torch": ("torch", "2.11.0 2.12.1 2.13.0 2.14.1 2.15.0"),
    "keras-jax": ("keras", "3.12.4 3.13.2 3.14.1 3.15.1"),
    "keras-tensorflow": ("keras", "3.12.4 3.13.2 3.14.1 3.15.1"),
    "tensorflow": ("tensorflow-cpu", "2.18.1 2.19.1 2.20.0 2.21.0"),
    "jax": ("jax", "0.8.3 0.9.2 0.10.0 0.10.2"),
    "onnx": ("onnxruntime", "1.29.0 1.30.0 1.31.1 1.32.0"),
    "paddle": ("paddlepaddle", "3.0.0 3.1.1 3.2.2 3.3.0 3.3.1"),
}


def main(arguments: list[str]) -> int:
    """Run what is not kept yet, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=VERSIONS, help="only this one")
    chosen = parser.parse_args(arguments)
    python = ensure("test")
    if Path(sys.executable) != python:  # the grids are listed by what can import the package
        variables = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.call([python, __file__, *arguments], env=variables)
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}
    for backend in [chosen.backend] if chosen.backend else VERSIONS:
        record[backend] = changed(backend)
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    from shapealg.cli.aside import write_aside

    write_aside(RECORD, text)
    return 0


def changed(backend: str) -> dict:
    """The versions of a framework, and what changed from each to the next."""
    from shapealg.checks import against

    package, versions = VERSIONS[backend]
    told = [manners(backend, package, version) for version in versions.split()]
    steps = []
    for (before, old), (after, new) in pairwise(told):
        steps.append({"from": old, "to": new, "changes": against.changes(backend, before, after)})
    first, versions = told[0]
    calls = sum(map(len, first.values()))
    values = sum(one[2] is not None for cases in first.values() for one in cases)
    return {"package": package, "calls": calls, "values": values, "steps": steps}


def manners(backend: str, package: str, version: str) -> tuple:
    """What one version does with every call, kept from run to run."""
    from importlib.metadata import version as installed

    from shapealg.checks import against

    kept = KEPT / f"{backend}-{version}-{asked(backend)}.json"
    if not kept.is_file():
        requirement = f"{package}=={version}"
        python = sys.executable
        if installed(package).partition("+")[0] != version:
            python = against.environment(requirement, backend)
        print(f"{backend} on {requirement} ...", flush=True)
        KEPT.mkdir(exist_ok=True)
        kept.write_text(json.dumps(against.manners(python, backend)), encoding="utf-8")
    return tuple(json.loads(kept.read_text(encoding="utf-8")))


def asked(backend: str) -> str:
    """A name for what is said to a framework, and how: the algebra has no part in what it does."""
    framework, checks = backend.split("-")[0], ROOT / "shapealg/checks"
    files = "sweep.py", f"grids/{framework}.py", f"backends/{framework}.py"
    return sha256(b"".join((checks / file).read_bytes() for file in files)).hexdigest()[:12]


if __name__ == "__main__":
    script(main)
