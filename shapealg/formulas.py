"""The catalogue: every law under its short, stable name.

Call a law with ints, with NumPy integer arrays or with symbols; ask it for `.expr`, `.latex()`,
`.assumptions` and `.derivation`.

>>> conv_output_size(n=14, k=5)
10
>>> conv_output_size(n="n", k=5, s=2)
floor(n/2 - 5/2) + 1
>>> strided_output_size.latex()
'\\\\left\\\\lfloor \\\\frac{n - k}{s} \\\\right\\\\rfloor + 1'
"""

from shapealg.axis import laws as of_one_axis
from shapealg.axis.laws import *  # noqa: F403 — names that an editor completes
from shapealg.layer import laws as of_one_layer
from shapealg.layer.laws import *  # noqa: F403
from shapealg.names import CATALOGUE, law_named

__all__ = [*of_one_axis.__all__, *of_one_layer.__all__]


def laws() -> tuple:
    """All laws, in the order of the catalogue."""
    return tuple(globals()[name] for name in __all__)


CATALOGUE.update({law.name: law for law in laws()})


def __getattr__(name: str):
    """A law by its short name: `conv` is `conv_output_size`, as on the command line."""
    if name.startswith("_"):
        raise AttributeError(name)
    return law_named(name)


def __dir__() -> list:
    return [*__all__, "laws"]
