"""The doors through which a dialect takes its arguments: one number, one for each axis, a word; all
else is refused in one line.
"""

from typing import Any, NoReturn

from shapealg.axis.door import integer
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import (
    Exact,
    flag,
    integers,
    is_expression,
    is_symbolic,
    multiple,
    one_size,
)
from shapealg.shapes import taken
from shapealg.text import Text

# what some layers' padding may be in words, and no name of a size
PADDINGS = {"same", "valid", "notset", "same_upper", "same_lower", "causal", "full"}


def plain(value, least: int | None) -> bool:
    """Whether it is a tuple of integers of at least `least`: there is nothing to look at."""
    if type(value) is not tuple or not {int}.issuperset(map(type, value)):
        return False
    return least is None or not value or min(value) >= least


class Doors:
    """What words take their arguments by. `rank` is the number of spatial axes."""

    rank: Any = None
    _names: dict  # symbols that are known to be integers → the caller's own

    def __setattr__(self, name: str, value) -> None:
        own = vars(self)
        own[name] = value
        own.pop("_plans", None)  # another word, another shape

    def number(self, value, name: str, least: int | None = None) -> int:
        """One integer, of at least `least`; no symbol."""
        return integer(value, name, least)

    def one(self, value, name: str, least: int | None = 1):
        """One integer or symbol, of at least `least`; no word that some layer's padding has."""
        if type(value) is int and (least is None or value >= least):
            return value
        if isinstance(value, str) and value.lower() in PADDINGS:
            kind = type(self).__name__
            self.refuse(
                f"{kind} 的 {name} 没有这个词",
                f"{kind} knows no such word for {name}",
                value,
                f"请写数值，例如 {name}=1",
                f"a number works, for example {name}=1",
            )
        value = self._integer(one_size(value, name))
        if least is not None and (value < least) == True:
            raise ShapeError(
                Text(
                    zh=f"{type(self).__name__} 的 {name} 至少为 {least}",
                    en=f"{type(self).__name__} needs {name} of at least {least}",
                ),
                value,
                Text(zh=f"最近的可用值是 {least}", en=f"the nearest that works is {least}"),
            )
        return value

    def each(self, value, name: str, least: int | None = 1, rank: int | None = None) -> tuple:
        """One integer per axis: an int is repeated, a sequence of as many is taken as it is."""
        rank = rank or self.rank
        if type(value) is int and (least is None or value >= least):
            return (value,) * rank
        if plain(value, least) and len(value) == rank:
            return value
        if (
            isinstance(value, int | Exact)
            or is_expression(value)
            or (isinstance(value, str) and value.isidentifier())
        ):
            return (self.one(value, name, least),) * rank
        entries = taken(value, rank + 1)
        if entries is None or len(entries) != rank:
            raise ShapeError(
                Text(
                    zh=f"{type(self).__name__} 的 {name} 须为整数或 {rank} 个整数",
                    en=f"{type(self).__name__} needs {name} as an int or {rank} ints",
                ),
                value,
                Text(
                    zh=f"例如 {name}={(max(least or 1, 1),) * rank}",
                    en=f"for example {name}={(max(least or 1, 1),) * rank}",
                ),
            )
        return tuple(self.one(entry, f"{name}[{i}]", least) for i, entry in enumerate(entries))

    def pair(self, entry, name: str, least: int | None = None) -> tuple:
        """What lies before and what behind, each an integer of at least `least`."""
        before, behind = entry
        return self.one(before, name, least), self.one(behind, name, least)

    def word(self, value, name: str, words: tuple, fold: bool = False) -> str:
        """One of the framework's words; with `fold` in any case."""
        if isinstance(value, str):
            told = value.lower() if fold else value
            for known in words:
                if told == (known.lower() if fold else known):
                    return known
        listed = ", ".join(map(repr, words))
        raise ShapeError(
            Text(zh=f"{name} 不认识", en=f"{name} is not known"),
            value,
            Text(zh=f"可用：{listed}", en=f"one of {listed} works"),
        )

    def flag(self, value, name: str) -> bool:
        """A truth value."""
        return flag(value, name)

    def refuse(self, zh: str, en: str, received, works_zh: str, works_en: str) -> NoReturn:
        """One line: what was asked, what came, what would work."""
        raise ShapeError(Text(zh=zh, en=en), received, Text(zh=works_zh, en=works_en))

    def too_short(self, i: int, n, least) -> NoReturn:
        """Refuse `n` positions along axis `i`, of which cropping leaves none."""
        self.refuse(
            f"第 {i} 个空间轴不够裁",
            f"spatial axis {i} is too short for so much cropping",
            n,
            f"至少要 {shown(least)} 格",
            f"at least {shown(least)} positions work",
        )

    divides = staticmethod(multiple)

    def _one_shape(self, given: tuple):
        """Refuse sizes that are not in one tuple."""
        told = shown(given) if given else "(1, 3, 64, 64)"
        self.refuse(
            "形状是一个元组",
            "a shape is one tuple",
            Received(", ".join(map(shown, given)) or "()"),
            f"写作 output_shape({told})",
            f"write output_shape({told})",
        )

    def _integer(self, value):
        """A symbol that is not known to be an integer, replaced by one that is; `_back` undoes
        it.
        """
        if type(value) is int:
            return value
        if is_symbolic(value) and any(not s.is_integer for s in value.free_symbols):
            known = {s: dummy for dummy, s in self._names.items()}
            made, back = integers({"": value.xreplace(known)})
            self._names |= back
            return made[""]
        return value

    def _back(self, value):
        return value.xreplace(self._names) if self._names and is_symbolic(value) else value
