"""Calls whose whole shape an operation here tells at once, where PyTorch would go many small steps.

Where PyTorch looks at more than the operation here does, such as the channels of PReLU, it is
asked. A test runs a module with `KINDS` empty as well, so that PyTorch works every shape out.
"""

from shapealg.network.readers.torch.nested import flat
from shapealg.network.readers.torch.table.modules import KEPT
from shapealg.network.tensor import Tensor

KINDS = frozenset(
    """Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d conv1d conv2d
    conv3d conv_transpose1d conv_transpose2d conv_transpose3d MaxPool1d MaxPool2d MaxPool3d
    AvgPool1d AvgPool2d AvgPool3d max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d
    avg_pool3d AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
    AdaptiveMaxPool2d AdaptiveMaxPool3d adaptive_avg_pool1d adaptive_avg_pool2d
    adaptive_avg_pool3d Upsample UpsamplingNearest2d UpsamplingBilinear2d interpolate
    scaled_dot_product_attention unsqueeze squeeze expand mean sum BatchNorm1d BatchNorm2d
    BatchNorm3d LayerNorm RMSNorm GroupNorm Linear LSTM GRU RNN batch_norm layer_norm rms_norm
    group_norm softmax log_softmax linear matmul bmm add sub rsub mul truediv div rdiv
    true_divide pow masked_fill cat pad roll flip reshape view flatten permute transpose
    contiguous normalize relu relu6 leaky_relu elu selu celu gelu silu mish hardswish
    hardsigmoid hardtanh softplus sigmoid tanh dropout dropout2d dropout3d""".split()
) | (frozenset(KEPT) - {"PReLU", "Softmax2d", "Dropout1d", "LocalResponseNorm", "ChannelShuffle"})


def at_once(calls, kind: str, told, args, kwargs, in_place=False):
    """The output of a call; `None` where PyTorch must be asked.

    Args:
        calls: the calls of a run.
        kind: the function, or the layer.
        told: what the operation here tells: a `Tensor`, or a tuple of them.
        args, kwargs: what the call takes.
        in_place: whether it writes into its first tensor.
    """
    several = told if isinstance(told, tuple) else (told,)
    # PyTorch may make another tensor, or another type, where that is asked for
    if (
        kind not in KINDS
        or {"out", "dtype"} & kwargs.keys()
        or any(t is None or t.unclear for t in several)
    ):
        return None
    given = [t for t in flat((args, kwargs)) if isinstance(t, calls.torch.Tensor)]
    if not given or not given[0].is_floating_point() or len({t.dtype for t in given}) > 1:
        return None
    x = given[0]
    if in_place:
        return x if told.shape == calls.shape_of(x) else None
    if type(told) is Tensor:
        return calls.empty(told.shape, x)
    made = tuple(calls.empty(t.shape, x) for t in several)
    if kind == "LSTM":
        return made[0], made[1:]
    return made if kind in ("GRU", "RNN") else None  # places of maxima are of another type
