"""A node refused by what comes to it."""

from shapealg.errors import ShapeError
from shapealg.text import Text


def refuse(
    zh: str, en: str, received, works_zh: str = "请核对这个节点", works_en: str = "check this node"
):
    """One line: what was asked, what came, what would work."""
    raise ShapeError(Text(zh=zh, en=en), received, Text(zh=works_zh, en=works_en))
