"""What the modules of `torch.nn` do to shapes: layers in the words of the dialect, the rest by
name.
"""

from functools import partial

from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.readers.torch.table import norms, sequences
from shapealg.network.readers.torch.table.arguments import known
from shapealg.network.readers.torch.table.cuts import halved
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.readers.torch.table.pointwise import changed, shuffled
from shapealg.network.readers.torch.table.products import looked_up
from shapealg.network.readers.torch.table.reductions import softmax
from shapealg.network.readers.torch.table.views import unflatten
from shapealg.network.readers.torch.table.windows import columns, laid_back, sized, unpooled
from shapealg.words.dialects import torch as dialect
from shapealg.words.real import attributes
from shapealg.words.words import Words

KEPT = """Identity ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Hardswish
Hardsigmoid Hardtanh Hardshrink Softshrink Tanhshrink Softplus Softsign Threshold Sigmoid LogSigmoid
Tanh Softmax2d Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout
LocalResponseNorm""".split()
BLOCKS = (
    "TransformerEncoder TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer".split()
)


def read(module) -> tuple:
    """What a module of `torch.nn` does, and its words where it is a layer; `None` for one that is
    not known here.
    """
    for cls in type(module).__mro__:
        name, home = cls.__name__, cls.__module__.partition(".")[0]
        if home != "torch" or name == "Module":
            continue
        if name in MODULES:  # these may be told more than their words, such as a size
            return MODULES[name](module), None
        spoken = vars(dialect).get(name)
        if isinstance(spoken, type) and issubclass(spoken, Words) and spoken.by_axes:
            return _layer(module, spoken(**attributes(module, spoken)))
    return None, None


def _layer(module, words) -> tuple:
    along = Along(words)
    if getattr(module, "return_indices", False):
        return lambda flow, x, *_, **__: (along(flow, x),) * 2, words
    return along, words


def with_size(along):
    """A transposed layer that may be told its output's size."""

    @entry(products=lambda x, *_, **__: along.macs(x))
    def operation(flow, x, output_size=None):
        made, words = along(flow, x), along.words
        if output_size is None:
            return made
        least = [-n for n in words.output_padding]
        most = [s - n for s, n in zip(words.stride, words.output_padding, strict=True)]
        return sized(flow, made, known(output_size), least, most)

    return operation


def _told(operation, *names: str):
    """A function that a module calls with attributes of its own behind the tensors."""

    def of(module):
        own = [getattr(module, name) for name in names]
        return lambda flow, *tensors: operation(flow, *tensors, *own)

    return of


def _unpooling(module):
    return partial(_unpooled, module)


def _unpooled(module, flow, x, indices, output_size=None):
    own = module.kernel_size, module.stride, module.padding
    return unpooled(flow, x, indices, *own, output_size)


MODULES = {
    **dict.fromkeys(KEPT, lambda module: changed),
    **dict.fromkeys(BLOCKS, sequences.block),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), sequences.recurrent),
    "MultiheadAttention": sequences.attention,
    **dict.fromkeys(
        ("SyncBatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), norms.batch_norms
    ),
    **dict.fromkeys(("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"), norms.instance_norms),
    **dict.fromkeys(("LayerNorm", "RMSNorm"), _told(norms.layer_norm, "normalized_shape")),
    "GroupNorm": _told(norms.group_norm, "num_groups", "weight"),
    "Linear": lambda module: operations.dense(module.in_features, module.out_features),
    "Flatten": lambda module: operations.flatten(module.start_dim, module.end_dim),
    "Unflatten": _told(unflatten, "dim", "unflattened_size"),
    "Embedding": _told(looked_up, "num_embeddings", "embedding_dim"),
    "GLU": _told(halved, "dim"),
    "ChannelShuffle": _told(shuffled, "groups"),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin"), _told(softmax, "dim")),
    "Unfold": _told(columns, "kernel_size", "dilation", "padding", "stride"),
    "Fold": _told(laid_back, "output_size", "kernel_size", "dilation", "padding", "stride"),
    **dict.fromkeys(("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"), _unpooling),
}
