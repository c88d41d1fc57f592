"""Tiles put together are the whole: random networks, each run by PyTorch as a whole and tile by
tile in double precision.
"""

import random
from fractions import Fraction
from types import SimpleNamespace

import pytest
from needed import require

from shapealg import ShapeError, read, torch
from shapealg.network import operations, tiling, track
from shapealg.network.along import Along
from shapealg.network.filled import Around, Mirrored
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.sight import J
from shapealg.network.tensor import Tensor, Wire
from shapealg.network.track import Track, agree

CHAINS = 60
SEED = 20240607


def layer(nn, rng):
    """One random layer on one channel."""
    k, s, d = rng.randint(1, 4), rng.randint(1, 3), rng.choice((1, 1, 2))
    return {
        "conv": lambda: nn.Conv1d(1, 1, k, s, rng.randint(0, k), d),
        "mirrored": lambda: nn.Conv1d(
            1, 1, k, s, rng.randint(0, k), d, padding_mode=rng.choice(("reflect", "replicate"))
        ),
        "max": lambda: nn.MaxPool1d(k, s, rng.randint(0, k // 2), ceil_mode=rng.random() < 0.5),
        "average": lambda: nn.AvgPool1d(k, s, rng.randint(0, k // 2), rng.random() < 0.5),
        "transposed": lambda: nn.ConvTranspose1d(
            1, 1, k, s, rng.randint(0, k - 1), rng.randint(0, max(s, d) - 1), dilation=d
        ),
        "pad": lambda: nn.ConstantPad1d((rng.randint(-2, 3), rng.randint(-2, 3)), 0.5),
        "resized": lambda: nn.Upsample(
            scale_factor=rng.choice((2, 3, 1.5, 0.5)),
            mode=rng.choice(("nearest", "nearest-exact", "linear")),
        ),
        "area": lambda: nn.Upsample(scale_factor=2, mode="area"),
    }[
        rng.choice(
            (
                "conv",
                "conv",
                "mirrored",
                "max",
                "average",
                "transposed",
                "transposed",
                "pad",
                "resized",
                "area",
            )
        )
    ]()


def network(real, rng):
    """A random chain, sometimes with two branches that are added."""
    nn = real.nn

    class Joined(nn.Module):
        def __init__(self, *paths):
            super().__init__()
            self.one, self.two = paths

        def forward(self, x):
            return self.one(x) + self.two(x)

    made = [layer(nn, rng) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.5:
        k = rng.choice((3, 5))
        paths = (
            nn.Conv1d(1, 1, k, padding=k // 2),
            nn.Sequential(
                nn.MaxPool1d(2), nn.Upsample(scale_factor=2, mode=rng.choice(("nearest", "linear")))
            ),
        )
        made.insert(rng.randint(0, len(made)), Joined(*rng.sample((*paths, nn.Identity()), 2)))
    return nn.Sequential(*made).double().eval()


def put_together(model, x, plan, whole, axis=2):
    """Every output once, and each as in the whole; in all, the parts."""
    places = [t.place for t in plan]
    assert [a for a, _ in places] == [0, *(b for _, b in places)][:-1] and places[-1][
        1
    ] == whole.shape[axis]
    for t in plan:
        part = model(x.narrow(axis, t.read[0], t.read[1] - t.read[0]))
        kept, there = (y.narrow(axis, a, b - a) for y, (a, b) in ((part, t.keep), (whole, t.place)))
        assert part.shape[axis] >= t.keep[1] and (kept - there).abs().max() < 1e-10, t


def test_random_networks():
    """Refusals are told in one line; and what is said to work, works."""
    require("torch")
    import torch as real

    real.manual_seed(SEED)
    rng, plans, refused = random.Random(SEED), 0, 0
    with real.no_grad():
        while plans + refused < CHAINS:
            model, n, tile = network(real, rng), rng.randint(30, 70), rng.randint(8, 29)
            x = real.rand(1, 1, n, dtype=real.float64)
            try:
                whole = model(x)
            except (RuntimeError, ValueError):
                continue
            net = read(model, "1,1,L")
            try:
                plan = net.tiles("L", tile, L=n)
            except ShapeError as problem:
                refused += 1
                if "try " not in str(problem):
                    continue
                tile = int(str(problem).partition("try ")[2].split()[0])
                plan = net.tiles("L", tile, L=n)
            else:
                plans += 1
            assert all(b - a <= tile for a, b in (t.read for t in plan))
            put_together(model, x, plan, whole)
    assert plans > CHAINS // 2


@pytest.mark.parametrize(
    ("wanted", "text"),
    (
        (lambda nn: nn.InstanceNorm1d(1), "sees the whole input"),
        (lambda nn: nn.GroupNorm(1, 1), "sees the whole input"),
        (lambda nn: nn.LayerNorm(48), "sees the whole input"),
        (lambda nn: nn.Softmax(2), "sees the whole input"),
        (
            lambda nn: nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular"),
            "reads from the other end",
        ),
        (lambda nn: nn.CircularPad1d(1), "reads from the other end"),
        (lambda nn: nn.AdaptiveAvgPool1d(7), "depends on the whole input"),
        (lambda nn: nn.Upsample(size=30), "depends on the whole input"),
        (
            lambda nn: nn.Upsample(scale_factor=2, mode="linear", align_corners=True),
            "depends on the whole input",
        ),
        (lambda nn: nn.Flatten(), "sees the whole input"),
    ),
)
def test_what_no_tile_gives(wanted, text):
    require("torch")
    from torch import nn

    with pytest.raises(ShapeError, match=f"{text}: no tile gives the same"):
        read(nn.Sequential(nn.Conv1d(1, 1, 3, padding=1), wanted(nn)), "1,1,L").tiles("L", 20, L=48)


@pytest.mark.parametrize(
    "wanted",
    (
        lambda F, y: y.flip(dims=[2]),
        lambda F, y: y.flip(0, 2),
        lambda F, y: y.roll(1),
        lambda F, y: y.cumsum(2),
        lambda F, y: y.tril(),
        lambda F, y: F.instance_norm(y),
        lambda F, y: F.group_norm(y, 1),
        lambda F, y: y / y.shape[2],
        lambda F, y: F.gumbel_softmax(y),
        lambda F, y: F.pad(y, (1, 1), mode="circular"),
        lambda F, y: F.interpolate(y, scale_factor=2, mode="linear", align_corners=True),
        lambda F, y: y[:, :, -8:],
        lambda F, y: y[:, :, :30],
        lambda F, y: y[:, :, y.shape[2] % 3 : y.shape[2] - 3 + y.shape[2] % 3],
        lambda F, y: y - y.mean(2, keepdim=True),
        lambda F, y: y.mean(2)[:, :, None] + y,
    ),
)
def test_functions_that_no_tile_gives(wanted):
    require("torch")
    import torch.nn.functional as F
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return wanted(F, x)

    with pytest.raises(ShapeError, match="no tile gives the same"):
        read(Own(), "1,1,L").tiles("L", 20, L=48)


def test_kept_statistics_and_lasting_axes_are_read_position_by_position():
    require("torch")
    import torch as real

    model = (
        real.nn.Sequential(
            real.nn.Conv2d(1, 4, 3, padding=1),
            real.nn.BatchNorm2d(4),
            real.nn.InstanceNorm2d(4, track_running_stats=True),
            real.nn.LayerNorm(6),
            real.nn.Softmax2d(),
        )
        .double()
        .eval()
    )
    x = real.rand(1, 1, 40, 6, dtype=real.float64)
    with real.no_grad():
        put_together(model, x, read(model, "1,1,H,6").tiles("H", 16, H=40), model(x))


@pytest.mark.parametrize("behind", (False, True))
def test_what_is_mirrored_must_be_right(behind):
    """A tile of 16 has 2 right positions to mirror 4 from."""
    require("torch")
    import torch as real

    nn = real.nn
    model = nn.Sequential(
        nn.ZeroPad1d((14, 0) if behind else (0, 14)),
        nn.Conv1d(1, 1, 15),
        nn.ReflectionPad1d((0, 4) if behind else (4, 0)),
    ).double()
    net, x = read(model, "1,1,L"), real.rand(1, 1, 60, dtype=real.float64)
    with pytest.raises(ShapeError, match="too small; received 16; try 19 "):
        net.tiles("L", 16, L=60)
    with real.no_grad():
        put_together(model, x, net.tiles("L", 19, L=60), model(x))


@pytest.mark.parametrize("behind", (False, True))
@pytest.mark.parametrize(
    ("last", "least"),
    (
        (torch.ReflectionPad1d, 19),
        (torch.ZeroPad1d, 16),
    ),
)
def test_what_is_padded_without_data_need_not_be_right(last, least, behind):
    """PyTorch gives the same in tiles so long."""
    ends = [(14, 0), (0, 4)] if behind else [(0, 14), (4, 0)]
    net = read([torch.ZeroPad1d(ends[0]), torch.Conv1d(1, 1, 15), last(ends[1])], "1,1,L")
    assert len(net.tiles("L", least, L=60)) > 1
    if least > 16:
        with pytest.raises(ShapeError, match=f"too small; received 16; try {least} "):
            net.tiles("L", 16, L=60)


def nodes_of(*nodes) -> Network:
    return Network(Graph({"x": (1, 1, "L")}, nodes, ("y",)))


CONV = Along(torch.Conv1d(1, 1, 3, padding=1))


@pytest.mark.parametrize(
    ("one", "two", "said"),
    (
        ("mean", "attention.out", "mean, before attention.out, sees"),
        ("attention.mean", "attention.out", "attention.mean sees"),
        ("mean", "out", "mean sees"),
    ),
)
def test_a_function_is_told_with_the_module_that_takes_what_it_gives(one, two, said):
    mean = operations.reduce((2,), True)
    net = nodes_of(Node(one, "mean", mean, ("x",), ("m",)), Node(two, "out", CONV, ("m",), ("y",)))
    with pytest.raises(ShapeError, match=f"^{said} the whole input: no tile gives the same"):
        net.tiles("L", 8, L=40)


@pytest.mark.parametrize(
    ("node", "operation"),
    (
        (Node("type", "getattr", lambda flow, x: Tensor((), None, ()), ("x",), ("b",)), CONV),
        (Node("bias", "bias", operations.shaped((1, 1, 1)), (), ("b",)), operations.elementwise),
    ),
)
def test_what_does_not_run_along_the_axis_is_the_same_in_every_tile(node, operation):
    plan = nodes_of(node, Node("y", "y", operation, ("x", "b"), ("y",))).tiles("L", 16, L=40)
    assert plan == nodes_of(Node("y", "y", operation, ("x",), ("y",))).tiles("L", 16, L=40)


def test_the_whole_is_a_tile_and_so_is_one_position():
    (tile,) = read([torch.Conv1d(1, 1, 3)], "1,1,L").tiles("L", 40, L=40)
    assert (tile.read, tile.keep, tile.place) == ((0, 40), (0, 38), (0, 38))
    ones = read([torch.Conv1d(1, 1, 1)], "1,1,L").tiles("L", 1, L=3)
    assert [t.read for t in ones] == [(0, 1), (1, 2), (2, 3)] == [t.place for t in ones]
    with pytest.raises(ShapeError):
        read([torch.Conv1d(1, 1, 3)], "1,1,L").tiles("L", 8)


def test_what_comes_first_into_a_node_may_be_the_same_in_every_tile():
    bias = Node("bias", "bias", operations.shaped((1, 1, 1)), (), ("b",))
    summed = Node("y", "add", operations.elementwise, ("b", "c"), ("y",))
    net = nodes_of(Node("conv", "conv", CONV, ("x",), ("c",)), bias, summed)
    plan = nodes_of(Node("conv", "conv", CONV, ("x",), ("y",))).tiles("L", 16, L=40)
    assert net.tiles("L", 16, L=40) == plan


def test_a_sum_is_right_where_all_that_goes_in_is():
    """A convolution of 3 sees 1 position beyond an edge, so 15 of 16 are kept there."""
    conv = Node("conv", "conv", CONV, ("x",), ("c",))
    for inputs in (("x", "c"), ("c", "x")):
        net = nodes_of(conv, Node("sum", "add", operations.elementwise, inputs, ("y",)))
        first, *_, last = net.tiles("L", 16, L=40)
        assert (first.read, first.keep, last.read, last.keep[1]) == ((0, 16), (0, 15), (24, 40), 16)


def test_the_mean_of_all_is_seen_by_whatever_it_is_added_to():
    mean = Node("mean", "mean", operations.reduce((0, 1, 2), False), ("x",), ("m",))
    net = nodes_of(mean, Node("sum", "add", operations.elementwise, ("x", "m"), ("y",)))
    with pytest.raises(ShapeError, match="mean sees the whole input"):
        net.tiles("L", 16, L=40)


def test_an_attribute_that_is_a_tensor_is_followed():
    data = Node("data", "getattr", operations.same, ("x",), ("d",))
    plan = nodes_of(data, Node("conv", "conv", CONV, ("d",), ("y",))).tiles("L", 16, L=40)
    assert plan == nodes_of(Node("conv", "conv", CONV, ("x",), ("y",))).tiles("L", 16, L=40)


def sizes_of(flow, x) -> Tensor:
    """The length of the axis, as a number."""
    return Tensor((), x.shape[2], ())


def test_what_is_made_of_a_size_is_not_the_same_in_a_tile():
    """Its root, say, of which only the shape is known."""
    size = Node("size", "size", sizes_of, ("x",), ("n",))
    root = Node("root", "sqrt", operations.shaped((1,)), ("n",), ("r",))
    net = nodes_of(size, root, Node("div", "div", operations.elementwise, ("x", "r"), ("y",)))
    with pytest.raises(ShapeError, match="where div reads depends on the whole input"):
        net.tiles("L", 16, L=40)


def test_a_batch_as_long_as_the_axis_is_another_in_a_tile():
    def rows(flow):
        return Tensor((flow.sizes["L"], 1, 1), None, ((), (), ()))

    made = Node("rows", "rows", rows, (), ("r",))
    net = nodes_of(made, Node("sum", "add", operations.elementwise, ("x", "r"), ("y",)))
    with pytest.raises(ShapeError, match="where sum reads depends on the whole input"):
        net.tiles("L", 16, L=40)


@pytest.mark.parametrize("kind", ("view", "View"))
def test_what_is_told_the_size_of_its_own_input_reads_along(kind):
    size = Node("size", "size", sizes_of, ("x",), ("n",))
    plan = nodes_of(size, Node("view", kind, operations.same, ("x", "n"), ("y",)))
    assert [t.place for t in plan.tiles("L", 16, L=40)] == [(0, 16), (16, 32), (32, 40)]


def test_nobody_knows_what_is_read_where_no_wires_are_told():
    net = nodes_of(Node("own", "own", lambda flow, x: Tensor(x.shape), ("x",), ("y",)))
    with pytest.raises(ShapeError, match="nobody knows what own reads"):
        net.tiles("L", 16, L=40)


def test_an_input_that_is_read_nowhere_along_the_axis_is_seen_as_a_whole():
    def first(flow, x, gate):
        return operations.same(flow, x)

    conv = Node("conv", "conv", CONV, ("x",), ("c",))
    net = nodes_of(conv, Node("gated", "gated", first, ("x", "c"), ("y",)))
    with pytest.raises(ShapeError, match="gated sees the whole input"):
        net.tiles("L", 16, L=40)


@pytest.mark.parametrize("last", (lambda j: j, lambda j: 0), ids=("sums so far", "the first one"))
def test_outputs_that_all_read_the_first_position_see_the_whole(last):
    placed = SimpleNamespace(first=lambda j: 0, last=last)

    def running(flow, x):
        wire = Wire(0, 2, SimpleNamespace(at=lambda n: placed))
        return Tensor(x.shape, None, ((Wire(0, 0),), (Wire(0, 1),), (wire,)))

    net = nodes_of(Node("running", "running", running, ("x",), ("y",)))
    with pytest.raises(ShapeError, match="running sees the whole input"):
        net.tiles("L", 16, L=40)


@pytest.mark.parametrize("window", (Mirrored, Around))
def test_padding_that_holds_data_needs_it_right(window):
    """As for the layers: 4 are mirrored, of 2 right ones in a tile of 16."""

    def padded(flow, x):
        return operations.mapped(flow, x, {2: window(1, 1, 4, 0)})

    conv = Node("conv", "conv", Along(torch.Conv1d(1, 1, 15)), ("p",), ("c",))
    zeros = Node("zeros", "pad", Along(torch.ZeroPad1d((0, 14))), ("x",), ("p",))
    net = nodes_of(zeros, conv, Node("pad", "pad", padded, ("c",), ("y",)))
    said = "try 19 " if window is Mirrored else "pad reads from the other end"
    with pytest.raises(ShapeError, match=said):
        net.tiles("L", 16, L=60)


@pytest.mark.parametrize(
    ("words", "filled"),
    (
        (torch.ReflectionPad1d(1), "reflect"),
        (torch.ReplicationPad2d(1), "replicate"),
        (torch.CircularPad3d(1), "circular"),
        (torch.ZeroPad1d(1), None),
        (torch.ConstantPad1d(1, 0.5), None),
        (torch.Conv1d(1, 1, 3), None),
        *(
            (torch.Conv1d(1, 1, 3, padding=1, padding_mode=mode), mode)
            for mode in ("reflect", "replicate", "circular")
        ),
        (None, None),
    ),
    ids=repr,
)
def test_what_of_the_data_a_layer_pads_with(words, filled):
    assert track._filled(words) == filled


@pytest.mark.parametrize(
    ("length", "slope"),
    (
        (None, 1),
        (3, 0),
        (J, 1),
        (J * 3 + 1, 3),
        (J // 2, Fraction(1, 2)),
        (J - 9 + J // 3, Fraction(4, 3)),
    ),
    ids=str,
)
def test_how_far_apart_what_outputs_read_lies(length, slope):
    assert track._slope(length) == slope


WHOLE_AND_TILE = (
    {
        "x": Track(2, 40, Fraction(1)),
        "y": Track(2, 20, Fraction(2), (("x", J * 2, J * 2 + 1, False),)),
    },
    {
        "x": Track(2, 16, Fraction(1)),
        "y": Track(2, 8, Fraction(2), (("x", J * 2, J * 2 + 1, False),)),
    },
)


@pytest.mark.parametrize(
    "changed",
    (
        {},
        {"axis": 1},
        {"jump": Fraction(3)},
        {"length": 9},
        {"parts": (("x", J * 2, J * 2, False),)},
        {"axis": 1, "length": 9},
    ),
    ids=str,
)
def test_a_tile_reads_as_the_whole_does_where_nothing_differs(changed):
    """Windows of 2 over 40 positions, and over 16."""
    tracks, parts = WHOLE_AND_TILE
    made = parts | {"y": parts["y"]._replace(**changed)}
    assert agree(tracks, made, "y", 24, 2) == (not changed)
    assert not agree(tracks, parts | {"y": None}, "y", 24, 2)


def test_paths_whose_outputs_lie_differently_far_apart_have_no_tiles():
    """The first half beside every second position."""

    def half(flow, x):
        return operations.cut(flow, x, {2: (0, x.shape[2] // 2, 1)})

    net = nodes_of(
        Node("half", "cut", half, ("x",), ("h",)),
        Node("pool", "pool", Along(torch.MaxPool1d(2)), ("x",), ("p",)),
        Node("cat", "cat", operations.concat(1), ("h", "p"), ("y",)),
    )
    with pytest.raises(ShapeError, match=r"^where cat reads depends on the whole input: no tile"):
        net.tiles("L", 16, L=40)


@pytest.mark.parametrize("n", [40, 41, 42])
def test_tiles_are_as_long_as_the_whole_up_to_the_period(n):
    """Three positions at a time, laid down one by one: what is over at the end stays over."""
    plan = read([torch.MaxPool1d(3)], "1,1,L").tiles("L", 16, L=n)
    made = []
    for (start, stop), (low, high) in ((t.read, t.keep) for t in plan):
        assert (stop - start) % 3 == n % 3 and 14 <= stop - start <= 16
        made += [(i, i + 1, i + 2) for i in range(start, stop - 2, 3)][low:high]
    assert made == [(i, i + 1, i + 2) for i in range(0, n - 2, 3)]


@pytest.mark.parametrize(
    ("layer", "said"),
    (
        (torch.Conv1d(1, 1, 3, padding=1, padding_mode="circular"), "reads from the other end"),
        (torch.CircularPad1d(1), "reads from the other end"),
        (torch.Flatten(), "sees the whole input"),
        (torch.AdaptiveAvgPool1d(7), "depends on the whole input"),
        (torch.Upsample(size=30), "depends on the whole input"),
        (torch.Upsample(scale_factor=41), "depends on the whole input"),
        (
            torch.Upsample(scale_factor=2, mode="linear", align_corners=True),
            "depends on the whole input",
        ),
    ),
)
def test_words_that_no_tile_gives(layer, said):
    with pytest.raises(ShapeError, match=rf"{said}: no tile gives the same; received 16"):
        read([layer], "1,1,L").tiles("L", 16, L=40)


def test_a_batch_is_cut_example_by_example():
    plan = read([torch.Conv1d(1, 1, 3)], "N,1,L").tiles("N", 4, N=10, L=9)
    assert [(t.read, t.place) for t in plan] == [((0, 4),) * 2, ((4, 8),) * 2, ((6, 10), (8, 10))]


def test_what_is_divided_by_the_length_is_not_the_same_in_a_tile():
    size = Node("size", "size", lambda flow, x: Tensor((), x.shape[2], ()), ("x",), ("n",))
    net = nodes_of(size, Node("mean", "div", operations.elementwise, ("x", "n"), ("y",)))
    with pytest.raises(ShapeError, match="where mean reads depends on the whole input"):
        net.tiles("L", 16, L=40)


def test_what_stands_at_places_of_its_own_is_not_the_same_in_a_tile():
    """Forty positions, each with a number of its own."""
    places = Node("places", "test", operations.shaped((1, 1, 40)), (), ("p",))
    net = nodes_of(places, Node("sum", "add", operations.elementwise, ("x", "p"), ("y",)))
    with pytest.raises(ShapeError, match="where sum reads depends on the whole input"):
        net.tiles("L", 16, L=40)


def test_an_output_that_nobody_makes_changes_no_plan():
    def one_of_two(flow, x):
        return (operations.same(flow, x),)

    net = nodes_of(Node("two", "test", one_of_two, ("x",), ("y", "mask")))
    assert [t.place for t in net.tiles("L", 16, L=40)] == [(0, 16), (16, 32), (32, 40)]


@pytest.mark.parametrize("n", [61, 96, 200])
@pytest.mark.parametrize(
    "layers",
    (
        [torch.Conv1d(1, 1, 15, padding=7), torch.MaxPool1d(2)],
        [torch.Conv1d(1, 1, 9, padding=4), torch.MaxPool1d(4), torch.Conv1d(1, 1, 5, padding=2)],
        [torch.MaxPool1d(3), torch.Conv1d(1, 1, 3), torch.Upsample(scale_factor=3)],
    ),
)
def test_the_tile_that_is_suggested_is_the_smallest(layers, n):
    """Tried one by one from 1 on."""
    net = read(layers, "1,1,L")

    def works(tile: int) -> bool:
        try:
            return bool(net.tiles("L", tile, L=n))
        except ShapeError:
            return False

    least = next(tile for tile in range(1, n) if works(tile))
    for tile in (3, least - 1):
        with pytest.raises(ShapeError, match=f"too small; received {tile}; try {least} "):
            net.tiles("L", tile, L=n)


def test_two_axes_of_one_name_and_an_output_without_the_axis():
    net = read([torch.Conv2d(1, 1, 3)], "1,1,H,H")
    with pytest.raises(ShapeError, match="two axes are called H"):
        net.tiles("H", 8, H=20)
    with pytest.raises(ShapeError, match="no tile smaller than the whole, 9, works"):
        read([torch.Conv1d(1, 1, 9)], "1,1,L").tiles("L", 8, L=9)
    with pytest.raises(ShapeError, match="at least 1"):
        read([torch.Conv1d(1, 1, 9)], "1,1,L").tiles("L", 0, L=90)


def test_a_long_axis_is_not_run_tile_by_tile(monkeypatch):
    """The network runs a few times to find the pattern of the tiles, however many there are."""
    runs, run = [], Flow.run
    monkeypatch.setattr(Flow, "run", lambda self: runs.append(self) or run(self))
    net, counted = read([torch.Conv1d(1, 1, 3, padding=1)], "1,1,L"), []
    for length in (10**3, 10**6):
        runs.clear()
        plan = net.tiles("L", 8, L=length)
        counted.append(len(runs))
    assert len(plan) == 166667 and plan[-1].place == (999997, 10**6)
    assert counted[0] == counted[1]


@pytest.mark.parametrize("n", (10**9, 2**63 - 1, 10**60))
def test_a_plan_nobody_lists_is_refused_with_a_longer_tile(n):
    """Where a tile is too small as well, the one that is suggested makes no endless plan."""
    net = read([torch.Conv2d(3, 8, 3, padding=1), torch.MaxPool2d(2)], "1,3,H,64")
    with pytest.raises(ShapeError, match=r"too many tiles; received .*at most 262144"):
        net.tiles("H", 64, H=n)
    with pytest.raises(ShapeError, match=r"too small; received 3; try \d+ ") as refused:
        net.tiles("H", 3, H=n)
    assert int(str(refused.value).split("try ")[1].split()[0]) * 263_000 > n


def one_by_one(ends, outputs: int, last: int, shift: int) -> list | None:
    """Tiles laid one after the other, each as far on as it can be."""
    (low, high), (start, end), (tail, edge) = ends
    plan = [(0, 0, high)]
    while high < outputs:
        done = high
        k = last if done >= tail + last * shift else min((done - start) // shift, last - 1)
        high = (edge if k == last else end) + k * shift
        if high <= done or k < 1:
            return None
        plan.append((k, done, high))
    return plan if high == outputs and not low else None


def test_tiles_told_at_once_are_those_laid_one_by_one(monkeypatch):
    draw, laid = random.Random(SEED), 0
    for _ in range(20_000):
        ends = [(0, draw.randint(1, 9))]
        ends += [(draw.randint(0, 6), draw.randint(1, 14)) for _ in range(2)]
        last, shift = draw.randint(0, 25), draw.randint(1, 4)
        outputs = draw.choice((ends[2][1] + last * shift, draw.randint(1, 60)))
        told = iter(ends)
        monkeypatch.setattr(tiling, "right", lambda *_, told=told: next(told))
        runs = tiling._runs([], {}, outputs, last, shift)
        plan = None if runs is None else [t for run in runs for t in run.tiles(shift)]
        assert plan == one_by_one(ends, outputs, last, shift), (ends, outputs, last, shift)
        laid += plan is not None and len(plan) > 4
    assert laid > 1000
