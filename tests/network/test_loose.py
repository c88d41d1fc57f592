"""Networks of few nodes: what they ask for, where it is told, and where a set is an upper bound."""

from dataclasses import replace
from fractions import Fraction

import pytest

from shapealg import Bound, ShapeError, Sizes, keras, read, tensorflow, torch
from shapealg.axis.scaled import Scaled
from shapealg.network import operations
from shapealg.network.accepts import accepted
from shapealg.network.along import Along
from shapealg.network.failure import Failure
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.tensor import UNKNOWN, Tensor


def chain(shape, *steps) -> Graph:
    """Nodes one after the other, each called by its place: a, b, c, …"""
    names = ["x", *"abcdefg"[: len(steps)]]
    nodes = [
        Node(name, "test", step, (before,), (name,))
        for before, name, step in zip(names, names[1:], steps, strict=False)
    ]
    return Graph({"x": shape}, tuple(nodes), (names[-1],))


class Keeping:
    """An operation that changes no shape, and says so."""

    keeps = True

    def __call__(self, flow, x):
        return x


def leave(flow, x):
    return flow.leave(x)


def half_known(flow, x):
    return Tensor((x.shape[0], None), None, ((), ()))


def unwired(flow, x):
    return Tensor((None,), None, None)


def scaled(factor):
    """One axis resized by a factor of which no formula tells the product, and a known one."""
    maps = {1: Scaled(Fraction(factor)), 2: Scaled(Fraction(2))}
    return lambda flow, x: operations.mapped(flow, x, maps)


CONV = Along(torch.Conv1d(1, 1, 3))
LOOSE = (
    ((1, 1, "L"), [CONV], ()),
    ((1, 1, "L"), [leave], ("a",)),
    ((1, 1, "L"), [CONV, leave, operations.same, Keeping(), CONV], ("b", "e")),
    ((1, "L"), [half_known, operations.same], ("a",)),
    ((1, "L"), [unwired], ("a",)),
    ((1, "L"), [lambda flow, x: UNKNOWN], ("a",)),
    ((1, "H", "W"), [scaled(0.7)], ()),
    ((1, "H", "W"), [scaled(0.7), CONV], ("b",)),
    ((1, "H", "W"), [scaled(0.7), lambda flow, x: Tensor((*x.shape, None), None, ((),) * 4)], "b"),
)


@pytest.mark.parametrize(("shape", "steps", "loose"), LOOSE)
def test_who_may_ask_for_more(shape, steps, loose):
    graph = chain(shape, *steps)
    assert accepted(graph).loose == tuple(loose)
    assert isinstance(Network(graph).accepts(shape[-1]), Bound) == bool(loose)


def test_a_sum_of_sizes_that_loses_no_pixel():
    """Two lines side by side, two positions at a time: an odd number of them leaves one."""
    pair = Node("pair", "pool", Along(torch.MaxPool1d(2)), ("all",), ("y",))
    join = Node("join", "join", operations.concat(2), ("x", "z"), ("all",))
    graph = Graph({"x": (1, 1, "H"), "z": (1, 1, "W")}, (join, pair), ("y",))
    for h in range(1, 6):
        whole = accepted(graph, {"H": h}, lossless=True).sets["W"]
        assert [w for w in range(1, 9) if w in whole] == [
            w for w in range(1, 9) if (h + w) % 2 == 0
        ]
        assert accepted(graph, {"H": h}).sets["W"] == Sizes.every(1)
        for w in range(1, 6):
            fixed = accepted(graph, {"H": h, "W": w}, lossless=True)
            assert bool(fixed.parts) == ((h + w) % 2 == 0)


def test_what_padding_takes_up_is_no_loss():
    """One position of padding behind two at a time: what is left is padding, whatever H and W."""
    pad = Node("pad", "pool", Along(torch.MaxPool1d(2, 2, 1)), ("all",), ("y",))
    join = Node("join", "join", operations.concat(2), ("x", "z"), ("all",))
    graph = Graph({"x": (1, 1, "H"), "z": (1, 1, "W")}, (join, pad), ("y",))
    assert accepted(graph, lossless=True).sets == {"H": Sizes.every(1), "W": Sizes.every(1)}


def test_what_fails_at_every_size_is_named():
    even = Along(torch.PixelUnshuffle(2))
    odd = Along(torch.ZeroPad2d((0, 0, 1, 0)))
    nodes = (
        Node("first", "conv", Along(torch.Conv2d(1, 1, 3)), ("x",), ("a",)),
        Node("even", "down", even, ("x",), ("b",)),
        Node("more", "pad", odd, ("x",), ("c",)),
        Node("odd", "down", even, ("c",), ("d",)),
        Node("last", "conv", Along(torch.Conv2d(1, 1, 5)), ("x",), ("e",)),
    )
    graph = Graph({"x": (1, 1, "H", 8)}, nodes, ("a", "b", "d", "e"))
    found = accepted(graph)
    assert not found and not found.parts
    with pytest.raises(Failure, match=r"no size meets what node odd \(down\) and those before it"):
        Network(graph).output_shapes  # noqa: B018 — asking raises
    with pytest.raises(Failure) as caught:
        Network(graph).output_shapes  # noqa: B018
    assert caught.value.node.name == "odd" and caught.value.sides


def test_a_failure_is_told_where_nothing_runs():
    """Channels that do not fit fail at every size; a sum of branches at some."""
    assert accepted(chain((1, 3, "L"), Along(torch.Conv1d(3, 4, 3)))).failure is None
    told = accepted(chain((1, "L", 5), operations.dense(4, 2))).failure
    assert isinstance(told, Failure) and told.node.name == "a"


def test_open_channels_are_asked_for_what_a_layer_needs():
    assert read([torch.Conv2d(3, 8, 3)], "N,C,9,9").accepts("C") == Sizes(1, (), 0, (3,))
    groups = read([keras.Conv2D(6, 3, groups=3)], "N,9,9,C")
    assert [c for c in range(1, 13) if c in groups.accepts("C")] == [3, 6, 9, 12]
    for axes, block in (("N,C,4,4", 4), ("N,C,5,7", 4)):
        net = read([torch.PixelShuffle(2)], axes)
        assert [c for c in range(1, 13) if c in net.accepts("C")] == [4, 8, 12]
        assert net.at(N=1, C=12)[1] == 12 // block
    assert read([torch.PixelShuffle(2)], "1,12,H,4").at(H=3) == (1, 3, 6, 8)
    assert read([torch.PixelUnshuffle(2)], "1,C,4,4").at(C=3) == (1, 12, 2, 2)


def test_open_channels_are_asked_for_each_time():
    """Filters of depth 2 make 6: one group of 2 channels, two of 4, three of 6, six of 12."""
    net = read([torch.Conv2d(3, 8, 3)], "N,C,9,9")
    for _ in range(2):
        assert net.accepts("C") == net.accepts("C", N=2) == Sizes.of(3)
    net = read([tensorflow.conv2d((3, 3, 2, 6), 1, "SAME")], "N,9,W,C")
    assert net.accepts("C") == net.accepts("C", W=5) == Sizes.of(2, 4, 6, 12)
    net = read([keras.Conv2D(6, 3, groups=3)], "N,9,W,C")
    assert net.accepts("C") == net.accepts("C", W=5) == Sizes.classes(3, (0,), 3)


def test_of_open_channels_those_of_the_layer_reflect():
    """PyTorch reflects less than there is: 2 positions of 3 at least."""
    layer = torch.Conv1d(3, 4, 3, padding=2, padding_mode="reflect")
    assert read([layer], "1,C,L").accepts("L") == Sizes.every(3)


def test_a_product_that_is_rounded_asks_for_something():
    """⌊0.3·n⌋ is 1 from 4 on."""
    found = read([torch.Upsample(scale_factor=0.3)], "1,1,L").accepts("L")
    also = Network(chain((1, "L", 5), scaled(Fraction(3, 10)))).accepts("L")
    for those in (found, also):
        assert [n for n in range(1, 9) if n in those] == [n for n in range(1, 9) if int(n * 0.3)]


def test_a_range_of_lengths_is_asked_for():
    def some(flow, x):
        flow.within(x.shape[1], range(4, 901))
        return operations.same(flow, x)

    net = Network(chain((1, "L"), some))
    assert net.accepts("L") == Sizes.interval(4, 900)
    assert list(map(str, net.flow.requirements)) == ["L − 3 ≥ 1", "L ≥ 1"]


def test_what_is_said_to_be_a_number_is_it_and_a_product_stays():
    def four(length):
        return lambda flow, x: Tensor((flow.equal(length(*x.shape), 8),), None, ((),))

    nets = [
        Network(chain(("H", "W"), four(length)))
        for length in (lambda h, w: (h + w) * 2, lambda h, w: h * w)
    ]
    assert nets[0].output_shape == (8,) and repr(nets[1].output_shape) == "(H*W,)"


def test_a_quotient_is_told_by_what_its_parts_are_equal_to():
    """Where ⌊H/4⌋ is 7·⌊H/28⌋, it is 7 times ⌊H/28⌋."""

    def rows(flow, x):
        n = x.shape[0]
        flow.equal(n // 4, n // 28 * 7)
        made = Tensor((n // 4, 3), None, ((), ()))
        return operations.reshape(flow, made, (-1, n // 28))

    assert Network(chain(("H",), rows)).at(H=57) == (21, 2)
    assert Network(chain(("H",), rows)).output_shape[0] == 21


def test_an_output_that_nobody_makes_may_ask_for_more():
    node = Node("a", "test", scaled(0.7), ("x",), ("y", "mask"))

    def two(flow, x):
        return (scaled(0.7)(flow, x),)

    graph = Graph({"x": (1, "H", "W")}, (replace(node, operation=two),), ("y",))
    assert accepted(graph).loose == ("a",)


def test_an_empty_axis_stays_refused_where_its_length_does_not_change():
    with pytest.raises(ShapeError, match="has no output"):
        Network(chain((1, 1, 0), Along(torch.MaxPool1d(1, 2)))).output_shapes  # noqa: B018


@pytest.mark.parametrize(("c", "groups", "f"), [(4, 1, 6), (4, 2, 6), (1, 1, 1)])
def test_work_is_counted_at_the_channels_that_come(c, groups, f):
    """Window by window: 7 places of 3 taps, of the channels of one group."""
    node = Along(keras.Conv1D(f, 3, groups=groups))
    counted = sum(
        1 for _ in range(7) for _ in range(f) for _ in range(3) for _ in range(c // groups)
    )
    assert node.macs(Tensor((2, 9, c))) == counted


@pytest.mark.parametrize(("places", "least"), [((3,), 4), ((-2,), 2), ((0, -5, 2), 5)])
def test_an_entry_that_is_taken_must_be_there(places, least):
    def taken(flow, x):
        return operations.take(1)(flow, x, Tensor((len(places),), places, ((),)))

    assert Network(chain((1, "L"), taken)).accepts("L") == Sizes.every(least)
