"""A law is a value: a left side, a right side, assumptions, a derivation and a name; tests, pages
and code are its projections.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import sympy

from shapealg.errors import ProofError
from shapealg.law.call import Call
from shapealg.law.group import Group
from shapealg.law.notation import latex, plain
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.program import Divisible, Python
from shapealg.law.proof import Argument, Step, derive
from shapealg.law.signs import implied, last_split
from shapealg.names import numbered
from shapealg.printing import Pictured
from shapealg.text import Text

NAMED = ("d", "p", "lo", "hi", "op")  # told by name only
Pairs: TypeAlias = tuple[tuple[str, Any], ...]  # pairs (name, size)


@dataclass(frozen=True)
class Refusal:
    """Pairs just outside a law's domain, and the nearest value that works where one is told."""

    at: Pairs
    nearest: tuple[str, int] | None = None


@dataclass(frozen=True, eq=False)
class Law(Pictured):
    """A named equation between sizes, derived step by step and callable on ints, integer arrays and
    symbols.

    >>> from shapealg import formulas
    >>> formulas.plain_output_size(n=14, f=5)
    10
    >>> formulas.plain_output_size.expr
    -f + n + 1
    """

    name: str
    title: Text
    question: Text
    parameters: tuple[Parameter, ...]
    # gives the left side, then each move of the derivation; called when first asked for
    argue: Callable[[], Argument]
    assumptions: tuple[sympy.Rel, ...] = ()
    note: Text | None = None
    source: str = ""
    length: sympy.Symbol | None = None  # how many entries the sequences have, where there are any
    general: "Law | None" = None  # the law it is a case of
    example: Pairs = ()  # small enough to draw
    starting: Text | None = None  # what the left side says, in words
    # gives (n, k, s, d, lo, hi), the window to draw, in the law's parameters
    drawn: Callable[[], tuple[sympy.Expr, ...]] | None = None
    # what its siblings take and what changes nothing here; read, and not used
    indifferent: tuple[Parameter, ...] = ()
    alone: bool = False  # whether one number, where a sequence is meant, is a sequence of one
    group: Group | None = None  # where the catalogue's pages tell it; every law in it has one
    # behind those of a lower place of its group; among equals the catalogue's order counts
    place: int = 0
    refusal: Refusal | None = None  # what it must refuse; every law of the catalogue says one

    @cached_property
    def derivation(self) -> tuple[Step, ...]:
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
        """What it is called with; padding and dilation by name only, where a window is meant:
        behind n, k, s people write the one or the other, and either would be an answer.
        """
        windowed = any(numbered(p.name)[0] == "k" for p in self.parameters)
        made, by_name = [], False
        for p in self.parameters:
            by_name = by_name or (windowed and numbered(p.name)[0] in NAMED)
            kind = (
                inspect.Parameter.KEYWORD_ONLY
                if by_name
                else inspect.Parameter.POSITIONAL_OR_KEYWORD
            )
            default = inspect.Parameter.empty if p.default is None else p.default
            made.append(inspect.Parameter(p.name, kind, default=default))
        return inspect.Signature(made)

    @property
    def divisible(self) -> Divisible:
        """The exact divisions that the assumptions allow, as pairs (number, divisor)."""
        return tuple(
            a.lhs.args
            for a in self.assumptions
            if isinstance(a, sympy.Eq) and isinstance(a.lhs, sympy.Mod)
        )

    def check(self) -> None:
        """Raise `ProofError` unless every step holds and its premises follow from what is known."""
        if not self.derivation:
            raise ProofError(f"{self.name} has no derivation")
        known = self._known()
        for step in self.derivation:
            step.check()
            for premise in step.premises:
                if not implied(_with_last(premise, self.length), known):
                    raise ProofError(
                        f"the derivation of {self.name} needs {plain(premise)}, which its"
                        " assumptions do not give"
                    )

    def _known(self) -> list[sympy.Rel]:
        """The assumptions; those about every layer at the last layer and at the one before."""
        if self.length is None:
            return list(self.assumptions)
        at = (self.length, self.length - 1)
        spelled = [_at_layer(a, layer) for a in self.assumptions for layer in at]
        return [_with_last(a, self.length) for a in spelled]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The right side at the given sizes: an int, an integer array or a SymPy expression, always
        exact.

        Raises:
            ShapeError: if an argument is missing, unknown or not an integer.
            DomainError: if an assumption fails; the line names the nearest value that works.
        """
        return Call(self, args, kwargs).answer()

    def __repr__(self) -> str:
        return f"<law {self.name}{self.signature}: {Python(self.divisible).write(self.right)}>"

    @property
    def __signature__(self) -> inspect.Signature:
        return self.signature

    def explain(self) -> str:
        """The law in words, for `print`: question, program, parameters, conditions, an example with
        its result.
        """
        example = (
            []
            if not self.example
            else ["", f">>> {self.example_call()}", repr(self(**dict(self.example)))]
        )
        lines = [
            self.question.en,
            "",
            f"    {Python(self.divisible).write(self.right)}",
            "",
            "Args:",
        ]
        lines += [
            f"    {p.name}: {p.meaning.en}{'' if p.default is None else f' (default {p.default})'}."
            for p in self.parameters
        ]
        lines += [f"    {p.name}: {p.meaning.en}, read and not used." for p in self.indifferent]
        if self.assumptions:
            lines += ["", "Holds if:"] + [f"    {plain(a)}" for a in self.assumptions]
        return "\n".join(
            [
                *lines,
                "",
                "Raises:",
                "    ShapeError: if an argument is missing or not an integer.",
                "    DomainError: if an assumption fails.",
            ]
            + (["", f"Source: {self.source}"] if self.source else [])
            + example
        )


class _Doc:
    """What an interactive `?` shows: the class explains laws, a law explains itself."""

    def __init__(self, of_class: str):
        self.of_class = of_class

    def __get__(self, law: Law | None, owner: type[Law]) -> str:
        return self.of_class if law is None else law.explain()


_documented: Any = Law  # whose text may be set
_documented.__doc__ = _Doc(Law.__doc__ or "")


def _at_layer(relation: sympy.Rel, layer: sympy.Expr) -> sympy.Rel:
    """What is said of any entry, said of the one of that layer."""
    if not relation.has(ENTRY):
        return relation
    # evaluate=False: SymPy would call it true by the assumption that is to be kept
    return relation.func(*(side.subs(ENTRY, layer) for side in relation.args), evaluate=False)


def _with_last(relation: sympy.Rel, length: sympy.Symbol | None) -> sympy.Rel:
    """The same relation with the last term taken out of every sum and product up to `length`."""
    if length is None:
        return relation
    return relation.func(*(last_split(side, length) for side in relation.args), evaluate=False)
