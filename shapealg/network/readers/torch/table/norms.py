"""Normalizations: the shape is kept, and every position reads all those that its statistics are
taken of.
"""

from math import prod

from shapealg.axis.condition import Condition
from shapealg.network import operations
from shapealg.network.operations import refuse
from shapealg.network.readers.torch.table.arguments import known
from shapealg.network.readers.torch.table.reductions import mixed


def _normed(flow, x, first: int):
    """A normalization over all axes from one on."""
    return mixed(flow, x, range(first, len(x.shape)))


def _more_than_one(flow, lengths) -> None:
    """Require several values to take statistics of: one of the lengths is at least 2."""
    left = [n for n in lengths if n != 1]
    if any(n is None or (type(n) is int and n > 1) for n in left):
        return
    if not left:
        refuse("每个通道须有多于一个值", "a channel must have more than one value", 1)
    flow._require(tuple(Condition(n - 2, ">=") for n in left), (prod(left) - 1,))


def _fitting(flow, channels, *vectors) -> None:
    """Require weights, or statistics, to be as many as the channels."""
    for vector in vectors:
        if vector is not None:
            flow.equal(channels, vector.shape[0])


def group_norm(flow, x, num_groups, weight=None, bias=None, *_, **__):
    """Over the positions, and over the channels of a group."""
    channels, num_groups = x.shape[1], known(num_groups)
    _fitting(flow, channels, weight, bias)
    if channels is not None:
        flow.equal(channels % num_groups, 0)
        if channels == num_groups:
            _more_than_one(flow, (x.shape[0], *x.shape[2:]))
    return _normed(flow, x, 1)


def layer_norm(flow, x, normalized_shape, weight=None, bias=None, *_, **__):
    """Over the last axes, which must be as long as is said, and as the weights are."""
    lengths = known(normalized_shape)
    for said in (lengths, *(w.shape for w in (weight, bias) if hasattr(w, "shape"))):
        for i, n in enumerate(reversed(said), 1):
            flow.equal(x.shape[-i], n)
    return _normed(flow, x, len(x.shape) - len(lengths))


def _instance_norm(
    flow,
    x,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    *_,
    **__,
):
    _fitting(flow, x.shape[1], running_mean, running_var, weight, bias)
    if not use_input_stats:
        return operations.same(flow, x)
    _more_than_one(flow, x.shape[2:])
    return _normed(flow, x, 2)


def _batch_norm(
    flow, x, running_mean=None, running_var=None, weight=None, bias=None, training=False, *_, **__
):
    _fitting(flow, x.shape[1], running_mean, running_var, weight, bias)
    if not training:
        return operations.same(flow, x)
    _more_than_one(flow, (x.shape[0], *x.shape[2:]))
    return mixed(flow, x, tuple(i for i in range(len(x.shape)) if i != 1))


def batch_norms(module):
    """A layer over the batch: by kept statistics, or by those of the positions there are."""
    kept, d = module.track_running_stats, type(module).__name__[-2]
    ranks = {"1": (2, 3), "2": (4,), "3": (5,)}.get(d)

    def operation(flow, x, *_, **__):
        if ranks is not None and len(x.shape) not in ranks:
            refuse("维数不对", "the number of dimensions does not fit", len(x.shape))
        flow.equal(x.shape[1], module.num_features)
        if kept:
            return operations.same(flow, x)
        return mixed(flow, x, tuple(i for i in range(len(x.shape)) if i != 1))

    return operation


def instance_norms(module):
    """A layer over the positions, of a batch or of one example: more than one value a channel."""
    d = int(type(module).__name__[-2])

    def operation(flow, x, *_, **__):
        if len(x.shape) not in (d + 1, d + 2):
            refuse("维数不对", "the number of dimensions does not fit", len(x.shape))
        at = len(x.shape) - d - 1
        if module.affine or module.track_running_stats:
            flow.equal(x.shape[at], module.num_features)
        if module.track_running_stats:
            return operations.same(flow, x)
        _more_than_one(flow, x.shape[at + 1 :])
        return _normed(flow, x, at + 1)

    return operation


FUNCTIONS = {
    "group_norm": group_norm,
    **dict.fromkeys(("layer_norm", "rms_norm"), layer_norm),
    "instance_norm": _instance_norm,
    "batch_norm": _batch_norm,
}
