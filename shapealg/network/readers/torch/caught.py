"""A refusal that the model itself takes: `try: x.view(…)`, `except RuntimeError: …`.

There it goes on where PyTorch refuses, so PyTorch's own error must come to it, at those sizes only.
"""

import ast
import builtins
import inspect
import sys
import textwrap
from functools import lru_cache
from types import CodeType, FrameType
from typing import NamedTuple

from shapealg.network.readers.torch.call import Call
from shapealg.network.readers.torch.running import not_of_model

REFUSALS = (RuntimeError, ValueError, IndexError, AssertionError)  # as PyTorch refuses sizes
PASSING = "suppress"  # `with suppress(RuntimeError):` takes it, too


class Try(NamedTuple):
    """Lines whose errors are taken.

    Attributes:
        first, last: the lines.
        kinds: what names the kinds of errors; `None` for all of them.
    """

    first: int
    last: int
    kinds: ast.expr | None


def caught() -> bool:
    """Whether the model takes what PyTorch may refuse in the line that is running, or in one that
    has called it.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not Call.__call__.__code__:
        if frame.f_code.co_exceptiontable and _takes(frame):
            return True
        frame = frame.f_back
    return False


def _takes(frame: FrameType) -> bool:
    """Whether the line that a frame has come to stands where a refusal is taken."""
    return not frame.f_code.co_filename.startswith(not_of_model()) and any(
        one.first <= frame.f_lineno <= one.last
        and (one.kinds is None or any(map(_is_refusal, _kinds(one.kinds, frame))))
        for one in tries(frame.f_code)
    )


def _is_refusal(kind) -> bool:
    """Whether an `except` of this kind takes a refusal; what is not known may."""
    return not isinstance(kind, type) or any(issubclass(one, kind) for one in REFUSALS)


def _kinds(written: ast.expr, frame: FrameType) -> list:
    """The kinds that stand behind `except`, as objects; `None` for one that no name tells."""
    match written:
        case ast.Tuple(elts=several):
            return [kind for one in several for kind in _kinds(one, frame)]
        case ast.Name(id=name):
            rooms = frame.f_locals, frame.f_globals, vars(builtins)
            return [next((room[name] for room in rooms if name in room), None)]
        case ast.Attribute(value=home, attr=name):
            return [getattr(one, name, None) for one in _kinds(home, frame)]
    return [None]


@lru_cache(2**12)
def tries(code: CodeType) -> tuple[Try, ...]:
    """Where a function takes errors, by its source; nowhere, if that is not there."""
    try:
        lines, first = inspect.getsourcelines(code)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, SyntaxError, TypeError):
        return ()
    ast.increment_lineno(tree, max(first, 1) - 1)
    found, open_ = [], list(ast.iter_child_nodes(tree.body[0]))
    while open_:
        node = open_.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue  # their lines run in frames of their own
        open_ += ast.iter_child_nodes(node)
        found += _taken(node)
    return tuple(found)


def _taken(node: ast.AST) -> list[Try]:
    """What a statement takes: `except …:`, or `with suppress(…):`."""
    kinds: list[ast.expr | None] = []
    match node:
        case ast.Try() | ast.TryStar():
            kinds = [handler.type for handler in node.handlers]
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(PASSING):
                    kinds += call.args
        case _:
            return []
    first, last = node.body[0].lineno, node.body[-1].end_lineno
    return [Try(first, last or first, kind) for kind in kinds]
