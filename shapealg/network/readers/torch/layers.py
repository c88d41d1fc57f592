"""What the modules of `torch.nn` do to shapes: layers in the words of the dialect, the rest by
name.
"""

from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.operations import refuse
from shapealg.network.readers.torch import functions as operators
from shapealg.network.readers.torch.functions import known, left
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire
from shapealg.words.dialects import torch as dialect
from shapealg.words.real import attributes

KEPT = """Identity ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Hardshrink Softshrink Tanhshrink Softplus Softsign Threshold
Sigmoid LogSigmoid Tanh Softmax2d Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout LocalResponseNorm ChannelShuffle""".split()
BLOCKS = (
    "TransformerEncoder TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer".split()
)


def read(module):
    """What a module of `torch.nn` does, its words where it is a layer, and the form of what comes
    out.
    """
    for cls in type(module).__mro__:
        name, home = cls.__name__, cls.__module__.partition(".")[0]
        if home != "torch" or name == "Module":
            continue
        spoken = vars(dialect).get(name)
        if isinstance(spoken, type) and spoken.by_axes:
            words = spoken(**attributes(module, spoken))
            along = (
                operators.Padded
                if name.startswith(("Circular", "Reflection"))
                or getattr(words, "padding_mode", "zeros") in ("circular", "reflect")
                else Along
            )(words)
            if getattr(module, "return_indices", False):
                return lambda flow, x, *_, **__: (along(flow, x),) * 2, words, (0, 0)
            return along, words, None
        if name in KEPT:
            return operators.FUNCTIONS["relu"], None, None
        if name in MODULES:
            made = MODULES[name](module)
            return made if isinstance(made, tuple) else (made, None, None)
    return left, None, None


def _channels(module):
    """A batch normalization: by statistics that are kept, or by those of the positions there are."""
    kept, d = module.track_running_stats, type(module).__name__[-2]

    def operation(flow, x, *_, **__):
        if x.shape is None:
            return UNKNOWN
        if d.isdigit() and len(x.shape) not in {int(d) + 2, 2 if d == "1" else int(d) + 2}:
            refuse("维数不对", "the number of dimensions does not fit", len(x.shape))
        flow.equal(x.shape[1], module.num_features)
        if kept:
            return operations.same(flow, x)
        return operators.mixed(flow, x, tuple(i for i in range(len(x.shape)) if i != 1))

    return operation


def _instances(module):
    """An instance normalization, of a batch or of one example: more than one value a channel."""
    d = int(type(module).__name__[-2])

    def operation(flow, x, *_, **__):
        if x.shape is None:
            return UNKNOWN
        if len(x.shape) not in (d + 1, d + 2):
            refuse("维数不对", "the number of dimensions does not fit", len(x.shape))
        at = len(x.shape) - d - 1
        if module.affine or module.track_running_stats:
            flow.equal(x.shape[at], module.num_features)
        if module.track_running_stats:
            return operations.same(flow, x)
        operators.more_than_one(flow, x.shape[at + 1 :])
        return operators.normed(flow, x, at + 1)

    return operation


def _recurrent(module):
    """An LSTM, GRU or RNN: all steps and the last state; every step may read all before it."""
    gates, ways, out = (
        type(module).__name__ == "LSTM",
        1 + module.bidirectional,
        module.proj_size or module.hidden_size,
    )
    first = module.batch_first

    def operation(flow, x, state=None):
        if x.shape is None:
            return (UNKNOWN,) * (3 if gates else 2)
        *lead, features = x.shape
        flow.equal(features, module.input_size)
        along = 1 if first and len(lead) == 2 else 0
        flow.some(lead[along])
        steps = Tensor(
            (*lead, ways * out),
            None,
            (*((Wire(0, i, WHOLE if i == along else None),) for i in range(len(lead))), ()),
        )
        batch = [n for i, n in enumerate(lead) if i != along]

        def last(width):
            return Tensor(
                (ways * module.num_layers, *batch, width),
                None,
                ((), *((Wire(0, 1 - along),) for _ in batch), ()),
            )

        return steps, last(out), *([last(module.hidden_size)] if gates else [])

    matrices = sum(p.numel() for name, p in module.named_parameters() if "weight" in name)
    operation.products = lambda x, *_: x.shape[1 if first and len(x.shape) == 3 else 0] * matrices
    return operation, None, (0, (0, 0)) if gates else (0, 0)


def sized(along):
    def operation(flow, x, output_size=None):
        made = along(flow, x)
        words = along.words
        return (
            made
            if output_size is None or made.shape is None
            else operators.sized(
                flow,
                made,
                known(output_size),
                [-n for n in words.output_padding],
                [s - n for s, n in zip(words.stride, words.output_padding, strict=True)],
            )
        )

    operation.products = lambda x, *_, **__: along.macs(x)
    return operation


def _block(module):
    """Blocks of a transformer: the shape is kept, and along the sequence everything reads all of
    it.
    """
    layer = module.layers[0] if hasattr(module, "layers") else module

    def operation(flow, x, *_, **__):
        if x.shape is not None:
            flow.equal(x.shape[-1], layer.self_attn.embed_dim)
        return operators.mixed(
            flow, x, 1 if layer.self_attn.batch_first and len(x.shape or ()) == 3 else 0
        )

    operation.products = operations.untold
    return operation


def _attention(module):
    def operation(
        flow,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        if None in (query.shape, key.shape, value.shape):
            return UNKNOWN, UNKNOWN
        for x, n in ((query, module.embed_dim), (key, module.kdim), (value, module.vdim)):
            flow.equal(x.shape[-1], n)
        along = 1 if module.batch_first and len(query.shape) == 3 else 0
        flow.equal(key.shape[along], value.shape[along])
        rest = [
            flow.equal(n, m)
            for i, (n, m) in enumerate(zip(query.shape[:-1], key.shape[:-1], strict=True))
            if i != along
        ]
        made = Tensor(
            query.shape,
            None,
            tuple(
                (Wire(2, i, WHOLE) if i == along else Wire(0, i),) for i in range(len(query.shape))
            ),
        )
        return made, Tensor(
            (
                *rest,
                *([] if average_attn_weights else [module.num_heads]),
                query.shape[along],
                key.shape[along],
            ),
            None,
            (),
        )

    operation.products = operations.untold
    return operation, None, (0, 0)


MODULES = (
    {
        "Linear": lambda m: operations.dense(m.in_features, m.out_features),
        "Flatten": lambda m: operations.flatten(m.start_dim, m.end_dim),
        "Unflatten": lambda m: (
            lambda flow, x: operators.unflatten(flow, x, m.dim, m.unflattened_size)
        ),
        "Embedding": lambda m: lambda flow, x: operators.appended(flow, x, m.embedding_dim),
        **dict.fromkeys(
            ("LayerNorm", "RMSNorm"),
            lambda m: lambda flow, x: operators.layer_norm(flow, x, m.normalized_shape),
        ),
        "GLU": lambda m: lambda flow, x: operators.halved(flow, x, m.dim),
        "Unfold": lambda m: (
            lambda flow, x: operators.columns(
                flow, x, m.kernel_size, m.dilation, m.padding, m.stride
            )
        ),
        "Fold": lambda m: (
            lambda flow, x: operators.folded(
                flow, x, m.output_size, m.kernel_size, m.dilation, m.padding, m.stride
            )
        ),
        "LSTM": _recurrent,
        "GRU": _recurrent,
        "RNN": _recurrent,
        "MultiheadAttention": _attention,
    }
    | dict.fromkeys(BLOCKS, _block)
    | dict.fromkeys(
        ("Softmax", "LogSoftmax", "Softmin"),
        lambda m: lambda flow, x: operators.softmax(flow, x, m.dim),
    )
    | {
        f"MaxUnpool{d}d": lambda m: (
            lambda flow, x, places, output_size=None: operators.unpooled(
                flow, x, places, m.kernel_size, m.stride, m.padding, output_size
            )
        )
        for d in (1, 2, 3)
    }
    | dict.fromkeys(
        ("SyncBatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
        _channels,
    )
    | dict.fromkeys(("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"), _instances)
    | {
        "GroupNorm": lambda m: lambda flow, x: operators.group_norm(flow, x, m.num_groups),
    }
)
