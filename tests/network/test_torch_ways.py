"""Modules run as they are on open sizes: every answer held against PyTorch itself, size by size."""

import json
import math
import sys
import threading
import types
from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
from needed import ROOT, module

import shapealg
from shapealg.axis.by_size import BySize
from shapealg.errors import ShapeError

torch = module("torch")

import torch.nn.functional as F  # noqa: E402 — after the skip where there is no PyTorch
from torch import nn  # noqa: E402

from shapealg.network.readers.torch import at_once, calls  # noqa: E402

sys.path.insert(0, str(ROOT / "scripts"))

import check_certificate as checker  # noqa: E402 — it lies beside no package

IMAGE = ("N", 3, "H", "W")


def read(module, shape=IMAGE):
    """The network of a module."""
    return shapealg.read(module, shape)


def performed(module, shape):
    """What PyTorch gives, `None` where it, or the model, refuses."""
    try:
        with torch.no_grad():
            made = module(torch.empty(shape, device="meta"))
    except (RuntimeError, ValueError, AssertionError, IndexError, ArithmeticError):
        return None
    made = made if isinstance(made, list | tuple) else [made]
    shapes = [tuple(one.shape) for one in made]
    return None if any(0 in one for one in shapes) else shapes


def own(forward, **parts):
    """A module of its own whose `forward` is a function of it and the input."""

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

        def forward(self, x):
            return forward(self, x)

    with torch.device("meta"):
        return Own().to("meta").eval()


def raise_unless_divisible(m, x):
    if x.shape[2] % 8 or x.shape[3] % 4:
        raise ValueError(f"{tuple(x.shape)} is not divisible")
    return F.max_pool2d(x, (8, 4))


def pad_to_multiple(m, x):
    h, w = x.shape[-2:]
    if h % 8 or w % 8:
        x = F.pad(x, (0, -w % 8, 0, -h % 8))
    return F.max_pool2d(x, 8)


def resize_unless(m, x):
    if x.shape[-2:] != (12, 12):
        x = F.interpolate(x, size=(12, 12))
    return x.flatten(1)


def ask_what_it_is(m, x):
    if x.dtype is not torch.float32 or x.device.type == "cuda" or not x.is_contiguous():
        return x
    return F.avg_pool2d(x, 2)


def ask_whether_it_is_a_tensor(m, x):
    return F.avg_pool2d(x, 2) if isinstance(x, torch.Tensor) else x[0]


def pass_on(m, x):
    def inner(*args, **kwargs):
        return F.max_pool2d(*args, **kwargs)

    return inner(x, kernel_size=3, stride=2)


def key_of_rank(m, x):
    return x.flatten({4: 2, 3: 1}[x.ndim])


def rounds_with_a_bound(m, x):
    for _ in range(min(x.shape[2], 3)):
        x = torch.cat([x, x], 3)
    return x


def rounds_where_small(m, x):
    if x.shape[2] < 4:
        for i in range(x.shape[2]):
            x = F.pad(x, (0, i + 1))
    return x


def halve_until_small(m, x):
    while x.shape[2] > 12 and x.shape[2] < 40:
        x = F.max_pool2d(x, (2, 1))
    return x


def tensor_of_sizes(m, x):
    half = torch.tensor([x.shape[2], x.shape[3]]) // 2 + 1
    return F.interpolate(x, size=half.tolist())


def array_of_sizes(m, x):
    return F.interpolate(x, size=tuple(np.array(x.shape[2:]) // 2 + 1))


def multiply_by_einsum(m, x):
    return torch.einsum("nchw,nkhw->nckw", x, x)


def windows_and_back(m, x):
    n, c, h, w = x.shape
    x = torch.roll(x, (-1, -1), (2, 3)).permute(0, 2, 3, 1)
    x = x.view(n, h // 4, 4, w // 4, 4, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 16, c)
    x = x.view(n, h // 4, w // 4, 4, 4, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
    return torch.roll(x, (1, 1), (1, 2)).permute(0, 3, 1, 2)


def positions_resized(m, x):
    x = m.patches(x)
    places = F.interpolate(m.places, size=x.shape[-2:], mode="bilinear")
    return (x + places).flatten(2).transpose(1, 2)


def feature_maps(m, x):
    made = [x]
    for _ in range(2):
        made.append(F.max_pool2d(made[-1], 2))
    return made[1:]


def three_meet(m, x):
    up = F.interpolate(F.max_pool2d(x, 2), scale_factor=2)
    down = F.interpolate(F.max_pool2d(x, 3), scale_factor=3)
    return x + up + down


def keep_as_key(m, x):
    seen = {(x.shape[2], x.shape[3]): F.avg_pool2d(x, 2)}
    return seen[x.shape[2], x.shape[3]]


def take_pieces(m, x):
    a, b = x.split(5, 2)
    return a, b, x.chunk(3, 3)[1]


def refuse_nothing(m, x):
    try:
        return x.view(x.shape[0], 3, -1, x.shape[3]) if x.shape[2] > 5 else x[:, :, :, 2:]
    except Exception:
        return x


def whole_numbers(m, x):
    wide = int(float(x.shape[3]) / 2 + 0.5)
    return F.interpolate(x, (int(x.shape[2] * 1.5), wide)).reshape(len(x), -1)


def places_given_or_resized(m, x):
    x = m.patches(x)
    n, c, h, w = x.shape
    if h * w == m.given.shape[1] and h == w:
        places = m.given
    else:
        places = F.interpolate(m.given.reshape(1, 4, 4, c).permute(0, 3, 1, 2), size=(h, w))
        places = places.flatten(2).transpose(1, 2)
    x = torch.cat([x.flatten(2).transpose(1, 2) + places, m.first.expand(n, -1, -1)], 1)
    return x[:, 1:].reshape(n, h, w, c)


@lru_cache(4)
def centres(high, wide):
    return torch.zeros(high * wide, 2)


def keep_for_the_next_call(m, x):
    places = centres(x.shape[2] // 2, x.shape[3] // 3)
    return places.repeat(2, 1) if places.shape[0] > 20 else places


def the_best_few(m, x):
    scores = x[:, 0].flatten(1)
    return scores.topk(min(12, scores.shape[1]), 1).values


def stretch_to_what_is_left(m, x):
    h, w = x.shape[2:]
    return x[:, :, :1, :1].expand(-1, -1, h - 6, w - 6)


def share_what_is_left(m, x):
    return x.split(x.shape[2] - 5, 2)[0]


CASES = {
    forward.__name__: forward
    for forward in (
        raise_unless_divisible,
        pad_to_multiple,
        resize_unless,
        ask_what_it_is,
        ask_whether_it_is_a_tensor,
        pass_on,
        key_of_rank,
        rounds_with_a_bound,
        rounds_where_small,
        halve_until_small,
        tensor_of_sizes,
        array_of_sizes,
        multiply_by_einsum,
        windows_and_back,
        positions_resized,
        feature_maps,
        three_meet,
        keep_as_key,
        take_pieces,
        refuse_nothing,
        whole_numbers,
        places_given_or_resized,
        keep_for_the_next_call,
        the_best_few,
        stretch_to_what_is_left,
        share_what_is_left,
    )
}
PAIRS = (
    [(h, 16) for h in range(1, 45)]
    + [(24, w) for w in range(1, 45)]
    + [(12, 12), (12, 13), (7, 31), (31, 7), (1, 1), (40, 8), (5, 10), (10, 5)]
)


def put(shape, sizes: dict) -> tuple:
    if isinstance(shape, BySize):
        return shape.at(**sizes)
    return shape and tuple(n(**sizes) if callable(n) else n for n in shape)


def module_of(name):
    """The module of a case, with what it keeps."""
    parts = {}
    if name == "positions_resized":
        parts = {
            "patches": nn.Conv2d(3, 8, 4, 4),
            "places": nn.Parameter(torch.zeros(1, 8, 7, 7)),
        }
    if name == "places_given_or_resized":
        parts = {
            "patches": nn.Conv2d(3, 8, 4, 4),
            "given": nn.Parameter(torch.zeros(1, 16, 8)),
            "first": nn.Parameter(torch.zeros(1, 1, 8)),
        }
    return own(CASES[name], **parts)


@pytest.mark.parametrize("name", CASES)
def test_what_a_model_does_with_sizes_is_followed(name):
    module = module_of(name)
    net = read(module)
    assert not net.unknown
    sets, ties = {s: net.accepts(s) for s in net.sizes}, net.ties
    shapes = net.output_shapes
    runs = 0
    for h, w in PAIRS:
        sizes = {"N": 2, "H": h, "W": w}
        made = performed(module, (2, 3, h, w))
        fits = all(sizes[s] in those for s, those in sets.items()) and all(
            tie.at(**sizes) for tie in ties
        )
        assert fits == (made is not None), (h, w, made)
        assert net.explain(**sizes).runs == fits, (h, w)
        if made is not None:
            assert [put(shape, sizes) for shape in shapes] == made, (h, w)
            runs += 1
    assert runs > 5


@pytest.mark.parametrize("name", CASES)
@pytest.mark.many(4)
def test_what_a_model_accepts_has_a_certificate(name):
    """It holds, and what it says of H is what PyTorch runs with some W."""
    module = module_of(name)
    net = read(module)
    text = net.certificate()
    assert checker.failure(text) == ""
    told = {of: checker.checked_set(those, "") for of, those in json.loads(text)["sets"].items()}
    runs = {(h, w) for h, w in PAIRS if performed(module, (2, 3, h, w)) is not None}
    assert all(checker.inside(told["H"], [h, 0]) for h, _ in runs)
    assert all(checker.inside(told["W"], [w, 0]) for _, w in runs)
    for h in range(1, 45):
        if not any(performed(module, (2, 3, h, w)) for w in (h, 8, 16, *range(1, 33))):
            assert not checker.inside(told["H"], [h, 0]), h


def test_a_refusal_is_the_models_own_word():
    net = read(own(raise_unless_divisible))
    with pytest.raises(ShapeError, match=r"test_torch_ways.py:\d+.*is not divisible"):
        net.at(N=1, H=9, W=8)


def test_the_module_is_not_touched():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    there = {name: set(vars(part)) for name, part in module.named_modules()}
    read(module)
    assert all(torch.equal(t, before[name]) for name, t in module.state_dict().items())
    assert {name: set(vars(part)) for name, part in module.named_modules()} == there
    assert module.training and "forward" not in vars(module[0])


def test_what_data_decides_is_refused_with_its_line():
    with pytest.raises(ShapeError, match=r"depends on data \(test_torch_ways.py:\d+\)"):
        read(own(lambda m, x: x if x.sum() > 0 else x[:, :, 1:]))


def test_a_number_that_python_must_have_is_refused_with_its_line():
    with pytest.raises(ShapeError, match=r"needs a number here \(test_torch_ways.py:\d+\)"):
        read(own(lambda m, x: [x][x.shape[2] :] + [x] * x.shape[2]))


def test_a_size_that_both_sides_hold_says_nothing_of_it():
    """3·H numbers in W − 6 rows of H: W is 9, or 5, where −1 rows are as many as there are."""
    net = read(own(lambda m, x: x[..., 0].flatten(1).view(len(x), x.shape[3] - 6, x.shape[2])))
    assert net.accepts("W").exceptions == (5, 9) and not net.accepts("W").residues
    assert net.accepts("H").is_all


def test_an_axis_that_sizes_tell_is_refused_with_its_line():
    with pytest.raises(ShapeError, match=r"needs a number here \(test_torch_ways.py:\d+\)"):
        read(own(lambda m, x: x.transpose(x.shape[2] - 8, 1)))


def test_names_that_a_module_is_given_are_taken_away_again():
    from shapealg.network.readers.torch.stand_ins import HELD

    seen = []

    def forward(m, x):
        seen.append("int" in globals())
        wide = int(x.shape[3])
        assert isinstance(wide, int) and isinstance(3, int) and issubclass(bool, int)
        assert int("ff", 16) == 255 and int(3.7) == 3 and int.from_bytes(b"\1", "big") == 1
        assert {int: 1}[int] == 1 and int == int  # noqa: E721 — models write that too
        assert len([1, 2]) == 2 and float("1.5") == 1.5
        if x.shape[2] % 7 == 3:
            raise ValueError("not these")
        return x[:, :, :, : wide - 1]

    net = read(own(forward))
    assert repr(net.output_shape) == "(N, 3, H, W - 1)"
    assert 10 not in net.accepts("H") and 11 in net.accepts("H")
    assert seen[0] is False and seen[-1] is True
    assert "int" not in globals() and not +HELD
    with pytest.raises(ShapeError):
        read(own(lambda m, x: x[: int(x.sum())]))
    assert "int" not in globals() and not +HELD


@pytest.mark.parametrize(
    "forward",
    (
        lambda m, x: x.new_zeros(int(math.sqrt(x.shape[2] * x.shape[2])) + int(math.pi)),
        lambda m, x: x.new_zeros(divmod(9, 4)[0] + divmod(x.shape[2], 3)[1] + divmod(9, 5)[1]),
        lambda m, x: x.new_zeros(int(np.array(3)) + int(torch.tensor(2)) + int(x.shape[2])),
        lambda m, x: x.new_zeros(math.isqrt(17) + math.isqrt(x.shape[2] * x.shape[2])),
        lambda m, x: x.new_zeros(int(m.steps) + len(x[0]) + x.shape[2]),
        lambda m, x: x[:, :, :1] if m.turned else x,
        lambda m, x: x.new_zeros(int(torch.tensor(x.shape[2])) + int(*()) + 1),
    ),
)
def test_numbers_beside_open_sizes_are_what_they_are(forward):
    module_ = own(forward)
    module_.steps, module_.turned = torch.tensor(4), torch.tensor(True)
    net = read(module_)
    for h in (1, 3, 8):
        sizes = {"N": 2, "H": h, "W": 5}
        assert [put(made, sizes) for made in net.output_shapes] == performed(module_, (2, 3, h, 5))


def test_a_name_that_two_reads_hold_is_given_back_by_the_last():
    from shapealg.network.readers.torch.stand_ins import HELD, StandIns

    def lines():
        return int(math.sqrt(4)), len("abc"), isqrt  # noqa: F821 — of whose module is asked

    room = {"math": math, "isqrt": math.isqrt}
    with StandIns() as one:
        frame = types.SimpleNamespace(f_globals=room, f_code=lines.__code__)
        assert one.give(frame) is not None and one.give(frame) is None
        first = dict(room)
        assert first.keys() == {"int", "len", "math", "isqrt"} and first["math"] is not math
        with StandIns() as other:
            assert other.give(frame) is not None
        assert room == first
    assert room == {"math": math, "isqrt": math.isqrt} and not +HELD
    room = {"int": round, "len": len, "math": 3}
    with StandIns() as one:  # names of the model's own stay
        one.give(types.SimpleNamespace(f_globals=room, f_code=lines.__code__))
        assert room["int"] is round and room["math"] == 3 and "isqrt" not in room


PIECES = {
    "how many rows": lambda m, x: x.new_zeros(len(x.unbind(2))) if x.shape[2] < 7 else x,
    "how many pieces": lambda m, x: x.new_zeros(len(x.split(3, 2))) if x.shape[2] < 11 else x,
    "how many chunks": lambda m, x: x.new_zeros(len(x.chunk(4, 2))),
    "of the first axis": lambda m, x: (x.split(2)[0], x.chunk(2)[-1], x.unbind()[0]),
    "by words": lambda m, x: torch.split(x, split_size_or_sections=2, dim=3)[0],
    "an axis from the end": lambda m, x: (x.split(2, -1)[0], x.chunk(2, dim=-2)[0]),
    "those but the first": lambda m, x: x.chunk(3, 2)[1:],
    "one that may not be there": lambda m, x: x.split(2, 2)[3],
    "one before the end that may not be": lambda m, x: x.split(2, 2)[-3],
    "as long as is left": lambda m, x: x.split(x.shape[2] - 4, 2)[0],
    "of given lengths": lambda m, x: x.split([1, x.shape[2] - 1], 2)[1],
    "all of it": lambda m, x: x.split(x.shape[2], 2),
    "half of it": lambda m, x: x.split(x.shape[2] // 2 + 1, 2)[-1],
}


@pytest.mark.parametrize("name", PIECES)
def test_pieces_of_an_open_axis(name):
    module_ = own(PIECES[name])
    net = read(module_)
    for h in range(1, 13):
        for w in (2, 5):
            sizes = {"N": 4, "H": h, "W": w}
            made = performed(module_, (4, 3, h, w))
            assert net.explain(**sizes).runs == bool(made), (h, w)
            told = [put(shape, sizes) for shape in net.output_shapes] if made else []
            assert [shape for shape in told if shape is not None] == (made or []), (h, w)


def test_parameters_and_work_are_those_of_the_way_that_is_gone():
    def forward(m, x):
        return m.odd(x) if x.shape[2] % 2 else m.wide(m.narrow(x))

    odd, narrow = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 8, 1)
    net = read(own(forward, odd=odd, narrow=narrow, wide=nn.Conv2d(8, 4, 5, padding=2)))
    assert net.parameters == 112 + 32 + 804  # what PyTorch's own modules hold
    assert net.macs(H=7, W=7) == 7 * 7 * 4 * 27
    assert net.macs(H=8, W=8) == 8 * 8 * (8 * 3 + 4 * 8 * 25)
    assert [row.name for row in net.table(H=8, W=8)] == ["narrow", "wide"]
    assert [row.name for row in net.table()] == ["odd", "narrow", "wide"]
    assert net["narrow"].parameters == 32 and "wide" in net and len(net) == 3


def test_a_weight_that_two_ways_use_counts_once():
    def forward(m, x):
        x = F.conv2d(x, m.weight) if x.shape[2] % 2 else F.conv2d(F.relu(x), m.weight, stride=2)
        return x

    net = read(own(forward, weight=nn.Parameter(torch.zeros(4, 3, 3, 3))))
    assert net.parameters == 4 * 27


def test_an_operator_without_a_window_has_sizes():
    net = read(own(lambda m, x: torch.fft.rfft2(x).abs()))
    assert net.unknown == () and repr(net.output_shape) == "(N, 3, H, W//2 + 1)"


def test_strides_part_no_ways():
    first, last = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3)
    module = own(lambda m, x: m.last(torch.fft.fft2(m.first(x)).abs()), first=first, last=last)
    net = read(module)
    assert net.graph.ways == () and net.ties == ()
    assert repr(net.output_shape) == "(N, 4, H - 2, W - 2)" and net.receptive_field().size == (
        None,
        None,
    )


def test_what_an_output_reads_is_told_for_each_way():
    first, last = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3)

    def forward(m, x):
        x = m.first(x)
        return m.last(F.max_pool2d(x, 3) if x.shape[2] % 2 else x)

    net = read(own(forward, first=first, last=last))
    told = net.receptive_field().size
    assert [n.at(H=33, W=33) for n in told] == [11, 11]
    assert [n.at(H=32, W=32) for n in told] == [5, 5]
    assert net.receptive_field(H=33, W=33).size == (11, 11)
    assert net.receptive_field(H=32, W=32).size == (5, 5)
    assert "max_pool2d" in str(net)


@pytest.mark.parametrize(("n", "tile", "tried"), [(50, 20, 19), (51, 27, 26)])
def test_tiles_go_the_way_of_the_whole(n, tile, tried):
    """Each tile runs alone, on the way of its own size."""
    first, last = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3)

    def forward(m, x):
        x = m.first(x)
        return m.last(F.max_pool2d(x, 3) if x.shape[2] % 2 else x)

    module = own(forward, first=first, last=last).to_empty(device="cpu").double()
    for weight in module.parameters():
        nn.init.normal_(weight)
    net, x = read(module), torch.randn(1, 3, n, 14, dtype=torch.double)
    with torch.no_grad():
        truth, parts = module(x), []
        for one in net.tiles("H", tile, N=1, H=n, W=14):
            assert one.read[1] - one.read[0] == tile
            parts.append(module(x[:, :, slice(*one.read)])[:, :, slice(*one.keep)])
    assert len(parts) > 1 and truth.abs().max() > 1
    assert (torch.cat(parts, 2) - truth).abs().max() <= 1e-12 * truth.abs().max()
    with pytest.raises(ShapeError, match=f"too small; received {tried}; try"):
        net.tiles("H", tried, N=1, H=n, W=14)


@pytest.mark.parametrize(
    "small",
    [
        lambda h, w: h <= 20,
        lambda h, w: h % 2 == 0,
        lambda h, w: h >= w,
        lambda h, w: h > 14 or w > 16,
    ],
)
def test_what_an_output_reads_is_what_its_gradient_says(small):
    one, many = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1)

    def forward(m, x):
        return m.one(x) if small(x.shape[2], x.shape[3]) else m.many(x)

    told = read(own(forward, one=one, many=many)).receptive_field().size
    model = own(forward, one=one, many=many).to_empty(device="cpu")
    for weight in model.parameters():
        nn.init.ones_(weight)
    for h, w in (
        (9, 9),
        (9, 12),
        (12, 9),
        (20, 9),
        (21, 30),
        (22, 8),
        (13, 16),
        (14, 17),
        (30, 30),
    ):
        x = torch.zeros(1, 3, h, w, requires_grad=True)
        model(x)[0, 0, h // 2, w // 2].backward()
        read_ = x.grad.abs().sum((0, 1))
        seen = [int((read_.sum(1 - axis) > 0).sum()) for axis in (0, 1)]
        assert [n.at(H=h, W=w) for n in told] == seen, (h, w)


# ---------------------------------------------------------------- the module, left as it was found


class Keeps(nn.Module):
    """A module that holds what cannot be copied, counts its calls and keeps what it made."""

    def __init__(self):
        super().__init__()
        self.lock, self.places = threading.Lock(), (i for i in range(3))
        self.conv, self.made = nn.Conv2d(3, 4, 3), {}
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, x):
        with self.lock:
            self.calls += 1
            if x.shape[2:] not in self.made:
                self.made[x.shape[2:]] = torch.zeros(1, 3, *x.shape[2:])
            return self.conv(x + self.made[x.shape[2:]])


def test_a_module_is_left_as_it_was_found():
    module_ = Keeps()
    before = {name: t.clone() for name, t in module_.state_dict().items()}
    assert repr(read(module_).output_shape) == "(N, 4, H - 2, W - 2)"
    assert module_.made == {} and module_.training and next(module_.places) == 0
    assert all(torch.equal(t, before[name]) for name, t in module_.state_dict().items())


def test_two_threads_read_one_module():
    module_, found = Keeps(), []
    threads = [threading.Thread(target=lambda: found.append(read(module_))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [repr(net.output_shape) for net in found] == ["(N, 4, H - 2, W - 2)"] * 2


NUMBERS = {
    "a row of sizes": lambda m, x: F.interpolate(x, size=(torch.tensor(x.shape[2:]) // 2).tolist()),
    "rows of sizes": lambda m, x: x.new_zeros(torch.tensor([[1, 2], x.shape[2:]]).tolist()[1]),
    "a size": lambda m, x: x if torch.tensor(x.shape[2]) > 5 else x[:, :1],
    "a single fraction": lambda m, x: x.new_zeros(int(torch.tensor(0.1).item() * 1e9)),
}


@pytest.mark.parametrize("shape", (IMAGE, (2, 3, 8, 6), (2, 3, 4, 6)), ids=str)
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_come_back_out_of_a_tensor(name, shape):
    module_ = own(NUMBERS[name])
    net = read(module_, shape)
    for h in (4, 8) if shape == IMAGE else shape[2:3]:
        sizes = {"N": 2, "H": h, "W": 6} if shape == IMAGE else {}
        assert [put(made, sizes) for made in net.output_shapes] == performed(module_, (2, 3, h, 6))


@pytest.mark.parametrize(
    "forward",
    (lambda x: torch.sinc(x), lambda x: 1 / x, lambda x: torch.special.entr(x.exp()) ** 2),
    ids=("tagged", "reflected", "in a module of its own"),
)
def test_what_works_element_by_element_moves_no_window(forward):
    net = read(own(lambda m, x: forward(m.conv(x)), conv=nn.Conv2d(3, 4, 5, 2)))
    assert net.receptive_field().size == (5, 5)


def test_a_number_between_tensors_moves_no_window():
    parts = {"mask": nn.Conv2d(3, 3, 3, 1, 1), "much": nn.Conv2d(3, 3, 5, 1, 2)}
    net = read(own(lambda m, x: torch.where(m.mask(x) > 0, torch.tensor(0), m.much(x)), **parts))
    assert net.receptive_field().size == (5, 5)


def test_a_compiled_module_is_the_one_behind_it():
    compiled = torch.compile(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()))
    assert repr(read(compiled).output_shape) == "(N, 4, H - 2, W - 2)"


def test_what_cannot_be_copied_is_one_line():
    class Sealed(nn.Module):
        def __deepcopy__(self, memo):
            raise RuntimeError("sealed")

        def forward(self, x):
            return x

    with pytest.raises(ShapeError, match="cannot be copied; received RuntimeError: sealed"):
        read(Sealed())
    with pytest.raises(ShapeError, match="lazy layer have no shape yet"):
        read(nn.Sequential(nn.LazyConv2d(4, 3)))


def test_a_module_may_keep_what_holds_itself():
    module_ = own(lambda m, x: x[:, :, m.room["one"][0] :])
    module_.room = {"one": [1]}
    module_.room["all"] = module_.seen = [module_.room, (module_,)]
    assert repr(read(module_).output_shape) == "(N, 3, H - 1, W)"
    assert module_.room["all"][0] is module_.room


def test_the_type_of_inputs():
    class Asks(nn.Module):
        def forward(self, x):
            return F.one_hot(x, 5) if x.dtype == torch.long else x[..., 1:]

    assert repr(read(Asks(), "N,T").output_shape) == "(N, T - 1)"
    assert repr(shapealg.read(Asks(), "N,T", dtype="int64").output_shape) == "(N, T, 5)"
    assert shapealg.read(Asks(), torch.zeros(2, 3, dtype=torch.long)).output_shape == (2, 3, 5)
    with pytest.raises(ShapeError, match="no such type of numbers; received 'whole'"):
        shapealg.read(Asks(), "N,T", dtype="whole")
    with pytest.raises(ShapeError, match="dtype is for PyTorch modules"):
        shapealg.read([shapealg.torch.Conv2d(3, 8, 3)], "N,3,H,W", dtype="int64")


@pytest.mark.parametrize("shape", ((1, 3, 1, 1), (1, 3, 1, 2), (2, 3, 1, 1)))
@pytest.mark.parametrize(
    "norm", (nn.InstanceNorm2d(4), nn.GroupNorm(4, 4), nn.GroupNorm(2, 4), nn.BatchNorm2d(4))
)
def test_a_channel_of_one_value(norm, shape):
    module_ = nn.Sequential(nn.Conv2d(3, 4, 1), norm).eval().to("meta")
    n, _, h, w = shape
    assert read(module_).explain(N=n, H=h, W=w).runs == (performed(module_, shape) is not None)


def test_max_of_sizes_parts_no_ways():
    """SAME padding as models write it: 0 where it would be negative."""

    class Same(nn.Module):
        def forward(self, x):
            for kernel in (1, 3, 2):
                by = [max((-(n // -2) - 1) * 2 + kernel - n, 0) for n in x.shape[2:]]
                x = F.pad(x, (by[1] // 2, by[1] - by[1] // 2, by[0] // 2, by[0] - by[0] // 2))
                x = F.avg_pool2d(x, kernel, 2)
            return x

    net = read(Same())
    assert not net.graph.ways and repr(net.output_shape[2]) == "(H + 7)//8"
    for n in range(1, 20):
        assert performed(Same(), (1, 3, n, n))[0][2] == (n + 7) // 8


class Mixed(nn.Module):
    """One of nearly every kind whose shape is told without PyTorch."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.GELU())
        self.down = nn.Sequential(nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.AvgPool2d(2))
        self.up = nn.ConvTranspose2d(8, 8, 3, 2, 1, 1)
        self.norm, self.mix = nn.LayerNorm(8), nn.Linear(8, 8)
        self.steps = nn.LSTM(8, 4, batch_first=True)

    def forward(self, x):
        x = self.stem(x)
        y = F.interpolate(self.up(self.down(x)), size=x.shape[2:])
        x = F.relu(torch.cat([x + y, F.pad(x * 2, (0, 0))], 1))[:, :8]
        rows = self.mix(self.norm(x.flatten(2).transpose(1, 2)))
        seen = F.scaled_dot_product_attention(rows, rows, rows).softmax(-1)
        return self.steps(seen)[0], torch.roll(x, 1, 2).mean((2, 3), keepdim=True)


class Typed(nn.Module):
    """Truths, whole numbers and floats beside one another, and what is made of sizes alone."""

    def __init__(self):
        super().__init__()
        self.own, self.seen = nn.InstanceNorm2d(3), nn.MultiheadAttention(12, 2)

    def forward(self, x):
        n, _, h, w = x.shape
        at = {"device": x.device}
        places = torch.arange(h, **at)[:, None] - torch.arange(w, dtype=torch.int64, **at)
        far = torch.clamp(places.abs() + 1, max=9).neg()
        mask = (far < -3).unsqueeze(0).expand(n, -1, -1)
        x = torch.where(mask[:, None], self.own(x), x.new_zeros(n, 1, h, w))
        x = x.masked_fill(mask[:, None], 0.0).clamp(-1, 1).square().add(far) / 2
        grid = torch.stack([x[:, 0], x[:, 1]], -1)
        seen = F.grid_sample(x, grid, align_corners=False).abs().sqrt()
        rows = torch.einsum("nchw,nchv->nwv", seen, seen) @ torch.eye(w, **at)
        wide = torch.addmm(torch.zeros(w, **at), torch.ones(h, 4, **at), torch.rand(4, w, **at))
        glued = F.normalize(torch.cat([x, seen], 1), dim=1)
        tokens = F.glu(F.pad(glued.flatten(2), (0, 0, 0, 18)).permute(2, 0, 1))
        seen, weights = self.seen(tokens, tokens, tokens)
        same = (wide == wide.long()) & ~mask.any(0) | (far > 2)
        full = torch.full_like(same.float(), 3.0).int(), torch.zeros_like(same).long()
        return rows, far, mask, same, seen, weights, same.all(-1), *full


class Numbers(nn.Module):
    """Kinds of numbers, each with what may change them."""

    def __init__(self):
        super().__init__()
        self.forgetting, self.plain = nn.GRU(4, 4), nn.RNN(4, 4)
        self.steps, self.seen = nn.LSTM(4, 4), nn.MultiheadAttention(4, 2)
        self.largest = nn.MaxPool2d(1, return_indices=True)

    def forward(self, x):
        n, mask, double, z, byte = x.long(), x > 0, x.double(), x + 1j, x.byte()
        h, w = x.shape[2:]
        rows = x.new_zeros(4, w, 4)
        changed = (
            *(x * 1j, 1j - n, n + 1j, torch.where(mask, x, 1j), z.abs(), z == z, n.square()),
            *(x.softmax(-1, torch.float64), x.sum(1, dtype=torch.float64), n.sum(1), n * double),
            *(n + 1, n - 1.5, n + h, n * (h / 2), n.abs(), n.neg(), mask + mask, double + 1),
            *(n.clamp(None, 3), n.clamp(min=0.5), n.masked_fill(mask, 2), n.maximum(n)),
            *(torch.where(mask, n, n), torch.where(mask, n, 2.0), torch.where(mask, 1, 0.5)),
            *(n & 3, n & n, mask & mask, mask & 3, mask ^ (n > 2), ~mask, ~n, mask | n),
            *(byte.any(1), n.all(1), (z == 0).any(1), byte == 3, byte.isnan(), x != n),
            *(mask.int(), n.float(), n.bool(), n.int().long(), byte.double(), mask.flip(0)),
            *(n.flatten(), mask.roll(1, 2), torch.cat([n, x]), torch.cat([n, n]), x.half() * 2),
            *(torch.zeros(3, dtype=torch.int32), torch.ones(h, w), torch.eye(h, dtype=torch.long)),
            *(torch.arange(h), torch.arange(0, w, 0.5), torch.arange(start=1, end=h + 1)),
            *(torch.arange(h / 2), torch.arange(h, dtype=torch.float64), torch.arange(end=1.5)),
            *(torch.arange(0, 2, step=0.5), torch.arange(0.5, 2), torch.arange(3, dtype=None)),
            *(n.zero_(), x.clone().mul_(2), x.clone().eq_(3), x.clone().unsqueeze_(1)),
        )
        same = torch.zeros_like(x)
        of_type = x.float() is x, n.long() is n, torch.add(x, 1, out=same) is same
        assert all(of_type) and x.double() is not x and same.add_(1) is same
        pairs = (
            self.forgetting(rows),
            self.plain(rows),
            torch.std_mean(double, 1),
            torch.var_mean(x),
        )
        hidden, states = self.steps(rows)
        pooled, places = self.largest(x)
        mask = rows[0] > 0
        seen, weights = self.seen(rows, rows, rows)
        masked, _ = self.seen(rows, rows, rows, mask)
        alone, nothing = self.seen(rows, rows, rows, need_weights=False)
        assert nothing is None and len(states) == 2
        kept = F.max_pool2d(x, 1, return_indices=True)[1]
        several = *(part for pair in pairs for part in pair), hidden, *states, pooled, places
        return *changed, *several, seen, weights, masked, alone, kept


@pytest.mark.parametrize("kinds", (None, frozenset()), ids=("at once", "by PyTorch"))
@pytest.mark.parametrize("kind", (Mixed, Typed))
def test_what_is_told_at_once_is_what_pytorch_finds(monkeypatch, kind, kinds):
    """Held against PyTorch, which also works every shape out itself where nothing is told."""
    if kinds is not None:
        monkeypatch.setattr(at_once, "KINDS", kinds)
    with torch.device("meta"):
        module_ = kind().eval()
    net = read(module_)
    for h, w in ((1, 9), (4, 4), (5, 7), (8, 3), (12, 17), (31, 32), (64, 33)):
        made = performed(module_, (2, 3, h, w))
        assert net.explain(N=2, H=h, W=w).runs == (made is not None), (h, w)
        if made is not None:
            sizes = {"N": 2, "H": h, "W": w}
            assert [put(told, sizes) for told in net.output_shapes] == made, (h, w)


@pytest.mark.parametrize("kind", (Mixed, Typed, Numbers))
def test_types_are_those_that_pytorch_has(kind):
    """A model that asks for the type of each tensor finds the same, whoever told its shape."""
    found = []

    class Asks(kind):
        def forward(self, x):
            made = super().forward(x)
            found.append([one.dtype for one in made])
            return made

    with torch.device("meta"):
        module_ = Asks().eval()
    net, made = read(module_), performed(module_, (1, 3, 8, 9))
    assert all(one == found[-1] for one in found)
    assert [put(told, {"N": 1, "H": 8, "W": 9}) for told in net.output_shapes] == made


# of `Numbers`: what is of other kinds, or may be
NOT_AT_ONCE = """MaxPool2d MultiheadAttention*2 abs add*4 and*2 any arange*5 byte*3 cat clamp clone*3
eq*3 float getitem half isnan long max_pool2d mul*3 or rsub softmax square sub sum*2 unsqueeze where*3
zero""".split()


@pytest.mark.parametrize(
    ("kind", "kinds"),
    ((Mixed, ["getitem"]), (Typed, ["add", "getitem*5"]), (Numbers, NOT_AT_ONCE)),
)
def test_pytorch_is_asked_only_for_what_is_not_told_at_once(monkeypatch, kind, kinds):
    asked, one = Counter(), calls.Calls.one

    def noted(self, name, kind, function, *given, **named):
        return one(self, name, kind, lambda: asked.update([kind]) or function(), *given, **named)

    monkeypatch.setattr(calls.Calls, "one", noted)
    with torch.device("meta"):
        read(kind().eval())
    assert asked == {word: int(many or 1) for word, _, many in (n.partition("*") for n in kinds)}


@pytest.mark.parametrize(
    "masks",
    (
        {"key_padding_mask": (4, 5)},
        {"attn_mask": (5, 4)},
        {"attn_mask": (4, 4)},
        {"key_padding_mask": (5, 4), "need_weights": False},
    ),
    ids=str,
)
def test_masks_of_attention_must_fit(masks):
    """Also where they are given by place."""
    seen, by_place = nn.MultiheadAttention(4, 2), list(masks) == ["key_padding_mask"]

    def forward(m, x):
        rows = x.flatten(2).permute(2, 0, 1)
        named = {name: x.new_zeros(n) if type(n) is tuple else n for name, n in masks.items()}
        made = (
            m.seen(rows, rows, rows, *named.values()) if by_place else m.seen(*[rows] * 3, **named)
        )
        return made[0]

    net = read(own(forward, seen=seen), (5, 4, "H", 1))
    for h in (1, 3, 4, 5):
        made = performed(own(forward, seen=seen), (5, 4, h, 1))
        assert net.explain(H=h).runs == (made is not None), h


def test_an_output_without_entries_is_no_run():
    """Where the size is a number, the end of the slice is a plain 0 to the model."""

    class Multiple(nn.Module):
        def forward(self, x):
            return x[:, :, : x.shape[2] // 3 * 3]

    for n in (1, 2, 3, 5):
        assert read(Multiple(), (1, 2, n)).explain().runs == (n >= 3)
    assert read(Multiple(), (1, 2, "L")).accepts("L") == shapealg.Sizes.every(3)


def test_a_way_on_which_nothing_is_left_of_the_output_is_no_run():
    class Wider(nn.Module):
        def forward(self, x):
            h, w = x.shape
            return x if h > w else x.new_zeros(h - w)

    net = read(Wider(), ("H", "W"))
    assert sorted(way.runs for way in net.graph.ways) == [False, False, True]
    for h in range(1, 5):
        for w in range(1, 5):
            made = performed(Wider(), (h, w)) if h > w else None
            assert net.explain(H=h, W=w).runs == (made is not None), (h, w)


def test_what_ends_a_way_without_output_is_called_so():
    class Short(nn.Module):
        def forward(self, x):
            return x + 1 if x.shape[2] > 6 else x[:, :0]

    _, way = read(Short(), (1, 4, "L")).graph.ways
    assert not way.runs and [node.name for node in way.graph.nodes] == ["getitem", "output"]


def test_behind_what_nobody_knows_a_way_tells_nothing_of_any_output():
    class Counted(nn.Module):
        def forward(self, x):
            if x.shape[2] > 3:
                return x + 1, x + 2
            return torch.bincount(x[0, 0].long()), x + 2

    net = read(Counted(), (1, 4, "L"))
    for shape in net.output_shapes:
        assert shape.at(L=9) == (1, 4, 9) and shape.at(L=2) is None
    assert "what node bincount needs is not known" in str(net.accepts("L"))
    assert net.unknown == ("bincount",) and net.at(L=2) is None


def test_a_constant_of_one_way_is_there_under_the_names_of_another():
    beside = torch.zeros(4, 1)

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.constant = nn.Conv1d(4, 4, 3, padding=1)

        def forward(self, x):
            x = self.constant(x)
            return x if x.shape[2] > 6 else torch.maximum(beside, x)

    net = read(Own(), (1, 4, "L"))
    assert net.unknown == ()
    for n in (3, 9):
        assert net.at(L=n) == (1, 4, n) and net.receptive_field(L=n).size == (3,)


class Odd(nn.Module):
    """Two ways that stay two: what is odd loses its first position."""

    def __init__(self, axis):
        super().__init__()
        self.axis = axis

    def forward(self, x):
        return x.narrow(self.axis, 1, x.shape[self.axis] - 1) if x.shape[self.axis] % 2 else x


class Around(nn.Module):
    """Between ways that stay apart within two modules, ways that join again."""

    def __init__(self, axis):
        super().__init__()
        self.inner, self.last = nn.Sequential(Odd(axis)), nn.Sequential(Odd(5 - axis))

    def forward(self, x):
        y = self.inner(x)
        return self.last(y + 1 if y.shape[2] % 3 else y * 2)


class Modules(nn.Module):
    """Modules one within the other, and so many ways around them that they are to join again."""

    def __init__(self, axis):
        super().__init__()
        self.first, self.then = Around(axis), Around(axis)

    def forward(self, x):
        x = self.first(x)
        for m in (5, 7):
            if x.shape[3] % m == 0:
                x = x[:, :, :, 1:]
        return self.then(F.max_pool2d(x, 2))


@pytest.mark.parametrize("axis", (2, 3))
def test_what_was_left_within_a_module_is_not_lost_around_it(axis):
    """A run that went on along one side within a module is taken back with all of its sides."""
    net = read(Modules(axis), (1, 1, "H", "W"))
    for h, w in ((h, w) for h in range(1, 26) for w in (2, 4, 5, 7, 11, 35, 77, 110, 770)):
        made = performed(Modules(axis), (1, 1, h, w))
        assert net.explain(H=h, W=w).runs == (made is not None), (h, w)
        if made is not None:
            assert net.at(H=h, W=w) == made[0], (h, w)


def test_a_size_without_formula_has_one_where_the_ways_have_parted():
    """The quotient is known at even sizes only, and the run that knows it begins there."""

    def forward(self, x):
        h = x.shape[2]
        x = x[:, :, : 3 * h // (h // 2)]
        if h % 2 == 0:
            return x
        raise ValueError("an even size")

    net = read(own(forward))
    assert net.accepts("H") == shapealg.Sizes.classes(2, (0,), 2)
    for h in (2, 4, 6, 8, 200):
        assert net.at(N=1, H=h, W=3) == performed(own(forward), (1, 3, h, 3))[0]


def test_floors_of_few_sizes_are_numbers_where_the_ways_have_parted():
    """As in a Swin, whose windows are counted before it is asked how many sizes there are."""

    def forward(self, x):
        many = ((x.shape[2] + 31) // 32) ** 2
        y = x.new_zeros(many * x.shape[3])
        if x.shape[2] > 224:
            return y
        if x.shape[2] <= 192:
            raise ValueError("too small")
        return y.view(-1, 49)

    net = read(own(forward), (1, 1, "H", "W"))
    assert not net.ties and net.accepts("W") == shapealg.Sizes.every(1)
    for h in (192, 193, 200, 224, 225, 300):
        made = performed(own(forward), (1, 1, h, 5))
        assert (made and made[0]) == (net.at(H=h, W=5) if h > 192 else None)


@pytest.mark.parametrize("many", (2, 3))
def test_a_run_goes_on_where_the_ways_part(monkeypatch, many):
    """Along the side of larger sizes, and is not begun again: as many runs as there are ways."""
    from shapealg.network.readers.torch import ways

    runs, once = [], ways.once
    monkeypatch.setattr(ways, "once", lambda *given: runs.append(given) or once(*given))

    def forward(self, x):
        for m in (3, 5, 7)[:many]:
            x = x[:, :, m:] if x.shape[2] % m == 0 else x
        return x

    net = read(own(forward))
    assert len(net.graph.ways) == len(runs) == 2**many
    for h in range(1, 120):
        made = performed(own(forward), (1, 3, h, 2))
        assert (made and made[0]) == (net.at(N=1, H=h, W=2) if h in net.accepts("H") else None)


def test_as_many_ways_as_are_followed(monkeypatch):
    from shapealg.network.readers.torch import ways

    def forward(self, x):
        for m in (3, 5):
            x = x[:, :, m:] if x.shape[2] % m == 0 else x
        return x

    monkeypatch.setattr(ways, "MANY", 4)
    assert len(read(own(forward)).graph.ways) == 4
    monkeypatch.setattr(ways, "MANY", 3)
    with pytest.raises(ShapeError, match=r"\(parting at test_torch_ways.py:\d+\); received 4; at"):
        read(own(forward))
