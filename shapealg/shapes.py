"""The door for shapes: however people write one, it becomes a tuple of ints, names, `None`.

(1, 3, "H", "W"), [None, 224, 224, 3], "N,3,H,W", "N 3 H W", "1x3x224x224", an array or a tensor
(its own shape), a `torch.Size`, a `TensorShape`: one function for all of them.
"""

import re
from itertools import islice
from typing import Any, TypeAlias

from shapealg.errors import ShapeError
from shapealg.names import whole
from shapealg.text import Text

MOST = 64  # entries; an endless iterator is refused, not awaited
UNKNOWN = ("None", "?")
# what may be an expression in names and integers, which is read where a size is made of it
EXPRESSION = re.compile(r"[\w+\-*/%() ]*[*/%+\-][\w+\-*/%() ]*")
Entry: TypeAlias = int | str | None  # of a typed shape: a size, a name, or nobody knows


def taken(values: Any, most: int) -> tuple[Any, ...] | None:
    """At most so many entries of anything that can be iterated; an endless iterator is refused, not
    awaited.
    """
    if isinstance(values, str | bytes | dict | set):
        return None
    try:
        return tuple(islice(values, most))
    except Exception:  # not iterable, or somebody's failing __iter__
        return None


def entries(shape: Any, most: int = MOST) -> tuple[Any, ...] | None:
    """The entries of a shape as they stand, `None` if it is no shape; they are not looked at.

    Raises:
        ShapeError: for a string that is none.

    >>> import numpy
    >>> entries("N, 3, H, W"), entries("1x3x224x224"), entries(numpy.zeros((2, 3)))
    (('N', 3, 'H', 'W'), (1, 3, 224, 224), (2, 3))
    """
    if isinstance(shape, str):
        return typed(shape)
    return taken(_own(shape), most)


def _own(shape: Any) -> Any:
    """The shape of an array or a tensor; a row of integers is a shape itself."""
    try:
        own = getattr(shape, "shape", None)
        if own is None or isinstance(shape, type):
            return shape
        row = len(own) == 1 and "int" in str(getattr(shape, "dtype", ""))
        if not row:
            return own
        import numpy

        return numpy.asarray(shape)
    except Exception:  # a tensor of unknown rank, or somebody's failing attribute
        return None


def typed(text: str) -> tuple[Entry, ...]:
    """A shape typed as `N,3,224,224`, `N 3 224 224` or `1x3x224x224`: integers, names, and `None`
    or `?` for what is unknown; with commas also expressions, `N,3,16*H,16*W`.

    Raises:
        ShapeError: for anything else.

    >>> typed("(N, 3, H, 224)"), typed("None 224 224 3"), typed("1 x 3 x H")
    (('N', 3, 'H', 224), (None, 224, 224, 3), (1, 3, 'H'))
    """
    if not isinstance(text, str):
        raise ShapeError(
            Text(zh="须是写出来的形状", en="a shape as text is needed"),
            text,
            Text(zh="例如 'N,3,224,224'", en="for example 'N,3,224,224'"),
        )
    return tuple(_entry(part) for part in _parts(_bare(text.strip())))


def _bare(text: str) -> str:
    """Without the brackets around it all; those of an expression stay."""
    for ends in ("()", "[]"):
        if text[:1] == ends[0] and text[-1:] == ends[1]:
            return text[1:-1]
    return text.strip("[]") if "(" in text and "," in text else text.strip("()[]")


def _parts(text: str) -> list[str]:
    """The entries, by commas; without any by `x` or by spaces."""
    text = text.replace("×", "x")
    if "," in text:
        return [part.strip() for part in text.split(",") if part.strip()]
    parts = re.split(r"\s+x\s+|\s+", text.strip())
    if len(parts) > 1 or not parts[0]:
        return [part for part in parts if part]
    crossed = text.split("x")
    numbers = [part for part in crossed if part in UNKNOWN or whole(part) is not None]
    return crossed if numbers and all(crossed) else parts  # `max` is a name, `3x3` is none


def _entry(part: str) -> Entry:
    if part in UNKNOWN:
        return None
    if (number := whole(part)) is not None:
        return number
    if part.isidentifier() or (EXPRESSION.fullmatch(part) and any(map(str.isalpha, part))):
        return part
    raise ShapeError(
        Text(
            zh="形状由整数、名字或 None 组成，用逗号隔开",
            en="a shape is made of integers, names or None, with commas between",
        ),
        part,
        Text(zh="例如 N,3,224,224", en="for example N,3,224,224"),
    )
