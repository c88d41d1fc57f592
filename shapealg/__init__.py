"""The exact algebra of convolution sizes: derived by SymPy, checked by real frameworks, importable by anybody."""

from shapealg import formulas
from shapealg.axis.same import Same
from shapealg.axis.window import Interval, Window
from shapealg.errors import DomainError, ProofError, ShapeError
from shapealg.layer.dialects import keras
from shapealg.layer.layer import Convolution

__all__ = ["Convolution", "DomainError", "Interval", "ProofError", "Same", "ShapeError", "Window", "formulas", "keras"]
__version__ = "0.1.0"
