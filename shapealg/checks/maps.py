"""The laws of the other maps of one axis against measurements: transposed convolution, padding,
pooling that rounds up.
"""

from itertools import product

from shapealg import formulas
from shapealg.checks.bench import (
    DILATIONS,
    GRID,
    KERNELS,
    REFUSED,
    STRIDES,
    TRANSPOSED,
    case,
    counted,
    crops,
    length,
)
from shapealg.errors import ShapeError


def transposed_output_size(bench, record):
    """How many outputs a transposed convolution has."""
    for n, how in product((1, 2, 4), TRANSPOSED):
        k, s, d, p, op = how.values()
        if bench.backend.refuses_transposed(**how):
            record.meet({"n": n, **how}, REFUSED, bench.transposed(n, **how))
            continue
        try:
            expected = formulas.transposed_output_size(n, k, s, d=d, lo=p, hi=p, op=op)
        except ShapeError:
            continue  # nothing is left after cropping
        record.meet({"n": n, **how}, expected, length(bench.transposed(n, **how)))


def restoring_output_padding(bench, record):
    """There and back: the output padding with which the backend's own transposed convolution undoes
    its convolution, found by trying.
    """
    for n, k, s, d in product(range(4, 9), KERNELS, STRIDES, DILATIONS):
        for p in crops(k, d):
            tried = [{"k": k, "s": s, "d": d, "p": p, "op": op} for op in range(s)]
            m = bench.count(n, k, s, d, lo=p, hi=p)
            if m in (REFUSED, 0) or any(bench.backend.refuses_transposed(**how) for how in tried):
                continue  # the refusals are met in the check of the size
            sizes = [length(bench.transposed(m, **how)) for how in tried]
            record.meet(
                case(n, k, s, d, p=p),
                formulas.restoring_output_padding(n, k, s, d=d, lo=p, hi=p),
                sizes.index(n) if n in sizes else sizes,
            )


def padded_size(bench, record):
    """One tap reads every position of the padded input."""
    counted(
        bench,
        record,
        formulas.padded_size,
        (
            ({"n": n, "lo": lo, "hi": hi}, case(n, 1, lo=lo, hi=hi))
            for n, lo, hi in product(range(1, 7), range(-2, 4), range(-2, 4))
            if n + min(lo, 0) + min(hi, 0) > 0
        ),
    )


def interior_padded_size(bench, record):
    """A transposed convolution with one tap puts the zeros there."""
    for n, s in product(range(1, 7), range(1, 6)):
        record.meet(
            {"n": n, "s": s},
            formulas.interior_padded_size(n, s),
            len(bench.transposed(n, 1, s, 1, 0, 0)),
        )


def _ceiled(bench, record, law, clipped):
    for n, k, s, d in GRID:
        for p in range(k // 2 + 1):  # PyTorch pads by half the kernel at most
            try:
                expected = law(n, k, s, d=d, lo=p, hi=p)
            except ShapeError:
                continue  # not even one window
            if (measured := bench.backend.ceiled_size(n, k, s, d, p, clipped)) is not None:
                record.meet(case(n, k, s, d, p=p), expected, measured)


def ceil_output_size(bench, record):
    """Pooling with its last window left whole."""
    _ceiled(bench, record, formulas.ceil_output_size, clipped=False)


def clipped_ceil_output_size(bench, record):
    """Pooling without windows that begin in the padding behind."""
    _ceiled(bench, record, formulas.clipped_ceil_output_size, clipped=True)
