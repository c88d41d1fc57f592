"""What modules keep in their attributes, and how it is put back."""

from contextlib import contextmanager
from copy import copy

from shapealg.network.readers.torch.number import Number


def holders(part) -> list:
    """A module, all within it, and the objects that hang on them: where a call can keep things."""
    import torch

    seen = {}
    for one in part.modules():
        seen[id(one)] = one
        for value in vars(one).values():
            if hasattr(value, "__dict__") and not isinstance(value, torch.Tensor | type):
                seen.setdefault(id(value), value)
    return [one for one in seen.values() if isinstance(vars(one), dict)]


def state(one) -> tuple:
    """An object, its attributes, and what its lists, sets and dicts hold."""
    attributes = dict(vars(one))
    contents = {
        name: copy(value) for name, value in attributes.items() if type(value) in (list, set, dict)
    }
    return one, attributes, contents


def put_back(states) -> None:
    """Let objects be as they were."""
    for one, attributes, contents in states:
        vars(one).clear()
        vars(one).update(attributes)
        for name, content in contents.items():
            room = attributes[name]
            room.clear()
            room.extend(content) if isinstance(room, list) else room.update(content)


def entries(value) -> list:
    """What lists, tuples and dicts hold, one in another; they may hold themselves."""
    found, met, open_ = [], set(), [value]
    while open_:
        one = open_.pop()
        if not isinstance(one, list | tuple | dict):
            found.append(one)
        elif id(one) not in met:
            met.add(id(one))
            open_ += one.values() if isinstance(one, dict) else one
    return found


@contextmanager
def as_it_was(module):
    """A module, of which a copy runs, is as before at the end: what no copy reaches, the cell of a
    closure or an object that cannot be copied, may have kept a tensor of the run.
    """
    before = [(state(one), entries(vars(one))) for one in holders(module)]
    try:
        yield
    finally:
        put_back(then for then, things in before if _is_open(then[0], things))


def _is_open(holder, before: list) -> bool:
    """Whether a tensor, or a number, of open sizes is kept that was not there before."""
    import torch

    there = set(map(id, before))
    for one in entries(vars(holder)):
        if id(one) in there:
            continue
        sizes = one.shape if isinstance(one, torch.Tensor) else (one,)
        if any(isinstance(n, torch.SymInt) and isinstance(n.node, Number) for n in sizes):
            return True
    return False
