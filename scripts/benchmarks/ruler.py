"""The ruler: contenders take turns in one process, round by round, and a ratio is taken within a
round.
"""

import gc
import resource
import time
from statistics import median

ROUNDS = 15  # a contender that takes seconds gets fewer: what fits into SECONDS, three at least
SECONDS = 20
BATCH = 0.02  # calls that are shorter are repeated until they take so many seconds together


def processor() -> float:
    """Seconds of the processor, those of processes that have ended with it."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


class Part:
    """What is compared: contenders, the first of them ours, and the rows of the table made of
    them.
    """

    def __init__(self, name: str):
        self.name, self.contenders, self.rows, self.notes = name, {}, [], []

    def add(self, label: str, call) -> None:
        """One more contender."""
        self.contenders[label] = call

    def row(self, what: str, ours: str, peer: str, target: str, faster: bool = False) -> None:
        """One line; the ratio says how many times the peer's time ours is, or, for `faster`, how
        many times ours the peer's is.
        """
        self.rows.append((what, ours, peer, target, faster))

    def measure(self) -> dict:
        """label → seconds of a call, round by round; the contenders in turn, the order reversed
        every other round.
        """
        repeats, rounds = {}, {}
        for label, call in self.contenders.items():
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
        print(f"\n## {self.name}\n")
        taken = self.measure()
        for label, times in taken.items():
            print(
                f"    {label:<62} {_seconds(median(times)):>10}   ({_seconds(min(times))} …"
                f" {_seconds(max(times))}, {len(times)} rounds)"
            )
        if self.rows:
            print(
                f"\n    {'what':<56} {'ours':>10} {'peer':>10} {'ratio':>8} "
                f" {'least … greatest':<20} target"
            )
        rows = [self._compared(taken, *row) for row in self.rows]
        for note in self.notes:
            print(f"    {note}")
        times = {label: [median(t), min(t), max(t)] for label, t in taken.items()}
        return {"name": self.name, "seconds": times, "rows": rows, "notes": self.notes}

    def _compared(self, taken: dict, what, ours, peer, target, faster) -> dict:
        """A row, its ratios taken within each round."""
        pairs = zip(taken[ours], taken[peer], strict=False)
        ratios = sorted(b / a if faster else a / b for a, b in pairs)
        ends = f"({ratios[0]:.2f} … {ratios[-1]:.2f})"
        print(
            f"    {what:<56} {_seconds(median(taken[ours])):>10}"
            f" {_seconds(median(taken[peer])):>10} {median(ratios):>7.2f}×  {ends:<20} {target}"
        )
        return {
            "what": what,
            "ours": ours,
            "peer": peer,
            "ratio": median(ratios),
            "least": ratios[0],
            "greatest": ratios[-1],
            "target": target,
        }


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
