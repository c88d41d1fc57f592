"""Whether values stay what they are in half and in double precision: calls of the quick grids, with
whole numbers that either holds exactly.

What a framework does not run in a dtype it refuses, and that is counted; what it runs must give the
values that the algebra gives.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy

from shapealg.checks import performed, sweep

# how far a value may lie from what is told, of itself and besides: a mean is rounded
NEAR = {"float64": (1e-3, 1e-3), "float16": (1e-2, 2e-2)}
EACH = 30  # so many calls of each kind


def run(backend: str) -> dict:
    """dtype → kind → how many calls agreed, how many were refused, and every call that gives other
    values.
    """
    real = sweep.real(backend)
    told: dict[str, dict[str, dict]] = {dtype: {} for dtype in NEAR}
    for kind in sweep.grids(backend):
        for call, words, example in islice(examples(backend, kind), EACH):
            for dtype, near in NEAR.items():
                made = told[dtype].setdefault(kind, {"agreed": 0, "refused": 0, "other": []})
                same = agrees(real, call, words, example, dtype, near)
                if same is None:
                    made["refused"] += 1
                elif same:
                    made["agreed"] += 1
                else:
                    made["other"].append({"call": call, "words": words})
    return told


def examples(backend: str, kind: str) -> Iterator[tuple]:
    """Calls from all over a quick grid whose values are worked out, and are the framework's in
    single precision: (call, words, what `performed.example` gives).
    """
    real, cases = sweep.real(backend), list(sweep.grids(backend)[kind](False))
    step = next(k for k in (97, 89, 1) if len(cases) % k or k == 1)  # meets all, not in their order
    for i in range(len(cases)):
        call, words, shape = cases[i * step % len(cases)]
        made, ours = sweep.said(backend, call, words, shape)
        if ours == sweep.REFUSED or 0 in ours:
            continue
        if not 0 < performed.work(made, shape, ours) <= sweep.LARGEST:
            continue
        example = performed.example(made, shape, backend)
        if example[-1] is not None and agrees(real, call, words, example, "float32", (1e-3, 1e-3)):
            yield call, words, example


def agrees(real: Any, call: str, words: dict, example: tuple, dtype: str, near: tuple):
    """Whether a framework gives the values that are told; `None` where it refuses."""
    x, weights, expected = example
    cast = None if weights is None else [weight.astype(dtype) for weight in weights]
    given = [each.astype(dtype) for each in x] if isinstance(x, list) else x.astype(dtype)
    try:
        got = numpy.asarray(real.execute(call, words, given, cast))
    except Exception as error:  # a framework refuses in many classes
        if sweep.is_slip(error):
            raise
        return None
    close = got.shape == expected.shape and numpy.allclose(
        got.astype("float64"), expected, *near, equal_nan=True
    )
    return bool(close)
