"""Convolutions and poolings on numbers, worked out from where the algebra says that they read."""

from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy

from shapealg.axis.door import integer
from shapealg.axis.pooled import Pooled
from shapealg.checks.moves import sources
from shapealg.layer.convolution import Convolution
from shapealg.layer.pooling import Pooling
from shapealg.words.norm import Norm

# what a pooling makes of a window that is no mean of it, and of none
REDUCED = {
    "max": (numpy.maximum, -numpy.inf),
    "min": (numpy.minimum, numpy.inf),
    "mul": (numpy.multiply, 1),
}
FAR = 2**40  # no position lies there, and none is mirrored there


def convolved(layer: Convolution, x, weight, border: str = "constant"):
    """x (batch, channels, *size), weight (output channels, input channels, *taps) of a forward or
    (I, O, *) of a transposed one; `border` says what stands in for positions outside.
    """
    size, groups = x.shape[2:], integer(layer.groups, "groups")
    if layer.transposed:
        weight = weight.swapaxes(0, 1)  # (O/g, I, *), the input channels grouped
    for i, table in enumerate(_links(layer, size)):
        x = _gathered(x, 2 + 2 * i, table, border)
    # x: batch, channels, then outputs and taps of each axis in turn
    rank = len(size)
    x = x.transpose([0, 1, *range(2, 2 + 2 * rank, 2), *range(3, 3 + 2 * rank, 2)])
    made = []
    for g in range(groups):
        ours = slice(g * x.shape[1] // groups, (g + 1) * x.shape[1] // groups)
        theirs = slice(g * layer.filters // groups, (g + 1) * layer.filters // groups)
        met = weight[:, ours] if layer.transposed else weight[theirs]
        seen = [1, *range(2 + rank, 2 + 2 * rank)]
        made.append(numpy.tensordot(x[:, ours], met, (seen, [1, *range(2, 2 + rank)])))
    return numpy.moveaxis(numpy.concatenate(made, -1), -1, 1)


def _links(layer: Convolution, size: tuple) -> list:
    """Per axis which position each output (row) reads with each tap (column), and a position far
    outside for none.
    """
    tables = []
    for i, m in enumerate(layer.output_size(size)):
        table = numpy.full((m, layer.kernel_size[i]), -FAR)
        for j in range(integer(m, "count")):
            place = [0] * len(size)
            place[i] = j
            for position, tap in zip(*layer.links(size, tuple(place))[i], strict=True):
                table[j, tap] = position
        tables.append(table)
    return tables


def _gathered(x, at: int, table, border: str):
    """The same with what a table of positions reads in place of axis `at`."""
    place, inside = sources(table, x.shape[at], border)
    inside &= abs(table) < FAR
    met = numpy.take(x, place, at)
    return met * inside.reshape(*table.shape, *(1,) * (x.ndim - at - 1))


def pooled(layer: Pooling, x):
    """x (batch, channels, *size): the largest, the least, the mean, the sum or the product of what
    each window reads; of "lp", the sum as far as the algebra says that it counts.
    """
    size = x.shape[2:]
    layer.output_size(size)  # refuses where there is none
    reduce, initial = REDUCED.get(layer.kind, (numpy.add, 0))
    shares = []
    for i, (axis, n) in enumerate(zip(layer.pooled, size, strict=True)):
        read = _read(axis, n)
        parts = [numpy.take(x, list(positions), 2 + i) for positions, _ in read]
        made = [reduce.reduce(part, 2 + i, initial=initial) for part in parts]
        x = numpy.stack(made, 2 + i)
        shares.append([share for _, share in read])
    if layer.kind in REDUCED:
        return x
    for i, row in enumerate(shares):
        x = x * numpy.reshape(list(map(_factor, row)), (-1, *(1,) * (len(size) - i - 1)))
    return x


def _read(axis: Pooled, n: int) -> list:
    """The positions that each output reads, and the share of each; of positions moved apart, those
    that the taps meet.
    """
    if not axis.axis.spaced:
        return axis.outputs(n)
    placed, data = axis.axis.at(n), set(range(n))
    met = [placed.links(axis.taps, j)[0] for j in range(axis.count(n))]
    return [(sorted(data.intersection(positions)), Fraction(1)) for positions in met]


def _factor(share) -> float:
    """A share as a number; not a number where there is none, and the value is anybody's."""
    if isinstance(share, tuple):
        share = share[1]  # of the sum of powers
    return float(share) if isinstance(share, Fraction) else numpy.nan


def normed(layer: Pooling, x, norm: Norm):
    """The norm of what each window reads; of a negative sum there may be no root."""
    x = x if norm.signed else abs(x)
    if norm.power == inf:
        return pooled(replace(layer, kind="max"), x)
    with numpy.errstate(invalid="ignore", divide="ignore"):
        powers = numpy.power(x, float(norm.power))
        return numpy.power(pooled(layer, powers), 1 / norm.power)
