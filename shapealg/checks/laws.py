"""Each law against measurements on a backend; the check of a law has the law's name.

One measurement serves many laws: the response of a layer to a single 1 at each input position says
how many outputs there are, which of them light up, and on which side the padding stands.
"""

from itertools import product

import numpy

from shapealg import formulas
from shapealg.checks.backends import numpy as loops
from shapealg.checks.bench import (
    DILATIONS,
    GRID,
    KERNELS,
    LAYERS,
    PADS,
    REFUSED,
    SIZE,
    SIZES,
    STRIDES,
    case,
    counted,
    described,
    spoken,
)


def conv_output_size(bench, record):
    """Padding on either side, and cropping."""
    counted(
        bench,
        record,
        formulas.conv_output_size,
        (
            (c := case(*g, lo=lo, hi=hi), c)
            for g in GRID
            for lo, hi in PADS
            if g[0] + min(lo, 0) + min(hi, 0) > 0
        ),
    )


def plain_output_size(bench, record):
    """No stride, no padding."""
    counted(
        bench,
        record,
        formulas.plain_output_size,
        (({"n": n, "f": f}, case(n, f)) for n, f in product(range(1, 15), range(1, 8))),
    )


def strided_output_size(bench, record):
    """Strides without padding."""
    counted(
        bench,
        record,
        formulas.strided_output_size,
        (({"n": n, "k": k, "s": s}, case(n, k, s)) for n, k, s in product(SIZES, KERNELS, STRIDES)),
    )


def dilated_output_size(bench, record):
    """Dilations without padding."""
    counted(
        bench,
        record,
        formulas.dilated_output_size,
        (
            ({"n": n, "k": k, "d": d}, case(n, k, 1, d))
            for n, k, d in product(SIZES, KERNELS, range(1, 4))
        ),
    )


def valid_output_size(bench, record):
    """Strides and dilations without padding."""
    counted(bench, record, formulas.valid_output_size, ((case(*g), case(*g)) for g in GRID))


def symmetric_output_size(bench, record):
    """The same padding on both sides."""
    counted(
        bench,
        record,
        formulas.symmetric_output_size,
        ((case(*g, p=p), case(*g, lo=p, hi=p)) for g in GRID for p in (1, 2)),
    )


def full_output_size(bench, record):
    """Padding with which the outermost windows meet one position."""
    counted(
        bench,
        record,
        formulas.full_output_size,
        (
            ({"n": n, "k": k, "d": d}, case(n, k, 1, d, lo=d * (k - 1), hi=d * (k - 1)))
            for n, k, d in product(SIZES, KERNELS, DILATIONS)
        ),
    )


def half_output_size(bench, record):
    """Padding by half the kernel."""
    counted(
        bench,
        record,
        formulas.half_output_size,
        (
            ({"n": n, "k": k, "s": s}, case(n, k, s, lo=k // 2, hi=k // 2))
            for n, k, s in product(SIZES, range(1, 7), STRIDES)
        ),
    )


def causal_output_size(bench, record):
    """The framework's own "causal"."""
    counted(
        bench,
        record,
        formulas.causal_output_size,
        ((case(*g), case(*g, padding="causal")) for g in GRID),
    )


def same_output_size(bench, record):
    """The framework's own "same"."""
    counted(
        bench,
        record,
        formulas.same_output_size,
        (({"n": g[0], "s": g[2]}, case(*g, padding="same")) for g in GRID),
    )


def ceiling_as_floor(bench, record):
    """A kernel of 1, whose count is both."""
    counted(
        bench,
        record,
        formulas.ceiling_as_floor,
        (({"n": n, "s": s}, case(n, 1, s)) for n, s in product(range(1, 21), range(1, 6))),
    )


def same_padding(bench, record):
    """The least padding with which "valid" gives as many outputs as "same"; placed half and half it
    gives the same response.
    """
    for n, k, s, d in GRID:
        how = case(n, k, s, d, padding="same")
        same = bench.response(**how)
        if bench.refuses(s, d, "same"):
            record.meet(how, REFUSED, same)
            continue
        total = 0
        while isinstance(tried := bench.count(n, k, s, d, "valid", 0, total), str) or tried < len(
            same
        ):
            total += 1
        record.meet(how, formulas.same_padding(n, k, s, d=d), total)
        record.meet(
            how | {"placed": True},
            same,
            bench.response(n, k, s, d, "valid", total // 2, total - total // 2),
        )


def exact_fit_output_size(bench, record):
    """Padding by one, where windows fit exactly."""
    counted(
        bench,
        record,
        formulas.exact_fit_output_size,
        ((c := case(*g, lo=1, hi=1), c) for g in GRID),
    )


def _unread(measured) -> int:
    """The columns at the end of a response that no output answers to."""
    answered = numpy.asarray(measured).any(axis=0)
    return len(answered) - 1 - max(numpy.flatnonzero(answered), default=-1)


def unread_padded_size(bench, record):
    """Without padding, the columns at the end of the response that no output answers to."""
    for n, k, s, d in GRID:
        measured = bench.response(n, k, s, d)
        if bench.refuses(s, d):
            record.meet(case(n, k, s, d), REFUSED, measured)
        elif n >= d * (k - 1) + 1:
            record.meet(
                case(n, k, s, d), formulas.unread_padded_size(n, k, s, d=d), _unread(measured)
            )


def unread_input_size(bench, record):
    """The columns at the end of the response that no output answers to, with padding around; where
    windows leave gaps, a column may be dark although a window lies behind it.
    """
    for (n, k, s, d), (lo, hi) in product(GRID, PADS):
        if n + min(lo, 0) + min(hi, 0) < 1 or s > k or d > 1:
            continue
        how = case(n, k, s, d, lo=lo, hi=hi)
        measured = bench.response(**how)
        if bench.refuses(s, d):
            record.meet(how, REFUSED, measured)
        elif n + lo + hi >= k:
            record.meet(how, formulas.unread_input_size(**how), _unread(measured))


def window_adjunction(bench, record):
    """Whether so many outputs come out, against the law's answer."""
    for n, k, s, m in product(range(3, 10), (1, 3), STRIDES, range(1, 6)):
        count = bench.count(n, k, s, lo=1, hi=0)
        record.meet(
            case(n, k, s, m=m),
            formulas.window_adjunction(n, m, k, s, lo=1),
            not isinstance(count, str) and m <= count,
        )


def _border(bench, record, law, inside, outside):
    for m, k, s in product(range(1, 6), KERNELS, STRIDES):
        size = law(m=m, k=k, s=s, lo=0, hi=1)
        if size < 1:
            continue
        record.meet(case(size, k, s, m=m), m, bench.count(size, k, s, hi=1))
        if size + outside >= 1:
            beyond = bench.count(size + outside, k, s, hi=1)
            record.meet(
                case(size + outside, k, s, m=m, outside=True),
                inside,
                (0 if isinstance(beyond, str) else beyond) - m,
            )


def smallest_input_size(bench, record):
    """It gives so many outputs, and one position less gives fewer."""
    _border(bench, record, formulas.smallest_input_size, -1, -1)


def largest_input_size(bench, record):
    """It gives so many outputs, and one position more gives more."""
    _border(bench, record, formulas.largest_input_size, 1, 1)


TWO_LAYERS = tuple(
    product(
        (
            {"k": 3},
            {"k": 3, "s": 2, "lo": 1, "hi": 1},
            {"k": 2, "s": 2},
            {"k": 3, "d": 2, "lo": 0, "hi": 1},
        ),
        repeat=2,
    )
)
CHAINS = (
    ({"k": 7, "s": 2, "lo": 3, "hi": 3}, {"k": 3, "s": 2, "lo": 1, "hi": 1}, {"k": 3}),
    ({"k": 3}, {"k": 3}, {"k": 2, "s": 2}, {"k": 3}, {"k": 3}, {"k": 2, "s": 2}),
    (
        {"k": 2, "d": 1, "lo": 1},
        {"k": 2, "d": 2, "lo": 2},
        {"k": 2, "d": 4, "lo": 4},
        {"k": 2, "d": 8, "lo": 8},
    ),
    ({"k": 3, "s": 3}, {"k": 1}, {"k": 4, "s": 2, "lo": 2, "hi": 1}, {"k": 5}),
)


def _fits(n, layers):
    """Whether the chain gives something at every node, told by the loops, not by the law."""
    for words in layers:
        n = loops.count_windows(n, **words)
    return n > 0


def two_layer_output_size(bench, record):
    """Two layers, run one after the other."""
    for first, second in TWO_LAYERS:
        for n in range(7, 21, 2):
            if _fits(n, (first, second)):
                arguments = {
                    f"{name}_{i}": value
                    for i, words in ((1, first), (2, second))
                    for name, value in words.items()
                }
                record.meet(
                    {"n": n, **arguments},
                    formulas.two_layer_output_size(n=n, **arguments),
                    len(bench.backend.paths(n, [first, second])),
                )


def _sequences(layers, names):
    sequences = {}
    for name in names:
        neutral = 0 if name in ("lo", "hi") else 1
        sequences[name] = [words.get(name, neutral) for words in layers]
    return sequences


def chain_output_size(bench, record):
    """Several layers, run one after the other."""
    for layers in CHAINS:
        for n in range(30, 50, 3):
            if _fits(n, layers):
                arguments = _sequences(layers, ("k", "s", "d", "lo", "hi"))
                record.meet(
                    {"n": n, **arguments},
                    formulas.chain_output_size(n=n, **arguments),
                    len(bench.backend.paths(n, list(layers))),
                )


def receptive_field_size(bench, record):
    """From the first to the last input position that an output in the middle answers to."""
    for layers in (*CHAINS, *TWO_LAYERS):
        paths = bench.backend.paths(91, list(layers))
        lit = numpy.flatnonzero(paths[len(paths) // 2])
        arguments = _sequences(layers, ("k", "s", "d"))
        record.meet(
            arguments, formulas.receptive_field_size(**arguments), int(lit.max() - lit.min() + 1)
        )


def conv_parameters(bench, record):
    """The parameters of layers that are built."""
    for rank, words, c in LAYERS:
        made = bench.backend.built(rank, words, (1, *SIZE[:rank], c))
        arguments = {
            "k": (words["kernel_size"],) * rank,
            "c": c,
            "f": words["filters"],
            "g": words.get("groups", 1),
        }
        record.meet(
            described(rank, words, c), formulas.conv_parameters(**arguments), made["parameters"]
        )


SHAPES = ((1, 3), (2, 2), (2, 3), (3, 2))  # (rank, kernel size)
FEW = (1, 2, 4)


def _weights(bench, rank, filters, kernel_size, c, groups=1):
    """The parameters of one layer that the backend has built, and those that are no bias."""
    words = {"filters": filters, "kernel_size": kernel_size, "groups": groups}
    made = bench.backend.built(rank, words, (1, *SIZE[:rank], c))["parameters"]
    return made, made - filters


def connected_parameters(bench, record):
    """Filter by filter, each a layer over the channels that it reads; and groups."""
    tables = ((3,) * 6 + (4,) * 9 + (6,), (1, 2), (2, 2, 2), (1,))
    for (rank, k), table in product(SHAPES, tables):
        record.meet(
            {"rank": rank, "k": k, "table": table},
            formulas.connected_parameters(k=(k,) * rank, u=sum(table), f=len(table)),
            sum(_weights(bench, rank, 1, k, c)[0] for c in table),
        )
    for (rank, k), g in product(SHAPES, FEW):
        record.meet(
            {"rank": rank, "k": k, "g": g},
            formulas.connected_parameters(k=(k,) * rank, u=4 * 8 // g, f=8),
            _weights(bench, rank, 8, k, 4, g)[0],
        )


def separable_parameters(bench, record):
    """A group per input channel, then one tap; the bias of the second step."""
    for (rank, k), c, q, f in product(SHAPES, FEW, (1, 2), (1, 3)):
        depthwise = _weights(bench, rank, c * q, k, c, c)[1]
        record.meet(
            {"rank": rank, "k": k, "c": c, "q": q, "f": f},
            formulas.separable_parameters(k=(k,) * rank, c=c, f=f, q=q),
            depthwise + _weights(bench, rank, f, 1, c * q)[0],
        )


def _two_steps(bench, t_1, t_2, c, m, f):
    """A (2+1)D block, built: with biases, and without."""
    parts = (
        _weights(bench, 3, m, (1, *t_1), c),
        _weights(bench, 3, f, (t_2, 1, 1), m),
    )
    return tuple(map(sum, zip(*parts, strict=True)))


PLANES = ((1, 2), (2, 2), (3, 3))


def factored_parameters(bench, record):
    """The parameters of two steps that are built."""
    for t_1, t_2, c, m, f in product(PLANES, (1, 3), (1, 3), (1, 4), (2, 5)):
        words = {"t_1": t_1[0] * t_1[1], "t_2": t_2, "c": c, "m": m, "f": f}
        for b, measured in zip((1, 0), _two_steps(bench, t_1, t_2, c, m, f), strict=True):
            record.meet(words | {"b": b}, formulas.factored_parameters(**words, b=b), measured)


def factored_channels(bench, record):
    """The widest block that has no more weights than the whole kernel, found by building."""
    for t_1, t_2, c, f in product(PLANES, (2, 3), (2, 3), (2, 4)):
        whole = _weights(bench, 3, f, (t_2, *t_1), c)[1]
        m = 0
        while _two_steps(bench, t_1, t_2, c, m + 1, f)[1] <= whole:
            m += 1
        words = {"t_1": t_1[0] * t_1[1], "t_2": t_2, "c": c, "f": f}
        record.meet(words, formulas.factored_channels(**words), m)


def conv_macs(bench, record):
    """FLOPs as counted by the framework, halved. XLA leaves out products with padding, so on JAX
    only unpadded layers count.
    """
    for rank, words, c in LAYERS:
        if not bench.speaks(words):
            continue
        if words.get("padding", "valid") != "valid" and bench.backend.name == "keras-jax":
            continue
        if bench.backend.name == "keras-tensorflow" and (
            rank != 2 or words.get("groups", 1) > 1 or words.get("dilation_rate", 1) > 1
        ):
            # TensorFlow's profiler knows the FLOPs of Conv2D alone; groups and dilation run as
            # other operations
            continue
        shape = (1, *SIZE[:rank], c)
        layer = spoken(rank, words)
        output = layer.output_shape(shape)
        record.meet(
            described(rank, words, c),
            2 * layer.macs(shape),
            bench.backend.flops(rank, words, shape, output),
        )


def transposed_macs(bench, record):
    """FLOPs as counted by the framework, halved."""
    for rank, k, s, c, f, g in product((1, 2, 3), (1, 2, 3), (1, 2, 3), (2, 4), (6,), (1, 2)):
        n = (4, 3, 5)[:rank]
        if s <= k and (flops := bench.backend.transposed_flops(n, k, s, c, f, g)) is not None:
            record.meet(
                {"n": n, "k": k, "s": s, "c": c, "f": f, "g": g},
                2 * formulas.transposed_macs(n, (k,) * rank, c, f, g),
                flops,
            )


def flat_channel(bench, record):
    """Where `Reshape` puts a channel of a column."""
    for w, c in product((1, 2, 5), (1, 3, 4)):
        for u, v in product(range(w), range(c)):
            record.meet(
                {"u": u, "v": v, "w": w, "c": c},
                formulas.flat_channel(u, v, c),
                bench.backend.flattened(u, v, (w, c)),
            )


def spanned_axis_convolution(bench, record):
    """Conv2D with a kernel as wide as the input, against the law's one-dimensional sum, on random
    integers.
    """
    random = numpy.random.default_rng(0)
    for n, k, w, c, s in product((5, 6), (1, 3), (1, 4), (1, 3), (1, 2)):
        x, kernel = random.integers(-4, 5, (n, w, c)), random.integers(-4, 5, (k, w, c))
        words = {"filters": 1, "kernel_size": (k, w), "strides": s}
        y = bench.backend.layer(
            words,
            x[None].astype("float32"),
            kernel[..., None].astype("float32"),
            numpy.zeros(1, "float32"),
        )
        for j in range(y.shape[1]):
            expected = formulas.spanned_axis_convolution(x, kernel, j, k, w, c, s)
            record.meet(
                {"n": n, "k": k, "w": w, "c": c, "s": s, "j": j},
                expected,
                round(float(y[0, j, 0, 0])),
            )
