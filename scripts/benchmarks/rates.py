"""How many calls of the sweep each framework does in a second, on one core.

    .venv/test/bin/python scripts/benchmarks/rates.py

Calls from everywhere in the full grids are said to the algebra and to the framework, and compared
as in a sweep, values included, in a process of its own; loading the framework does not count. The
record, `docs/rates.json`, is what the page *Evidence* reckons with.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from run import machine

from shapealg.checks import sweep, verify, worker

CALLS = 4000  # about so many


def main(backend: str = "") -> None:
    """Measure every framework in turn, and keep the record; or one, in this process."""
    if backend:
        return print(json.dumps(rate(backend)))
    told = {"machine": machine(False), "backends": {}}
    for name in verify.SWEPT:
        command = [sys.executable, "-W", "ignore", __file__, name]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        told["backends"][name] = made = json.loads(answer.splitlines()[-1])
        print(f"{name}: {made['calls'] / made['seconds']:.0f} calls a second", flush=True)
    path = Path(__file__).resolve().parents[2] / "docs/rates.json"
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def rate(backend: str) -> dict:
    """How long the calls take one after another, the framework being there already."""
    worker.settle(backend)
    cases = [case for grid in sweep.grids(backend).values() for case in grid(True)]
    picked = cases[:: max(len(cases) // CALLS, 1)]
    sweep.swept(backend, picked[:: len(picked) // 20])
    begin = perf_counter()
    sweep.swept(backend, picked)
    return {"calls": len(picked), "seconds": round(perf_counter() - begin, 2)}


if __name__ == "__main__":
    main(*sys.argv[1:])
