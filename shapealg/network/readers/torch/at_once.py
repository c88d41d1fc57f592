"""Calls whose whole shape an operation here tells at once, where PyTorch would go many small steps.

Where PyTorch looks at more than the operation here does, such as the channels of PReLU, it is
asked. A test runs a module with `KINDS` empty as well, so that PyTorch works every shape out.
"""

from shapealg.network.readers.torch.nested import flat
from shapealg.network.readers.torch.noted import shape_of
from shapealg.network.readers.torch.table.modules import KEPT
from shapealg.network.tensor import Tensor

LAYERS = """Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d MaxPool1d
MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d
AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d Upsample
UpsamplingNearest2d UpsamplingBilinear2d BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d
InstanceNorm2d InstanceNorm3d LayerNorm RMSNorm GroupNorm Linear LSTM GRU RNN
MultiheadAttention ChannelShuffle""".split()
FLOATS = """conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d max_pool1d
max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d
adaptive_avg_pool3d interpolate grid_sample scaled_dot_product_attention mean sum batch_norm
instance_norm layer_norm rms_norm group_norm normalize softmax log_softmax linear matmul bmm addmm
baddbmm einsum truediv div rdiv true_divide pow rpow square sqrt rsqrt exp log erf sin cos floor
ceil clip clamp_min clamp_max pad relu relu6 leaky_relu elu selu celu gelu silu mish hardswish
hardsigmoid hardtanh softplus sigmoid tanh glu dropout dropout2d dropout3d std_mean
var_mean channel_shuffle""".split()
PAIRS = "GRU RNN MultiheadAttention std_mean var_mean".split()  # all that they make is of one type
# what is of the type that goes in, whichever that is
PLACED = """unsqueeze squeeze expand cat stack roll flip reshape view flatten permute transpose
contiguous new_zeros new_ones new_empty zeros_like ones_like empty_like full_like""".split()
BITS = "and or xor invert bitwise_and bitwise_or bitwise_xor bitwise_not".split()  # no floats
WHOLE = "add sub rsub mul neg abs clamp maximum minimum masked_fill where".split()  # of ints, too
MASKED = "where masked_fill scaled_dot_product_attention".split()  # beside truths
TRUTHS = """eq ne lt le gt ge isnan isinf isfinite logical_and logical_or logical_xor logical_not
all any""".split()
TURNED = {"float": "float32", "double": "float64", "int": "int32", "long": "int64", "bool": "bool"}
RANGE = "start end step".split()
MADE = "zeros ones empty rand randn eye arange".split()  # of numbers only
KINDS = frozenset((*LAYERS, *FLOATS, *PLACED, *BITS, *WHOLE, *TRUTHS, *TURNED, *MADE)) | (
    frozenset(KEPT) - {"PReLU", "Softmax2d", "Dropout1d", "LocalResponseNorm"}
)


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
    if kind == "MultiheadAttention" and (kwargs or len(args) > 3):
        return None  # of its masks PyTorch asks more than is asked here
    if kind not in KINDS or any(t is None or t.unclear for t in several):
        return None
    given = [t for t in flat((args, kwargs)) if isinstance(t, calls.torch.Tensor)]
    dtype = _dtype(calls.torch, kind, given, args, kwargs)
    if dtype is None:
        return None
    if in_place:
        return given[0] if told.shape == shape_of(given[0]) else None
    if isinstance(told, Tensor):
        return calls.empty(told.shape, dtype)
    made = tuple(calls.empty(t.shape, dtype) for t in several)
    if kind == "LSTM":
        return made[0], made[1:]
    return made if kind in PAIRS else None  # places of maxima are of another type


def _dtype(torch, kind: str, given: list, args, kwargs):
    """The type of what a call makes; `None` where PyTorch must be asked for it."""
    if kwargs.get("out") is not None:
        return None
    if kind in MADE:
        made = _of_range(torch, args, kwargs) if kind == "arange" else torch.get_default_dtype()
        return kwargs.get("dtype") or made
    if kind in TRUTHS and given:
        other = any(t.dtype.is_complex or t.dtype is torch.uint8 for t in given)
        return None if other else torch.bool
    if kind in TURNED:  # what is of that type already is the same tensor
        made = getattr(torch, TURNED[kind])
        return made if given[0].dtype is not made else None
    if kind in MASKED:
        given = [t for t in given if t.dtype is not torch.bool]
    beside = [n for n in flat((args, kwargs)) if n is not None and not isinstance(n, torch.Tensor)]
    if len({t.dtype for t in given}) != 1 or any(
        isinstance(n, complex | torch.dtype) for n in beside
    ):
        return None
    dtype = given[0].dtype
    if kind in PLACED or (dtype.is_floating_point and kind not in BITS):
        return dtype
    if kind in BITS:
        return None if beside or dtype.is_floating_point else dtype
    if kind not in WHOLE or dtype is torch.bool or dtype.is_complex:
        return None
    return dtype if all(isinstance(n, int | torch.SymInt) for n in beside) else None


def _of_range(torch, args, kwargs):
    """Whole numbers, if all that `arange` takes are."""
    numbers = *args, *(kwargs[word] for word in RANGE if word in kwargs)
    return torch.long if all(isinstance(n, int | torch.SymInt) for n in numbers) else None
