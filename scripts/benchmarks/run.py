"""How long answers take, beside the tools people have: every ratio measured in one run.

    python scripts/benchmarks/run.py                     everything, half an hour
    python scripts/benchmarks/run.py chain single        some parts
    python scripts/benchmarks/run.py --json FILE         the numbers as data, too
    python scripts/benchmarks/run.py --profile unet      where the time goes on our side

README.md in this folder tells what is compared with what. Nothing here is a test: no time is
asserted anywhere.
"""

import argparse
import cProfile
import io
import json
import os
import platform
import pstats
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import modules
import networks
import ruler
import single
import starting

PARTS = {
    "chain": networks.chain,
    "resnet": networks.resnet,
    "graphs": networks.graphs,
    "modules": modules.modules,
    "file": networks.file,
    "first": starting.first,
    "unet": networks.sets,
    "single": single.single,
    "arrays": single.arrays,
    "import": starting.importing,
    "cli": starting.commands,
    "pages": starting.pages,
    "tests": starting.tests,
}
PEERS = "numpy sympy torch keras jax onnx onnxruntime onnx-shape-inference islpy".split()


def main() -> None:
    """Measure the parts that are asked for, all of them unless said."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "parts", nargs="*", help=f"of {', '.join([*PARTS, 'memory'])}; all of them, unless said"
    )
    parser.add_argument(
        "--profile", action="store_true", help="where the time goes, in place of the table"
    )
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="processor time in place of the clock's, for a machine that has other work",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there, too")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - {*PARTS, "memory"}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    record = asked.json and asked.json.resolve()
    os.chdir(starting.COMPILED.name)  # onnxruntime leaves files where it runs
    if asked.cpu:
        ruler.CLOCK[0] = ruler.processor
    print(
        f"Python {sys.version.split()[0]}, {'processor time' if asked.cpu else 'clock time'}; each"
        " time is the median of several rounds, least and greatest beside it"
    )
    told = {"machine": machine(asked.cpu), "parts": {}}
    for name in asked.parts or [*PARTS, "memory"]:
        if name == "memory":
            told["parts"][name] = networks.memory()
        elif asked.profile:
            profile(PARTS[name]())
        else:
            told["parts"][name] = PARTS[name]().report()
        if record and told["parts"]:
            keep(record, told)


def keep(record: Path, told: dict) -> None:
    """Write what is measured; other parts of the same machine stay in the record."""
    before = json.loads(record.read_text("utf-8")) if record.exists() else {}
    parts = told["parts"]
    if before.get("machine") == told["machine"]:
        parts = before["parts"] | parts
    parts = {name: parts[name] for name in (*PARTS, "memory") if name in parts}
    text = json.dumps(told | {"parts": parts}, ensure_ascii=False, indent=1)
    record.write_text(f"{text}\n", "utf-8")


def machine(processor_time: bool) -> dict:
    """What was measured on, and with what."""
    versions = {}
    for name in PEERS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "clock": "processor" if processor_time else "wall",
        "versions": versions,
    }


def _processor() -> str:
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else ()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def profile(part: ruler.Part) -> None:
    """Where our side of a part spends its time."""
    for label in dict.fromkeys(ours for _, ours, _, target, _ in part.rows if target):
        call = part.contenders[label]
        repeats = max(1, int(0.5 / ruler.timed(call, 1)))
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(repeats):
            call()
        profiler.disable()
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(18)
        print(f"\n## {label}: {repeats} calls\n{text.getvalue()}")


if __name__ == "__main__":
    main()
