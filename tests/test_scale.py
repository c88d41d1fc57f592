"""The sweep on a real scheduler and its workers: whatever is killed, the record is the same."""

import gc
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from needed import module, require

from shapealg.checks import pools, verify
from shapealg.errors import ShapeError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
KINDS = {"pad", "adaptive", "dense", "shuffle", "columns"}


class Cluster:
    """A scheduler and four workers on loopback."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.running = folder, []
        self.address = f"tcp://127.0.0.1:{self.port}"

    def _started(self, module: str, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"]
        made = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.running.append(made)
        return made

    def start(self) -> None:
        host = "--host", "127.0.0.1", "--port", str(self.port)
        self.scheduler = self._started("dask_scheduler", *host)
        here = "--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder)
        self.workers = [self._started("dask_worker", self.address, *here) for _ in range(4)]

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        self.running.clear()


@pytest.fixture
def cluster(tmp_path):
    module("distributed")
    made = Cluster(tmp_path)
    made.start()
    yield made
    made.stop()


def swept(record: Path, finish) -> dict:
    run = verify.Run(["torch"], KINDS, False, record)
    finish(run)
    assert run.settled == run.total
    return run.told()


@pytest.mark.slow
def test_a_killed_worker_and_a_scheduler_that_comes_back_lose_nothing(
    cluster, tmp_path, monkeypatch, capsys
):
    """As soon as something is settled, a worker is killed; with the next the scheduler and all
    others, and new ones are started.
    """
    require("torch")
    monkeypatch.setattr(verify, "FAR", 1)
    seen = []

    def killing(backend, kind, cases):
        seen.append(cases)
        if len(seen) == 1:
            cluster.workers[0].kill()
        elif len(seen) == 2:
            cluster.stop()
            cluster.start()

    here = swept(tmp_path / "here", lambda run: pools.finish(run, lambda *_: None, jobs=1))
    there = swept(tmp_path / "there", lambda run: pools.finish(run, killing, 1, cluster.address))
    assert there == here
    assert sum(seen) == sum(
        kind["run"] for kind in here["backends"]["torch"]["kinds"].values()
    )  # nothing is settled twice
    assert "given up" in capsys.readouterr().err


@pytest.mark.slow
def test_a_scheduler_that_goes_while_a_result_is_fetched_loses_nothing(
    cluster, tmp_path, monkeypatch, capsys
):
    require("torch")
    monkeypatch.setattr(verify, "FAR", 1)
    client = module("distributed").Client
    fetch, failed = client._gather_remote, []

    async def fetched(self, *words):
        if len(failed) < 2:
            self._gather_keys = self._gather_future = None  # as it does before it asks
            failed.append(OSError("the scheduler is gone"))
            raise failed[-1]
        return await fetch(self, *words)

    monkeypatch.setattr(client, "_gather_remote", fetched)
    here = swept(tmp_path / "here", lambda run: pools.finish(run, lambda *_: None, jobs=1))
    there = swept(
        tmp_path / "there", lambda run: pools.finish(run, lambda *_: None, 1, cluster.address)
    )
    assert there == here and len(failed) == 2
    assert "given up" in capsys.readouterr().err


@pytest.mark.slow
def test_a_machine_with_other_versions_is_refused(cluster, tmp_path, monkeypatch):
    require("torch")
    run = verify.Run(["torch"], {"dense"}, False, tmp_path / "record")
    run.code["torch"] = "quick 0123456789abcdef torch 1.0"
    with pytest.raises(RuntimeError, match="has other code or versions: asked for 'quick 0123"):
        pools.finish(run, lambda *_: None, 1, cluster.address)


def test_an_address_without_a_scheduler_is_one_line(tmp_path, monkeypatch):
    client = module("distributed").Client
    monkeypatch.setattr(pools, "PATIENCE", 1)
    run = verify.Run(["torch"], {"dense"}, False, tmp_path / "record")
    for address in ("tcp://127.0.0.1:9", "no address", "tcp://"):
        with pytest.raises(ShapeError, match="no scheduler answers"):
            pools.finish(run, lambda *_: None, 1, address)
        # one that failed and is collected while the next one starts would wait for it, and it for that
        assert not [one for one in gc.get_objects() if type(one) is client]
