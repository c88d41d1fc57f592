"""A length on its way through a network: an integer polynomial in floors of the sizes that go in.

Windows, joins and flattening keep it one, and nested floors fall together by the one rule

    ⌊(⌊N/p⌋ + c)/s⌋ = ⌊(N + p·c)/(p·s)⌋

so that a whole network is written with as few floors as it has.
"""

from itertools import chain
from math import gcd, lcm, prod

import sympy

from shapealg.axis import terms as walks
from shapealg.axis.condition import Condition
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import bounded
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError, Undecided, shown
from shapealg.exact import Exact, one_size
from shapealg.printing import Pictured
from shapealg.text import Text

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

    def __init__(self, terms: dict):
        for factor in terms.values():
            if not -LARGEST < factor < LARGEST:
                raise _too_large(factor)
        if len(terms) > TERMS:
            raise _too_long(len(terms))
        self.terms = terms  # monomial → factor, none of them 0
        self._names = self._size = None

    @classmethod
    def of(cls, name: str) -> "Length":
        """The size of that name."""
        return cls({((0, str(one_size(name, "name"))),): 1})

    @classmethod
    def steps(cls, staircase: QuasiAffine, name: str):
        """A staircase as a length: each of its steps is a floor.

        >>> Length.steps(QuasiAffine(3, 1, (0, 0, 1)), "n")
        (n + 1)//3
        """
        made, n, period = staircase.steps[0], cls.of(name), staircase.period
        for k in range(1, period + 1):
            if rise := staircase(k) - staircase(k - 1):
                made = made + (n + period - k) // period * rise
        return made

    # ------------------------------------------------------------ arithmetic

    def __add__(self, other):
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

    def __neg__(self):
        return Length({monomial: -factor for monomial, factor in self.terms.items()})

    def __sub__(self, other):
        return self + -other if isinstance(other, int | Length) else NotImplemented

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if type(other) is int:
            if other == 1:
                return self
            if not other:
                return 0
            return Length({monomial: factor * other for monomial, factor in self.terms.items()})
        if type(other) is Length:
            made = len(other.terms) * self.size + len(self.terms) * other.size
            if made > TERMS:
                raise _too_long(made)
            terms = {}
            for one, a in self.terms.items():
                for two, b in other.terms.items():
                    monomial = tuple(sorted(one + two))
                    terms[monomial] = terms.get(monomial, 0) + a * b
            return _made(terms)
        return NotImplemented

    __rmul__ = __mul__

    def __pow__(self, power: int):
        if type(power) is not int or power < 0:
            raise Undecided(
                Text(zh="长度的这个幂不是长度", en="this power of a length is no length"),
                Received(f"({self})**{shown(power)}"),
                Text(zh="指数须为自然数", en="an exponent of at least 0 works"),
            )
        if power > TERMS:
            raise _too_long(power)
        return prod([self] * power)

    def __floordiv__(self, divisor):
        if type(divisor) is Length:
            return self._shared(divisor)
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
        whole, rest, common = {}, {}, divisor
        for monomial, factor in self.terms.items():
            if monomial:
                if factor % divisor:
                    rest[monomial], common = factor, gcd(common, factor)
                else:
                    whole[monomial] = factor // divisor
        constant, left = divmod(self.terms.get(ONE, 0), divisor)
        if constant:
            whole[ONE] = constant
        if not rest:
            return _made(whole)
        left, divisor = left // common, divisor // common
        if min(rest.items())[1] < 0:  # ⌊−x/d⌋ is −⌊(x + d − 1)/d⌋: of two spellings one is kept
            rest = {monomial: factor // -common for monomial, factor in rest.items()}
            made = -self._floor(rest, divisor - 1 - left, divisor)
        else:
            rest = {monomial: factor // common for monomial, factor in rest.items()}
            made = self._floor(rest, left, divisor)
        return made + _made(whole) if whole else made  # the same floor may stand in both

    def _floor(self, terms: dict, left: int, divisor: int):
        """⌊(terms + left)/divisor⌋, where the two have no factor in common."""
        (monomial, factor), *more = terms.items()
        if not more and factor == 1 and len(monomial) == 1 and monomial[0][0]:
            inner, inside = monomial[0]  # a floor alone: the two fall together
            inside = Length(dict(inside))
            if left:
                inside = inside + inner * left
            return inside // (inner * divisor)
        if left:
            terms[ONE] = left
        if self.size >= TERMS:
            raise _too_long(self.size + 1)
        if walks.depth(terms) >= DEPTH:
            raise _too_deep()
        return Length({((divisor, tuple(sorted(terms.items()))),): 1})

    def __rfloordiv__(self, number):
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

    def _halved(self, divisor: int):
        """The commonest division in few steps: of a size, or of ⌊(size + b)/p⌋, and a number;
        `None` for anything else.
        """
        constant, single = self.terms.get(ONE, 0), None
        for monomial, factor in self.terms.items():
            if monomial:
                if single is not None or factor != 1 or len(monomial) > 1:
                    return None
                (p, inside), single = monomial[0], monomial
        if not p:
            variable, b, p = single, 0, 1
        elif len(inside) == 1 or (len(inside) == 2 and not inside[0][0]):
            (variable, factor), b = inside[-1], inside[0][1] if len(inside) == 2 else 0
            if factor != 1 or len(variable) > 1 or variable[0][0]:
                return None
        else:
            return None
        above, p = b + constant * p, p * divisor
        if p >= LARGEST:
            raise _too_large(p)
        outer, b = divmod(above, p)
        atom = (p, ((ONE, b), (variable, 1)) if b else ((variable, 1),))
        return Length({(atom,): 1, ONE: outer} if outer else {(atom,): 1})

    def _shared(self, divisor):
        """Division by a length that is a factor of every term; anything else is no length."""
        if self.terms == divisor.terms:
            return 1
        made = {}
        for monomial, factor in self.terms.items():
            (part, share), *more = divisor.terms.items()
            left = list(monomial)
            if more or factor % share or any(left.count(atom) < part.count(atom) for atom in part):
                raise Undecided(
                    Text(zh="两个长度的商不是长度", en="the quotient of two lengths is no length"),
                    Received(f"({self}) / ({divisor})"),
                    Text(zh="请代入数值", en="put numbers in"),
                )
            for atom in part:
                left.remove(atom)
            made[tuple(left)] = factor // share
        return _made(made)

    def __mod__(self, divisor):
        return self - self // divisor * divisor

    # ------------------------------------------------------------ comparisons

    def __eq__(self, other):
        return type(other) is Length and self.terms == other.terms

    def __hash__(self):
        return hash(frozenset(self.terms.items()))

    def __lt__(self, other):
        return Condition(self - other, "<")

    def __le__(self, other):
        return Condition(self - other, "<=")

    def __gt__(self, other):
        return Condition(self - other, ">")

    def __ge__(self, other):
        return Condition(self - other, ">=")

    def smaller(self, other):
        """The smaller of the two: one of them; or, where it is now this and now that for ever, a
        length of its own.
        """
        closer = Condition(self - other, "<=")
        if (
            (settled := closer.settled()) is None
            and len(names := closer.names) == 1
            and closer.length.is_staircase
            and (gap := closer.length.staircase()).slope == 0
        ):
            return other + Length.steps(gap.min(0), names[0])
        if settled is None:
            settled = bool(closer)
        return self if settled else other

    # ------------------------------------------------------------ what it is at given sizes

    @property
    def names(self) -> tuple:
        """The sizes that it depends on."""
        if self._names is None:
            self._names = tuple(sorted(walks.names(self.terms)))
        return self._names

    def __call__(self, **sizes):
        """The value at given sizes: an int, or a length of those that are left."""
        return _value(self.terms, sizes)

    @property
    def expr(self):
        """The same as a SymPy expression."""
        made = sympy.Integer(0)
        for monomial, factor in self.terms.items():
            made += factor * sympy.prod([_expr(atom) for atom in monomial])
        return made

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
        """How many sizes are multiplied at most, inside floors too: of each residue's polynomial."""
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
        made = None
        for monomial, factor in self.terms.items():
            if monomial:
                part = _staircase(monomial[0]) * factor
                made = part if made is None else made + part
        return made + self.terms.get(ONE, 0)

    def factors(self) -> list:
        """Lengths and ints whose product it is, as many as there are.

        >>> H, W = Length.of("H"), Length.of("W")
        >>> ((H // 2 - 6) * (W // 2 - 6) * 512).factors()
        [512, W//2 - 6, H//2 - 6]
        """
        found = sorted(set(chain.from_iterable(self.terms)))
        atoms = {atom: sympy.Symbol(f"a{i}") for i, atom in enumerate(found)}
        back = {symbol: Length({(atom,): 1}) for atom, symbol in atoms.items()}
        whole = 0
        for monomial, factor in self.terms.items():
            whole += factor * sympy.prod([atoms[atom] for atom in monomial])
        constant, parts = sympy.factor_list(whole)
        made = []
        for part, times in parts:
            made += [_of_polynomial(sympy.Poly(part), back)] * times
        return ([int(constant)] if constant != 1 else []) + made

    def simplest(self) -> "Length":
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
    def periods(self) -> tuple:
        """The divisors of its floors, those of nested floors multiplied."""
        return tuple(walks.periods(self.terms))

    @property
    def weight(self) -> tuple:
        """How much there is to write: of two equal lengths the lighter one is kept."""
        return (
            max((p or 1 for monomial in self.terms for p, _ in monomial), default=1),
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


def _made(terms: dict):
    """A length without empty terms; an int where nothing else is left."""
    if 0 in terms.values():
        terms = {monomial: factor for monomial, factor in terms.items() if factor}
    if not terms:
        return 0
    return terms[ONE] if len(terms) == 1 and ONE in terms else Length(terms)


def _expr(atom):
    """One size, or one floor, as a SymPy expression."""
    p, inside = atom
    if not p:
        return sympy.Symbol(inside, integer=True)
    return sympy.floor(Length(dict(inside)).expr / p)


def _of_polynomial(polynomial, back: dict):
    """A SymPy polynomial as a length; `back` tells what its symbols stand for."""
    made = 0
    for powers, factor in polynomial.terms():
        product = int(factor)
        for symbol, power in zip(polynomial.gens, powers, strict=True):
            if power:
                product = back[symbol] ** power * product
        made = product + made
    return made


def _value(terms, sizes: dict):
    total = 0
    for monomial, factor in terms.items():
        for p, inside in monomial:
            if p:
                part = _value(dict(inside), sizes) // p
            else:
                part = sizes[inside] if inside in sizes else Length({((0, inside),): 1})
            factor = part * factor
        total = factor + total
    return total


def _staircase(atom) -> QuasiAffine:
    p, inside = atom
    if not p:
        return QuasiAffine.affine(1)
    terms = dict(inside)
    constant = terms.pop(ONE, 0)
    if len(terms) == 1 and (variable := next(iter(terms)))[0][0] == 0 and len(variable) == 1:
        a = terms[variable]
        return QuasiAffine(p, a, tuple((a * r + constant) // p for r in range(bounded(p))))
    return Length(dict(inside)).staircase() >> QuasiAffine(p, 1, (0,) * bounded(p))
