"""What is noted of a run: every call that makes tensors, as a node of a graph."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from shapealg.axis.length import Length
from shapealg.errors import ShapeError, Undecided
from shapealg.network.failure import Failure
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch.known import no_formula
from shapealg.network.readers.torch.nested import mapped
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.table.arguments import Unknown
from shapealg.network.readers.torch.table.entry import Entry
from shapealg.network.tensor import UNKNOWN, Tensor


class Slot:
    """Where a tensor, or a size, stands in a call.

    Attributes:
        place: which of the node's inputs it is.
        fixed: the axes of a tensor whose length is the model's own number.
    """

    def __init__(self, place: int, fixed: Iterable = ()):
        self.place, self.fixed = place, frozenset(fixed)


class Shaped:
    """What a node does: its windows by an operation here, where there is one, its sizes as PyTorch
    found them.

    Args:
        operation: `operation(flow, *tensors)`; `None` where nobody here knows the windows.
        shapes: the shapes that PyTorch found, one for each output; `None` while it has not run.
        trusted: whether the operation's own shapes are the same.
    """

    __slots__ = ("keeps", "macs", "operation", "shapes", "trusted")

    def __init__(self, operation, macs=None):
        self.operation, self.shapes, self.trusted = operation, None, True
        self.keeps = False
        if macs is not None:
            self.macs = macs

    def __call__(self, flow, *tensors):
        """The outputs: what the operation tells, in the shapes that PyTorch found."""
        made = UNKNOWN
        if self.operation is not None:
            many = len(flow.unknown)
            made = self.operation(flow, *tensors)
            if self.shapes is not None and not any(None in s for s in self.shapes):
                del flow.unknown[many:]  # its sizes are known all the same
        if self.shapes is None:
            return tuple(map(_simpler, made)) if isinstance(made, tuple) else _simpler(made)
        several = made if isinstance(made, tuple) else (made,)
        if len(several) < len(self.shapes):
            several = (UNKNOWN,) * len(self.shapes)
        told = tuple(
            self._told(flow, tensor, shape)
            for tensor, shape in zip(several, self.shapes, strict=False)
        )
        known = self.operation is not None
        if not known and tensors:
            hold_something(flow, tensors, told)
        if (
            not known
            and any(t.unclear for t in told)
            and all(not t.unclear for t in tensors if t is not None)
        ):
            flow.leave()
        return told

    def _told(self, flow, tensor, shape):
        if tensor.shape is not None and None not in tensor.shape and self.trusted:
            return _simpler(tensor)
        made = tuple(at_sizes(n, flow.sizes) for n in shape)
        if tensor.shape is None or len(tensor.shape) != len(made):
            return Tensor(made)
        if self.trusted:
            made = tuple(n if n is not None else m for n, m in zip(tensor.shape, made, strict=True))
        return Tensor(made, tensor.value, tensor.wires, tensor.consumed)


def hold_something(flow, given: Iterable, told: Iterable) -> None:
    """Require of what PyTorch alone knows the shape of that it is not empty, as of all else."""
    known = {n for tensor in given if tensor is not None for n in tensor.shape or ()}
    for n in (n for tensor in told for n in tensor.shape or ()):
        if n not in known:
            flow.some(n)


def _simpler(tensor: Tensor) -> Tensor:
    """The same, each of whose lengths has one floor where there is such a form."""
    if tensor.shape is None or not any(
        type(n) is Length and len(n.terms) > 1 for n in tensor.shape
    ):
        return tensor
    made = tuple(simplest(n) if type(n) is Length else n for n in tensor.shape)
    return tensor if made == tensor.shape else replace(tensor, shape=made)


@lru_cache(2**12)
def simplest(length: Length):
    """The simplest form of a length: what comes behind it is worked out faster."""
    return length.simplest()


def at_sizes(length, sizes: dict):
    """A length at the sizes of a run."""
    if type(length) is not Length:
        return length
    given = {name: n for name, n in sizes.items() if type(n) is int}
    return length(**given) if given else length


def size(length):
    """What tells a size that the model works out."""

    def operation(flow):
        return Tensor((), at_sizes(length, flow.sizes), ())

    return operation


def row(shape: tuple, numbers):
    """What tells a tensor made of numbers, some of them sizes."""

    def operation(flow):
        told = mapped(numbers, lambda n: _at(n, flow.sizes))
        return Tensor(shape, told, ((),) * len(shape))

    return operation


def _at(number, sizes: dict):
    """A number at the sizes of a run."""
    if isinstance(number, Ratio):
        return Ratio(at_sizes(number.length, sizes), number.below)
    return at_sizes(number, sizes)


def value_of(thing):
    """A number as the model has it, in our own terms; anything else as it is."""
    node = getattr(thing, "node", None)
    return node.value if isinstance(node, Number) else thing


def shape_of(tensor) -> tuple:
    """The shape that PyTorch found: ints and lengths, `None` for a size that no formula tells."""
    return tuple(formula(value_of(n)) for n in tensor.shape)


def formula(n):
    """A number, but `None` for a size that no formula tells."""
    return None if type(n) is Length and no_formula(n.names) else n


def formulas(told: Tensor) -> Tensor:
    """A tensor whose sizes are `None` where no formula tells them, as of a number in a tensor."""
    return replace(told, shape=told.shape and tuple(map(formula, told.shape)))


def call(handler, layout):
    """A function of the table, called with its arguments as they stood."""

    function, layout = Entry.of(handler), _in_front(layout)

    def operation(flow, *tensors):
        arguments, named = _filled(layout, tensors)
        if not function.pointwise:
            # a size that is a number by now, where it is an axis, a length, a place
            arguments = *arguments[:1], *mapped(arguments[1:], _plain)
            named = mapped(named, _plain)
        if function.written:
            named["written"] = layout
        try:
            return function.run(flow, *arguments, **named)
        except Unknown:
            return UNKNOWN
        except (TypeError, LookupError, AttributeError):  # an overload that is not known here
            return flow.leave(*tensors)

    return operation


def products(handler, layout):
    """The multiply–accumulates of such a call."""
    count, layout = Entry.of(handler).products, _in_front(layout)
    if count is None:
        return None

    def macs(*tensors):
        arguments, named = _filled(layout, tensors)
        try:
            return count(*arguments, **named)
        except (TypeError, LookupError, AttributeError, Unknown):
            return None

    return macs


def _in_front(layout: tuple) -> tuple:
    """The same arguments, the first of them in its place, also where a call names it."""
    arguments, named = layout
    if arguments or "input" not in named:
        return layout
    return (named["input"],), {word: one for word, one in named.items() if word != "input"}


def _filled(layout, tensors: tuple) -> tuple:
    """The arguments of a call, with these tensors in their slots."""
    return mapped(layout, lambda one: tensors[one.place] if type(one) is Slot else one)


def _plain(one):
    """The number behind a tensor, where it is one; anything else as it is."""
    if isinstance(one, Tensor) and type(one.value) is int and not one.shape:
        return one.value
    return one


def same_shape(flow, told: Tensor, found: tuple) -> bool:
    """Whether an operation here and PyTorch found the same shape, as far as it can be decided."""
    if told.shape is None:
        return True
    if len(told.shape) != len(found):
        return False
    for one, two in zip(told.shape, found, strict=True):
        if one is None or two is None:
            continue
        difference = one - two
        if type(difference) is int:
            if difference:
                return False
            continue
        try:
            if flow.never_zero(difference):
                return False
        except (ShapeError, Undecided):
            continue
    return True


def raising(told: tuple):
    """What a node does at which a way ends: a `Failure` of these parts."""

    def operation(flow, *_):
        raise Failure(*told)

    return operation
