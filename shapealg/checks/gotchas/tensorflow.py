"""TensorFlow's surprises, on 2.21.0 (CPU), without oneDNN unless it is said."""

import os
import subprocess
import sys

from shapealg.checks.gotchas import Gotcha, outcome
from shapealg.text import Text

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}


def _tf():
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import tensorflow

    return tensorflow


def _shape(call: str, size: tuple, *weights, **words) -> str:
    """The shape that a function of `tf.nn` gives for zeros, or the name of the error."""
    tf = _tf()
    return outcome(
        lambda: tuple(getattr(tf.nn, call)(tf.zeros(size), *map(tf.zeros, weights), **words).shape)
    )


def _apart(code: str, **environment) -> str:
    """What a program prints in a process of its own, or the signal that ended it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import tensorflow as tf\n{code}"],
        env={**os.environ, **QUIET, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"signal {-done.returncode}" if done.returncode < 0 else done.stdout.strip()


def _too_small():
    tf = _tf()

    def graph(n):
        traced = tf.function(lambda x: tf.nn.conv1d(x, tf.zeros((3, 1, 1)), 1, "VALID"))
        return outcome(
            lambda: tuple(
                traced.get_concrete_function(tf.TensorSpec((1, n, 1))).structured_outputs.shape
            )
        )

    return {
        f"n={n}, {how}": ask(n)
        for n in (3, 2, 1)
        for how, ask in (
            ("eager", lambda n: _shape("conv1d", (1, n, 1), (3, 1, 1), stride=1, padding="VALID")),
            ("tf.function", graph),
        )
    }


def _half_stride():
    return {
        f"strides={s}": _shape("conv2d", (1, 9, 9, 1), (3, 3, 1, 1), strides=s, padding="VALID")
        for s in (1, 1.5, 2)
    }


def _any_output():
    tf = _tf()

    def eager(made):
        return _shape(
            "conv1d_transpose",
            (1, 4, 1),
            (3, 1, 1),
            output_shape=(1, made, 1),
            strides=2,
            padding="SAME",
        )

    def graph(made):
        traced = tf.function(
            lambda x: tf.nn.conv1d_transpose(x, tf.zeros((3, 1, 1)), (1, made, 1), 2, "SAME")
        )
        return outcome(
            lambda: tuple(
                traced.get_concrete_function(tf.TensorSpec((1, 4, 1))).structured_outputs.shape
            )
        )

    return {
        f"output_shape={made}, {how}": ask(made)
        for made in (8, 7, 100)
        for how, ask in (("eager", eager), ("tf.function", graph))
    }


def _crash():
    ask = (
        "print(tuple(tf.nn.conv3d_transpose(tf.zeros((1, 0, 5, 5, 4)), tf.zeros((3, 3, 3, 2, 4)),"
        " (1, {n}, 11, 11, 2), 2, 'VALID').shape))"
    )
    return {f"output_shape=(1, {n}, 11, 11, 2)": _apart(ask.format(n=n)) for n in (1, 2)}


def _onednn():
    """The same program with and without oneDNN."""
    asks = (
        (
            "conv1d of 4, kernel 3",
            (
                "x = tf.zeros((1, 4, 1)); print(tuple(tf.nn.conv1d(x, tf.zeros((3, 1, 1)), 1,"
                " 'VALID').shape))"
            ),
        ),
        (
            "conv1d of 2, kernel 3",
            (
                "x = tf.zeros((1, 2, 1)); print(tuple(tf.nn.conv1d(x, tf.zeros((3, 1, 1)), 1,"
                " 'VALID').shape))"
            ),
        ),
        (
            "conv2d of rank 3",
            (
                "\ntry: tf.nn.conv2d(tf.zeros((9, 9, 4)), tf.zeros((3, 3, 4, 6)), 1,"
                " 'VALID')\nexcept Exception as error: print(type(error).__name__)"
            ),
        ),
    )
    return {
        f"{label}, {how}": _apart(ask, TF_ENABLE_ONEDNN_OPTS=flag)
        for label, ask in asks
        for how, flag in (("oneDNN", "1"), ("without", "0"))
    }


def _stepped_over():
    ask = (
        "x = tf.reshape(tf.range(16.0), (1, 4, 4, 1, 1)); print(*map(int,"
        " tf.nn.{call}.numpy().ravel()))"
    )
    calls = (
        "max_pool3d(x, (1, 2, 1), (4, 2, 1), 'SAME')",
        "conv3d(x, tf.ones((1, 2, 1, 1, 1)), (1, 4, 2, 1, 1), 'SAME')",
    )
    return {
        f"{call}, {how}": _apart(ask.format(call=call), TF_ENABLE_ONEDNN_OPTS=flag)
        for call in calls
        for how, flag in (("oneDNN", "1"), ("without", "0"))
    }


def _depthwise_strides():
    return {
        f"strides={s}, dilations={d}": _shape(
            "depthwise_conv2d",
            (1, 9, 9, 1),
            (2, 2, 1, 1),
            strides=(1, s, s, 1),
            padding="SAME",
            dilations=(d, d),
        )
        for s, d in ((2, 1), (1, 3), (2, 3))
    }


def _depthwise_one_rate():
    return {
        f"dilations={d}": _shape(
            "depthwise_conv2d",
            (1, 9, 9, 1),
            (3, 3, 1, 1),
            strides=(1, 1, 1, 1),
            padding="VALID",
            dilations=d,
        )
        for d in ((2, 2), (2,))
    }


def _depthwise_no_kernel():
    return {
        "depthwise_conv2d": _shape(
            "depthwise_conv2d", (1, 9, 9, 1), (0, 3, 1, 1), strides=(1, 1, 1, 1), padding="VALID"
        ),
        "conv2d": _shape("conv2d", (1, 9, 9, 1), (0, 3, 1, 1), strides=1, padding="VALID"),
    }


def _unchecked():
    return {
        f"{what}, n={n}": _shape(call, (1, n, *rest), weights, **words)
        for what, call, rest, weights, words in (
            (
                "conv2d, 3 filters in 2 groups",
                "conv2d",
                (5, 4),
                (3, 3, 2, 3),
                {"strides": 1, "padding": "VALID"},
            ),
            (
                "conv3d, dilation 2",
                "conv3d",
                (5, 5, 1),
                (2, 1, 1, 1, 1),
                {"strides": (1,) * 5, "padding": "VALID", "dilations": (1, 2, 1, 1, 1)},
            ),
        )
        for n in (5, 2)
    }


def _batch_stride():
    return {
        "conv1d, stride=(2, 1, 1)": _shape(
            "conv1d", (2, 9, 1), (3, 1, 1), stride=(2, 1, 1), padding="VALID"
        ),
        "conv2d, strides=(2, 1, 1, 1)": _shape(
            "conv2d", (2, 9, 9, 1), (3, 3, 1, 1), strides=(2, 1, 1, 1), padding="VALID"
        ),
    }


def _pool_zeros():
    tf = _tf()

    def pool(d):
        return lambda: [
            int(v)
            for v in tf.nn.pool(
                tf.fill((1, 3, 3, 1), -5.0),
                (2, 2),
                "MAX",
                padding=((0, 0), (1, 0), (1, 0), (0, 0)),
                dilations=(d, d),
            ).numpy()[0, 0, :, 0]
        ]

    return {f"dilations={(d, d)}": outcome(pool(d)) for d in (1, 2)}


def _open_length():
    tf = _tf()
    return {
        f"(2, 0, 3) to {to}": outcome(lambda: tuple(tf.reshape(tf.zeros((2, 0, 3)), to).shape))  # noqa: B023 — called at once
        for to in ((-1,), (0, -1), (4, -1))
    }


GOTCHAS = (
    Gotcha(
        "tensorflow-onednn-empty",
        "tensorflow",
        Text(
            zh="默认开启的 oneDNN：空的输出变成了输入的形状",
            en="oneDNN, on by default: an empty output takes the shape of the input",
        ),
        Text(
            zh=(
                "x86 上 oneDNN 默认开启。卷积的输出本该有一个长度为 0 的轴时，"
                "它返回一个与输入一样大的张量，内容没有意义；轴数不对时它直接中止进程，而不是报错。"
                "这里的方言说的是 TF_ENABLE_ONEDNN_OPTS=0 的执行结果。"
            ),
            en=(
                "On x86 oneDNN is on by default. Where a convolution should give an axis of length"
                " 0 it returns a tensor as large as the input, holding nothing of meaning; for data"
                " of the wrong rank it aborts the process instead of raising. The dialect here"
                " speaks of execution with TF_ENABLE_ONEDNN_OPTS=0."
            ),
        ),
        _onednn,
        {
            "conv1d of 4, kernel 3, oneDNN": "(1, 2, 1)",
            "conv1d of 4, kernel 3, without": "(1, 2, 1)",
            "conv1d of 2, kernel 3, oneDNN": "(1, 2, 1)",
            "conv1d of 2, kernel 3, without": "(1, 0, 1)",
            "conv2d of rank 3, oneDNN": "signal 6",
            "conv2d of rank 3, without": "InvalidArgumentError",
        },
    ),
    Gotcha(
        "tensorflow-too-small",
        "tensorflow",
        Text(
            zh="窗口放不下：动态执行给空张量，tf.function 报错",
            en="No window fits: eagerly an empty tensor, in tf.function an error",
        ),
        Text(
            zh=(
                "动态执行时，差不到两个步长就返回长度为 0 的轴，再小才报错；图里只要放不下就报错。"
                "尺寸可能这么小时，先用 DomainError 检查。"
            ),
            en=(
                "Eagerly an axis of length 0 comes out while less than two strides are missing, and"
                " an error below; in a graph anything that does not fit is an error. Check for"
                " DomainError where sizes may get this small."
            ),
        ),
        _too_small,
        {
            "n=3, eager": "(1, 1, 1)",
            "n=3, tf.function": "(1, 1, 1)",
            "n=2, eager": "(1, 0, 1)",
            "n=2, tf.function": "ValueError",
            "n=1, eager": "InvalidArgumentError",
            "n=1, tf.function": "ValueError",
        },
    ),
    Gotcha(
        "tensorflow-fractional-stride",
        "tensorflow",
        Text(zh="步长 1.5 被当作 1", en="A stride of 1.5 counts as 1"),
        Text(
            zh=(
                "conv2d 收下小数步长并截去小数部分，不作声。"
                "尺寸计算里出现小数多半是除法写成了 /：改用 //。"
            ),
            en=(
                "conv2d takes a fractional stride and cuts it off without a word. A fraction among"
                " sizes is usually a / that should be a //."
            ),
        ),
        _half_stride,
        {"strides=1": "(1, 7, 7, 1)", "strides=1.5": "(1, 7, 7, 1)", "strides=2": "(1, 4, 4, 1)"},
    ),
    Gotcha(
        "tensorflow-any-output-shape",
        "tensorflow",
        Text(
            zh="图里的转置卷积收下任何 output_shape",
            en="In a graph a transposed convolution takes any output_shape",
        ),
        Text(
            zh=(
                "只有前向卷积恰好给出输入尺寸的 output_shape 才能执行；tf.function"
                " 的推断不查这一点，错误要到运行时才出现。"
            ),
            en=(
                "Only an output_shape whose forward convolution gives the input's size can be"
                " executed; the inference of tf.function does not check it, so the error comes at"
                " run time."
            ),
        ),
        _any_output,
        {
            "output_shape=8, eager": "(1, 8, 1)",
            "output_shape=8, tf.function": "(1, 8, 1)",
            "output_shape=7, eager": "(1, 7, 1)",
            "output_shape=7, tf.function": "(1, 7, 1)",
            "output_shape=100, eager": "InvalidArgumentError",
            "output_shape=100, tf.function": "(1, 100, 1)",
        },
    ),
    Gotcha(
        "tensorflow-conv3d-transpose-crash",
        "tensorflow",
        Text(
            zh="空输入的 conv3d_transpose 让进程崩溃",
            en="conv3d_transpose of an empty input kills the process",
        ),
        Text(
            zh=(
                "输入某轴为空、padding 为 VALID 而输出有 2 格时，不是报错，是段错误，整个 Python"
                " 进程结束。不要把空张量送进去。"
            ),
            en=(
                "With an empty axis, padding VALID and an output of 2 positions there is no error"
                " but a segmentation fault that ends the Python process. Keep empty tensors out."
            ),
        ),
        _crash,
        {
            "output_shape=(1, 1, 11, 11, 2)": "(1, 1, 11, 11, 2)",
            "output_shape=(1, 2, 11, 11, 2)": "signal 11",
        },
    ),
    Gotcha(
        "tensorflow-same-3d",
        "tensorflow",
        Text(
            zh="不用 oneDNN 时，步长大于窗口的三维 SAME 算错",
            en="Without oneDNN, rank 3 with SAME and a stride longer than the window is wrong",
        ),
        Text(
            zh=(
                "三维的卷积与池化，某轴步长大于窗口、SAME 在那里不必填充时，"
                "读的位置不对；形状是对的，所以不易发现。打开 oneDNN，或先裁到恰好合适再用 VALID。"
            ),
            en=(
                "Convolution and pooling of rank 3 read the wrong positions where on some axis the"
                " stride is longer than the window and SAME has nothing to pad; the shape is right,"
                " so it goes unnoticed. Leave oneDNN on, or crop to fit and use VALID."
            ),
        ),
        _stepped_over,
        {
            "max_pool3d(x, (1, 2, 1), (4, 2, 1), 'SAME'), oneDNN": "1 3",
            "max_pool3d(x, (1, 2, 1), (4, 2, 1), 'SAME'), without": "5 7",
            "conv3d(x, tf.ones((1, 2, 1, 1, 1)), (1, 4, 2, 1, 1), 'SAME'), oneDNN": "1 5",
            "conv3d(x, tf.ones((1, 2, 1, 1, 1)), (1, 4, 2, 1, 1), 'SAME'), without": "9 13",
        },
    ),
    Gotcha(
        "tensorflow-depthwise-strided-dilated",
        "tensorflow",
        Text(
            zh="逐通道卷积：步长加膨胀，尺寸是错的",
            en="Depthwise convolution with stride and dilation: the size is wrong",
        ),
        Text(
            zh=(
                "只有一句警告。TensorFlow 把输入分成 d 个交错的部分，在每个部分里各自取步长：⌈9/2⌉"
                " 本该是 5，得到 6，数值也不是卷积。先以步长 1 膨胀，再隔行取样。"
            ),
            en=(
                "There is only a warning. TensorFlow splits the input into d interleaved parts and"
                " strides within each: ⌈9/2⌉ should be 5 and becomes 6, and the values are no"
                " convolution. Dilate with stride 1, then take every second one."
            ),
        ),
        _depthwise_strides,
        {
            "strides=2, dilations=1": "(1, 5, 5, 1)",
            "strides=1, dilations=3": "(1, 9, 9, 1)",
            "strides=2, dilations=3": "(1, 6, 6, 1)",
        },
    ),
    Gotcha(
        "tensorflow-depthwise-one-rate",
        "tensorflow",
        Text(
            zh="逐通道卷积的 dilations=(2,) 只膨胀第一个轴",
            en="dilations=(2,) of a depthwise convolution dilates the first axis only",
        ),
        Text(
            zh="别处长度为 1 的列表对每个轴都算数，这里只管高度。两个数都写出来。",
            en=(
                "Elsewhere a list of one counts for every axis; here it is the height alone. Say"
                " both numbers."
            ),
        ),
        _depthwise_one_rate,
        {"dilations=(2, 2)": "(1, 5, 5, 1)", "dilations=(2,)": "(1, 5, 7, 1)"},
    ),
    Gotcha(
        "tensorflow-depthwise-no-kernel",
        "tensorflow",
        Text(
            zh="逐通道卷积收下长度为 0 的核",
            en="A depthwise convolution takes a kernel of length 0",
        ),
        Text(
            zh="conv2d 拒绝空的过滤器，depthwise_conv2d 却让输出比输入还长一格。",
            en=(
                "conv2d refuses an empty filter; depthwise_conv2d makes the output one longer than"
                " the input."
            ),
        ),
        _depthwise_no_kernel,
        {"depthwise_conv2d": "(1, 10, 7, 1)", "conv2d": "InvalidArgumentError"},
    ),
    Gotcha(
        "tensorflow-empty-unchecked",
        "tensorflow",
        Text(
            zh="输出为空时，参数不再检查", en="Where the output is empty, arguments are not checked"
        ),
        Text(
            zh=(
                "组数除不尽、CPU 上做不了的膨胀，本来都报错；输出有一个轴是 0 时却提前返回。"
                "在小输入上能跑，不等于参数是对的。"
            ),
            en=(
                "Groups that do not divide and dilation that the CPU cannot do are errors, unless"
                " some axis of the output is 0: then TensorFlow returns early. That it runs on a"
                " tiny input does not mean that the arguments are right."
            ),
        ),
        _unchecked,
        {
            "conv2d, 3 filters in 2 groups, n=5": "InvalidArgumentError",
            "conv2d, 3 filters in 2 groups, n=2": "(1, 0, 3, 3)",
            "conv3d, dilation 2, n=5": "InvalidArgumentError",
            "conv3d, dilation 2, n=2": "(1, 0, 5, 5, 1)",
        },
    ),
    Gotcha(
        "tensorflow-batch-stride",
        "tensorflow",
        Text(zh="conv1d 不理会批次上的步长", en="conv1d ignores a stride for the batch"),
        Text(
            zh=(
                "conv1d 先补出一个长度为 1 的轴，批次上的步长落到了它上面，于是没有作用；conv2d"
                " 对同样的写法报错。"
            ),
            en=(
                "conv1d adds an axis of length 1, and a stride meant for the batch ends up there,"
                " without effect; conv2d refuses the same words."
            ),
        ),
        _batch_stride,
        {
            "conv1d, stride=(2, 1, 1)": "(2, 7, 1)",
            "conv2d, strides=(2, 1, 1, 1)": "UnimplementedError",
        },
    ),
    Gotcha(
        "tensorflow-pool-zeros",
        "tensorflow",
        Text(
            zh="tf.nn.pool 有膨胀时以零填充，取最大值也是",
            en="tf.nn.pool with dilations pads with zeros, for a maximum too",
        ),
        Text(
            zh=(
                "数字填充不在文档里，却被收下；没有膨胀时填 −∞，有膨胀时填 0，负数的最大值于是成了"
                " 0。用 padding='VALID'，自己先填充。"
            ),
            en=(
                "Padding in numbers is not documented but taken; without dilation it is −∞, with"
                " dilation 0, so that the maximum of negative numbers becomes 0. Use"
                " padding='VALID' and pad first."
            ),
        ),
        _pool_zeros,
        {
            "dilations=(1, 1)": "[-5, -5, -5]",
            "dilations=(2, 2)": "[0, 0]",
        },
    ),
    Gotcha(
        "tensorflow-reshape-zero",
        "tensorflow",
        Text(
            zh="reshape 求 −1 时略去长度为 0 的轴",
            en="To find −1, reshape leaves out the axes of length 0",
        ),
        Text(
            zh=(
                "(2, 0, 3) 一个数也没有，reshape 到 (0, −1) 却得到 (0, 6)：6 由不为 0"
                " 的轴相乘而来。别的框架在这里报错。"
            ),
            en=(
                "(2, 0, 3) holds no number at all, but as (0, −1) it becomes (0, 6), the product of"
                " the axes that are not 0. Other frameworks refuse this."
            ),
        ),
        _open_length,
        {
            "(2, 0, 3) to (-1,)": "(0,)",
            "(2, 0, 3) to (0, -1)": "(0, 6)",
            "(2, 0, 3) to (4, -1)": "(4, 0)",
        },
    ),
)
