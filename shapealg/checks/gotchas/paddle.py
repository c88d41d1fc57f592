"""Paddle's surprises, on 3.3.1 (CPU)."""

import subprocess
import sys

from shapealg.checks.gotchas import Gotcha, outcome
from shapealg.checks.sweep import real
from shapealg.text import Text


def _shapes(cases: dict) -> dict:
    """label → (layer, its words, input shape): the shape that comes out, executed."""
    return {label: outcome(lambda: real("paddle").shape(*case)) for label, case in cases.items()}  # noqa: B023


def _conv(rank=1, call="Conv", tail="", **words):
    return f"{call}{rank}D{tail}", {"in_channels": 4, "out_channels": 4, "kernel_size": 3} | words


def _alone(call: str, words: dict, size: tuple) -> str:
    """The same in a process of its own, which may not survive."""
    program = (
        "import os, sys\nfrom shapealg.checks.sweep import real\nmade ="
        f" real('paddle').shape({call!r}, {words!r},"
        f" {size!r})\nsys.stdout.write(str(made))\nsys.stdout.flush()\nos._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout if done.returncode == 0 else "the process ends"


def _same_dilation():
    import numpy

    # a single 1 in the middle
    x, taps = (
        numpy.eye(7, dtype="float32")[3].reshape(1, 1, 7),
        numpy.ones((1, 1, 3), dtype="float32"),
    )
    told = {}
    for padding in ("SAME", 2):
        made = real("paddle").execute(
            "Conv1D",
            {
                "in_channels": 1,
                "out_channels": 1,
                "kernel_size": 3,
                "dilation": 2,
                "padding": padding,
                "bias_attr": False,
            },
            x,
            [taps],
        )
        told[f"Conv1D(1, 1, 3, dilation=2, padding={padding!r})"] = str(
            [int(v) for v in made.ravel()]
        )
    return told


def _too_large():
    return _shapes(
        {
            **{f"Conv1D(4, 4, 3, stride=2), {n}": (*_conv(stride=2), (1, 4, n)) for n in (1, 2)},
            "MaxPool1D(3), 2": ("MaxPool1D", {"kernel_size": 3}, (1, 4, 2)),
            "Unfold(3, strides=2), 2×2": (
                "Unfold",
                {"kernel_sizes": 3, "strides": 2},
                (1, 4, 2, 2),
            ),
            "Conv1D(4, 4, 3), 1": (*_conv(), (1, 4, 1)),
        }
    )


def _negative():
    return {
        "Conv2D(4, 4, 3), 1×1": _alone(*_conv(2), (1, 4, 1, 1)),
        "Conv2DTranspose(4, 4, 3, padding=2), 1×1": _alone(
            *_conv(2, tail="Transpose", padding=2), (1, 4, 1, 1)
        ),
        **_shapes(
            {
                "Conv2D(4, 4, 3), 1×2": (*_conv(2), (1, 4, 1, 2)),
                "Conv2D(4, 4, 3), 1×7": (*_conv(2), (1, 4, 1, 7)),
                "AdaptiveAvgPool2D(-1), 7×7": (
                    "AdaptiveAvgPool2D",
                    {"output_size": -1},
                    (1, 4, 7, 7),
                ),
            }
        ),
    }


def _channels_last_empty():
    return {
        f"Conv2D(4, 4, 3, data_format={name!r}), 2×7": _alone(*_conv(2, data_format=name), shape)
        for name, shape in (("NCHW", (1, 4, 2, 7)), ("NHWC", (1, 2, 7, 4)))
    }


def _same_transposed():
    return _shapes(
        {
            f'Conv1DTranspose(4, 4, 3, stride=2, padding="SAME"), {n}': (
                *_conv(tail="Transpose", stride=2, padding="SAME"),
                (1, 4, n),
            )
            for n in (4, 5)
        }
    )


def _fewer_channels():
    given = {"in_channels": 4, "out_channels": 3, "kernel_size": 3, "groups": 2}
    return _shapes(
        {
            f"Conv1DTranspose(4, 3, 3, groups=2{more})": (
                "Conv1DTranspose",
                given | words,
                (1, 4, 5),
            )
            for more, words in (("", {}), (", bias_attr=False", {"bias_attr": False}))
        }
    )


def _kernel_zero():
    return _shapes(
        {
            "Conv1D(4, 4, 0), 9": (*_conv(kernel_size=0), (1, 4, 9)),
            "Conv1DTranspose(4, 4, 3, dilation=0), 9": (
                *_conv(tail="Transpose", dilation=0),
                (1, 4, 9),
            ),
            "MaxPool1D(3, stride=-1), 1": (
                "MaxPool1D",
                {"kernel_size": 3, "stride": -1},
                (1, 4, 1),
            ),
        }
    )


def _ceil():
    return _shapes(
        {
            "MaxPool1D(2, 2, 1, ceil_mode=True), 1": (
                "MaxPool1D",
                {"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True},
                (1, 4, 1),
            ),
            **{
                f'MaxPool1D(1, 2, "SAME", ceil_mode={c}), 4': (
                    "MaxPool1D",
                    {"kernel_size": 1, "stride": 2, "padding": "SAME", "ceil_mode": c},
                    (1, 4, 4),
                )
                for c in (False, True)
            },
        }
    )


def _divisor():
    import numpy

    x, told = numpy.ones((1, 1, 7), dtype="float32"), {}
    for p in ((0, 2), (2, 2)):
        words = {"kernel_size": 3, "stride": 2, "padding": p, "exclusive": False}
        means = real("paddle").execute("AvgPool1D", words, x).ravel()
        told[f"AvgPool1D(3, 2, {p}, exclusive=False)"] = str([round(float(v), 2) for v in means])
    return told


def _two_entries():
    return _shapes(
        {
            "Conv1D(4, 4, 3, padding=(1, 2)), 9": (*_conv(padding=(1, 2)), (1, 4, 9)),
            "Conv2D(4, 4, 3, padding=(1, 2)), 9×9": (*_conv(2, padding=(1, 2)), (1, 4, 9, 9)),
            "Conv2D(4, 4, 3, padding=(1, 2, 1, 2)), 9×9": (
                *_conv(2, padding=(1, 2, 1, 2)),
                (1, 4, 9, 9),
            ),
        }
    )


def _pad_entries():
    return _shapes(
        {
            f"Pad2D({p}), {'×'.join(map(str, shape))}": ("Pad2D", {"padding": p}, shape)
            for p, shape in (
                ((1, 2, 3, 4), (1, 4, 9, 9)),
                ((1, 2), (1, 4, 9, 9)),
                ((1, 2, 3, 4), (4, 9, 9)),
                ((1, 2, 3, 4, 5, 6, 7, 8), (1, 4, 9, 9)),
            )
        }
    )


def _recompute():
    given = {"scale_factor": 2, "mode": "bilinear", "data_format": "NHWC"}
    return _shapes(
        {
            f"Upsample(scale_factor=2, {more}data_format='NHWC'), 5×6×4": (
                "Upsample",
                given | words,
                (1, 5, 6, 4),
            )
            for more, words in (
                ("", {}),
                ("recompute_scale_factor=True, ", {"recompute_scale_factor": True}),
            )
        }
    )


def _remembers():
    import paddle

    layer = paddle.nn.Upsample(scale_factor=2)
    return {
        f"the same Upsample(scale_factor=2), {'×'.join('4' * rank)}": outcome(
            lambda: tuple(layer(paddle.zeros((1, 1, *(4,) * rank))).shape)  # noqa: B023 — called at once
        )
        for rank in (2, 3)
    }


def _format_ignored():
    return _shapes(
        {
            f"Conv2D(4, 4, 3, data_format={name!r}, bias_attr={bias}), 1×4×9×9": (
                *_conv(2, data_format=name, bias_attr=bias),
                (1, 4, 9, 9),
            )
            for name, bias in (("NHWC", False), ("NLC", False), ("NLC", None))
        }
    )


GOTCHAS = (
    Gotcha(
        "paddle-same-dilation",
        "paddle",
        Text(zh='padding="SAME" 悄悄丢掉膨胀', en='padding="SAME" silently drops the dilation'),
        Text(
            zh=(
                'padding 为 "SAME" 时膨胀率被重设为 1，卷积与转置卷积都是如此；尺寸看不出来，'
                "数值不同：核元素本应隔一格，实际却挨在一起。要膨胀，就写出数值的 padding。"
            ),
            en=(
                'With "SAME" the dilation is reset to 1, in convolutions and in transposed ones.'
                " The size does not tell; the values do: taps that should be two apart lie side by"
                " side. For a dilation, say the padding in numbers."
            ),
        ),
        _same_dilation,
        {
            "Conv1D(1, 1, 3, dilation=2, padding='SAME')": "[0, 0, 1, 1, 1, 0, 0]",
            "Conv1D(1, 1, 3, dilation=2, padding=2)": "[0, 1, 0, 1, 0, 1, 0]",
        },
    ),
    Gotcha(
        "paddle-too-large",
        "paddle",
        Text(zh="窗口放不下，答案却是 1", en="The window does not fit, and the answer is 1"),
        Text(
            zh=(
                "⌊(N − e)/s⌋ + 1 用 C++ 的整数除法计算，负数向零截断：差不到 s 格得 1，差不到 2s"
                " 格得 0，再多才报错。那个 1 不是任何窗口的输出。先检查输入够不够大。"
            ),
            en=(
                "⌊(N − e)/s⌋ + 1 is computed with C++'s division, which cuts toward zero: 1 if less"
                " than s positions are missing, 0 below 2s, and an error only then. That 1 is the"
                " output of no window. Check that the input is large enough."
            ),
        ),
        _too_large,
        {
            "Conv1D(4, 4, 3, stride=2), 1": "(1, 4, 0)",
            "Conv1D(4, 4, 3, stride=2), 2": "(1, 4, 1)",
            "MaxPool1D(3), 2": "(1, 4, 1)",
            "Unfold(3, strides=2), 2×2": "(1, 36, 1)",
            "Conv1D(4, 4, 3), 1": "RuntimeError",
        },
    ),
    Gotcha(
        "paddle-negative",
        "paddle",
        Text(zh="尺寸为负的张量", en="Tensors of negative size"),
        Text(
            zh=(
                "一个轴算出负数时报错；两个轴为负，积却为正，Paddle 便返回一个尺寸为负的张量，"
                "并且写到内存之外：更大一点的例子会使进程崩溃。这里每个都在单独的进程里运行。"
            ),
            en=(
                "One negative axis is an error; with two their product is positive, and Paddle"
                " returns a tensor of negative size, having written outside its memory: larger"
                " examples bring the process down. These run in processes of their own."
            ),
        ),
        _negative,
        {
            "Conv2D(4, 4, 3), 1×1": "(1, 4, -1, -1)",
            "Conv2DTranspose(4, 4, 3, padding=2), 1×1": "(1, 4, -1, -1)",
            "Conv2D(4, 4, 3), 1×2": "(1, 4, -1, 0)",
            "Conv2D(4, 4, 3), 1×7": "RuntimeError",
            "AdaptiveAvgPool2D(-1), 7×7": "(1, 4, -1, -1)",
        },
    ),
    Gotcha(
        "paddle-channels-last-empty",
        "paddle",
        Text(
            zh="通道在后的卷积，输出为空时进程退出",
            en="Channels last, a convolution that comes out empty ends the process",
        ),
        Text(
            zh=(
                "输出的某个轴为 0 时，通道在前返回空张量，通道在后则除以零（SIGFPE），Python"
                " 来不及报错。先检查尺寸。"
            ),
            en=(
                "Where an axis comes out as 0, channels first gives an empty tensor; channels last"
                " divides by zero (SIGFPE), and Python has no time to say so. Check the size first."
            ),
        ),
        _channels_last_empty,
        {
            "Conv2D(4, 4, 3, data_format='NCHW'), 2×7": "(1, 4, 0, 5)",
            "Conv2D(4, 4, 3, data_format='NHWC'), 2×7": "the process ends",
        },
    ),
    Gotcha(
        "paddle-same-transposed",
        "paddle",
        Text(
            zh='转置卷积的 "SAME" 不是 n · s', en='"SAME" of a transposed convolution is not n · s'
        ),
        Text(
            zh=(
                "裁去的是正向卷积会给这个输入填充的格数，而不是给输出填充的：n 除不尽 s 时就不是 n"
                " · s。要 n · s，就写出 padding 与 output_padding，或给出 output_size。"
            ),
            en=(
                "It crops what a convolution would pad this input by, not the output: where s does"
                " not divide n, the size is not n · s. For n · s say padding and output_padding, or"
                " the output_size."
            ),
        ),
        _same_transposed,
        {
            'Conv1DTranspose(4, 4, 3, stride=2, padding="SAME"), 4': "(1, 4, 8)",
            'Conv1DTranspose(4, 4, 3, stride=2, padding="SAME"), 5': "(1, 4, 9)",
        },
    ),
    Gotcha(
        "paddle-fewer-channels",
        "paddle",
        Text(
            zh="转置卷积少给几个通道",
            en="A transposed convolution with fewer channels than asked for",
        ),
        Text(
            zh=(
                "out_channels 除不尽 groups 时，权重按 ⌊out_channels/groups⌋"
                " 建立；没有偏置就照样运行，输出少了通道。自己检查能否整除。"
            ),
            en=(
                "Where groups does not divide out_channels, the weight is made for"
                " ⌊out_channels/groups⌋; without a bias it runs, with channels missing. Check the"
                " division yourself."
            ),
        ),
        _fewer_channels,
        {
            "Conv1DTranspose(4, 3, 3, groups=2)": "ValueError",
            "Conv1DTranspose(4, 3, 3, groups=2, bias_attr=False)": "(1, 2, 7)",
        },
    ),
    Gotcha(
        "paddle-kernel-zero",
        "paddle",
        Text(
            zh="核 0、膨胀率 0、负步长都能运行",
            en="A kernel of 0, a dilation of 0 and a negative stride run",
        ),
        Text(
            zh="有些参数没有人检查，直接代进公式，得出一个没有意义的尺寸。",
            en=(
                "Nobody checks some of the arguments: they are put into the formula, and out comes"
                " a size that means nothing."
            ),
        ),
        _kernel_zero,
        {
            "Conv1D(4, 4, 0), 9": "(1, 4, 10)",
            "Conv1DTranspose(4, 4, 3, dilation=0), 9": "(1, 4, 9)",
            "MaxPool1D(3, stride=-1), 1": "(1, 4, 3)",
        },
    ),
    Gotcha(
        "paddle-ceil",
        "paddle",
        Text(
            zh='ceil_mode 保留一切窗口，"SAME" 时也算数',
            en='ceil_mode keeps every window, and counts with "SAME" too',
        ),
        Text(
            zh=(
                "Paddle 单纯向上取整，从输入之后才开始的窗口也保留（PyTorch 去掉），它们的平均是"
                ' nan 或 −0。padding="SAME" 且步长大于核时，ceil_mode 还会多出一个窗口。'
            ),
            en=(
                "Paddle just rounds up and keeps windows that begin behind the input, which PyTorch"
                ' drops; their average is nan or −0. With "SAME" and a stride longer than the'
                " kernel ceil_mode adds a window as well."
            ),
        ),
        _ceil,
        {
            "MaxPool1D(2, 2, 1, ceil_mode=True), 1": "(1, 4, 2)",
            'MaxPool1D(1, 2, "SAME", ceil_mode=False), 4': "(1, 4, 2)",
            'MaxPool1D(1, 2, "SAME", ceil_mode=True), 4': "(1, 4, 3)",
        },
    ),
    Gotcha(
        "paddle-divisor",
        "paddle",
        Text(
            zh="不对称填充时，平均池化除错了数",
            en="With uneven padding an average divides by the wrong number",
        ),
        Text(
            zh=(
                "exclusive=False 应当把填充计入除数，可是窗口的末端被截在 n + lo，"
                "用的是前侧的填充。输入是 7 个 1，两例的最后一个窗口都只读到一个 1，都应是 1/3。"
            ),
            en=(
                "With exclusive=False the padding should count in the divisor, but windows are cut"
                " off at n + lo, the padding in front. The input is seven ones; both last windows"
                " read a single one, and both should be 1/3."
            ),
        ),
        _divisor,
        {
            "AvgPool1D(3, 2, (0, 2), exclusive=False)": "[1.0, 1.0, 1.0, 1.0]",
            "AvgPool1D(3, 2, (2, 2), exclusive=False)": "[0.33, 1.0, 1.0, 1.0, 0.33]",
        },
    ),
    Gotcha(
        "paddle-two-entries",
        "paddle",
        Text(
            zh="padding=(1, 2)：一维是前后，二维是两个轴",
            en="padding=(1, 2) is before and after on one axis, an axis each on two",
        ),
        Text(
            zh=(
                "2 项在一维里是（前，后），在二维里是每轴各一；4 项在二维里是（上，下，左，右），"
                "每轴一对，与 ONNX 的次序不同。"
            ),
            en=(
                "Two entries are (before, after) with one axis, and one for each of two. Four"
                " entries on two axes are top, bottom, left, right: a pair per axis, not in ONNX's"
                " order."
            ),
        ),
        _two_entries,
        {
            "Conv1D(4, 4, 3, padding=(1, 2)), 9": "(1, 4, 10)",
            "Conv2D(4, 4, 3, padding=(1, 2)), 9×9": "(1, 4, 9, 11)",
            "Conv2D(4, 4, 3, padding=(1, 2, 1, 2)), 9×9": "(1, 4, 10, 10)",
        },
    ),
    Gotcha(
        "paddle-pad-entries",
        "paddle",
        Text(
            zh="Pad2D 不看轴数，只看有几项", en="Pad2D looks at the number of entries, not of axes"
        ),
        Text(
            zh=(
                "填零时，项数与空间轴不合也不报错：从最后一个轴往前填，"
                "通道与批次也会被填；恰好是总轴数的两倍时，又改从第一个轴填起。data_format"
                " 这时不起作用。"
            ),
            en=(
                "When padding with zeros, entries that do not match the spatial axes are no error:"
                " they pad from the last axis backwards, channels and batch too; twice as many as"
                " axes, they begin with the first. The data format then has no say."
            ),
        ),
        _pad_entries,
        {
            "Pad2D((1, 2, 3, 4)), 1×4×9×9": "(1, 4, 16, 12)",
            "Pad2D((1, 2)), 1×4×9×9": "(1, 4, 9, 12)",
            "Pad2D((1, 2, 3, 4)), 4×9×9": "(4, 16, 12)",
            "Pad2D((1, 2, 3, 4, 5, 6, 7, 8)), 1×4×9×9": "(4, 11, 20, 24)",
        },
    ),
    Gotcha(
        "paddle-recompute",
        "paddle",
        Text(
            zh="recompute_scale_factor 不认通道在后",
            en="recompute_scale_factor knows channels first only",
        ),
        Text(
            zh="重算尺寸时总是取第 2 个轴以后的长度。通道在后时，高用了宽的尺寸，宽用了通道数。",
            en=(
                "The sizes are recomputed from the axes after the second, always. With channels"
                " last, the height is made from the width, and the width from the channels."
            ),
        ),
        _recompute,
        {
            "Upsample(scale_factor=2, data_format='NHWC'), 5×6×4": "(1, 10, 12, 4)",
            "Upsample(scale_factor=2, recompute_scale_factor=True, data_format='NHWC'), 5×6×4": (
                "(1, 12, 8, 4)"
            ),
        },
    ),
    Gotcha(
        "paddle-upsample-remembers",
        "paddle",
        Text(zh="Upsample 记住第一次的轴数", en="Upsample remembers the first input it has seen"),
        Text(
            zh=(
                "没有给 data_format 时，它按第一个输入的轴数定下布局，"
                "从此不变：同一个层再用于别的轴数就报错。"
            ),
            en=(
                "Without a data_format it settles on the layout of its first input for good: the"
                " same layer then refuses inputs with another number of axes."
            ),
        ),
        _remembers,
        {
            "the same Upsample(scale_factor=2), 4×4": "(1, 1, 8, 8)",
            "the same Upsample(scale_factor=2), 4×4×4": "ValueError",
        },
    ),
    Gotcha(
        "paddle-format-ignored",
        "paddle",
        Text(
            zh='Conv2D 收下 "NLC"，却按通道在前计算',
            en='Conv2D takes "NLC" and computes channels first',
        ),
        Text(
            zh=(
                '构造时六种 data_format 都收。"NLC" 在二维里按通道在前卷积，'
                "偏置却加在最后一个轴上：没有偏置就悄悄运行。请只写 NCHW 或 NHWC。"
            ),
            en=(
                'All six formats pass the constructor. With two axes "NLC" convolves channels'
                " first, but adds the bias along the last axis: without a bias it runs silently."
                " Say NCHW or NHWC."
            ),
        ),
        _format_ignored,
        {
            "Conv2D(4, 4, 3, data_format='NHWC', bias_attr=False), 1×4×9×9": "ValueError",
            "Conv2D(4, 4, 3, data_format='NLC', bias_attr=False), 1×4×9×9": "(1, 4, 7, 7)",
            "Conv2D(4, 4, 3, data_format='NLC', bias_attr=None), 1×4×9×9": "ValueError",
        },
    ),
)
