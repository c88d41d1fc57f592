"""Modules along a sequence: recurrent layers, attention, blocks of a transformer."""

from shapealg.network import operations
from shapealg.network.operations import refuse
from shapealg.network.readers.torch.table.arguments import tensors
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.readers.torch.table.reductions import mixed
from shapealg.network.tensor import WHOLE, Tensor, Wire


def recurrent(module):
    """An LSTM, GRU or RNN: all steps and the last state; every step may read all before it."""
    gates, ways = type(module).__name__ == "LSTM", 1 + module.bidirectional
    out, first = module.proj_size or module.hidden_size, module.batch_first

    matrices = sum(p.numel() for name, p in module.named_parameters() if "weight" in name)

    def products(x, *_, **__):
        return x.shape[1 if first and len(x.shape) == 3 else 0] * matrices

    @entry(products=products)
    def operation(flow, x, hx=None):
        *lead, features = x.shape
        flow.equal(features, module.input_size)
        along = 1 if first and len(lead) == 2 else 0
        flow.some(lead[along])
        read = ((Wire(0, i, WHOLE if i == along else None),) for i in range(len(lead)))
        steps = Tensor((*lead, ways * out), None, (*read, ()))
        batch = [n for i, n in enumerate(lead) if i != along]

        def last(width):
            shape = ways * module.num_layers, *batch, width
            return Tensor(shape, None, ((), *((Wire(0, 1 - along),) for _ in batch), ()))

        states = [last(out), *([last(module.hidden_size)] if gates else [])]
        _begun(flow, tensors([hx] if isinstance(hx, Tensor) else hx or ()), states)
        return steps, *states

    return operation


def _begun(flow, given: list, states: list) -> None:
    """Require the states that are given to be of the shapes of those that come out."""
    for one, made in zip(given, states, strict=False):
        if len(one.shape) != len(made.shape):
            refuse("维数不对", "the number of dimensions does not fit", len(one.shape))
        for n, m in zip(one.shape, made.shape, strict=True):
            flow.equal(n, m)


def attention(module):
    """Attention of several heads, with its weights: every query reads all of the sequence."""

    @entry(products=operations.untold)
    def operation(flow, query, key, value, *more, **named):
        for x, n in ((query, module.embed_dim), (key, module.kdim), (value, module.vdim)):
            flow.equal(x.shape[-1], n)
        rank = len(query.shape)
        along = 1 if module.batch_first and rank == 3 else 0
        for n, m in zip(key.shape[:-1], value.shape[:-1], strict=True):
            flow.equal(n, m)
        pairs = zip(query.shape[:-1], key.shape[:-1], strict=True)
        rest = [flow.equal(n, m) for i, (n, m) in enumerate(pairs) if i != along]
        read = tuple((Wire(2, i, WHOLE) if i == along else Wire(0, i),) for i in range(rank))
        heads = [] if _averaged(*more, **named) else [module.num_heads]
        weights = *rest, *heads, query.shape[along], key.shape[along]
        return Tensor(query.shape, None, read), Tensor(weights, None, ((),) * len(weights))

    return operation


def _averaged(mask=None, weighed=True, attn_mask=None, average_attn_weights=True, *_, **__) -> bool:
    """Whether the weights of all heads are put together; of what a call takes behind the values."""
    return average_attn_weights


def block(module):
    """Blocks of a transformer: the shape is kept, and along the sequence everything reads all of
    it.
    """
    layer = module.layers[0] if hasattr(module, "layers") else module

    @entry(products=operations.untold)
    def operation(flow, x, *_, **__):
        flow.equal(x.shape[-1], layer.self_attn.embed_dim)
        return mixed(flow, x, 1 if layer.self_attn.batch_first and len(x.shape) == 3 else 0)

    return operation
