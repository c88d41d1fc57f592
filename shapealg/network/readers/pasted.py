"""Layers in a row as they stand in somebody's program, or as PyTorch prints them: parsed, never
run.
"""

import ast
import re
from pathlib import Path

from shapealg.errors import Received, ShapeError, one_line
from shapealg.network.graph import Graph
from shapealg.network.readers import layers as in_a_row
from shapealg.network.readers.layers import Branches
from shapealg.text import Text
from shapealg.words import spoken
from shapealg.words.sequential import Input, Sequential

MOST = 400  # layers of a text
LONG = 2**16  # characters of one
# what runs its parts one after the other: PyTorch's own, torchvision's made from it, and what is
# around one part
IN_A_ROW = """Sequential Conv2dNormActivation Conv3dNormActivation ConvNormActivation ConvBNReLU
ConvBNActivation MLP DataParallel DistributedDataParallel OptimizedModule""".split()
# a call, a list, or a name that either is called
BEGINNING = re.compile(r"\s*(?:[\[(]|[\w.]+\s*=(?!=)|[\w.]+\()")
# `(features): Sequential(`, `(0-2): 3 x Linear(…)`; what is no entry has no name
MANY = r"\((?P<first>[0-9]{1,4})-[0-9]{1,4}\): (?P<many>[0-9]{1,3}) x "
PRINTED = re.compile(rf"(?:{MANY}|\((?P<name>[^()]+)\): )?(?P<call>\w+\(.*)")


def read(text: str, shapes: dict | None) -> Graph:
    """The graph of layers in a text."""
    return in_a_row.read(layers(text), shapes)


def is_text(text: str) -> bool:
    """Whether it is layers, and no path: `net(1).onnx` and `net(1).py:made` are none, nor is what a
    file is called.

    >>> is_text("nn.Conv2d(3, 8, 3); nn.ReLU()"), is_text("net(1).onnx"), is_text("net (1)")
    (True, False, False)
    """
    told = re.sub("#.*", "", text).rstrip(" ,;\r\n\t")
    return bool(BEGINNING.match(told)) and told.endswith((")", "]")) and not is_file(text)


def is_file(name: str) -> bool:
    """Whether there is a file of that name."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # too long a name, a null character
        return False


def layers(text: str) -> list:
    """Layers as they are typed, one call a line or with semicolons between, in any framework's
    words.

    A list, a row with commas and `Sequential` are their entries; `Branches("add", [], [layer])` is
    what it is in Python. What PyTorch prints of a `Sequential` is read, too; then its entries have
    their names.

    Raises:
        ShapeError: for anything else, naming the line.

    >>> layers("nn.ReLU(),\\nBranches('add', [], [nn.AdaptiveAvgPool2d(1)])")
    [ReLU(), Branches('add', [], [AdaptiveAvgPool2d((1, 1))])]
    >>> layers("Sequential(\\n  (0): Linear(in_features=16, out_features=4, bias=True)\\n)")
    Sequential(Linear(16, 4))
    """
    if len(text) > LONG:
        raise ShapeError(
            Text(zh="文字太长", en="the text is too long"),
            Received(f"{len(text)} characters", f"{len(text)} 个字符"),
            Text(zh=f"至多 {LONG} 个", en=f"at most {LONG} work"),
        )
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    printed = any(row.startswith("(") and PRINTED.fullmatch(row) for row in rows)
    try:
        made = _printed(rows) if printed else _typed(text)
    except RecursionError:
        raise ShapeError(
            Text(zh="层套得太深", en="layers lie too deep within each other"),
            Received(f"{len(rows)} lines", f"{len(rows)} 行"),
            Text(zh="至多几百层深", en="a few hundred levels work"),
        ) from None
    if not 0 < len(made) <= MOST:
        raise ShapeError(
            Text(zh="层的个数不合", en="so many layers cannot be read"),
            len(made),
            Text(zh=f"1 到 {MOST} 层可用", en=f"1 to {MOST} layers work"),
        )
    return made


# ---------------------------------------------------------------- as they are typed


def _typed(text: str) -> list:
    nodes = _statements(text)
    home = next(filter(None, map(spoken.framework_of, _calls(nodes))), "")
    return _each(nodes, home)


def _statements(text: str) -> list:
    """The calls of a program; where it is none as a whole, those of each line."""
    made = spoken.statements(text)
    if made is None:
        made = []
        for line in re.split("[;\n]", text):
            found = spoken.statements(line.strip().rstrip(","))
            if found is None:
                raise _unreadable(line)
            made += found
    _require_a_row(made)
    return [_said(statement) for statement in made]


def _said(statement: ast.stmt) -> ast.expr:
    if isinstance(statement, ast.Expr | ast.Assign):
        return statement.value
    raise _unreadable(ast.unparse(statement))


def _require_a_row(statements: list) -> None:
    """Refuse a program whose lines do not each go on from the one before.

    Raises:
        ShapeError: where a call takes what another than the last line has made.
    """
    last = None
    for statement in statements:
        taken = _taken(getattr(statement, "value", None))
        if None not in (taken, last) and taken != last:
            raise ShapeError(
                Text(
                    zh=f"这一行接的是 {taken}，不是上一行的 {last}",
                    en=f"this line goes on from {taken}, not from the {last} before it",
                ),
                one_line(ast.unparse(statement), 60),
                Text(
                    zh="分支写成 Branches('add', [], [层])，或在 Python 里写 sa.read(model, 形状)",
                    en="Branches('add', [], [layer]) works for branches, and sa.read(model, shape)"
                    " in Python",
                ),
            )
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=called)):
                made = taken or ast.unparse(called).rpartition(".")[2] == "Input"
                last = name if made else last


def _taken(call) -> str | None:
    """The name that a call runs on: `layers.ReLU()(x)`, `F.relu(x)`; of a layer alone there is
    none, whose name has capitals.
    """
    match call:
        case ast.Call(func=ast.Call(), args=[ast.Name(id=name), *_]):
            return name
        case ast.Call(func=function, args=[ast.Name(id=name), *_]):
            return name if ast.unparse(function).rpartition(".")[2].islower() else None
    return None


def _calls(nodes: list):
    """The calls in a text, by which the framework of those is known that several have."""
    return (one for node in nodes for one in ast.walk(node) if isinstance(one, ast.Call))


def _layers_of(node: ast.expr, home: str) -> list:
    """The layers that an expression stands for."""
    if isinstance(node, ast.Tuple | ast.List):
        return _each(node.elts, home)
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in ("Sequential", "OrderedDict"):
            return _each([_named(one) for one in node.args], home)
        if name == "Branches":
            return [_branches(node, home)]
        if name == "Input":
            return [spoken.called(Input, node)]
    return [spoken.read(ast.unparse(node), home)]


def _each(nodes: list, home: str) -> list:
    made: list = []
    for node in nodes:
        made += _layers_of(node, home)
    return made


def _named(node: ast.expr) -> ast.expr:
    """The layers of `[("conv", layer), …]`, which `OrderedDict` takes, without their names."""
    if not isinstance(node, ast.List | ast.Tuple):
        return node
    pairs = [one.elts for one in node.elts if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    if len(pairs) < len(node.elts) or not all(isinstance(one, ast.Constant) for one, _ in pairs):
        return node
    return ast.List([layer for _, layer in pairs], ast.Load())


def _branches(node: ast.Call, home: str) -> Branches:
    match node:
        case ast.Call(args=[ast.Constant(value=str() as join), *paths], keywords=keywords) if all(
            isinstance(path, ast.List | ast.Tuple) for path in paths
        ):
            entries = [_layers_of(path, home) for path in paths]
            return Branches(join, *entries, **_axis(node, keywords))
    raise _unreadable(ast.unparse(node))


def _axis(node: ast.Call, keywords: list) -> dict:
    match keywords:
        case []:
            return {}
        case [ast.keyword(arg="axis", value=ast.Constant(value=int() as axis))]:
            return {"axis": axis}
    raise _unreadable(ast.unparse(node))


def _unreadable(line: str) -> ShapeError:
    return ShapeError(
        Text(zh="这一行不是层", en="this line is no layer"),
        one_line(line, 60),
        Text(
            zh="例如 torch.MaxPool2d(2)，或 Branches('add', [], [层, 层])",
            en="torch.MaxPool2d(2) works, or Branches('add', [], [layer, layer])",
        ),
    )


# ---------------------------------------------------------------- as PyTorch prints them


def _printed(rows: list) -> list:
    """The entries of what PyTorch prints: a row each, one that ends with a bracket opens others."""
    made: list = []
    rest = iter(rows)
    for row in rest:
        made += _entries(row, rest)
    (_, whole), *others = made or [("", None)]
    return whole if not others and isinstance(whole, Sequential) else Sequential(made)


def _entries(row: str, rest) -> list:
    """(name, layer) of a row, and of those that it opens; as often as it says."""
    found = PRINTED.fullmatch(row)
    if found is None:
        raise _unreadable(row)
    call = found["call"]
    layer = _opened(call[:-1], rest) if call.endswith("(") else _alone(call)
    if not found["many"]:
        return [(found["name"] or "", layer)]
    first, many = int(found["first"]), int(found["many"])
    return [(str(first + i), layer) for i in range(many)]


def _alone(call: str):
    """A layer of PyTorch's own; an empty row of layers changes nothing."""
    if call.startswith("Upsampling"):  # prints what its name says
        call = re.sub(r", mode='\w+'", "", call)
    return Sequential() if call == "Sequential()" else spoken.read(f"torch.nn.{call}")


def _opened(kind: str, rest) -> Sequential:
    """The entries up to the bracket that closes them, which run one after the other."""
    made: list = []
    for row in rest:
        if row == ")":
            break
        made += _entries(row, rest)
    else:
        raise ShapeError(
            Text(zh="打印的结果没有贴全", en="what is printed has been cut off"),
            Received(f"{kind}("),
            Text(zh="连同最后的括号一起贴", en="it works with its last bracket"),
        )
    names = [name for name, _ in made]
    if kind not in IN_A_ROW:
        raise ShapeError(
            Text(
                zh=f"打印出来的 {kind} 没有说它怎样运行各部分",
                en=f"a {kind} that is printed does not say how it runs its parts",
            ),
            Received(f"{kind}({one_line(', '.join(names), 60)})"),
            Text(
                zh="只贴其中的 Sequential，或在 Python 里写 sa.read(model, 形状)",
                en="a Sequential of it alone works, or sa.read(model, shape) in Python",
            ),
        )
    return Sequential(made)
