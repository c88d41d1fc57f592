"""Sizes that are given, by name or as a whole shape of the input."""

from shapealg.errors import Received, ShapeError, one_line, shown
from shapealg.exact import one_size
from shapealg.network.graph import Graph
from shapealg.shapes import entries as entries_of
from shapealg.text import Text


def nameable(names) -> Text:
    """Which sizes may be named; where none is open, how one is."""
    if not names:
        return Text(
            zh='读取时用名字留出轴，例如 "N,3,H,W"',
            en='a name in the shape leaves an axis open, for example "N,3,H,W"',
        )
    told = ", ".join(names)
    return Text(zh=f"可用：{told}", en=f"{told} work")


def checked(graph: Graph, sizes: dict, shape: tuple = (), call: str = "net") -> dict:
    """The sizes, each of them checked; a whole shape of the input tells them too. An error names
    the question, `call`.
    """
    if shape:
        sizes = _of_shape(graph, shape, sizes, call)
    made = {}
    for name, n in sizes.items():
        if name not in graph.sizes:
            raise ShapeError(
                Text(zh="没有这个尺寸名", en="there is no such size"),
                name,
                nameable(graph.sizes),
            )
        made[name] = one_size(n, name)
        if not isinstance(made[name], int) or made[name] < 1:
            raise ShapeError(
                Text(zh=f"{name} 须为正整数", en=f"{name} must be a positive integer"),
                n,
                Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
            )
    return made


def _of_shape(graph: Graph, given: tuple, sizes: dict, call: str) -> dict:
    """Sizes by name, from a whole shape of the only input."""
    shape = None if isinstance(given[0], int) or len(given) > 1 else entries_of(given[0])
    own = next(iter(graph.inputs.values()), ())
    made = dict(sizes)
    fits = shape is not None and len(graph.inputs) == 1 and len(shape) == len(own)
    for name, n in zip(own, (shape or ()) if fits else (), strict=False):
        if isinstance(name, str) and n is not None and n != name:
            fits &= made.setdefault(name, n) == n
        elif isinstance(name, int):
            fits &= n is None or n == name
    if fits:
        return made
    names = along(graph)
    numbers = given if all(isinstance(n, int) for n in given) else (224,)
    if len(numbers) != len(names):
        numbers = (numbers[0],) * len(names)
    told = ", ".join(f"{name}={n}" for name, n in zip(names, numbers, strict=True))
    example = f"{call}({told})"
    raise ShapeError(
        Text(
            zh=f"尺寸按名字给出，或给整个输入形状 {shown(own)}",
            en=f"sizes are given by name, or as a whole shape of the input {shown(own)}",
        ),
        Received(told_call(given, sizes)),
        Text(zh=f"例如 {example}", en=f"for example {example}"),
    )


def along(graph: Graph, axis: str = "") -> list:
    """The open sizes but the batch's, or all where there are no others; that of an axis is none of
    the batch's.
    """
    first = {shape[0] for shape in graph.inputs.values()} - {axis}
    return [name for name in graph.sizes if name not in first] or list(graph.sizes)


def told_call(given: tuple, sizes: dict) -> str:
    """Arguments as they were typed."""
    told = [shown(n) for n in given[:9]]
    told += [f"{one_line(name, 40)}={shown(n)}" for name, n in list(sizes.items())[:9]]
    return ", ".join(told) or "nothing"


def refuse_nameless(graph: Graph, sizes: dict):
    """Raise `ShapeError`: which size is asked for was not said."""
    name = str(next(iter(sizes), next(iter(along(graph)), "H")))
    call = f"accepts({name!r})" if name not in sizes else f"{sizes[name]} in accepts({name!r})"
    raise ShapeError(
        Text(
            zh="须说是哪个尺寸的集合",
            en="whose sizes are asked for must be said",
        ),
        Received(told_call((), sizes)),
        Text(zh=f"例如 {call}", en=f"for example {call}"),
    )
