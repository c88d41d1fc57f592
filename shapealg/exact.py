"""Sizes are integers: the door that lets nothing else in, and the few sums that need care.

SymPy and NumPy are loaded where a symbol or an array is made, and nowhere before: a value of theirs
cannot come as long as nobody has loaded them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeGuard, Union

from shapealg.errors import ShapeError, shown
from shapealg.text import Text

if TYPE_CHECKING:
    import numpy
    import sympy

INT64 = 2**63


def is_symbolic(value: object) -> TypeGuard[sympy.Basic]:
    """Whether it is one of SymPy's."""
    return isinstance(value, getattr(sys.modules.get("sympy"), "Basic", ()))


def is_expression(value: object) -> TypeGuard[sympy.Expr]:
    """Whether it is an expression of SymPy's."""
    return isinstance(value, getattr(sys.modules.get("sympy"), "Expr", ()))


def is_array(value: object) -> TypeGuard[numpy.ndarray]:
    """Whether it is an array of NumPy's."""
    return isinstance(value, getattr(sys.modules.get("numpy"), "ndarray", ()))


def is_scalar(value: object) -> TypeGuard[numpy.generic]:
    """Whether it is a single number of NumPy's."""
    return isinstance(value, getattr(sys.modules.get("numpy"), "generic", ()))


Operation: TypeAlias = Callable[[Any, Any], Any]  # of itself and what else computes so


class Exact:
    """What computes as an integer does, its value being open: +, −, ·, // and `smaller` stay exact,
    comparisons may stay open.
    """

    __slots__ = ()

    __add__: ClassVar[Operation]
    __radd__: ClassVar[Operation]
    __sub__: ClassVar[Operation]
    __rsub__: ClassVar[Operation]
    __mul__: ClassVar[Operation]
    __rmul__: ClassVar[Operation]
    __floordiv__: ClassVar[Operation]
    __rfloordiv__: ClassVar[Operation]
    __mod__: ClassVar[Operation]
    __pow__: ClassVar[Operation]
    __neg__: ClassVar[Callable[[Any], Any]]
    __lt__: ClassVar[Operation]
    __le__: ClassVar[Operation]
    __gt__: ClassVar[Operation]
    __ge__: ClassVar[Operation]
    smaller: ClassVar[Operation]
    floor_after: ClassVar[Callable[[Any, int, int], Any]]
    expr: sympy.Expr


# What a size is: a number, many numbers in an array, or open, as an `Exact` on its way through a
# network or as a SymPy expression in a law. All of them compute as an int does.
Size: TypeAlias = Union[int, Exact, "numpy.ndarray", "sympy.Expr"]
# What people give for one: a name too. The doors below make a `Size` of it, or refuse it. In a law,
# and where one window is asked, a name is a symbol of SymPy's; in words and networks, a `Length`.
SizeLike: TypeAlias = Size | str


def quotient(number: Size, divisor: Size) -> Size:
    """number/divisor of integers or symbols that are known, or taken, to divide."""
    if type(number) is type(divisor) is int:
        return number // divisor
    if is_symbolic(number) or is_symbolic(divisor):
        import sympy

        return sympy.sympify(number) / divisor
    return number // divisor


def ceil_div(number: Size, divisor: Size) -> Size:
    """⌈number/divisor⌉ of integers or symbols."""
    if type(number) is type(divisor) is int:
        return -(-number // divisor)
    if is_symbolic(number) or is_symbolic(divisor):
        import sympy

        return sympy.ceiling(sympy.sympify(number) / divisor)
    return -(-number // divisor)


def smaller(a: Size, b: Size) -> Size:
    """The smaller of two integers or symbols."""
    if isinstance(a, Exact):
        return a.smaller(b)
    if isinstance(b, Exact):
        return b.smaller(a)
    if is_symbolic(a) or is_symbolic(b):
        import sympy

        return sympy.Min(a, b)
    return min(a, b)


def larger(a: Size, b: Size) -> Size:
    """The larger of two integers or symbols."""
    if isinstance(a, Exact) or isinstance(b, Exact):
        return -smaller(-a, -b)
    if is_symbolic(a) or is_symbolic(b):
        import sympy

        return sympy.Max(a, b)
    return max(a, b)


def size(value: object, name: str) -> Size:
    """The door for one size: an int, a NumPy integer array, a name or a SymPy expression; all else
    is refused.

    Raises:
        ShapeError: for floats, booleans, numbers in strings, non-integer expressions.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if is_scalar(value) and value.dtype.kind in "iu":
        return int(value)
    if is_array(value):
        return _array(value, name)
    if isinstance(value, str):
        return _symbol(value, name)
    if isinstance(value, Exact):
        return value
    if _may_be_whole(value):
        return int(value) if value.is_Integer else value
    raise _not_a_size(name, value, _instead(value))


def _array(value: numpy.ndarray, name: str) -> int | numpy.ndarray:
    """An array of integers, or the one integer that an array without axes holds."""
    if value.dtype.kind in "iu":
        return value if value.ndim else int(value)
    if value.dtype == object and all(type(v) is int for v in value.flat):
        return value if value.ndim else value.item()
    raise _not_a_size(
        name, value, Text(zh="请用整数类型的数组", en="an array of an integer type works")
    )


def _symbol(value: str, name: str) -> sympy.Symbol:
    """An open size under its name."""
    import sympy

    return sympy.Symbol(identifier(value, name), integer=True)


def identifier(value: object, name: str) -> str:
    """The door for the name of an open size.

    Raises:
        ShapeError: for what is no name, a number in a string too.
    """
    if isinstance(value, str) and value.isidentifier() and len(value) <= 40:
        return value
    raise _not_a_size(
        name,
        value,
        Text(
            zh="字符串只能是符号名，如 'n'；数字请去掉引号",
            en="a string can only be a name such as 'n'; write numbers without quotes",
        ),
    )


def _may_be_whole(value: object) -> TypeGuard[sympy.Expr]:
    """Whether it is an expression that may have integer values."""
    if not is_expression(value) or value.is_integer is False:
        return False
    import sympy

    return not value.has(sympy.Float, sympy.oo, sympy.zoo, sympy.nan, sympy.I)


def _instead(value: object) -> Text:
    """What to write in place of what is no size."""
    if isinstance(value, bool) or (is_scalar(value) and value.dtype.kind == "b"):
        return Text(
            zh=f"若真是 {int(value)}，请写 {int(value)}",
            en=f"write {int(value)} if that is meant",
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return Text(zh=f"请写 {int(value)}", en=f"write {int(value)}")
    return Text(
        zh="可用：整数、整数数组、符号名或 SymPy 符号",
        en="an int, an integer array, a name or a SymPy symbol works",
    )


def one_size(value: object, name: str) -> Size:
    """`size`, where an array makes no sense.

    Raises:
        ShapeError: for an array, and for what `size` refuses.
    """
    if type(value) is int or isinstance(value, Exact):
        return value
    if is_array(made := size(value, name)):
        raise _not_a_size(
            name,
            value,
            Text(
                zh="这里只能是一个整数，不能是数组", en="one integer works here, an array does not"
            ),
        )
    return made


def checked(owner: object, **least: int | None) -> None:
    """The door of a frozen value: each of these fields an integer or a symbol, of at least so much.

    Raises:
        ShapeError: naming the field.
    """
    for name, smallest in least.items():
        value = getattr(owner, name)
        if type(value) is int and (smallest is None or value >= smallest):
            continue
        made = one_size(value, name)
        if smallest is not None and (made < smallest) == True:
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


def flag(value: object, name: str) -> bool:
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


def multiple(number: Size, divisor: Size, asked: Text) -> None:
    """The door for a number that `divisor`, which `asked` may name as {divisor}, must divide; an
    open one is let in.

    Raises:
        ShapeError: naming the nearest that it divides.

    >>> multiple(6, 3, Text(zh="须为 {divisor} 的倍数", en="it must be a multiple of {divisor}"))
    """
    if not isinstance(number, int) or not isinstance(divisor, int) or number % divisor == 0:
        return
    down, up = number - number % divisor, number + -number % divisor
    near = [shown(n) for n in (down, up) if n > 0]
    raise ShapeError(
        asked.format(divisor=shown(divisor)),
        number,
        Text(
            zh=f"最近的可用值：{' 或 '.join(near)}",
            en=f"the nearest that work{'s' * (len(near) == 1)}: {' or '.join(near)}",
        ),
    )


def among(owner: object, name: str, kinds: tuple[type, ...]) -> None:
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


def integers(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[sympy.Symbol, sympy.Symbol]]:
    """The same values with symbols that are known to be integers, and the way back to the caller's
    symbols.

    A size is an integer even where somebody's `Symbol("x")` does not say so; only then do floors of
    whole numbers vanish.
    """

    def entries(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value]

    strangers = {
        s
        for v in values.values()
        for e in entries(v)
        if is_symbolic(e)
        for s in e.free_symbols
        if not s.is_integer
    }
    if not strangers:
        return dict(values), {}
    import sympy

    known = {s: sympy.Dummy(s.name, integer=True) for s in sorted(strangers, key=str)}

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(e) for e in value]
        return value.xreplace(known) if is_symbolic(value) else value

    return {k: renamed(v) for k, v in values.items()}, {dummy: s for s, dummy in known.items()}


def _not_a_size(name: str, value: object, works: Text) -> ShapeError:
    return ShapeError(Text(zh=f"{name} 须为整数", en=f"{name} must be an integer"), value, works)
