"""Accepted sets against three that know no algebra: counting windows, isl for all n, and PyTorch."""

import random

import pytest
from graphs import counted, drawn, isl_sizes, words
from needed import module

from shapealg import Branches, BySize, ShapeError, Sizes, keras, read, torch
from shapealg.axis.length import Length
from shapealg.network import operations
from shapealg.network.accepts import accepted
from shapealg.network.along import Along
from shapealg.network.failure import Failure
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network

MANY = 120  # random graphs; the slow test takes thousands


def asked(steps):
    net = read(words(steps), "1,1,L")
    return net, net.accepts("L")


def last(shape, n):
    """The length that comes out at n, as the formulas have it."""
    shape = shape.at(L=n) if isinstance(shape, BySize) else shape
    return shape[2](L=n) if isinstance(shape[2], Length) else shape[2]


@pytest.mark.parametrize("seed", range(MANY))
def test_a_random_graph_counted(seed):
    steps = drawn(random.Random(seed))
    net, accepted = asked(steps)
    shape = net.output_shape if accepted else None
    for n in range(1, 90):
        expected = counted(steps, n)
        assert (n in accepted) == (expected is not None), (steps, n, str(accepted))
        if expected is not None:
            assert net.at(L=n)[2] == last(shape, n) == expected, (steps, n)


def isl_text(sizes: Sizes) -> str:
    parts = [f"(n >= {sizes.start} and n mod {sizes.modulus} = {r})" for r in sizes.residues] + [
        f"n = {n}" for n in sizes.exceptions
    ]
    return f"{{ [n] : {' or '.join(parts) or 'n < n'} }}"


def agrees_with_isl(islpy, seed) -> bool:
    steps = drawn(random.Random(seed))
    _, accepted = asked(steps)
    expected = isl_sizes(islpy, steps).domain()
    assert islpy.Set(isl_text(accepted)).is_equal(expected), (steps, str(accepted), str(expected))
    return bool(accepted) and not accepted.is_all


def test_random_graphs_by_isl():
    """For all n, not for a range."""
    islpy = module("islpy")
    interesting = sum(agrees_with_isl(islpy, seed) for seed in range(1000, 1000 + 3 * MANY))
    assert interesting > MANY  # neither everything nor nothing


@pytest.mark.slow
def test_thousands_of_random_graphs_by_isl():
    islpy = module("islpy")
    for seed in range(10_000, 14_000):
        agrees_with_isl(islpy, seed)


def test_broadcasting_of_small_sizes_is_found():
    """An add stretches a size of 1: 5 gives 2 + 1 and runs, though 2 ≠ 1."""
    net = read(
        [
            Branches(
                "add",
                [torch.Conv1d(1, 1, 3, stride=4, padding=1)],
                [torch.Conv1d(1, 1, 3, stride=4)],
            )
        ],
        "1,1,L",
    )
    assert net.accepts("L") == Sizes(4, (0, 3), 3, (5, 6))


def test_one_size_on_two_axes():
    """An image that must be square: H stands twice, and products of it are polynomials."""
    layers = [torch.MaxPool2d(2), torch.Flatten(), torch.Linear(4 * 49, 10)]
    assert read(layers, "N,4,H,H").accepts("H") == Sizes.interval(14, 15)
    net = read(layers, "N,4,H,W")
    assert net.accepts("H") == Sizes.interval(2, 3) | Sizes.interval(14, 15) | Sizes.interval(
        98, 99
    )
    assert [str(tie) for tie in net.ties] == ["⌊H/2⌋·⌊W/2⌋ = 49"]
    assert net.accepts("H", W=98) == Sizes.interval(2, 3) and net.accepts("H", W=20) == Sizes.none()


def test_axes_tied_by_a_sum():
    """A map and its transpose, concatenated: the axes must be equal, whatever each has gone
    through.
    """
    pooled, turned, joined = (
        Along(torch.MaxPool2d((2, 3))),
        operations.permute((0, 1, 3, 2)),
        operations.concat(1),
    )
    nodes = (
        Node("pool", "pool", pooled, ("x",), ("pool",)),
        Node("turn", "turn", turned, ("pool",), ("turn",)),
        Node("join", "join", joined, ("pool", "turn"), ("join",)),
    )
    net = Network(Graph({"x": (1, 1, "H", "W")}, nodes, ("join",)))
    assert [str(tie) for tie in net.ties] == ["⌊H/2⌋ = ⌊W/3⌋"]
    assert net.accepts("H") == Sizes.every(2) and net.accepts("W") == Sizes.every(3)
    assert net.accepts("W", H=9) == Sizes.interval(12, 14)


def test_nothing_runs():
    net = read([Branches("concat", [], [torch.Conv1d(1, 1, 3)])], "1,1,L")
    assert net.accepts("L") == Sizes.none() and not net.accepts("L").nearest(9)
    with pytest.raises(Failure, match=r"needs two equal sizes; received .* pad or crop"):
        net.output_shape  # noqa: B018 — asking raises


def test_lossless_counts_data_not_padding():
    """3/2 with padding 1 leaves at most one position unread, which is padding; without it, data."""
    assert (
        read([torch.Conv1d(1, 1, 3, stride=2, padding=1)], "1,1,L")
        .accepts("L", lossless=True)
        .is_all
    )
    assert read([torch.Conv1d(1, 1, 3, stride=2)], "1,1,L").accepts(
        "L", lossless=True
    ) == Sizes.classes(2, (1,), 3)


@pytest.mark.parametrize("padding", (0, 1, 2))
def test_lossless_is_where_the_last_window_ends_in_the_padding_or_at_it(padding):
    """Windows of 3 laid down every 4 positions, one by one."""
    net = read([torch.Conv1d(1, 1, 3, stride=4, padding=padding)], "1,1,L")
    fits = []
    for n in range(1, 40):
        ends = [start + 3 for start in range(0, n + 2 * padding - 2, 4)]
        if ends and ends[-1] >= n + padding:
            fits.append(n)
    assert [n for n in range(1, 40) if n in net.accepts("L", lossless=True)] == fits


def test_a_factor_without_a_formula_needs_a_size_that_leaves_one_position():
    """⌊0.7·n⌋ is at least 1 from 2 on, ⌊0.07·n⌋ from 15."""
    for factor, least in ((0.7, 2), (0.07, 15)):
        net = read([torch.Upsample(scale_factor=factor)], "1,1,L")
        assert net.accepts("L") == Sizes.every(least)


def test_a_period_that_explodes_is_refused_with_its_number():
    steps = [torch.Conv1d(1, 1, 2, stride=2)] * 30
    net = read(steps, "1,1,L")
    assert net.accepts("L") == Sizes.every(2**30)  # no period is needed for that
    with pytest.raises(ShapeError, match=r"received 2097152|received 4194304|at most 1048576"):
        read(steps[:22] + [torch.ConvTranspose1d(1, 1, 2, stride=2)] * 22, "1,1,L").accepts(
            "L", lossless=True
        )


def test_a_size_that_is_not_there():
    with pytest.raises(ShapeError, match="there is no such size; received 'Q'; N, L work"):
        read([torch.Conv1d(1, 1, 3)], "N,1,L").accepts("Q")


# ---------------------------------------------------------------- what a reviewer found, each
# checked on a framework


def tied(*pairs):
    """Inputs a, b, c along axes of their own, and cc, which is c twice; each pair must be equally
    long.
    """
    nodes = [
        Node("cc", "concat", operations.concat(2), ("c", "c"), ("cc",)),
        *(
            Node(f"join{i}", "concat", operations.concat(3), pair, (f"join{i}",))
            for i, pair in enumerate(pairs)
        ),
    ]
    return Network(
        Graph(
            {"a": (1, 1, "H", 1), "b": (1, 1, "W", 1), "c": (1, 1, "D", 1)},
            tuple(nodes),
            ("join0",),
        )
    )


@pytest.mark.parametrize("order", (0, 1))
def test_ties_are_passed_on(order):
    """H = W and W = 2D: H is even, in whatever order the nodes stand."""
    net = tied(*(("a", "b"), ("b", "cc"))[:: 1 - 2 * order])
    assert [net.accepts(name) for name in "HWD"] == [Sizes.classes(2, (0,), 2)] * 2 + [
        Sizes.every(1)
    ]
    assert net.accepts("H", D=3) == Sizes.interval(6, 6)


def test_a_ring_of_ties_runs_at_no_size():
    """H = W, W = D, H = 2D."""
    assert not tied(("a", "b"), ("b", "c"), ("a", "cc")).accepts("H")


def test_two_ties_of_the_same_names():
    """H = W twice over is H = W; H = 2D and W = D is W for half of H."""
    net = tied(("a", "b"), ("b", "a"))
    assert net.accepts("H") == Sizes.every(1) and net.accepts("W", H=7) == Sizes.interval(7, 7)
    net = tied(("a", "cc"), ("b", "c"))
    assert net.accepts("H") == Sizes.classes(2, (0,), 2) and net.accepts("W") == Sizes.every(1)


def test_an_answer_does_not_depend_on_what_was_asked_before():
    """Reflection by 3 wants 4 positions, also after a question about 2 by 2."""
    net = read([torch.Conv2d(1, 1, 7, padding=3, padding_mode="reflect")], "1,1,H,W")
    assert not net.explain(H=2, W=2).runs and net.accepts("H") == Sizes.every(4)


def test_a_product_too_large_to_factor_is_refused_at_once():
    with pytest.raises(ShapeError, match="too large to be factored"):
        read([torch.Flatten(), torch.Linear((10**30 + 57) * (10**31 + 33), 5)], "1,1,H,W").accepts(
            "H"
        )


def test_positions_traded_for_channels_ask_for_multiples():
    assert read([torch.PixelUnshuffle(3)], "1,2,H,W").accepts("H") == Sizes.classes(3, (0,), 3)


def test_no_height_goes_with_no_width():
    """Along W one join wants even sizes and the other odd ones: PyTorch runs it at no H either."""
    even = Branches(
        "concat", [], [torch.MaxPool2d((1, 2)), torch.ConvTranspose2d(1, 1, (1, 2), stride=(1, 2))]
    )
    odd = Branches(
        "concat",
        [],
        [
            torch.Conv2d(2, 2, (1, 3), stride=(1, 2), padding=(0, 1)),
            torch.ConvTranspose2d(2, 2, (1, 3), stride=(1, 2), padding=(0, 1)),
        ],
    )
    net = read([even, odd], "1,1,H,W")
    assert net.accepts("W") == net.accepts("H") == Sizes.none()


@pytest.mark.parametrize("filled", (True, False), ids=("no side empty", "perhaps empty"))
@pytest.mark.parametrize(
    ("one", "two", "decided"),
    (
        (lambda h, w: h * w, lambda h, w: (h // 4) * (w // 4) * 16, True),
        (lambda h, w: (h // 2) * (w // 3), lambda h, w: (h // 4) * (w // 9) * 6, True),
        (lambda h, w: (h // 2) * (w // 2), lambda h, w: (h // 8) * (w // 8) * 16, True),
        (lambda h, w: (h + 1) // 2 * w * 2, lambda h, w: h * w, True),
        (lambda h, w: (h - 2) * w, lambda h, w: (h - 3) // 4 * w * 4, True),
        # other sizes than those of its factors
        (lambda h, w: h * w, lambda h, w: (h // 4) * (w // 4) * 15, False),
        # one too small, one too large
        (lambda h, w: h * w, lambda h, w: (h // 2) * ((w + 1) // 2) * 4, False),
        # also where both are negative
        (lambda h, w: (h - 2) * (w - 2), lambda h, w: (h - 2) * (w - 2), False),
    ),
    ids=range(8),
)
def test_products_that_are_equal(one, two, decided, filled):
    """What is said of H and of W is what the pairs up to 60 say; or nothing is said."""

    def operation(flow, x):
        h, w = x.shape
        if filled:
            flow.some(one(h, w))
        flow.equal(one(h, w), two(h, w))
        return x

    graph = Graph(
        {"x": ("H", "W")}, (Node("node", "kind", operation, ("x",), ("y",), None),), ("y",)
    )
    fit = {
        (h, w)
        for h in range(1, 61)
        for w in range(1, 61)
        if one(h, w) == two(h, w) and (one(h, w) > 0 or not filled)
    }
    try:
        sets = accepted(graph).sets
    except ShapeError:
        assert not (decided and filled)
        return
    for i, name in enumerate(("H", "W")):
        assert {n for n in range(1, 25) if n in sets[name]} == {
            pair[i] for pair in fit if pair[i] < 25
        }, name


def test_a_list_of_layers_speaks_for_one_framework():
    """Which order of axes keras would take what torch gives nobody said."""
    mixed = (
        [torch.Conv2d(3, 8, 3), keras.MaxPooling2D(2)],
        [torch.Conv2d(3, 8, 3), Branches("add", [], [keras.MaxPooling2D(2)])],
        [Branches("add", [torch.Conv2d(3, 8, 3)], [Branches("add", [], [keras.MaxPooling2D(2)])])],
    )
    for layers in mixed:
        with pytest.raises(ShapeError) as caught:
            read(layers, "N,3,H,W")
        assert str(caught.value) == (
            "a list of layers speaks for one framework, not for torch and keras; received"
            " Conv2d(3, 8, (3, 3)), MaxPooling2D(); writing them all in torch's words works"
        )
    assert repr(read([keras.Conv2D(8, 3), keras.MaxPooling2D(2)], "N,H,W,3").output_shape[1:]) == (
        "(H//2 - 1, W//2 - 1, 8)"
    )
