"""A length as people type it: `16*H`, `H//2 + 1`; parsed, and never evaluated as code."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from shapealg.axis.length import Length
from shapealg.errors import ShapeError
from shapealg.exact import identifier
from shapealg.text import Text

LONGEST = 200  # characters that people type; the rest is not cut off, which would be another length
UNREADABLE = (SyntaxError, ValueError, KeyError, RecursionError, MemoryError)  # by `parsed`
Signs: TypeAlias = Mapping[type[ast.AST], Callable[..., Any]]  # an operator → what it does
OPERATIONS: Signs = {
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
        if len(text) > LONGEST:
            raise KeyError("too long")
        return parsed(text.strip(), OPERATIONS, name)
    except UNREADABLE as problem:
        if isinstance(problem, ShapeError):
            raise
        raise ShapeError(
            Text(zh=f"{name} 须为整数或式子", en=f"{name} must be an integer or an expression"),
            text,
            Text(zh="例如 16*H 或 H//2 + 1", en="for example 16*H or H//2 + 1"),
        ) from None


def parsed(text: str, signs: Signs, name: str = "name") -> Length | int:
    """What an expression of names, integers and these operators says; errors call it `name`.

    Raises:
        KeyError: for a part of another kind, and for a division by 0.
        ShapeError: for a name that is none.

    >>> parsed("(H + 1)//2", OPERATIONS)
    (H + 1)//2
    """
    return _made(ast.parse(text, mode="eval").body, signs, name)


def _made(node: ast.expr, signs: Signs, name: str) -> Length | int:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Name):
        return Length.of(identifier(node.id, name))
    made: Length | int
    if isinstance(node, ast.UnaryOp):
        made = signs[type(node.op)](_made(node.operand, signs, name))
        return made
    if isinstance(node, ast.BinOp):
        left, right = _made(node.left, signs, name), _made(node.right, signs, name)
        if right == 0 and isinstance(node.op, ast.FloorDiv | ast.Mod):
            raise KeyError("a division by 0")
        made = signs[type(node.op)](left, right)
        return made
    raise KeyError(type(node))
