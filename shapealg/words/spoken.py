"""A line of code as it stands in somebody's program, read, never run: `torch.Conv2d(3, 64, 7,
stride=2)` gives its words.
"""

import ast
import operator
import warnings
from collections.abc import Callable

from shapealg.errors import Received, ShapeError
from shapealg.names import whole as whole
from shapealg.shapes import typed as shape  # noqa: F401 — the command line asks here
from shapealg.text import Text
from shapealg.words import frameworks, places
from shapealg.words.places import vocabulary as vocabulary
from shapealg.words.words import Words

FRAMEWORKS = frameworks.NAMES

BITS = 2**63  # frameworks keep sizes in 64 bits
LONGEST = 63  # exponent: a power may be as long as it likes
ARITHMETIC: dict[type, Callable] = {  # `16 * 5 * 5`
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: pow,
}


def framework(name: str) -> str:
    """The framework that people call so, in any case.

    Raises:
        ShapeError: with the names that work.

    >>> framework("PyTorch"), framework("tf"), framework("keras")
    ('torch', 'tensorflow', 'keras')
    """
    lower = name.lower() if isinstance(name, str) else ""
    found = frameworks.ALIASES.get(lower, lower)
    if found not in FRAMEWORKS:
        names = ", ".join(FRAMEWORKS)
        import difflib

        near = difflib.get_close_matches(lower, (*FRAMEWORKS, *frameworks.ALIASES), 1, 0.7)
        raise ShapeError(
            Text(zh="没有这个框架", en="there is no such framework"),
            name,
            Text(zh=f"最近的是 {near[0]}", en=f"the nearest is {near[0]}")
            if near
            else Text(zh=f"可用：{names}", en=f"one of {names} works"),
        )
    return found


def read(line: str, home: str = "") -> Words:
    """The words of one call. It is parsed, not evaluated: numbers and sums and products of such,
    strings, tuples, lists, True, False, None; a bare name is a symbol.

    Args:
        line: the call.
        home: the framework of a word that several have, where none is named.

    Raises:
        ShapeError: for anything else, and for words that no dialect has; the line names the
            nearest.

    >>> read("nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)").output_shape((1, 3, 224, 224))
    (1, 64, 112, 112)
    >>> read("nn.Linear(16 * 5 * 5, 120)").output_shape((1, 400))
    (1, 120)
    """
    call = _bare(_parsed(line))
    if not isinstance(call, ast.Call):
        raise _unreadable(line)
    *prefix, name = _dotted(call.func, line)
    if name == "Sequential":
        raise ShapeError(
            Text(zh="一次读一个层", en="one layer is read at a time"),
            Received(f"{name}(…)"),
            Text(
                zh="在 Python 里写 sa.read(net, 形状)，或逐层写出",
                en="sa.read(net, shape) in Python works, or its layers one by one",
            ),
        )
    place = places.whole(prefix) if prefix else _only_place(name, home)
    if place not in places.PLACES:
        having = [home for home in FRAMEWORKS if name in places.layers(home)] if not prefix else []
        listed = having or FRAMEWORKS
        raise ShapeError(
            Text(zh="要写明是哪个框架的词", en="the framework must be named"),
            Received(".".join([*prefix, name])[:60]),
            Text(
                zh=f"可用：{', '.join(listed)}，例如 {listed[0]}.{name}(…)",
                en=f"one of {', '.join(listed)} works, for example {listed[0]}.{name}(…)",
            ),
        )
    made = called(places.found(place, name, places.layers), call, line)
    if not isinstance(made, Words):
        raise ShapeError(
            Text(zh="层的输入不写在这里", en="what goes in is not said here"),
            line,
            Text(zh="写作 x，形状用 --input 给出", en="write x, and give its shape as the input"),
        )
    return made


def called(word, call: ast.Call, line: str = ""):
    """What a word makes of the arguments of a call.

    Raises:
        ShapeError: for one that is no number, string, tuple, list or name.
    """
    line = line or ast.unparse(call)
    args = [_value(arg, line) for arg in call.args]
    kwargs = {}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in kwargs:
            raise _unreadable(line)
        kwargs[keyword.arg] = _value(keyword.value, line)
    return word(*args, **kwargs)


def _parsed(line: str):
    """What is said in a line of a program: `self.conv1 = …` and a comma at the end are left out."""
    found = statements(line.strip().rstrip(",")) if isinstance(line, str) else None
    if found is None or len(found) != 1:
        return None
    (said,) = found
    return said.value if isinstance(said, ast.Expr | ast.Assign) else None


def statements(text: str) -> list | None:
    """Those of a program, parsed; `None` where it is none. Python warns of what looks odd in it on
    the terminal, where nobody asked.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text).body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def _bare(call):
    """The layer's own call in `model.add(layer)` and in `layer(x)`."""
    match call:
        case ast.Call(func=ast.Attribute(attr="add"), args=[ast.Call() as layer], keywords=[]):
            return layer
        case ast.Call(func=ast.Call() as layer, args=[ast.Name()], keywords=[]):
            return layer
    return call


def framework_of(call: ast.Call) -> str:
    """The framework whose word a call is; "" where nothing tells.

    >>> [framework_of(_parsed(line)) for line in ("nn.ReLU()", "Conv2d(3, 8, 3)", "ReLU()")]
    ['torch', 'torch', '']
    """
    try:
        *prefix, name = _dotted(call.func, "")
    except ShapeError:
        return ""
    place = places.whole(prefix) if prefix else _only_place(name)
    return place.partition(".")[0] if place in places.PLACES else ""


def _only_place(name: str, home: str = "") -> str:
    """The framework of a word that only one has, where people write it alone; or that one which is
    spoken beside it.
    """
    having = [one for one in FRAMEWORKS if name in places.layers(one)]
    if home in having:
        return home
    return having[0] if len(having) == 1 else ""


def _dotted(node, line: str) -> list:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise _unreadable(line)
    return [node.id, *reversed(parts)]


def _value(node, line: str):
    match node:
        case ast.Constant(value=int() | float() | str() | None | bool()):
            return _short(node.value)
        case ast.Name():
            return node.id
        case ast.UnaryOp(op=ast.USub()):
            return _short(-_number(node.operand, line))
        case ast.BinOp():
            return _short(_worked_out(node, line))
        case ast.Call(ast.Name("float"), [ast.Constant("inf" | "-inf" | "nan" as spelled)], []):
            return float(spelled)
        case ast.Tuple():
            return tuple(_value(entry, line) for entry in node.elts)
        case ast.List():
            return [_value(entry, line) for entry in node.elts]
    raise _unreadable(line)


def _worked_out(node: ast.BinOp, line: str) -> int | float:
    """A sum, a product, a power; by 0 nothing is divided."""
    one, two = _number(node.left, line), _number(node.right, line)
    short = not isinstance(node.op, ast.Pow) or 0 <= two <= LONGEST
    if type(node.op) not in ARITHMETIC or not short:
        raise _unreadable(line)
    try:
        made = ARITHMETIC[type(node.op)](one, two)
    except ArithmeticError:
        raise _unreadable(line) from None
    if isinstance(made, complex):
        raise _unreadable(line)
    return made


def _number(node, line: str) -> int | float:
    """What sums and products are made of."""
    value = node.value if isinstance(node, ast.Constant) else _value(node, line)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unreadable(line)
    return value


def _short(value):
    """A number as short as frameworks keep it; a longer one would only be a mistake to print."""
    if isinstance(value, int) and not -BITS <= value < BITS:
        raise ShapeError(
            Text(zh="整数须在 64 位之内", en="an integer must fit into 64 bits"),
            value,
            Text(zh="小于 2⁶³ 的可用", en="less than 2⁶³ works"),
        )
    return value


def _unreadable(line: str) -> ShapeError:
    return ShapeError(
        Text(
            zh="须是一个层的调用，参数为数、字符串、元组或名字",
            en="a call of one layer is needed, with numbers, strings, tuples or names",
        ),
        line,
        Text(
            zh='例如 "torch.Conv2d(3, 64, 7, stride=2, padding=3)"',
            en='for example "torch.Conv2d(3, 64, 7, stride=2, padding=3)"',
        ),
    )
