"""A law on one long array: block by block, each small enough to stay in the processor's cache, in
the array's own type.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy
import sympy

from shapealg.law.program import magnitude, program

LONG = 2**16  # from so many entries on it pays
BLOCK = 2**16
BITS = {numpy.dtype(numpy.int32): 31, numpy.dtype(numpy.int64): 63}


def value(
    right: sympy.Basic,
    assumptions: tuple[sympy.Rel, ...],
    symbols: Mapping[str, sympy.Basic],
    given: Mapping[str, Any],
) -> numpy.ndarray | None:
    """The right side at one long array and numbers; `None` where a closer look is needed: at other
    arrays, at an assumption that may fail, at a value that the type may not hold.

    >>> n = sympy.Symbol("n", integer=True)
    >>> value(n // 2, (n >= 2,), {"n": n}, {"n": numpy.arange(2, 2**17)})[:4]
    array([1, 1, 2, 2])
    """
    long = [name for name, v in given.items() if not isinstance(v, int)]
    if len(long) != 1 or type(array := given[long[0]]) is not numpy.ndarray:
        return None
    if array.size < LONG or array.dtype not in BITS:
        return None
    (name,) = long
    numbers = {symbols[other]: n for other, n in given.items() if other != name}
    right = right.subs(numbers)
    symbol = symbols[name]
    ends = [_at_the_ends(assumption.subs(numbers), name, symbol) for assumption in assumptions]
    if right.free_symbols != {symbol} or None in ends:
        return None
    most = _most(right, name, BITS[array.dtype])
    return _computed(array, program(right, (name,), (), arrays=True), ends, most)


def _computed(
    array: numpy.ndarray, function: Callable[..., Any], ends: list[Callable[[int], bool]], most: int
) -> numpy.ndarray | None:
    """The function on each block, if what is assumed holds at its least and its greatest entry, and
    neither is beyond `most`.
    """
    flat, made = array.reshape(-1), None
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK]
        low, high = int(block.min()), int(block.max())
        if max(high, -low) > most or not all(end(low) and end(high) for end in ends):
            return None
        found = function(block)
        if made is None:
            made = numpy.empty(flat.size, found.dtype)
        made[start : start + BLOCK] = found
    return None if made is None else made.reshape(array.shape)


def _at_the_ends(assumption: sympy.Basic, name: str, symbol: sympy.Basic) -> Any:
    """What tells whether an assumption holds from the least to the greatest entry by holding at
    both; `None` where that does not say it.
    """
    if assumption in (sympy.true, sympy.false):
        return lambda n: assumption == sympy.true
    if not isinstance(assumption, sympy.Ge | sympy.Le | sympy.Gt | sympy.Lt):
        return None
    gap = assumption.lhs - assumption.rhs
    if gap.free_symbols != {symbol} or not gap.diff(symbol).is_number:  # no straight line
        return None
    return program(assumption, (name,))


@lru_cache(2**10)
def _most(right: sympy.Basic, name: str, bits: int) -> int:
    """So large may the entries be that nothing on the way to the value overflows; -1 for none."""
    fit = [k for k in range(bits) if magnitude(right, {name: 2**k}) < 2**bits]
    return 2 ** max(fit) if fit else -1
