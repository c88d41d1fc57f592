"""PyTorch modules, run as they are on sizes that are open: the maps here, and PyTorch's own shape
rules, work on lengths.
"""

import inspect
from functools import cache

from shapealg.network.graph import Graph
from shapealg.network.readers.torch import ways
from shapealg.network.readers.torch.call import call_of
from shapealg.network.readers.torch.scripted import refuse_compiled


def read(
    module, shapes: dict | None, given: dict | None = None, dtypes: dict | None = None
) -> Graph:
    """The graph of a `torch.nn.Module`.

    Args:
        module: the module.
        shapes: name of an input → shape, in place of what was given for it.
        given: what goes into `forward`, by name or by number.
        dtypes: the types of the numbers, by the input's name or number; under `None` for all.

    Raises:
        ShapeError: if an input has no shape, or the module cannot be run on open sizes.
    """
    from torch import nn

    module = getattr(module, "_orig_mod", module)  # behind torch.compile
    refuse_compiled(module)
    signature = inspect.signature(module.forward)
    if type(module).__module__.startswith("torch.nn") and type(module) is not nn.Sequential:
        module = _row()(module)  # a layer is to stay one node
    call = call_of(signature, given)
    types = call.types(module, dtypes or {})
    return ways.graph(module, call.shapes | (shapes or {}), call, types)


@cache
def _row() -> type:
    """A `Sequential` of one layer, which takes all that the layer takes."""
    from torch import nn

    class Row(nn.Sequential):
        def forward(self, *given, **worded):
            return self[0](*given, **worded)

    return Row
