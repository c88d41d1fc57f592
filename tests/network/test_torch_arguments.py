"""Functions of PyTorch whose arguments are computed from sizes, or count from the end: all answers
are those of PyTorch, at every size.
"""

import pytest

from shapealg import BySize, ShapeError, read

MOST = 14  # up to so large a size


def module(forward):
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            import torch

            return forward(torch, x)

    return Own().eval()


def functional(torch):
    return torch.nn.functional


CASES = {
    # an axis that is counted from x.dim()
    "mean": lambda t, x: x.mean((1, x.dim() - 1)),
    "cat": lambda t, x: t.cat([x, x], x.dim() - 1),
    "cat by name": lambda t, x: t.cat([x, x], dim=x.dim() - 1),
    "transpose": lambda t, x: x.transpose(1, x.dim() - 1),
    "unsqueeze": lambda t, x: x.unsqueeze(x.dim()),
    "flatten": lambda t, x: x.flatten(x.dim() - 2),
    "stack": lambda t, x: t.stack([x, x], x.dim()),
    "unbind": lambda t, x: x.unbind(x.dim() - 2)[0],
    "unbind the fourth": lambda t, x: x.unbind(2)[3],
    "chunk": lambda t, x: x.chunk(2, x.dim() - 1)[0],
    "select": lambda t, x: x.select(x.dim() - 1, 0),
    "max": lambda t, x: x.max(x.dim() - 1)[0],
    "topk": lambda t, x: x.topk(x.shape[2] // 2, x.dim() - 1)[0],
    "repeat_interleave": lambda t, x: x.repeat_interleave(2, x.dim() - 1),
    "unfold along the last": lambda t, x: x.unfold(x.dim() - 1, 3, 1),
    # nothing is clipped
    "narrow from the end": lambda t, x: x.narrow(2, -3, 2),
    "narrow from a computed end": lambda t, x: x.narrow(2, x.shape[2] - 3, 1),
    "narrow to the end": lambda t, x: x.narrow(2, 2, x.shape[2] - 2),
    "narrow inside": lambda t, x: x.narrow(2, x.shape[2] // 3, x.shape[2] // 2),
    # a computed 0 was not meant to take nothing
    "tensor_split": lambda t, x: t.tensor_split(x, (x.shape[2] // 2 - 1,), 2)[0],
    "split": lambda t, x: x.split(x.shape[2] // 4, 2)[0],
    "repeat": lambda t, x: x.repeat(1, 1, x.shape[2] - 2),
    "expand": lambda t, x: x.expand(x.shape[2] - 1, -1, -1),
    "repeat_interleave so often": lambda t, x: x.repeat_interleave(x.shape[2] - 1, 2),
    "window as long as": lambda t, x: x.unfold(2, x.shape[2] // 2, 1),
    # a new tensor may be empty, but not less
    "pad by zeros": lambda t, x: t.cat([x, t.zeros(1, 2, 8 - x.shape[2]), x[:, :, :1]], 2),
    "the first of what may be empty": lambda t, x: x.new_zeros(x.shape[2] - 3, 4)[0],
    "the last of what may be empty": lambda t, x: x.new_zeros(x.shape[2] - 3, 4)[-1],
    "ones": lambda t, x: t.cat([t.ones(1, 2, x.shape[2] - 4), x], 2),
    "arange": lambda t, x: t.cat([t.arange(3, x.shape[2] - 1), t.zeros(1)]),
    "arange by 2": lambda t, x: t.cat([t.arange(5, x.shape[2], 2), t.zeros(1)]),
    "arange down": lambda t, x: t.arange(x.shape[2] - 1, -1, -2),
    "arange by name": lambda t, x: t.cat([t.arange(start=3, end=x.shape[2], step=2), t.zeros(1)]),
    "full": lambda t, x: t.cat([x.new_full((1, 2, x.shape[2] * 2 - 3), 1.0), x], 2),
    "linspace": lambda t, x: t.cat([t.linspace(0, 1, x.shape[2] - 2), t.zeros(1)]),
    # sizes in a row are worked out one by one
    "twice each": lambda t, x: t.zeros((t.tensor(x.shape) * 2).tolist()),
    "both of each": lambda t, x: t.zeros((t.tensor(x.shape) + t.tensor(x.shape)).tolist()),
    "the last of them": lambda t, x: t.cat(
        [t.zeros((t.tensor(x.shape[1:]) - 3)[1:].tolist()), t.zeros(1)]
    ),
    # what is asked for does not stretch
    "expand to 1": lambda t, x: x.expand(1, 2, 1),
    # places that must be there
    "listed places": lambda t, x: x[:, :, [0, 4, 2]],
    "places from the end": lambda t, x: x[:, :, [-5, 1]],
    "places in a tensor": lambda t, x: x[:, :, t.tensor([0, 4, 2])],
    "places along two axes": lambda t, x: x[:, [0, 1], [2, 5]],
    # a layer with open numbers
    "pool of all": lambda t, x: functional(t).max_pool1d(x, x.shape[2]),
    "pool of all, by a shape": lambda t, x: functional(t).avg_pool1d(x, x.shape[2:]),
    "pool of nearly all": lambda t, x: functional(t).max_pool1d(x, x.shape[2] - 2, 1),
    "padded pool": lambda t, x: functional(t).avg_pool1d(x, 3, 1, x.shape[2] // 4),
    "pool padded by what may be less than nothing": lambda t, x: functional(t).avg_pool1d(
        x, 9, 1, x.shape[2] - 4
    ),
    "padded by what may be less than nothing": lambda t, x: functional(t).conv1d(
        x, t.zeros(3, 2, 9), padding=x.shape[2] - 4
    ),
    "adaptive pool": lambda t, x: functional(t).adaptive_avg_pool1d(x, x.shape[2] // 2),
    "mirrored": lambda t, x: functional(t).pad(x, (x.shape[2] - 1, 0), mode="reflect"),
    "mirrored too far": lambda t, x: functional(t).pad(x, (0, 4 - x.shape[2]), mode="reflect"),
    "mirrored above": lambda t, x: functional(t).pad(
        x.unsqueeze(3).expand(-1, -1, -1, 3), (0, 1, x.shape[2] - 2, 0), mode="reflect"
    ),
    "around": lambda t, x: functional(t).pad(x, (x.shape[2] // 2, 3), mode="circular"),
    "columns": lambda t, x: functional(t).unfold(x.unsqueeze(3), (x.shape[2] // 2, 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_arguments_that_are_computed(nets, name):
    own, shapes = module(CASES[name]), [(1, 2, "L")]
    net = read(own, shapes)
    shape, accepted = net.output_shape, net.accepts("L")
    assert not net.unknown
    for n in range(1, MOST + 1):
        there = nets.performed(own, shapes, {"L": n})
        assert (n in accepted) == net.explain(L=n).runs == (there is not None), n
        if there is None:
            with pytest.raises(ShapeError):
                net.at(L=n)
            continue
        told = shape.at(L=n) if isinstance(shape, BySize) else shape
        assert tuple(m(L=n) if callable(m) else m for m in told) == net.at(L=n) == there


@pytest.mark.parametrize(
    "forward", (lambda t, x: x[:, :, ::-1], lambda t, x: x[:, :, :: x.shape[2] - 8])
)
def test_a_step_backwards_is_refused_as_pytorch_refuses_it(nets, forward):
    own, shapes = module(forward), [(1, 2, 8)]
    assert nets.performed(own, shapes, {}) is None
    with pytest.raises(ShapeError, match="a step must be positive; received"):
        read(own, shapes).at()


@pytest.mark.parametrize(
    "forward",
    (
        lambda t, x: t.cat(t.tensor_split(x, (x.shape[1],), 1), 1),
        lambda t, x: t.cat(t.tensor_split(x, indices=(x.shape[1] - 2,), dim=1), 1),
        lambda t, x: t.cat(x.split([x.shape[1], x.shape[1] - 2], 1), 1),
        lambda t, x: t.cat([x.narrow(1, 0, x.shape[1] - 2), x], 1),
        lambda t, x: t.cat([x[:, x.shape[1] :], x], 1),
    ),
)
def test_of_its_own_channels_a_model_may_take_nothing(nets, forward):
    import torch

    own = module(forward)
    net = read(own, (1, 2, "L"))
    for n in (1, 3, 6):
        assert net.at(L=n) == tuple(own(torch.zeros(1, 2, n)).shape)


def test_of_sizes_in_a_row_one_that_is_not_there_is_refused_with_how_many_there_are(nets):
    own = module(lambda t, x: t.tensor(x.shape)[3])
    with pytest.raises(ShapeError, match="there is no such entry; received 3; there are 3"):
        read(own, (1, 2, "L")).at(L=4)


def test_a_channel_needs_two_values_in_all(nets):
    import torch

    net = read(torch.nn.InstanceNorm2d(4), (1, 4, "H", "W"))
    assert "tied together    H·W ≥ 2" in str(net)
    with pytest.raises(ShapeError, match="more than one value; received 1; the nearest that work"):
        net.at(H=1, W=1)


def test_nothing_is_taken_where_that_is_said(nets):
    import torch

    own = module(
        lambda t, x: t.cat([x.narrow(2, 0, 0), t.tensor_split(x, (0, 2), 2)[0], x[:, :, []], x], 2)
    )
    for n in (3, 5):
        assert read(own, (1, 2, "L")).at(L=n) == tuple(own(torch.zeros(1, 2, n)).shape)
