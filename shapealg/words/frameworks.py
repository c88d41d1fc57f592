"""The frameworks, one row each, in the order in which pages tell them; every list of them elsewhere
is a projection of this one.
"""

from dataclasses import dataclass

from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Backend:
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


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework.

    Args:
        name: that of its dialect, and of the modules that check it.
        title: as pages have it.
        backends: what runs it.
        aliases: what people call it, too.
        called: its words, where they have another title than what runs them.
    """

    name: str
    title: str
    backends: tuple[Backend, ...]
    aliases: tuple[str, ...] = ()
    called: str = ""


def _alone(
    name: str, title: str, packages: tuple[str, ...], laws: bool = False, slowness: int = 0
) -> tuple[Backend, ...]:
    """The backend of a framework that runs itself."""
    return (Backend(name, packages, Text(zh=title, en=title), laws, slowness),)


FRAMEWORKS = (
    Framework("torch", "PyTorch", _alone("torch", "PyTorch", ("torch",), laws=True), ("pytorch",)),
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
    ),
    Framework(
        "tensorflow",
        "TensorFlow",
        _alone("tensorflow", "TensorFlow", ("tensorflow",), slowness=1),
        ("tf",),
    ),
    Framework("jax", "JAX", _alone("jax", "JAX", ("jax",), slowness=2)),
    Framework(
        "onnx",
        "ONNX Runtime",
        _alone("onnx", "ONNX Runtime", ("onnx", "onnxruntime")),
        ("onnxruntime",),
        called="ONNX",
    ),
    Framework("paddle", "Paddle", _alone("paddle", "Paddle", ("paddle",)), ("paddlepaddle",)),
)
NAMES = tuple(framework.name for framework in FRAMEWORKS)
TITLES = {framework.name: framework.title for framework in FRAMEWORKS}
CALLED = {framework.name: framework.called or framework.title for framework in FRAMEWORKS}
ALIASES = {alias: framework.name for framework in FRAMEWORKS for alias in framework.aliases}
BACKENDS = {backend.name: backend for framework in FRAMEWORKS for backend in framework.backends}
