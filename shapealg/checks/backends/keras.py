"""The real Keras, executed: on TensorFlow, so that `tf.nn.convolution` runs, or on JAX.

Keras fixes its backend at import, so each process runs one; `KERAS_BACKEND` says which.

A sweep calls every layer on TensorFlow. JAX compiles anew for every shape, so there one case in
`EXECUTED_EVERY`, picked by what it says, is executed, and every case with a word below 1, which
JAX's evaluation of shapes does not check; of the others the call is traced (`jax.eval_shape`:
Keras's own code runs, JAX works out shapes only).
"""

import os
import zlib
from contextlib import contextmanager, nullcontext

os.environ |= {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
}

import keras
import numpy

keras.config.disable_traceback_filtering()
name = f"keras-{keras.backend.backend()}"

# One computation per rank: the name of the function every convolution of Keras ends in.
FINAL_CALL = {
    "tensorflow": ("tensorflow.nn", "convolution"),
    "jax": ("jax.lax", "conv_general_dilated"),
}[keras.backend.backend()]
CLASSES = {1: keras.layers.Conv1D, 2: keras.layers.Conv2D, 3: keras.layers.Conv3D}
TRANSPOSED = {
    1: keras.layers.Conv1DTranspose,
    2: keras.layers.Conv2DTranspose,
    3: keras.layers.Conv3DTranspose,
}
PADDINGS = ("valid", "same", "causal")


def versions() -> dict:
    """The packages whose versions the evidence names."""
    import importlib.metadata as metadata

    wanted = {"tensorflow": ("tensorflow-cpu", "tensorflow"), "jax": ("jax",)}[
        keras.backend.backend()
    ]
    versions_found = (_version(metadata, package) for package in wanted)
    found = list(filter(None, versions_found))
    return {
        "keras": keras.__version__,
        keras.backend.backend(): found[0],
        "numpy": numpy.__version__,
    }


def _version(metadata, package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def refuses(s: int, d: int, padding: str) -> bool:
    """Stride and dilation may not both exceed 1."""
    return s > 1 and d > 1


def refuses_transposed(k: int, s: int, d: int, p: int, op: int) -> bool:
    """Nor may the output padding reach the stride; TensorFlow on the CPU has no dilation here, nor
    "same" with an even kernel and output_padding=0.
    """
    return (
        refuses(s, d, "valid")
        or op >= s
        or (
            keras.backend.backend() == "tensorflow"
            and (d > 1 or (p > 0 and op == 0 and k % 2 == 0))
        )
    )


def response(
    n: int, k: int, s: int = 1, d: int = 1, padding="valid", lo: int = 0, hi: int = 0
) -> numpy.ndarray:
    """What each output (row) answers to a single 1 at each input position (column), taps weighing
    1, 2, …, k.
    """
    x = numpy.eye(n, dtype="float32")[:, :, None]
    return _matrix(_slide(x, numpy.arange(1, k + 1, dtype="float32"), s, d, padding, lo, hi))


def transposed_response(n: int, k: int, s: int, d: int, p: int, op: int) -> numpy.ndarray:
    """The same for a transposed convolution that crops nothing ("valid") or half its span on each
    side ("same"), with `op` given back.
    """
    made = keras.layers.Conv1DTranspose(
        1,
        k,
        strides=s,
        dilation_rate=d,
        padding="same" if p else "valid",
        output_padding=op,
        use_bias=False,
    )
    made.build((n, n, 1))
    made.set_weights([numpy.arange(1, k + 1, dtype="float32")[:, None, None]])
    return _matrix(made(numpy.eye(n, dtype="float32")[:, :, None]))


def ceiled_size(n: int, k: int, s: int, d: int, p: int, clipped: bool) -> None:
    """Keras has no word for rounding up."""


def paths(n: int, layers: list) -> numpy.ndarray:
    """How many ways lead from each input position (column) to each output (row) through layers of
    ones.
    """
    x = numpy.eye(n, dtype="float32")[:, :, None]
    for words in layers:
        x = _slide(
            x,
            numpy.ones(words["k"], dtype="float32"),
            *(
                words.get(a, b)
                for a, b in (("s", 1), ("d", 1), ("padding", "valid"), ("lo", 0), ("hi", 0))
            ),
        )
    return _matrix(x)


def _slide(x, taps, s, d, padding, lo, hi):
    """One Conv1D with one channel and the given taps, behind explicit padding or cropping."""
    if max(lo, 0) or max(hi, 0):
        x = keras.layers.ZeroPadding1D((max(lo, 0), max(hi, 0)))(x)
    if min(lo, 0) or min(hi, 0):
        x = keras.layers.Cropping1D((max(-lo, 0), max(-hi, 0)))(x)
    made = keras.layers.Conv1D(
        1, len(taps), strides=s, dilation_rate=d, padding=padding, use_bias=False
    )
    made.build(x.shape)
    made.set_weights([taps[:, None, None]])
    return made(x)


def _matrix(x):
    return numpy.asarray(x)[:, :, 0].T.round().astype(int)


def layer(words: dict, x, kernel, bias):
    """The output of the real layer with the given weights; the words are Keras's, `filters` and
    `kernel_size` among them.
    """
    made = CLASSES[x.ndim - 2](**words)
    made.build(x.shape)
    if tuple(made.kernel.shape) != kernel.shape:
        raise AssertionError(
            f"Keras built a kernel of shape {tuple(made.kernel.shape)}, not {kernel.shape}"
        )
    made.set_weights([kernel, bias])
    return numpy.asarray(made(x))


def built(rank: int, words: dict, input_shape: tuple) -> dict:
    """Kernel shape and number of parameters of a layer that Keras has built."""
    made = CLASSES[rank](**words)
    made.build(input_shape)
    return {"kernel": tuple(made.kernel.shape), "parameters": made.count_params()}


def facts(rank: int, words: dict, input_shape: tuple) -> dict:
    """The output shape of a layer that Keras has called."""
    return {
        "output": tuple(CLASSES[rank](**words)(numpy.zeros(input_shape, dtype="float32")).shape)
    }


def normalized(value, n: int) -> tuple:
    """(what Keras's constructor made of a kernel size or None, the name of the error or "", whether
    the layer runs).
    """
    try:
        made = CLASSES[n](2, value)
    except Exception as error:
        return None, type(error).__name__, False
    try:
        made(numpy.zeros((1, *(60,) * n, 1), dtype="float32"))
    except Exception as error:
        return tuple(made.kernel_size), type(error).__name__, False
    return tuple(made.kernel_size), "", True


def flops(rank: int, words: dict, input_shape: tuple, output_shape: tuple) -> int:
    """What the framework itself counts for the convolution: TensorFlow's profiler, XLA's cost
    analysis.
    """
    return _counted_flops(CLASSES[rank](**words, use_bias=False), input_shape)


def _counted_flops(made, input_shape) -> int:
    made.build(input_shape)
    if keras.backend.backend() == "jax":
        import jax

        compiled = (
            jax.jit(made.__call__).lower(jax.ShapeDtypeStruct(input_shape, "float32")).compile()
        )
        return int(compiled.cost_analysis()["flops"])
    import tensorflow
    from tensorflow.python.profiler.model_analyzer import profile
    from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

    graph = (
        tensorflow.function(made.__call__)
        .get_concrete_function(tensorflow.TensorSpec(input_shape))
        .graph
    )
    return int(
        profile(
            graph, options=ProfileOptionBuilder.float_operation() | {"output": "none"}
        ).total_float_ops
    )


def transposed_flops(n: tuple, k: int, s: int, c: int, f: int, g: int) -> int | None:
    """The same for a transposed convolution; None where it is not counted: groups, and on
    TensorFlow all but rank 2.

    XLA leaves out products with cropped positions, so there nothing is cropped; TensorFlow's
    profiler takes n·s outputs for granted.
    """
    jax = keras.backend.backend() == "jax"
    if g > 1 or (not jax and len(n) != 2):
        return None
    return _counted_flops(
        TRANSPOSED[len(n)](f, k, strides=s, padding="valid" if jax else "same", use_bias=False),
        (1, *n, c),
    )


def flattened(column: int, channel: int, shape: tuple) -> int:
    """Where an entry of a (columns, channels) array stands after `Reshape` to one axis."""
    mark = numpy.zeros((1, *shape), dtype="float32")
    mark[0, column, channel] = 1
    return int(numpy.asarray(keras.layers.Reshape((-1,))(mark)).argmax())


EXECUTED_EVERY = 20
NOTHING = ("output_padding", "padding", "cropping", "axis")  # words that may well be 0


def shape(call: str, words: dict, input_shape: tuple) -> tuple:
    """The shape that comes out of a layer that is called on zeros."""
    made = _made(call, words)
    many = isinstance(input_shape[0], tuple | list)
    if inferred(call, words, input_shape):
        return _traced(made, input_shape, many)
    zeros = (
        [numpy.zeros(one, "float32") for one in input_shape]
        if many
        else numpy.zeros(input_shape, "float32")
    )
    return tuple(made(zeros).shape)


def execute(call: str, words: dict, x, weights=None):
    """The output of a layer on an array, or on a list of them, in its dtype, with the given
    weights or its own zeros.
    """
    several = isinstance(x, list)
    dtype = x[0].dtype if several else x.dtype
    with _doubled(dtype):
        made = _made(call, words if dtype == "float32" else words | {"dtype": dtype.name})
        made.build([each.shape for each in x] if several else x.shape)
        if weights is not None:
            for ours, theirs in zip(weights, made.weights, strict=True):
                if ours.shape != tuple(theirs.shape):
                    raise AssertionError(
                        f"Keras built weights of shape {tuple(theirs.shape)}, not {ours.shape}"
                    )
            made.set_weights(weights)
        return numpy.asarray(made(x))


def _doubled(dtype):
    """JAX takes double precision for single unless it is told not to."""
    if keras.backend.backend() != "jax" or dtype != "float64":
        return nullcontext()
    import jax

    return jax.enable_x64(True)


def _made(call: str, words: dict):
    """The layer, its weights zeros that need no compiling."""
    made = getattr(keras.layers, call)(**words)
    for name in (
        "kernel_initializer",
        "depthwise_initializer",
        "pointwise_initializer",
        "bias_initializer",
    ):
        if hasattr(made, name):
            setattr(made, name, _zeros)
    return made


def _zeros(shape, dtype=None):
    return numpy.zeros(shape, dtype or "float32")


def inferred(call: str, words: dict, input_shape: tuple) -> bool:
    """Whether the shape is inferred only, and nothing executed: on JAX, for most."""
    return keras.backend.backend() == "jax" and not _executed(call, words, input_shape)


def _executed(call, words, input_shape) -> bool:
    """Whether JAX runs this case, and not only traces it."""
    told = repr((call, sorted(words.items()), input_shape))
    return zlib.crc32(told.encode()) % EXECUTED_EVERY == 0 or any(
        _below_one(value) for name, value in words.items() if name not in NOTHING
    )


def _below_one(value) -> bool:
    return (
        any(map(_below_one, value))
        if isinstance(value, tuple | list)
        else isinstance(value, int) and not isinstance(value, bool) and value < 1
    )


def _traced(made, input_shape, many: bool) -> tuple:
    import jax

    made.build(input_shape)
    given = (
        [jax.ShapeDtypeStruct(one, "float32") for one in input_shape]
        if many
        else jax.ShapeDtypeStruct(input_shape, "float32")
    )
    return tuple(jax.eval_shape(made.__call__, given).shape)


@contextmanager
def counted_calls():
    """Count how often the one function below every Keras convolution is called."""
    import importlib

    module, function = importlib.import_module(FINAL_CALL[0]), FINAL_CALL[1]
    real, calls = getattr(module, function), []

    def counting(*args, **kwargs):
        calls.append(function)
        return real(*args, **kwargs)

    setattr(module, function, counting)
    try:
        yield calls
    finally:
        setattr(module, function, real)
