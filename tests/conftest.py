"""The laws on every backend, run while the other tests run; slow tests where they are wanted."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from shapealg.checks.verify import missing, worker

# Keras takes what runs it when it is first imported, by whichever test comes first
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# tests/dumb.py and tests/needed.py, from every folder of tests
sys.path.insert(0, str(Path(__file__).parent))

from needed import ROOT, require

# no test looks at the clock: a loaded machine is slow, and not wrong
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")


class Runs:
    """The laws on every backend, each in a process of its own: KERAS_BACKEND is fixed at import."""

    def __init__(self, folder: Path):
        self.folder, self.processes, self.answers = folder, {}, {}

    def start(self, *backends: str) -> None:
        for backend in backends:
            if missing(backend) or backend in self.processes:
                continue
            with (
                open(self.folder / f"{backend}.json", "w") as out,
                open(self.folder / f"{backend}.log", "w") as log,
            ):
                self.processes[backend] = worker(backend, "laws", stdout=out, stderr=log)

    def __call__(self, backend: str) -> dict:
        """The fresh measurements of one backend, as parsed JSON."""
        require(backend)
        self.start(backend)
        if backend not in self.answers:
            status = self.processes[backend].wait()
            log = (self.folder / f"{backend}.log").read_text(encoding="utf-8")
            assert status == 0, f"the laws on {backend} gave {status}:\n{log[-2000:]}"
            lines = (self.folder / f"{backend}.json").read_text(encoding="utf-8").splitlines()
            self.answers[backend] = {
                name: value for line in lines for name, value in json.loads(line).items()
            }
        return self.answers[backend]

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def measured(tmp_path_factory):
    runs = Runs(tmp_path_factory.mktemp("measured"))
    yield runs
    runs.stop()


def pytest_collection_modifyitems(config, items):
    """Slow sweeps, and all of many cases, only where all backends are required, or asked for by
    `-m`.
    """
    if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1" or config.option.markexpr:
        return
    before: Counter[str] = Counter()  # cases of the same test
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: runs with -m slow, and in CI"))
        elif many := item.get_closest_marker("many"):
            name = item.nodeid.partition("[")[0]
            if before[name] % many.args[0]:
                item.add_marker(pytest.mark.skip(reason="one of many: runs in CI, as all do"))
            before[name] += 1


@pytest.fixture(scope="session")
def evidence() -> dict:
    """What is recorded in docs/evidence.json and printed on the pages."""
    return json.loads((ROOT / "docs/evidence.json").read_text(encoding="utf-8"))
