"""A law is a value: a left side, a right side, assumptions, a derivation and a name; tests, pages and code are its projections."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy
import sympy
from sympy.core.relational import Relational

from shapealg.errors import DomainError, ProofError, Received, ShapeError, one_line, shown
from shapealg.exact import Python, evaluate, integers, one_size, size
from shapealg.notation import latex, plain
from shapealg.proof import derive
from shapealg.signs import implied, last_split
from shapealg.text import Text

ENTRY = sympy.Symbol("l", integer=True)  # an assumption that mentions it is meant for every entry l = 1, …, length


@dataclass(frozen=True)
class Parameter:
    """One input of a law: its symbol, its meaning, its default if it has one."""

    symbol: object  # a Symbol; an IndexedBase for one value per layer or per axis (counted from 1), or for an array (from 0)
    meaning: Text
    default: int | None = None

    @property
    def name(self) -> str:
        return str(self.symbol)

    @property
    def sequence(self) -> bool:
        return isinstance(self.symbol, sympy.IndexedBase) and self.symbol.offset != 0

    @property
    def array(self) -> bool:
        return isinstance(self.symbol, sympy.IndexedBase) and self.symbol.offset == 0


@dataclass(frozen=True, eq=False)
class Law:
    """A named equation between sizes, derived step by step and callable on ints, integer arrays and symbols.

    >>> from shapealg import formulas
    >>> formulas.plain_output_size(n=14, f=5)
    10
    >>> formulas.plain_output_size.expr
    -f + n + 1
    """

    name: str
    title: Text
    question: Text
    parameters: tuple
    argue: Callable  # gives the left side, then each move of the derivation; called when first asked for
    assumptions: tuple = ()
    note: Text | None = None
    source: str = ""
    length: sympy.Symbol | None = None  # how many entries the sequences have, where there are any
    general: "Law | None" = None  # the law it is a case of
    example: tuple = ()  # (name, number) pairs small enough to draw
    starting: Text | None = None  # what the left side says, in words
    drawn: Callable | None = None  # gives (n, k, s, d, lo, hi), the window to draw, in the law's parameters

    @cached_property
    def derivation(self) -> tuple:
        """The steps from the left side to the right side."""
        return derive(*self.argue())

    @property
    def left(self) -> sympy.Basic:
        """The left side: what the law speaks of, as it stands before the first step."""
        return self.derivation[0].before

    @property
    def right(self) -> sympy.Basic:
        """The right side: where the derivation arrives. It is never typed in."""
        return self.derivation[-1].after

    @property
    def expr(self) -> sympy.Basic:
        """The right side as a SymPy expression."""
        return self.right

    def latex(self) -> str:
        """The right side as LaTeX."""
        return latex(self.right)

    def example_call(self) -> str:
        """The example as a line of Python: `plain_output_size(n=8, f=5)`."""
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in self.example)})"

    @cached_property
    def signature(self) -> inspect.Signature:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Signature([
            inspect.Parameter(p.name, kind, default=inspect.Parameter.empty if p.default is None else p.default)
            for p in self.parameters
        ])  # fmt: skip

    @property
    def divisible(self) -> tuple:
        """The exact divisions that the assumptions allow, as pairs (number, divisor)."""
        return tuple(a.lhs.args for a in self.assumptions if isinstance(a, sympy.Eq) and isinstance(a.lhs, sympy.Mod))

    def check(self) -> None:
        """Raise `ProofError` unless every step holds and all it needs follows from the assumptions."""
        if not self.derivation:
            raise ProofError(f"{self.name} has no derivation")
        known = self._known()
        for step in self.derivation:
            step.check()
            for premise in step.premises:
                if not implied(_with_last(premise, self.length), known):
                    raise ProofError(f"the derivation of {self.name} needs {plain(premise)}, which its assumptions do not give")

    def _known(self) -> list:
        """The assumptions; those about every layer at the last layer and at the one before."""
        if self.length is None:
            return list(self.assumptions)
        at = (self.length, self.length - 1)
        spelled = [a.func(*(s.subs(ENTRY, l) for s in a.args), evaluate=False) if a.has(ENTRY) else a for a in self.assumptions for l in at]
        return [_with_last(a, self.length) for a in spelled]

    def __call__(self, *args, **kwargs):
        """The right side at the given sizes: an int, an integer array or a SymPy expression, always exact.

        Raises:
            ShapeError: if an argument is missing, unknown or not an integer.
            DomainError: if an assumption fails; the line names the nearest value that works.
        """
        given = self._bind(args, kwargs)
        if self.length is not None:
            given |= self._lengths(given)
        if any(_symbolic(v) for v in given.values()):
            return self._symbolic(given)
        shapes = {name: v.shape for name, v in given.items() if isinstance(v, numpy.ndarray)}
        try:
            numpy.broadcast_shapes(*shapes.values())
        except ValueError:
            raise ShapeError(
                Text(zh="各数组的形状须能广播到一起", en="the arrays must broadcast together"), Received(", ".join(f"{name}: {shape}" for name, shape in shapes.items())),
                Text(zh="请用同样的形状", en="use arrays of one shape"),
            ) from None  # fmt: skip
        for assumption in self._instances(given):
            self._require(assumption, given)
        try:
            value = evaluate(self.right, given, self.divisible)
        except (IndexError, TypeError):
            arrays = [p.name for p in self.parameters if p.array]
            raise ShapeError(
                Text(zh=f"{self.name} 读到了数组之外", en=f"{self.name} reads outside its arrays"),
                Received(", ".join(f"{name}: {numpy.shape(given[name])}" for name in arrays)),
                Text(zh="请核对各数组的形状与其余尺寸是否相符", en="make the shapes of the arrays agree with the sizes"),
            ) from None  # fmt: skip
        return value if isinstance(value, numpy.ndarray) else bool(value) if isinstance(self.right, Relational) else int(value)

    def _bind(self, args, kwargs) -> dict:
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as problem:
            call = ", ".join(str(p) for p in self.signature.parameters.values())
            given = [shown(a) for a in args[:9]] + [f"{one_line(k, 40)}={shown(v)}" for k, v in kwargs.items()]
            received = ", ".join(given[:9] + ["…"] * (len(args) + len(kwargs) > 9)) or "()"
            reason = one_line(str(problem).replace("'", ""), 90)
            raise ShapeError(
                Text(zh=f"{self.name} 的参数不合（{reason}）", en=f"{self.name}: {reason}"), Received(received),
                Text(zh=f"写法：{self.name}({call})", en=f"call {self.name}({call})"),
            ) from None  # fmt: skip
        bound.apply_defaults()
        return {p.name: self._sizes(bound.arguments[p.name], p) for p in self.parameters}

    def _sizes(self, value, parameter):
        if parameter.array:
            return self._integers(value, parameter)
        if not parameter.sequence:
            return (one_size if any(p.array for p in self.parameters) else size)(value, parameter.name)
        if isinstance(value, int) and not isinstance(value, bool) and parameter.default is not None:
            return value  # the same for every entry; spread out when the length is known
        try:
            entries = list(islice(value, len(value)))  # a length first: an endless iterator is refused, not awaited
        except Exception:  # no length, or somebody's failing __len__ or __iter__
            entries = None
        if not entries or isinstance(value, str | bytes | dict | set):
            raise ShapeError(
                Text(zh=f"{parameter.name} 须为非空序列，每项一个整数", en=f"{parameter.name} must be a non-empty sequence of integers"), value,
                Text(zh=f"例如 {parameter.name}=(3, 3)", en=f"for example {parameter.name}=(3, 3)"),
            )  # fmt: skip
        return [one_size(v, f"{parameter.name}[{i}]") for i, v in enumerate(entries)]

    def _integers(self, value, parameter):
        try:
            array = numpy.asarray(value)
        except Exception:  # rows of different lengths, or somebody's failing __array__
            array = None
        if array is None or array.dtype.kind not in "iu":
            raise ShapeError(
                Text(zh=f"{parameter.name} 须为整数数组", en=f"{parameter.name} must be an integer array"), value,
                Text(zh="可用：整数类型的 NumPy 数组或嵌套列表", en="a NumPy array or nested lists of integers work"),
            )  # fmt: skip
        return array.tolist()

    def _lengths(self, given) -> dict:
        lengths = {len(v) for v in given.values() if isinstance(v, list)}
        if len(lengths) != 1:
            raise ShapeError(
                Text(zh="各序列须一样长", en="all sequences must have the same length"),
                Received(", ".join(f"{k}: {len(v)}" for k, v in given.items() if isinstance(v, list))),
                Text(zh="每层（或每轴）一项", en="give one entry per layer (or axis)"),
            )  # fmt: skip
        length = lengths.pop()
        spread = {p.name: [given[p.name]] * length for p in self.parameters if p.sequence and isinstance(given[p.name], int)}
        return {self.length.name: length, **spread}

    def _symbolic(self, given):
        if any(isinstance(v, numpy.ndarray) for v in given.values()) or any(p.array for p in self.parameters):
            raise ShapeError(
                Text(zh=f"{self.name} 不能把数组与符号混用", en=f"{self.name} cannot mix arrays with symbols"), Received("both"),
                Text(zh="要么全用数组，要么全用符号", en="use arrays only, or symbols only"),
            )  # fmt: skip
        given, back = integers(given)
        for assumption in self._instances(given):
            if assumption.func(*(self._at(side, given) for side in assumption.args)) == sympy.false:
                raise self._outside(assumption, given)
        return self._at(self.right, given).xreplace(back)

    def _at(self, expr, given):
        if self.length is not None:
            expr = expr.subs(self.length, given[self.length.name]).doit()
            entries = {
                p.symbol[i]: given[p.name][i + p.symbol.offset] for p in self.parameters if p.sequence
                for i in range(-p.symbol.offset, given[self.length.name] - p.symbol.offset)
            }  # fmt: skip
        else:
            entries = {}
        return sympy.sympify(expr).subs(entries | {p.symbol: given[p.name] for p in self.parameters if not p.sequence}, simultaneous=True)

    def _instances(self, given) -> list:
        """The assumptions, those about every entry spelled out for each."""
        entries = range(1, given[self.length.name] + 1) if self.length is not None else ()
        return [
            # evaluate=False: SymPy would call k_i ≥ 1 true by the very assumption that is to be checked.
            b for a in self.assumptions
            for b in ([a.func(*(side.subs(ENTRY, i) for side in a.args), evaluate=False) for i in entries] if ENTRY in a.free_symbols else [a])
        ]  # fmt: skip

    def _require(self, assumption, given) -> None:
        ok = evaluate(assumption, given)
        if not numpy.all(ok):
            if arrays := {name: v for name, v in given.items() if isinstance(v, numpy.ndarray)}:
                ok, *wide = numpy.broadcast_arrays(ok, *arrays.values())
                where = numpy.unravel_index(numpy.argmin(ok), ok.shape)  # the first that fails
                given = given | {name: int(v[where]) for name, v in zip(arrays, wide, strict=True)}
            raise self._outside(assumption, given)

    def _outside(self, assumption, given) -> DomainError:
        """What was asked, what came, and the nearest value of one parameter that makes the assumption true."""
        used = [p for p in self.parameters if assumption.has(p.symbol)]
        received = ", ".join(f"{p.name}={shown(given[p.name])}" for p in used)
        works = Text(zh="请先满足它", en="choose sizes that satisfy it")
        for p in used:
            if p.sequence or not all(isinstance(v, int | list) for v in given.values()):
                continue
            nearest = _nearest(assumption, p.name, p.symbol, given)
            if nearest is not None:
                works = Text(zh=f"最近的可用值：{p.name}={shown(nearest)}", en=f"the nearest that works is {p.name}={shown(nearest)}")
                break
        condition = plain(assumption)
        return DomainError(Text(zh=f"{self.name} 要求 {condition}", en=f"{self.name} needs {condition}"), Received(received), works)

    def __repr__(self) -> str:
        return f"<law {self.name}{self.signature}: {Python(self.divisible).write(self.right)}>"

    @property
    def __signature__(self) -> inspect.Signature:
        return self.signature

    def explain(self) -> str:
        """The law in words, for `print`: question, program, parameters, conditions, an example with its result."""
        example = [] if not self.example else ["", f">>> {self.example_call()}", repr(self(**dict(self.example)))]
        lines = [self.question.en, "", f"    {Python(self.divisible).write(self.right)}", "", "Args:"]
        lines += [f"    {p.name}: {p.meaning.en}{'' if p.default is None else f' (default {p.default})'}." for p in self.parameters]
        if self.assumptions:
            lines += ["", "Holds if:"] + [f"    {plain(a)}" for a in self.assumptions]
        return "\n".join([*lines, "", "Raises:", "    ShapeError: if an argument is missing or not an integer.", "    DomainError: if an assumption fails."] + (["", f"Source: {self.source}"] if self.source else []) + example)


class _Doc:
    """What an interactive `?` shows: the class explains laws, a law explains itself."""

    def __init__(self, of_class: str):
        self.of_class = of_class

    def __get__(self, law, owner):
        return self.of_class if law is None else law.explain()


Law.__doc__ = _Doc(Law.__doc__)


def _with_last(relation, length):
    """The same relation with the last term taken out of every sum and product up to `length`."""
    if length is None:
        return relation
    return relation.func(*(last_split(side, length) for side in relation.args), evaluate=False)


def _symbolic(value) -> bool:
    return any(isinstance(v, sympy.Basic) for v in (value if isinstance(value, list) else [value]))


def _nearest(assumption, name: str, symbol, given: dict):
    """The value of one parameter nearest to the given one for which the assumption holds, the rest held fixed."""
    now = given[name]
    if isinstance(assumption, sympy.Eq):  # a remainder: at most one divisor away
        candidates = (c for step in range(1, 10_000) for c in (now - step, now + step))
        return next((c for c in candidates if c > 0 and evaluate(assumption, given | {name: c})), None)
    slack = assumption.gts - assumption.lts - int(isinstance(assumption, sympy.StrictLessThan | sympy.StrictGreaterThan))
    slope = sympy.expand(slack).diff(symbol)
    return now - evaluate(slack, given) * int(slope) if slope in (1, -1) else None
