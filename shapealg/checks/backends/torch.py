"""The real PyTorch, executed on the CPU. Layers are described in Keras's words and laid out as
Keras lays them out; here they become PyTorch's.
"""

import warnings

import numpy
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)
# "same" with an even kernel says that it copies the input
warnings.filterwarnings("ignore", category=UserWarning)
name = "torch"
PADDINGS = ("valid", "same")
CONVOLVE = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
TRANSPOSE = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
CLASSES = {1: torch.nn.Conv1d, 2: torch.nn.Conv2d, 3: torch.nn.Conv3d}


def versions() -> dict:
    """The packages whose versions the evidence names."""
    # the same numbers with and without a GPU in the build
    return {"torch": torch.__version__.partition("+")[0], "numpy": numpy.__version__}


def refuses(s: int, d: int, padding: str) -> bool:
    """ "same" takes no stride."""
    return padding == "same" and s > 1


def refuses_transposed(k: int, s: int, d: int, p: int, op: int) -> bool:
    """The output padding must be smaller than either stride or dilation."""
    return op >= max(s, d)


def response(
    n: int, k: int, s: int = 1, d: int = 1, padding="valid", lo: int = 0, hi: int = 0
) -> numpy.ndarray:
    """What each output (row) answers to a single 1 at each input position (column), taps weighing
    1, 2, …, k.
    """
    return _matrix(_slide(_impulses(n), torch.arange(1.0, k + 1), s, d, padding, lo, hi))


def transposed_response(n: int, k: int, s: int, d: int, p: int, op: int) -> numpy.ndarray:
    """The same for a transposed convolution, cropped by `p` on each side, with `op` given back
    behind.
    """
    taps = torch.arange(1.0, k + 1)[None, None]
    return _matrix(
        functional.conv_transpose1d(
            _impulses(n), taps, stride=s, padding=p, output_padding=op, dilation=d
        )
    )


def paths(n: int, layers: list) -> numpy.ndarray:
    """How many ways lead from each input position (column) to each output (row) through layers of
    ones.
    """
    x = _impulses(n)
    for words in layers:
        x = _slide(
            x,
            torch.ones(words["k"]),
            *(
                words.get(a, b)
                for a, b in (("s", 1), ("d", 1), ("padding", "valid"), ("lo", 0), ("hi", 0))
            ),
        )
    return _matrix(x)


def ceiled_size(n: int, k: int, s: int, d: int, p: int, clipped: bool) -> int | None:
    """How many outputs max pooling gives with `ceil_mode`; None for what it cannot do, to keep
    windows that begin after the input.
    """
    return (
        functional.max_pool1d(torch.zeros(1, 1, n), k, s, p, d, ceil_mode=True).shape[-1]
        if clipped
        else None
    )


def _impulses(n):
    return torch.eye(n)[:, None]


def _slide(x, taps, s, d, padding, lo, hi):
    """One convolution with one channel and the given taps, behind explicit padding or cropping."""
    return functional.conv1d(
        functional.pad(x, (lo, hi)), taps[None, None], stride=s, dilation=d, padding=padding
    )


def _matrix(x):
    return x[:, 0].T.round().to(int).numpy()


def layer(words: dict, x, kernel, bias):
    """The output of the real convolution with the given weights."""
    y = _convolve(
        words,
        _channels_first(words, torch.from_numpy(x)),
        _weight(torch.from_numpy(kernel)),
        torch.from_numpy(bias),
    )
    return (y if words.get("data_format") == "channels_first" else y.movedim(1, -1)).numpy()


def _channels_first(words, x):
    return x if words.get("data_format") == "channels_first" else x.movedim(-1, 1)


def _weight(kernel):
    """Keras keeps (*kernel_size, channels, filters), PyTorch (filters, channels, *kernel_size)."""
    return kernel.movedim((-1, -2), (0, 1))


def _convolve(words, x, weight, bias=None):
    return CONVOLVE[x.ndim - 2](
        x,
        weight,
        bias,
        stride=words.get("strides", 1),
        padding=words.get("padding", "valid"),
        dilation=words.get("dilation_rate", 1),
        groups=words.get("groups", 1),
    )


def built(rank: int, words: dict, input_shape: tuple) -> dict:
    """The number of parameters of a layer that PyTorch has built."""
    made = CLASSES[rank](
        input_shape[-1], words["filters"], words["kernel_size"], groups=words.get("groups", 1)
    )
    return {"parameters": sum(p.numel() for p in made.parameters())}


def flops(rank: int, words: dict, input_shape: tuple, output_shape: tuple) -> int:
    """What PyTorch's own counter counts while it runs."""
    kernel = torch.ones(
        words["filters"], input_shape[-1] // words.get("groups", 1), *(words["kernel_size"],) * rank
    )
    return _counted(lambda: _convolve(words, torch.ones(input_shape).movedim(-1, 1), kernel))


def transposed_flops(n: tuple, k: int, s: int, c: int, f: int, g: int) -> int:
    """What PyTorch's own counter counts of a transposed convolution."""
    weight = torch.ones(c, f // g, *(k,) * len(n))
    return _counted(lambda: TRANSPOSE[len(n)](torch.ones(1, c, *n), weight, stride=s, groups=g))


def _counted(run) -> int:
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def flattened(column: int, channel: int, shape: tuple) -> int:
    """Where an entry of a (columns, channels) array stands after `flatten`."""
    mark = torch.zeros(1, *shape)
    mark[0, column, channel] = 1
    return int(mark.flatten(1).argmax())


def execute(call: str, words: dict, x, weights=None):
    """The output of `torch.nn`'s module of this name on an array, in its dtype, with the given
    weights or its own.
    """
    made = getattr(torch.nn, call)(**words)
    if weights is not None:
        for parameter, value in zip((made.weight, made.bias), weights, strict=False):
            if tuple(parameter.shape) != value.shape:
                raise AssertionError(
                    f"PyTorch built weights of shape {tuple(parameter.shape)}, not {value.shape}"
                )
            parameter.data = torch.from_numpy(numpy.ascontiguousarray(value))
    with torch.no_grad():
        return _ran(made, call, torch.from_numpy(numpy.ascontiguousarray(x))).numpy()


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out, executed."""
    with torch.no_grad():
        return tuple(_ran(getattr(torch.nn, call)(**words), call, torch.zeros(input_shape)).shape)


def _ran(made, call: str, x):
    """What a module makes of x; an unpooling is also told that all largest entries stood first."""
    if call.startswith("MaxUnpool"):
        return made(x, torch.zeros(x.shape, dtype=torch.int64))
    return made(x)
