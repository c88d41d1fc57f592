"""What is cut out of axes, or chosen along one."""

from collections.abc import Sequence

from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.network import entries
from shapealg.network.operations.axes import kept, place
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, Places, Tensor, Wire


def cut(flow, x, ranges: dict, meant=frozenset()):
    """Slices: axis → (start, end, step), counted from the end where negative, clipped at the
    border; `None` is the border.

    One that says itself that it takes nothing leaves an axis of 0, and so may one of the axes that
    are `meant`, whose length is the model's own number; any other must leave something. Numbers,
    such as the sizes of a shape, may run out.
    """
    if x.shape is None:
        return UNKNOWN
    made, wires, value = list(x.shape), list(kept(len(x.shape))), None
    for axis, (start, end, step) in ranges.items():
        at = place(axis, len(made))
        n = made[at]
        if n is None or not isinstance(step, int) or step == 0:
            made[at], wires[at] = None, ()
            continue
        if step < 0:
            first = n - 1 if start is None else clipped(start, n, -1, n - 1)
            last = -1 if end is None else clipped(end, n, -1)
            made[at], wires[at] = (first - last - step - 1) // -step, ()
        else:
            first = 0 if start is None else clipped(start, n, 0)
            last = n if end is None else clipped(end, n, 0)
            made[at] = last - first if step == 1 else (last - first + step - 1) // step
            wires[at] = (Wire(0, at, Window(1, step, -first)),)
        if x.value is not None:
            made[at] = positive(made[at])
        elif takes_nothing(start, end, step) or (at in meant and _is_nothing(made[at])):
            made[at] = 0
        elif made[at] is not n:
            flow.some(made[at])
    if isinstance(x.value, tuple):
        value = _cut_numbers(x, ranges)
    return Tensor(tuple(made), value, tuple(wires))


def _is_nothing(length) -> bool:
    """Whether nothing is left of an axis, whatever the sizes."""
    return type(length) is int and length < 1


def takes_nothing(start, end, step: int = 1) -> bool:
    """Whether a slice takes nothing of any axis, and is meant to: x[:, :0], where a model has no
    token in front of the others.
    """
    border = 0 if step > 0 else -1
    start = border if start is None else start
    if type(start) is not int or type(end) is not int:
        return False
    if end == border:
        return True
    return (start < 0) == (end < 0) and (end <= start if step > 0 else end >= start)


def _cut_numbers(x, ranges: dict):
    """The numbers that slices leave; `None` where it is not known which."""
    given = {place(axis, len(x.shape)): bounds for axis, bounds in ranges.items()}
    if any(v is not None and type(v) is not int for bounds in given.values() for v in bounds):
        return None
    if len(x.shape) == 1:
        return x.value[slice(*given.get(0, (None,)))]
    if not all(type(n) is int for n in x.shape):
        return None
    places = [range(n)[slice(*given.get(i, (None,)))] for i, n in enumerate(x.shape)]
    return entries.picked(x.value, x.shape, places)


def clipped(at, n, low: int, high=None):
    """A place on an axis of `n` positions as a slice takes it: from the end where it is negative,
    and no further than the borders; `low` is 0 or −1.
    """
    high = n if high is None else high
    if isinstance(at, int) and abs(at) >= 2**31 - 1:
        return high if at > 0 else low
    if at < 0:
        at = n + at
        if at < low:
            return low
    return at if at <= high else high


def positive(length):
    """A length, or 0 where there would be less."""
    return max(length, 0)


def _has(flow, n, i) -> None:
    """Require an axis to have an entry, counted from its end where it is negative."""
    if type(i) is Length:
        flow.has(n, i)
    elif type(i) is int and type(n) is not int:
        flow.some(n - (i if i >= 0 else ~i))
    elif type(i) is int and not -n <= i < n:
        refuse(
            "没有这一项",
            "there is no such entry",
            i,
            f"从 {-n} 到 {n - 1}",
            f"{-n} to {n - 1} work",
        )


def take(axis: int):
    """Entries of the first tensor chosen by the second along an axis (gather, embedding)."""

    def operation(flow, x, chosen):
        if x.shape is None or chosen.shape is None:
            return UNKNOWN
        if not x.shape:
            refuse("没有可取的轴", "there is no axis to take from", x.shape)
        at = place(axis, len(x.shape))
        places, n = entries.row(chosen.value), x.shape[at]
        if isinstance(chosen, Places) and chosen.value is None:
            places = chosen.reach
        for i in dict.fromkeys(places if n is not None else ()):
            _has(flow, n, i)
        if (value := _taken_numbers(x, chosen, at)) is not None:
            shape = (*x.shape[:at], *chosen.shape, *x.shape[at + 1 :])
            return Tensor(shape, value, ((),) * len(shape))
        after = [(Wire(0, i),) for i in range(at + 1, len(x.shape))]
        return Tensor(
            (*x.shape[:at], *chosen.shape, *x.shape[at + 1 :]),
            None,
            (*kept(at), *kept(len(chosen.shape), 1), *after),
        )

    return operation


def _taken_numbers(x, chosen, at: int):
    """The numbers at chosen places of one axis; `None` where they are not known."""
    places = entries.row(chosen.value)
    if not isinstance(x.value, tuple) or not all(type(i) is int for i in places):
        return None
    if len(x.shape) == 1:
        return entries.reshaped(tuple(x.value[i] for i in places), chosen.shape)
    if not all(type(n) is int for n in x.shape):
        return None
    along: list[Sequence[int]] = [range(n) for n in x.shape]
    along[at] = [i % x.shape[at] for i in places]
    return entries.picked(x.value, x.shape, along)
