"""The table of a reader: what it knows each operator, layer or function by name to do, written down
where the operation stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Operator:
    """One row.

    Args:
        build: makes the operation from what a node says.
        outputs: how many outputs it gives: one is a tensor, more are a tuple; `None` for as many as
            the node has.
        weights: whether its constant inputs are weights, and so counted.
    """

    build: Callable
    outputs: int | None = 1
    weights: bool = False

    def wrapped(self, around: Callable) -> "Operator":
        """The same, whose operation is what `around` makes of it."""
        return replace(self, build=lambda *said: around(self.build(*said)))


class Operators(dict[str, Operator]):
    """name → `Operator`, each name once; its two decorators add to it.

    >>> table = Operators()
    >>> @table.plain("Relu Abs")
    ... def kept(flow, x):
    ...     return x
    >>> @table.built("Concat")
    ... def concat(node):
    ...     return lambda flow, *tensors: tensors[node["axis"]]
    >>> list(table), table["Abs"].build({})(None, "x")
    (['Relu', 'Abs', 'Concat'], 'x')
    """

    def plain(self, names: str, outputs: int | None = 1, weights: bool = False) -> Callable:
        """Add an operation, `operation(flow, *tensors)`, that is the same whatever a node says."""

        def added(operation: Callable) -> Callable:
            self.built(names, outputs, weights)(lambda *_: operation)
            return operation

        return added

    def built(self, names: str, outputs: int | None = 1, weights: bool = False) -> Callable:
        """Add what makes an operation from a node; names stand in one line, between spaces."""

        def added(build: Callable) -> Callable:
            for name in names.split():
                self._put(name, Operator(build, outputs, weights))
            return build

        return added

    def _put(self, name: str, row: Operator) -> None:
        if name in self:
            raise LookupError(f"{name} is in the table already")
        self[name] = row

    @classmethod
    def joined(cls, tables: Iterable[dict]) -> "Operators":
        """One table of several.

        Raises:
            LookupError: if two of them have one name.
        """
        made = cls()
        for table in tables:
            for name, row in table.items():
                made._put(name, row)
        return made
