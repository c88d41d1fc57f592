"""What PyTorch's functions and methods do to shapes, and which positions they read, by name;
nothing here needs PyTorch.

Every entry takes the flow, then what the function takes. Tensors are `Tensor`s, whose shape PyTorch
has told; a size is one whose `value` is known. PyTorch gives shapes by itself: an entry is here for
its wires, for a value that goes on, for what it multiplies, or because it says in one line what
PyTorch would find in many ways.
"""

from shapealg.network.readers.torch.table import (
    creation,
    cuts,
    joins,
    norms,
    padding,
    pointwise,
    products,
    reductions,
    views,
    windows,
    words,
)
from shapealg.network.readers.torch.table.entry import Entry, Function
from shapealg.network.tensor import reaching

ALIKE = """unsqueeze squeeze expand expand_as view reshape flatten repeat tile contiguous clone
detach long int to transpose permute flip roll""".split()  # the same numbers come out

FUNCTIONS: dict[str, Function] = {}
for theme in (
    pointwise,
    creation,
    views,
    joins,
    cuts,
    padding,
    reductions,
    norms,
    products,
    windows,
    words,
):
    FUNCTIONS |= theme.FUNCTIONS
FUNCTIONS |= {name: Entry.of(FUNCTIONS[name]).around(reaching) for name in ALIKE}
METHODS = FUNCTIONS | {"unfold": windows.along}  # a method that is not the function of its name
del METHODS["fold"]
