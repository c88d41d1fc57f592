"""A network's answers, as data for a program and as lines for a person."""

from fractions import Fraction

from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError, one_line
from shapealg.network.explain import Explanation
from shapealg.network.network import Network
from shapealg.network.receptive import ByResidue
from shapealg.text import Text

HEADS = {
    "name": Text(zh="节点", en="node"),
    "layer": Text(zh="层", en="layer"),
    "formula": Text(zh="输出", en="output"),
    "size": Text(zh="此时", en="at these sizes"),
    "parameters": Text(zh="参数", en="parameters"),
    "macs": Text(zh="乘加次数", en="MACs"),
    "memory": Text(zh="输出的数", en="numbers out"),
}


def data(net: Network, sizes: dict | None = None) -> dict:
    """Everything as JSON can hold it; lengths are integer expressions of Python.

    >>> from shapealg import read, torch
    >>> data(read([torch.MaxPool2d(2)], "N,3,H,32"))["accepts"]
    {'N': {'modulus': 1, 'residues': [0], 'minimum': 1, 'exceptions': []}, 'H': {'modulus': 1, 'residues': [0], 'minimum': 2, 'exceptions': []}}
    """
    told = {
        "inputs": {name: list(shape) for name, shape in net.graph.inputs.items()},
        "outputs": {
            name: _shape(shape)
            for name, shape in zip(net.graph.outputs, net.output_shapes, strict=True)
        },
        "accepts": {name: _set(net, name, False) for name in net.sizes},
        "lossless": {name: _set(net, name, True) for name in net.sizes},
        "special": _asked(
            lambda: {name: list(those.exceptions) for name, those in net.special.items() if those}
        ),
        "ties": _asked(lambda: [str(tie) for tie in net.ties]),
        "receptive_field": _asked(lambda: _field(net)),
        "unknown": list(net.unknown),
        "parameters": sum(row.parameters for row in net.table()),
    }
    if sizes:
        rows = net.table(**sizes)
        told |= {
            "sizes": sizes,
            "layers": [
                row._asdict()
                | {
                    "formula": _shape(row.formula),
                    "size": _shape(row.size),
                    "macs": _entry(row.macs),
                    "memory": _entry(row.memory),
                }
                for row in rows
            ],
        }
    return told


def failure(told: Explanation) -> dict:
    """Why it does not run at some sizes."""
    return {
        "sizes": told.sizes,
        "runs": False,
        "node": told.node.name,
        "kind": told.node.kind,
        "sides": [_entry(n) for n in told.sides],
        "ways": [[list(step) for step in way] for way in told.ways],
        "nearest": {name: list(near) for name, near in told.nearest.items()},
        "reason": told.reason.en,
    }


def lines(net: Network, sizes: dict | None, language: str, table) -> list:
    """The same for a person: a table, then the answers."""
    rows, at = net.table(**(sizes or {})), sizes is not None and bool(sizes)
    names = ["name", "layer", "formula", *(["size"] if at else []), "parameters", "macs", "memory"]
    body = [[_cell(row, name) for name in names] for row in rows]
    told = [table([[HEADS[name][language] for name in names], *body]), ""] if body else []
    answers = [
        (Text(zh="输出", en="output"), "; ".join(_line(shape) for shape in net.output_shapes))
    ]
    for lossless, head in (
        (False, Text(zh="接受的尺寸", en="accepts")),
        (True, Text(zh="不丢像素", en="loses no pixel")),
    ):
        for name in net.sizes:
            told_ = _told(net, name, lossless)
            if not (
                isinstance(told_, Sizes) and (told_.is_all or not told_) and is_batch(net, name)
            ):
                answers.append(
                    (
                        Text(zh=f"{head.zh} {name}", en=f"{head.en} {name}"),
                        (
                            told_.text(name)[language]
                            if isinstance(told_, Sizes)
                            else _refusal(told_, language)
                        ),
                    )
                )
    for name, those in _asked(lambda: net.special).items():
        if isinstance(those, Sizes) and those:
            answers.append(
                (
                    Text(zh=f"公式之外 {name}", en=f"not by the formula {name}"),
                    those.text(name)[language],
                )
            )
    if isinstance(ties := _asked(lambda: net.ties), tuple) and ties:
        answers.append((Text(zh="相互绑定", en="tied together"), "; ".join(map(str, ties))))
    answers.append((Text(zh="感受野", en="receptive field"), _seen(net, language)))
    if at:
        answers.append(
            (
                Text(zh="参数与乘加次数合计", en="parameters and MACs in all"),
                f"{sum(r.parameters for r in rows):_} ·"
                f" {sum(r.macs for r in rows if isinstance(r.macs, int)):_}".replace("_", " "),
            )
        )
    if net.unknown:
        answers.append((Text(zh="不认识的节点", en="unknown nodes"), ", ".join(net.unknown)))
    return [*told, table([(head[language], value) for head, value in answers])]


def _cell(row, name: str):
    value = getattr(row, name)
    if name in ("formula", "size"):
        return _line(value)
    return (
        one_line(str(value), 48)
        if name == "layer"
        else value
        if isinstance(value, int)
        else ""
        if value is None
        else str(value)
    )


def _line(shape) -> str:
    return (
        "?"
        if shape is None
        else f"({', '.join('?' if n is None else str(n) for n in shape)}{',' * (len(shape) == 1)})"
    )


def is_batch(net, name: str) -> bool:
    """Whether other sizes tell what there is to tell: any batch goes, and where no other size does,
    none.
    """
    return len(net.sizes) > 1 and name in {shape[0] for shape in net.graph.inputs.values()}


def _told(net, name, lossless):
    """The set, or why there is none."""
    try:
        return net.accepts(name, lossless)
    except ShapeError as problem:
        return problem


def _refusal(problem: ShapeError, language: str) -> str:
    return problem.zh if language == "zh" else str(problem)


def seen(net: Network):
    """The receptive field of the output, or of the last node behind which everything is seen; with
    that node's name.

    Raises:
        ShapeError: where branches meet misaligned, or no node's can be told.
    """
    whole = net.receptive_field()
    if None not in whole.size and whole.size:
        return net.graph.outputs[0], whole
    for node in reversed(net.graph.nodes):
        try:
            made = net.receptive_field(node.name)
        except ShapeError:
            continue
        if None not in made.size and made.size:
            return node.name, made
    return net.graph.outputs[0], whole


def _seen(net, language) -> str:
    try:
        name, made = seen(net)
    except ShapeError as problem:
        return _refusal(problem, language)
    axes = "; ".join(
        f"{axis}: {size} / {jump}"
        for axis, size, jump in zip(made.axes, made.size, made.jump, strict=True)
    )
    at = (
        ""
        if name == net.graph.outputs[0]
        else Text(
            zh=f"（{name} 处；其后看到全部输入）", en=f" (at {name}; behind it everything is seen)"
        )[language]
    )
    return axes + at + Text(zh="（大小 / 间距）", en=" (size / jump)")[language]


def _field(net) -> dict:
    name, made = seen(net)
    return {"layer": name} | {
        str(axis): {
            "size": size,
            "jump": _entry(jump),
            "start": _entry(start),
            "centre": _entry(centre),
        }
        for axis, size, jump, start, centre in zip(
            made.axes, made.size, made.jump, made.start, made.centre, strict=True
        )
    }


def _set(net, name, lossless):
    made = _asked(lambda: net.accepts(name, lossless))
    if not isinstance(made, Sizes):
        return made
    minimum, exceptions = made.unfolded
    return {
        "modulus": made.modulus,
        "residues": list(made.residues),
        "minimum": minimum,
        "exceptions": list(exceptions),
    }


def _asked(ask):
    """The answer, or the reason why there is none."""
    try:
        return ask()
    except ShapeError as problem:
        return {"undecided": str(problem)}


def _shape(shape):
    return None if shape is None else [_entry(n) for n in shape]


def _entry(value):
    if isinstance(value, ByResidue):
        return {"modulus": value.modulus, "values": {str(r): _entry(v) for r, v in value.values}}
    return (
        repr(value)
        if isinstance(value, Length)
        else str(value)
        if isinstance(value, Fraction)
        else value
    )
