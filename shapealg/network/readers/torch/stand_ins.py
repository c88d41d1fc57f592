"""`int(size)`, `float(size)`, `divmod(size, 2)`, `len(tensor)` and `math.sqrt(size)` in a model's
own code.

Python itself wants a number there at once. So where a model's line asks that of an open size, its
module gets a name of its own, `int` say, that leaves an open size open; the run is begun again, and
the name is taken away when all ways have been run.
"""

import math
import threading
from collections import Counter
from functools import cache
from types import FrameType

from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.parting import Again
from shapealg.network.readers.torch.running import running
from shapealg.network.readers.torch.seen import seen

LOCK = threading.Lock()
HELD: Counter[tuple[int, str]] = Counter()  # (id of a module's names, name) → so many reads need it
MATH = {"math": math, "sqrt": math.sqrt, "isqrt": math.isqrt}  # what a model may have imported


class StandIns:
    """The names that were given to modules; on leaving these have their own again."""

    def __init__(self):
        self.given = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with LOCK:
            for names, name in self.given:
                HELD[id(names), name] -= 1
                if HELD[id(names), name]:
                    continue
                names.pop(name, None)
                if name in MATH:
                    names[name] = MATH[name]

    def give(self, frame: FrameType | None = None) -> Again | None:
        """Give the module of the line that is running, or ran in a frame, what it lacks; `None`
        where that is nothing new.
        """
        frame = frame or running()
        if frame is None:
            return None
        names, lacking = frame.f_globals, []
        with LOCK:
            for name, ours in stand_ins().items():
                if (
                    name in frame.f_code.co_names
                    and _is_pythons(names, name, ours)
                    and not any(names is there and name == one for there, one in self.given)
                ):
                    names[name] = ours
                    HELD[id(names), name] += 1
                    lacking.append((names, name))
        self.given += lacking
        return Again() if lacking else None


def _is_pythons(names: dict, name: str, ours) -> bool:
    """Whether a name of a module is Python's own, or ours already, and no other of the model's."""
    return names[name] in (ours, MATH.get(name)) if name in names else name not in MATH


class _Kind(type):
    """What is of Python's own kind is of this."""

    def __instancecheck__(cls, one):
        return isinstance(one, cls.__base__)

    def __subclasscheck__(cls, one):
        return issubclass(one, cls.__base__)

    def __eq__(cls, other):
        return other is cls or other is cls.__base__

    def __hash__(cls):
        return hash(cls.__base__)

    def __call__(cls, *given):
        one = given[0] if len(given) == 1 else None
        if isinstance(getattr(one, "ndim", None), int) and hasattr(one, "item"):
            one = one.item()  # a tensor of one number
        node = getattr(one, "node", None)
        if isinstance(node, Number) and node.pytype is not bool:
            return cls.of(node)
        return cls.__base__(*given)


def _whole(node: Number):
    import torch

    return seen(torch.SymInt(node.trunc()))


def _fraction(node: Number):
    import torch

    return seen(torch.SymFloat(node.sym_float()))


def _symbol(node: Number):
    import torch

    return torch.SymFloat(node)


def _divmod(a, b):
    if not any(isinstance(getattr(one, "node", None), Number) for one in (a, b)):
        return divmod(a, b)
    many = a // b
    return seen(many), seen(a - many * b)


def _len(one):
    import torch

    is_tensor = isinstance(one, torch.Tensor) and one.ndim
    return seen(one.shape[0]) if is_tensor else len(one)


def _root(one):
    node = getattr(one, "node", None)
    return seen(_symbol(node.sqrt())) if isinstance(node, Number) else math.sqrt(one)


def _whole_root(one):
    node = getattr(one, "node", None)
    return _whole(node.sqrt()) if isinstance(node, Number) else math.isqrt(one)


class _Math:
    """The module `math`, whose roots leave an open size open."""

    sqrt, isqrt = staticmethod(_root), staticmethod(_whole_root)

    def __getattr__(self, name: str):
        return getattr(math, name)


@cache
def stand_ins() -> dict:
    """Name → what stands in for Python's own."""
    return {
        "int": _Kind("int", (int,), {"of": staticmethod(_whole)}),
        "float": _Kind("float", (float,), {"of": staticmethod(_fraction)}),
        "divmod": _divmod,
        "len": _len,
        "math": _Math(),
        "sqrt": _root,
        "isqrt": _whole_root,
    }
