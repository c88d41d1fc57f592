"""What a length is made of: monomials and their factors, and the walks down into its floors.

A monomial is a sorted tuple of atoms. An atom is (0, name), a size that goes in, or (p, terms) with
p ≥ 2: the floor of the
polynomial of those terms, divided by p. Nothing else is needed, and tuples compare.
"""

import itertools

ONE = ()  # the monomial of a constant


def names(terms) -> set:
    """The sizes in it."""
    return {
        name
        for monomial in terms
        for p, inside in monomial
        for name in ([inside] if not p else names(dict(inside)))
    }


def size(terms) -> int:
    """How many atoms there are, those within floors counted too."""
    return sum(1 + size(dict(inside)) if p else 1 for monomial in terms for p, inside in monomial)


def depth(terms) -> int:
    """How many floors lie within one another."""
    return max(
        (1 + depth(dict(inside)) for monomial in terms for p, inside in monomial if p), default=0
    )


def degree(terms) -> int:
    """How many sizes are multiplied at most, those within a floor counted too."""
    return max(map(_multiplied, terms))


def _multiplied(monomial) -> int:
    return sum(degree(dict(inside)) if p else 1 for p, inside in monomial)


def periods(terms):
    """The divisors of its floors, those of nested floors multiplied."""
    for monomial in terms:
        for p, inside in monomial:
            if p:
                yield p
                for q in periods(dict(inside)):
                    yield p * q


def flat(terms) -> bool:
    """Whether nothing is multiplied, inside floors neither."""
    return all(len(monomial) < 2 for monomial in terms) and all(map(flat, _floored(terms)))


def rises(terms) -> bool:
    """Whether it grows, or stays, with every size in it."""
    factors = [factor for monomial, factor in terms.items() if monomial]
    return all(factor > 0 for factor in factors) and all(map(rises, _floored(terms)))


def _floored(terms):
    """The terms within its floors."""
    for monomial in terms:
        for p, inside in monomial:
            if p:
                yield dict(inside)


def written(terms, times, floor, minus) -> str:
    """As text, with the signs of a language: `times` between factors (none, in a textbook),
    `floor(above, below)`, `minus`.
    """
    told = ""
    for monomial, factor in sorted(terms.items(), key=lambda term: (-len(term[0]), term[0])):
        parts = [
            inside if not p else floor(written(dict(inside), times, floor, minus), p)
            for p, inside in monomial
        ]
        # a product binds as tightly as //, a leading minus more tightly
        bound = len(parts) > 1 or abs(factor) != 1 or (factor < 0 and not told)
        if times and bound:
            parts = [f"({part})" if "//" in part else part for part in parts]
        if abs(factor) != 1 or not parts:
            parts.insert(0, str(abs(factor)))
        body = times.join(parts) if times else _side_by_side(parts)
        if told:
            told += f" {minus} {body}" if factor < 0 else f" + {body}"
        else:
            told = minus * (factor < 0) + body
    return told


def _side_by_side(parts: list) -> str:
    """A product as in a textbook: a dot only where two names would run into one."""
    told = parts[0]
    for left, part in itertools.pairwise(parts):
        runs_on = left[-1].isalnum() and part[0].isalnum() and not left.isdecimal()
        told += f"·{part}" if runs_on else part
    return told
