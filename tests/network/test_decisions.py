"""What a network decides, asked in every way and held against PyTorch: which sizes it accepts, what
it gives there, which sizes go together.
"""

import itertools
import random

import pytest

from shapealg import Bound, Branches, BySize, ShapeError, Sizes, read, zoo
from shapealg.axis.length import Length
from shapealg.errors import Undecided
from shapealg.network.forms import told
from shapealg.render.report import data
from shapealg.words.dialects import torch as words

MANY, ALL = 40, 400  # so many networks are asked by default, and with -m slow
SIZES = {MANY: 24, ALL: 40}  # up to so large a size


def asked(names: tuple, most: int, choose) -> list:
    """Sizes to run: every size alike, and pairs that differ."""
    alike = [dict.fromkeys(names, n) for n in range(1, most + 1)]
    if len(names) < 2:
        return alike
    return alike + [{name: choose.randint(1, most) for name in names} for _ in range(2 * most)]


def answered(ask):
    """The answer, `None` where it is that nothing runs."""
    try:
        return ask()
    except ShapeError as problem:
        if isinstance(problem, Undecided):
            raise
        return None


def put(shape, sizes: dict):
    """A shape of lengths, by size or not, at given sizes."""
    if isinstance(shape, BySize):
        return shape.at(**sizes)
    return tuple(n(**sizes) if callable(n) else n for n in shape)


def alike(shape, ran) -> bool:
    """Whether a shape is what ran, in all entries that are known."""
    if shape is None or ran is None:
        return shape is ran
    return len(shape) == len(ran) and all(a in (None, b) for a, b in zip(shape, ran, strict=True))


def differences(nets, seed: int, most: int):
    """Where the answers about a network differ from each other or from PyTorch; `None` where one of
    them is that it cannot be decided.
    """
    choose = random.Random(seed)
    module, shapes = nets.network(choose)
    try:
        net = read(module, shapes)
    except ShapeError:  # which way forward goes depends on an open size
        return None
    sizes = asked(net.sizes, most, choose)
    ran = [nets.performed(module, shapes, at) for at in sizes]
    made = [
        f"at {at}: {here}, PyTorch {there}"
        for at, there in zip(sizes, ran, strict=True)
        if (here := answered(lambda at=at: net.at(**at))) != there
    ]
    made += [
        f"explain {at}"
        for at, there in zip(sizes, ran, strict=True)
        if net.explain(**at).runs != (there is not None)
    ]
    try:
        sets, ties = {name: net.accepts(name) for name in net.sizes}, net.ties
        shape, special = answered(lambda: net.output_shape), answered(lambda: net.special)
    except Undecided:
        return made or None
    bound = any(isinstance(those, Bound) for those in sets.values())
    for at, there in zip(sizes, ran, strict=True):
        fits = all(at[name] in those for name, those in sets.items())
        if (fits and all(tie.at(**at) for tie in ties)) != (there is not None):
            if not (bound and there is None):
                made.append(f"accepts {at}, PyTorch {there}")
        elif there is not None and not alike(put(shape, at), there):
            made.append(f"output_shape {at}: {put(shape, at)}, PyTorch {there}")
    if shape is not None and not isinstance(shape, BySize) and any(special.values()):
        made.append("special sizes of one formula")
    return made + _fixed(net, sets, sizes, ran)


def _fixed(net, sets: dict, sizes: list, ran: list) -> list:
    """One size asked while the others are fixed, at all that were run."""
    made = []
    for at, there in list(zip(sizes, ran, strict=True))[:: max(len(sizes) // 12, 1)]:
        for name in net.sizes if len(net.sizes) > 1 else ():
            others = {other: n for other, n in at.items() if other != name}
            those = net.accepts(name, **others)
            # a bound may hold sizes that do not run
            told = there is not None or not isinstance(those, Bound)
            if told and (at[name] in those) != (there is not None):
                made.append(f"accepts {name} with {others}: {those}, PyTorch {there} at {at}")
    return made


@pytest.mark.parametrize("seed", range(MANY))
@pytest.mark.many(4)
def test_all_answers_about_a_random_network_agree(nets, seed):
    assert not differences(nets, seed, SIZES[MANY])


@pytest.mark.slow
def test_all_answers_about_hundreds_of_random_networks_agree(nets):
    made = {seed: differences(nets, seed, SIZES[ALL]) for seed in range(MANY, ALL)}
    assert {seed: found for seed, found in made.items() if found} == {}
    assert sum(found is None for found in made.values()) < ALL // 20  # nearly all are decided


# ---------------------------------------------------------------- one network for each kind


def module(forward, **layers):
    """A module of these layers, with this `forward(self, x)`."""
    from torch import nn

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            for name, layer in layers.items():
                setattr(self, name, layer)

        def forward(self, x):
            return forward(self, x)

    return Own().eval()


def one_axis(nets, own, most: int = 100):
    """The network along "L", and where it runs in PyTorch: size → shape; all answers agree there."""
    net, shapes = read(own, (1, 4, "L")), [(1, 4, "L")]
    ran = {n: nets.performed(own, shapes, {"L": n}) for n in range(1, most + 1)}
    for n, there in ran.items():
        assert answered(lambda n=n: net.at(L=n)) == there
        assert net.explain(L=n).runs == (there is not None)
    return net, {n: there for n, there in ran.items() if there is not None}


@pytest.mark.parametrize(
    ("factor", "least", "formula"),
    ((1.1, 1, "(11*L)//10"), (0.3, 4, "(3*L)//10"), (0.7, 2, "None"), (0.29, 4, "None")),
)
def test_a_factor_that_is_no_short_binary_fraction(nets, factor, least, formula):
    """0.7·90 is 62.99… in double precision: no formula tells 0.7, and all formulas 1.1."""
    from torch.nn import functional as F

    net, ran = one_axis(nets, module(lambda self, x: F.interpolate(x, scale_factor=factor)))
    assert list(ran) == list(range(least, 101)) and net.accepts("L") == Sizes.every(least)
    assert repr(net.output_shape[2]) == formula
    assert net.unknown == (() if formula != "None" else ("interpolate",))
    if formula != "None":
        assert all(put(net.output_shape, {"L": n}) == there for n, there in ran.items())


def test_behind_what_no_formula_tells_a_set_is_a_bound(nets):
    from torch import nn

    own = nn.Sequential(nn.Upsample(scale_factor=0.7), nn.Conv1d(4, 4, 3))
    net, ran = one_axis(nets, own)
    those = net.accepts("L")
    assert isinstance(those, Bound) and those.because == ("1",) and set(ran) <= set(range(2, 101))
    assert str(those) == "at most every n ≥ 2 (an upper bound: what node 1 needs is not known)"
    assert net.explain(L=4).text.en.endswith("the nearest that work: L = 5")


def test_a_slice_up_to_a_multiple_is_not_meant_to_be_empty(nets):
    from torch import nn

    own = module(
        lambda self, x: self.pool(x[:, :, : x.shape[2] // 4 * 4]),
        pool=nn.MaxPool1d(3, 3, ceil_mode=True),
    )
    net, ran = one_axis(nets, own)
    assert min(ran) == 4 and net.accepts("L") == Sizes.every(4)


def test_ties_through_a_clipped_slice(nets):
    import torch
    from torch import nn

    own = module(
        lambda self, x: self.head(torch.flatten(x[:, :, :, -3:], 1)), head=nn.Linear(24, 5)
    )
    net, (tie,) = read(own, (1, 4, "H", "W")), read(own, (1, 4, "H", "W")).ties
    assert tie.names == ("H", "W")
    assert str(tie) == "H = 2, every W ≥ 3; or W = 1, 2, H·W = 6"
    for h in range(1, 9):
        for w in range(1, 9):
            ran = nets.performed(own, [(1, 4, "H", "W")], {"H": h, "W": w}) is not None
            assert tie.at(H=h, W=w) == ran == (h in net.accepts("H", W=w))
            assert ran == (w in net.accepts("W", H=h))


@pytest.mark.parametrize("axes", [("L",), ("H", "W"), ("D", "H", "W")])
def test_several_norms_that_need_more_than_one_position(nets, axes):
    from torch import nn

    convolution = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[len(axes) - 1]
    norm = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)[len(axes) - 1]
    layers = []
    for width in (1, 2, 4):  # as MONAI's U-Net goes down
        layers += [convolution(width, 2 * width, 3, 2, 1), norm(2 * width), nn.PReLU()]
    own = nn.Sequential(*layers).train()
    shape = (1, 1, *axes)
    net = read(own, shape)
    fit = {name: set() for name in axes}
    for sizes in itertools.product((1, 2, 7, 8, 9), repeat=len(axes)):
        at = dict(zip(axes, sizes, strict=True))
        ran = nets.performed(own, [shape], at) is not None
        assert all(tie.at(**at) for tie in net.ties) == ran or not net.ties
        for name in axes:
            fit[name] |= {at[name]} if ran else set()
    for name in axes:
        assert {n for n in (1, 2, 7, 8, 9) if n in net.accepts(name)} == fit[name]
    if len(axes) > 1:
        assert str(net.ties[-1]) == "".join(f"⌊({name} + 7)/8⌋" for name in axes) + " ≥ 2"


def test_three_sizes_whose_product_is_a_number():
    net = zoo.ZOO["c3d"].read()
    (tie,) = net.ties
    assert str(tie) == "⌊T/16⌋·(⌊H/32⌋ + 1)·(⌊W/32⌋ + 1) = 16"
    sizes = (15, 16, 31, 32, 47, 48, 63, 64, 79, 80, 112, 128, 143, 144, 224, 255, 256, 271, 272)
    runs = set()
    for t, h, w in itertools.product(sizes, (*sizes, 480, 511, 512), (*sizes, 480, 511, 512)):
        if t // 16 * (h // 32 + 1) * (w // 32 + 1) == 16 and min(h, w) >= 16:
            runs.add((t, h, w))
            assert tie.at(T=t, H=h, W=w)
    for i, name in enumerate("THW"):
        those = net.accepts(name)
        assert {n for n in sizes if n in those} == {at[i] for at in runs} & set(sizes)
    assert net(N=1, T=16, H=112, W=112)[0] == 1 and net.explain(N=1, T=16, H=112, W=96)


def test_a_network_of_finitely_many_sizes(nets):
    import torch
    from torch import nn

    own = module(
        lambda self, x: self.head(torch.flatten(self.up(x)[:, :, -8:], 1)),
        up=nn.ConvTranspose1d(4, 4, 1, stride=2, padding=1, output_padding=1),
        head=nn.Linear(24, 5),
    )
    net, ran = one_axis(nets, own)
    assert ran == {4: (1, 5)} and net.accepts("L") == Sizes.interval(4, 4)
    assert net.output_shape == (1, 5) and net.special == {"L": Sizes.none()}


def test_a_slice_that_is_empty_from_some_size_on(nets):
    net, ran = one_axis(nets, module(lambda self, x: x[:, :, -1:64]))
    assert list(ran) == list(range(1, 65)) and net.accepts("L") == Sizes.interval(1, 64)
    assert net.output_shape == (1, 4, 1) and net.unknown == ()
    assert [row.formula for row in net.table()] == [(1, 4, 1)]
    assert net.inputs_for(1, 4, 1)["L"] == Sizes.interval(1, 64)
    assert net.inputs_for(1, 4, 2)["L"] == Sizes.none()


def test_pieces_where_no_one_formula_tells_a_shape(nets):
    net, ran = one_axis(nets, module(lambda self, x: x[:, :, -9:]))
    shape = net.output_shape
    assert isinstance(shape, BySize)
    assert str(shape) == "(1, 4, 9) for every L ≥ 9; (1, 4, L) for L = 1 … 8"
    assert all(shape.at(L=n) == there for n, there in ran.items())
    assert net.special == {"L": Sizes.interval(1, 8)}
    assert net.inputs_for(1, 4, 5)["L"] == Sizes.interval(5, 5)
    assert net.table()[0].formula == shape and net.table(L=5)[0].size == (1, 4, 5)


def test_one_floor_on_the_sizes_that_run(nets):
    """n ≡ 2, 3, 0 (mod 4): 4⌊(n + 2)/4⌋ − 2, though neither way has this form for all n."""
    from torch import nn

    n = Length.of("n")
    made = told(
        [
            ({"n": Sizes.classes(4, (2, 3), 2)}, (n // 4 * 4 + 2,)),
            ({"n": Sizes.classes(4, (0,), 4)}, (n // 4 * 4 - 2,)),
        ]
    )
    assert made == ((n + 2) // 4 * 4 - 2,)
    joined = module(
        lambda self, x: self.up(self.a(x) + self.b(x)),
        a=nn.Conv1d(4, 4, 3, stride=4, padding=1),
        b=nn.Conv1d(4, 4, 3, stride=4),
        up=nn.ConvTranspose1d(4, 4, 4, stride=4, padding=1),
    )
    net, ran = one_axis(nets, joined)
    assert all(put(net.output_shape, {"L": n}) == there for n, there in ran.items())


def test_clipped_crops_on_two_axes(nets):
    """A way for each of 6 × 6 boxes, not a run for each of 64 × 60 sizes."""

    def forward(self, x):
        for k in range(5):
            x = x[:, :, -(64 - k) :, -(60 - k) :][:, :, : 64 - k, : 60 - k]
        return x

    own = module(forward)
    net = read(own, (1, 4, "H", "W"))
    assert len(net._ways.flows) == 36 and len(net.output_shape) == 4 and not net.ties
    for h, w in ((1, 1), (59, 80), (60, 56), (80, 55), (64, 60)):
        ran = nets.performed(own, [(1, 4, "H", "W")], {"H": h, "W": w})
        assert net.output_shape.at(H=h, W=w) == ran


def test_where_all_ways_stop_it_is_said_which_way_is_open():
    """Flat rows of another length than the maps they are added to: nobody knows whether ever."""
    nn = words.nn
    inner = Branches("multiply", [nn.Conv2d(8, 8, 3)], [nn.MaxPool2d(2)])
    layers = [nn.ZeroPad2d(1), Branches("add", [nn.ZeroPad2d(1), inner], [nn.Flatten()])]
    net = read(layers, "N,8,H,W")
    for ask in (net.table, lambda: net.output_shape, lambda: net.accepts("H")):
        with pytest.raises(Undecided, match="add_1: which way it goes"):
            ask()


def test_a_set_behind_an_unknown_node_says_that_it_is_a_bound(nets):
    import torch
    from torch import nn

    own = module(
        lambda self, x: torch.unique(self.a(x)).view(1, 4, -1),
        a=nn.Conv1d(4, 4, 3),
    )
    net = read(own, (1, 4, "L"))
    those = net.accepts("L")
    assert those.because == ("unique",) and "an upper bound" in str(those)
    assert "上界" in those.text("L").zh
    assert isinstance(those & Sizes.every(9), Bound) and isinstance(Sizes.every(9) & those, Bound)
    assert isinstance(Sizes.every(9) | those, Bound)
    with pytest.raises(Undecided, match="upper bound"):
        those.complement()
    assert data(net)["accepts"]["L"]["upper_bound"] == ["unique"]
