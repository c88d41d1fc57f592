"""The tests' own counting: nothing here knows the algebra, and nothing is imported from the package
but the three names of a bound variable. Windows are laid down one by one, positions are collected
in sets, sums are added up term by term.
"""

import operator
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor, inf, prod

import sympy

from shapealg.law.proof import Count, Largest, Smallest

# what a sign of comparison says of two numbers
RELATIONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def windows(n, k, s=1, d=1, lo=0, hi=0) -> list:
    """The positions each window reads, laid from the left while they fit into the padded input."""
    made, start = [], -lo
    while max(row := [start + d * tap for tap in range(k)]) < n + hi:
        made.append(row)
        start += s
    return made


def count(*args, **kwargs) -> int:
    return len(windows(*args, **kwargs))


def chain(n, layers) -> int | None:
    """The size after the layers one by one; None where one of them gives nothing."""
    for k, s, d, lo, hi in layers:
        if (n := count(n, k, s, d, lo, hi)) < 1:
            return None
    return n


def sees(layers) -> int:
    """How many positions lie between the first and the last that one output reads, walking back
    layer by layer.
    """
    seen = {0}
    for k, s, d, *_ in reversed(layers):
        seen = {s * j + d * tap for j in seen for tap in range(k)}
    return max(seen) - min(seen) + 1


def transposed(n, k, s=1, d=1, lo=0, hi=0, op=0) -> list:
    """For each output position the inputs that write to it: each input lays its taps down, then the
    ends are cut off.
    """
    written = {}
    for i, tap in product(range(n), range(k)):
        written.setdefault(s * i + d * tap, []).append(i)
    return [written.get(place, []) for place in range(lo, max(written) + 1 - hi + op)]


def restoring(n, *rest) -> int:
    """The output padding with which as many inputs as the convolution gives write n positions;
    found by trying.
    """
    return next(op for op in range(60) if len(transposed(count(n, *rest), *rest, op)) == n)


def spread(n, s) -> list:
    """A line of n ones with s − 1 zeros between neighbours."""
    line = [1]
    for _ in range(n - 1):
        line += [0] * (s - 1) + [1]
    return line


def hanging(n, k, s=1, d=1, lo=0, hi=0, clipped=False) -> list:
    """Windows laid from the left until one reaches the padded end; if clipped, none that begins
    after the input.
    """
    made, start = [], -lo
    while not clipped or start < n:
        made.append([start + d * tap for tap in range(k)])
        if made[-1][-1] >= n + hi - 1:
            break
        start += s
    return made


def same_outputs(n, s) -> int:
    """One output per stride: the positions 0, s, 2s, … inside the input."""
    return len(range(0, n, s))


def same_padding(n, k, s=1, d=1) -> int:
    """The least padding that gives as many outputs, found by trying."""
    total = 0
    while count(n, k, s, d, 0, total) < same_outputs(n, s):
        total += 1
    return total


def unread_padded(n, k, s=1, d=1, lo=0, hi=0) -> int:
    """Padded positions after the last one that any window reads."""
    return n + hi - 1 - max(max(row) for row in windows(n, k, s, d, lo, hi))


def unread_input(n, k, s=1, d=1, lo=0, hi=0) -> int:
    """Positions of the input itself after the last one that any window reads."""
    last = max(max(row) for row in windows(n, k, s, d, lo, hi))
    return sum(1 for position in range(n) if position > last)


def smallest_input(m, *rest) -> int:
    """The smallest n with at least m outputs; searched from below, where nothing fits."""
    return next(n for n in range(-30, 60) if count(n, *rest) >= m)


def largest_input(m, *rest) -> int:
    return next(n for n in range(60, -30, -1) if count(n, *rest) <= m)


def multiplications(m, k, c, f, g=1) -> int:
    return sum(1 for _ in product(*map(range, m), range(f), *map(range, k), range(c // g)))


def value(expr, at: dict):
    """An expression at integers, on exact fractions.

    `at` gives each symbol's name an int; an indexed name gets a function of its indices.
    """
    return reader(expr)(at)


FAR = 120  # as far as is counted


def counted(holds, at: dict, name: str):
    """How many numbers from 0 on meet a condition; no end of them, if the last one tried does."""
    if holds(at | {name: FAR - 1}):
        return inf
    return sum(1 for i in range(FAR) if holds(at | {name: i}))


@cache
def reader(expr):
    """The expression as a function of `at`, by recursion over its parts."""
    if isinstance(expr, Count | Smallest | Largest):
        x, holds = expr.variable.name, reader(expr.condition)
        if isinstance(expr, Count):
            return lambda at: counted(holds, at, x)
        tried = range(-60, 60) if isinstance(expr, Smallest) else range(60, -60, -1)
        return lambda at: next(i for i in tried if holds(at | {x: i}))
    if isinstance(expr, sympy.Sum | sympy.Product):
        *inner, (index, low, high) = expr.limits  # SymPy lists the outermost last
        body = reader(expr.func(expr.function, *inner) if inner else expr.function)
        start, end, gather = reader(low), reader(high), sum if isinstance(expr, sympy.Sum) else prod
        return lambda at: gather(
            body(at | {index.name: i}) for i in range(int(start(at)), int(end(at)) + 1)
        )
    if isinstance(expr, sympy.Indexed):
        label, places = str(expr.base.label), [reader(i) for i in expr.indices]
        return lambda at: at[label](*(place(at) for place in places))
    if expr.is_Symbol:
        return lambda at: at[expr.name]
    if expr.is_Rational:
        number = int(expr) if expr.is_Integer else Fraction(int(expr.p), int(expr.q))
        return lambda at: number
    if expr in (sympy.true, sympy.false):
        return lambda at: bool(expr)
    first, *rest = parts = [reader(a) for a in expr.args]
    second = rest[0] if rest else None
    return {
        sympy.Add: lambda at: sum(p(at) for p in parts),
        sympy.Mul: lambda at: prod(p(at) for p in parts),
        sympy.Pow: lambda at: Fraction(first(at)) ** int(second(at)),
        sympy.floor: lambda at: floor(first(at)),
        sympy.ceiling: lambda at: ceil(first(at)),
        sympy.Mod: lambda at: first(at) - second(at) * floor(Fraction(first(at)) / second(at)),
        sympy.Max: lambda at: max(p(at) for p in parts),
        sympy.Min: lambda at: min(p(at) for p in parts),
        sympy.And: lambda at: all(p(at) for p in parts),
        sympy.Or: lambda at: any(p(at) for p in parts),
        sympy.Le: lambda at: first(at) <= second(at),
        sympy.Lt: lambda at: first(at) < second(at),
        sympy.Ge: lambda at: first(at) >= second(at),
        sympy.Gt: lambda at: first(at) > second(at),
        sympy.Eq: lambda at: first(at) == second(at),
    }[expr.func]
