"""PyTorch's words against PyTorch: where an output is empty, an axis has nothing in it, or an
argument is refused in one rank and taken in the next.
"""

import pytest
from needed import require

from shapealg import ShapeError, torch

REFUSED = "refused"

# The last column is what PyTorch 2.13.0 (CPU, one thread) gave.
RUN = (
    # a transposed convolution whose output is empty: oneDNN's is returned
    ("ConvTranspose1d(2, 2, 2, padding=1)", (1, 2, 1), REFUSED),
    ("ConvTranspose1d(2, 2, 2, padding=1)", (2, 1), REFUSED),
    ("ConvTranspose1d(2, 2, 2, padding=1)", (2, 2, 1), (2, 2, 0)),
    ("ConvTranspose1d(2, 2, 2, padding=1)", (0, 2, 1), (0, 2, 0)),
    ("ConvTranspose1d(2, 2, 2, padding=1, groups=2)", (1, 2, 1), (1, 2, 0)),
    ("ConvTranspose1d(2, 2, 2, padding=1, groups=2)", (2, 1), (2, 0)),
    ("ConvTranspose1d(2, 2, 2, padding=2)", (2, 2, 1), REFUSED),
    ("ConvTranspose1d(2, 2, 4, padding=2)", (1, 2, 1), REFUSED),
    ("ConvTranspose1d(2, 2, 1, padding=1)", (2, 2, 2), REFUSED),
    ("ConvTranspose1d(2, 2, 1, padding=1)", (16, 2, 2), (16, 2, 0)),
    ("ConvTranspose1d(2, 2, 2, padding=2, output_padding=1, dilation=2)", (2, 2, 1), REFUSED),
    ("ConvTranspose1d(20480, 1, 2, padding=1)", (1, 20480, 1), REFUSED),
    ("ConvTranspose1d(20481, 1, 2, padding=1)", (1, 20481, 1), (1, 1, 0)),
    ("ConvTranspose2d(2, 2, (3, 4), padding=(1, 2), dilation=1)", (1, 2, 1, 1), REFUSED),
    ("ConvTranspose2d(2, 2, 4, padding=(0, 2))", (1, 2, 1, 1), (1, 2, 4, 0)),
    ("ConvTranspose3d(2, 2, 2, padding=1, dilation=2)", (1, 2, 1, 1, 1), (1, 2, 1, 1, 1)),
    ("ConvTranspose3d(2, 2, (2, 3, 3), padding=1)", (1, 2, 1, 1, 1), REFUSED),
    (
        "ConvTranspose3d(2, 2, (2, 9, 4), stride=(2, 3, 2), padding=(1, 3, 1))",
        (1, 2, 1, 4, 4),
        (1, 2, 0, 12, 8),
    ),
    # what averages along three axes wants the kernel to fit before padding
    ("LPPool1d(2, 3, ceil_mode=True)", (1, 2, 2), (1, 2, 1)),
    ("LPPool2d(2, 3, ceil_mode=True)", (1, 2, 2, 5), (1, 2, 1, 2)),
    ("LPPool3d(2, 3, ceil_mode=True)", (1, 2, 2, 5, 5), REFUSED),
    ("LPPool3d(2, 3, ceil_mode=True)", (1, 2, 3, 5, 5), (1, 2, 1, 2, 2)),
    ("LPPool1d(2, (3,))", (1, 2, 9), REFUSED),
    ("LPPool1d(2, 3, (2,))", (1, 2, 9), (1, 2, 4)),
    ("LPPool2d(2, (3, 3))", (1, 2, 9, 9), (1, 2, 3, 3)),
    # a mean of nothing is nan
    ("AdaptiveAvgPool1d(1)", (1, 2, 0), (1, 2, 1)),
    ("AdaptiveAvgPool2d(1)", (1, 2, 0, 3), (1, 2, 1, 1)),
    ("AdaptiveAvgPool2d((None, 1))", (1, 2, 1, 0), (1, 2, 1, 1)),
    ("AdaptiveAvgPool2d((None, 1))", (1, 2, 3, 0), REFUSED),
    ("AdaptiveAvgPool3d(1)", (1, 2, 3, 0, 3), (1, 2, 1, 1, 1)),
    ("AdaptiveAvgPool2d((1, 2))", (1, 2, 0, 3), REFUSED),
    ("AdaptiveMaxPool2d(1)", (1, 2, 0, 3), REFUSED),
    # None keeps an axis in a tuple of several
    ("AdaptiveMaxPool1d((None,))", (1, 2, 5), REFUSED),
    ("AdaptiveAvgPool1d(None)", (1, 2, 5), REFUSED),
    ("AdaptiveAvgPool2d(None)", (1, 2, 5, 5), REFUSED),
    ("AdaptiveAvgPool2d((None, 3))", (1, 2, 5, 5), (1, 2, 5, 3)),
    # "area" is adaptive average pooling
    ("Upsample(size=0, mode='area')", (1, 2, 5), (1, 2, 0)),
    ("Upsample(size=(0, 3), mode='area')", (1, 2, 5, 5), (1, 2, 0, 3)),
    ("Upsample(scale_factor=0.1, mode='area')", (1, 2, 5), (1, 2, 0)),
    ("Upsample(size=1, mode='area')", (1, 2, 0), (1, 2, 1)),
    ("Upsample(size=0)", (1, 2, 5), REFUSED),
    ("Upsample(scale_factor=0.1)", (1, 2, 5), REFUSED),
    ("Upsample(size=6, mode='nearest', align_corners=False)", (1, 2, 5), REFUSED),
    ("Upsample(size=6, mode='area', align_corners=True)", (1, 2, 5), REFUSED),
    ("Upsample(size=6, mode='nearest-exact', align_corners=True)", (1, 2, 5), REFUSED),
    ("Upsample(size=6, mode='linear', align_corners=False)", (1, 2, 5), (1, 2, 6)),
    ("Upsample(size=6, recompute_scale_factor=True)", (1, 2, 5), REFUSED),
    ("Upsample(size=6, recompute_scale_factor=False)", (1, 2, 5), (1, 2, 6)),
    ("Upsample(scale_factor=2, recompute_scale_factor=True)", (1, 2, 5), (1, 2, 10)),
    # padding does not make up for an empty axis
    ("Unfold(2, padding=1)", (1, 2, 0, 5), REFUSED),
    ("Unfold(2, padding=1)", (0, 2, 5, 5), (0, 8, 36)),
    ("Flatten(start_dim='a')", (1, 2, 3), REFUSED),
    ("Unflatten(1, (2, -1))", (1, 6, 5), (1, 2, 3, 5)),
    ("Unflatten(-1, [2, 3])", (1, 6), (1, 2, 3)),
    ("Unflatten(1, (-1, 3))", (1, 0), (1, 0, 3)),
    ("Unflatten(1, (2, 4))", (1, 6), REFUSED),
    ("Unflatten(1, (-1, 4))", (1, 6), REFUSED),
    ("Unflatten(1, (0, -1))", (1, 0), REFUSED),
    ("Unflatten(1, (-1, -1))", (1, 6), REFUSED),
    ("Unflatten(1, ())", (1, 1), REFUSED),
    ("Unflatten(1, 6)", (1, 6), REFUSED),
    ("Unflatten(2, (2, 3))", (1, 6), REFUSED),
    ("MaxUnpool1d(2)", (1, 2, 3), (1, 2, 6)),
    ("MaxUnpool1d(2)", (2, 3), (2, 6)),
    ("MaxUnpool1d(5, 1, 3)", (1, 2, 3), (1, 2, 1)),
    ("MaxUnpool1d(2, 2, 1)", (1, 2, 1), (1, 2, 0)),
    ("MaxUnpool1d(2, 2, -1)", (1, 2, 3), (1, 2, 8)),
    ("MaxUnpool1d(1, 1, 1)", (1, 2, 1), REFUSED),
    ("MaxUnpool1d(2)", (1, 2, 0), REFUSED),
    ("MaxUnpool2d(2, (2, 3), (1, 0))", (0, 2, 3, 3), (0, 2, 4, 8)),
    ("MaxUnpool2d(2, 2)", (1, 0, 3, 3), REFUSED),
    ("MaxUnpool3d(2, 2)", (2, 3, 3, 3), (2, 6, 6, 6)),
)


def said(line: str, shape: tuple):
    try:
        return eval(f"torch.{line}", {"torch": torch}).output_shape(shape)
    except ShapeError:
        return REFUSED


def run(line: str, shape: tuple):
    require("torch")
    import torch

    made = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        # an unpooling is told that all largest entries stood first
        first = [torch.zeros(shape, dtype=torch.int64)] * line.startswith("MaxUnpool")
        return tuple(eval(f"nn.{line}", {"nn": torch.nn})(torch.zeros(shape), *first).shape)
    except (IndexError, RuntimeError, TypeError, ValueError):
        return REFUSED
    finally:
        torch.set_num_threads(made)


@pytest.mark.parametrize(("line", "shape", "gave"), RUN, ids=str)
def test_the_shape_is_what_pytorch_gives(line, shape, gave):
    assert said(line, shape) == gave == run(line, shape)


def test_a_chosen_output_size_makes_up_for_an_empty_output():
    require("torch")
    import torch as real

    words = (2, 2, 2, 2, 1)  # without the choice the output is empty
    up = real.nn.ConvTranspose1d(*words)
    assert tuple(up(real.zeros(1, 2, 1), output_size=(1,)).shape) == (1, 2, 1)
    assert torch.ConvTranspose1d(*words).output_shape((1, 2, 1), output_size=(1,)) == (1, 2, 1)


def test_a_batch_of_unknown_length_does_not_make_an_empty_output():
    with pytest.raises(ShapeError, match="at least 2 positions work"):
        torch.ConvTranspose1d(2, 2, 2, padding=1).output_shape(("N", 2, 1))


@pytest.mark.parametrize("size", [(4,), (5,), (7,), (8,), (1, 2, 7), (2, 7)])
def test_an_unpooling_is_told_its_size(size):
    require("torch")
    import torch as real

    x, first = real.zeros(1, 2, 3), real.zeros((1, 2, 3), dtype=real.int64)
    try:
        gave = tuple(real.nn.MaxUnpool1d(2)(x, first, output_size=size).shape)
    except ValueError:
        gave = REFUSED
    try:
        told = torch.MaxUnpool1d(2).output_shape((1, 2, 3), size)
    except ShapeError:
        told = REFUSED
    assert told == gave


def test_what_mirrors_or_repeats_leaves_something():
    """PyTorch 2.13: ReflectionPad2d(-1) of 2 × 2 is refused, of 2 × 3 it is 0 × 1."""
    for pad in (torch.ReflectionPad2d(-1), torch.ReplicationPad2d(-1), torch.CircularPad2d(-1)):
        assert pad.output_shape((1, 2, 2, 3)) == (1, 2, 0, 1)
    for pad in (torch.ReflectionPad2d(-1), torch.ReplicationPad2d(-1)):
        with pytest.raises(ShapeError, match="must leave a position"):
            pad.output_shape((1, 2, 2, 2))
    assert torch.CircularPad2d(-1).output_shape((1, 2, 2, 2)) == (1, 2, 0, 0)
    assert torch.ZeroPad2d(-1).output_shape((1, 2, 2, 2)) == (1, 2, 0, 0)
