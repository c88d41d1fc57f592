"""The tests' own counting, where it could lie: a count that stops early looks like an answer."""

from math import inf

import sympy
from dumb import FAR, reader

from shapealg.law.proof import Count

j, n = sympy.symbols("j n", integer=True)


def test_a_count_goes_on_past_eighty():
    below = reader(Count(j, sympy.Lt(j, n, evaluate=False)))
    assert [below({"n": number}) for number in (0, 80, 81, 119)] == [0, 80, 81, 119]


def test_a_count_without_end_is_no_number():
    assert reader(Count(j, sympy.Ge(j, n, evaluate=False)))({"n": 3}) == inf
    assert reader(Count(j, sympy.Lt(j, n, evaluate=False)))({"n": FAR}) == inf
