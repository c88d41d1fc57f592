"""What an operation may require of lengths: the sizes that meet it, and the length that goes on,
held against counting pairs of sizes.
"""

from itertools import product

import pytest

from shapealg import Length, ShapeError, Sizes
from shapealg.axis.condition import Condition
from shapealg.errors import Undecided
from shapealg.network.accepts import accepted
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node, Way
from shapealg.network.network import Network
from shapealg.network.requirement import Requirement
from shapealg.network.tensor import Tensor
from shapealg.network.ways import Ways

H, W = Length.of("H"), Length.of("W")
SIZES = range(1, 16)
# what is asked of H and W, where it holds, and what goes on
ASKED = {
    "equal": (lambda f, h, w: f.equal(h, w), lambda h, w: h == w, lambda h, w: h),
    "equal doubled": (lambda f, h, w: f.equal(h, w * 2), lambda h, w: h == 2 * w, lambda h, w: h),
    "equal halves": (
        lambda f, h, w: f.equal(h // 2, w // 3),
        lambda h, w: h // 2 == w // 3,
        lambda h, w: h // 2,
    ),
    "a number": (lambda f, h, w: f.equal(h, 6), lambda h, w: h == 6, lambda h, w: 6),
    "a number first": (lambda f, h, w: f.equal(6, w), lambda h, w: w == 6, lambda h, w: 6),
    "a product": (lambda f, h, w: f.equal(h * w, 24), lambda h, w: h * w == 24, lambda h, w: 24),
    "products": (
        lambda f, h, w: f.equal(h * (w + 1), (w + 1) * 4),
        lambda h, w: h == 4,
        lambda h, w: 4 * (w + 1),
    ),
    "unknown": (lambda f, h, w: f.equal(None, h), lambda h, w: True, lambda h, w: h),
    "unknown behind": (lambda f, h, w: f.equal(h, None), lambda h, w: True, lambda h, w: h),
    "stretched to unknown": (lambda f, h, w: f.stretched(h, None), lambda h, w: True, None),
    "a place": (lambda f, h, w: f.has(h, 2), lambda h, w: h > 2, None),
    "a place of 3": (lambda f, h, w: f.has(3, 2), lambda h, w: True, None),
    "a place behind 3": (lambda f, h, w: f.has(3, 3), lambda h, w: False, None),
    "factors": (lambda f, h, w: f.product((h, w), 12), lambda h, w: h * w == 12, None),
    "factors that are 1": (lambda f, h, w: f.product((h, w), 1), lambda h, w: h == w == 1, None),
    "a factor": (lambda f, h, w: f.product((h, 3), 12), lambda h, w: h == 4, None),
    "one name twice": (lambda f, h, w: f.product((h, h), 36), lambda h, w: h == 6, None),
    "no factor": (lambda f, h, w: f.product((h, 5), 12), lambda h, w: False, None),
    "nothing": (lambda f, h, w: f.product((h, w), 0), lambda h, w: False, None),
    "some": (lambda f, h, w: f.some(h - 3), lambda h, w: h > 3, None),
    "some of two": (lambda f, h, w: f.some(h - w), lambda h, w: h > w, None),
    "some of a product": (lambda f, h, w: f.some((h - 3) * w), lambda h, w: h > 3, None),
    "both below": (
        lambda f, h, w: f.some((h // 2 - 3) * (w - 3)),
        lambda h, w: (h // 2 - 3) * (w - 3) > 0,
        None,
    ),
    "not negative": (lambda f, h, w: f.not_negative(h - 3), lambda h, w: h >= 3, None),
    "unknown, not negative": (lambda f, h, w: f.not_negative(None), lambda h, w: True, None),
    "within": (lambda f, h, w: f.within(h, range(4, 9)), lambda h, w: 4 <= h < 9, None),
    "without end": (lambda f, h, w: f.within(h, range(4, 2**62)), lambda h, w: h >= 4, None),
    "stretched": (
        lambda f, h, w: f.stretched(h, w),
        lambda h, w: h == w or 1 in (h, w),
        lambda h, w: max(h, w),
    ),
    "stretched to 5": (
        lambda f, h, w: f.stretched(h, 5),
        lambda h, w: h in (1, 5),
        lambda h, w: 5,
    ),
    "stretched from 5": (
        lambda f, h, w: f.stretched(5, w),
        lambda h, w: w in (1, 5),
        lambda h, w: 5,
    ),
    "beside 1": (lambda f, h, w: f.stretched(h, 1), lambda h, w: True, lambda h, w: h),
    "a product stretched": (
        lambda f, h, w: f.stretched(h * w, 6),
        lambda h, w: h * w in (1, 6),
        lambda h, w: 6,
    ),
    "itself": (lambda f, h, w: f.stretched(h, h), lambda h, w: True, lambda h, w: h),
}


def graph(ask) -> Graph:
    """A node that asks; what goes on is its output's length."""

    def operation(flow, x):
        told = ask(flow, *x.shape)
        return Tensor((1 if told is None else told,), None, ((),))

    return Graph({"x": ("H", "W")}, (Node("a", "ask", operation, ("x",), ("y",)),), ("y",))


@pytest.mark.parametrize("name", ASKED)
def test_at_numbers_and_for_all_sizes(name):
    ask, holds, goes_on = ASKED[name]
    asking = graph(ask)
    runs = {at: ran(asking, at) for at in product(SIZES, SIZES)}
    assert [at for at, made in runs.items() if made] == [at for at in runs if holds(*at)]
    found, net = told(asking), Network(asking)
    for h, w in runs:
        if found is not None:
            fits = h in found.sets["H"] and w in found.sets["W"]
            assert (fits and all(tie.at(H=h, W=w) for tie in found.ties)) == holds(h, w)
        assert (w in net.accepts("W", H=h)) == holds(h, w)
        if holds(h, w) and goes_on:
            assert runs[h, w] == net.at(H=h, W=w) == (goes_on(h, w),)
    shape = net.output_shape if found and goes_on else None
    for h, w in [at for at in runs if holds(*at) and shape]:
        here = shape.at(H=h, W=w) if hasattr(shape, "at") else shape
        assert [n(H=h, W=w) if callable(n) else n for n in here] == [goes_on(h, w)]
    assert (found is None) == (name in OPEN)


OPEN = {"both below"}  # which sizes of one go with some of the other is not told


def told(asking: Graph):
    """The sizes that are accepted; None where that cannot be told."""
    try:
        return accepted(asking)
    except Undecided:
        return None


def test_an_open_length_is_one_of_several_numbers():
    for ask, holds in (
        (lambda f, h, w: f.one_of(h, (3, 5)), lambda h, w: h in (3, 5)),
        (lambda f, h, w: f.one_of(h * w, (6, 12, 25)), lambda h, w: h * w in (6, 12, 25)),
        (lambda f, h, w: f.one_of(h, (3,)), lambda h, w: True),  # that one is required elsewhere
    ):
        found = accepted(graph(ask))
        for h, w in product(SIZES, SIZES):
            fits = h in found.sets["H"] and w in found.sets["W"]
            assert (fits and all(tie.at(H=h, W=w) for tie in found.ties)) == holds(h, w)


def ran(asking: Graph, at: tuple) -> tuple | None:
    """The shape at two sizes; None where the node refuses."""
    try:
        flow = Flow(asking, dict(zip("HW", at, strict=True))).run()
    except ShapeError:
        return None
    return flow.tensors["y"].shape


def test_lengths_that_are_no_range_are_asked_for_in_numbers():
    asking = graph(lambda flow, h, w: flow.within(h, ()))
    with pytest.raises(Undecided, match="some lengths only are taken; received H"):
        Flow(asking, {}).run()
    assert ran(asking, (3, 3)) == (1,)


def test_a_length_that_is_not_taken_names_the_nearest():
    asking = graph(lambda flow, h, w: flow.within(h, range(4, 9)))
    for h, near in ((2, 4), (9, 8), (30, 8)):
        with pytest.raises(ShapeError, match=rf"received {h}; the nearest that works is {near}$"):
            Flow(asking, {"H": h, "W": 1}).run()


@pytest.mark.parametrize(
    ("ask", "said"),
    (
        (
            lambda f, h, w: f.has(3, 3),
            r"node a \(ask\) asks for entry 3 of a shorter axis; received 3 positions",
        ),
        (lambda f, h, w: f.not_negative(-2), "makes an axis of negative length; received -2"),
    ),
)
def test_what_numbers_refuse_is_told_with_them(ask, said):
    with pytest.raises(ShapeError, match=said):
        Flow(graph(ask), {}).run()


def test_a_number_beside_an_open_length_parts_no_ways():
    for ask in (lambda f, h, w: f.stretched(5, w), lambda f, h, w: f.stretched(w, 5)):
        assert len(Ways(graph(ask), {}).flows) == 1


def test_the_way_of_the_larger_sizes_comes_first():
    def ask(flow, h, w):
        flow.some(10 - h)
        return 7 if flow.decide(Condition(h - 9, "==")) else 8

    first, second = Ways(graph(ask), {}).flows
    assert first.sizes["H"] == 9 and second.sizes_of("H") == Sizes.interval(1, 8)


def test_a_product_that_is_held_to_be_a_number_stretches_to_it():
    flow = Flow(Graph({"x": ("H", "W")}, (), ()), {})
    flow.held = (Condition(H * W - 24, "=="),)
    assert flow.stretched(H * W, 24) == H * W and flow.requirements == []


def test_the_coarser_of_two_equal_lengths():
    flow = Flow(Graph({"x": ("H", "W")}, (), ()), {})
    flow.equal(H, W // 4 * 4)
    assert flow.coarse(H) == W // 4 * 4 and flow.coarse(W) == W


def test_a_way_that_is_not_told_matters_not_where_another_takes_all():
    """With ⌊H/2⌋ + W = 9 alone, no size of one is told."""
    shape = {"x": ("H", "W")}

    def nine(flow, x):
        flow.equal(H // 2 + W, 9)
        return x

    nodes = (Node("nine", "test", nine, ("x",), ("y",)),)
    free = Graph(shape, (Node("same", "test", lambda flow, x: x, ("x",), ("y",)),), ("y",))
    tied = Graph(shape, nodes, ("y",))
    with pytest.raises(Undecided):
        accepted(tied)
    both = Graph(shape, free.nodes, ("y",), {}, (Way({}, (), free), Way({}, (), tied)))
    assert accepted(both).sets == dict.fromkeys("HW", Sizes.every(1))


@pytest.mark.parametrize(
    ("length", "line"),
    (
        (H + W - 3, "H + W ≥ 4"),
        (H + W + 2, "H + W ≥ -1"),
        (H * W, "H·W ≥ 1"),
        (H - W, "H − 1 ≥ W"),
        (H * W - W * 2 - 1, "H·W − 2 ≥ 2W"),
    ),
)
def test_what_must_be_as_large_as_what(length, line):
    node = Node("a", "test", None, (), ())
    asked = Requirement(node, (Condition(length - 1, ">="),), (length,), ("H", "W"))
    assert str(asked) == line


def test_one_way_of_which_no_sizes_are_told_is_the_answer():
    """⌊H/2⌋ + W = 9 tells no size of one alone; of two ways each is an answer at its sizes."""

    def one(flow, h, w):
        flow.equal(h // 2 + w, 9)
        return h

    def two(flow, h, w):
        flow.equal(h // 2 + w, 9)
        return 7 if flow.decide(Condition(h - 5, ">=")) else 8

    assert Network(graph(one)).output_shape == (H,)
    shape = Network(graph(two)).output_shape
    assert (shape.at(H=4, W=7), shape.at(H=6, W=6)) == ((8,), (7,))
