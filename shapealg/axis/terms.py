"""What a length is made of: monomials and their coefficients, and the walks down into its floors.

A monomial is a sorted tuple of atoms, the empty one that of a constant; an atom is a `Variable`, a
size that goes in, or the `Floor` of a polynomial divided by a number. Atoms are tuples and compare
as such: variables come first, by name, then floors by their divisors.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple


class Line(NamedTuple):
    """slope·variable + constant."""

    slope: int
    variable: "Variable"
    constant: int


class Variable(NamedTuple):
    """A size that goes in, by its name; where floors are meant, one with the divisor 1."""

    rank: int  # 0, which comes before every divisor: variables first, where atoms are in order
    name: str

    @classmethod
    def of(cls, name: str) -> "Variable":
        """The size of that name."""
        return cls(0, name)

    @property
    def divisor(self) -> int:
        """1: nothing is divided."""
        return 1

    def line(self) -> Line:
        """What is divided: the size itself."""
        return Line(1, self, 0)

    def names(self) -> set[str]:
        """The sizes in it."""
        return {self.name}

    def depth(self) -> int:
        """How many floors lie within one another."""
        return 0

    def degree(self) -> int:
        """How many sizes are multiplied at most."""
        return 1

    def divisors(self) -> Iterator[int]:
        """The divisors of its floors: none."""
        return iter(())

    def flat(self) -> bool:
        """Whether nothing is multiplied."""
        return True

    def rises(self) -> bool:
        """Whether it grows, or stays, with every size in it, as its form shows."""
        return True


class Floor(NamedTuple):
    """⌊polynomial / divisor⌋, the polynomial as sorted pairs (monomial, coefficient)."""

    divisor: int  # 2 at least
    terms: "tuple[tuple[Monomial, int], ...]"

    def line(self) -> Line | None:
        """What is divided, where it is a·n + b of one size; `None` where it is none."""
        *others, (monomial, slope) = self.terms  # sorted: a constant stands first
        if len(others) > 1 or len(monomial) > 1 or type(monomial[0]) is not Variable:
            return None
        constant = 0
        if others:
            ((other, constant),) = others
            if other:
                return None
        return Line(slope, monomial[0], constant)

    def names(self) -> set[str]:
        """The sizes in it."""
        return names(dict(self.terms))

    def depth(self) -> int:
        """How many floors lie within one another, itself counted too."""
        return 1 + depth(dict(self.terms))

    def degree(self) -> int:
        """How many sizes are multiplied at most."""
        return degree(dict(self.terms))

    def divisors(self) -> Iterator[int]:
        """Its divisor, then those of the floors within, each multiplied by it."""
        yield self.divisor
        for period in divisors(dict(self.terms)):
            yield self.divisor * period

    def flat(self) -> bool:
        """Whether nothing is multiplied."""
        return flat(dict(self.terms))

    def rises(self) -> bool:
        """Whether it grows, or stays, with every size in it, as its form shows."""
        return rises(dict(self.terms))


Atom = Variable | Floor
Monomial = tuple[Atom, ...]
Terms = Mapping[Monomial, int]
ONE: Monomial = ()  # the monomial of a constant


def atoms(terms: Iterable[Monomial]) -> Iterator[Atom]:
    """The atoms of all monomials, those within floors not."""
    return itertools.chain.from_iterable(terms)


def names(terms: Terms) -> set[str]:
    """The sizes in it."""
    return {name for atom in atoms(terms) for name in atom.names()}


def atom_count(terms: Terms) -> int:
    """How many atoms there are, those within floors counted too."""
    count = 0
    for atom in atoms(terms):
        count += 1
        if type(atom) is Floor:
            count += atom_count(dict(atom.terms))
    return count


def depth(terms: Terms) -> int:
    """How many floors lie within one another."""
    return max((atom.depth() for atom in atoms(terms)), default=0)


def degree(terms: Terms) -> int:
    """How many sizes are multiplied at most, those within a floor counted too."""
    return max(sum(map(_degree, monomial)) for monomial in terms)


def _degree(atom: Atom) -> int:
    return atom.degree()


def divisors(terms: Terms) -> Iterator[int]:
    """The divisors of its floors, those of nested floors multiplied."""
    for atom in atoms(terms):
        yield from atom.divisors()


def flat(terms: Terms) -> bool:
    """Whether no two atoms are multiplied, inside floors neither."""
    return all(len(monomial) < 2 for monomial in terms) and all(
        atom.flat() for atom in atoms(terms)
    )


def rises(terms: Terms) -> bool:
    """Whether its form shows that it never falls: all coefficients are positive. What does not show
    it may be so all the same, as n − ⌊n/2⌋.
    """
    return all(coefficient > 0 for monomial, coefficient in terms.items() if monomial) and all(
        atom.rises() for atom in atoms(terms)
    )


def written(terms: Terms, times: str, floor: Callable[[str, int], str], minus: str) -> str:
    """As text, with the signs of a language: `times` between factors (none, in a textbook),
    `floor(above, below)`, `minus`.
    """
    told = ""
    for monomial, coefficient in sorted(terms.items(), key=lambda term: (-len(term[0]), term[0])):
        parts = [
            atom.name
            if isinstance(atom, Variable)
            else floor(written(dict(atom.terms), times, floor, minus), atom.divisor)
            for atom in monomial
        ]
        # a product binds as tightly as //, a leading minus more tightly
        bound = len(parts) > 1 or abs(coefficient) != 1 or (coefficient < 0 and not told)
        if times and bound:
            parts = [f"({part})" if "//" in part else part for part in parts]
        if abs(coefficient) != 1 or not parts:
            parts.insert(0, str(abs(coefficient)))
        body = times.join(parts) if times else _side_by_side(parts)
        if told:
            told += f" {minus} {body}" if coefficient < 0 else f" + {body}"
        else:
            told = minus * (coefficient < 0) + body
    return told


def _side_by_side(parts: list[str]) -> str:
    """A product as in a textbook: a dot only where two names would run into one."""
    told = parts[0]
    for left, part in itertools.pairwise(parts):
        runs_on = part[0] == "_" or (part[0].isalnum() and not left.isdecimal())
        runs_on = runs_on and (left[-1].isalnum() or left[-1] == "_")
        told += f"·{part}" if runs_on else part
    return told


def quotient(terms: Terms, divisor: Terms) -> dict[Monomial, int] | None:
    """The polynomial that multiplied with the divisor gives these terms; `None` where none does.

    The long division of polynomials: monomials are in order by their degree, then as tuples.
    """
    rest: dict[Monomial, int] = dict(terms)
    made: dict[Monomial, int] = {}
    lead = max(divisor, key=_rank)
    while rest:
        top = max(rest, key=_rank)
        left = list(top)
        if rest[top] % divisor[lead] or any(left.count(a) < lead.count(a) for a in lead):
            return None
        for atom in lead:
            left.remove(atom)
        monomial, coefficient = tuple(left), rest[top] // divisor[lead]
        made[monomial] = coefficient
        for other, share in divisor.items():
            both = tuple(sorted((*monomial, *other)))
            if now := rest.get(both, 0) - coefficient * share:
                rest[both] = now
            else:
                del rest[both]
    return made


def _rank(monomial: Monomial) -> tuple[int, Monomial]:
    return len(monomial), monomial
