"""What goes into a model: the shapes of its tensors, one in another as its arguments are."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import identifier, one_size
from shapealg.shapes import entries as entries_of
from shapealg.text import Text

DEEPEST = 16  # levels


@dataclass(frozen=True)
class Asked:
    """A tensor that goes in.

    Attributes:
        shape: per axis an int, or the name of a size.
        dtype: the type of its numbers, where an example says one.
    """

    shape: tuple
    dtype: str | None = None


def arguments(given: Any) -> dict | None:
    """What is given, by the input's name or number: a tensor's shape as `Asked`, and whatever is no
    shape as it is.

    Raises:
        ShapeError: if what stands for a shape is none.

    >>> arguments(["N,3,H,W", None])
    {0: Asked(shape=('N', 3, 'H', 'W'), dtype=None), 1: None}
    """
    if given is None:
        return None
    if isinstance(given, dict):
        return {name: argument(value) for name, value in given.items()}
    if _several(given):
        return dict(enumerate(map(argument, given)))
    return {0: _asked(given)}


def argument(value: Any, depth: int = 0) -> Any:
    """One argument, so deep within another."""
    if isinstance(value, str) or _has_shape(value):
        return _asked(value)
    if type(value) in (list, tuple) and not _several(value):
        return _asked(value)
    shallow(depth)
    return mapped(value, lambda _, part: argument(part, depth + 1))


def shallow(depth: int) -> None:
    """Refuse what lies too deep in one another: it may hold itself."""
    if depth > DEEPEST:
        raise ShapeError(
            Text(
                zh="列表、字典与 dataclass 套得太深",
                en="lists, dicts and dataclasses lie too deep in one another",
            ),
            Received(f"more than {DEEPEST} levels"),
            Text(zh=f"至多 {DEEPEST} 层", en=f"at most {DEEPEST} levels work"),
        )


def mapped(value: Any, change: Callable[[Any, Any], Any]) -> Any:
    """The same list, tuple, dict or dataclass with `change(name, part)` in place of its parts;
    anything else as it is.
    """
    parts = parts_of(value)
    if parts is None:
        return value
    made = {name: change(name, part) for name, part in parts}
    if isinstance(value, Mapping):
        return made
    if isinstance(value, list | tuple):
        named_tuple = hasattr(value, "_fields")
        return type(value)(*made.values()) if named_tuple else type(value)(made.values())
    filled = copy(value)
    for name, part in made.items():
        object.__setattr__(filled, name, part)  # of a frozen one too
    return filled


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """All that lies within lists, tuples, dicts and dataclasses: pairs (path, value).

    >>> list(leaves({"a": [1, 2], "b": 3}))
    [(('a', 0), 1), (('a', 1), 2), (('b',), 3)]
    """
    parts = parts_of(value)
    if parts is None:
        yield path, value
    else:
        shallow(len(path))
        for name, part in parts:
            yield from leaves(part, (*path, name))


def called(path: tuple, name: str) -> str:
    """What an output is called: its keys and fields where the model has any, otherwise its name
    among the nodes.
    """
    return ".".join(map(str, path)) if any(isinstance(key, str) for key in path) else name


def parts_of(value: Any) -> list | None:
    """What a list, tuple, dict or dataclass holds: pairs (name, part); of anything else `None`."""
    if isinstance(value, Asked):
        return None
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, list | tuple):
        return list(zip(getattr(value, "_fields", range(len(value))), value, strict=True))
    if isinstance(value, type) or not is_dataclass(value):
        return None
    return [(field.name, getattr(value, field.name)) for field in fields(value)]


def plain(given: Mapping | None) -> dict | None:
    """The shapes by input, for a reader whose models take tensors and nothing else.

    Raises:
        ShapeError: if anything else is among them.
    """
    for name, value in (given or {}).items():
        if not isinstance(value, Asked):
            raise ShapeError(
                Text(
                    zh=f"输入 {shown(name)} 须是一个张量的形状",
                    en=f"input {shown(name)} must be the shape of one tensor",
                ),
                value,
                Text(zh='例如 ("N", 3, "H", "W")', en='for example ("N", 3, "H", "W")'),
            )
    return None if given is None else {name: value.shape for name, value in given.items()}


def _several(given: Any) -> bool:
    """Whether a row holds shapes, and is not one itself."""
    return isinstance(given, list | tuple) and any(map(_is_shape, given))


def _is_shape(value: Any) -> bool:
    """Whether an entry of a row is a shape by itself, and no size."""
    if isinstance(value, str):
        return len(entries_of(value) or ()) > 1
    return _has_shape(value) or parts_of(value) is not None


def _has_shape(value: Any) -> bool:
    try:
        return bool(value.shape)
    except Exception:  # no shape, or somebody's failing property
        return False


def _asked(value: Any) -> Asked:
    """A shape; an example says the type of its numbers too, where it is none itself."""
    shape, dtype = _shape(value), getattr(value, "dtype", None)
    if dtype is None or shape != tuple(value.shape):
        return Asked(shape)
    return Asked(shape, str(dtype).removeprefix("torch."))


def _shape(shape: Any) -> tuple:
    """One shape: ints of at least 1, and names; what is `None` gets one."""
    entries = entries_of(shape)
    if not entries or len(entries) > 16:
        raise ShapeError(
            Text(zh="须给出输入的形状", en="the shape of the input is needed"),
            shape,
            Text(zh='例如 ("N", 3, "H", "W")', en='for example ("N", 3, "H", "W")'),
        )
    return tuple(_entry(i, n) for i, n in enumerate(entries))


def _entry(i: int, n: Any) -> int | str:
    """The size along axis number i."""
    if n is None:
        n = f"n{i}" if i else "N"
    asked = f"input_shape[{i}]"
    n = identifier(n, asked) if isinstance(n, str) else one_size(n, asked)
    if isinstance(n, int):
        if n < 1:
            raise ShapeError(
                Text(zh=f"{asked} 至少为 1", en=f"{asked} must be at least 1"),
                n,
                Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
            )
        return n
    if str(n).isidentifier():
        return str(n)
    raise ShapeError(
        Text(zh=f"{asked} 须是整数或名字", en=f"{asked} must be an int or a name"),
        n,
        Text(zh="例如 'H'", en="for example 'H'"),
    )
