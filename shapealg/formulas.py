"""The catalogue: every law under its short, stable name.

Call a law with ints, with NumPy integer arrays or with symbols; ask it for `.expr`, `.latex()`,
`.assumptions` and
`.derivation`.

>>> conv_output_size(n=14, k=5)
10
>>> conv_output_size(n="n", k=5, s=2)
floor(n/2 - 5/2) + 1
>>> conv_output_size.latex()
'\\\\left\\\\lfloor \\\\frac{n + \\\\mathrm{lo} + \\\\mathrm{hi} - d\\\\,\\\\left( k - 1 \\\\right) - 1}{s} \\\\right\\\\rfloor + 1'
"""

from shapealg.axis.chain import chain_output_size, receptive_field_size, two_layer_output_size
from shapealg.axis.inverse import largest_input_size, smallest_input_size, window_adjunction
from shapealg.axis.laws import (
    causal_output_size,
    ceiling_as_floor,
    conv_output_size,
    dilated_output_size,
    exact_fit_output_size,
    full_output_size,
    half_output_size,
    plain_output_size,
    same_output_size,
    same_padding,
    strided_output_size,
    symmetric_output_size,
    unread_input_size,
    unread_padded_size,
    valid_output_size,
)
from shapealg.axis.padding import interior_padded_size, padded_size
from shapealg.axis.pooling import ceil_output_size, clipped_ceil_output_size
from shapealg.axis.transposition import restoring_output_padding, transposed_output_size
from shapealg.layer.laws import (
    conv_macs,
    conv_parameters,
    flat_channel,
    spanned_axis_convolution,
    transposed_macs,
)
from shapealg.layer.parameters import (
    connected_parameters,
    factored_channels,
    factored_parameters,
    separable_parameters,
)
from shapealg.names import CATALOGUE, law_named

__all__ = [
    "plain_output_size",
    "conv_output_size",
    "strided_output_size",
    "dilated_output_size",
    "valid_output_size",
    "symmetric_output_size",
    "half_output_size",
    "full_output_size",
    "causal_output_size",
    "same_output_size",
    "same_padding",
    "ceiling_as_floor",
    "exact_fit_output_size",
    "unread_padded_size",
    "unread_input_size",
    "window_adjunction",
    "smallest_input_size",
    "largest_input_size",
    "transposed_output_size",
    "restoring_output_padding",
    "padded_size",
    "interior_padded_size",
    "ceil_output_size",
    "clipped_ceil_output_size",
    "two_layer_output_size",
    "chain_output_size",
    "receptive_field_size",
    "conv_parameters",
    "connected_parameters",
    "separable_parameters",
    "factored_parameters",
    "factored_channels",
    "conv_macs",
    "transposed_macs",
    "flat_channel",
    "spanned_axis_convolution",
]


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
