"""Which values of arguments have met in a call of a grid: pairs, of which every one shall, and
triples.

A value is an argument's, or an entry of it along some axis; the lengths of the input count as one
argument more. Two entries of one argument are no pair. What is said seldom is there to be
refused, and has not to meet anything.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy

INPUT = "input"  # what the lengths of the input are filed under
BASES = 12  # so many calls with a value are kept, to put another value into
SELDOM = 20  # fewer calls


class Met:
    """What has met in the calls of one name, as they come.

    Args:
        seldom: a value counts that is said in so many calls.
        triples: whether it is noted too which three have met.

    >>> met = Met(seldom=1)
    >>> met.add({"k": 3, "s": (1, 2)}, (1, 8)), met.add({"k": 5, "s": (1, 1)}, (1, 8))
    ((0, 1, 2, 3, 4), (5, 1, 3, 4))
    >>> [(one[1], two[1]) for one, two in met.unmet()]
    [(2, 5)]
    >>> met.joined(*met.unmet()[0])
    ({'k': 5, 's': (1, 2)}, (1, 8))
    """

    def __init__(self, seldom: int = SELDOM, triples: bool = False) -> None:
        self.seldom = seldom
        self._triples: Any = numpy.zeros((64, 64, 64), bool) if triples else None
        self.values: list[tuple[str, Any]] = []
        self._numbers: dict[tuple, int] = {}
        self._pairs = numpy.zeros((64, 64), bool)
        self._bases: dict[int, dict] = {}
        self._listed: set[int] = set()
        self._said: list[int] = []

    def add(self, words: dict, shape) -> tuple[int, ...]:
        """Take in a call; the numbers of its values."""
        found = tuple(dict.fromkeys(self._number(*each) for each in _values(words, shape)))
        self._listed.update(
            number
            for number in found
            if isinstance(words.get(self.values[number][0]), tuple | list)
        )
        self._pairs[numpy.ix_(found, found)] = True
        if self._triples is not None:
            self._triples[numpy.ix_(found, found, found)] = True
        form = tuple(words), len(shape)
        for number in found:
            self._said[number] += 1
            bases = self._bases.setdefault(number, {})
            if form not in bases and len(bases) < BASES:
                bases[form] = words, shape
        return found

    def _number(self, name: str, value) -> int:
        key = name, _key(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append((name, value))
            self._said.append(0)
            if len(self.values) > len(self._pairs):
                self._pairs = numpy.pad(self._pairs, (0, len(self._pairs)))
                if self._triples is not None:
                    self._triples = numpy.pad(self._triples, (0, len(self._triples)))
        return self._numbers[key]

    def unmet(self) -> list[tuple]:
        """The pairs of values, each with its argument, that have met in no call."""
        numbered = [(i, each) for i, each in enumerate(self.values) if self.counts(i)]
        return [
            (one, two)
            for (a, one), (b, two) in combinations(numbered, 2)
            if one[0] != two[0] and not self._pairs[a, b]
        ]

    def counts(self, number: int) -> bool:
        """Whether a value is said often enough to count."""
        return self._said[number] >= self.seldom

    def possible(self, many: int) -> int:
        """How many pairs, or triples, of values of different arguments there are."""
        names = [name for i, (name, _) in enumerate(self.values) if self.counts(i)]
        sums = [1] + [0] * many
        for name in dict.fromkeys(names):
            for i in range(many, 0, -1):
                sums[i] += sums[i - 1] * names.count(name)
        return sums[many]

    def apart(self) -> dict[str, list[int]]:
        """For every three arguments of which some values have never met: how many have not, of how
        many.
        """
        by_name: dict[str, list[int]] = {}
        for i, (name, _) in enumerate(self.values):
            if self.counts(i):
                by_name.setdefault(name, []).append(i)
        told = {}
        for names in combinations(sorted(by_name), 3):
            met = self._triples[numpy.ix_(*(by_name[name] for name in names))]
            if not met.all():
                told[", ".join(names)] = [int((~met).sum()), met.size]
        return told

    def joined(self, one: tuple, two: tuple, axis=lambda words, shape: -1) -> tuple | None:
        """The words and the input of a call in which two values meet: of one that has the one, with
        the other put in, a length at `axis(words, shape)`; `None` where they cannot meet.
        """
        wanted = {(name, _key(value)) for name, value in (one, two)}
        if self._pairs[tuple(self._numbers[key] for key in wanted)]:
            return None
        for held, (name, value) in ((one, two), (two, one)):
            for words, shape in self._bases[self._number(*held)].values():
                made = self._put(words, shape, name, value, axis)
                if made and wanted <= {(n, _key(v)) for n, v in _values(*made)}:
                    return made
        return None

    def _put(self, words: dict, shape, name: str, value, axis) -> tuple | None:
        """A call with another value for an argument, in place of the first entry of a list; `None`
        where a list would have to be made.
        """
        if name == INPUT:
            made = list(shape)
            made[axis(words, shape)] = value
            return words, tuple(made)
        before = words.get(name)
        if isinstance(before, tuple | list) and before:
            value = type(before)([value, *before[1:]])
        elif self._number(name, value) in self._listed:
            return None
        return {**words, name: value}, shape


def _values(words: dict, shape) -> Iterator[tuple[str, Any]]:
    """The values of a call, of a list each entry's."""
    for name, value in (*words.items(), (INPUT, tuple(shape))):
        for entry in value if isinstance(value, tuple | list) and value else (value,):
            yield name, entry


def _key(value) -> tuple[str, str]:
    """A value as a key: 1 is neither True nor 1.0."""
    return type(value).__name__, repr(value)


def completed(cases: Iterable[tuple], axis, survives=lambda *case: True) -> Iterator[tuple]:
    """The cases of a grid, (call, words, input shape), and behind them what is missing for every
    pair of values to meet that can.

    Args:
        cases: the cases.
        axis: `axis(call, words, shape)` is a spatial axis of an input.
        survives: `survives(call, words, shape)` says whether a framework is still there afterwards.
    """
    met: dict[str, Met] = {}
    for call, words, shape in cases:
        met.setdefault(call, Met()).add(words, shape)
        yield call, words, shape
    for call, each in met.items():
        for one, two in each.unmet():
            made = each.joined(one, two, partial(axis, call))
            if made is not None and survives(call, *made):
                each.add(*made)
                yield call, *made


def _said(value: tuple) -> str:
    """A value with its argument, as a call says it."""
    return f"{value[0]}={value[1]!r}"


def coverage(cases: Iterable[tuple], seldom: int = SELDOM) -> dict:
    """How many pairs of values there are in a grid, those that never meet, how many triples there
    are, and of which arguments some never meet.
    """
    met: dict[str, Met] = {}
    for call, words, shape in cases:
        met.setdefault(call, Met(seldom, triples=True)).add(words, shape)
    triples = {call: each.apart() for call, each in met.items()}
    apart = [(call, *pair) for call, each in met.items() for pair in each.unmet()]
    return {
        "pairs": sum(each.possible(2) for each in met.values()),
        "pairs apart": [[call, _said(one), _said(two)] for call, one, two in apart],
        "triples": sum(each.possible(3) for each in met.values()),
        "triples apart": {call: told for call, told in triples.items() if told},
    }
