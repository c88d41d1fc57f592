"""Ways that part within a module and join again: answers held against PyTorch, size by size."""

from types import SimpleNamespace

import pytest
from needed import module

import shapealg
from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Undecided
from shapealg.network.graph import Names
from shapealg.network.requirement import Requirement
from shapealg.network.tensor import UNKNOWN

torch = module("torch")

import torch.nn.functional as F  # noqa: E402 — after the skip where there is no PyTorch
from torch import nn  # noqa: E402

from shapealg.network.readers.torch import rejoined  # noqa: E402
from shapealg.network.readers.torch.known import Known  # noqa: E402
from shapealg.network.readers.torch.number import Number  # noqa: E402
from shapealg.network.readers.torch.parting import Parting  # noqa: E402

SIZES = [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 27, 28, 29, 32, 55, 56, 57, 63, 64, 100, 113, 224, 230]


class Window(nn.Module):
    """Attention within shifted windows, as Swin has it: no shift where one window covers it all;
    what it makes of an axis it keeps in mind, as models do.
    """

    def __init__(self, width: int, cached: bool = False):
        super().__init__()
        self.mix, self.cached, self.cache = nn.Linear(width, width), cached, {}

    def forward(self, x):
        n, h, w, c = x.shape
        x = F.pad(x, (0, 0, 0, -w % 7, 0, -h % 7))
        high, wide = x.shape[1:3]
        shift = [0 if high <= 7 else 3, 0 if wide <= 7 else 3]
        if sum(shift):
            x = torch.roll(x, (-shift[0], -shift[1]), (1, 2))
        if self.cached:
            self.cache["mask"] = torch.zeros(high, wide)
        x = x.view(n, high // 7, 7, wide // 7, 7, c).permute(0, 1, 3, 2, 4, 5)
        x = self.mix(x.reshape(-1, 49, c))
        x = x.view(n, high // 7, wide // 7, 7, 7, c).permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(n, high, wide, c)
        return x[:, :h, :w]


class Halved(nn.Module):
    """Every second row and column, of one more where their number is odd."""

    def __init__(self, width: int):
        super().__init__()
        self.mix = nn.Linear(4 * width, width)

    def forward(self, x):
        x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
        parts = [x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)]
        return self.mix(torch.cat(parts, -1))


def swin(stages: int = 4, cached: bool = False):
    """Windows, then half the size, again and again."""
    with torch.device("meta"):
        parts = [part for _ in range(stages) for part in (Window(8, cached), Halved(8))]
        return nn.Sequential(*parts).eval()


def runs_as(net, model, at: tuple) -> None:
    """The answer of a network at a size is what PyTorch gives, or neither runs."""
    shape = 2, *at, 8
    try:
        with torch.no_grad(), torch.device("meta"):
            made = tuple(model(torch.empty(shape)).shape)
    except RuntimeError:
        made = None
    assert told(net, at) == (None if made is None or 0 in made else made), at


def told(net, at: tuple):
    """The answer of a network at a size; `None` where it does not run."""
    sizes = {"N": 2, "H": at[0], "W": at[1]}
    if not net.explain(**sizes).runs:
        return None
    shape = (
        net.output_shape.at(**sizes) if isinstance(net.output_shape, BySize) else net.output_shape
    )
    return tuple(n(**sizes) if callable(n) else n for n in shape)


@pytest.mark.parametrize("cached", [False, True])
def test_ways_that_multiply_join_again(cached):
    model = swin(cached=cached)
    net = shapealg.read(model, ("N", "H", "W", 8))
    assert not net.graph.ways
    for h in SIZES:
        for w in (h, 7, 60):
            runs_as(net, model, (h, w))
    assert [node.name for node in net.graph.nodes if node.kind == "Window"] == ["0", "2", "4", "6"]
    assert net.parameters == sum(p.numel() for p in model.parameters())
    assert net.macs(N=1, H=14, W=14) is None  # what a module multiplies is not told


def test_few_ways_stay_apart():
    """What each of them reads is told then."""
    net = shapealg.read(swin(1), ("N", "H", "W", 8))
    assert len(net.graph.ways) == 4


class Note:
    """Where a module keeps what it saw last."""


class Remembering(Window):
    """What it saw last is kept, and differs from way to way."""

    def __init__(self, width: int, note=None):
        super().__init__(width)
        self.note = [self if note is None else note]
        self.kept = note

    def forward(self, x):
        self.note[0].seen = "small" if x.shape[1] <= 7 else "large"
        return super().forward(x)


class Told(nn.Module):
    """More rows, where the module before has seen few."""

    def __init__(self, note):
        super().__init__()
        self.note = note

    def forward(self, x):
        return F.pad(x, (0, 0, 0, 0, 0, 1)) if self.note[0].seen == "small" else x


@pytest.mark.parametrize("note", [None, Note()], ids=["in itself", "beside it"])
def test_what_a_module_remembers_keeps_ways_apart(note):
    with torch.device("meta"):
        window = Remembering(8, note)
        model = nn.Sequential(window, Told(window.note), *swin(3)).eval()
    net = shapealg.read(model, ("N", "H", "W", 8))
    for at in [(h, w) for h in SIZES for w in (7, 60)]:
        runs_as(net, model, at)
    assert len(net.graph.ways) > 1


class Grown(nn.Module):
    """What comes out is not of the same size everywhere."""

    def forward(self, x):
        return F.pad(x, (0, 0, 0, 0, 0, 1)) if x.shape[1] > 30 and x.shape[2] > 20 else x


def test_ways_that_come_out_differently_stay_apart():
    with torch.device("meta"):
        model = nn.Sequential(Grown(), *swin(3)).eval()
    net = shapealg.read(model, ("N", "H", "W", 8))
    assert 1 < len(net.graph.ways) < 6
    for at in [(h, w) for h in SIZES for w in (h, 20, 21)]:
        runs_as(net, model, at)


class Refusing(Window):
    """Some of the sizes at which ways part are refused."""

    def forward(self, x):
        if x.shape[1] <= 7 and x.shape[2] > 20:
            raise RuntimeError("too flat")
        return super().forward(x)


def test_a_way_that_is_refused_does_not_join():
    with torch.device("meta"):
        model = nn.Sequential(Refusing(8), *swin(3)).eval()
    net = shapealg.read(model, ("N", "H", "W", 8))
    for at in [(h, w) for h in SIZES for w in (h, 20, 21)]:
        runs_as(net, model, at)


class Asking(nn.Module):
    """Of wide images only, 14 rows are needed; and nothing else is made of it."""

    def forward(self, x):
        if x.shape[2] > 20:
            x.new_zeros(3, 14) @ x[0, :, :, 0]
        return x


def test_what_one_way_requires_is_not_required_of_all():
    with torch.device("meta"):
        model = nn.Sequential(Asking(), *swin(3)).eval()
    net = shapealg.read(model, ("N", "H", "W", 8))
    for at in [(h, w) for h in (13, 14, 15, 100) for w in (20, 21, 60)]:
        runs_as(net, model, at)


class Pair(tuple):
    """A tuple of a kind of its own, as the outputs of many models are."""

    @property
    def first(self):
        return self[0]


class Paired(Window):
    def forward(self, x):
        return Pair((super().forward(x), x))


class First(nn.Module):
    def forward(self, pair):
        return pair.first


def test_an_output_of_a_kind_of_its_own_stays_what_it_is():
    with torch.device("meta"):
        model = nn.Sequential(Paired(8), First(), *swin(3)).eval()
    net = shapealg.read(model, ("N", "H", "W", 8))
    for at in [(h, w) for h in SIZES for w in (7, 60)]:
        runs_as(net, model, at)


def test_what_was_noted_is_put_back():
    class Room:
        def __init__(self):
            self.list, self.dict, self.number = [1], {"a": 1}, 1

    room = Room()
    there = room.list
    before = rejoined.state(room)
    room.list.append(2)
    room.dict["b"], room.number, room.more = 2, 3, 4
    rejoined.put_back([before])
    assert vars(room) == {"list": [1], "dict": {"a": 1}, "number": 1}
    assert room.list is there


def own(forward):
    """A module whose `forward` is a function of the input."""

    class Own(nn.Module):
        def forward(self, x):
            return forward(x)

    return Own().eval()


def test_a_number_that_is_a_tensors_fills_no_shape():
    """YOLO's anchors are filled with their stride, which is an entry of a tensor."""
    strides = torch.tensor([8.0, 16.0])

    def forward(x):
        h, w = x.shape[-2:]
        return torch.cat([torch.full((h * w, 1), s) for s in strides]) + x.new_full(
            (1,), strides[0]
        )

    net = shapealg.read(own(forward), ("N", 3, "H", "W"))
    assert told(net, (5, 7)) == tuple(forward(torch.zeros(1, 3, 5, 7)).shape)


def windows_twice(x):
    """Windows of 8 after windows of 4 of half the size: how many there are is not always told."""
    n, h, w = x.shape
    high, wide = h + -h % 8, w + -w % 8
    x = F.pad(x, (0, wide - w, 0, high - h))
    x = x.view(n, high // 8, 8, wide // 8, 8).permute(0, 1, 3, 2, 4).reshape(-1, 8, 8)
    h, w = h // 2, w // 2
    high, wide = h + -h % 4, w + -w % 4
    many = x.shape[0] // (high * wide // 4 // 4)
    return x.view(many, high // 4, wide // 4, 64)


def test_counts_that_are_equal_on_some_classes():
    """As in HieraDet: where two counts of windows differ, no formula tells the first entry."""
    net, exact = shapealg.read(own(windows_twice), ("N", "H", "W")), 0
    for h in range(1, 36):
        for w in (h, 15, 16, 17):
            try:
                made = tuple(windows_twice(torch.zeros(2, h, w)).shape)
            except (RuntimeError, ZeroDivisionError):
                made = None
            answer = told(net, (h, w))
            if answer is None or answer[0] is not None:
                assert answer == made, (h, w)
                exact += answer is not None
    assert exact > 80


def test_division_by_a_sum_is_exact():
    n, m = Length.of("n"), Length.of("m")
    assert (n * m + m * 3 + n * 2 + 6) // (m + 2) == n + 3
    assert (n // 2 * 2 + 2) * m * 12 // (n // 2 * 4 + 4) == m * 6


def test_many_ways_name_the_line():
    """Ways that cannot join are refused with the line at which they part."""

    def forward(x):
        many = sum(x.shape[2] > 10 * i for i in range(16)) * sum(
            x.shape[3] > 10 * i for i in range(16)
        )
        return x.new_zeros(many, x.shape[2])

    with pytest.raises(Undecided, match=r"too many ways .*test_torch_rejoined\.py:\d+"):
        shapealg.read(own(forward), ("N", 3, "H", "W"))


class Same(nn.Module):
    """A convolution padded as TensorFlow does, by what is left of the size."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.conv = nn.Conv2d(before, after, 3, stride=stride)

    def forward(self, x):
        s = self.conv.stride[0]
        pads = []
        for n in (int(x.shape[3]), int(x.shape[2])):
            pad = max(3 - s, 0) if n % s == 0 else max(3 - n % s, 0)
            pads += [pad // 2, pad - pad // 2]
        return self.conv(F.pad(x, pads))


def test_ways_join_where_one_formula_tells_both():
    strides = (2, 1, 2, 2, 3, 2)
    model = nn.Sequential(*(Same(3, 3, s) for s in strides))
    net = shapealg.read(model, "N,3,H,W")
    assert not net.graph.ways
    assert net.parameters == sum(p.numel() for p in model.parameters())
    for h, w in zip(SIZES, reversed(SIZES), strict=True):
        with torch.no_grad():
            made = model(torch.zeros(1, 3, h, w))
        assert net.at(N=1, H=h, W=w) == tuple(made.shape)


class Patches(nn.Module):
    """Rows of patches, with their number along each axis; padded to whole ones."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)

    def forward(self, x):
        if x.shape[3] % 4:
            x = F.pad(x, (0, 4 - x.shape[3] % 4))
        if x.shape[2] % 4:
            x = F.pad(x, (0, 0, 0, 4 - x.shape[2] % 4))
        x = self.patches(x)
        return x.flatten(2).transpose(1, 2), x.shape[2], x.shape[3]


class Mixed(nn.Module):
    """Patches, then windows over them."""

    def __init__(self):
        super().__init__()
        self.patches, self.stages = Patches(), nn.ModuleList(Window(8) for _ in range(3))

    def forward(self, x):
        rows, high, wide = self.patches(x)
        x = rows.reshape(-1, high, wide, 8)
        for stage in self.stages:
            x = stage(x)
        return x


def test_ways_join_where_factors_of_a_product_do():
    model = Mixed().eval()
    net = shapealg.read(model, "N,3,H,W")
    assert len(net.graph.ways) < 8
    for h, w in zip(SIZES, reversed(SIZES), strict=True):
        with torch.no_grad():
            made = model(torch.zeros(1, 3, h, w))
        assert net.at(N=1, H=h, W=w) == tuple(made.shape)


def test_rooms_are_the_same_where_they_hold_the_very_same():
    one, other, same = [1], [1], rejoined._same
    assert same([one, 2], [one, 2]) and not same([one], [other]) and not same([one], [one, one])
    assert same({"a": one}, {"a": one}) and not same({"a": one}, {"a": other})
    assert not same({"a": one}, {"b": one}) and not same({"a": one}, {})
    assert same({1, 2}, {2, 1}) and not same({1}, {2})
    assert not same((one,), (one,)) and not same([one], (one,)) and not same(one, 1)


def test_what_things_lie_in():
    made = rejoined._made_of
    assert made(1, ()) and made((1, (2, 3)), (tuple,)) and not made((1, [2]), (tuple,))
    assert made({"a": [1]}, (dict, list)) and not made({"a": [1]}, (dict,))
    assert not made({"a": 1}, (list,)) and not made(torch.Size((1, 2)), (tuple,))


def test_changes_of_what_modules_keep():
    def kept(**given):
        return rejoined.state(SimpleNamespace(**given))

    held, count = [1], [2]
    before = [kept(a=held, b=3, gone=4, names=count), kept()]
    count.append(5)
    after = [kept(a=held, b=7, names=count, new=[8, (9,)]), kept()]
    told = sorted(change[1:] for change in rejoined._changes(before, after))
    assert told == [("b", [7]), ("gone", [None]), ("names", [2, 5]), ("new", [8, 9])]
    assert not list(rejoined._changes(before, before))


def test_the_kind_of_what_comes_out_is_the_same_but_for_lengths():
    calls, thing = SimpleNamespace(torch=torch), object()

    def kind(one):
        return rejoined._kind(calls, one)

    assert kind(torch.zeros(2, 3)) == (2, torch.float32) != kind(torch.zeros(2, 3).long())
    assert kind(3) is int and kind(2.5) == 2.5 and kind("a") == "a" and kind(None) is None
    assert kind(torch.float16) is torch.float16 and kind(True) is True
    assert kind(thing) == id(thing)
    assert rejoined._numbers(calls, torch.zeros(2, 3)) == (2, 3)
    assert rejoined._numbers(calls, 4) == (4,) and rejoined._numbers(calls, 2.5) == ()


class Given(nn.Module):
    """Takes words, lists or dicts, and parts the ways."""

    def __init__(self, add):
        super().__init__()
        self.add = add

    def forward(self, x, *others, **more):
        x = F.pad(x, (0, 0, 0, x.shape[1] % 2)) if x.shape[1] % 2 else x
        return self.add(x, others, more)


def widened(x, others, more):
    """By an entry for each thing that is given."""
    return F.pad(x, (0, len(others) + 2 * len(more)))


GIVEN = {
    "words": lambda part, x: part(x, by=2, more=x),
    "places": lambda part, x: part(x, 3, x),
    "a list": lambda part, x: part(x, [x, 1]),
    "a dict": lambda part, x: part(x, {"a": x}),
    "a tuple": lambda part, x: part(x, (x, 4)),
}


@pytest.mark.parametrize("name", GIVEN)
def test_what_a_module_takes_may_be_anything(name):
    """Also where its ways are tried to be joined."""
    call = GIVEN[name]

    class Several(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList([Given(widened) for _ in range(5)])

        def forward(self, x):
            for part in self.parts:
                x = call(part, x)[:, 1:]
            return x

    model = Several()
    net = shapealg.read(model, ("N", "H", "W", 8))
    for h in (1, 3, 6, 7, 8, 13):
        runs_as(net, model, (h, 4))


class Evened(nn.Module):
    """Every second place of an axis, of one more where their number is odd; the others, too."""

    def __init__(self, both: bool):
        super().__init__()
        self.both, self.weight = both, nn.Parameter(torch.zeros(1, 3, 1))

    def forward(self, x):
        x = F.pad(x, (0, 1)) if x.shape[2] % 2 else x
        first = x[..., ::2] * self.weight
        return (first, x[..., 1::2]) if self.both else first


class Halves(nn.Module):
    """So many ways that they are to join."""

    def __init__(self):
        super().__init__()
        self.all = nn.ModuleList(Evened(both) for both in (False, False, False, True))

    def forward(self, x):
        for part in self.all[:3]:
            x = part(x)
        one, other = self.all[3](x)
        return one + other


def test_a_module_at_whose_end_ways_join_is_one_node_and_all_there_is():
    model = Halves()
    net = shapealg.read(model, (1, 3, "L"))
    assert not net.graph.ways
    names = [f"all.{i}" for i in range(4)]
    assert [node.name for node in net.graph.nodes] == [*names, "add"]
    assert [node.outputs for node in net.graph.nodes] == [
        *((name,) for name in names[:3]),
        ("all.3:0", "all.3:1"),
        ("add",),
    ]
    assert [node.parameters for node in net.graph.nodes] == [3, 3, 3, 3, 0]
    for n in (*range(1, 20), 31, 32, 33):
        assert net.at(L=n) == tuple(model(torch.zeros(1, 3, n)).shape)


class Typed(nn.Module):
    """Numbers whose type hangs on their number."""

    def forward(self, x):
        return (x + 1).double() if x.shape[2] % 2 else x + 1


class Around(nn.Module):
    """Of one type, whatever comes from within."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return (self.inner(x) + 1).float()[..., : -(-x.shape[2] // 2)] + 1


@pytest.mark.parametrize(("rooms", "ways"), ((0, 0), (1, 16), (2, 16)))
def test_ways_are_tried_to_be_joined_in_two_modules_one_around_the_other(rooms, ways):
    """Where they are alike further out only, they stay apart, which takes no longer."""

    def part():
        inner = Typed()
        for _ in range(rooms):
            inner = nn.Sequential(inner)
        return Around(inner)

    model = nn.Sequential(*(part() for _ in range(4)))
    net = shapealg.read(model, (1, 3, "L"))
    assert len(net.graph.ways) == ways
    for n in (*range(1, 20), 31, 32, 33):
        assert net.at(L=n) == tuple(model(torch.zeros(1, 3, n)).shape)


class Guarded(nn.Module):
    """Takes whatever is raised within, and may go two ways itself."""

    def __init__(self, own: bool):
        super().__init__()
        self.inner, self.own = Typed(), own

    def forward(self, x):
        if self.own:
            x = x * 2 if x.shape[2] % 3 else x + 2
        try:
            return self.inner(x).float()[..., 1:]
        except BaseException:
            return x[..., :1]


class Noting(nn.Module):
    """What it notes has one formula, or hangs on the way; what it gives does not."""

    def __init__(self, note, alike: bool):
        super().__init__()
        self.note, self.alike = note, alike

    def forward(self, x):
        few = x if self.alike else x[..., x.shape[2] // 3 :]
        self.note.seen = few if x.shape[2] % 2 else x
        return x + 1


class Noted(nn.Module):
    """As long as what was noted."""

    def __init__(self, note):
        super().__init__()
        self.note = note

    def forward(self, x):
        return x[..., : self.note.seen.shape[2]]


def noting(alike: bool) -> list:
    note = Note()
    return [Noting(note, alike), Noted(note)]


SMALL = {
    "guarded": (lambda: [Guarded(False)], False),
    "guarded, of two ways": (lambda: [Guarded(True)], False),
    "what is noted is alike": (lambda: noting(True), True),
    "what is noted is not": (lambda: noting(False), False),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_modules_of_several_ways(name):
    parts, join = SMALL[name]
    model = nn.Sequential(*(one for _ in range(4) for one in parts()))
    net = shapealg.read(model, (1, 3, "L"))
    assert join == (not net.graph.ways)
    for n in (*range(1, 34), 81, 82):
        try:
            made = tuple(model(torch.zeros(1, 3, n)).shape)
        except RuntimeError:
            made = (0,)
        assert net.explain(L=n).runs == (0 not in made), n
        assert 0 in made or net.at(L=n) == made, n


class Squared(nn.Module):
    """Rows that are as many as columns, whichever way is gone."""

    def forward(self, x):
        x = torch.bmm(x, x)
        return x * 2 if x.shape[2] % 3 else x + 2


def test_what_a_module_requires_on_each_of_its_ways_it_requires():
    model = nn.Sequential(Squared(), *(Around(Typed()) for _ in range(3)))
    net = shapealg.read(model, (1, "H", "W"))
    assert not net.graph.ways and next(node.kind for node in net.graph.nodes) == "Squared"
    for h in (1, 2, 3, 6, 9, 16):
        for w in (1, 2, 3, 9, 16, 17):
            assert net.explain(H=h, W=w).runs == (h == w)
            if h == w:
                assert net.at(H=h, W=w) == tuple(model(torch.zeros(1, h, w)).shape)


H, W = Length.of("H"), Length.of("W")
CALLS = SimpleNamespace(torch=torch)


def required(relation, *sides, factors=(), others=()):
    """That two lengths are equal, or that one is in a relation to 0."""
    condition = Condition(sides[0] - sides[1] if len(sides) == 2 else sides[0], relation)
    return Requirement(None, (condition, *others), sides, condition.names, factors)


def test_what_a_node_can_require_again():
    sayable = rejoined._sayable
    assert sayable(required("==", H, W)) and sayable(required(">=", H))
    assert not sayable(required(">=", H, W)) and not sayable(required("==", H))
    assert not sayable(required("!=", H, W)) and not sayable(required("==", H, W, factors=(H,)))
    assert not sayable(required("==", H, W, others=(Condition(H, "=="),)))


def test_what_is_required_again_is_so_at_the_sizes_of_the_run():
    asked = []
    flow = SimpleNamespace(
        sizes={"H": Length.of("H"), "W": 6},
        equal=lambda *sides: asked.append(("equal", *sides)),
        some=lambda *sides: asked.append(("some", *sides)),
    )
    again = rejoined._required([required("==", H, W * 2), required(">=", W - 1)])
    assert again(flow, "any", "inputs") is UNKNOWN
    assert asked == [("equal", H, 12), ("some", 5)]


def test_what_a_module_may_be_given():
    number = SimpleNamespace(node=Number(H, None))
    plain = (3, 2.5, True, "a", None, torch.zeros(2), torch.float16, number)
    assert all(rejoined._is_plain(CALLS, one) for one in plain)
    for other in (object(), [1], SimpleNamespace(node=H)):
        assert not rejoined._is_plain(CALLS, other)
    readable = rejoined._readable
    assert readable(CALLS, ((*plain, (1, torch.Size((2,)))), ()))
    assert not readable(CALLS, (([1],), ())) and not readable(CALLS, (({"a": 1},), ()))
    assert not readable(CALLS, ((object(),), ()))


def test_a_requirement_that_was_met_before_is_none():
    def needless(asked, box, *there):
        calls = SimpleNamespace(run=SimpleNamespace(box=box))
        before = SimpleNamespace(run=(None, None, {"requirements": [*there]}))
        return rejoined._needless(calls, before, asked)

    asked = required(">=", H - 3)
    assert not needless(asked, {}) and needless(asked, {"H": Sizes.every(3)})
    assert not needless(required(">=", H - 2), {})  # by a single size
    assert not needless(asked, {"H": Sizes.every(2)}) and not needless(asked, {"W": Sizes.every(9)})
    assert needless(asked, {}, required(">=", H - 3)) and needless(asked, {}, required("==", H, 5))
    assert not needless(asked, {}, required(">=", W - 9), required(">=", H - 2))
    assert needless(asked, {"H": Sizes.classes(2, (1,), 1)}, required(">=", H - 2))
    assert needless(required(">=", H + W - 2), {}) and not needless(required("==", H, W), {})


def test_the_sides_of_a_way_begin_at_its_module():
    held = [Condition(H - W, relation) for relation in (">=", "!=", ">")]
    first = Known({"H": Sizes.every(2)}, (held[0],))
    run = SimpleNamespace(known=first.narrowed({"W": Sizes.every(3)}, (held[1],)))
    outer = Known({"H": Sizes.of(1)}, (held[0],))
    inner = [first.narrowed({"W": Sizes.of(n)}, (held[2],)) for n in (1, 2)]
    run.left = [outer, *inner]
    before = SimpleNamespace(run=(None, {"known": first}, {"left": [outer]}))
    parting = Parting((({"H": Sizes.every(5)}, ()), ({"H": Sizes.of(2)}, (held[2],))), "?")
    wide = {"W": Sizes.every(3)}
    assert rejoined._sides(before, run, parting) == (
        ({"H": Sizes.every(5)} | wide, (held[1],)),
        ({"H": Sizes.of(2)} | wide, (held[1], held[2])),
        ({"H": Sizes.every(2), "W": Sizes.of(2)}, (held[2],)),
        ({"H": Sizes.every(2), "W": Sizes.of(1)}, (held[2],)),
    )


def ended(where, *numbers, kept=(), there=()):
    """What a module gives on one way, of which only lengths are looked at."""
    made = rejoined.End.__new__(rejoined.End)
    made.numbers, made.kept, made.there = [*numbers], [*kept], set(there)
    made.where = {"H": where}
    return made


EVEN, ODD = Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)


def test_ends_have_one_formula_or_none():
    even = ended(EVEN, (H, 3), (), (H // 2,), there=(1, 2))
    odd = ended(ODD, (H - 1, 3), (), (H // 2,), there=(2, 3))
    assert even.with_([even, odd]) is even and even.there == {2}
    ((first, three), none, (half,)) = even.numbers
    assert three == 3 and none == () and half == H // 2
    assert all(first(H=n) == n - n % 2 for n in range(1, 20))
    few, many = ended(Sizes.interval(1, 4), (H,)), ended(Sizes.every(5), (5,))
    assert few.with_([few, many]) is None and few.numbers == [(H,)]


def test_what_is_kept_is_so_on_another_way_too():
    one = ended(EVEN, kept=(H // 2 * 2, 3))
    assert one.keeps(one) and one.keeps(ended(EVEN, kept=(H, 3)))
    assert not one.keeps(ended(ODD, kept=(H, 3))) and not one.keeps(ended(EVEN, kept=(H, 4)))
    assert one.keeps(ended(ODD, kept=(H - 1, 3)))


def test_what_was_noted_before_a_module_is_known():
    part = nn.Linear(2, 2)
    part.seen, part.count = [1], 1
    free = Names(["x"]).free
    tape = SimpleNamespace(names={5: "x"}, nodes=["a"], free=free)
    calls = SimpleNamespace(tape=tape)
    calls.run = SimpleNamespace(requirements=["b"], left=[])
    before = rejoined.Before(calls, part)
    tape.nodes += ["c", "d"]
    calls.run.requirements.append("e")
    tape.names[6] = "y"
    part.seen.append(2)
    part.count, first = 2, free("x")
    assert before.since(before.tape, "nodes") == ["c", "d"]
    assert before.since(before.run, "requirements") == ["e"] and before.names == {5: "x"}
    before.again()
    assert calls.run.requirements == ["b"] and tape.nodes == ["a"] and tape.names == {5: "x"}
    assert part.seen == [1] and part.count == 1 and free("x") == first


def test_what_comes_out_of_a_node_is_new_unless_it_was_there():
    run = SimpleNamespace(pinned=lambda length: length)
    calls = SimpleNamespace(torch=torch, run=run, empty=lambda shape, dtype: (shape, dtype))
    end, x, y = ended(EVEN), torch.zeros(2), torch.zeros(3).long()
    end.tensor, end.there = torch.Tensor, {id(x)}
    assert end._fresh(calls, x, (2,)) is x and end._fresh(calls, y, (7,)) == ((7,), torch.int64)
    assert end._fresh(calls, 4, (4,)) == 4 and end._fresh(calls, "a", ()) == "a"
    assert end._fresh(calls, 4, (H,)).node.value == H
