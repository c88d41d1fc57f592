"""A law on one long array: block by block, each small enough to stay in the processor's cache, in
the array's own type.
"""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeAlias

import numpy
import sympy

from shapealg.law.program import Python, magnitude, program

LONG = 2**16  # from so many entries on it pays
BLOCK = 2**19  # bytes
BITS = {numpy.dtype(numpy.int32): 31, numpy.dtype(numpy.int64): 63}
OPERATIONS: dict[type[ast.operator], numpy.ufunc] = {
    ast.Add: numpy.add,
    ast.Sub: numpy.subtract,
    ast.Mult: numpy.multiply,
    ast.FloorDiv: numpy.floor_divide,
    ast.Mod: numpy.remainder,
}
Fill: TypeAlias = Callable[[numpy.ndarray, numpy.ndarray], None]  # from a block, into its place


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
    numbers = {symbols[other]: sympy.Integer(n) for other, n in given.items() if other != name}
    right = right.xreplace(numbers)
    symbol = symbols[name]
    assumed = {assumption.xreplace(numbers) for assumption in assumptions} - {sympy.true}
    ends = [_at_the_ends(assumption, name, symbol) for assumption in assumed]
    if right.free_symbols != {symbol} or None in ends:
        return None
    most = _most(right, name, BITS[array.dtype])
    function = program(right, (name,), (), arrays=True)
    return _computed(array, function, _filling(right, function), ends, most)


def _computed(
    array: numpy.ndarray,
    function: Callable[..., Any],
    fill: Fill,
    ends: list[Callable[[int], bool]],
    most: int,
) -> numpy.ndarray | None:
    """The function on each block, if what is assumed holds at its least and its greatest entry, and
    neither is beyond `most`.
    """
    flat, made = array.reshape(-1), None
    length = BLOCK // flat.itemsize
    for start in range(0, flat.size, length):
        block = flat[start : start + length]
        low, high = int(numpy.minimum.reduce(block)), int(numpy.maximum.reduce(block))
        if max(high, -low) > most or not all(end(low) and end(high) for end in ends):
            return None
        if made is None:
            made = numpy.empty(flat.size, function(block[:1]).dtype)
        fill(block, made[start : start + length])
    return None if made is None else made.reshape(array.shape)


def _filling(right: sympy.Basic, function: Callable[..., Any]) -> Fill:
    """What computes a block into its place: step by step there, where every step takes the one
    before and a number, as in ⌊(n − 1)/2⌋ + 1; otherwise by way of arrays of its own.
    """
    steps = _steps(ast.parse(Python().write(right), mode="eval").body)

    def fill(block: numpy.ndarray, place: numpy.ndarray) -> None:
        if not steps:
            place[:] = function(block)
        for step in steps or ():
            step(block, place)
            block = place

    return fill


def _steps(node: ast.expr) -> list[Fill] | None:
    """The operations of a program, the innermost first; `None` where one takes no number."""
    if isinstance(node, ast.Name):
        return []
    if not isinstance(node, ast.BinOp) or type(node.op) not in OPERATIONS:
        return None
    operation, left, right = OPERATIONS[type(node.op)], _number(node.left), _number(node.right)
    before = _steps(node.left if left is None else node.right)
    if before is None or (left is None) == (right is None):
        return None
    if left is None:
        return [*before, lambda block, place: operation(block, right, out=place)]
    return [*before, partial(operation, left)]


def _number(node: ast.expr) -> int | None:
    """The number that stands there, if it is one."""
    try:
        return int(ast.literal_eval(node))
    except ValueError:
        return None


def _at_the_ends(assumption: sympy.Basic, name: str, symbol: sympy.Basic) -> Any:
    """What tells whether an assumption holds from the least to the greatest entry by holding at
    both; `None` where that does not say it.
    """
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
