"""The dumbest convolution that is right: loops that place windows, count them and multiply.

It knows nothing of the algebra. Nothing here is computed by a formula for sizes.
"""

from itertools import product

import numpy

name = "numpy"
PADDINGS = ("valid", "same", "causal")


def versions() -> dict:
    """The packages whose versions the evidence names."""
    return {"numpy": numpy.__version__}


def count_windows(n: int, k: int, s: int = 1, d: int = 1, lo: int = 0, hi: int = 0) -> int:
    """Lay windows from the left, one stride apart, until one does not fit; count them.

    >>> count_windows(8, 5), count_windows(224, 7, s=2, lo=3, hi=3)
    (4, 112)
    """
    count, start = 0, -lo
    while all(-lo <= start + d * tap < n + hi for tap in range(k)):
        count, start = count + 1, start + s
    return count


def response(
    n: int, k: int, s: int = 1, d: int = 1, padding="valid", lo: int = 0, hi: int = 0
) -> numpy.ndarray:
    """What each output (row) answers to a single 1 at each input position (column), taps weighing
    1, 2, …, k.
    """
    x = numpy.eye(n, dtype=int)[:, :, None]
    kernel = numpy.arange(1, k + 1)[:, None, None]
    return convolve(x, kernel, (s,), (d,), _pads(padding, (n,), (k,), (s,), (d,), lo, hi))[
        :, :, 0
    ].T


def refuses(s: int, d: int, padding: str) -> bool:
    """Never: the loops have no manners."""
    return False


def refuses_transposed(k: int, s: int, d: int, p: int, op: int) -> bool:
    """Never, either."""
    return False


def transposed_response(n: int, k: int, s: int, d: int, p: int, op: int) -> numpy.ndarray:
    """What each output (row) answers to a single 1 at each input (column): every input lays its
    taps down, then both ends are cut.
    """
    written = [(s * i + d * tap, i, tap) for i in range(n) for tap in range(k)]
    line = numpy.zeros((max(written)[0] + 1 + op, n), dtype=int)
    for place, i, tap in written:
        line[place, i] = tap + 1
    return line[p : max(len(line) - p, 0)]


def ceiled_size(n: int, k: int, s: int, d: int, p: int, clipped: bool) -> int:
    """Lay windows from the left until one reaches the padded end; if clipped, none that begins
    after the input.

    >>> ceiled_size(5, 2, 2, 1, 1, clipped=False), ceiled_size(5, 2, 2, 1, 1, clipped=True)
    (4, 3)
    """
    count, start, end = 0, -p, None
    while (end is None or end < n - 1 + p) and not (clipped and start >= n):
        count, end, start = count + 1, start + d * (k - 1), start + s
    return count


def _pads(padding, size, kernel, strides, dilations, lo=0, hi=0) -> list:
    """Explicit padding per axis; "same" is found by trying amounts from zero up until enough
    windows fit.
    """
    pads = []
    for n, k, s, d in zip(size, kernel, strides, dilations, strict=True):
        if padding == "valid":
            pads.append((lo, hi))
        elif padding == "causal":
            pads.append((d * (k - 1), 0))
        else:
            wanted, total = len(range(0, n, s)), 0
            while count_windows(n, k, s, d, 0, total) < wanted:
                total += 1
            pads.append((total // 2, total - total // 2))
    return pads


def convolve(x, kernel, strides, dilations, pads, groups: int = 1):
    """A convolution of any rank with channels and filters, channels last: windows slide, products
    are summed.

    Shapes: x (batch, *size, channels), kernel (*kernel_size, channels/groups, filters).
    """
    x = _padded(x, pads)
    per_group, filters = kernel.shape[-2:]
    spans = [d * (k - 1) + 1 for k, d in zip(kernel.shape, dilations, strict=False)]
    axes = [
        range(0, n - span + 1, s) for n, span, s in zip(x.shape[1:-1], spans, strides, strict=True)
    ]
    out = numpy.zeros((x.shape[0], *map(len, axes), filters), dtype=numpy.result_type(x, kernel))
    for place in product(*(range(len(a)) for a in axes)):
        corner = [a[j] for a, j in zip(axes, place, strict=True)]
        window = x[
            (
                slice(None),
                *(
                    slice(c, c + span, d)
                    for c, span, d in zip(corner, spans, dilations, strict=True)
                ),
            )
        ]
        for g in range(groups):
            channels = slice(g * per_group, (g + 1) * per_group)
            ours = slice(g * (filters // groups), (g + 1) * (filters // groups))
            over = list(range(1, window.ndim))
            out[(slice(None), *place, ours)] = numpy.tensordot(
                window[..., channels], kernel[..., ours], (over, [a - 1 for a in over])
            )
    return out


def _padded(x, pads):
    """Zeros around the axes between batch and channels; a negative amount crops."""
    widths = [(0, 0), *((max(lo, 0), max(hi, 0)) for lo, hi in pads), (0, 0)]
    crops = [
        slice(None),
        *(slice(max(-lo, 0), -max(-hi, 0) or None) for lo, hi in pads),
        slice(None),
    ]
    return numpy.pad(x, widths)[tuple(crops)]


def layer(words: dict, x, kernel, bias):
    """The layer that Keras's words mean, run by the loops above."""
    rank = x.ndim - 2
    first = words.get("data_format") == "channels_first"
    x = numpy.moveaxis(x, 1, -1) if first else x
    strides, dilations = (
        v if isinstance(v := words.get(name, 1), tuple) else (v,) * rank
        for name in ("strides", "dilation_rate")
    )
    padding, taps = words.get("padding", "valid"), kernel.shape[:-2]
    pads = _pads(padding, x.shape[1:-1], taps, strides, dilations)
    out = convolve(x, kernel, strides, dilations, pads, words.get("groups", 1)) + bias
    return numpy.moveaxis(out, -1, 1) if first else out


def multiplications(m: tuple, k: tuple, c: int, f: int, g: int = 1) -> int:
    """Count the multiplications of a convolution one by one.

    >>> multiplications((2,), (3,), 4, 5)
    120
    """
    count = 0
    for _ in product(*map(range, m)):
        for _ in range(f):
            for _ in product(*map(range, k)):
                count += len(range(c // g))
    return count


def transposed_flops(n: tuple, k: int, s: int, c: int, f: int, g: int) -> int:
    """Two floating-point operations per multiplication: each input channel goes to the filters of
    its group, through every tap, from every place.
    """
    count = 0
    for _ in product(*map(range, n)):
        for _ in range(c):
            for _ in product(range(k), repeat=len(n)):
                count += len(range(f // g))
    return 2 * count


def paths(n: int, layers: list) -> numpy.ndarray:
    """How many ways lead from each input position (column) to each output (row) through layers of
    ones.
    """
    x = numpy.eye(n, dtype=int)[:, :, None]
    for words in layers:
        pads = [(words.get("lo", 0), words.get("hi", 0))]
        x = convolve(
            x,
            numpy.ones((words["k"], 1, 1), dtype=int),
            (words.get("s", 1),),
            (words.get("d", 1),),
            pads,
        )
    return x[:, :, 0].T


def flops(rank: int, words: dict, input_shape: tuple, output_shape: tuple) -> int:
    """Two floating-point operations per multiplication that the loops do."""
    kernel = (
        words["kernel_size"]
        if isinstance(words["kernel_size"], tuple)
        else (words["kernel_size"],) * rank
    )
    return 2 * multiplications(
        output_shape[1:-1], kernel, input_shape[-1], words["filters"], words.get("groups", 1)
    )


def flattened(column: int, channel: int, shape: tuple) -> int:
    """Where an entry of a (columns, channels) array stands after flattening."""
    mark = numpy.zeros(shape, dtype=int)
    mark[column, channel] = 1
    return int(mark.reshape(-1).argmax())


def built(rank: int, words: dict, input_shape: tuple) -> dict:
    """Count the weights and biases one by one: each filter has a weight per tap and channel of its
    group, and a bias.
    """
    kernel = (
        words["kernel_size"]
        if isinstance(words["kernel_size"], tuple)
        else (words["kernel_size"],) * rank
    )
    per_group = len(range(0, input_shape[-1], words.get("groups", 1)))
    count = 0
    for _ in range(words["filters"]):
        for _ in product(*map(range, kernel), range(per_group)):
            count += 1
        count += 1
    return {"parameters": count}
