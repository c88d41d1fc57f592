"""A length on its way through a network: an integer polynomial in floors of the sizes that go in.

Windows, joins and flattening keep it one, and nested floors fall together by the one rule

    ⌊(⌊N/p⌋ + c)/s⌋ = ⌊(N + p·c)/(p·s)⌋

so that a whole network is written with as few floors as it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd, lcm, prod
from typing import TYPE_CHECKING, Any

from shapealg.axis import terms as walks
from shapealg.axis.condition import Condition
from shapealg.axis.door import bounded
from shapealg.axis.factors import lines
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.terms import ONE, Atom, Floor, Monomial, Terms, Variable
from shapealg.errors import Received, ShapeError, Undecided, shown
from shapealg.exact import Exact, identifier, is_scalar, is_symbolic, one_size
from shapealg.printing import Pictured
from shapealg.text import Text

if TYPE_CHECKING:
    import sympy

DIGITS = 1000  # so many a factor or a divisor in a length may have; what is longer is nobody's size
LARGEST = 10**DIGITS
TERMS = 2**12  # so many names and floors may stand in a length, those within floors counted too
DEPTH = 2**6  # so many floors may lie within one another
SIMPLE = 2**14  # so long a period is looked through for a form with one floor


class Length(Exact, Pictured):
    """An integer polynomial in floors of named sizes; `Length.of("H")` is the size itself.

    Sums, products, floor division and remainders by an int stay exact, and come back as an int
    where no name is left.
    Comparisons make a `Condition`.

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

    __slots__ = ("_names", "_size", "terms")

    def __init__(self, terms: dict[Monomial, int]):
        for factor in terms.values():
            if not -LARGEST < factor < LARGEST:
                raise _too_large(factor)
        if len(terms) > TERMS:
            raise _too_long(len(terms))
        self.terms = terms  # monomial → factor, none of them 0
        self._names: tuple[str, ...] | None = None
        self._size: int | None = None

    @classmethod
    def of(cls, name: str | sympy.Symbol) -> Length:
        """The size of that name."""
        told = str(name) if is_symbolic(name) else name
        return cls({(Variable.of(identifier(told, "name")),): 1})

    @classmethod
    def steps(cls, staircase: QuasiAffine, name: str) -> Length | int:
        """A staircase as a length: each of its steps is a floor.

        >>> Length.steps(QuasiAffine(3, 1, (0, 0, 1)), "n")
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
            made = Length(terms)
            made._names = self._names
            return made
        if type(other) is Length:
            terms = self.terms.copy()
            for monomial, factor in other.terms.items():
                terms[monomial] = terms.get(monomial, 0) + factor
            return _made(terms)
        return NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Length:
        return Length({monomial: -factor for monomial, factor in self.terms.items()})

    def __sub__(self, other: Length | int) -> Length | int:
        return self + -other if isinstance(other, int | Length) else NotImplemented

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
        return Length({monomial: factor * number for monomial, factor in self.terms.items()})

    def _product(self, other: Length) -> Length | int:
        made = len(other.terms) * self.size + len(self.terms) * other.size
        if made > TERMS:
            raise _too_long(made)
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
            raise _too_long(power)
        return prod([self] * power)

    def __floordiv__(self, divisor: Length | int) -> Length | int:
        if type(divisor) is Length:
            return self._shared(divisor)
        divisor = _plain(divisor)
        if type(divisor) is not int or divisor < 1:
            raise ShapeError(
                Text(zh="除数须为正整数", en="a divisor must be a positive integer"),
                divisor,
                Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
            )
        if divisor == 1:
            return self
        if divisor >= LARGEST:
            raise _too_large(divisor)
        if len(self.terms) < 3 and (simple := self._halved(divisor)) is not None:
            return simple
        whole, rest, left = self._parted(divisor)
        if not rest:
            return _made(whole)
        made = self._floored(rest, left, divisor)
        return made + _made(whole) if whole else made  # the same floor may stand in both

    def _parted(self, divisor: int) -> tuple[dict[Monomial, int], dict[Monomial, int], int]:
        """The terms that leave the floor, already divided; those that stay, and the number that
        stays with them.
        """
        whole: dict[Monomial, int] = {}
        rest: dict[Monomial, int] = {}
        for monomial, factor in self.terms.items():
            if not monomial:
                continue
            if factor % divisor:
                rest[monomial] = factor
            else:
                whole[monomial] = factor // divisor
        constant, left = divmod(self.terms.get(ONE, 0), divisor)
        if constant:
            whole[ONE] = constant
        return whole, rest, left

    def _floored(self, rest: dict[Monomial, int], left: int, divisor: int) -> Length | int:
        """⌊(rest + left)/divisor⌋ in lowest terms; of the two spellings of ⌊−x/d⌋ the one kept is
        −⌊(x + d − 1)/d⌋.
        """
        common = gcd(divisor, *rest.values())
        left, divisor = left // common, divisor // common
        if rest[min(rest)] < 0:
            return -self._floor(rest, -common, divisor - 1 - left, divisor)
        return self._floor(rest, common, left, divisor)

    def _floor(
        self, rest: dict[Monomial, int], common: int, left: int, divisor: int
    ) -> Length | int:
        """⌊(rest/common + left)/divisor⌋: a floor of its own, or one with the floor within."""
        (monomial, factor), *more = rest.items()
        alone = not more and factor == common and len(monomial) == 1
        if alone and isinstance(monomial[0], Floor):
            return _fused(monomial[0], left, divisor)
        terms = {m: f // common for m, f in rest.items()}
        if left:
            terms[ONE] = left
        if self.size >= TERMS:
            raise _too_long(self.size + 1)
        if walks.depth(terms) >= DEPTH:
            raise _too_deep()
        return Length({(Floor(divisor, tuple(sorted(terms.items()))),): 1})

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

    def _halved(self, divisor: int) -> Length | None:
        """The commonest division in few steps: of a size, or of ⌊(size + b)/p⌋, and a number;
        `None` for anything else.
        """
        constant, single = self.terms.get(ONE, 0), ONE
        for monomial, factor in self.terms.items():
            if monomial:
                if single or factor != 1 or len(monomial) > 1:
                    return None
                single = monomial
        (atom,) = single
        line = atom.line()
        if line is None or line.slope != 1:
            return None
        above = line.constant + constant * atom.divisor
        p = atom.divisor * divisor
        if p >= LARGEST:
            raise _too_large(p)
        outer, b = divmod(above, p)
        variable = ((line.size,), 1)
        made = Floor(p, ((ONE, b), variable) if b else (variable,))
        return Length({(made,): 1, ONE: outer} if outer else {(made,): 1})

    def _shared(self, divisor: Length) -> Length | int:
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
        return hash(frozenset(self.terms.items()))

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
        length of its own.
        """
        difference = self - other
        closer = Condition(difference, "<=")
        if (
            (settled := closer.settled()) is None
            and isinstance(difference, Length)
            and difference.is_staircase
            and (gap := difference.staircase()).slope == 0
        ):
            return other + Length.steps(gap.min(0), difference.names[0])
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
        for monomial, factor in self.terms.items():
            total += factor * sympy.prod([_expression(atom, symbols) for atom in monomial])
        return total

    @property
    def is_staircase(self) -> bool:
        """Whether it depends on one size only, and multiplies no floors."""
        return len(self.names) == 1 and self.flat

    @property
    def size(self) -> int:
        """How many names and floors stand in it, those within floors counted too."""
        if self._size is None:
            self._size = walks.size(self.terms)
        return self._size

    @property
    def flat(self) -> bool:
        """Whether nothing is multiplied, inside floors neither."""
        return walks.flat(self.terms)

    @property
    def degree(self) -> int:
        """How many sizes are multiplied at most, inside floors too."""
        return walks.degree(self.terms)

    @property
    def rises(self) -> bool:
        """Whether it grows, or stays, with every size in it."""
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
        for monomial, factor in self.terms.items():
            if monomial:
                made += _staircase(monomial[0]) * factor
        return made

    def factors(self) -> list[Length | int]:
        """Lengths and ints whose product it is, as many as there are.

        >>> H, W = Length.of("H"), Length.of("W")
        >>> ((H // 2 - 6) * (W // 2 - 6) * 512).factors()
        [512, H//2 - 6, W//2 - 6]
        """
        if (apart := lines(self.terms)) is not None:
            number, parts = apart
            found: list[Length | int] = [] if number == 1 else [number]
            return found + [Length(part) for part in parts]
        import sympy

        symbols = {
            atom: sympy.Symbol(f"a{i}")
            for i, atom in enumerate(sorted(set(walks.atoms(self.terms))))
        }
        lengths = {symbol: Length({(atom,): 1}) for atom, symbol in symbols.items()}
        polynomial = sympy.Integer(0)
        for monomial, factor in self.terms.items():
            polynomial += factor * sympy.prod([symbols[atom] for atom in monomial])
        constant, parts = sympy.factor_list(polynomial)
        made: list[Length | int] = [] if constant == 1 else [int(constant)]
        for part, times in parts:
            made += [_of_polynomial(sympy.Poly(part), lengths)] * times
        return made

    def simplest(self) -> Length | int:
        """The same with one floor, where there is such a form: ⌊n/2⌋ + ⌊(n + 1)/2⌋ is n."""
        if len(self.terms) - (ONE in self.terms) < 2 or not self.is_staircase:
            return self
        if lcm(*self.periods) > SIMPLE:
            return self
        form = self.staircase().floored()
        if form is None:
            return self
        outer, a, b, period, rest = form
        return (Length.of(self.names[0]) * a + b) // period * outer + rest

    @property
    def periods(self) -> tuple[int, ...]:
        """The divisors of its floors, those of nested floors multiplied."""
        return tuple(walks.periods(self.terms))

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much there is to write: of two equal lengths the lighter one is kept."""
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


def _too_large(number: int) -> Undecided:
    return Undecided(
        Text(zh="长度里的一个数太大", en="a number in a length is too large"),
        Received(f"about 2^{number.bit_length() - 1}"),
        Text(zh=f"至多 {DIGITS} 位", en=f"at most {DIGITS} digits work"),
    )


def _too_deep() -> Undecided:
    return Undecided(
        Text(zh="长度里取整套得太深", en="floors lie too deep within each other in a length"),
        DEPTH + 1,
        Text(zh=f"至多 {DEPTH} 层", en=f"at most {DEPTH} work"),
    )


def _too_long(size: int) -> Undecided:
    return Undecided(
        Text(zh="长度的名字与取整太多", en="a length has too many names and floors"),
        size,
        Text(zh=f"至多 {TERMS} 个", en=f"at most {TERMS} work"),
    )


def _made(terms: dict[Monomial, int]) -> Length | int:
    """A length without empty terms; an int where nothing else is left."""
    if 0 in terms.values():
        terms = {monomial: factor for monomial, factor in terms.items() if factor}
    if not terms:
        return 0
    return terms[ONE] if len(terms) == 1 and ONE in terms else Length(terms)


def _fused(floor: Floor, left: int, divisor: int) -> Length | int:
    """⌊(⌊N/p⌋ + left)/divisor⌋ with one floor."""
    inside, p = Length(dict(floor.terms)), floor.divisor
    return (inside + p * left) // (p * divisor)


def _value(terms: Terms, sizes: Mapping[str, Length | int]) -> Length | int:
    total: Length | int = 0
    for monomial, factor in terms.items():
        value: Length | int = factor
        for atom in monomial:
            if isinstance(atom, Floor):
                part = _value(dict(atom.terms), sizes) // atom.divisor
            else:
                part = sizes[atom.name] if atom.name in sizes else Length({(atom,): 1})
            value = part * value
        total = value + total
    return total


def _expression(atom: Atom, symbols: Mapping[str, sympy.Symbol]) -> sympy.Expr:
    if isinstance(atom, Variable):
        return symbols[atom.name]
    import sympy

    return sympy.floor(Length(dict(atom.terms)).expr / atom.divisor)


def _of_polynomial(polynomial: sympy.Poly, lengths: Mapping[sympy.Symbol, Length]) -> Length | int:
    """A SymPy polynomial of symbols, with a length put in for each."""
    total = 0
    for powers, factor in polynomial.terms():
        parts = [lengths[g] ** k for g, k in zip(polynomial.gens, powers, strict=True) if k]
        total = prod(parts) * int(factor) + total
    return total


def _staircase(atom: Atom) -> QuasiAffine:
    if isinstance(atom, Variable):
        return QuasiAffine.affine(1)
    p, line = atom.divisor, atom.line()
    if line is not None:
        steps = tuple((line.slope * r + line.constant) // p for r in range(bounded(p)))
        return QuasiAffine(p, line.slope, steps)
    return Length(dict(atom.terms)).staircase() >> QuasiAffine(p, 1, (0,) * bounded(p))
