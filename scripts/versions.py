"""Run the tests of the reader of PyTorch models with other versions of it, the oldest that it is
read with and the newest that there is: `python3 scripts/versions.py torch==2.6.0 torch==2.15.0`.

Each version has an environment of its own in the user's cache, which takes some gigabytes; words
behind `--` go to pytest, as `-m "slow or not slow"` for all cases.
"""

import os
import subprocess
import sys
from pathlib import Path

from environment import ROOT, Trouble, ensure, run, script  # first: it asks for a recent Python

BESIDE = "pytest", "pytest-xdist", "hypothesis", "islpy", "z3-solver"
# what holds what is read against what runs
TESTS = (
    *("test_read_torch", "test_ways", "test_certificate"),
    *sorted(path.stem for path in (ROOT / "tests" / "network").glob("test_torch_*.py")),
)


def main(arguments: list[str]) -> int:
    """Test each version that is named; not 0 where a test failed."""
    if not arguments or {"-h", "--help"} & set(arguments):
        print(__doc__.strip())
        return 0
    python = ensure("test")  # the package's own way to make an environment is used
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        return subprocess.run([python, __file__, *arguments], cwd=ROOT).returncode
    at = arguments.index("--") if "--" in arguments else len(arguments)
    named, rest = arguments[:at], arguments[at + 1 :]
    ended = [(version, tested(version, rest)) for version in named]
    for version, status in ended:
        print(f"{version}: {'passed' if not status else f'pytest ended with {status}'}")
    return int(any(status for _, status in ended))


def tested(version: str, rest: list[str]) -> int:
    """Pytest's status with one version of PyTorch."""
    sys.path.insert(0, str(ROOT))
    from shapealg.checks.against import environment

    if not version.startswith("torch=="):
        raise Trouble(f"asked for a version of torch, received {version}; torch==2.6.0 works")
    try:
        python = environment(version, "torch")
    except RuntimeError as problem:
        raise Trouble(str(problem)) from None
    run("pip", [python, "-m", "pip", "install", "--disable-pip-version-check", *BESIDE])
    tests = [f"tests/network/{name}.py" for name in dict.fromkeys(TESTS)]
    return subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", *tests, *rest],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).returncode


if __name__ == "__main__":
    script(main)
