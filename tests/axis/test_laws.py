"""Every law three times: symbolically and against what is printed, against loops, on real
frameworks.
"""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import product
from random import Random

import dumb
import numpy
import pytest
import sympy
from needed import ROOT

from shapealg import DomainError, ProofError, ShapeError, Window, formulas
from shapealg.checks import KNOWN
from shapealg.checks.verify import LAWFUL
from shapealg.law.inequalities import Ceiling, Floor, Strict, Unfloor
from shapealg.law.proof import Bound, Count, Largest, Smallest
from shapealg.law.rules import Backwards, Induction

LAWS = {law.name: law for law in formulas.laws()}
SCALAR = [law for law in LAWS.values() if not any(p.sequence or p.array for p in law.parameters)]
named = {"ids": lambda value: getattr(value, "name", None)}


@pytest.fixture(scope="module", autouse=True)
def begun(request):
    """The frameworks work while the tests above theirs run."""
    wanted = {
        item.callspec.params["backend"]: item
        for item in request.session.items
        if "measured" in getattr(item, "fixturenames", ())
    }
    if run := [backend for backend, item in wanted.items() if not item.get_closest_marker("skip")]:
        request.getfixturevalue("measured").start(*run)


# ---------------------------------------------------------------- loops and grids: for every law,
# arguments and the number a loop counts


def rows(text, *ranges, also=lambda **a: True):
    names = text.split()
    made = (dict(zip(names, values, strict=True)) for values in product(*ranges))
    return [a for a in made if also(**a)]


def outputs(n, k=1, s=1, d=1, lo=0, hi=0, p=None, f=None):
    return dumb.count(n, f or k, s, d, *((lo, hi) if p is None else (p, p)))


def some(**a):
    return outputs(**a) > 0


N, K, S, D = range(1, 13), range(1, 5), range(1, 4), range(1, 4)
WAYS = ((0, 0), (1, 2), (3, 0), (-1, 1))
PADDED = [
    {**a, "lo": lo, "hi": hi}
    for a in rows("n k s d", N, K, S, (1, 2))
    for lo, hi in WAYS
    if some(**a, lo=lo, hi=hi)
]
WRITTEN = [
    {**a, "lo": lo, "hi": hi, "op": op}
    for a in rows("n k s d", range(1, 7), K, S, (1, 2))
    for lo, hi in WAYS
    for op in (0, 1, 2)
    if dumb.transposed(**a, lo=lo, hi=hi, op=op)
]
HANGING = [
    {**a, "lo": lo, "hi": hi}
    for a in rows("n k s d", N, K, S, (1, 2))
    for lo, hi in ((0, 0), (1, 1), (2, 0), (1, 3))
    if a["n"] + lo + hi + a["s"] > a["d"] * (a["k"] - 1) + 1
]
BACK = [
    {**a, "lo": lo, "hi": hi} for a in rows("m k s d", range(1, 6), K, S, (1, 2)) for lo, hi in WAYS
]
LAYER = (
    (3, 1, 1, 0, 0),
    (3, 2, 1, 1, 1),
    (2, 2, 1, 0, 0),
    (3, 1, 2, 0, 2),
    (4, 3, 1, 2, 1),
    (1, 1, 1, 0, 0),
)
STACKS = (
    *product(LAYER, repeat=1),
    *product(LAYER, repeat=2),
    *product(LAYER[1:4], repeat=3),
    (LAYER[0],) * 5 + (LAYER[1],) * 2,
)


def _paired(layers):
    return {
        f"{name}_{i}": v
        for i, layer in enumerate(layers, 1)
        for name, v in zip(("k", "s", "d", "lo", "hi"), layer, strict=True)
    }


def _listed(layers, *names):
    return {
        name: [layer[["k", "s", "d", "lo", "hi"].index(name)] for layer in layers] for name in names
    }


def _unpaired(a):
    return [tuple(a[f"{name}_{i}"] for name in ("k", "s", "d", "lo", "hi")) for i in (1, 2)]


def _zipped(a):
    return list(
        zip(*(a.get(name, [0] * len(a["k"])) for name in ("k", "s", "d", "lo", "hi")), strict=True)
    )


def correlated(x, K, j, k, w, c, s=1):
    """NumPy's own sum over the window; its axes are (position, column, channel)."""
    return int((numpy.array(x)[s * j : s * j + k] * numpy.array(K)).sum())


_RANDOM = numpy.random.default_rng(0)
VOLUMES = [
    {
        "x": _RANDOM.integers(-9, 9, (s * j + k, w, c)).tolist(),
        "K": _RANDOM.integers(-9, 9, (k, w, c)).tolist(),
        "j": j,
        "k": k,
        "w": w,
        "c": c,
        "s": s,
    }
    for j, k, w, c, s in product((0, 2), (1, 3), (1, 4), (1, 3), (1, 2))
]
GROUPED = [
    {"k": [k] * r, "c": c, "f": f, "g": g}
    for r, k, c, f, g in product((1, 2, 3), (1, 3), (2, 4), (2, 4), (1, 2))
] + [{"k": [3, 1, 2], "c": 2, "f": 3, "g": 1}]


class Loops(dict):
    """By the name of a law: the arguments to try, and the loop that counts."""

    def __missing__(self, name):
        raise LookupError(
            f"the law {name} has no loop; add a row (arguments, loop) to LOOPS in"
            " tests/axis/test_laws.py"
        )


LOOPS = Loops()
LOOPS |= {
    "plain_output_size": (rows("n f", N, range(1, 6), also=some), outputs),
    "conv_output_size": (PADDED, outputs),
    "strided_output_size": (rows("n k s", N, K, S, also=some), outputs),
    "dilated_output_size": (rows("n k d", N, K, D, also=some), outputs),
    "valid_output_size": (rows("n k s d", N, K, S, D, also=some), outputs),
    "symmetric_output_size": (rows("n k p s d", N, K, range(-1, 3), S, D, also=some), outputs),
    # every window that touches the input at all: lay them far outside and keep those
    "full_output_size": (
        rows("n k d", N, K, D),
        lambda n, k, d: sum(
            any(0 <= i < n for i in range(w[0], w[-1] + 1))
            for w in dumb.windows(n, k, 1, d, 20, 20)
        ),
    ),
    "half_output_size": (
        rows("n k s", N, range(1, 7), S),
        lambda n, k, s: outputs(n, k, s, 1, k // 2, k // 2),
    ),
    # the window that ends at position 0, s, 2s, …: it never looks ahead
    "causal_output_size": (
        rows("n k s d", N, K, S, D),
        lambda n, k, s, d: sum(w[-1] >= 0 for w in dumb.windows(n, k, s, d, d * (k - 1))),
    ),
    "same_output_size": (rows("n s", N, range(1, 6)), dumb.same_outputs),
    "same_padding": (rows("n k s d", N, K, S, D), dumb.same_padding),
    "ceiling_as_floor": (rows("n s", range(1, 31), range(1, 8)), dumb.same_outputs),
    "exact_fit_output_size": ([a for a in PADDED if dumb.unread_padded(**a) == 0], outputs),
    "unread_padded_size": (PADDED, dumb.unread_padded),
    "unread_input_size": (PADDED, dumb.unread_input),
    "window_adjunction": (
        [{"n": n, **a} for n in range(1, 12) for a in BACK],
        lambda m, **a: m <= outputs(**a),
    ),
    "smallest_input_size": (
        BACK,
        lambda m, k, s, d, lo, hi: dumb.smallest_input(m, k, s, d, lo, hi),
    ),
    "largest_input_size": (BACK, lambda m, k, s, d, lo, hi: dumb.largest_input(m, k, s, d, lo, hi)),
    "transposed_output_size": (WRITTEN, lambda **a: len(dumb.transposed(**a))),
    "restoring_output_padding": (
        PADDED,
        lambda n, k, s, d, lo, hi: dumb.restoring(n, k, s, d, lo, hi),
    ),
    "padded_size": (
        rows(
            "n lo hi",
            range(8),
            range(-3, 4),
            range(-3, 4),
            also=lambda n, lo, hi: range(-lo, n + hi),
        ),
        lambda n, lo, hi: len(range(-lo, n + hi)),
    ),
    "interior_padded_size": (rows("n s", N, range(1, 6)), lambda n, s: len(dumb.spread(n, s))),
    "ceil_output_size": (HANGING, lambda **a: len(dumb.hanging(**a))),
    "clipped_ceil_output_size": (HANGING, lambda **a: len(dumb.hanging(**a, clipped=True))),
    "two_layer_output_size": (
        [
            {"n": n, **_paired(pair)}
            for pair in product(LAYER, repeat=2)
            for n in range(3, 24)
            if dumb.chain(n, pair)
        ],
        lambda n, **a: dumb.chain(n, _unpaired(a)),
    ),
    "chain_output_size": (
        [
            {"n": n, **_listed(stack, "k", "s", "d", "lo", "hi")}
            for stack in STACKS
            for n in range(5, 60, 7)
            if dumb.chain(n, stack)
        ],
        lambda n, **a: dumb.chain(n, _zipped(a)),
    ),
    "receptive_field_size": (
        [_listed(stack, "k", "s", "d") for stack in STACKS],
        lambda **a: dumb.sees(_zipped(a)),
    ),
    "conv_parameters": (
        [a | {"b": b} for a in GROUPED for b in (0, 1)],
        lambda k, c, f, g, b: dumb.multiplications((1,), k, c, f, g) + sum(b for _ in range(f)),
    ),
    "connected_parameters": (
        [
            {"k": [k] * r, "u": u, "f": f, "b": b}
            for r, k, u, f, b in product((1, 2, 3), (1, 3), (1, 7), (1, 4), (0, 1))
        ],
        lambda k, u, f, b: sum(
            [1 for _ in range(u) for _ in product(*map(range, k))] + [b for _ in range(f)]
        ),
    ),
    "separable_parameters": (
        [
            {"k": [k] * r, "c": c, "f": f, "q": q, "b": b}
            for r, k, c, f, q, b in product((1, 2, 3), (1, 3), (1, 4), (1, 3), (1, 2), (0, 1))
        ],
        lambda k, c, f, q, b: (
            dumb.multiplications((1,), k, c, c * q, c)
            + dumb.multiplications((1,), [1], c * q, f)
            + sum(b for _ in range(f))
        ),
    ),
    "factored_parameters": (
        rows("t_1 t_2 c m f b", (1, 4, 9), (1, 3), (1, 3), (1, 5), (2, 4), (0, 1)),
        lambda t_1, t_2, c, m, f, b: (
            dumb.multiplications((1,), [t_1], c, m)
            + dumb.multiplications((1,), [t_2], m, f)
            + sum(b for _ in range(m + f))
        ),
    ),
    "factored_channels": (
        rows("t_1 t_2 c f", (1, 4, 9), (1, 2, 3), (1, 3, 8), (2, 5, 8)),
        lambda t_1, t_2, c, f: max(
            m
            for m in range(100)
            if dumb.multiplications((1,), [t_1], c, m) + dumb.multiplications((1,), [t_2], m, f)
            <= dumb.multiplications((1,), [t_1, t_2], c, f)
        ),
    ),
    "conv_macs": (
        [a | {"m": m[: len(a["k"])]} for a in GROUPED for m in ([1, 1, 1], [4, 2, 3])],
        dumb.multiplications,
    ),
    "transposed_macs": (
        [a | {"n": n[: len(a["k"])]} for a in GROUPED for n in ([1, 1, 1], [4, 2, 3])],
        lambda n, k, c, f, g: dumb.multiplications(n, k, f, c, g),
    ),
    "flat_channel": (
        rows("u v c", range(5), range(4), range(1, 5), also=lambda u, v, c: v < c),
        lambda u, v, c: int(numpy.arange(5 * c).reshape(5, c)[u, v]),
    ),
    "spanned_axis_convolution": (VOLUMES, correlated),
}


def test_every_law_has_a_loop():
    assert min(len(LOOPS[name][0]) for name in LAWS) > 20
    assert set(LOOPS) == set(LAWS)


def test_a_law_without_a_loop_is_one_line():
    with pytest.raises(LookupError, match="the law doubly_padded_size has no loop; add a row"):
        LOOPS["doubly_padded_size"]


def symbols_of(law):
    """At these values, what a law means by its symbols: ints, or functions of indices counted as
    the law counts.
    """

    def at(arguments):
        given = law.signature.bind(**arguments)
        given.apply_defaults()
        made = dict(given.arguments)
        for p in law.parameters:
            if p.sequence:
                entries = made[p.name] if isinstance(made[p.name], list) else None
                made[p.name] = (
                    (lambda fill: lambda i: fill)(made[p.name])
                    if entries is None
                    else (lambda e: lambda i: e[int(i) - 1])(entries)
                )
                if entries is not None:
                    made[law.length.name] = len(entries)
            elif p.array:
                made[p.name] = (lambda a: lambda *i: int(a[tuple(map(int, i))]))(
                    numpy.array(made[p.name])
                )
        return made

    return at


@cache
def sample(law, many=12):
    """A few of the grid's arguments, spread out; and for plain sizes whatever else the law's own
    assumptions let through.
    """
    grid = LOOPS[law.name][0]
    points = list(map(symbols_of(law), grid[:: max(1, len(grid) // many)]))
    if law not in SCALAR:
        return points
    # same: k and d are in the question, not in the answer
    names = {s.name: s for s in law.left.free_symbols} | {p.name: p.symbol for p in law.parameters}
    draw, drawn = Random(law.name), []
    for _ in range(4000):
        at = {
            name: (
                draw.randint(1, 4) if s.is_positive else draw.randint(-5, 12 if name == "n" else 5)
            )
            for name, s in names.items()
        }
        if len(drawn) < many and all(dumb.value(a, at) for a in law.assumptions):
            drawn.append(at)
    assert len(drawn) == many
    return [dict.fromkeys(names, 1) | at for at in (*points, *drawn)]


# ---------------------------------------------------------------- level 1: symbols, and what is
# printed elsewhere

I, J, KK, SS, P, DD = sympy.symbols("n m k s p d", integer=True)  # noqa: E741 — input and output, with J
DUMOULIN = "Dumoulin & Visin, arXiv:1603.07285, "
TORCH = "https://docs.pytorch.org/docs/stable/generated/torch.nn."
TF = "https://www.tensorflow.org/api_docs/python/tf/nn/convolution"
# law, the printed right side, what it is printed for, where it is printed
PUBLISHED = (
    ("plain_output_size", "(n - f) + 1", {}, DUMOULIN + "relationship 1"),
    ("symmetric_output_size", "(n - k) + 2*p + 1", {"s": 1, "d": 1}, DUMOULIN + "relationship 2"),
    ("half_output_size", "n", {"k": (1, 3, 5), "s": 1}, DUMOULIN + "relationship 3, odd k"),
    (
        "half_output_size",
        "n + 2*floor(k/2) - (k - 1)",
        {"s": 1},
        DUMOULIN + "section 2.3.1, k // 2 on each side",
    ),
    ("full_output_size", "n + (k - 1)", {"d": 1}, DUMOULIN + "relationship 4"),
    ("strided_output_size", "floor((n - k)/s) + 1", {}, DUMOULIN + "relationship 5"),
    ("symmetric_output_size", "floor((n + 2*p - k)/s) + 1", {"d": 1}, DUMOULIN + "relationship 6"),
    (
        "unread_padded_size",
        "Mod(n + lo + hi - k, s)",
        {"d": 1},
        DUMOULIN + "relationship 14, a = (i + 2p − k) mod s",
    ),
    (
        "symmetric_output_size",
        "floor((n + 2*p - k - (k - 1)*(d - 1))/s) + 1",
        {},
        DUMOULIN + "relationship 15",
    ),
    ("symmetric_output_size", "floor((n + 2*p - d*(k - 1) - 1)/s + 1)", {}, TORCH + "Conv1d.html"),
    (
        "symmetric_output_size",
        "floor((n + 2*p - d*(k - 1) - 1)/s + 1)",
        {},
        TORCH + "MaxPool1d.html",
    ),
    (
        "conv_output_size",
        "floor((n + lo + hi - ((k - 1)*d + 1))/s + 1)",
        {},
        "https://onnx.ai/onnx/operators/onnx__MaxPool.html, pad_shape = lo + hi",
    ),
    (
        "exact_fit_output_size",
        "(n - k + lo + hi)/s + 1",
        {"d": 1},
        "https://cs231n.github.io/convolutional-networks/, (W − F + 2P)/S + 1",
    ),
    ("valid_output_size", "ceiling((n - (k - 1)*d)/s)", {}, TF + ", VALID"),
    ("dilated_output_size", "n - (k - 1)*d", {}, TF + ", VALID, strides 1"),
    ("same_output_size", "ceiling(n/s)", {}, TF + ", SAME"),
    (
        "same_padding",
        (
            "Piecewise((Max(d*(k - 1) + 1 - s, 0), Eq(Mod(n, s), 0)), (Max(d*(k - 1) + 1 - Mod(n,"
            " s), 0), True))"
        ),
        {},
        "https://www.tensorflow.org/api_docs/python/tf/nn, Notes on padding",
    ),
    (
        "causal_output_size",
        "floor((n - 1)/s) + 1",
        {},
        "keras/src/ops/operation_utils.py, compute_conv_output_shape, causal",
    ),
    (
        "ceiling_as_floor",
        "floor((n + s - 1)/s)",
        {},
        "Graham, Knuth, Patashnik, Concrete Mathematics, exercise 3.12",
    ),
    (
        "smallest_input_size",
        "(m - 1)*s - lo - hi + d*(k - 1) + 0 + 1",
        {},
        TORCH + "ConvTranspose1d.html, output_padding = 0",
    ),
    (
        "largest_input_size",
        "(m - 1)*s - lo - hi + d*(k - 1) + (s - 1) + 1",
        {},
        TORCH + "ConvTranspose1d.html, output_padding = s − 1, the largest",
    ),
    (
        "window_adjunction",
        "(m - 1)*s - lo - hi + d*(k - 1) + 1 <= n",
        {},
        TORCH + "ConvTranspose1d.html, on the left",
    ),
    (
        "transposed_output_size",
        "(n - 1)*s - lo - hi + d*(k - 1) + op + 1",
        {},
        TORCH + "ConvTranspose1d.html, 2 × padding = lo + hi",
    ),
    (
        "transposed_output_size",
        "s*(n - 1) + op + ((k - 1)*d + 1) - lo - hi",
        {},
        "https://onnx.ai/onnx/operators/onnx__ConvTranspose.html",
    ),
    (
        "transposed_output_size",
        "s*(n - 1) + op + k - lo - hi",
        {"d": 1},
        DUMOULIN + "relationship 14, a = op",
    ),
    (
        "restoring_output_padding",
        "Mod(n + lo + hi - k, s)",
        {"d": 1},
        DUMOULIN + "relationship 14, a = (i + 2p − k) mod s",
    ),
    ("padded_size", "n + lo + hi", {}, TORCH + "ZeroPad1d.html"),
    (
        "interior_padded_size",
        "n + (n - 1)*(s - 1) + 0 + 0",
        {},
        "https://openxla.org/xla/operation_semantics#pad, interior_padding = s − 1",
    ),
    (
        "ceil_output_size",
        "ceiling((n + lo + hi - d*(k - 1) - 1)/s + 1)",
        {},
        "https://onnx.ai/onnx/operators/onnx__MaxPool.html, ceil_mode",
    ),
    (
        "ceil_output_size",
        "floor((n - k + lo + hi + s - 1)/s) + 1",
        {"d": 1},
        (
            "https://www.paddlepaddle.org.cn/documentation/docs/en/api/paddle/nn/MaxPool1D_en.html,"
            " ceil_mode"
        ),
    ),
    (
        "clipped_ceil_output_size",
        (
            "Piecewise((floor((n + lo + hi - k + s - 1)/s), (floor((n + lo + hi - k + s - 1)/s) + 1"
            " - 1)*s >= n + lo), (floor((n + lo + hi - k + s - 1)/s) + 1, True))"
        ),
        {"d": 1, "k": (3, 4), "hi": (0, 1)},
        (
            "https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/Pool.h,"
            " pooling_output_shape_pad_lr"
        ),
    ),
    (
        "two_layer_output_size",
        (
            "floor((floor((n + lo_1 + hi_1 - d_1*(k_1 - 1) - 1)/s_1 + 1) + lo_2 + hi_2 - d_2*(k_2 -"
            " 1) - 1)/s_2 + 1)"
        ),
        {},
        TORCH + "Conv1d.html, twice",
    ),
    (
        "chain_output_size",
        (
            "floor((n + Sum((lo[i] + hi[i])*Product(s[h], (h, 1, i - 1)), (i, 1, L)) - 1 -"
            " Sum(d[i]*(k[i] - 1)*Product(s[h], (h, 1, i - 1)), (i, 1, L)))/Product(s[h], (h, 1,"
            " L))) + 1"
        ),
        {},
        (
            "Araujo, Norris, Sim, Computing Receptive Fields,"
            " https://distill.pub/2019/computing-receptive-fields/, equations for S₀, P₀ and r₀"
        ),
    ),
    (
        "receptive_field_size",
        "Sum((d[i]*(k[i] - 1) + 1 - 1)*Product(s[h], (h, 1, i - 1)), (i, 1, L)) + 1",
        {},
        "Araujo, Norris, Sim, equation 2, k replaced by α(k − 1) + 1 for dilation",
    ),
    (
        "conv_parameters",
        "f*c/g*Product(k[i], (i, 1, r)) + b*f",
        {},
        TORCH + "Conv2d.html, weight (out, in/groups, k₀, k₁), bias (out)",
    ),
    (
        "connected_parameters",
        "Product(k[i], (i, 1, r))*u + b*f",
        {},
        "LeCun et al. 1998, Gradient-based learning, table I, layer C3: 60 pairs, 1516",
    ),
    (
        "separable_parameters",
        "Product(k[i], (i, 1, r))*c*q + (c*q + b)*f",
        {},
        "https://keras.io/api/layers/convolution_layers/separable_convolution2d, its weights",
    ),
    (
        "factored_parameters",
        "t_1*c*m + t_2*m*f",
        {"b": 0},
        "Tran et al., arXiv:1711.11248, section 3.5",
    ),
    (
        "factored_channels",
        "floor(t_1*t_2*c*f/(t_1*c + t_2*f))",
        {},
        "Tran et al., arXiv:1711.11248, section 3.5, M",
    ),
    (
        "conv_macs",
        "Product(k[i], (i, 1, r))*c*f*Product(m[i], (i, 1, r))",
        {"g": 1},
        "Howard et al., MobileNets, arXiv:1704.04861, equation 2",
    ),
    (
        "conv_macs",
        "Product(k[i], (i, 1, r))*c*Product(m[i], (i, 1, r))",
        {"g": 2, "c": 2, "f": 2},
        "MobileNets, equation 4, depthwise: g = c = f",
    ),
    (
        "transposed_macs",
        "Product(n[i], (i, 1, r))*Product(k[i], (i, 1, r))*f/g*c",
        {},
        (
            "https://github.com/pytorch/pytorch/blob/main/torch/utils/flop_counter.py,"
            " conv_flop_count, halved"
        ),
    ),
    (
        "flat_channel",
        "u*c + v",
        {},
        "https://numpy.org/doc/stable/reference/generated/numpy.ravel_multi_index.html, order C",
    ),
    (
        "spanned_axis_convolution",
        "Sum(x[s*j + a, u, v]*K[a, u, v], (v, 0, c - 1), (u, 0, w - 1), (a, 0, k - 1))",
        {},
        "Goodfellow, Bengio, Courville, Deep Learning, equation 9.8 without the sum over images",
    ),
)


def letters(expr) -> set:
    return {str(s) for s in expr.free_symbols if not isinstance(s, sympy.Indexed)}


def read(text, law):
    """Printed text as SymPy, with the law's own symbols; nothing is evaluated that would need them
    to be numbers.
    """
    symbols = {str(s): s for s in law.left.free_symbols | law.right.free_symbols} | {
        p.name: p.symbol for p in law.parameters
    }
    bound = {name: sympy.Symbol(name, integer=True) for name in "ihauv" if name not in symbols}
    return sympy.sympify(text, locals=bound | symbols)


@pytest.mark.parametrize(
    ("name", "text", "where", "source"),
    PUBLISHED,
    ids=[
        f"{name}-{source.split(',')[-1].split('/')[-1].strip()}" for name, _, _, source in PUBLISHED
    ],
)
def test_the_law_is_what_is_printed(name, text, where, source):
    law, printed = LAWS[name], read(text, LAWS[name])
    if not where:
        # Nothing may hang on a symbol that is not printed.
        assert letters(printed) == letters(law.expr)
    matching = [
        a
        for a in LOOPS[name][0]
        if all(a.get(n, 1) in (v if isinstance(v, tuple) else (v,)) for n, v in where.items())
    ]
    assert len(matching) >= 8
    for at in map(symbols_of(law), matching):
        assert value(printed, at) == dumb.value(law.expr, at)


def value(expr, at):
    if isinstance(expr, sympy.Piecewise):
        return next(dumb.value(e, at) for e, condition in expr.args if dumb.value(condition, at))
    return dumb.value(expr, at)


# Where no floor stands in the way SymPy itself must see that the printed and the derived side are
# one.
SYMBOLIC = {name for name, text, where, _ in PUBLISHED if not where} - {
    "same_padding",
    "two_layer_output_size",
    "valid_output_size",
    "ceiling_as_floor",
    "causal_output_size",
    "window_adjunction",
    "spanned_axis_convolution",
}


@pytest.mark.parametrize(
    ("name", "text"), [row[:2] for row in PUBLISHED if not row[2] and row[0] in SYMBOLIC]
)
def test_and_sympy_sees_it(name, text):
    law = LAWS[name]
    assert sympy.simplify(sympy.expand(law.expr) - sympy.expand(read(text, law))) == 0


@pytest.mark.parametrize("law", LAWS.values(), **named)
def test_the_derivation_holds(law):
    law.check()
    assert (
        law.derivation[0].before == law.left and law.derivation[-1].after == law.right == law.expr
    )
    assert all(
        a.after == b.before for a, b in zip(law.derivation, law.derivation[1:], strict=False)
    )
    assert all(step.reason.zh and step.reason.en for step in law.derivation)


STEPS = [(law, i) for law in LAWS.values() for i in range(len(law.derivation))]
each_step = pytest.mark.parametrize(
    ("law", "i"),
    STEPS,
    ids=[f"{law.name}-{i}-{type(law.derivation[i].rule).__name__}" for law, i in STEPS],
)


def compared(one, other, at) -> bool:
    """Whether two sides of a step mean the same at these numbers; relations are compared for every
    value of what they bind.
    """
    return dumb.value(one, at) == dumb.value(other, at)


@each_step
@pytest.mark.many(3)
def test_each_step_in_numbers(law, i):
    """Both ends of the step by the dumb loop: counts are counted, smallest and largest are
    searched.
    """
    step = law.derivation[i]
    points = sample(law)
    assert len(points) >= 8
    for at in points:
        assert compared(step.before, step.after, at), at


def tampered(expr):
    """Expressions next to `expr`: one more, one less, a side shifted, turned round, a part dropped,
    another bound.
    """
    if isinstance(expr, Bound):
        for other in {Count, Smallest, Largest} - {type(expr)}:
            yield other(*expr.args)
        yield from (expr.func(expr.variable, c) for c in tampered(expr.condition))
    elif isinstance(expr, sympy.And | sympy.Or):
        for a in expr.args:
            rest = [b for b in expr.args if b != a]
            yield expr.func(*rest, evaluate=False) if len(rest) > 1 else rest[0]
            yield from (expr.func(b, *rest, evaluate=False) for b in tampered(a))
    elif isinstance(expr, sympy.core.relational.Relational):
        left, right = expr.args
        for sides in ((left + 1, right), (left, right + 1), (left, right - 1), (right, left)):
            yield expr.func(*sides, evaluate=False)
        if isinstance(expr, sympy.Le | sympy.Lt):
            yield (sympy.Lt if isinstance(expr, sympy.Le) else sympy.Le)(
                left, right, evaluate=False
            )
    elif isinstance(expr, sympy.Sum):
        index, low, high = expr.limits[0]
        yield from (
            expr + 1,
            expr.func(expr.function + 1, *expr.limits),
            expr.func(2 * expr.function, *expr.limits),
        )
        yield expr.func(expr.function, (index, low, high + 1), *expr.limits[1:])
        yield expr.func(
            expr.function, *expr.limits[:-1], (expr.limits[-1][0], 0, expr.limits[-1][2] - 1)
        )
    else:
        yield from (expr + 1, expr - 1, 2 * expr, -expr)


def refused(step) -> bool:
    try:
        step.check()
    except Exception:  # a ProofError; or the rule cannot make sense of it at all
        return True
    return False


def differs(one, other, points) -> bool:
    """Whether the numbers tell the two apart; an expression the loop cannot finish (nothing
    smallest) differs too.
    """
    for at in points:
        try:
            if not compared(one, other, at):
                return True
        except (StopIteration, RuntimeError, IndexError):
            return True
    return False


@pytest.mark.slow
@each_step
def test_a_tampered_step_is_refused(law, i):
    """Whatever the numbers show to be wrong, the rule must refuse; so a rule that always says yes
    is found out.
    """
    step, points = law.derivation[i], sample(law)
    wrong = [replace(step, after=e) for e in tampered(step.after)] + [
        replace(step, before=e) for e in tampered(step.before)
    ]
    wrong = [w for w in wrong if differs(w.before, w.after, points)]
    assert len(wrong) >= 2 and not refused(step)
    assert [f"{w.before} → {w.after}" for w in wrong if not refused(w)] == []


@each_step
def test_a_law_with_a_tampered_step_is_refused(law, i):
    """Also where the one step is true for itself: it no longer joins its neighbours, or no longer
    begins at the left side.
    """
    steps = list(law.derivation)
    for make in ("before", "after"):
        changed = replace(steps[i], **{make: next(tampered(getattr(steps[i], make)))})
        with pytest.raises(Exception) as caught:
            replace(law, derivation=(*steps[:i], changed, *steps[i + 1 :])).check()
        assert isinstance(caught.value, ProofError | AttributeError | ValueError | TypeError)


@each_step
def test_a_step_with_another_reason_is_refused(law, i):
    """Flooring, strictness and ceilings are not what the other rules do."""
    step = law.derivation[i]
    for other in {Floor, Strict, Unfloor, Ceiling} - {type(step.rule)}:
        if (
            isinstance(step.rule, Backwards)
            and isinstance(step.rule.rule, Floor)
            and other is Unfloor
        ):
            continue  # the same thing said twice
        assert refused(replace(step, rule=other()))


def test_a_law_may_not_use_what_it_does_not_assume():
    law = LAWS["exact_fit_output_size"]
    remainder = law.assumptions[-1]
    with pytest.raises(ProofError, match="which it(s assumptions do not give| does not assume)"):
        replace(
            law,
            assumptions=(*law.assumptions[:-1], sympy.Eq(remainder.lhs, 1, evaluate=False)),
            example=(),
        ).check()
    # without any remainder there is not even a program
    with pytest.raises(ShapeError, match="state that it divides exactly"):
        replace(law, assumptions=law.assumptions[:-1]).explain()


@pytest.mark.parametrize(
    "law", [law for law in LAWS.values() if isinstance(law.derivation[-1].rule, Induction)], **named
)
def test_an_induction_needs_its_base(law):
    """One more on both sides leaves the step from L − 1 to L as it was; only with no layer at all
    does it show.
    """
    step = law.derivation[-1]
    with pytest.raises(ProofError):
        replace(step, before=step.before + 1, after=step.after + 1).check()


def test_a_derivation_has_no_gaps():
    """By construction: each step starts where the one before it arrived."""
    for law in LAWS.values():
        assert law.left == law.derivation[0].before and law.right == law.derivation[-1].after
        for step, following in zip(law.derivation, law.derivation[1:], strict=False):
            assert step.after == following.before


# Whatever is asked first: SymPy's memory once made the second answer depend on the first question.
ORDERS = (
    "l.check()",
    "l.left, l.right",
    "l.explain()",
    "l.latex()",
    "l(n='n', k=['k', 3])",
    "l.right.subs(l.length, 2).doit()",
    "[f.check() for f in formulas.laws()]",
)


@pytest.mark.parametrize("first", ORDERS)
@pytest.mark.many(4)
def test_the_answer_does_not_depend_on_what_was_asked_before(first):
    code = (
        f"from shapealg import formulas; l = formulas.chain_output_size; {first}; print(l(n=20,"
        " k=[3, 4], s=[2, 1], lo=[1, 0]), formulas.receptive_field_size([3, 4], s=[2, 1]),"
        " formulas.conv_parameters([3, 5], 2, 7))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == [
        str(dumb.chain(20, [(3, 2, 1, 1, 0), (4, 1, 1, 0, 0)])),
        str(dumb.sees([(3, 2, 1), (4, 1, 1)])),
        str(3 * 5 * 2 * 7 + 7),
    ], run.stderr[-600:]


# ---------------------------------------------------------------- level 2: against the loops


@pytest.mark.parametrize("law", LAWS.values(), **named)
@pytest.mark.many(3)
def test_on_ints(law):
    grid, loop = LOOPS[law.name]
    for arguments in grid:
        answer = law(**arguments)
        assert answer == loop(**arguments), arguments
        assert type(answer) is (bool if law.name == "window_adjunction" else int)


@pytest.mark.parametrize("law", LAWS.values(), **named)
def test_left_and_right_side_by_the_loop(law):
    """The left side is the question itself; the loop answers it without the derivation."""
    for at in sample(law, 25):
        assert dumb.value(law.left, at) == dumb.value(law.right, at)


@pytest.mark.parametrize("law", SCALAR, **named)
@pytest.mark.parametrize("dtype", ("int64", "int16", object))
@pytest.mark.many(3)
def test_on_one_array(law, dtype):
    grid, loop = LOOPS[law.name]
    answer = law(**{name: numpy.array([a[name] for a in grid], dtype=dtype) for name in grid[0]})
    assert answer.shape == (len(grid),) and answer.dtype == (
        bool if law.name == "window_adjunction" else numpy.int64
    )
    assert answer.tolist() == [loop(**a) for a in grid]


@pytest.mark.parametrize(
    "law", [law for law in LAWS.values() if not any(p.array for p in law.parameters)], **named
)
@pytest.mark.many(4)
def test_on_symbols_then_numbers(law):
    grid, loop = LOOPS[law.name]
    for arguments in grid[:: max(1, len(grid) // 15)]:
        named_ = {
            n: [f"{n}{i}" for i in range(len(v))] if isinstance(v, list) else n
            for n, v in arguments.items()
        }
        numbers = {}
        for n, v in arguments.items():
            numbers |= {f"{n}{i}": e for i, e in enumerate(v)} if isinstance(v, list) else {n: v}
        asked = law(**named_)
        symbols = {s: numbers[s.name] for s in asked.free_symbols}
        assert asked.subs(symbols, simultaneous=True) == loop(**arguments), arguments


def test_somebody_elses_symbol_comes_back():
    """A Symbol that does not say it is an integer is taken for one, and handed back as it came."""
    x = sympy.Symbol("x")
    assert LAWS["conv_output_size"](n=x, k=5).free_symbols == {x}
    assert LAWS["conv_output_size"](n=2 * x, k=2, s=2) == x


# Strides shift a huge input by huge numbers of windows; the expected values are counted with divmod
# on Python's own integers.
@pytest.mark.parametrize(
    "n",
    (2**53 + 1, 2**62 + 3, 2**63 - 1, 2**64 + 5, 10**1000 + 1),
    ids=lambda n: f"{n.bit_length()} bits",
)
@pytest.mark.parametrize("s", (2, 3))
def test_beyond_floats_and_words(n, s):
    # the last window of 3 that starts on a multiple of s
    last_start = max(a for a in range(n - 3 - s, n - 2) if a % s == 0)
    expected = divmod(last_start, s)[0] + 1
    assert LAWS["strided_output_size"](n, 3, s) == expected
    assert LAWS["strided_output_size"](numpy.array([n], dtype=object), 3, s).tolist() == [expected]
    assert LAWS["chain_output_size"](n=n, k=[3, 1], s=[s, 1]) == expected
    assert (
        LAWS["chain_output_size"](n=numpy.array([n, n], dtype=object), k=[3, 1], s=[s, 1]).tolist()
        == [expected] * 2
    )
    assert (
        LAWS["strided_output_size"]("n", 3, s).subs("n", n) == expected
        or LAWS["strided_output_size"](n=sympy.Symbol("n", integer=True), k=3, s=s).subs(
            sympy.Symbol("n", integer=True), n
        )
        == expected
    )
    assert Window(3, s).count(n) == expected and Window(3, s).need(expected) <= n < Window(
        3, s
    ).need(expected + 1)


@pytest.mark.parametrize("depth", (1, 12, 60))
def test_a_deep_chain_of_symbols_is_put_together_layer_by_layer(depth, monkeypatch):
    """No sum over layers is written out: that took minutes for twelve."""
    for long_way in (sympy.Sum, sympy.Product):
        monkeypatch.setattr(long_way, "doit", None)
    asked = LAWS["chain_output_size"](n="n", k=[3] * depth, s=[2] + [1] * (depth - 1))
    (n,) = asked.free_symbols
    for size in (400, 401, 402, 403):
        assert asked.subs(n, size) == dumb.chain(
            size, [(3, 2, 1, 0, 0)] + [(3, 1, 1, 0, 0)] * (depth - 1)
        )
    field = LAWS["receptive_field_size"](k=["k"] * depth)
    (k,) = field.free_symbols
    assert field.subs(k, 3) == dumb.sees([(3, 1, 1)] * depth)


def test_only_the_input_itself_counts_as_unread():
    """A patch embedding 16/16 with padding 2 on 256 × 192; counted window by window."""
    for n in (256, 192):
        rows = dumb.windows(n, 16, 16, 1, 2, 2)
        unread = [position for position in range(n) if position > rows[-1][-1]]
        assert len(unread) == LAWS["unread_input_size"](n, 16, 16, lo=2, hi=2) == 2
    # the window at −2 is the only one: nothing of the input is read, and no more than all of it
    assert LAWS["unread_input_size"](1, 1, 5, lo=3) == dumb.unread_input(1, 1, 5, lo=3) == 1


def test_products_do_not_wrap_around():
    """2⁶² channels times 64 filters is 2⁶⁸; in 64 bits it would be 0."""
    k, c, f = [1, 1], 2**62, 64
    assert (
        LAWS["conv_parameters"](k=k, c=numpy.array([c, c]), f=f, b=0).tolist()
        == [2**68] * 2
        == [LAWS["conv_parameters"](k=k, c=c, f=f, b=0)] * 2
    )
    assert LAWS["conv_macs"](m=[2, 2], k=k, c=numpy.array([c]), f=f).tolist() == [2**70]
    # but small answers are as usual
    assert LAWS["chain_output_size"](n=numpy.array([9, 10]), k=[3, 3]).dtype == numpy.int64
    assert LAWS["smallest_input_size"](numpy.array([2**62]), 3, 4).tolist() == [(2**62 - 1) * 4 + 3]
    assert LAWS["conv_output_size"](numpy.array([120, 127], "int8"), 3, lo=100).tolist() == [
        218,
        225,
    ]
    assert LAWS["conv_output_size"](numpy.array([2**64 - 1], "uint64"), 3).tolist() == [2**64 - 3]
    assert LAWS["window_adjunction"](n=numpy.array([-(2**63)]), m=3, k=3).tolist() == [False]


def test_arrays_broadcast():
    n, k = numpy.arange(5, 11).reshape(2, 3), numpy.array([[1], [2]])
    assert LAWS["conv_output_size"](n=n, k=k).tolist() == [
        [outputs(n=int(x), k=int(y)) for x in row] for row, (y,) in zip(n, k, strict=True)
    ]
    assert LAWS["conv_output_size"](n=numpy.array([], int), k=3).shape == (0,)


@pytest.mark.parametrize("law", LAWS.values(), **named)
def test_where_no_window_fits_the_law_does_not_speak(law):
    """Just outside the grid the loop finds nothing, and so the law must refuse, naming a value that
    works.
    """
    refusal = law.refusal
    assert refusal, f"the law {law.name} refuses nothing; add refusal=Refusal(...) beside it"
    arguments = dict(refusal.at)
    with pytest.raises(DomainError) as caught:
        law(**arguments)
    if refusal.nearest is None:
        return
    name, number = refusal.nearest
    assert str(caught.value).endswith(f"the nearest that works is {name}={number}")
    assert caught.value.zh.endswith(f"最近的可用值：{name}={number}")
    law(**arguments | {name: number})  # and it does work


# ---------------------------------------------------------------- level 3: real frameworks

# JAX compiles every shape anew, and TensorFlow alone takes as long as everything else to begin.
backends = pytest.mark.parametrize(
    "backend",
    [
        pytest.param(backend, marks=pytest.mark.slow) if "keras" in backend else backend
        for backend in LAWFUL
    ],
)

# What a backend has no word for, so that it says nothing about the law.
SILENT = {
    ("torch", "causal_output_size"),
    ("torch", "ceil_output_size"),
    *product(("keras-tensorflow", "keras-jax"), ("ceil_output_size", "clipped_ceil_output_size")),
}


@backends
@pytest.mark.parametrize("law", LAWS.values(), **named)
def test_on_a_framework(law, backend, measured):
    checks = measured(backend)["checks"]
    if (backend, law.name) in SILENT:
        assert law.name not in checks
        return
    told = checks[law.name]
    assert told["disagreed"] == []
    assert told["agreed"] > 10, (
        f"only {told['agreed']} cases: its check in checks/laws.py needs more"
    )


@backends
def test_disagreements_are_the_known_ones(backend, measured):
    """Every disagreement is explained by one entry, and every entry still explains something."""
    run = measured(backend)
    for name, told in run["checks"].items():
        explains, _ = KNOWN.get((backend, name), (None, None))
        assert [
            d for d in told["disagreed"] if explains is None or not explains(d["case"])
        ] == [], name
        assert explains is None or told["disagreed"], (
            f"{backend} no longer disagrees on {name}: drop its entry from KNOWN"
        )


@backends
def test_the_recorded_evidence_is_what_is_measured(backend, measured, evidence):
    again = (
        "docs/evidence.json differs from what was measured now; if that is right, run: python -m"
        " shapealg verify"
    )
    fresh, recorded = measured(backend), evidence[backend]
    if fresh["versions"] != recorded["versions"]:
        again += f" (measured with {fresh['versions']}, recorded with {recorded['versions']})"
    assert fresh["checks"].keys() == recorded["checks"].keys(), again
    for name in fresh["checks"]:
        assert fresh["checks"][name] == recorded["checks"][name], f"{name}: {again}"
    assert fresh["versions"] == recorded["versions"], again
