"""What a refusal promises, held against running the module; and numbers that a tensor holds."""

import threading
from types import SimpleNamespace

import pytest
from needed import module

import shapealg
from shapealg.errors import ShapeError
from shapealg.text import Text

torch = module("torch")

import torch.nn.functional as F  # noqa: E402 — after the skip where there is no PyTorch
from torch import nn  # noqa: E402

SIDES = (1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 31, 32, 33, 64)


class Own(nn.Module):
    """A module whose `forward` is a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function
        self.register_buffer("places", torch.arange(5.0))

    def forward(self, x):
        return self.function(x)


def ran(function, h, w):
    """The shape that PyTorch makes; `None` where it refuses, or where nothing is left."""
    try:
        made = Own(function)(torch.rand(2, 3, h, w))
    except (RuntimeError, ValueError, IndexError):
        return None
    return None if 0 in made.shape else tuple(made.shape)


# at no size does PyTorch run them
NEVER = {
    "searchsorted": lambda x: torch.searchsorted(x.new_zeros(3, 2), x.new_zeros(2, 2)),
    "negative": lambda x: torch.empty(-x.shape[2], 3),
    "negative by another maker": lambda x: torch.randperm(-x.shape[2]),
    "a number": lambda x: torch.rand(3, -1),
    "cut": lambda x: F.pad(x, (0, -x.shape[3] - 1)),
    "window": lambda x: F.max_pool2d(x[:, :, :2], 5),
    "one part": lambda x: F.max_pool2d(x, 8) @ torch.searchsorted(x.new_zeros(3, 2), x),
}


@pytest.mark.parametrize("name", NEVER)
@pytest.mark.parametrize("shape", ["N,3,H,W", "1,3,8,8"])
def test_no_other_sizes_are_promised_where_none_works(name, shape):
    assert not any(ran(NEVER[name], h, w) for h in SIDES for w in SIDES)
    with pytest.raises(ShapeError) as refusal:
        shapealg.read(Own(NEVER[name]), shape).at()
    assert "other sizes" not in str(refusal.value) and "别的尺寸" not in refusal.value.zh


def refuse_all(x):
    raise ValueError("not today")


@pytest.mark.parametrize("shape", ["N,3,H,W", "1,3,8,8"])
def test_what_a_model_raises_at_every_size_is_told_with_its_line(shape):
    told = r"does not run \(test_torch_refused.py:\d+\); received ValueError: not today; so at"
    with pytest.raises(ShapeError, match=told):
        shapealg.read(Own(refuse_all), shape)


def test_a_module_that_only_open_sizes_stop_is_not_called_impossible():
    """PyTorch takes no factor that is open."""

    def forward(x):
        factor = 8 / x.shape[2]
        return torch.ops.aten.upsample_nearest2d.vec(x, None, [factor, factor])

    assert ran(forward, 4, 4) == (2, 3, 8, 8)
    with pytest.raises(ShapeError, match=r"does not run on open sizes.*; received [A-Z]"):
        shapealg.read(Own(forward), "N,3,H,W")


@pytest.mark.parametrize(
    "asked",
    (
        lambda h: h.__sym_tan__(),
        lambda h: h.__sym_sin__(),
        lambda h: h.__sym_cos__(),
    ),
)
def test_what_no_size_answers_is_no_refusal_of_the_model(asked):
    """One way runs; that the other needs what a size cannot say does not mean that it does not."""

    def forward(x):
        return x if x.shape[2] < 2 else x[:, :, : asked(x.shape[2])]

    with pytest.raises(ShapeError, match=r"needs a number here \(test_torch_refused.py:\d+\)"):
        shapealg.read(Own(forward), "N,3,H,W")


def test_a_size_where_a_length_is_to_stay():
    """At H = 1 −H is −1, which says that the length is to stay."""

    def forward(x):
        return x[:, :, :1].expand(-1, -1, -x.shape[2], -1)

    assert ran(forward, 1, 4) == (2, 3, 1, 4) and not ran(forward, 2, 4)
    net = shapealg.read(Own(forward), "N,3,H,W")
    assert net.accepts("H").exceptions == (1,) and not net.accepts("H").residues
    assert net.at(N=2, H=1, W=4) == (2, 3, 1, 4)


def test_the_nearest_sizes_stand_alone():
    def forward(x):
        return torch.linalg.inv(x[:, :, :3, :4].contiguous())

    net = shapealg.read(Own(forward), "N,3,H,W")
    assert ran(forward, 8, 8) is None and ran(forward, 8, 3)
    with pytest.raises(ShapeError, match=r"the nearest that work: W = 3$"):
        net.at(N=2, H=8, W=8)


def test_a_negative_length_is_told_as_it_is():
    net = shapealg.read(Own(lambda x: torch.zeros(x.shape[2] - 10, 3)), "N,3,H,W")
    assert ran(lambda x: torch.zeros(x.shape[2] - 10, 3), 8, 8) is None
    with pytest.raises(ShapeError, match="axis of negative length; received -2; the nearest"):
        net.at(N=2, H=8, W=8)


# where PyTorch wants a number, a tensor of one is one
NUMBERS = {
    "an end": lambda x: x[:, :, : torch.tensor(x.shape[2]) // 2],
    "an end of several": lambda x: x[:, :, : (torch.tensor(x.shape[2:]) // 2)[0]],
    "a length": lambda x: x.narrow(2, 0, torch.tensor(x.shape[2]) // 3),
    "a range": lambda x: torch.arange(torch.tensor(x.shape[2:])[1] - 3),
    "a shape": lambda x: x.new_zeros((torch.tensor(x.shape[2]) // 2, 3)),
    "a place": lambda x: x[:, :, torch.tensor(x.shape[2]) // 2],
    "shifted": lambda x: x.roll(torch.tensor(x.shape[2]) // 2, 2),
    "shifted by name": lambda x: x.roll(shifts=torch.tensor(x.shape[2]) // 2, dims=2),
    "written": lambda x: written(x, torch.tensor(x.shape[2]) // 2),
    "the middle": lambda x: x[:, :, x.shape[2] // 2],
    "the fourth from the end": lambda x: x[:, :, x.shape[2] - 4],
    "as far as the other side": lambda x: x[:, :, x.shape[3], None],
    "from the end": lambda x: x[..., 3 - x.shape[2], :],
    "written in the middle": lambda x: written_at(x, x.shape[2] - 4),
    "a place of data": lambda x: torch.arange(5.0)[x.sum().long() * 0] * x,
    "a place of data in a row": lambda x: x[:, :, x.sum().long() * 0],
}


def written(x, n):
    """Zeros up to a place."""
    made = x.clone()
    made[:, :, :n] = 0
    return made


def written_at(x, n):
    """Zeros at a place."""
    made = x.clone()
    made[:, :, n] = torch.zeros(3, 1)
    return made


@pytest.mark.parametrize("name", NUMBERS)
def test_a_tensor_of_one_number_stands_for_it(name):
    if ran(NUMBERS[name], 43, 5) is None:
        pytest.skip("this PyTorch takes no tensor here")
    net = shapealg.read(Own(NUMBERS[name]), "N,3,H,W")
    assert not net.unknown
    for h in range(1, 44):
        for w in (1, 3, 4, 5, 8, 33):
            shape = ran(NUMBERS[name], h, w)
            assert net.explain(N=2, H=h, W=w).runs == (shape is not None), (h, w)
            assert shape is None or net(N=2, H=h, W=w) == shape


@pytest.mark.parametrize(
    "forward",
    [
        lambda x: x[:, :, : x.sum().long()],
        lambda x: torch.arange(0, x.sum().long()),
        lambda x: x.new_zeros((x.sum().long(), 3)),
        lambda x: F.one_hot(x.long()),
    ],
    ids=["slice", "arange", "shape", "classes"],
)
def test_a_number_that_data_tell_is_refused_with_its_line(forward):
    told = r"needs a number that data tell \(test_torch_refused.py:\d+\); received [a-z]\w+ of a tensor"
    with pytest.raises(ShapeError, match=told):
        shapealg.read(Own(forward), "N,3,H,W")


def in_digits(x):
    """As einx reads the sizes that it is given."""
    if not str(x.shape[2]).isdigit():
        raise ValueError("invalid expression")
    return x


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (lambda x: x[..., : int(x.shape[2] ** 0.3)], "power of a length"),
        (in_digits, "on open sizes"),
        (lambda x: x[..., : x.sum().int().item()], "that data tell"),
        (lambda x: [x] * int(x.shape[2] / 3), "a number here"),
    ],
)
def test_a_refusal_names_the_line_of_the_model(step, told):
    with pytest.raises(
        ShapeError, match=rf"{told}.* \(test_torch_refused.py:\d+\); received "
    ) as no:
        shapealg.read(Own(step), "N,3,H,W")
    assert "Ratio(" not in str(no.value) and "（test_torch_refused.py:" in no.value.zh


def test_sizes_that_are_tried_are_few_in_a_batch():
    from shapealg.network.readers.torch.refusal import _sized

    assert _sized(("N", 3, "H"), 7) == [2, 3, 7] and _sized((4, "H"), 7) == [4, 7]
    assert _sized(("N",), 1) == [1] and _sized((), 7) == [] and _sized((5,), 7) == [5]


def test_whether_a_module_runs_at_sizes_that_are_tried():
    from shapealg.network.readers.torch.refusal import _runs

    class Asks(torch.nn.Module):
        def forward(self, x):
            assert x.dtype is torch.int64 and x.shape[1] in self.those
            return x[:, self.first :]

    def runs(those, first=0):
        module = Asks()
        module.those, module.first = those, first
        return _runs(
            SimpleNamespace(
                module=module,
                inputs={"x": ("N", "T")},
                types={"x": torch.int64},
                call=lambda made, tensors: made(tensors["x"]),
            )
        )

    assert runs((224,)) and runs((1,)) and not runs((3, 5)) and not runs((1,), 1)


def test_an_error_of_nobody_has_no_line():
    from shapealg.network.readers.torch.refusal import at_line, raised_in, where

    assert where(ValueError("never raised")) == "?" and raised_in(ValueError()) is None
    problem = ShapeError(Text(zh="问", en="asked"), 3, Text(zh="好", en="works"))
    assert at_line(problem) is problem and str(problem) == "asked; received 3; works"
    try:
        raise ValueError
    except ValueError as cause:
        assert where(cause).startswith("test_torch_refused.py:")
        told = str(at_line(problem, cause))
    assert told == str(at_line(problem, None)) and told.startswith("asked (test_torch_refused.py:")


def test_a_type_error_of_the_models_own_is_its_refusal():
    class Own(torch.nn.Module):
        def forward(self, x):
            if x.shape[2] < 4:
                raise TypeError("not such images")
            return x[:, :, 1:]

    net = shapealg.read(Own(), ("N", 3, "H", "W"))
    assert [h in net.accepts("H") for h in (1, 3, 4, 9)] == [False, False, True, True]
    with pytest.raises(ShapeError, match="not such images"):
        net.at(N=1, H=3, W=3)


def test_what_is_behind_an_unknown_node_counts_there():
    """PyTorch has no meta kernel for packed sequences: what comes after is not looked at."""

    class Packed(nn.Module):
        def __init__(self):
            super().__init__()
            self.before, self.inside = nn.Linear(4, 4), nn.LSTM(4, 5)
            self.behind = nn.Linear(5, 2)

        def forward(self, x):
            packed = nn.utils.rnn.pack_padded_sequence(self.before(x), torch.tensor([3, 2]))
            return self.behind(self.inside(packed)[1][0])

    model = Packed()
    net = shapealg.read(model, ("T", 2, 4))
    assert net.parameters == sum(p.numel() for p in model.parameters())
    assert net.unknown == ("pack_padded_sequence",)


def test_a_refusal_without_words_is_told_by_its_kind():
    def forward(x):
        raise NotImplementedError

    with pytest.raises(ShapeError, match="received NotImplementedError: NotImplementedError"):
        shapealg.read(Own(forward), "N,3,H,W")


def test_what_a_module_keeps_stays_where_it_cannot_be_copied_whole():
    """A lock is shared, and nothing else: a list that forward writes into is the copy's own."""

    class Locked(nn.Module):
        def __init__(self):
            super().__init__()
            self.lock, self.seen = threading.Lock(), []

        def forward(self, x):
            self.seen.append(1)
            return x[:, 1:]

    model = Locked()
    assert shapealg.read(model, ("N", 3, "H")).at(N=2, H=4) == (2, 2, 4)
    assert model.seen == []
