"""A size, a fraction of sizes or a truth about sizes, as PyTorch takes them.

`torch.SymInt(Number(…))` is a size like any other, and PyTorch's own shape rules work with it.
"""

import operator
import sys
from fractions import Fraction
from math import isfinite, isinf, isqrt, sqrt

from shapealg.axis.condition import OPPOSITE, Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.scaled import Scaled
from shapealg.errors import ShapeError, Undecided
from shapealg.network import numbers
from shapealg.network.ratio import Ratio
from shapealg.text import Text

HALF = 1 / 2
SIMPLE = 2**10  # no simple fraction is of smaller parts
MANY = 2**6  # so many quotients of a number by lengths are told apart
FEW = 2**2  # and of one length by another
LARGE = range(10**6, 10**6 + 2**7)  # sizes at which these are looked for


class Unanswered(AttributeError):
    """What a PyTorch asks that is not known here."""


class NoGuess:
    """What PyTorch asks for the size that an open one is likely to be."""

    def optimization_hint(self, _, fallback=None):
        """Likely none."""
        return fallback


class Number:
    """What PyTorch calls a SymNode.

    Args:
        value: an int, a `Length`, a float, a `Ratio`; of truths a bool or a `Condition`.
        run: the run in which it is asked; it decides what depends on sizes.
        pytype: int, float or bool, as PyTorch asks for it.

    Attributes:
        either: of a truth, whether any answer does where the two that are compared are equal.
        fraction: above and below, of a quotient of lengths that no formula tells.
        about: the same of its product with a size; that is rounded once more, so it tells an order,
            and not whether two are equal.
        scaled: of a product with a float that is rounded, the length and the factor.
    """

    def __init__(self, value, run, pytype=int):
        self.value, self.run, self.pytype = value, run, pytype
        self.either, self.fraction, self.about, self.scaled = False, None, None, None

    def __repr__(self) -> str:
        return str(self.value)

    def __getattr__(self, name):
        """A question of another version of PyTorch, named."""
        raise Unanswered(f"shapealg's SymNode does not answer {name}")

    # ------------------------------------------------------------ what it is

    def is_int(self) -> bool:
        return self.pytype is int

    def is_float(self) -> bool:
        return self.pytype is float

    def is_bool(self) -> bool:
        return self.pytype is bool

    def is_nested_int(self) -> bool:
        """No; though PyTorch hashes such only, and models keep sizes as keys."""
        return sys._getframe(1).f_code.co_name == "__hash__"

    def nested_int(self):
        if sys._getframe(1).f_code.co_name != "__hash__":
            return None
        return hash((self.value, self.run.serial))  # what a model caches is of one run only

    def is_symbolic(self) -> bool:
        return True

    def is_constant(self) -> bool:
        """Whether it is a truth that is known: it comes out as a `bool`, which some calls want."""
        return type(self.value) is bool

    def singleton_int(self):
        return None

    def maybe_as_int(self):
        return self.value if type(self.value) is int else None

    constant_int = maybe_as_int

    def constant_bool(self):
        return self.value if type(self.value) is bool else None

    def constant_float(self):
        return self.value if type(self.value) is float else None

    def has_hint(self) -> bool:
        return False

    @property
    def hint(self):
        return None

    _hint = hint

    @property
    def expr(self):
        """Who asks this wants to know whether it is a number already; a symbol is none."""
        import sympy

        return sympy.Symbol(f"_{abs(hash(str(self.value)))}", integer=True)

    @property
    def shape_env(self):
        """Nothing that PyTorch might keep in mind; who wants a guess of a size is told none."""
        return NoGuess() if sys._getframe(1).f_code.co_name == "optimization_hint" else None

    def clone(self):
        return self

    def str(self):
        return repr(self)

    _graph_repr = str

    # ------------------------------------------------------------ made of numbers

    def wrap_int(self, value):
        return Number(value, self.run, int)

    def wrap_float(self, value):
        return Number(value, self.run, float)

    def wrap_bool(self, value):
        return Number(value, self.run, bool)

    def _made(self, value, pytype=int):
        """A number; where no formula tells it, a size of a name of its own."""
        made = self.run.nameless() if value is None else self.run.pinned(value)
        return Number(made, self.run, pytype)

    def _worked(self, function, *others, pytype=None):
        values = [self.value, *(other.value for other in others)]
        if pytype is None:
            pytype = float if any(n.pytype is float for n in (self, *others)) else int
        try:
            made = function(*values)
        except Undecided:  # one that is too large is told, not lost
            raise
        except (TypeError, ValueError, ArithmeticError):
            made = None
        return self._made(made, pytype)

    def add(self, other):
        return self._worked(numbers.add, other)

    def sub(self, other):
        return self._worked(numbers.subtract, other)

    def mul(self, other):
        made = self._worked(numbers.multiply, other)
        for one, factor in ((self, other.value), (other, self.value)):
            about = one.fraction or one.about
            if about is not None and isinstance(factor, Length):
                made.about = numbers.multiply(about[0], factor), about[1]
            if type(factor) is float and type(one.value) is Length:
                made.scaled = one.value, factor
        return made

    def neg(self):
        return self._worked(numbers.negative)

    def abs(self):
        return self if self.run.ask(_compared(self.value, 0, ">=")) else self.neg()

    def floordiv(self, other):
        if float in (self.pytype, other.pytype):
            return self.truediv(other).floor()
        made = self._quotient(other)
        return made if made is not None else self._made(None)

    int_floordiv = floordiv

    def _quotient(self, other):
        a, b = self.value, self.run.pinned(other.value)
        self._divided_by(b)
        if isinstance(a, Length) and isinstance(b, Length):
            a, b = _cancelled(a, b)
        if isinstance(b, Length) and not _divides(a, b):
            # a quotient of lengths where one is below the other, or exactly so many times it
            if type(a) is int and not self.run.entered:
                return self._times(a, b)
            if type(a) is int and a >= 0 and self.run.likely(Condition(b - a, ">")):
                return self._made(0)
            made = self.run.quotient(a, b)
            if made is None and isinstance(a, Length) and _divides(a := self.run.alike(a, b), b):
                made = a // b
            if made is None and not self.run.entered:
                made = self._ratio(a, b)
            if made is None and len(b.names) == 1:
                self.run.by_value(b)
            return None if made is None else self._made(made)
        if type(b) is int and b < 0:
            return self.neg()._quotient(other.neg())
        if not isinstance(a, int | Length) or not b:
            return None
        return self._made(a)._worked(operator.floordiv, self.wrap_int(b))

    def is_integer(self):
        """Whether a fraction is a whole number."""
        value, zero = self.value, self.wrap_int(0)
        if self.fraction is not None:
            above, below = map(self.wrap_int, self.fraction)
            return above.mod(below).eq(zero)
        if isinstance(value, Length | Ratio) and self.run.is_nameless(value):
            return self._made(None).eq(zero)
        if isinstance(value, Ratio):
            return self._made(value.length % value.below).eq(zero)
        return self.wrap_bool(type(value) is not float or value.is_integer())

    def _divided_by(self, value) -> None:
        """Refuse to divide by 0, as Python does."""
        if value == 0 or (isinstance(value, Length) and self.run.zero(value)):
            raise ZeroDivisionError("division by zero")

    def _times(self, number: int, length: Length):
        """How many times a length, that is not 0, goes into a number: it is for the large sizes
        that it goes 0 times, and each other answer, or each of few lengths, has its sizes.
        """
        if not self.run.ask(Condition(length, ">")):
            number, length = -number, -length
        for times in range(min(isqrt(abs(number)) + 1, MANY)):
            if number >= 0 and self.run.ask(Condition(length * (times + 1) - number, ">")):
                return self._made(times)
            if number < 0 and self.run.ask(Condition(length * (times + 1) + number, ">=")):
                return self._made(-times - 1)
        self.run.by_value(length)
        raise self.run.untold(
            Text(
                zh="forward 的走向取决于一个数含有多少个这样的长度",
                en="which way forward goes depends on how often a length goes into a number",
            ),
            f"{number}//({length})",
        )

    def _ratio(self, above: Length, below: Length) -> int | None:
        """How many times a length goes into another of the same size, where that does not grow:
        ⌊⌈H/8⌉ / ⌈H/56⌉⌋ is 7 or 6, and less at small sizes; each answer has its sizes.
        """
        if len({*above.names, *below.names}) > 1:
            return None
        run, (name,) = self.run, below.names
        if not run.ask(Condition(below, ">")):
            above, below = -above, -below
        far = [(above(**{name: n}), below(**{name: n})) for n in LARGE]
        likely = {a // b for a, b in far if b}
        for times in sorted(likely, reverse=True) if len(likely) <= FEW else ():
            rest = above - below * times
            if run.ask(_compared(rest, 0, ">=")) and run.ask(_compared(rest - below, 0, "<")):
                return times
        return None

    def mod(self, other):
        a, b = self.value, other.value
        if isinstance(a, int | Length) and type(b) is int and b > 0:
            return self._worked(operator.mod, other)
        return self.sub(self.floordiv(other).mul(other))

    def pow(self, other):
        return self.sqrt() if other.value == HALF else self._worked(numbers.raised, other)

    def sqrt(self):
        """The root: of what is a square at all sizes, the length that it is the square of."""
        if not isinstance(self.value, Length):
            return self._worked(lambda n: sqrt(n) if isinstance(n, int | float) else None)
        root = _root(self.value)
        told = root is not None and self.run.always(_compared(root, 0, ">="))
        if root is None and len(self.value.names) == 2:
            one, other = sorted(self.value.names)
            alike = self.value(**{other: Length.of(one)})
            if isinstance(alike, Length) and _root(alike) is not None:
                self.run.alike_names = one, other
        return self._made(root if told else None, float)

    sym_sqrt = sqrt
    pow_by_natural = float_pow = pow

    def lshift(self, other):
        return self._worked(lambda a, b: a * 2**b, other)

    def rshift(self, other):
        return self._worked(lambda a, b: a // 2**b, other)

    def bitwise_and(self, other):
        return self._worked(_common_bits, other)

    def bitwise_or(self, other):
        return self._worked(lambda a, b: a + b - _common_bits(a, b), other)

    def bitwise_xor(self, other):
        return self._worked(lambda a, b: a + b - _common_bits(a, b) * 2, other)

    def truediv(self, other):
        self._divided_by(self.run.pinned(other.value))
        made = self._worked(numbers.divide, other, pytype=float)
        above, below = self._exact(), other._exact()
        if above and below and isinstance(below[0], Length):
            made.fraction = above[0] * below[1], below[0] * above[1]
        return made

    def _exact(self) -> tuple | None:
        """Above and below, of what no rounding has touched: a length, so many halves of one, or
        parts of one that come out even on this way.
        """
        value = self.value
        if not isinstance(value, Ratio):
            return (value, 1) if isinstance(value, int | Length) else None
        if self.run.always(_compared(value.length % value.below, 0, "==")):
            return value.length // value.below, 1
        return None if value.below & value.below - 1 else (value.length, value.below)

    int_truediv = float_truediv = truediv

    def sym_float(self):
        return Number(self.value, self.run, float)

    def floor(self):
        return self._rounded(self._cut(), numbers.floors)

    def ceil(self):
        told = self._parts(-1)
        return self._rounded(told and told.neg(), numbers.ceils)

    def trunc(self):
        told = self._cut()
        below = told is None and self._below_0()
        return self._rounded(told, numbers.ceils if below else numbers.cut)

    def _below_0(self) -> bool:
        """Whether a fraction that is cut lies below 0; without a formula it does not matter."""
        if not isinstance(self.value, Ratio) or self.run.is_nameless(self.value):
            return False
        return self.run.ask(_compared(self.value.length, 0, "<"))

    def _rounded(self, told, function):
        """What is told of it, or else a number rounded; no fraction is its own integer."""
        if told is None and (self.fraction or self.about):
            return self._made(None)
        return self._worked(function, pytype=int) if told is None else told

    def _parts(self, sign: int = 1):
        """How often a length goes into another, by a quotient that is rounded: below 2**53 that
        comes across no integer; `None` where it is none, or no formula tells it.
        """
        upright = self._upright("==")
        if upright is None:
            return None
        above, below = upright
        return self._made(above * sign)._quotient(self._made(below))

    def _cut(self):
        """A length times a factor, rounded as floating point does and cut to an integer; a quotient
        of lengths that is not negative.
        """
        if self.fraction and self.run.always(_compared(self.fraction[0], 0, ">=")):
            return self._parts()
        length, factor = self.scaled or (0, 0)
        if factor <= 0 or not isfinite(factor) or (law := Scaled.of(factor).law) is None:
            return None
        if self.run.always(Condition(length, ">=")) is not True:  # of an unknown one it is not
            return None
        return self._made(length * law.numerator // law.denominator)

    sym_floor, sym_ceil, sym_int = floor, ceil, trunc

    def round(self, ndigits=None):
        """To the nearest; of two equally near, as Python has it, the even one."""
        value = self.value
        if ndigits is not None and isinstance(value, Length | Ratio):
            whole = (value.below if isinstance(value, Ratio) else 1) == 1 and ndigits >= 0
            return self if whole else self._made(None, self.pytype)  # no length has decimals
        if ndigits is not None:
            return self._worked(lambda n: round(n, ndigits))
        if not isinstance(value, Ratio):
            return self._worked(lambda n: n if isinstance(n, Length) else round(n), pytype=int)
        half, odd = divmod(value.below, 2)
        if half and not odd:  # it may lie in the middle, above an even number
            middle = _compared(value.length % (2 * value.below), half, "==")
            if self.run.ask(middle):
                return self._worked(Ratio.floor, pytype=int)
        return self._worked(lambda n: n.plus(HALF).floor(), pytype=int)

    def sym_min(self, other):
        return self._worked(numbers.minimum, other)

    def sym_max(self, other):
        return self._worked(numbers.maximum, other)

    def sum(self, others):
        """All of them added up."""
        made = self.wrap_int(0)
        for one in others:
            made = made.add(one)
        return made

    sym_sum = sum

    # ------------------------------------------------------------ truths

    def _truth(self, other, relation):
        if bool in (self.pytype, other.pytype):  # `(h > w) == self.upright`
            return self._counted()._truth(other._counted(), relation)
        mine = self._upright(relation)
        theirs = mine and (other._upright(relation) or _simple(other.value))
        if mine and theirs:
            one, two = numbers.multiply(mine[0], theirs[1]), numbers.multiply(theirs[0], mine[1])
            return self.wrap_int(one)._truth(self.wrap_int(two), relation)
        found = _compared(self.value, other.value, relation)
        known = self.run.always(found)
        return Number(found if known is None else known, self.run, bool)

    def _upright(self, relation) -> tuple | None:
        """A fraction whose lower part is above 0; where PyTorch asks, only if it is so anyway."""
        fraction = self.fraction or (self.about if relation not in ("==", "!=") else None)
        if fraction is None:
            return None
        (above, below), run = fraction, self.run
        positive = Condition(below, ">")
        if run.always(positive) is True or (not run.entered and run.ask(positive)):
            return above, below
        return None if run.entered else (-above, -below)

    def _counted(self):
        """A truth as 0 or 1, as it is on this way."""
        return self.wrap_int(int(self.guard_bool())) if self.pytype is bool else self

    def eq(self, other):
        return self._truth(other, "==")

    def ne(self, other):
        return self._truth(other, "!=")

    def lt(self, other):
        return self._truth(other, "<")

    def le(self, other):
        return self._truth(other, "<=")

    def gt(self, other):
        return self._truth(other, ">")

    def ge(self, other):
        return self._truth(other, ">=")

    def sym_not(self):
        value = self.value
        if isinstance(value, Condition):
            return self.wrap_bool(Condition(value.length, OPPOSITE[value.relation]))
        return self.wrap_bool(not value)

    def sym_and(self, other):
        return other if self.run.ask(self.value) else self.wrap_bool(False)

    def sym_or(self, other):
        return self.wrap_bool(True) if self.run.ask(self.value) else other

    and_, or_ = sym_and, sym_or

    def guard_bool(self, file=None, line=None) -> bool:
        if self.either and isinstance(self.value, Condition):
            return self.run.ask_either(self.value)
        return self.run.ask(self.value)

    bool_ = expect_true = guard_bool

    def guard_size_oblivious(self, file=None, line=None) -> bool:
        return self.run.likely(self.value)

    guard_or_false = guard_or_true = guard_size_oblivious

    def statically_known_true(self, file=None, line=None) -> bool:
        return self.run.always(self.value) is True

    def expect_size(self, file=None, line=None) -> bool:
        return True

    def guard_int(self, file=None, line=None) -> int:
        return self.run.number(self.value)

    int_ = guard_int

    def guard_float(self, file=None, line=None) -> float:
        value = self.value
        return value if type(value) is float else float(self.run.number(value))

    # ------------------------------------------------------------ memory layout: shapes do not
    # depend on it, and no question about it forks

    def is_contiguous(self, sizes, strides):
        return self.wrap_bool(True)

    is_non_overlapping_and_dense = is_contiguous

    def is_channels_last_contiguous_2d(self, sizes, strides):
        return self.wrap_bool(False)

    is_channels_last_contiguous_3d = is_channels_last_strides_2d = is_channels_last_strides_3d = (
        is_channels_last_contiguous_2d
    )

    def is_non_overlapping_and_dense_indicator(self, sizes, strides):
        return self.wrap_int(1)


def _divides(a, b) -> bool:
    """Whether the quotient of two lengths is a length."""
    if not isinstance(a, Length):
        return False
    try:
        a // b
    except ShapeError:
        return False
    return True


def _common_bits(a, b):
    """The bits that two whole numbers share, one of them known: of each run of ones the remainder
    that it leaves.
    """
    length, mask = (b, a) if type(a) is int else (a, b)
    if mask < 0:
        return length - _common_bits(length, ~mask)
    made, low = 0, 0
    while mask >> low:
        high = low
        while mask >> high & 1:
            high += 1
        if high > low:
            made += length // 2**low % 2 ** (high - low) * 2**low
        low = high + 1
    return made


def _simple(value) -> tuple[int, int] | None:
    """The simple fraction that a number stands for: a quotient of sizes, which is rounded, lies to
    the same side of it, and is equal to it where the sizes' own is.
    """
    if type(value) not in (int, float) or not isfinite(value):
        return None
    made = Fraction(value).limit_denominator(SIMPLE)
    return made.as_integer_ratio() if float(made) == value else None


def _cancelled(a, b) -> tuple:
    """Two lengths without the factors that both have: ⌊N·H/(4·N)⌋ is ⌊H/4⌋, as N is not 0."""
    for factor in b.factors():
        if type(factor) is Length and isinstance(a, Length) and factor in a.factors():
            a, b = a // factor, b // factor
    return a, b


def _root(length: Length):
    """What a product is the square of; `None` where it is none."""
    found: Length | int = 1
    several = length.factors()
    while several:
        factor = several.pop()
        if type(factor) is int:
            if factor < 0 or isqrt(factor) ** 2 != factor:
                return None
            found *= isqrt(factor)
        elif factor in several:
            several.remove(factor)
            found *= factor
        else:
            return None
    return found


def _compared(a, b, relation: str):
    """A comparison: a bool, or the condition under which it holds."""
    if isinstance(a, Ratio) or isinstance(b, Ratio):
        both = numbers._common(a, b)
        if both is None:
            return relation == "!="
        a, b, _ = both
    if isinstance(a, Length) or isinstance(b, Length):
        if isinstance(a, float) or isinstance(b, float):
            return _beside_float(a, b, relation)
        difference = a - b
        if isinstance(difference, Length):
            return Condition(difference, relation)
        a, b = difference, 0
    return RELATIONS[relation](a, b)


def _beside_float(a, b, relation: str):
    for number, (left, right) in ((a, (1, 0)), (b, (0, 1))):
        if isinstance(number, float) and isinf(number):  # beyond every length
            sign = 1 if number > 0 else -1
            return RELATIONS[relation](left * sign, right * sign)
    one, other, _ = numbers._common(a, b)
    return Condition(one - other, relation)
