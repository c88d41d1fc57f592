"""One call of a law: its arguments at the door, the law's domain, the answer."""

import inspect
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import numpy
import sympy
from sympy.core.relational import Relational

from shapealg.errors import DomainError, Received, ShapeError, one_line, shown
from shapealg.exact import Exact, integers
from shapealg.law import blocks
from shapealg.law.notation import plain
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.program import Divisible, evaluate
from shapealg.law.signs import slack
from shapealg.names import CATALOGUE, OURS, PADDINGS, near, ours, spread
from shapealg.text import Text

Given: TypeAlias = dict[str, Any]  # a size, an array, or a list of sizes by its name
Entry: TypeAlias = tuple[tuple[str, int], ...]  # the number of the entry that is meant, if any


class _Law(Protocol):
    """What a call asks a law, which stands on a floor above."""

    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...
    @property
    def indifferent(self) -> tuple[Parameter, ...]: ...
    @property
    def signature(self) -> inspect.Signature: ...
    @property
    def assumptions(self) -> tuple[sympy.Rel, ...]: ...
    @property
    def right(self) -> sympy.Basic: ...
    @property
    def divisible(self) -> Divisible: ...
    @property
    def length(self) -> sympy.Symbol | None: ...
    @property
    def alone(self) -> bool: ...


class Call:
    """A law and the sizes it is asked at: ints, integer arrays, or symbols.

    Raises:
        ShapeError: if an argument is missing, unknown or not an integer.
    """

    def __init__(self, law: _Law, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.law = law
        self.given = self._bind(args, kwargs)
        if law.length is not None:
            self.given |= self._lengths(self.given)

    def answer(self) -> Any:
        """The right side at the given sizes; the law's assumptions are required first."""
        if any(_symbolic(v) for v in self.given.values()):
            return self._symbolic()
        if any(_open(v) for v in self.given.values()):
            # an open size: what the law assumes is for the one who knows it
            return evaluate(self.law.right, self.given, self.law.divisible)
        if (made := self._in_blocks()) is not None:
            return made
        self._broadcast()
        for assumption, entry in self._instances():
            self._require(assumption, entry)
        value = self._value()
        if isinstance(value, numpy.ndarray):
            return value
        return bool(value) if isinstance(self.law.right, Relational) else int(value)

    def _in_blocks(self) -> numpy.ndarray | None:
        """The answer for one long array and numbers, where nothing needs a closer look."""
        law = self.law
        if law.length is not None or law.divisible:
            return None
        symbols = {p.name: p.symbol for p in law.parameters}
        return blocks.value(law.right, law.assumptions, symbols, self.given)

    def _broadcast(self) -> None:
        """Refuse arrays whose shapes do not fit together."""
        shapes = {name: v.shape for name, v in self.given.items() if isinstance(v, numpy.ndarray)}
        try:
            numpy.broadcast_shapes(*shapes.values())
        except ValueError:
            raise ShapeError(
                Text(zh="各数组的形状须能广播到一起", en="the arrays must broadcast together"),
                Received(", ".join(f"{name}: {shape}" for name, shape in shapes.items())),
                Text(zh="请用同样的形状", en="use arrays of one shape"),
            ) from None

    def _value(self) -> Any:
        """The right side as it evaluates; a place outside an array is refused."""
        try:
            return evaluate(self.law.right, self.given, self.law.divisible)
        except (IndexError, TypeError):
            arrays = [p.name for p in self.law.parameters if p.array]
            raise ShapeError(
                Text(
                    zh=f"{self.law.name} 读到了数组之外",
                    en=f"{self.law.name} reads outside its arrays",
                ),
                Received(", ".join(f"{name}: {numpy.shape(self.given[name])}" for name in arrays)),
                Text(
                    zh="请核对各数组的形状与其余尺寸是否相符",
                    en="make the shapes of the arrays agree with the sizes",
                ),
            ) from None

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Given:
        parameters = self.law.parameters
        sequences = {p.name for p in parameters if p.sequence}
        known = {p.name: p.kind or p.name for p in (*parameters, *self.law.indifferent)}
        named = spread(self._own_padding(kwargs), known, sequences)
        for p in self.law.indifferent:
            if p.name in named:
                p.read(named.pop(p.name))
        try:
            bound = self.law.signature.bind(*args, **named)
        except TypeError as problem:
            raise self._unbound(problem, args, kwargs, named) from None
        bound.apply_defaults()
        scalar = any(p.array for p in parameters)
        return {p.name: p.read(bound.arguments[p.name], scalar) for p in parameters}

    def _own_padding(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Without `padding="same"` and the like where this is the law of that very word."""
        return {
            word: value
            for word, value in kwargs.items()
            if word != "padding"
            or not isinstance(value, str)
            or PADDINGS.get(value.lower()) != self.law.name
        }

    def _unbound(
        self,
        problem: TypeError,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        named: dict[str, Any],
    ) -> ShapeError:
        """Arguments that do not fit the law, and the law that they do fit."""
        call = str(self.law.signature)[1:-1]
        given = [shown(a) for a in args[:9]] + [
            f"{one_line(k, 40)}={shown(v)}" for k, v in kwargs.items()
        ]
        received = ", ".join(given[:9] + ["…"] * (len(args) + len(kwargs) > 9)) or "()"
        reason = one_line(str(problem).replace("'", ""), 90)
        works = Text(zh=f"写法：{self.law.name}({call})", en=f"call {self.law.name}({call})")
        positional = list(self.law.signature.parameters)[: len(args)]
        hint = self._by_name(args) or _hint(self.law, [*positional, *named])
        if hint is not None:
            works = Text(zh=f"{works.zh}；{hint.zh}", en=f"{works.en}; {hint.en}")
        return ShapeError(
            Text(zh=f"{self.law.name} 的参数不合（{reason}）", en=f"{self.law.name}: {reason}"),
            Received(received),
            works,
        )

    def _by_name(self, args: tuple[Any, ...]) -> Text | None:
        """What the first number too many may be, each by its name."""
        parameters = self.law.signature.parameters.values()
        places = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
        names = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
        if len(args) <= len(places) or not names:
            return None
        if {"lo", "hi"} <= set(names):
            names = ["p", *(name for name in names if name not in ("lo", "hi"))]
        told = [f"{name}={shown(args[len(places)])}" for name in names]
        return Text(zh=f"请写出名字：{' 或 '.join(told)}", en=f"by name: {' or '.join(told)}")

    def _lengths(self, given: Given) -> Given:
        lengths = {len(v) for v in given.values() if isinstance(v, list)}
        sequences = [p.name for p in self.law.parameters if p.sequence]
        if not lengths and self.law.alone:
            lengths = {1}
        if not lengths:
            example = shown((given[sequences[0]],) * 2)
            raise ShapeError(
                Text(
                    zh=f"{sequences[0]} 须为非空序列，每项一个整数",
                    en=f"{sequences[0]} must be a non-empty sequence of integers",
                ),
                given[sequences[0]],
                Text(
                    zh=f"每轴一项，例如 {sequences[0]}={example}",
                    en=f"one entry per axis, for example {sequences[0]}={example}",
                ),
            )
        if len(lengths) != 1:
            raise ShapeError(
                Text(zh="各序列须一样长", en="all sequences must have the same length"),
                Received(
                    ", ".join(f"{k}: {len(v)}" for k, v in given.items() if isinstance(v, list))
                ),
                Text(zh="每层（或每轴）一项", en="give one entry per layer (or axis)"),
            )
        length = lengths.pop()
        spread_out = {
            name: [given[name]] * length for name in sequences if isinstance(given[name], int)
        }
        return {str(self.law.length): length, **spread_out}

    def _symbolic(self) -> sympy.Basic:
        if any(isinstance(v, numpy.ndarray) for v in self.given.values()) or any(
            p.array for p in self.law.parameters
        ):
            raise ShapeError(
                Text(
                    zh=f"{self.law.name} 不能把数组与符号混用",
                    en=f"{self.law.name} cannot mix arrays with symbols",
                ),
                Received("both"),
                Text(zh="要么全用数组，要么全用符号", en="use arrays only, or symbols only"),
            )
        self.given, back = integers(self.given)
        for assumption, entry in self._instances():
            sides = (self._at(side, entry) for side in assumption.args)
            if assumption.func(*sides) == sympy.false:
                raise self._outside(_spelled(assumption, entry), self.given)
        return sympy.sympify(self._at(self.law.right)).xreplace(back)

    def _at(self, expr: sympy.Basic, entry: Entry = ()) -> Any:
        """An expression at the given sizes, and at an entry's number where it is about entries."""
        given = self.given | dict(entry)
        if self.law.length is not None and not self.law.divisible:
            # the program for integers does symbols too; SymPy would first write out sums
            return evaluate(expr, given)
        if self.law.length is not None:
            expr = _spelled(expr, entry).subs(self.law.length, given[self.law.length.name]).doit()
            entries = {
                p.symbol[i]: given[p.name][i + p.symbol.offset]
                for p in self.law.parameters
                if p.sequence
                for i in range(-p.symbol.offset, given[self.law.length.name] - p.symbol.offset)
            }
        else:
            entries = {}
        return sympy.sympify(expr).subs(
            entries | {p.symbol: given[p.name] for p in self.law.parameters if not p.sequence},
            simultaneous=True,
        )

    def _instances(self) -> Iterator[tuple[sympy.Rel, Entry]]:
        """The assumptions, those about every entry once for each: with the entry's number."""
        length = 0 if self.law.length is None else self.given[self.law.length.name]
        for assumption in self.law.assumptions:
            if ENTRY in assumption.free_symbols:
                for i in range(1, length + 1):
                    yield assumption, ((ENTRY.name, i),)
            else:
                yield assumption, ()

    def _require(self, assumption: sympy.Rel, entry: Entry) -> None:
        given = self.given
        ok = evaluate(assumption, given | dict(entry))
        if not numpy.all(ok):
            if arrays := {name: v for name, v in given.items() if isinstance(v, numpy.ndarray)}:
                ok, *wide = numpy.broadcast_arrays(ok, *arrays.values())
                where = numpy.unravel_index(numpy.argmin(ok), ok.shape)  # the first that fails
                given = given | {name: int(v[where]) for name, v in zip(arrays, wide, strict=True)}
            raise self._outside(_spelled(assumption, entry), given)

    def _outside(self, assumption: sympy.Rel, given: Given) -> DomainError:
        """What was asked, what came, and the nearest value of one parameter that makes the
        assumption true.
        """
        used = [p for p in self.law.parameters if assumption.has(p.symbol)]
        received = ", ".join(f"{p.name}={shown(given[p.name])}" for p in used)
        works = Text(zh="请先满足它", en="choose sizes that satisfy it")
        for p in used:
            if p.sequence or not all(isinstance(v, int | list) for v in given.values()):
                continue
            nearest = _nearest(assumption, p.name, p.symbol, given)
            if nearest is not None:
                works = Text(
                    zh=f"最近的可用值：{p.name}={shown(nearest)}",
                    en=f"the nearest that works is {p.name}={shown(nearest)}",
                )
                break
        condition = plain(assumption)
        return DomainError(
            Text(zh=f"{self.law.name} 要求 {condition}", en=f"{self.law.name} needs {condition}"),
            Received(received),
            works,
        )


def _hint(law: _Law, names: list[str]) -> Text | None:
    """The law that does take these names, or what a name may be a slip of."""
    kinds = {p.name: p.kind or p.name for p in law.parameters}
    if all(name in kinds for name in names):
        return None  # too few of them, or too many
    meant = [kinds.get(name, ours(name)) for name in names]
    if (other := _taking(law, meant)) is not None:
        return Text(zh=f"{other.name} 认得这些", en=f"{other.name} takes these")
    words = [*kinds, *(word for word, name in OURS.items() if name in kinds.values())]
    for name in names:
        if len(name) > 1 and name not in kinds and (found := near(name, words, 1)):
            return Text(zh=f"与 {name} 相近的是 {found[0]}", en=f"{name} may be {found[0]}")
    return None


def _taking(law: _Law, names: list[str]) -> _Law | None:
    """The smallest law of the catalogue that takes all these names, of the same family if any."""

    def strange(other: _Law) -> tuple[bool, int]:
        return other.name.split("_")[1:] != law.name.split("_")[1:], len(other.parameters)

    fitting = [other for other in CATALOGUE.values() if other is not law and _fits(names, other)]
    return min(fitting, key=strange, default=None)


def _fits(names: list[str], law: _Law) -> bool:
    """Whether the names are enough for the law, and none too many."""
    taken = {p.kind or p.name for p in law.parameters}
    needed = {p.kind or p.name for p in law.parameters if p.default is None}
    said = set()
    for name in names:
        said |= {"lo", "hi"} if name == "p" and name not in taken else {name}
    return needed <= said <= taken


def _spelled(expr: sympy.Basic, entry: Entry) -> sympy.Basic:
    """What is said of any entry, said of one."""
    if not entry:
        return expr
    ((_, i),) = entry
    if not isinstance(expr, Relational):
        return expr.subs(ENTRY, i)
    # evaluate=False: SymPy would call k_i ≥ 1 true by the very assumption that is to be checked
    return expr.func(*(side.subs(ENTRY, i) for side in expr.args), evaluate=False)


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _symbolic(value: Any) -> bool:
    return any(isinstance(v, sympy.Basic) for v in _entries(value))


def _open(value: Any) -> bool:
    return any(isinstance(v, Exact) for v in _entries(value))


def _nearest(assumption: sympy.Rel, name: str, symbol: sympy.Symbol, given: Given) -> int | None:
    """The value of one parameter nearest to the given one for which the assumption holds, the rest
    held fixed.
    """
    now: int = given[name]
    if isinstance(assumption, sympy.Eq):  # a remainder that is to be zero
        number, divisor = assumption.lhs.args
        slope = sympy.expand(number).diff(symbol)
        if slope in (1, -1):  # back by the remainder, or on to the next multiple
            rest, whole = evaluate(assumption.lhs, given), evaluate(divisor, given)
            steps: Iterable[int] = sorted(
                (-rest * int(slope), (whole - rest) * int(slope)), key=abs
            )
        else:
            steps = (sign * step for step in range(1, 10_000) for sign in (-1, 1))
        for step in steps:
            candidate = now + step
            if candidate > 0 and evaluate(assumption, given | {name: candidate}):
                return candidate
        return None
    gap = slack(assumption)
    slope = sympy.expand(gap).diff(symbol)
    return now - evaluate(gap, given) * int(slope) if slope in (1, -1) else None
