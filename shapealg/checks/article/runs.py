"""The article on its own numbers: its lost formulas, its claims, and its `normalize_tuple`."""

import numpy
import sympy

from shapealg.checks.article.lost import LOST
from shapealg.checks.bench import LAYERS, SIZE, described, spoken
from shapealg.errors import ShapeError
from shapealg.words.dialects import keras


def lost_formulas(bench, record):
    """The article's lost formulas, each with numbers put in and the layer run."""
    for lost in LOST:
        at = lost.numbers()
        size, kernel, c, f = (
            tuple(map(int, t.subs(at)))
            for t in map(_tuple, (lost.size, lost.kernel_size, (lost.channels,), (lost.filters,)))
        )
        words = {"filters": f[0], "kernel_size": kernel}
        y = bench.backend.layer(
            words,
            numpy.ones((1, *size, *c), "float32"),
            numpy.ones((*kernel, *c, *f), "float32"),
            numpy.zeros(f, "float32"),
        )
        measured = y.shape[1:] if f[0] > 1 or lost.filters != 1 else y.shape[1:-1]
        record.meet(
            {
                "formula": lost.number,
                "input": (*size, *c),
                "filter": (*kernel, *c),
                "filters": f[0],
            },
            tuple(map(int, lost.output().subs(at))),
            measured,
        )


def _tuple(values):
    return sympy.Tuple(*values)


def one_backend_call(bench, record):
    """Every convolution ends in the same call of the backend."""
    for rank in (1, 2, 3):
        with bench.backend.counted_calls() as calls:
            bench.backend.facts(rank, {"filters": 4, "kernel_size": 3}, (1, *SIZE[:rank], 2))
        record.show(
            f"Conv{rank}D",
            [".".join(bench.backend.FINAL_CALL)],
            [f"{bench.backend.FINAL_CALL[0]}.{name}" for name in calls],
        )


def _kernel(bench, record, rank, words, input_shape, expected):
    measured = bench.backend.built(rank, words, input_shape)["kernel"]
    said = ", ".join(
        str(words[w]) if w in ("filters", "kernel_size") else f"{w}={words[w]!r}" for w in words
    )
    record.show(f"Conv{rank}D({said}), input {input_shape[1:]}", expected, measured)


def kernel_shape(bench, record):
    """The kernels of layers that are built."""
    for rank, words, c in LAYERS:
        shape = (1, *SIZE[:rank], c)
        record.meet(
            described(rank, words, c),
            spoken(rank, words).kernel_shape(shape),
            bench.backend.built(rank, words, shape)["kernel"],
        )
    _kernel(bench, record, 2, {"filters": 8, "kernel_size": (3, 3)}, (1, 28, 28, 4), (3, 3, 4, 8))
    _kernel(
        bench,
        record,
        2,
        {"filters": 8, "kernel_size": (3, 3), "groups": 2},
        (1, 28, 28, 4),
        (3, 3, 2, 8),
    )


def conv1d_kernel(bench, record):
    """The kernel of the article's Conv1D."""
    _kernel(bench, record, 1, {"filters": 64, "kernel_size": 3}, (1, 600, 300), (3, 300, 64))


def conv2d_kernel(bench, record):
    """The kernels of its Conv2D, square and as wide as the input."""
    _kernel(bench, record, 2, {"filters": 64, "kernel_size": 3}, (1, 28, 28, 1), (3, 3, 1, 64))
    _kernel(
        bench,
        record,
        2,
        {"filters": 64, "kernel_size": (3, 300)},
        (1, 600, 300, 1),
        (3, 300, 1, 64),
    )


def reshape_equivalence(bench, record):
    """The weights of a Conv1D, reshaped, in a Conv2D whose kernel is as wide as the input: the same
    values.
    """
    random = numpy.random.default_rng(2)
    x, kernel = (
        random.standard_normal((1, 600, 300)).astype("float32"),
        random.standard_normal((3, 300, 64)).astype("float32"),
    )
    bias = random.standard_normal(64).astype("float32")
    for one, two in (
        ({}, {}),
        ({"strides": 2}, {"strides": (2, 1)}),
        ({"padding": "same"}, {"padding": "same", "strides": (1, 300)}),
    ):
        y1 = bench.backend.layer({"filters": 64, "kernel_size": 3, **one}, x, kernel, bias)
        y2 = bench.backend.layer(
            {"filters": 64, "kernel_size": (3, 300), **two}, x[..., None], kernel[:, :, None], bias
        )
        equal = y2.shape == (*y1.shape[:2], 1, 64) and numpy.allclose(
            y1, y2[:, :, 0], rtol=1e-4, atol=1e-3
        )
        said = f"Conv1D({_listed('3', one)}) ≡ Conv2D({_listed('(3, 300)', two)})"
        record.show(said, True, bool(equal))
    _not_grouped(bench, record, random, bias)


def _listed(size: str, words: dict) -> str:
    """The arguments of a layer with 64 filters."""
    return ", ".join(["64", size, *(f"{a}={b!r}" for a, b in words.items())])


def _not_grouped(bench, record, random, bias):
    """With groups the two differ."""
    x, kernel = (
        random.standard_normal((1, 9, 4, 2)).astype("float32"),
        random.standard_normal((3, 4, 1, 4)).astype("float32"),
    )
    y2 = bench.backend.layer(
        {"filters": 4, "kernel_size": (3, 4), "groups": 2}, x, kernel, bias[:4]
    )
    y1 = bench.backend.layer(
        {"filters": 4, "kernel_size": 3, "groups": 2},
        x.reshape(1, 9, 8),
        kernel.reshape(3, 4, 4),
        bias[:4],
    )
    record.show(
        "Conv1D(4, 3, groups=2) ≡ Conv2D(4, (3, 4), groups=2)",
        False,
        bool(numpy.allclose(y1, y2[:, :, 0], atol=1e-3)),
    )


def no_difference(bench, record):
    """The sizes of its Conv1D and of the Conv2D as wide as the input."""
    for padding, one, two in (
        ("valid", (598, 64), (598, 1, 64)),
        ("same", (600, 64), (600, 300, 64)),
    ):
        for rank, size, shape, expected in (
            (1, 3, (1, 600, 300), one),
            (2, (3, 300), (1, 600, 300, 1), two),
        ):
            words = {"filters": 64, "kernel_size": size, "padding": padding}
            record.show(
                f"Conv{rank}D(64, {size}, padding={padding!r}), input {shape[1:]}",
                expected,
                bench.backend.facts(rank, words, shape)["output"][1:],
            )


def three_grams(bench, record):
    """Which words a kernel of 3 reads, and which outputs a word lights."""
    for d in (1, 2):
        for i in (4, 5):
            lit = numpy.flatnonzero(bench.response(10, 3, 1, d)[:, i]).tolist()
            record.show(
                f"Conv1D(1, 3, dilation_rate={d}), word {i} of 10, lights outputs",
                [j for j in (i - 2 * d, i - d, i) if 0 <= j < 10 - 2 * d],
                lit,
            )
        read = numpy.flatnonzero(bench.response(10, 3, 1, d)[2]).tolist()
        record.show(
            f"Conv1D(1, 3, dilation_rate={d}), output 2, reads words", [2, 2 + d, 2 + 2 * d], read
        )


# What `normalize_tuple` meets in the wild, as text and as a value made afresh.
TUPLES = (
    "3",
    "(3,)",
    "[3]",
    "(3, 5)",
    "[3, 5]",
    "range(3, 5)",
    "iter((3, 5))",
    "(3, 5, 7)",
    "'3'",
    "'35'",
    "b'3'",
    "3.7",
    "(3.7,)",
    "(3.7, 2)",
    "3.0",
    "(3.0,)",
    "True",
    "(True,)",
    "0",
    "-1",
    "(0,)",
    "(3, 0)",
    "(3, -2)",
    "None",
    "(None,)",
    "{3: 5}",
    "numpy.int64(3)",
    "(numpy.int64(3),)",
    "numpy.array([3, 5])",
    "float('nan')",
    "()",
)


def _tuple_told(entries, n: int) -> str:
    told = ", ".join(str(getattr(e, "item", lambda e=e: e)()) for e in entries)
    return f"({told}{',' if n == 1 else ''})"


def normalize_tuple(bench, record):
    """What Keras accepts as a kernel size and can run, against what the dialect accepts."""
    for text in TUPLES:
        for n in (1, 2):
            make = lambda: eval(text, {"numpy": numpy})  # noqa: E731, B023 — an iterator must be made afresh for each side
            theirs, error, runs = bench.backend.normalized(make(), n)
            try:
                ours = keras.normalize_tuple(make(), n, "kernel_size")
            except ShapeError:
                ours = None
            measured = tuple(map(int, theirs)) if runs else None
            record.meet({"value": text, "n": n}, ours, measured)
            made = "–" if theirs is None else _tuple_told(theirs, n)
            record.shown.append(
                [text, n, made, error, bool(runs), "–" if ours is None else str(ours)]
            )
