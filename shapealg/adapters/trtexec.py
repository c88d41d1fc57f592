"""Shapes as TensorRT's `trtexec` reads them from its command line."""

from shapealg.errors import ShapeError
from shapealg.text import Text


def shapes(those: dict) -> str:
    """Input → shape, as the value of `--minShapes` and its like.

    Raises:
        ShapeError: for a name that no option can hold.

    >>> print(shapes({"x": (1, 3, 16, 16), "mask:0": (1, 16)}))
    x:1x3x16x16,\\'mask:0\\':1x16
    """
    return ",".join(f"{_quoted(name)}:{'x'.join(map(str, shape))}" for name, shape in those.items())


def _quoted(name: str) -> str:
    """A name with a colon stands within quotes, and those are kept from the shell."""
    if any(c in ",'\\" or c.isspace() for c in name):
        raise ShapeError(
            Text(zh="trtexec 读不了这个输入名", en="trtexec does not read such a name of an input"),
            name,
            Text(zh="换一个只有字母数字的名字", en="one of letters and digits works"),
        )
    return f"\\'{name}\\'" if ":" in name else name
