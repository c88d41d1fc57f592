"""Quotients with an open size below, in a model's own lines: what is told is what the module gives
at every size tried. And ways that part and do the same, which are one.
"""

import math

import numpy
import pytest
from needed import require

import shapealg
from shapealg import Sizes, read
from shapealg.errors import Undecided

require("torch")
import torch  # noqa: E402 — once it is known to be there

MOST = 40
FIRST = slice(None), slice(None), slice(None, 1)


def module(forward):
    class Own(torch.nn.Module):
        def forward(self, x):
            return forward(x)

    return Own()


def performed(own, shape):
    """What PyTorch gives; `None` where the module divides by 0."""
    try:
        return tuple(own(torch.empty(shape)).shape)
    except ZeroDivisionError:
        return None


def told(net, **sizes):
    """The shape that is told; `None` where it is told to be refused."""
    try:
        return net.at(**sizes)
    except shapealg.ShapeError:
        return None


QUOTIENTS = {
    "divides": lambda x: x[FIRST] if 12 % x.shape[2] == 0 else x,
    "goes into it": lambda x: x[FIRST] if 12 // x.shape[2] else x,
    "as a length": lambda x: x.new_zeros(1 + 12 // x.shape[2]),
    "remainder as a length": lambda x: x.new_zeros(x.shape[2] % 5 + 12 % x.shape[2] + 1),
    "of half": lambda x: x.view(1, 2, -1) if 12 % (x.shape[2] // 2 + 1) == 0 else x,
    "below 0": lambda x: x.new_zeros(40 + -12 // x.shape[2]),
    "divided by what is below 0": lambda x: x.new_zeros(40 + 12 // -x.shape[2]),
    "by what is either": lambda x: x.new_zeros(40 + 7 // (2 * x.shape[2] - 9)),
    "many": lambda x: x[FIRST] if 900 % (x.shape[2] + 20) == 0 else x,
    "rounded up to what is long": lambda x: torch.nn.functional.pad(
        x, (0, math.ceil(x.shape[3] / 3072) * 3072 - x.shape[3])
    ),
    "cut by what is long": lambda x: x.new_zeros(1 + int(x.shape[2] * 700 / 1025)),
    "times what is rounded": lambda x: x.new_zeros(1 + int(x.shape[2] * 0.4)),
    "rounded to below": lambda x: x.new_zeros(1 + math.floor(0.3 * (x.shape[2] + 90))),
    "whole": lambda x: x[FIRST] if (x.shape[2] / 4).is_integer() else x,
    "whole, of two": lambda x: (
        x[FIRST] if ((3 * x.shape[2]) / (x.shape[2] + 6)).is_integer() else x
    ),
    "one into the other": lambda x: x.new_zeros(
        1 + ((x.shape[2] + 7) // 8) // ((x.shape[2] + 55) // 56)
    ),
    "by 0 at some": lambda x: x.new_zeros(40 + 43 % (x.shape[2] // 7)),
    "by 0 as a fraction": lambda x: x[FIRST] if 9 / (x.shape[2] - 9) > 1 else x,
    "of few lengths": lambda x: x.new_zeros(1 + 400 // ((x.shape[2] + 15) // 16)),
    "cut": lambda x: x.new_zeros(1 + int(30 / x.shape[2])),
    "cut, of two": lambda x: x.new_zeros(1 + int((3 * x.shape[2]) / (x.shape[2] / 2 + 3))),
    "rounded up": lambda x: x.new_zeros(1 + math.ceil((3 * x.shape[2]) / (x.shape[2] + 6))),
    "rounded up, below 0": lambda x: x.new_zeros(40 + math.ceil(30 / (-1 - x.shape[2]))),
    "the same cut": lambda x: (
        x[FIRST] if int(40 / (x.shape[2] + 5)) == 40 / (x.shape[2] + 5) else x
    ),
}


@pytest.mark.parametrize("name", QUOTIENTS)
def test_a_number_divided_by_a_length(name):
    """Not only for the lengths that are larger than the number."""
    own = module(QUOTIENTS[name])
    net = read(own, (1, 2, "H", 5))
    for h in range(1, MOST + 1):
        assert told(net, H=h) == performed(own, (1, 2, h, 5)), h
        assert (h in net.accepts("H")) == (told(net, H=h) is not None)


def test_what_is_rounded_across_an_integer_has_no_formula():
    """0.7 · 90 is cut to 62, 0.7 · 80 to 56."""
    own = module(lambda x: x.new_zeros(1 + int(x.shape[2] * 0.7)))
    net = read(own, (1, 2, "H", 5))
    assert net.output_shape == (None,) and net.at(H=90) is not None
    assert read(own, (1, 2, 90, 5)).at() == (63,)


def test_too_many_quotients_are_refused_with_the_line():
    own = module(lambda x: x[FIRST] if 10**6 % x.shape[2] == 0 else x)
    with pytest.raises(Undecided, match=r"too many ways .*\(parting at test_torch_quotients.py:"):
        read(own, (1, 2, "H", 5))
    assert read(own, (1, 2, 8, 5)).at() == (1, 2, 1, 5)


def scaled(x):
    """The larger of two quotients, as an upsampling of diffusers asks for it."""
    half = x[:, :, ::2, ::2]
    scale = max(f / s for f, s in zip(x.shape[2:], half.shape[2:], strict=True))
    return x[:, :, 1:] if scale < 2 else x


def guarded(x):
    half = x[:, :, ::2, ::2]
    if half.shape[0] >= 64:
        half = half.contiguous()
    scale = max(f / s for f, s in zip(x.shape[2:], half.shape[2:], strict=True))
    if half.numel() * scale > 2**31:
        half = half.contiguous()
    return torch.nn.functional.interpolate(half, size=x.shape[2:])


def test_quotients_of_lengths_are_compared():
    net, own = read(module(scaled), (1, 2, "H", "W")), module(scaled)
    for h in range(2, 14):
        for w in range(2, 14):
            assert told(net, H=h, W=w) == tuple(own(torch.empty(1, 2, h, w)).shape), (h, w)


def test_ways_that_do_the_same_are_one():
    net = read(module(guarded), ("N", 2, "H", "W"))
    assert not net.graph.ways and not net.ties
    assert net.accepts("H") == net.accepts("W") == net.accepts("N") == Sizes.every(1)
    assert str(net.output_shape) == "(N, 2, H, W)"
    assert "contiguous" not in [node.kind for node in net.graph.nodes]


def test_ways_on_which_a_requirement_is_met_anyway_are_one():
    """That there are two rows is asked where there need not be, and not where there are ten."""

    def forward(x):
        if x.shape[0] > x.shape[1]:
            x = x.contiguous()
        if x.shape[1] > 9:
            x = x.contiguous()
        return x[:, 1:].sum(0)

    net, own = read(module(forward), ("N", "M")), module(forward)
    assert not net.graph.ways and net.accepts("M") == Sizes.every(2)
    for n in (1, 5, 12):
        for m in (2, 7, 10, 14):
            assert net.at(N=n, M=m) == tuple(own(torch.empty(n, m)).shape)


def test_ways_that_read_something_else_stay_apart():
    """Of the same shape; what comes in between is the same, too."""

    def forward(x):
        x = x[:, :, 1:] if x.shape[3] > x.shape[2] else x[:, :, :-1]
        return torch.nn.functional.max_pool2d(x, 3)

    net = read(module(forward), (1, 2, "H", "W"))
    assert [len(way.graph.nodes) for way in net.graph.ways] == [2, 2]
    fields = [net.receptive_field(H=9, W=w) for w in (5, 15)]
    assert [field.start[0] for field in fields] == [0, 1]


def test_ways_of_other_weights_stay_apart():
    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = (
                torch.nn.Parameter(torch.ones(3, 5)),
                torch.nn.Parameter(torch.ones(3, 5)),
            )

        def forward(self, x):
            weight = self.a if x.shape[0] > x.shape[1] else self.b
            return torch.nn.functional.linear(x, weight)

    net = read(Own(), ("N", "M", 5))
    assert [way.graph.nodes[0].inputs[1] for way in net.graph.ways] == ["a", "b"]
    assert net.parameters == 30


def test_a_table_that_a_model_makes_longer_is_none_of_its_parameters():
    """As FSMT does; those that it has are counted, and each number is Python's own."""

    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table = torch.nn.Parameter(torch.zeros(8, 4))

        def forward(self, x):
            places, table = x.shape[1], self.table
            if places > 8:
                table = torch.nn.Parameter(torch.zeros(places, 4))
            return torch.nn.functional.embedding(torch.arange(places), table) + x

    net = read(Own(), ("N", "T", 4))
    assert net.parameters == 32 and type(net.parameters) is int
    assert [net.at(N=2, T=t) for t in (3, 20)] == [(2, 3, 4), (2, 20, 4)]
    weights = [node.weights for way in net.graph.ways for node in way.graph.nodes if node.weights]
    assert sorted(map(str, weights)) == ["((8, 4),)", "((T, 4),)"]


def test_ways_that_require_something_else_stay_apart():
    """One takes half of the axis, so that there must be two entries."""

    def forward(x):
        if x.shape[0] * x.shape[2] > 100:
            x = x[:, :, : x.shape[2] // 2].contiguous()
        return x.sum(2)

    net, own = read(module(forward), ("N", 2, "H", 5)), module(forward)
    assert len(net.graph.ways) == 2
    for n in (1, 9, 120):
        for h in range(1, 14):
            made = tuple(own(torch.empty(n, 2, h, 5)).shape)
            runs = n * h <= 100 or h > 1
            assert told(net, N=n, H=h) == (made if runs else None), (n, h)


@pytest.mark.parametrize("times", (0, 2))
def test_frames_put_none_or_several_times_before_the_others(times):
    own = module(lambda x: torch.cat([x[:, :, :1].repeat(1, 1, times, 1), x], 2))
    net = read(own, (1, 2, "H", 5))
    for h in (1, 2, 7):
        assert net.at(H=h) == tuple(own(torch.empty(1, 2, h, 5)).shape) == (1, 2, h + times, 5)


def test_nothing_but_what_is_repeated_0_times_is_no_output():
    with pytest.raises(shapealg.ShapeError, match="no output"):
        read(module(lambda x: x.repeat(1, 1, 0, 1)), (1, 2, "H", 5)).at(H=3)


def test_a_way_on_which_nothing_is_known_is_not_refused():
    """What PyTorch refused there, it refused of a size that was guessed."""

    def forward(x):
        x = torch.nn.functional.pad(x, (0, int(x.shape[-1] * 0.7) * 64 - x.shape[-1]))
        x = torch.cat([x, x], 1).transpose(1, 2)
        windows = x.chunk(2, -1)[0].reshape(x.shape[0], x.shape[1] // 32, 32, 2, 32)
        return windows[..., :3], x.sum(1)

    net, own = read(module(forward), ("N", 64, "T")), module(forward)
    for n in (1, 2):
        told = net.at(N=n, T=64)
        made, _ = own(torch.zeros(n, 64, 64))
        assert told is None or all(m in (None, k) for m, k in zip(told, made.shape, strict=True))
        assert 64 in net.accepts("T", N=n)
    assert net.unknown


def by_method(x):
    patches = x.flatten(2)
    side = int(math.sqrt(patches.shape[2]))
    return patches.view(1, 2, side, side)


def by_power(x):
    patches = x[:, :, ::2, ::2].flatten(2)
    return patches.view(1, 2, int(patches.shape[2] ** 0.5), -1)


def whole(x):
    patches = x.flatten(2)
    return patches.view(1, 2, math.isqrt(4 * patches.shape[2]), -1)


def by_numpy(x):
    patches = torch.nn.functional.max_pool2d(x, 2).flatten(2)
    side = int(numpy.sqrt(patches.shape[2]))
    return patches.view(1, 2, side, side)


@pytest.mark.parametrize("forward", (by_method, by_power, whole, by_numpy))
def test_the_side_of_a_square_is_found_again(forward):
    """Of what is no square nothing is told, and nothing wrong."""
    own, names = module(forward), vars(math)
    square, other = read(own, (1, 2, "S", "S")), read(own, (1, 2, "H", "W"))
    for n in range(2, 13, 2):
        made = tuple(own(torch.empty(1, 2, n, n)).shape)
        assert square.at(S=n) == made
        assert all(m in (None, k) for m, k in zip(other.at(H=n, W=n), made, strict=True))
    assert math.sqrt is names["sqrt"] and globals()["math"] is math


def test_where_only_a_square_is_known_the_names_to_be_one_are_told():
    def forward(x):
        patches = x.flatten(2)
        side = int(patches.shape[2] ** 0.5)
        if side * side != patches.shape[2]:
            raise ValueError("no square")
        return patches.view(1, 2, side, side)

    told = r"received H·W ≠ _unknown_1·_unknown_1; .* give H and W one name; or "
    with pytest.raises(Undecided, match=told) as no:
        read(module(forward), (1, 2, "H", "W"))
    assert "给 H 与 W 同一个名字" in no.value.zh
    assert str(read(module(forward), (1, 2, "S", "S")).output_shape) == "(1, 2, S, S)"
    with pytest.raises(Undecided) as no:
        read(module(lambda x: [x] * int(math.sqrt(2 * x.shape[2] * x.shape[3]))), (1, 2, "H", "W"))
    assert "one name" not in str(no.value)


def test_rounded_by_numpy():
    own = module(lambda x: x.new_zeros(1 + int(numpy.round(x.shape[2] / 4))))
    net = read(own, (1, 2, "H", 5))
    for h in range(1, MOST):
        assert net.at(H=h) == tuple(own(torch.empty(1, 2, h, 5)).shape)


def apart(x, side: int):
    """Windows, as Swin's authors wrote it."""
    n, c, h, w = x.shape
    x = x.view(n, c, h // side, side, w // side, side).permute(0, 2, 4, 3, 5, 1)
    return x.contiguous().view(-1, side, side, c)


def together(windows, side: int, h: int, w: int):
    many = int(windows.shape[0] / (h * w / side / side))
    return windows.view(many, h // side, w // side, side, side, -1).flatten(3)


def padded(x, side: int):
    h, w = x.shape[2:]
    x = torch.nn.functional.pad(x, (0, -w % side, 0, -h % side))
    return together(apart(x, side), side, *x.shape[2:])


@pytest.mark.parametrize("side", (4, 7))
@pytest.mark.parametrize(
    "forward", (padded, lambda x, side: together(apart(x, side), side, *x.shape[2:]))
)
def test_the_windows_of_an_example_are_counted(forward, side):
    own = module(lambda x: forward(x, side))
    net = read(own, ("N", 2, "H", "W"))
    assert not net.unknown
    for n, h, w in ((1, 7, 7), (3, 8, 8), (2, 28, 56), (3, 5, 13), (1, 4, 28)):
        try:
            made = tuple(own(torch.empty(n, 2, h, w)).shape)
        except RuntimeError:
            made = None
        assert told(net, N=n, H=h, W=w) == made, (n, h, w)


UNTOLD = {
    "windows of a share": lambda x: x.new_zeros(
        1 + int(x.shape[2] * x.shape[3] / (x.shape[2] * x.shape[3] / 49))
    ),
    "a length in another": lambda x: x.new_zeros(1 + int(x.shape[2] / x.shape[3])),
    "up, of one in another": lambda x: x.new_zeros(1 + math.ceil(x.shape[2] / x.shape[3])),
    "cut towards 0": lambda x: x.new_zeros(20 + int((x.shape[2] - 9) * 0.4)),
    "root of what may be below 0": lambda x: x.new_zeros(
        1 + int(math.sqrt((x.shape[2] - 9) * (x.shape[2] - 9)))
    ),
    "root of twice a square": lambda x: x.new_zeros(int(math.sqrt(2 * x.shape[2] * x.shape[2]))),
    "axes of a range": lambda x: x.mean(torch.arange(1, x.dim()).tolist()),
    "times a quotient": lambda x: (
        x[FIRST] if x.numel() * (x.shape[2] / (x.shape[3] + 1)) > 60 else x
    ),
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_is_told_is_right(name):
    """Of some no formula is known."""
    own = module(UNTOLD[name])
    net = read(own, (1, 2, "H", "W"))
    for h in range(1, 20):
        for w in (1, 4, 9):
            made, found = tuple(own(torch.empty(1, 2, h, w)).shape), told(net, H=h, W=w)
            assert len(found) == len(made), (h, w)
            assert all(m in (None, k) for m, k in zip(found, made, strict=True)), (h, w)


def test_in_place_nothing_grows_where_the_length_is_a_product():
    def forward(x):
        rows = x.flatten(2).clone()
        rows += torch.zeros(1, 2, 12)
        return rows

    net = read(module(forward), (1, 2, "H", "W"))
    for h in range(1, 13):
        for w in range(1, 13):
            assert (told(net, H=h, W=w) is not None) == (h * w == 12), (h, w)


def test_an_output_that_is_empty_on_the_last_way_is_none():
    own = module(lambda x: x.new_zeros(1, min(x.shape[2] - 2 * x.shape[3] + 1, 0), 1 + x.shape[2]))
    net = read(own, (1, 2, "H", "W"))
    assert all(told(net, H=h, W=w) is None for h in range(1, 9) for w in range(1, 9))
