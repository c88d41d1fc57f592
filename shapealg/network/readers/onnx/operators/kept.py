"""Operators that keep every size: number by number, and those that mix numbers along axes."""

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network import operations
from shapealg.network.operations import refuse, same
from shapealg.network.readers.onnx.operators.said import place, whole
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor

OPERATORS = Operators()


@OPERATORS.plain(
    """LeakyRelu Sigmoid Tanh LRN Elu Selu Celu HardSigmoid HardSwish Exp Log Sqrt Erf Gelu
Mish Swish Softplus Softsign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Reciprocal
QuantizeLinear DequantizeLinear ThresholdedRelu Shrink IsNaN IsInf BitwiseNot
EyeLike RandomNormalLike RandomUniformLike Bernoulli"""
)
def shaped(flow, x, *_):
    """The shape goes on, the numbers do not."""
    return numberless(x)


def numberless(x):
    """A tensor of the same shape."""
    return x if x.shape is None else Tensor(x.shape, None, operations.kept(len(x.shape)))


def _shape_alone(node):
    return shaped


def _mixing(build, which):
    """An operator that keeps every size, and reads all of some axes wherever it writes:
    `which(node, rank)`.
    """

    def built(node):
        inner = build(node)

        def operation(flow, x, *rest):
            made = inner(flow, x, *rest)
            if made.shape is None:
                return made
            rank = len(made.shape)
            place(0, rank)
            axes = {place(axis, rank) for axis in which(node, rank)}
            return Tensor(made.shape, None, operations.mixed(rank, axes))

        return operation

    return built


def _behind_channels(node, rank):
    return range(2, rank)


def _from_axis(node, rank):
    return range(place(node.get("axis", -1), rank), rank)


def _at_axis(node, rank):
    """One axis; before opset 13 softmax took all from the axis on, by default from the channels."""
    if node.opset >= 13:
        return (node.get("axis", -1),)
    return range(place(node.get("axis", 1), rank), rank)


def _summed(node, rank):
    """The axis of a running sum, an input; where it is not constant, any."""
    axis = whole(node.constants[1])
    return range(rank) if axis is None else axis


OPERATORS.plain("Identity")(same)


@OPERATORS.built("Dropout", outputs=2)
def _dropout(node):
    """The numbers go on where nothing is dropped; then a mask."""

    def operation(flow, x, ratio=None, training=None):
        alike = numberless(x)
        return (same(flow, x) if training is None else alike), alike

    return operation


def _per_channel(wanted: int):
    """So many inputs beside the data, each with one number per channel."""

    def operation(flow, x, *rest):
        if len(rest) < wanted:
            refuse(f"须有 {wanted + 1} 个输入", f"{wanted + 1} inputs are needed", len(rest) + 1)
        for one in rest[:wanted]:
            if x.shape is not None and one.shape is not None:
                (n,) = one.shape
                flow.equal(x.shape[1], n)
        return numberless(x)

    return operation


def _group_normalization(node):
    groups = node["num_groups"]

    def operation(flow, x, scale, bias):
        if x.shape is None:
            return UNKNOWN
        if groups < 1:
            refuse("num_groups 至少为 1", "num_groups must be at least 1", groups)
        if x.shape[1] is not None:
            flow.equal(x.shape[1] % groups, 0)
        for one in (scale, bias):
            if one.shape is not None:
                (n,) = one.shape
                stretch(flow, (n,), (x.shape[1] if node.opset > 20 else groups,))
        return numberless(x)

    return operation


def _layer_normalization(flow, x, scale, bias=None):
    for one in (scale, bias):
        if one is not None and one.shape is not None and x.shape is not None:
            stretch(flow, one.shape, x.shape)
    return numberless(x)


def stretch(flow, small: tuple, large: tuple) -> None:
    """Require one shape to stretch to another, which stays as it is."""
    if len(small) > len(large):
        refuse(f"至多 {len(large)} 个轴", f"at most {len(large)} axes fit", small)
    for n, m in zip(small[::-1], large[::-1], strict=False):
        if (
            n != 1
            and n is not None
            and m is not None
            and not (isinstance(n, Length) and n != m and flow.decide(Condition(n - 1, "==")))
        ):
            flow.equal(m, n)


for names, build, which in (
    ("Softmax LogSoftmax Hardmax", _shape_alone, _at_axis),
    ("LpNormalization", _shape_alone, lambda node, rank: (node.get("axis", -1),)),
    # where depends on more than the place
    ("ScatterND ScatterElements Scatter Trilu", _shape_alone, lambda node, rank: range(rank)),
    ("CumSum", _shape_alone, _summed),
    ("ReverseSequence", _shape_alone, lambda node, rank: (node.get("time_axis", 0),)),
    ("MeanVarianceNormalization", _shape_alone, lambda node, rank: node.get("axes", (0, 2, 3))),
):
    OPERATORS.built(names)(_mixing(build, which))
OPERATORS.plain("BatchNormalization", weights=True)(_per_channel(4))
OPERATORS.built("InstanceNormalization", weights=True)(
    _mixing(lambda node: _per_channel(2), _behind_channels)
)
OPERATORS.built("GroupNormalization", weights=True)(_mixing(_group_normalization, _behind_channels))
OPERATORS.built("LayerNormalization RMSNormalization", weights=True)(
    _mixing(lambda node: _layer_normalization, _from_axis)
)
