"""A function of one length, run on an open one: its questions part the ways, each is followed."""

import operator
from collections.abc import Callable

from shapealg.adapters.differences import without
from shapealg.axis.condition import ASKED
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Undecided
from shapealg.text import Text

WAYS = 64  # so many ways of a function are followed


def followed(function: Callable, name: str, domain: Sizes) -> list:
    """What a function makes of all lengths of a set: pairs (sizes, length).

    Raises:
        Undecided: for too many ways.
        Exception: whatever the function raises where it asks more of a length than arithmetic with
            integers and comparisons.

    >>> for sizes, made in followed(lambda n: n // 2 if n % 2 == 0 else 0, "n", Sizes.every(1)):
    ...     print(sizes, "→", made)
    n ≡ 0 (mod 2), n ≥ 2 → ⌊n/2⌋
    n ≡ 1 (mod 2), n ≥ 1 → 0
    """
    made: list = []
    todo: list = [()]
    while todo:
        if len(made) == WAYS:
            raise Undecided(
                Text(zh="路太多", en="there are too many ways"),
                WAYS,
                Text(zh="请代入数值", en="numbers work"),
            )
        way = _Way(domain, todo.pop(), todo)
        token = ASKED.set(way.asked)
        try:
            told = function(Open(Length.of(name)))
        finally:
            ASKED.reset(token)
        told = _bare(told)
        if not isinstance(told, Length) and type(told) is not int:
            raise TypeError(type(told).__name__)
        made.append((way.where, told))
    return made


class _Way:
    """One way through a function: the sizes that go it."""

    def __init__(self, where: Sizes, answers: tuple, todo: list):
        self.where, self._answers, self._todo = where, answers, todo
        self._given: tuple = ()

    def asked(self, condition) -> bool:
        """The answer on this way; where both are possible, the other way is put aside."""
        yes = self.where & condition.sizes()
        no = without(self.where, yes)
        known = len(self._given) < len(self._answers)
        answer = self._answers[len(self._given)] if known else bool(yes)
        if not known and yes and no:
            self._todo.append((*self._given, False))
        self._given = (*self._given, answer)
        self.where = yes if answer else no
        return answer


class Open:
    """An open length that answers every comparison: that of a `Length` by `==` is of its form."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, length: Length):
        self.length = length

    def __neg__(self):
        return _open(-self.length)

    def __pos__(self):
        return self

    def __bool__(self) -> bool:
        return self != 0

    def __eq__(self, other):
        gap = self.length - _bare(other)
        return gap == 0 if isinstance(gap, int) else bool(gap >= 0) and bool(gap <= 0)

    def __ne__(self, other):
        return not self == other

    def to(self, *_):
        """As a tensor of integers answers: it stays one, or division tells."""
        return self

    long = int = to

    @classmethod
    def __torch_function__(cls, function, types, args=(), others=None):
        """PyTorch's divisions of integers, as libraries write them for a batch of lengths."""
        floored = (others or {}).get("rounding_mode") == "floor"
        if function.__name__ == "floor_divide" or (function.__name__ == "div" and floored):
            return args[0] // args[1]
        return NotImplemented


def _bare(value):
    return value.length if isinstance(value, Open) else value


def _open(made):
    return Open(made) if isinstance(made, Length) else made


def _computed(name: str, turned: bool):
    do = getattr(operator, name)

    def method(self, other):
        one, two = self.length, _bare(other)
        return _open(do(two, one) if turned else do(one, two))

    return method


def _compared(name: str):
    do = getattr(operator, name)
    return lambda self, other: bool(do(self.length, _bare(other)))


for _name in ("add", "sub", "mul", "floordiv", "mod"):
    setattr(Open, f"__{_name}__", _computed(_name, False))
    setattr(Open, f"__r{_name}__", _computed(_name, True))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Open, f"__{_name}__", _compared(_name))
