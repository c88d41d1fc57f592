"""The transposed convolution: against positions laid down one by one, there and back, and on
PyTorch itself.
"""

from itertools import product

import dumb
import numpy
import pytest
import sympy
from needed import require

from shapealg import DomainError, Window, formulas
from shapealg.axis.transposed import Transposed

CASES = [
    (n, k, s, d, lo, hi, op)
    for n, k, s, d in product((1, 2, 5), (1, 2, 3, 4), (1, 2, 3), (1, 2))
    for lo, hi in ((0, 0), (1, 1), (2, 1), (-1, 2))
    for op in range(s)
]


def test_the_value_counts_as_its_law_says():
    n, k, s, d, lo, hi, op = sympy.symbols("n k s d lo hi op", integer=True, positive=True)
    axis = Transposed(Window.dilated(k, d, s, lo, hi - op))
    assert (
        sympy.expand(
            axis.count(n) - formulas.transposed_output_size(n, k, s, d=d, lo=lo, hi=hi, op=op)
        )
        == 0
    )


@pytest.mark.parametrize(
    ("n", "k", "s", "size"),
    ((4, 3, 2, 9), (4, 2, 3, 11), (4, 4, 2, 10), (4, 1, 2, 7), (3, 2, 2, 6), (5, 2, 2, 10)),
)
def test_sizes_that_pytorch_gave(n, k, s, size):
    assert formulas.transposed_output_size(n, k, s) == size


def test_the_convolution_brings_every_one_back():
    """Whatever the output padding below the stride: the convolution it transposes gives n again,
    and with s it would give one more.
    """
    met = 0
    for n, k, s, d, lo, hi, op in CASES:
        if dumb.transposed(n, k, s, d, lo, hi):
            size = formulas.transposed_output_size(n, k, s, d=d, lo=lo, hi=hi, op=op)
            assert dumb.count(size, k, s, d, lo, hi) == n
            assert (
                dumb.count(
                    formulas.transposed_output_size(n, k, s, d=d, lo=lo, hi=hi, op=s),
                    k,
                    s,
                    d,
                    lo,
                    hi,
                )
                == n + 1
            )
            met += 1
    assert met > 300


def test_one_output_padding_restores_and_it_is_below_the_stride():
    for n, k, s, d, lo, hi, _ in {(*case[:6], 0) for case in CASES if dumb.count(*case[:6])}:
        m = dumb.count(n, k, s, d, lo, hi)
        restoring = [op for op in range(3 * s) if len(dumb.transposed(m, k, s, d, lo, hi, op)) == n]
        assert (
            restoring == [formulas.restoring_output_padding(n, k, s, d=d, lo=lo, hi=hi)]
            and restoring[0] < s
        )


def test_the_example_of_the_pytorch_documentation():
    """ConvTranspose2d, there and back: 12 → Conv2d(3, stride 2, padding 1) → 6 → 12, told by
    output_size; and 11 without.
    """
    assert formulas.symmetric_output_size(12, 3, p=1, s=2) == 6
    assert formulas.restoring_output_padding(12, 3, 2, lo=1, hi=1) == 1
    assert [formulas.transposed_output_size(6, 3, 2, lo=1, hi=1, op=op) for op in (0, 1)] == [
        11,
        12,
    ]


def test_nothing_left_is_refused():
    with pytest.raises(DomainError, match="the nearest that works is lo=1"):
        formulas.transposed_output_size(1, 3, lo=2, hi=1)
    assert (
        formulas.transposed_output_size(1, 3, lo=1, hi=1)
        == len(dumb.transposed(1, 3, 1, 1, 1, 1))
        == 1
    )


@pytest.fixture(scope="module")
def torch():
    require("torch")
    import torch

    return torch


def test_on_pytorch(torch):
    """Padding may differ in front and behind where the output is cropped by hand; the values tell
    which input wrote where.
    """
    for n, k, s, d, lo, hi, op in CASES:
        if not (expected := dumb.transposed(n, k, s, d, lo, hi, op)):
            continue
        x, taps = torch.eye(n)[:, None], torch.ones(1, 1, k)
        if lo == hi:
            y = torch.nn.functional.conv_transpose1d(
                x, taps, stride=s, padding=lo, output_padding=op, dilation=d
            )
        else:
            y = torch.nn.functional.pad(
                torch.nn.functional.conv_transpose1d(x, taps, stride=s, dilation=d), (-lo, op - hi)
            )
        assert [numpy.flatnonzero(column).tolist() for column in y[:, 0].T.numpy()] == expected
        assert formulas.transposed_output_size(n, k, s, d=d, lo=lo, hi=hi, op=op) == y.shape[-1]


def test_zeros_between_then_a_convolution(torch):
    """The note of `interior_padded_size`: a transposed convolution is zeros between neighbours,
    then the flipped kernel at stride 1.
    """
    for n, k, s, d in product((1, 4), (1, 2, 3), (1, 2, 3), (1, 2)):
        x, taps = torch.arange(1.0, n + 1)[None, None], torch.arange(1.0, k + 1)[None, None]
        spread = torch.zeros(1, 1, formulas.interior_padded_size(n, s))
        spread[..., ::s] = x
        span = d * (k - 1)
        y = torch.nn.functional.conv1d(
            torch.nn.functional.pad(spread, (span, span)), taps.flip(-1), dilation=d
        )
        assert torch.equal(y, torch.nn.functional.conv_transpose1d(x, taps, stride=s, dilation=d))
