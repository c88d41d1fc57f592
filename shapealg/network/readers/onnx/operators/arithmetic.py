"""Operators that compute entry by entry; the numbers of shapes are followed through them."""

from functools import reduce

from shapealg.axis.length import Length
from shapealg.network import entries, numbers
from shapealg.network.operations import elementwise, refuse
from shapealg.network.readers.onnx.operators.kept import numberless
from shapealg.network.readers.onnx.operators.said import number
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import Places, Tensor, worked_out

OPERATORS = Operators()
INTEGERS = {
    2: (0, 2**8 - 1),
    3: (-(2**7), 2**7 - 1),
    4: (0, 2**16 - 1),
    5: (-(2**15), 2**15 - 1),
    12: (0, 2**32 - 1),
    13: (0, 2**64 - 1),
}
CASTS = {
    1: numbers.single,
    6: numbers.to_whole,
    7: numbers.to_whole,
    9: numbers.truth,
    11: numbers.double,
} | {kind: numbers.within(*ends) for kind, ends in INTEGERS.items()}


def _computed(made, kind, *tensors):
    """The numbers of an output, where those of the inputs are known and few: entry by entry, one
    alone for all.
    """
    if made.shape is None or not all(_matches(x, made) for x in tensors):
        return made
    made.value = kind(*(x.value for x in tensors))
    for n in entries.row(made.value):
        if type(n) is int and not -(2**63) <= n < 2**64:
            refuse(
                "算出的整数放不进 64 位",
                "a whole number that is worked out does not fit 64 bits",
                n,
                "至多 2^64 − 1",
                "at most 2^64 − 1 works",
            )
    return made


def _matches(x, made) -> bool:
    """Whether a tensor's numbers are known, and stand where those of the output do."""
    return x.value is not None and (len(entries.row(x.value)) == 1 or x.shape == made.shape)


def _of_two(kind):
    """Of two tensors elementwise, and on numbers that are known."""

    def operation(flow, x, y):
        made = _computed(elementwise(flow, x, y), kind, x, y)
        beside = (one if isinstance(one, Places) else number(one) for one in (x, y))
        return worked_out(made, kind, tuple(beside))

    return operation


def _of_one(kind):
    """Of each number alone, where it is known."""
    return lambda flow, x: _computed(numberless(x), kind, x)


def _of_many(kind):
    """Of any number of tensors, one at least."""

    def operation(flow, x, *more):
        made = elementwise(flow, x, *more)
        return _computed(made, lambda *values: reduce(kind, values), x, *more)

    return operation


@OPERATORS.built("Cast")
def _cast(node):
    """To a type whose arithmetic is known; numbers of others (half precision, strings) are not
    followed.
    """
    return _of_one(CASTS.get(node["to"], lambda v: None))


@OPERATORS.plain("CastLike")
def _cast_like(flow, x, like):
    """The type shows in numbers only, where there are any."""
    first = like.value[0] if isinstance(like.value, tuple) and like.value else like.value
    return (
        _computed(numberless(x), numbers.to_whole, x)
        if type(first) is int or isinstance(first, Length)
        else numberless(x)
    )


@OPERATORS.built("Clip")
def _clip(node):
    def operation(flow, x, least=None, most=None):
        ends, value = (
            (
                (node.get("min"), node.get("max"))
                if node.opset < 11
                else (number(least), number(most))
            ),
            x.value,
        )
        for end, given, kind in zip(
            ends, (least, most), (numbers.maximum, numbers.minimum), strict=True
        ):
            if end is not None or given is not None:
                value = kind(value, end)
        return _computed(numberless(x), lambda v: v, Tensor(x.shape, value))

    return operation


@OPERATORS.built("Mod")
def _remainder(node):
    return _of_two(numbers.remainder_of_c if node.get("fmod") else numbers.modulo)


@OPERATORS.plain("Where")
def _where(flow, chosen, x, y):
    return _computed(elementwise(flow, chosen, x, y), numbers.choose, chosen, x, y)


OPERATORS.plain("Pow And Or Xor BitShift BitwiseAnd BitwiseOr BitwiseXor Mean")(elementwise)
OPERATORS.plain("PRelu", weights=True)(elementwise)
OPERATORS.plain("Add", weights=True)(_of_two(numbers.add))
OPERATORS.plain("Mul", weights=True)(_of_two(numbers.multiply))
for name, kind in {
    "Sub": numbers.subtract,
    "Div": numbers.quotient,
    "Equal": numbers.equals,
    "Less": numbers.below,
    "LessOrEqual": numbers.at_most,
    "Greater": numbers.above,
    "GreaterOrEqual": numbers.at_least,
}.items():
    OPERATORS.plain(name)(_of_two(kind))
for name, kind in {
    "Floor": numbers.float_floors,
    "Ceil": numbers.float_ceils,
    "Round": numbers.float_rounds,
    "Neg": numbers.negative,
    "Abs": numbers.absolute,
    "Sign": numbers.sign,
    "Not": numbers.opposite,
    "Relu": numbers.positive,
}.items():
    OPERATORS.plain(name)(_of_one(kind))
for name, kind in {"Sum": numbers.add, "Max": numbers.maximum, "Min": numbers.minimum}.items():
    OPERATORS.plain(name)(_of_many(kind))
