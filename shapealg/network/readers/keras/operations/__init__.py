"""What each operation of Keras on tensors does, in neutral operations, by theme; a row is built
from the operation and the arguments of its call.
"""

from shapealg.network.readers.keras.operations import entrywise, products, reshaping, windows
from shapealg.network.readers.operators import Operators

THEMES = (entrywise, reshaping, windows, products)
OPERATIONS = Operators.joined(theme.OPERATIONS for theme in THEMES)


def operation(op, args: tuple, kwargs: dict, count: int):
    """What an operation does that gives so many tensors; `None` for one that nobody knows here."""
    row = OPERATIONS.get(type(op).__name__)
    if row is None or (count > 1 and row.outputs is not None):
        return None
    return row.build(op, args, kwargs)
