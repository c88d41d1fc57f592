"""What nodes do to shapes, each once for all frameworks: the vocabulary of the readers, which turn
their frameworks' words into these.

Every operation takes the flow and tensors, and gives a tensor with its wires, or a tuple of them.
"""

from shapealg.network.operations.axes import (
    is_one,
    kept,
    mixed,
    of_nothing,
    permute,
    place,
    reduce,
    same,
    shaped,
    squeeze,
    unsqueeze,
    with_entries,
)
from shapealg.network.operations.broadcasting import elementwise, expand, repeat
from shapealg.network.operations.counted import Counted, counted
from shapealg.network.operations.joining import concat, split
from shapealg.network.operations.mapping import cropped, mapped
from shapealg.network.operations.products import dense, matmul, summed, untold
from shapealg.network.operations.refusal import refuse
from shapealg.network.operations.reshaping import flatten, reshape, unflatten
from shapealg.network.operations.slices import cut, positive, take, takes_nothing

__all__ = [
    "Counted",
    "concat",
    "counted",
    "cropped",
    "cut",
    "dense",
    "elementwise",
    "expand",
    "flatten",
    "is_one",
    "kept",
    "mapped",
    "matmul",
    "mixed",
    "of_nothing",
    "permute",
    "place",
    "positive",
    "reduce",
    "refuse",
    "repeat",
    "reshape",
    "same",
    "shaped",
    "split",
    "squeeze",
    "summed",
    "take",
    "takes_nothing",
    "unflatten",
    "unsqueeze",
    "untold",
    "with_entries",
]
