"""All backends at once: which there are, what they lack, the laws' evidence, and the sweep, which
can be stopped and taken up again.
"""

import ast
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, as_completed
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from shapealg.checks import sweep
from shapealg.checks.together import coverage
from shapealg.words import frameworks

# What is swept; the packages that each backend needs; and where the laws are checked.
SWEPT = tuple(frameworks.BACKENDS)
BACKENDS = {"numpy": ()} | {name: each.packages for name, each in frameworks.BACKENDS.items()}
LAWFUL = ("numpy", *(name for name, each in frameworks.BACKENDS.items() if each.laws))
PIECE = 25  # chunks that one process runs: long enough that starting a framework does not count
FAR = 4  # and elsewhere, where a piece that is lost is lost whole
PACKAGE = Path(__file__).parent.parent
RUNNING: set[subprocess.Popen] = set()  # processes of this machine that are sweeping


class Lost(RuntimeError):
    """Pieces that a pool has given up; what is done is kept."""


def missing(backend: str) -> str:
    """The package a backend lacks, or the empty string."""
    return next((package for package in BACKENDS[backend] if find_spec(package) is None), "")


def require(backends) -> None:
    """Raise `RuntimeError` naming every package that is missing."""
    lacking = {backend: package for backend in backends if (package := missing(backend))}
    if lacking:
        here = [b for b in BACKENDS if not missing(b)]
        raise RuntimeError(
            "missing: "
            + ", ".join(f"{package} for {backend}" for backend, package in lacking.items())
            + f"; install them or choose from: {', '.join(here)}"
        )


def worker(
    backend: str,
    task: str,
    *pieces: str,
    stdout=subprocess.PIPE,
    stderr=None,
    python: str | Path = sys.executable,
) -> subprocess.Popen:
    """A process that runs one backend; its answers are lines of JSON on its standard output."""
    command = [
        str(python),
        "-W",
        "ignore",
        "-m",
        "shapealg.checks.worker",
        backend,
        task,
        *pieces,
    ]
    return subprocess.Popen(
        command,
        stdout=stdout,
        stderr=stderr,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]),
        },
    )


def laws(backends) -> dict:
    """The laws on each backend: versions, and what the checks gave."""
    running = {backend: worker(backend, "laws") for backend in backends}
    answers = {backend: process.communicate()[0] for backend, process in running.items()}
    if failed := [backend for backend, process in running.items() if process.returncode]:
        raise RuntimeError(f"{', '.join(failed)} failed; nothing was written")
    return {backend: _joined(answer) for backend, answer in answers.items()}


def _joined(lines: str) -> dict:
    """One dictionary of what a worker printed, one dictionary a line."""
    joined: dict = {}
    for line in lines.splitlines():
        joined |= json.loads(line)
    return joined


def beside(progress=lambda what: None) -> dict:
    """What is run once beside the grids: every conversion, ONNX's own node tests, and for each
    backend which positions its resizing reads, whether values stay in other precisions, and which
    values of arguments meet in its grids.
    """
    told: dict[str, Any] = {}
    for backend, task in (("all", "conversions"), ("onnx", "nodes")):
        progress(task)
        told |= answered(backend, task)
    told |= {"reads": {}, "dtypes": {}, "together": {}}
    for backend in SWEPT:
        for task in ("reads", "dtypes"):
            progress(f"{task} {backend}")
            told[task][backend] = answered(backend, task)[task]
        told["together"][backend] = {
            kind: coverage(grid(True)) for kind, grid in sweep.grids(backend).items()
        }
    return told


def answered(backend: str, task: str) -> dict:
    """The last that a process told of its task.

    Raises:
        RuntimeError: if it fails.
    """
    process = worker(backend, task)
    answer = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"the {task} of {backend} ended with status {process.returncode}")
    return json.loads(answer.splitlines()[-1])


def digest(backend: str) -> str:
    """Of every module that the sweep of a backend rests on; lines of a record made by other code,
    or with other versions, are not taken up again.
    """
    framework = backend.split("-")[0]
    wanted, found = (
        [f"checks.{name}" for name in ("sweep", "performed", f"grids.{framework}")]
        + [f"words.dialects.{framework}", f"checks.backends.{framework}"],
        {},
    )
    while wanted:
        path = PACKAGE.joinpath(*(name := wanted.pop()).split(".")).with_suffix(".py")
        if name not in found and path.is_file():
            found[name] = path.read_bytes()
            wanted += _imported(found[name])
    return hashlib.sha256(b"".join(text for _, text in sorted(found.items()))).hexdigest()[:16]


def installed(backend: str) -> str:
    """The versions of what a backend needs, without importing it."""
    owners = packages_distributions()
    there = [name for name in (*BACKENDS[backend], "numpy") if name in owners]
    return ", ".join(f"{name} {version(owners[name][0])}" for name in there)


def code(grid: str, backend: str) -> str:
    """What a line of a record must have been made with: the grid, our code, the versions."""
    return f"{grid} {digest(backend)} {installed(backend)}"


def lines(
    backend: str, grid: str, wanted: list, wants: str, each: Callable[[dict], None] | None = None
) -> list[dict]:
    """What a process of its own tells of some chunks, on whatever machine this runs.

    Args:
        backend: the backend.
        grid: "quick" or "full".
        wanted: the chunks, as "kind:number".
        wants: the `code` that they are to be run with.
        each: told of every line as soon as it is there.

    Raises:
        RuntimeError: if there is other code here, or other versions, or the process fails.
    """
    if (there := code(grid, backend)) != wants:
        raise RuntimeError(
            f"{platform.node()} has other code or versions: asked for {wants!r}, received"
            f" {there!r}; install the same there"
        )
    process = worker(backend, grid, *wanted)
    RUNNING.add(process)
    told = []
    try:
        for line in process.stdout or ():
            told.append({"backend": backend, "code": wants} | json.loads(line))
            if each:
                each(told[-1])
        status = process.wait()
    finally:
        RUNNING.discard(process)
    if status:
        raise RuntimeError(
            f"{backend} ended with status {status}; run the same command again to go on"
        )
    return told


def _imported(source: bytes) -> list:
    """What a module imports from the package at its top: of `from shapealg.a import b` both a and
    a.b, for either may be the module.
    """
    named = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            named += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name.removeprefix("shapealg.") for name in named if name.startswith("shapealg.")]


def length(cases) -> int:
    """How many cases there are."""
    return sum(1 for _ in cases)


class Run:
    """A sweep over some backends and kinds of layer; what is done is kept in `record`, line by
    line.
    """

    def __init__(self, backends, kinds, full: bool, record: Path):
        self.full, self.record = full, record
        self.grid = "full" if full else "quick"
        self.sizes = {
            (backend, kind): length(grid(full))
            for backend in backends
            for kind, grid in sweep.grids(backend).items()
            if not kinds or kind in kinds
        }
        self.versions: dict[str, dict[str, str]] = {}
        self.done: dict[tuple[str, str, int], sweep.Tally] = {}
        self._take_up()

    def _take_up(self) -> None:
        """Read the record of a run that was stopped: the lines of code and versions that are as
        they were. It is only read, and written on behind its last line.
        """
        backends = dict.fromkeys(backend for backend, _ in self.sizes)
        self.code = {b: code(self.grid, b) for b in backends}
        for line in self.record.read_bytes().split(b"\n") if self.record.is_file() else ():
            try:
                told = json.loads(line)
            except ValueError:  # torn, or no text
                continue
            if self._is_ours(told):
                self._file(told)

    def _is_ours(self, told: Any) -> bool:
        """Whether a line of the record can be what a worker told of this code: a chunk that is
        there, with as many cases as it has.
        """
        if not isinstance(told, dict) or not isinstance(backend := told.get("backend"), str):
            return False
        if told.get("code") != self.code.get(backend, 0):
            return False
        if "versions" in told:
            return isinstance(told["versions"], dict)
        kind, number = told.get("kind"), told.get("chunk")
        if type(kind) is not str or type(number) is not int or number < 0:
            return False
        cases = min(self.sizes.get((backend, kind), 0) - number * sweep.CHUNK, sweep.CHUNK)
        tally = sweep.Tally.read(told.get("tally"))
        return tally is not None and tally.run == cases > 0

    def _file(self, told: dict) -> int | None:
        """Take one line of a worker: how many cases it settles; `None` for one that is known."""
        backend = told["backend"]
        if "versions" in told:
            known = self.versions.get(backend)
            self.versions[backend] = told["versions"]
            return None if known == told["versions"] else 0
        key = (backend, told["kind"], told["chunk"])
        if key[:2] not in self.sizes or key in self.done:
            return None
        self.done[key] = sweep.Tally(**told["tally"])
        return self.done[key].run

    @property
    def total(self) -> int:
        """How many cases there are."""
        return sum(self.sizes.values())

    @property
    def settled(self) -> int:
        """How many of them are done."""
        return sum(tally.run for tally in self.done.values())

    def pieces(self, most: int = PIECE) -> list:
        """What is left, cut into pieces of one backend each, of at most so many chunks; the slow
        backends first, so that no core waits at the end.
        """
        made = []
        for backend in dict.fromkeys(b for b, _ in self.sizes):
            left = [
                f"{kind}:{number}"
                for (b, kind), size in self.sizes.items()
                if b == backend
                for number in range(-(-size // sweep.CHUNK))
                if (b, kind, number) not in self.done
            ]
            made += [(backend, left[i : i + most]) for i in range(0, len(left), most)]
        return sorted(made, key=lambda piece: -frameworks.BACKENDS[piece[0]].slowness)

    def go(self, pool: Executor, progress: Callable[[str, str, int], None], near=False) -> None:
        """Run what is left on a pool; `progress(backend, kind, cases)` is told of every chunk.

        Args:
            pool: any `concurrent.futures.Executor`; a piece of work starts a process of its own.
            progress: told of what is settled.
            near: whether the pool's threads are ours: then a line is taken as soon as it is told,
                and not with its whole piece.

        Raises:
            Lost: if the pool has given up some pieces.
            RuntimeError: if a process ends before its work is done.
        """
        lock = Lock()
        with open(self.record, "a", encoding="utf-8") as record:
            record.write("\n")  # ends a line that was torn

            def take(told: dict) -> None:
                with lock:
                    count = self._file(told)
                    if count is not None:
                        record.write(json.dumps(told) + "\n")
                        record.flush()
                        progress(told["backend"], told.get("kind", ""), count)

            pieces = [
                pool.submit(
                    lines, backend, self.grid, chunks, self.code[backend], take if near else None
                )
                for backend, chunks in self.pieces(PIECE if near else FAR)
            ]
            lost = self._collected(pieces, take)
        if lost:
            raise Lost(f"{lost} of {len(pieces)} pieces of work were given up")

    def _collected(self, pieces: list[Future], take: Callable[[dict], None]) -> int:
        """Take what pieces tell as they are done; how many of them were given up."""
        lost = 0
        try:
            for piece in as_completed(pieces):
                try:
                    told = piece.result()
                except CancelledError:
                    lost += 1
                    continue
                for line in filter(self._is_ours, told):
                    take(line)
        except BaseException:
            for piece in pieces:
                piece.cancel()
            for process in list(RUNNING):
                process.kill()
            raise
        return lost

    def _tallies(self) -> dict:
        """Backend and kind → all its chunks in their order, whichever came first."""
        made = {unit: sweep.Tally() for unit in self.sizes}
        for key in sorted(self.done):
            made[key[:2]].add(self.done[key])
        return made

    def told(self) -> dict:
        """Everything as plain data: per backend and kind the counts, the known disagreements by
        cause, the others in full.
        """
        told: dict[str, Any] = {"grid": self.grid, "backends": {}}
        for (backend, kind), tally in self._tallies().items():
            entry = told["backends"].setdefault(
                backend, {"versions": self.versions.get(backend, {}), "kinds": {}}
            )
            causes, others = explained(backend, tally.disagreed)
            entry["kinds"][kind] = {
                "run": tally.run,
                "agreed": tally.agreed,
                "refused": tally.refused,
                "inferred": tally.inferred,
                "values": tally.values,
                "known": causes,
                "disagreed": others,
            }
        return told


def explained(backend: str, disagreed: list) -> tuple:
    """Disagreements by known cause, and those that have none."""
    causes: dict[tuple[str, str], list] = {}
    others = []
    for one in disagreed:
        why = next((why for which, why in sweep.known(backend) if which(one)), None)
        if why is None:
            others.append(one)
        else:
            causes.setdefault((why.zh, why.en), []).append(one)
    return [{"zh": zh, "en": en, "cases": cases} for (zh, en), cases in causes.items()], others
