"""Element by element: arithmetic, of tensors and of sizes that a model puts into one, and whatever
else keeps the shape and reads position by position. What PyTorch itself tags so is not listed.
"""

import operator

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.errors import Undecided
from shapealg.network import entries, numbers, operations
from shapealg.network.operations import refuse
from shapealg.network.readers.torch.table.arguments import known, tensors
from shapealg.network.readers.torch.table.entry import entry
from shapealg.network.tensor import Tensor, worked_out

KEPT = """contiguous clone detach float double requires_grad data real imag""".split()
CHANGED = """prelu hardswish tanhshrink softsign log_sigmoid dropout dropout1d dropout2d
dropout3d alpha_dropout feature_alpha_dropout local_response_norm bool half bfloat16
zeros_like ones_like rand_like randn_like empty_like full_like fill zero""".split()
TOGETHER = """floor_divide divide multiply subtract invert and or xor complex polar lshift
rshift rdiv rpow rfloordiv rmod absolute negative greater greater_equal less less_equal
not_equal arccos arcsin arctan arccosh arcsinh arctanh fix isclose""".split()


def kept(flow, x, *_, **__):
    """The same numbers."""
    return operations.same(flow, x)


def whole(flow, x, *_, **__):
    """The same numbers without what stands behind the point."""
    made = operations.same(flow, x)
    return Tensor(made.shape, _told(numbers.to_whole, (x.value,)), made.wires)


def cast(flow, x, *arguments, **named):
    """Of another type; what no type is named for, or half precision, may be other numbers."""
    given = (*arguments, *named.values())
    (told,) = [str(a) for a in given if hasattr(a, "is_floating_point")] or ["the same"]
    if told in ("torch.int64", "torch.int32"):
        return whole(flow, x)
    alike = told in ("the same", "torch.float32", "torch.float64") and not tensors(given)
    return (kept if alike else changed)(flow, x)


def changed(flow, x, *_, **__):
    """Other numbers in the same shape."""
    made = operations.same(flow, x)
    return Tensor(made.shape, None, made.wires)


def shuffled(flow, x, groups, *_, **__):
    """The channels in another order, of which as many make a group as another."""
    if len(x.shape) < 3 or groups < 1:
        refuse("维数或组数不对", "the dimensions, or the groups, do not fit", len(x.shape))
    if x.shape[1] is not None:
        flow.equal(x.shape[1] % groups, 0)
    made = changed(flow, x)
    return Tensor(made.shape, None, (made.wires[0], (), *made.wires[2:]))


@entry(pointwise=True)
def together(flow, *arguments, **named):
    """All tensors that are given, element by element."""
    return operations.elementwise(flow, *tensors((*arguments, *named.values())))


def in_place(function):
    """What is written into its first tensor: those beside it are stretched, and it is not."""

    def operation(flow, x, *arguments, **named):
        made = function(flow, x, *arguments, **named)
        if isinstance(made, Tensor):
            for n, m in zip(x.shape or (), made.shape or (), strict=False):
                flow.equal(n, m)
        return made

    return operation


def computed(function):
    """Arithmetic; the numbers too, where all are known."""

    @entry(pointwise=True)
    def operation(flow, *arguments, **named):
        arguments = *arguments, *_taken(named, "other", "exponent")
        given, rule = tensors(arguments), _rule(function, named)
        made = operations.elementwise(flow, *given)
        if rule is None:
            return made
        if all(_fits(x, made) for x in given):
            made.value = _told(rule, known(arguments))
        return worked_out(made, lambda *numbers_: _told(rule, numbers_), arguments)

    return operation


def _taken(named: dict, *words: str) -> list:
    """What is computed with, of what is given by name."""
    return [named.pop(word) for word in words if word in named]


def _rule(function, named: dict):
    """What is made of numbers, as the words that go with them say; `None` where these say what is
    not known here, such as `alpha`, by which the other is multiplied.
    """
    if set(named) - {"rounding_mode"}:
        return None
    mode = named.get("rounding_mode")
    return function if mode is None else ROUNDED[mode]


def _fits(x, made) -> bool:
    """Whether the numbers of a tensor are known, one for each that is made, or one for all."""
    return x.value is not None and (len(entries.row(x.value)) == 1 or x.shape == made.shape)


def _told(function, numbers_: tuple):
    """What a function makes of numbers; `None` for what is no number that is kept."""
    try:
        return function(*numbers_)
    except Undecided:  # one that is too large is told, not lost
        raise
    except (TypeError, ValueError, ArithmeticError):
        return None


def _compared(relation: str):
    holds = RELATIONS[relation]

    def compare(a, b):
        if not isinstance(a, Length) and not isinstance(b, Length):
            return holds(a, b)
        difference = a - b
        return (
            holds(difference, 0) if isinstance(difference, int) else Condition(difference, relation)
        )

    return computed(numbers.each(compare))


ROUNDED = {
    "floor": numbers.floor_divide,
    "trunc": lambda a, b: numbers.to_whole(numbers.divide(a, b)),
}
FUNCTIONS = (
    dict.fromkeys(KEPT, kept)
    | dict.fromkeys(CHANGED, changed)
    | dict.fromkeys(TOGETHER, together)
    | dict.fromkeys(("int", "long"), whole)
    | {"channel_shuffle": shuffled}
    | dict.fromkeys(("to", "type", "type_as"), cast)
    | {
        "eq": _compared("=="),
        "ne": _compared("!="),
        "lt": _compared("<"),
        "le": _compared("<="),
        "gt": _compared(">"),
        "ge": _compared(">="),
        "add": computed(numbers.add),
        "sub": computed(numbers.subtract),
        "rsub": computed(lambda a, b: numbers.subtract(b, a)),
        "mul": computed(numbers.multiply),
        "floordiv": computed(numbers.floor_divide),
        "mod": computed(numbers.remainder),
        "truediv": computed(numbers.divide),
        "div": computed(numbers.divide),
        "neg": computed(numbers.negative),
        "pos": computed(operator.pos),
        "abs": computed(operator.abs),
        "floor": computed(numbers.floors),
        "ceil": computed(numbers.ceils),
        "trunc": computed(numbers.to_whole),
        "round": computed(round),
        "pow": computed(numbers.raised),
        "maximum": computed(numbers.maximum),
        "minimum": computed(numbers.minimum),
    }
)
