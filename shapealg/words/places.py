"""Where programs find their words: `torch.nn.functional.conv2d`, `tf.keras.layers.Dense`; one table
for Python and the command line.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module

from shapealg.errors import NoSuchName
from shapealg.names import near
from shapealg.text import Text
from shapealg.words.frameworks import NAMES, PLACES, SHORT, dialect
from shapealg.words.words import Words

OURSELVES = ("sa", "shapealg")  # `import shapealg as sa`


def vocabulary(framework: str) -> dict:
    """Every word of a dialect that may change a size: name → class. What other words are made from
    is no word itself.
    """
    told = vars(dialect(framework))
    return {name: value for name, value in told.items() if _is_word(framework, name, value)}


def _is_word(framework: str, name: str, value: object) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, Words)
        and value.framework == framework
        and value.__name__ == name
        and not name.startswith("_")
        and not value.__dict__.get("family")
        and value.__init__ is not object.__init__
    )


@cache
def layers(home: str) -> dict:
    """Every word that makes a layer: name → what is called."""
    unchanged = import_module("shapealg.words.unchanged").words_of(home)
    module = dialect(home)
    if (functions := vars(module).get("FUNCTIONS")) is not None:
        return unchanged | functions
    return unchanged | vocabulary(home) | _renamed(module)


def _renamed(module) -> dict:
    """Words under their second name, as Keras's MaxPool2D."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and value.__name__ in vars(module)
        and name != value.__name__
        and not name.startswith("_")
        and value in vocabulary(module.__name__.rpartition(".")[2]).values()
    }


@cache
def words(home: str) -> dict:
    """Every word: layers, functions that join, `Sequential`."""
    made, told = dict(layers(home)), vars(dialect(home))
    made |= {name: told[name] for name in told.get("BESIDE", ())}
    if home == "keras":
        made["Input"] = made["InputLayer"] = import_module("shapealg.words.sequential").Input
    return made


def whole(path: list) -> str:
    """The place that a dotted path means, written out: ["F"] is torch.nn.functional.

    >>> whole(["nn"]), whole(["sa", "tf", "keras", "layers"]), whole([])
    ('torch.nn', 'tensorflow.keras.layers', '')
    """
    path = path[1:] if path and path[0] in OURSELVES else path
    if not path:
        return ""
    return ".".join([SHORT.get(path[0], path[0]), *path[1:]])


def found(place: str, name: str, known: Callable = words):
    """What a word means in a place.

    Raises:
        NoSuchName: if there is none; the line tells the nearest.
    """
    home = PLACES[place]
    if home in NAMES:  # the commonest, without making its table of a hundred others
        told = vars(dialect(home)).get(name)
        if _is_word(home, name, told):
            return told
    listed = known(home)
    for spelled in (name, f"{place.rpartition('.')[2]}_{name}"):  # image.resize is image_resize
        if spelled in listed:
            return listed[spelled]
    beneath = [inner.removeprefix(f"{place}.") for inner in PLACES if inner.startswith(f"{place}.")]
    close = near(name, [*listed, *(inner for inner in beneath if "." not in inner)])
    raise NoSuchName(
        Text(zh=f"{place} 里没有这个词", en=f"{place} has no such word"),
        name,
        close or list(listed)[:3],
    )


class Place:
    """A place in a framework where words are found: `sa.torch.nn`, `sa.jax.lax`."""

    def __init__(self, path: str):
        self._path = path

    def __getattr__(self, name: str):
        return attribute(self._path, name)

    def __dir__(self) -> list:
        return listed(self._path)

    def __repr__(self) -> str:
        return f"<the words of {self._path}, {len(words(PLACES[self._path]))} of them: see dir()>"


def attribute(place: str, name: str):
    """A word of a place, or a place within it.

    Raises:
        NoSuchName: if there is none.
    """
    if name == "__all__":  # what `from shapealg.torch import *` asks for: words, no place within
        return sorted(words(PLACES[place]))
    if name.startswith("_"):
        raise AttributeError(name)
    if f"{place}.{name}" in PLACES:
        return Place(f"{place}.{name}")
    return found(place, name)


def listed(place: str) -> list:
    """The names that `dir()` shows: words, and the places within."""
    within = [inner.removeprefix(f"{place}.") for inner in PLACES if inner.startswith(f"{place}.")]
    return sorted([*words(PLACES[place]), *(inner for inner in within if "." not in inner)])
