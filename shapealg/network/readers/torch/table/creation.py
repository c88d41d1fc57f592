"""Tensors that are made of nothing: they read no position. A new axis may have length 0, but not
less.
"""

from dataclasses import replace

from shapealg.network import operations
from shapealg.network.operations import refuse
from shapealg.network.readers.torch.table.arguments import entries, known
from shapealg.network.tensor import UNKNOWN, Places, Tensor

MANY = 2**6  # so many numbers of a range are kept


def new(flow, *lengths) -> Tensor:
    """A tensor of these lengths; one of 0 is a pad that is not needed."""
    for n in known(lengths):
        flow.not_negative(n)
    return operations.of_nothing(known(lengths))


def _shaped(flow, *lengths, size=None, **_):
    return new(flow, *entries(lengths if size is None else (size,)))


def _beside(function):
    """The same as a method of a tensor, which says the type only."""
    return lambda flow, x, *arguments, **named: function(flow, *arguments, **named)


def _full(flow, size, *_, **__):
    return new(flow, *known(size))


def _eye(flow, n, m=None, **_):
    return new(flow, n, n if m is None else m)


def _linspace(flow, start, end, steps, **_):
    return new(flow, steps)


def _arange(flow, *bounds, start=0, end=None, step=1, **_):
    if len(bounds) == 1 and end is None:
        bounds = (start, *bounds)
    first, last, step = map(_whole, known((*bounds, *(start, end, step)[len(bounds) :])))
    if any(isinstance(n, float) for n in (first, last, step)):
        return UNKNOWN  # PyTorch rounds
    if step == 0:
        refuse("步长不能为 0", "a step must not be 0", step)
    begin, by = first, step
    if isinstance(step, int) and step < 0:
        first, last, step = last, first, -step
    if isinstance(step, int):  # what lies the other way round is refused
        flow.not_negative(last - first)
    many = -((first - last) // step)
    made = operations.of_nothing((many,))
    if type(many) is type(begin) is type(by) is int and many <= MANY:
        made = replace(made, value=tuple(begin + i * by for i in range(many)))
    if type(by) is not int or many == 0:
        return made
    return Places.of(made, (begin, begin + (many - 1) * by))


def _affine_grid(flow, theta, size, *_, **__):
    """Where each place of an image comes from: a matrix for every example."""
    examples, _, *spatial = known(size)
    for n, m in zip(theta.shape, (examples, len(spatial), len(spatial) + 1), strict=True):
        flow.equal(n, m)
    return new(flow, examples, *spatial, len(spatial))


def _whole(n):
    """A whole number as an int."""
    return int(n) if isinstance(n, float) and n.is_integer() else n


FUNCTIONS = {
    **dict.fromkeys("zeros ones empty rand randn".split(), _shaped),
    **dict.fromkeys("new_zeros new_ones new_empty".split(), _beside(_shaped)),
    "full": _full,
    "new_full": _beside(_full),
    "eye": _eye,
    "linspace": _linspace,
    "arange": _arange,
    "affine_grid": _affine_grid,
}
