"""Real models, read: each reader turns one kind of model into a `Graph`. Frameworks are imported
only when one of their models is read.
"""

import os
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

from shapealg.errors import Received, ShapeError, one_line, shown
from shapealg.network.network import Network
from shapealg.network.readers.arguments import arguments, plain
from shapealg.network.readers.layers import Branches
from shapealg.network.readers.pasted import is_text
from shapealg.text import Text
from shapealg.words.words import Words


def read(
    model: object,
    input_shape: tuple | str | list | dict | None = None,
    dtype: str | dict | None = None,
    **others: object,
) -> Network:
    """The network of a model: an ONNX file, a Keras model, a `torch.nn.Module`, or a list of
    layers, which may be a text.

    No weights are needed and nothing is computed. An operator that is not known here is named in
    `unknown`, and what comes behind it is unknown too.

    Args:
        model: a path to an ONNX file (or a loaded `ModelProto`), a Keras model, a PyTorch module,
            or a list of layers: in the words of a dialect, or a framework's own; one layer stands
            for a list of one. A text of layers is parsed, never run: "nn.Conv2d(3, 8, 3);
            nn.ReLU()", or what PyTorch prints of a `Sequential`.
        input_shape: the shape that goes in, in the model's own layout; ints, and names (or `None`)
            for the sizes that stay open. A string such as "N,3,H,W" or "1x3x224x224" works too,
            and so does an array or a tensor; a list of them, or name → shape, for several inputs.
            An ONNX or Keras model that says its own may leave it out; so may layers whose first
            says its channels. What a PyTorch module takes
            otherwise goes in as its `forward` has it: lists, dicts and dataclasses of shapes;
            `None`, numbers and all else as they are.
        dtype: the type of the numbers that go into a PyTorch module, such as "int64"; name → type
            for several inputs. Example tensors say their own; otherwise it is that of the weights.

    Raises:
        ShapeError: for anything else; the line says what works.

    >>> import shapealg as sa
    >>> read([sa.torch.Conv2d(3, 8, 3), sa.torch.MaxPool2d(2)], "N,3,H,W").output_shape
    (N, 8, H//2 - 1, W//2 - 1)
    >>> read("nn.Conv1d(80, 512, 3, 2, 1); nn.GELU()").output_shape
    (N, 512, (L + 1)//2)
    """
    if others:
        raise ShapeError(
            Text(
                zh="read 只有 model、input_shape 与 dtype 三个参数",
                en="read takes model, input_shape and dtype only",
            ),
            Received(", ".join(f"{one_line(name, 40)}={shown(n)}" for name, n in others.items())),
            Text(
                zh='例如 read(model, input_shape=(1, 3, "H", "W"))',
                en='for example read(model, input_shape=(1, 3, "H", "W"))',
            ),
        )
    with suppress(RecursionError):  # a list that holds itself; its reader says so
        model = _whole(model)
    kind = _kind(model)
    if kind is None:
        raise ShapeError(
            Text(
                zh="须是 ONNX 文件、Keras 模型、torch.nn.Module 或层的列表",
                en="an ONNX file, a Keras model, a torch.nn.Module or a list of layers is needed",
            ),
            model,
            Text(
                zh='例如 read("model.onnx", ("N", 3, "H", "W"))',
                en='for example read("model.onnx", ("N", 3, "H", "W"))',
            ),
        )
    reader = import_module(f"shapealg.network.readers.{kind}").read
    given = arguments(input_shape)
    if kind == "torch":
        types = dict(dtype) if isinstance(dtype, dict) else {None: dtype}
        return _read(partial(reader, given=given, dtypes=types), model, None)
    if dtype is not None:
        raise ShapeError(
            Text(zh="dtype 只用于 PyTorch 模块", en="dtype is for PyTorch modules"),
            dtype,
            Text(zh="去掉 dtype", en="leave it out"),
        )
    return _read(reader, model, plain(given))


def _read(reader, model, shapes: dict | None) -> Network:
    """The network, which can be read again at other shapes of its inputs, by their names."""
    return Network(reader(model, shapes), partial(_read, reader, model))


def _whole(model):
    """The model: layers of one framework's own are its `Sequential`, and one layer is a list."""
    if isinstance(model, Words | Branches):
        return [model]
    homes = _homes(model)
    if ("keras", "Layer") in homes:
        model = model if ("keras", "Model") in homes else [model]
    if not isinstance(model, list | tuple) or isinstance(model, Words):
        return model
    entries = [_whole(entry) if isinstance(entry, list | tuple) else entry for entry in model]
    kinds = {_kind(entry) for entry in entries}
    if type(model) in (list, tuple) and kinds == {"torch"}:
        return sys.modules["torch"].nn.Sequential(*entries)
    if type(model) in (list, tuple) and kinds == {"keras"}:
        return sys.modules["keras"].Sequential(entries)
    return model


def _homes(model) -> set:
    """The frameworks and names of what a value is."""
    return {(cls.__module__.partition(".")[0], cls.__name__) for cls in type(model).__mro__}


def _kind(model) -> str | None:
    """Whose model it is, told without importing any framework."""
    if isinstance(model, list | tuple):
        return "layers"
    if isinstance(model, str) and is_text(model):
        return "pasted"
    if isinstance(model, str | os.PathLike):
        return "onnx"
    homes = _homes(model)
    if any(name == "ModelProto" for _, name in homes):
        return "onnx"
    # with PyTorch beneath it, a Keras model is a Module too
    if any(home == "keras" for home, _ in homes):
        return "keras"
    return "torch" if ("torch", "Module") in homes else None
