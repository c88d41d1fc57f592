"""A polynomial taken apart into a product. Where each of its factors is a line in one atom, or all
that is left is a sum, no SymPy need be loaded: such are the products of sizes that networks make.
"""

from fractions import Fraction
from math import gcd

from shapealg.axis.terms import ONE, Atom, Monomial, Terms, atoms


def factored(terms: Terms) -> tuple[int, list[dict[Monomial, int]]]:
    """A number, and polynomials whose product with it the terms are, as many as there are."""
    return lines(terms) or _by_sympy(terms)


def lines(terms: Terms) -> tuple[int, list[dict[Monomial, int]]] | None:
    """A number and factors without a common divisor, the first coefficient of each positive;
    `None` where a factor may hide in what is left.

    >>> from shapealg.axis.length import Length
    >>> H, W = Length.of("H"), Length.of("W")
    >>> number, found = lines((8 * (H // 2 - 6) * W).terms)
    >>> number, [Length(dict(factor)) for factor in found]
    (8, [W, H//2 - 6])
    >>> lines((H * H).terms) is lines((H * W + W + H).terms) is None
    True
    """
    left = dict(terms)
    found: list[dict[Monomial, int]] = []
    for atom in sorted(set(atoms(terms))):
        if any(monomial.count(atom) > 1 for monomial in left):
            return None
        slope, rest = _by(left, atom)
        ratio = _ratio(rest, slope)
        if slope and ratio is not None:
            line: dict[Monomial, int] = {(atom,): ratio.denominator, ONE: ratio.numerator}
            found.append(
                {monomial: coefficient for monomial, coefficient in line.items() if coefficient}
            )
            left = {
                monomial: coefficient // ratio.denominator
                for monomial, coefficient in slope.items()
            }
    if max(map(len, left)) > 1:
        return None
    number = gcd(*left.values()) * (1 if left[min(left, key=_place)] > 0 else -1)
    if any(left):
        found.append({monomial: coefficient // number for monomial, coefficient in left.items()})
    return number, found


def _by(terms: Terms, atom: Atom) -> tuple[Terms, Terms]:
    """The terms that an atom multiplies, without it, and those that it does not."""
    slope, rest = {}, {}
    for monomial, coefficient in terms.items():
        if atom in monomial:
            slope[tuple(other for other in monomial if other != atom)] = coefficient
        else:
            rest[monomial] = coefficient
    return slope, rest


def _ratio(one: Terms, two: Terms) -> Fraction | None:
    """How many times a polynomial is another; `None` where it is no multiple."""
    if not one:
        return Fraction(0)
    if one.keys() != two.keys():
        return None
    ratios = {Fraction(one[monomial], two[monomial]) for monomial in one}
    return ratios.pop() if len(ratios) == 1 else None


def _place(monomial: Monomial) -> tuple[bool, Monomial]:
    """The atoms in their order, a constant behind them."""
    return not monomial, monomial


def _by_sympy(terms: Terms) -> tuple[int, list[dict[Monomial, int]]]:
    """The same for any polynomial: a symbol stands for each atom."""
    import sympy

    symbols = {atom: sympy.Symbol(f"a{i}") for i, atom in enumerate(sorted(set(atoms(terms))))}
    stands = {symbol: atom for atom, symbol in symbols.items()}
    polynomial = sympy.Integer(0)
    for monomial, coefficient in terms.items():
        polynomial += coefficient * sympy.prod([symbols[atom] for atom in monomial])
    number, parts = sympy.factor_list(polynomial)
    found: list[dict[Monomial, int]] = []
    for part, times in parts:
        part = sympy.Poly(part)
        made: dict[Monomial, int] = {}
        for powers, coefficient in part.terms():
            several = [(stands[g],) * k for g, k in zip(part.gens, powers, strict=True)]
            made[tuple(sorted(sum(several, ONE)))] = int(coefficient)
        found += [made] * times
    return int(number), found
