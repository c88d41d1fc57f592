"""Programs on integers: the printed source, executed, is the call."""

import inspect
from functools import reduce
from operator import add, mul

import numpy
import pytest
import sympy

from shapealg import ShapeError, formulas
from shapealg.exact import INT64, integers
from shapealg.law.program import Python, evaluate, magnitude, program
from shapealg.law.proof import Count

n, m, k = sympy.symbols("n m k", integer=True)
NUMBERS = (-7, -1, 0, 1, 2, 9, 2**53 + 1, 2**63 - 1, -(10**40))
TOOLS = {"prod": lambda terms: reduce(mul, terms, 1), "sum": sum}


def examples(law):
    given = dict(law.example)
    return [
        given,
        given
        | {name: v + 1 for name, v in given.items() if name in ("n", "m") and isinstance(v, int)},
    ]


@pytest.mark.parametrize(
    "law", [law for law in formulas.laws() if law.example], ids=lambda law: law.name
)
def test_the_printed_source_is_the_call(law):
    names = [*law.signature.parameters, *([law.length.name] if law.length is not None else [])]
    made = {}
    exec(
        f"def size({', '.join(names)}):\n    return {Python(law.divisible).write(law.right)}\n",
        dict(TOOLS),
        made,
    )
    for arguments in examples(law):
        bound = law.signature.bind(**arguments)
        bound.apply_defaults()
        given = dict(bound.arguments)
        if law.length is not None:
            given[law.length.name] = length = next(
                len(v) for v in given.values() if isinstance(v, tuple | list)
            )
            given |= {
                p.name: [given[p.name]] * length
                for p in law.parameters
                if p.sequence and isinstance(given[p.name], int)
            }
        try:
            expected = law(**arguments)
        except ShapeError:
            continue  # the second example of an exact fit does not fit
        assert made["size"](**given) == expected and type(expected) in (int, bool)


@pytest.mark.parametrize(
    ("expr", "dumb"),
    (
        (sympy.floor((n + 1) / 2), lambda n: (n + 1) // 2),
        (sympy.ceiling(n / 3), lambda n: -(-n // 3)),
        (sympy.floor(n / 2 + sympy.Rational(1, 3)), lambda n: (3 * n + 2) // 6),
        (sympy.Mod(n, 5), lambda n: n % 5),
        (sympy.Max(n, 3) - sympy.Min(n, -2), lambda n: max(n, 3) - min(n, -2)),
        (-(n**2) - n, lambda n: -(n * n) - n),
        (-(n - 1), lambda n: 1 - n),
        (2 * (n - 1) * (n + 1), lambda n: 2 * (n - 1) * (n + 1)),
        (sympy.Le(n, 3, evaluate=False), lambda n: n <= 3),
        (sympy.And(n > -2, n < 9), lambda n: -2 < n < 9),
        (sympy.Or(n > 9, n < -2), lambda n: n > 9 or n < -2),
        (sympy.floor(-n / 2), lambda n: -n // 2),
        (sympy.Eq(sympy.Mod(n, 2, evaluate=False), 0, evaluate=False), lambda n: n % 2 == 0),
        (sympy.floor(sympy.floor(n / 2) / 3), lambda n: n // 2 // 3),
    ),
    ids=lambda part: "" if callable(part) else str(part),
)
def test_values_of_any_length(expr, dumb):
    assert [evaluate(expr, {"n": x}) for x in NUMBERS] == [dumb(x) for x in NUMBERS]
    small = NUMBERS[:6]
    if not isinstance(expr, sympy.And | sympy.Or):  # no law asks two things at once of arrays
        assert evaluate(expr, {"n": numpy.array(small)}).tolist() == [dumb(x) for x in small]
        assert evaluate(expr, {"n": numpy.array(NUMBERS, dtype=object)}).tolist() == [
            dumb(x) for x in NUMBERS
        ]


def test_sums_and_products_run_over_both_ends():
    i, j = sympy.symbols("i j", integer=True)
    assert evaluate(sympy.Sum(i * sympy.Sum(j, (j, 1, i)), (i, 1, n)), {"n": 4}) == sum(
        i * sum(range(1, i + 1)) for i in range(1, 5)
    )
    assert (
        evaluate(sympy.Product(i, (i, 2, n)), {"n": 5}) == 120
        and evaluate(sympy.Product(i, (i, 2, n)), {"n": 1}) == 1
        and evaluate(sympy.Sum(i, (i, 2, n)), {"n": 1}) == 0
    )
    a = sympy.IndexedBase("a", offset=-1)
    assert evaluate(sympy.Sum(a[i], (i, 1, n)), {"n": 2, "a": [10, 20, 40]}) == 30


def test_arrays_leave_64_bits_before_they_overflow():
    big = numpy.array([2**62, 1])
    assert evaluate(4 * n, {"n": big}).tolist() == [2**64, 4] and evaluate(
        n - k, {"n": -big, "k": 3 * 2**61}
    ).tolist() == [-(2**62) - 3 * 2**61, -1 - 3 * 2**61]
    # on the way: the sum overflows, the floor would bring it back
    assert evaluate(sympy.floor((3 * n + 1) / 4), {"n": numpy.array([2**62])}).tolist() == [
        (3 * 2**62 + 1) // 4
    ]
    assert evaluate(n + 1, {"n": numpy.array([1, 2])}).dtype == numpy.int64
    # a long number that the expression never meets does no harm
    assert evaluate(
        n + 1, {"n": numpy.array([1, 2]), "k": numpy.array([10**30, 1], dtype=object)}
    ).tolist() == [2, 3]


@pytest.mark.parametrize(
    "expr",
    (
        3 * n * k - 7,
        n**2 + k,
        sympy.floor((n - 9 * k) / 4) + 1,
        sympy.Max(n, k * 5),
        sympy.Mod(n, k),
        sympy.ceiling(n * k / 3),
    ),
    ids=str,
)
def test_magnitude_is_a_bound(expr):
    for a in (0, 1, 5, 9):
        bound = magnitude(expr, {"n": a, "k": a})
        assert bound < INT64 and all(
            abs(evaluate(expr, {"n": x, "k": y})) <= bound
            for x in range(-a, a + 1)
            for y in range(-a, a + 1)
            if y or not expr.has(sympy.Mod)
        )


@pytest.mark.parametrize(
    ("expr", "said"),
    (
        (n / k, "a fraction outside a floor is no integer program"),
        (sympy.sqrt(n), "a fraction outside a floor is no integer program"),
        (Count(k, k <= n), "a bound variable has no program"),
        (sympy.sin(n), "an expression of integer operations is needed"),
        (sympy.Float(1.5) * n, "an expression of integer operations is needed"),
        (n + sympy.Rational(1, 2), "a fraction outside a floor is no integer program"),
    ),
    ids=str,
)
def test_no_program_with_a_fraction_or_a_float(expr, said):
    with pytest.raises(ShapeError, match=said):
        program(expr, ("k", "n"))


def test_an_exact_division_needs_to_be_promised():
    assert program(3 * n / k, ("n", "k"), divisible=((n, k),))(8, 4) == 6
    with pytest.raises(ShapeError):
        program(m / k, ("m", "k"), divisible=((n, k),))


def test_a_program_sees_no_builtins():
    assert program(n + 1, ("n",)).__globals__["__builtins__"] == {}
    assert inspect.signature(program(n + k, ("k", "n"))).parameters.keys() == {"k", "n"} and add


def test_strangers_become_integers_and_come_back():
    x = sympy.Symbol("x")
    renamed, back = integers({"n": x + n, "k": [x, 3]})
    (dummy,) = back
    assert dummy.is_integer and back[dummy] == x and renamed == {"n": dummy + n, "k": [dummy, 3]}
