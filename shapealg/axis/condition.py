"""A length compared with a number: where it holds, for all sizes and not for a range; and who
decides where it holds for some only.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING

from shapealg.axis import holding
from shapealg.axis.door import bounded
from shapealg.axis.holding import Plain
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE, Terms
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.printing import Pictured
from shapealg.text import Text

if TYPE_CHECKING:
    from shapealg.axis.length import Length

# the relation of the negatives, and the one that holds where a relation does not
TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
# who decides a comparison that holds for some sizes only
ASKED: ContextVar["Callable[[Condition], bool] | None"] = ContextVar("asked", default=None)


@dataclass(frozen=True, slots=True)
class Condition(Pictured):
    """`length` in a relation to 0; where it holds for some sizes only, its truth is what the one
    who asks makes of it.

    >>> from shapealg.axis.length import Length
    >>> bool(Length.of("n") // 2 >= 0)
    True
    >>> print((Length.of("n") // 2 >= 3).sizes())
    every n ≥ 6
    """

    length: "Length | int"
    relation: str

    @property
    def names(self) -> tuple[str, ...]:
        """The sizes that it depends on."""
        return () if isinstance(self.length, int) else self.length.names

    def sizes(self) -> Sizes:
        """All sizes from 1 on for which it holds; of one name only.

        Raises:
            ShapeError: if it has several names, or a period is too long.
        """
        return holding.sizes(self)

    def given(self, **sizes: "Length | int") -> "Condition":
        """The same with a number, or another length, in place of names.

        >>> from shapealg.axis.length import Length
        >>> print(Condition(Length.of("H") - Length.of("W"), "==").given(W=7).sizes())
        n = 7
        """
        length = self.length if isinstance(self.length, int) else self.length(**sizes)
        return Condition(length, self.relation)

    def at(self, **sizes: int) -> bool:
        """Whether it holds at given sizes, one for every name.

        Raises:
            ShapeError: if a name is left.
        """
        length = self.given(**sizes).length
        if not isinstance(length, int):
            raise ShapeError(
                Text(zh="每个名字都须给出尺寸", en="a size is needed for every name"),
                Received(str(length)),
                Text(zh=f"例如 at({self.names[0]}=224)", en=f"for example at({self.names[0]}=224)"),
            )
        return RELATIONS[self.relation](length, 0)

    @property
    def denied(self) -> "Condition":
        """What holds where this does not."""
        return Condition(self.length, OPPOSITE[self.relation])

    @property
    def upright(self) -> "Condition":
        """The same, of the length or its negative: that whose first term is counted upwards."""
        if isinstance(self.length, int) or min(self.length.terms.items())[1] > 0:
            return self
        return Condition(-self.length, TURNED[self.relation])

    @property
    def weak(self) -> "Condition":
        """The same in one spelling: upright, and not strict, for integers above 0 are at least 1.

        >>> from shapealg.axis.length import Length
        >>> H, W = Length.of("H"), Length.of("W")
        >>> (W > H).weak == (H < W).weak == (W >= H + 1).weak
        True
        """
        if self.relation not in ("<", ">"):
            return self.upright
        length = self.length + (1 if self.relation == "<" else -1)
        return Condition(length, self.relation + "=").upright

    def bound(self) -> int | None:
        """The size from which on it holds, and only there: for a single rising floor that reaches a
        number; no period is too long for that.
        """
        if self.relation not in (">=", ">"):
            return None
        terms = self.terms
        constant, open_ = terms.get(ONE, 0), [term for term in terms.items() if term[0]]
        if len(open_) != 1:
            return None
        ((monomial, coefficient),) = open_
        if coefficient < 1 or len(monomial) > 1:
            return None
        (atom,), least = monomial, -((constant - (self.relation == ">")) // coefficient)
        line = atom.line()
        if line is None or line.slope < 1:
            return None
        return max(-((line.constant - least * atom.divisor) // line.slope), 1)

    def classes(self) -> tuple[int, list[int]] | None:
        """The period and the residues at which it holds, from 1 on: for a sum of plain floors that
        gains nothing in a turn.
        """
        floors = self.floors()
        if floors is None:
            return None
        period, constant = lcm(*(p for *_, p in floors)), self.terms.get(ONE, 0)
        if sum(coefficient * a * (period // p) for coefficient, a, _, p in floors):
            return None
        bounded(period)
        holds = RELATIONS[self.relation]

        def value(n: int) -> int:
            return constant + sum(
                coefficient * ((a * n + b) // p) for coefficient, a, b, p in floors
            )

        return period, [r for r in range(period) if holds(value(r), 0)]

    def floors(self) -> list[Plain] | None:
        """(c, a, b, p) for each c·⌊(a·n + b)/p⌋, where the length is a sum of such and a
        number; `None` where it is none.
        """
        made = []
        for monomial, coefficient in self.terms.items():
            if not monomial:
                continue
            atom, *more = monomial
            line = atom.line()
            if more or line is None:
                return None
            made.append((coefficient, line.slope, line.constant, atom.divisor))
        return made

    @property
    def terms(self) -> Terms:
        """The terms of its length: monomial → coefficient."""
        return {ONE: self.length} if isinstance(self.length, int) else self.length.terms

    def settled(self) -> bool | None:
        """Its truth, where it is the same at all sizes."""
        if isinstance(self.length, int):
            return RELATIONS[self.relation](self.length, 0)
        if len(self.names) == 1:
            holds = self.sizes()
            return bool(holds) if holds.is_all or not holds else None
        return self._from(self._least())

    def _from(self, least: int | None) -> bool | None:
        """Its truth for a length that never falls below a value which it takes."""
        if least is None:
            return None
        if self.relation in (">", ">="):
            return RELATIONS[self.relation](least, 0) or None
        if self.relation in ("<", "<="):
            return None if RELATIONS[self.relation](least, 0) else False
        return self.relation == "!=" if least > 0 else None

    def __bool__(self) -> bool:
        scope = ASKED.get()
        if scope is not None and len(self.names) == 1:
            return scope(self)
        if (truth := self.settled()) is not None:
            return truth
        if scope is not None:
            return scope(self)
        raise Undecided(
            Text(zh="只对部分尺寸成立，不能一概而论", en="this holds for some sizes only"),
            Received(str(self)),
            Text(
                zh="代入数值，或用 .sizes() 问哪些尺寸",
                en="put numbers in, or ask .sizes() for which",
            ),
        )

    def _least(self) -> int | None:
        """The least value of a length that only rises, which it takes at sizes of 1."""
        length = self.length
        if isinstance(length, int):
            return length
        return length(**dict.fromkeys(length.names, 1)) if length.rises else None

    def __repr__(self) -> str:
        return f"Condition({self.length!r}, {self.relation!r})"

    def __str__(self) -> str:
        one, relation, other = self.sides
        told = relation.replace(">=", "≥").replace("<=", "≤").replace("==", "=").replace("!=", "≠")
        return f"{one} {told} {other}"

    @property
    def sides(self) -> tuple["Length | int", str, "Length | int"]:
        """What stands in which relation to what: of several sizes, what is taken away stands on the
        other side, H ≥ W for H − W ≥ 0.
        """
        here = self.upright
        if len(here.names) < 2 or isinstance(here.length, int):
            return self.length, self.relation, 0
        below = {monomial: -f for monomial, f in here.length.terms.items() if f < 0}
        right = type(here.length)(below)
        left = here.length + right
        if isinstance(left, int):
            return right, TURNED[here.relation], left
        return left, here.relation, right if right.names else 0  # a constant is counted upwards
