"""A polynomial divided by a number: the terms that it divides leave the floor, and what stays is
one floor in lowest terms, with no other floor alone in it:

    ⌊(⌊N/p⌋ + c)/s⌋ = ⌊(N + p·c)/(p·s)⌋

So two polynomials that divide alike are written alike.
"""

from math import gcd

from shapealg.axis import terms as walks
from shapealg.axis.limits import DEPTH, LARGEST, TERMS, too_deep, too_large, too_long
from shapealg.axis.terms import ONE, Floor, Monomial, Terms


def divided(terms: Terms, divisor: int) -> dict[Monomial, int]:
    """⌊polynomial / divisor⌋ as terms, for a divisor of 2 at least; coefficients may be 0.

    Raises:
        Undecided: behind the limits of a length.
    """
    if divisor >= LARGEST:
        raise too_large(divisor)
    if len(terms) < 3 and (simple := of_a_size(terms, 0, divisor)) is not None:
        return simple
    whole, rest, left = _parted(terms, divisor)
    if not rest:
        return whole
    made = _floored(terms, rest, left, divisor)
    for monomial, coefficient in whole.items():
        made[monomial] = made.get(monomial, 0) + coefficient  # the same floor may stand in both
    return made


def of_a_size(terms: Terms, more: int, divisor: int) -> dict[Monomial, int] | None:
    """The commonest division in few steps: of a size, or of ⌊(size + b)/p⌋, and a number, with
    `more` added; `None` for anything else.

    Raises:
        Undecided: for a divisor behind the limits of a length.
    """
    constant, single = terms.get(ONE, 0) + more, ONE
    for monomial, coefficient in terms.items():
        if monomial:
            if single or coefficient != 1 or len(monomial) > 1:
                return None
            single = monomial
    (atom,) = single
    size, above, p = single, constant, divisor
    if type(atom) is Floor:
        line = atom.line()
        if line is None or line.slope != 1:
            return None
        size, above = (line.variable,), line.constant + constant * atom.divisor
        p *= atom.divisor
    if p >= LARGEST:
        raise too_large(p)
    outer, b = divmod(above, p)
    made = Floor(p, ((ONE, b), (size, 1)) if b else ((size, 1),))
    return {(made,): 1, ONE: outer} if outer else {(made,): 1}


def _parted(terms: Terms, divisor: int) -> tuple[dict[Monomial, int], dict[Monomial, int], int]:
    """The terms that leave the floor, already divided; those that stay, and the number that stays
    with them.
    """
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, coefficient in terms.items():
        if not monomial:
            continue
        if coefficient % divisor:
            rest[monomial] = coefficient
        else:
            whole[monomial] = coefficient // divisor
    constant, left = divmod(terms.get(ONE, 0), divisor)
    if constant:
        whole[ONE] = constant
    return whole, rest, left


def _floored(
    terms: Terms, rest: dict[Monomial, int], left: int, divisor: int
) -> dict[Monomial, int]:
    """⌊(rest + left)/divisor⌋ in lowest terms; of the two spellings of ⌊−x/d⌋ the one kept is
    −⌊(x + d − 1)/d⌋. `terms` is all that is divided.
    """
    common = gcd(divisor, *rest.values())
    left, divisor = left // common, divisor // common
    sign = 1
    if rest[min(rest)] < 0:
        sign, common, left = -1, -common, divisor - 1 - left
    (monomial, coefficient), *more = rest.items()
    if not more and coefficient == common and len(monomial) == 1 and isinstance(monomial[0], Floor):
        made = _fused(monomial[0], left, divisor)
        return made if sign > 0 else {m: -f for m, f in made.items()}
    if (size := walks.atom_count(terms)) >= TERMS:
        raise too_long(size + 1)
    inside = {m: f // common for m, f in rest.items()}
    if left:
        inside[ONE] = left
    if walks.depth(inside) >= DEPTH:
        raise too_deep()
    return {(Floor(divisor, tuple(sorted(inside.items()))),): sign}


def _fused(floor: Floor, left: int, divisor: int) -> dict[Monomial, int]:
    """⌊(⌊N/p⌋ + left)/divisor⌋ with one floor."""
    inside, p = dict(floor.terms), floor.divisor
    inside[ONE] = inside.get(ONE, 0) + p * left
    return divided(inside, p * divisor)
