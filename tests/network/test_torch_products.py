"""What of a condition on a product of several sizes can be said of one of them alone."""

import pytest

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network.readers.torch.product import Product

H, W = Length.of("H"), Length.of("W")
MOST = 40


def product(length, relation="=="):
    return Product.of(Condition(length, relation))


@pytest.mark.parametrize(
    ("length", "number"),
    ((H * W - 12, 12), (12 - H * W, 12), (H * W * 3 - 12, 4), (H // 2 * W - 6, 6), (H * W - 1, 1)),
)
@pytest.mark.parametrize("relation", ("==", "!="))
def test_each_factor_divides_the_number(length, number, relation):
    made = product(length, relation)
    assert made.number == number
    assert sorted(factor.names for factor in made.factors) == [("H",), ("W",)]
    for factor in made.factors:
        (name,), told = factor.names, made.sizes(factor)
        for n in range(1, MOST):
            value = factor(**{name: n})
            assert (n in told) == (value > 0 and number % value == 0), (factor, n)


@pytest.mark.parametrize("length", (H * W * 4 - 6, H * W + 3, H * W + 1, 2 - H * W * 5))
def test_a_product_that_is_no_such_number(length):
    assert product(length) is False
    assert not any(length(H=h, W=w) == 0 for h in range(1, MOST) for w in range(1, MOST))


@pytest.mark.parametrize("length", (H * W, H * W + H - 3, H * H - 4, H * H * W - 4))
def test_what_is_no_product_that_is_a_number(length):
    assert product(length) is None


def test_only_whether_they_are_equal_is_asked():
    assert product(H * W - 12, ">") is None and product(H * W - 12, "<=") is None
    assert product(((H - 3) // 2) * W - 6) is None  # one that may be below 0


def test_numbers_beyond_a_million_are_not_taken_apart():
    assert product(H * W - 2**20).number == 2**20
    assert product(H * W - 2**20 - 1) is None
