"""Which positions a resizing reads: every position of an input is changed in turn on the real
framework, and which outputs follow is held against what the algebra says; and what it gives, where
the algebra says how much of each position is taken.

The algebra may name positions that are read with weight 0, where an output lies on a position; it
may leave out none, and it names no more than those within reach.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy

from shapealg.axis.door import integer
from shapealg.axis.resized import MODES, Resized
from shapealg.checks import dtypes, performed, sweep

# lengths in and out: longer and shorter, whole and broken factors, one
PAIRS = ((5, 10), (5, 7), (8, 5), (9, 3), (4, 4), (3, 12), (10, 4), (7, 1), (6, 9), (12, 5))
WIDTH = 3  # along the other axis, that stays
STEP = 16.0  # so much a position is changed
NEAR = (1e-3, 1e-3)  # so far may a value lie from what is told, of itself and besides
LEAST = 1e-4  # so much an output must change by
MITCHELL = Fraction(8, 7)  # where (−7x³ + 36x² − 60x + 32)/18 is 0


def calls(backend: str) -> Iterator[tuple]:
    """Every way of resizing that a framework has, at some lengths: (call, words, input shape, the
    axis that is resized).
    """
    ways = getattr(sweep.grid(backend), "resizings", lambda *lengths: ())
    return (way for pair in PAIRS for way in ways(*pair, WIDTH))


def run(backend: str) -> dict:
    """How many calls were measured, for how many nobody says what they read, how many outputs there
    were, how many had their values compared, and every call that reads otherwise than it is told,
    or gives other values.
    """
    real, made = sweep.real(backend), {"calls": 0, "untold": 0, "outputs": 0, "values": 0}
    other: list[dict] = []
    for call, words, shape, at in calls(backend):
        layer, ours = sweep.said(backend, call, words, shape)
        axis = _axis(layer, shape, at) if ours != sweep.REFUSED else None
        if axis is None:
            continue
        if axis.mode == "all":
            made["untold"] += 1
            continue
        try:
            seen = measured(real, call, words, shape, at)
        except Exception as error:  # a framework refuses in many classes
            if sweep.is_slip(error):
                raise
            continue
        made["calls"] += 1
        made["outputs"] += len(seen)
        named = told(axis, shape[at])
        example = performed.example(layer, shape, backend)
        made["values"] += (compared := example[-1] is not None)
        same = not compared or dtypes.agrees(real, call, words, example, "float32", NEAR)
        reads = (seen & ~named).any() or (named & ~seen & ~weightless(axis, shape[at])).any()
        if reads or not same:
            other.append({"call": call, "words": words, "input": shape})
    return {**made, "other": other}


def _axis(made, shape: tuple, at: int):
    """The map of the axis that is resized; nothing where it only repeats."""
    if hasattr(made, "maps"):
        axis = made.maps(len(shape))[at]
    else:
        read = made.read(shape)
        axis = made.meaning(read.channels, len(read.spatial)).axes[made.order(len(shape))[at]]
    return axis if axis.mode else None


def measured(real, call: str, words: dict, shape: tuple, at: int):
    """Which outputs (row) follow which positions (column) along an axis."""
    x = numpy.random.default_rng(1).random(shape).astype("float32")
    before = numpy.asarray(real.execute(call, words, x))
    others = tuple(i for i in range(x.ndim) if i != at)
    columns = []
    for p in range(shape[at]):
        changed = x.copy()
        numpy.moveaxis(changed, at, 0)[p] += STEP
        after = numpy.asarray(real.execute(call, words, changed))
        columns.append(abs(after - before).max(others) > LEAST)
    return numpy.stack(columns, 1)


def told(axis, n: int):
    """The same as the algebra says it; what lies outside stands for the border."""
    placed = axis.at(n)
    made = numpy.zeros((integer(axis.count(n), "count"), n), bool)
    for j, row in enumerate(made):
        read = numpy.arange(placed.first(j), placed.last(j) + 1)
        row[read.clip(0, n - 1)] = True
    return made


def weightless(axis, n: int):
    """Which of the positions told may be read with weight 0: those that lie whole steps of a cubic
    or longer kernel from where an output lies, and 8/7 steps of Mitchell's.
    """
    placed: Resized = axis.at(n)
    kind = MODES[placed.mode][1]
    made = numpy.zeros((integer(axis.count(n), "count"), n), bool)
    if isinstance(kind, str):
        return made
    scale = placed.reach(kind) / kind
    for j, row in enumerate(made):
        above, below = (integer(part, "place") for part in placed.lies(j))
        for p in range(n):
            steps = (p - Fraction(above, below)) / scale
            row[p] = steps and (steps.denominator == 1 or abs(steps) == MITCHELL)
    return made
