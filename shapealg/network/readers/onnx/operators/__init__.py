"""What each ONNX operator does, in neutral operations, by theme."""

from shapealg.network.readers.onnx.operators import (
    arithmetic,
    cuts,
    kept,
    products,
    reductions,
    reshaping,
    resizing,
    shapes,
    windows,
)
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import reaching

THEMES = (kept, arithmetic, shapes, windows, resizing, reductions, products, reshaping, cuts)
OPERATORS = Operators.joined(theme.OPERATORS for theme in THEMES)
ALIKE = "Identity Cast Reshape Flatten Transpose Squeeze Unsqueeze Expand Tile"  # the same numbers
OPERATORS |= {
    name: row.wrapped(reaching) for name, row in OPERATORS.items() if name in ALIKE.split()
}
