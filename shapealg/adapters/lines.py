"""Accepted sizes as lines, step·k + rest: all that most hosts can say of a set."""

from dataclasses import dataclass

from shapealg.axis.bound import Bound
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError
from shapealg.text import Text

FEW = 64  # so many sizes of a finite set become lines of one size


@dataclass(frozen=True, slots=True)
class Line:
    """The sizes step·k + rest for low ≤ k ≤ high, where `high` of `None` is no bound; with a step
    of 0 the one size `rest`.

    >>> line = Line("h", 16, 1, 1, None)
    >>> str(line), line.nth(0), line.nth(3), 33 in line, 32 in line
    ('16*h + 1', 17, 65, True, False)
    """

    name: str
    step: int
    rest: int
    low: int = 0
    high: int | None = 0

    def __contains__(self, n: int) -> bool:
        k, left = divmod(n - self.rest, self.step) if self.step else (0, n - self.rest)
        return not left and self.low <= k and (self.high is None or k <= self.high)

    def __str__(self) -> str:
        return repr(Length.of(self.name) * self.step + self.rest)

    def nth(self, many: int) -> int:
        """The size of that number, from 0 on; or the last one."""
        k = self.low + many
        return self.step * (k if self.high is None else min(k, self.high)) + self.rest

    def nearest(self, n: int) -> int:
        """The size that is next to `n`.

        >>> Line("h", 16, 1, 1, None).nearest(40), Line("h", 16, 1, 1, None).nearest(2)
        (33, 17)
        """
        k = (2 * (n - self.rest) + self.step) // (2 * self.step) if self.step else 0
        return self.nth(max(k - self.low, 0))


def lines(name: str, those: Sizes, most: int | None = None) -> list[Line]:
    """A line for each residue class of the sizes up to `most`; of a finite set for each of its
    sizes, up to 64. Sizes of no class are left out.

    >>> list(map(str, lines("H", Sizes.classes(16, (1, 15), 15), 100)))
    ['16*h + 15', '16*h + 1']
    >>> list(map(str, lines("H", Sizes.every(3)))), list(map(str, lines("H", Sizes.of(7, 9))))
    (['H'], ['7', '9'])
    """
    if not those.residues:
        return [Line(name, 0, n) for n in those.first(FEW) if most is None or n <= most]
    step, (start, _) = those.modulus, those.unfolded
    made = []
    for rest in those.residues:
        low = -((rest - start) // step)
        high = None if most is None else (most - rest) // step
        if low == high:
            made.append(Line(name, 0, step * low + rest))
        elif high is None or low < high:
            made.append(Line(multiplier(name) if step > 1 else name, step, rest, low, high))
    return sorted(made, key=lambda line: line.nth(0))


def covered(those: list[Line]) -> Sizes:
    """The sizes of some lines, however large."""
    made = Sizes.none()
    for line in those:
        first = line.nth(0)
        made |= Sizes.classes(line.step, (line.rest,), first) if line.step else Sizes.of(first)
    return made


def multiplier(name: str) -> str:
    """What the number of steps is called: h for H, t_ for t.

    >>> multiplier("H"), multiplier("time")
    ('h', 'time_')
    """
    return name.lower() if name.lower() != name else f"{name}_"


def exact(net, name: str, fixed: dict) -> Sizes:
    """All sizes of a name that a network takes.

    Raises:
        ShapeError: where only an upper bound is known, or there are none.
    """
    those = net.accepts(name, **fixed)
    if isinstance(those, Bound):
        raise ShapeError(
            Text(
                zh=f"{name} 能取哪些尺寸，只知道上界", en=f"of {name} only an upper bound is known"
            ),
            Received(str(those)),
            Text(zh=f"给定这个尺寸，如 {name}=64", en=f"fixing it works, such as {name}=64"),
        )
    if not those:
        told = net.explain(**fixed)
        raise ShapeError(
            told.told,
            Received(", ".join(f"{fix}={n}" for fix, n in fixed.items()) or "no sizes"),
            told.works or Text(zh="换别的尺寸", en="others may work"),
        )
    return those
