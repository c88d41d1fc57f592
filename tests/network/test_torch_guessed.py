"""What comes out of several guesses about a size that no formula tells."""

from types import SimpleNamespace

import pytest
from needed import require

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.network.readers.torch import guessed
from shapealg.network.tensor import Tensor

require("torch")

import torch  # noqa: E402 — once it is known to be there

from shapealg import read  # noqa: E402
from shapealg.errors import ShapeError, Undecided  # noqa: E402
from shapealg.network.readers.torch.known import Known  # noqa: E402
from shapealg.network.readers.torch.run import Run  # noqa: E402

H, W = Length.of("H"), Length.of("W")


def test_what_two_tensors_have_in_common():
    one = Tensor((1, H, 3), (4,), ())
    assert guessed._common(one, one) == one
    assert guessed._common(one, Tensor((1, H, 4), (4,), ())) == Tensor((1, H, None), (4,), ())
    assert guessed._common(one, Tensor((1, W, 3), (5,), ())) == Tensor((1, None, 3), None, ())
    for other in (Tensor((1, H), (4,), ()), Tensor(None)):
        assert guessed._common(one, other).shape is guessed._common(other, one).shape is None


def a_run():
    """A run, and a size of it that no formula tells."""
    one = Run({"x": ("H", "W")}, Known({}), SimpleNamespace(give=lambda *_: None))
    return one, one.nameless()


def large_or_not(n, large, small):
    """What an operation tells, which asks whether a size is above 3."""

    def operation(flow):
        flow.some(H - 2)
        made = large if flow.decide(Condition(n - 3, ">")) else small
        if made is None:
            raise ShapeError("asked", "received", "works")
        return made

    return operation


def test_an_operation_here_tells_what_comes_of_either_guess():
    first, second = Tensor((1, H), (4,), ()), Tensor((2, H), (4,), ())
    for large, small, told in (
        (first, second, Tensor((None, H), (4,), ())),
        ((first, first), (first, second), (first, Tensor((None, H), (4,), ()))),
        (first, first, first),
        (first, None, first),  # the other one is refused, so the guess is right
    ):
        run, n = a_run()
        operation = large_or_not(n, large, small)
        made = run.handled(operation)
        assert len(run.guessed) == 1 and made == large and len(run.requirements) == 1
        many = run.many
        assert guessed.whatever(run, operation, [], made) == told and run.many == many


def test_pytorch_makes_the_same_again_under_each_other_guess(monkeypatch):
    monkeypatch.setattr(guessed, "caught", lambda: False)
    node, told = SimpleNamespace(kind="cut"), Tensor((None,))
    for operation in None, "known":
        run, n = a_run()
        seen = []

        def function(run=run, n=n, seen=seen):
            seen.append((run.inside, run.calling))
            if not run.likely(Condition(n - 3, ">")):
                return [torch.zeros(2), torch.zeros(3, 5)]
            raise RuntimeError("refused")

        run.likely(Condition(n - 3, ">")), run.likely(Condition(n - 7, ">"))
        shaped, made = SimpleNamespace(operation=operation), torch.zeros(4)
        found = guessed.otherwise(run, node, shaped, told, made, function)
        assert found == [[(2,), (3, 5)]] and seen == [(operation is not None, True)] * 2
        assert not run.inside and not run.calling
        assert guessed.otherwise(run, node, shaped, told, made, None) == []
        assert guessed.otherwise(run, node, shaped, Tensor((4,)), made, function) == []
        assert len(seen) == 2  # what is told is in no doubt
        monkeypatch.setattr(guessed, "caught", lambda: True)
        with pytest.raises(Undecided, match="whether cut is refused, which the model takes"):
            guessed.otherwise(run, node, shaped, told, made, function)
        monkeypatch.undo()
        monkeypatch.setattr(guessed, "caught", lambda: False)
    assert guessed.of_one_rank(torch.zeros(4), [[(3,)], [(5,)]])
    assert not guessed.of_one_rank(torch.zeros(4), [[(3,)], [(5, 1)]])
    assert not guessed.of_one_rank(torch.zeros(4), [[(3,), ()]])


def test_sizes_that_come_out_of_all_guesses():
    found = (1, H, 3), (W,)
    assert guessed.alike(found, []) == [*found]
    assert guessed.alike(found, [[(1, H, 3), (W,)]]) == [*found]
    assert guessed.alike(found, [[(1, H, 4), (H,)]]) == [(1, H, None), (None,)]
    assert guessed.alike(found, [[(1, H)], [(2, H, 3), (W,)]]) == [(None, H, 3), (W,)]


def test_what_is_sure_is_told_here_or_there_already():
    there = [Tensor((2, H)), Tensor(None)]
    assert guessed.sure(there, (), [(7, H, W)]) == ((7, H, None),)
    assert guessed.sure(there, (Tensor((7, None, W)),), [(7, H, W), (W,)]) == ((7, H, W), (None,))
    assert guessed.sure(there, (Tensor((5, 6)), Tensor(None)), [(7, H, W), (2,)]) == (
        (7, H, None),
        (2,),
    )


def test_what_is_in_doubt_is_no_length_that_is_told():
    assert guessed._in_doubt(None, [(1, H)]) and not guessed._in_doubt(None, [(None,), ()])
    assert not guessed._in_doubt(Tensor((1, H)), [(1, W)])
    assert guessed._in_doubt(Tensor((1, None)), [(1, W)])
    assert guessed._in_doubt(Tensor((1,)), [(1, W)])
    assert guessed._in_doubt(Tensor((1, W)), [(1, W), (3,)])
    assert not guessed._in_doubt((Tensor((1, W)), Tensor((3,))), [(1, W), (3,)])
    assert guessed._in_doubt((Tensor((1, W)), None), [(1, W), (3,)])


def root(x):
    """A length that no formula tells."""
    return x[:, :, : int(x.shape[2] ** 0.5)]


def number(x):
    """The same length in a tensor."""
    return torch.tensor(int(x.shape[2] ** 0.5))


GUESSED = {
    "squeezed in place": lambda x: root(x).squeeze_(2).sum(2),
    "a new axis in place": lambda x: root(x).unsqueeze_(2),
    "taken by a tensor": lambda x: x.narrow(2, 0, number(x)),
    "counted by a tensor": lambda x: torch.arange(number(x)),
    "repeated by a tensor": lambda x: x.repeat(1, 1, number(x), 1),
    "behind a tensor": lambda x: torch.zeros(5)[number(x) - 1 :],
    "the larger of two": lambda x: x + torch.maximum(number(x), torch.tensor(3)),
    "as long as the larger": lambda x: x.new_zeros(int(torch.maximum(number(x), number(x) * 2))),
    "a sum along it": lambda x: root(x).sum(2, keepdim=True),
    "squeezed and summed": lambda x: root(x).squeeze(2).sum(2),
    "squeezed everywhere": lambda x: root(x).squeeze(),
    "a sum with one entry, or as many": lambda x: root(x) + x.new_zeros(1, 2, 3, 1),
    "pooled": lambda x: torch.nn.functional.max_pool2d(root(x), (2, 3)),
    "joined": lambda x: torch.cat([root(x), x], 3 - 1),
    "cut at 2": lambda x: root(x)[:, :, :2],
    "squeezed": lambda x: root(x).squeeze(2),
    "resized": lambda x: torch.nn.functional.interpolate(x, (int(x.shape[2] ** 0.5), 4)),
    "seen otherwise": lambda x: root(x).reshape(2, -1),
    "split": lambda x: root(x).split(2, 2)[0],
    "largest": lambda x: root(x).max(2).values,
    "where": lambda x: torch.where(root(x) > 0, root(x), x.new_zeros(1, 1, 2, 1)),
    "turned": lambda x: root(x).transpose(2, 3) @ root(x),
}


@pytest.mark.parametrize("name", GUESSED)
def test_what_is_told_of_it_is_right(name):
    """Or nothing is."""
    forward = GUESSED[name]

    class Own(torch.nn.Module):
        def forward(self, x):
            return forward(x)

    try:
        net = read(Own(), (1, 2, "H", "W"))
    except ShapeError as problem:
        told = "no formula tells", "depends", "needs a number that data tell"
        assert any(reason in str(problem) for reason in told)
        return
    for h in (1, 2, 4, 5, 9, 10, 16):
        for w in (1, 3, 6):
            try:
                made = tuple(forward(torch.zeros(1, 2, h, w)).shape)
            except RuntimeError:
                continue
            if 0 in made:
                continue
            told = net.at(H=h, W=w)
            if told is None:
                continue
            assert len(told) == len(made), (h, w)
            assert all(m in (None, n) for m, n in zip(told, made, strict=True)), (h, w, told, made)
