"""An expression becomes an integer program, and no float ever appears.

SymPy's own code printers turn ``⌊(n + 2)/3⌋`` into ``floor(n/3 + 2/3)`` on floats, which is wrong
from n = 7 on. Here a floor is printed as floor division of integers, and evaluated on Python
integers of any length.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from math import prod
from operator import add, mul
from typing import Any, ClassVar, TypeAlias

import numpy
import sympy

from shapealg.errors import ShapeError
from shapealg.exact import INT64
from shapealg.law.script import Factors, Script, Written
from shapealg.text import Text

# pairs (number, divisor) that are known to divide exactly
Divisible: TypeAlias = tuple[tuple[sympy.Expr, sympy.Expr], ...]


class Entries(sympy.IndexedBase):
    """One value per layer or axis, counted from 1.

    Its own class, for SymPy forgets an `IndexedBase`'s `offset` when it rebuilds one, and takes the
    two for equal.
    """

    offset = -1


class Python(Script):
    """Prints an expression as Python that stays in the integers; other languages override a line or
    two.
    """

    relations: ClassVar[dict[type[sympy.Rel], str]] = {
        sympy.Le: "<=",
        sympy.Lt: "<",
        sympy.Ge: ">=",
        sympy.Gt: ">",
        sympy.Eq: "==",
        sympy.Ne: "!=",
    }

    def __init__(self, divisible: Divisible = ()):
        self.divisible = divisible

    def number(self, value: int) -> str:
        """Its digits."""
        return str(value)

    def symbol(self, name: str) -> str:
        """The name, if it can be one in a program."""
        if not name.isidentifier():  # what is printed here may be evaluated
            raise ShapeError(
                Text(
                    zh="程序里的符号名须是标识符",
                    en="a symbol in a program needs a name that is an identifier",
                ),
                name,
                Text(zh="例如 n 或 lo_1", en="for example n or lo_1"),
            )
        return name

    def minus(self) -> str:
        """The hyphen."""
        return "-"

    def operator(self, sign: str) -> str:
        """The sign between spaces."""
        return f" {'-' if sign == '−' else sign} "

    def fence(self, left: str, body: str, right: str) -> str:
        """Brackets; a program has one kind."""
        return f"({body})"

    def times(self, parts: Factors) -> str:
        """A star between factors."""
        return " * ".join(text for _, text in parts)

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        """Two stars."""
        return f"{self.write(base, self.ATOM)}**{self.write(exponent, self.ATOM)}"

    def _indexed(self, expr: sympy.Basic) -> Written:
        # `offset` says how far a mathematical index is from the place in the list: k_1 stands at
        # k[0].
        places = "".join(f"[{self.write(i + (expr.base.offset or 0))}]" for i in expr.indices)
        return f"{expr.base.label}{places}", self.ATOM

    def divide(self, above: sympy.Expr, below: sympy.Expr) -> Written:
        """Floor division of two integers."""
        return f"{self.write(above, self.ATOM)} // {self.write(below, self.ATOM)}", self.PRODUCT

    def _floor(self, expr: sympy.Basic) -> Written:
        above, below = sympy.fraction(sympy.together(expr.args[0]))
        return (self.write(above), self.SUM) if below == 1 else self.divide(above, below)

    def _ceiling(self, expr: sympy.Basic) -> Written:
        return f"-{self.write(sympy.floor(-expr.args[0]), self.ATOM)}", self.SUM

    def _mod(self, expr: sympy.Basic) -> Written:
        return (
            f"{self.write(expr.args[0], self.ATOM)} % {self.write(expr.args[1], self.ATOM)}",
            self.PRODUCT,
        )

    def _extreme(self, expr: sympy.Basic) -> Written:
        name = "max" if isinstance(expr, sympy.Max) else "min"
        return f"{name}({', '.join(sorted(map(self.write, expr.args)))})", self.ATOM

    def _big(self, expr: sympy.Basic) -> Written:
        name = "sum" if isinstance(expr, sympy.Sum) else "prod"
        loops = " ".join(
            f"for {v} in range({self.write(a)}, {self.write(b + 1)})"
            for v, a, b in reversed(expr.limits)
        )
        return f"{name}({self.write(expr.function)} {loops})", self.ATOM

    def _junction(self, expr: sympy.Basic) -> Written:
        word = " and " if isinstance(expr, sympy.And) else " or "
        return word.join(sorted(self.write(a, self.SUM) for a in expr.args)), self.ANY

    def _bound(self, expr: sympy.Basic) -> Written:
        raise ShapeError(
            Text(zh="带约束变量的式子不能直接计算", en="a bound variable has no program"),
            expr,
            Text(zh="请用推导的终点", en="use the end of the derivation"),
        )

    def _tuple(self, expr: sympy.Basic) -> Written:
        return f"({''.join(self.write(a) + ', ' for a in expr.args).strip()})", self.ATOM

    def quotient(self, above: sympy.Expr, below: sympy.Expr) -> Written:
        """A floor division, where it is known to be exact."""
        if any(
            b == below and sympy.fraction(sympy.cancel(above / a))[1] == 1
            for a, b in self.divisible
        ):
            return self.divide(above, below)
        raise ShapeError(
            Text(
                zh="整数式子里不能有未取整的分数",
                en="a fraction outside a floor is no integer program",
            ),
            above / below,
            Text(
                zh="先取 floor，或给出整除的前提",
                en="take its floor, or state that it divides exactly",
            ),
        )


@lru_cache(maxsize=1024)
def program(
    expr: sympy.Basic, names: tuple[str, ...], divisible: Divisible = (), arrays: bool = False
) -> Callable[..., Any]:
    """`expr` compiled to a function of `names`, on integers or (element by element) on integer
    arrays.
    """
    tools = {
        "prod": lambda xs: reduce(mul, xs, 1),
        "sum": lambda xs: reduce(add, xs, 0),
        "range": range,
        "max": max,
        "min": min,
    }
    if arrays:
        tools |= {
            "max": lambda *xs: reduce(numpy.maximum, xs),
            "min": lambda *xs: reduce(numpy.minimum, xs),
        }
    compiled: Callable[..., Any] = eval(
        f"lambda {', '.join(names)}: {Python(divisible).write(expr)}", {"__builtins__": {}, **tools}
    )
    return compiled


def magnitude(expr: sympy.Basic, limits: Mapping[str, int]) -> int:
    """A bound on every integer met on the way to a value of `expr`, from bounds on its symbols."""
    if expr.is_Integer:
        return abs(int(expr))
    if expr.is_Symbol:
        return limits[expr.name]
    if isinstance(expr, (sympy.floor, sympy.ceiling)):
        return (
            max(magnitude(part, limits) for part in sympy.fraction(sympy.together(expr.args[0])))
            + 1
        )
    parts = [magnitude(a, limits) for a in expr.args]
    if expr.is_Add:
        return sum(parts)
    if expr.is_Pow:
        power: int = parts[0] ** abs(int(expr.exp))
        return power
    # a product; and a safe bound for Mod, Min, Max, relations
    return prod(max(p, 1) for p in parts)


def evaluate(expr: sympy.Basic, values: Mapping[str, Any], divisible: Divisible = ()) -> Any:
    """The exact value of `expr`: `values` gives each name an int, a sequence of ints or an integer
    array.

    >>> x = sympy.Symbol("x", integer=True)
    >>> evaluate(sympy.floor((x + 1) / 2), {"x": 2**60 + 1})
    576460752303423489
    >>> evaluate(sympy.floor((x + 1) / 2), {"x": numpy.array([1, 2, 3])})
    array([1, 1, 2])
    """
    names = tuple(sorted(values))
    if not any(isinstance(v, numpy.ndarray) and v.ndim for v in values.values()):
        return program(expr, names, divisible)(**values)
    # lists beside the arrays: Python integers throughout, 64 bits only for the answer
    if expr.has(sympy.Indexed):
        values = {
            name: v.astype(object) if isinstance(v, numpy.ndarray) else v
            for name, v in values.items()
        }
        return _narrowed(numpy.asarray(program(expr, names, divisible, arrays=True)(**values)))
    limits = {name: _extreme(v) for name, v in values.items()}
    # Python integers where 64 bits could overflow
    dtype = numpy.int64 if magnitude(expr, limits) < INT64 else object
    met = {symbol.name for symbol in expr.free_symbols}  # the others may be too long for 64 bits
    values = {
        name: numpy.asarray(v, dtype=dtype) if name in met else v for name, v in values.items()
    }
    return _narrowed(numpy.asarray(program(expr, names, divisible, arrays=True)(**values)))


def _extreme(value: Any) -> int:
    """The largest absolute value of an int or of an array's entries; 0 where there are none."""
    if not numpy.size(value):
        return 0
    return max(abs(int(numpy.max(value))), abs(int(numpy.min(value))))


def _narrowed(array: numpy.ndarray) -> numpy.ndarray:
    """An array of Python integers as 64-bit ones, where they all fit."""
    if array.dtype != object or not array.size or not all(-INT64 <= v < INT64 for v in array.flat):
        return array
    return array.astype(bool if isinstance(array.flat[0], bool | numpy.bool_) else numpy.int64)
