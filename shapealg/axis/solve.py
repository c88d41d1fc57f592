"""One layer on one axis asked backwards: which size, padding, kernel, stride, dilation or
output_padding gives m outputs.

With room = n + lo + hi + 2p − d(k − 1) − 1, how far a window can move, m is the count exactly when

    (m − 1)s ≤ room < ms

Each such condition is a straight line in each unknown, so the values of one unknown that meet them
all are an interval; further unknowns are tried one by one. The answer is the complete set, within
bounds that it states.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from math import inf
from typing import Any, TypeAlias

from shapealg.axis.asked import (
    LAST,
    LEAST,
    ROWS,
    TRIED,
    TRIES,
    Asked,
    Point,
    Question,
    consistent,
    endless,
    long,
    many,
    question,
    worded,
)
from shapealg.axis.interval import Interval
from shapealg.axis.solutions import Row, Solutions

Way: TypeAlias = tuple[int, ...]  # what must not be negative, all of it
Ways: TypeAlias = Callable[[Point], tuple[Way, ...]]


def solve(
    *,
    n: Question = ...,
    m: Question = ...,
    k: Question = ...,
    s: Question = 1,
    d: Question = 1,
    p: Question = 0,
    lo: Question = 0,
    hi: Question = 0,
    op: Question = 0,
    transposed: bool = False,
    ceil: bool = False,
    **words: object,
) -> Solutions:
    """All values of what is asked: an int is given, `...` or "?" is asked, a range, a list or
    "1..9" is asked among these.

    Args:
        n: input size, at least 1.
        m: output size, at least 1.
        k: kernel size, at least 1.
        s: stride, at least 1.
        d: dilation, at least 1.
        p: padding on both sides, at least 0 where it is asked.
        lo: padding before, in place of p.
        hi: padding after, in place of p.
        op: output_padding of a transposed window, from 0 to max(s, d) − 1.
        transposed: n = 1 gives d(k − 1) + 1 − lo − hi + op, and each further input s more.
        ceil: the count rounds up, but no window begins behind the input (`Ceiled`).
        words: the same in a framework's words: input, kernel_size, strides, padding, ceil_mode, ….

    Returns:
        The complete set. The padded input holds at least one window. Where k, s or d are tried one
        by one without candidates, they are from 1 to 11, 8 and 4.

    Raises:
        ShapeError: if nothing is asked, if there are infinitely many rows, if a value is none of
            these.

    >>> print(solve(n=..., m=55, k=11, s=4))
    n
    227 … 230
    >>> print(solve(n=224, m=55, k=11, s=4, p=...).rows)
    ({'p': Interval(low=2, high=3)},)
    >>> {"k": 7, "s": 2, "p": 3} in solve(n=224, m=112, k=..., s=..., p=...)
    True
    >>> print(solve(n=14, m=14, k=4, p=...))
    none; nearest: m = 13, p = 1; or m = 15, p = 2
    """
    said = {"n": n, "m": m, "k": k, "s": s, "d": d, "p": p, "lo": lo, "hi": hi, "op": op}
    ceil = ceil or bool(words.pop("ceil_mode", False))
    values = {name: question(name, value) for name, value in worded(said, words).items()}
    consistent(values, transposed, ceil)
    ways = _transposed if transposed else (_window, _ceiled)[ceil]
    asked = tuple(name for name, value in values.items() if not isinstance(value, int))
    last = next((name for name in LAST if values[name] is ...), None)
    _finite(values, last, transposed)
    tried = sorted(
        (name for name in asked if name != last),
        key=lambda name: (values[name] is ..., "ksd".find(name) < 0, name != "op"),
    )

    given = {name: value for name, value in values.items() if isinstance(value, int)}

    def points() -> Iterator[Point]:
        return _few(_points(ways, values, last, given, tried), tried)

    rows = tuple(islice(_rows(ways, points(), asked, last), ROWS + 1))
    if len(rows) > ROWS:
        raise long(tried[-1])
    within = {name: TRIED[name] for name in tried if values[name] is ... and name in TRIED}
    nearest: tuple[Row, ...] = ()
    if not rows:
        nearest = _other_m(ways, points(), asked, last)
        nearest = nearest or _fitting(ways, list(points()), asked, last, given)
    return Solutions(asked, rows, within, nearest)


def _points(
    ways: Ways, values: Mapping[str, Asked], last: str | None, point: Point, names: list[str]
) -> Iterator[Point]:
    """All values of what is tried one by one, beside what is given."""
    if not names:
        yield point
        return
    name, *rest = names
    asked = values[name]
    if isinstance(asked, tuple):
        candidates: Sequence[int] = asked
    elif name == "op":
        candidates = range(max(point["s"], point["d"]))
    else:
        behind = {other: LEAST[other] for other in (*rest, last) if other}
        candidates = TRIED.get(name) or _up_to(ways, point | behind, name)
    for value in candidates:
        yield from _points(ways, values, last, point | {name: value}, rest)


def _few(points: Iterator[Point], tried: list[str]) -> Iterator[Point]:
    """The same, as long as they are not too many."""
    for number, point in enumerate(points):
        if number == TRIES:
            raise many(tried[-1])
        yield point


# The conditions: all integers of one way must be at least 0, and one way suffices. Each is a
# straight line in each name.


def _room(v: Point) -> int:
    return v["n"] + v["lo"] + v["hi"] + 2 * v["p"] - v["d"] * (v["k"] - 1) - 1


def _window(v: Point) -> tuple[Way, ...]:
    """(m − 1)s ≤ room < ms"""
    room = _room(v)
    return ((room - (v["m"] - 1) * v["s"], v["m"] * v["s"] - 1 - room),)


def _ceiled(v: Point) -> tuple[Way, ...]:
    """At least m: room > (m − 2)s, and the last window begins before n + lo. At most m: not both of
    this for m + 1.
    """
    room, m, s, end = _room(v), v["m"], v["s"], v["n"] + v["lo"] + v["p"]
    enough = (room, room - (m - 2) * s - 1, end - (m - 1) * s - 1)
    return (*enough, (m - 1) * s - room), (*enough, m * s - end)


def _transposed(v: Point) -> tuple[Way, ...]:
    """(n − 1)s + d(k − 1) + 1 − lo − hi + op = m, with op < s or op < d."""
    more = (
        (v["n"] - 1) * v["s"]
        + v["d"] * (v["k"] - 1)
        + 1
        - v["lo"]
        - v["hi"]
        - 2 * v["p"]
        + v["op"]
        - v["m"]
    )
    return tuple((more, -more, v[name] - 1 - v["op"]) for name in "sd")


def _ends(ways: Ways, point: Point, name: str) -> Iterator[tuple[int, Any, bool]]:
    """For each way: the lowest and the highest value of `name`, and whether the conditions without
    it are met.
    """
    for at_0, at_1 in zip(ways(point | {name: 0}), ways(point | {name: 1}), strict=True):
        lines = [(b - a, a) for a, b in zip(at_0, at_1, strict=True)]
        yield (
            max([LEAST[name], *(-(b // a) for a, b in lines if a > 0)]),
            min([inf, *(b // -a for a, b in lines if a < 0)]),
            all(b >= 0 for a, b in lines if a == 0),
        )


def _span(ways: Ways, point: Point, name: str) -> tuple[int, Any] | None:
    """The first and the last value of `name`: the ways bend to the same side, so together they are
    an interval again.
    """
    ends = [
        (low, high) for low, high, possible in _ends(ways, point, name) if possible and low <= high
    ]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _up_to(ways: Ways, point: Point, name: str) -> range:
    """From the least value of `name` to the last with which there are not too many outputs yet."""
    if (high := max(high for _, high, _ in _ends(ways, point, name))) == inf:
        raise endless(name)
    return range(LEAST[name], high + 1)


def _rows(
    ways: Ways, points: Iterator[Point], asked: tuple[str, ...], last: str | None
) -> Iterator[Row]:
    for point in points:
        if last is None:
            if any(min(way) >= 0 for way in ways(point)):
                yield {name: point[name] for name in asked}
        elif found := _span(ways, point, last):
            row = point | {last: found[0] if last == "m" else Interval(*found)}
            yield {name: row[name] for name in asked}


def _other_m(
    ways: Ways, points: Iterator[Point], asked: tuple[str, ...], last: str | None
) -> tuple[Row, ...]:
    """The next m below and above, with what gives it. The count is monotone: it passes m at the
    ends of the empty interval.
    """
    best: dict[bool, tuple[int, Row]] = {}
    for point in points:
        ends = (
            {end for low, high, _ in _ends(ways, point, last) for end in (low, high)}
            if last
            else ()
        )
        for tried in (
            [point | {last: end} for end in sorted(ends) if LEAST[last] <= end < inf]
            if last
            else [point]
        ):
            if found := _span(ways, tried, "m"):
                gap, side = abs(found[0] - point["m"]), found[0] > point["m"]
                if side not in best or gap < best[side][0]:
                    best[side] = (
                        gap,
                        {"m": found[0]} | {name: tried[name] for name in asked if name != "m"},
                    )
    return tuple(best[side][1] for side in sorted(best))


def _some_output(ways: Ways, v: Point) -> tuple[Way, ...]:
    """That there is an output: of the conditions of a count of 1 the first, "no fewer"."""
    (enough, *_), *_ = ways(v | {"m": 1})
    return ((enough,),)


def _fitting(
    ways: Ways, points: list[Point], asked: tuple[str, ...], last: str | None, given: Point
) -> tuple[Row, ...]:
    """One given value changed so that there is an output: the nearest n, k or p, with what is asked
    at its least.
    """
    best: dict[str, tuple[int, Row]] = {}
    for name in ("n", "k", "p") if given.get("lo") == given.get("hi") == 0 else ("n", "k"):
        for point in points if name in given else ():
            point = point | {last: LEAST[last]} if last else point
            if fitting := _span(partial(_some_output, ways), point, name):
                changed = point | {name: min(max(given[name], fitting[0]), fitting[1])}
                gap, found = abs(changed[name] - given[name]), _span(ways, changed, "m")
                if found and (name not in best or gap < best[name][0]):
                    best[name] = (
                        gap,
                        {name: changed[name], "m": found[0]}
                        | {other: changed[other] for other in asked if other != "m"},
                    )
    return tuple(row for _, row in best.values())


def _finite(values: Mapping[str, Asked], last: str | None, transposed: bool) -> None:
    """Not two unknowns that can grow together for ever."""
    growing = [name for name in ("n", "p", "lo", "hi") if values[name] is ... and name != last]
    if growing and (last == "m" or (last == "n" and transposed)):
        raise endless(growing[0])
