"""An operation with its multiply–accumulates."""

from collections.abc import Callable
from typing import Any


class Counted:
    """What a node does, and how many multiply–accumulates that takes.

    Args:
        run: `run(flow, *tensors)` gives a `Tensor`, or a tuple of them.
        macs: `macs(*tensors)` counts, for the same tensors; `None` where it cannot be told.
    """

    __slots__ = ("macs", "run")

    def __init__(self, run: Callable[..., Any], macs: Callable[..., Any]):
        self.run, self.macs = run, macs

    def __call__(self, flow: Any, *tensors: Any) -> Any:
        """What comes out."""
        return self.run(flow, *tensors)


def counted(macs: Callable[..., Any]) -> Callable[[Callable[..., Any]], Counted]:
    """The decorator that says how many multiply–accumulates an operation takes.

    >>> @counted(lambda x: 2 * x)
    ... def twice(flow, x):
    ...     return x + x
    >>> twice(None, 5), twice.macs(5)
    (10, 10)
    """
    return lambda run: Counted(run, macs)
