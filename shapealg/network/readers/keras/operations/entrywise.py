"""Operations of Keras on each entry, or on all along some axes."""

from shapealg.network import operations
from shapealg.network.operations import elementwise, place, same
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import Tensor

OPERATIONS = Operators()
OPERATIONS.plain(
    """Abs Absolute Angle Arccos Arccosh Arcsin Arcsinh Arctan Arctanh
BitwiseInvert BitwiseNot Cast Cbrt Ceil Celu Clip Conj Conjugate ConvertToTensor Copy Cos Cosh
Elu Erf Erfc Erfinv Exp Exp2 Expm1 Fabs Floor Gelu HardShrink HardSigmoid HardSilu HardTanh
Imag Isfinite Isinf Isnan LeakyRelu Log Log10 Log1p Log2 LogSigmoid LogicalNot NanToNum
Negative OnesLike Real Reciprocal Relu Relu6 Round Rsqrt SaturateCast Selu Sigmoid Sign Silu
Sin Sinc Sinh SoftShrink Softplus Softsign SparsePlus SparseSigmoid Sqrt Square Squareplus
StopGradient Tan Tanh TanhShrink Threshold Trunc ZerosLike BatchNorm"""
)(same)


def several(axes) -> tuple | None:
    """One axis, or several, or `None` for all."""
    if axes is None:
        return None
    return (axes,) if isinstance(axes, int) else tuple(axes)


def mixed(axes):
    """A shape kept, though every position along some axes (or along all) reads all of them."""

    def operation(flow, x, *_):
        if x.shape is None:
            return x
        rank = len(x.shape)
        over = {place(axis, rank) for axis in (range(rank) if axes is None else several(axes))}
        return Tensor(x.shape, None, operations.mixed(rank, over))

    return operation


@OPERATIONS.built(
    """Add Arctan2 BitwiseAnd BitwiseOr BitwiseXor Divide DivideNoNan Equal FloorDivide
Fmax Fmin Fmod Greater GreaterEqual Heaviside Hypot Isclose Less LessEqual Logaddexp Logaddexp2
LogicalAnd LogicalOr LogicalXor Maximum Minimum Mod Multiply NotEqual Power Subtract TrueDivide
Where"""
)
def _elementwise(op, args, kwargs):
    """Numbers beside tensors change nothing; a list of them would, and a condition alone asks for
    places.
    """
    return (
        None
        if any(x is None or isinstance(x, list | tuple) for x in (*args, *kwargs.values()))
        else elementwise
    )


@OPERATIONS.built(
    """All Amax Amin Any Argmax Argmin Logsumexp Max Mean Median Min Nanmax Nanmean Nanmin Nansum
Prod Std Sum Var"""
)
def _reduction(op, *_):
    return operations.reduce(several(op.axis), bool(op.keepdims))


@OPERATIONS.built("Cumprod Cumsum Sort")
def _along(op, *_):
    return None if op.axis is None else mixed(op.axis)


@OPERATIONS.built("Flip Roll Softmax LogSoftmax Sparsemax Normalize LayerNorm RMSNorm")
def _mixed(op, *_):
    return mixed(getattr(op, "axis", None))


OPERATIONS.plain("Tril Triu")(mixed((-2, -1)))
OPERATIONS.plain("Flipud")(mixed(0))
OPERATIONS.plain("Fliplr")(mixed(1))
