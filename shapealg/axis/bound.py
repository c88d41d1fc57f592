"""A superset of the sizes that are accepted: no others are, but not all of these need to be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, Undecided
from shapealg.printing import brief
from shapealg.text import Text


@dataclass(frozen=True, slots=True, init=False)
class Bound(Sizes):
    """An upper bound: no other sizes, but perhaps not all of these.

    Args:
        because: the names of the nodes that may ask more than is known.

    >>> made = Bound.above(Sizes.every(3), ("secret",)) & Sizes.classes(2, (0,))
    >>> print(made)
    at most n ≡ 0 (mod 2), n ≥ 4 (an upper bound: what node secret needs is not known)
    """

    because: tuple[str, ...]

    def __init__(self, sizes: Sizes, because: tuple[str, ...]):
        self._set(
            modulus=sizes.modulus,
            residues=sizes.residues,
            start=sizes.start,
            exceptions=sizes.exceptions,
            because=because,
        )

    @classmethod
    def above(cls, sizes: Sizes, because: Iterable[str]) -> Sizes:
        """The sizes as a bound, where there is a reason, and anything to doubt: no size at all is
        exact.
        """
        because = tuple(dict.fromkeys((*getattr(sizes, "because", ()), *because)))
        if not because or not sizes:
            return sizes
        return cls(sizes, because)

    def __and__(self, other: Sizes) -> Sizes:
        return self._joined_with(other, Sizes.__and__)

    def __or__(self, other: Sizes) -> Sizes:
        return self._joined_with(other, Sizes.__or__)

    def _joined_with(self, other: Sizes, join: Callable[[Sizes, Sizes], Sizes]) -> Sizes:
        """What two sets make, a bound for the reasons of both."""
        if not isinstance(other, Sizes):
            return NotImplemented
        return Bound.above(join(self, other), (*self.because, *getattr(other, "because", ())))

    __rand__, __ror__ = __and__, __or__

    def complement(self, start: int = 0) -> Sizes:
        """The sizes that are surely none; whether there are more is not known.

        Raises:
            Undecided: always.
        """
        raise Undecided(
            Text(
                zh="上界的补集只是下界，不是全部",
                en="the complement of an upper bound is a lower bound, not all there is",
            ),
            Received(str(self)),
            Text(zh="先读懂这些节点", en="knowing these nodes works"),
        )

    def __repr__(self) -> str:
        return brief("Bound", self.text().en)

    def text(self, name: str = "n") -> Text:
        """The set in words, and why it is a bound."""
        told, names = Sizes.text(self, name), ", ".join(self.because)
        need = f"node {names} needs" if len(self.because) == 1 else f"nodes {names} need"
        return Text(
            zh=f"至多 {told.zh}（上界：不知道节点 {names} 的要求）",
            en=f"at most {told.en} (an upper bound: what {need} is not known)",
        )
