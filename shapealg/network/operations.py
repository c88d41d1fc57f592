"""What nodes do to shapes, each once for all frameworks; a reader turns its framework's words into
these.

Every operation takes the flow and tensors, and gives a tensor with its wires, or a tuple of them.
"""

from contextlib import suppress
from functools import cache, lru_cache
from math import prod

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.window import Window
from shapealg.errors import ShapeError, shown
from shapealg.network import entries
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.text import Text


@cache
def kept(rank: int, source: int = 0) -> tuple:
    """The wires of an operation that keeps every axis."""
    return tuple((Wire(source, i),) for i in range(rank))


# ---------------------------------------------------------------- matrices


def dense(features_in, features_out):
    """A matrix on the last axis: it must be `features_in` long and becomes `features_out` long."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        *rest, last = x.shape
        flow.remedied(last, features_in, lambda: _fitting(flow.node.kind, last, features_in))
        read = (Wire(0, len(rest), WHOLE),)
        return Tensor((*rest, features_out), None, (*kept(len(rest)), ()), read)

    operation.macs = lambda x, *_: prod(x.shape[1:] or x.shape) * features_out
    return operation


def _fitting(kind: str, found, wanted) -> Text:
    """The matrix that would take what comes."""
    layer = f"{kind}({shown(found)}, …)"
    zh, en = f"改为 {layer}", layer
    if kind != "Linear":  # the layer's own words begin otherwise
        zh, en = f"矩阵改为 {shown(found)} 行", f"a matrix for {shown(found)} features"
    return Text(
        zh=f"{zh}，或先让输入展平成 {shown(wanted)} 项",
        en=f"{en} works, or an input that flattens to {shown(wanted)}",
    )


def untold(*_, **__):
    """The multiply–accumulates of what multiplies, nobody here says how often."""
    return None


# ---------------------------------------------------------------- branches


def same(flow, x, *_):
    """An operation that changes no shape."""
    return x if x.shape is None else Tensor(x.shape, x.value, kept(len(x.shape)))


same.keeps = True


def elementwise(flow, *tensors):
    """A sum, product, …: aligned at the end, equal lengths, or 1, which stretches."""
    tensors = [(i, x) for i, x in enumerate(tensors) if x is not None]
    if any(x.shape is None for _, x in tensors):
        return UNKNOWN
    rank = max(len(x.shape) for _, x in tensors)
    made, wires = [], []
    for place in range(-rank, 0):
        length, links = 1, []
        for i, x in tensors:
            if len(x.shape) >= -place:
                n = x.shape[place]
                length = n if length == 1 else flow.stretched(length, n)
                links.append(Wire(i, len(x.shape) + place))
        made.append(length)
        wires.append(tuple(links))
    return Tensor(tuple(made), None, tuple(wires))


def concat(axis: int):
    """Joined along an axis: lengths add up there and must be equal everywhere else."""

    def operation(flow, *tensors):
        if any(x.shape is None for x in tensors):
            return UNKNOWN
        if all(x.value is not None for x in tensors) and len(tensors[0].shape) <= 1:
            value = tuple(v for x in tensors for v in entries.row(x.value))
            return Tensor((len(value),), value, ((),))
        first, *rest = tensors
        rank = len(first.shape)
        if any(len(x.shape) != rank for x in rest):
            refuse(
                "拼接的各输入须项数相同",
                "inputs to concatenate need the same rank",
                tuple(x.shape for x in tensors),
            )
        at, made = place(axis, rank), list(first.shape)
        for x in rest:
            for i, n in enumerate(x.shape):
                if i != at and made[i] is not n:
                    made[i] = flow.equal(made[i], n, i)
        lengths = [x.shape[at] for x in tensors]
        made[at] = None if None in lengths else simplest(sum(lengths))
        value = entries.joined([x.value for x in tensors], [x.shape for x in tensors], at)
        return Tensor(tuple(made), value, _side_by_side(len(tensors), rank, at))

    return operation


@lru_cache(maxsize=2**10)
def _side_by_side(many: int, rank: int, at: int) -> tuple:
    """The wires of so many tensors joined along an axis."""
    wires = [tuple(map(Wire, range(many), (i,) * many)) for i in range(rank)]
    wires[at] = ()
    return tuple(wires)


def split(axis: int, lengths):
    """Cut along an axis into pieces of the given lengths, or into so many equal ones (the last may
    be shorter).
    """

    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * (lengths if isinstance(lengths, int) else len(lengths))
        at = place(axis, len(x.shape))
        n = x.shape[at]
        if isinstance(lengths, int):
            share = None if n is None else -(-n // lengths)
            pieces = (
                [None] * lengths
                if n is None
                else [share] * (lengths - 1) + [n - share * (lengths - 1)]
            )
        else:
            pieces = lengths
            if None not in lengths:
                flow.equal(n, sum(lengths))
        made, start = [], 0
        for piece in pieces:
            wire = (Wire(0, at, Window(1, 1, -start, 0)),) if isinstance(start, int) else ()
            made.append(
                Tensor(
                    (*x.shape[:at], piece, *x.shape[at + 1 :]),
                    None,
                    tuple(wire if i == at else w for i, w in enumerate(kept(len(x.shape)))),
                )
            )
            start = None if start is None or piece is None else start + piece
        return tuple(made)

    return operation


def matmul(flow, a, b, *_):
    """A product of matrices, with axes before them that stretch."""
    if a.shape is None or b.shape is None:
        return UNKNOWN
    one, two = a.shape, b.shape
    if not one or not two:
        refuse(
            "矩阵乘法的输入至少有一个轴",
            "a product of matrices needs at least one axis on either side",
            (one, two),
        )
    if len(one) == 1 or len(two) == 1:
        flow.equal(one[-1], two[-2] if len(two) > 1 else two[0])
        made = (*one[:-1], *(() if len(two) == 1 else (*two[:-2], two[-1])))
        return Tensor(made, None, ((),) * len(made))
    flow.equal(one[-1], two[-2])
    batch = elementwise(flow, Tensor(one[:-2]), Tensor(two[:-2]))
    rank = max(len(one), len(two))
    # summed over: where that is no channel, every place reads all of it
    inner = (Wire(0, len(one) - 1, WHOLE), Wire(1, len(two) - 2, WHOLE))
    return Tensor(
        (*batch.shape, one[-2], two[-1]),
        None,
        (
            *((),) * (rank - 2),
            (Wire(0, len(one) - 2), *inner),
            (Wire(1, len(two) - 1), *inner) if len(two) > 2 else (),
        ),
        inner,
    )


def _products(a, b, *_):
    """As many as the product has entries for one example, each so many times as a row is long."""
    one, two = a.shape, b.shape
    if not one or not two:
        return 0
    rank = max(len(one), len(two)) - 2
    lead = [1] * max(rank, 0)
    for shape in (one[:-2], two[:-2]):
        for i, n in enumerate(shape, len(lead) - len(shape)):
            lead[i] = n if lead[i] == 1 else lead[i]
    made = (*lead, *one[-2:-1], *(two[-1:] if len(two) > 1 else ()))
    batched = lead or len(one) > 1
    return prod(made[1:] if batched else made) * one[-1]


matmul.macs = _products


def summed(terms, shapes, out):
    """Multiply–accumulates of a sum of products, for one example: each letter's length once, but
    the batch's, the first of all. `None` for more than two factors, whose order decides.
    """
    if len(terms) != 2:
        return None
    lengths = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, n in zip(term, shape, strict=True):
            if lengths.get(letter, 1) == 1:
                lengths[letter] = n
    batch = terms[0][0] if terms[0] and out and terms[0][0] == out[0] else None
    return prod(n for letter, n in lengths.items() if letter != batch)


# ---------------------------------------------------------------- axes moved, merged, cut


def permute(order):
    """Axes in another order; `None` reverses them."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        axes = (
            tuple(place(a, len(x.shape)) for a in order)
            if order is not None
            else tuple(range(len(x.shape)))[::-1]
        )
        if sorted(axes) != list(range(len(x.shape))):
            refuse(
                f"须把 {len(x.shape)} 个轴各列一次",
                f"each of the {len(x.shape)} axes must be named once",
                tuple(order),
            )
        value = x.value if len(axes) < 2 else entries.permuted(x.value, x.shape, axes)
        return Tensor(tuple(x.shape[a] for a in axes), value, tuple((Wire(0, a),) for a in axes))

    return operation


def reshape(flow, x, target, zero_keeps: bool = False):
    """The same numbers in another shape; −1 stands for what is left, and 0, where it keeps, for the
    input's own length.
    """
    if target is None:
        return UNKNOWN
    if sum(_is_number(n, -1) for n in target) > 1 or any(type(n) is int and n < -1 for n in target):
        refuse(
            "目标形状里至多有一个 −1，没有别的负数",
            "a shape to reshape to has at most one -1, and no other negative number",
            tuple(target),
        )
    if x.shape is None:
        told = None not in target and -1 not in target and not (zero_keeps and 0 in target)
        return _of_nothing(tuple(target)) if told else UNKNOWN
    target = _zeros_kept(x.shape, target) if zero_keeps else list(target)
    open_at = [i for i, n in enumerate(target) if _is_number(n, -1)]
    untold = tuple(None if i in open_at else n for i, n in enumerate(target))
    if None in x.shape or None in target:
        return _of_nothing(untold)
    left, others = _uncommon(x.shape, [n for i, n in enumerate(target) if i not in open_at])
    if open_at:
        if (parts := _quotient(flow, left, others)) is None:
            return _of_nothing(untold)
        made, above, below = parts
        _whole_rows(flow, x, made * below, above, len(target))
        target[open_at[0]] = made
    elif isinstance(prod(left), Length) and type(prod(others)) is int:
        flow.product(left, prod(others))
    else:
        flow.equal(prod(left), prod(others))
    return Tensor(
        tuple(target),
        entries.reshaped(x.value, tuple(target)),
        _regrouped(x.shape, tuple(target)),
    )


def _is_number(n, number: int) -> bool:
    """Whether a length is this very number, at no cost for one that is open."""
    return type(n) is int and n == number


def _of_nothing(shape: tuple) -> Tensor:
    """A tensor of a shape that comes from no axis."""
    return Tensor(shape, None, ((),) * len(shape))


def _zeros_kept(shape: tuple, target) -> list:
    """A target whose zeros are the input's own lengths."""
    if any(_is_number(n, 0) for n in target[len(shape) :]):
        refuse(
            f"0 保留输入的长度，而输入只有 {len(shape)} 个轴",
            f"0 keeps a length of the input, which has {len(shape)} axes only",
            tuple(target),
        )
    return [shape[i] if _is_number(n, 0) else n for i, n in enumerate(target)]


def _uncommon(before: tuple, after: list) -> tuple:
    """The lengths of either side alone: what stands on both needs no division."""
    left, others = list(before), []
    for n in after:
        left.remove(n) if n in left else others.append(n)
    return left, others


def _quotient(flow, left: list, others: list) -> tuple | None:
    """What a −1 stands for, with the two products that it is the quotient of; `None` where it is no
    length.
    """
    for same in (lambda n: n, flow.coarse):
        above, below = prod(map(same, left)), prod(map(same, others))
        with suppress(ShapeError):
            return above // below if type(below) is not int or below > 0 else 0, above, below
    return None


def _whole_rows(flow, x, rows, numbers, rank: int):
    """What a −1 leaves must come out even; each example in one row always does."""
    if rank == 2 and len(x.shape) > 2 and type(rows) is type(numbers) is int:
        row = prod(x.shape[1:])
        flow.remedied(
            rows,
            numbers,
            lambda: Text(zh=f"(-1, {shown(row)}) 可以", en=f"(-1, {shown(row)}) works"),
        )
    else:
        flow.equal(rows, numbers)


def _regrouped(before: tuple, after: tuple) -> tuple:
    """The wires of a reshape: axes that stand in both shapes with equal products before them, and
    behind them, are kept.
    """
    starts = {}
    for i, n in enumerate(before):
        starts[(_lengths(before[:i]), n)] = i
    wires = []
    for i, n in enumerate(after):
        source = starts.get((_lengths(after[:i]), n))
        wires.append((Wire(0, source),) if source is not None and n != 1 else ())
    return tuple(wires)


def _lengths(shape):
    return prod(shape)


def flatten(start: int, end: int):
    """The axes from `start` to `end`, both included, merged into one."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        if not rank:
            return Tensor((1,), entries.reshaped(x.value, (1,)), ((),))
        first, last = place(start, rank), place(end, rank)
        merged = x.shape[first : last + 1]
        made = (*x.shape[:first], None if None in merged else prod(merged), *x.shape[last + 1 :])
        return Tensor(
            made,
            x.value,
            (
                *kept(first),
                () if last > first else (Wire(0, first),),
                *((Wire(0, i),) for i in range(last + 1, rank)),
            ),
        )

    return operation


def squeeze(axes):
    """Axes of length 1 taken out; all of them for `None`."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        if axes is None and None in x.shape:  # not even the rank is known
            return UNKNOWN
        out = (
            {place(a, rank) for a in axes}
            if axes is not None
            else {
                i
                for i, n in enumerate(x.shape)
                if n == 1 or (type(n) is Length and flow.decide(Condition(n - 1, "==")))
            }
        )
        if axes is not None:
            for i in out:
                flow.equal(x.shape[i], 1)
        left = [i for i in range(rank) if i not in out]
        value = x.value[0] if isinstance(x.value, tuple) and not left else x.value
        return Tensor(tuple(x.shape[i] for i in left), value, tuple((Wire(0, i),) for i in left))

    return operation


def unsqueeze(axes):
    """New axes of length 1."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape) + len(axes)
        new, old = {place(a, rank) for a in axes}, iter(range(len(x.shape)))
        if len(new) < len(axes):
            refuse("每个新轴只能列一次", "each new axis must be named once", tuple(axes))
        sources = [None if i in new else next(old) for i in range(rank)]
        value = None if x.value is None else entries.row(x.value)
        return Tensor(
            tuple(1 if s is None else x.shape[s] for s in sources),
            value,
            tuple(() if s is None else (Wire(0, s),) for s in sources),
        )

    return operation


def reduce(axes, keeps: bool, kind=None):
    """A mean, maximum, … over whole axes; all of them for `None`."""

    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        rank = len(x.shape)
        over = {place(a, rank) for a in axes} if axes is not None else set(range(rank))
        value = None
        if kind is not None and isinstance(x.value, tuple) and rank == 1:
            value = (kind(x.value),) if keeps else kind(x.value)
        made = [
            (1, (Wire(0, i, WHOLE),)) if i in over else (n, (Wire(0, i),))
            for i, n in enumerate(x.shape)
            if keeps or i not in over
        ]
        gone = () if keeps else tuple(Wire(0, i, WHOLE) for i in sorted(over))
        return Tensor(tuple(n for n, _ in made), value, tuple(w for _, w in made), gone)

    return operation


def cut(flow, x, ranges: dict):
    """Slices: axis → (start, end, step), counted from the end where negative, clipped at the
    border; `None` is the border.

    One that says itself that it takes nothing leaves an axis of 0; any other must leave something.
    Numbers, such as the sizes of a shape, may run out.
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
            first = clipped(n - 1 if start is None else start, n, -1, n - 1)
            last = -1 if end is None else clipped(end, n, -1, n - 1)
            made[at], wires[at] = (first - last - step - 1) // -step, ()
        else:
            first = clipped(0 if start is None else start, n, 0)
            last = n if end is None else clipped(end, n, 0)
            made[at] = last - first if step == 1 else (last - first + step - 1) // step
            wires[at] = (Wire(0, at, Window(1, step, -first, 0)),)
        if x.value is not None:
            made[at] = positive(made[at])
        elif takes_nothing(start, end, step):
            made[at] = 0
        elif made[at] is not n:
            flow.some(made[at])
    if isinstance(x.value, tuple):
        value = _cut_numbers(x, ranges)
    return Tensor(tuple(made), value, tuple(wires))


def takes_nothing(start, end, step: int) -> bool:
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
    if None in x.shape or any(isinstance(n, Length) for n in x.shape):
        return None
    places = [range(n)[slice(*given.get(i, (None,)))] for i, n in enumerate(x.shape)]
    return entries.picked(x.value, x.shape, places)


def clipped(at, n, low: int, high=None):
    """A place on an axis of `n` positions as a slice takes it: from the end where it is negative,
    and no further than the borders.
    """
    high = n if high is None else high
    if isinstance(at, int) and abs(at) >= 2**31 - 1:
        return high if at > 0 else low
    at = n + at if at < 0 else at
    if at < low:
        return low
    return at if at <= high else high


def positive(length):
    """A length, or 0 where there would be less."""
    return length if length >= 0 else 0


def take(axis: int):
    """Entries of the first tensor chosen by the second along an axis (gather, embedding)."""

    def operation(flow, x, chosen):
        if x.shape is None or chosen.shape is None:
            return UNKNOWN
        if not x.shape:
            refuse("没有可取的轴", "there is no axis to take from", x.shape)
        at = place(axis, len(x.shape))
        places, n = (
            chosen.value if isinstance(chosen.value, tuple) else (chosen.value,),
            x.shape[at],
        )
        for i in dict.fromkeys(i for i in places if type(i) is int and n is not None):
            if type(n) is not int:
                flow.some(n - (i if i >= 0 else ~i))
            elif not -n <= i < n:
                refuse(
                    "没有这一项",
                    "there is no such entry",
                    i,
                    f"从 {-n} 到 {n - 1}",
                    f"{-n} to {n - 1} work",
                )
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
    along = [range(n) for n in x.shape]
    along[at] = [i % x.shape[at] for i in places]
    return entries.picked(x.value, x.shape, along)


def expand(flow, x, target):
    """Stretched to a shape; lengths of 1 stretch both ways."""
    if target is None or x.shape is None:
        return UNKNOWN
    _counted(flow, target)
    made = elementwise(flow, x, _of_nothing(tuple(target)))
    shift = len(target) - len(x.shape)
    if shift < 0:
        return Tensor(made.shape, None, kept(len(x.shape)))
    wires: list[tuple] = [()] * shift
    for i, (before, after) in enumerate(zip(x.shape, made.shape[shift:], strict=True)):
        wires.append((Wire(0, i, None if before == after else WHOLE),))
    return Tensor(made.shape, None, tuple(wires))


def repeat(flow, x, times):
    """Repeated along every axis."""
    if x.shape is None or times is None:
        return UNKNOWN
    _counted(flow, times)
    rank = max(len(times), len(x.shape))
    shape, times = (
        (1,) * (rank - len(x.shape)) + tuple(x.shape),
        (1,) * (rank - len(times)) + tuple(times),
    )
    shift = rank - len(x.shape)
    made = tuple(
        None if n is None or t is None else n * t for n, t in zip(shape, times, strict=True)
    )
    return Tensor(
        made,
        None,
        tuple((Wire(0, i - shift),) if i >= shift and times[i] == 1 else () for i in range(rank)),
    )


def _counted(flow, row) -> None:
    """Refuse what is no length, or an empty one."""
    if any(type(n) is int and n < 1 for n in row):
        refuse("各项至少为 1", "every entry must be at least 1", tuple(row))
    for n in row:
        flow.some(n)


def mapped(flow, x, maps: dict):
    """Some axes mapped: axis → a map of one axis (padding, resizing)."""
    if x.shape is None:
        return UNKNOWN
    made, wires = list(x.shape), list(kept(len(x.shape)))
    for axis, way in maps.items():
        at = place(axis, len(made))
        if made[at] is not None:
            made[at] = flow.counted(way, made[at])
            flow.some(made[at])
        elif hasattr(way, "outputs"):
            made[at] = way.outputs
        wires[at] = (Wire(0, at, way),)
    return Tensor(tuple(made), None, tuple(wires))


def cropped(flow, n, amounts: tuple, least: int) -> None:
    """Require at least so much to be left where padding with negative amounts crops, however much
    is added on the other side.
    """
    for amount in amounts:
        if n is None or amount is None or (type(amount) is int and amount >= 0):
            continue
        left = n + amount - least
        if isinstance(left, int) or not Condition(left, ">=").settled():
            flow.some(left + 1)


def shaped(target):
    """A tensor of a given shape that depends on nothing."""
    return lambda flow, *_: Tensor(tuple(target), None, ((),) * len(target))


# ---------------------------------------------------------------- small things


def place(axis, rank: int) -> int:
    """An axis counted from the front."""
    if not isinstance(axis, int) or not -rank <= axis < max(rank, 1):
        refuse(
            f"没有轴 {shown(axis)}",
            f"there is no axis {shown(axis)}",
            axis,
            f"轴从 0 到 {rank - 1}",
            f"axes are 0 to {rank - 1}",
        )
    return axis % rank if rank else 0


def refuse(
    zh: str, en: str, received, works_zh: str = "请核对这个节点", works_en: str = "check this node"
):
    """One line: what was asked, what came, what would work."""
    raise ShapeError(Text(zh=zh, en=en), received, Text(zh=works_zh, en=works_en))


def simplest(length):
    """A length with one floor, where there is such a form."""
    return length.simplest() if isinstance(length, Length) else length
