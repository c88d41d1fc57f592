"""The sizes at which a network runs that are nearest to others at which it does not."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from shapealg.axis.bound import Bound
from shapealg.axis.sizes import Sizes
from shapealg.errors import Undecided
from shapealg.network.ways import Ways

TRIED = (2**6, 2**3, 2**2)  # so many sizes of a name are tried, where so many others are tied to it
NEAR = 2**6  # so far from a size another is looked for, where nobody knows which sizes run


def nearest(net, given: dict) -> tuple:
    """What works near given sizes that do not: for each name the nearest of its sizes that go with
    the others, where there are any; otherwise sizes that work together, or the ties for which none
    were found.
    """
    near = {}
    for name, n in given.items():
        with suppress(Undecided):
            tied = any(name in tie.names for tie in net.ties)
            rest = {other: m for other, m in given.items() if other != name}
            those = net.accepts(name, **(rest if tied else {}))
            found = _tried(net, name, given) if n in those else those.nearest(n)
            if found is not None:
                near[name] = found
    if any(near.values()):
        return near, None, ()
    return near, *_tied(net, given)


def _tied(net, given: dict) -> tuple:
    """The nearest sizes that work together, where no one of them can be put right alone; with
    the ties where none were found though there may be some.
    """
    tied = {name for tie in net.ties for name in tie.names}
    names = [name for name in given if name in tied]
    if len(names) < 2:
        return None, ()
    with suppress(Undecided):
        rest = {name: n for name, n in given.items() if name not in names}
        far = partial(_far, given)
        if found := min(_together(net, names, given, rest), key=far, default=None):
            return {name: found[name] for name in given}, ()
        if not net.accepts(names[0], **rest):
            return None, ()
    return None, net.ties


def _together(net, names: list, given: dict, fixed: dict) -> Iterator[dict]:
    """Sizes that work, near the given ones: those of the first name, then what goes with it."""
    name, *rest = names
    those = net.accepts(name, **fixed)
    if not rest:
        yield from (fixed | {name: n} for n in those.nearest(given[name]))
        return
    for n in _around(those, given[name], TRIED[min(len(rest), len(TRIED)) - 1]):
        yield from _together(net, rest, given, fixed | {name: n})


def _tried(net, name: str, given: dict) -> tuple | None:
    """The next sizes on either side that run; `None` where they are not near, or where another
    size is at fault.
    """
    if not isinstance(net.accepts(name), Bound) or len(given) < len(net.sizes):
        return None
    n, found = given[name], []
    for side in (range(n - 1, max(n - NEAR, 0), -1), range(n + 1, n + NEAR)):
        runs = (m for m in side if not Ways(net.graph, given | {name: m}).failures)
        found += [m for m in (next(runs, None),) if m is not None]
    return tuple(found) or None


def _around(those: Sizes, n: int, many: int) -> list:
    """So many sizes of a set, or one more, on either side of a number."""
    found = set(those.nearest(n))
    while found and len(found) < many:
        more = {*those.nearest(min(found) - 1), *those.nearest(max(found) + 1)} - found
        if not more:
            break
        found |= more
    return sorted(found)


def _far(given: dict, found: dict) -> tuple:
    """How far sizes are from others: at most, and in all."""
    steps = [abs(found[name] - n) for name, n in given.items()]
    return max(steps), sum(steps)
