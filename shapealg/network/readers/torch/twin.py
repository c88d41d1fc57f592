"""A copy of a module without its weights: it runs in the module's place, which is never touched."""

import copy
import types

WHOLE = (int, float, str, bytes, bool, type(None), type, types.FunctionType, types.ModuleType)


def twin(module) -> tuple:
    """A copy whose tensors are on the meta device, and the original of each: id → tensor."""
    import torch

    memo, originals, kept = {}, {}, []
    for tensor in _tensors(module, torch):
        made = _meta(tensor, torch)
        memo[id(tensor)] = made
        originals[id(made)] = tensor
        kept.append((tensor, made))
    memo[id(memo)] = [module, kept]  # what is copied stays alive as long as the memo
    made = copy.deepcopy(module, memo)
    return made, originals


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
