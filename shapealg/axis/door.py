"""The doors for numbers: one of them, several, and not too many to be listed.

A door looks at what comes from outside, once: it makes of it what the code behind computes with, or
refuses it in one line. Behind it nobody looks again.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from shapealg.errors import ShapeError, Undecided
from shapealg.exact import one_size
from shapealg.text import Text

LIMIT = 2**20  # so long may a period be, and so many sizes may be listed one by one


def integer(value: object, name: str, least: int | None = None) -> int:
    """The door for a number: `one_size` without symbols, and not below `least`.

    Raises:
        ShapeError: for anything else, named `name`.
    """
    made = value if type(value) is int else one_size(value, name)
    if not isinstance(made, int):
        raise ShapeError(
            Text(zh=f"{name} 在这里须是数值", en=f"{name} must be a number here"),
            value,
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    if least is not None and made < least:
        raise ShapeError(
            Text(zh=f"{name} 至少为 {least}", en=f"{name} must be at least {least}"),
            value,
            Text(zh=f"最近的可用值是 {least}", en=f"the nearest that works is {least}"),
        )
    return made


def several(values: Iterable[Any], name: str) -> list[int]:
    """The door for numbers, not more than may be listed; an endless iterator is refused, not
    awaited.

    Raises:
        ShapeError: for what is no sequence of integers, or too long a one.
    """
    try:
        made = list(islice(values, LIMIT + 1))
    except Exception:  # not iterable, or somebody's failing __iter__
        raise ShapeError(
            Text(zh=f"{name} 须为整数的序列", en=f"{name} must be a sequence of integers"),
            values,
            Text(zh="例如 (0, 1)", en="for example (0, 1)"),
        ) from None
    bounded(len(made))
    if set(map(type, made)) == {int}:  # the rule, and long lists are common
        return made
    return [integer(value, name) for value in made]


def bounded(length: int) -> int:
    """A period, or a number of sizes to be listed, that is not too long.

    Raises:
        Undecided: for one longer than `LIMIT`.
    """
    if length > LIMIT:
        raise Undecided(
            Text(zh="周期或要逐个列出的尺寸太多", en="a period, or a list of sizes, is too long"),
            length,
            Text(zh=f"至多 {LIMIT}", en=f"at most {LIMIT} works"),
        )
    return length
