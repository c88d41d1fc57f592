"""Axes whose place depends on the input in a runtime's own way, against windows laid one by one and
ONNX Runtime's records.
"""

from itertools import product

import dumb

from shapealg.axis.transposed import Reached, Transposed
from shapealg.axis.waiting import Trimmed
from shapealg.axis.window import Window

# ONNX Runtime 1.32.0, AveragePool with one tap: (n, stride, lower) and the first positions read.
READ = {
    (12, 3, False): [1, 4, 7, 10],
    (12, 3, True): [0, 3, 6, 9],
    (12, 4, False): [1, 5, 9],
    (12, 4, True): [1, 5, 9],
    (9, 3, False): [1, 4, 7],
    (8, 3, False): [0, 3, 6],
}


def test_where_it_reads():
    for (n, s, lower), read in READ.items():
        axis = Trimmed(1, s, 1, lower)
        assert [axis.at(n).first(j) for j in range(axis.count(n))] == read, (n, s, lower)


def test_the_count_is_that_of_the_windows_laid():
    """Padding for taps side by side, found by trying; then the real, dilated windows are laid."""
    for n, k, s, d, lower in product(range(1, 14), (1, 2, 3), (1, 2, 3), (1, 2, 3), (False, True)):
        if k < s:
            continue
        total = dumb.same_padding(n, k, s)
        less, more = total // 2, total - total // 2
        lo, hi = (more, less) if lower else (less, more)
        axis = Trimmed(d * (k - 1) + 1, s, k, lower)
        assert axis.at(n) == Window.dilated(k, d, s, lo, hi)
        assert max(axis.count(n), 0) == dumb.count(n, k, s, d, lo, hi)


def test_need_is_the_smallest_input():
    for k, s, d, ceiled, m in product((1, 2, 3), (1, 2, 4), (1, 2), (False, True), (1, 2, 3)):
        axis = Trimmed(d * (k - 1) + 1, s, k, False, 0, ceiled)
        counts = {n: axis.count(n) for n in range(1, 40)}
        assert axis.need(m) == min(n for n, c in counts.items() if c >= m)
        if m in counts.values():
            assert list(axis.fibre(m)) == [n for n, c in counts.items() if c == m]


def test_a_wanted_size_is_cut_out_of_what_is_written():
    for n, k, s, d, op, wanted, lower in product(
        range(1, 5), (1, 2, 3), (1, 2, 3), (1, 2), (0, 1), range(1, 12), (False, True)
    ):
        axis = Reached(wanted, Window.dilated(k, d, s), op, lower)
        assert axis.count(n) == wanted
        # ONNX Runtime's own condition: a convolution of the wanted size, padded as it was cut,
        # leads back to n
        whole = len(dumb.transposed(n, k, s, d))
        cut = max(whole + op - wanted, 0)
        leads_back = dumb.count(wanted, k, s, d, cut, 0) == n
        if op < s:
            assert (wanted <= axis.most(n)) == leads_back, (n, k, s, d, op, wanted)
        placed = axis.at(n)
        assert isinstance(placed, Transposed) and placed.count(n) == wanted
        assert placed.window.lo in (cut // 2, cut - cut // 2) and (placed.window.lo > cut // 2) == (
            lower and cut % 2 == 1
        )
        assert axis.most(axis.need(1)) >= wanted and (
            axis.need(1) == 1 or axis.most(axis.need(1) - 1) < wanted
        )
