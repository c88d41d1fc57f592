"""The checks on the real frameworks, and the records that they keep."""

import difflib
import json
import sys

from shapealg.checks import against, pools, verify
from shapealg.checks.verify import BACKENDS
from shapealg.cli.aside import write_aside
from shapealg.cli.telling import table, write
from shapealg.errors import Received, ShapeError
from shapealg.text import Text
from shapealg.words import spoken


def run_verify(chosen) -> int:
    """Run the checks that are asked for and keep their records; the exit status."""
    if chosen.against:
        return _against(chosen)
    _checked(chosen)
    backends, kinds = chosen.backend or list(BACKENDS), set(chosen.layers or ())
    verify.require(backends)
    status = 0
    if not kinds or "laws" in kinds:
        told = verify.laws([b for b in backends if b in verify.LAWFUL])
        status |= _keep(chosen, "evidence.json", _record(told), whole=not chosen.backend)
    if kinds != {"laws"}:
        told = _sweep(chosen, [b for b in backends if b in verify.SWEPT], kinds - {"laws"})
        if chosen.grid == "full" or chosen.json:  # a quick grid is looked at, not recorded
            status |= _keep(
                chosen,
                "sweep.json",
                _record(told),
                whole=not chosen.backend and not kinds - {"laws"} and chosen.grid == "full",
            )
        status |= any(
            entry["disagreed"]
            for backend in told["backends"].values()
            for entry in backend["kinds"].values()
        )
        status |= any(read["other"] for read in told.get("reads", {}).values())
    return int(status)


def _against(chosen) -> int:
    """Say the same calls to another version; what changed."""
    kinds = set(chosen.layers or ())
    bar_of, told = _bars(), []
    for backend in chosen.backend or against.backends(chosen.against):
        verify.require([backend])
        _there([backend], kinds)
        with bar_of(
            unit=" calls", file=sys.stderr, disable=False if chosen.progress else None
        ) as bar:
            told.append(
                against.compared(
                    chosen.against,
                    backend,
                    chosen.grid,
                    kinds,
                    lambda backend, kind, count: bar.update(count),
                    lambda line: print(line, file=sys.stderr, flush=True),
                )
            )
    if chosen.json:
        write(_record(told), sys.stdout)
        return 0
    for one in told:
        write(_changes(one), sys.stdout)
    return 0


def _changes(told: dict) -> str:
    """What changed between two versions, the smallest call of each kind."""
    parted = [
        name
        for name in told["from"]
        if name in told["to"] and told["from"][name] != told["to"][name]
    ]
    between = ", ".join(f"{name} {told['from'][name]} → {told['to'][name]}" for name in parted)
    head = f"{told['backend']}, {between or 'the same versions'}: {told['calls']} calls"
    if not told["changes"]:
        return f"{head}, no change\n"
    heads = ("calls", "change", "smallest call", "input", "before", "now")
    rows = [
        (row["cases"], row["what"], _call(row), str(row["input"]), str(row["was"]), str(row["now"]))
        for row in told["changes"]
    ]
    return f"{head}\n{table([heads, *rows])}\n"


def _call(row: dict) -> str:
    words = ", ".join(f"{name}={value!r}" for name, value in row["words"].items())
    return f"{row['call']}({words})"


def _checked(chosen) -> None:
    """Refuse before anything runs."""
    jobs(chosen)
    if not chosen.output.is_dir():
        raise ShapeError(
            Text(zh="记录须放在一个已有的文件夹里", en="the record needs a folder to be kept in"),
            Received(str(chosen.output)),
            Text(
                zh="请在检出的根目录里运行，或给出 --output 文件夹",
                en="run it at the root of a checkout or give --output FOLDER",
            ),
        )


def jobs(chosen) -> int:
    """How many processes."""
    number = spoken.whole(str(chosen.jobs))
    if number is None or number < 1:
        raise ShapeError(
            Text(zh="--jobs 须为正整数", en="--jobs must be a positive integer"),
            chosen.jobs,
            Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
        )
    return number


def _sweep(chosen, backends, kinds) -> dict:
    """Run the grids, tell how far they are and what they found."""
    bar_of = _bars()
    _there(backends, kinds)
    # a run of its own for every choice
    record = (
        chosen.output
        / f".{'-'.join(['sweep', chosen.grid, *(chosen.backend or ()), *sorted(kinds)])}.jsonl"
    )
    run = verify.Run(backends, kinds, chosen.grid == "full", record)
    with bar_of(
        total=run.total,
        initial=run.settled,
        unit=" calls",
        unit_scale=True,
        mininterval=1,
        file=sys.stderr,
        disable=False if chosen.progress else None,
    ) as bar:

        def progress(backend, kind, count):
            bar.set_postfix_str(f"{backend} {kind}".strip(), refresh=False)
            bar.update(count)

        pools.finish(run, progress, jobs(chosen), chosen.scheduler)
    told = run.told()
    if not chosen.backend and not kinds:
        told |= verify.beside(lambda task: print(f"{task} …", file=sys.stderr, flush=True))
    record.unlink()
    if not chosen.json:
        write(table(_rows(told)) + "\n", sys.stdout)
    return told


def _bars():
    """What draws a progress bar."""
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        raise ShapeError(
            Text(zh="进度条要用到 tqdm", en="the progress bar needs the package tqdm"),
            Received("no tqdm"),
            Text(zh="pip install tqdm", en="pip install tqdm"),
        ) from None
    return tqdm


def _there(backends, kinds) -> None:
    """Refuse kinds of layers that none of the backends has."""
    there = {kind for b in backends for kind in verify.sweep.grids(b)}
    if kinds and not kinds & there:
        raise ShapeError(
            Text(zh="没有这些层", en="there are no such layers"),
            Received(", ".join(sorted(kinds))),
            Text(
                zh=f"可用：{', '.join(sorted(there))}",
                en=f"one of {', '.join(sorted(there))} works",
            ),
        )


def _rows(told: dict) -> list:
    """What a sweep found, kind by kind."""
    heads = (
        "backend",
        "layers",
        "run",
        "agreed",
        "refused by both",
        "values too",
        "known bugs",
        "disagreed",
    )
    rows = [
        (backend, kind, *_counts(entry))
        for backend, made in told["backends"].items()
        for kind, entry in made["kinds"].items()
    ]
    return [heads, *rows]


def _counts(entry: dict) -> tuple:
    """How many calls of a kind came out how."""
    return (
        entry["run"],
        entry["agreed"],
        entry["refused"],
        entry["values"],
        sum(len(cause["cases"]) for cause in entry["known"]),
        len(entry["disagreed"]),
    )


def _record(data) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def _keep(chosen, name: str, text: str, whole: bool) -> int:
    """Write the record, or compare with it; a partial run is only shown."""
    path = chosen.output / name
    if chosen.json or (not whole and name == "evidence.json"):
        write(text, sys.stdout)
    if not whole:
        return 0
    if chosen.check:
        if not path.is_file():
            raise ShapeError(
                Text(zh="没有可比较的记录", en="there is no record to compare with"),
                Received(str(path)),
                Text(
                    zh=f"先运行 shapealg verify --output {chosen.output}",
                    en=f"make one with: shapealg verify --output {chosen.output}",
                ),
            )
        recorded = path.read_text(encoding="utf-8")
        changes = difflib.unified_diff(
            recorded.splitlines(True), text.splitlines(True), str(path), "measured now"
        )
        write("".join(changes), sys.stderr if chosen.json else sys.stdout)
        if recorded != text:
            told = Text(
                zh=f"{path} 与此刻测得的不同；要改写它：shapealg verify",
                en=f"{path} differs from what was measured now; rewrite it with: shapealg verify",
            )
            write(f"shapealg verify: {told[chosen.lang]}\n", sys.stderr)
        return int(recorded != text)
    write_aside(path, text)
    return 0
