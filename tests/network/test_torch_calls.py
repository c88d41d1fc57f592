"""Calls of PyTorch as models have them, each held against PyTorch itself, size by size."""

import pytest
from needed import require

import shapealg

require("torch")

import torch  # noqa: E402 — once it is known to be there
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

BESIDE = torch.zeros(1, 3, 1, 1)
ROW = torch.zeros(4)
PICKED = torch.tensor([0, 2])


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
    "halves": halves,
    "kept type": kept_type,
    "two of one weight": lambda m, x: F.linear(F.linear(x.mT[..., :3], m.weight), m.weight),
    "with places": lambda m, x: F.max_pool2d(x, 2, return_indices=True)[1],
    "moved": lambda m, x: x.cpu().to(torch.float64)[..., 1:],
    "filled by a tensor": lambda m, x: torch.full((x.shape[2], 2), ROW[1]),
    "of one number": lambda m, x: x[:, :, torch.tensor(1)],
    "numbers within numbers": lambda m, x: torch.tensor([[1.5, 2], [3, x.shape[2]]]) + x.sum(),
}


def performed(model, shape):
    """What PyTorch gives; `None` where it refuses."""
    try:
        with torch.no_grad():
            made = tuple(model(torch.zeros(shape)).shape)
    except (RuntimeError, IndexError, ValueError):
        return None
    return None if 0 in made else made


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


def test_nodes_are_called_what_they_are():
    def forward(m, x):
        return x + BESIDE + torch.tensor(x.shape[2:]).sum() + m.weight[0, 0]

    net = shapealg.read(Own(forward), (2, 3, "H", "W"))
    assert [node.kind for node in net.graph.nodes][:2] == ["add", "sizes"]
    assert sorted(net.graph.constants) == ["constant", "weight"]
    assert "sizes" in [node.name for node in net.graph.nodes]


def test_a_weight_of_two_calls_counts_once():
    net = shapealg.read(Own(CASES["two of one weight"]), (2, 3, "H", "W"))
    assert net.parameters == 9
    assert shapealg.read(Own(enlarged), (2, 3, "H", "W")).parameters == 3 * 3 * 9 + 3


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
