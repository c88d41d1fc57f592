"""JAX's surprises, on 0.10.2 (CPU)."""

import os
import subprocess
import sys
from itertools import pairwise

from shapealg.checks.gotchas import Gotcha, outcome
from shapealg.text import Text


def _both(function, *sizes) -> dict:
    """What abstract evaluation says and what execution does."""
    import jax
    from jax import numpy

    structs = [jax.ShapeDtypeStruct(size, numpy.float32) for size in sizes]
    return {
        "eval_shape": outcome(lambda: jax.eval_shape(function, *structs).shape),
        "executed": outcome(lambda: function(*map(numpy.zeros, sizes)).shape),
    }


def _unvalidated():
    from jax import lax

    cases = {
        "window_strides=(0,)": ((6, 4, 3), {"window_strides": (0,)}),
        "window_strides=(-1,)": ((6, 4, 3), {"window_strides": (-1,)}),
        "rhs=(6, 4, 0)": ((6, 4, 0), {"window_strides": (1,)}),
        "rhs_dilation=(2, 1)": ((6, 4, 3), {"window_strides": (1,), "rhs_dilation": (2, 1)}),
    }
    return {
        f"{label}, {how}": told
        for label, (rhs, words) in cases.items()
        for how, told in _both(
            lambda x, w, words=words: lax.conv_general_dilated(x, w, padding="VALID", **words),
            (2, 4, 8),
            rhs,
        ).items()
    }


def _capitals():
    from jax import lax, numpy

    def up(padding, stride):
        return outcome(
            lambda: (
                lax.conv_transpose(
                    numpy.zeros((1, 5, 1)), numpy.zeros((3, 1, 1)), (stride,), padding
                ).shape
            )
        )

    return {
        f"padding={padding!r}, strides=({stride},)": up(padding, stride)
        for padding in ("VALID", "valid")
        for stride in (1, 2)
    }


def _opposite():
    from jax import lax, numpy

    def up(**words):
        return outcome(
            lambda: (
                lax.conv_transpose(
                    numpy.zeros((1, 5, 1)), numpy.zeros((4, 1, 1)), (2,), **words
                ).shape
            )
        )

    return {
        "padding=((0, 0),)": up(padding=((0, 0),)),
        "padding=((1, 1),)": up(padding=((1, 1),)),
        "padding=((0, 0),), use_consistent_padding": up(
            padding=((0, 0),), use_consistent_padding=True
        ),
        "padding=((1, 1),), use_consistent_padding": up(
            padding=((1, 1),), use_consistent_padding=True
        ),
        "padding=[[1, 1]], use_consistent_padding": up(
            padding=[[1, 1]], use_consistent_padding=True
        ),
    }


def _from_nothing():
    from jax import lax, numpy

    return {
        f"strides=({s},)": outcome(
            lambda s=s: (
                lax.conv_transpose(
                    numpy.zeros((1, 0, 1)),
                    numpy.zeros((3, 1, 1)),
                    (s,),
                    "SAME",
                ).shape
            )
        )
        for s in (1, 2, 3)
    }


def _pool(**words):
    from jax import lax, numpy

    return outcome(
        lambda: (
            lax.reduce_window(numpy.zeros((1, 1, 8)), -numpy.inf, lax.max, (1, 1, 3), **words).shape
        )
    )


def _no_strides():
    return {
        "padding='VALID'": _pool(padding="VALID"),
        "padding='SAME'": _pool(padding="SAME"),
        "padding='SAME', window_strides=(1, 1, 1)": _pool(padding="SAME", window_strides=(1, 1, 1)),
    }


def _over_cropped():
    from jax import lax, numpy

    def conv(pair):
        return outcome(
            lambda: (
                lax.conv_general_dilated(
                    numpy.zeros((1, 1, 8)), numpy.zeros((1, 1, 3)), (1,), (pair,)
                ).shape
            )
        )

    def pad(pair):
        return outcome(
            lambda: lax.pad(numpy.zeros((1, 1, 8)), 0.0, ((0, 0, 0), (0, 0, 0), (*pair, 0))).shape
        )

    ways = {
        "conv_general_dilated": conv,
        "reduce_window": lambda pair: _pool(padding=((0, 0), (0, 0), pair)),
        "pad": pad,
    }
    return {
        f"{pair}, {name}": way(pair) for pair in ((-4, -4), (-4, -5)) for name, way in ways.items()
    }


def _spread_same():
    words = {"padding": "SAME", "window_strides": (1, 1, 1)}
    return {
        "SAME": _pool(**words),
        "SAME, base_dilation=(1, 1, 2)": _pool(**words, base_dilation=(1, 1, 2)),
        "SAME, base_dilation=(1, 1, 2), stride 2": _pool(
            padding="SAME", window_strides=(1, 1, 2), base_dilation=(1, 1, 2)
        ),
    }


def _negative():
    import jax
    from jax import numpy

    return {
        f"shape={shape}": outcome(
            lambda: jax.image.resize(numpy.zeros((4, 4)), shape, "bilinear").shape  # noqa: B023 — called at once
        )
        for shape in ((8, 8), (0, 8), (-1, 8))
    }


def _crossed():
    """Rows 1, 2, … through kernels of ones: what comes out is known. It is not wrong each time, so
    there are many runs.
    """
    import jax
    import numpy
    from jax import lax

    def wrong(convolve) -> str:
        found = False
        for n in (6, 9):
            x = numpy.broadcast_to(numpy.arange(1, n + 1, dtype="float32"), (1, 4, n))
            for p in (2, 3, 4):
                row = [*range(p + 1, n + 1), *[0] * p]
                expected = numpy.array([4.0 * (a + b) for a, b in pairwise(row)])
                found |= any(
                    not numpy.array_equal(numpy.asarray(convolve(x, p))[0, 0], expected)
                    for _ in range(40)
                )
        return str(found)

    weights = numpy.ones((4, 4, 2), "float32")
    at_once = jax.jit(
        lambda x, p: lax.conv_general_dilated(x, weights, (1,), ((-p, p),)), static_argnums=1
    )
    in_steps = jax.jit(
        lambda x, p: lax.conv_general_dilated(x[:, :, p:], weights, (1,), ((0, p),)),
        static_argnums=1,
    )
    return {
        "wrong values, padding=((-p, p),)": wrong(at_once),
        "wrong values, x[:, :, p:] and padding=((0, p),)": wrong(in_steps),
    }


def _crash():
    ask = (
        "import jax.numpy as np; from jax import lax; print(lax.reduce_window(np.zeros(7), -np.inf,"
        " lax.max, ({k},), (1,), ((0, -1),)).shape)"
    )
    told = {}
    for k in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", ask.format(k=k)],
            env={**os.environ, "JAX_PLATFORMS": "cpu"},
            capture_output=True,
            text=True,
            check=False,
        )
        told[f"window_dimensions=({k},), padding=((0, -1),)"] = (
            f"signal {-done.returncode}" if done.returncode < 0 else done.stdout.strip()
        )
    return told


GOTCHAS = (
    Gotcha(
        "jax-cropped-and-padded",
        "jax",
        Text(
            zh="同一个轴前裁后填：卷积读到别人的内存",
            en="Cropped in front and padded behind: a convolution reads foreign memory",
        ),
        Text(
            zh=(
                "填充 (−p, p) 本应是先裁后填。XLA 在 CPU 上对几个通道的卷积会读到输入之外的内存，"
                "得到 −3.7e19 之类的数，每次还不一样；形状是对的。裁剪请用切片，填充只用正数。"
            ),
            en=(
                "Padding (−p, p) should crop, then pad. With several channels XLA on the CPU reads"
                " memory outside the input: values such as −3.7e19 that change from run to run, in"
                " the right shape. Crop with a slice, and pad with positive numbers only."
            ),
        ),
        _crossed,
        {
            "wrong values, padding=((-p, p),)": "True",
            "wrong values, x[:, :, p:] and padding=((0, p),)": "False",
        },
    ),
    Gotcha(
        "jax-one-tap-cropped",
        "jax",
        Text(
            zh="一格宽的 reduce_window 带裁剪会中止进程",
            en="A reduce_window of one tap that crops aborts the process",
        ),
        Text(
            zh=(
                "窗口与步长都是 1 时，XLA 把它化简成逐元素运算，忘了负填充改变了尺寸，"
                "于是整个进程中止，没有异常可接。裁剪请用切片。"
            ),
            en=(
                "With windows and strides of 1, XLA simplifies to an elementwise operation, forgets"
                " that the negative padding changes the size, and aborts the process; there is no"
                " exception to catch. Crop with a slice."
            ),
        ),
        _crash,
        {
            "window_dimensions=(1,), padding=((0, -1),)": "signal 6",
            "window_dimensions=(2,), padding=((0, -1),)": "(5,)",
        },
    ),
    Gotcha(
        "jax-eval-shape",
        "jax",
        Text(zh="jax.eval_shape 不检查参数", en="jax.eval_shape does not check arguments"),
        Text(
            zh=(
                "步长 0、负的步长、空的核、长度不对的 rhs_dilation，抽象求值都给出一个形状，"
                "编译时才报错。推断通过不等于能运行。"
            ),
            en=(
                "A stride of 0 or below, an empty kernel, an rhs_dilation of the wrong length:"
                " abstract evaluation gives a shape for all of them, and only compiling fails. That"
                " a shape is inferred does not mean that it runs."
            ),
        ),
        _unvalidated,
        {
            "window_strides=(0,), eval_shape": "(2, 6, 1)",
            "window_strides=(0,), executed": "ValueError",
            "window_strides=(-1,), eval_shape": "(2, 6, 0)",
            "window_strides=(-1,), executed": "ValueError",
            "rhs=(6, 4, 0), eval_shape": "(2, 6, 9)",
            "rhs=(6, 4, 0), executed": "ValueError",
            "rhs_dilation=(2, 1), eval_shape": "(2, 6, 6)",
            "rhs_dilation=(2, 1), executed": "ValueError",
        },
    ),
    Gotcha(
        "jax-valid-in-capitals",
        "jax",
        Text(
            zh="conv_transpose 里 'valid' 不是 'VALID'",
            en="In conv_transpose 'valid' is not 'VALID'",
        ),
        Text(
            zh=(
                "别处字符串不分大小写。这里小写的绕过转置卷积自己的规则：步长为 1 时成了前向卷积的"
                " VALID，输出变短而不是变长；步长大于 1 时报错。总用大写。"
            ),
            en=(
                "Elsewhere strings are taken in any case. Here the lower one gets past the rule for"
                " transposed convolutions: with stride 1 it becomes the VALID of a forward"
                " convolution, shorter instead of longer, and with more an error. Write capitals."
            ),
        ),
        _capitals,
        {
            "padding='VALID', strides=(1,)": "(1, 7, 1)",
            "padding='VALID', strides=(2,)": "(1, 11, 1)",
            "padding='valid', strides=(1,)": "(1, 3, 1)",
            "padding='valid', strides=(2,)": "ValueError",
        },
    ),
    Gotcha(
        "jax-opposite-padding",
        "jax",
        Text(
            zh="conv_transpose 的数字填充与 PyTorch 的意思相反",
            en="Numbers for conv_transpose's padding mean the opposite of PyTorch's",
        ),
        Text(
            zh=(
                "数字说的是在撑开的输入四周加多少，填得越多输出越长；PyTorch 的 p"
                " 是从输出裁掉多少。e − 1 − p 相当于 p；或设 use_consistent_padding=True，"
                "但那时每对须是元组，列表会报错。"
            ),
            en=(
                "The numbers say how much is put around the spread input: more padding, more"
                " output. PyTorch's p is cut off the output. Say e − 1 − p, or set"
                " use_consistent_padding=True, where each pair must be a tuple, for a list is"
                " refused."
            ),
        ),
        _opposite,
        {
            "padding=((0, 0),)": "(1, 6, 1)",
            "padding=((1, 1),)": "(1, 8, 1)",
            "padding=((0, 0),), use_consistent_padding": "(1, 12, 1)",
            "padding=((1, 1),), use_consistent_padding": "(1, 10, 1)",
            "padding=[[1, 1]], use_consistent_padding": "ValueError",
        },
    ),
    Gotcha(
        "jax-from-nothing",
        "jax",
        Text(
            zh="conv_transpose 从空轴变出输出", en="conv_transpose makes something of an empty axis"
        ),
        Text(
            zh=(
                "SAME 应当给出 n·s，空轴却给出 s − 1：填充是按固定的量加的，与输入无关。"
                "空批次可以，空的空间轴要先排除。"
            ),
            en=(
                '"SAME" should give n·s; an empty axis gives s − 1, for the padding is a fixed'
                " amount. An empty batch is fine, an empty spatial axis should be kept out."
            ),
        ),
        _from_nothing,
        {
            "strides=(1,)": "(1, 0, 1)",
            "strides=(2,)": "(1, 1, 1)",
            "strides=(3,)": "(1, 2, 1)",
        },
    ),
    Gotcha(
        "jax-same-needs-strides",
        "jax",
        Text(
            zh="reduce_window 的 SAME 要求写出步长",
            en="reduce_window needs its strides said for SAME",
        ),
        Text(
            zh=(
                "window_strides 默认是 1，但与 SAME 一起用默认值会报一个关于广播的错，看不出原因。"
                "写出 (1, 1, …) 即可。"
            ),
            en=(
                "window_strides is 1 by default, but with SAME the default ends in an error about"
                " broadcasting that does not say so. Write (1, 1, …)."
            ),
        ),
        _no_strides,
        {
            "padding='VALID'": "(1, 1, 6)",
            "padding='SAME'": "ValueError",
            "padding='SAME', window_strides=(1, 1, 1)": "(1, 1, 8)",
        },
    ),
    Gotcha(
        "jax-over-cropped",
        "jax",
        Text(
            zh="裁过头：有的报错，有的给空",
            en="Cropping more than there is: an error here, empty there",
        ),
        Text(
            zh=(
                "填充可以是负数。裁到什么都不剩时都给出 0；再多裁一格，卷积与 pad 报错，"
                "reduce_window 仍然给 0。"
            ),
            en=(
                "Padding may be negative. Cropped to nothing, all give 0; one more, and convolution"
                " and pad refuse, while reduce_window still gives 0."
            ),
        ),
        _over_cropped,
        {
            "(-4, -4), conv_general_dilated": "(1, 1, 0)",
            "(-4, -4), reduce_window": "(1, 1, 0)",
            "(-4, -4), pad": "(1, 1, 0)",
            "(-4, -5), conv_general_dilated": "ValueError",
            "(-4, -5), reduce_window": "(1, 1, 0)",
            "(-4, -5), pad": "ValueError",
        },
    ),
    Gotcha(
        "jax-spread-same",
        "jax",
        Text(zh="有 base_dilation 时 SAME 不再是 SAME", en="With base_dilation SAME is not SAME"),
        Text(
            zh=(
                "填充按撑开之前的尺寸算，窗口却在撑开之后滑动：8 格撑开成 15 格，步长 2 应给 8，"
                "却给 7。请用数字填充。卷积在这里干脆报错。"
            ),
            en=(
                "The padding is worked out before the input is spread, and the window slides after:"
                " 8 positions become 15, with stride 2 that should give 8, and gives 7. Say the"
                " padding in numbers; the convolutions refuse such strings outright."
            ),
        ),
        _spread_same,
        {
            "SAME": "(1, 1, 8)",
            "SAME, base_dilation=(1, 1, 2)": "(1, 1, 15)",
            "SAME, base_dilation=(1, 1, 2), stride 2": "(1, 1, 7)",
        },
    ),
    Gotcha(
        "jax-negative-resize",
        "jax",
        Text(zh="jax.image.resize 收下负的尺寸", en="jax.image.resize takes a negative size"),
        Text(
            zh="负数不报错，给出空的轴。算出来的尺寸要自己检查。",
            en="A negative number is no error but an empty axis. Check sizes that were computed.",
        ),
        _negative,
        {
            "shape=(8, 8)": "(8, 8)",
            "shape=(0, 8)": "(0, 8)",
            "shape=(-1, 8)": "(0, 8)",
        },
    ),
)
