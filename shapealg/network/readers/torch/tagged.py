"""What PyTorch itself says of its functions."""

from functools import cache

from shapealg.network.readers.torch.table.pointwise import together


@cache
def by_tag(name: str):
    """What a function does that PyTorch tags as working element by element; `None` of others."""
    import torch

    packet = getattr(torch.ops.aten, name, None)
    overloads = [getattr(packet, one) for one in packet.overloads()] if packet else []
    return together if any(torch.Tag.pointwise in one.tags for one in overloads) else None
