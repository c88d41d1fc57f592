"""A copy of a module without its weights: it runs in the module's place, which is never touched."""

import copy
import types

from shapealg.errors import Received, ShapeError, one_line
from shapealg.text import Text

WHOLE = (int, float, str, bytes, bool, type(None), type, types.FunctionType, types.ModuleType)


def twin(module) -> tuple:
    """A copy whose tensors are on the meta device, and each of these with its original, by id.

    Raises:
        ShapeError: if the module cannot be copied, or its weights are not there yet.
    """
    import torch

    memo, originals = {}, {}
    for tensor in _tensors(module, torch):
        if isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
            raise ShapeError(
                Text(
                    zh="惰性层的权重还没有形状", en="the weights of a lazy layer have no shape yet"
                ),
                type(tensor).__name__,
                Text(zh="先用一个例子运行一次", en="running it once on an example makes them"),
            )
        made = _meta(tensor, torch)
        memo[id(tensor)] = made
        originals[id(made)] = made, tensor  # both stay, so that no other gets the number
    try:
        return copy.deepcopy(module, dict(memo)), originals
    except Exception:  # a lock, a file, a generator
        return _copied_in_parts(module, memo), originals


def _copied_in_parts(module, memo: dict):
    """The same, where what cannot be copied by itself is shared."""
    for part in module.modules():
        for value in vars(part).values():
            try:
                copy.deepcopy(value, dict(memo))
            except Exception:
                memo[id(value)] = value
    for part in module.modules():  # these hold each other, and copy one by one
        for room in (part._modules, part._parameters, part._buffers):
            memo.pop(id(room), None)
    try:
        return copy.deepcopy(module, memo)
    except Exception as problem:
        raise ShapeError(
            Text(zh="模块不能复制", en="the module cannot be copied"),
            Received(f"{type(problem).__name__}: {one_line(str(problem), 120)}"),
            Text(zh="传入其中的子模块", en="one of its sub-modules may work"),
        ) from None


def _meta(tensor, torch):
    """The same tensor without data; a truth or a counter alone keeps its value."""
    if tensor.ndim == 0 and not tensor.is_floating_point() and tensor.device.type == "cpu":
        return tensor.detach().clone()
    made = torch.empty_strided(
        tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta", requires_grad=False
    )
    return torch.nn.Parameter(made, False) if isinstance(tensor, torch.nn.Parameter) else made


def _tensors(root, torch):
    """Every tensor that hangs on a module: parameters, buffers, and what lies in its attributes."""
    seen, open_ = set(), [root]
    while open_:
        value = open_.pop()
        if isinstance(value, WHOLE) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, dict):
            open_.extend(value.values())
        elif isinstance(value, list | tuple | set):
            open_.extend(value)
        elif isinstance(value, torch.nn.Module):
            open_.append(vars(value))
