"""What every check works with: a backend that remembers, a record that files, and the
configurations to run.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

import numpy

from shapealg.errors import ShapeError
from shapealg.words.dialects import keras

REFUSED = "refused"


@dataclass
class Record:
    """How many configurations were run, agreed on, refused by both, and every disagreement."""

    agreed: int = 0
    refused: int = 0
    disagreed: list = field(default_factory=list)
    # single runs worth printing: (what was run, what it gave)
    shown: list = field(default_factory=list)

    def meet(self, case: dict, expected, measured) -> None:
        """File one configuration: what the algebra says against what the backend did."""
        if (
            isinstance(measured, str)
            and isinstance(expected, str)
            and measured == expected == REFUSED
        ):
            self.refused += 1
        elif numpy.array_equal(expected, measured):
            self.agreed += 1
        else:
            self.disagreed.append(
                {
                    "case": {k: str(v) for k, v in case.items()},
                    "expected": str(expected),
                    "measured": str(measured),
                }
            )

    def show(self, run: str, expected, measured) -> None:
        """File one configuration and keep it word for word, for a page."""
        self.meet({"run": run}, expected, measured)
        self.shown.append([run, str(measured)])

    def told(self) -> dict:
        """The counts and what disagreed, and what was kept for a page."""
        told = {"agreed": self.agreed, "refused": self.refused, "disagreed": self.disagreed}
        return told | {"shown": self.shown} if self.shown else told


class Bench:
    """A backend with a memory, so that one measurement can serve many laws."""

    def __init__(self, backend):
        self.backend = backend
        self.loops = backend.name == "numpy"
        self.keras = backend.name.startswith("keras")
        self.response = lru_cache(maxsize=None)(self._response)
        self.transposed = lru_cache(maxsize=None)(self._transposed)

    def _response(self, n, k, s=1, d=1, padding="valid", lo=0, hi=0):
        return _measured(self.backend.response, n, k, s, d, padding, lo, hi)

    def _transposed(self, n, k, s, d, p, op):
        return _measured(self.backend.transposed_response, n, k, s, d, p, op)

    def count(self, *args, **kwargs):
        """How many outputs came out."""
        return length(self.response(*args, **kwargs))

    def knows(self, padding: str) -> bool:
        """Whether the backend has the word; where it has none, nothing is compared."""
        return padding in self.backend.PADDINGS

    def refuses(self, s, d, padding="valid") -> bool:
        """Whether it is the backend's manner to refuse that."""
        return self.backend.refuses(s, d, padding)

    def speaks(self, words: dict) -> bool:
        """Whether a layer in Keras's words can be said to the backend, and runs."""
        padding = words.get("padding", "valid")
        return self.knows(padding) and not self.refuses(
            words.get("strides", 1), words.get("dilation_rate", 1), padding
        )


def length(measured):
    """How many outputs a response has; a refusal stays one."""
    return measured if isinstance(measured, str) else len(measured)


def _measured(ask, *args):
    try:
        return ask(*args)
    except Exception:  # a framework refuses in many classes; that it refuses is the measurement
        return REFUSED


SIZES, KERNELS, STRIDES, DILATIONS = range(1, 11), range(1, 5), range(1, 4), range(1, 3)
PADS = ((0, 0), (1, 2), (0, 3), (-1, 1))
GRID = tuple(product(SIZES, KERNELS, STRIDES, DILATIONS))


def crops(k, d) -> tuple:
    """What to crop from each side of a transposed convolution: nothing, or half the span, as
    Keras's "valid" and "same" do.
    """
    return tuple(sorted({0, (d * (k - 1) + 1) // 2}))


TRANSPOSED = tuple(
    {"k": k, "s": s, "d": d, "p": p, "op": op}
    for k, s, d in product(KERNELS, STRIDES, DILATIONS)
    for p in crops(k, d)
    for op in range(s + 1)
)


def counted(bench, record, law, cases):
    """Compare a law's size with the number of outputs; each case is (arguments of the law,
    arguments of the response).
    """
    for arguments, how in cases:
        if not bench.knows(how.get("padding", "valid")):
            continue
        if bench.refuses(how.get("s", 1), how.get("d", 1), how.get("padding", "valid")):
            record.meet(how, REFUSED, bench.count(**how))
            continue
        try:
            expected = law(**arguments)
        except ShapeError:
            continue  # outside the law's domain it says nothing
        record.meet(how, expected, bench.count(**how))


def case(n, k, s=1, d=1, **how):
    """Sizes as a check names them."""
    return {"n": n, "k": k, "s": s, "d": d, **how}


LAYERS = tuple(
    (rank, {"filters": f, "kernel_size": k, **more}, c)
    for rank, f, k, c in product((1, 2, 3), (1, 4), (1, 3), (2, 4))
    for more in (
        {},
        {"padding": "same"},
        {"strides": 2},
        {"strides": 2, "padding": "same"},
        {"dilation_rate": 2},
        {"groups": 2},
    )
    if not ("groups" in more and f == 1)
) + tuple(
    (1, {"filters": 3, "kernel_size": 3, "padding": "causal", **more}, 2)
    for more in ({}, {"strides": 2}, {"dilation_rate": 2})
)
SIZE = (7, 8, 6)


def described(rank, words, c):
    """A layer as a check names it."""
    return {"rank": rank, **words, "channels": c}


def spoken(rank, words):
    """A layer of Keras, as the dialect understands it."""
    return {1: keras.Conv1D, 2: keras.Conv2D, 3: keras.Conv3D}[rank](**words)
