"""What the article claims, with our verdict; each claim is run by the check of the same name."""

from dataclasses import dataclass

from shapealg.text import Text


@dataclass(frozen=True)
class Claim:
    """A statement, how far it is true, and why."""

    check: str
    statement: Text
    verdict: str  # "holds", "if" or "fails"
    because: Text
    law: str = ""  # the law that proves it, where there is one


CLAIMS = (
    Claim(
        "one_backend_call",
        Text(
            zh="Conv1D、Conv2D、Conv3D 最后调用同一个后端函数。",
            en="Conv1D, Conv2D and Conv3D end in the same backend call.",
        ),
        "holds",
        Text(
            zh=(
                "给那个函数装上计数器再运行：每种层恰好调用它一次。TensorFlow 上是"
                " tf.nn.convolution，JAX 上是 lax.conv_general_dilated。"
            ),
            en=(
                "With a counter on that function, each layer calls it exactly once:"
                " tf.nn.convolution on TensorFlow, lax.conv_general_dilated on JAX."
            ),
        ),
    ),
    Claim(
        "kernel_shape",
        Text(
            zh="kernel_shape = kernel_size + (input_dim, filters)。",
            en="kernel_shape = kernel_size + (input_dim, filters).",
        ),
        "if",
        Text(
            zh=(
                "groups = 1 时成立。一般地是 kernel_size + (input_dim / groups,"
                " filters)：每组过滤器只看自己那一份通道。"
            ),
            en=(
                "With groups = 1. In general it is kernel_size + (input_dim / groups, filters): a"
                " filter sees only the channels of its group."
            ),
        ),
        "conv_parameters",
    ),
    Claim(
        "conv1d_kernel",
        Text(
            zh="输入 (600, 300)，64 个长为 3 的过滤器，核的形状是 (3, 300, 64)。",
            en="Input (600, 300), 64 filters of size 3: the kernel has shape (3, 300, 64).",
        ),
        "holds",
        Text(
            zh="300 是通道数，不是空间尺寸；Conv1D 只沿 600 滑动。",
            en=(
                "300 is the number of channels, not a spatial size; Conv1D slides along the 600"
                " only."
            ),
        ),
    ),
    Claim(
        "conv2d_kernel",
        Text(
            zh=(
                "输入 (m, n, 1)，kernel_size = 3 得到 (3, 3, 1, 64)；kernel_size = (3, 300) 得到"
                " (3, 300, 1, 64)。"
            ),
            en=(
                "Input (m, n, 1): kernel_size = 3 gives (3, 3, 1, 64), kernel_size = (3, 300) gives"
                " (3, 300, 1, 64)."
            ),
        ),
        "holds",
        Text(
            zh="整数按轴数重复，元组照原样使用；核的形状与 m、n 无关。",
            en="An int is repeated per axis, a tuple is taken as it is; m and n do not enter.",
        ),
    ),
    Claim(
        "reshape_equivalence",
        Text(
            zh="核为 (3, 300) 的 Conv2D 与 kernel_size = 3 的 Conv1D，reshape 之后等价。",
            en=(
                "Conv2D with kernel (3, 300) and Conv1D with kernel_size = 3 are the same after a"
                " reshape."
            ),
        ),
        "if",
        Text(
            zh=(
                "当且仅当核与第二轴一样宽、从第 0 列读起、在那里只有一个输出，其余轴的参数相同，"
                "并且 groups = 1（宽度为 1 时不限）。valid 满足；same 也可以，"
                "只要第二轴的步长不小于 300。表中最后一行是 groups = 2 的反例，输入 (9, 4, 2) 与"
                " (9, 8)：两边分到的通道不同。"
            ),
            en=(
                "Exactly when the kernel is as wide as the second axis, starts at column 0 and"
                " gives one output there, the other axes agree, and groups = 1 (or the axis is one"
                " wide). That is so for valid; also for same, if the stride on that axis is at"
                " least 300. The last row is a counterexample with groups = 2 on inputs (9, 4, 2)"
                " and (9, 8): the two sides split the channels differently."
            ),
        ),
        "spanned_axis_convolution",
    ),
    Claim(
        "no_difference",
        Text(
            zh="Conv2D 的输入通道为 1 时，二者没有区别。",
            en="With one input channel in Conv2D, there is no difference between the two.",
        ),
        "fails",
        Text(
            zh=(
                '说得太强。通道为 1 并不够，还要核横跨整个第二轴且那里只有一个输出。padding="same"'
                " 就是反例：一边是 (600, 64)，另一边是 (600, 300, 64)。"
            ),
            en=(
                "Too strong. One channel is not enough: the kernel must also span the second axis"
                ' and give one output there. padding="same" is a counterexample: (600, 64) on one'
                " side, (600, 300, 64) on the other."
            ),
        ),
        "same_output_size",
    ),
    Claim(
        "three_grams",
        Text(
            zh="kernel_size = 3 的 Conv1D 提取 3-gram 特征。",
            en="A Conv1D with kernel_size = 3 reads 3-grams.",
        ),
        "if",
        Text(
            zh=(
                "膨胀率为 1 时成立：步长 1、valid 时输出 j 读第 j、j + 1、j + 2 个词（same"
                " 时整体前移一个词）。膨胀率为 2 时它读第 j、j + 2、j + 4 个词，是跳着的三个词。"
            ),
            en=(
                "With dilation rate 1: for stride 1 and valid padding, output j reads words j, j +"
                " 1 and j + 2 (with same, one word earlier). With dilation rate 2 it reads words j,"
                " j + 2 and j + 4, which skip."
            ),
        ),
        "dilated_output_size",
    ),
)
