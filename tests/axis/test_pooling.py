"""ceil_mode: against windows laid one by one, published networks, and PyTorch's own pooling."""

from itertools import pairwise, product

import dumb
import pytest
import sympy
from needed import require

from shapealg import DomainError, Window, formulas
from shapealg.axis.waiting import Ceiled

CASES = [
    (n, k, s, d, lo, hi)
    for n, k, s, d in product(range(1, 12), (1, 2, 3, 4), (1, 2, 3, 5), (1, 2))
    for lo, hi in ((0, 0), (1, 1), (2, 2), (0, 1), (2, 1), (1, 4))
    # even one stride before the input a window would not have reached the end
    if -lo - s + d * (k - 1) < n - 1 + hi
]


def test_the_values_count_as_their_laws_say():
    n, k, s, d, lo, hi = sympy.symbols("n k s d lo hi", integer=True, positive=True)
    window = Window.dilated(k, d, s, lo, hi)
    assert (
        sympy.expand(
            Ceiled(window, clipped=False).count(n)
            - formulas.ceil_output_size(n, k, s, d=d, lo=lo, hi=hi)
        )
        == 0
    )
    for n, *how in CASES:
        k, s, d, lo, hi = how
        assert Ceiled(Window.dilated(k, d, s, lo, hi)).count(
            n
        ) == formulas.clipped_ceil_output_size(n, k, s, d=d, lo=lo, hi=hi)


def test_against_windows_laid_one_by_one():
    clipping = 0
    for case in CASES:
        raw, clipped = (len(dumb.hanging(*case, clipped=which)) for which in (False, True))
        named = dict(zip(("n", "k", "s", "d", "lo", "hi"), case, strict=True))
        assert (formulas.ceil_output_size(**named), formulas.clipped_ceil_output_size(**named)) == (
            raw,
            clipped,
        )
        clipping += raw != clipped
    assert clipping > 100


def test_both_are_convolutions_with_other_padding():
    """Rounding up is s − 1 more behind; and no window beginning after the input is never more than
    the span less one.
    """
    for n, k, s, d, lo, hi in CASES:
        assert formulas.ceil_output_size(n, k, s, d=d, lo=lo, hi=hi) == dumb.count(
            n, k, s, d, lo, hi + s - 1
        )
        assert formulas.clipped_ceil_output_size(n, k, s, d=d, lo=lo, hi=hi) == dumb.count(
            n, k, s, d, lo, min(hi + s - 1, d * (k - 1))
        )


def test_one_more_than_rounding_down_where_something_is_left():
    for n, k, s, d, lo, hi in CASES:
        if down := dumb.count(n, k, s, d, lo, hi):
            assert formulas.ceil_output_size(n, k, s, d=d, lo=lo, hi=hi) - down == (
                dumb.unread_padded(n, k, s, d, lo, hi) > 0
            )


@pytest.mark.parametrize(
    "sizes",
    ((112, 56, 28, 14), (109, 54, 27, 13), (111, 55, 27, 13)),
    ids=("GoogLeNet", "SqueezeNet 1.0", "SqueezeNet 1.1"),
)
def test_published_networks(sizes):
    """MaxPool 3/2 with ceil_mode, from size to size; no padding, so both ways agree."""
    for before, after in pairwise(sizes):
        assert (
            formulas.ceil_output_size(before, 3, 2)
            == formulas.clipped_ceil_output_size(before, 3, 2)
            == after
        )


def test_no_window_at_all_is_refused():
    for law in (formulas.ceil_output_size, formulas.clipped_ceil_output_size):
        with pytest.raises(DomainError, match="the nearest that works is n=3"):
            law(2, 5, 3)
        assert law(3, 5, 3) == 1


def test_on_pytorch():
    require("torch")
    import torch

    def pooled(pool, n, *how):
        try:
            return pool(torch.zeros(1, 1, n), *how, ceil_mode=True).shape[-1]
        except RuntimeError:
            return None

    met = 0
    for n, k, s, d in product(range(1, 9), range(1, 7), (1, 2, 3, 5), (1, 2)):
        for p in range(k // 2 + 1):
            try:
                expected = formulas.clipped_ceil_output_size(n, k, s, d=d, lo=p, hi=p)
            except DomainError:
                expected = None
            assert pooled(torch.nn.functional.max_pool1d, n, k, s, p, d) == expected
            # averages take no dilation
            assert d > 1 or pooled(torch.nn.functional.avg_pool1d, n, k, s, p) == expected
            met += expected is not None
    assert met > 700
