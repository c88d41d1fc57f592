"""A call in a framework's words put together: its arguments against the signature, the data that
may come first, weights as arrays.
"""

import inspect
from contextlib import suppress
from functools import cache
from inspect import Parameter
from typing import Any

from shapealg.errors import Received, ShapeError, one_line, shown
from shapealg.exact import is_scalar
from shapealg.text import Text
from shapealg.words.shape import sizes

# how Keras's first layer may tell what comes in, the batch left out
SAID_INPUT = ("input_shape", "input_dim")
PLAIN = {int, bool, str, tuple, list, type(None)}  # what is no array, and most of what is said


class Spelling(type):
    """A call with arguments that the signature does not have is refused in one line, and what was
    given is kept.
    """

    def __call__(cls, *args, **kwargs):
        """The words of one call, or what comes out where the call names what comes in."""
        for name in cls.data:
            if name in kwargs:
                return cls._on(kwargs.pop(name), args, kwargs)
        if cls.data_first and args:
            return cls._on(args[0], args[1:], kwargs)
        try:
            return cls._made(args, kwargs)
        except ShapeError:
            # the call as it stands in a program, what comes in first
            if not cls.data or len(args) < len(cls.data):
                raise
            words = None
            with suppress(ShapeError):
                words = cls._made(args[len(cls.data) :], kwargs)
            if words is None:
                raise
        return words if unnamed(args[0]) else words.output_shape(args[0])

    def _on(cls, data, args: tuple, kwargs: dict):
        """The words on what comes in: the shape that comes out, or the words where that is open."""
        words = cls._made(args, kwargs)
        return words if unnamed(data) else words.output_shape(data)

    def _made(cls: Any, args: tuple, kwargs: dict):
        words = cls.__new__(cls)
        vars(words)["_names"] = {}
        said = [kwargs[name] for name in SAID_INPUT if name in kwargs and name in cls.sizeless]
        kwargs = {
            name: shape_of_array(value)
            for name, value in kwargs.items()
            if name not in cls.sizeless
        }
        args = tuple(map(shape_of_array, args))
        if (given := _by_name(cls, args, kwargs)) is not None:
            vars(words)["_given"] = given
            words.__init__(**given)
        else:
            given = bound(signature_of(cls), cls.__name__, args, kwargs)
            vars(words)["_given"] = dict(given.arguments)
            given.apply_defaults()
            words.__init__(*given.args, **given.kwargs)
        for value in said:
            words.said_input = (None, *sizes((value,) if isinstance(value, int) else value))
        return words

    @property
    def __signature__(cls) -> inspect.Signature:
        return signature_of(cls)


def _by_name(cls, args: tuple, kwargs: dict) -> dict | None:
    """Arguments by name; `None` where they do not simply fit."""
    positional, named, required = _names(cls)
    if len(args) > len(positional) or required is None:
        return None
    given = dict(zip(positional, args, strict=False)) | kwargs
    once = len(given) == len(args) + len(kwargs)
    return given if once and required <= given.keys() <= named else None


@cache
def _names(cls) -> tuple:
    """The arguments that have a place, all of them, and those that must be said; nothing, where the
    signature is another than that of `__init__`, or takes any number.
    """
    parameters = signature_of(cls).parameters
    kinds = {p.kind for p in parameters.values()}
    plain = kinds <= {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}
    if cls.signature is not None or not plain:
        return (), frozenset(), None
    placed = [n for n, p in parameters.items() if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    required = {n for n, p in parameters.items() if p.default is Parameter.empty}
    return tuple(placed), frozenset(parameters), frozenset(required)


def bound(signature: inspect.Signature, name: str, args: tuple, kwargs: dict):
    """Arguments bound to a signature.

    Raises:
        ShapeError: where they do not fit; the line names the words that work.
    """
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as problem:
        named = [p.name for p in signature.parameters.values()]
        reason = one_line(str(problem).replace("'", ""), 90)
        told = [shown(a) for a in args[:9]]
        told += [f"{one_line(k, 40)}={shown(v)}" for k, v in list(kwargs.items())[:9]]
        raise ShapeError(
            Text(zh=f"{name} 的参数不合（{reason}）", en=f"{name}: {reason}"),
            Received(", ".join(told) or "()"),
            Text(
                zh=f"可用：{', '.join(named) or '无参数'}",
                en=f"{', '.join(named) or 'no arguments'} work",
            ),
        ) from None


def shape_of_array(value):
    """Weights as an array or a tensor: their shape is what matters. Integers are numbers to
    read, a single one of NumPy's as Python's.
    """
    if type(value) in PLAIN:
        return value
    if is_scalar(value) and value.dtype.kind in "iu":
        return int(value)
    try:
        own = getattr(value, "shape", None)
        if own is None or isinstance(value, type) or "int" in str(value.dtype) or len(own) < 2:
            return value
        return tuple(own)
    except Exception:  # no array after all, or somebody's failing attribute
        return value


def unnamed(data) -> bool:
    """Whether what comes in is only a name, `x`: no shape, so the words are meant and no answer."""
    return isinstance(data, str) and data.isidentifier()


@cache
def signature_of(cls) -> inspect.Signature:
    """The signature of a dialect's words: its own, or that of `__init__`."""
    if cls.signature is not None:
        return cls.signature
    signature = inspect.signature(cls.__init__)
    return signature.replace(parameters=list(signature.parameters.values())[1:])
