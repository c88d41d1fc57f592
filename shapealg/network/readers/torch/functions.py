"""What PyTorch's functions and methods do to shapes, by name; nothing here needs PyTorch.

Every entry takes the flow, then what the function takes. Tensors are `Tensor`s; a size is one whose
`value` is known.
"""

import itertools
import math
import operator
from contextlib import suppress
from dataclasses import dataclass
from math import prod

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.resized import Scaled
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.errors import Undecided
from shapealg.network import numbers, operations
from shapealg.network.along import Along
from shapealg.network.filled import Around, Mirrored
from shapealg.network.operations import kept, place, refuse
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.words.dialects import torch as dialect

MANY = 2**10  # so many numbers are kept in a row


class Unknown(Exception):
    """A size that is needed and that nobody knows: the node's outputs are unknown too."""


@dataclass(slots=True)
class Places(Tensor):
    """A constant of whole numbers, that choose entries (a mask of truth values does not).

    Args:
        reach: the least of them and the largest; empty where they are not there to be looked at.
    """

    reach: tuple = ()


def known(argument):
    """An argument with the values of its sizes in their place."""
    if isinstance(argument, Tensor):
        if argument.value is None:
            raise Unknown
        return argument.value
    if isinstance(argument, list | tuple):
        return tuple(map(known, argument))
    if isinstance(argument, slice):
        return slice(known(argument.start), known(argument.stop), known(argument.step))
    return argument


def entries(arguments: tuple) -> tuple:
    """Sizes or axes given one by one, or all in one tuple."""
    arguments = known(arguments)
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments


def number(value) -> Tensor:
    """A size, or a tuple of sizes, as it travels."""
    return (
        Tensor((len(value),), value, ((),)) if isinstance(value, tuple) else Tensor((), value, ())
    )


def tensors(arguments) -> list:
    return [a for a in arguments if isinstance(a, Tensor)]


def left(flow, *arguments, **named):
    """A function nobody knows here."""
    return flow.leave()


# ---------------------------------------------------------------- arithmetic, of sizes and of
# tensors


def computed(function):
    """Arithmetic: of numbers where all are known, otherwise element by element."""

    def operation(flow, *arguments, **_):
        given = tensors(arguments)
        if all(x.value is not None for x in given):
            try:
                return number(function(*known(arguments)))
            except Undecided:  # one that is too large is told, not lost
                raise
            # no number that is kept: the root of a size, say
            except (TypeError, ValueError, ArithmeticError):
                return Tensor((), None, ())
        return operations.elementwise(flow, *given)

    return operation


def _compared(relation: str, holds):
    def compare(a, b):
        if isinstance(a, tuple) and isinstance(b, tuple) and relation in ("==", "!="):
            parts = [_compared("==", operator.eq)(x, y) for x, y in zip(a, b, strict=False)]
            if len(a) != len(b) or False in parts:
                return relation == "!="
            left = [p for p in parts if p is not True]
            if not left:
                return relation == "=="
            return Condition(left[0].length, relation) if len(left) == 1 else None
        difference = a - b if isinstance(a, Length) or isinstance(b, Length) else None
        return (
            holds(a, b)
            if difference is None
            else (
                holds(difference, 0)
                if isinstance(difference, int)
                else Condition(difference, relation)
            )
        )

    return computed(compare)


def _plus(a, b):
    # sizes in a row are joined
    return a + b if isinstance(a, tuple) and isinstance(b, tuple) else numbers.add(a, b)


def _times(a, b):
    """A product of numbers; of a row and a number, as Python has it, the row so many times over."""
    if not isinstance(a, tuple) and not isinstance(b, tuple):
        return numbers.multiply(a, b)
    row, times = (a, b) if isinstance(a, tuple) else (b, a)
    return row * times if len(row) * times <= MANY else None


# ---------------------------------------------------------------- shapes given


def shaped(*lead: int):
    """A tensor of a given shape, after so many arguments that are not about it."""
    skip = lead[0] if lead else 0

    def operation(flow, *arguments, size=None, **_):
        return new(flow, *entries(arguments[skip:] if size is None else (size,)))

    return operation


def new(flow, *lengths) -> Tensor:
    """A tensor of these lengths, none of them negative; one of 0 is a pad that is not needed."""
    for n in known(lengths):
        flow.some(n if n is None else n + 1)
    return operations.shaped(known(lengths))(flow)


def arange(flow, *bounds, end=None, **_):
    first, last, step = known(
        {1: (0, *bounds, 1), 2: (*bounds, 1), 3: bounds}.get(len(bounds), (0, end, 1))
    )
    if step == 0:
        refuse("步长不能为 0", "a step must not be 0", step)
    if isinstance(step, int) and step < 0:
        first, last, step = last, first, -step
    if isinstance(step, int):  # what lies the other way round is refused
        flow.some(last - first + 1)
    return operations.shaped((-((first - last) // step),))(flow)


def reshape(flow, x, *target, shape=None):
    return operations.reshape(flow, x, entries(target or (shape,)))


def unflatten(flow, x, dim, sizes):
    if x.shape is None:
        return UNKNOWN
    at = place(dim, len(x.shape))
    return operations.reshape(flow, x, (*x.shape[:at], *known(sizes), *x.shape[at + 1 :]))


def expand(flow, x, *target):
    target = entries(target)
    if x.shape is None:
        return UNKNOWN
    target = tuple(
        x.shape[i - len(target)] if type(n) is int and n == -1 else n for i, n in enumerate(target)
    )
    for n, m in zip(reversed(x.shape), reversed(target), strict=False):
        if m == 1:  # what is asked for does not stretch
            flow.equal(n, 1)
    return operations.expand(flow, x, target)


def transpose(flow, x, dim0, dim1):
    if x.shape is None:
        return UNKNOWN
    order = list(range(len(x.shape)))
    a, b = place(dim0, len(order)), place(dim1, len(order))
    order[a], order[b] = b, a
    return operations.permute(order)(flow, x)


def movedim(flow, x, source, destination):
    if x.shape is None:
        return UNKNOWN
    count = len(x.shape)
    moves = sorted(
        zip(
            *(
                [place(a, count) for a in (at if isinstance(at, tuple | list) else (at,))]
                for at in (destination, source)
            ),
            strict=True,
        )
    )
    order = [a for a in range(count) if a not in [source for _, source in moves]]
    for to, source in moves:
        order.insert(to, source)
    return operations.permute(order)(flow, x)


# ---------------------------------------------------------------- cut and joined


def getitem(flow, x, index, written=None):
    """What square brackets do, on a tensor and on a tuple of sizes; `written` is the index as it
    stands in the program, where a number that is computed is none yet.
    """
    if isinstance(x.value, tuple) and len(x.shape) == 1:
        try:
            return number(x.value[known(index)])
        except IndexError:
            refuse(
                "没有这一项",
                "there is no such entry",
                index,
                f"有 {len(x.value)} 项",
                f"there are {len(x.value)}",
            )
    if x.shape is None:
        return UNKNOWN
    index = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(i, list) and not all(type(k) is int for k in i) for i in index):
        return flow.leave(x)  # a mask, or rows of places
    index = [
        (
            i
            if isinstance(i, Places)
            else Places((len(i),), reach=(min(i, default=0), max(i, default=0)))
            if isinstance(i, list)
            else known(i)
        )
        for i in index
    ]
    said = index if written is None else written[0][1]
    said = said if isinstance(said, tuple) or written is None else (said,)
    meant = [
        i
        for i, as_is in zip(index, said, strict=True)
        if isinstance(as_is, slice) and operations.takes_nothing(as_is.start, as_is.stop, 1)
    ]
    gap = len(x.shape) - sum(i is not None and i is not ... for i in index)
    chosen = [k for k, i in enumerate(index) if isinstance(i, Places)]
    if (
        gap < 0
        or any(b - a > 1 for a, b in itertools.pairwise(chosen))
        or any(isinstance(i, bool | tuple) for i in index)
    ):
        return flow.leave(x)
    # entries chosen along several axes at once: one axis, or more, in the place of them all
    if len(chosen) > 1:
        places = operations.elementwise(flow, *[index[k] for k in chosen]).shape
        index[chosen[0] : chosen[-1] + 1] = [
            Places(() if k else places, reach=index[at].reach) for k, at in enumerate(chosen)
        ]
    at = next((k for k, i in enumerate(index) if i is ...), None)
    index[len(index) if at is None else at : None if at is None else at + 1] = [slice(None)] * gap
    real = [i for i in index if i is not None]
    steps = [i.step for i in real if isinstance(i, slice) and type(i.step) is int]
    if min(steps, default=1) < 1:
        refuse("步长须为正", "a step must be positive", min(steps))
    cut = operations.cut(
        flow,
        x,
        {
            a: (i.start, i.stop, 1 if i.step is None else i.step)
            for a, i in enumerate(real)
            if isinstance(i, slice) and i != slice(None)
        },
    )
    made, wires, axis = [], [], 0
    for i in index:
        if i is None:
            made.append(1)
            wires.append(())
            continue
        n, before = cut.shape[axis], x.shape[axis]
        if isinstance(i, slice):
            # a computed end that comes out as 0 was not meant to take nothing
            if n is not before and not any(i is one for one in meant):
                flow.some(n)
            made.append(n)
            wires.append(cut.wires[axis])
        elif isinstance(i, Places):
            made.extend(i.shape)
            wires.extend([()] * len(i.shape))
            for k in i.reach:
                _reached(flow, before, k)
        else:
            _reached(flow, before, i)
        axis += 1
    return Tensor(tuple(made), None, tuple(wires))


getitem.written = True


def _reached(flow, n, i) -> None:
    """Require an axis to have a place, counted from its end where it is negative."""
    if n is not None and i not in (0, -1):  # no axis is empty
        flow.some(n - i if i >= 0 else n + i + 1)


def select(flow, x, dim, index):
    return (
        UNKNOWN
        if x.shape is None
        else getitem(flow, x, (slice(None),) * place(dim, len(x.shape)) + (index,))
    )


def narrow(flow, x, dim, start, length, written=None):
    """So many positions from a start on, which counts from the end where it is negative; nothing is
    clipped.
    """
    if x.shape is None:
        return UNKNOWN
    dim, start, length = known((dim, start, length))
    at = place(dim, len(x.shape))
    if (n := x.shape[at]) is None:
        return Tensor((*x.shape[:at], length, *x.shape[at + 1 :]))
    start = n + start if start < 0 else start
    flow.some(start + 1)
    flow.some(n - start - length + 1)
    said, named = written or ((), {})
    if (said[3] if len(said) > 3 else named.get("length")) != 0:  # a computed 0 is not meant
        flow.some(length)
    wires = list(kept(len(x.shape)))
    wires[at] = (Wire(0, at, Window(1, 1, -start, 0)),)
    return Tensor((*x.shape[:at], length, *x.shape[at + 1 :]), None, tuple(wires))


narrow.written = True


def pieces(flow, x, parts: list, dim: int) -> tuple:
    """Pieces of these lengths, one behind the other, none of them empty."""
    made = operations.split(dim, parts)(flow, x)
    for piece in made:
        flow.some(piece.shape[place(dim, len(piece.shape))])
    return made


def _first(flow, x, share, dim: int, wanted: int) -> tuple:
    """The first pieces of one length; one that reaches over the end is shorter."""
    flow.some(share)
    return tuple(
        operations.cut(flow, x, {dim: (i * share, (i + 1) * share, 1)}) for i in range(wanted)
    )


# `wanted` is the number of pieces that are looked at.


def chunk(flow, x, chunks, dim=0, *, wanted):
    if x.shape is None:
        return (UNKNOWN,) * wanted
    n = x.shape[place(dim, len(x.shape))]
    return _first(flow, x, -(-n // known(chunks)), dim, wanted)


def split(flow, x, split_size=None, dim=0, *, wanted, split_size_or_sections=None):
    """Pieces of one length, the last of which may be shorter; or of lengths that are given."""
    if x.shape is None:
        return (UNKNOWN,) * wanted
    share = known(split_size_or_sections if split_size is None else split_size)
    if isinstance(share, tuple):
        return pieces(flow, x, list(share), dim)
    return _first(flow, x, share, dim, wanted)


def _cuts(cuts=None, dim=0, indices_or_sections=None, indices=None, sections=None, **_):
    """What `tensor_split` is told, under each of its names: how many pieces, or where to cut; and
    the axis.
    """
    return known(
        next(c for c in (cuts, indices_or_sections, indices, sections) if c is not None)
    ), known(dim)


def tensor_split(flow, x, *arguments, written=None, **named):
    """So many pieces, the first of them longer by 1 where it does not come out even; or pieces
    between given places.
    """
    cuts, dim = _cuts(*arguments, **named)
    if x.shape is None:
        return (UNKNOWN,) * (len(cuts) + 1 if isinstance(cuts, tuple) else cuts)
    n = x.shape[place(dim, len(x.shape))]
    if not isinstance(cuts, tuple):
        return pieces(flow, x, [(n + cuts - 1 - i) // cuts for i in range(cuts)], dim)
    said = cuts if written is None else _cuts(*written[0][1:], **written[1])[0]
    made = []
    for start, end, *as_is in zip((None, *cuts), (*cuts, None), (None, *said), (*said, None)):
        piece = operations.cut(flow, x, {dim: (start, end, 1)})
        if not operations.takes_nothing(*as_is, 1):  # a computed 0 is not meant
            flow.some(piece.shape[place(dim, len(x.shape))])
        made.append(piece)
    return tuple(made)


tensor_split.written = True


def meshgrid(flow, *several, indexing="ij"):
    several = several[0] if isinstance(several[0], list | tuple) else several
    lengths = [None if x.shape is None else prod(x.shape) for x in several]
    if indexing == "xy":
        lengths[:2] = lengths[1::-1]
    return (Tensor(tuple(lengths)),) * len(several)


def repeat_interleave(flow, x, repeats, dim=None, **_):
    """Every position so many times, one behind the other."""
    repeats = known(repeats)
    if x.shape is None or not isinstance(repeats, int | Length):
        return UNKNOWN
    flow.some(repeats)
    if dim is None:
        return Tensor((prod(x.shape) * repeats,))
    at = place(dim, len(x.shape))
    if isinstance(repeats, int):
        return operations.mapped(flow, x, {at: Scaled.of(repeats)})
    return Tensor((*x.shape[:at], x.shape[at] * repeats, *x.shape[at + 1 :]))


def unbind(flow, x, dim=0, *, wanted):
    if x.shape is None:
        return (UNKNOWN,) * wanted
    at = place(dim, len(x.shape))
    flow.some(x.shape[at] - wanted + 1)
    return (select(flow, x, at, 0),) * wanted


def cat(flow, several, dim=0, axis=None):
    return operations.concat(dim if axis is None else axis)(flow, *several)


def stack(flow, several, dim=0):
    if any(x.shape is None for x in several):
        return UNKNOWN
    at = place(dim, len(several[0].shape) + 1)
    made = operations.concat(at)(flow, *[operations.unsqueeze([at])(flow, x) for x in several])
    return Tensor(
        made.shape,
        made.value,
        tuple(
            () if i == at else tuple(Wire(k, i - (i > at)) for k in range(len(several)))
            for i in range(len(made.shape))
        ),
    )


class Padded(Along):
    """A layer whose padding holds data: every axis must have enough of it, also beside one that is
    open.
    """

    def __call__(self, flow, x, *_):
        """The output; an axis of a known length that has too little data is refused."""
        made = super().__call__(flow, x)
        for i, label in enumerate(self.words.order(len(x.shape)) if x.shape is not None else ()):
            if isinstance(label, int) and isinstance(x.shape[i], int):
                for wire in made.wires[i]:
                    self.words.size(wire.map, x.shape[i], label)
        return made


def _enough(flow, shape: tuple, amounts: tuple, mode: str) -> None:
    """Require enough data for amounts of which one is open: what is mirrored is less than the axis,
    what goes around no more than it.
    """
    for i, amount in enumerate(amounts):
        pair, n = amounts[i // 2 * 2 :][:2], shape[-1 - i // 2]
        if n is not None and any(isinstance(one, Length) for one in pair):
            flow.some(n + amount)  # where it is negative, it crops
            if mode in ("reflect", "circular"):
                flow.some(n - amount + int(mode == "circular"))


def pad(flow, x, pad, mode="constant", value=None):
    amounts = known(pad)
    if mode != "constant":
        kind, window = {
            "reflect": ("ReflectionPad", Mirrored),
            "replicate": ("ReplicationPad", Mirrored),
            "circular": ("CircularPad", Around),
        }[mode]
        if x.shape is not None:
            _enough(flow, x.shape, amounts, mode)
        made = Padded(getattr(dialect, f"{kind}{len(amounts) // 2}d")(amounts))(flow, x)
        wires = tuple(
            tuple(
                Wire(*w[:2], window(1, 1, w.map.lo, w.map.hi) if type(w.map) is Window else w.map)
                for w in links
            )
            for links in made.wires or ()
        )
        return UNKNOWN if made.shape is None else Tensor(made.shape, None, wires)
    pairs = list(zip(amounts[::2], amounts[1::2], strict=True))
    for i, pair in enumerate(pairs):
        if x.shape is not None:  # PyTorch crops before it pads
            operations.cropped(flow, x.shape[-1 - i], pair, 0)
    return operations.mapped(
        flow, x, {-1 - i: Window(1, 1, lo, hi) for i, (lo, hi) in enumerate(pairs)}
    )


# ---------------------------------------------------------------- reduced, multiplied


def reduced(flow, x, dim=None, keepdim=False, axis=None, keepdims=False, **_):
    dim = dim if axis is None else axis
    axes = None if dim is None else dim if isinstance(dim, tuple | list) else (dim,)
    return operations.reduce(axes or None, keepdim or keepdims)(flow, x)


def spread(flow, x, dim=None, unbiased=None, keepdim=False, **_):
    return reduced(flow, x, dim, keepdim)


def extreme(flow, x, dim=None, keepdim=False, **_):
    """A maximum: of two tensors, of all, or along an axis; then with its places."""
    if isinstance(dim, Tensor):
        return operations.elementwise(flow, x, dim)
    made = reduced(flow, x, dim, keepdim)
    return made if dim is None else (made, made)


def best(flow, x, k, dim=-1, **_):
    if x.shape is None:
        return UNKNOWN, UNKNOWN
    at = place(dim, len(x.shape))
    flow.some(known(k))
    flow.some(x.shape[at] - known(k) + 1)
    made = Tensor(
        (*x.shape[:at], known(k), *x.shape[at + 1 :]),
        None,
        tuple((Wire(0, i, WHOLE if i == at else None),) for i in range(len(x.shape))),
    )
    return made, made


def mixed(flow, x, dim=None, *_, axis=None, **__):
    """A shape kept, though every position along an axis (or along all) reads all of it: softmax, a
    running sum.
    """
    made, dim = operations.same(flow, x), known(axis if dim is None else dim)
    if made.shape is None:
        return made
    dim = range(len(made.shape)) if dim is None else dim
    axes = {
        place(a, len(made.shape))
        for a in (dim if isinstance(dim, tuple | list | range) else (dim,))
    }
    return Tensor(
        made.shape,
        None,
        tuple((Wire(0, i, WHOLE if i in axes else None),) for i in range(len(made.shape))),
    )


def softmax(flow, x, dim=None, *_, axis=None, **__):
    """Along an axis; along the first of one or three, or the second, where none is said."""
    dim = axis if dim is None else dim
    return mixed(flow, x, (0 if len(x.shape or ()) in (0, 1, 3) else 1) if dim is None else dim)


def flip(flow, x, *dims, **named):
    return mixed(flow, x, entries(dims or (named["dims"],)))


def normed(flow, x, first: int):
    """A normalization over all axes from one on."""
    return (
        operations.same(flow, x)
        if x.shape is None
        else mixed(
            flow, x, tuple(range(first if first >= 0 else len(x.shape) + first, len(x.shape)))
        )
    )


def more_than_one(flow, lengths) -> None:
    """Require several values to take statistics of: one of the lengths is at least 2."""
    left = [n for n in lengths if n != 1]
    if any(n is None or (type(n) is int and n > 1) for n in left):
        return
    if not left:
        refuse("每个通道须有多于一个值", "a channel must have more than one value", 1)
    flow._require(tuple(Condition(n - 2, ">=") for n in left), (prod(left) - 1,))


def group_norm(flow, x, num_groups, *_, **__):
    if x.shape is None:
        return UNKNOWN
    channels = x.shape[1]
    if channels is not None:
        flow.equal(channels % num_groups, 0)
        if channels == num_groups:
            more_than_one(flow, (x.shape[0], *x.shape[2:]))
    return normed(flow, x, 1)


def einsum(flow, equation, *operands):
    operands = (
        operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    )
    ins, arrow, out = equation.replace(" ", "").partition("->")
    ins = ins.split(",")
    if "." in equation or any(
        x.shape is None or len(x.shape) != len(letters)
        for x, letters in zip(operands, ins, strict=True)
    ):
        return flow.leave(*operands)
    lengths, sources = {}, {}
    for k, (x, letters) in enumerate(zip(operands, ins, strict=True)):
        for i, (letter, n) in enumerate(zip(letters, x.shape, strict=True)):
            lengths[letter] = flow.equal(lengths[letter], n) if letter in lengths else n
            sources.setdefault(letter, []).append(Wire(k, i))
    out = out if arrow else "".join(sorted(c for c in lengths if "".join(ins).count(c) == 1))
    # summed over: all of it is read
    inner = tuple(
        Wire(*w[:2], WHOLE) for c, wires in sources.items() if c not in out for w in wires
    )
    return Tensor(tuple(lengths[c] for c in out), None, tuple((*sources[c], *inner) for c in out))


def _summed(equation, *operands):
    """The multiply–accumulates of an `einsum`."""
    operands = operands[0] if isinstance(operands[0], list | tuple) else operands
    ins, _, out = equation.replace(" ", "").partition("->")
    if "." in equation:
        return None
    return operations.summed(ins.split(","), [x.shape for x in operands], out)


einsum.products = _summed


def added(flow, bias, a, b, **_):
    made = operations.matmul(flow, a, b)
    whole = operations.elementwise(flow, made, bias)
    return (
        whole
        if whole.shape is None
        else Tensor(
            whole.shape,
            None,
            tuple(tuple(Wire(w.source + 1, w.axis, w.map) for w in wires) for wires in made.wires),
        )
    )


added.products = lambda bias, a, b, **_: operations.matmul.macs(a, b)


def attention(flow, query, key, value, *_, **__):
    if None in (query.shape, key.shape, value.shape):
        return UNKNOWN
    flow.equal(query.shape[-1], key.shape[-1])
    flow.equal(key.shape[-2], value.shape[-2])
    rank = len(query.shape)
    return Tensor(
        (*query.shape[:-1], value.shape[-1]),
        None,
        (*kept(rank - 2), (Wire(2, len(value.shape) - 2, WHOLE),), ()),
    )


def _attended(query, key, value, *_, **__):
    """Every query with every key, then the values weighed by that."""
    rows = query.shape[1:-1] if len(query.shape) > 2 else query.shape[:-1]
    return math.prod(rows) * key.shape[-2] * (query.shape[-1] + value.shape[-1])


attention.products = _attended


def linear(flow, x, weight, bias=None):
    return operations.dense(weight.shape[-1], weight.shape[0])(flow, x)


linear.macs = lambda x, weight, bias=None: math.prod(x.shape[1:] or x.shape) * weight.shape[0]


def layer_norm(flow, x, normalized_shape, *_, **__):
    if x.shape is not None:
        for i, n in enumerate(reversed(known(normalized_shape)), 1):
            flow.equal(x.shape[-i], n)
    return normed(flow, x, -len(known(normalized_shape)))


def appended(flow, x, n):
    """An embedding, one-hot codes: one more axis."""
    return UNKNOWN if x.shape is None else Tensor((*x.shape, n), None, (*kept(len(x.shape)), ()))


def halved(flow, x, dim=-1):
    if x.shape is None:
        return UNKNOWN
    at = place(dim, len(x.shape))
    flow.equal(x.shape[at] % 2, 0)
    return operations.split(at, 2)(flow, x)[0]


# ---------------------------------------------------------------- layers


def columns(flow, x, *words, **named):
    """im2col."""
    if x.shape is None:
        return UNKNOWN
    words = dialect.Unfold(
        *map(known, words), **{name: known(value) for name, value in named.items()}
    )
    _windowed(flow, words)
    layer, first = words.meaning(), len(x.shape) - 3
    made = operations.mapped(flow, x, {first + 1 + i: axis for i, axis in enumerate(layer.axes)})
    n, c, d = made.shape[:first], made.shape[first], made.shape[first + 1 :]
    return Tensor(
        (*n, c * math.prod(layer.kernel_size), math.prod(d)), None, (*kept(first), (), ())
    )


def folded(flow, x, *words, **named):
    """The inverse of im2col."""
    if x.shape is None:
        return UNKNOWN
    words = dialect.Fold(
        *map(known, words), **{name: known(value) for name, value in named.items()}
    )
    layer = words.meaning()
    *n, rows, found = x.shape
    flow.equal(
        found,
        math.prod(axis.count(m) for axis, m in zip(layer.axes, words.output_size, strict=True)),
    )
    taps = math.prod(layer.kernel_size)
    flow.equal(rows % taps, 0)
    return Tensor((*n, rows // taps, *words.output_size), None, (*kept(len(n)), (), (), ()))


def unpooled(flow, x, places, kernel_size, stride=None, padding=0, output_size=None):
    """Max pooling run backwards: as long as it needs, or as is said."""
    if x.shape is None:
        return UNKNOWN
    d = len(x.shape) - 2
    k, s, p = (
        known(v) if isinstance(v, list | tuple) else (v,) * d
        for v in (kernel_size, stride or kernel_size, padding)
    )
    for n, m in zip(x.shape, places.shape or x.shape, strict=True):
        flow.equal(n, m)
    made = operations.mapped(
        flow, x, {2 + i: Transposed(Window(k[i], s[i], p[i], p[i])) for i in range(d)}
    )
    return (
        made
        if output_size is None
        else sized(flow, made, known(output_size), [-n + 1 for n in s], s)
    )


def sized(flow, made, wanted: tuple, least, most):
    """A transposed layer's output with the size that is asked for, of those that lead back: from so
    much below to less than so much above.
    """
    d = len(least)
    lengths = wanted[-d:]
    for n, m, low, high in zip(lengths, made.shape[-d:], least, most, strict=True):
        flow.some(n - m - low + 1)
        flow.some(m + high - n)
    return Tensor((*made.shape[:-d], *lengths), None, made.wires)


def windows(flow, x, dimension, size, step):
    """`Tensor.unfold`: windows along an axis, each a new last axis."""
    size, step = known((size, step))
    flow.some(size)
    made = operations.mapped(flow, x, {dimension: Window(size, step)})
    return UNKNOWN if made.shape is None else Tensor((*made.shape, size), None, (*made.wires, ()))


def interpolate(
    flow,
    x,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    if x.shape is None:
        return UNKNOWN
    size = known(size)
    if isinstance(size, tuple) and None in size:  # a size that nobody knows
        return Tensor((*x.shape[:2], *size))
    words = dialect.Upsample(
        size=size if size is None or isinstance(size, tuple) else (size,) * (len(x.shape) - 2),
        scale_factor=known(scale_factor),
        mode=mode,
        align_corners=align_corners,
        recompute_scale_factor=recompute_scale_factor,
    )
    made = Along(words)(flow, x)
    # how wide it reads is not told
    return (
        Tensor(
            made.shape,
            None,
            tuple((Wire(0, i, WHOLE if i > 1 else None),) for i in range(len(made.shape))),
        )
        if antialias
        else made
    )


def sampled(flow, x, grid, *_, **__):
    return (
        UNKNOWN
        if None in (x.shape, grid.shape)
        else Tensor(
            (*x.shape[:2], *grid.shape[1:-1]),
            None,
            (
                *kept(2),
                *((Wire(0, i + 1, WHOLE), Wire(1, i)) for i in range(1, len(grid.shape) - 1)),
            ),
        )
    )


def _words(d: int) -> dict:
    """The words of the layers with `d` axes, in the order in which `torch.nn.functional` takes
    their arguments.
    """
    layer = {
        name: getattr(dialect, f"{name}{d}d")
        for name in (
            "Conv",
            "ConvTranspose",
            "MaxPool",
            "AvgPool",
            "LPPool",
            "AdaptiveAvgPool",
            "AdaptiveMaxPool",
        )
    }

    def conv(weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        out, share, *kernel = weight.shape
        return layer["Conv"](
            share * groups, out, kernel, stride, padding, dilation, groups, bias is not None
        )

    def conv_transpose(
        weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
    ):
        share, out, *kernel = weight.shape
        return layer["ConvTranspose"](
            share,
            out * groups,
            kernel,
            stride,
            padding,
            output_padding,
            groups,
            bias is not None,
            dilation,
        )

    def max_pool(
        kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
    ):
        return layer["MaxPool"](
            kernel_size, stride or None, padding, dilation, return_indices, ceil_mode
        )

    return {
        f"conv{d}d": conv,
        f"conv_transpose{d}d": conv_transpose,
        f"max_pool{d}d": max_pool,
        f"avg_pool{d}d": layer["AvgPool"],
        f"lp_pool{d}d": layer["LPPool"],
        f"adaptive_avg_pool{d}d": layer["AdaptiveAvgPool"],
        f"adaptive_max_pool{d}d": lambda output_size, return_indices=False: layer[
            "AdaptiveMaxPool"
        ](output_size),
    }


WORDS = (
    _words(1)
    | _words(2)
    | _words(3)
    | {
        "pixel_shuffle": dialect.PixelShuffle,
        "pixel_unshuffle": dialect.PixelUnshuffle,
    }
)


def layer(name: str):
    """A layer whose arguments are known when sizes flow only."""

    def operation(flow, x, *arguments, **named):
        words = WORDS[name](*map(_sized, arguments), **{k: _sized(v) for k, v in named.items()})
        _windowed(flow, words)
        made = Along(words)(flow, x)
        return (made, made) if named.get("return_indices") else made

    def products(x, *arguments, **named):
        words = WORDS[name](*map(_sized, arguments), **{k: _sized(v) for k, v in named.items()})
        return Along(words).macs(x)

    operation.products = products
    return operation


def _windowed(flow, words) -> None:
    """What the doors ask of the numbers of a layer, asked of those that are open."""
    kernel = getattr(words, "kernel_size", ())
    padding = getattr(words, "padding", ())
    least_0 = (p + 1 for p in padding if isinstance(p, Length))
    for n in (*kernel, *getattr(words, "stride", ()), *least_0):
        if isinstance(n, Length):
            flow.some(n)
    if getattr(words, "kind", None) in ("max", "average"):
        for k, p in zip(kernel, padding, strict=False):
            if isinstance(k, Length) or isinstance(p, Length):
                flow.some(k - 2 * p + 1)


def _sized(argument):
    """A word with its sizes put in; an array stays one. In a word, `None` would not say that nobody
    knows a size.
    """
    if not isinstance(argument, Tensor):
        return known(argument)
    if isinstance(argument.value, tuple) and None in argument.value:
        raise Unknown
    return argument if argument.value is None else argument.value


# ---------------------------------------------------------------- names


def _kept(flow, x, *_, **__):
    return operations.same(flow, x)


def _changed(flow, x, *_, **__):
    """The same shape, other numbers."""
    made = operations.same(flow, x)
    return Tensor(made.shape, None, made.wires)


def _mathematical(name: str):
    """A function of the module `math`, of a number; element by element of a tensor."""
    function = getattr(math, name)

    def operation(flow, x, *_, **__):
        made = _changed(flow, x)
        if isinstance(x.value, int | float):
            with suppress(ValueError, OverflowError):  # no number at all: the root of −1
                made.value = function(x.value)
        return made

    return operation


def _elementwise(flow, *arguments, **named):
    return operations.elementwise(flow, *tensors((*arguments, *named.values())))


KEPT = """contiguous clone detach float double half bfloat16 to type type_as cpu cuda requires_grad
data real imag""".split()
MATHEMATICAL = (
    "exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan asin acos atan sinh cosh asinh acosh"
    " atanh erf erfc".split()
)
SAME = """relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh hardshrink softshrink tanhshrink softplus softsign
threshold sigmoid logsigmoid tanh dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout batch_norm
local_response_norm rsqrt square sign reciprocal frac nan_to_num int long bool zeros_like ones_like rand_like randn_like empty_like full_like logical_not bitwise_not isnan isinf isfinite channel_shuffle clamp_min clamp_max fill zero""".split()
ELEMENTWISE = """true_divide floor_divide divide multiply subtract remainder fmod where invert lerp addcmul addcdiv masked_fill clamp clip atan2
logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor copysign logaddexp xlogy and or xor complex polar""".split()
MIXED = "cumsum cumprod".split()
REDUCED = (
    "mean sum prod amax amin logsumexp any all nansum nanmean argmax argmin count_nonzero".split()
)

_NUMBERS = {
    "add": _plus,
    "sub": numbers.subtract,
    "rsub": lambda a, b: numbers.subtract(b, a),
    "mul": _times,
    "floordiv": numbers.floor_divide,
    "mod": numbers.remainder,
    "truediv": numbers.divide,
    "div": numbers.divide,
    "neg": numbers.negative,
    "floor": numbers.floors,
    "ceil": numbers.ceils,
    "trunc": numbers.cut,
    "maximum": numbers.maximum,
    "minimum": numbers.minimum,
}
FUNCTIONS = (
    dict.fromkeys(KEPT, _kept)
    | dict.fromkeys(SAME, _changed)
    | {name: _mathematical(name) for name in MATHEMATICAL}
    | dict.fromkeys(ELEMENTWISE, _elementwise)
    | dict.fromkeys(MIXED, mixed)
    | dict.fromkeys(("softmax", "log_softmax", "softmin"), softmax)
    # what is kept depends on the place
    | dict.fromkeys(("tril", "triu"), lambda flow, x, *_, **__: mixed(flow, x, (-2, -1)))
    | dict.fromkeys(("layer_norm", "rms_norm"), layer_norm)
    | dict.fromkeys(REDUCED, reduced)
    | dict.fromkeys(("std", "var"), spread)
    | dict.fromkeys(("max", "min"), extreme)
    | dict.fromkeys(("zeros", "ones", "empty", "rand", "randn"), shaped())
    | dict.fromkeys(("new_zeros", "new_ones", "new_empty", "new_full"), shaped(1))
    | dict.fromkeys(("view", "reshape"), reshape)
    | dict.fromkeys(("transpose", "swapaxes", "swapdims"), transpose)
    | dict.fromkeys(("cat", "concat", "concatenate"), cat)
    | dict.fromkeys(("matmul", "bmm", "mm", "mv"), operations.matmul)
    | dict.fromkeys(("addmm", "baddbmm"), added)
    | dict.fromkeys(("interpolate", "upsample"), interpolate)
    | {name: layer(name) for name in WORDS}
    | {
        name: _compared(relation, getattr(operator, name))
        for name, relation in {
            "eq": "==",
            "ne": "!=",
            "lt": "<",
            "le": "<=",
            "gt": ">",
            "ge": ">=",
        }.items()
    }
    | {name: computed(getattr(operator, name)) for name in ("pos", "abs")}
    | {name: computed(function) for name, function in _NUMBERS.items()}
    | {
        "round": computed(round),
        "pow": computed(numbers.raised),
        "getitem": getitem,
        "full": lambda flow, size, *_, **__: new(flow, *known(size)),
        "arange": arange,
        "linspace": lambda flow, start, end, steps, **_: new(flow, steps),
        "eye": lambda flow, n, m=None, **_: new(flow, n, n if m is None else m),
        "view_as": lambda flow, x, other: operations.reshape(flow, x, other.shape),
        "reshape_as": lambda flow, x, other: operations.reshape(flow, x, other.shape),
        "flatten": lambda flow, x, start_dim=0, end_dim=-1: operations.flatten(start_dim, end_dim)(
            flow, x
        ),
        "ravel": lambda flow, x: operations.flatten(0, -1)(flow, x),
        "unflatten": unflatten,
        "permute": lambda flow, x, *dims: operations.permute(entries(dims))(flow, x),
        "movedim": movedim,
        **dict.fromkeys("tT", lambda flow, x: operations.permute(None)(flow, x)),
        **dict.fromkeys(("mT", "H", "mH"), lambda flow, x: transpose(flow, x, -2, -1)),
        "unsqueeze": lambda flow, x, dim: operations.unsqueeze([dim])(flow, x),
        "squeeze": lambda flow, x, dim=None: operations.squeeze(
            None if dim is None else dim if isinstance(dim, tuple | list) else (dim,)
        )(flow, x),
        "expand": expand,
        "broadcast_to": expand,
        "expand_as": lambda flow, x, other: (
            expand(flow, x, tuple(other.shape)) if other.shape is not None else UNKNOWN
        ),
        "repeat": lambda flow, x, *times: operations.repeat(flow, x, entries(times)),
        "tile": lambda flow, x, *times: operations.repeat(flow, x, entries(times)),
        "select": select,
        "narrow": narrow,
        "chunk": chunk,
        "split": split,
        "tensor_split": tensor_split,
        "unbind": unbind,
        "repeat_interleave": repeat_interleave,
        "meshgrid": meshgrid,
        "stack": stack,
        "pad": pad,
        "roll": lambda flow, x, shifts, dims=None: mixed(flow, x, dims),
        "normalize": lambda flow, x, p=2.0, dim=1, *_, **__: mixed(flow, x, dim),
        "norm": lambda flow, x, p=None, dim=None, keepdim=False, **_: reduced(
            flow, x, dim, keepdim
        ),
        "topk": best,
        "sort": lambda flow, x, dim=-1, *_, **__: (mixed(flow, x, dim),) * 2,
        "einsum": einsum,
        "scaled_dot_product_attention": attention,
        "linear": linear,
        "flip": flip,
        "gumbel_softmax": lambda flow, x, tau=1, hard=False, eps=0, dim=-1: mixed(flow, x, dim),
        "group_norm": group_norm,
        "instance_norm": lambda flow, x, *_, **__: normed(flow, x, 2),
        "embedding": lambda flow, x, weight, *_, **__: appended(flow, x, weight.shape[1]),
        "one_hot": lambda flow, x, num_classes: appended(flow, x, num_classes),
        "glu": halved,
        "unfold": columns,
        "fold": folded,
        "grid_sample": sampled,
        **dict.fromkeys(("max_unpool1d", "max_unpool2d", "max_unpool3d"), unpooled),
    }
)
METHODS = FUNCTIONS | {"unfold": windows}  # a method that is not the function of its name
del METHODS["fold"]
