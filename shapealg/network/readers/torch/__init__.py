"""PyTorch modules, run as they are on sizes that are open: the maps here, and PyTorch's own shape
rules, work on lengths.
"""

import inspect
from functools import partial

from shapealg.errors import ShapeError
from shapealg.network.graph import Graph
from shapealg.network.readers.torch import ways
from shapealg.text import Text


def read(module, shapes: dict | None, dtypes: dict | None = None) -> Graph:
    """The graph of a `torch.nn.Module`; `shapes` has a shape for every input, by name or by number.

    Raises:
        ShapeError: if an input has no shape, or the module cannot be run on open sizes.
    """
    from torch import nn

    module = getattr(module, "_orig_mod", module)  # behind torch.compile
    if type(module).__module__.startswith("torch.nn") and type(module) is not nn.Sequential:
        module = nn.Sequential(module)  # a layer is to stay one node
    signature = inspect.signature(module.forward)
    inputs = _inputs(signature, shapes)
    told = map(partial(_type, dtypes or {}, module), enumerate(inputs))
    types = dict(zip(inputs, told, strict=True))
    return ways.graph(module, inputs, partial(_called, signature), types)


def _type(dtypes: dict, module, input_: tuple):
    """The type of the numbers of an input, told by its number or its name, or for all; otherwise
    that of the module's own.
    """
    import torch

    number, name = input_
    told = dtypes.get(name, dtypes.get(number, dtypes.get(None)))
    if told is None:
        types = (p.dtype for p in module.parameters() if p.is_floating_point())
        return next(types, torch.float32)
    made = getattr(torch, told, None)
    if not isinstance(made, torch.dtype):
        raise ShapeError(
            Text(zh="没有这种数值类型", en="there is no such type of numbers"),
            told,
            Text(zh='例如 "float32"、"int64"、"bool"', en='for example "float32", "int64", "bool"'),
        )
    return made


def _called(signature, module, tensors: dict):
    """The module called as its signature says."""
    placed, named, kept = [], {}, False
    for name, parameter in signature.parameters.items():
        if name not in tensors:
            kept = True
        elif parameter.kind is parameter.KEYWORD_ONLY or kept:
            named[name] = tensors[name]
        else:
            placed.append(tensors[name])
    return module(*placed, **named)


def _inputs(signature, shapes: dict | None) -> dict:
    """name → shape, in the order of `forward`."""
    names = [
        name
        for name, p in signature.parameters.items()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
    needed = [
        name for name in names if signature.parameters[name].default is inspect.Parameter.empty
    ]
    told = {
        names[key] if isinstance(key, int) and key < len(names) else key: shape
        for key, shape in (shapes or {}).items()
    }
    if (
        [name for name in told if name not in names]
        or [name for name in needed if name not in told]
        or not told
    ):
        raise ShapeError(
            Text(
                zh=f"forward 的每个输入都要有形状：{', '.join(needed or names)}",
                en=f"every input of forward needs a shape: {', '.join(needed or names)}",
            ),
            shapes,
            Text(
                zh=f'例如 {{"{names[0] if names else "x"}": ("N", 3, "H", "W")}}',
                en=f'for example {{"{names[0] if names else "x"}": ("N", 3, "H", "W")}}',
            ),
        )
    return {name: told[name] for name in names if name in told}
