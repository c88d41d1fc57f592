"""What else a network answers: explanations, tables, inverse questions, tiles; each against a run
of PyTorch or a count.
"""

import random
from itertools import product

import dumb
import pytest
from needed import require

from shapealg import Bound, Branches, ShapeError, Sizes, read, torch
from shapealg.axis.interval import Interval
from shapealg.axis.length import Length
from shapealg.network import named, operations
from shapealg.network.along import Along
from shapealg.network.explain import Explanation
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.tensor import Tensor
from shapealg.text import Text


def level(inner, width=2, join="concat"):
    return [
        torch.Conv2d(width, width, 3, padding=1),
        Branches(
            join, [], [torch.MaxPool2d(2), *inner, torch.ConvTranspose2d(width, width, 2, stride=2)]
        ),
        torch.Conv2d(2 * width, width, 3, padding=1),
    ]


UNET = level(level([torch.Conv2d(2, 2, 3, padding=1)]))


def unet():
    return read([torch.Conv2d(1, 2, 1), *UNET], "N,1,H,W")


def test_an_explanation_tells_both_sizes_and_their_ways():
    told = unet().explain(H=65, W=64)
    assert (
        not told.runs
        and told.node.kind == "concat"
        and told.sides == (65, 64)
        and told.nearest == {"H": (64, 68)}
    )
    assert str(told).splitlines() == [
        "H=65, W=64: node concat_2 (concat) needs two equal sizes: 65, 64",
        "  input 65",
        "  input 65 → MaxPool2d_1 32 → ConvTranspose2d_2 64",
        "the nearest that work: H = 64, 68",
    ]
    assert told.text.zh.startswith("H=65, W=64：节点 concat_2") and unet().explain(H=64, W=64).runs


def test_what_works_is_told_as_far_as_it_is_known():
    """No size of a name, nothing of any name, nothing asked; what else would work, after the
    sizes, unless that is other sizes.
    """
    node, other = Node("n", "n", None, (), ()), Text(zh="别的", en="another")
    for sizes, near, remedy, told in (
        ({"H": 3}, {"H": ()}, None, "no size works"),
        ({"H": 3}, {}, None, None),
        ({"H": 3}, {}, other, "another"),
        ({"H": 3}, {"H": ()}, other, "another"),
        ({}, {"H": ()}, None, None),
        ({"H": 3}, {"H": (4,)}, other, "the nearest that work: H = 4; another"),
    ):
        works = Explanation(sizes, node, nearest=near, remedy=remedy).works
        assert (works and works.en) == told, (sizes, near, remedy)


def test_an_explanation_of_what_is_too_small():
    told = read([torch.Conv1d(1, 1, 3), torch.MaxPool1d(4)], "1,1,L").explain(L=5)
    assert (
        told.sides == (0,)
        and told.ways == ((("input", 5), ("Conv1d_1", 3)),)
        and told.nearest == {"L": (6,)}
    )


def test_the_table_of_a_small_network():
    """Parameters and MACs of LeNet's first layers, counted by hand."""
    net = read(
        [torch.Conv2d(1, 6, 5), torch.MaxPool2d(2), torch.Flatten(), torch.Linear(6 * 12 * 12, 10)],
        "N,1,H,W",
    )
    rows = net.table(N=1, H=28, W=28)
    assert [(r.name, r.size, r.parameters, r.macs, r.memory) for r in rows] == [
        ("Conv2d_1", (1, 6, 24, 24), 156, 24 * 24 * 25 * 6, 3456),
        ("MaxPool2d_1", (1, 6, 12, 12), 0, 0, 864),
        ("Flatten_1", (1, 864), 0, 0, 864),
        ("Linear_1", (1, 10), 8650, 8640, 10),
    ]
    flat = net.table()[2].formula[1]
    assert (
        flat(H=28, W=30) == 6 * 12 * 13
        and repr(flat) == "6*(H//2)*(W//2) - 12*(H//2) - 12*(W//2) + 24"
    )
    first = net.table()[0]
    assert first.macs(H=28, W=28) == 24 * 24 * 25 * 6 and first.size is None


@pytest.mark.parametrize("seed", range(20))
def test_inputs_for_an_output(seed):
    draw = random.Random(seed)
    net = read(
        [
            torch.Conv1d(
                1, 1, draw.randint(1, 5), stride=draw.randint(1, 3), padding=draw.randint(0, 2)
            )
            for _ in range(3)
        ],
        "1,1,L",
    )
    wanted = draw.randint(1, 12)
    found = net.inputs_for(1, 1, wanted)["L"]
    for n in range(1, 250):
        expected = net.explain(L=n).runs and net.at(L=n)[2] == wanted
        assert (n in found) == expected


def test_which_padding_restores_the_size():
    net = read(
        [
            torch.Conv1d(1, 1, 9),
            torch.Conv1d(1, 1, 3, dilation=2),
            torch.Conv1d(1, 1, 3, padding=1),
        ],
        "1,1,L",
    )
    assert net.padding("Conv1d_1", L=50) == {"L": Interval(12, 12)}
    down = read(
        [torch.Conv1d(1, 1, 3, stride=2), torch.ConvTranspose1d(1, 1, 2, stride=2)], "1,1,L"
    ).padding("Conv1d_1", L=50)["L"]
    for total in range(8):  # counted: (50 + total − 3)//2 + 1 outputs, twice as many afterwards
        assert (down.low <= total <= down.high) == (2 * ((50 + total - 3) // 2 + 1) == 50)


@pytest.mark.parametrize("seed", range(12))
def test_paddings_that_restore_the_size_are_counted(seed):
    """Window by window; the layer that is asked about is padded already."""
    draw = random.Random(seed)
    layers = [
        (draw.randint(1, 7), draw.randint(1, 2), draw.randint(1, 2), draw.randint(0, 3))
        for _ in range(2)
    ]
    net = read(
        [torch.Conv1d(1, 1, k, stride=s, dilation=d, padding=p) for k, s, d, p in layers], "1,1,L"
    )
    for asked, n in product((0, 1), (9, 24, 25)):
        found = net.padding(f"Conv1d_{asked + 1}", L=n)["L"]
        for total in range(70):
            padded = [(k, s, d, p, p) for k, s, d, p in layers]
            padded[asked] = (*layers[asked][:3], 0, total)
            assert (found.low <= total <= found.high) == (dumb.chain(n, padded) == n)
    with pytest.raises(
        ShapeError, match=r"needed; received .nobody.; for example Conv1d_1, Conv1d_2$"
    ):
        net.padding("nobody", L=9)


def test_same_shape_for_all_sizes_or_for_which():
    strided, pooled = (
        read([torch.Conv1d(1, 1, 3, stride=2, padding=1)], "1,1,L"),
        read([torch.MaxPool1d(2)], "1,1,L"),
    )
    assert strided.same_shape(pooled)["L"] == Sizes.classes(2, (0,), 2)
    rounded = read([torch.MaxPool1d(2, ceil_mode=True)], "1,1,L")
    assert strided.same_shape(rounded)["L"] == strided.accepts("L")


def test_of_entries_that_no_formula_tells_the_sizes_are_a_bound():
    """⌊0.7·n⌋ in floating point: what PyTorch gives is computed size by size."""
    one, other, whole = (
        read([torch.Upsample(scale_factor=factor)], "1,C,L") for factor in (0.7, 0.9, 2.0)
    )
    for found in (one.inputs_for(1, None, 7)["L"], one.same_shape(other)["L"]):
        assert isinstance(found, Bound) and found.because == ("Upsample_1",)
    given = [n for n in range(2, 60) if int(n * 0.7) == 7]
    assert all(n in one.inputs_for(1, None, 7)["L"] for n in given) and given
    for exact in (
        one.inputs_for(1, 3, None)["C"],
        whole.inputs_for(1, None, 8)["L"],
        whole.same_shape(whole)["L"],
    ):
        assert not isinstance(exact, Bound)
    assert whole.inputs_for(1, None, 8)["L"] == Sizes.interval(4, 4)


def test_other_channels_are_the_same_at_no_size():
    one, other = (read([torch.Conv1d(1, f, 1)], "1,1,L") for f in (2, 3))
    assert one.same_shape(other) == {"L": Sizes.none()}


def test_of_what_is_not_known_no_sizes_are_the_same():
    layer = torch.Conv1d(1, 1, 1)
    nodes = (Node("lost", "?", lambda flow, x: flow.leave(x), ("x",), ("y",)),)
    lost, known = Network(Graph({"x": (1, 1, "L")}, nodes, ("y",))), read([layer], "1,1,L")
    for one, two in ((lost, known), (known, lost)):
        with pytest.raises(ShapeError, match="the same names and as many output entries"):
            one.same_shape(two)
    with pytest.raises(ShapeError):
        known.at(1, 4, 9)


def test_where_two_agree_both_run():
    """L − 6 is put back to L from 7 on; halved and doubled, even sizes stay."""
    one = read([torch.Conv1d(1, 1, 9, padding=1), torch.Conv1d(1, 1, 3, padding=4)], "1,1,L")
    two = read([torch.MaxPool1d(2), torch.Upsample(scale_factor=2)], "1,1,L")
    assert one.same_shape(two) == {"L": Sizes.classes(2, (0,), 8)} == two.same_shape(one)


def test_shapes_that_are_not_known_are_not_the_same():
    lost = Node("lost", "lost", lambda flow, x: flow.leave(x), ("x",), ("y",))
    one, two = Network(Graph({"x": (1, 1, "L")}, (lost,), ("y",))), read([], "1,1,L")
    for nets in ((one, two), (two, one)):
        with pytest.raises(ShapeError, match="as many output entries"):
            nets[0].same_shape(nets[1])


def test_shapes_of_other_lengths_are_not_compared():
    flat, whole = read([torch.Flatten()], "1,1,L"), read([], "1,1,L")
    for one, two in ((flat, whole), (whole, flat)):
        with pytest.raises(ShapeError, match="as many output entries"):
            one.same_shape(two)


def test_a_node_without_words_has_no_padding_to_restore():
    node = Node("same", "same", operations.same, ("x",), ("y",))
    with pytest.raises(ShapeError, match="a layer of windows is needed"):
        Network(Graph({"x": (1, 1, "L")}, (node,), ("y",))).padding("same", L=9)


def test_an_output_goes_by_the_name_that_the_model_gives_it():
    node = Node("pool", "pool", Along(torch.MaxPool1d(2)), ("x",), ("y",))
    net = Network(Graph({"x": (1, 1, "L")}, (node,), ("y",), called=("result",)))
    assert named.tensor(net, "result") == named.tensor(net, "pool") == "y"


def test_three_nodes_are_examples_of_names():
    net = read([torch.MaxPool1d(2)] * 4, "1,1,L")
    with pytest.raises(ShapeError, match=r"for example MaxPool1d_1, MaxPool1d_2, MaxPool1d_3$"):
        named.tensor(net, 5)


def test_a_node_is_drawn_with_the_inputs_that_it_has():
    node = Node("conv", "Conv", operations.same, ("x", None, "b"), ("y",))
    assert "conv = Conv(x, b)" in repr(node)


def test_a_question_takes_a_whole_shape_or_says_how_it_is_asked():
    net = read([torch.Conv1d(2, 4, 3)], "N,2,L")
    assert net.table((1, 2, 10))[0].size == net.table(N=1, L=10)[0].size == (1, 4, 8)
    assert net.macs((1, 2, 10)) == net.macs(N=1, L=10) == 2 * 4 * 3 * 8
    for call in ("table", "macs", "at", "explain"):
        with pytest.raises(ShapeError, match=rf"for example {call}\(L=10\)"):
            getattr(net, call)(10)


def test_a_number_is_no_shape_of_a_single_axis():
    net = Network(Graph({"x": ("L",)}, (), ("x",)))
    with pytest.raises(ShapeError, match="or as a whole shape of the input"):
        net.at(5)
    assert net.at((5,)) == (5,)


def test_where_no_size_is_open_the_example_names_one():
    with pytest.raises(ShapeError, match=r"whose sizes are asked for .* for example accepts..H"):
        read([torch.Conv1d(1, 1, 3)], "1,1,8").accepts()


def test_sizes_that_work_together_are_told_with_the_explanation():
    """H = W, both multiples of 4: neither alone mends 5 and 6."""

    def equal(flow, x):
        flow.equal(*x.shape)
        for n in x.shape:
            flow.equal(n % 4, 0)
        return x

    net = Network(Graph({"x": ("H", "W")}, (Node("a", "test", equal, ("x",), ("y",)),), ("y",)))
    told = net.explain(H=5, W=6)
    assert not told.runs and told.together in ({"H": 4, "W": 4}, {"H": 8, "W": 8})


def test_an_input_that_is_left_out_tells_no_way():
    layer = torch.Conv1d(1, 1, 9)
    node = Node("conv", "conv", Along(layer), ("x", None), ("y",), layer)
    told = Network(Graph({"x": (1, 1, "L")}, (node,), ("y",))).explain(L=5)
    assert not told.runs and told.ways == ((("x", 5),),)


def test_what_is_lost_on_the_way_ends_what_is_told_of_it():
    def wireless(flow, x):
        return Tensor(x.shape)

    nodes = (
        Node("own", "own", wireless, ("x",), ("a",)),
        Node("conv", "conv", Along(torch.Conv1d(1, 1, 9)), ("a",), ("y",), torch.Conv1d(1, 1, 9)),
    )
    told = Network(Graph({"x": (1, 1, "L")}, nodes, ("y",))).explain(L=5)
    assert not told.runs and told.ways == ((("own", 5),),)


def test_without_inputs_no_padding_restores_a_size():
    layer = torch.Conv1d(1, 1, 3)
    net = Network(Graph({}, (Node("conv", "conv", Along(layer), (), ("y",), layer),), ("y",)))
    assert net.padding("conv") == {}


def test_sizes_that_no_others_mend_are_told_though_some_are_open():
    """H and H + 1 cannot both be even, whatever W is."""
    even = Along(torch.PixelUnshuffle(2))
    nodes = (
        Node("even", "down", even, ("x",), ("b",)),
        Node("more", "pad", Along(torch.ZeroPad2d((0, 0, 1, 0))), ("x",), ("c",)),
        Node("odd", "down", even, ("c",), ("d",)),
    )
    told = Network(Graph({"x": (1, 1, "H", "W")}, nodes, ("b", "d"))).explain(W=8)
    assert not told.runs and told.node.name == "odd"


def test_an_axis_below_nothing_is_told_with_its_node():
    def shorter(flow, x):
        flow.not_negative(x.shape[0] - 5)
        return operations.same(flow, x)

    node = Node("shorter", "test", shorter, ("x",), ("y",))
    net = Network(Graph({"x": ("H",)}, (node,), ("y",)))
    assert net.explain(H=3).node is node and net.explain(H=3).sides == (-2,)
    assert net.accepts("H") == Sizes.every(5) and net.explain(H=5).runs


def test_of_two_inputs_the_first_is_told_where_it_is_too_short():
    def both(flow, x, t):
        flow.some(x.shape[2] - 5)
        return operations.same(flow, x)

    node = Node("both", "test", both, ("x", "t"), ("y",))
    net = Network(Graph({"x": (9, 9, "H"), "t": (1, 1, "T")}, (node,), ("y",)))
    assert net.explain(H=3, T=2).ways == ((("x", 3),),)


def last_five(flow, x):
    return operations.cut(flow, x, {2: (-5, None, 1)})


def first_to_five(flow, x):
    return operations.expand(flow, operations.cut(flow, x, {2: (0, 1, 1)}), (1, 1, 5, 1))


def sliced(operation):
    return Network(
        Graph({"x": (1, 1, "H", 1)}, (Node("cut", "cut", operation, ("x",), ("y",)),), ("y",))
    )


def test_special_sizes_in_inverse_questions():
    """x[:, :, -5:] gives 3 at 3 only, and 5 from 5 on; NumPy says so."""
    net = sliced(last_five)
    for wanted in range(1, 7):
        found = net.inputs_for(1, 1, wanted, 1)["H"]
        assert all((n in found) == (len(range(n)[-5:]) == wanted) for n in range(1, 30)), wanted
    same = net.same_shape(sliced(first_to_five))["H"]
    assert all((n in same) == (len(range(n)[-5:]) == 5) for n in range(1, 30))


# ---------------------------------------------------------------- tiles


def module(layers, torch_):
    """The same layers as PyTorch modules."""
    nn = torch_.nn

    class Joined(nn.Module):
        def __init__(self, branches):
            super().__init__()
            self.join, self.paths = (
                branches.join,
                nn.ModuleList(module(path, torch_) for path in branches.paths),
            )

        def forward(self, x):
            ends = [path(x) for path in self.paths]
            return sum(ends) if self.join == "add" else torch_.cat(ends, 1)

    return nn.Sequential(
        *(
            Joined(e) if isinstance(e, Branches) else getattr(nn, type(e).__name__)(**e.words())
            for e in layers
        )
    )


@pytest.mark.parametrize(
    ("layers", "n", "tile"),
    (
        (
            [
                torch.Conv1d(1, 2, 7, stride=2, padding=3),
                torch.MaxPool1d(3, 2, 1),
                torch.Conv1d(2, 2, 3, padding=1),
            ],
            501,
            100,
        ),
        ([torch.Conv1d(1, 2, 5, padding=4, dilation=2), torch.Conv1d(2, 2, 3, padding=1)], 300, 64),
        (
            [
                torch.Conv1d(1, 2, 3, padding=1),
                torch.MaxPool1d(2),
                torch.Conv1d(2, 2, 3, padding=1),
                torch.ConvTranspose1d(2, 2, 2, stride=2),
            ],
            256,
            50,
        ),
        ([torch.Conv1d(1, 2, 3), torch.MaxPool1d(4, 3)], 200, 33),
        (
            [torch.MaxPool1d(3, 2, ceil_mode=True), torch.ConvTranspose1d(1, 1, 3, stride=2)],
            127,
            40,
        ),
    ),
    ids=lambda v: str(v)[:30],
)
def test_tiles_give_the_whole_result(layers, n, tile):
    """Run by PyTorch on the whole and on every tile: the kept parts, put where they belong, are the
    whole.
    """
    require("torch")
    import torch as real

    real.manual_seed(1)
    model, x = module(layers, real).double(), real.randn(1, 1, n, dtype=real.float64)
    net = read(layers, "1,1,L")
    plan = net.tiles("L", tile, L=n)
    assert len(plan) > 1 and all(t.read[1] - t.read[0] <= tile for t in plan)
    with real.no_grad():
        whole = model(x)
        parts = [model(x[:, :, slice(*t.read)])[:, :, slice(*t.keep)] for t in plan]
    assert [t.place for t in plan] == [
        (a, a + p.shape[2])
        for a, p in zip([0, *(t.place[1] for t in plan)][:-1], parts, strict=True)
    ]
    assert real.equal(real.cat(parts, 2), whole) or real.allclose(
        real.cat(parts, 2), whole, rtol=0, atol=1e-12
    )


def test_a_u_net_in_tiles():
    require("torch")
    import torch as real

    real.manual_seed(1)
    layers = [torch.Conv2d(1, 2, 1), *UNET]
    model, x = module(layers, real).double(), real.randn(1, 1, 128, 16, dtype=real.float64)
    plan = unet().tiles("H", 68, H=128, W=16)
    with real.no_grad():
        whole, parts = (
            model(x),
            [model(x[:, :, slice(*t.read)])[:, :, slice(*t.keep)] for t in plan],
        )
    assert len(plan) > 1 and real.allclose(real.cat(parts, 2), whole, rtol=0, atol=1e-12)


def test_tiles_that_cannot_be():
    with pytest.raises(ShapeError, match="tiles along L are too small; received 4; try"):
        read([torch.Conv1d(1, 1, 9, padding=4)], "1,1,L").tiles("L", 4, L=100)
    with pytest.raises(ShapeError, match="AdaptiveAvgPool1d_1 sees the whole input"):
        read([torch.AdaptiveAvgPool1d(1)], "1,1,L").tiles("L", 4, L=100)
    assert read([torch.Conv1d(1, 1, 3)], "1,1,L").tiles("L", 100, L=50)[0].read == (0, 50)


# ---------------------------------------------------------------- doors


def nested(depth: int):
    made = torch.Conv1d(1, 1, 1)
    for _ in range(depth):
        made = Branches("add", [], [made])
    return made


@pytest.mark.parametrize(
    ("ask", "message"),
    (
        (
            lambda: read(3),
            (
                "an ONNX file, a Keras model, a torch.nn.Module or a list of layers is needed;"
                " received 3"
            ),
        ),
        (lambda: read([torch.MaxPool1d(3)]), "the shape of the input is needed; received None"),
        (
            lambda: read([torch.Conv1d(1, 1, 3), "conv"], "1,1,L"),
            "entry 1 must be a layer; received 'conv'",
        ),
        (
            lambda: read([torch.Conv1d(1, 1, 3)], (1, 1.5, "L")),
            "input_shape[1] must be an integer; received 1.5",
        ),
        (
            lambda: read([torch.Conv1d(1, 1, 3)], "1,1,L").at(H=3),
            "there is no such size; received 'H'; L work",
        ),
        (
            lambda: read([torch.Conv1d(1, 1, 3)], "1,1,L").at(L=0),
            "L must be a positive integer; received 0",
        ),
        (
            lambda: read([torch.Conv1d(1, 1, 3)], "1,1,L").at(L=2),
            "node Conv1d_1 (Conv1d) has no output; received input 2; the nearest that work: L = 3",
        ),
        (
            lambda: read([torch.Conv1d(1, 1, 3)], "1,1,L").shape_of("x"),
            "there is no such node; received 'x'; the nearest: 'Conv1d_1'",
        ),
        (
            lambda: read([torch.Conv1d(2, 1, 3)], "1,1,L").output_shape,
            "node Conv1d_1: the input must have in_channels=2 channels; received 1",
        ),
        (lambda: Branches("glue", [], []), "there is no such join; received 'glue'"),
        (lambda: Branches("add", []), "at least two paths are needed"),
        (
            lambda: read([Branches("add", [], [])] * 0 + [3], "1,1,L"),
            "entry 0 must be a layer; received 3",
        ),
        (lambda: read("model.onnx\n", "1,1,L"), "there is no such file"),
        (lambda: read([], [1, 2]), None),
    ),
)
def test_one_line_for_everything_that_cannot_be(ask, message):
    if message is None:
        assert ask().output_shape == (1, 2)
        return
    with pytest.raises(ShapeError) as told:
        ask()
    assert str(told.value).startswith(message) and "\n" not in str(told.value)


def test_lengths_are_exact_at_any_size():
    net = read([torch.Conv1d(1, 1, 3, stride=2)] * 40, "1,1,L")
    n, expected = 2**80 + 1, 2**80 + 1
    for _ in range(40):
        expected = (expected - 3) // 2 + 1
    length = net.output_shape[2]
    assert isinstance(length, Length) and length(L=n) == expected == net.at(L=n)[2]
