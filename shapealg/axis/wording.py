"""How a set of sizes is said: in words, for people, and as the code that makes it again."""

from collections.abc import Iterable, Sequence

from shapealg.axis.runs import listed, neighbours
from shapealg.errors import shown
from shapealg.text import Text

ALL: tuple[int, Sequence[int]] = (1, (0,))  # the classes of all integers


def classes(name: str, modulus: int, residues: Sequence[int], least: int) -> Text:
    """Residue classes from `least` on; those that are left out, where they are fewer.

    >>> classes("n", 4, (0, 3), 3).en, classes("n", 4, (0, 1, 3), 3).en, classes("n", *ALL, 5).en
    ('n ≡ 0, 3 (mod 4), n ≥ 3', 'n ≢ 2 (mod 4), n ≥ 3', 'every n ≥ 5')
    """
    others = sorted(set(range(modulus)) - set(residues))
    if not others:
        return Text(zh=f"所有 {name} ≥ {shown(least)}", en=f"every {name} ≥ {shown(least)}")
    sign, named = ("≡", residues) if len(residues) <= len(others) else ("≢", others)
    told = f"{name} {sign} {listed(named)} (mod {modulus})"
    return Text(zh=f"{told}，{name} ≥ {shown(least)}", en=f"{told}, {name} ≥ {shown(least)}")


def exceptions(told: Text, missing: Iterable[int], also: Iterable[int]) -> Text:
    """The same, without some sizes and with others.

    >>> exceptions(classes("n", *ALL, 1), [5, 9], []).zh
    '所有 n ≥ 1，除去 5, 9'
    """
    less, more = listed(missing), listed(also)
    return Text(
        zh=told.zh + (f"，除去 {less}" if less else "") + (f"；另有 {more}" if more else ""),
        en=told.en + (f", except {less}" if less else "") + (f"; also {more}" if more else ""),
    )


def finite(name: str, sizes: Sequence[int]) -> Text:
    """Finitely many sizes, or none.

    >>> finite("n", (30, 31, 32, 40)).en
    'n = 30 … 32, 40'
    """
    told = f"{name} = {listed(sizes)}"
    return Text(zh=told, en=told) if sizes else Text(zh="无", en="none")


def code(modulus: int, residues: Sequence[int], start: int, others: Sequence[int]) -> str:
    """What makes the set again: classes from `start` on, if there are residues, and other sizes.

    >>> code(4, (0,), 4, (9,)), code(1, (), 0, (3, 4, 5))
    ('Sizes.classes(4, (0,), 4) | Sizes.of(9)', 'Sizes.interval(3, 5)')
    """
    parts = []
    if modulus == 1 and residues:
        parts.append(f"Sizes.every({shown(start)})")
    elif residues:
        parts.append(f"Sizes.classes({modulus}, {shown(residues)}, {shown(start)})")
    runs = neighbours(others)
    parts += [f"Sizes.interval({shown(a)}, {shown(b)})" for a, b in runs if b > a + 1]
    alone = [shown(n) for a, b in runs if b <= a + 1 for n in range(a, b + 1)]
    if alone:
        parts.append(f"Sizes.of({', '.join(alone)})")
    return " | ".join(parts) or "Sizes.none()"
