"""The exact algebra of convolution sizes: derived by SymPy, checked by real frameworks, importable
by anybody.
"""

from importlib import import_module

from shapealg import formulas, printing
from shapealg.axis.adaptive import Adaptive
from shapealg.axis.by_size import BySize
from shapealg.axis.ceiled import Ceiled
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.resized import Resized, Scaled
from shapealg.axis.same import Same
from shapealg.axis.sizes import Bound, Sizes
from shapealg.axis.solve import solve
from shapealg.axis.stack import Stack
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Interval, Window
from shapealg.errors import DomainError, ProofError, ShapeError
from shapealg.layer.convolution import Convolution
from shapealg.network.depths import depths
from shapealg.network.readers import read
from shapealg.network.readers.layers import Branches
from shapealg.words.comparison import compare

__all__ = [
    "Adaptive",
    "Bound",
    "Branches",
    "BySize",
    "Ceiled",
    "Convolution",
    "DomainError",
    "Interval",
    "ProofError",
    "QuasiAffine",
    "Resized",
    "Same",
    "Scaled",
    "ShapeError",
    "Sizes",
    "Stack",
    "Transposed",
    "Window",
    "compare",
    "depths",
    "formulas",
    "jax",
    "keras",
    "onnx",
    "paddle",
    "read",
    "solve",
    "tensorflow",
    "torch",
    "zoo",
]
__version__ = "0.3.0"

# The pictures stand above all that they show; they are fetched when a notebook first asks.
printing.painted_by(lambda: import_module("shapealg.render.notebook").painter())


FRAMEWORKS = ("jax", "keras", "onnx", "paddle", "tensorflow", "torch")


def __getattr__(name: str):
    """The dialects and the known networks are imported when first asked for; none of them imports
    its framework.
    """
    if name in FRAMEWORKS:
        return import_module(f"shapealg.words.dialects.{name}")
    if name == "zoo":
        return import_module("shapealg.network.zoo")
    raise AttributeError(f"module 'shapealg' has no attribute {name!r}")


def __dir__() -> list:
    return sorted(__all__)
