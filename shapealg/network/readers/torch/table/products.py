"""Products of matrices, with their multiply–accumulates."""

from math import prod

from shapealg.network import operations
from shapealg.network.operations import counted, kept, refuse
from shapealg.network.readers.torch.table.arguments import lengths, reach
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.readers.torch.table.views import stretched_to
from shapealg.network.tensor import WHOLE, Tensor, Wire, rewired


def _summed(equation, *operands):
    """The multiply–accumulates of an `einsum`."""
    ins, _, out = equation.replace(" ", "").partition("->")
    if "." in equation:
        return None
    return operations.summed(ins.split(","), [x.shape for x in _operands(operands)], out)


@entry(products=_summed)
def _einsum(flow, equation, *operands):
    operands = _operands(operands)
    ins, arrow, out = equation.replace(" ", "").partition("->")
    ins = ins.split(",")
    if "." in equation or [len(x.shape) for x in operands] != list(map(len, ins)):
        return flow.leave()
    lengths, sources = {}, {}
    for k, (x, letters) in enumerate(zip(operands, ins, strict=True)):
        own = {}  # along a diagonal nothing stretches
        for i, (letter, n) in enumerate(zip(letters, x.shape, strict=True)):
            own[letter] = flow.equal(own[letter], n) if letter in own else n
            sources.setdefault(letter, []).append(Wire(k, i))
        for letter, n in own.items():
            lengths[letter] = flow.stretched(lengths[letter], n) if letter in lengths else n
    out = out if arrow else "".join(sorted(c for c in lengths if "".join(ins).count(c) == 1))
    # summed over: all of it is read
    inner = [wire._replace(map=WHOLE) for c in lengths if c not in out for wire in sources[c]]
    return Tensor(tuple(lengths[c] for c in out), None, tuple((*sources[c], *inner) for c in out))


def _operands(operands: tuple) -> tuple:
    """Tensors given one by one, or in a row."""
    return tuple(operands[0]) if isinstance(operands[0], list | tuple) else operands


@counted(operations.matmul.macs)
def _batched(flow, a, b):
    """Of as many matrices on either side: none is used twice."""
    flow.equal(a.shape[0], b.shape[0])
    return operations.matmul(flow, a, b)


def _factors(*matrices, alpha=1, beta=1, **named):
    """The two that are multiplied, whatever a call names them."""
    return *matrices, *named.values()


@entry(products=lambda bias, *said, **named: operations.matmul.macs(*_factors(*said, **named)))
def _added(flow, bias, *said, **named):
    a, b = _factors(*said, **named)
    made = operations.matmul(flow, a, b)
    if len(made.shape) > 2:
        flow.equal(a.shape[0], b.shape[0])
    whole = stretched_to(flow, bias, made.shape)
    *behind, gone = rewired(
        (*made.wires, made.consumed), lambda wire: wire._replace(source=wire.source + 1)
    )
    wires = ((*one, *two) for one, two in zip(whole.wires, behind, strict=False))
    return Tensor(whole.shape, None, tuple(wires), gone)


def _attended(query, key, value, *_, **__):
    """Every query with every key, then the values weighed by that."""
    rows = query.shape[1:-1] if len(query.shape) > 2 else query.shape[:-1]
    return prod(rows) * key.shape[-2] * (query.shape[-1] + value.shape[-1])


@entry(products=_attended)
def _attention(flow, query, key, value, attn_mask=None, *_, enable_gqa=False, **__):
    flow.equal(query.shape[-1], key.shape[-1])
    flow.equal(key.shape[-2], value.shape[-2])
    leads = [x.shape[:-2] for x in (query, key, value)]
    if enable_gqa:  # several heads of queries share one of keys
        for lead in leads[1:]:
            flow.equal(leads[0][-1] % lead[-1], 0)
        leads = [(*lead[:-1], leads[0][-1]) for lead in leads]
    heads = operations.elementwise(flow, *map(Tensor, leads))
    if attn_mask is not None:  # one for each query and each key
        stretched_to(flow, attn_mask, (*heads.shape, query.shape[-2], key.shape[-2]))
    return Tensor(
        (*heads.shape, query.shape[-2], value.shape[-1]),
        None,
        (*kept(len(heads.shape)), (Wire(2, len(value.shape) - 2, WHOLE),), ()),
    )


def _dense(x, weight, bias=None):
    if len(weight.shape) == 1:
        return operations.matmul.macs(x, weight)
    return operations.dense(None, weight.shape[0]).macs(x)


@entry(products=_dense)
def _linear(flow, x, weight, bias=None):
    if len(weight.shape) == 1:  # one number comes out, without an axis of its own
        return operations.matmul(flow, x, weight)
    if bias is not None and bias.shape and not operations.is_one(flow, bias.shape[-1]):
        flow.equal(bias.shape[-1], weight.shape[0])
    return operations.dense(weight.shape[-1], weight.shape[0])(flow, x)


def coded(flow, x, width):
    """A vector for each entry: of an embedding, or one-hot."""
    return Tensor((*x.shape, width), None, (*kept(len(x.shape)), ()))


def looked_up(flow, x, many, width):
    """The vector of each place; of a range every one must be there."""
    for place in reach(x):
        if type(place) is int and place < 0:
            refuse("没有这一项", "there is no such entry", place)
        flow.not_negative(place)
        flow.has(many, place)
    return coded(flow, x, width)


def _embedding(flow, x, weight, *_, **__):
    return looked_up(flow, x, *weight.shape)


def _one_hot(flow, x, num_classes):
    (many,) = lengths((num_classes,))
    return looked_up(flow, x, many, many)


FUNCTIONS = {
    **dict.fromkeys(("matmul", "mm", "mv"), operations.matmul),
    "bmm": _batched,
    **dict.fromkeys(("addmm", "baddbmm"), _added),
    "einsum": _einsum,
    "scaled_dot_product_attention": _attention,
    "linear": _linear,
    "embedding": _embedding,
    "one_hot": _one_hot,
}
