"""What a graph works out about its own sizes, held against Python's fractions at many sizes."""

import math
import operator
from fractions import Fraction
from itertools import product

import numpy
import pytest

from shapealg.axis.condition import ASKED
from shapealg.axis.length import Length
from shapealg.axis.scaled import EXACT
from shapealg.errors import ShapeError, Undecided
from shapealg.network import numbers
from shapealg.network.ratio import Ratio

H = Length.of("H")
SIZES = (1, 2, 3, 4, 5, 9, 16)
WHOLE = (-7, -2, -1, 0, 1, 2, 3, 8)
LENGTHS = (H, H * 3 - 5, H // 2, -H)
RATIOS = (Ratio.of(H).times(0.5), Ratio.of(H * 3 + 1).over(4), Ratio.of(-H).over(4), Ratio.of(H))
FLOATS = (-1.5, -0.25, 0.5, 0.75, 2.0)
ALL = (*WHOLE, *LENGTHS, *RATIOS, *FLOATS)


def put(value, h: int):
    """A number at a size."""
    if isinstance(value, Ratio):
        return Fraction(put(value.length, h), value.below)
    return Fraction(value(H=h) if isinstance(value, Length) else value)


def agrees(ask, f, *given) -> list:
    """What is told, size by size; where it is a number, it is Python's."""
    told = []
    for h in SIZES:
        token = ASKED.set(lambda condition, h=h: condition.at(H=h))
        try:
            told.append(asked(ask, *given))
        finally:
            ASKED.reset(token)
        if told[-1] is not None:
            try:
                wanted = f(*(put(value, h) for value in given))
            except ZeroDivisionError:  # no graph runs at this size
                continue
            wanted = float(wanted) if isinstance(told[-1], float) else wanted
            assert put(told[-1], h) == wanted, (given, h)
    return told


def asked(ask, *given):
    """What is answered; None where it is refused."""
    try:
        return ask(*given)
    except ShapeError:
        return None


def cut(a: Fraction) -> int:
    return math.trunc(a)


# what is told of which: any numbers, whole ones, or lengths and ratios beside plain numbers
def plain(a, b) -> bool:
    return not (isinstance(a, Length | Ratio) and isinstance(b, Length | Ratio))


def whole(a, b) -> bool:
    return isinstance(a, int | Length) and isinstance(b, int) and (b > 0 or isinstance(a, int))


TWO = {
    "add": (operator.add, lambda a, b: True),
    "subtract": (operator.sub, lambda a, b: True),
    "multiply": (operator.mul, lambda a, b: plain(a, b) or not isinstance(a, Ratio)),
    "floor_divide": (operator.floordiv, lambda a, b: isinstance(b, int) and b > 0),
    "remainder": (operator.mod, lambda a, b: whole(a, b) and b > 0),
    "divide": (operator.truediv, lambda a, b: isinstance(b, int | float) and b),
    "modulo": (operator.mod, lambda a, b: whole(a, b) and b),
    "quotient": (lambda a, b: cut(a / b), lambda a, b: whole(a, b) and b),  # of whole numbers
    "remainder_of_c": (lambda a, b: a - cut(a / b) * b, lambda a, b: whole(a, b) and b),
}
LEFT = {
    "multiply": (Ratio,),  # no product of two, and of a ratio and a length
    "floor_divide": (Ratio,),
    "quotient": (Ratio, float),
}


@pytest.mark.parametrize("name", TWO)
def test_two_numbers(name):
    f, told = TWO[name]
    for a, b in product(ALL, ALL):
        if isinstance(b, LEFT.get(name, ())) or (name == "floor_divide" and isinstance(b, float)):
            continue
        both = isinstance(a, int | Length) and isinstance(b, int | Length)
        here = f if both or name != "quotient" else operator.truediv
        made = agrees(getattr(numbers, name), here, a, b)
        left = isinstance(a, LEFT.get(name, ())) or not told(a, b)
        assert left or None not in made, (a, b)


@pytest.mark.parametrize("sign", ["minimum", "maximum"])
def test_the_smaller_and_the_larger(sign):
    ask, f = getattr(numbers, sign), min if sign == "minimum" else max
    for a, b in product(ALL, ALL):
        assert None not in agrees(ask, f, a, b)
    for one in (H, RATIOS[0]):
        for far in (2**53, 2**60, math.inf, -(2**53), -math.inf):
            wanted = one if (far > 0) == (sign == "minimum") else far
            assert ask(one, far) is wanted and ask(far, one) is wanted
    assert ask(math.nan, 1.0) is None and ask(1.0, math.nan) is None and ask(H, math.nan) is None


ONE = {
    "floors": math.floor,
    "ceils": math.ceil,
    "float_floors": math.floor,
    "float_ceils": math.ceil,
    "to_whole": cut,
    "absolute": abs,
    "negative": lambda a: -a,
    "positive": lambda a: max(a, 0),
    "double": lambda a: a,
    "single": lambda a: a,
}


@pytest.mark.parametrize("name", ONE)
def test_one_number(name):
    for a in ALL:
        made = agrees(getattr(numbers, name), ONE[name], a)
        if name in ("float_floors", "float_ceils", "double", "single") or (
            name in ("absolute", "positive") and isinstance(a, float | Ratio)
        ):
            assert all(isinstance(each, float | Ratio) for each in made)
        else:
            whole = name in ("floors", "ceils", "to_whole")
            assert all(isinstance(n, int | Length) if whole else n is not None for n in made)
    for a in (*WHOLE, *FLOATS, H, H // 2, *RATIOS[:2]):  # sizes are not negative
        assert None not in agrees(numbers.cut, cut, a)


def test_a_sign_is_told_where_it_is_the_same_at_every_size():
    for a in (*WHOLE, *FLOATS, H, -H, H // 2 + 1, Ratio.of(H).over(4), Ratio.of(-H)):
        assert None not in agrees(numbers.sign, lambda a: (a > 0) - (a < 0), a)
        assert None not in agrees(numbers.truth, bool, a)
        assert isinstance(numbers.sign(a), float if isinstance(a, float | Ratio) else int)
    for a in (H - 3, H // 2, Ratio.of(H - 3)):
        assert numbers.sign(a) is None and numbers.truth(a) is None
    assert numbers.sign(math.nan) is None


COMPARED = {
    "equals": operator.eq,
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
}


@pytest.mark.parametrize("name", COMPARED)
def test_comparisons(name):
    for a, b in product(ALL, ALL):
        assert None not in agrees(getattr(numbers, name), COMPARED[name], a, b), (a, b)
    assert getattr(numbers, name)(Ratio.of(H), math.inf) is None


def test_rounding_goes_to_the_even_neighbour():
    for a in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.75, 3.0):
        made = numbers.float_rounds(a)
        assert made == numpy.round(a) and isinstance(made, float)
    assert numbers.float_rounds(Ratio.of(H)) == Ratio.of(H)
    assert numbers.float_rounds(Ratio.of(H).over(2)) is None
    for ask in (numbers.float_rounds, numbers.float_floors, numbers.float_ceils):
        assert ask(math.inf) == math.inf and math.isnan(ask(math.nan))


def test_single_precision_is_numpys():
    large = (2.0**127, 2.0**127 + 2.0**80, 3.5e38, -1e300, math.inf, -math.inf)
    for a in (0.1, 1 / 3, 1e-45, 16777217, 1e30, *large):
        with numpy.errstate(over="ignore"):
            assert numbers.single(a) == float(numpy.float32(a)) and numbers.double(a) == float(a)
    assert math.isnan(numbers.single(math.nan))
    assert numbers.to_whole(math.inf) is None and numbers.to_whole(math.nan) is None


def test_a_float_remainder_has_the_sign_of_what_is_divided():
    for a, b in product(FLOATS, (-2, 1, 0.5, -0.75)):
        assert numbers.remainder_of_c(a, b) == math.fmod(a, b)


@pytest.mark.parametrize("name", TWO)
def test_nothing_is_divided_by_0(name):
    if name not in ("add", "subtract", "multiply"):
        for a in (3, H, 1.5):
            assert getattr(numbers, name)(a, 0) is None


def test_a_length_by_itself_and_by_its_factor():
    for ask in (numbers.floor_divide, numbers.quotient):
        assert ask(H + 1, H + 1) == 1 and ask(H * (H + 1), H + 1) == H and ask(3, H) is None
    assert numbers.divide(H, H) == 1 and numbers.divide(3, H) is None
    assert numbers.quotient(H + 1, H) is None
    assert numbers.floor_divide(H, 0.5) == H * 2 and numbers.floor_divide(Ratio.of(H), 2) == H // 2


def test_rows_are_computed_place_by_place():
    assert numbers.add((1, H), 2) == (3, H + 2) == numbers.add((2,), (1, H))
    assert numbers.add((1, 2), (3, 4)) == (4, 6) and numbers.add((1, None), 1) == (2, None)
    assert numbers.add((1, 2), (1, 2, 3)) is None and numbers.add(None, (1,)) is None
    assert numbers.add((1,), (2,)) == (3,) and numbers.add((), ()) == ()
    assert numbers.choose((True, False), (1, 2), H) == (1, H)
    assert numbers.opposite((True, 0)) == (False, True)


def test_integers_of_so_many_bits():
    short = numbers.within(-128, 127)
    assert short((-128, 127, -129, 128, 1.9, H)) == (-128, 127, None, None, 1, None)


def test_numbers_that_are_too_long_are_refused_at_once():
    """4096 bits are as many as a number may have; 2^4095 has them."""
    most = 2**4095
    assert numbers.raised(2, 4095) == most == numbers.multiply(2**2000, 2**2095)
    assert numbers.bounded(most) == most and numbers.add(most, -1) == most - 1
    for ask in (
        lambda: numbers.raised(2, 4097),
        lambda: numbers.raised(10**1000, 10**9),
        lambda: numbers.multiply(2**4000, 2**96),
        lambda: numbers.add(most, most),
    ):
        with pytest.raises(Undecided, match=r"received about 2\^\d+; at most 4096 bits work"):
            ask()
    assert numbers.raised(H, 2) == H * H and numbers.raised(0.5, 2) == 0.25


def test_a_ratio_stays_exact_or_is_not_told():
    assert Ratio.of(H).plus(Fraction(1, EXACT)) == Ratio(H * EXACT + 1, EXACT)
    assert Ratio.of(H).plus(Fraction(1, 2 * EXACT)) is None
    tenth = 0.1  # a double whose products are rounded
    assert Ratio(H, 6).times(4) == Ratio(H * 4, 6) and Ratio(H, 7).times(8) == Ratio(H * 8, 7)
    assert Ratio(H, 7).times(7) is None and Ratio(H, 6).times(1.5) is None  # 29 / 7 * 7 > 29
    for ask in (Ratio.of(H).times, Ratio.of(H).plus):
        assert ask(tenth) is None
    assert Ratio.of(H).over(0) is None and Ratio.of(Ratio.of(H)) == Ratio.of(H)
    for a, b in product(RATIOS, RATIOS):
        assert None not in agrees(Ratio.plus, operator.add, a, b)


def test_whole_numbers_stay_whole_and_others_do_not():
    for a, made in ((-3, 0), (3, 3), (-2.5, 0.0), (2.5, 2.5)):
        told = numbers.positive(a)
        assert told == made and type(told) is type(made)
    for a, b, made in ((7, 2, 3), (-7, 2, -3), (7.5, 2, 3.75), (7, 2.0, 3.5), (-7.0, 2, -3.5)):
        assert numbers.quotient(a, b) == made


def test_a_length_modulo_a_negative_number():
    assert None not in agrees(numbers.modulo, operator.mod, H, -3)


def test_what_may_have_either_sign_is_not_cut():
    """(H − W)/2 is rounded up where W is the larger one."""
    difference = H - Length.of("W")
    assert numbers.quotient(difference, 2) is None and numbers.quotient(7, H) is None
    assert numbers.quotient(H + Length.of("W"), 2)(H=4, W=3) == 3
    for a in (Ratio.of(H).times(0.5), 1.5):
        assert numbers.remainder_of_c(a, H) is None


@pytest.mark.parametrize("single", (False, True))
def test_a_number_too_large_for_a_float_is_infinite(single):
    assert numbers._to_float(single, 10**400) == math.inf
    assert numbers._to_float(single, -(10**400)) == -math.inf
    assert numbers._to_float(True, -1e300) == -math.inf
    assert numbers._to_float(single, 0.5) == 0.5


def test_a_ratio_is_written_with_brackets_where_it_needs_them():
    assert str(Ratio.of(H).over(4)) == "H/4" and str(Ratio.of(H * 3 + 1).over(4)) == "(3H + 1)/4"
