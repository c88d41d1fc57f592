"""How many calls of the sweep each framework does in a second, on one core.

    .venv/test/bin/python scripts/benchmarks/rates.py

Calls from everywhere in the full grids are said to the algebra and to the framework, and compared
as in a sweep, values included, in a process of its own; loading the framework does not count. The
record, `docs/rates.json`, is what the page *Evidence* reckons with.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from run import machine

from shapealg.checks import verify


def main() -> None:
    """Measure every framework in turn, and keep the record."""
    told = {"machine": machine(False), "backends": {}}
    for backend in verify.SWEPT:
        told["backends"][backend] = made = verify.answered(backend, "rate")["rate"]
        print(f"{backend}: {made['calls'] / made['seconds']:.0f} calls a second", flush=True)
    path = Path(__file__).resolve().parents[2] / "docs/rates.json"
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
