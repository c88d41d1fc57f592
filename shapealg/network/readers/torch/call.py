"""How a module is called: which tensors go in, under which names, and in which places."""

import inspect
from dataclasses import dataclass
from itertools import count
from typing import Any

from shapealg.errors import ShapeError, shown
from shapealg.network.graph import Names
from shapealg.network.readers.arguments import Asked, leaves, mapped
from shapealg.text import Text

ROW, REST = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
WORDED = inspect.Parameter.KEYWORD_ONLY


@dataclass(frozen=True)
class Input(Asked):
    """A tensor that goes in, with the name that it has in the network.

    Attributes:
        name: the name.
        keys: what its type may be asked for by: its name, its argument's name and number.
    """

    name: str = ""
    keys: tuple = ()


class Call:
    """The call of a module.

    Args:
        placed: what is given by place.
        worded: what is given by name.
    """

    def __init__(self, placed: list, worded: dict):
        self._placed, self._worded = placed, worded
        self._inputs = [leaf for _, leaf in leaves([placed, worded]) if isinstance(leaf, Input)]

    @property
    def shapes(self) -> dict:
        """The name of each input → its shape."""
        return {given.name: given.shape for given in self._inputs}

    def types(self, module, asked: dict) -> dict:
        """The name of each input → the type of its numbers: as asked for by name or number, or
        under `None` for all; as an example says; otherwise that of the module's own.

        Raises:
            ShapeError: if there is no such type, or no such input.
        """
        keys = {None, *(key for given in self._inputs for key in given.keys)}
        for key in asked:
            if key not in keys:
                told = ", ".join(self.shapes)
                raise ShapeError(
                    Text(zh="dtype 里没有这个输入", en="dtype names no input"),
                    key,
                    Text(zh=f"输入：{told}", en=f"the inputs: {told}"),
                )
        return {given.name: _type(module, given, asked) for given in self._inputs}

    def __call__(self, module, tensors: dict):
        """What the module gives for tensors by the names of the inputs."""

        def filled(_, value):
            return tensors[value.name] if isinstance(value, Input) else mapped(value, filled)

        return module(*mapped(self._placed, filled), **mapped(self._worded, filled))


def call_of(signature: inspect.Signature, given: dict | None) -> Call:
    """The call that gives each argument of a signature what is given for it, by name or number.

    Raises:
        ShapeError: if an argument is missing, is none of the signature's, or none is a tensor.
    """
    told, names, numbers = _by_name(signature, given or {}), Names(), count()
    placed: list[Any] = []
    worded: dict[str, Any] = {}
    by_place = True  # as long as none was left out
    for name, parameter in signature.parameters.items():
        if name not in told:
            by_place = False
        elif parameter.kind is ROW:
            for i, value in enumerate(told[name]):
                placed.append(_as_inputs(value, (name, i), next(numbers), names))
        elif parameter.kind is REST:
            for key, value in told[name].items():
                worded[key] = _as_inputs(value, (key,), next(numbers), names)
        elif parameter.kind is WORDED or not by_place:
            worded[name] = _as_inputs(told[name], (name,), next(numbers), names)
        else:
            placed.append(_as_inputs(told[name], (name,), next(numbers), names))
    call = Call(placed, worded)
    if not call.shapes:
        _refuse(signature, given)
    return call


def _by_name(signature: inspect.Signature, given: dict) -> dict:
    """The name of an argument → what is given for it; what `*args` and `**kwargs` take, together.

    Raises:
        ShapeError: if one is missing, or is none of the signature's.
    """
    parameters = signature.parameters
    names = [name for name, p in parameters.items() if p.kind not in (ROW, REST)]
    by_place = [name for name in names if parameters[name].kind is not WORDED]
    row = next((name for name, p in parameters.items() if p.kind is ROW), None)
    rest = next((name for name, p in parameters.items() if p.kind is REST), None)
    told: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(key, int) and 0 <= key < len(by_place if row else names):
            told[names[key]] = value
        elif isinstance(key, int) and key >= 0 and row:
            told.setdefault(row, []).append(value)
        elif key in names:
            told[key] = value
        elif row and key == row and isinstance(value, list | tuple):
            told[row] = value
        elif isinstance(key, str) and rest:
            told.setdefault(rest, {})[key] = value
        else:
            _refuse(signature, given)
    if _needed(signature) - told.keys():
        _refuse(signature, given)
    return told


def _needed(signature: inspect.Signature) -> set:
    """The names of the arguments that must be given."""
    return {
        name
        for name, p in signature.parameters.items()
        if p.default is inspect.Parameter.empty and p.kind not in (ROW, REST)
    }


def _as_inputs(value, path: tuple, number: int, names: Names):
    """The same, with an `Input` in place of each shape, named by its path."""
    if isinstance(value, Asked):
        name = names.free("_".join(map(str, path)))
        return Input(value.shape, value.dtype, name, (name, path[0], number))
    return mapped(value, lambda part, inner: _as_inputs(inner, (*path, part), number, names))


def _refuse(signature: inspect.Signature, given: dict | None):
    """Raise `ShapeError` with what the module takes."""
    parameters = signature.parameters
    needed = [name for name in parameters if name in _needed(signature)]
    names = needed or [str(p).partition(":")[0].partition("=")[0] for p in parameters.values()]
    stray = next((key for key in given or {} if key not in parameters), None)
    asked = Text(
        zh=f"forward 的每个输入都要有形状：{', '.join(names)}",
        en=f"every input of forward needs a shape: {', '.join(names)}",
    )
    first, example = names[0] if names else "x", '("N", 3, "H", "W")'
    if first.startswith("*"):
        first, example = first.lstrip("*"), f"[{example}]"
    elif given and isinstance(stray, str) and len(needed) == 1 and needed[0] not in given:
        example = f"{{{shown(stray, 40)}: {example}}}"  # it belongs within the only argument
    elif given and isinstance(stray, str) and given.keys() >= set(needed):
        told = ", ".join(parameters)
        asked = Text(
            zh=f"forward 没有输入 {shown(stray, 40)}：{told}",
            en=f"forward has no input {shown(stray, 40)}: {told}",
        )
    example = f'{{"{first}": {example}}}'
    raise ShapeError(
        asked,
        {key: _told(value) for key, value in given.items()} if given else None,
        Text(zh=f"例如 {example}", en=f"for example {example}"),
    )


def _told(value):
    """What was given, as it was written."""
    return value.shape if isinstance(value, Asked) else mapped(value, lambda _, part: _told(part))


def _type(module, given: Input, asked: dict):
    import torch

    told = next((asked[key] for key in given.keys if asked.get(key) is not None), given.dtype)
    told = asked.get(None) if told is None else told
    if told is None:
        types = (p.dtype for p in module.parameters() if p.is_floating_point())
        return next(types, torch.float32)
    made = getattr(torch, str(told).removeprefix("torch."), None)
    if not isinstance(made, torch.dtype):
        raise ShapeError(
            Text(zh="没有这种数值类型", en="there is no such type of numbers"),
            told,
            Text(zh='例如 "float32"、"int64"、"bool"', en='for example "float32", "int64", "bool"'),
        )
    return made
