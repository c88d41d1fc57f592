"""A framework's own layer in the words of its dialect, told by the name of its class and by its
attributes: no framework is imported.
"""

import inspect
from functools import cache
from importlib import import_module

from shapealg.words.words import Words

FRAMEWORKS = ("keras", "torch")
BASES = ("Layer", "Module")  # what all layers are says nothing of one
SAID = ("self", "name")  # what says nothing of a layer


def worded(layer):
    """The words of a real layer of PyTorch or Keras; anything else as it is."""
    if isinstance(layer, Words | str | list | tuple):
        return layer
    for cls in type(layer).__mro__:
        home, name = cls.__module__.partition(".")[0], cls.__name__
        if home not in FRAMEWORKS or name in BASES:
            continue
        known = vars(import_module(f"shapealg.words.dialects.{home}")).get(name)
        if isinstance(known, type(Words)):
            return known(**attributes(layer, known))
        if home == "keras":  # a layer made of another may do anything
            break
    return layer


def attributes(layer, known: type[Words]) -> dict:
    """The arguments of words, from a layer's attributes of the same names; a bias is there or
    not.
    """
    told = {}
    for name in _parameters(known):
        if name == "bias" and hasattr(layer, name):
            told[name] = getattr(layer, name) is not None
        elif name not in SAID and hasattr(layer, name):
            told[name] = getattr(layer, name)
    return told


@cache  # a model has hundreds of layers of one class
def _parameters(known: type[Words]) -> tuple[str, ...]:
    """The names of the arguments that words take."""
    return tuple(inspect.signature(known.__init__).parameters)
