"""Which sizes of several names go together, where a graph goes several ways."""

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from shapealg.axis.by_size import BySize, Piece, Where
from shapealg.axis.condition import Condition
from shapealg.axis.door import bounded
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError
from shapealg.network.binding import union
from shapealg.network.order import orders
from shapealg.text import Text


class Together(NamedTuple):
    """Which sizes of several names go together.

    Attributes:
        where: for each way the sizes, with the requirements that bind several of them there.
    """

    where: tuple[Piece, ...]

    @property
    def names(self) -> tuple:
        """The sizes it binds."""
        bound = {name for piece in self.where for tie in piece.answer for name in tie.names}
        return tuple(sorted(bound.union(*(piece.where for piece in self.where))))

    def at(self, **sizes: int) -> bool:
        """Whether these sizes, one for every name, go together."""
        ways = [piece.answer for piece in self.where if piece.holds(sizes)]
        return any(_all_met(ties, sizes) for ties in ways)

    def text(self) -> Text:
        """The ways in words."""
        told = [_way(piece) for piece in self.where]
        return Text(zh="；或 ".join(t.zh for t in told), en="; or ".join(t.en for t in told))

    def __str__(self) -> str:
        """The ways in English."""
        return self.text().en


def _way(piece: Piece) -> Text:
    """The sizes of one way, and what binds them there."""
    text, bound = piece.text(), "".join(f", {tie}" for tie in piece.answer)
    return Text(zh=f"{text.zh}{bound}", en=f"{text.en}{bound}")


def _all_met(ties: tuple, sizes: dict) -> bool:
    return all(tie.at(**sizes) for tie in ties)


def ties(parts, names) -> tuple:
    """What binds several names: requirements that all ways share, and which sizes go together on
    which way, where that is not all with all.
    """
    if not parts:
        return ()
    parts = tuple(_merged(parts))
    common = _shared(parts)
    own = [_without(part.ties, common) for part in parts]
    bound = {name for ties in own for tie in ties for name in tie.names}
    differ = [name for name in names if name in bound or _differs(name, parts)]
    if not any(own):
        differ = _inseparable(parts, differ)
    if len(differ) < 2:
        return tuple(common)
    wheres = [_only(part.sets, differ) for part in parts]
    return (*common, Together(_pieces(list(zip(wheres, own, strict=True)))))


class _Side(NamedTuple):
    """The sizes of a way, or of several drawn together, and what binds them there."""

    sets: dict
    ties: tuple


def _merged(parts) -> list:
    """The ways, drawn together where they differ only in the sizes of one name, or in what one of
    them holds and the other denies: H·W = 256 here, H·W ≠ 256 there.
    """
    made = [_bounded(part.sets, part.ties) for part in parts]
    for together in (_beside, _opposed):
        sides, made = made, []
        for side in sides:
            while (found := next(_merging(made, side, together), None)) is not None:
                other, side = found
                made.remove(other)
            made.append(side)
    return made


def _bounded(sets: dict, ties: tuple) -> _Side:
    """Sizes as far as the order of two leaves them: with H ≤ W, of H ≥ 9 follows W ≥ 9."""
    made, said = dict(sets), [one for tie in ties if (one := _said(tie)) is not None]
    for order in orders(tuple(said)):
        (below,), (above,) = order.below.names, order.above.names
        made[below] &= order.bounds(below, sets[above])
        made[above] &= order.bounds(above, sets[below])
    return _Side(made, ties)


def _merging(made: list, side: _Side, together) -> Iterator[tuple[_Side, _Side]]:
    """The ways that a way can be drawn together with, each with what they are together."""
    for other in made:
        if (whole := together(other, side)) is not None:
            yield other, whole


def _whole(one: _Side, two: _Side) -> dict:
    """Of each name the sizes of two ways."""
    return {name: one.sets[name] | two.sets[name] for name in one.sets}


def _beside(one: _Side, two: _Side) -> _Side | None:
    """Two ways with the same ties that differ in the sizes of one name, and in what follows from
    them for others; otherwise `None`.
    """
    if _without(one.ties, two.ties) or _without(two.ties, one.ties):
        return None
    whole = _whole(one, two)
    for name in whole:
        if all(
            _bounded(whole | {name: side.sets[name]}, side.ties).sets == side.sets
            for side in (one, two)
        ):
            return _Side(whole, one.ties)
    return None


def _opposed(one: _Side, two: _Side) -> _Side | None:
    """Two ways of the same sizes, but for what follows from their ties, where each has one tie
    more, the other's opposite, or one of them none that the other lacks; otherwise `None`.
    """
    whole = _whole(one, two)
    if any(_bounded(whole, side.ties).sets != side.sets for side in (one, two)):
        return None
    mine, theirs = _without(one.ties, two.ties), _without(two.ties, one.ties)
    shared = tuple(tie for tie in one.ties if _among(tie, two.ties))
    if not mine or not theirs:  # one of them takes whatever the other does
        return _Side(whole, shared)
    if len(mine) == len(theirs) == 1:
        here, there = _said(mine[0]), _said(theirs[0])
        if there is not None and here == there.denied.weak:
            return _Side(whole, shared)
    return None


def _said(tie) -> Condition | None:
    """What a tie says of one length; `None` where it says more."""
    first, *others = getattr(tie, "conditions", (tie,))
    if not others:
        return first.weak
    relations = [first.relation, *(other.relation for other in others)]
    if relations != ["<", ">"] or first.length != others[0].length:
        return None
    return Condition(first.length, "!=").weak


def _pieces(ways: list) -> tuple:
    """The ways drawn together as answers by size are; where several go at the same sizes of each
    name, and differ in what binds them, as they stand.
    """
    try:
        return BySize(ways).pieces
    except ShapeError:
        return tuple(Piece(Where(where), ties) for where, ties in ways)


def _shared(parts: tuple) -> list:
    """The ties that every part has."""
    made = parts[0].ties
    for part in parts:
        made = [tie for tie in made if _among(tie, part.ties)]
    return list(made)


def _without(ties: tuple, others: Iterable) -> tuple:
    return tuple(tie for tie in ties if not _among(tie, others))


def _differs(name: str, parts: tuple) -> bool:
    return any(part.sets[name] != parts[0].sets[name] for part in parts)


def _only(sets: dict, names: list) -> dict:
    return {name: sets[name] for name in names}


def _among(tie, others) -> bool:
    asked = getattr(tie, "conditions", (tie,))
    return any(getattr(other, "conditions", (other,)) == asked for other in others)


def _inseparable(parts: tuple, names: list) -> list:
    """The names of which not every size goes with every size of the others, as the boxes of the
    parts tell it.
    """
    if len(names) < 2:
        return []
    atoms = {}
    for name in names:
        atoms[name] = _atoms({part.sets[name] for part in parts})
    cells: set[tuple[int, ...]] = set()
    for part in parts:
        inside = [_inside(part.sets[name], atoms[name]) for name in names]
        bounded(len(cells) + prod(map(len, inside)))
        cells.update(product(*inside))
    left = list(names)
    for name in names:
        at = left.index(name)
        others = {(*cell[:at], *cell[at + 1 :]) for cell in cells}
        if len(cells) == len({cell[at] for cell in cells}) * len(others):
            left, cells = [*left[:at], *left[at + 1 :]], others
    return left


def _inside(those: Sizes, atoms: list) -> list:
    """The numbers of the atoms of which a set is made."""
    return [k for k, atom in enumerate(atoms) if atom[0] in those]


def _atoms(sets: set) -> list:
    """Sets cut up until none of them meets another in part."""
    made = [union(sets)]
    for those in sets:
        sides = [(atom & those, atom & those.complement(1)) for atom in made]
        made = [atom for both in sides for atom in both if atom]
    return made
