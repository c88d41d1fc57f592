"""The pieces of an axis of open size: as many as the model asks for."""

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.errors import ShapeError
from shapealg.network.readers.torch.noted import value_of
from shapealg.network.readers.torch.scalars import symbol
from shapealg.text import Text

MANY = 2**5  # so many pieces are looked at, one by one


class Pieces:
    """A row of tensors, whose number is open; whether there is one more parts the ways.

    Args:
        run: the run that is asked.
        n: the length that is cut.
        share: how long each piece is but the last.
        cut: `cut(i)` gives piece number i.
    """

    def __init__(self, run, n: Length, share, cut):
        self.run, self.n, self.share, self.cut = run, n, share, cut

    def _there(self, i: int) -> bool:
        return self.run.ask(self.n - self.share * i > 0)

    def _places(self):
        for i in range(MANY + 1):
            if not self._there(i):
                return
            yield i
        raise self.run.untold(
            Text(
                zh="forward 遍历的项数未定",
                en="forward goes through entries whose number is open",
            ),
            self.n,
        )

    def __len__(self) -> int:
        return sum(1 for _ in self._places())

    def __iter__(self):
        return map(self.cut, self._places())

    def __getitem__(self, at):
        if isinstance(at, slice):
            return list(self)[at]
        if at < 0:
            return self._from_the_end(at)
        if not self._there(at):
            raise IndexError("tuple index out of range")
        return self.cut(at)

    def _from_the_end(self, at: int):
        """A piece before the end; one by one where no formula tells how many there are."""
        try:
            i = at - -self.n // self.share
        except ShapeError:
            return list(self)[at]
        if not self.run.ask(Condition(i, ">=")):
            raise IndexError("tuple index out of range")
        return self.cut(i)


def counted(result):
    """What a module gives: pieces by themselves as the tuple that PyTorch makes of them."""
    return tuple(result) if isinstance(result, Pieces) else result


def pieces(calls, kind: str, args, kwargs):
    """The pieces that `chunk`, `split` or `unbind` gives; `None` where PyTorch can count them."""
    x, *rest = args
    # PyTorch tells the axis of `split` by name, and how long the pieces are by place
    names = {"unbind": ("dim",), "chunk": ("chunks", "dim"), "split": ("split_size",)}[kind]
    given = dict(zip(names, rest, strict=False)) | kwargs
    share = given.get("split_size", given.get("chunks"))
    dim = given.get("dim", 0)
    n = value_of(x.shape[dim])
    if isinstance(share, list | tuple) or type(n) is not Length:
        return None
    at = (slice(None),) * (dim % x.ndim)
    if kind == "unbind":
        return Pieces(calls.run, n, 1, lambda i: x[(*at, symbol(calls.run, i))])
    length = value_of(share)
    if not calls.run.ask(length > 0):
        return None  # PyTorch has words for that
    if kind == "chunk":
        length = -(-n // length)

    def cut(i: int):
        start, end = length * i, length * (i + 1)
        return x[(*at, slice(symbol(calls.run, start), symbol(calls.run, end)))]

    return Pieces(calls.run, n, length, cut)
