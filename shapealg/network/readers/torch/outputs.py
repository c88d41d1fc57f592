"""What a module gives: its tensors and sizes, under the names that it has for them."""

from enum import Enum
from typing import Any

from shapealg.errors import Received
from shapealg.network.readers.arguments import leaves
from shapealg.text import Text


def outputs(torch, result: Any) -> list:
    """The tensors and sizes that a result holds: pairs (path, value). An object that is no list,
    tuple, dict or dataclass is looked into only where there are none otherwise.
    """
    told = [pair for pair in leaves(result) if isinstance(pair[1], torch.Tensor | torch.SymInt)]
    return told or _within(torch, result, (), set())


def _within(torch, value: Any, path: tuple, seen: set) -> list:
    """The same, with what the public attributes of objects hold; `seen`: ids of those met."""
    made = []
    for inner, leaf in leaves(value, path):
        if isinstance(leaf, torch.Tensor | torch.SymInt):
            made.append((inner, leaf))
        elif _opened(torch, leaf) and id(leaf) not in seen:
            seen.add(id(leaf))
            public = {name: part for name, part in vars(leaf).items() if name[0] != "_"}
            made.extend(_within(torch, public, inner, seen))
    return made


def _opened(torch, value) -> bool:
    """Whether it is an object of the model's own, whose attributes are looked at."""
    return hasattr(value, "__dict__") and not isinstance(value, torch.nn.Module | Enum | type)


def nothing(result: Any) -> tuple:
    """That a module gives no tensor: what was asked for, what was received, what would work."""
    return (
        Text(zh="网络须给出张量或尺寸", en="the network must give a tensor, or a size"),
        Received(type(result).__name__),
        Text(
            zh="可用：张量，以及装着张量的列表、元组、字典、dataclass 或别的对象",
            en="tensors work, and lists, tuples, dicts, dataclasses and objects that hold some",
        ),
    )
