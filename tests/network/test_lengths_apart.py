"""Products that are equal factor by factor, and the axes that a network slides along."""

import random
from itertools import product

import pytest
from dumb import RELATIONS

from shapealg import Length, torch
from shapealg.axis.condition import Condition
from shapealg.network import operations, ways
from shapealg.network.along import Along
from shapealg.network.factors import factorwise, simpler
from shapealg.network.graph import Graph, Node
from shapealg.network.spatial import numbers, told_axes

SIZES = range(1, 40)


def put(entry, at: dict) -> int:
    return entry(**at) if isinstance(entry, Length) else entry


@pytest.mark.parametrize("seed", range(60))
def test_two_products_are_equal_where_their_factors_are(seed):
    """H·W beside ⌊H/a⌋·⌊W/b⌋ times a number: where that is told, it is so at every pair."""
    chance = random.Random(seed)
    h, w = Length.of("H"), Length.of("W")
    a, b = chance.randint(1, 3), chance.randint(1, 3)
    up, right = chance.choice((0, 0, 1, -1)), chance.choice((0, 0, 1))
    one = h * w * chance.choice((1, 1, 2))
    two = ((h + up * (a - 1)) // a) * ((w + right) // b) * (a * b * chance.choice((1, 1, 2)))
    pairs = factorwise(one, two)
    for at in ({"H": i, "W": j} for i, j in product(SIZES, SIZES)) if pairs else ():
        equal = all(put(x, at) == put(y, at) for x, y in pairs)
        assert equal == (put(one, at) == put(two, at)), at


def test_which_products_have_factors_to_compare():
    h, w = Length.of("H"), Length.of("W")
    assert factorwise(h * w, h // 4 * (w // 4) * 16) == [(h, h // 4 * 4), (w, w // 4 * 4)]
    assert factorwise(h // 2 * w * 2, h * w) is not None
    for two in (
        h * w * 2,
        h * h,
        h * (w + h),
        (5 - h) * w,
        h * (h + 1) * w,
        h % 2 * w,
    ):
        assert factorwise(h * w, two) is None


@pytest.mark.parametrize("relation", RELATIONS)
def test_factors_that_are_at_least_1_say_nothing(relation):
    """What is left holds at the same sizes, and names none that makes no difference."""
    n, h, w = map(Length.of, ("N", "H", "W"))
    for length, left in (
        (n * h * w - n * 49, ("H", "W")),
        (n * 3 - n * h * 6, ()),
        (n * h * 2 - n * 98, ("H",)),
        (h * w * -2 + w * -4, ()),
        (n * (h // 2) - n * 2, ("H",)),
        ((h // 2) * (w - 3), ("H", "W")),
        (n * h - n * w, ("H", "W")),
        (n * h + n, ()),
    ):
        whole = Condition(length, relation)
        told = simpler(whole)
        assert told.names == left, (length, told)
        for at in product(range(1, 9), repeat=3):
            sizes = dict(zip("NHW", at, strict=True))
            holds = RELATIONS[relation](put(length, sizes), 0)
            assert told.at(**{name: sizes[name] for name in left}) is holds, (length, told, at)


def test_a_number_before_a_product_says_nothing_but_which_way_it_is():
    """−2·N·(H − 49) ≥ 0 is H ≤ 49."""
    n, h = map(Length.of, ("N", "H"))
    for number, relation in ((2, ">="), (-2, "<=")):
        assert simpler(Condition(n * (h - 49) * number, ">=")) == Condition(h - 49, relation)


def chain(shape, *steps) -> Graph:
    """Nodes one after the other; a layer keeps its words."""
    names = ["x", *"abcd"[: len(steps)]]
    nodes = [
        Node(name, "test", step, (before,), (name,), words=getattr(step, "words", None))
        for before, name, step in zip(names, names[1:], steps, strict=False)
    ]
    return Graph({"x": shape}, tuple(nodes), (names[-1],))


CONV = Along(torch.Conv2d(1, 1, 3))
LINE = Along(torch.Conv1d(1, 1, 3))
MOVED = operations.permute((0, 3, 1, 2))


@pytest.mark.parametrize(
    ("graph", "axes", "opened"),
    (
        (chain((1, 1, 9, 8), CONV), [2, 3], ((1, 1, "H", "W"), {"H": 9, "W": 8})),
        (chain((1, 9, 8, 1), MOVED, CONV), [1, 2], ((1, "H", "W", 1), {"H": 9, "W": 8})),
        (chain((1, 1, 9), LINE), [2], ((1, 1, "L"), {"L": 9})),
        (chain((1, 1, 9), operations.same), [2], ((1, 1, "L"), {"L": 9})),
        (chain((1, 2, 3, 4, 5, 6), operations.same), [2, 3, 4, 5], None),
        (chain(("N", 1, "T", 8), CONV), [2], (("N", 1, "T", "W"), {"W": 8})),
        (chain((1, 1, "W", 8), CONV), [2], ()),
        (chain((1, 1, "H", "W"), CONV), [2, 3], ()),
        (chain((5,), operations.same), [], ()),
    ),
)
def test_the_axes_that_a_network_slides_along(graph, axes, opened):
    assert told_axes(graph, {}) == axes
    if opened == ():
        assert numbers(graph) is None
    elif opened is None:
        shapes, sizes = numbers(graph)
        assert shapes["x"] == (1, 2, "L1", "L2", "L3", "L4") and list(sizes.values()) == [
            3,
            4,
            5,
            6,
        ]
    else:
        assert numbers(graph) == ({"x": opened[0]}, opened[1])


def test_two_inputs_are_not_opened():
    graph = Graph({"x": (1, 1, 9, 9), "z": (1, 1, 9, 9)}, chain((1,), CONV).nodes, ("a",))
    assert numbers(graph) is None and numbers(Graph({}, (), ())) is None


def test_an_axis_is_followed_past_what_takes_no_input():
    made = Node("made", "test", operations.shaped((1, 1, 1, 1)), (), ("m",))
    moved = Node("moved", "test", MOVED, ("x",), ("a",))
    conv = Node("conv", "test", CONV, ("a",), ("y",), words=CONV.words)
    assert told_axes(Graph({"x": (1, 9, 8, 1)}, (made, moved, conv), ("y",)), {}) == [1, 2]


def test_where_no_run_is_known_the_axes_are_those_behind_the_second(monkeypatch):
    moved = chain((1, 9, 8, 1), MOVED, CONV)
    monkeypatch.setattr(ways, "CLASSES", 0)
    assert told_axes(moved, {}) == [2, 3]


def test_a_network_that_fails_behind_its_first_layer_slides_along_the_axes_of_that():
    failing = chain((1, 9, 8, 1), MOVED, CONV, Along(torch.Conv2d(1, 1, 99)))
    assert told_axes(failing, {}) == [1, 2]


def test_where_no_run_is_decided_the_axes_are_those_behind_the_second():
    """It would depend on two sizes that no input has."""
    p, q = Length.of("P"), Length.of("Q")

    def compare(flow, x):
        flow.sizes |= {"P": p, "Q": q}
        flow.decide(Condition(p - q, "<"))
        return x

    assert told_axes(chain((1, 9, 8, 1), MOVED, CONV), {}) == [1, 2]
    assert told_axes(chain((1, 9, 8, 1), MOVED, compare, CONV), {}) == [2, 3]
