"""The exact algebra of convolution sizes: derived by SymPy, checked by real frameworks, importable
by anybody.
"""

from importlib import import_module

from shapealg import formulas, printing
from shapealg.axis.adaptive import Adaptive as Adaptive
from shapealg.axis.by_size import BySize
from shapealg.axis.interval import Interval
from shapealg.axis.length import Length
from shapealg.axis.placed import Ceiled as Ceiled
from shapealg.axis.placed import Same as Same
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.resized import Resized as Resized
from shapealg.axis.resized import Scaled as Scaled
from shapealg.axis.sizes import Bound as Bound
from shapealg.axis.sizes import Sizes
from shapealg.axis.solve import solve
from shapealg.axis.stack import Stack
from shapealg.axis.transposed import Transposed as Transposed
from shapealg.axis.window import Window
from shapealg.errors import DomainError, ShapeError, Undecided
from shapealg.errors import ProofError as ProofError
from shapealg.layer.convolution import Convolution as Convolution
from shapealg.network.depths import depths
from shapealg.network.readers import read
from shapealg.network.readers.layers import Branches
from shapealg.words import frameworks
from shapealg.words.comparison import compare
from shapealg.words.words import converted_by

# The public face: at most 25 names, each with its reason in tests/test_face.py. What is imported
# above `as` itself is rarely typed and stays reachable: `shapealg.Same`.
__all__ = [
    "Branches",
    "BySize",
    "DomainError",
    "Interval",
    "Length",
    "QuasiAffine",
    "ShapeError",
    "Sizes",
    "Stack",
    "Undecided",
    "Window",
    "compare",
    "depths",
    "formulas",
    "read",
    "solve",
    "zoo",
]
__all__.extend(frameworks.NAMES)
__version__ = "0.3.0"

# Converting stands above the words, and the pictures above all that they show; each is fetched when
# it is first asked for.
converted_by(lambda: import_module("shapealg.words.conversion").convert)
printing.painted_by(lambda: import_module("shapealg.render.notebook").painter())


def __getattr__(name: str):
    """The dialects and the known networks are imported when first asked for; none of them imports
    its framework.
    """
    if name in frameworks.NAMES:
        return import_module(f"shapealg.words.dialects.{name}")
    if name == "zoo":
        return import_module("shapealg.network.zoo")
    raise AttributeError(f"module 'shapealg' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public face, and nothing that was only imported."""
    return sorted(__all__)
