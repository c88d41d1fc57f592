"""One formula for several ways through a network, where there is one; else an answer by size."""

from functools import lru_cache
from itertools import chain
from math import lcm, prod
from typing import Any

from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.divisors import divisors
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError, Undecided
from shapealg.network.pinned import pinned
from shapealg.text import Text

TURN = 2**12  # so long a period may have what is fitted
OPEN = object()  # no one form


def told(pieces: list):
    """The answer on disjoint sets of sizes, (name → `Sizes`, answer): the answer itself where one
    tells all of them, otherwise a `BySize`.

    >>> n, evens, odds = Length.of("n"), Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)
    >>> told([({"n": evens}, (3, n)), ({"n": odds}, (3, n - 1))])
    (3, 2*(n//2))
    >>> print(told([({"n": Sizes.interval(1, 4)}, (3, n)), ({"n": Sizes.every(5)}, (3, 5))]))
    (3, 5) for every n ≥ 5; (3, n) for n = 1 … 4
    """
    answers = [answer for _, answer in pieces]
    known = [(where, answer) for where, answer in pieces if answer is not None]
    if not known:
        return None
    if len(known) < len(pieces):
        made = told(known)
        if not isinstance(made, BySize):
            made = [(where, made) for where, _ in known]
        return _by_size([*made, *((where, None) for where, answer in pieces if answer is None)])
    if not isinstance(answers[0], tuple):
        made = told([(where, (answer,)) for where, answer in pieces])
        return made.map(lambda answer: answer[0]) if isinstance(made, BySize) else made[0]
    if len(set(map(len, answers))) > 1:
        return _by_size(pieces)
    wheres = [where for where, _ in pieces]
    columns = [list(zip(wheres, column, strict=True)) for column in zip(*answers, strict=True)]
    forms = [one(column) for column in columns]
    if OPEN not in forms:
        return tuple(forms)
    rows = [
        _apart(column) if form is OPEN else [form] * len(pieces)
        for column, form in zip(columns, forms, strict=True)
    ]
    return _by_size(list(zip(wheres, zip(*rows, strict=True), strict=True)))


def _dividing(pieces: list) -> str:
    """The last name that some answers depend on, and not all."""
    entries = [answer if isinstance(answer, tuple) else (answer,) for _, answer in pieces]
    each = [set(chain.from_iterable(map(_names, entry))) for entry in entries]
    some = set.union(*each)
    return max(some - set.intersection(*each) or some or set().union(*(w for w, _ in pieces)))


def _names(entry) -> tuple:
    """The names that an entry depends on."""
    return getattr(entry, "names", ())


def _by_size(pieces: list):
    """The answer by size.

    Raises:
        Undecided: where ways differ that go at the same sizes of each name.
    """
    try:
        made = BySize(pieces)
    except ShapeError as problem:
        name = _dividing(pieces)
        raise Undecided(
            Text(
                zh="答案取决于几个尺寸之间的关系",
                en="the answer depends on how several sizes compare",
            ),
            problem.received,
            Text(
                zh=f"给定其中之一，例如 {name}=224",
                en=f"fix one of them, for example {name}=224",
            ),
        ) from None
    return made.pieces[0].answer if made.sole else made


def one(column: list):
    """One form for an entry of all pieces, (name → `Sizes`, entry); `OPEN` where there is none."""
    for form in _candidates(column):
        if all(agree(form, n, where) for where, n in column):
            return form
    return _by_factors(column)


def _by_factors(column: list):
    """One form for products of lengths of one name each: a form for each factor."""
    sides = [side for _, n in column if (side := _of_each_name(n)) is not None]
    if len(sides) < len(column) or len({tuple(sorted(side)) for side in sides}) > 1:
        return OPEN
    wheres, forms = [where for where, _ in column], []
    for name in sides[0]:
        factors = [side[name] for side in sides]
        forms.append(one(list(zip(wheres, factors, strict=True))))
    return OPEN if OPEN in forms or None in forms else prod(forms)


def _of_each_name(n) -> dict | None:
    """Name → its factor of a length, the number beside the first; `None` where it is no product of
    such.
    """
    if not isinstance(n, Length) or len(n.names) < 2:
        return None
    made: dict[str, Any] = dict.fromkeys(n.names, 1)
    for factor in n.factors():
        names = _names(factor) or n.names[:1]
        if len(names) > 1:
            return None
        made[names[0]] *= factor
    return made


def _candidates(column: list):
    seen = []
    for _, n in column:
        if n not in seen:
            seen.append(n)
            yield n if not isinstance(n, Length) else simplest(n, _all(column, n))
    lengths = [n for n in seen if isinstance(n, Length)]
    if len(seen) > 1 and all(n is not None for n in seen):
        names = {name for n in lengths for name in n.names} or set(column[0][0])
        for name in sorted(names) if len(names) == 1 or not lengths else ():
            pieces = [(where.get(name), n) for where, n in column]
            if (form := _fitted(pieces, name)) is not None:
                yield form


def _apart(column: list) -> list:
    """A form for each piece, one of an earlier piece where it does."""
    made: list[Any] = []
    for where, n in column:
        own = n if not isinstance(n, Length) else simplest(n, _all([(where, n)], n))
        made.append(next((form for form in made if agree(form, n, where)), own))
    return made


def _all(column: list, n: Length) -> Sizes | None:
    """The sizes of the only name of a length, of all pieces."""
    if len(n.names) != 1:
        return None
    made = Sizes.none()
    for where, _ in column:
        if n.names[0] not in where:
            return None
        made |= where[n.names[0]]
    return made


def agree(form, n, where: dict) -> bool:
    """Whether two entries are the same number at all of these sizes."""
    if form is None or n is None:
        return form is n
    apart = form - n
    if isinstance(apart, Length):
        apart = pinned(apart, where.get)
    if not isinstance(apart, Length):
        return apart == 0
    if len(apart.names) > 1 or apart.names[0] not in where:
        return False
    sizes = where[apart.names[0]]
    try:
        return Condition(apart, "==").sizes() & sizes == sizes
    except ShapeError:  # a period too long
        return False


@lru_cache(maxsize=2**12)
def simplest(length: Length, sizes: Sizes | None = None) -> Length | int:
    """The same at these sizes, with one floor where there is such a form: of several the one with
    the smallest numbers.

    >>> n = Length.of("n")
    >>> simplest(n // 4 * 4, Sizes.classes(8, (0,), 8)), simplest(n // 2 + (n + 1) // 2)
    (n, n)
    """
    plain = length.simplest()
    if isinstance(plain, int) or not sizes:
        return plain
    name = length.names[0]
    made = _fitted([(sizes, length)], name)
    if made is None or (isinstance(made, Length) and made.weight >= plain.weight):
        return plain
    return made if agree(made, length, {name: sizes}) else plain


def _fitted(pieces: list, name: str):
    """A length with one floor that is each of the lengths on its sizes, of large sizes, or of those
    that there are; `None` where there is none.
    """
    try:
        values, period, slope = _values(pieces, name)
    except (ShapeError, ValueError):  # a period too long; or other slopes
        return None
    if slope == 0:
        return values[0][1] if len({v for _, v in values}) == 1 else None
    n, made = Length.of(name), []
    for c in divisors(slope) if 0 < slope <= TURN else ():
        a, e = slope // c, values[0][1] % c
        steps = [(r, (v - e) // c) for r, v in values]
        if any((v - e) % c for _, v in values):
            continue
        low = max(period * step - a * r for r, step in steps)
        high = min(period * (step + 1) - a * r - 1 for r, step in steps)
        if low <= high:
            b = -(-low // period) * period  # a whole number of turns, if there is one
            made.append((n * a + (b if b <= high else low)) // period * c + e)
    return min(made, key=lambda length: length.weight, default=None)


def _values(pieces: list, name: str) -> tuple:
    """What the lengths are at one turn of the sizes: pairs (residue, value), the period, and what
    is gained in a turn.
    """
    turns = []
    if any(sizes is None for sizes, _ in pieces):
        raise ValueError("free")
    large = [(sizes, n) for sizes, n in pieces if sizes.residues]
    for sizes, n in large or pieces:
        f = n.staircase() if isinstance(n, Length) else QuasiAffine.affine(0, n)
        turns.append((sizes, f))
    period = lcm(*(lcm(sizes.modulus, f.period) for sizes, f in turns))
    if period > TURN or not period:
        raise ValueError("long")
    slopes = {f(period) - f(0) for _, f in turns}
    if len(slopes) > 1:
        raise ValueError("slopes")
    (slope,) = slopes
    made: dict[int, int] = {}
    for sizes, f in turns:
        for n in _of_one_turn(sizes, period):
            turn, r = divmod(n, period)
            if made.setdefault(r, f(n) - slope * turn) != f(n) - slope * turn:
                raise ValueError("apart")
    return sorted(made.items()), period, slope


def _of_one_turn(sizes: Sizes, period: int):
    """The sizes below a period, of large ones; all of finitely many."""
    if not sizes.residues:
        return sizes.exceptions[:TURN]
    return [n for residue in sizes.residues for n in range(residue, period, sizes.modulus)]
