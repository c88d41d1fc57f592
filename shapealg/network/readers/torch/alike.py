"""Ways that part and then do the same: `if x.numel() > 2**31: x = x.contiguous()`. They are one."""

from dataclasses import replace
from itertools import combinations

from shapealg.axis.sizes import Sizes
from shapealg.network.readers.torch.run import Known

ALL = Sizes.every(1)
LAID_OUT = "contiguous"  # a node that changes the memory's layout only


def merged(ended: list) -> list:
    """The ways, of which two are one where all that is made on them is the same."""
    refused = [one for one in ended if one.failure is not None]
    kinds: list[list] = []
    for one in (one for one in ended if one.failure is None):
        told = _told(one)
        there = next((several for other, *several in kinds if other == told), None)
        if there is None:
            kinds.append([told, one])
        else:
            next(kind for kind in kinds if kind[0] == told).append(one)
    return [*(one for _, *several in kinds for one in _joined(several)), *refused]


def _joined(several: list) -> list:
    """Ways that do the same, of which two are one where together they are about a simple set."""
    for one, other in combinations(several, 2):
        both = _one(one, other)
        if both is not None:
            rest = [way for way in several if way is not one and way is not other]
            return _joined([both, *rest])
    return several


def _one(one, other):
    """Two ways as one, the shorter: what parts them is one condition, or the sizes of one name."""
    one, other = sorted((one, other), key=lambda way: len(way.graph.nodes))
    mine, theirs = set(one.known.held), set(other.known.held)
    names = [
        name
        for name in one.known.box.keys() | other.known.box.keys()
        if one.known.box.get(name, ALL) != other.known.box.get(name, ALL)
    ]
    if not names and len(mine) == len(theirs):
        parted = [*(mine - theirs), *(theirs - mine)]
        if one.where != other.where or len(parted) != 2:
            return None
        if parted[0].denied.weak != parted[1].weak:
            return None
        held = tuple(c for c in one.known.held if c in theirs)
        return replace(one, known=Known(one.known.box, held))
    if mine != theirs or len(names) != 1:
        return None
    (name,) = names
    where = one.where | {name: one.where[name] | other.where[name]}
    if where != other.where | {name: where[name]}:
        return None
    box = one.known.box | {name: one.known.box.get(name, ALL) | other.known.box.get(name, ALL)}
    box = {name: sizes for name, sizes in box.items() if sizes != ALL}
    return replace(one, known=Known(box, one.known.held), where=where)


def _told(one) -> tuple:
    """All that is made on a way, and required there of several sizes together."""
    read = {name: told for name, _, *told in one.reads}
    passed: dict[str, str] = {}
    rows = []
    for node in one.graph.nodes:
        given = tuple(passed.get(name, name) for name in node.inputs)
        if node.kind == LAID_OUT:
            passed[node.name] = given[0]
            continue
        shapes = getattr(node.operation, "shapes", None)
        rows.append((node.key, given, shapes, [read.get(name) for name in node.outputs]))
    outputs = [passed.get(name, name) for name in one.graph.outputs]
    return rows, outputs, one.shapes, one.ties, one.products
