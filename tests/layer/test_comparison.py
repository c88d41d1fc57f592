"""Two layers compared for all sizes at once, against counting and reading at each of the first
hundred.
"""

from itertools import product

import pytest

from shapealg import ShapeError
from shapealg.layer.comparison import compare
from shapealg.layer.dialects import keras, torch

LAYERS = [
    *(
        torch.Conv1d(2, 2, k, s, p, d)
        for k, s, p, d in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2))
    ),
    *(torch.MaxPool1d(k, s, ceil_mode=c) for k, s, c in product((2, 3), (1, 2, 3), (False, True))),
    *(torch.ConvTranspose1d(2, 2, 3, s, p) for s, p in product((1, 2), (0, 1))),
    *(keras.Conv1D(2, k, strides=s, padding="same") for k, s in product((1, 2, 3, 4), (1, 2, 3))),
]


def reads(layer, n: int):
    """Every output's positions one by one; nothing where there is no output."""
    count = layer.axes[0].count(n)
    if count < 1:
        return None
    if hasattr(layer, "links"):
        return [layer.links((n,), (j,)) for j in range(count)]
    return [
        [
            p
            for p in range(layer.axes[0].at(n).first(j), layer.axes[0].at(n).last(j) + 1)
            if 0 <= p < n
        ]
        for j in range(count)
    ]


def plain(found):
    """Positions and taps as lists, positions outside the input kept apart from none."""
    return (
        None
        if found is None
        else [
            [tuple(map(tuple, pair)) for pair in one] if isinstance(one, tuple) else one
            for one in found
        ]
    )


@pytest.mark.parametrize("one", LAYERS[::4], ids=repr)
def test_what_is_said_for_all_sizes_holds_at_each(one):
    for two in LAYERS[::3]:
        made = compare(one, two)
        a, b = one.layer, two.layer
        for n in range(1, 26):
            left, right = plain(reads(a, n)), plain(reads(b, n))
            assert (n in made.both[0]) == (left is not None and right is not None)
            if n in made.both[0]:
                assert (n in made.sizes[0]) == (len(left) == len(right)), (one, two, n)
                if made.reason is None:
                    assert (n in made.values[0]) == (left == right), (one, two, n)


def test_the_stem_of_resnet():
    """TF SAME at 224, k7, s2 pads (2, 3), PyTorch's padding=3 pads (3, 3): both 112, other values."""
    made = compare(
        keras.Conv2D(64, 7, strides=2, padding="same"), torch.Conv2d(3, 64, 7, stride=2, padding=3)
    )
    assert (
        made.equal_in_size
        and not made.equal
        and 224 not in made.values[0]
        and 225 in made.values[0]
    )
    assert str(made) == "same size everywhere, same values for n ≡ 1 (mod 2), n ≥ 1"
    assert made.text.zh == "尺寸处处相同，数值相同的 n：n ≡ 1 (mod 2)，n ≥ 1"


def test_equal_and_never():
    assert (
        str(compare(torch.Conv1d(2, 2, 3, padding="same"), keras.Conv1D(2, 3, padding="same")))
        == "equal everywhere, in size and in values"
    )
    assert (
        str(compare(torch.Conv1d(2, 2, 3), torch.Conv1d(2, 2, 3, padding=1)))
        == "never the same size"
    )
    assert "numbers of filters differ: 2 and 4" in str(
        compare(torch.Conv1d(2, 2, 3), torch.Conv1d(2, 4, 3))
    )
    average = compare(
        torch.AvgPool1d(3, padding=1), torch.AvgPool1d(3, padding=1, count_include_pad=False)
    )
    assert average.equal_in_size and not average.equal and "divisor" in str(average)


def test_ranks_must_agree():
    with pytest.raises(ShapeError, match="the same number of axes; received 1 and 2"):
        compare(torch.Conv1d(2, 2, 3), torch.Conv2d(2, 2, 3))
