"""A plain list of layers, each in the words of a dialect, one after the other; branches are lists
within the list.
"""

from collections import Counter
from collections.abc import Callable
from math import prod

from shapealg.errors import Received, ShapeError, shown
from shapealg.network import operations
from shapealg.network.along import Along
from shapealg.network.graph import Graph, Names, Node
from shapealg.network.tensor import Tensor
from shapealg.text import Text
from shapealg.words.real import worded
from shapealg.words.sequential import Input
from shapealg.words.shape import open_shape, symbolic, symbols
from shapealg.words.unchanged import Unchanged
from shapealg.words.words import Words


class Branches:
    """The same input down several paths, then joined: a residual block, the skip of a U-Net, a
    gate.

    Args:
        join: "concat" (along `axis`), "add", "multiply"; or "crop", which first crops the first
            path, in the middle, to the sizes of the last and then concatenates.
        paths: lists of layers; an empty one hands the input on.
        axis: the channels, unless said.

    >>> import shapealg as sa
    >>> down, up = sa.torch.MaxPool2d(2), sa.torch.ConvTranspose2d(8, 8, 2, stride=2)
    >>> level = Branches("concat", [], [down, up])
    >>> print(sa.read([sa.torch.Conv2d(3, 8, 3, padding=1), level], "N,3,H,W").accepts("H"))
    n ≡ 0 (mod 2), n ≥ 2
    """

    JOINS = ("concat", "add", "multiply", "crop")

    def __init__(self, join: str, *paths: list, axis: int = 1):
        if join not in self.JOINS:
            raise ShapeError(
                Text(zh="没有这种汇合", en="there is no such join"),
                join,
                Text(
                    zh=f"可用：{', '.join(self.JOINS)}", en=f"one of {', '.join(self.JOINS)} works"
                ),
            )
        if len(paths) < 2 or not all(isinstance(path, list | tuple) for path in paths):
            raise ShapeError(
                Text(
                    zh="须有两条以上的路，各为一列层",
                    en="at least two paths are needed, each a list of layers",
                ),
                paths,
                Text(
                    zh="例如 Branches('add', [], [layer])",
                    en="for example Branches('add', [], [layer])",
                ),
            )
        self.join, self.paths, self.axis = join, paths, axis

    def __repr__(self) -> str:
        paths = "".join(f", {list(path)!r}" for path in self.paths)
        axis = f", axis={self.axis!r}" if self.axis != 1 else ""
        return f"Branches({self.join!r}{paths}{axis})"


def read(layers, shapes: dict | None) -> Graph:
    """The graph of layers in a row; `shapes` has one entry.

    Raises:
        ShapeError: for something that is no layer.
    """
    row = _Row()
    try:
        shape = _entering(shapes or _opening(layers))
        _of_one_framework(layers)
        output = row.along(layers, "input")
    except RecursionError:
        raise ShapeError(
            Text(
                zh="分叉套得太深，或绕回了自己",
                en="branches lie too deep within each other, or lead back to themselves",
            ),
            Received(f"{len(row.nodes)} layers"),
            Text(zh="至多几百层深", en="a few hundred levels work"),
        ) from None
    return Graph({"input": shape}, tuple(row.nodes), (output,))


def _entering(shapes: dict | None) -> tuple:
    """The shape that goes in."""
    if not shapes or len(shapes) > 1:
        raise ShapeError(
            Text(zh="须给出输入的形状", en="the shape of the input is needed"),
            shapes,
            Text(zh='例如 ("N", 3, "H", "W")', en='for example ("N", 3, "H", "W")'),
        )
    ((key, shape),) = shapes.items()
    if key not in (0, "input"):
        raise ShapeError(
            Text(zh="一列层只有一个输入", en="a list of layers has one input"),
            key,
            Text(zh="它叫 input", en="it is called input"),
        )
    return shape


def _opening(layers) -> dict | None:
    """The shape that Keras's `Input` or `input_shape=` says at the beginning, where what is `None`
    gets a name; or that with open sizes of a layer that says its channels.
    """
    first = worded(layers[0]) if len(layers) else None
    if isinstance(first, list | tuple):
        return _opening(first)
    said = first.shape if isinstance(first, Input) else getattr(first, "said_input", None)
    if said is None:
        channels = getattr(first, "in_channels", None)
        return {0: open_shape(first)} if isinstance(channels, int) else None
    names = ("N", *(f"n{i}" for i in range(1, len(said))))
    return {0: tuple(n if m is None else m for n, m in zip(names, said, strict=True))}


def _of_one_framework(layers) -> None:
    """Refuse layers of two frameworks: what one gives the other, in which order of axes, nobody
    said.
    """
    found: dict[str, Words] = {}
    for words in _spoken(layers):
        found.setdefault(words.framework, words)
        if len(found) > 1:
            one, two = found.values()
            raise ShapeError(
                Text(
                    zh=f"一列层只能用一个框架的词，不能既有 {one.framework} 又有 {two.framework}",
                    en=f"a list of layers speaks for one framework, not for {one.framework} and"
                    f" {two.framework}",
                ),
                Received(f"{shown(one)}, {shown(two)}"),
                Text(
                    zh=f"全用 {one.framework} 的词写",
                    en=f"writing them all in {one.framework}'s words works",
                ),
            )


def _spoken(layers):
    """The layers in a list, those in its branches too."""
    for entry in map(worded, layers):
        if isinstance(entry, Branches):
            for path in entry.paths:
                yield from _spoken(path)
        elif isinstance(entry, list | tuple):
            yield from _spoken(entry)
        elif isinstance(entry, Words):
            yield entry


class _Row:
    """The nodes of layers in a row, each with a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.counts: Counter = Counter()
        self.free = Names(["input"]).free

    def along(self, layers, before: str, place: str = "") -> str:
        """Go along them; the name of what comes out. `place` is where a `Sequential` stands."""
        names = getattr(layers, "names", ())
        for i, entry in enumerate(layers):
            name = f"{place}{names[i]}" if i < len(names) else ""
            entry = worded(entry)
            if isinstance(entry, Branches):
                ends = tuple(self.along(path, before) for path in entry.paths)
                before = self._add(entry.join, _joined(entry), ends)
            elif isinstance(entry, list | tuple):
                before = self.along(entry, before, f"{name}." if name else "")
            elif isinstance(entry, Input):
                continue  # what goes in is said already
            elif isinstance(entry, Words):
                _require_numbers(entry)
                kind = type(entry).__name__
                before = self._add(kind, operation(entry), (before,), entry, name)
            else:
                raise ShapeError(
                    Text(zh=f"第 {i} 项须是一个层", en=f"entry {i} must be a layer"),
                    entry,
                    Text(
                        zh="例如 shapealg.torch.Conv2d(3, 64, 7) 或 Branches(…)；整个模型单独读入",
                        en="for example shapealg.torch.Conv2d(3, 64, 7), or Branches(…); a whole"
                        " model is read alone",
                    ),
                )
        return before

    def _add(self, kind: str, made, inputs: tuple, words=None, name: str = "") -> str:
        self.counts[kind] += 1
        name = self.free(name or f"{kind}_{self.counts[kind]}")
        self.nodes.append(Node(name, kind, made, inputs, (name,), words))
        return name


def _require_numbers(words: Words) -> None:
    """Refuse letters in a layer's own words: they are SymPy's; a network computes with lengths."""
    if symbols(vars(words).values()) or symbolic(getattr(words, "said", {})):
        raise ShapeError(
            Text(
                zh="网络里的层，自己的参数须是数值",
                en="a layer's own words must be numbers in a network",
            ),
            Received(repr(words)),
            Text(
                zh="请代入数值；字母写在输入的形状里，或单独问这一层",
                en="put numbers in; letters go into the input's shape, or the layer is asked alone",
            ),
        )


def _joined(branches: Branches):
    if branches.join == "crop":
        return _cropped(branches.axis)
    return operations.concat(branches.axis) if branches.join == "concat" else operations.elementwise


def _cropped(axis: int):
    """The first tensor cropped in the middle to the sizes of the last, then both concatenated."""

    def operation(flow, large, *others):
        ranges, last = {}, others[-1].shape
        if len(large.shape) != len(last):
            operations.refuse(
                "裁剪要求各路轴数相同",
                "cropping needs paths of the same rank",
                shown((large.shape, last)),
            )
        for i, (n, m) in enumerate(zip(large.shape, last, strict=True)):
            if i not in (0, axis):
                start = (n - m) // 2
                if n is not m and start < 0:
                    operations.refuse(
                        "没有可裁的",
                        "there is nothing to crop",
                        n,
                        f"至少要 {m} 格",
                        f"at least {m} positions work",
                    )
                ranges[i] = (start, start + m, 1)
        small = operations.cut(flow, large, ranges)
        made = operations.concat(axis)(flow, small, *others)
        made.wires = tuple(map(_placed, made.wires, small.wires))
        return made

    return operation


def _placed(wires: tuple, cropped: tuple) -> tuple:
    """The wires of one axis, those of the first input mapped as its crop maps them."""
    if cropped[0].map is None:
        return wires
    return tuple(w._replace(map=cropped[0].map) if w.source == 0 else w for w in wires)


def operation(words: Words):
    """What a layer does to a tensor."""
    if words.framework == "tensorflow" and "transpose" in type(words).__name__:
        raise ShapeError(
            Text(
                zh=f"{type(words).__name__} 的输出尺寸是写死的，输入就不能敞开",
                en=f"{type(words).__name__} says its output size, so its input cannot stay open",
            ),
            words,
            Text(zh="例如改用 keras.Conv2DTranspose", en="for example keras.Conv2DTranspose works"),
        )
    if getattr(words, "keepdims", None) is False:
        return lambda flow, x: operations.reduce(
            [i for i, label in enumerate(words.order(len(x.shape))) if isinstance(label, int)],
            False,
        )(flow, x)
    if words.by_axes:
        return Along(words)
    if isinstance(words, Unchanged):
        return _unchanged(words)
    kind = type(words).__name__
    if kind in WHOLE:
        return WHOLE[kind](words)
    raise ShapeError(
        Text(zh=f"列表里不能有 {kind}", en=f"{kind} cannot stand in a list"),
        words,
        Text(
            zh=f"可用：沿轴的层，以及 {'、'.join(WHOLE)}",
            en=f"layers along axes work, and {', '.join(WHOLE)}",
        ),
    )


def _flattened(words: Words):
    return _two_axes(words.axis) if words.framework == "onnx" else _one_axis(words)


def _one_axis(words: Words):
    """From one axis to another in one; in the words of Keras all but the batch."""
    first = getattr(words, "start_dim", getattr(words, "start_axis", 1))
    return operations.flatten(first, getattr(words, "end_dim", getattr(words, "stop_axis", -1)))


def _two_axes(axis: int):
    """The axes before one in one, and those from it on; behind the last one works too."""

    def operation(flow, x, *_):
        rank = len(x.shape)
        at = rank if axis == rank else operations.place(axis, rank)
        if at == 1:
            return operations.flatten(1, -1)(flow, x)
        return Tensor((prod(x.shape[:at]), prod(x.shape[at:])), None, ((), ()))

    return operation


def _unchanged(words: Unchanged):
    """A layer that changes no size; what is weighed against each other is read whole."""

    def operation(flow, x, *_):
        if words.rule is not None:
            words.rule.require(words, x.shape)
            for axis, (wanted, _) in words.rule.wanted(words, len(x.shape)).items():
                flow.equal(x.shape[axis], wanted)
        rank = len(x.shape)
        return Tensor(x.shape, None, operations.mixed(rank, words.mixed(rank)))

    return operation


def _reshaped(words: Words):
    """All but the batch in another shape."""
    target = words.target_shape
    return lambda flow, x: (
        x if x.shape is None else operations.reshape(flow, x, (x.shape[0], *target))
    )


def _unflattened(words: Words):
    if words.framework == "torch":
        return operations.unflatten(words.dim, words.unflattened_size)
    return operations.unflatten(words.axis, words.shape)


def _linear(words: Words):
    return operations.dense(words.in_features, words.out_features)


# layers that take a whole shape → what they do to a tensor
WHOLE: dict[str, Callable] = {
    "Flatten": _flattened,
    "Unflatten": _unflattened,
    "Reshape": _reshaped,
    "Permute": lambda words: operations.permute((0, *words.dims)),
    "Linear": _linear,
    "LazyLinear": _linear,
    "Dense": lambda words: operations.dense(None, words.units),
}
