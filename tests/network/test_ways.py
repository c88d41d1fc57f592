"""A program that goes another way at some sizes: each way's nodes are those that run there."""

from dataclasses import replace
from itertools import product

import pytest

from shapealg import Length, ShapeError, Sizes, read, torch
from shapealg.axis.condition import Condition
from shapealg.axis.interval import Interval
from shapealg.errors import Undecided
from shapealg.network import operations, table, ways
from shapealg.network.along import Along
from shapealg.network.failure import Failure
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Names, Node, Way, names_of
from shapealg.network.network import Network
from shapealg.network.tensor import Tensor

H, W = Length.of("H"), Length.of("W")
INPUT = {"x": (1, 1, "H", "W")}
SMALL, LARGE = Sizes.interval(1, 4), Sizes.every(5)


def chain(kind: str, *steps) -> Graph:
    """Nodes one after the other, called by their kind and place."""
    names = ["x", *(f"{kind}{i}" for i in range(len(steps)))]
    nodes = [
        Node(name, kind, step, (before,), (name,))
        for before, name, step in zip(names, names[1:], steps, strict=False)
    ]
    return Graph(INPUT, (*nodes, Node("end", "end", operations.same, (names[-1],), ("y",))), ("y",))


POOL, CONV = Along(torch.MaxPool2d(2)), Along(torch.Conv2d(1, 1, 3, padding=1))
KEEP, HALVE = chain("keep", CONV), chain("halve", POOL, CONV)


def parted(*ways: Way) -> Graph:
    large = ways[0].graph
    return Graph(large.inputs, large.nodes, large.outputs, {}, ways)


BY_SIZE = parted(Way({"H": LARGE}, (), HALVE), Way({"H": SMALL}, (), KEEP))
ONE = {"H": Sizes.interval(1, 1)}
STOP = chain("stop", Along(torch.ZeroPad2d(-9)))
BY_ONE = parted(
    Way({"H": Sizes.every(2)}, (), HALVE),
    Way(ONE, (Condition(H - W, "<"),), KEEP),
    Way(ONE, (Condition(H - W, ">="),), STOP, runs=False),
)
TIED = parted(Way({}, (Condition(H - W, ">="),), HALVE), Way({}, (Condition(H - W, "<"),), KEEP))
REFUSED = parted(Way({"H": LARGE}, (), HALVE), Way({"H": SMALL}, (), KEEP, runs=False))
# a graph, and what comes out: None where it does not run
CASES = {
    "by size": (BY_SIZE, lambda h, w: (h // 2, w // 2) if h > 4 else (h, w)),
    "by one": (BY_ONE, lambda h, w: (h // 2, w // 2) if h > 1 else (h, w) if w > 1 else None),
    "tied": (TIED, lambda h, w: (h // 2, w // 2) if h >= w else (h, w)),
}


def there(f, h: int, w: int):
    made = f(h, w)
    return made if made and min(made) > 0 else None


@pytest.mark.parametrize("name", CASES)
def test_each_size_goes_its_way(name):
    graph, f = CASES[name]
    net = Network(graph)
    for h, w in product(range(1, 9), repeat=2):
        try:
            made = net.at(H=h, W=w)[2:]
        except ShapeError:
            made = None
        assert made == there(f, h, w)
        assert (h in net.accepts("H", W=w)) == (there(f, h, w) is not None)
        assert not graph.parted({"H": h, "W": w})
    shape = net.output_shape
    for h, w in product(range(1, 9), repeat=2):
        if there(f, h, w):
            here = shape.at(H=h, W=w) if hasattr(shape, "at") else shape
            assert tuple(n(H=h, W=w) if callable(n) else n for n in here[2:]) == f(h, w)
    assert {name: net.accepts(name).start for name in "HW"} == {
        "H": min(h for h, w in product(range(1, 9), repeat=2) if there(f, h, w)),
        "W": min(w for h, w in product(range(1, 9), repeat=2) if there(f, h, w)),
    }


def test_which_graph_runs_at_numbers():
    assert BY_SIZE.at({}) is BY_SIZE and BY_SIZE.at({"W": 3}) is HALVE
    assert (
        BY_SIZE.at({"H": 3}) is KEEP and BY_SIZE.at({"H": 5}) is HALVE and KEEP.at({"H": 3}) is KEEP
    )
    assert TIED.at({"H": 3, "W": 5}) is KEEP and TIED.at({"H": 3}) is HALVE
    assert BY_SIZE.at({"H": 0}) is BY_SIZE  # no way is gone there
    assert BY_SIZE.parted({}) and BY_SIZE.parted({"W": 3}) and not BY_SIZE.parted({"H": 3})
    assert not REFUSED.parted({}) and not KEEP.parted({})
    with pytest.raises(Undecided, match="goes different ways at different sizes; received H, W"):
        Flow(BY_SIZE, {})
    flow = Flow(BY_SIZE, {"H": 4}).run()
    assert flow.tensors["y"].shape[2:] == (4, W)


def test_the_nodes_of_all_ways_and_the_part_before_a_tensor():
    assert [node.name for node in BY_SIZE.every] == ["halve0", "halve1", "end", "keep0"]
    assert [node.name for node in REFUSED.every] == ["halve0", "halve1", "end"]
    assert KEEP.every == KEEP.nodes
    early = BY_SIZE.until("halve0")
    assert [node.name for node in early.nodes] == ["halve0"] and early.outputs == ("halve0",)
    assert [[node.name for node in way.graph.nodes] for way in early.ways] == [["halve0"], []]
    assert [(way.box, way.held, way.runs) for way in REFUSED.until("y").ways] == [
        (way.box, way.held, way.runs) for way in REFUSED.ways
    ]
    assert (
        BY_SIZE.sizes == ("H", "W")
        and "2 nodes" in repr(KEEP)
        and "x (1, 1, H, W) → y" in repr(KEEP)
    )
    assert "1 node)" in repr(early) or repr(early).rstrip(")>").endswith("1 node")
    assert names_of(KEEP) == ["x", "keep0", "keep0", "end", "y"]


def test_names_are_given_once():
    names = Names(["x", "x_2"])
    assert [names.free(name) for name in ("x", "x", "y", "y", "a\nb")] == [
        "x_1",
        "x_3",
        "y",
        "y_1",
        "a_b",
    ]
    assert names.unused("z") == "z" == names.free("z") and Names(["x"], first=0).free("x") == "x_0"


@pytest.mark.parametrize(
    ("length", "relation", "told"),
    [
        (H - 5, ">=", "H − 4 ≥ 1"),
        (H - 5, ">", "H − 5 ≥ 1"),
        (H - W, ">", "H − 1 ≥ W"),
        (H - W, "<=", "W ≥ H"),
        (H - W - 2, "<", "W + 1 ≥ H"),
        (H - W, "!=", "H ≠ W"),
        (H - W, "==", "H = W"),
        (H // 2 - W // 3, "==", "⌊H/2⌋ = ⌊W/3⌋"),
        (H - 7, "==", "H = 7"),
        (H // 2, "==", "⌊H/2⌋ = 0"),
        (7 - H, "==", "H = 7"),
        (H + W - 7, "==", "H + W = 7"),
        (7 - H - W, "==", "H + W = 7"),
        (H - W + 3, "==", "−H + W = 3"),
    ],
)
def test_what_holds_on_a_way_is_told_as_a_requirement(length, relation, told):
    flow = Flow(KEEP, {}, {})
    flow.held = (Condition(length, relation),)
    first, *_ = flow.run().requirements
    assert str(first) == told
    for h, w in product(range(1, 12), repeat=2):
        assert first.at(H=h, W=w) == flow.held[0].at(H=h, W=w)


def test_one_way_is_told_though_its_sizes_cannot_be():
    """7 divides W·C: no set of W alone can be told, but the shape can."""

    def rows(flow, x):
        return operations.reshape(flow, x, (x.shape[0], 7, -1))

    node = Node("rows", "test", rows, ("x",), ("y",))
    net = Network(Graph({"x": ("H", "W", "C")}, (node,), ("y",)))
    with pytest.raises(Undecided, match="ties C, W together"):
        net.accepts("W")
    shape = net.output_shape
    assert shape[:2] == (Length.of("H"), 7) and shape[2](C=3, W=14) == 6


def test_each_way_sees_as_far_as_its_nodes():
    """From 5 on, 2 positions under each of 3; below, 3."""
    (size, _), (jump, _) = (
        getattr(Network(BY_SIZE).receptive_field(), n) for n in ("size", "jump")
    )
    assert [(size.at(H=h, W=9), jump.at(H=h, W=9)) for h in (3, 4, 5, 9)] == [(3, 1)] * 2 + [
        (6, 2)
    ] * 2


def test_where_the_other_sizes_choose_the_way_there_are_no_tiles():
    with pytest.raises(ShapeError, match="goes different ways at different sizes: no tile"):
        Network(TIED).tiles("H", 8, H=40)
    places = [tile.place for tile in Network(BY_SIZE).tiles("H", 8, H=40)]
    assert places[0][0] == 0 and places[-1][1] == 20  # half as many, on the way of 40


def test_as_many_ways_as_are_gone(monkeypatch):
    for most in (2, 1):
        monkeypatch.setattr(ways, "CLASSES", most)
        if most == 2:
            assert Network(BY_SIZE).at(H=9, W=9) == (1, 1, 4, 4)
            assert Network(BY_SIZE).accepts("H") == Sizes.every(1)
            continue
        with pytest.raises(
            Undecided, match="too many ways at different sizes; received 2; at most"
        ):
            Network(BY_SIZE).accepts("H")


def test_where_several_sizes_decide_one_is_asked_for():
    def asks(flow, x):
        flow.decide(Condition(x.shape[2] - x.shape[3], "<"))
        return operations.same(flow, x)

    net = Network(chain("asks", asks))
    with pytest.raises(Undecided, match=r"depends on several sizes: H, W; .* for example W=224$"):
        net.accepts("H")
    assert net.accepts("H", W=3) == Sizes.every(1)


def test_a_way_on_which_nothing_can_be_is_told_at_its_first_node():
    flow = Flow(KEEP, {}, {})
    flow.held = (Condition(H - W, ">"), Condition(H - W, "=="))
    with pytest.raises(Failure, match=r"node keep0 \(keep\) needs two equal sizes"):
        flow.run()


def test_of_two_sides_that_of_the_largest_size_goes_first():
    def asks(flow, x):
        if type(x.shape[2]) is not int:
            flow.one_of(x.shape[2], (1, 5, 9))
        flow.decide(Condition(x.shape[2] - 5, "=="))
        return operations.same(flow, x)

    assert Network(chain("asks", asks)).accepts("H") == Sizes.of(1, 5, 9)
    assert Network(chain("asks", asks)).flow.sizes_of("H") == Sizes.of(1, 9)


def test_several_ways_are_told_though_their_sizes_cannot_be():
    """Five rows at most, each of seven numbers: 7 divides W·C."""

    def rows(flow, x):
        few = operations.cut(flow, x, {0: (-5, None, 1)})
        return operations.reshape(flow, few, (few.shape[0], 7, -1))

    node = Node("rows", "test", rows, ("x",), ("y",))
    shape = Network(Graph({"x": ("H", "W", "C")}, (node,), ("y",))).output_shape
    assert [shape.at(H=h, W=7, C=2) for h in (2, 5, 9)] == [(2, 7, 2), (5, 7, 2), (5, 7, 2)]


def test_a_node_of_one_way_only_has_its_row():
    """Nine numbers and one for the bias."""
    layer = torch.Conv2d(1, 1, 3, padding=1)
    nodes = (
        Node("one", "conv", CONV, ("x",), ("a",), layer),
        Node("two", "conv", CONV, ("a",), ("y",), layer),
    )
    large = Way({"H": LARGE}, (), HALVE)
    net = Network(parted(large, Way({"H": SMALL}, (), Graph(INPUT, nodes, ("y",)))))
    assert net["two"].parameters == 10 and net["two"].macs.at(H=4, W=2) == 4 * 2 * 9
    assert net.table(H=9, W=9).parameters == 0 and net["two"].macs.at(H=9, W=2) == 0


def test_of_several_ways_those_that_are_decided_are_told():
    def asks(flow, x):
        h, w, c = x.shape
        if flow.decide(Condition(h - 5, ">=")):
            long = 9 if flow.decide(Condition(h - 9, ">=")) else 5
            return Tensor((long,), None, ((),))
        flow.decide(Condition(w - c, "<"))
        return x

    node = Node("asks", "test", asks, ("x",), ("y",))
    net = Network(Graph({"x": ("H", "W", "C")}, (node,), ("y",)))
    for shape in (net.output_shape, net["asks"].formula):
        assert [shape.at(H=h, W=2, C=2) for h in (3, 5, 8, 9)] == [None, (5,), (5,), (9,)]


def test_what_is_seen_on_ways_that_several_sizes_choose():
    """Windows of 3 of the halves, 6 wide, where H ≥ W; otherwise 3."""
    seen = Network(TIED).receptive_field().size
    assert [size.at(H=5, W=3) for size in seen] == [6, 6]
    assert [size.at(H=3, W=5) for size in seen] == [3, 3]


@pytest.mark.parametrize("language", ("zh", "en"))
def test_a_network_of_several_ways_is_printed_in_both_languages(language):
    net = Network(BY_SIZE)
    (tie,) = net.ties
    printed = table.printed(net, language)
    every = {"zh": "所有 H ≥ 5，所有 W ≥ 2：", "en": "for every H ≥ 5, every W ≥ 2"}[language]
    assert every in printed and net.output_shape.text()[language] in printed
    assert printed.count(tie.text()[language]) == 1
    assert net["end"].formula == net.output_shape
    assert {"zh": "H、W：(", "en": "H, W: ("}[language] in printed
    assert net.output_shape.text().en in table.summary(net)


def test_a_network_that_runs_nowhere_names_its_outputs():
    def never(flow, x):
        flow.equal(3, 4)
        return x

    nodes = (Node("never", "test", never, ("x",), ("y",)), Node("z", "z", POOL, ("y",), ("z",)))
    assert table.summary(Network(Graph(INPUT, nodes, ("y", "z")))) == "(1, 1, H, W) → y, z, 2 nodes"


def test_why_no_sizes_are_told_is_said_in_both_languages():
    def nine(flow, x):
        flow.equal(H // 2 + W, 9)
        return operations.same(flow, x)

    net = Network(Graph(INPUT, (Node("nine", "test", nine, ("x",), ("y",)),), ("y",)))
    with pytest.raises(Undecided) as refused:
        net.accepts("H")
    assert refused.value.zh in table.printed(net, "zh") != table.printed(net, "en")
    assert str(refused.value) in table.printed(net, "en")


def test_two_ways_of_seeing_are_parted_in_chinese_as_well():
    seen = table.seen(Network(chain("two", Along(torch.Conv2d(1, 1, (3, 5))))).receptive_field())
    assert seen.zh == "H：3 格，间距 1；W：5 格，间距 1"
    assert seen.en == "H: 3 positions, 1 apart; W: 5 positions, 1 apart"


def test_at_one_size_only_the_others_part_the_ways():
    shape = Network(TIED).at(H=5)
    assert {name for where, _ in shape for name in where.names} == {"W"}
    assert [shape.at(W=w)[2:] for w in (5, 6)] == [(2, 2), (5, 6)]


def test_nodes_of_one_name_that_do_other_things_have_rows_of_their_own():
    pool, conv = (
        Graph(INPUT, (Node("here", kind, step, ("x",), ("y",)),), ("y",))
        for kind, step in (("pool", POOL), ("conv", CONV))
    )
    rows = Network(parted(Way({"H": LARGE}, (), pool), Way({"H": SMALL}, (), conv))).table()
    assert [row.formula for row in rows] == [(1, 1, H // 2, W // 2), (1, 1, H, W)]


@pytest.mark.parametrize(
    ("source", "one", "other", "both"),
    (
        ("z", 10, 4, 14),
        ("x", 10, 4, 10),
        ("z", 10, None, 10),
        ("z", None, 4, None),
        ("z", 10, 0, 10),
        ("z", 0, 4, 4),
    ),
)
def test_parameters_that_a_node_uses_on_one_way_only_are_added(source, one, other, both):
    """Fed by the same tensor it uses the same ones."""

    def fed(tensor: str, parameters) -> Graph:
        node = Node("fc", "linear", operations.same, (tensor,), ("y",), None, (), parameters)
        return Graph(INPUT | {"z": (1, 1, "H", "W")}, (node,), ("y",))

    large, small = Way({"H": LARGE}, (), fed("x", one)), Way({"H": SMALL}, (), fed(source, other))
    (node,) = parted(large, small).every
    assert (node.inputs, node.parameters) == (("x",), both)


def test_what_only_grows_is_counted():
    def asks(flow, x):
        flow.equal(H, W)
        flow.drops(H, 0), flow.drops(W, 0)
        flow.leave(), flow.leave()
        return flow.leave()

    graph = Graph(INPUT, (Node("asks", "asks", asks, ("x",), ("y",)),), ("y",))
    assert Flow(graph, {}).many == (0, 0, 0, 0)
    assert Flow(graph, {}).run().many == (1, 2, 3, 1)


def test_nodes_that_nobody_knows_are_told_of_every_way():
    one, two = (chain(kind, lambda flow, x: flow.leave()) for kind in ("one", "two"))
    net = Network(parted(Way({"H": LARGE}, (), one), Way({"H": SMALL}, (), two)))
    assert net.unknown == ("one0", "two0")


def test_sizes_that_the_formula_of_the_large_ones_does_not_tell():
    """Halves from 5 on; a border of one at 3 and 4; below, as they are. W is 6 or 7 everywhere."""
    few, pad = Sizes.interval(6, 7), chain("pad", Along(torch.ZeroPad2d(1)))
    boxes = ((LARGE, HALVE), (Sizes.interval(3, 4), pad), (Sizes.interval(1, 2), KEEP))
    net = Network(parted(*(Way({"H": sizes, "W": few}, (), graph) for sizes, graph in boxes)))
    assert [net.at(H=n, W=6) for n in (2, 4, 8)] == [(1, 1, 2, 6), (1, 1, 6, 8), (1, 1, 4, 3)]
    assert net.special == {"H": SMALL, "W": Sizes.none()}


def test_a_way_on_which_sizes_do_not_go_together_is_none():
    """No H from 5 on is 3 together with a W of 2 or 3."""
    few = {"W": Sizes.interval(2, 3)}
    never = Way({"H": LARGE, **few}, (Condition(H + W - 3, "=="),), HALVE)
    net = Network(parted(never, Way({"H": SMALL, **few}, (), KEEP)))
    assert net.accepts("H") == SMALL and net.output_shape == (1, 1, H, W) and net.ties == ()
    assert [row.name for row in net.table()] == ["end", "keep0"]


def test_a_layers_own_name_is_no_size_of_the_input():
    """The formula can be told, the sizes that run cannot."""
    k, length = Length.of("K"), Length.of("L")
    net = read([torch.Conv1d(1, 1, k)], "1,1,L")
    assert net.output_shape == (1, 1, length - k + 1)
    with pytest.raises(Undecided, match="no size of the input has; received K; putting numbers in"):
        net.accepts("L")
    two = [torch.Conv1d(1, 1, Length.of("B")), torch.AvgPool1d(Length.of("A"), 1)]
    with pytest.raises(Undecided, match="received A, B; "):
        read(two, "1,1,L").accepts("L")
    assert read([torch.Conv1d(1, 1, length)], "1,1,L").accepts("L") == Sizes.every(1)


def worded(kind: str, *layers) -> Graph:
    """The same chain, of layers that keep their words."""
    made = chain(kind, *map(Along, layers))
    nodes = [
        replace(node, words=words) for node, words in zip(made.nodes, (*layers, None), strict=True)
    ]
    return replace(made, nodes=tuple(nodes))


FIVE, MEAN = torch.Conv2d(1, 1, 5), torch.AdaptiveAvgPool2d(1)
WIDE, NARROW = worded("wide", FIVE, MEAN), worded("narrow", torch.Conv2d(1, 1, 3), MEAN)


@pytest.mark.parametrize(("h", "layer", "alone"), ((7, "wide0", WIDE), (4, "narrow0", NARROW)))
def test_at_given_sizes_the_layers_of_their_way_are_asked(h, layer, alone):
    """As of a network of that way alone."""
    net = Network(parted(Way({"H": LARGE}, (), WIDE), Way({"H": SMALL}, (), NARROW)))
    asked = {"H": h, "W": 9}
    for ask in (
        lambda net: net.stack("H", layer, **asked).window,
        lambda net: net.receptive_field(**asked),
        lambda net: net.receptive_field(**asked).before.size,
        lambda net: net.stack("W", layer, H=h).window,
    ):
        assert ask(net) == ask(Network(alone))


def test_a_layer_of_one_way_only_is_asked_on_that_way():
    """Three taps on the way of the small sizes; its node has another name than what it gives."""
    nodes = tuple(replace(node, name=node.name.upper()) for node in NARROW.nodes)
    small = Way({"H": SMALL}, (), replace(NARROW, nodes=nodes))
    net = Network(parted(Way({"H": LARGE}, (), WIDE), small))
    assert net.stack("H", "NARROW0", W=9).window.kernel == 3
    field = net.receptive_field("NARROW0")
    assert (field.size, field.layer) == ((3, 3), "NARROW0")
    assert net.stack("H", "wide0", W=9).window.kernel == 5


def test_padding_is_that_of_the_layer_on_its_way():
    """A kernel of 5 takes 4 from a size, one of 3 takes 2."""
    wide, narrow = worded("wide", FIVE), worded("narrow", torch.Conv2d(1, 1, 3))
    net = Network(parted(Way({"H": LARGE}, (), wide), Way({"H": SMALL}, (), narrow)))
    for h, layer, needed in ((7, "wide0", 4), (4, "narrow0", 2)):
        both = Interval(needed, needed)
        assert net.padding(layer, H=h, W=9) == {"H": both, "W": both}
    with pytest.raises(ShapeError, match="a layer of windows is needed; received 'narrow0'"):
        net.padding("narrow0", H=7, W=9)
    with pytest.raises(Undecided, match="goes different ways at different sizes"):
        net.padding("wide0", W=9)
