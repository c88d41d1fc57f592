"""JAX's own functions. Compiling is slow, so most shapes are JAX's own abstract evaluation,
`jax.eval_shape`; what is executed, and when:

- every case whose words abstract evaluation does not validate (a stride or kernel below 1, lists of
the wrong length, negative sizes);
- of all others one in `EXECUTED_EVERY`, chosen by the case itself, so that a run can be repeated;
where the two differ, execution is told.
"""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

from zlib import crc32

import jax
import numpy
from jax import lax
from jax import numpy as jnp

name = "jax"
EXECUTED_EVERY = 20

COMPUTATIONS = {
    "max": (lax.max, -numpy.inf),
    "min": (lax.min, numpy.inf),
    "add": (lax.add, 0.0),
    "mul": (lax.mul, 1.0),
}
LISTS = (
    "window_strides",
    "strides",
    "lhs_dilation",
    "rhs_dilation",
    "base_dilation",
    "window_dilation",
)


def versions() -> dict:
    """The packages whose versions the evidence names."""
    return {"jax": jax.__version__}


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out, executed or inferred as said above."""
    if not inferred(call, words, input_shape):
        return _function(call, words)(
            jnp.zeros(input_shape), *map(jnp.zeros, _weights(words))
        ).shape
    struct = [
        jax.ShapeDtypeStruct(tuple(s), numpy.float32) for s in (input_shape, *_weights(words))
    ]
    return jax.eval_shape(_function(call, words), *struct).shape


def inferred(call: str, words: dict, input_shape: tuple) -> bool:
    """Whether the shape is inferred only, and nothing executed."""
    if not _validated(words, len(input_shape)):
        return False
    return crc32(repr((call, words, input_shape)).encode()) % EXECUTED_EVERY != 0


def execute(call: str, words: dict, x, weights=None):
    """What comes out for an array, in its dtype, with the given weights."""
    with jax.enable_x64(x.dtype == "float64"):
        arrays = map(jnp.zeros, _weights(words)) if weights is None else map(jnp.asarray, weights)
        return numpy.asarray(_function(call, words)(jnp.asarray(x), *arrays))


def _weights(words: dict) -> list:
    return [words["rhs"]] if "rhs" in words else []


def _function(call: str, words: dict):
    """The function of the arrays alone."""
    given = {word: value for word, value in words.items() if word != "rhs"}
    if call == "reduce_window":
        computation, initial = COMPUTATIONS[given.pop("computation")]
        return lambda x: lax.reduce_window(x, numpy.asarray(initial, x.dtype), computation, **given)
    if call == "pad":
        return lambda x: lax.pad(x, jnp.zeros((), x.dtype), **given)
    function = jax.image.resize if call == "image_resize" else getattr(lax, call, None)
    function = function or getattr(jax.nn, call)
    return lambda *arrays: function(*arrays, **given)


def _validated(words: dict, axes: int) -> bool:
    """Whether abstract evaluation refuses what execution refuses: lists of the right length,
    nothing below 1 where nothing may be.
    """
    whole = "window_dimensions" in words
    lists = [words[word] for word in LISTS if words.get(word) is not None]
    shapes = [words.get(w, ()) for w in ("rhs", "filter_shape", "shape", "window_dimensions")]
    if not all(isinstance(shape, tuple | list) for shape in shapes):
        return False  # execution says what is wrong
    lengths = [length for shape in shapes for length in shape]
    wanted = axes - (0 if whole else 2)
    right = all(_counts(value) and len(value) == wanted for value in lists)
    return right and min(lengths, default=1) > 0


def _counts(value) -> bool:
    """Whether it is a tuple of ints from 1 on."""
    return isinstance(value, tuple) and all(isinstance(e, int) and e > 0 for e in value)
