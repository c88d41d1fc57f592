"""A length on its way through a network: an integer polynomial in floors of the sizes that go in.

Windows, joins and flattening keep it one, and nested floors fall together by the one rule

    ⌊(⌊N/p⌋ + c)/s⌋ = ⌊(N + p·c)/(p·s)⌋

so that a whole network is written with as few floors as it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm, prod
from typing import TYPE_CHECKING, Any

from shapealg.axis import terms as walks  # beside the terms of a length
from shapealg.axis.condition import Condition
from shapealg.axis.division import divided, of_a_size
from shapealg.axis.door import bounded
from shapealg.axis.factors import factored
from shapealg.axis.limits import LARGEST, TERMS, too_large, too_long
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.terms import ONE, Atom, Floor, Monomial, Terms, Variable
from shapealg.errors import Received, ShapeError, Undecided, shown
from shapealg.exact import Exact, identifier, is_scalar, is_symbolic, one_size
from shapealg.printing import Pictured
from shapealg.text import Text

if TYPE_CHECKING:
    import sympy

LONGEST_SIMPLIFIED = 2**14  # so long a period is looked through for a form with one floor


class Length(Exact, Pictured):
    """An integer polynomial in floors of named sizes; `Length.of("H")` is the size itself.

    `terms` says monomial → coefficient, none of them 0. Sums, products, floor division and
    remainders by an int stay exact, and come back as an int where no name is left.
    `<`, `<=`, `>` and `>=` make a `Condition`; `==` compares spellings, and where two lengths are
    equal is asked of `Condition(a - b, "==")`.

    Raises:
        Undecided: for a length of more than 4096 names and floors, of more than 64 floors within
            one another, or with a number of more than 1000 digits.

    >>> H = Length.of("H")
    >>> (H + 2 * 3 - 7) // 2 + 1
    (H + 1)//2
    >>> ((H // 2 - 4) // 2 - 4) * 4
    4*(H//4) - 24
    >>> (H // 2 * 2)(H=65), str(H // 2 * 2)
    (64, '2⌊H/2⌋')
    """

    __slots__ = ("_atom_count", "_hash", "_names", "terms")

    def __init__(self, terms: dict[Monomial, int], names: tuple[str, ...] | None = None):
        for coefficient in terms.values():
            if not -LARGEST < coefficient < LARGEST:
                raise too_large(coefficient)
        if len(terms) > TERMS:
            raise too_long(len(terms))
        self.terms = terms
        # the names, where they are known already
        self._names = names
        self._atom_count: int | None = None
        self._hash: int | None = None

    @classmethod
    def of(cls, name: str | sympy.Symbol) -> Length:
        """The size of that name."""
        if type(name) is not str and is_symbolic(name):
            name = str(name)
        return cls({(Variable.of(identifier(name, "name")),): 1})

    @classmethod
    def of_staircase(cls, staircase: QuasiAffine, name: str) -> Length | int:
        """A staircase as a length: each of its steps is a floor.

        >>> Length.of_staircase(QuasiAffine(3, 1, (0, 0, 1)), "n")
        (n + 1)//3
        """
        made: Length | int = staircase.steps[0]
        n, period = cls.of(name), staircase.period
        for k in range(1, period + 1):
            if rise := staircase(k) - staircase(k - 1):
                made = made + (n + period - k) // period * rise
        return made

    # ------------------------------------------------------------ arithmetic

    def __add__(self, other: Length | int) -> Length | int:
        if type(other) is int:
            if not other:
                return self
            terms = self.terms.copy()
            if constant := terms.pop(ONE, 0) + other:
                terms[ONE] = constant
            return Length(terms, self._names)
        if type(other) is Length:
            terms = self.terms.copy()
            for monomial, coefficient in other.terms.items():
                terms[monomial] = terms.get(monomial, 0) + coefficient
            return _made(terms)
        return NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Length:
        terms = {monomial: -coefficient for monomial, coefficient in self.terms.items()}
        return Length(terms, self._names)

    def __sub__(self, other: Length | int) -> Length | int:
        if type(other) is Length:
            terms = self.terms.copy()
            for monomial, coefficient in other.terms.items():
                terms[monomial] = terms.get(monomial, 0) - coefficient
            return _made(terms)
        return self + -other if isinstance(other, int) else NotImplemented

    def __rsub__(self, other: int) -> Length | int:
        return -self + other

    def __mul__(self, other: Length | int) -> Length | int:
        if type(other) is int:
            return self._times(other)
        if type(other) is Length:
            return self._product(other)
        return NotImplemented

    def _times(self, number: int) -> Length | int:
        if number == 1:
            return self
        if number == 0:
            return 0
        terms = {monomial: coefficient * number for monomial, coefficient in self.terms.items()}
        return Length(terms, self._names)

    def _product(self, other: Length) -> Length | int:
        made = len(other.terms) * self.atom_count + len(self.terms) * other.atom_count
        if made > TERMS:
            raise too_long(made)
        terms: dict[Monomial, int] = {}
        for one, a in self.terms.items():
            for two, b in other.terms.items():
                monomial = tuple(sorted(one + two))
                terms[monomial] = terms.get(monomial, 0) + a * b
        return _made(terms)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Length | int:
        power = _plain(power)
        if type(power) is not int or power < 0:
            raise Undecided(
                Text(zh="长度的这个幂不是长度", en="this power of a length is no length"),
                Received(f"({self})**{shown(power)}"),
                Text(zh="指数须为自然数", en="an exponent of at least 0 works"),
            )
        if power > TERMS:
            raise too_long(power)
        return prod([self] * power)

    def __floordiv__(self, divisor: Length | int) -> Length | int:
        if type(divisor) is Length:
            return self._exact_quotient(divisor)
        if type(divisor) is not int:
            divisor = _plain(divisor)
        if type(divisor) is not int or divisor < 1:
            raise ShapeError(
                Text(zh="除数须为正整数", en="a divisor must be a positive integer"),
                divisor,
                Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
            )
        if divisor == 1:
            return self
        if len(self.terms) < 3 and (simple := of_a_size(self.terms, 0, divisor)) is not None:
            return Length(simple, self._names)
        return _made(divided(self.terms, divisor))

    def floor_after(self, more: int, period: int) -> Length | int:
        """⌊(self + more)/period⌋ of ints, the period at least 1, in one go: a window counts so."""
        if period == 1:
            return self + more
        if len(self.terms) < 3 and (simple := of_a_size(self.terms, more, period)) is not None:
            return Length(simple, self._names)
        return (self + more) // period

    def __rfloordiv__(self, number: int) -> int:
        if number == 0:
            return 0
        raise Undecided(
            Text(
                zh="不能用敞开的长度去除一个数",
                en="a number divided by an open length is no length",
            ),
            Received(f"{number} / ({self})"),
            Text(zh="请代入数值", en="put numbers in"),
        )

    def _exact_quotient(self, divisor: Length) -> Length | int:
        """Division by a length that is a factor; anything else is no length."""
        made = walks.quotient(self.terms, divisor.terms)
        if made is None:
            raise Undecided(
                Text(zh="两个长度的商不是长度", en="the quotient of two lengths is no length"),
                Received(f"({self}) / ({divisor})"),
                Text(zh="请代入数值", en="put numbers in"),
            )
        return _made(made)

    def __mod__(self, divisor: Length | int) -> Length | int:
        return self - self // divisor * divisor

    # ------------------------------------------------------------ comparisons

    def __eq__(self, other: object) -> bool:
        return type(other) is Length and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __reduce__(self) -> tuple[type[Length], tuple[dict[Monomial, int]]]:
        return Length, (self.terms,)  # a hash is known in its own process only

    def __lt__(self, other: Length | int) -> Condition:
        return Condition(self - other, "<")

    def __le__(self, other: Length | int) -> Condition:
        return Condition(self - other, "<=")

    def __gt__(self, other: Length | int) -> Condition:
        return Condition(self - other, ">")

    def __ge__(self, other: Length | int) -> Condition:
        return Condition(self - other, ">=")

    def smaller(self, other: Length | int) -> Length | int:
        """The smaller of the two: one of them; or, where it is now this and now that for ever, a
        length of its own. Which one is, may part the ways of a network (`Condition`).

        Raises:
            Undecided: where it is this at some sizes and that at others, and nobody parts them.
        """
        difference = self - other
        closer = Condition(difference, "<=")
        if (
            (settled := closer.settled()) is None
            and isinstance(difference, Length)
            and difference.is_staircase
            and (gap := difference.staircase()).gain == 0
        ):
            return other + Length.of_staircase(gap.min(0), difference.names[0])
        holds = closer if settled is None else settled
        return self if holds else other

    # ------------------------------------------------------------ what it is at given sizes

    @property
    def names(self) -> tuple[str, ...]:
        """The sizes that it depends on."""
        if self._names is None:
            self._names = tuple(sorted(walks.names(self.terms)))
        return self._names

    def __call__(self, **sizes: Any) -> Any:
        """The value at given sizes: an int, or a length of those that are left.

        Raises:
            ShapeError: for what is no size.

        >>> (Length.of("H") * Length.of("W"))(H=3, W="N")
        3*N
        """
        for name, n in sizes.items():
            if type(n) is not int and type(n) is not Length:
                sizes[name] = Length.of(n) if isinstance(n, str) else one_size(n, name)
        return _value(self.terms, sizes)

    @property
    def expr(self) -> sympy.Expr:
        """The same as a SymPy expression."""
        import sympy

        symbols = {name: sympy.Symbol(name, integer=True) for name in self.names}
        total = sympy.Integer(0)
        for monomial, coefficient in self.terms.items():
            total += coefficient * sympy.prod([_expression(atom, symbols) for atom in monomial])
        return total

    @property
    def is_staircase(self) -> bool:
        """Whether it depends on one size only, and multiplies no floors."""
        return len(self.names) == 1 and self.flat

    @property
    def atom_count(self) -> int:
        """How many names and floors stand in it, those within floors counted too."""
        if self._atom_count is None:
            self._atom_count = walks.atom_count(self.terms)
        return self._atom_count

    @property
    def flat(self) -> bool:
        """Whether no two sizes or floors are multiplied, inside floors neither."""
        return walks.flat(self.terms)

    @property
    def degree(self) -> int:
        """How many sizes are multiplied at most, inside floors too."""
        return walks.degree(self.terms)

    @property
    def rises(self) -> bool:
        """Whether its form shows that it never falls; otherwise it may do so or not: n − ⌊n/2⌋."""
        return walks.rises(self.terms)

    def staircase(self) -> QuasiAffine:
        """The same as a function of its only name.

        Raises:
            ShapeError: if it has several names or multiplies floors, or its period is too long.

        >>> (Length.of("n") // 2 + Length.of("n") // 3).staircase().period
        6
        """
        names = self.names
        if not self.is_staircase:
            raise Undecided(
                Text(zh="不是一个名字的阶梯函数", en="this is no staircase of one name"),
                Received(f"{self}"),
                Text(
                    zh=f"先给定 {', '.join(names[1:] or names)}",
                    en=f"fix {', '.join(names[1:] or names)} first",
                ),
            )
        made = QuasiAffine.affine(0, self.terms.get(ONE, 0))
        for monomial, coefficient in self.terms.items():
            if monomial:
                made += _staircase(monomial[0]) * coefficient
        return made

    def factors(self) -> list[Length | int]:
        """Lengths and ints whose product it is, as many as there are.

        >>> H, W = Length.of("H"), Length.of("W")
        >>> ((H // 2 - 6) * (W // 2 - 6) * 512).factors()
        [512, H//2 - 6, W//2 - 6]
        """
        number, parts = factored(self.terms)
        found: list[Length | int] = [] if number == 1 else [number]
        return found + [Length(part) for part in parts]

    def simplest(self) -> Length | int:
        """The same with one floor, where there is such a form: ⌊n/2⌋ + ⌊(n + 1)/2⌋ is n; a number
        where it is one.
        """
        if len(self.terms) - (ONE in self.terms) < 2 or not self.is_staircase:
            return self
        if lcm(*self.divisors) > LONGEST_SIMPLIFIED:
            return self
        stairs = self.staircase()
        if stairs.period == 1 and not stairs.gain:
            return stairs(0)
        form = stairs.one_floor()
        if form is None:
            return self
        outer, a, b, period, rest = form
        return (Length.of(self.names[0]) * a + b) // period * outer + rest

    @property
    def divisors(self) -> tuple[int, ...]:
        """The divisors of its floors, those of nested floors multiplied."""
        return tuple(walks.divisors(self.terms))

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much there is to write, to compare by: of two lengths that must be equal, the one
        with the smaller divisors, then fewer terms, then smaller coefficients is kept.
        """
        return (
            max((atom.divisor for atom in walks.atoms(self.terms)), default=1),
            len(self.terms),
            sum(map(abs, self.terms.values())),
        )

    # ------------------------------------------------------------ written

    def __repr__(self) -> str:
        """An integer expression of Python."""
        return walks.written(
            self.terms,
            "*",
            lambda above, below: (
                f"({above})//{below}" if not above.isidentifier() else f"{above}//{below}"
            ),
            "-",
        )

    def __str__(self) -> str:
        """The textbook's ⌊n/2⌋."""
        return walks.written(
            self.terms,
            "",
            lambda above, below: f"⌊({above})/{below}⌋" if " " in above else f"⌊{above}/{below}⌋",
            "−",
        )


def _plain(number: Any) -> Any:
    """An integer of NumPy's as Python's, which does not overflow; anything else as it is."""
    return int(number) if is_scalar(number) and number.dtype.kind in "iu" else number


def _made(terms: dict[Monomial, int]) -> Length | int:
    """A length without empty terms; an int where nothing else is left."""
    if 0 in terms.values():
        terms = {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}
    if not terms:
        return 0
    return terms[ONE] if len(terms) == 1 and ONE in terms else Length(terms)


def _value(terms: Terms, sizes: Mapping[str, Length | int]) -> Length | int:
    """The polynomial with sizes for its names, floors from within outwards."""
    total: Length | int = 0
    for monomial, coefficient in terms.items():
        value: Length | int = coefficient
        for atom in monomial:
            if isinstance(atom, Floor):
                part = _value(dict(atom.terms), sizes) // atom.divisor
            else:
                part = sizes[atom.name] if atom.name in sizes else Length({(atom,): 1})
            value = part * value
        total = value + total
    return total


def _expression(atom: Atom, symbols: Mapping[str, sympy.Symbol]) -> sympy.Expr:
    """One atom as SymPy writes it."""
    if isinstance(atom, Variable):
        return symbols[atom.name]
    import sympy

    return sympy.floor(Length(dict(atom.terms)).expr / atom.divisor)


def _staircase(atom: Atom) -> QuasiAffine:
    """One atom as a function of its only name; a floor of a line is made step by step."""
    if isinstance(atom, Variable):
        return QuasiAffine.affine(1)
    p, line = atom.divisor, atom.line()
    if line is not None:
        steps = tuple((line.slope * r + line.constant) // p for r in range(bounded(p)))
        return QuasiAffine(p, line.slope, steps)
    return Length(dict(atom.terms)).staircase() >> QuasiAffine(p, 1, (0,) * bounded(p))
