"""What an operation may require of lengths: the sizes that meet it, and the length that goes on,
held against counting pairs of sizes.
"""

from itertools import product

import pytest

from shapealg import ShapeError
from shapealg.errors import Undecided
from shapealg.network.accepts import accepted
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.tensor import Tensor

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
