"""Ask eight tools how large the output of a network is and which sizes it takes, and run it there.

    scripts/eight_tools.py                     all of them; goes on where it was stopped
    scripts/eight_tools.py --tool Pyrefly      one tool, anew
    scripts/eight_tools.py --network U3        one network, anew

Every tool is asked about every network in a process of its own, with a limit of time and of memory,
one after the other: times are taken. What was found is kept in `.venv/eight_tools`, under a name of
its own for each state of the code; `docs/eight_tools.json` is written at the end, in one piece. The
networks stand in `tools_networks.py`, the questions in `tools_question.py`. Nothing but the wheels
of `requirements/tools.txt` and `tools.unhashed.txt` is needed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

from environment import ROOT, Trouble, ensure, script  # first: it asks for a recent Python
from tools_judged import judged
from tools_networks import NETWORKS

RECORD = ROOT / "docs/eight_tools.json"
TOOLS = (
    "shapealg (PyTorch)",
    "shapealg (ONNX)",
    "shapealg (Keras)",
    "torch.export, Dim",
    "torch.export, Dim.AUTO",
    "jax.export",
    "ONNX Runtime",
    "onnx-shape-inference",
    "onnx.shape_inference",
    "Keras",
    "Pyrefly",
)
RUN = ("run torch", "run onnx", "run jax", "run keras")
# seconds and bytes that one process may take; the worker itself stops an answer earlier
LIMIT, MEMORY = 900, 16 * 2**30


def main(arguments: list[str]) -> int:
    """Ask what was asked for."""
    asked = parser().parse_args(arguments)
    python = ensure("tools")
    kept = ROOT / f".venv/eight_tools/found-{code()}.jsonl"
    found = remembered(kept)
    every = [(tool, network) for network in NETWORKS for tool in (*RUN, *TOOLS)]
    anew = asked.tool or asked.network
    wanted = [one for one in every if is_meant(one, asked)] if anew else every
    todo = [one for one in wanted if anew or one not in found]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with open(kept, "a", encoding="utf-8") as file:
        start = time.monotonic()
        for done, one in enumerate(todo, 1):
            found[one] = tried(python, *one)
            file.write(json.dumps(found[one], ensure_ascii=False) + "\n")
            file.flush()
            left = (time.monotonic() - start) / done * (len(todo) - done) / 60
            state = found[one]["state"]
            print(f"{done}/{len(todo)}, {left:.0f} min left  {' '.join(one)}: {state}", flush=True)
    lacking = [one for one in every if one not in found]
    if lacking:
        raise Trouble(
            f"{len(lacking)} of {len(every)} answers are not there yet, so the record is left;"
            " all of them: scripts/eight_tools.py"
        )
    versions = json.loads(heard([python, ROOT / "scripts/tools_worker.py", "versions", "", "0"]))
    write(json.dumps({"versions": versions} | judged(found), ensure_ascii=False, indent=1) + "\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--tool", choices=TOOLS, help="only this tool, anew", metavar="TOOL")
    made.add_argument("--network", choices=NETWORKS, help="only this network, anew")
    return made


def is_meant(one: tuple, asked) -> bool:
    """Whether a tool and a network are among those asked for."""
    tool, network = one
    return network == (asked.network or network) and tool == (asked.tool or tool)


def code() -> str:
    """A name for the code that asks and answers: what other code has found does not count."""
    asking = [path for path in ROOT.glob("scripts/tools_*.py") if path.stem != "tools_judged"]
    locked = ROOT.glob("scripts/requirements/tools*.txt")
    files = [*sorted((ROOT / "shapealg").rglob("*.py")), *sorted(asking), *sorted(locked)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def remembered(path: Path) -> dict:
    """What earlier runs of the same code have found: the last of each; half a line is none."""
    found = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                one = json.loads(line)
            except ValueError:
                continue
            found[one["tool"], one["network"]] = one
    return found


def heard(command: list) -> str:
    """The last line that a command prints."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "scripts")))
    variables = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    return ran.stdout.strip().splitlines()[-1]


def tried(python, tool: str, network: str) -> dict:
    """What one tool answers about one network."""
    worker = [python, ROOT / "scripts/tools_worker.py", tool, network, str(MEMORY)]
    found = {"tool": tool, "network": network}
    try:
        return json.loads(heard(worker))
    except subprocess.TimeoutExpired:
        return found | {"state": "late", "says": f"not done after {LIMIT} s"}
    except (subprocess.CalledProcessError, ValueError, IndexError) as problem:
        lines = (getattr(problem, "stderr", "") or str(problem)).strip().splitlines()
        return found | {"state": "died", "says": lines[-1][:300] if lines else ""}


def write(text: str) -> None:
    """The record in one piece: whoever stops this keeps the old one whole."""
    new = RECORD.with_name(".eight_tools.json.new")
    new.write_text(text, encoding="utf-8")
    new.replace(RECORD)


if __name__ == "__main__":
    script(main)
