"""Layers and models of Keras whose call is code of their own: called on Keras's symbolic tensors,
they leave a graph of the layers and operations that they call.

An open size is `None` there, which compares with numbers without complaint, so code that looks at
one could go a way that is not that of every size: such code is refused, with its line.
"""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from shapealg.errors import Received, ShapeError, one_line
from shapealg.text import Text
from shapealg.words import frameworks

# whose code looks at shapes for Keras
THEIRS = {*frameworks.NAMES, "jaxlib", "numpy", "optree", "tree", "shapealg"}


class Traced:
    """What was traced so far: each layer that is not built yet is copied once, and the copy built
    in its place.
    """

    def __init__(self) -> None:
        self._copies: dict[int, Any] = {}

    def function(self, layer, args: tuple, kwargs: dict):
        """The `keras.Function` of a call, and the names of the symbolic tensors among the arguments
        in the order of its inputs.

        Raises:
            ShapeError: if the code looks at an open size, or Keras cannot run it on such tensors.
        """
        keras = sys.modules["keras"]
        layer = self.built(layer)
        before = [
            (part, len(part._inbound_nodes), len(part._outbound_nodes))
            for part in layer._flatten_layers()
        ]
        try:
            inputs, names, args, kwargs = _fresh(keras, args, kwargs)
            result = _called(layer, args, kwargs)
            outputs = [x for x in keras.tree.flatten(result) if isinstance(x, keras.KerasTensor)]
            if not outputs:
                raise _nothing(result)
            made = keras.Function(inputs, outputs)
            made._outputs_struct = result  # beside tensors it may hold what is none
            return made, names
        finally:
            for part, into, out in before:
                del part._inbound_nodes[into:]
                del part._outbound_nodes[out:]

    def built(self, layer):
        """The layer, or the copy that is built in its place."""
        if id(layer) in self._copies:
            return self._copies[id(layer)][1]
        made = _built(layer)
        self._copies[id(layer)] = layer, made  # the layer too, so that its id is no other's
        return made


def _built(layer):
    """The layer where all of it is built, otherwise a copy with the same names."""
    if all(part.built for part in layer._flatten_layers()):
        return layer
    made = _copied(layer)
    # a row has copies of its own already, and what it keeps beside its layers is no copy's
    pairs = (
        [(layer, made)]
        if _is_row(layer)
        else zip(layer._flatten_layers(), made._flatten_layers(), strict=False)
    )
    for part, twin in pairs:
        twin.name = part.name
    return made


def _is_row(layer) -> bool:
    """Whether it is a Sequential."""
    return hasattr(layer, "_layers") and hasattr(layer, "add")


def _copied(layer):
    """Another one made alike, whose building does not touch the layer itself.

    Raises:
        ShapeError: if there is none.
    """
    name = type(layer).__name__
    try:
        if _is_row(layer):
            made = type(layer)([])
            for each in layer.layers:
                made.add(_built(each), rebuild=False)  # which would call those that are built
            return made
        if type(layer).__name__ == "Lambda":  # Keras makes none from a config, which might be evil
            return type(layer)(layer.function, arguments=layer.arguments)
        taken = inspect.signature(type(layer).__init__).parameters
        config = layer.get_config()
        if not any(p.kind is p.VAR_KEYWORD for p in taken.values()):
            config = {key: value for key, value in config.items() if key in taken}
        return type(layer).from_config(config)
    except Exception:
        raise ShapeError(
            Text(
                zh=f"{name} 还没有 build，也无法照 get_config 另造一个",
                en=f"{name} is not built, and no other can be made by its get_config",
            ),
            Received(name),
            Text(zh="请先调用它一次", en="call it once first"),
        ) from None


def is_own(layer) -> bool:
    """Whether a layer's call is code of somebody else."""
    if not hasattr(layer, "call"):
        return False
    return type(layer).__name__ == "Lambda" or not type(layer).call.__module__.startswith("keras.")


def entering(model, shapes: dict | None) -> tuple:
    """The inputs of a call, name → shape, and its arguments: symbolic tensors of these names.

    Raises:
        ShapeError: if an input has no shape, or the call has none of that name.
    """
    keras = sys.modules["keras"]
    names = [
        name
        for name, p in inspect.signature(model.call).parameters.items()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and name not in ("training", "mask")
    ]
    given = dict(shapes or {})
    several = len(names) == 1 and len(given) > 1 and all(isinstance(key, int) for key in given)
    numbered = [f"{names[0]}_{key}" for key in given] if several else names
    by_number = dict(enumerate(numbered))
    told = {by_number.get(key, key): shape for key, shape in given.items()}
    if not told or not (several or told.keys() <= set(names)):
        raise ShapeError(
            Text(
                zh=f"call 的每个输入都要有形状：{', '.join(names)}",
                en=f"every input of call needs a shape: {', '.join(names)}",
            ),
            shapes,
            Text(
                zh=f'例如 {{"{names[0]}": ("N", "H", "W", 3)}}',
                en=f'for example {{"{names[0]}": ("N", "H", "W", 3)}}',
            ),
        )
    tensors = {name: keras.KerasTensor(_numbers(shape), name=name) for name, shape in told.items()}
    inputs = {name: tuple(shape) for name, shape in told.items()}
    return inputs, *(((list(tensors.values()),), {}) if several else ((), tensors))


def _numbers(shape: tuple) -> tuple:
    """A shape with `None` in place of names."""
    return tuple(n if isinstance(n, int) else None for n in shape)


def packed(structure, inputs: dict):
    """Symbolic tensors of the inputs, name → shape, in a structure that a model takes; `None` is
    one alone.
    """
    keras = sys.modules["keras"]
    tensors = [keras.KerasTensor(_numbers(shape), name=name) for name, shape in inputs.items()]
    return keras.tree.pack_sequence_as(structure, tensors)


def symbolic(arguments, place: type) -> tuple:
    """Arguments with a symbolic tensor of its name in each `place`."""
    keras = sys.modules["keras"]

    def made(x):
        if not isinstance(x, place):
            return x
        return keras.KerasTensor(x.tensor.shape, x.tensor.dtype, name=str(x))

    return keras.tree.map_structure(made, arguments)


def _fresh(keras, args: tuple, kwargs: dict) -> tuple:
    """New symbolic tensors in place of those among the arguments, with no graph before them; the
    names of those.
    """
    made, names = [], []

    def fresh(x):
        if not isinstance(x, keras.KerasTensor):
            return x
        names.append(x.name)
        made.append(keras.Input(batch_shape=x.shape, dtype=x.dtype))
        return made[-1]

    args, kwargs = keras.tree.map_structure(fresh, (args, kwargs))
    return made, names, args, kwargs


def _called(layer, args: tuple, kwargs: dict):
    """What a layer's own code gives; weights that wait for their numbers go on waiting, those of
    other models, too, which Keras would work out otherwise.
    """
    keras = sys.modules["keras"]
    scope = keras.StatelessScope(initialize_variables=False)
    with scope, _watched(keras.KerasTensor) as looks:
        try:
            made = layer.call(*args, **kwargs)
        except Exception as problem:
            if looks:
                raise _looked(looks[0]) from None
            raise _unfit(layer, problem) from None
    if looks:
        raise _looked(looks[0])
    return made


class Watched(tuple):
    """A shape that notes the line at which somebody's code looks at an open size."""

    __slots__ = ()
    looks: ClassVar[list[str]] = []  # of the one call that is traced

    def __getitem__(self, key):
        made = super().__getitem__(key)
        if isinstance(key, slice):
            return Watched(made)
        if made is None:
            self._note()
        return made

    def __iter__(self) -> Iterator:
        self._look()
        return super().__iter__()

    def __contains__(self, key) -> bool:
        self._look()
        return super().__contains__(key)

    def __eq__(self, other) -> bool:
        self._look()
        return super().__eq__(other)

    def __ne__(self, other) -> bool:
        self._look()
        return super().__ne__(other)

    __hash__ = tuple.__hash__

    def _look(self) -> None:
        """Note a look at all of it."""
        if None in tuple.__iter__(self):
            self._note(3)

    def _note(self, depth: int = 2) -> None:
        frame = sys._getframe(depth)
        if frame.f_globals.get("__name__", "").partition(".")[0] not in THEIRS:
            self.looks.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")


@contextmanager
def _watched(cls) -> Iterator[list]:
    """Let symbolic tensors tell who looks at their open sizes."""
    plain, before, looks = cls.shape, Watched.looks, list[str]()
    Watched.looks = looks
    cls.shape = property(lambda self: Watched(plain.fget(self)), plain.fset)
    try:
        yield looks
    finally:
        cls.shape, Watched.looks = plain, before


def _looked(line: str) -> ShapeError:
    return ShapeError(
        Text(
            zh="模型的代码要看一个未定的尺寸",
            en="the model's own code looks at a size that is open",
        ),
        Received(one_line(line, 120)),
        Text(zh="请把这些尺寸给成数", en="give these sizes as numbers"),
    )


def _nothing(result: Any) -> ShapeError:
    return ShapeError(
        Text(zh="模型须给出张量", en="the model must give a tensor"),
        Received(type(result).__name__),
        Text(zh="可用：张量，及其列表与字典", en="tensors work, and lists and dicts of them"),
    )


def _unfit(layer, problem: Exception) -> ShapeError:
    told = one_line(f"{type(problem).__name__}: {problem}", 160)
    return ShapeError(
        Text(
            zh=f"{type(layer).__name__} 的 call 不能在 Keras 的符号张量上运行",
            en=f"the call of {type(layer).__name__} does not run on Keras's symbolic tensors",
        ),
        Received(told),
        Text(
            zh="请用层与 keras.ops 写 call",
            en="a call written with layers and keras.ops works",
        ),
    )
