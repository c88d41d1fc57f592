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
HERE, THERE = torch.zeros(1, 2, 1, 1), torch.ones(1, 1, 1, 1)
FIRST = slice(None), slice(None), slice(None, 1)


def module(forward):
    class Own(torch.nn.Module):
        def forward(self, x):
            return forward(x)

    return Own()


def performed(own, shape):
    """What PyTorch gives; `None` where it refuses, or the module divides by 0."""
    try:
        return tuple(own(torch.empty(shape)).shape)
    except (ZeroDivisionError, RuntimeError):
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


def test_a_root_is_named_only_where_it_is_asked_of():
    """What the model wants is how many examples there are."""

    def forward(x):
        patches = x.flatten(2)
        return [patches.view(len(x), 2, int(patches.shape[2] ** 0.5), -1)] * x.shape[0]

    with pytest.raises(Undecided, match=r"needs a number here .* received N; give that"):
        read(module(forward), ("N", 2, "H", "W"))


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
    "a product of what is alike": lambda x: x.new_zeros(
        3 * x.shape[3] * ((x.shape[2] + 15) // 8) // ((x.shape[2] + 11) // 8)
    ),
    "to tens": lambda x: x.new_zeros(1 + round(x.shape[2], -1)),
    "a fraction to tens": lambda x: x.new_zeros(1 + int(round(float(x.shape[2]), -1))),
    "a fraction to units": lambda x: x.new_zeros(1 + int(round(x.shape[2] / 4, 0))),
    "rounded twice": lambda x: x.new_zeros(1 + math.ceil(x.shape[2] / 7 * 7)),
    "power of what is below 3": lambda x: x.new_zeros(2 ** (x.shape[2] % 3)),
    "cut below 0": lambda x: x.new_zeros(40 + int(x.shape[2] * -0.4)),
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


WORKED = {
    "distance": lambda x: x.new_zeros(1 + abs(x.shape[2] - 9)),
    "distance of two": lambda x: x.new_zeros(1 + abs(x.shape[2] - x.shape[3])),
    "right": lambda x: x.new_zeros(1 + (x.shape[2] >> 2)),
    "left and right": lambda x: x.new_zeros(1 + ((x.shape[2] << 3) >> 1)),
    "either bit": lambda x: x.new_zeros(300 + (x.shape[2] ^ 5) + (-13 ^ x.shape[2])),
    "each bit": lambda x: x.new_zeros(1 + (x.shape[2] | 5) + (13 & x.shape[2]) + (x.shape[2] & -4)),
    "no truth": lambda x: x[FIRST] if torch.sym_not((x.shape[2] > 9) & (x.shape[3] > 3)) else x,
    "no truth of one": lambda x: x[FIRST] if torch.sym_not(x.shape[2] > 9) else x,
    "no truth that is known": lambda x: x[FIRST] if torch.sym_not(x.shape[2] > 0) else x,
    "one truth or the other": lambda x: x[FIRST] if (x.shape[2] > 9) | (x.shape[3] > 3) else x,
    "a truth that is none": lambda x: x[FIRST] if (x.shape[2] > 4) == False else x,
    "equal truths": lambda x: x[FIRST] if (x.shape[2] > 4) == (x.shape[3] > 3) else x,
    "other truths": lambda x: x[FIRST] if (x.shape[2] > 4) != (x.shape[3] > 3) else x,
    "truths counted": lambda x: x.new_zeros(1 + sum(x.shape[2] > n for n in (2, 7))),
    "digits": lambda x: x.new_zeros(1 + round(x.shape[2], 1) + int(round(float(x.shape[2]), 1))),
    "one digit of none": lambda x: x[FIRST] if round(x.shape[2] / 1, 1) > 4 else x,
    "one digit of a number": lambda x: x.new_zeros(
        int(10 * round(float(x.shape[2] - x.shape[2]) + 2.26, 1))
    ),
    "of few sizes": lambda x: (
        x.new_zeros(int(math.exp(x.shape[2] / 4))) if x.shape[2] < 9 else x.sum(2)
    ),
    "below one": lambda x: x[FIRST] if x.shape[2] < 9 and math.sin(x.shape[2]) > 0 else x,
    "added up": lambda x: x.new_zeros(torch.sym_sum([x.shape[2], x.shape[3], 4])),
    "of what is added": lambda x: x.new_zeros(1 + 3 // (x.shape[2] + 9)),
    "in PyTorch": lambda x: torch.nn.functional.pad(x, (0, 3 // (x.shape[3] + 2))),
    "0 divided": lambda x: x.new_zeros(1 + 0 // (2 * x.shape[2] - 9)),
    "below 0 rounded down": lambda x: x.new_zeros(90 + -16 // (2 * x.shape[2]) + -9 // x.shape[2]),
    "by what falls": lambda x: x.new_zeros(90 + -7 // (9 - x.shape[2])),
    "on a class": lambda x: (
        x.new_zeros((x.shape[2] + 7) // 8 * x.shape[3] // (x.shape[2] // 8))
        if x.shape[2] % 8 == 0
        else x
    ),
    "by a factor": lambda x: x.new_zeros(1 + x.shape[2] * x.shape[3] // (2 * x.shape[2])),
    "where two are alike": lambda x: (
        x.new_zeros(3 * x.shape[3] * ((x.shape[2] + 7) // 8) // ((x.shape[2] + 3) // 8))
        if x.shape[2] % 8 == 5
        else x
    ),
    "few answers": lambda x: x.new_zeros((3 * x.shape[2] + 9) // (x.shape[2] + 10) + 1),
    "few answers below 0": lambda x: x.new_zeros(
        50 + (3 * x.shape[2] + 7) // (-x.shape[2] - 2) + (x.shape[2] + 9) // (12 - 2 * x.shape[2])
    ),
    "once more where it is small": lambda x: x.new_zeros(
        (2 * x.shape[2] + 6) // (x.shape[2] + 1) + (x.shape[2] + 3) // x.shape[2]
    ),
    "by what is known": lambda x: x[:, :, : [1, 2][x.shape[2] > 0]],
    "beside constants": lambda x: (x + HERE)[FIRST] if x.shape[2] > 5 else x * THERE + HERE,
    "remainder of a length": lambda x: x.new_zeros(1 + (x.shape[2] + 30) % (x.shape[2] + 2)),
    "remainder below 0": lambda x: x.new_zeros(50 + x.shape[2] % -7 + 7 % -x.shape[2]),
    "no integer": lambda x: x[FIRST] if (float(x.shape[2] - x.shape[2]) + 2.5).is_integer() else x,
    "an integer": lambda x: x[FIRST] if float(x.shape[2]).is_integer() else x,
    "a fraction below": lambda x: x[FIRST] if x.shape[2] / (9 - 2 * x.shape[2]) > -2 else x,
    "two fractions": lambda x: x[FIRST] if x.shape[2] / x.shape[3] > x.shape[3] / x.shape[2] else x,
    "a third": lambda x: x[FIRST] if x.shape[2] / x.shape[3] == 1 / 3 else x,
    "beyond four thirds": lambda x: x[FIRST] if x.shape[2] / x.shape[3] > 4 / 3 else x,
    "a third of one": lambda x: x[FIRST] if x.shape[2] / 3 > x.shape[3] / 2 else x,
    "equal parts": lambda x: x[FIRST] if x.shape[2] / 3 == x.shape[3] / 2 else x,
    "beyond a number": lambda x: x[FIRST] if x.shape[2] > math.pi or x.shape[3] / 2 > 4.4 else x,
    "below infinity": lambda x: x[FIRST] if x.shape[2] < math.inf else x,
    "above infinity": lambda x: x[FIRST] if -math.inf > x.shape[2] else x,
    "above minus infinity": lambda x: x[FIRST] if x.shape[2] > -math.inf else x,
    "no number": lambda x: x[FIRST] if x.shape[2] / 2 != math.nan else x,
    "below no number": lambda x: x[FIRST] if x.shape[2] / 2 < math.nan else x,
    "roots": lambda x: x.new_zeros(
        1
        + int(math.sqrt(4 * x.shape[2] * x.shape[2] * 9))
        + int((x.shape[2] ** 2) ** 0.5)
        + int(torch.sym_sqrt(x.shape[2] - x.shape[2] + 17))
    ),
    "powers": lambda x: x.new_zeros(x.shape[2] ** 3 - x.shape[2] ** 2 + 1),
    "cut": lambda x: x.new_zeros(40 + int(0.25 * x.shape[2]) + math.floor(0.4 * x.shape[2])),
    "the larger part": lambda x: x.new_zeros(1 + math.ceil(max(x.shape[2] / 2, x.shape[3] / 3))),
}


@pytest.mark.parametrize("name", WORKED)
def test_what_is_worked_out_is_what_python_works_out(name):
    if name == "either bit" and torch.__version__ < "2.7":
        pytest.skip("in PyTorch 2.6 an open size has no ^")
    own = module(WORKED[name])
    net = read(own, (1, 2, "H", "W"))
    for h in range(1, 25):
        for w in (1, 3, 4, 9):
            assert told(net, H=h, W=w) == performed(own, (1, 2, h, w)), (h, w)


@pytest.mark.parametrize(
    "asked",
    (
        lambda h, w: (h / (w + 9) * 4).is_integer(),
        lambda h, w: (h / w * w).is_integer(),
        lambda h, w: h / w * w == 1,
        lambda h, w: h / 7 * 7 == h,
    ),
)
def test_where_a_quotient_that_is_rounded_is_multiplied_no_equality_is_told(asked):
    """29 / 7 * 7 is above 29, and 1 / 49 * 49 below 1."""
    own = module(lambda x: x[FIRST] if asked(*x.shape[2:]) else x)
    with pytest.raises(Undecided, match="a size that no formula tells"):
        read(own, (1, 2, "H", "W"))


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


def test_ways_are_told_alike_but_for_the_layout():
    """A name that nothing has passed on is itself."""
    from types import SimpleNamespace

    from shapealg.network.readers.torch import alike

    def way(*nodes, outputs):
        made = [
            SimpleNamespace(
                name=name,
                kind=kind,
                key=(name, kind),
                inputs=inputs,
                outputs=(name,),
                operation=SimpleNamespace(shapes=((3,),)),
            )
            for name, kind, *inputs in nodes
        ]
        graph = SimpleNamespace(nodes=made, outputs=outputs)
        return SimpleNamespace(graph=graph, reads=(), shapes=((3,),), products=None)

    plain = way(("a", "relu", "x"), ("c", "add", "a", "x"), outputs=("c", "a"))
    laid = way(
        ("a", "relu", "x"), ("b", "contiguous", "a"), ("c", "add", "b", "x"), outputs=("c", "b")
    )
    other = way(("a", "relu", "x"), ("c", "add", "x", "x"), outputs=("c", "a"))
    assert alike._told(plain) == alike._told(laid) != alike._told(other)
    assert alike._told(plain)[1] == ["c", "a"] and alike._told(plain)[0][1][1] == ("a", "x")


def test_two_ways_about_the_sizes_of_one_name_are_one():
    from shapealg.network.graph import Graph
    from shapealg.network.readers.torch import alike
    from shapealg.network.readers.torch.known import Known
    from shapealg.network.readers.torch.ways import Ended

    def way(**box):
        return Ended(Known(box), Graph({}, (), ()), {})

    low, high = Sizes.interval(1, 6), Sizes.every(5)
    assert alike._one(way(), way(H=low)).known.box == {}
    assert alike._one(way(H=low), way()).known.box == {}
    assert alike._one(way(H=low), way(H=high)).known.box == {}
    assert alike._one(way(H=low, W=low), way(H=low, W=Sizes.of(9))).known.box == {
        "H": low,
        "W": low | Sizes.of(9),
    }
    assert alike._one(way(H=low), way(W=low)) is None


def test_an_output_that_nothing_has_asked_for_entries_is_asked():
    net = read(module(lambda x: x.new_zeros(x.shape[2] - 2)), (1, 2, "H", 5))
    last = net.graph.nodes[-1]
    assert last.name == last.kind == "output" and net.graph.outputs == ("output",)
    assert [h in net.accepts("H") for h in (1, 2, 3, 9)] == [False, False, True, True]


def test_a_way_whose_output_is_empty_at_all_its_sizes_fails_there():
    """As a failure of the node that asks."""

    def forward(x):
        return x.new_zeros(x.shape[2] - 6) if x.shape[2] < 6 else x

    net = read(module(forward), (1, 2, "H", 5))
    assert [h in net.accepts("H") for h in (1, 5, 6, 9)] == [False, False, True, True]


def test_many_ways_name_the_line_where_they_parted_last(monkeypatch):
    from shapealg.network.readers.torch import ways

    def forward(x):
        for n in range(1, 9):
            if x.shape[2] == n:
                return x[:, :, :, : n + 1]
        return x

    monkeypatch.setattr(ways, "MANY", 4)
    line = forward.__code__.co_firstlineno + 2
    with pytest.raises(Undecided, match=rf"\(parting at test_torch_quotients.py:{line}\)"):
        read(module(forward), (1, 2, "H", "W"))
    with pytest.raises(Undecided, match=r"\(parting at test_torch_quotients.py:\d+\)"):
        read(module(lambda x: x.new_zeros(1 + 9 // x.shape[2])), (1, 2, "H", "W"))


def test_the_way_of_large_sizes_is_the_first():
    """What is passed on is a node's output on each of several."""
    net = read(module(lambda x: (x, x) if x.shape[2] > 5 else (x + 1, x)), (1, 2, "H", 5))
    first, second = net.graph.ways
    assert 1000 in first.box["H"] and 1000 not in second.box["H"]
    assert first.graph.outputs == second.graph.outputs == net.graph.outputs
    assert [node.kind for node in first.graph.nodes] == ["output", "output"]
    assert [node.kind for node in second.graph.nodes] == ["add", "output"]
    plain = read(module(lambda x: x), (1, 2, "H", 5)).graph
    assert plain.ways == () and plain.nodes == () and plain.outputs == ("x",)
