"""Read public models, run each at many sizes, and record where the two agree.

    scripts/corpus.py                          all models; goes on where it was stopped
    scripts/corpus.py --library timm --jobs 2  those of one library
    scripts/corpus.py --model swin             those whose name holds a word, anew

Every model is read and run in a process of its own, with a limit of time and of memory, forked from
one that has loaded its library; what was found is kept in `.venv/corpus`, under a name of its own
for each state of the code, and at the end written to `docs/corpus.json`. The rule that chooses the
models stands in `corpus_models.py`, and none is left out because it fails.
"""

import argparse
import hashlib
import json
import os
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from environment import ROOT, ensure, script  # first: it asks for a recent Python

RECORD = ROOT / "docs/corpus.json"
MEMORY = 16 * 2**30  # bytes that one model may take; the worker counts the seconds
OWN = threading.local()  # the worker of a thread


def main(arguments: list[str]) -> int:
    """Try what was asked for; 1 if an answer was wrong."""
    asked = parser().parse_args(arguments)
    python = ensure("corpus")
    listed = json.loads(heard([python, ROOT / "scripts/corpus_models.py"], 600))
    wanted = [
        (library, name)
        for library, names in listed["models"].items()
        for name in names
        if library == (asked.library or library) and (asked.model or "") in name
    ]
    kept = ROOT / f".venv/corpus/found-{code()}.jsonl"
    before = recorded() if asked.keep or asked.model or asked.library else {}
    found = {} if asked.model else remembered(kept)
    if asked.keep:
        found = {at: one for at, one in before.items() if is_right(one)} | found
    todo = [one for one in wanted if one not in found]
    with (
        open(kept, "a", encoding="utf-8") as file,
        ThreadPoolExecutor(asked.jobs) as pool,
    ):
        start = time.monotonic()
        for done, one in enumerate(pool.map(lambda one: tried(python, one), todo), 1):
            found[one["library"], one["model"]] = one | {"code": code()}
            file.write(json.dumps(found[one["library"], one["model"]], ensure_ascii=False) + "\n")
            file.flush()
            left = (time.monotonic() - start) / done * (len(todo) - done) / 60
            print(f"{done}/{len(todo)}, {left:.0f} min left  {told(one)}", flush=True)
    whole = before | found
    record = [whole[one] for one in sorted(whole)]
    written = {"versions": listed["versions"], "models": record}
    RECORD.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return summary([found[one] for one in wanted])


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--library", help="only the models of this library")
    made.add_argument("--model", help="only models whose name holds this, tried anew")
    made.add_argument(
        "--keep", action="store_true", help="leave what the record holds, where it is right"
    )
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at a time")
    return made


def code() -> str:
    """A name for the code that reads and runs: what other code has found does not count."""
    files = [*sorted((ROOT / "shapealg").rglob("*.py")), *sorted(ROOT.glob("scripts/corpus_*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def remembered(path) -> dict:
    """What earlier runs of the same code have found: the last of each model."""
    if not path.is_file():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(one["library"], one["model"]): one for one in lines}


def recorded() -> dict:
    """What the record holds, each model with the state of the code that found it."""
    if not RECORD.is_file():
        return {}
    models = json.loads(RECORD.read_text(encoding="utf-8"))["models"]
    return {(one["library"], one["model"]): one for one in models}


def is_right(one: dict) -> bool:
    """Whether it was read, and every run agreed."""
    return one["state"] == "read" and not is_wrong(one)


def heard(command: list, limit: float) -> str:
    """The last line that a command prints."""
    ran = subprocess.run(
        command, env=variables(), capture_output=True, text=True, timeout=limit, check=True
    )
    return ran.stdout.strip().splitlines()[-1]


def variables() -> dict:
    """What the processes find in their environment."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def tried(python, one: tuple) -> dict:
    """What one model gave."""
    library, name = one
    worker, line = worker_of(python, library), ""
    with suppress(BrokenPipeError):
        worker.stdin.write(f"{name}\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
    if not line:  # the worker itself is gone: the next model gets another
        OWN.library = OWN.worker = None
        return {"library": library, "model": name, "state": "died", "reason": "no answer"}
    return json.loads(line)


def worker_of(python, library: str) -> subprocess.Popen:
    """The process that has loaded a library, one for each thread."""
    if getattr(OWN, "library", None) != library:
        if getattr(OWN, "worker", None) is not None:
            OWN.worker.stdin.close()
        OWN.worker = subprocess.Popen(
            [python, ROOT / "scripts/corpus_worker.py", library, str(MEMORY)],
            env=variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        OWN.library = library
    return OWN.worker


def told(one: dict) -> str:
    """One model in one line."""
    wrong = f", WRONG at {len(one['wrong'])} sizes" if one.get("wrong") else ""
    reason = f": {one['reason']}" if one.get("reason") else ""
    return f"{one['library']} {one['model']}: {one['state']}{wrong}{reason}"


def is_wrong(one: dict) -> bool:
    """Whether a run says something else, a gradient lies outside the receptive field, or a
    certificate fails.
    """
    inside = one.get("gradients", {"inside": True})["inside"]
    return bool(one.get("wrong") or not inside or one.get("certificate", {}).get("fails"))


def summary(found: list) -> int:
    """Print how many there are of each state."""
    made = [one for one in found if one["state"] != "unmade"]
    states = Counter(one["state"] for one in found)
    wrong = [one for one in found if is_wrong(one)]
    print(", ".join(f"{state} {count}" for state, count in states.most_common()))
    share = states["read"] / len(made) if made else 0
    print(f"read without unknown sizes: {share:.1%} of {len(made)} that can be made")
    print(f"wrong: {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    script(main)
