"""A length as people type it: `16*H`, `H//2 + 1`; read, and never evaluated as code."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from shapealg.axis.length import Length
from shapealg.errors import ShapeError
from shapealg.exact import identifier
from shapealg.text import Text

LONGEST = 200  # characters
OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def length(text: str, name: str) -> Length | int:
    """The length of an expression in names and integers with +, −, ·, // and %.

    Raises:
        ShapeError: for anything else, named `name`.

    >>> length("16*H", "input_shape[2]"), length("(H + 1)//2 % 4", "input_shape[2]")
    (16*H, (H + 1)//2 - 4*((H + 1)//8))
    """
    if text.isidentifier() or not any(map(str.isalpha, text)):  # a number in quotes is none
        return Length.of(identifier(text, name))
    try:
        return _made(ast.parse(text.strip()[:LONGEST], mode="eval").body, name)
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError) as problem:
        if isinstance(problem, ShapeError):
            raise
        raise ShapeError(
            Text(zh=f"{name} 须为整数或式子", en=f"{name} must be an integer or an expression"),
            text,
            Text(zh="例如 16*H 或 H//2 + 1", en="for example 16*H or H//2 + 1"),
        ) from None


def _made(node: ast.expr, name: str) -> Length | int:
    """What a part of the expression says.

    Raises:
        KeyError: for a part of another kind.
    """
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Name):
        return Length.of(identifier(node.id, name))
    if isinstance(node, ast.BinOp):
        left, right = _made(node.left, name), _made(node.right, name)
        if right == 0 and isinstance(node.op, ast.FloorDiv | ast.Mod):
            raise KeyError("a division by 0")
        made: Length | int = OPERATIONS[type(node.op)](left, right)
        return made
    raise KeyError(type(node))
