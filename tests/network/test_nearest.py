"""The nearest sizes that run, held against a search that tries all sizes around."""

from itertools import product

import pytest

from shapealg import read, torch
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.explain import Explanation
from shapealg.network.graph import Graph, Node
from shapealg.network.nearest import NEAR, nearest
from shapealg.network.network import Network
from shapealg.network.operations import refuse
from shapealg.network.tensor import UNKNOWN, Tensor

FAR = 90
DOWN, UP = Along(torch.MaxPool2d(4)), Along(torch.Upsample(scale_factor=4))


def fours(source: str) -> tuple:
    """Down and up by four, beside what went in: both axes must be multiples of 4."""
    return (
        Node(f"down {source}", "pool", DOWN, (source,), (f"down {source}",)),
        Node(f"up {source}", "up", UP, (f"down {source}",), (f"up {source}",)),
        Node(f"beside {source}", "join", operations.concat(1), (source, f"up {source}"), ("y",)),
    )


def turned(kernel) -> tuple:
    """A pooled map beside itself turned: ⌊H/a⌋ = ⌊W/b⌋."""
    return (
        Node("pool", "pool", Along(torch.MaxPool2d(kernel)), ("x",), ("pool",)),
        Node("turn", "turn", operations.permute((0, 1, 3, 2)), ("pool",), ("turn",)),
        Node("join", "join", operations.concat(1), ("pool", "turn"), ("z",)),
    )


def picky(fits, axis: int = 1):
    """A node that nobody knows, until it comes to a number."""

    def operation(flow, x):
        n = x.shape[axis]
        if type(n) is int and not fits(n):
            refuse("不行", "no", n)
        return UNKNOWN if type(n) is not int else x

    return operation


def rows(flow, x):
    """As many numbers in rows of 7: 7 divides W·C."""
    return operations.reshape(flow, x, (x.shape[0], 7, -1))


def square(flow, x):
    """H = W."""
    flow.equal(x.shape[0], x.shape[1])
    return x


def third(flow, x):
    """H is 3 at least."""
    return operations.take(0)(flow, x, Tensor((), 2))


HW = {"x": (1, 1, "H", "W")}
STEPS = (rows, third, square)
THREE = {"x": (1, 1, "H", "W"), "t": (1, 1, "T", 8)}
PICKED = Node("pick", "join", operations.concat(3), ("x", "t"), ("p",))
# a network, and at which sizes it runs: counted by hand
NETS = {
    "fours": (Graph(HW, fours("x"), ("y",)), lambda H, W: H % 4 == W % 4 == 0),
    "turned": (Graph(HW, turned((2, 3)), ("z",)), lambda H, W: H // 2 == W // 3 > 0),
    "both": (
        Graph(HW, (*turned((2, 3)), *fours("x")), ("z", "y")),
        lambda H, W: H // 2 == W // 3 and H % 4 == W % 4 == 0,
    ),
    "three": (
        Graph(THREE, (PICKED, *turned((2, 3)), *fours("x")), ("p", "z", "y")),
        lambda H, W, T: H // 2 == W // 3 and H % 4 == W % 4 == 0 and T == H,
    ),
    "square": (
        Graph(HW, (*turned((1, 1)), *fours("x")), ("z", "y")),
        lambda H, W: H == W and H % 4 == 0,
    ),
}


def sides(fits, n: int) -> tuple:
    """The nearest numbers below and above at which something holds, or the number itself."""
    if fits(n):
        return (n,)
    below = [m for m in range(1, n) if fits(m)][-1:]
    return (*below, *[m for m in range(n + 1, 9 * FAR) if fits(m)][:1])


def far(given: dict, found: dict) -> tuple:
    steps = [abs(found[name] - n) for name, n in given.items()]
    return max(steps), sum(steps)


@pytest.mark.parametrize("name", ["fours", "turned", "both", "square"])
def test_of_two_sizes(name):
    graph, runs = NETS[name]
    net = Network(graph)
    for h, w in product((1, 2, 4, 9, 13, 24), (3, 5, 8, 10, 14, 30)):
        if runs(h, w):
            continue
        near, together, ties = nearest(net, {"H": h, "W": w})
        if name == "fours":  # each for itself
            alone = {"H": sides(lambda n: n % 4 == 0 < n, h), "W": sides(lambda n: n % 4 == 0, w)}
            assert near == {
                key: made for key, made in alone.items() if made != ({"H": h, "W": w}[key],)
            }
            continue
        wanted = {
            "H": sides(lambda n, w=w: runs(n, w), h),
            "W": sides(lambda n, h=h: runs(h, n), w),
        }
        assert {key: made for key, made in near.items() if made} == {
            key: made for key, made in wanted.items() if made
        }
        if not any(near.values()):
            pairs = [{"H": a, "W": b} for a in range(1, FAR) for b in range(1, FAR) if runs(a, b)]
            best = min(far({"H": h, "W": w}, pair) for pair in pairs)
            assert runs(**together) and far({"H": h, "W": w}, together) == best and not ties


def test_of_three_sizes():
    graph, runs = NETS["three"]
    some = [n for n in range(4, FAR, 4)]
    fits = [{"H": h, "W": w, "T": h} for h, w in product(some, some) if runs(h, w, h)]
    for given in ({"H": 9, "W": 10, "T": 7}, {"H": 13, "W": 30, "T": 20}):
        near, together, ties = nearest(Network(graph), given)
        assert not any(near.values()) and not ties and list(together) == list(given)
        assert runs(**together)
        assert far(given, together) == min(far(given, fit) for fit in fits)


def test_where_nothing_runs_there_is_nothing_near():
    pad = Node("pad", "pad", Along(torch.ZeroPad2d((0, 0, 1, 0))), ("x",), ("odd",))
    graph = Graph(HW, (*turned((1, 1)), pad, *fours("x"), *fours("odd")), ("z", "y"))
    assert nearest(Network(graph), {"H": 5, "W": 6}) == ({"H": (), "W": ()}, None, ())


def test_what_cannot_be_told_has_nothing_near():
    """7 divides W·C: no set of W alone can be told."""
    shape = {"x": ("H", "W", "C")}
    nodes = [Node(step.__name__, "test", step, ("x",), (step.__name__,)) for step in STEPS]
    net = Network(Graph(shape, (nodes[0], nodes[1]), ("rows",)))
    assert net.explain(H=2).nearest == {}
    net = Network(Graph(shape, (nodes[0], nodes[2]), ("rows",)))
    near, together, ties = nearest(net, {"H": 5, "W": 6, "C": 3})
    assert not any(near.values()) and together is None and ties == net.ties


def test_where_sizes_are_tied_and_none_that_are_tried_run_the_ties_are_told():
    """A multiple of 1000 is farther than is looked; where 5 of T fits nothing, no tie is at fault."""

    def step(axis: int, source="x") -> Node:
        takes = picky(lambda n: n % 1000 == 0, axis)
        return Node(f"{axis} {source}", "?", takes, (source,), (f"{axis} {source}",))

    net = Network(Graph(HW, (*turned((1, 1)), step(2), step(3)), ("z",)))
    near, *rest = nearest(net, {"H": 5, "W": 6})
    assert near == {"H": (), "W": ()} and rest == [None, net.ties] and net.ties
    shape = {"x": (1, 1, "H", "W"), "t": ("T",)}
    net = Network(Graph(shape, (*turned((1, 1)), step(0, "t")), ("z",)))
    assert nearest(net, {"H": 5, "W": 6, "T": 5}) == ({"H": (), "W": ()}, None, ())
    assert nearest(net, {"H": 5, "W": 6, "T": 2000})[0] == {"H": (6,), "W": (5,)}


def test_1_is_tried_as_well():
    node = Node("a", "?", picky(lambda n: n % 3 == 1), ("x",), ("y",))
    assert nearest(Network(Graph({"x": (1, "L")}, (node,), ("y",))), {"L": 2})[0] == {"L": (1, 4)}


FOURS_OF_W = (
    *turned((2, 3)),
    Node("down", "pool", Along(torch.MaxPool2d((1, 4))), ("x",), ("down",)),
    Node("up", "up", Along(torch.Upsample(scale_factor=(1, 4))), ("down",), ("up",)),
    Node("beside", "join", operations.concat(1), ("x", "up"), ("y",)),
)


@pytest.mark.parametrize("given", [(7, 70), (62, 10), (15, 45), (30, 5)])
def test_of_two_sizes_far_from_each_other(given):
    """⌊H/2⌋ = ⌊W/3⌋, and W a multiple of 4: what is nearest lies between both."""
    given = dict(zip("HW", given, strict=True))
    net = Network(Graph(HW, FOURS_OF_W, ("z", "y")))
    some = range(1, FAR)
    pairs = [(h, w) for h, w in product(some, some) if h // 2 == w // 3 > 0 and w % 4 == 0]
    near, together, ties = nearest(net, given)
    assert not any(near.values()) and not ties and tuple(together.values()) in pairs
    assert far(given, together) == min(
        far(given, dict(zip("HW", pair, strict=True))) for pair in pairs
    )


@pytest.mark.parametrize("period", [3, NEAR - 1, NEAR])
def test_behind_an_unknown_node_the_neighbours_are_tried(period):
    graph = Graph(
        {"x": (1, "L")}, (Node("a", "?", picky(lambda n: n % period == 0), ("x",), ("y",)),), ("y",)
    )
    for n in (1, 2 * period - 1, 2 * period + 1):
        tried = [m for m in sides(lambda m: m % period == 0, n) if abs(m - n) < NEAR]
        near, *rest = nearest(Network(graph), {"L": n})
        assert near == ({"L": tuple(tried)} if tried else {}) and rest == [None, ()]


def test_where_another_size_is_open_none_is_tried():
    node = Node("a", "?", picky(lambda n: n % 3 == 0), ("x",), ("y",))
    net = Network(Graph({"x": ("N", "L")}, (node,), ("y",)))
    assert nearest(net, {"L": 4})[0] == {} and nearest(net, {"N": 1, "L": 4})[0]["L"] == (3, 6)


def test_what_would_work_is_told_in_a_line():
    """One size alone, two together, and what binds them where none is found; what else would."""
    net = read("nn.Conv2d(3, 8, 3); nn.Flatten(); nn.Linear(5408, 10)")
    for (h, w), line in (
        ((28, 27), "the nearest that work: W = 28; Linear(5200, …) works"),
        ((170, 6), "the nearest that work: H = 171; Linear(5376, …) works"),
        ((5, 5), "the nearest that work together: H = 28, W = 28; Linear(72, …) works"),
    ):
        assert net.explain(H=h, W=w).works.en.startswith(line)
    assert net.explain(H=5, W=5).works.zh.startswith("最近的可用尺寸（须一起）：H = 28, W = 28；")
    tied = Explanation({"H": 5, "W": 6}, ties=("H = W", "W = C"))
    assert tied.works.en == "sizes are tied together: H = W; W = C"
    assert tied.works.zh == "尺寸相互绑定：H = W; W = C"
