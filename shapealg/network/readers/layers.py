"""A plain list of layers, each in the words of a dialect, one after the other."""

from shapealg.errors import ShapeError, shown
from shapealg.layer.dialects.words import Words
from shapealg.network import operations
from shapealg.network.graph import Graph, Node
from shapealg.text import Text


def read(layers, shapes: dict | None) -> Graph:
    """The graph of layers in a row; `shapes` has one entry.

    Raises:
        ShapeError: for something that is no layer.
    """
    if not shapes or len(shapes) > 1:
        raise ShapeError(Text(zh="须给出输入的形状", en="the shape of the input is needed"), shapes, Text(zh='例如 ("N", 3, "H", "W")', en='for example ("N", 3, "H", "W")'))
    nodes, before, counts = [], "input", {}
    for i, words in enumerate(layers):
        if not isinstance(words, Words):
            raise ShapeError(Text(zh=f"第 {i} 项须是一个层", en=f"entry {i} must be a layer"), words, Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"))
        kind = type(words).__name__
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{kind}_{counts[kind]}"
        nodes.append(Node(name, kind, operation(words), (before,), (name,), words))
        before = name
    return Graph({"input": next(iter(shapes.values()))}, tuple(nodes), (before,))


def operation(words: Words):
    """What a layer does to a tensor."""
    if words.by_axes:
        return operations.Along(words)
    kind = type(words).__name__
    if kind == "Flatten":
        start, end = (getattr(words, "start_dim", 1), getattr(words, "end_dim", -1))
        return operations.flatten(start, end)
    if kind == "Linear":
        return operations.dense(words.in_features, words.out_features)
    raise ShapeError(
        Text(zh=f"列表里还不能有 {kind}", en=f"{kind} cannot stand in a list yet"), shown(words), Text(zh="改用 Flatten、Linear 或沿轴的层", en="Flatten, Linear and layers along axes work"),
    )  # fmt: skip
