"""Length functions as people write them, against what PyTorch's layers give."""

from functools import cache

import pytest
from needed import require

import shapealg as sa
from shapealg.adapters.audit import audit
from shapealg.cli import main

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402

# three causal convolutions of stride 2, as a streaming encoder joins them
CAUSAL = nn.Sequential(
    *[nn.Sequential(nn.ConstantPad1d((2, 1), 0), nn.Conv1d(1, 1, 3, 2)) for _ in range(3)]
)
PADDED = nn.Sequential(nn.Conv1d(1, 1, 3, 2, 1), nn.Conv1d(1, 1, 3, 2, 1))
PLAIN = nn.Sequential(nn.Conv1d(1, 1, 127, 64), nn.Conv1d(1, 1, 7, 3), nn.Conv1d(1, 1, 3, 2))


@cache
def made(model, n):
    """How long the real output is; nothing where there is none."""
    try:
        return model(torch.zeros(1, 1, n)).shape[2]
    except RuntimeError:
        return None


def by_tensor(n):
    """As libraries write it, for a batch of lengths."""
    for k, s in ((127, 64), (7, 3), (3, 2)):
        n = torch.div(n - k, s, rounding_mode="floor") + 1
    return n


def by_floats(n):
    """The same in floats, rounded down at the end of each step."""
    for k, s in ((127, 64), (7, 3), (3, 2)):
        n = torch.floor((n - k) / s).to(torch.long) + 1
    return n


FUNCTIONS = {
    "a closed form": (PADDED, lambda n: (n + 3) // 4, True),
    "step by step": (PADDED, lambda n: ((n - 1) // 2 + 1 - 1) // 2 + 1, True),
    "ceil by negation": (PADDED, lambda n: -(-n // 4), True),
    "floor for ceil": (PADDED, lambda n: n // 4, True),
    "1 + (n - 1)//8": (CAUSAL, lambda n: 1 + (n - 1) // 8, True),
    "with a question": (PADDED, lambda n: n // 4 if n % 4 == 0 else n // 4 + 1, True),
    "right but at one size": (PADDED, lambda n: 0 if n == 1000 else (n + 3) // 4, True),
    "at least one": (PADDED, lambda n: max(n // 4, 1), True),
    "by floats": (
        PLAIN,
        lambda n: int(int(int((n - 127) / 64 + 1 - 7) / 3 + 1 - 3) / 2 + 1),
        False,
    ),
    "by tensors": (PLAIN, by_tensor, True),
    "by tensors of floats": (PLAIN, by_floats, False),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.many(4)
def test_it_is_right_where_pytorch_gives_the_same(name):
    model, function, followed = FUNCTIONS[name]
    told = audit(function, sa.read(model, "1,1,T"), "T")
    assert told.proved is followed
    few = torch.tensor
    wrong = []
    for n in [*range(1, 900), *range(995, 1005)]:
        truth = made(model, n)
        if truth is None:
            assert n not in told.right and n not in told.wrong
            continue
        given = function(few([n]))[0].item() if function in (by_tensor, by_floats) else function(n)
        assert (n in told.right, n in told.wrong) == (given == truth, given != truth), n
        wrong += [n] * (given != truth)
    assert (told.first is None) == (not wrong)
    if told.first:
        assert told.first[0] == wrong[0] and told.first[2] == made(model, wrong[0])


def test_a_size_that_is_singled_out_far_away_is_found():
    net = sa.read(PADDED, "1,1,T")
    told = audit(lambda n: 0 if n == 10**5 else (n + 3) // 4, net, "T")
    assert told.proved and told.wrong == sa.Sizes.of(10**5)


def test_one_that_treats_numbers_otherwise_is_not_said_to_be_proved():
    net = sa.read(PADDED, "1,1,T")
    told = audit(lambda n: n // 4 if isinstance(n, int) else (n + 3) // 4, net, "T")
    assert not told.proved and told.first == (1, 0, 1)


FILE = """
import math
def right(n): return (n + 3) // 4
def wrong(n): return n // 4
def floats(n): return math.ceil(n / 4)
def fails(n): raise RuntimeError("no")
number = 3
"""
AGAINST = "torch.Conv1d(1, 1, 3, 2, 1); torch.Conv1d(1, 1, 3, 2, 1)"


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    (tmp_path / "lengths.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)

    def run(name, *words):
        status = main(["audit", f"lengths.py:{name}", "--against", AGAINST, *words])
        return status, *capsys.readouterr()

    return run


def test_the_command_tells_and_writes_the_right_one(typed):
    assert typed("right") == (0, "proved equal: every n ≥ 1\n", "")
    status, out, _ = typed("wrong")
    assert status == 1 and "right: n ≡ 0 (mod 4), n ≥ 4" in out and AGAINST in out
    room = {}
    exec(out[out.index("from operator") :], room)
    assert [room["output_length"](n) for n in range(1, 50)] == [
        made(PADDED, n) for n in range(1, 50)
    ]
    assert "not proved" in typed("floats")[1] and typed("floats")[0] == 0
    assert typed("fails")[0] == 1 and "RuntimeError" in typed("fails")[1]
    assert "证得处处相等" in typed("right", "--lang", "zh")[1]


def test_bad_input_is_one_line(typed):
    for words in (("none",), ("number",), ("right", "--input", "N,4"), ("right", "--axis", "Q")):
        status, out, err = typed(*words)
        assert status == 2 and not out and err.count("\n") == 1 and "mistake" not in err, words
