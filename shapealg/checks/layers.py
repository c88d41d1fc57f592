"""Beyond single laws: where each output reads, and layers of one to three dimensions with their values."""

from itertools import product

import numpy

from shapealg.axis.same import Same
from shapealg.axis.window import Window
from shapealg.checks.bench import GRID, LAYERS, REFUSED, SIZE, case, described, spoken
from shapealg.layer.backends import numpy as loops


def predicted(n, k, s, d, window) -> numpy.ndarray:
    """The response the window algebra foretells: output j reads tap a at first(j) + d·a."""
    answer = numpy.zeros((max(window.count(n), 0), n), dtype=int)
    for j, a in product(range(len(answer)), range(k)):
        if 0 <= (i := window.first(j) + d * a) < n:
            answer[j, i] = a + 1
    return answer


def impulses(bench, record):
    """A 1 at each input position lights exactly the outputs that the windows foretell, padding side included."""
    for n, k, s, d in GRID:
        span = Window.dilated(k, d).kernel
        for padding, window in (("valid", Window(span, s)), ("causal", Window(span, s, lo=span - 1)), ("same", Same(span, s))):
            how = case(n, k, s, d, padding=padding)
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
            layer = spoken(rank, said)
            shape = (2, *SIZE[:rank], c) if data_format == "channels_last" else (2, c, *SIZE[:rank])
            kernel = random.standard_normal(layer.kernel_shape(shape)).astype("float32")
            x, bias = random.standard_normal(shape).astype("float32"), random.standard_normal(words["filters"]).astype("float32")
            y = bench.backend.layer(said, x, kernel, bias)
            record.meet(described(rank, said, c), layer.output_shape(shape), y.shape)
            close = numpy.allclose(y, loops.layer(said, x, kernel, bias), rtol=1e-4, atol=1e-4)
            record.meet(described(rank, said, c) | {"values": True}, True, close)
