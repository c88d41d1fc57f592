"""An order of two sizes, and what follows from it: held against counting."""

import random

import pytest

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.network.order import Order, ordered
from shapealg.network.pinned import pinned

MOST = 60  # sizes are counted up to this; the lengths below reach their bounds well before


def drawn(chance: random.Random, name: str) -> Length:
    """A length of one size that rises: factor·⌊(a·n + b)/p⌋ + c."""
    a, p, factor = (chance.randint(1, 4) for _ in range(3))
    b, c = chance.randint(-3, 7), chance.randint(-2, 3)
    return (Length.of(name) * a + b) // p * factor + c


def holds(order: Order, h: int, w: int) -> bool:
    return order.below(H=h) <= order.above(W=w)


@pytest.mark.parametrize("seed", range(40))
def test_what_an_order_implies_holds_at_every_pair(seed):
    chance = random.Random(seed)
    held, asked = (Order(drawn(chance, "H"), drawn(chance, "W")) for _ in range(2))
    sizes = Sizes.classes(chance.randint(1, 3), (0,), 0) & Sizes.interval(1, MOST // 2)
    pairs = [(h, w) for h in range(1, 10 * MOST) for w in sizes.exceptions or range(1, MOST)]
    broken = [pair for pair in pairs if holds(held, *pair) and not holds(asked, *pair)]
    if held.implies(asked, sizes):
        assert not broken
    elif held.below.terms.keys() == asked.below.terms.keys():
        # the largest size that the first order lets H be may be no size at all: then nothing is
        # implied, though no pair breaks it
        assert broken or min(held.above(W=w) for w in sizes.exceptions) < held.below(H=1)


@pytest.mark.parametrize("seed", range(40))
def test_the_bounds_of_an_order_are_the_sizes_that_have_a_partner(seed):
    chance = random.Random(seed)
    order = Order(drawn(chance, "H"), drawn(chance, "W"))
    others = Sizes.interval(chance.randint(1, 9), chance.randint(10, 20))
    partners = [w for w in range(1, MOST) if any(holds(order, h, w) for h in others.exceptions)]
    assert [w for w in range(1, MOST) if w in order.bounds("W", others)] == partners
    partners = [h for h in range(1, MOST) if any(holds(order, h, w) for w in others.exceptions)]
    assert [h for h in range(1, MOST) if h in order.bounds("H", others)] == partners


def test_the_same_order_said_in_four_ways():
    h, w = Length.of("H"), Length.of("W")
    said = [
        Condition(w - h, ">="),
        Condition(w - h + 1, ">"),
        Condition(h - w, "<="),
        Condition(h - w - 1, "<"),
    ]
    assert {Order.of(condition) for condition in said} == {Order(h, w)}


def test_what_is_no_order_says_nothing():
    h, w = Length.of("H"), Length.of("W")
    assert Order.of(Condition(h * w - 9, ">=")) is None
    assert Order.of(Condition(h + w - 9, ">=")) is None
    assert Order.of(Condition(h - w, "==")) is None
    assert Order.of(Condition(h - 9, ">=")) is None


def test_a_coarser_order_is_decided_and_its_denial_too():
    h, w = Length.of("H"), Length.of("W")
    held = (Condition((w + 3) // 4 - (h + 3) // 4, ">="),)
    coarse = Condition((w + 7) // 8 - (h + 7) // 8, ">=")

    def every(_):
        return Sizes.every(1)

    assert ordered(held, coarse, every) is True
    assert ordered(held, coarse.denied, every) is False
    assert ordered(held, Condition(w // 3 - h // 3, ">="), every) is None


@pytest.mark.parametrize("seed", range(30))
def test_a_pinned_length_is_the_same_number(seed):
    chance = random.Random(seed)
    low = chance.randint(1, 30)
    finite = Sizes.interval(low, low + chance.randint(0, 5))
    length = drawn(chance, "H") * drawn(chance, "W") + (5 - Length.of("H") // 3) * Length.of("W")
    made = pinned(length, {"H": finite}.get)
    for h in finite.exceptions:
        for w in (1, 2, 5, 17):
            at = made if isinstance(made, int) else made(H=h, W=w)
            assert at == length(H=h, W=w)


def test_what_lies_under_two_floors_implies_nothing():
    """⌊(⌊2/2⌋ + 2)/3⌋ = 1, and 2 is above 1."""
    h, w = Length.of("H"), Length.of("W")
    assert not Order((h // 2 + h) // 3, w).implies(Order(h, w))
