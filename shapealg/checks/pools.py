"""Where the pieces of a long run are worked on: in processes here, or on the workers of a Dask
scheduler.
"""

import gc
import logging
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from shapealg.checks.verify import Lost, Run
from shapealg.errors import Received, ShapeError
from shapealg.text import Text

PATIENCE = 120  # seconds in which a scheduler that went away may come back
DEATHS = 5  # so many workers may die over one piece of work
ROUNDS = 3  # so often the scheduler may go away before anything is done
Progress = Callable[[str, str, int], None]


def finish(run: Run, progress: Progress, jobs: int, scheduler: str | None = None) -> None:
    """Run what is left of a sweep.

    A worker that dies loses nothing: its piece is given to another. Where the scheduler itself goes
    away, what is done is kept, and it is waited for.

    Args:
        run: the sweep.
        progress: `progress(backend, kind, cases)` is told of what is settled.
        jobs: so many processes at a time, where they run here.
        scheduler: the address of a Dask scheduler, such as "tcp://10.0.0.1:8786".

    Raises:
        ShapeError: if no scheduler answers.
        RuntimeError: if a process ends before its work is done.
    """
    if scheduler is None:
        with ThreadPoolExecutor(jobs) as pool:
            run.go(pool, progress, near=True)
        return
    idle = 0  # rounds in which nothing was done
    while run.settled < run.total:
        if idle == ROUNDS:
            raise RuntimeError("the workers finish nothing; run the same command to go on")
        settled = run.settled
        with _workers(scheduler) as pool:
            try:
                run.go(pool, progress)
            except Lost as lost:
                print(f"{scheduler}: {lost}, {run.settled} calls are kept", file=sys.stderr)
        idle = idle + 1 if run.settled == settled else 0


@contextmanager
def _workers(scheduler: str) -> Iterator[Executor]:
    """The workers of a scheduler."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ShapeError(
            Text(zh="--scheduler 要用到 Dask", en="--scheduler needs Dask"),
            Received("no distributed"),
            Text(zh="pip install shapealg[scale]", en="pip install shapealg[scale]"),
        ) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # it is said here, in a line
    until = time.monotonic() + PATIENCE
    while True:
        made = _client(Client, scheduler, max(until - time.monotonic(), 1))
        if isinstance(made, Client):
            break
        if issubclass(made, ValueError) or time.monotonic() >= until:
            raise _no_scheduler(scheduler, made)
    with made as client:
        yield _Scheduled(client)


class _Scheduled(Executor):
    """Pieces of work on a client's scheduler, each of which ends.

    In Dask's own executor one stays open for ever if the scheduler goes away while its result is
    fetched. Here it is given up, as one whose scheduler went away before.
    """

    def __init__(self, client):
        self.client = client

    def submit(self, work, *arguments) -> Future:  # type: ignore[override]
        told: Future = Future()
        piece = self.client.submit(work, *arguments, pure=False, retries=DEATHS)
        piece.add_done_callback(partial(_tell, told))
        told.add_done_callback(lambda told: piece.cancel() if told.cancelled() else None)
        return told


def _tell(told: Future, piece) -> None:
    """Pass on what became of a piece on a scheduler."""
    try:
        result = piece.result(timeout=PATIENCE)
    except BaseException as problem:  # Dask's CancelledError is no Exception
        if piece.status != "error":  # of the work itself, or of workers that died over it
            told.cancel()
        if told.set_running_or_notify_cancel():
            told.set_exception(problem)
    else:
        if told.set_running_or_notify_cancel():
            told.set_result(result)


def _client(kind: type, scheduler: str, timeout: float):
    """A client of a scheduler, or in its place the class of the error that there is."""
    try:
        return kind(scheduler, timeout=timeout)
    except (OSError, ValueError) as problem:  # TimeoutError is an OSError
        failed = type(problem)
    # a client that failed closes itself once it is collected, by a lock that the next one holds
    # while it starts: collected there, it waits for ever
    gc.collect()
    return failed


def _no_scheduler(scheduler: str, problem: type) -> ShapeError:
    return ShapeError(
        Text(zh="该地址没有调度器应答", en="no scheduler answers at this address"),
        Received(f"{scheduler}: {problem.__name__}"),
        Text(
            zh="先运行 dask scheduler，再在每台机器上运行 dask worker 地址",
            en="start one with `dask scheduler`, and on each machine `dask worker ADDRESS`",
        ),
    )
