"""A network on the workbench: a list of layers, one of the zoo, or an ONNX file; its table, which
sizes it takes and why others fail, what an output sees, a plan of tiles.
"""

from functools import lru_cache

from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, answered, one_line, shown
from shapealg.names import whole
from shapealg.network.network import Network
from shapealg.network.readers import pasted, read
from shapealg.network.table import HEAD, HEADS, TAIL, answers, is_batch, told_shape
from shapealg.network.typed import sizes as typed_sizes
from shapealg.network.zoo import ZOO
from shapealg.render import drawing
from shapealg.render.workbench import blocks
from shapealg.shapes import typed
from shapealg.text import Text

DRAWN = 1000  # nodes of a network that is still drawn: blocks that come again are drawn once
MORE = Text(zh="另外 {many} 个节点", en="{many} more nodes")
MORE_TILES = Text(zh="另外 {many} 块", en="{many} more tiles")
RUNS = Text(zh="{at}：可以运行，输出 {output}", en="{at}: it runs, and gives {output}")
WORK = Text(zh="乘加次数 {macs}", en="{macs} MACs")
PLAN = Text(zh="沿 {name} 分块，每块至多 {tile}", en="Tiles along {name}, at most {tile} long")
TILES = (
    Text(zh="块", en="tile"),
    Text(zh="读输入", en="reads"),
    Text(zh="留输出", en="keeps"),
    Text(zh="放到", en="goes to"),
)
TABLE = Text(zh="逐层", en="Node by node")
CODE = Text(zh="尺寸函数", en="The size as a function")
PICTURE = Text(zh="沿 {name} 的尺寸", en="The sizes along {name}")


def answer(fields: dict, language: str, model: bytes | None = None) -> list:
    """The blocks for one network.

    Args:
        fields: `source`, one of "list", "zoo" and "file"; `layers` or `zoo`, where it is no file;
            `shape`, `sizes` and `tile`, each of which may be empty.
        language: "zh" or "en".
        model: the bytes of the file.

    Raises:
        ShapeError: where the network, or a question about it, is refused.
    """
    net = _network(fields, model)
    at, table, made = _at(net, fields.get("sizes", ""), language)
    made.append(_facts(net, language))
    if at and fields.get("tile"):
        made += _plan(net, at, fields["tile"], language)
    made += _picture(net, at, fields, language)
    made += [blocks.heading(TABLE[language]), _table(table, language)]
    return made + _functions(net, language)


# ---------------------------------------------------------------- which network


def _network(fields: dict, model: bytes | None) -> Network:
    source, shape = fields.get("source", "list"), fields.get("shape", "")
    if source == "zoo":
        return _known(fields.get("zoo", ""), shape)
    if source == "file":
        return _file(model, shape)
    return _listed(fields.get("layers", ""), shape)


@lru_cache(maxsize=4)
def _known(name: str, shape: str) -> Network:
    if name not in ZOO:
        raise ShapeError(
            Text(zh="没有这个已知的网络", en="there is no such known network"),
            name,
            Text(zh=f"可用：{'、'.join(ZOO)}", en=f"one of {', '.join(ZOO)} works"),
        )
    known = ZOO[name]
    return read(known.layers(), typed(shape) if shape else known.shape)


@lru_cache(maxsize=4)
def _file(model: bytes | None, shape: str) -> Network:
    """The network of an ONNX file, whose weights are passed over."""
    if not model:
        raise ShapeError(
            Text(zh="还没有文件", en="there is no file yet"),
            Received("none", "无"),
            Text(zh="拖入一个 .onnx 文件", en="an .onnx file that is dropped works"),
        )
    from onnx import onnx_ml_pb2  # a browser has these two modules of the package, and no other

    proto = onnx_ml_pb2.ModelProto()
    try:
        proto.ParseFromString(model)
    except Exception as problem:  # whatever bytes that are no model make the parser raise
        raise ShapeError(
            Text(zh="不是 ONNX 模型", en="this is no ONNX model"),
            Received(f"{len(model)} bytes", f"{len(model)} 字节"),
            Text(zh=f"读取时：{shown(str(problem))}", en=f"on reading: {shown(str(problem))}"),
        ) from None
    return read(proto, typed(shape) if shape else None)


@lru_cache(maxsize=4)
def _listed(text: str, shape: str) -> Network:
    if not text:
        raise ShapeError(
            Text(zh="还没有层", en="there is no layer yet"),
            Received("none", "无"),
            Text(zh="每行写一个层", en="one layer a line works"),
        )
    return read(pasted.layers(text), typed(shape) if shape else None)


# ---------------------------------------------------------------- at given sizes


def _at(net: Network, text: str, language: str) -> tuple:
    """The sizes that were typed, where it runs at them; the table; the block that says whether it
    does, and why not.
    """
    if not text:
        return {}, net.table(), []
    try:
        sizes, assumed = typed_sizes(text, net)
    except ShapeError as problem:  # the rest of the answer stands
        return {}, net.table(), [blocks.note(blocks.line(problem, language), "fails")]
    said = {name: n for name, n in sizes.items() if name not in assumed}
    told = net.explain(**said)
    if not told.runs:
        return {}, net.table(), [blocks.note(told.text[language], "fails")]
    table = net.table(**sizes)
    named = ", ".join(f"{name} = {n}" for name, n in said.items())
    output = told_shape(net.at(**sizes), language)
    lines = [RUNS[language].format(at=named, output=output)]
    if table.macs is not None:
        lines.append(WORK[language].format(macs=blocks.cell(table.macs)))
    return sizes, table, [blocks.note("\n".join(lines), "holds")]


@lru_cache(maxsize=8)
def _facts(net: Network, language: str) -> dict:
    """What holds at all sizes; asked once, however many sizes are tried."""
    told = answers(net, net.table(), language)
    return blocks.facts((head[language], value) for head, value in told)


def _table(table, language: str) -> dict:
    head = [HEADS[name][language] for name in table.names]
    return blocks.table(
        head,
        table.cells(language, None),
        blocks.folded(len(table), HEAD, TAIL, MORE, language),
    )


def _plan(net: Network, sizes: dict, text: str, language: str) -> list:
    """Tiles along the first axis that is open."""
    name = _first_axis(net)
    if name is None:
        return []
    try:
        tile = _tile(text)
        made = net.tiles(name, tile, **sizes)
    except ShapeError as problem:
        return [blocks.note(blocks.line(problem, language), "fails")]
    head = blocks.heading(PLAN[language].format(name=name, tile=tile))
    rows = [(i, *map(_stretch, (one.read, one.keep, one.place))) for i, one in enumerate(made)]
    fold = blocks.folded(len(rows), HEAD, TAIL, MORE_TILES, language)
    return [head, blocks.table([part[language] for part in TILES], rows, fold)]


def _stretch(ends: tuple) -> str:
    return f"{ends[0]} … {ends[1] - 1}"


def _tile(text: str) -> int:
    tile = whole(text)
    if tile is None or tile < 1:
        raise ShapeError(
            Text(zh="块长须是正整数", en="the length of a tile is a positive integer"),
            one_line(text, 60),
            Text(zh="例如 256", en="for example 256"),
        )
    return tile


def _first_axis(net: Network) -> str | None:
    return next((name for name in net.sizes if not is_batch(net, name)), None)


# ---------------------------------------------------------------- drawn, and as code


def _picture(net: Network, sizes: dict, fields: dict, language: str) -> list:
    """The sizes along the first open axis, where the network can be drawn."""
    name = _first_axis(net)
    if name is None or len(net) > DRAWN:
        return []
    usual = sizes or _usual(net, fields)
    caption = PICTURE[language].format(name=name)
    try:
        svg, whole = (
            drawing.draw(net, name, usual, caption, language, folds) for folds in (True, False)
        )
    except (ShapeError, ValueError, LookupError, ArithmeticError):
        return []  # paths cross, or there is no axis to follow
    return [blocks.figure(svg, caption, whole=None if whole == svg else whole)]


def _usual(net: Network, fields: dict) -> dict:
    """Sizes to draw at, where none are given."""
    if fields.get("source") == "zoo":
        return ZOO[fields["zoo"]].usual
    near = {name: net.accepts(name).nearest(224) for name in net.sizes if not is_batch(net, name)}
    return {name: those[0] for name, those in near.items() if those}


def _functions(net: Network, language: str) -> list:
    """Each open entry of the output as a function of Python, where one formula tells it."""
    shape = answered(lambda: net.output_shape)
    if shape is None or isinstance(shape, BySize):
        return []
    lengths = [n for n in shape if isinstance(n, Length) and not repr(n).isidentifier()]
    if not lengths:
        return []
    arguments = ", ".join(dict.fromkeys(name for n in lengths for name in n.names))
    told = ", ".join(map(repr, lengths))
    code = f"def output_size({arguments}):\n    return {told}"
    return [blocks.heading(CODE[language]), blocks.codes([("Python", code, None)])]
