"""The tests' own counting: nothing here knows the algebra, and nothing is imported from the package but the three names
of a bound variable. Windows are laid down one by one, positions are collected in sets, sums are added up term by term.
"""

from fractions import Fraction
from itertools import product
from math import ceil, floor

import sympy

from shapealg.proof import Count, Largest, Smallest


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
    """How many positions lie between the first and the last that one output reads, walking back layer by layer."""
    seen = {0}
    for k, s, d, *_ in reversed(layers):
        seen = {s * j + d * tap for j in seen for tap in range(k)}
    return max(seen) - min(seen) + 1


def same_outputs(n, s) -> int:
    """One output per stride: the positions 0, s, 2s, … inside the input."""
    return len(range(0, n, s))


def same_padding(n, k, s=1, d=1) -> int:
    """The least padding that gives as many outputs, found by trying."""
    total = 0
    while count(n, k, s, d, 0, total) < same_outputs(n, s):
        total += 1
    return total


def unread(n, k, s=1, d=1, lo=0, hi=0) -> int:
    """Padded positions after the last one that any window reads."""
    return n + hi - 1 - max(max(row) for row in windows(n, k, s, d, lo, hi))


def smallest_input(m, *rest) -> int:
    """The smallest n with at least m outputs; searched from below, where nothing fits."""
    return next(n for n in range(-60, 200) if count(n, *rest) >= m)


def largest_input(m, *rest) -> int:
    return next(n for n in range(200, -60, -1) if count(n, *rest) <= m)


def multiplications(m, k, c, f, g=1) -> int:
    return sum(1 for _ in product(*map(range, m), range(f), *map(range, k), range(c // g)))


def value(expr, at: dict):
    """An expression at integers, by recursion on exact fractions.

    `at` gives each symbol's name an int; an indexed name gets a function of its indices.
    """
    def v(e):
        return value(e, at)

    if isinstance(expr, Count | Smallest | Largest):
        x, far = expr.variable.name, 80
        tried = {Count: range(far), Smallest: range(-far, far), Largest: range(far, -far, -1)}[type(expr)]
        true = (i for i in tried if value(expr.condition, at | {x: i}))
        return len(list(true)) if isinstance(expr, Count) else next(true)
    if isinstance(expr, sympy.Sum | sympy.Product):
        (index, low, high), *outer = expr.limits[::-1]  # SymPy lists the outermost last
        body = expr.func(expr.function, *outer[::-1]) if outer else expr.function
        total = 0 if isinstance(expr, sympy.Sum) else 1
        for i in range(int(v(low)), int(v(high)) + 1):
            one = value(body, at | {index.name: i})
            total = total + one if isinstance(expr, sympy.Sum) else total * one
        return total
    if isinstance(expr, sympy.Indexed):
        return at[str(expr.base.label)](*map(v, expr.indices))
    if expr.is_Symbol:
        return at[expr.name]
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr in (sympy.true, sympy.false):
        return bool(expr)
    parts = [v(a) for a in expr.args]
    head, *tail = parts
    if expr.is_Add:
        return sum(parts)
    if expr.is_Mul:
        for p in tail:
            head *= p
        return head
    if expr.is_Pow:
        return Fraction(head) ** int(tail[0])
    return {
        sympy.floor: lambda: floor(head), sympy.ceiling: lambda: ceil(head), sympy.Mod: lambda: head - tail[0] * floor(Fraction(head) / tail[0]),
        sympy.Max: lambda: max(parts), sympy.Min: lambda: min(parts), sympy.And: lambda: all(parts), sympy.Or: lambda: any(parts),
        sympy.Le: lambda: head <= tail[0], sympy.Lt: lambda: head < tail[0], sympy.Ge: lambda: head >= tail[0],
        sympy.Gt: lambda: head > tail[0], sympy.Eq: lambda: head == tail[0],
    }[expr.func]()  # fmt: skip
