"""Calls of PyTorch as models have them, each held against PyTorch itself, size by size."""

import weakref
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from needed import require

import shapealg
from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network.tensor import Tensor

require("torch")

import torch  # noqa: E402 — once it is known to be there
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402
from torch.overrides import (  # noqa: E402
    handle_torch_function,
    has_torch_function_unary,
)

from shapealg.network.readers.torch import calls as noting  # noqa: E402
from shapealg.network.readers.torch import step as steps  # noqa: E402
from shapealg.network.readers.torch.known import NAMELESS, Known  # noqa: E402
from shapealg.network.readers.torch.noted import shape_of  # noqa: E402
from shapealg.network.readers.torch.run import Asking, Run  # noqa: E402
from shapealg.network.readers.torch.scalars import symbol  # noqa: E402
from shapealg.network.readers.torch.tape import Tape  # noqa: E402

BESIDE = torch.zeros(1, 3, 1, 1)
ROW = torch.zeros(4)
PICKED = torch.tensor([0, 2])
INT, FEW = np.int64, np.array([2, 1, 3])


class Own(nn.Module):
    def __init__(self, forward):
        super().__init__()
        self.up, self.table = nn.ConvTranspose2d(3, 3, 3, 2, 1), nn.Parameter(torch.zeros(9, 4))
        self.weight, self.run = nn.Parameter(torch.zeros(3, 3)), forward

    def forward(self, x):
        return self.run(self, x)


def enlarged(m, x):
    return m.up(x, output_size=(x.shape[2] * 2, x.shape[3] * 2 - 1))


def enlarged_by_place(m, x):
    return m.up(x, [x.shape[2] * 2, x.shape[3] + 3])


def last_row_written(m, x):
    x = x.clone()
    x[:, :, x.shape[2] - 1] = 0
    x[:, :, : x.shape[3]] = x[:, :1, : x.shape[3]]
    x[:, 0] = ROW[0]
    return x[..., 1:]


def row_written(m, x):
    x = x.clone()
    x[:, :, x.shape[2] - 1] = ROW
    return x


def column_written(m, x):
    x = x.clone()
    x[:, :, :, x.shape[3] - 1] = x[:, :1, :, 0]
    return x[:, :, 1:]


def cell_written(m, x):
    x = x.clone()
    x[0, 0, 0, x.shape[3] - 1] = ROW[0]
    return x


def typed(x):
    return torch.tensor([x.shape[2]], dtype=torch.int32)


def written(m, x):
    x = x.clone()
    x += BESIDE
    x.mul_(2).relu_().transpose_(2, 3)
    return F.dropout(F.relu(x, inplace=True), inplace=True)[..., 1:]


def grown_in_place(m, x):
    first = x[:, :, :1].clone()
    first += x
    return first


def a_generator_and_a_device(m, x):
    made = torch.rand(x.shape[3], device="cpu", generator=torch.Generator())
    return (x + made.to("cpu")).to(device=x.device)[..., 1:]


def a_fraction_of_a_tensor(m, x):
    return x[:, :, : int((torch.tensor(x.shape[2]) / 2).item())]


def halves(m, x):
    made = torch.tensor([x.shape[2], x.shape[3]])
    return x.new_zeros((made // 2 + 1).tolist())


def kept_type(m, x):
    places = x.long().flatten(2)[:, :, -2:]
    return F.embedding(places, m.table) if places.dtype == torch.long else x


def filled_with_their_types(m, x):
    made = (
        torch.full((x.shape[2], 2), ROW[1]),
        torch.full((x.shape[2], 2), x[0, 0, 0, 0]),
        torch.full((2,), fill_value=x[0, 0, 0, 0] > 0),
        x.long().new_full((2,), x[0, 0, 0, 0]),
        torch.full_like(x.int(), x[0, 0, 0, 0]),
        x.double().fill_(x[0, 0, 0, 0]),
    )
    float32, float64 = torch.float32, torch.float64
    types = [float32, float32, torch.bool, torch.int64, torch.int32, float64]
    return x[..., 1:] if [one.dtype for one in made] == types else x


def the_same_tensor(m, x):
    """What is of that type already, what is written into, what is changed in place."""
    other = torch.zeros_like(x)
    same = x.float() is x, torch.add(x, 1, out=other) is other, other.mul_(2) is other
    new = x.double() is not x, other.unsqueeze_(1).ndim == 5, other.mul_(2).ndim == 5
    return x[..., sum((*same, *new)) - 5 :]


def several_of_a_type(m, x):
    made, whole, mask = torch.std_mean(x.double(), 1), x.long(), x > 0
    numbers = mask & 3, whole & whole, whole + 3, torch.arange(start=2, end=x.shape[3] + 2)
    fractions = whole + 1.5, whole * (x.shape[2] / 2), torch.arange(end=2.5), whole / whole
    types = [{one.dtype for one in those} for those in (made, numbers, fractions)]
    return x[..., 1:] if types == [{torch.float64}, {torch.int64}, {torch.float32}] else x


def numbers_of_their_types(m, x):
    h = x.shape[2]
    whole, half = torch.as_tensor([h, 3], dtype=torch.int32), torch.tensor([h, 0.5])
    kinds = whole.dtype, half.dtype, torch.tensor([h, 3]).dtype, torch.tensor(h / 2).dtype
    assert kinds == (torch.int32, torch.float32, torch.int64, torch.float32)
    assert torch.tensor(h, dtype=torch.float64).dtype == torch.float64
    assert isinstance(half.tolist()[0], float) and isinstance(whole.tolist()[0], int)
    assert isinstance(half[0].item(), float) and isinstance(whole[0].item(), int)
    return x.new_zeros(whole.tolist())


def a_key(m, x):
    """The length of a row that has met another is a number."""
    together = torch.cat([x, torch.zeros(2, 3, 1, 4, dtype=torch.float64)], 2)
    return x[..., {4: 3}[together.shape[3]] :]


def own_way_where_nothing_is_left(m, x):
    """Where H is 3 nothing is left of it, which is a way of its own."""
    x = x + 1 if x.shape[2] == 3 else x
    return x[:, :1, 3:]


def nothing_of_the_channels(m, x):
    x = x * 2 if x.shape[2] < 3 else x
    return torch.cat([x, x[:, 3:], x.narrow(dim=1, start=3, length=0)], 1)


def a_length_or_none(m, x):
    """A number has no length, says PyTorch, and the model takes that."""
    try:
        return x[..., len(x.sum()) :]
    except TypeError:
        return x[..., 1:]


def lengths_of_rows(m, x):
    """Asked of Python itself, which wants a number, of few sizes only."""
    few = x.shape[2] < 4
    return x.new_zeros(len(x[0, 0]) if few else 7, len(list(x[0, 0])) if few else 8)


def written_by_numpy(m, x):
    x = x.clone()
    x[:, :, INT(2)] = 0
    x[:, np.array([0, 2])] = 1
    return x[..., 1:]


def types_of_numpy(m, x):
    """A tensor of one number has its type."""
    made = torch.tensor(np.float64(1)), torch.tensor(np.int32(1)), torch.tensor(np.array([0.5]))
    types = [one.dtype for one in made]
    return x[..., 1:] if types == [torch.float64, torch.int32, torch.float64] else x


def relu(x):
    """A function that is none of PyTorch's, and takes part in what PyTorch tells of."""
    if has_torch_function_unary(x):
        return handle_torch_function(relu, (x,), x)
    return x[..., 1:]


def entries_at_a_place(m, x):
    """In a tensor is where an entry of a list, or of a range, stands."""
    if x.shape[2] > 3:
        return x[..., 1:]
    at = torch.tensor(x.shape[2])
    return x.new_zeros([9, 5, 8, 6][at], range(4, 9)[at])


def nothing_as_written(m, x):
    """Slices that say themselves that they take nothing."""
    x = torch.cat([x, x[:, 2:2], x[:, :0], x[:, 2:1], x[:, -1:-1], x[:, -1:-3]], 1)
    return torch.cat([x, x.repeat(0, 1, 1, 1), torch.tile(x, dims=(0, 1, 1, 1))])


def taken_by_name(m, x):
    return torch.narrow(input=x, dim=3, start=1, length=x.shape[3] - 1)


def made_long(x, number):
    """A tensor as long as a tensor of one number says."""
    return x.new_zeros(int(number))


CASES = {
    "enlarged": enlarged,
    "enlarged, by place": enlarged_by_place,
    "each of the first axis": lambda m, x: torch.stack([row.sum(0) for row in x]),
    "a tensor for a key": lambda m, x: {x: x[..., 1:]}[x],
    "places of ids": lambda m, x: F.embedding(x[:, 0].long(), m.table),
    "a closure's": lambda m, x: torch.cat([x, BESIDE.expand_as(x[:1])], 0) + BESIDE,
    "a closure's row": lambda m, x: x + ROW,
    "picked of an open axis": lambda m, x: x[:, :, PICKED],
    "picked by numbers": lambda m, x: x[:, :, torch.tensor([0, 4])],
    "picked from the end": lambda m, x: x.index_select(2, torch.tensor([1, 3])),
    "last row written": last_row_written,
    "written": written,
    "grown in place": grown_in_place,
    "a generator and a device": a_generator_and_a_device,
    "a fraction of a tensor": a_fraction_of_a_tensor,
    "a row of halves": halves,
    "kept type": kept_type,
    "two of one weight": lambda m, x: F.linear(F.linear(x.mT[..., :3], m.weight), m.weight),
    "with places": lambda m, x: F.max_pool2d(x, 2, return_indices=True)[1],
    "moved": lambda m, x: x.cpu().to(torch.float64)[..., 1:],
    "filled by a tensor": lambda m, x: torch.full((x.shape[2], 2), ROW[1]),
    "filled with their types": filled_with_their_types,
    "a key": a_key,
    "numbers of their types": numbers_of_their_types,
    "the same tensor": the_same_tensor,
    "several of a type": several_of_a_type,
    "an own way where nothing is left": own_way_where_nothing_is_left,
    "nothing of the channels": nothing_of_the_channels,
    "taken by name": taken_by_name,
    "a length, or none": a_length_or_none,
    "lengths of rows": lengths_of_rows,
    "entries at a place": entries_at_a_place,
    "as long as there is, or longer": lambda m, x: x[:, :, :1].expand(
        -1, -1, x.shape[2] - 4, x.shape[3]
    ),
    "picked by an array": lambda m, x: x[:, :, np.array([[0, 4], [3, 1]])],
    "picked by an array of truths": lambda m, x: x[:, np.array([True, False, True])],
    "picked by a number of NumPy": lambda m, x: x[:, :, INT(4)],
    "picked by an array of one": lambda m, x: x[:, :, np.array(2)],
    "picked by several of NumPy": lambda m, x: x[:, :, [INT(0), INT(4)]],
    "cut by a number of NumPy": lambda m, x: x[:, :, INT(2) :].narrow(3, 0, INT(3)),
    "padded by a number of NumPy": lambda m, x: F.pad(x, (0, 0, INT(-3), 0)),
    "an axis of NumPy": lambda m, x: x.flatten(INT(2)).sum(dim=INT(1)),
    "seen as NumPy says": lambda m, x: x.view(INT(2), INT(3), -1).reshape(2, INT(1), -1),
    "written at a place of NumPy": written_by_numpy,
    "a tensor of an array": lambda m, x: x.index_select(2, torch.tensor(np.array([0, 4]))),
    "an array seen as a tensor": lambda m, x: x.index_select(2, torch.as_tensor(np.array([3]))),
    "a tensor of numbers of NumPy": lambda m, x: x[:, :, torch.tensor([INT(0), INT(4)])],
    "a number out of an array": lambda m, x: x.new_zeros(int(torch.tensor(np.array(4)))),
    "as often as an array says": lambda m, x: x.repeat_interleave(torch.tensor(FEW), 1),
    "a copy of a closure's": lambda m, x: x.index_select(2, PICKED.new_tensor(PICKED.tolist())),
    "a tensor of a closure's": lambda m, x: x.index_select(2, torch.tensor(PICKED)),
    "a tensor of an input": lambda m, x: torch.tensor(x)[..., 1:],
    "a tensor of nothing": lambda m, x: x[:, torch.tensor([], dtype=torch.long)].sum(1),
    "types of numbers of NumPy": types_of_numpy,
    "a function of a known name": lambda m, x: handle_torch_function(relu, (x,), x),
    "fractions of a closure are no places": lambda m, x: F.embedding(ROW, m.table),
    "nothing, as is written": nothing_as_written,
    "to another's type": lambda m, x: x[..., 1:] if x.to(x.long()).dtype == torch.long else x,
    "picked by NumPy": lambda m, x: x.index_select(2, torch.from_numpy(np.array([0, 4]))),
    "a fraction that is none": lambda m, x: x[..., 1:] if torch.tensor(x.shape[2]) / 2 - 1 else x,
    "windows along an axis": lambda m, x: x.unfold(3, 2, 2),
    "a place of data": lambda m, x: x[:, :, :1][:, :, x.sum().long() * 0],
    "of one number": lambda m, x: x[:, :, torch.tensor(1)],
    "another by name": lambda m, x: torch.add(x[..., :1], other=x),
    "both by name": lambda m, x: torch.mul(other=x[:, :, :1], input=x[..., :1]),
    "a power by name": lambda m, x: torch.pow(x[:, :, :1], exponent=x),
    "the larger, by name": lambda m, x: torch.maximum(x[:, :, :1], other=x),
    "compared, by name": lambda m, x: x[..., :1].ge(other=x),
    "a difference by name": lambda m, x: made_long(
        x, torch.sub(torch.tensor(9), other=torch.tensor(x.shape[2]))
    ),
    "halves downwards": lambda m, x: made_long(
        x, torch.div(3 - torch.tensor(x.shape[2]), 2, rounding_mode="floor") + 5
    ),
    "halves towards 0": lambda m, x: made_long(
        x, torch.div(3 - torch.tensor(x.shape[2]), 2, rounding_mode="trunc") + 5
    ),
    "halves": lambda m, x: made_long(
        x, torch.div(torch.tensor(x.shape[2] + 2), 2, rounding_mode=None)
    ),
    "halves, cast": lambda m, x: made_long(x, (torch.tensor(x.shape[2]) / 2).to(torch.int64)),
    "halves, cast by name": lambda m, x: made_long(
        x, (torch.tensor(x.shape[2]) / 2).to(dtype=torch.int32)
    ),
    "cast and doubled": lambda m, x: made_long(x, torch.tensor(x.shape[2]).to(torch.float64) * 2),
    "a tensor of a size that is a number": lambda m, x: (
        x[..., 1:] if torch.tensor(x.shape[2]) == 3 else x
    ),
    "tensors of sizes that differ": lambda m, x: (
        x[..., 1:] if torch.ne(torch.tensor(x.shape[2]), x.shape[3]) else x
    ),
    "a tensor of a size that is larger": lambda m, x: (
        x[..., 1:] if torch.tensor(x.shape[2]) > x.shape[3] else x
    ),
    "numbers of a range": lambda m, x: x.new_zeros(torch.arange(2, 9, 3).tolist()) + x.sum(),
    "the name of its type": lambda m, x: x[..., 1:] if x.type() == "torch.FloatTensor" else x,
    "to a type": lambda m, x: x.type(torch.int64)[..., 1:],
    "to a type by name": lambda m, x: x.type("torch.HalfTensor")[..., 1:].type(x.type()),
    "to a class of tensors": lambda m, x: x.type(torch.LongTensor)[..., 1:],
    "put into a set": lambda m, x: x[..., len({x, x}) :],
    "a gradient": lambda m, x: x.clone().requires_grad_()[..., 1:],
    "numbers of a type": lambda m, x: x[..., 1:] if typed(x).dtype == torch.int32 else x,
    "a window on a device": lambda m, x: torch.hann_window(4, device="cpu") + x.sum(),
    "places on a device": lambda m, x: torch.tril_indices(3, 3, device="cpu")[:, :2] + x.sum(),
    "a permutation on a device": lambda m, x: torch.randperm(4, device="cpu") + x.sum(),
    "moved and changed": lambda m, x: x.to(device="cpu", dtype=torch.float64)[..., 1:],
    "out of NumPy": lambda m, x: torch.from_numpy(np.zeros(4)) + x,
    "a row written": row_written,
    "a column written": column_written,
    "a cell written": cell_written,
    "rows of a list": lambda m, x: x.new_zeros(torch.tensor([[x.shape[2]], [3]]).tolist()[0]),
    "a part of a number": lambda m, x: made_long(x, torch.tensor(x.shape[2]).float().item() / 2),
    "complex numbers": lambda m, x: torch.tensor([1j, x.shape[2] > 3]) + x.sum(),
    "fractions in a row": lambda m, x: torch.tensor([0.5, 2.5, 1])[: x.shape[2]] + x.sum(),
    "picked by a closure's": lambda m, x: x.index_select(2, PICKED),
    "as often as a row says": lambda m, x: x.repeat_interleave(torch.tensor([2, 1, 3]), 1),
    "through a row of its own": lambda m, x: x.new_zeros(torch.as_tensor([x.shape[2], 3]).tolist()),
    "a closure's alone": lambda m, x: x[:, :, : int(PICKED.max())],
    "another by name, then the first": lambda m, x: torch.sub(other=x[:, :1], input=x),
    "a scalar of a tensor": lambda m, x: x.new_zeros(2, int(torch.scalar_tensor(3))) + x.sum(),
    "numbers within numbers": lambda m, x: torch.tensor([[1.5, 2], [3, x.shape[2]]]) + x.sum(),
    "moved with its numbers": lambda m, x: made_long(x, torch.tensor(x.shape[2]).to("cpu")),
    "cast and doubled again": lambda m, x: made_long(
        x, (torch.tensor(x.shape[2]) / 2).to(torch.int64) * 2
    ),
    "cast by type, doubled": lambda m, x: made_long(
        x, (torch.tensor(x.shape[2]) / 2).type(torch.int32) * 2
    ),
    "to nothing else": lambda m, x: made_long(x, torch.tensor(x.shape[2]).to(device="cpu") + 1),
    "channels from a size on": lambda m, x: x[:, x.shape[2] :],
    "channels up to a size": lambda m, x: x[:, : 3 - x.shape[2]],
    "a size below the next": lambda m, x: (
        x[..., 1:] if torch.tensor(x.shape[2]) < torch.tensor(x.shape[2] + 1) else x
    ),
    "a size as large as itself": lambda m, x: (
        x[..., 1:] if torch.tensor(x.shape[2]) >= torch.tensor(x.shape[2]) else x
    ),
    "the last of 64": lambda m, x: made_long(x, torch.arange(64)[-1]),
    "as type of another": lambda m, x: x[..., 1:] if x.type_as(x.long()).dtype == torch.long else x,
}


def performed(model, shape):
    """What PyTorch gives; `None` where it refuses."""
    try:
        with torch.no_grad():
            made = tuple(model(torch.zeros(shape)).shape)
    except (RuntimeError, IndexError, ValueError):
        return None
    return None if 0 in made else made


@pytest.mark.filterwarnings("ignore:To copy construct")
@pytest.mark.parametrize("name", CASES)
def test_a_call_gives_what_pytorch_gives(name):
    model = Own(CASES[name])
    net = shapealg.read(model, (2, 3, "H", "W"))
    for h in (1, 2, 3, 4, 5, 8):
        for w in (1, 2, 3, 4, 6):
            try:
                told = net.at(H=h, W=w)
            except shapealg.ShapeError:
                told = None
            assert told == performed(model, (2, 3, h, w)), (h, w)


def number_written(m, x):
    x = x.clone()
    x[:, x.shape[1] - 1] = 0
    return x


def number_in_a_cell(m, x):
    x = x.clone()
    x[0, x.shape[1] - 1] = 0
    return x


SHORT = {
    "a number in a cell": number_in_a_cell,
    "a number at an open place": number_written,
    "a place of NumPy's": lambda m, x: x[:, np.uint8(4)],
    "a place of NumPy's from the end": lambda m, x: x[:, np.int16(-5)],
    "a length in a tensor, by name": lambda m, x: x.narrow(1, 0, length=torch.tensor(x.shape[1])),
    "an end in a tensor, by name": lambda m, x: torch.arange(end=torch.tensor(x.shape[1] + 1)),
    "an axis in a tensor, by name": lambda m, x: x.sum(dim=torch.tensor(0)),
    "in place, with a window": lambda m, x: x.clone().mul_(2).unfold(1, 2, 2),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_call_at_few_sizes(name):
    """In so short a time that whoever plants errors can ask it of each."""
    model = Own(SHORT[name])
    net = shapealg.read(model, (1, "L"))
    for n in (3, 6):
        made = performed(model, (1, n))
        assert net.explain(L=n).runs == (made is not None) and (made is None or net.at(L=n) == made)


@pytest.mark.parametrize("kind", (torch.float16, torch.bfloat16, torch.uint8, torch.int16))
def test_a_number_of_a_kind_that_may_not_hold_it_is_not_told(kind):
    """A size of 300 is 44 as a byte, and no half number is 2049."""
    model = Own(lambda m, x: made_long(x, torch.tensor(x.shape[2]).to(kind)))
    with pytest.raises(shapealg.ShapeError, match="needs a number that data tell"):
        shapealg.read(model, (2, 3, "H", "W"))


def test_nodes_are_called_what_they_are():
    def forward(m, x):
        return x + BESIDE + torch.tensor(x.shape[2:]).sum() + m.weight[0, 0] + m.up.bias[0]

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert [node.kind for node in net.graph.nodes][:2] == ["add", "sizes"]
    assert sorted(net.graph.constants) == ["constant", "up_bias", "weight"]
    assert "sizes" in [node.name for node in net.graph.nodes]


def test_a_call_without_a_name_is_a_call():
    def forward(m, x):
        return handle_torch_function(partial(torch.clone), (x[..., 1:],), x[..., 1:])

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert [node.kind for node in net.graph.nodes] == ["getitem", "getitem", "call"]
    assert net.at(H=4, W=5) == (2, 3, 4, 4)


@pytest.mark.parametrize(
    ("call", "words"),
    (
        (lambda m, x: F.conv2d(x, m.kernel), "Conv2d(3, 8, (2, 3), bias=False)"),
        (
            lambda m, x: F.conv2d(input=x, weight=m.kernel, stride=2),
            "Conv2d(3, 8, (2, 3), stride=(2, 2), bias=False)",
        ),
        (lambda m, x: F.conv2d(x, m.kernel, stride=x.shape[2]), "None"),
        (lambda m, x: F.max_pool2d(x, 3, return_indices=True)[0], "None"),
        (lambda m, x: F.max_pool2d(x, 3, stride=2), "MaxPool2d((3, 3), stride=(2, 2))"),
    ),
)
def test_a_function_is_the_layer_that_does_the_same(call, words):
    """Where it does not wait for sizes."""
    model = Own(call)
    model.kernel = nn.Parameter(torch.zeros(8, 3, 2, 3))
    *_, last = shapealg.read(model, ("N", 3, "H", "W")).graph.nodes
    assert repr(last.words) == words


def test_an_order_of_strides_parts_no_ways():
    """It is taken for that of large sizes, and the other order makes the same."""
    net = shapealg.read(Own(lambda m, x: torch.fft.fft2(x)), (1, "H", "W"))
    assert not net.graph.ways
    for h, w in ((1, 1), (1, 5), (4, 1), (3, 4)):
        assert net.at(H=h, W=w) == tuple(torch.fft.fft2(torch.zeros(1, h, w)).shape)


def test_a_size_of_another_reading_is_no_output():
    """It stands there for whoever traces the model; what comes behind it is told all the same."""
    there = torch.SymInt(SimpleNamespace())
    net = shapealg.read(Own(lambda m, x: (x, there, x[..., 1:])), (2, 3, "H", "W"))
    assert list(net.outputs) == ["x", "getitem"] and net.at(H=4, W=5) == (2, 3, 4, 5)


def test_what_a_model_asserts_is_its_own_refusal():
    def forward(m, x):
        torch._assert(x.shape[2] > 3, "too low")
        return x

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert [h in net.accepts("H") for h in (3, 4)] == [False, True]
    with pytest.raises(
        shapealg.ShapeError, match=r"node raise \(raise, test_torch_calls\.py:.*too low"
    ):
        net.at(H=3, W=3)


def test_a_weight_of_two_calls_counts_once():
    net = shapealg.read(Own(CASES["two of one weight"]), (2, 3, "H", "W"))
    assert net.parameters == 9
    assert shapealg.read(Own(enlarged), (2, 3, "H", "W")).parameters == 3 * 3 * 9 + 3

    def made_anew(m, x):
        x = F.linear(x.mT[..., :3], m.weight)
        x = F.linear(F.linear(x, nn.Parameter(torch.zeros(2, 3))), nn.Parameter(x.new_zeros(4, 2)))
        return x + nn.Parameter(x.new_zeros(x.shape[2], 1))  # this one is as long as an input

    assert shapealg.read(Own(made_anew), (2, 3, "H", "W")).parameters == 9 + 2 * 3 + 4 * 2


TABLE = nn.Parameter(torch.zeros(9, 4))
LOOKED_UP = {
    "embedding": lambda x: F.embedding(x, TABLE),
    "embedding, the table first": lambda x: torch.embedding(TABLE, x),
    "embedding, all by name": lambda x: torch.embedding(indices=x, weight=TABLE),
    "one_hot": lambda x: F.one_hot(x, 5),
    "embedding of a sum": lambda x: F.embedding(x + x, TABLE),
}


@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_is_looked_up_may_be_of_any_kind(name):
    """A shape says nothing of the kind of numbers; what is looked up is the input itself."""

    class LookedUp(nn.Module):
        def forward(self, x):
            return LOOKED_UP[name](x)

    net = shapealg.read(LookedUp(), (2, "L"))
    for n in (1, 3, 6):
        assert net.at(L=n) == tuple(LOOKED_UP[name](torch.zeros(2, n).long()).shape)
    *_, last = net.graph.nodes
    assert last.inputs[0] == ("add" if "sum" in name else "x")


CUT = {
    "of a size": lambda h, w: int((3 - h) / 2) + 9,
    "of two sizes": lambda h, w: int((h - w) / 2) + 9,
    "of a product": lambda h, w: int(h * w / 4) + 1,
    "of a third": lambda h, w: int((2 * w - h - 1) / 3) + 9,
    "of a tensor": lambda h, w: int((3 - torch.tensor(h)) / 2) + 9,
    "in a tensor": lambda h, w: int(torch.trunc((3 - torch.tensor(h)) / 2)) + 9,
    "of a root": lambda h, w: int(h**0.5 / 2) + 1,
}


@pytest.mark.parametrize("name", CUT)
def test_a_fraction_below_0_is_cut_towards_0(name):
    class Long(nn.Module):
        def forward(self, x):
            return x.new_zeros(CUT[name](*x.shape))

    net = shapealg.read(Long(), ("H", "W"))
    for h in (1, 2, 3, 4, 6, 7):
        for w in (1, 2, 5, 8):
            made = tuple(Long()(torch.zeros(h, w)).shape)
            assert net.at(H=h, W=w) in (made, (None,) if "root" in name else made), (h, w)


@pytest.mark.parametrize(
    "number",
    [
        lambda n: torch.add(n, torch.tensor(3), alpha=2),
        lambda n: torch.sub(n + 20, 3, alpha=2),
        lambda n: (n + 0.26).round(decimals=1) * 10,
    ],
)
def test_words_that_change_a_number_are_not_passed_over(number):
    """What is told is so, or nothing is."""

    class Long(nn.Module):
        def forward(self, x):
            return made_long(x, number(torch.tensor(x.shape[0])))

    try:
        net = shapealg.read(Long(), ("L",))
    except shapealg.ShapeError as problem:
        assert "data tell" in str(problem)
        return
    for n in (1, 4, 7):
        assert net.at(L=n) == tuple(Long()(torch.zeros(n)).shape)


@pytest.mark.parametrize(
    ("call", "words"),
    (
        (lambda m, x: F.conv2d(x, m.up.weight), "Conv2d(3, 3, (3, 3), bias=False)"),
        (
            lambda m, x: F.conv2d(x, m.up.weight, m.up.bias, 2),
            "Conv2d(3, 3, (3, 3), stride=(2, 2))",
        ),
        (
            lambda m, x: F.conv_transpose2d(x, m.up.weight, None, 2, 1, 1, 1, 3),
            "ConvTranspose2d(3, 3, (3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), "
            "bias=False, dilation=(3, 3))",
        ),
        (
            lambda m, x: F.conv_transpose2d(x, m.up.weight, m.up.bias),
            "ConvTranspose2d(3, 3, (3, 3))",
        ),
    ),
)
def test_a_function_is_the_layer_whose_words_it_says(call, words):
    *_, node = shapealg.read(Own(call), (2, 3, "H", "W")).graph.nodes
    assert repr(node.words) == words


def test_what_a_call_takes_stands_in_its_order():
    net = shapealg.read(Own(lambda m, x: torch.matmul(other=m.weight, input=x.mT)), (2, 3, 3, "W"))
    *_, last = net.graph.nodes
    assert last.inputs == ("mT", "weight") and net.macs(W=5) == 3 * 5 * 3 * 3

    net = shapealg.read(Own(lambda m, x: torch.pow(exponent=x[:, :1], input=x)), (2, 3, "H", "W"))
    assert net.graph.nodes[-1].inputs == ("x", "getitem")

    net = shapealg.read(Own(lambda m, x: torch.linalg.inv(x + 1)), (2, 3, 4, 4))
    assert net.graph.nodes[-1].inputs == ("add",)  # nobody here knows it


@pytest.mark.parametrize(
    ("call", "size"),
    (
        (lambda m, x: x.unfold(3, 2, 2), (1, 2)),
        (lambda m, x: F.max_pool2d(x, 2, return_indices=True)[0], (2, 2)),
        (lambda m, x: x.chunk(2, 1)[0].unbind(1)[0], (1, 1)),
        (lambda m, x: x.split(1, 1)[2], (1, 1)),
    ),
)
def test_what_a_call_reads_of_the_axes(call, size):
    """Also of a method that is not the function of its name, and of pieces."""
    net = shapealg.read(Own(call), (2, 3, "H", "W"))
    assert net.receptive_field().size == size and not net.unknown


def test_what_is_written_in_place_is_what_comes_after():
    def forward(m, x):
        x = x.clone()
        F.relu(x, inplace=True)
        x.mul_(2)
        x += 1
        return x

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    told = [(node.kind, node.inputs) for node in net.graph.nodes]
    assert told == [("clone", ("x",)), ("relu", ("clone",)), ("mul", ("relu",)), ("add", ("mul",))]
    assert net.graph.outputs == ("add",)
    assert not net.unknown and net.receptive_field().size == (1, 1)


def test_a_closures_tensor_is_one_constant():
    def forward(m, x):
        return torch.add(x, BESIDE) * BESIDE + torch.zeros(x.shape[3], device="cpu")

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert list(net.graph.constants) == ["constant"]
    assert net.graph.constants["constant"].shape == (1, 3, 1, 1)
    assert [node.kind for node in net.graph.nodes] == ["add", "mul", "size", "zeros", "add"]
    assert net.receptive_field().size == (1, 1)


def test_places_of_a_closure_reach_as_far_as_they_do():
    rows = np.array([0, 2])
    for picked in (lambda: PICKED), (lambda: torch.from_numpy(rows)):
        net = shapealg.read(Own(lambda m, x, of=picked: x.index_select(2, of())), (2, 3, "H", "W"))
        assert net.graph.constants["constant"].reach == (0, 2)
        assert [node.kind for node in net.graph.nodes] == ["index_select"]
        assert not net.explain(H=2, W=1).runs and net.explain(H=3, W=1).runs


def test_every_node_says_how_many_parameters_it_has():
    """Also one that is no call: a size, a row of sizes, an output that must have entries, or that
    is an input.
    """

    def forward(m, x):
        h = x.shape[2]
        if h % 2:
            return x, F.linear(x.new_zeros(h, 3), m.weight) + torch.tensor([h])
        return x, x.new_zeros(h - 2)

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    nodes = [node for way in net.graph.ways for node in way.graph.nodes]
    kinds = {node.kind for node in nodes}
    assert kinds == {"size", "sizes", "output", "linear", "new_zeros", "add"}
    assert [node.kind for node in nodes].count("output") == 3  # of x twice, and of no entries
    assert sorted(node.kind for node in nodes if node.parameters != 0) == ["linear"]
    assert sum(node.parameters for node in nodes) == net.parameters == 3 * 3


def test_few_numbers_are_kept():
    def kept(*numbers):
        def forward(m, x):
            return x.index_select(3, torch.tensor(numbers))

        (constant,) = shapealg.read(Own(forward), (2, 3, "H", "W")).graph.constants.values()
        return constant.value, constant.reach

    assert kept(*range(64)) == (tuple(range(64)), (0, 63))
    assert kept(*range(3, 68)) == (None, (3, 67))


def test_calls_that_make_no_tensor_are_no_nodes():
    def forward(m, x):
        x.requires_grad_(False)
        if x.is_contiguous() and x.dim() == len(x.size()) and not x.is_complex():
            torch._assert(x.numel() > 0, "empty")
        x = x.type(torch.float64) if x.type() == "torch.FloatTensor" and {x} else x
        return x.type(dtype=torch.int64)

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert [node.kind for node in net.graph.nodes] == ["type", "type"]


def test_a_layer_of_a_given_size_counts_what_it_multiplies():
    net = shapealg.read(Own(enlarged), (2, 3, "H", "W"))
    for h, w in ((3, 4), (5, 2)):
        assert net.macs(H=h, W=w) == h * w * 3 * 3 * 3 * 3
    assert net.receptive_field().size == (2, 2)


H, W = Length.of("H"), Length.of("W")


def calls_of_a_run():
    """The calls of a run in which nothing was called yet."""
    one = Run({"x": ("H", "W")}, Known({}), SimpleNamespace(give=lambda *_: None))
    return noting.Calls(Tape(one, nn.Module(), {}, {}))


def test_a_tensor_that_came_about_unseen_has_its_sizes():
    calls = calls_of_a_run()
    seen = calls.empty((H, 3), torch.float32)
    name = calls.tape.name_of(seen)
    (node,) = calls.tape.nodes
    assert (node.name, node.kind, node.inputs, node.outputs) == (name, "tensor", (), (name,))
    assert calls.run.tensors[name] == Tensor((H, 3)) and node.operation.shapes == ((H, 3),)
    assert node.parameters == 0
    assert (
        calls.tape.name_of(seen) == name and len(calls.tape.nodes) == 1 and not calls.tape.constants
    )
    alone = calls.tape.name_of(torch.zeros(2, 3))
    assert (
        calls.tape.constants == {alone: Tensor((2, 3), None, ((), ()))}
        and len(calls.tape.nodes) == 1
    )


def test_what_is_called_stays_so_that_nothing_else_gets_its_number():
    calls, seen = calls_of_a_run(), torch.zeros(2)
    there = weakref.ref(seen)
    calls.tape.call(seen, "a")
    del seen
    assert calls.tape.names[id(there())] == "a"


def test_what_is_told_of_a_tensor_is_what_is_sure():
    calls = calls_of_a_run()
    made = calls.empty((H, 3), torch.float32)
    assert calls.tape.told_of(made) == (H, 3)
    calls.tape.call(made, "a")
    assert calls.tape.told_of(made) == (H, 3)
    for told, shape in ((Tensor((None, 3)), (None, 3)), (Tensor(None), (H, 3))):
        calls.run.tensors["a"] = told
        assert calls.tape.told_of(made) == shape


def test_tensors_of_what_is_told_stand_in_for_what_pytorch_refuses():
    calls, x = calls_of_a_run(), torch.zeros(2, dtype=torch.int64)
    made = steps.instead(calls, Tensor((H, 3)), ())
    assert shape_of(made) == (H, 3) and made.dtype is torch.float32
    assert steps.instead(calls, Tensor((3,)), ([1, x],)).dtype is torch.int64
    assert steps.instead(calls, Tensor((3,)), {"other": x}).dtype is torch.int64
    several = steps.instead(calls, (Tensor((H,)), Tensor((4, W))), (x,))
    assert list(map(shape_of, several)) == [(H,), (4, W)]
    for told in (None, Tensor(None), Tensor((3, None)), (Tensor((3,)), None)):
        assert steps.instead(calls, told, (x,)) is None
    calls.run.calling = True  # what PyTorch asks may be guessed
    calls.run.guessed.append(Condition(calls.run.nameless(), ">"))
    assert shape_of(steps.instead(calls, Tensor((None, H)), (x,))) == (None, H)
    first, second = (n.node.value for n in steps.instead(calls, Tensor((None, None)), ()).shape)
    assert first != second and str(first).startswith(NAMELESS)
    assert steps.instead(calls, Tensor(None), (x,)) is steps.instead(calls, None, (x,)) is None


def test_few_sizes_are_kept():
    for many in (1, 64, 65):
        calls, numbers = calls_of_a_run(), [H] * many
        calls.scalars.row(torch.zeros(many, device="meta"), numbers)
        (node,) = calls.tape.nodes
        told = Tensor((many,), tuple(numbers) if many < 65 else None, ((),))
        assert calls.run.tensors["sizes"] == node.operation(calls.run) == told
        assert (node.name, node.kind, node.inputs, node.parameters) == ("sizes", "sizes", (), 0)
    calls = calls_of_a_run()
    calls.scalars.row(torch.zeros((), device="meta"), [calls.run.nameless()])
    assert str(calls.run.tensors["sizes"].value).startswith(NAMELESS)
    assert calls.tape.nodes[0].operation(calls.run).value is None


def test_a_number_may_be_told_for_a_length():
    calls, made = calls_of_a_run(), torch.zeros(2)
    assert steps.fewer(Tensor((3, H)), (W, H), made, calls.tape)
    assert steps.fewer(Tensor((H, 3)), (H, W), made, calls.tape)
    for told in (None, (), Tensor(None), Tensor((3, None)), Tensor((3,)), Tensor((W, H))):
        assert not steps.fewer(told, (W, H), made, calls.tape)
    assert not steps.fewer(Tensor((3, H)), (3, H), made, calls.tape)
    calls.tape.call(made, "a")
    assert not steps.fewer(Tensor((3, H)), (W, H), made, calls.tape)


@pytest.mark.parametrize(
    ("kind", "arguments", "named", "refused"),
    (
        ("conv2d", (0,), {}, True),
        ("add", (0, [1]), {}, False),
        ("pad", (0, [0, 2]), {}, True),
        ("pad", (0, [0, -2]), {}, False),
        ("pad", (5,), {"pad": (1, 0)}, True),
        ("pad", (5,), {"pad": (-1, H)}, False),
    ),
)
def test_where_pytorch_would_refuse_only_as_it_computes(kind, arguments, named, refused):
    called = []
    told = None
    try:
        steps.leaves_nothing(kind, lambda: called.append(1), arguments, named)
    except RuntimeError as problem:
        told = str(problem)
    assert told == (f"{kind} would leave nothing" if refused else None) and called == [1]


def test_a_size_that_other_guesses_change_has_a_name_of_its_own():
    calls = calls_of_a_run()
    made = calls.empty((H, W), torch.int64)
    assert steps.untold(calls, made, (H, W)) is made
    other = steps.untold(calls, made, (H, None))
    assert shape_of(other) == (H, None) and other.dtype is torch.int64
    with Asking(calls.run, True):
        made = calls.empty((H - 3, W), torch.int64)
    # it is there, so nothing is asked of its other sizes that would part the ways
    assert shape_of(steps.untold(calls, made, (H - 3, None))) == (H - 3, None)
    assert calls.run.inside is False and not calls.run.left and calls.run.parting is None


def test_a_number_is_a_fraction_of_a_tensor_of_fractions():
    calls = calls_of_a_run()
    part = symbol(calls.run, H, torch.zeros(()))
    assert isinstance(part, torch.SymFloat) and part.node.run is calls.run
    assert part.node.value == H and part.node.pytype is float
    whole = symbol(calls.run, H, torch.zeros(()).long())
    assert isinstance(whole, torch.SymInt) and whole.node.run is calls.run
    assert symbol(calls.run, 3) == 3 and symbol(calls.run, Condition(H, ">")) is True
    assert steps._wanted(3, lambda x, wanted: (x, wanted))(2) == (2, 3)


@pytest.mark.parametrize("kind", ("torch.cuda.HalfTensor", torch.cuda.FloatTensor))
def test_a_type_on_another_device_is_that_type(kind):
    """Where a tensor is says nothing of its sizes."""
    model = Own(lambda m, x: F.max_pool2d(x.type(kind), 2))
    assert shapealg.read(model, ("N", 3, "H", 8)).at(N=2, H=7) == (2, 3, 3, 4)
