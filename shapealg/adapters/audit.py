"""Somebody's hand-written length function, held against the layers it stands for: for all lengths
where it can be followed, else at those that are tried.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shapealg.adapters.differences import without
from shapealg.adapters.followed import followed
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, Undecided, one_line
from shapealg.exact import one_size
from shapealg.text import Text

CHECKED = 64  # so many lengths are tried of one that is followed
TRIED = 4096  # so many lengths are tried of one that cannot be followed


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found.

    Attributes:
        right: the lengths at which the function gives what the layers give.
        wrong: those at which it does not, or fails.
        proved: whether this is of all lengths; otherwise of those that were tried.
        first: the smallest wrong length, what the function makes of it and what the layers make;
            `None` where there is none.
        exact: the formula.
    """

    right: Sizes
    wrong: Sizes
    proved: bool
    first: tuple | None
    exact: Length

    @property
    def text(self) -> Text:
        """The finding in a line or two."""
        if not self.wrong:
            if self.proved:
                return Text(
                    zh=f"证得处处相等：{self.right.text().zh}", en=f"proved equal: {self.right}"
                )
            return Text(
                zh=f"试过的都相等，未能证明：{self.right.text().zh}",
                en=f"equal at all that were tried, not proved: {self.right}",
            )
        n, given, truth = self.first or (0, 0, 0)
        told = Text(
            zh=f"不对：{self.wrong.text().zh}\n对：{self.right.text().zh}\n"
            f"从 n = {n} 起：它给 {given}，层给 {truth}",
            en=f"wrong: {self.wrong}\nright: {self.right}\n"
            f"first at n = {n}: it gives {given}, the layers give {truth}",
        )
        rest = Text(zh="\n只试过，未证明", en="\ntried, not proved")
        return told if self.proved else Text(zh=told.zh + rest.zh, en=told.en + rest.en)

    def __str__(self) -> str:
        return self.text.en


def audit(function: Callable, net: Any, name: str) -> Audit:
    """Compare a function of a length with what a network makes of its size `name`.

    Args:
        function: takes one length and gives one.
        net: what `shapealg.read` gives.
        name: the size.

    Raises:
        ShapeError: if no one formula tells the length that comes out.

    >>> import shapealg as sa
    >>> net = sa.read([sa.torch.Conv1d(1, 1, 3, stride=2, padding=1)], "1,1,T")
    >>> print(audit(lambda n: (n - 1) // 2 + 1, net, "T"))
    proved equal: every n ≥ 1
    >>> print(audit(lambda n: n // 2, net, "T"))
    wrong: n ≡ 1 (mod 2), n ≥ 1
    right: n ≡ 0 (mod 2), n ≥ 2
    first at n = 1: it gives 0, the layers give 1
    """
    exact, domain = _exact(net, name), net.accepts(name)
    try:
        right, proved = _right(function, name, exact, domain), True
        wrong = without(domain, right)
    except Exception:  # floats, tensors, what a length cannot do: somebody else's program
        tried, proved = domain & Sizes.interval(1, domain.first(1)[0] + TRIED), False
        right = Sizes.of(*(n for n in tried if answer(function, n) == exact(**{name: n})))
        wrong = without(tried, right)
    n = next(iter(wrong), None)
    first = None if n is None else (n, answer(function, n), exact(**{name: n}))
    return Audit(right, wrong, proved, first, exact)


def _exact(net, name: str) -> Length:
    """The entry of the output that depends on the size."""
    shape = net.output_shape
    those = [n for n in shape or () if isinstance(n, Length) and n.names == (name,)]
    if not isinstance(shape, tuple) or len(those) != 1:
        raise ShapeError(
            Text(zh=f"输出里没有唯一一个由 {name} 得来的长度", en=f"no one length comes of {name}"),
            Received(one_line(str(shape), 100)),
            Text(zh="给出别的尺寸", en="another size, or another layer, works"),
        )
    return those[0]


def _right(function: Callable, name: str, exact: Length, domain: Sizes) -> Sizes:
    """The sizes at which both are equal, for all sizes of the domain."""
    right = Sizes.none()
    for where, told in followed(function, name, domain):
        gap = exact - told
        if isinstance(gap, Length):
            right |= where & (gap >= 0).sizes() & (gap <= 0).sizes()
        elif gap == 0:
            right |= where
    if any(
        (n in right) != (answer(function, n) == exact(**{name: n})) for n in domain.first(CHECKED)
    ):
        raise Undecided(
            Text(zh="对数值的回答不同", en="numbers are answered in another way"),
            name,
            Text(zh="请代入数值", en="numbers work"),
        )
    return right


def answer(function: Callable, n: int):
    """What the function gives for a number, by itself or in a tensor; `None` where it fails."""
    try:
        made = function(n)
        return one_size(made.item() if hasattr(made, "item") else made, "length")
    except Exception:
        return _of_tensor(function, n)


def _of_tensor(function: Callable, n: int):
    try:
        import torch

        return int(function(torch.tensor([n]))[0])
    except Exception as problem:
        return f"{type(problem).__name__}"
