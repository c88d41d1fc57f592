"""A function of the tables with what is said of it besides its shapes."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


class Entry:
    """What a function does, called with the flow and the function's own arguments.

    Args:
        run: `run(flow, *arguments, **named)` gives a `Tensor`, or a tuple of them.
        products: counts the multiply–accumulates for the same arguments, without the flow.
        pointwise: whether it goes element by element: a size among its arguments stays a tensor.
        written: whether `run` is told the call as it stands in the program, as `written`.
    """

    __slots__ = ("pointwise", "products", "run", "written")

    def __init__(
        self,
        run: Function,
        products: Function | None = None,
        pointwise: bool = False,
        written: bool = False,
    ):
        self.run, self.products = run, products
        self.pointwise, self.written = pointwise, written

    def __call__(self, flow: Any, *arguments: Any, **named: Any) -> Any:
        """What comes out."""
        return self.run(flow, *arguments, **named)

    def around(self, change: Callable[[Function], Function]) -> "Entry":
        """The same of which all else holds, for a function that is changed."""
        return Entry(change(self.run), self.products, self.pointwise, self.written)

    @classmethod
    def of(cls, function: Function) -> "Entry":
        """The entry itself, or a function of which nothing else is said."""
        return function if isinstance(function, cls) else cls(function)


def entry(**said: Any) -> Callable[[Function], Entry]:
    """The decorator that says more of a function than its shapes.

    >>> @entry(products=lambda x: 2 * x)
    ... def twice(flow, x):
    ...     return x + x
    >>> twice(None, 5), twice.products(5)
    (10, 10)
    """
    return lambda run: Entry(run, **said)
