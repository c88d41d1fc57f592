"""The exact algebra of convolution sizes: derived by SymPy, checked by real frameworks, importable
by anybody.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from shapealg import printing
from shapealg.network import hosts
from shapealg.words import frameworks

if TYPE_CHECKING:  # what `HOMES` says, for editors and type checkers
    from shapealg import formulas as formulas
    from shapealg.adapters.tiled import tiled as tiled
    from shapealg.axis.bound import Bound as Bound
    from shapealg.axis.by_size import BySize as BySize
    from shapealg.axis.interval import Interval as Interval
    from shapealg.axis.length import Length as Length
    from shapealg.axis.quasiaffine import QuasiAffine as QuasiAffine
    from shapealg.axis.resized import Adaptive as Adaptive
    from shapealg.axis.resized import Resized as Resized
    from shapealg.axis.scaled import Scaled as Scaled
    from shapealg.axis.sizes import Sizes as Sizes
    from shapealg.axis.solve import solve as solve
    from shapealg.axis.stack import Stack as Stack
    from shapealg.axis.transposed import Transposed as Transposed
    from shapealg.axis.waiting import Ceiled as Ceiled
    from shapealg.axis.waiting import Same as Same
    from shapealg.axis.window import Window as Window
    from shapealg.errors import DomainError as DomainError
    from shapealg.errors import ProofError as ProofError
    from shapealg.errors import ShapeError as ShapeError
    from shapealg.errors import Undecided as Undecided
    from shapealg.layer.convolution import Convolution as Convolution
    from shapealg.network import zoo as zoo
    from shapealg.network.depths import depths as depths
    from shapealg.network.readers import read as read
    from shapealg.network.readers.layers import Branches as Branches
    from shapealg.words.comparison import compare as compare
    from shapealg.words.dialects import jax as jax
    from shapealg.words.dialects import keras as keras
    from shapealg.words.dialects import onnx as onnx
    from shapealg.words.dialects import paddle as paddle
    from shapealg.words.dialects import tensorflow as tensorflow
    from shapealg.words.dialects import torch as torch

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

# name → the module that has it, and those that are modules; imported when first asked for
HOMES = {
    "Adaptive": "axis.resized",
    "Bound": "axis.bound",
    "Branches": "network.readers.layers",
    "BySize": "axis.by_size",
    "Ceiled": "axis.waiting",
    "Convolution": "layer.convolution",
    "DomainError": "errors",
    "Interval": "axis.interval",
    "Length": "axis.length",
    "ProofError": "errors",
    "QuasiAffine": "axis.quasiaffine",
    "Resized": "axis.resized",
    "Same": "axis.waiting",
    "Scaled": "axis.scaled",
    "ShapeError": "errors",
    "Sizes": "axis.sizes",
    "Stack": "axis.stack",
    "Transposed": "axis.transposed",
    "Undecided": "errors",
    "Window": "axis.window",
    "compare": "words.comparison",
    "depths": "network.depths",
    "read": "network.readers",
    "solve": "axis.solve",
    "tiled": "adapters.tiled",
}
MODULES = {
    "formulas": "formulas",
    "zoo": "network.zoo",
    **{name: f"words.dialects.{name}" for name in frameworks.NAMES},
}

printing.painted_by(lambda: import_module("shapealg.render.notebook").painter())
hosts.found_by(lambda name: import_module(f"shapealg.adapters.{name}"))


def __getattr__(name: str):
    """A public name, imported when it is first asked for; no dialect imports its framework."""
    if name in MODULES:
        made = import_module(f"shapealg.{MODULES[name]}")
    elif name in HOMES:
        made = getattr(import_module(f"shapealg.{HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'shapealg' has no attribute {name!r}")
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    """The public face, and nothing that was only imported."""
    return sorted(__all__)
