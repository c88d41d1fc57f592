"""Sizes are integers: an expression becomes an integer program, and no float ever appears.

SymPy's own code printers turn ``⌊(n + 2)/3⌋`` into ``floor(n/3 + 2/3)`` on floats, which is wrong
from n = 7 on.
Here a floor is printed as floor division of integers, and evaluated on Python integers of any
length.
"""

from functools import lru_cache, reduce
from operator import add, mul

import numpy
import sympy

from shapealg.errors import ShapeError
from shapealg.script import Script
from shapealg.text import Text

INT64 = 2**63


class Exact:
    """What computes as an integer does, its value being open: +, −, ·, // and `smaller` stay exact,
    comparisons may stay open.
    """

    __slots__ = ()


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

    relations = {
        sympy.Le: "<=",
        sympy.Lt: "<",
        sympy.Ge: ">=",
        sympy.Gt: ">",
        sympy.Eq: "==",
        sympy.Ne: "!=",
    }

    def __init__(self, divisible=()):
        # pairs (number, divisor) that are known to divide exactly
        self.divisible = tuple(divisible)

    def number(self, value):
        return str(value)

    def symbol(self, name):
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

    def minus(self):
        return "-"

    def operator(self, sign):
        return f" {'-' if sign == '−' else sign} "

    def fence(self, left, body, right):
        return f"({body})"

    def times(self, parts):
        return " * ".join(text for _, text in parts)

    def power(self, base, exponent):
        return f"{self.write(base, self.ATOM)}**{self.write(exponent, self.ATOM)}"

    def _indexed(self, expr):
        # `offset` says how far a mathematical index is from the place in the list: k_1 stands at
        # k[0].
        places = "".join(f"[{self.write(i + (expr.base.offset or 0))}]" for i in expr.indices)
        return f"{expr.base.label}{places}", self.ATOM

    def divide(self, above, below):
        """Floor division of two integers."""
        return f"{self.write(above, self.ATOM)} // {self.write(below, self.ATOM)}", self.PRODUCT

    def _floor(self, expr):
        above, below = sympy.fraction(sympy.together(expr.args[0]))
        return (self.write(above), self.SUM) if below == 1 else self.divide(above, below)

    def _ceiling(self, expr):
        return f"-{self.write(sympy.floor(-expr.args[0]), self.ATOM)}", self.SUM

    def _mod(self, expr):
        return (
            f"{self.write(expr.args[0], self.ATOM)} % {self.write(expr.args[1], self.ATOM)}",
            self.PRODUCT,
        )

    def _extreme(self, expr):
        return (
            (
                f"{'max' if isinstance(expr, sympy.Max) else 'min'}({', '.join(sorted(map(self.write, expr.args)))})"
            ),
            self.ATOM,
        )

    def _big(self, expr):
        name = "sum" if isinstance(expr, sympy.Sum) else "prod"
        loops = " ".join(
            f"for {v} in range({self.write(a)}, {self.write(b + 1)})"
            for v, a, b in reversed(expr.limits)
        )
        return f"{name}({self.write(expr.function)} {loops})", self.ATOM

    def _junction(self, expr):
        word = " and " if isinstance(expr, sympy.And) else " or "
        return word.join(sorted(self.write(a, self.SUM) for a in expr.args)), self.ANY

    def _bound(self, expr):
        raise ShapeError(
            Text(zh="带约束变量的式子不能直接计算", en="a bound variable has no program"),
            expr,
            Text(zh="请用推导的终点", en="use the end of the derivation"),
        )

    def _tuple(self, expr):
        return f"({''.join(self.write(a) + ', ' for a in expr.args).strip()})", self.ATOM

    def quotient(self, above, below):
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
def program(expr, names: tuple, divisible: tuple = (), arrays: bool = False):
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
    return eval(
        f"lambda {', '.join(names)}: {Python(divisible).write(expr)}", {"__builtins__": {}, **tools}
    )


def magnitude(expr, limits: dict) -> int:
    """A bound on every integer met on the way to the value of `expr`, from bounds on its symbols."""
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
        return parts[0] ** abs(int(expr.exp))
    # a product; and a safe bound for Mod, Min, Max, relations
    return reduce(mul, (max(p, 1) for p in parts), 1)


def evaluate(expr, values: dict, divisible: tuple = ()):
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
    limits = {
        name: (
            max((abs(int(end)) for end in (numpy.max(v), numpy.min(v))), default=0)
            if numpy.size(v)
            else 0
        )
        for name, v in values.items()
    }
    # Python integers where 64 bits could overflow
    dtype = numpy.int64 if magnitude(expr, limits) < INT64 else object
    met = {symbol.name for symbol in expr.free_symbols}  # the others may be too long for 64 bits
    values = {
        name: numpy.asarray(v, dtype=dtype) if name in met else v for name, v in values.items()
    }
    return _narrowed(numpy.asarray(program(expr, names, divisible, arrays=True)(**values)))


def _narrowed(array):
    """An array of Python integers as 64-bit ones, where they all fit."""
    if array.dtype != object or not array.size or not all(-INT64 <= v < INT64 for v in array.flat):
        return array
    return array.astype(bool if isinstance(array.flat[0], bool | numpy.bool_) else numpy.int64)


def quotient(number, divisor):
    """number/divisor of integers or symbols that are known, or taken, to divide."""
    if isinstance(number, sympy.Basic) or isinstance(divisor, sympy.Basic):
        return number / divisor
    return number // divisor


def ceil_div(number, divisor):
    """⌈number/divisor⌉ of integers or symbols."""
    if type(number) is int and type(divisor) is int:
        return -(-number // divisor)
    return (
        sympy.ceiling(number / divisor)
        if isinstance(number, sympy.Basic) or isinstance(divisor, sympy.Basic)
        else -(-number // divisor)
    )


def smaller(a, b):
    """The smaller of two integers or symbols."""
    if isinstance(a, Exact) or isinstance(b, Exact):
        return a.smaller(b) if isinstance(a, Exact) else b.smaller(a)
    return (
        sympy.Min(a, b) if isinstance(a, sympy.Basic) or isinstance(b, sympy.Basic) else min(a, b)
    )


def larger(a, b):
    """The larger of two integers or symbols."""
    if isinstance(a, Exact) or isinstance(b, Exact):
        return -smaller(-a, -b)
    return (
        sympy.Max(a, b) if isinstance(a, sympy.Basic) or isinstance(b, sympy.Basic) else max(a, b)
    )


def size(value, name: str):
    """The door for one size: an int, a NumPy integer array, a name or a SymPy expression; all else
    is refused.

    Raises:
        ShapeError: for floats, booleans, numbers in strings, non-integer expressions.
    """
    if isinstance(value, bool | numpy.bool_):
        raise _not_a_size(
            name,
            value,
            Text(
                zh=f"若真是 {int(value)}，请写 {int(value)}",
                en=f"write {int(value)} if that is meant",
            ),
        )
    # NumPy counts durations among the integers
    if isinstance(value, int | numpy.integer) and not isinstance(value, numpy.timedelta64):
        return int(value)
    if isinstance(value, numpy.ndarray):
        if value.dtype.kind in "iu":
            return value if value.ndim else int(value)
        if value.dtype == object and all(type(v) is int for v in value.flat):
            return value if value.ndim else value.item()
        raise _not_a_size(
            name, value, Text(zh="请用整数类型的数组", en="an array of an integer type works")
        )
    if isinstance(value, str):
        if value.isidentifier() and len(value) <= 40:
            return sympy.Symbol(value, integer=True)
        raise _not_a_size(
            name,
            value,
            Text(
                zh="字符串只能是符号名，如 'n'；数字请去掉引号",
                en="a string can only be a name such as 'n'; write numbers without quotes",
            ),
        )
    if isinstance(value, Exact):
        return value
    if (
        isinstance(value, sympy.Expr)
        and value.is_integer is not False
        and not value.has(sympy.Float, sympy.oo, sympy.zoo, sympy.nan, sympy.I)
    ):
        return int(value) if value.is_Integer else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        raise _not_a_size(name, value, Text(zh=f"请写 {int(value)}", en=f"write {int(value)}"))
    raise _not_a_size(
        name,
        value,
        Text(
            zh="可用：整数、整数数组、符号名或 SymPy 符号",
            en="an int, an integer array, a name or a SymPy symbol works",
        ),
    )


def one_size(value, name: str):
    """`size`, where an array makes no sense."""
    if type(value) is int or isinstance(value, Exact):
        return value
    if isinstance(made := size(value, name), numpy.ndarray):
        raise _not_a_size(
            name,
            value,
            Text(
                zh="这里只能是一个整数，不能是数组", en="one integer works here, an array does not"
            ),
        )
    return made


def climbed(count, n, m):
    """The smallest number from `n` on whose `count` reaches `m`; it grows with n.

    Raises:
        ShapeError: if a symbol is among them, so that it cannot be tried.

    >>> climbed(lambda n: n // 3, 0, 5)
    15
    """
    if not all(isinstance(number, int) for number in (n, m, count(n))):
        raise ShapeError(
            Text(
                zh="这个轴上的最小输入要逐个去试，须是数值",
                en="the smallest input on this axis is found by trying: it takes numbers",
            ),
            m,
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    if count(n) >= m:
        return n
    low, high = n, n + 1
    while count(high) < m:
        low, high = high, high + 2 * (high - n)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if count(middle) >= m else (middle, high)
    return high


def checked(owner, **least) -> None:
    """The door of a frozen value: each of these fields an integer or a symbol, of at least so much.

    Raises:
        ShapeError: naming the field.
    """
    for name, smallest in least.items():
        value = getattr(owner, name)
        if type(value) is int and (smallest is None or value >= smallest):
            continue
        made = one_size(value, name)
        if smallest is not None and (made < smallest) == True:  # noqa: E712 — may stay open
            kind = type(owner).__name__
            raise ShapeError(
                Text(
                    zh=f"{kind} 的 {name} 至少为 {smallest}",
                    en=f"{kind} needs {name} of at least {smallest}",
                ),
                value,
                Text(zh=f"最近的可用值是 {smallest}", en=f"the nearest that works is {smallest}"),
            )
        object.__setattr__(owner, name, made)


def flag(value, name: str) -> bool:
    """A truth value.

    Raises:
        ShapeError: for an array or an open comparison, which have none.
    """
    try:
        return bool(value)
    except Exception:  # an array, an open comparison
        raise ShapeError(
            Text(zh=f"{name} 须为 True 或 False", en=f"{name} must be True or False"),
            value,
            Text(zh=f"例如 {name}=True", en=f"for example {name}=True"),
        ) from None


def among(owner, name: str, kinds: tuple) -> None:
    """The door for a field that is another map of one axis, of one of these kinds.

    Raises:
        ShapeError: naming them.
    """
    if not isinstance(value := getattr(owner, name), kinds):
        kind = type(owner).__name__
        told = [k.__name__ for k in kinds]
        raise ShapeError(
            Text(
                zh=f"{kind} 的 {name} 须是 {' 或 '.join(told)}",
                en=f"{kind} needs a {' or a '.join(told)} for {name}",
            ),
            value,
            Text(zh=f"例如 {kind}({told[0]}(3))", en=f"for example {kind}({told[0]}(3))"),
        )


def integers(values: dict) -> tuple:
    """The same values with symbols that are known to be integers, and the way back to the caller's
    symbols.

    A size is an integer even where somebody's `Symbol("x")` does not say so; only then do floors of
    whole numbers vanish.
    """

    def entries(value):
        return value if isinstance(value, list) else [value]

    strangers = {
        s
        for v in values.values()
        for e in entries(v)
        if isinstance(e, sympy.Basic)
        for s in e.free_symbols
        if not s.is_integer
    }
    known = {s: sympy.Dummy(s.name, integer=True) for s in sorted(strangers, key=str)}

    def renamed(value):
        if isinstance(value, list):
            return [renamed(e) for e in value]
        return value.xreplace(known) if isinstance(value, sympy.Basic) else value

    return {k: renamed(v) for k, v in values.items()}, {dummy: s for s, dummy in known.items()}


def _not_a_size(name, value, works):
    return ShapeError(Text(zh=f"{name} 须为整数", en=f"{name} must be an integer"), value, works)
