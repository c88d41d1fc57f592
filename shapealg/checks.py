"""What is run, and what is compared: the laws against measurements on a backend.

A check asks the law, asks the backend, and files both answers; disagreements are kept in full. One measurement serves
many laws: the response of a layer to a single 1 at each input position says how many outputs there are, which of them
light up, and on which side the padding stands.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

import numpy
import sympy

from shapealg import formulas
from shapealg.axis.same import Same
from shapealg.axis.window import Window
from shapealg.errors import ShapeError
from shapealg.layer.article import LOST
from shapealg.layer.backends import numpy as loops
from shapealg.layer.dialects import keras as words_of_keras
from shapealg.text import Text

REFUSED = "refused"


@dataclass
class Record:
    """How many configurations were run, agreed on, refused by both, and every disagreement."""

    agreed: int = 0
    refused: int = 0
    disagreed: list = field(default_factory=list)
    shown: list = field(default_factory=list)  # single runs worth printing: (what was run, what it gave)

    def meet(self, case: dict, expected, measured) -> None:
        """File one configuration: what the algebra says against what the backend did."""
        if isinstance(measured, str) and isinstance(expected, str) and measured == expected == REFUSED:
            self.refused += 1
        elif numpy.array_equal(expected, measured):
            self.agreed += 1
        else:
            self.disagreed.append({"case": {k: str(v) for k, v in case.items()}, "expected": str(expected), "measured": str(measured)})

    def show(self, run: str, expected, measured) -> None:
        """File one configuration and keep it word for word, for a page."""
        self.meet({"run": run}, expected, measured)
        self.shown.append([run, str(measured)])

    def told(self) -> dict:
        told = {"agreed": self.agreed, "refused": self.refused, "disagreed": self.disagreed}
        return told | {"shown": self.shown} if self.shown else told


class Bench:
    """A backend with a memory, so that one measurement can serve many laws."""

    def __init__(self, backend):
        self.backend = backend
        self.frameworks = backend.name != "numpy"
        self.response = lru_cache(maxsize=None)(self._response)

    def _response(self, n, k, s=1, d=1, padding="valid", lo=0, hi=0):
        try:
            return self.backend.response(n, k, s, d, padding, lo, hi)
        except Exception:  # a framework refuses in many classes; that it refuses is the measurement
            return REFUSED

    def count(self, *args, **kwargs):
        """How many outputs came out."""
        measured = self.response(*args, **kwargs)
        return measured if isinstance(measured, str) else len(measured)

    def refuses(self, s, d) -> bool:
        """Keras's manner: stride and dilation may not both exceed 1. The loops have no manners."""
        return self.frameworks and s > 1 and d > 1


def predicted(n, k, s, d, window) -> numpy.ndarray:
    """The response the window algebra foretells: output j reads tap a at first(j) + d·a."""
    answer = numpy.zeros((max(window.count(n), 0), n), dtype=int)
    for j, a in product(range(len(answer)), range(k)):
        if 0 <= (i := window.first(j) + d * a) < n:
            answer[j, i] = a + 1
    return answer


SIZES, KERNELS, STRIDES, DILATIONS = range(1, 11), range(1, 5), range(1, 4), range(1, 3)
PADS = ((0, 0), (1, 2), (0, 3), (-1, 1))
GRID = tuple(product(SIZES, KERNELS, STRIDES, DILATIONS))


def _counted(bench, record, law, cases):
    """Compare a law's size with the number of outputs; each case is (arguments of the law, arguments of the response)."""
    for arguments, how in cases:
        if bench.refuses(how.get("s", 1), how.get("d", 1)):
            record.meet(how, REFUSED, bench.count(**how))
            continue
        try:
            expected = law(**arguments)
        except ShapeError:
            continue  # outside the law's domain it says nothing
        record.meet(how, expected, bench.count(**how))


def _case(n, k, s=1, d=1, **how):
    return {"n": n, "k": k, "s": s, "d": d, **how}


def conv_output_size(bench, record):
    _counted(bench, record, formulas.conv_output_size, (
        (c := _case(*g, lo=lo, hi=hi), c) for g in GRID for lo, hi in PADS if g[0] + min(lo, 0) + min(hi, 0) > 0
    ))  # fmt: skip


def plain_output_size(bench, record):
    _counted(bench, record, formulas.plain_output_size, (({"n": n, "f": f}, _case(n, f)) for n, f in product(range(1, 15), range(1, 8))))


def strided_output_size(bench, record):
    _counted(bench, record, formulas.strided_output_size, (({"n": n, "k": k, "s": s}, _case(n, k, s)) for n, k, s in product(SIZES, KERNELS, STRIDES)))


def dilated_output_size(bench, record):
    _counted(bench, record, formulas.dilated_output_size, (({"n": n, "k": k, "d": d}, _case(n, k, 1, d)) for n, k, d in product(SIZES, KERNELS, range(1, 4))))


def valid_output_size(bench, record):
    _counted(bench, record, formulas.valid_output_size, ((_case(*g), _case(*g)) for g in GRID))


def symmetric_output_size(bench, record):
    _counted(bench, record, formulas.symmetric_output_size, ((_case(*g, p=p), _case(*g, lo=p, hi=p)) for g in GRID for p in (1, 2)))


def full_output_size(bench, record):
    _counted(bench, record, formulas.full_output_size, (
        ({"n": n, "k": k, "d": d}, _case(n, k, 1, d, lo=d * (k - 1), hi=d * (k - 1))) for n, k, d in product(SIZES, KERNELS, DILATIONS)
    ))  # fmt: skip


def half_output_size(bench, record):
    _counted(bench, record, formulas.half_output_size, (
        ({"n": n, "k": k, "s": s}, _case(n, k, s, lo=k // 2, hi=k // 2)) for n, k, s in product(SIZES, range(1, 7), STRIDES)
    ))  # fmt: skip


def causal_output_size(bench, record):
    _counted(bench, record, formulas.causal_output_size, ((_case(*g), _case(*g, padding="causal")) for g in GRID))


def same_output_size(bench, record):
    _counted(bench, record, formulas.same_output_size, (({"n": g[0], "s": g[2]}, _case(*g, padding="same")) for g in GRID))


def ceiling_as_floor(bench, record):
    _counted(bench, record, formulas.ceiling_as_floor, (({"n": n, "s": s}, _case(n, 1, s)) for n, s in product(range(1, 21), range(1, 6))))


def same_padding(bench, record):
    """The least padding with which "valid" gives as many outputs as "same"; placed half and half it gives the same response."""
    for n, k, s, d in GRID:
        how = _case(n, k, s, d, padding="same")
        same = bench.response(**how)
        if bench.refuses(s, d):
            record.meet(how, REFUSED, same)
            continue
        total = 0
        while isinstance(tried := bench.count(n, k, s, d, "valid", 0, total), str) or tried < len(same):
            total += 1
        record.meet(how, formulas.same_padding(n, k, s, d), total)
        record.meet(how | {"placed": True}, same, bench.response(n, k, s, d, "valid", total // 2, total - total // 2))


def exact_fit_output_size(bench, record):
    _counted(bench, record, formulas.exact_fit_output_size, ((c := _case(*g, lo=1, hi=1), c) for g in GRID))


def unread_input_size(bench, record):
    """The columns at the end of the response that no output answers to."""
    for n, k, s, d in GRID:
        measured = bench.response(n, k, s, d)
        if bench.refuses(s, d):
            record.meet(_case(n, k, s, d), REFUSED, measured)
        elif n >= d * (k - 1) + 1:
            unread = n - 1 - int(numpy.flatnonzero(numpy.asarray(measured).any(axis=0)).max())
            record.meet(_case(n, k, s, d), formulas.unread_input_size(n, k, s, d), unread)


def window_adjunction(bench, record):
    for n, k, s, m in product(range(3, 10), (1, 3), STRIDES, range(1, 6)):
        count = bench.count(n, k, s, lo=1, hi=0)
        record.meet(_case(n, k, s, m=m), formulas.window_adjunction(n, m, k, s, lo=1), not isinstance(count, str) and m <= count)


def _border(bench, record, law, inside, outside):
    for m, k, s in product(range(1, 6), KERNELS, STRIDES):
        size = law(m=m, k=k, s=s, lo=0, hi=1)
        if size < 1:
            continue
        record.meet(_case(size, k, s, m=m), m, bench.count(size, k, s, hi=1))
        if size + outside >= 1:
            beyond = bench.count(size + outside, k, s, hi=1)
            record.meet(_case(size + outside, k, s, m=m, outside=True), inside, (0 if isinstance(beyond, str) else beyond) - m)


def smallest_input_size(bench, record):
    _border(bench, record, formulas.smallest_input_size, -1, -1)


def largest_input_size(bench, record):
    _border(bench, record, formulas.largest_input_size, 1, 1)


TWO_LAYERS = tuple(product(({"k": 3}, {"k": 3, "s": 2, "lo": 1, "hi": 1}, {"k": 2, "s": 2}, {"k": 3, "d": 2, "lo": 0, "hi": 1}), repeat=2))
CHAINS = (
    ({"k": 7, "s": 2, "lo": 3, "hi": 3}, {"k": 3, "s": 2, "lo": 1, "hi": 1}, {"k": 3}),
    ({"k": 3}, {"k": 3}, {"k": 2, "s": 2}, {"k": 3}, {"k": 3}, {"k": 2, "s": 2}),
    ({"k": 2, "d": 1, "lo": 1}, {"k": 2, "d": 2, "lo": 2}, {"k": 2, "d": 4, "lo": 4}, {"k": 2, "d": 8, "lo": 8}),
    ({"k": 3, "s": 3}, {"k": 1}, {"k": 4, "s": 2, "lo": 2, "hi": 1}, {"k": 5}),
)


def _fits(n, layers):
    """Whether the chain gives something at every node, told by the loops, not by the law."""
    for words in layers:
        n = loops.count_windows(n, **words)
    return n > 0


def two_layer_output_size(bench, record):
    for first, second in TWO_LAYERS:
        for n in range(7, 21, 2):
            if _fits(n, (first, second)):
                arguments = {f"{name}_{i}": value for i, words in ((1, first), (2, second)) for name, value in words.items()}
                record.meet({"n": n, **arguments}, formulas.two_layer_output_size(n=n, **arguments), len(bench.backend.paths(n, [first, second])))


def _sequences(layers, names):
    return {name: [words.get(name, 0 if name in ("lo", "hi") else 1) for words in layers] for name in names}


def chain_output_size(bench, record):
    for layers in CHAINS:
        for n in range(30, 50, 3):
            if _fits(n, layers):
                arguments = _sequences(layers, ("k", "s", "d", "lo", "hi"))
                record.meet({"n": n, **arguments}, formulas.chain_output_size(n=n, **arguments), len(bench.backend.paths(n, list(layers))))


def receptive_field_size(bench, record):
    """From the first to the last input position that an output in the middle answers to."""
    for layers in (*CHAINS, *TWO_LAYERS):
        paths = bench.backend.paths(91, list(layers))
        lit = numpy.flatnonzero(paths[len(paths) // 2])
        arguments = _sequences(layers, ("k", "s", "d"))
        record.meet(arguments, formulas.receptive_field_size(**arguments), int(lit.max() - lit.min() + 1))


LAYERS = tuple(
    (rank, {"filters": f, "kernel_size": k, **more}, c)
    for rank, f, k, c in product((1, 2, 3), (1, 4), (1, 3), (2, 4))
    for more in ({}, {"padding": "same"}, {"strides": 2}, {"strides": 2, "padding": "same"}, {"dilation_rate": 2}, {"groups": 2})
    if not ("groups" in more and f == 1)
) + tuple((1, {"filters": 3, "kernel_size": 3, "padding": "causal", **more}, 2) for more in ({}, {"strides": 2}, {"dilation_rate": 2}))
SIZE = (7, 8, 6)


def _described(rank, words, c):
    return {"rank": rank, **words, "channels": c}


def conv_parameters(bench, record):
    for rank, words, c in LAYERS:
        made = bench.backend.built(rank, words, (1, *SIZE[:rank], c))
        arguments = {"k": (words["kernel_size"],) * rank, "c": c, "f": words["filters"], "g": words.get("groups", 1)}
        record.meet(_described(rank, words, c), formulas.conv_parameters(**arguments), made["parameters"])


def conv_macs(bench, record):
    """FLOPs as counted by the framework, halved. XLA leaves out products with padding, so on JAX only unpadded layers count."""
    for rank, words, c in LAYERS:
        if words.get("padding", "valid") != "valid" and bench.backend.name == "keras-jax":
            continue
        if bench.backend.name == "keras-tensorflow" and (rank != 2 or words.get("groups", 1) > 1 or words.get("dilation_rate", 1) > 1):
            continue  # TensorFlow's profiler knows the FLOPs of Conv2D alone; groups and dilation run as other operations
        shape = (1, *SIZE[:rank], c)
        layer = _layer(rank, words)
        output = layer.output_shape(shape)
        record.meet(_described(rank, words, c), 2 * layer.macs(shape), bench.backend.flops(rank, words, shape, output))


def flat_channel(bench, record):
    for w, c in product((1, 2, 5), (1, 3, 4)):
        for u, v in product(range(w), range(c)):
            record.meet({"u": u, "v": v, "w": w, "c": c}, formulas.flat_channel(u, v, c), bench.backend.flattened(u, v, (w, c)))


def _layer(rank, words):
    return {1: words_of_keras.Conv1D, 2: words_of_keras.Conv2D, 3: words_of_keras.Conv3D}[rank](**words)


def spanned_axis_convolution(bench, record):
    """Conv2D with a kernel as wide as the input, against the law's one-dimensional sum, on random integers."""
    random = numpy.random.default_rng(0)
    for n, k, w, c, s in product((5, 6), (1, 3), (1, 4), (1, 3), (1, 2)):
        x, kernel = random.integers(-4, 5, (n, w, c)), random.integers(-4, 5, (k, w, c))
        words = {"filters": 1, "kernel_size": (k, w), "strides": s}
        y = bench.backend.layer(words, x[None].astype("float32"), kernel[..., None].astype("float32"), numpy.zeros(1, "float32"))
        for j in range(y.shape[1]):
            expected = formulas.spanned_axis_convolution(x, kernel, j, k, w, c, s)
            record.meet({"n": n, "k": k, "w": w, "c": c, "s": s, "j": j}, expected, int(round(float(y[0, j, 0, 0]))))


LAWS = {name: globals()[name] for name in formulas.__all__}


# ---------------------------------------------------------------- beyond the laws


def impulses(bench, record):
    """A 1 at each input position lights exactly the outputs that the windows foretell, padding side included."""
    for n, k, s, d in GRID:
        span = Window.dilated(k, d).kernel
        for padding, window in (("valid", Window(span, s)), ("causal", Window(span, s, lo=span - 1)), ("same", Same(span, s))):
            how = _case(n, k, s, d, padding=padding)
            if bench.refuses(s, d):
                record.meet(how, REFUSED, bench.response(**how))
            elif (placed := window.at(n)).count(n) > 0:
                record.meet(how, predicted(n, k, s, d, placed), bench.response(**how))


def layers(bench, record):
    """Ranks 1 to 3 with channels, filters, groups and bias: kernel shape, output shape, and the values against the loops."""
    if not bench.frameworks:  # the loops would only meet themselves
        return
    random = numpy.random.default_rng(1)
    for rank, words, c in LAYERS:
        for data_format in ("channels_last", "channels_first"):
            if data_format == "channels_first" and bench.backend.name == "keras-tensorflow" and rank < 3:
                continue  # TensorFlow on CPU has no channels_first convolution of rank 1 and 2
            said = words | {"data_format": data_format}
            layer = _layer(rank, said)
            shape = (2, *SIZE[:rank], c) if data_format == "channels_last" else (2, c, *SIZE[:rank])
            kernel = random.standard_normal(layer.kernel_shape(shape)).astype("float32")
            x, bias = random.standard_normal(shape).astype("float32"), random.standard_normal(words["filters"]).astype("float32")
            y = bench.backend.layer(said, x, kernel, bias)
            record.meet(_described(rank, said, c), layer.output_shape(shape), y.shape)
            close = numpy.allclose(y, loops.layer(said, x, kernel, bias), rtol=1e-4, atol=1e-4)
            record.meet(_described(rank, said, c) | {"values": True}, True, close)


def lost_formulas(bench, record):
    """The article's lost formulas, each with numbers put in and the layer run."""
    for lost in LOST:
        at = lost.numbers()
        size, kernel, c, f = (tuple(map(int, t.subs(at))) for t in map(_tuple, (lost.size, lost.kernel_size, (lost.channels,), (lost.filters,))))
        words = {"filters": f[0], "kernel_size": kernel}
        y = bench.backend.layer(words, numpy.ones((1, *size, *c), "float32"), numpy.ones((*kernel, *c, *f), "float32"), numpy.zeros(f, "float32"))
        measured = y.shape[1:] if f[0] > 1 or lost.filters != 1 else y.shape[1:-1]
        record.meet({"formula": lost.number, "input": (*size, *c), "filter": (*kernel, *c), "filters": f[0]}, tuple(map(int, lost.output().subs(at))), measured)


def _tuple(values):
    return sympy.Tuple(*values)


# ---------------------------------------------------------------- the article's claims, on its own numbers


def one_backend_call(bench, record):
    for rank in (1, 2, 3):
        with bench.backend.counted_calls() as calls:
            bench.backend.facts(rank, {"filters": 4, "kernel_size": 3}, (1, *SIZE[:rank], 2))
        record.show(f"Conv{rank}D", [".".join(bench.backend.FINAL_CALL)], [f"{bench.backend.FINAL_CALL[0]}.{name}" for name in calls])


def _kernel(bench, record, rank, words, input_shape, expected):
    measured = bench.backend.built(rank, words, input_shape)["kernel"]
    said = ", ".join(str(words[w]) if w in ("filters", "kernel_size") else f"{w}={words[w]!r}" for w in words)
    record.show(f"Conv{rank}D({said}), input {input_shape[1:]}", expected, measured)


def kernel_shape(bench, record):
    for rank, words, c in LAYERS:
        shape = (1, *SIZE[:rank], c)
        record.meet(_described(rank, words, c), _layer(rank, words).kernel_shape(shape), bench.backend.built(rank, words, shape)["kernel"])
    _kernel(bench, record, 2, {"filters": 8, "kernel_size": (3, 3)}, (1, 28, 28, 4), (3, 3, 4, 8))
    _kernel(bench, record, 2, {"filters": 8, "kernel_size": (3, 3), "groups": 2}, (1, 28, 28, 4), (3, 3, 2, 8))


def conv1d_kernel(bench, record):
    _kernel(bench, record, 1, {"filters": 64, "kernel_size": 3}, (1, 600, 300), (3, 300, 64))


def conv2d_kernel(bench, record):
    _kernel(bench, record, 2, {"filters": 64, "kernel_size": 3}, (1, 28, 28, 1), (3, 3, 1, 64))
    _kernel(bench, record, 2, {"filters": 64, "kernel_size": (3, 300)}, (1, 600, 300, 1), (3, 300, 1, 64))


def reshape_equivalence(bench, record):
    """The weights of a Conv1D, reshaped, in a Conv2D whose kernel is as wide as the input: the same values."""
    random = numpy.random.default_rng(2)
    x, kernel = random.standard_normal((1, 600, 300)).astype("float32"), random.standard_normal((3, 300, 64)).astype("float32")
    bias = random.standard_normal(64).astype("float32")
    for one, two in (
        ({}, {}),
        ({"strides": 2}, {"strides": (2, 1)}),
        ({"padding": "same"}, {"padding": "same", "strides": (1, 300)}),
    ):
        y1 = bench.backend.layer({"filters": 64, "kernel_size": 3, **one}, x, kernel, bias)
        y2 = bench.backend.layer({"filters": 64, "kernel_size": (3, 300), **two}, x[..., None], kernel[:, :, None], bias)
        said = [", ".join(["64", size, *(f"{a}={b!r}" for a, b in words.items())]) for size, words in (("3", one), ("(3, 300)", two))]
        equal = y2.shape == (*y1.shape[:2], 1, 64) and numpy.allclose(y1, y2[:, :, 0], rtol=1e-4, atol=1e-3)
        record.show(f"Conv1D({said[0]}) ≡ Conv2D({said[1]})", True, bool(equal))
    x, kernel = random.standard_normal((1, 9, 4, 2)).astype("float32"), random.standard_normal((3, 4, 1, 4)).astype("float32")
    y2 = bench.backend.layer({"filters": 4, "kernel_size": (3, 4), "groups": 2}, x, kernel, bias[:4])
    y1 = bench.backend.layer({"filters": 4, "kernel_size": 3, "groups": 2}, x.reshape(1, 9, 8), kernel.reshape(3, 4, 4), bias[:4])
    record.show("Conv1D(4, 3, groups=2) ≡ Conv2D(4, (3, 4), groups=2)", False, bool(numpy.allclose(y1, y2[:, :, 0], atol=1e-3)))


def no_difference(bench, record):
    for padding, one, two in (("valid", (598, 64), (598, 1, 64)), ("same", (600, 64), (600, 300, 64))):
        for rank, size, shape, expected in ((1, 3, (1, 600, 300), one), (2, (3, 300), (1, 600, 300, 1), two)):
            words = {"filters": 64, "kernel_size": size, "padding": padding}
            record.show(f"Conv{rank}D(64, {size}, padding={padding!r}), input {shape[1:]}", expected, bench.backend.facts(rank, words, shape)["output"][1:])


def three_grams(bench, record):
    for d in (1, 2):
        for i in (4, 5):
            lit = numpy.flatnonzero(bench.response(10, 3, 1, d)[:, i]).tolist()
            record.show(f"Conv1D(1, 3, dilation_rate={d}), word {i} of 10, lights outputs", [j for j in (i - 2 * d, i - d, i) if 0 <= j < 10 - 2 * d], lit)
        read = numpy.flatnonzero(bench.response(10, 3, 1, d)[2]).tolist()
        record.show(f"Conv1D(1, 3, dilation_rate={d}), output 2, reads words", [2, 2 + d, 2 + 2 * d], read)


# What `normalize_tuple` meets in the wild, as text and as a value made afresh.
TUPLES = (
    "3", "(3,)", "[3]", "(3, 5)", "[3, 5]", "range(3, 5)", "iter((3, 5))", "(3, 5, 7)", "'3'", "'35'", "b'3'", "3.7", "(3.7,)", "(3.7, 2)",
    "3.0", "(3.0,)", "True", "(True,)", "0", "-1", "(0,)", "(3, 0)", "(3, -2)", "None", "(None,)", "{3: 5}", "numpy.int64(3)", "(numpy.int64(3),)",
    "numpy.array([3, 5])", "float('nan')", "()",
)  # fmt: skip


def normalize_tuple(bench, record):
    """What Keras accepts as a kernel size and can run, against what the dialect accepts."""
    for text in TUPLES:
        for n in (1, 2):
            make = lambda: eval(text, {"numpy": numpy})  # noqa: E731 — an iterator must be made afresh for each side
            keras_made, error, runs = bench.backend.normalized(make(), n)
            try:
                ours = words_of_keras.normalize_tuple(make(), n, "kernel_size")
            except ShapeError:
                ours = None
            measured = tuple(map(int, keras_made)) if runs else None
            record.meet({"value": text, "n": n}, ours, measured)
            made = "–" if keras_made is None else "(" + ", ".join(str(getattr(e, "item", lambda e=e: e)()) for e in keras_made) + ("," if n == 1 else "") + ")"
            record.shown.append([text, n, made, error, bool(runs), "–" if ours is None else str(ours)])


BEYOND = {"impulses": impulses, "layers": layers, "lost_formulas": lost_formulas}
FRAMEWORK = {check.__name__: check for check in (
    one_backend_call, kernel_shape, conv1d_kernel, conv2d_kernel, reshape_equivalence, no_difference, three_grams, normalize_tuple,
)}  # fmt: skip


# Where a framework, executed, gives other values than its own convention says. Each entry: which cases, and what happens there.
KNOWN = {
    ("keras-tensorflow", "layers"): (
        lambda case: case["data_format"] == "channels_first" and case["rank"] == "3" and case.get("values") == "True",
        Text(
            zh="Keras 在 TensorFlow 上运行 channels_first 时，若输出的最后一个空间轴恰好与 filters 一样长，偏置会加到那个轴上，而不是通道上：尺寸对，数值错。",
            en="Keras on TensorFlow with channels_first: where the last spatial axis of the output happens to be as long as filters, the bias is added along that axis instead of the channels. The size is right, the values are not.",
        ),
    ),
}  # fmt: skip


def run(backend, progress=lambda name: None) -> dict:
    """Every check on one backend, as plain data."""
    bench, told = Bench(backend), {}
    for name, check in (LAWS | BEYOND | (FRAMEWORK if bench.frameworks else {})).items():
        progress(name)
        record = Record()
        check(bench, record)
        if record.agreed or record.refused or record.disagreed:
            told[name] = record.told()
    return told
