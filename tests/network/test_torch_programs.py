"""Programs of PyTorch's functions, drawn by lot: what is read of each on open sizes is what PyTorch
gives at every size tried.
"""

import random
from contextlib import nullcontext, suppress
from functools import partial

import pytest
from needed import require

require("torch")

import torch  # noqa: E402 — it may be missing
import torch.nn.functional as F  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

import shapealg  # noqa: E402
from shapealg.errors import ShapeError, Undecided  # noqa: E402
from shapealg.network.readers.torch import calls  # noqa: E402
from shapealg.network.ways import Ways  # noqa: E402

SHAPE = "N,4,H,W"
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 16, 17, 20, 24, 31, 32)
BESIDE = torch.zeros(1, 4, 6)  # a tensor that no module keeps


class Program(torch.nn.Module):
    """Steps, one after another."""

    def __init__(self, *steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


class Empty(Exception):
    """Something within is empty."""


class Something(TorchDispatchMode):
    """Nothing within may be empty: such a run is none here."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        for one in made if isinstance(made, list | tuple) else [made]:
            if isinstance(one, torch.Tensor) and 0 in one.shape:
                raise Empty
        return made


def performed(program, shape, within=None):
    """What PyTorch gives; `None` where it, or the program, refuses."""
    try:
        with torch.no_grad(), within or nullcontext():
            made = program(torch.zeros(shape))
    except (RuntimeError, ValueError, IndexError, Empty):
        return None
    made = getattr(made, "shape", [0])  # a number alone is no output
    return None if 0 in made else tuple(made)


def told(net, **sizes):
    """What was read, at these sizes."""
    if net is None:  # it is refused at all of them
        return None
    ways = Ways(net.graph, sizes)
    if not ways.flows:
        return None
    flow = ways.flows[0]
    return flow.tensors[flow.graph.outputs[0]].shape


def wrong_at(program, net, pairs) -> list:
    """Sizes at which what was read is not what PyTorch gives."""
    found = []
    for n, h, w in pairs:
        ran, read = performed(program, (n, 4, h, w)), told(net, N=n, H=h, W=w)
        if read is None and ran and performed(program, (n, 4, h, w), Something()) is None:
            continue  # something within was empty
        if ran is not None and read is not None and len(ran) == len(read):
            read = tuple(a if b is None else b for a, b in zip(ran, read, strict=True))
        if ran != read:
            found.append(((n, h, w), ran, read))
    return found


# ---------------------------------------------------------------- one step


def part(x, at: int, parts: int, axis: int):
    """Of so many chunks, one."""
    return x.chunk(parts, axis)[at]


def padded_unless(x, by: int):
    over = x.shape[2] % by
    return F.pad(x, (0, 0, 0, by - over)) if over else x


def halved_above(x, most: int):
    return F.avg_pool2d(x, 2) if x.shape[2] > most else x


def squared(x):
    side = max(x.shape[2:])
    return F.pad(x, (0, side - x.shape[3], 0, side - x.shape[2]))


def refused_below(x, least: int):
    if x.shape[2] < least:
        raise ValueError(f"{x.shape[2]} is below {least}")
    return x


def rounded(x, by: int):
    return F.interpolate(x, size=(round(x.shape[2] / by) + 1, x.shape[3]))


def unfolded(x, k: int, s: int, p: int):
    return F.unfold(x, k, 1, p, s).unsqueeze(2)[:, :4]


def windows(x, by: int):
    n, c, h, w = x.shape
    return x.view(n, c, h // by, by, w).mean(3)


def seen_as(x):
    n, c, h, w = x.shape
    return x.flatten(2).view(n, c, w, h)


def turned_unless_square(x):
    return x if x.shape == x.transpose(2, 3).shape else F.pad(x, (0, 1))


def padded_by_both(x):
    many, rest = divmod(x.shape[2], 3)
    return F.pad(x, (0, 0, 0, many + rest))


def scaled(x, by: float):
    return F.interpolate(x, size=(round(x.shape[2] * by) + 1, x.shape[3]))


def middle(x):
    half = x.shape[2] // 2
    return x[:, :, half : half + 2]


def divided(x):
    return F.pixel_unshuffle(x[:, :, x.shape[3] // 4 :], 2)[:, :4]


def columns_added(x, most: int):
    return sum(x[..., i : i + 1] for i in range(min(x.shape[3], most)))


def step(draw) -> tuple:
    """A step and how it is written."""
    k, s, c = draw.choice((1, 2, 3, 4, 5)), draw.choice((1, 2, 3)), draw.choice((2, 3, 4))
    p, i, axis = draw.choice((0, 1, 2)), draw.choice((1, 2, 3, 5)), draw.choice((-1, -2))
    q, up = min(p, k // 2), draw.random() < 0.3
    weight, back = torch.zeros(4, 4, k, k), min(p, k - 1)
    return draw.choice(
        (
            (f"max_pool2d {k} {s} {q} {up}", lambda x: F.max_pool2d(x, k, s, q, ceil_mode=up)),
            (f"avg_pool2d {k} {s} {q} {up}", lambda x: F.avg_pool2d(x, k, s, q, ceil_mode=up)),
            (f"conv2d {k} {s} {p}", lambda x: F.conv2d(x, weight, None, s, p)),
            (f"conv_transpose2d {k} {s}", lambda x: F.conv_transpose2d(x, weight, None, s, back)),
            (f"pad {p} {i} {-p} {k}", lambda x: F.pad(x, (p, i, -p, k))),
            (f"pad reflect {p}", lambda x: F.pad(x, (p,) * 4, mode="reflect")),
            (f"pad circular {p} {k}", lambda x: F.pad(x, (p, k, k, p), mode="circular")),
            (f"pad by % {c}", lambda x: F.pad(x, (0, x.shape[3] % c, 0, -x.shape[2] % c))),
            (f"[..., {i}:]", lambda x: x[..., i:]),
            (f"[..., {p}:-{i}:{s}]", lambda x: x[..., p:-i:s]),
            (f"[..., -{i}:]", lambda x: x[..., -i:]),
            (f"[:, :, : H // {c}]", lambda x: x[:, :, : x.shape[2] // c]),
            (f"[:, :, W // {c} :]", lambda x: x[:, :, x.shape[3] // c :]),
            ("[:, :, : int(H / 2)]", lambda x: x[:, :, : int(x.shape[2] * 0.5)]),
            (f"roll and flip {i} {axis}", lambda x: x.roll(i, axis).flip(axis)),
            ("transpose", lambda x: x.transpose(-1, -2)),
            ("rot90", lambda x: torch.rot90(x, 1, (2, 3))),
            (f"cat flipped {axis}", lambda x: torch.cat([x, x.flip(axis)], axis)),
            (f"cat [:{i}]", lambda x: torch.cat([x, x[..., :i]], -1)),
            (f"first of {c} {axis}", lambda x: part(x, 0, c, axis)),
            (f"last of {c} {axis}", lambda x: part(x, -1, c, axis)),
            (f"split {i} {axis}", lambda x: x.split(i, axis)[-1]),
            (f"tensor_split {c} {axis}", lambda x: x.tensor_split(c, axis)[1]),
            (f"interpolate × {s}", lambda x: F.interpolate(x, scale_factor=s)),
            (f"interpolate / {c}", lambda x: F.interpolate(x, scale_factor=1 / c)),
            ("interpolate × 1.5", lambda x: F.interpolate(x, scale_factor=1.5)),
            (f"interpolate {i}", lambda x: F.interpolate(x, size=(i + 3, i))),
            (f"round(H / {c})", lambda x: rounded(x, c)),
            (f"adaptive {i}", lambda x: F.adaptive_avg_pool2d(x, (i, None))),
            (f"pixel_unshuffle {s}", lambda x: F.pixel_unshuffle(x, s)[:, :4]),
            ("pixel_shuffle 2", lambda x: F.pixel_shuffle(torch.cat([x] * 4, 1), 2)),
            (f"unfold(2, {k}, {s})", lambda x: x.unfold(2, k, s).mean(-1)),
            (f"F.unfold {k} {s} {p}", lambda x: unfolded(x, k, s, p)),
            (f"+ mean {axis}", lambda x: x + x.mean(axis, keepdim=True)),
            (f"mean {axis}", lambda x: x.mean(axis, keepdim=True)),
            ("+ transposed", lambda x: x + x.transpose(2, 3)),
            ("softmax(x @ x.T) @ x", lambda x: F.softmax(x @ x.transpose(2, 3), -1) @ x),
            ("einsum", lambda x: torch.einsum("nchw,ncwk->nchk", x, x.transpose(2, 3))),
            (f"repeat {c}", lambda x: x.repeat(1, 1, c, 1)),
            (f"repeat_interleave {c} {axis}", lambda x: x.repeat_interleave(c, axis)),
            (f"narrow {p} {i}", lambda x: x.narrow(2, p, i)),
            (f"diff {s}", lambda x: x.diff(n=s, dim=2)),
            (f"topk {i}", lambda x: x.topk(i, -1).values),
            ("flatten and view", seen_as),
            (f"reshape to {c}", lambda x: x.reshape(len(x), 4, -1, c)),
            (f"windows of {c}", lambda x: windows(x, c)),
            ("flatten", lambda x: x.flatten(2).unsqueeze(2)),
            ("rfft", lambda x: torch.fft.rfft(x).real),
            ("diagonal", lambda x: x.diagonal(0, 2, 3).unsqueeze(2)),
            ("to a square", squared),
            ("[:, :, : min(H, W)]", lambda x: x[:, :, : min(x.shape[2], x.shape[3])]),
            (f"if H % {c}", lambda x: padded_unless(x, c)),
            (f"if H > {3 * i}", lambda x: halved_above(x, 3 * i)),
            ("if squeezed", lambda x: x if x.squeeze(3).dim() == 4 else F.pad(x, (1, 0))),
            (f"sum of {c}", lambda x: columns_added(x, c)),
            (f"expand {c}", lambda x: x[..., None, :].expand(-1, -1, -1, c, -1).flatten(2, 3)),
            ("stack", lambda x: torch.stack([x, x], 3).flatten(3)),
            (f"raise below {i}", lambda x: refused_below(x, i)),
        )
    )


# ---------------------------------------------------------------- many in turn


def tried(draw) -> tuple:
    """A step in whose place another goes where it is refused, and how both are written."""
    (written, one), (instead, other) = step(draw), step(draw)
    while written.startswith("conv_transpose2d"):  # an empty one is refused by some kernels only
        written, one = step(draw)

    def either(x):
        try:
            return one(x)
        except (RuntimeError, ValueError, IndexError):
            return other(x)

    return f"try {written}, except {instead}", either


@pytest.mark.parametrize("seed", range(400))
@pytest.mark.many(25)
def test_a_program_drawn_by_lot_gives_what_was_read(seed):
    draw = random.Random(seed)
    held_against_pytorch(draw, [step(draw) for _ in range(draw.choice((1, 2, 2, 3, 4)))])


@pytest.mark.parametrize("seed", range(200))
@pytest.mark.many(25)
def test_a_program_that_takes_refusals_itself_gives_what_was_read(seed):
    draw = random.Random(seed)
    before = [step(draw) for _ in range(draw.choice((0, 0, 1)))]
    held_against_pytorch(draw, [*before, tried(draw), step(draw)])


def held_against_pytorch(draw, steps: list) -> None:
    """Read a program, and run it at sizes drawn by lot."""
    written, steps = zip(*steps, strict=True)
    program = Program(*steps)
    try:
        net = shapealg.read(program, SHAPE)
    except Undecided:
        return  # it wants a number, or goes too many ways, and says where
    except ShapeError:
        net = None
    pairs = [(draw.choice((1, 2)), draw.choice(LENGTHS), draw.choice(LENGTHS)) for _ in range(12)]
    pairs += [(1, n, n) for n in draw.sample(LENGTHS, 3)]
    assert wrong_at(program, net, pairs) == [], written


def viewed_or_not(x):
    try:
        return x.view(len(x), 4, -1, 7)
    except RuntimeError:
        return x


def two_unknown(x):
    try:
        return x.view(len(x), 4, -1, -1)
    except RuntimeError:
        return x.flatten(2)[..., None]


def shrunk_or_not(x):
    """Nothing is left of what is refused, which PyTorch sees only where it computes."""
    try:
        return F.interpolate(x, scale_factor=1 / 4)
    except RuntimeError:
        return x


def moved_or_not(x):
    try:
        return F.pad(x, (0, 0, -3, 1))
    except RuntimeError:
        return x


def cut_or_nothing(x):
    """What only cuts may leave nothing."""
    try:
        return F.pad(x, (0, 0, -3, 0))
    except RuntimeError:
        return x


def tried_then_needed(x):
    with suppress(RuntimeError):
        F.conv2d(x, x.new_zeros(4, 4, 5, 5))
    return F.conv2d(x, x.new_zeros(4, 4, 5, 5))


def cut_twice(x):
    n = x.shape[2] ** 2 // (x.shape[3] + 1) + 1
    torch.flip(x[:, :, :n], (2,))
    return torch.flip(x, (3,))[:, :, :n]


def cut_and_written(x):
    made = x[:, :, : x.shape[2] ** 2 // (x.shape[3] + 1) + 1].clone()
    made[:, :, 1:] = made[:, :, 1:] * 2
    return made.flatten(2).mean(2, keepdim=True)[..., None]


def largest_window(x):
    for k in (9, 5, 3):
        try:
            return F.max_pool2d(x, k)
        except RuntimeError:
            continue
    return x


def passed_over(x):
    with suppress(RuntimeError, ValueError):
        x = x + x.transpose(2, 3)
    return x


def raised_again(x):
    try:
        return torch.cat([x, x[:, :, :5]], 3)
    except (RuntimeError, TypeError) as problem:
        raise ValueError("no") from problem


def taken_outside(x):
    try:
        return raised_again(x)
    except Exception:
        return x.flatten(2)[..., None]


def of_another_kind(x):
    try:
        return x.unflatten(3, (-1, 4)).flatten(2)[..., None]
    except ImportError:
        return x
    finally:
        x = None


def cleared_up(x):
    made = x
    try:
        made = F.conv2d(x, x.new_zeros(4, 4, 5, 5))
    except RuntimeError:
        made = made[..., :1]
    else:
        made = made.flip(2)
    finally:
        made = F.pad(made, (0, 1))
    return made


def rotated(x, many: int):
    """So many channels are turned, and the others, which may be none, stay."""
    return torch.cat((x[:, :many].flip(1), x[:, many:]), 1)


CASES = {
    "all channels are turned": lambda x: rotated(x, 4),
    "none is": lambda x: rotated(x, 0),
    "no channel of three pieces": lambda x: torch.cat(x.split((3, 0, 1), 1), 1),
    "of two": lambda x: torch.cat(x.split(split_size=[0, 4], dim=1), 1),
    "between places": lambda x: torch.cat(x.tensor_split((2, 4), 1), 1),
    "none narrowed to": lambda x: torch.cat((x, x.narrow(1, 4, 0)), 1),
    "every other of none": lambda x: torch.cat((x, x[:, 4::2], x[:, 3:-3]), 1),
    "none added up": lambda x: x + x[:, 4:].sum(1, keepdim=True),
    "on a way of its own": lambda x: rotated(x if x.shape[2] > 1 else x.flip(3), 4),
    "view, where it goes": viewed_or_not,
    "a view that never goes": two_unknown,
    "nothing left by resizing": shrunk_or_not,
    "nothing left by padding": moved_or_not,
    "nothing left by cutting": cut_or_nothing,
    "refused once more, where nothing takes it": tried_then_needed,
    "the largest window that goes": largest_window,
    "drawn by a generator": lambda x: x + torch.randn(x.shape, generator=torch.Generator()),
    "a sum, where it goes": passed_over,
    "refused in other words": raised_again,
    "refused in other words, which are taken": taken_outside,
    "try, and what it does not take": of_another_kind,
    "try, except, else, finally": cleared_up,
    "the last piece": lambda x: x.split(2, 3)[-1],
    "the last piece but two": lambda x: x.repeat_interleave(2, -1).split(3, 3)[-3],
    "the last row": lambda x: x.unbind(2)[-1].unsqueeze(2),
    "the last chunk but one": lambda x: x.chunk(3, 2)[-2],
    **{f"round(H / {by})": partial(rounded, by=by) for by in (2, 3, 4, 6, 8)},
    "cut at a quotient of products": lambda x: x[:, :, : x.numel() // (len(x) * 16) + 1],
    "cut where no formula tells": lambda x: x[:, :, : x.shape[2] ** 2 // (x.shape[3] + 1) + 1],
    "and turned": lambda x: x[:, :, : x.shape[2] ** 2 // (x.shape[3] + 1) + 1].logcumsumexp(2),
    "cut there twice": cut_twice,
    "cut there, and written into": cut_and_written,
    "from where none tells": lambda x: x[:, :, -(x.shape[2] ** 2) // (x.shape[3] + 1) :],
    "the last of what is empty": lambda x: x.new_zeros(x.shape[2] - 1, 1).flip(0)[[0, -1]] + x,
    "round(1.0 W, 1)": lambda x: F.pad(x, (0, int(round(x.shape[3] * 1.0, 1)))),
    "round(W / 3, 1)": lambda x: F.pad(x, (0, int(round(x.shape[3] / 3, 1)))),
    "diff, then a window that is padded": lambda x: F.avg_pool2d(x.diff(dim=2), 2, 1, 1),
    "one size less another, divided": lambda x: divided(F.max_pool2d(x, 2, 2, 1)),
    "a question that PyTorch has asked before": lambda x: turned_unless_square(
        x.logsumexp(3, keepdim=True)
    ),
    "one that it has asked of a batch": lambda x: x[0] if len(x.logsumexp(3)) == 1 else x,
    "broadcast_tensors": lambda x: torch.broadcast_tensors(x, x.mean(2, keepdim=True))[1],
    "divmod": padded_by_both,
    "the diagonal of what is long": lambda x: (
        x.reshape(len(x), 4, -1, 4).diagonal(0, 2, 3).unsqueeze(2)
    ),
    "the smaller of a product and a number": lambda x: torch.linalg.svd(x.flatten(2)).S[..., None],
    "what no formula tells, cut": lambda x: scaled(x, 1.2)[:, :, 1:3],
    "its middle": lambda x: middle(scaled(x, 1.2)),
    "a product that may be one": lambda x: x.flatten(2).squeeze(2),
    "all that may be one": lambda x: x.flatten(2).squeeze(),
    "a product stretched": lambda x: x.flatten(2).expand(-1, -1, 6),
    "where, of a closure's": lambda x: torch.where(BESIDE > 0, x.flatten(2), BESIDE),
    "addcmul, of a closure's": lambda x: torch.addcmul(BESIDE, x.flatten(2), BESIDE),
    "gather, by a closure's": lambda x: x[:, :, 0].gather(2, BESIDE.long().expand(len(x), 4, 6)),
}


@pytest.mark.parametrize("step", CASES.values(), ids=CASES)
def test_what_was_once_read_wrongly(step):
    if step is cut_or_nothing and torch.__version__ < "2.7":
        pytest.skip("in the words of PyTorch 2.6 that is refused, and its kernels do it")
    program = Program(step)
    net = shapealg.read(program, SHAPE)
    few = (1, 2, 3, 4, 5, 6, 9, 10, 18, 26, 31)
    pairs = [(n, h, w) for n in (1, 2) for h in few for w in (1, 2, 3, 6, 31)]
    found = [one for one in wrong_at(program, net, pairs) if one[2] is not None or one[1]]
    assert found == []


def test_what_python_cannot_do_with_an_open_size_is_no_refusal():
    """Nor where the model does it at some sizes only."""

    def raised(x):
        return F.pad(x, (0, pow(x.shape[2], 2, 3) if x.shape[3] < 5 else 1))

    with pytest.raises(Undecided, match=r"needs a number here \(test_torch_programs.py:\d+\)"):
        shapealg.read(Program(raised), SHAPE)
    assert "divmod" not in globals()  # what stood in for it is taken away again


def test_a_tensor_that_came_about_unseen_has_its_sizes(monkeypatch):
    monkeypatch.setattr(calls, "ASIDE", [*calls.ASIDE, "flip"])
    net = shapealg.read(Program(lambda x: x.flip(2)[:, :, 1:]), SHAPE)
    assert told(net, N=2, H=7, W=5) == (2, 4, 6, 5)


def test_what_cannot_be_told_is_no_refusal_that_the_model_takes():
    """Nor is a size that data tell."""

    def cut(x):
        try:
            return x[..., : int(x.sum())]
        except Exception:
            return x

    with pytest.raises(ShapeError, match=r"data tell \(test_torch_programs.py:\d+\)"):
        shapealg.read(Program(cut), SHAPE)

    def endless(x):
        try:
            return sum(x.unbind(3)).unsqueeze(3)
        except Exception:
            return x

    with pytest.raises(Undecided, match=r"number is open \(test_torch_programs.py:\d+\)"):
        shapealg.read(Program(endless), SHAPE)
