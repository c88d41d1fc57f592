"""What data decides (`if mask.all():`): both answers are followed, and where both lead to the same
sizes it does not matter which is so.
"""

from dataclasses import replace
from itertools import chain, product

from shapealg.errors import Received, ShapeError
from shapealg.network import forms
from shapealg.network.graph import Names, Node, names_of
from shapealg.network.readers.torch.noted import Shaped
from shapealg.network.readers.torch.parting import ByData
from shapealg.network.readers.torch.unanswered import ELSE
from shapealg.text import Text

MANY = 2**4  # so many series of answers are followed


def either(follow) -> list:
    """The ways that `follow(answers)` gives, whatever it is that data answer.

    Raises:
        ShapeError: where the sizes depend on data.
    """
    found: list[list] = []
    open_: list[tuple[bool, ...]] = [()]
    line = "?"
    while open_:
        answers = open_.pop()
        try:
            found.append(follow(answers))
        except ByData as asked:
            line = asked.line
            open_ += [(*answers, False), (*answers, True)]
        if len(found) + len(open_) > MANY:
            raise of_data(line)
    # answers that end in the model's own refusal at all sizes are those of data it does not take
    found = list(filter(_runs, found)) or found
    first, *others = found
    if not all(_alike(first, ended) for ended in others):
        raise of_data(line)
    if any(_reads(ended) != _reads(first) for ended in others):
        weights, pairs = _weights(found), product(first, chain(*others))
        macs = None if all(_as_many(*pair) for pair in pairs) else _untold
        for one in filter(_ran, first):
            _blurred(one, weights, macs, line)
    return first


def of_data(line: str) -> ShapeError:
    """What a model asks of data, at a line of its code."""
    return ShapeError(
        Text(
            zh=f"forward 的走向取决于数据（{line}）",
            en=f"which way forward goes depends on data ({line})",
        ),
        Received("bool of a tensor"),
        ELSE,
    )


def _alike(ended: list, others: list) -> bool:
    """Whether the ways of two series of answers say the same of all sizes."""
    return all(_same(one, other) for one, other in product(ended, others))


def _runs(ended: list) -> bool:
    """Whether there is a way that comes to its end."""
    return any(map(_ran, ended))


def _ran(one) -> bool:
    return one.failure is None


def _same(one, other) -> bool:
    """Whether two ways say the same of the sizes that go both."""
    box = _common(one.known.box, other.known.box)
    denied = {condition.denied.weak for condition in one.known.held}
    if not all(box.values()) or denied & {held.weak for held in other.known.held}:
        return True
    runs = [way for way in (one, other) if way.failure is None]
    if len(runs) < 2:
        return all(not all(_common(box, way.where).values()) for way in runs)
    allowed, others = (_common(box, way.where) for way in runs)
    return (
        allowed == others
        and one.ties == other.ties
        and list(map(len, one.shapes)) == list(map(len, other.shapes))
        and all(
            forms.agree(n, m, allowed)
            for n, m in zip(chain(*one.shapes), chain(*other.shapes), strict=True)
        )
    )


def _as_many(one, other) -> bool:
    """Whether two ways take as many multiply–accumulates at the sizes that go both."""
    both = _common(one.where, other.where)
    runs = _ran(one) and _ran(other) and all(both.values())
    return not runs or forms.agree(one.products, other.products, both)


def _common(box: dict, other: dict) -> dict:
    """Of each name the sizes that are in both boxes."""
    made = dict(other)
    for name, sizes in box.items():
        made[name] = sizes & other[name] if name in other else sizes
    return made


def _reads(ended: list) -> list:
    """Which positions every tensor reads, and by which weights, on every way."""
    return [one.reads for one in ended]


def _weights(found) -> dict:
    """The weights of all series of answers, with how many numbers each has."""
    made: dict = {}
    for one in chain.from_iterable(found):
        for weights in one.weighed.values():
            made |= weights
    return made


def _blurred(one, weights: dict, macs, line: str) -> None:
    """Let a way give its sizes, but not which positions its outputs read; its first output counts
    the weights that other answers use, and `macs` are what each output adds.
    """
    graph, free = one.graph, Names(names_of(one.graph)).free
    nodes, outputs = list(graph.nodes), []
    counted = set().union(*one.weighed.values())
    others = {path: n for path, n in weights.items() if path not in counted}
    for name, shape in zip(graph.outputs, one.shapes, strict=True):
        outputs.append(made := free("either"))
        told = Shaped(None, macs)
        told.shapes = (shape,)
        one.weighed[made], others = others, {}
        many = sum(one.weighed[made].values())
        nodes.append(Node(made, f"either, {line}", told, (name,), (made,), parameters=many))
    one.graph = replace(graph, nodes=tuple(nodes), outputs=tuple(outputs))


def _untold(*_) -> None:
    """How many products other answers take is not told."""
