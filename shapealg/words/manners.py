"""What a framework does where mathematics has no answer, as data; each seen on the version its
dialect names.
"""

from enum import Enum

from shapealg.text import Text


class TooSmall(Enum):
    """What comes out where no window fits into the padded input."""

    REFUSED = Text(zh="报错", en="error")
    EMPTY = Text(zh="0：空的输出", en="0, an empty output")
    EMPTY_WITHIN = Text(
        zh="差不到 2s 格给 0，更小则报错（整数除法向零截断）",
        en=(
            "0 if less than 2s positions are missing, else an error (integer division cuts toward"
            " zero)"
        ),
    )
    CUT = Text(
        zh="差不到 s 格竟给 1，差不到 2s 格给 0，更小则报错（向零截断）",
        en=(
            "1 (!) if less than s positions are missing, 0 below 2s, else an error (division cuts"
            " toward zero)"
        ),
    )
    CUT_BELOW = Text(
        zh="差不到 s 格竟给 1，再小给 0 以至负数（向零截断）",
        en=(
            "1 (!) if less than s positions are missing, then 0 and even negative sizes (division"
            " cuts toward zero)"
        ),
    )

    def size(self, axis, n: int):
        """The size that comes out for `n` positions, `None` for an error; `axis` is a window or a
        pooling that rounds up.
        """
        if self is TooSmall.REFUSED:
            return None
        if self is TooSmall.EMPTY:
            return 0
        window = axis.declared
        more = 0 if window is axis else window.stride - 1
        slack = n + window.lo + window.hi - window.kernel + more
        if self is TooSmall.EMPTY_WITHIN:
            made = _toward_zero(slack + window.stride, window.stride)
        else:
            made = _toward_zero(slack, window.stride) + 1
        return made if made >= 0 or self is TooSmall.CUT_BELOW else None


def _toward_zero(a: int, b: int) -> int:
    return a // b if a >= 0 else -(-a // b)
