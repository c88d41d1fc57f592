"""An answer that depends on the size: pieces, each some sizes and what holds at them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from shapealg.axis.condition import Condition
from shapealg.axis.door import integer
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import DomainError, Received, ShapeError, shown
from shapealg.printing import Pictured
from shapealg.text import Text


class Where(dict[str, Sizes]):
    """The sizes at which an answer holds: name → `Sizes`, a name that is not there being free; and
    what holds of several of them together.

    >>> H, W = Length.of("H"), Length.of("W")
    >>> upright = Where({"H": Sizes.every(4)}, (H >= W,))
    >>> upright.has({"H": 8, "W": 8}), upright.has({"H": 8, "W": 9})
    (True, False)
    """

    def __init__(self, sizes: Mapping[str, Sizes], held: Iterable[Condition] | None = None):
        super().__init__(sizes)
        self.held = tuple(dict.fromkeys(getattr(sizes, "held", ()) if held is None else held))

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and set(self.held) == set(getattr(other, "held", ()))

    def __ne__(self, other: object) -> bool:  # a dict has its own
        return not self == other

    __hash__ = None

    @property
    def names(self) -> set[str]:
        """The sizes it depends on."""
        return {*self, *(name for condition in self.held for name in condition.names)}

    def has(self, sizes: Mapping[str, int]) -> bool:
        """Whether these sizes are among them."""
        return all(sizes[name] in those for name, those in self.items()) and all(
            condition.at(**_among(sizes, condition.names)) for condition in self.held
        )

    def denies(self, other: "Where") -> bool:
        """Whether what holds of several sizes here does not hold there."""
        here = {condition.weak for condition in self.held}
        return any(condition.denied.weak in here for condition in other.held)

    def beside(self, other: "Where") -> "Where | None":
        """All sizes of both, where they differ in the sizes of one name only, or in what one of
        them says of several and the other denies; otherwise `None`.
        """
        if self.keys() != other.keys():
            return None
        differ = [name for name, those in self.items() if those != other[name]]
        mine, theirs = set(self.held), set(other.held)
        if mine == theirs and len(differ) <= 1:
            made = {name: those | other[name] for name, those in self.items()}
            return Where({n: those for n, those in made.items() if not _free(those)}, self.held)
        one, two = mine - theirs, theirs - mine
        if not differ and len(one) == len(two) == 1 and self.denies(other):
            return Where(self, [c for c in self.held if c in theirs])
        return None

    def text(self) -> Text:
        """The sizes in words."""
        told = [those.text(name) for name, those in self.items()]
        told += [Text(zh=str(condition), en=str(condition)) for condition in self.held]
        if not told:
            return Text(zh="任何尺寸", en="any size")
        return Text(zh="，".join(t.zh for t in told), en=", ".join(t.en for t in told))


class Piece(NamedTuple):
    """One answer, and the sizes at which it holds."""

    where: Where
    answer: Any

    def holds(self, sizes: Mapping[str, int]) -> bool:
        """Whether these sizes are among its own."""
        return self.where.has(sizes)

    def text(self) -> Text:
        """Its sizes in words."""
        return self.where.text()


@dataclass(frozen=True, slots=True, init=False)
class BySize(Pictured):
    """Pieces that do not overlap: at these sizes this answer, at those sizes that one.

    Whatever it is built from, pieces of one answer are drawn together where they make one set of
    sizes again, pieces without a size are left out, and those of finitely many sizes come last.

    Args:
        pieces: pairs (sizes, answer); the sizes a `Sizes` of n, a dict of them by name, or a
            `Where`, which says too what holds of several.

    Raises:
        ShapeError: if two pieces give other answers at the same size.

    >>> evens, odds = Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)
    >>> n = Length.of("n")
    >>> padded = BySize([(evens, n), (odds, n + 1)])
    >>> print(padded)
    n for n ≡ 0 (mod 2), n ≥ 2; n + 1 for n ≡ 1 (mod 2), n ≥ 1
    >>> padded.at(n=7), padded.map(lambda length: length * 3).at(n=7)
    (8, 24)
    >>> print(BySize([(evens, "even")]) | BySize([(odds, "odd")]))
    even for n ≡ 0 (mod 2), n ≥ 2; odd for n ≡ 1 (mod 2), n ≥ 1
    >>> print(padded.text().zh)
    n ≡ 0 (mod 2)，n ≥ 2：n；n ≡ 1 (mod 2)，n ≥ 1：n + 1
    """

    pieces: tuple[Piece, ...]

    def __init__(self, pieces: Iterable[tuple[Sizes | Mapping[str, Sizes], Any]]):
        made = []
        for where, answer in pieces:
            where = where if isinstance(where, Mapping) else {"n": where}
            bound = {name: those for name, those in sorted(where.items()) if not _free(those)}
            here = Where(bound, getattr(where, "held", ()))
            if all(here.values()) and not here.denies(here):
                made.append(Piece(here, answer))
        made = sorted(_drawn_together(made), key=_is_finite)
        object.__setattr__(self, "pieces", tuple(made))
        if (clash := _clash(self.pieces)) is not None:
            one, two = clash
            raise ShapeError(
                Text(
                    zh="同一尺寸不能有两个答案",
                    en="one size cannot have two answers",
                ),
                Received(f"{shown(one.answer)}; {shown(two.answer)}"),
                Text(zh="各段的尺寸须不相交", en="pieces whose sizes do not meet work"),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The sizes that the answer depends on."""
        return tuple(sorted({name for piece in self.pieces for name in piece.where.names}))

    @property
    def sole(self) -> bool:
        """Whether one answer holds at all its sizes."""
        return len(self.pieces) == 1

    def __len__(self) -> int:
        return len(self.pieces)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.pieces)

    def at(self, **sizes: int) -> Any:
        """The answer at given sizes, which are put in where it is made of lengths.

        Raises:
            DomainError: if no piece holds there.
        """
        sizes = {name: integer(n, name) for name, n in sizes.items()}
        for name in self.names:
            if name not in sizes:
                raise ShapeError(
                    Text(zh=f"须给出 {name}", en=f"the size of {name} is needed"),
                    sizes,
                    Text(zh=f"例如 at({name}=224)", en=f"for example at({name}=224)"),
                )
        for piece in self.pieces:
            if piece.holds(sizes):
                return _put_in(piece.answer, sizes)
        told = ", ".join(f"{name}={shown(n)}" for name, n in sizes.items())
        where = Text(
            zh="；".join(piece.text().zh for piece in self.pieces) or "没有可用的尺寸",
            en="; ".join(piece.text().en for piece in self.pieces) or "no size works",
        )
        raise DomainError(
            Text(zh="这些尺寸没有答案", en="there is no answer at these sizes"),
            Received(told),
            Text(zh=f"可用：{where.zh}", en=f"these have one: {where.en}"),
        )

    def map(self, change: Callable[[Any], Any]) -> "BySize":
        """The same sizes, each answer changed."""
        return BySize([(piece.where, change(piece.answer)) for piece in self.pieces])

    def __or__(self, other: "BySize") -> "BySize":
        if not isinstance(other, BySize):
            return NotImplemented
        return BySize([*self.pieces, *other.pieces])

    def text(self) -> Text:
        """The answers with their sizes, in words."""
        if not self.pieces:
            return Text(zh="无", en="none")
        told = [(piece.answer, piece.text()) for piece in self.pieces]
        return Text(
            zh="；".join(f"{where.zh}：{_written(answer, 'zh')}" for answer, where in told),
            en="; ".join(f"{_written(answer, 'en')} for {where.en}" for answer, where in told),
        )

    def __str__(self) -> str:
        return self.text().en

    def __repr__(self) -> str:
        return f"BySize({self.text().en})"


def _among(sizes: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    return {name: sizes[name] for name in names}


def _free(those: Sizes) -> bool:
    """Whether every size is meant, so that the name need not be said."""
    return those.is_all and not those.exceptions and those.start <= 1


def _is_finite(piece: Piece) -> bool:
    return any(not those.residues for those in piece.where.values())


def _overlap(one: Where, two: Where) -> bool:
    """Whether sizes may belong to both, by each name alone and by what one denies of the other."""
    inside = all(those & two[name] for name, those in one.items() if name in two)
    return inside and not one.denies(two)


def _clash(pieces: Sequence[Piece]) -> tuple[Piece, Piece] | None:
    """Two pieces that have other answers at the same size."""
    if _are_apart(pieces):
        return None
    pairs = combinations(pieces, 2)
    return next(
        (
            (one, two)
            for one, two in pairs
            if one.answer != two.answer and _overlap(one.where, two.where)
        ),
        None,
    )


def _are_apart(pieces: Sequence[Piece]) -> bool:
    """Whether pieces of one name do not meet: each is held against all before it at once, since of
    a thousand classes there are half a million pairs.
    """
    names = {name for piece in pieces for name in piece.where.names}
    if len(names) != 1 or not all(piece.where for piece in pieces):
        return False
    (name,) = names
    before = Sizes.none()
    for piece in pieces:
        if before & piece.where[name]:
            return False
        before |= piece.where[name]
    return True


def _drawn_together(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of one answer as one, where their sizes lie beside one another."""
    made: list[Piece] = []
    for piece in pieces:
        where, answer = piece
        while True:
            found = (
                (i, whole)
                for i, other in enumerate(made)
                if other.answer == answer and (whole := other.where.beside(where)) is not None
            )
            i, whole = next(found, (None, where))
            where = whole
            if i is None:
                break
            made.pop(i)
        made.append(Piece(where, answer))
    return made


def _put_in(answer: Any, sizes: Mapping[str, int]) -> Any:
    """The answer with numbers for its names, in every entry of a tuple."""
    if isinstance(answer, Length):
        return answer(**{name: sizes[name] for name in answer.names if name in sizes})
    if type(answer) is tuple:
        return tuple(_put_in(entry, sizes) for entry in answer)
    return answer


def _written(answer: object, language: str) -> str:
    if type(answer) is tuple:
        entries = [_written(entry, language) for entry in answer]
        return f"({', '.join(entries)}{',' * (len(answer) == 1)})"
    return answer[language] if isinstance(answer, Text) else str(answer)
