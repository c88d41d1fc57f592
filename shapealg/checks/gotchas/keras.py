"""Keras's surprises, on 3.15.1 with TensorFlow 2.21 (CPU, without oneDNN) and JAX 0.10.2.

Keras fixes its backend at import, so each backend runs in a process of its own, all questions at
once.
"""

import json
import os
import subprocess
import sys
from functools import cache, partial

from shapealg.checks.gotchas import Gotcha
from shapealg.text import Text

BACKENDS = ("tensorflow", "jax")
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
}

# What a question may speak of: a layer called on zeros, what it says of a shape, and a few values.
SAID = """
import json, sys
import keras, numpy
from keras import layers

def call(layer, *size):
    return tuple(layer(numpy.zeros(size, "float32")).shape)

def compute(layer, *size):
    return tuple(layer.compute_output_shape(size))

def first_channel(layer, *size):
    layer.build(size)
    kernel, bias = layer.weights
    layer.set_weights([numpy.zeros(kernel.shape), numpy.arange(1, 1 + bias.shape[0])])
    made = numpy.asarray(layer(numpy.zeros(size, "float32")))
    return made[0, 0].astype(int).tolist()

def of_range(layer, *size):
    return list(map(int, values(layer, *size)))

def values(layer, *size):
    made = numpy.asarray(layer(numpy.arange(numpy.prod(size), dtype="float32").reshape(size)))
    return made.ravel().round(2).tolist()

answers = []
for question in json.load(sys.stdin):
    try:
        answers.append(str(eval(question)))
    except Exception as error:
        answers.append(type(error).__name__)
print(json.dumps(answers))
"""

QUESTIONS = {
    "keras-small-pool": (
        "compute(layers.MaxPooling1D(3, 1), 1, 2, 1)",
        "call(layers.MaxPooling1D(3, 1), 1, 2, 1)",
        "compute(layers.MaxPooling1D(3, 1), 1, 1, 1)",
        "call(layers.MaxPooling1D(3, 1), 1, 1, 1)",
    ),
    "keras-even-transposed": (
        'compute(layers.Conv1DTranspose(1, 4, 2, "same", output_padding=0), 1, 4, 1)',
        'call(layers.Conv1DTranspose(1, 4, 2, "same", output_padding=0), 1, 4, 1)',
        'call(layers.Conv1DTranspose(1, 4, 2, "same"), 1, 4, 1)',
        'call(layers.Conv1DTranspose(1, 3, 2, "same", output_padding=0), 1, 4, 1)',
    ),
    "keras-short-transposed": (
        "call(layers.Conv1DTranspose(1, 2, 3), 1, 4, 1)",
        "call(layers.Conv1DTranspose(1, 2, 3, output_padding=0), 1, 4, 1)",
        "call(layers.Conv1DTranspose(1, 3, 2), 1, 4, 1)",
    ),
    "keras-transposed-order": (
        'call(layers.Conv2DTranspose(1, 3, 2, "same", 1), 1, 4, 4, 1)',
        'call(layers.Conv3DTranspose(1, 3, 2, "same", 1), 1, 4, 4, 4, 1)',
        'call(layers.Conv3DTranspose(1, 3, 2, "same", None, 1), 1, 4, 4, 4, 1)',
    ),
    "keras-transposed-empty": (
        "compute(layers.Conv1DTranspose(1, 1, 3), 1, 0, 1)",
        "call(layers.Conv1DTranspose(1, 1, 3), 1, 0, 1)",
    ),
    "keras-padding-tuple": (
        "layers.Conv1D(1, 3, padding=(1, 1)).padding",
        "compute(layers.Conv1D(1, 3, padding=(1, 1)), 1, 8, 1)",
        "call(layers.Conv1D(1, 3, padding=(1, 1)), 1, 8, 1)",
    ),
    "keras-stride-dilation": (
        "call(layers.Conv2D(1, 3, (2, 1), dilation_rate=(1, 2)), 1, 9, 9, 1)",
        "call(layers.DepthwiseConv2D(3, 2, dilation_rate=2), 1, 9, 9, 1)",
        "call(layers.DepthwiseConv2D(3, (2, 1)), 1, 9, 9, 1)",
    ),
    "keras-ops-conv": (
        (
            'keras.ops.conv(numpy.zeros((1, 2, 1), "float32"), numpy.zeros((3, 1, 1),'
            ' "float32")).shape'
        ),
    ),
    "keras-causal-empty": (
        'compute(layers.Conv1D(1, 3, padding="causal"), 1, 0, 1)',
        'call(layers.Conv1D(1, 3, padding="causal"), 1, 0, 1)',
        'call(layers.Conv1D(1, 3, padding="same"), 1, 0, 1)',
    ),
    "keras-bias-axis": (
        'first_channel(layers.DepthwiseConv1D(1, data_format="channels_first"), 1, 3, 4)',
        'first_channel(layers.DepthwiseConv1D(1, data_format="channels_first"), 1, 3, 3)',
    ),
    "keras-sparse-pool": (
        'of_range(layers.MaxPooling1D(1, 3, "same"), 1, 6, 1)',
        'of_range(layers.MaxPooling3D(1, (1, 1, 3), "same"), 1, 1, 1, 6, 1)',
        'of_range(layers.AveragePooling3D(1, (1, 1, 3), "same"), 1, 1, 1, 6, 1)',
    ),
    "keras-adaptive-rank": (
        "call(layers.AdaptiveMaxPooling2D((3, 2)), 1, 7, 8)",
        "compute(layers.AdaptiveMaxPooling2D((3, 2)), 1, 7, 8)",
    ),
    "keras-adaptive-jax": (
        "values(layers.AdaptiveAveragePooling1D(7), 1, 14, 1)",
        "values(layers.AdaptiveMaxPooling1D(7), 1, 7, 1)",
        "values(layers.AdaptiveAveragePooling1D(6), 1, 12, 1)",
    ),
    "keras-cpu": (
        'call(layers.Conv2D(1, 3, data_format="channels_first"), 1, 1, 9, 9)',
        'call(layers.Conv3D(1, 3, data_format="channels_first"), 1, 1, 9, 9, 9)',
        "call(layers.Conv1DTranspose(1, 3, dilation_rate=2), 1, 9, 1)",
        "call(layers.Resizing(0, 4), 1, 9, 9, 1)",
        'call(layers.Resizing(4, 4, "area"), 1, 9, 9, 1)',
    ),
}

ABORTING = 'call(layers.Conv2DTranspose(2, (2, 3), (2, 1), "same", output_padding=0), 1, 4, 1, 4)'


@cache
def _answers(backend: str, questions: tuple) -> tuple:
    """What the questions give on one backend; nothing if the process was killed."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SAID],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        env=os.environ | QUIET | {"KERAS_BACKEND": backend},
    )
    return tuple(json.loads(run.stdout.splitlines()[-1])) if run.returncode == 0 else ()


def _asked(name: str) -> dict:
    """One surprise on both backends; all are asked together, for starting a backend takes longer
    than answering.
    """
    every = tuple(question for questions in QUESTIONS.values() for question in questions)
    told = {
        backend: dict(zip(every, _answers(backend, every), strict=True)) for backend in BACKENDS
    }
    return {
        f"{question}, {backend}": told[backend][question]
        for question in QUESTIONS[name]
        for backend in BACKENDS
    }


def _aborting() -> dict:
    return {
        f"{ABORTING}, {backend}": (_answers(backend, (ABORTING,)) or ("the process is killed",))[0]
        for backend in BACKENDS
    }


def _gotcha(name: str, title: Text, told: Text, *results: str) -> Gotcha:
    """The results in the order of the questions, TensorFlow before JAX."""
    labels = [f"{question}, {backend}" for question in QUESTIONS[name] for backend in BACKENDS]
    return Gotcha(
        name, "keras", title, told, partial(_asked, name), dict(zip(labels, results, strict=True))
    )


GOTCHAS = (
    _gotcha(
        "keras-small-pool",
        Text(
            zh="窗口放不下时，池化层推断报错，调用却给空张量",
            en=(
                "Where no window fits, a pooling layer refuses to infer, and returns nothing when"
                " called"
            ),
        ),
        Text(
            zh=(
                "compute_output_shape（以及函数式模型）报错，直接调用则返回空张量：JAX 总是如此，"
                "TensorFlow 在差不到 2s 格时如此。空张量会悄悄传到后面的层，先检查尺寸。"
            ),
            en=(
                "compute_output_shape (and a functional model) refuses; the call returns an empty"
                " tensor, on JAX always, on TensorFlow if less than 2s positions are missing. The"
                " empty tensor travels on silently: check the size first."
            ),
        ),
        "ValueError",
        "ValueError",
        "(1, 0, 1)",
        "(1, 0, 1)",
        "ValueError",
        "ValueError",
        "InvalidArgumentError",
        "(1, 0, 1)",
    ),
    _gotcha(
        "keras-even-transposed",
        Text(
            zh="same、output_padding=0、偶数核：TensorFlow 算不出自己推断的形状",
            en="same, output_padding=0, an even kernel: TensorFlow cannot run what Keras infers",
        ),
        Text(
            zh=(
                "给出 output_padding 之后，same 的输出不再是 n·s，而是 (n − 1)s + e mod 2 +"
                " output_padding。偶数核配 0 时 TensorFlow 认为不可能而报错，JAX 能算。不写"
                " output_padding 就没有这个问题。"
            ),
            en=(
                "Once output_padding is given, same no longer means n·s but (n − 1)s + e mod 2 +"
                " output_padding. With an even kernel and 0 TensorFlow calls that impossible while"
                " JAX runs it. Leave output_padding out."
            ),
        ),
        "(1, 6, 1)",
        "(1, 6, 1)",
        "InvalidArgumentError",
        "(1, 6, 1)",
        "(1, 8, 1)",
        "(1, 8, 1)",
        "(1, 7, 1)",
        "(1, 7, 1)",
    ),
    _gotcha(
        "keras-short-transposed",
        Text(
            zh="核短于步长时，valid 的转置卷积比公式长",
            en=(
                "A valid transposed convolution with a kernel shorter than its stride is longer"
                " than the formula"
            ),
        ),
        Text(
            zh=(
                "不写 output_padding 时长度是 (n − 1)s + max(e, s)，不是 (n − 1)s + e：末尾补零，"
                "每个输入恰占一个步长。要与 PyTorch 一致，写 output_padding=0。"
            ),
            en=(
                "Without output_padding the length is (n − 1)s + max(e, s), not (n − 1)s + e: zeros"
                " are added until each input has a whole stride. For PyTorch's length say"
                " output_padding=0."
            ),
        ),
        "(1, 12, 1)",
        "(1, 12, 1)",
        "(1, 11, 1)",
        "(1, 11, 1)",
        "(1, 9, 1)",
        "(1, 9, 1)",
    ),
    _gotcha(
        "keras-transposed-order",
        Text(
            zh="Conv3DTranspose 的参数次序与一维、二维不同",
            en="Conv3DTranspose has its arguments in another order",
        ),
        Text(
            zh=(
                "一维与二维是 padding, output_padding, data_format，三维是 padding, data_format,"
                " output_padding。这些参数请写名字。"
            ),
            en=(
                "In one and two dimensions it is padding, output_padding, data_format; in three it"
                " is padding, data_format, output_padding. Name these arguments."
            ),
        ),
        "(1, 8, 8, 1)",
        "(1, 8, 8, 1)",
        "ValueError",
        "ValueError",
        "(1, 8, 8, 8, 1)",
        "(1, 8, 8, 8, 1)",
    ),
    _gotcha(
        "keras-transposed-empty",
        Text(
            zh="空轴经转置卷积，两个后端答案不同",
            en="An empty axis through a transposed convolution: each backend has its own answer",
        ),
        Text(
            zh=(
                "按公式 (0 − 1)s + max(e, s) 可以是 0，TensorFlow 与 compute_output_shape 如此；JAX"
                " 把空轴拉开后仍算 0 格，填充之后便有了输出。"
            ),
            en=(
                "By the formula (0 − 1)s + max(e, s) may be 0, and so say TensorFlow and"
                " compute_output_shape. To JAX an empty axis spread out is still empty, and the"
                " padding around it gives outputs."
            ),
        ),
        "(1, 0, 1)",
        "(1, 0, 1)",
        "(1, 0, 1)",
        "(1, 2, 1)",
    ),
    _gotcha(
        "keras-padding-tuple",
        Text(
            zh="构造时收下的 padding 元组，永远不能运行",
            en="A padding tuple is accepted, and can never run",
        ),
        Text(
            zh=(
                'Conv 的构造函数不检查元组，建层或调用时才报错。Keras 只有 "valid"、'
                '"same"（一维还有 "causal"）；要写数值，前面加 ZeroPadding。'
            ),
            en=(
                'The constructor lets a tuple pass; building or calling fails. Keras knows "valid"'
                ' and "same" only (and "causal" in one dimension); for numbers put a ZeroPadding'
                " layer in front."
            ),
        ),
        "(1, 1)",
        "(1, 1)",
        "ValueError",
        "ValueError",
        "ValueError",
        "ValueError",
    ),
    _gotcha(
        "keras-stride-dilation",
        Text(
            zh="步长与膨胀率不能同时大于 1，深度卷积除外",
            en="Strides and dilation exclude each other, but not in a depthwise convolution",
        ),
        Text(
            zh=(
                "Conv 与转置卷积一律拒绝，哪怕在不同的轴上；DepthwiseConv 与 SeparableConv 不拒绝。"
                "TensorFlow 的深度卷积反过来要求两个步长相等。"
            ),
            en=(
                "Conv and its transposed kin refuse, be it on different axes; DepthwiseConv and"
                " SeparableConv do not. On TensorFlow a depthwise convolution in turn wants equal"
                " strides."
            ),
        ),
        "ValueError",
        "ValueError",
        "(1, 3, 3, 1)",
        "(1, 3, 3, 1)",
        "InvalidArgumentError",
        "(1, 4, 7, 1)",
    ),
    _gotcha(
        "keras-ops-conv",
        Text(
            zh="keras.ops.conv 的核长于输入时，TensorFlow 上报的是另一个错",
            en=(
                "keras.ops.conv with a kernel longer than the input fails for another reason on"
                " TensorFlow"
            ),
        ),
        Text(
            zh=(
                "两个后端都报错，但 TensorFlow 上是 Keras 自己的 AttributeError，与尺寸无关的样子。"
                "看到它先查尺寸。"
            ),
            en=(
                "Both backends fail, but on TensorFlow with an AttributeError of Keras's own that"
                " does not speak of sizes. Check the size when you meet it."
            ),
        ),
        "AttributeError",
        "ValueError",
    ),
    _gotcha(
        "keras-causal-empty",
        Text(
            zh="causal 卷积推断接受空轴，调用拒绝",
            en="A causal convolution infers an empty axis and refuses it when called",
        ),
        Text(
            zh=(
                "same 与 valid 推断和调用一致；causal 先填充，"
                "填充后的输入不空而结果为空，于是报错。"
            ),
            en=(
                "For same, inference and call agree. A causal convolution pads first; the padded"
                " input is not empty, its result is, and that is an error."
            ),
        ),
        "(1, 0, 1)",
        "(1, 0, 1)",
        "ValueError",
        "ValueError",
        "(1, 0, 1)",
        "(1, 0, 1)",
    ),
    _gotcha(
        "keras-bias-axis",
        Text(
            zh="通道在前时，偏置可能加错轴（TensorFlow）",
            en="With channels first the bias may be added along the wrong axis (TensorFlow)",
        ),
        Text(
            zh=(
                "核全为 0、偏置为 1, 2, 3 时，第一个通道应当处处是 1。"
                "最后一个轴的输出长度恰等于过滤器个数时，TensorFlow 后端却得到 1, 2,"
                " 3：它凭长度猜哪个轴是通道。用通道在后，或 use_bias=False。"
            ),
            en=(
                "With a kernel of zeros and biases 1, 2, 3 the first channel must be 1 everywhere."
                " Where the last axis comes out as long as there are filters, the TensorFlow"
                " backend gives 1, 2, 3: it guesses the channels by their length. Use channels"
                " last, or no bias."
            ),
        ),
        "[1, 1, 1, 1]",
        "[1, 1, 1, 1]",
        "[1, 2, 3]",
        "[1, 1, 1]",
    ),
    _gotcha(
        "keras-sparse-pool",
        Text(
            zh="步长大于窗口的三维 same 池化，从输入中间读起",
            en=(
                "Pooling of rank 3 with same and a stride longer than the window begins inside the"
                " input"
            ),
        ),
        Text(
            zh=(
                "输入是 0 … 5，窗口 1，步长 3，应当读 0 与 3。TensorFlow 不用 oneDNN 时三维池化读 1"
                " 与 4，用 oneDNN 时读 0 与 3；形状都一样。改用 valid，或让步长不大于窗口。"
            ),
            en=(
                "The input is 0 … 5, the window 1, the stride 3: positions 0 and 3 are to be read."
                " Without oneDNN TensorFlow's pooling of rank 3 reads 1 and 4, with it 0 and 3; the"
                " shapes agree. Use valid, or a stride no longer than the window."
            ),
        ),
        "[0, 3]",
        "[0, 3]",
        "[1, 4]",
        "[0, 3]",
        "[1, 4]",
        "[0, 3]",
    ),
    _gotcha(
        "keras-adaptive-rank",
        Text(
            zh="自适应池化不检查输入的轴数", en="Adaptive pooling does not check the number of axes"
        ),
        Text(
            zh=(
                "给 AdaptiveMaxPooling2D 一个少一轴的输入（例如漏了批次），它按一维处理，"
                "output_size 的第二项被忽略，不报错。"
            ),
            en=(
                "Given an input with an axis less (a forgotten batch, say), AdaptiveMaxPooling2D"
                " works in one dimension and ignores the second entry of output_size, without an"
                " error."
            ),
        ),
        "(1, 3, 8)",
        "(1, 3, 8)",
        "(1, 3, 2, 8)",
        "(1, 3, 2, 8)",
    ),
    _gotcha(
        "keras-adaptive-jax",
        Text(
            zh="JAX 上自适应池化到 7 会读错窗口，还给 NaN",
            en="On JAX adaptive pooling to 7 reads other windows, and gives NaN",
        ),
        Text(
            zh=(
                "输入是 0 … 13（或 0 … 6），尺寸都对，值却不对：窗口的边界 jn/7 用单精度算，"
                "落在整数旁边。14、15 与 13 也如此，6 与 8 没事。改用 AveragePooling，或换后端。"
            ),
            en=(
                "The input is 0 … 13 (or 0 … 6); the sizes are right, the values are not: where a"
                " window begins, jn/7, is worked out in single precision and falls beside a whole"
                " number. 13, 14 and 15 fare alike, 6 and 8 do not. Use AveragePooling, or another"
                " backend."
            ),
        ),
        "[0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5]",
        "[0.5, 2.5, 5.0, 6.5, 8.5, 11.0, nan]",
        "[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
        "[0.0, 1.0, 3.0, 3.0, 4.0, 6.0, nan]",
        "[0.5, 2.5, 4.5, 6.5, 8.5, 10.5]",
        "[0.5, 2.5, 4.5, 6.5, 8.5, 10.5]",
    ),
    _gotcha(
        "keras-cpu",
        Text(zh="同样的层，换个后端就不能运行", en="The same layer does not run on every backend"),
        Text(
            zh=(
                "在 CPU 上，TensorFlow 没有通道在前的卷积（三维的与分组的经 XLA 能算）、"
                "膨胀的转置卷积，也不缩放到 0；JAX 没有 area 插值。"
            ),
            en=(
                "On the CPU TensorFlow has no convolution with channels first (those of rank 3 and"
                " grouped ones run through XLA), no dilated transposed one, and does not resize to"
                " 0; JAX has no area interpolation."
            ),
        ),
        "UnimplementedError",
        "(1, 1, 7, 7)",
        "(1, 1, 7, 7, 7)",
        "(1, 1, 7, 7, 7)",
        "InvalidArgumentError",
        "(1, 13, 1)",
        "InvalidArgumentError",
        "(1, 0, 4, 1)",
        "(1, 4, 4, 1)",
        "ValueError",
    ),
    Gotcha(
        "keras-xla-abort",
        "keras",
        Text(
            zh="有一种转置卷积会让 JAX 结束整个进程",
            en="One transposed convolution makes JAX end the whole process",
        ),
        Text(
            zh=(
                "same、output_padding=0、偶数核、另一个轴长 1：XLA 在 CPU 上编译时自检失败，"
                "不是异常，捕捉不到。TensorFlow 对它报错。不写 output_padding 就没有这个问题。"
            ),
            en=(
                "With same, output_padding=0, an even kernel and another axis of length 1, a"
                " self-check of XLA fails while compiling for the CPU: no exception, nothing to"
                " catch. TensorFlow refuses it. Leave output_padding out."
            ),
        ),
        _aborting,
        {
            f"{ABORTING}, tensorflow": "InvalidArgumentError",
            f"{ABORTING}, jax": "the process is killed",
        },
    ),
)
