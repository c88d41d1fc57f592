"""What is taken out of a tensor: square brackets, slices, pieces."""

from dataclasses import replace
from itertools import pairwise

from shapealg.axis.window import Window
from shapealg.network import operations
from shapealg.network.factors import never_below
from shapealg.network.operations import kept, place, refuse
from shapealg.network.readers.torch.nested import flat, lengths
from shapealg.network.readers.torch.table.arguments import known, reach
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.tensor import Places, Tensor, Wire

# ---------------------------------------------------------------- square brackets


@entry(written=True)
def getitem(flow, x, index, written=None):
    """What square brackets do, on a tensor and on sizes that stand in one; `written` is the call as
    it stands in the program, where a number that is computed is none yet.
    """
    if isinstance(x.value, tuple) and len(x.shape) == 1 and isinstance(index, int | slice):
        return _numbers(x.value, known(index))
    index = _single(index)
    if any(map(_is_no_row, index)):
        return flow.leave()  # a mask, or rows of places
    said = index if written is None else _single(written[0][1])
    index = list(map(_read, index))
    meant = _meant_empty(index, said)
    if not _is_box(index, len(x.shape)):
        return flow.leave()
    index = _filled(_gathered(flow, index), len(x.shape))
    fixed = _fixed(written)
    made = _taken(flow, x, _cut(flow, x, index, fixed), index, meant, fixed)
    whole = isinstance(x, Places) and all(i is None or i == slice(None) for i in index)
    return replace(x, shape=made.shape, wires=made.wires) if whole else made


def _fixed(written) -> frozenset:
    """The axes whose length is the model's own number, in a call in which nothing is open: to take
    nothing of one is meant, as it does not hang on sizes.
    """
    if written is None:
        return frozenset()
    (x, *said), named = written
    open_ = any(hasattr(one, "place") for one in flat((said, named)))
    return frozenset() if open_ else x.fixed


def _numbers(numbers: tuple, index) -> Tensor:
    """What square brackets take of sizes in a row."""
    try:
        value = numbers[index]
    except IndexError:
        many = len(numbers)
        refuse("没有这一项", "there is no such entry", index, f"有 {many} 项", f"there are {many}")
    row = isinstance(value, tuple)
    return Tensor((len(value),), value, ((),)) if row else Tensor((), value, ())


def _single(index) -> list:
    """One entry for each axis that is told."""
    return list(index) if isinstance(index, tuple) else [index]


def _is_no_row(i) -> bool:
    """Whether a list is something other than places along one axis."""
    return isinstance(i, list) and any(type(k) is not int for k in flat(i))


def _read(i):
    """An entry of an index: places, or what is known."""
    if isinstance(i, Places):
        return i
    if isinstance(i, Tensor) and i.shape and (those := reach(i)):
        return Places(i.shape, reach=those)
    if isinstance(i, list):
        places = flat(i)
        return Places(lengths(i), reach=(min(places, default=0), max(places, default=0)))
    return known(i)


def _meant_empty(index: list, written: list) -> list:
    """The slices that say in the program that they take nothing."""
    return [
        i
        for i, said in zip(index, written, strict=True)
        if isinstance(said, slice) and operations.takes_nothing(said.start, said.stop)
    ]


def _is_box(index: list, rank: int) -> bool:
    """Whether an index takes a box: no more entries than axes, places side by side, no mask."""
    chosen = [k for k, i in enumerate(index) if isinstance(i, Places)]
    return (
        _told(index) <= rank
        and all(b - a == 1 for a, b in pairwise(chosen))
        and not any(isinstance(i, bool | tuple) for i in index)
    )


def _told(index: list) -> int:
    """Of how many axes an index speaks."""
    return sum(i is not None and i is not ... for i in index)


def _gathered(flow, index: list) -> list:
    """The same with entries that are chosen along several axes at once in the place of the first of
    these axes.
    """
    chosen = [i for i in index if isinstance(i, Places)]
    if len(chosen) < 2:
        return index
    at = next(k for k, i in enumerate(index) if isinstance(i, Places))
    places = operations.elementwise(flow, *chosen).shape
    first, *rest = [i.reach for i in chosen]
    made = [Places(places, reach=first), *(Places((), reach=those) for those in rest)]
    return [*index[:at], *made, *index[at + len(chosen) :]]


def _filled(index: list, rank: int) -> list:
    """The same with an entry for every axis, in the place of `...` or behind all."""
    at = next((k for k, i in enumerate(index) if i is ...), len(index))
    return [*index[:at], *[slice(None)] * (rank - _told(index)), *index[at + 1 :]]


def _cut(flow, x, index: list, fixed: frozenset) -> Tensor:
    """The tensor with its slices taken."""
    along = (i for i in index if i is not None)
    ranges = {
        a: (i.start, i.stop, 1 if i.step is None else i.step)
        for a, i in enumerate(along)
        if isinstance(i, slice) and i != slice(None)
    }
    for _, _, step in ranges.values():
        if type(step) is int and step < 1:
            refuse("步长须为正", "a step must be positive", step)
    return operations.cut(flow, x, ranges, fixed)


def _taken(flow, x, cut, index: list, meant, fixed) -> Tensor:
    """What is left once places are chosen too: sliced axes, those of the places, and new ones."""
    made, wires, axes = [], [], iter(range(len(x.shape)))
    for i in index:
        if i is None:
            made.append(1)
            wires.append(())
            continue
        axis = next(axes)
        n, before = cut.shape[axis], x.shape[axis]
        if isinstance(i, slice):
            # a computed end that comes out as 0 was not meant to take nothing
            if n is not before and axis not in fixed and not any(i is one for one in meant):
                flow.some(n)
            made.append(n)
            wires.append(cut.wires[axis])
            continue
        several = isinstance(i, Places)
        chosen = i.shape if several else ()
        made.extend(chosen)
        wires.extend([()] * len(chosen))
        for k in i.reach if several else (i,):
            _reached(flow, before, k)
    return Tensor(tuple(made), None, tuple(wires))


def _reached(flow, n, i) -> None:
    """Require an axis to have a place, counted from its end where it is negative."""
    there = i if type(i) is not int or i >= 0 else -i - 1
    if n is not None and not never_below(n - there, 1):
        flow.has(n, there)


def _select(flow, x, dim, index):
    return getitem(flow, x, (*[slice(None)] * place(dim, len(x.shape)), index))


def _index_select(flow, x, dim, index):
    """As many places of an axis as are named, one or a row."""
    at = place(dim, len(x.shape))
    made = getitem(flow, x, (*[slice(None)] * at, index))
    if len(made.shape) == len(x.shape):
        return made
    wires = (*made.wires[:at], (), *made.wires[at:])
    return Tensor((*made.shape[:at], 1, *made.shape[at:]), None, wires)


@entry(written=True)
def _narrow(flow, x, dim, start, length, *, written):
    """So many positions from a start on, which counts from the end where it is negative; nothing is
    clipped.
    """
    dim, start, length = known((dim, start, length))
    at = place(dim, len(x.shape))
    if (n := x.shape[at]) is None:
        return Tensor((*x.shape[:at], length, *x.shape[at + 1 :]))
    start = n + start if start < 0 else start
    flow.some(start + 1)
    flow.some(n - start - length + 1)
    said, named = written
    if (said[3] if len(said) > 3 else named.get("length")) != 0:  # a computed 0 is not meant
        flow.some(length)
    wires = list(kept(len(x.shape)))
    wires[at] = (Wire(0, at, Window(1, 1, -start)),)
    return Tensor((*x.shape[:at], length, *x.shape[at + 1 :]), None, tuple(wires))


# ---------------------------------------------------------------- pieces; `wanted` is how many


def _pieces(flow, x, parts: list, dim: int, fixed=frozenset()) -> tuple:
    """Pieces of these lengths, one behind the other, none of them empty but of an axis that is
    `fixed`.
    """
    at = place(dim, len(x.shape))
    made = operations.split(dim, parts)(flow, x)
    for piece in () if at in fixed else made:
        flow.some(piece.shape[at])
    return made


def _first(flow, x, share, dim: int, wanted: int) -> tuple:
    """The first pieces of one length; one that reaches over the end is shorter."""
    flow.some(share)
    return tuple(
        operations.cut(flow, x, {dim: (i * share, (i + 1) * share, 1)}) for i in range(wanted)
    )


def _chunk(flow, x, chunks, dim=0, *, wanted):
    n = x.shape[place(dim, len(x.shape))]
    return _first(flow, x, -(-n // known(chunks)), dim, wanted)


@entry(written=True)
def _split(flow, x, split_size=None, dim=0, *, wanted, split_size_or_sections=None, written):
    """Pieces of one length, the last of which may be shorter; or of lengths that are given."""
    share = known(split_size_or_sections if split_size is None else split_size)
    if isinstance(share, tuple):
        return _pieces(flow, x, list(share), dim, _fixed(written))
    return _first(flow, x, share, dim, wanted)


def _told_cuts(cuts=None, dim=0, indices_or_sections=None, indices=None, sections=None, **_):
    """What `tensor_split` is told, under each of its names: how many pieces, or where to cut; and
    the axis.
    """
    told = next(c for c in (cuts, indices_or_sections, indices, sections) if c is not None)
    return known(told), known(dim)


@entry(written=True)
def _tensor_split(flow, x, *arguments, written, **named):
    """So many pieces, the first of them longer by 1 where it does not come out even; or pieces
    between given places.
    """
    cuts, dim = _told_cuts(*arguments, **named)
    at, fixed = place(dim, len(x.shape)), _fixed(written)
    if not isinstance(cuts, tuple):
        return _pieces(flow, x, [(x.shape[at] + cuts - 1 - i) // cuts for i in range(cuts)], dim)
    said, _ = _told_cuts(*written[0][1:], **written[1])
    ends, as_written = ((None, *cuts), (*cuts, None)), ((None, *said), (*said, None))
    made = []
    for start, end, *as_is in zip(*ends, *as_written, strict=True):
        piece = operations.cut(flow, x, {dim: (start, end, 1)}, fixed)
        if at not in fixed and not operations.takes_nothing(*as_is):  # no computed 0 is meant
            flow.some(piece.shape[at])
        made.append(piece)
    return tuple(made)


def _unbind(flow, x, dim=0, *, wanted):
    return (_select(flow, x, dim, 0),) * wanted


def halved(flow, x, dim=-1):
    """A gated linear unit: one half of an axis weighs the other."""
    at = place(dim, len(x.shape))
    flow.equal(x.shape[at] % 2, 0)
    return operations.split(at, 2)(flow, x)[0]


FUNCTIONS = {
    "getitem": getitem,
    "select": _select,
    "index_select": _index_select,
    "narrow": _narrow,
    "chunk": _chunk,
    "split": _split,
    "tensor_split": _tensor_split,
    "unbind": _unbind,
    "glu": halved,
}
