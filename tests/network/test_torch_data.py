"""Models in which data decide, or which keep what they saw: held against running them."""

from itertools import product

import pytest
from needed import module

import shapealg
from shapealg import Sizes
from shapealg.errors import ShapeError

torch = module("torch")

from torch import nn  # noqa: E402 — after the skip where there is no PyTorch

ASKED = {
    "bool": lambda x: bool((x > 0).any()),
    "contains": lambda x: 7 in x,
    "equal": lambda x: torch.equal(x, x + 1),
    "allclose": lambda x: torch.allclose(x, x + 1),
}


class Either(nn.Module):
    """What data decide, in other ways than sizes."""

    def __init__(self, asked, one, other):
        super().__init__()
        self.asked, self.one, self.other = asked, one, other

    def forward(self, x):
        return self.one(x) if self.asked(x) else self.other(x)


@pytest.mark.parametrize("asked", ASKED)
def test_where_both_answers_give_the_same_sizes_they_are_told(asked):
    model = Either(ASKED[asked], nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 8, 1)).eval()
    net = shapealg.read(model, "N,3,H,W")
    for at in ((1, 1), (4, 9), (33, 8)):
        for data in (torch.zeros, torch.ones):
            shape = tuple(model(data(1, 3, *at)).shape)
            assert net(N=1, H=at[0], W=at[1]) == shape
    assert net.receptive_field().size == (None, None)  # of 3 or of 1
    assert net.parameters == sum(p.numel() for p in model.parameters())
    assert net.macs(N=1, H=5, W=5) is None  # nine times as many, or not


def test_weights_tell_modules_apart_whose_calls_have_one_name():
    """The second call of `a` is `a_1`, as is the first one of that module."""

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.a_1 = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)

        def forward(self, x):
            x = self.a(x)
            return self.a(x) if x.sum() > 0 else self.a_1(x)

    model = Twice()
    net = shapealg.read(model, "N,3,H,W")
    assert net.parameters == sum(p.numel() for p in model.parameters())
    assert net(N=1, H=5, W=4) == tuple(model(torch.zeros(1, 3, 5, 4)).shape)


def test_what_data_decide_beside_sizes_that_are_refused():
    """Two convolutions that read other places, and multiply as often; where H is below 4, none."""

    class Checked(Either):
        def forward(self, x):
            if x.shape[2] < 4:
                raise ValueError("too small")
            return super().forward(x)

    wide = nn.Conv2d(3, 8, 3, padding=2, dilation=2)
    model = Checked(ASKED["bool"], nn.Conv2d(3, 8, 3, padding=1), wide).eval()
    net = shapealg.read(model, "N,3,H,W")
    assert net.receptive_field().size == (None, None)
    for h in (3, 4, 9):
        assert net.explain(N=1, H=h, W=5).runs == (h > 3)
    for data in (torch.zeros, torch.ones):
        assert net(N=1, H=4, W=5) == tuple(model(data(1, 3, 4, 5)).shape)
    assert net.macs(N=1, H=4, W=5) == 8 * 4 * 5 * 3 * 3 * 3


def test_products_that_data_do_not_change_are_told():
    """A mask, or none, as text models have it."""

    class Masked(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(8, 8)

        def forward(self, x, mask):
            x = self.layer(x)
            return x if mask.all() else x.masked_fill(mask.unsqueeze(-1) == 0, 0)

    net = shapealg.read(Masked(), {"x": "N,T,8", "mask": "N,T"})
    assert net.macs(N=1, T=5) == 5 * 8 * 8 and net.parameters == 8 * 8 + 8


def test_whether_sizes_are_in_a_tensor_is_no_size():
    class Told(nn.Module):
        def forward(self, x):
            sizes = torch.tensor(x.shape[2:])
            if 7 in sizes or torch.equal(sizes[:1], sizes[1:]):
                return x * 2
            return x

    assert shapealg.read(Told(), "N,3,H,W")(N=1, H=7, W=5) == (1, 3, 7, 5)


def test_the_same_layers_have_their_receptive_field():
    model = Either(ASKED["bool"], nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 8, 5, padding=2))
    model.other = model.one
    assert shapealg.read(model, "N,3,H,W").receptive_field().size == (3, 3)


@pytest.mark.parametrize(
    "other",
    [nn.Conv2d(3, 8, 3), nn.Conv2d(3, 9, 1), nn.Conv2d(3, 8, 1, stride=2), nn.Flatten()],
    ids=["smaller", "channels", "stride", "rank"],
)
def test_where_sizes_depend_on_data_the_line_is_named(other):
    model = Either(ASKED["bool"], nn.Conv2d(3, 8, 1), other)
    with pytest.raises(ShapeError, match=r"depends on data \(test_torch_data.py:\d+\)"):
        shapealg.read(model, "N,3,H,W")


def test_what_is_required_of_two_sizes_is_another_size():
    class Tied(nn.Module):
        def forward(self, x):
            return torch.bmm(x, x) if x.sum() > 0 else x * 2

    with pytest.raises(ShapeError, match="depends on data"):
        shapealg.read(Tied(), (1, "H", "W"))


def test_what_a_reading_leaves_open_is_told_from_what_is_a_models_own():
    from shapealg.axis.length import Length
    from shapealg.network.readers.torch.kept import _is_open
    from shapealg.network.readers.torch.number import Number

    note, size = Note(), torch.SymInt(Number(Length.of("H"), None))
    there = [note.last, note.all]
    assert not _is_open(note, there)
    note.all = [3, (torch.zeros(2), {"a": "b"})]
    assert not _is_open(note, there)
    note.all.append((size,))
    assert _is_open(note, there) and not _is_open(note, [*there, size])


def test_other_accepted_sizes_are_other_sizes():
    """Both give (N, 3, H, W), one only where H is even."""

    class Pairs(nn.Module):
        def forward(self, x):
            n, c, h, w = x.shape
            if x.sum() > 0:
                return x
            return x.view(n, c, h // 2, 2, w).reshape(n, c, h, w)

    with pytest.raises(ShapeError, match="depends on data"):
        shapealg.read(Pairs(), "N,3,H,W")


def test_data_that_a_model_refuses_say_nothing_of_sizes():
    class Checked(nn.Module):
        def forward(self, x):
            if torch.isnan(x).any():
                raise ValueError("not a number")
            return x[..., 1:]

    net = shapealg.read(Checked(), "N,3,H,W")
    assert str(net.accepts("W")) == "every n ≥ 2"


def test_two_questions_are_four_series_of_answers():
    class Twice(nn.Module):
        def forward(self, x):
            if x.max() > 1:
                x = x / x.max()
            return x * 2 if x.min() < 0 else x

    assert shapealg.read(Twice(), "N,3,H,W")(N=1, H=5, W=6) == (1, 3, 5, 6)


def test_an_empty_tensor_of_one_axis_adds_nothing():
    """As a cache begins: PyTorch has it so whatever the other's rank."""

    class Cached(nn.Module):
        def forward(self, x):
            return torch.cat([torch.tensor([]), x, x], 2)

    net = shapealg.read(Cached(), "N,3,H,W")
    assert net(N=1, H=5, W=6) == tuple(Cached()(torch.zeros(1, 3, 5, 6)).shape)


def test_a_layer_that_is_never_called_may_be_impossible():
    class Spare(nn.Module):
        def __init__(self):
            super().__init__()
            self.spare, self.conv = nn.AvgPool2d(0), nn.Conv2d(3, 8, 3)

        def forward(self, x):
            return self.conv(x)

    assert str(shapealg.read(Spare(), "N,3,H,W").accepts("H")) == "every n ≥ 3"


class Windowed(nn.Module):
    """Windows of 7, or of the shorter side where that is less: as Swin has it."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Parameter(torch.zeros(49, 49))

    def forward(self, x):
        x = nn.functional.avg_pool2d(x, 4)
        h, w = x.shape[2:]
        k = min(h, w) if min(h, w) <= 7 else 7
        x = nn.functional.pad(x, (0, (k - w % k) % k, 0, (k - h % k) % k))
        n, c, h, w = x.shape
        x = x.view(n, c, h // k, k, w // k, k).permute(0, 2, 4, 1, 3, 5).reshape(-1, c, k * k)
        return x @ self.mix


def test_windows_as_small_as_the_shorter_side():
    model = Windowed()
    net = shapealg.read(model, "N,3,H,W")
    assert str(net.accepts("H")) == str(net.accepts("W")) == "every n ≥ 28"
    assert net.ties == ()
    sides = [1, 3, 4, 7, 8, 24, 27, 28, 29, 31, 32, 33, 35, 36, 55, 56, 57, 60]
    for h, w in [(h, w) for h in sides for w in sides]:
        try:
            shape = tuple(model(torch.zeros(1, 3, h, w)).shape)
        except RuntimeError:
            shape = None
        explained = net.explain(N=1, H=h, W=w)
        assert explained.runs == (shape is not None), (h, w)
        assert shape is None or net(N=1, H=h, W=w) == shape


class Note:
    """Where something is kept; it says that it cannot be copied."""

    def __init__(self):
        self.last, self.all = None, []

    def __deepcopy__(self, memo):
        raise TypeError("not this one")


class Keeping(nn.Module):
    """A layer that keeps what it sees where no copy reaches."""

    def __init__(self):
        super().__init__()
        self.note, self.sizes, self.layer = Note(), {}, nn.Linear(8, 8)
        self.keep = lambda x: (vars(self).update(seen=x), self.sizes.update(n=x.shape[1]))

    def forward(self, x):
        x = self.layer(x)
        self.keep(x)
        self.note.last = x
        self.note.all.append(x.shape[0])
        return x


def test_a_module_keeps_nothing_of_a_reading():
    model = Keeping()
    assert str(shapealg.read(model, "N,T,8").accepts("T")) == "every n ≥ 1"
    assert "seen" not in vars(model) and model.sizes == {}
    assert model.note.last is None and model.note.all == []
    model(torch.zeros(2, 5, 8))
    shapealg.read(model, "N,T,8")
    assert model.note.last.shape == (2, 5, 8) and model.note.all == [2] and model.sizes == {"n": 5}


def test_answers_are_followed_each_with_each():
    """As many series as there are, each once; and as many as 16."""
    from shapealg.errors import Undecided
    from shapealg.network.readers.torch.data import either
    from shapealg.network.readers.torch.parting import ByData

    asked = []

    def follow(many, answers):
        if len(answers) < many:
            raise ByData("model.py:7")
        asked.append(answers)
        return []

    assert either(lambda answers: follow(0, answers)) == [] and asked == [()]
    for many in (1, 3, 4):
        asked.clear()
        assert either(lambda answers, many=many: follow(many, answers)) == []
        assert sorted(asked) == sorted(product((False, True), repeat=many))
    with pytest.raises(ShapeError, match=r"depends on data \(model.py:7\)") as caught:
        either(lambda answers: follow(5, answers))
    assert not isinstance(caught.value, Undecided)


def test_what_is_in_both_boxes():
    from shapealg.network.readers.torch.data import _common

    low, high = Sizes.interval(1, 6), Sizes.every(4)
    for one, other in (({}, {"H": low}), ({"H": low}, {})):
        assert _common(one, other) == {"H": low}
    made = _common({"H": low, "W": high}, {"H": high, "N": low})
    assert made == {"H": Sizes.interval(4, 6), "W": high, "N": low}


def test_a_refusal_on_one_answer_only_is_other_sizes():
    """A way that is refused where the other runs; and where neither does."""

    class Refusing(nn.Module):
        def __init__(self, least):
            super().__init__()
            self.least = least

        def forward(self, x):
            if x.shape[2] < 4:
                raise ValueError("too small")
            if x.sum() > 0 and x.shape[2] < self.least:
                raise ValueError("too small, too")
            return x * 2

    with pytest.raises(ShapeError, match="depends on data"):
        shapealg.read(Refusing(6), "N,3,H,W")
    net = shapealg.read(Refusing(4), "N,3,H,W")
    assert [h in net.accepts("H") for h in (1, 3, 4, 5, 6)] == [False, False, True, True, True]


def test_what_decides_is_named_by_its_line():
    model = Either(ASKED["bool"], nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 8, 1)).eval()
    net = shapealg.read(model, "N,3,H,W")
    (name,) = net.outputs
    assert name == "either"
    assert net.graph.nodes[-1].kind.startswith("either, test_torch_data.py:")
