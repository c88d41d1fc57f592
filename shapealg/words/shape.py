"""A shape in a framework's layout: what each entry is, and the door for entries."""

from dataclasses import astuple, is_dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from shapealg.errors import ShapeError
from shapealg.exact import Exact, is_symbolic, one_size
from shapealg.shapes import entries as entries_of
from shapealg.text import Text

# what words keep beside what was said
OWN = {"_names", "_given", "_plans"}


class Shape(NamedTuple):
    """A shape taken apart: (batch,) or (), channels, sizes along the axes."""

    batch: tuple
    channels: object
    spatial: tuple


@cache
def order_of(layout: str, rank: int | None, unbatched: bool, length: int) -> list:
    """What each entry of a shape is."""
    if unbatched and rank is not None and length == rank + len(layout.replace("*", "")) - 1:
        layout = layout.replace("N", "")
    spatial = length - len(layout) + 1
    fits = 1 <= spatial <= 3 if rank is None else spatial == rank
    if spatial < 0 or not fits:
        return []
    head, tail = layout.split("*")
    return [*head, *range(spatial), *tail]


def open_shape(words) -> tuple:
    """An input for a layer, in its layout, with names for what it leaves open."""
    rank = words.rank or 2
    parts = {
        "N": ("N",),
        "C": (getattr(words, "in_channels", None) or "C",),
        "*": ("D", "H", "W")[3 - rank :] if rank > 1 else ("L",),
    }
    return tuple(entry for letter in words.layout for entry in parts[letter])


def symbols(values) -> list:
    """The symbols among numbers, in axes and tuples."""
    found = []
    for value in values:
        part = astuple(value) if is_dataclass(value) and not isinstance(value, type) else value
        if isinstance(part, tuple):
            found += symbols(part)
        elif is_symbolic(part):
            found.append(part)
    return found


def symbolic(value) -> bool:
    """Whether there are symbols in an argument, or in the entries of one."""
    if type(value) is int:
        return False
    if isinstance(value, dict):
        return any(map(symbolic, value.values()))
    if isinstance(value, tuple | list):
        return any(map(symbolic, value))
    return is_symbolic(value)


def sizes(shape, words=None) -> tuple:
    """The entries of a shape of any rank, as ints, lengths, symbols or `None`; beside words with
    symbols names are symbols.
    """
    entries = entries_of(shape)
    if not entries:
        raise ShapeError(
            Text(zh="须给出一个形状", en="a shape is needed"),
            shape,
            Text(zh="例如 (1, 64, 28, 28)", en="for example (1, 64, 28, 28)"),
        )
    return opened(entries, "shape", words)


@lru_cache(2**10)
def named(text: str, name: str) -> Exact | int:
    """The length that is typed so, `H` or `16*H`; errors call it `name`."""
    from shapealg.axis import typed  # numbers need no lengths

    return typed.length(text, name)


def _expression(n, symbols: bool):
    """A length, or where the others are symbols what SymPy writes for it."""
    return n.expr if symbols and isinstance(n, Exact) else n


def opened(entries: tuple, name: str, words=None) -> tuple:
    """The entries of a shape: a name stands for a `Length`; beside SymPy's symbols, here or in the
    words, it is one of them.
    """
    made, typed = list(entries), []
    for i, entry in enumerate(entries):
        if isinstance(entry, str):
            typed.append(i)
        elif not (entry is None or type(entry) is int or isinstance(entry, Exact)):
            made[i] = one_size(entry, f"{name}[{i}]")
    if typed:
        said = {} if words is None else vars(words)
        kept = tuple(value for name, value in said.items() if name not in OWN)
        symbols = symbolic(made) or symbolic(kept)
        for i in typed:
            entry, asked = entries[i], f"{name}[{i}]"
            if symbols and entry.isidentifier():
                made[i] = one_size(entry, asked)
            else:
                made[i] = _expression(named(entry, asked), symbols)
    return tuple(made)
