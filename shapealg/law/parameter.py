"""One input of a law: its symbol, its meaning, its default, and the door its values come in by."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy
import sympy

from shapealg.errors import ShapeError
from shapealg.exact import INT64, one_size, size
from shapealg.text import Text

# an assumption that mentions it is meant for every entry l = 1, …, length
ENTRY = sympy.Symbol("l", integer=True)

MANY = 2**16  # so many entries a sequence may have; no network has as many layers
SIZES = ("n", "m")  # several of them may be asked at once, as a list


@dataclass(frozen=True)
class Parameter:
    """One input of a law: its symbol, its meaning, its default if it has one."""

    # a Symbol; an IndexedBase for one value per layer or per axis (counted from 1), or for an array
    # (from 0)
    symbol: sympy.Symbol | sympy.IndexedBase
    meaning: Text
    default: int | None = None
    kind: str = ""  # the name of `names.WORDS` that it means, where its own says something else

    @property
    def name(self) -> str:
        """Its symbol, spelled."""
        return str(self.symbol)

    @property
    def sequence(self) -> bool:
        """Whether it has one value per layer or per axis."""
        return isinstance(self.symbol, sympy.IndexedBase) and self.symbol.offset != 0

    @property
    def array(self) -> bool:
        """Whether it is an array."""
        return isinstance(self.symbol, sympy.IndexedBase) and self.symbol.offset == 0

    def read(self, value: Any, scalar: bool = False) -> Any:
        """The door for one argument: a size, a list of sizes for a sequence, nested lists for an
        array.

        With `scalar` an array of sizes is refused, as a law over arrays needs.
        """
        if self.array:
            return self._integers(value)
        if not self.sequence:
            if self.name in SIZES and isinstance(value, list | tuple) and value and not scalar:
                value = self._each(value)
            return (one_size if scalar else size)(value, self.name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value  # the same for every entry; spread out when the length is known
        try:
            # a length first: an endless iterator is refused, not awaited
            entries = list(islice(value, min(len(value), MANY + 1)))
        except Exception:  # no length, or somebody's failing __len__ or __iter__
            entries = None
        if not entries or isinstance(value, str | bytes | dict | set):
            raise ShapeError(
                Text(
                    zh=f"{self.name} 须为非空序列，每项一个整数",
                    en=f"{self.name} must be a non-empty sequence of integers",
                ),
                value,
                Text(zh=f"例如 {self.name}=(3, 3)", en=f"for example {self.name}=(3, 3)"),
            )
        if len(entries) > MANY:
            raise ShapeError(
                Text(
                    zh=f"{self.name} 至多 {MANY} 项", en=f"{self.name} takes at most {MANY} entries"
                ),
                value,
                Text(zh=f"例如 {self.name}=(3, 3)", en=f"for example {self.name}=(3, 3)"),
            )
        return [one_size(v, f"{self.name}[{i}]") for i, v in enumerate(entries)]

    def _each(self, values: Sequence[object]) -> numpy.ndarray:
        """A list of sizes as the array that it stands for."""
        sizes = [one_size(value, f"{self.name}[{i}]") for i, value in enumerate(values)]
        if all(isinstance(each, int) for each in sizes):
            small = all(-INT64 <= each < INT64 for each in sizes)
            return numpy.array(sizes, dtype=numpy.int64 if small else object)
        raise ShapeError(
            Text(
                zh=f"{self.name} 的列表里只能是整数",
                en=f"a list of {self.name} must hold integers only",
            ),
            values,
            Text(zh="名字请一次给一个", en="give one name at a time"),
        )

    def _integers(self, value: object) -> list[Any]:
        try:
            array = numpy.asarray(value)
        except Exception:  # rows of different lengths, or somebody's failing __array__
            array = None
        if array is None or array.dtype.kind not in "iu":
            raise ShapeError(
                Text(zh=f"{self.name} 须为整数数组", en=f"{self.name} must be an integer array"),
                value,
                Text(
                    zh="可用：整数类型的 NumPy 数组或嵌套列表",
                    en="a NumPy array or nested lists of integers work",
                ),
            )
        nested: list[Any] = array.tolist()
        return nested
