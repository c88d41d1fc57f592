"""How large a length may grow: behind these limits it is nobody's size."""

from shapealg.errors import Received, Undecided
from shapealg.text import Text

DIGITS = 1000  # so many a coefficient or a divisor in a length may have
LARGEST = 10**DIGITS
TERMS = 2**12  # so many names and floors may stand in a length, those within floors counted too
DEPTH = 2**6  # so many floors may lie within one another


def too_large(number: int) -> Undecided:
    """A coefficient or a divisor has too many digits."""
    return Undecided(
        Text(zh="长度里的一个数太大", en="a number in a length is too large"),
        Received(f"about 2^{number.bit_length() - 1}"),
        Text(zh=f"至多 {DIGITS} 位", en=f"at most {DIGITS} digits work"),
    )


def too_deep() -> Undecided:
    """One floor more would lie too deep."""
    return Undecided(
        Text(zh="长度里取整套得太深", en="floors lie too deep within each other in a length"),
        DEPTH + 1,
        Text(zh=f"至多 {DEPTH} 层", en=f"at most {DEPTH} work"),
    )


def too_long(size: int) -> Undecided:
    """So many names and floors are too many."""
    return Undecided(
        Text(zh="长度的名字与取整太多", en="a length has too many names and floors"),
        size,
        Text(zh=f"至多 {TERMS} 个", en=f"at most {TERMS} work"),
    )
