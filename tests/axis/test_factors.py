"""Products taken apart without SymPy: as SymPy takes them apart, or not at all."""

import random

import sympy

from shapealg.axis.divisors import divisors, primes
from shapealg.axis.factors import lines
from shapealg.axis.length import Length

H, W, T = map(Length.of, "HWT")
ATOMS = (H, W, T, H // 2, (W + 1) // 4, T // 3)
ORDER = sorted(next(iter(atom.terms))[0] for atom in ATOMS)  # SymPy's order is that of the names


def drawn(chance: random.Random):
    """A product of one to three sums, and a number."""
    made = chance.choice((1, 2, -1, -6, 512))
    for _ in range(chance.randint(1, 3)):
        factor = chance.choice(ATOMS) * chance.randint(1, 3) + chance.randint(-3, 3)
        if chance.random() < 0.4:
            factor = factor + chance.choice((H, W, T)) * chance.randint(-2, 2)
        made = factor * made
    return made


def test_a_product_comes_apart_as_sympy_has_it():
    chance, apart = random.Random(7), 0
    for _ in range(600):
        product = drawn(chance)
        if type(product) is int or (found := lines(product.terms)) is None:
            continue
        apart += 1
        number, parts = found
        whole = number
        for part in parts:
            whole = Length(dict(part)) * whole
        assert whole == product
        of_sympy = sympy.factor_list(polynomial(product))
        assert number == of_sympy[0]
        assert len(parts) == sum(times for _, times in of_sympy[1])
        assert {polynomial(Length(dict(p))) for p in parts} == {f for f, _ in of_sympy[1]}
    assert apart > 300


def polynomial(length):
    """The length with a symbol for each of its atoms."""
    total = sympy.Integer(0)
    for monomial, factor in length.terms.items():
        total += factor * sympy.prod(sympy.Symbol(f"a{ORDER.index(atom)}") for atom in monomial)
    return total


def test_what_may_hide_a_factor_is_left():
    assert lines(((H + W) * (W + T)).terms) is None
    assert lines((H * H - W).terms) is None


def test_the_length_asks_either():
    assert ((H + W) * (W + T) * 6).factors() in ([6, H + W, W + T], [6, W + T, H + W])
    assert (6 * (H + 1) * W).factors() == [6, H + 1, W]


def test_primes_and_divisors_are_those_that_divide():
    for n in range(1, 400):
        dividing = [d for d in range(1, n + 1) if n % d == 0]
        assert divisors(n) == dividing
        assert primes(n) == [p for p in dividing[1:] if not any(p % q == 0 for q in range(2, p))]
