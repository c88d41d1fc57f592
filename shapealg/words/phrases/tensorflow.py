"""How TensorFlow says a window: convolutions, poolings, and what stands in front of them."""

from shapealg.axis.counted import Counted
from shapealg.axis.waiting import Same
from shapealg.text import Text
from shapealg.words.dialects import tensorflow
from shapealg.words.phrasing import Manner, Sought, flat, none, ranked
from shapealg.words.words import Words

MANNER = Manner(
    {"max": (Counted.DATA,), "average": (Counted.DATA,)},
    words=("same",),
    padded=("max",),
    crops=False,
    limit=lambda k, rank: k - 1 if rank < 3 else 0,
)
# what Keras does behind a sum; "{axis}" is the place of the axis that it has last
ACTIVATIONS = {
    "relu": "relu()",
    "relu6": "relu6()",
    "leaky_relu": "leaky_relu()",
    "elu": "elu()",
    "selu": "selu()",
    "gelu": "gelu()",
    "silu": "silu()",
    "swish": "swish()",
    "softplus": "softplus()",
    "softsign": "softsign()",
    "tanh": "tanh()",
    "sigmoid": "sigmoid()",
    "softmax": "softmax(axis={axis})",
    "log_softmax": "log_softmax(axis={axis})",
}


def convolution(x: Sought) -> list:
    """A bias is added behind."""
    behind = [tensorflow.bias_add(bias=(x.layer.filters,))] if x.layer.bias else []
    return [*_convolution(x), *behind]


def _convolution(x: Sought) -> list:
    """TensorFlow's functions of rank 2 take explicit padding; for the others tf.pad is in front."""
    if not x.same:
        x.placed()
    around = ((0, 0), *(() if x.open else x.pairs), (0, 0))
    before: list[Words] = []
    padding: str | tuple = "SAME" if x.same else "VALID"
    if not x.open and any(x.lo + x.hi) and x.kind != "transposed":
        if min(x.lo + x.hi) < 0:
            raise none(
                Text(zh="tf.pad 不能裁剪", en="tf.pad cannot crop"),
                Text(zh="先用切片裁剪", en="crop with a slice first"),
            )
        if x.rank == 2:
            padding = around
        else:
            before = [tensorflow.pad(around)]
    if x.kind == "forward":
        lengths = x.layer.weight(x.channels)
        weight = (*x.k, lengths["I"], x.layer.filters)
        words = {"dilations": x.d} if any(d > 1 for d in x.d) else {}
        if x.rank == 3:
            if x.layer.groups != 1:
                raise none(Text(zh="tf.nn.conv3d 没有分组", en="tf.nn.conv3d has no groups"))
            if words and set(x.s) == {1}:
                return [*before, tensorflow.convolution(weight, x.s, padding, **words)]
            return [
                *before,
                tensorflow.conv3d(
                    weight, (1, *x.s, 1), padding, **({"dilations": (1, *x.d, 1)} if words else {})
                ),
            ]
        return [
            *before,
            {1: tensorflow.conv1d, 2: tensorflow.conv2d}[x.rank](
                weight, x.s if x.rank > 1 else x.s[0], padding, **words
            ),
        ]
    return [_transposed(x)]


def _transposed(x: Sought):
    """The output shape is an argument; "VALID" stands for no padding before, "SAME" for what it
    would pad going forward.
    """
    if x.size is None:
        raise none(
            Text(
                zh="TensorFlow 的转置卷积以输出形状为参数",
                en="a transposed convolution of TensorFlow takes the output shape as an argument",
            ),
            Text(zh="请给出 input_shape", en="give an input_shape"),
        )
    if x.layer.groups != 1 or any(d > 1 for d in x.d):
        raise none(
            Text(
                zh="TensorFlow 的转置卷积在 CPU 上没有分组与膨胀",
                en="on CPU, a transposed convolution of TensorFlow has no groups and no dilation",
            )
        )
    lengths = x.layer.weight(x.channels)
    out = tuple(axis.count(n) for axis, n in zip(x.axes, x.size, strict=True))
    words = {
        "output_shape": (x.batch, *out, x.layer.filters),
        "strides": x.s if x.rank > 1 else x.s[0],
    }
    weight = (*x.k, lengths["O"], lengths["I"])
    return getattr(tensorflow, f"conv{x.rank}d_transpose")(
        weight, **words, padding=_around(x, x.size, out)
    )


def _around(x: Sought, given: tuple, out: tuple) -> str | tuple:
    """The padding of a transposed convolution, a word where there is one."""
    if not any(x.lo) and all(0 <= -hi < s for hi, s in zip(x.hi, x.s, strict=True)):
        return "VALID"
    if all(
        Same(w.kernel, w.stride).at(m).lo == w.lo and Same(w.kernel, w.stride).count(m) == n
        for w, m, n in zip(x.windows, out, given, strict=True)
    ):
        return "SAME"
    if x.rank == 2 and min(x.lo + x.hi) >= 0:
        return ((0, 0), *x.pairs, (0, 0))
    if x.rank == 2:
        raise none(
            Text(
                zh="TensorFlow 的转置卷积不收负的填充",
                en="a transposed convolution of TensorFlow takes no negative padding",
            ),
            Text(
                zh="用 VALID，再用 tf.pad 补零、切片裁剪",
                en="use VALID, then add zeros with tf.pad and crop with a slice",
            ),
        )
    raise none(
        Text(
            zh="TensorFlow 只有二维的转置卷积收显式填充",
            en="only the transposed convolution of rank 2 takes explicit padding in TensorFlow",
        ),
        Text(zh="用 VALID 再切片裁剪", en="use VALID and crop with a slice"),
    )


def front(kind: str, around: tuple) -> list:
    """What stands in front of a pooling, to pad or crop."""
    filled = {"constant_values": float("-inf")} if kind == "max" else {}
    return [tensorflow.pad(((0, 0), *around, (0, 0)), **filled)]


def pool(kind: str, window: tuple, flags: tuple, pads: tuple) -> list:
    """The pooling itself."""
    name = {"max": "max_pool", "average": "avg_pool"}[kind]
    k, s = (each if len(each) > 1 else each[0] for each in window[:2])
    padding: str | tuple = "SAME" if flags[0] else "VALID"
    if any(flat(pads)):
        padding = ((0, 0), *pads, (0, 0))
    return [ranked(tensorflow, len(pads))(name)(k, s, padding)]
