"""The same calls said to two versions of a framework: what changed its manner."""

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from shapealg.checks import sweep, verify
from shapealg.errors import Received, ShapeError
from shapealg.text import Text
from shapealg.words import frameworks

REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.+!]+)")
MOST = 200  # so many cases may end their process
PLAIN = "sympy", "numpy"  # what the package itself needs


def backends(requirement: str) -> list[str]:
    """The backends that a package runs.

    Raises:
        ShapeError: if it is no `name==version`, or no framework's.

    >>> backends("keras==3.14.1"), backends("onnxruntime==1.31.1")
    (['keras-tensorflow', 'keras-jax'], ['onnx'])
    """
    found = REQUIREMENT.fullmatch(requirement)
    name = found["name"].removesuffix("-cpu") if found else ""
    made = [each.name for each in frameworks.BACKENDS.values() if name in map(_dist, each.packages)]
    if not made:
        names = sorted({_dist(p) for each in frameworks.BACKENDS.values() for p in each.packages})
        raise ShapeError(
            Text(zh="--against 需要一个框架的另一版本", en="--against needs a framework's version"),
            Received(repr(requirement)),
            Text(
                zh=f"例如 torch==2.12.1；可用：{', '.join(names)}",
                en=f"for example torch==2.12.1; one of {', '.join(names)} works",
            ),
        )
    return made


def _dist(package: str) -> str:
    """What a package is called where it is installed from."""
    return {"paddle": "paddlepaddle"}.get(package, package)


def environment(requirement: str, backend: str, say: Callable[[str], None] = print) -> Path:
    """The Python of an environment with that version, and all else that the backend needs as it is
    here; made on first use, in the user's cache.

    Raises:
        RuntimeError: if pip cannot install it.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "shapealg" / "against" / f"{requirement.replace('==', '-')}-{backend}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed"
    if not done.is_file():
        say(f"{requirement}: making {folder}")
        venv.create(folder, clear=True, with_pip=True)
        wanted = [requirement, *_beside(requirement, backend), *PLAIN]
        ran = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            last = (ran.stderr.strip() or "pip failed").splitlines()[-1]
            raise RuntimeError(f"{requirement} could not be installed: {last}")
        done.touch()
    return python


def _beside(requirement: str, backend: str) -> Iterator[str]:
    """The other packages of a backend, at the versions that are here."""
    owners, name = packages_distributions(), requirement.partition("==")[0]
    for package in verify.BACKENDS[backend]:
        owner = owners.get(package, [package])[0].replace("_", "-")  # one name, spelled two ways
        if name not in (owner, package, _dist(package)):
            yield f"{owner}=={version(owner)}"


def manners(
    python: str | Path, backend: str, grid: str = "quick", kinds=(), progress=lambda *_: None
) -> tuple[dict, dict]:
    """What the framework of an environment does with every case of a grid, by kind; and its
    versions. A case that ends its process is refused by it, and the rest is asked of a new one.

    Raises:
        RuntimeError: if a process fails, or too many end.
    """
    sizes = {
        kind: verify.length(cases(grid == "full"))
        for kind, cases in sweep.grids(backend).items()
        if not kinds or kind in kinds
    }
    made: dict[str, list] = {kind: [] for kind in sizes}
    versions: dict[str, str] = {}
    deaths = 0
    while left := [f"{k}:{len(made[k])}" for k, size in sizes.items() if len(made[k]) < size]:
        process = verify.worker(backend, f"manners:{grid}", *left, python=python)
        for line in process.stdout or ():
            told = json.loads(line)
            if "versions" in told:
                versions = told["versions"]
            else:
                made[told["kind"]].append(told["manner"])
                progress(backend, told["kind"], 1)
        if status := process.wait():
            deaths += 1
            if status > 0 or deaths > MOST:
                raise RuntimeError(f"{backend} in {python} ended with status {status}")
            made[_at(made, sizes)].append(
                [sweep.REFUSED, f"the process ends with signal {-status}", None]
            )
    return made, versions


def _at(made: dict, sizes: dict) -> str:
    """The kind whose next case a process was at."""
    return next(kind for kind, size in sizes.items() if len(made[kind]) < size)


def changes(backend: str, before: dict, after: dict, grid: str = "quick") -> list[dict]:
    """What changed from one version to another: for each kind of change how many calls, and the
    smallest.

    Args:
        backend: the backend.
        before: kind → what the first version does, as `manners` has it.
        after: the same of the second.
        grid: the grid of both.
    """
    found: dict[tuple, dict[str, Any]] = {}
    for kind, were in before.items():
        cases = sweep.grids(backend)[kind](grid == "full")
        for (call, words, shape), was, now in zip(cases, were, after[kind], strict=True):
            if (what := _change(was, now)) is None:
                continue
            said = now[1] or was[1]
            row = found.setdefault(
                (kind, call, what, _without_numbers(said)),
                {"kind": kind, "call": call, "what": what, "said": said, "cases": 0},
            )
            row["cases"] += 1
            size = _size(words, shape)
            if "smallest" not in row or size < row["smallest"]:
                row |= {"smallest": size, "words": words, "input": shape, "was": was[0]}
                row |= {"now": now[0], "said": said}
    made = [found[key] for key in sorted(found)]
    for row in made:
        del row["smallest"]
    return made


def _change(was, now) -> str | None:
    """The kind of a change; `None` where there is none that was looked at in both."""
    if was[0] != now[0]:
        if sweep.REFUSED in (was[0], now[0]):
            return "taken now" if was[0] == sweep.REFUSED else "refused now"
        return "another shape"
    looked = None not in (was[2], now[2])
    return "other values" if looked and was[2] != now[2] else None


def _size(words: dict, shape: tuple) -> tuple:
    """What makes one call smaller than another: fewer words, smaller numbers."""
    text = f"{words} {shape}"
    return len(words), sum(map(int, re.findall(r"\d+", text))), text


def _without_numbers(said: str) -> str:
    """What a framework says, alike for all numbers that stand in it."""
    return re.sub(r"-?\d+", "#", said)


def compared(
    requirement: str, backend: str, grid: str, kinds=(), progress=lambda *_: None, say=print
) -> dict:
    """What another version does otherwise than the one that is here, and both versions."""
    python = environment(requirement, backend, say)
    other, theirs = manners(python, backend, grid, kinds, progress)
    here, ours = manners(sys.executable, backend, grid, kinds, progress)
    return {
        "backend": backend,
        "grid": grid,
        "from": theirs,
        "to": ours,
        "calls": sum(map(len, here.values())),
        "changes": changes(backend, other, here, grid),
    }
