"""The ruler: contenders take turns in one process, round by round, and a ratio is taken within a
round.
"""

import gc
import operator
import os
import resource
import time
import tracemalloc
from statistics import median

from shapealg.text import LANGUAGES, Text

ROUNDS = 15  # a contender that takes seconds gets fewer: what fits into SECONDS, three at least
SECONDS = 20
BATCH = 0.02  # calls that are shorter are repeated until they take so many seconds together


def processor() -> float:
    """Seconds of the processor, those of processes that have ended with it."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def traced(call) -> int:
    """The most bytes of Python's that a call held at a time."""
    gc.collect()
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


class Part:
    """What is compared: contenders, the first of them ours, and the rows of the table made of
    them.

    Args:
        name: its title.
        memory: the most bytes that a call holds.
        rounds: so many and no more, where a call takes long; there is no warming up then.
    """

    def __init__(self, name: Text, memory=traced, rounds: int = 0):
        self.name, self.memory, self.few = name, memory, rounds
        self.contenders, self.rows, self.notes = {}, [], []

    def add(self, label: str, call) -> None:
        """One more contender."""
        self.contenders[label] = call

    def row(
        self, what: Text, ours: str, peer: str | None, target: str, faster: bool = False
    ) -> None:
        """One line; the ratio says how many times the peer's time ours is, or, for `faster`, how
        many times ours the peer's is; without a peer it is our seconds.
        """
        self.rows.append((what, ours, peer, target, faster))

    def measure(self) -> dict:
        """label → seconds of a call, round by round; the contenders in turn, the order reversed
        every other round.
        """
        repeats, rounds = {}, {}
        for label, call in self.contenders.items():
            if self.few:
                repeats[label], rounds[label] = 1, self.few
                continue
            call()  # imports and caches are not what is measured
            once = timed(call, 1)
            repeats[label] = max(1, int(BATCH / once))
            rounds[label] = max(3, min(ROUNDS, int(SECONDS / (once * repeats[label]))))
        taken = {label: [] for label in self.contenders}
        gc.collect()
        gc.freeze()  # the frameworks' own objects are no work for the collector during a call
        for turn in range(max(rounds.values())):
            for label in list(self.contenders)[:: -1 if turn % 2 else 1]:
                if turn < rounds[label]:
                    taken[label].append(timed(self.contenders[label], repeats[label]))
        gc.unfreeze()
        return taken

    def report(self) -> dict:
        """Measure, print each contender's time, the rows and the notes, and give them as data."""
        print(f"\n## {self.name.en}\n")
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        taken = self.measure()
        for label, times in taken.items():
            print(
                f"    {label:<62} {_seconds(median(times)):>10}   ({_seconds(min(times))} …"
                f" {_seconds(max(times))}, {len(times)} rounds)"
            )
        if self.rows:
            print(
                f"\n    {'what':<64} {'ours':>10} {'peer':>10} {'ratio':>8} "
                f" {'least … greatest':<20} target"
            )
        held = {ours: self.memory(self.contenders[ours]) for ours in {row[1] for row in self.rows}}
        rows = [self._compared(taken, *row) | {"memory": held[row[1]]} for row in self.rows]
        for ours, peak in held.items():
            print(f"    {ours[:80]:<80} {peak / 1024:>8.0f} KiB at most")
        for note in self.notes:
            print(f"    {note}")
        times = {label: [median(t), min(t), max(t)] for label, t in taken.items()}
        return {
            "name": both(self.name),
            "load": load,
            "seconds": times,
            "rows": rows,
            "notes": self.notes,
        }

    def _compared(self, taken: dict, what, ours, peer, target, faster) -> dict:
        """A row, its ratios taken within each round."""
        beside = [1.0] * len(taken[ours]) if peer is None else taken[peer]
        pairs = zip(taken[ours], beside, strict=False)
        ratios = sorted(b / a if faster else a / b for a, b in pairs)
        ends = f"({ratios[0]:.2f} … {ratios[-1]:.2f})"
        theirs, unit = (_seconds(median(beside)), "×") if peer else ("", "s")
        print(
            f"    {what.en:<64} {_seconds(median(taken[ours])):>10} {theirs:>10}"
            f" {median(ratios):>7.2f}{unit}  {ends:<20} {target}"
        )
        return {
            "what": both(what),
            "ours": ours,
            "peer": peer,
            "faster": faster,
            "ratio": median(ratios),
            "least": ratios[0],
            "greatest": ratios[-1],
            "target": target,
            "met": met(median(ratios), target),
        }


def both(text: Text) -> dict:
    """A text in both languages, as data."""
    return {language: text[language] for language in LANGUAGES}


SIGNS = {"≤": operator.le, "≥": operator.ge, ">": operator.gt}


def met(ratio: float, target: str) -> bool | None:
    """Whether a ratio is as its target says, "≤ 5" or "≤ 10 s"; `None` where there is none."""
    if not target:
        return None
    sign, _, number = target.partition(" ")
    return SIGNS[sign](ratio, float(number.removesuffix(" s")))


CLOCK = [time.perf_counter]


def timed(call, repeats: int) -> float:
    """The seconds of a call, on average over so many."""
    clock = CLOCK[0]
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats


def _seconds(t: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if t * factor >= 1:
            return f"{t * factor:.2f} {unit}"
    return f"{t * 1e6:.2f} µs"


def missing(part: Part, package: str) -> None:
    """Say that a peer is left out."""
    part.notes.append(f"{package} is not installed: left out")
