"""Products of matrices, and how often they multiply."""

from math import prod

from shapealg.errors import shown
from shapealg.network.operations.axes import kept
from shapealg.network.operations.broadcasting import elementwise
from shapealg.network.operations.counted import counted
from shapealg.network.operations.refusal import refuse
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.text import Text


def dense(features_in, features_out):
    """A matrix on the last axis: it must be `features_in` long and becomes `features_out` long."""

    @counted(lambda x, *_: prod(x.shape[1:] or x.shape) * features_out)
    def operation(flow, x, *_):
        if x.shape is None:
            return UNKNOWN
        *rest, last = x.shape
        flow.remedied(last, features_in, lambda: _fitting(flow.node.kind, last, features_in))
        read = (Wire(0, len(rest), WHOLE),)
        return Tensor((*rest, features_out), None, (*kept(len(rest)), ()), read)

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


@counted(_products)
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
    flow.equal(one[-1], two[-2:][0])
    batch = elementwise(flow, Tensor(one[:-2]), Tensor(two[:-2]))
    rows = [len(one) - 2] if len(one) > 1 else []  # a row of numbers has no axis for its rows
    columns = [len(two) - 1] if len(two) > 1 else []
    summed_over = Wire(0, len(one) - 1, WHOLE), Wire(1, max(len(two) - 2, 0), WHOLE)
    return Tensor(
        (*batch.shape, *(one[i] for i in rows), *(two[i] for i in columns)),
        None,
        (*batch.wires, *((Wire(0, i),) for i in rows), *((Wire(1, i),) for i in columns)),
        summed_over,
    )


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


def untold(*_, **__):
    """The multiply–accumulates of what multiplies, nobody here says how often."""
    return None
