"""Beyond single laws: where each output reads, and layers of one to three dimensions with their
values.
"""

from itertools import product

import numpy

from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Same
from shapealg.axis.window import Window
from shapealg.checks.backends import numpy as loops
from shapealg.checks.bench import GRID, LAYERS, REFUSED, SIZE, TRANSPOSED, case, described, spoken


def predicted(n, k, s, d, window) -> numpy.ndarray:
    """The response the window algebra foretells: output j reads tap a at first(j) + d·a."""
    answer = numpy.zeros((max(window.count(n), 0), n), dtype=int)
    for j, a in product(range(len(answer)), range(k)):
        if 0 <= (i := window.first(j) + d * a) < n:
            answer[j, i] = a + 1
    return answer


def impulses(bench, record):
    """A 1 at each input position lights exactly the outputs that the windows foretell, padding side
    included.
    """
    for n, k, s, d in GRID:
        span = Window.dilated(k, d).kernel
        for padding, window in (
            ("valid", Window(span, s)),
            ("causal", Window(span, s, lo=span - 1)),
            ("same", Same(span, s)),
        ):
            how = case(n, k, s, d, padding=padding)
            if not bench.knows(padding):
                continue
            if bench.refuses(s, d, padding):
                record.meet(how, REFUSED, bench.response(**how))
            elif (placed := window.at(n)).count(n) > 0:
                record.meet(how, predicted(n, k, s, d, placed), bench.response(**how))


def transposed_impulses(bench, record):
    """Run backwards: a 1 at input j is written where output j of the convolution reads, cropped and
    given back at the right ends.
    """
    for n, how in product((1, 2, 4), TRANSPOSED):
        if bench.keras and how["p"] and how["op"]:
            continue  # Keras's "same" takes half of the output padding before the output
        if bench.backend.refuses_transposed(**how):
            record.meet({"n": n, **how}, REFUSED, bench.transposed(n, **how))
            continue
        k, s, d, p, op = how.values()
        axis = Transposed(Window.dilated(k, d, s, p, p - op))
        if axis.count(n) < 1:
            continue
        answer = numpy.zeros((axis.count(n), n), dtype=int)
        for i, tap in product(range(n), range(k)):
            if 0 <= (place := axis.window.first(i) + d * tap) < len(answer):
                answer[place, i] = tap + 1
        record.meet({"n": n, **how}, answer, bench.transposed(n, **how))


def layers(bench, record):
    """Ranks 1 to 3 with channels, filters, groups and bias: kernel shape, output shape, and the
    values against the loops.
    """
    if bench.loops:  # the loops would only meet themselves
        return
    random = numpy.random.default_rng(1)
    for rank, words, c in LAYERS:
        if not bench.speaks(words):
            continue
        for data_format in ("channels_last", "channels_first"):
            if (
                data_format == "channels_first"
                and bench.backend.name == "keras-tensorflow"
                and rank < 3
            ):
                continue  # TensorFlow on CPU has no channels_first convolution of rank 1 and 2
            said = words | {"data_format": data_format}
            layer = spoken(rank, said)
            shape = (2, *SIZE[:rank], c) if data_format == "channels_last" else (2, c, *SIZE[:rank])
            kernel = random.standard_normal(layer.kernel_shape(shape)).astype("float32")
            x, bias = (
                random.standard_normal(shape).astype("float32"),
                random.standard_normal(words["filters"]).astype("float32"),
            )
            y = bench.backend.layer(said, x, kernel, bias)
            record.meet(described(rank, said, c), layer.output_shape(shape), y.shape)
            close = numpy.allclose(y, loops.layer(said, x, kernel, bias), rtol=1e-4, atol=1e-4)
            record.meet(described(rank, said, c) | {"values": True}, True, close)
