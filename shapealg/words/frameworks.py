"""The frameworks, one row each, in the order in which pages tell them; every list of them elsewhere
is a projection of this one.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from shapealg.text import Text

NOWHERE: Mapping[str, str] = MappingProxyType({})


class Backend(NamedTuple):
    """What runs a framework's layers.

    Args:
        name: as the command line and the records have it.
        packages: what must be installed.
        title: as pages have it.
        laws: whether the laws are checked on it as well.
        slowness: the greater, the longer a sweep over it takes, and the earlier it starts.
    """

    name: str
    packages: tuple[str, ...]
    title: Text
    laws: bool = False
    slowness: int = 0


class Framework(NamedTuple):
    """One framework.

    Args:
        name: that of its dialect, and of the modules that check it.
        title: as pages have it.
        backends: what runs it.
        aliases: what people call it, too, where a framework is named; lines begin by `short`.
        called: its words, where they have another title than what runs them.
        places: where programs find its words, `torch.nn`, and whose words they are; without any,
            its own name.
        short: how programs shorten the beginning of a place.
    """

    name: str
    title: str
    backends: tuple[Backend, ...]
    aliases: tuple[str, ...] = ()
    called: str = ""
    places: Mapping[str, str] = NOWHERE
    short: Mapping[str, str] = NOWHERE


def _alone(
    name: str, title: str, packages: tuple[str, ...], laws: bool = False, slowness: int = 0
) -> tuple[Backend, ...]:
    """The backend of a framework that runs itself."""
    return (Backend(name, packages, Text(zh=title, en=title), laws, slowness),)


FRAMEWORKS = (
    Framework(
        "torch",
        "PyTorch",
        _alone("torch", "PyTorch", ("torch",), laws=True),
        ("pytorch",),
        places={
            "torch": "torch",
            "torch.nn": "torch",
            "torch.nn.functional": "torch.nn.functional",
        },
        short={
            "nn": "torch.nn",
            "F": "torch.nn.functional",
            "functional": "torch.nn.functional",
            "pytorch": "torch",
        },
    ),
    Framework(
        "keras",
        "Keras",
        (
            Backend(
                "keras-tensorflow",
                ("keras", "tensorflow"),
                Text(zh="Keras（TensorFlow）", en="Keras on TensorFlow"),
                laws=True,
                slowness=3,
            ),
            Backend(
                "keras-jax",
                ("keras", "jax"),
                Text(zh="Keras（JAX）", en="Keras on JAX"),
                laws=True,
                slowness=4,
            ),
        ),
        ("tf.keras",),
        places={"keras": "keras", "keras.layers": "keras", "keras.models": "keras"},
        short={"layers": "keras.layers"},
    ),
    Framework(
        "tensorflow",
        "TensorFlow",
        _alone("tensorflow", "TensorFlow", ("tensorflow",), slowness=1),
        ("tf",),
        places={
            "tensorflow": "tensorflow",
            "tensorflow.nn": "tensorflow",
            "tensorflow.image": "tensorflow",
            "tensorflow.math": "tensorflow",
            "tensorflow.keras": "keras",
            "tensorflow.keras.layers": "keras",
            "tensorflow.keras.models": "keras",
        },
        short={"tf": "tensorflow"},
    ),
    Framework(
        "jax",
        "JAX",
        _alone("jax", "JAX", ("jax",), slowness=2),
        places={"jax": "jax", "jax.lax": "jax", "jax.nn": "jax", "jax.image": "jax"},
        short={"lax": "jax.lax"},
    ),
    Framework(
        "onnx",
        "ONNX Runtime",
        _alone("onnx", "ONNX Runtime", ("onnx", "onnxruntime")),
        ("onnxruntime",),
        called="ONNX",
    ),
    Framework(
        "paddle",
        "Paddle",
        _alone("paddle", "Paddle", ("paddle",)),
        ("paddlepaddle",),
        places={"paddle": "paddle", "paddle.nn": "paddle"},
        short={"paddlepaddle": "paddle"},
    ),
)
NAMES = tuple(framework.name for framework in FRAMEWORKS)
TITLES = {framework.name: framework.title for framework in FRAMEWORKS}
CALLED = {framework.name: framework.called or framework.title for framework in FRAMEWORKS}
ALIASES = {alias: framework.name for framework in FRAMEWORKS for alias in framework.aliases}
BACKENDS = {backend.name: backend for framework in FRAMEWORKS for backend in framework.backends}
# place → whose words are found there
PLACES = {
    place: home
    for framework in FRAMEWORKS
    for place, home in (framework.places or {framework.name: framework.name}).items()
}
SHORT = {short: place for framework in FRAMEWORKS for short, place in framework.short.items()}


def dialect(home: str) -> ModuleType:
    """The module with the words of a framework, or of a place in it that has its own:
    `torch.nn.functional`.
    """
    framework, *within = home.split(".")
    return import_module("_".join((f"shapealg.words.dialects.{framework}", *within[-1:])))
