"""TensorFlow's own functions, executed eagerly on zeros or on given numbers. Every case is
executed, none inferred.

oneDNN is off unless the environment says otherwise: with it an empty output takes the shape of the
input, and data of the wrong rank aborts the process. An empty axis into conv3d_transpose does that
too; no grid asks for it.
"""

import contextlib
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy
import tensorflow as tf

# where TensorFlow is already running, it keeps the threads it has
with contextlib.suppress(RuntimeError):
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

name = "tensorflow"

# The words that are shapes of weights; the function takes the weights themselves, after the data
# and in this order.
WEIGHTS = ("filters", "filter", "depthwise_filter", "pointwise_filter", "bias")
ELSEWHERE = {
    "pad": tf.pad,
    "reshape": tf.reshape,
    "image_resize": tf.image.resize,
    "extract_patches": tf.image.extract_patches,
}


def versions() -> dict:
    """The packages whose versions the evidence names."""
    return {"tensorflow": tf.__version__}


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out, executed on zeros."""
    return tuple(_called(call, words, tf.zeros(input_shape)).shape)


def execute(call: str, words: dict, x, weights=None):
    """What comes out for an array, in its dtype, with the given weights."""
    return _called(call, words, tf.constant(x), weights).numpy()


def _called(call, words, x, weights=None):
    function = ELSEWHERE.get(call) or getattr(tf.nn, call)
    shaped = [word for word in WEIGHTS if word in words]
    arrays = (
        [tf.zeros(words[word]) for word in shaped]
        if weights is None
        else [tf.constant(numpy.ascontiguousarray(w)) for w in weights]
    )
    given = {word: value for word, value in words.items() if word not in shaped}
    return function(x, *arrays, **given)
